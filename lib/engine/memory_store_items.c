/* SPDX-License-Identifier: Apache-2.0 */
/* Tenants, customers, records, ledgers and consumed inputs of a memory store: found, made, put in their places, freed. */
#include "engine/memory_store.h"

#include "base/str.h"
#include "engine/batch.h"

#include <string.h>

/* ---- Orders ---- */

static int tenants_by_id(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return csuccess__str_cmp(CSUCCESS__ITEM(const csuccess__stored_tenant, by_id, a)->id,
                             CSUCCESS__ITEM(const csuccess__stored_tenant, by_id, b)->id);
}

static int customers_by_id(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return csuccess__str_cmp(
        CSUCCESS__ITEM(const csuccess__stored_customer, by_id, a)->timed.id,
        CSUCCESS__ITEM(const csuccess__stored_customer, by_id, b)->timed.id);
}

static int records_by_id(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    const csuccess_key *x = &CSUCCESS__ITEM(const csuccess__stored_record, by_id, a)->key;
    const csuccess_key *y = &CSUCCESS__ITEM(const csuccess__stored_record, by_id, b)->key;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    return csuccess__str_cmp(x->id, y->id);
}

static int ledgers_by_key(const csuccess__ordered_node *a, const csuccess__ordered_node *b)
{
    return csuccess__str_cmp(CSUCCESS__ITEM(const csuccess__stored_ledger, by_key, a)->key,
                             CSUCCESS__ITEM(const csuccess__stored_ledger, by_key, b)->key);
}

/* ---- Bytes ---- */

bool csuccess__stored_copy(csuccess_memory_store *store, csuccess__stored_bytes *out,
                           csuccess_str bytes)
{
    *out = (csuccess__stored_bytes){NULL, 0};
    if (!bytes.ptr) return true;
    char *copy = bytes.len < SIZE_MAX ? store->mem.alloc(store->mem.ud, bytes.len + 1) : NULL;
    if (!copy) return false;
    memcpy(copy, bytes.ptr, bytes.len);
    copy[bytes.len] = '\0';
    *out = (csuccess__stored_bytes){copy, bytes.len};
    return true;
}

void csuccess__stored_release(csuccess_memory_store *store, csuccess__stored_bytes *bytes)
{
    csuccess__release(&store->mem, (char *)bytes->ptr, bytes->len + 1, 1);
    *bytes = (csuccess__stored_bytes){NULL, 0};
}

void csuccess__stored_wipe(csuccess_memory_store *store, csuccess__stored_bytes *bytes)
{
    if (bytes->len) memset((char *)bytes->ptr, 0, bytes->len);
    csuccess__stored_release(store, bytes);
}

/* Sizes of blocks are multiples of this, so that one serves bodies that are about as long. */
enum { BLOCK = 64 };

bool csuccess__stored_block_copy(csuccess_memory_store *store, csuccess__stored_block *out,
                                 csuccess_str body)
{
    *out = (csuccess__stored_block){{NULL, 0}, 0};
    if (!body.ptr) return true;
    if (body.len > SIZE_MAX - BLOCK) return false;
    size_t room = (body.len + BLOCK) / BLOCK * BLOCK;
    if (store->spare.room >= room && store->spare.room / 2 <= room) {
        *out = store->spare;
        store->spare = (csuccess__stored_block){{NULL, 0}, 0};
    } else {
        out->body.ptr = store->mem.alloc(store->mem.ud, room);
        if (!out->body.ptr) return false;
        out->room = room;
    }
    memcpy((char *)out->body.ptr, body.ptr, body.len);
    out->body.len = body.len;
    return true;
}

void csuccess__stored_block_release(csuccess_memory_store *store, csuccess__stored_block *block)
{
    if (store->spare.room == 0) {
        store->spare = *block;
    } else {
        csuccess__release(&store->mem, (char *)block->body.ptr, block->room, 1);
    }
    *block = (csuccess__stored_block){{NULL, 0}, 0};
}

void csuccess__stored_block_wipe(csuccess_memory_store *store, csuccess__stored_block *block)
{
    if (block->room) memset((char *)block->body.ptr, 0, block->room);
    csuccess__release(&store->mem, (char *)block->body.ptr, block->room, 1);
    *block = (csuccess__stored_block){{NULL, 0}, 0};
}

