/* SPDX-License-Identifier: Apache-2.0 */
/* Priorities among customers at risk: the first n of a total order, by gain, risk, or probability alone. */
#include <csuccess/priorities.h>

#include "base/error.h"
#include "base/firsts.h"
#include "base/number.h"
#include "base/str.h"
#include "churn/tracking_names.h"
#include "stats/sum.h"

/* What customers are put into groups by; the first group comes first. */
enum { GROUP_GAIN, GROUP_RISK, GROUP_UNVALUED, GROUP_LOSS };

typedef struct entry {
    csuccess_str customer; /* a copy */
    double amount, probability, value, uplift, cost;
    uint32_t present;
    uint8_t basis, group;
} entry;

struct csuccess_priorities {
    csuccess_allocator mem;
    uint64_t capacity;
    double assumed;
    csuccess__firsts firsts; /* entries */
    uint64_t bases[5], losing;
    csuccess__sum at_stake, gain;
    bool finished;
};

/* ---- The order ---- */

static int compare_numbers(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* Below 0: a comes before b. Total but for customers that are equal in everything. */
static int compare(const entry *a, const entry *b)
{
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    int order = compare_numbers(b->amount, a->amount);
    if (order == 0) order = compare_numbers(b->probability, a->probability);
    if (order == 0) {
        order = (int)(b->present & CSUCCESS_AT_RISK_VALUE) -
                (int)(a->present & CSUCCESS_AT_RISK_VALUE);
    }
    if (order == 0) order = compare_numbers(b->value, a->value);
    if (order == 0) order = compare_numbers(a->cost, b->cost);
    return order != 0 ? order : csuccess__str_cmp(a->customer, b->customer);
}

static bool comes_before(const void *a, const void *b)
{
    return compare(a, b) < 0;
}

static bool copy_entry(void *to, const void *from, const csuccess_allocator *mem)
{
    entry *out = to;
    *out = *(const entry *)from;
    return csuccess__name_copy(&out->customer, mem, out->customer);
}

static void drop_entry(void *item, const csuccess_allocator *mem)
{
    csuccess__name_free(mem, ((entry *)item)->customer);
}

static const csuccess__firsts_item entries = {sizeof(entry), comes_before, copy_entry,
                                              drop_entry};
_Static_assert(sizeof(entry) <= CSUCCESS__HEAP_ITEM, "an entry moves within a heap");

/* ---- Making and freeing ---- */

csuccess_result csuccess_priorities_new(csuccess_priorities **out,
                                        const csuccess_priorities_options *options,
                                        csuccess_error *err)
{
    csuccess_priorities_options o = CSUCCESS_PRIORITIES_OPTIONS_INIT;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (options) {
        csuccess_result r = csuccess__struct_take(&o, sizeof o, sizeof(size_t), options,
                                                  "csuccess_priorities_options", err);
        if (r < 0) return r;
    }
    if (!(o.assumed_uplift >= 0 && o.assumed_uplift <= 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "assumed_uplift is a share: above 0 and up to 1, or 0 for none");
    }
    csuccess_allocator mem;
    csuccess_result result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_priorities *p = csuccess__alloc(&mem, 1, sizeof *p);
    if (!p) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    p->mem = mem;
    p->firsts = (csuccess__firsts){.of = &entries, .mem = &p->mem, .most = o.most};
    p->capacity = o.capacity;
    p->assumed = o.assumed_uplift;
    csuccess__sum_start(&p->at_stake);
    csuccess__sum_start(&p->gain);
    *out = p;
    return CSUCCESS_OK;
}

void csuccess_priorities_free(csuccess_priorities *priorities)
{
    if (!priorities) return;
    csuccess_allocator mem = priorities->mem;
    csuccess__firsts_free(&priorities->firsts);
    csuccess__release(&mem, priorities, 1, sizeof *priorities);
}

/* ---- Adding ---- */

static bool is_within(double x, double low, double high)
{
    return x >= low && x <= high;
}

static csuccess_result check(const csuccess_at_risk *in, csuccess_error *err)
{
    static const double most = 1e15; /* of money, so that sums and products stay exact enough */
    uint32_t has = in->present;
    if (in->customer.len == 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a customer needs an id");
    }
    if (!is_within(in->probability, 0, 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "a probability is within 0 to 1");
    }
    if ((has & CSUCCESS_AT_RISK_VALUE && !is_within(in->value, 0, most)) ||
        (has & CSUCCESS_AT_RISK_COST && !is_within(in->cost, 0, most))) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "value and cost are within 0 to 1e15");
    }
    if (has & CSUCCESS_AT_RISK_UPLIFT && !is_within(in->uplift, -1, 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "an uplift is within -1 to 1");
    }
    csuccess_result result = csuccess__names_check(in->customer);
    return result < 0 ? csuccess__fail(err, result, "the id of a customer: %s",
                                       csuccess_result_text(result))
                      : CSUCCESS_OK;
}

