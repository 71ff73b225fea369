/* SPDX-License-Identifier: Apache-2.0 */
/* Looking at one series: windows, limits, change points, trends, occurrences. */
#include "churn/indicators.h"

#include "base/number.h"
#include "calendar/time.h"
#include "stats/change.h"
#include "stats/special.h"
#include "stats/trend.h"

/* Change points that are looked at; far more than a person would. */
enum { MOST_CHANGES = 32 };

static const double strongest = 1e6;

typedef struct looker {
    csuccess__signals *out;
    csuccess__look *look;
    const csuccess_signals_options *o;
    const csuccess_series *series;
    const csuccess__points *points;  /* as given */
    const csuccess__points *clean;   /* freed of the season, when one is compared with */
    const csuccess__thinned *recent; /* of the clean ones, within the lookback */
} looker;

bool csuccess__series_rises(const csuccess_series *series)
{
    return series->present & CSUCCESS_SERIES_RISING ||
           series->kind == CSUCCESS_SERIES_ESCALATION ||
           series->kind == CSUCCESS_SERIES_PAYMENT || series->kind == CSUCCESS_SERIES_RISK;
}

static bool counts_events(const csuccess_series *series)
{
    return series->kind == CSUCCESS_SERIES_ESCALATION ||
           series->kind == CSUCCESS_SERIES_PAYMENT;
}

static csuccess_signal signal_of(const looker *l, uint32_t type)
{
    csuccess_signal s = CSUCCESS_SIGNAL_INIT;
    s.type = type;
    s.kind = l->series->kind;
    s.compare = l->o->compare;
    s.series = l->series->name;
    return s;
}

/* How far for the worse `after` is; below 0 for the better. False: it cannot be told. */
static bool weigh(const looker *l, csuccess_signal *s)
{
    double worse =
        csuccess__series_rises(l->series) ? s->after - s->before : s->before - s->after;
    double relative = (s->after - s->before) / fabs(s->before);
    if (fabs(s->before) > 0 && csuccess__is_finite(relative)) {
        s->present |= CSUCCESS_SIGNAL_RELATIVE;
        s->relative = relative;
    }
    if (l->series->scale > 0) {
        s->magnitude = worse / l->series->scale;
    } else if (s->before > 0 && s->present & CSUCCESS_SIGNAL_RELATIVE) {
        s->magnitude = worse / s->before;
    } else {
        return false;
    }
    return csuccess__is_finite(s->magnitude);
}

static void set_strength(csuccess_signal *s, double off, double unit)
{
    if (!(unit > 0)) return;
    double strength = fabs(off) / unit;
    s->strength = strength < strongest ? strength : strongest;
    s->present |= CSUCCESS_SIGNAL_STRENGTH;
}

static csuccess_result keep(looker *l, csuccess_signal *s)
{
    csuccess__buffer text;
    csuccess__buffer_init(&text, l->out->mem, 0);
    csuccess__signal_say(&text, s, l->o);
    s->text = csuccess__buffer_view(&text);
    csuccess_result result = text.status < 0 ? text.status : csuccess__signals_add(l->out, s);
    csuccess__buffer_free(&text);
    return result;
}

/* ---- Windows ---- */

static bool baseline_of(const looker *l, csuccess__stretch *out)
{
    int64_t to = l->o->now_ms - l->o->window_ms, from = to - l->o->baseline_ms;
    const csuccess__duration year = {.months = 12};
    if (l->o->compare == CSUCCESS_COMPARE_YEAR) {
        if (!csuccess__time_subtract(&to, l->o->now_ms, year)) return false;
        from = to - l->o->window_ms;
        *out = csuccess__points_between(l->points, from, to);
        return true;
    }
    *out = csuccess__points_between(l->clean, from, to);
    return true;
}

