/* SPDX-License-Identifier: Apache-2.0 */
/* The handle of a model: loading either kind of file, references, sealing, what a host asks of it. */
#include "churn/model.h"

#include "base/digest.h"
#include "base/owned.h"
#include "base/str.h"
#include "churn/learn/document.h"
#include "churn/trees/trees.h"

#include <string.h>

/* What a model may hold beyond what a configuration may; see csuccess_model_options. */
enum { MODEL_BYTES = 64 << 20, MODEL_NODES = 1000000 };

csuccess_result csuccess__model_take(csuccess__model_taken *out,
                                     const csuccess_model_options *in, csuccess_error *err)
{
    static const csuccess_model_options defaults = CSUCCESS_MODEL_OPTIONS_INIT;
    csuccess_model_options options;
    csuccess_limits limits = {.size = sizeof limits};
    csuccess_result status =
        csuccess__struct_take(&options, sizeof options, sizeof options.size,
                              in ? in : &defaults, "csuccess_model_options", err);
    if (status == CSUCCESS_OK && options.reserved != 0) {
        status =
            csuccess__fail(err, CSUCCESS_EABI, "csuccess_model_options.reserved must be 0");
    }
    if (status == CSUCCESS_OK && options.limits) {
        status = csuccess__struct_take(&limits, sizeof limits, sizeof limits.size,
                                       options.limits, "csuccess_limits", err);
    }
    if (status < 0) {
        return status;
    }
    limits.document_bytes = limits.document_bytes ? limits.document_bytes : MODEL_BYTES;
    limits.document_nodes = limits.document_nodes ? limits.document_nodes : MODEL_NODES;
    *out = (csuccess__model_taken){.name = options.name, .rounds = options.rounds};
    status = csuccess__allocator_take(&out->mem, options.allocator, err);
    return status < 0 ? status : csuccess__limits_take(&out->limits, &limits, err);
}

static void destroy(csuccess_model *model)
{
    csuccess_allocator mem = model->mem;
    csuccess__arena_free(&model->arena);
    csuccess__release(&mem, model, 1, sizeof *model);
}

static csuccess_model *allocate(const csuccess__model_taken *taken)
{
    csuccess_model *model = csuccess__alloc(&taken->mem, 1, sizeof *model);
    if (model) {
        model->mem = taken->mem;
        atomic_init(&model->references, 1u);
        csuccess__arena_init(&model->arena, &model->mem, 0);
    }
    return model;
}

/* A seal that is none, or another than the content's. */
static csuccess_result check_digest(const csuccess_model *model, csuccess_error *err)
{
    csuccess__model_digest right;
    csuccess_result status = csuccess__model_digest_of(&right, model->root, &model->mem);
    if (status < 0) {
        return csuccess__fail(err, status, "out of memory");
    }
    if (csuccess__str_is(model->digest, right.text)) {
        return CSUCCESS_OK;
    }
    csuccess__fail(
        err, CSUCCESS_EDIGEST,
        model->digest.len
            ? "the document was changed after it was sealed; if the change is meant, "
              "seal it again (csuccess_model_seal)"
            : "the document has no digest; seal it (csuccess_model_seal)");
    const csuccess__json *at = csuccess__json_member(model->root, "digest");
    csuccess__json_place(err, at ? at : model->root);
    return CSUCCESS_EDIGEST;
}

static bool describe_metrics(csuccess_model *model)
{
    const csuccess__forest *forest = model->forest;
    uint32_t used = 0, k = 0;
    for (uint32_t i = 0; i < forest->feature_count; i++) {
        used += forest->features[i].used;
    }
    csuccess__model_metric *metrics =
        CSUCCESS__NEW_ARRAY(&model->arena, csuccess__model_metric, used);
    for (uint32_t i = 0; metrics && i < forest->feature_count; i++) {
        const csuccess__forest_feature *feature = &forest->features[i];
        if (feature->used) {
            bool category = feature->kind == CSUCCESS__FOREST_CATEGORY;
            metrics[k++] = (csuccess__model_metric){
                feature->name, category ? CSUCCESS__METRIC_CATEGORY : CSUCCESS__METRIC_NUMBER,
                NULL};
        }
    }
    model->metrics = metrics;
    model->metric_count = used;
    return metrics != NULL;
}

