/* SPDX-License-Identifier: Apache-2.0 */
/* Rows in the order of their scores, and the figures of that order: ROC, precision and recall, gain. */
#include "stats/ranking.h"

#include "base/number.h"
#include "stats/order.h"
#include "stats/special.h"

static bool is_good(const csuccess__scored *data, uint32_t row)
{
    double score = data->scores[row], weight = csuccess__weight_of(data, row);
    /* Products of two weights must neither vanish nor overflow. */
    return csuccess__is_finite(score) && data->labels[row] <= 1 && weight >= 1e-100 &&
           weight <= 1e15 && (!data->probability || (score >= 0 && score <= 1));
}

csuccess_result csuccess__scored_check(const csuccess__scored *data, uint32_t *row)
{
    uint32_t at = 0;
    if (data->rows > 0 && data->scores && data->labels) {
        while (at < data->rows && is_good(data, at)) at++;
    }
    if (row) *row = at;
    return at == data->rows ? CSUCCESS_OK : CSUCCESS_EINVALID;
}

/* The descending order, equal scores by row: that of the scores' negatives ascending. */
static csuccess_result sort(csuccess__ranking *ranking)
{
    uint32_t n = ranking->data.rows;
    ranking->order = csuccess__alloc(ranking->mem, n, sizeof *ranking->order);
    uint32_t *scratch = csuccess__alloc(ranking->mem, n, sizeof *scratch);
    double *keys = csuccess__alloc(ranking->mem, n, sizeof *keys);
    bool good = ranking->order && scratch && keys;
    if (good) {
        for (uint32_t i = 0; i < n; i++) keys[i] = -ranking->data.scores[i];
        csuccess__order_rows(ranking->order, scratch, keys, n);
    } else {
        csuccess__ranking_free(ranking);
    }
    csuccess__release(ranking->mem, keys, n, sizeof *keys);
    csuccess__release(ranking->mem, scratch, n, sizeof *scratch);
    return good ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

csuccess_result csuccess__ranking_init(csuccess__ranking *ranking,
                                       const csuccess_allocator *mem,
                                       const csuccess__scored *data)
{
    *ranking = (csuccess__ranking){.mem = mem, .data = *data};
    csuccess_result r = csuccess__scored_check(data, NULL);
    if (r < 0 || data->rows == 0) return r;
    for (uint32_t i = 0; i < data->rows; i++) {
        ranking->counts[data->labels[i]]++;
        ranking->weights[data->labels[i]] += csuccess__weight_of(data, i);
    }
    return sort(ranking);
}

void csuccess__ranking_free(csuccess__ranking *ranking)
{
    csuccess__release(ranking->mem, ranking->order, ranking->data.rows, sizeof(uint32_t));
    ranking->order = NULL;
}

bool csuccess__ranking_next(csuccess__score_group *group, const csuccess__ranking *ranking)
{
    const csuccess__scored *data = &ranking->data;
    if (group->to == data->rows) return false;
    group->from = group->to;
    group->score = data->scores[ranking->order[group->from]];
    for (unsigned label = 0; label < 2; label++) {
        group->above[label] += group->weights[label];
        group->weights[label] = 0;
    }
    while (group->to < data->rows) {
        uint32_t row = ranking->order[group->to];
        if (data->scores[row] < group->score) break;
        group->weights[data->labels[row]] += csuccess__weight_of(data, row);
        group->to++;
    }
    return true;
}

/* ---- ROC ---- */

/* DeLong's placements: of a row of label 1 the share of rows of label 0 that it beats, of a row
   of label 0 the share of rows of label 1 that beat it; equal scores count half. Both have the
   AUC as their mean. */
static double placement(const csuccess__score_group *group, const csuccess__ranking *ranking,
                        unsigned label)
{
    unsigned other = 1 - label;
    double beating = group->above[other] + group->weights[other] / 2;
    double share = beating / ranking->weights[other];
    return label == 1 ? 1 - share : share;
}

static csuccess__figure deviation_of(const csuccess__ranking *ranking, double auc)
{
    double squares[2] = {0, 0}, variance = 0;
    if (ranking->data.weights || ranking->counts[0] < 2 || ranking->counts[1] < 2) {
        return (csuccess__figure){0, false};
    }
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        for (unsigned label = 0; label < 2; label++) {
            double distance = placement(&group, ranking, label) - auc;
            squares[label] += group.weights[label] * distance * distance;
        }
    }
    for (unsigned label = 0; label < 2; label++) {
        double n = ranking->counts[label];
        variance += squares[label] / (n - 1) / n;
    }
    return csuccess__present(sqrt(variance));
}

