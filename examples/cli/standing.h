/* SPDX-License-Identifier: Apache-2.0 */
/* Where a customer stands in segments, milestones, journeys, playbooks, tasks and goals, for people. */
#ifndef CLI_STANDING_H
#define CLI_STANDING_H

#include <csuccess/base.h>

/* Paragraphs out of the JSON of csuccess_engine_state(); a section in which nothing stands has none. */
void standing_print(csuccess_str state);

#endif
