/* SPDX-License-Identifier: Apache-2.0 */
/* The exact sum. */
#include "stats/sum.h"

void csuccess__sum_start(csuccess__sum *sum)
{
    *sum = (csuccess__sum){.count = 0};
}

bool csuccess__sum_add(csuccess__sum *sum, double x)
{
    csuccess__sum one = {.count = 1, .min = x + 0.0, .max = x + 0.0};
    return csuccess__fixed_from(&one.total, x) && csuccess__sum_merge(sum, &one);
}

bool csuccess__sum_merge(csuccess__sum *into, const csuccess__sum *from)
{
    csuccess__fixed total;
    if (from->count > UINT64_MAX - into->count ||
        !csuccess__fixed_add(&total, into->total, from->total)) {
        return false;
    }
    if (from->count > 0) {
        bool first = into->count == 0;
        into->min = first || from->min < into->min ? from->min : into->min;
        into->max = first || from->max > into->max ? from->max : into->max;
    }
    into->total = total;
    into->count += from->count;
    return true;
}

double csuccess__sum_total(const csuccess__sum *sum)
{
    return csuccess__fixed_double(sum->total);
}

bool csuccess__sum_mean(double *out, const csuccess__sum *sum)
{
    if (sum->count == 0) {
        return false;
    }
    *out = csuccess__fixed_mean(sum->total, sum->count);
    return true;
}
