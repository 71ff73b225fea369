/* SPDX-License-Identifier: Apache-2.0 */
/* The machine: runs what can run, gathers what waits into operations, and takes their answers. */
#include "engine/machine.h"

#include "base/str.h"

#include <string.h>

enum { SLOT_BITS = 16, KEEP_BYTES = 4 << 20 };

/* ---- Running ---- */

static csuccess__queue *queue_of(csuccess_engine *engine, const csuccess__work *work)
{
    return work->asks                                        ? &engine->want_own
           : work->state == CSUCCESS__WORK_ADVANCE_COMMITTED ? &engine->want_commit
                                                             : &engine->want_load;
}

/* A busy store is asked again at once, a few times. */
static bool asks_again(csuccess_engine *engine, csuccess__work *work,
                       const csuccess__operation_slot *slot)
{
    if (slot->result != CSUCCESS_EBUSY || slot->op.kind == CSUCCESS_OP_SEND) return false;
    if (work->busy >= engine->options.tries) return false;
    work->busy++;
    csuccess__queue_put(queue_of(engine, work), work);
    return true;
}

static void slot_free(csuccess_engine *engine, csuccess__operation_slot *slot)
{
    csuccess__handle_close(engine, slot);
    slot->works = (csuccess__queue){NULL, NULL};
    slot->work_count = 0;
    slot->key_count = slot->input_count = slot->batch_count = slot->place_count = 0;
    slot->result = CSUCCESS_OK;
    slot->next = engine->free_slots;
    engine->free_slots = slot;
}

/* Tells the works of an operation what came; its reply is there until all have run. */
static void deliver(csuccess_engine *engine)
{
    csuccess__operation_slot *slot = engine->answered;
    csuccess__work *work;
    engine->answered = slot->next;
    if (!engine->answered) engine->answered_last = NULL;
    while ((work = csuccess__queue_take(&slot->works)) != NULL) {
        if (asks_again(engine, work, slot)) continue;
        work->op = slot;
        work->came = slot->result;
        work->shared = slot->work_count > 1;
        work->asks = 0;
        work->busy = 0;
        if (slot->result < 0) engine->why = slot->err;
        csuccess__work_run(engine, work);
    }
    slot_free(engine, slot);
}

void csuccess__works_pump(csuccess_engine *engine)
{
    for (;;) {
        csuccess__work *work = csuccess__queue_take(&engine->ready);
        if (work) {
            csuccess__work_run(engine, work);
        } else if (engine->answered) {
            deliver(engine);
        } else if (!csuccess__inputs_feed(engine)) {
            return;
        }
    }
}

/* ---- Operations are made ---- */

static csuccess__operation_slot *slot_new(csuccess_engine *engine)
{
    csuccess__operation_slot *slot = engine->free_slots;
    if (slot) {
        engine->free_slots = slot->next;
        slot->next = NULL;
        return slot;
    }
    if (engine->slot_count == engine->options.in_flight) return NULL;
    slot = csuccess__alloc(&engine->mem, 1, sizeof *slot);
    if (!slot) return NULL;
    slot->index = engine->slot_count;
    csuccess__arena_init(&slot->memory, &engine->mem, 0);
    engine->slots[engine->slot_count++] = slot;
    return slot;
}

static void slot_add(csuccess__operation_slot *slot, csuccess__work *work)
{
    csuccess__queue_put(&slot->works, work);
    slot->work_count++;
}

/* Room for `more` behind what is there. */
static bool room(csuccess_engine *engine, void **items, size_t *cap, size_t want, size_t bytes)
{
    if (want <= *cap) return true;
    size_t more = *cap ? *cap : 16;
    while (more < want) {
        if (!csuccess__mul_size(&more, more, 2)) return false;
    }
    void *grown = csuccess__resize(&engine->mem, *items, *cap, more, bytes);
    if (!grown) return false;
    *items = grown;
    *cap = more;
    return true;
}

