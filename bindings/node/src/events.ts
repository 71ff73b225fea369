// SPDX-License-Identifier: Apache-2.0
// Inputs: what happened to customers, in the shape of the Segment spec.

import { Handle } from "./handle.js";
import { raw } from "./raw.js";
import type { Limits } from "./structs.js";
import { type Json, type Time, date, json, milliseconds } from "./values.js";

const TYPES = ["track", "identify", "group", "touchpoint", "ticket", "payment", "outcome", "subscription", "survey_response", "record", "source", "task", "response", "decision", "consent",
  "override", "alert", "journey", "playbook", "segment", "milestone", "owner", "intervention", "campaign", "offer", "automation"] as const;

/** What an input is. */
export type EventType = (typeof TYPES)[number];

/** One input by its members. What a type does not use must be absent. */
export interface EventInput {
  type: EventType;
  /** Unique per customer; the same id again is the same event and is not applied. */
  id: string;
  customer?: string;
  /** A contact of the customer. */
  user?: string;
  /** Of "track": what happened. */
  name?: string;
  source?: string;
  /** When it happened. */
  at: Time;
  /** Not applied after that time; absent: whenever. */
  expires?: Time;
  /** Higher first, within one call. */
  priority?: number;
  /** Properties, or traits. */
  properties?: Readonly<Record<string, unknown>>;
}

/** An input as it stands in a list. */
export interface ListedEvent {
  readonly type: EventType;
  readonly id: string;
  readonly customer: string;
  readonly user: string;
  readonly name: string;
  readonly source: string;
  readonly at: Date;
  /** null: never. */
  readonly expires: Date | null;
  readonly priority: number;
}

/** What became of one input. */
export interface EventResult {
  /** The input's. */
  readonly id: string;
  /**
   * "CSUCCESS_OK": applied; "CSUCCESS_UNCHANGED": known already, or without effect; "CSUCCESS_UNDECIDED": nothing yet (no engine had it, or it was stopped before);
   * "CSUCCESS_ERANGE": quarantined, kept, never applied; "CSUCCESS_EEXPIRED"; "CSUCCESS_EDENIED"; or the error that kept it from being applied.
   */
  readonly code: string;
  /** A sentence, or empty. */
  readonly reason: string;
  /** Whether it was applied now. */
  readonly applied: boolean;
  /** Whether an error kept it from being applied. */
  readonly failed: boolean;
}

/**
 * A list of inputs, built once and handed to an engine, which fills in what became of each. One that is used again allocates nothing.
 * While an engine works on it, what would change it throws CsuccessError CSUCCESS_EBUSY.
 */
export class Events extends Handle {
  /** `events`: inputs as add() takes them. `limits`: document_bytes and kin hold for one input, which has at most 4,096 properties besides. */
  constructor(events: Iterable<Json> = [], { limits }: { limits?: Limits } = {}) {
    super(raw.csuccess_events_new(limits ?? null), (handle) => raw.csuccess_events_free(handle));
    this.extend(events);
  }

  /** Inputs of JSON Lines. */
  static fromJsonLines(lines: string | Uint8Array): Events {
    return new Events().addJsonLines(lines);
  }

  /** How many are in the list. */
  get length(): number {
    return raw.csuccess_events_count(this.use());
  }

  /**
   * Adds one input in the shape of the Segment spec: {type: "track", event: "login", messageId, timestamp, groupId: the customer, userId: the contact, properties or traits}.
   * @throws CsuccessError with the JSON Pointer and the place: CSUCCESS_EMISSING (a key that the type asks for), CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_ERANGE, CSUCCESS_EJSON,
   * CSUCCESS_EENCODING, CSUCCESS_ELIMIT; the list is as before then
   */
  add(event: Json): this {
    raw.csuccess_events_add_json(this.use(), json(event));
    return this;
  }

  /** Adds many, as add(). Those before one that is refused stay; its place is in the message. */
  extend(events: Iterable<Json>): this {
    if (typeof events === "string" || events instanceof Uint8Array) throw new TypeError("many inputs are wanted here: add() takes one, addJsonLines() a text of many");
    let index = 0;
    for (const event of events) {
      naming(`event ${index}: `, () => this.add(event));
      index++;
    }
    return this;
  }

