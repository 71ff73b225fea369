/* SPDX-License-Identifier: Apache-2.0 */
/* Drift of a stream of errors: Page-Hinkley and ADWIN. */
#include "stats/drift.h"

#include "base/number.h"

/* ---- Page-Hinkley ---- */

static double usual(double x, double otherwise)
{
    return x > 0 ? x : otherwise;
}

static void start(csuccess__page_hinkley *ph)
{
    ph->count = 0;
    ph->mean = ph->sum = ph->least = 0;
}

void csuccess__page_hinkley_init(csuccess__page_hinkley *ph,
                                 const csuccess__page_hinkley_options *options)
{
    *ph = (csuccess__page_hinkley){.options = *options};
    ph->options.tolerance = usual(options->tolerance, 0.005);
    ph->options.limit = usual(options->limit, 50);
    ph->options.warn = usual(options->warn, 0.5);
    ph->options.least = options->least > 0 ? options->least : 30;
}

csuccess__drift_verdict csuccess__page_hinkley_add(csuccess__page_hinkley *ph, double x)
{
    ph->count++;
    ph->mean += (x - ph->mean) / (double)ph->count;
    ph->sum += x - ph->mean - ph->options.tolerance;
    if (ph->count == 1 || ph->sum < ph->least) ph->least = ph->sum;
    double risen = ph->sum - ph->least;
    if (ph->count < ph->options.least) return CSUCCESS__DRIFT_STABLE;
    if (risen > ph->options.limit || !csuccess__is_finite(risen)) {
        start(ph);
        return CSUCCESS__DRIFT_DRIFT;
    }
    return risen > ph->options.limit * ph->options.warn ? CSUCCESS__DRIFT_WARN
                                                        : CSUCCESS__DRIFT_STABLE;
}

/* ---- ADWIN ---- */

void csuccess__adwin_init(csuccess__adwin *adwin, double delta)
{
    *adwin = (csuccess__adwin){.delta = usual(delta, 0.002), .rows = 1};
}

double csuccess__adwin_mean(const csuccess__adwin *adwin)
{
    return adwin->window.n > 0 ? adwin->window.total / adwin->window.n : 0;
}

/* Squared distances that two stretches have together beyond their own. */
static double between(csuccess__adwin_bucket a, csuccess__adwin_bucket b)
{
    if (!(a.n > 0 && b.n > 0)) return 0;
    double apart = a.total / a.n - b.total / b.n;
    return a.n * b.n * apart * apart / (a.n + b.n);
}

static csuccess__adwin_bucket join(csuccess__adwin_bucket a, csuccess__adwin_bucket b)
{
    return (csuccess__adwin_bucket){a.n + b.n, a.total + b.total,
                                    a.variance + b.variance + between(a, b)};
}

/* a without b, which is part of it. */
static csuccess__adwin_bucket without(csuccess__adwin_bucket a, csuccess__adwin_bucket b)
{
    csuccess__adwin_bucket left = {a.n - b.n, a.total - b.total, 0};
    double variance = a.variance - b.variance - between(left, b);
    left.variance = variance > 0 ? variance : 0;
    return left;
}

static void drop_oldest(csuccess__adwin *adwin, uint32_t row, uint32_t count)
{
    adwin->used[row] -= count;
    for (uint32_t i = 0; i < adwin->used[row]; i++) {
        adwin->buckets[row][i] = adwin->buckets[row][i + count];
    }
}

static void insert(csuccess__adwin *adwin, double x)
{
    csuccess__adwin_bucket next = {1, x, 0};
    adwin->window = join(adwin->window, next);
    for (uint32_t row = 0; row < CSUCCESS__ADWIN_ROWS; row++) {
        if (row == adwin->rows) adwin->rows++;
        adwin->buckets[row][adwin->used[row]++] = next;
        if (adwin->used[row] <= CSUCCESS__ADWIN_BUCKETS) return;
        next = join(adwin->buckets[row][0], adwin->buckets[row][1]);
        drop_oldest(adwin, row, 2);
    }
    adwin->window = without(adwin->window, next); /* beyond 2^60 values */
}

static void forget_oldest(csuccess__adwin *adwin)
{
    uint32_t row = adwin->rows - 1;
    adwin->window = without(adwin->window, adwin->buckets[row][0]);
    drop_oldest(adwin, row, 1);
    if (adwin->used[row] == 0 && row > 0) adwin->rows--;
}

/* Least difference of means that chance does not explain at delta: the bound of the paper, by
   normal approximation, the sub-windows counted as its authors' own program does. */
static bool is_cut(const csuccess__adwin *adwin, csuccess__adwin_bucket old,
                   csuccess__adwin_bucket new, double delta)
{
    const double least = CSUCCESS__ADWIN_LEAST;
    double n = adwin->window.n, variance = adwin->window.variance / n;
    double ln = csuccess__ln(2 * csuccess__ln(n) / delta);
    double m = 1 / (old.n - least + 1) + 1 / (new.n - least + 1);
    double bound = sqrt(2 * m * variance * ln) + 2.0 / 3 * ln * m;
    return fabs(old.total / old.n - new.total / new.n) > bound;
}

/* Looks for a place where old and new differ, from the oldest on: 1 they do and the mean rose,
   -1 it fell, 0 there is none. */
static int look(const csuccess__adwin *adwin, double delta)
{
    csuccess__adwin_bucket old = {0, 0, 0};
    for (uint32_t row = adwin->rows; row-- > 0;) {
        for (uint32_t i = 0; i < adwin->used[row]; i++) {
            old.n += adwin->buckets[row][i].n;
            old.total += adwin->buckets[row][i].total;
            csuccess__adwin_bucket new = {adwin->window.n - old.n,
                                          adwin->window.total - old.total, 0};
            if (old.n < CSUCCESS__ADWIN_LEAST || new.n < CSUCCESS__ADWIN_LEAST) continue;
            if (!is_cut(adwin, old, new, delta)) continue;
            return new.total / new.n > old.total / old.n ? 1 : -1;
        }
    }
    return 0;
}

csuccess__drift_verdict csuccess__adwin_add(csuccess__adwin *adwin, double x)
{
    insert(adwin, x);
    adwin->seen++;
    if (adwin->seen % CSUCCESS__ADWIN_EVERY != 0) {
        return adwin->verdict == CSUCCESS__DRIFT_WARN ? CSUCCESS__DRIFT_WARN
                                                      : CSUCCESS__DRIFT_STABLE;
    }
    double loose = adwin->delta * 10 < 1 ? adwin->delta * 10 : 1;
    adwin->verdict = look(adwin, loose) > 0 ? CSUCCESS__DRIFT_WARN : CSUCCESS__DRIFT_STABLE;
    for (int way = look(adwin, adwin->delta); way != 0; way = look(adwin, adwin->delta)) {
        if (way > 0) adwin->verdict = CSUCCESS__DRIFT_DRIFT;
        forget_oldest(adwin);
    }
    return adwin->verdict;
}
