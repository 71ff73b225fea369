/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of probabilities and of decisions, and all figures at once. */
#include "stats/ranking.h"

#include "base/number.h"

/* ---- Probability ---- */

static bool is_probability(const csuccess__scored *data)
{
    return data->probability && data->rows > 0;
}

/* -ln of the probability that was given to what came. */
static double surprise(double p, uint8_t label)
{
    const double least = 0x1p-52;
    p = p < least ? least : p > 1 - least ? 1 - least : p;
    return -csuccess__ln(label ? p : 1 - p);
}

static double squared_distance(double p, uint8_t label)
{
    return (p - label) * (p - label);
}

static double score_itself(double score, uint8_t label)
{
    (void)label;
    return score;
}

static csuccess__figure mean_of(const csuccess__scored *data, double (*of)(double, uint8_t))
{
    double sum = 0, weight = 0;
    for (uint32_t i = 0; i < data->rows; i++) {
        double w = csuccess__weight_of(data, i);
        sum += w * of(data->scores[i], data->labels[i]);
        weight += w;
    }
    csuccess__figure mean = csuccess__share(sum, weight);
    return csuccess__is_finite(mean.value) ? mean : (csuccess__figure){0, false};
}

csuccess__figure csuccess__log_loss(const csuccess__scored *data)
{
    return is_probability(data) ? mean_of(data, surprise) : (csuccess__figure){0, false};
}

csuccess__figure csuccess__brier(const csuccess__scored *data)
{
    return is_probability(data) ? mean_of(data, squared_distance)
                                : (csuccess__figure){0, false};
}

/* ---- Calibration table ---- */

/* The quantile of type 7 at i / parts. */
static double score_quantile(const csuccess__ranking *ranking, uint32_t i, uint32_t parts)
{
    uint64_t last = ranking->data.rows - 1, at = last * i / parts;
    double share = (double)(last * i % parts) / parts;
    double low = ranking->data.scores[ranking->order[last - at]];
    if (at == last) return low;
    return low + share * (ranking->data.scores[ranking->order[last - at - 1]] - low);
}

static void set_bounds(csuccess__calibration_bin *out, uint32_t bins, csuccess__binning binning,
                       const csuccess__ranking *ranking)
{
    double width = 1.0 / bins;
    bool by_rows = binning == CSUCCESS__BINS_ROWS;
    for (uint32_t i = 0; i < bins; i++) {
        double high = by_rows ? score_quantile(ranking, i + 1, bins) : (i + 1) * width;
        out[i] = (csuccess__calibration_bin){.high = high};
        out[i].low = i > 0 ? out[i - 1].high : by_rows ? score_quantile(ranking, 0, bins) : 0;
    }
    if (!by_rows) out[bins - 1].high = 1;
}

