/* SPDX-License-Identifier: Apache-2.0 */
/* Functions of the host that C calls. Each answers the library with a failure when it threw, and the call throws it again once C has returned. */
#include "addon.h"

#ifdef CSUCCESS_NODE_SQLITE
#include <csuccess/sqlite.h>
#endif

#include <math.h>
#include <stdlib.h>
#include <string.h>

void hook_free(hook *h)
{
    if (!h) return;
    napi_env env = h->addon->env;
    for (size_t i = 0; i < HOOK_SLOTS; i++) {
        if (h->slots[i]) napi_delete_reference(env, h->slots[i]);
    }
    if (h->self) napi_delete_reference(env, h->self);
    free(h);
}

static hook *make_hook(frame *f)
{
    hook *h = f->failed ? NULL : calloc(1, sizeof *h);
    if (!h) {
        frame_error(f, CSUCCESS_ENOMEM, "does not fit into memory");
        return NULL;
    }
    h->addon = f->addon;
    h->next = f->hooks;
    f->hooks = h;
    return h;
}

static bool is_function(frame *f, napi_value value)
{
    napi_valuetype type = napi_undefined;
    return frame_ok(f, napi_typeof(f->env, value, &type)) && type == napi_function;
}

hook *take_hook(frame *f, napi_value value)
{
    if (f->failed || take_nothing(f, value)) return NULL;
    if (!is_function(f, value)) {
        frame_type_error(f, "a function");
        return NULL;
    }
    hook *h = make_hook(f);
    if (!h || !frame_ok(f, napi_create_reference(f->env, value, 1, &h->slots[0]))) return NULL;
    return h;
}

/* A member that is a function; false: it is not there. */
static bool take_slot(frame *f, napi_value object, const char *name, napi_ref *slot)
{
    napi_value member = NULL;
    f->field = name;
    if (!frame_ok(f, napi_get_named_property(f->env, object, name, &member)) ||
        take_nothing(f, member))
        return false;
    if (!is_function(f, member)) {
        frame_type_error(f, "a function");
        return false;
    }
    return frame_ok(f, napi_create_reference(f->env, member, 1, slot));
}

/* An object of functions; `there` gets a bit for each that is there. */
static hook *take_object_hook(frame *f, napi_value value, const char *const *names,
                              unsigned count, unsigned *there)
{
    napi_valuetype type = napi_undefined;
    *there = 0;
    if (!frame_ok(f, napi_typeof(f->env, value, &type))) return NULL;
    if (type != napi_object) {
        frame_type_error(f, "an object of functions");
        return NULL;
    }
    hook *h = make_hook(f);
    if (!h || !frame_ok(f, napi_create_reference(f->env, value, 1, &h->self))) return NULL;
    for (unsigned i = 0; i < count && !f->failed; i++) {
        if (take_slot(f, value, names[i], &h->slots[i])) *there |= 1u << i;
    }
    if (f->failed) return NULL;
    f->field = NULL;
    return h;
}

bool hook_call(hook *h, unsigned slot, size_t argc, const napi_value *argv, napi_value *result)
{
    addon *a = h->addon;
    frame *f = a->frame;
    napi_value function = NULL, self = NULL;
    bool ok = f && !f->failed && !f->stopped &&
              napi_get_reference_value(a->env, h->slots[slot], &function) == napi_ok;
    if (ok && h->self)
        ok = napi_get_reference_value(a->env, h->self, &self) == napi_ok;
    else if (ok)
        ok = napi_get_undefined(a->env, &self) == napi_ok;
    if (ok && napi_call_function(a->env, self, function, argc, argv, result) == napi_ok)
        return true;
    frame_raise(a);
    return false;
}

/* ---- One call of a hook ---- */

typedef struct visit {
    frame *f;
    napi_handle_scope scope;
    const char *function, *name;
} visit;