/* Where a key stands that others need too; a new place else. Sources are few, and stand behind the first customer's own keys. */
static uint32_t place_of(csuccess__operation_slot *slot, const csuccess_key *key)
{
    enum { LOOKED_AT = 64 };
    if (key->kind == CSUCCESS_RECORD_SOURCE) {
        size_t most = slot->key_count < LOOKED_AT ? slot->key_count : LOOKED_AT;
        for (size_t i = 0; i < most; i++) {
            const csuccess_key *there = &slot->keys[i];
            if (there->kind == key->kind && csuccess__str_eq(there->id, key->id)) {
                return (uint32_t)i;
            }
        }
    }
    slot->keys[slot->key_count] = *key;
    return (uint32_t)slot->key_count++;
}

static bool add_keys(csuccess_engine *engine, csuccess__operation_slot *slot,
                     const csuccess_key *keys, size_t count)
{
    void *items = slot->keys, *places = slot->places, *answers = slot->answers;
    bool fits =
        room(engine, &items, &slot->key_cap, slot->key_count + count, sizeof *slot->keys) &&
        room(engine, &places, &slot->place_cap, slot->place_count + count,
             sizeof *slot->places) &&
        room(engine, &answers, &slot->answer_cap, count, sizeof *slot->answers);
    slot->keys = items;
    slot->places = places;
    slot->answers = answers;
    if (!fits) return false;
    for (size_t i = 0; i < count; i++) {
        slot->places[slot->place_count++] = place_of(slot, &keys[i]);
    }
    return true;
}

static bool add_inputs(csuccess_engine *engine, csuccess__operation_slot *slot,
                       const csuccess_input_key *inputs, size_t count)
{
    void *items = slot->inputs;
    bool fits =
        room(engine, &items, &slot->input_cap, slot->input_count + count, sizeof *slot->inputs);
    slot->inputs = items;
    if (!fits) return false;
    if (count) memcpy(slot->inputs + slot->input_count, inputs, count * sizeof *inputs);
    slot->input_count += count;
    return true;
}

static bool add_batch(csuccess_engine *engine, csuccess__operation_slot *slot,
                      const csuccess_batch *batch)
{
    void *items = slot->batches;
    bool fits =
        room(engine, &items, &slot->batch_cap, slot->batch_count + 1, sizeof *slot->batches);
    slot->batches = items;
    if (fits) slot->batches[slot->batch_count++] = batch;
    return fits;
}

static bool add_load(csuccess_engine *engine, csuccess__operation_slot *slot,
                     csuccess__work *work)
{
    size_t keys = work->key_count, inputs = 0;
    work->key_at = slot->place_count;
    work->key_total = keys;
    work->input_at = slot->input_count;
    if (keys) return add_keys(engine, slot, work->keys, keys);
    const csuccess_key *needed = csuccess__advance_keys(work->advance, &keys);
    work->key_total = keys;
    const csuccess_input_key *asked = csuccess__advance_inputs(work->advance, &inputs);
    return add_keys(engine, slot, needed, keys) && add_inputs(engine, slot, asked, inputs);
}

static bool add_commit(csuccess_engine *engine, csuccess__operation_slot *slot,
                       csuccess__work *work)
{
    work->batch_at = slot->batch_count;
    return add_batch(engine, slot, csuccess__advance_batch(work->advance));
}

/* Works of stopped calls go no further. */
static csuccess__work *take_going(csuccess_engine *engine, csuccess__queue *queue)
{
    csuccess__work *work;
    while ((work = csuccess__queue_take(queue)) != NULL) {
        if (!work->ticket || !work->ticket->stopped || work->leaving) break;
        csuccess__work_give_up(engine, work);
    }
    return work;
}

