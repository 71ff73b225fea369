/* SPDX-License-Identifier: Apache-2.0 */
/* How good predictions were once it is known what came of them; calibration; thresholds by cost. */
#ifndef CSUCCESS_VALIDATION_H
#define CSUCCESS_VALIDATION_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Predictions beside what came of them, a row each. Scores that were fitted on these same rows flatter: validate on others.
 * @since 0.1
 */
typedef struct csuccess_predictions {
    size_t size;             /**< set by the caller: sizeof(csuccess_predictions) */
    const double *scores;    /**< finite; the greater, the likelier is outcome 1 */
    const uint8_t *outcomes; /**< 1: it came (the customer left), 0: it did not */
    const double
        *weights; /**< NULL: 1 each; else 1e-100 to 1e15; leave a row of weight 0 out */
    size_t count; /**< of each; at most 2^31 */
    uint32_t
        is_probability; /**< 1: scores are probabilities, 0 to 1; 0: only their order counts, as with a health
                               score turned round */
    uint32_t reserved; /**< zero */
} csuccess_predictions;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_PREDICTIONS_INIT {sizeof(csuccess_predictions), NULL, NULL, NULL, 0, 0, 0}
#else
#define CSUCCESS_PREDICTIONS_INIT {.size = sizeof(csuccess_predictions)}
#endif
/* clang-format on */

/* Where the bins of a calibration table are cut. */
#define CSUCCESS_BINS_WIDTH 0u /**< equal width over 0 to 1 */
#define CSUCCESS_BINS_ROWS 1u /**< about as many rows each; equal probabilities stay together */

/** How to validate; zero in a field is its default. @since 0.1 */
typedef struct csuccess_validation_options {
    size_t size; /**< set by the caller: sizeof(csuccess_validation_options) */
    const csuccess_allocator *allocator; /**< NULL: malloc; copied, see csuccess_allocator */
    double confidence; /**< of the interval of the AUC, above 0 and below 1; 0.95 */
    uint32_t bins;     /**< of the calibration table; at most 1,000; 10 */
    uint32_t binning;  /**< CSUCCESS_BINS_* */
} csuccess_validation_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_VALIDATION_OPTIONS_INIT {sizeof(csuccess_validation_options), NULL, 0, 0, 0}
#else
#define CSUCCESS_VALIDATION_OPTIONS_INIT {.size = sizeof(csuccess_validation_options)}
#endif
/* clang-format on */

/**
 * Predictions in the order of their scores, with every figure that can be asked of them. Figures agree with those of scikit-learn to
 * 1e-9. One that the rows do not define, such as an AUC where all outcomes are the same, is absent; NaN never leaves.
 *
 * Thread-safety: one thread at a time to create and free; any number to read.
 * @since 0.1
 */
typedef struct csuccess_validation csuccess_validation;

/**
 * Checks and copies the predictions. *out is NULL on failure. CSUCCESS_ERANGE names the first row that is wrong; CSUCCESS_ELIMIT;
 * CSUCCESS_EINVALID; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param options NULL: the defaults
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_validation_new(csuccess_validation **out,
                                                     const csuccess_predictions *predictions,
                                                     const csuccess_validation_options *options,
                                                     csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_validation_free(csuccess_validation *validation);

/* Bits of csuccess_figures.present. */
#define CSUCCESS_FIGURES_RATES 0x01u /**< base_rate and mean_score: there are rows */
#define CSUCCESS_FIGURES_AUC 0x02u   /**< auc, pr_auc: there are rows of both outcomes */
#define CSUCCESS_FIGURES_INTERVAL \
    0x04u /**< auc_deviation, auc_low, auc_high: two rows of either outcome, no weights */
#define CSUCCESS_FIGURES_PROBABILITY \
    0x08u /**< log_loss to mce: the scores are probabilities and there are rows */
#define CSUCCESS_FIGURES_F1 \
    0x10u /**< best_f1, best_f1_threshold: there are rows of outcome 1 */

