/* SPDX-License-Identifier: Apache-2.0 */
/* The scorer: scratch memory that walks a compiled configuration, stratum by stratum, for one customer or for blocks of
   rows. What a stratum means is its own room's; this one only knows the order. */
#ifndef CSUCCESS__ENGINE_SCORER_H
#define CSUCCESS__ENGINE_SCORER_H

#include "config/config.h"
#include "score/explain.h"
#include "score/history.h"
#include <csuccess/scorer.h>

/* What a callback is handed, and how it is given back. */
typedef struct csuccess__hook {
    void *ud;
    void (*free)(void *ud);
} csuccess__hook;

struct csuccess_scorer {
    csuccess_allocator mem;
    csuccess_config *config;
    csuccess__machine *machine;
    csuccess__column_machine *columns; /* made at the first use of columns */
    csuccess__value *slots;            /* config->schema->count */
    csuccess__column *column_slots;    /* the same, made with `columns` */
    uint64_t *members, *undecided;     /* of segments: a block each, made with `columns` */
    csuccess__health_result health;
    csuccess__churn_result churn;
    csuccess__churn_work *churn_work; /* NULL: no churn */
    csuccess_predict_fn predict;      /* the host's own model; NULL: none */
    csuccess_log_fn log;              /* of predictions; NULL: none */
    csuccess__hook model_hook, log_hook;
    csuccess_explanation *explanation;
    csuccess__buffer json, open;
    csuccess__arena scratch;           /* expressions of csuccess_scorer_eval */
    const csuccess__health_past *past; /* of a state; NULL: earlier scores are inputs */
    csuccess__override override_;
    csuccess__arena override_text;
    bool overridden, explained;
    bool pulling;           /* a callback of csuccess_customer_ops runs */
    bool busy;              /* a callback of predictions runs, which may not call this scorer */
    csuccess_facts *pulled; /* the customer of csuccess_scorer_pull; made at its first use */
    bool health_for_segments, churn_for_segments; /* some segment asks for these strata */
    bool health_is_read;                          /* something asks for health's slots */
    bool
        wants_factors; /* an expression that is not the configuration's may read factor('id') */
    char because[256]; /* of the last csuccess_scorer_predict() */
    int64_t now;
    int64_t filled_at;         /* when the slots were filled the last time */
    bool filled;               /* they were */
    csuccess__buffer customer; /* of the last explained run */
};

/* Checks what every call is given: handles, facts of the same configuration, a time of the calendar. */
csuccess_result csuccess__scorer_check(const csuccess_scorer *scorer,
                                       const csuccess_facts *facts, int64_t now,
                                       csuccess_error *err);
/* EBUSY while a callback of this scorer runs. */
csuccess_result csuccess__scorer_idle(const csuccess_scorer *scorer, csuccess_error *err);
/* Fills the slots up to metrics. */
csuccess_result csuccess__scorer_inputs(csuccess_scorer *scorer, const csuccess_facts *facts,
                                        int64_t now, csuccess_error *err);
/* Health, then churn, into the scorer's results and slots. */
csuccess_result csuccess__scorer_health(csuccess_scorer *scorer, int64_t now, bool explain,
                                        csuccess_error *err);
csuccess_result csuccess__scorer_churn(csuccess_scorer *scorer, int64_t now, bool explain,
                                       csuccess_error *err);
/* The results of an explained walk are those of this customer: csuccess_scorer_json() then speaks of them. */
csuccess_result csuccess__scorer_explained(csuccess_scorer *scorer, csuccess_str customer,
                                           int64_t now, csuccess_error *err);
/* All slots of every stratum, for an expression over anything. A scorer that has an explained run forgets it. */
csuccess_result csuccess__scorer_fill(csuccess_scorer *scorer, const csuccess_facts *facts,
                                      int64_t now, csuccess_error *err);
/* The slots that some segment reads. */
csuccess_result csuccess__scorer_segment_slots(csuccess_scorer *scorer,
                                               const csuccess_facts *facts, int64_t now,
                                               csuccess_error *err);
/* The host's model as the churn room asks it. */
csuccess__churn_host csuccess__scorer_host(csuccess_scorer *scorer);
/* Tells the log of the prediction that was just made, of one customer or of rows of columns. ECALLBACK. */
csuccess_result csuccess__scorer_told(csuccess_scorer *scorer, csuccess_str customer,
                                      int64_t now, csuccess_error *err);
csuccess_result csuccess__scorer_told_block(csuccess_scorer *scorer, size_t first,
                                            uint32_t rows, int64_t now);
/* Gives back what callbacks were handed. */
void csuccess__scorer_let_go(csuccess_scorer *scorer);
/* Fills err for a code that a machine gave. */
csuccess_result csuccess__scorer_failed(csuccess_result code, csuccess_error *err);

#endif
