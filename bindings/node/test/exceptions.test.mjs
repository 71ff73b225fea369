// SPDX-License-Identifier: Apache-2.0
// What a callback throws comes out of the call that it belongs to, as itself, from every place where C calls JavaScript; and everything goes on afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { AsyncEngine, Config, CsuccessError, Engine, Events, MemoryStore, SLOTS, Simulation, Txn, conformance, may } from "../dist/index.js";
import { FaultyStore } from "../dist/testing.js";
import { AsyncMapStore, DAY, HOUR, MINUTE, MapStore, NOW, config, event, login, logins, numbers } from "./worlds.mjs";

const CONFIG = config();
const mine = new RangeError("mine");
const itself = (error) => error === mine;
const fails = () => { throw mine; };
const busy = (error) => error instanceof CsuccessError && error.code === "CSUCCESS_EBUSY";
const forever = Array.from({ length: 1000 }, (_, i) => i + 1);
/** A call that comes to each slot; `defer` is asked for a customer whose advance fails. */
const CALLS = {
  load: (e) => e.ingest(login(), { now: NOW }), commit: (e) => e.ingest(login(), { now: NOW }), due: (e) => e.run({ now: NOW }), claim: (e) => e.run({ now: NOW }),
  settle: (e) => e.run({ now: NOW }), scan: (e) => e.parked("", { now: NOW }), history: (e) => e.explain("acme", { now: NOW }), outbox: (e) => e.explain("acme", { now: NOW }),
  erase: (e) => e.erase("acme", { now: NOW }),
};
const options = () => ({ channels: { desk: () => undefined }, random: numbers(1) });
const SEVERAL = [mine, new Error("other"), 5, "text", undefined, null, { code: "CSUCCESS_OK" }];

async function thrown(work) {
  try {
    await work();
  } catch (error) {
    return { error };
  }
  return {};
}

test("every slot of a store, asked at once, of ours and in front of the library's", async () => {
  for (const inner of [MapStore, MemoryStore]) {
    for (const [slot, call] of Object.entries(CALLS)) {
      for (const error of SEVERAL) {
        const store = new FaultyStore(new inner());
        const engine = new Engine(CONFIG, { store, ...options() });
        engine.ingest(login("acme", "e0"), { now: NOW });
        store.throws(slot, forever.map((n) => n + store.calls[slot]), error);
        const came = await thrown(() => call(engine));
        assert.ok("error" in came && came.error === error, `${slot} ${String(error)} ${String(came.error)}`);
        store.heal();
        engine.ingest(login("other", "after"), { now: NOW });
        assert.equal(engine.score("other", { now: NOW }).customer_id, "other");
        engine.close();
      }
    }
  }
});

test("every slot of a store that answers later", async () => {
  for (const [slot, call] of Object.entries(CALLS)) {
    for (const error of SEVERAL) {
      for (const inner of [AsyncMapStore, MapStore, MemoryStore]) {
        const store = new FaultyStore(new inner());
        const engine = new AsyncEngine(CONFIG, { store, ...options() });
        await engine.ingest(login("acme", "e0"), { now: NOW });
        store.throws(slot, forever.map((n) => n + store.calls[slot]), error);
        const came = await thrown(() => call(engine));
        assert.ok("error" in came && came.error === error, `${slot} ${String(error)} ${String(came.error)}`);
        store.heal();
        assert.ok((await engine.ingest(login("other", "e"), { now: NOW }))[0].applied);
        engine.close();
      }
    }
  }
});

test("a customer whose advance fails is put off, by a store that throws then", async () => {
  for (const kind of [Engine, AsyncEngine]) {
    const inner = new MapStore();
    const store = new FaultyStore(inner);
    const engine = new kind(CONFIG, { store, ...options() });
    await engine.ingest(login("acme", "e0"), { now: NOW });
    const { due } = inner.tenants.get("default").plans.get("acme");
    store.fails("commit", forever.slice(1)).throws("defer", forever, mine);
    await assert.rejects(async () => engine.run({ now: due }), itself);
    assert.ok(store.calls.defer > 0);
    store.heal();
    await engine.run({ now: due + HOUR });
    engine.close();
  }
  assert.deepEqual([...Object.keys(CALLS), "defer"].sort(), [...SLOTS].sort());
});

test("a channel: the message is unknown, the run goes on, and throws it in the end", async () => {
  for (const kind of [Engine, AsyncEngine]) {
    for (const later of kind === AsyncEngine ? [false, true] : [false]) {
      let sent = 0;
      const send = () => { if (++sent === 1) throw mine; };
      const engine = new kind(CONFIG, { store: new MemoryStore(), channels: { desk: later ? async () => send() : send } });
      await engine.ingest(logins(5), { now: NOW });
      await assert.rejects(async () => engine.run({ now: NOW }), itself);
      assert.equal(sent, 5);
      await engine.run({ now: NOW + 10 * MINUTE });
      await engine.run({ now: NOW + 20 * MINUTE });
      assert.equal(engine.figures().delivered, 5);
    }
  }
});

async function feedAll(engine) {
  await engine.ingest(event("group", "acme", "g0", NOW, { traits: { csm: "ann" } }), { now: NOW });
  await engine.ingest(event("group", "acme", "g", NOW, { traits: { name: "Ann", zone: "Nowhen" } }), { now: NOW });
  await engine.ingest([event("go", "acme", "go"), event("start", "acme", "st")], { now: NOW });
  await engine.ingest(event("ticket", "acme", "t", NOW, { properties: { text: "I love it, thank you!" } }), { now: NOW });
  await engine.run({ now: NOW + HOUR });
  await engine.score("acme", { now: NOW + HOUR, principal: { id: "mia", roles: ["manager"] } });
}

