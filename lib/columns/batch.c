/* SPDX-License-Identifier: Apache-2.0 */
/* Scoring whole columns, block by block: the strata in the order of scorer.c. */
#include "columns/scorer.h"

#include "base/error.h"

#include <string.h>

/* One call: what is wanted, and where the block at hand stands. */
typedef struct batch {
    csuccess_scorer *scorer;
    const csuccess_columns *columns;
    csuccess_column_results out;
    csuccess__column_frame frame;
    size_t at; /* first item of the block in the results */
    csuccess_result failed;
} batch;

/* Scratch for columns, made at the first use. */
static csuccess_result prepare(csuccess_scorer *scorer)
{
    const csuccess_config *config = scorer->config;
    size_t words = (size_t)csuccess_config_segments(config) * CSUCCESS__BLOCK_WORDS + 1;
    if (!scorer->column_slots) {
        scorer->column_slots = csuccess__alloc(&scorer->mem, (size_t)config->schema->count + 1,
                                               sizeof *scorer->column_slots);
    }
    if (!scorer->members) {
        scorer->members = csuccess__alloc(&scorer->mem, words, sizeof *scorer->members);
    }
    if (!scorer->undecided) {
        scorer->undecided = csuccess__alloc(&scorer->mem, words, sizeof *scorer->undecided);
    }
    if (!scorer->column_slots || !scorer->members || !scorer->undecided) {
        return CSUCCESS_ENOMEM;
    }
    if (scorer->columns) {
        return CSUCCESS_OK;
    }
    return csuccess__column_machine_new(&scorer->columns, &scorer->mem, &config->limits);
}

/* Inputs as bound, everything computed unknown. */
static void open_slots(const batch *b)
{
    const csuccess__schema *schema = b->scorer->config->schema;
    csuccess__column *slots = b->scorer->column_slots;
    memcpy(slots, b->columns->slots, schema->inputs * sizeof *slots);
    for (uint32_t i = schema->inputs; i < schema->count; i++) {
        slots[i] = (csuccess__column){.form = CSUCCESS__FORM_NONE,
                                      .kind = schema->slots[i].type->kind};
    }
}

static void metrics(batch *b)
{
    const csuccess__schema *schema = b->scorer->config->schema;
    for (uint32_t i = 0; i < schema->metric_count && b->failed == CSUCCESS_OK; i++) {
        const csuccess__metric *metric = &schema->metrics[i];
        if (!schema->slots[metric->slot].used) {
            continue;
        }
        const csuccess__vector *v = csuccess__program_columns(
            metric->program, b->scorer->columns, &b->frame, NULL, &b->failed);
        if (v) {
            b->scorer->column_slots[metric->slot] =
                (csuccess__column){.form = CSUCCESS__FORM_VECTOR, .kind = v->kind, .data = v};
        } else if (b->failed == CSUCCESS_OK) {
            b->failed = CSUCCESS_ENOMEM;
        }
    }
}

/* The first `rows` bits of a block's bitmap as bytes, the rest of the last byte zero. */
static void put_bits(uint8_t *to, const uint64_t *bits, uint32_t rows)
{
    for (uint32_t i = 0; i < (rows + 7) / 8; i++) {
        uint32_t left = rows - i * 8;
        uint8_t byte = (uint8_t)(bits[i / 8] >> (i % 8 * 8));
        to[i] = left < 8 ? (uint8_t)(byte & ((1u << left) - 1)) : byte;
    }
}

static uint32_t ones(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555u;
    x = (x & 0x3333333333333333u) + (x >> 2 & 0x3333333333333333u);
    return (uint32_t)(((x + (x >> 4)) & 0x0F0F0F0F0F0F0F0Fu) * 0x0101010101010101u >> 56);
}

static uint64_t count_bits(const uint64_t *bits, uint32_t rows)
{
    uint64_t n = 0;
    uint32_t w = 0;
    for (; w < rows / 64; w++) {
        n += ones(bits[w]);
    }
    return rows % 64 ? n + ones(bits[w] & (((uint64_t)1 << rows % 64) - 1)) : n;
}

#define ITEM(array) (b->out.array ? b->out.array + b->at : NULL)

