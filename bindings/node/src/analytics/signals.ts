// SPDX-License-Identifier: Apache-2.0
// Signals in a customer's own series: declines, change points, trends, and the seasons that they are held against.

import { used } from "../handle.js";
import { raw } from "../raw.js";
import {
  type IndicatorsTotals, type SeasonLevel, type SeasonOptions, type Series, type Signal, type SignalsOptions, type Warning, type WarningsOptions, type WarningsTotals, shapes,
} from "../structs.js";
import { type Time, listed, milliseconds, outgoing } from "../values.js";
import { Gathered, Ordered, beside, given } from "./gather.js";

/** A seasonal baseline: how a series of a segment usually stands in each season, from the values of any number of customers and years. */
export class Season extends Gathered {
  /** `unit`: month, week (of ISO 8601) or weekday. `least`: values in a season before it is compared with; 5. */
  constructor(options: SeasonOptions = {}) {
    super({ free: raw.csuccess_season_free, merge: raw.csuccess_season_merge }, raw.csuccess_season_new(given(shapes.SeasonOptions, options)));
  }

  /** Adds one value. @throws CsuccessError CSUCCESS_ERANGE (not finite, beyond 9e18), CSUCCESS_EINVALID, CSUCCESS_EENCODING, CSUCCESS_ELIMIT (more than 4,096 series) */
  add(series: string, at: Time, value: number, { segment = "" }: { segment?: string } = {}): this {
    raw.csuccess_season_add(this.use(), segment, series, milliseconds(at), value);
    return this;
  }

  /** The season that a time is in, among the others; null: there are too few values in it, or it is the only one. */
  at(series: string, at: Time, { segment = "" }: { segment?: string } = {}): SeasonLevel | null {
    const level = raw.csuccess_season_at(this.use(), segment, series, milliseconds(at));
    return raw.lastResult() === raw.CSUCCESS_UNDECIDED ? null : outgoing(shapes.SeasonLevel, level);
  }
}

const INDICATORS = {
  free: raw.csuccess_indicators_free, merge: raw.csuccess_indicators_merge, finish: raw.csuccess_indicators_finish, count: raw.csuccess_indicators_count,
  get: raw.csuccess_indicators_get,
};

/**
 * What one customer's own series show: add them, finish, read; the greatest magnitude comes first. Nothing declines from nothing: with a baseline of 0 (and no scale), or too few
 * numbers, there is no decline; `totals` counts those.
 */
export class Indicators extends Ordered<Signal> {
  /** As of `now`: nothing later is looked at. A `season` is not to change meanwhile. @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE */
  constructor(options: SignalsOptions & { now: Time }) {
    super(INDICATORS, shapes.Signal, raw.csuccess_indicators_new(given(shapes.SignalsOptions, options)));
  }

  /**
   * Looks at one series: numbers of equal periods beside their times, in any order; null and NaN are missing.
   * @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE, CSUCCESS_ELIMIT (100,000 numbers); nothing was added then
   */
  add(series: Omit<Series, "values"> & { name: string; values: Float64Array | readonly (number | null)[]; times: BigInt64Array | readonly Time[] }): this {
    const values = ArrayBuffer.isView(series.values) ? series.values : series.values.map((value) => value ?? NaN);
    beside({ values, times: series.times });
    raw.csuccess_indicators_add(this.use(), given(shapes.Series, { ...series, values }));
    return this;
  }

  /** Forgets the series, for the next customer; options stay. */
  clear(): this {
    raw.csuccess_indicators_clear(this.use());
    return this;
  }

  /** Counts of what was added. */
  get totals(): IndicatorsTotals {
    return outgoing({}, raw.csuccess_indicators_total(this.use()));
  }
}

const WARNINGS = {
  free: raw.csuccess_warnings_free, merge: raw.csuccess_warnings_merge, finish: raw.csuccess_warnings_finish, count: raw.csuccess_warnings_count, get: raw.csuccess_warnings_get,
};

/**
 * Customers that show a signal before their churn probability reaches the band of risk; the greatest magnitude comes first. A warning says what was measured, since when and how
 * strongly. It is no prediction.
 */
export class Warnings extends Ordered<Warning> {
  /** `band`: a customer from this probability on is at risk already, and is not warned of; 0.6. `most`: keep only the first so many. */
  constructor(options: WarningsOptions = {}) {
    super(WARNINGS, shapes.Warning, raw.csuccess_warnings_new(given(undefined, options)));
  }

  /** Adds one customer by its finished indicators; add each one once. @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE (a probability outside 0 to 1) */
  add(customer: string, indicators: Indicators, probability: number | null = null): this {
    raw.csuccess_warnings_add(this.use(), customer, probability, used(indicators, Indicators));
    return this;
  }

  /** The signals of one of the customers, in the order of its indicators. */
  signals(index: number): Signal[] {
    return listed(this.at(index)?.signals ?? 0, (signal) => outgoing(shapes.Signal, raw.csuccess_warnings_signal(this.use(), index < 0 ? this.length + index : index, signal)));
  }

  /** Counts over all that were added, whatever is kept. */
  get totals(): WarningsTotals {
    return outgoing({}, raw.csuccess_warnings_total(this.use()));
  }
}
