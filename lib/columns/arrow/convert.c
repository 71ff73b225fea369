/* SPDX-License-Identifier: Apache-2.0 */
/* Types that are not read in their own memory: half floats, decimals, durations and lists become doubles and values. */
#include "columns/arrow/arrow.h"

#include "base/error.h"
#include "customer/attribute.h"
#include "text/numeral.h"

static csuccess_result no_memory(const csuccess__arrow_source *source)
{
    return csuccess__fail(source->column.err, CSUCCESS_ENOMEM, "out of memory");
}

/* ---- Half floats ---- */

/* 2 to the power of a whole number within a double's normal range. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* IEEE 754 binary16. Infinities and NaN come out as an infinity, which is missing all the same. */
static double from_half(uint16_t half)
{
    const int exponent = half >> 10 & 31;
    const double fraction = half & 1023;
    double size;
    if (exponent == 31) {
        uint64_t infinite = UINT64_C(0x7FF0000000000000);
        memcpy(&size, &infinite, sizeof size);
    } else if (exponent == 0) {
        size = fraction * power_of_two(-24);
    } else {
        size = (fraction + 1024) * power_of_two(exponent - 25);
    }
    return half & 0x8000 ? -size : size;
}

static csuccess_result take_halves(double *to, const csuccess__arrow_source *source)
{
    const void *data;
    csuccess_result status = csuccess__arrow_items(
        &data, source, csuccess__arrow_buffer(source, 1), source->rows, sizeof(uint16_t));
    for (size_t i = 0; i < source->rows && status == CSUCCESS_OK; i++) {
        to[i] = from_half(((const uint16_t *)data)[i]);
    }
    return status;
}

/* ---- Decimals ---- */

enum { LIMBS = 8, EXACT_POWERS = 22 };

/* A whole number of 256 bits: its size by limbs from the lowest, and its sign. */
typedef struct wide {
    uint32_t limbs[LIMBS];
    bool negative;
} wide;

static bool is_little_endian(void)
{
    const uint16_t one = 1;
    uint8_t first;
    memcpy(&first, &one, 1);
    return first == 1;
}

/* Of memory in the machine's order, two's complement. */
static wide read_wide(const char *from, size_t bytes)
{
    wide w = {{0}, false};
    const size_t limbs = bytes / sizeof *w.limbs;
    for (size_t i = 0; i < limbs; i++) {
        size_t at = is_little_endian() ? i : limbs - 1 - i;
        memcpy(&w.limbs[i], from + at * sizeof *w.limbs, sizeof *w.limbs);
    }
    w.negative = w.limbs[limbs - 1] >> 31;
    uint64_t carry = 1;
    for (size_t i = 0; w.negative && i < limbs; i++) {
        carry += (uint32_t)~w.limbs[i];
        w.limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    return w;
}

/* Divides by a thousand million and gives what is left. */
static uint32_t nine_digits(wide *w, bool *zero)
{
    uint64_t rest = 0;
    uint32_t any = 0;
    for (size_t i = LIMBS; i-- > 0;) {
        rest = rest << 32 | w->limbs[i];
        w->limbs[i] = (uint32_t)(rest / 1000000000u);
        rest %= 1000000000u;
        any |= w->limbs[i];
    }
    *zero = any == 0;
    return (uint32_t)rest;
}

enum { WIDE_TEXT = 112 };

/* Sign, digits without leading zeros, exponent: written from its end. */
static csuccess_str wide_text(char out[WIDE_TEXT], wide w, int32_t scale)
{
    size_t at = WIDE_TEXT;
    uint32_t power = (uint32_t)(scale < 0 ? -scale : scale);
    do {
        out[--at] = (char)('0' + power % 10);
        power /= 10;
    } while (power > 0);
    if (scale > 0) out[--at] = '-';
    out[--at] = 'e';
    const size_t end = at;
    for (bool zero = false; !zero;) {
        uint32_t part = nine_digits(&w, &zero);
        for (int k = 0; k < 9; k++) {
            out[--at] = (char)('0' + part % 10);
            part /= 10;
        }
    }
    while (at < end - 1 && out[at] == '0') at++;
    if (w.negative) out[--at] = '-';
    return (csuccess_str){out + at, WIDE_TEXT - at};
}

/* The nearest double to the number times ten to the power of -scale; beyond all doubles an infinity, which is missing. */
static double from_wide(const wide *w, int32_t scale)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint32_t high = 0;
    for (size_t i = 2; i < LIMBS; i++) high |= w->limbs[i];
    uint64_t low = (uint64_t)w->limbs[1] << 32 | w->limbs[0];
    bool exact = high == 0 && low <= UINT64_C(1) << 53 && scale <= EXACT_POWERS &&
                 scale >= -EXACT_POWERS;
    if (exact) { /* both are doubles themselves, so that one rounding is all */
        double size = scale >= 0 ? (double)low / powers[scale] : (double)low * powers[-scale];
        return w->negative ? -size : size;
    }
    char text[WIDE_TEXT];
    size_t used;
    return csuccess__numeral_read(wide_text(text, *w, scale), &used);
}

