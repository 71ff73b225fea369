// SPDX-License-Identifier: Apache-2.0
// The engine's calls, its inputs, and that the same inputs give the same over every store, at once and later.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { AsyncEngine, Config, CsuccessError, Engine, Events, MemoryStore, Sentiment, Simulation, SqliteStore, may, systemZone } from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { AsyncMapStore, DAY, DOCUMENT, HOUR, MapStore, NOW, config, event, iso, login, logins, numbers, story } from "./worlds.mjs";

const CONFIG = config();
const code = (name) => (error) => error instanceof CsuccessError && error.code === `CSUCCESS_${name}`;
const open = (options = {}) => new Engine(CONFIG, { store: new MemoryStore(), ...options });

test("the calls", () => {
  const engine = open({ tenant: "t", random: numbers(1) });
  assert.deepEqual(Object.keys(engine.preview(login(), { now: NOW }).customers), ["acme"]);
  assert.throws(() => engine.score("acme", { now: NOW }), code("EMISSING"));
  const results = engine.ingest([login(), login()], { now: NOW });
  assert.deepEqual(results.map((r) => r.code), ["CSUCCESS_OK", "CSUCCESS_UNCHANGED"]);
  assert.ok(results[0].applied && !results[0].failed && results[0].id === "e1");
  assert.deepEqual(engine.run({ now: NOW }), new Date("2026-01-05T00:10:00Z"));
  assert.equal(engine.score("acme", { now: NOW }).health.score, 10);
  assert.ok(engine.explain("acme", { now: NOW }));
  assert.ok(engine.state("acme", { now: NOW }).seq >= 1);
  assert.deepEqual(engine.verify("", { now: NOW }).bad, []);
  assert.equal(engine.verify("acme", { now: NOW }).customers, 1);
  const other = Config.compile({ ...DOCUMENT, journeys: {} });
  assert.equal(engine.replay("acme", other, { now: NOW }).customer, "acme");
  assert.deepEqual(engine.parked("", { now: NOW }), []);
  assert.equal(engine.config, CONFIG);
  assert.equal(engine.setConfig(other).config, other);
  const proof = engine.erase("acme", { now: NOW });
  assert.deepEqual([proof.of, proof.record], ["customer", 2]);
  const figures = engine.figures();
  assert.equal(figures.inputsApplied, 1);
  assert.deepEqual(figures.clock, new Date(NOW));
  assert.equal(figures.lagCount.length, 8);
  assert.deepEqual(engine.channels, { desk: false, email: false, slack: false });
  assert.equal(engine.addChannel("fax", () => "delivered").channels.fax, true);
  engine.close();
  assert.throws(() => engine.figures(), code("EINVALID"));
  engine.close();
});

test("history is imported", () => {
  const engine = open();
  const results = engine.import(Array.from({ length: 20 }, (_, i) => login("acme", `e${i}`, NOW - i * DAY)), { now: NOW });
  assert.ok(results.every((r) => r.applied));
  assert.equal(engine.score("acme", { now: NOW }).health.score, 100);
});

test("limits of a run", () => {
  const engine = open({ channels: { desk: () => undefined } });
  engine.ingest(logins(10), { now: NOW });
  assert.deepEqual(engine.run({ now: NOW, messages: 3 }), new Date(NOW));
  assert.equal(engine.figures().delivered, 3);
});

test("times", () => {
  const engine = open({ clock: () => NOW, seen: NOW, leaseMs: 30_000 });
  for (const now of [undefined, NOW, iso(NOW), new Date(NOW)]) engine.run({ now });
  for (const now of ["2026-01-05T00:00:00", "soon", NaN, {}]) assert.throws(() => engine.run({ now }), TypeError);
  assert.throws(() => engine.run({ now: NOW + 30 * DAY }), code("ECLOCK"));
  engine.confirmClock(NOW + 30 * DAY).run({ now: NOW + 30 * DAY });
  assert.ok(open({ clock: Date }).run() === null);
  assert.throws(() => open({ clock: 5 }), TypeError);
});

