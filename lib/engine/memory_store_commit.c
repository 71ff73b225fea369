/* SPDX-License-Identifier: Apache-2.0 */
/* Commits of a memory store: a batch is looked at first, then everything that takes memory is prepared, then it is applied, which cannot fail. */
#include "engine/memory_store.h"

#include "base/str.h"
#include "engine/batch.h"

/* A batch on its way. The arrays are as long as those of the batch. */
typedef struct plan {
    csuccess_memory_store *store;
    csuccess__stored_tenant *tenant;
    const csuccess_batch *batch;
    int64_t now;
    csuccess__stored_record **records;
    csuccess__stored_block *blocks;
    csuccess__stored_ledger **ledgers;
    int64_t *sums;                      /* after each delta */
    csuccess__stored_customer **owners; /* of entries */
    csuccess_entry **entries;
    csuccess__stored_message **messages; /* NULL: there already */
    csuccess_str **inputs;
    uint64_t *hashes;                                 /* of inputs */
    csuccess__stored_customer **input_owners;         /* of inputs */
    csuccess__stored_pack *entry_packs, *input_packs; /* of several owners */
} plan;

/* All arrays in one piece, those of the strictest alignment first. */
static bool start(plan *p)
{
    const csuccess_batch *b = p->batch;
    size_t bytes =
        b->write_count * (sizeof *p->blocks + sizeof *p->records) +
        b->delta_count * (sizeof *p->ledgers + sizeof *p->sums) +
        b->entry_count * (sizeof *p->owners + sizeof *p->entries) +
        b->message_count * sizeof *p->messages +
        b->input_count * (sizeof *p->hashes + sizeof *p->inputs + sizeof *p->input_owners);
    p->sums = csuccess__arena_take(&p->store->scratch, bytes, 1);
    if (!p->sums) return false;
    p->hashes = (void *)(p->sums + b->delta_count);
    p->blocks = (void *)(p->hashes + b->input_count);
    p->records = (void *)(p->blocks + b->write_count);
    p->ledgers = (void *)(p->records + b->write_count);
    p->owners = (void *)(p->ledgers + b->delta_count);
    p->entries = (void *)(p->owners + b->entry_count);
    p->messages = (void *)(p->entries + b->entry_count);
    p->inputs = (void *)(p->messages + b->message_count);
    p->input_owners = (void *)(p->inputs + b->input_count);
    return true;
}

/* ---- Looking ---- */

/* ALREADY when all are known, CONFLICT when some are, NONE otherwise. */
static csuccess__verdict look_at_inputs(plan *p)
{
    size_t known = 0, count = p->batch->input_count;
    for (size_t i = 0; i < count; i++) {
        const csuccess_input_key *input = &p->batch->inputs[i];
        const csuccess__stored_customer *customer =
            csuccess__stored_customer_find(p->tenant, input->customer);
        p->hashes[i] = csuccess__stored_input_hash(p->tenant, input->id);
        known += csuccess__stored_input_there(customer, p->hashes[i], input->id);
    }
    if (known == 0) return CSUCCESS__VERDICT_NONE;
    return known == count ? CSUCCESS__VERDICT_ALREADY : CSUCCESS__VERDICT_CONFLICT;
}

static bool same_key(const csuccess_key *a, const csuccess_key *b)
{
    return a->kind == b->kind && csuccess__str_eq(a->id, b->id);
}

/* The revision that a write finds: what those before it in the batch leave. */
static uint64_t revision_at(const plan *p, size_t index)
{
    const csuccess_write *writes = p->batch->writes;
    for (size_t i = index; i-- > 0;) {
        if (!same_key(&writes[i].key, &writes[index].key)) continue;
        return writes[i].body.ptr ? writes[i].expected + 1 : 0;
    }
    return p->records[index] ? p->records[index]->revision : 0;
}

/* Of a customer that is written under a lease: whether that is in force. */
static bool lease_holds(const plan *p, size_t index)
{
    const csuccess_write *write = &p->batch->writes[index];
    const csuccess__stored_record *record = p->records[index];
    if (write->key.kind != CSUCCESS_RECORD_CUSTOMER || write->token.len == 0) return true;
    return record && csuccess__timed_holds(&record->customer->timed, write->token, p->now);
}

