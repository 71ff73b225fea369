// SPDX-License-Identifier: Apache-2.0
// Worker threads: each has the package for itself, all may keep their customers in one file, and one that is ended in the middle takes nothing with it.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { AsyncEngine, Engine, MemoryStore, SqliteStore } from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { NOW, config, login } from "./worlds.mjs";

const HEAD = `
import { parentPort, workerData } from "node:worker_threads";
const { AsyncEngine, Engine, MemoryStore, SqliteStore } = await import(${JSON.stringify(new URL("../dist/index.js", import.meta.url).href)});
const { AsyncMapStore, MapStore, NOW, config, login, logins, numbers, sleep } = await import(${JSON.stringify(new URL("./worlds.mjs", import.meta.url).href)});
const CONFIG = config();
parentPort.postMessage("ready");
`;
const start = (text, workerData) => new Worker(new URL(`data:text/javascript,${encodeURIComponent(HEAD + text)}`), { workerData });
const message = (worker) => new Promise((done, fail) => worker.once("message", done).once("error", fail));
const ended = (worker) => new Promise((done, fail) => worker.once("exit", done).once("error", fail));

test("workers with engines of both kinds", async () => {
  const text = `
    const lines = [];
    const parts = { random: numbers(2), trace: (line) => { lines.push(line); }, channels: { desk: () => undefined } };
    const one = new Engine(CONFIG, { store: new MemoryStore(), ...parts });
    one.ingest(logins(20), { now: NOW });
    const two = new AsyncEngine(CONFIG, { store: new AsyncMapStore(1), ...parts, random: numbers(2) });
    await two.ingest(logins(20), { now: NOW });
    await two.run({ now: NOW });
    parentPort.postMessage(lines.join());
  `;
  const told = await Promise.all([1, 2, 3].map(async () => {
    const worker = start(text);
    await message(worker);
    const [line, code] = await Promise.all([message(worker), ended(worker)]);
    assert.equal(code, 0);
    return line;
  }));
  assert.equal(new Set(told).size, 1);
});

test("workers over one file do each thing once", { skip: raw.csuccess_sqlite_open ? false : "built without SQLite" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    const file = join(folder, "a.db");
    new SqliteStore(file).close();
    const text = `
      const engine = new Engine(CONFIG, { store: new SqliteStore(workerData, { busyMs: 10_000 }), tries: 100 });
      let applied = 0;
      for (let i = 0; i < 40; i++) applied += engine.ingest(login("c" + i % 5, "e" + i), { now: NOW })[0].applied;
      engine.close();
      parentPort.postMessage(applied);
    `;
    const counts = await Promise.all([1, 2, 3].map(async () => {
      const worker = start(text, file);
      await message(worker);
      return message(worker);
    }));
    assert.equal(counts.reduce((a, b) => a + b), 40);
    const engine = new Engine(config(), { store: new SqliteStore(file) });
    assert.deepEqual(engine.verify("", { now: NOW }).bad, []);
    engine.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a worker may be ended in the middle of anything", async () => {
  const wheres = [
    "for (let i = 0;; i++) { const one = new Engine(CONFIG, { store: new MemoryStore() }); one.ingest(logins(5), { now: NOW }); }",
    "const store = new MapStore(); store.load = () => { for (;;); }; new Engine(CONFIG, { store }).ingest(login(), { now: NOW });",
    "const two = new AsyncEngine(CONFIG, { store: new AsyncMapStore(1000) }); await two.ingest(logins(50), { now: NOW });",
    "const two = new AsyncEngine(CONFIG, { store: new MemoryStore(), batch: 1 }); await two.ingest(logins(100000), { now: NOW });",
    "process.exit(0);",
  ];
  for (const where of wheres) {
    const worker = start(where);
    const end = ended(worker);
    await message(worker);
    await new Promise((go) => setTimeout(go, 30));
    await worker.terminate();
    await end;
  }
  const engine = new AsyncEngine(config(), { store: new MemoryStore() });
  assert.ok((await engine.ingest(login(), { now: NOW }))[0].applied);
});
