/* SPDX-License-Identifier: Apache-2.0 */
/* Storage by callbacks: what a store must do, what it is asked and how it answers. docs/guides/writing-a-store.md goes through it step by
   step; csuccess-conformance tests a store against it. */
#ifndef CSUCCESS_STORE_H
#define CSUCCESS_STORE_H

#include <csuccess/base.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * The contract in short. A store keeps, for each tenant:
 *
 *   records   (kind, id) -> revision, body. Revisions count from 1; 0 is "absent". Only a commit changes them.
 *   inputs    (customer, input id): consumed, once and for ever (until the customer is erased).
 *   entries   (customer, seq): the history, only ever added to.
 *   messages  id -> message, its schedule and lease. One that is there already is not added again, and that is no error.
 *   ledgers   key -> a 64-bit sum of deltas.
 *   due       customer -> time, lease (token, expiry), how often it failed, whether it is parked.
 *
 * Every slot gets `now_ms`, which is the only clock. Every slot answers through its reply handle and ends with csuccess_reply_done();
 * a slot that returns without it has failed. What it changed is durable before it answers. What is handed in and out is borrowed for the call and copied by whoever keeps it.
 * A slot may not call into the engine that called it: that is refused with CSUCCESS_EBUSY. Bodies are opaque bytes for the store.
 * All strings are UTF-8 without a terminator; ids of messages, commitments and digests are 64 lower-case hex digits.
 *
 * A lease is in force from the moment it is given until `now_ms` reaches its expiry (then it no longer is), unless something ended it before: a
 * commit of the customer, `defer`, `settle`, a cancel, an erasure. Its token is never given again. Where times are equal, ids decide, by their bytes.
 */

/* Kinds of record. */
#define CSUCCESS_RECORD_CUSTOMER 1u   /**< id: the customer; body: its state */
#define CSUCCESS_RECORD_SECRET 2u     /**< id: the customer; body: 32 random bytes */
#define CSUCCESS_RECORD_DEFINITION 3u /**< id: a configuration's hash; body: its document */
#define CSUCCESS_RECORD_SOURCE 4u     /**< id: a source of data; body: how far it reaches */
#define CSUCCESS_RECORD_LEDGER \
    5u /**< id: a ledger's key; answered with csuccess_reply_ledger(); never written, only added to */

#define CSUCCESS_TIME_NEVER INT64_MAX /**< a time that does not come */

/** Names a record. The layout is frozen. @since 0.1 */
typedef struct csuccess_key {
    uint32_t kind; /**< CSUCCESS_RECORD_* */
    uint32_t reserved;
    csuccess_str id;
} csuccess_key;

/** Names a consumed input. The layout is frozen. @since 0.1 */
typedef struct csuccess_input_key {
    csuccess_str customer;
    csuccess_str id;
} csuccess_input_key;

/** One record that is written, if its revision is `expected` (0: if it is absent); it then has revision expected + 1. @since 0.1 */
typedef struct csuccess_write {
    size_t size; /**< set by the library */
    csuccess_key key;
    uint64_t expected;
    csuccess_str
        body; /**< ptr NULL: the record is removed, and with a customer's its due time */
    int64_t
        due_ms; /**< of a customer: when it must be looked at next, CSUCCESS_TIME_NEVER: not; ends a lease, a count of failures, and parking */
    csuccess_str
        token; /**< of a customer that is leased: the lease that this is done under; if it is no longer in force the batch is a conflict; empty: none */
} csuccess_write;

/** One entry of a customer's history. (customer, seq) must be new, else the batch is a conflict. @since 0.1 */
typedef struct csuccess_entry {
    size_t size;           /**< set by the library; by the caller of csuccess_reply_entry() */
    csuccess_str customer; /**< after an erasure: the pseudonym */
    uint64_t seq;          /**< from 1, without gaps */
    int64_t at_ms;
    csuccess_str
        kind; /**< such as "input", "health", "alert"; docs/reference/entries.md lists them */
    csuccess_str cause;  /**< the input's id, or the name of what came due */
    csuccess_str by;     /**< principal */
    csuccess_str config; /**< hash of the configuration */
    csuccess_str
        subject; /**< a contact of the customer, or a child that signalled it; empty: none. Not part of the digest, erased with the contact */
    csuccess_str body;       /**< JSON; ptr NULL once it is erased or purged */
    csuccess_str commitment; /**< to the body, keyed with the customer's secret */
    csuccess_str digest;     /**< over the entry before, this one's fields and its commitment */
} csuccess_entry;

