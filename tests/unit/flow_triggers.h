/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of flow of which only what triggers tell is looked at. */
#ifndef FLOW_TRIGGERS_H
#define FLOW_TRIGGERS_H

#include "flow_journeys.h"

#include "flow/trigger_internal.h"

/* After a step, as an engine leaves the head. */
static inline void trig_after(trip *t, bool was_fresh)
{
    if (was_fresh) t->state.head.created_at = t->step.now;
    t->state.head.at = t->step.now;
    trip_hash(t->state.head.config, trip_now(t));
}

/* What triggers told in the step, in order: "journey" or "playbook/record". */
static inline void trig_told(const trip *t, csuccess__text *out)
{
    for (uint32_t i = 0; i < t->desk.queue_count; i++) {
        const csuccess__happening *h = &t->desk.queue[i];
        bool begins =
            h->kind == CSUCCESS__HAPPENING_ENROLL || h->kind == CSUCCESS__HAPPENING_START;
        if (!begins || !csuccess__str_is(h->detail, "trigger")) continue;
        csuccess__text_format(out, "%s%S%s%S", out->len ? " " : "", h->id,
                              h->record.len ? "/" : "", h->record);
    }
}

static inline csuccess_result trig_step(trip *t, int64_t now, const csuccess__input *input)
{
    char cause[32];
    bool was_fresh = t->fresh;
    snprintf(cause, sizeof cause, "c%lld", (long long)now);
    csuccess_result result = trip_step(t, now, cause, input);
    trig_after(t, was_fresh);
    return result;
}

static inline csuccess_result trig_event(trip *t, csuccess__input *out, const char *type,
                                         const char *name, const char *properties)
{
    char text[512];
    snprintf(text, sizeof text,
             "{`type`: `%s`, `event`: `%s`, `messageId`: `m`, `groupId`: `c1`, `timestamp`: "
             "`2026-01-01T00:00:00Z`, `properties`: {%s}}",
             type, name, properties);
    return trip_input(t, out, text);
}

#endif
