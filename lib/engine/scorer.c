/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring one customer: making a scorer, walking the strata, overrides. */
#include "engine/scorer.h"

#include "base/error.h"
#include "base/number.h"
#include "customer/facts.h"
#include "text/utf8.h"

/* Whether some segment reads a slot of this stratum. */
static bool segments_read(const csuccess_config *config, csuccess__stratum stratum)
{
    const csuccess__segments *segments = config->segments;
    for (uint32_t i = 0; segments && i < segments->count; i++) {
        const csuccess__program *when = segments->list[i].when;
        for (uint32_t k = 0; when && k < when->input_count; k++) {
            if (config->schema->slots[when->inputs[k]].stratum == stratum) {
                return true;
            }
        }
    }
    return false;
}

/* Whether anything at all reads a slot of health. */
static bool health_is_read(const csuccess__schema *schema)
{
    for (uint32_t i = 0; i < schema->count; i++) {
        if (schema->slots[i].stratum == CSUCCESS__STRATUM_HEALTH && schema->slots[i].used) {
            return true;
        }
    }
    return false;
}

static bool make_results(csuccess_scorer *scorer)
{
    const csuccess_config *config = scorer->config;
    const csuccess_allocator *mem = &scorer->mem;
    uint32_t modifiers = 0, nodes = 0;
    csuccess__health_sizes(config->health, &modifiers, &nodes);
    scorer->slots =
        csuccess__alloc(mem, (size_t)config->schema->count + 1, sizeof *scorer->slots);
    scorer->health.modified =
        csuccess__alloc(mem, (size_t)modifiers + 1, sizeof *scorer->health.modified);
    scorer->health.nodes =
        csuccess__alloc(mem, (size_t)nodes + 1, sizeof *scorer->health.nodes);
    if (config->churn) {
        scorer->churn_work = csuccess__churn_work_new(config->churn, mem);
    }
    return scorer->slots && scorer->health.modified && scorer->health.nodes &&
           (scorer->churn_work || !config->churn);
}

static void free_results(csuccess_scorer *scorer)
{
    const csuccess_config *config = scorer->config;
    const csuccess_allocator *mem = &scorer->mem;
    uint32_t modifiers = 0, nodes = 0;
    csuccess__health_sizes(config->health, &modifiers, &nodes);
    csuccess__release(mem, scorer->slots, (size_t)config->schema->count + 1,
                      sizeof *scorer->slots);
    csuccess__release(mem, scorer->health.modified, (size_t)modifiers + 1,
                      sizeof *scorer->health.modified);
    csuccess__release(mem, scorer->health.nodes, (size_t)nodes + 1,
                      sizeof *scorer->health.nodes);
    csuccess__churn_work_free(scorer->churn_work);
}

static csuccess_scorer *allocate(csuccess_config *config, const csuccess_allocator *mem)
{
    csuccess_scorer *scorer = csuccess__alloc(mem, 1, sizeof *scorer);
    if (scorer) {
        scorer->mem = *mem;
        scorer->config = csuccess_config_ref(config);
        scorer->health_for_segments = segments_read(config, CSUCCESS__STRATUM_HEALTH) ||
                                      segments_read(config, CSUCCESS__STRATUM_CHURN);
        scorer->churn_for_segments = segments_read(config, CSUCCESS__STRATUM_CHURN);
        scorer->health_is_read = health_is_read(config->schema);
        csuccess__arena_init(&scorer->scratch, &scorer->mem, 0);
        csuccess__arena_init(&scorer->override_text, &scorer->mem, 0);
        csuccess__buffer_init(&scorer->json, &scorer->mem, config->limits.output_bytes);
        csuccess__buffer_init(&scorer->open, &scorer->mem, config->limits.output_bytes);
        csuccess__buffer_init(&scorer->customer, &scorer->mem, 0);
    }
    return scorer;
}

csuccess_result csuccess_scorer_new(csuccess_scorer **out, csuccess_config *config,
                                    const csuccess_allocator *allocator, csuccess_error *err)
{
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_allocator mem;
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    if (status < 0) {
        return status;
    }
    csuccess_scorer *scorer = allocate(config, &mem);
    status = scorer && make_results(scorer) ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    if (status == CSUCCESS_OK) {
        status = csuccess__machine_new(&scorer->machine, &scorer->mem, &config->limits);
    }
    if (status == CSUCCESS_OK && config->health) {
        status = csuccess__explanation_new(&scorer->explanation, &scorer->mem);
        if (status == CSUCCESS_OK) {
            status = csuccess__explanation_define(scorer->explanation, config->hash);
        }
    }
    if (status < 0) {
        csuccess_scorer_free(scorer);
        return csuccess__fail(err, status, "out of memory");
    }
    *out = scorer;
    return CSUCCESS_OK;
}

