/* SPDX-License-Identifier: Apache-2.0 */
/* Values of attributes from JSON: by type, with what was expected where it is something else, and with the
   reason where it cannot be. */
#include "customer/attribute.h"

#include "base/number.h"
#include "text/numeral.h"

#include <string.h>

static void say_number(csuccess__text *text, double v)
{
    char digits[CSUCCESS__NUMERAL_MAX];
    csuccess__text_put(text, (csuccess_str){digits, csuccess__numeral_write(digits, v)});
}

csuccess_result csuccess__number_allowed(const csuccess__attribute *attribute, double value,
                                         csuccess__text *reason)
{
    if (!csuccess__is_finite(value)) {
        csuccess__text_format(reason, "%S: not a finite number", attribute->name);
        return CSUCCESS_ERANGE;
    }
    bool below = attribute->has_min && value < attribute->min;
    if (!below && !(attribute->has_max && value > attribute->max)) return CSUCCESS_OK;
    csuccess__text_format(reason, "%S: ", attribute->name);
    say_number(reason, value);
    csuccess__text_format(reason,
                          below ? " is below the minimum of " : " is above the maximum of ");
    say_number(reason, below ? attribute->min : attribute->max);
    return CSUCCESS_ERANGE;
}

csuccess_result csuccess__string_allowed(const csuccess__attribute *attribute,
                                         csuccess_str value, csuccess__text *reason)
{
    if (attribute->allowed_count == 0) return CSUCCESS_OK;
    csuccess__nearest near;
    for (uint32_t i = 0; i < attribute->allowed_count; i++) {
        if (csuccess__str_eq(attribute->allowed[i], value)) return CSUCCESS_OK;
    }
    csuccess__nearest_start(&near, value);
    csuccess__text_format(reason, "%S: %q is not one of", attribute->name, value);
    for (uint32_t i = 0; i < attribute->allowed_count; i++) {
        csuccess__nearest_try(&near, attribute->allowed[i]);
        if (i < 8) csuccess__text_format(reason, "%s %q", i ? "," : "", attribute->allowed[i]);
        if (i == 8) csuccess__text_format(reason, ", ...");
    }
    if (near.best.ptr) csuccess__text_format(reason, " (did you mean %q?)", near.best);
    return CSUCCESS_ERANGE;
}

bool csuccess__currency_check(csuccess_str code)
{
    if (code.len != 3) return false;
    for (size_t i = 0; i < 3; i++) {
        if (code.ptr[i] < 'A' || code.ptr[i] > 'Z') return false;
    }
    return true;
}

csuccess_result csuccess__currency_allowed(const csuccess__attribute *attribute,
                                           csuccess_str currency, csuccess__text *reason)
{
    if (currency.len == 0 || csuccess__str_eq(currency, attribute->currency))
        return CSUCCESS_OK;
    if (attribute->currency.len == 0) {
        csuccess__text_format(reason,
                              "%S: an amount in %q, but the definition states no \"currency\"",
                              attribute->name, currency);
    } else {
        csuccess__text_format(reason, "%S: an amount in %q where all are in %S",
                              attribute->name, currency, attribute->currency);
    }
    return CSUCCESS_ERANGE;
}

/* "expected X, found Y", with the value where that helps. */
static csuccess_result wrong(const csuccess__attribute *attribute, const csuccess__json *node,
                             csuccess__reading *reading, const char *expected)
{
    if (node->type == CSUCCESS__JSON_STRING) {
        csuccess__fail(reading->err, CSUCCESS_ETYPE, "%S: expected %s, found the string %q",
                       attribute->name, expected, node->string);
    } else {
        csuccess__fail(reading->err, CSUCCESS_ETYPE, "%S: expected %s, found %s",
                       attribute->name, expected, csuccess__json_type_name(node));
    }
    csuccess__json_place(reading->err, node);
    return CSUCCESS_ETYPE;
}

