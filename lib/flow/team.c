/* SPDX-License-Identifier: Apache-2.0 */
/* The section `team`. */
#include "flow/team.h"

const csuccess__team *csuccess__team_compile(struct csuccess__flow_build *build,
                                             const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
bool csuccess__team_has_role(const csuccess__team *team, csuccess_str role)
{
    (void)team;
    (void)role;
    return 0;
}
const csuccess_str *csuccess__team_ledgers(const csuccess__team *team, uint32_t *count)
{
    (void)team;
    (void)count;
    return NULL;
}
csuccess_str csuccess__owner_of(csuccess__moment *m, csuccess_str role)
{
    (void)m;
    (void)role;
    return (csuccess_str){0};
}
void csuccess__owner_load(csuccess__moment *m, csuccess_str member, int64_t tasks)
{
    (void)m;
    (void)member;
    (void)tasks;
}
void csuccess__owners_look(csuccess__moment *m)
{
    (void)m;
}
csuccess_result csuccess__owner_apply(csuccess__moment *m, const csuccess__input *input,
                                      csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return 0;
}
void csuccess__owner_print(struct csuccess__json_writer *out,
                           const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
