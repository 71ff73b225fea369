/* SPDX-License-Identifier: Apache-2.0 */
/* What tracked predictions come to: figures, rates with intervals, groups, and what the policy suggests. */
#include "churn/tracking.h"

#include "base/error.h"
#include "stats/special.h"

void csuccess__wilson(uint64_t hits, uint64_t of, double confidence, double *low, double *high)
{
    *low = 0;
    *high = 1;
    if (of == 0) return;
    double n = (double)of, p = (double)hits / n, z = csuccess__normal_two_sided(confidence);
    double middle = p + z * z / (2 * n), scale = 1 + z * z / n;
    double reach = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    /* At the ends the interval touches 0 and 1 exactly; rounding must not show. */
    if (hits > 0) *low = (middle - reach) / scale;
    if (hits < of) *high = (middle + reach) / scale;
}

/* ---- All counts ---- */

static uint64_t matured(const csuccess__fates *f)
{
    return f->all[CSUCCESS__FATE_STAYED] + f->all[CSUCCESS__FATE_CHURNED];
}

static uint64_t acted(const csuccess__fates *f)
{
    return f->acted[0] + f->acted[1];
}

bool csuccess__left_alone(const csuccess_tracking *tracking, const csuccess__fates *fates)
{
    uint64_t alone = matured(fates) - acted(fates);
    return acted(fates) > 0 && alone >= tracking->least;
}

static void fill_leads(const csuccess_tracking *t, csuccess_tracking_figures *out)
{
    bool first = t->leads[1].days.count > 0;
    const csuccess__leads *leads = &t->leads[first];
    out->leads = leads->days.count;
    if (!csuccess__sum_mean(&out->lead_mean_days, &leads->days)) return;
    out->present |= CSUCCESS_TRACKING_LEAD;
    out->lead_basis = first ? CSUCCESS_TRACKING_FIRST : CSUCCESS_TRACKING_ALL;
    uint64_t below = 0, middle = (out->leads + 1) / 2;
    uint32_t day = 0;
    for (; day < CSUCCESS__LEAD_DAYS; day++) {
        below += leads->by_day[day];
        if (below >= middle) break;
    }
    out->lead_median_days = day;
}

/* Of a bin: rows, events and the sum of probabilities, over those left alone or over all. */
static void read_bin(const csuccess_tracking *t, uint32_t bin, uint32_t basis,
                     csuccess__tracked_bin *out)
{
    *out = t->calibration[0].bins[bin];
    if (basis == CSUCCESS_TRACKING_LEFT_ALONE) return;
    out->events += t->calibration[1].bins[bin].events;
    csuccess__sum_merge(&out->probability, &t->calibration[1].bins[bin].probability);
}

static uint32_t calibration_basis(const csuccess_tracking *t)
{
    return t->calibration[1].brier.count > 0 && t->calibration[0].brier.count >= t->least
               ? CSUCCESS_TRACKING_LEFT_ALONE
               : CSUCCESS_TRACKING_ALL;
}

static void fill_calibration(const csuccess_tracking *t, csuccess_tracking_figures *out)
{
    csuccess__sum brier = t->calibration[0].brier, loss = t->calibration[0].log_loss;
    csuccess__sum expected;
    uint64_t events = 0;
    double off = 0;
    out->calibration_basis = calibration_basis(t);
    if (out->calibration_basis == CSUCCESS_TRACKING_ALL) {
        csuccess__sum_merge(&brier, &t->calibration[1].brier);
        csuccess__sum_merge(&loss, &t->calibration[1].log_loss);
    }
    csuccess__sum_start(&expected);
    for (uint32_t i = 0; i < CSUCCESS__TRACKING_BINS; i++) {
        csuccess__tracked_bin bin;
        read_bin(t, i, out->calibration_basis, &bin);
        events += bin.events;
        csuccess__sum_merge(&expected, &bin.probability);
        off += fabs(csuccess__sum_total(&bin.probability) - (double)bin.events);
    }
    out->calibration_rows = brier.count;
    if (!csuccess__sum_mean(&out->brier, &brier)) return;
    csuccess__sum_mean(&out->log_loss, &loss);
    csuccess__sum_mean(&out->expected, &expected);
    out->observed = (double)events / (double)brier.count;
    out->ece = off / (double)brier.count;
    out->present |= CSUCCESS_TRACKING_CALIBRATION;
}

