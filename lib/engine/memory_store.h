/* SPDX-License-Identifier: Apache-2.0 */
/* The memory store inside: what it keeps, in tables and trees over the caller's allocator. */
#ifndef CSUCCESS__ENGINE_MEMORY_STORE_H
#define CSUCCESS__ENGINE_MEMORY_STORE_H

#include "base/arena.h"
#include "engine/reply.h"
#include "engine/schedule.h"
#include "engine/table.h"

/* Bytes of their own block, or of none; `ptr` NULL: not there. There is a byte more than `len` in the block. */
typedef csuccess_str csuccess__stored_bytes;

/* The body of a record, in a block with room for the next one, since states are written again and again. */
typedef struct csuccess__stored_block {
    csuccess_str body;
    size_t room; /* bytes of the block */
} csuccess__stored_block;

/* What one batch brought to one customer, texts and all, in one block: its entries, or the ids of its inputs. */
typedef struct csuccess__stored_pack {
    struct csuccess__stored_pack *next; /* of the same customer */
    struct csuccess__stored_customer *owner;
    size_t bytes;
} csuccess__stored_pack;

/* One customer: what hangs on it whether its state is there or not. */
typedef struct csuccess__stored_customer {
    csuccess__timed timed; /* its id, and when it is due */
    uint64_t hash;
    csuccess__ordered_node by_id;
    int64_t due_ms;
    uint32_t failures;
    bool there, parked; /* there: its state is */
    csuccess__stored_bytes reason;
    csuccess_entry **entries; /* by seq */
    size_t entry_count, entry_cap;
    uint64_t last_seq;      /* of the last entry; 0: none */
    csuccess__table inputs; /* ids, a csuccess_str each */
    csuccess__stored_pack *entry_packs, *input_packs;
    csuccess__ordered about;   /* messages about it, by creation */
    csuccess__ordered signals; /* messages that it is the target of */
} csuccess__stored_customer;

/* One that has no revision is not there: room that was made for it. */
typedef struct csuccess__stored_record {
    csuccess_key key;
    uint64_t hash;
    csuccess__ordered_node by_id;
    uint64_t revision;
    csuccess__stored_block block;
    csuccess__stored_customer *customer; /* whose state it is; else NULL */
} csuccess__stored_record;

typedef struct csuccess__stored_message {
    csuccess__timed timed; /* its id, and when it is claimed */
    csuccess_message
        m; /* texts behind the struct, the body by itself, customers those of the customers */
    uint64_t hash;
    csuccess__ordered_node created, about,
        signal; /* among all; of the customer; of the target */
    csuccess__stored_customer *customer, *target; /* target NULL: no signal */
    uint32_t outcome;                             /* CSUCCESS_SETTLE_*; 0: waiting */
    csuccess__stored_bytes reason;
    size_t bytes;
} csuccess__stored_message;

typedef struct csuccess__stored_ledger {
    csuccess_str key;
    uint64_t hash;
    csuccess__ordered_node by_key;
    int64_t sum;
    bool there;
} csuccess__stored_ledger;

typedef struct csuccess__stored_tenant {
    csuccess_str id;
    uint64_t hash;
    csuccess__table_key key; /* of all its tables */
    csuccess__ordered_node by_id;
    csuccess__table customers, records, messages, ledgers;
    csuccess__ordered customers_by_id, records_by_id, ledgers_by_key, messages_by_creation;
    csuccess__schedule due, claims;
    csuccess__stored_customer *recent; /* found last: a batch asks for its customer often */
} csuccess__stored_tenant;

struct csuccess_memory_store {
    csuccess_allocator mem;
    void (*lock)(void *ud);
    void (*unlock)(void *ud);
    void *lock_ud;
    csuccess_memory_faults faults;
    uint64_t calls, tokens;
    bool fired;
    csuccess__table_key key;
    csuccess__table tenants;
    csuccess__ordered tenants_by_id;
    csuccess__stored_block spare; /* the last that was replaced */
    csuccess__arena scratch;      /* of one call */
};

