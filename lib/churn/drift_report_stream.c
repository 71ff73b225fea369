/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of a model's errors, outcome by outcome. */
#include <csuccess/tracking.h>

#include "base/alloc.h"
#include "base/error.h"
#include "stats/drift.h"

struct csuccess_error_stream {
    csuccess_allocator mem;
    csuccess__page_hinkley page_hinkley;
    csuccess__adwin adwin;
};

csuccess_result csuccess_error_stream_new(csuccess_error_stream **out,
                                          const csuccess_allocator *allocator,
                                          csuccess_error *err)
{
    /* Errors are within 0 to 1: a mean that stays 0.1 higher is told after about 100 of them. */
    static const csuccess__page_hinkley_options options = {.tolerance = 0.02, .limit = 8};
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = csuccess__allocator_take(&mem, allocator, err);
    if (result < 0) return result;
    csuccess_error_stream *stream = csuccess__alloc(&mem, 1, sizeof *stream);
    if (!stream) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    stream->mem = mem;
    csuccess__page_hinkley_init(&stream->page_hinkley, &options);
    csuccess__adwin_init(&stream->adwin, 0);
    *out = stream;
    return CSUCCESS_OK;
}

void csuccess_error_stream_free(csuccess_error_stream *stream)
{
    if (!stream) return;
    csuccess_allocator mem = stream->mem;
    csuccess__release(&mem, stream, 1, sizeof *stream);
}

csuccess_result csuccess_error_stream_add(csuccess_error_stream *stream, double probability,
                                          int32_t churned, uint32_t *verdict,
                                          csuccess_error *err)
{
    if (!stream) return csuccess__fail(err, CSUCCESS_EINVALID, "stream is required");
    if (!(probability >= 0 && probability <= 1)) {
        return csuccess__fail(err, CSUCCESS_ERANGE, "a probability is within 0 to 1");
    }
    double off = churned ? 1 - probability : probability;
    csuccess__drift_verdict a = csuccess__page_hinkley_add(&stream->page_hinkley, off);
    csuccess__drift_verdict b = csuccess__adwin_add(&stream->adwin, off);
    if (verdict) *verdict = (uint32_t)(a > b ? a : b);
    return CSUCCESS_OK;
}
