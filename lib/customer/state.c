/* SPDX-License-Identifier: Apache-2.0 */
/* The state of one customer: its fields in order, their reading and writing in canonical bytes, and their printing. */
#include "customer/state.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/str.h"
#include "calendar/time.h"
#include "text/json.h"
#include "text/utf8.h"

static const char magic[3] = {'C', 'S', 'U'};
enum { FORMAT = 1, FIRST_FIELDS = 16, LEAST_FIELD = 3 /* bytes: kind, two lengths */ };

static const struct {
    uint8_t number;
    const char *key;
} kinds[] = {
#define KIND(name, number, key) {number, key},
    CSUCCESS__STATE_KINDS(KIND)
#undef KIND
};

/* NULL for a number that is no kind. */
static const char *kind_key(uint64_t number)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i].number == number) return kinds[i].key;
    }
    return NULL;
}

void csuccess__state_init(csuccess__state *state, const csuccess_allocator *mem)
{
    *state = (csuccess__state){.mem = mem};
    csuccess__arena_init(&state->arena, mem, 0);
}

void csuccess__state_free(csuccess__state *state)
{
    csuccess__release(state->mem, state->fields, state->cap, sizeof *state->fields);
    csuccess__arena_free(&state->arena);
    csuccess__state_init(state, state->mem);
}

void csuccess__state_clear(csuccess__state *state)
{
    csuccess__arena_reset(&state->arena);
    state->head = (csuccess__state_head){0};
    state->count = 0;
    state->read = (csuccess_str){NULL, 0};
}

static bool reserve(csuccess__state *state, uint32_t count)
{
    if (count <= state->cap) return true;
    if (count > UINT32_MAX / 2) return false;
    uint32_t cap = state->cap ? state->cap : FIRST_FIELDS;
    while (cap < count) cap *= 2;
    csuccess__state_field *fields =
        csuccess__resize(state->mem, state->fields, state->cap, cap, sizeof *fields);
    if (!fields) return false;
    state->fields = fields;
    state->cap = cap;
    return true;
}

/* ---- Looking up and changing ---- */

static int compare(const csuccess__state_field *field, uint32_t kind, csuccess_str name)
{
    if (field->kind != kind) return field->kind < kind ? -1 : 1;
    return csuccess__str_cmp(field->name, name);
}

/* The first field that does not come before (kind, name). */
static uint32_t place_of(const csuccess__state *state, uint32_t kind, csuccess_str name)
{
    uint32_t low = 0, high = state->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (compare(&state->fields[middle], kind, name) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static csuccess__state_field *find(const csuccess__state *state, uint32_t kind,
                                   csuccess_str name)
{
    uint32_t at = place_of(state, kind, name);
    if (at == state->count || compare(&state->fields[at], kind, name) != 0) return NULL;
    return &state->fields[at];
}

csuccess_str csuccess__state_get(const csuccess__state *state, csuccess__state_kind kind,
                                 csuccess_str name)
{
    const csuccess__state_field *field = find(state, kind, name);
    return field ? field->payload : (csuccess_str){NULL, 0};
}

/* A payload that fits where the last one of this field was copied to takes its place, so that an advance of many inputs
   does not grow with their number. */
static bool put_payload(csuccess__state *state, csuccess__state_field *field,
                        csuccess_str payload)
{
    size_t room = payload.len + payload.len / 2;
    if (field->room < payload.len || !field->room) {
        char *bytes = room < payload.len ? NULL : csuccess__arena_take(&state->arena, room, 1);
        if (!bytes) return false;
        if (payload.len) memcpy(bytes, payload.ptr, payload.len);
        field->payload.ptr = bytes;
        field->room = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX;
    } else if (payload.len) {
        memmove(field->own, payload.ptr, payload.len);
    }
    field->payload.len = payload.len;
    return true;
}
