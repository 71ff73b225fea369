/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzzes rule maps: whatever compiles has a text that compiles to the same program; whatever
   does not has a problem with a place. */
#include "../unit/expr_scope.h"
#include "fuzz.h"

static void check_rule(scope_world *w, const csuccess__json *node)
{
    csuccess__problems list;
    csuccess_error error = CSUCCESS_ERROR_INIT;
    csuccess__problems_init(&list, &w->arena, w->limits.problems);
    const csuccess__program *rule =
        csuccess__expr_read(&w->compiler, &list, node, csuccess__type_of(CSUCCESS__KIND_BOOL));
    FUZZ_CHECK((rule != NULL) == (list.errors == 0) && !list.lost);
    for (const csuccess__noted *p = list.first; p; p = p->next) FUZZ_CHECK(p->message.len > 0);
    if (!rule) return;
    const csuccess__program *text = NULL;
    w->limits.expression_bytes = UINT32_MAX;
    w->limits.expression_depth = UINT32_MAX;
    csuccess_result result =
        csuccess__expr_compile(&text, &w->compiler, rule->text, NULL, &error);
    FUZZ_CHECK(result == CSUCCESS_OK && scope_same_program(rule, text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    scope_world w;
    csuccess__json *node = NULL;
    FUZZ_CHECK(scope_start(&w, csuccess__malloc_allocator()) == CSUCCESS_OK);
    csuccess__json_options options = {.limits = &w.limits, .lines = true};
    csuccess_str text = {(const char *)data, size};
    if (csuccess__json_read(&node, &w.arena, text, &options, NULL) == CSUCCESS_OK) {
        check_rule(&w, node);
    }
    scope_end(&w);
    return 0;
}
