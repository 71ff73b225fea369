/* SPDX-License-Identifier: Apache-2.0 */
/* How the arms of a comparison differ, when customers of one unit go together.

   The share p of an arm is a ratio of sums over units, and with S = yes - n p of each unit its variance is G / (G - 1) times the sum of S^2 over N^2, for G units with N outcomes (the cluster-robust variance of a mean; Liang, Zeger, Longitudinal data analysis using generalized linear models, 1986). Where every unit has one customer that is Welch's variance (1947), where all have as many, Welch's of the means of units; the
   degrees of freedom are his. A unit that is seen in both arms, whose customers came before and after shares were changed, counts with the difference of its parts. */
#include "intervene/experiments/comparison.h"

#include "base/heap.h"
#include "base/number.h"
#include "intervene/experiments/experiments.h"
#include "stats/special.h"

#include <string.h>

#define CONFIDENCE 0.95

/* ---- Sums ---- */

typedef struct sums {
    csuccess__comparison_reading *reading;
    double *squares; /* of S, by group */
    double *cross;   /* S of the group by S of the first, by group */
} sums;

static bool before(const void *a, const void *b)
{
    const csuccess__comparison_row *x = a, *y = b;
    int order = memcmp(x->unit, y->unit, sizeof x->unit);
    return order != 0 ? order < 0 : x->arm < y->arm;
}

static bool same_unit(const csuccess__comparison_row *a, const csuccess__comparison_row *b)
{
    return memcmp(a->unit, b->unit, sizeof a->unit) == 0;
}

/* Rows of groups, in order, one for each unit and group; how many. */
static size_t gather(csuccess__comparison_row *rows, const csuccess__comparison *comparison,
                     const uint32_t *group_of)
{
    size_t n = 0, kept = 0;
    for (size_t i = 0; i < comparison->count; i++) {
        uint32_t group = group_of[comparison->rows[i].arm];
        if (group == UINT32_MAX) continue;
        rows[n] = comparison->rows[i];
        rows[n++].arm = group;
    }
    csuccess__sort(rows, n, sizeof *rows, before);
    for (size_t i = 0; i < n; i++) {
        bool more = kept > 0 && same_unit(&rows[kept - 1], &rows[i]) &&
                    rows[kept - 1].arm == rows[i].arm;
        if (!more) {
            rows[kept++] = rows[i];
            continue;
        }
        for (size_t k = 0; k < CSUCCESS__COMPARISON_WHATS; k++) {
            rows[kept - 1].counts[k] += rows[i].counts[k];
        }
    }
    return kept;
}

static double yes_of(const uint64_t counts[CSUCCESS__COMPARISON_WHATS])
{
    return (double)counts[CSUCCESS__COMPARISON_YES];
}

static double read_of(const uint64_t counts[CSUCCESS__COMPARISON_WHATS])
{
    return yes_of(counts) + (double)counts[CSUCCESS__COMPARISON_NO];
}

static void count_rows(csuccess__comparison_reading *reading,
                       const csuccess__comparison_row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        csuccess__comparison_group *group = &reading->groups[rows[i].arm];
        group->units++;
        group->read_units += read_of(rows[i].counts) > 0;
        for (size_t k = 0; k < CSUCCESS__COMPARISON_WHATS; k++) {
            group->counts[k] += rows[i].counts[k];
        }
    }
    for (uint32_t i = 0; i < reading->count; i++) {
        csuccess__comparison_group *group = &reading->groups[i];
        double of = read_of(group->counts);
        group->share = of > 0 ? yes_of(group->counts) / of : 0;
    }
}

static double residual(const csuccess__comparison_reading *reading,
                       const csuccess__comparison_row *row)
{
    return yes_of(row->counts) - read_of(row->counts) * reading->groups[row->arm].share;
}

/* The rows of a unit stand together, that of the first group in front. */
static void add_squares(sums *s, const csuccess__comparison_row *rows, size_t n)
{
    double first = 0;
    for (size_t i = 0; i < n; i++) {
        double at = residual(s->reading, &rows[i]);
        if (i == 0 || !same_unit(&rows[i - 1], &rows[i])) first = 0;
        if (rows[i].arm == 0) first = at;
        s->squares[rows[i].arm] += at * at;
        s->cross[rows[i].arm] += at * first;
    }
}

/* ---- Differences ---- */

static double correction(const csuccess__comparison_group *group)
{
    double units = (double)group->read_units;
    return units > 1 ? units / (units - 1) : 0;
}

