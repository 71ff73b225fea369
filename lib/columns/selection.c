/* SPDX-License-Identifier: Apache-2.0 */
/* The customers of a cursor for whom a rule holds, in an order of their own. */
#include "columns/pull.h"
#include "columns/question.h"

#include "base/error.h"
#include "base/firsts.h"

/* A customer that is kept. */
typedef struct kept {
    uint64_t position;
    csuccess_str id; /* of its own, id.len + 1 bytes */
    csuccess_str status, level;
    double score, raw, probability;
    bool scored, predicted;
} kept;

struct csuccess_selection {
    csuccess_allocator mem;
    csuccess_config *config; /* owns names of bands and levels */
    csuccess__firsts firsts; /* those kept; in order when the cursor is read */
    csuccess_selection_totals totals;
};

/* Lowest raw score first, those without a score last, then by id, then by place in the cursor: no two are equal. */
static bool before(const void *one, const void *other)
{
    const kept *a = one, *b = other;
    if (a->scored != b->scored) {
        return a->scored;
    }
    if (a->scored && (a->raw < b->raw || a->raw > b->raw)) {
        return a->raw < b->raw;
    }
    int order = csuccess__str_cmp(a->id, b->id);
    return order != 0 ? order < 0 : a->position < b->position;
}

static bool copy_kept(void *to, const void *from, const csuccess_allocator *mem)
{
    kept *out = to;
    *out = *(const kept *)from;
    char *own = csuccess__alloc(mem, out->id.len + 1, 1);
    if (!own) {
        return false;
    }
    if (out->id.len) {
        memcpy(own, out->id.ptr, out->id.len);
    }
    out->id.ptr = own;
    return true;
}

static void drop_kept(void *item, const csuccess_allocator *mem)
{
    csuccess_str id = ((kept *)item)->id;
    csuccess__release(mem, (void *)(uintptr_t)id.ptr, id.len + 1, 1);
}

static const csuccess__firsts_item members = {sizeof(kept), before, copy_kept, drop_kept};
_Static_assert(sizeof(kept) <= CSUCCESS__HEAP_ITEM, "a member moves within a heap");

void csuccess_selection_free(csuccess_selection *selection)
{
    if (!selection) {
        return;
    }
    csuccess_allocator mem = selection->mem;
    csuccess__firsts_free(&selection->firsts);
    csuccess_config_unref(selection->config);
    csuccess__release(&mem, selection, 1, sizeof *selection);
}

/* What one call goes by. */
typedef struct work {
    csuccess_scorer *scorer;
    csuccess_selection_query query;
    csuccess_customer_ops ops;
    csuccess__question rule;
    csuccess_facts *facts;
    csuccess_selection *selection;
} work;

static csuccess_result take_member(const work *w)
{
    const csuccess_scorer *scorer = w->scorer;
    csuccess_selection_totals *totals = &w->selection->totals;
    kept one = {.position = totals->customers - 1, .id = csuccess_facts_customer(w->facts)};
    if (scorer->config->health) {
        one.scored = scorer->health.has_score;
        one.score = scorer->health.score;
        one.raw = scorer->health.raw;
        one.status = scorer->health.status;
        totals->provisional += scorer->health.provisional;
    }
    if (scorer->config->churn) {
        one.predicted = scorer->churn.has_probability;
        one.probability = scorer->churn.probability;
        one.level = csuccess__churn_level_name(scorer->config->churn, scorer->churn.level);
    }
    totals->members++;
    totals->scored += one.scored;
    return csuccess__firsts_keep(&w->selection->firsts, &one);
}

/* Puts the rule to the customer in w->facts. */
static csuccess_result judge(const work *w, csuccess_error *err)
{
    csuccess_result failed = CSUCCESS_OK;
    csuccess_result status = csuccess__scorer_fill(w->scorer, w->facts, w->query.now_ms, err);
    if (status < 0) {
        return status;
    }
    w->selection->totals.customers++;
    csuccess__value v = csuccess__question_run(&w->rule, w->scorer, w->query.now_ms, &failed);
    if (failed < 0) {
        return csuccess__scorer_failed(failed, err);
    }
    if (csuccess__is_missing(v)) {
        w->selection->totals.undecided++;
        return CSUCCESS_OK;
    }
    if (v.as.boolean && take_member(w) < 0) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    return CSUCCESS_OK;
}

