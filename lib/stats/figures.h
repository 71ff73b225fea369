/* SPDX-License-Identifier: Apache-2.0 */
/* How good predictions of a yes or no are: ranking, probability, decision, calibration, gain.

   Figures agree with scikit-learn to 1e-9 and do not depend on the order of rows beyond the
   rounding of sums. One that is not defined, such as an AUC where all labels are the same, is
   absent; NaN never leaves. */
#ifndef CSUCCESS__STATS_FIGURES_H
#define CSUCCESS__STATS_FIGURES_H

#include "base/alloc.h"

/* value is 0 when not present. */
typedef struct csuccess__figure {
    double value;
    bool present;
} csuccess__figure;

/* Rows with a prediction and what came of it. */
typedef struct csuccess__scored {
    const double *scores;  /* finite; the greater, the likelier is label 1 */
    const uint8_t *labels; /* 0 or 1 */
    const double *weights; /* NULL: 1 each; else 1e-100 to 1e15 */
    uint32_t rows;
    bool probability; /* scores are probabilities, 0 to 1; else only their order counts */
} csuccess__scored;

/* EINVALID: no scores or labels where there are rows, a score or weight out of range, a label
   other than 0 and 1; *row (may be NULL) is the first one. */
csuccess_result csuccess__scored_check(const csuccess__scored *data, uint32_t *row);

/* The rows by descending score, which most figures walk. Borrows what `data` points to. */
typedef struct csuccess__ranking {
    const csuccess_allocator *mem;
    csuccess__scored data;
    uint32_t *order;    /* of rows, greatest score first, equal scores by row */
    uint32_t counts[2]; /* of rows by label */
    double weights[2];  /* of rows by label, in all */
} csuccess__ranking;
/* Checks too. After an error there is nothing to free. EINVALID, ENOMEM. */
csuccess_result csuccess__ranking_init(csuccess__ranking *ranking,
                                       const csuccess_allocator *mem,
                                       const csuccess__scored *data);
void csuccess__ranking_free(csuccess__ranking *ranking);

/* ---- Ranking: both labels are needed ---- */

typedef struct csuccess__auc {
    csuccess__figure value;     /* P(score of a 1 > score of a 0) + half P(equal) */
    csuccess__figure deviation; /* DeLong's standard deviation; absent with weights or with
                                    fewer than two rows of a label */
    csuccess__figure low, high; /* value -+ z deviation, held within 0 to 1 */
} csuccess__auc;
/* Area under the ROC curve with DeLong's interval (DeLong, DeLong, Clarke-Pearson, Comparing the
   areas under two or more correlated ROC curves, 1988) by midranks (Sun, Xu, Fast implementation
   of DeLong's algorithm, 2014). confidence within 0 to 1, such as 0.95. */
csuccess__auc csuccess__ranking_auc(const csuccess__ranking *ranking, double confidence);

/* Average precision: the sum over thresholds of the gain in recall times precision, without
   interpolation (scikit-learn's average_precision_score). */
csuccess__figure csuccess__ranking_pr_auc(const csuccess__ranking *ranking);

typedef struct csuccess__best_f1 {
    csuccess__figure threshold; /* alarm at score >= threshold */
    double f1;
} csuccess__best_f1;
/* The score at which F1 is greatest; of equal ones the greatest score. Needs a row of label 1. */
csuccess__best_f1 csuccess__ranking_best_f1(const csuccess__ranking *ranking);

/* ---- Lift and gain. A share cuts through rows of equal score as if each of them were taken in
   part, so that no order among them matters. ---- */

typedef struct csuccess__gain {
    double from, to;           /* shares of all weight, by descending score */
    double score;              /* least score in it */
    double rate;               /* share of label 1 in it */
    csuccess__figure lift;     /* rate over the rate of all */
    csuccess__figure top_lift; /* the same of everything from 0 to `to` */
    csuccess__figure gain;     /* share of all label 1 found from 0 to `to` */
} csuccess__gain;
/* `parts` rows of 1 / parts each, such as 10: deciles. With no rows all are zero. */
void csuccess__ranking_gains(csuccess__gain *out, uint32_t parts,
                             const csuccess__ranking *ranking);