static csuccess_result look_at_windows(looker *l)
{
    csuccess_signal s = signal_of(l, CSUCCESS_SIGNAL_DECLINE);
    const csuccess__points *now = l->o->compare == CSUCCESS_COMPARE_YEAR ? l->points : l->clean;
    csuccess__stretch before = {.count = 0};
    csuccess__stretch after =
        csuccess__points_between(now, l->o->now_ms - l->o->window_ms, l->o->now_ms);
    bool has = baseline_of(l, &before);
    if (after.count < l->o->least || !has || before.count < l->o->least) {
        l->look->too_few = true;
        return CSUCCESS_OK;
    }
    s.since_ms = l->o->now_ms - l->o->window_ms;
    s.before = before.mean;
    s.after = after.mean;
    s.points_before = before.count;
    s.points_after = after.count;
    if (!weigh(l, &s)) {
        l->look->no_base = true;
        return CSUCCESS_OK;
    }
    set_strength(&s, s.after - s.before, before.deviation);
    return s.magnitude >= l->o->least_magnitude ? keep(l, &s) : CSUCCESS_OK;
}

static bool is_beyond(const looker *l, double x)
{
    return csuccess__series_rises(l->series) ? x > l->series->limit : x < l->series->limit;
}

static csuccess_result look_at_limit(looker *l)
{
    csuccess_signal s = signal_of(l, CSUCCESS_SIGNAL_LIMIT);
    csuccess__stretch after =
        csuccess__points_between(l->points, l->o->now_ms - l->o->window_ms, l->o->now_ms);
    if (!(l->series->present & CSUCCESS_SERIES_LIMIT) || after.count < l->o->least ||
        !is_beyond(l, after.mean)) {
        return CSUCCESS_OK;
    }
    s.compare = CSUCCESS_COMPARE_PREVIOUS;
    s.before = l->series->limit;
    s.after = after.mean;
    s.points_after = after.count;
    if (!weigh(l, &s)) s.magnitude = 0;
    size_t first = l->points->count;
    while (first > 0 && is_beyond(l, l->points->items[first - 1].value)) first--;
    bool all_within = first == l->points->count; /* the latest one is back within the limit */
    s.since_ms = all_within ? l->o->now_ms - l->o->window_ms : l->points->items[first].time;
    return keep(l, &s);
}

/* ---- Change points ---- */

/* Where among all numbers the level changed: near the one that was found among the thinned, where both levels fit best. */
static size_t find_place(const looker *l, const csuccess__change *c)
{
    const csuccess__thinned *r = l->recent;
    size_t found = (size_t)c->at * r->by;
    size_t from = found > r->by ? found - r->by : 0;
    size_t to = found + r->by < r->whole_count ? found + r->by : r->whole_count - 1;
    double cost = 0, least = 0; /* of moving the border up, against leaving it at `from` */
    size_t best = from;
    if (r->by == 1) return found;
    for (size_t i = from; i < to; i++) {
        double v = r->whole[i].value;
        cost += fabs(v - c->before) - fabs(v - c->after);
        if (cost < least) {
            least = cost;
            best = i + 1;
        }
    }
    return best;
}

static csuccess_result look_at_change(looker *l, const csuccess__change *c, size_t next)
{
    csuccess_signal s = signal_of(l, CSUCCESS_SIGNAL_CHANGE);
    size_t at = find_place(l, c), end = next * l->recent->by;
    if (end > l->recent->whole_count) end = l->recent->whole_count;
    s.since_ms = l->recent->whole[at].time;
    s.before = c->before;
    s.after = c->after;
    s.points_after = end - at;
    if (!weigh(l, &s) || s.magnitude < l->o->least_magnitude) return CSUCCESS_OK;
    /* The mean of n numbers has the noise of one over the root of n. */
    s.strength = c->strength / sqrt((double)l->recent->by);
    s.present |= CSUCCESS_SIGNAL_STRENGTH;
    return keep(l, &s);
}

static csuccess_result look_at_changes(looker *l)
{
    csuccess__change found[MOST_CHANGES];
    double values[CSUCCESS__SIGNAL_POINTS];
    uint32_t count = 0, n = (uint32_t)l->recent->count;
    for (uint32_t i = 0; i < n; i++) values[i] = l->recent->items[i].value;
    csuccess__change_series in = {.values = values, .n = n, .least = l->o->least};
    csuccess_result result =
        csuccess__change_points(found, MOST_CHANGES, &count, &in, l->out->mem);
    if (count > MOST_CHANGES) count = MOST_CHANGES;
    for (uint32_t i = 0; i < count && result >= 0; i++) {
        result = look_at_change(l, &found[i], i + 1 < count ? found[i + 1].at : n);
    }
    return result;
}

/* ---- Trends ---- */

