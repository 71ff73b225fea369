/* SPDX-License-Identifier: Apache-2.0 */
/* Results that hand a column through are released in other threads than the columns they came of. */
#include "columns_arrow.h"

#include <pthread.h>

enum { THREADS = 4, ROUNDS = 50 };

static const char document[] =
    "{\"csuccess\": 1, \"name\": \"t@1\", \"attributes\": {\"n\": {\"type\": \"number\"}},"
    "\"segments\": {\"a\": {\"when\": \"n > 1\"}}}";

static int releases;

static void release_static_schema(struct ArrowSchema *schema)
{
    schema->release = NULL;
}

/* Called once, by whoever lets go last. */
static void release_static_array(struct ArrowArray *array)
{
    releases++;
    array->release = NULL;
}

static const double numbers[] = {1, 2, 3};
static const void *buffers[] = {NULL, numbers};
static const void *none[] = {NULL};

/* A producer without memory of its own, whose one column is the customers' too. */
typedef struct producer {
    struct ArrowSchema column_schema, *schemas[1];
    struct ArrowArray column, *arrays[1];
} producer;

static void produce(producer *p, batch *b)
{
    p->column_schema =
        (struct ArrowSchema){.format = "g", .name = "n", .release = release_static_schema};
    p->column = (struct ArrowArray){
        .length = 3, .n_buffers = 2, .buffers = buffers, .release = release_static_array};
    p->schemas[0] = &p->column_schema;
    p->arrays[0] = &p->column;
    b->schema = (struct ArrowSchema){.format = "+s",
                                     .n_children = 1,
                                     .children = p->schemas,
                                     .release = release_static_schema};
    b->array = (struct ArrowArray){.length = 3,
                                   .n_buffers = 1,
                                   .buffers = none,
                                   .n_children = 1,
                                   .children = p->arrays,
                                   .release = release_static_array};
}

static void *use(void *ud)
{
    batch *b = ud;
    const double *values = b->array.children[0]->buffers[1];
    bool right = values[2] > 2.5 && b->array.children[0]->length == 3;
    drop(b);
    return right ? NULL : ud;
}

static void one_round(csuccess_config *config, csuccess_scorer *scorer)
{
    csuccess_columns *columns = NULL;
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    producer p;
    batch in, out[THREADS];
    pthread_t threads[THREADS];
    options.customer = CSUCCESS_STR("n");
    options.results = CSUCCESS_ARROW_SEGMENTS;
    produce(&p, &in);
    releases = 0;
    CHECK_OK(csuccess_columns_import(&columns, config, &in.schema, &in.array, &options, NULL));
    for (int i = 0; i < THREADS; i++) {
        CHECK_OK(csuccess_scorer_export(scorer, columns, now, &options, &out[i].schema,
                                        &out[i].array, NULL));
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, use, &out[i]), 0);
    }
    batch more; /* the same columns are scored while others let go of them */
    CHECK_OK(csuccess_scorer_export(scorer, columns, now, &options, &more.schema, &more.array,
                                    NULL));
    csuccess_columns_free(columns);
    CHECK(use(&more) == NULL);
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        CHECK_INT(pthread_join(threads[i], &wrong), 0);
        CHECK(wrong == NULL);
    }
    CHECK_INT(releases, 1);
}

static void the_last_releases(void)
{
    csuccess_config *config = compile(document);
    csuccess_scorer *scorer = NULL;
    if (!config || !CHECK_OK(csuccess_scorer_new(&scorer, config, NULL, NULL))) return;
    for (int i = 0; i < ROUNDS; i++) one_round(config, scorer);
    csuccess_scorer_free(scorer);
    csuccess_config_unref(config);
}

/* ---- Streams ---- */

enum { BATCHES = 20 };

/* A stream of static batches, read in a thread of its own. */
typedef struct reading {
    producer made[BATCHES];
    int at;
    struct ArrowArrayStream out;
    struct ArrowArray kept;
} reading;

static void release_unseen(struct ArrowArray *array)
{
    array->release = NULL;
}

static void produce_unseen(producer *p, batch *b)
{
    produce(p, b);
    p->column.release = b->array.release = release_unseen;
}

static int get_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    reading *r = stream->private_data;
    batch b;
    produce_unseen(&r->made[0], &b);
    *out = b.schema;
    return 0;
}

static int get_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    reading *r = stream->private_data;
    batch b = {.array = {.release = NULL}};
    if (r->at < BATCHES) produce_unseen(&r->made[r->at++], &b);
    *out = b.array;
    return 0;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    stream->release = NULL;
}

/* All batches; the last of them is kept. */
static void *read_stream(void *ud)
{
    reading *r = ud;
    int64_t rows = 0;
    for (;;) {
        struct ArrowArray array;
        if (r->out.get_next(&r->out, &array) != 0) return ud;
        if (!array.release) break;
        rows += array.length;
        if (r->kept.release) r->kept.release(&r->kept);
        r->kept = array;
    }
    r->out.release(&r->out);
    return rows == 3 * BATCHES ? NULL : ud;
}

/* Streams over one configuration, each in a thread; what they gave is released in this one. */
static void streams_in_threads(void)
{
    static reading readings[THREADS];
    pthread_t threads[THREADS];
    csuccess_config *config = compile(document);
    csuccess_arrow_options options = CSUCCESS_ARROW_OPTIONS_INIT;
    if (!config) return;
    options.customer = CSUCCESS_STR("n");
    options.results = CSUCCESS_ARROW_SEGMENTS;
    for (int i = 0; i < THREADS; i++) {
        struct ArrowArrayStream in = {get_schema, get_next, NULL, release_stream, &readings[i]};
        CHECK_OK(csuccess_score_stream(&readings[i].out, config, &in, now, &options, NULL));
    }
    csuccess_config_unref(config);
    for (int i = 0; i < THREADS; i++) {
        CHECK_INT(pthread_create(&threads[i], NULL, read_stream, &readings[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong = NULL;
        CHECK_INT(pthread_join(threads[i], &wrong), 0);
        CHECK(wrong == NULL && readings[i].kept.release);
        if (readings[i].kept.release) readings[i].kept.release(&readings[i].kept);
    }
}

CHECK_MAIN(CHECK_TEST(the_last_releases), CHECK_TEST(streams_in_threads))