static csuccess_result too_much(const csuccess__attribute *attribute,
                                const csuccess__json *node, csuccess__reading *reading,
                                const char *limit, uint32_t most)
{
    csuccess__fail(reading->err, CSUCCESS_ELIMIT, "%S: more than %u (%s)", attribute->name,
                   most, limit);
    csuccess__json_place(reading->err, node);
    return CSUCCESS_ELIMIT;
}

static csuccess_result no_memory(csuccess__reading *reading)
{
    return csuccess__fail(reading->err, CSUCCESS_ENOMEM, "out of memory");
}

typedef csuccess_result reader(csuccess__value *out, const csuccess__attribute *attribute,
                               const csuccess__json *node, csuccess__reading *reading);

static csuccess_result read_number(csuccess__value *out, const csuccess__attribute *attribute,
                                   const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_NUMBER) {
        return wrong(attribute, node, reading, "a number such as 12.5, without quotes");
    }
    csuccess_result result = csuccess__number_allowed(attribute, node->number, reading->reason);
    if (result == CSUCCESS_OK) *out = csuccess__number(node->number);
    return result;
}

static csuccess_result read_bool(csuccess__value *out, const csuccess__attribute *attribute,
                                 const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_BOOL) {
        return wrong(attribute, node, reading, "true or false, without quotes");
    }
    *out = csuccess__boolean(node->boolean);
    return CSUCCESS_OK;
}

static csuccess_result copy_string(csuccess__value *out, csuccess_str text,
                                   csuccess__reading *reading)
{
    csuccess_str copy = csuccess__arena_copy(reading->arena, text);
    if (!copy.ptr) return no_memory(reading);
    *out = csuccess__string(copy);
    out->code = csuccess__constants_find(reading->constants, copy);
    return CSUCCESS_OK;
}

static csuccess_result read_string(csuccess__value *out, const csuccess__attribute *attribute,
                                   const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_STRING) {
        return wrong(attribute, node, reading, "a string in double quotes");
    }
    if (node->string.len > reading->limits->string_bytes) {
        return too_much(attribute, node, reading, "bytes of a string, limits.string_bytes",
                        reading->limits->string_bytes);
    }
    csuccess_result result = csuccess__string_allowed(attribute, node->string, reading->reason);
    return result == CSUCCESS_OK ? copy_string(out, node->string, reading) : result;
}

static csuccess_result read_time(csuccess__value *out, const csuccess__attribute *attribute,
                                 const csuccess__json *node, csuccess__reading *reading)
{
    int64_t ms;
    if (node->type != CSUCCESS__JSON_STRING ||
        (!csuccess__time_parse(&ms, node->string, NULL) &&
         !csuccess__date_parse(&ms, node->string, NULL))) {
        return wrong(attribute, node, reading,
                     "a time such as \"2026-01-31T08:00:00Z\" (RFC 3339) or a date");
    }
    *out = csuccess__time(ms);
    return CSUCCESS_OK;
}

static csuccess_result read_date(csuccess__value *out, const csuccess__attribute *attribute,
                                 const csuccess__json *node, csuccess__reading *reading)
{
    int64_t ms;
    if (node->type != CSUCCESS__JSON_STRING || !csuccess__date_parse(&ms, node->string, NULL)) {
        return wrong(attribute, node, reading, "a date such as \"2026-01-31\"");
    }
    *out = csuccess__time(ms);
    return CSUCCESS_OK;
}

static csuccess_result read_duration(csuccess__value *out, const csuccess__attribute *attribute,
                                     const csuccess__json *node, csuccess__reading *reading)
{
    csuccess__duration d;
    if (node->type != CSUCCESS__JSON_STRING ||
        !csuccess__duration_parse(&d, node->string, NULL)) {
        return wrong(attribute, node, reading,
                     "a duration such as \"P7D\" or \"PT24H\" (ISO 8601)");
    }
    *out = csuccess__duration_value(d);
    return CSUCCESS_OK;
}

