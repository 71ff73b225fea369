/* SPDX-License-Identifier: Apache-2.0 */
/* The health of a block of rows. Each profile runs over the rows that it is for; with one
   profile for all rows, results are written straight to where they are wanted. */
#include "score/health_block.h"

#include <string.h>

/* Results of one profile that are merged by mask. */
typedef struct scratch {
    uint8_t status[CSUCCESS__BLOCK], trend[CSUCCESS__BLOCK];
    uint8_t all_status[CSUCCESS__BLOCK],
        all_trend[CSUCCESS__BLOCK]; /* where the caller wants none */
    csuccess__health_target to;
} scratch;

static csuccess__vector *new_vector(csuccess__health_work *w, csuccess__kind kind)
{
    csuccess__vector *v = csuccess__column_machine_vector(w->run->machine, kind, w->rows);
    if (!v) w->run->failed = CSUCCESS_ENOMEM;
    return v;
}

/* Numbers of the machine's; NULL with run->failed. */
static double *new_numbers(csuccess__health_work *w)
{
    csuccess__vector *v = new_vector(w, CSUCCESS__KIND_NUMBER);
    return v ? v->as.numbers : NULL;
}

static bool is_used(const csuccess__health *health, uint32_t slot)
{
    return health->schema->slots[slot].used;
}

static void bind(csuccess__health_work *w, uint32_t slot, const csuccess__vector *v)
{
    w->run->slots[slot] =
        (csuccess__column){.form = CSUCCESS__FORM_VECTOR, .kind = v->kind, .data = v};
}

static void unbind(csuccess__health_work *w, uint32_t slot)
{
    w->run->slots[slot] = (csuccess__column){.form = CSUCCESS__FORM_NONE,
                                             .kind = w->health->schema->slots[slot].type->kind};
}

/* ---- Before: what is wanted, scorecards beside, slots without a value ---- */

/* Whether a displayed score is asked for by anything but the caller. */
static bool needs_score(const csuccess__health *h, const csuccess__health_block *out)
{
    bool needed = is_used(h, h->score);
    bool status = out->status || is_used(h, h->status);
    for (uint32_t p = 0; p < h->profile_count; p++) {
        const csuccess__profile *profile = &h->profiles[p];
        needed = needed || (status && profile->scale.band_on_rounded) ||
                 (profile->trend.earlier != UINT32_MAX && profile->trend.on_rounded);
    }
    return needed;
}

/* An array of our own where there is none yet and something needs it. */
static bool provide(csuccess__health_work *w, double **numbers, bool needed)
{
    if (!*numbers && needed) *numbers = new_numbers(w);
    return *numbers || !needed;
}

/* The caller's arrays, and our own where slots need what the caller does not want. */
static bool want(csuccess__health_work *w, const csuccess__health_block *out, scratch *own,
                 csuccess__health_target *to)
{
    const csuccess__health *h = w->health;
    *to = (csuccess__health_target){.raw = out->raw,
                                    .score = out->score,
                                    .completeness = out->completeness,
                                    .status = out->status,
                                    .trend = out->trend};
    if (!to->status && is_used(h, h->status)) to->status = own->all_status;
    if (!to->trend && is_used(h, h->trend)) to->trend = own->all_trend;
    bool completeness = is_used(h, h->completeness) || is_used(h, h->confidence);
    return provide(w, &to->raw, true) && provide(w, &to->score, needs_score(h, out)) &&
           provide(w, &to->completeness, completeness);
}

static bool run_also(csuccess__health_work *w)
{
    for (uint32_t i = 0; i < w->health->also_count; i++) {
        const csuccess__also *also = &w->health->also[i];
        if (!is_used(w->health, also->slot)) continue;
        csuccess__card_columns card = {
            .machine = w->run->machine, .frame = w->run->frame, .slots = w->run->slots};
        csuccess__vector *v = csuccess__card_block_run(also->card, &card);
        if (!v) {
            w->run->failed = card.failed;
            return false;
        }
        csuccess__block_round9(v->as.numbers, v->as.numbers, w->rows);
        bind(w, also->slot, v);
    }
    return true;
}

static void unbind_own(csuccess__health_work *w)
{
    const csuccess__health *h = w->health;
    const uint32_t own[] = {h->score,   h->raw,          h->status,    h->trend,
                            h->profile, h->completeness, h->confidence};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) unbind(w, own[i]);
    for (uint32_t i = 0; i < h->change_count; i++) unbind(w, h->changes[i]);
    for (uint32_t i = 0; i < h->kept_count; i++) unbind(w, h->kept[i]);
}

/* ---- Several profiles ---- */

