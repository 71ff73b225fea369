/* SPDX-License-Identifier: Apache-2.0 */
/* One advance of one customer, for hosts that own state and time themselves: Spark, actors, tests. */
#ifndef CSUCCESS_TXN_H
#define CSUCCESS_TXN_H

#include <csuccess/engine.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * A transaction: needs -> answers -> apply -> batch -> finish. Nothing is changed by it until the host has committed its batch; it can be built, looked at and thrown away, which is a
 * dry run. The engine that it is made from is only lent: configuration, limits, tenant, random bytes, scratch; no store is needed.
 *
 *     csuccess_txn_begin(&txn, engine, &about, &err);
 *     do {
 *         do store.load(ud, csuccess_txn_need(txn), csuccess_txn_reply(txn));
 *         while (csuccess_txn_apply(txn, &err) == CSUCCESS_AGAIN);
 *     } while (csuccess_txn_finish(txn, my_commit(csuccess_txn_batch(txn)), 0, &err) == CSUCCESS_AGAIN);
 *
 * A state names the configuration that it was advanced under by its hash; an engine with a store keeps that configuration there (CSUCCESS_RECORD_DEFINITION), a host with transactions does so itself.
 *
 * Thread-safety: one thread at a time, together with its engine.
 * @since 0.1
 */
typedef struct csuccess_txn csuccess_txn;

/** What a transaction is about. @since 0.1 */
typedef struct csuccess_txn_about {
    size_t size;
    csuccess_str customer;
    /** all of this customer; held until the transaction is freed; NULL: only what is due */
    csuccess_events *events;
    const csuccess_principal *principal;
    int64_t now_ms;
    /** 1: dated history, nothing is sent; takes the right to run the engine */
    uint32_t import;
    /** 1: the customer comes under the engine's configuration now, even when nothing is due: what publishing it would come to for this customer; takes the right to run the engine */
    uint32_t publish;
    csuccess_str token; /**< of a lease on the customer; empty: none */
} csuccess_txn_about;

/** *out is NULL on failure. CSUCCESS_EINVALID (an input of another customer), CSUCCESS_EDENIED, CSUCCESS_EABI, CSUCCESS_EBUSY, CSUCCESS_EENCODING, CSUCCESS_ENOMEM. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_txn_begin(csuccess_txn **out, csuccess_engine *engine,
                                                const csuccess_txn_about *about,
                                                csuccess_error *err);
/** NULL does nothing; before its engine. @since 0.1 */
CSUCCESS_API void csuccess_txn_free(csuccess_txn *txn);
/** What it needs to know, as the `load` slot of a store is asked; NULL once it is applied. Borrowed. @since 0.1 */
CSUCCESS_API const csuccess_load_request *csuccess_txn_need(const csuccess_txn *txn);
/** Where the answer goes, as a store's `load` gives it. @since 0.1 */
CSUCCESS_API csuccess_reply *csuccess_txn_reply(csuccess_txn *txn);
/**
 * Applies. CSUCCESS_OK: csuccess_txn_batch() is what to commit; CSUCCESS_UNCHANGED: there is nothing to commit (every input is known, or nothing was due); CSUCCESS_AGAIN: it needs more (csuccess_txn_need(): definitions of earlier configurations that the customer goes by), answered as before. CSUCCESS_EMISSING (the needs are not answered),
 * CSUCCESS_ECALLBACK (the answer is not complete, or cannot be), CSUCCESS_ESTATE, CSUCCESS_EUNSUPPORTED (a state of a newer version), CSUCCESS_EDENIED, CSUCCESS_ELIMIT, CSUCCESS_ENOMEM: the transaction is as before.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_txn_apply(csuccess_txn *txn, csuccess_error *err);
/** What to commit, all or nothing; NULL before apply and when there is nothing. Borrowed until finish. @since 0.1 */
CSUCCESS_API const csuccess_batch *csuccess_txn_batch(const csuccess_txn *txn);
/** The batch as JSON: the state after, entries, messages, deltas, next due time. @since 0.1 */
CSUCCESS_API csuccess_result csuccess_txn_describe(const csuccess_txn *txn, csuccess_text **out,
                                                   csuccess_error *err);
/**
 * Says what became of the batch. CSUCCESS_OK: committed; csuccess_events_result() holds from now on. CSUCCESS_ECONFLICT: somebody was faster; the transaction needs anew: CSUCCESS_AGAIN. CSUCCESS_EREFUSED: the ledger delta with
 * index `delta` would pass its limit; it is applied anew without what that delta pays for: CSUCCESS_AGAIN. Any other error: it failed, nothing was changed; the result is that error.
 * @since 0.1
 */
CSUCCESS_API csuccess_result csuccess_txn_finish(csuccess_txn *txn, csuccess_result committed,
                                                 size_t delta, csuccess_error *err);

#ifdef __cplusplus
}
#endif

#endif
