/* SPDX-License-Identifier: Apache-2.0 */
/* Early warnings among many customers: a heap that keeps the first n, with the last of them on top. */
#include "churn/indicators.h"

#include "base/error.h"
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
    uint64_t most;
    entry *entries; /* until it is finished a heap, the last in order on top; then in order */
    size_t count, cap;
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

static void sink(entry *heap, size_t n, size_t at)
{
    entry moving = heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= n) break;
        child += child + 1 < n && compare(&heap[child + 1], &heap[child]) > 0;
        if (compare(&heap[child], &moving) <= 0) break;
        heap[at] = heap[child];
        at = child;
    }
    heap[at] = moving;
}

static void rise(entry *heap, size_t at)
{
    entry moving = heap[at];
    while (at > 0 && compare(&moving, &heap[(at - 1) / 2]) > 0) {
        heap[at] = heap[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap[at] = moving;
}

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
    w->most = o.most;
    w->totals = (csuccess_warnings_totals)CSUCCESS_WARNINGS_TOTALS_INIT;
    *out = w;
    return CSUCCESS_OK;
}

static void free_entry(const csuccess_allocator *mem, entry *e)
{
    csuccess__signals_free(&e->signals);
    csuccess__name_free(mem, e->customer);
}

static void free_entries(csuccess_warnings *w)
{
    for (size_t i = 0; i < w->count; i++) free_entry(&w->mem, &w->entries[i]);
    csuccess__release(&w->mem, w->entries, w->cap, sizeof *w->entries);
}

void csuccess_warnings_free(csuccess_warnings *warnings)
{
    if (!warnings) return;
    csuccess_allocator mem = warnings->mem;
    free_entries(warnings);
    csuccess__release(&mem, warnings, 1, sizeof *warnings);
}

/* ---- Keeping ---- */

/* `mem` is that of the handle, which outlives the copy. */
static bool copy_entry(entry *out, const entry *from, const csuccess_allocator *mem)
{
    *out = *from;
    out->signals = (csuccess__signals){.mem = mem};
    if (!csuccess__name_copy(&out->customer, mem, from->customer)) return false;
    for (size_t i = 0; i < from->signals.count; i++) {
        if (csuccess__signals_add(&out->signals, &from->signals.items[i]) < 0) {
            free_entry(mem, out);
            return false;
        }
    }
    return true;
}

/* Room for one more, unless the heap is full and stays as large as it is. */
static bool reserve(csuccess_warnings *w)
{
    if (w->count < w->cap || (w->most > 0 && w->count >= w->most)) return true;
    size_t cap = w->cap ? w->cap * 2 : 16;
    if (w->most > 0 && cap > w->most) cap = (size_t)w->most;
    entry *entries = cap > w->cap
                         ? csuccess__resize(&w->mem, w->entries, w->cap, cap, sizeof *entries)
                         : NULL;
    if (!entries) return false;
    w->entries = entries;
    w->cap = cap;
    return true;
}

/* Keeps a copy whose memory is that of `owner`, in the place of the last one when the heap is full. */
static csuccess_result keep(csuccess_warnings *w, const entry *from,
                            const csuccess_allocator *owner)
{
    bool full = w->most > 0 && w->count >= w->most;
    entry copy;
    if (full && compare(from, &w->entries[0]) >= 0) return CSUCCESS_OK;
    if (!reserve(w) || !copy_entry(&copy, from, owner)) return CSUCCESS_ENOMEM;
    if (full) {
        free_entry(&w->mem, &w->entries[0]);
        w->entries[0] = copy;
        sink(w->entries, w->count, 0);
    } else {
        w->entries[w->count] = copy;
        rise(w->entries, w->count++);
    }
    return CSUCCESS_OK;
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
        result = keep(warnings, &e, &warnings->mem);
        if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    warnings->totals.customers++;
    warnings->totals.at_risk += at_risk;
    warnings->totals.warned += warned;
    warnings->totals.quiet += !at_risk && !warned;
    warnings->totals.unknown += warned && !probability;
    return CSUCCESS_OK;
}

/* ---- Merging: into a second heap, so that a failure leaves the first one alone ---- */

static csuccess_result keep_all(csuccess_warnings *w, const csuccess_warnings *from,
                                const csuccess_allocator *owner)
{
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < from->count && result >= 0; i++) {
        result = keep(w, &from->entries[i], owner);
    }
    return result;
}

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
    return a != b && !a->finished && !b->finished && a->most == b->most &&
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
    csuccess_warnings both = *into;
    both.entries = NULL;
    both.count = both.cap = 0;
    csuccess_result result = keep_all(&both, into, &into->mem);
    if (result >= 0) result = keep_all(&both, from, &into->mem);
    if (result < 0) {
        free_entries(&both);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    free_entries(into);
    into->entries = both.entries;
    into->count = both.count;
    into->cap = both.cap;
    add_totals(&into->totals, &from->totals);
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

csuccess_result csuccess_warnings_finish(csuccess_warnings *warnings, csuccess_error *err)
{
    if (!warnings) return csuccess__fail(err, CSUCCESS_EINVALID, "warnings is required");
    if (warnings->finished) return CSUCCESS_OK;
    for (size_t n = warnings->count; n > 1;) {
        entry last = warnings->entries[0];
        warnings->entries[0] = warnings->entries[--n];
        warnings->entries[n] = last;
        sink(warnings->entries, n, 0);
    }
    warnings->finished = true;
    return CSUCCESS_OK;
}

size_t csuccess_warnings_count(const csuccess_warnings *warnings)
{
    return warnings && warnings->finished ? warnings->count : 0;
}

csuccess_result csuccess_warnings_get(const csuccess_warnings *warnings, size_t index,
                                      csuccess_warning *out)
{
    if (index >= csuccess_warnings_count(warnings)) return CSUCCESS_EINVALID;
    const entry *e = &warnings->entries[index];
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
        signal >= warnings->entries[index].signals.count) {
        return CSUCCESS_EINVALID;
    }
    return csuccess__struct_give(out, &warnings->entries[index].signals.items[signal],
                                 sizeof *out, "csuccess_signal", NULL);
}

csuccess_result csuccess_warnings_total(const csuccess_warnings *warnings,
                                        csuccess_warnings_totals *out)
{
    if (!warnings) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &warnings->totals, sizeof *out,
                                 "csuccess_warnings_totals", NULL);
}
