// SPDX-License-Identifier: Apache-2.0
// The addon by itself: what it takes, what it refuses, and that it never crashes.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { CONFIG, CsuccessError, NOW, compile, engine, events, raw, store } from "./raw_tools.mjs";

const throws = (code, message) => (error) => error instanceof CsuccessError && error.code === code && (!message || message.test(error.message));

test("every function is there, and every constant", () => {
  assert.equal(raw.csuccess_version(), "0.1.0");
  assert.equal(raw.csuccess_abi(), raw.CSUCCESS_ABI);
  assert.equal(raw.CSUCCESS_TIME_NEVER, Infinity);
  assert.equal(raw.CSUCCESS_ELIMIT, -12);
  assert.ok(Object.keys(raw).filter((name) => name.startsWith("csuccess_")).length > 300);
});

test("an error has its code, its place and its text", () => {
  assert.throws(() => raw.csuccess_config_compile('{"a":', { name: "x.json" }), (error) => {
    assert.ok(error instanceof CsuccessError);
    const { code, result, offset, line, column } = error;
    assert.deepEqual({ code, result, offset, line, column }, { code: "CSUCCESS_EJSON", result: -6, offset: 5, line: 1, column: 6 });
    return /x\.json/.test(error.message);
  });
  assert.throws(() => raw.csuccess_config_compile('{"csuccess":1,"healt":{}}'), (error) => error.pointer === "/healt");
  const facts = raw.csuccess_facts_new(compile());
  assert.throws(() => raw.csuccess_facts_set_number(facts, "sets", 1), throws("CSUCCESS_ENAME"));
  assert.throws(() => raw.csuccess_facts_set_number(facts, "plan", 1), throws("CSUCCESS_ETYPE"));
});

test("wrong arguments are TypeErrors that name function and parameter", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  const wrong = [
    [() => raw.csuccess_config_compile(1), /csuccess_config_compile: document/],
    [() => raw.csuccess_config_compile("{}", 5), /options must be an object/],
    [() => raw.csuccess_config_compile("{}", { nme: "" }), /has no "nme"/],
    [() => raw.csuccess_config_compile("{}", { limits: { documentBytes: 1.5 } }), /options\.documentBytes/],
    [() => raw.csuccess_config_compile("{}", { resolve: 7 }), /options\.resolve must be a function/],
    [() => raw.csuccess_facts_new({}), /config must be a csuccess_config/],
    [() => raw.csuccess_facts_new(facts), /config must be a csuccess_config/],
    [() => raw.csuccess_facts_new(Symbol("s")), /config/],
    [() => raw.csuccess_facts_set_number(facts, "seats", "5"), /value must be a number/],
    [() => raw.csuccess_facts_set_number(facts, Symbol("s"), 5), /name must be a string/],
    [() => raw.csuccess_facts_set_time(facts, "since", 0.5), /ms must be a whole number/],
    [() => raw.csuccess_facts_set_time(facts, "since", 2n ** 64n), /64 bits/],
    [() => raw.csuccess_facts_set_time(facts, "since", NaN), /whole number/],
    [() => raw.csuccess_facts_put_number(facts, -1, 5), /slot/],
    [() => raw.csuccess_config_input(config, 2 ** 32), /slot/],
    [() => raw.csuccess_trajectory_forecast({ times: [1, 2, 3], scores: [1, 2], horizon: 5 }), /as long as/],
    [() => raw.csuccess_survival_log_rank({}), /array/],
    [() => raw.csuccess_survival_log_rank([facts]), /csuccess_survival/],
    [() => raw.setErrorClass(5), /class/],
    [() => raw.scorerRunInto(), /scorer|nowMs/],
  ];
  for (const [call, message] of wrong) assert.throws(call, (error) => error instanceof TypeError && message.test(error.message), String(call));
});

