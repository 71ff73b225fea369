/* SPDX-License-Identifier: Apache-2.0 */
/* Reading of outcomes and folds. */
#include "outcomes.h"

#include "clock.h"
#include "table_file.h"

#include <stdlib.h>
#include <string.h>

enum { NOTICE = 100, ID_MOST = 4096, ROWS_MOST = 100000000 };

static const struct {
    const char *word;
    int kind;
} kinds[] = {{"churn", CSUCCESS_OUTCOME_CHURN},
             {"", CSUCCESS_OUTCOME_CHURN},
             {"expansion", CSUCCESS_OUTCOME_EXPANSION},
             {"notice", NOTICE}};

static bool find_kind(const char *word, int *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        *kind = kinds[i].kind;
        if (strcmp(word, kinds[i].word) == 0) return true;
    }
    return false;
}

static int by_customer(const void *a, const void *b)
{
    const dated_outcome *x = a, *y = b;
    int order = strcmp(x->customer, y->customer);
    return order ? order : (x->at > y->at) - (x->at < y->at);
}

static bool add(outcome_list *all, const char *customer, int64_t at, int kind)
{
    if (all->count == all->cap) {
        size_t cap = all->cap ? all->cap * 2 : 256;
        dated_outcome *list = realloc(all->list, cap * sizeof *list);
        if (!list) return false;
        all->list = list;
        all->cap = cap;
    }
    size_t len = strlen(customer) + 1;
    char *copy = malloc(len);
    if (!copy) return false;
    memcpy(copy, customer, len);
    all->list[all->count++] = (dated_outcome){copy, at, kind};
    return true;
}

static bool read_one(outcome_list *all, table_file *t)
{
    char id[ID_MOST], at[64], kind[64];
    int64_t ms;
    int found;
    table_cell(t, 0, id, sizeof id);
    if (!id[0]) return table_refuse(t, "the customer_id is empty");
    if (!clock_parse(table_cell(t, 1, at, sizeof at), &ms)) {
        return table_refuse(t, "at: expected a time such as 2026-01-31T00:00:00Z, or a date");
    }
    if (!find_kind(table_cell(t, 2, kind, sizeof kind), &found)) {
        return table_refuse(t, "kind: it is churn, expansion or notice");
    }
    return add(all, id, ms, found) || table_refuse(t, "out of memory");
}

bool outcomes_read(outcome_list *all, const char *path)
{
    static const char *const wanted[] = {"customer_id", "at", "kind", NULL};
    table_file t;
    bool ok = table_open(&t, path, wanted, 2);
    while (ok && table_next(&t)) ok = read_one(all, &t);
    ok = ok && !t.failed;
    table_close(&t);
    if (ok && all->count) qsort(all->list, all->count, sizeof *all->list, by_customer);
    return ok;
}

void outcomes_free(outcome_list *all)
{
    for (size_t i = 0; i < all->count; i++) free(all->list[i].customer);
    free(all->list);
    *all = (outcome_list){NULL, 0, 0};
}

static int compare(const char *customer, csuccess_str id)
{
    size_t len = strlen(customer), n = len < id.len ? len : id.len;
    int order = n ? memcmp(customer, id.ptr, n) : 0;
    return order ? order : (len > id.len) - (len < id.len);
}

/* The first of the customer's. */
static size_t find(const outcome_list *all, csuccess_str customer)
{
    size_t low = 0, high = all->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(all->list[middle].customer, customer) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

/* Whether the outcome says what becomes of a row for this target: who left cannot grow either. */
static bool counts(const dated_outcome *one, uint32_t target)
{
    return one->kind == CSUCCESS_OUTCOME_CHURN ||
           (one->kind == CSUCCESS_OUTCOME_EXPANSION && target == CSUCCESS_TARGET_EXPANSION);
}

void outcomes_apply(const outcome_list *all, csuccess_str customer, uint32_t target,
                    csuccess_sample *sample)
{
    for (size_t i = find(all, customer);
         i < all->count && compare(all->list[i].customer, customer) == 0; i++) {
        const dated_outcome *one = &all->list[i];
        bool late = sample->present & CSUCCESS_SAMPLE_OUTCOME_AT &&
                    sample->outcome_at > sample->as_of; /* the first one after the row */
        if (one->kind == NOTICE && !(sample->present & CSUCCESS_SAMPLE_NOTICE_AT)) {
            sample->present |= CSUCCESS_SAMPLE_NOTICE_AT;
            sample->notice_at = one->at;
        } else if (counts(one, target) && !late) {
            bool past_growth =
                one->kind == CSUCCESS_OUTCOME_EXPANSION && one->at <= sample->as_of;
            if (past_growth) continue; /* who grew before may grow again */
            sample->present |= CSUCCESS_SAMPLE_OUTCOME_AT;
            sample->outcome_at = one->at;
            sample->kind = (uint32_t)one->kind;
        }
    }
}

/* ---- Folds ---- */

static bool to_number(const char *word, long most, long *out)
{
    char *end;
    *out = strtol(word, &end, 10);
    return *word && *end == '\0' && *out >= 0 && *out <= most;
}

static bool put_fold(fold_list *all, size_t row, int32_t fold)
{
    if (row >= all->count) {
        size_t count = row + 1 > all->count * 2 ? row + 1 : all->count * 2;
        int32_t *of = realloc(all->of, count * sizeof *of);
        if (!of) return false;
        for (size_t i = all->count; i < count; i++) of[i] = -1;
        all->of = of;
        all->count = count;
    }
    all->of[row] = fold;
    return true;
}

bool folds_read(fold_list *all, const char *path)
{
    static const char *const wanted[] = {"row", "fold", NULL};
    table_file t;
    char row[32], fold[32];
    long at, of;
    bool ok = table_open(&t, path, wanted, 2);
    while (ok && table_next(&t)) {
        if (!to_number(table_cell(&t, 0, row, sizeof row), ROWS_MOST, &at) ||
            !to_number(table_cell(&t, 1, fold, sizeof fold), 999, &of)) {
            ok = table_refuse(&t, "row and fold are whole numbers from 0; folds go to 999");
        } else if (!put_fold(all, (size_t)at, (int32_t)of)) {
            ok = table_refuse(&t, "out of memory");
        }
    }
    ok = ok && !t.failed;
    table_close(&t);
    return ok;
}

void folds_free(fold_list *all)
{
    free(all->of);
    *all = (fold_list){NULL, 0};
}
