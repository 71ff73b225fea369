// SPDX-License-Identifier: Apache-2.0
// Success patterns, and whom to turn to first.

import { raw } from "../raw.js";
import { type AtRisk, type History, type Pattern, type PatternsOptions, type PatternsTotals, type PrioritiesOptions, type PrioritiesTotals, type Priority, shapes } from "../structs.js";
import { type Time, milliseconds, outgoing } from "../values.js";
import { Ordered, given } from "./gather.js";

const PATTERNS = {
  free: raw.csuccess_patterns_free, merge: raw.csuccess_patterns_merge, finish: raw.csuccess_patterns_finish, count: raw.csuccess_patterns_count, get: raw.csuccess_patterns_get,
};

/**
 * Compares customers who stayed with customers who left: what differs, by how much, and whether chance explains it.
 *
 * The comparison is made at a landmark, so long after each customer's start: only who was still there takes part, only what had happened by then counts, and who left is asked for
 * the time after it, up to the horizon. What it finds goes together with staying; that it is the cause it cannot say. The least corrected p-value comes first.
 */
export class Patterns extends Ordered<Pattern> {
  /** `landmarkMs` and `horizonMs` are required unless `naive`. @throws CsuccessError CSUCCESS_ERANGE */
  constructor(options: PatternsOptions) {
    super(PATTERNS, shapes.Pattern, raw.csuccess_patterns_new(given(shapes.PatternsOptions, options)));
  }

  /**
   * Adds one customer: since when it is one, what it reached, used and did, with when (more than once is as once), when it left, and up to when it is known that it had not.
   * @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE, CSUCCESS_ELIMIT (4,096 different things in all); nothing was added then
   */
  add({ items = [], ...customer }: Omit<History, "item" | "at"> & { start: Time; items?: Iterable<readonly [name: string, at: Time]> }): this {
    const things = [...items];
    const history = { ...customer, item: things.map(([name]) => name), at: things.map(([, at]) => milliseconds(at)) };
    raw.csuccess_patterns_add(this.use(), given(shapes.History, history));
    return this;
  }

  /** Who took part, also before it is finished. */
  get totals(): PatternsTotals {
    return outgoing(shapes.PatternsTotals, raw.csuccess_patterns_total(this.use()));
  }
}

const PRIORITIES = {
  free: raw.csuccess_priorities_free, merge: raw.csuccess_priorities_merge, finish: raw.csuccess_priorities_finish, count: raw.csuccess_priorities_count,
  get: raw.csuccess_priorities_get,
};

/**
 * An order among customers at risk: those for whom acting is known or assumed to gain something, then those with a value at risk, then those without a value, then those for whom it
 * costs more than it gains (leave them alone). Neither the order of adding nor that of merging shows.
 */
export class Priorities extends Ordered<Priority> {
  /** `most`: keep only the first so many, which bounds memory. `capacity`: so many can be turned to. @throws CsuccessError CSUCCESS_ERANGE */
  constructor(options: PrioritiesOptions = {}) {
    super(PRIORITIES, shapes.Priority, raw.csuccess_priorities_new(given(undefined, options)));
  }

  /** Adds one customer; add each one once. @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE, CSUCCESS_ELIMIT; nothing was added then */
  add(customer: AtRisk & { customer: string; probability: number }): this {
    raw.csuccess_priorities_add(this.use(), given(shapes.AtRisk, customer));
    return this;
  }

  /** Counts over all that were added, whatever is kept; also before it is finished. */
  get totals(): PrioritiesTotals {
    return outgoing({}, raw.csuccess_priorities_total(this.use()));
  }
}
