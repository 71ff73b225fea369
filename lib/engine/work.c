/* SPDX-License-Identifier: Apache-2.0 */
/* Works: where they come from, where they wait, and who is first in line for a customer. */
#include "engine/machine.h"

#include "base/str.h"

#include <string.h>

/* ---- Queues ---- */

void csuccess__queue_put(csuccess__queue *queue, csuccess__work *work)
{
    work->next = NULL;
    if (queue->tail) {
        queue->tail->next = work;
    } else {
        queue->head = work;
    }
    queue->tail = work;
}

csuccess__work *csuccess__queue_take(csuccess__queue *queue)
{
    csuccess__work *work = queue->head;
    if (!work) return NULL;
    queue->head = work->next;
    if (!queue->head) queue->tail = NULL;
    work->next = NULL;
    return work;
}

/* ---- From beginning to end ---- */

csuccess__work *csuccess__work_new(csuccess_engine *engine, csuccess__ticket *ticket,
                                   csuccess__work_kind kind, csuccess__work_state state)
{
    csuccess__work *work = engine->spare;
    if (work) {
        engine->spare = work->next;
    } else {
        work = csuccess__alloc(&engine->mem, 1, sizeof *work);
        if (!work) {
            csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
            if (ticket) csuccess__ticket_fail(engine, ticket, CSUCCESS_ENOMEM, true);
            return NULL;
        }
        csuccess__arena_init(&work->arena, &engine->mem, 0);
        work->all = engine->all;
        engine->all = work;
    }
    work->ticket = ticket;
    work->kind = kind;
    work->now = ticket ? ticket->now : engine->clock;
    if (ticket) ticket->works++;
    engine->live++;
    csuccess__work_ready(engine, work, state);
    return work;
}

void csuccess__work_free(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__advance_free(work->advance);
    if (work->whole_free) work->whole_free(engine, work->whole);
    csuccess__arena_free(&work->arena);
    csuccess__release(&engine->mem, work, 1, sizeof *work);
}

void csuccess__work_end(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__work *parent = work->parent, *all = work->all;
    if (work->kind == CSUCCESS__WORK_ENGINE &&
        engine->definition == CSUCCESS__DEFINITION_ASKED) {
        engine->definition = CSUCCESS__DEFINITION_UNKNOWN;
    }
    csuccess__work_unlock(engine, work);
    csuccess__advance_free(work->advance);
    if (work->whole_free) work->whole_free(engine, work->whole);
    if (work->ticket) work->ticket->works--;
    engine->live--;
    csuccess__arena arena = work->arena;
    csuccess__arena_reset(&arena);
    memset(work, 0, sizeof *work);
    work->arena = arena;
    work->all = all;
    work->next = engine->spare;
    engine->spare = work;
    if (parent && --parent->children == 0) csuccess__work_ready(engine, parent, parent->state);
}

void csuccess__work_drop(csuccess_engine *engine, csuccess__work *work)
{
    if (work->children == 0) {
        csuccess__work_end(engine, work);
    } else {
        work->op = NULL;
        csuccess__ticket_let_go(engine, work->ticket);
    }
}

static void give_up_lease(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__give_back(engine, work, work->now, false);
}

static void give_up_message(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__settling how = {.outcome = CSUCCESS_SETTLE_RETRY, .retry = work->now};
    csuccess__settle(engine, work, &how);
}

void csuccess__work_give_up(csuccess_engine *engine, csuccess__work *work)
{
    static void (*const ways[CSUCCESS__WORK_KINDS])(csuccess_engine *, csuccess__work *) = {
        [CSUCCESS__WORK_LEASED] = give_up_lease,
        [CSUCCESS__WORK_SIGNAL] = give_up_message,
        [CSUCCESS__WORK_MESSAGE] = give_up_message,
    };
    bool cancelled = work->ticket && work->ticket->cancelled;
    if (work->leaving || cancelled || !ways[work->kind]) {
        csuccess__work_drop(engine, work);
        return;
    }
    work->leaving = true;
    ways[work->kind](engine, work);
}

