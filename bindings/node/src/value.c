/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, texts and arrays, in and out. */
#include "addon.h"

#include <math.h>
#include <string.h>

static const double WHOLE = 9007199254740992.0; /* 2^53 */

bool take_nothing(frame *f, napi_value value)
{
    napi_valuetype type = napi_undefined;
    return frame_ok(f, napi_typeof(f->env, value, &type)) &&
           (type == napi_undefined || type == napi_null);
}

double take_f64(frame *f, napi_value value)
{
    double out = 0;
    if (!f->failed && napi_get_value_double(f->env, value, &out) != napi_ok)
        frame_type_error(f, "a number");
    return out;
}

const double *take_f64_or_null(frame *f, napi_value value)
{
    if (f->failed || take_nothing(f, value)) return NULL;
    double *out = frame_space(f, sizeof *out);
    if (out) *out = take_f64(f, value);
    return out;
}

static bool big_i64(frame *f, napi_value value, int64_t *out)
{
    bool exact = false;
    if (napi_get_value_bigint_int64(f->env, value, out, &exact) != napi_ok) return false;
    if (!exact) frame_type_error(f, "a whole number of 64 bits");
    return true;
}

int64_t take_i64(frame *f, napi_value value)
{
    double number = 0;
    int64_t out = 0;
    if (f->failed) return 0;
    if (napi_get_value_double(f->env, value, &number) == napi_ok) {
        if (number >= -WHOLE && number <= WHOLE && floor(number) == number)
            return (int64_t)number;
        if (isinf(number) && number > 0) return CSUCCESS_TIME_NEVER;
    } else if (big_i64(f, value, &out)) {
        return out;
    }
    frame_type_error(f, "a whole number (a bigint beyond 2^53)");
    return 0;
}

uint64_t take_u64(frame *f, napi_value value)
{
    double number = 0;
    uint64_t out = 0;
    bool exact = false;
    if (f->failed) return 0;
    if (napi_get_value_double(f->env, value, &number) == napi_ok) {
        if (number >= 0 && number <= WHOLE && floor(number) == number) return (uint64_t)number;
    } else if (napi_get_value_bigint_uint64(f->env, value, &out, &exact) == napi_ok && exact) {
        return out;
    }
    frame_type_error(f, "a whole number from 0 (a bigint beyond 2^53)");
    return 0;
}

size_t take_size(frame *f, napi_value value)
{
    uint64_t out = take_u64(f, value);
    if (out > SIZE_MAX) frame_type_error(f, "a smaller number");
    return (size_t)out;
}

/* A boolean is 1 or 0. */
static double take_number(frame *f, napi_value value)
{
    double number = 0;
    bool truth = false;
    if (f->failed || napi_get_value_double(f->env, value, &number) == napi_ok) return number;
    if (napi_get_value_bool(f->env, value, &truth) == napi_ok) return truth;
    return NAN;
}

uint32_t take_u32(frame *f, napi_value value)
{
    double number = take_number(f, value);
    if (number >= 0 && number <= UINT32_MAX && floor(number) == number) return (uint32_t)number;
    frame_type_error(f, "a whole number from 0 to 4294967295");
    return 0;
}

int32_t take_i32(frame *f, napi_value value)
{
    double number = take_number(f, value);
    if (number >= INT32_MIN && number <= INT32_MAX && floor(number) == number)
        return (int32_t)number;
    frame_type_error(f, "a whole number of 32 bits, or a boolean");
    return 0;
}

static size_t put_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
    static const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(first[more] | c >> 6 * more);
    for (size_t i = 1; i <= more; i++) out[i] = (char)(0x80 | (c >> 6 * (more - i) & 0x3F));
    return more + 1;
}

static bool is_pair(char16_t high, char16_t low)
{
    return high >= 0xD800 && high < 0xDC00 && low >= 0xDC00 && low < 0xE000;
}

/* Half of a surrogate pair is written as it stands, so that the library refuses it with its place. */
static size_t to_utf8(const char16_t *in, size_t count, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t c = in[i];
        if (i + 1 < count && is_pair(in[i], in[i + 1]))
            c = 0x10000 + ((c - 0xD800) << 10) + (uint32_t)(in[++i] - 0xDC00);
        n += put_utf8(c, out + n);
    }
    return n;
}

static csuccess_str slow_string(frame *f, napi_value value)
{
    size_t count = 0;
    csuccess_str out = {NULL, 0};
    if (!frame_ok(f, napi_get_value_string_utf16(f->env, value, NULL, 0, &count))) return out;
    if (count > SIZE_MAX / 8) {
        frame_error(f, CSUCCESS_ELIMIT, "is too long");
        return out;
    }
    char16_t *units = frame_space(f, (count + 1) * sizeof *units);
    char *bytes = units ? frame_space(f, count * 3 + 1) : NULL;
    if (bytes &&
        frame_ok(f, napi_get_value_string_utf16(f->env, value, units, count + 1, &count)))
        out = (csuccess_str){bytes, to_utf8(units, count, bytes)};
    return out;
}

