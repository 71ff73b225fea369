/* SPDX-License-Identifier: Apache-2.0 */
/* Writing JSON: whole trees, and results value by value. */
#include "text/json_tree.h"

#include "base/str.h"
#include "text/numeral.h"

/* The escape that JSON demands for a byte, by its second letter: 0 none, 'u' a \u00XX. */
static char escape_of(unsigned char c)
{
    static const char control[33] = "uuuuuuuubtnufruuuuuuuuuuuuuuuuuu";
    if (c < 0x20) return control[c];
    return c == '"' || c == '\\' ? (char)c : '\0';
}

void csuccess__json_quote(csuccess__buffer *out, csuccess_str value)
{
    static const char hex[] = "0123456789abcdef";
    size_t start = 0;
    csuccess__buffer_char(out, '"');
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.ptr[i];
        char escape = escape_of(c);
        if (!escape) continue;
        csuccess__buffer_put(out, value.ptr + start, i - start);
        start = i + 1;
        csuccess__buffer_char(out, '\\');
        csuccess__buffer_char(out, escape);
        if (escape == 'u') {
            const char digits[4] = {'0', '0', hex[c >> 4], hex[c & 15]};
            csuccess__buffer_put(out, digits, sizeof digits);
        }
    }
    if (value.len > start) csuccess__buffer_put(out, value.ptr + start, value.len - start);
    csuccess__buffer_char(out, '"');
}

static void put_number(csuccess__buffer *out, double value)
{
    if (value - value != 0) {
        csuccess__buffer_cstr(out, "null");
    } else {
        csuccess__numeral_put(out, value);
    }
}

/* The sorted members of an open object, innermost first. */
typedef struct frame {
    struct frame *below;
    const csuccess__json **members;
    uint32_t count, next;
} frame;

typedef struct writing {
    csuccess__buffer *out;
    bool sorted;
    frame *top;
} writing;

/* The first child in the order of writing; NULL when memory is refused. */
static const csuccess__json *first_child(writing *w, const csuccess__json *container)
{
    if (!w->sorted || container->type != CSUCCESS__JSON_OBJECT) return container->first;
    frame *f = csuccess__alloc(w->out->mem, 1, sizeof *f);
    const csuccess__json **members =
        csuccess__alloc(w->out->mem, container->count, sizeof *members);
    if (!f || !members) {
        csuccess__release(w->out->mem, members, container->count, sizeof *members);
        csuccess__release(w->out->mem, f, 1, sizeof *f);
        w->out->status = CSUCCESS_ENOMEM;
        return NULL;
    }
    csuccess__json_sort(members, container);
    *f = (frame){.below = w->top, .members = members, .count = container->count, .next = 1};
    w->top = f;
    return members[0];
}

static const csuccess__json *next_child(const writing *w, const csuccess__json *child)
{
    if (!w->sorted || child->parent->type != CSUCCESS__JSON_OBJECT) return child->next;
    frame *f = w->top;
    return f->next < f->count ? f->members[f->next++] : NULL;
}

static void drop_frame(writing *w)
{
    frame *f = w->top;
    w->top = f->below;
    csuccess__release(w->out->mem, f->members, f->count, sizeof *f->members);
    csuccess__release(w->out->mem, f, 1, sizeof *f);
}

static void put_closing(writing *w, const csuccess__json *container)
{
    csuccess__buffer_char(w->out, container->type == CSUCCESS__JSON_OBJECT ? '}' : ']');
    if (w->sorted && container->type == CSUCCESS__JSON_OBJECT) {
        drop_frame(w);
    }
}

/* A scalar, or an empty container, or the opening bracket of another. */
static void put_value(csuccess__buffer *out, const csuccess__json *node)
{
    switch (node->type) {
    case CSUCCESS__JSON_BOOL:
        csuccess__buffer_cstr(out, node->boolean ? "true" : "false");
        break;
    case CSUCCESS__JSON_NUMBER:
        put_number(out, node->number);
        break;
    case CSUCCESS__JSON_STRING:
        csuccess__json_quote(out, node->string);
        break;
    case CSUCCESS__JSON_ARRAY:
        csuccess__buffer_cstr(out, node->count ? "[" : "[]");
        break;
    case CSUCCESS__JSON_OBJECT:
        csuccess__buffer_cstr(out, node->count ? "{" : "{}");
        break;
    default:
        csuccess__buffer_cstr(out, "null");
        break;
    }
}

