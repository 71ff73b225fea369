/* SPDX-License-Identifier: Apache-2.0 */
/* Customers out of the host's storage: one by its id, or all for whom a rule holds. */
#ifndef CSUCCESS_SELECTION_H
#define CSUCCESS_SELECTION_H

#include <csuccess/scorer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What a callback says of the customer that it was asked for: *given. */
#define CSUCCESS_GIVEN_CUSTOMER 1u /**< the facts hold the customer */
#define CSUCCESS_GIVEN_NONE 2u     /**< there is no such customer, or none is left */

/**
 * The host's customers, behind callbacks; borrowed for the call that they are handed to and called on its thread.
 *
 * A callback fills the facts, which are empty, and sets *given. One that leaves *given as it is has failed, so that an
 * exception thrown in another language never reads as success. A negative result stops the call:
 * CSUCCESS_ECANCELLED as itself, anything else as CSUCCESS_ECALLBACK. Facts belong to the library and are the callback's until
 * it returns. A callback may use the scorer that called it, but for the two functions below.
 * @since 0.1
 */
typedef struct csuccess_customer_ops {
    size_t size; /**< set by the caller: sizeof(csuccess_customer_ops) */
    void *ud;    /**< handed to each callback */
    /** Loads one customer. Needed by csuccess_scorer_pull(). */
    csuccess_result (*load)(void *ud, csuccess_str customer, csuccess_facts *facts,
                            uint32_t *given);
    /** Loads the next customer of a cursor that the host keeps in ud. Needed by csuccess_scorer_select(). */
    csuccess_result (*next)(void *ud, csuccess_facts *facts, uint32_t *given);
} csuccess_customer_ops;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_CUSTOMER_OPS_INIT {sizeof(csuccess_customer_ops), NULL, NULL, NULL}
#else
#define CSUCCESS_CUSTOMER_OPS_INIT {.size = sizeof(csuccess_customer_ops)}
#endif
/* clang-format on */

/**
 * Loads one customer through `load` and explains it: as csuccess_scorer_explain(), so that
 * csuccess_scorer_explanation() and csuccess_scorer_json() speak of it. Facts without a customer id get the one that
 * was asked for. CSUCCESS_ENAME when there is no such customer; CSUCCESS_ECALLBACK when the callback failed or gave
 * another customer; CSUCCESS_ECANCELLED; CSUCCESS_EBUSY from within a callback; CSUCCESS_EINVALID without `load`; else as
 * csuccess_scorer_explain().
 * @param out may be NULL
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_pull(csuccess_scorer *scorer,
                                                  const csuccess_customer_ops *customers,
                                                  csuccess_str customer, int64_t now_ms,
                                                  csuccess_score *out, csuccess_error *err);

/**
 * The customers for whom a rule held at one moment, in an order that does not depend on that of the cursor: lowest raw score
 * first, those without a score last, then by customer id (bytes), then by place in the cursor.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_selection csuccess_selection;

/** What to select. @since 0.1 */
typedef struct csuccess_selection_query {
    size_t size; /**< set by the caller: sizeof(csuccess_selection_query) */
    const csuccess_customer_ops *customers; /**< required, with `next` */
    /** A condition over inputs, metrics, health, churn and segments: an expression, or a JSON rule
     * ({"health_score": {"lt": 50}, "any": […]}). Required. */
    csuccess_str when;
    int64_t now_ms; /**< the time to score at, ms since the epoch, UTC */
    uint64_t
        most; /**< keep only so many, the first in order; 0: all. Memory grows with what is kept */
} csuccess_selection_query;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SELECTION_QUERY_INIT {sizeof(csuccess_selection_query), NULL, {NULL, 0}, 0, 0}
#else
#define CSUCCESS_SELECTION_QUERY_INIT {.size = sizeof(csuccess_selection_query)}
#endif
/* clang-format on */

/* Bits of csuccess_selected.present. */
#define CSUCCESS_SELECTED_SCORE 0x01u       /**< score and raw */
#define CSUCCESS_SELECTED_PROBABILITY 0x02u /**< probability */

/** One customer of a selection. Strings are borrowed from the selection. @since 0.1 */
typedef struct csuccess_selected {
    size_t size;      /**< set by the caller: sizeof(csuccess_selected) */
    uint32_t present; /**< CSUCCESS_SELECTED_*: which of the following are there */
    uint32_t reserved;
    uint64_t position;     /**< place in the cursor, from 0 */
    double score;          /**< displayed */
    double raw;            /**< after modifiers, rounded to 9 decimals */
    double probability;    /**< of churn, 0 to 1 */
    csuccess_str customer; /**< its id; empty when the facts have none */
    csuccess_str status;   /**< name of the band, "churned", or empty */
    csuccess_str level;    /**< of churn, or empty */
} csuccess_selected;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SELECTED_INIT \
    {sizeof(csuccess_selected), 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}}
#else
#define CSUCCESS_SELECTED_INIT {.size = sizeof(csuccess_selected)}
#endif
/* clang-format on */

/**
 * Counts over the whole cursor, whatever was kept. The share of `members` that are `scored` is the coverage of scoring
 * among the customers that the rule names.
 * @since 0.1
 */
typedef struct csuccess_selection_totals {
    size_t size;        /**< set by the caller: sizeof(csuccess_selection_totals) */
    uint64_t customers; /**< that the cursor gave */
    uint64_t
        undecided;    /**< for whom a missing input left the rule open; they are not members */
    uint64_t members; /**< for whom the rule held */
    uint64_t scored;  /**< of the members: with a score */
    uint64_t provisional; /**< of these: flagged provisional */
} csuccess_selection_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SELECTION_TOTALS_INIT {sizeof(csuccess_selection_totals), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SELECTION_TOTALS_INIT {.size = sizeof(csuccess_selection_totals)}
#endif
/* clang-format on */

/**
 * Reads the cursor to its end and keeps the customers for whom the rule holds. A rule that a missing input leaves
 * open does not hold. A score that a node's `"missing": "fail"` refuses is no score here, and no error.
 *
 * *out is NULL on failure. CSUCCESS_EEXPRESSION, CSUCCESS_ETYPE, CSUCCESS_ENAME (the rule does not compile; err has its
 * place), CSUCCESS_EJSON, CSUCCESS_ECONFIG (a JSON rule is not one); CSUCCESS_ECALLBACK; CSUCCESS_ECANCELLED; CSUCCESS_EBUSY
 * from within a callback; CSUCCESS_ELIMIT; CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_scorer_select(csuccess_selection **out,
                                                    csuccess_scorer *scorer,
                                                    const csuccess_selection_query *query,
                                                    csuccess_error *err);
/** How many customers it keeps. @since 0.1 */
CSUCCESS_API size_t csuccess_selection_count(const csuccess_selection *selection);
/** One of them. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_selection_get(const csuccess_selection *selection,
                                                    size_t index, csuccess_selected *out);
/** Its counts. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_selection_total(const csuccess_selection *selection,
                                                      csuccess_selection_totals *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_selection_free(csuccess_selection *selection);

#ifdef __cplusplus
}
#endif

#endif
