/* SPDX-License-Identifier: Apache-2.0 */
/* Scratch for churn: sized once for a configuration, so that a customer allocates nothing. */
#include "churn/internal.h"

#include <math.h>

/* The step of that source; NULL: none that can run. */
static const csuccess__chain_step *step_of(const csuccess__churn *churn,
                                           csuccess__source source)
{
    for (uint32_t i = 0; i < churn->step_count; i++) {
        const csuccess__chain_step *step = &churn->steps[i];
        if (step->source == source && step->refused == CSUCCESS__TROUBLE_NONE) {
            return step;
        }
    }
    return NULL;
}

static uint32_t most_nodes(const csuccess__chain_step *steps, uint32_t count)
{
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t nodes = steps[i].card ? steps[i].card->count : 0;
        most = nodes > most ? nodes : most;
    }
    return most;
}

static bool make_trees(csuccess__churn_work *work, const csuccess__chain_step *step)
{
    if (!step) {
        return true;
    }
    size_t n = step->feature_count;
    work->forest = csuccess__forest_work_new(&work->arena, step->forest, true);
    work->row = CSUCCESS__NEW_ARRAY(&work->arena, float, n);
    work->contributions = CSUCCESS__NEW_ARRAY(&work->arena, double, n + 1);
    return work->forest && work->row && work->contributions;
}

static bool make_host(csuccess__arena *arena, const csuccess__chain_step *step, size_t rows,
                      csuccess__host_rows *out)
{
    if (!step) {
        return true;
    }
    size_t n = rows * step->feature_count; /* at most 1024 by 1000 */
    out->values = CSUCCESS__NEW_ARRAY(arena, double, n);
    out->present = CSUCCESS__NEW_ARRAY(arena, uint8_t, n);
    out->texts = step->texts ? CSUCCESS__NEW_ARRAY(arena, csuccess_str, n) : NULL;
    out->answers = CSUCCESS__NEW_ARRAY(arena, double, rows);
    out->sureness = CSUCCESS__NEW_ARRAY(arena, double, rows);
    out->status = CSUCCESS__NEW_ARRAY(arena, int32_t, rows);
    return out->values && out->present && (out->texts || !step->texts) && out->answers &&
           out->sureness && out->status;
}

static bool make(csuccess__churn_work *work, const csuccess__churn *churn)
{
    const csuccess__chain_step others[] = {churn->nps, churn->expansion};
    csuccess__arena *arena = &work->arena;
    work->risks = CSUCCESS__NEW_ARRAY(arena, uint32_t, churn->risk_count);
    work->actions = CSUCCESS__NEW_ARRAY(arena, uint32_t, churn->action_count);
    work->nodes = CSUCCESS__NEW_ARRAY(arena, csuccess__card_result,
                                      most_nodes(churn->steps, churn->step_count));
    work->others = CSUCCESS__NEW_ARRAY(arena, csuccess__card_result, most_nodes(others, 2));
    return work->risks && work->actions && work->nodes && work->others &&
           make_trees(work, step_of(churn, CSUCCESS__SOURCE_XGBOOST)) &&
           make_host(arena, step_of(churn, CSUCCESS__SOURCE_HOST), 1, &work->host);
}

csuccess__churn_work *csuccess__churn_work_new(const csuccess__churn *churn,
                                               const csuccess_allocator *mem)
{
    csuccess__churn_work *work = csuccess__alloc(mem, 1, sizeof *work);
    if (!work) {
        return NULL;
    }
    work->mem = *mem;
    csuccess__arena_init(&work->arena, &work->mem, 0);
    if (!make(work, churn)) {
        csuccess__churn_work_free(work);
        return NULL;
    }
    return work;
}

void csuccess__churn_work_free(csuccess__churn_work *work)
{
    if (work) {
        csuccess_allocator mem = work->mem;
        csuccess__arena_free(&work->arena);
        csuccess__release(&mem, work, 1, sizeof *work);
    }
}

/* What is kept for each feature of trees or of a host. */
static bool make_features(csuccess__arena *arena, csuccess__churn_rows *rows, size_t features,
                          bool trees)
{
    size_t floats = trees ? features * CSUCCESS__FOREST_BLOCK : 0;
    rows->columns = CSUCCESS__NEW_ARRAY(arena, const csuccess__vector *, features);
    rows->factors = CSUCCESS__NEW_ARRAY(arena, double *, features);
    rows->floats = CSUCCESS__NEW_ARRAY(arena, float, floats);
    for (size_t i = 0; rows->floats && i < floats; i++) {
        rows->floats[i] = (float)NAN; /* what no split asks for stays missing */
    }
    return rows->columns && rows->factors && rows->floats;
}

bool csuccess__churn_work_rows(csuccess__churn_work *work, const csuccess__churn *churn)
{
    if (work->rows) {
        return true;
    }
    csuccess__arena *arena = &work->arena;
    const csuccess__chain_step *trees = step_of(churn, CSUCCESS__SOURCE_XGBOOST);
    const csuccess__chain_step *host = step_of(churn, CSUCCESS__SOURCE_HOST);
    const csuccess__chain_step *fed = trees ? trees : host;
    csuccess__churn_rows *rows = CSUCCESS__NEW(arena, csuccess__churn_rows);
    bool made = rows && make_host(arena, host, CSUCCESS__BLOCK, &rows->host) &&
                make_features(arena, rows, fed ? fed->feature_count : 0, trees != NULL);
    if (!made) {
        return false;
    }
    rows->stash = CSUCCESS__NEW_ARRAY(arena, csuccess__column, churn->factor_count);
    work->rows = rows->stash ? rows : NULL;
    return work->rows != NULL;
}