static void health(batch *b)
{
    uint64_t scored[CSUCCESS__BLOCK_WORDS];
    csuccess__health_columns_run run = {
        .machine = b->scorer->columns, .frame = &b->frame, .slots = b->scorer->column_slots};
    csuccess__health_block block = {.score = ITEM(score),
                                    .raw = ITEM(raw),
                                    .completeness = ITEM(completeness),
                                    .status = ITEM(status),
                                    .trend = ITEM(trend),
                                    .profile = ITEM(profile),
                                    .scored = b->out.scored ? scored : NULL};
    csuccess__health_columns(b->scorer->config->health, &run, &block);
    b->failed = run.failed;
    if (b->out.scored && b->failed == CSUCCESS_OK) {
        put_bits(b->out.scored + b->at / 8, scored, b->frame.rows);
    }
}

/* What a block of predictions came to goes to the log, then to the host. */
static void give_churn(batch *b, const uint64_t *known, const uint64_t *degraded)
{
    if (b->scorer->log) {
        b->failed =
            csuccess__scorer_told_block(b->scorer, b->frame.first, b->frame.rows, b->frame.now);
    }
    if (b->out.predicted && b->failed == CSUCCESS_OK) {
        put_bits(b->out.predicted + b->at / 8, known, b->frame.rows);
    }
    if (b->out.degraded && b->failed == CSUCCESS_OK) {
        put_bits(b->out.degraded + b->at / 8, degraded, b->frame.rows);
    }
}

static void churn(batch *b, bool amounts)
{
    uint64_t known[CSUCCESS__BLOCK_WORDS], degraded[CSUCCESS__BLOCK_WORDS];
    double confidence[CSUCCESS__BLOCK]; /* the log is told of it, wanted or not */
    csuccess__churn_columns_run run = {.machine = b->scorer->columns,
                                       .frame = &b->frame,
                                       .slots = b->scorer->column_slots,
                                       .amounts = amounts,
                                       .work = b->scorer->churn_work,
                                       .host = csuccess__scorer_host(b->scorer)};
    csuccess__churn_block block = {.probability = ITEM(probability),
                                   .confidence = ITEM(confidence),
                                   .level = ITEM(level),
                                   .source = ITEM(source),
                                   .known = known,
                                   .degraded = degraded};
    if (b->scorer->log && !block.confidence) {
        block.confidence = confidence;
    }
    csuccess__churn_columns(b->scorer->config->churn, &run, &block);
    b->failed = run.failed;
    if (b->failed == CSUCCESS_OK) {
        give_churn(b, known, degraded);
    }
}

static void segments(batch *b)
{
    const csuccess__segments *set = b->scorer->config->segments;
    const uint64_t *members = b->scorer->members;
    b->failed =
        csuccess__segments_columns(set, b->scorer->columns, &b->frame, b->scorer->column_slots,
                                   b->scorer->members, b->scorer->undecided);
    for (uint32_t i = 0; b->failed == CSUCCESS_OK && i < set->count; i++) {
        const uint64_t *bits = members + (size_t)i * CSUCCESS__BLOCK_WORDS;
        if (b->out.segments && b->out.segments[i]) {
            put_bits(b->out.segments[i] + b->at / 8, bits, b->frame.rows);
        }
        if (b->out.segment_sizes) {
            b->out.segment_sizes[i] += count_bits(bits, b->frame.rows);
        }
    }
}

/* Results that no section of the configuration computes. */
static void blank(const batch *b, bool no_health, bool no_churn)
{
    const uint32_t n = b->frame.rows;
    const struct {
        void *to;
        int byte;
        size_t bytes;
        bool absent;
    } fields[] = {
        {ITEM(score), 0, n * sizeof(double), no_health},
        {ITEM(raw), 0, n * sizeof(double), no_health},
        {ITEM(completeness), 0, n * sizeof(double), no_health},
        {ITEM(status), 255, n, no_health},
        {ITEM(trend), 0, n, no_health},
        {ITEM(profile), 255, n, no_health},
        {b->out.scored ? b->out.scored + b->at / 8 : NULL, 0, (n + 7) / 8, no_health},
        {ITEM(probability), 0, n * sizeof(double), no_churn},
        {ITEM(level), 255, n, no_churn},
        {b->out.predicted ? b->out.predicted + b->at / 8 : NULL, 0, (n + 7) / 8, no_churn},
        {ITEM(confidence), 0, n * sizeof(double), no_churn},
        {ITEM(source), CSUCCESS_SOURCE_NONE, n, no_churn},
        {b->out.degraded ? b->out.degraded + b->at / 8 : NULL, 0, (n + 7) / 8, no_churn},
    };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        if (fields[i].absent && fields[i].to) {
            memset(fields[i].to, fields[i].byte, fields[i].bytes);
        }
    }
}

