/* SPDX-License-Identifier: Apache-2.0 */
/* The section `features`. */
#include "flow/features.h"

const csuccess__features *csuccess__features_compile(struct csuccess__flow_build *build,
                                                     const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
void csuccess__features_publish(csuccess__moment *m)
{
    (void)m;
}
void csuccess__features_step(csuccess__moment *m)
{
    (void)m;
}
void csuccess__features_report(csuccess__moment *m, struct csuccess__json_writer *out)
{
    (void)m;
    (void)out;
}
void csuccess__feature_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
