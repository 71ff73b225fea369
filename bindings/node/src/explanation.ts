// SPDX-License-Identifier: Apache-2.0
// Why a score is what it is, and why it is another than before.

import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { type Cause, type ExplanationRow, shapes } from "./structs.js";
import { listed, outgoing } from "./values.js";

function line(row: ExplanationRow): string {
  const known = row.absence === "" ? (row.value === "" ? "" : ` = ${row.value}`) : ` is missing: ${row.absence}`;
  return `${row.contribution.toFixed(2).padStart(8)}  ${"  ".repeat(row.depth)}${row.label || row.id}${known}`;
}

/**
 * Why a score is what it is: a row for every node of the scorecard, each under its parent, then intercept, calibration, modifiers, override. Contributions of the rows without a
 * parent add up to the raw score.
 */
export class Explanation extends Handle {
  private constructor(handle: unknown) {
    super(handle, (own) => raw.csuccess_explanation_free(own));
  }

  /** @internal */
  static copy(borrowed: unknown): Explanation {
    return new Explanation(raw.csuccess_explanation_copy(borrowed));
  }

  /** Its rows. */
  get rows(): ExplanationRow[] {
    return listed(raw.csuccess_explanation_count(this.use()), (index) => outgoing(shapes.ExplanationRow, raw.csuccess_explanation_get(this.use(), index)));
  }

  /** A line for every row. */
  text(): string {
    return this.rows.map(line).join("\n");
  }

  /**
   * What changed the score from this to another explanation, of the same customer as a rule; the causes add up to `total`.
   * @throws CsuccessError CSUCCESS_EMISSING when either has no score
   */
  difference(after: Explanation): { total: number; causes: Cause[] } {
    const found = raw.csuccess_explanation_difference(this.use(), used(after, Explanation));
    try {
      return {
        total: raw.csuccess_difference_total(found),
        causes: listed(raw.csuccess_difference_count(found), (index) => outgoing(shapes.Cause, raw.csuccess_difference_get(found, index))),
      };
    } finally {
      raw.csuccess_difference_free(found);
    }
  }
}