static bool writes_fit(plan *p)
{
    for (size_t i = 0; i < p->batch->write_count; i++) {
        const csuccess_write *write = &p->batch->writes[i];
        p->records[i] = csuccess__stored_record_find(p->tenant, &write->key);
        if (write->key.kind == CSUCCESS_RECORD_LEDGER || revision_at(p, i) != write->expected ||
            !lease_holds(p, i)) {
            return false;
        }
    }
    return true;
}

/* Whether an entry of the batch before this one has its place. */
static bool taken_before(const plan *p, size_t index)
{
    const csuccess_entry *entries = p->batch->entries;
    for (size_t i = index; i-- > 0;) {
        if (entries[i].seq == entries[index].seq &&
            csuccess__str_eq(entries[i].customer, entries[index].customer)) {
            return true;
        }
    }
    return false;
}

static bool taken(const csuccess__stored_customer *owner, uint64_t seq)
{
    size_t at = owner ? csuccess__stored_entry_place(owner, seq) : 0;
    return owner && at < owner->entry_count && owner->entries[at]->seq == seq;
}

static bool same_owner(const csuccess_entry *last, const csuccess_entry *entry)
{
    return last && csuccess__str_eq(last->customer, entry->customer);
}

static bool entries_fit(const plan *p)
{
    const csuccess__stored_customer *owner = NULL;
    const csuccess_entry *last = NULL;
    bool ascending = true; /* all of one customer, one behind the other: none can be equal */
    for (size_t i = 0; i < p->batch->entry_count; i++) {
        const csuccess_entry *entry = &p->batch->entries[i];
        bool same = same_owner(last, entry);
        if (last && !(same && last->seq < entry->seq)) ascending = false;
        if (!same) owner = csuccess__stored_customer_find(p->tenant, entry->customer);
        if (taken(owner, entry->seq) || (!ascending && taken_before(p, i))) return false;
        last = entry;
    }
    return true;
}

/* The sum that a delta finds. */
static int64_t sum_at(const plan *p, size_t index)
{
    const csuccess_delta *deltas = p->batch->deltas;
    for (size_t i = index; i-- > 0;) {
        if (csuccess__str_eq(deltas[i].key, deltas[index].key)) return p->sums[i];
    }
    return p->ledgers[index] ? p->ledgers[index]->sum : 0;
}

/* Whether all deltas fit; *which is the first that does not. */
static bool deltas_fit(plan *p, size_t *which)
{
    for (*which = 0; *which < p->batch->delta_count; (*which)++) {
        size_t i = *which;
        const csuccess_delta *delta = &p->batch->deltas[i];
        p->ledgers[i] = csuccess__stored_ledger_find(p->tenant, delta->key);
        int64_t sum = sum_at(p, i), change = delta->delta;
        if (change > 0 ? sum > INT64_MAX - change : sum < INT64_MIN - change) return false;
        p->sums[i] = sum + change;
        if (change > 0 && p->sums[i] > delta->max) return false;
    }
    return true;
}

/* What becomes of it; NONE: it can be applied. */
static csuccess__answer look(plan *p)
{
    size_t which = 0;
    csuccess__answer answer = {.verdict = look_at_inputs(p)};
    if (answer.verdict != CSUCCESS__VERDICT_NONE) return answer;
    if (!writes_fit(p) || !entries_fit(p)) {
        answer.verdict = CSUCCESS__VERDICT_CONFLICT;
    } else if (!deltas_fit(p, &which)) {
        answer = (csuccess__answer){.verdict = CSUCCESS__VERDICT_REFUSED, .revision = which};
    }
    return answer;
}

/* ---- Preparing ---- */

static bool prepare_writes(plan *p)
{
    for (size_t i = 0; i < p->batch->write_count; i++) {
        const csuccess_write *write = &p->batch->writes[i];
        if (!p->records[i]) {
            p->records[i] = csuccess__stored_record_get(p->store, p->tenant, &write->key);
        }
        if (!p->records[i] ||
            !csuccess__stored_block_copy(p->store, &p->blocks[i], write->body)) {
            return false;
        }
    }
    return true;
}

/* What stands one behind the other for one customer goes into one pack. */
static size_t entries_of_one(const csuccess_batch *batch, size_t from)
{
    size_t end = from + 1;
    while (end < batch->entry_count &&
           csuccess__str_eq(batch->entries[from].customer, batch->entries[end].customer)) {
        end++;
    }
    return end - from;
}

