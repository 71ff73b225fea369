/* SPDX-License-Identifier: Apache-2.0 */
/* Arrays and schemas that go out: one block of memory each, released by itself, wherever it was moved. */
#include "columns/arrow/arrow.h"

#include "base/error.h"

enum { ALIGNMENT = 64 }; /* of buffers, as the format recommends */

/* Behind private_data: the beginning of a block. */
typedef struct node {
    csuccess_allocator mem;
    size_t bytes;               /* of the block */
    csuccess__arrow_held *held; /* whose memory is handed through; NULL: none */
} node;

static void free_node(node *n)
{
    csuccess_allocator mem = n->mem;
    csuccess__arrow_held_unref(n->held);
    csuccess__release(&mem, n, n->bytes, 1);
}

/* A block, of which the first `head` bytes are zero: what follows is written by whoever asks. */
static node *make_node(const csuccess_allocator *mem, size_t head, size_t bytes)
{
    node *n = mem->alloc(mem->ud, bytes);
    if (!n) return NULL;
    memset(n, 0, head);
    n->mem = *mem;
    n->bytes = bytes;
    return n;
}

/* ---- Arrays ---- */

typedef struct array_node {
    node head;
    const void *buffers[3];
    struct ArrowArray dictionary;
} array_node;

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; i < array->n_children; i++) {
        struct ArrowArray *child = array->children[i];
        if (child->release) child->release(child);
    }
    if (array->dictionary && array->dictionary->release) {
        array->dictionary->release(array->dictionary);
    }
    array->release = NULL;
    free_node(array->private_data);
}

/* The whole block: the node, children and pointers to them, buffers at multiples of 64. */
static bool size_of_array(size_t *head, size_t *bytes, const csuccess__arrow_shape *shape)
{
    size_t per_child = sizeof(struct ArrowArray) + sizeof(struct ArrowArray *);
    if (!csuccess__mul_size(head, shape->children, per_child) ||
        !csuccess__add_size(head, *head, sizeof(array_node))) {
        return false;
    }
    *bytes = *head;
    for (size_t i = 0; i < 3; i++) {
        if (!csuccess__add_size(bytes, *bytes, shape->bytes[i]) ||
            !csuccess__add_size(bytes, *bytes, ALIGNMENT)) {
            return false;
        }
    }
    return true;
}

bool csuccess__array_make(struct ArrowArray *out, const csuccess_allocator *mem,
                          const csuccess__arrow_shape *shape)
{
    size_t head, bytes;
    *out = (struct ArrowArray){.release = NULL};
    if (!size_of_array(&head, &bytes, shape)) return false;
    array_node *n = (array_node *)(void *)make_node(mem, head, bytes);
    if (!n) return false;
    struct ArrowArray *children = (struct ArrowArray *)(void *)(n + 1);
    struct ArrowArray **list = (struct ArrowArray **)(void *)(children + shape->children);
    for (size_t i = 0; i < shape->children; i++) list[i] = &children[i];
    char *at = (char *)n + head;
    for (size_t i = 0; i < 3; i++) {
        at += (ALIGNMENT - (uintptr_t)at % ALIGNMENT) % ALIGNMENT;
        if (shape->bytes[i] > 0) n->buffers[i] = at;
        at += shape->bytes[i];
    }
    out->length = (int64_t)shape->rows;
    out->n_buffers = (int64_t)shape->buffers;
    out->n_children = (int64_t)shape->children;
    out->buffers = n->buffers;
    out->children = shape->children ? list : NULL;
    out->dictionary = shape->dictionary ? &n->dictionary : NULL;
    out->release = release_array;
    out->private_data = n;
    return true;
}

/* ---- Schemas ---- */

typedef struct schema_node {
    node head;
    struct ArrowSchema dictionary;
} schema_node;

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        struct ArrowSchema *child = schema->children[i];
        if (child->release) child->release(child);
    }
    if (schema->dictionary && schema->dictionary->release) {
        schema->dictionary->release(schema->dictionary);
    }
    schema->release = NULL;
    free_node(schema->private_data);
}

static schema_node *start_schema(struct ArrowSchema *out, const csuccess_allocator *mem,
                                 const char *format, size_t more)
{
    *out = (struct ArrowSchema){.release = NULL};
    schema_node *n = (schema_node *)(void *)make_node(mem, sizeof *n + more, sizeof *n + more);
    if (!n) return NULL;
    out->format = format;
    out->name = "";
    out->release = release_schema;
    out->private_data = n;
    return n;
}

bool csuccess__schema_make(struct ArrowSchema *out, const csuccess_allocator *mem,
                           const char *format, const char *prefix, csuccess_str name)
{
    const size_t before = strlen(prefix);
    schema_node *n = start_schema(out, mem, format, before + name.len + 1);
    if (!n) return false;
    char *copy = (char *)(n + 1);
    memcpy(copy, prefix, before);
    if (name.len > 0) memcpy(copy + before, name.ptr, name.len);
    out->name = copy;
    return true;
}

bool csuccess__schema_root(struct ArrowSchema *out, const csuccess_allocator *mem,
                           size_t children)
{
    const size_t each = sizeof(struct ArrowSchema) + sizeof(struct ArrowSchema *);
    schema_node *n = start_schema(out, mem, "+s", children * each);
    if (!n) return false;
    struct ArrowSchema *items = (struct ArrowSchema *)(void *)(n + 1);
    struct ArrowSchema **list = (struct ArrowSchema **)(void *)(items + children);
    for (size_t i = 0; i < children; i++) list[i] = &items[i];
    out->children = children ? list : NULL;
    out->n_children = (int64_t)children;
    return true;
}

