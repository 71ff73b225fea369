/* SPDX-License-Identifier: Apache-2.0 */
/* A message asked again when it is claimed: what may have changed since it was decided. */
#include "intervene/executions_internal.h"
#include "intervene/selection.h"

/* "journey/x/welcome" without its step, where no touch says what it is of. */
static csuccess_str programme_of(csuccess_str definition)
{
    uint32_t slashes = 0;
    bool alert = csuccess__str_starts(definition, CSUCCESS_STR("alert/"));
    for (size_t i = 0; i < definition.len && !alert; i++) {
        if (definition.ptr[i] == '/' && ++slashes == 2) {
            return (csuccess_str){definition.ptr, i};
        }
    }
    return definition;
}

static csuccess__candidate candidate_of(csuccess__turn *t, const csuccess_message *message)
{
    const csuccess__touch *touch = csuccess__touch_find(t, message->id);
    csuccess__candidate c = {.kind = CSUCCESS__CANDIDATE_GIVEN,
                             .programme = programme_of(message->definition),
                             .id = message->id,
                             .contact = message->contact,
                             .purpose = message->purpose,
                             .since = message->created_ms};
    c.class_ = csuccess__class_of(c.programme);
    if (touch) {
        c.programme = touch->programme;
        c.step = touch->step;
        c.type = touch->type;
        c.class_ = touch->class_;
    } else {
        csuccess__reach_class(t->of->reach, c.programme, &c.class_, &c.priority);
    }
    c.channel = c.by = csuccess__channel_of_name(t, message->channel);
    return c;
}

static csuccess__ruled ruled_by(csuccess__ruled ruled, csuccess__guard_kind guard)
{
    ruled.guard = guard;
    return ruled;
}

/* Quiet hours as of now; best times are for deciding, not for delivering. */
static csuccess__ruled ask_hours(csuccess__turn *t, const csuccess__candidate *c)
{
    int64_t now = t->m->step->now, next = now;
    const csuccess__going going = {csuccess__contact_zone(t, c->contact), c->by, c->class_};
    (void)csuccess__reach_next(&next, t, &going, now);
    if (next <= now) return (csuccess__ruled){0};
    return csuccess__defers(next, "quiet hours");
}

/* What only a person ends is taken back too: it waits as a candidate, not in the outbox. */
static csuccess__ruled ask_again(csuccess__turn *t, csuccess__candidate *c)
{
    static const struct {
        csuccess__guard_asks *ask;
        csuccess__guard_kind guard;
    } again[] = {{csuccess__ask_consent, CSUCCESS__GUARD_CONSENT},
                 {csuccess__ask_suppression, CSUCCESS__GUARD_SUPPRESSION},
                 {csuccess__ask_lifecycle, CSUCCESS__GUARD_LIFECYCLE}};
    csuccess__ruled ruled = {.ruling = CSUCCESS__ALLOW, .reason = {"", 0}};
    for (size_t i = 0; i < sizeof again / sizeof again[0] && t->m->step->failed >= 0; i++) {
        ruled = ruled_by(again[i].ask(t, c, c->by), again[i].guard);
        if (ruled.ruling == CSUCCESS__DEFER) ruled.ruling = CSUCCESS__DENY;
        if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    }
    return ruled;
}

csuccess__ruled csuccess__arbiter_claim(csuccess__turn *t, const csuccess_message *message)
{
    const csuccess__ruled none = {.ruling = CSUCCESS__ALLOW, .reason = {"", 0}};
    if (message->flags & CSUCCESS_MESSAGE_INTERNAL) return none;
    csuccess__touches_open(t);
    csuccess__lifecycle_open(t);
    if (t->m->step->failed < 0 || !csuccess__answers_open(t)) return none;
    if (csuccess__execution_is_cancelled(t, message->id)) {
        return ruled_by(csuccess__denies("a person has cancelled it"),
                        CSUCCESS__GUARD_ELIGIBILITY);
    }
    csuccess__candidate c = candidate_of(t, message);
    csuccess__execution e;
    c.asked = csuccess__execution_take(t, message->id, &e) && e.asked;
    csuccess__ruled ruled = ask_again(t, &c);
    if (t->m->step->failed < 0) return none;
    if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    ruled = ruled_by(csuccess__caps_at_claim(t, message), CSUCCESS__GUARD_CAPS);
    if (ruled.ruling != CSUCCESS__ALLOW) return ruled;
    ruled = ruled_by(ask_hours(t, &c), CSUCCESS__GUARD_HOURS);
    return ruled.ruling == CSUCCESS__ALLOW ? none : ruled;
}