csuccess_result csuccess_tracking_total(const csuccess_tracking *tracking,
                                        csuccess_tracking_figures *out)
{
    if (!tracking) return CSUCCESS_EINVALID;
    const csuccess__fates *f = &tracking->fates;
    csuccess_tracking_figures give = CSUCCESS_TRACKING_FIGURES_INIT;
    give.pending = f->all[CSUCCESS__FATE_PENDING];
    give.left_out = f->all[CSUCCESS__FATE_LEFT_OUT];
    give.matured = matured(f);
    give.predictions = give.matured + give.pending + give.left_out;
    give.churned = f->all[CSUCCESS__FATE_CHURNED];
    give.true_alarms = tracking->alarms[1];
    give.false_alarms = tracking->alarms[0];
    give.missed = give.churned - give.true_alarms;
    give.quiet = f->all[CSUCCESS__FATE_STAYED] - give.false_alarms;
    give.acted = acted(f);
    give.acted_stayed = f->acted[CSUCCESS__FATE_STAYED];
    uint64_t wrong = give.false_alarms + give.missed;
    if (give.true_alarms + wrong > 0) {
        give.f1 = 2 * (double)give.true_alarms / (2 * (double)give.true_alarms + (double)wrong);
        give.present |= CSUCCESS_TRACKING_F1;
    }
    fill_leads(tracking, &give);
    fill_calibration(tracking, &give);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_tracking_figures", NULL);
}

csuccess_result csuccess_tracking_calibration(const csuccess_tracking *tracking, uint32_t bin,
                                              csuccess_tracking_bin *out)
{
    if (!tracking || bin >= CSUCCESS__TRACKING_BINS) return CSUCCESS_EINVALID;
    csuccess__tracked_bin from;
    read_bin(tracking, bin, calibration_basis(tracking), &from);
    csuccess_tracking_bin give = CSUCCESS_TRACKING_BIN_INIT;
    give.low = (double)bin * 0.1;
    give.high = bin + 1 == CSUCCESS__TRACKING_BINS ? 1 : (double)(bin + 1) * 0.1;
    give.rows = from.probability.count;
    give.events = from.events;
    if (csuccess__sum_mean(&give.expected, &from.probability)) {
        give.observed = (double)from.events / (double)give.rows;
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_tracking_bin", NULL);
}

/* ---- Rates ---- */

csuccess_result csuccess_tracking_rate(const csuccess_tracking *tracking, uint32_t which,
                                       csuccess_rate *out)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    csuccess_result result = csuccess_tracking_total(tracking, &f);
    if (result < 0) return result;
    const struct {
        uint64_t hits, of;
    } rates[] = {
        {0, 0},
        {f.true_alarms + f.quiet, f.matured},
        {f.true_alarms, f.true_alarms + f.false_alarms},
        {f.true_alarms, f.churned},
        {f.false_alarms, f.false_alarms + f.quiet},
        {f.matured - f.churned, f.matured},
    };
    if (which == 0 || which >= sizeof rates / sizeof rates[0]) return CSUCCESS_EINVALID;
    csuccess_rate give = CSUCCESS_RATE_INIT;
    give.hits = rates[which].hits;
    give.of = rates[which].of;
    if (give.of > 0) give.value = (double)give.hits / (double)give.of;
    csuccess__wilson(give.hits, give.of, tracking->confidence, &give.low, &give.high);
    result = csuccess__struct_give(out, &give, sizeof give, "csuccess_rate", NULL);
    return result < 0 ? result : give.of > 0 ? CSUCCESS_OK : CSUCCESS_UNDECIDED;
}

/* ---- Groups ---- */

size_t csuccess_tracking_groups(const csuccess_tracking *tracking, uint32_t by)
{
    if (!tracking || by == 0 || by > CSUCCESS__DIMENSIONS) return 0;
    return tracking->dimensions[by - 1].names.count;
}

static void judge(const csuccess_tracking *t, uint32_t by, const csuccess__fates *f,
                  csuccess_tracking_group *out)
{
    bool alone = csuccess__left_alone(t, f);
    uint64_t stayed = f->all[CSUCCESS__FATE_STAYED] - (alone ? f->acted[0] : 0);
    uint64_t of = matured(f) - (alone ? acted(f) : 0);
    out->basis = alone ? CSUCCESS_TRACKING_LEFT_ALONE : CSUCCESS_TRACKING_ALL;
    if (of > 0) out->false_share = (double)stayed / (double)of;
    csuccess__wilson(stayed, of, t->confidence, &out->false_low, &out->false_high);
    bool surely = by != CSUCCESS_BY_MODEL && out->false_low > t->max_false_share;
    out->advice = of < t->least ? CSUCCESS_ADVICE_TOO_FEW
                  : surely      ? CSUCCESS_ADVICE_LOWER_PRIORITY
                                : CSUCCESS_ADVICE_KEEP;
}