csuccess__auc csuccess__ranking_auc(const csuccess__ranking *ranking, double confidence)
{
    csuccess__auc auc = {.value = {0, false}};
    double above = 0;
    if (ranking->counts[0] == 0 || ranking->counts[1] == 0) return auc;
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        above += group.weights[0] * (group.above[1] + group.weights[1] / 2);
    }
    auc.value = csuccess__present(above / ranking->weights[0] / ranking->weights[1]);
    auc.deviation = deviation_of(ranking, auc.value.value);
    if (!auc.deviation.present || !(confidence > 0 && confidence < 1)) return auc;
    double reach = csuccess__normal_two_sided(confidence) * auc.deviation.value;
    double low = auc.value.value - reach, high = auc.value.value + reach;
    auc.low = csuccess__present(low < 0 ? 0 : low);
    auc.high = csuccess__present(high > 1 ? 1 : high);
    return auc;
}

/* ---- Precision and recall ---- */

csuccess__figure csuccess__ranking_pr_auc(const csuccess__ranking *ranking)
{
    double area = 0;
    if (ranking->counts[0] == 0 || ranking->counts[1] == 0) return (csuccess__figure){0, false};
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        double hits = group.above[1] + group.weights[1];
        double alarms = hits + group.above[0] + group.weights[0];
        area += group.weights[1] * (hits / alarms);
    }
    return csuccess__present(area / ranking->weights[1]);
}

csuccess__best_f1 csuccess__ranking_best_f1(const csuccess__ranking *ranking)
{
    csuccess__best_f1 best = {.f1 = 0};
    if (ranking->counts[1] == 0) return best;
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        double hits = group.above[1] + group.weights[1];
        double alarms = hits + group.above[0] + group.weights[0];
        double f1 = 2 * hits / (alarms + ranking->weights[1]);
        if (f1 > best.f1) {
            best = (csuccess__best_f1){csuccess__present(group.score), f1};
        }
    }
    return best;
}

/* ---- Gain ---- */

/* Weight of label 1 within the first `weight` of the ranking, where the group ends it. */
static double found_within(const csuccess__score_group *group, double weight)
{
    double before = group->above[0] + group->above[1];
    double inside = group->weights[0] + group->weights[1];
    double share = (weight - before) / inside;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return group->above[1] + share * group->weights[1];
}

static double end_of(const csuccess__score_group *group)
{
    return group->above[0] + group->above[1] + group->weights[0] + group->weights[1];
}

static void finish_gains(csuccess__gain *out, uint32_t parts, const csuccess__ranking *ranking)
{
    double all = ranking->weights[0] + ranking->weights[1], before = 0;
    double base = ranking->weights[1] / all;
    for (uint32_t i = 0; i < parts; i++) {
        double found = out[i].rate; /* up to the part's end; see csuccess__ranking_gains() */
        out[i].rate = (found - before) / (all / parts);
        out[i].rate = out[i].rate > 1 ? 1 : out[i].rate;
        out[i].lift = csuccess__share(out[i].rate, base);
        out[i].gain = csuccess__share(found, ranking->weights[1]);
        out[i].top_lift = csuccess__share(found / (all * out[i].to), base);
        before = found;
    }
}

void csuccess__ranking_gains(csuccess__gain *out, uint32_t parts,
                             const csuccess__ranking *ranking)
{
    double all = ranking->weights[0] + ranking->weights[1];
    uint32_t part = 0;
    for (uint32_t i = 0; i < parts; i++) {
        out[i] = (csuccess__gain){.from = (double)i / parts, .to = (double)(i + 1) / parts};
    }
    for (csuccess__score_group group = {0}; csuccess__ranking_next(&group, ranking);) {
        bool last = group.to == ranking->data.rows;
        for (; part < parts && (last || !(all * out[part].to > end_of(&group))); part++) {
            out[part].score = group.score;
            out[part].rate = found_within(&group, all * out[part].to);
        }
    }
    if (ranking->data.rows > 0) finish_gains(out, parts, ranking);
}

csuccess__figure csuccess__ranking_lift(const csuccess__ranking *ranking, double share)
{
    double all = ranking->weights[0] + ranking->weights[1], wanted = share * all;
    if (ranking->counts[1] == 0 || !(share > 0 && share <= 1)) {
        return (csuccess__figure){0, false};
    }
    csuccess__score_group group = {0};
    bool more = true;
    while (more) more = csuccess__ranking_next(&group, ranking) && end_of(&group) < wanted;
    double rate = found_within(&group, wanted) / wanted;
    if (group.from == 0) { /* the same, without a quotient of two that may be too small */
        rate = group.weights[1] / (group.weights[0] + group.weights[1]);
    }
    return csuccess__present(rate / (ranking->weights[1] / all));
}
