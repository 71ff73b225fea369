/* SPDX-License-Identifier: Apache-2.0 */
/* Making samples and adding rows to them. */
#include "columns/samples.h"

#include "base/error.h"
#include "customer/facts.h"
#include "score/health_internal.h"

#include <string.h>

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

/* ---- Making ---- */

/* A duration ahead; `fallback` for the empty text. */
static csuccess_result take_duration(csuccess__duration *out, csuccess_str text,
                                     const char *name, bool zero, csuccess_error *err)
{
    int64_t end = 0;
    bool fits = csuccess__duration_parse(out, text, NULL) &&
                !csuccess__duration_is_negative(*out) && csuccess__time_add(&end, 0, *out);
    if (!fits || end < 0 || (end == 0 && !zero)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the %s %q: it is a duration ahead in ISO 8601, such as \"P30D\"",
                              name, text);
    }
    return CSUCCESS_OK;
}

static csuccess_result take_window(csuccess_samples *samples,
                                   const csuccess_samples_options *options, csuccess_error *err)
{
    const csuccess__json *churn =
        csuccess__json_member(samples->scorer->config->document, "churn");
    const csuccess__json *own = churn ? csuccess__json_member(churn, "horizon") : NULL;
    csuccess_str horizon = options->horizon;
    if (!horizon.len) {
        horizon =
            own && own->type == CSUCCESS__JSON_STRING ? own->string : csuccess__str("P30D");
    }
    csuccess_str gap = options->gap.len ? options->gap : csuccess__str("P0D");
    csuccess_result status = take_duration(&samples->horizon, horizon, "horizon", false, err);
    return status < 0 ? status : take_duration(&samples->gap, gap, "gap", true, err);
}

static csuccess_result take_outcome(csuccess_samples *samples, csuccess_str text,
                                    csuccess_error *err)
{
    if (!text.len) {
        return CSUCCESS_OK;
    }
    csuccess_result status =
        csuccess__question_rule(&samples->outcome, samples->scorer, &samples->arena, text, err);
    const csuccess__schema *schema = samples->scorer->config->schema;
    const csuccess__program *program = status < 0 ? NULL : samples->outcome.program;
    for (uint32_t i = 0; program && i < program->input_count; i++) {
        if (schema->slots[program->inputs[i]].stratum == CSUCCESS__STRATUM_SEGMENT) {
            return csuccess__fail(err, CSUCCESS_EINVALID,
                                  "the outcome reads a segment; write its condition instead");
        }
    }
    return status;
}

/* Members of the root of a profile's card; those of a single metric are none. */
static uint32_t count_parts(const csuccess__scorecard *card)
{
    uint32_t n = 0;
    for (uint32_t i = 1; card && i < card->count; i = card->nodes[i].end) {
        n++;
    }
    return n;
}

static void size_parts(csuccess_samples *samples)
{
    const csuccess__health *health = samples->scorer->config->health;
    for (uint32_t i = 0; health && i < health->profile_count; i++) {
        uint32_t n = count_parts(health->profiles[i].card);
        samples->part_count = n > samples->part_count ? n : samples->part_count;
    }
}

static csuccess_result fill(csuccess_samples *samples, const csuccess_samples_options *options,
                            csuccess_error *err)
{
    if ((!options->metrics && options->metric_count) ||
        (!options->exclude && options->exclude_count)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "metrics or exclude is NULL");
    }
    if (!csuccess__time_valid(options->now_ms) ||
        !csuccess__time_valid(options->observed_until)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "now_ms or observed_until is not in the years 1 to 9999");
    }
    samples->now = options->now_ms;
    samples->observed_until = options->observed_until;
    csuccess_result status = take_window(samples, options, err);
    if (status == CSUCCESS_OK) {
        status = take_outcome(samples, options->outcome, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__samples_choose(samples, options, err);
    }
    size_parts(samples);
    return status;
}

