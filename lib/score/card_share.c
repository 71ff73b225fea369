/* SPDX-License-Identifier: Apache-2.0 */
/* Contributions: the root's score, handed down from group to members until every metric has
   its part. */
#include "score/card_internal.h"

/* A group as its members see it. */
typedef struct sharing {
    const csuccess__card_node *nodes;
    csuccess__card_result *results;
    const double *weights;
    uint32_t at;
    uint32_t members, present; /* present: with a score */
    csuccess__gather g;
    double sizes;     /* sum of the sizes of their scores */
    double logs;      /* NOISY_OR, PRODUCT: sum of what its members are shared by */
    uint32_t certain; /* NOISY_OR: members that decide it alone */
    uint32_t decides; /* MIN, MAX */
} sharing;

/* What a member is to its group's score: it contributes `amount`, and a point more of it
   adds `slope`. */
typedef struct piece {
    double amount, slope, used;
} piece;

static uint32_t next_present(const sharing *s, uint32_t c)
{
    while (c < s->nodes[s->at].end && s->results[c].missing) c = s->nodes[c].end;
    return c;
}

static double noisy_log(const sharing *s, uint32_t c)
{
    double weight = csuccess__card_weight(s->nodes, s->weights, c);
    return -csuccess__ln(1.0 - csuccess__noisy_term(weight, s->results[c].score));
}

/* The size of a factor: how far it moves the product, whichever way; a factor of 0 has none. */
static double product_log(const sharing *s, uint32_t c)
{
    double factor = fabs(s->results[c].score);
    return factor > 0 ? fabs(csuccess__ln(factor)) : 0;
}

static void look(sharing *s)
{
    const csuccess__card_node *group = &s->nodes[s->at];
    bool chooses =
        group->combine == CSUCCESS__COMBINE_MIN || group->combine == CSUCCESS__COMBINE_MAX;
    s->g = csuccess__gather_start(group->combine);
    for (uint32_t c = s->at + 1; c < group->end; c = s->nodes[c].end) s->members++;
    for (uint32_t c = next_present(s, s->at + 1); c < group->end;
         c = next_present(s, s->nodes[c].end)) {
        double before = s->g.a;
        csuccess__gather_add(&s->g, group->combine, &s->nodes[c],
                             csuccess__card_weight(s->nodes, s->weights, c),
                             s->results[c].score);
        s->present++;
        s->sizes += fabs(s->results[c].score);
        if (chooses && (s->present == 1 || s->g.a != before)) s->decides = c;
        if (group->combine == CSUCCESS__COMBINE_PRODUCT) s->logs += product_log(s, c);
        if (group->combine != CSUCCESS__COMBINE_NOISY_OR) continue;
        double log = noisy_log(s, c);
        if (csuccess__is_finite(log)) {
            s->logs += log;
        } else {
            s->certain++;
        }
    }
}

/* A part of `total` in proportion to a logarithm; the slope is that of the line through 0. */
static piece by_log(const sharing *s, uint32_t c, double total, double share)
{
    double score = s->results[c].score;
    double amount = total * share;
    return (piece){amount, score != 0 ? amount / score : 0, 1};
}

static piece of_mean(const sharing *s, uint32_t c)
{
    double weight = csuccess__card_weight(s->nodes, s->weights, c);
    double used = weight / s->g.b;
    return (piece){used * s->results[c].score, used, used};
}

/* Points of missing members shared out, then the clamp, which scales every part alike. */
static piece of_sum(const sharing *s, uint32_t c)
{
    const csuccess__card_node *group = &s->nodes[s->at], *member = &s->nodes[c];
    bool shares = s->present < s->members && s->g.b > 0;
    double ratio = shares ? group->size_sum / s->g.b : 1;
    double score = s->results[c].score;
    double amount = score, total = s->g.a;
    if (shares) {
        double lost = group->low_sum - s->g.c;
        amount = member->low + (score - member->low) * ratio + lost * (member->size / s->g.b);
        total = csuccess__sum_shared(group, s->g);
    }
    double kept = csuccess__sum_clamped(group, total);
    if (kept == total) return (piece){amount, ratio, ratio};
    /* Parts that cancel out cannot be scaled to what the clamp made of them. */
    if (fabs(total) <= 1e-6 * s->sizes) return (piece){kept / s->present, 0, ratio};
    return (piece){amount * (kept / total), ratio * (kept / total), ratio};
}

static piece of_noisy_or(const sharing *s, uint32_t c)
{
    double log = noisy_log(s, c);
    double weight = csuccess__card_weight(s->nodes, s->weights, c);
    double share = s->logs > 0 ? log / s->logs : 0;
    if (s->certain > 0) share = csuccess__is_finite(log) ? 0 : 1.0 / s->certain;
    piece p = by_log(s, c, 1.0 - s->g.a, share);
    p.used = weight;
    return p;
}

static piece of_product(const sharing *s, uint32_t c)
{
    double share = s->logs > 0 ? product_log(s, c) / s->logs : 1.0 / s->present;
    return by_log(s, c, s->g.a, share);
}

static piece piece_of(const sharing *s, uint32_t c)
{
    const csuccess__card_node *group = &s->nodes[s->at];
    piece p;
    switch (group->combine) {
    case CSUCCESS__COMBINE_WEIGHTED_MEAN:
        p = of_mean(s, c);
        break;
    case CSUCCESS__COMBINE_SUM:
        p = of_sum(s, c);
        break;
    case CSUCCESS__COMBINE_NOISY_OR:
        p = of_noisy_or(s, c);
        break;
    case CSUCCESS__COMBINE_PRODUCT:
        p = of_product(s, c);
        break;
    default:
        p = c == s->decides ? (piece){s->results[c].score, 1, 1} : (piece){0, 0, 0};
        break;
    }
    p.amount *= group->scale;
    p.slope *= group->scale;
    return p;
}

/* A group's contribution is slope times its score and perhaps a constant, from points that
   it was given of missing siblings; the constant goes to the members alike, or to the one
   that decides. */
static void hand_down(const csuccess__scorecard *card, const csuccess__card_run *run,
                      uint32_t at)
{
    const csuccess__card_result *group = &run->results[at];
    sharing s = {.nodes = card->nodes,
                 .results = run->results,
                 .weights = run->weights,
                 .at = at,
                 .decides = UINT32_MAX};
    look(&s);
    double rest = group->contribution - group->slope * group->score;
    for (uint32_t c = next_present(&s, at + 1); c < card->nodes[at].end;
         c = next_present(&s, card->nodes[c].end)) {
        piece p = piece_of(&s, c);
        double share = s.decides == UINT32_MAX ? 1.0 / s.present : c == s.decides ? 1 : 0;
        csuccess__card_result *member = &run->results[c];
        member->contribution = group->slope * p.amount + rest * share;
        member->slope = group->slope * p.slope;
        member->weight_used = p.used;
    }
}

void csuccess__card_contributions(const csuccess__scorecard *card,
                                  const csuccess__card_run *run)
{
    csuccess__card_result *root = &run->results[0];
    if (root->missing) return;
    root->contribution = root->score;
    root->slope = root->weight_used = 1;
    for (uint32_t i = 0; i < card->count; i++) {
        const csuccess__card_result *r = &run->results[i];
        bool group = card->nodes[i].combine != CSUCCESS__COMBINE_NONE;
        if (group && !r->missing && !r->policy_used) hand_down(card, run, i);
    }
}
