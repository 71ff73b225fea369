/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of an advance, as the arbiter let them go: what is said of them, what the store gets, and what comes back. */
#include "engine/desk.h"

#include "base/error.h"
#include "calendar/time_json.h"
#include "trust/consent.h"

#include <string.h>

enum { ID_DIGITS = 64 };

static csuccess_str signal_id(csuccess__advance *advance,
                              const csuccess__effect_message *message)
{
    char *id = csuccess__arena_take(&advance->made, 1, ID_DIGITS + 1);
    csuccess__cause cause = {.domain = "signal",
                             .tenant = advance->desk->options.tenant,
                             .customer = advance->customer,
                             .cause = message->cause,
                             .definition = message->definition,
                             .step = message->step,
                             .occurrence = message->occurrence};
    if (!id) return (csuccess_str){NULL, 0};
    csuccess__cause_id(id, &cause);
    return (csuccess_str){id, ID_DIGITS};
}

/* ---- Settling ---- */

/* The entry of a message that leaves. */
static void note(csuccess__step *step, const csuccess__effect_message *message)
{
    csuccess_str cause = step->cause;
    step->cause = message->cause;
    csuccess__json_writer *w = csuccess__step_body(step);
    csuccess__json_put_str(w, "id", message->id);
    csuccess__json_put_str(w, "channel", message->channel);
    csuccess__json_put_given(w, "contact", message->contact);
    csuccess__json_put_str(w, "definition", message->definition);
    csuccess__json_put_str(w, "step", message->step);
    csuccess__json_put_given(w, "purpose", message->purpose);
    csuccess__step_entry(step, "message", message->contact, csuccess__step_body_end(step));
    step->cause = cause;
}

void csuccess__outbox_settle(csuccess__advance *advance, csuccess__step *step)
{
    csuccess__effects *effects = &advance->desk->effects;
    for (uint32_t i = advance->settled; i < effects->message_count; i++) {
        csuccess__effect_message *message = &effects->messages[i];
        if (step->failed < 0) return;
        if (message->signal) message->id = signal_id(advance, message);
        if (!message->id.ptr) {
            csuccess__step_fail(step, CSUCCESS_ENOMEM);
        } else if (!message->signal) {
            note(step, message);
        }
    }
    advance->settled = effects->message_count;
}

/* ---- The batch ---- */

/* An input for another customer: what a room wrote, with the id that makes it one. */
static csuccess_str wrap(csuccess__advance *advance, const csuccess__effect_message *message)
{
    csuccess__buffer *out = &advance->desk->text;
    csuccess__buffer_clear(out);
    csuccess__buffer_cstr(out, "{\"messageId\":");
    csuccess__json_quote(out, message->id);
    csuccess__buffer_char(out, ',');
    csuccess__buffer_put(out, message->body.ptr + 1, message->body.len - 1);
    if (out->status < 0) return (csuccess_str){NULL, 0};
    return csuccess__arena_copy(&advance->made, csuccess__buffer_view(out));
}

/* "alert/usage_low/tier1" */
static csuccess_str definition_of(csuccess__advance *advance,
                                  const csuccess__effect_message *message)
{
    size_t len = message->definition.len + (message->step.len ? 1 + message->step.len : 0);
    char *text = csuccess__arena_take(&advance->made, len + 1, 1);
    if (!text) return (csuccess_str){NULL, 0};
    memcpy(text, message->definition.ptr, message->definition.len);
    if (message->step.len) {
        text[message->definition.len] = '/';
        memcpy(text + message->definition.len + 1, message->step.ptr, message->step.len);
    }
    return (csuccess_str){text, len};
}

static uint32_t flags_of(const csuccess__advance *advance, const csuccess__effect_message *from)
{
    if (from->internal) return CSUCCESS_MESSAGE_INTERNAL;
    bool tracked = !from->signal && advance->desk->config->intervene->tracks;
    return tracked ? CSUCCESS_MESSAGE_TRACKED : 0;
}

