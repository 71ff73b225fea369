/* SPDX-License-Identifier: Apache-2.0 */
/* An engine whose operations the host answers when it can: what a call under way holds, and the replies that are handed out. */
#include "addon.h"

#include <string.h>

/* A ticket as needs bear it: 0 is none. */
static uint64_t mark_of(uint64_t ticket)
{
    return ticket + 1;
}

/* (engine, call) -> ticket */
BY_HAND(csuccess_engine_start)
{
    frame f;
    napi_value argv[2], value = NULL;
    uint64_t ticket = 0;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_engine_start";
    f.name = "engine";
    handle *engine = take_handle(&f, argv[0], kind_of_engine, true);
    f.name = "call";
    const csuccess_call *call = take_pointer(&f, argv[1], layout_of_call);
    if (!f.failed)
        result = csuccess_engine_start(engine ? engine->object : NULL, call, &ticket, &f.err);
    if (frame_result(&f, result)) {
        handle *root = handle_root(engine);
        for (held *h = f.held; h; h = h->next) {
            if (handle_root(h->handle) != root &&
                !handle_need(root, handle_root(h->handle), NULL, mark_of(ticket)))
                frame_error(&f, CSUCCESS_ENOMEM, "does not fit into memory");
        }
        value = give_u64(&f, ticket);
    }
    return frame_end(&f, value);
}

/* (engine, ticket) -> {nextMs, text}; null while it is under way. */
BY_HAND(csuccess_engine_finish)
{
    frame f;
    napi_value argv[2], value = NULL;
    csuccess_outcome out = {.size = sizeof out};
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_engine_finish";
    f.name = "engine";
    handle *engine = take_handle(&f, argv[0], kind_of_engine, true);
    f.name = "ticket";
    uint64_t ticket = take_u64(&f, argv[1]);
    if (!f.failed) {
        result = csuccess_engine_finish(engine ? engine->object : NULL, ticket, &out, &f.err);
        if (engine && result != CSUCCESS_AGAIN)
            handle_forget(handle_root(engine), NULL, mark_of(ticket));
    }
    if (frame_result(&f, result))
        value =
            result == CSUCCESS_AGAIN ? give_null(&f) : give_struct(&f, layout_of_outcome, &out);
    else
        frame_report(&f, out.text, true);
    return frame_end(&f, value);
}

static const layout *layout_of_request(uint32_t kind)
{
    if (kind == CSUCCESS_OP_SEND) return layout_of_send_request;
    return kind >= CSUCCESS_OP_LOAD && kind <= CSUCCESS_OP_ERASE
               ? store_layouts[kind - CSUCCESS_OP_LOAD]
               : NULL;
}

static napi_value give_op(frame *f, const csuccess_op *op, handle *engine)
{
    const layout *of = layout_of_request(op->kind);
    napi_value out = give_object(f);
    give_member(f, out, "id", give_u64(f, op->id));
    give_member(f, out, "kind", give_u32(f, op->kind));
    give_member(f, out, "request", of ? give_struct(f, of, op->request) : give_null(f));
    napi_value reply = give_lent(f, kind_of_reply, op->reply, engine, false);
    give_member(f, out, "reply", reply);
    handle *h = f->failed ? NULL : handle_of(f->addon, reply);
    if (h) {
        h->op = op;
        h->op_id = op->id;
    }
    return out;
}

/* What a hook threw while the operation came about belongs to a call; the operation is there all the same, and bears it as [exception] in `raised`. */
static napi_value give_op_raised(frame *f, const csuccess_op *op, handle *engine)
{
    napi_value box = NULL;
    napi_ref raised = f->raised;
    f->raised = NULL;
    napi_value out = give_op(f, op, engine);
    if (!f->failed && frame_ok(f, napi_get_reference_value(f->env, raised, &box)))
        give_member(f, out, "raised", box);
    napi_delete_reference(f->env, raised);
    return out;
}

/* (engine, now) -> {id, kind, request, reply}; null: there is none now. */
BY_HAND(csuccess_engine_next)
{
    frame f;
    napi_value argv[2], value = NULL;
    const csuccess_op *op = NULL;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_engine_next";
    f.name = "engine";
    handle *engine = take_handle(&f, argv[0], kind_of_engine, true);
    f.name = "nowMs";
    int64_t now_ms = take_i64(&f, argv[1]);
    if (!f.failed) op = csuccess_engine_next(engine ? engine->object : NULL, now_ms);
    if (op && f.raised && !f.failed && !f.stopped)
        value = give_op_raised(&f, op, engine);
    else if (frame_result(&f, CSUCCESS_OK))
        value = op ? give_op(&f, op, engine) : give_null(&f);
    return frame_end(&f, value);
}