static bool prepare_entries(plan *p)
{
    const csuccess_batch *batch = p->batch;
    size_t count = batch->entry_count;
    for (size_t i = 0, n; i < count; i += n) {
        n = entries_of_one(batch, i);
        csuccess__stored_customer *owner =
            csuccess__stored_customer_get(p->store, p->tenant, batch->entries[i].customer);
        if (!owner || !csuccess__stored_entry_room(p->store, owner, count)) return false;
        csuccess__stored_pack *pack =
            csuccess__stored_entries_make(p->store, &batch->entries[i], n, &p->entries[i]);
        if (!pack) return false;
        pack->owner = owner;
        pack->next = p->entry_packs;
        p->entry_packs = pack;
        for (size_t k = i; k < i + n; k++) p->owners[k] = owner;
    }
    return true;
}

static size_t inputs_of_one(const csuccess_batch *batch, size_t from)
{
    size_t end = from + 1;
    while (end < batch->input_count &&
           csuccess__str_eq(batch->inputs[from].customer, batch->inputs[end].customer)) {
        end++;
    }
    return end - from;
}

static bool prepare_inputs(plan *p)
{
    const csuccess_batch *batch = p->batch;
    size_t count = batch->input_count;
    for (size_t i = 0, n; i < count; i += n) {
        n = inputs_of_one(batch, i);
        csuccess__stored_customer *owner =
            csuccess__stored_customer_get(p->store, p->tenant, batch->inputs[i].customer);
        if (!owner || !csuccess__table_room(&owner->inputs, &p->store->mem, count)) {
            return false;
        }
        csuccess__stored_pack *pack =
            csuccess__stored_inputs_make(p->store, &batch->inputs[i], n, &p->inputs[i]);
        if (!pack) return false;
        pack->owner = owner;
        pack->next = p->input_packs;
        p->input_packs = pack;
        for (size_t k = i; k < i + n; k++) p->input_owners[k] = owner;
    }
    return true;
}

static bool prepare_messages(plan *p)
{
    size_t count = p->batch->message_count;
    if (count && !csuccess__table_room(&p->tenant->messages, &p->store->mem, count)) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const csuccess_message *message = &p->batch->messages[i];
        if (csuccess__stored_message_find(p->tenant, message->id)) continue;
        p->messages[i] = csuccess__stored_message_make(p->store, p->tenant, message);
        if (!p->messages[i]) return false;
    }
    return true;
}

static bool prepare_ledgers(plan *p)
{
    for (size_t i = 0; i < p->batch->delta_count; i++) {
        csuccess_str key = p->batch->deltas[i].key;
        p->ledgers[i] = csuccess__stored_ledger_get(p->store, p->tenant, key);
        if (!p->ledgers[i]) return false;
    }
    return true;
}

static void throw_away(plan *p)
{
    for (size_t i = 0; i < p->batch->write_count; i++) {
        csuccess__stored_block_release(p->store, &p->blocks[i]);
    }
    csuccess__stored_packs_free(p->store, p->entry_packs);
    csuccess__stored_packs_free(p->store, p->input_packs);
    for (size_t i = 0; i < p->batch->message_count; i++) {
        csuccess__stored_message_drop(p->store, p->messages[i]);
    }
}

/* Customers, records and ledgers that were made for it stay, and hold nothing. */
static bool prepare(plan *p)
{
    if (prepare_writes(p) && prepare_entries(p) && prepare_inputs(p) && prepare_messages(p) &&
        prepare_ledgers(p)) {
        return true;
    }
    throw_away(p);
    return false;
}

/* ---- Applying ---- */

static void apply_due(plan *p, csuccess__stored_customer *customer, const csuccess_write *write)
{
    customer->there = write->body.ptr != NULL;
    customer->due_ms = customer->there ? write->due_ms : CSUCCESS_TIME_NEVER;
    customer->failures = 0;
    customer->parked = false;
    csuccess__stored_release(p->store, &customer->reason);
    csuccess__timed_wait(&p->tenant->due, &customer->timed, customer->due_ms);
}

static void apply_writes(plan *p)
{
    bool removed = false;
    for (size_t i = 0; i < p->batch->write_count; i++) {
        const csuccess_write *write = &p->batch->writes[i];
        csuccess__stored_record *record = p->records[i];
        csuccess__stored_block_release(p->store, &record->block);
        record->block = p->blocks[i];
        record->revision = write->body.ptr ? write->expected + 1 : 0;
        removed = removed || !write->body.ptr;
        if (record->customer) apply_due(p, record->customer, write);
    }
    for (size_t i = 0; i < p->batch->write_count && removed; i++) {
        csuccess__stored_record *record =
            csuccess__stored_record_find(p->tenant, &p->batch->writes[i].key);
        if (record && record->revision == 0) {
            csuccess__stored_record_free(p->store, p->tenant, record);
        }
    }
}

