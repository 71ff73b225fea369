/* SPDX-License-Identifier: Apache-2.0 */
/* Pinned definitions. */
#include "flow/pins.h"

csuccess_result csuccess__pins_new(csuccess__pins **out, const csuccess__flow *flow,
                                   const csuccess__constants *constants,
                                   const csuccess_limits *limits, const csuccess_allocator *mem)
{
    (void)out;
    (void)flow;
    (void)constants;
    (void)limits;
    (void)mem;
    return 0;
}
void csuccess__pins_free(csuccess__pins *pins)
{
    (void)pins;
}
csuccess_result csuccess__pins_wanted(const csuccess__pins *pins, const csuccess__state *state,
                                      uint8_t (*out)[32], uint32_t most, uint32_t *count)
{
    (void)pins;
    (void)state;
    (void)out;
    (void)most;
    (void)count;
    return 0;
}
csuccess_result csuccess__pins_add(csuccess__pins *pins, const uint8_t hash[32],
                                   csuccess_str document)
{
    (void)pins;
    (void)hash;
    (void)document;
    return 0;
}
const csuccess__journey *csuccess__pins_journey(csuccess__pins *pins, csuccess_str id,
                                                const uint8_t definition[16],
                                                const uint8_t config[32], csuccess_str *why)
{
    (void)pins;
    (void)id;
    (void)definition;
    (void)config;
    (void)why;
    return NULL;
}
const csuccess__playbook *csuccess__pins_playbook(csuccess__pins *pins, csuccess_str id,
                                                  const uint8_t definition[16],
                                                  const uint8_t config[32], csuccess_str *why)
{
    (void)pins;
    (void)id;
    (void)definition;
    (void)config;
    (void)why;
    return NULL;
}
bool csuccess__pins_had_trigger(const csuccess__pins *pins, const uint8_t config[32],
                                const csuccess__trigger *trigger)
{
    (void)pins;
    (void)config;
    (void)trigger;
    return false;
}
void csuccess__flow_changes(const csuccess__flow *before, const csuccess__flow *after,
                            csuccess__problems *problems)
{
    (void)before;
    (void)after;
    (void)problems;
}
