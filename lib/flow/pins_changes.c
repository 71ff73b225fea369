/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration that is about to be published means for those who are on their way through journeys. */
#include "flow/pins.h"

#include <string.h>

/* Whether an enrollment can be at a step between two looks. */
static bool is_stop(const csuccess__journey_step *step)
{
    return step->waits;
}

/* The step that one at `id` goes on at; false: there is none. */
static bool has_place(const csuccess__journey *after, csuccess_str id)
{
    for (uint32_t i = 0; i < after->map_count; i++) {
        if (csuccess__str_eq(after->map[i].from, id)) {
            return csuccess__journey_step_find(after, after->map[i].to) != UINT32_MAX;
        }
    }
    return csuccess__journey_step_find(after, id) != UINT32_MAX;
}

static void compare(const csuccess__journey *before, const csuccess__journey *after,
                    csuccess__problems *problems)
{
    if (!after->maps || memcmp(before->hash, after->hash, sizeof before->hash) == 0) return;
    for (uint32_t i = 0; i < before->step_count; i++) {
        const csuccess__journey_step *step = &before->steps[i];
        if (!is_stop(step) || has_place(after, step->id)) continue;
        csuccess__problem(problems, after->at, 0,
                          "who is at the step %q of the journey %q stays under its earlier "
                          "definition: neither the new one nor \"on_change\".map has that step",
                          step->id, before->id);
    }
}

void csuccess__flow_changes(const csuccess__flow *before, const csuccess__flow *after,
                            csuccess__problems *problems)
{
    if (!before || !after || !before->journeys) return;
    for (uint32_t i = 0; i < before->journeys->count; i++) {
        const csuccess__journey *journey = &before->journeys->list[i];
        uint32_t at = csuccess__journey_find(after->journeys, journey->id);
        if (at != UINT32_MAX) compare(journey, &after->journeys->list[at], problems);
    }
}