static void free_columns(csuccess_scorer *scorer)
{
    const csuccess_config *config = scorer->config;
    size_t words = (size_t)csuccess_config_segments(config) * CSUCCESS__BLOCK_WORDS + 1;
    csuccess__column_machine_free(scorer->columns);
    csuccess__release(&scorer->mem, scorer->column_slots, (size_t)config->schema->count + 1,
                      sizeof *scorer->column_slots);
    csuccess__release(&scorer->mem, scorer->members, words, sizeof *scorer->members);
    csuccess__release(&scorer->mem, scorer->undecided, words, sizeof *scorer->undecided);
}

void csuccess_scorer_free(csuccess_scorer *scorer)
{
    if (!scorer) {
        return;
    }
    csuccess_allocator mem = scorer->mem;
    csuccess__scorer_let_go(scorer);
    csuccess__machine_free(scorer->machine);
    csuccess__explanation_free(scorer->explanation);
    free_columns(scorer);
    free_results(scorer);
    csuccess_facts_free(scorer->pulled);
    csuccess__buffer_free(&scorer->json);
    csuccess__buffer_free(&scorer->open);
    csuccess__buffer_free(&scorer->customer);
    csuccess__arena_free(&scorer->scratch);
    csuccess__arena_free(&scorer->override_text);
    csuccess_config_unref(scorer->config);
    csuccess__release(&mem, scorer, 1, sizeof *scorer);
}

csuccess_result csuccess__scorer_failed(csuccess_result code, csuccess_error *err)
{
    switch (code) {
    case CSUCCESS_ENOMEM:
        return csuccess__fail(err, code, "out of memory");
    case CSUCCESS_ELIMIT:
        return csuccess__fail(err, code, "the evaluation exceeds the limit evaluation_steps");
    default:
        return csuccess__fail(err, code, "%s", csuccess_result_text(code));
    }
}

csuccess_result csuccess__scorer_idle(const csuccess_scorer *scorer, csuccess_error *err)
{
    if (scorer->busy) {
        return csuccess__fail(err, CSUCCESS_EBUSY,
                              "the scorer waits for the callback that this call comes from");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__scorer_check(const csuccess_scorer *scorer,
                                       const csuccess_facts *facts, int64_t now,
                                       csuccess_error *err)
{
    if (!scorer || !facts) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "scorer and facts are required");
    }
    if (csuccess__facts_schema(facts) != scorer->config->schema) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the facts were made for another configuration");
    }
    if (!csuccess__time_valid(now)) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "now_ms is not in the years 1 to 9999; it is milliseconds since 1970");
    }
    return csuccess__scorer_idle(scorer, err);
}

csuccess_result csuccess__scorer_inputs(csuccess_scorer *scorer, const csuccess_facts *facts,
                                        int64_t now, csuccess_error *err)
{
    csuccess__machine_reset(scorer->machine);
    csuccess__facts_fill(facts, now, scorer->slots);
    scorer->filled = true;
    scorer->filled_at = now;
    csuccess_result status =
        csuccess__metrics_run(scorer->config->schema, scorer->machine, scorer->slots, now);
    return status < 0 ? csuccess__scorer_failed(status, err) : CSUCCESS_OK;
}

csuccess_result csuccess__scorer_health(csuccess_scorer *scorer, int64_t now, bool explain,
                                        csuccess_error *err)
{
    const csuccess_config *config = scorer->config;
    csuccess__health_run run = {.machine = scorer->machine,
                                .slots = scorer->slots,
                                .slot_count = config->schema->count,
                                .now = now,
                                .override = scorer->overridden ? &scorer->override_ : NULL,
                                .past = scorer->past,
                                .explain = explain};
    if (!config->health) {
        return CSUCCESS_OK;
    }
    csuccess__health_row(config->health, &run, &scorer->health);
    return run.failed < 0 ? csuccess__scorer_failed(run.failed, err) : CSUCCESS_OK;
}

csuccess_result csuccess__scorer_churn(csuccess_scorer *scorer, int64_t now, bool explain,
                                       csuccess_error *err)
{
    const csuccess_config *config = scorer->config;
    csuccess__churn_run run = {.machine = scorer->machine,
                               .slots = scorer->slots,
                               .slot_count = config->schema->count,
                               .now = now,
                               .explain = explain,
                               .factors = scorer->wants_factors,
                               .work = scorer->churn_work,
                               .host = csuccess__scorer_host(scorer)};
    if (!config->churn) {
        return CSUCCESS_OK;
    }
    csuccess__churn_row(config->churn, &run, &scorer->churn);
    return run.failed < 0 ? csuccess__scorer_failed(run.failed, err) : CSUCCESS_OK;
}