csuccess_result csuccess_samples_new(csuccess_samples **out, csuccess_config *config,
                                     const csuccess_samples_options *in, csuccess_error *err)
{
    csuccess_samples_options options = CSUCCESS_SAMPLES_OPTIONS_INIT;
    csuccess_scorer *scorer;
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_result status =
        in ? csuccess__struct_take(&options, sizeof options, sizeof(size_t), in,
                                   "csuccess_samples_options", err)
           : CSUCCESS_OK;
    if (status == CSUCCESS_OK) {
        status = csuccess_scorer_new(&scorer, config, options.allocator, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess_samples *samples = csuccess__alloc(&scorer->mem, 1, sizeof *samples);
    if (!samples) {
        csuccess_scorer_free(scorer);
        return no_memory(err);
    }
    samples->mem = scorer->mem;
    samples->scorer = scorer;
    csuccess__arena_init(&samples->arena, &samples->mem, 0);
    csuccess__words_init(&samples->customers, &samples->mem);
    status = fill(samples, &options, err);
    if (status < 0) {
        csuccess_samples_free(samples);
        return status;
    }
    *out = samples;
    return CSUCCESS_OK;
}

void csuccess_samples_free(csuccess_samples *samples)
{
    if (!samples) {
        return;
    }
    csuccess_allocator mem = samples->mem;
    for (uint32_t i = 0; i < samples->metric_count; i++) {
        csuccess__sample_metric *metric = &samples->metrics[i];
        csuccess__release(&mem, metric->numbers, samples->cap, sizeof *metric->numbers);
        csuccess__release(&mem, metric->codes, samples->cap, sizeof *metric->codes);
        csuccess__words_free(&metric->words);
    }
    csuccess__release(&mem, samples->rows, samples->cap, sizeof *samples->rows);
    csuccess__release(&mem, samples->parts, (size_t)samples->cap * samples->part_count,
                      sizeof *samples->parts);
    csuccess__words_free(&samples->customers);
    csuccess__question_free(&samples->outcome);
    csuccess__arena_free(&samples->arena);
    csuccess_scorer_free(samples->scorer);
    csuccess__release(&mem, samples, 1, sizeof *samples);
}

/* ---- Room ---- */

/* Grows one array; what grew before a failure is known by its own capacity only when all grew, so each is
   grown into a copy that takes its place at once. */
static bool grow(const csuccess_samples *s, void **block, size_t old_n, size_t new_n,
                 size_t bytes)
{
    void *more = csuccess__alloc(&s->mem, new_n, bytes);
    if (more && *block) {
        memcpy(more, *block, old_n * bytes);
    }
    *block = more;
    return more != NULL;
}

/* The arrays of a set: rows, parts, and one of each metric. */
typedef struct arrays {
    void **list;
    size_t *bytes;
    uint32_t count;
} arrays;

static void *current(const csuccess_samples *s, uint32_t i)
{
    if (i < 2) {
        return i == 0 ? (void *)s->rows : (void *)s->parts;
    }
    const csuccess__sample_metric *m = &s->metrics[i - 2];
    return m->kind == CSUCCESS__KIND_NUMBER ? (void *)m->numbers : (void *)m->codes;
}

static size_t item_bytes(const csuccess_samples *s, uint32_t i)
{
    if (i < 2) {
        return i == 0 ? sizeof *s->rows : s->part_count * sizeof *s->parts;
    }
    return s->metrics[i - 2].kind == CSUCCESS__KIND_NUMBER ? sizeof(double) : sizeof(uint32_t);
}

static void put(csuccess_samples *s, uint32_t i, void *block)
{
    if (i == 0) {
        s->rows = block;
    } else if (i == 1) {
        s->parts = block;
    } else if (s->metrics[i - 2].kind == CSUCCESS__KIND_NUMBER) {
        s->metrics[i - 2].numbers = block;
    } else {
        s->metrics[i - 2].codes = block;
    }
}

/* All arrays at the new size, or none. reason: taking their places and giving back are one walk. */
static bool resize_all(csuccess_samples *s, uint32_t cap)
{
    uint32_t count = s->metric_count + 2, made = 0;
    void **fresh = csuccess__alloc(&s->mem, count, sizeof *fresh);
    bool ok = fresh != NULL;
    for (; ok && made < count; made++) {
        size_t bytes = item_bytes(s, made);
        fresh[made] = current(s, made);
        ok = bytes == 0 || grow(s, &fresh[made], s->count, cap, bytes);
        if (!ok) {
            break;
        }
    }
    for (uint32_t i = 0; i < made; i++) {
        size_t bytes = item_bytes(s, i);
        if (bytes == 0) {
            continue;
        }
        csuccess__release(&s->mem, ok ? current(s, i) : fresh[i], ok ? s->cap : cap, bytes);
        if (ok) {
            put(s, i, fresh[i]);
        }
    }
    csuccess__release(&s->mem, fresh, count, sizeof *fresh);
    if (ok) {
        s->cap = cap;
    }
    return ok;
}

csuccess_result csuccess__samples_reserve(csuccess_samples *samples, size_t more,
                                          csuccess_error *err)
{
    const uint32_t most = UINT32_MAX / 4;
    if (more > most - samples->count) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "there are more than %u rows", most);
    }
    uint32_t need = samples->count + (uint32_t)more;
    if (need <= samples->cap) {
        return CSUCCESS_OK;
    }
    uint32_t cap = samples->cap ? samples->cap : 256;
    while (cap < need) {
        cap = cap > most / 2 ? most : cap * 2;
    }
    return resize_all(samples, cap) ? CSUCCESS_OK : no_memory(err);
}

