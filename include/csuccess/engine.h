/* SPDX-License-Identifier: Apache-2.0 */
/* The engine: one tenant's customers, advanced over a store and channels of the host's. */
#ifndef CSUCCESS_ENGINE_H
#define CSUCCESS_ENGINE_H

#include <csuccess/access.h>
#include <csuccess/channel.h>
#include <csuccess/events.h>
#include <csuccess/sentiment.h>
#include <csuccess/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * An engine takes inputs and the coming of time, and brings customers from one state to the next: load, apply, commit, send. It keeps nothing itself that a crash could lose.
 * Many engines, in threads, processes and machines, may share a store; each thing is done once.
 *
 * There are two ways to drive it. With csuccess_engine_set_store() the calls below do their work before they return, by calling the slots. Without,
 * csuccess_engine_start() begins a call, csuccess_engine_next() hands out the operations that it waits for, many at once, and csuccess_engine_answer() goes on; the first way is a loop over
 * the second.
 *
 * Thread-safety: one thread at a time. From a slot or callback of the engine itself every function answers CSUCCESS_EBUSY (or NULL).
 * @since 0.1
 */
typedef struct csuccess_engine csuccess_engine;

/** Fills `bytes` with `count` random bytes fit for keys. CSUCCESS_OK, or an error, which fails the customer's first advance. @since 0.1 */
typedef csuccess_result (*csuccess_random_fn)(void *ud, uint8_t *bytes, size_t count);

/** What a host says of a zone at a time. `size` is the library's. @since 0.1 */
typedef struct csuccess_zone_answer {
    size_t size;
    int32_t offset_minutes; /**< east of UTC, -1439 to 1439 */
    uint32_t reserved;
    int64_t from_ms;  /**< the offset holds since then; 0: since ever */
    int64_t until_ms; /**< until before that time; 0: for ever */
} csuccess_zone_answer;
/**
 * Says what offset the zone of that name (IANA, such as "Europe/Berlin") has at at_ms. CSUCCESS_OK, or CSUCCESS_ENAME for a zone that the host does not know; it is asked for zones that `calendars.zones` does not have. What it answers is
 * kept in the customer's state and told in its history.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_zone_fn)(void *ud, csuccess_str zone, int64_t at_ms,
                                            csuccess_zone_answer *out);

/**
 * Says what an attribute is that a text needs and that is not known of the customer: a booking link, the time saved. *json: the value as JSON (`"https://…"` with its quotes, `12.5`, `true`), of the attribute's type; it
 * has to live until the next call of any function of the engine. CSUCCESS_OK; CSUCCESS_EMISSING or any other error: the host does not know either, and the text's default holds, or the message is held.
 * It is asked while the text is written, holds for that text only, and no condition sees it.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_variable_fn)(void *ud, csuccess_str customer,
                                                csuccess_str name, csuccess_str *json);

/**
 * Says how a text of a customer sounds, in place of the library: a model of the host's. *feeling comes as the library sees it, and the host changes what it knows better; a `label` of 2 is "by the score".
 * CSUCCESS_OK; CSUCCESS_EMISSING: the library's own holds; any other error, or a feeling that cannot be (a score beyond -1 to 1, a bit without a name), fails the advance, which is tried again.
 * It is asked once for an input; what it says is in the entry `sentiment`.
 * @since 0.1
 */
typedef csuccess_result (*csuccess_sentiment_fn)(void *ud, csuccess_str customer,
                                                 csuccess_str text, csuccess_feeling *feeling);

