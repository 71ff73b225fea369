/* SPDX-License-Identifier: Apache-2.0 */
/* An Arrow producer for tests: structs whose buffers are heap blocks of exactly the claimed length, and counts of what is released. */
#ifndef COLUMNS_ARROW_H
#define COLUMNS_ARROW_H

#include "check.h"

#include <csuccess/csuccess.h>

static const int64_t now = 1769817600000; /* 2026-01-31T00:00:00Z */

/* Structs that a producer made, and those that were released. */
static struct {
    int made, released, twice;
} counted;

static inline csuccess_str view(const char *text)
{
    return (csuccess_str){text, strlen(text)};
}

enum { MADE_MOST = 16 };

/* Behind private_data: freed as it was made, whatever the test has done to the struct. */
typedef struct made {
    void *blocks[MADE_MOST];
    size_t count;
    struct ArrowSchema *schemas[MADE_MOST];
    struct ArrowArray *arrays[MADE_MOST];
    size_t children;
    const void *buffers[MADE_MOST];
    bool gone;
} made;

static inline made *make(void)
{
    made *m = calloc(1, sizeof *m);
    if (!m) abort();
    counted.made++;
    return m;
}

static inline void unmake(made *m)
{
    counted.twice += m->gone;
    m->gone = true;
    for (size_t i = 0; i < m->count; i++) free(m->blocks[i]);
    counted.released++;
    free(m);
}

/* A block of exactly n bytes that lives as long as the struct. */
static inline void *keep(made *m, const void *bytes, size_t n)
{
    void *block = malloc(n ? n : 1);
    if (!block || m->count == MADE_MOST) abort();
    if (bytes && n) memcpy(block, bytes, n);
    m->blocks[m->count++] = block;
    return block;
}

static inline void release_schema(struct ArrowSchema *schema)
{
    made *m = schema->private_data;
    for (size_t i = 0; i < m->children; i++) {
        if (m->schemas[i]->release) m->schemas[i]->release(m->schemas[i]);
    }
    schema->release = NULL;
    unmake(m);
}

static inline void release_array(struct ArrowArray *array)
{
    made *m = array->private_data;
    for (size_t i = 0; i < m->children; i++) {
        if (m->arrays[i]->release) m->arrays[i]->release(m->arrays[i]);
    }
    array->release = NULL;
    unmake(m);
}

static inline struct ArrowSchema a_schema(const char *format, const char *name)
{
    made *m = make();
    struct ArrowSchema schema = {.format = keep(m, format, strlen(format) + 1),
                                 .name = keep(m, name, strlen(name) + 1),
                                 .flags = ARROW_FLAG_NULLABLE,
                                 .release = release_schema,
                                 .private_data = m};
    schema.children = m->schemas;
    return schema;
}

static inline struct ArrowArray an_array(int64_t length, int64_t offset, int64_t buffers)
{
    made *m = make();
    struct ArrowArray array = {.length = length,
                               .null_count = 0,
                               .offset = offset,
                               .n_buffers = buffers,
                               .release = release_array,
                               .private_data = m};
    array.buffers = m->buffers;
    array.children = m->arrays;
    return array;
}

/* A copy of bytes as one of the array's buffers. */
static inline void *put_buffer(struct ArrowArray *array, int64_t index, const void *bytes,
                               size_t n)
{
    made *m = array->private_data;
    void *block = keep(m, bytes, n);
    m->buffers[index] = block;
    return block;
}

/* The child is moved into the parent. */
static inline void put_schema(struct ArrowSchema *parent, struct ArrowSchema child)
{
    made *m = parent->private_data;
    m->schemas[m->children] = keep(m, &child, sizeof child);
    m->children++;
    parent->n_children++;
}

static inline void put_array(struct ArrowArray *parent, struct ArrowArray child)
{
    made *m = parent->private_data;
    m->arrays[m->children] = keep(m, &child, sizeof child);
    m->children++;
    parent->n_children++;
}

