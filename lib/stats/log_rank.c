/* SPDX-License-Identifier: Apache-2.0 */
/* The log-rank test over k groups. */
#include "stats/survival.h"

#include "base/number.h"
#include "stats/special.h"

/* Sums over the times with an event: observed less expected events of each group, and their
   covariance. */
struct test {
    csuccess__survival_walk walks[CSUCCESS__LOG_RANK_GROUPS];
    double off[CSUCCESS__LOG_RANK_GROUPS];
    double at_risk[CSUCCESS__LOG_RANK_GROUPS];
    double covariance[CSUCCESS__LOG_RANK_GROUPS][CSUCCESS__LOG_RANK_GROUPS];
    uint32_t n;
};

/* The earliest time with an event that is not behind; false when there is none. */
static bool next_time(double *time, const struct test *t)
{
    bool found = false;
    for (uint32_t i = 0; i < t->n; i++) {
        const csuccess__quantiles *ended = &t->walks[i].s->ended;
        if (t->walks[i].ended == ended->count) continue;
        double x = ended->values[t->walks[i].ended];
        *time = found && *time < x ? *time : x;
        found = true;
    }
    return found;
}

/* Puts what is before `time` behind, fills who is at risk, then takes the events at `time`;
   gives how many there are. */
static double take_time(struct test *t, double time)
{
    double events = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        csuccess__survival_walk *walk = &t->walks[i];
        const csuccess__quantiles *ended = &walk->s->ended, *going = &walk->s->going;
        size_t before = walk->ended;
        while (walk->going < going->count && going->values[walk->going] < time) walk->going++;
        while (walk->ended < ended->count && !(ended->values[walk->ended] > time)) {
            walk->ended++;
        }
        t->at_risk[i] = (double)(ended->count + going->count - before - walk->going);
        t->off[i] += (double)(walk->ended - before);
        events += (double)(walk->ended - before);
    }
    return events;
}

static void expect(struct test *t, double events)
{
    double all = 0;
    for (uint32_t i = 0; i < t->n; i++) all += t->at_risk[i];
    double factor = all > 1 ? events * (all - events) / (all - 1) : 0;
    for (uint32_t i = 0; i < t->n; i++) {
        double share = t->at_risk[i] / all;
        t->off[i] -= events * share;
        for (uint32_t j = 0; j < t->n; j++) {
            t->covariance[i][j] += factor * share * ((i == j) - t->at_risk[j] / all);
        }
    }
}

static uint32_t greatest_diagonal(const struct test *t, const bool *done)
{
    uint32_t best = t->n;
    for (uint32_t i = 0; i < t->n; i++) {
        if (done[i]) continue;
        if (best == t->n || t->covariance[i][i] > t->covariance[best][best]) best = i;
    }
    return best;
}

/* off' covariance^- off by elimination, greatest diagonal first; the groups' rank is the degrees
   of freedom. */
static void reduce(csuccess__log_rank *out, struct test *t)
{
    bool done[CSUCCESS__LOG_RANK_GROUPS] = {false};
    double least = 0;
    for (uint32_t step = 0; step < t->n; step++) {
        uint32_t p = greatest_diagonal(t, done);
        double pivot = t->covariance[p][p];
        if (step == 0) least = pivot * 1e-10;
        if (!(pivot > least)) return;
        done[p] = true;
        out->chi_square += t->off[p] * t->off[p] / pivot;
        out->df++;
        for (uint32_t i = 0; i < t->n; i++) {
            double share = done[i] ? 0 : t->covariance[i][p] / pivot;
            t->off[i] -= share * t->off[p];
            for (uint32_t j = 0; j < t->n; j++) {
                t->covariance[i][j] -= share * t->covariance[p][j];
            }
        }
    }
}

csuccess_result csuccess__log_rank_of(csuccess__log_rank *out,
                                      csuccess__survival *const *groups, uint32_t n,
                                      const csuccess_allocator *mem)
{
    double time = 0;
    *out = (csuccess__log_rank){.present = false};
    if (n > CSUCCESS__LOG_RANK_GROUPS) return CSUCCESS_ELIMIT;
    struct test *t = csuccess__alloc(mem, 1, sizeof *t);
    if (!t) return CSUCCESS_ENOMEM;
    t->n = n;
    for (uint32_t i = 0; i < n; i++) csuccess__survival_start(&t->walks[i], groups[i], 0.95);
    while (next_time(&time, t)) expect(t, take_time(t, time));
    reduce(out, t);
    if (out->df > 0 && csuccess__is_finite(out->chi_square)) {
        out->present = true;
        out->p = csuccess__chi_square_upper(out->chi_square, out->df);
    } else {
        *out = (csuccess__log_rank){.present = false};
    }
    csuccess__release(mem, t, 1, sizeof *t);
    return CSUCCESS_OK;
}