/* A zeroed struct with a copy of a text right behind it, in one block. */
static void *make_named(csuccess_memory_store *store, size_t bytes, csuccess_str *text)
{
    size_t total;
    if (!csuccess__add_size(&total, bytes, text->len)) return NULL;
    char *item = csuccess__alloc(&store->mem, total, 1);
    if (!item) return NULL;
    if (text->len) memcpy(item + bytes, text->ptr, text->len);
    text->ptr = item + bytes;
    return item;
}

/* ---- Tenants ---- */

static bool tenant_is(const void *item, const void *key)
{
    return csuccess__str_eq(((const csuccess__stored_tenant *)item)->id,
                            *(const csuccess_str *)key);
}

static csuccess__stored_tenant *make_tenant(csuccess_memory_store *store, csuccess_str id)
{
    if (!csuccess__table_room(&store->tenants, &store->mem, 1)) return NULL;
    csuccess__stored_tenant *t = make_named(store, sizeof *t, &id);
    if (!t) return NULL;
    t->id = id;
    t->hash = csuccess__table_keyed(store->key, id);
    t->key = store->key;
    t->customers_by_id.order = customers_by_id;
    t->records_by_id.order = records_by_id;
    t->ledgers_by_key.order = ledgers_by_key;
    csuccess__stored_message_orders(&t->messages_by_creation, NULL, NULL);
    csuccess__schedule_init(&t->due);
    csuccess__schedule_init(&t->claims);
    store->tenants_by_id.order = tenants_by_id;
    csuccess__ordered_put(&store->tenants_by_id, &t->by_id);
    csuccess__table_put(&store->tenants, t->hash, t);
    return t;
}

csuccess__stored_tenant *csuccess__stored_tenant_get(csuccess_memory_store *store,
                                                     csuccess_str id)
{
    csuccess__stored_tenant *t = csuccess__table_find(
        &store->tenants, csuccess__table_keyed(store->key, id), tenant_is, &id);
    return t ? t : make_tenant(store, id);
}

/* ---- Customers ---- */

static bool customer_is(const void *item, const void *key)
{
    return csuccess__str_eq(((const csuccess__stored_customer *)item)->timed.id,
                            *(const csuccess_str *)key);
}

csuccess__stored_customer *csuccess__stored_customer_find(csuccess__stored_tenant *tenant,
                                                          csuccess_str id)
{
    if (tenant->recent && customer_is(tenant->recent, &id)) return tenant->recent;
    csuccess__stored_customer *customer = csuccess__table_find(
        &tenant->customers, csuccess__table_keyed(tenant->key, id), customer_is, &id);
    if (customer) tenant->recent = customer;
    return customer;
}

csuccess__stored_customer *csuccess__stored_customer_get(csuccess_memory_store *store,
                                                         csuccess__stored_tenant *tenant,
                                                         csuccess_str id)
{
    csuccess__stored_customer *c = csuccess__stored_customer_find(tenant, id);
    if (c || !csuccess__table_room(&tenant->customers, &store->mem, 1)) return c;
    c = make_named(store, sizeof *c, &id);
    if (!c) return NULL;
    c->timed.id = id;
    c->timed.shard = csuccess__shard_hash(id);
    c->hash = csuccess__table_keyed(tenant->key, id);
    c->due_ms = CSUCCESS_TIME_NEVER;
    csuccess__stored_message_orders(NULL, &c->about, &c->signals);
    csuccess__table_put(&tenant->customers, c->hash, c);
    csuccess__ordered_put(&tenant->customers_by_id, &c->by_id);
    return c;
}

static void free_customer(csuccess_memory_store *store, csuccess__stored_tenant *tenant,
                          csuccess__stored_customer *c)
{
    if (tenant->recent == c) tenant->recent = NULL;
    csuccess__timed_stop(&tenant->due, &c->timed);
    csuccess__table_drop(&tenant->customers, c->hash, c);
    csuccess__ordered_drop(&tenant->customers_by_id, &c->by_id);
    csuccess__stored_inputs_free(store, c);
    csuccess__stored_packs_free(store, c->entry_packs);
    csuccess__release(&store->mem, c->entries, c->entry_cap, sizeof *c->entries);
    csuccess__stored_release(store, &c->reason);
    csuccess__release(&store->mem, c, sizeof *c + c->timed.id.len, 1);
}

