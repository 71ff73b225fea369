/* SPDX-License-Identifier: Apache-2.0 */
/* One customer's segments, kept so that a changed input costs little. */
#include "base/error.h"
#include "customer/facts.h"
#include "engine/scorer.h"

struct csuccess_membership {
    csuccess_allocator mem;
    csuccess_config *config;
    size_t words;                        /* of the standing */
    const uint64_t *members, *undecided; /* within it */
    bool begun;                          /* all segments have been asked */
    uint64_t standing[];
};

static size_t bytes_of(const csuccess_membership *m)
{
    return sizeof *m + m->words * sizeof *m->standing;
}

/* reason: what is made, over what, with what memory, and what went wrong. */
csuccess_result csuccess_membership_new(csuccess_membership **out, csuccess_config *config,
                                        const csuccess_allocator *allocator,
                                        csuccess_error *err)
{
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result status = csuccess__config_memory(&mem, config, allocator, err);
    if (status < 0) return status;
    csuccess_membership shape = {.mem = mem};
    if (config->segments) shape.words = csuccess__segments_standing(config->segments);
    csuccess_membership *m = csuccess__alloc(&mem, 1, bytes_of(&shape));
    if (!m) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    *m = shape;
    m->config = csuccess_config_ref(config);
    m->members = m->undecided = m->standing;
    if (config->segments) {
        m->members = csuccess__segments_answers(config->segments, m->standing, &m->undecided);
    }
    *out = m;
    return CSUCCESS_OK;
}

void csuccess_membership_free(csuccess_membership *membership)
{
    if (!membership) return;
    csuccess_allocator mem = membership->mem;
    csuccess_config_unref(membership->config);
    csuccess__release(&mem, membership, 1, bytes_of(membership));
}

const uint64_t *csuccess_membership_members(const csuccess_membership *membership)
{
    return membership ? membership->members : NULL;
}

const uint64_t *csuccess_membership_undecided(const csuccess_membership *membership)
{
    return membership ? membership->undecided : NULL;
}

static csuccess_result check(const csuccess_scorer *scorer,
                             const csuccess_membership *membership, const uint32_t *changed,
                             size_t count, csuccess_error *err)
{
    if (!membership || membership->config != scorer->config) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              membership ? "membership is of another configuration"
                                         : "membership is required");
    }
    if (count > 0 && !changed) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "changed is required");
    }
    for (size_t i = 0; i < count; i++) {
        if (changed[i] < scorer->config->schema->inputs) continue;
        return csuccess__fail(err, CSUCCESS_EINVALID, "changed[%z] is not an input", i);
    }
    return CSUCCESS_OK;
}

/* Inputs that are all that is read are read where they stand.
   reason: the customer, the time, what is needed, and two places for what comes out. */
static csuccess_result fill(csuccess_scorer *scorer, const csuccess_facts *facts, int64_t now,
                            csuccess__segments_need need, csuccess__frame *frame,
                            csuccess_error *err)
{
    const csuccess__value *values = need.inputs_only ? csuccess__facts_values(facts) : NULL;
    *frame = (csuccess__frame){scorer->slots, scorer->config->schema->count, now};
    if (values) {
        frame->slots = values;
        frame->count = scorer->config->schema->inputs;
        csuccess__machine_reset(scorer->machine);
        return CSUCCESS_OK;
    }
    return csuccess__scorer_segment_slots(scorer, facts, now, err);
}

/* reason: the customer, the time, what has changed since when, and what went wrong. */
csuccess_result csuccess_scorer_membership(csuccess_scorer *scorer, const csuccess_facts *facts,
                                           int64_t now_ms, csuccess_membership *membership,
                                           const uint32_t *changed, size_t count,
                                           csuccess_error *err)
{
    csuccess__frame frame;
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK) status = check(scorer, membership, changed, count, err);
    if (status < 0 || !scorer->config->segments) return status;
    const csuccess__segments *segments = scorer->config->segments;
    csuccess__segments_change change = {.inputs = changed, .count = count};
    if (membership->begun) change.need = csuccess__segments_needs(segments, changed, count);
    scorer->explained = false;
    status = fill(scorer, facts, now_ms, change.need, &frame, err);
    if (status < 0) return status;
    status = csuccess__segments_again(segments, scorer->machine, &frame, scorer->slots, &change,
                                      membership->standing);
    membership->begun = status >= 0;
    return status < 0 ? csuccess__scorer_failed(status, err) : CSUCCESS_OK;
}
