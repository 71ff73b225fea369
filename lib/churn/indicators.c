/* SPDX-License-Identifier: Apache-2.0 */
/* Indicators of one customer: the handle over looking at series. */
#include "churn/indicators.h"

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "calendar/time.h"
#include "churn/tracking_names.h"

enum { MOST_NUMBERS = 100000 };

/* ---- Making and freeing ---- */

static csuccess_result check_spans(csuccess_signals_options *o, csuccess_error *err)
{
    static const int64_t usual[] = {30, 90, 365, 30};
    int64_t *const spans[] = {&o->window_ms, &o->baseline_ms, &o->lookback_ms, &o->horizon_ms};
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++) {
        if (*spans[i] < 0 || *spans[i] > CSUCCESS__DURATION_MS / 16) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "window, baseline, lookback and horizon are 0 or more, and "
                                  "at most 600 years");
        }
        if (*spans[i] == 0) *spans[i] = usual[i] * CSUCCESS__DAY_MS;
    }
    return CSUCCESS_OK;
}

static csuccess_result check_options(csuccess_signals_options *o, csuccess_error *err)
{
    if (!csuccess__time_valid(o->now_ms)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "now_ms is not in the years 1 to 9999");
    }
    bool sizes = o->least_magnitude >= 0 && o->least_magnitude <= 1e9 && o->least <= 1000000;
    if (!sizes || o->compare > CSUCCESS_COMPARE_SEASON) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "least_magnitude is 0 to 1e9, least at most 1,000,000, compare "
                              "one of CSUCCESS_COMPARE_*");
    }
    if (o->compare == CSUCCESS_COMPARE_SEASON && !o->season) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "CSUCCESS_COMPARE_SEASON needs a seasonal baseline in season");
    }
    if (o->least == 0) o->least = 3;
    if (!(o->least_magnitude > 0)) o->least_magnitude = 0.2;
    return check_spans(o, err);
}

static csuccess_result check_segment(const csuccess_signals_options *o, csuccess_error *err)
{
    csuccess_result result = csuccess__names_check(o->segment);
    return result < 0 ? csuccess__fail(err, result, "segment: %s", csuccess_result_text(result))
                      : CSUCCESS_OK;
}

csuccess_result csuccess_indicators_new(csuccess_indicators **out,
                                        const csuccess_signals_options *options,
                                        csuccess_error *err)
{
    csuccess_signals_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = csuccess__struct_take(&o, sizeof o, sizeof(size_t), options,
                                                   "csuccess_signals_options", err);
    if (result >= 0) result = check_options(&o, err);
    if (result >= 0) result = check_segment(&o, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_indicators *indicators = csuccess__alloc(&mem, 1, sizeof *indicators);
    if (!indicators || !csuccess__name_copy(&o.segment, &mem, o.segment)) {
        csuccess__release(&mem, indicators, 1, sizeof *indicators);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    o.allocator = NULL;
    indicators->mem = mem;
    indicators->options = o;
    indicators->signals = (csuccess__signals){.mem = &indicators->mem};
    indicators->totals = (csuccess_indicators_totals)CSUCCESS_INDICATORS_TOTALS_INIT;
    *out = indicators;
    return CSUCCESS_OK;
}

void csuccess_indicators_free(csuccess_indicators *indicators)
{
    if (!indicators) return;
    csuccess_allocator mem = indicators->mem;
    csuccess__signals_free(&indicators->signals);
    csuccess__name_free(&mem, indicators->options.segment);
    csuccess__release(&mem, indicators, 1, sizeof *indicators);
}

void csuccess_indicators_clear(csuccess_indicators *indicators)
{
    if (!indicators) return;
    csuccess__signals_cut(&indicators->signals, 0);
    indicators->totals = (csuccess_indicators_totals)CSUCCESS_INDICATORS_TOTALS_INIT;
    indicators->finished = false;
}

/* ---- Adding ---- */

static csuccess_result check_numbers(const csuccess_series *series, csuccess_error *err)
{
    for (size_t i = 0; i < series->count; i++) {
        double v = series->values[i];
        bool missing = v != v;
        if ((!missing && !(fabs(v) <= 1e15)) || !csuccess__time_valid(series->times[i])) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "%q: number %z is not within 1e15, or its time not in the "
                                  "years 1 to 9999",
                                  series->name, i);
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result check_kind(const csuccess_series *series, csuccess_error *err)
{
    bool limit = series->present & CSUCCESS_SERIES_LIMIT;
    bool sizes =
        series->scale >= 0 && series->scale <= 1e15 && (!limit || fabs(series->limit) <= 1e15);
    return sizes && series->kind <= CSUCCESS_SERIES_RISK
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ERANGE,
                                "%q: kind is one of CSUCCESS_SERIES_*, scale and limit are "
                                "within 1e15 and scale is not below 0",
                                series->name);
}

static csuccess_result check_series(const csuccess_series *series, csuccess_error *err)
{
    csuccess_result result = csuccess__names_check(series->name);
    if (result < 0) {
        return csuccess__fail(err, result, "the name of a series: %s",
                              csuccess_result_text(result));
    }
    if (series->name.len == 0 || (series->count > 0 && (!series->times || !series->values))) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "a series needs a name, and times for its numbers");
    }
    if (series->count > MOST_NUMBERS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "%q has more than %u numbers", series->name,
                              (uint32_t)MOST_NUMBERS);
    }
    result = check_kind(series, err);
    return result < 0 ? result : check_numbers(series, err);
}

