/* SPDX-License-Identifier: Apache-2.0 */
/* A stream of batches scored as it is read: one batch at a time, and nothing of it is kept. */
#include "columns/arrow/arrow.h"

#include "base/error.h"

#include <errno.h>

typedef struct scoring {
    csuccess_allocator mem;
    csuccess_config *config;
    csuccess_scorer *scorer;
    csuccess__arrow_held *schema; /* of the batches that come */
    csuccess__arrow_plan plan;
    csuccess__arrow_results results;
    struct ArrowArrayStream in;
    int64_t now;
    uint64_t batch; /* number of the one at hand, from 1 */
    int code;       /* what ended the stream; 0: nothing yet */
    bool ended;
    csuccess_error err;
    csuccess__text said; /* in `message` */
    char message[1024];
} scoring;

static void free_scoring(scoring *s)
{
    csuccess_allocator mem = s->mem;
    if (s->in.release) s->in.release(&s->in);
    csuccess__arrow_plan_free(&s->plan);
    csuccess_scorer_free(s->scorer);
    csuccess__arrow_held_unref(s->schema);
    csuccess_config_unref(s->config);
    csuccess__release(&mem, s, 1, sizeof *s);
}

/* ---- The stream that goes out ---- */

/* Keeps what ended the stream, for this call and those that follow. */
static int end_with(scoring *s, csuccess_result result)
{
    csuccess__text_init(&s->said, s->message, sizeof s->message);
    csuccess__text_format(&s->said, "batch %l: %s", (int64_t)s->batch, s->err.message);
    s->code = result == CSUCCESS_ENOMEM ? ENOMEM : EINVAL;
    return s->code;
}

static int end_of_producer(scoring *s, int code)
{
    const char *why = s->in.get_last_error ? s->in.get_last_error(&s->in) : NULL;
    csuccess__text_init(&s->said, s->message, sizeof s->message);
    csuccess__text_format(&s->said, "batch %l: the producer failed: %s", (int64_t)s->batch,
                          why ? why : "it does not say why");
    s->code = code;
    return code;
}

static int give_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out)
{
    scoring *s = stream->private_data;
    csuccess_result result = csuccess__arrow_results_schema(out, &s->results, &s->err);
    if (result == CSUCCESS_OK) return 0;
    csuccess__text_init(&s->said, s->message, sizeof s->message);
    csuccess__text_format(&s->said, "%s", s->err.message);
    return result == CSUCCESS_ENOMEM ? ENOMEM : EINVAL;
}

/* One batch, which is released by the columns or, when it was refused, here. */
static csuccess_result score_batch(scoring *s, struct ArrowArray *batch, struct ArrowArray *out)
{
    csuccess_columns *columns = NULL;
    csuccess__arrow_held *held = csuccess__arrow_held_new(&s->mem);
    csuccess_result result =
        held ? csuccess__arrow_batch(&columns, &s->plan, batch, held, &s->err)
             : csuccess__fail(&s->err, CSUCCESS_ENOMEM, "out of memory");
    if (result == CSUCCESS_OK) {
        result = csuccess__arrow_results_array(out, &s->results, s->scorer, columns, s->now,
                                               &s->err);
    }
    csuccess_columns_free(columns);
    csuccess__arrow_held_unref(held);
    if (batch->release) batch->release(batch);
    return result;
}

static int give_next(struct ArrowArrayStream *stream, struct ArrowArray *out)
{
    scoring *s = stream->private_data;
    struct ArrowArray batch = {.release = NULL};
    *out = batch;
    if (s->code != 0) return s->code;
    if (s->ended) return 0;
    s->batch++;
    int code = s->in.get_next(&s->in, &batch);
    if (code != 0) return end_of_producer(s, code);
    if (!batch.release) {
        s->ended = true;
        return 0;
    }
    csuccess_result result = score_batch(s, &batch, out);
    return result == CSUCCESS_OK ? 0 : end_with(s, result);
}

static const char *give_last_error(struct ArrowArrayStream *stream)
{
    const scoring *s = stream->private_data;
    return s->message[0] ? s->message : NULL;
}

static void release_stream(struct ArrowArrayStream *stream)
{
    free_scoring(stream->private_data);
    stream->release = NULL;
    stream->private_data = NULL;
}

/* ---- Making one ---- */

static csuccess_result read_schema(scoring *s, struct ArrowArrayStream *in, csuccess_error *err)
{
    s->schema = csuccess__arrow_held_new(&s->mem);
    if (!s->schema) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    int code = in->get_schema(in, &s->schema->schema);
    if (code == 0) return CSUCCESS_OK;
    s->schema->schema.release = NULL; /* nothing was given */
    const char *why = in->get_last_error ? in->get_last_error(in) : NULL;
    return csuccess__fail(err, code == ENOMEM ? CSUCCESS_ENOMEM : CSUCCESS_EINVALID,
                          "the producer gave no schema: %s", why ? why : "it does not say why");
}

/* Everything but `in`, which is only asked for its schema. */
static csuccess_result prepare(scoring *s, struct ArrowArrayStream *in,
                               const csuccess_arrow_options *options, csuccess_error *err)
{
    csuccess_result result = read_schema(s, in, err);
    if (result == CSUCCESS_OK) {
        result =
            csuccess__arrow_plan_make(&s->plan, s->config, &s->schema->schema, options, err);
    }
    if (result == CSUCCESS_OK) {
        result = csuccess_scorer_new(&s->scorer, s->config, &s->mem, err);
    }
    if (result < 0) return result;
    s->results = (csuccess__arrow_results){.mem = s->mem,
                                           .config = s->config,
                                           .wanted = options->results,
                                           .schema = s->schema,
                                           .customer = s->plan.customer};
    return CSUCCESS_OK;
}

/* reason: where from, where to, and when. */
csuccess_result csuccess_score_stream(struct ArrowArrayStream *out, csuccess_config *config,
                                      struct ArrowArrayStream *in, int64_t now_ms,
                                      const csuccess_arrow_options *options,
                                      csuccess_error *err)
{
    csuccess_arrow_options o;
    csuccess_allocator mem;
    if (out && out != in) *out = (struct ArrowArrayStream){.release = NULL};
    if (!out || !config || out == in || !in || !in->release || !in->get_schema ||
        !in->get_next) {
        return csuccess__fail(
            err, CSUCCESS_EINVALID,
            "a place for a stream, a configuration and another stream that is "
            "not released are required");
    }
    if (!csuccess__time_valid(now_ms)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "now_ms is not in the years 1 to 9999");
    }
    csuccess_result result = csuccess__arrow_options_take(&o, options, err);
    if (result == CSUCCESS_OK) {
        result = csuccess__config_memory(&mem, config, o.allocator, err);
    }
    if (result < 0) return result;
    scoring *s = csuccess__alloc(&mem, 1, sizeof *s);
    if (!s) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    s->mem = mem;
    s->config = csuccess_config_ref(config);
    s->now = now_ms;
    s->err.size = sizeof s->err;
    result = prepare(s, in, &o, err);
    if (result < 0) {
        free_scoring(s);
        return result;
    }
    s->in = *in;
    in->release = NULL;
    *out = (struct ArrowArrayStream){.get_schema = give_schema,
                                     .get_next = give_next,
                                     .get_last_error = give_last_error,
                                     .release = release_stream,
                                     .private_data = s};
    return CSUCCESS_OK;
}
