/* SPDX-License-Identifier: Apache-2.0 */
/* Batches out of bytes: structs of Arrow that say anything, and buffers of exactly as many bytes as what is said asks for. */
#ifndef ARROW_BATCHES_H
#define ARROW_BATCHES_H

#include "fuzz.h"

#include <csuccess/arrow.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* ---- What the bytes say ---- */

typedef struct source {
    const uint8_t *at;
    size_t left;
    uint64_t seed;
} source;

/* Nothing is the usual case of everything. */
static uint8_t next(source *s)
{
    if (s->left == 0) return 0;
    s->left--;
    return *s->at++;
}

static uint8_t noise(source *s)
{
    s->seed = s->seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (uint8_t)(s->seed >> 56);
}

/* The usual number most of the time. */
static int64_t number(source *s, int64_t usual)
{
    static const int64_t odd[] = {
        -1, 0,  1, INT64_MAX, INT64_MIN, INT64_MAX - 3, INT64_C(1) << 62, INT64_C(1) << 40,
        -7, 300};
    uint8_t what = next(s);
    if (what < 216) return usual;
    if (what < 240) return next(s);
    return odd[what % (sizeof odd / sizeof *odd)];
}

/* ---- Structs ---- */

enum { MOST_CHILDREN = 24, MOST_BUFFERS = 8, MOST_ITEMS = 4096 };

typedef struct made {
    void *blocks[MOST_BUFFERS + 2 * MOST_CHILDREN + 4];
    size_t count, children;
    struct ArrowSchema *schemas[MOST_CHILDREN];
    struct ArrowArray *arrays[MOST_CHILDREN];
    const void *buffers[MOST_BUFFERS];
} made;

static int standing;

static made *make(void)
{
    made *m = calloc(1, sizeof *m);
    if (!m) abort();
    standing++;
    return m;
}

static void unmake(made *m)
{
    for (size_t i = 0; i < m->count; i++) free(m->blocks[i]);
    free(m);
    standing--;
}

static void *keep(made *m, const void *bytes, size_t n)
{
    void *block = malloc(n);
    if (n > 0 && !block) abort();
    if (bytes && n > 0) memcpy(block, bytes, n);
    FUZZ_CHECK(m->count < sizeof m->blocks / sizeof *m->blocks);
    m->blocks[m->count++] = block;
    return block;
}

static void release_schema(struct ArrowSchema *schema)
{
    made *m = schema->private_data;
    for (size_t i = 0; i < m->children; i++) {
        if (m->schemas[i]->private_data) release_schema(m->schemas[i]);
    }
    schema->release = NULL;
    schema->private_data = NULL;
    unmake(m);
}

static void release_array(struct ArrowArray *array)
{
    made *m = array->private_data;
    for (size_t i = 0; i < m->children; i++) {
        if (m->arrays[i]->private_data) release_array(m->arrays[i]);
    }
    array->release = NULL;
    array->private_data = NULL;
    unmake(m);
}

/* Both sides of one column. */
typedef struct pair {
    struct ArrowSchema schema;
    struct ArrowArray array;
} pair;

static pair start(const char *format, const char *name)
{
    made *s = make(), *a = make();
    pair p = {{.format = format ? keep(s, format, strlen(format) + 1) : NULL,
               .name = name ? keep(s, name, strlen(name) + 1) : NULL,
               .release = release_schema,
               .private_data = s},
              {.release = release_array, .private_data = a}};
    p.schema.children = s->schemas;
    p.array.children = a->arrays;
    p.array.buffers = a->buffers;
    return p;
}

static void add(pair *parent, const pair *child)
{
    made *s = parent->schema.private_data, *a = parent->array.private_data;
    s->schemas[s->children++] = keep(s, &child->schema, sizeof child->schema);
    a->arrays[a->children++] = keep(a, &child->array, sizeof child->array);
    parent->schema.n_children++;
    parent->array.n_children++;
}

/* ---- Buffers ---- */

