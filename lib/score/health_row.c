/* SPDX-License-Identifier: Apache-2.0 */
/* The health of one customer: profile, card, modifiers, rounding, band, trend, signals. */
#include "score/health_internal.h"
#include "score/history.h"

#include <string.h>

/* What the steps of one run share. */
typedef struct work {
    const csuccess__health *health;
    const csuccess__profile *profile;
    csuccess__health_run *run;
    csuccess__health_result *out;
} work;

static void fail(csuccess__health_run *run, csuccess_result code)
{
    if (code < 0 && run->failed >= 0) run->failed = code;
}

static csuccess__value ask(csuccess__health_run *run, const csuccess__program *when)
{
    csuccess__frame frame = {.slots = run->slots, .count = run->slot_count, .now = run->now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value v = csuccess__program_run(when, run->machine, &frame, &failed);
    fail(run, failed);
    return v;
}

/* Whether a condition holds; a missing one does not. */
static bool holds(csuccess__health_run *run, const csuccess__program *when)
{
    csuccess__value v = ask(run, when);
    return v.kind == CSUCCESS__KIND_BOOL && v.as.boolean;
}

static void clear_slots(const csuccess__health *h, csuccess__health_run *run)
{
    /* A constant, or it is written and read back at each slot, which waits for it. */
    static const csuccess__value none = {.kind = CSUCCESS__KIND_ANY,
                                         .absence = CSUCCESS__ABSENCE_OPERAND};
    const uint32_t own[] = {h->score,   h->raw,          h->status,    h->trend,
                            h->profile, h->completeness, h->confidence};
    csuccess__value *slots = run->slots;
    const uint32_t *kept = h->kept, *kept_end = kept + h->kept_count;
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) slots[own[i]] = none;
    for (; kept < kept_end; kept++) slots[*kept] = none;
    for (uint32_t i = 0; i < h->change_count; i++) slots[h->changes[i]] = none;
}

static void clear_result(csuccess__health_result *out)
{
    csuccess__modified *modified = out->modified;
    csuccess__card_result *nodes = out->nodes;
    *out = (csuccess__health_result){.profile = UINT32_MAX,
                                     .band = -1,
                                     .settled = -1,
                                     .failed_node = UINT32_MAX,
                                     .trend_why = CSUCCESS__ABSENCE_OPERAND,
                                     .modified = modified,
                                     .nodes = nodes};
}

static csuccess__card_run card_run(const work *w, csuccess__card_result *results)
{
    return (csuccess__card_run){.machine = w->run->machine,
                                .slots = w->run->slots,
                                .slot_count = w->run->slot_count,
                                .now = w->run->now,
                                .results = results,
                                .contributions = w->run->explain};
}

static void run_also(work *w)
{
    for (uint32_t i = 0; i < w->health->also_count; i++) {
        const csuccess__also *also = &w->health->also[i];
        csuccess__card_run run = card_run(w, w->out->nodes + also->nodes);
        csuccess__value v = csuccess__scorecard_run(also->card, &run);
        fail(w->run, run.failed);
        if (!csuccess__is_missing(v)) v.as.number = csuccess__round9(v.as.number);
        w->run->slots[also->slot] = v;
    }
}

static bool choose(work *w)
{
    for (uint32_t p = 0; p < w->health->profile_count; p++) {
        const csuccess__profile *profile = &w->health->profiles[p];
        if (profile->when && !holds(w->run, profile->when)) continue;
        w->profile = profile;
        w->out->profile = p;
        w->run->slots[w->health->profile] = profile->name;
        return true;
    }
    return false;
}

static void run_card(work *w)
{
    csuccess__health_result *out = w->out;
    csuccess__card_run run = card_run(w, out->nodes);
    run.weights = w->profile->weights;
    csuccess__value v = csuccess__scorecard_run(w->profile->card, &run);
    fail(w->run, run.failed);
    out->node_count = w->profile->card->count;
    out->completeness = run.completeness;
    out->failed_node = run.failed_node;
    if (run.failed_node != UINT32_MAX) {
        csuccess_str id = w->profile->card->nodes[run.failed_node].id;
        out->failed_id = run.failed_node == 0 ? CSUCCESS_STR("score") : id;
    }
    out->has_score = !csuccess__is_missing(v);
    out->unmodified = out->has_score ? v.as.number : 0;
    w->run->slots[w->health->completeness] = csuccess__number(out->completeness);
}

static void run_modifiers(work *w)
{
    csuccess__health_result *out = w->out;
    double x = out->unmodified;
    for (uint32_t i = 0; i < w->profile->modifier_count; i++) {
        const csuccess__modifier *m = &w->profile->modifiers[i];
        if (m->when && !holds(w->run, m->when)) continue;
        double after = csuccess__modify_apply(m->kind, m->by, x);
        out->modified[out->modified_count++] =
            (csuccess__modified){.modifier = i, .before = x, .after = after};
        x = after;
    }
    out->has_score = out->has_card = csuccess__is_finite(x);
    out->computed = out->has_score ? csuccess__round9(x) : 0;
    out->raw = out->computed;
}

