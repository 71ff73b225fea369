/* SPDX-License-Identifier: Apache-2.0 */
/* Churn: probability by a model or what stands in for it, level, risk factors, value at risk, severity, priority,
   urgency, actions, time to churn. */
#ifndef CSUCCESS__CHURN_CHURN_H
#define CSUCCESS__CHURN_CHURN_H

#include "base/digest.h"
#include "customer/open.h"
#include "expr/template.h"
#include "score/scorecard.h"
#include <csuccess/config.h>
#include <csuccess/scorer.h>

typedef struct csuccess__churn
    csuccess__churn; /* the compiled section; in the arena, but for the models that it references */

/* Where a probability came from; the numbers are public (CSUCCESS_SOURCE_*). */
#define CSUCCESS__SOURCES(X) \
    X(NONE, "") \
    X(LEARNED, "learned") \
    X(XGBOOST, "xgboost") \
    X(HOST, "host") \
    X(SCORECARD, "scorecard") \
    X(LAST, "last")

typedef enum csuccess__source {
#define CSUCCESS__SOURCE(name, text) CSUCCESS__SOURCE_##name,
    CSUCCESS__SOURCES(CSUCCESS__SOURCE)
#undef CSUCCESS__SOURCE
        CSUCCESS__SOURCE_COUNT
} csuccess__source;

/* Why a step of the fallback chain gave no probability. */
#define CSUCCESS__TROUBLES(X) \
    X(NONE, "") \
    X(ABSENT, "absent") \
    X(REFUSED, "refused") \
    X(UNSET, "no callback is set") \
    X(FAILED, "the callback failed") \
    X(UNDECIDED, "undecided, since an input is missing") \
    X(NOT_FINITE, "not a finite number") \
    X(OUT_OF_RANGE, "not within 0 and 1")

typedef enum csuccess__trouble {
#define CSUCCESS__TROUBLE(name, text) CSUCCESS__TROUBLE_##name,
    CSUCCESS__TROUBLES(CSUCCESS__TROUBLE)
#undef CSUCCESS__TROUBLE
        CSUCCESS__TROUBLE_COUNT
} csuccess__trouble;

/* Most steps of a chain: model, scorecard, last. */
enum { CSUCCESS__CHAIN = 3 };

typedef struct csuccess__churn_build {
    csuccess__schema *schema;
    csuccess__compiler *with;
    csuccess__problems *problems;
    csuccess_str
        name; /* the configuration's, by which its own scorecard is called in results */
    csuccess_model_fn model; /* NULL: no model is there */
    void *model_ud;
} csuccess__churn_build;

/* The inputs that a fallback to "last" reads (previous_churn_probability, previous_churn_at), before metrics are compiled. */
void csuccess__churn_inputs(csuccess__schema *schema, const csuccess__json *section);
/* NULL section: none. Adds the slots churn.probability, churn.level, factor('id') (nodes of the models and risk
   factors). */
const csuccess__churn *csuccess__churn_compile(const csuccess__churn_build *build,
                                               const csuccess__json *section);
/* Gives the models back; before the arena goes. NULL does nothing. */
void csuccess__churn_drop(const csuccess__churn *churn);
/* The digests of its models, which a content hash has to know of: the document only names them. */
void csuccess__churn_digest(const csuccess__churn *churn, csuccess__sha256 *h);
/* Whether the host's callback can be asked for. */
bool csuccess__churn_asks_host(const csuccess__churn *churn);
/* When the model is due to be trained again: its training and `retrain_every`. False: one of them is not known, or not a date. */
bool csuccess__churn_retrain_at(const csuccess__churn *churn, int64_t *due);

/* Scratch of one thread: results' arrays, rows for trees and hosts. NULL: no memory. */
typedef struct csuccess__churn_work csuccess__churn_work;
csuccess__churn_work *csuccess__churn_work_new(const csuccess__churn *churn,
                                               const csuccess_allocator *mem);
void csuccess__churn_work_free(csuccess__churn_work *work);

/* How a probability came about, where a card or trees gave it: base, contributions and calibration add up to total. */
typedef struct csuccess__churn_parts {
    bool there, log_odds; /* log_odds: of it, else of the score itself */
    double base, calibration, total;
    const double *
        trees; /* of a forest: a contribution for each feature; else NULL, and `nodes` has them */
} csuccess__churn_parts;

