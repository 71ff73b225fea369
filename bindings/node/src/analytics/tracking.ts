// SPDX-License-Identifier: Apache-2.0
// What became of predictions: false alarms, lead time, calibration and targets, once the outcomes are known.

import { CsuccessError } from "../error.js";
import { raw } from "../raw.js";
import {
  type Rate as RawRate, type Target as RawTarget, type Tracked, type TrackedOutcome, type TrackingAdvice, type TrackingBin, type TrackingFigures, type TrackingGroup,
  type TrackingOptions, shapes,
} from "../structs.js";
import { type Json, type Time, json, listed, outgoing } from "../values.js";
import { Gathered, given } from "./gather.js";

const RATES = {
  accuracy: raw.CSUCCESS_RATE_ACCURACY, precision: raw.CSUCCESS_RATE_PRECISION, recall: raw.CSUCCESS_RATE_RECALL,
  false_positive_rate: raw.CSUCCESS_RATE_FALSE_POSITIVE_RATE, quiet_accuracy: raw.CSUCCESS_RATE_QUIET_ACCURACY,
};
const BY = { level: raw.CSUCCESS_BY_LEVEL, action: raw.CSUCCESS_BY_ACTION, model: raw.CSUCCESS_BY_MODEL };

/** A share with its interval (Wilson 1927); `value` is null where there is nothing to divide by. */
export type Rate = Omit<RawRate, "value"> & { value: number | null };

/** A target and how far it is met; `met` is null where there is nothing to tell it by yet. */
export type Target = Omit<RawTarget, "met"> & { met: boolean | null };

function word<T extends Record<string, number>>(words: T, name: keyof T & string): number {
  if (typeof name !== "string" || !Object.hasOwn(words, name)) throw new TypeError(`${JSON.stringify(name)} is none of ${Object.keys(words).join(", ")}`);
  return words[name];
}

/**
 * Predictions with their later outcomes, counted. A prediction made at t with horizon H has matured when it is known what came in (t + gap, t + gap + H]; until then it is pending. A
 * customer who stays because something was done looks like a false alarm: where it is known who was acted on, rates are taken from those that were left alone, when there are enough,
 * and say so (`basis`).
 */
export class Tracking extends Gathered {
  /** `threshold`: a prediction is an alarm from this probability on; 0.5. `least`: matured predictions before anything is suggested; 30. @throws CsuccessError CSUCCESS_ERANGE */
  constructor(options: TrackingOptions = {}) {
    super({ free: raw.csuccess_tracking_free, merge: raw.csuccess_tracking_merge }, raw.csuccess_tracking_new(given(undefined, options)));
  }

  /**
   * Adds one prediction and what is known of its outcome; without one it is pending. `alarm`: whether it was one, whatever the threshold says; `first`: whether it was the first alarm
   * for this customer since it was last out of danger; `actions`: what it recommended.
   * @throws CsuccessError CSUCCESS_ERANGE, CSUCCESS_ELIMIT; nothing was added then
   */
  add({ actions, ...prediction }: Omit<Tracked, "action"> & { at: Time; horizonMs: number; probability: number; actions?: readonly string[] }, outcome: TrackedOutcome | null = null): this {
    const tracked = actions ? { ...prediction, action: actions } : prediction;
    raw.csuccess_tracking_add(this.use(), given(shapes.Tracked, tracked), given(shapes.TrackedOutcome, outcome));
    return this;
  }

  /** The same from the JSON record of docs/schemas/prediction.schema.json; errors have the place. */
  addRecord(record: Json): this {
    raw.csuccess_tracking_add_json(this.use(), json(record));
    return this;
  }

  /** All counts, and the figures without intervals. */
  get figures(): TrackingFigures {
    return outgoing(shapes.TrackingFigures, raw.csuccess_tracking_total(this.use()));
  }

  /**
   * One of the rates over everything that matured: "accuracy", "precision" (true alarms of alarms), "recall" (of those who churned), "false_positive_rate" (of those who stayed),
   * "quiet_accuracy" (what never raising an alarm would have got right: the accuracy to beat).
   */
  rate(which: keyof typeof RATES): Rate {
    const rate = outgoing<Rate>({}, raw.csuccess_tracking_rate(this.use(), word(RATES, which)));
    return raw.lastResult() === raw.CSUCCESS_UNDECIDED ? { ...rate, value: null } : rate;
  }

  /** Ten bins of probability, of the predictions behind `figures.ece`. */
  get calibration(): TrackingBin[] {
    return listed(10, (index) => outgoing({}, raw.csuccess_tracking_calibration(this.use(), index)));
  }

  /** What became of the predictions by "level", "action" (one counts for each that it recommended) or "model", in the order of their names. */
  groups(by: keyof typeof BY): TrackingGroup[] {
    const kind = word(BY, by);
    return listed(raw.csuccess_tracking_groups(this.use(), kind), (index) => outgoing(shapes.TrackingGroup, raw.csuccess_tracking_group_at(this.use(), kind, index)));
  }

  /** Whether another threshold is called for. Alarms are told by the probability alone here. */
  get advice(): TrackingAdvice {
    return outgoing(shapes.TrackingAdvice, raw.csuccess_tracking_advise(this.use()));
  }

  /** How far the targets of a named set are met: "retention-automation", "customer-success" or "ws142". @throws CsuccessError CSUCCESS_ENAME */
  targets(set: string): Target[] {
    const count = raw.csuccess_tracking_targets(set) as number;
    if (count === 0) throw new CsuccessError(`there is no set of targets "${set}"`, "CSUCCESS_ENAME", raw.CSUCCESS_ENAME);
    return listed(count, (index) => this.target(set, index));
  }

  /** One target of a set, or that of `target` in its place. @throws CsuccessError CSUCCESS_ENAME, CSUCCESS_EINVALID */
  target(set: string, index: number, target: number | null = null): Target {
    const told = raw.csuccess_tracking_target(this.use(), set, index, target);
    return { ...outgoing<Target>(shapes.Target, told), met: told.met < 0 ? null : told.met !== 0 };
  }
}
