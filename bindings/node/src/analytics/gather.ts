// SPDX-License-Identifier: Apache-2.0
// What the classes of analytics have in common: options, parts that merge, lists that are finished and read. A class over these keeps to its names, types and documentation.

import { CsuccessError } from "../error.js";
import { Handle } from "../handle.js";
import { type Shape, incoming, listed, outgoing } from "../values.js";

/** A function of the addon. */
export type Call = (...parameters: unknown[]) => any;

/** The functions of one kind of object. */
export interface Family {
  free: Call;
  merge: Call;
}

/** Those of a kind that is a list when it is finished. */
export interface ListFamily extends Family {
  finish: Call;
  count: Call;
  get: Call;
}

/** A struct for the addon; null: nothing was given. */
export function given(shape: Shape | undefined, object: object | null | undefined): Record<string, unknown> | null {
  return incoming(shape ?? {}, object);
}

/** What a function gives; null where there is nothing to tell (CSUCCESS_EMISSING). */
export function maybe<T>(call: () => T): T | null {
  try {
    return call();
  } catch (error) {
    if (error instanceof CsuccessError && error.code === "CSUCCESS_EMISSING") return null;
    throw error;
  }
}

/** Arrays that stand side by side are as long as one another. */
export function beside(arrays: Readonly<Record<string, ArrayLike<unknown> | undefined>>): void {
  const there = Object.entries(arrays).filter(([, array]) => array !== undefined);
  if (there.some(([, array]) => array!.length !== there[0]![1]!.length)) {
    throw new TypeError(`not as many: ${there.map(([name, array]) => `${array!.length} ${name}`).join(", ")}`);
  }
}

/** What is added to in any order and any split: parts that were made apart are merged, and give the same. */
export abstract class Gathered extends Handle {
  readonly #merge: Call;

  /** @internal */
  protected constructor(family: Family, handle: unknown) {
    super(handle, family.free);
    this.#merge = family.merge;
  }

  /** Adds all that the other one has, which stays as it is. @throws CsuccessError CSUCCESS_EINVALID: both are the same one, or their options differ */
  merge(other: this): this {
    if (!(other instanceof this.constructor)) throw new TypeError(`${this.constructor.name} merges with another ${this.constructor.name}`);
    this.#merge(this.use(), other.use());
    return this;
  }
}

/** One that is finished when all was added: then it is a list, best first. */
export abstract class Ordered<T> extends Gathered implements Iterable<T> {
  readonly #family: ListFamily;
  readonly #shape: Shape;

  /** @internal */
  protected constructor(family: ListFamily, shape: Shape | undefined, handle: unknown) {
    super(family, handle);
    this.#family = family;
    this.#shape = shape ?? {};
  }

  /** Puts it in order; nothing can be added from then on. Again does nothing. */
  finish(): this {
    this.#family.finish(this.use());
    return this;
  }

  /** How many there are; 0 before it is finished. */
  get length(): number {
    return this.#family.count(this.use()) as number;
  }

  /** One of them, as Array.prototype.at(): from the end when negative, undefined beyond. */
  at(index: number): T | undefined {
    const place = index < 0 ? this.length + Math.trunc(index) : Math.trunc(index);
    return place >= 0 && place < this.length ? outgoing<T>(this.#shape, this.#family.get(this.use(), place)) : undefined;
  }

  /** All of them. */
  toArray(): T[] {
    return listed(this.length, (index) => this.at(index)!);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.toArray()[Symbol.iterator]();
  }
}
