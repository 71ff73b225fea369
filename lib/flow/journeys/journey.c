/* SPDX-License-Identifier: Apache-2.0 */
/* Journeys. */
#include "flow/journeys/journey.h"

void csuccess__journeys_declare(struct csuccess__flow_build *build,
                                const csuccess__json *section)
{
    (void)build;
    (void)section;
}
const csuccess__journeys *csuccess__journeys_compile(struct csuccess__flow_build *build,
                                                     const csuccess__json *section)
{
    (void)build;
    (void)section;
    return NULL;
}
bool csuccess__journey_read(csuccess__journey *out, struct csuccess__flow_build *build,
                            const csuccess__json *definition)
{
    (void)out;
    (void)build;
    (void)definition;
    return 0;
}
uint32_t csuccess__journey_find(const csuccess__journeys *journeys, csuccess_str id)
{
    (void)journeys;
    (void)id;
    return 0;
}
uint32_t csuccess__journey_step_find(const csuccess__journey *journey, csuccess_str id)
{
    (void)journey;
    (void)id;
    return 0;
}
const char *csuccess__step_type_name(csuccess__step_type type)
{
    (void)type;
    return NULL;
}
