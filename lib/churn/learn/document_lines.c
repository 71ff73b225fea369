/* SPDX-License-Identifier: Apache-2.0 */
/* JSON in lines that people read and edit: what fits stands on one line, lists of little things fill theirs. */
#include "churn/learn/document.h"

enum { WIDTH = 120, INDENT = 2 };

typedef struct layout {
    csuccess__buffer *out;
    csuccess__buffer line; /* the compact form of what is tried */
} layout;

/* Whether the compact form of node has at most `room` bytes; it is in layout->line then. */
static bool fits(layout *l, const csuccess__json *node, size_t room)
{
    csuccess__buffer_clear(&l->line);
    l->line.ceiling = room > 0 ? room : 1;
    csuccess__json_write(&l->line, node, false);
    if (l->line.status == CSUCCESS_ENOMEM && l->out->status == CSUCCESS_OK) {
        l->out->status = CSUCCESS_ENOMEM;
    }
    return l->line.status == CSUCCESS_OK;
}

/* Begins a line at a depth; gives the column. */
static size_t break_line(csuccess__buffer *out, size_t depth)
{
    csuccess__buffer_char(out, '\n');
    for (size_t i = 0; i < depth * INDENT; i++) {
        csuccess__buffer_char(out, ' ');
    }
    return depth * INDENT;
}

static void put_value(layout *l, const csuccess__json *node, size_t depth, size_t column);

static void put_members(layout *l, const csuccess__json *object, size_t depth)
{
    csuccess__buffer_char(l->out, '{');
    for (const csuccess__json *m = object->first; m && l->out->status == CSUCCESS_OK;
         m = m->next) {
        size_t start = l->out->len;
        break_line(l->out, depth + 1);
        csuccess__json_quote(l->out, m->key);
        csuccess__buffer_char(l->out, ':');
        put_value(l, m, depth + 1, l->out->len - start);
        if (m->next) {
            csuccess__buffer_char(l->out, ',');
        }
    }
    break_line(l->out, depth);
    csuccess__buffer_char(l->out, '}');
}

static void put_items(layout *l, const csuccess__json *array, size_t depth)
{
    size_t column = WIDTH;
    csuccess__buffer_char(l->out, '[');
    for (const csuccess__json *m = array->first; m && l->out->status == CSUCCESS_OK;
         m = m->next) {
        bool little = fits(l, m, WIDTH / 2);
        if (!little || column + l->line.len + 2 > WIDTH) {
            column = break_line(l->out, depth + 1);
        } else {
            csuccess__buffer_char(l->out, ' ');
        }
        if (little) {
            csuccess__buffer_str(l->out, csuccess__buffer_view(&l->line));
            column += l->line.len + 2;
        } else {
            put_value(l, m, depth + 1, column);
            column = WIDTH;
        }
        if (m->next) {
            csuccess__buffer_char(l->out, ',');
        }
    }
    break_line(l->out, depth);
    csuccess__buffer_char(l->out, ']');
}

/* Recursion is bounded: the document's depth was limited when it was read. */
static void put_value(layout *l, const csuccess__json *node, size_t depth, size_t column)
{
    bool open = (node->type == CSUCCESS__JSON_OBJECT || node->type == CSUCCESS__JSON_ARRAY) &&
                node->count > 0;
    if (!open) {
        csuccess__json_write(l->out, node, false);
    } else if (depth > 0 && fits(l, node, column < WIDTH ? WIDTH - 1 - column : 0)) {
        csuccess__buffer_str(l->out, csuccess__buffer_view(&l->line));
    } else if (node->type == CSUCCESS__JSON_OBJECT) {
        put_members(l, node, depth);
    } else {
        put_items(l, node, depth);
    }
}

void csuccess__document_lines(csuccess__buffer *out, const csuccess__json *document)
{
    layout l = {.out = out};
    csuccess__buffer_init(&l.line, out->mem, 0);
    put_value(&l, document, 0, 0);
    csuccess__buffer_char(out, '\n');
    csuccess__buffer_free(&l.line);
}
