/* SPDX-License-Identifier: Apache-2.0 */
/* Discrete-time hazards: probabilities at a horizon, survival curves, expected times. */
#include "churn/learn/hazard.h"
#include "base/number.h"

/* reason: the parameters of csuccess__logistic_train(). */
csuccess_result csuccess__hazard_train(csuccess__learned *out, csuccess__logistic_fit *fit,
                                       csuccess__arena *arena, const csuccess_allocator *mem,
                                       const csuccess__dataset *data,
                                       const csuccess__logistic_options *options, double *held,
                                       csuccess_error *err)
{
    return csuccess__logistic_train(out, fit, arena, mem, data, options, held, err);
}

/* ln(1 + x) and exp(x) - 1 without cancellation near 0 (Kahan's quotients; Goldberg, What every computer scientist should know about
   floating-point arithmetic, 1991, theorem 4). */
static double ln_of_one_and(double x)
{
    double u = 1 + x;
    return u == 1 ? x : csuccess__ln(u) * x / (u - 1);
}

static double exp_less_one(double x)
{
    double u = csuccess__exp(x);
    if (u == 1 || u - 1 == -1) {
        return u == 1 ? x : -1;
    }
    return (u - 1) * x / csuccess__ln(u);
}

double csuccess__hazard_within(double hazard, double periods)
{
    if (hazard <= 0 || periods <= 0) {
        return 0;
    }
    return hazard >= 1 ? 1 : -exp_less_one(periods * ln_of_one_and(-hazard));
}

double csuccess__hazard_from(double p, double periods)
{
    if (p <= 0 || p >= 1) {
        return p <= 0 ? 0 : 1;
    }
    return -exp_less_one(ln_of_one_and(-p) / periods);
}

void csuccess__hazard_survival(double *survival, const double *hazards, uint32_t n)
{
    double left = 1;
    for (uint32_t k = 0; k < n; k++) {
        left *= 1 - hazards[k];
        survival[k] = left;
    }
}

double csuccess__hazard_by(const double *hazards, uint32_t n, double periods)
{
    double left = 1;
    uint32_t k = 0;
    while (k + 1 < n && periods >= 1) {
        left *= 1 - hazards[k++];
        periods -= 1;
    }
    return 1 - left * (1 - csuccess__hazard_within(hazards[k], periods));
}

/* Periods until survival falls to half of all, from `left` at constant hazard. */
static double until_half(double left, double hazard)
{
    return hazard >= 1 ? 0 : csuccess__ln(0.5 / left) / ln_of_one_and(-hazard);
}

/* Area below survival over one period that begins with `left`. */
static double area_of(double left, double hazard)
{
    if (hazard <= 0 || hazard >= 1) {
        return hazard <= 0 ? left : 0;
    }
    return left * hazard / -ln_of_one_and(-hazard);
}

csuccess__hazard_times csuccess__hazard_times_of(const double *hazards, uint32_t n)
{
    csuccess__hazard_times times = {.has_median = false};
    double left = 1, last = hazards[n - 1];
    for (uint32_t k = 0; k < n; k++) {
        double h = hazards[k], after = left * (1 - h);
        if (!times.has_median && after <= 0.5) {
            times.has_median = true;
            times.median = k + until_half(left, h);
        }
        times.restricted_mean += area_of(left, h);
        left = after;
    }
    if (!times.has_median && last > 0) {
        times.has_median = true;
        times.median = n + until_half(left, last);
    }
    times.mean = times.restricted_mean;
    times.has_mean = last > 0 || left <= 0;
    if (last > 0 && last < 1) {
        times.mean += left / -ln_of_one_and(-last);
    }
    return times;
}
