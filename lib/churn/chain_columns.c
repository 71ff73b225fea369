/* SPDX-License-Identifier: Apache-2.0 */
/* The fallback chain over a block: each step for the rows that those before it left open. */
#include "churn/internal.h"

#include "base/number.h"

#include <string.h>

/* One step over the rows of `mask`. */
typedef struct asking {
    const csuccess__churn *churn;
    const csuccess__chain_step *step;
    csuccess__churn_columns_run *run;
    csuccess__churn_rows *rows;
    uint8_t *trouble;
    const uint64_t *mask;
    bool confidence;
} asking;

static bool has_bit(const uint64_t *bits, uint32_t row)
{
    return bits[row / 64] >> (row % 64) & 1;
}

static bool is_there(const csuccess__vector *v, uint32_t row)
{
    return v->all_valid || has_bit(v->valid, row);
}

static csuccess__value value_of(const csuccess__vector *v, uint32_t row)
{
    if (!is_there(v, row)) {
        return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    }
    switch (v->kind) {
    case CSUCCESS__KIND_NUMBER:
        return csuccess__number(v->as.numbers[row]);
    case CSUCCESS__KIND_BOOL:
        return csuccess__boolean(has_bit(v->as.bits, row));
    case CSUCCESS__KIND_TIME:
        return csuccess__time(v->as.times[row]);
    default:
        return v->as.values[row];
    }
}

/* ---- Scorecards ---- */

static bool by_card(const asking *a)
{
    csuccess__card_columns card = {.machine = a->run->machine,
                                   .frame = a->run->frame,
                                   .slots = a->run->slots,
                                   .mask = a->mask,
                                   .want_completeness = a->confidence,
                                   .spread = a->confidence ? a->step->spread : NULL};
    const csuccess__vector *v = csuccess__scorecard_columns(a->step->card, &card);
    if (!v) {
        a->run->failed = card.failed;
        return false;
    }
    for (uint32_t i = 0; i < a->run->frame->rows; i++) {
        if (!has_bit(a->mask, i)) {
            continue;
        }
        bool there = is_there(v, i);
        a->trouble[i] = there ? CSUCCESS__TROUBLE_NONE : CSUCCESS__TROUBLE_UNDECIDED;
        a->rows->probability[i] = there ? csuccess__step_within(a->step, v->as.numbers[i]) : 0;
        if (a->confidence) {
            const csuccess__vector *sure =
                there && card.confidence ? card.confidence : card.completeness;
            a->rows->confidence[i] = sure->as.numbers[i];
        }
    }
    return a->run->failed == CSUCCESS_OK;
}

/* ---- Features ---- */

/* The columns of all features that are asked for. */
static bool load_features(const asking *a)
{
    for (uint32_t f = 0; f < a->step->feature_count; f++) {
        const csuccess__program *program = a->step->features[f].program;
        a->rows->columns[f] =
            program ? csuccess__program_columns(program, a->run->machine, a->run->frame,
                                                a->mask, &a->run->failed)
                    : NULL;
        if (program && !a->rows->columns[f]) {
            return false;
        }
    }
    return true;
}

/* The share of features that are there. */
static double complete(const asking *a, uint32_t row)
{
    uint32_t asked = 0, present = 0;
    for (uint32_t f = 0; f < a->step->feature_count; f++) {
        const csuccess__vector *v = a->rows->columns[f];
        asked += v != NULL;
        present += v && is_there(v, row);
    }
    return asked ? (double)present / (double)asked : 1;
}

/* ---- Trees ---- */

/* Flags as 0 and 1. */
static void fill_flags(const csuccess__vector *v, uint32_t first, uint32_t count, float *to)
{
    for (uint32_t i = 0; i < count; i++) to[i] = (float)has_bit(v->as.bits, first + i);
    for (uint32_t i = 0; !v->all_valid && i < count; i++) {
        if (!has_bit(v->valid, first + i)) {
            to[i] = (float)NAN;
        }
    }
}

