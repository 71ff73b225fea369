/* SPDX-License-Identifier: Apache-2.0 */
/* A small scope of names of every type and look-ups, and a compiler over it, for tests of
   the front end of the expression language. */
#ifndef EXPR_SCOPE_H
#define EXPR_SCOPE_H

#include "base/buffer.h"
#include "base/error.h"
#include "expr/program.h"
#include <stdbool.h>
#include <string.h>

static const csuccess__type scope_number = {.kind = CSUCCESS__KIND_NUMBER};
static const csuccess__type scope_bool = {.kind = CSUCCESS__KIND_BOOL};
static const csuccess__type scope_string = {.kind = CSUCCESS__KIND_STRING};
static const csuccess__type scope_time = {.kind = CSUCCESS__KIND_TIME};
static const csuccess__type scope_duration = {.kind = CSUCCESS__KIND_DURATION};
static const csuccess__type scope_strings = {.kind = CSUCCESS__KIND_LIST,
                                             .item = &scope_string};
static const csuccess__type scope_numbers = {.kind = CSUCCESS__KIND_LIST,
                                             .item = &scope_number};
static const csuccess__field scope_owner_fields[] = {{{"name", 4}, &scope_string},
                                                     {{"since", 5}, &scope_time}};
static const csuccess__type scope_owner = {
    .kind = CSUCCESS__KIND_RECORD, .fields = scope_owner_fields, .field_count = 2};
static const csuccess__field scope_deal_fields[] = {{{"product", 7}, &scope_string},
                                                    {{"amount", 6}, &scope_number},
                                                    {{"renews", 6}, &scope_time},
                                                    {{"tags", 4}, &scope_strings},
                                                    {{"owner", 5}, &scope_owner}};
static const csuccess__type scope_deal = {
    .kind = CSUCCESS__KIND_RECORD, .fields = scope_deal_fields, .field_count = 5};
static const csuccess__type scope_deals = {.kind = CSUCCESS__KIND_LIST, .item = &scope_deal};

/* The slot of a name is its place here. */
static const struct scope_name {
    const char *path, *argument;
    const csuccess__type *type;
} scope_names[] = {
    {"logins_30d", NULL, &scope_number},
    {"logins_before", NULL, &scope_number},
    {"arr", NULL, &scope_number},
    {"plan", NULL, &scope_string},
    {"region", NULL, &scope_string},
    {"champion_left", NULL, &scope_bool},
    {"is_trial", NULL, &scope_bool},
    {"last_login", NULL, &scope_time},
    {"renews", NULL, &scope_time},
    {"notice", NULL, &scope_duration},
    {"tags", NULL, &scope_strings},
    {"scores", NULL, &scope_numbers},
    {"deals", NULL, &scope_deals},
    {"owner", NULL, &scope_owner},
    {"health.score", NULL, &scope_number},
    {"health.status", NULL, &scope_string},
    {"health.change", "P30D", &scope_number},
    {"component", "usage", &scope_number},
    {"segment", "big", &scope_bool},
    {"milestone.achieved_at", "live", &scope_time},
    {"milestone.owner", "live", &scope_owner},
    {"x", NULL, &scope_number},
    {"e", NULL, &scope_number},
};
enum { SCOPE_NAMES = sizeof scope_names / sizeof scope_names[0] };

/* reason: the form of csuccess__scope.resolve. */
static inline csuccess_result scope_resolve(void *ud, csuccess_str path,
                                            const csuccess_str *argument, csuccess__symbol *out,
                                            csuccess__nearest *near, csuccess__text *say)
{
    (void)ud;
    if (csuccess__str_starts(path, CSUCCESS_STR("later"))) {
        csuccess__text_format(say, "%q comes in a later stratum", path);
        return CSUCCESS_ECYCLE;
    }
    for (uint32_t i = 0; i < SCOPE_NAMES; i++) {
        const struct scope_name *name = &scope_names[i];
        csuccess__nearest_try(near, csuccess__str(name->path));
        if (csuccess__str_is(path, name->path) && !name->argument == !argument &&
            (!argument || csuccess__str_is(*argument, name->argument))) {
            *out = (csuccess__symbol){.type = name->type, .slot = i};
            return CSUCCESS_OK;
        }
    }
    return CSUCCESS_ENAME;
}

static const double scope_values[] = {1, 2, 3};
static const csuccess__benchmark scope_cohort = {scope_values, 3};

static inline const csuccess__benchmark *scope_benchmark(void *ud, csuccess_str metric,
                                                         csuccess_str cohort)
{
    (void)ud;
    return csuccess__str_is(metric, "arr") && csuccess__str_is(cohort, "all") ? &scope_cohort
                                                                              : NULL;
}

