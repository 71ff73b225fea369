/* SPDX-License-Identifier: Apache-2.0 */
/* The conditions of health that a missing input left open. */
#include "score/health_internal.h"

static void note_signals(csuccess__open *open, const char *what, const csuccess__signal *list,
                         uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        csuccess__open_note(open, what, list[i].id, list[i].when);
    }
}

void csuccess__health_open(csuccess__open *open, const csuccess__health *health,
                           const csuccess__health_result *result)
{
    uint32_t chosen = result->profile;
    for (uint32_t p = 0; p < health->profile_count && p < chosen; p++) {
        csuccess__open_note(open, "profile", health->profiles[p].id, health->profiles[p].when);
    }
    if (chosen >= health->profile_count) return;
    const csuccess__profile *profile = &health->profiles[chosen];
    for (uint32_t i = 0; i < profile->modifier_count; i++) {
        csuccess__open_note(open, "modifier", profile->modifiers[i].id,
                            profile->modifiers[i].when);
    }
    csuccess__open_note(open, "churned_when", profile->id, profile->churned_when);
    note_signals(open, "alert", profile->alerts, profile->alert_count);
    note_signals(open, "contradiction", profile->contradictions, profile->contradiction_count);
}
