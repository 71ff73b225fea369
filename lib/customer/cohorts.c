/* SPDX-License-Identifier: Apache-2.0 */
/* Making benchmarks: the numbers of each cohort, kept exactly, so that order and split of the customers do not show. */
#include "customer/benchmark_internal.h"

#include "stats/quantiles.h"
#include "stats/sum.h"

/* Numbers kept of one metric in one cohort at most: 80 MB. */
enum { MOST_NUMBERS = 10000000 };

typedef struct tally {
    csuccess__quantiles numbers;
    csuccess__sum sum;
} distribution;

struct csuccess__cohorts {
    csuccess_allocator mem;
    const csuccess__schema *schema;
    distribution *tallies; /* by table */
    bool *added;           /* by table: took part in the add at hand */
};

static const csuccess__benchmarks *set_of(const csuccess__cohorts *cohorts)
{
    return cohorts->schema->benchmarks;
}

static uint32_t count_of(const csuccess__cohorts *cohorts)
{
    return set_of(cohorts) ? set_of(cohorts)->table_count : 0;
}

csuccess_result csuccess__cohorts_new(csuccess__cohorts **out, const csuccess__schema *schema,
                                      const csuccess_allocator *mem)
{
    *out = NULL;
    csuccess__cohorts *cohorts = csuccess__alloc(mem, 1, sizeof *cohorts);
    if (!cohorts) return CSUCCESS_ENOMEM;
    cohorts->mem = *mem;
    cohorts->schema = schema;
    size_t n = (size_t)count_of(cohorts) + 1;
    cohorts->tallies = csuccess__alloc(mem, n, sizeof *cohorts->tallies);
    cohorts->added = csuccess__alloc(mem, n, sizeof *cohorts->added);
    if (!cohorts->tallies || !cohorts->added) {
        csuccess__cohorts_free(cohorts);
        return CSUCCESS_ENOMEM;
    }
    for (uint32_t i = 0; i < count_of(cohorts); i++) {
        csuccess__quantiles_init(&cohorts->tallies[i].numbers, &cohorts->mem, MOST_NUMBERS);
        csuccess__sum_start(&cohorts->tallies[i].sum);
    }
    *out = cohorts;
    return CSUCCESS_OK;
}

void csuccess__cohorts_free(csuccess__cohorts *cohorts)
{
    if (!cohorts) return;
    size_t n = (size_t)count_of(cohorts) + 1;
    for (uint32_t i = 0; cohorts->tallies && i < count_of(cohorts); i++) {
        csuccess__quantiles_free(&cohorts->tallies[i].numbers);
    }
    csuccess_allocator mem = cohorts->mem;
    csuccess__release(&mem, cohorts->tallies, n, sizeof *cohorts->tallies);
    csuccess__release(&mem, cohorts->added, n, sizeof *cohorts->added);
    csuccess__release(&mem, cohorts, 1, sizeof *cohorts);
}

static csuccess_result is_member(const csuccess__cohort *cohort, csuccess__machine *machine,
                                 const csuccess__frame *frame, bool *out)
{
    csuccess_result failed = CSUCCESS_OK;
    *out = true;
    if (!cohort->when) return failed;
    csuccess__value v = csuccess__program_run(cohort->when, machine, frame, &failed);
    *out = v.kind == CSUCCESS__KIND_BOOL && v.as.boolean;
    return failed;
}

/* A default is nobody's number. */
static bool is_known(const csuccess__table *table, const csuccess__frame *frame, double *x)
{
    if (table->slot == UINT32_MAX) return false;
    csuccess__value v = frame->slots[table->slot];
    *x = v.as.number;
    return v.kind == CSUCCESS__KIND_NUMBER && !v.defaulted;
}

/* Takes the number added last, or the last n, back. */
static void take_back(distribution *tally, size_t n)
{
    tally->numbers.count -= n;
}

static csuccess_result add_numbers(csuccess__cohorts *cohorts, const csuccess__cohort *cohort,
                                   const csuccess__frame *frame)
{
    for (uint32_t i = cohort->first; i < cohort->first + cohort->count; i++) {
        double x;
        if (!is_known(&set_of(cohorts)->tables[i], frame, &x)) continue;
        csuccess__sum trial = cohorts->tallies[i].sum;
        if (!csuccess__sum_add(&trial, x)) return CSUCCESS_ERANGE;
        csuccess_result result = csuccess__quantiles_add(&cohorts->tallies[i].numbers, x);
        if (result < 0) return result;
        cohorts->added[i] = true;
    }
    return CSUCCESS_OK;
}

/* Every number is in, or none. */
static void settle(csuccess__cohorts *cohorts, const csuccess__frame *frame, bool keep)
{
    for (uint32_t i = 0; i < count_of(cohorts); i++) {
        if (!cohorts->added[i]) continue;
        double x;
        if (!keep) {
            take_back(&cohorts->tallies[i], 1);
        } else if (is_known(&set_of(cohorts)->tables[i], frame, &x)) {
            csuccess__sum_add(&cohorts->tallies[i].sum, x);
        }
        cohorts->added[i] = false;
    }
}