static void merge_results(const csuccess__health_work *w, csuccess__health_target *to,
                          const csuccess__health_target *from, const uint64_t *mask)
{
    for (uint32_t i = 0; i < w->rows; i++) {
        if (!csuccess__row_bit(mask, i)) continue;
        to->raw[i] = from->raw[i];
        if (to->score) to->score[i] = from->score[i];
        if (to->status) to->status[i] = from->status[i];
        if (to->trend) to->trend[i] = from->trend[i];
        if (to->completeness) to->completeness[i] = from->completeness[i];
    }
    for (uint32_t i = 0; i < CSUCCESS__BLOCK_WORDS; i++) {
        to->scored[i] |= mask[i] & from->scored[i];
    }
}

/* The column of a component over all profiles is put together behind the scenes, in a slot
   of its own. */
static bool merge_component(csuccess__health_work *w, uint32_t k, const uint64_t *mask)
{
    const csuccess__vector *v = csuccess__column_load(w->run->machine, w->run->frame,
                                                      w->health->kept[k], &w->run->failed);
    csuccess__column *merged = &w->run->slots[w->health->merged[k]];
    csuccess__vector *all = (csuccess__vector *)(uintptr_t)merged->data;
    if (!v) return false;
    for (uint32_t i = 0; i < w->rows; i++) {
        bool there =
            csuccess__row_bit(mask, i) && (v->all_valid || csuccess__row_bit(v->valid, i));
        if (!there) continue;
        all->as.numbers[i] = v->as.numbers[i];
        csuccess__row_set(all->valid, i);
    }
    all->all_valid = csuccess__rows_all(all->valid, w->rows);
    return true;
}

static bool start_merging(csuccess__health_work *w)
{
    const csuccess__health *h = w->health;
    for (uint32_t k = 0; k < h->kept_count; k++) {
        if (!is_used(h, h->kept[k])) continue;
        csuccess__vector *v = new_vector(w, CSUCCESS__KIND_NUMBER);
        if (!v) return false;
        memset(v->valid, 0, sizeof v->valid);
        csuccess__block_fill(v->as.numbers, 0, w->rows);
        v->all_valid = false;
        bind(w, h->merged[k], v);
    }
    return true;
}

static void finish_merging(csuccess__health_work *w)
{
    const csuccess__health *h = w->health;
    for (uint32_t k = 0; k < h->kept_count; k++) {
        if (is_used(h, h->kept[k])) w->run->slots[h->kept[k]] = w->run->slots[h->merged[k]];
    }
}

static bool masked_profile(csuccess__health_work *w, uint32_t p, const uint64_t *mask,
                           scratch *own, csuccess__health_target *to)
{
    const csuccess__health *h = w->health;
    for (uint32_t k = 0; k < h->kept_count; k++) unbind(w, h->kept[k]);
    if (!csuccess__health_profile_block(w, &h->profiles[p], mask, &own->to)) return false;
    merge_results(w, to, &own->to, mask);
    for (uint32_t k = 0; k < h->kept_count; k++) {
        if (is_used(h, h->kept[k]) && !merge_component(w, k, mask)) return false;
    }
    return true;
}

/* Arrays for one profile at a time; those that nobody needs stay NULL. */
static bool prepare(csuccess__health_work *w, const csuccess__health_target *to, scratch *own)
{
    own->to = (csuccess__health_target){.status = to->status ? own->status : NULL,
                                        .trend = to->trend ? own->trend : NULL};
    return provide(w, &own->to.raw, true) && provide(w, &own->to.score, to->score != NULL) &&
           provide(w, &own->to.completeness, to->completeness != NULL);
}

/* What rows without a profile hold. */
static void clear(const csuccess__health_work *w, csuccess__health_target *to, uint8_t *profile)
{
    memset(to->scored, 0, sizeof to->scored);
    memset(profile, 255, w->rows);
    csuccess__block_fill(to->raw, 0, w->rows);
    if (to->score) csuccess__block_fill(to->score, 0, w->rows);
    if (to->completeness) csuccess__block_fill(to->completeness, 0, w->rows);
    if (to->status) memset(to->status, 255, w->rows);
    if (to->trend) memset(to->trend, 0, w->rows);
}

/* The rows of a profile among those that are left, which it takes. False: memory. */
static bool take_rows(csuccess__health_work *w, const csuccess__profile *profile,
                      uint64_t *left, uint64_t *mask)
{
    memcpy(mask, left, CSUCCESS__BLOCK_WORDS * sizeof *mask);
    if (profile->when && !csuccess__health_holds(w, profile->when, left, mask)) return false;
    for (uint32_t i = 0; i < CSUCCESS__BLOCK_WORDS; i++) {
        mask[i] &= left[i];
        left[i] &= ~mask[i];
    }
    return true;
}