/** Figures that need no threshold. What is not in `present` is 0 and means nothing. @since 0.1 */
typedef struct csuccess_figures {
    size_t size; /**< set by the caller: sizeof(csuccess_figures) */
    uint32_t present;
    uint32_t reserved;
    uint64_t rows;
    uint64_t events;   /**< rows of outcome 1 */
    double base_rate;  /**< share of outcome 1, by weight, as are all means here */
    double mean_score; /**< of probabilities it should be near base_rate */
    double
        auc; /**< area under the ROC curve: P(a row of outcome 1 has the greater score), equal ones half */
    double auc_deviation; /**< its standard deviation (DeLong, DeLong, Clarke-Pearson 1988) */
    double auc_low;       /**< the interval at the options' confidence, within 0 to 1 */
    double auc_high;
    double pr_auc; /**< average precision: the sum of gains in recall times precision */
    double
        log_loss; /**< mean of -ln of the probability given to what came, held within 2^-52 and 1 - 2^-52 */
    double brier; /**< mean squared distance of probability and outcome (Brier 1950) */
    double
        reliability; /**< brier = reliability - resolution + uncertainty + within (Murphy 1973; */
    double resolution; /**< the last, the spread inside of bins: Stephenson, Coelho, Jolliffe */
    double uncertainty; /**< 2008); over the bins of the calibration table */
    double within;
    double ece;     /**< mean distance of predicted and observed over the bins, by weight */
    double mce;     /**< the greatest of a bin */
    double best_f1; /**< the greatest F1 of any threshold */
    double best_f1_threshold; /**< where that is; of equal ones the greatest */
} csuccess_figures;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_FIGURES_INIT \
    {sizeof(csuccess_figures), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_FIGURES_INIT {.size = sizeof(csuccess_figures)}
#endif
/* clang-format on */

/** The figures. CSUCCESS_EINVALID, CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_validation_figures(const csuccess_validation *validation,
                                                         csuccess_figures *out);

/* Bits of csuccess_decision.present: the denominator is not 0. */
#define CSUCCESS_DECISION_ACCURACY 0x01u
#define CSUCCESS_DECISION_PRECISION 0x02u
#define CSUCCESS_DECISION_RECALL 0x04u
#define CSUCCESS_DECISION_F1 0x08u
#define CSUCCESS_DECISION_FALSE_POSITIVES 0x10u /**< false_positive_rate and specificity */

/** What an alarm at score >= threshold comes to. Counts are weights where there are some. @since 0.1 */
typedef struct csuccess_decision {
    size_t size; /**< set by the caller: sizeof(csuccess_decision) */
    uint32_t present;
    uint32_t reserved;
    double threshold;
    double true_yes;  /**< alarmed, and it came */
    double false_yes; /**< alarmed, and it did not come */
    double true_no;   /**< not alarmed, and it did not come */
    double false_no;  /**< not alarmed, and it came */
    double accuracy;  /**< share of rows told rightly; of rare events it says little */
    double precision; /**< share of alarms that came true */
    double recall;    /**< share of what came that was alarmed */
    double f1;        /**< 2 / (1 / precision + 1 / recall) */
    double false_positive_rate; /**< share of what did not come that was alarmed */
    double specificity;         /**< 1 - false_positive_rate */
} csuccess_decision;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_DECISION_INIT {sizeof(csuccess_decision), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_DECISION_INIT {.size = sizeof(csuccess_decision)}
#endif
/* clang-format on */

/** The figures of a threshold. CSUCCESS_EINVALID, also when it is not finite; CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_validation_decision(const csuccess_validation *validation,
                                                          double threshold,
                                                          csuccess_decision *out);

/** A bin of the calibration table: of those who were told p, did about p leave? @since 0.1 */
typedef struct csuccess_calibration_row {
    size_t size;   /**< set by the caller: sizeof(csuccess_calibration_row) */
    double low;    /**< probabilities above low, in the first bin from it on ... */
    double high;   /**< ... up to high */
    uint64_t rows; /**< 0: nothing below means anything */
    double weight;
    double predicted; /**< mean probability */
    double observed;  /**< share of outcome 1 */
} csuccess_calibration_row;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_CALIBRATION_ROW_INIT {sizeof(csuccess_calibration_row), 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_CALIBRATION_ROW_INIT {.size = sizeof(csuccess_calibration_row)}
#endif
/* clang-format on */

/**
 * One bin, ascending, index from 0 and below the options' `bins`. CSUCCESS_EMISSING when the scores are no probabilities or there are no
 * rows; CSUCCESS_EINVALID when index is out of range; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_validation_calibration(
    const csuccess_validation *validation, uint32_t index, csuccess_calibration_row *out);

/** A tenth of the rows by descending score, and everything up to it. @since 0.1 */
typedef struct csuccess_gain_row {
    size_t size;      /**< set by the caller: sizeof(csuccess_gain_row) */
    uint32_t present; /**< 1: lift, top_lift and gain: there are rows of outcome 1 */
    uint32_t reserved;
    double from, to; /**< shares of all rows (weight) */
    double score;    /**< the least in it */
    double rate;     /**< share of outcome 1 in it */
    double lift;     /**< rate over the rate of all rows */
    double top_lift; /**< the same of all rows from 0 to `to` */
    double gain;     /**< share of all outcomes 1 that are found from 0 to `to` */
} csuccess_gain_row;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_GAIN_ROW_INIT {sizeof(csuccess_gain_row), 0, 0, 0, 0, 0, 0, 0, 0, 0}
#else
#define CSUCCESS_GAIN_ROW_INIT {.size = sizeof(csuccess_gain_row)}
#endif
/* clang-format on */

/**
 * A decile, index 0 (the greatest scores) to 9. A cut through rows of equal score takes each of them in part, so that no order
 * among them matters. CSUCCESS_EMISSING when there are no rows; CSUCCESS_EINVALID; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_validation_decile(const csuccess_validation *validation,
                                                        uint32_t index, csuccess_gain_row *out);
/**
 * How many times as often the outcome is 1 among the top `share` of the rows as among all. CSUCCESS_EMISSING without a row of outcome
 * 1; CSUCCESS_EINVALID when share is not above 0 and up to 1.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_validation_lift(const csuccess_validation *validation,
                                                      double share, double *lift);

/** What mistakes cost, and how many customers can be acted on. @since 0.1 */
typedef struct csuccess_costs {
    size_t size;           /**< set by the caller: sizeof(csuccess_costs) */
    double false_alarm;    /**< of acting on one who would have stayed; 0 to 1e15 */
    double missed;         /**< of not acting on one who leaves; 0 to 1e15 */
    double capacity;       /**< most rows (weight) to act on; 0 to 1e15 */
    uint32_t has_capacity; /**< 0: no limit */
    uint32_t reserved;     /**< zero */
} csuccess_costs;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_COSTS_INIT {sizeof(csuccess_costs), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_COSTS_INIT {.size = sizeof(csuccess_costs)}
#endif
/* clang-format on */

/** A threshold, and what it costs. @since 0.1 */
typedef struct csuccess_threshold {
    size_t size;      /**< set by the caller: sizeof(csuccess_threshold) */
    uint32_t present; /**< 0: it is cheapest, or all that capacity allows, to act on nobody */
    uint32_t reserved;
    double threshold; /**< act at score >= threshold */
    double acted;     /**< rows (weight) acted on */
    double cost;      /**< false_alarm * false alarms + missed * missed ones */
} csuccess_threshold;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_THRESHOLD_INIT {sizeof(csuccess_threshold), 0, 0, 0, 0, 0}
#else
#define CSUCCESS_THRESHOLD_INIT {.size = sizeof(csuccess_threshold)}
#endif
/* clang-format on */

/**
 * The threshold of least cost on these rows that keeps to the capacity, among those that split no rows of equal score; of equal costs the
 * one that acts on fewest. CSUCCESS_ERANGE for a cost or capacity out of range; CSUCCESS_EINVALID; CSUCCESS_EABI.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_validation_threshold(
    const csuccess_validation *validation, const csuccess_costs *costs, csuccess_threshold *out,
    csuccess_error *err);

/**
 * A function from scores to probabilities that can be taken at their word, fitted on rows that the model has not seen and that no figure is
 * reported of. It gives nothing below 1e-6 or above 1 - 1e-6.
 *
 * Thread-safety: immutable; share freely.
 * @since 0.1
 */
typedef struct csuccess_calibrator csuccess_calibrator;

/* How to calibrate. */
#define CSUCCESS_CALIBRATOR_PLATT \
    1u /**< sigmoid(slope * log-odds + intercept), smoothed targets (Platt 1999; Lin, Lin, Weng 2007) */
#define CSUCCESS_CALIBRATOR_ISOTONIC \
    2u /**< any rising function, by pooling adjacent violators (Ayer et al. 1955); needs some hundred rows */
#define CSUCCESS_CALIBRATOR_INTERCEPT \
    3u /**< sigmoid(log-odds + shift): as many expected as came; the first answer to drift */

/**
 * Fits a calibrator. Where scores are no probabilities (is_probability 0), Platt's and the intercept take them as log-odds. *out is
 * NULL on failure. CSUCCESS_EDATA: not both outcomes; CSUCCESS_ERANGE names the first row that is wrong; CSUCCESS_ELIMIT;
 * CSUCCESS_EINVALID, also for another kind; CSUCCESS_EABI; CSUCCESS_ENOMEM.
 * @param kind CSUCCESS_CALIBRATOR_*
 * @param allocator NULL: malloc
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_calibrator_fit(csuccess_calibrator **out, uint32_t kind,
                                                     const csuccess_predictions *predictions,
                                                     const csuccess_allocator *allocator,
                                                     csuccess_error *err);
/** Frees it; NULL does nothing. @since 0.1 */
CSUCCESS_API void csuccess_calibrator_free(csuccess_calibrator *calibrator);
/**
 * Probabilities of `count` scores of the kind that it was fitted on; out may be scores. CSUCCESS_ERANGE names the first score that is
 * not finite, or no probability where those were fitted; out is untouched then. CSUCCESS_EINVALID.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_calibrator_apply(const csuccess_calibrator *calibrator,
                                                       const double *scores, size_t count,
                                                       double *out, csuccess_error *err);
/**
 * The `calibration` of a scorecard as JSON: {"platt":[slope,intercept]} over log-odds, or {"isotonic":[[x,y],...]} over the score.
 * *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_calibrator_json(csuccess_text **out,
                                                      const csuccess_calibrator *calibrator,
                                                      csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
