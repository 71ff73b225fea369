// SPDX-License-Identifier: Apache-2.0
// AsyncEngine: operations in flight, several calls, signals, exceptions where they belong, and an event loop that goes on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AsyncEngine, CsuccessError, Engine, Events, MemoryStore } from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { FaultyStore, RecordingChannel, VirtualClock, runUntilAsync } from "../dist/testing.js";
import { AsyncMapStore, DAY, MapStore, NOW, config, login, logins, numbers, sleep } from "./worlds.mjs";

const CONFIG = config();
const code = (name) => (error) => error instanceof CsuccessError && error.code === `CSUCCESS_${name}`;
const unhandled = [];
process.on("unhandledRejection", (error) => unhandled.push(error));

test("a thousand transactions overlap, and tell what the engine tells that waits", async () => {
  const traces = [];
  const list = logins(1000);
  const store = new AsyncMapStore(1);
  const begin = performance.now();
  const later = new AsyncEngine(CONFIG, { store, inFlight: 100, batch: 1, random: numbers(4), trace: (line) => { (traces[0] ??= []).push(line); } });
  const results = await later.ingest(list, { now: NOW });
  const took = performance.now() - begin;
  assert.ok(results.length === 1000 && results.every((r) => r.applied));
  assert.equal(store.most, 100);
  assert.equal(store.flying, 0);
  assert.ok(took < 1000 + store.calls / 100 * 30, `${took} ms for ${store.calls} operations`);
  later.close();
  const now = new Engine(CONFIG, { store: new MapStore(), batch: 1, random: numbers(4), trace: (line) => { (traces[1] ??= []).push(line); } });
  now.ingest(list, { now: NOW });
  assert.equal(traces[0].length, traces[1].length);
  assert.deepEqual(store.inner.tenants.get("default").entries.size, 1000);
  const parts = (lines) => lines.map((line) => JSON.parse(line)).map(({ customer, seq, kind, body }) => JSON.stringify([customer, seq, kind, body])).sort();
  assert.deepEqual(parts(traces[0]), parts(traces[1]));
});

test("a thousand calls at once", async () => {
  const store = new AsyncMapStore(1);
  const engine = new AsyncEngine(CONFIG, { store, inFlight: 100, batch: 1 });
  const all = await Promise.all(Array.from({ length: 1000 }, (_, i) => engine.ingest(login(`c${i}`), { now: NOW })));
  assert.ok(all.every(([r]) => r.applied));
  assert.equal(store.most, 100);
  store.wait = 0;
  const came = await Promise.all([
    engine.run({ now: NOW }), engine.score("c1", { now: NOW }), engine.explain("c2", { now: NOW }), engine.state("c3", { now: NOW }), engine.verify("", { now: NOW }),
    engine.parked("", { now: NOW }), engine.preview(login("c4", "new"), { now: NOW }),
  ]);
  assert.equal(came[1].health.score, 10);
  assert.deepEqual(came[4].bad, []);
  assert.ok(came[6].customers);
  assert.equal(engine.pending, 0);
});

test("every kind of store", async () => {
  for (const store of [new MemoryStore(), new MapStore(), new AsyncMapStore()]) {
    const sent = [];
    const engine = new AsyncEngine(CONFIG, { store, channels: { desk: { async send(message) { await undefined; sent.push(message); } } } });
    assert.ok((await engine.ingest(logins(300), { now: NOW })).every((r) => r.applied));
    await engine.import(Array.from({ length: 3 }, (_, i) => login("old", `o${i}`, NOW - i * DAY)), { now: NOW });
    await engine.run({ now: NOW });
    assert.equal(sent.length, 300);
    assert.equal((await engine.erase("c7", { now: NOW })).record, 2);
    await assert.rejects(engine.score("c7", { now: NOW }), code("EMISSING"));
    assert.ok((await engine.replay("c8", CONFIG, { now: NOW })).same >= 1);
    engine.close();
  }
});