static entry weigh(const csuccess_priorities *p, const csuccess_at_risk *in)
{
    uint32_t has = in->present &
                   (CSUCCESS_AT_RISK_VALUE | CSUCCESS_AT_RISK_UPLIFT | CSUCCESS_AT_RISK_COST);
    entry e = {.customer = in->customer, .probability = in->probability + 0.0, .present = has};
    if (has & CSUCCESS_AT_RISK_VALUE) e.value = in->value + 0.0;
    if (has & CSUCCESS_AT_RISK_UPLIFT) e.uplift = in->uplift + 0.0;
    if (has & CSUCCESS_AT_RISK_COST) e.cost = in->cost + 0.0;
    if (!(has & CSUCCESS_AT_RISK_VALUE)) {
        e.basis = CSUCCESS_BASIS_UNVALUED;
        e.group = GROUP_UNVALUED;
        e.amount = e.probability;
        return e;
    }
    if (!(has & CSUCCESS_AT_RISK_UPLIFT) && !(p->assumed > 0)) {
        e.basis = CSUCCESS_BASIS_RISK;
        e.group = GROUP_RISK;
        e.amount = e.probability * e.value;
        return e;
    }
    bool known = has & CSUCCESS_AT_RISK_UPLIFT;
    double uplift = known ? e.uplift : p->assumed * e.probability;
    e.basis = known ? CSUCCESS_BASIS_UPLIFT : CSUCCESS_BASIS_ASSUMED;
    e.amount = uplift * e.value - e.cost;
    e.group = e.amount > 0 ? GROUP_GAIN : GROUP_LOSS;
    return e;
}

csuccess_result csuccess_priorities_add(csuccess_priorities *priorities,
                                        const csuccess_at_risk *customer, csuccess_error *err)
{
    csuccess_at_risk in;
    if (!priorities || priorities->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              priorities ? "the priorities are finished"
                                         : "priorities is required");
    }
    csuccess_result result = csuccess__struct_take(&in, sizeof in, sizeof(size_t), customer,
                                                   "csuccess_at_risk", err);
    if (result >= 0) result = check(&in, err);
    if (result < 0) return result;
    entry e = weigh(priorities, &in);
    csuccess__sum at_stake = priorities->at_stake, gain = priorities->gain;
    bool fits = csuccess__sum_add(&at_stake, e.probability * e.value) &&
                csuccess__sum_add(&gain, e.group == GROUP_GAIN ? e.amount : 0);
    if (!fits) return csuccess__fail(err, CSUCCESS_ERANGE, "the amounts no longer add up");
    result = csuccess__firsts_keep(&priorities->firsts, &e);
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    priorities->at_stake = at_stake;
    priorities->gain = gain;
    priorities->bases[e.basis]++;
    priorities->losing += e.group == GROUP_LOSS;
    return CSUCCESS_OK;
}

/* ---- Merging ---- */

static bool is_alike(const csuccess_priorities *a, const csuccess_priorities *b)
{
    return a != b && !a->finished && !b->finished && a->firsts.most == b->firsts.most &&
           a->capacity == b->capacity && !(a->assumed < b->assumed) &&
           !(a->assumed > b->assumed);
}

csuccess_result csuccess_priorities_merge(csuccess_priorities *into,
                                          const csuccess_priorities *from, csuccess_error *err)
{
    if (!into || !from || !is_alike(into, from)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different priorities with the same options, neither of them "
                              "finished, are required");
    }
    csuccess__sum at_stake = into->at_stake, gain = into->gain;
    bool fits = csuccess__sum_merge(&at_stake, &from->at_stake) &&
                csuccess__sum_merge(&gain, &from->gain);
    csuccess_result result =
        fits ? csuccess__firsts_merge(&into->firsts, &from->firsts) : CSUCCESS_ERANGE;
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    into->at_stake = at_stake;
    into->gain = gain;
    into->losing += from->losing;
    for (size_t i = 0; i < 5; i++) into->bases[i] += from->bases[i];
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

csuccess_result csuccess_priorities_finish(csuccess_priorities *priorities, csuccess_error *err)
{
    if (!priorities) return csuccess__fail(err, CSUCCESS_EINVALID, "priorities is required");
    if (priorities->finished) return CSUCCESS_OK;
    csuccess__firsts_order(&priorities->firsts);
    priorities->finished = true;
    return CSUCCESS_OK;
}

size_t csuccess_priorities_count(const csuccess_priorities *priorities)
{
    return priorities && priorities->finished ? priorities->firsts.count : 0;
}

csuccess_result csuccess_priorities_get(const csuccess_priorities *priorities, size_t index,
                                        csuccess_priority *out)
{
    if (index >= csuccess_priorities_count(priorities)) return CSUCCESS_EINVALID;
    const entry *e = (const entry *)priorities->firsts.items + index;
    bool room = priorities->capacity == 0 || index < priorities->capacity;
    csuccess_priority give = {.size = sizeof give,
                              .rank = index + 1,
                              .basis = e->basis,
                              .within = room && e->group != GROUP_LOSS,
                              .amount = e->amount,
                              .present = e->present,
                              .probability = e->probability,
                              .value = e->value,
                              .uplift = e->uplift,
                              .cost = e->cost,
                              .customer = e->customer};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_priority", NULL);
}

csuccess_result csuccess_priorities_total(const csuccess_priorities *priorities,
                                          csuccess_priorities_totals *out)
{
    if (!priorities) return CSUCCESS_EINVALID;
    const uint64_t *bases = priorities->bases;
    csuccess_priorities_totals give = {.size = sizeof give,
                                       .customers = priorities->at_stake.count,
                                       .by_uplift = bases[CSUCCESS_BASIS_UPLIFT],
                                       .by_assumed = bases[CSUCCESS_BASIS_ASSUMED],
                                       .by_risk = bases[CSUCCESS_BASIS_RISK],
                                       .unvalued = bases[CSUCCESS_BASIS_UNVALUED],
                                       .losing = priorities->losing,
                                       .at_stake = csuccess__sum_total(&priorities->at_stake),
                                       .gain = csuccess__sum_total(&priorities->gain)};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_priorities_totals", NULL);
}
