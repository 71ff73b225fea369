/* SPDX-License-Identifier: Apache-2.0 */
/* Survival curves and log-rank for hosts. */
#include "base/error.h"
#include "base/number.h"
#include "stats/survival.h"
#include "stats/survival_handle.h"

static csuccess_result take_options(csuccess_survival_options *o,
                                    const csuccess_survival_options *options,
                                    csuccess_error *err)
{
    csuccess_result r = CSUCCESS_OK;
    *o = (csuccess_survival_options){.size = sizeof *o};
    if (options) {
        r = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                  "csuccess_survival_options", err);
    }
    if (r < 0) return r;
    if (o->confidence == 0) o->confidence = 0.95;
    if (o->most == 0) o->most = 100000000;
    if (o->confidence > 0 && o->confidence < 1 && o->most <= SIZE_MAX / 16) return r;
    return csuccess__fail(err, CSUCCESS_ERANGE,
                          "confidence is above 0 and below 1, most what memory can hold");
}

csuccess_result csuccess_survival_new(csuccess_survival **out,
                                      const csuccess_survival_options *options,
                                      csuccess_error *err)
{
    csuccess_survival_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result r = take_options(&o, options, err);
    if (r >= 0) r = csuccess__allocator_take(&mem, o.allocator, err);
    if (r < 0) return r;
    csuccess_survival *s = csuccess__alloc(&mem, 1, sizeof *s);
    if (!s) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *s = (csuccess_survival){.mem = mem, .confidence = o.confidence};
    csuccess__survival_init(&s->kept, &s->mem, (size_t)o.most);
    *out = s;
    return CSUCCESS_OK;
}

void csuccess_survival_free(csuccess_survival *s)
{
    if (!s) return;
    csuccess_allocator mem = s->mem;
    csuccess__survival_free(&s->kept);
    csuccess__release(&mem, s, 1, sizeof *s);
}

static csuccess_result fail(csuccess_error *err, csuccess_result r)
{
    if (r == CSUCCESS_ELIMIT) {
        return csuccess__fail(err, r, "more durations than the accumulator's `most`");
    }
    return csuccess__fail(err, r, "out of memory");
}

static csuccess_result check_customers(const double *durations, const uint8_t *left,
                                       size_t count, csuccess_error *err)
{
    for (size_t i = 0; i < count; i++) {
        if (durations[i] >= 0 && csuccess__is_finite(durations[i]) && left[i] <= 1) continue;
        return csuccess__fail(err, CSUCCESS_ERANGE,
                              "customer %z: a duration is 0 or more and finite, left 0 or 1",
                              i);
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess_survival_add(csuccess_survival *s, const double *durations,
                                      const uint8_t *left, size_t count, csuccess_error *err)
{
    csuccess__survival added; /* apart first, so that all come or none */
    if (!s || (count > 0 && (!durations || !left))) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "survival, durations and left are required");
    }
    csuccess_result r = check_customers(durations, left, count, err);
    if (r < 0) return r;
    csuccess__survival_init(&added, &s->mem, s->kept.ended.limit);
    for (size_t i = 0; i < count && r >= 0; i++) {
        r = csuccess__survival_add(&added, durations[i], left[i] == 1);
    }
    if (r >= 0) r = csuccess__survival_merge(&s->kept, &added);
    csuccess__survival_free(&added);
    s->walking = false;
    return r < 0 ? fail(err, r) : CSUCCESS_OK;
}

csuccess_result csuccess_survival_merge(csuccess_survival *into, const csuccess_survival *from,
                                        csuccess_error *err)
{
    if (!into || !from || into == from) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two different accumulators are required");
    }
    into->walking = false;
    csuccess_result r = csuccess__survival_merge(&into->kept, &from->kept);
    return r < 0 ? fail(err, r) : CSUCCESS_OK;
}

void csuccess_survival_count(const csuccess_survival *s, uint64_t *customers, uint64_t *left)
{
    uint64_t ended = s ? s->kept.ended.count : 0, going = s ? s->kept.going.count : 0;
    if (customers) *customers = ended + going;
    if (left) *left = ended;
}

