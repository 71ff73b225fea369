/* SPDX-License-Identifier: Apache-2.0 */
/* Messages of an advance: their ids, what they cost, and those that have to
 * wait for their budget. */
#include "engine/desk.h"

#include "base/error.h"
#include "calendar/time_json.h"
#include "trust/consent.h"

#include <string.h>

enum { ID_DIGITS = 64, LEDGER_BYTES = 160, MOST_HELD = 256 /* of one customer */ };

static csuccess_str message_id(csuccess__advance *advance,
                               const csuccess__effect_message *message)
{
    char *id = csuccess__arena_take(&advance->made, 1, ID_DIGITS + 1);
    csuccess__cause cause = {.domain = message->signal ? "signal" : "message",
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

/* ---- Held ---- */

static void put_held(csuccess__step *step, const csuccess__effect_message *message,
                     int64_t until)
{
    csuccess__buffer *out = step->scratch;
    csuccess__buffer_clear(out);
    csuccess__wire_i64(out, until);
    csuccess__wire_i64(out, message->not_before);
    csuccess__wire_i64(out, message->expires_at);
    csuccess__wire_u64(out, message->occurrence);
    csuccess__wire_u64(out, message->internal);
    csuccess__wire_str(out, message->channel);
    csuccess__wire_str(out, message->contact);
    csuccess__wire_str(out, message->purpose);
    csuccess__wire_str(out, message->definition);
    csuccess__wire_str(out, message->step);
    csuccess__wire_str(out, message->cause);
    csuccess__wire_str(out, message->body);
    if (out->status < 0) {
        csuccess__step_fail(step, out->status);
        return;
    }
    csuccess__step_put(step, CSUCCESS__STATE_MESSAGE, message->id, csuccess__buffer_view(out));
}

/* False: damaged. */
static bool read_held(csuccess_str payload, csuccess__effect_message *out, int64_t *until)
{
    csuccess__wire in = csuccess__wire_open(payload);
    *out = (csuccess__effect_message){0};
    *until = csuccess__wire_get_i64(&in);
    out->not_before = csuccess__wire_get_i64(&in);
    out->expires_at = csuccess__wire_get_i64(&in);
    out->occurrence = csuccess__wire_get_u64(&in);
    uint64_t internal = csuccess__wire_get_u64(&in);
    out->internal = internal == 1;
    out->channel = csuccess__wire_get_str(&in);
    out->contact = csuccess__wire_get_str(&in);
    out->purpose = csuccess__wire_get_str(&in);
    out->definition = csuccess__wire_get_str(&in);
    out->step = csuccess__wire_get_str(&in);
    out->cause = csuccess__wire_get_str(&in);
    out->body = csuccess__wire_get_str(&in);
    return csuccess__wire_done(&in) && internal <= 1 && csuccess__time_valid(*until);
}

/* The entry of a decision about a message. */
static void note(csuccess__step *step, const char *kind,
                 const csuccess__effect_message *message, const char *guard, int64_t until)
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
    if (guard) {
        csuccess__json_put_str(w, "guard", csuccess__str(guard));
        csuccess__json_put_time(w, "until", until);
    }
    csuccess__step_entry(step, kind, message->contact, csuccess__step_body_end(step));
    step->cause = cause;
}

/* One that was held and whose time has come: it is decided anew, with the same
 * id. */
static void let_go(csuccess__step *step, const csuccess__effect_message *message)
{
    if (message->expires_at && step->now >= message->expires_at) {
        note(step, "held", message, "expired", message->expires_at);
    } else {
        csuccess__step_message(step, message);
    }
}

void csuccess__outbox_release(csuccess__desk *desk, csuccess__step *step)
{
    uint32_t count = 0, done = 0;
    csuccess__state *state = &desk->state;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_MESSAGE, &count);
    if (count == 0 || step->quiet) return;
    while (done < count && step->failed == CSUCCESS_OK) {
        const csuccess__state_field *field = &state->fields[first + done];
        csuccess__effect_message message;
        int64_t until;
        if (!read_held(field->payload, &message, &until)) {
            csuccess__step_fail(step, CSUCCESS_ESTATE);
        } else if (until > step->now) {
            csuccess__step_due(step, until);
            done++;
        } else {
            message.id = csuccess__arena_copy(desk->effects.arena, field->name);
            if (!message.id.ptr) csuccess__step_fail(step, CSUCCESS_ENOMEM);
            let_go(step, &message);
            csuccess__state_drop(state, CSUCCESS__STATE_MESSAGE, message.id);
            count--;
        }
    }
}