test("every function survives nothing, and anything, in every place", () => {
  // But for what would open a file by such a name.
  const config = compile();
  const anything = [undefined, null, 0, -1, 1e300, NaN, 2n ** 70n, "", "x", Symbol("s"), {}, [], [1], () => 1, new Uint8Array(3), new Proxy({}, {}), config, raw.csuccess_facts_new(config),
    { get size() { throw new Error("mine"); } }];
  const names = Object.keys(raw).filter((name) => name.startsWith("csuccess_") && !/_free$|_unref$|_close$|_sqlite_open$/.test(name));
  for (const name of names) {
    for (const one of anything) {
      for (const given of [[one], [one, one], [one, one, one, one, one, one], [config, one, one], [null, one]]) {
        try { raw[name](...given); } catch (error) { assert.ok(error instanceof Error, name); }
      }
    }
  }
});

test("texts: whole Unicode, bytes, and halves of a pair", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  for (const text of ["", "a", "ä€😀", "\ufffd", "x".repeat(255), "ß".repeat(128), "😀".repeat(5000), "\u0800\uffff"]) {
    raw.csuccess_facts_set_customer(facts, text.slice(0, 100) || "c");
    assert.equal(raw.csuccess_facts_customer(facts), text.slice(0, 100) || "c");
    raw.csuccess_facts_set_string(facts, "plan", text);
    raw.csuccess_facts_set_string(facts, "plan", Buffer.from(text));
  }
  for (const text of ["\ud800", "a\udc00b", "\ufffd\ud83d", "x".repeat(500) + "\ud800"]) {
    assert.throws(() => raw.csuccess_facts_set_string(facts, "plan", text), throws("CSUCCESS_EENCODING"));
  }
  assert.throws(() => raw.csuccess_facts_set_string(facts, "plan", new Uint8Array([0xff])), throws("CSUCCESS_EENCODING"));
});

test("numbers of 64 bits, and never", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  raw.csuccess_facts_set_time(facts, "since", BigInt(NOW));
  assert.throws(() => raw.csuccess_facts_set_time(facts, "since", Infinity), throws("CSUCCESS_ERANGE"));
  const memory = raw.csuccess_memory_store_new(null);
  assert.deepEqual(raw.csuccess_memory_store_calls(memory), { result: 0, fired: 0 });
  const txn = raw.csuccess_simulation_new(config, { seed: 2n ** 63n + 1n });
  raw.csuccess_simulation_free(txn);
});

test("handles: closed, of another kind, of another owner, in use", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  const scorer = raw.csuccess_scorer_new(config);
  assert.equal(typeof facts, "object");
  raw.csuccess_scorer_explain(scorer, facts, NOW);
  const explanation = raw.csuccess_scorer_explanation(scorer);
  assert.ok(raw.csuccess_explanation_count(explanation) > 0);
  assert.throws(() => raw.csuccess_explanation_free(explanation), throws("CSUCCESS_EINVALID", /lent/));
  raw.csuccess_scorer_run(scorer, facts, NOW);
  assert.throws(() => raw.csuccess_explanation_count(explanation), throws("CSUCCESS_EINVALID", /over/));
  assert.equal(raw.csuccess_scorer_explanation(scorer), null);
  raw.csuccess_facts_free(facts);
  raw.csuccess_facts_free(facts);
  raw.csuccess_facts_free(null);
  assert.throws(() => raw.csuccess_facts_clear(facts), throws("CSUCCESS_EINVALID", /closed/));
  assert.throws(() => raw.csuccess_scorer_free(facts), TypeError);
  assert.throws(() => raw.csuccess_scorer_run(scorer, raw.csuccess_facts_new(compile({ ...CONFIG, segments: {} })), NOW), throws("CSUCCESS_EINVALID"));
});

test("a closed configuration goes on in what was made of it", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  const scorer = raw.csuccess_scorer_new(config);
  raw.csuccess_config_unref(config);
  assert.throws(() => raw.csuccess_config_hash(config), throws("CSUCCESS_EINVALID", /closed/));
  assert.equal(raw.csuccess_scorer_run(scorer, facts, NOW).profile, "default");
});

test("a score, the fast way as the plain one", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  const scorer = raw.csuccess_scorer_new(config);
  raw.csuccess_facts_set_number(facts, "orders", 5);
  const score = raw.csuccess_scorer_run(scorer, facts, NOW);
  assert.equal(score.value, 50);
  const out = new Float64Array(13);
  raw.scorerRunInto(scorer, facts, NOW, out);
  const words = raw.scoreWords();
  const { status, trend, profile, ...numbers } = score;
  assert.deepEqual([...out.slice(0, 10)], Object.values(numbers));
  assert.deepEqual([...out.slice(10)].map((place) => words[place]), [status, trend, profile]);
  for (const wrong of [new Float64Array(12), new Float32Array(13), [], null]) {
    assert.throws(() => raw.scorerRunInto(scorer, facts, NOW, wrong), TypeError);
  }
});