/* ---- The curve ---- */

static csuccess_result give(csuccess_survival_point *out, const csuccess__survival_step *step)
{
    csuccess_survival_point point = {
        .size = sizeof point,
        .present = step->low.present ? CSUCCESS_SURVIVAL_INTERVAL : 0,
        .time = step->time,
        .at_risk = step->at_risk,
        .left = step->events,
        .survival = step->survival,
        .deviation = step->deviation,
        .low = step->low.value,
        .high = step->high.value,
        .hazard = step->hazard,
        .hazard_deviation = step->hazard_deviation,
    };
    return csuccess__struct_give(out, &point, sizeof point, "csuccess_survival_point", NULL);
}

csuccess_result csuccess_survival_at(csuccess_survival *s, double time,
                                     csuccess_survival_point *out)
{
    csuccess__survival_step step;
    if (!s || !(time >= 0)) return CSUCCESS_EINVALID;
    if (!csuccess__survival_at(&step, &s->kept, time, s->confidence)) return CSUCCESS_EMISSING;
    return give(out, &step);
}

csuccess_result csuccess_survival_next(csuccess_survival *s, double after,
                                       csuccess_survival_point *out)
{
    if (!s || after != after) return CSUCCESS_EINVALID;
    if (!s->walking || s->walk.step.time > after) {
        csuccess__survival_start(&s->walk, &s->kept, s->confidence);
        s->walking = true;
    }
    do {
        if (csuccess__survival_next(&s->walk)) continue;
        s->walking = false;
        return CSUCCESS_EMISSING;
    } while (!(s->walk.step.time > after));
    return give(out, &s->walk.step);
}

csuccess_result csuccess_survival_median_of(csuccess_survival *s, csuccess_survival_median *out)
{
    if (!s) return CSUCCESS_EINVALID;
    csuccess__survival_median median = csuccess__survival_median_of(&s->kept, s->confidence);
    csuccess_survival_median found = {
        .size = sizeof found,
        .present = (median.value.present ? CSUCCESS_MEDIAN_VALUE : 0) |
                   (median.low.present ? CSUCCESS_MEDIAN_LOW : 0) |
                   (median.high.present ? CSUCCESS_MEDIAN_HIGH : 0),
        .median = median.value.value,
        .low = median.low.value,
        .high = median.high.value,
    };
    return csuccess__struct_give(out, &found, sizeof found, "csuccess_survival_median", NULL);
}

/* ---- Groups ---- */

static csuccess_result check_groups(csuccess_survival *const *groups, uint32_t count,
                                    csuccess_error *err)
{
    if (count > CSUCCESS__LOG_RANK_GROUPS) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "at most %u groups can be compared",
                              (uint32_t)CSUCCESS__LOG_RANK_GROUPS);
    }
    bool good = groups != NULL && count >= 2;
    for (uint32_t i = 0; good && i < count; i++) {
        good = groups[i] != NULL;
        for (uint32_t j = 0; good && j < i; j++) good = groups[i] != groups[j];
    }
    if (good) return CSUCCESS_OK;
    return csuccess__fail(err, CSUCCESS_EINVALID, "two or more different groups are required");
}

csuccess_result csuccess_survival_log_rank(csuccess_log_rank *out,
                                           csuccess_survival *const *groups, uint32_t count,
                                           csuccess_error *err)
{
    csuccess__survival *kept[CSUCCESS__LOG_RANK_GROUPS];
    csuccess__log_rank test;
    csuccess_result r = check_groups(groups, count, err);
    if (r < 0) return r;
    for (uint32_t i = 0; i < count; i++) {
        kept[i] = &groups[i]->kept;
        groups[i]->walking = false;
    }
    r = csuccess__log_rank_of(&test, kept, count, &groups[0]->mem);
    if (r < 0) return csuccess__fail(err, r, "out of memory");
    csuccess_log_rank found = {.size = sizeof found,
                               .present = test.present,
                               .df = test.df,
                               .chi_square = test.chi_square,
                               .p = test.p};
    return csuccess__struct_give(out, &found, sizeof found, "csuccess_log_rank", err);
}
