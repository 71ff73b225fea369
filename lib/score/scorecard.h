/* SPDX-License-Identifier: Apache-2.0 */
/* Scorecards: a tree of metrics with points, weights and a link; one tree for health, churn
   factors and learned models. Compiled once; evaluated for a row or a block of columns with
   the same bits. */
#ifndef CSUCCESS__SCORE_SCORECARD_H
#define CSUCCESS__SCORE_SCORECARD_H

#include "customer/schema.h"
#include "expr/column.h"
#include "stats/calibrate.h"

#define CSUCCESS__COMBINES(X) \
    X(NONE, "") /* a metric */ \
    X(WEIGHTED_MEAN, "weighted_mean") \
    X(SUM, "sum") \
    X(MIN, "min") \
    X(MAX, "max") \
    X(NOISY_OR, "noisy_or") \
    X(PRODUCT, "product")

typedef enum csuccess__combine {
#define CSUCCESS__COMBINE(name, text) CSUCCESS__COMBINE_##name,
    CSUCCESS__COMBINES(CSUCCESS__COMBINE)
#undef CSUCCESS__COMBINE
        CSUCCESS__COMBINE_END
} csuccess__combine;

#define CSUCCESS__POINTS(X) \
    X(NONE, "") \
    X(UPTO, "upto") \
    X(FROM, "from") \
    X(LINEAR, "linear") \
    X(MAP, "map") \
    X(GRID, "grid") /* by two values */

typedef enum csuccess__points {
#define CSUCCESS__POINT(name, text) CSUCCESS__POINTS_##name,
    CSUCCESS__POINTS(CSUCCESS__POINT)
#undef CSUCCESS__POINT
        CSUCCESS__POINTS_END
} csuccess__points;

#define CSUCCESS__POLICIES(X) \
    X(REDISTRIBUTE, "redistribute") \
    X(WORST, "worst") \
    X(BEST, "best") \
    X(FAIL, "fail") \
    X(VALUE, "") /* {"value": x} */

typedef enum csuccess__policy {
#define CSUCCESS__POLICY(name, text) CSUCCESS__POLICY_##name,
    CSUCCESS__POLICIES(CSUCCESS__POLICY)
#undef CSUCCESS__POLICY
        CSUCCESS__POLICY_END
} csuccess__policy;

/* What a group's members are counted by, for completeness and `require`: weights, sizes of
   their ranges, or each as one. */
typedef enum csuccess__share {
    CSUCCESS__SHARE_COUNT,
    CSUCCESS__SHARE_WEIGHT,
    CSUCCESS__SHARE_SIZE
} csuccess__share;

/* How a table cuts a value. Of numbers with n bounds, bin i < n holds what is above the bound
   before and up to bounds[i], bin n everything above. Of words, bin i < n is words[i], bin n
   every other. Bin n + 1: missing. */
typedef struct csuccess__card_axis {
    uint32_t count;       /* n */
    bool number;          /* bounds; else words */
    const double *bounds; /* ascending */
    const csuccess_str *words;
    const uint32_t *codes;                /* of the words, ascending, and */
    const uint32_t *places;               /* beside codes: which word it is */
    const csuccess__constants *constants; /* that the codes are of */
    uint32_t truth[2];                    /* of a bool: the bins of false and true */
} csuccess__card_axis;