/** How an engine works; zero is the default of a field. Copied, but for what ud's point to. @since 0.1 */
typedef struct csuccess_engine_options {
    size_t size;
    const csuccess_allocator *allocator; /**< NULL: the configuration's */
    const csuccess_limits *limits;       /**< NULL: the defaults */
    csuccess_str tenant;                 /**< empty: "default" */
    csuccess_random_fn random;           /**< required: secrets of customers */
    void *random_ud;
    csuccess_leads_fn leads; /**< for the scope "team"; NULL: nobody leads anybody */
    void *leads_ud;
    uint32_t shard, shards; /**< customers that `run` looks after; shards 0 or 1: all */
    /** customers loaded and committed together at most; 256; 1: each by itself */
    uint32_t batch;
    /** of one customer in one advance at most; 1,000; more are split */
    uint32_t inputs;
    uint32_t effects;     /**< entries, and messages, of one advance at most; 10,000 */
    uint32_t state_bytes; /**< of one customer at most; 1 MiB */
    uint32_t tries;       /**< of an advance that conflicts; 16 */
    int64_t lease_ms;     /**< of customers and messages; 60,000 */
    /** the last time that an engine of this host saw; 0: unknown */
    int64_t clock_ms;
    uint32_t in_flight; /**< operations handed out and not answered at most; 256 */
    uint32_t reserved;
    csuccess_zone_fn zone; /**< NULL: only zones of the configuration are known */
    void *zone_ud;
    csuccess_variable_fn variable; /**< NULL: what is not known stays missing */
    void *variable_ud;
    csuccess_sentiment_fn sentiment; /**< NULL: the library scores */
    void *sentiment_ud;
} csuccess_engine_options;

/* clang-format off */
#ifdef __cplusplus
#define CSUCCESS_ENGINE_OPTIONS_INIT \
    {sizeof(csuccess_engine_options), NULL, NULL, {NULL, 0}, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL, NULL}
#else
#define CSUCCESS_ENGINE_OPTIONS_INIT {.size = sizeof(csuccess_engine_options)}
#endif
/* clang-format on */

/**
 * Makes an engine over a configuration, which it references. *out is NULL on failure. CSUCCESS_EINVALID (no random, shard beyond shards), CSUCCESS_EABI, CSUCCESS_ERANGE,
 * CSUCCESS_EENCODING, CSUCCESS_ENOMEM.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_new(csuccess_engine **out, csuccess_config *config,
                                                 const csuccess_engine_options *options,
                                                 csuccess_error *err);
/** Frees an engine; calls under way are given up, nothing that was committed is lost. NULL, and a call from a slot, do nothing. @since 0.1 */
CSUCCESS_API void csuccess_engine_free(csuccess_engine *engine);

/**
 * Registers the store. `ud_free` (may be NULL) is called with ud when the engine is freed or another store takes its place; not when this call fails. CSUCCESS_EINVALID (a
 * required slot is NULL: err names it), CSUCCESS_EABI, CSUCCESS_EBUSY (calls are under way).
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_set_store(csuccess_engine *engine,
                                                       const csuccess_store_ops *ops, void *ud,
                                                       void (*ud_free)(void *ud),
                                                       csuccess_error *err);
/**
 * Registers a channel of the section `channels`, or, for a channel that is not named there, one with the defaults. Messages to a channel that nobody registered stay in the outbox
 * and are put off. Again replaces. Errors as csuccess_engine_set_store().
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_add_channel(csuccess_engine *engine,
                                                         csuccess_str name,
                                                         const csuccess_channel_ops *ops,
                                                         void *ud, void (*ud_free)(void *ud),
                                                         csuccess_error *err);
/** How many channels the section `channels` names; 0 for NULL. @since 0.1 */
CSUCCESS_API uint32_t csuccess_config_channels(const csuccess_config *config);
/** The name of one channel, in the order of the document; borrowed from config. CSUCCESS_EINVALID when index is out of range or an argument is NULL. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_config_channel(const csuccess_config *config,
                                                     uint32_t index, csuccess_str *name);
/**
 * Goes on with another configuration from the next advance on: a new one, or an earlier one (a rollback). Customers are brought over as they are advanced; every field keeps what fits its definition, by declared migrations else.
 * CSUCCESS_EBUSY (calls or transactions are under way), CSUCCESS_EDENIED (configuration, write), CSUCCESS_EINVALID, CSUCCESS_ENOMEM: then the one before stays.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_set_config(csuccess_engine *engine,
                                                        csuccess_config *config,
                                                        const csuccess_principal *principal,
                                                        csuccess_error *err);

/*
 * The calls. All of them take the principal on whose behalf they are made and the time. A time before the last one that the engine saw is raised to it and counted in the figures;
 * one more than policies.clock_leap (7 days) after it is refused with CSUCCESS_ECLOCK until csuccess_engine_confirm_clock(). Common errors: CSUCCESS_EINVALID, CSUCCESS_EABI,
 * CSUCCESS_EBUSY (from a slot, or the events are in use), CSUCCESS_EDENIED, CSUCCESS_ECLOCK, CSUCCESS_ECALLBACK (the store failed, did not answer, or gave what cannot be; what was
 * committed before stays), CSUCCESS_ECANCELLED (a slot asked to stop), CSUCCESS_ENOMEM.
 */