test("the event loop turns while stores answer at once", async () => {
  for (const store of [new MemoryStore(), new MapStore(), new AsyncMapStore(0)]) {
    const engine = new AsyncEngine(CONFIG, { store, batch: 1 });
    let longest = 0, last = performance.now(), counts = true, turns = 0;
    const count = () => {
      turns++;
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
      if (counts) setImmediate(count);
    };
    const list = new Events(logins(2000));
    count();
    await engine.ingest(list, { now: NOW });
    counts = false;
    assert.ok(turns > 5, `${turns} turns`);
    assert.ok(longest < 250, `${longest} ms`);
    engine.close();
  }
});

test("a signal gives a call up, and the engine goes on", async () => {
  const store = new AsyncMapStore(10);
  const engine = new AsyncEngine(CONFIG, { store, batch: 1, inFlight: 20 });
  await engine.ingest(login("first"), { now: NOW });
  const events = new Events(logins(100));
  const stop = new AbortController();
  const gone = engine.ingest(events, { now: NOW, signal: stop.signal });
  const stays = engine.ingest(login("stays"), { now: NOW });
  await sleep(15);
  assert.throws(() => events.clear(), code("EBUSY"));
  const reason = new Error("changed my mind");
  stop.abort(reason);
  await assert.rejects(gone, (error) => error === reason);
  assert.ok((await stays)[0].applied);
  await engine.drain();
  const codes = events.results().map((r) => r.code);
  assert.ok(codes.includes("CSUCCESS_UNDECIDED") || codes.includes("CSUCCESS_ECANCELLED"), [...new Set(codes)].join());
  assert.ok(engine.figures().inputsApplied < 102);
  const again = await engine.ingest(events, { now: NOW });
  assert.ok(again.every((r) => !r.failed));
  store.wait = 0;
  assert.equal((await engine.verify("", { now: NOW })).customers, 102);
  await assert.rejects(engine.run({ now: NOW, signal: AbortSignal.abort(reason) }), (error) => error === reason);
  await sleep(30);
  engine.close();
});

test("a store hears that nobody waits any more", async () => {
  const store = new MapStore();
  let heard;
  store.load = (request, reply) => new Promise((_, fail) => reply.signal.addEventListener("abort", () => { heard = reply.signal.reason; fail(heard); }));
  const engine = new AsyncEngine(CONFIG, { store });
  const awake = sleep(100);
  await assert.rejects(engine.ingest(login(), { now: NOW, signal: AbortSignal.timeout(10) }), { name: "TimeoutError" });
  await awake;
  assert.equal(heard.name, "TimeoutError");
  delete store.load;
  assert.ok((await engine.ingest(login(), { now: NOW }))[0].applied);
});

test("an exception belongs to its call", async () => {
  class Picky extends AsyncMapStore {
    async ask(slot, request, reply) {
      await sleep(1);
      if (slot === "load" && request.keys.some(({ id }) => id === "bad")) throw new RangeError("bad");
      return super.ask(slot, request, reply);
    }
  }
  const engine = new AsyncEngine(CONFIG, { store: new Picky() });
  const calls = ["a", "bad", "b", "c"].map((name) => engine.ingest(login(name), { now: NOW }));
  const came = await Promise.allSettled([...calls, engine.score("bad", { now: NOW }), engine.verify("", { now: NOW })]);
  const bad = came.map(({ reason }) => reason instanceof RangeError);
  assert.ok(bad[1] && bad[4], JSON.stringify(came));
  assert.ok(!bad[0] && !bad[2] && !bad[3]);
});

test("what a callback throws among several calls is told by one of them", async () => {
  const mine = new RangeError("mine");
  const engine = new AsyncEngine(CONFIG, { store: new AsyncMapStore(), trace: () => { throw mine; } });
  const came = await Promise.allSettled(["a", "b", "c"].map((name) => engine.ingest(login(name), { now: NOW })));
  assert.ok(came.some(({ reason }) => reason === mine));
  engine.setTrace(null);
  assert.ok((await engine.ingest(login("d"), { now: NOW }))[0].applied);
});

