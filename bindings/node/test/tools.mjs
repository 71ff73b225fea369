// SPDX-License-Identifier: Apache-2.0
// What the tests of the package share: tables that other programs wrote, a small configuration, and how errors are told.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { CsuccessError } from "../dist/index.js";

const root = new URL("../../../", import.meta.url);
export const read = (path) => readFileSync(new URL(path, root), "utf8");
export const lines = (path) => read(path).trimEnd().split("\n");

export const NOW = Date.UTC(2026, 0, 31);
export const START = Date.UTC(2026, 0, 1);
export const DAY = 86_400_000;
export const day = (n) => START + Math.trunc(n * DAY);

export const DOCUMENT = {
  csuccess: 1,
  attributes: {
    logins: { type: "number" }, seats: { type: "number" }, plan: { type: "string" }, vip: { type: "bool" }, since: { type: "time" }, value: { type: "money", currency: "EUR" },
    lead: { type: "duration" }, tags: { type: "list", of: "string" }, left: { type: "bool", outcome: true },
  },
  health: {
    profiles: {
      default: {
        score: {
          combine: "weighted_mean",
          of: {
            usage: { weight: 0.5, value: "logins", points: { linear: [[0, 0], [60, 100]] } },
            size: { weight: 0.5, value: "seats", points: { linear: [[0, 0], [40, 100]] } },
          },
        },
        bands: { healthy: { from: 50 }, critical: {} },
      },
    },
  },
  segments: { active: { when: "logins >= 10" }, large: { when: "seats > 30" } },
};

/** Whether an error is the library's, of this code. */
export const code = (name, message) => (error) => error instanceof CsuccessError && error.code === name && (!message || message.test(error.message));

/** Whether a figure is the other program's; what is not defined (NaN) is null. */
export function near(got, want, within, what = "") {
  if (Number.isNaN(want)) assert.equal(got, null, what);
  else assert.ok(typeof got === "number" && Math.abs(got - want) <= within, `${what}: ${got} is not ${want}`);
}

/** A double by its bits; "-" is what is not defined. */
function number(cell) {
  if (cell === "-") return NaN;
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${cell}`));
  return view.getFloat64(0);
}

/** [kind, name (of the kinds in `named`), numbers] of each row of a table in tests/data. */
export function* rows(name, named = "") {
  for (const line of lines(`tests/data/${name}`)) {
    const [kind, ...cells] = line.split("\t");
    const word = named.includes(kind) ? cells.shift() : "";
    yield [kind, word, cells.map(number)];
  }
}

/** Random numbers that are the same every time. */
export function draw(seed) {
  let state = seed;
  return () => ((state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32);
}

/** Customers who leave the more, the less they log in. */
export function history(count) {
  const random = draw(11);
  return Array.from({ length: count }, (_, i) => {
    const logins = Math.floor(random() * 60);
    return { customer_id: `c${i}`, logins, seats: Math.floor(random() * 40), plan: random() < 0.5 ? "free" : "team", left: random() < 0.9 - logins / 70 };
  });
}
