/* SPDX-License-Identifier: Apache-2.0 */
/* Playbooks. */
#include "flow/playbooks/playbook.h"

void csuccess__playbooks_declare(struct csuccess__flow_build *build,
                                 const csuccess__json *section)
{
    (void)build;
    (void)section;
}
const csuccess__playbooks *csuccess__playbooks_compile(struct csuccess__flow_build *build,
                                                       const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
bool csuccess__playbook_read(csuccess__playbook *out, struct csuccess__flow_build *build,
                             const csuccess__json *definition)
{
    (void)out;
    (void)build;
    (void)definition;
    return 0;
}
uint32_t csuccess__playbook_find(const csuccess__playbooks *playbooks, csuccess_str id)
{
    (void)playbooks;
    (void)id;
    return 0;
}
void csuccess__playbooks_publish(csuccess__moment *m)
{
    (void)m;
}
void csuccess__playbook_start(csuccess__moment *m, const csuccess__happening *start)
{
    (void)m;
    (void)start;
}
void csuccess__playbooks_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__playbooks_happened(csuccess__moment *m, const csuccess__happening *happening)
{
    (void)m;
    (void)happening;
}
csuccess_result csuccess__playbook_apply(csuccess__moment *m, const csuccess__input *input,
                                         csuccess__text *reason)
{
    (void)m;
    (void)input;
    (void)reason;
    return 0;
}
void csuccess__playbook_print(struct csuccess__json_writer *out,
                              const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
