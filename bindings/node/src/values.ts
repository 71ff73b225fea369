// SPDX-License-Identifier: Apache-2.0
// Times, JSON and plain structs on their way in and out.

import { Shared } from "./handle.js";

/** A moment: a Date, milliseconds since the epoch, or an RFC 3339 text with its zone ("2026-05-02T10:00:00Z"). */
export type Time = Date | number | bigint | string;

/** JSON: text or bytes as they are, anything else by JSON.stringify(). */
export type Json = string | Uint8Array | object;

const RFC3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** Milliseconds since the epoch. Infinity and null stand for "never". */
export function milliseconds(time: Time | null): number | bigint {
  if (time === null) return Infinity;
  if (typeof time === "bigint") return time;
  if (time instanceof Date || typeof time === "number") {
    const ms = Number(time);
    if (Number.isNaN(ms)) throw new TypeError("a time is not a number");
    return ms === Infinity ? ms : Math.floor(ms);
  }
  if (typeof time === "string" && (RFC3339.test(time) || DAY.test(time))) {
    const ms = Date.parse(time.replace(" ", "T"));
    if (!Number.isNaN(ms)) return ms;
  }
  throw new TypeError(`${JSON.stringify(time)} is no time: a Date, milliseconds since the epoch, or RFC 3339 with a zone`);
}

/** The Date of what the library says; null for "never". */
export function date(ms: number | bigint): Date | null {
  const number = Number(ms);
  return Number.isFinite(number) ? new Date(number) : null;
}

/** The text of a JSON document as the library takes it. */
export function json(value: Json): string | Uint8Array {
  if (typeof value === "string" || value instanceof Uint8Array) return value;
  const text = typeof value === "object" && value !== null ? JSON.stringify(value) : undefined;
  if (text === undefined) throw new TypeError("JSON is wanted here: an object, text or bytes");
  return text;
}

/** What stands between an object of ours and one of the addon's, made from the headers: see structs.py. */
export interface Shape {
  /** Member here -> the addon's. */
  readonly times?: Readonly<Record<string, string>>;
  readonly bools?: readonly string[];
  readonly words?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Texts that are null when empty. */
  readonly empty?: readonly string[];
  readonly arrays?: Readonly<Record<string, string>>;
  readonly jsons?: readonly string[];
  /** Bit of `present` -> members that it is about. */
  readonly present?: Readonly<Record<number, readonly string[]>>;
  /** Those of `present` that are nothing but the bit. */
  readonly bits?: readonly string[];
  readonly flags?: Readonly<Record<string, number>>;
  readonly presentFlags?: Readonly<Record<number, readonly string[]>>;
}

type Plain = Record<string, unknown>;

const ELEMENTS: Record<string, (items: ArrayLike<never>) => unknown> = {
  f64: (items) => Float64Array.from(items),
  i32: (items) => Int32Array.from(items),
  u32: (items) => Uint32Array.from(items),
  u8: (items) => Uint8Array.from(items),
  time: (items) => BigInt64Array.from(Array.from(items as ArrayLike<Time>, (item) => BigInt(milliseconds(item)))),
};

/** An array as the typed one that the library reads; a typed one is taken as it is. */
export function elements(kind: string, items: unknown): unknown {
  if (ArrayBuffer.isView(items)) return items;
  if (!Array.isArray(items)) throw new TypeError("an array is wanted here");
  return ELEMENTS[kind]!(items as never[]);
}

function takeWord(words: Readonly<Record<string, number>>, name: string, value: unknown): unknown {
  if (typeof value === "number") return value;
  const found = typeof value === "string" && Object.hasOwn(words, value) ? words[value] : undefined;
  if (found === undefined) throw new TypeError(`${name}: ${JSON.stringify(value)} is none of ${Object.keys(words).join(", ")}`);
  return found;
}

function taken(shape: Shape, name: string, value: unknown): unknown {
  if (value instanceof Shared) return value.use();
  if (shape.times?.[name]) return milliseconds(value as Time);
  if (shape.words?.[name]) return takeWord(shape.words[name], name, value);
  if (shape.arrays?.[name]) return elements(shape.arrays[name], value);
  if (shape.jsons?.includes(name)) return json(value as Json);
  if (shape.bools?.includes(name)) return value ? 1 : 0;
  return value;
}

/** An object of ours as the addon takes it: absent members are left out, the bits of `present` say which were given. */
export function incoming(shape: Shape, object: object | undefined | null): Plain | null {
  if (object === undefined || object === null) return null;
  if (typeof object !== "object") throw new TypeError("an object is wanted here");
  const out: Plain = {};
  let present = 0;
  for (const [name, value] of Object.entries(object) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    for (const [bit, names] of Object.entries(shape.present ?? {})) {
      if (names.includes(name) && !(shape.bits?.includes(name) && !value)) present |= Number(bit);
    }
    if (!shape.bits?.includes(name)) out[shape.times?.[name] ?? name] = taken(shape, name, value);
  }
  if (shape.present) out.present = present;
  return out;
}

function wordOf(words: Readonly<Record<string, number>>, value: unknown): unknown {
  for (const [word, number] of Object.entries(words)) if (number === value) return word;
  return value;
}

/** An object of the addon's as ours. */
export function outgoing<T>(shape: Shape, given: unknown): T {
  const from = given as Plain;
  const out: Plain = {};
  const times = shape.times ?? {};
  const renamed = new Map(Object.entries(times).map(([ours, theirs]) => [theirs, ours]));
  for (const [name, value] of Object.entries(from)) {
    const ours = renamed.get(name);
    if (ours !== undefined) out[ours] = date(value as number);
    else if (shape.words?.[name]) out[name] = wordOf(shape.words[name], value);
    else if (shape.bools?.includes(name)) out[name] = value !== 0;
    else if (shape.empty?.includes(name)) out[name] = value === "" ? null : value;
    else if (name !== "present" && name !== "reserved" && name !== "size" && !(name === "flags" && shape.flags)) out[name] = value;
  }
  blank(out, shape.present, from.present as number);
  blank(out, shape.presentFlags, from.flags as number);
  for (const [name, bit] of Object.entries(shape.flags ?? {})) out[name] = ((from.flags as number) & bit) !== 0;
  return out as T;
}

/** Members whose bit is not set become null. */
function blank(out: Plain, table: Shape["present"], bits: number): void {
  for (const [bit, names] of Object.entries(table ?? {})) {
    if (!(bits & Number(bit))) for (const name of names) out[name] = null;
  }
}

/** A JSON text of the library's, read. */
export function parsed<T = unknown>(text: unknown): T {
  return JSON.parse(text as string) as T;
}

/** Every item of something that counts them. */
export function listed<T>(count: number, get: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => get(index));
}
