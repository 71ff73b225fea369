/* SPDX-License-Identifier: Apache-2.0 */
/* Records as the state keeps them. The fields of a record most often came together, so stamps stand once each and fields
   name them by number. */
#include "customer/known_internal.h"
#include "customer/known_wire.h"

enum { LEAST_STAMP = 10, LEAST_FIELD = 4, MOST_FIELDS = 1000 }; /* the first two in bytes */

static bool get_stamps(csuccess__wire *in, uint64_t count, csuccess__stamp *out)
{
    csuccess__stamp before, stamp = {0};
    for (uint64_t i = 0; i < count && !in->bad; i++) {
        before = stamp;
        csuccess__stamp_get(in, &stamp);
        if (i > 0 && csuccess__stamp_order(&before, &stamp) >= 0) in->bad = true;
        if (out) out[i] = stamp;
    }
    return !in->bad;
}

/* The number of a stamp. */
static uint64_t get_number(csuccess__wire *in, uint64_t stamps)
{
    uint64_t number = csuccess__quick_u64(in);
    if (number < stamps) return number;
    in->bad = true;
    return 0;
}

/* A count of what takes at least so many bytes each. */
static uint64_t get_count(csuccess__wire *in, uint64_t bytes)
{
    uint64_t count = csuccess__quick_u64(in);
    if (count <= (uint64_t)(in->end - in->at) / bytes) return count;
    in->bad = true;
    return 0;
}

/* Flags and the number of stamps, which follow. */
static uint8_t get_head(csuccess__wire *in, uint64_t *stamps)
{
    uint8_t flags = csuccess__quick_byte(in);
    *stamps = get_count(in, LEAST_STAMP);
    if (flags < 1 || flags > 3) in->bad = true;
    return in->bad ? 0 : flags;
}

/* The name of the next field, which must be greater than the one before. */
static csuccess_str get_name(csuccess__wire *in, csuccess_str before)
{
    csuccess_str name = csuccess__quick_str(in);
    if (in->bad || !csuccess__quick_before(before, name)) in->bad = true;
    return in->bad ? (csuccess_str){"", 0} : name;
}

void csuccess__record_open(csuccess__record_scan *scan, csuccess_str payload)
{
    scan->in = csuccess__wire_open(payload);
    uint8_t flags = get_head(&scan->in, &scan->stamps);
    get_stamps(&scan->in, scan->stamps, NULL);
    scan->is_set = (flags & 1) != 0;
    if (flags & 1) get_number(&scan->in, scan->stamps);
    if (flags & 2) get_number(&scan->in, scan->stamps);
    scan->left = get_count(&scan->in, LEAST_FIELD);
    scan->name = (csuccess_str){"", 0};
    if (!scan->is_set && scan->left > 0) scan->in.bad = true;
}

bool csuccess__record_next(csuccess__record_scan *scan, csuccess_str *name,
                           csuccess__kept *kept)
{
    if (scan->in.bad || scan->left == 0) {
        if (scan->in.at != scan->in.end) scan->in.bad = true;
        return false;
    }
    scan->left--;
    *name = scan->name = get_name(&scan->in, scan->name);
    get_number(&scan->in, scan->stamps);
    csuccess__kept_get(&scan->in, kept);
    return !scan->in.bad;
}

/* Every stamp is somebody's: a record has one spelling. */
static bool are_used(const csuccess__record *record, const csuccess__stamp *stamps,
                     uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        bool used = (record->is_set && csuccess__stamp_order(&record->set, &stamps[i]) == 0) ||
                    (record->is_gone && csuccess__stamp_order(&record->gone, &stamps[i]) == 0);
        for (uint32_t k = 0; k < record->count && !used; k++) {
            used = csuccess__stamp_order(&record->fields[k].stamp, &stamps[i]) == 0;
        }
        if (!used) return false;
    }
    return true;
}

static csuccess_result get_fields(csuccess__wire *in, csuccess__record *out,
                                  const csuccess__stamp *stamps, uint64_t count,
                                  csuccess__arena *arena)
{
    uint64_t fields = get_count(in, LEAST_FIELD);
    if (fields > MOST_FIELDS) return CSUCCESS_ESTATE;
    out->fields = CSUCCESS__NEW_ARRAY(arena, csuccess__record_field, (size_t)fields);
    if (!out->fields) return CSUCCESS_ENOMEM;
    csuccess_str before = {"", 0};
    for (uint64_t i = 0; i < fields && !in->bad; i++) {
        csuccess__record_field *field = &out->fields[i];
        field->name = before = get_name(in, before);
        uint64_t number = get_number(in, count);
        if (!in->bad) field->stamp = stamps[number];
        csuccess__kept_get(in, &field->kept);
    }
    out->count = (uint32_t)fields;
    return CSUCCESS_OK;
}

