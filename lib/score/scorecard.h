/* SPDX-License-Identifier: Apache-2.0 */
/* Scorecards: a tree of metrics with points, weights and a link; one tree for health, churn factors and
   learned models. Compiled once; evaluated for a row or a block of columns with the same bits. */
#ifndef CSUCCESS__SCORE_SCORECARD_H
#define CSUCCESS__SCORE_SCORECARD_H

#include "customer/schema.h"
#include "expr/column.h"

typedef enum csuccess__combine {
    CSUCCESS__COMBINE_NONE, /* a metric */
    CSUCCESS__COMBINE_WEIGHTED_MEAN,
    CSUCCESS__COMBINE_SUM,
    CSUCCESS__COMBINE_MIN,
    CSUCCESS__COMBINE_MAX,
    CSUCCESS__COMBINE_NOISY_OR,
    CSUCCESS__COMBINE_PRODUCT
} csuccess__combine;

typedef enum csuccess__points {
    CSUCCESS__POINTS_NONE,
    CSUCCESS__POINTS_UPTO,
    CSUCCESS__POINTS_FROM,
    CSUCCESS__POINTS_LINEAR,
    CSUCCESS__POINTS_MAP
} csuccess__points;

typedef enum csuccess__policy {
    CSUCCESS__POLICY_REDISTRIBUTE,
    CSUCCESS__POLICY_WORST,
    CSUCCESS__POLICY_BEST,
    CSUCCESS__POLICY_VALUE,
    CSUCCESS__POLICY_FAIL
} csuccess__policy;

typedef struct csuccess__card_node {
    csuccess_str id; /* key in the document; the root has none */
    uint32_t parent; /* UINT32_MAX: the root */
    uint32_t end;    /* nodes after this one up to `end` are its descendants */
    uint32_t depth;
    uint32_t slot; /* where its score is kept for component('id') and kin; UINT32_MAX: nowhere */
    csuccess__combine combine;
    csuccess__points points;
    csuccess__policy missing;
    const csuccess__program *value; /* of a metric */
    const double *at, *gives;       /* UPTO, FROM, LINEAR */
    const uint32_t *codes;          /* MAP: constants, `gives` beside them */
    uint32_t point_count;
    bool has_otherwise, has_range, has_min, has_max;
    double otherwise;   /* `else` */
    double low, high;   /* range: worst and best of what the node gives; derived from points where it can be */
    double instead;     /* POLICY_VALUE */
    double weight;      /* as written; 1 where there is none */
    double scale;       /* of a group */
    double min, max;    /* of a sum */
    double require;     /* least share of weight present; 0: none */
    csuccess_str label; /* `label`, else id; for people */
    const csuccess__json *json; /* its definition */
} csuccess__card_node;

typedef struct csuccess__scorecard {
    const csuccess__card_node *nodes; /* pre-order, document (effective) order; nodes[0] is the root */
    uint32_t count;
    bool logistic;
    double intercept;
} csuccess__scorecard;

/* `lookup` is the name of the look-up for node scores: "component", "factor"; empty: none are kept. The slots it
   adds belong to `stratum`. NULL when problems were noted. */
const csuccess__scorecard *csuccess__scorecard_compile(csuccess__schema *schema, csuccess__compiler *with,
                                                       csuccess__problems *problems,
                                                       const csuccess__json *node, const char *lookup,
                                                       csuccess__stratum stratum);
/* `weights` by node id over a card: an array of card->count weights in the arena; NULL when noted. */
const double *csuccess__scorecard_weights(const csuccess__scorecard *card, csuccess__compiler *with,
                                          csuccess__problems *problems, const csuccess__json *weights);

/* What one node came to. Contributions of all metrics add up to the card's score (log-odds under a link). */
typedef struct csuccess__card_result {
    csuccess__value value; /* raw value of a metric; missing for groups */
    double points;         /* of a metric, before weight */
    double score;          /* on the node's own scale; meaningless when missing */
    double weight_used;    /* share of its parent's weight or points after redistribution, 0..1 for means */
    double contribution;   /* to the card's score */
    bool missing, defaulted, policy_used;
    csuccess__absence why;
} csuccess__card_result;

/* One customer. slots has the frame's values and receives the node scores. `results` (card->count) is filled whole
   when contributions are asked for, else only scores. `weights` NULL: the card's own. *completeness is the share
   of weight present. The result is missing (no score) when the root is. */
typedef struct csuccess__card_run {
    csuccess__machine *machine;
    csuccess__value *slots;
    size_t slot_count;
    int64_t now;
    const double *weights;
    csuccess__card_result *results;
    bool contributions;
    double completeness; /* out */
    csuccess_result failed; /* out */
} csuccess__card_run;
csuccess__value csuccess__scorecard_run(const csuccess__scorecard *card, csuccess__card_run *run);

/* A block of rows: the root's score and completeness. Node scores that have slots are bound into `slots`
   as FORM_VECTOR for later programs. */
typedef struct csuccess__card_columns {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots; /* the frame's, writable */
    const double *weights;
    const uint64_t *mask;            /* rows asked for; NULL: all */
    bool want_completeness;
    const csuccess__vector *completeness; /* out; NULL when not wanted */
    csuccess_result failed;          /* out */
} csuccess__card_columns;
const csuccess__vector *csuccess__scorecard_columns(const csuccess__scorecard *card,
                                                    csuccess__card_columns *run);

#endif
