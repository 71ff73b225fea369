// SPDX-License-Identifier: Apache-2.0
// What lies ahead on the average: revenue from hazards, the way through stages, and where a score is heading.

import { raw } from "../raw.js";
import { type RevenueCustomer, type RevenueOptions, type RevenuePoint, type Stage, type StageMove, type StageWay, type Trajectory as Line, shapes } from "../structs.js";
import { type Time, listed, milliseconds, outgoing } from "../values.js";
import { Gathered, given } from "./gather.js";

/**
 * Recurring revenue that today's customers are expected to bring, period by period: the sum of value × survival × growth. It is as good as the probabilities that go in. New customers
 * have no part in it. The interval is that of who happens to leave, customer by customer on their own; it knows nothing of a bad year for all, nor of errors of the model.
 */
export class Revenue extends Gathered {
  /** `periodMs`: 30 days; `periods` ahead, at most 240: 12; `confidence` of the interval: 0.9. @throws CsuccessError CSUCCESS_ERANGE */
  constructor(options: RevenueOptions = {}) {
    super({ free: raw.csuccess_revenue_free, merge: raw.csuccess_revenue_merge }, raw.csuccess_revenue_new(given(undefined, options)));
  }

  /** Adds one customer, by `probability` and `horizonMs` or by `survival`. @throws CsuccessError CSUCCESS_ERANGE; nothing was added then */
  add(customer: RevenueCustomer & { value: number }): this {
    raw.csuccess_revenue_add(this.use(), given(shapes.RevenueCustomer, customer));
    return this;
  }

  /** What is expected at the end of period 1, 2 …; 0 is today. @throws CsuccessError CSUCCESS_EINVALID: beyond the periods */
  at(period: number): RevenuePoint {
    return outgoing({}, raw.csuccess_revenue_at(this.use(), period));
  }
}

/**
 * How customers move through stages (onboarding, adoption, renewal, churned …): a Markov chain from the paths of any number of them. Where a customer goes next depends on the stage
 * that it is in alone; how long it stays, too, at a constant rate. Stays that have not ended count towards the time and towards no transition, so that long ones are not lost. A stage
 * that nobody left is an end.
 */
export class Stages extends Gathered implements Iterable<Stage> {
  constructor() {
    super({ free: raw.csuccess_stages_free, merge: raw.csuccess_stages_merge }, raw.csuccess_stages_new());
  }

  /**
   * Adds one customer's path: stages in order, each with when it was entered, not falling; the same twice in a row is one stay. `observedUntil`: up to when it is known that the last
   * one went on.
   * @throws CsuccessError CSUCCESS_EINVALID, CSUCCESS_ERANGE, CSUCCESS_ELIMIT; nothing was added then
   */
  add(path: readonly (readonly [stage: string, at: Time])[], { observedUntil }: { observedUntil?: Time } = {}): this {
    const at = path.map(([, time]) => Number(milliseconds(time)));
    const until = observedUntil ?? (at.at(-1) ?? 1) - 1;
    raw.csuccess_stages_add(this.use(), given(shapes.StagePath, { stage: path.map(([name]) => name), at, observedUntil: until }));
    return this;
  }

  /** The stages, in the order of their names' bytes. */
  get stages(): Stage[] {
    return listed(raw.csuccess_stages_count(this.use()), (index) => outgoing({}, raw.csuccess_stages_get(this.use(), index)));
  }

  [Symbol.iterator](): Iterator<Stage> {
    return this.stages[Symbol.iterator]();
  }

  /** How customers go on from a stage. @throws CsuccessError CSUCCESS_ENAME */
  move(from: string, to: string): StageMove {
    return outgoing({}, raw.csuccess_stages_move(this.use(), from, to));
  }

  /** How likely a customer in one stage reaches another, and how long that takes (Kemeny, Snell, Finite Markov chains, 1960). Being there already is 0 steps. @throws CsuccessError CSUCCESS_ENAME */
  way(from: string, to: string): StageWay {
    return outgoing({}, raw.csuccess_stages_way(this.use(), from, to));
  }
}

/** Where scores are heading. */
export type Trajectory = { [Name in keyof Line]: number };

/**
 * Draws a line through past [time, score] pairs, in any order, that up to 29 % of wild ones do not move far (Theil 1950; Sen 1968), and reads it at the horizon, with an interval
 * (confidence 0.8, 0.9, 0.95 or 0.99). null: fewer than 3 scores, or fewer than 2 times.
 * @throws CsuccessError CSUCCESS_ELIMIT beyond 400 scores; CSUCCESS_EINVALID for what is not finite or out of range
 */
export function trajectory(scores: Iterable<readonly [at: Time, score: number]>, horizon: Time, { confidence = 0.9 }: { confidence?: number } = {}): Trajectory | null {
  const pairs = [...scores];
  const input = { times: pairs.map(([at]) => milliseconds(at)), scores: pairs.map(([, score]) => score), horizon, confidence };
  const line = raw.csuccess_trajectory_forecast(given(shapes.TrajectoryInput, input));
  return line.present ? outgoing(shapes.Trajectory, line) : null;
}
