// SPDX-License-Identifier: Apache-2.0
// What the tests of the addon share: the addon as it is, its error class, and small things to work with.

import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL(`../prebuilds/${process.platform}-${process.arch}/csuccess.node`, import.meta.url));
export const path = process.env.CSUCCESS_ADDON ?? built;
export const there = existsSync(path);
export const raw = createRequire(import.meta.url)(path);

export class CsuccessError extends Error {
  constructor(message, code, result, place) {
    super(message);
    Object.assign(this, { code, result }, place);
  }
}
raw.setErrorClass(CsuccessError);

export const NOW = Date.UTC(2026, 0, 31);
export const CONFIG = {
  csuccess: 1,
  aggregates: { orders: { event: "order", count: true, window: "lifetime" } },
  attributes: { seats: { type: "number" }, plan: { type: "string" }, vip: { type: "bool" }, since: { type: "time" } },
  health: { profiles: { default: { score: { value: "orders", points: { linear: [[0, 0], [10, 100]] } } } } },
  segments: { buyers: { when: "orders >= 1" }, seated: { when: "seats > 5" } },
};
export const compile = (document = CONFIG, options = null) => raw.csuccess_config_compile(JSON.stringify(document), options);
export const random = (count) => new Uint8Array(count).fill(7);

export function events(count, customer = "c", from = 0) {
  const list = raw.csuccess_events_new();
  for (let i = from; i < from + count; i++) {
    raw.csuccess_events_add_json(list, JSON.stringify({ type: "track", messageId: `m${i}`, timestamp: new Date(NOW).toISOString(), groupId: `${customer}${i}`, event: "order" }));
  }
  return list;
}

/** A store in JavaScript that keeps records only: enough for what is ingested. */
export function store(changes = {}) {
  const kept = new Map();
  const done = (_, reply) => raw.csuccess_reply_done(reply, 0, "");
  return {
    kept,
    load({ keys }, reply) {
      keys.forEach(({ kind, id }, index) => {
        const found = kept.get(`${kind}/${id}`);
        if (found) raw.csuccess_reply_record(reply, index, found[0], found[1]);
      });
      raw.csuccess_reply_done(reply, 0, "");
    },
    commit({ batches }, reply) {
      batches.forEach(({ writes }, index) => {
        for (const { key, expected, body } of writes) kept.set(`${key.kind}/${key.id}`, [expected + 1, body]);
        raw.csuccess_reply_applied(reply, index);
      });
      raw.csuccess_reply_done(reply, 0, "");
    },
    due: done, defer: done, claim: done, settle: done, scan: done, history: done, outbox: done, erase: done,
    ...changes,
  };
}

export function engine(config, options = {}) {
  return raw.csuccess_engine_new(config, { random, ...options });
}

/** Lets finalizers run. */
export async function collect() {
  for (let i = 0; i < 4; i++) {
    globalThis.gc();
    await new Promise((go) => setImmediate(go));
  }
}
