/* SPDX-License-Identifier: Apache-2.0 */
/* Entries and messages of a memory store: made in one block with their texts, put in their places, freed. */
#include "engine/memory_store.h"

#include "base/str.h"
#include "engine/batch.h"

#include <string.h>

enum { FIRST_ENTRIES = 8 };

/* Texts of a message that stand in the block of the struct. */
static const size_t message_texts[] = {
    offsetof(csuccess_message, id),      offsetof(csuccess_message, channel),
    offsetof(csuccess_message, contact), offsetof(csuccess_message, definition),
    offsetof(csuccess_message, purpose),
};
enum { MESSAGE_TEXTS = sizeof message_texts / sizeof message_texts[0] };

static csuccess_str text_at(const void *item, size_t at)
{
    csuccess_str text;
    memcpy(&text, (const char *)item + at, sizeof text);
    return text;
}

/* A zeroed block for a struct of `bytes` with the texts of `from` behind it; *total is its size. */
static char *make_block(csuccess_memory_store *store, size_t *total, const void *from,
                        const size_t *texts, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!csuccess__add_size(total, *total, text_at(from, texts[i]).len)) return NULL;
    }
    return csuccess__alloc(&store->mem, *total, 1);
}

/* Moves a text of a copied struct to `end`; the end of it there. One that is not there stays so. */
static char *move_text(void *item, size_t at, char *end)
{
    csuccess_str text = text_at(item, at);
    if (!text.ptr) return end;
    if (text.len) memcpy(end, text.ptr, text.len);
    text.ptr = end;
    memcpy((char *)item + at, &text, sizeof text);
    return end + text.len;
}

/* Moves the texts of a copied struct into the block, from `end` on. */
static void move_texts(void *item, const size_t *texts, size_t n, char *end)
{
    for (size_t i = 0; i < n; i++) end = move_text(item, texts[i], end);
}

/* ---- Entries ---- */

/* Texts that are often those of the entry before in the same pack, which are then kept once. */
static const size_t shared_texts[] = {
    offsetof(csuccess_entry, kind),
    offsetof(csuccess_entry, cause),
    offsetof(csuccess_entry, by),
    offsetof(csuccess_entry, config),
};
/* Texts of an entry's own; what is personal among them is overwritten in its place. */
static const size_t own_texts[] = {
    offsetof(csuccess_entry, commitment),
    offsetof(csuccess_entry, digest),
    offsetof(csuccess_entry, subject),
    offsetof(csuccess_entry, body),
};
enum {
    SHARED_TEXTS = sizeof shared_texts / sizeof shared_texts[0],
    OWN_TEXTS = sizeof own_texts / sizeof own_texts[0]
};

/* Whether a text is that of the entry before. */
static bool is_shared(const csuccess_entry *entries, size_t i, size_t at)
{
    if (i == 0) return false;
    csuccess_str text = text_at(&entries[i], at), before = text_at(&entries[i - 1], at);
    return text.len == before.len && (text.ptr == before.ptr || csuccess__str_eq(text, before));
}

/* Bytes of a pack; 0: too many. */
static size_t pack_bytes(const csuccess_entry *entries, size_t count)
{
    size_t bytes = sizeof(csuccess__stored_pack);
    for (size_t i = 0; i < count; i++) {
        size_t more = sizeof *entries;
        for (size_t t = 0; t < SHARED_TEXTS; t++) {
            if (is_shared(entries, i, shared_texts[t])) continue;
            more += text_at(&entries[i], shared_texts[t]).len;
        }
        for (size_t t = 0; t < OWN_TEXTS; t++) {
            size_t len = text_at(&entries[i], own_texts[t]).len;
            if (!csuccess__add_size(&more, more, len)) return 0;
        }
        if (!csuccess__add_size(&bytes, bytes, more)) return 0;
    }
    return bytes;
}

