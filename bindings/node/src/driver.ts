// SPDX-License-Identifier: Apache-2.0
// What drives an engine's calls from the event loop: operations out, answers in, calls that end.

import { type AsyncChannel, Outgoing, senderOf, settle } from "./channel.js";
import { Config } from "./config.js";
import { EngineBase, type EngineOptions, engineOptions } from "./engine_base.js";
import { CsuccessError } from "./error.js";
import type { Events } from "./events.js";
import { used } from "./handle.js";
import { NativeStore } from "./native_store.js";
import { Call, Operation, type Outcome, type RawOperation, type Suspicion, owners } from "./operation.js";
import type { Principal } from "./principal.js";
import { raw } from "./raw.js";
import { type AsyncStore, checkStore, isPromise, why } from "./store.js";
import type { SendRequest } from "./structs.js";
import { type Time, milliseconds } from "./values.js";

/** Milliseconds that a store which does not wait may keep the event loop. */
const SLICE = 5;

/** What a call is about; what its kind does not use is absent. */
export interface Asked {
  principal?: Principal | null;
  now?: Time;
  signal?: AbortSignal;
  events?: Events;
  customer?: string;
  contact?: string;
  limits?: unknown;
  config?: unknown;
}

/** What an AsyncEngine is made of beside its configuration. */
export interface AsyncEngineParts extends EngineOptions {
  /** Where it keeps its customers: slots may answer later. A store of the library is asked in the event loop, in portions. */
  store: AsyncStore | NativeStore;
  /** By name; they may answer later. */
  channels?: Readonly<Record<string, AsyncChannel>>;
}

/** The part of AsyncEngine beneath its calls. */
export abstract class Driver extends EngineBase {
  readonly #store: AsyncStore | NativeStore;
  readonly #senders = new Map<string, (message: Outgoing) => unknown>();
  readonly #active = new Map<number | bigint, Call>();
  readonly #operations = new Map<number | bigint, Operation>();
  readonly #atOnce: number;
  #waiting: { call: Call; asked: Record<string, unknown> }[] = [];
  #ended: Operation[] = [];
  #scheduled = false;
  /** The latest time that was seen. */
  #seen: number | bigint = 0;
  /** How many of the active calls were given up. */
  #givenUp = 0;
  /** The latest time that a call under way was given. */
  #given: number | bigint | undefined;
  #idle: (() => void)[] = [];

  constructor(config: Config, { store, channels = {}, ...options }: AsyncEngineParts) {
    if (!(store instanceof NativeStore)) checkStore(store);
    super(raw.csuccess_engine_new(used(config, Config), engineOptions(options)), (handle) => raw.csuccess_engine_free(handle), config, options.clock);
    this.#store = store;
    this.#atOnce = 2 * (options.inFlight || 256);
    for (const [name, channel] of Object.entries(channels)) this.addChannel(name, channel);
    if (options.trace) this.setTrace(options.trace);
  }

  override addChannel(name: string, channel: AsyncChannel): this {
    const send = senderOf(channel);
    this.register(name, { send() { /* operations are handed out: it is enough that there is one */ } });
    this.#senders.set(name, send);
    return this;
  }

  // ---- Calls ----

  /** @internal Makes a call; settles with its end. */
  protected perform(kind: number, { principal = null, now, signal, events, customer = "", contact = "", limits, config }: Asked): Promise<Outcome> {
    signal?.throwIfAborted();
    const at = this.time(now);
    const asked = {
      kind, nowMs: at, principal, customer, contact, ...(events && { events: events.use() }), ...(limits ? { limits } : {}), ...(config ? { config } : {}),
    };
    return new Promise((resolve, reject) => {
      const call = new Call(kind, customer, events, now === undefined ? undefined : milliseconds(now), resolve, reject);
      if (this.#active.size < this.#atOnce) this.#start(call, asked);
      else this.#waiting.push({ call, asked });
      if (signal) this.#listen(call, signal);
    });
  }

  #listen(call: Call, signal: AbortSignal): void {
    const abort = (): void => this.#giveUp(call, signal.reason);
    const { resolve, reject } = call;
    signal.addEventListener("abort", abort, { once: true });
    const ends = <T>(end: (value: T) => void) => (value: T): void => {
      signal.removeEventListener("abort", abort);
      end(value);
    };
    call.resolve = ends(resolve);
    call.reject = ends(reject);
  }

