/* SPDX-License-Identifier: Apache-2.0 */
/* What the scorecard's sources share: the points of one value and the arithmetic of every
   combine, each in one place so that rows and columns give the same bits. */
#ifndef CSUCCESS__SCORE_CARD_INTERNAL_H
#define CSUCCESS__SCORE_CARD_INTERNAL_H

#include "base/number.h"
#include "score/scorecard.h"
#include "text/reader.h"

/* A card while it is compiled. */
typedef struct csuccess__card_build {
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess__card_node *nodes;
    uint32_t count, capacity;
    bool lenient; /* weights may be left to profiles */
    bool no_memory;
    uint32_t *metric_of; /* by slot: index of the metric, UINT32_MAX: none; for defaults */
    uint32_t *stamp;     /* by slot: node that saw it last, + 1 */
    uint32_t *stack;     /* slots still to be followed */
} csuccess__card_build;

/* The same as csuccess__scorecard_compile, without slots; `lenient`: weights may be missing
   (NaN). */
const csuccess__scorecard *csuccess__card_compile(csuccess__schema *schema,
                                                  csuccess__compiler *with,
                                                  csuccess__problems *problems,
                                                  const csuccess__json *node, bool lenient);
/* Adds the look-ups of a card's nodes. False: no memory. */
bool csuccess__card_slots(const csuccess__scorecard *card, csuccess__schema *schema,
                          const char *lookup, csuccess__stratum stratum);
/* Notes groups that still lack a weight under `weights`. True when none does. */
bool csuccess__card_weighed(const csuccess__scorecard *card, const double *weights,
                            csuccess__problems *problems, const csuccess__json *at);

/* Reads `points` of a metric into node; notes what is wrong. */
void csuccess__points_read(csuccess__card_build *build, csuccess__card_node *node,
                           const csuccess__json *points);
/* Ranges from points and members, shares, what missing policies give; notes where a range is
   needed. */
void csuccess__card_ranges(csuccess__card_build *build);
/* Inputs with a default behind a metric's value. */
void csuccess__card_defaults(csuccess__card_build *build, csuccess__card_node *node);

/* Reads {"rows", "columns", "gives"} into node, whose values are read; notes what is wrong. */
void csuccess__grid_read(csuccess__card_build *build, csuccess__card_node *node,
                         const csuccess__json *grid);
/* An axis of words, with their numbers among the constants; the words are borrowed. False: no
   memory. */
bool csuccess__axis_words(csuccess__card_axis *axis, csuccess__compiler *with,
                          const csuccess_str *words, uint32_t count);
/* The bin of a value, missing or not. */
uint32_t csuccess__axis_bin(const csuccess__card_axis *axis, const csuccess__value *value);
/* How many bins a metric's table has with every other value and missing; 0: it has none. */
uint32_t csuccess__card_bins(const csuccess__card_node *node);
/* The one of them that a customer is in; `by` is read of a grid alone. */
uint32_t csuccess__card_bin(const csuccess__card_node *node, const csuccess__value *value,
                            const csuccess__value *by);
/* What a grid gives. */
double csuccess__points_cell(const csuccess__card_node *node, const csuccess__value *value,
                             const csuccess__value *by);

/* The score that a present value of a metric gives; false: the table has nothing for it, or
   it is not finite. */
bool csuccess__points_apply(const csuccess__card_node *node, const csuccess__value *value,
                            double *score);
/* The same of a number. */
bool csuccess__points_number(const csuccess__card_node *node, double x, double *score);

/* What a metric's value is to have been when it is there and its table has no points for it. */
#define CSUCCESS__ABSENCE_NO_POINTS CSUCCESS__ABSENCE_UNDECIDED

/* The value of a program for the customer of a run, whose failure is noted. */
csuccess__value csuccess__card_evaluate(const csuccess__program *program,
                                        csuccess__card_run *run);
/* Whether a metric reads the default of some input. */
bool csuccess__card_defaulted(const csuccess__card_node *node, const csuccess__value *slots);
void csuccess__card_contributions(const csuccess__scorecard *card,
                                  const csuccess__card_run *run);

static inline double csuccess__card_weight(const csuccess__card_node *nodes,
                                           const double *weights, uint32_t i)
{
    return weights ? weights[i] : nodes[i].weight;
}

/* How much a member counts for completeness and `require`. */
static inline double csuccess__card_part(const csuccess__card_node *group,
                                         const csuccess__card_node *member, double weight)
{
    if (member->pair && !group->pair) return 0;
    if (group->share == CSUCCESS__SHARE_WEIGHT) return weight;
    return group->share == CSUCCESS__SHARE_SIZE ? member->size : 1.0;
}

