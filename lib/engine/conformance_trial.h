/* SPDX-License-Identifier: Apache-2.0 */
/* What the conformance tests ask with: a store, questions of one line each, and the first thing that was not as expected. */
#ifndef CSUCCESS__ENGINE_CONFORMANCE_TRIAL_H
#define CSUCCESS__ENGINE_CONFORMANCE_TRIAL_H

#include "base/buffer.h"
#include "engine/batch.h"
#include "engine/reply.h"
#include <csuccess/conformance.h>

typedef struct csuccess__trial {
    const csuccess_store_ops *ops;
    void *ud;
    csuccess_conformance_options options;
    const csuccess_allocator *mem;
    csuccess_str tenant;    /* of the test at hand */
    int64_t now;            /* of every question */
    uint32_t shard, shards; /* of due and claim */
    csuccess_reply reply;   /* to the last question */
    csuccess__arena arena;  /* of the test at hand */
    csuccess_result result; /* of the run: ENOMEM */
    bool failed;            /* the test at hand, for this reason: */
    char why[512];
} csuccess__trial;

void csuccess__trial_init(csuccess__trial *t, const csuccess_store_ops *ops, void *ud,
                          const csuccess_allocator *mem);
void csuccess__trial_free(csuccess__trial *t);
/* Notes the first reason (formats of csuccess__fail()); false, always. */
bool csuccess__trial_fail(csuccess__trial *t, const char *format, ...);
/* A name for the reason, when the test at hand failed in it. */
bool csuccess__trial_in(csuccess__trial *t, bool passed, const char *what);
/* Zeroed bytes that live as long as the test; NULL when memory is refused, which ends the run. */
char *csuccess__trial_bytes(csuccess__trial *t, size_t count);
/* A copy that lives as long as the test; empty when memory is refused, which ends the run. */
csuccess_str csuccess__trial_keep(csuccess__trial *t, csuccess_str text);
/* 64 hex digits for a name: the id of a message, a digest. */
csuccess_str csuccess__trial_id(csuccess__trial *t, const char *name);

/* Closes the store as a crash would and opens it again, where that is possible; false when it fails, which ends the run. */
bool csuccess__trial_reopen(csuccess__trial *t);

/* ---- A batch to be filled ---- */

enum { CSUCCESS__PACK_MOST = 12 };
typedef struct csuccess__pack {
    csuccess_batch batch;
    csuccess_write writes[CSUCCESS__PACK_MOST];
    csuccess_entry entries[CSUCCESS__PACK_MOST];
    csuccess_message messages[CSUCCESS__PACK_MOST];
    csuccess_delta deltas[CSUCCESS__PACK_MOST];
    csuccess_input_key inputs[CSUCCESS__PACK_MOST];
    csuccess_str cancels[CSUCCESS__PACK_MOST];
} csuccess__pack;

void csuccess__pack_start(csuccess__pack *p);
/* Of a customer, never due; body NULL: removed. What is given back may be changed. */
csuccess_write *csuccess__pack_write(csuccess__pack *p, const char *id, uint64_t expected,
                                     const char *body);
csuccess_entry *csuccess__pack_entry(csuccess__trial *t, csuccess__pack *p,
                                     const char *customer, uint64_t seq, const char *body);
/* To the channel "mail", for time 0; `name` is made an id. */
csuccess_message *csuccess__pack_message(csuccess__trial *t, csuccess__pack *p,
                                         const char *name, const char *customer,
                                         const char *body);
void csuccess__pack_delta(csuccess__pack *p, const char *key, int64_t delta, int64_t max);
void csuccess__pack_input(csuccess__pack *p, const char *customer, const char *id);
void csuccess__pack_cancel(csuccess__trial *t, csuccess__pack *p, const char *name);
/* Writes one customer: the batch of many tests. */
void csuccess__pack_customer(csuccess__pack *p, const char *id, uint64_t expected,
                             const char *body, int64_t due_ms);

/* ---- Questions: false when the operation failed, which is noted. The answer is in t->reply. ---- */

