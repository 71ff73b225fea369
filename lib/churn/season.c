/* SPDX-License-Identifier: Apache-2.0 */
/* Seasonal baselines: exact sums per segment, series and season. */
#include <csuccess/signals.h>

#include "base/error.h"
#include "base/number.h"
#include "calendar/time.h"
#include "churn/tracking_names.h"
#include "stats/sum.h"

enum {
    MOST_SERIES = 4096,
    NAME_BYTES = 500,
    MOST_SEASONS = 53 /* weeks */
};

struct csuccess_season {
    csuccess_allocator mem;
    uint32_t unit;
    uint64_t least;
    csuccess__names names; /* segment, NUL, series */
    csuccess__sum *sums;   /* by number of the name, then by season */
    uint32_t cap;          /* names that there is room for */
};

/* The name of a pair; the segment holds no NUL, so that it can be told from the series. */
typedef struct pair_name {
    char bytes[2 * NAME_BYTES + 1];
    csuccess_str name;
} pair_name;

csuccess_result csuccess_season_new(csuccess_season **out,
                                    const csuccess_season_options *options, csuccess_error *err)
{
    csuccess_season_options o = CSUCCESS_SEASON_OPTIONS_INIT;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (options) {
        result = csuccess__struct_take(&o, sizeof o, sizeof(size_t), options,
                                       "csuccess_season_options", err);
    }
    if (result >= 0 && o.unit > CSUCCESS_SEASON_WEEKDAY) {
        result = csuccess__fail(err, CSUCCESS_ERANGE, "unit is one of CSUCCESS_SEASON_*");
    }
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_season *s = csuccess__alloc(&mem, 1, sizeof *s);
    if (!s) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    s->mem = mem;
    s->unit = o.unit;
    s->least = o.least ? o.least : 5;
    csuccess__names_init(&s->names, &s->mem, MOST_SERIES);
    *out = s;
    return CSUCCESS_OK;
}

void csuccess_season_free(csuccess_season *season)
{
    if (!season) return;
    csuccess_allocator mem = season->mem;
    csuccess__names_free(&season->names);
    csuccess__release(&mem, season->sums, (size_t)season->cap * MOST_SEASONS,
                      sizeof *season->sums);
    csuccess__release(&mem, season, 1, sizeof *season);
}

/* ---- Which season ---- */

static uint32_t week_of(int64_t ms, const csuccess__civil *civil)
{
    csuccess__civil thursday;
    /* A week belongs to the year of its Thursday. Beyond the calendar's ends the day itself does. */
    if (!csuccess__civil_from(&thursday, ms + (4 - civil->weekday) * CSUCCESS__DAY_MS, 0)) {
        thursday = *civil;
    }
    return (uint32_t)(thursday.yearday - 1) / 7 + 1;
}

/* From 1; 0 for a time that is none. */
static uint32_t season_of(uint32_t unit, int64_t ms)
{
    csuccess__civil civil;
    if (!csuccess__civil_from(&civil, ms, 0)) return 0;
    return unit == CSUCCESS_SEASON_MONTH  ? (uint32_t)civil.month
           : unit == CSUCCESS_SEASON_WEEK ? week_of(ms, &civil)
                                          : (uint32_t)civil.weekday;
}

/* ---- Adding and merging ---- */

static csuccess_result join(pair_name *out, csuccess_str segment, csuccess_str series)
{
    if (segment.len > NAME_BYTES || series.len > NAME_BYTES) return CSUCCESS_ELIMIT;
    bool bad = (segment.len > 0 && (!segment.ptr || memchr(segment.ptr, 0, segment.len))) ||
               (series.len > 0 && !series.ptr);
    if (bad) return CSUCCESS_EINVALID;
    if (segment.len > 0) memcpy(out->bytes, segment.ptr, segment.len);
    out->bytes[segment.len] = '\0';
    if (series.len > 0) memcpy(out->bytes + segment.len + 1, series.ptr, series.len);
    out->name = (csuccess_str){out->bytes, segment.len + 1 + series.len};
    return CSUCCESS_OK;
}

static csuccess_result name_number(csuccess_season *s, csuccess_str name, uint32_t *number)
{
    csuccess_result result = csuccess__names_add(&s->names, name, number);
    if (result < 0 || *number < s->cap) return result;
    uint32_t cap = s->cap ? s->cap * 2 : 4;
    csuccess__sum *sums = csuccess__resize(&s->mem, s->sums, (size_t)s->cap * MOST_SEASONS,
                                           (size_t)cap * MOST_SEASONS, sizeof *sums);
    if (!sums) return CSUCCESS_ENOMEM;
    s->sums = sums;
    s->cap = cap;
    return CSUCCESS_OK;
}

static csuccess__sum *sum_of(const csuccess_season *s, uint32_t number, uint32_t season)
{
    return &s->sums[(size_t)number * MOST_SEASONS + season - 1];
}

