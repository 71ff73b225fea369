/* SPDX-License-Identifier: Apache-2.0 */
/* Cohort benchmarks for hosts: the accumulator of the customer's room behind a handle over a configuration. */
#include "columns/scorer.h"

#include "base/error.h"
#include "customer/benchmark.h"

struct csuccess_cohorts {
    csuccess_allocator mem;
    csuccess_scorer *scorer; /* brings inputs and metrics to the frame */
    csuccess__cohorts *core;
};

csuccess_result csuccess_cohorts_new(csuccess_cohorts **out, csuccess_config *config,
                                     const csuccess_allocator *allocator, csuccess_error *err)
{
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_scorer *scorer;
    csuccess_result status = csuccess_scorer_new(&scorer, config, allocator, err);
    if (status < 0) {
        return status;
    }
    csuccess_allocator mem = scorer->mem;
    csuccess_cohorts *cohorts = csuccess__alloc(&mem, 1, sizeof *cohorts);
    if (!cohorts) {
        csuccess_scorer_free(scorer);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    cohorts->mem = mem;
    cohorts->scorer = scorer;
    status = csuccess__cohorts_new(&cohorts->core, config->schema, &cohorts->mem);
    if (status < 0) {
        csuccess_cohorts_free(cohorts);
        return csuccess__scorer_failed(status, err);
    }
    *out = cohorts;
    return CSUCCESS_OK;
}

void csuccess_cohorts_free(csuccess_cohorts *cohorts)
{
    if (cohorts) {
        csuccess_allocator mem = cohorts->mem;
        csuccess__cohorts_free(cohorts->core);
        csuccess_scorer_free(cohorts->scorer);
        csuccess__release(&mem, cohorts, 1, sizeof *cohorts);
    }
}

static csuccess_result failed(csuccess_result status, csuccess_error *err)
{
    if (status == CSUCCESS_ELIMIT) {
        return csuccess__fail(err, status, "a cohort holds more values than it can keep");
    }
    return status < 0 ? csuccess__scorer_failed(status, err) : CSUCCESS_OK;
}

csuccess_result csuccess_cohorts_add(csuccess_cohorts *cohorts, const csuccess_facts *facts,
                                     int64_t now_ms, csuccess_error *err)
{
    csuccess_scorer *scorer = cohorts ? cohorts->scorer : NULL;
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_inputs(scorer, facts, now_ms, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__frame frame = {scorer->slots, scorer->config->schema->count, now_ms};
    return failed(csuccess__cohorts_add(cohorts->core, scorer->machine, &frame), err);
}

csuccess_result csuccess_cohorts_merge(csuccess_cohorts *into, const csuccess_cohorts *from,
                                       csuccess_error *err)
{
    if (!into || !from || into->scorer->config != from->scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "two cohorts of one configuration are required");
    }
    return failed(csuccess__cohorts_merge(into->core, from->core), err);
}

csuccess_result csuccess_cohorts_json(csuccess_text **out, const csuccess_cohorts *cohorts,
                                      csuccess_error *err)
{
    if (out) {
        *out = NULL;
    }
    if (!out || !cohorts) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out and cohorts are required");
    }
    csuccess__buffer buffer;
    csuccess__buffer_init(&buffer, &cohorts->mem, cohorts->scorer->config->limits.output_bytes);
    csuccess_result status = csuccess__cohorts_write(cohorts->core, &buffer);
    status = status < 0 ? status : buffer.status;
    if (status == CSUCCESS_OK) {
        status = csuccess__text_make(out, &cohorts->mem, csuccess__buffer_view(&buffer));
    }
    csuccess__buffer_free(&buffer);
    return status < 0 ? csuccess__fail(err, status, "%s", csuccess_result_text(status))
                      : CSUCCESS_OK;
}
