/* SPDX-License-Identifier: Apache-2.0 */
/* Slots of the stratum FLOW, declared by the sections while they are compiled. */
#include "flow/flow.h"

uint32_t csuccess__flow_slot(const csuccess__flow_build *build, csuccess_str path,
                             csuccess_str argument, const csuccess__type *type)
{
    const csuccess__slot slot = {
        .path = path, .argument = argument, .type = type, .stratum = CSUCCESS__STRATUM_FLOW};
    const csuccess_str *asked = argument.ptr ? &slot.argument : NULL;
    uint32_t at = csuccess__schema_find(build->schema, path, asked);
    if (at != UINT32_MAX || build->schema->sealed) return at;
    at = csuccess__schema_add(build->schema, &slot);
    if (at == UINT32_MAX) build->problems->lost = true;
    return at;
}