/* ---- Keeping a row ---- */

int64_t csuccess__sample_time(const csuccess_samples *samples, const csuccess_sample *given)
{
    return given->present & CSUCCESS_SAMPLE_AS_OF ? given->as_of : samples->now;
}

static bool times_valid(const csuccess_sample *given)
{
    const struct {
        uint32_t bit;
        int64_t at;
    } times[] = {{CSUCCESS_SAMPLE_AS_OF, given->as_of},
                 {CSUCCESS_SAMPLE_OUTCOME_AT, given->outcome_at},
                 {CSUCCESS_SAMPLE_NOTICE_AT, given->notice_at}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        if (given->present & times[i].bit && !csuccess__time_valid(times[i].at)) {
            return false;
        }
    }
    return true;
}

/* Within these, sums of weights neither overflow nor lose what is small, in 32 bits either. */
static const double least_weight = 1e-9, most_weight = 1e9;

/* reason: one line a check. */
csuccess_result csuccess__sample_check(const csuccess_samples *samples,
                                       const csuccess_sample *given, csuccess_error *err)
{
    bool dated = given->present & CSUCCESS_SAMPLE_AS_OF;
    if (!times_valid(given)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "a time of the sample is not in the years 1 to 9999; it is "
                              "milliseconds since 1970");
    }
    if (given->present & CSUCCESS_SAMPLE_FOLD && given->fold > 999) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "fold %u: it is at most 999", given->fold);
    }
    bool weighs = given->weight >= least_weight && given->weight <= most_weight;
    if (!weighs && (given->weight > 0 || given->weight < 0 || given->weight != given->weight)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "a weight is from 1e-9 to 1e9; 0 stands for 1");
    }
    if (given->kind > CSUCCESS_OUTCOME_EXPANSION) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "there is no kind of outcome %u",
                              given->kind);
    }
    if (samples->count && dated != samples->dated) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "rows with and without as_of: they are all dated, or all of a cross-section");
    }
    if (!dated && given->present & (CSUCCESS_SAMPLE_OUTCOME_AT | CSUCCESS_SAMPLE_NOTICE_AT)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "the time of an outcome or notice needs an as_of beside it");
    }
    return CSUCCESS_OK;
}

static bool keep_metric(csuccess__sample_metric *metric, const csuccess__value *value,
                        uint32_t at)
{
    bool missing = csuccess__is_missing(*value);
    switch (metric->kind) {
    case CSUCCESS__KIND_NUMBER:
        metric->numbers[at] = missing ? (double)NAN : value->as.number + 0.0;
        return true;
    case CSUCCESS__KIND_BOOL:
        metric->codes[at] = missing ? CSUCCESS__NO_WORD : value->as.boolean;
        return true;
    default:
        metric->codes[at] =
            missing ? CSUCCESS__NO_WORD : csuccess__words_add(&metric->words, value->as.string);
        return missing || metric->codes[at] != CSUCCESS__NO_WORD;
    }
}

/* Scores of the members of the root. */
static void keep_parts(double *parts, const csuccess__scorecard *card,
                       const csuccess__card_result *nodes)
{
    for (uint32_t i = 1, n = 0; i < card->count; i = card->nodes[i].end) {
        parts[n++] = nodes[i].missing ? (double)NAN : nodes[i].score;
    }
}

/* The score in force, and the scores of the members that it is made of. */
static void keep_health(csuccess_samples *s, csuccess__sample_row *row, uint32_t at)
{
    const csuccess_config *config = s->scorer->config;
    const csuccess__health_result *health = &s->scorer->health;
    double *parts = s->parts ? s->parts + (size_t)at * s->part_count : NULL;
    for (uint32_t i = 0; i < s->part_count; i++) {
        parts[i] = (double)NAN;
    }
    row->profile = row->band = UINT32_MAX;
    if (!config->health || health->profile == UINT32_MAX) {
        return;
    }
    const csuccess__profile *profile = &config->health->profiles[health->profile];
    row->profile = health->profile;
    row->band = health->band < 0 ? UINT32_MAX : (uint32_t)health->band;
    row->scored = health->has_score;
    row->raw = health->has_score ? health->raw : 0;
    for (uint32_t i = 0; i < health->modified_count; i++) {
        uint32_t modifier = health->modified[i].modifier;
        row->modifiers |= modifier < CSUCCESS__SAMPLE_MODIFIERS ? UINT64_C(1) << modifier : 0;
    }
    if (health->has_card) {
        keep_parts(parts, profile->card, health->nodes);
    }
}