/* One feature of up to CSUCCESS__FOREST_BLOCK rows. */
static void fill_floats(const csuccess__feature_in *feature, const csuccess__vector *v,
                        uint32_t first, uint32_t count, float *to)
{
    if (v->kind == CSUCCESS__KIND_BOOL) {
        fill_flags(v, first, count, to);
        return;
    }
    bool plain = v->kind == CSUCCESS__KIND_NUMBER && v->all_valid;
    for (uint32_t i = 0; plain && i < count; i++) {
        to[i] = csuccess__forest_value(v->as.numbers[first + i]);
    }
    for (uint32_t i = 0; !plain && i < count; i++) {
        to[i] = csuccess__feature_float(feature, value_of(v, first + i));
    }
}

/* factor('name') of a block, for whoever reads it: bound to vectors that rows fill one by one. */
static bool bind_factors(const asking *a)
{
    for (uint32_t f = 0; f < a->step->feature_count; f++) {
        uint32_t slot = a->step->features[f].slot;
        if (slot == UINT32_MAX || !a->churn->schema->slots[slot].used) {
            continue;
        }
        csuccess__vector *v = csuccess__column_machine_vector(
            a->run->machine, CSUCCESS__KIND_NUMBER, a->run->frame->rows);
        if (!v) {
            a->run->failed = CSUCCESS_ENOMEM;
            return false;
        }
        memset(v->valid, 0xFF, sizeof v->valid);
        v->all_valid = true;
        a->run->slots[slot] = (csuccess__column){
            .form = CSUCCESS__FORM_VECTOR, .kind = CSUCCESS__KIND_NUMBER, .data = v};
        a->rows->factors[f] = v->as.numbers;
    }
    return true;
}

static void explain_row(const asking *a, uint32_t row, uint32_t in_chunk)
{
    csuccess__churn_work *work = a->run->work;
    const uint32_t features = a->step->feature_count;
    for (uint32_t f = 0; f < features; f++) {
        work->row[f] = a->rows->floats[(size_t)f * CSUCCESS__FOREST_BLOCK + in_chunk];
    }
    csuccess__forest_explain(a->step->forest, work->forest, work->row, work->contributions);
    for (uint32_t f = 0; f < features; f++) {
        if (a->rows->factors[f]) {
            a->rows->factors[f][row] = work->contributions[f];
        }
    }
}

static void walk_chunk(const asking *a, uint32_t first, uint32_t count, bool explain)
{
    float margins[CSUCCESS__FOREST_BLOCK];
    const csuccess__chain_step *step = a->step;
    for (uint32_t f = 0; f < step->feature_count; f++) {
        if (a->rows->columns[f]) {
            fill_floats(&step->features[f], a->rows->columns[f], first, count,
                        a->rows->floats + (size_t)f * CSUCCESS__FOREST_BLOCK);
        }
    }
    const csuccess__forest_block block = {a->rows->floats, 1, CSUCCESS__FOREST_BLOCK, count};
    csuccess__forest_margins(step->forest, a->run->work->forest, &block, margins);
    for (uint32_t i = 0; i < count; i++) {
        if (!has_bit(a->mask, first + i)) {
            continue;
        }
        a->trouble[first + i] = CSUCCESS__TROUBLE_NONE;
        a->rows->probability[first + i] =
            csuccess__calibrate(&step->calibration, true, margins[i]);
        if (a->confidence) {
            a->rows->confidence[first + i] = complete(a, first + i);
        }
        if (explain) {
            explain_row(a, first + i, i);
        }
    }
}

static bool by_trees(const asking *a)
{
    bool explain = csuccess__factors_are_read(a->step, a->churn->schema);
    const uint32_t rows = a->run->frame->rows;
    if (!load_features(a) || (explain && !bind_factors(a))) {
        return false;
    }
    for (uint32_t first = 0; first < rows; first += CSUCCESS__FOREST_BLOCK) {
        uint32_t left = rows - first;
        walk_chunk(a, first, left < CSUCCESS__FOREST_BLOCK ? left : CSUCCESS__FOREST_BLOCK,
                   explain);
    }
    return true;
}

