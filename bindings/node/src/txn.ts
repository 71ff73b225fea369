// SPDX-License-Identifier: Apache-2.0
// One advance of one customer, for hosts that own state and time themselves: actors, stream processors, tests.

import type { EngineBase } from "./engine_base.js";
import type { Document } from "./engine.js";
import { type AnyEvents, type Events, eventsOf } from "./events.js";
import { Handle } from "./handle.js";
import { NativeStore } from "./native_store.js";
import type { Principal } from "./principal.js";
import { raw } from "./raw.js";
import { type AsyncStore, type Batch, Reply, type Store, atOnce, why } from "./store.js";
import type { LoadRequest } from "./structs.js";
import { type Time, milliseconds, parsed } from "./values.js";

/** What a transaction is about, beside the customer. */
export interface TxnOptions {
  /** All of this customer, nobody else's until the transaction is closed; absent: only what is due. */
  events?: AnyEvents;
  /** Absent: the host itself. */
  principal?: Principal | null;
  /** Absent: now. */
  now?: Time;
  /** Dated history, nothing is sent; takes the right to run the engine. */
  import?: boolean;
  /** The customer comes under the engine's configuration now, even when nothing is due; takes the right to run the engine. */
  publish?: boolean;
  /** Of a lease on the customer. */
  token?: string;
}

/** What apply() came to: batch() is what to commit; there is nothing to commit (every input is known, or nothing was due); it needs more, needs() says what. */
export type Step = "ready" | "unchanged" | "again";

/**
 * A transaction: needs -> answers -> apply -> batch -> finish. Nothing is changed by it until the host has committed its batch; thrown away it is a dry run.
 *
 *     const txn = new Txn(engine, "acme", { events });
 *     for (let done = false; !done;) {
 *       let step;
 *       do { txn.load(myLoad); step = txn.apply(); } while (step === "again");
 *       if (step === "unchanged") break;
 *       done = txn.finish({ conflict: !myCommit(txn.batch()) });
 *     }
 *     txn.close();
 *
 * The engine is only lent: configuration, limits, tenant, random bytes; it needs no store, and lives until its transactions are closed.
 */
export class Txn extends Handle {
  readonly #made: Events | undefined;

  /** @throws CsuccessError CSUCCESS_EINVALID (an input of another customer), CSUCCESS_EDENIED, CSUCCESS_EBUSY, CSUCCESS_EENCODING */
  constructor(engine: EngineBase, customer: string, { events, principal = null, now, token = "", ...options }: TxnOptions = {}) {
    const given = events === undefined ? undefined : eventsOf(events);
    const about = {
      customer, token, principal, nowMs: now === undefined ? engine.now() : milliseconds(now), import: options.import ? 1 : 0, publish: options.publish ? 1 : 0,
      ...(given && { events: given.list.use() }),
    };
    let handle: unknown;
    try {
      handle = raw.csuccess_txn_begin(engine.use(), about);
    } catch (error) {
      if (given?.made) given.list.close();
      throw error;
    }
    super(handle, (mine) => raw.csuccess_txn_free(mine));
    this.#made = given?.made ? given.list : undefined;
  }

  /** What it needs to know, as the `load` slot of a store is asked; null once it is applied. */
  needs(): LoadRequest | null {
    return raw.csuccess_txn_need(this.use());
  }

  /** Has what it needs answered by a store, or by a function like a store's load(). What that throws is thrown, and the answer has failed. */
  load(store: Store | NativeStore | ((request: LoadRequest, reply: Reply) => void)): void {
    const need = this.needs();
    if (need === null) return;
    const reply = new Reply(raw.csuccess_txn_reply(this.use()));
    if (store instanceof NativeStore) {
      raw.csuccess_op_call({ reply: reply.handle }, store.use(), null);
      return;
    }
    try {
      atOnce<unknown>(typeof store === "function" ? store(need, reply) : store.load(need, reply), "load()");
    } catch (error) {
      reply.end(raw.CSUCCESS_ECALLBACK, why(error));
      throw error;
    }
    reply.end();
  }

  /** The same by a store that answers later. */
  async loadAsync(store: AsyncStore | ((request: LoadRequest, reply: Reply) => void | Promise<void>)): Promise<void> {
    const need = this.needs();
    if (need === null) return;
    const reply = new Reply(raw.csuccess_txn_reply(this.use()));
    try {
      await (typeof store === "function" ? store(need, reply) : store.load(need, reply));
    } catch (error) {
      if (!this.closed) reply.end(raw.CSUCCESS_ECALLBACK, why(error));
      throw error;
    }
    reply.end();
  }

  /**
   * Applies.
   * @throws CsuccessError CSUCCESS_EMISSING (the needs are not answered), CSUCCESS_ECALLBACK (the answer is not complete, or cannot be), CSUCCESS_ESTATE, CSUCCESS_EUNSUPPORTED (a state
   * of a newer version), CSUCCESS_EDENIED, CSUCCESS_ELIMIT: the transaction is as before
   */
  apply(): Step {
    const code: number = raw.csuccess_txn_apply(this.use());
    return code === raw.CSUCCESS_AGAIN ? "again" : code === raw.CSUCCESS_UNCHANGED ? "unchanged" : "ready";
  }

  /** What to commit, all or nothing; null before apply() and when there is nothing. */
  batch(): Batch | null {
    return raw.csuccess_txn_batch(this.use());
  }

  /** The batch as a document: the state after, entries, messages, deltas, next due time. */
  describe(): Document {
    return parsed(raw.csuccess_txn_describe(this.use()));
  }

  /**
   * Says what became of the batch. Committed: true, and events.results() holds. `conflict`: somebody was faster; false: it needs anew. `refused`: the delta of that index would pass its
   * limit; false: it is applied anew, needs() first, without what that delta pays for.
   */
  finish({ conflict = false, refused }: { conflict?: boolean; refused?: number } = {}): boolean {
    const code = conflict ? raw.CSUCCESS_ECONFLICT : refused === undefined ? raw.CSUCCESS_OK : raw.CSUCCESS_EREFUSED;
    return raw.csuccess_txn_finish(this.use(), code, refused ?? 0) !== raw.CSUCCESS_AGAIN;
  }

  /** Gives it up, or, finished, ends it; the events are free again. */
  override close(): void {
    super.close();
    this.#made?.close();
  }
}