test("lost answers are found again", async () => {
  const engine = new AsyncEngine(CONFIG, { store: new FaultyStore(new AsyncMapStore()).loses("commit", 2) });
  await assert.rejects(engine.ingest(login(), { now: NOW }), (error) => code("ECALLBACK")(error) && /lost/.test(error.message));
  assert.equal((await engine.ingest(login(), { now: NOW }))[0].code, "CSUCCESS_UNCHANGED");
});

test("closing gives calls up, draining waits for them", async () => {
  const store = new AsyncMapStore(20);
  const engine = new AsyncEngine(CONFIG, { store, inFlight: 1 });
  const events = new Events([login()]);
  const calls = [engine.ingest(events, { now: NOW }), engine.run({ now: NOW }), engine.score("x", { now: NOW })];
  await sleep(5);
  assert.equal(store.flying, 1);
  assert.equal(engine.pending, 3);
  engine.close();
  for (const { reason } of await Promise.allSettled(calls)) assert.ok(code("ECANCELLED")(reason), String(reason));
  assert.equal(events.length, 1);
  events.clear();
  await assert.rejects(engine.run({ now: NOW }), code("EINVALID"));
  engine.close();
  await engine.drain();
  await sleep(30);
  const other = new AsyncEngine(CONFIG, { store });
  const call = other.ingest(login(), { now: NOW });
  await other.drain();
  other.close();
  assert.ok((await call)[0].applied);
});

test("inputs are one call's", async () => {
  const engine = new AsyncEngine(CONFIG, { store: new AsyncMapStore(1) });
  const events = new Events([login()]);
  const came = await Promise.allSettled([engine.ingest(events, { now: NOW }), engine.ingest(events, { now: NOW })]);
  assert.ok(came[0].value[0].applied);
  assert.ok(code("EBUSY")(came[1].reason));
});

test("a virtual clock", async () => {
  const clock = new VirtualClock(NOW), desk = new RecordingChannel();
  const engine = new AsyncEngine(CONFIG, { store: new MemoryStore(), channels: { desk }, clock });
  await engine.ingest(login());
  assert.ok(await runUntilAsync(engine, clock, NOW + 40 * DAY) > 10);
  desk.assertSent({ customer: "acme", times: 1 });
  assert.equal(+clock.now(), NOW + 40 * DAY);
});

test("a clock that fails", async () => {
  const ticks = [NOW, NOW];
  const clock = () => { if (ticks.length) return ticks.shift(); throw new RangeError("stopped"); };
  const engine = new AsyncEngine(CONFIG, { store: new AsyncMapStore(), clock });
  await assert.rejects(async () => { for (let i = 0; i < 3; i++) await engine.ingest(login("acme", `e${i}`)); }, /stopped/);
  await engine.run({ now: NOW });
});

test("nothing is left behind", { skip: globalThis.gc ? false : "needs --expose-gc" }, async () => {
  const collect = async () => { for (let i = 0; i < 4; i++) { globalThis.gc(); await new Promise((go) => setImmediate(go)); } };
  const round = async () => {
    const engine = new AsyncEngine(CONFIG, { store: new AsyncMapStore() });
    for (let i = 0; i < 50; i++) await engine.ingest(login("acme", `e${i}`), { now: NOW });
    engine.close();
  };
  await round();
  await collect();
  const before = raw.liveHandles();
  for (let i = 0; i < 3; i++) await round();
  await collect();
  assert.ok(raw.liveHandles() <= before + 5, `${raw.liveHandles()} ${before}`);
});

test("no rejection was left to nobody", async () => {
  await sleep(20);
  assert.deepEqual(unhandled, []);
});
