/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a model document: its members, and a rehearsal of its scorecard over the metrics that it names. */
#include "churn/model.h"

#include "base/str.h"
#include "customer/schema.h"
#include "score/scorecard.h"
#include "text/reader.h"

#include <string.h>

static const char *const document_keys[] = {
    "csuccess_model", "name",     "description", "kind",    "target",    "horizon",
    "period",         "dated",    "calibrated",  "metrics", "scorecard", "spread",
    "training",       "snapshot", "parent",      "digest",  NULL};
static const char *const metric_keys[] = {"type", "description", NULL};
static const char *const document_kinds[] = {"additive", "logistic", "hazard", NULL};
static const char *const target_words[] = {"churn", "expansion", "nps", NULL};
static const char *const type_words[] = {"number", "bool", "string", NULL};

enum { FORMAT_VERSION = 1, MOST_METRICS = 10000 };

/* Notes a member that must be there and is not. */
static bool require(csuccess__problems *problems, const csuccess__json *object, const char *key)
{
    if (csuccess__json_member(object, key)) {
        return true;
    }
    csuccess__problem(problems, object, CSUCCESS_EMODEL, "%q is missing", csuccess__str(key));
    return false;
}

/* A version that is not ours says so and nothing else: the rest may mean anything. */
static bool check_version(csuccess__problems *problems, const csuccess__json *root)
{
    if (root->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, root, CSUCCESS_EMODEL,
                          "a model document is an object, found %s",
                          csuccess__json_type_name(root));
        return false;
    }
    const csuccess__json *version = csuccess__json_member(root, "csuccess_model");
    if (!version) {
        csuccess__problem(problems, root, CSUCCESS_EMODEL,
                          "this is no model: a model document has \"csuccess_model\": 1, "
                          "XGBoost's JSON a \"learner\"");
        return false;
    }
    if (version->type != CSUCCESS__JSON_NUMBER) {
        csuccess__problem(problems, version, CSUCCESS_EMODEL,
                          "\"csuccess_model\" is the version of the format, 1");
        return false;
    }
    if (version->number < FORMAT_VERSION || version->number > FORMAT_VERSION) {
        csuccess__problem(problems, version, CSUCCESS_EUNSUPPORTED,
                          "this version of the library reads model documents of version 1");
        return false;
    }
    return true;
}

/* A duration above 0 in days; a month counts as a twelfth of 365.25 days. 0 when absent or, noted, wrong. */
static double read_days(csuccess__problems *problems, const csuccess__json *root,
                        const char *key)
{
    csuccess__duration d;
    csuccess_str text = csuccess__read_string(problems, root, key, (csuccess_str){NULL, 0});
    if (!text.ptr) {
        return 0;
    }
    bool right = csuccess__duration_parse(&d, text, NULL) && d.months >= 0 && d.days >= 0 &&
                 d.ms >= 0 && (d.months || d.days || d.ms);
    if (!right) {
        csuccess__problem(problems, csuccess__json_member(root, key), CSUCCESS_EMODEL,
                          "%q is an ISO 8601 duration above 0, such as \"P30D\"",
                          csuccess__str(key));
        return 0;
    }
    return d.months * 30.4375 + d.days + (double)d.ms / 86400000.0;
}

static void read_times(csuccess_model *model, csuccess__problems *problems)
{
    model->horizon_days = read_days(problems, model->root, "horizon");
    model->period_days = read_days(problems, model->root, "period");
    const csuccess__json *period = csuccess__json_member(model->root, "period");
    if (model->kind == CSUCCESS__MODEL_HAZARD) {
        require(problems, model->root, "period");
        if (model->target == CSUCCESS__TARGET_NPS) {
            csuccess__problem(
                problems, csuccess__json_member(model->root, "target"), CSUCCESS_EMODEL,
                "a model of the kind \"hazard\" gives a probability, which \"nps\" "
                "is none");
        }
    } else if (period) {
        csuccess__problem(problems, period, CSUCCESS_EMODEL,
                          "only a model of the kind \"hazard\" has a \"period\"");
    } else if (model->target != CSUCCESS__TARGET_NPS) {
        require(problems, model->root, "horizon");
    }
    const csuccess__json *at =
        model->training ? csuccess__json_member(model->training, "at") : NULL;
    if (!at) {
        return;
    }
    model->has_trained_at = at->type == CSUCCESS__JSON_STRING &&
                            csuccess__time_parse(&model->trained_at, at->string, NULL);
    if (!model->has_trained_at) {
        csuccess__problem(problems, at, CSUCCESS_EMODEL,
                          "\"at\" is the time of training, such as \"2026-01-31T00:00:00Z\"");
    }
}

