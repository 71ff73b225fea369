/* SPDX-License-Identifier: Apache-2.0 */
/* Success patterns: survivors at a landmark, counted by what they had and by whether they stayed. */
#include <csuccess/patterns.h>

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"
#include "calendar/time.h"
#include "churn/tracking_names.h"
#include "stats/special.h"

enum {
    MOST_NAMES = 4096,
    EXACT_MARGIN = 10000 /* up to it Fisher's test walks so many tables at most */
};

/* Why a customer takes part or not; the last two are compared. */
enum { FATE_BEFORE, FATE_NOT_REACHED, FATE_CENSORED, FATE_STAYED, FATE_LEFT, FATES };

/* Who had a thing, by whether they stayed. */
typedef struct cell {
    uint64_t stayed, left;
    uint64_t customer; /* that was counted last, from 1: once each */
} cell;

struct csuccess_patterns {
    csuccess_allocator mem;
    csuccess_patterns_options options; /* with defaults; the allocator is not kept */
    csuccess__names names;
    cell *cells;
    uint32_t cap;
    uint64_t fates[FATES], customers;
    csuccess_pattern *found; /* when finished, in order */
    uint32_t found_count, found_cap;
    bool finished;
};

/* ---- Making and freeing ---- */

static csuccess_result check_statistics(const csuccess_patterns_options *o, csuccess_error *err)
{
    bool good = o->alpha >= 0 && o->alpha < 1 && o->correction <= CSUCCESS_CORRECTION_HOLM;
    return good
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_ERANGE,
                                "alpha is below 1 and correction one of CSUCCESS_CORRECTION_*");
}

static bool is_span(int64_t ms)
{
    return ms > 0 && ms <= CSUCCESS__DURATION_MS;
}

static csuccess_result take_options(csuccess_patterns_options *o,
                                    const csuccess_patterns_options *options,
                                    csuccess_error *err)
{
    csuccess_result result = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                                   "csuccess_patterns_options", err);
    if (result < 0) return result;
    bool usable = is_span(o->landmark_ms) && is_span(o->horizon_ms);
    if (!o->naive && !usable) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "landmark_ms and horizon_ms must be above 0, and below ten "
                              "thousand years: without a landmark those who stayed longer "
                              "only had more time");
    }
    if (o->naive) o->landmark_ms = o->horizon_ms = 0;
    if (o->least == 0) o->least = 20;
    if (!(o->alpha > 0)) o->alpha = 0.05;
    o->naive = o->naive != 0;
    return check_statistics(o, err);
}

csuccess_result csuccess_patterns_new(csuccess_patterns **out,
                                      const csuccess_patterns_options *options,
                                      csuccess_error *err)
{
    csuccess_patterns_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = take_options(&o, options, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, o.allocator, err);
    if (result < 0) return result;
    csuccess_patterns *p = csuccess__alloc(&mem, 1, sizeof *p);
    if (!p) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    p->mem = mem;
    p->options = o;
    p->options.allocator = NULL;
    csuccess__names_init(&p->names, &p->mem, MOST_NAMES);
    *out = p;
    return CSUCCESS_OK;
}

void csuccess_patterns_free(csuccess_patterns *patterns)
{
    if (!patterns) return;
    csuccess_allocator mem = patterns->mem;
    csuccess__names_free(&patterns->names);
    csuccess__release(&mem, patterns->cells, patterns->cap, sizeof *patterns->cells);
    csuccess__release(&mem, patterns->found, patterns->found_cap, sizeof *patterns->found);
    csuccess__release(&mem, patterns, 1, sizeof *patterns);
}

/* ---- Adding ---- */

static csuccess_result name_number(csuccess_patterns *p, csuccess_str name, uint32_t *number)
{
    csuccess_result result = csuccess__names_add(&p->names, name, number);
    if (result < 0 || *number < p->cap) return result;
    uint32_t cap = p->cap ? p->cap * 2 : 32;
    cell *cells = csuccess__resize(&p->mem, p->cells, p->cap, cap, sizeof *cells);
    if (!cells) return CSUCCESS_ENOMEM;
    p->cells = cells;
    p->cap = cap;
    return CSUCCESS_OK;
}