static bool run_masked(csuccess__health_work *w, scratch *own, csuccess__health_target *to,
                       uint8_t *profile)
{
    const csuccess__health *h = w->health;
    uint64_t left[CSUCCESS__BLOCK_WORDS], mask[CSUCCESS__BLOCK_WORDS];
    clear(w, to, profile);
    if (!prepare(w, to, own) || !start_merging(w)) return false;
    csuccess__rows_fill(left, w->rows);
    for (uint32_t p = 0; p < h->profile_count && !csuccess__rows_none(left, w->rows); p++) {
        if (!take_rows(w, &h->profiles[p], left, mask)) return false;
        if (csuccess__rows_none(mask, w->rows)) continue;
        if (!masked_profile(w, p, mask, own, to)) return false;
        for (uint32_t i = 0; i < w->rows; i++) {
            if (csuccess__row_bit(mask, i)) profile[i] = (uint8_t)p;
        }
    }
    finish_merging(w);
    return true;
}

/* ---- After: slots for later programs ---- */

static bool keep_numbers(csuccess__health_work *w, uint32_t slot, const double *numbers,
                         const uint64_t *valid)
{
    if (!is_used(w->health, slot)) return true;
    csuccess__vector *v = new_vector(w, CSUCCESS__KIND_NUMBER);
    if (!v) return false;
    memcpy(v->as.numbers, numbers, w->rows * sizeof *numbers);
    memcpy(v->valid, valid, sizeof v->valid);
    v->all_valid = csuccess__rows_all(valid, w->rows);
    bind(w, slot, v);
    return true;
}

/* The word of one row; missing: none. */
typedef csuccess__value word_of(const csuccess__health *h, const csuccess__health_target *to,
                                const uint8_t *profile, uint32_t row);

static csuccess__value status_word(const csuccess__health *h, const csuccess__health_target *to,
                                   const uint8_t *profile, uint32_t row)
{
    if (to->status[row] == 254) return h->churned_name;
    if (to->status[row] == 255) return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    return h->profiles[profile[row]].scale.bands[to->status[row]].name;
}

static csuccess__value trend_word(const csuccess__health *h, const csuccess__health_target *to,
                                  const uint8_t *profile, uint32_t row)
{
    (void)profile;
    if (to->trend[row] == 0) return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    return h->trend_names[to->trend[row]];
}

static csuccess__value profile_word(const csuccess__health *h,
                                    const csuccess__health_target *to, const uint8_t *profile,
                                    uint32_t row)
{
    (void)to;
    if (profile[row] == 255) return csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    return h->profiles[profile[row]].name;
}

static bool keep_words(csuccess__health_work *w, uint32_t slot, word_of *of,
                       const csuccess__health_target *to, const uint8_t *profile)
{
    if (!is_used(w->health, slot)) return true;
    csuccess__vector *v = new_vector(w, CSUCCESS__KIND_STRING);
    if (!v) return false;
    memset(v->valid, 0, sizeof v->valid);
    for (uint32_t i = 0; i < w->rows; i++) {
        v->as.values[i] = of(w->health, to, profile, i);
        if (!csuccess__is_missing(v->as.values[i])) csuccess__row_set(v->valid, i);
    }
    v->all_valid = csuccess__rows_all(v->valid, w->rows);
    bind(w, slot, v);
    return true;
}

/* The change against the earlier score, in the rows of the profiles whose trend has this
   period. */
static bool keep_change(csuccess__health_work *w, uint32_t slot,
                        const csuccess__health_target *to, const uint8_t *profile)
{
    if (!is_used(w->health, slot)) return true;
    csuccess__vector *v = new_vector(w, CSUCCESS__KIND_NUMBER);
    if (!v) return false;
    memset(v->valid, 0, sizeof v->valid);
    for (uint32_t i = 0; i < w->rows; i++) {
        v->as.numbers[i] = 0;
        if (!csuccess__row_bit(to->scored, i)) continue;
        const csuccess__trend_rule *rule = &w->health->profiles[profile[i]].trend;
        if (rule->change != slot) continue;
        const csuccess__column *column = &w->run->frame->slots[rule->earlier];
        csuccess__value earlier = csuccess__column_value(column, w->run->frame->first + i, i);
        double now = rule->on_rounded ? to->score[i] : to->raw[i];
        double change = now - earlier.as.number;
        if (csuccess__is_missing(earlier) || !csuccess__is_finite(change)) continue;
        v->as.numbers[i] = csuccess__round9(change);
        csuccess__row_set(v->valid, i);
    }
    v->all_valid = csuccess__rows_all(v->valid, w->rows);
    bind(w, slot, v);
    return true;
}