/** Lets the clock leap to now_ms. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_confirm_clock(csuccess_engine *engine,
                                                           int64_t now_ms, csuccess_error *err);

/**
 * Applies inputs: grouped by customer, in their order (higher priority first), an advance each; csuccess_events_result() then says what became of every one. One bad input
 * never takes others down: CSUCCESS_OK, or CSUCCESS_UNDECIDED when some have an error. What was not reached because of an error of the call is CSUCCESS_UNDECIDED there and can be handed in again as a whole.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_ingest(csuccess_engine *engine,
                                                    csuccess_events *events,
                                                    const csuccess_principal *principal,
                                                    int64_t now_ms, csuccess_error *err);
/** The same for dated history: states, scores and histories come about as of the inputs' own times, and nothing is sent. Besides the rights to the inputs it takes the one to run the engine. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_import(csuccess_engine *engine,
                                                    csuccess_events *events,
                                                    const csuccess_principal *principal,
                                                    int64_t now_ms, csuccess_error *err);
/** What csuccess_engine_ingest() would do, as JSON, without committing: {"customers": {"acme": {"entries": […], "messages": […], "due": "…"}}}. Shown to those who may read the customer; for others its inputs are CSUCCESS_EDENIED. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_preview(csuccess_engine *engine,
                                                     csuccess_events *events,
                                                     const csuccess_principal *principal,
                                                     int64_t now_ms, csuccess_text **out,
                                                     csuccess_error *err);

/** How much one csuccess_engine_run() does at most; zero: no limit but the end of what is due. @since 0.1 */
typedef struct csuccess_run_limits {
    size_t size;
    uint32_t customers;
    uint32_t messages;
} csuccess_run_limits;
/**
 * Does what is due: customers whose time has come, the engine's own jobs, messages of the outbox. *next_ms (may be NULL) is when to call again: now_ms when the limits ended it.
 * CSUCCESS_OK; CSUCCESS_UNCHANGED when nothing was due. A customer that fails is put off with backoff and, after policies.park_after (8) failures, parked; the rest go on.
 * @param limits NULL: none
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_run(csuccess_engine *engine,
                                                 const csuccess_principal *principal,
                                                 int64_t now_ms,
                                                 const csuccess_run_limits *limits,
                                                 int64_t *next_ms, csuccess_error *err);

/** The result object of the customer as of now (docs/schemas/result.schema.json), evaluated, not stored. CSUCCESS_EMISSING: no such customer. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_score(csuccess_engine *engine,
                                                   csuccess_str customer,
                                                   const csuccess_principal *principal,
                                                   int64_t now_ms, csuccess_text **out,
                                                   csuccess_error *err);
/** Why: the result object with its score tree, changes and their causes, alerts, last decisions, messages, what was held back, by which guard and until when, what was quarantined, what is due next. CSUCCESS_EMISSING. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_explain(csuccess_engine *engine,
                                                     csuccess_str customer,
                                                     const csuccess_principal *principal,
                                                     int64_t now_ms, csuccess_text **out,
                                                     csuccess_error *err);
/** The state as JSON. CSUCCESS_EMISSING. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_state(csuccess_engine *engine,
                                                   csuccess_str customer,
                                                   const csuccess_principal *principal,
                                                   int64_t now_ms, csuccess_text **out,
                                                   csuccess_error *err);
/** Follows the chain of a customer, or (empty) of every customer. *out: {"customers": n, "entries": n, "bodies": n, "erased": n, "bad": [{"customer": …, "seq": …, "reason": …}]}; CSUCCESS_EDIGEST when a link is bad. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_verify(csuccess_engine *engine,
                                                    csuccess_str customer,
                                                    const csuccess_principal *principal,
                                                    int64_t now_ms, csuccess_text **out,
                                                    csuccess_error *err);
/** The same inputs from the history of a customer under another configuration: *out lists the differences, decision by decision: {"customer", "config", "differences": [{"at", "kind", "cause", "was", "would"}], "inputs", "erased" (inputs whose bodies are gone), "same",
 * "different"}; `was` and `would` are bodies of entries or null. Nothing is stored. CSUCCESS_EMISSING. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_replay(csuccess_engine *engine,
                                                    csuccess_str customer,
                                                    csuccess_config *other,
                                                    const csuccess_principal *principal,
                                                    int64_t now_ms, csuccess_text **out,
                                                    csuccess_error *err);
/** Erases a customer, or one contact of it: nothing of them is readable afterwards, unsent messages are gone, the chain still verifies. The parent that a customer signalled last (health.rollup) forgets it first. *out is the proof: {"pseudonym", "of": "customer" or "contact",
 * "record", "input", "entry", "message", "settled"}, how many of each kind, with the parent's. An erasure of a customer that a crash cut short is finished by the next run; one of a contact is asked for again. CSUCCESS_EMISSING. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_erase(csuccess_engine *engine,
                                                   csuccess_str customer, csuccess_str contact,
                                                   const csuccess_principal *principal,
                                                   int64_t now_ms, csuccess_text **out,
                                                   csuccess_error *err);
/** Customers that were parked (empty: lists them) or one that may go on (it is due at once). *out: {"parked": [ids]}, those that still are. CSUCCESS_EMISSING. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_parked(csuccess_engine *engine,
                                                    csuccess_str resume,
                                                    const csuccess_principal *principal,
                                                    int64_t now_ms, csuccess_text **out,
                                                    csuccess_error *err);

/** What the engine did since it was made; counts only grow. @since 0.1 */
typedef struct csuccess_engine_counts {
    size_t size; /**< set by the caller */
    uint64_t inputs_applied, inputs_known, inputs_quarantined, inputs_failed, inputs_expired;
    uint64_t advances, commits, conflicts, refusals, replays; /**< of batches */
    uint64_t entries, messages;                               /**< committed */
    /** messages by what became of an attempt */
    uint64_t sent, delivered, put_off, dead, unknown, dropped;
    uint64_t operations, operation_failures;
    uint64_t parked, unknown_traits;
    uint64_t clock_raised, clock_refused, late_replies;
    int64_t clock_ms, next_due_ms;
    /** how long the oldest message claimed in the last run had been waiting */
    int64_t oldest_message_ms;
    /** messages sent within 1 s, 10 s, 1 min, 10 min, 1 h, 6 h, 1 day, later of their time */
    uint64_t lag_count[8];
    uint64_t breakers_open;
} csuccess_engine_counts;
/** Writes the counts as they stand; out is the caller's. CSUCCESS_EINVALID, CSUCCESS_EABI. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_figures(const csuccess_engine *engine,
                                                     csuccess_engine_counts *out);

/** Told of everything that is committed, as JSON Lines: an entry or message a line, in order; `line` is without a newline and borrowed for the call. It may not call the engine: CSUCCESS_EBUSY. Of a batch whose lines memory or output_bytes are too small for, only the first ones are told. @since 0.1 */
typedef void (*csuccess_trace_fn)(void *ud, csuccess_str line);
/** Sets who is told from the next commit on; NULL: nobody. A simulation and a live engine that is handed the same inputs at the same times tell the same bytes. `ud` must live as long. CSUCCESS_EINVALID, CSUCCESS_EBUSY. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_set_trace(csuccess_engine *engine,
                                                       csuccess_trace_fn trace, void *ud);

/* ---- Answering when one can ---- */

