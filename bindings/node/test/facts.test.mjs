// SPDX-License-Identifier: Apache-2.0
// Facts of one customer: each type by name, by slot and from text; rows; what is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Config, Facts, Scorer } from "../dist/index.js";
import { DOCUMENT, NOW, code } from "./tools.mjs";

const config = Config.compile(DOCUMENT);
const scorer = new Scorer(config);
const value = (facts, name) => scorer.eval(name, facts, { now: NOW }).value;

test("each type is set as JavaScript has it", () => {
  const facts = new Facts(config);
  facts.set("logins", 12).set("seats", 5n).set("plan", "pro").set("vip", true).set("since", new Date(NOW)).set("value", { amount: 10, currency: "EUR" }).set("lead", "P2D").set("tags", ["a", "b"]);
  assert.deepEqual(["logins", "seats", "plan", "vip"].map((name) => value(facts, name)), [12, 5, "pro", true]);
  assert.equal(value(facts, 'since == timestamp("2026-01-31T00:00:00Z")'), true);
  assert.equal(value(facts, '"b" in tags'), true);
  for (const at of [NOW, BigInt(NOW), "2026-01-31T00:00:00Z", "2026-01-31T01:00:00+01:00"]) assert.equal(value(new Facts(config).set("since", at), 'since == timestamp("2026-01-31T00:00:00Z")'), true, String(at));
  facts.set("plan", null);
  assert.deepEqual(scorer.eval("plan", facts, { now: NOW }), { value: undefined, open: ["plan"] });
  facts.clear();
  assert.equal(value(facts, "logins"), undefined);
});

test("by slot and from text", () => {
  const facts = new Facts(config);
  facts.put(config.slot("logins"), 3).put(config.slot("plan"), "x").put(config.slot("vip"), false).put(config.slot("since"), new Date(NOW)).setText("seats", "7").setText("lead", "");
  assert.deepEqual(["logins", "plan", "vip", "seats"].map((name) => value(facts, name)), [3, "x", false, 7]);
  assert.throws(() => facts.put(999, 1), (error) => /CSUCCESS_E(NAME|INVALID|RANGE)/.test(error.code));
  assert.throws(() => facts.put(-1, 1), TypeError);
});

test("a row is read whole or not at all", () => {
  const facts = Facts.of(config, { customer_id: "c1", logins: 4, vip: null });
  assert.equal(facts.customer, "c1");
  assert.throws(() => facts.read({ logins: 5, plam: "x" }), (error) => error.code === "CSUCCESS_ENAME" && error.pointer === "/plam");
  assert.throws(() => facts.read('{"logins": 5,\n "seats": "many"}'), (error) => error.code === "CSUCCESS_ETYPE" && error.line === 2);
  assert.equal(value(facts, "logins"), 4);
  facts.ignoreUnknown().read(Buffer.from('{"logins": 5, "plam": 1}'));
  assert.equal(value(facts, "logins"), 5);
  assert.throws(() => facts.ignoreUnknown(false).read({ plam: 1 }), code("CSUCCESS_ENAME"));
  facts.customer = "c2";
  assert.equal(facts.customer, "c2");
});

test("what cannot be is refused, and nothing crashes", () => {
  const facts = new Facts(config);
  assert.throws(() => facts.set("logns", 1), code("CSUCCESS_ENAME", /logins/));
  assert.throws(() => facts.set("logins", "many"), code("CSUCCESS_ETYPE"));
  assert.throws(() => facts.set("plan", "\ud800"), code("CSUCCESS_EENCODING"));
  assert.throws(() => facts.set("logins", NaN), code("CSUCCESS_ERANGE"));
  assert.throws(() => facts.set("since", "yesterday"), (error) => error instanceof Error);
  assert.throws(() => facts.set("since", new Date(NaN)), TypeError);
  for (const wrong of [undefined, Symbol("s"), () => 1]) assert.throws(() => facts.set("logins", wrong), TypeError);
  for (const wrong of [undefined, null, 5, Symbol("s")]) assert.throws(() => facts.set(wrong, 1), TypeError);
  for (const wrong of [undefined, null, 5, Symbol("s"), () => 1]) assert.throws(() => facts.read(wrong), Error, String(wrong));
  assert.ok(facts.quarantined.every(({ attribute, reason }) => attribute === "logins" && reason.length > 0));
  assert.throws(() => facts.observed("seats", NOW), code("CSUCCESS_EMISSING"));
  facts.set("seats", 1).observed("seats", NOW);
});

test("what is closed says so", () => {
  const facts = new Facts(config);
  facts.close();
  facts.close();
  assert.equal(facts.closed, true);
  assert.throws(() => facts.set("logins", 1), code("CSUCCESS_EINVALID", /closed/));
  assert.throws(() => scorer.score(facts), code("CSUCCESS_EINVALID", /closed/));
  if (Symbol.dispose) assert.equal(typeof new Facts(config)[Symbol.dispose], "function");
});
