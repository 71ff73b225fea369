/* SPDX-License-Identifier: Apache-2.0 */
/* The loop that answers operations by calling slots, and the calls that do their work by it. */
#include "engine/machine.h"

#include "base/str.h"

#include <stddef.h>

/* ---- One operation ---- */

csuccess_result csuccess_op_call(const csuccess_op *op, const csuccess_store_ops *store,
                                 void *store_ud, const csuccess_channel_ops *channel,
                                 void *channel_ud)
{
    if (!op || !op->request || !op->reply) return CSUCCESS_EINVALID;
    if (op->kind == CSUCCESS_OP_SEND) {
        if (!channel || channel->size < sizeof *channel || !channel->send) {
            return CSUCCESS_EINVALID;
        }
        channel->send(channel_ud, op->request, op->reply);
        return CSUCCESS_OK;
    }
    if (!store || store->size < sizeof *store) return CSUCCESS_EINVALID;
    switch (op->kind) {
#define CALL(name, slot) \
    case CSUCCESS_OP_##name: \
        if (!store->slot) return CSUCCESS_EINVALID; \
        store->slot(store_ud, op->request, op->reply); \
        return CSUCCESS_OK;
        CALL(LOAD, load)
        CALL(COMMIT, commit)
        CALL(DUE, due)
        CALL(DEFER, defer)
        CALL(CLAIM, claim)
        CALL(SETTLE, settle)
        CALL(SCAN, scan)
        CALL(HISTORY, history)
        CALL(OUTBOX, outbox)
        CALL(ERASE, erase)
#undef CALL
    default:
        return CSUCCESS_EINVALID;
    }
}

/* ---- The loop ---- */

/* The request's texts are borrowed by the slot; the engine may not be called from it. */
static void serve(csuccess_engine *engine, const csuccess_op *op)
{
    const csuccess__engine_channel *channel = NULL;
    if (op->kind == CSUCCESS_OP_SEND) {
        const csuccess_send_request *request = op->request;
        channel = csuccess__channel_of(engine, request->channel);
    }
    engine->inside = true;
    csuccess_op_call(op, &engine->store, engine->store_ud, channel ? &channel->ops : NULL,
                     channel ? channel->ud : NULL);
    engine->inside = false;
    csuccess__operation_answer(engine, op->id, NULL);
}

csuccess_result csuccess__drive(csuccess_engine *engine, const csuccess_call *call,
                                csuccess_outcome *out, csuccess_error *err)
{
    csuccess__operation_slot *slot;
    uint64_t id = 0;
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result < 0) return result;
    if (!engine->has_store) {
        return csuccess__fail(err, CSUCCESS_EINVALID,
                              "there is no store: csuccess_engine_set_store() registers one, "
                              "csuccess_engine_start() does without");
    }
    if (engine->out) {
        return csuccess__fail(err, CSUCCESS_EBUSY, "operations are handed out");
    }
    result = csuccess__ticket_start(engine, call, &id, err);
    if (result < 0) return result;
    csuccess__ticket *ticket = csuccess__ticket_find(engine, id);
    while (!csuccess__ticket_done(ticket) &&
           (slot = csuccess__operation_next(engine, ticket->now)) != NULL) {
        serve(engine, &slot->op);
        csuccess__works_pump(engine);
    }
    return csuccess__ticket_finish(engine, ticket, out, err);
}

/* ---- The calls ---- */

static csuccess_result with_events(csuccess_engine *engine, csuccess_call *call,
                                   csuccess_events *events, csuccess_text **out,
                                   csuccess_error *err)
{
    csuccess_outcome outcome = {.size = sizeof outcome};
    call->size = sizeof *call;
    call->events = events;
    csuccess_result result = csuccess__drive(engine, call, &outcome, err);
    if (out) {
        *out = outcome.text;
    } else {
        csuccess_text_free(outcome.text);
    }
    return result;
}

csuccess_result csuccess_engine_ingest(csuccess_engine *engine, csuccess_events *events,
                                       const csuccess_principal *principal, int64_t now_ms,
                                       csuccess_error *err)
{
    csuccess_call call = {
        .kind = CSUCCESS_CALL_INGEST, .now_ms = now_ms, .principal = principal};
    return with_events(engine, &call, events, NULL, err);
}

