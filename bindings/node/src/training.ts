// SPDX-License-Identifier: Apache-2.0
// Learning from outcomes: samples, training of churn models, backtest of a configuration, fitting of weights.

import { beside } from "./analytics/gather.js";
import { Columns } from "./columns.js";
import { Config } from "./config.js";
import { Facts } from "./facts.js";
import { Handle, used } from "./handle.js";
import { Model } from "./model.js";
import { raw } from "./raw.js";
import { type BacktestOptions, type Sample, type SamplesOptions, type SamplesTotals, type TrainOptions, type TuneOptions, shapes } from "./structs.js";
import { type Json, incoming, outgoing, parsed } from "./values.js";

/** Is told how far it is; true stops it (CSUCCESS_ECANCELLED), and what it throws comes out of the call. */
export type Progress = (done: number, total: number) => boolean | void;

/** A model that was learned, and everything about it: rows, figures fold by fold and pooled, calibration, importance. */
export interface Trained {
  model: Model;
  report: Record<string, any>;
}

/** Parameters that were fitted: a JSON Merge Patch (RFC 7396) of the configuration, empty when nothing is gained. */
export interface Tuned {
  patch: Record<string, any>;
  report: Record<string, any>;
}

/** What is known beside columns: an item a row. */
export interface ColumnSamples {
  samples?: readonly Sample[];
  /** Which rows belong together: they are never split between training and checking. */
  customers?: readonly string[];
  first?: number;
  count?: number;
}

const NUMBERS = ["present", "outcome", "asOf", "outcomeAt", "noticeAt", "weight", "kind", "fold"] as const;
const WIDE = new Set<string>(["asOf", "outcomeAt", "noticeAt"]);

/** Samples as the columns that the library reads. */
function sideways(samples: readonly Sample[] | undefined, customers: readonly string[] | undefined, count: number): Record<string, unknown> {
  beside({ rows: { length: count }, samples, customers });
  const out: Record<string, unknown> = customers ? { customer: customers } : {};
  const plain = samples?.map((sample) => incoming(shapes.Sample, sample)!);
  if (!plain) return { ...out, present: new Uint32Array(count) };
  for (const name of NUMBERS) {
    const items = plain.map((sample) => (sample[name] ?? (name === "kind" ? raw.CSUCCESS_OUTCOME_CHURN : 0)) as number);
    out[name] = WIDE.has(name) ? BigInt64Array.from(items, BigInt) : name === "weight" ? Float64Array.from(items) : name === "outcome" ? Int32Array.from(items) : Uint32Array.from(items);
  }
  return out;
}

function told({ progress, ...options }: { progress?: Progress }, shape: object): Record<string, unknown> {
  const given = incoming(shape, options)!;
  return progress ? { ...given, progress: (done: number, total: number) => progress(done, total) === true } : given;
}

/**
 * Rows of history with what became of the customer. Each is evaluated once, when it is added, by the configuration's own machine as of its time.
 *
 * @example
 * const samples = new Samples(config, { outcome: "churned == true" });
 * for (const row of rows) samples.add(row);
 * const { model, report } = samples.train({ seed: 1 });
 */
export class Samples extends Handle {
  readonly config: Config;
  readonly #row: Facts;

  /**
   * `outcome` is a condition that holds for those who left, asked of each row of a cross-section whose sample does not say; `horizon` and `gap` (ISO 8601) are of dated rows.
   * @throws CsuccessError CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_EDATA (a metric that is the outcome or reads it), CSUCCESS_EEXPRESSION, CSUCCESS_EINVALID
   */
  constructor(config: Config, options: SamplesOptions = {}) {
    super(raw.csuccess_samples_new(used(config, Config), incoming(shapes.SamplesOptions, options)), raw.csuccess_samples_free);
    this.config = config;
    this.#row = new Facts(config);
  }

  /** Adds one row, as facts or as Facts.read() takes it; its customer id says which rows belong together. After an error nothing was added. */
  add(row: Facts | Json, sample: Sample = {}): this {
    const facts = row instanceof Facts ? row : this.#row.read(row);
    raw.csuccess_samples_add(this.use(), facts.use(), incoming(shapes.Sample, { kind: "churn", ...sample }));
    return this;
  }

