/* SPDX-License-Identifier: Apache-2.0 */
/* Drift for hosts: two samples, and a stream of errors. */
#include "base/error.h"
#include "base/number.h"
#include "stats/drift.h"
#include <csuccess/drift.h>

enum { MOST_VALUES = 0x7fffffff, MOST_BINS = 1000 };

/* ---- Two samples ---- */

static csuccess_result check_values(const double *values, size_t n, csuccess_error *err)
{
    if (n > 0 && !values) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "then and now are required");
    }
    if (n > MOST_VALUES) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "at most %u values can be compared",
                              (uint32_t)MOST_VALUES);
    }
    for (size_t i = 0; i < n; i++) {
        if (csuccess__is_finite(values[i])) continue;
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "value %z is not finite; count missing ones in then_missing and "
                              "now_missing",
                              i);
    }
    return CSUCCESS_OK;
}

/* 0 is the default, so that -1 and NaN still are what they are. */
static double usual(double x, double otherwise)
{
    return x == 0 ? otherwise : x;
}

static csuccess_result check_limits(csuccess_distributions *in, csuccess_error *err)
{
    in->bins = in->bins == 0 ? 10 : in->bins;
    in->warn = usual(in->warn, CSUCCESS__PSI_WARN);
    in->drift = usual(in->drift, CSUCCESS__PSI_DRIFT);
    if (in->bins < 2 || in->bins > MOST_BINS || in->reserved != 0) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "bins is 2 to %u, reserved 0",
                              (uint32_t)MOST_BINS);
    }
    if (!(in->warn > 0 && in->drift >= in->warn && csuccess__is_finite(in->drift))) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "warn is above 0, drift not below warn");
    }
    return CSUCCESS_OK;
}

static csuccess_result check(csuccess_distributions *in, csuccess_error *err)
{
    csuccess_result r = check_limits(in, err);
    if (r >= 0) r = check_values(in->then, in->then_count, err);
    if (r >= 0) r = check_values(in->now, in->now_count, err);
    return r;
}

/* Counts of both sides by bins of `then`, the missing in one of their own. */
static csuccess_result compare_bins(csuccess_distribution_shift *give,
                                    const csuccess_distributions *in,
                                    const csuccess_allocator *mem)
{
    csuccess__sample then = {in->then, (uint32_t)in->then_count};
    uint32_t bounds_count = 0, most = in->bins + 1;
    double *bounds = csuccess__alloc(mem, 3 * (size_t)most, sizeof *bounds);
    if (!bounds) return CSUCCESS_ENOMEM;
    double *before = bounds + most, *after = before + most;
    csuccess_result r = csuccess__bin_bounds(bounds, &bounds_count, in->bins, then, mem);
    if (r >= 0) {
        uint32_t bins = bounds_count + 2; /* and the missing */
        csuccess__bin_counts(before, bounds, bounds_count, in->then, then.n);
        csuccess__bin_counts(after, bounds, bounds_count, in->now, (uint32_t)in->now_count);
        before[bins - 1] = (double)in->then_missing;
        after[bins - 1] = (double)in->now_missing;
        for (uint32_t i = 0; i < bins; i++) give->bins += before[i] > 0 || after[i] > 0;
        csuccess__psi psi = csuccess__psi_of(before, after, bins);
        if (psi.value.present) give->present |= CSUCCESS_SHIFT_PSI;
        if (psi.p.present) give->present |= CSUCCESS_SHIFT_PSI_P;
        give->psi = psi.value.value;
        give->psi_p = psi.p.value;
        give->verdict = (uint32_t)csuccess__drift_verdict_of(give->psi, in->warn, in->drift);
    }
    csuccess__release(mem, bounds, 3 * (size_t)most, sizeof *bounds);
    return r;
}

static csuccess_result compare_values(csuccess_distribution_shift *give,
                                      const csuccess_distributions *in,
                                      const csuccess_allocator *mem)
{
    csuccess__ks ks;
    csuccess__sample then = {in->then, (uint32_t)in->then_count};
    csuccess__sample now = {in->now, (uint32_t)in->now_count};
    csuccess_result r = csuccess__ks_two_sample(&ks, then, now, mem);
    if (r < 0 || !ks.statistic.present) return r;
    give->present |= CSUCCESS_SHIFT_KS;
    give->ks = ks.statistic.value;
    give->ks_p = ks.p.value;
    return r;
}

