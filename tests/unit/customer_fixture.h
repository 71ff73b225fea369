/* SPDX-License-Identifier: Apache-2.0 */
/* Compiles the sections of the customer room from a document, for its tests. */
#ifndef CUSTOMER_FIXTURE_H
#define CUSTOMER_FIXTURE_H

#include "check.h"

#include "base/error.h"
#include "customer/benchmark.h"
#include "customer/facts.h"
#include "customer/series.h"

typedef struct fixture {
    check_memory *memory;
    check_memory own;
    csuccess_limits limits;
    csuccess__arena arena;
    csuccess__problems problems;
    csuccess__schema *schema;
    csuccess__scope scope;
    csuccess__compiler with;
    const csuccess__sources *sources;
    const csuccess__aggregates *aggregates;
} fixture;

static inline void fixture_sections(fixture *f, const csuccess__json *root)
{
    f->schema->stratum = CSUCCESS__STRATUM_INPUT;
    csuccess__attributes_compile(f->schema, &f->with, &f->problems,
                                 csuccess__json_member(root, "attributes"));
    csuccess__records_compile(f->schema, &f->with, &f->problems,
                              csuccess__json_member(root, "records"));
    f->sources = csuccess__sources_compile(&f->with, &f->problems,
                                           csuccess__json_member(root, "sources"));
    f->aggregates = csuccess__aggregates_compile(f->schema, &f->with, &f->problems, f->sources,
                                                 csuccess__json_member(root, "aggregates"));
    f->schema->stratum = CSUCCESS__STRATUM_METRIC;
    csuccess__benchmarks_compile(f->schema, &f->with, &f->problems,
                                 csuccess__json_member(root, "benchmarks"));
    csuccess__metrics_compile(f->schema, &f->with, &f->problems,
                              csuccess__json_member(root, "metrics"));
    csuccess__benchmarks_conditions(f->schema, &f->with, &f->problems);
}

/* ENOMEM, or OK with the problems noted. */
static inline csuccess_result fixture_start(fixture *f, check_memory *memory,
                                            const char *document)
{
    memset(f, 0, sizeof *f);
    if (!memory) check_memory_start(&f->own);
    f->memory = memory ? memory : &f->own;
    csuccess__limits_take(&f->limits, NULL, NULL);
    csuccess__arena_init(&f->arena, &f->memory->allocator, 0);
    csuccess__problems_init(&f->problems, &f->arena, 100);
    f->schema = csuccess__schema_new(&f->arena);
    csuccess__constants *constants = csuccess__constants_new(&f->arena);
    if (!f->schema || !constants) return CSUCCESS_ENOMEM;
    f->scope = csuccess__schema_scope(f->schema);
    f->with = (csuccess__compiler){.arena = &f->arena,
                                   .mem = &f->memory->allocator,
                                   .limits = &f->limits,
                                   .scope = &f->scope,
                                   .constants = constants};
    csuccess__json_options options = {.limits = &f->limits, .lines = true};
    csuccess__json *root;
    csuccess_error err = CSUCCESS_ERROR_INIT;
    csuccess_result result =
        csuccess__json_read(&root, &f->arena, check_view(document), &options, &err);
    if (result < 0) {
        if (result != CSUCCESS_ENOMEM) printf("# %s\n", err.message);
        return result;
    }
    fixture_sections(f, root);
    return f->problems.lost ? CSUCCESS_ENOMEM : CSUCCESS_OK;
}

static inline void fixture_finish(fixture *f)
{
    csuccess__cleanup_run(f->with.cleanup);
    csuccess__arena_free(&f->arena);
    if (f->memory == &f->own) CHECK_MEMORY_EMPTY(&f->own);
}

static inline csuccess_result fixture_facts(csuccess_facts **out, const fixture *f,
                                            csuccess_error *err)
{
    csuccess__facts_options options = {.allocator = &f->memory->allocator,
                                       .schema = f->schema,
                                       .constants = f->with.constants,
                                       .limits = &f->limits};
    return csuccess__facts_make(out, &options, err);
}

/* All problems must be these, "pointer: message" each, in the order in which they were noted. */
static inline void fixture_problems(const fixture *f, const char *const *expected)
{
    const csuccess__noted *p = f->problems.first;
    for (size_t i = 0; expected[i] || p; i++) {
        char text[800] = "";
        if (p) {
            snprintf(text, sizeof text, "%.*s: %.*s", (int)p->pointer.len,
                     p->pointer.len ? p->pointer.ptr : "", (int)p->message.len, p->message.ptr);
        }
        CHECK_CSTR(text, expected[i] ? expected[i] : "(no more)");
        if (!expected[i]) break;
        p = p ? p->next : NULL;
    }
}

#endif