static bool visit_begin(visit *v, hook *h, const char *name)
{
    v->f = h->addon->frame;
    if (!v->f || v->f->stopped || v->f->failed ||
        napi_open_handle_scope(v->f->env, &v->scope) != napi_ok)
        return false;
    v->function = v->f->function;
    v->name = v->f->name;
    v->f->function = name;
    v->f->name = "what it returned";
    v->f->field = NULL;
    return true;
}

/* What was wrong with its answer is an exception as well. True: all is well. */
static bool visit_end(visit *v)
{
    frame *f = v->f;
    bool well = !f->failed;
    if (!well) {
        frame_raise(f->addon);
        f->failed = false;
    }
    f->function = v->function;
    f->name = v->name;
    f->field = NULL;
    napi_close_handle_scope(f->env, v->scope);
    return well;
}

static csuccess_result failure(const visit *v)
{
    return v->f && v->f->stopped ? CSUCCESS_ECANCELLED : CSUCCESS_ECALLBACK;
}

/* Calls a function of texts. */
static bool call_with(visit *v, hook *h, size_t argc, const napi_value *argv,
                      napi_value *result)
{
    return !v->f->failed && hook_call(h, 0, argc, argv, result);
}

/* ---- The hooks ---- */

csuccess_result hook_resolve(void *ud, csuccess_str name, csuccess_str *document)
{
    visit v = {0};
    napi_value result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "resolve")) return CSUCCESS_ECANCELLED;
    napi_value argv[1] = {give_str(v.f, name)};
    if (call_with(&v, ud, 1, argv, &result)) {
        out = take_nothing(v.f, result) ? CSUCCESS_ENAME : CSUCCESS_OK;
        *document = take_str(v.f, result);
    }
    return visit_end(&v) ? out : failure(&v);
}

csuccess_result hook_model(void *ud, csuccess_str name, csuccess_model **out)
{
    visit v = {0};
    napi_value value = NULL;
    csuccess_result result = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "model")) return CSUCCESS_ECANCELLED;
    napi_value argv[1] = {give_str(v.f, name)};
    if (call_with(&v, ud, 1, argv, &value)) {
        handle *h = take_handle(v.f, value, kind_of_model, false);
        result = h ? CSUCCESS_OK : CSUCCESS_ENAME;
        if (h) *out = csuccess_model_ref(h->object);
    }
    return visit_end(&v) ? result : failure(&v);
}

int32_t hook_leads(void *ud, csuccess_str manager, csuccess_str member)
{
    visit v = {0};
    napi_value result = NULL;
    int32_t out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "leads")) return CSUCCESS_ECANCELLED;
    napi_value argv[2] = {give_str(v.f, manager), give_str(v.f, member)};
    if (call_with(&v, ud, 2, argv, &result)) out = take_i32(v.f, result) != 0;
    return visit_end(&v) ? out : failure(&v);
}

/* A typed array of its own memory. */
static napi_value give_copy(frame *f, napi_typedarray_type type, const void *values,
                            size_t count)
{
    size_t bytes = type == napi_float64_array ? count * sizeof(double) : count;
    napi_value buffer = NULL, out = NULL;
    void *data = NULL;
    if (f->failed || !frame_ok(f, napi_create_arraybuffer(f->env, bytes, &data, &buffer)))
        return NULL;
    if (bytes) memcpy(data, values, bytes);
    frame_ok(f, napi_create_typedarray(f->env, type, count, buffer, 0, &out));
    return out;
}

static napi_value give_strings(frame *f, const csuccess_str *list, size_t count)
{
    napi_value out = NULL;
    if (!list) return give_null(f);
    if (f->failed || !frame_ok(f, napi_create_array_with_length(f->env, count, &out)))
        return NULL;
    for (size_t i = 0; i < count && !f->failed; i++)
        frame_ok(f, napi_set_element(f->env, out, (uint32_t)i, give_str(f, list[i])));
    return out;
}

