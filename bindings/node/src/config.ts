// SPDX-License-Identifier: Apache-2.0
// Configurations: one JSON document, compiled once, shared freely.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ConfigProblem, CsuccessError } from "./error.js";
import { Shared, used } from "./handle.js";
import { Model } from "./model.js";
import { raw } from "./raw.js";
import { type ExplainedScore, Scorer } from "./scorer.js";
import type { AccessQuestion, ConfigOptions, ErrorCode, FlowBounds, Limits, Problem } from "./structs.js";
import { type Json, type Time, date, json, listed, milliseconds } from "./values.js";

/** How to compile. */
export interface CompileOptions extends ConfigOptions {
  limits?: Limits;
  /** Finds the document that another one extends; null when there is none, so that the shipped presets are tried. */
  resolve?: (name: string) => Json | null | undefined;
  /** The models that the document names, or what gives them. */
  models?: Readonly<Record<string, Model>> | ((name: string) => Model | null | undefined);
}

/** An input of a configuration: attribute, collection or earlier score. */
export interface Input {
  name: string;
  /** "number", "bool", "string", "time", "date", "duration", "money", "list" or "records". */
  type: string;
  /** By which facts and columns set it without its name. */
  slot: number;
}

/** One difference of two configurations. */
export interface Difference {
  op: "add" | "remove" | "replace" | "reorder";
  path: string;
  before?: unknown;
  after?: unknown;
}

/** What is asked of Config.access(). */
export type Question = Omit<AccessQuestion, "leads"> & { leads?: (manager: string, member: string) => boolean };

const UNBOUNDED = 0xffffffff;

function optionsOf(options: CompileOptions): Record<string, unknown> {
  const { resolve, models, bindings, ...rest } = options;
  const out: Record<string, unknown> = { ...rest };
  if (bindings !== undefined) out.bindings = json(bindings);
  if (resolve !== undefined && typeof resolve !== "function") throw new TypeError("options.resolve must be a function");
  if (resolve) out.resolve = (name: string) => documentOf(resolve(name));
  if (models) out.model = (name: string) => modelOf(typeof models === "function" ? models(name) : Object.hasOwn(models, name) ? models[name] : null);
  return out;
}

function documentOf(found: Json | null | undefined): string | Uint8Array | null {
  return found === null || found === undefined ? null : json(found);
}

function modelOf(found: Model | null | undefined): unknown {
  return found === null || found === undefined ? null : used(found, Model);
}

function problem(given: Problem): ConfigProblem {
  return { ...given, code: given.code === 0 ? null : (raw.csuccess_result_name(given.code) as ErrorCode) };
}

/** @internal An error of a function that is given an attribute by name and has no place for messages: with the name, and the nearest when there is none of it. */
export function named(error: unknown, config: Config, name: string): unknown {
  if (!(error instanceof CsuccessError) || (error as CsuccessError).pointer !== "") return error;
  if (error.code === "CSUCCESS_ENAME") {
    const facts = raw.csuccess_facts_new(config.use());
    try {
      raw.csuccess_facts_read_json(facts, JSON.stringify({ [name]: null }));
    } catch (told) {
      error.message = (told as Error).message;
    } finally {
      raw.csuccess_facts_free(facts);
    }
  } else if (error.code === "CSUCCESS_ETYPE" || error.code === "CSUCCESS_ERANGE") error.message = `${name}: ${error.message}`;
  return error;
}

/**
 * A compiled configuration: every definition of attributes, health, churn, segments and programmes, checked as a whole. It never changes and may be shared freely; there is nothing
 * to close.
 */
export class Config extends Shared {
  #inputs?: readonly Input[];
  #scorer?: Scorer;

  private constructor(handle: unknown) {
    super(handle);
  }

  /**
   * Compiles a document.
   * @throws CsuccessError with the first problem and its place; `problems` has all of them. CSUCCESS_ECONFIG, CSUCCESS_EEXPRESSION, CSUCCESS_ETYPE, CSUCCESS_ENAME, CSUCCESS_ERANGE,
   * CSUCCESS_ECYCLE (problems of that kind), CSUCCESS_EJSON, CSUCCESS_EENCODING, CSUCCESS_EMISSING (a binding without a value), CSUCCESS_EUNSUPPORTED, CSUCCESS_ELIMIT
   */
  static compile(document: Json, options: CompileOptions = {}): Config {
    const text = json(document);
    try {
      return new Config(raw.csuccess_config_compile(text, optionsOf(options)));
    } catch (error) {
      if (error instanceof CsuccessError && error.result !== raw.CSUCCESS_ENOMEM) error.problems = Config.check(text, options);
      throw error;
    }
  }

  /** Compiles a file. What it extends is looked for beside it (NAME or NAME.json), then among the presets. Errors of node:fs, else as compile(). */
  static load(path: string, options: CompileOptions = {}): Config {
    const beside = (name: string): Json | null => {
      const found = [join(dirname(path), name), join(dirname(path), `${name}.json`)].find((file) => /^[\w.-]+$/.test(name) && existsSync(file));
      return found === undefined ? null : readFileSync(found);
    };
    return Config.compile(readFileSync(path), { name: path, resolve: beside, ...options });
  }

  /** Compiles a configuration that is shipped; presets() names them. */
  static preset(name: string, options: CompileOptions = {}): Config {
    return Config.compile({ csuccess: 1, extends: name }, options);
  }

