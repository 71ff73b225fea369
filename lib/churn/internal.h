/* SPDX-License-Identifier: Apache-2.0 */
/* The compiled churn section, for this room. */
#ifndef CSUCCESS__CHURN_INTERNAL_H
#define CSUCCESS__CHURN_INTERNAL_H

#include "churn/churn.h"
#include "churn/model.h"
#include "churn/trees/trees.h"

/* A step of a ladder (levels, urgency, tiers): taken by the first, in order, whose bound the number reaches. */
typedef struct csuccess__rung {
    csuccess_str id;
    bool bounded, exclusive; /* {}: every number */
    double bound;
    const csuccess__program *when; /* raises to this rung by itself; NULL: none */
    const csuccess__json *at;
} csuccess__rung;

typedef struct csuccess__ladder {
    const csuccess__rung *rungs;
    uint32_t count;
} csuccess__ladder;

typedef struct csuccess__risk {
    csuccess_str id, severity, text;
    double impact;
    const csuccess__program *when;
    const csuccess__template *say; /* NULL: nothing to say */
    uint32_t
        slot; /* factor('id'): impact while it holds; UINT32_MAX: a model has a node of that name */
} csuccess__risk;

typedef struct csuccess__action {
    csuccess_str id;
    const csuccess__program *when;
} csuccess__action;

/* What a model is fed in one place of its row. */
typedef struct csuccess__feature_in {
    csuccess_str name;
    const csuccess__program *program; /* NULL: nothing; the model does not ask for it */
    const csuccess_str *words; /* categories by their number; NULL: the value is a number */
    const uint32_t *codes;     /* of the words among the constants */
    uint32_t word_count;
    uint32_t slot; /* factor('name'); UINT32_MAX: none */
} csuccess__feature_in;

/* One way to a probability. */
typedef struct csuccess__chain_step {
    csuccess__source source;
    const char *place;         /* its word in `fallback` */
    csuccess__trouble refused; /* NONE: it can be asked */
    csuccess_str why;          /* with refused: what was found wrong; may be empty */
    csuccess_str name, digest;
    bool calibrated;
    bool timed;          /* calibrated on dated rows, or a hazard: it tells when */
    bool undated;        /* learned from a cross-section, which says who leaves but not when */
    double horizon_days; /* that its probability speaks of */
    double periods;      /* of a hazard: horizon / period; 0: it is no hazard */
    const csuccess__scorecard *card;     /* LEARNED, SCORECARD */
    const csuccess__card_spread *spread; /* NULL: none */
    const csuccess__forest *forest;      /* XGBOOST */
    csuccess__card_calibration calibration;
    const csuccess__feature_in *features; /* XGBOOST: beside the forest's; HOST: as listed */
    const csuccess_str *names;            /* HOST: of the features */
    uint32_t feature_count;
    bool texts;             /* HOST: some feature is a string */
    uint32_t last, last_at; /* LAST: slots */
} csuccess__chain_step;

/* A table over level and tier of a value: severity, priority. */
typedef struct csuccess__grade {
    const csuccess__program *value; /* NULL: there is no such table */
    csuccess__ladder tiers;
    uint32_t missing;    /* the tier of a missing value; UINT32_MAX: none */
    const int8_t *cells; /* level by tier; -1: nothing */
    const csuccess__json *at;
} csuccess__grade;

/* A date on which customers leave if they do: a renewal, the end of a notice period. */
typedef struct csuccess__leaving {
    csuccess_str id;
    const csuccess__program *date; /* a time, a list of times, or a number of days ahead */
} csuccess__leaving;

struct csuccess__churn {
    const csuccess__schema *schema;
    csuccess__chain_step steps[CSUCCESS__CHAIN];
    uint32_t step_count;
    csuccess__chain_step nps, expansion;     /* source NONE: not installed */
    csuccess_model *models[CSUCCESS__CHAIN]; /* that it references */
    uint32_t model_count;
    double horizon_days, min_confidence;
    bool has_horizon, has_retrain_every;
    bool raises;  /* some level has a condition */
    bool several; /* another step than the one that fills factors may run */
    csuccess__duration retrain_every;
    csuccess__ladder levels, urgency, recommend; /* recommend: at most one rung */
    const csuccess__value *level_values; /* names of the levels as expressions see them */
    const csuccess__risk *risks;         /* by impact, highest first, document order on ties */
    uint32_t risk_count;
    const csuccess__action *actions;
    uint32_t action_count;
    csuccess__grade severity, priority;
    const csuccess__leaving *leaving;
    uint32_t leaving_count;
    const csuccess__program *lifetime, *prevention;
    const uint32_t *factor_slots; /* of nodes and features, each once */
    uint32_t factor_count;
    uint32_t probability_slot, level_slot, lifetime_slot, at_risk_slot;
};