/* As the store keeps it: one for a channel, or a signal for another customer. `body` or `definition` without ptr: no memory. */
static csuccess_message message_of(csuccess__advance *advance,
                                   const csuccess__effect_message *from)
{
    const csuccess_str none = {"", 0};
    int64_t now = advance->desk->state.head.at;
    return (csuccess_message){.size = sizeof(csuccess_message),
                              .id = from->id,
                              .customer = advance->customer,
                              .channel = from->signal ? none : from->channel,
                              .target = from->signal ? from->customer : none,
                              .contact = from->contact,
                              .purpose = from->purpose,
                              .definition = definition_of(advance, from),
                              .body = from->signal ? wrap(advance, from) : from->body,
                              .created_ms = now,
                              .not_before_ms = from->not_before ? from->not_before : now,
                              .expires_ms =
                                  from->expires_at ? from->expires_at : CSUCCESS_TIME_NEVER,
                              .flags = flags_of(advance, from)};
}

static bool put_messages(csuccess__advance *advance)
{
    const csuccess__effects *effects = &advance->desk->effects;
    uint32_t count = effects->message_count;
    csuccess_message *messages = CSUCCESS__NEW_ARRAY(&advance->made, csuccess_message, count);
    if (!messages) return false;
    for (uint32_t i = 0; i < count; i++) {
        messages[i] = message_of(advance, &effects->messages[i]);
        if (!messages[i].body.ptr || !messages[i].definition.ptr) return false;
    }
    advance->batch.messages = messages;
    advance->batch.message_count = count;
    return true;
}

bool csuccess__outbox_batch(csuccess__advance *advance)
{
    const csuccess__effects *effects = &advance->desk->effects;
    uint32_t count = effects->delta_count;
    csuccess_delta *deltas = CSUCCESS__NEW_ARRAY(&advance->made, csuccess_delta, count);
    csuccess_str *paid = CSUCCESS__NEW_ARRAY(&advance->made, csuccess_str, count);
    if (!deltas || !paid || !put_messages(advance)) return false;
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__effect_delta *from = &effects->deltas[i];
        deltas[i] = (csuccess_delta){from->key, from->delta,
                                     from->has_max ? from->max : CSUCCESS_TIME_NEVER};
        if (from->message != UINT32_MAX) paid[i] = effects->messages[from->message].id;
        if (from->pays.len) paid[i] = from->pays;
    }
    advance->paid = paid;
    advance->batch.deltas = deltas;
    advance->batch.delta_count = count;
    return true;
}

/* ---- Signals ---- */

csuccess_result csuccess__written_read(csuccess__input *out, csuccess_str body,
                                       csuccess__arena *arena, const csuccess_limits *limits,
                                       csuccess_error *err)
{
    csuccess__json *json = NULL;
    csuccess_limits wide = *limits;
    csuccess__json_options options = {.limits = &wide};
    if (body.len > UINT32_MAX) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "an input has %z bytes", body.len);
    }
    uint32_t bytes = (uint32_t)body.len;
    if (wide.string_bytes < bytes) wide.string_bytes = bytes;
    if (wide.document_bytes < bytes) wide.document_bytes = bytes;
    csuccess_result status = csuccess__json_read(&json, arena, body, &options, err);
    return status < 0 ? status : csuccess__input_read(out, json, arena, &wide, true, err);
}

csuccess_result csuccess__signal_read(csuccess__input *out, const csuccess_message *message,
                                      csuccess__arena *arena, const csuccess_limits *limits,
                                      csuccess_error *err)
{
    csuccess_result status = csuccess__written_read(out, message->body, arena, limits, err);
    if (status == CSUCCESS_ENOMEM || status == CSUCCESS_OK) return status;
    return csuccess__fail(err, CSUCCESS_ESTATE, "the signal %q is damaged", message->id);
}

csuccess_str csuccess__outcome_name(uint32_t outcome)
{
    static const char *const names[] = {"",      "delivered", "later",
                                        "never", "bounced",   "unknown"};
    return csuccess__str(names[outcome < sizeof names / sizeof *names ? outcome : 0]);
}

/* One that waits again has to be told whole: what it says, until when it is good, and what consent it needs. */
static void put_whole(csuccess__json_writer *w, const csuccess_message *of)
{
    csuccess__json_put_str(w, "body", of->body);
    if (of->expires_ms != CSUCCESS_TIME_NEVER)
        csuccess__json_put_time(w, "expires", of->expires_ms);
    csuccess__json_put_str(w, "purpose", of->purpose);
}

