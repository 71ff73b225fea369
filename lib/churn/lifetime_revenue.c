/* SPDX-License-Identifier: Apache-2.0 */
/* Expected revenue from hazards: exact sums per period. */
#include <csuccess/forecast.h>

#include "base/alloc.h"
#include "base/error.h"
#include "base/number.h"
#include "calendar/time.h"
#include "stats/special.h"
#include "stats/sum.h"

enum { MOST_PERIODS = 240 };

/* Of one period; the first is today. */
typedef struct period {
    csuccess__sum expected, kept, left, variance;
} period;

struct csuccess_revenue {
    csuccess_allocator mem;
    int64_t period_ms;
    uint32_t periods;
    double confidence;
    period *sums; /* periods + 1 */
    uint64_t uncalibrated;
};

static csuccess_result take_options(csuccess_revenue_options *o,
                                    const csuccess_revenue_options *options,
                                    csuccess_error *err)
{
    *o = (csuccess_revenue_options)CSUCCESS_REVENUE_OPTIONS_INIT;
    if (options) {
        csuccess_result result = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                                       "csuccess_revenue_options", err);
        if (result < 0) return result;
    }
    uint64_t period_ms = (uint64_t)o->period_ms; /* below 0 it is beyond any duration */
    bool confident = o->confidence >= 0 && o->confidence < 1;
    if (period_ms > CSUCCESS__DURATION_MS || !confident || o->periods > MOST_PERIODS) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "period_ms is 0 or more, periods are at most 240, and "
                              "confidence is below 1");
    }
    if (o->period_ms == 0) o->period_ms = 30 * CSUCCESS__DAY_MS;
    if (o->periods == 0) o->periods = 12;
    if (!(o->confidence > 0)) o->confidence = 0.9;
    return CSUCCESS_OK;
}

csuccess_result csuccess_revenue_new(csuccess_revenue **out,
                                     const csuccess_revenue_options *options,
                                     csuccess_error *err)
{
    csuccess_revenue_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = take_options(&o, options, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_revenue *r = csuccess__alloc(&mem, 1, sizeof *r);
    period *sums = csuccess__alloc(&mem, (size_t)o.periods + 1, sizeof *sums);
    if (!r || !sums) {
        csuccess__release(&mem, r, 1, sizeof *r);
        csuccess__release(&mem, sums, (size_t)o.periods + 1, sizeof *sums);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    *r = (csuccess_revenue){mem, o.period_ms, o.periods, o.confidence, sums, 0};
    *out = r;
    return CSUCCESS_OK;
}

void csuccess_revenue_free(csuccess_revenue *revenue)
{
    if (!revenue) return;
    csuccess_allocator mem = revenue->mem;
    csuccess__release(&mem, revenue->sums, (size_t)revenue->periods + 1, sizeof *revenue->sums);
    csuccess__release(&mem, revenue, 1, sizeof *revenue);
}

/* ---- Adding ---- */

static bool is_share(double x)
{
    return x >= 0 && x <= 1;
}

static csuccess_result check_curve(const csuccess_revenue_customer *c, csuccess_error *err)
{
    if (c->survivals == 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "survival has no numbers");
    }
    for (size_t i = 0; i < c->survivals; i++) {
        if (!is_share(c->survival[i]) || (i > 0 && c->survival[i] > c->survival[i - 1])) {
            return csuccess__fail(err, CSUCCESS_ERANGE,
                                  "survival %z is not within 0 to 1, or above the one before",
                                  i);
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result check(const csuccess_revenue_customer *c, csuccess_error *err)
{
    bool value = c->value >= 0 && c->value <= 1e12, growth = c->growth > -1 && c->growth <= 1;
    if (!value || !growth) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "value is 0 to 1e12, growth above -1 and up to 1");
    }
    if (c->survival) return check_curve(c, err);
    return is_share(c->probability) && c->horizon_ms > 0
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ERANGE,
                                "probability is 0 to 1, over a horizon above 0");
}

/* The share still there at the end of period t. */
static double survival_at(const csuccess_revenue *r, const csuccess_revenue_customer *c,
                          uint32_t t)
{
    if (t == 0) return 1;
    if (!c->survival) {
        double periods = (double)r->period_ms / (double)c->horizon_ms * t;
        return csuccess__pow(1 - c->probability, periods);
    }
    if (t <= c->survivals) return c->survival[t - 1];
    double last = c->survival[c->survivals - 1];
    double before = c->survivals > 1 ? c->survival[c->survivals - 2] : 1;
    double kept = before > 0 ? last / before : 0;
    return last * csuccess__pow(kept, (double)(t - c->survivals));
}

static bool add_at(period *p, double value, double grown, double survival)
{
    return csuccess__sum_add(&p->expected, grown * survival) &&
           csuccess__sum_add(&p->kept, value * survival) &&
           csuccess__sum_add(&p->left, survival) &&
           csuccess__sum_add(&p->variance, grown * grown * survival * (1 - survival));
}

/* Whether all periods take the customer; `keep`: and do. */
static bool add_all(csuccess_revenue *r, const csuccess_revenue_customer *c, bool keep)
{
    double grown = c->value;
    for (uint32_t t = 0; t <= r->periods; t++) {
        period trial = r->sums[t];
        if (!add_at(&trial, c->value, grown, survival_at(r, c, t))) return false;
        if (keep) r->sums[t] = trial;
        grown *= 1 + c->growth;
    }
    return true;
}

csuccess_result csuccess_revenue_add(csuccess_revenue *revenue,
                                     const csuccess_revenue_customer *customer,
                                     csuccess_error *err)
{
    csuccess_revenue_customer c;
    if (!revenue) return csuccess__fail(err, CSUCCESS_EINVALID, "revenue is required");
    csuccess_result result = csuccess__struct_take(&c, sizeof c, sizeof(size_t), customer,
                                                   "csuccess_revenue_customer", err);
    if (result >= 0) result = check(&c, err);
    if (result < 0) return result;
    if (!add_all(revenue, &c, false)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "the revenue no longer adds up");
    }
    add_all(revenue, &c, true);
    revenue->uncalibrated += c.calibrated == 0;
    return CSUCCESS_OK;
}