static uint8_t *buffer(pair *p, size_t index, size_t bytes)
{
    made *a = p->array.private_data;
    void *block = keep(a, NULL, bytes);
    a->buffers[index] = block;
    return block;
}

static void fill_bytes(source *s, uint8_t *to, size_t bytes)
{
    uint8_t what = next(s);
    s->seed += what;
    for (size_t i = 0; i < bytes; i++) {
        to[i] = what < 64    ? (uint8_t)(i % 8 == 0 ? noise(s) % 16 : 0)
                : what < 128 ? next(s)
                : what < 160 ? (uint8_t)('a' + noise(s) % 20)
                             : noise(s);
    }
}

static void fill_fixed(source *s, pair *p, size_t items, size_t width)
{
    fill_bytes(s, buffer(p, 1, items * width), items * width);
    p->array.n_buffers = 2;
}

static int64_t offset_of(const uint8_t *offsets, size_t width, size_t i)
{
    int32_t narrow;
    int64_t wide;
    if (width == 4) {
        memcpy(&narrow, offsets + 4 * i, 4);
        return narrow;
    }
    memcpy(&wide, offsets + 8 * i, 8);
    return wide;
}

/* Offsets that ascend by little, but for those that the bytes spoil: they go back, or below zero. The end of the last. */
static size_t fill_offsets(source *s, pair *p, size_t items, size_t width)
{
    uint8_t *to = buffer(p, 1, (items + 1) * width);
    uint8_t what = next(s);
    int64_t at = what & 1 ? noise(s) % 32 : 0;
    for (size_t i = 0; i <= items; i++) {
        if (what >= 192 && next(s) >= 224) at -= noise(s) % 64;
        int32_t narrow = (int32_t)at;
        memcpy(to + i * width, width == 4 ? (void *)&narrow : (void *)&at, width);
        at += noise(s) % 4;
    }
    int64_t end = offset_of(to, width, items);
    return end > 0 ? (size_t)end : 0;
}

static void fill_text(source *s, pair *p, size_t items, size_t width)
{
    size_t end = fill_offsets(s, p, items, width);
    fill_bytes(s, buffer(p, 2, end), end);
    p->array.n_buffers = 3;
}

static void fill_views(source *s, pair *p, size_t items)
{
    uint8_t *views = buffer(p, 1, 16 * items);
    const size_t heaps = next(s) % 4;
    int64_t sizes[3];
    for (size_t i = 0; i < heaps; i++) {
        size_t bytes = 16 + noise(s) % 48;
        fill_bytes(s, buffer(p, 2 + i, bytes), bytes);
        sizes[i] =
            next(s) < 240 ? (int64_t)bytes : (int64_t)(bytes - 1) * (next(s) & 1 ? 1 : -1);
    }
    memcpy(buffer(p, 2 + heaps, heaps * sizeof *sizes), sizes, heaps * sizeof *sizes);
    for (size_t i = 0; i < items; i++) {
        int32_t part[4] = {noise(s) % 30, 0x61616161, 0x61616161, 0x61616161};
        if (part[0] > 12) {
            part[2] = noise(s) % 4;
            part[3] = noise(s) % 24;
        }
        if (next(s) >= 248) part[noise(s) % 4] = (int32_t)((uint32_t)noise(s) << 24 | noise(s));
        memcpy(views + 16 * i, part, 16);
    }
    p->array.n_buffers = (int64_t)heaps + 3;
}

/* ---- Columns ---- */

typedef enum layout { NOTHING, BITS, FIXED, TEXT, VIEWS, LIST, FIXED_LIST } layout;

