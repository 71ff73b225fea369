/* SPDX-License-Identifier: Apache-2.0 */
/* Beginning an advance: what it is about, and what it needs to know. */
#include "engine/desk.h"

#include "base/error.h"

#include <string.h>

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

/* A spare one with its memory, or a new one. */
static csuccess__advance *take(csuccess__desk *desk)
{
    csuccess__advance *advance = desk->spare;
    if (!advance) {
        advance = csuccess__alloc(&desk->mem, 1, sizeof *advance);
        if (!advance) return NULL;
        csuccess__arena_init(&advance->about, &desk->mem, 0);
        csuccess__arena_init(&advance->made, &desk->mem, 0);
        csuccess__buffer_init(&advance->body, &desk->mem, desk->options.state_bytes);
        advance->desk = desk;
        return advance;
    }
    desk->spare = advance->next;
    csuccess__advance kept = *advance;
    *advance = (csuccess__advance){
        .desk = desk, .about = kept.about, .made = kept.made, .body = kept.body};
    return advance;
}

void csuccess__advance_free(csuccess__advance *advance)
{
    if (!advance) return;
    csuccess__desk *desk = advance->desk;
    csuccess__release(&desk->mem, advance->refused, advance->refused_cap,
                      sizeof *advance->refused);
    csuccess__arena_reset(&advance->about);
    csuccess__arena_reset(&advance->made);
    csuccess__buffer_clear(&advance->body);
    memset(advance->secret, 0, sizeof advance->secret);
    advance->has_batch = false;
    advance->next = desk->spare;
    desk->spare = advance;
}

/* The event of an index among those that it is about. */
static csuccess__input *event_at(const csuccess__advance *advance, uint32_t i)
{
    return csuccess__events_at(advance->events, advance->indices ? advance->indices[i] : i);
}

/* Room for what is kept of every input. */
static bool lay_out(csuccess__advance *advance)
{
    csuccess__arena *arena = &advance->about;
    uint32_t count = advance->count;
    advance->inputs = CSUCCESS__NEW_ARRAY(arena, const csuccess__input *, count);
    advance->input_keys = CSUCCESS__NEW_ARRAY(arena, csuccess_input_key, count);
    advance->results = CSUCCESS__NEW_ARRAY(arena, csuccess_result, count);
    advance->reasons = CSUCCESS__NEW_ARRAY(arena, csuccess_str, count);
    advance->consumed = CSUCCESS__NEW_ARRAY(arena, bool, count);
    return advance->inputs && advance->input_keys && advance->results && advance->reasons &&
           advance->consumed;
}

static bool take_inputs(csuccess__advance *advance, const csuccess__about *about)
{
    uint32_t events = 0;
    if (about->events) {
        events =
            about->indices ? about->count : (uint32_t)csuccess__events_count(about->events);
    }
    uint32_t count = events + (about->signal ? 1u : 0u);
    uint32_t *indices = NULL;
    if (about->indices) {
        indices = CSUCCESS__NEW_ARRAY(&advance->about, uint32_t, events);
        if (!indices) return false;
        memcpy(indices, about->indices, events * sizeof *indices);
    }
    advance->events = about->events;
    advance->indices = indices;
    advance->of_events = events;
    advance->count = count;
    if (!lay_out(advance)) return false;
    for (uint32_t i = 0; i < count; i++) {
        advance->inputs[i] = i < events ? event_at(advance, i) : about->signal;
        advance->input_keys[i] =
            (csuccess_input_key){advance->customer, advance->inputs[i]->id};
    }
    return true;
}

/* Inputs by the hash of their id, for those that come twice: at most half full.
 */
static bool take_seen(csuccess__advance *advance)
{
    uint32_t size = 4;
    while (size < 2 * advance->count) size *= 2;
    advance->seen_size = size;
    advance->seen = CSUCCESS__NEW_ARRAY(&advance->about, uint32_t, size);
    return advance->seen != NULL;
}