/* ---- memory_store_items.c, memory_store_history.c: making, finding and freeing what is kept ---- */

/* NULL when memory is refused. */
csuccess__stored_tenant *csuccess__stored_tenant_get(csuccess_memory_store *store,
                                                     csuccess_str id);
void csuccess__stored_tenant_free(csuccess_memory_store *store,
                                  csuccess__stored_tenant *tenant);

/* NULL: not there. */
csuccess__stored_customer *csuccess__stored_customer_find(csuccess__stored_tenant *tenant,
                                                          csuccess_str id);
csuccess__stored_record *csuccess__stored_record_find(const csuccess__stored_tenant *tenant,
                                                      const csuccess_key *key);
/* The key of an input's id in the table of its customer, and whether it is there. */
uint64_t csuccess__stored_input_hash(const csuccess__stored_tenant *tenant, csuccess_str id);
bool csuccess__stored_input_there(const csuccess__stored_customer *customer, uint64_t hash,
                                  csuccess_str id);
csuccess__stored_message *csuccess__stored_message_find(const csuccess__stored_tenant *tenant,
                                                        csuccess_str id);
csuccess__stored_ledger *csuccess__stored_ledger_find(const csuccess__stored_tenant *tenant,
                                                      csuccess_str key);

/* The one there is, or a new one that holds nothing. NULL when memory is refused. */
csuccess__stored_customer *csuccess__stored_customer_get(csuccess_memory_store *store,
                                                         csuccess__stored_tenant *tenant,
                                                         csuccess_str id);
csuccess__stored_record *csuccess__stored_record_get(csuccess_memory_store *store,
                                                     csuccess__stored_tenant *tenant,
                                                     const csuccess_key *key);
csuccess__stored_ledger *csuccess__stored_ledger_get(csuccess_memory_store *store,
                                                     csuccess__stored_tenant *tenant,
                                                     csuccess_str key);
/* New ones that stand nowhere yet; made[] are those of a pack. NULL when memory is refused. */
csuccess__stored_pack *csuccess__stored_inputs_make(csuccess_memory_store *store,
                                                    const csuccess_input_key *inputs,
                                                    size_t count, csuccess_str **made);
csuccess__stored_pack *csuccess__stored_entries_make(csuccess_memory_store *store,
                                                     const csuccess_entry *entries,
                                                     size_t count, csuccess_entry **made);
csuccess__stored_message *csuccess__stored_message_make(csuccess_memory_store *store,
                                                        csuccess__stored_tenant *tenant,
                                                        const csuccess_message *message);
/* Room for n more entries of a customer; false when memory is refused. */
bool csuccess__stored_entry_room(csuccess_memory_store *store,
                                 csuccess__stored_customer *customer, size_t n);

/* Into their places, which cannot fail: room is there. */
void csuccess__stored_entry_put(csuccess__stored_customer *customer, csuccess_entry *entry);
void csuccess__stored_message_put(csuccess__stored_tenant *tenant,
                                  csuccess__stored_message *message);

/* Out of their places, and freed; NULL does nothing. */
void csuccess__stored_record_free(csuccess_memory_store *store, csuccess__stored_tenant *tenant,
                                  csuccess__stored_record *record);
void csuccess__stored_inputs_free(csuccess_memory_store *store,
                                  csuccess__stored_customer *customer);
void csuccess__stored_message_free(csuccess_memory_store *store,
                                   csuccess__stored_tenant *tenant,
                                   csuccess__stored_message *message);
/* Freed where they stand in no place. */
void csuccess__stored_packs_free(csuccess_memory_store *store, csuccess__stored_pack *packs);
void csuccess__stored_message_drop(csuccess_memory_store *store,
                                   csuccess__stored_message *message);
/* Frees a customer on which nothing hangs any more. */
void csuccess__stored_customer_prune(csuccess_memory_store *store,
                                     csuccess__stored_tenant *tenant,
                                     csuccess__stored_customer *customer);

