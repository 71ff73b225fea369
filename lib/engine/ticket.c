/* SPDX-License-Identifier: Apache-2.0 */
/* Tickets: calls under way, what they were asked, what they came to. */
#include "engine/machine.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

/* ---- What kinds of calls need ---- */

enum {
    NEEDS_EVENTS = 1,
    NEEDS_CUSTOMER = 2,
    NEEDS_CONFIG = 4,
    ASKS_RIGHT = 8 /* here; of the others the advance asks, which knows whose customer it is */
};

typedef struct call_kind {
    uint8_t needs, resource, action, work;
    csuccess__work_state state; /* of the one work that does all of it; of events: unused */
} call_kind;

static const call_kind kinds[] = {
    [CSUCCESS_CALL_INGEST] = {NEEDS_EVENTS, 0, 0, 0, CSUCCESS__WORK_ADVANCE_BEGIN},
    [CSUCCESS_CALL_IMPORT] = {NEEDS_EVENTS | ASKS_RIGHT, CSUCCESS__RESOURCE_ENGINE,
                              CSUCCESS__ACTION_RUN, 0, CSUCCESS__WORK_ADVANCE_BEGIN},
    [CSUCCESS_CALL_PREVIEW] = {NEEDS_EVENTS, 0, 0, 0, CSUCCESS__WORK_ADVANCE_BEGIN},
    [CSUCCESS_CALL_RUN] = {ASKS_RIGHT, CSUCCESS__RESOURCE_ENGINE, CSUCCESS__ACTION_RUN,
                           CSUCCESS__WORK_WHOLE, CSUCCESS__WORK_RUN_BEGIN},
    [CSUCCESS_CALL_SCORE] = {NEEDS_CUSTOMER, 0, 0, CSUCCESS__WORK_WHOLE,
                             CSUCCESS__WORK_VIEW_BEGIN},
    [CSUCCESS_CALL_EXPLAIN] = {NEEDS_CUSTOMER, 0, 0, CSUCCESS__WORK_WHOLE,
                               CSUCCESS__WORK_VIEW_BEGIN},
    [CSUCCESS_CALL_STATE] = {NEEDS_CUSTOMER, 0, 0, CSUCCESS__WORK_WHOLE,
                             CSUCCESS__WORK_VIEW_BEGIN},
    [CSUCCESS_CALL_VERIFY] = {ASKS_RIGHT, CSUCCESS__RESOURCE_AUDIT, CSUCCESS__ACTION_READ,
                              CSUCCESS__WORK_WHOLE, CSUCCESS__WORK_VERIFY_BEGIN},
    [CSUCCESS_CALL_REPLAY] = {NEEDS_CUSTOMER | NEEDS_CONFIG | ASKS_RIGHT,
                              CSUCCESS__RESOURCE_AUDIT, CSUCCESS__ACTION_READ,
                              CSUCCESS__WORK_WHOLE, CSUCCESS__WORK_REPLAY_BEGIN},
    [CSUCCESS_CALL_ERASE] = {NEEDS_CUSTOMER, 0, 0, CSUCCESS__WORK_ERASURE,
                             CSUCCESS__WORK_ADVANCE_BEGIN},
    [CSUCCESS_CALL_PARKED] = {ASKS_RIGHT, CSUCCESS__RESOURCE_ENGINE, CSUCCESS__ACTION_RUN,
                              CSUCCESS__WORK_WHOLE, CSUCCESS__WORK_PARKED_BEGIN},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* ---- Beginning ---- */

static csuccess_result check_needs(const csuccess_call *call, csuccess_error *err)
{
    uint8_t needs = kinds[call->kind].needs;
    if ((needs & NEEDS_CUSTOMER) && call->customer.len == 0) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a customer is required");
    }
    if ((needs & NEEDS_CONFIG) && !call->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a configuration is required");
    }
    if (!(needs & NEEDS_EVENTS)) return CSUCCESS_OK;
    if (!call->events) return csuccess__fail(err, CSUCCESS_EINVALID, "events are required");
    if (csuccess__events_held(call->events)) {
        return csuccess__fail(err, CSUCCESS_EBUSY, "the events are in use by another call");
    }
    return CSUCCESS_OK;
}

static csuccess_result check_text(csuccess_str text, const char *name, csuccess_error *err)
{
    if (text.len && !text.ptr)
        return csuccess__fail(err, CSUCCESS_EINVALID, "%s is NULL", name);
    if (!csuccess__utf8_check(text, NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "%s is not UTF-8", name);
    }
    return CSUCCESS_OK;
}