csuccess_result csuccess_distributions_compare(csuccess_distribution_shift *out,
                                               const csuccess_distributions *input,
                                               const csuccess_allocator *allocator,
                                               csuccess_error *err)
{
    csuccess_distributions in;
    csuccess_allocator mem;
    csuccess_distribution_shift give = {.size = sizeof give};
    csuccess_result r = csuccess__struct_take(&in, sizeof in, sizeof(size_t), input,
                                              "csuccess_distributions", err);
    if (r >= 0) r = check(&in, err);
    if (r >= 0) r = csuccess__allocator_take(&mem, allocator, err);
    if (r < 0) return r;
    r = compare_bins(&give, &in, &mem);
    if (r >= 0) r = compare_values(&give, &in, &mem);
    if (r < 0) return csuccess__fail(err, r, "out of memory");
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_distribution_shift", err);
}

/* ---- A stream ---- */

struct csuccess_detector {
    csuccess_allocator mem;
    uint32_t kind;
    csuccess__adwin adwin;
    csuccess__page_hinkley page_hinkley;
};

static csuccess_result check_options(csuccess_detector_options *o, csuccess_error *err)
{
    if (o->kind == 0) o->kind = CSUCCESS_DETECTOR_ADWIN;
    if (o->kind > CSUCCESS_DETECTOR_PAGE_HINKLEY) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "kind is CSUCCESS_DETECTOR_ADWIN or CSUCCESS_DETECTOR_PAGE_HINKLEY");
    }
    if (o->delta >= 0 && o->delta < 1 && o->tolerance >= 0 && o->tolerance <= 1e15 &&
        o->limit >= 0 && o->limit <= 1e15) {
        return CSUCCESS_OK;
    }
    return csuccess__fail(err, CSUCCESS_ERANGE,
                          "delta is 0 or more and below 1, tolerance and limit 0 to 1e15");
}

static csuccess_result take_options(csuccess_detector_options *o,
                                    const csuccess_detector_options *options,
                                    csuccess_error *err)
{
    csuccess_result r = CSUCCESS_OK;
    *o = (csuccess_detector_options){.size = sizeof *o};
    if (options) {
        r = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                  "csuccess_detector_options", err);
    }
    return r < 0 ? r : check_options(o, err);
}

csuccess_result csuccess_detector_new(csuccess_detector **out,
                                      const csuccess_detector_options *options,
                                      csuccess_error *err)
{
    csuccess_detector_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result r = take_options(&o, options, err);
    if (r >= 0) r = csuccess__allocator_take(&mem, o.allocator, err);
    if (r < 0) return r;
    csuccess_detector *detector = csuccess__alloc(&mem, 1, sizeof *detector);
    if (!detector) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    csuccess__page_hinkley_options ph = {
        .tolerance = o.tolerance, .limit = o.limit, .least = o.least};
    detector->mem = mem;
    detector->kind = o.kind;
    csuccess__adwin_init(&detector->adwin, o.delta);
    csuccess__page_hinkley_init(&detector->page_hinkley, &ph);
    *out = detector;
    return CSUCCESS_OK;
}

void csuccess_detector_free(csuccess_detector *detector)
{
    if (!detector) return;
    csuccess_allocator mem = detector->mem;
    csuccess__release(&mem, detector, 1, sizeof *detector);
}

csuccess_result csuccess_detector_add(csuccess_detector *detector, double error,
                                      uint32_t *verdict, csuccess_error *err)
{
    if (!detector || !verdict) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "detector and verdict are required");
    }
    bool adwin = detector->kind == CSUCCESS_DETECTOR_ADWIN;
    if (adwin ? !(error >= 0 && error <= 1) : !(fabs(error) <= 1e15)) {
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              adwin ? "an error is within 0 to 1 for ADWIN"
                                    : "an error is finite, at most 1e15 in size");
    }
    *verdict = (uint32_t)(adwin ? csuccess__adwin_add(&detector->adwin, error)
                                : csuccess__page_hinkley_add(&detector->page_hinkley, error));
    return CSUCCESS_OK;
}

void csuccess_detector_window(const csuccess_detector *detector, uint64_t *count, double *mean)
{
    bool adwin = detector && detector->kind == CSUCCESS_DETECTOR_ADWIN;
    if (count) {
        *count = !detector ? 0
                 : adwin   ? (uint64_t)detector->adwin.window.n
                           : detector->page_hinkley.count;
    }
    if (mean) {
        *mean = !detector ? 0
                : adwin   ? csuccess__adwin_mean(&detector->adwin)
                          : detector->page_hinkley.mean;
    }
}
