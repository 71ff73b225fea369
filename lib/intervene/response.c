/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs of type response: whom they answer, and what they say. */
#include "intervene/executions_internal.h"
#include "intervene/intervene.h"

/* What a response says where it does not say it itself; others (bounced, complained, restored) are those of consent. */
static const struct {
    const char *name;
    csuccess__response says;
    bool speaks; /* `sentiment` says more */
} names[] = {{"opened", CSUCCESS__RESPONSE_NEUTRAL, false},
             {"clicked", CSUCCESS__RESPONSE_POSITIVE, false},
             {"replied", CSUCCESS__RESPONSE_NEUTRAL, true},
             {"positive", CSUCCESS__RESPONSE_POSITIVE, false},
             {"neutral", CSUCCESS__RESPONSE_NEUTRAL, false},
             {"negative", CSUCCESS__RESPONSE_NEGATIVE, false},
             {"accepted", CSUCCESS__RESPONSE_POSITIVE, false},
             {"declined", CSUCCESS__RESPONSE_NEGATIVE, false},
             {"unsubscribed", CSUCCESS__RESPONSE_NEGATIVE, false}};

static const char *const moods[] = {"positive", "neutral", "negative"};
static const csuccess__response said[] = {
    CSUCCESS__RESPONSE_POSITIVE, CSUCCESS__RESPONSE_NEUTRAL, CSUCCESS__RESPONSE_NEGATIVE};

void csuccess__execution_respond(csuccess__execution *e, csuccess__response response)
{
    bool says =
        response == CSUCCESS__RESPONSE_POSITIVE || response == CSUCCESS__RESPONSE_NEGATIVE;
    if (says || e->response == CSUCCESS__RESPONSE_NONE) e->response = response;
}

static bool is_by_channel(const csuccess__execution *e, csuccess_str channel)
{
    return csuccess__str_eq(e->channel, channel);
}

/* NONE: it is no response of these. */
static csuccess__response read_response(const csuccess__input *input)
{
    csuccess_str mood = csuccess__input_string(input, "sentiment");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!csuccess__str_is(input->name, names[i].name)) continue;
        for (size_t k = 0; k < 3 && names[i].speaks; k++) {
            if (csuccess__str_is(mood, moods[k])) return said[k];
        }
        return names[i].says;
    }
    return CSUCCESS__RESPONSE_NONE;
}

/* Of the message that it names, else of the last on its channel. */
static bool find(csuccess__turn *t, const csuccess__input *input, csuccess__execution *out)
{
    csuccess_str message = csuccess__input_string(input, "message");
    csuccess_str channel = csuccess__input_string(input, "channel");
    if (message.len > 0) return csuccess__execution_take(t, message, out);
    return channel.len > 0 && csuccess__execution_last_that(t, is_by_channel, channel, out) &&
           csuccess__execution_take(t, out->id, out);
}

csuccess_result csuccess__response_apply(csuccess__turn *t, const csuccess__input *input,
                                         csuccess__text *reason)
{
    csuccess__execution e;
    csuccess__response response = read_response(input);
    (void)reason;
    if (response == CSUCCESS__RESPONSE_NONE) return CSUCCESS_OK;
    (void)csuccess__touch_responded(t, csuccess__input_string(input, "message"),
                                    csuccess__input_string(input, "channel"), response);
    csuccess__lifecycle_responded(t, response == CSUCCESS__RESPONSE_NEGATIVE,
                                  response == CSUCCESS__RESPONSE_POSITIVE, input->at);
    if (find(t, input, &e) && t->m->step->failed >= 0) {
        csuccess__execution_respond(&e, response);
        csuccess__execution_put(t, &e);
        csuccess__execution_say(t, &e, "responded", input->name);
    }
    return t->m->step->failed < 0 ? t->m->step->failed : CSUCCESS_OK;
}
