/* SPDX-License-Identifier: Apache-2.0 */
/* JSON trees: look-up, pointers and places, building, sorting, equality. */
#include "text/json_tree.h"

#include "base/error.h"
#include "base/heap.h"
#include "base/str.h"

const csuccess__json *csuccess__json_after(const csuccess__json *node,
                                           const csuccess__json *root)
{
    if (node->first) return node->first;
    while (node != root && !node->next) {
        node = node->parent;
    }
    return node == root ? NULL : node->next;
}

static const csuccess__json *find_sorted(const csuccess__json *object, csuccess_str key)
{
    uint32_t low = 0, high = object->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = csuccess__str_cmp(object->sorted[middle]->key, key);
        if (order == 0) return object->sorted[middle];
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

const csuccess__json *csuccess__json_get(const csuccess__json *object, csuccess_str key)
{
    if (!object || object->type != CSUCCESS__JSON_OBJECT) return NULL;
    if (object->sorted) return find_sorted(object, key);
    for (const csuccess__json *m = object->first; m; m = m->next) {
        if (csuccess__str_eq(m->key, key)) return m;
    }
    return NULL;
}

const csuccess__json *csuccess__json_member(const csuccess__json *object, const char *key)
{
    return csuccess__json_get(object, csuccess__str(key));
}

/* Whether a token of a pointer, ~0 for ~ and ~1 for /, stands for the key. */
static bool token_is(csuccess_str token, csuccess_str key)
{
    size_t k = 0;
    for (size_t i = 0; i < token.len; i++, k++) {
        char c = token.ptr[i];
        if (c == '~') {
            if (++i == token.len || (token.ptr[i] != '0' && token.ptr[i] != '1')) return false;
            c = token.ptr[i] == '0' ? '~' : '/';
        }
        if (k == key.len || key.ptr[k] != c) return false;
    }
    return k == key.len;
}

/* A token as the index of an item: digits without leading zeros. */
static bool token_index(csuccess_str token, uint32_t *index)
{
    if (token.len == 0 || token.len > 9 || (token.ptr[0] == '0' && token.len > 1)) return false;
    *index = 0;
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] < '0' || token.ptr[i] > '9') return false;
        *index = *index * 10 + (uint32_t)(token.ptr[i] - '0');
    }
    return true;
}

static const csuccess__json *child_by_token(const csuccess__json *node, csuccess_str token)
{
    uint32_t index = 0;
    if (node->type == CSUCCESS__JSON_ARRAY && !token_index(token, &index)) return NULL;
    const csuccess__json *child = node->first;
    while (child && (node->type == CSUCCESS__JSON_ARRAY ? child->position != index
                                                        : !token_is(token, child->key))) {
        child = child->next;
    }
    return child;
}

const csuccess__json *csuccess__json_at(const csuccess__json *root, csuccess_str pointer)
{
    const csuccess__json *node = root;
    size_t i = 0;
    while (node && i < pointer.len) {
        if (pointer.ptr[i] != '/') return NULL;
        size_t start = ++i;
        while (i < pointer.len && pointer.ptr[i] != '/') {
            i++;
        }
        node = child_by_token(node, (csuccess_str){pointer.ptr + start, i - start});
    }
    return node;
}

/* Where the pieces of a pointer go. */
typedef void put_piece(void *to, csuccess_str piece);

static void put_buffer(void *to, csuccess_str piece)
{
    csuccess__buffer_str(to, piece);
}

static void put_text(void *to, csuccess_str piece)
{
    csuccess__text_put(to, piece);
}

static void put_key(void *to, put_piece *put, csuccess_str key)
{
    size_t start = 0;
    for (size_t i = 0; i < key.len; i++) {
        if (key.ptr[i] != '~' && key.ptr[i] != '/') continue;
        put(to, (csuccess_str){key.ptr + start, i - start});
        put(to, key.ptr[i] == '~' ? CSUCCESS_STR("~0") : CSUCCESS_STR("~1"));
        start = i + 1;
    }
    put(to, (csuccess_str){key.ptr + start, key.len - start});
}

static void put_position(void *to, put_piece *put, uint32_t position)
{
    char digits[10];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + position % 10);
        position /= 10;
    } while (position);
    put(to, (csuccess_str){digits + at, sizeof digits - at});
}

static void put_pointer(void *to, put_piece *put, const csuccess__json *node)
{
    uint32_t depth = 0;
    for (const csuccess__json *n = node; n->parent; n = n->parent) {
        depth++;
    }
    while (depth-- > 0) {
        const csuccess__json *n = node;
        for (uint32_t i = 0; i < depth; i++) {
            n = n->parent;
        }
        put(to, CSUCCESS_STR("/"));
        if (n->parent->type == CSUCCESS__JSON_ARRAY) {
            put_position(to, put, n->position);
        } else {
            put_key(to, put, n->key);
        }
    }
}

