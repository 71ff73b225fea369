// SPDX-License-Identifier: Apache-2.0
// Why a score is what it is, and why it is another than before.

import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { type Cause, type ExplanationRow, type Score, shapes } from "./structs.js";
import { date, listed, outgoing } from "./values.js";

interface RawScore extends Record<keyof Score, never> {
  present: number;
  flags: number;
}

const { CSUCCESS_SCORE_VALUE, CSUCCESS_SCORE_PREVIOUS, CSUCCESS_SCORE_REVIEW, CSUCCESS_SCORE_WEIGHT } = raw;
const { CSUCCESS_SCORE_PROVISIONAL, CSUCCESS_SCORE_OVERRIDDEN, CSUCCESS_SCORE_CHURNED, CSUCCESS_SCORE_CONTRADICTORY } = raw;

/** @internal What outgoing() would make of it, faster. */
export function scoreOf(given: RawScore): Score {
  const { present, flags } = given;
  const value = (present & CSUCCESS_SCORE_VALUE) !== 0;
  const previous = (present & CSUCCESS_SCORE_PREVIOUS) !== 0;
  return {
    value: value ? given.value : null,
    raw: value ? given.raw : null,
    previous: previous ? given.previous : null,
    change: previous ? given.change : null,
    completeness: given.completeness,
    confidence: given.confidence,
    weight: present & CSUCCESS_SCORE_WEIGHT ? given.weight : null,
    reviewAt: present & CSUCCESS_SCORE_REVIEW ? date(given.reviewAt) : null,
    status: given.status || null,
    trend: given.trend || null,
    profile: given.profile || null,
    provisional: (flags & CSUCCESS_SCORE_PROVISIONAL) !== 0,
    overridden: (flags & CSUCCESS_SCORE_OVERRIDDEN) !== 0,
    churned: (flags & CSUCCESS_SCORE_CHURNED) !== 0,
    contradictory: (flags & CSUCCESS_SCORE_CONTRADICTORY) !== 0,
  };
}

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
