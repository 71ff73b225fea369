/* SPDX-License-Identifier: Apache-2.0 */
/* How long customers stay: survival curves, whether groups differ, and what a contract is worth. */
#ifndef CSUCCESS_SURVIVAL_H
#define CSUCCESS_SURVIVAL_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An accumulator of durations: how long a customer has been there, and whether it left then or is still there (censored). Adding in any
 * order and merging in any order and grouping gives the same bits; an empty one is the identity. Every duration is kept, 8 bytes each.
 *
 * Durations are in one unit of the host's choice, such as months, for everything in one accumulator.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_survival csuccess_survival;

/** How to accumulate; zero in a field is its default. @since 0.1 */
typedef struct csuccess_survival_options {
    size_t size; /**< set by the caller: sizeof(csuccess_survival_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    uint64_t most;                       /**< durations to keep; 100,000,000 */
    double confidence;                   /**< of the intervals, above 0 and below 1; 0.95 */
} csuccess_survival_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SURVIVAL_OPTIONS_INIT {sizeof(csuccess_survival_options), NULL, 0, 0}
#else
#define CSUCCESS_SURVIVAL_OPTIONS_INIT {.size = sizeof(csuccess_survival_options)}
#endif
/* clang-format on */

/**
 * An empty accumulator. *out is NULL on failure. CSUCCESS_ERANGE, CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_new(csuccess_survival **out,
                                                   const csuccess_survival_options *options,
                                                   csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_survival_free(csuccess_survival *survival);
/**
 * Adds customers: durations of 0 or more, and beside them 1 (left then) or 0 (still there then). After an error none of them was added.
 * CSUCCESS_ERANGE names the first that is wrong; CSUCCESS_ELIMIT beyond `most`; CSUCCESS_EINVALID; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_add(csuccess_survival *survival,
                                                   const double *durations, const uint8_t *left,
                                                   size_t count, csuccess_error *err);
/**
 * Adds everything of another, which stays as it is. After an error nothing was added. CSUCCESS_EINVALID, also when both are the same;
 * CSUCCESS_ELIMIT; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_merge(csuccess_survival *into,
                                                     const csuccess_survival *from,
                                                     csuccess_error *err);
/** How many customers were added, and how many of them left (either may be NULL). @since 0.1 */
CSUCCESS_API void csuccess_survival_count(const csuccess_survival *survival,
                                          uint64_t *customers, uint64_t *left);

/* Bits of csuccess_survival_point.present. */
#define CSUCCESS_SURVIVAL_INTERVAL \
    0x01u /**< low and high: survival is neither 1 nor 0, where there is none */

