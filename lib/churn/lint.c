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

static void lint_ladder(csuccess__problems *problems, const csuccess__ladder *ladder)
{
    for (uint32_t i = 1; i < ladder->count; i++) {
        const csuccess__rung *rung = &ladder->rungs[i];
        uint32_t k = 0;
        while (k < i && !covers(&ladder->rungs[k], rung)) {
            k++;
        }
        if (k < i && !rung->when) {
            csuccess__problem(problems, rung->at, 0,
                              "%q cannot be reached: %q before it takes all that it would; the "
                              "highest stands first",
                              rung->id, ladder->rungs[k].id);
        }
    }
}

void csuccess__churn_lint(csuccess__problems *problems, const csuccess__churn *churn)
{
    if (churn) {
        lint_ladder(problems, &churn->levels);
        lint_ladder(problems, &churn->urgency);
    }
}
