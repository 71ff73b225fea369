/* SPDX-License-Identifier: Apache-2.0 */
/* The inputs of a call: grouped by customer, begun as there is room, an advance each, and what became of every one. */
#include "engine/machine.h"

#include "base/heap.h"
#include "base/str.h"

#include <string.h>

/* ---- Groups ---- */

typedef struct input_item {
    csuccess_str key; /* customer, or the source's name */
    uint32_t priority, index;
    bool source;
} input_item;

static bool is_before(const void *a, const void *b)
{
    const input_item *x = a, *y = b;
    if (x->source != y->source) return y->source;
    int order = csuccess__str_cmp(x->key, y->key);
    if (order != 0) return order < 0;
    if (x->priority != y->priority) return x->priority > y->priority;
    return x->index < y->index;
}

static bool group_is_before(const void *a, const void *b)
{
    const csuccess__group *x = a, *y = b;
    return x->first < y->first;
}

static void take_items(input_item *items, csuccess_events *events, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const csuccess__input *input = csuccess__events_at(events, i);
        bool source = input->customer.len == 0;
        items[i] =
            (input_item){source ? input->name : input->customer, input->priority, i, source};
        csuccess__events_settle(events, i, CSUCCESS_UNDECIDED, csuccess__str(""));
    }
}

static bool is_same(const input_item *a, const input_item *b)
{
    return a->source == b->source && csuccess__str_eq(a->key, b->key);
}

static void make_groups(csuccess__ticket *ticket, const input_item *items)
{
    csuccess__group *group = NULL;
    for (uint32_t i = 0; i < ticket->order_count; i++) {
        ticket->order[i] = items[i].index;
        if (!group || !is_same(&items[i], &items[group->from])) {
            group = &ticket->groups[ticket->group_count++];
            *group = (csuccess__group){
                .from = i, .first = items[i].index, .source = items[i].source};
        }
        group->to = i + 1;
        if (items[i].index < group->first) group->first = items[i].index;
    }
    csuccess__sort(ticket->groups, ticket->group_count, sizeof *ticket->groups,
                   group_is_before);
}

csuccess_result csuccess__inputs_group(csuccess__ticket *ticket, const csuccess_allocator *mem)
{
    size_t count = csuccess__events_count(ticket->events);
    if (count >= UINT32_MAX) return CSUCCESS_ENOMEM;
    ticket->order = CSUCCESS__NEW_ARRAY(&ticket->arena, uint32_t, count);
    ticket->groups = CSUCCESS__NEW_ARRAY(&ticket->arena, csuccess__group, count);
    if (!ticket->order || !ticket->groups) return CSUCCESS_ENOMEM;
    if (count == 0) return CSUCCESS_OK;
    input_item *items = csuccess__alloc(mem, count, sizeof *items);
    if (!items) return CSUCCESS_ENOMEM;
    ticket->order_count = (uint32_t)count;
    take_items(items, ticket->events, ticket->order_count);
    csuccess__sort(items, count, sizeof *items, is_before);
    make_groups(ticket, items);
    csuccess__release(mem, items, count, sizeof *items);
    return CSUCCESS_OK;
}

/* ---- Works ---- */

static uint32_t part(const csuccess_engine *engine, const csuccess__work *work)
{
    uint32_t left = work->to - work->from;
    bool whole = work->ticket->kind == CSUCCESS_CALL_PREVIEW;
    return whole || left < engine->options.inputs ? left : engine->options.inputs;
}

/* The key of its customer; of a source its name behind a byte 0, which no customer's id begins with. */
static bool take_key(csuccess__work *work, const csuccess__input *input, bool source)
{
    work->customer = input->customer;
    if (!source) return true;
    char *text = csuccess__arena_take(&work->arena, input->name.len + 1, 1);
    if (!text) return false;
    memcpy(text + 1, input->name.ptr, input->name.len);
    work->customer = (csuccess_str){text, input->name.len + 1};
    return true;
}

static void begin(csuccess_engine *engine, csuccess__ticket *ticket)
{
    uint32_t index = ticket->group_next++;
    const csuccess__group *group = &ticket->groups[index];
    csuccess__work *work =
        csuccess__work_new(engine, ticket, CSUCCESS__WORK_INPUTS, CSUCCESS__WORK_ADVANCE_BEGIN);
    if (!work) return;
    work->group = index;
    work->from = group->from;
    work->to = group->to;
    work->count = part(engine, work);
    const csuccess__input *first =
        csuccess__events_at(ticket->events, ticket->order[group->from]);
    if (!take_key(work, first, group->source)) {
        csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
        csuccess__ticket_fail(engine, ticket, CSUCCESS_ENOMEM, true);
    }
}

bool csuccess__inputs_feed(csuccess_engine *engine)
{
    uint32_t room = 2 * engine->options.batch;
    if (room < engine->options.in_flight) room = engine->options.in_flight;
    while (engine->feeding && engine->live < room) {
        csuccess__ticket *ticket = engine->feeding;
        if (!ticket->stopped && ticket->group_next < ticket->group_count) {
            begin(engine, ticket);
            return true;
        }
        engine->feeding = ticket->feeding;
        ticket->feeding = NULL;
        if (!engine->feeding) engine->feeding_last = NULL;
    }
    return false;
}

/* ---- What became of them ---- */

static void settle_rest(csuccess__work *work, csuccess_result result, const char *why)
{
    csuccess__ticket *ticket = work->ticket;
    for (uint32_t i = work->from; i < work->to; i++) {
        csuccess__events_settle(ticket->events, ticket->order[i], result, csuccess__str(why));
    }
    ticket->item_failed = true;
}