csuccess_result csuccess_indicators_add(csuccess_indicators *indicators,
                                        const csuccess_series *series, csuccess_error *err)
{
    csuccess_series in;
    csuccess__look look;
    if (!indicators || indicators->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              indicators ? "the indicators are finished"
                                         : "indicators is required");
    }
    csuccess_result result =
        csuccess__struct_take(&in, sizeof in, sizeof(size_t), series, "csuccess_series", err);
    if (result >= 0) result = check_series(&in, err);
    if (result < 0) return result;
    size_t before = indicators->signals.count;
    result = csuccess__signals_look(&indicators->signals, &look, &indicators->options, &in);
    if (result < 0) {
        csuccess__signals_cut(&indicators->signals, before);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    indicators->totals.series++;
    indicators->totals.signals = indicators->signals.count;
    indicators->totals.too_few += look.too_few;
    indicators->totals.no_base += look.no_base;
    indicators->totals.no_season += look.no_season;
    return CSUCCESS_OK;
}

/* How they were looked for each signal says; "the last 30 days" of different days would be said of one. */
csuccess_result csuccess_indicators_merge(csuccess_indicators *into,
                                          const csuccess_indicators *from, csuccess_error *err)
{
    if (!into || !from || into == from || into->finished || from->finished ||
        into->options.now_ms != from->options.now_ms) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different indicators as of the same time, neither of them "
                              "finished, are required");
    }
    size_t before = into->signals.count;
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < from->signals.count && result >= 0; i++) {
        result = csuccess__signals_add(&into->signals, &from->signals.items[i]);
    }
    if (result < 0) {
        csuccess__signals_cut(&into->signals, before);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    into->totals.series += from->totals.series;
    into->totals.signals = into->signals.count;
    into->totals.too_few += from->totals.too_few;
    into->totals.no_base += from->totals.no_base;
    into->totals.no_season += from->totals.no_season;
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

csuccess_result csuccess_indicators_finish(csuccess_indicators *indicators, csuccess_error *err)
{
    if (!indicators) return csuccess__fail(err, CSUCCESS_EINVALID, "indicators is required");
    if (!indicators->finished) csuccess__signals_sort(&indicators->signals);
    indicators->finished = true;
    return CSUCCESS_OK;
}

size_t csuccess_indicators_count(const csuccess_indicators *indicators)
{
    return indicators && indicators->finished ? indicators->signals.count : 0;
}

csuccess_result csuccess_indicators_get(const csuccess_indicators *indicators, size_t index,
                                        csuccess_signal *out)
{
    if (index >= csuccess_indicators_count(indicators)) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &indicators->signals.items[index], sizeof *out,
                                 "csuccess_signal", NULL);
}

csuccess_result csuccess_indicators_total(const csuccess_indicators *indicators,
                                          csuccess_indicators_totals *out)
{
    if (!indicators) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &indicators->totals, sizeof *out,
                                 "csuccess_indicators_totals", NULL);
}
