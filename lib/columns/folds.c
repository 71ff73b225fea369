/* SPDX-License-Identifier: Apache-2.0 */
/* Folds by customer, given folds, and holdouts in time. */
#include "columns/folds.h"

#include "base/error.h"
#include "stats/order.h"

double csuccess__split_share(uint64_t key, uint64_t seed)
{
    csuccess__random random = {
        key ^ (seed * UINT64_C(0x9E3779B97F4A7C15) + UINT64_C(0x632BE59BD9B4E019))};
    return (double)(csuccess__random_next(&random) >> 11) / 9007199254740992.0;
}

static const csuccess__sample_row *row_of(const csuccess__examples *ex, uint32_t i)
{
    return &ex->samples->rows[ex->rows[i]];
}

static bool every_has_fold(const csuccess__examples *ex)
{
    for (uint32_t i = 0; i < ex->count; i++) {
        if (!(row_of(ex, i)->given.present & CSUCCESS_SAMPLE_FOLD)) {
            return false;
        }
    }
    return ex->count > 0;
}

static void by_hash(csuccess__split *out, const csuccess__examples *ex,
                    const csuccess__split_options *o)
{
    out->parts = o->folds;
    out->what = "folds by hash of the customer id";
    for (uint32_t i = 0; i < ex->count; i++) {
        double share = csuccess__split_share(row_of(ex, i)->key, o->seed);
        if (row_of(ex, i)->customer == CSUCCESS__NO_WORD) {
            out->what = "folds by row, as rows have no customer id (if a customer has several, "
                        "these figures are too good)";
        }
        uint32_t part = (uint32_t)(share * o->folds);
        out->part[i] = part < o->folds ? part : o->folds - 1;
    }
    for (uint32_t f = 0; f < o->folds; f++) {
        out->names[f] = f;
    }
}

/* Rows of one customer, which resemble each other, are in one fold: else a model would be measured on whom it knows. */
static csuccess_result check_customers(csuccess__arena *arena, const csuccess__examples *ex,
                                       csuccess_error *err)
{
    const csuccess__words *customers = &ex->samples->customers;
    uint32_t *fold = CSUCCESS__NEW_ARRAY(arena, uint32_t, customers->count); /* and 1 */
    for (uint32_t i = 0; fold && i < ex->count; i++) {
        const csuccess__sample_row *row = row_of(ex, i);
        if (row->customer == CSUCCESS__NO_WORD) {
            continue;
        }
        uint32_t *held = &fold[row->customer];
        if (*held && *held != row->given.fold + 1) {
            return csuccess__fail(
                err, CSUCCESS_EDATA,
                "rows of the customer %q are in the folds %u and %u; all of a "
                "customer's belong to one",
                customers->list[row->customer], *held - 1, row->given.fold);
        }
        *held = row->given.fold + 1;
    }
    return fold ? CSUCCESS_OK : CSUCCESS_ENOMEM;
}

/* number[f]: the part of given fold f, SPLIT_NONE where there is none. Parts are those of `like`, if there is one, whatever other folds
   stand here. */
static void number_folds(uint32_t number[1000], csuccess__split *out,
                         const csuccess__examples *ex, const csuccess__split *like)
{
    bool there[1000] = {false};
    for (uint32_t i = 0; i < ex->count && !like; i++) {
        there[row_of(ex, i)->given.fold] = true;
    }
    for (uint32_t i = 0; like && i < like->parts; i++) {
        there[like->names[i]] = true;
    }
    for (uint32_t f = 0; f < 1000; f++) {
        number[f] = there[f] ? out->parts : CSUCCESS__SPLIT_NONE;
        if (there[f]) {
            out->names[out->parts++] = f;
        }
    }
}

static csuccess_result by_given(csuccess__split *out, csuccess__arena *arena,
                                const csuccess__examples *ex, const csuccess__split *like,
                                csuccess_error *err)
{
    uint32_t number[1000];
    if (!every_has_fold(ex)) {
        return csuccess__fail(err, CSUCCESS_EDATA,
                              "not every row has a fold; evaluation by given folds needs one");
    }
    number_folds(number, out, ex, like);
    for (uint32_t i = 0; i < ex->count; i++) {
        out->part[i] = number[row_of(ex, i)->given.fold];
    }
    out->what = "given folds";
    out->given = true;
    return check_customers(arena, ex, err);
}

/* The time from which on the last `share` of the rows are; 0: all are of one time. */
static csuccess_result find_since(int64_t *since, csuccess__arena *arena,
                                  const csuccess__examples *ex, double share)
{
    double *times = CSUCCESS__NEW_ARRAY(arena, double, ex->count);
    uint32_t *order = CSUCCESS__NEW_ARRAY(arena, uint32_t, ex->count);
    uint32_t *scratch = CSUCCESS__NEW_ARRAY(arena, uint32_t, ex->count);
    *since = 0;
    if (!times || !order || !scratch) {
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < ex->count; i++) {
        times[i] = (double)row_of(ex, i)->given.as_of; /* below 2^53 ms: exact */
    }
    csuccess__order_rows(order, scratch, times, ex->count);
    uint32_t at = (uint32_t)((1 - share) * ex->count);
    if (ex->count > 1 && at < ex->count && times[order[at]] > times[order[0]]) {
        *since = row_of(ex, order[at])->given.as_of;
    }
    return CSUCCESS_OK;
}

