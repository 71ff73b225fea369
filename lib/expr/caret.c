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

static void put_blanks(csuccess__buffer *out, size_t count)
{
    while (count-- > 0) csuccess__buffer_char(out, ' ');
}

/* The line that holds offset. */
static csuccess_str line_at(csuccess_str text, size_t offset)
{
    size_t first = offset, last = offset;
    while (first > 0 && text.ptr[first - 1] != '\n') first--;
    while (last < text.len && text.ptr[last] != '\n') last++;
    return (csuccess_str){text.ptr + first, last - first};
}

void csuccess__expr_caret(csuccess__buffer *out, csuccess_str text, size_t offset)
{
    static const char dots[] = "...";
    if (offset > text.len) offset = text.len;
    csuccess_str line = line_at(text, offset);
    size_t caret = offset - (size_t)(line.ptr - text.ptr);
    size_t from = csuccess__utf8_count(line) > WIDTH ? step_back(line, 0, caret, BEFORE) : 0;
    size_t to = step_on(line, line.len, from, WIDTH);
    if (from > 0) csuccess__buffer_cstr(out, dots);
    put_plain(out, (csuccess_str){line.ptr + from, to - from});
    if (to < line.len) csuccess__buffer_cstr(out, dots);
    csuccess__buffer_char(out, '\n');
    if (from > 0) put_blanks(out, sizeof dots - 1);
    put_blanks(out, csuccess__utf8_count((csuccess_str){line.ptr + from, caret - from}));
    csuccess__buffer_cstr(out, "^\n");
}
