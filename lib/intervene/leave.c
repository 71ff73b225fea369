/* SPDX-License-Identifier: Apache-2.0 */
/* What leaves: ids of messages, and the one door of candidates. */
#include "base/digest.h"
#include "intervene/selection.h"

enum { ID_DIGITS = 64 };

csuccess_str csuccess__message_id(csuccess__step *step, const csuccess__effect_message *message,
                                  uint32_t returns)
{
    char id[ID_DIGITS + 1];
    csuccess__cause cause = {.domain = message->signal ? "signal" : "message",
                             .tenant = step->tenant,
                             .customer = step->customer,
                             .cause = message->cause,
                             .definition = message->definition,
                             .step = message->step,
                             .occurrence = message->occurrence};
    csuccess__cause_id(id, &cause);
    if (returns > 0) { /* the id that it would have had is what brought this one about */
        char first[ID_DIGITS + 1];
        memcpy(first, id, sizeof first);
        cause.domain = "returned";
        cause.cause = (csuccess_str){first, ID_DIGITS};
        cause.occurrence = returns;
        csuccess__cause_id(id, &cause);
    }
    csuccess_str copy = csuccess__arena_copy(step->out->arena, (csuccess_str){id, ID_DIGITS});
    if (copy.ptr) return copy;
    csuccess__step_fail(step, CSUCCESS_ENOMEM);
    return CSUCCESS_STR("");
}

/* The message that a candidate would be, without its body. */
static csuccess__effect_message message_of(const csuccess__turn *t,
                                           const csuccess__candidate *c)
{
    if (c->message) return *c->message;
    return (csuccess__effect_message){.definition = c->programme,
                                      .step = c->step,
                                      .occurrence = c->occurrence,
                                      .cause = t->m->step->cause,
                                      .expires_at = c->valid_until,
                                      .internal = c->internal};
}

csuccess_str csuccess__candidate_id(csuccess__turn *t, csuccess__candidate *c)
{
    if (c->id.len == 0) {
        const csuccess__effect_message message = message_of(t, c);
        c->id = csuccess__message_id(t->m->step, &message, 0);
    }
    return c->id;
}

bool csuccess__candidate_leave(csuccess__turn *t, csuccess__candidate *c, csuccess_str body)
{
    csuccess__step *step = t->m->step;
    uint32_t index = UINT32_MAX;
    csuccess__effect_message message = message_of(t, c);
    message.id = csuccess__candidate_id(t, c);
    message.channel = c->by->name;
    message.contact = c->contact;
    message.purpose = c->purpose;
    if (body.ptr) message.body = body;
    if (step->failed >= 0 && message.body.ptr) index = csuccess__step_message(step, &message);
    if (step->failed >= 0) csuccess__touch_leave(t, c, index);
    return step->failed >= 0;
}