void csuccess__json_pointer(csuccess__buffer *out, const csuccess__json *node)
{
    put_pointer(out, put_buffer, node);
}

void csuccess__json_place(csuccess_error *err, const csuccess__json *node)
{
    char pointer[sizeof err->pointer];
    csuccess__text text;
    if (!err || !node) return;
    csuccess__text_init(&text, pointer, sizeof pointer);
    put_pointer(&text, put_text, node);
    csuccess__error_pointer(err, (csuccess_str){pointer, text.len});
    if (node->source && node->source->text.len) {
        csuccess__error_at(err, node->source->text, node->offset);
    }
}

const char *csuccess__json_type_name(const csuccess__json *node)
{
    static const char *const names[] = {"null",     "true or false", "a number",
                                        "a string", "an array",      "an object"};
    return node ? names[node->type] : "nothing";
}

csuccess__json *csuccess__json_new(csuccess__arena *arena, csuccess__json_type type)
{
    csuccess__json *node = CSUCCESS__NEW(arena, csuccess__json);
    if (node) {
        node->type = (uint8_t)type;
    }
    return node;
}

void csuccess__json_append(csuccess__json *parent, csuccess__json *child)
{
    child->parent = parent;
    child->position = parent->count++;
    parent->sorted = NULL;
    if (parent->last) {
        parent->last->next = child;
    } else {
        parent->first = child;
    }
    parent->last = child;
}

bool csuccess__json_put(csuccess__arena *arena, csuccess__json *parent, csuccess_str key,
                        csuccess__json *child)
{
    if (parent->type != CSUCCESS__JSON_OBJECT) {
        csuccess__json_append(parent, child);
        return true;
    }
    csuccess_str name = csuccess__arena_copy(arena, key);
    if (!name.ptr) return false;
    child->key = name;
    csuccess__json *before = NULL, *old = parent->first;
    while (old && !csuccess__str_eq(old->key, key)) {
        before = old;
        old = old->next;
    }
    if (!old) {
        csuccess__json_append(parent, child);
        return true;
    }
    parent->sorted = NULL;
    child->parent = parent;
    child->position = old->position;
    child->next = old->next;
    *(before ? &before->next : &parent->first) = child;
    if (parent->last == old) {
        parent->last = child;
    }
    return true;
}

static bool before(const void *one, const void *other)
{
    const csuccess__json *a = *(const csuccess__json *const *)one;
    const csuccess__json *b = *(const csuccess__json *const *)other;
    int order = csuccess__str_cmp(a->key, b->key);
    return order ? order < 0 : a->position < b->position;
}

void csuccess__json_sort(const csuccess__json **out, const csuccess__json *object)
{
    uint32_t n = 0;
    for (const csuccess__json *m = object->first; m; m = m->next) {
        out[n++] = m;
    }
    csuccess__sort(out, n, sizeof *out, before);
}

bool csuccess__json_index(csuccess__arena *arena, csuccess__json *object)
{
    enum { SMALL = 16 };
    if (object->type != CSUCCESS__JSON_OBJECT || object->count <= SMALL) return true;
    object->sorted = CSUCCESS__NEW_ARRAY(arena, const csuccess__json *, object->count);
    if (!object->sorted) return false;
    csuccess__json_sort(object->sorted, object);
    return true;
}

/* The child of `parent` that answers to `child` of the other tree: `hint`, where members come in the same
   order. */
static const csuccess__json *counterpart(const csuccess__json *child,
                                         const csuccess__json *parent,
                                         const csuccess__json *hint)
{
    if (parent->type == CSUCCESS__JSON_ARRAY) return hint;
    if (hint && csuccess__str_eq(hint->key, child->key)) return hint;
    return csuccess__json_get(parent, child->key);
}

/* Equality of two nodes without their children. */
static bool same_value(const csuccess__json *a, const csuccess__json *b)
{
    if (a->type != b->type || a->count != b->count) return false;
    switch (a->type) {
    case CSUCCESS__JSON_BOOL:
        return a->boolean == b->boolean;
    case CSUCCESS__JSON_NUMBER:
        return a->number == b->number;
    case CSUCCESS__JSON_STRING:
        return csuccess__str_eq(a->string, b->string);
    default:
        return true;
    }
}

bool csuccess__json_equal(const csuccess__json *a, const csuccess__json *b)
{
    const csuccess__json *root = a;
    /* Keys of an object are unique and counts are the same, so one direction is enough. */
    while (b && same_value(a, b)) {
        if (a->first) {
            a = a->first;
            b = counterpart(a, b, b->first);
            continue;
        }
        while (a != root && !a->next) {
            a = a->parent;
            b = b->parent;
        }
        if (a == root) return true;
        a = a->next;
        b = counterpart(a, b->parent, b->next);
    }
    return false;
}