/* While a section is compiled. */
typedef struct csuccess__churn_builder {
    csuccess__churn *churn;
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    const csuccess__churn_build *build;
} csuccess__churn_builder;

/* section.c. A member that is an expression; a missing one is noted when it is required. */
const csuccess__program *csuccess__churn_program(const csuccess__churn_builder *b,
                                                 const csuccess__json *object, const char *key,
                                                 csuccess__kind kind, bool required);
/* The members of an object in effective order; NULL when absent, empty or refused memory. */
const csuccess__json **csuccess__churn_members(const csuccess__churn_builder *b,
                                               const csuccess__json *parent, const char *key,
                                               uint32_t *count);
/* Evaluation of one program for one customer. */
static inline csuccess__value csuccess__churn_evaluate(const csuccess__program *program,
                                                       csuccess__churn_run *run)
{
    csuccess__frame frame = {run->slots, run->slot_count, run->now};
    csuccess_result failed = CSUCCESS_OK;
    csuccess__value v = csuccess__program_run(program, run->machine, &frame, &failed);
    if (failed < 0) {
        run->failed = failed;
    }
    return v;
}

/* ladder.c. The form says what bounds may be and whether a rung may have a `when`. */
typedef enum csuccess__ladder_form {
    CSUCCESS__LADDER_LEVELS,
    CSUCCESS__LADDER_SHARES,
    CSUCCESS__LADDER_AMOUNTS /* bounds are any numbers */
} csuccess__ladder_form;
csuccess__ladder csuccess__churn_ladder(const csuccess__churn_builder *b,
                                        const csuccess__json *section, const char *key,
                                        csuccess__ladder_form form);
/* One bound, as a ladder of one rung; of none when it is absent. */
csuccess__ladder csuccess__churn_bound(const csuccess__churn_builder *b,
                                       const csuccess__json *section, const char *key);
/* The index of the rung that a number (rounded here) stands on; -1: none. */
int32_t csuccess__ladder_find(const csuccess__ladder *ladder, double number);

/* fallback.c: `model`, `fallback`, `models`. */
void csuccess__churn_models(const csuccess__churn_builder *b, const csuccess__json *section);
/* kinds.c: one step of each kind. Fetched are learned and xgboost, as step->source says; `stands_in`: something takes over when the
   model cannot be used. */
void csuccess__kind_fetched(const csuccess__churn_builder *b, const csuccess__json *node,
                            csuccess__chain_step *step, bool stands_in);
void csuccess__kind_host(const csuccess__churn_builder *b, const csuccess__json *node,
                         csuccess__chain_step *step);
void csuccess__kind_card(const csuccess__churn_builder *b, const csuccess__json *node,
                         const char *lookup, csuccess__chain_step *step);
void csuccess__kind_others(const csuccess__churn_builder *b, const csuccess__json *section);
/* features.c: what trees and hosts are fed. False: noted. The shape of what an XGBoost model is fed is checked whether or not the
   model is there. */
bool csuccess__features_shape(const csuccess__churn_builder *b, const csuccess__json *node);
bool csuccess__features_forest(const csuccess__churn_builder *b, const csuccess__json *node,
                               csuccess__chain_step *step);
bool csuccess__features_host(const csuccess__churn_builder *b, const csuccess__json *node,
                             csuccess__chain_step *step);
/* grades.c: the words of severity, ended by NULL, the least first; `severity`, `priority`, after levels. */
extern const char *const csuccess__severities[];
void csuccess__churn_grades(const csuccess__churn_builder *b, const csuccess__json *section);
/* -1: nothing. `level` -1 gives nothing. */
int32_t csuccess__grade_find(const csuccess__grade *grade, int32_t level, bool there,
                             double value);