typedef struct csuccess__card_node {
    csuccess_str id;    /* key in the document; the root has none */
    csuccess_str label; /* `label`, else id; for people */
    uint32_t parent;    /* UINT32_MAX: the root */
    uint32_t end;       /* nodes after this one up to, not with, `end` are its descendants */
    uint32_t depth;     /* the root's is 0 */
    /* where its score is kept for component('id') and kin; UINT32_MAX: nowhere */
    uint32_t slot;
    csuccess__combine combine;
    csuccess__points points;
    csuccess__policy missing;
    csuccess__share share;          /* of a group */
    bool countable;                 /* of a group: what its members are counted by adds up */
    const csuccess__program *value; /* of a metric: a number, bool, or, by map, a string */
    const csuccess__program *by;    /* GRID: the second value; NULL otherwise */
    /* UPTO, MAP: by `value`; GRID: by `value`, by `by` */
    csuccess__card_axis axes[2];
    const double *at; /* FROM, LINEAR: ascending bounds */
    /* beside bounds and words; GRID: a cell per pair of bins, rows by `value`, with "else" and
       missing of both: (n + 2) x (m + 2) */
    const double *gives;
    uint32_t point_count; /* of `gives` */
    bool has_otherwise, has_range, has_min, has_max;
    bool weighted; /* its group weighs */
    /* A grid says again what other members say alone, or a group of nothing else: it does not
       count for completeness beside members that do. */
    bool pair;
    /* a group whose combine is not known: its members are spared what follows from that */
    bool broken;
    double otherwise;   /* `else` */
    double worst, best; /* with has_range: as written, or derived from points or members */
    double low, size;   /* min(worst, best) and |best - worst| */
    double low_sum, size_sum; /* of a sum: over all members */
    double instead;           /* the score by the missing policy WORST, BEST, VALUE */
    /* as written; NaN: none where one is needed (weights of a profile must give it) */
    double weight;
    double scale;    /* of a group; 1 without */
    double min, max; /* of a sum */
    double require;  /* least share of weight present; 0: none */
    /* inputs with a default that the value reads, directly or through metrics */
    const uint32_t *defaults;
    uint32_t default_count;
    const csuccess__json *json; /* its definition */
} csuccess__card_node;

/* What is done after the link: Platt's scaling, on the log-odds, or a rising line, on the
   probability. The result is held within [1e-6, 1 - 1e-6]. */
typedef enum csuccess__calibrator {
    CSUCCESS__CALIBRATOR_NONE,
    CSUCCESS__CALIBRATOR_PLATT,
    CSUCCESS__CALIBRATOR_ISOTONIC
} csuccess__calibrator;

typedef struct csuccess__card_calibration {
    csuccess__calibrator kind;
    csuccess__platt platt;
    csuccess__isotonic line; /* of probabilities, all from 0 to 1 */
} csuccess__card_calibration;

/* From {"platt": [slope, intercept]} or {"isotonic": [[x, y], ...]}. False, noted, when it is
   neither; `out` is NONE then. */
bool csuccess__calibration_read(csuccess__card_calibration *out, csuccess__arena *arena,
                                csuccess__problems *problems, const csuccess__json *json);
/* Link and calibration. `linear` is in log-odds where `logistic`; else it is the score itself,
   which a calibration reads as a probability and holds within [1e-6, 1 - 1e-6] first. */
double csuccess__calibrate(const csuccess__card_calibration *calibration, bool logistic,
                           double linear);
/* What the calibration added: final log-odds less `linear` where `logistic`, else final less
   `linear`. 0 for NONE. */
double csuccess__calibration_part(const csuccess__card_calibration *calibration, bool logistic,
                                  double linear);

typedef struct csuccess__scorecard {
    const csuccess__card_node *nodes; /* pre-order, effective order; nodes[0] is the root */
    uint32_t count;
    bool logistic;
    bool requires;   /* some group has `require`, so completeness decides */
    bool calibrated; /* calibration.kind is not NONE */
    csuccess__card_calibration calibration;
    double intercept;
    const struct csuccess__additive *additive; /* how to sum it at once; NULL: node by node */
    const csuccess__schema *schema;
} csuccess__scorecard;

/* Deepest nesting of groups; a result object nests twice as deep. */
enum { CSUCCESS__CARD_DEPTH = 12 };

/* `lookup` is the name of the look-up for node scores: "component", "factor"; empty: none
   are kept. The slots it adds belong to `stratum`. NULL when problems were noted. */
const csuccess__scorecard *
csuccess__scorecard_compile(csuccess__schema *schema, csuccess__compiler *with,
                            csuccess__problems *problems, const csuccess__json *node,
                            const char *lookup, csuccess__stratum stratum);
/* `weights` by node id over a card: an array of card->count weights in the arena; NULL when
   noted. */
const double *csuccess__scorecard_weights(const csuccess__scorecard *card,
                                          csuccess__compiler *with,
                                          csuccess__problems *problems,
                                          const csuccess__json *weights);
/* The node of that id; UINT32_MAX: none. */
uint32_t csuccess__scorecard_find(const csuccess__scorecard *card, csuccess_str id);
/* Lowest and highest score the card can give, link and intercept included; false when a
   value has no range. */
