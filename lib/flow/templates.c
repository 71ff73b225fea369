/* SPDX-License-Identifier: Apache-2.0 */
/* The section `templates`. */
#include "flow/templates.h"

const csuccess__templates *csuccess__templates_compile(struct csuccess__flow_build *build,
                                                       const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
const csuccess__message_template *csuccess__templates_find(const csuccess__templates *templates,
                                                           csuccess_str id)
{
    (void)templates;
    (void)id;
    return NULL;
}
bool csuccess__sending_read(csuccess__sending *out, struct csuccess__flow_build *build,
                            const csuccess__json *object, const char *channel)
{
    (void)out;
    (void)build;
    (void)object;
    (void)channel;
    return 0;
}
bool csuccess__send(csuccess__moment *m, const csuccess__want *want)
{
    (void)m;
    (void)want;
    return 0;
}