static void read_metrics(csuccess_model *model, csuccess__problems *problems)
{
    const csuccess__json *section =
        csuccess__read_section(problems, model->root, "metrics", CSUCCESS__JSON_OBJECT);
    if (!section) {
        require(problems, model->root, "metrics");
        return;
    }
    if (section->count > MOST_METRICS) {
        csuccess__problem(problems, section, CSUCCESS_ELIMIT,
                          "a model reads at most %u metrics", (uint32_t)MOST_METRICS);
        return;
    }
    csuccess__model_metric *metrics =
        CSUCCESS__NEW_ARRAY(&model->arena, csuccess__model_metric, section->count);
    if (!metrics) {
        problems->lost = true;
        return;
    }
    uint32_t n = 0;
    for (const csuccess__json *m = section->first; m; m = m->next) {
        if (csuccess__read_object(problems, m, metric_keys)) {
            require(problems, m, "type");
            int type = csuccess__read_word(problems, m, "type", type_words, 0);
            metrics[n++] = (csuccess__model_metric){m->key, (csuccess__metric_type)type, m};
        }
    }
    model->metrics = metrics;
    model->metric_count = n;
}

/* "sha256:" and 64 lower-case hex digits. */
static bool is_digest(csuccess_str text)
{
    if (text.len != 7 + 64 || memcmp(text.ptr, "sha256:", 7) != 0) {
        return false;
    }
    for (size_t i = 7; i < text.len; i++) {
        char c = text.ptr[i];
        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
            return false;
        }
    }
    return true;
}

static csuccess_str read_digest(const csuccess_model *model, const char *key,
                                csuccess__problems *problems)
{
    const csuccess__json *node = csuccess__json_member(model->root, key);
    if (!node || node->type == CSUCCESS__JSON_NULL) {
        return csuccess__str(NULL);
    }
    if (node->type != CSUCCESS__JSON_STRING || !is_digest(node->string)) {
        csuccess__problem(problems, node, CSUCCESS_EMODEL,
                          "%q is \"sha256:\" and 64 hex digits", csuccess__str(key));
        return csuccess__str(NULL);
    }
    return node->string;
}

static void read_members(csuccess_model *model, csuccess__problems *problems)
{
    const csuccess__json *root = model->root;
    csuccess__read_object(problems, root, document_keys);
    require(problems, root, "name");
    require(problems, root, "kind");
    require(problems, root, "target");
    require(problems, root, "scorecard");
    model->name = csuccess__read_string(problems, root, "name", (csuccess_str){NULL, 0});
    model->kind =
        (csuccess__model_kind)csuccess__read_word(problems, root, "kind", document_kinds, 0);
    model->target =
        (csuccess__model_target)csuccess__read_word(problems, root, "target", target_words, 0);
    model->dated = csuccess__read_bool(problems, root, "dated", false);
    model->calibrated = csuccess__read_bool(problems, root, "calibrated", false);
    model->scorecard =
        csuccess__read_section(problems, root, "scorecard", CSUCCESS__JSON_OBJECT);
    model->spread = csuccess__read_section(problems, root, "spread", CSUCCESS__JSON_OBJECT);
    model->training = csuccess__read_section(problems, root, "training", CSUCCESS__JSON_OBJECT);
    model->snapshot = csuccess__read_section(problems, root, "snapshot", CSUCCESS__JSON_OBJECT);
    model->parent = read_digest(model, "parent", problems);
    model->digest = read_digest(model, "digest", problems);
    read_metrics(model, problems);
    read_times(model, problems);
    if (model->name.ptr && model->name.len == 0) {
        csuccess__problem(problems, csuccess__json_member(root, "name"), CSUCCESS_EMODEL,
                          "a model has a \"name\", by which configurations know it");
    }
}

