/* SPDX-License-Identifier: Apache-2.0 */
/* journey('id').state, .step, .enrolled_at and .times, from the state. A thousand journeys cost what is read: those that no expression of the configuration asks for are left alone, unless
   definitions of an earlier one are under way, which may ask for any. */
#include "flow/journeys/enrollment_internal.h"

static void put_slot(csuccess__moment *m, uint32_t slot, csuccess__value v)
{
    if (slot < m->schema->count) m->slots[slot] = v;
}

/* Texts of fields that may be put again in this step are copied. */
static csuccess__value text_value(csuccess__moment *m, csuccess_str text)
{
    return csuccess__moment_string(m, csuccess__moment_copy(m, text));
}

typedef struct shown {
    csuccess__journey_past past;
    csuccess__enrollment e; /* the live one; without a journey: none */
} shown;

static bool find_live(csuccess__moment *m, csuccess_str id, shown *out)
{
    csuccess__buffer *name = &m->desk->text;
    csuccess__buffer_clear(name);
    csuccess__buffer_str(name, id);
    csuccess__buffer_char(name, '#');
    csuccess__buffer_uint(name, out->past.times);
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_ENROLLMENT,
                                               csuccess__buffer_view(name));
    return payload.ptr &&
           csuccess__enrollment_read(&out->e, csuccess__buffer_view(name), payload);
}

static void show(csuccess__moment *m, const csuccess__journey *j, shown *s)
{
    const char *word = csuccess__enrollment_state_name(s->past.state);
    csuccess_str step = s->past.step;
    if (s->past.state == CSUCCESS__ENROLLMENT_ACTIVE && find_live(m, j->id, s)) {
        word = csuccess__enrollment_state_name(s->e.state);
        step = s->e.step;
    }
    put_slot(m, j->state_slot, csuccess__moment_string(m, csuccess__str(word)));
    put_slot(m, j->step_slot, text_value(m, step));
    put_slot(m, j->enrolled_at_slot, csuccess__time(s->past.enrolled_at));
    put_slot(m, j->times_slot, csuccess__number((double)s->past.times));
}

void csuccess__journey_show(csuccess__moment *m, uint32_t index)
{
    shown s = {.past.times = 0};
    const csuccess__journey *j = &m->flow->journeys->list[index];
    csuccess_str payload = csuccess__state_get(m->step->state, CSUCCESS__STATE_JOURNEY, j->id);
    if (!payload.ptr) {
        put_slot(m, j->state_slot, csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
        put_slot(m, j->step_slot, csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
        put_slot(m, j->enrolled_at_slot, csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET));
        put_slot(m, j->times_slot, csuccess__number(0));
    } else if (csuccess__journey_past_read(&s.past, payload)) {
        show(m, j, &s);
    } else {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
    }
}

/* Whether something under way is defined by an earlier configuration; of playbooks it is not asked. */
static bool may_ask_any(const csuccess__moment *m)
{
    uint32_t count;
    if (!m->desk->pins) return false;
    uint32_t first =
        csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__state_field *field = &m->step->state->fields[first + i];
        uint32_t at = csuccess__journey_find(m->flow->journeys,
                                             csuccess__enrollment_journey(field->name, NULL));
        if (at == UINT32_MAX) return true;
        const csuccess_str today = {(const char *)m->flow->journeys->list[at].hash,
                                    sizeof m->flow->journeys->list[at].hash};
        if (!csuccess__str_eq(csuccess__enrollment_definition(field->payload), today)) {
            return true;
        }
    }
    (void)csuccess__state_of_kind(m->step->state, CSUCCESS__STATE_PLAYBOOK, &count);
    return count > 0;
}

void csuccess__journeys_publish(csuccess__moment *m)
{
    const csuccess__journeys *journeys = m->flow->journeys;
    if (!journeys || journeys->count == 0) return;
    bool all = journeys->watched_count < journeys->count && may_ask_any(m);
    m->desk->journeys_asked = all;
    uint32_t n = all ? journeys->count : journeys->watched_count;
    for (uint32_t i = 0; i < n && m->step->failed >= 0; i++) {
        csuccess__journey_show(m, all ? i : journeys->watched[i]);
    }
}