/* As many of a queue as go into one operation. False: no memory, for all that are in it. */
static bool gather(csuccess_engine *engine, csuccess__operation_slot *slot,
                   csuccess__queue *queue,
                   bool (*add)(csuccess_engine *, csuccess__operation_slot *, csuccess__work *))
{
    csuccess__work *work;
    bool fits = true;
    while (fits && slot->work_count < engine->options.batch &&
           (work = take_going(engine, queue)) != NULL) {
        fits = add(engine, slot, work);
        slot_add(slot, work);
        if (work->alone || (queue->head && queue->head->alone)) break;
    }
    return fits;
}

/* ---- Operations are opened ---- */

static const size_t sizes[] = {
    [CSUCCESS_OP_LOAD] = sizeof(csuccess_load_request),
    [CSUCCESS_OP_COMMIT] = sizeof(csuccess_commit_request),
    [CSUCCESS_OP_DUE] = sizeof(csuccess_due_request),
    [CSUCCESS_OP_DEFER] = sizeof(csuccess_defer_request),
    [CSUCCESS_OP_CLAIM] = sizeof(csuccess_claim_request),
    [CSUCCESS_OP_SETTLE] = sizeof(csuccess_settle_request),
    [CSUCCESS_OP_SCAN] = sizeof(csuccess_scan_request),
    [CSUCCESS_OP_HISTORY] = sizeof(csuccess_history_request),
    [CSUCCESS_OP_OUTBOX] = sizeof(csuccess_outbox_request),
    [CSUCCESS_OP_ERASE] = sizeof(csuccess_erase_request),
    [CSUCCESS_OP_SEND] = sizeof(csuccess_send_request),
};

/* All requests begin with size, now and tenant. */
static void address(const csuccess_engine *engine, csuccess__operation_slot *slot,
                    uint32_t kind)
{
    csuccess_load_request *head = &slot->request.load;
    head->size = sizes[kind];
    head->now_ms = engine->clock;
    head->tenant = engine->options.tenant;
    if (kind == CSUCCESS_OP_LOAD) {
        head->keys = slot->keys;
        head->key_count = slot->key_count;
        head->inputs = slot->inputs;
        head->input_count = slot->input_count;
    } else if (kind == CSUCCESS_OP_COMMIT) {
        slot->request.commit.batches = slot->batches;
        slot->request.commit.count = slot->batch_count;
    } else if (kind == CSUCCESS_OP_DUE) {
        slot->request.due.lease_until_ms = engine->clock + engine->options.lease_ms;
    } else if (kind == CSUCCESS_OP_CLAIM) {
        slot->request.claim.lease_until_ms = engine->clock + engine->options.lease_ms;
    }
}

static void put_answered(csuccess_engine *engine, csuccess__operation_slot *slot,
                         csuccess_result result)
{
    slot->result = result;
    slot->next = NULL;
    if (engine->answered_last) {
        engine->answered_last->next = slot;
    } else {
        engine->answered = slot;
    }
    engine->answered_last = slot;
}

/* Hands an operation out, or, without memory, tells its works so. */
static bool open_slot(csuccess_engine *engine, csuccess__operation_slot *slot, uint32_t kind,
                      bool fits)
{
    size_t rows = slot->works.head->rows;
    slot->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    slot->op = (csuccess_op){.size = sizeof slot->op, .kind = kind, .request = &slot->request};
    address(engine, slot, kind);
    if (!fits ||
        csuccess__handle_open(engine, slot, (csuccess__operation)kind, rows) != CSUCCESS_OK) {
        put_answered(engine, slot,
                     csuccess__fail(&slot->err, CSUCCESS_ENOMEM, "out of memory"));
        return false;
    }
    slot->op.id = ++engine->operations << SLOT_BITS | slot->index;
    slot->out = true;
    engine->out++;
    engine->figures.operations++;
    return true;
}

static bool open_own(csuccess_engine *engine, csuccess__operation_slot *slot,
                     csuccess__work *work)
{
    uint32_t kind = work->asks;
    bool fits = true;
    slot->request = work->request;
    work->now = engine->clock;
    if (kind == CSUCCESS_OP_COMMIT) {
        work->batch_at = 0;
        fits = add_batch(engine, slot, work->batch);
    }
    slot_add(slot, work);
    return open_slot(engine, slot, kind, fits);
}