/* reason: whose baseline, of what, when and how much is what one value is. */
csuccess_result csuccess_season_add(csuccess_season *season, csuccess_str segment,
                                    csuccess_str series, int64_t at_ms, double value,
                                    csuccess_error *err)
{
    pair_name pair;
    uint32_t number = 0;
    if (!season) return csuccess__fail(err, CSUCCESS_EINVALID, "season is required");
    uint32_t at = season_of(season->unit, at_ms);
    if (at == 0 || !(fabs(value) <= 9e18)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "a value is finite and at most 9e18, its time in the years 1 to "
                              "9999");
    }
    uint32_t count = season->names.count;
    csuccess_result result = join(&pair, segment, series);
    if (result >= 0) result = name_number(season, pair.name, &number);
    if (result >= 0 && !csuccess__sum_add(sum_of(season, number, at), value)) {
        result = CSUCCESS_ERANGE;
    }
    if (result >= 0) return CSUCCESS_OK;
    csuccess__names_cut(&season->names, count);
    return csuccess__fail(err, result, "segment or series: %s", csuccess_result_text(result));
}

/* Whether every sum of both would fit. */
static bool fits(const csuccess_season *into, uint32_t to, const csuccess_season *from,
                 uint32_t at)
{
    for (uint32_t i = 1; i <= MOST_SEASONS; i++) {
        csuccess__sum trial = *sum_of(into, to, i);
        if (!csuccess__sum_merge(&trial, sum_of(from, at, i))) return false;
    }
    return true;
}

static csuccess_result merge_names(csuccess_season *into, const csuccess_season *from)
{
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; i < from->names.count && result >= 0; i++) {
        uint32_t number = 0;
        result = name_number(into, from->names.items[i], &number);
        if (result >= 0 && !fits(into, number, from, i)) result = CSUCCESS_ERANGE;
    }
    return result;
}

csuccess_result csuccess_season_merge(csuccess_season *into, const csuccess_season *from,
                                      csuccess_error *err)
{
    if (!into || !from || into == from || into->unit != from->unit ||
        into->least != from->least) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different seasons with the same options are required");
    }
    uint32_t count = into->names.count;
    csuccess_result result = merge_names(into, from);
    if (result < 0) {
        csuccess__names_cut(&into->names, count);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    for (uint32_t i = 0; i < from->names.count; i++) {
        uint32_t number = csuccess__names_find(&into->names, from->names.items[i]);
        for (uint32_t k = 1; k <= MOST_SEASONS; k++) {
            csuccess__sum_merge(sum_of(into, number, k), sum_of(from, i, k));
        }
    }
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

/* The mean of the means of all seasons with enough values; false when there are fewer than two. */
static bool usual_of(const csuccess_season *s, uint32_t number, double *out)
{
    double sum = 0, mean;
    uint32_t count = 0;
    for (uint32_t i = 1; i <= MOST_SEASONS; i++) {
        const csuccess__sum *one = sum_of(s, number, i);
        if (one->count < s->least || !csuccess__sum_mean(&mean, one)) continue;
        sum += mean;
        count++;
    }
    *out = count > 0 ? sum / count : 0;
    return count > 1;
}

static bool fill_level(const csuccess_season *s, uint32_t number, csuccess_season_level *out)
{
    const csuccess__sum *sum = sum_of(s, number, out->season);
    double usual, mean;
    out->values = sum->count;
    if (sum->count < s->least || !usual_of(s, number, &usual) ||
        !csuccess__sum_mean(&mean, sum)) {
        return false;
    }
    out->mean = mean;
    out->usual = usual;
    out->offset = mean - usual;
    if (mean > 0 && usual > 0 && csuccess__is_finite(mean / usual)) {
        out->factor = mean / usual;
        out->present = CSUCCESS_SEASON_FACTOR;
    }
    return true;
}

csuccess_result csuccess_season_at(const csuccess_season *season, csuccess_str segment,
                                   csuccess_str series, int64_t at_ms,
                                   csuccess_season_level *out)
{
    pair_name pair;
    csuccess_season_level give = CSUCCESS_SEASON_LEVEL_INIT;
    if (!season || join(&pair, segment, series) < 0) return CSUCCESS_EINVALID;
    give.season = season_of(season->unit, at_ms);
    if (give.season == 0) return CSUCCESS_ERANGE;
    uint32_t number = csuccess__names_find(&season->names, pair.name);
    bool known = number != CSUCCESS__NAME_NONE && fill_level(season, number, &give);
    csuccess_result result =
        csuccess__struct_give(out, &give, sizeof give, "csuccess_season_level", NULL);
    return result < 0 ? result : known ? CSUCCESS_OK : CSUCCESS_UNDECIDED;
}
