/* SPDX-License-Identifier: Apache-2.0 */
/* What runs of playbooks keep of a contact's events when the contact is forgotten. */
#include "flow/flow.h"
#include "flow/playbooks/playbook_internal.h"

void csuccess__playbooks_forget(csuccess__moment *m, csuccess_str contact)
{
    const csuccess__state *state = m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_PLAYBOOK, &count);
    for (uint32_t i = 0; i < count && m->step->failed >= 0; i++) {
        csuccess__run run;
        if (!csuccess__run_take(m, state->fields[first + i].name, &run)) return;
        if (!csuccess__str_eq(csuccess__kept_contact(run.kept), contact)) continue;
        run.kept = csuccess__kept_without_contact(m, run.kept);
        csuccess__run_put(m, &run);
    }
}