/** A message: to a channel of the host, or (a signal) to another customer, as an input. @since 0.1 */
typedef struct csuccess_message {
    size_t size;           /**< set by the library; by the caller of csuccess_reply_message() */
    csuccess_str id;       /**< idempotency key: the same message has the same id, always */
    csuccess_str customer; /**< whom it is about */
    csuccess_str channel;  /**< empty: a signal */
    csuccess_str target;   /**< of a signal: the customer whose input it is */
    csuccess_str contact;  /**< recipient among the customer's contacts; empty: none of them */
    csuccess_str purpose;
    csuccess_str definition; /**< what wants it, such as "alert/usage_low/tier1" */
    csuccess_str body;       /**< JSON */
    int64_t created_ms, not_before_ms;
    int64_t expires_ms; /**< CSUCCESS_TIME_NEVER: never */
    uint32_t flags;     /**< CSUCCESS_MESSAGE_* */
    uint32_t
        attempts; /**< of a claimed one: how often it was claimed before, but for those claims that ended in a retry that does not count */
} csuccess_message;
#define CSUCCESS_MESSAGE_INTERNAL 1u /**< to staff: consent and holds do not apply */
#define CSUCCESS_MESSAGE_TRACKED \
    2u /**< the customer is told what became of it, whatever that is: caps, budgets and executions count it */

/**
 * A change of a ledger; those of a batch come about in their order. One above 0 is refused when the sum would pass `max`; one of 0 or less never is, but for
 * a sum that would leave 64 bits, which is refused as well. The layout is frozen.
 * @since 0.1
 */
typedef struct csuccess_delta {
    csuccess_str key;
    int64_t delta;
    int64_t max; /**< the greatest sum that is allowed; CSUCCESS_TIME_NEVER: no limit */
} csuccess_delta;

/**
 * What is committed together for one customer: all of it or nothing.
 *
 * Thread-safety: one thread at a time.
 * @since 0.1
 */
typedef struct csuccess_batch csuccess_batch;
/** How many records it writes. 0 for NULL, as of the other counts. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_writes(const csuccess_batch *batch);
/** How many entries it adds to the history. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_entries(const csuccess_batch *batch);
/** How many messages it adds. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_messages(const csuccess_batch *batch);
/** How many changes of ledgers it has. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_deltas(const csuccess_batch *batch);
/** How many inputs it consumes. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_inputs(const csuccess_batch *batch);
/** How many messages it takes back. @since 0.1 */
CSUCCESS_API size_t csuccess_batch_cancels(const csuccess_batch *batch);
/** One of its writes, in order; NULL when index is out of range. Borrowed from the batch, as what the next four give. @since 0.1 */
CSUCCESS_API const csuccess_write *csuccess_batch_write(const csuccess_batch *batch,
                                                        size_t index);
/** One of its entries, in order of seq; NULL when index is out of range. @since 0.1 */
CSUCCESS_API const csuccess_entry *csuccess_batch_entry(const csuccess_batch *batch,
                                                        size_t index);
/** One of its messages; NULL when index is out of range. @since 0.1 */
CSUCCESS_API const csuccess_message *csuccess_batch_message(const csuccess_batch *batch,
                                                            size_t index);
/** One of its changes of ledgers; NULL when index is out of range. @since 0.1 */
CSUCCESS_API const csuccess_delta *csuccess_batch_delta(const csuccess_batch *batch,
                                                        size_t index);
/** One of the inputs that it consumes; NULL when index is out of range. @since 0.1 */
CSUCCESS_API const csuccess_input_key *csuccess_batch_input(const csuccess_batch *batch,
                                                            size_t index);
/** Id of a message that is taken back (settled as dropped, also when a lease is in force), unless it is settled already. One that is not there is no error. Messages are
    added before. @since 0.1 */
CSUCCESS_API csuccess_str csuccess_batch_cancel(const csuccess_batch *batch, size_t index);

/* ---- What a slot is asked. `size` is set by the library in all of these. ---- */

/** `load`: give the records, and say which inputs are known. Absent ones are not answered. @since 0.1 */
typedef struct csuccess_load_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    const csuccess_key *keys; /**< csuccess_reply_record(), csuccess_reply_ledger() by index */
    size_t key_count;
    const csuccess_input_key *inputs; /**< csuccess_reply_known() by index */
    size_t input_count;
} csuccess_load_request;

