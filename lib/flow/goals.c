/* SPDX-License-Identifier: Apache-2.0 */
/* Goals. */
#include "flow/goals.h"

const csuccess__goals *csuccess__goals_compile(struct csuccess__flow_build *build)
{
    (void)build;
    return NULL;
}
void csuccess__goals_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__goals_report(csuccess__moment *m, struct csuccess__json_writer *out)
{
    (void)m;
    (void)out;
}
void csuccess__goal_print(struct csuccess__json_writer *out, const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