/* The packs of the plan to their customers. */
static void apply_packs(plan *p)
{
    csuccess__stored_pack *next;
    for (csuccess__stored_pack *pack = p->entry_packs; pack; pack = next) {
        next = pack->next;
        pack->next = pack->owner->entry_packs;
        pack->owner->entry_packs = pack;
    }
    for (csuccess__stored_pack *pack = p->input_packs; pack; pack = next) {
        next = pack->next;
        pack->next = pack->owner->input_packs;
        pack->owner->input_packs = pack;
    }
}

/* One that is there twice in this batch is put once. */
static void apply_inputs(plan *p)
{
    for (size_t i = 0; i < p->batch->input_count; i++) {
        csuccess__stored_customer *owner = p->input_owners[i];
        if (i && csuccess__stored_input_there(owner, p->hashes[i], *p->inputs[i])) continue;
        csuccess__table_put(&owner->inputs, p->hashes[i], p->inputs[i]);
    }
}

static void apply_messages(plan *p)
{
    for (size_t i = 0; i < p->batch->message_count; i++) {
        csuccess__stored_message *message = p->messages[i];
        if (!message) continue;
        if (csuccess__stored_message_find(p->tenant, message->m.id)) {
            csuccess__stored_message_drop(p->store, message); /* twice in this batch */
        } else {
            csuccess__stored_message_put(p->tenant, message);
        }
    }
    for (size_t i = 0; i < p->batch->cancel_count; i++) {
        csuccess__stored_message *message =
            csuccess__stored_message_find(p->tenant, p->batch->cancels[i]);
        if (!message || message->outcome != 0) continue;
        csuccess__stored_message_settle(p->tenant, message, CSUCCESS_SETTLE_DROPPED);
    }
}

static void apply(plan *p)
{
    apply_writes(p);
    for (size_t i = 0; i < p->batch->entry_count; i++) {
        csuccess__stored_entry_put(p->owners[i], p->entries[i]);
    }
    apply_packs(p);
    apply_inputs(p);
    apply_messages(p);
    for (size_t i = 0; i < p->batch->delta_count; i++) {
        p->ledgers[i]->sum = p->sums[i];
        p->ledgers[i]->there = true;
    }
}

/* ---- The slot ---- */

/* What a planted failure says instead of doing; NONE: nothing. */
static csuccess__verdict planted(const csuccess__voice *voice, const csuccess_batch *batch)
{
    if (voice->fault == CSUCCESS_FAULT_CONFLICT) return CSUCCESS__VERDICT_CONFLICT;
    if (voice->fault == CSUCCESS_FAULT_REFUSED && batch->delta_count) {
        return CSUCCESS__VERDICT_REFUSED;
    }
    return CSUCCESS__VERDICT_NONE;
}

static csuccess_result commit_one(plan *p, const csuccess__voice *voice,
                                  csuccess__answer *answer)
{
    *answer = (csuccess__answer){.verdict = planted(voice, p->batch)};
    if (answer->verdict != CSUCCESS__VERDICT_NONE) return CSUCCESS_OK;
    if (!start(p)) return CSUCCESS_ENOMEM;
    *answer = look(p);
    if (answer->verdict != CSUCCESS__VERDICT_NONE) return CSUCCESS_OK;
    if (!prepare(p)) return CSUCCESS_ENOMEM;
    apply(p);
    answer->verdict = CSUCCESS__VERDICT_APPLIED;
    return CSUCCESS_OK;
}

csuccess_result csuccess__memory_commit(csuccess_memory_store *store,
                                        csuccess__stored_tenant *tenant, const void *asked,
                                        csuccess__voice *voice)
{
    const csuccess_commit_request *request = asked;
    for (size_t i = 0; i < request->count; i++) {
        plan p = {.store = store,
                  .tenant = tenant,
                  .batch = request->batches[i],
                  .now = request->now_ms};
        csuccess__answer answer;
        csuccess__arena_reset(&store->scratch);
        csuccess_result result = commit_one(&p, voice, &answer);
        if (result >= 0) result = csuccess__voice_verdict(voice, i, request->count, answer);
        if (result < 0) return result;
    }
    return CSUCCESS_OK;
}
