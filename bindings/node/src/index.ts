// SPDX-License-Identifier: Apache-2.0
// The public names of the package.

export { CsuccessError, type ConfigProblem, type Place } from "./error.js";
export { type CompileOptions, Config, type Difference, type Input, type Question, presets } from "./config.js";
export { Facts, type Money, type Value } from "./facts.js";
export { type At, ExplainedScore, Membership, type Predict, type PredictBatch, type Probabilities, Scorer, type Segments, type Selection } from "./scorer.js";
export { ScoreResult } from "./score.js";
export { Explanation } from "./explanation.js";
export { type Bits, type Column, type ColumnOptions, type ColumnRow, ColumnResults, Columns, type Dictionary, type Utf8, type Validity, type Wanted } from "./columns.js";
export { type LoadModelOptions, Model } from "./model.js";
export { Accumulator, type HistoryEntry } from "./accumulator.js";
export { type ColumnSamples, type Progress, type Rows, Samples, type Trained, type Tuned, backtest, train, tune } from "./training.js";
export { Rollup } from "./rollup.js";
export * as analytics from "./analytics/index.js";
export { feature, resultText, version } from "./version.js";
export type { Handle } from "./handle.js";
export type { Json, Time } from "./values.js";
export type * from "./structs.js";
