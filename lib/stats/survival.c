/* SPDX-License-Identifier: Apache-2.0 */
/* Kaplan-Meier and Nelson-Aalen over kept durations, and what a contract is worth. */
#include "stats/survival.h"

#include "base/number.h"
#include "stats/special.h"

void csuccess__survival_init(csuccess__survival *s, const csuccess_allocator *mem, size_t limit)
{
    csuccess__quantiles_init(&s->ended, mem, limit);
    csuccess__quantiles_init(&s->going, mem, limit);
}

void csuccess__survival_free(csuccess__survival *s)
{
    csuccess__quantiles_free(&s->ended);
    csuccess__quantiles_free(&s->going);
}

static size_t count_of(const csuccess__survival *s)
{
    return s->ended.count + s->going.count;
}

csuccess_result csuccess__survival_add(csuccess__survival *s, double duration, bool ended)
{
    if (!(duration >= 0)) return CSUCCESS_EINVALID;
    if (count_of(s) >= s->ended.limit) return CSUCCESS_ELIMIT;
    return csuccess__quantiles_add(ended ? &s->ended : &s->going, duration);
}

csuccess_result csuccess__survival_merge(csuccess__survival *into,
                                         const csuccess__survival *from)
{
    if (count_of(from) > into->ended.limit - count_of(into)) return CSUCCESS_ELIMIT;
    csuccess_result r = csuccess__quantiles_merge(&into->ended, &from->ended);
    if (r < 0) return r;
    r = csuccess__quantiles_merge(&into->going, &from->going);
    if (r < 0) into->ended.count -= from->ended.count; /* they stand at the end */
    return r;
}

static void settle(csuccess__quantiles *q)
{
    if (!q->sorted) csuccess__sort_doubles(q->values, q->count);
    q->sorted = true;
}

void csuccess__survival_start(csuccess__survival_walk *walk, csuccess__survival *s,
                              double confidence)
{
    settle(&s->ended);
    settle(&s->going);
    *walk = (csuccess__survival_walk){
        .s = s,
        .z = csuccess__normal_two_sided(confidence),
        .step = {.at_risk = count_of(s), .survival = 1},
    };
}

/* exp(-exp(ln(-ln S) -+ z deviation / ln S)), the deviation that of ln S. */
static void bound(csuccess__survival_walk *walk)
{
    csuccess__survival_step *step = &walk->step;
    double ln = csuccess__ln(step->survival), reach = walk->z * sqrt(walk->greenwood) / ln;
    step->deviation = step->survival * sqrt(walk->greenwood);
    step->low = step->high = (csuccess__figure){0, false};
    if (!(step->survival > 0 && step->survival < 1) || !csuccess__is_finite(reach)) return;
    double low = csuccess__exp(ln * csuccess__exp(-reach));
    double high = csuccess__exp(ln * csuccess__exp(reach));
    step->low = (csuccess__figure){low, true};
    step->high = (csuccess__figure){high, true};
}

/* To the next time with an event, all but the deviation and the interval. */
static bool advance(csuccess__survival_walk *walk)
{
    const csuccess__quantiles *ended = &walk->s->ended, *going = &walk->s->going;
    if (walk->ended == ended->count) return false;
    double time = ended->values[walk->ended];
    size_t before = walk->ended;
    while (walk->going < going->count && going->values[walk->going] < time) walk->going++;
    while (walk->ended < ended->count && !(ended->values[walk->ended] > time)) walk->ended++;
    double n = (double)(count_of(walk->s) - before - walk->going);
    double d = (double)(walk->ended - before), left = n - d;
    walk->step.time = time;
    walk->step.at_risk = count_of(walk->s) - before - walk->going;
    walk->step.events = walk->ended - before;
    /* As long as nobody is censored the factors cancel: one quotient, or half of 24 would be more than 0.5. */
    if (walk->base_n == 0 || walk->base_left > n || walk->base_left < n) {
        walk->base = walk->step.survival;
        walk->base_n = n;
    }
    walk->base_left = left;
    walk->step.survival = walk->base * left / walk->base_n;
    walk->step.hazard += d / n;
    walk->aalen += d / n * (left / n) / n;
    walk->step.hazard_deviation = sqrt(walk->aalen);
    if (left > 0) walk->greenwood += d / n / left;
    return true;
}

bool csuccess__survival_next(csuccess__survival_walk *walk)
{
    if (!advance(walk)) return false;
    bound(walk);
    return true;
}

static double longest(const csuccess__survival *s)
{
    double most = -1;
    if (s->ended.count) most = s->ended.values[s->ended.count - 1];
    if (s->going.count && s->going.values[s->going.count - 1] > most) {
        most = s->going.values[s->going.count - 1];
    }
    return most;
}

bool csuccess__survival_until(csuccess__survival_walk *walk, double time)
{
    const csuccess__quantiles *ended = &walk->s->ended;
    if (count_of(walk->s) == 0 || !(time >= 0)) return false;
    while (walk->ended < ended->count && !(ended->values[walk->ended] > time)) {
        advance(walk);
    }
    bound(walk);
    return time <= longest(walk->s) || !(walk->step.survival > 0);
}

bool csuccess__survival_at(csuccess__survival_step *out, csuccess__survival *s, double time,
                           double confidence)
{
    csuccess__survival_walk walk;
    csuccess__survival_start(&walk, s, confidence);
    bool known = csuccess__survival_until(&walk, time);
    *out = walk.step;
    return known;
}

static void reach_half(csuccess__figure *out, csuccess__figure survival, double time)
{
    /* A half that has been rounded is one; two steps of the curve are never so near. */
    if (!out->present && survival.present && survival.value <= 0.5 * (1 + 1e-12)) {
        *out = (csuccess__figure){time, true};
    }
}

csuccess__survival_median csuccess__survival_median_of(csuccess__survival *s, double confidence)
{
    csuccess__survival_median median = {.value = {0, false}};
    csuccess__survival_walk walk;
    csuccess__survival_start(&walk, s, confidence);
    while (csuccess__survival_next(&walk)) {
        csuccess__figure survival = {walk.step.survival, true};
        bool over = !(walk.step.survival > 0); /* both ends are 0 there */
        reach_half(&median.value, survival, walk.step.time);
        reach_half(&median.low, over ? survival : walk.step.low, walk.step.time);
        reach_half(&median.high, over ? survival : walk.step.high, walk.step.time);
    }
    return median;
}

double csuccess__lifetime_value(const double *survival, uint32_t periods, double margin,
                                double discount)
{
    double sum = 0, factor = 1;
    for (uint32_t t = 0; t < periods; t++) {
        sum += survival[t] * factor;
        factor /= 1 + discount;
    }
    return margin * sum;
}