/* Commits wait until the store has the configuration. */
static bool may_commit(csuccess_engine *engine)
{
    if (engine->definition == CSUCCESS__DEFINITION_KNOWN) return true;
    if (engine->definition == CSUCCESS__DEFINITION_UNKNOWN && engine->want_commit.head) {
        engine->definition = CSUCCESS__DEFINITION_ASKED;
        if (!csuccess__work_new(engine, NULL, CSUCCESS__WORK_ENGINE,
                                CSUCCESS__WORK_DEFINITION_BEGIN)) {
            csuccess__definition_failed(engine, CSUCCESS_ENOMEM);
        }
    }
    return false;
}

/* One operation from what waits. 1: handed out; 0: nothing waits; -1: something failed at once. */
static int emit(csuccess_engine *engine, csuccess__operation_slot *slot)
{
    csuccess__work *work = take_going(engine, &engine->want_own);
    bool fits;
    if (work) return open_own(engine, slot, work) ? 1 : -1;
    memset(&slot->request, 0, sizeof slot->request);
    if (may_commit(engine)) {
        fits = gather(engine, slot, &engine->want_commit, add_commit);
        if (slot->work_count) return open_slot(engine, slot, CSUCCESS_OP_COMMIT, fits) ? 1 : -1;
    }
    fits = gather(engine, slot, &engine->want_load, add_load);
    if (slot->work_count) return open_slot(engine, slot, CSUCCESS_OP_LOAD, fits) ? 1 : -1;
    return 0;
}

/* Nothing can be handed out for want of memory: every call that waits for an operation hears so. False: nothing waits. */
static bool starve(csuccess_engine *engine)
{
    csuccess__queue *queues[] = {&engine->want_own, &engine->want_commit, &engine->want_load};
    bool any = false;
    for (size_t i = 0; i < sizeof queues / sizeof *queues; i++) {
        csuccess__work *work;
        while ((work = csuccess__queue_take(queues[i])) != NULL) {
            csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
            if (work->ticket) {
                csuccess__ticket_fail(engine, work->ticket, CSUCCESS_ENOMEM, true);
            }
            csuccess__work_drop(engine, work);
            any = true;
        }
    }
    return any;
}

/* A leap is asked about when a call begins; until then the clock stands. */
static void see_clock(csuccess_engine *engine, int64_t now)
{
    int64_t leap = engine->config->policies->clock_leap_ms;
    if (now > engine->clock && now - engine->clock <= leap) engine->clock = now;
}

csuccess__operation_slot *csuccess__operation_next(csuccess_engine *engine, int64_t now)
{
    see_clock(engine, now);
    for (;;) {
        csuccess__works_pump(engine);
        if (engine->out >= engine->options.in_flight) return NULL;
        csuccess__operation_slot *slot = slot_new(engine);
        if (!slot) {
            if (!starve(engine)) return NULL;
            continue;
        }
        int came = emit(engine, slot);
        if (came > 0) return slot;
        if (came < 0) continue;
        slot_free(engine, slot);
        if (!engine->ready.head && !engine->want_own.head) return NULL;
    }
}

/* ---- Answers ---- */

csuccess_result csuccess__operation_answer(csuccess_engine *engine, uint64_t id,
                                           csuccess_error *err)
{
    uint64_t index = id & ((1u << SLOT_BITS) - 1u);
    csuccess__operation_slot *slot = index < engine->slot_count ? engine->slots[index] : NULL;
    if (!slot || !slot->out || slot->op.id != id) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "no operation of that id is handed out and not answered");
    }
    slot->out = false;
    engine->out--;
    slot->err = (csuccess_error)CSUCCESS_ERROR_INIT;
    csuccess_result result = csuccess__reply_end(slot->op.reply, &slot->err);
    if (result < 0) engine->figures.operation_failures++;
    put_answered(engine, slot, result);
    return CSUCCESS_OK;
}