static napi_value give_predict_batch(frame *f, const csuccess_predict_batch *b)
{
    size_t cells = (size_t)b->rows * b->features;
    napi_value out = give_object(f);
    give_member(f, out, "rows", give_u32(f, b->rows));
    give_member(f, out, "features", give_u32(f, b->features));
    give_member(f, out, "names", give_strings(f, b->names, b->features));
    give_member(f, out, "values", give_copy(f, napi_float64_array, b->values, cells));
    give_member(f, out, "texts", give_strings(f, b->texts, cells));
    give_member(f, out, "present", give_copy(f, napi_uint8_array, b->present, cells));
    give_member(f, out, "nowMs", give_i64(f, b->now_ms));
    return out;
}

/* Numbers, a row each; what is no number leaves the row without an answer. */
static void take_rows(frame *f, napi_value list, const csuccess_predict_batch *b, double *into,
                      bool settles)
{
    for (uint32_t i = 0; i < b->rows && !f->failed; i++) {
        napi_handle_scope scope = NULL;
        napi_value item = NULL;
        double number = NAN;
        if (!frame_ok(f, napi_open_handle_scope(f->env, &scope))) return;
        if (frame_ok(f, napi_get_element(f->env, list, i, &item)))
            napi_get_value_double(f->env, item, &number);
        if (!isnan(number)) {
            into[i] = number;
            if (settles) b->status[i] = CSUCCESS_OK;
        }
        napi_close_handle_scope(f->env, scope);
    }
}

static bool is_list(frame *f, napi_value value)
{
    bool typed = false, array = false;
    frame_ok(f, napi_is_typedarray(f->env, value, &typed));
    frame_ok(f, napi_is_array(f->env, value, &array));
    return typed || array;
}

static void take_predictions(frame *f, napi_value answer, const csuccess_predict_batch *b)
{
    napi_valuetype type = napi_undefined;
    napi_value probability = answer, confidence = NULL;
    if (!is_list(f, answer)) {
        if (!frame_ok(f, napi_typeof(f->env, answer, &type)) || type != napi_object) {
            frame_type_error(f, "an array of numbers, or {probability, confidence}");
            return;
        }
        if (!frame_ok(f,
                      napi_get_named_property(f->env, answer, "probability", &probability)) ||
            !frame_ok(f, napi_get_named_property(f->env, answer, "confidence", &confidence)))
            return;
    }
    if (!is_list(f, probability)) {
        frame_type_error(f, "an array of numbers, or {probability, confidence}");
        return;
    }
    take_rows(f, probability, b, b->probability, true);
    if (confidence && is_list(f, confidence)) take_rows(f, confidence, b, b->confidence, false);
}

csuccess_result hook_predict(void *ud, const csuccess_predict_batch *batch)
{
    visit v = {0};
    napi_value result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "predict")) return CSUCCESS_ECANCELLED;
    napi_value argv[1] = {give_predict_batch(v.f, batch)};
    if (call_with(&v, ud, 1, argv, &result)) {
        take_predictions(v.f, result, batch);
        out = CSUCCESS_OK;
    }
    return visit_end(&v) ? out : failure(&v);
}

csuccess_result hook_log(void *ud, const csuccess_prediction *list, size_t count)
{
    visit v = {0};
    napi_value all = NULL, result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "log")) return CSUCCESS_ECANCELLED;
    frame_ok(v.f, napi_create_array_with_length(v.f->env, count, &all));
    for (size_t i = 0; i < count && !v.f->failed; i++)
        frame_ok(v.f, napi_set_element(v.f->env, all, (uint32_t)i,
                                       give_struct(v.f, layout_of_prediction, &list[i])));
    if (call_with(&v, ud, 1, &all, &result)) out = CSUCCESS_OK;
    return visit_end(&v) ? out : failure(&v);
}

csuccess_result hook_random(void *ud, uint8_t *bytes, size_t count)
{
    visit v = {0};
    napi_value result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "random")) return CSUCCESS_ECANCELLED;
    napi_value argv[1] = {give_u64(v.f, count)};
    if (call_with(&v, ud, 1, argv, &result)) {
        csuccess_str given = take_str(v.f, result);
        if (given.len == count && count) {
            memcpy(bytes, given.ptr, count);
            out = CSUCCESS_OK;
        } else {
            frame_type_error(v.f, "a Uint8Array of as many bytes as were asked for");
        }
    }
    return visit_end(&v) ? out : failure(&v);
}

