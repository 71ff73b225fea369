// SPDX-License-Identifier: Apache-2.0
// What Engine, AsyncEngine and the engine of a simulation have in common: options, channels, figures.

import type { AsyncChannel } from "./channel.js";
import { Config } from "./config.js";
import { Handle, used } from "./handle.js";
import { type Hooks, type Trace, hooksOf, leadsOf, randomOf, traceOf } from "./hooks.js";
import type { Leads, Principal } from "./principal.js";
import { raw } from "./raw.js";
import { type EngineCounts, type Limits, type EngineOptions as Numbers, shapes } from "./structs.js";
import { type Time, date, milliseconds, outgoing } from "./values.js";

/** What time it is: a function, or something with now(), such as Date itself. */
export type Clock = (() => Time) | { now(): Time };

/** How an engine works; what is not given is the default. */
export interface EngineOptions extends Hooks, Omit<Numbers, "clock"> {
  /** What time it is where a call is given none: the system's clock. */
  clock?: Clock;
  /** So many random bytes fit for keys, 32 for each new customer: those of the system. */
  random?: (count: number) => Uint8Array;
  /** Whether one leads the other, for the scope "team": nobody does. */
  leads?: Leads;
  /** Ceilings on hostile input. */
  limits?: Limits;
  /** The last time that an engine of this host saw, so that a leap over a restart is seen as well. */
  seen?: Time;
}

/** On whose behalf a call is made, and when. */
export interface CallOptions {
  /** Absent: the host itself, who may do everything. */
  principal?: Principal | null;
  /** Absent: what the clock says. */
  now?: Time;
}

/** The same of a call of run(). */
export interface RunOptions extends CallOptions {
  /** How many customers at most; 0: no limit. */
  customers?: number;
  /** How many messages at most; 0: no limit. */
  messages?: number;
}

const NUMBERS = ["tenant", "shard", "shards", "batch", "inputs", "effects", "stateBytes", "tries", "leaseMs", "inFlight", "limits"] as const;
const KNOWN = new Set<string>([...NUMBERS, "clock", "random", "leads", "seen", "zone", "variable", "sentiment", "trace", "store", "channels"]);

/** @internal The options as the addon takes them. */
export function engineOptions(options: EngineOptions): Record<string, unknown> {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new TypeError(`there is no option ${JSON.stringify(unknown)} of an engine: ${[...KNOWN].join(", ")}`);
  const { trace: _, ...hooks } = hooksOf(options);
  const out: Record<string, unknown> = { ...hooks, random: randomOf(options.random) };
  for (const name of NUMBERS) if (options[name] !== undefined) out[name] = options[name];
  const leads = leadsOf(options.leads);
  if (leads) out.leads = leads;
  if (options.seen !== undefined) out.clockMs = milliseconds(options.seen);
  return out;
}

/** @internal */
export function clockOf(clock: Clock | undefined): () => Time {
  if (clock === undefined) return Date.now;
  if (typeof clock === "function" && !("now" in clock)) return clock as () => Time;
  if (typeof (clock as { now?: unknown }).now === "function") return () => (clock as { now(): Time }).now();
  throw new TypeError("a clock is a function that says what time it is, or something with now()");
}

/** @internal The limits of a run; null: none. */
export function runLimits({ customers = 0, messages = 0 }: RunOptions): unknown {
  return customers || messages ? { customers, messages } : null;
}

/** An engine without its calls. */
export abstract class EngineBase extends Handle {
  readonly #clock: () => Time;
  readonly #registered = new Set<string>();
  #config: Config;

  /** @internal */
  constructor(handle: unknown, free: (handle: unknown) => unknown, config: Config, clock: Clock | undefined) {
    super(handle, free);
    this.#config = config;
    this.#clock = clockOf(clock);
  }

  /** @internal The time of a call. */
  protected time(now: Time | undefined): number | bigint {
    return milliseconds(now === undefined ? this.#clock() : now);
  }

  /** @internal The time of a call that is given none. */
  now(): number | bigint {
    return this.time(undefined);
  }

  /** @internal Registers a channel under the addon's form of it. */
  protected register(name: string, channel: unknown): void {
    raw.csuccess_engine_add_channel(this.use(), name, channel);
    this.#registered.add(name);
  }

  /**
   * Registers a channel of the section `channels`, or, for one that is not named there, one with the defaults. Again replaces. Messages to a channel that nobody registered stay in the
   * outbox and are put off. CSUCCESS_EBUSY while calls are under way.
   */
  abstract addChannel(name: string, channel: AsyncChannel): this;

  /** The channels that the configuration names, in its order, and those that were registered beside: whether somebody sends to each. */
  get channels(): Record<string, boolean> {
    const config = this.#config.use();
    const found: Record<string, boolean> = {};
    for (let index = 0; index < raw.csuccess_config_channels(config); index++) found[raw.csuccess_config_channel(config, index)] = false;
    for (const name of this.#registered) found[name] = true;
    return found;
  }

  /** The configuration that the next advance goes by. */
  get config(): Config {
    return this.#config;
  }

  /**
   * Goes on with another configuration from the next advance on: a new one, or an earlier one. Customers are brought over as they are advanced.
   * @throws CsuccessError CSUCCESS_EBUSY (calls or transactions are under way), CSUCCESS_EDENIED: then the one before stays
   */
  setConfig(config: Config, { principal = null }: { principal?: Principal | null } = {}): this {
    raw.csuccess_engine_set_config(this.use(), used(config, Config), principal);
    this.#config = config;
    return this;
  }

  /** Lets the clock leap to that time. */
  confirmClock(now?: Time): this {
    raw.csuccess_engine_confirm_clock(this.use(), this.time(now));
    return this;
  }

  /** Sets who is told of everything that is committed from the next commit on; null: nobody. A simulation and a live engine that is handed the same inputs at the same times tell the same bytes. */
  setTrace(trace: Trace | null): this {
    raw.csuccess_engine_set_trace(this.use(), traceOf(trace));
    return this;
  }

  /** What it did since it was made; counts only grow. `clock`: the last time that it saw. */
  figures(): EngineCounts {
    const counts = raw.csuccess_engine_figures(this.use());
    return { ...outgoing<EngineCounts>(shapes.EngineCounts, counts), clock: counts.clockMs === 0 ? null : date(counts.clockMs) };
  }
}
