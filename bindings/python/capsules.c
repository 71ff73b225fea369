/* SPDX-License-Identifier: Apache-2.0 */
/* Arrow's structs in PyCapsules, and a table of batches that can be handed out any number of times. */
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Frees a text and forgets it. */
static void python_text_end(csuccess_text **text)
{
    csuccess_text_free(*text);
    *text = NULL;
}

enum { CAPSULE_SCHEMA, CAPSULE_ARRAY, CAPSULE_STREAM };

static const char *const capsule_names[] = {"arrow_schema", "arrow_array",
                                            "arrow_array_stream"};

static const char *python_capsule_name(int kind)
{
    return capsule_names[kind];
}

/* An empty struct for a capsule; NULL: no memory. */
static void *python_arrow_new(int kind)
{
    static const size_t sizes[] = {sizeof(struct ArrowSchema), sizeof(struct ArrowArray),
                                   sizeof(struct ArrowArrayStream)};
    return calloc(1, sizes[kind]);
}

/* Releases what was not taken, and frees the struct. */
static void python_arrow_free(int kind, void *what)
{
    struct ArrowSchema *schema = kind == CAPSULE_SCHEMA ? what : NULL;
    struct ArrowArray *array = kind == CAPSULE_ARRAY ? what : NULL;
    struct ArrowArrayStream *stream = kind == CAPSULE_STREAM ? what : NULL;
    if (schema && schema->release) schema->release(schema);
    if (array && array->release) array->release(array);
    if (stream && stream->release) stream->release(stream);
    free(what);
}

static void python_schema_free(struct ArrowSchema *schema)
{
    python_arrow_free(CAPSULE_SCHEMA, schema);
}

static void python_array_free(struct ArrowArray *array)
{
    python_arrow_free(CAPSULE_ARRAY, array);
}

static void python_stream_free(struct ArrowArrayStream *stream)
{
    python_arrow_free(CAPSULE_STREAM, stream);
}

static void free_schema(PyObject *capsule)
{
    python_arrow_free(CAPSULE_SCHEMA,
                      PyCapsule_GetPointer(capsule, capsule_names[CAPSULE_SCHEMA]));
}

static void free_array(PyObject *capsule)
{
    python_arrow_free(CAPSULE_ARRAY,
                      PyCapsule_GetPointer(capsule, capsule_names[CAPSULE_ARRAY]));
}

static void free_stream(PyObject *capsule)
{
    python_arrow_free(CAPSULE_STREAM,
                      PyCapsule_GetPointer(capsule, capsule_names[CAPSULE_STREAM]));
}

/* What a capsule of this kind ends with. */
static uintptr_t python_capsule_end(int kind)
{
    static void (*const ends[])(PyObject *) = {free_schema, free_array, free_stream};
    return (uintptr_t)ends[kind];
}

/* ---- A table: its batches stay until the last thing that was handed out of it is released, by whatever thread. ---- */

typedef struct python_table {
    atomic_size_t references;
    struct ArrowSchema schema;
    struct ArrowArray *arrays;
    size_t count, room;
} python_table;

static void python_table_free(python_table *table)
{
    if (!table || atomic_fetch_sub(&table->references, 1) != 1) return;
    for (size_t i = 0; i < table->count; i++) {
        if (table->arrays[i].release) table->arrays[i].release(&table->arrays[i]);
    }
    if (table->schema.release) table->schema.release(&table->schema);
    free(table->arrays);
    free(table);
}

static python_table *refer(python_table *table)
{
    atomic_fetch_add(&table->references, 1);
    return table;
}

static python_table *python_table_new(struct ArrowSchema *schema)
{
    python_table *table = calloc(1, sizeof *table);
    if (!table) return NULL;
    atomic_init(&table->references, 1);
    table->schema = *schema;
    schema->release = NULL;
    return table;
}

static int python_table_add(python_table *table, struct ArrowArray *array)
{
    if (table->count == table->room) {
        size_t room = table->room ? 2 * table->room : 8;
        struct ArrowArray *arrays = realloc(table->arrays, room * sizeof *arrays);
        if (!arrays) return CSUCCESS_ENOMEM;
        table->arrays = arrays;
        table->room = room;
    }
    table->arrays[table->count++] = *array;
    array->release = NULL;
    return CSUCCESS_OK;
}

static size_t python_table_count(const python_table *table)
{
    return table->count;
}

static int64_t python_table_rows(const python_table *table, size_t batch)
{
    return table->arrays[batch].length;
}

/* Every node of what is handed out is one of its own and refers to the table, since a consumer may take children apart. */

