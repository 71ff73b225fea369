// SPDX-License-Identifier: Apache-2.0
// How good predictions were once it is known what came of them; calibration; thresholds by cost.

import { Handle } from "../handle.js";
import { raw } from "../raw.js";
import { type CalibrationRow, type Costs, type Decision, type Figures, type GainRow, type Threshold, type ValidationOptions, shapes } from "../structs.js";
import { outgoing, parsed } from "../values.js";
import { beside, given, maybe } from "./gather.js";

/** Scores beside what came of them. */
export interface Predicted {
  /** The greater, the likelier is outcome 1. */
  scores: Float64Array | readonly number[];
  /** It came: the customer left. */
  outcomes: Uint8Array | readonly (boolean | number)[];
  weights?: Float64Array | readonly number[];
  /** The scores are probabilities, as by default; else only their order counts. */
  probability?: boolean;
}

function predictions({ scores, outcomes, weights, probability = true }: Predicted): Record<string, unknown> | null {
  beside({ scores, outcomes, weights });
  return given(shapes.Predictions, { scores, outcomes: outcomes instanceof Uint8Array ? outcomes : outcomes.map(Number), weights, isProbability: probability });
}

/** What `count` rows hold, but for those that there are not. */
function rows<T>(count: number, get: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => maybe(() => get(index))).filter((row) => row !== null);
}

/**
 * Predictions beside what came of them, with every figure that can be asked of them; they agree with scikit-learn's to 1e-9. Scores that were fitted on these same rows flatter:
 * validate on others.
 */
export class Validation extends Handle {
  readonly #bins: number;

  /** @throws CsuccessError CSUCCESS_ERANGE names the first row that is wrong */
  constructor(predicted: Predicted, options: ValidationOptions = {}) {
    super(raw.csuccess_validation_new(predictions(predicted), given(shapes.ValidationOptions, options)), raw.csuccess_validation_free);
    this.#bins = options.bins || 10;
  }

  /** Figures that need no threshold; null where the rows do not define it. */
  get figures(): Figures {
    return outgoing(shapes.Figures, raw.csuccess_validation_figures(this.use()));
  }

  /** The figures of a threshold. @throws CsuccessError CSUCCESS_EINVALID: it is not finite */
  decision(threshold: number): Decision {
    return outgoing(shapes.Decision, raw.csuccess_validation_decision(this.use(), threshold));
  }

  /** The calibration table, ascending; empty when scores are no probabilities or there are no rows. */
  get calibration(): CalibrationRow[] {
    return rows(this.#bins, (index) => outgoing({}, raw.csuccess_validation_calibration(this.use(), index)));
  }

  /** Ten of them, the greatest scores first; a cut through equal scores takes each in part. Empty when there are no rows. */
  get deciles(): GainRow[] {
    return rows(10, (index) => outgoing(shapes.GainRow, raw.csuccess_validation_decile(this.use(), index)));
  }

  /** How many times as often the outcome is 1 among the top `share` as among all; null without a row of outcome 1. @throws CsuccessError CSUCCESS_EINVALID */
  lift(share: number): number | null {
    return maybe(() => raw.csuccess_validation_lift(this.use(), share) as number);
  }

  /** The threshold of least cost on these rows that keeps to the capacity: the most rows (weight) to act on. @throws CsuccessError CSUCCESS_ERANGE */
  threshold(costs: Omit<Costs, "hasCapacity"> & { falseAlarm: number; missed: number }): Threshold {
    return outgoing(shapes.Threshold, raw.csuccess_validation_threshold(this.use(), given(shapes.Costs, { ...costs, hasCapacity: costs.capacity !== undefined })));
  }
}

const CALIBRATORS = { platt: raw.CSUCCESS_CALIBRATOR_PLATT, isotonic: raw.CSUCCESS_CALIBRATOR_ISOTONIC, intercept: raw.CSUCCESS_CALIBRATOR_INTERCEPT };

/**
 * A function from scores to probabilities that can be taken at their word, fitted on rows that the model has not seen. It gives nothing below 1e-6 or above 1 - 1e-6.
 */
export class Calibrator extends Handle {
  /**
   * "platt" (Platt 1999), "isotonic" (needs some hundred rows) or "intercept" (as many expected as came; the first answer to drift). Where scores are no probabilities, Platt's and the
   * intercept take them as log-odds.
   * @throws CsuccessError CSUCCESS_EDATA (not both outcomes), CSUCCESS_ERANGE names the first row that is wrong
   */
  constructor(kind: keyof typeof CALIBRATORS, predicted: Predicted) {
    if (!Object.hasOwn(CALIBRATORS, kind)) throw new TypeError(`${JSON.stringify(kind)} is none of ${Object.keys(CALIBRATORS).join(", ")}`);
    super(raw.csuccess_calibrator_fit(CALIBRATORS[kind], predictions(predicted)), raw.csuccess_calibrator_free);
  }

  /** Probabilities of scores of the kind that it was fitted on. @throws CsuccessError CSUCCESS_ERANGE names the first that is none */
  apply(scores: Float64Array | readonly number[]): Float64Array {
    return raw.csuccess_calibrator_apply(this.use(), scores) as Float64Array;
  }

  /** The `calibration` of a scorecard: {"platt": [slope, intercept]} or {"isotonic": [[x, y], …]}. */
  toJSON(): Record<string, any> {
    return parsed(raw.csuccess_calibrator_json(this.use()));
  }
}