csuccess_result hook_zone(void *ud, csuccess_str zone, int64_t at_ms, csuccess_zone_answer *out)
{
    visit v = {0};
    napi_value value = NULL;
    csuccess_result result = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "zone")) return CSUCCESS_ECANCELLED;
    napi_value argv[2] = {give_str(v.f, zone), give_i64(v.f, at_ms)};
    if (call_with(&v, ud, 2, argv, &value)) {
        const csuccess_zone_answer *answer = take_pointer(v.f, value, layout_of_zone_answer);
        result = answer ? CSUCCESS_OK : CSUCCESS_ENAME;
        if (answer && !v.f->failed)
            memcpy((char *)out + sizeof out->size, (const char *)answer + sizeof out->size,
                   sizeof *out - sizeof out->size);
    }
    return visit_end(&v) ? result : failure(&v);
}

csuccess_result hook_variable(void *ud, csuccess_str customer, csuccess_str name,
                              csuccess_str *json)
{
    visit v = {0};
    napi_value result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "variable")) return CSUCCESS_ECANCELLED;
    napi_value argv[2] = {give_str(v.f, customer), give_str(v.f, name)};
    if (call_with(&v, ud, 2, argv, &result)) {
        out = take_nothing(v.f, result) ? CSUCCESS_EMISSING : CSUCCESS_OK;
        *json = take_str(v.f, result);
    }
    return visit_end(&v) ? out : failure(&v);
}

csuccess_result hook_sentiment(void *ud, csuccess_str customer, csuccess_str text,
                               csuccess_feeling *feeling)
{
    visit v = {0};
    napi_value result = NULL;
    csuccess_result out = CSUCCESS_ECALLBACK;
    if (!visit_begin(&v, ud, "sentiment")) return CSUCCESS_ECANCELLED;
    napi_value argv[3] = {give_str(v.f, customer), give_str(v.f, text),
                          give_struct(v.f, layout_of_feeling, feeling)};
    if (call_with(&v, ud, 3, argv, &result)) {
        const csuccess_feeling *other = take_pointer(v.f, result, layout_of_feeling);
        out = other ? CSUCCESS_OK : CSUCCESS_EMISSING;
        if (other && !v.f->failed)
            memcpy((char *)feeling + sizeof feeling->size,
                   (const char *)other + sizeof feeling->size,
                   sizeof *feeling - sizeof feeling->size);
    }
    return visit_end(&v) ? out : failure(&v);
}

void hook_trace(void *ud, csuccess_str line)
{
    visit v = {0};
    napi_value result = NULL;
    if (!visit_begin(&v, ud, "trace")) return;
    napi_value argv[1] = {give_str(v.f, line)};
    call_with(&v, ud, 1, argv, &result);
    visit_end(&v);
}

uint32_t hook_simulated_send(void *ud, const csuccess_send_request *request)
{
    visit v = {0};
    napi_value result = NULL;
    uint32_t out = CSUCCESS_SENT_UNKNOWN;
    if (!visit_begin(&v, ud, "send")) return CSUCCESS_SENT_UNKNOWN;
    napi_value argv[1] = {give_struct(v.f, layout_of_send_request, request)};
    if (call_with(&v, ud, 1, argv, &result)) out = take_u32(v.f, result);
    return visit_end(&v) ? out : CSUCCESS_SENT_UNKNOWN;
}

int hook_progress(void *ud, uint64_t done, uint64_t total)
{
    visit v = {0};
    napi_value result = NULL;
    bool stop = true;
    if (!visit_begin(&v, ud, "progress")) return 1;
    napi_value argv[2] = {give_u64(v.f, done), give_u64(v.f, total)};
    if (call_with(&v, ud, 2, argv, &result)) {
        bool truth = false;
        stop = napi_get_value_bool(v.f->env, result, &truth) == napi_ok && truth;
    }
    return visit_end(&v) ? stop : 1;
}

