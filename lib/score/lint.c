/* SPDX-License-Identifier: Apache-2.0 */
/* Legal and probably wrong in a health section. */
#include "score/health_internal.h"

#include "text/numeral.h"

static bool is_total(double total)
{
    return fabs(total - 1) <= 1e-6 || fabs(total - 100) <= 1e-4;
}

/* Groups of a weighted mean whose weights are neither shares nor per cent. `at`: where they
   were written, NULL: at the group. */
static void lint_weights(csuccess__problems *problems, const csuccess__scorecard *card,
                         const double *weights, const csuccess__json *at)
{
    for (uint32_t i = 0; i < card->count; i++) {
        const csuccess__card_node *group = &card->nodes[i];
        if (group->combine != CSUCCESS__COMBINE_WEIGHTED_MEAN) continue;
        double total = 0;
        for (uint32_t c = i + 1; c < group->end; c = card->nodes[c].end) {
            total += csuccess__card_weight(card->nodes, weights, c);
        }
        if (isnan(total) || is_total(total)) continue;
        char text[CSUCCESS__NUMERAL_MAX];
        size_t len = csuccess__numeral_write(text, csuccess__round9(total));
        csuccess__problem(problems, at ? at : csuccess__json_member(group->json, "of"), 0,
                          "the weights of %s%S add up to %S, neither 1 nor 100; they count as "
                          "shares of that",
                          group->id.len ? "" : "the score", group->id,
                          (csuccess_str){text, len});
    }
}

/* ---- Bands ---- */

typedef struct span {
    double low, high;
} span;

/* A modifier may apply or not. */
static span modified(span s, const csuccess__modifier *m)
{
    double low = csuccess__modify_apply(m->kind, m->by, s.low);
    double high = csuccess__modify_apply(m->kind, m->by, s.high);
    double least = low < high ? low : high, most = low < high ? high : low;
    if (!m->when) return (span){least, most};
    return (span){least < s.low ? least : s.low, most > s.high ? most : s.high};
}

static span displayed(const csuccess__scale *scale, span s)
{
    s = (span){csuccess__round9(s.low), csuccess__round9(s.high)};
    if (!scale->band_on_rounded) return s;
    return (span){csuccess__display(scale->rounding, s.low),
                  csuccess__display(scale->rounding, s.high)};
}

/* A band can be reached when the best score reaches it and the worst does not reach a higher
   one. */
static void lint_bands(csuccess__problems *problems, const csuccess__scale *scale, span s)
{
    s = displayed(scale, s);
    for (uint32_t i = 0; i < scale->band_count; i++) {
        const csuccess__band *band = &scale->bands[i];
        if (!csuccess__band_reached(band, s.high)) {
            csuccess__problem(problems, band->at, 0,
                              "the band %q cannot be reached: no score is that high", band->id);
        } else if (i > 0 && csuccess__band_reached(&scale->bands[i - 1], s.low)) {
            csuccess__problem(problems, band->at, 0,
                              "the band %q cannot be reached: every score reaches %q", band->id,
                              scale->bands[i - 1].id);
        }
    }
}

static void lint_profile(csuccess__problems *problems, const csuccess__profile *profile)
{
    span s;
    if (profile->weights) {
        lint_weights(problems, profile->card, profile->weights,
                     csuccess__json_member(profile->at, "weights"));
    }
    if (!csuccess__scorecard_range(profile->card, profile->weights, &s.low, &s.high)) return;
    for (uint32_t i = 0; i < profile->modifier_count; i++) {
        s = modified(s, &profile->modifiers[i]);
    }
    lint_bands(problems, &profile->scale, s);
}

/* ---- Profiles ---- */

static bool is_constant(const csuccess__program *when, bool value)
{
    const csuccess__node *node = when ? &when->nodes[when->count - 1] : NULL;
    return node && node->op == CSUCCESS__OP_CONSTANT &&
           node->as.constant.kind == CSUCCESS__KIND_BOOL &&
           node->as.constant.as.boolean == value;
}

static void lint_order(csuccess__problems *problems, const csuccess__health *health)
{
    const csuccess__profile *taker = NULL;
    for (uint32_t p = 0; p < health->profile_count; p++) {
        const csuccess__profile *profile = &health->profiles[p];
        if (taker) {
            csuccess__problem(
                problems, profile->at, 0,
                "the profile %q can never be chosen: %q comes before it and is for "
                "every customer",
                profile->id, taker->id);
        } else if (is_constant(profile->when, false)) {
            csuccess__problem(problems, profile->at, 0,
                              "the profile %q can never be chosen: its condition never holds",
                              profile->id);
        } else if (!profile->when || is_constant(profile->when, true)) {
            taker = profile;
        }
    }
}

/* ---- The section ---- */

/* A tree that several profiles share is looked at once. */
static bool seen_before(const csuccess__health *health, uint32_t p)
{
    for (uint32_t i = 0; i < p; i++) {
        if (health->profiles[i].card == health->profiles[p].card) return true;
    }
    return false;
}

static void lint_cards(csuccess__problems *problems, const csuccess__health *health)
{
    for (uint32_t p = 0; p < health->profile_count; p++) {
        if (seen_before(health, p)) continue;
        lint_weights(problems, health->profiles[p].card, NULL, NULL);
        csuccess__card_lint(problems, health->profiles[p].card);
    }
    for (uint32_t i = 0; i < health->also_count; i++) {
        const csuccess__also *also = &health->also[i];
        bool shared = false;
        for (uint32_t p = 0; p < health->profile_count; p++) {
            shared = shared || health->profiles[p].card == also->card;
        }
        if (!shared) {
            lint_weights(problems, also->card, NULL, NULL);
            csuccess__card_lint(problems, also->card);
        }
        span s;
        if (csuccess__scorecard_range(also->card, NULL, &s.low, &s.high)) {
            lint_bands(problems, &also->scale, s);
        }
    }
}

void csuccess__score_lint(csuccess__problems *problems, const csuccess__schema *schema,
                          const csuccess__health *health)
{
    (void)schema;
    if (!health) return;
    lint_order(problems, health);
    lint_cards(problems, health);
    for (uint32_t p = 0; p < health->profile_count; p++) {
        lint_profile(problems, &health->profiles[p]);
    }
}