test("segments and memberships are bits", () => {
  const config = compile();
  const facts = raw.csuccess_facts_new(config);
  const scorer = raw.csuccess_scorer_new(config);
  raw.csuccess_facts_set_number(facts, "orders", 1);
  const names = [0, 1].map((index) => raw.csuccess_config_segment(config, index));
  const { members, undecided } = raw.csuccess_scorer_segments(scorer, facts, NOW);
  assert.equal(members[0], 1n << BigInt(names.indexOf("buyers")));
  assert.equal(undecided[0], 1n << BigInt(names.indexOf("seated")));
  const membership = raw.csuccess_membership_new(config);
  raw.csuccess_scorer_membership(scorer, facts, NOW, membership, new Uint32Array(0));
  assert.deepEqual(raw.csuccess_membership_members(membership), members);
  assert.deepEqual(raw.csuccess_membership_undecided(membership), undecided);
});

test("columns are read where they stand, and held", () => {
  const config = compile();
  const scorer = raw.csuccess_scorer_new(config);
  const rows = 20;
  const columns = raw.csuccess_columns_new(config, rows);
  const slot = (name) => raw.csuccess_config_slot(config, name);
  const orders = Float64Array.from({ length: rows }, (_, i) => i / 2);
  raw.csuccess_columns_bind_f64(columns, slot("orders"), orders, null);
  raw.csuccess_columns_bind_dictionary(columns, slot("plan"), new Uint8Array(rows), 1, ["basic", "pro"], null);
  raw.csuccess_columns_bind_utf8(columns, slot("plan"), new Int32Array(rows + 1), new Uint8Array(0), new Uint8Array(3));
  raw.csuccess_columns_bind_u8(columns, slot("vip"), new Uint8Array(rows), null);
  raw.csuccess_columns_bind_i64(columns, slot("since"), new BigInt64Array(rows), null);
  const out = { score: new Float64Array(rows), scored: new Uint8Array(3), segments: [new Uint8Array(3), null], segmentSizes: new BigUint64Array(2) };
  raw.csuccess_scorer_columns(scorer, columns, 0, rows, NOW, out);
  assert.equal(out.score[10], 50);
  orders[10] = 2;
  raw.csuccess_scorer_columns(scorer, columns, 10, 1, NOW, out);
  assert.equal(out.score[0], 20);
  const bad = [
    () => raw.csuccess_columns_bind_f64(columns, slot("orders"), new Float64Array(rows - 1), null),
    () => raw.csuccess_columns_bind_f64(columns, slot("orders"), orders, new Uint8Array(2)),
    () => raw.csuccess_columns_bind_f64(columns, slot("orders"), new Float32Array(rows), null),
    () => raw.csuccess_columns_bind_f64(columns, 1000, orders, null),
    () => raw.csuccess_columns_bind_f64(columns, slot("plan"), orders, null),
    () => raw.csuccess_columns_bind_utf8(columns, slot("plan"), new Int32Array(rows + 1).fill(9), new Uint8Array(3), null),
    () => raw.csuccess_columns_bind_dictionary(columns, slot("plan"), new Uint8Array(rows), 3, [], null),
    () => raw.csuccess_columns_bind_dictionary(columns, slot("plan"), new Uint8Array(rows), 4, ["a"], null),
    () => raw.csuccess_columns_bind_dictionary(columns, slot("plan"), new Uint8Array(rows).fill(1), 1, ["a"], null),
    () => raw.csuccess_scorer_columns(scorer, columns, 0, rows, NOW, { score: new Float64Array(rows - 1) }),
    () => raw.csuccess_scorer_columns(scorer, columns, 1, rows, NOW, {}),
    () => raw.csuccess_scorer_columns(scorer, columns, 0, rows, NOW, { segments: [] }),
    () => raw.csuccess_scorer_columns(scorer, columns, 0, 2 ** 53, NOW, { scored: new Uint8Array(3) }),
  ];
  for (const call of bad) assert.throws(call, Error, String(call));
  const gone = new Float64Array(rows);
  const sly = { score: gone, get raw() { structuredClone(gone.buffer, { transfer: [gone.buffer] }); return undefined; } };
  assert.throws(() => raw.csuccess_scorer_columns(scorer, columns, 0, rows, NOW, sly), throws("CSUCCESS_EINVALID", /too short/));
  structuredClone(orders.buffer, { transfer: [orders.buffer] });
  assert.throws(() => raw.csuccess_scorer_columns(scorer, columns, 0, rows, NOW, out), throws("CSUCCESS_EINVALID", /taken away/));
});