  /** All problems of a document, errors first, and what is legal but probably wrong (`code` null). Empty: it is in order. */
  static check(document: Json, options: CompileOptions = {}): ConfigProblem[] {
    const list = raw.csuccess_config_check(json(document), optionsOf(options));
    try {
      return listed(raw.csuccess_problems_count(list), (index) => problem(raw.csuccess_problems_get(list, index)));
    } finally {
      raw.csuccess_problems_free(list);
    }
  }

  /** The content hash: "sha256:" and 64 digits. Equal hashes decide equally within the same limits. */
  get hash(): string {
    return raw.csuccess_config_hash(this.use());
  }

  /** The document's `name`, or empty. */
  get name(): string {
    return raw.csuccess_config_name(this.use());
  }

  /** The effective document, everything extended and merged. */
  get document(): Record<string, unknown> {
    return JSON.parse(raw.csuccess_config_document(this.use()) as string) as Record<string, unknown>;
  }

  /** Every input, in the order of slots. */
  get inputs(): readonly Input[] {
    this.#inputs ??= listed(raw.csuccess_config_inputs(this.use()), (slot) => ({ ...raw.csuccess_config_input(this.use(), slot), slot }));
    return this.#inputs;
  }

  /** The slot of an input. @throws CsuccessError CSUCCESS_ENAME, which names the nearest */
  slot(name: string): number {
    try {
      return raw.csuccess_config_slot(this.use(), name);
    } catch (error) {
      throw named(error, this, name);
    }
  }

  /** The ids of the segments, in the order in which bits speak of them. */
  get segments(): string[] {
    return listed(raw.csuccess_config_segments(this.use()), (index) => raw.csuccess_config_segment(this.use(), index));
  }

  /** The names of the channels of the document. */
  get channels(): string[] {
    return listed(raw.csuccess_config_channels(this.use()), (index) => raw.csuccess_config_channel(this.use(), index));
  }

  /** The names of the journeys and playbooks: "journey/onboarding". */
  get programs(): string[] {
    return listed(raw.csuccess_config_programs(this.use()), (index) => raw.csuccess_config_program(this.use(), index));
  }

  /** The name of a health profile by its index in column results. */
  profile(index: number): string {
    return raw.csuccess_config_profile(this.use(), index);
  }

  /** The name of a band of a profile by its index in column results. */
  band(profile: number, index: number): string {
    return raw.csuccess_config_band(this.use(), profile, index);
  }

  /** The name of a churn level by its index in column results. */
  level(index: number): string {
    return raw.csuccess_config_level(this.use(), index);
  }

  /** What `after` has otherwise, in document order; empty when nothing. */
  diff(after: Config): Difference[] {
    return JSON.parse(raw.csuccess_config_diff(this.use(), used(after, Config)) as string) as Difference[];
  }

  /** Whether it may take the place of `before`. @throws CsuccessError CSUCCESS_EINVALID when a campaign's status moves as it may not */
  succeeds(before: Config): void {
    raw.csuccess_config_succeed(used(before, Config), this.use());
  }

  /** Draws a journey or playbook: lines of text, or a document for Graphviz. @throws CsuccessError CSUCCESS_ENAME */
  draw(name: string, how: "text" | "dot" = "text"): string {
    return raw.csuccess_config_draw(this.use(), name, how === "dot" ? raw.CSUCCESS_DRAW_DOT : raw.CSUCCESS_DRAW_TEXT);
  }

  /** What a journey or playbook can come to at most; Infinity: unbounded. @throws CsuccessError CSUCCESS_ENAME */
  bounds(name: string): FlowBounds {
    const given = raw.csuccess_config_bounds(this.use(), name) as Record<string, number>;
    const entries = Object.entries(given).map(([key, value]) => [key, key !== "longestMs" && value === UNBOUNDED ? Infinity : value]);
    return Object.fromEntries(entries) as FlowBounds;
  }

  /** When the churn model is due to be trained again, and whether `now` has reached it; null when neither configuration nor model say. */
  retrainDue(now: Time = Date.now()): { at: Date; due: boolean } | null {
    try {
      const at = date(raw.csuccess_config_retrain_due(this.use(), milliseconds(now)))!;
      return { at, due: raw.lastResult() === raw.CSUCCESS_OK };
    } catch (error) {
      if ((error as CsuccessError).code === "CSUCCESS_EMISSING") return null;
      throw error;
    }
  }

  /** The rule that allows what is asked. @throws CsuccessError CSUCCESS_EDENIED, whose message names the rule that does not */
  access(question: Question): string {
    return raw.csuccess_access_check(this.use(), question);
  }

  /**
   * Scores one customer and says why: a row of attributes by name, as Facts.read() takes it. For many customers keep a Scorer.
   *
   * @example
   * const score = config.score({ logins_30d: 12, champion_left: true });
   * console.log(score.value, score.status, score.why());
   */
  score(row: Json, options: { now?: Time } = {}): ExplainedScore {
    this.#scorer ??= new Scorer(this);
    return this.#scorer.explain(row, options);
  }
}

/** Names and documents of the configurations that are shipped. */
export function presets(): { name: string; document: string }[] {
  return listed(raw.csuccess_preset_count(), (index) => raw.csuccess_preset_get(index));
}
