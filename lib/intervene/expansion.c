/* SPDX-License-Identifier: Apache-2.0 */
/* The section `expansion`. */
#include "intervene/expansion.h"

#include "intervene/intervene.h"

const csuccess__expansion *csuccess__expansion_compile(struct csuccess__intervene_build *build,
                                                       const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__expansion);
}

const csuccess__opportunity *csuccess__expansion_look(csuccess__turn *t, uint32_t *count)
{
    (void)t;
    (void)count;
    return NULL;
}

void csuccess__expansion_publish(csuccess__turn *t)
{
    (void)t;
}

void csuccess__expansion_step(csuccess__turn *t)
{
    (void)t;
}

void csuccess__expansion_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}

void csuccess__opportunity_print(struct csuccess__json_writer *out,
                                 const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}