/* ---- The host's own ---- */

static bool by_host(const asking *a)
{
    csuccess__churn_rows *rows = a->rows;
    const csuccess__chain_step *step = a->step;
    uint32_t count = 0;
    if (a->run->host.predict && !load_features(a)) {
        return false;
    }
    for (uint32_t i = 0; i < a->run->frame->rows; i++) {
        if (!has_bit(a->mask, i)) {
            continue;
        }
        for (uint32_t f = 0; a->run->host.predict && f < step->feature_count; f++) {
            csuccess__value v = value_of(rows->columns[f], i);
            csuccess__host_put(&rows->host, (size_t)count * step->feature_count + f, &v);
        }
        rows->place[count++] = (uint16_t)i;
    }
    csuccess__trouble all =
        !a->run->host.predict
            ? CSUCCESS__TROUBLE_UNSET
            : csuccess__host_ask(step, &a->run->host, &rows->host, count, a->run->frame->now);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t i = rows->place[k];
        bool sure = false;
        a->trouble[i] = (uint8_t)all;
        if (all == CSUCCESS__TROUBLE_NONE) {
            a->trouble[i] = (uint8_t)csuccess__host_take(&rows->host, k, complete(a, i),
                                                         &rows->probability[i],
                                                         &rows->confidence[i], &sure);
        }
    }
    return true;
}

/* ---- The one before ---- */

static bool by_last(const asking *a)
{
    const csuccess__vector *v =
        csuccess__column_load(a->run->machine, a->run->frame, a->step->last, &a->run->failed);
    for (uint32_t i = 0; v && i < a->run->frame->rows; i++) {
        if (has_bit(a->mask, i)) {
            bool there = is_there(v, i);
            a->trouble[i] = there ? CSUCCESS__TROUBLE_NONE : CSUCCESS__TROUBLE_UNDECIDED;
            a->rows->probability[i] = there ? v->as.numbers[i] : 0;
        }
    }
    return v != NULL;
}

typedef bool way(const asking *a);

static way *const ways[CSUCCESS__SOURCE_COUNT] = {[CSUCCESS__SOURCE_LEARNED] = by_card,
                                                  [CSUCCESS__SOURCE_XGBOOST] = by_trees,
                                                  [CSUCCESS__SOURCE_HOST] = by_host,
                                                  [CSUCCESS__SOURCE_SCORECARD] = by_card,
                                                  [CSUCCESS__SOURCE_LAST] = by_last};

/* ---- Factors of several steps ---- */

static bool is_read(const asking *a, uint32_t k)
{
    return a->churn->schema->slots[a->churn->factor_slots[k]].used;
}

/* Puts aside what the steps before bound, so that this one binds its own. */
static void stash_factors(const asking *a)
{
    for (uint32_t k = 0; k < a->churn->factor_count; k++) {
        csuccess__column *slot = &a->run->slots[a->churn->factor_slots[k]];
        a->rows->stash[k] = *slot;
        *slot = (csuccess__column){.form = CSUCCESS__FORM_NONE, .kind = CSUCCESS__KIND_NUMBER};
    }
}