static csuccess_result check_items(const csuccess_history *in, csuccess_error *err)
{
    if (in->items > 0 && (!in->item || !in->at)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "items need names and times");
    }
    for (size_t i = 0; i < in->items; i++) {
        if (in->item[i].len > 0) continue;
        return csuccess__fail(err, CSUCCESS_EINVALID, "item %z has no name", i);
    }
    return CSUCCESS_OK;
}

static csuccess_result check(const csuccess_patterns *p, const csuccess_history *in,
                             csuccess_error *err)
{
    int64_t reach = p->options.landmark_ms + p->options.horizon_ms;
    int64_t left_at = in->present & CSUCCESS_HISTORY_LEFT ? in->left_at : 0;
    bool valid = csuccess__time_valid(in->start_ms) && csuccess__time_valid(left_at);
    if (!valid || in->start_ms > CSUCCESS__TIME_MAX - reach) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "start_ms, left_at, landmark and horizon must stay within the "
                              "years 1 to 9999");
    }
    /* Fisher's test counts in 32 bits. */
    return p->customers >= UINT32_MAX - 1
               ? csuccess__fail(err, CSUCCESS_ELIMIT, "more customers than can be compared")
               : CSUCCESS_OK;
}

static int fate_of(const csuccess_patterns *p, const csuccess_history *in)
{
    bool left = in->present & CSUCCESS_HISTORY_LEFT;
    int64_t landmark = in->start_ms + p->options.landmark_ms;
    int64_t end = landmark + p->options.horizon_ms;
    if (p->options.naive) return left ? FATE_LEFT : FATE_STAYED;
    if (left && in->left_at <= landmark) return FATE_BEFORE;
    if (left) return in->left_at <= end ? FATE_LEFT : FATE_STAYED;
    if (in->observed_until < landmark) return FATE_NOT_REACHED;
    return in->observed_until < end ? FATE_CENSORED : FATE_STAYED;
}

static bool is_seen(const csuccess_patterns *p, const csuccess_history *in, size_t item)
{
    return p->options.naive || in->at[item] <= in->start_ms + p->options.landmark_ms;
}

static csuccess_result add_names(csuccess_patterns *p, const csuccess_history *in)
{
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < in->items && result >= 0; i++) {
        uint32_t number;
        if (is_seen(p, in, i)) result = name_number(p, in->item[i], &number);
    }
    return result;
}

static void count_items(csuccess_patterns *p, const csuccess_history *in, bool left)
{
    for (size_t i = 0; i < in->items; i++) {
        if (!is_seen(p, in, i)) continue;
        cell *c = &p->cells[csuccess__names_find(&p->names, in->item[i])];
        if (c->customer == p->customers) continue;
        c->customer = p->customers;
        c->left += left;
        c->stayed += !left;
    }
}

csuccess_result csuccess_patterns_add(csuccess_patterns *patterns,
                                      const csuccess_history *customer, csuccess_error *err)
{
    csuccess_history in;
    if (!patterns || patterns->finished) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              patterns ? "the patterns are finished" : "patterns is required");
    }
    csuccess_result result = csuccess__struct_take(&in, sizeof in, sizeof(size_t), customer,
                                                   "csuccess_history", err);
    if (result >= 0) result = check_items(&in, err);
    if (result >= 0) result = check(patterns, &in, err);
    if (result < 0) return result;
    int fate = fate_of(patterns, &in);
    if (fate >= FATE_STAYED) {
        uint32_t count = patterns->names.count;
        result = add_names(patterns, &in);
        if (result < 0) {
            csuccess__names_cut(&patterns->names, count);
            return csuccess__fail(err, result, "the name of an item: %s",
                                  csuccess_result_text(result));
        }
    }
    patterns->customers++;
    patterns->fates[fate]++;
    if (fate >= FATE_STAYED) count_items(patterns, &in, fate == FATE_LEFT);
    return CSUCCESS_OK;
}

/* ---- Merging ---- */