test("options that cannot be", () => {
  assert.throws(() => new Engine(CONFIG, { bacth: 1 }), (error) => error instanceof TypeError && /no option "bacth"/.test(error.message));
  assert.throws(() => new Engine(CONFIG, { inFlight: 1_000_000 }), code("ERANGE"));
  assert.throws(() => new Engine(CONFIG, { shard: 3, shards: 2 }), code("EINVALID"));
  assert.throws(() => new Engine(CONFIG, { limits: { documentByte: 1 } }), TypeError);
  assert.throws(() => new Engine(DOCUMENT), TypeError);
  assert.throws(() => new Engine(CONFIG, { zone: 5 }), TypeError);
  assert.throws(() => new Engine(CONFIG).run({ now: NOW }), code("EINVALID"));
  assert.throws(() => new Engine(CONFIG, { channels: { desk: "smtp" } }), TypeError);
  assert.throws(() => new AsyncEngine(CONFIG, {}), TypeError);
});

test("principals", () => {
  const csm = { id: "ann", roles: ["csm"] };
  const engine = open();
  engine.ingest([login(), event("group", "mine", "g", NOW, { traits: { csm: "ann" } })], { now: NOW });
  assert.throws(() => engine.score("acme", { principal: csm, now: NOW }), code("EDENIED"));
  assert.ok(engine.score("mine", { principal: csm, now: NOW }));
  assert.throws(() => engine.run({ principal: csm, now: NOW }), code("EDENIED"));
  assert.throws(() => engine.run({ principal: { id: "host", roles: ["admin"] }, now: NOW }), code("EINVALID"));
  assert.throws(() => engine.run({ principal: { id: "ann", roles: [] }, now: NOW }), code("EINVALID"));
  assert.throws(() => engine.run({ principal: "ann", now: NOW }), TypeError);
  assert.equal(may(CONFIG, null, "engine", "run").allowed, true);
  const answer = may(CONFIG, csm, "customer", "read", { owner: "bob" });
  assert.equal(answer.allowed, false);
  assert.match(answer.rule, /csm/);
  assert.throws(() => may(CONFIG, csm, "customers", "read"), code("EINVALID"));
});

test("a bad link comes with its report", async () => {
  const store = new MapStore();
  const engine = new Engine(CONFIG, { store });
  engine.ingest([login(), login("acme", "e2")], { now: NOW });
  const entries = store.tenants.get("default").entries.get("acme");
  entries[0] = { ...entries[0], body: '{"forged":true}' };
  const bad = (error) => code("EDIGEST")(error) && error.report.bad[0].customer === "acme";
  assert.throws(() => engine.verify("", { now: NOW }), bad);
  await assert.rejects(new AsyncEngine(CONFIG, { store }).verify("", { now: NOW }), bad);
});

// ---- Inputs ----

test("inputs by their members, as objects, and as lines", () => {
  const list = new Events([login()]);
  list.push({ type: "track", id: "p1", at: NOW, customer: "acme", name: "login", priority: 2, expires: NOW + DAY }).set("n", 3).set("s", "x").set("b", true).set("o", { a: [1] }).set("z", null);
  list.push({ type: "group", id: "p2", at: new Date(NOW), customer: "acme", properties: { name: "Ann" } });
  list.addJsonLines(`${JSON.stringify(login("b", "l1"))}\n\n${JSON.stringify(login("b", "l2"))}\r\n`);
  assert.equal(list.length, 5);
  assert.deepEqual(list.at(1), { type: "track", id: "p1", customer: "acme", user: "", name: "login", source: "", at: new Date(NOW), expires: new Date(NOW + DAY), priority: 2 });
  assert.equal(list.at(-1).id, "l2");
  assert.equal(list.at(5), undefined);
  assert.deepEqual([...list].map(({ id }) => id), ["e1", "p1", "p2", "l1", "l2"]);
  assert.equal(list.results()[0].code, "CSUCCESS_UNDECIDED");
  const engine = open();
  assert.ok(engine.ingest(list, { now: NOW }).every((r) => r.applied));
  assert.ok(list.results().every((r) => r.applied));
  assert.equal(engine.ingest(JSON.stringify(login("c")), { now: NOW })[0].applied, true);
  assert.equal(list.clear().length, 0);
  assert.throws(() => list.set("x", 1), code("EINVALID"));
  assert.throws(() => list.extend([login(), { type: "track" }]), (error) => code("EMISSING")(error) && /^event 1: /.test(error.message));
  assert.throws(() => list.addJsonLines(`${JSON.stringify(login())}\n{`), (error) => /^line 2: /.test(error.message));
  assert.throws(() => list.push({ type: "trackk", id: "x", at: NOW }), TypeError);
  assert.throws(() => list.push({ type: "track", id: "x", at: NOW, name: "a", customer: "c" }).set("n", Infinity), code("ERANGE"));
  assert.throws(() => new Events(JSON.stringify(login())), TypeError);
  assert.throws(() => engine.ingest(5), TypeError);
  list.close();
  assert.throws(() => list.length, code("EINVALID"));
});