/* Rows of this step have its factors, the others those of the steps before. */
static bool merge_factors(const asking *a)
{
    csuccess__churn_columns_run *run = a->run;
    for (uint32_t k = 0; k < a->churn->factor_count; k++) {
        uint32_t at = a->churn->factor_slots[k];
        if (!is_read(a, k)) {
            continue;
        }
        const csuccess__vector *own =
            csuccess__column_load(run->machine, run->frame, at, &run->failed);
        run->slots[at] = a->rows->stash[k];
        const csuccess__vector *before =
            own ? csuccess__column_load(run->machine, run->frame, at, &run->failed) : NULL;
        csuccess__vector *both = csuccess__column_machine_vector(
            run->machine, CSUCCESS__KIND_NUMBER, run->frame->rows);
        if (!before || !both) {
            run->failed = run->failed < 0 ? run->failed : CSUCCESS_ENOMEM;
            return false;
        }
        memset(both->valid, 0, sizeof both->valid);
        both->all_valid = false;
        for (uint32_t i = 0; i < run->frame->rows; i++) {
            const csuccess__vector *from = has_bit(a->mask, i) ? own : before;
            bool there = is_there(from, i);
            both->valid[i / 64] |= (uint64_t)there << (i % 64);
            both->as.numbers[i] = there ? from->as.numbers[i] : 0;
        }
        run->slots[at] = (csuccess__column){
            .form = CSUCCESS__FORM_VECTOR, .kind = CSUCCESS__KIND_NUMBER, .data = both};
    }
    return true;
}

/* ---- The chain ---- */

/* What the step gave is looked at; rows that have a probability are no longer open. */
static void settle(const asking *a, uint32_t number, uint64_t *open)
{
    for (uint32_t i = 0; i < a->run->frame->rows; i++) {
        if (!has_bit(a->mask, i)) {
            continue;
        }
        a->rows->step[i] = (uint8_t)number;
        if (a->trouble[i] == CSUCCESS__TROUBLE_NONE) {
            a->trouble[i] = (uint8_t)csuccess__churn_settle(&a->rows->probability[i]);
        }
        if (a->trouble[i] == CSUCCESS__TROUBLE_NONE) {
            a->rows->known[i / 64] |= (uint64_t)1 << (i % 64);
            open[i / 64] &= ~((uint64_t)1 << (i % 64));
        }
    }
}

static bool run_step(const asking *a, bool first)
{
    if (a->step->refused != CSUCCESS__TROUBLE_NONE) {
        memset(a->trouble, a->step->refused, CSUCCESS__BLOCK);
        return true;
    }
    for (uint32_t i = 0; i < a->run->frame->rows; i++) {
        a->rows->confidence[i] = has_bit(a->mask, i) ? (double)NAN : a->rows->confidence[i];
    }
    if (!first) {
        stash_factors(a);
    }
    return ways[a->step->source](a) && (first || merge_factors(a));
}

static bool any_open(const uint64_t *open)
{
    uint64_t any = 0;
    for (uint32_t w = 0; w < CSUCCESS__BLOCK_WORDS; w++) {
        any |= open[w];
    }
    return any != 0;
}

static void fill_rows(uint64_t *bits, uint32_t rows)
{
    memset(bits, 0, CSUCCESS__BLOCK_WORDS * sizeof *bits);
    for (uint32_t i = 0; i < rows; i++) {
        bits[i / 64] |= (uint64_t)1 << (i % 64);
    }
}

bool csuccess__churn_chain(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                           bool confidence)
{
    uint64_t open[CSUCCESS__BLOCK_WORDS], mask[CSUCCESS__BLOCK_WORDS];
    csuccess__churn_rows *rows = run->work->rows;
    bool first = true;
    fill_rows(open, run->frame->rows);
    memset(rows->known, 0, sizeof rows->known);
    memset(rows->trouble, 0, sizeof rows->trouble);
    for (uint32_t s = 0; s < churn->step_count && any_open(open); s++) {
        memcpy(mask, open, sizeof mask);
        const asking a = {churn, &churn->steps[s], run, rows, rows->trouble[s],
                          mask,  confidence};
        if (!run_step(&a, first)) {
            return false;
        }
        settle(&a, s, open);
        first = first && churn->steps[s].refused != CSUCCESS__TROUBLE_NONE;
    }
    for (uint32_t i = 0; i < run->frame->rows; i++) {
        rows->probability[i] = has_bit(rows->known, i) ? rows->probability[i] : 0;
    }
    return true;
}
