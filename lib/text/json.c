/* SPDX-License-Identifier: Apache-2.0 */
/* Reading JSON: the strict scan first, then cJSON for the structure, then our own nodes. The only file
   that sees cJSON. */
#include "text/json.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "text/json_check.h"
#include "text/json_tree.h"
#include "text/utf8.h"

_Static_assert((int)CSUCCESS__JSON_NESTING <= CJSON_NESTING_LIMIT,
               "cJSON must not refuse a depth that the scan has let through");

typedef struct reading {
    csuccess__arena *arena;
    csuccess__json_scan scan;
    csuccess__json_source *source;
    csuccess_error *err;
} reading;

static csuccess_result no_memory(csuccess_error *err)
{
    return csuccess__fail(err, CSUCCESS_ENOMEM, "no memory to read a document");
}

/* One unit behind \u, at p. */
static uint32_t hex_unit(const char *p)
{
    uint32_t unit = 0;
    for (int i = 0; i < 4; i++) {
        uint32_t c = (unsigned char)p[i];
        unit = unit * 16 + (c <= '9' ? c - '0' : (c | 0x20u) - 'a' + 10);
    }
    return unit;
}

/* Decodes the escape at p (checked before) into out; *used is its length in the text. */
static size_t decode_escape(char out[4], const char *p, size_t *used)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    *used = 2;
    if (p[1] != 'u') {
        out[0] = to[(const char *)memchr(from, p[1], sizeof from - 1) - from];
        return 1;
    }
    uint32_t unit = hex_unit(p + 2);
    *used = 6;
    if (unit >= 0xD800 && unit <= 0xDBFF) {
        unit = 0x10000 + ((unit - 0xD800) << 10) + (hex_unit(p + 8) - 0xDC00);
        *used = 12;
    }
    return csuccess__utf8_encode(out, unit);
}

/* Decodes the string whose opening quote stands at offset, by ourselves: cJSON ends it at \u0000. */
static csuccess_str decode_string(const reading *r, size_t offset)
{
    const char *start = r->scan.text.ptr + offset + 1, *end = start;
    while (*end != '"') {
        end += *end == '\\' ? 2 : 1;
    }
    char *out = csuccess__arena_take(r->arena, (size_t)(end - start) + 1, 1);
    size_t n = 0;
    for (const char *p = start; out && p < end;) {
        size_t used = 1;
        if (*p == '\\') {
            n += decode_escape(out + n, p, &used);
        } else {
            out[n++] = *p;
        }
        p += used;
    }
    if (out) {
        out[n] = '\0';
    }
    return (csuccess_str){out, n};
}

/* The type of a cJSON item as ours; -1 when it has none. */
static int type_of(const cJSON *item)
{
    switch (item->type & 0xFF) {
    case cJSON_NULL:
        return CSUCCESS__JSON_NULL;
    case cJSON_False:
    case cJSON_True:
        return CSUCCESS__JSON_BOOL;
    case cJSON_Number:
        return CSUCCESS__JSON_NUMBER;
    case cJSON_String:
        return CSUCCESS__JSON_STRING;
    case cJSON_Array:
        return CSUCCESS__JSON_ARRAY;
    case cJSON_Object:
        return CSUCCESS__JSON_OBJECT;
    default:
        return -1;
    }
}

/* Makes our node of a cJSON item and what the scan kept of it; NULL when memory is refused. */
static csuccess__json *make_node(reading *r, const cJSON *item, const csuccess__json_mark *mark)
{
    csuccess__json *node = CSUCCESS__NEW(r->arena, csuccess__json);
    if (!node) return NULL;
    node->type = mark->type;
    node->boolean = cJSON_IsTrue(item);
    node->number = mark->number;
    node->offset = mark->offset;
    node->source = r->source;
    if (item->string) {
        node->key = csuccess__arena_copy(r->arena, csuccess__str(item->string));
        if (!node->key.ptr) return NULL;
    }
    if (mark->type == CSUCCESS__JSON_STRING) {
        node->string = mark->has_nul
                           ? decode_string(r, mark->offset)
                           : csuccess__arena_copy(r->arena, csuccess__str(item->valuestring));
        if (!node->string.ptr) return NULL;
    }
    return node;
}

/* Where a walk through the cJSON tree stands; cJSON keeps no parents. */
typedef struct walk {
    const cJSON *item;
    const cJSON **path; /* containers around it; room for the deepest nesting */
    uint32_t depth;
    csuccess__json *parent; /* our node of path[depth - 1] */
} walk;

/* Goes on to the next item in document order; item NULL at the end. */
static void walk_on(walk *w, csuccess__json *node)
{
    if (w->item->child) {
        w->path[w->depth++] = w->item;
        w->parent = node;
        w->item = w->item->child;
        return;
    }
    while (!w->item->next && w->depth) {
        w->item = w->path[--w->depth];
        w->parent = w->parent->parent;
    }
    w->item = w->item->next;
}

/* Copies the cJSON tree into nodes beside the marks. Depths and types must be the same on both sides. */
static csuccess_result build_along(reading *r, walk *w, csuccess__json **out)
{
    csuccess__json *root = NULL;
    for (uint32_t i = 0; i < r->scan.count; i++) {
        const csuccess__json_mark *mark = &r->scan.marks[i];
        if (!w->item || mark->depth != w->depth || type_of(w->item) != mark->type) break;
        csuccess__json *node = make_node(r, w->item, mark);
        if (!node) return no_memory(r->err);
        if (w->parent) {
            csuccess__json_append(w->parent, node);
        } else {
            root = node;
        }
        walk_on(w, node);
        if (!w->item && i + 1 == r->scan.count) {
            *out = root;
        }
    }
    if (*out) return CSUCCESS_OK;
    return csuccess__fail(r->err, CSUCCESS_EJSON, "two readers of this text disagree about it");
}

