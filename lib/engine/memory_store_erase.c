/* SPDX-License-Identifier: Apache-2.0 */
/* Erasing in a memory store: all of a customer, or what has one of its contacts; whatever can fail comes first. */
#include "engine/memory_store.h"

#include "base/str.h"

#include <string.h>

typedef struct erasure {
    csuccess_memory_store *store;
    csuccess__stored_tenant *tenant;
    csuccess__stored_customer *customer;
    csuccess__stored_customer *pseudonym; /* NULL: of a contact, or the customer itself */
    csuccess_str contact;                 /* empty: all */
    uint64_t records, inputs, entries, messages, settled;
} erasure;

/* A text within a block of several is overwritten; the block stays. */
static void wipe(csuccess_str *text)
{
    if (text->ptr && text->len) memset((char *)text->ptr, 0, text->len);
    text->len = 0;
}

static bool concerns(const erasure *x, csuccess_str contact)
{
    return x->contact.len == 0 || csuccess__str_eq(x->contact, contact);
}

/* ---- Entries ---- */

static void erase_entries(erasure *x)
{
    for (size_t i = 0; i < x->customer->entry_count; i++) {
        csuccess_entry *entry = x->customer->entries[i];
        if (!concerns(x, entry->subject)) continue;
        x->entries += entry->body.ptr != NULL;
        wipe(&entry->body);
        entry->body.ptr = NULL;
        wipe(&entry->subject);
    }
}

static void move_entries(erasure *x)
{
    for (size_t i = 0; i < x->customer->entry_count; i++) {
        csuccess__stored_entry_put(x->pseudonym, x->customer->entries[i]);
    }
    x->customer->entry_count = 0;
    x->customer->last_seq = 0;
    csuccess__stored_pack **end = &x->pseudonym->entry_packs;
    while (*end) end = &(*end)->next;
    *end = x->customer->entry_packs;
    x->customer->entry_packs = NULL;
}

/* Whether the pseudonym has one of the customer's places already. */
static bool collides(const erasure *x)
{
    for (size_t i = 0; i < x->customer->entry_count && x->pseudonym->entry_count; i++) {
        uint64_t seq = x->customer->entries[i]->seq;
        size_t at = csuccess__stored_entry_place(x->pseudonym, seq);
        if (at < x->pseudonym->entry_count && x->pseudonym->entries[at]->seq == seq) {
            return true;
        }
    }
    return false;
}

/* ---- Messages ---- */

/* One that is not settled goes; one that is loses what it says, and whom it names. */
static void erase_message(erasure *x, csuccess__stored_message *message)
{
    if (message->outcome == 0) {
        x->messages++;
        csuccess__stored_message_free(x->store, x->tenant, message);
        return;
    }
    x->settled++;
    csuccess__stored_wipe(x->store, &message->m.body);
    csuccess__stored_wipe(x->store, &message->reason);
    wipe(&message->m.contact);
    if (!x->pseudonym) return;
    csuccess__stored_message_unlink(message);
    if (message->customer == x->customer) message->customer = x->pseudonym;
    if (message->target == x->customer) message->target = x->pseudonym;
    csuccess__stored_message_link(message);
}

static void erase_messages(erasure *x)
{
    csuccess__ordered_node *next, *node = csuccess__ordered_first(&x->customer->about);
    for (; node; node = next) {
        csuccess__stored_message *message =
            CSUCCESS__ITEM(csuccess__stored_message, about, node);
        next = csuccess__ordered_next(node);
        if (concerns(x, message->m.contact)) erase_message(x, message);
    }
    node = x->contact.len ? NULL : csuccess__ordered_first(&x->customer->signals);
    for (; node; node = next) {
        next = csuccess__ordered_next(node);
        erase_message(x, CSUCCESS__ITEM(csuccess__stored_message, signal, node));
    }
}

/* ---- The rest ---- */

static void erase_record(erasure *x, uint32_t kind)
{
    csuccess_key key = {kind, 0, x->customer->timed.id};
    csuccess__stored_record *record = csuccess__stored_record_find(x->tenant, &key);
    if (!record) return;
    x->records += record->revision != 0;
    csuccess__stored_block_wipe(x->store, &record->block);
    csuccess__stored_record_free(x->store, x->tenant, record);
}

static void erase_customer(erasure *x)
{
    csuccess__stored_customer *customer = x->customer;
    csuccess__stored_block_wipe(x->store, &x->store->spare); /* may have been a state of it */
    erase_record(x, CSUCCESS_RECORD_CUSTOMER);
    erase_record(x, CSUCCESS_RECORD_SECRET);
    x->inputs = customer->inputs.count;
    csuccess__stored_inputs_free(x->store, customer);
    csuccess__stored_wipe(x->store, &customer->reason);
    csuccess__timed_stop(&x->tenant->due, &customer->timed);
    customer->due_ms = CSUCCESS_TIME_NEVER;
    customer->failures = 0;
    customer->there = customer->parked = false;
    if (x->pseudonym) move_entries(x);
    csuccess__stored_customer_prune(x->store, x->tenant, customer);
}

/* All that may fail: the pseudonym, room for its entries, places that are taken. */
static csuccess_result prepare(erasure *x, csuccess_str pseudonym, csuccess__voice *voice)
{
    if (x->contact.len || csuccess__str_eq(x->customer->timed.id, pseudonym)) {
        return CSUCCESS_OK;
    }
    x->pseudonym = csuccess__stored_customer_get(x->store, x->tenant, pseudonym);
    if (!x->pseudonym ||
        !csuccess__stored_entry_room(x->store, x->pseudonym, x->customer->entry_count)) {
        return CSUCCESS_ENOMEM;
    }
    if (!collides(x)) return CSUCCESS_OK;
    voice->why = CSUCCESS_STR("the pseudonym has entries of these numbers already");
    return CSUCCESS_ECONFLICT;
}

static csuccess_result tell(const erasure *x, csuccess__voice *voice)
{
    const struct {
        const char *kind;
        uint64_t count;
    } counts[] = {{"record", x->records},
                  {"input", x->inputs},
                  {"entry", x->entries},
                  {"message", x->messages},
                  {"settled", x->settled}};
    csuccess_result result = CSUCCESS_OK;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0] && result >= 0; i++) {
        result = csuccess__voice_erased(voice, counts[i].kind, counts[i].count);
    }
    return result;
}

csuccess_result csuccess__memory_erase(csuccess_memory_store *store,
                                       csuccess__stored_tenant *tenant, const void *asked,
                                       csuccess__voice *voice)
{
    const csuccess_erase_request *request = asked;
    erasure x = {.store = store, .tenant = tenant, .contact = request->contact};
    x.customer = csuccess__stored_customer_find(tenant, request->customer);
    if (!x.customer) return tell(&x, voice);
    csuccess_result result = prepare(&x, request->pseudonym, voice);
    if (result < 0) return result;
    erase_entries(&x);
    erase_messages(&x);
    if (x.contact.len == 0) erase_customer(&x);
    if (x.pseudonym) csuccess__stored_customer_prune(store, tenant, x.pseudonym);
    return tell(&x, voice);
}
