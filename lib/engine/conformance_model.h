/* SPDX-License-Identifier: Apache-2.0 */
/* A slow plain model of a store with few names: arrays that are walked from end to end. What the random part compares a store with. */
#ifndef CSUCCESS__ENGINE_CONFORMANCE_MODEL_H
#define CSUCCESS__ENGINE_CONFORMANCE_MODEL_H

#include "engine/conformance_trial.h"

enum {
    CSUCCESS__MODEL_CUSTOMERS = 6,
    CSUCCESS__MODEL_PEOPLE = 24, /* customers, and pseudonyms behind them */
    CSUCCESS__MODEL_INPUTS = 8,
    CSUCCESS__MODEL_MESSAGES = 12,
    CSUCCESS__MODEL_LEDGERS = 3,
    CSUCCESS__MODEL_CONTACTS = 3, /* the first is none */
    CSUCCESS__MODEL_BODIES = 6,   /* the first is empty */
    CSUCCESS__MODEL_ENTRIES = 4096
};

/* A lease, whether or not it is in force any more. */
typedef struct csuccess__model_lease {
    csuccess_str token;
    int64_t until; /* INT64_MIN: ended */
} csuccess__model_lease;

typedef struct csuccess__model_customer {
    uint64_t revision, secret; /* 0: absent */
    uint32_t body, secret_body;
    int64_t due;
    uint32_t failures;
    bool parked;
    csuccess__model_lease lease;
    bool known[CSUCCESS__MODEL_INPUTS];
} csuccess__model_customer;

typedef struct csuccess__model_entry {
    uint32_t owner, body, subject;
    uint64_t seq;
    bool erased;
} csuccess__model_entry;

typedef struct csuccess__model_message {
    csuccess_str id;
    bool there;
    uint32_t customer, target, contact, body; /* target CSUCCESS__MODEL_PEOPLE: none */
    int64_t created, time;
    uint32_t attempts, outcome; /* 0: waiting */
    csuccess__model_lease lease;
} csuccess__model_message;

typedef struct csuccess__model {
    csuccess_str people[CSUCCESS__MODEL_PEOPLE];
    size_t people_count;
    csuccess__model_customer customers[CSUCCESS__MODEL_CUSTOMERS];
    csuccess__model_entry entries[CSUCCESS__MODEL_ENTRIES];
    size_t entry_count;
    csuccess__model_message messages[CSUCCESS__MODEL_MESSAGES];
    int64_t sums[CSUCCESS__MODEL_LEDGERS];
    uint64_t random;
} csuccess__model;

/* A batch in the model's words. */
typedef struct csuccess__model_batch {
    uint32_t customer;
    bool writes, writes_secret, removes;
    uint64_t expected, expected_secret;
    uint32_t body;
    int64_t due;
    csuccess_str token;
    size_t entries, messages, deltas, inputs, cancels;
    csuccess__model_entry entry[2];
    csuccess__model_message
        message[2]; /* `created`: which of the messages it is, until it is added */
    uint32_t which[2], cancel[2], ledger[2], input[2];
    int64_t delta[2], max[2];
} csuccess__model_batch;

extern const char *const csuccess__model_bodies[CSUCCESS__MODEL_BODIES];
extern const char *const csuccess__model_contacts[CSUCCESS__MODEL_CONTACTS];
extern const char *const csuccess__model_ledgers[CSUCCESS__MODEL_LEDGERS];
extern const char *const csuccess__model_inputs[CSUCCESS__MODEL_INPUTS];

/* 0 .. n - 1. */
uint32_t csuccess__model_draw(csuccess__model *m, uint32_t n);
/* Nothing but names. */
void csuccess__model_start(csuccess__model *m, csuccess__trial *t, uint64_t seed);
/* How many entries somebody has; they are 1 .. that. */
uint64_t csuccess__model_entries_of(const csuccess__model *m, uint32_t owner);
bool csuccess__model_in_force(const csuccess__model_lease *lease, csuccess_str token,
                              int64_t now);

/* What becomes of a batch, which is applied if so; *refused: the delta. */
csuccess__verdict csuccess__model_commit(csuccess__model *m, const csuccess__model_batch *b,
                                         int64_t now, size_t *refused);
/* Adds a message, unless it is there. */
void csuccess__model_add(csuccess__model *m, uint32_t which,
                         const csuccess__model_message *message);

/* Who may be leased now, in order, of a shard: how many, at most `most`; the next time of others. */
typedef struct csuccess__model_ask {
    int64_t now;
    uint32_t most, shard, shards;
} csuccess__model_ask;
size_t csuccess__model_due(const csuccess__model *m, const csuccess__model_ask *ask,
                           uint32_t *out, int64_t *next);
size_t csuccess__model_claim(const csuccess__model *m, const csuccess__model_ask *ask,
                             uint32_t *out, int64_t *next);
/* Messages about somebody (CSUCCESS__MODEL_PEOPLE: about all), by creation and id. */
size_t csuccess__model_outbox(const csuccess__model *m, uint32_t person, uint32_t *out);

/* Counts of an erasure: records, inputs, entries, messages, settled. */
typedef struct csuccess__model_erased {
    uint64_t counts[5];
} csuccess__model_erased;
/* contact 0: all of the customer, whose entries then belong to the next pseudonym. */
csuccess__model_erased csuccess__model_erase(csuccess__model *m, uint32_t customer,
                                             uint32_t contact);

#endif