static bool take_keys(csuccess__advance *advance, const csuccess__about *about)
{
    const csuccess__sources *sources = advance->desk->config->sources;
    bool source = about->purpose == CSUCCESS__FOR_SOURCE;
    const csuccess__desk *desk = advance->desk;
    size_t count = source ? 1 : 2 + (size_t)desk->source_count + desk->ledger_count;
    csuccess_key *keys =
        CSUCCESS__NEW_ARRAY(&advance->about, csuccess_key, count + CSUCCESS__PINS_MOST);
    if (!keys) return false;
    if (source) {
        keys[0] = (csuccess_key){CSUCCESS_RECORD_SOURCE, 0, advance->inputs[0]->name};
    } else {
        keys[0] = (csuccess_key){CSUCCESS_RECORD_CUSTOMER, 0, advance->customer};
        keys[1] = (csuccess_key){CSUCCESS_RECORD_SECRET, 0, advance->customer};
        for (uint32_t i = 0; i < advance->desk->source_count; i++) {
            keys[2 + i] = (csuccess_key){CSUCCESS_RECORD_SOURCE, 0, sources->list[i].name};
        }
        for (uint32_t i = 0; i < desk->ledger_count; i++) {
            keys[2 + desk->source_count + i] =
                (csuccess_key){CSUCCESS_RECORD_LEDGER, 0, desk->ledgers[i]};
        }
    }
    advance->keys = keys;
    advance->key_count = advance->definitions = count;
    advance->key_cap = count + CSUCCESS__PINS_MOST;
    return true;
}

static bool take_principal(csuccess__advance *advance, const csuccess__principal *from)
{
    csuccess__arena *arena = &advance->about;
    csuccess_str *roles = CSUCCESS__NEW_ARRAY(arena, csuccess_str, from->role_count);
    advance->principal = *from;
    advance->principal.id = csuccess__arena_copy(arena, from->id);
    advance->principal.roles = roles;
    if (!roles || !advance->principal.id.ptr) return false;
    for (size_t i = 0; i < from->role_count; i++) {
        roles[i] = csuccess__arena_copy(arena, from->roles[i]);
        if (!roles[i].ptr) return false;
    }
    return true;
}

static bool take_about(csuccess__advance *advance, const csuccess__about *about)
{
    csuccess__arena *arena = &advance->about;
    advance->purpose = about->purpose;
    advance->now = about->now;
    advance->import = about->import;
    advance->preview = about->preview;
    advance->publish = about->publish;
    advance->customer = csuccess__arena_copy(arena, about->customer);
    advance->contact = csuccess__arena_copy(arena, about->contact);
    advance->token = csuccess__arena_copy(arena, about->token);
    return advance->customer.ptr && advance->contact.ptr && advance->token.ptr &&
           take_principal(advance, about->principal) && take_inputs(advance, about) &&
           take_seen(advance) && take_keys(advance, about);
}

csuccess_result csuccess__advance_new(csuccess__advance **out, csuccess__desk *desk,
                                      const csuccess__about *about, csuccess_error *err)
{
    *out = NULL;
    csuccess__advance *advance = take(desk);
    if (!advance) return no_memory(err);
    if (!take_about(advance, about)) {
        csuccess__advance_free(advance);
        return no_memory(err);
    }
    *out = advance;
    return CSUCCESS_OK;
}

const csuccess_key *csuccess__advance_keys(const csuccess__advance *advance, size_t *count)
{
    *count = advance->key_count;
    return advance->keys;
}

const csuccess_input_key *csuccess__advance_inputs(const csuccess__advance *advance,
                                                   size_t *count)
{
    *count = advance->count;
    return advance->input_keys;
}

const csuccess_batch *csuccess__advance_batch(const csuccess__advance *advance)
{
    return advance->has_batch ? &advance->batch : NULL;
}

csuccess__tally csuccess__advance_tally(const csuccess__advance *advance)
{
    return advance->tally;
}

csuccess_str csuccess__advance_pseudonym(const csuccess__advance *advance)
{
    return csuccess__str(advance->pseudonym);
}

/* ---- Applying ---- */