static csuccess_result read_cursor(const work *w, csuccess_error *err)
{
    bool found = true;
    csuccess_result status = CSUCCESS_OK;
    while (status == CSUCCESS_OK && found) {
        status = csuccess__customers_ask(w->scorer, &w->ops, NULL, w->facts, &found, err);
        if (status == CSUCCESS_OK && found) {
            status = judge(w, err);
        }
    }
    if (status == CSUCCESS_OK) {
        csuccess__firsts_order(&w->selection->firsts);
    }
    return status;
}

static csuccess_result open_work(work *w, csuccess_error *err)
{
    csuccess_scorer *scorer = w->scorer;
    w->selection = csuccess__alloc(&scorer->mem, 1, sizeof *w->selection);
    if (!w->selection) {
        return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    }
    w->selection->mem = scorer->mem;
    w->selection->firsts =
        (csuccess__firsts){.of = &members, .mem = &w->selection->mem, .most = w->query.most};
    w->selection->config = csuccess_config_ref(scorer->config);
    w->selection->totals.size = sizeof w->selection->totals;
    return csuccess_facts_new(&w->facts, scorer->config, &scorer->mem, err);
}

static csuccess_result take_query(work *w, const csuccess_selection_query *query,
                                  csuccess_error *err)
{
    if (!query) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "query is required");
    }
    csuccess_result status = csuccess__struct_take(&w->query, sizeof w->query, sizeof(size_t),
                                                   query, "csuccess_selection_query", err);
    if (status == CSUCCESS_OK) {
        status = csuccess__customers_take(&w->ops, w->scorer, w->query.customers, err);
    }
    if (status == CSUCCESS_OK && !w->ops.next) {
        status = csuccess__fail(err, CSUCCESS_EINVALID, "the callback `next` is required");
    }
    return status;
}

csuccess_result csuccess_scorer_select(csuccess_selection **out, csuccess_scorer *scorer,
                                       const csuccess_selection_query *query,
                                       csuccess_error *err)
{
    work w = {.scorer = scorer};
    csuccess__arena arena;
    if (!out) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    }
    *out = NULL;
    csuccess_result status = take_query(&w, query, err);
    if (status < 0) {
        return status;
    }
    csuccess__arena_init(&arena, &scorer->mem, 0);
    status = open_work(&w, err);
    if (status == CSUCCESS_OK) {
        status = csuccess__scorer_check(scorer, w.facts, w.query.now_ms, err);
    }
    if (status == CSUCCESS_OK) {
        status = csuccess__question_rule(&w.rule, scorer, &arena, w.query.when, err);
    }
    if (status == CSUCCESS_OK) {
        status = read_cursor(&w, err);
    }
    csuccess__question_free(&w.rule);
    csuccess_facts_free(w.facts);
    csuccess__arena_free(&arena);
    if (status < 0) {
        csuccess_selection_free(w.selection);
        return status;
    }
    *out = w.selection;
    return CSUCCESS_OK;
}

size_t csuccess_selection_count(const csuccess_selection *selection)
{
    return selection ? selection->firsts.count : 0;
}

csuccess_result csuccess_selection_get(const csuccess_selection *selection, size_t index,
                                       csuccess_selected *out)
{
    if (!selection || index >= selection->firsts.count || !out) {
        return CSUCCESS_EINVALID;
    }
    const kept *one = (const kept *)selection->firsts.items + index;
    csuccess_selected give = {.size = sizeof give,
                              .position = one->position,
                              .customer = one->id,
                              .status = one->status,
                              .level = one->level};
    if (one->scored) {
        give.present |= CSUCCESS_SELECTED_SCORE;
        give.score = one->score;
        give.raw = one->raw;
    }
    if (one->predicted) {
        give.present |= CSUCCESS_SELECTED_PROBABILITY;
        give.probability = one->probability;
    }
    return csuccess__struct_give(out, &give, sizeof give, "csuccess_selected", NULL);
}

csuccess_result csuccess_selection_total(const csuccess_selection *selection,
                                         csuccess_selection_totals *out)
{
    return selection ? csuccess__struct_give(out, &selection->totals, sizeof selection->totals,
                                             "csuccess_selection_totals", NULL)
                     : CSUCCESS_EINVALID;
}
