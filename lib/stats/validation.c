/* SPDX-License-Identifier: Apache-2.0 */
/* Validation for hosts: a copy of the predictions, ranked, and the figures of them. */
#include "base/number.h"
#include "stats/predictions.h"
#include "stats/ranking.h"
#include "stats/threshold.h"

#include <string.h>

enum { MOST_BINS = 1000, MOST_ROWS = 0x7fffffff };

struct csuccess_validation {
    csuccess_allocator mem;
    csuccess__ranking ranking; /* over the copies below */
    double *scores, *weights;
    uint8_t *labels;
    csuccess__calibration_bin *bins;
    uint32_t bin_count;
    bool calibrated; /* there is a table */
    csuccess_figures figures;
};

/* ---- Taking ---- */

csuccess_result csuccess__predictions_take(csuccess__scored *out,
                                           const csuccess_predictions *predictions,
                                           csuccess_error *err)
{
    csuccess_predictions in;
    uint32_t row = 0;
    csuccess_result r = csuccess__struct_take(&in, sizeof in, sizeof(size_t), predictions,
                                              "csuccess_predictions", err);
    if (r < 0) return r;
    if (in.count > 0 && (!in.scores || !in.outcomes)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "scores and outcomes are required");
    }
    if (in.count > MOST_ROWS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "at most %u rows can be validated",
                              (uint32_t)MOST_ROWS);
    }
    if (in.is_probability > 1 || in.reserved != 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "is_probability is 0 or 1, reserved is 0");
    }
    *out = (csuccess__scored){in.scores, in.outcomes, in.weights, (uint32_t)in.count,
                              in.is_probability == 1};
    if (csuccess__scored_check(out, &row) < 0) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "row %u: a score is %s, an outcome 0 or 1, a weight within "
                              "1e-100 to 1e15",
                              row, out->probability ? "a probability, 0 to 1" : "finite");
    }
    return CSUCCESS_OK;
}

static csuccess_result take_options(csuccess_validation_options *out,
                                    const csuccess_validation_options *options,
                                    csuccess_error *err)
{
    *out = (csuccess_validation_options){.size = sizeof *out};
    csuccess_result r = CSUCCESS_OK;
    if (options) {
        r = csuccess__struct_take(out, sizeof *out, sizeof(size_t), options,
                                  "csuccess_validation_options", err);
    }
    if (r < 0) return r;
    if (out->bins == 0) out->bins = CSUCCESS__CALIBRATION_BINS;
    if (out->confidence == 0) out->confidence = 0.95;
    if (!(out->confidence > 0 && out->confidence < 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "confidence is above 0 and below 1");
    }
    if (out->bins > MOST_BINS || out->binning > CSUCCESS_BINS_ROWS) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "bins is at most %u, binning one of CSUCCESS_BINS_*",
                              (uint32_t)MOST_BINS);
    }
    return CSUCCESS_OK;
}

/* ---- Making ---- */

/* A copy of n items; NULL for none, *good false when memory was refused. */
static void *copy_of(const csuccess_allocator *mem, const void *from, size_t n, size_t bytes,
                     bool *good)
{
    if (!from || n == 0) return NULL;
    void *copy = csuccess__alloc(mem, n, bytes);
    if (copy) {
        memcpy(copy, from, n * bytes);
    } else {
        *good = false;
    }
    return copy;
}

static csuccess_result keep(csuccess_validation *v, const csuccess__scored *in)
{
    bool good = true;
    v->ranking.data = *in; /* for the sizes, should this be freed half made */
    v->scores = copy_of(&v->mem, in->scores, in->rows, sizeof *v->scores, &good);
    v->labels = copy_of(&v->mem, in->labels, in->rows, sizeof *v->labels, &good);
    v->weights = copy_of(&v->mem, in->weights, in->rows, sizeof *v->weights, &good);
    v->bins = csuccess__alloc(&v->mem, v->bin_count, sizeof *v->bins);
    if (!good || !v->bins) return CSUCCESS_ENOMEM;
    csuccess__scored copy = {v->scores, v->labels, v->weights, in->rows, in->probability};
    return csuccess__ranking_init(&v->ranking, &v->mem, &copy);
}

/* ---- Figures ---- */