static void keep_churn(const csuccess_samples *s, csuccess__sample_row *row)
{
    const csuccess__churn_result *churn = &s->scorer->churn;
    row->level = UINT32_MAX;
    if (!s->scorer->config->churn || !churn->has_probability) {
        return;
    }
    row->predicted = true;
    row->probability = churn->probability;
    row->calibrated = churn->calibrated;
    row->days = csuccess__churn_horizon_days(s->scorer->config->churn, churn);
    row->learned =
        churn->source == CSUCCESS__SOURCE_LEARNED || churn->source == CSUCCESS__SOURCE_XGBOOST;
    row->level = churn->level < 0 ? UINT32_MAX : (uint32_t)churn->level;
}

/* The outcome of a cross-section by the condition; an open one leaves the sample without. */
static csuccess_result ask_outcome(const csuccess_samples *s, csuccess__sample_row *row,
                                   csuccess_error *err)
{
    csuccess_result failed = CSUCCESS_OK;
    bool known = row->given.present & (CSUCCESS_SAMPLE_OUTCOME | CSUCCESS_SAMPLE_AS_OF);
    if (known || !s->outcome.program) {
        return CSUCCESS_OK;
    }
    csuccess__value v = csuccess__question_run(&s->outcome, s->scorer, s->now, &failed);
    if (failed < 0) {
        return csuccess__scorer_failed(failed, err);
    }
    if (!csuccess__is_missing(v)) {
        row->given.present |= CSUCCESS_SAMPLE_OUTCOME;
        row->given.outcome = v.as.boolean;
    }
    return CSUCCESS_OK;
}

static csuccess_result evaluate(csuccess_samples *s, int64_t now, csuccess_error *err)
{
    csuccess_scorer *scorer = s->scorer;
    csuccess__machine_reset(scorer->machine);
    csuccess_result status =
        csuccess__metrics_run(scorer->config->schema, scorer->machine, scorer->slots, now);
    if (status < 0) {
        return csuccess__scorer_failed(status, err);
    }
    status = csuccess__scorer_health(scorer, now, false, err);
    return status < 0 ? status : csuccess__scorer_churn(scorer, now, false, err);
}

/* Whose row it is. */
static bool keep_customer(csuccess_samples *s, csuccess__sample_row *row, uint32_t at,
                          csuccess_str customer)
{
    row->customer = CSUCCESS__NO_WORD;
    row->key = (at + UINT64_C(1)) * UINT64_C(0x9E3779B97F4A7C15);
    if (!customer.len) {
        return true;
    }
    row->customer = csuccess__words_add(&s->customers, customer);
    row->key = csuccess__str_hash(customer);
    return row->customer != CSUCCESS__NO_WORD;
}

csuccess_result csuccess__samples_keep(csuccess_samples *samples, uint32_t at,
                                       csuccess_str customer, const csuccess_sample *given,
                                       csuccess_error *err)
{
    csuccess_scorer *scorer = samples->scorer;
    csuccess__sample_row row = {.given = *given};
    csuccess_result status = evaluate(samples, csuccess__sample_time(samples, given), err);
    if (status < 0) {
        return status;
    }
    row.given.outcome = given->outcome != 0;
    row.given.weight = given->weight > 0 ? given->weight : 1;
    for (uint32_t i = 0; i < samples->metric_count; i++) {
        csuccess__sample_metric *metric = &samples->metrics[i];
        if (!keep_metric(metric, &scorer->slots[metric->slot], at)) {
            return no_memory(err);
        }
    }
    keep_health(samples, &row, at);
    keep_churn(samples, &row);
    if (!keep_customer(samples, &row, at, customer)) {
        return no_memory(err);
    }
    status = ask_outcome(samples, &row, err);
    samples->rows[at] = row;
    return status;
}

csuccess_result csuccess_samples_add(csuccess_samples *samples, const csuccess_facts *facts,
                                     const csuccess_sample *sample, csuccess_error *err)
{
    csuccess_sample given = CSUCCESS_SAMPLE_INIT;
    if (!samples) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "samples is required");
    }
    csuccess_result status = sample
                                 ? csuccess__struct_take(&given, sizeof given, sizeof(size_t),
                                                         sample, "csuccess_sample", err)
                                 : CSUCCESS_OK;
    if (status == CSUCCESS_OK) {
        status = csuccess__sample_check(samples, &given, err);
    }
    int64_t now = status < 0 ? 0 : csuccess__sample_time(samples, &given);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_check(samples->scorer, facts, now, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__samples_reserve(samples, 1, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__facts_fill(facts, now, samples->scorer->slots);
    status = csuccess__samples_keep(samples, samples->count, csuccess_facts_customer(facts),
                                    &given, err);
    if (status == CSUCCESS_OK) {
        samples->dated = given.present & CSUCCESS_SAMPLE_AS_OF;
        samples->count++;
    }
    return status;
}