test("lists go in as typed arrays and as plain ones", () => {
  const plain = raw.csuccess_trajectory_forecast({ times: [0, 1, 2, 3].map((d) => NOW + d * 864e5), scores: [1, 2, 3, 4], horizon: NOW + 4 * 864e5 });
  const typed = raw.csuccess_trajectory_forecast({ times: BigInt64Array.from([0, 1, 2, 3], (d) => BigInt(NOW + d * 864e5)), scores: Float64Array.of(1, 2, 3, 4), horizon: NOW + 4 * 864e5 });
  assert.deepEqual(plain, typed);
  assert.ok(Math.abs(plain.score - 5) < 1e-9);
  const left = [1, 0, true, false, 1];
  const survivals = [[1, 2, 3, 4, 5], Float64Array.of(2, 3, 4, 5, 6)].map((durations) => {
    const survival = raw.csuccess_survival_new(null);
    raw.csuccess_survival_add(survival, durations, left);
    return survival;
  });
  assert.deepEqual(raw.csuccess_survival_count(survivals[0]), { customers: 5, left: 3 });
  assert.equal(raw.csuccess_survival_log_rank(survivals).df, 1);
  assert.throws(() => raw.csuccess_survival_log_rank([survivals[0], survivals[0]]), throws("CSUCCESS_EBUSY"));
  assert.throws(() => raw.csuccess_survival_add(survivals[0], [1], [1, 0]), TypeError);
});

test("an engine over a store in C, over one of ours, and one operation at a time", () => {
  const config = compile();
  const states = [];
  const memory = raw.csuccess_memory_store_new(null);
  const mine = store();
  for (const chosen of [memory, mine]) {
    const one = engine(config);
    raw.csuccess_engine_set_store(one, chosen);
    const list = events(3);
    raw.csuccess_engine_ingest(one, list, null, NOW);
    assert.deepEqual(raw.csuccess_events_result(list, 2), { result: 0, reason: "" });
    states.push(raw.csuccess_engine_score(one, "c1", null, NOW));
    raw.csuccess_engine_free(one);
  }
  const one = engine(config, { batch: 1, inFlight: 10 });
  const third = raw.csuccess_memory_store_new(null);
  const run = (call) => {
    const ticket = raw.csuccess_engine_start(one, call);
    for (;;) {
      const outcome = raw.csuccess_engine_finish(one, ticket);
      if (outcome) return outcome;
      assert.equal(raw.lastResult(), raw.CSUCCESS_AGAIN);
      const op = raw.csuccess_engine_next(one, NOW);
      raw.csuccess_op_call(op, third, null);
      raw.csuccess_engine_answer(one, op.id);
      assert.throws(() => raw.csuccess_reply_done(op.reply, 0, ""), throws("CSUCCESS_EINVALID", /over|closed/));
      assert.throws(() => raw.csuccess_engine_answer(one, op.id), throws("CSUCCESS_EINVALID"));
    }
  };
  const list = events(3);
  raw.csuccess_events_free(events(1));
  run({ kind: raw.CSUCCESS_CALL_INGEST, nowMs: NOW, events: list });
  states.push(run({ kind: raw.CSUCCESS_CALL_SCORE, nowMs: NOW, customer: "c1" }).text);
  assert.equal(new Set(states).size, 1);
});

