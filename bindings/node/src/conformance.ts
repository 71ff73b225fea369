// SPDX-License-Identifier: Apache-2.0
// Tests a store against the contract, so that a store of the host's can be trusted: docs/guides/writing-a-store.md.

import { CsuccessError } from "./error.js";
import { NativeStore } from "./native_store.js";
import { raw } from "./raw.js";
import { SLOTS, type Slot, type Store, slotsOf } from "./store.js";
import type { ConformanceOptions as Numbers } from "./structs.js";

/** One test. */
export interface Checked {
  readonly name: string;
  readonly passed: boolean;
  /** What was asked, what was expected, what came; empty when it passed. */
  readonly detail: string;
}

/** What the tests came to. */
export interface Report {
  /** Whether all of them passed. */
  readonly passed: boolean;
  readonly tests: readonly Checked[];
  /** Those that did not. */
  readonly failures: readonly Checked[];
  /** The same as text: a line per test, and a last one with how many passed. */
  readonly text: string;
}

/** How a store is tested. */
export interface ConformanceOptions extends Numbers {
  /**
   * Closes the store as a crash would, opens it again and gives the new one (nothing: it is the same object); without it, it is not tested that what was answered is durable.
   */
  reopen?: () => Store | NativeStore | void;
}

type RawSlot = (request: unknown, reply: unknown) => void;

/** The slots of any store. */
function slots(store: Store | NativeStore): Record<Slot, RawSlot> {
  if (!(store instanceof NativeStore)) return slotsOf(store);
  const asks: RawSlot = (_, reply) => { raw.csuccess_op_call({ reply }, store.use(), null); };
  return Object.fromEntries(SLOTS.map((slot) => [slot, asks])) as Record<Slot, RawSlot>;
}

function reportOf(text: string): Report {
  const tests: Checked[] = [];
  for (const line of text.split("\n")) {
    const found = /^(not )?ok ([^:]*)(?:: (.*))?$/.exec(line);
    if (found) tests.push({ name: found[2]!, passed: found[1] === undefined, detail: found[3] ?? "" });
  }
  const failures = tests.filter((test) => !test.passed);
  return { passed: failures.length === 0, tests, failures, text };
}

/**
 * Asks the store for each sentence of the contract, and then `rounds` (2,000) questions at random that a plain model answers as well; equal seeds ask equally. The tests write in
 * tenants whose names begin with `tenant` ("conformance") and a dot, which must be empty. What the store or `reopen` throws ends the tests and is thrown.
 */
export function conformance(store: Store | NativeStore, { reopen, ...options }: ConformanceOptions = {}): Report {
  let now = slots(store);
  const routed = Object.fromEntries(SLOTS.map((slot) => [slot, (request: unknown, reply: unknown) => now[slot](request, reply)]));
  const again = reopen && ((): void => {
    const other = reopen();
    if (other) now = slots(other);
  });
  try {
    return reportOf(raw.csuccess_conformance_run(routed, { ...options, ...(again && { reopen: again }) }));
  } catch (error) {
    if (error instanceof CsuccessError && error.code === "CSUCCESS_EDATA" && typeof error.report === "string") return reportOf(error.report);
    throw error;
  }
}
