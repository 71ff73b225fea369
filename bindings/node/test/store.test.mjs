// SPDX-License-Identifier: Apache-2.0
// Stores in JavaScript and the library's: against the contract, and what they may not answer.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CsuccessError, Engine, MemoryStore, SqliteStore, conformance, shard } from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { AsyncMapStore, MapStore, NOW, config, login } from "./worlds.mjs";

const CONFIG = config();
const sqlite = { skip: raw.csuccess_sqlite_open ? false : "built without SQLite" };
const code = (name) => (error) => error instanceof CsuccessError && error.code === `CSUCCESS_${name}`;
function folder(work) {
  const path = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    return work(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

test("a store over maps keeps the contract", () => {
  const tenants = new Map();
  let opened = 0;
  const report = conformance(new MapStore(tenants), { reopen: () => { opened++; return new MapStore(tenants); }, seed: 7, rounds: 400 });
  assert.ok(report.passed, report.text);
  assert.ok(opened > 0 && report.tests.length > 50);
  assert.match(report.text.trimEnd().split("\n").at(-1), /passed, 0 failed$/);
});

test("the library's stores keep it", () => {
  const memory = new MemoryStore();
  assert.ok(conformance(memory, { rounds: 100 }).passed);
  memory.close();
});

test("a store in a file keeps it, opened again", sqlite, () => folder((path) => {
  const file = join(path, "a.db");
  const all = [new SqliteStore(file)];
  const reopen = () => { all.push(new SqliteStore(file, { existing: true })); return all.at(-1); };
  const report = conformance(all[0], { reopen, rounds: 20 });
  assert.ok(report.passed, report.text);
  assert.ok(all.length > 1);
  for (const store of all) store.close();
}));

test("a store that breaks it is found out", () => {
  class Forgetful extends MapStore {
    apply(t, batch) { super.apply(t, { ...batch, inputs: [] }); }
  }
  const report = conformance(new Forgetful(), { rounds: 50 });
  assert.equal(report.passed, false);
  assert.ok(report.failures.length > 0 && report.failures.every(({ detail }) => detail));
});

test("answers that were not asked are refused", () => {
  const wrong = [
    (r) => r.record(99, 1, ""), (r) => r.known(99), (r) => r.applied(0), (r) => r.refused(0, 0), (r) => r.already(0), (r) => r.lease("c", "t", NOW), (r) => r.row("c", 1, ""),
    (r) => r.next(Infinity), (r) => r.erased("entry", 1), (r) => { r.record(0, 1, "x"); r.record(0, 1, "x"); },
  ];
  for (const answer of wrong) {
    const store = new MapStore();
    store.load = (_, reply) => answer(reply);
    const engine = new Engine(CONFIG, { store });
    assert.throws(() => engine.ingest(login(), { now: NOW }), code("EINVALID"), String(answer));
    engine.close();
  }
});

test("an answer that comes late is refused", () => {
  const kept = [];
  const store = new MapStore();
  store.load = (request, reply) => { MapStore.prototype.load.call(store, request, reply); kept.push(reply); };
  const engine = new Engine(CONFIG, { store });
  engine.ingest(login(), { now: NOW });
  assert.throws(() => kept[0].record(0, 1, ""), code("EINVALID"));
  kept[0].fail("CSUCCESS_EBUSY", "too late");
});

test("a store that fails without an exception, and one that is none", () => {
  let times = 0;
  const store = new MapStore();
  store.load = (_, reply) => { times++; reply.fail("CSUCCESS_EBUSY", "locked"); };
  const engine = new Engine(CONFIG, { store });
  assert.throws(() => engine.ingest(login(), { now: NOW }), (error) => code("ECALLBACK")(error) && /locked/.test(error.message));
  assert.ok(times > 1);
  assert.throws(() => new Engine(CONFIG, { store: { load() {} } }), /no commit/);
  assert.throws(() => new Engine(CONFIG, { store: 5 }), TypeError);
  const later = new Engine(CONFIG, { store: new AsyncMapStore() });
  assert.throws(() => later.ingest(login(), { now: NOW }), (error) => error instanceof TypeError && /AsyncEngine/.test(error.message));
});

test("a store lives as long as its engine", () => {
  const store = new MemoryStore();
  const engine = new Engine(CONFIG, { store });
  engine.ingest(login(), { now: NOW });
  store.close();
  assert.ok(store.closed);
  assert.throws(() => store.dump(), code("EINVALID"));
  assert.equal(engine.score("acme", { now: NOW }).customer_id, "acme");
  assert.throws(() => new Engine(CONFIG, { store }), code("EINVALID"));
  engine.close();
});

test("a memory store fails as planned", () => {
  const store = new MemoryStore();
  const engine = new Engine(CONFIG, { store });
  store.plant("fail", 1, { onward: true });
  assert.throws(() => engine.ingest(login(), { now: NOW }), code("ECALLBACK"));
  assert.ok(store.fired && store.calls > 0);
  store.heal();
  assert.ok(engine.ingest(login(), { now: NOW })[0].applied);
  assert.match(store.dump(), /"acme"/);
  assert.throws(() => store.plant("fial"), TypeError);
});

test("a file says what is wrong with it", sqlite, () => folder((path) => {
  assert.throws(() => new SqliteStore(join(path, "none.db"), { existing: true }), code("EMISSING"));
  writeFileSync(join(path, "text.db"), "no database ".repeat(1000));
  assert.throws(() => new SqliteStore(join(path, "text.db")), (error) => code("ESTATE")(error) && /text\.db/.test(error.message));
  const store = new SqliteStore(join(path, "ok.db"), { bare: true, cacheKib: 1024 });
  store.rebuild();
  store.close();
  assert.throws(() => store.rebuild(), code("EINVALID"));
}));

test("shards are those of every language", () => {
  const fnv = (text, shards) => {
    let value = 0xcbf29ce484222325n;
    for (const byte of Buffer.from(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
    return shards < 2 ? 0 : Number(((value >> 32n) ^ (value & 0xffffffffn)) % BigInt(shards));
  };
  for (const name of ["", "acme", "Zoë", "🙂"]) for (const shards of [0, 1, 2, 7, 256]) assert.equal(shard(name, shards), fnv(name, shards));
});