test("random, zone, variable, sentiment, leads, trace of an engine", async () => {
  for (const name of ["random", "zone", "variable", "sentiment", "leads", "trace"]) {
    for (const [kind, make] of [[Engine, () => new MapStore()], [Engine, () => new MemoryStore()], [AsyncEngine, () => new AsyncMapStore()], [AsyncEngine, () => new MemoryStore()]]) {
      let broken = true;
      const well = { random: numbers(3), zone: () => 120, variable: () => "x", sentiment: () => null, leads: () => true, trace: () => undefined };
      const engine = new kind(CONFIG, { store: make(), channels: { email: () => undefined }, leads: well.leads, [name]: (...all) => (broken ? fails() : well[name](...all)) });
      await assert.rejects(() => feedAll(engine), itself, `${name} ${kind.name}`);
      broken = false;
      await feedAll(engine);
      engine.close();
    }
  }
});

test("what they answer, and what cannot be", async () => {
  const lines = [], sent = [];
  const answers = {
    zone: (zone) => (zone === "Nowhen" ? 120 : null), variable: () => "https://x.example", sentiment: (_, __, own) => (own.label === "positive" ? -0.9 : null),
    leads: (manager, member) => manager === "mia" && member === "ann", trace: (line) => { lines.push(line); },
  };
  const engine = new Engine(CONFIG, { store: new MemoryStore(), channels: { email: (message) => { sent.push(message); } }, ...answers });
  await feedAll(engine);
  assert.deepEqual(sent.map(({ body }) => body.body), ["Ann: https://x.example"]);
  assert.ok(lines.some((line) => line.includes('"score":-0.9')) && lines.some((line) => line.includes("120")));
  const wrong = {
    random: () => new Uint8Array(3), zone: () => ({ offset: 5 }), variable: async () => "x", sentiment: () => ({ mood: 5 }), leads: async () => true, trace: async () => undefined,
  };
  for (const [name, answer] of Object.entries(wrong)) {
    const other = new Engine(CONFIG, { store: new MemoryStore(), channels: { email: () => undefined }, [name]: answer });
    await assert.rejects(() => feedAll(other), TypeError, name);
  }
  for (const answer of ["sent", 5, { outcome: "x" }, Promise.resolve("never")]) {
    const other = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk: () => answer } });
    other.ingest(login(), { now: NOW });
    assert.throws(() => other.run({ now: NOW }), TypeError);
  }
});

test("a simulation's", () => {
  for (const slot of ["send", "trace", "zone", "variable", "sentiment"]) {
    const simulation = new Simulation(CONFIG, { seed: 3, [slot]: fails });
    assert.throws(() => {
      simulation.feed([event("group", "acme", "g", NOW, { traits: { name: "Ann", zone: "Nowhen" } }), event("go", "acme", "go"), event("start", "acme", "st"),
        event("ticket", "acme", "t", NOW, { properties: { text: "I love it" } })]);
      simulation.run(NOW + DAY);
    }, itself, slot);
    assert.ok(simulation.now >= NOW);
    simulation.close();
  }
});

test("conformance: the store's, and reopen", () => {
  assert.throws(() => conformance(new MapStore(), { reopen: fails, rounds: 1 }), itself);
  for (const slot of SLOTS) assert.throws(() => conformance(new FaultyStore(new MapStore()).throws(slot, 1, mine), { rounds: 1 }), itself, slot);
  assert.throws(() => conformance(new AsyncMapStore(), { rounds: 1 }), TypeError);
});

test("who leads whom, documents by name, and a transaction's", () => {
  const mia = { id: "mia", roles: ["manager"] };
  assert.throws(() => may(CONFIG, mia, "customer", "read", { owner: "ann", leads: fails }), itself);
  assert.equal(may(CONFIG, mia, "customer", "read", { owner: "ann", leads: () => true }).allowed, true);
  assert.throws(() => Config.compile({ csuccess: 1, extends: "base" }, { resolve: fails }), itself);
  const engine = new Engine(CONFIG, { variable: fails });
  const txn = new Txn(engine, "acme", { events: [event("group", "acme", "g", NOW, { traits: { name: "Ann" } }), event("go", "acme", "go")], now: NOW });
  assert.throws(() => txn.load(fails), itself);
  txn.close();
  const next = new Txn(engine, "acme", { events: [event("group", "acme", "g", NOW, { traits: { name: "Ann" } }), event("go", "acme", "go")], now: NOW });
  next.load(new MemoryStore());
  assert.throws(() => next.apply(), itself);
  next.close();
});

test("callbacks may not call back", () => {
  let seen = 0;
  const events = new Events([login()]);
  const engine = new Engine(CONFIG, {
    store: new MemoryStore(),
    trace() {
      const calls = [() => engine.score("acme"), () => engine.close(), () => engine.figures(), () => events.clear(), () => events.close(), () => engine.setTrace(null)];
      for (const call of calls) {
        assert.throws(call, busy);
        seen++;
      }
    },
  });
  engine.ingest(events, { now: NOW });
  assert.ok(seen >= 6);
  engine.close();
  const other = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk: () => { other.figures(); } } });
  other.ingest(login(), { now: NOW });
  assert.throws(() => other.run({ now: NOW }), busy);
});

test("the first of several is thrown", () => {
  const errors = [mine, new Error("second")];
  const engine = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk: () => { if (errors.length) throw errors.shift(); } } });
  engine.ingest(logins(5), { now: NOW });
  assert.throws(() => engine.run({ now: NOW }), itself);
});