static inline void scope_print(void *ud, csuccess__buffer *out, uint32_t slot)
{
    (void)ud;
    const struct scope_name *name = &scope_names[slot];
    const char *point = name->argument ? strchr(name->path, '.') : NULL;
    bool method = point && strcmp(point, ".change") == 0;
    size_t head = point && !method ? (size_t)(point - name->path) : strlen(name->path);
    csuccess__buffer_put(out, name->path, head);
    if (name->argument) {
        csuccess__buffer_cstr(out, "('");
        csuccess__buffer_cstr(out, name->argument);
        csuccess__buffer_cstr(out, "')");
        csuccess__buffer_cstr(out, name->path + head);
    }
}
static const csuccess__names scope_printer = {NULL, scope_print};

/* A compiler over the scope, with what it needs. */
typedef struct scope_world {
    csuccess_limits limits;
    csuccess__scope scope;
    csuccess__arena arena;
    csuccess__compiler compiler;
} scope_world;

static inline csuccess_result scope_start(scope_world *w, const csuccess_allocator *mem)
{
    memset(w, 0, sizeof *w);
    csuccess_result result = csuccess__limits_take(&w->limits, NULL, NULL);
    w->scope = (csuccess__scope){NULL, scope_resolve, scope_benchmark};
    csuccess__arena_init(&w->arena, mem, 0);
    w->compiler = (csuccess__compiler){.arena = &w->arena,
                                       .mem = mem,
                                       .limits = &w->limits,
                                       .scope = &w->scope,
                                       .constants = csuccess__constants_new(&w->arena)};
    if (result == CSUCCESS_OK && !w->compiler.constants) result = CSUCCESS_ENOMEM;
    return result;
}

static inline void scope_end(scope_world *w)
{
    csuccess__cleanup_run(w->compiler.cleanup);
    csuccess__arena_free(&w->arena);
}

static inline bool scope_same_constant(csuccess__value x, csuccess__value y)
{
    return x.kind == y.kind && x.code == y.code && csuccess__value_equal(x, y);
}

static inline bool scope_same_table(const csuccess__node *x, const csuccess__node *y)
{
    size_t bytes = x->as.table.count * sizeof(double);
    return x->as.table.count == y->as.table.count &&
           memcmp(x->as.table.x, y->as.table.x, bytes) == 0 &&
           memcmp(x->as.table.y, y->as.table.y, bytes) == 0;
}

static inline bool scope_same_each(const csuccess__node *x, const csuccess__node *y)
{
    return x->as.each.variable == y->as.each.variable && x->as.each.first == y->as.each.first &&
           x->as.each.body == y->as.each.body;
}

/* What stands in node->as. */
static inline bool scope_same_detail(const csuccess__node *x, const csuccess__node *y)
{
    switch ((csuccess__op)x->op) {
    case CSUCCESS__OP_CONSTANT:
        return scope_same_constant(x->as.constant, y->as.constant);
    case CSUCCESS__OP_SLOT:
        return x->as.slot == y->as.slot;
    case CSUCCESS__OP_FIELD:
        return x->as.field == y->as.field;
    case CSUCCESS__OP_MATCHES:
        return csuccess__str_eq(x->as.pattern, y->as.pattern);
    case CSUCCESS__OP_BANDS:
    case CSUCCESS__OP_LINEAR:
        return scope_same_table(x, y);
    case CSUCCESS__OP_PERCENTILE:
        return x->as.benchmark == y->as.benchmark;
    case CSUCCESS__OP_VARIABLE:
        return x->as.each.variable == y->as.each.variable;
    default:
        break;
    }
    bool macro = csuccess__op_info_of((csuccess__op)x->op)->style == CSUCCESS__STYLE_MACRO;
    return macro ? scope_same_each(x, y) : x->as.offset_minutes == y->as.offset_minutes;
}

/* Whether two nodes of two programs are the same but for where they stand in the text. */
static inline bool scope_same_node(const csuccess__program *p, const csuccess__program *q,
                                   uint32_t i)
{
    const csuccess__node *x = &p->nodes[i], *y = &q->nodes[i];
    if (x->op != y->op || x->argc != y->argc || !csuccess__type_equal(x->type, y->type)) {
        return false;
    }
    for (uint32_t k = 0; k < x->argc; k++) {
        if (p->args[x->args + k] != q->args[y->args + k]) return false;
    }
    return scope_same_detail(x, y);
}

static inline bool scope_same_program(const csuccess__program *p, const csuccess__program *q)
{
    bool same = p->count == q->count && p->variables == q->variables &&
                p->input_count == q->input_count && p->reads_now == q->reads_now;
    for (uint32_t i = 0; same && i < p->input_count; i++) same = p->inputs[i] == q->inputs[i];
    for (uint32_t i = 0; same && i < p->count; i++) same = scope_same_node(p, q, i);
    return same;
}

#endif