static csuccess_result build(reading *r, csuccess__json **out)
{
    const cJSON **path =
        csuccess__alloc(r->scan.mem, (size_t)r->scan.deepest + 1, sizeof *path);
    cJSON *root = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (path) {
        root = cJSON_ParseWithLengthOpts(r->scan.plain, r->scan.text.len, NULL, 0);
    }
    if (root) {
        walk w = {.item = root, .path = path};
        result = build_along(r, &w, out);
    } else {
        result = no_memory(r->err); /* the text was checked: nothing else can stop cJSON */
    }
    cJSON_Delete(root);
    csuccess__release(r->scan.mem, path, (size_t)r->scan.deepest + 1, sizeof *path);
    return result;
}

/* Offset of the key in front of the value at offset. The opening quote of a key never has a backslash
   before it, a quote inside the key always has an odd number of them. */
static size_t key_offset(const char *text, size_t offset)
{
    size_t i = offset - 1;
    while (text[i] != ':') {
        i--;
    }
    while (text[i] != '"') {
        i--;
    }
    for (i--;; i--) {
        size_t slashes = 0;
        while (text[i] == '"' && text[i - 1 - slashes] == '\\') {
            slashes++;
        }
        if (text[i] == '"' && slashes % 2 == 0) return i;
    }
}

static csuccess_result duplicate(const reading *r, const csuccess__json *first,
                                 const csuccess__json *again)
{
    csuccess_error place = CSUCCESS_ERROR_INIT;
    csuccess_str text = r->scan.text;
    csuccess__error_at(&place, text, key_offset(text.ptr, first->offset));
    csuccess__fail(
        r->err, CSUCCESS_EJSON,
        "the key %q stands twice in one object, first at line %u, column %u; keep one",
        again->key, place.line, place.column);
    csuccess__error_at(r->err, text, key_offset(text.ptr, again->offset));
    return CSUCCESS_EJSON;
}

/* The first member whose key stands before it already, and which one has it. */
static const csuccess__json *repeated_small(const csuccess__json *object,
                                            const csuccess__json **first)
{
    for (const csuccess__json *b = object->first; b; b = b->next) {
        for (const csuccess__json *a = object->first; a != b; a = a->next) {
            if (csuccess__str_eq(a->key, b->key)) {
                *first = a;
                return b;
            }
        }
    }
    return NULL;
}

static const csuccess__json *repeated_sorted(const csuccess__json *object,
                                             const csuccess__json **first)
{
    const csuccess__json *again = NULL;
    for (uint32_t i = 1; i < object->count; i++) {
        const csuccess__json *a = object->sorted[i - 1], *b = object->sorted[i];
        if (csuccess__str_eq(a->key, b->key) && (!again || b->position < again->position)) {
            again = b;
            *first = a;
        }
    }
    return again;
}

/* Refuses the first duplicate key, and sorts large objects on the way. */
static csuccess_result check_keys(const reading *r, csuccess__json *root)
{
    for (const csuccess__json *n = root; n; n = csuccess__json_after(n, root)) {
        if (n->type != CSUCCESS__JSON_OBJECT) continue;
        /* All nodes are this reader's own until it returns. */
        if (!csuccess__json_index(r->arena, (csuccess__json *)n)) return no_memory(r->err);
        const csuccess__json *first = NULL;
        const csuccess__json *again =
            n->sorted ? repeated_sorted(n, &first) : repeated_small(n, &first);
        if (again) return duplicate(r, first, again);
    }
    return CSUCCESS_OK;
}

/* Keeps name and text of the source, where they are wanted, in the arena of the nodes. */
static bool keep_source(reading *r, csuccess_str text, const csuccess__json_options *options)
{
    if (!options->lines && options->name.len == 0) return true;
    r->source = CSUCCESS__NEW(r->arena, csuccess__json_source);
    if (!r->source) return false;
    r->source->name = csuccess__arena_copy(r->arena, options->name);
    if (!r->source->name.ptr) return false;
    if (options->lines) {
        r->source->text = csuccess__arena_copy(r->arena, text);
        if (!r->source->text.ptr) return false;
    }
    return true;
}

csuccess_result csuccess__json_read(csuccess__json **out, csuccess__arena *arena,
                                    csuccess_str text, const csuccess__json_options *options,
                                    csuccess_error *err)
{
    reading r;
    csuccess__json *root = NULL;
    *out = NULL;
    r.arena = arena;
    r.source = NULL;
    r.err = err;
    csuccess_result result =
        csuccess__json_check(&r.scan, arena->mem, text, options->limits, err);
    if (result != CSUCCESS_OK) goto done;
    if (!keep_source(&r, text, options)) {
        result = no_memory(err);
        goto done;
    }
    result = build(&r, &root);
    if (result != CSUCCESS_OK) goto done;
    result = check_keys(&r, root);
    if (result == CSUCCESS_OK) {
        *out = root;
    }
done:
    csuccess__json_scan_free(&r.scan);
    return result;
}