static const struct {
    const char *format;
    layout layout;
    uint8_t width;
} formats[] = {{"g", FIXED, 8},
               {"c", FIXED, 1},
               {"C", FIXED, 1},
               {"s", FIXED, 2},
               {"S", FIXED, 2},
               {"i", FIXED, 4},
               {"I", FIXED, 4},
               {"l", FIXED, 8},
               {"L", FIXED, 8},
               {"e", FIXED, 2},
               {"f", FIXED, 4},
               {"d:5,2,32", FIXED, 4},
               {"d:9,3,64", FIXED, 8},
               {"d:30,-9", FIXED, 16},
               {"d:76,40,256", FIXED, 32},
               {"b", BITS, 0},
               {"u", TEXT, 4},
               {"U", TEXT, 8},
               {"vu", VIEWS, 16},
               {"tss:", FIXED, 8},
               {"tsm:UTC", FIXED, 8},
               {"tsu:Europe/Berlin", FIXED, 8},
               {"tsn:", FIXED, 8},
               {"tdD", FIXED, 4},
               {"tdm", FIXED, 8},
               {"tDs", FIXED, 8},
               {"tDm", FIXED, 8},
               {"tDu", FIXED, 8},
               {"tDn", FIXED, 8},
               {"+l", LIST, 4},
               {"+L", LIST, 8},
               {"+w:0", FIXED_LIST, 0},
               {"+w:3", FIXED_LIST, 3},
               {"n", NOTHING, 0},
               {"z", TEXT, 4},
               {"+s", NOTHING, 0},
               {"d:5", FIXED, 32},
               {"d:5,2,31", FIXED, 32},
               {"d:99,2", FIXED, 32},
               {"+w:", FIXED_LIST, 0},
               {"+w:-1", FIXED_LIST, 0},
               {"+w:99999999999", FIXED_LIST, 0},
               {"", NOTHING, 0},
               {"tsx:", FIXED, 8},
               {"ts", FIXED, 8},
               {"\xFF", NOTHING, 0},
               {"+r", NOTHING, 0},
               {"+w:999999999", FIXED_LIST, 0}};
enum { FORMATS = sizeof formats / sizeof *formats };

static const char *const names[] = {"n", "m", "b",           "s",     "p",  "t",    "d", "u",
                                    "l", "w", "customer_id", "other", NULL, "\xC3", ""};
/* The first format of each name that fits, so that an input of few bytes is taken. */
static const uint8_t usual[] = {0, 0, 15, 16, 17, 20, 23, 26, 29, 30, 16, 0, 0, 0, 0};
enum { NAMES = sizeof names / sizeof *names };

static pair column(source *s, const char *name, size_t format, size_t need, int depth);

static void fill_list(source *s, pair *p, size_t format, size_t items, int depth)
{
    size_t need;
    if (formats[format].layout == LIST) {
        need = fill_offsets(s, p, items, formats[format].width);
        p->array.n_buffers = 2;
    } else {
        need = items * formats[format].width;
        p->array.n_buffers = 1;
    }
    uint8_t what = next(s);
    size_t inner = depth > 2 ? 0 : what < 128 ? 0 : what < 192 ? 16 : what % FORMATS;
    pair child = column(s, "item", inner, need, depth + 1);
    add(p, &child);
}

static void fill(source *s, pair *p, size_t format, size_t items, int depth)
{
    switch (formats[format].layout) {
    case BITS:
        fill_bytes(s, buffer(p, 1, (items + 7) / 8), (items + 7) / 8);
        p->array.n_buffers = 2;
        break;
    case FIXED:
        fill_fixed(s, p, items, formats[format].width);
        break;
    case TEXT:
        fill_text(s, p, items, formats[format].width);
        break;
    case VIEWS:
        fill_views(s, p, items);
        break;
    case LIST:
    case FIXED_LIST:
        if (depth < 4) fill_list(s, p, format, items, depth);
        break;
    default:
        break;
    }
}

