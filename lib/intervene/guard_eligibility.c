/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `eligibility`: it is live, it does no harm that is known, and there is somebody to receive it. */
#include "intervene/recipients.h"
#include "intervene/selection.h"

csuccess__ruled csuccess__ask_eligibility(csuccess__turn *t, csuccess__candidate *c,
                                          const csuccess__channel *by)
{
    int64_t now = t->m->step->now;
    if (c->valid_until != 0 && now >= c->valid_until) {
        return csuccess__denies("its validity is over");
    }
    if (c->effect.source != CSUCCESS__EFFECT_UNKNOWN && c->effect.uplift < 0) {
        return csuccess__denies("its known effect is negative");
    }
    if (c->not_before > now) return csuccess__defers(c->not_before, "its delay is not over");
    return c->to ? csuccess__recipient_choose(t, c, by) : (csuccess__ruled){0};
}
