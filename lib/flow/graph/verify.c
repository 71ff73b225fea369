/* SPDX-License-Identifier: Apache-2.0 */
/* The verifier. */
#include "flow/graph/verify.h"

void csuccess__journey_verify(struct csuccess__flow_build *build,
                              const csuccess__journey *journey)
{
    (void)build;
    (void)journey;
}
void csuccess__playbook_verify(struct csuccess__flow_build *build,
                               const csuccess__playbook *playbook)
{
    (void)build;
    (void)playbook;
}
void csuccess__flow_verify(struct csuccess__flow_build *build)
{
    (void)build;
}
csuccess_result csuccess__journey_bounds(csuccess__flow_bounds *out, const csuccess__flow *flow,
                                         const csuccess__journey *journey,
                                         const csuccess_allocator *mem)
{
    (void)out;
    (void)flow;
    (void)journey;
    (void)mem;
    return 0;
}
csuccess_result csuccess__playbook_bounds(csuccess__flow_bounds *out,
                                          const csuccess__flow *flow,
                                          const csuccess__playbook *playbook,
                                          const csuccess_allocator *mem)
{
    (void)out;
    (void)flow;
    (void)playbook;
    (void)mem;
    return 0;
}