/* The first bin whose upper end is not below p; the last takes the rest. */
static uint32_t bin_of(const csuccess__calibration_bin *table, uint32_t bins, double p)
{
    uint32_t from = 0, to = bins - 1;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (table[middle].high < p) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

bool csuccess__calibration_table(csuccess__calibration_bin *out, uint32_t bins,
                                 csuccess__binning binning, const csuccess__ranking *ranking)
{
    const csuccess__scored *data = &ranking->data;
    for (uint32_t i = 0; i < bins; i++) out[i] = (csuccess__calibration_bin){.rows = 0};
    if (!is_probability(data) || bins == 0) return false;
    set_bounds(out, bins, binning, ranking);
    for (uint32_t i = 0; i < data->rows; i++) {
        csuccess__calibration_bin *bin = &out[bin_of(out, bins, data->scores[i])];
        double w = csuccess__weight_of(data, i);
        bin->rows++;
        bin->weight += w;
        bin->predicted += w * data->scores[i];
        bin->observed += w * data->labels[i];
    }
    for (uint32_t i = 0; i < bins; i++) {
        if (out[i].rows == 0) continue;
        out[i].predicted /= out[i].weight;
        out[i].observed /= out[i].weight;
    }
    return true;
}

csuccess__calibration_figures
csuccess__calibration_figures_of(const csuccess__calibration_bin *table, uint32_t bins,
                                 csuccess__figure brier)
{
    csuccess__calibration_figures out = {.ece = {0, false}};
    double weight = 0, events = 0, off = 0, most = 0, reliability = 0, resolution = 0;
    for (uint32_t i = 0; i < bins; i++) {
        double distance = fabs(table[i].predicted - table[i].observed);
        weight += table[i].weight;
        events += table[i].weight * table[i].observed;
        off += table[i].weight * distance;
        most = distance > most ? distance : most;
        reliability += table[i].weight * distance * distance;
    }
    if (!(weight > 0)) return out;
    double base = events / weight, uncertainty = base * (1 - base);
    for (uint32_t i = 0; i < bins; i++) {
        double distance = table[i].observed - base;
        resolution += table[i].weight * distance * distance;
    }
    out.ece = csuccess__present(off / weight);
    out.mce = csuccess__present(most);
    out.reliability = csuccess__present(reliability / weight);
    out.resolution = csuccess__present(resolution / weight);
    out.uncertainty = csuccess__present(uncertainty);
    if (brier.present) {
        out.within = csuccess__present(brier.value - reliability / weight +
                                       resolution / weight - uncertainty);
    }
    return out;
}

/* ---- Decision ---- */

csuccess__confusion csuccess__confusion_at(const csuccess__scored *data, double threshold)
{
    double cells[2][2] = {{0, 0}, {0, 0}}; /* by alarm, by label */
    for (uint32_t i = 0; i < data->rows; i++) {
        cells[data->scores[i] >= threshold][data->labels[i]] += csuccess__weight_of(data, i);
    }
    return (csuccess__confusion){.true_yes = cells[1][1],
                                 .false_yes = cells[1][0],
                                 .true_no = cells[0][0],
                                 .false_no = cells[0][1]};
}

csuccess__decision csuccess__decision_of(csuccess__confusion c)
{
    double yes = c.true_yes + c.false_no, no = c.true_no + c.false_yes;
    double alarms = c.true_yes + c.false_yes;
    return (csuccess__decision){
        .accuracy = csuccess__share(c.true_yes + c.true_no, yes + no),
        .precision = csuccess__share(c.true_yes, alarms),
        .recall = csuccess__share(c.true_yes, yes),
        .f1 = csuccess__share(2 * c.true_yes, alarms + yes),
        .fpr = csuccess__share(c.false_yes, no),
        .specificity = csuccess__share(c.true_no, no),
    };
}

/* ---- Everything at once ---- */

csuccess_result csuccess__figures_of(csuccess__figures *out, const csuccess_allocator *mem,
                                     const csuccess__scored *data,
                                     const csuccess__figures_options *options)
{
    csuccess__ranking ranking;
    *out = (csuccess__figures){.rows = 0};
    csuccess_result r = csuccess__ranking_init(&ranking, mem, data);
    if (r < 0) return r;
    out->rows = data->rows;
    out->events = ranking.counts[1];
    out->base_rate =
        csuccess__share(ranking.weights[1], ranking.weights[0] + ranking.weights[1]);
    out->auc =
        csuccess__ranking_auc(&ranking, options->confidence > 0 ? options->confidence : 0.95);
    out->pr_auc = csuccess__ranking_pr_auc(&ranking);
    out->log_loss = csuccess__log_loss(data);
    out->brier = csuccess__brier(data);
    out->mean_score = mean_of(data, score_itself);
    csuccess__calibration_table(out->bins, CSUCCESS__CALIBRATION_BINS, CSUCCESS__BINS_WIDTH,
                                &ranking);
    out->calibration =
        csuccess__calibration_figures_of(out->bins, CSUCCESS__CALIBRATION_BINS, out->brier);
    out->confusion = csuccess__confusion_at(data, options->threshold);
    out->decision = csuccess__decision_of(out->confusion);
    out->best_f1 = csuccess__ranking_best_f1(&ranking);
    csuccess__ranking_gains(out->deciles, 10, &ranking);
    csuccess__ranking_free(&ranking);
    return CSUCCESS_OK;
}
