/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of signals: what was measured, since when, how strongly. */
#include "churn/indicators.h"

#include "base/number.h"
#include "calendar/time.h"
#include "text/numeral.h"

/* To three digits that count, as people read measurements. */
static void put_number(csuccess__buffer *out, double v)
{
    double unit = 1;
    if (csuccess__is_finite(v) && fabs(v) > 0) {
        while (unit < 1e300 && fabs(v) >= 1000 * unit) unit *= 10;
        while (unit > 1e-300 && fabs(v) < 100 * unit) unit /= 10;
    }
    /* Dividing by the inverse of a small unit, which is whole, gives the nearest double. */
    double digits = csuccess__round(v / unit);
    csuccess__numeral_put(out, unit < 1 ? digits / csuccess__round(1 / unit) : digits * unit);
}

static void put_days(csuccess__buffer *out, int64_t ms)
{
    int64_t days = (ms + CSUCCESS__DAY_MS / 2) / CSUCCESS__DAY_MS;
    if (days < 1) {
        put_number(out, (double)ms / (double)CSUCCESS__HOUR_MS);
        csuccess__buffer_cstr(out, " hours");
        return;
    }
    csuccess__buffer_uint(out, (uint64_t)days);
    csuccess__buffer_cstr(out, days == 1 ? " day" : " days");
}

static void put_date(csuccess__buffer *out, int64_t ms)
{
    char text[CSUCCESS__DATE_TEXT];
    csuccess__date_format(text, ms);
    csuccess__buffer_cstr(out, text);
}

/* "42 % below", or the distance where there is no share of anything. */
static void put_distance(csuccess__buffer *out, const csuccess_signal *s)
{
    if (s->present & CSUCCESS_SIGNAL_RELATIVE) {
        put_number(out, fabs(s->relative) * 100);
        csuccess__buffer_cstr(out, " %");
    } else {
        put_number(out, fabs(s->after - s->before));
    }
    csuccess__buffer_cstr(out, s->after < s->before ? " below " : " above ");
}

static void say_decline(csuccess__buffer *out, const csuccess_signal *s,
                        const csuccess_signals_options *o)
{
    csuccess__buffer_cstr(out, "the mean of the last ");
    put_days(out, o->window_ms);
    csuccess__buffer_cstr(out, " (");
    put_number(out, s->after);
    csuccess__buffer_cstr(out, ") is ");
    put_distance(out, s);
    if (s->compare == CSUCCESS_COMPARE_YEAR) {
        csuccess__buffer_cstr(out, "that of the same days a year before (");
    } else {
        csuccess__buffer_cstr(out, "that of the ");
        put_days(out, o->baseline_ms);
        csuccess__buffer_cstr(out, " before (");
    }
    put_number(out, s->before);
    csuccess__buffer_cstr(
        out, s->compare == CSUCCESS_COMPARE_SEASON ? "), both freed of the season" : ")");
}

static void say_change(csuccess__buffer *out, const csuccess_signal *s)
{
    csuccess__buffer_cstr(out, "the level went from ");
    put_number(out, s->before);
    csuccess__buffer_cstr(out, " to ");
    put_number(out, s->after);
    csuccess__buffer_cstr(out, " on ");
    put_date(out, s->since_ms);
    csuccess__buffer_cstr(out, ", ");
    put_number(out, s->strength);
    csuccess__buffer_cstr(out, " times the usual noise");
    if (s->compare == CSUCCESS_COMPARE_SEASON)
        csuccess__buffer_cstr(out, ", freed of the season");
    if (s->compare == CSUCCESS_COMPARE_YEAR) {
        csuccess__buffer_cstr(out, ", held against the year before");
    }
}

static void say_trend(csuccess__buffer *out, const csuccess_signal *s,
                      const csuccess_signals_options *o)
{
    csuccess__buffer_cstr(out, "the line through its numbers since ");
    put_date(out, s->since_ms);
    csuccess__buffer_cstr(out, s->after < s->before ? " falls by " : " rises by ");
    put_number(out, fabs(s->after - s->before));
    csuccess__buffer_cstr(out, " in ");
    put_days(out, o->horizon_ms);
    csuccess__buffer_cstr(out, " and stands at ");
    put_number(out, s->before);
}

static void say_limit(csuccess__buffer *out, const csuccess_signal *s,
                      const csuccess_signals_options *o)
{
    csuccess__buffer_cstr(out, "the mean of the last ");
    put_days(out, o->window_ms);
    csuccess__buffer_cstr(out, " (");
    put_number(out, s->after);
    csuccess__buffer_cstr(out, s->after < s->before ? ") is below " : ") is above ");
    put_number(out, s->before);
    csuccess__buffer_cstr(out, ", since ");
    put_date(out, s->since_ms);
}

static void say_occurred(csuccess__buffer *out, const csuccess_signal *s,
                         const csuccess_signals_options *o)
{
    put_number(out, s->after);
    csuccess__buffer_cstr(out, " in the last ");
    put_days(out, o->window_ms);
    csuccess__buffer_cstr(out, ", the first on ");
    put_date(out, s->since_ms);
}

void csuccess__signal_say(csuccess__buffer *out, const csuccess_signal *signal,
                          const csuccess_signals_options *o)
{
    csuccess__buffer_str(out, signal->series);
    csuccess__buffer_cstr(out, ": ");
    switch (signal->type) {
    case CSUCCESS_SIGNAL_DECLINE:
        say_decline(out, signal, o);
        break;
    case CSUCCESS_SIGNAL_CHANGE:
        say_change(out, signal);
        break;
    case CSUCCESS_SIGNAL_TREND:
        say_trend(out, signal, o);
        break;
    case CSUCCESS_SIGNAL_LIMIT:
        say_limit(out, signal, o);
        break;
    default:
        say_occurred(out, signal, o);
        break;
    }
}
