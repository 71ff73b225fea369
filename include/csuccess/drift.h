/* SPDX-License-Identifier: Apache-2.0 */
/* Whether the world is still the one that a model was trained in. */
#ifndef CSUCCESS_DRIFT_H
#define CSUCCESS_DRIFT_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Verdicts; those of csuccess/tracking.h, where a whole model is judged, are the same. */
#define CSUCCESS_DRIFT_STABLE 0u
#define CSUCCESS_DRIFT_WARN 1u  /**< look at it */
#define CSUCCESS_DRIFT_DRIFT 2u /**< calibrate the intercept anew, then train anew */

/** One metric then and now: in training and today, say. Values in any order; zero in a limit is its default. @since 0.1 */
typedef struct csuccess_distributions {
    size_t size;           /**< set by the caller: sizeof(csuccess_distributions) */
    const double *then;    /**< finite; `then_count` of them */
    const double *now;     /**< finite; `now_count` of them */
    size_t then_count;     /**< at most 2^31 */
    size_t now_count;      /**< at most 2^31 */
    uint64_t then_missing; /**< rows without a value; a bin of its own */
    uint64_t now_missing;
    uint32_t bins;     /**< to cut `then` into, of about as many values each; 2 to 1,000; 10 */
    uint32_t reserved; /**< zero */
    double warn;       /**< PSI from which on to warn; 0.1 */
    double drift;      /**< PSI from which on it is drift, not below warn; 0.25 */
} csuccess_distributions;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DISTRIBUTIONS_INIT {sizeof(csuccess_distributions), NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DISTRIBUTIONS_INIT {.size = sizeof(csuccess_distributions)}
#endif
/* clang-format on */

/* Bits of csuccess_distribution_shift.present. */
#define CSUCCESS_SHIFT_PSI 0x01u   /**< psi, verdict: there are rows on both sides */
#define CSUCCESS_SHIFT_PSI_P 0x02u /**< psi_p: there are two bins or more */
#define CSUCCESS_SHIFT_KS 0x04u    /**< ks, ks_p: there are values on both sides */

/** How far apart they are. What is not in `present` is 0 and means nothing. @since 0.1 */
typedef struct csuccess_distribution_shift {
    size_t size; /**< set by the caller: sizeof(csuccess_distribution_shift) */
    uint32_t present;
    uint32_t verdict; /**< CSUCCESS_DRIFT_STABLE, _WARN or _DRIFT, by the PSI and its limits */
    double
        psi; /**< population stability index: the sum over bins of (now - then) ln(now / then), in shares; a bin that is
                empty on one side counts as half a row there */
    double
        psi_p; /**< of as much by chance alone; small samples differ (Yurdakul, Naranjo 2020: psi / (1 / n + 1 / m) is
                  nearly chi-square) */
    double ks; /**< greatest distance of the two distribution functions (Smirnov 1939) */
    double ks_p;   /**< of as much by chance alone, by the limit distribution */
    uint32_t bins; /**< that were compared */
    uint32_t reserved;
} csuccess_distribution_shift;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DISTRIBUTION_SHIFT_INIT {sizeof(csuccess_distribution_shift), 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DISTRIBUTION_SHIFT_INIT {.size = sizeof(csuccess_distribution_shift)}
#endif
/* clang-format on */

/**
 * Compares two samples of a metric. The bins are cut at quantiles of `then`, equal values together. The limits 0.1 and 0.25 are those of
 * scorecard practice (Siddiqi, Credit risk scorecards, 2006). CSUCCESS_ERANGE for a value that is not finite or a limit out of
 * range; CSUCCESS_ELIMIT; CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param allocator for scratch memory; NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_distributions_compare(csuccess_distribution_shift *out,
                                                            const csuccess_distributions *input,
                                                            const csuccess_allocator *allocator,
                                                            csuccess_error *err);

/**
 * A detector on the stream of a model's errors, each in the order in which outcomes become known: 0 and 1 for right and wrong, or a loss.
 * It tells when errors have become more. Outcomes come a horizon later than predictions, and so does what it tells.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_detector csuccess_detector;

/* How to detect. */
#define CSUCCESS_DETECTOR_ADWIN \
    1u /**< a window of adaptive width (Bifet, Gavalda 2007); errors within 0 to 1 */
#define CSUCCESS_DETECTOR_PAGE_HINKLEY \
    2u /**< the cumulative sum above the mean (Page 1954; Hinkley 1970); any errors up to 1e15 in size */

/** Which detector; zero in a field is its default. @since 0.1 */
typedef struct csuccess_detector_options {
    size_t size; /**< set by the caller: sizeof(csuccess_detector_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    uint32_t kind;                       /**< CSUCCESS_DETECTOR_ADWIN or _PAGE_HINKLEY; ADWIN */
    uint32_t least;                      /**< Page-Hinkley: errors before any verdict; 30 */
    double delta;     /**< ADWIN: chance of a false alarm at a look, below 1; 0.002 */
    double tolerance; /**< Page-Hinkley: of the mean's wandering; 0.005 */
    double limit;     /**< Page-Hinkley: of the statistic; 50 */
} csuccess_detector_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DETECTOR_OPTIONS_INIT {sizeof(csuccess_detector_options), NULL, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DETECTOR_OPTIONS_INIT {.size = sizeof(csuccess_detector_options)}
#endif
/* clang-format on */

/**
 * A detector that has seen nothing. *out is NULL on failure. CSUCCESS_ERANGE, CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_detector_new(csuccess_detector **out,
                                                   const csuccess_detector_options *options,
                                                   csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_detector_free(csuccess_detector *detector);
/**
 * Takes the next error and gives the verdict. Drift is told once, at the error where it is seen; then ADWIN's window holds the errors
 * since the change, and Page-Hinkley starts anew. ADWIN looks every 32 errors. Warn: half the limit (Page-Hinkley), or
 * drift at ten times delta (ADWIN). CSUCCESS_ERANGE for an error out of range, which is not taken; CSUCCESS_EINVALID.
 * @param verdict CSUCCESS_DRIFT_STABLE, _WARN or _DRIFT
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_detector_add(csuccess_detector *detector, double error,
                                                   uint32_t *verdict, csuccess_error *err);
/** How many errors the detector holds to be of one kind, and their mean (either may be NULL). @since 0.1 */
CSUCCESS_API void csuccess_detector_window(const csuccess_detector *detector, uint64_t *count,
                                           double *mean);

#ifdef __cplusplus
}
#endif

#endif