csuccess_result hook_reopen(void *ud)
{
    hook *store = ud;
    visit v = {0};
    napi_value result = NULL;
    bool well = false;
    if (!visit_begin(&v, store, "reopen")) return CSUCCESS_ECANCELLED;
    well = call_with(&v, store->reopen, 0, NULL, &result);
    return visit_end(&v) && well ? CSUCCESS_OK : failure(&v);
}

/* ---- Customers of the host ---- */

static const char *const customer_slots[] = {"load", "next"};

static uint32_t take_given(frame *f, napi_value answer)
{
    bool truth = false;
    if (napi_get_value_bool(f->env, answer, &truth) != napi_ok)
        frame_type_error(f, "true, or false where there is no customer");
    return truth ? CSUCCESS_GIVEN_CUSTOMER : CSUCCESS_GIVEN_NONE;
}

/* The facts are the hook's until it returns; what it returns says whether there is such a customer. */
static csuccess_result give_customer(hook *h, unsigned slot, const csuccess_str *customer,
                                     csuccess_facts *facts, uint32_t *given)
{
    visit v = {0};
    napi_value argv[2], result = NULL, lent = NULL;
    size_t argc = 0;
    bool well = false;
    if (!visit_begin(&v, h, customer_slots[slot])) return CSUCCESS_ECANCELLED;
    if (customer) argv[argc++] = give_str(v.f, *customer);
    lent = argv[argc++] = give_lent(v.f, kind_of_facts, facts, NULL, false);
    handle *mine = v.f->failed ? NULL : handle_of(v.f->addon, lent);
    if (!v.f->failed && hook_call(h, slot, argc, argv, &result)) {
        *given = take_given(v.f, result);
        well = true;
    }
    if (mine) handle_revoke(mine);
    return visit_end(&v) && well ? CSUCCESS_OK : failure(&v);
}

static csuccess_result load_customer(void *ud, csuccess_str customer, csuccess_facts *facts,
                                     uint32_t *given)
{
    return give_customer(ud, 0, &customer, facts, given);
}

static csuccess_result next_customer(void *ud, csuccess_facts *facts, uint32_t *given)
{
    return give_customer(ud, 1, NULL, facts, given);
}

const csuccess_customer_ops *take_customers(frame *f, napi_value value)
{
    unsigned there = 0;
    if (f->failed || take_nothing(f, value)) return NULL;
    hook *h = take_object_hook(f, value, customer_slots, 2, &there);
    csuccess_customer_ops *ops = h ? frame_space(f, sizeof *ops) : NULL;
    if (!ops) return NULL;
    *ops = (csuccess_customer_ops){.size = sizeof *ops,
                                   .ud = h,
                                   .load = there & 1 ? load_customer : NULL,
                                   .next = there & 2 ? next_customer : NULL};
    return ops;
}

/* ---- Stores and channels ---- */

static const char *const store_slots[HOOK_SLOTS] = {
    "load", "commit", "due", "defer", "claim", "settle", "scan", "history", "outbox", "erase"};
static const char *const channel_slots[] = {"send"};

/* A slot that threw ends as failed: its reply is done, unless it was already. It may have another store answer: csuccess_op_call() takes {reply}. */
static void call_slot(hook *h, unsigned slot, const layout *of, const void *request,
                      csuccess_reply *reply)
{
    visit v = {0};
    napi_value argv[2], result = NULL;
    bool well = false;
    csuccess_op op = {.size = sizeof op, .request = request, .reply = reply};
    op.kind = of == layout_of_send_request ? CSUCCESS_OP_SEND : CSUCCESS_OP_LOAD + slot;
    if (!visit_begin(&v, h, of->name)) {
        csuccess_reply_done(reply, CSUCCESS_ECANCELLED, (csuccess_str){NULL, 0});
        return;
    }
    argv[0] = give_struct(v.f, of, request);
    argv[1] = give_lent(v.f, kind_of_reply, reply, NULL, false);
    handle *mine = v.f->failed ? NULL : handle_of(v.f->addon, argv[1]);
    if (mine) mine->op = &op;
    if (!v.f->failed) well = hook_call(h, slot, 2, argv, &result);
    if (mine) handle_revoke(mine);
    well = visit_end(&v) && well;
    if (!well)
        csuccess_reply_done(reply, failure(&v),
                            CSUCCESS_STR("the function of the host threw an exception"));
}

