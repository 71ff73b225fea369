/* SPDX-License-Identifier: Apache-2.0 */
/* The host's part in predictions of churn: its own model, and the log that every prediction goes to before it counts. */
#include "engine/scorer.h"

#include "base/error.h"

enum { REASON_BYTES = 256, TOLD_TOGETHER = 32 };

static csuccess_result check(const csuccess_scorer *scorer, csuccess_error *err)
{
    if (!scorer) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "scorer is required");
    }
    return csuccess__scorer_idle(scorer, err);
}

static void let_go(csuccess__hook *hook)
{
    if (hook->free) {
        hook->free(hook->ud);
    }
    *hook = (csuccess__hook){NULL, NULL};
}

void csuccess__scorer_let_go(csuccess_scorer *scorer)
{
    let_go(&scorer->model_hook);
    let_go(&scorer->log_hook);
}

static bool has_host(const csuccess__churn *churn)
{
    return churn && csuccess__churn_asks_host(churn);
}

csuccess_result csuccess_scorer_set_model(csuccess_scorer *scorer, csuccess_predict_fn predict,
                                          void *ud, void (*ud_free)(void *ud),
                                          csuccess_error *err)
{
    csuccess_result status = check(scorer, err);
    if (status == CSUCCESS_OK && predict && !has_host(scorer->config->churn)) {
        status =
            csuccess__fail(err, CSUCCESS_EINVALID, "the configuration has no churn.model.host");
    }
    if (status < 0) {
        return status;
    }
    let_go(&scorer->model_hook);
    scorer->predict = predict;
    scorer->model_hook = (csuccess__hook){predict ? ud : NULL, predict ? ud_free : NULL};
    return CSUCCESS_OK;
}

csuccess_result csuccess_scorer_set_log(csuccess_scorer *scorer, csuccess_log_fn log, void *ud,
                                        void (*ud_free)(void *ud), csuccess_error *err)
{
    csuccess_result status = check(scorer, err);
    if (status < 0) {
        return status;
    }
    let_go(&scorer->log_hook);
    scorer->log = log;
    scorer->log_hook = (csuccess__hook){log ? ud : NULL, log ? ud_free : NULL};
    return CSUCCESS_OK;
}

csuccess__churn_host csuccess__scorer_host(csuccess_scorer *scorer)
{
    return (csuccess__churn_host){scorer->predict, scorer->model_hook.ud, &scorer->busy};
}

/* Fails closed: what is not logged has not been predicted. */
static csuccess_result tell(csuccess_scorer *scorer, const csuccess_prediction *list,
                            size_t count)
{
    scorer->busy = true;
    csuccess_result said = scorer->log(scorer->log_hook.ud, list, count);
    scorer->busy = false;
    return said < 0 ? CSUCCESS_ECALLBACK : CSUCCESS_OK;
}

/* The prediction that the scorer's result is; `because` is the scorer's. */
static csuccess_prediction describe(csuccess_scorer *scorer, csuccess_str customer, int64_t now)
{
    csuccess__text reason;
    csuccess__text_init(&reason, scorer->because, sizeof scorer->because);
    csuccess_prediction told = {.size = sizeof told,
                                .customer = customer,
                                .at_ms = now,
                                .config = scorer->config->hash};
    csuccess__churn_tell(scorer->config->churn, &scorer->churn, &reason, &told);
    return told;
}

csuccess_result csuccess__scorer_told(csuccess_scorer *scorer, csuccess_str customer,
                                      int64_t now, csuccess_error *err)
{
    if (!scorer->log || !scorer->config->churn) {
        return CSUCCESS_OK;
    }
    const csuccess_prediction told = describe(scorer, customer, now);
    csuccess_result status = tell(scorer, &told, 1);
    return status < 0 ? csuccess__fail(err, status, "the log of predictions failed") : status;
}

static csuccess_result predict(csuccess_scorer *scorer, const csuccess_facts *facts,
                               int64_t now, csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_inputs(scorer, facts, now, err);
    if (status == CSUCCESS_OK && scorer->health_is_read) {
        status = csuccess__scorer_health(scorer, now, false, err);
    }
    if (status < 0) {
        return status;
    }
    csuccess__churn_run run = {.machine = scorer->machine,
                               .slots = scorer->slots,
                               .slot_count = scorer->config->schema->count,
                               .now = now,
                               .work = scorer->churn_work,
                               .host = csuccess__scorer_host(scorer)};
    csuccess__churn_brief(scorer->config->churn, &run, &scorer->churn);
    return run.failed < 0 ? csuccess__scorer_failed(run.failed, err) : CSUCCESS_OK;
}

csuccess_result csuccess_scorer_predict(csuccess_scorer *scorer, const csuccess_facts *facts,
                                        int64_t now_ms, csuccess_prediction *out,
                                        csuccess_error *err)
{
    csuccess_result status = csuccess__scorer_check(scorer, facts, now_ms, err);
    if (status == CSUCCESS_OK && (!out || !scorer->config->churn)) {
        status = csuccess__fail(err, CSUCCESS_EINVALID,
                                out ? "the configuration has no churn" : "out is required");
    }
    if (status < 0) {
        return status;
    }
    scorer->explained = false;
    status = predict(scorer, facts, now_ms, err);
    if (status < 0) {
        return status;
    }
    csuccess_str customer = csuccess_facts_customer(facts);
    const csuccess_prediction told = describe(scorer, customer, now_ms);
    if (scorer->log && tell(scorer, &told, 1) < 0) {
        return csuccess__fail(err, CSUCCESS_ECALLBACK, "the log of predictions failed");
    }
    return csuccess__struct_give(out, &told, sizeof told, "csuccess_prediction", err);
}

csuccess_result csuccess__scorer_told_block(csuccess_scorer *scorer, size_t first,
                                            uint32_t rows, int64_t now)
{
    const csuccess_config *config = scorer->config;
    csuccess_prediction list[TOLD_TOGETHER];
    char reasons[TOLD_TOGETHER][REASON_BYTES];
    csuccess_result status = CSUCCESS_OK;
    for (uint32_t at = 0; at < rows && status == CSUCCESS_OK; at += TOLD_TOGETHER) {
        uint32_t count = rows - at < TOLD_TOGETHER ? rows - at : TOLD_TOGETHER;
        for (uint32_t i = 0; i < count; i++) {
            csuccess__text reason;
            csuccess__text_init(&reason, reasons[i], sizeof reasons[i]);
            list[i] = (csuccess_prediction){.size = sizeof list[i],
                                            .row = first + at + i,
                                            .at_ms = now,
                                            .config = config->hash};
            csuccess__churn_tell_row(config->churn, scorer->churn_work, at + i, &reason,
                                     &list[i]);
        }
        status = tell(scorer, list, count);
    }
    return status;
}
