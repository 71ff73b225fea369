// SPDX-License-Identifier: Apache-2.0
// How long customers stay: survival curves, whether groups differ, and what a contract is worth.

import { used } from "../handle.js";
import { raw } from "../raw.js";
import { type LifetimeInput, type LifetimeValue, type LogRank, type SurvivalMedian, type SurvivalOptions, type SurvivalPoint, shapes } from "../structs.js";
import { outgoing } from "../values.js";
import { Gathered, beside, given, maybe } from "./gather.js";

/**
 * Durations: how long a customer has been there, and whether it left then or is still there (censored). All in one unit of the host's choice, such as months. Every duration is kept,
 * 8 bytes each; any order of adding and merging gives the same bits.
 */
export class Survival extends Gathered implements Iterable<SurvivalPoint> {
  /** `confidence` of the intervals: 0.95; `most` durations to keep: 100,000,000. @throws CsuccessError CSUCCESS_ERANGE */
  constructor(options: SurvivalOptions = {}) {
    super({ free: raw.csuccess_survival_free, merge: raw.csuccess_survival_merge }, raw.csuccess_survival_new(given(undefined, options)));
  }

  /**
   * Adds customers: durations of 0 or more, and beside them whether they left then (else they were still there).
   * @throws CsuccessError CSUCCESS_ERANGE, which names the first that is wrong; none of them was added then
   */
  add(durations: Float64Array | readonly number[], left: Uint8Array | readonly (boolean | number)[]): this {
    beside({ durations, outcomes: left });
    raw.csuccess_survival_add(this.use(), durations, left);
    return this;
  }

  /** How many were added. */
  get customers(): number {
    return raw.csuccess_survival_count(this.use()).customers;
  }

  /** How many of them left. */
  get left(): number {
    return raw.csuccess_survival_count(this.use()).left;
  }

  /** The curve at a time; null where nobody knows: beyond the longest duration, if somebody was still there. */
  at(time: number): SurvivalPoint | null {
    return maybe(() => outgoing(shapes.SurvivalPoint, raw.csuccess_survival_at(this.use(), time)));
  }

  /** The whole table, a point for every time with a departure. */
  *[Symbol.iterator](): Generator<SurvivalPoint> {
    for (let after = -1; ;) {
      const point = maybe(() => outgoing<SurvivalPoint>(shapes.SurvivalPoint, raw.csuccess_survival_next(this.use(), after)));
      if (!point) return;
      yield point;
      after = point.time;
    }
  }

  /** When half have left, with the interval (Brookmeyer, Crowley 1982). */
  get median(): SurvivalMedian {
    return outgoing(shapes.SurvivalMedian, raw.csuccess_survival_median_of(this.use()));
  }
}

/** The log-rank test over 2 to 64 groups, all different (Mantel 1966); null: no two were ever at risk together when somebody left. */
export function logRank(...groups: Survival[]): (LogRank & { chiSquare: number; p: number }) | null {
  const test = raw.csuccess_survival_log_rank(groups.map((group) => used(group, Survival)));
  return test.present ? outgoing(shapes.LogRank, test) : null;
}

/**
 * The contractual lifetime value from today on (Gupta, Lehmann, Stuart 2004; Fader, Hardie 2010): paid in advance, period by period, until the customer leaves, with probability
 * `churn` within each, or by a `survival` curve, at the customer's `tenure` and in steps of `period`, in its unit.
 * @throws CsuccessError CSUCCESS_EMISSING (the curve says nothing at the tenure), CSUCCESS_ERANGE
 */
export function lifetimeValue(input: LifetimeInput & { margin: number; periods: number; survival?: Survival | null }): LifetimeValue {
  return outgoing({}, raw.csuccess_lifetime_estimate(given(undefined, input)));
}
