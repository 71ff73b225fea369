/* SPDX-License-Identifier: Apache-2.0 */
/* Scorecards: a tree of metrics with points, weights and a link; one tree for health, churn
   factors and learned models. Compiled once; evaluated for a row or a block of columns with
   the same bits. */
#ifndef CSUCCESS__SCORE_SCORECARD_H
#define CSUCCESS__SCORE_SCORECARD_H

#include "customer/schema.h"
#include "expr/column.h"

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
    X(MAP, "map")

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
    const csuccess__program *value; /* of a metric: a number, bool, or, by map, a string */
    const double *at, *gives; /* UPTO, FROM, LINEAR: ascending bounds; `gives` beside them */
    const csuccess_str *keys; /* MAP: categories; "true" and "false" of a bool */
    const uint32_t *codes;    /* MAP: their numbers among the constants */
    uint32_t point_count;
    bool has_otherwise, has_range, has_min, has_max;
    bool weighted; /* its group weighs */
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

typedef struct csuccess__scorecard {
    const csuccess__card_node *nodes; /* pre-order, effective order; nodes[0] is the root */
    uint32_t count;
    bool logistic;
    bool requires; /* some group has `require`, so completeness decides */
    double intercept;
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

/* What one node came to. Contributions of all metrics (and of groups whose score is their
   policy's) add up to the root's score. */
typedef struct csuccess__card_result {
    csuccess__value value; /* raw value of a metric; missing for groups */
    double points;         /* of a metric, before weight */
    double score;          /* on the node's own scale; meaningless when missing */
    double completeness;   /* share of weight present below, 0 to 1 */
    double weight_used;  /* factor by which the score enters its parent, after redistribution */
    double contribution; /* to the root's score */
    double slope; /* what a point more of its score would add, with everything else as it is */
    bool missing; /* no score */
    bool defaulted, policy_used;
    /* why the value (or the group) is missing, also where the policy gave a score */
    csuccess__absence why;
} csuccess__card_result;

/* One customer. slots has the frame's values and receives the node scores. `results`
   (card->count) is filled whole when contributions are asked for, else all but those.
   `weights` NULL: the card's own. The result is missing (no score) when the root is, or when
   a node whose policy is `fail` is; failed_node is then the first such. */
typedef struct csuccess__card_run {
    csuccess__machine *machine;
    csuccess__value *slots;
    size_t slot_count;
    int64_t now;
    const double *weights;
    csuccess__card_result *results;
    bool contributions;
    double completeness;    /* out: share of weight present */
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
    const csuccess__vector *completeness; /* out; NULL when not wanted */
    csuccess_result failed;               /* out */
} csuccess__card_columns;
const csuccess__vector *csuccess__scorecard_columns(const csuccess__scorecard *card,
                                                    csuccess__card_columns *run);

#endif