static const char *why_not(const csuccess__comparison_group *a,
                           const csuccess__comparison_group *b)
{
    if (a->read_units == 0 || b->read_units == 0) return "an arm has no outcomes yet";
    if (a->read_units < 2 || b->read_units < 2) return "an arm has one unit only";
    if (!(a->variance > 0) || !(b->variance > 0)) {
        return "the units of an arm do not differ, so that nothing says how far chance goes";
    }
    return NULL;
}

static double welch(double a, double a_units, double b, double b_units)
{
    double sum = a + b;
    return sum * sum / (a * a / (a_units - 1) + b * b / (b_units - 1));
}

static double within_one(double x)
{
    return x < -1 ? -1 : x > 1 ? 1 : x;
}

static void take_difference(sums *s, uint32_t k)
{
    const csuccess__comparison_group *control = &s->reading->groups[0],
                                     *of = &s->reading->groups[k];
    csuccess__comparison_difference *d = &s->reading->differences[k];
    d->why_not = why_not(control, of);
    if (d->why_not) return;
    double together = 2 * sqrt(correction(control) * correction(of)) * s->cross[k] /
                      (read_of(control->counts) * read_of(of->counts));
    double variance = control->variance + of->variance - together;
    d->difference = of->share - control->share;
    if (!(variance > 0)) {
        d->why_not = "units that are in both arms leave nothing to compare";
        return;
    }
    d->error = sqrt(variance);
    d->df = welch(control->variance, (double)control->read_units, of->variance,
                  (double)of->read_units);
    double half = csuccess__student_quantile(CONFIDENCE, d->df) * d->error;
    d->low = within_one(d->difference - half);
    d->high = within_one(d->difference + half);
    d->p = csuccess__student_two_sided(d->difference / d->error, d->df);
}

static void take_all(sums *s, const csuccess__comparison_row *rows, size_t n)
{
    csuccess__comparison_reading *reading = s->reading;
    count_rows(reading, rows, n);
    add_squares(s, rows, n);
    for (uint32_t i = 0; i < reading->count; i++) {
        csuccess__comparison_group *group = &reading->groups[i];
        double of = read_of(group->counts);
        if (of > 0) group->variance = correction(group) * s->squares[i] / (of * of);
    }
    for (uint32_t i = 1; i < reading->count; i++) take_difference(s, i);
}

csuccess_result csuccess__comparison_read(csuccess__comparison_reading *reading,
                                          const csuccess__comparison *comparison)
{
    size_t room = comparison->count + 1, groups = reading->count;
    const csuccess_allocator *mem = comparison->mem;
    memset(reading->groups, 0, groups * sizeof *reading->groups);
    memset(reading->differences, 0, groups * sizeof *reading->differences);
    csuccess__comparison_row *rows = csuccess__alloc(mem, room, sizeof *rows);
    double *two = csuccess__alloc(mem, 2 * groups, sizeof *two);
    if (rows && two) {
        sums s = {reading, two, two + groups};
        take_all(&s, rows, gather(rows, comparison, reading->group_of));
    }
    csuccess_result status = rows && two ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    csuccess__release(mem, two, 2 * groups, sizeof *two);
    csuccess__release(mem, rows, room, sizeof *rows);
    return status;
}

/* ---- Against what was held out ---- */

csuccess_result csuccess__comparison_effect_of(csuccess__comparison_effect *out,
                                               const csuccess__comparison *comparison,
                                               const csuccess__experiment *of)
{
    uint32_t group_of[CSUCCESS__COMPARISON_ARMS_MOST];
    csuccess__comparison_group groups[2];
    csuccess__comparison_difference differences[2];
    bool held;
    (void)csuccess__experiment_control(of, &held);
    for (uint32_t i = 0; i < comparison->arm_count; i++) {
        uint32_t arm = csuccess__arm_find(of, comparison->arms[i]);
        group_of[i] = arm == UINT32_MAX ? UINT32_MAX : of->arms[arm].hold ? 0 : 1;
    }
    csuccess__comparison_reading reading = {group_of, 2, groups, differences};
    csuccess_result status = csuccess__comparison_read(&reading, comparison);
    if (status < 0) return status;
    *out = (csuccess__comparison_effect){groups[0], groups[1], differences[1]};
    if (!held) out->difference.why_not = "no arm is held out";
    return CSUCCESS_OK;
}