/**
 * `commit`: each batch is atomic by itself and answered by itself, durable before it is answered. By index:
 * csuccess_reply_applied(); csuccess_reply_conflict() when a revision moved, an entry's place is taken, a lease is lost, or some (not all) of
 * its inputs are known; csuccess_reply_refused() when a ledger would pass its limit; csuccess_reply_already() when it has inputs and all of them are known. Inputs are
 * looked at first, ledgers last. A batch that is not answered has failed, and may or may not have been applied: it will come again. Batches see those before them in the list.
 * @since 0.1
 */
typedef struct csuccess_commit_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    const csuccess_batch *const *batches;
    size_t count;
} csuccess_commit_request;

/**
 * `due`: lease up to `most` customers whose time has come (due_ms <= now_ms, not parked, no lease in force) and that are of this shard, those due first first: csuccess_reply_lease().
 * `next_ms` of csuccess_reply_next() is the least due time of those of the shard that are not due yet (or whose lease ends then).
 * The shard of a customer is csuccess_shard(customer, shards). @since 0.1
 */
typedef struct csuccess_due_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    uint32_t most;
    uint32_t shard, shards; /**< shards 0 or 1: all of them */
    int64_t lease_until_ms;
} csuccess_due_request;

/** `defer`: give a leased customer back. A token that is no longer in force: csuccess_reply_conflict(reply, 0). @since 0.1 */
typedef struct csuccess_defer_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str customer;
    csuccess_str token;
    int64_t until_ms;
    uint32_t
        failed; /**< 1: it failed, which is counted; a commit of the customer ends the count */
    uint32_t park_after; /**< parked when it has failed so often; 0: never */
    csuccess_str reason; /**< kept with it */
} csuccess_defer_request;

/**
 * `claim`: lease up to `most` messages whose time has come (not_before_ms or the retry's <= now_ms, not settled, no lease in force), oldest time first: csuccess_reply_message().
 * A shard is that of the customer it goes to (`target` of a signal, else `customer`). csuccess_reply_next() as for `due`. @since 0.1
 */
typedef struct csuccess_claim_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    uint32_t most;
    uint32_t shard, shards;
    int64_t lease_until_ms;
} csuccess_claim_request;

/* What became of a message. */
#define CSUCCESS_SETTLE_DELIVERED 1u /**< done; it is not claimed again */
#define CSUCCESS_SETTLE_RETRY 2u     /**< claimed again from retry_ms on */
#define CSUCCESS_SETTLE_DEAD 3u      /**< given up; kept for a person */
#define CSUCCESS_SETTLE_UNKNOWN \
    4u /**< may or may not have been delivered, and is not tried again (at most once) */
#define CSUCCESS_SETTLE_DROPPED 5u /**< not sent: withdrawn, expired, or not allowed any more */

/** `settle`: a token that is no longer in force: csuccess_reply_conflict(reply, 0). `signal` is added as a message, in the same atom. @since 0.1 */
typedef struct csuccess_settle_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str message;
    csuccess_str token;
    uint32_t outcome; /**< CSUCCESS_SETTLE_* */
    uint32_t counts;  /**< of a retry: 1 when it was an attempt, 0 when it was only put off */
    int64_t retry_ms;
    csuccess_str reason;
    const csuccess_message *signal; /**< NULL: none */
} csuccess_settle_request;

/** `scan`: records of a kind in ascending order of id (bytes), from behind `after`: csuccess_reply_row(). @since 0.1 */
typedef struct csuccess_scan_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    uint32_t kind;   /**< CSUCCESS_RECORD_*; LEDGER: body is the sum as decimal text */
    uint32_t parked; /**< of customers: 1: only those that are parked */
    csuccess_str after;
    uint32_t most;
    uint32_t reserved;
} csuccess_scan_request;

/** `history`: entries of a customer (or of a pseudonym) in ascending order of seq, from behind `after`: csuccess_reply_entry(). @since 0.1 */
typedef struct csuccess_history_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str customer;
    uint64_t after;
    uint32_t most;
    uint32_t reserved;
} csuccess_history_request;

/**
 * `outbox`: messages about a customer in order of created_ms, then of id, from behind the message whose id is `after`: csuccess_reply_message() with the outcome as token:
 * "waiting" (claimed or not), "delivered", "dead", "unknown" or "dropped". `not_before_ms` is the time from which it is claimed, after a retry that of the retry; `attempts` counts all claims
 * that count.
 * @since 0.1
 */
typedef struct csuccess_outbox_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str customer; /**< empty: of all */
    csuccess_str after;
    uint32_t most;
    uint32_t dead; /**< 1: only those that are dead */
} csuccess_outbox_request;

