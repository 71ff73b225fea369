/* SPDX-License-Identifier: Apache-2.0 */
/* Streams whose producers lie, fail, change their minds or call back; and batches that are handed on without a row. */
#include "columns_arrow.h"

#include <errno.h>

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"s@1\", \"attributes\": {\"n\": {\"type\": \"number\"}},"
    "\"segments\": {\"big\": {\"when\": \"n > 1\"}}}";
static const double numbers[] = {0, 7, 0.5, 9};
static const char *const ids[] = {"a", "bee", "c", "d"};

/* What a producer does with its second batch. */
typedef enum trick {
    HONEST,
    NO_SCHEMA,       /* get_schema fails */
    RELEASED_SCHEMA, /* it succeeds, and gives nothing */
    CHILD_RELEASED,
    CHILD_GONE,
    OTHER_COUNT, /* another schema: a column less */
    OTHER_TYPE,  /* another schema: texts for numbers, whose buffers are three */
    NULL_ROWS,
    NO_MEMORY,
    ODD_CODE,
    REENTERS /* reads the stream that is made of it */
} trick;

typedef struct producer {
    trick trick;
    int at, live, depth;
    const char *why;
    struct ArrowArrayStream *out;
} producer;

static batch two_columns(void)
{
    batch b = a_batch(4);
    add(&b, a_schema("g", "n"), number_array(numbers, 4));
    add(&b, a_schema("u", "customer_id"), text_array(ids, 4, 4));
    return b;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    const producer *p = stream->private_data;
    *out = (struct ArrowSchema){.release = NULL};
    if (p->trick == NO_SCHEMA) return EACCES;
    if (p->trick == RELEASED_SCHEMA) return 0;
    batch b = two_columns();
    *out = b.schema;
    b.array.release(&b.array);
    return 0;
}

static void spoil(batch *b, trick how)
{
    made *m = b->array.private_data;
    switch (how) {
    case CHILD_RELEASED:
        b->array.children[1]->release(b->array.children[1]);
        break;
    case CHILD_GONE:
        m->children = 1; /* the first is not the parent's any more */
        b->array.children[1]->release(b->array.children[1]);
        b->array.children[1] = NULL;
        break;
    case OTHER_COUNT:
        b->array.n_children = 1;
        break;
    case OTHER_TYPE:
        b->array.children[0]->n_buffers = 3;
        break;
    case NULL_ROWS:
        b->array.null_count = 1;
        break;
    default:
        break;
    }
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    producer *p = stream->private_data;
    *out = (struct ArrowArray){.release = NULL};
    if (p->trick == REENTERS && p->at == 1 && p->depth++ == 0) {
        struct ArrowArray inner;
        CHECK_INT(p->out->get_next(p->out, &inner), 0);
        CHECK_INT(inner.length, 4);
        inner.release(&inner);
    }
    if (++p->at > 3) return 0;
    if (p->at == 2 && p->trick == NO_MEMORY) return ENOMEM;
    if (p->at == 2 && p->trick == ODD_CODE) return -7;
    batch b = two_columns();
    if (p->at == 2) spoil(&b, p->trick);
    *out = b.array;
    b.schema.release(&b.schema);
    return 0;
}

static const char *get_why(struct ArrowArrayStream *stream)
{
    return ((const producer *)stream->private_data)->why;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    ((producer *)stream->private_data)->live--;
    stream->release = NULL;
}

static struct ArrowArrayStream stream_of(producer *p)
{
    p->live = 1;
    return (struct ArrowArrayStream){get_schema, get_next, get_why, release_stream, p};
}

/* One batch, the trick, and what the reader is told, twice. */
static void try_trick(csuccess_config *config, trick how, const char *why, int code,
                      const char *message)
{
    producer p = {.trick = how, .why = why};
    struct ArrowArrayStream in = stream_of(&p), out;
    struct ArrowSchema schema;
    struct ArrowArray array;
    if (!CHECK_OK(csuccess_score_stream(&out, config, &in, now, NULL, NULL))) return;
    CHECK_INT(out.get_next(&out, &array), 0);
    CHECK_INT(array.length, 4);
    for (int i = 0; i < 2; i++) {
        struct ArrowArray none = {.release = release_array};
        CHECK_INT(out.get_next(&out, &none), code);
        CHECK(!none.release);
        CHECK_HAS(out.get_last_error(&out), message);
        CHECK_INT(p.at, 2); /* it is not asked again */
    }
    CHECK_INT(out.get_schema(&out, &schema), 0); /* which it still is */
    CHECK_HAS(out.get_last_error(&out), message);
    schema.release(&schema);
    out.release(&out);
    CHECK_INT(p.live, 0);
    array.release(&array); /* kept until now */
    CHECK_RELEASED();
}

