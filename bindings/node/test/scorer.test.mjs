// SPDX-License-Identifier: Apache-2.0
// Scores: those of the presets' vectors, explained, overridden, predicted by a model of the host's, selected.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { Accumulator, Config, Facts, Membership, Rollup, Scorer, analytics } from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { DAY, DOCUMENT, NOW, code, day, lines, near } from "./tools.mjs";

const config = Config.compile(DOCUMENT);
const at = { now: NOW };

const CHURN = new Set(["probability", "level", "lifetime_value", "value_at_risk", "prevention_cost", "recommended", "urgency", "actions", "factors"]);

function close(got, want, what) {
  if (typeof want === "number") near(got, want, 1e-9, what);
  else if (want !== null && typeof want === "object") {
    assert.deepEqual(Object.keys(got).sort(), Object.keys(want).sort(), what);
    for (const key of Object.keys(want)) close(got[key], want[key], `${what}/${key}`);
  } else assert.equal(got, want, what);
}

for (const preset of ["enterprise", "retention", "supplier"]) {
  test(`the vectors of ${preset}`, () => {
    const scorer = new Scorer(Config.preset(preset));
    const wanted = lines(`tests/vectors/${preset}.expected.jsonl`).map(JSON.parse);
    lines(`tests/vectors/${preset}.customers.jsonl`).forEach((row, index) => {
      const { customer_id: id, ...want } = wanted[index];
      const { health, churn, ...result } = scorer.explain(row, at).result;
      assert.equal(result.customer_id, id);
      for (const [key, value] of Object.entries(want)) {
        const got = key === "components" ? Object.fromEntries(Object.entries(health.components).map(([name, { score }]) => [name, score]))
          : key === "risk_factors" ? churn.risk_factors.map(({ type }) => type) : CHURN.has(key) ? churn[key] : health[key];
        close(got, value, `${id}/${key}`);
      }
      const fast = scorer.score(row, at);
      if ("score" in want) close({ value: fast.value, status: fast.status }, { value: want.score, status: want.status }, id);
    });
  });
}

test("the fast way and the plain one give the same", () => {
  const scorer = new Scorer(Config.preset("enterprise"));
  for (const row of lines("tests/vectors/enterprise.customers.jsonl")) {
    const { value, raw: unrounded, previous, change, completeness, confidence, weight, reviewAt, status, trend, profile, provisional, overridden, churned, contradictory } = scorer.explain(row, at);
    assert.deepEqual({ ...scorer.score(row, at) },
      { value, raw: unrounded, previous, change, completeness, confidence, weight, reviewAt, status, trend, profile, provisional, overridden, churned, contradictory });
  }
});

test("a score that cannot be given is no error", () => {
  const score = new Scorer(config).score({}, at);
  assert.deepEqual([score.value, score.raw, score.status, score.completeness], [null, null, null, 0]);
});

test("a score says why", () => {
  const scorer = new Scorer(config);
  const before = scorer.explain({ logins: 30, seats: 10 }, at);
  const after = scorer.explain({ logins: 60, seats: 10 }, at);
  assert.deepEqual([before.value, before.status, after.value], [37.5, "critical", 62.5]);
  assert.ok(Math.abs(before.explanation.rows.filter(({ kind }) => kind === "metric").reduce((sum, row) => sum + row.contribution, 0) - before.raw) < 1e-9);
  assert.match(before.why(), /usage = 30/);
  const { total, causes } = before.explanation.difference(after.explanation);
  assert.ok(Math.abs(total - 25) < 1e-9 && causes[0].kind === "metric");
  assert.equal(JSON.parse(before.json).health.score, 37.5);
  assert.equal(config.score({ logins: 60, seats: 40 }, at).value, 100);
});

test("an override is in force until it ends", () => {
  const scorer = new Scorer(config);
  scorer.override({ score: 5, expiresAt: NOW + DAY, reason: "we know better" });
  const row = { logins: 60, seats: 40 };
  assert.deepEqual([scorer.score(row, at).value, scorer.score(row, at).overridden, scorer.score(row, { now: NOW + DAY }).value], [5, true, 100]);
  assert.equal(scorer.override(null).score(row, at).value, 100);
  assert.throws(() => scorer.override({ score: 5, expiresAt: NOW + DAY }), Error);
});

test("segments, memberships, expressions", () => {
  const scorer = new Scorer(config);
  const facts = Facts.of(config, { logins: 12 });
  assert.deepEqual(scorer.segments(facts, at), { members: ["active"], undecided: ["large"] });
  const membership = new Membership(config);
  assert.deepEqual(membership.update(scorer, facts, [], at), { members: ["active"], undecided: ["large"] });
  facts.set("seats", 35);
  assert.deepEqual(membership.update(scorer, facts, [config.slot("seats")], at), { members: ["active", "large"], undecided: [] });
  assert.deepEqual(scorer.eval("logins + seats", facts, at), { value: 47, open: [] });
  assert.throws(() => scorer.eval("logins +", facts, at), (error) => error.code === "CSUCCESS_EEXPRESSION" && error.offset === 8);
});