  /** Adds rows of columns. After an error none of them was added. @throws CsuccessError CSUCCESS_ERANGE: the rows are not there */
  addColumns(columns: Columns, { samples, customers, first = 0, count = Math.max(columns.rows - first, 0) }: ColumnSamples = {}): this {
    raw.csuccess_samples_add_columns(this.use(), used(columns, Columns), first, count, sideways(samples, customers, count));
    return this;
  }

  /** Counts as they stand: rows, usable, events, and what is left out. */
  get totals(): SamplesTotals {
    return outgoing({}, raw.csuccess_samples_total(this.use()));
  }

  /**
   * Learns a model and checks it on rows that it has not seen.
   * @throws CsuccessError CSUCCESS_EDATA (too few rows or events, one class only, nothing to learn from), CSUCCESS_ENAME, CSUCCESS_EUNSUPPORTED, CSUCCESS_ERANGE, CSUCCESS_EINVALID,
   * CSUCCESS_ECANCELLED
   */
  train(options: TrainOptions & { progress?: Progress } = {}): Trained {
    const { model, report } = raw.csuccess_train(this.use(), told(options, shapes.TrainOptions));
    return { model: Model.load(model as string), report: parsed(report) };
  }

  /**
   * Fits the health weights of a profile ("weights"), or parameters of a trainer over a grid ("trainer"), and shows the gain on rows held out; it changes nothing.
   * @throws CsuccessError as train(); CSUCCESS_EUNSUPPORTED: the score is not a weighted mean
   */
  tune(options: TuneOptions & { progress?: Progress } = {}): Tuned {
    const { patch, report } = raw.csuccess_tune(this.use(), told(options, shapes.TuneOptions));
    return { patch: parsed(patch), report: parsed(report) };
  }

  /** Whether the scores in force told who left, at every gap and horizon. @throws CsuccessError CSUCCESS_EDATA (no score, no usable rows), CSUCCESS_ENAME */
  backtest(options: BacktestOptions = {}): Record<string, any> {
    return parsed(raw.csuccess_backtest(this.use(), incoming({}, options)));
  }

  override close(): void {
    super.close();
    this.#row.close();
  }
}

/** Rows to learn from: each a row, or a row and its sample. */
export type Rows = Iterable<Facts | object | readonly [row: Facts | Json, sample: Sample]>;

function over<T>(config: Config, rows: Rows, { outcome, metrics, exclude, horizon, gap, observedUntil, now }: SamplesOptions, run: (samples: Samples) => T): T {
  const samples = new Samples(config, { outcome, metrics, exclude, horizon, gap, observedUntil, now });
  try {
    for (const row of rows) {
      if (Array.isArray(row)) samples.add(row[0] as Facts | Json, row[1] as Sample);
      else samples.add(row);
    }
    return run(samples);
  } finally {
    samples.close();
  }
}

/** What is left of options when those of the samples are taken out. */
function rest<T extends object>(options: T): Omit<T, keyof SamplesOptions> {
  const { outcome, metrics, exclude, horizon, gap, observedUntil, now, ...others } = options as SamplesOptions & T;
  return others as Omit<T, keyof SamplesOptions>;
}

/**
 * Learns a model from rows. Options are those of Samples and of Samples.train().
 *
 * @example
 * const { model, report } = train(config, rows, { outcome: "churned == true", seed: 1 });
 */
export function train(config: Config, rows: Rows, options: SamplesOptions & TrainOptions & { progress?: Progress } = {}): Trained {
  return over(config, rows, options, (samples) => samples.train(rest(options)));
}

/** Fits parameters to rows. Options are those of Samples and of Samples.tune(). */
export function tune(config: Config, rows: Rows, options: SamplesOptions & TuneOptions & { progress?: Progress } = {}): Tuned {
  return over(config, rows, options, (samples) => samples.tune(rest(options)));
}

/** Tests the configuration's scores on rows. Options are those of Samples and of Samples.backtest(). */
export function backtest(config: Config, rows: Rows, options: SamplesOptions & BacktestOptions = {}): Record<string, any> {
  return over(config, rows, options, (samples) => samples.backtest(rest(options)));
}
