/* SPDX-License-Identifier: Apache-2.0 */
/* Correlation, by two passes so that a large mean costs no digits. */
#include "stats/correlation.h"

#include "base/number.h"
#include "stats/order.h"

#include <math.h>

/* One of y and labels is there. */
static double other(const double *y, const uint8_t *labels, uint32_t i)
{
    return y ? y[i] : labels[i];
}

static csuccess__figure correlate(const double *x, const double *y, const uint8_t *labels,
                                  uint32_t n)
{
    double mean_x = 0, mean_y = 0, xx = 0, yy = 0, xy = 0;
    for (uint32_t i = 0; i < n; i++) {
        mean_x += x[i] / n;
        mean_y += other(y, labels, i) / n;
    }
    for (uint32_t i = 0; i < n; i++) {
        double dx = x[i] - mean_x, dy = other(y, labels, i) - mean_y;
        xx += dx * dx;
        yy += dy * dy;
        xy += dx * dy;
    }
    double r = xy / sqrt(xx) / sqrt(yy);
    if (!csuccess__is_finite(r)) return (csuccess__figure){0, false};
    return (csuccess__figure){r > 1 ? 1 : r < -1 ? -1 : r, true};
}

static bool is_constant(const double *x, uint32_t n)
{
    for (uint32_t i = 1; i < n; i++) {
        if (x[i] < x[0] || x[i] > x[0]) return false;
    }
    return true;
}

csuccess__figure csuccess__pearson(const double *x, const double *y, uint32_t n)
{
    if (is_constant(x, n) || is_constant(y, n)) return (csuccess__figure){0, false};
    return correlate(x, y, NULL, n);
}

csuccess__figure csuccess__point_biserial(const double *x, const uint8_t *labels, uint32_t n)
{
    bool varies = false;
    for (uint32_t i = 1; i < n; i++) varies = varies || labels[i] != labels[0];
    if (!varies || is_constant(x, n)) return (csuccess__figure){0, false};
    return correlate(x, NULL, labels, n);
}

csuccess_result csuccess__spearman(csuccess__figure *out, const double *x, const double *y,
                                   uint32_t n, const csuccess_allocator *mem)
{
    *out = (csuccess__figure){0, false};
    if (n < 2) return CSUCCESS_OK;
    double *ranks = csuccess__alloc(mem, n, 2 * sizeof *ranks);
    if (!ranks) return CSUCCESS_ENOMEM;
    csuccess_result r = csuccess__midranks(ranks, x, n, mem);
    if (r >= 0) r = csuccess__midranks(ranks + n, y, n, mem);
    if (r >= 0) *out = csuccess__pearson(ranks, ranks + n, n);
    csuccess__release(mem, ranks, n, 2 * sizeof *ranks);
    return r;
}