/* Node writes U+FFFD for half of a surrogate pair: where one stands, it is looked at again. */
static bool doubtful(const char *bytes, size_t len)
{
    const char *at = bytes, *end = bytes + len;
    while ((at = memchr(at, 0xEF, (size_t)(end - at)))) {
        if (end - at >= 3 && (unsigned char)at[1] == 0xBF && (unsigned char)at[2] == 0xBD)
            return true;
        at++;
    }
    return false;
}

static csuccess_str take_string(frame *f, napi_value value)
{
    size_t room = FRAME_SPACE - f->used, len = 0;
    char *at = f->space + f->used;
    if (room > 256) room = 256;
    if (room > 16 && napi_get_value_string_utf8(f->env, value, at, room, &len) == napi_ok &&
        len + 5 < room) {
        f->used += (len + 16) & ~(size_t)15;
    } else {
        if (!frame_ok(f, napi_get_value_string_utf8(f->env, value, NULL, 0, &len)))
            return (csuccess_str){NULL, 0};
        at = frame_space(f, len + 1);
        if (!at || !frame_ok(f, napi_get_value_string_utf8(f->env, value, at, len + 1, &len)))
            return (csuccess_str){NULL, 0};
    }
    return doubtful(at, len) ? slow_string(f, value) : (csuccess_str){at, len};
}

/* Copied: what stands there must not change, or go, while C reads it. */
static csuccess_str take_bytes(frame *f, napi_value value)
{
    napi_typedarray_type type = napi_int8_array;
    size_t len = 0;
    void *data = NULL;
    bool is = false;
    csuccess_str out = {NULL, 0};
    if (!frame_ok(f, napi_is_typedarray(f->env, value, &is))) return out;
    if (is &&
        frame_ok(f, napi_get_typedarray_info(f->env, value, &type, &len, &data, NULL, NULL)))
        is = type == napi_uint8_array || type == napi_uint8_clamped_array;
    if (!is) {
        frame_type_error(f, "a string or a Uint8Array");
        return out;
    }
    char *copy = frame_space(f, len + 1);
    if (!copy) return out;
    if (len) memcpy(copy, data, len);
    return (csuccess_str){copy, len};
}

csuccess_str take_str(frame *f, napi_value value)
{
    napi_valuetype type = napi_undefined;
    if (f->failed || !frame_ok(f, napi_typeof(f->env, value, &type)))
        return (csuccess_str){NULL, 0};
    if (type == napi_string) return take_string(f, value);
    if (type == napi_undefined || type == napi_null) return (csuccess_str){NULL, 0};
    return take_bytes(f, value);
}

/* ---- Arrays ---- */

static const size_t element_bytes[] = {1, 4, 4, 8, 8, sizeof(csuccess_str)};
static const char *const element_names[] = {"a Uint8Array or an array of 0 and 1",
                                            "an Int32Array or an array of whole numbers",
                                            "a Uint32Array or an array of whole numbers",
                                            "a BigInt64Array or an array of whole numbers",
                                            "a Float64Array or an array of numbers",
                                            "an array of strings",
                                            "an array of objects"};

static bool same_memory(napi_typedarray_type type, enum element element)
{
    switch (element) {
    case ELEMENT_U8:
        return type == napi_uint8_array || type == napi_uint8_clamped_array;
    case ELEMENT_I32:
        return type == napi_int32_array;
    case ELEMENT_U32:
        return type == napi_uint32_array;
    case ELEMENT_I64:
        return type == napi_bigint64_array;
    case ELEMENT_F64:
        return type == napi_float64_array;
    default:
        return false;
    }
}

static void take_element(frame *f, napi_value value, enum element element, const layout *of,
                         char *at)
{
    switch (element) {
    case ELEMENT_U8: {
        uint32_t v = take_u32(f, value);
        if (v > 255) frame_type_error(f, element_names[element]);
        *(uint8_t *)at = (uint8_t)v;
        break;
    }
    case ELEMENT_I32:
        *(int32_t *)(void *)at = take_i32(f, value);
        break;
    case ELEMENT_U32:
        *(uint32_t *)(void *)at = take_u32(f, value);
        break;
    case ELEMENT_I64:
        *(int64_t *)(void *)at = take_i64(f, value);
        break;
    case ELEMENT_F64:
        *(double *)(void *)at = take_f64(f, value);
        break;
    case ELEMENT_STR:
        *(csuccess_str *)(void *)at = take_str(f, value);
        break;
    case ELEMENT_STRUCT:
        take_struct(f, value, of, at);
        break;
    }
}