static bool is_alike(const csuccess_patterns *a, const csuccess_patterns *b)
{
    const csuccess_patterns_options *x = &a->options, *y = &b->options;
    return a != b && !a->finished && !b->finished && x->landmark_ms == y->landmark_ms &&
           x->horizon_ms == y->horizon_ms && x->least == y->least && !(x->alpha < y->alpha) &&
           !(x->alpha > y->alpha) && x->correction == y->correction && x->naive == y->naive;
}

static csuccess_result merge_names(csuccess_patterns *into, const csuccess_patterns *from)
{
    csuccess_result result = CSUCCESS_OK;
    if (from->customers >= UINT32_MAX - into->customers) return CSUCCESS_ELIMIT;
    for (uint32_t i = 0; i < from->names.count && result >= 0; i++) {
        uint32_t number;
        result = name_number(into, from->names.items[i], &number);
    }
    return result;
}

csuccess_result csuccess_patterns_merge(csuccess_patterns *into, const csuccess_patterns *from,
                                        csuccess_error *err)
{
    if (!into || !from || !is_alike(into, from)) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different patterns with the same options, neither of them "
                              "finished, are required");
    }
    uint32_t count = into->names.count;
    csuccess_result result = merge_names(into, from);
    if (result < 0) {
        csuccess__names_cut(&into->names, count);
        return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    }
    for (uint32_t i = 0; i < from->names.count; i++) {
        cell *c = &into->cells[csuccess__names_find(&into->names, from->names.items[i])];
        c->stayed += from->cells[i].stayed;
        c->left += from->cells[i].left;
    }
    for (size_t i = 0; i < FATES; i++) into->fates[i] += from->fates[i];
    into->customers += from->customers;
    return CSUCCESS_OK;
}

/* ---- Comparing ---- */

static double chi_square(const csuccess_pattern *f)
{
    double a = (double)f->stayed_with, b = (double)f->left_with;
    double c = (double)f->stayed_without, d = (double)f->left_without;
    double off = a * d - b * c, n = a + b + c + d;
    return off * off * n / ((a + b) * (c + d) * (a + c) * (b + d));
}

