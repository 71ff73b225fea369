// SPDX-License-Identifier: Apache-2.0
// The stores that the library has: in memory, and in a file.

import { CsuccessError } from "./error.js";
import { Handle } from "./handle.js";
import { raw } from "./raw.js";
import type { SqliteOptions } from "./structs.js";

/**
 * A store of the library: its slots are called without a way through JavaScript. It serves one engine at a time. An Engine keeps its store: close() while one uses it
 * lets the engine go on, and the store is closed with that engine; that of an AsyncEngine stays open as long as the engine is used.
 */
export abstract class NativeStore extends Handle {}

/** Which failure a MemoryStore plants. */
export type Fault = "fail" | "lost" | "silent" | "conflict" | "refused" | "short" | "garbage" | "twice";

const FAULTS: Readonly<Record<Fault, number>> = {
  fail: raw.CSUCCESS_FAULT_FAIL, lost: raw.CSUCCESS_FAULT_LOST, silent: raw.CSUCCESS_FAULT_SILENT, conflict: raw.CSUCCESS_FAULT_CONFLICT,
  refused: raw.CSUCCESS_FAULT_REFUSED, short: raw.CSUCCESS_FAULT_SHORT, garbage: raw.CSUCCESS_FAULT_GARBAGE, twice: raw.CSUCCESS_FAULT_TWICE,
};

/** A store in memory, the reference of the contract: for tests, simulations, and hosts without a need to keep anything. */
export class MemoryStore extends NativeStore {
  constructor() {
    super(raw.csuccess_memory_store_new(null), (handle) => raw.csuccess_memory_store_free(handle));
  }

  /** Everything that it holds as one canonical JSON text: equal stores give equal texts. Leases are left out. */
  dump(): string {
    return raw.csuccess_memory_store_dump(this.use());
  }

  /** How many calls of slots there were since it was made, or a failure was planted or taken back. */
  get calls(): number {
    return raw.csuccess_memory_store_calls(this.use()).result;
  }

  /** Whether the planted failure came to pass. */
  get fired(): boolean {
    return raw.csuccess_memory_store_calls(this.use()).fired !== 0;
  }

  /**
   * Plants a failure at the `at`-th call of any slot from now on, or (`onward`) every one from it on.
   *
   * "fail": the slot answers with an error, and has done nothing; "lost": it has done its work, and the answer is an error; "silent": it does not answer, having done its work;
   * "conflict": of commit, every batch conflicts; "refused": of commit, every batch with deltas is refused; "short": it answers for the first half only; "garbage": bodies are
   * answered with flipped bytes, revisions with others; "twice": everything is answered twice.
   */
  plant(kind: Fault, at = 1, { onward = false }: { onward?: boolean } = {}): void {
    if (!Object.hasOwn(FAULTS, kind)) throw new TypeError(`${JSON.stringify(kind)} is none of ${Object.keys(FAULTS).join(", ")}`);
    raw.csuccess_memory_store_faults(this.use(), { at, onward: onward ? 1 : 0, kind: FAULTS[kind] });
  }

  /** Takes a planted failure back. */
  heal(): void {
    raw.csuccess_memory_store_faults(this.use(), null);
  }
}

/** How a file is opened. */
export interface SqliteStoreOptions extends Omit<SqliteOptions, "flags"> {
  /** The file must be there; else an absent or empty one is made. */
  existing?: boolean;
  /** A file that is made now never projects into the tables for reading by itself, which commits a little faster. */
  bare?: boolean;
}

/**
 * A store in an SQLite file (in WAL mode): durable, for many processes at once, readable by any SQLite program while engines run (docs/guides/sql.md). Any number of connections may
 * use one file; each serves one engine at a time.
 */
export class SqliteStore extends NativeStore {
  /** The file. */
  readonly path: string;

  /**
   * Opens a file, makes it where there is none, brings one of an older version up to date.
   * @throws CsuccessError with the file and the remedy: CSUCCESS_ESTATE (no SQLite database, another program's, or damaged), CSUCCESS_EUNSUPPORTED (written by a newer version; no
   * WAL mode there; a build without SQLite), CSUCCESS_EDENIED, CSUCCESS_EBUSY, CSUCCESS_EMISSING, CSUCCESS_EINVALID, CSUCCESS_ERANGE
   */
  constructor(path: string, { existing = false, bare = false, ...options }: SqliteStoreOptions = {}) {
    if (!raw.csuccess_sqlite_open) {
      throw new CsuccessError("this build has no SQLite store: build it with sqlite3 3.38 or newer (Debian: libsqlite3-dev)", "CSUCCESS_EUNSUPPORTED", raw.CSUCCESS_EUNSUPPORTED);
    }
    const flags = (existing ? raw.CSUCCESS_SQLITE_EXISTING : 0) | (bare ? raw.CSUCCESS_SQLITE_BARE : 0);
    super(raw.csuccess_sqlite_open(path, { ...options, flags }), (handle) => raw.csuccess_sqlite_close(handle));
    this.path = path;
  }

  /** Makes the tables for reading of all tenants anew from the entries; engines may run meanwhile, but wait at their next commit. */
  rebuild(): void {
    raw.csuccess_sqlite_rebuild(this.use());
  }
}