static csuccess_result load_forest(csuccess_model *model, csuccess_str bytes,
                                   const csuccess__model_taken *taken, csuccess_error *err)
{
    csuccess__forest *forest = NULL;
    const csuccess__forest_options options = {.rounds = taken->rounds};
    csuccess_result status =
        csuccess__forest_read(&forest, &model->arena, bytes, &options, err);
    if (status < 0) {
        return status;
    }
    char digest[7 + 65] = "sha256:";
    uint8_t hash[32];
    csuccess__sha256 h;
    csuccess__sha256_start(&h);
    csuccess__sha256_add(&h, bytes.ptr, bytes.len);
    csuccess__sha256_finish(&h, hash);
    csuccess__hex(digest + 7, hash);
    model->forest = forest;
    model->kind = CSUCCESS__MODEL_XGBOOST;
    model->target = CSUCCESS__TARGET_CHURN;
    model->digest = csuccess__arena_copy(&model->arena, csuccess__str(digest));
    model->name = csuccess__arena_copy(&model->arena,
                                       taken->name.len ? taken->name : CSUCCESS_STR("xgboost"));
    bool made = model->digest.ptr && model->name.ptr && describe_metrics(model);
    return made ? CSUCCESS_OK : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

static csuccess_result load(csuccess_model *model, csuccess_str bytes,
                            const csuccess__model_taken *taken, csuccess_error *err)
{
    if (csuccess__forest_recognised(bytes)) {
        return load_forest(model, bytes, taken, err);
    }
    csuccess_result status = csuccess__model_document(model, bytes, taken, err);
    return status < 0 ? status : check_digest(model, err);
}

/* An empty model by the caller's options. */
static csuccess_result make(csuccess_model **model, csuccess__model_taken *taken,
                            const csuccess_model_options *options, csuccess_error *err)
{
    csuccess_result status = csuccess__model_take(taken, options, err);
    if (status < 0) {
        return status;
    }
    *model = allocate(taken);
    return *model ? CSUCCESS_OK : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

csuccess_result csuccess_model_load(csuccess_model **out, csuccess_str bytes,
                                    const csuccess_model_options *options, csuccess_error *err)
{
    csuccess__model_taken taken;
    csuccess_model *model;
    if (!out || (!bytes.ptr && bytes.len)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and bytes are required");
    }
    *out = NULL;
    csuccess_result status = make(&model, &taken, options, err);
    if (status < 0) {
        return status;
    }
    status = load(model, bytes, &taken, err);
    if (status < 0) {
        destroy(model);
        return status;
    }
    *out = model;
    return CSUCCESS_OK;
}

csuccess_model *csuccess_model_ref(csuccess_model *model)
{
    if (model) {
        atomic_fetch_add_explicit(&model->references, 1u, memory_order_relaxed);
    }
    return model;
}

void csuccess_model_unref(csuccess_model *model)
{
    /* Release orders this thread's reads before the free; acquire makes the freeing thread see them. */
    if (model &&
        atomic_fetch_sub_explicit(&model->references, 1u, memory_order_acq_rel) == 1u) {
        destroy(model);
    }
}

static csuccess_result seal(csuccess_text **out, const csuccess_model *model,
                            csuccess_error *err)
{
    csuccess__model_digest right;
    csuccess__buffer sealed;
    csuccess__buffer_init(&sealed, &model->mem, 0);
    csuccess_result status = csuccess__model_digest_of(&right, model->root, &model->mem);
    if (status == CSUCCESS_OK && csuccess__str_is(model->digest, right.text)) {
        status = csuccess__text_make(out, &model->mem, model->text);
        status = status < 0 ? status : CSUCCESS_UNCHANGED;
    } else if (status == CSUCCESS_OK) {
        status = csuccess__document_seal(&sealed, model->root, model->digest);
        status = status < 0
                     ? status
                     : csuccess__text_make(out, &model->mem, csuccess__buffer_view(&sealed));
    }
    csuccess__buffer_free(&sealed);
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : status;
}

csuccess_result csuccess_model_seal(csuccess_text **out, csuccess_str document,
                                    const csuccess_model_options *options, csuccess_error *err)
{
    csuccess__model_taken taken;
    csuccess_model *model;
    if (!out || (!document.ptr && document.len)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and document are required");
    }
    *out = NULL;
    csuccess_result status = make(&model, &taken, options, err);
    if (status < 0) {
        return status;
    }
    status = csuccess__model_document(model, document, &taken, err);
    if (status == CSUCCESS_OK) {
        status = seal(out, model, err);
    }
    destroy(model);
    return status;
}

static const char *const kinds[] = {
#define CSUCCESS__MODEL_KIND(name, text) text,
    CSUCCESS__MODEL_KINDS(CSUCCESS__MODEL_KIND)
#undef CSUCCESS__MODEL_KIND
};
static const char *const targets[] = {
#define CSUCCESS__MODEL_TARGET(name, text) text,
    CSUCCESS__MODEL_TARGETS(CSUCCESS__MODEL_TARGET)
#undef CSUCCESS__MODEL_TARGET
};
static const char *const metric_types[] = {
#define CSUCCESS__METRIC_TYPE(name, text) text,
    CSUCCESS__METRIC_TYPES(CSUCCESS__METRIC_TYPE)
#undef CSUCCESS__METRIC_TYPE
};

csuccess_str csuccess_model_name(const csuccess_model *model)
{
    return model ? model->name : csuccess__str(NULL);
}

csuccess_str csuccess_model_kind(const csuccess_model *model)
{
    return csuccess__str(model ? kinds[model->kind] : NULL);
}

csuccess_str csuccess_model_target(const csuccess_model *model)
{
    return csuccess__str(model ? targets[model->target] : NULL);
}

csuccess_str csuccess_model_digest(const csuccess_model *model)
{
    return model ? model->digest : csuccess__str(NULL);
}

csuccess_str csuccess_model_parent(const csuccess_model *model)
{
    return model ? model->parent : csuccess__str(NULL);
}

csuccess_str csuccess_model_document(const csuccess_model *model)
{
    return model ? model->text : csuccess__str(NULL);
}

double csuccess_model_horizon_days(const csuccess_model *model)
{
    if (!model) {
        return 0;
    }
    return model->kind == CSUCCESS__MODEL_HAZARD ? model->period_days : model->horizon_days;
}

int32_t csuccess_model_calibrated(const csuccess_model *model)
{
    return model && model->calibrated;
}

int32_t csuccess_model_dated(const csuccess_model *model)
{
    return model && model->dated;
}

csuccess_result csuccess_model_trained_at(const csuccess_model *model, int64_t *at_ms)
{
    if (!model || !at_ms) {
        return CSUCCESS_EINVALID;
    }
    if (!model->has_trained_at) {
        return CSUCCESS_EMISSING;
    }
    *at_ms = model->trained_at;
    return CSUCCESS_OK;
}

uint32_t csuccess_model_metrics(const csuccess_model *model)
{
    return model ? model->metric_count : 0;
}

csuccess_result csuccess_model_metric(const csuccess_model *model, uint32_t index,
                                      csuccess_str *name, csuccess_str *type)
{
    if (index >= csuccess_model_metrics(model)) {
        return CSUCCESS_EINVALID;
    }
    if (name) {
        *name = model->metrics[index].name;
    }
    if (type) {
        *type = csuccess__str(metric_types[model->metrics[index].type]);
    }
    return CSUCCESS_OK;
}
