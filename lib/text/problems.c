/* SPDX-License-Identifier: Apache-2.0 */
/* Noting what is wrong with a document, with the place as people and programs find it. */
#include "text/problems.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

enum { MESSAGE_BYTES = 512, POINTER_BYTES = 4096 };

void csuccess__problems_init(csuccess__problems *list, csuccess__arena *arena, uint32_t most)
{
    memset(list, 0, sizeof *list);
    list->arena = arena;
    list->most = most;
}

/* Bytes of one character or escape of a JSON string's source, and of what it decodes to. */
typedef struct unit {
    size_t raw, decoded;
} unit;

static uint32_t hex4(const char *at)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        char c = at[i];
        uint32_t digit = c <= '9' ? (uint32_t)(c - '0') : (uint32_t)((c | 0x20) - 'a' + 10);
        v = v << 4 | (digit & 0xF);
    }
    return v;
}

static unit unit_at(csuccess_str text, size_t at)
{
    if (text.ptr[at] != '\\') return (unit){1, 1};
    if (text.len - at < 6 || text.ptr[at + 1] != 'u') return (unit){2, 1};
    uint32_t point = hex4(text.ptr + at + 2);
    if (point < 0x80) return (unit){6, 1};
    if (point < 0x800) return (unit){6, 2};
    if (point >= 0xD800 && point < 0xDC00)
        return (unit){12, 4}; /* the reader saw the second half */
    return (unit){6, 3};
}

/* Where byte `inner` of the decoded string stands in the source; `open` is the opening quote. */
static size_t raw_offset(csuccess_str text, size_t open, size_t inner)
{
    size_t at = open + 1, decoded = 0;
    while (at < text.len && text.ptr[at] != '"') {
        unit u = unit_at(text, at);
        if (decoded + u.decoded > inner) break;
        decoded += u.decoded;
        at += u.raw;
    }
    return at < text.len ? at : text.len;
}

static void count_lines(csuccess__noted *problem, csuccess_str text)
{
    size_t line = 1, start = 0;
    for (size_t i = 0; i < problem->offset && i < text.len; i++) {
        if (text.ptr[i] != '\n') continue;
        line++;
        start = i + 1;
    }
    problem->line = (uint32_t)line;
    problem->column = (uint32_t)(problem->offset - start + 1);
}

static bool fill_pointer(csuccess__problems *list, csuccess__noted *problem,
                         const csuccess__json *at)
{
    csuccess__buffer buffer;
    csuccess__buffer_init(&buffer, list->arena->mem, POINTER_BYTES);
    csuccess__json_pointer(&buffer, at);
    bool ok = buffer.status != CSUCCESS_ENOMEM; /* a pointer beyond all sense is cut */
    if (ok) {
        problem->pointer = csuccess__arena_copy(list->arena, csuccess__buffer_view(&buffer));
        ok = problem->pointer.ptr != NULL;
    }
    csuccess__buffer_free(&buffer);
    return ok;
}

static bool fill_place(csuccess__problems *list, csuccess__noted *problem,
                       const csuccess__json *at, size_t inner)
{
    if (!at) return true;
    if (at->source) {
        csuccess_str text = at->source->text;
        problem->source = at->source->name;
        problem->offset = at->offset;
        if (inner != SIZE_MAX && at->type == CSUCCESS__JSON_STRING && at->offset < text.len) {
            problem->offset = raw_offset(text, at->offset, inner);
        }
        if (text.len > 0) count_lines(problem, text);
    }
    return fill_pointer(list, problem, at);
}

/* Makes room in a full list: an error displaces lint, so the first error is always kept. */
static bool displace_lint(csuccess__problems *list)
{
    csuccess__noted *before = NULL, *last = NULL, *last_before = NULL;
    for (csuccess__noted *p = list->first; p; before = p, p = p->next) {
        if (p->code < 0) continue;
        last = p;
        last_before = before;
    }
    if (!last) return false;
    if (last_before)
        last_before->next = last->next;
    else
        list->first = last->next;
    if (list->last == last) list->last = last_before;
    return true;
}

static void append(csuccess__problems *list, csuccess__noted *problem)
{
    if (list->last)
        list->last->next = problem;
    else
        list->first = problem;
    list->last = problem;
}

static void note(csuccess__problems *list, const csuccess__json *at, size_t inner, int32_t code,
                 const csuccess__text *message)
{
    bool full = list->count >= list->most; /* kept are always min(count, most) */
    list->count++;
    if (code < 0) list->errors++;
    if (full && (code >= 0 || !displace_lint(list))) return;
    csuccess__noted *problem = CSUCCESS__NEW(list->arena, csuccess__noted);
    if (!problem) {
        list->lost = true;
        return;
    }
    problem->code = code;
    problem->message =
        csuccess__arena_copy(list->arena, (csuccess_str){message->ptr, message->len});
    if (!problem->message.ptr || !fill_place(list, problem, at, inner)) list->lost = true;
    append(list, problem);
}

void csuccess__problem(csuccess__problems *list, const csuccess__json *at, int32_t code,
                       const char *format, ...)
{
    char bytes[MESSAGE_BYTES];
    csuccess__text message;
    csuccess__text_init(&message, bytes, sizeof bytes);
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(&message, format, args);
    va_end(args);
    note(list, at, SIZE_MAX, code, &message);
}

void csuccess__problem_inside(csuccess__problems *list, const csuccess__json *at, size_t inner,
                              int32_t code, const char *format, ...)
{
    char bytes[MESSAGE_BYTES];
    csuccess__text message;
    csuccess__text_init(&message, bytes, sizeof bytes);
    va_list args;
    va_start(args, format);
    csuccess__text_vformat(&message, format, args);
    va_end(args);
    note(list, at, inner, code, &message);
}

static void fill_message(csuccess_error *err, const csuccess__noted *problem, uint32_t more)
{
    char bytes[MESSAGE_BYTES];
    csuccess__text text;
    csuccess__text_init(&text, bytes, sizeof bytes);
    if (problem->source.len > 0) {
        csuccess__text_format(&text, "in %S, line %u: ", problem->source, problem->line);
    }
    csuccess__text_put(&text, problem->message);
    if (more > 0) {
        csuccess__text_format(&text, " (and %u more problem%s)", more, more == 1 ? "" : "s");
    }
    csuccess__fail(err, problem->code, "%S", (csuccess_str){text.ptr, text.len});
}

csuccess_result csuccess__problems_result(const csuccess__problems *list, csuccess_error *err)
{
    if (list->lost) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    if (list->errors == 0) return CSUCCESS_OK;
    const csuccess__noted *problem = list->first;
    while (problem && problem->code >= 0) problem = problem->next;
    if (!problem) return csuccess__fail(err, CSUCCESS_ECONFIG, "the document has problems");
    fill_message(err, problem, list->errors - 1);
    if (!err || err->size < sizeof *err) return problem->code;
    csuccess__error_pointer(err, problem->pointer);
    if (csuccess__str_eq(problem->source, list->own)) {
        err->offset = problem->offset;
        err->line = problem->line;
        err->column = problem->column;
    }
    return problem->code;
}
