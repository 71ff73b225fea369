/* SPDX-License-Identifier: Apache-2.0 */
/* Leases of a memory store: due and defer of customers, claim and settle of messages. */
#include "engine/memory_store.h"

#include "base/str.h"

/* Those that may be leased now; NULL when memory is refused. */
static csuccess__timed **ready(csuccess_memory_store *store, csuccess__schedule *schedule,
                               const csuccess__schedule_ask *ask, uint32_t *count)
{
    csuccess__timed **list = CSUCCESS__NEW_ARRAY(&store->scratch, csuccess__timed *, ask->most);
    if (list) *count = csuccess__schedule_ready(schedule, ask, list);
    return list;
}

/* What was answered, and until when it is leased. */
typedef struct leasing {
    csuccess__schedule *schedule;
    const csuccess__schedule_ask *ask;
    csuccess__timed **list;
    uint32_t count;
    int64_t until;
} leasing;

/* Leases what was answered, under the tokens that were said, and says when to ask again; a failed answer leaves nothing leased, and its tokens are
   spent all the same. */
static csuccess_result lease(csuccess_memory_store *store, const leasing *l,
                             csuccess_result answered, csuccess__voice *voice)
{
    uint32_t leased = answered >= 0 && l->until > l->ask->now ? l->count : 0;
    for (uint32_t i = 0; i < leased; i++) {
        csuccess__timed_lease(l->schedule, l->list[i], store->tokens + i + 1, l->until);
    }
    store->tokens += l->count;
    if (answered < 0) return answered;
    return csuccess__voice_next(voice, csuccess__schedule_next(l->schedule, l->ask));
}

static uint32_t at_most(uint32_t most, size_t there)
{
    return there < most ? (uint32_t)there : most;
}

/* ---- Customers ---- */

csuccess_result csuccess__memory_due(csuccess_memory_store *store,
                                     csuccess__stored_tenant *tenant, const void *asked,
                                     csuccess__voice *voice)
{
    const csuccess_due_request *request = asked;
    csuccess__schedule_ask ask = {request->now_ms,
                                  at_most(request->most, tenant->customers.count),
                                  request->shard, request->shards};
    csuccess_result result = CSUCCESS_OK;
    uint32_t count = 0;
    csuccess__timed **list = ready(store, &tenant->due, &ask, &count);
    if (!list) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < count && result >= 0; i++) {
        result = csuccess__voice_lease(
            voice, i, count, CSUCCESS__ITEM(csuccess__stored_customer, timed, list[i]));
    }
    leasing all = {&tenant->due, &ask, list, count, request->lease_until_ms};
    return lease(store, &all, result, voice);
}

csuccess_result csuccess__memory_defer(csuccess_memory_store *store,
                                       csuccess__stored_tenant *tenant, const void *asked,
                                       csuccess__voice *voice)
{
    const csuccess_defer_request *request = asked;
    csuccess__stored_customer *customer =
        csuccess__stored_customer_find(tenant, request->customer);
    csuccess__stored_bytes reason;
    if (!customer ||
        !csuccess__timed_holds(&customer->timed, request->token, request->now_ms)) {
        csuccess__answer lost = {.verdict = CSUCCESS__VERDICT_CONFLICT};
        return csuccess__voice_verdict(voice, 0, 1, lost);
    }
    if (!csuccess__stored_copy(store, &reason, request->reason)) return CSUCCESS_ENOMEM;
    csuccess__stored_release(store, &customer->reason);
    customer->reason = reason;
    customer->due_ms = request->until_ms;
    customer->failures += request->failed != 0;
    customer->parked = request->failed != 0 && request->park_after != 0 &&
                       customer->failures >= request->park_after;
    if (customer->parked) {
        csuccess__timed_stop(&tenant->due, &customer->timed);
    } else {
        csuccess__timed_wait(&tenant->due, &customer->timed, request->until_ms);
    }
    return CSUCCESS_OK;
}

/* ---- Messages ---- */

csuccess_result csuccess__memory_claim(csuccess_memory_store *store,
                                       csuccess__stored_tenant *tenant, const void *asked,
                                       csuccess__voice *voice)
{
    const csuccess_claim_request *request = asked;
    csuccess__schedule_ask ask = {request->now_ms,
                                  at_most(request->most, tenant->messages.count),
                                  request->shard, request->shards};
    csuccess_result result = CSUCCESS_OK;
    uint32_t count = 0;
    csuccess__timed **list = ready(store, &tenant->claims, &ask, &count);
    if (!list) return CSUCCESS_ENOMEM;
    for (uint32_t i = 0; i < count && result >= 0; i++) {
        result = csuccess__voice_message(
            voice, i, count, CSUCCESS__ITEM(csuccess__stored_message, timed, list[i]));
    }
    for (uint32_t i = 0; i < count && result >= 0; i++) {
        CSUCCESS__ITEM(csuccess__stored_message, timed, list[i])->m.attempts++;
    }
    leasing all = {&tenant->claims, &ask, list, count, request->lease_until_ms};
    return lease(store, &all, result, voice);
}

/* The message of a signal, unless it is there already; false when memory is refused. */
static bool make_signal(csuccess_memory_store *store, csuccess__stored_tenant *tenant,
                        const csuccess_message *signal, csuccess__stored_message **out)
{
    *out = NULL;
    if (!signal || csuccess__stored_message_find(tenant, signal->id)) return true;
    if (!csuccess__table_room(&tenant->messages, &store->mem, 1)) return false;
    *out = csuccess__stored_message_make(store, tenant, signal);
    return *out != NULL;
}

static void settle(csuccess__stored_tenant *tenant, csuccess__stored_message *message,
                   const csuccess_settle_request *request)
{
    if (request->outcome != CSUCCESS_SETTLE_RETRY) {
        csuccess__stored_message_settle(tenant, message, request->outcome);
        return;
    }
    csuccess__timed_wait(&tenant->claims, &message->timed, request->retry_ms);
    if (!request->counts && message->m.attempts) message->m.attempts--;
}

csuccess_result csuccess__memory_settle(csuccess_memory_store *store,
                                        csuccess__stored_tenant *tenant, const void *asked,
                                        csuccess__voice *voice)
{
    const csuccess_settle_request *request = asked;
    csuccess__stored_message *signal;
    csuccess__stored_bytes reason;
    if (request->outcome < CSUCCESS_SETTLE_DELIVERED ||
        request->outcome > CSUCCESS_SETTLE_DROPPED) {
        voice->why = CSUCCESS_STR("outcome is none of CSUCCESS_SETTLE_*");
        return CSUCCESS_EINVALID;
    }
    csuccess__stored_message *message = csuccess__stored_message_find(tenant, request->message);
    if (!message || !csuccess__timed_holds(&message->timed, request->token, request->now_ms)) {
        csuccess__answer lost = {.verdict = CSUCCESS__VERDICT_CONFLICT};
        return csuccess__voice_verdict(voice, 0, 1, lost);
    }
    if (!csuccess__stored_copy(store, &reason, request->reason)) return CSUCCESS_ENOMEM;
    if (!make_signal(store, tenant, request->signal, &signal)) {
        csuccess__stored_release(store, &reason);
        return CSUCCESS_ENOMEM;
    }
    csuccess__stored_release(store, &message->reason);
    message->reason = reason;
    settle(tenant, message, request);
    if (signal) csuccess__stored_message_put(tenant, signal);
    return CSUCCESS_OK;
}
