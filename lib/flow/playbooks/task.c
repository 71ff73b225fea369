/* SPDX-License-Identifier: Apache-2.0 */
/* Tasks. */
#include "flow/playbooks/task.h"

bool csuccess__task_def_read(csuccess__task_def *out, struct csuccess__flow_build *build,
                             const csuccess__json *object)
{
    (void)out;
    (void)build;
    (void)object;
    return 0;
}
csuccess_str csuccess__task_new(csuccess__moment *m, const csuccess__task_make *make)
{
    (void)m;
    (void)make;
    return (csuccess_str){0};
}
bool csuccess__task_get(csuccess__step *step, csuccess_str id, csuccess__task *out)
{
    (void)step;
    (void)id;
    (void)out;
    return 0;
}
void csuccess__task_cancel(csuccess__moment *m, csuccess_str id, csuccess_str reason)
{
    (void)m;
    (void)id;
    (void)reason;
}
void csuccess__tasks_transfer(csuccess__moment *m, csuccess_str role, csuccess_str from,
                              csuccess_str to)
{
    (void)m;
    (void)role;
    (void)from;
    (void)to;
}
csuccess_result csuccess__task_apply(csuccess__moment *m, const csuccess__input *input,
                                     csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return 0;
}
void csuccess__tasks_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__task_print(struct csuccess__json_writer *out, const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
