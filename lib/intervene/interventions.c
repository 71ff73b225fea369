/* SPDX-License-Identifier: Apache-2.0 */
/* The section `interventions`. */
#include "intervene/interventions.h"

#include "intervene/intervene.h"

const csuccess__interventions *
csuccess__interventions_compile(struct csuccess__intervene_build *build,
                                const csuccess__json *section)
{
    (void)build;
    (void)section;
    return CSUCCESS__NEW(build->flow->with->arena, csuccess__interventions);
}

const csuccess__intervention *csuccess__intervention_find(const csuccess__interventions *of,
                                                          csuccess_str id)
{
    (void)of;
    (void)id;
    return NULL;
}

void csuccess__follow_up_read(csuccess__follow_up *out, struct csuccess__intervene_build *build,
                              const csuccess__json *object)
{
    (void)out;
    (void)build;
    (void)object;
}

void csuccess__judging_read(csuccess__judging *out, struct csuccess__intervene_build *build,
                            const csuccess__json *object)
{
    (void)out;
    (void)build;
    (void)object;
}

void csuccess__interventions_candidates(csuccess__turn *t)
{
    (void)t;
}

void csuccess__interventions_publish(csuccess__turn *t)
{
    (void)t;
}
