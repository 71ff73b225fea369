// SPDX-License-Identifier: Apache-2.0
// What tests of a host need: a clock that stands still, a channel that remembers, a store that fails when it is told to.
//
//     const clock = new VirtualClock("2026-01-01T09:00:00Z"), desk = new RecordingChannel();
//     const engine = new Engine(config, { store: new MemoryStore(), channels: { desk }, clock });
//     engine.ingest(events);
//     runUntil(engine, clock, "2026-03-01T00:00:00Z");
//     desk.assertSent({ customer: "acme", definition: "alert/default/quiet/first", times: 1 });

import type { AsyncEngine } from "./async_engine.js";
import type { Answer, Outgoing } from "./channel.js";
import type { EngineCalls } from "./engine.js";
import { MemoryStore, NativeStore } from "./native_store.js";
import { raw } from "./raw.js";
import { type CommitRequest, Reply, SLOTS, type Slot, type Store, checkStore, isPromise } from "./store.js";
import type {
  ClaimRequest, DeferRequest, DueRequest, EraseRequest, HistoryRequest, LoadRequest, OutboxRequest, ScanRequest, SettleRequest,
} from "./structs.js";
import { type Time, milliseconds } from "./values.js";

/** Parts of a length of time, which are added up. */
export interface Length {
  days?: number;
  hours?: number;
  minutes?: number;
  seconds?: number;
  milliseconds?: number;
}

/** A clock that stands still until it is moved: new Engine(config, { clock }). */
export class VirtualClock {
  #ms: number;

  constructor(start: Time) {
    this.#ms = Number(milliseconds(start));
  }