/* A dictionary beside the codes; the words are kept among the children, and named where they belong. */
static void fill_words(source *s, pair *p, int depth)
{
    static const size_t texts[] = {16, 17, 18, 33};
    uint8_t what = next(s);
    size_t format = what < 250 ? texts[what % 4] : what % FORMATS;
    const size_t count = next(s) % 40u;
    pair words = column(s, "", format, count, depth + 1);
    /* a dictionary is read to its end, whatever its codes are */
    if (words.array.length > (int64_t)count) words.array.length = (int64_t)count;
    add(p, &words);
    p->schema.n_children = p->array.n_children = 0;
    made *schema = p->schema.private_data, *array = p->array.private_data;
    what = next(s);
    p->schema.dictionary = what == 255 ? NULL : schema->schemas[schema->children - 1];
    p->array.dictionary = what == 254 ? NULL : array->arrays[array->children - 1];
}

/* What can be said without that memory must be longer. */
static void spoil(source *s, pair *p, bool many)
{
    uint8_t what = next(s);
    if (what < 224) return;
    made *a = p->array.private_data;
    switch (what % 8) {
    case 0:
        p->array.n_buffers = many ? noise(s) % 3 : noise(s) % 5 - 1;
        break;
    case 1:
        a->buffers[noise(s) % MOST_BUFFERS] = NULL;
        break;
    case 2:
        p->array.buffers = NULL;
        break;
    case 3:
        p->array.children = NULL;
        break;
    case 4:
        p->schema.children = NULL;
        break;
    case 5:
        p->array.release = NULL;
        break;
    case 6:
        p->schema.release = NULL;
        break;
    default:
        p->schema.format = NULL;
        break;
    }
}

/* What the array says of its length and its nulls; `items` of it are there. */
static void claim(source *s, pair *p, size_t need, bool there)
{
    p->array.length = number(s, there ? (int64_t)need : 1);
    if (!there && p->array.length >= (int64_t)need) p->array.length = 1;
    if (next(s) >= 252) p->array.offset = next(s) & 1 ? -1 : INT64_MAX - 5;
    p->array.null_count = number(s, 0);
}

static void fill_validity(source *s, pair *p, size_t items)
{
    fill_bytes(s, buffer(p, 0, (items + 7) / 8), (items + 7) / 8);
    if (p->array.null_count == 0) p->array.null_count = -1;
}

static bool is_whole(const char *format)
{
    return format[0] && strchr("cCsSiIlL", format[0]) && !format[1];
}

/* Memory for `need` items behind its offset. */
static pair column(source *s, const char *name, size_t format, size_t need, int depth)
{
    pair p = start(formats[format].format, name);
    const size_t offset = next(s) >= 128 ? noise(s) % 20 : 0;
    const bool there = need + offset <= MOST_ITEMS;
    const size_t items = there ? need + offset : 0;
    p.array.offset = (int64_t)offset;
    claim(s, &p, need, there);
    fill(s, &p, format, items, depth);
    if (next(s) & 1 && formats[format].layout != NOTHING) fill_validity(s, &p, items);
    if (is_whole(formats[format].format) && depth < 3 && next(s) & 1) fill_words(s, &p, depth);
    spoil(s, &p, formats[format].layout == VIEWS);
    return p;
}

static pair batch(source *s)
{
    pair root = start(next(s) < 250 ? "+s" : "g", "");
    size_t rows = next(s), offset = next(s) >= 160 ? noise(s) % 16 : 0, count = next(s) % 13;
    if (next(s) >= 224) rows += 1024;
    root.array.length = number(s, (int64_t)rows);
    if (root.array.length > (int64_t)rows && root.array.length <= INT64_MAX - 64) {
        root.array.length = (int64_t)rows;
    }
    root.array.offset = (int64_t)offset;
    root.array.null_count = number(s, 0);
    root.array.n_buffers = 1;
    for (size_t i = 0; i < count; i++) {
        uint8_t which = next(s), format = next(s);
        size_t name = which < 200 ? (i + which) % 10 : which % NAMES;
        pair child = column(s, names[name], format < 96 ? usual[name] : format % FORMATS,
                            rows + offset, 0);
        add(&root, &child);
    }
    if (next(s) >= 250) root.schema.n_children = number(s, 1) % 3;
    spoil(s, &root, false);
    return root;
}

#endif