static csuccess_result take_decimals(double *to, const csuccess__arrow_source *source,
                                     const csuccess__arrow_type *type)
{
    const size_t bytes = (size_t)type->bits / 8;
    const void *data;
    csuccess_result status = csuccess__arrow_items(
        &data, source, csuccess__arrow_buffer(source, 1), source->rows, bytes);
    for (size_t i = 0; i < source->rows && status == CSUCCESS_OK; i++) {
        wide w = read_wide((const char *)data + i * bytes, bytes);
        to[i] = from_wide(&w, type->scale);
    }
    return status;
}

/* ---- Durations ---- */

/* As milliseconds; what is finer is cut off towards zero, as in ISO 8601. False: beyond what a duration can be. */
static bool as_milliseconds(int64_t x, char unit, int64_t *out)
{
    const int64_t seconds = CSUCCESS__DURATION_MS / CSUCCESS__SECOND_MS;
    if (unit == 's' && (x > seconds || x < -seconds)) return false;
    *out = unit == 's'   ? x * CSUCCESS__SECOND_MS
           : unit == 'u' ? x / 1000
           : unit == 'n' ? x / 1000000
                         : x;
    return *out >= -CSUCCESS__DURATION_MS && *out <= CSUCCESS__DURATION_MS;
}

static csuccess_result take_durations(csuccess__column *out,
                                      const csuccess__arrow_source *source,
                                      const csuccess__arrow_type *type)
{
    const char *format = type->reading->format; /* "tDs" … , or "l" for milliseconds */
    const char unit = format[0] == 't' ? format[2] : 'm';
    const void *data;
    csuccess_result status = csuccess__arrow_items(
        &data, source, csuccess__arrow_buffer(source, 1), source->rows, sizeof(int64_t));
    if (status < 0) return status;
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(&source->columns->words, csuccess__value, source->rows);
    if (!values) return no_memory(source);
    for (size_t i = 0; i < source->rows; i++) {
        int64_t ms;
        values[i] = out->fallback;
        if (!csuccess__column_set(out, i)) continue;
        values[i] = csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
        if (as_milliseconds(((const int64_t *)data)[i], unit, &ms)) {
            values[i] = csuccess__duration_value(csuccess__duration_from_ms(ms));
        }
    }
    out->data = values;
    out->validity = NULL;
    return CSUCCESS_OK;
}

csuccess_result csuccess__arrow_convert(csuccess__column *out,
                                        const csuccess__arrow_source *source,
                                        const csuccess__arrow_type *type)
{
    if (type->reading->how == CSUCCESS__ARROW_DURATION) {
        return take_durations(out, source, type);
    }
    double *to = CSUCCESS__NEW_ARRAY(&source->columns->words, double, source->rows);
    if (!to) return no_memory(source);
    out->data = to;
    return type->reading->how == CSUCCESS__ARROW_HALF ? take_halves(to, source)
                                                      : take_decimals(to, source, type);
}

/* ---- Lists ---- */

/* Where the items of each row stand, and the items themselves. */
typedef struct lists {
    const void *offsets; /* NULL: as many in each row */
    size_t width, each, base, count;
    csuccess__value *items; /* NULL: all of them are null */
} lists;

static csuccess_result find_items(lists *in, const csuccess__arrow_source *source,
                                  const csuccess__arrow_type *type)
{
    in->width = type->reading->width;
    if (in->width != 0) {
        csuccess_result status = csuccess__arrow_offsets(&in->offsets, source, in->width);
        if (status < 0) return status;
        in->base = (size_t)csuccess__arrow_offset(in->offsets, in->width, 0);
        in->count =
            (size_t)csuccess__arrow_offset(in->offsets, in->width, source->rows) - in->base;
        return CSUCCESS_OK;
    }
    in->each = (size_t)type->items;
    if (csuccess__mul_size(&in->base, source->first, in->each) &&
        csuccess__mul_size(&in->count, source->rows, in->each)) {
        return CSUCCESS_OK;
    }
    return csuccess__fail(source->column.err, CSUCCESS_ERANGE,
                          "column %q is longer than memory can have", source->column.name);
}