/* The next part of its inputs as an advance of its own, or the end. */
static void go_on(csuccess_engine *engine, csuccess__work *work)
{
    if (work->from == work->to) {
        csuccess__work_end(engine, work);
        return;
    }
    csuccess__advance_free(work->advance);
    work->advance = NULL;
    csuccess__work_ready(engine, work, CSUCCESS__WORK_ADVANCE_BEGIN);
}

/* More than an advance may do: in smaller parts, which makes no difference; one by itself that is too much is passed over. */
static void too_much(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    if (work->count > 1) {
        work->count /= 2;
    } else {
        csuccess__events_settle(ticket->events, ticket->order[work->from], CSUCCESS_ELIMIT,
                                csuccess__str(engine->why.message));
        ticket->item_failed = true;
        engine->figures.inputs_failed++;
        work->from++;
        work->count = part(engine, work);
    }
    go_on(engine, work);
}

static void inputs_failed(csuccess_engine *engine, csuccess__work *work, csuccess_result result)
{
    if (result == CSUCCESS_ECALLBACK || result == CSUCCESS_ENOMEM ||
        result == CSUCCESS_ECANCELLED) {
        csuccess__ticket_store_failed(engine, work->ticket, result);
    } else {
        settle_rest(work, result, engine->why.message);
        engine->figures.inputs_failed += work->to - work->from;
    }
    csuccess__work_end(engine, work);
}

static bool describe(csuccess_engine *engine, csuccess__work *work)
{
    csuccess__ticket *ticket = work->ticket;
    csuccess__buffer *out = &engine->line;
    csuccess__buffer_clear(out);
    csuccess__advance_describe(work->advance, out);
    if (out->status < 0) {
        csuccess__fail(&engine->why, out->status, "%s", csuccess_result_text(out->status));
        csuccess__ticket_fail(engine, ticket, out->status, true);
        return false;
    }
    csuccess_str *described = &ticket->groups[work->group].described;
    *described = csuccess__arena_copy(&ticket->arena, csuccess__buffer_view(out));
    if (described->ptr) return true;
    csuccess__fail(&engine->why, CSUCCESS_ENOMEM, "out of memory");
    csuccess__ticket_fail(engine, ticket, CSUCCESS_ENOMEM, true);
    return false;
}

/* Says it in the events: what the advance made of each; when somebody else was faster with what it would have applied, that this is known. */
static csuccess__tally what_became(csuccess__work *work, csuccess_result result)
{
    if (!work->known) {
        csuccess__advance_settle(work->advance, result, csuccess__str(""));
        return csuccess__advance_tally(work->advance);
    }
    csuccess_events *events = work->ticket->events;
    csuccess__tally tally = csuccess__advance_tally(work->advance);
    csuccess__advance_settle(work->advance, CSUCCESS_OK, csuccess__str(""));
    for (uint32_t i = work->from; i < work->from + work->count; i++) {
        uint32_t index = work->ticket->order[i];
        csuccess_result own = csuccess__events_at(events, index)->result;
        if (own < 0 && own != CSUCCESS_ERANGE) continue; /* it was in no batch */
        csuccess__events_settle(events, index, CSUCCESS_UNCHANGED, csuccess__str(""));
    }
    work->known = false;
    tally.known += tally.applied + tally.quarantined;
    tally.applied = tally.quarantined = 0;
    return tally;
}

void csuccess__after_inputs(csuccess_engine *engine, csuccess__work *work,
                            csuccess_result result)
{
    csuccess__ticket *ticket = work->ticket;
    if (result == CSUCCESS_ELIMIT && ticket->kind != CSUCCESS_CALL_PREVIEW) {
        too_much(engine, work);
        return;
    }
    if (result < 0) {
        inputs_failed(engine, work, result);
        return;
    }
    csuccess__tally tally = what_became(work, result);
    if (tally.failed || tally.quarantined || tally.expired) ticket->item_failed = true;
    if (ticket->kind == CSUCCESS_CALL_PREVIEW) {
        if (result == CSUCCESS_OK) describe(engine, work);
        csuccess__work_end(engine, work);
        return;
    }
    csuccess__figures_tally(engine, &tally);
    work->from += work->count;
    work->count = part(engine, work);
    go_on(engine, work);
}

/* ---- Preview ---- */

static void preview_part(const csuccess__ticket *ticket, csuccess__json_writer *w, bool sources)
{
    csuccess__json_key(w, sources ? CSUCCESS_STR("sources") : CSUCCESS_STR("customers"));
    csuccess__json_open(w, '{');
    for (uint32_t i = 0; i < ticket->group_count; i++) {
        const csuccess__group *group = &ticket->groups[i];
        if (group->source != sources || group->described.len == 0) continue;
        const csuccess__input *input =
            csuccess__events_at(ticket->events, ticket->order[group->from]);
        csuccess__json_key(w, sources ? input->name : input->customer);
        csuccess__buffer_str(w->out, group->described);
        w->used |= UINT64_C(1) << w->depth % 64; /* a value stands there */
    }
    csuccess__json_close(w, '}');
}

void csuccess__preview_write(csuccess_engine *engine, csuccess__ticket *ticket)
{
    csuccess__json_writer w;
    (void)engine;
    csuccess__buffer_clear(&ticket->text);
    csuccess__json_writer_init(&w, &ticket->text);
    csuccess__json_open(&w, '{');
    preview_part(ticket, &w, false);
    for (uint32_t i = 0; i < ticket->group_count; i++) {
        if (!ticket->groups[i].source || ticket->groups[i].described.len == 0) continue;
        preview_part(ticket, &w, true);
        break;
    }
    csuccess__json_close(&w, '}');
    ticket->has_text = true;
}
