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
export { AsyncEngine, type AsyncCallOptions, type AsyncRunOptions } from "./async_engine.js";
export { type Answer, type AsyncChannel, type Channel, type Outcome, type Outgoing, type Sent } from "./channel.js";
export { type Checked, type ConformanceOptions, type Report, conformance } from "./conformance.js";
export type { AsyncEngineParts } from "./driver.js";
export { type Document, Engine, type EngineCalls, type EngineParts } from "./engine.js";
export type { CallOptions, Clock, EngineBase, EngineOptions, RunOptions } from "./engine_base.js";
export { type AnyEvents, type EventInput, type EventResult, Events, type EventType, type ListedEvent } from "./events.js";
export type { Feel, Hooks, Trace, Variable } from "./hooks.js";
export { type Fault, MemoryStore, NativeStore, SqliteStore, type SqliteStoreOptions } from "./native_store.js";
export { type Access, type Leads, type Principal, may } from "./principal.js";
export { type FeelingAnswer, Sentiment, type Tone } from "./sentiment.js";
export { Simulation, type SimulationOptions } from "./simulation.js";
export { type AsyncStore, type Batch, type CommitRequest, RecordKind, type Reply, SLOTS, Settled, type Slot, type Store, shard } from "./store.js";
export { type Step, Txn, type TxnOptions } from "./txn.js";
export { type Zone, type ZoneAnswer, systemZone } from "./zones.js";
export type { Handle } from "./handle.js";
export type { Json, Time } from "./values.js";
export type * from "./structs.js";
