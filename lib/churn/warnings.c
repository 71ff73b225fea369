/* SPDX-License-Identifier: Apache-2.0 */
/* Early warnings among many customers: the first n by the size of their signals. */
#include "churn/indicators.h"

#include "base/error.h"
#include "base/firsts.h"
#include "base/str.h"
#include "churn/tracking_names.h"

typedef struct entry {
    csuccess_str customer; /* a copy */
    csuccess__signals signals;
    double probability, magnitude, strength;
    int64_t since;
    bool known; /* the probability */
} entry;

struct csuccess_warnings {
    csuccess_allocator mem;
    double band;
    csuccess__firsts firsts; /* entries */
    csuccess_warnings_totals totals;
    bool finished;
};

/* ---- The order ---- */

static int compare_numbers(double a, double b)
{
    return a < b ? -1 : a > b;
}

/* Below 0: a comes before b. Total but for customers of the same id. */
static int compare(const entry *a, const entry *b)
{
    int order = compare_numbers(b->magnitude, a->magnitude);
    if (order == 0) order = compare_numbers(b->strength, a->strength);
    if (order == 0) {
        order = a->signals.count > b->signals.count ? -1 : a->signals.count < b->signals.count;
    }
    return order != 0 ? order : csuccess__str_cmp(a->customer, b->customer);
}

static bool comes_before(const void *a, const void *b)
{
    return compare(a, b) < 0;
}

/* ---- Entries ---- */

static void drop_entry(void *item, const csuccess_allocator *mem)
{
    entry *e = item;
    csuccess__signals_free(&e->signals);
    csuccess__name_free(mem, e->customer);
}

/* `mem` is that of the handle, which outlives the copy. */
static bool copy_entry(void *to, const void *from, const csuccess_allocator *mem)
{
    entry *out = to;
    csuccess__signals signals = ((const entry *)from)->signals;
    *out = *(const entry *)from;
    out->signals = (csuccess__signals){.mem = mem};
    if (!csuccess__name_copy(&out->customer, mem, out->customer)) return false;
    for (size_t i = 0; i < signals.count; i++) {
        if (csuccess__signals_add(&out->signals, &signals.items[i]) < 0) {
            drop_entry(out, mem);
            return false;
        }
    }
    return true;
}

static const csuccess__firsts_item entries = {sizeof(entry), comes_before, copy_entry,
                                              drop_entry};
_Static_assert(sizeof(entry) <= CSUCCESS__HEAP_ITEM, "an entry moves within a heap");

/* ---- Making and freeing ---- */

csuccess_result csuccess_warnings_new(csuccess_warnings **out,
                                      const csuccess_warnings_options *options,
                                      csuccess_error *err)
{
    csuccess_warnings_options o = CSUCCESS_WARNINGS_OPTIONS_INIT;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (options) {
        result = csuccess__struct_take(&o, sizeof o, sizeof(size_t), options,
                                       "csuccess_warnings_options", err);
    }
    if (result >= 0 && !(o.band >= 0 && o.band <= 1)) {
        result = csuccess__fail(err, CSUCCESS_ERANGE, "band is a probability");
    }
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_warnings *w = csuccess__alloc(&mem, 1, sizeof *w);
    if (!w) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    w->mem = mem;
    w->band = o.band > 0 ? o.band : 0.6;
    w->firsts = (csuccess__firsts){.of = &entries, .mem = &w->mem, .most = o.most};
    w->totals = (csuccess_warnings_totals)CSUCCESS_WARNINGS_TOTALS_INIT;
    *out = w;
    return CSUCCESS_OK;
}

void csuccess_warnings_free(csuccess_warnings *warnings)
{
    if (!warnings) return;
    csuccess_allocator mem = warnings->mem;
    csuccess__firsts_free(&warnings->firsts);
    csuccess__release(&mem, warnings, 1, sizeof *warnings);
}

/* ---- Adding ---- */

