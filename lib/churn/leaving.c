/* SPDX-License-Identifier: Apache-2.0 */
/* When a customer is to be expected to leave: by the hazard that a probability stands for, or on the next date on which a
   contract lets it. */
#include "churn/internal.h"

#include "base/number.h"
#include "text/reader.h"

static const char *const time_keys[] = {"at", "description", NULL};

typedef csuccess__churn_builder builder;

static bool is_time(const csuccess__type *type)
{
    return type->kind == CSUCCESS__KIND_TIME || type->kind == CSUCCESS__KIND_NUMBER ||
           (type->kind == CSUCCESS__KIND_LIST && type->item->kind == CSUCCESS__KIND_TIME);
}

void csuccess__churn_leaving(const builder *b, const csuccess__json *section)
{
    uint32_t n;
    const csuccess__json *node =
        csuccess__read_section(b->problems, section, "time_to_churn", CSUCCESS__JSON_OBJECT);
    if (!node || !csuccess__read_object(b->problems, node, time_keys)) {
        return;
    }
    const csuccess__json **members = csuccess__churn_members(b, node, "at", &n);
    csuccess__leaving *list =
        n ? CSUCCESS__NEW_ARRAY(b->with->arena, csuccess__leaving, n) : NULL;
    if (!list) {
        b->problems->lost = b->problems->lost || n > 0;
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        list[i].id = members[i]->key;
        list[i].date = csuccess__expr_read(b->with, b->problems, members[i], NULL);
        if (list[i].date && !is_time(list[i].date->type)) {
            csuccess__problem(b->problems, members[i], CSUCCESS_ETYPE,
                              "a date to leave on is a time, a date or a list of them, such as "
                              "\"renewal_date\" or \"subscriptions.map(s, s.renews)\", or a "
                              "number of days ahead");
        }
    }
    b->churn->leaving = list;
    b->churn->leaving_count = n;
}

/* The earlier of *next and a time that lies ahead. */
static bool sooner(csuccess__value time, int64_t now, int64_t *next)
{
    if (csuccess__is_missing(time) || time.as.time < now || time.as.time >= *next) {
        return false;
    }
    *next = time.as.time;
    return true;
}

static bool next_of(const csuccess__leaving *leaving, csuccess__churn_run *run, int64_t *next)
{
    csuccess__value v = csuccess__churn_evaluate(leaving->date, run);
    bool found = false;
    if (csuccess__is_missing(v)) {
        return false;
    }
    if (v.kind == CSUCCESS__KIND_NUMBER) {
        double most = (double)(CSUCCESS__TIME_MAX - run->now) / (double)CSUCCESS__DAY_MS;
        bool ahead = v.as.number >= 0 && v.as.number < most;
        double ms = ahead ? v.as.number * (double)CSUCCESS__DAY_MS : -1;
        return sooner(csuccess__time(run->now + (int64_t)ms), run->now, next);
    }
    if (v.kind != CSUCCESS__KIND_LIST) {
        return sooner(v, run->now, next);
    }
    for (size_t i = 0; i < v.as.many.count; i++) {
        found = sooner(v.as.many.items[i], run->now, next) || found;
    }
    return found;
}

/* ln 2 / lambda with lambda = -ln(1 - p) / horizon, in days (constant hazard). Infinite for p = 0. */
static double median_days(double probability, double horizon_days)
{
    return -csuccess__ln(2) * horizon_days / csuccess__ln(1 - probability);
}

/* Of a hazard model by the hazard itself: a probability of many periods may be 1 but for what a double can hold. */
static double median_of(const csuccess__chain_step *step, const csuccess__churn_result *r)
{
    return step->periods > 0 ? median_days(r->hazard, step->horizon_days / step->periods)
                             : median_days(r->probability, step->horizon_days);
}

void csuccess__churn_time(const csuccess__churn *churn, csuccess__churn_run *run,
                          csuccess__churn_result *out)
{
    const csuccess__chain_step *step = &churn->steps[out->step];
    int64_t next = INT64_MAX;
    out->time_by = UINT32_MAX;
    out->has_time = false;
    if (!out->has_probability || !step->timed || !(out->probability > 0)) {
        return;
    }
    for (uint32_t i = 0; i < churn->leaving_count; i++) {
        if (next_of(&churn->leaving[i], run, &next)) {
            out->time_by = i;
        }
    }
    double days = out->time_by != UINT32_MAX
                      ? (double)(next - run->now) / (double)CSUCCESS__DAY_MS
                      : median_of(step, out);
    double most = (double)(CSUCCESS__TIME_MAX - run->now) / (double)CSUCCESS__DAY_MS;
    out->has_time = days >= 0 && days < most;
    if (out->has_time) {
        out->days = days;
        out->churn_at = run->now + (int64_t)(days * (double)CSUCCESS__DAY_MS);
    }
}
