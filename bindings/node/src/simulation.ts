// SPDX-License-Identifier: Apache-2.0
// A configuration tried out: the same engine over a store in memory and a virtual clock, sending nothing.

import { type Answer, Outgoing, sentOf } from "./channel.js";
import { Config } from "./config.js";
import { EngineCalls } from "./engine.js";
import { type AnyEvents, type EventResult, eventsOf } from "./events.js";
import { Handle, used } from "./handle.js";
import { type Hooks, hooksOf } from "./hooks.js";
import { raw } from "./raw.js";
import { atOnce } from "./store.js";
import type { Limits, SendRequest } from "./structs.js";
import { type Time, milliseconds } from "./values.js";

/** How a simulation works. */
export interface SimulationOptions extends Hooks {
  /** "default" when not given. */
  tenant?: string;
  /** Of the customers' secrets. */
  seed?: number | bigint;
  /** The virtual clock at the beginning; absent: the time of the first input. */
  start?: Time;
  /** What a message meets, as a channel answers: delivered when it is not given. */
  send?: (message: Outgoing) => Answer;
  /** Ceilings on hostile input. */
  limits?: Limits;
}

/** The engine of a simulation, which owns it: calls without `now` are at the virtual clock's time; close() does nothing. */
class SimulatedEngine extends EngineCalls {
  constructor(handle: unknown, config: Config, clock: () => Time) {
    super(handle, () => undefined, config, clock);
  }
}

/**
 * Inputs are applied at their own times, everything that comes due is done in between, at the virtual time at which it is due; what would be sent is told to the trace. Equal inputs,
 * options and configuration give equal traces, to the byte, and so does a live engine that is handed the same inputs at the same times.
 * What callbacks throw is thrown as itself once the library has returned.
 */
export class Simulation extends Handle {
  readonly #config: Config;
  #engine: EngineCalls | undefined;

  constructor(config: Config, { send, tenant, seed, start, limits, ...hooks }: SimulationOptions = {}) {
    if (send !== undefined && typeof send !== "function") throw new TypeError("send must be a function");
    const options = {
      ...hooksOf(hooks), ...(tenant !== undefined && { tenant }), ...(seed !== undefined && { seed }), ...(limits && { limits }),
      ...(start !== undefined && { startMs: milliseconds(start) }),
      ...(send && { send: (request: unknown) => sentOf(atOnce(send(new Outgoing(request as SendRequest)), "send")).outcome }),
    };
    super(raw.csuccess_simulation_new(used(config, Config), options), (handle) => raw.csuccess_simulation_free(handle));
    this.#config = config;
  }

  /** Applies inputs in order of their times from the clock's time on, and what comes due before each; an input older than the clock is late and is applied now. What became of every one. */
  feed(events: AnyEvents): EventResult[] {
    const { list, made } = eventsOf(events);
    try {
      raw.csuccess_simulation_feed(this.use(), list.use());
      return list.results();
    } finally {
      if (made) list.close();
    }
  }

  /** Lets time go on until then, doing all that comes due. A clock that is beyond it stays. */
  run(until: Time): void {
    raw.csuccess_simulation_run(this.use(), milliseconds(until));
  }

  /** The virtual clock. */
  get now(): Date {
    return new Date(Number(raw.csuccess_simulation_now(this.use())));
  }

  /** Its engine, for scores, explanations, states, figures and transactions. */
  get engine(): EngineCalls {
    return (this.#engine ??= new SimulatedEngine(raw.csuccess_simulation_engine(this.use()), this.#config, () => this.now));
  }
}
