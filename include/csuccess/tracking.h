/* SPDX-License-Identifier: Apache-2.0 */
/* What became of predictions: false alarms, lead time, calibration and targets, once the outcomes are known. */
#ifndef CSUCCESS_TRACKING_H
#define CSUCCESS_TRACKING_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Predictions with their later outcomes, counted. Every prediction is an event that the host keeps; once the outcome is known,
 * both are added here, in any order and any split, and parts merge to the same figures.
 *
 * A prediction made at t with horizon H has *matured* when it is known what came in (t + gap, t + gap + H]: churn in it, or
 * a history that reaches its end. Until then it is pending: counted, and in no figure. Churn after the window is no churn for this
 * prediction. Predictions made when the customer had left already, and churn within the gap, are left out and counted.
 *
 * A customer who stays because something was done looks like a false alarm. Where the host says that it acted
 * (csuccess_tracked_outcome.acted), rates of false alarms, calibration and the suggestion of a threshold are therefore taken from
 * those that were left alone, when there are at least csuccess_tracking_options.least of them, and say which (`basis`).
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_tracking csuccess_tracking;

/** How to count; zero in a field is its default. @since 0.1 */
typedef struct csuccess_tracking_options {
    size_t size; /**< set by the caller: sizeof(csuccess_tracking_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    double threshold;  /**< a prediction is an alarm from this probability on; 0.5 */
    double confidence; /**< of intervals, within 0 to 1; 0.95 */
    double
        max_false_positive_rate; /**< policy: above it a higher threshold is suggested; 0.1 */
    double
        max_false_share; /**< policy: a level or action whose share of false alarms is surely above it gets a lower
                                priority; 0.5 */
    int64_t gap_ms; /**< churn counts only so long after the prediction; 0 */
    uint64_t least; /**< matured predictions before anything is suggested; 30 */
} csuccess_tracking_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKING_OPTIONS_INIT {sizeof(csuccess_tracking_options), NULL, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKING_OPTIONS_INIT {.size = sizeof(csuccess_tracking_options)}
#endif
/* clang-format on */

/* Bits of csuccess_tracked.present. */
#define CSUCCESS_TRACKED_ALARM 0x01u /**< `alarm` says whether it was one, not the threshold */
#define CSUCCESS_TRACKED_FIRST 0x02u /**< `first` is known */

/** One prediction. Strings are copied. @since 0.1 */
typedef struct csuccess_tracked {
    size_t size;      /**< set by the caller: sizeof(csuccess_tracked) */
    uint32_t present; /**< CSUCCESS_TRACKED_* */
    int32_t alarm;    /**< 1: it was acted upon or shown as an alarm */
    int32_t
        first; /**< 1: the first alarm for this customer since it was last out of danger; lead time is told from these */
    int32_t calibrated;         /**< 1: the probability claimed to be one */
    int64_t at_ms;              /**< when it was made */
    int64_t horizon_ms;         /**< how far it looked, above 0 */
    double probability;         /**< of churn, 0 to 1 */
    csuccess_str level;         /**< of the configuration's levels, or empty */
    csuccess_str model;         /**< digest or name of the model, or empty */
    const csuccess_str *action; /**< the recommended actions; NULL when there are none */
    size_t actions;             /**< how many; at most 64 */
} csuccess_tracked;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKED_INIT \
    {sizeof(csuccess_tracked), 0, 0, 0, 0, 0, 0, 0, {NULL, 0}, {NULL, 0}, NULL, 0}
#else
#define CSUCCESS_TRACKED_INIT {.size = sizeof(csuccess_tracked)}
#endif
/* clang-format on */

/* Bits of csuccess_tracked_outcome.present. */
#define CSUCCESS_TRACKED_OUTCOME_CHURNED 0x01u /**< the customer left, at churned_at */

/** What became of the customer. @since 0.1 */
typedef struct csuccess_tracked_outcome {
    size_t size;            /**< set by the caller: sizeof(csuccess_tracked_outcome) */
    uint32_t present;       /**< CSUCCESS_TRACKED_OUTCOME_* */
    int32_t acted;          /**< 1: something was done because of the prediction */
    int64_t churned_at;     /**< when the customer left */
    int64_t observed_until; /**< up to when it is known that the customer had not left */
} csuccess_tracked_outcome;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKED_OUTCOME_INIT {sizeof(csuccess_tracked_outcome), 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKED_OUTCOME_INIT {.size = sizeof(csuccess_tracked_outcome)}
#endif
/* clang-format on */

/**
 * Makes an empty one. *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE (a field outside what it says);
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_new(csuccess_tracking **out,
                                                   const csuccess_tracking_options *options,
                                                   csuccess_error *err);
/**
 * Adds one prediction and what is known of its outcome. CSUCCESS_ERANGE (a probability outside 0 to 1, a horizon that is not
 * above 0, a time outside the years 1 to 9999); CSUCCESS_EINVALID; CSUCCESS_EENCODING; CSUCCESS_ELIMIT (more than 64 levels, 1,024 actions or
 * 256 models in all, 64 actions of one prediction, a name of more than 1,024 bytes); CSUCCESS_EABI; CSUCCESS_ENOMEM. After an
 * error nothing was added.
 * @param outcome NULL: nothing is known yet, which makes it pending
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_add(csuccess_tracking *tracking,
                                                   const csuccess_tracked *prediction,
                                                   const csuccess_tracked_outcome *outcome,
                                                   csuccess_error *err);
/**
 * The same from the JSON record of docs/schemas/prediction.schema.json: {"customer_id": …, "at": …, "horizon": "P30D",
 * "probability": 0.71, "calibrated": true, "level": "high", "actions": ["success_call"], "model": "sha256:…", "outcome":
 * {"churned_at": …, "observed_until": …, "acted": false}}. `outcome` may be absent or null. A horizon with months is taken on the calendar.
 * CSUCCESS_EJSON, CSUCCESS_ENAME (an unknown key), CSUCCESS_ETYPE, CSUCCESS_EMISSING (at, horizon or probability) besides the
 * errors of csuccess_tracking_add(); err holds the place.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_add_json(csuccess_tracking *tracking,
                                                        csuccess_str record,
                                                        csuccess_error *err);
/**
 * Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when both are the same or their options differ; CSUCCESS_ELIMIT;
 * CSUCCESS_ENOMEM. After an error `into` is as it was.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_merge(csuccess_tracking *into,
                                                     const csuccess_tracking *from,
                                                     csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_tracking_free(csuccess_tracking *tracking);

/* Bits of csuccess_tracking_figures.present. */
#define CSUCCESS_TRACKING_F1 0x01u          /**< f1 */
#define CSUCCESS_TRACKING_LEAD 0x02u        /**< lead_mean_days, lead_median_days */
#define CSUCCESS_TRACKING_CALIBRATION 0x04u /**< expected, observed, ece, brier, log_loss */

/* Which predictions a figure rests on: `basis`. */
#define CSUCCESS_TRACKING_ALL 0u        /**< all that matured */
#define CSUCCESS_TRACKING_LEFT_ALONE 1u /**< those for which nothing was done */
#define CSUCCESS_TRACKING_FIRST 2u      /**< first alarms (of lead times) */

/** All counts, and the figures without intervals. @since 0.1 */
typedef struct csuccess_tracking_figures {
    size_t size;           /**< set by the caller: sizeof(csuccess_tracking_figures) */
    uint32_t present;      /**< CSUCCESS_TRACKING_*: which figures are there */
    uint32_t lead_basis;   /**< CSUCCESS_TRACKING_ALL (true alarms) or _FIRST */
    uint64_t predictions;  /**< added */
    uint64_t pending;      /**< their window is still open */
    uint64_t left_out;     /**< made after the customer had left, or churn within the gap */
    uint64_t matured;      /**< the rest, by which everything below is told */
    uint64_t churned;      /**< of the matured */
    uint64_t true_alarms;  /**< alarm, and churned */
    uint64_t false_alarms; /**< alarm, and stayed */
    uint64_t missed;       /**< no alarm, and churned */
    uint64_t quiet;        /**< no alarm, and stayed */
    uint64_t acted;        /**< of the matured: something was done */
    uint64_t acted_stayed; /**< of these: stayed */
    uint64_t leads;        /**< lead times behind the two figures below */
    double lead_mean_days; /**< from the alarm to the churn */
    double
        lead_median_days; /**< whole days, rounded down; the middle one, of an even number the lower */
    double f1;            /**< of precision and recall */
    uint32_t calibration_basis; /**< CSUCCESS_TRACKING_ALL or _LEFT_ALONE */
    uint32_t reserved;
    uint64_t calibration_rows; /**< matured, of this basis, and claimed to be calibrated */
    double expected;           /**< their mean probability */
    double observed;           /**< their share of churn */
    double ece;                /**< mean distance of the two over ten bins of equal width */
    double brier;              /**< mean squared distance from the outcome */
    double log_loss; /**< mean −ln of the probability given to what came, clipped to 1e-6 */
} csuccess_tracking_figures;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKING_FIGURES_INIT \
    {sizeof(csuccess_tracking_figures), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKING_FIGURES_INIT {.size = sizeof(csuccess_tracking_figures)}
#endif
/* clang-format on */

/** CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_tracking_total(const csuccess_tracking *tracking,
                                                     csuccess_tracking_figures *out);

/* The rates of csuccess_tracking_rate(). */
#define CSUCCESS_RATE_ACCURACY 1u            /**< right ones of all */
#define CSUCCESS_RATE_PRECISION 2u           /**< true alarms of alarms */
#define CSUCCESS_RATE_RECALL 3u              /**< true alarms of those who churned */
#define CSUCCESS_RATE_FALSE_POSITIVE_RATE 4u /**< false alarms of those who stayed */
#define CSUCCESS_RATE_QUIET_ACCURACY \
    5u /**< what never raising an alarm would have got right: the accuracy to beat */

/** A share with its interval (E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927). @since 0.1 */
typedef struct csuccess_rate {
    size_t size;   /**< set by the caller: sizeof(csuccess_rate) */
    uint64_t hits; /**< numerator */
    uint64_t of;   /**< denominator */
    double value;  /**< hits / of */
    double low;    /**< of the interval */
    double high;   /**< of the interval */
} csuccess_rate;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_RATE_INIT {sizeof(csuccess_rate), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_RATE_INIT {.size = sizeof(csuccess_rate)}
#endif
/* clang-format on */

/**
 * One of the rates over everything that matured. CSUCCESS_UNDECIDED when there is nothing to divide by: `of` is 0 and the interval is
 * 0 to 1. CSUCCESS_EINVALID (an unknown rate); CSUCCESS_EABI.
 * @param which CSUCCESS_RATE_*
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_rate(const csuccess_tracking *tracking,
                                                    uint32_t which, csuccess_rate *out);

/** One of ten bins of probability, of the predictions behind csuccess_tracking_figures.ece. @since 0.1 */
typedef struct csuccess_tracking_bin {
    size_t size;     /**< set by the caller: sizeof(csuccess_tracking_bin) */
    uint64_t rows;   /**< in it */
    uint64_t events; /**< of them churned */
    double low;      /**< above it (in the first bin: from it on) */
    double high;     /**< up to it */
    double expected; /**< mean probability; 0 without rows */
    double observed; /**< share of churn; 0 without rows */
} csuccess_tracking_bin;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKING_BIN_INIT {sizeof(csuccess_tracking_bin), 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKING_BIN_INIT {.size = sizeof(csuccess_tracking_bin)}
#endif
/* clang-format on */

/** Bin 0 to 9. CSUCCESS_EINVALID; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_tracking_calibration(const csuccess_tracking *tracking,
                                                           uint32_t bin,
                                                           csuccess_tracking_bin *out);

/* What predictions are told apart by. */
#define CSUCCESS_BY_LEVEL 1u
#define CSUCCESS_BY_ACTION 2u /**< a prediction counts for each action that it recommended */
#define CSUCCESS_BY_MODEL 3u

/* What tracking suggests; a person decides. */
#define CSUCCESS_ADVICE_TOO_FEW 0u         /**< too little has matured to say */
#define CSUCCESS_ADVICE_KEEP 1u            /**< within the policy */
#define CSUCCESS_ADVICE_RAISE_THRESHOLD 2u /**< a higher threshold keeps to the policy */
#define CSUCCESS_ADVICE_LOWER_PRIORITY \
    3u /**< surely more false alarms than the policy allows */
#define CSUCCESS_ADVICE_RETRAIN \
    4u /**< no threshold keeps to the policy and still finds anybody */

/** What became of the predictions of one level, action or model. @since 0.1 */
typedef struct csuccess_tracking_group {
    size_t size;           /**< set by the caller: sizeof(csuccess_tracking_group) */
    csuccess_str name;     /**< borrowed until the tracking changes */
    uint64_t predictions;  /**< added */
    uint64_t pending;      /**< still open */
    uint64_t churned;      /**< matured, and left */
    uint64_t stayed;       /**< matured, and stayed */
    uint64_t acted;        /**< matured, and something was done */
    uint64_t acted_stayed; /**< of these: stayed */
    uint32_t basis;        /**< CSUCCESS_TRACKING_ALL or _LEFT_ALONE: behind false_share */
    uint32_t
        advice; /**< CSUCCESS_ADVICE_TOO_FEW, _KEEP or _LOWER_PRIORITY; of models always _KEEP or _TOO_FEW */
    double false_share; /**< of those matured, that stayed; 0 when there are none */
    double false_low;   /**< of its Wilson interval */
    double false_high;  /**< of its Wilson interval */
} csuccess_tracking_group;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKING_GROUP_INIT \
    {sizeof(csuccess_tracking_group), {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKING_GROUP_INIT {.size = sizeof(csuccess_tracking_group)}
#endif
/* clang-format on */

/** How many levels, actions or models there are; 0 for anything else. @since 0.1 */
CSUCCESS_API size_t csuccess_tracking_groups(const csuccess_tracking *tracking, uint32_t by);
/** One of them, in the order of their names' bytes. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_tracking_group_at(const csuccess_tracking *tracking,
                                                        uint32_t by, size_t index,
                                                        csuccess_tracking_group *out);

/** What the policy suggests for the threshold, with the figures of both. Thresholds go by thousandths. @since 0.1 */
typedef struct csuccess_tracking_advice {
    size_t size;      /**< set by the caller: sizeof(csuccess_tracking_advice) */
    uint32_t advice;  /**< CSUCCESS_ADVICE_TOO_FEW, _KEEP, _RAISE_THRESHOLD or _RETRAIN */
    uint32_t basis;   /**< CSUCCESS_TRACKING_ALL or _LEFT_ALONE */
    uint64_t rows;    /**< matured, of this basis */
    double threshold; /**< in force */
    double suggested; /**< the least one that keeps to the policy, else as in force */
    double false_positive_rate;           /**< at the one in force */
    double precision;                     /**< see above; 0 without alarms */
    double recall;                        /**< see above; 0 when nobody left */
    double suggested_false_positive_rate; /**< at the suggested one */
    double suggested_precision;           /**< see above */
    double suggested_recall;              /**< see above */
} csuccess_tracking_advice;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRACKING_ADVICE_INIT {sizeof(csuccess_tracking_advice), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TRACKING_ADVICE_INIT {.size = sizeof(csuccess_tracking_advice)}
#endif
/* clang-format on */

/**
 * Whether another threshold is called for. Alarms are told by the probability alone here. CSUCCESS_EINVALID; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_advise(const csuccess_tracking *tracking,
                                                      csuccess_tracking_advice *out);

/** A target and how far it is met. @since 0.1 */
typedef struct csuccess_target {
    size_t size;       /**< set by the caller: sizeof(csuccess_target) */
    csuccess_str name; /**< such as "false_positive_rate"; static */
    int32_t met;       /**< 1: met; 0: not met; -1: nothing to tell it by yet */
    int32_t
        sure; /**< 1: the whole interval is on the same side of the target; of days always 0 */
    double value;    /**< measured */
    double low;      /**< of its interval; of days the value */
    double high;     /**< of its interval; of days the value */
    double target;   /**< to be reached, or (false_positive_rate) to stay below */
    double baseline; /**< of accuracies: what never raising an alarm would have got; else 0 */
    uint64_t of;     /**< predictions (or lead times) that it rests on */
} csuccess_target;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TARGET_INIT {sizeof(csuccess_target), {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_TARGET_INIT {.size = sizeof(csuccess_target)}
#endif
/* clang-format on */

/**
 * How many targets a named set has; 0 for an unknown set. "retention-automation": churn_prediction_accuracy from 0.92,
 * false_positive_rate below 0.10, early_warning_days from 60 (median lead time; needs a horizon of more than that).
 * "customer-success": churn_accuracy above 0.90. "ws142": ml_accuracy above 0.85.
 * @since 0.1
 */
CSUCCESS_API uint32_t csuccess_tracking_targets(csuccess_str set);
/**
 * One target of a set. CSUCCESS_ENAME (unknown set); CSUCCESS_EINVALID (index out of range, target not finite); CSUCCESS_EABI.
 * @param target another figure to reach; NULL: that of the set
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tracking_target(const csuccess_tracking *tracking,
                                                      csuccess_str set, uint32_t index,
                                                      const double *target,
                                                      csuccess_target *out);

#ifdef __cplusplus
}
#endif

#endif
