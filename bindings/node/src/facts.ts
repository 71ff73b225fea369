// SPDX-License-Identifier: Apache-2.0
// What is known of one customer.

import { Config, named } from "./config.js";
import { Handle, used } from "./handle.js";
import { raw } from "./raw.js";
import { type Json, type Time, json, listed, milliseconds } from "./values.js";

/** An amount of money in major units. */
export interface Money {
  amount: number;
  currency?: string;
}

/** What an attribute may be set to; null makes it missing. */
export type Value = number | bigint | boolean | string | Date | Money | readonly unknown[] | Record<string, unknown> | null;

/** What is known of one customer, in the terms of a configuration. Used again and again: clear() keeps its memory. */
export class Facts extends Handle {
  readonly config: Config;
  #types?: Map<string, string>;

  constructor(config: Config) {
    super(raw.csuccess_facts_new(used(config, Config)), (handle) => raw.csuccess_facts_free(handle));
    this.config = config;
  }

  /** The facts of a row. */
  static of(config: Config, row: Json): Facts {
    return new Facts(config).read(row);
  }

  /** Makes everything missing again. */
  clear(): this {
    raw.csuccess_facts_clear(this.use());
    return this;
  }

  /**
   * Reads a whole row: an object of attributes by name, collections by id, and "customer_id". What was known before is forgotten. Impossible values are quarantined and do not fail
   * the row.
   * @throws CsuccessError with the first problem's place, and nothing is applied: CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_EJSON, CSUCCESS_ELIMIT
   */
  read(row: Json): this {
    raw.csuccess_facts_read_json(this.use(), json(row));
    return this;
  }

  /** Whether read() passes over attributes that the configuration does not define, or refuses the row, as at first. */
  ignoreUnknown(on = true): this {
    raw.csuccess_facts_ignore_unknown(this.use(), on ? 1 : 0);
    return this;
  }

  /**
   * Sets an attribute by name, as its type asks: times from Date, milliseconds or RFC 3339, durations from ISO 8601, money from a number or {amount, currency}, lists and collections
   * from arrays and objects.
   * @throws CsuccessError CSUCCESS_ENAME, CSUCCESS_ETYPE, CSUCCESS_ERANGE (quarantined: the attribute is missing then), CSUCCESS_ELIMIT
   */
  set(name: string, value: Value): this {
    if (typeof name !== "string") throw new TypeError("the name of an attribute must be a string");
    try {
      this.#set(name, value);
    } catch (error) {
      throw named(error, this.config, name);
    }
    return this;
  }

  #set(name: string, value: Value): void {
    const handle = this.use();
    if (value === null) raw.csuccess_facts_unset(handle, name);
    else if (typeof value === "boolean") raw.csuccess_facts_set_bool(handle, name, value ? 1 : 0);
    else if (value instanceof Date) raw.csuccess_facts_set_time(handle, name, milliseconds(value));
    else if (typeof value === "number" || typeof value === "bigint") this.#number(name, Number(value));
    else if (typeof value === "string") this.#string(name, value);
    else if (this.#type(name) === "money" && "amount" in value) raw.csuccess_facts_set_money(handle, name, value.amount as number, (value.currency as string | undefined) ?? "");
    else raw.csuccess_facts_set_json(handle, name, json(value));
  }

  /** Sets an attribute by its slot (Config.slot()), the fast way: numbers, booleans and strings as they are, a Date for times. */
  put(slot: number, value: number | boolean | string | Date): this {
    if (typeof value === "number") raw.csuccess_facts_put_number(this.use(), slot, value);
    else if (typeof value === "boolean") raw.csuccess_facts_put_bool(this.use(), slot, value ? 1 : 0);
    else if (typeof value === "string") raw.csuccess_facts_put_string(this.use(), slot, value);
    else raw.csuccess_facts_put_time(this.use(), slot, milliseconds(value));
    return this;
  }

  /** Sets an attribute from text as a CSV cell has it, by the attribute's type; the empty text is missing. */
  setText(name: string, text: string): this {
    try {
      raw.csuccess_facts_set_text(this.use(), name, text);
    } catch (error) {
      throw named(error, this.config, name);
    }
    return this;
  }

  /** When the attribute's present value was observed, for its `max_age`. @throws CsuccessError CSUCCESS_EMISSING: it has none */
  observed(name: string, at: Time): this {
    raw.csuccess_facts_set_observed(this.use(), name, milliseconds(at));
    return this;
  }

  /** The customer's id, or empty. */
  get customer(): string {
    return raw.csuccess_facts_customer(this.use());
  }

  set customer(id: string) {
    raw.csuccess_facts_set_customer(this.use(), id);
  }

  /** The values that were impossible, and why. */
  get quarantined(): { attribute: string; reason: string }[] {
    return listed(raw.csuccess_facts_quarantined(this.use()), (index) => raw.csuccess_facts_quarantine(this.use(), index));
  }

  #type(name: string): string | undefined {
    this.#types ??= new Map(this.config.inputs.map((input) => [input.name, input.type]));
    return this.#types.get(name);
  }

  #number(name: string, value: number): void {
    const type = this.#type(name);
    if (type === "time" || type === "date") raw.csuccess_facts_set_time(this.use(), name, milliseconds(value));
    else if (type === "money") raw.csuccess_facts_set_money(this.use(), name, value, "");
    else raw.csuccess_facts_set_number(this.use(), name, value);
  }

  #string(name: string, value: string): void {
    const type = this.#type(name);
    if (type === "time" || type === "date" || type === "duration") raw.csuccess_facts_set_text(this.use(), name, value);
    else raw.csuccess_facts_set_string(this.use(), name, value);
  }
}