void csuccess__outbox_forget(csuccess__state *state, csuccess_str contact)
{
    uint32_t count = 0;
    uint32_t first = csuccess__state_of_kind(state, CSUCCESS__STATE_MESSAGE, &count);
    for (uint32_t i = first + count; i-- > first;) {
        csuccess__effect_message message;
        int64_t until;
        if (read_held(state->fields[i].payload, &message, &until) &&
            !csuccess__str_eq(message.contact, contact)) {
            continue;
        }
        csuccess__state_drop(state, CSUCCESS__STATE_MESSAGE, state->fields[i].name);
    }
}

void csuccess__held_print(csuccess__json_writer *out, const csuccess__state_field *field)
{
    csuccess__effect_message message;
    int64_t until;
    if (!read_held(field->payload, &message, &until)) {
        csuccess__json_str(out, CSUCCESS_STR("(damaged)"));
        return;
    }
    csuccess__json_open(out, '{');
    csuccess__json_put_str(out, "channel", message.channel);
    csuccess__json_put_str(out, "definition", message.definition);
    csuccess__json_put_str(out, "step", message.step);
    csuccess__json_put_time(out, "until", until);
    csuccess__json_close(out, '}');
}

/* ---- Settling ---- */

static bool is_refused(const csuccess__advance *advance, csuccess_str id)
{
    for (uint32_t i = 0; i < advance->refused_count; i++) {
        if (csuccess__str_eq(advance->refused[i], id)) return true;
    }
    return false;
}

/* The delta that a message costs, when its channel has a budget or a price. */
static void charge(csuccess__advance *advance, csuccess__step *step,
                   const csuccess__channel *channel, uint32_t message)
{
    char bytes[LEDGER_BYTES];
    csuccess__text key;
    (void)advance;
    if (!channel || channel->cost == 0) return;
    csuccess__text_init(&key, bytes, sizeof bytes);
    csuccess__channel_ledger(channel, step->now, &key);
    csuccess__step_delta(step, &(csuccess__effect_delta){.key = {key.ptr, key.len},
                                                         .delta = channel->cost,
                                                         .max = channel->budget,
                                                         .has_max = channel->has_budget,
                                                         .message = message});
}

/* Keeps a message for the time when its budget is new. One that no time lets go, or that is over by then, or for which there is no room
   is not kept: its entry says so. */
static void hold(csuccess__step *step, const csuccess__effect_message *message, int64_t until)
{
    uint32_t count = 0;
    (void)csuccess__state_of_kind(step->state, CSUCCESS__STATE_MESSAGE, &count);
    bool over = message->expires_at && message->expires_at <= until;
    if (count >= MOST_HELD && !over) {
        note(step, "held", message, "too_many", CSUCCESS__NEVER);
        return;
    }
    note(step, "held", message, "budget", until);
    if (over || until == CSUCCESS__NEVER) return;
    put_held(step, message, until);
    csuccess__step_due(step, until);
}

void csuccess__outbox_settle(csuccess__advance *advance, csuccess__step *step)
{
    csuccess__effects *effects = &advance->desk->effects;
    const csuccess__channels *channels = advance->desk->config->channels;
    uint32_t kept = advance->settled, count = effects->message_count;
    for (uint32_t i = kept; i < count && step->failed == CSUCCESS_OK; i++) {
        csuccess__effect_message message = effects->messages[i];
        message.id = message_id(advance, &message);
        const csuccess__channel *channel =
            message.signal ? NULL : csuccess__channel_find(channels, message.channel);
        if (!message.id.ptr) {
            csuccess__step_fail(step, CSUCCESS_ENOMEM);
        } else if (channel && is_refused(advance, message.id)) {
            hold(step, &message, csuccess__channel_next_budget(channel, step->now));
        } else {
            if (!message.signal) note(step, "message", &message, NULL, 0);
            effects->messages[kept] = message;
            charge(advance, step, channel, kept);
            kept++;
        }
    }
    effects->message_count = advance->settled = kept;
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

csuccess_result csuccess__signal_read(csuccess__input *out, const csuccess_message *message,
                                      csuccess__arena *arena, const csuccess_limits *limits,
                                      csuccess_error *err)
{
    csuccess__json *json = NULL;
    csuccess__json_options options = {.limits = limits};
    csuccess_result status = csuccess__json_read(&json, arena, message->body, &options, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__input_read(out, json, arena, limits, true, err);
    }
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
