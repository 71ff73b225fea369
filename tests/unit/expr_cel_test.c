/* SPDX-License-Identifier: Apache-2.0 */
/* Cases of CEL's own conformance suite (tests/vectors/README.md) through compiler and row machine. */
#include "expr_rows.h"

static bool agrees(const csuccess__json *expected, csuccess__value v);

static bool items_agree(const csuccess__json *expected, csuccess__value v)
{
    if (v.kind != CSUCCESS__KIND_LIST || v.as.many.count != expected->count) return false;
    const csuccess__json *item = expected->first;
    for (size_t i = 0; item; item = item->next) {
        if (!agrees(item, v.as.many.items[i++])) return false;
    }
    return true;
}

/* Doubles to 1e-12, all else exact. */
static bool agrees(const csuccess__json *expected, csuccess__value v)
{
    switch (expected->type) {
    case CSUCCESS__JSON_BOOL:
        return v.kind == CSUCCESS__KIND_BOOL && v.as.boolean == expected->boolean;
    case CSUCCESS__JSON_NUMBER:
        return v.kind == CSUCCESS__KIND_NUMBER &&
               fabs(v.as.number - expected->number) <= 1e-12 * fmax(1, fabs(expected->number));
    case CSUCCESS__JSON_STRING:
        return v.kind == CSUCCESS__KIND_STRING &&
               csuccess__str_eq(v.as.string, expected->string);
    default:
        return expected->type == CSUCCESS__JSON_ARRAY && items_agree(expected, v);
    }
}

static void run_case(rows *r, const csuccess__json *line)
{
    csuccess_str text = csuccess__json_member(line, "expr")->string;
    const csuccess__json *value = csuccess__json_member(line, "value");
    csuccess_error err = CSUCCESS_ERROR_INIT;
    const csuccess__program *program;
    csuccess_result compiled = csuccess__expr_compile(&program, &r->compiler, text, NULL, &err);
    bool right = compiled != CSUCCESS_OK;
    if (!value) {
        right = right && err.message[0] != '\0' && err.line > 0;
    } else if (!right) {
        right =
            agrees(value, csuccess__program_run(program, r->machine, &r->frame, &r->failed));
    } else {
        right = false;
    }
    csuccess__machine_reset(r->machine);
    if (!CHECK(right)) {
        csuccess_str name = csuccess__json_member(line, "name")->string;
        printf("# %.*s: %.*s %s\n", (int)name.len, name.ptr, (int)text.len, text.ptr,
               err.message);
    }
}

static void all_of_them(void)
{
    static rows r;
    size_t len = 0, cases = 0;
    char *file = check_read(CHECK_SOURCE_ROOT "/tests/vectors/expressions.cel.jsonl", &len);
    if (!CHECK(file) || !CHECK_OK(rows_start(&r, csuccess__malloc_allocator(), NULL))) return;
    csuccess__json_options options = {.limits = &r.limits};
    for (char *line = file; *line;) {
        char *end = strchr(line, '\n');
        csuccess_str text = {line, end ? (size_t)(end - line) : strlen(line)};
        csuccess__json *node = NULL;
        if (!CHECK_OK(csuccess__json_read(&node, &r.arena, text, &options, NULL))) break;
        run_case(&r, node);
        cases++;
        line += text.len + (end ? 1 : 0);
    }
    CHECK(cases >= 185);
    rows_end(&r);
    free(file);
}

CHECK_MAIN(CHECK_TEST(all_of_them))
