/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `experiment`, the last: it denies what an experiment holds out of this customer's reach. */
#include "intervene/arbiter.h"

#include "intervene/experiments/experiments.h"

csuccess__ruled csuccess__ask_experiment(csuccess__turn *t, csuccess__candidate *c,
                                         const csuccess__channel *by)
{
    csuccess__ruled ruled = {.ruling = CSUCCESS__ALLOW, .guard = CSUCCESS__GUARD_EXPERIMENT};
    (void)by; /* held out is held out on every channel */
    ruled.reason = csuccess__experiments_ask(t, c);
    if (ruled.reason.len == 0) return ruled;
    ruled.ruling = CSUCCESS__DENY;
    ruled.until = CSUCCESS__NEVER;
    return ruled;
}