typedef struct csuccess__churn_result {
    bool has_probability, recommended, has_recommended, calibrated, degraded;
    double probability; /* as computed; levels read it rounded to 9 decimals */
    double hazard;      /* of a hazard model: within one period; else 0 */
    bool has_confidence;
    double confidence; /* by the spread of a learned model, the host, or completeness */
    csuccess__source source;
    uint32_t step; /* of the chain that gave it, or was tried last */
    uint8_t troubles
        [CSUCCESS__CHAIN]; /* csuccess__trouble of each step; NONE: it gave it, or was not tried */
    int32_t level, urgency; /* index; -1: none */
    int32_t severity;       /* index of low, medium, high, critical; -1: none */
    int32_t priority;       /* 1 first to 5; 0: none */
    bool has_lifetime_value, has_value_at_risk, has_prevention_cost;
    double lifetime_value, value_at_risk, prevention_cost;
    bool has_time, has_nps, has_expansion, has_age;
    int64_t churn_at; /* with has_time: when it is to be expected */
    double days;      /* until then */
    uint32_t time_by; /* the date that it falls on; UINT32_MAX: none, by the hazard */
    double nps, expansion;
    double age_days; /* of a probability that is the last one's */
    csuccess__churn_parts parts;
    const uint32_t *risks; /* indices of the risk factors that hold, by impact, highest first */
    uint32_t risk_count;
    const uint32_t *actions; /* indices in the order of the document */
    uint32_t action_count;
    const csuccess__card_result *nodes; /* of the step's card */
} csuccess__churn_result;               /* its arrays are the work's, until its next run */

/* The host's own model, in force for a scorer. */
typedef struct csuccess__churn_host {
    csuccess_predict_fn predict; /* NULL: none */
    void *ud;
    bool *busy; /* set while it runs */
} csuccess__churn_host;

typedef struct csuccess__churn_run {
    csuccess__machine *machine;
    csuccess__value *slots; /* with health's slots filled */
    size_t slot_count;
    int64_t now;
    bool explain;
    bool
        factors; /* factor('id') is filled even where no program of the configuration reads it */
    csuccess__churn_work *work;
    csuccess__churn_host host;
    csuccess_result failed; /* out */
} csuccess__churn_run;

void csuccess__churn_row(const csuccess__churn *churn, csuccess__churn_run *run,
                         csuccess__churn_result *out);

/* Probability, confidence, level and where they come from, and nothing else of the result. */
void csuccess__churn_brief(const csuccess__churn *churn, csuccess__churn_run *run,
                           csuccess__churn_result *out);

typedef struct csuccess__churn_block {
    double *probability; /* any may be NULL; 0 where `known` is 0 */
    double *confidence;  /* 0 where there is none */
    uint8_t *level;      /* index; 255: none */
    uint8_t *source;     /* csuccess__source */
    uint64_t *known;     /* bitmap */
    uint64_t *degraded;  /* bitmap */
} csuccess__churn_block;
typedef struct csuccess__churn_columns_run {
    csuccess__column_machine *machine;
    csuccess__column_frame *frame;
    csuccess__column *slots; /* those of churn are not bound yet */
    bool amounts;            /* bind lifetime_value and value_at_risk, for segments */
    csuccess__churn_work *work;
    csuccess__churn_host host;
    csuccess_result failed; /* out */
} csuccess__churn_columns_run;
void csuccess__churn_columns(const csuccess__churn *churn, csuccess__churn_columns_run *run,
                             csuccess__churn_block *out);
csuccess_str csuccess__churn_level_name(const csuccess__churn *churn, int32_t level);
/* The days that a result's probability speaks of. */
double csuccess__churn_horizon_days(const csuccess__churn *churn,
                                    const csuccess__churn_result *result);

/* What a log is told of one prediction: everything but customer, time and configuration. `reason` receives the text of
   why it is degraded. */
void csuccess__churn_tell(const csuccess__churn *churn, const csuccess__churn_result *result,
                          csuccess__text *reason, csuccess_prediction *out);
/* The same for row `row` of the last block that was run with this work. */
void csuccess__churn_tell_row(const csuccess__churn *churn, const csuccess__churn_work *work,
                              uint32_t row, csuccess__text *reason, csuccess_prediction *out);

/* The "churn" object of a result (cli.md), whole; run renders the sentences. OK, ENOMEM, ELIMIT. */
csuccess_result csuccess__churn_write(struct csuccess__json_writer *out,
                                      const csuccess__churn *churn,
                                      const csuccess__churn_result *result,
                                      csuccess__churn_run *run);
/* Notes steps of levels and urgency that cannot be reached, tables that leave something out; NULL: nothing. */
void csuccess__churn_lint(csuccess__problems *problems, const csuccess__churn *churn);
/* Notes its conditions that a missing input left open: levels, risk factors, actions. */
void csuccess__churn_open(csuccess__open *open, const csuccess__churn *churn);

#endif
