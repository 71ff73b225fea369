// SPDX-License-Identifier: Apache-2.0
// What a call costs from Node, and how well an engine waits for a store of promises: bindings.mjs PACKAGE VECTORS [TRANSACTIONS]. A JSON line per figure; bindings.py is the same in Python.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, vectors, transactions = "10000"] = process.argv.slice(2);
const entry = (name) => import(pathToFileURL(resolve(folder, "dist", name)));
const { AsyncEngine, Config, Events, Facts, Scorer } = await entry("index.js");
const { raw } = await entry("raw.js");

const NOW_MS = 1_769_817_600_000; // 2026-01-31T00:00:00Z
const BATCHES = 31;
const IN_FLIGHT = 100;
const WAIT_MS = 1;
const CONFIG = {
  csuccess: 1,
  aggregates: { orders: { event: "order", count: true, window: "lifetime" } },
  health: { profiles: { default: { score: { value: "orders", points: { linear: [[0, 0], [10, 100]] } } } } },
};

const say = (line) => console.log(JSON.stringify(line));
const median = (list) => list.toSorted((a, b) => a - b)[list.length >> 1];

// ---- One call ----

let sink = 0;

/** Nanoseconds that the main thread has had a processor; a batch is a multiple of the tick by which that grows. */
function processor() {
  return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]);
}

/** Nanoseconds a call. */
function batch({ calls, run }) {
  const start = processor();
  run(calls);
  return (processor() - start) / calls;
}

/** A scorecard of twelve metrics, and a row that has them all. */
function twelve() {
  const names = Array.from({ length: 12 }, (_, i) => `m${i}`);
  const of = Object.fromEntries(names.map((name, i) => [name, { weight: i + 1, value: name, points: { linear: [[0, 0], [20, 100]] } }]));
  const attributes = Object.fromEntries(names.map((name) => [name, { type: "number" }]));
  const profile = { score: { combine: "weighted_mean", of }, bands: { good: { from: 50 }, bad: {} } };
  return [Config.compile({ csuccess: 1, attributes, health: { profiles: { default: profile } } }), Object.fromEntries(names.map((name, i) => [name, i + 3]))];
}

function oneCall(name, config, row) {
  const facts = Facts.of(config, row);
  const scorer = new Scorer(config);
  const at = { now: NOW_MS };
  const work = {
    "an empty call": { calls: 1_000_000, run(n) { for (let i = 0; i < n; i++) sink += raw.csuccess_abi(); } },
    csuccess: { calls: 30_000, run(n) { for (let i = 0; i < n; i++) sink += scorer.score(facts, at).value; } },
  };
  const times = Object.fromEntries(Object.keys(work).map((who) => [who, []]));
  for (let turn = 0; turn < BATCHES; turn++) {
    for (const [who, how] of Object.entries(work)) times[who].push(batch(how));
  }
  for (const [who, took] of Object.entries(times)) {
    say({ work: name, who, rows: 1, seconds: 1e-9 * median(took.slice(BATCHES >> 2)), reference: who === "an empty call" }); // behind the compiler's warm-up
  }
}

// ---- Transactions over a store that has to be waited for ----

const later = () => new Promise((done) => setTimeout(done, WAIT_MS));

/** In memory, and a millisecond away. */
class Slow {
  kept = new Map();
  underWay = 0;
  operations = 0;
  most = 0;
  busy = 0;
  since = performance.now();

  count(change) {
    const now = performance.now();
    this.busy += this.underWay * (now - this.since);
    this.since = now;
    this.underWay += change;
  }

  async away() {
    this.count(1);
    this.operations++;
    this.most = Math.max(this.most, this.underWay);
    await later();
    this.count(-1);
  }

  async load({ keys }, reply) {
    await this.away();
    keys.forEach(({ kind, id }, index) => {
      const found = this.kept.get(`${kind}/${id}`);
      if (found) reply.record(index, ...found);
    });
  }

  async commit({ batches }, reply) {
    await this.away();
    batches.forEach((given, index) => {
      for (const { key, expected, body } of given.writes) this.kept.set(`${key.kind}/${key.id}`, [Number(expected) + 1, body]);
      reply.applied(index);
    });
  }

  due() {}
  defer() {}
  claim() {}
  settle() {}
  scan() {}
  history() {}
  outbox() {}
  erase() {}
}

/** As many waits, a hundred at a time, and no engine. */
async function alone(operations) {
  const start = performance.now();
  const one = async () => { while (operations-- > 0) await later(); };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
  return performance.now() - start;
}

async function awaiting(count) {
  const store = new Slow();
  const events = new Events();
  for (let i = 0; i < count; i++) events.push({ type: "track", id: `e${i}`, at: NOW_MS, customer: `c${i}`, name: "order" });
  const engine = new AsyncEngine(Config.compile(CONFIG), { store, batch: 1, inFlight: IN_FLIGHT });
  const start = performance.now();
  const processor = process.cpuUsage();
  const results = await engine.ingest(events, { now: NOW_MS });
  const took = performance.now() - start;
  const { user, system } = process.cpuUsage(processor);
  await engine.close();
  const { operations } = store;
  const work = "awaiting a store, Node.js";
  say({ check: `${count.toLocaleString("en")} transactions over an asynchronous store, Node.js`, differ: results.filter(({ code }) => code !== "CSUCCESS_OK").length });
  say({ work, who: "every operation 1 ms, 100 at once", rows: count, seconds: (operations * WAIT_MS) / IN_FLIGHT / 1000, reference: true });
  say({ work, who: "csuccess", rows: count, seconds: took / 1000 });
  say({ work, who: "the same waits as promises, no engine", rows: count, seconds: (await alone(operations)) / 1000 });
  say({ fact: `awaiting a store, Node.js: ${operations.toLocaleString("en")} operations, ${store.most} in flight at most, ${(store.busy / took).toFixed(0)} in the mean; ${((user + system) / count).toFixed(0)} µs of processor time a transaction` });
}

oneCall("one score call, Node.js", Config.preset("enterprise"), JSON.parse(readFileSync(`${vectors}/enterprise.customers.jsonl`, "utf8").split("\n")[0]));
oneCall("one score call of twelve metrics, Node.js", ...twelve());
await awaiting(Number(transactions));
