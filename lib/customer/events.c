/* SPDX-License-Identifier: Apache-2.0 */
/* The list of inputs that hosts build: inputs in one array, what they point to in an arena, both kept when it is emptied. */
#include "customer/input_internal.h"

#include <string.h>

enum { FIRST_INPUTS = 16 };

/* ---- Making and freeing ---- */

static void *borrow(void *ud, size_t bytes)
{
    return csuccess__arena_take(ud, bytes, 1);
}

static void *borrow_more(void *ud, void *block, size_t old_bytes, size_t new_bytes)
{
    char *moved = csuccess__arena_take(ud, new_bytes, 1);
    if (moved) memcpy(moved, block, old_bytes < new_bytes ? old_bytes : new_bytes);
    return moved;
}

static void give_back(void *ud, void *block, size_t bytes)
{
    (void)ud;
    (void)block;
    (void)bytes;
}

csuccess_result csuccess_events_new(csuccess_events **out, const csuccess_allocator *allocator,
                                    const csuccess_limits *limits, csuccess_error *err)
{
    csuccess_allocator mem;
    csuccess_limits taken;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = csuccess__allocator_take(&mem, allocator, err);
    if (result >= 0) result = csuccess__limits_take(&taken, limits, err);
    if (result < 0) return result;
    csuccess_events *events = csuccess__alloc(&mem, 1, sizeof *events);
    if (!events) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    events->mem = mem;
    events->limits = taken;
    csuccess__arena_init(&events->arena, &events->mem, 0);
    csuccess__arena_init(&events->scratch, &events->mem, 0);
    events->borrowing = (csuccess_allocator){.size = sizeof events->borrowing,
                                             .alloc = borrow,
                                             .resize = borrow_more,
                                             .release = give_back,
                                             .ud = &events->scratch};
    *out = events;
    return CSUCCESS_OK;
}

void csuccess_events_free(csuccess_events *events)
{
    if (!events || events->held > 0) return;
    csuccess_allocator mem = events->mem;
    csuccess__release(&mem, events->inputs, events->cap, sizeof *events->inputs);
    csuccess__arena_free(&events->arena);
    csuccess__arena_free(&events->scratch);
    csuccess__release(&mem, events, 1, sizeof *events);
}

csuccess_result csuccess_events_clear(csuccess_events *events)
{
    if (!events) return CSUCCESS_EINVALID;
    if (events->held > 0) return CSUCCESS_EBUSY;
    csuccess__arena_reset(&events->arena);
    events->count = 0;
    events->open = NULL;
    events->room = 0;
    return CSUCCESS_OK;
}

/* ---- Adding ---- */

static csuccess_result check_list(const csuccess_events *events, csuccess_error *err)
{
    if (!events) return csuccess__fail(err, CSUCCESS_EINVALID, "events is required");
    if (events->held == 0) return CSUCCESS_OK;
    return csuccess__fail(err, CSUCCESS_EBUSY, "an engine works on these events");
}

static csuccess_result reserve(csuccess_events *events, csuccess_error *err)
{
    if (events->count < events->cap) return CSUCCESS_OK;
    size_t cap = events->cap ? events->cap : FIRST_INPUTS / 2;
    csuccess__input *inputs = NULL;
    if (cap <= SIZE_MAX / 2) {
        inputs = csuccess__resize(&events->mem, events->inputs, events->cap, cap * 2,
                                  sizeof *inputs);
    }
    if (!inputs) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    events->inputs = inputs;
    events->cap = cap * 2;
    return CSUCCESS_OK;
}

static void append(csuccess_events *events, const csuccess__input *input,
                   csuccess__weight weight)
{
    events->inputs[events->count++] = *input;
    events->open = (csuccess__property *)input->properties; /* our arena's */
    events->room = input->count;
    events->weight = weight;
}

static csuccess_result input_of(csuccess__input *out, const csuccess_event *given,
                                const csuccess_limits *limits, csuccess_error *err)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    csuccess_result result = csuccess__struct_take(&event, sizeof event, sizeof event.size,
                                                   given, "csuccess_event", err);
    if (result < 0) return result;
    if (!csuccess__input_type_known(event.type, false)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "type %u is no CSUCCESS_EVENT_*",
                              event.type);
    }
    *out = (csuccess__input){.type = (csuccess__input_type)event.type,
                             .priority = event.priority,
                             .id = event.id,
                             .customer = event.customer,
                             .user = event.user,
                             .name = event.name,
                             .source = event.source,
                             .at = event.at_ms,
                             .expires_at = event.expires_at_ms,
                             .result = CSUCCESS_UNDECIDED};
    for (csuccess__input_text i = 0; i < CSUCCESS__INPUT_TEXTS; i++) {
        csuccess_str text = *csuccess__input_text_of(out, i);
        if (text.ptr || text.len == 0) continue;
        return csuccess__fail(err, CSUCCESS_EINVALID, "%s: ptr is NULL and len is %z",
                              csuccess__input_text_key(i), text.len);
    }
    return csuccess__input_check(out, limits, CSUCCESS_EINVALID, NULL, err);
}

