// SPDX-License-Identifier: Apache-2.0
// Stores of the host: what they are asked, and where their answers go.

import { raw } from "./raw.js";
import type {
  ClaimRequest, DeferRequest, Delta, DueRequest, Entry, ErrorCode, EraseRequest, HistoryRequest, InputKey, LoadRequest, Message, OutboxRequest, ScanRequest, SettleRequest, Write,
} from "./structs.js";

/** Kinds of record: Key.kind. */
export const RecordKind = {
  CUSTOMER: raw.CSUCCESS_RECORD_CUSTOMER,
  SECRET: raw.CSUCCESS_RECORD_SECRET,
  DEFINITION: raw.CSUCCESS_RECORD_DEFINITION,
  SOURCE: raw.CSUCCESS_RECORD_SOURCE,
  LEDGER: raw.CSUCCESS_RECORD_LEDGER,
} as const;

/** What became of a message: SettleRequest.outcome. */
export const Settled = {
  DELIVERED: raw.CSUCCESS_SETTLE_DELIVERED,
  RETRY: raw.CSUCCESS_SETTLE_RETRY,
  DEAD: raw.CSUCCESS_SETTLE_DEAD,
  UNKNOWN: raw.CSUCCESS_SETTLE_UNKNOWN,
  DROPPED: raw.CSUCCESS_SETTLE_DROPPED,
} as const;

/** What is committed together for one customer: all of it or nothing. */
export interface Batch {
  /** The records that it writes. */
  readonly writes: readonly Write[];
  /** The entries that it adds to the history, in order of seq. */
  readonly entries: readonly Entry[];
  /** The messages that it adds. */
  readonly messages: readonly Message[];
  /** The changes of ledgers; a `max` of Infinity is no limit. */
  readonly deltas: readonly Delta[];
  /** The inputs that it consumes. */
  readonly inputs: readonly InputKey[];
  /** Ids of the messages that it takes back. */
  readonly cancels: readonly string[];
}

/** What `commit` is asked. */
export interface CommitRequest {
  nowMs: number;
  tenant: string;
  batches: readonly Batch[];
}

/** Times of requests are milliseconds; Infinity is "never". Bodies are bytes that the store does not look into. */
type Bytes = Uint8Array | string;

/**
 * Where a slot's answer goes. Everything handed to it is copied at once. A slot that returns has answered completely, one that throws has failed; nothing has to be called at the end.
 * @throws CsuccessError CSUCCESS_EINVALID (an index that was not asked, an answer that this slot does not give, a second one: the operation then fails), CSUCCESS_EBUSY (too late)
 */
export class Reply {
  readonly #handle: unknown;
  #done = false;
  #over: AbortController | undefined;

  /** @internal */
  constructor(handle: unknown) {
    this.#handle = handle;
  }