/* Which strata the wanted results ask for. */
typedef struct plan {
    bool health, churn, segments;
} plan;

static bool wants_health(const csuccess_column_results *out)
{
    return out->score || out->raw || out->completeness || out->status || out->trend ||
           out->profile || out->scored;
}

static bool wants_churn(const csuccess_column_results *out)
{
    return out->probability || out->level || out->predicted || out->confidence || out->source ||
           out->degraded;
}

/* Churn may read health, segments may read both. */
static plan make_plan(const batch *b)
{
    const csuccess_scorer *scorer = b->scorer;
    const csuccess_config *config = scorer->config;
    plan p;
    p.segments = config->segments && (b->out.segments || b->out.segment_sizes);
    p.churn = wants_churn(&b->out) || (p.segments && scorer->churn_for_segments);
    p.churn = p.churn && config->churn;
    p.health = wants_health(&b->out) || p.churn || (p.segments && scorer->health_for_segments);
    p.health = p.health && config->health;
    return p;
}

static void run_block(batch *b, plan p)
{
    csuccess__column_machine_reset(b->scorer->columns);
    open_slots(b);
    metrics(b);
    if (p.health && b->failed == CSUCCESS_OK) {
        health(b);
    }
    if (p.churn && b->failed == CSUCCESS_OK) {
        churn(b, p.segments && b->scorer->churn_for_segments);
    }
    if (p.segments && b->failed == CSUCCESS_OK) {
        segments(b);
    }
    blank(b, !p.health, !p.churn);
}

static csuccess_result check(const csuccess_scorer *scorer, const csuccess_columns *columns,
                             size_t first, size_t count, csuccess_error *err)
{
    if (!scorer || !columns || columns->config != scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "scorer and columns of one configuration are required");
    }
    csuccess_result status = csuccess__scorer_idle(scorer, err);
    if (status < 0) {
        return status;
    }
    if (first > columns->rows || count > columns->rows - first) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "rows %z to %z are wanted of %z", first,
                              first + count, columns->rows);
    }
    return CSUCCESS_OK;
}

/* reason: a range of rows, a time and two places are what one call says. */
csuccess_result csuccess_scorer_columns(csuccess_scorer *scorer,
                                        const csuccess_columns *columns, size_t first,
                                        size_t count, int64_t now_ms,
                                        const csuccess_column_results *out, csuccess_error *err)
{
    batch b = {.scorer = scorer, .columns = columns};
    csuccess_result status = check(scorer, columns, first, count, err);
    if (status == CSUCCESS_OK && !csuccess__time_valid(now_ms)) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "now_ms is not in the years 1 to 9999");
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__struct_take(&b.out, sizeof b.out, sizeof(size_t), out,
                                       "csuccess_column_results", err);
    }
    if (status < 0) {
        return status;
    }
    b.failed = prepare(scorer);
    const plan p = make_plan(&b);
    while (b.failed == CSUCCESS_OK && b.at < count) {
        size_t left = count - b.at;
        b.frame = (csuccess__column_frame){.slots = scorer->column_slots,
                                           .count = scorer->config->schema->count,
                                           .now = now_ms,
                                           .first = first + b.at,
                                           .rows = left < CSUCCESS__BLOCK ? (uint32_t)left
                                                                          : CSUCCESS__BLOCK};
        run_block(&b, p);
        b.at += b.frame.rows;
    }
    return b.failed < 0 ? csuccess__scorer_failed(b.failed, err) : CSUCCESS_OK;
}
