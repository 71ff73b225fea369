// SPDX-License-Identifier: Apache-2.0
// The engine: one tenant's customers, advanced over a store and channels of the host's.

import { type Channel, channelOf } from "./channel.js";
import { Config } from "./config.js";
import { type CallOptions, EngineBase, type EngineOptions, type RunOptions, engineOptions, runLimits } from "./engine_base.js";
import { CsuccessError } from "./error.js";
import { type AnyEvents, type EventResult, eventsOf } from "./events.js";
import { used } from "./handle.js";
import { NativeStore } from "./native_store.js";
import { raw } from "./raw.js";
import { type Store, slotsOf } from "./store.js";
import { date, parsed } from "./values.js";

/** A JSON document of the library's: docs/schemas says what is in it. */
export type Document = Record<string, any>;

/** What an engine is made of beside its configuration. */
export interface EngineParts extends EngineOptions {
  /** Where it keeps its customers; without one only transactions can be made. */
  store?: Store | NativeStore;
  /** By name. */
  channels?: Readonly<Record<string, Channel>>;
}

/** @internal The report of a verification that found something, read. */
export function withReport<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CsuccessError && error.code === "CSUCCESS_EDIGEST" && typeof error.report === "string") error.report = JSON.parse(error.report);
    throw error;
  }
}

/** The calls of an engine that do their work before they return. */
export abstract class EngineCalls extends EngineBase {
  // ---- Inputs ----

  /**
   * Applies inputs: grouped by customer, in their order (higher priority first), an advance each; what became of every one, in their order. One bad input never takes others down.
   * When the call itself fails, what was not reached is "CSUCCESS_UNDECIDED" in events.results(), and all of it can be handed in again.
   */
  ingest(events: AnyEvents, options: CallOptions = {}): EventResult[] {
    return this.#feed(events, (list) => raw.csuccess_engine_ingest(this.use(), list, options.principal ?? null, this.time(options.now)));
  }

  /** The same for dated history: states, scores and histories come about as of the inputs' own times, and nothing is sent. Besides the rights to the inputs it takes the one to run the engine. */
  import(events: AnyEvents, options: CallOptions = {}): EventResult[] {
    return this.#feed(events, (list) => raw.csuccess_engine_import(this.use(), list, options.principal ?? null, this.time(options.now)));
  }

  #feed(events: AnyEvents, work: (list: unknown) => void): EventResult[] {
    const { list, made } = eventsOf(events);
    try {
      work(list.use());
      return list.results();
    } finally {
      if (made) list.close();
    }
  }

  /** What ingest() would do, without committing: {customers: {acme: {entries, messages, due}}}. Shown to those who may read the customer; for others its inputs are "CSUCCESS_EDENIED". */
  preview(events: AnyEvents, { principal = null, now }: CallOptions = {}): Document {
    const { list, made } = eventsOf(events);
    try {
      return parsed(raw.csuccess_engine_preview(this.use(), list.use(), principal, this.time(now)));
    } finally {
      if (made) list.close();
    }
  }

  // ---- Time ----

  /**
   * Does what is due: customers whose time has come, the engine's own jobs, messages of the outbox. When to call again: `now` when `customers` or `messages` ended it; null: nothing is
   * due. A customer that fails is put off with backoff and, after policies.park_after failures, parked; the rest go on.
   */
  run(options: RunOptions = {}): Date | null {
    return date(raw.csuccess_engine_run(this.use(), options.principal ?? null, this.time(options.now), runLimits(options)));
  }

  // ---- Customers ----

  /** The result object of the customer as of now (docs/schemas/result.schema.json), evaluated, not stored. CSUCCESS_EMISSING: no such customer. */
  score(customer: string, { principal = null, now }: CallOptions = {}): Document {
    return parsed(raw.csuccess_engine_score(this.use(), customer, principal, this.time(now)));
  }

  /**
   * Why: the result object with its score tree, changes and their causes, alerts, last decisions, messages, what was held back, by which guard and until when, what was quarantined,
   * what is due next. CSUCCESS_EMISSING.
   */
  explain(customer: string, { principal = null, now }: CallOptions = {}): Document {
    return parsed(raw.csuccess_engine_explain(this.use(), customer, principal, this.time(now)));
  }

  /** The state. CSUCCESS_EMISSING. */
  state(customer: string, { principal = null, now }: CallOptions = {}): Document {
    return parsed(raw.csuccess_engine_state(this.use(), customer, principal, this.time(now)));
  }

  /**
   * Follows the chain of a customer, or (empty) of every customer: {customers, entries, bodies, erased, bad: []}.
   * @throws CsuccessError CSUCCESS_EDIGEST: a link is bad; its `report` is that document, with bad: [{customer, seq, reason}]
   */
  verify(customer = "", { principal = null, now }: CallOptions = {}): Document {
    return withReport(() => parsed(raw.csuccess_engine_verify(this.use(), customer, principal, this.time(now))));
  }

  /**
   * The same inputs from the history of a customer under another configuration: {customer, config, differences: [{at, kind, cause, was, would}], inputs, erased, same, different};
   * nothing is stored. CSUCCESS_EMISSING.
   */
  replay(customer: string, other: Config, { principal = null, now }: CallOptions = {}): Document {
    return parsed(raw.csuccess_engine_replay(this.use(), customer, used(other, Config), principal, this.time(now)));
  }

  /**
   * Erases a customer, or one contact of it: nothing of them is readable afterwards, unsent messages are gone, the chain still verifies. The proof: {pseudonym, of: "customer" or
   * "contact", record, input, entry, message, settled}. An erasure of a customer that a crash cut short is finished by the next run; one of a contact is asked for again.
   * CSUCCESS_EMISSING.
   */
  erase(customer: string, { contact = "", principal = null, now }: CallOptions & { contact?: string } = {}): Document {
    return parsed(raw.csuccess_engine_erase(this.use(), customer, contact, principal, this.time(now)));
  }

  /** Customers that are parked, after `resume` (empty: nobody) was let go on, who is due at once. CSUCCESS_EMISSING. */
  parked(resume = "", { principal = null, now }: CallOptions = {}): string[] {
    return parsed<{ parked: string[] }>(raw.csuccess_engine_parked(this.use(), resume, principal, this.time(now))).parked;
  }

  override addChannel(name: string, channel: Channel): this {
    this.register(name, channelOf(channel));
    return this;
  }
}

/**
 * An engine over a store: every call does its work before it returns. Nothing that a crash could lose is kept in it; many engines may share what a store keeps, each thing is done once.
 *
 * Common errors: CSUCCESS_EBUSY (from a callback of this engine, or the events are in use), CSUCCESS_EDENIED, CSUCCESS_ECLOCK (the clock leaps by more than policies.clock_leap:
 * confirmClock()), CSUCCESS_ECALLBACK (the store failed or gave what cannot be; what was committed before stays). What a callback throws is thrown as itself once the library has
 * returned; a channel's exception does not end a run. A callback that refers to its own engine keeps that alive until close().
 */
export class Engine extends EngineCalls {
  constructor(config: Config, { store, channels = {}, ...options }: EngineParts = {}) {
    super(raw.csuccess_engine_new(used(config, Config), engineOptions(options)), (handle) => raw.csuccess_engine_free(handle), config, options.clock);
    try {
      if (store !== undefined) raw.csuccess_engine_set_store(this.use(), store instanceof NativeStore ? store.use() : slotsOf(store));
      for (const [name, channel] of Object.entries(channels)) this.addChannel(name, channel);
      if (options.trace) this.setTrace(options.trace);
    } catch (error) {
      this.close();
      throw error;
    }
  }
}
