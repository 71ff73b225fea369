/* SPDX-License-Identifier: Apache-2.0 */
/* Churn of one customer. */
#include "base/number.h"
#include "churn/internal.h"

#include <string.h>

static bool holds(const csuccess__program *program, csuccess__churn_run *run)
{
    csuccess__value v = csuccess__churn_evaluate(program, run);
    return !csuccess__is_missing(v) && v.as.boolean;
}

/* A number, and whether there is one. */
static bool amount(const csuccess__program *program, csuccess__churn_run *run, double *out)
{
    csuccess__value v = program ? csuccess__churn_evaluate(program, run)
                                : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    *out = csuccess__is_missing(v) ? 0 : v.as.number;
    return !csuccess__is_missing(v);
}

static void set_number(csuccess__churn_run *run, uint32_t slot, bool there, double value)
{
    if (slot != UINT32_MAX) {
        run->slots[slot] =
            there ? csuccess__number(value) : csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
    }
}

static void find_risks(const csuccess__churn *churn, csuccess__churn_run *run,
                       csuccess__churn_result *out)
{
    uint32_t *risks = run->work->risks;
    out->risks = risks;
    out->risk_count = 0;
    for (uint32_t i = 0; i < churn->risk_count; i++) {
        const csuccess__risk *risk = &churn->risks[i];
        bool there = holds(risk->when, run);
        if (there) {
            risks[out->risk_count++] = i;
        }
        set_number(run, risk->slot, true, there ? risk->impact : 0);
    }
}

/* The rung of the probability, or a higher one whose own condition holds. Ladders go from the top down. */
static void find_level(const csuccess__churn *churn, csuccess__churn_run *run,
                       csuccess__churn_result *out)
{
    int32_t level =
        out->has_probability ? csuccess__ladder_find(&churn->levels, out->probability) : -1;
    int32_t top = level >= 0 ? level : (int32_t)churn->levels.count;
    for (int32_t i = 0; i < top; i++) {
        const csuccess__program *when = churn->levels.rungs[i].when;
        if (when && holds(when, run)) {
            level = i;
            break;
        }
    }
    out->level = level;
    run->slots[churn->level_slot] =
        level >= 0 ? churn->level_values[level] : csuccess__missing(CSUCCESS__ABSENCE_OPERAND);
}

static void value_customer(const csuccess__churn *churn, csuccess__churn_run *run,
                           csuccess__churn_result *out)
{
    out->has_lifetime_value = amount(churn->lifetime, run, &out->lifetime_value);
    csuccess__value at_risk = csuccess__number(out->probability * out->lifetime_value);
    out->has_value_at_risk =
        out->has_lifetime_value && out->has_probability && !csuccess__is_missing(at_risk);
    out->value_at_risk = out->has_value_at_risk ? at_risk.as.number : 0;
    set_number(run, churn->lifetime_slot, out->has_lifetime_value, out->lifetime_value);
    set_number(run, churn->at_risk_slot, out->has_value_at_risk, out->value_at_risk);
    out->has_prevention_cost = amount(churn->prevention, run, &out->prevention_cost);
}

/* Without a table the level alone decides: the highest is 1, the fifth and those below it 5. */
static int32_t by_level(int32_t level)
{
    enum { LAST_PRIORITY = 5 };
    return level < 0 ? 0 : level + 1 < LAST_PRIORITY ? level + 1 : LAST_PRIORITY;
}

static int32_t grade(const csuccess__grade *table, csuccess__churn_run *run, int32_t level)
{
    double value = 0;
    bool there = amount(table->value, run, &value);
    return csuccess__grade_find(table, level, there, value);
}

static void grade_case(const csuccess__churn *churn, csuccess__churn_run *run,
                       csuccess__churn_result *out)
{
    out->severity = churn->severity.value ? grade(&churn->severity, run, out->level) : -1;
    int32_t priority =
        churn->priority.value ? grade(&churn->priority, run, out->level) : by_level(out->level);
    out->priority = priority > 0 ? priority : 0;
}

static void recommend(const csuccess__churn *churn, csuccess__churn_run *run,
                      csuccess__churn_result *out)
{
    double confidence = out->has_confidence ? out->confidence : 0;
    bool sure = out->has_probability && confidence >= churn->min_confidence;
    uint32_t *actions = run->work->actions;
    out->urgency =
        out->has_probability ? csuccess__ladder_find(&churn->urgency, out->probability) : -1;
    out->has_recommended = out->has_probability && churn->recommend.count > 0;
    out->recommended = sure && csuccess__ladder_find(&churn->recommend, out->probability) >= 0;
    out->actions = actions;
    out->action_count = 0;
    for (uint32_t i = 0; sure && i < churn->action_count; i++) {
        if (holds(churn->actions[i].when, run)) {
            actions[out->action_count++] = i;
        }
    }
}

void csuccess__churn_brief(const csuccess__churn *churn, csuccess__churn_run *run,
                           csuccess__churn_result *out)
{
    run->failed = CSUCCESS_OK;
    csuccess__churn_predict(churn, run, out);
    set_number(run, churn->probability_slot, out->has_probability,
               csuccess__round9(out->probability));
    if (churn->raises) {
        find_risks(churn, run, out); /* a level's condition may ask for them */
    }
    find_level(churn, run, out);
}

void csuccess__churn_row(const csuccess__churn *churn, csuccess__churn_run *run,
                         csuccess__churn_result *out)
{
    run->failed = CSUCCESS_OK;
    csuccess__churn_predict(churn, run, out);
    set_number(run, churn->probability_slot, out->has_probability,
               csuccess__round9(out->probability));
    find_risks(churn, run, out);
    find_level(churn, run, out);
    value_customer(churn, run, out);
    grade_case(churn, run, out);
    csuccess__churn_time(churn, run, out);
    csuccess__churn_others(churn, run, out);
    recommend(churn, run, out);
}
