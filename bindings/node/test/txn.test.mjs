// SPDX-License-Identifier: Apache-2.0
// Transactions: one advance of one customer, state and commit in the host's hands.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CsuccessError, Engine, Events, MemoryStore, RecordKind, Txn } from "../dist/index.js";
import { AsyncMapStore, HOUR, MapStore, NOW, config, login, numbers } from "./worlds.mjs";

const CONFIG = config();
const code = (name) => (error) => error instanceof CsuccessError && error.code === `CSUCCESS_${name}`;
const keyOf = ({ kind, id }) => `${kind}/${id}`;

/** A host of two functions over a map. */
function advance(engine, records, ...events) {
  const txn = new Txn(engine, "acme", { ...(events.length && { events }), now: NOW });
  try {
    for (;;) {
      let step;
      do {
        assert.ok(txn.needs());
        txn.load((need, reply) => need.keys.forEach((key, i) => { if (records.has(keyOf(key))) reply.record(i, ...records.get(keyOf(key))); }));
        step = txn.apply();
      } while (step === "again");
      if (step === "unchanged") return null;
      const batch = txn.batch();
      assert.equal(txn.needs(), null);
      for (const { key, expected, body } of batch.writes) if (body !== null) records.set(keyOf(key), [expected + 1, body]);
      if (txn.finish()) return batch;
    }
  } finally {
    txn.close();
  }
}

test("a host of its own", () => {
  const records = new Map();
  const engine = new Engine(CONFIG, { random: numbers(1) });
  const first = advance(engine, records, login("acme", "e1"), login("acme", "e2"));
  assert.deepEqual([first.inputs.length, first.entries[0].seq], [2, 1]);
  assert.ok(advance(engine, records, login("acme", "e3")).entries[0].seq > 2);
  assert.equal(records.get(keyOf({ kind: RecordKind.CUSTOMER, id: "acme" }))[0], 2);
  assert.equal(advance(engine, records), null);
});

test("the same as an engine with a store", async () => {
  const store = new MapStore(), mine = new MapStore();
  const live = new Engine(CONFIG, { store, random: numbers(2) }), engine = new Engine(CONFIG, { random: numbers(2) });
  for (let i = 0; i < 4; i++) {
    const now = NOW + i * HOUR;
    live.ingest(login("acme", `e${i}`), { now });
    const txn = new Txn(engine, "acme", { events: login("acme", `e${i}`), now });
    if (i % 2) txn.load(mine);
    else await txn.loadAsync(Object.assign(new AsyncMapStore(), { inner: mine }));
    assert.equal(txn.apply(), "ready");
    assert.ok(txn.describe().entries);
    mine.apply(mine.of({ tenant: "default" }), txn.batch());
    assert.equal(txn.finish(), true);
    txn.close();
  }
  assert.deepEqual(mine.tenants.get("default").entries, store.tenants.get("default").entries);
});

test("somebody was faster, and a ledger refuses", () => {
  const txn = new Txn(new Engine(CONFIG), "acme", { events: [login()], now: NOW });
  assert.throws(() => txn.apply(), code("EMISSING"));
  txn.load(new MemoryStore());
  assert.equal(txn.apply(), "ready");
  assert.equal(txn.finish({ conflict: true }), false);
  txn.load(() => undefined);
  assert.equal(txn.apply(), "ready");
  assert.throws(() => txn.finish({ refused: 99 }), CsuccessError);
  txn.close();
});

test("inputs are held, and their results come", () => {
  const events = new Events([login()]);
  const engine = new Engine(CONFIG);
  const txn = new Txn(engine, "acme", { events, now: NOW });
  assert.throws(() => events.clear(), code("EBUSY"));
  txn.load(new MemoryStore());
  txn.apply();
  txn.finish();
  txn.close();
  assert.ok(events.results()[0].applied);
  assert.throws(() => new Txn(engine, "other", { events, now: NOW }), code("EINVALID"));
  events.clear();
});

test("answers that fail", async () => {
  const mine = new RangeError("mine");
  const engine = new Engine(CONFIG);
  const txn = new Txn(engine, "acme", { events: [login()], now: NOW });
  await assert.rejects(txn.loadAsync(async () => { throw mine; }), (error) => error === mine);
  assert.throws(() => txn.apply(), code("ECALLBACK"));
  assert.throws(() => new Txn(engine, "acme").load(async () => undefined), TypeError);
  txn.close();
});

test("the end in any order", () => {
  const engine = new Engine(CONFIG);
  const txn = new Txn(engine, "acme", { now: NOW });
  assert.throws(() => engine.setConfig(CONFIG), code("EBUSY"));
  engine.close();
  txn.close();
  txn.close();
  assert.throws(() => txn.needs(), code("EINVALID"));
  assert.throws(() => new Txn(engine, "acme"), code("EINVALID"));
});