/* A group while its members are gone through in order. WEIGHTED_MEAN: a = sum of w s, b =
   sum of w. SUM: a = sum of s, b = sum of sizes, c = sum of lows. MIN, MAX: a = the best so
   far. NOISY_OR: a = product of 1 - w s. PRODUCT: a = product of s. */
typedef struct csuccess__gather {
    double a, b, c;
} csuccess__gather;

static inline csuccess__gather csuccess__gather_start(csuccess__combine combine)
{
    csuccess__gather g = {0, 0, 0};
    if (combine == CSUCCESS__COMBINE_NOISY_OR || combine == CSUCCESS__COMBINE_PRODUCT) g.a = 1;
    if (combine == CSUCCESS__COMBINE_MIN) g.a = (double)INFINITY;
    if (combine == CSUCCESS__COMBINE_MAX) g.a = -(double)INFINITY;
    return g;
}

/* A term of noisy_or is a probability, whatever the score. */
static inline double csuccess__noisy_term(double weight, double score)
{
    double t = weight * score;
    double low = t < 0 ? 0.0 : t;
    return low > 1 ? 1.0 : low;
}

static inline void csuccess__gather_add(csuccess__gather *g, csuccess__combine combine,
                                        const csuccess__card_node *member, double weight,
                                        double score)
{
    switch (combine) {
    case CSUCCESS__COMBINE_WEIGHTED_MEAN:
        g->a += weight * score;
        g->b += weight;
        break;
    case CSUCCESS__COMBINE_SUM:
        g->a += score;
        g->b += member->size;
        g->c += member->low;
        break;
    case CSUCCESS__COMBINE_MIN:
        g->a = score < g->a ? score : g->a;
        break;
    case CSUCCESS__COMBINE_MAX:
        g->a = score > g->a ? score : g->a;
        break;
    case CSUCCESS__COMBINE_NOISY_OR:
        g->a *= 1.0 - csuccess__noisy_term(weight, score);
        break;
    default:
        g->a *= score;
        break;
    }
}

/* The points of members that are missing, shared over those present in proportion to their
   ranges. */
static inline double csuccess__sum_shared(const csuccess__card_node *group, csuccess__gather g)
{
    return g.b > 0 ? group->low_sum + (g.a - g.c) * group->size_sum / g.b : g.a;
}

static inline double csuccess__sum_clamped(const csuccess__card_node *group, double s)
{
    double low = group->has_min && s < group->min ? group->min : s;
    return group->has_max && low > group->max ? group->max : low;
}

/* The group's score before `scale`; `any` and `all`: members that are present. Meaningless
   when not csuccess__gather_present. */
static inline double csuccess__gather_score(const csuccess__card_node *group,
                                            csuccess__gather g, bool all)
{
    switch (group->combine) {
    case CSUCCESS__COMBINE_WEIGHTED_MEAN:
        return g.a / g.b;
    case CSUCCESS__COMBINE_SUM:
        return csuccess__sum_clamped(group, all ? g.a : csuccess__sum_shared(group, g));
    case CSUCCESS__COMBINE_NOISY_OR:
        return 1.0 - g.a;
    default:
        return g.a;
    }
}

static inline bool csuccess__gather_present(csuccess__combine combine, csuccess__gather g,
                                            bool any)
{
    if (combine == CSUCCESS__COMBINE_NOISY_OR) return true;
    return combine == CSUCCESS__COMBINE_WEIGHTED_MEAN ? g.b > 0 : any;
}

/* Whether less of the weight is present than the group requires; to 9 decimals, as scores
   are. */
static inline bool csuccess__card_short(const csuccess__card_node *group, double completeness)
{
    return group->require > 0 && csuccess__round9(completeness) < group->require;
}

/* Present of all parts; 1 where nothing counts. */
static inline double csuccess__card_complete(double present, double parts)
{
    return parts > 0 ? present / parts : 1.0;
}

static inline double csuccess__card_linear(const csuccess__scorecard *card, double score)
{
    return card->intercept != 0 ? score + card->intercept : score;
}

/* What the calibration adds to a score of the root. */
static inline double csuccess__card_calibrated_by(const csuccess__scorecard *card, double score)
{
    return csuccess__calibration_part(&card->calibration, card->logistic,
                                      csuccess__card_linear(card, score));
}

/* Intercept, link and calibration. */
static inline double csuccess__card_link(const csuccess__scorecard *card, double score)
{
    double x = csuccess__card_linear(card, score);
    if (card->calibrated) return csuccess__calibrate(&card->calibration, card->logistic, x);
    return card->logistic ? csuccess__sigmoid(x) : x;
}

#endif