bool csuccess__trial_load(csuccess__trial *t, const csuccess_key *keys, size_t key_count,
                          const csuccess_input_key *inputs, size_t input_count);
bool csuccess__trial_commits(csuccess__trial *t, const csuccess_batch *const *batches,
                             size_t count);
bool csuccess__trial_due(csuccess__trial *t, uint32_t most, int64_t lease_until);
bool csuccess__trial_claim(csuccess__trial *t, uint32_t most, int64_t lease_until);
/* `size`, `now_ms` and `tenant` of these are filled in. */
bool csuccess__trial_ask_defer(csuccess__trial *t, csuccess_defer_request request);
bool csuccess__trial_ask_settle(csuccess__trial *t, csuccess_settle_request request);
bool csuccess__trial_ask_scan(csuccess__trial *t, csuccess_scan_request request);
bool csuccess__trial_ask_outbox(csuccess__trial *t, csuccess_outbox_request request);
/* What the erasure came to, error or not. */
csuccess_result csuccess__trial_erase(csuccess__trial *t, const char *customer,
                                      const char *contact, const char *pseudonym);
bool csuccess__trial_history(csuccess__trial *t, csuccess_str customer, uint64_t after,
                             uint32_t most);

/* ---- Questions with what is expected ---- */

/* One batch and what becomes of it. */
bool csuccess__trial_commit(csuccess__trial *t, const csuccess__pack *p,
                            csuccess__verdict expected);
/* What became of one of the batches of the last question. */
bool csuccess__trial_verdict(csuccess__trial *t, size_t index, csuccess__verdict expected);
/* A record: at this revision with this body; 0: absent. */
bool csuccess__trial_key(csuccess__trial *t, const csuccess_key *key, uint64_t revision,
                         csuccess_str body);
bool csuccess__trial_customer(csuccess__trial *t, const char *id, uint64_t revision,
                              const char *body);
bool csuccess__trial_ledger(csuccess__trial *t, const char *key, int64_t sum);
bool csuccess__trial_known(csuccess__trial *t, const char *customer, const char *id,
                           bool known);
/* How many rows the last answer has. */
bool csuccess__trial_rows(csuccess__trial *t, const char *what, size_t expected);
bool csuccess__trial_row_is(csuccess__trial *t, const char *what, size_t index,
                            csuccess_str expected);
bool csuccess__trial_text(csuccess__trial *t, const char *what, csuccess_str is,
                          csuccess_str expected);
bool csuccess__trial_number(csuccess__trial *t, const char *what, int64_t is, int64_t expected);
/* How many entries, messages a customer has. */
bool csuccess__trial_entries(csuccess__trial *t, const char *customer, size_t expected);
bool csuccess__trial_messages(csuccess__trial *t, const char *customer, size_t expected);
/* A message's outcome; "" : not there. */
bool csuccess__trial_outcome(csuccess__trial *t, const char *customer, const char *name,
                             const char *expected);
/* Leases one customer, or claims one message, and keeps the token. */
bool csuccess__trial_lease(csuccess__trial *t, const char *customer, int64_t until,
                           csuccess_str *token);
bool csuccess__trial_take(csuccess__trial *t, const char *name, int64_t until,
                          csuccess_str *token);
/* Gives back, settles: whether the token was in force. */
bool csuccess__trial_defer(csuccess__trial *t, csuccess_defer_request request, bool in_force);
bool csuccess__trial_settle(csuccess__trial *t, csuccess_settle_request request, bool in_force);

/* ---- The tests ---- */

typedef struct csuccess__conformance_test {
    const char *name;
    bool (*run)(csuccess__trial *t);
} csuccess__conformance_test;

/* Lists that end with a name of NULL, one a file. */
extern const csuccess__conformance_test csuccess__conformance_records[],
    csuccess__conformance_commit[], csuccess__conformance_ledgers[],
    csuccess__conformance_due[], csuccess__conformance_messages[],
    csuccess__conformance_reading[], csuccess__conformance_erasing[],
    csuccess__conformance_random[];

#endif
