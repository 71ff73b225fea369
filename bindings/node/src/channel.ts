// SPDX-License-Identifier: Apache-2.0
// Channels: what takes messages to people.

import { raw } from "./raw.js";
import { Reply, atOnce } from "./store.js";
import type { SendRequest } from "./structs.js";
import { date } from "./values.js";

/** What became of an attempt. */
export type Outcome = "delivered" | "later" | "never" | "bounced" | "unknown";

/** The same, with how long to wait at least until the next attempt, and a reason that is kept with the message: no personal data in it. */
export interface Sent {
  outcome: Outcome;
  retryAfterMs?: number;
  reason?: string;
}

/** A message that is to be sent. The same `id` again is the same message: hand it on as idempotency key. */
export class Outgoing {
  readonly #request: SendRequest;
  readonly id: string;
  readonly tenant: string;
  readonly channel: string;
  /** Whom it is about. */
  readonly customer: string;
  /** Recipient among the customer's contacts; empty: none of them. */
  readonly contact: string;
  readonly purpose: string;
  /** What wants it, such as "alert/usage_low/tier1". */
  readonly definition: string;
  /** From 1. */
  readonly attempt: number;
  readonly now: Date;
  readonly created: Date;
  /** null: never. */
  readonly expires: Date | null;
  /** To staff: consent and holds do not apply. */
  readonly internal: boolean;

  /** @internal */
  constructor(request: SendRequest) {
    const { message } = request;
    this.#request = request;
    this.id = message.id;
    this.tenant = request.tenant;
    this.channel = request.channel;
    this.customer = message.customer;
    this.contact = message.contact;
    this.purpose = message.purpose;
    this.definition = message.definition;
    this.attempt = request.attempt;
    this.now = new Date(request.nowMs);
    this.created = new Date(message.createdMs);
    this.expires = date(message.expiresMs);
    this.internal = (message.flags & raw.CSUCCESS_MESSAGE_INTERNAL) !== 0;
  }

  /** What is to be said. */
  get body(): Record<string, any> {
    return JSON.parse(this.#request.message.body) as Record<string, any>;
  }

  /** The contact's record as it is now, or {}. */
  get recipient(): Record<string, any> {
    return JSON.parse(this.#request.recipient) as Record<string, any>;
  }
}

/** What a channel says; nothing: "delivered". */
export type Answer = Outcome | Sent | void;

/**
 * A channel, as a function or an object with `send`: sends one message and says what became of it. One that throws leaves the message as "unknown", the run goes on, and what it threw
 * comes out of the run in the end. docs/guides/writing-a-channel.md is the contract.
 */
export type Channel = ((message: Outgoing) => Answer) | { send(message: Outgoing): Answer };
/** One that may answer later: of an AsyncEngine. */
export type AsyncChannel = ((message: Outgoing) => Answer | Promise<Answer>) | { send(message: Outgoing): Answer | Promise<Answer> };

const OUTCOMES: Readonly<Record<Outcome, number>> = {
  delivered: raw.CSUCCESS_SENT_DELIVERED,
  later: raw.CSUCCESS_SENT_LATER,
  never: raw.CSUCCESS_SENT_NEVER,
  bounced: raw.CSUCCESS_SENT_BOUNCED,
  unknown: raw.CSUCCESS_SENT_UNKNOWN,
};

/** @internal The number of an outcome. */
export function outcomeOf(word: unknown): number {
  const found = typeof word === "string" && Object.hasOwn(OUTCOMES, word) ? OUTCOMES[word as Outcome] : undefined;
  if (found === undefined) throw new TypeError(`${JSON.stringify(word)} is none of ${Object.keys(OUTCOMES).join(", ")}`);
  return found;
}

/** @internal What a channel said, whole. */
export function sentOf(said: unknown): Required<Omit<Sent, "outcome">> & { outcome: number } {
  const { outcome, retryAfterMs = 0, reason = "" } = (typeof said === "object" && said !== null ? said : { outcome: said ?? "delivered" }) as Sent;
  return { outcome: outcomeOf(outcome), retryAfterMs, reason };
}

/** @internal Puts what a channel said into its reply. */
export function settle(reply: Reply, said: unknown): void {
  const { outcome, retryAfterMs, reason } = sentOf(said);
  reply.sent(outcome, retryAfterMs, reason);
  reply.end();
}

/** @internal What is called to send. */
export function senderOf(channel: AsyncChannel): (message: Outgoing) => unknown {
  if (typeof channel === "function") return channel;
  if (typeof channel?.send === "function") return (message) => channel.send(message);
  throw new TypeError("a channel is a function that sends one message, or an object with send()");
}

/** @internal A channel as the addon takes it. */
export function channelOf(channel: Channel): { send: (request: unknown, reply: unknown) => void } {
  const send = senderOf(channel);
  return {
    send(request, handle) {
      settle(new Reply(handle), atOnce(send(new Outgoing(request as SendRequest)), "the channel"));
    },
  };
}
