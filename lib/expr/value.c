/* SPDX-License-Identifier: Apache-2.0 */
/* Types and values: making, comparing, printing and writing them. */
#include "expr/value.h"
#include "base/number.h"
#include "text/json.h"

/* Lists and records nest as deep as a hostile document says; beyond this they are not looked at. */
enum { DEEPEST = 64 };

static const csuccess__type scalars[CSUCCESS__KIND_COUNT] = {
#define SCALAR(name, text) [CSUCCESS__KIND_##name] = {CSUCCESS__KIND_##name, NULL, NULL, 0},
    CSUCCESS__KINDS(SCALAR)
#undef SCALAR
};

static const csuccess__type lists[CSUCCESS__KIND_COUNT] = {
#define LIST_OF(name, text) \
    [CSUCCESS__KIND_##name] = {CSUCCESS__KIND_LIST, &scalars[CSUCCESS__KIND_##name], NULL, 0},
    CSUCCESS__KINDS(LIST_OF)
#undef LIST_OF
};

static bool is_scalar(csuccess__kind kind)
{
    return kind < CSUCCESS__KIND_COUNT && kind != CSUCCESS__KIND_LIST &&
           kind != CSUCCESS__KIND_RECORD;
}

const csuccess__type *csuccess__type_of(csuccess__kind kind)
{
    return is_scalar(kind) ? &scalars[kind] : NULL;
}

const csuccess__type *csuccess__type_list_of(csuccess__kind item)
{
    return is_scalar(item) ? &lists[item] : NULL;
}

static bool same_type(const csuccess__type *a, const csuccess__type *b, unsigned depth);

static bool same_fields(const csuccess__type *a, const csuccess__type *b, unsigned depth)
{
    for (uint32_t i = 0; i < a->field_count; i++) {
        if (!csuccess__str_eq(a->fields[i].name, b->fields[i].name) ||
            !same_type(a->fields[i].type, b->fields[i].type, depth)) {
            return false;
        }
    }
    return true;
}

static bool same_type(const csuccess__type *a, const csuccess__type *b, unsigned depth)
{
    while (a != b && a->kind == CSUCCESS__KIND_LIST && b->kind == CSUCCESS__KIND_LIST) {
        a = a->item;
        b = b->item;
    }
    if (a == b || a->kind == CSUCCESS__KIND_ANY || b->kind == CSUCCESS__KIND_ANY) return true;
    if (a->kind != b->kind || a->field_count != b->field_count || depth == 0) return false;
    return same_fields(a, b, depth - 1);
}

bool csuccess__type_equal(const csuccess__type *a, const csuccess__type *b)
{
    return same_type(a, b, DEEPEST);
}

static const char *const kind_names[CSUCCESS__KIND_COUNT] = {
#define KIND_NAME(name, text) [CSUCCESS__KIND_##name] = text,
    CSUCCESS__KINDS(KIND_NAME)
#undef KIND_NAME
};

/* A record is told by its first fields; the rest does not help in a message. */
enum { FIELDS_SHOWN = 3 };

static void print_type(csuccess__buffer *out, const csuccess__type *type, unsigned depth)
{
    csuccess__buffer_cstr(out, kind_names[type->kind]);
    bool list = type->kind == CSUCCESS__KIND_LIST, record = type->kind == CSUCCESS__KIND_RECORD;
    if (!list && !record) return;
    csuccess__buffer_char(out, '(');
    if (depth == 0) {
        csuccess__buffer_cstr(out, "\xE2\x80\xA6");
    } else if (list) {
        print_type(out, type->item, depth - 1);
    }
    for (uint32_t i = 0; depth > 0 && i < type->field_count; i++) {
        if (i > 0) csuccess__buffer_cstr(out, ", ");
        if (i == FIELDS_SHOWN) {
            csuccess__buffer_cstr(out, "\xE2\x80\xA6");
            break;
        }
        csuccess__buffer_str(out, type->fields[i].name);
        csuccess__buffer_cstr(out, ": ");
        print_type(out, type->fields[i].type, depth - 1);
    }
    csuccess__buffer_char(out, ')');
}

void csuccess__type_print(csuccess__buffer *out, const csuccess__type *type)
{
    enum { SHOWN = 8 };
    print_type(out, type, SHOWN);
}

csuccess__value csuccess__boolean(bool boolean)
{
    csuccess__value v = {.kind = CSUCCESS__KIND_BOOL};
    v.as.boolean = boolean;
    return v;
}

csuccess__value csuccess__string(csuccess_str string)
{
    csuccess__value v = {.kind = CSUCCESS__KIND_STRING};
    v.as.string = string;
    return v;
}

csuccess__value csuccess__time(int64_t ms)
{
    csuccess__value v = {.kind = CSUCCESS__KIND_TIME};
    v.as.time = ms;
    return v;
}

csuccess__value csuccess__duration_value(csuccess__duration duration)
{
    csuccess__value v = {.kind = CSUCCESS__KIND_DURATION};
    v.as.duration = duration;
    return v;
}

static bool same_duration(csuccess__duration a, csuccess__duration b)
{
    return a.months == b.months && a.days == b.days && a.ms == b.ms;
}

static bool same_scalar(const csuccess__value *a, const csuccess__value *b)
{
    switch ((csuccess__kind)a->kind) {
    case CSUCCESS__KIND_NUMBER:
        return a->as.number == b->as.number;
    case CSUCCESS__KIND_BOOL:
        return a->as.boolean == b->as.boolean;
    case CSUCCESS__KIND_STRING:
        return csuccess__str_eq(a->as.string, b->as.string);
    case CSUCCESS__KIND_TIME:
        return a->as.time == b->as.time;
    case CSUCCESS__KIND_DURATION:
        return same_duration(a->as.duration, b->as.duration);
    default:
        return true; /* both missing */
    }
}

static bool same_value(const csuccess__value *a, const csuccess__value *b, unsigned depth)
{
    if (a->kind != b->kind || depth == 0) return false;
    if (a->kind != CSUCCESS__KIND_LIST && a->kind != CSUCCESS__KIND_RECORD) {
        return same_scalar(a, b);
    }
    if (a->as.many.count != b->as.many.count) return false;
    if (a->as.many.items == b->as.many.items) return true;
    for (size_t i = 0; i < a->as.many.count; i++) {
        if (!same_value(&a->as.many.items[i], &b->as.many.items[i], depth - 1)) return false;
    }
    return true;
}

bool csuccess__value_equal(csuccess__value a, csuccess__value b)
{
    return same_value(&a, &b, DEEPEST);
}

static void write_value(csuccess__json_writer *out, const csuccess__value *v,
                        const csuccess__type *type, unsigned depth);

static void write_time(csuccess__json_writer *out, int64_t ms)
{
    char text[CSUCCESS__TIME_TEXT];
    csuccess_str view = {text, csuccess__time_format(text, ms)};
    csuccess__json_str(out, view);
}

static void write_duration(csuccess__json_writer *out, csuccess__duration duration)
{
    char text[CSUCCESS__DURATION_TEXT];
    csuccess_str view = {text, csuccess__duration_format(text, duration)};
    csuccess__json_str(out, view);
}

static void write_many(csuccess__json_writer *out, const csuccess__value *v,
                       const csuccess__type *type, unsigned depth)
{
    bool list = v->kind == CSUCCESS__KIND_LIST;
    csuccess__json_open(out, list ? '[' : '{');
    for (size_t i = 0; i < v->as.many.count && out->out->status == CSUCCESS_OK; i++) {
        const csuccess__type *inner = NULL;
        if (list) {
            inner = type ? type->item : NULL;
        } else if (!type || i >= type->field_count) {
            break; /* a record without its type has no names */
        } else {
            csuccess__json_key(out, type->fields[i].name);
            inner = type->fields[i].type;
        }
        write_value(out, &v->as.many.items[i], inner, depth - 1);
    }
    csuccess__json_close(out, list ? ']' : '}');
}

static void write_value(csuccess__json_writer *out, const csuccess__value *v,
                        const csuccess__type *type, unsigned depth)
{
    switch ((csuccess__kind)v->kind) {
    case CSUCCESS__KIND_NUMBER:
        csuccess__json_num(out, v->as.number);
        break;
    case CSUCCESS__KIND_BOOL:
        csuccess__json_bool(out, v->as.boolean);
        break;
    case CSUCCESS__KIND_STRING:
        csuccess__json_str(out, v->as.string);
        break;
    case CSUCCESS__KIND_TIME:
        write_time(out, v->as.time);
        break;
    case CSUCCESS__KIND_DURATION:
        write_duration(out, v->as.duration);
        break;
    case CSUCCESS__KIND_LIST:
    case CSUCCESS__KIND_RECORD:
        if (depth > 0) {
            write_many(out, v, type, depth);
            break;
        }
        out->out->status = CSUCCESS_ELIMIT; /* half a value must not look like a whole one */
        break;
    default:
        csuccess__json_null(out);
    }
}

void csuccess__value_write(csuccess__json_writer *out, csuccess__value v,
                           const csuccess__type *type)
{
    enum { WRITER_DEEPEST = 63 };
    write_value(out, &v, type, out->depth < WRITER_DEEPEST ? WRITER_DEEPEST - out->depth : 0);
}
