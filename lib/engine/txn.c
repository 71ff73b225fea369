/* SPDX-License-Identifier: Apache-2.0 */
/* Transactions: one advance that the host moves along. */
#include "engine/machine.h"

#include "base/str.h"
#include "text/utf8.h"

#include <string.h>

typedef enum txn_state {
    TXN_NEEDS,   /* waits for the answers */
    TXN_APPLIED, /* there is a batch, or nothing to commit */
    TXN_OVER     /* finished, or failed at its end */
} txn_state;

struct csuccess_txn {
    csuccess_engine *engine;
    csuccess__arena arena;
    csuccess__advance *advance;
    csuccess_events *events; /* held */
    csuccess_load_request need;
    csuccess_reply reply;
    txn_state state;
    bool unchanged;
};

/* ---- Beginning and freeing ---- */

static csuccess_txn *take(csuccess_engine *engine)
{
    csuccess_txn *txn = engine->spare_txn;
    engine->spare_txn = NULL;
    if (txn) return txn;
    txn = csuccess__alloc(&engine->mem, 1, sizeof *txn);
    if (!txn) return NULL;
    txn->engine = engine;
    csuccess__arena_init(&txn->arena, &engine->mem, 0);
    csuccess__reply_init(&txn->reply, &engine->mem);
    txn->reply.late = &engine->figures.late_replies;
    return txn;
}

static void give_back(csuccess_txn *txn)
{
    csuccess_engine *engine = txn->engine;
    csuccess__reply_free(&txn->reply);
    csuccess__arena_free(&txn->arena);
    csuccess__release(&engine->mem, txn, 1, sizeof *txn);
}

void csuccess__txn_spare_free(csuccess_engine *engine)
{
    if (engine->spare_txn) give_back(engine->spare_txn);
    engine->spare_txn = NULL;
}

void csuccess_txn_free(csuccess_txn *txn)
{
    if (!txn) return;
    csuccess_engine *engine = txn->engine;
    engine->txns--;
    csuccess__advance_free(txn->advance);
    if (txn->events) csuccess__events_release(txn->events);
    txn->advance = NULL;
    txn->events = NULL;
    txn->unchanged = false;
    csuccess__arena_reset(&txn->arena);
    if (engine->spare_txn) {
        give_back(txn);
    } else {
        engine->spare_txn = txn;
    }
}

/* All inputs are this customer's. */
static csuccess_result check_events(const csuccess_txn_about *about, csuccess_error *err)
{
    if (!about->events) return CSUCCESS_OK;
    if (csuccess__events_held(about->events)) {
        return csuccess__fail(err, CSUCCESS_EBUSY, "the events are in use");
    }
    size_t count = csuccess__events_count(about->events);
    for (size_t i = 0; i < count; i++) {
        const csuccess__input *input = csuccess__events_at(about->events, i);
        if (!csuccess__str_eq(input->customer, about->customer)) {
            return csuccess__fail(err, CSUCCESS_EINVALID, "input %z is of another customer", i);
        }
    }
    return CSUCCESS_OK;
}

static csuccess_result check_about(const csuccess_txn_about *about, csuccess_error *err)
{
    if (about->customer.len == 0 || !about->customer.ptr) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "a customer is required");
    }
    if (about->token.len && !about->token.ptr) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "token is NULL");
    }
    if (!csuccess__utf8_check(about->customer, NULL) ||
        !csuccess__utf8_check(about->token, NULL)) {
        return csuccess__fail(err, CSUCCESS_EENCODING, "the customer's id is not UTF-8");
    }
    if (!csuccess__time_valid(about->now_ms)) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "now_ms is outside the years 1 to 9999");
    }
    return check_events(about, err);
}

/* Asks (again) for what is needed. */
static csuccess_result ask(csuccess_txn *txn, csuccess_error *err)
{
    csuccess_load_request *need = &txn->need;
    need->keys = csuccess__advance_keys(txn->advance, &need->key_count);
    need->inputs = csuccess__advance_inputs(txn->advance, &need->input_count);
    csuccess_result result = csuccess__reply_open(&txn->reply, CSUCCESS__OPERATION_LOAD,
                                                  need->key_count, need->input_count, 0);
    if (result < 0) return csuccess__fail(err, result, "out of memory");
    csuccess__reply_about(&txn->reply, need);
    txn->state = TXN_NEEDS;
    return CSUCCESS_OK;
}

