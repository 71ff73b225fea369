/* SPDX-License-Identifier: Apache-2.0 */
/* Values and attributes as the state keeps them: writing, and reading what may be damaged. */
#include "customer/known_internal.h"

#include "customer/known_wire.h"
#include "text/utf8.h"

enum { NOTED = 8 };

#define MOST_DAYS (CSUCCESS__TIME_MAX / CSUCCESS__DAY_MS)
#define LEAST_DAYS (CSUCCESS__TIME_MIN / CSUCCESS__DAY_MS)

static const uint8_t tags[] = {
#define CSUCCESS__KEPT_TYPE(name, number) [CSUCCESS__ATTRIBUTE_##name] = number,
    CSUCCESS__KEPT_TYPES(CSUCCESS__KEPT_TYPE)
#undef CSUCCESS__KEPT_TYPE
};

/* ---- Reading ---- */

typedef void getter(csuccess__wire *in, csuccess__kept *out);

static void get_number(csuccess__wire *in, csuccess__kept *out)
{
    out->value.kind = CSUCCESS__KIND_NUMBER;
    out->value.as.number = csuccess__wire_get_double(in);
}

static void get_bool(csuccess__wire *in, csuccess__kept *out)
{
    uint8_t byte = csuccess__quick_byte(in);
    if (byte > 1) in->bad = true;
    out->value.kind = CSUCCESS__KIND_BOOL;
    out->value.as.boolean = byte == 1;
}

static void get_string(csuccess__wire *in, csuccess__kept *out)
{
    csuccess_str text = csuccess__quick_str(in);
    if (!csuccess__utf8_check(text, NULL)) in->bad = true;
    out->value.kind = CSUCCESS__KIND_STRING;
    out->value.as.string = text;
}

static void get_time(csuccess__wire *in, csuccess__kept *out)
{
    int64_t ms = csuccess__quick_time(in);
    if (!csuccess__time_valid(ms)) in->bad = true;
    out->value.kind = CSUCCESS__KIND_TIME;
    out->value.as.time = ms;
}

static void get_date(csuccess__wire *in, csuccess__kept *out)
{
    int64_t days = csuccess__wire_get_i64(in);
    bool valid = days >= LEAST_DAYS && days <= MOST_DAYS;
    if (!valid) in->bad = true;
    out->value.kind = CSUCCESS__KIND_TIME;
    out->value.as.time = valid ? days * CSUCCESS__DAY_MS : 0;
}

static void get_duration(csuccess__wire *in, csuccess__kept *out)
{
    int64_t months = csuccess__wire_get_i64(in), days = csuccess__wire_get_i64(in);
    csuccess__duration d = {.ms = csuccess__wire_get_i64(in)};
    bool fits =
        months >= INT32_MIN && months <= INT32_MAX && days >= INT32_MIN && days <= INT32_MAX;
    d.months = fits ? (int32_t)months : 0;
    d.days = fits ? (int32_t)days : 0;
    if (!fits || !csuccess__duration_valid(d)) in->bad = true;
    out->value.kind = CSUCCESS__KIND_DURATION;
    out->value.as.duration = d;
}

static void get_money(csuccess__wire *in, csuccess__kept *out)
{
    out->currency = csuccess__quick_str(in);
    if (out->currency.len > 0 && !csuccess__currency_check(out->currency)) in->bad = true;
    get_number(in, out);
}

static void get_list(csuccess__wire *in, csuccess__kept *out);

static getter *const getters[] = {
    [CSUCCESS__KEPT_NUMBER] = get_number, [CSUCCESS__KEPT_BOOL] = get_bool,
    [CSUCCESS__KEPT_STRING] = get_string, [CSUCCESS__KEPT_TIME] = get_time,
    [CSUCCESS__KEPT_DATE] = get_date,     [CSUCCESS__KEPT_DURATION] = get_duration,
    [CSUCCESS__KEPT_MONEY] = get_money,   [CSUCCESS__KEPT_LIST] = get_list,
    [CSUCCESS__KEPT_QUARANTINED] = NULL,
};

/* An item of a list that was opened: false where it is missing. */
static bool get_item(csuccess__wire *in, uint8_t tag, csuccess__kept *out)
{
    uint8_t there = csuccess__quick_byte(in);
    if (there > 1) in->bad = true;
    out->currency = (csuccess_str){"", 0};
    if (there == 1 && !in->bad) getters[tag](in, out);
    return there == 1 && !in->bad;
}

