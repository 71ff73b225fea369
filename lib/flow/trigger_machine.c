/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers in a step. */
#include "flow/trigger_internal.h"

const csuccess__triggers *csuccess__triggers_new(struct csuccess__flow_build *build,
                                                 const csuccess__trigger *list, uint32_t count)
{
    csuccess__triggers *out = CSUCCESS__NEW(build->with->arena, csuccess__triggers);
    if (out) *out = (csuccess__triggers){.list = list, .count = count};
    return out;
}
void csuccess__triggers_look(csuccess__moment *m)
{
    (void)m;
}
void csuccess__triggers_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    (void)m;
    (void)happening;
}
void csuccess__trigger_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
csuccess_str csuccess__kept_take(csuccess__moment *m, const csuccess__happening *happening)
{
    (void)m;
    (void)happening;
    return (csuccess_str){0};
}
void csuccess__kept_show(csuccess__moment *m, csuccess_str kept)
{
    (void)m;
    (void)kept;
}