bool csuccess__scorecard_range(const csuccess__scorecard *card, const double *weights,
                               double *low, double *high);

/* Notes a calibration that probably does not do what it should. */
void csuccess__card_lint(csuccess__problems *problems, const csuccess__scorecard *card);

/* What one node came to. Contributions of all metrics (and of groups whose score is their
   policy's) add up to the root's score. */
typedef struct csuccess__card_result {
    csuccess__value value; /* raw value of a metric; missing for groups */
    csuccess__value by;    /* of a grid: its second value; missing otherwise */
    double points;         /* of a metric, before weight */
    double score;          /* on the node's own scale; meaningless when missing */
    double completeness;   /* share of weight present below, 0 to 1 */
    double weight_used;  /* factor by which the score enters its parent, after redistribution */
    double contribution; /* to the root's score */
    double slope; /* what a point more of its score would add, with everything else as it is */
    bool missing; /* no score */
    bool defaulted, policy_used;
    bool whole; /* nothing below is missing or by a default, so that completeness is 1 */
    /* why the value (or the group) is missing, also where the policy gave a score */
    csuccess__absence why;
} csuccess__card_result;

/* How far the bags of a learned model differ, bin by bin: the `spread` of a model document. In
   the compiler's arena. */
typedef struct csuccess__card_spread csuccess__card_spread;
/* From {"scale": s, "of": {"node": [sd per bin of its table, ...], ...}}, of a grid a list of
   rows; nodes that are left out have none. NULL when problems were noted: unknown nodes, nodes
   without bins, wrong sizes, numbers below 0, a card without a logistic link. */
const csuccess__card_spread *csuccess__card_spread_read(const csuccess__scorecard *card,
                                                        csuccess__compiler *with,
                                                        csuccess__problems *problems,
                                                        const csuccess__json *json);
/* 1 - (p(x + 1.645 sd) - p(x - 1.645 sd)) with sd = scale * sqrt(variance): one less the width
   of the 90 % interval of the probability, before calibration. `log_odds`: the root's score and
   the intercept. csuccess__card_run gives it by itself when it has a spread. */
double csuccess__card_spread_run(const csuccess__card_spread *spread, double log_odds,
                                 double variance);

/* One customer. slots has the frame's values and receives the node scores. `results`
   (card->count) is filled when contributions are asked for; without them a card that can be
   summed at once fills only results[0]. `weights` NULL: the card's own. The result is missing
   (no score) when the root is, or when a node whose policy is `fail` is; failed_node is then
   the first such. */
typedef struct csuccess__card_run {
    csuccess__machine *machine;
    csuccess__value *slots;
    size_t slot_count;
    int64_t now;
    const double *weights;
    csuccess__card_result *results;
    bool contributions;
    const csuccess__card_spread *spread; /* NULL: none */
    double completeness;                 /* out: share of weight present */
    double confidence; /* out: by the spread where there is one; else completeness */
    double variance;   /* out: sum of squares of the spread of the bins the customer is in */
    double linear;     /* out: the root's score and the intercept, before the link; 0 without */
    /* out, with contributions: what the calibration adds, to the log-odds under a logistic
       link, else to the score; a row of its own. 0 without calibration or score */
    double calibration;
    uint32_t failed_node;   /* out: UINT32_MAX: none */
    csuccess_result failed; /* out: ENOMEM, ELIMIT of an expression */
} csuccess__card_run;
csuccess__value csuccess__scorecard_run(const csuccess__scorecard *card,
                                        csuccess__card_run *run);

/* A block of rows: the root's score and completeness. Node scores that have slots and are
   read by some program are bound into `slots` for later programs. NULL with `failed` set
   when memory ran out. */
typedef struct csuccess__card_columns {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots; /* the frame's, writable */
    const double *weights;
    const uint64_t *mask; /* rows asked for; NULL: all */
    bool want_completeness;
    const csuccess__card_spread *spread;  /* NULL: none */
    const csuccess__vector *completeness; /* out; NULL when not wanted */
    /* out, where there is a spread and a score: as of csuccess__card_run; else NULL */
    const csuccess__vector *confidence;
    csuccess_result failed; /* out */
} csuccess__card_columns;
const csuccess__vector *csuccess__scorecard_columns(const csuccess__scorecard *card,
                                                    csuccess__card_columns *run);

#endif