/* Lift of the top `share`, 0 < share <= 1; needs a row of label 1. */
csuccess__figure csuccess__ranking_lift(const csuccess__ranking *ranking, double share);

/* ---- Probability: absent where the scores are none, or there are no rows ---- */

/* Mean of -ln of the probability given to what came. Probabilities are held within 2^-52 and
   1 - 2^-52, as scikit-learn does; what calibration gives is within [1e-6, 1 - 1e-6] anyway. */
csuccess__figure csuccess__log_loss(const csuccess__scored *data);
/* Mean squared distance from the label (Brier, 1950). */
csuccess__figure csuccess__brier(const csuccess__scored *data);

#define CSUCCESS__CALIBRATION_BINS 10
typedef struct csuccess__calibration_bin {
    double low, high; /* probabilities above low (from it on in the first) up to high */
    uint32_t rows;
    double weight;
    double predicted, observed; /* means; 0 when rows is 0 */
} csuccess__calibration_bin;

typedef enum csuccess__binning {
    CSUCCESS__BINS_WIDTH, /* equal width over 0 to 1 */
    CSUCCESS__BINS_ROWS   /* cut at quantiles of the scores; equal scores stay together */
} csuccess__binning;

/* `bins` rows, with the bins of scikit-learn's calibration_curve. False, with rows of nothing,
   when the scores are no probabilities or there are no rows. */
bool csuccess__calibration_table(csuccess__calibration_bin *out, uint32_t bins,
                                 csuccess__binning binning, const csuccess__ranking *ranking);

/* What a calibration table comes to. Brier = reliability - resolution + uncertainty + within
   (Murphy, A new vector partition of the probability score, 1973; `within`, the spread inside of
   bins, by Stephenson, Coelho, Jolliffe, Two extra components in the Brier score decomposition,
   2008, is 0 when all probabilities of a bin are equal). */
typedef struct csuccess__calibration_figures {
    csuccess__figure ece; /* mean |predicted - observed| by weight */
    csuccess__figure mce; /* the greatest of a bin with rows */
    csuccess__figure reliability, resolution, uncertainty, within;
} csuccess__calibration_figures;
csuccess__calibration_figures
csuccess__calibration_figures_of(const csuccess__calibration_bin *table, uint32_t bins,
                                 csuccess__figure brier);

/* ---- Decision ---- */

/* Weights (rows, when there are none) by what was said and what came. */
typedef struct csuccess__confusion {
    double true_yes, false_yes, true_no, false_no;
} csuccess__confusion;
/* Alarm at score >= threshold. */
csuccess__confusion csuccess__confusion_at(const csuccess__scored *data, double threshold);

/* Each absent where its denominator is 0. */
typedef struct csuccess__decision {
    csuccess__figure accuracy;
    csuccess__figure precision; /* of alarms, those that came true */
    csuccess__figure recall;    /* of what came, what was alarmed */
    csuccess__figure f1;        /* 2 / (1 / precision + 1 / recall) */
    csuccess__figure fpr; /* false positive rate: of what did not come, what was alarmed */
    csuccess__figure specificity; /* 1 - fpr */
} csuccess__decision;
csuccess__decision csuccess__decision_of(csuccess__confusion confusion);

/* ---- Everything at once ---- */

typedef struct csuccess__figures_options {
    double threshold;  /* of the decision figures */
    double confidence; /* of the AUC's interval; 0: 0.95 */
} csuccess__figures_options;

typedef struct csuccess__figures {
    uint32_t rows, events; /* events: rows of label 1 */
    csuccess__figure base_rate;
    csuccess__auc auc;
    csuccess__figure pr_auc, log_loss, brier, mean_score;
    csuccess__calibration_figures calibration;                  /* of `bins` */
    csuccess__calibration_bin bins[CSUCCESS__CALIBRATION_BINS]; /* equal width */
    csuccess__confusion confusion;
    csuccess__decision decision;
    csuccess__best_f1 best_f1;
    csuccess__gain deciles[10];
} csuccess__figures;
/* EINVALID (see csuccess__scored_check()), ENOMEM; *out is all absent then. */
csuccess_result csuccess__figures_of(csuccess__figures *out, const csuccess_allocator *mem,
                                     const csuccess__scored *data,
                                     const csuccess__figures_options *options);

#endif
