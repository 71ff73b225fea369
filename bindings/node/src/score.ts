// SPDX-License-Identifier: Apache-2.0
// The health of one customer as scoring gives it, made as cheaply as JavaScript can: one object whose members are set once, in one order.

import { raw } from "./raw.js";
import type { Score } from "./structs.js";

const { CSUCCESS_SCORE_VALUE: VALUE, CSUCCESS_SCORE_PREVIOUS: PREVIOUS, CSUCCESS_SCORE_REVIEW: REVIEW, CSUCCESS_SCORE_WEIGHT: WEIGHT } = raw;
const { CSUCCESS_SCORE_PROVISIONAL: PROVISIONAL, CSUCCESS_SCORE_OVERRIDDEN: OVERRIDDEN, CSUCCESS_SCORE_CHURNED: CHURNED, CSUCCESS_SCORE_CONTRADICTORY: CONTRADICTORY } = raw;

const run = raw.scorerRunInto;
const words = raw.scoreWords();
// What the addon writes into, in the order that scorerRunInto() tells.
const out = new Float64Array(13);

/** What Scorer.score() gives: the members of Score. */
export class ScoreResult implements Score {
  readonly value: number | null;
  readonly raw: number | null;
  readonly previous: number | null;
  readonly change: number | null;
  readonly completeness: number;
  readonly confidence: number;
  readonly weight: number | null;
  readonly reviewAt: Date | null;
  readonly status: string | null;
  readonly trend: string | null;
  readonly profile: string | null;
  readonly provisional: boolean;
  readonly overridden: boolean;
  readonly churned: boolean;
  readonly contradictory: boolean;

  /** @internal Of what lies in `out`. */
  constructor() {
    const present = out[0]!;
    const flags = out[1]!;
    const value = (present & VALUE) !== 0;
    const previous = (present & PREVIOUS) !== 0;
    this.value = value ? out[2]! : null;
    this.raw = value ? out[3]! : null;
    this.previous = previous ? out[4]! : null;
    this.change = previous ? out[5]! : null;
    this.completeness = out[6]!;
    this.confidence = out[7]!;
    this.weight = (present & WEIGHT) !== 0 ? out[8]! : null;
    this.reviewAt = (present & REVIEW) !== 0 ? new Date(out[9]!) : null;
    this.status = words[out[10]!] || null;
    this.trend = words[out[11]!] || null;
    this.profile = words[out[12]!] || null;
    this.provisional = (flags & PROVISIONAL) !== 0;
    this.overridden = (flags & OVERRIDDEN) !== 0;
    this.churned = (flags & CHURNED) !== 0;
    this.contradictory = (flags & CONTRADICTORY) !== 0;
  }
}

/** @internal Scores and gives the result. What a hook does in between, it does before `out` is written. */
export function scored(scorer: unknown, facts: unknown, nowMs: number): ScoreResult {
  run(scorer, facts, nowMs, out);
  return new ScoreResult();
}
