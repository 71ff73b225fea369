// SPDX-License-Identifier: Apache-2.0
// What the library throws.

import type { ErrorCode, Problem } from "./structs.js";

/** Where in a text something is wrong. */
export interface Place {
  /** JSON Pointer, or empty. */
  pointer?: string;
  /** Bytes from the beginning of the text. */
  offset?: number;
  /** From 1; 0: there is no place. */
  line?: number;
  /** From 1, in bytes. */
  column?: number;
}

/**
 * What the library could not do: what is wrong, where, and what would be right.
 *
 * `code` tells errors apart, as everywhere in Node: "CSUCCESS_ECONFIG", "CSUCCESS_EMISSING" …; docs/guides/node.md lists them. What a callback of the host throws comes out of the
 * call as itself and is none of these, nor is a TypeError, which says that an argument is of another type than the function takes.
 */
export class CsuccessError extends Error {
  /** The name of the result code. */
  readonly code: ErrorCode;
  /** The result code. */
  readonly result: number;
  /** JSON Pointer (RFC 6901) of the place in a document, or empty. */
  readonly pointer: string;
  /** Its byte in the text that was handed in. */
  readonly offset: number;
  /** Its line, from 1; 0: there is no place. */
  readonly line: number;
  /** Its column, from 1, in bytes. */
  readonly column: number;
  /** Everything that is wrong with a configuration, and what is legal but probably wrong. */
  problems?: ConfigProblem[];
  /** What the call gave all the same: the report of a verification or conformance run that found something. */
  report?: unknown;

  constructor(message: string, code: ErrorCode, result: number, place: Place = {}) {
    super(message);
    this.name = "CsuccessError";
    this.code = code;
    this.result = result;
    this.pointer = place.pointer ?? "";
    this.offset = place.offset ?? 0;
    this.line = place.line ?? 0;
    this.column = place.column ?? 0;
  }
}

/** One problem of a document; `code` is null for lint: legal, but probably wrong. */
export type ConfigProblem = Omit<Problem, "code"> & { code: ErrorCode | null };
