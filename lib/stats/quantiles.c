/* SPDX-License-Identifier: Apache-2.0 */
/* Sorting, ranks and quantiles of kept numbers. */
#include "stats/quantiles.h"

#include "base/heap.h"
#include "base/number.h"

#include <string.h>

static bool is_below(const void *a, const void *b)
{
    return *(const double *)a < *(const double *)b;
}

void csuccess__sort_doubles(double *values, size_t n)
{
    csuccess__sort(values, n, sizeof *values, is_below);
}

/* How many of ascending numbers are below x, or (`or_equal`) not above it. */
static size_t count_below(const double *sorted, size_t n, double x, bool or_equal)
{
    size_t from = 0, to = n;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (sorted[middle] < x || (or_equal && !(sorted[middle] > x))) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from;
}

double csuccess__rank_in(const double *sorted, size_t n, double x)
{
    size_t below = count_below(sorted, n, x, false);
    size_t equal = count_below(sorted, n, x, true) - below;
    return ((double)below + (double)equal / 2) / (double)n * 100;
}

double csuccess__quantile_of(const double *sorted, size_t n, double p)
{
    double at = (double)(n - 1) * p;
    size_t i = (size_t)at;
    if (i + 1 >= n) {
        return sorted[n - 1];
    }
    double share = at - (double)i, low = sorted[i], high = sorted[i + 1];
    if (csuccess__is_finite(high - low)) {
        return low + share * (high - low);
    }
    return low * (1 - share) + high * share;
}

void csuccess__quantiles_init(csuccess__quantiles *q, const csuccess_allocator *mem,
                              size_t limit)
{
    *q = (csuccess__quantiles){.mem = mem, .limit = limit, .sorted = true};
}

void csuccess__quantiles_free(csuccess__quantiles *q)
{
    csuccess__release(q->mem, q->values, q->cap, sizeof *q->values);
    csuccess__quantiles_init(q, q->mem, q->limit);
}

/* Room for `more` numbers. */
static csuccess_result reserve(csuccess__quantiles *q, size_t more)
{
    if (more > q->limit - q->count) {
        return CSUCCESS_ELIMIT;
    }
    size_t count = q->count + more;
    if (count <= q->cap) {
        return CSUCCESS_OK;
    }
    size_t cap = q->cap < 32 ? 64 : q->cap <= q->limit / 2 ? q->cap * 2 : q->limit;
    cap = cap < count ? count : cap;
    double *values = csuccess__resize(q->mem, q->values, q->cap, cap, sizeof *values);
    if (!values) {
        return CSUCCESS_ENOMEM;
    }
    q->values = values;
    q->cap = cap;
    return CSUCCESS_OK;
}

csuccess_result csuccess__quantiles_add(csuccess__quantiles *q, double x)
{
    if (!csuccess__is_finite(x)) {
        return CSUCCESS_EINVALID;
    }
    csuccess_result r = reserve(q, 1);
    if (r < 0) {
        return r;
    }
    q->values[q->count++] = x + 0.0; /* -0 is 0, or the order of adding would show */
    q->sorted = false;
    return CSUCCESS_OK;
}

csuccess_result csuccess__quantiles_merge(csuccess__quantiles *into,
                                          const csuccess__quantiles *from)
{
    csuccess_result r = reserve(into, from->count);
    if (r < 0 || from->count == 0) {
        return r;
    }
    memcpy(into->values + into->count, from->values, from->count * sizeof *from->values);
    into->count += from->count;
    into->sorted = false;
    return CSUCCESS_OK;
}

static bool settle(csuccess__quantiles *q)
{
    if (!q->sorted) {
        csuccess__sort_doubles(q->values, q->count);
        q->sorted = true;
    }
    return q->count > 0;
}

bool csuccess__quantiles_rank(double *out, csuccess__quantiles *q, double x)
{
    if (x != x || !settle(q)) {
        return false;
    }
    *out = csuccess__rank_in(q->values, q->count, x);
    return true;
}

bool csuccess__quantiles_at(double *out, csuccess__quantiles *q, double p)
{
    if (!(p >= 0 && p <= 1) || !settle(q)) {
        return false;
    }
    *out = csuccess__quantile_of(q->values, q->count, p);
    return true;
}