void csuccess__stored_customer_prune(csuccess_memory_store *store,
                                     csuccess__stored_tenant *tenant,
                                     csuccess__stored_customer *customer)
{
    if (customer->there || customer->entry_count || customer->inputs.count ||
        customer->about.root || customer->signals.root) {
        return;
    }
    free_customer(store, tenant, customer);
}

/* ---- Records ---- */

static bool record_is(const void *item, const void *key)
{
    const csuccess_key *a = &((const csuccess__stored_record *)item)->key, *b = key;
    return a->kind == b->kind && csuccess__str_eq(a->id, b->id);
}

static uint64_t record_hash(const csuccess__stored_tenant *tenant, const csuccess_key *key)
{
    csuccess__table_key of_kind = {tenant->key.k0 + key->kind, tenant->key.k1};
    return csuccess__table_keyed(of_kind, key->id);
}

csuccess__stored_record *csuccess__stored_record_find(const csuccess__stored_tenant *tenant,
                                                      const csuccess_key *key)
{
    return csuccess__table_find(&tenant->records, record_hash(tenant, key), record_is, key);
}

csuccess__stored_record *csuccess__stored_record_get(csuccess_memory_store *store,
                                                     csuccess__stored_tenant *tenant,
                                                     const csuccess_key *key)
{
    csuccess_str id = key->id;
    csuccess__stored_customer *customer = NULL;
    csuccess__stored_record *r = csuccess__stored_record_find(tenant, key);
    if (r || !csuccess__table_room(&tenant->records, &store->mem, 1)) return r;
    if (key->kind == CSUCCESS_RECORD_CUSTOMER) {
        customer = csuccess__stored_customer_get(store, tenant, id);
        if (!customer) return NULL;
    }
    r = make_named(store, sizeof *r, &id);
    if (!r) return NULL;
    r->key = (csuccess_key){key->kind, 0, id};
    r->hash = record_hash(tenant, key);
    r->customer = customer;
    csuccess__table_put(&tenant->records, r->hash, r);
    csuccess__ordered_put(&tenant->records_by_id, &r->by_id);
    return r;
}

void csuccess__stored_record_free(csuccess_memory_store *store, csuccess__stored_tenant *tenant,
                                  csuccess__stored_record *record)
{
    if (!record) return;
    csuccess__table_drop(&tenant->records, record->hash, record);
    csuccess__ordered_drop(&tenant->records_by_id, &record->by_id);
    csuccess__stored_block_release(store, &record->block);
    csuccess__release(&store->mem, record, sizeof *record + record->key.id.len, 1);
}

/* ---- Ledgers ---- */

static bool ledger_is(const void *item, const void *key)
{
    return csuccess__str_eq(((const csuccess__stored_ledger *)item)->key,
                            *(const csuccess_str *)key);
}

csuccess__stored_ledger *csuccess__stored_ledger_find(const csuccess__stored_tenant *tenant,
                                                      csuccess_str key)
{
    return csuccess__table_find(&tenant->ledgers, csuccess__table_keyed(tenant->key, key),
                                ledger_is, &key);
}

csuccess__stored_ledger *csuccess__stored_ledger_get(csuccess_memory_store *store,
                                                     csuccess__stored_tenant *tenant,
                                                     csuccess_str key)
{
    csuccess__stored_ledger *l = csuccess__stored_ledger_find(tenant, key);
    if (l || !csuccess__table_room(&tenant->ledgers, &store->mem, 1)) return l;
    l = make_named(store, sizeof *l, &key);
    if (!l) return NULL;
    l->key = key;
    l->hash = csuccess__table_keyed(tenant->key, key);
    csuccess__table_put(&tenant->ledgers, l->hash, l);
    csuccess__ordered_put(&tenant->ledgers_by_key, &l->by_key);
    return l;
}

