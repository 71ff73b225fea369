// SPDX-License-Identifier: Apache-2.0
// Columns: typed arrays of the host, bound without copying, and results as typed arrays.

import { Config } from "./config.js";
import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";

/** Text as Arrow's utf8: rows + 1 offsets into bytes. */
export interface Utf8 {
  offsets: Int32Array;
  bytes: Uint8Array;
}

/** Text as codes into a list of words. */
export interface Dictionary {
  codes: Uint8Array | Uint16Array | Uint32Array;
  words: readonly string[];
}

/** Booleans, a bit each, least significant bit first. */
export interface Bits {
  bits: Uint8Array;
}

/** What a column may be. Typed arrays are read where they are; plain arrays (null: missing) are copied into one. */
export type Column = Float64Array | BigInt64Array | Int32Array | Uint8Array | Utf8 | Dictionary | Bits | readonly (number | null)[] | readonly (boolean | null)[]
  | readonly (string | null)[] | readonly (Date | null)[];

/** A bitmap of the rows that have a value: least significant bit first, 1: there. */
export type Validity = Uint8Array | null;

/** A plain array as a column, and which of its items are there. */
function packed(items: readonly (number | boolean | string | Date | null)[]): { column: Column; validity: Validity } {
  const validity = new Uint8Array((items.length + 7) >> 3);
  items.forEach((item, row) => {
    if (item !== null && item !== undefined) validity[row >> 3]! |= 1 << (row & 7);
  });
  const first = items.find((item) => item !== null && item !== undefined);
  if (typeof first === "string") return { column: coded(items as readonly (string | null)[]), validity };
  if (typeof first === "boolean") return { column: Uint8Array.from(items, (item) => (item ? 1 : 0)), validity };
  if (first instanceof Date) return { column: BigInt64Array.from(items, (item) => BigInt(Number(item ?? 0))), validity };
  if (first !== undefined && typeof first !== "number") throw new TypeError("a column holds numbers, booleans, strings or Dates");
  return { column: Float64Array.from(items as readonly number[], (item) => item ?? 0), validity };
}

function coded(items: readonly (string | null)[]): Dictionary {
  const codes = new Map<string, number>();
  const list = Uint32Array.from(items, (item) => {
    if (item === null || item === undefined) return 0;
    if (!codes.has(item)) codes.set(item, codes.size);
    return codes.get(item)!;
  });
  return { codes: list, words: [...codes.keys()] };
}

/**
 * Input columns over a configuration. What is bound is the host's own memory and is kept from being collected until close(); it must not be detached or resized meanwhile. What is
 * not bound is missing in every row, or its default.
 */
export class Columns extends Handle {
  readonly config: Config;
  readonly rows: number;

  constructor(config: Config, rows: number) {
    super(raw.csuccess_columns_new(used(config, Config), rows), (handle) => raw.csuccess_columns_free(handle));
    this.config = config;
    this.rows = raw.csuccess_columns_rows(this.use());
  }

  /** Columns of a table: an item by the name of each input. */
  static of(config: Config, rows: number, table: Readonly<Record<string, Column>>): Columns {
    const columns = new Columns(config, rows);
    try {
      for (const [name, column] of Object.entries(table)) columns.bind(name, column);
    } catch (error) {
      columns.close();
      throw error;
    }
    return columns;
  }

  /**
   * Binds an input by name or slot. Numbers and money take Float64Array, BigInt64Array, Int32Array, Uint8Array; booleans Uint8Array (0, else true) and bits; times BigInt64Array
   * (milliseconds); dates that, and Int32Array (days since 1970); strings utf8 and dictionaries. NaN and infinities count as missing.
   * @throws CsuccessError CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_EENCODING, CSUCCESS_ERANGE (offsets that descend, codes beyond the words), CSUCCESS_EINVALID (an array that is too short)
   */
  bind(input: string | number, column: Column, validity: Validity = null): this {
    const slot = typeof input === "string" ? this.config.slot(input) : input;
    if (Array.isArray(column)) {
      const { column: made, validity: there } = packed(column as readonly (number | boolean | string | Date | null)[]);
      if (column.length !== this.rows) throw new TypeError(`${input}: ${column.length} items for ${this.rows} rows`);
      return this.bind(slot, made, validity ?? there);
    }
    this.#bind(slot, column as Exclude<Column, readonly unknown[]>, validity);
    return this;
  }

  #bind(slot: number, column: Exclude<Column, readonly unknown[]>, validity: Validity): void {
    const handle = this.use();
    if (column instanceof Float64Array) raw.csuccess_columns_bind_f64(handle, slot, column, validity);
    else if (column instanceof BigInt64Array) raw.csuccess_columns_bind_i64(handle, slot, column, validity);
    else if (column instanceof Int32Array) raw.csuccess_columns_bind_i32(handle, slot, column, validity);
    else if (column instanceof Uint8Array) raw.csuccess_columns_bind_u8(handle, slot, column, validity);
    else if (typeof column !== "object" || column === null) throw new TypeError("a column is a typed array, or an object of them");
    else if ("bits" in column) raw.csuccess_columns_bind_bits(handle, slot, column.bits, validity);
    else if ("codes" in column) raw.csuccess_columns_bind_dictionary(handle, slot, column.codes, column.codes.BYTES_PER_ELEMENT, column.words, validity);
    else if ("offsets" in column) raw.csuccess_columns_bind_utf8(handle, slot, column.offsets, column.bytes, validity);
    else throw new TypeError("a column is a Float64Array, BigInt64Array, Int32Array, Uint8Array, {bits}, {codes, words} or {offsets, bytes}");
  }

  /** Whether an input is bound. */
  bound(input: string | number): boolean {
    return raw.csuccess_columns_bound(this.use(), typeof input === "string" ? this.config.slot(input) : input) === 1;
  }
}

