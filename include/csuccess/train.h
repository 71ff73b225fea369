/* SPDX-License-Identifier: Apache-2.0 */
/* Learning from outcomes: samples, training of churn models, backtest of a configuration, fitting of weights. */
#ifndef CSUCCESS_TRAIN_H
#define CSUCCESS_TRAIN_H

#include <csuccess/model.h>
#include <csuccess/scorer.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Rows of history with what became of the customer: what training, backtest and tuning are done on. Each row is
 * evaluated once, when it is added, by the configuration's own machine as of its time; what is kept of it are the
 * metrics to learn from, and the health score, its components and the churn probability that were in force then.
 *
 * A *dated* row has an `as_of`; its label is whether the outcome falls within (as_of + gap, as_of + gap + horizon]. A window
 * that had not closed when observation ended is *censored*. A row without a date belongs to a *cross-section*, which says
 * who left but not when, and so nothing about lead time. Rows are all of one sort.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_samples csuccess_samples;

/** What to keep of each row, and how a label is made; zero in a field is its default. @since 0.1 */
typedef struct csuccess_samples_options {
    size_t size; /**< set by the caller: sizeof(csuccess_samples_options) */
    const csuccess_allocator *allocator; /**< NULL: the configuration's; copied */
    /** Names of attributes and metrics to learn from, numbers, money, booleans or strings. None: every such attribute and
     * metric, but for those marked `pii`, those marked `outcome`, what `outcome` reads, and metrics that read an outcome,
     * directly or through others. */
    const csuccess_str *metrics;
    const csuccess_str *exclude; /**< names to leave out */
    uint32_t metric_count;
    uint32_t exclude_count;
    /** A condition that holds for those who left, an expression or a JSON rule, asked of each row of a cross-section whose
     * sample does not say; a row that leaves it open is left out. Nothing that it reads is learned from. Empty: none. */
    csuccess_str outcome;
    /** ISO 8601, of dated rows; empty: the configuration's churn.horizon, else P30D */
    csuccess_str horizon;
    csuccess_str gap; /**< ISO 8601; empty: none */
    /** When observation of dated rows ended, ms since the epoch; 0: the latest time among rows and outcomes. */
    int64_t observed_until;
    /** The time at which rows of a cross-section are evaluated, and that the model's `training.at` gives; 0: 1970, and the
     * model does not say. */
    int64_t now_ms;
} csuccess_samples_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SAMPLES_OPTIONS_INIT \
    {sizeof(csuccess_samples_options), NULL, NULL, NULL, 0, 0, {NULL, 0}, {NULL, 0}, {NULL, 0}, 0, 0}
#else
#define CSUCCESS_SAMPLES_OPTIONS_INIT {.size = sizeof(csuccess_samples_options)}
#endif
/* clang-format on */

/**
 * Makes an empty set, which references config until csuccess_samples_free(). *out is NULL on failure. CSUCCESS_ENAME (a
 * metric that the configuration does not have), CSUCCESS_ETYPE (one that cannot be learned from), CSUCCESS_EDATA (one that
 * is the outcome or reads it), CSUCCESS_EINVALID (a horizon or gap that is no duration of time ahead, a time
 * outside the years 1 to 9999, an outcome that reads a segment), of what is wrong with the outcome CSUCCESS_EEXPRESSION,
 * CSUCCESS_ENAME, CSUCCESS_ETYPE, of one that is a JSON rule CSUCCESS_EJSON and CSUCCESS_ECONFIG too; CSUCCESS_EABI,
 * CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_samples_new(csuccess_samples **out,
                                                  csuccess_config *config,
                                                  const csuccess_samples_options *options,
                                                  csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_samples_free(csuccess_samples *samples);

/* Bits of csuccess_sample.present. */
#define CSUCCESS_SAMPLE_OUTCOME 0x01u    /**< of a cross-section: `outcome` is known */
#define CSUCCESS_SAMPLE_AS_OF 0x02u      /**< a dated row */
#define CSUCCESS_SAMPLE_OUTCOME_AT 0x04u /**< of a dated row: something happened; see `kind` */
#define CSUCCESS_SAMPLE_NOTICE_AT 0x08u  /**< of a dated row: notice was given */
#define CSUCCESS_SAMPLE_FOLD 0x10u
#define CSUCCESS_SAMPLE_TREATED \
    0x20u /**< an intervention reached the customer within the window */