/**
 * `erase`: of a customer: remove state, secret, due time and lease, consumed inputs, bodies and subjects of all entries, messages to, about and from it (customer or target) that are not
 * settled; of the settled ones body, contact and reason are emptied, and where they named the customer they name the pseudonym. Its entries belong to `pseudonym` from then on. With a contact: only
 * what has that contact: bodies and subjects of the customer's entries with that subject; messages about the customer with that contact, which are removed or, settled, lose body, contact and reason.
 * All or nothing, and again is no error. A pseudonym that has one of the places of these entries already: done with CSUCCESS_ECONFLICT.
 * csuccess_reply_erased() says how many there were: "record" (state, secret), "input", "entry" (bodies removed), "message" (removed), "settled" (messages that were emptied); one that is 0 may be left out.
 * @since 0.1
 */
typedef struct csuccess_erase_request {
    size_t size;
    int64_t now_ms;
    csuccess_str tenant;
    csuccess_str customer;
    csuccess_str contact; /**< empty: all of the customer */
    csuccess_str pseudonym;
} csuccess_erase_request;

/**
 * Where a slot's answer goes. It is there from the call of the slot until csuccess_reply_done(), or, answering later, until csuccess_engine_answer(). Everything handed to it is
 * copied at once. All of these return CSUCCESS_OK; CSUCCESS_EINVALID for an index that was not asked, an answer that this slot does not give, or a
 * second answer to the same index (the operation then fails with CSUCCESS_ECALLBACK, whatever else is answered); CSUCCESS_EBUSY after it was
 * done (a late reply: nothing is changed); CSUCCESS_ENOMEM (the operation fails).
 *
 * Thread-safety: one thread at a time, and not while its engine is called.
 * @since 0.1
 */
typedef struct csuccess_reply csuccess_reply;
/** `load`: the record of that key is there. `revision` from 1; `body` is copied. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_record(csuccess_reply *reply, size_t index,
                                                   uint64_t revision, csuccess_str body);
/** `load`: the sum of the ledger of that key, in its own unit (minor units of a budget); one that is not answered is 0. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_ledger(csuccess_reply *reply, size_t index,
                                                   int64_t sum);
/** `load`: the input of that index (of `inputs`, not of `keys`) was consumed before. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_known(csuccess_reply *reply, size_t index);
/** `commit`: the batch of that index is applied and durable. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_applied(csuccess_reply *reply, size_t index);
/** `commit`: the batch of that index conflicts; `defer`, `settle`: index 0, the lease is not in force any more. Nothing was changed. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_conflict(csuccess_reply *reply, size_t index);
/** `commit`: a ledger refuses the batch of that index. `delta`: index of the delta in the batch that would pass its limit. Nothing was changed. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_refused(csuccess_reply *reply, size_t index,
                                                    size_t delta);
/** `commit`: all inputs of the batch of that index were consumed before; nothing was changed. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_already(csuccess_reply *reply, size_t index);
/** `due`: a customer that is leased now, with the token of its lease and when it was due, ms since the epoch, UTC. `failures`: how often it failed since its last commit. Of one customer once. Copied. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_lease(csuccess_reply *reply, csuccess_str customer,
                                                  csuccess_str token, int64_t due_ms,
                                                  uint32_t failures);
/** `claim`: a message that is leased now, with the token of its lease; `outbox`: one of the list, with its outcome as token. Of one id once. Everything is copied. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_message(csuccess_reply *reply,
                                                    const csuccess_message *message,
                                                    csuccess_str token);
/** `history`: the next entry, in ascending order of seq. Copied. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_entry(csuccess_reply *reply,
                                                  const csuccess_entry *entry);
/** `scan`: the next record, in ascending order of id. Copied. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_row(csuccess_reply *reply, csuccess_str id,
                                                uint64_t revision, csuccess_str body);
/** `due`, `claim`: when something is due next, ms since the epoch, UTC; CSUCCESS_TIME_NEVER: nothing is. At most once. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_next(csuccess_reply *reply, int64_t next_ms);
/** `erase`: how many of that kind ("record", "input", "entry", "message", "settled") there were. Of one kind once. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_reply_erased(csuccess_reply *reply, csuccess_str kind,
                                                   uint64_t count);
/**
 * Ends the answer. CSUCCESS_OK: it is complete. An error: the operation failed; CSUCCESS_EBUSY is worth another try soon, CSUCCESS_ECANCELLED stops the engine's
 * call, any other is tried again with backoff. `why` (may be empty) goes into the engine's error.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_reply_done(csuccess_reply *reply, csuccess_result result,
                                                 csuccess_str why);

/** The slots of a store, in order of birth. `size` set by the caller; all slots up to `erase` are required. Copied when it is registered. @since 0.1 */
typedef struct csuccess_store_ops {
    size_t size;
    void (*load)(void *ud, const csuccess_load_request *request, csuccess_reply *reply);
    void (*commit)(void *ud, const csuccess_commit_request *request, csuccess_reply *reply);
    void (*due)(void *ud, const csuccess_due_request *request, csuccess_reply *reply);
    void (*defer)(void *ud, const csuccess_defer_request *request, csuccess_reply *reply);
    void (*claim)(void *ud, const csuccess_claim_request *request, csuccess_reply *reply);
    void (*settle)(void *ud, const csuccess_settle_request *request, csuccess_reply *reply);
    void (*scan)(void *ud, const csuccess_scan_request *request, csuccess_reply *reply);
    void (*history)(void *ud, const csuccess_history_request *request, csuccess_reply *reply);
    void (*outbox)(void *ud, const csuccess_outbox_request *request, csuccess_reply *reply);
    void (*erase)(void *ud, const csuccess_erase_request *request, csuccess_reply *reply);
} csuccess_store_ops;