/* What the kind of call does not use is empty. */
static csuccess_result check_call(csuccess_call *call, csuccess_error *err)
{
    if (call->kind == 0 || call->kind >= KINDS) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "%u is no kind of call", call->kind);
    }
    uint8_t needs = kinds[call->kind].needs;
    csuccess_result result = check_text(call->customer, "customer", err);
    if (result >= 0) result = check_text(call->contact, "contact", err);
    if (result >= 0) result = check_needs(call, err);
    if (!(needs & NEEDS_EVENTS)) call->events = NULL;
    if (!(needs & NEEDS_CONFIG)) call->config = NULL;
    return result;
}

static csuccess_result check_right(csuccess_engine *engine, const csuccess__ticket *ticket,
                                   csuccess_error *err)
{
    const call_kind *kind = &kinds[ticket->kind];
    char bytes[256];
    csuccess__text rule;
    csuccess__access_question question = {
        .resource = (csuccess__resource)kind->resource,
        .action = (csuccess__action)kind->action,
        .owner = csuccess__str(""),
        .leads = engine->options.leads,
        .leads_ud = engine->options.leads_ud,
    };
    if (!(kind->needs & ASKS_RIGHT)) return CSUCCESS_OK;
    csuccess__text_init(&rule, bytes, sizeof bytes);
    engine->inside = true;
    csuccess_result result =
        csuccess__access_decide(engine->config->access, &ticket->principal, &question, &rule);
    engine->inside = false;
    if (result < 0) csuccess__fail(err, result, "not allowed: %s", bytes);
    return result;
}

static csuccess_result take_call(csuccess_engine *engine, csuccess__ticket *ticket,
                                 const csuccess_call *call, csuccess_error *err)
{
    csuccess_result result =
        csuccess__principal_take(&ticket->principal, call->principal, &ticket->arena, err);
    if (result < 0) return result;
    if (call->limits) {
        result = csuccess__struct_take(&ticket->limits, sizeof ticket->limits, sizeof(size_t),
                                       call->limits, "csuccess_run_limits", err);
        if (result < 0) return result;
    }
    ticket->kind = call->kind;
    ticket->now = call->now_ms;
    ticket->next_ms = CSUCCESS_TIME_NEVER;
    ticket->customer = csuccess__arena_copy(&ticket->arena, call->customer);
    ticket->contact = csuccess__arena_copy(&ticket->arena, call->contact);
    if (!ticket->customer.ptr || !ticket->contact.ptr) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    result = check_right(engine, ticket, err);
    if (result < 0 || !call->events) return result;
    ticket->events = call->events;
    csuccess__events_hold(ticket->events);
    return csuccess__inputs_group(ticket, &engine->mem) < 0
               ? csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory")
               : CSUCCESS_OK;
}

static csuccess_result begin_work(csuccess_engine *engine, csuccess__ticket *ticket)
{
    const call_kind *kind = &kinds[ticket->kind];
    if (ticket->groups) {
        if (engine->feeding_last) {
            engine->feeding_last->feeding = ticket;
        } else {
            engine->feeding = ticket;
        }
        engine->feeding_last = ticket;
        return CSUCCESS_OK;
    }
    csuccess__work *work =
        csuccess__work_new(engine, ticket, (csuccess__work_kind)kind->work, kind->state);
    if (!work) return CSUCCESS_ENOMEM;
    work->customer = ticket->customer;
    return CSUCCESS_OK;
}