/* An import keeps everything from being sent, and what publishing would come to tells of the whole customer: both take more than the right to hand in events. */
static csuccess_result may_run(csuccess_engine *engine, const csuccess__principal *principal,
                               csuccess_error *err)
{
    char bytes[256];
    csuccess__text rule;
    csuccess__access_question question = {.resource = CSUCCESS__RESOURCE_ENGINE,
                                          .action = CSUCCESS__ACTION_RUN,
                                          .owner = csuccess__str("")};
    csuccess__text_init(&rule, bytes, sizeof bytes);
    csuccess_result result =
        csuccess__access_decide(engine->config->access, principal, &question, &rule);
    return result < 0 ? csuccess__fail(err, result, "not allowed: %s", bytes) : CSUCCESS_OK;
}

static csuccess_result begin(csuccess_txn *txn, const csuccess_txn_about *about,
                             csuccess_error *err)
{
    csuccess__principal principal;
    csuccess_engine *engine = txn->engine;
    csuccess_result result =
        csuccess__principal_take(&principal, about->principal, &txn->arena, err);
    if (result >= 0 && (about->import || about->publish)) {
        result = may_run(engine, &principal, err);
    }
    if (result < 0) return result;
    csuccess__about inside = {.purpose = CSUCCESS__FOR_INPUTS,
                              .customer = about->customer,
                              .contact = csuccess__str(""),
                              .events = about->events,
                              .principal = &principal,
                              .now = about->now_ms,
                              .import = about->import != 0,
                              .publish = about->publish != 0,
                              .token = about->token.len ? about->token : csuccess__str("")};
    result = csuccess__advance_new(&txn->advance, engine->desk, &inside, err);
    if (result < 0) return result;
    txn->need = (csuccess_load_request){
        .size = sizeof txn->need, .now_ms = about->now_ms, .tenant = engine->options.tenant};
    result = ask(txn, err);
    if (result < 0) return result;
    txn->events = about->events;
    if (txn->events) csuccess__events_hold(txn->events);
    return CSUCCESS_OK;
}

csuccess_result csuccess_txn_begin(csuccess_txn **out, csuccess_engine *engine,
                                   const csuccess_txn_about *in, csuccess_error *err)
{
    csuccess_txn_about about;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result >= 0) {
        result =
            csuccess__struct_take(&about, sizeof about, offsetof(csuccess_txn_about, events),
                                  in, "csuccess_txn_about", err);
    }
    if (result >= 0) result = check_about(&about, err);
    if (result < 0) return result;
    csuccess_txn *txn = take(engine);
    if (!txn) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    engine->txns++;
    result = begin(txn, &about, err);
    if (result < 0) {
        csuccess_txn_free(txn);
        return result;
    }
    *out = txn;
    return CSUCCESS_OK;
}

/* ---- From the needs to the batch ---- */

const csuccess_load_request *csuccess_txn_need(const csuccess_txn *txn)
{
    return txn && txn->state == TXN_NEEDS ? &txn->need : NULL;
}

csuccess_reply *csuccess_txn_reply(csuccess_txn *txn)
{
    return txn ? &txn->reply : NULL;
}

static csuccess_result check_answered(csuccess_txn *txn, csuccess_error *err)
{
    if (!txn->reply.done && !txn->reply.misused) {
        return csuccess__fail(err, CSUCCESS_EMISSING, "what it needs is not answered yet");
    }
    csuccess_result result = csuccess__reply_end(&txn->reply, err);
    if (result >= 0) return result;
    if (result != CSUCCESS_ENOMEM) result = CSUCCESS_ECALLBACK;
    csuccess_result again = ask(txn, NULL);
    return again < 0 ? again : result;
}

