/* SPDX-License-Identifier: Apache-2.0 */
/* What a memory store is only asked for: load, scan, history, outbox. */
#include "engine/memory_store.h"

#include "base/str.h"

#include <string.h>

/* ---- load ---- */

static csuccess_result load_key(csuccess__stored_tenant *tenant,
                                const csuccess_load_request *request, size_t index,
                                csuccess__voice *voice)
{
    const csuccess_key *key = &request->keys[index];
    if (key->kind == CSUCCESS_RECORD_LEDGER) {
        const csuccess__stored_ledger *ledger = csuccess__stored_ledger_find(tenant, key->id);
        if (!ledger || !ledger->there) return CSUCCESS_OK;
        return csuccess__voice_ledger(voice, index, request->key_count, ledger->sum);
    }
    const csuccess__stored_record *record = csuccess__stored_record_find(tenant, key);
    if (!record || record->revision == 0) return CSUCCESS_OK;
    return csuccess__voice_record(voice, index, request->key_count, record);
}

csuccess_result csuccess__memory_load(csuccess_memory_store *store,
                                      csuccess__stored_tenant *tenant, const void *asked,
                                      csuccess__voice *voice)
{
    const csuccess_load_request *request = asked;
    csuccess_result result = CSUCCESS_OK;
    (void)store;
    for (size_t i = 0; i < request->key_count && result >= 0; i++) {
        result = load_key(tenant, request, i, voice);
    }
    for (size_t i = 0; i < request->input_count && result >= 0; i++) {
        const csuccess_input_key *input = &request->inputs[i];
        const csuccess__stored_customer *customer =
            csuccess__stored_customer_find(tenant, input->customer);
        if (customer &&
            csuccess__stored_input_there(
                customer, csuccess__stored_input_hash(tenant, input->id), input->id)) {
            result = csuccess__voice_known(voice, i, request->input_count);
        }
    }
    return result;
}

/* ---- scan ---- */

typedef struct scanned {
    csuccess__stored_row *rows;
    size_t count, cap;
    uint32_t most;
} scanned;

/* Keeps a row; false when memory is refused. */
static bool keep_row(csuccess_memory_store *store, scanned *s, csuccess__stored_row row)
{
    if (s->count == s->cap) {
        size_t cap = s->cap ? s->cap * 2 : 16;
        csuccess__stored_row *rows =
            CSUCCESS__NEW_ARRAY(&store->scratch, csuccess__stored_row, cap);
        if (!rows) return false;
        if (s->count) memcpy(rows, s->rows, s->count * sizeof *rows);
        s->rows = rows;
        s->cap = cap;
    }
    s->rows[s->count++] = row;
    return true;
}

static bool is_scanned(const csuccess__stored_record *record,
                       const csuccess_scan_request *request)
{
    bool wants_parked = request->parked && request->kind == CSUCCESS_RECORD_CUSTOMER;
    return record->revision != 0 && (!wants_parked || record->customer->parked);
}

static bool scan_records(csuccess_memory_store *store, const csuccess__stored_tenant *tenant,
                         const csuccess_scan_request *request, scanned *s)
{
    csuccess__stored_record probe = {.key = {request->kind, 0, request->after}};
    bool first = request->after.len == 0;
    csuccess__ordered_node *node =
        csuccess__ordered_after(&tenant->records_by_id, &probe.by_id, first);
    for (; node && s->count < s->most; node = csuccess__ordered_next(node)) {
        const csuccess__stored_record *record =
            CSUCCESS__ITEM(csuccess__stored_record, by_id, node);
        csuccess__stored_row row = {record->key.id, record->block.body, record->revision};
        if (record->key.kind != request->kind) break;
        if (is_scanned(record, request) && !keep_row(store, s, row)) return false;
    }
    return true;
}

