/* SPDX-License-Identifier: Apache-2.0 */
/* The place in an expression, for people: its line and a caret under it. */
#include "expr/program.h"
#include "text/utf8.h"

enum {
    WIDTH = 72,
    BEFORE = 48
}; /* columns shown, and of them before the caret in a long line */

/* The start of the character `count` characters before `at`, not before `from`. */
static size_t step_back(csuccess_str text, size_t from, size_t at, size_t count)
{
    while (count > 0 && at > from) {
        at--;
        while (at > from && ((unsigned char)text.ptr[at] & 0xC0u) == 0x80u) at--;
        count--;
    }
    return at;
}

static size_t step_on(csuccess_str text, size_t to, size_t at, size_t count)
{
    while (count > 0 && at < to) {
        at++;
        while (at < to && ((unsigned char)text.ptr[at] & 0xC0u) == 0x80u) at++;
        count--;
    }
    return at;
}

/* Tabs and other control characters are one blank, so that the caret stands where it should. */
static void put_plain(csuccess__buffer *out, csuccess_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        csuccess__buffer_char(out, c < 0x20 || c == 0x7F ? ' ' : (char)c);
    }
}

void csuccess__expr_caret(csuccess__buffer *out, csuccess_str text, size_t offset)
{
    if (offset > text.len) offset = text.len;
    size_t first = offset, last = offset;
    while (first > 0 && text.ptr[first - 1] != '\n') first--;
    while (last < text.len && text.ptr[last] != '\n') last++;
    size_t from = first;
    if (csuccess__utf8_count((csuccess_str){text.ptr + first, last - first}) > WIDTH) {
        from = step_back(text, first, offset, BEFORE);
    }
    size_t to = step_on(text, last, from, WIDTH);
    if (from > first) csuccess__buffer_cstr(out, "...");
    put_plain(out, (csuccess_str){text.ptr + from, to - from});
    if (to < last) csuccess__buffer_cstr(out, "...");
    csuccess__buffer_char(out, '\n');
    size_t column = csuccess__utf8_count((csuccess_str){text.ptr + from, offset - from});
    for (size_t i = (from > first ? 3 : 0) + column; i > 0; i--)
        csuccess__buffer_char(out, ' ');
    csuccess__buffer_cstr(out, "^\n");
}