  #start(call: Call, asked: Record<string, unknown>): void {
    call.ticket = raw.csuccess_engine_start(this.use(), asked);
    this.#active.set(call.ticket, call);
    this.#seen = asked.nowMs as number | bigint;
    if (call.now !== undefined && (this.#given === undefined || call.now > this.#given)) this.#given = call.now;
    this.#schedule();
  }

  #startWaiting(): void {
    while (this.#waiting.length > 0 && this.#active.size < this.#atOnce) {
      const { call, asked } = this.#waiting.shift()!;
      if (call.givenUp) continue;
      try {
        this.#start(call, asked);
      } catch (error) {
        call.reject(error);
      }
    }
  }

  /** Nobody waits for it any more: what is under way for it alone is given up, what it committed stays. */
  #giveUp(call: Call, reason: unknown): void {
    if (call.givenUp) return;
    call.givenUp = true;
    call.reject(reason);
    if (!this.#active.has(call.ticket)) return;
    this.#givenUp++;
    for (const operation of this.#operations.values()) {
      if (operation.over || !this.#owners(operation).every((owner) => owner.givenUp)) continue;
      operation.over = true;
      operation.reply.end(raw.CSUCCESS_ECANCELLED, "the call was given up");
      operation.reply.abandon(reason);
      this.#ended.push(operation);
    }
    this.#schedule();
  }

  // ---- Whose it is ----

  #owners(operation: Operation): readonly Call[] {
    return owners(operation, [...this.#active.values()]);
  }

  /** An exception belongs to one call; where it may be of several, one of them tells it. */
  #blame(error: unknown, calls: readonly Call[]): void {
    if (calls.length === 1) {
      calls[0]!.error ??= [error];
      return;
    }
    const suspicion: Suspicion = { error, left: calls.length, told: false };
    for (const call of calls) call.suspect(suspicion);
  }

  /** Calls into the library; what callbacks of the engine threw meanwhile is blamed on those calls. False: it threw. */
  #attempt(work: () => void, blamed: () => readonly Call[]): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#blame(error, blamed());
      return false;
    }
  }

  // ---- The loop ----

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // One turn of the event loop takes in what many timers and sockets have brought, and lets others have theirs.
    setImmediate(() => this.#pump());
  }

  /** Hands in what was answered, hands out what there is, ends calls. */
  #pump(): void {
    this.#scheduled = false;
    if (this.closed) return;
    const ended = this.#ended;
    this.#ended = [];
    for (const operation of ended) this.#answer(operation);
    this.#handOut();
    this.#finish();
    this.#startWaiting();
  }

  #answer(operation: Operation): void {
    if (!this.#operations.delete(operation.id)) return;
    this.#attempt(() => raw.csuccess_engine_answer(this.use(), operation.id), () => this.#owners(operation));
  }

  #handOut(): void {
    const engine = this.use();
    const until = performance.now() + SLICE;
    const all = (): Call[] => [...this.#active.values()];
    for (;;) {
      let op: RawOperation | null = null;
      if (!this.#attempt(() => { op = raw.csuccess_engine_next(engine, this.#stand()); }, all)) return;
      op = op as RawOperation | null;
      if (op === null) return;
      if (op.raised) this.#blame(op.raised[0], all());
      const operation = new Operation(op);
      this.#operations.set(operation.id, operation);
      this.#begin(operation);
      if (operation.waits) continue;
      this.#answer(operation);
      if (performance.now() > until) {
        this.#schedule();
        return;
      }
    }
  }

  /** The time of operations: the latest that a call under way was given, else the clock's. */
  #stand(): number | bigint {
    if (this.#given !== undefined) return this.#given;
    try {
      this.#seen = this.time(undefined);
    } catch (error) {
      this.#blame(error, [...this.#active.values()]);
    }
    return this.#seen;
  }

  /** Asks the store or the channel. */
  #begin(operation: Operation): void {
    if (this.#givenUp > 0 && this.#owners(operation).every((call) => call.givenUp)) {
      operation.reply.end(raw.CSUCCESS_ECANCELLED, "the call was given up");
      return;
    }
    try {
      const answer = this.#ask(operation);
      if (isPromise(answer)) {
        operation.waits = true;
        answer.then((value) => this.#came(operation, () => this.#fill(operation, value)), (error: unknown) => this.#came(operation, () => this.#failed(operation, error)));
      } else {
        this.#fill(operation, answer);
      }
    } catch (error) {
      this.#failed(operation, error);
    }
  }

  #ask(operation: Operation): unknown {
    const store = this.#store;
    if (operation.slot === "send") {
      const request = operation.request as SendRequest;
      return this.#senders.get(request.channel)!(new Outgoing(request));
    }
    if (!(store instanceof NativeStore)) return store[operation.slot](operation.request as never, operation.reply);
    raw.csuccess_op_call(operation.op, store.use(), null);
    operation.reply.ended();
    return undefined;
  }

  /** The end of an answer that came. */
  #fill(operation: Operation, answer: unknown): void {
    if (operation.slot === "send") settle(operation.reply, answer);
    else operation.reply.end();
  }

  #failed(operation: Operation, error: unknown): void {
    this.#blame(error, this.#owners(operation));
    operation.reply.end(raw.CSUCCESS_ECALLBACK, why(error));
  }

  /** A slot or a channel has answered; nobody is left to hear of it where it was given up. */
  #came(operation: Operation, fill: () => void): void {
    if (operation.over) return;
    operation.over = true;
    try {
      fill();
    } catch (error) {
      this.#failed(operation, error);
    }
    this.#ended.push(operation);
    this.#schedule();
  }

  // ---- The end ----

  /** Calls that have ended. */
  #finish(): void {
    const engine = this.use();
    for (const [ticket, call] of this.#active) {
      let outcome: Outcome | null = null;
      let failure: [unknown] | undefined;
      try {
        outcome = raw.csuccess_engine_finish(engine, ticket);
      } catch (error) {
        failure = [error];
      }
      if (raw.lastResult() === raw.CSUCCESS_AGAIN) {
        if (failure) this.#blame(failure[0], [...this.#active.values()]);
        continue;
      }
      const failed = failure !== undefined || raw.lastResult() === raw.CSUCCESS_UNDECIDED;
      this.#active.delete(ticket);
      if (call.givenUp) this.#givenUp--;
      const told = call.verdict(failed) ?? failure;
      if (told) call.reject(told[0]);
      else call.resolve(outcome!);
    }
    if (this.#active.size > 0) return;
    this.#given = undefined;
    if (this.#waiting.length === 0) for (const go of this.#idle.splice(0)) go();
  }

  /** How many calls have not ended. */
  get pending(): number {
    return this.#active.size + this.#waiting.length;
  }

  /** Waits until no call is under way, those that were given up included. */
  async drain(): Promise<void> {
    while (this.pending > 0 && !this.closed) await new Promise<void>((go) => this.#idle.push(go));
  }

  /** Frees it now. Calls under way are given up and reject with CSUCCESS_ECANCELLED, the signals of their replies are aborted; what was committed stays. drain() waits for them before. */
  override close(): void {
    if (this.closed) return;
    super.close();
    const reason = new CsuccessError("the engine was closed while the call was under way", "CSUCCESS_ECANCELLED", raw.CSUCCESS_ECANCELLED);
    for (const operation of this.#operations.values()) {
      operation.over = true;
      operation.reply.abandon(reason);
    }
    const calls = [...this.#active.values(), ...this.#waiting.map(({ call }) => call)];
    this.#operations.clear();
    this.#active.clear();
    this.#waiting = [];
    this.#ended = [];
    for (const call of calls) call.reject(reason);
    for (const go of this.#idle.splice(0)) go();
  }
}

export interface Driver {
  /** drain() and close(), for `await using`; on a runtime that has Symbol.asyncDispose. */
  [Symbol.asyncDispose](): Promise<void>;
}

const dispose = (Symbol as { asyncDispose?: symbol }).asyncDispose;
if (dispose) {
  Object.defineProperty(Driver.prototype, dispose, {
    async value(this: Driver) {
      await this.drain();
      this.close();
    },
    configurable: true, writable: true,
  });
}
