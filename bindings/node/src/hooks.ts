// SPDX-License-Identifier: Apache-2.0
// What engines and simulations ask of their host, as the addon takes it.

import type { Leads } from "./principal.js";
import { type FeelingAnswer, feelingAnswer, feelingOf } from "./sentiment.js";
import { atOnce } from "./store.js";
import type { Feeling } from "./structs.js";
import { type Zone, zoneAnswer } from "./zones.js";

/** What a text needs to know, as JSON has it; null: not known. */
export type Variable = (customer: string, name: string) => unknown;
/** How a text sounds, the library's own view given: null: that holds. */
export type Feel = (customer: string, text: string, own: Feeling) => FeelingAnswer;
/** Told of everything that is committed, a line of JSON for each entry or message, in order. */
export type Trace = (line: string) => void;

/** Functions of the host that both engines and simulations call. What one throws comes out of the call as itself. They may not call the engine: CSUCCESS_EBUSY. */
export interface Hooks {
  /** The offset of a zone that `calendars.zones` does not have; systemZone asks Node. What it answers is kept in the customer's state. */
  zone?: Zone;
  /** An attribute that a text needs and that is not known of the customer. */
  variable?: Variable;
  /** How a text of a customer sounds. */
  sentiment?: Feel;
  /** Told of everything that is committed. */
  trace?: Trace;
}

type Function = (...parameters: never[]) => unknown;

function checked<F extends Function>(name: string, hook: F | undefined): F | undefined {
  if (hook !== undefined && hook !== null && typeof hook !== "function") throw new TypeError(`${name} must be a function`);
  return hook ?? undefined;
}

/** @internal */
export function traceOf(trace: Trace | undefined | null): ((line: string) => void) | null {
  const told = checked("trace", trace ?? undefined);
  return told ? (line) => { atOnce<unknown>(told(line), "trace"); } : null;
}

/** @internal */
export function hooksOf({ zone, variable, sentiment, trace }: Hooks): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  if (checked("zone", zone)) out.zone = (name: string, atMs: number) => zoneAnswer(atOnce(zone!(name, new Date(atMs)), "zone"));
  if (checked("variable", variable)) {
    out.variable = (customer: string, name: string) => {
      const value = atOnce(variable!(customer, name), "variable");
      return value === null || value === undefined ? null : JSON.stringify(value);
    };
  }
  if (checked("sentiment", sentiment)) {
    out.sentiment = (customer: string, text: string, own: unknown) => feelingAnswer(atOnce(sentiment!(customer, text, feelingOf(own)), "sentiment"), own);
  }
  if (trace) out.trace = traceOf(trace);
  return out;
}

/** @internal */
export function leadsOf(leads: Leads | undefined): Leads | undefined {
  return checked("leads", leads) && ((manager, member) => atOnce(leads!(manager, member), "leads") === true);
}

/** @internal */
export function randomOf(random: ((count: number) => Uint8Array) | undefined): (count: number) => Uint8Array {
  const given = checked("random", random);
  return given ? (count) => atOnce(given(count), "random") : (count) => globalThis.crypto.getRandomValues(new Uint8Array(count));
}
