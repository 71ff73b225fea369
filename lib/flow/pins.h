/* SPDX-License-Identifier: Apache-2.0 */
/* Definitions of earlier configurations that instances are still pinned to, compiled over what is known now: journeys and playbooks of a stored document, by its hash. */
#ifndef CSUCCESS__FLOW_PINS_H
#define CSUCCESS__FLOW_PINS_H

#include "flow/flow.h"

typedef struct csuccess__pins csuccess__pins;
enum { CSUCCESS__PINS_MOST = 16 /* documents kept compiled; the one used longest ago goes */ };

csuccess_result csuccess__pins_new(csuccess__pins **out, const csuccess__flow *flow,
                                   const csuccess__constants *constants,
                                   const csuccess_limits *limits,
                                   const csuccess_allocator *mem);
void csuccess__pins_free(csuccess__pins *pins);
/* The hash of the configuration in force, which is never wanted. */
void csuccess__pins_in_force(csuccess__pins *pins, const uint8_t config[32]);
/* Hashes of configurations whose definitions the state's instances are pinned to, that differ from those in force, and that were not added; and of the one that it was advanced under last, when triggers want to know whether they are new: at most `most` of at most CSUCCESS__PINS_MOST that are used, each once. What they are used for is compiled. ESTATE, ENOMEM. */
csuccess_result csuccess__pins_wanted(csuccess__pins *pins, const csuccess__state *state,
                                      uint8_t (*out)[32], uint32_t most, uint32_t *count);
/* The stored document of that hash; empty: the store has none. What does not compile any more is kept as such, with its reason. ENOMEM only. */
csuccess_result csuccess__pins_add(csuccess__pins *pins, const uint8_t hash[32],
                                   csuccess_str text);
/* The definition with that hash, of the configuration in force or an earlier one; NULL: it is not to be had, *why says it (static or in pins). */
const csuccess__journey *csuccess__pins_journey(csuccess__pins *pins, csuccess_str id,
                                                const uint8_t definition[16],
                                                const uint8_t config[32], csuccess_str *why);
const csuccess__playbook *csuccess__pins_playbook(csuccess__pins *pins, csuccess_str id,
                                                  const uint8_t definition[16],
                                                  const uint8_t config[32], csuccess_str *why);
/* Whether the configuration of that hash had the trigger, word for word; false when it is not to be had. */
bool csuccess__pins_had_trigger(const csuccess__pins *pins, const uint8_t config[32],
                                const csuccess__trigger *trigger);
/* What becomes of running enrollments under another configuration, for publishing: problems (each with journey and step) for steps that neither the map nor the new definition has. */
void csuccess__flow_changes(const csuccess__flow *before, const csuccess__flow *after,
                            csuccess__problems *problems);

#endif