/* What is written after `node` and all under it: closes the containers that end there. NULL at the
   end. */
static const csuccess__json *advance(writing *w, const csuccess__json *node,
                                     const csuccess__json *root)
{
    while (node != root) {
        const csuccess__json *next = next_child(w, node);
        if (next) {
            csuccess__buffer_char(w->out, ',');
            return next;
        }
        node = node->parent;
        put_closing(w, node);
    }
    return NULL;
}

void csuccess__json_write(csuccess__buffer *out, const csuccess__json *node, bool sorted)
{
    writing w = {.out = out, .sorted = sorted};
    const csuccess__json *at = node;
    while (at && out->status == CSUCCESS_OK) {
        if (at != node && at->parent->type == CSUCCESS__JSON_OBJECT) {
            csuccess__json_quote(out, at->key);
            csuccess__buffer_char(out, ':');
        }
        put_value(out, at);
        at = at->count ? first_child(&w, at) : advance(&w, at, node);
    }
    while (w.top) {
        drop_frame(&w);
    }
}

void csuccess__json_writer_init(csuccess__json_writer *w, csuccess__buffer *out)
{
    *w = (csuccess__json_writer){.out = out};
}

/* Separates a value from the one before it at this level. A key clears the level's bit, so that its
   value follows without a comma. */
static void separate(csuccess__json_writer *w)
{
    uint64_t level = UINT64_C(1) << w->depth % 64;
    if (w->used & level) {
        csuccess__buffer_char(w->out, ',');
    }
    w->used |= level;
}

void csuccess__json_open(csuccess__json_writer *w, char bracket)
{
    separate(w);
    csuccess__buffer_char(w->out, bracket);
    w->depth++;
    w->used &= ~(UINT64_C(1) << w->depth % 64);
}

void csuccess__json_close(csuccess__json_writer *w, char bracket)
{
    csuccess__buffer_char(w->out, bracket);
    w->depth--;
}

void csuccess__json_key(csuccess__json_writer *w, csuccess_str key)
{
    separate(w);
    csuccess__json_quote(w->out, key);
    csuccess__buffer_char(w->out, ':');
    w->used &= ~(UINT64_C(1) << w->depth % 64);
}

void csuccess__json_str(csuccess__json_writer *w, csuccess_str value)
{
    separate(w);
    csuccess__json_quote(w->out, value);
}

void csuccess__json_num(csuccess__json_writer *w, double value)
{
    separate(w);
    put_number(w->out, value);
}

void csuccess__json_bool(csuccess__json_writer *w, bool value)
{
    separate(w);
    csuccess__buffer_cstr(w->out, value ? "true" : "false");
}

void csuccess__json_null(csuccess__json_writer *w)
{
    separate(w);
    csuccess__buffer_cstr(w->out, "null");
}

void csuccess__json_put_str(csuccess__json_writer *w, const char *key, csuccess_str value)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_str(w, value);
}

void csuccess__json_put_num(csuccess__json_writer *w, const char *key, double value)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_num(w, value);
}

void csuccess__json_put_bool(csuccess__json_writer *w, const char *key, bool value)
{
    csuccess__json_key(w, csuccess__str(key));
    csuccess__json_bool(w, value);
}

void csuccess__json_put_or_null(csuccess__json_writer *w, const char *key, csuccess_str value)
{
    csuccess__json_key(w, csuccess__str(key));
    if (value.len > 0) {
        csuccess__json_str(w, value);
    } else {
        csuccess__json_null(w);
    }
}

void csuccess__json_put_given(csuccess__json_writer *w, const char *key, csuccess_str value)
{
    if (value.len > 0) csuccess__json_put_str(w, key, value);
}

void csuccess__json_text(csuccess__json_writer *w, const char *key, csuccess_str json)
{
    csuccess__json_key(w, csuccess__str(key));
    separate(w);
    csuccess__buffer_str(w->out, json);
}

void csuccess__json_raw(csuccess__json_writer *w, const csuccess__json *node)
{
    separate(w);
    csuccess__json_write(w->out, node, false);
}
