/* SPDX-License-Identifier: Apache-2.0 */
/* An event comes to the series that listen to it: conditions, bounds, values; then all of them take it, or none. */
#include "customer/series_desk.h"

#include <string.h>

enum { NAME_BYTES = 512, MARK_BYTES = 1 + CSUCCESS__MARK_ID + 1 + CSUCCESS__MARK_TEXT };

/* One event at work. */
typedef struct coming {
    csuccess__series_desk *desk;
    const csuccess__listener *listener;
    const csuccess__input *input;
    int32_t day;
    char mark[MARK_BYTES];
} coming;

bool csuccess__aggregates_listen(const csuccess__aggregates *aggregates, csuccess_str event)
{
    csuccess_str none = {NULL, 0};
    return csuccess__pairs_find(&aggregates->by_event, event, none) != UINT32_MAX;
}

/* ---- What the event says ---- */

/* "user_id" is whoever did it, unless a property has that name. */
static csuccess__value property_of(const csuccess__input *input, csuccess_str name)
{
    const csuccess__property *property = csuccess__input_property(input, name);
    if (property) return property->value;
    if (input->user.len && csuccess__str_is(name, "user_id")) {
        return csuccess__string(input->user);
    }
    return csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

/* The value as that kind; missing when it is of another. A time is written as a text. */
static csuccess__value as_kind(csuccess__value v, csuccess__kind kind)
{
    int64_t ms;
    if (v.kind == (uint8_t)kind) return v;
    bool time = kind == CSUCCESS__KIND_TIME && v.kind == CSUCCESS__KIND_STRING &&
                (csuccess__time_parse(&ms, v.as.string, NULL) ||
                 csuccess__date_parse(&ms, v.as.string, NULL));
    return time ? csuccess__time(ms) : csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
}

static csuccess_result ask_where(coming *c, csuccess__machine *machine, uint32_t at)
{
    csuccess__series_desk *desk = c->desk;
    const csuccess__where *where = c->listener->wheres[at];
    for (uint32_t i = 0; i < where->program->input_count; i++) {
        const csuccess__asked *asked = &where->asked[where->program->inputs[i]];
        csuccess__value v = as_kind(desk->asked[asked->property], asked->kind);
        if (v.kind == CSUCCESS__KIND_STRING) {
            v.code = csuccess__constants_find(desk->set->constants, v.as.string);
        }
        desk->slots[where->program->inputs[i]] = v;
    }
    csuccess_result failed = CSUCCESS_OK;
    /* `now` is the event's own time, so that it counts or not once and for all. */
    csuccess__frame frame = {desk->slots, where->count, c->input->at};
    csuccess__value v = csuccess__program_run(where->program, machine, &frame, &failed);
    desk->holds[at] = v.kind == CSUCCESS__KIND_BOOL && v.as.boolean;
    return failed;
}

static csuccess_result ask(coming *c, csuccess__machine *machine)
{
    const csuccess__listener *l = c->listener;
    for (uint32_t i = 0; i < l->property_count; i++) {
        c->desk->asked[i] = property_of(c->input, l->properties[i]);
    }
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; i < l->where_count && result == CSUCCESS_OK; i++) {
        result = ask_where(c, machine, i);
    }
    return result;
}

static bool holds(const coming *c, uint32_t where)
{
    return where == UINT32_MAX || c->desk->holds[where];
}

/* ---- What is impossible ---- */

static csuccess_result check_ranges(const coming *c, csuccess__text *reason)
{
    for (uint32_t i = 0; i < c->listener->check_count; i++) {
        const csuccess__range_check *check = &c->listener->checks[i];
        const csuccess__value *v = &c->desk->asked[check->property];
        if (v->kind != CSUCCESS__KIND_NUMBER || !holds(c, check->where)) continue;
        if (v->as.number >= check->low && v->as.number <= check->high) continue;
        csuccess__text_format(reason, "%q is outside the range that the aggregate %q allows",
                              c->listener->properties[check->property], check->of->name);
        return CSUCCESS_ERANGE;
    }
    return CSUCCESS_OK;
}

static csuccess_result check_series(const coming *c, const csuccess__series_def *def,
                                    csuccess__text *reason)
{
    if (def->property == UINT32_MAX || !holds(c, def->where)) return CSUCCESS_OK;
    csuccess_str name = c->listener->properties[def->property];
    csuccess__value v = c->desk->asked[def->property];
    bool sum = def->part == CSUCCESS__PART_SUM && v.kind == CSUCCESS__KIND_NUMBER;
    if (sum && !(fabs(v.as.number) <= CSUCCESS__SUMMED_MOST)) {
        csuccess__text_format(reason,
                              "%q is too large for an exact sum, which takes numbers within "
                              "1e15",
                              name);
        return CSUCCESS_ERANGE;
    }
    bool kept = def->kind == CSUCCESS__KIND_STRING && v.kind == CSUCCESS__KIND_STRING;
    if (kept && v.as.string.len > CSUCCESS__MARK_TEXT) {
        csuccess__text_format(reason,
                              "%q has %z bytes; the first or last text of an event is kept up "
                              "to %u",
                              name, v.as.string.len, (uint32_t)CSUCCESS__MARK_TEXT);
        return CSUCCESS_ERANGE;
    }
    return CSUCCESS_OK;
}

static csuccess_result check(const coming *c, csuccess__text *reason)
{
    if (!csuccess__time_valid(c->input->at)) {
        csuccess__text_format(reason, "its time is outside the years 1 to 9999");
        return CSUCCESS_ERANGE;
    }
    csuccess_result result = check_ranges(c, reason);
    for (uint32_t i = 0; i < c->listener->series_count && result == CSUCCESS_OK; i++) {
        result = check_series(c, &c->desk->set->series[c->listener->series[i]], reason);
    }
    return result;
}

