/* SPDX-License-Identifier: Apache-2.0 */
/* Named sets of targets for predictions, and how far each is met. */
#include "churn/tracking.h"

#include "base/error.h"
#include "base/number.h"
#include "base/str.h"

typedef enum direction { FROM, ABOVE, BELOW } direction;

/* Set, name, what is measured (CSUCCESS_RATE_*, 0: median lead time in days), direction, target. Accuracy of 92 to 96 %,
   false positives below 10 % and 60 days of warning are those of the retention automation document (9.1), accuracy
   above 90 % that of the success criteria of the customer success document (12), above 85 % that of the measured numbers of
   ws142. */
#define TARGETS(X) \
    X("retention-automation", "churn_prediction_accuracy", CSUCCESS_RATE_ACCURACY, FROM, 0.92) \
    X("retention-automation", "false_positive_rate", CSUCCESS_RATE_FALSE_POSITIVE_RATE, BELOW, \
      0.10) \
    X("retention-automation", "early_warning_days", 0, FROM, 60) \
    X("customer-success", "churn_accuracy", CSUCCESS_RATE_ACCURACY, ABOVE, 0.90) \
    X("ws142", "ml_accuracy", CSUCCESS_RATE_ACCURACY, ABOVE, 0.85)

static const struct target {
    const char *set, *name;
    uint32_t rate;
    direction direction;
    double value;
} targets[] = {
#define ROW(set, name, rate, direction, value) {set, name, rate, direction, value},
    TARGETS(ROW)
#undef ROW
};
enum { TARGETS_IN_ALL = sizeof targets / sizeof targets[0] };

uint32_t csuccess_tracking_targets(csuccess_str set)
{
    uint32_t count = 0;
    for (size_t i = 0; i < TARGETS_IN_ALL; i++) count += csuccess__str_is(set, targets[i].set);
    return count;
}

static const struct target *find(csuccess_str set, uint32_t index)
{
    for (size_t i = 0; i < TARGETS_IN_ALL; i++) {
        if (csuccess__str_is(set, targets[i].set) && index-- == 0) return &targets[i];
    }
    return NULL;
}

static bool is_met(direction d, double value, double target)
{
    return d == FROM ? value >= target : d == ABOVE ? value > target : value < target;
}

static void measure_rate(const csuccess_tracking *t, uint32_t rate, csuccess_target *out)
{
    csuccess_rate measured = CSUCCESS_RATE_INIT, quiet = CSUCCESS_RATE_INIT;
    csuccess_tracking_rate(t, rate, &measured);
    out->value = measured.value;
    out->low = measured.low;
    out->high = measured.high;
    out->of = measured.of;
    if (rate == CSUCCESS_RATE_ACCURACY) {
        csuccess_tracking_rate(t, CSUCCESS_RATE_QUIET_ACCURACY, &quiet);
        out->baseline = quiet.value;
    }
}

static void measure_days(const csuccess_tracking *t, csuccess_target *out)
{
    csuccess_tracking_figures f = CSUCCESS_TRACKING_FIGURES_INIT;
    csuccess_tracking_total(t, &f);
    out->value = out->low = out->high = f.lead_median_days;
    out->of = f.leads;
}

static void judge(const struct target *wanted, csuccess_target *out)
{
    bool met = is_met(wanted->direction, out->value, out->target);
    bool sides = is_met(wanted->direction, out->low, out->target) == met &&
                 is_met(wanted->direction, out->high, out->target) == met;
    out->met = out->of == 0 ? -1 : met;
    out->sure = out->of > 0 && wanted->rate && sides;
}

csuccess_result csuccess_tracking_target(const csuccess_tracking *tracking, csuccess_str set,
                                         uint32_t index, const double *target,
                                         csuccess_target *out)
{
    if (csuccess_tracking_targets(set) == 0) return CSUCCESS_ENAME;
    const struct target *wanted = find(set, index);
    bool usable = !target || csuccess__is_finite(*target);
    if (!tracking || !wanted || !usable) return CSUCCESS_EINVALID;
    csuccess_target give = CSUCCESS_TARGET_INIT;
    give.name = csuccess__str(wanted->name);
    give.target = target ? *target : wanted->value;
    if (wanted->rate) {
        measure_rate(tracking, wanted->rate, &give);
    } else {
        measure_days(tracking, &give);
    }
    judge(wanted, &give);
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_target", NULL);
}