csuccess_result csuccess_txn_apply(csuccess_txn *txn, csuccess_error *err)
{
    if (!txn) return csuccess__fail(err, CSUCCESS_EINVALID, "txn is required");
    csuccess_result result = csuccess__engine_enter(txn->engine, err);
    if (result < 0) return result;
    if (txn->state != TXN_NEEDS) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the transaction is applied already");
    }
    result = check_answered(txn, err);
    if (result < 0) return result;
    txn->engine->figures.advances++;
    result = csuccess__advance_apply(txn->advance, txn->reply.answers, txn->reply.known, err);
    if (result < 0) {
        csuccess_result again = ask(txn, NULL); /* as before: the needs can be answered anew */
        return again < 0 ? again : result;
    }
    if (result == CSUCCESS_AGAIN) {
        result = ask(txn, err);
        return result < 0 ? result : CSUCCESS_AGAIN;
    }
    txn->state = TXN_APPLIED;
    txn->unchanged = result == CSUCCESS_UNCHANGED;
    return result;
}

const csuccess_batch *csuccess_txn_batch(const csuccess_txn *txn)
{
    if (!txn || txn->state != TXN_APPLIED || txn->unchanged) return NULL;
    return csuccess__advance_batch(txn->advance);
}

csuccess_result csuccess_txn_describe(const csuccess_txn *txn, csuccess_text **out,
                                      csuccess_error *err)
{
    csuccess__buffer text;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    if (!txn) return csuccess__fail(err, CSUCCESS_EINVALID, "txn is required");
    csuccess_result result = csuccess__engine_enter(txn->engine, err);
    if (result < 0) return result;
    if (txn->state != TXN_APPLIED) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "the transaction is not applied");
    }
    csuccess__buffer_init(&text, &txn->engine->mem, txn->engine->limits.output_bytes);
    csuccess__advance_describe(txn->advance, &text);
    result = text.status;
    if (result >= 0) {
        result = csuccess__text_make(out, &txn->engine->mem, csuccess__buffer_view(&text));
    }
    csuccess__buffer_free(&text);
    return result < 0 ? csuccess__fail(err, result, "%s", csuccess_result_text(result))
                      : CSUCCESS_OK;
}

/* ---- The end ---- */

static csuccess_result committed_well(csuccess_txn *txn)
{
    csuccess_engine *engine = txn->engine;
    csuccess__tally tally = csuccess__advance_tally(txn->advance);
    const csuccess_batch *batch = csuccess_txn_batch(txn);
    csuccess__figures_tally(engine, &tally);
    if (batch) {
        csuccess__figures_commit(engine, batch);
        csuccess__engine_tell(engine, batch);
    }
    csuccess__advance_settle(txn->advance, txn->unchanged ? CSUCCESS_UNCHANGED : CSUCCESS_OK,
                             csuccess__str(""));
    txn->state = TXN_OVER;
    return CSUCCESS_OK;
}

static csuccess_result anew(csuccess_txn *txn, uint64_t *counter, csuccess_error *err)
{
    ++*counter;
    csuccess_result result = ask(txn, err);
    return result < 0 ? result : CSUCCESS_AGAIN;
}

csuccess_result csuccess_txn_finish(csuccess_txn *txn, csuccess_result committed, size_t delta,
                                    csuccess_error *err)
{
    if (!txn) return csuccess__fail(err, CSUCCESS_EINVALID, "txn is required");
    csuccess_engine *engine = txn->engine;
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result < 0) return result;
    if (txn->state != TXN_APPLIED) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "there is nothing to finish");
    }
    if (committed >= 0) return committed_well(txn);
    if (committed == CSUCCESS_ECONFLICT) return anew(txn, &engine->figures.conflicts, err);
    if (committed == CSUCCESS_EREFUSED) {
        if (!csuccess__advance_refused(txn->advance, delta)) {
            return csuccess__fail(err, CSUCCESS_EINVALID,
                                  "delta %z pays for nothing that could be left out", delta);
        }
        return anew(txn, &engine->figures.refusals, err);
    }
    csuccess__advance_settle(txn->advance, committed,
                             csuccess__str(csuccess_result_text(committed)));
    txn->state = TXN_OVER;
    return csuccess__fail(err, committed, "%s", csuccess_result_text(committed));
}