/** What of the results is wanted; all but the segments by default. */
export type Wanted = "score" | "raw" | "completeness" | "probability" | "status" | "trend" | "profile" | "level" | "scored" | "predicted" | "confidence" | "source" | "degraded";

/** Which results to give. */
export interface ColumnOptions {
  results?: readonly Wanted[];
  /** A bitmap for each segment, and how many members it has. */
  segments?: boolean;
}

const DOUBLES = ["score", "raw", "completeness", "probability", "confidence"] as const;
const BYTES = ["status", "trend", "profile", "level", "source"] as const;
const BITMAPS = ["scored", "predicted", "degraded"] as const;
const TRENDS = [null, "improving", "stable", "declining"] as const;
const SOURCES = ["none", "learned", "xgboost", "host", "scorecard", "last"] as const;
const NONE = 255;
const CHURNED = 254;

/** One row of column results, in words. */
export interface ColumnRow {
  score: number | null;
  raw: number | null;
  completeness: number;
  status: string | null;
  trend: string | null;
  profile: string | null;
  probability: number | null;
  confidence: number | null;
  level: string | null;
  source: string;
  degraded: boolean;
}

/**
 * Results of columns: an item a row. What was not asked for is empty. `status` is the index of a band in its profile (254: churned, 255: none), `trend` 0 none, 1 improving, 2 stable,
 * 3 declining; `scored`, `predicted`, `degraded` and the segments are bitmaps.
 */
export class ColumnResults {
  readonly rows: number;
  readonly score = new Float64Array();
  readonly raw = new Float64Array();
  readonly completeness = new Float64Array();
  readonly probability = new Float64Array();
  readonly confidence = new Float64Array();
  readonly status = new Uint8Array();
  readonly trend = new Uint8Array();
  readonly profile = new Uint8Array();
  readonly level = new Uint8Array();
  readonly source = new Uint8Array();
  readonly scored = new Uint8Array();
  readonly predicted = new Uint8Array();
  readonly degraded = new Uint8Array();
  /** By segment id. */
  readonly segments: Readonly<Record<string, Uint8Array>> = {};
  /** How many members each has among these rows. */
  readonly segmentSizes = new BigUint64Array();
  readonly #config: Config;
  readonly #bitmaps: Uint8Array[] = [];

  /** @internal */
  constructor(config: Config, rows: number, { results = [...DOUBLES, ...BYTES, ...BITMAPS], segments = false }: ColumnOptions) {
    if (!Number.isSafeInteger(rows) || rows < 0) throw new TypeError("the number of rows is a whole number from 0");
    this.#config = config;
    this.rows = rows;
    const own = this as Record<string, unknown>;
    for (const name of results) own[name] = this.#made(name);
    if (segments) {
      const ids = config.segments;
      this.#bitmaps = ids.map(() => new Uint8Array((rows + 7) >> 3));
      this.segments = Object.fromEntries(ids.map((id, index) => [id, this.#bitmaps[index]!]));
      this.segmentSizes = new BigUint64Array(ids.length);
    }
  }

  #made(name: Wanted): Float64Array | Uint8Array {
    if (DOUBLES.includes(name as never)) return new Float64Array(this.rows);
    if (BYTES.includes(name as never)) return new Uint8Array(this.rows);
    if (BITMAPS.includes(name as never)) return new Uint8Array((this.rows + 7) >> 3);
    throw new TypeError(`${JSON.stringify(name)} is none of ${[...DOUBLES, ...BYTES, ...BITMAPS].join(", ")}`);
  }

  /** @internal What the library fills. */
  arrays(): Record<string, unknown> {
    const out: Record<string, unknown> = {};
    for (const name of [...DOUBLES, ...BYTES, ...BITMAPS]) if (this[name].length > 0) out[name] = this[name];
    if (this.segmentSizes.length > 0) Object.assign(out, { segments: this.#bitmaps, segmentSizes: this.segmentSizes });
    return out;
  }

  /** The band of a row, "churned", or null. */
  statusOf(row: number): string | null {
    const index = this.status[row];
    if (index === undefined || index === NONE) return null;
    return index === CHURNED ? "churned" : this.#config.band(this.profile[row]!, index);
  }

  /** One row in words; of results that all were asked for. */
  row(row: number): ColumnRow {
    const bit = (bits: Uint8Array): boolean => ((bits[row >> 3] ?? 0) >> (row & 7) & 1) === 1;
    const scored = bit(this.scored);
    const predicted = bit(this.predicted);
    const index = (list: Uint8Array, name: (at: number) => string): string | null => (list[row] === undefined || list[row] === NONE ? null : name(list[row]!));
    return {
      score: scored ? this.score[row]! : null,
      raw: scored ? this.raw[row]! : null,
      completeness: this.completeness[row]!,
      status: this.statusOf(row),
      trend: TRENDS[this.trend[row]!] ?? null,
      profile: index(this.profile, (at) => this.#config.profile(at)),
      probability: predicted ? this.probability[row]! : null,
      confidence: predicted ? this.confidence[row]! : null,
      level: index(this.level, (at) => this.#config.level(at)),
      source: SOURCES[this.source[row]!] ?? "none",
      degraded: bit(this.degraded),
    };
  }
}
