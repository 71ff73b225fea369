/* SPDX-License-Identifier: Apache-2.0 */
/* What a contract is worth, for hosts. */
#include "base/error.h"
#include "base/number.h"
#include "stats/survival_handle.h"

enum { MOST_PERIODS = 100000 };

static csuccess_result check_common(const csuccess_lifetime_input *in, csuccess_error *err)
{
    if (in->periods == 0 || in->periods > MOST_PERIODS || in->reserved != 0) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "periods is 1 to %u, reserved 0",
                              (uint32_t)MOST_PERIODS);
    }
    if (!(fabs(in->margin) <= 1e15)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "margin is at most 1e15 in size");
    }
    if (!(in->discount >= 0 && in->discount <= 1e6)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "discount is 0 to 1e6");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_staying(const csuccess_lifetime_input *in, csuccess_error *err)
{
    if (!in->survival) {
        if (in->churn >= 0 && in->churn <= 1) return CSUCCESS_OK;
        return csuccess__fail(err, CSUCCESS_ERANGE, "churn is a probability, 0 to 1");
    }
    if (in->tenure >= 0 && in->tenure <= 1e15 && in->period > 0 && in->period <= 1e15) {
        return CSUCCESS_OK;
    }
    return csuccess__fail(
        err, CSUCCESS_ERANGE,
        "with a survival curve tenure is 0 or more and period above 0, both at "
        "most 1e15");
}

/* S(0), S(1), ... of a customer who is there now; gives how many are known. */
static uint32_t read_curve(double *staying, const csuccess_lifetime_input *in)
{
    csuccess__survival_walk walk;
    csuccess__survival_start(&walk, &in->survival->kept, 0.95);
    in->survival->walking = false; /* sorted just now */
    bool known = csuccess__survival_until(&walk, in->tenure);
    double now = walk.step.survival;
    uint32_t t = 0;
    if (!known || !(now > 0)) return 0; /* nobody was ever there so long */
    while (t < in->periods && csuccess__survival_until(&walk, in->tenure + t * in->period)) {
        staying[t++] = walk.step.survival / now;
    }
    return t;
}

static uint32_t fill_constant(double *staying, const csuccess_lifetime_input *in)
{
    for (uint32_t t = 0; t < in->periods; t++) {
        staying[t] = t > 0 ? staying[t - 1] * (1 - in->churn) : 1;
    }
    return in->periods;
}

csuccess_result csuccess_lifetime_estimate(csuccess_lifetime_value *out,
                                           const csuccess_lifetime_input *input,
                                           const csuccess_allocator *allocator,
                                           csuccess_error *err)
{
    csuccess_lifetime_input in;
    csuccess_allocator mem;
    csuccess_result r = csuccess__struct_take(&in, sizeof in, sizeof(size_t), input,
                                              "csuccess_lifetime_input", err);
    if (r >= 0) r = check_common(&in, err);
    if (r >= 0) r = check_staying(&in, err);
    if (r >= 0) r = csuccess__allocator_take(&mem, allocator, err);
    if (r < 0) return r;
    double *staying = csuccess__alloc(&mem, in.periods, sizeof *staying);
    if (!staying) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    uint32_t n = in.survival ? read_curve(staying, &in) : fill_constant(staying, &in);
    csuccess_lifetime_value found = {
        .size = sizeof found,
        .periods = n,
        .value = csuccess__lifetime_value(staying, n, in.margin, in.discount),
        .expected = csuccess__lifetime_value(staying, n, 1, 0),
    };
    csuccess__release(&mem, staying, in.periods, sizeof *staying);
    if (n == 0) {
        return csuccess__fail(err, CSUCCESS_EMISSING,
                              "the survival curve says nothing at this tenure");
    }
    return csuccess__struct_give(out, &found, sizeof found, "csuccess_lifetime_value", err);
}