test("customers are pulled and selected", () => {
  const scorer = new Scorer(config);
  const customers = [{ customer_id: "a", logins: 1, seats: 1 }, { customer_id: "b", logins: 60, seats: 40 }, { customer_id: "c", logins: 3, seats: 1 }];
  const { customers: found, totals } = scorer.select("health_score < 50", customers, at);
  assert.deepEqual(found.map(({ customer }) => customer), ["a", "c"]);
  assert.ok(Object.values(totals).includes(3));
  assert.equal(scorer.pull("b", (id) => customers.find(({ customer_id: one }) => one === id), at).value, 100);
  assert.throws(() => scorer.pull("z", () => null, at), code("CSUCCESS_ENAME"));
  const mine = new Error("mine");
  assert.throws(() => scorer.pull("z", () => { throw mine; }, at), (error) => error === mine);
  assert.throws(() => scorer.select("logins >", [], at), code("CSUCCESS_EEXPRESSION"));
  assert.throws(() => scorer.select("logins > 1", (function* bad() { throw mine; })(), at), (error) => error === mine);
});

const HOSTED = { ...DOCUMENT, churn: { model: { host: { name: "ours", features: ["logins", "seats"] } }, levels: { high: { from: 0.5 }, low: {} } } };

test("a model of the host's predicts, and is logged", () => {
  const hosted = Config.compile(HOSTED);
  const scorer = new Scorer(hosted);
  const log = [];
  scorer.setModel(({ rows, features, values, names }) => {
    assert.deepEqual(names, ["logins", "seats"]);
    return Array.from({ length: rows }, (_, row) => values[row * features] / 100);
  }).setLog((predictions) => log.push(...predictions));
  const prediction = scorer.predict({ customer_id: "c", logins: 60, seats: 1 }, at);
  assert.deepEqual([prediction.probability, prediction.level, prediction.source, prediction.at], [0.6, "high", "host", new Date(NOW)]);
  assert.deepEqual(log.map(({ customer, probability }) => [customer, probability]), [["c", 0.6]]);
  const mine = new Error("mine");
  scorer.setLog(() => { throw mine; });
  assert.throws(() => scorer.predict({ logins: 1 }, at), (error) => error === mine);
  assert.throws(() => new Scorer(config).setModel(() => []), code("CSUCCESS_EINVALID"));
  assert.throws(() => new Scorer(config).predict({}, at), code("CSUCCESS_EINVALID"));
});

test("children roll up, and what was explained accumulates", () => {
  const scorer = new Scorer(config);
  assert.throws(() => new Rollup(config), code("CSUCCESS_EINVALID"));
  const parent = Config.compile({ ...DOCUMENT, health: { ...DOCUMENT.health, rollup: { parent: "plan", combine: "weighted_mean", weight: "value" } } });
  const rollup = new Rollup(parent).add({ score: 40, weight: 1 }).add({ score: 60, weight: 1 }).addScore(scorer.score({}, at));
  assert.deepEqual(rollup.finish(), { score: 50, completeness: 2 / 3, members: 3, missing: 1, inputAt: null });
  const [one, other] = [new Accumulator(config, "segments"), new Accumulator(config, "segments")];
  scorer.explain({ logins: 20, seats: 1 }, at);
  one.addScored(scorer);
  const saved = one.save();
  assert.deepEqual(other.load(saved).toJSON(), one.toJSON());
  assert.ok(Buffer.isBuffer(saved));
  assert.notDeepEqual(other.merge(one).toJSON(), one.toJSON());
  assert.throws(() => other.load(saved.subarray(1)), (error) => /CSUCCESS_E/.test(error.code));
  assert.throws(() => new Accumulator(config, "segmens"), code("CSUCCESS_ENAME"));
  assert.equal(one.addEntry({ kind: "score", body: {}, customer: "c" }), false);
});

test("where a score is heading", () => {
  const line = analytics.trajectory([[day(0), 1], [day(1), 2], [day(2), 3], [day(3), 4]], day(4));
  near(line.score, 5, 1e-9);
  near(line.slope, 1, 1e-9);
  assert.equal(analytics.trajectory([], day(4)), null);
});

test("closed, wrong, of another configuration", () => {
  const scorer = new Scorer(config);
  assert.throws(() => scorer.score(new Facts(Config.compile(HOSTED)), at), code("CSUCCESS_EINVALID"));
  for (const wrong of [undefined, null, 5, Symbol("s"), () => 1]) assert.throws(() => scorer.score(wrong, at), Error, String(wrong));
  for (const now of [NaN, "today", {}, Symbol("s"), [], new Date(NaN)]) assert.throws(() => scorer.score({}, { now }), TypeError);
  assert.throws(() => scorer.score({}, { now: 1e300 }), Error);
  scorer.score({}, at);
  scorer.close();
  assert.throws(() => scorer.score({}, at), code("CSUCCESS_EINVALID", /closed/));
  assert.throws(() => new Scorer(DOCUMENT), TypeError);
});

test("a worker scores as the main thread does", async () => {
  const source = `import { parentPort, workerData } from "node:worker_threads";
    const { Config } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
    parentPort.postMessage(Config.compile(workerData).score({ logins: 30, seats: 10 }, { now: ${NOW} }).json);`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`), { workerData: DOCUMENT });
  const said = await new Promise((done, failed) => { worker.once("message", done); worker.once("error", failed); });
  await worker.terminate();
  assert.equal(said, config.score({ logins: 30, seats: 10 }, at).json);
});

test("what is forgotten is freed", { skip: typeof globalThis.gc !== "function" && "without --expose-gc" }, async () => {
  const settle = async () => { for (let i = 0; i < 4; i++) { globalThis.gc(); await new Promise((go) => { setImmediate(go); }); } };
  await settle();
  const before = raw.liveHandles();
  for (let i = 0; i < 500; i++) new Scorer(config).explain({ logins: i }, at);
  await settle();
  assert.ok(raw.liveHandles() - before < 50, `${raw.liveHandles() - before} more`);
});
