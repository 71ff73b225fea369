// SPDX-License-Identifier: Apache-2.0
// Scoring: one customer at a time, or columns of them.

import { Columns, type ColumnOptions, ColumnResults } from "./columns.js";
import { Config } from "./config.js";
import { Explanation } from "./explanation.js";
import { Facts } from "./facts.js";
import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { ScoreResult, scored } from "./score.js";
import { type Override, type Prediction, type Score, type Selected, type SelectionTotals, shapes } from "./structs.js";
import { type Json, type Time, incoming, json, listed, milliseconds, outgoing, parsed } from "./values.js";

/** When to score at; now by default. */
export interface At {
  now?: Time;
}

/** Rows of features that a model of the host's is asked about. */
export interface PredictBatch {
  rows: number;
  features: number;
  /** Of the features, as `churn.model.host.features` lists them. */
  names: readonly string[];
  /** values[row * features + feature]: a number, a boolean as 0 or 1; 0 where absent, and for texts. */
  values: Float64Array;
  /** Of the same shape; null: no feature is a text. */
  texts: readonly string[] | null;
  /** Of the same shape: 1 where the value is there. */
  present: Uint8Array;
  /** The time that is scored at, milliseconds. */
  nowMs: number;
}

/** A probability a row; null (or NaN) for a row that has none, which falls back as `churn.fallback` says. */
export type Probabilities = Float64Array | Float32Array | readonly (number | null)[];

/** A model of the host's. What it throws comes out of the call that asked, but where the configuration falls back. */
export type Predict = (batch: PredictBatch) => Probabilities | { probability: Probabilities; confidence?: Probabilities };

/** Which segments a customer belongs to. */
export interface Segments {
  /** Ids of the segments that it is a member of. */
  members: string[];
  /** Ids of those that a missing input leaves open. */
  undecided: string[];
}

/** The customers for whom a rule holds, lowest score first. */
export interface Selection {
  customers: Selected[];
  totals: SelectionTotals;
}

/** A score with everything that is known about it: its members are those of Score. */
export interface ExplainedScore extends Score {}

/** A score with everything that is known about it. */
export class ExplainedScore {
  /** Where its points come from; null when the configuration has no health. */
  readonly explanation: Explanation | null;
  readonly #text: string;

  /** @internal */
  constructor(score: Score, explanation: Explanation | null, text: string) {
    Object.assign(this, score);
    this.explanation = explanation;
    this.#text = text;
  }

  /** The result object (docs/schemas/result.schema.json): health, churn, segments, alerts. */
  get result(): Record<string, any> {
    return parsed(this.#text);
  }

  /** The result object as JSON. */
  get json(): string {
    return this.#text;
  }

  /** A line for every row of the explanation, each under its parent; contributions add up to the raw score. */
  why(): string {
    return this.explanation?.text() ?? "";
  }
}

/**
 * Scores customers over one configuration. It has no state that decides anything: make one and keep it, one for each worker.
 */
export class Scorer extends Handle {
  readonly config: Config;
  #facts?: Facts;
  #segments?: string[];

  constructor(config: Config) {
    super(raw.csuccess_scorer_new(used(config, Config)), (handle) => raw.csuccess_scorer_free(handle));
    this.config = config;
  }

  /**
   * The health of one customer, and nothing else. A score that cannot be given is no error: `value` is null.
   * @throws CsuccessError CSUCCESS_EINVALID (facts of another configuration, or it has no health), CSUCCESS_ELIMIT; of a row those of Facts.read()
   */
  score(facts: Facts | Json, { now = Date.now() }: At = {}): ScoreResult {
    return scored(this.use(), this.#row(facts), milliseconds(now) as number);
  }

  /** The same with everything that is known about it: where it comes from, churn, segments, alerts. Errors as score(). */
  explain(facts: Facts | Json, { now = Date.now() }: At = {}): ExplainedScore {
    return this.#explained(raw.csuccess_scorer_explain(this.use(), this.#row(facts), milliseconds(now)));
  }

  #explained(score: unknown): ExplainedScore {
    const why = raw.csuccess_scorer_explanation(this.use());
    const explanation = why ? Explanation.copy(why) : null;
    return new ExplainedScore(outgoing<Score>(shapes.Score, score), explanation, raw.csuccess_scorer_json(this.use()));
  }