static bool merge_at(period *into, const period *from)
{
    return csuccess__sum_merge(&into->expected, &from->expected) &&
           csuccess__sum_merge(&into->kept, &from->kept) &&
           csuccess__sum_merge(&into->left, &from->left) &&
           csuccess__sum_merge(&into->variance, &from->variance);
}

static bool merge_all(csuccess_revenue *into, const csuccess_revenue *from, bool keep)
{
    for (uint32_t t = 0; t <= into->periods; t++) {
        period trial = into->sums[t];
        if (!merge_at(&trial, &from->sums[t])) return false;
        if (keep) into->sums[t] = trial;
    }
    return true;
}

csuccess_result csuccess_revenue_merge(csuccess_revenue *into, const csuccess_revenue *from,
                                       csuccess_error *err)
{
    bool alike = into && from && into != from && into->period_ms == from->period_ms &&
                 into->periods == from->periods && !(into->confidence < from->confidence) &&
                 !(into->confidence > from->confidence);
    if (!alike) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different forecasts with the same options are required");
    }
    if (!merge_all(into, from, false)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "the revenue no longer adds up");
    }
    merge_all(into, from, true);
    into->uncalibrated += from->uncalibrated;
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

csuccess_result csuccess_revenue_at(const csuccess_revenue *revenue, uint32_t period_,
                                    csuccess_revenue_point *out)
{
    if (!revenue || period_ > revenue->periods) return CSUCCESS_EINVALID;
    const period *p = &revenue->sums[period_];
    double reach = csuccess__normal_two_sided(revenue->confidence) *
                   sqrt(csuccess__sum_total(&p->variance));
    csuccess_revenue_point give = CSUCCESS_REVENUE_POINT_INIT;
    give.customers = p->left.count;
    give.uncalibrated = revenue->uncalibrated;
    give.now = csuccess__sum_total(&revenue->sums[0].kept);
    give.expected = csuccess__sum_total(&p->expected);
    give.low = give.expected > reach ? give.expected - reach : 0;
    give.high = give.expected + reach;
    give.kept = csuccess__sum_total(&p->kept);
    give.customers_left = csuccess__sum_total(&p->left);
    if (give.now > 0) {
        give.net_retention = give.expected / give.now;
        give.gross_retention = give.kept / give.now;
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_revenue_point", NULL);
}