/* A dictionary is kept among the children, and named where the interface wants it. */
static inline void put_words(struct ArrowSchema *schema, struct ArrowArray *array,
                             struct ArrowSchema word_schema, struct ArrowArray words)
{
    put_schema(schema, word_schema);
    put_array(array, words);
    schema->n_children = 0;
    array->n_children = 0;
    schema->dictionary = ((made *)schema->private_data)->schemas[0];
    array->dictionary = ((made *)array->private_data)->arrays[0];
}

/* Texts as utf8 (width 4) or large_utf8 (width 8). */
static inline struct ArrowArray text_array(const char *const *texts, size_t count, size_t width)
{
    struct ArrowArray array = an_array((int64_t)count, 0, 3);
    char bytes[8192];
    int64_t wide[512] = {0};
    int32_t narrow[512] = {0};
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        memcpy(bytes + used, texts[i], strlen(texts[i]));
        used += strlen(texts[i]);
        wide[i + 1] = (int64_t)used;
        narrow[i + 1] = (int32_t)used;
    }
    if (count >= 511 || used >= sizeof bytes) abort();
    put_buffer(&array, 1, width == 4 ? (void *)narrow : (void *)wide, (count + 1) * width);
    put_buffer(&array, 2, bytes, used);
    return array;
}

static inline struct ArrowArray number_array(const double *numbers, size_t count)
{
    struct ArrowArray array = an_array((int64_t)count, 0, 2);
    put_buffer(&array, 1, numbers, count * sizeof *numbers);
    return array;
}

/* An empty record batch. */
typedef struct batch {
    struct ArrowSchema schema;
    struct ArrowArray array;
} batch;

static inline batch a_batch(int64_t rows)
{
    batch b = {a_schema("+s", ""), an_array(rows, 0, 1)};
    return b;
}

static inline void add(batch *b, struct ArrowSchema schema, struct ArrowArray array)
{
    put_schema(&b->schema, schema);
    put_array(&b->array, array);
}

static inline void drop(batch *b)
{
    if (b->schema.release) b->schema.release(&b->schema);
    if (b->array.release) b->array.release(&b->array);
}

/* Everything that was made is released, once. */
#define CHECK_RELEASED() \
    do { \
        CHECK_INT(counted.released, counted.made); \
        CHECK_INT(counted.twice, 0); \
    } while (0)

static inline csuccess_config *compile(const char *document)
{
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_config *config = NULL;
    if (!CHECK_OK(csuccess_config_compile(&config, view(document), NULL, &err))) {
        printf("# %s at %s\n", err.message, err.pointer);
    }
    return config;
}

/* ---- What comes back ---- */

static inline const struct ArrowArray *column(const struct ArrowSchema *schema,
                                              const struct ArrowArray *array, const char *name)
{
    for (int64_t i = 0; i < schema->n_children; i++) {
        if (strcmp(schema->children[i]->name, name) == 0) return array->children[i];
    }
    printf("# there is no column %s\n", name);
    CHECK(false);
    return NULL;
}

static inline bool bit_at(const void *bits, int64_t row)
{
    return ((const uint8_t *)bits)[row / 8] >> (row % 8) & 1;
}

static inline bool is_null(const struct ArrowArray *array, int64_t row)
{
    return array->buffers[0] && !bit_at(array->buffers[0], row + array->offset);
}

/* The word of a dictionary with codes of a byte; empty for null. */
static inline csuccess_str word_at(const struct ArrowArray *array, int64_t row)
{
    if (is_null(array, row)) return (csuccess_str){"", 0};
    int8_t code = ((const int8_t *)array->buffers[1])[row];
    const int32_t *offsets = array->dictionary->buffers[1];
    const char *bytes = array->dictionary->buffers[2];
    csuccess_str word = {bytes + offsets[code], (size_t)(offsets[code + 1] - offsets[code])};
    return word;
}

#endif
