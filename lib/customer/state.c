/* SPDX-License-Identifier: Apache-2.0 */
/* The state of one customer: its fields in order, and their reading and writing in canonical bytes. */
#include "customer/state.h"

#include "base/error.h"
#include "base/str.h"
#include "calendar/time.h"

#include <string.h>

static const char magic[3] = {'C', 'S', 'U'};
enum { FORMAT = 1, FIRST_FIELDS = 16, LEAST_FIELD = 3 /* bytes: kind, two lengths */ };

/* By number: every field that is read asks. */
static const char *const kinds[] = {
#define KIND(name, number, key) [number] = key,
    CSUCCESS__STATE_KINDS(KIND)
#undef KIND
};

const char *csuccess__state_kind_key(uint64_t number)
{
    return number < sizeof kinds / sizeof kinds[0] ? kinds[number] : NULL;
}

void csuccess__state_init(csuccess__state *state, const csuccess_allocator *mem)
{
    *state = (csuccess__state){.mem = mem, .head.due = INT64_MAX};
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
    state->head = (csuccess__state_head){.due = INT64_MAX};
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

/* The first field that is not of a kind before. */
static uint32_t place_of_kind(const csuccess__state *state, uint32_t kind)
{
    uint32_t low = 0, high = state->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (state->fields[middle].kind < kind) {
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
    if (field->room == 0 || field->room < payload.len) {
        size_t room;
        if (!csuccess__add_size(&room, payload.len, payload.len / 2)) return false;
        char *bytes = csuccess__arena_take(&state->arena, room, 1);
        if (!bytes) return false;
        field->payload.ptr = bytes;
        field->room = room < UINT32_MAX ? (uint32_t)room : UINT32_MAX;
    }
    /* What has room is the arena's, never the borrowed bytes. */
    if (payload.len) memmove((char *)field->payload.ptr, payload.ptr, payload.len);
    field->payload.len = payload.len;
    return true;
}

bool csuccess__state_put(csuccess__state *state, csuccess__state_kind kind, csuccess_str name,
                         csuccess_str payload)
{
    bool changed = false;
    return csuccess__state_change(state, kind, name, payload, &changed);
}

bool csuccess__state_change(csuccess__state *state, csuccess__state_kind kind,
                            csuccess_str name, csuccess_str payload, bool *changed)
{
    uint32_t at = place_of(state, kind, name);
    if (at < state->count && compare(&state->fields[at], kind, name) == 0) {
        csuccess__state_field *there = &state->fields[at];
        if (csuccess__str_eq(there->payload, payload)) return true;
        *changed = true;
        return put_payload(state, there, payload);
    }
    *changed = true;
    csuccess__state_field field = {.kind = (uint8_t)kind};
    if (state->count == UINT32_MAX || !reserve(state, state->count + 1)) return false;
    field.name = csuccess__arena_copy(&state->arena, name);
    if (!field.name.ptr || !put_payload(state, &field, payload)) return false;
    memmove(&state->fields[at + 1], &state->fields[at], (state->count - at) * sizeof field);
    state->fields[at] = field;
    state->count++;
    return true;
}

void csuccess__state_drop(csuccess__state *state, csuccess__state_kind kind, csuccess_str name)
{
    csuccess__state_field *field = find(state, kind, name);
    if (!field) return;
    size_t behind = state->count - (size_t)(field - state->fields) - 1;
    memmove(field, field + 1, behind * sizeof *field);
    state->count--;
}

uint32_t csuccess__state_of_kind(const csuccess__state *state, csuccess__state_kind kind,
                                 uint32_t *count)
{
    uint32_t first = place_of_kind(state, kind), end = first;
    while (end < state->count && state->fields[end].kind == kind) end++;
    *count = end - first;
    return first;
}

/* ---- Writing ---- */

void csuccess__state_write(csuccess__buffer *out, const csuccess__state *state)
{
    const csuccess__state_head *head = &state->head;
    csuccess__buffer_put(out, magic, sizeof magic);
    csuccess__buffer_char(out, FORMAT);
    csuccess__wire_u64(out, head->flags);
    csuccess__wire_i64(out, head->created_at);
    csuccess__wire_i64(out, head->at);
    csuccess__wire_u64(out, head->due == INT64_MAX ? 0 : (uint64_t)(head->due - head->at));
    csuccess__wire_u64(out, head->seq);
    csuccess__buffer_put(out, head->chain, sizeof head->chain);
    csuccess__buffer_put(out, head->pseudonym, sizeof head->pseudonym);
    csuccess__buffer_put(out, head->config, sizeof head->config);
    csuccess__wire_u64(out, state->count);
    for (uint32_t i = 0; i < state->count; i++) {
        const csuccess__state_field *field = &state->fields[i];
        csuccess__wire_u64(out, field->kind);
        csuccess__wire_str(out, field->name);
        csuccess__wire_str(out, field->payload);
    }
}

/* ---- Reading ---- */

/* `at` is where what is being read begins. */
typedef struct reading {
    csuccess__wire in;
    const char *start, *at;
    csuccess_error *err;
} reading;

static csuccess_result refuse(const reading *r, csuccess_result code, const char *expected)
{
    return csuccess__fail(r->err, code, "a state, byte %z: expected %s",
                          (size_t)(r->at - r->start), expected);
}

static csuccess_result damaged(const reading *r, const char *expected)
{
    return refuse(r, CSUCCESS_ESTATE, expected);
}

static uint64_t next_number(reading *r)
{
    r->at = r->in.at;
    return csuccess__wire_get_u64(&r->in);
}

static bool next_bytes(reading *r, uint8_t *out, size_t n)
{
    r->at = r->in.at;
    csuccess_str bytes = csuccess__wire_get_bytes(&r->in, n);
    if (bytes.len) memcpy(out, bytes.ptr, n);
    return !r->in.bad;
}

static csuccess_result read_format(reading *r)
{
    uint8_t mark[4];
    if (!next_bytes(r, mark, sizeof mark) || memcmp(mark, magic, sizeof magic) != 0) {
        return damaged(r, "\"CSU\" and the number of a format");
    }
    r->at += sizeof magic;
    if (mark[3] == 0) return damaged(r, "the number of a format, from 1");
    if (mark[3] > FORMAT) {
        return refuse(r, CSUCCESS_EUNSUPPORTED,
                      "format 1; this state was written by a later version of the library");
    }
    return CSUCCESS_OK;
}

static bool next_time(reading *r, int64_t *out)
{
    r->at = r->in.at;
    *out = csuccess__wire_get_i64(&r->in);
    return !r->in.bad && csuccess__time_valid(*out);
}

static bool next_due(reading *r, csuccess__state_head *head)
{
    uint64_t wait = next_number(r);
    uint64_t most = (uint64_t)(CSUCCESS__TIME_MAX - head->at);
    if (r->in.bad || wait > most) return false;
    head->due = wait ? head->at + (int64_t)wait : INT64_MAX;
    return true;
}

static csuccess_result read_flags(reading *r, csuccess__state_head *head)
{
    uint64_t flags = next_number(r);
    if (r->in.bad || flags > UINT32_MAX) return damaged(r, "the flags, at most 32 bits");
    if (flags & ~(uint64_t)CSUCCESS__STATE_ERASING) {
        return refuse(r, CSUCCESS_EUNSUPPORTED,
                      "flags of this version; a later one wrote this state");
    }
    head->flags = (uint32_t)flags;
    return CSUCCESS_OK;
}

static csuccess_result read_digests(reading *r, csuccess__state_head *head)
{
    static const uint8_t zeros[sizeof head->chain] = {0};
    if (!next_bytes(r, head->chain, sizeof head->chain) ||
        (head->seq == 0 && memcmp(head->chain, zeros, sizeof zeros) != 0)) {
        return damaged(r, "the 32 bytes of a digest, zeros before the first entry");
    }
    if (!next_bytes(r, head->pseudonym, sizeof head->pseudonym)) {
        return damaged(r, "the 16 bytes of a pseudonym");
    }
    if (!next_bytes(r, head->config, sizeof head->config)) {
        return damaged(r, "the 32 bytes of the configuration's hash");
    }
    return CSUCCESS_OK;
}

static csuccess_result read_head(reading *r, csuccess__state_head *head)
{
    csuccess_result result = read_flags(r, head);
    if (result < 0) return result;
    if (!next_time(r, &head->created_at)) return damaged(r, "a time in the years 1 to 9999");
    if (!next_time(r, &head->at) || head->at < head->created_at) {
        return damaged(r, "a time not before that of the first advance");
    }
    if (!next_due(r, head)) return damaged(r, "0, or the milliseconds until it is due");
    head->seq = next_number(r);
    if (r->in.bad) return damaged(r, "how many entries there are");
    return read_digests(r, head);
}

static csuccess_result read_field(reading *r, csuccess__state_field *field,
                                  const csuccess__state_field *before)
{
    const char *start = r->in.at;
    uint64_t kind = next_number(r);
    if (r->in.bad || kind == 0 || kind > UINT8_MAX) return damaged(r, "a kind, from 1 to 255");
    if (!csuccess__state_kind_key(kind)) {
        return refuse(r, CSUCCESS_EUNSUPPORTED,
                      "a kind of this version; a later one wrote this state");
    }
    r->at = r->in.at;
    *field = (csuccess__state_field){.kind = (uint8_t)kind};
    field->name = csuccess__wire_get_str(&r->in);
    if (r->in.bad) return damaged(r, "a name's length and as many bytes");
    r->at = r->in.at;
    field->payload = csuccess__wire_get_str(&r->in);
    if (r->in.bad) return damaged(r, "a payload's length and as many bytes");
    r->at = start;
    if (before && compare(before, field->kind, field->name) >= 0) {
        return damaged(r, "a field behind the one before it, by kind and name");
    }
    return CSUCCESS_OK;
}

static csuccess_result read_fields(reading *r, csuccess__state *state)
{
    uint64_t count = next_number(r);
    if (r->in.bad || count > (size_t)(r->in.end - r->in.at) / LEAST_FIELD ||
        count > UINT32_MAX) {
        return damaged(r, "the number of the fields that follow");
    }
    if (!reserve(state, (uint32_t)count)) {
        return csuccess__fail(r->err, CSUCCESS_ENOMEM, "out of memory");
    }
    for (; state->count < count; state->count++) {
        csuccess__state_field *field = &state->fields[state->count];
        csuccess_result result = read_field(r, field, state->count ? field - 1 : NULL);
        if (result < 0) return result;
    }
    r->at = r->in.at;
    return csuccess__wire_done(&r->in) ? CSUCCESS_OK : damaged(r, "the end");
}

csuccess_result csuccess__state_read(csuccess__state *state, csuccess_str bytes, size_t most,
                                     csuccess_error *err)
{
    reading r = {.in = csuccess__wire_open(bytes), .err = err};
    r.start = r.at = r.in.at;
    csuccess__state_clear(state);
    if (bytes.len > most) {
        return csuccess__fail(err, CSUCCESS_ELIMIT, "a state has %z bytes; at most %z may be",
                              bytes.len, most);
    }
    csuccess_result result = read_format(&r);
    if (result == CSUCCESS_OK) result = read_head(&r, &state->head);
    if (result == CSUCCESS_OK) result = read_fields(&r, state);
    if (result == CSUCCESS_OK) {
        state->read = bytes;
    } else {
        csuccess__state_clear(state);
    }
    return result;
}
