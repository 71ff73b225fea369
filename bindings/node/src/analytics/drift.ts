// SPDX-License-Identifier: Apache-2.0
// Whether the world is still the one that a model was trained in, and how customers compare with their cohorts.

import { Columns } from "../columns.js";
import { Config } from "../config.js";
import { Facts } from "../facts.js";
import { Handle, used } from "../handle.js";
import { Model } from "../model.js";
import { raw } from "../raw.js";
import { type DetectorOptions, type DistributionShift, type Distributions, type DriftMetric, type DriftOptions, type DriftVerdict, shapes } from "../structs.js";
import { type Time, listed, milliseconds, outgoing, parsed } from "../values.js";
import { Gathered, given } from "./gather.js";

type Sample = Float64Array | readonly (number | null)[];

/** How far two samples of a metric are apart. */
export type Verdict = "stable" | "warn" | "drift";

function side(values: Sample): { numbers: Float64Array; missing: number } {
  const numbers = values instanceof Float64Array ? values : Float64Array.from(values.filter((value) => value !== null && value !== undefined));
  return { numbers, missing: values.length - numbers.length };
}

/**
 * Compares two samples of a metric: in training and today, say. null is a row without a value, which is a bin of its own. The `bins` (10) are cut at quantiles of `then`, equal values
 * together. `warn` and `drift`: PSI from which on; 0.1 and 0.25, those of scorecard practice (Siddiqi 2006).
 * @throws CsuccessError CSUCCESS_ERANGE: a value that is not finite, a limit out of range
 */
export function compare(then: Sample, now: Sample, options: Pick<Distributions, "bins" | "warn" | "drift"> = {}): DistributionShift {
  const [before, after] = [side(then), side(now)];
  const both = { ...options, then: before.numbers, thenMissing: before.missing, now: after.numbers, nowMissing: after.missing };
  return outgoing(shapes.DistributionShift, raw.csuccess_distributions_compare(given(shapes.Distributions, both)));
}

const VERDICTS: readonly Verdict[] = ["stable", "warn", "drift"];

/**
 * A detector on the stream of a model's errors, each in the order in which outcomes become known: 0 and 1, or a loss. It tells when errors have become more; outcomes come a horizon
 * later than predictions, and so does what it tells.
 */
export class Detector extends Handle {
  /** `kind`: "adwin" (Bifet, Gavalda 2007; errors within 0 to 1) by default, or "page_hinkley". @throws CsuccessError CSUCCESS_ERANGE */
  constructor({ kind = "adwin", ...options }: DetectorOptions = {}) {
    super(raw.csuccess_detector_new(given(shapes.DetectorOptions, { kind, ...options })), raw.csuccess_detector_free);
  }

  /** Takes the next error and gives the verdict; "drift" is told once. @throws CsuccessError CSUCCESS_ERANGE: it is not taken */
  add(error: number): Verdict {
    return VERDICTS[raw.csuccess_detector_add(this.use(), error) as number]!;
  }

  /** How many errors it holds to be of one kind, and their mean. */
  get window(): { count: number; mean: number } {
    return raw.csuccess_detector_window(this.use());
  }
}

/**
 * Later customers against those that a model was trained on: how the distribution of each metric differs, and whether the predictions that have matured came true as often as they
 * said. What is seen in the metrics is seen at once but says less; calibration lags by the horizon.
 */
export class Drift extends Gathered {
  /** @throws CsuccessError CSUCCESS_EDATA (the model has no snapshot), CSUCCESS_EMODEL, CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_ERANGE */
  constructor(config: Config, model: Model, options: DriftOptions = {}) {
    const handle = raw.csuccess_drift_new(used(config, Config), used(model, Model), given(shapes.DriftOptions, options));
    super({ free: raw.csuccess_drift_free, merge: raw.csuccess_drift_merge }, handle);
  }

  /** Adds one customer as of `now`: its metrics. @throws CsuccessError CSUCCESS_EINVALID (facts of another configuration), CSUCCESS_ELIMIT */
  add(facts: Facts, now: Time): this {
    raw.csuccess_drift_add(this.use(), used(facts, Facts), milliseconds(now));
    return this;
  }

  /** Adds rows of columns of the same configuration, as add() would each. @throws CsuccessError CSUCCESS_ERANGE: the rows are not there */
  addColumns(columns: Columns, now: Time, { first = 0, count = columns.rows - first }: { first?: number; count?: number } = {}): this {
    raw.csuccess_drift_add_columns(this.use(), { columns: used(columns, Columns), first, count, nowMs: milliseconds(now) });
    return this;
  }

  /** Adds a prediction of this model whose window has closed (of those left alone, where it is known). @throws CsuccessError CSUCCESS_ERANGE */
  addOutcome(probability: number, churned: boolean): this {
    raw.csuccess_drift_add_outcome(this.use(), probability, churned ? 1 : 0);
    return this;
  }

  /** The verdict on what was added so far; more can be added afterwards. */
  judge(now: Time): DriftVerdict {
    return outgoing(shapes.DriftVerdict, raw.csuccess_drift_judge(this.use(), milliseconds(now)));
  }

  /** Each metric of the snapshot, then and now. */
  get metrics(): DriftMetric[] {
    return listed(raw.csuccess_drift_metrics(this.use()), (index) => outgoing(shapes.DriftMetric, raw.csuccess_drift_metric_at(this.use(), index)));
  }

  /** Everything: model, verdicts, advice with its reasons in words, each metric with its bins then and now, calibration, retraining. */
  report(now: Time): Record<string, any> {
    return parsed(raw.csuccess_drift_json(this.use(), milliseconds(now)));
  }
}

/** Counts the values of the configuration's `benchmarks` over customers, for `percentile()`. */
export class Cohorts extends Gathered {
  constructor(config: Config) {
    super({ free: raw.csuccess_cohorts_free, merge: raw.csuccess_cohorts_merge }, raw.csuccess_cohorts_new(used(config, Config)));
  }

  /** Adds one customer as of `now`. @throws CsuccessError CSUCCESS_EINVALID (facts of another configuration), CSUCCESS_ELIMIT; nothing was added then */
  add(facts: Facts, now: Time): this {
    raw.csuccess_cohorts_add(this.use(), used(facts, Facts), milliseconds(now));
    return this;
  }

  /** The `benchmarks` section with what was added, ready to be merged into the document. */
  toJSON(): Record<string, any> {
    return parsed(raw.csuccess_cohorts_json(this.use()));
  }
}