/** The curve from one time with a departure to the next. @since 0.1 */
typedef struct csuccess_survival_point {
    size_t size; /**< set by the caller: sizeof(csuccess_survival_point) */
    uint32_t present;
    uint32_t reserved;
    double time;      /**< of the last departure; 0 before the first */
    uint64_t at_risk; /**< customers who had not left, and were known, just before it */
    uint64_t left;    /**< who left then; 0 before the first */
    double survival;  /**< probability to stay beyond it (Kaplan, Meier 1958) */
    double deviation; /**< its standard deviation (Greenwood 1926) */
    double low, high; /**< interval, made on the scale of ln(-ln survival) */
    double hazard;    /**< cumulative (Nelson 1969, Aalen 1978): the sum of left / at_risk */
    double hazard_deviation; /**< its standard deviation, for times that tie (Klein 1991) */
} csuccess_survival_point;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SURVIVAL_POINT_INIT {sizeof(csuccess_survival_point), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SURVIVAL_POINT_INIT {.size = sizeof(csuccess_survival_point)}
#endif
/* clang-format on */

/**
 * The curve at a time. Sorts what was added since the last question. CSUCCESS_EMISSING when there are no customers, or time is beyond the
 * longest duration and somebody was still there: nobody knows; CSUCCESS_EINVALID when time is below 0 or not a number; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_at(csuccess_survival *survival, double time,
                                                  csuccess_survival_point *out);
/**
 * The first point of the curve whose time is later than `after`; -1 gives the very first, and the time of one gives the next, so that the
 * whole table can be walked. CSUCCESS_EMISSING when there is none; CSUCCESS_EINVALID when after is not a number; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_next(csuccess_survival *survival, double after,
                                                    csuccess_survival_point *out);

/* Bits of csuccess_survival_median.present. */
#define CSUCCESS_MEDIAN_VALUE 0x01u
#define CSUCCESS_MEDIAN_LOW 0x02u
#define CSUCCESS_MEDIAN_HIGH 0x04u

/** When half have left. An end that the curve or its interval never reaches is absent. @since 0.1 */
typedef struct csuccess_survival_median {
    size_t size; /**< set by the caller: sizeof(csuccess_survival_median) */
    uint32_t present;
    uint32_t reserved;
    double median;    /**< the least time with survival <= 0.5 */
    double low, high; /**< the same of the interval's ends (Brookmeyer, Crowley 1982) */
} csuccess_survival_median;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SURVIVAL_MEDIAN_INIT {sizeof(csuccess_survival_median), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SURVIVAL_MEDIAN_INIT {.size = sizeof(csuccess_survival_median)}
#endif
/* clang-format on */

/** The median. CSUCCESS_EINVALID, CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_survival_median_of(csuccess_survival *survival,
                                                         csuccess_survival_median *out);

/** Whether groups leave at the same rate. @since 0.1 */
typedef struct csuccess_log_rank {
    size_t size;      /**< set by the caller: sizeof(csuccess_log_rank) */
    uint32_t present; /**< 0: no two groups were ever at risk together when somebody left */
    uint32_t df;      /**< degrees of freedom: groups that can be compared, less one */
    double chi_square;
    double p; /**< of a chi_square as great by chance alone */
} csuccess_log_rank;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_LOG_RANK_INIT {sizeof(csuccess_log_rank), 0, 0, 0, 0}
#else
#define CSUCCESS_LOG_RANK_INIT {.size = sizeof(csuccess_log_rank)}
#endif
/* clang-format on */

/**
 * The log-rank test over 2 to 64 groups (Mantel 1966; Peto, Peto 1972), all different accumulators. CSUCCESS_EINVALID, CSUCCESS_ELIMIT,
 * CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_survival_log_rank(csuccess_log_rank *out,
                                                        csuccess_survival *const *groups,
                                                        uint32_t count, csuccess_error *err);

/**
 * A contract that is paid in advance, period by period, until the customer leaves. How likely it is still there comes from a survival curve,
 * or, without one, from a constant probability of leaving.
 * @since 0.1
 */
typedef struct csuccess_lifetime_input {
    size_t size;                 /**< set by the caller: sizeof(csuccess_lifetime_input) */
    csuccess_survival *survival; /**< NULL: `churn` holds for every period */
    double tenure;     /**< how long the customer has been there, in the survival's unit */
    double period;     /**< length of a period in that unit; above 0 with a survival curve */
    double churn;      /**< probability of leaving within a period, 0 to 1; without a curve */
    double margin;     /**< earned in a period; at most 1e15 in size */
    double discount;   /**< of a period later, such as 0.01; 0 to 1e6 */
    uint32_t periods;  /**< to look ahead; 1 to 100,000 */
    uint32_t reserved; /**< zero */
} csuccess_lifetime_input;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_LIFETIME_INPUT_INIT {sizeof(csuccess_lifetime_input), NULL, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_LIFETIME_INPUT_INIT {.size = sizeof(csuccess_lifetime_input)}
#endif
/* clang-format on */

/** What it is worth. @since 0.1 */
typedef struct csuccess_lifetime_value {
    size_t size;      /**< set by the caller: sizeof(csuccess_lifetime_value) */
    uint32_t periods; /**< that were counted: fewer than asked where the curve ends before */
    uint32_t reserved;
    double value; /**< margin * the sum over periods t = 0, 1, ... of S(t) / (1 + discount)^t */
    double expected; /**< the sum of S(t): how many periods will be paid */
} csuccess_lifetime_value;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_LIFETIME_VALUE_INIT {sizeof(csuccess_lifetime_value), 0, 0, 0, 0}
#else
#define CSUCCESS_LIFETIME_VALUE_INIT {.size = sizeof(csuccess_lifetime_value)}
#endif
/* clang-format on */

/**
 * The contractual lifetime value from today on (Gupta, Lehmann, Stuart, Valuing customers, 2004; Fader, Hardie, Customer-base valuation in
 * a contractual setting, 2010). S(t) is the probability to be there at the beginning of period t of a customer who is there now:
 * the curve at tenure + t * period over the curve at tenure; S(0) is 1. Beyond the longest duration nothing is guessed:
 * counting ends. CSUCCESS_EMISSING when the curve says nothing at the tenure; CSUCCESS_ERANGE; CSUCCESS_EINVALID; CSUCCESS_EABI;
 * CSUCCESS_ENOMEM.
 * @param allocator for scratch memory; NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_lifetime_estimate(csuccess_lifetime_value *out,
                                                        const csuccess_lifetime_input *input,
                                                        const csuccess_allocator *allocator,
                                                        csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