static uint64_t least_of(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void test_difference(csuccess_pattern *f, uint64_t with, uint64_t without)
{
    uint64_t stayed = f->stayed_with + f->stayed_without;
    uint64_t left = f->left_with + f->left_without;
    uint64_t margin = least_of(least_of(with, without), least_of(stayed, left));
    if (margin > EXACT_MARGIN) {
        f->test = CSUCCESS_TEST_CHI_SQUARE;
        f->p = csuccess__chi_square_upper(chi_square(f), 1);
        return;
    }
    csuccess__table2 table = {(uint32_t)f->stayed_with, (uint32_t)with,
                              (uint32_t)f->stayed_without, (uint32_t)without};
    f->test = CSUCCESS_TEST_FISHER;
    f->p = csuccess__fisher_exact(&table);
}

/* False: too few have it, or have it not. */
static bool compare_cell(const csuccess_patterns *p, uint32_t number, csuccess_pattern *f)
{
    const cell *c = &p->cells[number];
    uint64_t stayed = p->fates[FATE_STAYED], left = p->fates[FATE_LEFT];
    uint64_t with = c->stayed + c->left, without = stayed + left - with;
    if (with < p->options.least || without < p->options.least) return false;
    *f = (csuccess_pattern)CSUCCESS_PATTERN_INIT;
    f->name = p->names.items[number];
    f->stayed_with = c->stayed;
    f->stayed_without = stayed - c->stayed;
    f->left_with = c->left;
    f->left_without = left - c->left;
    f->support = (double)with / (double)(stayed + left);
    f->retention_with = (double)c->stayed / (double)with;
    f->retention_without = (double)f->stayed_without / (double)without;
    f->difference = f->retention_with - f->retention_without;
    f->lift = f->retention_with / ((double)stayed / (double)(stayed + left));
    test_difference(f, with, without);
    return true;
}

static int compare_numbers(double a, double b)
{
    return a < b ? -1 : a > b;
}

static bool comes_before(const csuccess_pattern *a, const csuccess_pattern *b)
{
    int order = compare_numbers(a->corrected, b->corrected);
    if (order == 0) order = compare_numbers(a->p, b->p);
    if (order == 0) order = compare_numbers(fabs(b->difference), fabs(a->difference));
    return order != 0 ? order < 0 : csuccess__str_cmp(a->name, b->name) < 0;
}

/* Insertion by halves: at most MOST_NAMES. */
static void sort(csuccess_pattern *found, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        csuccess_pattern moving = found[i];
        uint32_t from = 0, to = i;
        while (from < to) {
            uint32_t middle = from + (to - from) / 2;
            if (comes_before(&moving, &found[middle])) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        memmove(found + from + 1, found + from, (i - from) * sizeof *found);
        found[from] = moving;
    }
}

static csuccess_result correct(csuccess_patterns *p, double *values)
{
    for (uint32_t i = 0; i < p->found_count; i++) values[i] = p->found[i].p;
    csuccess_result result =
        p->options.correction == CSUCCESS_CORRECTION_HOLM
            ? csuccess__adjust_holm(values, p->found_count, &p->mem)
            : csuccess__adjust_benjamini_hochberg(values, p->found_count, &p->mem);
    for (uint32_t i = 0; i < p->found_count; i++) {
        p->found[i].corrected = values[i];
        p->found[i].significant = values[i] <= p->options.alpha;
    }
    return result;
}

static csuccess_result compare_all(csuccess_patterns *p)
{
    size_t room = p->names.count > 0 ? p->names.count : 1;
    csuccess_pattern *found = csuccess__alloc(&p->mem, room, sizeof *found);
    double *values = csuccess__alloc(&p->mem, room, sizeof *values);
    csuccess_result result = found && values ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    if (result >= 0) {
        p->found = found;
        p->found_cap = (uint32_t)room;
        for (uint32_t i = 0; i < p->names.count; i++) {
            p->found_count += compare_cell(p, i, &found[p->found_count]);
        }
        result = correct(p, values);
    }
    csuccess__release(&p->mem, values, room, sizeof *values);
    if (result < 0) {
        csuccess__release(&p->mem, found, room, sizeof *found);
        p->found = NULL;
        p->found_count = p->found_cap = 0;
    }
    return result;
}

csuccess_result csuccess_patterns_finish(csuccess_patterns *patterns, csuccess_error *err)
{
    if (!patterns) return csuccess__fail(err, CSUCCESS_EINVALID, "patterns is required");
    if (patterns->finished) return CSUCCESS_OK;
    if (patterns->fates[FATE_STAYED] == 0 || patterns->fates[FATE_LEFT] == 0) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "of %l customers %l stayed and %l left after the landmark; both "
                              "are needed",
                              (int64_t)patterns->customers,
                              (int64_t)patterns->fates[FATE_STAYED],
                              (int64_t)patterns->fates[FATE_LEFT]);
    }
    csuccess_result result = compare_all(patterns);
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    sort(patterns->found, patterns->found_count);
    patterns->finished = true;
    return CSUCCESS_OK;
}

/* ---- Reading ---- */

size_t csuccess_patterns_count(const csuccess_patterns *patterns)
{
    return patterns && patterns->finished ? patterns->found_count : 0;
}

csuccess_result csuccess_patterns_get(const csuccess_patterns *patterns, size_t index,
                                      csuccess_pattern *out)
{
    if (index >= csuccess_patterns_count(patterns)) return CSUCCESS_EINVALID;
    return csuccess__struct_give(out, &patterns->found[index], sizeof *out, "csuccess_pattern",
                                 NULL);
}

csuccess_result csuccess_patterns_total(const csuccess_patterns *patterns,
                                        csuccess_patterns_totals *out)
{
    if (!patterns) return CSUCCESS_EINVALID;
    const uint64_t *fates = patterns->fates;
    csuccess_patterns_totals give = {.size = sizeof give,
                                     .customers = patterns->customers,
                                     .left_before = fates[FATE_BEFORE],
                                     .not_reached = fates[FATE_NOT_REACHED],
                                     .censored = fates[FATE_CENSORED],
                                     .stayed = fates[FATE_STAYED],
                                     .left = fates[FATE_LEFT],
                                     .naive = patterns->options.naive};
    if (patterns->finished) {
        give.compared = patterns->found_count;
        give.too_rare = patterns->names.count - patterns->found_count;
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_patterns_totals", NULL);
}