static void put_rates(csuccess_figures *f, const csuccess__ranking *ranking)
{
    const csuccess__scored *data = &ranking->data;
    double all = ranking->weights[0] + ranking->weights[1], sum = 0;
    if (data->rows == 0) return;
    for (uint32_t i = 0; i < data->rows; i++) {
        sum += csuccess__weight_of(data, i) / all * data->scores[i];
    }
    /* A mean is within what it is of; rounding may carry it beyond, near 1.8e308 to infinity. */
    double most = data->scores[ranking->order[0]];
    double least = data->scores[ranking->order[data->rows - 1]];
    f->present |= CSUCCESS_FIGURES_RATES;
    f->base_rate = ranking->weights[1] / all;
    f->mean_score = sum < least ? least : sum > most ? most : sum;
}

static void put_ranking(csuccess_figures *f, const csuccess__ranking *ranking,
                        double confidence)
{
    csuccess__auc auc = csuccess__ranking_auc(ranking, confidence);
    csuccess__best_f1 best = csuccess__ranking_best_f1(ranking);
    if (auc.value.present) f->present |= CSUCCESS_FIGURES_AUC;
    if (auc.deviation.present) f->present |= CSUCCESS_FIGURES_INTERVAL;
    if (best.threshold.present) f->present |= CSUCCESS_FIGURES_F1;
    f->auc = auc.value.value;
    f->auc_deviation = auc.deviation.value;
    f->auc_low = auc.low.value;
    f->auc_high = auc.high.value;
    f->pr_auc = csuccess__ranking_pr_auc(ranking).value;
    f->best_f1 = best.f1;
    f->best_f1_threshold = best.threshold.value;
}

static void put_probability(csuccess_figures *f, const csuccess_validation *v)
{
    if (!v->calibrated) return;
    csuccess__figure brier = csuccess__brier(&v->ranking.data);
    csuccess__calibration_figures c =
        csuccess__calibration_figures_of(v->bins, v->bin_count, brier);
    f->present |= CSUCCESS_FIGURES_PROBABILITY;
    f->log_loss = csuccess__log_loss(&v->ranking.data).value;
    f->brier = brier.value;
    f->reliability = c.reliability.value;
    f->resolution = c.resolution.value;
    f->uncertainty = c.uncertainty.value;
    f->within = c.within.value;
    f->ece = c.ece.value;
    f->mce = c.mce.value;
}

static void fill(csuccess_validation *v, const csuccess_validation_options *options)
{
    v->calibrated = csuccess__calibration_table(
        v->bins, v->bin_count,
        options->binning == CSUCCESS_BINS_ROWS ? CSUCCESS__BINS_ROWS : CSUCCESS__BINS_WIDTH,
        &v->ranking);
    v->figures = (csuccess_figures){.size = sizeof v->figures,
                                    .rows = v->ranking.data.rows,
                                    .events = v->ranking.counts[1]};
    put_rates(&v->figures, &v->ranking);
    put_ranking(&v->figures, &v->ranking, options->confidence);
    put_probability(&v->figures, v);
}

csuccess_result csuccess_validation_new(csuccess_validation **out,
                                        const csuccess_predictions *predictions,
                                        const csuccess_validation_options *options,
                                        csuccess_error *err)
{
    csuccess_validation_options o;
    csuccess_allocator mem;
    csuccess__scored in;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result r = take_options(&o, options, err);
    if (r >= 0) r = csuccess__allocator_take(&mem, o.allocator, err);
    if (r >= 0) r = csuccess__predictions_take(&in, predictions, err);
    if (r < 0) return r;
    csuccess_validation *v = csuccess__alloc(&mem, 1, sizeof *v);
    if (!v) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *v = (csuccess_validation){.mem = mem, .bin_count = o.bins};
    v->ranking.mem = &v->mem;
    r = keep(v, &in);
    if (r < 0) {
        csuccess_validation_free(v);
        return csuccess__fail(err, r, "out of memory");
    }
    fill(v, &o);
    *out = v;
    return CSUCCESS_OK;
}

void csuccess_validation_free(csuccess_validation *v)
{
    if (!v) return;
    csuccess_allocator mem = v->mem;
    uint32_t rows = v->ranking.data.rows;
    csuccess__ranking_free(&v->ranking);
    csuccess__release(&mem, v->scores, rows, sizeof *v->scores);
    csuccess__release(&mem, v->labels, rows, sizeof *v->labels);
    csuccess__release(&mem, v->weights, rows, sizeof *v->weights);
    csuccess__release(&mem, v->bins, v->bin_count, sizeof *v->bins);
    csuccess__release(&mem, v, 1, sizeof *v);
}

/* ---- Asking ---- */