csuccess__stored_pack *csuccess__stored_entries_make(csuccess_memory_store *store,
                                                     const csuccess_entry *entries,
                                                     size_t count, csuccess_entry **made)
{
    size_t bytes = pack_bytes(entries, count);
    csuccess__stored_pack *pack = bytes ? store->mem.alloc(store->mem.ud, bytes) : NULL;
    if (!pack) return NULL;
    *pack = (csuccess__stored_pack){.bytes = bytes};
    csuccess_entry *kept = (csuccess_entry *)(void *)(pack + 1);
    char *end = (char *)(kept + count);
    for (size_t i = 0; i < count; i++) {
        kept[i] = entries[i];
        kept[i].size = sizeof kept[i];
        made[i] = &kept[i];
        for (size_t t = 0; t < SHARED_TEXTS; t++) {
            size_t at = shared_texts[t];
            if (is_shared(entries, i, at)) {
                memcpy((char *)&kept[i] + at, (char *)&kept[i - 1] + at, sizeof(csuccess_str));
            } else {
                end = move_text(&kept[i], at, end);
            }
        }
        for (size_t t = 0; t < OWN_TEXTS; t++) end = move_text(&kept[i], own_texts[t], end);
    }
    return pack;
}

size_t csuccess__stored_entry_place(const csuccess__stored_customer *customer, uint64_t seq)
{
    size_t low = 0, high = customer->entry_count;
    if (customer->last_seq < seq) return high;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (customer->entries[middle]->seq < seq) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool csuccess__stored_entry_room(csuccess_memory_store *store,
                                 csuccess__stored_customer *customer, size_t n)
{
    size_t wanted, cap = customer->entry_cap ? customer->entry_cap : FIRST_ENTRIES;
    if (!csuccess__add_size(&wanted, customer->entry_count, n)) return false;
    if (wanted <= customer->entry_cap) return true;
    while (cap < wanted) {
        if (!csuccess__mul_size(&cap, cap, 2)) return false;
    }
    csuccess_entry **grown = csuccess__resize(
        &store->mem, customer->entries, customer->entry_cap, cap, sizeof *customer->entries);
    if (!grown) return false;
    customer->entries = grown;
    customer->entry_cap = cap;
    return true;
}

void csuccess__stored_entry_put(csuccess__stored_customer *customer, csuccess_entry *entry)
{
    size_t at = csuccess__stored_entry_place(customer, entry->seq);
    csuccess_entry **place = customer->entries + at;
    memmove(place + 1, place, (customer->entry_count - at) * sizeof *place);
    *place = entry;
    entry->customer = customer->timed.id;
    customer->entry_count++;
    if (entry->seq > customer->last_seq) customer->last_seq = entry->seq;
}

/* ---- Messages ---- */

static int order_of(const csuccess__stored_message *a, const csuccess__stored_message *b)
{
    if (a->m.created_ms != b->m.created_ms) return a->m.created_ms < b->m.created_ms ? -1 : 1;
    return csuccess__str_cmp(a->m.id, b->m.id);
}

static int by_created(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return order_of(CSUCCESS__ITEM(const csuccess__stored_message, created, a),
                    CSUCCESS__ITEM(const csuccess__stored_message, created, b));
}

static int by_about(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return order_of(CSUCCESS__ITEM(const csuccess__stored_message, about, a),
                    CSUCCESS__ITEM(const csuccess__stored_message, about, b));
}

static int by_signal(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return order_of(CSUCCESS__ITEM(const csuccess__stored_message, signal, a),
                    CSUCCESS__ITEM(const csuccess__stored_message, signal, b));
}

void csuccess__stored_message_orders(csuccess__ordered *created, csuccess__ordered *about,
                                     csuccess__ordered *signals)
{
    if (created) created->order = by_created;
    if (about) about->order = by_about;
    if (signals) signals->order = by_signal;
}

static bool message_is(const void *item, const void *key)
{
    return csuccess__str_eq(((const csuccess__stored_message *)item)->m.id,
                            *(const csuccess_str *)key);
}

csuccess__stored_message *csuccess__stored_message_find(const csuccess__stored_tenant *tenant,
                                                        csuccess_str id)
{
    return csuccess__table_find(&tenant->messages, csuccess__table_keyed(tenant->key, id),
                                message_is, &id);
}

csuccess__stored_message *csuccess__stored_message_make(csuccess_memory_store *store,
                                                        csuccess__stored_tenant *tenant,
                                                        const csuccess_message *message)
{
    size_t bytes = sizeof(csuccess__stored_message);
    csuccess__stored_customer *target = NULL;
    csuccess__stored_customer *customer =
        csuccess__stored_customer_get(store, tenant, message->customer);
    if (message->target.len) {
        target = csuccess__stored_customer_get(store, tenant, message->target);
    }
    if (!customer || (message->target.len && !target)) return NULL;
    char *block = make_block(store, &bytes, message, message_texts, MESSAGE_TEXTS);
    csuccess__stored_message *kept = (csuccess__stored_message *)(void *)block;
    csuccess_str body;
    if (!kept) return NULL;
    if (!csuccess__stored_copy(store, &body, message->body)) {
        csuccess__release(&store->mem, block, bytes, 1);
        return NULL;
    }
    kept->m = *message;
    kept->m.size = sizeof kept->m;
    kept->m.body = body;
    kept->m.attempts = 0;
    kept->bytes = bytes;
    kept->customer = customer;
    kept->target = target;
    move_texts(&kept->m, message_texts, MESSAGE_TEXTS, block + sizeof *kept);
    kept->hash = csuccess__table_keyed(tenant->key, kept->m.id);
    kept->timed.id = kept->m.id;
    kept->timed.shard = (target ? target : customer)->timed.shard;
    return kept;
}

void csuccess__stored_message_drop(csuccess_memory_store *store,
                                   csuccess__stored_message *message)
{
    if (!message) return;
    csuccess__stored_release(store, &message->m.body);
    csuccess__stored_release(store, &message->reason);
    csuccess__release(&store->mem, message, message->bytes, 1);
}

void csuccess__stored_message_link(csuccess__stored_message *message)
{
    message->m.customer = message->customer->timed.id;
    csuccess__ordered_put(&message->customer->about, &message->about);
    if (!message->target) return;
    message->m.target = message->target->timed.id;
    csuccess__ordered_put(&message->target->signals, &message->signal);
}

void csuccess__stored_message_unlink(csuccess__stored_message *message)
{
    csuccess__ordered_drop(&message->customer->about, &message->about);
    if (message->target) {
        csuccess__ordered_drop(&message->target->signals, &message->signal);
    }
}

void csuccess__stored_message_put(csuccess__stored_tenant *tenant,
                                  csuccess__stored_message *message)
{
    csuccess__table_put(&tenant->messages, message->hash, message);
    csuccess__ordered_put(&tenant->messages_by_creation, &message->created);
    csuccess__stored_message_link(message);
    csuccess__timed_wait(&tenant->claims, &message->timed, message->m.not_before_ms);
}

void csuccess__stored_message_free(csuccess_memory_store *store,
                                   csuccess__stored_tenant *tenant,
                                   csuccess__stored_message *message)
{
    csuccess__timed_stop(&tenant->claims, &message->timed);
    csuccess__table_drop(&tenant->messages, message->hash, message);
    csuccess__ordered_drop(&tenant->messages_by_creation, &message->created);
    csuccess__stored_message_unlink(message);
    csuccess__stored_message_drop(store, message);
}

void csuccess__stored_message_settle(csuccess__stored_tenant *tenant,
                                     csuccess__stored_message *message, uint32_t outcome)
{
    csuccess__timed_stop(&tenant->claims, &message->timed);
    message->outcome = outcome;
}
