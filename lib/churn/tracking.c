/* SPDX-License-Identifier: Apache-2.0 */
/* Taking predictions with their outcomes in, and merging. */
#include "churn/tracking.h"

#include "base/error.h"
#include "base/str.h"
#include "calendar/time.h"

enum { MOST_ACTIONS = 64 };

/* Most names of levels, actions and models, in the order of CSUCCESS_BY_*. */
static const uint32_t most_names[CSUCCESS__DIMENSIONS] = {64, 1024, 256};
static const char *const dimension_words[CSUCCESS__DIMENSIONS] = {"level", "action", "model"};

/* ---- Making and freeing ---- */

static csuccess_result take_options(csuccess_tracking_options *o,
                                    const csuccess_tracking_options *options,
                                    csuccess_error *err)
{
    *o = (csuccess_tracking_options)CSUCCESS_TRACKING_OPTIONS_INIT;
    if (options) {
        csuccess_result r = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                                  "csuccess_tracking_options", err);
        if (r < 0) return r;
    }
    double *const shares[] = {&o->threshold, &o->confidence, &o->max_false_positive_rate,
                              &o->max_false_share};
    static const double usual[] = {0.5, 0.95, 0.1, 0.5};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (!(*shares[i] >= 0 && *shares[i] < 1)) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "threshold, confidence and the policy's shares are below 1 "
                                  "and at least 0, which means their default");
        }
        if (!(*shares[i] > 0)) *shares[i] = usual[i];
    }
    if (o->gap_ms < 0 || o->gap_ms > CSUCCESS__DURATION_MS) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "gap_ms is 0 or more");
    }
    if (o->least == 0) o->least = 30;
    return CSUCCESS_OK;
}

csuccess_result csuccess_tracking_new(csuccess_tracking **out,
                                      const csuccess_tracking_options *options,
                                      csuccess_error *err)
{
    csuccess_tracking_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = take_options(&o, options, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_tracking *t = csuccess__alloc(&mem, 1, sizeof *t);
    if (!t) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    t->mem = mem;
    t->threshold = o.threshold;
    t->confidence = o.confidence;
    t->max_false_positive_rate = o.max_false_positive_rate;
    t->max_false_share = o.max_false_share;
    t->gap = o.gap_ms;
    t->least = o.least;
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) {
        csuccess__names_init(&t->dimensions[d].names, &t->mem, most_names[d]);
    }
    *out = t;
    return CSUCCESS_OK;
}

void csuccess_tracking_free(csuccess_tracking *tracking)
{
    if (!tracking) return;
    csuccess_allocator mem = tracking->mem;
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) {
        csuccess__dimension *dimension = &tracking->dimensions[d];
        csuccess__names_free(&dimension->names);
        csuccess__release(&mem, dimension->fates, dimension->cap, sizeof *dimension->fates);
    }
    csuccess__release(&mem, tracking, 1, sizeof *tracking);
}

/* ---- Names ---- */

/* The number of a name, with room to count it; a new one has counts of 0. */
static csuccess_result name_number(csuccess__dimension *dimension, csuccess_str name,
                                   uint32_t *number)
{
    csuccess_result result = csuccess__names_add(&dimension->names, name, number);
    if (result < 0 || *number < dimension->cap) return result;
    uint32_t cap = dimension->cap ? dimension->cap * 2 : 8;
    csuccess__fates *fates = csuccess__resize(dimension->names.mem, dimension->fates,
                                              dimension->cap, cap, sizeof *fates);
    if (!fates) return CSUCCESS_ENOMEM;
    dimension->fates = fates;
    dimension->cap = cap;
    return CSUCCESS_OK;
}

static void mark_names(const csuccess_tracking *t, uint32_t counts[CSUCCESS__DIMENSIONS])
{
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) counts[d] = t->dimensions[d].names.count;
}

static void cut_names(csuccess_tracking *t, const uint32_t counts[CSUCCESS__DIMENSIONS])
{
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) {
        csuccess__names_cut(&t->dimensions[d].names, counts[d]);
    }
}