/* Whether the row's window had closed by `time`, so that its label was known then. */
static bool known_by(const csuccess__examples *ex, uint32_t i, int64_t time)
{
    int64_t start, end;
    const csuccess_samples *s = ex->samples;
    return csuccess__time_add(&start, row_of(ex, i)->given.as_of, s->gap) &&
           csuccess__time_add(&end, start, s->horizon) && end <= time;
}

static void hold_out(csuccess__split *out, const csuccess__examples *ex,
                     const csuccess__split_options *o)
{
    out->parts = 1;
    out->holdout = true;
    for (uint32_t i = 0; i < ex->count; i++) {
        bool held = csuccess__split_share(row_of(ex, i)->key, o->seed) < o->holdout;
        bool late = out->since && row_of(ex, i)->given.as_of >= out->since;
        out->part[i] = held && (late || !out->since) ? 0
                       : !held && (!out->since || known_by(ex, i, out->since))
                           ? CSUCCESS__SPLIT_NONE
                           : CSUCCESS__SPLIT_UNUSED;
    }
    out->what = out->since ? "customers that were not learned from, in the later period"
                           : "customers that were not learned from";
}

/* Rows to learn from, of both outcomes. */
static bool can_learn(const csuccess__split *split, const csuccess__examples *ex)
{
    uint32_t rows[2] = {0, 0}, held[2] = {0, 0};
    for (uint32_t i = 0; i < ex->count; i++) {
        rows[ex->labels[i]] += split->part[i] == CSUCCESS__SPLIT_NONE;
        held[ex->labels[i]] += split->part[i] == 0;
    }
    return rows[0] >= 10 && rows[1] >= 10 && held[0] && held[1];
}

static csuccess_result by_holdout(csuccess__split *out, csuccess__arena *arena,
                                  const csuccess__examples *ex,
                                  const csuccess__split_options *o)
{
    csuccess_result status = CSUCCESS_OK;
    if (o->like) {
        out->since = o->like->since;
    } else if (ex->samples->dated) {
        status = find_since(&out->since, arena, ex, o->holdout);
    }
    hold_out(out, ex, o);
    if (out->since && !o->like &&
        !can_learn(out, ex)) { /* too short a history to split in time */
        out->since = 0;
        hold_out(out, ex, o);
    }
    return status;
}

/* reason: one condition over four counts. */
static csuccess_result check_parts(const csuccess__split *split, const csuccess__examples *ex,
                                   csuccess_error *err)
{
    for (uint32_t f = 0; f < split->parts; f++) {
        uint32_t in[2] = {0, 0}, rest[2] = {0, 0};
        for (uint32_t i = 0; i < ex->count; i++) {
            bool here = split->part[i] == f;
            bool there = !here && split->part[i] != CSUCCESS__SPLIT_UNUSED;
            in[ex->labels[i]] += here;
            rest[ex->labels[i]] += there;
        }
        if (!in[0] || !in[1] || !rest[0] || !rest[1]) {
            return csuccess__fail(err, CSUCCESS_EDATA,
                                  "%s %u: %u rows, %u events, and %u rows, %u events to learn "
                                  "from: both outcomes "
                                  "are needed on either side; more rows, or fewer folds",
                                  split->holdout ? "holdout" : "fold", split->names[f],
                                  in[0] + in[1], in[1], rest[0] + rest[1], rest[1]);
        }
    }
    return split->parts > 1 || split->holdout
               ? CSUCCESS_OK
               : csuccess__fail(err, CSUCCESS_EDATA,
                                "there is one fold; at least 2 are needed");
}

/* The sort of split: CSUCCESS_EVALUATE_*, but not AUTO. */
static uint32_t choose(const csuccess__examples *examples,
                       const csuccess__split_options *options)
{
    const csuccess__split *like = options->like;
    if (like) { /* the same parts */
        return like->given     ? CSUCCESS_EVALUATE_GIVEN
               : like->holdout ? CSUCCESS_EVALUATE_HOLDOUT
                               : CSUCCESS_EVALUATE_FOLDS;
    }
    if (options->evaluation != CSUCCESS_EVALUATE_AUTO) {
        return options->evaluation;
    }
    return every_has_fold(examples)   ? CSUCCESS_EVALUATE_GIVEN
           : examples->samples->dated ? CSUCCESS_EVALUATE_HOLDOUT
                                      : CSUCCESS_EVALUATE_FOLDS;
}

csuccess_result csuccess__split_make(csuccess__split *out, csuccess__arena *arena,
                                     const csuccess__examples *examples,
                                     const csuccess__split_options *options,
                                     csuccess_error *err)
{
    csuccess_result status = CSUCCESS_OK;
    uint32_t how;
    *out = (csuccess__split){.parts = 0};
    out->part = CSUCCESS__NEW_ARRAY(arena, uint32_t, examples->count);
    if (!out->part) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    how = choose(examples, options);
    if (how == CSUCCESS_EVALUATE_GIVEN) {
        status = by_given(out, arena, examples, options->like, err);
    } else if (how == CSUCCESS_EVALUATE_HOLDOUT) {
        status = by_holdout(out, arena, examples, options);
    } else {
        by_hash(out, examples, options);
    }
    if (status == CSUCCESS_ENOMEM) {
        return csuccess__fail(err, status, "out of memory");
    }
    return status < 0 ? status : check_parts(out, examples, err);
}
