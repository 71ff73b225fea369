/* SPDX-License-Identifier: Apache-2.0 */
/* Finding members in well-formed JSON without a tree. */
#include "slice.h"

#include <string.h>

static size_t skip_space(csuccess_str s, size_t at)
{
    while (at < s.len && strchr(" \t\r\n", s.ptr[at])) at++;
    return at;
}

/* Behind the string whose opening quote is at `at`. */
static size_t skip_string(csuccess_str s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++) {
        if (s.ptr[at] == '\\') at++;
    }
    return at + 1;
}

static size_t skip_value(csuccess_str s, size_t at)
{
    size_t depth = 0;
    while (at < s.len) {
        char c = s.ptr[at];
        bool closes = c == '}' || c == ']';
        if (depth == 0 && (closes || c == ',')) break;
        if (c == '{' || c == '[') depth++;
        if (closes) depth--;
        at = c == '"' ? skip_string(s, at) : at + 1;
    }
    return at;
}

static csuccess_str part(csuccess_str s, size_t start, size_t end)
{
    if (end > s.len) end = s.len;
    while (end > start && strchr(" \t\r\n", s.ptr[end - 1])) end--;
    return (csuccess_str){s.ptr + start, end - start};
}

csuccess_str slice_member(csuccess_str object, const char *key)
{
    size_t len = strlen(key), at = skip_space(object, 0);
    if (at >= object.len || object.ptr[at] != '{') return (csuccess_str){NULL, 0};
    at = skip_space(object, at + 1);
    while (at < object.len && object.ptr[at] == '"') {
        size_t behind = skip_string(object, at);
        bool same = behind - at == len + 2 && memcmp(object.ptr + at + 1, key, len) == 0;
        size_t value = skip_space(object, skip_space(object, behind) + 1);
        at = skip_value(object, value);
        if (same) return part(object, value, at);
        at = skip_space(object, at + 1);
    }
    return (csuccess_str){NULL, 0};
}

csuccess_str slice_first(csuccess_str array)
{
    size_t at = skip_space(array, 1);
    if (array.len < 2 || array.ptr[0] != '[' || array.ptr[at] == ']') {
        return (csuccess_str){NULL, 0};
    }
    return part(array, at, skip_value(array, at));
}

csuccess_str slice_next(csuccess_str array, csuccess_str item)
{
    size_t at = skip_space(array, (size_t)(item.ptr - array.ptr) + item.len);
    if (at >= array.len || array.ptr[at] != ',') return (csuccess_str){NULL, 0};
    at = skip_space(array, at + 1);
    return part(array, at, skip_value(array, at));
}

bool slice_is(csuccess_str text, const char *word)
{
    return text.len == strlen(word) && memcmp(text.ptr, word, text.len) == 0;
}

csuccess_str slice_plain(csuccess_str value)
{
    if (value.len < 2 || value.ptr[0] != '"') return value;
    return (csuccess_str){value.ptr + 1, value.len - 2};
}