#define STORE_SLOT(index, verb) \
    static void store_##verb(void *ud, const csuccess_##verb##_request *request, \
                             csuccess_reply *reply) \
    { \
        call_slot(ud, index, store_layouts[index], request, reply); \
    }
STORE_SLOT(0, load)
STORE_SLOT(1, commit)
STORE_SLOT(2, due)
STORE_SLOT(3, defer)
STORE_SLOT(4, claim)
STORE_SLOT(5, settle)
STORE_SLOT(6, scan)
STORE_SLOT(7, history)
STORE_SLOT(8, outbox)
STORE_SLOT(9, erase)

static void channel_send(void *ud, const csuccess_send_request *request, csuccess_reply *reply)
{
    call_slot(ud, 0, layout_of_send_request, request, reply);
}

static const csuccess_store_ops all_store_slots = {.size = sizeof all_store_slots,
                                                   .load = store_load,
                                                   .commit = store_commit,
                                                   .due = store_due,
                                                   .defer = store_defer,
                                                   .claim = store_claim,
                                                   .settle = store_settle,
                                                   .scan = store_scan,
                                                   .history = store_history,
                                                   .outbox = store_outbox,
                                                   .erase = store_erase};

static bool is_store(const handle *h)
{
    return h &&
           (h->kind == kind_of_memory_store || (kind_of_sqlite && h->kind == kind_of_sqlite));
}

static const csuccess_store_ops *store_in_c(frame *f, handle *h, void **ud)
{
    if (!handle_hold(f, h, true)) return NULL;
    *ud = h->object;
#ifdef CSUCCESS_NODE_SQLITE
    if (h->kind == kind_of_sqlite) return csuccess_sqlite_ops();
#endif
    return csuccess_memory_store_ops();
}

const csuccess_store_ops *take_store(frame *f, napi_value value, void **ud)
{
    unsigned there = 0;
    if (f->failed || take_nothing(f, value)) return NULL;
    handle *known = handle_of(f->addon, value);
    if (is_store(known)) return store_in_c(f, known, ud);
    hook *h = take_object_hook(f, value, store_slots, HOOK_SLOTS, &there);
    csuccess_store_ops *ops = h ? frame_space(f, sizeof *ops) : NULL;
    if (!ops) return NULL;
    *ud = h;
    *ops = all_store_slots;
    /* The slots stand in the order of their names; one that is not there is NULL, and the library names it. */
    char *slots = (char *)ops + offsetof(csuccess_store_ops, load);
    for (unsigned i = 0; i < HOOK_SLOTS; i++) {
        if (!(there >> i & 1)) memset(slots + i * sizeof ops->load, 0, sizeof ops->load);
    }
    return ops;
}

const csuccess_channel_ops *take_channel(frame *f, napi_value value, void **ud)
{
    unsigned there = 0;
    if (f->failed || take_nothing(f, value)) return NULL;
    hook *h = is_function(f, value) ? take_hook(f, value)
                                    : take_object_hook(f, value, channel_slots, 1, &there);
    csuccess_channel_ops *ops = h ? frame_space(f, sizeof *ops) : NULL;
    if (!ops) return NULL;
    *ud = h;
    *ops =
        (csuccess_channel_ops){.size = sizeof *ops, .send = h->slots[0] ? channel_send : NULL};
    return ops;
}