  /**
   * The customer's probability of churn, and where it comes from; nothing else is evaluated.
   * @throws CsuccessError CSUCCESS_EINVALID when the configuration has no churn; else as explain()
   */
  predict(facts: Facts | Json, { now = Date.now() }: At = {}): Prediction {
    return outgoing(shapes.Prediction, raw.csuccess_scorer_predict(this.use(), this.#row(facts), milliseconds(now)));
  }

  /** The segments that a customer belongs to. */
  segments(facts: Facts | Json, { now = Date.now() }: At = {}): Segments {
    const found = raw.csuccess_scorer_segments(this.use(), this.#row(facts), milliseconds(now));
    return { members: this.#named(found.members), undecided: this.#named(found.undecided) };
  }

  /** @internal Ids of the bits that are set. */
  named(bits: BigUint64Array): string[] {
    return this.#named(bits);
  }

  #named(bits: BigUint64Array): string[] {
    this.#segments ??= this.config.segments;
    return this.#segments.filter((_, index) => (bits[index >> 6]! >> BigInt(index & 63)) & 1n);
  }

  /**
   * The value of an expression over inputs, metrics, health, churn and segments; undefined when a missing input leaves it open: `open` has their names then.
   * @throws CsuccessError CSUCCESS_EEXPRESSION, CSUCCESS_ENAME, CSUCCESS_ETYPE with `offset` in the text
   */
  eval(expression: string, facts: Facts | Json, { now = Date.now() }: At = {}): { value: unknown; open: string[] } {
    const found = raw.csuccess_scorer_eval(this.use(), this.#row(facts), milliseconds(now), expression);
    if (raw.lastResult() === raw.CSUCCESS_UNDECIDED) return { value: undefined, open: found.open === "" ? [] : found.open.split(", ") };
    return { value: parsed(found.value), open: [] };
  }

  /** An override that a person has set, in force for every customer scored from then on, until it expires or null is set. */
  override(override: Omit<Override, "hasScore"> | null): this {
    const given = override && { ...override, hasScore: override.score !== undefined };
    raw.csuccess_scorer_override(this.use(), incoming(shapes.Override, given));
    return this;
  }

  /** The model that `churn.model.host` speaks of; null takes it away. @throws CsuccessError CSUCCESS_EINVALID when the configuration's model is no host */
  setModel(predict: Predict | null): this {
    raw.csuccess_scorer_set_model(this.use(), predict && ((batch: PredictBatch) => predict(batch)));
    return this;
  }

  /** Who is told of every prediction, in blocks; null: nobody. What it throws makes the call that predicted fail with it: what is not logged has not been predicted. */
  setLog(log: ((predictions: Prediction[]) => void) | null): this {
    raw.csuccess_scorer_set_log(this.use(), log && ((list: unknown[]) => void log(list.map((one) => outgoing(shapes.Prediction, one)))));
    return this;
  }

  /** Scores columns, or some rows of them. The values are those of score(), to the bit. */
  columns(columns: Columns, { now = Date.now(), first = 0, count = columns.rows - first, ...options }: At & ColumnOptions & { first?: number; count?: number } = {}): ColumnResults {
    const out = new ColumnResults(this.config, count, options);
    raw.csuccess_scorer_columns(this.use(), used(columns, Columns), first, count, milliseconds(now), out.arrays());
    return out;
  }

  /**
   * One customer of the host's, loaded by `load` and explained; null: there is no such customer, which is CSUCCESS_ENAME.
   */
  pull(customer: string, load: (customer: string) => Json | null | undefined, { now = Date.now() }: At = {}): ExplainedScore {
    const ops = { load: (wanted: string, facts: unknown) => give(load(wanted), facts) };
    return this.#explained(raw.csuccess_scorer_pull(this.use(), ops, customer, milliseconds(now)));
  }

  /**
   * The customers for whom a rule holds: an expression ("health_score < 50") or a JSON rule. `customers` is read to its end, a row at a time.
   * @throws CsuccessError CSUCCESS_EEXPRESSION, CSUCCESS_ETYPE, CSUCCESS_ENAME, CSUCCESS_EJSON, CSUCCESS_ECONFIG of the rule; what `customers` throws
   */
  select(when: string | object, customers: Iterable<Json>, { now = Date.now(), most = 0 }: At & { most?: number } = {}): Selection {
    const rows = customers[Symbol.iterator]();
    const next = (facts: unknown): boolean => {
      const { done, value } = rows.next();
      return give(done ? null : value, facts);
    };
    const found = raw.csuccess_scorer_select(this.use(), { customers: { next }, when: json(when), nowMs: milliseconds(now), most });
    try {
      return {
        customers: listed(raw.csuccess_selection_count(found), (index) => outgoing(shapes.Selected, raw.csuccess_selection_get(found, index))),
        totals: raw.csuccess_selection_total(found),
      };
    } finally {
      raw.csuccess_selection_free(found);
    }
  }

  override close(): void {
    super.close();
    this.#facts?.close();
  }

  #row(facts: Facts | Json): unknown {
    if (facts instanceof Facts) return facts.use();
    this.#facts ??= new Facts(this.config);
    return this.#facts.read(facts).use();
  }
}

/** Puts a row of the host's into facts of the library's and says whether there was one. */
function give(row: Json | null | undefined, facts: unknown): boolean {
  if (row === null || row === undefined) return false;
  raw.csuccess_facts_read_json(facts, json(row));
  return true;
}

/** The segments of one customer, kept so that a changed input costs little. */
export class Membership extends Handle {
  readonly config: Config;

  constructor(config: Config) {
    super(raw.csuccess_membership_new(used(config, Config)), (handle) => raw.csuccess_membership_free(handle));
    this.config = config;
  }

  /** Brings it up to date after the inputs with these slots have changed; the first time it looks at everything. */
  update(scorer: Scorer, facts: Facts, changed: readonly number[], { now = Date.now() }: At = {}): Segments {
    raw.csuccess_scorer_membership(used(scorer, Scorer), used(facts, Facts), milliseconds(now), this.use(), Uint32Array.from(changed));
    return {
      members: scorer.named(raw.csuccess_membership_members(this.use())),
      undecided: scorer.named(raw.csuccess_membership_undecided(this.use())),
    };
  }
}
