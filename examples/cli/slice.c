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

bool slice_each(csuccess_str object, size_t *at, const char **key, size_t *key_len,
                csuccess_str *value)
{
    size_t from = skip_space(object, *at);
    if (*at == 0) {
        if (from >= object.len || object.ptr[from] != '{') return false;
        from = skip_space(object, from + 1);
    } else if (from < object.len && object.ptr[from] == ',') {
        from = skip_space(object, from + 1);
    }
    if (from >= object.len || object.ptr[from] != '"') return false;
    size_t behind = skip_string(object, from);
    if (behind > object.len) return false;
    size_t start = skip_space(object, skip_space(object, behind) + 1);
    *key = object.ptr + from + 1;
    *key_len = behind - from - 2;
    *at = skip_value(object, start);
    if (start > object.len) return false;
    *value = part(object, start, *at);
    return true;
}

csuccess_str slice_member(csuccess_str object, const char *key)
{
    size_t at = 0, len = strlen(key), found;
    const char *name;
    csuccess_str value;
    while (slice_each(object, &at, &name, &found, &value)) {
        if (found == len && memcmp(name, key, len) == 0) return value;
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
