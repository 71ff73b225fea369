/* SPDX-License-Identifier: Apache-2.0 */
/* The guards `consent` and `suppression`: what the contact allows for a purpose and a channel, and whether its address takes messages. */
#include "intervene/recipients.h"
#include "intervene/selection.h"

enum { REASON_BYTES = 256 };

/* Where a contact is: the field of its record, else the attribute, that the section `privacy` names; empty: not known. */
static csuccess_str jurisdiction(const csuccess__turn *t, csuccess_str contact)
{
    csuccess__privacy_place place = csuccess__privacy_jurisdiction(t->of->privacy);
    csuccess__value v = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (place.field.len) v = csuccess__contact_field(t, contact, place.field);
    if (v.kind != CSUCCESS__KIND_STRING && place.slot != UINT32_MAX)
        v = t->m->slots[place.slot];
    return v.kind == CSUCCESS__KIND_STRING ? v.as.string : (csuccess_str){"", 0};
}

typedef csuccess_result consent_question(const csuccess__privacy *, const csuccess__state *,
                                         const csuccess__consent_question *, csuccess__text *);

static csuccess__ruled ask(csuccess__turn *t, consent_question *how,
                           const csuccess__consent_question *question)
{
    char bytes[REASON_BYTES];
    csuccess__text reason;
    csuccess__text_init(&reason, bytes, sizeof bytes);
    csuccess_result result = how(t->of->privacy, t->m->step->state, question, &reason);
    if (result == CSUCCESS_OK) return (csuccess__ruled){0};
    csuccess__ruled ruled = csuccess__denies("");
    if (result == CSUCCESS_EDENIED) {
        ruled.reason = csuccess__turn_copy(t, (csuccess_str){reason.ptr, reason.len});
    } else {
        csuccess__step_fail(t->m->step, result);
    }
    return ruled;
}

/* Most are the very same text. */
static inline bool is_same(csuccess_str a, csuccess_str b)
{
    return a.ptr == b.ptr ? a.len == b.len : csuccess__str_eq(a, b);
}

static bool is_of(const csuccess__consent_answer *answer, csuccess_str contact,
                  csuccess_str purpose, csuccess_str channel)
{
    return is_same(answer->channel, channel) && is_same(answer->contact, contact) &&
           is_same(answer->purpose, purpose);
}

const csuccess__consent_answer *csuccess__consent_answered(csuccess__turn *t,
                                                           csuccess_str contact,
                                                           csuccess_str purpose,
                                                           csuccess_str channel)
{
    struct csuccess__answers *answers = t->desk->answers;
    for (uint32_t i = 0; i < answers->consent_count; i++) {
        const csuccess__consent_answer *answer = &answers->consents[i];
        if (is_of(answer, contact, purpose, channel)) return answer;
    }
    const csuccess__consent_question question = {.contact = contact,
                                                 .purpose = purpose,
                                                 .channel = channel,
                                                 .jurisdiction = jurisdiction(t, contact),
                                                 .now = t->m->step->now};
    uint32_t at = answers->consent_next;
    answers->consent_next = (at + 1) % CSUCCESS__CONSENT_ANSWERS;
    if (answers->consent_count < CSUCCESS__CONSENT_ANSWERS) answers->consent_count++;
    csuccess__consent_answer *answer = &answers->consents[at];
    *answer = (csuccess__consent_answer){contact, purpose, channel, {0}, {0}};
    answer->consent = ask(t, csuccess__consent_given, &question);
    answer->suppression = ask(t, csuccess__suppression_ask, &question);
    return t->m->step->failed < 0 ? NULL : answer;
}

csuccess__ruled csuccess__ask_consent(csuccess__turn *t, csuccess__candidate *c,
                                      const csuccess__channel *by)
{
    const csuccess__consent_answer *said =
        csuccess__consent_answered(t, c->contact, c->purpose, by->name);
    return said ? said->consent : csuccess__denies("");
}

csuccess__ruled csuccess__ask_suppression(csuccess__turn *t, csuccess__candidate *c,
                                          const csuccess__channel *by)
{
    const csuccess__consent_answer *said =
        csuccess__consent_answered(t, c->contact, c->purpose, by->name);
    return said ? said->suppression : csuccess__denies("");
}
