/* SPDX-License-Identifier: Apache-2.0 */
/* The arbiter: one order, and the guards in theirs. */
#include "intervene/arbiter.h"

#include "intervene/intervene.h"

#define NOTHING(name) \
    csuccess__ruled name(csuccess__turn *t, csuccess__candidate *c, \
                         const csuccess__channel *by) \
    { \
        (void)t; \
        (void)c; \
        (void)by; \
        return (csuccess__ruled){0}; \
    }
NOTHING(csuccess__ask_eligibility)
NOTHING(csuccess__ask_consent)
NOTHING(csuccess__ask_suppression)
NOTHING(csuccess__ask_cooldown)
NOTHING(csuccess__ask_channel)
#undef NOTHING

void csuccess__arbiter_weigh(csuccess__turn *t)
{
    (void)t;
}

void csuccess__arbiter_look(csuccess__turn *t)
{
    (void)t;
}

csuccess__ruled csuccess__arbiter_claim(csuccess__turn *t, const csuccess_message *message)
{
    (void)t;
    (void)message;
    return (csuccess__ruled){0};
}

bool csuccess__waiting_read(csuccess__waiting *out, const csuccess__state_field *field)
{
    (void)out;
    (void)field;
    return false;
}

void csuccess__waiting_put(csuccess__step *step, const csuccess__waiting *held)
{
    (void)step;
    (void)held;
}

void csuccess__waiting_forget(csuccess__state *state, csuccess_str contact)
{
    (void)state;
    (void)contact;
}

void csuccess__waiting_print(struct csuccess__json_writer *out,
                             const csuccess__state_field *field)
{
    (void)out;
    (void)field;
}

csuccess_str csuccess__message_id(csuccess__step *step, const csuccess__effect_message *message,
                                  uint32_t returns)
{
    (void)step;
    (void)message;
    (void)returns;
    return (csuccess_str){"", 0};
}

csuccess_str csuccess__candidate_id(csuccess__turn *t, csuccess__candidate *c)
{
    (void)t;
    return c->id;
}

bool csuccess__candidate_leave(csuccess__turn *t, csuccess__candidate *c, csuccess_str body)
{
    (void)t;
    (void)c;
    (void)body;
    return true;
}

void csuccess__arbiter_report(csuccess__turn *t, struct csuccess__json_writer *out)
{
    (void)t;
    (void)out;
}