  /** Of an AsyncEngine: aborted when nobody waits for the answer any more, for a store that can stop what it began. */
  get signal(): AbortSignal {
    return (this.#over ??= new AbortController()).signal;
  }

  /** @internal The addon's object. */
  get handle(): unknown {
    return this.#handle;
  }

  /** @internal Nobody waits any more. */
  abandon(reason: unknown): void {
    this.#done = true;
    (this.#over ??= new AbortController()).abort(reason);
  }

  /** `load`: the record of that key is there. */
  record(index: number, revision: number | bigint, body: Bytes): void {
    raw.csuccess_reply_record(this.#handle, index, revision, body);
  }

  /** `load`: the sum of the ledger of that key; one that is not answered is 0. */
  ledger(index: number, sum: number | bigint): void {
    raw.csuccess_reply_ledger(this.#handle, index, sum);
  }

  /** `load`: the input of that index (of `inputs`) was consumed before. */
  known(index: number): void {
    raw.csuccess_reply_known(this.#handle, index);
  }

  /** `commit`: the batch is applied and durable. */
  applied(index: number): void {
    raw.csuccess_reply_applied(this.#handle, index);
  }

  /** `commit`: the batch conflicts; `defer`, `settle`: the lease is not in force any more. Nothing was changed. */
  conflict(index = 0): void {
    raw.csuccess_reply_conflict(this.#handle, index);
  }

  /** `commit`: a ledger refuses the batch; `delta` is the index of what would pass its limit. Nothing was changed. */
  refused(index: number, delta: number): void {
    raw.csuccess_reply_refused(this.#handle, index, delta);
  }

  /** `commit`: all inputs of the batch were consumed before; nothing was changed. */
  already(index: number): void {
    raw.csuccess_reply_already(this.#handle, index);
  }

  /** `due`: a customer that is leased now. */
  lease(customer: string, token: string, dueMs: number, failures = 0): void {
    raw.csuccess_reply_lease(this.#handle, customer, token, dueMs, failures);
  }

  /** `claim`: a message that is leased now, with its token; `outbox`: one of the list, with its outcome as token. */
  message(message: Message, token: string): void {
    raw.csuccess_reply_message(this.#handle, message, token);
  }

  /** `history`: the next entry, in ascending order of seq. */
  entry(entry: Entry): void {
    raw.csuccess_reply_entry(this.#handle, entry);
  }

  /** `scan`: the next record, in ascending order of id. */
  row(id: string, revision: number | bigint, body: Bytes): void {
    raw.csuccess_reply_row(this.#handle, id, revision, body);
  }

  /** `due`, `claim`: when something is due next; Infinity: nothing is. */
  next(nextMs: number): void {
    raw.csuccess_reply_next(this.#handle, nextMs);
  }

  /** `erase`: how many of that kind there were. */
  erased(kind: "record" | "input" | "entry" | "message" | "settled", count: number): void {
    raw.csuccess_reply_erased(this.#handle, kind, count);
  }

  /** The operation failed, without an exception: CSUCCESS_EBUSY is worth another try soon, CSUCCESS_ECANCELLED stops the call, any other is tried again with backoff. */
  fail(code: ErrorCode = "CSUCCESS_ECALLBACK", why = ""): void {
    this.end((raw as unknown as Record<string, number>)[code] ?? raw.CSUCCESS_ECALLBACK, why);
  }

  /** @internal */
  sent(outcome: number, retryAfterMs: number, reason: string): void {
    raw.csuccess_reply_sent(this.#handle, outcome, retryAfterMs, reason);
  }

  /** @internal Ends the answer, once. */
  end(result = 0, why = ""): void {
    if (this.#done) return;
    this.#done = true;
    raw.csuccess_reply_done(this.#handle, result, why);
  }

  /** @internal Something else has ended it. */
  ended(): void {
    this.#done = true;
  }
}

type Maybe<T> = T | Promise<T>;

/**
 * A store: every slot is asked with a request and answers through its reply. docs/guides/writing-a-store.md is the contract; conformance() tests it.
 *
 * Each slot is durable before it returns. For an Engine it returns nothing; for an AsyncEngine it may return a promise. A slot may not call the engine.
 */
export interface Store<R extends Maybe<void> = void> {
  /** Gives the records of the keys, and says which inputs are known. Absent ones are not answered. */
  load(request: LoadRequest, reply: Reply): R;
  /** Commits each batch, atomic by itself, and answers each by itself. One that is not answered has failed and comes again. */
  commit(request: CommitRequest, reply: Reply): R;
  /** Leases customers whose time has come, those due first first. */
  due(request: DueRequest, reply: Reply): R;
  /** Gives a leased customer back. */
  defer(request: DeferRequest, reply: Reply): R;
  /** Leases messages whose time has come, oldest time first. */
  claim(request: ClaimRequest, reply: Reply): R;
  /** Says what became of a message. */
  settle(request: SettleRequest, reply: Reply): R;
  /** Records of a kind in ascending order of id. */
  scan(request: ScanRequest, reply: Reply): R;
  /** Entries of a customer in ascending order of seq. */
  history(request: HistoryRequest, reply: Reply): R;
  /** Messages about a customer. */
  outbox(request: OutboxRequest, reply: Reply): R;
  /** Erases a customer, or one contact of it. */
  erase(request: EraseRequest, reply: Reply): R;
}

/** A store whose slots may answer later. */
export type AsyncStore = Store<Maybe<void>>;

/** The names of the slots, as operations are numbered from 1. */
export const SLOTS = ["load", "commit", "due", "defer", "claim", "settle", "scan", "history", "outbox", "erase"] as const;

/** The name of a slot. */
export type Slot = (typeof SLOTS)[number];

/** @internal Throws where a slot is missing, before anything is asked. */
export function checkStore(store: unknown): void {
  if (typeof store !== "object" || store === null) throw new TypeError("a store is an object with the slots load, commit, due … (docs/guides/node.md)");
  const missing = SLOTS.filter((slot) => typeof (store as Record<string, unknown>)[slot] !== "function");
  if (missing.length > 0) throw new TypeError(`the store has no ${missing.join(", ")}`);
}

/** @internal Throws where an answer would have to be awaited. */
export function atOnce<T>(answer: T, what: string): T {
  if (!isPromise(answer)) return answer;
  answer.then(undefined, () => undefined);
  throw new TypeError(`${what} gave a promise, and nobody waits for it here: an AsyncEngine waits for stores and channels`);
}

/** @internal An exception in a sentence, for the library's own error. */
export function why(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** @internal */
export function isPromise(answer: unknown): answer is PromiseLike<unknown> {
  return (typeof answer === "object" || typeof answer === "function") && answer !== null && typeof (answer as { then?: unknown }).then === "function";
}

/** Calls a slot of a store whose answers do not wait. */
function ask(store: Store, slot: Slot, request: unknown, handle: unknown): void {
  const reply = new Reply(handle);
  atOnce<unknown>(store[slot](request as never, reply), `the store's ${slot}()`);
  reply.end();
}

/** @internal A store as the addon takes it. */
export function slotsOf(store: Store): Record<Slot, (request: unknown, reply: unknown) => void> {
  checkStore(store);
  const slots = SLOTS.map((slot) => [slot, (request: unknown, reply: unknown): void => ask(store, slot, request, reply)]);
  return Object.fromEntries(slots) as Record<Slot, (request: unknown, reply: unknown) => void>;
}

/** The shard of a customer: the same everywhere and for ever. */
export function shard(customer: string, shards: number): number {
  return raw.csuccess_shard(customer, shards);
}