static void forget_last(csuccess__advance *advance)
{
    csuccess__desk *desk = advance->desk;
    advance->has_batch = advance->stepped = false;
    advance->settled = 0;
    advance->told = (csuccess_str){"", 0};
    advance->tally = (csuccess__tally){0};
    memset(advance->seen, 0, advance->seen_size * sizeof *advance->seen);
    for (uint32_t i = 0; i < advance->count; i++) {
        advance->results[i] = CSUCCESS_UNDECIDED;
        advance->reasons[i] = (csuccess_str){"", 0};
        advance->consumed[i] = false;
    }
    csuccess__arena_reset(&advance->made);
    desk->effects.arena = &advance->made;
    csuccess__effects_clear(&desk->effects);
}

csuccess_result csuccess__advance_parent(csuccess__advance *advance, csuccess_error *err)
{
    csuccess_str parent;
    csuccess_result status = csuccess__parent_told(&advance->desk->state, &parent);
    if (status < 0) {
        return csuccess__fail(err, status, "what customer %q told its parent is damaged",
                              advance->customer);
    }
    advance->told = csuccess__arena_copy(&advance->made, parent);
    return advance->told.ptr ? CSUCCESS_OK : no_memory(err);
}

csuccess_str csuccess__advance_told(const csuccess__advance *advance)
{
    return advance->told;
}

/* What the customer holds of ledgers goes back. */
static void release_flow(csuccess__advance *advance, csuccess__step *step)
{
    csuccess__zones_asked asked;
    csuccess__moment m = csuccess__desk_moment(advance, step, NULL, &asked);
    bool begun = (advance->desk->state.head.flags & CSUCCESS__STATE_ERASING) != 0;
    if (begun) return;
    csuccess__flow_release(&m);
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    csuccess__intervene_release(&t);
}

static void forget_flow(csuccess__advance *advance, csuccess__step *step)
{
    csuccess__zones_asked asked;
    csuccess__moment m = csuccess__desk_moment(advance, step, NULL, &asked);
    csuccess__flow_forget(&m, advance->contact);
    csuccess__turn t = csuccess__desk_turn(advance, &m);
    csuccess__intervene_forget(&t, advance->contact);
}

/* Takes what is erased out of the open state. */
static void take_out(csuccess__advance *advance, csuccess__step *step, int64_t now)
{
    csuccess__desk *desk = advance->desk;
    csuccess__state *state = &desk->state;
    if (advance->purpose == CSUCCESS__FOR_ERASURE) {
        csuccess__desk_uncount(desk, step);
        release_flow(advance, step);
        state->head.flags |= CSUCCESS__STATE_ERASING;
        state->head.due = now + 1; /* whoever comes here again goes on with it */
        return;
    }
    forget_flow(advance, step);
    csuccess__known_forget(state, advance->contact);
    csuccess__consent_forget(state, advance->contact);
    bool child = csuccess__child_forget(state, advance->contact);
    bool answer = csuccess__nps_forget(state, advance->contact);
    /* It rolls up anew, has another NPS, or what was under way is so no more. */
    bool soon = child || answer || step->due <= now + 1 || state->head.due <= now;
    if (soon) state->head.due = now + 1;
}

/* What an erasure leaves: a mark and an entry; the bodies are the store's to
 * remove. */