/* What a call is: csuccess_call.kind. */
#define CSUCCESS_CALL_INGEST 1u
#define CSUCCESS_CALL_IMPORT 2u
#define CSUCCESS_CALL_PREVIEW 3u
#define CSUCCESS_CALL_RUN 4u
#define CSUCCESS_CALL_SCORE 5u
#define CSUCCESS_CALL_EXPLAIN 6u
#define CSUCCESS_CALL_STATE 7u
#define CSUCCESS_CALL_VERIFY 8u
#define CSUCCESS_CALL_REPLAY 9u
#define CSUCCESS_CALL_ERASE 10u
#define CSUCCESS_CALL_PARKED 11u

/** A call to begin; what its kind does not use is zero. @since 0.1 */
typedef struct csuccess_call {
    size_t size;
    uint32_t kind;
    uint32_t reserved;
    int64_t now_ms;
    const csuccess_principal *principal;
    csuccess_events *events; /**< held until the call is finished */
    csuccess_str customer, contact;
    const csuccess_run_limits *limits;
    csuccess_config *config; /**< of a replay */
} csuccess_call;
/** Begins a call; *ticket names it. Any number may be under way. Errors as those of the call itself that need no operation. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_start(csuccess_engine *engine,
                                                   const csuccess_call *call, uint64_t *ticket,
                                                   csuccess_error *err);
/** What a call came to. @since 0.1 */
typedef struct csuccess_outcome {
    size_t size;
    int64_t next_ms;     /**< of a run */
    csuccess_text *text; /**< of those that give one; the caller's */
} csuccess_outcome;
/** CSUCCESS_AGAIN while it is under way; else its result, and the ticket is given up. CSUCCESS_EINVALID for a ticket that is not there. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_engine_finish(csuccess_engine *engine, uint64_t ticket,
                                                    csuccess_outcome *out, csuccess_error *err);

/* What is asked of the host: csuccess_op.kind, and the type of csuccess_op.request. */
#define CSUCCESS_OP_LOAD 1u    /**< csuccess_load_request */
#define CSUCCESS_OP_COMMIT 2u  /**< csuccess_commit_request */
#define CSUCCESS_OP_DUE 3u     /**< csuccess_due_request */
#define CSUCCESS_OP_DEFER 4u   /**< csuccess_defer_request */
#define CSUCCESS_OP_CLAIM 5u   /**< csuccess_claim_request */
#define CSUCCESS_OP_SETTLE 6u  /**< csuccess_settle_request */
#define CSUCCESS_OP_SCAN 7u    /**< csuccess_scan_request */
#define CSUCCESS_OP_HISTORY 8u /**< csuccess_history_request */
#define CSUCCESS_OP_OUTBOX 9u  /**< csuccess_outbox_request */
#define CSUCCESS_OP_ERASE 10u  /**< csuccess_erase_request */
#define CSUCCESS_OP_SEND 11u   /**< csuccess_send_request */

