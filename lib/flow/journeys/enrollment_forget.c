/* SPDX-License-Identifier: Apache-2.0 */
/* What enrollments keep of a contact's events when the contact is forgotten. */
#include "flow/journeys/enrollment.h"
#include "flow/journeys/enrollment_internal.h"

/* One whose trigger was an event of the contact. */
static void forget(csuccess__moment *m, const csuccess__state_field *field,
                   csuccess_str contact)
{
    csuccess__enrollment e;
    csuccess_str name = csuccess__moment_copy(m, field->name);
    csuccess_str payload = csuccess__moment_copy(m, field->payload);
    if (m->step->failed < 0) return;
    if (!csuccess__enrollment_read(&e, name, payload)) {
        csuccess__step_fail(m->step, CSUCCESS_ESTATE);
        return;
    }
    if (!csuccess__str_eq(csuccess__kept_contact(e.kept), contact)) return;
    e.kept = csuccess__kept_without_contact(m, e.kept);
    csuccess__enrollment_put(m->step, name, &e);
}

void csuccess__journeys_forget(csuccess__moment *m, csuccess_str contact)
{
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_ENROLLMENT, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        forget(m, &state->fields[first + i], contact);
    }
}