/* What a prediction counts for: its level, its actions (each once), its model. */
typedef struct groups {
    uint32_t number[MOST_ACTIONS + 2];
    uint8_t dimension[MOST_ACTIONS + 2];
    uint32_t count;
} groups;

static csuccess_result add_group(csuccess_tracking *t, groups *g, uint8_t dimension,
                                 csuccess_str name)
{
    uint32_t number;
    if (name.len == 0) return CSUCCESS_OK;
    csuccess_result result = name_number(&t->dimensions[dimension], name, &number);
    if (result < 0) return result;
    for (uint32_t i = 0; i < g->count; i++) {
        if (g->dimension[i] == dimension && g->number[i] == number) return CSUCCESS_OK;
    }
    g->dimension[g->count] = dimension;
    g->number[g->count++] = number;
    return CSUCCESS_OK;
}

static csuccess_result failed_name(csuccess_result result, size_t dimension,
                                   csuccess_error *err)
{
    return csuccess__fail(err, result, "a name of a%s %s: %s",
                          dimension_words[dimension][0] == 'a' ? "n" : "",
                          dimension_words[dimension], csuccess_result_text(result));
}

static csuccess_result add_groups(csuccess_tracking *t, groups *g, const csuccess_tracked *p,
                                  csuccess_error *err)
{
    g->count = 0;
    csuccess_result result = add_group(t, g, CSUCCESS_BY_LEVEL - 1, p->level);
    if (result < 0) return failed_name(result, CSUCCESS_BY_LEVEL - 1, err);
    for (size_t i = 0; i < p->actions; i++) {
        result = add_group(t, g, CSUCCESS_BY_ACTION - 1, p->action[i]);
        if (result < 0) return failed_name(result, CSUCCESS_BY_ACTION - 1, err);
    }
    result = add_group(t, g, CSUCCESS_BY_MODEL - 1, p->model);
    return result < 0 ? failed_name(result, CSUCCESS_BY_MODEL - 1, err) : CSUCCESS_OK;
}

/* ---- Adding ---- */

static csuccess_result check(const csuccess_tracking *t, const csuccess_tracked *p,
                             csuccess_error *err)
{
    int64_t room = CSUCCESS__TIME_MAX - t->gap;
    if (!(p->probability >= 0 && p->probability <= 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "a probability is within 0 to 1");
    }
    if (!csuccess__time_valid(p->at_ms) || p->at_ms > room) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "at_ms is not in the years 1 to 9999");
    }
    if (p->horizon_ms <= 0 || p->horizon_ms > room - p->at_ms) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "horizon_ms is above 0 and ends before the year 10000");
    }
    if (p->actions > MOST_ACTIONS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "a prediction has at most %u actions",
                              (uint32_t)MOST_ACTIONS);
    }
    if (p->actions > 0 && !p->action) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "action is NULL");
    }
    return CSUCCESS_OK;
}

static csuccess__fate fate_of(const csuccess_tracking *t, const csuccess_tracked *p,
                              const csuccess_tracked_outcome *o)
{
    int64_t from = p->at_ms + t->gap, to = from + p->horizon_ms;
    if (o->present & CSUCCESS_TRACKED_OUTCOME_CHURNED) {
        if (o->churned_at <= from) return CSUCCESS__FATE_LEFT_OUT;
        return o->churned_at <= to ? CSUCCESS__FATE_CHURNED : CSUCCESS__FATE_STAYED;
    }
    return o->observed_until >= to ? CSUCCESS__FATE_STAYED : CSUCCESS__FATE_PENDING;
}

static void count_fate(csuccess__fates *fates, csuccess__fate fate, bool acted)
{
    fates->all[fate]++;
    if (acted && fate <= CSUCCESS__FATE_CHURNED) fates->acted[fate]++;
}

/* The greatest k with k / 1000 <= p, whatever the product rounds to. */
static uint32_t thousandth(double p)
{
    uint32_t k = (uint32_t)(p * CSUCCESS__THRESHOLDS);
    if (k > 0 && (double)k / CSUCCESS__THRESHOLDS > p) k--;
    if ((double)(k + 1) / CSUCCESS__THRESHOLDS <= p) k++;
    return k < CSUCCESS__THRESHOLDS ? k : CSUCCESS__THRESHOLDS - 1;
}

