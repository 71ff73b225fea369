// SPDX-License-Identifier: Apache-2.0
// The engine for the event loop: operations are handed out, many at once, and no thread is started.

import { Config } from "./config.js";
import { type AsyncEngineParts, type Asked, Driver } from "./driver.js";
import { type Document, withReport } from "./engine.js";
import { type CallOptions, type RunOptions, runLimits } from "./engine_base.js";
import { type AnyEvents, type EventResult, eventsOf } from "./events.js";
import { used } from "./handle.js";
import { raw } from "./raw.js";
import { date, parsed } from "./values.js";

/** What every call of an AsyncEngine takes. */
export interface AsyncCallOptions extends CallOptions {
  /** Gives the call up: it rejects with the signal's reason, what the call alone waits for is given up, what it committed stays, and the engine goes on. */
  signal?: AbortSignal;
}

/** The same of a call of run(). */
export interface AsyncRunOptions extends RunOptions {
  /** Gives the call up. */
  signal?: AbortSignal;
}

/**
 * Engine with promises, over a store whose slots may answer later, or one of the library, which is then asked in the event loop, in portions.
 *
 * Any number of calls may be under way at once. Up to `inFlight` operations (256) are handed out at a time; `batch: 1` gives each customer operations of its own. What a slot, a channel
 * or a callback throws is what the call rejects with that it belongs to; where calls share an operation, the engine asks once more for each.
 *
 * close() gives up the calls that are under way (they reject with CSUCCESS_ECANCELLED), drain() waits for them. Options, results and errors are those of Engine.
 */
export class AsyncEngine extends Driver {
  constructor(config: Config, parts: AsyncEngineParts) {
    super(config, parts);
  }

  // ---- Inputs ----

  /** As Engine.ingest(). */
  async ingest(events: AnyEvents, options: AsyncCallOptions = {}): Promise<EventResult[]> {
    return this.#feed(raw.CSUCCESS_CALL_INGEST, events, options);
  }

  /** As Engine.import(). */
  async import(events: AnyEvents, options: AsyncCallOptions = {}): Promise<EventResult[]> {
    return this.#feed(raw.CSUCCESS_CALL_IMPORT, events, options);
  }

  async #feed(kind: number, events: AnyEvents, options: AsyncCallOptions): Promise<EventResult[]> {
    const { list, made } = eventsOf(events);
    try {
      await this.perform(kind, { ...options, events: list });
      return list.results();
    } finally {
      if (made) list.close();
    }
  }

  /** As Engine.preview(). */
  async preview(events: AnyEvents, options: AsyncCallOptions = {}): Promise<Document> {
    const { list, made } = eventsOf(events);
    try {
      return await this.#document(raw.CSUCCESS_CALL_PREVIEW, { ...options, events: list });
    } finally {
      if (made) list.close();
    }
  }

  // ---- Time ----

  /** As Engine.run(). */
  async run({ customers, messages, ...options }: AsyncRunOptions = {}): Promise<Date | null> {
    const { nextMs } = await this.perform(raw.CSUCCESS_CALL_RUN, { ...options, limits: runLimits({ customers, messages }) });
    return date(nextMs);
  }

  // ---- Customers ----

  /** As Engine.score(). */
  async score(customer: string, options: AsyncCallOptions = {}): Promise<Document> {
    return this.#document(raw.CSUCCESS_CALL_SCORE, { ...options, customer });
  }

  /** As Engine.explain(). */
  async explain(customer: string, options: AsyncCallOptions = {}): Promise<Document> {
    return this.#document(raw.CSUCCESS_CALL_EXPLAIN, { ...options, customer });
  }

  /** As Engine.state(). */
  async state(customer: string, options: AsyncCallOptions = {}): Promise<Document> {
    return this.#document(raw.CSUCCESS_CALL_STATE, { ...options, customer });
  }

  /** As Engine.verify(). */
  async verify(customer = "", options: AsyncCallOptions = {}): Promise<Document> {
    try {
      return await this.#document(raw.CSUCCESS_CALL_VERIFY, { ...options, customer });
    } catch (error) {
      return withReport(() => { throw error; });
    }
  }

  /** As Engine.replay(). */
  async replay(customer: string, other: Config, options: AsyncCallOptions = {}): Promise<Document> {
    return this.#document(raw.CSUCCESS_CALL_REPLAY, { ...options, customer, config: used(other, Config) });
  }

  /** As Engine.erase(). */
  async erase(customer: string, options: AsyncCallOptions & { contact?: string } = {}): Promise<Document> {
    return this.#document(raw.CSUCCESS_CALL_ERASE, { ...options, customer });
  }

  /** As Engine.parked(). */
  async parked(resume = "", options: AsyncCallOptions = {}): Promise<string[]> {
    return (await this.#document(raw.CSUCCESS_CALL_PARKED, { ...options, customer: resume })).parked;
  }

  async #document(kind: number, asked: Asked): Promise<Document> {
    return parsed((await this.perform(kind, asked)).text);
  }
}