static csuccess_result check(const csuccess_warnings *w, const double *probability,
                             const csuccess_indicators *indicators, csuccess_error *err)
{
    if (!w || w->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              w ? "the warnings are finished" : "warnings is required");
    }
    if (!indicators || !indicators->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "finished indicators are required");
    }
    if (probability && !(*probability >= 0 && *probability <= 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "a probability is within 0 to 1");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_id(csuccess_str customer, csuccess_error *err)
{
    csuccess_result result =
        customer.len == 0 ? CSUCCESS_EINVALID : csuccess__names_check(customer);
    return result < 0 ? csuccess__fail(err, result, "the id of a customer: %s",
                                       csuccess_result_text(result))
                      : CSUCCESS_OK;
}

static entry entry_of(csuccess_str customer, const double *probability,
                      const csuccess_indicators *indicators)
{
    entry e = {.customer = customer, .signals = indicators->signals, .since = INT64_MAX};
    e.known = probability != NULL;
    e.probability = probability ? *probability : 0;
    for (size_t i = 0; i < e.signals.count; i++) {
        const csuccess_signal *s = &e.signals.items[i];
        if (s->magnitude > e.magnitude) e.magnitude = s->magnitude;
        if (s->strength > e.strength) e.strength = s->strength;
        if (s->since_ms < e.since) e.since = s->since_ms;
    }
    return e;
}

csuccess_result csuccess_warnings_add(csuccess_warnings *warnings, csuccess_str customer,
                                      const double *probability,
                                      const csuccess_indicators *indicators,
                                      csuccess_error *err)
{
    csuccess_result result = check(warnings, probability, indicators, err);
    if (result >= 0) result = check_id(customer, err);
    if (result < 0) return result;
    bool at_risk = probability && *probability >= warnings->band;
    bool warned = !at_risk && indicators->signals.count > 0;
    if (warned) {
        entry e = entry_of(customer, probability, indicators);
        result = csuccess__firsts_keep(&warnings->firsts, &e);
        if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    warnings->totals.customers++;
    warnings->totals.at_risk += at_risk;
    warnings->totals.warned += warned;
    warnings->totals.quiet += !at_risk && !warned;
    warnings->totals.unknown += warned && !probability;
    return CSUCCESS_OK;
}

/* ---- Merging ---- */

static void add_totals(csuccess_warnings_totals *to, const csuccess_warnings_totals *from)
{
    to->customers += from->customers;
    to->warned += from->warned;
    to->quiet += from->quiet;
    to->at_risk += from->at_risk;
    to->unknown += from->unknown;
}

static bool is_alike(const csuccess_warnings *a, const csuccess_warnings *b)
{
    return a != b && !a->finished && !b->finished && a->firsts.most == b->firsts.most &&
           !(a->band < b->band) && !(a->band > b->band);
}

csuccess_result csuccess_warnings_merge(csuccess_warnings *into, const csuccess_warnings *from,
                                        csuccess_error *err)
{
    if (!into || !from || !is_alike(into, from)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different warnings with the same options, neither of them "
                              "finished, are required");
    }
    csuccess_result result = csuccess__firsts_merge(&into->firsts, &from->firsts);
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    add_totals(&into->totals, &from->totals);
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

static const entry *entry_at(const csuccess_warnings *warnings, size_t index)
{
    return (const entry *)warnings->firsts.items + index;
}

csuccess_result csuccess_warnings_finish(csuccess_warnings *warnings, csuccess_error *err)
{
    if (!warnings) return csuccess__fail(err, CSUCCESS_EINVALID, "warnings is required");
    if (warnings->finished) return CSUCCESS_OK;
    csuccess__firsts_order(&warnings->firsts);
    warnings->finished = true;
    return CSUCCESS_OK;
}

size_t csuccess_warnings_count(const csuccess_warnings *warnings)
{
    return warnings && warnings->finished ? warnings->firsts.count : 0;
}

csuccess_result csuccess_warnings_get(const csuccess_warnings *warnings, size_t index,
                                      csuccess_warning *out)
{
    if (index >= csuccess_warnings_count(warnings)) return CSUCCESS_EINVALID;
    const entry *e = entry_at(warnings, index);
    csuccess_warning give = {.size = sizeof give,
                             .customer = e->customer,
                             .present = e->known ? CSUCCESS_WARNING_PROBABILITY : 0,
                             .signals = (uint32_t)e->signals.count,
                             .probability = e->probability,
                             .magnitude = e->magnitude,
                             .since_ms = e->since};
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_warning", NULL);
}

csuccess_result csuccess_warnings_signal(const csuccess_warnings *warnings, size_t index,
                                         size_t signal, csuccess_signal *out)
{
    if (index >= csuccess_warnings_count(warnings) ||
        signal >= entry_at(warnings, index)->signals.count) {
        return CSUCCESS_EINVALID;
    }
    return csuccess__struct_give(out, &entry_at(warnings, index)->signals.items[signal],
                                 sizeof *out, "csuccess_signal", NULL);
}

csuccess_result csuccess_warnings_total(const csuccess_warnings *warnings,
                                        csuccess_warnings_totals *out)
{
    if (!warnings) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &warnings->totals, sizeof *out,
                                 "csuccess_warnings_totals", NULL);
}