bool csuccess__kept_item(csuccess__wire *in, const csuccess__kept *list, csuccess__kept *out)
{
    out->tag = list->item;
    out->value = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (!get_item(in, list->item, out)) return false;
    out->value.absence = CSUCCESS__ABSENCE_PRESENT;
    return true;
}

static void get_list(csuccess__wire *in, csuccess__kept *out)
{
    out->item = csuccess__quick_byte(in);
    uint64_t count = csuccess__quick_u64(in);
    if (out->item < CSUCCESS__KEPT_NUMBER || out->item > CSUCCESS__KEPT_MONEY ||
        count > (uint64_t)(in->end - in->at)) {
        in->bad = true;
        return;
    }
    csuccess__kept item;
    out->count = (uint32_t)count;
    out->items.ptr = in->at;
    for (uint64_t i = 0; i < count && !in->bad; i++) get_item(in, out->item, &item);
    out->items.len = (size_t)(in->at - out->items.ptr);
}

void csuccess__kept_get(csuccess__wire *in, csuccess__kept *out)
{
    const char *from = in->at;
    out->tag = csuccess__quick_byte(in);
    out->value.kind = CSUCCESS__KIND_ANY;
    out->value.absence = out->tag == CSUCCESS__KEPT_QUARANTINED ? CSUCCESS__ABSENCE_QUARANTINED
                                                                : CSUCCESS__ABSENCE_NEVER_SET;
    out->value.defaulted = 0;
    out->value.reserved = 0;
    out->value.code = 0;
    out->currency = (csuccess_str){"", 0};
    out->count = 0;
    if (out->tag > CSUCCESS__KEPT_QUARANTINED) {
        in->bad = true;
    } else if (getters[out->tag]) {
        if (out->tag != CSUCCESS__KEPT_LIST) out->value.absence = CSUCCESS__ABSENCE_PRESENT;
        getters[out->tag](in, out);
    }
    out->raw = (csuccess_str){from, (size_t)(in->at - from)};
}

void csuccess__stamp_get(csuccess__wire *in, csuccess__stamp *out)
{
    out->observed = csuccess__quick_time(in);
    out->source = csuccess__quick_str(in);
    out->tie = 0;
    if (!csuccess__time_valid(out->observed)) in->bad = true;
    if (in->bad || in->end - in->at < 8) {
        in->bad = true;
        return;
    }
    for (int i = 0; i < 8; i++) out->tie = out->tie << 8 | (uint8_t)in->at[i];
    in->at += 8;
}

bool csuccess__readings_get(csuccess_str payload, csuccess__readings *out)
{
    csuccess__wire in = csuccess__wire_open(payload);
    uint64_t head = csuccess__quick_u64(&in);
    out->noted = (head & NOTED) != 0;
    out->count = (uint32_t)(head & ~(uint64_t)NOTED);
    if (head > (NOTED | CSUCCESS__KEPT_READINGS) || out->count == 0 ||
        out->count > CSUCCESS__KEPT_READINGS) {
        return false;
    }
    for (uint32_t i = 0; i < out->count; i++) {
        csuccess__kept_get(&in, &out->list[i].kept);
        csuccess__stamp_get(&in, &out->list[i].stamp);
        if (i > 0 && out->list[i].stamp.observed > out->list[i - 1].stamp.observed)
            return false;
        if (out->count > 1 && out->list[i].kept.tag == CSUCCESS__KEPT_QUARANTINED) return false;
    }
    return csuccess__wire_done(&in);
}

/* ---- Writing ---- */

void csuccess__stamp_put(csuccess__buffer *out, const csuccess__stamp *stamp)
{
    uint8_t tie[8];
    for (int i = 0; i < 8; i++) tie[i] = (uint8_t)(stamp->tie >> (56 - 8 * i));
    csuccess__wire_i64(out, stamp->observed);
    csuccess__wire_str(out, stamp->source);
    csuccess__buffer_put(out, tie, sizeof tie);
}

