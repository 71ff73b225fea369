/* SPDX-License-Identifier: Apache-2.0 */
/* Success patterns: what those who stayed had done and those who left had not. */
#ifndef CSUCCESS_PATTERNS_H
#define CSUCCESS_PATTERNS_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An accumulator that compares customers who stayed with customers who left: which milestones, features and events differ, by how
 * much, and whether chance explains it. Customers may be added in any order and any split; merged parts give the same.
 *
 * The comparison is made at a *landmark*: a number of days after each customer's start. Only customers who were still there at that day take
 * part; of each, only what had happened by that day counts; and who left is asked for the time after it, up to the horizon. Without a
 * landmark those who stay longer have simply had more time to do everything, and everything looks like a reason to stay
 * (J. R. Anderson, K. C. Cain, R. D. Gelber, Analysis of survival by tumor response, 1983).
 *
 * What it finds goes together with staying; that it is the cause it cannot say.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_patterns csuccess_patterns;

/* How p-values are corrected for the number of things compared. */
#define CSUCCESS_CORRECTION_BENJAMINI_HOCHBERG \
    0u                              /**< bounds the share of false ones among the found */
#define CSUCCESS_CORRECTION_HOLM 1u /**< bounds the chance of any false one */

/** How to compare; zero in a field is its default. @since 0.1 */
typedef struct csuccess_patterns_options {
    size_t size; /**< set by the caller: sizeof(csuccess_patterns_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    int64_t landmark_ms; /**< after the customer's start; above 0, required unless `naive` */
    int64_t horizon_ms;  /**< after the landmark; above 0, required unless `naive` */
    uint64_t least; /**< customers with the thing, and without it, before it is compared; 20 */
    double alpha;   /**< a corrected p-value up to it is significant; 0.05 */
    uint32_t correction; /**< CSUCCESS_CORRECTION_* */
    int32_t
        naive; /**< 1: no landmark; everything ever done against ever having left. For showing what that does; never for
                      a decision */
} csuccess_patterns_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PATTERNS_OPTIONS_INIT {sizeof(csuccess_patterns_options), NULL, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_PATTERNS_OPTIONS_INIT {.size = sizeof(csuccess_patterns_options)}
#endif
/* clang-format on */

/* Bits of csuccess_history.present. */
#define CSUCCESS_HISTORY_LEFT 0x01u /**< the customer left, at left_at */

/** One customer's past. Times are milliseconds since the epoch, UTC. @since 0.1 */
typedef struct csuccess_history {
    size_t size;      /**< set by the caller: sizeof(csuccess_history) */
    uint32_t present; /**< CSUCCESS_HISTORY_* */
    uint32_t reserved;
    int64_t start_ms;       /**< when it became a customer */
    int64_t left_at;        /**< when it left */
    int64_t observed_until; /**< up to when it is known that it had not left */
    const csuccess_str *
        item; /**< milestones reached, features used, events seen: names, such as "milestone:onboarded"; more than once is as
                                 once, by the earliest. Copied */
    const int64_t *at; /**< when, each */
    size_t items;      /**< how many */
} csuccess_history;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_HISTORY_INIT {sizeof(csuccess_history), 0, 0, 0, 0, 0, NULL, NULL, 0}
#else
#define CSUCCESS_HISTORY_INIT {.size = sizeof(csuccess_history)}
#endif
/* clang-format on */

/* Which test a p-value is of. */
#define CSUCCESS_TEST_FISHER 1u /**< Fisher's exact test, two-sided */
#define CSUCCESS_TEST_CHI_SQUARE \
    2u /**< Pearson's chi-square with one degree, where the least margin is above 10,000 */

/** One milestone, feature or event of a finished comparison. @since 0.1 */
typedef struct csuccess_pattern {
    size_t size;              /**< set by the caller: sizeof(csuccess_pattern) */
    csuccess_str name;        /**< borrowed from the patterns */
    uint64_t stayed_with;     /**< customers who had it by the landmark, and stayed */
    uint64_t stayed_without;  /**< did not have it, and stayed */
    uint64_t left_with;       /**< had it, and left */
    uint64_t left_without;    /**< did not have it, and left */
    double support;           /**< share of all customers who had it */
    double retention_with;    /**< share of those with it who stayed */
    double retention_without; /**< share of those without it who stayed */
    double difference;        /**< retention_with − retention_without */
    double lift;              /**< retention_with over the retention of all */
    double p;            /**< that a difference at least as unlikely arises by chance alone */
    double corrected;    /**< p, corrected for all that were compared */
    uint32_t test;       /**< CSUCCESS_TEST_* */
    int32_t significant; /**< 1: corrected is up to alpha */
} csuccess_pattern;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PATTERN_INIT {sizeof(csuccess_pattern), {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_PATTERN_INIT {.size = sizeof(csuccess_pattern)}
#endif
/* clang-format on */

/** Who took part. @since 0.1 */
typedef struct csuccess_patterns_totals {
    size_t size;          /**< set by the caller: sizeof(csuccess_patterns_totals) */
    uint64_t customers;   /**< added */
    uint64_t left_before; /**< left by the landmark; not compared */
    uint64_t not_reached; /**< their landmark is still to come; not compared */
    uint64_t
        censored;    /**< there at the landmark, but the horizon is still open; not compared */
    uint64_t stayed; /**< compared */
    uint64_t left;   /**< compared */
    uint64_t compared; /**< things compared; 0 before it is finished */
    uint64_t
        too_rare; /**< things that fewer than `least` customers had, or had not; not compared */
    int32_t naive; /**< 1: without a landmark, so that time on book shows as a reason to stay */
    uint32_t reserved;
} csuccess_patterns_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PATTERNS_TOTALS_INIT {sizeof(csuccess_patterns_totals), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_PATTERNS_TOTALS_INIT {.size = sizeof(csuccess_patterns_totals)}
#endif
/* clang-format on */

/**
 * Makes an empty comparison. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE (a field outside what it says);
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_patterns_new(csuccess_patterns **out,
                                                   const csuccess_patterns_options *options,
                                                   csuccess_error *err);
/**
 * Adds one customer. CSUCCESS_EINVALID (finished, or items without names or times); CSUCCESS_ERANGE (a time outside the years 1 to
 * 9999, or beyond them with landmark and horizon); CSUCCESS_ELIMIT (more than 4,096 different things in all, a name of more than 1,024 bytes,
 * more than 2^32 − 1 customers); CSUCCESS_EENCODING; CSUCCESS_EABI; CSUCCESS_ENOMEM. After an error nothing was added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_patterns_add(csuccess_patterns *patterns,
                                                   const csuccess_history *customer,
                                                   csuccess_error *err);
/**
 * Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when one of them is finished, both are the same, or their options
 * differ; CSUCCESS_ELIMIT; CSUCCESS_ENOMEM. After an error `into` is as it was.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_patterns_merge(csuccess_patterns *into,
                                                     const csuccess_patterns *from,
                                                     csuccess_error *err);
/**
 * Compares. Nothing can be added or merged from then on; again does nothing. CSUCCESS_EDATA when nobody stayed or nobody left among those
 * who take part; CSUCCESS_EINVALID; CSUCCESS_ENOMEM; after these it is not finished, and more can be added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_patterns_finish(csuccess_patterns *patterns,
                                                      csuccess_error *err);
/** How many things were compared; 0 before it is finished. @since 0.1 */
CSUCCESS_API size_t csuccess_patterns_count(const csuccess_patterns *patterns);
/**
 * One of them: the least corrected p-value first, then the least p-value, then the greatest difference in either direction, then by
 * name (bytes). CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_patterns_get(const csuccess_patterns *patterns,
                                                   size_t index, csuccess_pattern *out);
/** Its counts, also before it is finished. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_patterns_total(const csuccess_patterns *patterns,
                                                     csuccess_patterns_totals *out);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_patterns_free(csuccess_patterns *patterns);

#ifdef __cplusplus
}
#endif

#endif