csuccess_result csuccess_validation_figures(const csuccess_validation *v, csuccess_figures *out)
{
    if (!v) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &v->figures, sizeof v->figures, "csuccess_figures", NULL);
}

static double put(uint32_t *present, uint32_t bit, csuccess__figure figure)
{
    if (figure.present) *present |= bit;
    return figure.value;
}

csuccess_result csuccess_validation_decision(const csuccess_validation *v, double threshold,
                                             csuccess_decision *out)
{
    csuccess_decision give = {.size = sizeof give, .threshold = threshold};
    if (!v || !csuccess__is_finite(threshold)) return CSUCCESS_EINVALID;
    csuccess__confusion c = csuccess__confusion_at(&v->ranking.data, threshold);
    csuccess__decision d = csuccess__decision_of(c);
    uint32_t *present = &give.present;
    give.true_yes = c.true_yes;
    give.false_yes = c.false_yes;
    give.true_no = c.true_no;
    give.false_no = c.false_no;
    give.accuracy = put(present, CSUCCESS_DECISION_ACCURACY, d.accuracy);
    give.precision = put(present, CSUCCESS_DECISION_PRECISION, d.precision);
    give.recall = put(present, CSUCCESS_DECISION_RECALL, d.recall);
    give.f1 = put(present, CSUCCESS_DECISION_F1, d.f1);
    give.false_positive_rate = put(present, CSUCCESS_DECISION_FALSE_POSITIVES, d.fpr);
    give.specificity = put(present, CSUCCESS_DECISION_FALSE_POSITIVES, d.specificity);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_decision", NULL);
}

csuccess_result csuccess_validation_calibration(const csuccess_validation *v, uint32_t index,
                                                csuccess_calibration_row *out)
{
    if (!v || index >= v->bin_count) return CSUCCESS_EINVALID;
    if (!v->calibrated) return CSUCCESS_EMISSING;
    const csuccess__calibration_bin *bin = &v->bins[index];
    csuccess_calibration_row give = {.size = sizeof give,
                                     .low = bin->low,
                                     .high = bin->high,
                                     .rows = bin->rows,
                                     .weight = bin->weight,
                                     .predicted = bin->predicted,
                                     .observed = bin->observed};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_calibration_row", NULL);
}

csuccess_result csuccess_validation_decile(const csuccess_validation *v, uint32_t index,
                                           csuccess_gain_row *out)
{
    csuccess__gain gains[10];
    if (!v || index >= 10) return CSUCCESS_EINVALID;
    if (v->ranking.data.rows == 0) return CSUCCESS_EMISSING;
    csuccess__ranking_gains(gains, 10, &v->ranking);
    const csuccess__gain *gain = &gains[index];
    csuccess_gain_row give = {.size = sizeof give,
                              .present = gain->gain.present,
                              .from = gain->from,
                              .to = gain->to,
                              .score = gain->score,
                              .rate = gain->rate,
                              .lift = gain->lift.value,
                              .top_lift = gain->top_lift.value,
                              .gain = gain->gain.value};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_gain_row", NULL);
}

csuccess_result csuccess_validation_lift(const csuccess_validation *v, double share,
                                         double *lift)
{
    if (!v || !lift || !(share > 0 && share <= 1)) return CSUCCESS_EINVALID;
    csuccess__figure figure = csuccess__ranking_lift(&v->ranking, share);
    if (!figure.present) return CSUCCESS_EMISSING;
    *lift = figure.value;
    return CSUCCESS_OK;
}

csuccess_result csuccess_validation_threshold(const csuccess_validation *v,
                                              const csuccess_costs *costs,
                                              csuccess_threshold *out, csuccess_error *err)
{
    csuccess_costs in;
    csuccess__cost_point best;
    if (!v) return csuccess__fail(err, CSUCCESS_EINVALID, "validation is required");
    csuccess_result r =
        csuccess__struct_take(&in, sizeof in, sizeof(size_t), costs, "csuccess_costs", err);
    if (r < 0) return r;
    if (in.has_capacity > 1 || in.reserved != 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "has_capacity is 0 or 1, reserved is 0");
    }
    csuccess__costs take = {in.false_alarm, in.missed, in.has_capacity != 0, in.capacity};
    if (csuccess__threshold_choose(&best, &v->ranking, &take) < 0) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "false_alarm, missed and capacity are within 0 to 1e15");
    }
    csuccess_threshold give = {.size = sizeof give,
                               .present = best.threshold.present,
                               .threshold = best.threshold.value,
                               .acted = best.acted,
                               .cost = best.cost};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_threshold", err);
}
