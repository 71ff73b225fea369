/* SPDX-License-Identifier: Apache-2.0 */
/* A run: customers that are due, until there are none, then messages of the outbox, until there are none; what messages made due; then the engine's own jobs. */
#include "engine/machine.h"

#include "base/str.h"

#include <string.h>

/* How many may still be done; UINT32_MAX: any number. */
static uint32_t left(uint32_t limit, uint32_t done)
{
    if (limit == 0) return UINT32_MAX;
    return limit > done ? limit - done : 0;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static void run_failed(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket_fail(engine, work->ticket, csuccess__store_result(engine, work->came),
                          true);
    csuccess__work_end(engine, work);
}

static void begin_claiming(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    uint32_t most =
        least(left(ticket->limits.messages, ticket->messages), engine->options.batch);
    if (most == 0) {
        ticket->more = true;
        csuccess__work_ready(engine, work, CSUCCESS__WORK_RUN_JOBS);
        return;
    }
    work->request = (union csuccess__request){.claim = {.most = most,
                                                        .shard = engine->options.shard,
                                                        .shards = engine->options.shards}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_CLAIM, most, CSUCCESS__WORK_RUN_CLAIMED);
}

void csuccess__run_begin(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    uint32_t most =
        least(left(ticket->limits.customers, ticket->customers), engine->options.batch);
    if (!ticket->started) engine->figures.oldest_message_ms = 0;
    ticket->started = true;
    ticket->again = false;
    if (most == 0) {
        ticket->more = true;
        begin_claiming(engine, work);
        return;
    }
    work->request = (union csuccess__request){.due = {.most = most,
                                                      .shard = engine->options.shard,
                                                      .shards = engine->options.shards}};
    csuccess__work_ask(engine, work, CSUCCESS_OP_DUE, most, CSUCCESS__WORK_RUN_LEASED);
}

/* ---- Customers ---- */

static csuccess__work *child_of(csuccess_engine *engine, csuccess__work *work,
                                csuccess__work_kind kind, csuccess__work_state state)
{
    csuccess__work *child = csuccess__work_new(engine, work->ticket, kind, state);
    if (!child) return NULL;
    child->now = work->now;
    child->parent = work;
    work->children++;
    return child;
}

static bool take_lease(csuccess_engine *engine, csuccess__work *work,
                       const csuccess__answer_row *row)
{
    csuccess__work *child =
        child_of(engine, work, CSUCCESS__WORK_LEASED, CSUCCESS__WORK_ADVANCE_BEGIN);
    if (!child) return false;
    child->failures = row->number > UINT32_MAX ? UINT32_MAX : (uint32_t)row->number;
    if (csuccess__work_copy(child, &child->customer, row->id) &&
        csuccess__work_copy(child, &child->token, row->token)) {
        return true;
    }
    child->kind = CSUCCESS__WORK_WHOLE; /* nothing can be given back that has no name */
    csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    csuccess__ticket_fail(engine, work->ticket, CSUCCESS_ENOMEM, true);
    return false;
}

void csuccess__run_leased(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    if (work->came < 0) {
        run_failed(engine, work);
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    if (reply->row_count == 0) {
        csuccess__ticket_next(ticket,
                              reply->next); /* with rows it may be the end of their leases */
        begin_claiming(engine, work);
        return;
    }
    ticket->customers += (uint32_t)reply->row_count;
    ticket->did = true;
    work->state = CSUCCESS__WORK_RUN_BEGIN;
    for (size_t i = 0; i < reply->row_count && !ticket->stopped; i++) {
        if (csuccess__often_note(engine, ticket, reply->rows[i].id)) {
            take_lease(engine, work, &reply->rows[i]);
        }
    }
    if (work->children == 0) csuccess__work_ready(engine, work, CSUCCESS__WORK_RUN_BEGIN);
}

/* ---- Messages ---- */

static bool copy_message(csuccess__work *child, const csuccess__answer_row *row)
{
    static const size_t texts[] = {
        offsetof(csuccess_message, id),      offsetof(csuccess_message, customer),
        offsetof(csuccess_message, channel), offsetof(csuccess_message, target),
        offsetof(csuccess_message, contact), offsetof(csuccess_message, purpose),
        offsetof(csuccess_message, body),    offsetof(csuccess_message, definition),
    };
    child->message = row->message;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        csuccess_str text;
        char *at = (char *)&child->message + texts[i];
        memcpy(&text, at, sizeof text);
        if (!csuccess__work_copy(child, &text, text)) return false;
        memcpy(at, &text, sizeof text);
    }
    return csuccess__work_copy(child, &child->token, row->token);
}

static bool take_message(csuccess_engine *engine, csuccess__work *work,
                         const csuccess__answer_row *row)
{
    bool signal = row->message.channel.len == 0;
    csuccess__work *child =
        child_of(engine, work, signal ? CSUCCESS__WORK_SIGNAL : CSUCCESS__WORK_MESSAGE,
                 CSUCCESS__WORK_MESSAGE_BEGIN);
    if (!child) return false;
    if (copy_message(child, row)) {
        child->customer = signal ? child->message.target : child->message.customer;
        return true;
    }
    child->kind = CSUCCESS__WORK_WHOLE;
    csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    csuccess__ticket_fail(engine, work->ticket, CSUCCESS_ENOMEM, true);
    return false;
}

/* Whether any of them is held when too many customers change their band. */
static bool any_automatic(const csuccess_reply *reply)
{
    for (size_t i = 0; i < reply->row_count; i++) {
        const csuccess_message *message = &reply->rows[i].message;
        if (message->channel.len && !(message->flags & CSUCCESS_MESSAGE_INTERNAL)) return true;
    }
    return false;
}

static void note_age(csuccess_engine *engine, const csuccess__work *work,
                     const csuccess_message *message)
{
    int64_t age = work->now - message->not_before_ms;
    if (message->not_before_ms < message->created_ms) age = work->now - message->created_ms;
    if (age > engine->figures.oldest_message_ms) engine->figures.oldest_message_ms = age;
}

static csuccess_key mass_ledger(csuccess__work *work, int64_t bucket)
{
    char bytes[48];
    csuccess__text text;
    csuccess_str key;
    csuccess__text_init(&text, bytes, sizeof bytes);
    csuccess__text_format(&text, "mass/%l", bucket);
    csuccess__work_copy(work, &key, (csuccess_str){text.ptr, text.len});
    return (csuccess_key){CSUCCESS_RECORD_LEDGER, 0, key};
}

/* The ledgers by which a mass change shows: customers that changed their band in this period and the one before, and all there are. */
static bool weigh(csuccess_engine *engine, csuccess__work *work)
{
    const csuccess__policies *policies = engine->config->policies;
    if (!policies->mass_change || !any_automatic(csuccess__work_reply(work))) return false;
    int64_t bucket = work->now / policies->mass_within_ms;
    work->keys[0] = mass_ledger(work, bucket);
    work->keys[1] = mass_ledger(work, bucket - 1);
    work->keys[2] = (csuccess_key){CSUCCESS_RECORD_LEDGER, 0, CSUCCESS_STR("customers")};
    work->key_count = 3;
    if (work->keys[0].id.ptr && work->keys[1].id.ptr) return true;
    csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    csuccess__ticket_fail(engine, work->ticket, CSUCCESS_ENOMEM, true);
    return false;
}

void csuccess__run_claimed(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    if (work->came < 0) {
        run_failed(engine, work);
        return;
    }
    const csuccess_reply *reply = csuccess__work_reply(work);
    if (reply->row_count == 0) {
        csuccess__ticket_next(ticket, reply->next);
        csuccess__work_ready(
            engine, work, ticket->again ? CSUCCESS__WORK_RUN_BEGIN : CSUCCESS__WORK_RUN_JOBS);
        return;
    }
    ticket->messages += (uint32_t)reply->row_count;
    ticket->did = true;
    ticket->weighing = weigh(engine, work);
    ticket->mass_hold = false;
    work->state = CSUCCESS__WORK_RUN_WEIGHED;
    for (size_t i = 0; i < reply->row_count && !ticket->stopped; i++) {
        note_age(engine, work, &reply->rows[i].message);
        if (csuccess__often_note(engine, ticket, reply->rows[i].id)) {
            take_message(engine, work, &reply->rows[i]);
        }
    }
    if (ticket->stopped)
        csuccess__ticket_let_go(engine, ticket); /* nothing is weighed any more */
    if (ticket->weighing) {
        csuccess__work_load(engine, work, CSUCCESS__WORK_RUN_WEIGHED);
    } else if (work->children == 0) {
        csuccess__work_ready(engine, work, CSUCCESS__WORK_RUN_WEIGHED);
    }
}

static int64_t sum_of(const csuccess__answer *answer)
{
    return answer->verdict == CSUCCESS__VERDICT_LEDGER ? answer->sum : 0;
}

/* Whether more customers changed their band lately than is believed to be true of them one by one. */
static bool is_mass_change(const csuccess__policies *policies, const csuccess__answer *answers)
{
    int64_t changed = sum_of(&answers[0]), before = sum_of(&answers[1]);
    if (before > changed) changed = before;
    return changed > 0 && changed >= (int64_t)policies->mass_at_least &&
           (double)changed > policies->mass_share * (double)sum_of(&answers[2]);
}

void csuccess__run_weighed(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    if (!ticket->weighing) { /* all messages are dealt with */
        work->key_count = 0;
        begin_claiming(engine, work);
        return;
    }
    if (work->came < 0) {
        csuccess__ticket_fail(engine, ticket, csuccess__store_result(engine, work->came), true);
    } else {
        ticket->mass_hold =
            is_mass_change(engine->config->policies, csuccess__work_answers(work));
    }
    work->op = NULL;
    csuccess__ticket_let_go(engine, ticket);
    if (work->children == 0) csuccess__work_ready(engine, work, CSUCCESS__WORK_RUN_WEIGHED);
}