  /** Adds an input for every line that is not blank. Those before one that is refused stay; its line is in the message. */
  addJsonLines(lines: string | Uint8Array): this {
    const text = typeof lines === "string" ? lines : new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(lines);
    for (const [index, line] of text.split("\n").entries()) {
      if (line.trim() !== "") naming(`line ${index + 1}: `, () => this.add(line));
    }
    return this;
  }

  /** Adds an input by its members. One without `properties` has no way over JSON. Errors as add(); the list is as before then. */
  push({ type, id, at, customer = "", user = "", name = "", source = "", expires, priority = 0, properties }: EventInput): this {
    const number = TYPES.indexOf(type) + 1;
    if (number === 0) throw new TypeError(`${JSON.stringify(type)} is none of ${TYPES.join(", ")}`);
    const atMs = milliseconds(at);
    const until = expires === undefined ? 0 : milliseconds(expires);
    if (properties === undefined) {
      raw.csuccess_events_add(this.use(), { type: number, id, customer, user, name, source, priority, atMs, expiresAtMs: until });
      return this;
    }
    const text = (ms: number | bigint): string => new Date(Number(ms)).toISOString();
    return this.add({
      type, messageId: id, timestamp: text(atMs), ...(customer && { groupId: customer }), ...(user && { userId: user }), ...(name && { event: name }), ...(source && { source }),
      ...(priority && { priority }), ...(until && { expires: text(until) }), [type === "identify" || type === "group" ? "traits" : "properties"]: properties,
    });
  }

  /**
   * A property (or trait) of the input that was added last; a name that is there already is replaced.
   * @throws CsuccessError CSUCCESS_EINVALID (no input yet, an empty name), CSUCCESS_ERANGE (not finite), CSUCCESS_EENCODING, CSUCCESS_ELIMIT; the input is as before then
   */
  set(name: string, value: unknown): this {
    const handle = this.use();
    if (typeof value === "number") raw.csuccess_events_number(handle, name, value);
    else if (typeof value === "string") raw.csuccess_events_string(handle, name, value);
    else if (typeof value === "boolean") raw.csuccess_events_bool(handle, name, value ? 1 : 0);
    else raw.csuccess_events_json(handle, name, json(value === null ? "null" : (value as object)));
    return this;
  }

  /** One input as it stands; undefined: there is none. */
  at(index: number): ListedEvent | undefined {
    const place = index < 0 ? index + this.length : index;
    if (!(place >= 0 && place < this.length)) return undefined;
    const { type, id, customer, user, name, source, atMs, expiresAtMs, priority } = raw.csuccess_events_get(this.use(), place);
    return { type: TYPES[type - 1]!, id, customer, user, name, source, at: new Date(Number(atMs)), expires: expiresAtMs === 0 ? null : date(expiresAtMs), priority };
  }

  /** The inputs as they stand. */
  *[Symbol.iterator](): Generator<ListedEvent> {
    for (let index = 0; index < this.length; index++) yield this.at(index)!;
  }

  /** What an engine made of every input, in their order. */
  results(): EventResult[] {
    const handle = this.use();
    return Array.from({ length: this.length }, (_, index) => {
      const { result, reason } = raw.csuccess_events_result(handle, index);
      const { id } = raw.csuccess_events_get(handle, index);
      return { id, code: raw.csuccess_result_name(result), reason, applied: result === raw.CSUCCESS_OK, failed: result < 0 };
    });
  }

  /** Empties the list; its memory is kept. */
  clear(): this {
    raw.csuccess_events_clear(this.use());
    return this;
  }
}

/** Puts the place of what was refused before the message. */
function naming(place: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) error.message = place + error.message;
    throw error;
  }
}

/** What an engine takes as inputs: a list, many in the shape of Segment, a text of JSON Lines, or one object. */
export type AnyEvents = Events | Iterable<Json> | Json;

/** @internal A list of inputs, made where it is none yet; whether it was. */
export function eventsOf(events: AnyEvents): { list: Events; made: boolean } {
  if (events instanceof Events) return { list: events, made: false };
  if (typeof events === "string" || events instanceof Uint8Array) return { list: Events.fromJsonLines(events), made: true };
  if (typeof events !== "object" || events === null) throw new TypeError("inputs are Events, objects in the shape of Segment, or JSON Lines");
  return { list: new Events(Symbol.iterator in events ? (events as Iterable<Json>) : [events]), made: true };
}
