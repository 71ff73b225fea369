/* SPDX-License-Identifier: Apache-2.0 */
/* The section `benchmarks`: tables for percentile(), conditions of cohorts. */
#include "customer/benchmark_internal.h"

#include "text/reader.h"

#include <math.h>

typedef struct reading {
    csuccess__benchmarks *set;
    csuccess__compiler *with;
    csuccess__problems *problems;
} reading;

static void lost(const reading *r)
{
    r->problems->lost = true;
}

static bool is_ascending(const reading *r, const csuccess__json *list)
{
    double last = -INFINITY;
    for (const csuccess__json *at = list->first; at; at = at->next) {
        if (at->type != CSUCCESS__JSON_NUMBER || at->number < last) {
            csuccess__problem(r->problems, at, CSUCCESS_ECONFIG,
                              "\"values\" must be numbers in ascending order");
            return false;
        }
        last = at->number;
    }
    return true;
}

static void read_values(const reading *r, csuccess__table *table, const csuccess__json *at)
{
    const csuccess__json *list =
        csuccess__read_section(r->problems, at, "values", CSUCCESS__JSON_ARRAY);
    if (!list || !is_ascending(r, list)) return;
    if (list->count > CSUCCESS__BENCHMARK_VALUES) {
        csuccess__problem(r->problems, list, CSUCCESS_ECONFIG,
                          "\"values\" has more than %u numbers: give quantiles",
                          (uint32_t)CSUCCESS__BENCHMARK_VALUES);
        return;
    }
    double *values = CSUCCESS__NEW_ARRAY(r->with->arena, double, list->count);
    if (!values) {
        lost(r);
        return;
    }
    size_t n = 0;
    for (const csuccess__json *v = list->first; v; v = v->next) values[n++] = v->number;
    table->values = (csuccess__benchmark){values, n};
}

static void read_table(const reading *r, csuccess__cohort *cohort, const csuccess__json *at)
{
    static const char *const known[] = {"n", "mean", "values", NULL};
    if (!csuccess__read_object(r->problems, at, known)) return;
    csuccess__read_number(r->problems, at, "n", 0, 0, 9007199254740992.0);
    csuccess__read_number(r->problems, at, "mean", 0, -INFINITY, INFINITY);
    csuccess__benchmarks *set = r->set;
    csuccess__table *table = &set->tables[set->table_count];
    *table = (csuccess__table){.metric = csuccess__arena_copy(r->with->arena, at->key),
                               .cohort = (uint32_t)(cohort - set->cohorts),
                               .slot = UINT32_MAX,
                               .at = at};
    read_values(r, table, at);
    if (!table->metric.ptr ||
        !csuccess__pairs_add(&set->pairs, cohort->name, table->metric, set->table_count)) {
        lost(r);
        return;
    }
    set->table_count++;
    cohort->count++;
}

static void read_as_of(const reading *r, const csuccess__json *at)
{
    csuccess_str text =
        csuccess__read_string(r->problems, at, "as_of", (csuccess_str){NULL, 0});
    int64_t ms;
    if (!text.ptr || csuccess__time_parse(&ms, text, NULL)) return;
    csuccess__problem(r->problems, csuccess__json_member(at, "as_of"), CSUCCESS_ECONFIG,
                      "\"as_of\" must be a time such as \"2026-01-31T00:00:00Z\" (RFC 3339)");
}

static void read_cohort(const reading *r, const csuccess__json *at)
{
    static const char *const known[] = {"when", "as_of", "of", "description", NULL};
    if (!csuccess__read_object(r->problems, at, known)) return;
    csuccess__cohort *cohort = &r->set->cohorts[r->set->cohort_count];
    *cohort = (csuccess__cohort){.name = csuccess__arena_copy(r->with->arena, at->key),
                                 .first = r->set->table_count,
                                 .at = at};
    if (!cohort->name.ptr) {
        lost(r);
        return;
    }
    r->set->cohort_count++;
    read_as_of(r, at);
    const csuccess__json *of =
        csuccess__read_section(r->problems, at, "of", CSUCCESS__JSON_OBJECT);
    if (!csuccess__json_member(at, "of")) {
        csuccess__problem(
            r->problems, at, CSUCCESS_ECONFIG,
            "the cohort %q has no \"of\": name the inputs and metrics that it keeps, "
            "each with its table or {}",
            at->key);
    }
    for (const csuccess__json *m = of ? of->first : NULL; m; m = m->next) {
        read_table(r, cohort, m);
    }
}

