// SPDX-License-Identifier: Apache-2.0
// What is under way in an AsyncEngine: calls, and the operations that were handed out for them.

import type { Events } from "./events.js";
import { raw } from "./raw.js";
import { Reply, SLOTS, type Slot } from "./store.js";
import type { CommitRequest } from "./store.js";
import type { LoadRequest, SendRequest } from "./structs.js";

const ABOUT_MANY = new Set([raw.CSUCCESS_CALL_RUN, raw.CSUCCESS_CALL_VERIFY, raw.CSUCCESS_CALL_PARKED]);

/** What a call came to. */
export interface Outcome {
  nextMs: number;
  text: string | null;
}

/** An exception that one of several calls has to tell. */
export interface Suspicion {
  readonly error: unknown;
  /** How many of them have not ended. */
  left: number;
  /** One has told it. */
  told: boolean;
}

/** A call under way. */
export class Call {
  ticket: number | bigint = 0;
  /** What belongs to it; an array, since anything may be thrown. */
  error: [unknown] | undefined;
  readonly suspicions: Suspicion[] = [];
  givenUp = false;
  #customers: ReadonlySet<string> | null | undefined;

  constructor(
    readonly kind: number, readonly customer: string, readonly events: Events | undefined, readonly now: number | bigint | undefined,
    public resolve: (outcome: Outcome) => void, public reject: (reason: unknown) => void,
  ) {}

  /** Whom it is about; null: anybody. */
  get customers(): ReadonlySet<string> | null {
    return (this.#customers ??= this.#about());
  }

  #about(): ReadonlySet<string> | null {
    if (ABOUT_MANY.has(this.kind)) return null;
    return new Set(this.events ? [...this.events].map((event) => event.customer) : [this.customer]);
  }

  /** Another call may have thrown it as well. */
  suspect(suspicion: Suspicion): void {
    this.suspicions.push(suspicion);
  }

  /** It has ended: what it has to tell, if anything. */
  verdict(failed: boolean): [unknown] | undefined {
    let found = this.error;
    for (const suspicion of this.suspicions) {
      suspicion.left--;
      if (found || suspicion.told || !(failed || suspicion.left === 0)) continue;
      suspicion.told = true;
      found = [suspicion.error];
    }
    return found;
  }
}

/** The addon's form of an operation. */
export interface RawOperation {
  readonly id: number | bigint;
  readonly kind: number;
  readonly request: unknown;
  readonly reply: unknown;
  /** What a callback threw while it came about. */
  readonly raised?: [unknown];
}

/** An operation that was handed out. */
export class Operation {
  readonly id: number | bigint;
  readonly slot: Slot | "send";
  readonly request: unknown;
  readonly reply: Reply;
  /** Something is waited for. */
  waits = false;
  /** Answered, or given up. */
  over = false;

  constructor(readonly op: RawOperation) {
    this.id = op.id;
    this.slot = SLOTS[op.kind - 1] ?? "send";
    this.request = op.request;
    this.reply = new Reply(op.reply);
  }

  /** Whom it is about. */
  customers(): Set<string> {
    switch (this.slot) {
      case "load": {
        const { keys, inputs } = this.request as LoadRequest;
        const records = keys.filter(({ kind }) => kind === raw.CSUCCESS_RECORD_CUSTOMER || kind === raw.CSUCCESS_RECORD_SECRET);
        return new Set([...records.map(({ id }) => id), ...inputs.map(({ customer }) => customer)]);
      }
      case "commit":
        return new Set((this.request as CommitRequest).batches.flatMap(({ entries }) => entries.map(({ customer }) => customer)));
      case "send":
        return new Set([(this.request as SendRequest).message.customer]);
      default: {
        const { customer } = this.request as { customer?: string };
        return new Set(customer === undefined ? [] : [customer]);
      }
    }
  }
}

const OF_RUN = new Set<string>(["due", "claim", "defer", "settle", "send"]);

/** The calls that an operation may be for: the library does not say, so they are told by the customers that it is about. */
export function owners(operation: Operation, calls: readonly Call[]): readonly Call[] {
  if (calls.length < 2) return calls;
  const anybody = calls.filter((call) => call.customers === null);
  if (OF_RUN.has(operation.slot)) return anybody.length > 0 ? anybody : calls;
  const wanted = operation.customers();
  const left = new Set(wanted);
  const found = calls.filter(({ customers }) => {
    if (customers === null || ![...wanted].some((name) => customers.has(name))) return false;
    for (const name of customers) left.delete(name);
    return true;
  });
  return left.size > 0 || found.length === 0 ? [...found, ...anybody] : found;
}
