/* SPDX-License-Identifier: Apache-2.0 */
/* The health of a block of rows under one profile. */
#include "score/health_block.h"

#include <string.h>

bool csuccess__health_holds(csuccess__health_work *w, const csuccess__program *when,
                            const uint64_t *mask, uint64_t bits[CSUCCESS__BLOCK_WORDS])
{
    const csuccess__vector *v =
        csuccess__program_columns(when, w->run->machine, w->run->frame, mask, &w->run->failed);
    if (!v) return false;
    csuccess__rows_fill(bits, w->rows);
    for (uint32_t i = 0; i < CSUCCESS__BLOCK_WORDS; i++) {
        if (i < csuccess__words(w->rows)) bits[i] &= v->as.bits[i];
        if (!v->all_valid) bits[i] &= v->valid[i];
    }
    return true;
}

/* ---- Modifiers ---- */

static void modify_rows(double *x, const csuccess__modifier *m, const uint64_t *when,
                        uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        double after = csuccess__modify_apply(m->kind, m->by, x[i]);
        x[i] = csuccess__row_bit(when, i) ? after : x[i];
    }
}

/* Multipliers are taken up to three at a time. */
typedef struct queue {
    uint64_t bits[3][CSUCCESS__BLOCK_WORDS];
    double by[3];
    uint32_t count;
} queue;

static void flush(queue *q, double *x, uint32_t rows)
{
    const uint64_t *when[3] = {q->bits[0], q->bits[1], q->bits[2]};
    if (q->count > 0) csuccess__block_multiply(x, when, q->by, q->count, rows);
    q->count = 0;
}

static bool modify(csuccess__health_work *w, const csuccess__profile *profile,
                   const uint64_t *mask, double *x)
{
    queue q = {.count = 0};
    for (uint32_t i = 0; i < profile->modifier_count; i++) {
        const csuccess__modifier *m = &profile->modifiers[i];
        uint64_t *bits = q.bits[q.count];
        if (!m->when) {
            csuccess__rows_fill(bits, w->rows);
        } else if (!csuccess__health_holds(w, m->when, mask, bits)) {
            return false;
        }
        if (csuccess__rows_none(bits, w->rows)) continue;
        if (m->kind == CSUCCESS__MODIFY_MULTIPLY) {
            q.by[q.count++] = m->by;
            if (q.count == 3) flush(&q, x, w->rows);
            continue;
        }
        uint64_t kept[CSUCCESS__BLOCK_WORDS];
        memcpy(kept, bits, sizeof kept);
        flush(&q, x, w->rows);
        modify_rows(x, m, kept, w->rows);
    }
    flush(&q, x, w->rows);
    return true;
}

/* ---- Bands, trend, churned ---- */

static void settle_bands(csuccess__health_work *w, const csuccess__profile *profile,
                         const double *x, uint8_t *status)
{
    uint32_t slot = w->health->previous_status;
    const csuccess__column *column = &w->run->frame->slots[slot];
    for (uint32_t i = 0; i < w->rows; i++) {
        csuccess__value before = csuccess__column_value(column, w->run->frame->first + i, i);
        status[i] = (uint8_t)csuccess__band_settle(profile, x[i], status[i], &before);
    }
}

/* 255 where there is no score, or no band that it reaches. */
static void clear_bands(const csuccess__health_work *w, const csuccess__scale *scale,
                        csuccess__health_target *to)
{
    uint32_t count = scale->band_count;
    bool bounded = count > 0 && scale->bands[count - 1].bound == -(double)INFINITY;
    if (bounded && csuccess__rows_all(to->scored, w->rows)) return;
    for (uint32_t i = 0; i < w->rows; i++) {
        if (!csuccess__row_bit(to->scored, i) || to->status[i] >= count) to->status[i] = 255;
    }
}

static bool find_bands(csuccess__health_work *w, const csuccess__profile *profile,
                       const uint64_t *mask, csuccess__health_target *to)
{
    const csuccess__scale *scale = &profile->scale;
    const double *x = scale->band_on_rounded ? to->score : to->raw;
    uint64_t churned[CSUCCESS__BLOCK_WORDS];
    csuccess__block_bands(to->status, x, scale->bands, scale->band_count, w->rows);
    if (profile->hysteresis > 0) settle_bands(w, profile, x, to->status);
    clear_bands(w, scale, to);
    if (!profile->churned_when) return true;
    if (!csuccess__health_holds(w, profile->churned_when, mask, churned)) return false;
    for (uint32_t i = 0; i < w->rows; i++) {
        if (csuccess__row_bit(churned, i)) to->status[i] = 254;
    }
    return true;
}