static csuccess_str decimal(csuccess_memory_store *store, int64_t sum)
{
    enum { MOST = 20 }; /* -2^63 has 19 digits and a sign */
    char *text = csuccess__arena_take(&store->scratch, MOST, 1);
    uint64_t rest = sum < 0 ? 0 - (uint64_t)sum : (uint64_t)sum;
    size_t at = MOST;
    if (!text) return (csuccess_str){NULL, 0};
    do {
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (sum < 0) text[--at] = '-';
    return (csuccess_str){text + at, MOST - at};
}

static bool scan_ledgers(csuccess_memory_store *store, const csuccess__stored_tenant *tenant,
                         const csuccess_scan_request *request, scanned *s)
{
    csuccess__stored_ledger probe = {.key = request->after};
    bool first = request->after.len == 0;
    csuccess__ordered_node *node =
        csuccess__ordered_after(&tenant->ledgers_by_key, &probe.by_key, first);
    for (; node && s->count < s->most; node = csuccess__ordered_next(node)) {
        const csuccess__stored_ledger *ledger =
            CSUCCESS__ITEM(csuccess__stored_ledger, by_key, node);
        if (!ledger->there) continue;
        csuccess_str sum = decimal(store, ledger->sum);
        if (!sum.ptr || !keep_row(store, s, (csuccess__stored_row){ledger->key, sum, 0})) {
            return false;
        }
    }
    return true;
}

csuccess_result csuccess__memory_scan(csuccess_memory_store *store,
                                      csuccess__stored_tenant *tenant, const void *asked,
                                      csuccess__voice *voice)
{
    const csuccess_scan_request *request = asked;
    scanned s = {.most = request->most};
    bool there = request->kind == CSUCCESS_RECORD_LEDGER
                     ? scan_ledgers(store, tenant, request, &s)
                     : scan_records(store, tenant, request, &s);
    csuccess_result result = there ? CSUCCESS_OK : CSUCCESS_ENOMEM;
    for (size_t i = 0; i < s.count && result >= 0; i++) {
        result = csuccess__voice_row(voice, i, s.count, &s.rows[i]);
    }
    return result;
}

/* ---- history ---- */

csuccess_result csuccess__memory_history(csuccess_memory_store *store,
                                         csuccess__stored_tenant *tenant, const void *asked,
                                         csuccess__voice *voice)
{
    const csuccess_history_request *request = asked;
    const csuccess__stored_customer *customer =
        csuccess__stored_customer_find(tenant, request->customer);
    csuccess_result result = CSUCCESS_OK;
    (void)store;
    if (!customer || request->after == UINT64_MAX) return CSUCCESS_OK;
    size_t from = csuccess__stored_entry_place(customer, request->after + 1);
    size_t count = customer->entry_count - from;
    if (count > request->most) count = request->most;
    for (size_t i = 0; i < count && result >= 0; i++) {
        result = csuccess__voice_entry(voice, i, count, customer->entries[from + i]);
    }
    return result;
}

/* ---- outbox ---- */

/* Messages of all, or of a customer: the tree, and how an item is found from its node. */
typedef struct outbox {
    const csuccess__ordered *tree;
    bool of_one;
} outbox;

static csuccess__stored_message *message_at(const outbox *box, csuccess__ordered_node *node)
{
    return box->of_one ? CSUCCESS__ITEM(csuccess__stored_message, about, node)
                       : CSUCCESS__ITEM(csuccess__stored_message, created, node);
}

static csuccess__ordered_node *outbox_first(const outbox *box,
                                            const csuccess__stored_message *after)
{
    if (!after) return csuccess__ordered_first(box->tree);
    return csuccess__ordered_after(box->tree, box->of_one ? &after->about : &after->created,
                                   false);
}

/* Those that are wanted, counted or answered: how many. */
static size_t walk_outbox(const outbox *box, const csuccess_outbox_request *request,
                          csuccess__ordered_node *node, csuccess__stored_message **out)
{
    size_t n = 0;
    for (; node && n < request->most; node = csuccess__ordered_next(node)) {
        csuccess__stored_message *message = message_at(box, node);
        if (request->dead && message->outcome != CSUCCESS_SETTLE_DEAD) continue;
        if (out) out[n] = message;
        n++;
    }
    return n;
}

csuccess_result csuccess__memory_outbox(csuccess_memory_store *store,
                                        csuccess__stored_tenant *tenant, const void *asked,
                                        csuccess__voice *voice)
{
    const csuccess_outbox_request *request = asked;
    const csuccess__stored_message *after =
        csuccess__stored_message_find(tenant, request->after);
    outbox box = {&tenant->messages_by_creation, request->customer.len != 0};
    csuccess_result result = CSUCCESS_OK;
    if (box.of_one) {
        const csuccess__stored_customer *customer =
            csuccess__stored_customer_find(tenant, request->customer);
        if (!customer) return CSUCCESS_OK;
        box.tree = &customer->about;
    }
    if (request->after.len && !after) return CSUCCESS_OK; /* nothing is known to be behind it */
    csuccess__ordered_node *first = outbox_first(&box, after);
    size_t count = walk_outbox(&box, request, first, NULL);
    csuccess__stored_message **messages =
        CSUCCESS__NEW_ARRAY(&store->scratch, csuccess__stored_message *, count);
    if (!messages) return CSUCCESS_ENOMEM;
    walk_outbox(&box, request, first, messages);
    for (size_t i = 0; i < count && result >= 0; i++) {
        result = csuccess__voice_message(voice, i, count, messages[i]);
    }
    return result;
}