/* ---- Taking it ---- */

/* As much of an id as is kept: whole characters. */
static csuccess_str short_id(csuccess_str id)
{
    if (id.len <= CSUCCESS__MARK_ID) return id;
    id.len = CSUCCESS__MARK_ID;
    while (id.len > 0 && ((unsigned char)id.ptr[id.len] & 0xC0) == 0x80) id.len--;
    return id;
}

/* Length of the id, id, kind, value; ties in time are broken by these bytes. */
static csuccess_str make_mark(coming *c, csuccess__value v)
{
    char *at = c->mark;
    csuccess_str id = short_id(c->input->id);
    csuccess__buffer *buffer = &c->desk->buffer;
    csuccess__buffer_clear(buffer);
    if (v.kind == CSUCCESS__KIND_NUMBER) csuccess__wire_double(buffer, v.as.number);
    if (v.kind == CSUCCESS__KIND_TIME) csuccess__wire_i64(buffer, v.as.time);
    if (v.kind == CSUCCESS__KIND_BOOL) csuccess__wire_u64(buffer, v.as.boolean);
    if (v.kind == CSUCCESS__KIND_STRING) csuccess__buffer_str(buffer, v.as.string);
    if (buffer->status < 0) return (csuccess_str){NULL, 0};
    *at++ = (char)id.len;
    if (id.len) memcpy(at, id.ptr, id.len);
    at += id.len;
    *at++ = (char)v.kind;
    if (buffer->len) memcpy(at, buffer->ptr, buffer->len);
    return (csuccess_str){c->mark, (size_t)(at - c->mark) + buffer->len};
}

/* What a series takes of the event; false: nothing. ENOMEM in *failed. */
static bool entry_of(coming *c, const csuccess__series_def *def, csuccess__entry *out,
                     csuccess_result *failed)
{
    *out = (csuccess__entry){.time = c->input->at, .day = c->day};
    if (!holds(c, def->where)) return false;
    if (def->property == UINT32_MAX) return true;
    csuccess__value v = c->desk->asked[def->property];
    if (def->part == CSUCCESS__PART_DISTINCT) {
        if (csuccess__is_missing(v)) return false;
        out->hash = csuccess__value_hash(&v);
    } else if (def->part == CSUCCESS__PART_FIRST || def->part == CSUCCESS__PART_LAST) {
        v = as_kind(v, def->kind);
        if (csuccess__is_missing(v)) return false;
        out->mark = make_mark(c, v);
        if (!out->mark.ptr) *failed = CSUCCESS_ENOMEM;
    } else {
        if (v.kind != CSUCCESS__KIND_NUMBER) return false;
        out->number = v.as.number + 0.0; /* -0 as 0 */
    }
    return *failed == CSUCCESS_OK;
}

/* What each series takes, and memory for it; nothing is changed yet. */
static csuccess_result prepare(coming *c)
{
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; i < c->listener->series_count; i++) {
        uint32_t at = c->listener->series[i];
        csuccess__taken *taken = &c->desk->taken[i];
        taken->any = entry_of(c, &c->desk->set->series[at], &taken->entry, &result);
        if (result == CSUCCESS_OK && taken->any) result = csuccess__desk_load(c->desk, at);
        if (result == CSUCCESS_OK && taken->any) {
            result =
                csuccess__series_prepare(&c->desk->series[at], c->desk->mem, &taken->entry);
        }
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}

static void put(coming *c)
{
    csuccess__series_desk *desk = c->desk;
    csuccess_result failed = CSUCCESS_OK;
    for (uint32_t i = 0; i < c->listener->series_count; i++) {
        uint32_t at = c->listener->series[i];
        csuccess__taken *taken = &desk->taken[i];
        if (!taken->any) continue;
        /* The bytes of a mark are made anew: there is one place for them. */
        bool mark = taken->entry.mark.ptr != NULL;
        if (mark && !entry_of(c, &desk->set->series[at], &taken->entry, &failed)) continue;
        csuccess__series_put(&desk->series[at], &taken->entry, desk->horizons[at]);
    }
}

/* Who listens to it, asked and checked. False: nobody does, or *result says why not. */
static bool open_coming(coming *c, csuccess__machine *machine, csuccess__text *reason,
                        csuccess_result *result)
{
    char bytes[NAME_BYTES];
    csuccess__text name;
    csuccess_str none = {NULL, 0};
    csuccess__text_init(&name, bytes, sizeof bytes);
    csuccess_str event = csuccess__input_event(c->input, &name);
    uint32_t at = csuccess__pairs_find(&c->desk->set->by_event, event, none);
    *result = CSUCCESS_OK;
    if (at == UINT32_MAX) return false;
    c->listener = &c->desk->set->listeners[at];
    c->day = csuccess__day_of(c->input->at);
    *result = ask(c, machine);
    if (*result == CSUCCESS_OK) *result = check(c, reason);
    return *result == CSUCCESS_OK;
}

csuccess_result csuccess__series_check(csuccess__series_desk *desk, csuccess__machine *machine,
                                       const csuccess__input *input, csuccess__text *reason)
{
    coming c;
    csuccess_result result;
    c.desk = desk;
    c.input = input;
    (void)open_coming(&c, machine, reason, &result);
    return result;
}

csuccess_result csuccess__series_add(csuccess__series_desk *desk, csuccess__machine *machine,
                                     const csuccess__input *input, csuccess__text *reason)
{
    coming c;
    csuccess_result result;
    c.desk = desk;
    c.input = input;
    if (!open_coming(&c, machine, reason, &result)) return result;
    result = prepare(&c);
    if (result == CSUCCESS_OK) put(&c);
    return result;
}
