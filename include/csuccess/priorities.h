/* SPDX-License-Identifier: Apache-2.0 */
/* Whom to turn to first among customers at risk. */
#ifndef CSUCCESS_PRIORITIES_H
#define CSUCCESS_PRIORITIES_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An order among customers at risk, made by an accumulator: add customers in any order and any split, merge the parts, finish,
 * then read from the first on. Neither the order of adding nor that of merging shows in the outcome.
 *
 * What a customer ranks by depends on what is known, and each one says which it was (CSUCCESS_BASIS_*):
 *
 * - UPLIFT, its uplift is known: uplift × value − cost;
 * - ASSUMED, it is not, but csuccess_priorities_options.assumed_uplift is: assumed_uplift × probability × value − cost;
 * - RISK, neither is: probability × value, which is what is at stake, not what acting gains; the cost is not taken off;
 * - UNVALUED, its value is unknown: the probability alone.
 *
 * A missing cost counts as none. Amounts of different bases do not compare, so customers come in four groups: those for whom acting is
 * known or assumed to gain something (UPLIFT and ASSUMED above 0), then RISK, then UNVALUED, then those for whom it costs more
 * than it gains (UPLIFT and ASSUMED at or below 0: leave them alone). Within a group: greatest amount first; of equal amounts greatest
 * probability, then greatest value (unknown last), then least cost, then customer id by bytes. Only customers that are equal in all of this
 * are interchangeable.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_priorities csuccess_priorities;

/** How to rank; zero in a field is its default. @since 0.1 */
typedef struct csuccess_priorities_options {
    size_t size; /**< set by the caller: sizeof(csuccess_priorities_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    uint64_t most;     /**< keep only the first so many; memory is bounded by it. 0: keep all */
    uint64_t capacity; /**< so many customers can be turned to; 0: no bound */
    double
        assumed_uplift; /**< share of its risk that acting takes from a customer of unknown uplift, above 0 and up
                                to 1; 0: nothing is assumed */
} csuccess_priorities_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PRIORITIES_OPTIONS_INIT {sizeof(csuccess_priorities_options), NULL, 0, 0, 0}
#else
#define CSUCCESS_PRIORITIES_OPTIONS_INIT {.size = sizeof(csuccess_priorities_options)}
#endif
/* clang-format on */

/* Bits of csuccess_at_risk.present. */
#define CSUCCESS_AT_RISK_VALUE 0x01u
#define CSUCCESS_AT_RISK_UPLIFT 0x02u
#define CSUCCESS_AT_RISK_COST 0x04u

/** One customer to rank. @since 0.1 */
typedef struct csuccess_at_risk {
    size_t size;      /**< set by the caller: sizeof(csuccess_at_risk) */
    uint32_t present; /**< CSUCCESS_AT_RISK_*: what is known; the rest is missing, not 0 */
    uint32_t reserved;
    csuccess_str customer; /**< id, required; copied */
    double probability;    /**< of churn, 0 to 1 */
    double value;          /**< what is lost if the customer leaves, in money; 0 or more */
    double
        uplift; /**< by how much acting lowers the probability, −1 to 1; below 0 it makes things worse */
    double cost; /**< of acting, in the same money; 0 or more */
} csuccess_at_risk;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_AT_RISK_INIT {sizeof(csuccess_at_risk), 0, 0, {NULL, 0}, 0, 0, 0, 0}
#else
#define CSUCCESS_AT_RISK_INIT {.size = sizeof(csuccess_at_risk)}
#endif
/* clang-format on */

/* What a priority rests on: csuccess_priority.basis. */
#define CSUCCESS_BASIS_UPLIFT 1u
#define CSUCCESS_BASIS_ASSUMED 2u
#define CSUCCESS_BASIS_RISK 3u
#define CSUCCESS_BASIS_UNVALUED 4u

/** One customer of a finished order. @since 0.1 */
typedef struct csuccess_priority {
    size_t size;    /**< set by the caller: sizeof(csuccess_priority) */
    uint64_t rank;  /**< from 1 */
    uint32_t basis; /**< CSUCCESS_BASIS_* */
    int32_t
        within; /**< 1: within the capacity, and acting is not known to cost more than it gains */
    double amount;    /**< what it ranks by, in money; of UNVALUED the probability */
    uint32_t present; /**< CSUCCESS_AT_RISK_*: as it was added */
    uint32_t reserved;
    double probability;
    double value;          /**< 0 when not present */
    double uplift;         /**< 0 when not present */
    double cost;           /**< 0 when not present */
    csuccess_str customer; /**< borrowed from the priorities */
} csuccess_priority;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PRIORITY_INIT {sizeof(csuccess_priority), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, {NULL, 0}}
#else
#define CSUCCESS_PRIORITY_INIT {.size = sizeof(csuccess_priority)}
#endif
/* clang-format on */

/** Counts over all that were added, whatever was kept. @since 0.1 */
typedef struct csuccess_priorities_totals {
    size_t size;         /**< set by the caller: sizeof(csuccess_priorities_totals) */
    uint64_t customers;  /**< added */
    uint64_t by_uplift;  /**< of them, by basis */
    uint64_t by_assumed; /**< see by_uplift */
    uint64_t by_risk;    /**< see by_uplift */
    uint64_t unvalued;   /**< see by_uplift */
    uint64_t losing;     /**< for whom acting costs more than it gains, or as much */
    double
        at_stake; /**< sum of probability × value over those with a value, to nine decimals */
    double gain;  /**< sum of the amounts above 0 of UPLIFT and ASSUMED, to nine decimals */
} csuccess_priorities_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PRIORITIES_TOTALS_INIT {sizeof(csuccess_priorities_totals), 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_PRIORITIES_TOTALS_INIT {.size = sizeof(csuccess_priorities_totals)}
#endif
/* clang-format on */

/**
 * Makes an empty order. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE (assumed_uplift is not within 0 to 1);
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_priorities_new(csuccess_priorities **out,
                                                     const csuccess_priorities_options *options,
                                                     csuccess_error *err);
/**
 * Adds one customer; add each one once. CSUCCESS_EINVALID (no customer id, or the order is finished); CSUCCESS_ERANGE (a number
 * outside what its field says, or so large that the amounts do not add up any more); CSUCCESS_EENCODING; CSUCCESS_ELIMIT (an
 * id of more than 1,024 bytes); CSUCCESS_EABI; CSUCCESS_ENOMEM. After an error nothing was added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_priorities_add(csuccess_priorities *priorities,
                                                     const csuccess_at_risk *customer,
                                                     csuccess_error *err);
/**
 * Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when one of them is finished, both are the same, or their options
 * differ; CSUCCESS_ERANGE; CSUCCESS_ENOMEM. After an error `into` is as it was.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_priorities_merge(csuccess_priorities *into,
                                                       const csuccess_priorities *from,
                                                       csuccess_error *err);
/** Puts them in order; nothing can be added or merged from then on. Again does nothing. CSUCCESS_EINVALID. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_priorities_finish(csuccess_priorities *priorities,
                                                        csuccess_error *err);
/** How many it keeps; 0 before it is finished. @since 0.1 */
CSUCCESS_API size_t csuccess_priorities_count(const csuccess_priorities *priorities);
/** One of them, from 0: the first in order. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_priorities_get(const csuccess_priorities *priorities,
                                                     size_t index, csuccess_priority *out);
/** Its counts, also before it is finished. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_priorities_total(const csuccess_priorities *priorities,
                                                       csuccess_priorities_totals *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_priorities_free(csuccess_priorities *priorities);

#ifdef __cplusplus
}
#endif

#endif
