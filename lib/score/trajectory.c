/* SPDX-License-Identifier: Apache-2.0 */
/* Where a customer's scores are heading, for hosts. */
#include "base/error.h"
#include "stats/trend.h"
#include <csuccess/score.h>

static csuccess_result check(const csuccess_trajectory_input *in, csuccess_error *err)
{
    if (in->count > 0 && (!in->times || !in->scores)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "times and scores are required");
    }
    if (in->count > CSUCCESS__TREND_POINTS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "a trajectory takes at most %u scores",
                              (uint32_t)CSUCCESS__TREND_POINTS);
    }
    return CSUCCESS_OK;
}

static csuccess_result forecast(csuccess_trajectory *give, const csuccess_trajectory_input *in,
                                const csuccess_allocator *mem)
{
    csuccess__trend trend;
    csuccess__trend_point *points = csuccess__alloc(mem, in->count + 1, sizeof *points);
    if (!points) return CSUCCESS_ENOMEM;
    for (size_t i = 0; i < in->count; i++) {
        points[i] = (csuccess__trend_point){in->times[i], in->scores[i]};
    }
    csuccess__trend_input input = {.points = points,
                                   .n = in->count,
                                   .horizon = in->horizon,
                                   .confidence = in->confidence == 0 ? 0.9 : in->confidence};
    csuccess_result result = csuccess__trend_forecast(&trend, mem, &input);
    csuccess__release(mem, points, in->count + 1, sizeof *points);
    if (result < 0 || !trend.present) return result;
    give->present = 1;
    give->score = trend.value;
    give->low = trend.low;
    give->high = trend.high;
    give->slope = trend.slope;
    give->slope_low = trend.slope_low;
    give->slope_high = trend.slope_high;
    return result;
}

csuccess_result csuccess_trajectory_forecast(csuccess_trajectory *out,
                                             const csuccess_trajectory_input *input,
                                             const csuccess_allocator *allocator,
                                             csuccess_error *err)
{
    csuccess_trajectory_input in;
    csuccess_allocator mem;
    csuccess_trajectory give = {.size = sizeof give};
    csuccess_result result = csuccess__struct_take(&in, sizeof in, sizeof(size_t), input,
                                                   "csuccess_trajectory_input", err);
    if (result >= 0) result = check(&in, err);
    if (result >= 0) result = csuccess__allocator_take(&mem, allocator, err);
    if (result < 0) return result;
    result = forecast(&give, &in, &mem);
    if (result == CSUCCESS_ENOMEM) return csuccess__fail(err, result, "out of memory");
    if (result < 0) {
        return csuccess__fail(err, result,
                              "scores must be finite, times and horizon within the years 1 to "
                              "9999, confidence 0.8, 0.9, 0.95 or 0.99");
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_trajectory", err);
}
