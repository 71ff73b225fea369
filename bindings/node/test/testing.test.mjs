// SPDX-License-Identifier: Apache-2.0
// csuccess/testing, used as a host's tests would.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Engine, MemoryStore } from "../dist/index.js";
import { FaultyStore, RecordingChannel, VirtualClock, runUntil } from "../dist/testing.js";
import { DAY, MapStore, NOW, config, login } from "./worlds.mjs";

const CONFIG = config();

test("a quiet customer is told of once", () => {
  const clock = new VirtualClock("2026-01-05T09:00:00Z"), desk = new RecordingChannel();
  const engine = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk }, clock });
  engine.ingest(login("acme", "e1", NOW));
  runUntil(engine, clock, "2026-03-01T00:00:00Z");
  desk.assertSent({ customer: "acme", definition: "alert/default/quiet/first", times: 1 });
  desk.assertOnce();
});

test("the clock", () => {
  const clock = new VirtualClock(NOW);
  clock.advance({ days: 2, hours: 3 });
  clock.advance(60_000);
  assert.equal(clock.now().toISOString(), "2026-01-07T03:01:00.000Z");
});

test("the channel", () => {
  const desk = new RecordingChannel([{ outcome: "later", retryAfterMs: 30_000 }, new RangeError("mine"), { outcome: "never", reason: "no" }], { keepOn: true });
  const clock = new VirtualClock(NOW);
  const engine = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk }, clock });
  engine.ingest(login("acme"));
  assert.throws(() => runUntil(engine, clock, NOW + DAY), /mine/);
  runUntil(engine, clock, NOW + DAY);
  assert.equal(engine.figures().dead, 1);
  engine.ingest(login("other"), { now: NOW + DAY });
  runUntil(engine, clock, NOW + 2 * DAY);
  assert.equal(engine.figures().dead, 2);
  assert.deepEqual(desk.of({ customer: "acme" }).map(({ attempt }) => attempt), [1, 2, 3]);
  assert.throws(() => desk.assertOnce(), /more than once/);
  assert.throws(() => desk.assertSent({ customer: "nobody" }), /alert\/default\/quiet\/first about acme/);
  assert.throws(() => desk.assertSent({ customer: "acme", times: 2 }), /1 messages/);
  desk.clear();
  assert.deepEqual(desk.ids, []);
});

test("the store", () => {
  for (const inner of [MapStore, MemoryStore]) {
    const store = new FaultyStore(new inner()).fails("load", 2, "no route").loses("commit", 3).throws("commit", 5, new RangeError("gone"));
    const engine = new Engine(CONFIG, { store });
    const outcomes = [];
    for (let i = 1; i < 9; i++) {
      try {
        outcomes.push(engine.ingest(login("a", String(i)), { now: NOW })[0].code);
      } catch (error) {
        outcomes.push(error.message);
      }
    }
    for (const word of ["no route", "gone", "lost"]) assert.ok(outcomes.some((one) => one.includes(word)), `${word}: ${outcomes}`);
    const results = engine.ingest(Array.from({ length: 8 }, (_, i) => login("a", String(i + 1))), { now: NOW });
    assert.ok(results.every((r) => !r.failed));
    assert.deepEqual(engine.state("a", { now: NOW }).aggregates["login|count"].days, { "2026-01-05": 8 });
    assert.throws(() => store.fails("lod"), /no slot/);
  }
});

test("answers of a channel", () => {
  const bounced = new RecordingChannel([{ outcome: "bounced", reason: "gone" }]);
  const engine = new Engine(CONFIG, { store: new MemoryStore(), channels: { desk: bounced, email: new RecordingChannel() } });
  engine.ingest(login("acme"), { now: NOW });
  engine.run({ now: NOW });
  assert.equal(engine.figures().dead, 1);
  assert.deepEqual(bounced.messages[0].recipient, {});
});