static void tricks_end_the_stream(void)
{
    csuccess_config *config = compile(document);
    static char long_why[4000];
    if (!config) return;
    memset(long_why, 'w', sizeof long_why - 1);
    try_trick(config, CHILD_RELEASED, NULL, EINVAL, "batch 2: ");
    try_trick(config, CHILD_GONE, NULL, EINVAL, "batch 2: ");
    try_trick(config, OTHER_COUNT, NULL, EINVAL, "batch 2: ");
    try_trick(config, OTHER_TYPE, NULL, EINVAL, "batch 2: column \"n\"");
    try_trick(config, NULL_ROWS, NULL, EINVAL, "null as a whole");
    try_trick(config, NO_MEMORY, NULL, ENOMEM, "batch 2: the producer failed: it does not say");
    try_trick(config, ODD_CODE, "\xFF\xC3(", -7, "batch 2: the producer failed: ");
    try_trick(config, ODD_CODE, long_why, -7, "wwww");
    csuccess_config_unref(config);
}

static void no_schema_is_no_stream(void)
{
    csuccess_config *config = compile(document);
    csuccess_error err = CSUCCESS_ERROR_INIT;
    struct ArrowArrayStream out;
    if (!config) return;
    for (int i = 0; i < 2; i++) {
        producer p = {.trick = i ? RELEASED_SCHEMA : NO_SCHEMA, .why = "locked"};
        struct ArrowArrayStream in = stream_of(&p);
        CHECK_RESULT(csuccess_score_stream(&out, config, &in, now, NULL, &err),
                     CSUCCESS_EINVALID);
        CHECK_HAS(err.message, i ? "released" : "the producer gave no schema: locked");
        CHECK(!out.release && in.release && p.live == 1);
        in.release(&in);
    }
    csuccess_config_unref(config);
}

/* A producer that reads the stream made of it, in the middle of being asked: each batch comes once. */
static void a_producer_may_read_its_own_stream(void)
{
    csuccess_config *config = compile(document);
    producer p = {.trick = REENTERS};
    struct ArrowArrayStream in = stream_of(&p), out;
    struct ArrowArray array;
    int batches = 0;
    if (!config) return;
    p.out = &out;
    if (!CHECK_OK(csuccess_score_stream(&out, config, &in, now, NULL, NULL))) return;
    for (;; batches++) {
        CHECK_INT(out.get_next(&out, &array), 0);
        if (!array.release) break;
        array.release(&array);
    }
    CHECK_INT(batches, 2);
    out.release(&out);
    CHECK_RELEASED();
    csuccess_config_unref(config);
}

/* Of a slice, the customers' column is handed on from where it begins; of no rows, from nowhere: readers take the buffers
   of an empty array to be empty. */
static void slices_are_handed_on(void)
{
    csuccess_config *config = compile(document);
    csuccess_scorer *scorer = NULL;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    for (int64_t rows = 0; rows < 3; rows++) {
        batch b = two_columns(), got;
        csuccess_columns *columns = NULL;
        b.array.offset = 2;
        b.array.length = rows;
        CHECK_OK(csuccess_columns_import(&columns, config, &b.schema, &b.array, NULL, NULL));
        CHECK_OK(
            csuccess_scorer_export(scorer, columns, now, NULL, &got.schema, &got.array, NULL));
        csuccess_columns_free(columns);
        const struct ArrowArray *handed = column(&got.schema, &got.array, "customer_id");
        CHECK_INT(handed->length, rows);
        CHECK_INT(handed->offset, rows ? 2 : 0);
        CHECK_INT(handed->null_count, 0);
        drop(&got);
        CHECK_RELEASED();
    }
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

CHECK_MAIN(CHECK_TEST(tricks_end_the_stream), CHECK_TEST(no_schema_is_no_stream),
           CHECK_TEST(a_producer_may_read_its_own_stream), CHECK_TEST(slices_are_handed_on))
