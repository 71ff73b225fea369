// SPDX-License-Identifier: Apache-2.0
// What came of journeys, playbooks, segments, experiments and interventions, over any number of customers.

import { Config } from "./config.js";
import { Gathered } from "./analytics/gather.js";
import { used } from "./handle.js";
import { raw } from "./raw.js";
import { Scorer } from "./scorer.js";
import { type Json, type Time, json, milliseconds, parsed } from "./values.js";

/** An entry of a customer's history, as a store keeps it. */
export interface HistoryEntry {
  /** Such as "journey". */
  kind: string;
  /** JSON that says what happened. */
  body: Json;
  customer?: string;
  seq?: number;
  at?: Time;
  cause?: string;
  by?: string;
  subject?: string;
  /** Content hash of the configuration. */
  config?: string;
}

/**
 * Counts what came of `name`: "journey/ID", "playbook/ID", "segments", "experiment/ID", "interventions" or "effects" (docs/reference/flow.md "Results", intervene.md "What came of
 * it"). Parts made apart (by shard, by day) are merged, in any order, to the same bytes.
 */
export class Accumulator extends Gathered {
  readonly config: Config;
  /** What it counts. */
  readonly name: string;

  /** @throws CsuccessError CSUCCESS_ENAME, which names the nearest */
  constructor(config: Config, name: string) {
    super({ free: raw.csuccess_accumulator_free, merge: raw.csuccess_accumulator_merge }, raw.csuccess_accumulator_new(used(config, Config), name));
    this.config = config;
    this.name = name;
  }

  /**
   * Adds an entry, those of one customer in their order; false: it is none of its concern, and was passed over.
   * @throws CsuccessError CSUCCESS_ESTATE (a body that cannot be), CSUCCESS_ELIMIT; nothing was added then
   */
  addEntry({ at, body, ...entry }: HistoryEntry): boolean {
    const whole = { ...entry, atMs: at === undefined ? 0 : milliseconds(at), body: json(body) };
    return raw.csuccess_accumulator_add_entry(this.use(), whole) === raw.CSUCCESS_OK;
  }

  /** Of "segments": adds the customer that the scorer (of the same configuration) explained last. @throws CsuccessError CSUCCESS_EINVALID */
  addScored(scorer: Scorer): this {
    raw.csuccess_accumulator_add_scored(this.use(), used(scorer, Scorer));
    return this;
  }

  /** What it counted. */
  toJSON(): Record<string, any> {
    return parsed(raw.csuccess_accumulator_json(this.use()));
  }

  /** As bytes to keep and merge later. */
  save(): Buffer {
    return raw.csuccess_accumulator_save(this.use()) as Buffer;
  }

  /** Adds what was saved. @throws CsuccessError CSUCCESS_EINVALID (of another configuration or name), CSUCCESS_ESTATE (damaged), CSUCCESS_EUNSUPPORTED (a newer format) */
  load(saved: Uint8Array): this {
    raw.csuccess_accumulator_load(this.use(), saved);
    return this;
  }
}