/* The items of a row. */
static void items_of(const lists *in, size_t row, size_t *from, size_t *count)
{
    *from = row * in->each;
    *count = in->each;
    if (!in->offsets) return;
    *from = (size_t)csuccess__arrow_offset(in->offsets, in->width, row) - in->base;
    *count = (size_t)csuccess__arrow_offset(in->offsets, in->width, row + 1) - in->base - *from;
}

/* Before anything is made of the items: items of type null are as many as a producer likes, without memory of its own. */
static csuccess_result check_lengths(lists *in, const csuccess__column *column,
                                     const csuccess__arrow_source *source)
{
    const uint32_t most = source->columns->config->limits.list_items;
    size_t from, count;
    for (size_t i = 0; i < source->rows; i++) {
        items_of(in, i, &from, &count);
        if (count <= most || !csuccess__column_set(column, i)) continue;
        return csuccess__fail(source->column.err, CSUCCESS_ELIMIT,
                              "column %q: the list of row %z has %z items, "
                              "limits.list_items allows %u",
                              source->column.name, i, count, most);
    }
    if (in->each > most) in->count = 0; /* no row is there */
    return CSUCCESS_OK;
}

/* All items as values, read as a column of their own. */
static csuccess_result read_items(lists *in, const csuccess__arrow_source *source)
{
    csuccess__attribute attribute = *source->column.attribute;
    csuccess__arrow_source items = *source;
    csuccess__arrow_type type;
    attribute.type = attribute.item;
    items.column.attribute = &attribute;
    items.column.items = true;
    items.schema = source->schema->children[0];
    items.array = source->array->children[0];
    items.rows = in->count;
    csuccess__column column = {.kind = csuccess__attribute_kind(attribute.type)->kind,
                               .fallback = csuccess__missing(CSUCCESS__ABSENCE_NEVER_SET)};
    csuccess_result status = csuccess__arrow_take_type(&type, items.schema, &items.column);
    if (status == CSUCCESS_OK) status = csuccess__arrow_read(&column, &items, &type, in->base);
    if (status < 0 || column.form == CSUCCESS__FORM_NONE) return status;
    in->items = CSUCCESS__NEW_ARRAY(&source->columns->words, csuccess__value, in->count);
    if (!in->items) return no_memory(source);
    for (size_t i = 0; i < in->count; i++) {
        in->items[i] = csuccess__column_value(&column, i, 0);
        if (in->items[i].kind == CSUCCESS__KIND_STRING) {
            in->items[i].code = csuccess__constants_find(source->columns->config->constants,
                                                         in->items[i].as.string);
        }
    }
    return CSUCCESS_OK;
}

/* A list of which an item is missing is missing: the row side refuses it too. */
static csuccess__value list_of(const lists *in, size_t from, size_t count)
{
    csuccess__value list = {.kind = CSUCCESS__KIND_LIST};
    for (size_t i = 0; i < count; i++) {
        if (!in->items || csuccess__is_missing(in->items[from + i])) {
            return csuccess__missing(CSUCCESS__ABSENCE_QUARANTINED);
        }
    }
    list.as.many.items = in->items ? in->items + from : NULL;
    list.as.many.count = count;
    return list;
}

csuccess_result csuccess__arrow_lists(csuccess__column *out,
                                      const csuccess__arrow_source *source,
                                      const csuccess__arrow_type *type)
{
    lists in = {.offsets = NULL};
    csuccess_result status = find_items(&in, source, type);
    if (status == CSUCCESS_OK) status = check_lengths(&in, out, source);
    if (status == CSUCCESS_OK) status = read_items(&in, source);
    if (status < 0) return status;
    csuccess__value *values =
        CSUCCESS__NEW_ARRAY(&source->columns->words, csuccess__value, source->rows);
    if (!values) return no_memory(source);
    for (size_t i = 0; i < source->rows; i++) {
        size_t from, count;
        values[i] = out->fallback;
        if (!csuccess__column_set(out, i)) continue;
        items_of(&in, i, &from, &count);
        values[i] = list_of(&in, from, count);
    }
    out->data = values;
    out->validity = NULL;
    return CSUCCESS_OK;
}