/* ---- Handles ---- */

csuccess_result csuccess__handle_open(csuccess_engine *engine, csuccess__operation_slot *slot,
                                      csuccess__operation kind, size_t rows)
{
    csuccess__handle *handle = engine->handles;
    if (handle && engine->operations - handle->closed > CSUCCESS__HANDLE_REST) {
        engine->handles = handle->next;
        if (!engine->handles) engine->handles_last = NULL;
    } else {
        handle = csuccess__alloc(&engine->mem, 1, sizeof *handle);
        if (!handle) return CSUCCESS_ENOMEM;
        csuccess__reply_init(&handle->reply, &engine->mem);
        handle->reply.late = &engine->figures.late_replies;
    }
    handle->next = NULL;
    handle->reply.arena = slot->memory;
    slot->op.reply = &handle->reply;
    size_t asked = kind == CSUCCESS__OPERATION_LOAD     ? slot->key_count
                   : kind == CSUCCESS__OPERATION_COMMIT ? slot->batch_count
                                                        : kind == CSUCCESS__OPERATION_SEND;
    csuccess_result result =
        csuccess__reply_open(&handle->reply, kind, asked, slot->input_count, rows);
    if (result == CSUCCESS_OK) csuccess__reply_about(&handle->reply, &slot->request);
    return result;
}

void csuccess__handle_close(csuccess_engine *engine, csuccess__operation_slot *slot)
{
    csuccess__handle *handle = (csuccess__handle *)slot->op.reply;
    if (!handle) return;
    slot->op.reply = NULL;
    slot->memory = handle->reply.arena;
    if (slot->memory.used > KEEP_BYTES) {
        csuccess__arena_free(&slot->memory);
        csuccess__arena_init(&slot->memory, &engine->mem, 0);
    }
    csuccess__arena_init(&handle->reply.arena, &engine->mem, 0);
    handle->reply.open = false;
    handle->reply.request = NULL;
    handle->reply.answers = NULL;
    handle->reply.known = NULL;
    handle->reply.rows = NULL;
    handle->reply.row_count = handle->reply.asked = handle->reply.known_asked = 0;
    handle->closed = engine->operations;
    handle->next = NULL;
    if (engine->handles_last) {
        engine->handles_last->next = handle;
    } else {
        engine->handles = handle;
    }
    engine->handles_last = handle;
}

void csuccess__handles_free(csuccess_engine *engine)
{
    while (engine->handles) {
        csuccess__handle *handle = engine->handles;
        engine->handles = handle->next;
        csuccess__reply_free(&handle->reply);
        csuccess__release(&engine->mem, handle, 1, sizeof *handle);
    }
    engine->handles_last = NULL;
}

/* ---- The end ---- */

void csuccess__operations_free(csuccess_engine *engine)
{
    while (engine->all) {
        csuccess__work *work = engine->all;
        engine->all = work->all;
        csuccess__work_free(engine, work);
    }
    for (uint32_t i = 0; i < engine->slot_count; i++) {
        csuccess__operation_slot *slot = engine->slots[i];
        csuccess__handle_close(engine, slot);
        csuccess__arena_free(&slot->memory);
        csuccess__release(&engine->mem, slot->keys, slot->key_cap, sizeof *slot->keys);
        csuccess__release(&engine->mem, slot->inputs, slot->input_cap, sizeof *slot->inputs);
        csuccess__release(&engine->mem, slot->places, slot->place_cap, sizeof *slot->places);
        csuccess__release(&engine->mem, slot->answers, slot->answer_cap, sizeof *slot->answers);
        csuccess__release(&engine->mem, slot->batches, slot->batch_cap, sizeof *slot->batches);
        csuccess__release(&engine->mem, slot, 1, sizeof *slot);
    }
    csuccess__release(&engine->mem, engine->slots, engine->options.in_flight,
                      sizeof *engine->slots);
    csuccess__handles_free(engine);
    csuccess__table_free(&engine->locks, &engine->mem);
}