static csuccess__attribute_type attribute_type(csuccess__metric_type type)
{
    return type == CSUCCESS__METRIC_BOOL     ? CSUCCESS__ATTRIBUTE_BOOL
           : type == CSUCCESS__METRIC_STRING ? CSUCCESS__ATTRIBUTE_STRING
                                             : CSUCCESS__ATTRIBUTE_NUMBER;
}

/* The identity link belongs to an NPS, the logistic one to a probability. */
static void check_link(const csuccess_model *model, const csuccess__scorecard *card,
                       csuccess__problems *problems)
{
    bool nps = model->target == CSUCCESS__TARGET_NPS;
    if (card->logistic == nps) {
        csuccess__problem(problems, model->scorecard, CSUCCESS_EMODEL,
                          nps ? "a model of the target \"nps\" has no \"link\": \"logistic\""
                              : "a model of a probability has \"link\": \"logistic\"");
    }
}

static void rehearse(const csuccess_model *model, csuccess__compiler *with,
                     csuccess__schema *schema, csuccess__problems *problems)
{
    for (uint32_t i = 0; i < model->metric_count; i++) {
        uint32_t slot = csuccess__schema_implicit(schema, model->metrics[i].name,
                                                  attribute_type(model->metrics[i].type));
        problems->lost = problems->lost || slot == UINT32_MAX;
    }
    schema->stratum = CSUCCESS__STRATUM_CHURN;
    const csuccess__scorecard *card =
        problems->lost ? NULL
                       : csuccess__scorecard_compile(schema, with, problems, model->scorecard,
                                                     "", CSUCCESS__STRATUM_CHURN);
    if (!card) {
        return;
    }
    check_link(model, card, problems);
    if (model->spread) {
        csuccess__card_spread_read(card, with, problems, model->spread);
    }
}

void csuccess__model_rehearse(const csuccess_model *model, const csuccess_limits *limits,
                              csuccess__problems *problems)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, &model->mem, 0);
    csuccess__schema *schema = csuccess__schema_new(&arena);
    csuccess__constants *constants = csuccess__constants_new(&arena);
    if (schema && constants) {
        csuccess__scope scope = csuccess__schema_scope(schema);
        csuccess__compiler with = {.arena = &arena,
                                   .mem = &model->mem,
                                   .limits = limits,
                                   .scope = &scope,
                                   .constants = constants};
        rehearse(model, &with, schema, problems);
        csuccess__cleanup_run(with.cleanup);
    } else {
        problems->lost = true;
    }
    csuccess__arena_free(&arena);
}

/* Whatever the shared readers call it, in a model document it is a problem of the model. */
static csuccess_result settle(const csuccess__problems *problems, csuccess_error *err)
{
    static const csuccess_result keep[] = {CSUCCESS_OK, CSUCCESS_ENOMEM, CSUCCESS_ELIMIT,
                                           CSUCCESS_EUNSUPPORTED};
    csuccess_result status = csuccess__problems_result(problems, err);
    for (size_t i = 0; i < sizeof keep / sizeof *keep; i++) {
        if (status == keep[i]) {
            return status;
        }
    }
    if (err && err->size >= offsetof(csuccess_error, code) + sizeof err->code) {
        err->code = CSUCCESS_EMODEL;
    }
    return CSUCCESS_EMODEL;
}

csuccess_result csuccess__model_document(csuccess_model *model, csuccess_str bytes,
                                         const csuccess__model_taken *taken,
                                         csuccess_error *err)
{
    const csuccess__json_options options = {.limits = &taken->limits, .lines = true};
    csuccess__json *root = NULL;
    csuccess_result status = csuccess__json_read(&root, &model->arena, bytes, &options, err);
    if (status < 0) {
        return status;
    }
    csuccess__problems problems;
    csuccess__problems_init(&problems, &model->arena, taken->limits.problems);
    model->root = root;
    model->text = root->source->text;
    if (check_version(&problems, root)) {
        read_members(model, &problems);
    }
    if (problems.errors == 0 && !problems.lost) {
        csuccess__model_rehearse(model, &taken->limits, &problems);
    }
    status = settle(&problems, err);
    if (status == CSUCCESS_OK) {
        /* From here on messages about it stand beside those about a configuration. */
        csuccess__json_source *source = (csuccess__json_source *)(uintptr_t)root->source;
        source->name = model->name;
    }
    return status;
}