csuccess_result csuccess__ticket_start(csuccess_engine *engine, const csuccess_call *in,
                                       uint64_t *id, csuccess_error *err)
{
    csuccess_call call;
    csuccess_result result = csuccess__struct_take(
        &call, sizeof call, offsetof(csuccess_call, principal), in, "csuccess_call", err);
    if (result >= 0) result = check_call(&call, err);
    if (result >= 0) result = csuccess__engine_clock(engine, &call.now_ms, err);
    if (result < 0) return result;
    csuccess__ticket *ticket = csuccess__alloc(&engine->mem, 1, sizeof *ticket);
    if (!ticket) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    ticket->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess__arena_init(&ticket->arena, &engine->mem, 0);
    csuccess__buffer_init(&ticket->text, &engine->mem, engine->limits.output_bytes);
    result = take_call(engine, ticket, &call, err);
    if (result >= 0 && call.config) ticket->config = csuccess_config_ref(call.config);
    if (result >= 0 && begin_work(engine, ticket) < 0) {
        result = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    ticket->next = engine->tickets;
    engine->tickets = ticket;
    if (result < 0) {
        csuccess__ticket_free(engine, ticket);
        return result;
    }
    *id = ticket->id = ++engine->last_ticket;
    return CSUCCESS_OK;
}

/* ---- Failing ---- */

void csuccess__ticket_fail(csuccess_engine *engine, csuccess__ticket *ticket,
                           csuccess_result result, bool stop)
{
    if (ticket->result >= 0) {
        ticket->result = result;
        ticket->err = engine->why;
        ticket->err.code = result;
    }
    ticket->stopped = ticket->stopped || stop;
    ticket->cancelled = ticket->cancelled || result == CSUCCESS_ECANCELLED;
}

void csuccess__ticket_store_failed(csuccess_engine *engine, csuccess__ticket *ticket,
                                   csuccess_result result)
{
    enum { IN_A_ROW = 3 };
    bool own = result == CSUCCESS_ENOMEM || result == CSUCCESS_ECANCELLED;
    ticket->failures++;
    csuccess__ticket_fail(engine, ticket, result, own || ticket->failures >= IN_A_ROW);
}

void csuccess__ticket_let_go(csuccess_engine *engine, csuccess__ticket *ticket)
{
    csuccess__work *work;
    ticket->weighing = false;
    while ((work = csuccess__queue_take(&ticket->held)) != NULL) {
        csuccess__work_ready(engine, work, work->state);
    }
}

void csuccess__ticket_next(csuccess__ticket *ticket, int64_t at)
{
    if (ticket->kind == CSUCCESS_CALL_RUN && at > ticket->now && at < ticket->next_ms) {
        ticket->next_ms = at;
    }
}

/* ---- The end ---- */

csuccess__ticket *csuccess__ticket_find(const csuccess_engine *engine, uint64_t id)
{
    csuccess__ticket *ticket = engine->tickets;
    while (ticket && ticket->id != id) ticket = ticket->next;
    return ticket;
}

bool csuccess__ticket_done(const csuccess__ticket *ticket)
{
    return ticket->works == 0 && (ticket->stopped || ticket->group_next == ticket->group_count);
}

/* Takes it from those that are fed. */
static void unfeed(csuccess_engine *engine, const csuccess__ticket *ticket)
{
    csuccess__ticket *before = NULL;
    for (csuccess__ticket *t = engine->feeding; t; before = t, t = t->feeding) {
        if (t != ticket) continue;
        if (before) {
            before->feeding = t->feeding;
        } else {
            engine->feeding = t->feeding;
        }
        if (engine->feeding_last == t) engine->feeding_last = before;
        return;
    }
}

void csuccess__ticket_free(csuccess_engine *engine, csuccess__ticket *ticket)
{
    csuccess__ticket **at = &engine->tickets;
    while (*at != ticket) at = &(*at)->next;
    *at = ticket->next;
    unfeed(engine, ticket);
    if (ticket->events) csuccess__events_release(ticket->events);
    csuccess_config_unref(ticket->config);
    csuccess__buffer_free(&ticket->text);
    csuccess__arena_free(&ticket->arena);
    csuccess__release(&engine->mem, ticket, 1, sizeof *ticket);
}

static csuccess_result result_of(const csuccess__ticket *ticket)
{
    if (ticket->result < 0) return ticket->result;
    if (ticket->item_failed) return CSUCCESS_UNDECIDED;
    return ticket->kind == CSUCCESS_CALL_RUN && !ticket->did ? CSUCCESS_UNCHANGED : CSUCCESS_OK;
}

/* The text is complete, or the call has failed for it. */
static void complete_text(csuccess_engine *engine, csuccess__ticket *ticket)
{
    if (ticket->kind == CSUCCESS_CALL_PREVIEW && ticket->result >= 0) {
        csuccess__preview_write(engine, ticket);
    }
    csuccess_result status = ticket->text.status;
    if (!ticket->has_text || status >= 0) return;
    csuccess__fail(&engine->why, status, "%s", csuccess_result_text(status));
    csuccess__ticket_fail(engine, ticket, status, true);
}

/* The text for the caller. False: no memory for it. */
static bool take_text(csuccess_engine *engine, const csuccess__ticket *ticket,
                      csuccess_result result, csuccess_text **out)
{
    bool given = result >= 0 || result == CSUCCESS_EDIGEST;
    if (!ticket->has_text || !given) return true;
    return csuccess__text_make(out, &engine->mem, csuccess__buffer_view(&ticket->text)) >= 0;
}

csuccess_result csuccess__ticket_finish(csuccess_engine *engine, csuccess__ticket *ticket,
                                        csuccess_outcome *out, csuccess_error *err)
{
    csuccess_outcome outcome = {.size = sizeof outcome,
                                .next_ms = ticket->more ? ticket->now : ticket->next_ms};
    if (ticket->kind == CSUCCESS_CALL_RUN) engine->figures.next_due_ms = outcome.next_ms;
    complete_text(engine, ticket);
    csuccess_result result = result_of(ticket);
    if (result < 0) csuccess__fail(err, result, "%s", ticket->err.message);
    if (out && !take_text(engine, ticket, result, &outcome.text)) {
        result = csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    if (out &&
        csuccess__struct_give(out, &outcome, sizeof outcome, "csuccess_outcome", NULL) < 0) {
        csuccess_text_free(outcome.text);
    }
    csuccess__ticket_free(engine, ticket);
    return result;
}
