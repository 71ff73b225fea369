/* SPDX-License-Identifier: Apache-2.0 */
/* Inputs of type segment: a person adds a customer to static segments, or removes it. */
#include "flow/segments_internal.h"

#include "flow/flow.h"

static csuccess_result refuse(csuccess__text *reason, const char *format, csuccess_str what)
{
    csuccess__text_format(reason, format, what);
    return CSUCCESS_ERANGE;
}

/* Whether one of them may be set; else why not. */
static csuccess_result check(const csuccess__segments *segments, csuccess_str id,
                             csuccess__text *reason)
{
    uint32_t at = csuccess__segment_find(segments, id);
    if (at == UINT32_MAX) return refuse(reason, "there is no segment %q", id);
    if (!segments->list[at].dynamic) return CSUCCESS_OK;
    return refuse(reason,
                  "the segment %q is dynamic: its condition decides; only static segments "
                  "get members by input",
                  id);
}

/* All of a list, or none. */
static csuccess_result check_list(const csuccess__segments *segments,
                                  const csuccess__json *list, csuccess__text *reason)
{
    for (const csuccess__json *item = list->first; item; item = item->next) {
        if (item->type != CSUCCESS__JSON_STRING) {
            return refuse(reason, "%q has items that are no names of segments",
                          CSUCCESS_STR("segment"));
        }
        csuccess_result result = check(segments, item->string, reason);
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}

/* What has been said so far, and one more. */
static csuccess_result join(csuccess_result all, csuccess_result one)
{
    if (all < 0 || one == CSUCCESS_UNCHANGED) return all;
    return one;
}

static csuccess_result apply_one(csuccess__moment *m, csuccess_str id, bool add,
                                 csuccess__text *reason)
{
    const csuccess__segments *segments = m->flow->segments;
    csuccess_result result = check(segments, id, reason);
    if (result < 0) return result;
    return csuccess__segment_put(m, csuccess__segment_find(segments, id), add,
                                 CSUCCESS_STR("input"));
}

static csuccess_result apply_list(csuccess__moment *m, const csuccess__json *list, bool add,
                                  csuccess__text *reason)
{
    csuccess_result all = check_list(m->flow->segments, list, reason);
    if (all < 0) return all;
    all = CSUCCESS_UNCHANGED;
    for (const csuccess__json *item = list->first; item; item = item->next) {
        all = join(all, apply_one(m, item->string, add, reason));
    }
    return all;
}

csuccess_result csuccess__segment_apply(csuccess__moment *m, const csuccess__input *input,
                                        csuccess__text *reason)
{
    const csuccess__property *named = csuccess__input_property(input, CSUCCESS_STR("segment"));
    bool add = csuccess__str_is(input->name, "add");
    if (!add && !csuccess__str_is(input->name, "remove")) {
        return refuse(reason, "%q is not one of add, remove", input->name);
    }
    if (named && named->value.kind == CSUCCESS__KIND_STRING) {
        return apply_one(m, named->value.as.string, add, reason);
    }
    if (named && named->json && named->json->type == CSUCCESS__JSON_ARRAY) {
        return apply_list(m, named->json, add, reason);
    }
    return refuse(reason, "%q needs \"segment\": a name, or a list of them", input->name);
}