static void release_schema(struct ArrowSchema *schema)
{
    for (int64_t i = 0; schema->children && i < schema->n_children; i++) {
        if (schema->children[i]) python_arrow_free(CAPSULE_SCHEMA, schema->children[i]);
    }
    free(schema->children);
    if (schema->dictionary) python_arrow_free(CAPSULE_SCHEMA, schema->dictionary);
    schema->release = NULL;
    python_table_free(schema->private_data);
}

static bool share_schema(python_table *table, const struct ArrowSchema *from,
                         struct ArrowSchema *to)
{
    *to = *from;
    to->private_data = refer(table);
    to->release = release_schema;
    to->children =
        from->n_children ? calloc((size_t)from->n_children, sizeof *to->children) : NULL;
    to->dictionary = from->dictionary ? calloc(1, sizeof *to->dictionary) : NULL;
    bool ok = (to->children || !from->n_children) && (to->dictionary || !from->dictionary);
    for (int64_t i = 0; ok && i < from->n_children; i++) {
        to->children[i] = calloc(1, sizeof **to->children);
        ok = to->children[i] && share_schema(table, from->children[i], to->children[i]);
    }
    if (ok && from->dictionary) ok = share_schema(table, from->dictionary, to->dictionary);
    return ok;
}

static void release_array(struct ArrowArray *array)
{
    for (int64_t i = 0; array->children && i < array->n_children; i++) {
        if (array->children[i]) python_arrow_free(CAPSULE_ARRAY, array->children[i]);
    }
    free(array->children);
    if (array->dictionary) python_arrow_free(CAPSULE_ARRAY, array->dictionary);
    array->release = NULL;
    python_table_free(array->private_data);
}

static bool share_array(python_table *table, const struct ArrowArray *from,
                        struct ArrowArray *to)
{
    *to = *from;
    to->private_data = refer(table);
    to->release = release_array;
    to->children =
        from->n_children ? calloc((size_t)from->n_children, sizeof *to->children) : NULL;
    to->dictionary = from->dictionary ? calloc(1, sizeof *to->dictionary) : NULL;
    bool ok = (to->children || !from->n_children) && (to->dictionary || !from->dictionary);
    for (int64_t i = 0; ok && i < from->n_children; i++) {
        to->children[i] = calloc(1, sizeof **to->children);
        ok = to->children[i] && share_array(table, from->children[i], to->children[i]);
    }
    if (ok && from->dictionary) ok = share_array(table, from->dictionary, to->dictionary);
    return ok;
}

static int python_table_schema(python_table *table, struct ArrowSchema *out)
{
    if (share_schema(table, &table->schema, out)) return CSUCCESS_OK;
    out->release(out);
    return CSUCCESS_ENOMEM;
}

static int python_table_array(python_table *table, size_t batch, struct ArrowArray *out)
{
    if (share_array(table, &table->arrays[batch], out)) return CSUCCESS_OK;
    out->release(out);
    return CSUCCESS_ENOMEM;
}

/* ---- The table as a stream ---- */

typedef struct reading {
    python_table *table;
    size_t next;
} reading;

enum { READ_ENOMEM = 12 };

static int read_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    reading *at = stream->private_data;
    return python_table_schema(at->table, out) < 0 ? READ_ENOMEM : 0;
}

static int read_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    reading *at = stream->private_data;
    memset(out, 0, sizeof *out);
    if (at->next == at->table->count) return 0;
    if (python_table_array(at->table, at->next, out) < 0) return READ_ENOMEM;
    at->next++;
    return 0;
}

static const char *read_error(struct ArrowArrayStream *stream)
{
    (void)stream;
    return "out of memory";
}

static void read_end(struct ArrowArrayStream *stream)
{
    reading *at = stream->private_data;
    python_table_free(at->table);
    free(at);
    stream->release = NULL;
}

static int python_table_stream(python_table *table, struct ArrowArrayStream *out)
{
    reading *at = calloc(1, sizeof *at);
    if (!at) return CSUCCESS_ENOMEM;
    at->table = refer(table);
    *out = (struct ArrowArrayStream){.get_schema = read_schema,
                                     .get_next = read_next,
                                     .get_last_error = read_error,
                                     .release = read_end,
                                     .private_data = at};
    return CSUCCESS_OK;
}

/* ---- A producer's stream, read: its functions may only be called from C. ---- */

static int python_stream_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    return stream->get_schema(stream, out);
}

/* In one piece, so that an interrupt finds it in one place or the other. */
static void python_stream_move(struct ArrowArrayStream *from, struct ArrowArrayStream *to)
{
    *to = *from;
    from->release = NULL;
}

static int python_stream_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    return stream->get_next(stream, out);
}

static const char *python_stream_error(struct ArrowArrayStream *stream)
{
    return stream->get_last_error ? stream->get_last_error(stream) : NULL;
}