/* ---- Inputs ---- */

static bool input_is(const void *item, const void *key)
{
    return csuccess__str_eq(*(const csuccess_str *)item, *(const csuccess_str *)key);
}

uint64_t csuccess__stored_input_hash(const csuccess__stored_tenant *tenant, csuccess_str id)
{
    return csuccess__table_keyed(tenant->key, id);
}

bool csuccess__stored_input_there(const csuccess__stored_customer *customer, uint64_t hash,
                                  csuccess_str id)
{
    return customer && csuccess__table_find(&customer->inputs, hash, input_is, &id) != NULL;
}

csuccess__stored_pack *csuccess__stored_inputs_make(csuccess_memory_store *store,
                                                    const csuccess_input_key *inputs,
                                                    size_t count, csuccess_str **made)
{
    size_t bytes = sizeof(csuccess__stored_pack);
    for (size_t i = 0; i < count; i++) {
        if (!csuccess__add_size(&bytes, bytes, sizeof(csuccess_str)) ||
            !csuccess__add_size(&bytes, bytes, inputs[i].id.len)) {
            return NULL;
        }
    }
    csuccess__stored_pack *pack = store->mem.alloc(store->mem.ud, bytes);
    if (!pack) return NULL;
    *pack = (csuccess__stored_pack){.bytes = bytes};
    csuccess_str *ids = (csuccess_str *)(void *)(pack + 1);
    char *end = (char *)(ids + count);
    for (size_t i = 0; i < count; i++) {
        csuccess_str id = inputs[i].id;
        if (id.len) memcpy(end, id.ptr, id.len);
        ids[i] = (csuccess_str){end, id.len};
        made[i] = &ids[i];
        end += id.len;
    }
    return pack;
}

void csuccess__stored_packs_free(csuccess_memory_store *store, csuccess__stored_pack *packs)
{
    csuccess__stored_pack *next;
    for (; packs; packs = next) {
        next = packs->next;
        csuccess__release(&store->mem, packs, packs->bytes, 1);
    }
}

void csuccess__stored_inputs_free(csuccess_memory_store *store,
                                  csuccess__stored_customer *customer)
{
    csuccess__table_free(&customer->inputs, &store->mem);
    csuccess__stored_packs_free(store, customer->input_packs);
    customer->input_packs = NULL;
}

/* ---- All of a tenant ---- */

void csuccess__stored_tenant_free(csuccess_memory_store *store, csuccess__stored_tenant *tenant)
{
    csuccess__ordered_node *node;
    while ((node = csuccess__ordered_first(&tenant->messages_by_creation)) != NULL) {
        csuccess__stored_message_free(store, tenant,
                                      CSUCCESS__ITEM(csuccess__stored_message, created, node));
    }
    while ((node = csuccess__ordered_first(&tenant->records_by_id)) != NULL) {
        csuccess__stored_record_free(store, tenant,
                                     CSUCCESS__ITEM(csuccess__stored_record, by_id, node));
    }
    while ((node = csuccess__ordered_first(&tenant->customers_by_id)) != NULL) {
        free_customer(store, tenant, CSUCCESS__ITEM(csuccess__stored_customer, by_id, node));
    }
    while ((node = csuccess__ordered_first(&tenant->ledgers_by_key)) != NULL) {
        csuccess__stored_ledger *ledger = CSUCCESS__ITEM(csuccess__stored_ledger, by_key, node);
        csuccess__ordered_drop(&tenant->ledgers_by_key, node);
        csuccess__release(&store->mem, ledger, sizeof *ledger + ledger->key.len, 1);
    }
    csuccess__table_free(&tenant->customers, &store->mem);
    csuccess__table_free(&tenant->records, &store->mem);
    csuccess__table_free(&tenant->messages, &store->mem);
    csuccess__table_free(&tenant->ledgers, &store->mem);
    csuccess__table_drop(&store->tenants, tenant->hash, tenant);
    csuccess__ordered_drop(&store->tenants_by_id, &tenant->by_id);
    csuccess__release(&store->mem, tenant, sizeof *tenant + tenant->id.len, 1);
}
