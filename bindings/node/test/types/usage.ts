// SPDX-License-Identifier: Apache-2.0
// What TypeScript makes of the package: this compiles under the strictest options, and what is marked does not.

import { Config, CsuccessError, Facts, Scorer, Columns, Model, analytics, train, Samples, Accumulator, Rollup, type Score, type Handle, type TrainOptions } from "csuccess";
import * as an from "csuccess/analytics";
import * as testing from "csuccess/testing";
import { raw } from "csuccess/raw";
const config: Config = Config.compile({ csuccess: 1 });
const scorer = new Scorer(config);
const score: Score = scorer.score(new Facts(config));
const value: number | null = score.value;
const rows: Float64Array = scorer.columns(Columns.of(config, 1, { a: [1, null] })).score;
const survival: an.Survival = new analytics.Survival({ confidence: 0.9 }).add([1], [true]);
for (const point of survival) { const at: number = point.time; void at; }
const handle: Handle = survival; handle.close();
const options: TrainOptions = { trainer: "additive" };
const model: Model = train(config, [{ a: 1 }, [{ a: 1 }, { outcome: true }]], { ...options, outcome: "a > 1", progress: () => {} }).model;
const rate: number | null = new analytics.Tracking().rate("precision").value;
try { Config.compile({}); } catch (error) { if (error instanceof CsuccessError && error.code === "CSUCCESS_ECONFIG") console.log(error.problems?.[0]?.pointer); }
void [value, rows, model, rate, testing, raw.csuccess_version(), Samples, Accumulator, Rollup];
// @ts-expect-error: no such rate
new analytics.Tracking().rate("x");
// @ts-expect-error: a configuration is compiled
new Config();
// @ts-expect-error
new Scorer(5);