csuccess_result csuccess__delivery_signal(csuccess_message *out, const csuccess_message *of,
                                          const csuccess__delivered *what,
                                          csuccess__arena *arena)
{
    char *id = csuccess__arena_take(arena, 1, ID_DIGITS + 1);
    char at[CSUCCESS__TIME_TEXT];
    csuccess__buffer text;
    csuccess__json_writer w;
    if (!id) return CSUCCESS_ENOMEM;
    csuccess__cause_id(id, &(csuccess__cause){.domain = "delivery",
                                              .customer = of->customer,
                                              .cause = of->id,
                                              .definition = of->definition,
                                              .step = what->outcome});
    csuccess__time_format(at, what->now);
    csuccess__buffer_init(&text, arena->mem, 0);
    csuccess__json_writer_init(&w, &text);
    csuccess__json_open(&w, '{');
    csuccess__json_put_str(&w, "type", CSUCCESS_STR("delivery"));
    csuccess__json_put_str(&w, "messageId", csuccess__str(id));
    csuccess__json_put_str(&w, "timestamp", csuccess__str(at));
    csuccess__json_put_str(&w, "groupId", of->customer);
    csuccess__json_key(&w, CSUCCESS_STR("properties"));
    csuccess__json_open(&w, '{');
    if (csuccess__str_is(what->outcome, "taken_back")) put_whole(&w, of);
    csuccess__json_put_str(&w, "channel", of->channel);
    csuccess__json_put_str(&w, "contact", of->contact);
    csuccess__json_put_str(&w, "definition", of->definition);
    csuccess__json_put_str(&w, "message", of->id);
    csuccess__json_put_str(&w, "outcome", what->outcome);
    csuccess__json_put_str(&w, "reason", what->reason);
    csuccess__json_close(&w, '}');
    csuccess__json_close(&w, '}');
    csuccess_str body = {NULL, 0};
    if (text.status == CSUCCESS_OK)
        body = csuccess__arena_copy(arena, csuccess__buffer_view(&text));
    csuccess__buffer_free(&text);
    if (!body.ptr) return CSUCCESS_ENOMEM;
    *out = (csuccess_message){.size = sizeof *out,
                              .id = {id, ID_DIGITS},
                              .customer = of->customer,
                              .channel = {"", 0},
                              .target = of->customer,
                              .contact = of->contact,
                              .purpose = {"", 0},
                              .definition = of->definition,
                              .body = body,
                              .created_ms = what->now,
                              .not_before_ms = what->now,
                              .expires_ms = CSUCCESS_TIME_NEVER,
                              .flags = CSUCCESS_MESSAGE_INTERNAL};
    return CSUCCESS_OK;
}

csuccess_result csuccess__outbox_delivered(csuccess__desk *desk, csuccess__step *step,
                                           const csuccess__input *input, csuccess__text *reason)
{
    static const char *const copied[] = {"channel", "contact", "definition",
                                         "message", "outcome", "reason"};
    csuccess_str contact = csuccess__input_string(input, "contact");
    csuccess__json_writer *w = csuccess__step_body(step);
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        csuccess__json_put_str(w, copied[i], csuccess__input_string(input, copied[i]));
    }
    csuccess__step_entry(step, "delivery", contact, csuccess__step_body_end(step));
    if (!csuccess__str_is(csuccess__input_string(input, "outcome"), "bounced"))
        return CSUCCESS_OK;
    const csuccess__property channel = {
        CSUCCESS_STR("channel"), csuccess__string(csuccess__input_string(input, "channel")),
        NULL};
    csuccess__input bounced = {.type = CSUCCESS__INPUT_RESPONSE,
                               .id = input->id,
                               .customer = input->customer,
                               .user = contact,
                               .name = CSUCCESS_STR("bounced"),
                               .at = input->at,
                               .properties = &channel,
                               .count = 1};
    return csuccess__consent_apply(desk->config->privacy, step, &bounced, reason);
}