/** The shard of a customer: the same everywhere and for ever (FNV-1a, 64 bit, over the id's bytes, its upper and lower half xored, modulo shards). 0 when shards is 0 or 1. @since 0.1 */
CSUCCESS_API uint32_t csuccess_shard(csuccess_str customer, uint32_t shards);

/**
 * A store in memory: the reference of the contract, for tests, simulation and hosts without a need to keep anything. It is not durable.
 *
 * Thread-safety: one thread at a time, unless it was given a lock.
 * @since 0.1
 */
typedef struct csuccess_memory_store csuccess_memory_store;

/* Which failure is planted: csuccess_memory_faults.kind. */
#define CSUCCESS_FAULT_FAIL 1u /**< the slot answers with an error, and has done nothing */
#define CSUCCESS_FAULT_LOST 2u /**< it has done its work, and the answer is an error */
#define CSUCCESS_FAULT_SILENT \
    3u /**< it returns without csuccess_reply_done(), having done its work */
#define CSUCCESS_FAULT_CONFLICT 4u /**< of commit: every batch conflicts */
#define CSUCCESS_FAULT_REFUSED 5u  /**< of commit: every batch with deltas is refused */
#define CSUCCESS_FAULT_SHORT 6u    /**< it answers for the first half only */
#define CSUCCESS_FAULT_GARBAGE \
    7u /**< bodies are answered with flipped bytes, revisions with others */
#define CSUCCESS_FAULT_TWICE 8u /**< everything is answered twice */

/** A plan of failures: the n-th call of any slot, from 1, or every one from it on. @since 0.1 */
typedef struct csuccess_memory_faults {
    size_t size;
    uint64_t at;     /**< 0: none */
    uint32_t onward; /**< 1: that call and every later one */
    uint32_t kind;   /**< CSUCCESS_FAULT_* */
} csuccess_memory_faults;

/** What a memory store is made with; zero is the default of a field. @since 0.1 */
typedef struct csuccess_memory_options {
    size_t size;
    const csuccess_allocator *allocator; /**< NULL: malloc; copied */
    void (*lock)(
        void *
            ud); /**< called around every slot, so that engines of several threads may share the store; NULL: none */
    void (*unlock)(void *ud);
    void *lock_ud;
} csuccess_memory_options;

/** *out is NULL on failure. CSUCCESS_EINVALID, CSUCCESS_EABI, CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_memory_store_new(csuccess_memory_store **out,
                                                       const csuccess_memory_options *options,
                                                       csuccess_error *err);
/** NULL does nothing. Not while an engine uses it. @since 0.1 */
CSUCCESS_API void csuccess_memory_store_free(csuccess_memory_store *store);
/** Its slots; `ud` for them is the store itself. @since 0.1 */
CSUCCESS_API const csuccess_store_ops *csuccess_memory_store_ops(void);
/** Plants failures; NULL: none any more. CSUCCESS_EINVALID, CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_memory_store_faults(csuccess_memory_store *store,
                                                          const csuccess_memory_faults *faults);
/** How many calls of slots there were, and whether a planted failure came to pass. @since 0.1 */
CSUCCESS_API uint64_t csuccess_memory_store_calls(const csuccess_memory_store *store,
                                                  int32_t *fired);
/** Everything that it holds as one canonical JSON text, for comparison: equal stores give equal bytes. Leases are left out. CSUCCESS_ENOMEM, CSUCCESS_ELIMIT. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_memory_store_dump(csuccess_text **out,
                                                        const csuccess_memory_store *store,
                                                        csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
