/* SPDX-License-Identifier: Apache-2.0 */
/* Drift of a model: whether it still fits its customers. */
#ifndef CSUCCESS_MODEL_DRIFT_H
#define CSUCCESS_MODEL_DRIFT_H

#include <csuccess/drift.h>
#include <csuccess/model.h>
#include <csuccess/scorer.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Verdicts are CSUCCESS_DRIFT_STABLE, _WARN and _DRIFT, or: */
#define CSUCCESS_DRIFT_TOO_FEW 3u /**< too few rows, or outcomes, to say */

/* What is called for. */
#define CSUCCESS_DRIFT_KEEP 0u /**< the model as it is */
#define CSUCCESS_DRIFT_RECALIBRATE \
    1u /**< the first answer: fit the intercept on matured rows */
#define CSUCCESS_DRIFT_RETRAIN \
    2u /**< it has drifted since that was done, or its time has come */

/**
 * Later customers against those that a model was trained on: how the distribution of each metric differs from the snapshot in the model document, and
 * whether the predictions that have matured came true as often as they said. Rows and outcomes may be added in any order and any split; merged parts give the
 * same.
 *
 * A metric has drifted when its population stability index reaches the limit (0.1 warn, 0.25 drift; Siddiqi, Credit risk scorecards, 2006) and that is
 * not by chance (alpha over the number of metrics; Yurdakul, Naranjo, Statistical properties of the population stability index, 2020). Kolmogorov and
 * Smirnov's distance of numbers, told at the bounds of the snapshot, raises a stable one to warn from 0.1 on, under the same condition.
 *
 * Calibration has drifted when the log-odds would have to be shifted by that much to expect as many churned as there were, and that is not by chance.
 * It lags by the horizon: what is predicted today is known when its window has closed. Drift of the metrics is seen at once but says less.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_drift csuccess_drift;

/** How to judge; zero in a field is its default. @since 0.1 */
typedef struct csuccess_drift_options {
    size_t size; /**< set by the caller: sizeof(csuccess_drift_options) */
    const csuccess_allocator *allocator; /**< NULL: the configuration's; copied */
    double psi_warn;                     /**< 0.1 */
    double psi_drift;                    /**< 0.25 */
    double shift_warn;                   /**< of the log-odds; 0.2 */
    double shift_drift;                  /**< 0.5 */
    double alpha;                        /**< 0.01 */
    uint64_t least;                      /**< rows, or outcomes, before a verdict; 100 */
    int64_t
        retrain_every_ms; /**< a model older than that is due by time; 0: as the configuration's churn.retrain_every, else never */
    int32_t
        recalibrated; /**< 1: the model's intercept has been fitted anew already, so that drift calls for retraining */
    uint32_t reserved;
} csuccess_drift_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DRIFT_OPTIONS_INIT {sizeof(csuccess_drift_options), NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DRIFT_OPTIONS_INIT {.size = sizeof(csuccess_drift_options)}
#endif
/* clang-format on */

/**
 * Makes an empty comparison; config and model are referenced until csuccess_drift_free(). *out is NULL on failure. CSUCCESS_EDATA (the
 * model has no snapshot, as one of XGBoost); CSUCCESS_EMODEL (the snapshot is none; err has the place in the document); CSUCCESS_ENAME,
 * CSUCCESS_ETYPE (a metric that the configuration does not have, or has with another type); CSUCCESS_ERANGE; CSUCCESS_EINVALID; CSUCCESS_EABI;
 * CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_drift_new(csuccess_drift **out, csuccess_config *config,
                                                csuccess_model *model,
                                                const csuccess_drift_options *options,
                                                csuccess_error *err);
/**
 * Adds one customer as of now_ms: its metrics. CSUCCESS_EINVALID when facts are of another configuration; CSUCCESS_ELIMIT
 * (evaluation_steps); CSUCCESS_ENOMEM. After an error nothing was added.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_drift_add(csuccess_drift *drift,
                                                const csuccess_facts *facts, int64_t now_ms,
                                                csuccess_error *err);
/** How many rows of columns to add, from where, as of when. @since 0.1 */
typedef struct csuccess_drift_rows {
    size_t size;                     /**< set by the caller: sizeof(csuccess_drift_rows) */
    const csuccess_columns *columns; /**< of the same configuration */
    size_t first;
    size_t count;
    int64_t now_ms;
} csuccess_drift_rows;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DRIFT_ROWS_INIT {sizeof(csuccess_drift_rows), NULL, 0, 0, 0}
#else
#define CSUCCESS_DRIFT_ROWS_INIT {.size = sizeof(csuccess_drift_rows)}
#endif
/* clang-format on */

/** Adds rows of columns, as csuccess_drift_add() would each. CSUCCESS_ERANGE when the rows are not there; else as csuccess_drift_add(). After an error nothing was
 * added. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_drift_add_columns(csuccess_drift *drift,
                                                        const csuccess_drift_rows *rows,
                                                        csuccess_error *err);
/**
 * Adds a prediction of this model whose window has closed (of those left alone, where it is known), and whether the customer churned in it.
 * CSUCCESS_ERANGE (a probability outside 0 to 1); CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_drift_add_outcome(csuccess_drift *drift,
                                                        double probability, int32_t churned,
                                                        csuccess_error *err);
/** Adds all of `from`, which stays as it is. CSUCCESS_EINVALID when both are the same, or of different models or options. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_drift_merge(csuccess_drift *into,
                                                  const csuccess_drift *from,
                                                  csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_drift_free(csuccess_drift *drift);

/* Bits of csuccess_drift_verdict.present. */
#define CSUCCESS_DRIFT_SHIFT 0x01u      /**< expected, observed, shift, shift_p */
#define CSUCCESS_DRIFT_TRAINED_AT 0x02u /**< trained_at */
#define CSUCCESS_DRIFT_DUE_AT 0x04u     /**< due_at */

/** The verdict on a model. @since 0.1 */
typedef struct csuccess_drift_verdict {
    size_t size;      /**< set by the caller: sizeof(csuccess_drift_verdict) */
    uint32_t present; /**< CSUCCESS_DRIFT_SHIFT, _TRAINED_AT, _DUE_AT */
    uint32_t verdict; /**< the worse of the next two that are known; TOO_FEW when neither is */
    uint32_t inputs;  /**< of the metrics: the worst */
    uint32_t calibration;   /**< of the predictions */
    uint32_t advice;        /**< CSUCCESS_DRIFT_KEEP, _RECALIBRATE or _RETRAIN */
    int32_t due_by_drift;   /**< 1: that is why */
    int32_t due_by_time;    /**< 1: retraining is due by time */
    int32_t needs_outcomes; /**< 1: there are too few matured outcomes yet to recalibrate on */
    uint64_t rows;          /**< added */
    uint64_t outcomes;      /**< added */
    uint32_t metrics;       /**< of the model */
    uint32_t metrics_warn;  /**< with verdict warn */
    uint32_t metrics_drift; /**< with verdict drift */
    uint32_t reserved;
    double lag_days; /**< by so much calibration lags: the model's horizon; 0: not known */
    double expected; /**< mean probability of the outcomes */
    double observed; /**< share that churned */
    double
        shift; /**< what the log-odds lack, −20 to 20; with it as many are expected as there were */
    double
        shift_p; /**< that so much is by chance: two-sided, normal approximation (Spiegelhalter 1986) */
    int64_t trained_at; /**< as the model says */
    int64_t due_at;     /**< when retraining is due by time */
} csuccess_drift_verdict;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DRIFT_VERDICT_INIT \
    {sizeof(csuccess_drift_verdict), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DRIFT_VERDICT_INIT {.size = sizeof(csuccess_drift_verdict)}
#endif
/* clang-format on */

/**
 * The verdict on what was added so far, at a time. More can be added afterwards. CSUCCESS_EINVALID; CSUCCESS_ERANGE (now_ms outside the years 1 to
 * 9999); CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_drift_judge(const csuccess_drift *drift, int64_t now_ms,
                                                  csuccess_drift_verdict *out);

/* Bits of csuccess_drift_metric.present. */
#define CSUCCESS_DRIFT_PSI 0x01u   /**< psi */
#define CSUCCESS_DRIFT_KS 0x02u    /**< ks, ks_p */
#define CSUCCESS_DRIFT_MEAN 0x04u  /**< mean_then, mean_now */
#define CSUCCESS_DRIFT_PSI_P 0x08u /**< psi_p */

/** One metric, then and now. @since 0.1 */
typedef struct csuccess_drift_metric {
    size_t size;       /**< set by the caller: sizeof(csuccess_drift_metric) */
    csuccess_str name; /**< borrowed from the model */
    uint32_t present;  /**< CSUCCESS_DRIFT_PSI, _PSI_P, _KS, _MEAN */
    uint32_t verdict;  /**< CSUCCESS_DRIFT_STABLE, _WARN, _DRIFT or _TOO_FEW */
    double psi;        /**< over the snapshot's bins, the missing ones being one of them */
    double psi_p;      /**< that so much is by chance */
    double
        ks; /**< greatest distance of the distribution functions at the snapshot's bounds, of numbers that are there */
    double ks_p;         /**< that so much is by chance, by the limit distribution */
    double missing_then; /**< share of rows */
    double missing_now;  /**< share of rows; 0 without rows */
    double mean_then;    /**< of numbers that are there */
    double mean_now;     /**< of numbers that are there */
} csuccess_drift_metric;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DRIFT_METRIC_INIT {sizeof(csuccess_drift_metric), {NULL, 0}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DRIFT_METRIC_INIT {.size = sizeof(csuccess_drift_metric)}
#endif
/* clang-format on */

/** How many metrics the snapshot has. @since 0.1 */
CSUCCESS_API uint32_t csuccess_drift_metrics(const csuccess_drift *drift);
/** One of them, in the order of the snapshot. CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_drift_metric_at(const csuccess_drift *drift,
                                                      uint32_t index,
                                                      csuccess_drift_metric *out);
/**
 * Everything as a JSON object: model, verdicts, advice with its reasons in words, each metric with its bins then and now, calibration, retraining.
 * *out is NULL on failure. CSUCCESS_EINVALID; CSUCCESS_ERANGE; CSUCCESS_ELIMIT (output_bytes); CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_drift_json(csuccess_text **out,
                                                 const csuccess_drift *drift, int64_t now_ms,
                                                 csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