static csuccess_result erase_steps(csuccess__advance *advance, csuccess_error *err)
{
    csuccess__desk *desk = advance->desk;
    csuccess__state *state = &desk->state;
    if (advance->fresh) {
        return csuccess__fail(err, CSUCCESS_EMISSING, "there is no customer %q",
                              advance->customer);
    }
    bool all = advance->purpose == CSUCCESS__FOR_ERASURE;
    int64_t now = advance->now > state->head.at ? advance->now : state->head.at;
    /* The end of the advance writes what lies on the desk: it has to be this customer's. */
    if (desk->series) csuccess__series_open(desk->series, state, false, now);
    csuccess__step step = csuccess__advance_step(
        advance, now, all ? CSUCCESS_STR("erasure") : CSUCCESS_STR("forgetting"));
    csuccess_result status = all ? csuccess__advance_parent(advance, err) : CSUCCESS_OK;
    if (status < 0) return status;
    take_out(advance, &step, now);
    csuccess__json_writer *w = csuccess__step_body(&step);
    csuccess__json_key(w, CSUCCESS_STR("of"));
    csuccess__json_str(w, all ? CSUCCESS_STR("customer") : CSUCCESS_STR("contact"));
    csuccess_str body = csuccess__step_body_end(&step);
    csuccess__step_entry(&step, "erased", (csuccess_str){"", 0}, body);
    state->head.at = now;
    if (step.failed < 0) {
        return csuccess__fail(err, step.failed, "%s", csuccess_result_text(step.failed));
    }
    return CSUCCESS_OK;
}

/* Whether the principal may do that to the customer as a whole. */
static csuccess_result allow(csuccess__advance *advance, csuccess__action action,
                             csuccess_error *err)
{
    char bytes[256];
    csuccess__text rule;
    csuccess__text_init(&rule, bytes, sizeof bytes);
    csuccess_result status =
        csuccess__advance_may(advance, CSUCCESS__RESOURCE_CUSTOMER, action, &rule);
    return status < 0 ? csuccess__fail(err, status, "not allowed: %S",
                                       (csuccess_str){rule.ptr, rule.len})
                      : CSUCCESS_OK;
}

csuccess_result csuccess__advance_apply(csuccess__advance *advance,
                                        const csuccess__answer *answers, const bool *known,
                                        csuccess_error *err)
{
    forget_last(advance);
    if (advance->purpose == CSUCCESS__FOR_SOURCE) {
        return csuccess__advance_apply_source(advance, answers, known, err);
    }
    csuccess_result status = csuccess__advance_open(advance, answers, err);
    if (status == CSUCCESS_OK) status = csuccess__advance_pins(advance, answers, err);
    if (status != CSUCCESS_OK) return status;
    /* Another engine's clock is ahead: its time holds for this customer. */
    advance->tally.clock_raised =
        !advance->fresh && advance->now < advance->desk->state.head.at;
    if (advance->purpose == CSUCCESS__FOR_INPUTS) {
        if (advance->preview) status = allow(advance, CSUCCESS__ACTION_READ, err);
        if (status >= 0) status = csuccess__advance_steps(advance, known, err);
    } else {
        status = allow(advance, CSUCCESS__ACTION_ERASE, err);
        if (status >= 0) status = erase_steps(advance, err);
    }
    if (status != CSUCCESS_OK) return status;
    return csuccess__advance_close(advance, err);
}

bool csuccess__advance_refused(csuccess__advance *advance, size_t delta)
{
    csuccess__desk *desk = advance->desk;
    if (!advance->has_batch || delta >= advance->batch.delta_count) return false;
    /* The batch's deltas are the effects' deltas, then one for each message that
   * costs. */
    const csuccess_str *paid = advance->paid;
    if (!paid || !paid[delta].ptr) return false;
    if (advance->refused_count == advance->refused_cap) {
        uint32_t cap = advance->refused_cap ? 2 * advance->refused_cap : 4;
        csuccess_str *more = csuccess__resize(&desk->mem, advance->refused,
                                              advance->refused_cap, cap, sizeof *more);
        if (!more) return false;
        advance->refused = more;
        advance->refused_cap = cap;
    }
    csuccess_str id = csuccess__arena_copy(&advance->about, paid[delta]);
    if (!id.ptr) return false;
    advance->refused[advance->refused_count++] = id;
    return true;
}

void csuccess__advance_settle(csuccess__advance *advance, csuccess_result status,
                              csuccess_str why)
{
    for (uint32_t i = 0; i < advance->of_events; i++) {
        size_t index = advance->indices ? advance->indices[i] : i;
        bool own = status >= 0;
        csuccess__events_settle(advance->events, index, own ? advance->results[i] : status,
                                own ? advance->reasons[i] : why);
    }
}