csuccess_result csuccess_engine_import(csuccess_engine *engine, csuccess_events *events,
                                       const csuccess_principal *principal, int64_t now_ms,
                                       csuccess_error *err)
{
    csuccess_call call = {
        .kind = CSUCCESS_CALL_IMPORT, .now_ms = now_ms, .principal = principal};
    return with_events(engine, &call, events, NULL, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_preview(csuccess_engine *engine, csuccess_events *events,
                                        const csuccess_principal *principal, int64_t now_ms,
                                        csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {
        .kind = CSUCCESS_CALL_PREVIEW, .now_ms = now_ms, .principal = principal};
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    return with_events(engine, &call, events, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_run(csuccess_engine *engine,
                                    const csuccess_principal *principal, int64_t now_ms,
                                    const csuccess_run_limits *limits, int64_t *next_ms,
                                    csuccess_error *err)
{
    csuccess_outcome outcome = {.size = sizeof outcome};
    csuccess_call call = {.size = sizeof call,
                          .kind = CSUCCESS_CALL_RUN,
                          .now_ms = now_ms,
                          .principal = principal,
                          .limits = limits};
    csuccess_result result = csuccess__drive(engine, &call, &outcome, err);
    if (next_ms && result >= 0) *next_ms = outcome.next_ms;
    csuccess_text_free(outcome.text);
    return result;
}

/* A call about a customer that gives a text. */
static csuccess_result about(csuccess_engine *engine, csuccess_call *call, csuccess_text **out,
                             csuccess_error *err)
{
    csuccess_outcome outcome = {.size = sizeof outcome};
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    call->size = sizeof *call;
    csuccess_result result = csuccess__drive(engine, call, &outcome, err);
    *out = outcome.text;
    return result;
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_score(csuccess_engine *engine, csuccess_str customer,
                                      const csuccess_principal *principal, int64_t now_ms,
                                      csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_SCORE,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_explain(csuccess_engine *engine, csuccess_str customer,
                                        const csuccess_principal *principal, int64_t now_ms,
                                        csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_EXPLAIN,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_state(csuccess_engine *engine, csuccess_str customer,
                                      const csuccess_principal *principal, int64_t now_ms,
                                      csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_STATE,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_verify(csuccess_engine *engine, csuccess_str customer,
                                       const csuccess_principal *principal, int64_t now_ms,
                                       csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_VERIFY,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_replay(csuccess_engine *engine, csuccess_str customer,
                                       csuccess_config *other,
                                       const csuccess_principal *principal, int64_t now_ms,
                                       csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_REPLAY,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer,
                          .config = other};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_erase(csuccess_engine *engine, csuccess_str customer,
                                      csuccess_str contact, const csuccess_principal *principal,
                                      int64_t now_ms, csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_ERASE,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = customer,
                          .contact = contact};
    return about(engine, &call, out, err);
}

/* reason: the parameters are those of the header. */
csuccess_result csuccess_engine_parked(csuccess_engine *engine, csuccess_str resume,
                                       const csuccess_principal *principal, int64_t now_ms,
                                       csuccess_text **out, csuccess_error *err)
{
    csuccess_call call = {.kind = CSUCCESS_CALL_PARKED,
                          .now_ms = now_ms,
                          .principal = principal,
                          .customer = resume};
    return about(engine, &call, out, err);
}

/* ---- Answering when one can ---- */

csuccess_result csuccess_engine_start(csuccess_engine *engine, const csuccess_call *call,
                                      uint64_t *ticket, csuccess_error *err)
{
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result < 0) return result;
    if (!ticket) return csuccess__fail(err, CSUCCESS_EINVALID, "ticket is required");
    *ticket = 0;
    return csuccess__ticket_start(engine, call, ticket, err);
}

csuccess_result csuccess_engine_finish(csuccess_engine *engine, uint64_t id,
                                       csuccess_outcome *out, csuccess_error *err)
{
    csuccess_outcome nothing = {.size = sizeof nothing, .next_ms = CSUCCESS_TIME_NEVER};
    csuccess_result result = csuccess__engine_enter(engine, err);
    if (result < 0) return result;
    csuccess__ticket *ticket = csuccess__ticket_find(engine, id);
    if (!ticket) return csuccess__fail(err, CSUCCESS_EINVALID, "no call has that ticket");
    if (out) {
        result = csuccess__struct_give(out, &nothing, sizeof nothing, "csuccess_outcome", err);
        if (result < 0) return result;
    }
    csuccess__works_pump(engine);
    if (!csuccess__ticket_done(ticket)) return CSUCCESS_AGAIN;
    return csuccess__ticket_finish(engine, ticket, out, err);
}

const csuccess_op *csuccess_engine_next(csuccess_engine *engine, int64_t now_ms)
{
    if (csuccess__engine_enter(engine, NULL) < 0) return NULL;
    csuccess__operation_slot *slot = csuccess__operation_next(engine, now_ms);
    return slot ? &slot->op : NULL;
}

csuccess_result csuccess_engine_answer(csuccess_engine *engine, uint64_t op,
                                       csuccess_error *err)
{
    csuccess_result result = csuccess__engine_enter(engine, err);
    return result < 0 ? result : csuccess__operation_answer(engine, op, err);
}