/* The times at which it was set and removed, by the numbers of their stamps. */
static bool get_presence(csuccess__wire *in, csuccess__record *out,
                         const csuccess__stamp *stamps, uint64_t count)
{
    uint64_t set = out->is_set ? get_number(in, count) : 0;
    uint64_t gone = out->is_gone ? get_number(in, count) : 0;
    if (in->bad) return false;
    if (out->is_set) out->set = stamps[set];
    if (out->is_gone) out->gone = stamps[gone];
    return true;
}

csuccess_result csuccess__record_get(csuccess_str payload, csuccess__record *out,
                                     csuccess__arena *arena)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count;
    uint8_t flags = get_head(&in, &count);
    *out = (csuccess__record){.is_set = (flags & 1) != 0, .is_gone = (flags & 2) != 0};
    if (count > MOST_FIELDS + 2) return CSUCCESS_ESTATE;
    csuccess__stamp *stamps = CSUCCESS__NEW_ARRAY(arena, csuccess__stamp, (size_t)count);
    if (!stamps) return CSUCCESS_ENOMEM;
    if (!get_stamps(&in, count, stamps) || !get_presence(&in, out, stamps, count)) {
        return CSUCCESS_ESTATE;
    }
    csuccess_result result = get_fields(&in, out, stamps, count, arena);
    if (result < 0) return result;
    bool done = csuccess__wire_done(&in) && (out->is_set || out->count == 0);
    return done && are_used(out, stamps, count) ? CSUCCESS_OK : CSUCCESS_ESTATE;
}

/* What is left of a removed record is one stamp. */
bool csuccess__record_glance(csuccess_str payload, bool *is_set, csuccess__stamp *gone)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t count;
    uint8_t flags = get_head(&in, &count);
    *is_set = (flags & 1) != 0;
    if (*is_set || in.bad) return !in.bad;
    csuccess__stamp_get(&in, gone);
    return !in.bad && count == 1;
}

/* ---- Writing ---- */

/* Adds a stamp in its place, once. */
static uint32_t add_stamp(csuccess__stamp *list, uint32_t count, const csuccess__stamp *stamp)
{
    uint32_t at = count;
    while (at > 0 && csuccess__stamp_order(&list[at - 1], stamp) > 0) at--;
    if (at > 0 && csuccess__stamp_order(&list[at - 1], stamp) == 0) return count;
    for (uint32_t i = count; i > at; i--) list[i] = list[i - 1];
    list[at] = *stamp;
    return count + 1;
}

static uint64_t number_of(const csuccess__stamp *list, uint32_t count,
                          const csuccess__stamp *stamp)
{
    uint32_t at = 0;
    while (at < count && csuccess__stamp_order(&list[at], stamp) != 0) at++;
    return at;
}

/* The stamps of a record, each once and in order; list has room for all. */
static uint32_t list_stamps(csuccess__stamp *list, const csuccess__record *record)
{
    uint32_t count = 0;
    if (record->is_set) count = add_stamp(list, count, &record->set);
    if (record->is_gone) count = add_stamp(list, count, &record->gone);
    for (uint32_t i = 0; i < record->count; i++) {
        count = add_stamp(list, count, &record->fields[i].stamp);
    }
    return count;
}

bool csuccess__record_put(csuccess__buffer *out, const csuccess__record *record,
                          csuccess__arena *arena)
{
    csuccess__stamp *list =
        CSUCCESS__NEW_ARRAY(arena, csuccess__stamp, (size_t)record->count + 2);
    if (!list) return false;
    uint32_t count = list_stamps(list, record);
    csuccess__buffer_char(out, (char)((record->is_set ? 1 : 0) | (record->is_gone ? 2 : 0)));
    csuccess__wire_u64(out, count);
    for (uint32_t i = 0; i < count; i++) csuccess__stamp_put(out, &list[i]);
    if (record->is_set) csuccess__wire_u64(out, number_of(list, count, &record->set));
    if (record->is_gone) csuccess__wire_u64(out, number_of(list, count, &record->gone));
    csuccess__wire_u64(out, record->count);
    for (uint32_t i = 0; i < record->count; i++) {
        csuccess__wire_str(out, record->fields[i].name);
        csuccess__wire_u64(out, number_of(list, count, &record->fields[i].stamp));
        csuccess__buffer_str(out, record->fields[i].kept.raw);
    }
    return true;
}