csuccess_result csuccess_events_add(csuccess_events *events, const csuccess_event *event,
                                    csuccess_error *err)
{
    csuccess__input input;
    csuccess_result result = check_list(events, err);
    if (result == CSUCCESS_OK) result = input_of(&input, event, &events->limits, err);
    if (result == CSUCCESS_OK) result = reserve(events, err);
    if (result < 0) return result;
    csuccess__weight weight = csuccess__input_weigh(&input);
    result = csuccess__input_fits(&input, &weight, &events->limits, &events->mem);
    if (result == CSUCCESS_OK && !csuccess__input_keep(&input, &events->arena)) {
        result = CSUCCESS_ENOMEM;
    }
    if (result < 0) return csuccess__fail(err, result, "%s", csuccess_result_text(result));
    append(events, &input, weight);
    return CSUCCESS_OK;
}

csuccess_result csuccess__events_parse(csuccess_events *events, csuccess__json **out,
                                       csuccess_str json, csuccess_error *err)
{
    csuccess__arena arena;
    csuccess__json_options options = {.limits = &events->limits, .lines = true};
    csuccess__arena_reset(&events->scratch);
    csuccess__arena_init(&arena, &events->borrowing, 0); /* its chunks are the scratch's */
    return csuccess__json_read(out, &arena, json, &options, err);
}

csuccess_result csuccess_events_add_json(csuccess_events *events, csuccess_str json,
                                         csuccess_error *err)
{
    csuccess__json *object;
    csuccess__input input;
    csuccess__weight weight;
    csuccess_result result = check_list(events, err);
    if (result == CSUCCESS_OK) result = reserve(events, err);
    if (result == CSUCCESS_OK) result = csuccess__events_parse(events, &object, json, err);
    if (result == CSUCCESS_OK) {
        result = csuccess__input_take(&input, &weight, object, &events->arena, &events->limits,
                                      false, err);
    }
    if (result == CSUCCESS_OK) append(events, &input, weight);
    return result;
}

/* ---- Looking ---- */

size_t csuccess_events_count(const csuccess_events *events)
{
    return events ? events->count : 0;
}

csuccess_result csuccess_events_get(const csuccess_events *events, size_t index,
                                    csuccess_event *out)
{
    csuccess_event event = CSUCCESS_EVENT_INIT;
    if (!events || !out || index >= events->count) return CSUCCESS_EINVALID;
    const csuccess__input *input = &events->inputs[index];
    event.type = (uint32_t)input->type;
    event.priority = input->priority;
    event.id = input->id;
    event.customer = input->customer;
    event.user = input->user;
    event.name = input->name;
    event.source = input->source;
    event.at_ms = input->at;
    event.expires_at_ms = input->expires_at;
    return csuccess__struct_give(out, &event, sizeof event, "csuccess_event", NULL);
}

csuccess_result csuccess_events_result(const csuccess_events *events, size_t index,
                                       csuccess_str *reason)
{
    if (reason) *reason = (csuccess_str){"", 0};
    if (!events || index >= events->count) return CSUCCESS_EINVALID;
    if (reason && events->inputs[index].reason.ptr) *reason = events->inputs[index].reason;
    return events->inputs[index].result;
}

/* ---- For engines ---- */

size_t csuccess__events_count(const csuccess_events *events)
{
    return events->count;
}

csuccess__input *csuccess__events_at(csuccess_events *events, size_t index)
{
    return &events->inputs[index];
}

void csuccess__events_hold(csuccess_events *events)
{
    events->held++;
}

void csuccess__events_release(csuccess_events *events)
{
    events->held--;
}

bool csuccess__events_held(const csuccess_events *events)
{
    return events->held > 0;
}

bool csuccess__events_settle(csuccess_events *events, size_t index, csuccess_result result,
                             csuccess_str reason)
{
    csuccess__input *input = &events->inputs[index];
    input->result = result;
    input->reason = (csuccess_str){"", 0};
    if (reason.len == 0) return true;
    csuccess_str copy = csuccess__arena_copy(&events->arena, reason);
    if (copy.ptr) input->reason = copy;
    return copy.ptr != NULL;
}