/* leaving.c: `time_to_churn`. */
void csuccess__churn_leaving(const csuccess__churn_builder *b, const csuccess__json *section);
void csuccess__churn_time(const csuccess__churn *churn, csuccess__churn_run *run,
                          csuccess__churn_result *out);

/* predict.c: goes down the chain. */
void csuccess__churn_predict(const csuccess__churn *churn, csuccess__churn_run *run,
                             csuccess__churn_result *out);
/* What nps and expansion come to. */
void csuccess__churn_others(const csuccess__churn *churn, csuccess__churn_run *run,
                            csuccess__churn_result *out);
/* Whether it is a probability, but for the last bits; then held within 0 and 1. */
csuccess__trouble csuccess__churn_settle(double *probability);
/* What the score of a card is as a probability at the step's horizon. */
double csuccess__step_within(const csuccess__chain_step *step, double score);
/* Whether some expression reads factor('name') of a feature. */
bool csuccess__factors_are_read(const csuccess__chain_step *step,
                                const csuccess__schema *schema);
/* What a feature's value is in a row of trees; NaN: missing. */
float csuccess__feature_float(const csuccess__feature_in *feature, csuccess__value value);

/* What a host's model is asked, row by row, and what it says. */
typedef struct csuccess__host_rows {
    double *values, *answers, *sureness;
    uint8_t *present;
    csuccess_str *texts; /* NULL: no feature is a string */
    int32_t *status;
} csuccess__host_rows;

/* What one block came to, row by row. */
typedef struct csuccess__churn_rows {
    double probability[CSUCCESS__BLOCK];
    double confidence[CSUCCESS__BLOCK]; /* NaN: none */
    uint8_t step[CSUCCESS__BLOCK];      /* that gave it, or was tried last */
    uint8_t level[CSUCCESS__BLOCK];
    uint8_t trouble[CSUCCESS__CHAIN][CSUCCESS__BLOCK];
    uint64_t known[CSUCCESS__BLOCK_WORDS];
    csuccess__host_rows host;
    float *floats; /* of trees: a column of CSUCCESS__FOREST_BLOCK rows for each feature */
    const csuccess__vector **columns; /* of trees and hosts: a feature each */
    double **factors;        /* of trees: where factor('name') goes; NULL: nobody reads it */
    csuccess__column *stash; /* of factors, while the next step binds its own */
    uint16_t place[CSUCCESS__BLOCK]; /* of hosts: the row that each one asked for is */
} csuccess__churn_rows;

/* host.c: puts a value into row-major place `at`, asks for the first `count` rows, takes what was said of one. */
void csuccess__host_put(csuccess__host_rows *rows, size_t at, const csuccess__value *value);
csuccess__trouble csuccess__host_ask(const csuccess__chain_step *step,
                                     const csuccess__churn_host *host,
                                     csuccess__host_rows *rows, uint32_t count, int64_t now);
/* `complete`: the confidence where the host gives none. */
csuccess__trouble csuccess__host_take(const csuccess__host_rows *rows, uint32_t row,
                                      double complete, double *probability, double *confidence,
                                      bool *has_confidence);

struct csuccess__churn_work {
    csuccess_allocator mem;
    csuccess__arena arena;
    uint32_t *risks, *actions;
    csuccess__card_result *nodes, *others;
    csuccess__forest_work *forest;
    float *row;
    double *contributions;
    csuccess__host_rows host;   /* one row */
    csuccess__churn_rows *rows; /* NULL: no columns yet */
};
/* Makes room for blocks. False: no memory. */
bool csuccess__churn_work_rows(csuccess__churn_work *work, const csuccess__churn *churn);

/* chain_columns.c: the block's probabilities into work->rows; slots of factors are bound. */
bool csuccess__churn_chain(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                           bool confidence);

/* summary.c: one sentence. What was not calibrated is a score in it, and no probability of anything. */
void csuccess__churn_summary(const csuccess__churn *churn, const csuccess__churn_result *result,
                             csuccess__buffer *out);
/* Why the steps before gave nothing: "model: absent; scorecard: an input is missing". */
void csuccess__churn_because(const csuccess__churn *churn, const uint8_t *troubles,
                             csuccess__text *out);

#endif