bool csuccess__schema_words(struct ArrowSchema *out, const csuccess_allocator *mem,
                            const char *format, const char *name)
{
    if (!csuccess__schema_make(out, mem, format, "", csuccess__str(name))) return false;
    schema_node *n = out->private_data;
    out->dictionary = &n->dictionary;
    out->flags = ARROW_FLAG_NULLABLE;
    return csuccess__schema_make(&n->dictionary, mem, "u", "", csuccess__str(NULL));
}

/* ---- What is handed through ---- */

static csuccess_result not_handed(csuccess_error *err, csuccess_result code, csuccess_str name,
                                  const char *what)
{
    return csuccess__fail(err, code, "column %q, which names the customers, %s", name, what);
}

/* Counts that contradict themselves, and buffers that are not there. */
static bool is_sound(const struct ArrowArray *array)
{
    return array->release && array->length >= 0 && array->offset >= 0 &&
           array->length <= INT64_MAX - array->offset && array->null_count >= -1 &&
           array->null_count <= array->length && array->n_buffers >= 0 &&
           (array->n_buffers == 0 || array->buffers) && array->n_children == 0;
}

static bool is_sound_dictionary(const struct ArrowArray *array, const struct ArrowSchema *words)
{
    if (!words || !array) return !words && !array;
    return is_sound(array) && !array->dictionary;
}

static bool is_nested(const struct ArrowSchema *schema)
{
    return !schema->format || schema->format[0] == '+' || schema->n_children != 0;
}

static bool is_flat(const struct ArrowSchema *schema)
{
    const struct ArrowSchema *words = schema->dictionary;
    return !is_nested(schema) && (!words || (!is_nested(words) && !words->dictionary));
}

static csuccess_result check_handed(const struct ArrowSchema *schema,
                                    const struct ArrowArray *array, csuccess_error *err)
{
    csuccess_str name = csuccess__str(schema->name);
    const struct ArrowSchema *words = schema->dictionary;
    if (!schema->format || (words && !words->release)) {
        return not_handed(err, CSUCCESS_EINVALID, name,
                          "has no format, or a dictionary that is released");
    }
    if (!is_flat(schema)) {
        return not_handed(err, CSUCCESS_ETYPE, name, "is of a nested type");
    }
    if (!array) return CSUCCESS_OK;
    if (!is_sound(array) || !is_sound_dictionary(array->dictionary, words)) {
        return not_handed(err, CSUCCESS_EINVALID, name, "has an array that contradicts itself");
    }
    return CSUCCESS_OK;
}

csuccess_result csuccess__arrow_handed(const struct ArrowSchema *schema,
                                       const struct ArrowArray *batch, size_t at,
                                       csuccess_error *err)
{
    const struct ArrowSchema *column = schema->children[at];
    const struct ArrowArray *array = batch ? batch->children[at] : NULL;
    csuccess_result status = check_handed(column, array, err);
    if (status == CSUCCESS_OK && array && array->length < batch->offset + batch->length) {
        status = not_handed(err, CSUCCESS_EINVALID, csuccess__str(column->name),
                            "is shorter than its batch");
    }
    return status;
}

static array_node *hand(struct ArrowArray *out, const csuccess_allocator *mem,
                        csuccess__arrow_held *held, const struct ArrowArray *from)
{
    const csuccess__arrow_shape shape = {.dictionary = from->dictionary != NULL};
    if (!csuccess__array_make(out, mem, &shape)) return NULL;
    array_node *n = out->private_data;
    n->head.held = csuccess__arrow_held_ref(held);
    out->length = from->length;
    out->null_count = from->null_count;
    out->offset = from->offset;
    out->n_buffers = from->n_buffers;
    out->buffers = from->buffers;
    return n;
}

bool csuccess__array_hand(struct ArrowArray *out, const csuccess_allocator *mem,
                          csuccess__arrow_held *held, size_t at)
{
    const struct ArrowArray *batch = &held->array, *from = batch->children[at];
    array_node *n = hand(out, mem, held, from);
    if (!n) return false;
    /* consumers take buffers of no rows to be empty, and then find that they are to begin within them */
    out->offset = batch->length > 0 ? from->offset + batch->offset : 0;
    out->length = batch->length;
    const bool all_null = from->null_count == from->length;
    if (from->length != batch->length && from->null_count != 0) {
        out->null_count = all_null ? batch->length : -1;
    }
    return !from->dictionary || hand(&n->dictionary, mem, held, from->dictionary) != NULL;
}

static schema_node *hand_schema(struct ArrowSchema *out, const csuccess_allocator *mem,
                                csuccess__arrow_held *held, const struct ArrowSchema *from)
{
    schema_node *n = start_schema(out, mem, from->format, 0);
    if (!n) return NULL;
    n->head.held = csuccess__arrow_held_ref(held);
    out->name = from->name;
    out->metadata = from->metadata;
    out->flags = from->flags;
    return n;
}

bool csuccess__schema_hand(struct ArrowSchema *out, const csuccess_allocator *mem,
                           csuccess__arrow_held *held, size_t at)
{
    const struct ArrowSchema *from = held->schema.children[at];
    schema_node *n = hand_schema(out, mem, held, from);
    if (!n || !from->dictionary) return n != NULL;
    out->dictionary = &n->dictionary;
    return hand_schema(&n->dictionary, mem, held, from->dictionary) != NULL;
}