test("a store in a file", { skip: raw.csuccess_sqlite_open ? false : "built without SQLite" }, () => {
  const folder = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    const open = () => raw.csuccess_sqlite_open(join(folder, "store.db"), { busyMs: 100 });
    const file = open();
    const one = engine(compile());
    raw.csuccess_engine_set_store(one, file);
    raw.csuccess_engine_ingest(one, events(2), null, NOW);
    raw.csuccess_sqlite_close(file);
    assert.throws(() => raw.csuccess_sqlite_rebuild(file), throws("CSUCCESS_EINVALID", /closed/));
    const before = raw.csuccess_engine_score(one, "c1", null, NOW);
    raw.csuccess_engine_free(one);
    const again = engine(compile());
    const reopened = open();
    raw.csuccess_engine_set_store(again, reopened);
    assert.equal(raw.csuccess_engine_score(again, "c1", null, NOW), before);
    raw.csuccess_engine_free(again);
    raw.csuccess_sqlite_close(reopened);
    assert.throws(() => raw.csuccess_sqlite_open(join(folder, "no", "store.db"), null), throws("CSUCCESS_EMISSING"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a call under way holds stays, whatever is closed meanwhile", () => {
  const one = engine(compile(), { batch: 1 });
  const list = events(3);
  const ticket = raw.csuccess_engine_start(one, { kind: raw.CSUCCESS_CALL_INGEST, nowMs: NOW, events: list });
  raw.csuccess_events_free(list);
  assert.throws(() => raw.csuccess_events_count(list), throws("CSUCCESS_EINVALID"));
  const op = raw.csuccess_engine_next(one, NOW);
  assert.ok(op.reply);
  raw.csuccess_engine_free(one);
  assert.throws(() => raw.csuccess_reply_done(op.reply, 0, ""), throws("CSUCCESS_EINVALID"));
  assert.throws(() => raw.csuccess_engine_finish(one, ticket), throws("CSUCCESS_EINVALID"));
  const memory = raw.csuccess_memory_store_new(null);
  const two = engine(compile());
  raw.csuccess_engine_set_store(two, memory);
  raw.csuccess_memory_store_free(memory);
  assert.equal(raw.csuccess_engine_ingest(two, events(2), null, NOW), 0);
  raw.csuccess_engine_free(two);
});

test("transactions and simulations", () => {
  const one = engine(compile());
  const txn = raw.csuccess_txn_begin(one, { customer: "c0", events: events(1), nowMs: NOW });
  assert.deepEqual(raw.csuccess_txn_need(txn).keys.map(({ id }) => id), ["c0", "c0"]);
  raw.csuccess_reply_done(raw.csuccess_txn_reply(txn), 0, "");
  assert.equal(raw.csuccess_txn_apply(txn), 0);
  const batch = raw.csuccess_txn_batch(txn);
  assert.ok(batch.writes.every(({ body }) => Buffer.isBuffer(body)));
  assert.equal(batch.inputs[0].id, "m0");
  assert.ok(batch.entries.length > 0);
  raw.csuccess_engine_free(one);
  assert.equal(raw.csuccess_txn_finish(txn, 0, 0), 0);
  raw.csuccess_txn_free(txn);
  const lines = [];
  const simulation = raw.csuccess_simulation_new(compile(), { trace: (line) => lines.push(line) });
  raw.csuccess_simulation_feed(simulation, events(3));
  assert.ok(lines.length >= 3);
  const inside = raw.csuccess_simulation_engine(simulation);
  assert.equal(JSON.parse(raw.csuccess_engine_score(inside, "c1", null, NOW)).health.score, 10);
  raw.csuccess_simulation_free(simulation);
  assert.throws(() => raw.csuccess_engine_figures(inside), throws("CSUCCESS_EINVALID", /over|closed/));
});

test("a store is tested against the contract, and what the test found goes with the error", () => {
  assert.match(raw.csuccess_conformance_run(raw.csuccess_memory_store_new(null), { rounds: 20 }), / passed, 0 failed/);
  assert.throws(() => raw.csuccess_conformance_run(store(), { rounds: 5 }), (error) => error.code === "CSUCCESS_EDATA" && /not ok/.test(error.report));
});

test("foreign objects that look like handles are refused", () => {
  for (const foreign of [Object.create(null), new WeakRef({}), process.binding ? globalThis : 0]) assert.throws(() => raw.csuccess_scorer_new(foreign), TypeError);
});