static csuccess_result read_amount(csuccess__value *out, const csuccess__attribute *attribute,
                                   const csuccess__json *node, csuccess__reading *reading)
{
    static const char expected[] = "a number or {\"amount\": 12.5, \"currency\": \"EUR\"}";
    const csuccess__json *amount = csuccess__json_member(node, "amount");
    const csuccess__json *currency = csuccess__json_member(node, "currency");
    bool whole = amount && amount->type == CSUCCESS__JSON_NUMBER &&
                 node->count == (currency ? 2u : 1u) &&
                 (!currency || (currency->type == CSUCCESS__JSON_STRING &&
                                csuccess__currency_check(currency->string)));
    if (!whole) return wrong(attribute, node, reading, expected);
    csuccess_str code = currency ? currency->string : (csuccess_str){NULL, 0};
    csuccess_result result = csuccess__currency_allowed(attribute, code, reading->reason);
    return result == CSUCCESS_OK ? read_number(out, attribute, amount, reading) : result;
}

static csuccess_result read_money(csuccess__value *out, const csuccess__attribute *attribute,
                                  const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type == CSUCCESS__JSON_NUMBER) return read_number(out, attribute, node, reading);
    return read_amount(out, attribute, node, reading);
}

static csuccess_result read_list(csuccess__value *out, const csuccess__attribute *attribute,
                                 const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_ARRAY) {
        return wrong(attribute, node, reading, "a list such as [1, 2]");
    }
    if (node->count > reading->limits->list_items) {
        return too_much(attribute, node, reading, "items of a list, limits.list_items",
                        reading->limits->list_items);
    }
    csuccess__value *items = CSUCCESS__NEW_ARRAY(reading->arena, csuccess__value, node->count);
    if (!items) return no_memory(reading);
    csuccess__attribute item = *attribute;
    item.type = attribute->item;
    size_t n = 0;
    for (const csuccess__json *at = node->first; at; at = at->next) {
        csuccess_result result = csuccess__value_read(&items[n++], &item, at, reading);
        if (result != CSUCCESS_OK) return result;
    }
    out->kind = CSUCCESS__KIND_LIST;
    out->as.many.items = items;
    out->as.many.count = n;
    return CSUCCESS_OK;
}

static csuccess_result unknown_field(const csuccess__attribute *attribute,
                                     const csuccess__json *node, csuccess__reading *reading)
{
    csuccess__nearest near;
    csuccess__nearest_start(&near, node->key);
    for (uint32_t i = 0; i < attribute->field_count; i++) {
        csuccess__nearest_try(&near, attribute->fields[i].name);
    }
    if (near.best.ptr) {
        csuccess__fail(reading->err, CSUCCESS_ENAME, "%S has no field %q (did you mean %q?)",
                       attribute->name, node->key, near.best);
    } else {
        csuccess__fail(reading->err, CSUCCESS_ENAME, "%S has no field %q", attribute->name,
                       node->key);
    }
    csuccess__json_place(reading->err, node);
    return CSUCCESS_ENAME;
}

static const csuccess__attribute *field_of(const csuccess__attribute *attribute,
                                           csuccess_str name, uint32_t *at)
{
    for (uint32_t i = 0; i < attribute->field_count; i++) {
        *at = i;
        if (csuccess__str_eq(attribute->fields[i].name, name)) return &attribute->fields[i];
    }
    return NULL;
}

/* An impossible field is missing by itself; the record stays. */
static csuccess_result read_field(csuccess__value *out, const csuccess__attribute *field,
                                  const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type == CSUCCESS__JSON_NULL) return CSUCCESS_OK; /* as if it were not there */
    csuccess__text before = *reading->reason;
    csuccess_result result = csuccess__value_read(out, field, node, reading);
    if (result != CSUCCESS_ERANGE) return result;
    *out = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
    if (!reading->note) return CSUCCESS_OK;
    csuccess_str reason = {reading->reason->ptr + before.len,
                           reading->reason->len - before.len};
    bool noted = reading->note(reading->ud, reading->record, reason);
    *reading->reason = before;
    return noted ? CSUCCESS_OK : no_memory(reading);
}