static bool is_stopped(const csuccess__work *work)
{
    return work->ticket && work->ticket->stopped && !work->leaving;
}

void csuccess__work_run(csuccess_engine *engine, csuccess__work *work)
{
    static void (*const runs[])(csuccess_engine *, csuccess__work *) = {
#define RUN(name, run) [CSUCCESS__WORK_##name] = run,
        CSUCCESS__WORK_STATES(RUN)
#undef RUN
    };
    if (!work->op && is_stopped(work)) {
        csuccess__work_give_up(engine, work);
    } else {
        runs[work->state](engine, work);
    }
}

/* ---- Where they wait ---- */

static void wait_in(csuccess__queue *queue, csuccess__work *work, csuccess__work_state state)
{
    work->state = state;
    work->came = CSUCCESS_OK;
    work->op = NULL;
    csuccess__queue_put(queue, work);
}

void csuccess__work_ready(csuccess_engine *engine, csuccess__work *work,
                          csuccess__work_state state)
{
    wait_in(&engine->ready, work, state);
}

void csuccess__work_load(csuccess_engine *engine, csuccess__work *work,
                         csuccess__work_state state)
{
    wait_in(&engine->want_load, work, state);
}

void csuccess__work_commit(csuccess_engine *engine, csuccess__work *work,
                           csuccess__work_state state)
{
    wait_in(&engine->want_commit, work, state);
}

/* reason: an operation has a kind, a size and what follows. */
void csuccess__work_ask(csuccess_engine *engine, csuccess__work *work, uint32_t kind,
                        size_t rows, csuccess__work_state state)
{
    work->asks = kind;
    work->rows = rows;
    wait_in(&engine->want_own, work, state);
}

/* ---- One at a time for a customer ---- */

static bool is_about(const void *item, const void *key)
{
    const csuccess__work *work = item;
    const csuccess_str *customer = key;
    return csuccess__str_eq(work->customer, *customer);
}

bool csuccess__work_lock(csuccess_engine *engine, csuccess__work *work)
{
    if (work->locked) return true;
    uint64_t hash = csuccess__table_hash(work->customer, 0);
    csuccess__work *first =
        csuccess__table_find(&engine->locks, hash, is_about, &work->customer);
    if (first) {
        work->op = NULL;
        work->line = NULL;
        (first->last ? first->last : first)->line = work;
        first->last = work;
        return false;
    }
    csuccess__table_put(&engine->locks, hash, work);
    work->locked = true;
    work->line = work->last = NULL;
    return true;
}

void csuccess__work_unlock(csuccess_engine *engine, csuccess__work *work)
{
    if (!work->locked) return;
    uint64_t hash = csuccess__table_hash(work->customer, 0);
    csuccess__work *next = work->line;
    csuccess__table_drop(&engine->locks, hash, work);
    work->locked = false;
    if (!next) return;
    next->last = work->last == next ? NULL : work->last;
    next->locked = true;
    csuccess__table_put(&engine->locks, hash, next);
    csuccess__work_ready(engine, next, next->state);
}

/* ---- What came ---- */

const csuccess__answer *csuccess__work_answers(const csuccess__work *work)
{
    csuccess__operation_slot *slot = work->op;
    for (size_t i = 0; i < work->key_total; i++) {
        slot->answers[i] = slot->op.reply->answers[slot->places[work->key_at + i]];
    }
    return slot->answers;
}

const bool *csuccess__work_known(const csuccess__work *work)
{
    return work->op->op.reply->known + work->input_at;
}

csuccess_reply *csuccess__work_reply(const csuccess__work *work)
{
    return work->op->op.reply;
}

bool csuccess__work_copy(csuccess__work *work, csuccess_str *text, csuccess_str from)
{
    *text = csuccess__arena_copy(&work->arena, from);
    return text->ptr != NULL;
}
