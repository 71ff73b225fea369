// SPDX-License-Identifier: Apache-2.0
// Finds and loads the addon.

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { CsuccessError } from "./error.js";

/**
 * The addon as it is: every function of the C library under its own name, with its parameters in their order but for `err` (thrown), allocators, `out` (returned), lengths
 * beside arrays and user data. Structs are plain objects with names in camelCase, handles are opaque, times milliseconds (Infinity: never).
 *
 * The classes are made of it. It is there for what they do not have; docs/guides/node.md says when that is.
 */
export interface Raw {
  /** A function of the library. */
  readonly [name: `csuccess_${string}`]: (...parameters: unknown[]) => any;
  /** A constant of the library. */
  readonly [name: `CSUCCESS_${string}`]: number;
  /** The result code of the last call, which a value may stand beside: CSUCCESS_UNCHANGED, CSUCCESS_AGAIN. */
  lastResult(): number;
  /** The class of which errors are made. */
  setErrorClass(constructor: unknown): void;
  /** How many objects of the library are there: what was made and neither freed nor collected. */
  liveHandles(): number;
  /**
   * csuccess_scorer_run() into an array of at least 13 items that is kept, which is the fastest way: present, flags, value, raw, previous, change, completeness,
   * confidence, weight, reviewAt, and the places of status, trend and profile in scoreWords().
   */
  scorerRunInto(scorer: unknown, facts: unknown, nowMs: number, out: Float64Array): void;
  /** The names that scores bear, always the same array. A place holds until the next scorerRunInto(). */
  scoreWords(): readonly string[];
}

/** Where a binary may lie, the first that is there wins. */
function places(): string[] {
  const folder = fileURLToPath(new URL("..", import.meta.url));
  const found = [`${folder}prebuilds/${process.platform}-${process.arch}/csuccess.node`, `${folder}build/csuccess.node`];
  const named = process.env.CSUCCESS_ADDON;
  return named ? [named] : found;
}

function load(): Raw {
  const tried = places();
  const path = tried.find((place) => existsSync(place));
  if (path === undefined) {
    throw new Error(`csuccess has no binary for ${process.platform} ${process.arch}. Looked for ${tried.join(" and ")}. In a folder of the sources run "npm run prepare" `
      + "(it needs meson, ninja, a C compiler and python3 with pycparser); or set CSUCCESS_ADDON to the path of a csuccess.node.");
  }
  return createRequire(import.meta.url)(path) as Raw;
}

/** The addon. */
export const raw: Raw = load();
raw.setErrorClass(CsuccessError);
if (raw.csuccess_abi() !== raw.CSUCCESS_ABI) throw new Error(`the library inside the addon is of another generation, ${raw.csuccess_abi()}: build it anew`);
