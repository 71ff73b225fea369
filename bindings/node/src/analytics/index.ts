// SPDX-License-Identifier: Apache-2.0
// What looks at many customers, or at the past. Most of it gathers: parts that were made apart are merged, in any order, and give the same. What is absent is null. Nothing here is
// random. Lengths of time are milliseconds.

export { Cohorts, Detector, Drift, type Verdict, compare } from "./drift.js";
export { Revenue, Stages, type Trajectory, trajectory } from "./forecast.js";
export { Patterns, Priorities } from "./patterns.js";
export { Indicators, Season, Warnings } from "./signals.js";
export { Survival, lifetimeValue, logRank } from "./survival.js";
export { type Rate, type Target, Tracking } from "./tracking.js";
export { Calibrator, type Predicted, Validation } from "./validation.js";