csuccess_result csuccess_tracking_group_at(const csuccess_tracking *tracking, uint32_t by,
                                           size_t index, csuccess_tracking_group *out)
{
    if (index >= csuccess_tracking_groups(tracking, by)) return CSUCCESS_EINVALID;
    const csuccess__dimension *dimension = &tracking->dimensions[by - 1];
    uint32_t number = dimension->names.order[index];
    const csuccess__fates *f = &dimension->fates[number];
    csuccess_tracking_group give = CSUCCESS_TRACKING_GROUP_INIT;
    give.name = dimension->names.items[number];
    give.pending = f->all[CSUCCESS__FATE_PENDING];
    give.churned = f->all[CSUCCESS__FATE_CHURNED];
    give.stayed = f->all[CSUCCESS__FATE_STAYED];
    give.predictions = matured(f) + give.pending + f->all[CSUCCESS__FATE_LEFT_OUT];
    give.acted = acted(f);
    give.acted_stayed = f->acted[CSUCCESS__FATE_STAYED];
    judge(tracking, by, f, &give);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_tracking_group", NULL);
}

/* ---- The threshold ---- */

/* Alarms from a threshold on, by what came. */
typedef struct cut {
    uint64_t alarms[2], all[2];
} cut;

static uint64_t at_probability(const csuccess_tracking *t, bool alone, bool churned, uint32_t k)
{
    return t->by_probability[0][churned][k] + (alone ? 0 : t->by_probability[1][churned][k]);
}

static double false_positives(const cut *c)
{
    return c->all[0] > 0 ? (double)c->alarms[0] / (double)c->all[0] : 0;
}

static double precision(const cut *c)
{
    uint64_t alarms = c->alarms[0] + c->alarms[1];
    return alarms > 0 ? (double)c->alarms[1] / (double)alarms : 0;
}

static double recall(const cut *c)
{
    return c->all[1] > 0 ? (double)c->alarms[1] / (double)c->all[1] : 0;
}

static cut cut_from(const csuccess_tracking *t, bool alone, uint32_t from)
{
    cut c = {.alarms = {0, 0}};
    for (uint32_t k = 0; k < CSUCCESS__THRESHOLDS; k++) {
        for (int churned = 0; churned <= 1; churned++) {
            uint64_t n = at_probability(t, alone, churned, k);
            c.all[churned] += n;
            c.alarms[churned] += k >= from ? n : 0;
        }
    }
    return c;
}

/* The least threshold from `from` on that keeps to the policy; the number of thresholds when there is none. */
static uint32_t least_threshold(const csuccess_tracking *t, bool alone, uint32_t from)
{
    cut c = cut_from(t, alone, from);
    while (from < CSUCCESS__THRESHOLDS && false_positives(&c) > t->max_false_positive_rate) {
        c.alarms[0] -= at_probability(t, alone, false, from);
        c.alarms[1] -= at_probability(t, alone, true, from);
        from++;
    }
    return c.alarms[1] > 0 ? from : CSUCCESS__THRESHOLDS;
}

csuccess_result csuccess_tracking_advise(const csuccess_tracking *tracking,
                                         csuccess_tracking_advice *out)
{
    if (!tracking) return CSUCCESS_EINVALID;
    bool alone = csuccess__left_alone(tracking, &tracking->fates);
    /* The first thousandth at or above the threshold in force. */
    uint32_t from = (uint32_t)ceil(tracking->threshold * CSUCCESS__THRESHOLDS - 1e-9);
    cut now = cut_from(tracking, alone, from), then = now;
    csuccess_tracking_advice give = CSUCCESS_TRACKING_ADVICE_INIT;
    give.basis = alone ? CSUCCESS_TRACKING_LEFT_ALONE : CSUCCESS_TRACKING_ALL;
    give.rows = now.all[0] + now.all[1];
    give.threshold = give.suggested = tracking->threshold;
    give.advice = give.rows < tracking->least ? CSUCCESS_ADVICE_TOO_FEW : CSUCCESS_ADVICE_KEEP;
    if (give.advice == CSUCCESS_ADVICE_KEEP &&
        false_positives(&now) > tracking->max_false_positive_rate) {
        uint32_t k = least_threshold(tracking, alone, from);
        bool found = k < CSUCCESS__THRESHOLDS;
        give.advice = found ? CSUCCESS_ADVICE_RAISE_THRESHOLD : CSUCCESS_ADVICE_RETRAIN;
        if (found) {
            give.suggested = (double)k / CSUCCESS__THRESHOLDS;
            then = cut_from(tracking, alone, k);
        }
    }
    give.false_positive_rate = false_positives(&now);
    give.precision = precision(&now);
    give.recall = recall(&now);
    give.suggested_false_positive_rate = false_positives(&then);
    give.suggested_precision = precision(&then);
    give.suggested_recall = recall(&then);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_tracking_advice", NULL);
}
