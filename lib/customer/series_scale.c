/* SPDX-License-Identifier: Apache-2.0 */
/* Sums in 128-bit fixed point, in the greatest unit that is a power of ten and divides all of them: short when stored, exact always. */
#include "customer/series_internal.h"

#define LARGEST_WHOLE 9007199254740992.0 /* 2^53 */

const uint32_t csuccess__tens[10] = {1,      10,      100,      1000,      10000,
                                     100000, 1000000, 10000000, 100000000, 1000000000};

/* In two's complement; wraps where stored bytes are hostile. */
static csuccess__fixed times(csuccess__fixed a, uint32_t by)
{
    uint64_t low = (a.lo & UINT32_MAX) * by;
    uint64_t high = (a.lo >> 32) * by + (low >> 32);
    uint64_t top = (uint64_t)a.hi * by + (high >> 32);
    return (csuccess__fixed){(int64_t)top, high << 32 | (low & UINT32_MAX)};
}

/* True when nothing remains; then *out is the quotient. */
static bool divides(csuccess__fixed *out, csuccess__fixed a, uint32_t by)
{
    bool negative = a.hi < 0;
    csuccess__fixed size = negative ? csuccess__fixed_negate(a) : a;
    uint64_t rest = 0, hi = 0, lo;
    if (size.hi == 0) {
        lo = size.lo / by;
        rest = size.lo % by;
    } else {
        hi = (uint64_t)size.hi / by;
        uint64_t part = (uint64_t)size.hi % by << 32 | size.lo >> 32;
        uint64_t next = part % by << 32 | (size.lo & UINT32_MAX);
        lo = part / by << 32 | next / by;
        rest = next % by;
    }
    if (rest != 0) return false;
    size = (csuccess__fixed){(int64_t)hi, lo};
    *out = negative ? csuccess__fixed_negate(size) : size;
    return true;
}

csuccess__fixed csuccess__series_unscaled(const csuccess__series *s, csuccess__fixed sum)
{
    return times(sum, csuccess__tens[s->scale]);
}

static void multiply_all(csuccess__series *s, uint32_t by)
{
    csuccess__fixed *sums = csuccess__series_sums(s);
    s->base[1].sum = times(s->base[1].sum, by);
    for (uint32_t i = 0; i < s->n; i++) sums[i] = times(sums[i], by);
}

/* A number in the unit of the series, which becomes smaller when it must. */
static csuccess__fixed scaled(csuccess__series *s, double number)
{
    csuccess__fixed exact = {0, 0}, out;
    if (s->scale == 9 && fabs(number) <= LARGEST_WHOLE) {
        int64_t whole = (int64_t)number;
        bool is_whole = !((double)whole < number) && !((double)whole > number);
        if (is_whole) return (csuccess__fixed){whole < 0 ? -1 : 0, (uint64_t)whole};
    }
    (void)csuccess__fixed_from(&exact, number); /* it was found to be within bounds */
    uint32_t scale = s->scale;
    while (!divides(&out, exact, csuccess__tens[scale])) scale--;
    if (scale < s->scale) {
        multiply_all(s, csuccess__tens[s->scale - scale]);
        s->scale = scale;
    }
    return out;
}

void csuccess__series_add_sum(csuccess__series *s, uint32_t at, double number)
{
    csuccess__fixed more = scaled(s, number);
    if (at == UINT32_MAX) {
        s->base[1].sum = csuccess__plus(s->base[1].sum, more);
        return;
    }
    csuccess__fixed *sums = csuccess__series_sums(s);
    for (uint32_t i = at; i < s->n; i++) sums[i] = csuccess__plus(sums[i], more);
}

static bool all_divide(const csuccess__series *s, uint32_t by)
{
    csuccess__fixed part;
    const csuccess__fixed *sums = csuccess__series_sums(s);
    if (!divides(&part, s->base[1].sum, by)) return false;
    for (uint32_t i = 0; i < s->n; i++) {
        if (!divides(&part, sums[i], by)) return false;
    }
    return true;
}

bool csuccess__series_rescale(csuccess__series *s)
{
    uint32_t before = s->scale;
    while (s->scale < 9 && all_divide(s, 10)) {
        csuccess__fixed *sums = csuccess__series_sums(s);
        (void)divides(&s->base[1].sum, s->base[1].sum, 10);
        for (uint32_t i = 0; i < s->n; i++) (void)divides(&sums[i], sums[i], 10);
        s->scale++;
    }
    return s->scale != before;
}
