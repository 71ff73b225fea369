/* SPDX-License-Identifier: Apache-2.0 */
/* Legal and probably wrong: steps that no number reaches, since an earlier one takes it; tables that leave something out. */
#include "churn/internal.h"

/* Whether every probability that b takes has been taken by a. */
static bool covers(const csuccess__rung *a, const csuccess__rung *b)
{
    if (!a->bounded || !b->bounded) {
        return !a->bounded;
    }
    bool one_more = a->exclusive && !b->exclusive; /* b takes the bound itself */
    return a->bound < b->bound || (a->bound == b->bound && !one_more);
}

/* What any earlier step covers, the one that reaches furthest down covers too. */
static void lint_ladder(csuccess__problems *problems, const csuccess__ladder *ladder)
{
    const csuccess__rung *lowest = ladder->rungs;
    for (uint32_t i = 1; i < ladder->count; i++) {
        const csuccess__rung *rung = &ladder->rungs[i];
        bool covered = covers(lowest, rung);
        if (covered && !rung->when) {
            csuccess__problem(problems, rung->at, 0,
                              "%q cannot be reached: %q before it takes all that it would; the "
                              "highest stands first",
                              rung->id, lowest->id);
        }
        lowest = covered ? lowest : rung;
    }
}

/* Cells that are not filled, and rows that grow milder where the case grows worse. */
static void lint_table(csuccess__problems *problems, const csuccess__churn *churn,
                       const csuccess__grade *grade, bool higher_is_worse)
{
    const uint32_t tiers = grade->tiers.count;
    for (uint32_t l = 0; grade->cells && l < churn->levels.count; l++) {
        for (uint32_t t = 0; t < tiers; t++) {
            int8_t cell = grade->cells[(size_t)l * tiers + t];
            int8_t above = l > 0 ? grade->cells[(size_t)(l - 1) * tiers + t] : cell;
            bool worse =
                cell >= 0 && above >= 0 && (higher_is_worse ? cell > above : cell < above);
            if (cell < 0) {
                csuccess__problem(problems, grade->at, 0,
                                  "the table has nothing for the level %q and the tier %q",
                                  churn->levels.rungs[l].id, grade->tiers.rungs[t].id);
            } else if (worse) {
                csuccess__problem(problems, grade->at, 0,
                                  "for the tier %q the level %q stands before %q in the table, "
                                  "though it is the lower one",
                                  grade->tiers.rungs[t].id, churn->levels.rungs[l].id,
                                  churn->levels.rungs[l - 1].id);
            }
        }
    }
}

static void lint_grade(csuccess__problems *problems, const csuccess__churn *churn,
                       const csuccess__grade *grade, bool higher_is_worse)
{
    if (grade->value) {
        lint_ladder(problems, &grade->tiers);
        lint_table(problems, churn, grade, higher_is_worse);
    }
}

void csuccess__churn_lint(csuccess__problems *problems, const csuccess__churn *churn)
{
    if (churn) {
        lint_ladder(problems, &churn->levels);
        lint_ladder(problems, &churn->urgency);
        lint_grade(problems, churn, &churn->severity, true);
        lint_grade(problems, churn, &churn->priority, false);
        for (uint32_t i = 0; i < churn->step_count; i++) {
            if (churn->steps[i].source == CSUCCESS__SOURCE_SCORECARD) {
                csuccess__card_lint(problems, churn->steps[i].card);
            }
        }
    }
}