/* Where an entry of this seq stands, or would stand. */
size_t csuccess__stored_entry_place(const csuccess__stored_customer *customer, uint64_t seq);
/* A message is settled: out of the schedule. */
void csuccess__stored_message_settle(csuccess__stored_tenant *tenant,
                                     csuccess__stored_message *message, uint32_t outcome);
/* Among the messages of its customer and of its target, and out of there. */
void csuccess__stored_message_link(csuccess__stored_message *message);
void csuccess__stored_message_unlink(csuccess__stored_message *message);
/* Sets the orders of a tenant's messages, and of a customer's; NULL: not this one. */
void csuccess__stored_message_orders(csuccess__ordered *created, csuccess__ordered *about,
                                     csuccess__ordered *signals);

/* A copy in a block of its own; false when memory is refused. Of NULL: NULL. */
bool csuccess__stored_copy(csuccess_memory_store *store, csuccess__stored_bytes *out,
                           csuccess_str bytes);
/* Frees; `wipe` overwrites them before. */
void csuccess__stored_wipe(csuccess_memory_store *store, csuccess__stored_bytes *bytes);
void csuccess__stored_release(csuccess_memory_store *store, csuccess__stored_bytes *bytes);

/* A copy of a record's body: into the spare block, if that fits. Of NULL: no block. */
bool csuccess__stored_block_copy(csuccess_memory_store *store, csuccess__stored_block *out,
                                 csuccess_str body);
/* Makes a block the spare one, if there is none, or frees it. */
void csuccess__stored_block_release(csuccess_memory_store *store,
                                    csuccess__stored_block *block);
/* Overwrites and frees. */
void csuccess__stored_block_wipe(csuccess_memory_store *store, csuccess__stored_block *block);

/* ---- memory_store_voice.c: answering, with what a planted failure makes of it ---- */

typedef struct csuccess__voice {
    csuccess_memory_store *store;
    csuccess_reply *reply;
    uint32_t fault; /* CSUCCESS_FAULT_*; 0: none */
    csuccess_str why;
} csuccess__voice;

/* A row of a scan: a record, or a ledger with its sum as text. */
typedef struct csuccess__stored_row {
    csuccess_str id, body;
    uint64_t revision;
} csuccess__stored_row;

/* `of`: how many could be answered, of which a short answer has half. */
csuccess_result csuccess__voice_record(csuccess__voice *voice, size_t index, size_t of,
                                       const csuccess__stored_record *record);
csuccess_result csuccess__voice_ledger(csuccess__voice *voice, size_t index, size_t of,
                                       int64_t sum);
csuccess_result csuccess__voice_known(csuccess__voice *voice, size_t index, size_t of);
csuccess_result csuccess__voice_verdict(csuccess__voice *voice, size_t index, size_t of,
                                        csuccess__answer answer);
csuccess_result csuccess__voice_lease(csuccess__voice *voice, size_t index, size_t of,
                                      const csuccess__stored_customer *customer);
csuccess_result csuccess__voice_message(csuccess__voice *voice, size_t index, size_t of,
                                        const csuccess__stored_message *message);
csuccess_result csuccess__voice_entry(csuccess__voice *voice, size_t index, size_t of,
                                      const csuccess_entry *entry);
csuccess_result csuccess__voice_row(csuccess__voice *voice, size_t index, size_t of,
                                    const csuccess__stored_row *row);
csuccess_result csuccess__voice_next(csuccess__voice *voice, int64_t next);
csuccess_result csuccess__voice_erased(csuccess__voice *voice, const char *kind,
                                       uint64_t count);

/* ---- The slots ---- */

/* What one comes to: OK, or the error that it is done with. */
typedef csuccess_result csuccess__memory_slot(csuccess_memory_store *store,
                                              csuccess__stored_tenant *tenant,
                                              const void *request, csuccess__voice *voice);
csuccess__memory_slot csuccess__memory_load, csuccess__memory_commit, csuccess__memory_due,
    csuccess__memory_defer, csuccess__memory_claim, csuccess__memory_settle,
    csuccess__memory_scan, csuccess__memory_history, csuccess__memory_outbox,
    csuccess__memory_erase;

#endif
