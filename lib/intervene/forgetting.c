/* SPDX-License-Identifier: Apache-2.0 */
/* Erasure: what a customer holds of ledgers goes back; of a contact nothing is left that says who it was, nor anything that only its message could end. */
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

void csuccess__intervene_release(csuccess__turn *t)
{
    csuccess__touches_open(t);
    csuccess__touches_release(t);
    csuccess__campaigns_release(t);
    csuccess__offers_release(t);
}

static void give_back(csuccess__turn *t, csuccess__touch *touch)
{
    csuccess_str left = touch->ledgers, key;
    int64_t amount;
    if (touch->maybe) return; /* it may be spent */
    while (csuccess__reservation_next(&left, &key, &amount)) {
        csuccess__step_delta(
            t->m->step,
            &(csuccess__effect_delta){.key = key, .delta = -amount, .message = UINT32_MAX});
    }
    touch->ledgers = CSUCCESS_STR("");
}

/* The store erases the message and whatever would be told of it. Caps count it as if it had just arrived, for it may have; what it holds goes back, as in the erasure of a customer; its execution has reached nobody. */
static void end_one(csuccess__turn *t, csuccess__touch *touch)
{
    csuccess__execution e;
    const csuccess_str id = csuccess__turn_copy(t, (csuccess_str){touch->id, sizeof touch->id});
    bool executed = csuccess__execution_take(t, id, &e);
    if (t->m->step->failed < 0 || (executed && e.task.len > 0)) return; /* people tell of it */
    give_back(t, touch);
    csuccess__touch_told(t, id, true, t->m->step->now);
    if (!executed) return;
    csuccess__execution_told(t, e.id, false, CSUCCESS_STR("dropped"));
    csuccess__offer_undelivered(t, e.id);
}

static void end_under_way(csuccess__turn *t, csuccess_str contact)
{
    csuccess__touches *all = t->desk->touches;
    csuccess__step *step = t->m->step;
    for (uint32_t i = 0; i < all->count && step->failed >= 0; i++) {
        csuccess__touch *touch = &all->list[i];
        if (touch->at != 0 || !csuccess__str_eq(touch->contact, contact)) continue;
        end_one(t, touch);
        csuccess__step_due(step, step->now + 1); /* what waited for it may go */
    }
}

/* What a ledger refused is remembered by step, which names whom: "journey/x/welcome/ann". */
static void forget_refusals(csuccess__turn *t, csuccess_str contact)
{
    csuccess__state *state = t->m->step->state;
    uint32_t count, first = csuccess__state_of_kind(state, CSUCCESS__STATE_REACHED, &count);
    csuccess_str end = csuccess__turn_format(t, "/%S", contact);
    for (uint32_t i = first + count; i-- > first && t->m->step->failed >= 0;) {
        const csuccess_str name = state->fields[i].name;
        csuccess__reached r = csuccess__reached_of(t, name);
        bool only = r.blocked_until != 0 && r.times == 0;
        if (only && csuccess__str_ends(name, end)) {
            csuccess__state_drop(state, CSUCCESS__STATE_REACHED, name);
        }
    }
}

void csuccess__intervene_forget(csuccess__turn *t, csuccess_str contact)
{
    csuccess__touches_open(t);
    csuccess__waiting_forget(t->m->step->state, contact);
    if (contact.len > 0) end_under_way(t, contact);
    if (contact.len > 0) forget_refusals(t, contact);
    csuccess__touches_forget(t, contact);
    csuccess__executions_forget(t, contact);
    csuccess__approvals_forget(t, contact);
    csuccess__touches_close(t);
}