uint32_t csuccess__band_settle(const csuccess__profile *profile, double x, uint32_t fresh,
                               const csuccess__value *previous)
{
    const csuccess__band *bands = profile->scale.bands;
    uint32_t count = profile->scale.band_count, before = 0;
    if (previous->kind != CSUCCESS__KIND_STRING) return fresh;
    while (before < count && !csuccess__str_eq(bands[before].id, previous->as.string)) {
        before++;
    }
    if (before == count || before == fresh) return fresh;
    double passed = fresh > before ? bands[before].bound - x : x - bands[before - 1].bound;
    return csuccess__round9(passed) > profile->hysteresis ? fresh : before;
}

static uint32_t find_band(const csuccess__scale *scale, csuccess_str id)
{
    uint32_t i = 0;
    while (i < scale->band_count && !csuccess__str_eq(scale->bands[i].id, id)) i++;
    return i;
}

/* An override is a person's word: it needs no score to begin with, and its status beats the
   bands. */
static void take_override(work *w)
{
    const csuccess__override *set = w->run->override;
    if (!set || set->expires_at <= w->run->now) return;
    w->out->overridden = true;
    w->out->override = *set;
    if (!set->has_score) return;
    w->out->has_score = true;
    w->out->raw = csuccess__round9(set->score);
}

/* The status that hysteresis starts from: as an input says, else the band that was settled last, where it was under the same
   definition. */
static csuccess__value band_before(const work *w)
{
    const csuccess__health_past *past = w->run->past;
    csuccess__value given = w->run->slots[w->health->previous_status];
    bool kept = past && past->there && past->definition == w->profile->definition;
    if (!csuccess__is_missing(given) || !kept || past->band.len == 0) return given;
    return csuccess__string(past->band);
}

/* The band of a score; band_count without one. */
static uint32_t score_band(const work *w, bool there, double raw)
{
    const csuccess__scale *scale = &w->profile->scale;
    if (!there) return scale->band_count;
    double x = scale->band_on_rounded ? csuccess__display(scale->rounding, raw) : raw;
    uint32_t band = csuccess__band_of(scale, x);
    if (!(w->profile->hysteresis > 0)) return band;
    csuccess__value before = band_before(w);
    return csuccess__band_settle(w->profile, x, band, &before);
}

/* A person's word beats `churned_when`, and that beats the bands. */
static void run_band(work *w)
{
    const csuccess__scale *scale = &w->profile->scale;
    csuccess__health_result *out = w->out;
    uint32_t band = score_band(w, out->has_score, out->raw);
    uint32_t settled = out->overridden ? score_band(w, out->has_card, out->computed) : band;
    uint32_t set = scale->band_count;
    if (out->overridden) set = find_band(scale, out->override.status);
    if (set < scale->band_count) band = set;
    out->settled = settled < scale->band_count ? (int32_t)settled : -1;
    out->churned = w->profile->churned_when && holds(w->run, w->profile->churned_when);
    csuccess__value name = csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    if (band < scale->band_count) {
        out->band = (int32_t)band;
        name = scale->bands[band].name;
    }
    if (out->churned && set == scale->band_count) name = w->health->churned_name;
    if (!csuccess__is_missing(name)) out->status = name.as.string;
    w->run->slots[w->health->status] = name;
}

/* As an input says; else what the past does. */
static csuccess__value earlier_score(const work *w, const csuccess__trend_rule *rule)
{
    csuccess__value v = w->run->slots[rule->earlier];
    if (!csuccess__is_missing(v) || !w->run->past) return v;
    int64_t today = csuccess__days_between(0, w->run->now);
    int64_t day = rule->days > 0 ? today - rule->days : CSUCCESS__PAST_PREVIOUS;
    v = csuccess__past_score_at(w->run->past, day, w->profile->definition);
    if (!csuccess__is_missing(v) && rule->on_rounded) {
        v.as.number = csuccess__display(w->profile->scale.rounding, v.as.number);
    }
    return v;
}

static void run_trend(work *w)
{
    const csuccess__trend_rule *rule = &w->profile->trend;
    csuccess__health_result *out = w->out;
    if (rule->earlier == UINT32_MAX) return;
    const csuccess__value earlier = earlier_score(w, rule);
    if (csuccess__is_missing(earlier)) {
        out->trend_why = (csuccess__absence)earlier.absence;
        return;
    }
    double change = (rule->on_rounded ? out->score : out->raw) - earlier.as.number;
    if (!csuccess__is_finite(change)) return;
    out->has_earlier = true;
    out->earlier = earlier.as.number;
    out->change = csuccess__round9(change);
    out->trend = csuccess__trend_of(rule, change);
    out->trend_why = CSUCCESS__ABSENCE_PRESENT;
    w->run->slots[rule->change] = csuccess__number(out->change);
    w->run->slots[w->health->trend] = w->health->trend_names[out->trend];
}