csuccess_result csuccess__cohorts_add(csuccess__cohorts *cohorts, csuccess__machine *machine,
                                      const csuccess__frame *frame)
{
    const csuccess__benchmarks *set = set_of(cohorts);
    csuccess_result result = CSUCCESS_OK;
    for (uint32_t i = 0; set && i < set->cohort_count && result == CSUCCESS_OK; i++) {
        bool member;
        result = is_member(&set->cohorts[i], machine, frame, &member);
        if (result == CSUCCESS_OK && member) {
            result = add_numbers(cohorts, &set->cohorts[i], frame);
        }
    }
    settle(cohorts, frame, result == CSUCCESS_OK);
    return result;
}

csuccess_result csuccess__cohorts_merge(csuccess__cohorts *into, const csuccess__cohorts *from)
{
    csuccess_result result = CSUCCESS_OK;
    uint32_t n = count_of(into), done = 0;
    for (; done < n && result == CSUCCESS_OK; done++) {
        csuccess__sum trial = into->tallies[done].sum;
        result = csuccess__sum_merge(&trial, &from->tallies[done].sum)
                     ? csuccess__quantiles_merge(&into->tallies[done].numbers,
                                                 &from->tallies[done].numbers)
                     : CSUCCESS_ERANGE;
        if (result < 0) break;
    }
    for (uint32_t i = 0; i < done; i++) {
        if (result < 0)
            take_back(&into->tallies[i], from->tallies[i].numbers.count);
        else
            csuccess__sum_merge(&into->tallies[i].sum, &from->tallies[i].sum);
    }
    return result;
}

static bool put_number(csuccess__arena *arena, csuccess__json *parent, const char *key,
                       double v)
{
    csuccess__json *node = csuccess__json_new(arena, CSUCCESS__JSON_NUMBER);
    if (!node) return false;
    node->number = v;
    return csuccess__json_put(arena, parent, csuccess__str(key), node);
}

/* All numbers while there are few, else quantiles in even steps. */
static bool put_values(csuccess__arena *arena, csuccess__json *table, distribution *tally)
{
    csuccess__json *list = csuccess__json_new(arena, CSUCCESS__JSON_ARRAY);
    if (!list || !csuccess__json_put(arena, table, CSUCCESS_STR("values"), list)) return false;
    size_t n = tally->numbers.count;
    if (n > CSUCCESS__BENCHMARK_VALUES) n = CSUCCESS__BENCHMARK_VALUES;
    for (size_t i = 0; i < n; i++) {
        double v = 0, p = n > 1 ? (double)i / (double)(n - 1) : 0;
        csuccess__quantiles_at(&v, &tally->numbers, p);
        if (tally->numbers.count <= CSUCCESS__BENCHMARK_VALUES) v = tally->numbers.values[i];
        if (!put_number(arena, list, "", v)) return false;
    }
    return true;
}

static csuccess__json *table_json(csuccess__arena *arena, distribution *tally)
{
    csuccess__json *table = csuccess__json_new(arena, CSUCCESS__JSON_OBJECT);
    if (!table) return NULL;
    double mean;
    bool ok = put_number(arena, table, "n", (double)tally->numbers.count);
    if (csuccess__sum_mean(&mean, &tally->sum))
        ok = ok && put_number(arena, table, "mean", mean);
    return ok && put_values(arena, table, tally) ? table : NULL;
}

static bool put_cohort(csuccess__arena *arena, csuccess__json *section,
                       const csuccess__cohorts *cohorts, const csuccess__cohort *cohort)
{
    csuccess__json *copy = csuccess__json_copy(arena, cohort->at);
    csuccess__json *of = csuccess__json_new(arena, CSUCCESS__JSON_OBJECT);
    if (!copy || !of) return false;
    for (uint32_t i = cohort->first; i < cohort->first + cohort->count; i++) {
        csuccess__json *table = table_json(arena, &cohorts->tallies[i]);
        csuccess_str metric = set_of(cohorts)->tables[i].metric;
        if (!table || !csuccess__json_put(arena, of, metric, table)) return false;
    }
    return csuccess__json_put(arena, copy, CSUCCESS_STR("of"), of) &&
           csuccess__json_put(arena, section, cohort->name, copy);
}

csuccess_result csuccess__cohorts_write(const csuccess__cohorts *cohorts, csuccess__buffer *out)
{
    csuccess__arena arena;
    csuccess__arena_init(&arena, &cohorts->mem, 0);
    csuccess__json *section = csuccess__json_new(&arena, CSUCCESS__JSON_OBJECT);
    bool ok = section != NULL;
    const csuccess__benchmarks *set = set_of(cohorts);
    for (uint32_t i = 0; ok && set && i < set->cohort_count; i++) {
        ok = put_cohort(&arena, section, cohorts, &set->cohorts[i]);
    }
    if (ok) csuccess__json_write(out, section, false);
    csuccess__arena_free(&arena);
    return ok ? out->status : CSUCCESS_ENOMEM;
}