/** An operation that the engine waits for. Borrowed until it is answered. @since 0.1 */
typedef struct csuccess_op {
    size_t size;
    uint32_t kind; /**< CSUCCESS_OP_* */
    uint32_t reserved;
    uint64_t id;
    const void *request;
    /** to be filled and ended with csuccess_reply_done() before csuccess_engine_answer() */
    csuccess_reply *reply;
} csuccess_op;
/**
 * The next operation to begin; NULL when there is none now: every call is finished, or waits for answers, or in_flight operations are handed out.
 * now_ms goes into the operation's request. @since 0.1
 */
CSUCCESS_API const csuccess_op *csuccess_engine_next(csuccess_engine *engine, int64_t now_ms);
/**
 * Goes on with the answer. An operation whose reply was not done has failed. CSUCCESS_EINVALID for an id that is not handed out or was answered before; nothing is changed then.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_engine_answer(csuccess_engine *engine, uint64_t op,
                                                    csuccess_error *err);
/** Calls the slots of a store and of channels for one operation: what a host that mixes both ways does with those that it does not answer itself. `channel` may be NULL but for send. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_op_call(const csuccess_op *op,
                                              const csuccess_store_ops *store, void *store_ud,
                                              const csuccess_channel_ops *channel,
                                              void *channel_ud);

#ifdef __cplusplus
}
#endif

#endif
