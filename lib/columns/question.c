/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling and running expressions that hosts ask of a scorer. */
#include "columns/question.h"

#include "base/error.h"

/* The configuration's constants are shared and closed; an expression of its own gets a copy in which the same texts have
   the same numbers. NULL: no memory. */
static csuccess__constants *copy_constants(const csuccess__constants *from,
                                           csuccess__arena *arena)
{
    csuccess__constants *copy = csuccess__constants_new(arena);
    for (uint32_t code = 1; copy && code <= csuccess__constants_count(from); code++) {
        if (csuccess__constants_add(copy, csuccess__constants_text(from, code)) != code) {
            return NULL;
        }
    }
    return copy;
}

static csuccess_result begin(csuccess__question *q, csuccess_scorer *scorer,
                             csuccess__arena *arena, csuccess_error *err)
{
    const csuccess_config *config = scorer->config;
    q->program = NULL;
    q->scope = csuccess__schema_scope(config->schema);
    q->with = (csuccess__compiler){.arena = arena,
                                   .mem = &scorer->mem,
                                   .limits = &config->limits,
                                   .scope = &q->scope,
                                   .constants = copy_constants(config->constants, arena)};
    return q->with.constants ? CSUCCESS_OK
                             : csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
}

csuccess_result csuccess__question_compile(csuccess__question *q, csuccess_scorer *scorer,
                                           csuccess__arena *arena, csuccess_str text,
                                           csuccess_error *found)
{
    csuccess_result status = begin(q, scorer, arena, found);
    return status < 0 ? status
                      : csuccess__expr_compile(&q->program, &q->with, text, NULL, found);
}

static csuccess_result read_rule(csuccess__question *q, csuccess_str text, csuccess_error *err)
{
    const csuccess_limits *limits = q->with.limits;
    csuccess__json_options options = {.limits = limits, .lines = true};
    csuccess__problems problems;
    csuccess__json *rule;
    csuccess__problems_init(&problems, q->with.arena, limits->problems);
    csuccess_result status = csuccess__json_read(&rule, q->with.arena, text, &options, err);
    if (status < 0) {
        return status;
    }
    q->program =
        csuccess__expr_read(&q->with, &problems, rule, csuccess__type_of(CSUCCESS__KIND_BOOL));
    status = csuccess__problems_result(&problems, err);
    return status == CSUCCESS_OK && !q->program
               ? csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory")
               : status;
}

static bool is_json(csuccess_str text)
{
    size_t i = 0;
    while (i < text.len && (text.ptr[i] == ' ' || text.ptr[i] == '\n' || text.ptr[i] == '\t' ||
                            text.ptr[i] == '\r')) {
        i++;
    }
    return i < text.len && text.ptr[i] == '{';
}

csuccess_result csuccess__question_rule(csuccess__question *q, csuccess_scorer *scorer,
                                        csuccess__arena *arena, csuccess_str text,
                                        csuccess_error *err)
{
    csuccess_result status = begin(q, scorer, arena, err);
    if (status < 0) {
        return status;
    }
    if (is_json(text)) {
        return read_rule(q, text, err);
    }
    csuccess_error found = CSUCCESS_ERROR_INIT;
    status = csuccess__expr_compile(&q->program, &q->with, text,
                                    csuccess__type_of(CSUCCESS__KIND_BOOL), &found);
    if (status < 0) {
        csuccess__fail(err, found.code, "%s", found.message);
        csuccess__error_at(err, text, (size_t)found.offset);
    }
    return status;
}

void csuccess__question_free(csuccess__question *q)
{
    csuccess__cleanup_run(q->with.cleanup);
    q->with.cleanup = NULL;
}

csuccess__value csuccess__question_run(const csuccess__question *q, csuccess_scorer *scorer,
                                       int64_t now, csuccess_result *failed)
{
    csuccess__frame frame = {scorer->slots, scorer->config->schema->count, now};
    return csuccess__program_run(q->program, scorer->machine, &frame, failed);
}