static csuccess_result look_at_line(looker *l, const csuccess__trend *t, int64_t first,
                                    size_t n)
{
    bool rises = csuccess__series_rises(l->series);
    bool surely = rises ? t->slope_low > 0 : t->slope_high < 0;
    double days = (double)l->o->horizon_ms / (double)CSUCCESS__DAY_MS;
    csuccess_signal s = signal_of(l, CSUCCESS_SIGNAL_TREND);
    s.since_ms = first;
    s.after = t->value;
    s.before = t->value - t->slope * days;
    s.points_before = n;
    if (!t->present || !surely || !weigh(l, &s) || s.magnitude < l->o->least_magnitude) {
        return CSUCCESS_OK;
    }
    /* Half the interval is so many standard deviations. */
    double deviation = (t->slope_high - t->slope_low) / (2 * csuccess__normal_two_sided(0.95));
    set_strength(&s, t->slope, deviation > 0 ? deviation : fabs(t->slope) / strongest);
    return keep(l, &s);
}

static csuccess_result look_at_trend(looker *l)
{
    csuccess__trend_point copy[CSUCCESS__SIGNAL_POINTS];
    csuccess__trend trend;
    size_t n = l->recent->count;
    if (n < 3) return CSUCCESS_OK;
    for (size_t i = 0; i < n; i++) {
        copy[i] = (csuccess__trend_point){l->recent->items[i].time, l->recent->items[i].value};
    }
    csuccess__trend_input in = {copy, n, l->o->now_ms + l->o->horizon_ms, 0.95};
    csuccess_result result = csuccess__trend_forecast(&trend, l->out->mem, &in);
    return result < 0
               ? result
               : look_at_line(l, &trend, l->recent->whole[0].time, l->recent->whole_count);
}

/* ---- Events ---- */

static csuccess_result look_at_events(looker *l)
{
    csuccess_signal s = signal_of(l, CSUCCESS_SIGNAL_OCCURRED);
    int64_t from = l->o->now_ms - l->o->window_ms;
    s.compare = CSUCCESS_COMPARE_PREVIOUS;
    for (size_t i = 0; i < l->points->count; i++) {
        const csuccess__point *p = &l->points->items[i];
        if (p->time <= from || !(p->value > 0)) continue;
        if (s.points_after++ == 0) s.since_ms = p->time;
        s.after += p->value;
    }
    if (!(s.after > 0)) return CSUCCESS_OK;
    s.magnitude = s.after / (1 + s.after);
    return keep(l, &s);
}

/* ---- All of it ---- */

static csuccess_result look_at_all(looker *l)
{
    csuccess_result result = CSUCCESS_OK;
    if (counts_events(l->series)) {
        result = look_at_events(l);
    } else {
        result = look_at_windows(l);
    }
    if (result >= 0) result = look_at_limit(l);
    if (result >= 0) result = look_at_changes(l);
    if (result >= 0) result = look_at_trend(l);
    return result;
}

csuccess_result csuccess__signals_look(csuccess__signals *out, csuccess__look *look,
                                       const csuccess_signals_options *o,
                                       const csuccess_series *series)
{
    csuccess__points points, clean = {.count = 0};
    csuccess__thinned recent = {.count = 0};
    *look = (csuccess__look){.too_few = false};
    csuccess_result result = csuccess__points_clean(&points, out->mem, series, o->now_ms);
    looker l = {out, look, o, series, &points, &points, &recent};
    if (result >= 0 && o->compare != CSUCCESS_COMPARE_PREVIOUS) {
        l.clean = &clean;
        result = csuccess__points_clean(&clean, out->mem, series, o->now_ms);
        if (result >= 0 && o->compare == CSUCCESS_COMPARE_SEASON) {
            csuccess__points_unseason(&clean, o, series);
        } else if (result >= 0) {
            result = csuccess__points_unyear(&clean, out->mem, series);
        }
        look->no_season = points.count > 0 && clean.count == 0;
    }
    if (result >= 0) {
        result = csuccess__points_thin(&recent, out->mem, l.clean, o->now_ms - o->lookback_ms);
    }
    if (result >= 0) result = look_at_all(&l);
    csuccess__thinned_free(&recent, out->mem);
    csuccess__points_free(&clean, out->mem);
    csuccess__points_free(&points, out->mem);
    return result;
}
