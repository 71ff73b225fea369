/* SPDX-License-Identifier: Apache-2.0 */
/* The guard `lifecycle`: automation that a person or a spiral stopped, customers that have churned, definitions that nobody answers. */
#include "intervene/arbiter.h"
#include "intervene/automation.h"
#include "intervene/intervene.h"
#include "intervene/touches.h"

static csuccess__ruled deny(const char *reason)
{
    return (csuccess__ruled){.ruling = CSUCCESS__DENY,
                             .guard = CSUCCESS__GUARD_LIFECYCLE,
                             .until = CSUCCESS__NEVER,
                             .reason = csuccess__str(reason)};
}

static bool has_churned(const csuccess__turn *t)
{
    uint32_t slot = t->of->churned;
    if (slot >= t->m->schema->count) return false;
    const csuccess__value *status = &t->m->slots[slot];
    return status->kind == CSUCCESS__KIND_STRING &&
           csuccess__str_is(status->as.string, "churned");
}

/* Who holds it, and until when. */
static csuccess__ruled halted(const csuccess__turn *t)
{
    csuccess__automation a;
    csuccess__ruled out = {.ruling = CSUCCESS__DEFER,
                           .guard = CSUCCESS__GUARD_LIFECYCLE,
                           .until = CSUCCESS__NEVER,
                           .reason = {"", 0}};
    if (!csuccess__automation_get(t, &a)) return out;
    if (a.spiral) {
        out.reason = CSUCCESS_STR("negative responses stopped automation until a person "
                                  "resumes it");
        return out;
    }
    if (a.until != 0) out.until = a.until;
    out.reason = CSUCCESS_STR("a person stopped automation for this customer");
    return out;
}

/* Which of its channels it is: 0 its own, then its fallbacks in their order. */
static uint32_t place_of(const csuccess__candidate *c, const csuccess__channel *by)
{
    uint32_t i = 0;
    if (by == c->channel) return 0;
    while (i < c->fallback_count && c->fallback[i] != by) i++;
    return i + 1;
}

/* Of its definition, and of the intervention that an action is, whichever came back less. */
static uint32_t unanswered(csuccess__turn *t, const csuccess__candidate *c)
{
    csuccess_str definition = csuccess__touch_definition(t, c->programme, c->step);
    uint32_t times = csuccess__touches_unanswered(t, definition), own = 0;
    if (c->intervention) own = csuccess__touches_unanswered(t, c->intervention->programme);
    return times > own ? times : own;
}

/* Each channel is given as many attempts, its own first. */
static bool is_used_up(csuccess__turn *t, const csuccess__candidate *c,
                       const csuccess__channel *by)
{
    const csuccess__reach *reach = t->of->reach;
    uint32_t used = unanswered(t, c) / reach->unanswered_after;
    if (reach->unanswered == CSUCCESS__UNANSWERED_CHANNEL) return place_of(c, by) < used;
    return used > 0;
}

/* What is asked again at its claim was let go as one of so many: it is not counted once more. */
static bool is_claimed(const csuccess__candidate *c)
{
    return c->kind == CSUCCESS__CANDIDATE_GIVEN && !c->message;
}

/* What was taken back had been let go by that channel, which may be a fallback of another. */
static bool is_returned(const csuccess__candidate *c)
{
    const csuccess__waiting *held = (const csuccess__waiting *)(const void *)c->message;
    return c->kind == CSUCCESS__CANDIDATE_WAITING && held->returns > 0;
}

static bool may_be_used_up(const csuccess__turn *t, const csuccess__candidate *c)
{
    uint32_t count;
    if (t->of->reach->unanswered_after == 0 || c->asked || c->tries > 0 || is_claimed(c) ||
        is_returned(c)) {
        return false;
    }
    (void)csuccess__state_of_kind(t->m->step->state, CSUCCESS__STATE_REACHED, &count);
    return count > 0;
}

csuccess__ruled csuccess__ask_lifecycle(csuccess__turn *t, csuccess__candidate *c,
                                        const csuccess__channel *by)
{
    const csuccess__ruled allow = {.ruling = CSUCCESS__ALLOW, .reason = {"", 0}};
    if (c->internal) return allow;
    /* Journeys say themselves how they end, and some begin there: winning back. */
    if (c->class_ == CSUCCESS__CLASS_NURTURE && has_churned(t)) {
        return deny("the customer has churned");
    }
    if (t->halted && !c->asked) return halted(t);
    if (may_be_used_up(t, c) && is_used_up(t, c, by)) {
        return deny("nobody answered it so many times in a row");
    }
    return allow;
}