/* Contradictions see the score, so they come last; they may lower confidence in rows of
   their profile. */
static bool lower(csuccess__health_work *w, uint32_t p, const uint8_t *profile,
                  double *confidence)
{
    const csuccess__profile *of = &w->health->profiles[p];
    uint64_t bits[CSUCCESS__BLOCK_WORDS];
    for (uint32_t k = 0; k < of->contradiction_count; k++) {
        const csuccess__signal *signal = &of->contradictions[k];
        if (!csuccess__health_holds(w, signal->when, NULL, bits)) return false;
        for (uint32_t i = 0; i < w->rows; i++) {
            if (profile[i] == p && csuccess__row_bit(bits, i)) confidence[i] -= signal->lowers;
        }
    }
    return true;
}

static bool keep_confidence(csuccess__health_work *w, const csuccess__health_target *to,
                            const uint8_t *profile, const uint64_t *chosen)
{
    const csuccess__health *h = w->health;
    if (!is_used(h, h->confidence)) return true;
    double *confidence = new_numbers(w);
    if (!confidence) return false;
    memcpy(confidence, to->completeness, w->rows * sizeof *confidence);
    for (uint32_t p = 0; p < h->profile_count; p++) {
        if (!lower(w, p, profile, confidence)) return false;
    }
    for (uint32_t i = 0; i < w->rows; i++) {
        if (confidence[i] < 0) confidence[i] = 0;
    }
    return keep_numbers(w, h->confidence, confidence, chosen);
}

static bool keep_changes(csuccess__health_work *w, const csuccess__health_target *to,
                         const uint8_t *profile)
{
    for (uint32_t i = 0; i < w->health->change_count; i++) {
        if (!keep_change(w, w->health->changes[i], to, profile)) return false;
    }
    return true;
}

static bool keep_scores(csuccess__health_work *w, const csuccess__health_target *to,
                        const uint8_t *profile)
{
    const csuccess__health *h = w->health;
    return keep_numbers(w, h->score, to->score, to->scored) &&
           keep_numbers(w, h->raw, to->raw, to->scored) &&
           keep_words(w, h->status, status_word, to, profile) &&
           keep_words(w, h->trend, trend_word, to, profile) &&
           keep_words(w, h->profile, profile_word, to, profile);
}

static bool keep_slots(csuccess__health_work *w, const csuccess__health_target *to,
                       const uint8_t *profile)
{
    uint64_t chosen[CSUCCESS__BLOCK_WORDS] = {0};
    for (uint32_t i = 0; i < w->rows; i++) {
        if (profile[i] != 255) csuccess__row_set(chosen, i);
    }
    return keep_changes(w, to, profile) && keep_scores(w, to, profile) &&
           keep_numbers(w, w->health->completeness, to->completeness, chosen) &&
           keep_confidence(w, to, profile, chosen);
}

static bool reads_slots(const csuccess__health *h)
{
    const uint32_t own[] = {h->score,   h->raw,          h->status,    h->trend,
                            h->profile, h->completeness, h->confidence};
    bool any = false;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) any = any || is_used(h, own[i]);
    for (uint32_t i = 0; i < h->change_count; i++) any = any || is_used(h, h->changes[i]);
    return any;
}

/* Every row under the only profile, or each under its own. */
static bool run_profiles(csuccess__health_work *w, scratch *own, csuccess__health_target *to,
                         uint8_t *profile)
{
    const csuccess__health *h = w->health;
    if (h->profile_count > 1 || h->profiles[0].when) return run_masked(w, own, to, profile);
    memset(profile, 0, w->rows);
    return csuccess__health_profile_block(w, &h->profiles[0], NULL, to);
}

void csuccess__health_columns(const csuccess__health *health, csuccess__health_columns_run *run,
                              csuccess__health_block *out)
{
    csuccess__health_work w = {.health = health, .run = run, .rows = run->frame->rows};
    csuccess__health_target to;
    scratch own;
    uint8_t profile[CSUCCESS__BLOCK];
    run->failed = CSUCCESS_OK;
    unbind_own(&w);
    bool good = want(&w, out, &own, &to) && run_also(&w) &&
                run_profiles(&w, &own, &to, profile) &&
                (!reads_slots(health) || keep_slots(&w, &to, profile));
    if (!good) {
        if (run->failed >= 0) run->failed = CSUCCESS_ENOMEM;
        return;
    }
    if (out->profile) memcpy(out->profile, profile, w.rows);
    if (out->scored) memcpy(out->scored, to.scored, sizeof to.scored);
}