static csuccess_result read_record(csuccess__value *out, const csuccess__attribute *attribute,
                                   const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_OBJECT) {
        return wrong(attribute, node, reading, "a record, an object of fields");
    }
    size_t count = (size_t)attribute->field_count + 1;
    csuccess__value *fields = CSUCCESS__NEW_ARRAY(reading->arena, csuccess__value, count);
    if (!fields) return no_memory(reading);
    for (uint32_t i = 0; i < attribute->field_count; i++) {
        fields[i + 1] = attribute->fields[i].fallback;
    }
    reading->record = node->key;
    csuccess_result result = copy_string(&fields[0], node->key, reading);
    for (const csuccess__json *m = node->first; m && result == CSUCCESS_OK; m = m->next) {
        uint32_t at = 0;
        const csuccess__attribute *field = field_of(attribute, m->key, &at);
        result = field ? read_field(&fields[at + 1], field, m, reading)
                       : unknown_field(attribute, m, reading);
    }
    out->kind = CSUCCESS__KIND_RECORD;
    out->as.many.items = fields;
    out->as.many.count = count;
    return result;
}

static csuccess_result read_records(csuccess__value *out, const csuccess__attribute *attribute,
                                    const csuccess__json *node, csuccess__reading *reading)
{
    if (node->type != CSUCCESS__JSON_OBJECT) {
        return wrong(attribute, node, reading,
                     "an object of records by id, such as {\"id1\": {...}}");
    }
    if (node->count > attribute->max_records) {
        return too_much(attribute, node, reading, "records, its \"max\"",
                        attribute->max_records);
    }
    csuccess__value *items = CSUCCESS__NEW_ARRAY(reading->arena, csuccess__value, node->count);
    if (!items) return no_memory(reading);
    size_t n = 0;
    for (const csuccess__json *at = node->first; at; at = at->next) {
        if (at->type == CSUCCESS__JSON_NULL) continue; /* a record that is gone */
        csuccess_result result = read_record(&items[n++], attribute, at, reading);
        if (result != CSUCCESS_OK) return result;
    }
    out->kind = CSUCCESS__KIND_LIST;
    out->as.many.items = items;
    out->as.many.count = n;
    return CSUCCESS_OK;
}

csuccess_result csuccess__value_read(csuccess__value *out, const csuccess__attribute *attribute,
                                     const csuccess__json *node, csuccess__reading *reading)
{
    static reader *const readers[] = {
        [CSUCCESS__ATTRIBUTE_NUMBER] = read_number,
        [CSUCCESS__ATTRIBUTE_BOOL] = read_bool,
        [CSUCCESS__ATTRIBUTE_STRING] = read_string,
        [CSUCCESS__ATTRIBUTE_TIME] = read_time,
        [CSUCCESS__ATTRIBUTE_DATE] = read_date,
        [CSUCCESS__ATTRIBUTE_DURATION] = read_duration,
        [CSUCCESS__ATTRIBUTE_MONEY] = read_money,
        [CSUCCESS__ATTRIBUTE_LIST] = read_list,
        [CSUCCESS__ATTRIBUTE_RECORDS] = read_records,
    };
    *out = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET);
    if (node->type == CSUCCESS__JSON_NULL) return CSUCCESS_OK;
    return readers[attribute->type](out, attribute, node, reading);
}

/* reason: three say what to read, two what to read it with, two what to tell. */
csuccess_result csuccess__attribute_read(csuccess__value *out,
                                         const csuccess__attribute *attribute,
                                         const csuccess__json *node, csuccess__arena *arena,
                                         const csuccess__facts_options *with,
                                         csuccess__text *reason, csuccess_error *err)
{
    csuccess__reading reading = {.arena = arena,
                                 .constants = with->constants,
                                 .limits = with->limits,
                                 .reason = reason,
                                 .err = err};
    return csuccess__value_read(out, attribute, node, &reading);
}