  /** What it shows. */
  now(): Date {
    return new Date(this.#ms);
  }

  /** Moves it to a time, forward or back. */
  set(time: Time): Date {
    this.#ms = Number(milliseconds(time));
    return this.now();
  }

  /** Moves it on, by milliseconds or by parts: advance({ days: 2, hours: 3 }). */
  advance(by: number | Length): Date {
    if (typeof by === "number") return this.set(this.#ms + by);
    const { days = 0, hours = 0, minutes = 0, seconds = 0, milliseconds: ms = 0 } = by;
    return this.set(this.#ms + (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000 + ms);
  }
}

/** Which messages: those about that customer, of that definition, to that contact. */
export interface Which {
  customer?: string;
  definition?: string;
  contact?: string;
}

/** A channel that sends nothing and remembers everything. */
export class RecordingChannel {
  /** Everything that came, in order. */
  readonly messages: Outgoing[] = [];
  readonly #answers: Iterator<Answer | Error>;
  readonly #keepOn: boolean;
  #last: Answer | Error = undefined;

  /** `answers`: what it answers to the messages in their order (an Error is thrown); delivered where they have ended. `keepOn`: the last of them holds for all that follow. */
  constructor(answers: Iterable<Answer | Error> = [], { keepOn = false }: { keepOn?: boolean } = {}) {
    this.#answers = answers[Symbol.iterator]();
    this.#keepOn = keepOn;
  }

  /** Remembers the message. */
  send(message: Outgoing): Answer {
    this.messages.push(message);
    const next = this.#answers.next();
    if (!next.done) this.#last = next.value;
    else if (!this.#keepOn) this.#last = undefined;
    if (this.#last instanceof Error) throw this.#last;
    return this.#last;
  }

  /** Ids of the messages in the order of their attempts. */
  get ids(): string[] {
    return this.messages.map(({ id }) => id);
  }

  /** Some of the messages. */
  of({ customer, definition, contact }: Which): Outgoing[] {
    return this.messages.filter((message) => (customer ?? message.customer) === message.customer && (definition ?? message.definition) === message.definition
      && (contact ?? message.contact) === message.contact);
  }

  /** Forgets them. */
  clear(): void {
    this.messages.length = 0;
  }

  /** Throws unless such messages came: so many different ones, or at least one. Attempts of one message count once. */
  assertSent({ times, ...which }: Which & { times?: number } = {}): Outgoing[] {
    const found = this.of(which);
    const count = new Set(found.map(({ id }) => id)).size;
    if (times === undefined ? count === 0 : count !== times) {
      const came = this.messages.map((m) => `\n  ${m.definition} about ${m.customer} to ${m.contact || "nobody"} at ${m.now.toISOString()}`).join("");
      throw new Error(`${count} messages with ${JSON.stringify(which)}, not ${times ?? "any"}; there came:${came || " none"}`);
    }
    return found;
  }

  /** Throws when a message was attempted twice. */
  assertOnce(): void {
    const ids = this.ids;
    const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
    if (twice.length > 0) throw new Error(`attempted more than once: ${[...new Set(twice)].join(", ")}`);
  }
}

/** An answer that is only kept: nothing of it comes to the engine. */
const draft = new Proxy(Object.create(Reply.prototype) as Reply, { get: () => () => undefined });

type Planned = { readonly kind: "fail"; readonly why: string } | { readonly kind: "throw"; readonly error: unknown } | { readonly kind: "lose" };

/**
 * A store that fails when it is told to: new FaultyStore(new MemoryStore()).loses("commit", 1).fails("load", [2, 3]). Around a store whose slots answer later it answers later as well.
 * Calls are counted from 1.
 */
export class FaultyStore<R extends void | Promise<void> = void> implements Store<R> {
  /** How often each slot was called. */
  readonly calls: Record<Slot, number> = Object.fromEntries(SLOTS.map((slot) => [slot, 0])) as Record<Slot, number>;
  readonly #plan = new Map<string, Planned>();

  /** `store`: of a SqliteStore no answer can be lost. */
  constructor(readonly store: Store<R> | NativeStore) {
    if (!(store instanceof NativeStore)) checkStore(store);
  }

  #add(slot: Slot, calls: number | readonly number[], planned: Planned): this {
    if (!SLOTS.includes(slot)) throw new TypeError(`there is no slot ${JSON.stringify(slot)}: ${SLOTS.join(", ")}`);
    for (const call of typeof calls === "number" ? [calls] : calls) this.#plan.set(`${slot} ${call}`, planned);
    return this;
  }

  /** Those calls answer with an error and have done nothing. */
  fails(slot: Slot, calls: number | readonly number[] = 1, why = "planted"): this {
    return this.#add(slot, calls, { kind: "fail", why });
  }

  /** Those calls throw, and have done nothing. */
  throws(slot: Slot, calls: number | readonly number[], error: unknown): this {
    return this.#add(slot, calls, { kind: "throw", error });
  }

  /** Those calls do their work, and their answer is an error: what a connection that breaks looks like. */
  loses(slot: Slot, calls: number | readonly number[] = 1): this {
    return this.#add(slot, calls, { kind: "lose" });
  }

  /** Takes back what was planned. */
  heal(): this {
    this.#plan.clear();
    return this;
  }

  #ask(slot: Slot, request: unknown, reply: Reply): R {
    const planned = this.#plan.get(`${slot} ${++this.calls[slot]}`);
    if (planned?.kind === "throw") throw planned.error;
    if (planned?.kind === "fail") {
      reply.fail("CSUCCESS_ECALLBACK", planned.why);
      return undefined as R;
    }
    const lost = planned !== undefined;
    if (this.store instanceof NativeStore) return this.#askNative(this.store, reply, lost) as R;
    const answer = this.store[slot](request as never, lost ? draft : reply);
    const end = (): void => { if (lost) reply.fail("CSUCCESS_ECALLBACK", "the answer was lost"); };
    if (isPromise(answer)) return answer.then(end) as R;
    end();
    return undefined as R;
  }

  #askNative(store: NativeStore, reply: Reply, lost: boolean): void {
    if (lost && !(store instanceof MemoryStore)) throw new TypeError(`the answers of a ${store.constructor.name} cannot be lost: wrap a MemoryStore or one of your own`);
    if (lost) (store as MemoryStore).plant("lost");
    raw.csuccess_op_call({ reply: reply.handle }, store.use(), null);
    reply.ended();
    if (lost) (store as MemoryStore).heal();
  }

  /** As the store's. */
  load(request: LoadRequest, reply: Reply): R {
    return this.#ask("load", request, reply);
  }

  /** As the store's. */
  commit(request: CommitRequest, reply: Reply): R {
    return this.#ask("commit", request, reply);
  }

  /** As the store's. */
  due(request: DueRequest, reply: Reply): R {
    return this.#ask("due", request, reply);
  }

  /** As the store's. */
  defer(request: DeferRequest, reply: Reply): R {
    return this.#ask("defer", request, reply);
  }

  /** As the store's. */
  claim(request: ClaimRequest, reply: Reply): R {
    return this.#ask("claim", request, reply);
  }

  /** As the store's. */
  settle(request: SettleRequest, reply: Reply): R {
    return this.#ask("settle", request, reply);
  }

  /** As the store's. */
  scan(request: ScanRequest, reply: Reply): R {
    return this.#ask("scan", request, reply);
  }

  /** As the store's. */
  history(request: HistoryRequest, reply: Reply): R {
    return this.#ask("history", request, reply);
  }

  /** As the store's. */
  outbox(request: OutboxRequest, reply: Reply): R {
    return this.#ask("outbox", request, reply);
  }

  /** As the store's. */
  erase(request: EraseRequest, reply: Reply): R {
    return this.#ask("erase", request, reply);
  }
}

/** Moves the clock to what is due, or to the end. False: there is nothing more. */
function next(clock: VirtualClock, due: Date | null, end: number): boolean {
  if (due === null || due.getTime() > end) {
    clock.set(end);
    return false;
  }
  clock.set(Math.max(due.getTime(), clock.now().getTime()));
  return true;
}

/** Lets time go on until then: run() at every time at which something is due, the clock moved along. How many runs it took. */
export function runUntil(engine: EngineCalls, clock: VirtualClock, until: Time): number {
  const end = Number(milliseconds(until));
  let runs = 1;
  while (next(clock, engine.run(), end)) runs++;
  return runs;
}

/** The same with an AsyncEngine. */
export async function runUntilAsync(engine: AsyncEngine, clock: VirtualClock, until: Time): Promise<number> {
  const end = Number(milliseconds(until));
  let runs = 1;
  while (next(clock, await engine.run(), end)) runs++;
  return runs;
}