void csuccess__readings_put(csuccess__buffer *out, const csuccess__readings *readings)
{
    csuccess__wire_u64(out, readings->count | (readings->noted ? NOTED : 0u));
    for (uint32_t i = 0; i < readings->count; i++) {
        csuccess__buffer_str(out, readings->list[i].kept.raw);
        csuccess__stamp_put(out, &readings->list[i].stamp);
    }
}

static void put_scalar(csuccess__buffer *out, csuccess__attribute_type type,
                       csuccess_str currency, csuccess__value value)
{
    switch (type) {
    case CSUCCESS__ATTRIBUTE_MONEY:
        csuccess__wire_str(out, currency);
        csuccess__wire_double(out, value.as.number);
        break;
    case CSUCCESS__ATTRIBUTE_NUMBER:
        csuccess__wire_double(out, value.as.number);
        break;
    case CSUCCESS__ATTRIBUTE_BOOL:
        csuccess__buffer_char(out, value.as.boolean ? 1 : 0);
        break;
    case CSUCCESS__ATTRIBUTE_STRING:
        csuccess__wire_str(out, value.as.string);
        break;
    case CSUCCESS__ATTRIBUTE_TIME:
        csuccess__wire_i64(out, value.as.time);
        break;
    case CSUCCESS__ATTRIBUTE_DATE:
        csuccess__wire_i64(out, csuccess__days_between(0, value.as.time));
        break;
    default:
        csuccess__wire_i64(out, value.as.duration.months);
        csuccess__wire_i64(out, value.as.duration.days);
        csuccess__wire_i64(out, value.as.duration.ms);
    }
}

void csuccess__kept_put(csuccess__buffer *out, const csuccess__attribute *attribute,
                        csuccess__value value)
{
    csuccess__buffer_char(out, (char)tags[attribute->type]);
    if (attribute->type != CSUCCESS__ATTRIBUTE_LIST) {
        put_scalar(out, attribute->type, attribute->currency, value);
        return;
    }
    csuccess__buffer_char(out, (char)tags[attribute->item]);
    csuccess__wire_u64(out, value.as.many.count);
    for (size_t i = 0; i < value.as.many.count; i++) {
        csuccess__value item = value.as.many.items[i];
        csuccess__buffer_char(out, csuccess__is_missing(item) ? 0 : 1);
        if (csuccess__is_missing(item)) continue;
        put_scalar(out, attribute->item, attribute->currency, item);
    }
}

int csuccess__stamp_order(const csuccess__stamp *a, const csuccess__stamp *b)
{
    if (a->observed != b->observed) return a->observed < b->observed ? -1 : 1;
    int by_source = csuccess__str_cmp(a->source, b->source);
    if (by_source != 0) return by_source;
    return (a->tie > b->tie) - (a->tie < b->tie);
}

/* ---- Values ---- */

bool csuccess__kept_fits(const csuccess__kept *kept, csuccess__attribute_type type,
                         csuccess__attribute_type item)
{
    if (kept->tag == CSUCCESS__KEPT_UNSET || kept->tag == CSUCCESS__KEPT_QUARANTINED) {
        return true;
    }
    return type <= CSUCCESS__ATTRIBUTE_LIST && kept->tag == tags[type] &&
           (kept->tag != CSUCCESS__KEPT_LIST || kept->item == tags[item]);
}

static void find_code(csuccess__value *value, const csuccess__constants *constants)
{
    if (value->kind != CSUCCESS__KIND_STRING) return;
    value->code = csuccess__constants_find(constants, value->as.string);
}

bool csuccess__kept_value(csuccess__value *out, const csuccess__kept *kept,
                          const csuccess__constants *constants, csuccess__arena *arena)
{
    *out = kept->value;
    find_code(out, constants);
    if (kept->tag != CSUCCESS__KEPT_LIST) return true;
    csuccess__value *items = CSUCCESS__NEW_ARRAY(arena, csuccess__value, kept->count);
    if (!items) return false;
    csuccess__wire in = csuccess__wire_open(kept->items);
    csuccess__kept item;
    for (uint32_t i = 0; i < kept->count; i++) {
        csuccess__kept_item(&in, kept, &item);
        items[i] = item.value;
        find_code(&items[i], constants);
    }
    out->kind = CSUCCESS__KIND_LIST;
    out->absence = CSUCCESS__ABSENCE_PRESENT;
    out->as.many.items = items;
    out->as.many.count = kept->count;
    return true;
}