void csuccess__benchmarks_compile(csuccess__schema *schema, csuccess__compiler *with,
                                  csuccess__problems *problems, const csuccess__json *section)
{
    if (!section) return;
    if (section->type != CSUCCESS__JSON_OBJECT) {
        csuccess__problem(problems, section, CSUCCESS_ECONFIG,
                          "\"benchmarks\" must be an object of cohorts by name, found %s",
                          csuccess__json_type_name(section));
        return;
    }
    size_t tables = 0;
    for (const csuccess__json *at = section->first; at; at = at->next) {
        const csuccess__json *of = csuccess__json_member(at, "of");
        tables += of ? of->count : 0;
    }
    csuccess__benchmarks *set = CSUCCESS__NEW(with->arena, csuccess__benchmarks);
    if (set) {
        set->pairs.arena = with->arena;
        set->cohorts = CSUCCESS__NEW_ARRAY(with->arena, csuccess__cohort, section->count);
        set->tables = CSUCCESS__NEW_ARRAY(with->arena, csuccess__table, tables);
    }
    if (!set || !set->cohorts || !set->tables) {
        problems->lost = true;
        return;
    }
    reading r = {.set = set, .with = with, .problems = problems};
    for (const csuccess__json *at = section->first; at; at = at->next) read_cohort(&r, at);
    schema->benchmarks = set;
}

/* A table's metric must be a number that stands when metrics are known. */
static void check_table(csuccess__schema *schema, csuccess__problems *problems,
                        csuccess__table *table)
{
    uint32_t slot = csuccess__schema_find(schema, table->metric, NULL);
    if (slot == UINT32_MAX) {
        csuccess__nearest near;
        csuccess__nearest_start(&near, table->metric);
        bool may = csuccess__nearest_may(&problems->compared, schema->count);
        for (uint32_t i = 0; may && i < schema->count; i++) {
            if (!schema->slots[i].argument.ptr) {
                csuccess__nearest_try(&near, schema->slots[i].path);
            }
        }
        csuccess__problem(problems, table->at, CSUCCESS_ENAME,
                          near.best.ptr ? "unknown attribute or metric %q (did you mean %q?)"
                                        : "unknown attribute or metric %q",
                          table->metric, near.best);
        return;
    }
    csuccess__kind kind = schema->slots[slot].type->kind;
    if (kind == CSUCCESS__KIND_NUMBER) {
        table->slot = slot;
        schema->slots[slot].used = true;
    } else if (kind != CSUCCESS__KIND_ANY) { /* that one has a problem of its own */
        csuccess__problem(problems, table->at, CSUCCESS_ETYPE,
                          "%q is not a number, so it has no percentiles", table->metric);
    }
}

void csuccess__benchmarks_conditions(csuccess__schema *schema, csuccess__compiler *with,
                                     csuccess__problems *problems)
{
    if (!schema->benchmarks) return;
    /* The schema hands it out as constant; it is still being made. */
    csuccess__benchmarks *set = (csuccess__benchmarks *)(uintptr_t)schema->benchmarks;
    for (uint32_t i = 0; i < set->cohort_count; i++) {
        const csuccess__json *when = csuccess__json_member(set->cohorts[i].at, "when");
        if (!when) continue;
        set->cohorts[i].when =
            csuccess__expr_read(with, problems, when, csuccess__type_of(CSUCCESS__KIND_BOOL));
    }
    for (uint32_t i = 0; i < set->table_count; i++) {
        check_table(schema, problems, &set->tables[i]);
    }
}

const csuccess__benchmark *csuccess__benchmarks_find(const csuccess__benchmarks *set,
                                                     csuccess_str metric, csuccess_str cohort)
{
    uint32_t at = csuccess__pairs_find(&set->pairs, cohort, metric);
    return at == UINT32_MAX ? NULL : &set->tables[at].values;
}
