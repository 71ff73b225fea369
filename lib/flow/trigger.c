/* SPDX-License-Identifier: Apache-2.0 */
/* Triggers. */
#include "flow/trigger.h"

bool csuccess__trigger_read(csuccess__trigger *out, struct csuccess__flow_build *build,
                            const csuccess__json *of, uint32_t each)
{
    (void)out;
    (void)build;
    (void)of;
    (void)each;
    return 0;
}
const csuccess__triggers *csuccess__triggers_new(struct csuccess__flow_build *build,
                                                 const csuccess__trigger *list, uint32_t count)
{
    (void)build;
    (void)list;
    (void)count;
    return NULL;
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
