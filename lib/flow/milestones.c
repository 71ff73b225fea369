/* SPDX-License-Identifier: Apache-2.0 */
/* The section `milestones`. */
#include "flow/milestones.h"

const csuccess__milestones *csuccess__milestones_compile(struct csuccess__flow_build *build,
                                                         const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
void csuccess__milestones_publish(csuccess__moment *m)
{
    (void)m;
}
void csuccess__milestones_step(csuccess__moment *m)
{
    (void)m;
}
csuccess_result csuccess__milestone_apply(csuccess__moment *m, const csuccess__input *input,
                                          csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return 0;
}
void csuccess__milestones_report(csuccess__moment *m, struct csuccess__json_writer *out)
{
    (void)m;
    (void)out;
}
void csuccess__milestone_print(struct csuccess__json_writer *out,
                               const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