/* Only those of operations that are handed out are in the list. */
static void return_reply(handle *engine, uint64_t id)
{
    for (handle *h = engine->lent; h; h = h->next_lent) {
        if (h->op && h->op_id == id) {
            handle_return(h);
            return;
        }
    }
}

/* (engine, id): the reply is not there any more. */
BY_HAND(csuccess_engine_answer)
{
    frame f;
    napi_value argv[2], value = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_engine_answer";
    f.name = "engine";
    handle *engine = take_handle(&f, argv[0], kind_of_engine, true);
    f.name = "op";
    uint64_t id = take_u64(&f, argv[1]);
    if (!f.failed) {
        result = csuccess_engine_answer(engine ? engine->object : NULL, id, &f.err);
        if (engine && result != CSUCCESS_EINVALID) return_reply(handle_root(engine), id);
    }
    if (frame_result(&f, result)) value = give_i32(&f, result);
    return frame_end(&f, value);
}

/* What a transaction needs is an operation as well. */
static const csuccess_op *op_of_txn(frame *f, handle *reply)
{
    csuccess_op *op = frame_space(f, sizeof *op);
    if (!op) return NULL;
    *op = (csuccess_op){.size = sizeof *op,
                        .kind = CSUCCESS_OP_LOAD,
                        .request = csuccess_txn_need(reply->lender->object),
                        .reply = reply->object};
    return op->request ? op : NULL;
}

/* The operation that a reply answers; NULL: it is over. */
static const csuccess_op *op_of_reply(frame *f, handle *reply)
{
    return reply->lender && reply->lender->kind == kind_of_txn ? op_of_txn(f, reply)
                                                               : reply->op;
}

/* The handle at the name "reply" of an object; NULL: there is none. */
static handle *take_reply(frame *f, napi_value value)
{
    napi_valuetype type = napi_undefined;
    napi_value reply = NULL;
    if (!frame_ok(f, napi_typeof(f->env, value, &type)) || type != napi_object) return NULL;
    if (!frame_ok(f, napi_get_named_property(f->env, value, "reply", &reply))) return NULL;
    return take_handle(f, reply, kind_of_reply, true);
}

/* The operation behind what csuccess_engine_next() gave, or behind the reply of a slot or a transaction. */
static const csuccess_op *take_op(frame *f, napi_value value)
{
    if (f->failed) return NULL;
    handle *h = take_reply(f, value);
    if (f->failed) return NULL;
    const csuccess_op *op = h ? op_of_reply(f, h) : NULL;
    if (!f->failed && !op) frame_type_error(f, "what csuccess_engine_next() gave");
    return op;
}

/* (op, store, channel) */
BY_HAND(csuccess_op_call)
{
    frame f;
    napi_value argv[3], value = NULL;
    void *store_ud = NULL, *channel_ud = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 3, argv)) return NULL;
    f.function = "csuccess_op_call";
    f.name = "op";
    const csuccess_op *op = take_op(&f, argv[0]);
    f.name = "store";
    const csuccess_store_ops *store = take_store(&f, argv[1], &store_ud);
    f.name = "channel";
    const csuccess_channel_ops *channel = take_channel(&f, argv[2], &channel_ud);
    if (!f.failed) result = csuccess_op_call(op, store, store_ud, channel, channel_ud);
    if (frame_result(&f, result)) value = give_i32(&f, result);
    return frame_end(&f, value);
}

/* (store, options) -> report */
BY_HAND(csuccess_conformance_run)
{
    frame f;
    napi_value argv[2], value = NULL;
    void *ud = NULL;
    csuccess_text *report = NULL;
    csuccess_result result = CSUCCESS_OK;
    if (!frame_begin(&f, env, info, 2, argv)) return NULL;
    f.function = "csuccess_conformance_run";
    f.name = "ops";
    const csuccess_store_ops *ops = take_store(&f, argv[0], &ud);
    f.name = "options";
    const csuccess_conformance_options *options =
        take_pointer(&f, argv[1], layout_of_conformance_options);
    if (!f.failed && f.reopen) {
        if (handle_of(f.addon, argv[0]))
            frame_type_error(&f, "without reopen for a store that is not JavaScript's");
        else
            ((hook *)ud)->reopen = f.reopen;
    }
    if (!f.failed) result = csuccess_conformance_run(&report, ops, ud, options, &f.err);
    if (frame_result(&f, result))
        value = give_text(&f, report);
    else
        frame_report(&f, report, true);
    return frame_end(&f, value);
}
