// SPDX-License-Identifier: Apache-2.0
// What is loaded: its version, its optional parts, and what its result codes mean.

import { raw } from "./raw.js";

/** The version of the library inside. */
export const version: string = raw.csuccess_version();

/** Whether an optional part is in this build: "expressions", "scorecards", "columns", "regex", "presets"; false for an unknown name. */
export function feature(name: string): boolean {
  return raw.csuccess_feature(name) === 1;
}

/** What a result code means, in one sentence: resultText(error.result). */
export function resultText(result: number): string {
  return raw.csuccess_result_text(result);
}