/* Bins are open below, but for the first; the bounds are those of NumPy's linspace, as scikit-learn has them. */
static uint32_t bin_of(double p)
{
    uint32_t bin = 0;
    while (bin + 1 < CSUCCESS__TRACKING_BINS && p > (double)(bin + 1) * 0.1) bin++;
    return bin;
}

/* What is added here is bounded (losses below 14, times below 4e6 days), so the sums cannot overflow. */
static void count_calibration(csuccess__tracked_calibration *c, double p, bool churned)
{
    static const double least = 1e-6;
    csuccess__tracked_bin *bin = &c->bins[bin_of(p)];
    double given = churned ? p : 1 - p, off = 1 - given;
    given = given < least ? least : given > 1 - least ? 1 - least : given;
    bin->events += churned;
    csuccess__sum_add(&bin->probability, p);
    csuccess__sum_add(&c->brier, off * off);
    csuccess__sum_add(&c->log_loss, -csuccess__ln(given));
}

static void count_lead(csuccess__leads *leads, int64_t ms)
{
    int64_t day = ms / CSUCCESS__DAY_MS;
    csuccess__sum_add(&leads->days, (double)ms / (double)CSUCCESS__DAY_MS);
    leads->by_day[day < CSUCCESS__LEAD_DAYS ? day : CSUCCESS__LEAD_DAYS - 1]++;
}

static void count_matured(csuccess_tracking *t, const csuccess_tracked *p,
                          const csuccess_tracked_outcome *o, bool churned)
{
    bool acted = o->acted != 0;
    bool alarm =
        p->present & CSUCCESS_TRACKED_ALARM ? p->alarm != 0 : p->probability >= t->threshold;
    t->alarms[churned] += alarm;
    t->by_probability[acted][churned][thousandth(p->probability)]++;
    if (p->calibrated) count_calibration(&t->calibration[acted], p->probability, churned);
    if (!alarm || !churned) return;
    count_lead(&t->leads[0], o->churned_at - p->at_ms);
    if (p->present & CSUCCESS_TRACKED_FIRST && p->first) {
        count_lead(&t->leads[1], o->churned_at - p->at_ms);
    }
}

static csuccess_result take_outcome(csuccess_tracked_outcome *o,
                                    const csuccess_tracked_outcome *outcome,
                                    csuccess_error *err)
{
    *o = (csuccess_tracked_outcome)CSUCCESS_TRACKED_OUTCOME_INIT;
    o->observed_until = INT64_MIN;
    if (!outcome) return CSUCCESS_OK;
    csuccess_result result = csuccess__struct_take(o, sizeof *o, sizeof(size_t), outcome,
                                                   "csuccess_tracked_outcome", err);
    if (result >= 0 && o->present & CSUCCESS_TRACKED_OUTCOME_CHURNED &&
        !csuccess__time_valid(o->churned_at)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "churned_at is not in the years 1 to 9999");
    }
    return result;
}

csuccess_result csuccess_tracking_add(csuccess_tracking *tracking,
                                      const csuccess_tracked *prediction,
                                      const csuccess_tracked_outcome *outcome,
                                      csuccess_error *err)
{
    csuccess_tracked p;
    csuccess_tracked_outcome o;
    groups g;
    uint32_t counts[CSUCCESS__DIMENSIONS];
    if (!tracking) return csuccess__fail(err, CSUCCESS_EINVALID, "tracking is required");
    csuccess_result result = csuccess__struct_take(&p, sizeof p, sizeof(size_t), prediction,
                                                   "csuccess_tracked", err);
    if (result >= 0) result = take_outcome(&o, outcome, err);
    if (result >= 0) result = check(tracking, &p, err);
    if (result < 0) return result;
    mark_names(tracking, counts);
    result = add_groups(tracking, &g, &p, err);
    if (result < 0) {
        cut_names(tracking, counts);
        return result;
    }
    csuccess__fate fate = fate_of(tracking, &p, &o);
    count_fate(&tracking->fates, fate, o.acted != 0);
    for (uint32_t i = 0; i < g.count; i++) {
        csuccess__dimension *dimension = &tracking->dimensions[g.dimension[i]];
        count_fate(&dimension->fates[g.number[i]], fate, o.acted != 0);
    }
    if (fate <= CSUCCESS__FATE_CHURNED) {
        count_matured(tracking, &p, &o, fate == CSUCCESS__FATE_CHURNED);
    }
    return CSUCCESS_OK;
}