/* The host's own doubles, or NULL when they must be looked at first. */
static const double *plain_numbers(const csuccess__health_work *w, uint32_t slot)
{
    const csuccess__column *column = &w->run->frame->slots[slot];
    bool plain = column->form == CSUCCESS__FORM_F64 && !column->validity &&
                 column->kind == CSUCCESS__KIND_NUMBER;
    return plain ? (const double *)column->data + w->run->frame->first : NULL;
}

static bool trend_rows(csuccess__health_work *w, const csuccess__trend_rule *rule,
                       const double *x, csuccess__health_target *to)
{
    const csuccess__vector *earlier =
        csuccess__column_load(w->run->machine, w->run->frame, rule->earlier, &w->run->failed);
    if (!earlier) return false;
    for (uint32_t i = 0; i < w->rows; i++) {
        double change = x[i] - earlier->as.numbers[i];
        bool there = csuccess__row_bit(to->scored, i) && csuccess__is_finite(change) &&
                     (earlier->all_valid || csuccess__row_bit(earlier->valid, i));
        to->trend[i] = there ? (uint8_t)csuccess__trend_of(rule, change) : 0;
    }
    return true;
}

static bool find_trend(csuccess__health_work *w, const csuccess__profile *profile,
                       csuccess__health_target *to)
{
    const csuccess__trend_rule *rule = &profile->trend;
    if (!to->trend) return true;
    if (rule->earlier == UINT32_MAX) {
        memset(to->trend, 0, w->rows);
        return true;
    }
    const double *x = rule->on_rounded ? to->score : to->raw;
    const double *earlier = plain_numbers(w, rule->earlier);
    bool fast = earlier && csuccess__rows_all(to->scored, w->rows);
    if (fast && csuccess__block_trend(to->trend, x, earlier, rule->low, rule->high, w->rows)) {
        return true;
    }
    return trend_rows(w, rule, x, to);
}

/* ---- One profile ---- */

/* Rows whose score a modifier took beyond the doubles have none. */
static void drop_overflow(csuccess__health_work *w, csuccess__health_target *to)
{
    for (uint32_t i = 0; i < w->rows; i++) {
        if (csuccess__is_finite(to->raw[i])) continue;
        to->scored[i / 64] &= ~(UINT64_C(1) << (i % 64));
    }
}

static void zero_missing(csuccess__health_work *w, csuccess__health_target *to)
{
    if (csuccess__rows_all(to->scored, w->rows)) return;
    for (uint32_t i = 0; i < w->rows; i++) {
        if (csuccess__row_bit(to->scored, i)) continue;
        to->raw[i] = 0;
        if (to->score) to->score[i] = 0;
    }
}

bool csuccess__health_profile_block(csuccess__health_work *w, const csuccess__profile *profile,
                                    const uint64_t *mask, csuccess__health_target *to)
{
    csuccess__card_columns card = {.machine = w->run->machine,
                                   .frame = w->run->frame,
                                   .slots = w->run->slots,
                                   .weights = profile->weights,
                                   .mask = mask,
                                   .want_completeness = to->completeness != NULL};
    csuccess__vector *x = csuccess__card_block_run(profile->card, &card);
    if (!x) {
        w->run->failed = card.failed;
        return false;
    }
    csuccess__rows_fill(to->scored, w->rows);
    for (uint32_t i = 0; !x->all_valid && i < CSUCCESS__BLOCK_WORDS; i++) {
        to->scored[i] &= x->valid[i];
    }
    if (!modify(w, profile, mask, x->as.numbers)) return false;
    bool finite = csuccess__block_finish(to->raw, to->score, x->as.numbers,
                                         profile->scale.rounding, w->rows);
    if (!finite) drop_overflow(w, to);
    zero_missing(w, to);
    if (to->completeness) {
        memcpy(to->completeness, card.completeness->as.numbers, w->rows * sizeof(double));
    }
    if (to->status && !find_bands(w, profile, mask, to)) return false;
    return find_trend(w, profile, to);
}