#define CSUCCESS_SAMPLE_HOLDOUT \
    0x40u /**< in the global holdout: nobody is ever treated there */

/* What csuccess_sample.outcome_at is the time of. */
#define CSUCCESS_OUTCOME_CHURN 0u
#define CSUCCESS_OUTCOME_EXPANSION 1u

/** What became of one customer. @since 0.1 */
typedef struct csuccess_sample {
    size_t size;        /**< set by the caller: sizeof(csuccess_sample) */
    uint32_t present;   /**< CSUCCESS_SAMPLE_*: which of the following hold */
    int32_t outcome;    /**< not 0: it came to pass (left; for the target expansion: grew) */
    int64_t as_of;      /**< the time that the facts are of, ms since the epoch, UTC */
    int64_t outcome_at; /**< the first outcome after as_of, or one before */
    int64_t
        notice_at; /**< rows from then on are left out: what is announced need not be predicted */
    double weight; /**< 1e-9 to 1e9; 0: 1 */
    uint32_t kind; /**< CSUCCESS_OUTCOME_* */
    uint32_t fold; /**< for evaluation by given folds; below 1000 */
} csuccess_sample;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SAMPLE_INIT {sizeof(csuccess_sample), 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SAMPLE_INIT {.size = sizeof(csuccess_sample)}
#endif
/* clang-format on */

/**
 * Adds one row: facts of the samples' configuration and what became of them. The customer id of the facts says which rows
 * belong together: they are never split between training and checking. After an error nothing was added.
 * CSUCCESS_EINVALID (facts of another configuration; dated and undated rows mixed; a weight out of its range), CSUCCESS_ERANGE (a
 * time outside the years 1 to 9999, a fold beyond 999), CSUCCESS_ELIMIT, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_samples_add(csuccess_samples *samples,
                                                  const csuccess_facts *facts,
                                                  const csuccess_sample *sample,
                                                  csuccess_error *err);

/**
 * What became of the customers of columns: an item per row that is added; a NULL array is absent from every row.
 * @since 0.1
 */
typedef struct csuccess_sample_columns {
    size_t size; /**< set by the caller: sizeof(csuccess_sample_columns) */
    const csuccess_str *customer;
    const uint32_t
        *present; /**< CSUCCESS_SAMPLE_*, required; a bit whose array is NULL does not count */
    const int32_t *outcome;
    const int64_t *as_of;
    const int64_t *outcome_at;
    const int64_t *notice_at;
    const double *weight;
    const uint32_t *kind;
    const uint32_t *fold;
} csuccess_sample_columns;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SAMPLE_COLUMNS_INIT \
    {sizeof(csuccess_sample_columns), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL}
#else
#define CSUCCESS_SAMPLE_COLUMNS_INIT {.size = sizeof(csuccess_sample_columns)}
#endif
/* clang-format on */

/**
 * Adds rows first .. first + count - 1 of columns of the same configuration; item i of the arrays is row first + i. The
 * samples are those that csuccess_samples_add() would make of the same rows. After an error none of them was added.
 * CSUCCESS_ERANGE when the rows are not there; else as csuccess_samples_add().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_samples_add_columns(csuccess_samples *samples,
                                                          const csuccess_columns *columns,
                                                          size_t first, size_t count,
                                                          const csuccess_sample_columns *given,
                                                          csuccess_error *err);

/** Counts of a set. @since 0.1 */
typedef struct csuccess_samples_totals {
    size_t size;       /**< set by the caller: sizeof(csuccess_samples_totals) */
    uint64_t rows;     /**< added */
    uint64_t usable;   /**< with a label for churn */
    uint64_t events;   /**< of these: who left */
    uint64_t unknown;  /**< left out: the outcome is not known */
    uint64_t censored; /**< left out: the window had not closed */
    uint64_t notice;   /**< left out: notice had been given */
    uint64_t
        gone; /**< left out: the outcome was before the window (at as_of, or within the gap) */
} csuccess_samples_totals;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_SAMPLES_TOTALS_INIT {sizeof(csuccess_samples_totals), 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_SAMPLES_TOTALS_INIT {.size = sizeof(csuccess_samples_totals)}
#endif
/* clang-format on */

/** Its counts as they stand. CSUCCESS_EINVALID; CSUCCESS_ERANGE (a window leaves the years 1 to 9999); CSUCCESS_EABI;
 * CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_samples_total(const csuccess_samples *samples,
                                                    csuccess_samples_totals *out);

/* csuccess_train_options.trainer */
#define CSUCCESS_TRAINER_ADDITIVE \
    0u /**< tables of log-odds per metric and for pairs of metrics */
#define CSUCCESS_TRAINER_LOGISTIC 1u /**< logistic regression, L2 penalty by cross-validation */
#define CSUCCESS_TRAINER_HAZARD \
    2u /**< hazard per period over dated rows; censored ones are used */

/* csuccess_train_options.target */
#define CSUCCESS_TARGET_CHURN 0u
#define CSUCCESS_TARGET_EXPANSION 1u

/* csuccess_train_options.evaluation */
#define CSUCCESS_EVALUATE_AUTO \
    0u /**< given folds if every row has one; dated rows by holdout; else folds */
#define CSUCCESS_EVALUATE_FOLDS 1u /**< by hash of the customer id and seed */
#define CSUCCESS_EVALUATE_GIVEN \
    2u /**< by csuccess_sample.fold; CSUCCESS_EDATA where a customer has rows in several */
#define CSUCCESS_EVALUATE_HOLDOUT \
    3u /**< unseen customers; of dated rows those in the later period */

/* csuccess_train_options.calibration */
#define CSUCCESS_CALIBRATE_AUTO \
    0u /**< the best of the others on log-odds held out within the training part */
#define CSUCCESS_CALIBRATE_NONE 1u
#define CSUCCESS_CALIBRATE_PLATT 2u
#define CSUCCESS_CALIBRATE_ISOTONIC 3u

/* csuccess_train_options.update */
#define CSUCCESS_UPDATE_REFIT 0u /**< learn anew; the parent is named */
#define CSUCCESS_UPDATE_RECALIBRATE \
    1u /**< keep the parent's tables, fit intercept or calibration alone */

/** How to train; zero in a field is its default. @since 0.1 */
typedef struct csuccess_train_options {
    size_t size;       /**< set by the caller: sizeof(csuccess_train_options) */
    uint32_t trainer;  /**< CSUCCESS_TRAINER_* */
    uint32_t target;   /**< CSUCCESS_TARGET_* */
    csuccess_str name; /**< of the model; empty: "churn" or "expansion" */
    uint64_t
        seed; /**< the same seed, options and rows give the same bytes; reports give it exactly up to 2^53 */
    uint32_t evaluation; /**< CSUCCESS_EVALUATE_* */
    uint32_t folds;      /**< 2 to 100; 0: 5 */
    double holdout; /**< share of customers that are held out, above 0, at most 0.5; 0: 0.25 */
    uint32_t calibration;    /**< CSUCCESS_CALIBRATE_* */
    uint32_t update;         /**< CSUCCESS_UPDATE_*, with parent */
    csuccess_model *parent;  /**< NULL: none; referenced for the call */
    double cost_false_alarm; /**< of acting on somebody who stays; 0: 1 */
    double cost_missed;      /**< of not acting on somebody who leaves; 0: 5 */
    uint64_t
        capacity; /**< customers that can be acted on, of all rows reported on; 0: any number */
    uint32_t min_rows;   /**< fewer are refused; 0: 200 */
    uint32_t min_events; /**< the same of rows with and of rows without the event; 0: 20 */
    const csuccess_str *rising;  /**< metrics with which the odds may not fall (numbers) */
    const csuccess_str *falling; /**< metrics with which the odds may not rise */
    uint32_t rising_count;
    uint32_t falling_count;
    csuccess_str
        period; /**< of HAZARD, ISO 8601; empty: P30D, or the horizon where that is shorter */
    /** Parameters of the trainer other than its defaults, which are meant to be left alone: a JSON object such as
     * {"pairs": 10}. Additive: bags, bins, pair_bins, pairs, rounds, patience, leaves, learning_rate, min_leaf, rare_words;
     * logistic and hazard: penalty, rare_words, most_words. Empty: none. */
    csuccess_str parameters;
    /** Told how far it is, many times a run; not 0 stops it with CSUCCESS_ECANCELLED. NULL: nobody asks. */
    int (*progress)(void *ud, uint64_t done, uint64_t total);
    void *progress_ud;
} csuccess_train_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TRAIN_OPTIONS_INIT \
    {sizeof(csuccess_train_options), 0, 0, {NULL, 0}, 0, 0, 0, 0, 0, 0, NULL, 0, 0, 0, 0, 0, \
     NULL, NULL, 0, 0, {NULL, 0}, {NULL, 0}, NULL, NULL}
#else
#define CSUCCESS_TRAIN_OPTIONS_INIT {.size = sizeof(csuccess_train_options)}
#endif
/* clang-format on */

/**
 * Learns a model from samples and checks it on rows that it has not seen. *model is a model document
 * (docs/model-document.md), sealed; *report is JSON with everything: rows, events and what was left out, period, figures
 * fold by fold and pooled, each with the rows that it was measured on, calibration table, deciles, threshold, importance,
 * warnings, seed and options. The model itself is learned from all usable rows; its figures are those of models learned the
 * same way without the rows they were measured on.
 *
 * Both are NULL on failure, and the samples are as before. CSUCCESS_EDATA: too few rows or events, one class only, nothing
 * to learn from (err says what is missing); CSUCCESS_ECANCELLED; CSUCCESS_ENAME (a monotone metric that is not learned from,
 * a metric that the parent reads and the samples do not have); CSUCCESS_ERANGE (the window of a row leaves the years 1 to 9999);
 * CSUCCESS_EUNSUPPORTED (a parent that cannot be recalibrated: only sums of tables, lines and grids of metrics, of churn or expansion, are);
 * CSUCCESS_EJSON (parameters); CSUCCESS_EINVALID (an option out of its range; a parent of another target or horizon); CSUCCESS_ELIMIT;
 * CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_train(csuccess_text **model, csuccess_text **report,
                                            csuccess_samples *samples,
                                            const csuccess_train_options *options,
                                            csuccess_error *err);

/** What to ask of a configuration's own scores; zero in a field is its default. @since 0.1 */
typedef struct csuccess_backtest_options {
    size_t size;                  /**< set by the caller: sizeof(csuccess_backtest_options) */
    const csuccess_str *horizons; /**< ISO 8601, of dated rows; none: that of the samples */
    const csuccess_str *gaps;     /**< ISO 8601; none: PT0S, P30D, P60D, P90D */
    uint32_t horizon_count;
    uint32_t gap_count;
    double
        accuracy; /**< what the accuracy meter asks for, 0 to 1; 0: 0.85, from a gap of 30 days on 0.75 */
    double threshold; /**< churn probability from which leaving counts as foretold; 0: 0.5 */
    /** Bands that foretell leaving; none: the last band of each profile. */
    const csuccess_str *bands;
    uint32_t band_count;
    uint32_t reserved;
} csuccess_backtest_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_BACKTEST_OPTIONS_INIT \
    {sizeof(csuccess_backtest_options), NULL, NULL, 0, 0, 0, 0, NULL, 0, 0}
#else
#define CSUCCESS_BACKTEST_OPTIONS_INIT {.size = sizeof(csuccess_backtest_options)}
#endif
/* clang-format on */

/**
 * Whether the scores in force told who left: for the health score (raw, reversed, and its bands) and the churn probability,
 * at every gap and horizon, correlation, area under the ROC curve with its interval, lift by decile, rates of leaving by
 * band, accuracy against a target; calibration, log loss and Brier score only of a probability that is calibrated, in the
 * window that it speaks of (its own horizon, after the gap of the samples). *report is JSON; NULL on failure. CSUCCESS_EDATA (no health score and no probability; no usable rows),
 * CSUCCESS_ENAME (a band that no profile has), CSUCCESS_ERANGE (a window leaves the years 1 to 9999), CSUCCESS_EINVALID,
 * CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_backtest(csuccess_text **report,
                                               csuccess_samples *samples,
                                               const csuccess_backtest_options *options,
                                               csuccess_error *err);

/* csuccess_tune_options.what */
#define CSUCCESS_TUNE_WEIGHTS 0u /**< health weights of one profile */
#define CSUCCESS_TUNE_TRAINER 1u /**< parameters of a trainer, over a grid */

/** What to fit; zero in a field is its default. @since 0.1 */
typedef struct csuccess_tune_options {
    size_t size;    /**< set by the caller: sizeof(csuccess_tune_options) */
    uint32_t what;  /**< CSUCCESS_TUNE_* */
    uint32_t folds; /**< 2 to 100; 0: 5 */
    csuccess_str
        profile; /**< of WEIGHTS; empty: the only one, else "default", else the first */
    double
        most; /**< how far a weight may move from today's, of weights that add up to 1; 0: 0.1 */
    uint64_t seed;
    /** Of TRAINER: a JSON object of parameters, as in csuccess_train_options, with the values to try, such as
     * {"pairs": [0, 10, 25]}. */
    csuccess_str grid;
    uint32_t trainer; /**< of TRAINER: CSUCCESS_TRAINER_* */
    uint32_t reserved;
    int (*progress)(void *ud, uint64_t done,
                    uint64_t total); /**< as in csuccess_train_options */
    void *progress_ud;
} csuccess_tune_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_TUNE_OPTIONS_INIT {sizeof(csuccess_tune_options), 0, 0, {NULL, 0}, 0, 0, {NULL, 0}, 0, 0, NULL, NULL}
#else
#define CSUCCESS_TUNE_OPTIONS_INIT {.size = sizeof(csuccess_tune_options)}
#endif
/* clang-format on */

/**
 * Fits parameters to outcomes and shows the gain on rows held out; it changes nothing. *patch is a JSON Merge Patch (RFC
 * 7396) of the configuration ({"health": {"profiles": {"default": {"weights": {…}}}}}; of TRAINER: {} and the report names the
 * parameters), or "{}" when nothing is gained, which gives CSUCCESS_UNCHANGED. Weights stay non-negative, add up to 1, and
 * each within `most` of today's. Both texts are NULL on failure. CSUCCESS_EDATA, CSUCCESS_ENAME (no such profile),
 * CSUCCESS_EUNSUPPORTED (its score is not a weighted mean), CSUCCESS_EJSON (the grid), CSUCCESS_ERANGE (a window leaves the
 * years 1 to 9999), CSUCCESS_ECANCELLED, CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_tune(csuccess_text **patch, csuccess_text **report,
                                           csuccess_samples *samples,
                                           const csuccess_tune_options *options,
                                           csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
