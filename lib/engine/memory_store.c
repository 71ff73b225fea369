/* SPDX-License-Identifier: Apache-2.0 */
/* The memory store: making and freeing one, its slots, planted failures. */
#include "engine/memory_store.h"

#include "base/error.h"
#include "base/str.h"

/* ---- Making ---- */

static csuccess_result take_options(csuccess_memory_options *o, csuccess_allocator *mem,
                                    const csuccess_memory_options *options, csuccess_error *err)
{
    csuccess_result result = CSUCCESS_OK;
    *o = (csuccess_memory_options){.size = sizeof *o};
    if (options) {
        result = csuccess__struct_take(o, sizeof *o, sizeof(size_t), options,
                                       "csuccess_memory_options", err);
    }
    if (result < 0) return result;
    if (!o->lock != !o->unlock) {
        return csuccess__fail(err, CSUCCESS_EINVALID, "lock and unlock come together");
    }
    return csuccess__allocator_take(mem, o->allocator, err);
}

/* A key that others do not know, out of where things happen to lie: it decides where in its tables something stands, and nothing that can be seen. */
static csuccess__table_key key_of(const csuccess_memory_store *store)
{
    uint64_t here = (uint64_t)(uintptr_t)store, code = (uint64_t)(uintptr_t)store->mem.alloc;
    return (csuccess__table_key){here * UINT64_C(0x9E3779B97F4A7C15),
                                 code * UINT64_C(0xBF58476D1CE4E5B9)};
}

csuccess_result csuccess_memory_store_new(csuccess_memory_store **out,
                                          const csuccess_memory_options *options,
                                          csuccess_error *err)
{
    csuccess_memory_options o;
    csuccess_allocator mem;
    if (!out) return csuccess__fail(err, CSUCCESS_EINVALID, "out is required");
    *out = NULL;
    csuccess_result result = take_options(&o, &mem, options, err);
    if (result < 0) return result;
    csuccess_memory_store *store = csuccess__alloc(&mem, 1, sizeof *store);
    if (!store) return csuccess__fail(err, CSUCCESS_ENOMEM, "out of memory");
    store->mem = mem;
    store->lock = o.lock;
    store->unlock = o.unlock;
    store->lock_ud = o.lock_ud;
    store->key = key_of(store);
    csuccess__arena_init(&store->scratch, &store->mem, 0);
    *out = store;
    return CSUCCESS_OK;
}

void csuccess_memory_store_free(csuccess_memory_store *store)
{
    csuccess__ordered_node *node;
    if (!store) return;
    csuccess_allocator mem = store->mem;
    while ((node = csuccess__ordered_first(&store->tenants_by_id)) != NULL) {
        csuccess__stored_tenant_free(store,
                                     CSUCCESS__ITEM(csuccess__stored_tenant, by_id, node));
    }
    csuccess__stored_block_wipe(store, &store->spare);
    csuccess__table_free(&store->tenants, &mem);
    csuccess__arena_free(&store->scratch);
    csuccess__release(&mem, store, 1, sizeof *store);
}

/* ---- Planted failures ---- */

csuccess_result csuccess_memory_store_faults(csuccess_memory_store *store,
                                             const csuccess_memory_faults *faults)
{
    csuccess_memory_faults f = {.size = sizeof f};
    if (!store) return CSUCCESS_EINVALID;
    if (faults) {
        csuccess_result result = csuccess__struct_take(&f, sizeof f, sizeof(size_t), faults,
                                                       "csuccess_memory_faults", NULL);
        if (result < 0) return result;
    }
    if (f.at != 0 && (f.kind < CSUCCESS_FAULT_FAIL || f.kind > CSUCCESS_FAULT_TWICE)) {
        return CSUCCESS_EINVALID;
    }
    store->faults = f;
    store->calls = 0;
    store->fired = false;
    return CSUCCESS_OK;
}

uint64_t csuccess_memory_store_calls(const csuccess_memory_store *store, int32_t *fired)
{
    if (fired) *fired = store && store->fired;
    return store ? store->calls : 0;
}

/* The failure of this call; 0: none. */
static uint32_t fault_of(csuccess_memory_store *store, csuccess__operation operation)
{
    const csuccess_memory_faults *f = &store->faults;
    bool now = f->at != 0 && (f->onward ? store->calls >= f->at : store->calls == f->at);
    bool of_commit = f->kind == CSUCCESS_FAULT_CONFLICT || f->kind == CSUCCESS_FAULT_REFUSED;
    if (!now || (of_commit && operation != CSUCCESS__OPERATION_COMMIT)) return 0;
    store->fired = true;
    return f->kind;
}

/* ---- Slots ---- */

/* One call: planted failures around what the slot does. */
static void call(csuccess_memory_store *store, const csuccess_str *tenant, const void *request,
                 csuccess_reply *reply, csuccess__memory_slot *slot)
{
    csuccess__voice voice = {.store = store, .reply = reply};
    csuccess_result result = CSUCCESS_ENOMEM;
    store->calls++;
    voice.fault = fault_of(store, reply->operation);
    if (voice.fault == CSUCCESS_FAULT_FAIL) {
        csuccess_reply_done(reply, CSUCCESS_EGENERIC, CSUCCESS_STR("a planted failure"));
        return;
    }
    csuccess__arena_reset(&store->scratch);
    csuccess__stored_tenant *there = csuccess__stored_tenant_get(store, *tenant);
    if (there) result = slot(store, there, request, &voice);
    if (voice.fault == CSUCCESS_FAULT_SILENT) return;
    if (voice.fault == CSUCCESS_FAULT_LOST && result >= 0) {
        result = CSUCCESS_EGENERIC;
        voice.why = CSUCCESS_STR("a planted failure: the answer is lost");
    }
    csuccess_reply_done(reply, result, voice.why);
}

static void enter(void *ud, const csuccess_str *tenant, const void *request,
                  csuccess_reply *reply, csuccess__memory_slot *slot)
{
    csuccess_memory_store *store = ud;
    if (store->lock) store->lock(store->lock_ud);
    call(store, tenant, request, reply, slot);
    if (store->unlock) store->unlock(store->lock_ud);
}

#define SLOT(name) \
    static void slot_##name(void *ud, const csuccess_##name##_request *request, \
                            csuccess_reply *reply) \
    { \
        enter(ud, &request->tenant, request, reply, csuccess__memory_##name); \
    }
SLOT(load)
SLOT(commit)
SLOT(due)
SLOT(defer)
SLOT(claim)
SLOT(settle)
SLOT(scan)
SLOT(history)
SLOT(outbox)
SLOT(erase)
#undef SLOT

const csuccess_store_ops *csuccess_memory_store_ops(void)
{
    static const csuccess_store_ops ops = {
        .size = sizeof ops,
        .load = slot_load,
        .commit = slot_commit,
        .due = slot_due,
        .defer = slot_defer,
        .claim = slot_claim,
        .settle = slot_settle,
        .scan = slot_scan,
        .history = slot_history,
        .outbox = slot_outbox,
        .erase = slot_erase,
    };
    return &ops;
}