static const void *copy_elements(frame *f, napi_value value, enum element element,
                                 const layout *of, size_t count)
{
    size_t bytes = element == ELEMENT_STRUCT ? of->bytes : element_bytes[element];
    char *out = count <= SIZE_MAX / 2 / bytes ? frame_space(f, count * bytes + 1) : NULL;
    if (!out) {
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return NULL;
    }
    for (size_t i = 0; i < count && !f->failed; i++) {
        napi_handle_scope scope = NULL;
        napi_value item = NULL;
        if (!frame_ok(f, napi_open_handle_scope(f->env, &scope))) break;
        if (frame_ok(f, napi_get_element(f->env, value, (uint32_t)i, &item)))
            take_element(f, item, element, of, out + i * bytes);
        napi_close_handle_scope(f->env, scope);
    }
    return out;
}

static const void *copy_typed(frame *f, napi_value value, enum element element, size_t *count)
{
    napi_typedarray_type type = napi_int8_array;
    void *data = NULL;
    if (!frame_ok(f, napi_get_typedarray_info(f->env, value, &type, count, &data, NULL, NULL)))
        return NULL;
    if (!same_memory(type, element)) {
        if (element < ELEMENT_STR) return copy_elements(f, value, element, NULL, *count);
        frame_type_error(f, element_names[element]);
        return NULL;
    }
    size_t bytes = *count * element_bytes[element];
    void *out = frame_space(f, bytes + 1);
    if (out && bytes) memcpy(out, data, bytes);
    return out;
}

const void *take_array(frame *f, napi_value value, enum element element, const layout *of,
                       size_t *count)
{
    bool is_typed = false, is_array = false;
    uint32_t length = 0;
    *count = 0;
    if (f->failed || take_nothing(f, value)) return NULL;
    if (!frame_ok(f, napi_is_typedarray(f->env, value, &is_typed)) ||
        !frame_ok(f, napi_is_array(f->env, value, &is_array)))
        return NULL;
    if (is_typed) return copy_typed(f, value, element, count);
    if (!is_array || !frame_ok(f, napi_get_array_length(f->env, value, &length))) {
        frame_type_error(f, element_names[element]);
        return NULL;
    }
    *count = length;
    return copy_elements(f, value, element, of, length);
}

/* ---- Out ---- */

napi_value give_null(frame *f)
{
    napi_value out = NULL;
    if (!f->failed) frame_ok(f, napi_get_null(f->env, &out));
    return out;
}

napi_value give_f64(frame *f, double value)
{
    napi_value out = NULL;
    if (!f->failed) frame_ok(f, napi_create_double(f->env, value, &out));
    return out;
}

napi_value give_i64(frame *f, int64_t value)
{
    napi_value out = NULL;
    if (f->failed) return NULL;
    if (value >= -(int64_t)WHOLE && value <= (int64_t)WHOLE) return give_f64(f, (double)value);
    if (value == CSUCCESS_TIME_NEVER) return give_f64(f, INFINITY);
    frame_ok(f, napi_create_bigint_int64(f->env, value, &out));
    return out;
}

napi_value give_u64(frame *f, uint64_t value)
{
    napi_value out = NULL;
    if (f->failed || value <= (uint64_t)WHOLE) return give_f64(f, (double)value);
    frame_ok(f, napi_create_bigint_uint64(f->env, value, &out));
    return out;
}

napi_value give_u32(frame *f, uint32_t value)
{
    napi_value out = NULL;
    if (!f->failed) frame_ok(f, napi_create_uint32(f->env, value, &out));
    return out;
}

napi_value give_i32(frame *f, int32_t value)
{
    napi_value out = NULL;
    if (!f->failed) frame_ok(f, napi_create_int32(f->env, value, &out));
    return out;
}

napi_value give_str(frame *f, csuccess_str value)
{
    napi_value out = NULL;
    if (!f->failed)
        frame_ok(f,
                 napi_create_string_utf8(f->env, value.len ? value.ptr : "", value.len, &out));
    return out;
}

napi_value give_chars(frame *f, const char *value)
{
    return give_str(f, (csuccess_str){value, strlen(value)});
}

napi_value give_bytes(frame *f, csuccess_str value)
{
    napi_value out = NULL;
    if (f->failed || !value.ptr) return give_null(f);
    frame_ok(f, napi_create_buffer_copy(f->env, value.len, value.ptr, NULL, &out));
    return out;
}

napi_value give_text(frame *f, csuccess_text *text)
{
    napi_value out = NULL;
    if (!text) return give_null(f);
    out = give_str(f, csuccess_text_view(text));
    csuccess_text_free(text);
    return out;
}

napi_value give_text_bytes(frame *f, csuccess_text *text)
{
    napi_value out = NULL;
    if (!text) return give_null(f);
    out = give_bytes(f, csuccess_text_view(text));
    csuccess_text_free(text);
    return out;
}

napi_value give_object(frame *f)
{
    napi_value out = NULL;
    if (!f->failed) frame_ok(f, napi_create_object(f->env, &out));
    return out;
}

void give_member(frame *f, napi_value object, const char *key, napi_value value)
{
    if (!f->failed) frame_ok(f, napi_set_named_property(f->env, object, key, value));
}
