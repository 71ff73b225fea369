/* SPDX-License-Identifier: Apache-2.0 */
/* Checking a document: its problems and lint as a list for the host. */
#include "config/config.h"

#include "base/error.h"

/* The list lives in the configuration's arena, so it keeps the configuration, good or not. */
struct csuccess_problems {
    csuccess_config *config;
    csuccess__problems list;
    const csuccess__noted **sorted;
    size_t count;
};

/* Errors before lint; what stands in the text at hand before other documents; by place. */
static bool before(const csuccess__problems *list, const csuccess__noted *a,
                   const csuccess__noted *b)
{
    if ((a->code < 0) != (b->code < 0)) {
        return a->code < 0;
    }
    int source = csuccess__str_cmp(a->source, b->source);
    if (source == 0) {
        return a->offset < b->offset;
    }
    bool own = csuccess__str_eq(a->source, list->own);
    return own || (source < 0 && !csuccess__str_eq(b->source, list->own));
}

/* Errors first, each in document order; insertion keeps equals as they came, and the list is short. */
static bool sort(csuccess_problems *problems)
{
    csuccess__arena *arena = &problems->config->arena;
    problems->sorted =
        CSUCCESS__NEW_ARRAY(arena, const csuccess__noted *, problems->list.count);
    if (!problems->sorted) {
        return false;
    }
    for (const csuccess__noted *p = problems->list.first; p; p = p->next) {
        size_t i = problems->count++;
        while (i > 0 && before(&problems->list, p, problems->sorted[i - 1])) {
            problems->sorted[i] = problems->sorted[i - 1];
            i--;
        }
        problems->sorted[i] = p;
    }
    return true;
}

csuccess_result csuccess_config_check(csuccess_problems **out, csuccess_str document,
                                      const csuccess_config_options *options,
                                      csuccess_error *err)
{
    csuccess_config *config;
    csuccess__problems list;
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_result status = csuccess__config_make(&config, document, options, &list, err);
    if (status < 0) {
        return status;
    }
    if (list.errors == 0 && !list.lost) {
        csuccess__config_lint(config, &list);
    }
    csuccess_problems *problems = CSUCCESS__NEW(&config->arena, csuccess_problems);
    if (problems) {
        problems->config = config;
        problems->list = list;
    }
    if (!problems || list.lost || !sort(problems)) {
        csuccess_config_unref(config);
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    *out = problems;
    return csuccess__problems_result(&problems->list, err);
}

size_t csuccess_problems_count(const csuccess_problems *problems)
{
    return problems ? problems->count : 0;
}

csuccess_result csuccess_problems_get(const csuccess_problems *problems, size_t index,
                                      csuccess_problem *out)
{
    if (!problems || !out || index >= problems->count) {
        return CSUCCESS_EINVALID;
    }
    const csuccess__noted *p = problems->sorted[index];
    const csuccess_problem problem = {.size = sizeof problem,
                                      .code = p->code,
                                      .line = p->line,
                                      .offset = p->offset,
                                      .column = p->column,
                                      .document = p->source,
                                      .pointer = p->pointer,
                                      .message = p->message};
    return csuccess__struct_give(out, &problem, sizeof problem, "csuccess_problem", NULL);
}

void csuccess_problems_free(csuccess_problems *problems)
{
    if (problems) {
        csuccess_config_unref(problems->config);
    }
}
