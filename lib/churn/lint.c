/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of levels and of urgency that no probability reaches, since an earlier one takes it. */
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

void csuccess__churn_lint(csuccess__problems *problems, const csuccess__churn *churn)
{
    if (churn) {
        lint_ladder(problems, &churn->levels);
        lint_ladder(problems, &churn->urgency);
    }
}