/* ---- Merging ---- */

static void merge_fates(csuccess__fates *into, const csuccess__fates *from)
{
    for (size_t i = 0; i < 4; i++) into->all[i] += from->all[i];
    for (size_t i = 0; i < 2; i++) into->acted[i] += from->acted[i];
}

static void merge_counts(uint64_t *into, const uint64_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) into[i] += from[i];
}

static void merge_calibration(csuccess__tracked_calibration *into,
                              const csuccess__tracked_calibration *from)
{
    for (size_t i = 0; i < CSUCCESS__TRACKING_BINS; i++) {
        into->bins[i].events += from->bins[i].events;
        csuccess__sum_merge(&into->bins[i].probability, &from->bins[i].probability);
    }
    csuccess__sum_merge(&into->brier, &from->brier);
    csuccess__sum_merge(&into->log_loss, &from->log_loss);
}

static csuccess_result merge_names(csuccess__dimension *into, const csuccess__dimension *from)
{
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; i < from->names.count && result >= 0; i++) {
        uint32_t number;
        result = name_number(into, from->names.items[i], &number);
    }
    return result;
}

static void merge_dimension(csuccess__dimension *into, const csuccess__dimension *from)
{
    for (uint32_t i = 0; i < from->names.count; i++) {
        uint32_t number = csuccess__names_find(&into->names, from->names.items[i]);
        merge_fates(&into->fates[number], &from->fates[i]);
    }
}

static bool is_same(double a, double b)
{
    return !(a < b) && !(a > b);
}

static bool is_alike(const csuccess_tracking *a, const csuccess_tracking *b)
{
    return a != b && is_same(a->threshold, b->threshold) &&
           is_same(a->confidence, b->confidence) && a->gap == b->gap && a->least == b->least &&
           is_same(a->max_false_positive_rate, b->max_false_positive_rate) &&
           is_same(a->max_false_share, b->max_false_share);
}

static void merge_figures(csuccess_tracking *into, const csuccess_tracking *from)
{
    merge_fates(&into->fates, &from->fates);
    merge_counts(into->alarms, from->alarms, 2);
    merge_counts(&into->by_probability[0][0][0], &from->by_probability[0][0][0],
                 sizeof into->by_probability / sizeof(uint64_t));
    for (size_t i = 0; i < 2; i++) {
        merge_calibration(&into->calibration[i], &from->calibration[i]);
        csuccess__sum_merge(&into->leads[i].days, &from->leads[i].days);
        merge_counts(into->leads[i].by_day, from->leads[i].by_day, CSUCCESS__LEAD_DAYS);
    }
}

csuccess_result csuccess_tracking_merge(csuccess_tracking *into, const csuccess_tracking *from,
                                        csuccess_error *err)
{
    uint32_t counts[CSUCCESS__DIMENSIONS];
    if (!into || !from || !is_alike(into, from)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different trackings with the same options are required");
    }
    mark_names(into, counts);
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) {
        csuccess_result result = merge_names(&into->dimensions[d], &from->dimensions[d]);
        if (result < 0) {
            cut_names(into, counts);
            return failed_name(result, d, err);
        }
    }
    for (size_t d = 0; d < CSUCCESS__DIMENSIONS; d++) {
        merge_dimension(&into->dimensions[d], &from->dimensions[d]);
    }
    merge_figures(into, from);
    return CSUCCESS_OK;
}