/* Bits of those that hold; those that are undecided in *open. */
static uint64_t run_signals(work *w, const csuccess__signal *list, uint32_t count,
                            uint64_t *open)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; i++) {
        csuccess__value v = ask(w->run, list[i].when);
        if (v.kind != CSUCCESS__KIND_BOOL) {
            *open |= UINT64_C(1) << i;
        } else if (v.as.boolean) {
            bits |= UINT64_C(1) << i;
        }
    }
    return bits;
}

static void run_confidence(work *w)
{
    csuccess__health_result *out = w->out;
    const csuccess__profile *profile = w->profile;
    uint64_t open = 0;
    out->contradictions =
        run_signals(w, profile->contradictions, profile->contradiction_count, &open);
    out->confidence = out->completeness;
    for (uint32_t i = 0; i < profile->contradiction_count; i++) {
        if (out->contradictions >> i & 1) out->confidence -= profile->contradictions[i].lowers;
    }
    if (out->confidence < 0) out->confidence = 0;
    w->run->slots[w->health->confidence] = csuccess__number(out->confidence);
}

/* Each band may have a cadence of its own; a churned customer has that of the profile. */
static void run_review(work *w)
{
    csuccess__health_result *out = w->out;
    const csuccess__profile *profile = w->profile;
    const csuccess__band *band = out->band >= 0 ? &profile->scale.bands[out->band] : NULL;
    bool own = band && band->has_review && csuccess__str_eq(out->status, band->id);
    if (!own && !profile->has_review) return;
    csuccess__duration after = own ? band->review_after : profile->review_after;
    if (!csuccess__time_add(&out->review_at, w->run->now, after)) out->review_at = 0;
}

static void finish(work *w)
{
    csuccess__health_result *out = w->out;
    const csuccess__profile *profile = w->profile;
    if (out->has_score) {
        out->score = csuccess__display(profile->scale.rounding, out->raw);
        out->provisional = csuccess__round9(out->completeness) < profile->provisional_below;
        w->run->slots[w->health->score] = csuccess__number(out->score);
        w->run->slots[w->health->raw] = csuccess__number(out->raw);
    }
    run_band(w);
    if (out->has_score) run_trend(w);
    run_confidence(w);
    out->alerts = run_signals(w, profile->alerts, profile->alert_count, &out->alerts_open);
    run_review(w);
}

static void run_weight(work *w)
{
    const csuccess__rollup_rule *rule = w->health->rollup;
    if (!rule || !rule->weight) return;
    csuccess__frame frame = {
        .slots = w->run->slots, .count = w->run->slot_count, .now = w->run->now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value v = csuccess__program_run(rule->weight, w->run->machine, &frame, &failed);
    fail(w->run, failed);
    w->out->has_weight = v.kind == CSUCCESS__KIND_NUMBER && v.as.number >= 0;
    w->out->weight = w->out->has_weight ? v.as.number : 0;
}

void csuccess__health_row(const csuccess__health *health, csuccess__health_run *run,
                          csuccess__health_result *out)
{
    work w = {.health = health, .run = run, .out = out};
    run->failed = CSUCCESS_OK;
    clear_result(out);
    clear_slots(health, run);
    run_also(&w);
    if (choose(&w)) {
        run_card(&w);
        if (out->has_score) run_modifiers(&w);
        take_override(&w);
        finish(&w);
    }
    run_weight(&w);
}

void csuccess__health_sizes(const csuccess__health *health, uint32_t *modifiers,
                            uint32_t *nodes)
{
    *modifiers = health ? health->most_modifiers : 0;
    *nodes = health ? health->all_nodes : 0;
}

csuccess_str csuccess__health_profile_name(const csuccess__health *health, uint32_t profile)
{
    return profile < health->profile_count ? health->profiles[profile].id : (csuccess_str){0};
}

csuccess_str csuccess__health_band_name(const csuccess__health *health, uint32_t profile,
                                        int32_t band)
{
    if (profile >= health->profile_count || band < 0) return (csuccess_str){0};
    const csuccess__scale *scale = &health->profiles[profile].scale;
    return (uint32_t)band < scale->band_count ? scale->bands[band].id : (csuccess_str){0};
}

uint64_t csuccess__health_definition(const csuccess__health *health, uint32_t profile)
{
    return profile < health->profile_count ? health->profiles[profile].definition : 0;
}