test("a hundred types and places that inputs know", () => {
  const words = ["track", "identify", "group", "touchpoint", "ticket", "payment", "outcome", "subscription", "survey_response", "record", "source", "task", "response", "decision", "consent",
    "override", "alert", "journey", "playbook", "segment", "milestone", "owner", "intervention", "campaign", "offer", "automation"];
  words.forEach((word, index) => assert.equal(raw[`CSUCCESS_EVENT_${word === "survey_response" ? "SURVEY" : word.toUpperCase()}`], index + 1, word));
});

// ---- Worlds ----

const parts = (store, seed, lines) => ({
  store, random: numbers(seed), trace: (line) => lines.push(line), zone: systemZone, variable: (customer) => `https://${customer}.example`,
  channels: { desk: () => undefined, email: { send: ({ attempt }) => (attempt < 2 ? { outcome: "later" } : "delivered") } },
});

async function told(store, seed, kind) {
  const lines = [];
  const engine = new kind(CONFIG, parts(store, seed, lines));
  for (const [now, inputs] of story(seed)) {
    await engine.ingest(inputs, { now });
    const due = await engine.run({ now });
    if (due !== null && due < now + 20 * HOUR) await engine.run({ now: Math.max(due, now) });
  }
  const whys = [];
  for (let i = 0; i < 6; i++) whys.push(await engine.explain(`c${i}`, { now: NOW + 8 * DAY }));
  engine.close();
  return { lines, whys };
}

test("every store, and both engines, tell the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    for (let seed = 0; seed < 4; seed++) {
      const expected = await told(new MemoryStore(), seed, Engine);
      assert.ok(expected.lines.length > 50);
      const others = [[new MapStore(), Engine], [new MapStore(), AsyncEngine], [new AsyncMapStore(), AsyncEngine], [new MemoryStore(), AsyncEngine]];
      if (raw.csuccess_sqlite_open) others.push([new SqliteStore(join(folder, `${seed}.db`)), Engine]);
      for (const [store, kind] of others) assert.deepEqual(await told(store, seed, kind), expected, `${seed} ${store.constructor.name} ${kind.name}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a simulation tells what a live engine tells", () => {
  const simulated = [], live = [];
  const simulation = new Simulation(CONFIG, { seed: 5, trace: (line) => simulated.push(line) });
  simulation.feed(login("acme", "e1", NOW));
  simulation.run(NOW + HOUR);
  const engine = new Engine(CONFIG, { store: new MapStore(), trace: (line) => live.push(line), channels: { desk: () => undefined } });
  engine.ingest(login("acme", "e1", NOW), { now: NOW });
  engine.run({ now: NOW });
  assert.ok(live.length > 3);
  assert.deepEqual(simulated.slice(0, live.length), live);
});

test("a trace comes and goes", () => {
  const lines = [];
  const engine = open();
  engine.ingest(login("acme", "e1"), { now: NOW });
  engine.setTrace((line) => { lines.push(line); }).ingest(login("acme", "e2"), { now: NOW });
  const count = lines.length;
  assert.ok(count > 0);
  engine.setTrace(null).ingest(login("acme", "e3"), { now: NOW });
  assert.equal(lines.length, count);
});

test("zones of the system", () => {
  const at = new Date(NOW);
  assert.deepEqual(systemZone("Europe/Berlin", at), { offsetMinutes: 60, from: new Date("2025-10-26T01:00:00Z"), until: new Date("2026-03-29T01:00:00Z") });
  assert.equal(systemZone("Asia/Kolkata", at).offsetMinutes, 330);
  assert.equal(systemZone("Nowhere/None", at), null);
});

test("how a text sounds", () => {
  const sentiment = new Sentiment();
  const tone = sentiment.score("I love it, thank you!");
  assert.ok(tone.score > 0.3 && tone.label === "positive");
  assert.equal(sentiment.score("").label, "neutral");
  const words = new Sentiment(Config.compile({ csuccess: 1, sentiment: { emotions: { anger: ["angry", "furious"] } } }));
  assert.ok(words.emotions.includes("anger"));
  assert.ok(words.score("I am angry.").emotions.includes("anger"));
  sentiment.close();
  assert.throws(() => sentiment.score("x"), code("EINVALID"));
});