csuccess_result csuccess_scorer_run(csuccess_scorer *scorer, const csuccess_facts *facts,
                                    int64_t now_ms, csuccess_score *out, csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK && (!out || !scorer->config->health)) {
        status = csuccess__fail(err, CSUCCESS_EINVALID,
                                out ? "the configuration has no health" : "out is required");
    }
    if (status < 0) {
        return status;
    }
    scorer->explained = false;
    status = csuccess__scorer_inputs(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_health(scorer, now_ms, false, err);
    }
    if (status < 0) {
        return status;
    }
    return csuccess__health_give(out, scorer->config->health, &scorer->health, err);
}

/* What the result object says besides: whose it is, and of when. */
static csuccess_result remember(csuccess_scorer *scorer, csuccess_str customer, int64_t now,
                                csuccess_error *err)
{
    csuccess__buffer_clear(&scorer->customer);
    csuccess__buffer_str(&scorer->customer, customer);
    if (scorer->customer.status < 0) {
        return csuccess__scorer_failed(scorer->customer.status, err);
    }
    scorer->now = now;
    scorer->explained = true;
    return CSUCCESS_OK;
}

static csuccess_result explain_health(csuccess_scorer *scorer, csuccess_error *err)
{
    const csuccess_config *config = scorer->config;
    csuccess_result status = CSUCCESS_OK;
    if (config->health) {
        status = csuccess__explanation_fill(scorer->explanation, config->health, config->schema,
                                            &scorer->health);
    }
    return status < 0 ? csuccess__scorer_failed(status, err) : CSUCCESS_OK;
}

csuccess_result csuccess__scorer_explained(csuccess_scorer *scorer, csuccess_str customer,
                                           int64_t now, csuccess_error *err)
{
    csuccess_result status = explain_health(scorer, err);
    return status == CSUCCESS_OK ? remember(scorer, customer, now, err) : status;
}

csuccess_result csuccess_scorer_explain(csuccess_scorer *scorer, const csuccess_facts *facts,
                                        int64_t now_ms, csuccess_score *out,
                                        csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status < 0) {
        return status;
    }
    const csuccess_config *config = scorer->config;
    scorer->explained = false;
    status = csuccess__scorer_inputs(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_health(scorer, now_ms, true, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_churn(scorer, now_ms, true, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_told(scorer, csuccess_facts_customer(facts), now_ms, err);
    }
    if (status == CSUCCESS_OK) {
        status =
            csuccess__scorer_explained(scorer, csuccess_facts_customer(facts), now_ms, err);
    }
    if (status < 0 || !out || !config->health) {
        return status;
    }
    return csuccess__health_give(out, config->health, &scorer->health, err);
}

const csuccess_explanation *csuccess_scorer_explanation(const csuccess_scorer *scorer)
{
    return scorer && scorer->explained ? scorer->explanation : NULL;
}

static bool override_is_text(const csuccess_override *o)
{
    return csuccess__utf8_check(o->status, NULL) && csuccess__utf8_check(o->reason, NULL) &&
           csuccess__utf8_check(o->by, NULL);
}

static csuccess_result check_override(const csuccess_scorer *scorer, const csuccess_override *o,
                                      csuccess_error *err)
{
    if (!o->reason.len || !o->expires_at || (!o->has_score && !o->status.len)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "an override needs a reason, an expiry, and a score or a status");
    }
    if (!override_is_text(o)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "a text of the override is not UTF-8");
    }
    if (o->has_score && !csuccess__is_finite(o->score)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "the override's score is not a number");
    }
    if (o->status.len && !csuccess__health_has_status(scorer->config->health, o->status)) {
        return csuccess__fail(err, CSUCCESS_ENAME, "no profile has the status %q", o->status);
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_scorer_override(csuccess_scorer *scorer,
                                         const csuccess_override *override_,
                                         csuccess_error *err)
{
    csuccess_override o;
    if (!scorer) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "scorer is required");
    }
    if (!override_) {
        scorer->overridden = false;
        return CSUCCESS_OK;
    }
    csuccess_result status = csuccess__struct_take(&o, sizeof o, sizeof(size_t), override_,
                                                   "csuccess_override", err);
    if (status == CSUCCESS_OK) {
        status = check_override(scorer, &o, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__arena text;
    csuccess__arena_init(&text, &scorer->mem, 0);
    csuccess__override copy = {.has_score = o.has_score != 0,
                               .score = o.score,
                               .status = csuccess__arena_copy(&text, o.status),
                               .reason = csuccess__arena_copy(&text, o.reason),
                               .by = csuccess__arena_copy(&text, o.by),
                               .expires_at = o.expires_at};
    if (!copy.status.ptr || !copy.reason.ptr || !copy.by.ptr) {
        csuccess__arena_free(&text);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    scorer->explained = false; /* the last result may hold the texts that go */
    csuccess__arena_free(&scorer->override_text);
    scorer->override_text = text;
    scorer->override_ = copy;
    scorer->overridden = true;
    return CSUCCESS_OK;
}
