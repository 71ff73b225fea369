// SPDX-License-Identifier: Apache-2.0
// Functions of the host that C calls: what they get, what they may answer, and that what they throw comes out of the call as itself.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CONFIG, CsuccessError, NOW, compile, engine, events, raw, random, store } from "./raw_tools.mjs";

const mine = new RangeError("mine");
const fails = () => { throw mine; };
const itself = (error) => error === mine;
const HOST = {
  csuccess: 1,
  attributes: { tenure: { type: "number" }, plan: { type: "string" } },
  churn: { horizon: "P30D", model: { host: { name: "mine", features: ["tenure", "plan"], calibrated: true } } },
};

function hosted(changes = {}) {
  const config = compile({ ...HOST, ...changes });
  const facts = raw.csuccess_facts_new(config);
  raw.csuccess_facts_set_number(facts, "tenure", 3);
  return { config, facts, scorer: raw.csuccess_scorer_new(config) };
}

test("a model of the host's: batches in, probabilities out", () => {
  const { config, facts, scorer } = hosted();
  const asked = [];
  raw.csuccess_scorer_set_model(scorer, (batch) => { asked.push(batch); return [0.3]; });
  const { probability, confidence } = raw.csuccess_scorer_predict(scorer, facts, NOW);
  assert.equal(probability, 0.3);
  assert.equal(confidence, 0.5);
  assert.deepEqual(asked[0], {
    rows: 1, features: 2, names: ["tenure", "plan"], values: Float64Array.of(3, 0), texts: ["", ""], present: Uint8Array.of(1, 0), nowMs: NOW,
  });
  raw.csuccess_scorer_set_model(scorer, () => ({ probability: Float64Array.of(0.4), confidence: [0.9] }));
  const other = raw.csuccess_scorer_predict(scorer, facts, NOW);
  assert.deepEqual([other.probability, other.confidence], [0.4, 0.9]);
  const columns = raw.csuccess_columns_new(config, 3000);
  raw.csuccess_columns_bind_f64(columns, raw.csuccess_config_slot(config, "tenure"), new Float64Array(3000).fill(3), null);
  const out = { probability: new Float64Array(3000), predicted: new Uint8Array(375) };
  raw.csuccess_scorer_set_model(scorer, ({ rows }) => Array.from({ length: rows }, (_, i) => (i === 1 ? NaN : 0.25)));
  raw.csuccess_scorer_columns(scorer, columns, 0, 3000, NOW, out);
  assert.equal(out.probability[2], 0.25);
  assert.equal(out.predicted[0], 0xfd);
  for (const wrong of [5, "x", null, { probability: 5 }, {}, () => 1]) {
    raw.csuccess_scorer_set_model(scorer, () => wrong);
    assert.throws(() => raw.csuccess_scorer_predict(scorer, facts, NOW), TypeError);
  }
  raw.csuccess_scorer_set_model(scorer, fails);
  assert.throws(() => raw.csuccess_scorer_predict(scorer, facts, NOW), itself);
  assert.throws(() => raw.csuccess_scorer_columns(scorer, columns, 0, 3000, NOW, out), itself);
  raw.csuccess_scorer_set_model(scorer, null);
  assert.ok(raw.csuccess_scorer_predict(scorer, facts, NOW).flags);
});

test("what is thrown need not be an error", () => {
  const { facts, scorer } = hosted();
  for (const thrown of [5, "text", undefined, null, Symbol.iterator, { a: 1 }]) {
    raw.csuccess_scorer_set_model(scorer, () => { throw thrown; });
    try {
      raw.csuccess_scorer_predict(scorer, facts, NOW);
      assert.fail();
    } catch (error) {
      assert.equal(error, thrown);
    }
  }
});

test("from a callback: what is in use is refused, and nothing is freed", () => {
  const { facts, scorer } = hosted();
  const calls = [
    () => raw.csuccess_scorer_predict(scorer, facts, NOW), () => raw.csuccess_scorer_free(scorer), () => raw.csuccess_scorer_set_model(scorer, null),
    () => raw.csuccess_facts_free(facts), () => raw.csuccess_facts_clear(facts),
  ];
  for (const call of calls) {
    raw.csuccess_scorer_set_model(scorer, () => { call(); return [0.5]; });
    assert.throws(() => raw.csuccess_scorer_predict(scorer, facts, NOW), (error) => error instanceof CsuccessError && error.code === "CSUCCESS_EBUSY");
  }
  raw.csuccess_scorer_set_model(scorer, () => [raw.csuccess_facts_customer(facts).length ? 0 : 0.5]);
  assert.equal(raw.csuccess_scorer_predict(scorer, facts, NOW).probability, 0.5);
});

test("a log of predictions", () => {
  const { facts, scorer } = hosted();
  const logged = [];
  raw.csuccess_scorer_set_model(scorer, () => [0.3]);
  raw.csuccess_scorer_set_log(scorer, (list) => logged.push(...list));
  raw.csuccess_scorer_predict(scorer, facts, NOW);
  assert.equal(logged[0].probability, 0.3);
  assert.equal(logged[0].atMs, NOW);
  raw.csuccess_scorer_set_log(scorer, fails);
  assert.throws(() => raw.csuccess_scorer_predict(scorer, facts, NOW), itself);
});

test("documents and models by name", () => {
  const model = compile({ csuccess: 1, extends: "base" }, { resolve: (name) => (name === "base" ? JSON.stringify(CONFIG) : null) });
  assert.equal(raw.csuccess_config_inputs(model), 5);
  assert.throws(() => compile({ csuccess: 1, extends: "nothing" }, { resolve: () => undefined }), (error) => error.code === "CSUCCESS_ENAME");
  assert.throws(() => compile({ csuccess: 1, extends: "base" }, { resolve: fails }), itself);
  assert.throws(() => compile({ csuccess: 1, extends: "base" }, { resolve: () => 5 }), TypeError);
  const learned = { csuccess: 1, attributes: { tenure: { type: "number" } }, churn: { model: { learned: { name: "m" } }, fallback: ["model", "last"] } };
  const asked = [];
  try { compile(learned, { model: (name) => { asked.push(name); return null; } }); } catch (error) { assert.ok(error instanceof CsuccessError); }
  assert.deepEqual([...new Set(asked)], ["m"]);
  assert.throws(() => compile(learned, { model: fails }), itself);
  assert.throws(() => compile(learned, { model: () => 5 }), TypeError);
});

test("who leads whom", () => {
  const config = compile({ csuccess: 1, access: { roles: { lead: { scope: "team", may: { customer: ["read"] } } } } });
  const question = { principal: { id: "ann", roles: ["lead"] }, resource: "customer", action: "read", owner: "bob" };
  assert.ok(raw.csuccess_access_check(config, { ...question, leads: (a, b) => a === "ann" && b === "bob" }) !== undefined);
  assert.throws(() => raw.csuccess_access_check(config, { ...question, leads: () => false }), (error) => error.code === "CSUCCESS_EDENIED");
  assert.throws(() => raw.csuccess_access_check(config, { ...question, leads: fails }), itself);
});

test("customers of the host, one and all", () => {
  const config = compile();
  const scorer = raw.csuccess_scorer_new(config);
  let kept;
  const load = (id, facts) => {
    kept = facts;
    if (id === "none") return false;
    raw.csuccess_facts_set_customer(facts, id);
    raw.csuccess_facts_set_number(facts, "orders", 5);
    return true;
  };
  assert.equal(raw.csuccess_scorer_pull(scorer, { load }, "a", NOW).value, 50);
  assert.throws(() => raw.csuccess_facts_clear(kept), (error) => error.code === "CSUCCESS_EINVALID");
  assert.throws(() => raw.csuccess_scorer_pull(scorer, { load }, "none", NOW), (error) => error.code === "CSUCCESS_ENAME");
  assert.throws(() => raw.csuccess_scorer_pull(scorer, { load: fails }, "a", NOW), itself);
  assert.throws(() => raw.csuccess_scorer_pull(scorer, { load: () => 5 }, "a", NOW), TypeError);
  let left = 3;
  const next = (facts) => {
    if (left-- === 0) return false;
    raw.csuccess_facts_set_customer(facts, `c${left}`);
    raw.csuccess_facts_set_number(facts, "orders", left);
    return true;
  };
  const selection = raw.csuccess_scorer_select(scorer, { customers: { next }, when: "orders >= 1", nowMs: NOW });
  assert.deepEqual([0, 1].map((index) => raw.csuccess_selection_get(selection, index).customer), ["c1", "c2"]);
  assert.throws(() => raw.csuccess_scorer_select(scorer, { customers: { next: fails }, when: "orders >= 1", nowMs: NOW }), itself);
});

test("every slot of a store may throw, and the engine is as before", () => {
  const config = compile();
  for (const slot of ["load", "commit", "due", "claim"]) {
    const one = engine(config);
    raw.csuccess_engine_set_store(one, store({ [slot]: fails }));
    const work = () => {
      raw.csuccess_engine_ingest(one, events(2), null, NOW);
      raw.csuccess_engine_run(one, null, NOW + 1000, null);
    };
    assert.throws(work, itself, slot);
    raw.csuccess_engine_set_store(one, store());
    work();
    raw.csuccess_engine_free(one);
  }
  const mistakes = [
    { load() {} },
    { load(_, reply) { raw.csuccess_reply_record(reply, 1000, 1, "x"); } },
    { load(_, reply) { raw.csuccess_reply_done(reply, -1000000, "why"); } },
    { load(_, reply) { raw.csuccess_reply_done(reply, 0, ""); raw.csuccess_reply_done(reply, 0, ""); } },
    { commit(_, reply) { raw.csuccess_reply_sent(reply, 1, 0, ""); } },
  ];
  for (const mistake of mistakes) {
    const one = engine(config, { tries: 1 });
    raw.csuccess_engine_set_store(one, store(mistake));
    try { raw.csuccess_engine_ingest(one, events(1), null, NOW); } catch (error) { assert.ok(error instanceof CsuccessError, String(error)); }
  }
  const one = engine(config);
  assert.throws(() => raw.csuccess_engine_set_store(one, { load() {} }), /commit/);
  assert.throws(() => raw.csuccess_engine_set_store(one, { ...store(), load: 5 }), TypeError);
  assert.throws(() => raw.csuccess_engine_set_store(one, 5), TypeError);
  assert.throws(() => raw.csuccess_engine_set_store(one, config), TypeError);
});

test("an engine may not be called from its own store, nor be freed", () => {
  const config = compile();
  for (const call of [(one) => raw.csuccess_engine_run(one, null, NOW, null), (one) => raw.csuccess_engine_free(one), (one) => raw.csuccess_engine_set_store(one, store()), (one) => raw.csuccess_engine_figures(one)]) {
    const one = engine(config);
    raw.csuccess_engine_set_store(one, store({ load: () => call(one) }));
    assert.throws(() => raw.csuccess_engine_ingest(one, events(1), null, NOW), (error) => error.code === "CSUCCESS_EBUSY");
  }
});

const MAIL = {
  csuccess: 1,
  attributes: { name: { type: "string" }, booking_link: { type: "string" } },
  channels: { email: {} },
  templates: { value: { locales: { en: { body: "{{name}}: {{booking_link}}" } } } },
  journeys: { j: { trigger: { event: "go" }, steps: { s: { type: "email", template: "value" } } } },
};

function mail() {
  const list = raw.csuccess_events_new();
  raw.csuccess_events_add_json(list, JSON.stringify({ type: "group", messageId: "m1", groupId: "c1", timestamp: "2026-01-05T09:00:00Z", traits: { name: "Ann" } }));
  raw.csuccess_events_add_json(list, JSON.stringify({ type: "track", event: "go", messageId: "m2", groupId: "c1", timestamp: "2026-01-05T10:00:00Z" }));
  return list;
}

test("names of texts, a simulated channel, a trace", () => {
  const lines = [];
  const asked = [];
  const sent = [];
  const simulate = (options) => {
    const simulation = raw.csuccess_simulation_new(compile(MAIL), {
      variable: (customer, name) => { asked.push([customer, name]); return '"https://book"'; }, trace: (line) => lines.push(line),
      send: (request) => { sent.push(request); return raw.CSUCCESS_SENT_DELIVERED; }, ...options,
    });
    raw.csuccess_simulation_feed(simulation, mail());
    return raw.csuccess_simulation_run(simulation, Date.UTC(2026, 0, 6));
  };
  simulate({});
  assert.deepEqual(asked[0], ["c1", "booking_link"]);
  assert.match(lines.join("\n"), /Ann: https:\/\/book/);
  assert.equal(sent[0].channel, "email");
  assert.match(sent[0].message.body, /Ann: https:\/\/book/);
  assert.throws(() => simulate({ variable: fails }), itself);
  assert.throws(() => simulate({ variable: () => 5 }), TypeError);
  assert.throws(() => simulate({ trace: fails }), itself);
  assert.throws(() => simulate({ send: fails }), itself);
  assert.throws(() => simulate({ send: () => "x" }), TypeError);
});

test("what a channel throws does not end the run, and comes out of it", () => {
  const memory = raw.csuccess_memory_store_new(null);
  const one = engine(compile(MAIL), { variable: () => '"https://book"' });
  raw.csuccess_engine_set_store(one, memory);
  raw.csuccess_engine_add_channel(one, "email", { send: fails });
  raw.csuccess_engine_ingest(one, mail(), null, Date.UTC(2026, 0, 5, 10));
  assert.throws(() => raw.csuccess_engine_run(one, null, Date.UTC(2026, 0, 5, 11), null), itself);
  assert.equal(raw.csuccess_engine_figures(one).sent, 1);
  let seen;
  raw.csuccess_engine_add_channel(one, "email", {
    send(request, reply) {
      seen = request;
      raw.csuccess_reply_sent(reply, raw.CSUCCESS_SENT_DELIVERED, 0, "");
      raw.csuccess_reply_done(reply, 0, "");
    },
  });
  raw.csuccess_engine_run(one, null, Date.UTC(2026, 0, 7), null);
  assert.equal(seen.message.customer, "c1");
  assert.equal(raw.csuccess_engine_figures(one).delivered, 1);
});

test("zones that only the host knows", () => {
  const hours = Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, ["09:00-17:00"]]));
  const config = compile({
    csuccess: 1, calendars: { work: { hours } }, attributes: { plan: { type: "string" }, zone: { type: "string" } }, channels: { slack: {} },
    journeys: { j: { trigger: { event: "start" }, steps: { wait: { type: "wait", for: "PT1H", hours: "work" }, out: { type: "exit", outcome: "success" } } } },
  });
  const list = () => {
    const all = raw.csuccess_events_new();
    raw.csuccess_events_add_json(all, JSON.stringify({ type: "group", messageId: "m1", groupId: "c1", timestamp: "2026-01-05T00:00:00Z", traits: { zone: "Nowhen" } }));
    raw.csuccess_events_add_json(all, JSON.stringify({ type: "track", event: "start", messageId: "m2", groupId: "c1", timestamp: "2026-01-05T00:00:00Z" }));
    return all;
  };
  const simulate = (zone) => {
    const simulation = raw.csuccess_simulation_new(config, { zone });
    raw.csuccess_simulation_feed(simulation, list());
    raw.csuccess_simulation_run(simulation, Date.UTC(2026, 0, 6));
  };
  const asked = [];
  simulate((zone, at) => { asked.push([zone, typeof at]); return { offsetMinutes: 120 }; });
  assert.deepEqual(asked[0], ["Nowhen", "number"]);
  simulate(() => null);
  assert.throws(() => simulate(fails), itself);
  assert.throws(() => simulate(() => ({ offset: 5 })), TypeError);
});

test("random bytes", () => {
  const config = compile();
  for (const [wrong, expected] of [[fails, itself], [() => new Uint8Array(3), TypeError], [() => 5, TypeError]]) {
    const one = engine(config, { random: wrong });
    raw.csuccess_engine_set_store(one, raw.csuccess_memory_store_new(null));
    assert.throws(() => raw.csuccess_engine_ingest(one, events(1), null, NOW), expected);
  }
  assert.equal(random(32).length, 32);
});

test("how a text sounds", () => {
  const config = compile({ csuccess: 1, attributes: { text: { type: "string" } }, sentiment: { of: { ticket: "text" } } });
  const told = [];
  const simulate = (sentiment) => {
    const list = raw.csuccess_events_new();
    raw.csuccess_events_add_json(list, JSON.stringify({ type: "track", event: "ticket", messageId: "m", groupId: "c", timestamp: "2026-01-05T00:00:00Z", properties: { text: "I love it" } }));
    const simulation = raw.csuccess_simulation_new(config, { sentiment, trace: (line) => told.push(line) });
    raw.csuccess_simulation_feed(simulation, list);
  };
  const asked = [];
  simulate((customer, text, feeling) => { asked.push([customer, text, feeling.score > 0]); return { ...feeling, score: -0.75, label: 2 }; });
  assert.deepEqual(asked[0], ["c", "I love it", true]);
  assert.match(told.join("\n"), /-0\.75/);
  simulate(() => null);
  assert.throws(() => simulate(fails), itself);
  assert.throws(() => simulate(() => ({ mood: 5 })), TypeError);
});

test("training tells how far it is, and stops", () => {
  const config = compile({ csuccess: 1, attributes: { tenure: { type: "number" } }, churn: { horizon: "P30D", model: { learned: { name: "m" } }, fallback: ["model", "last"] } });
  const samples = raw.csuccess_samples_new(config, { metrics: ["tenure"] });
  const facts = raw.csuccess_facts_new(config);
  for (let i = 0; i < 400; i++) {
    raw.csuccess_facts_clear(facts);
    raw.csuccess_facts_set_number(facts, "tenure", (i * 7) % 50);
    raw.csuccess_samples_add(samples, facts, { present: raw.CSUCCESS_SAMPLE_OUTCOME, outcome: (i * 7) % 50 < 10 + (i % 9) });
  }
  const seen = [];
  const { model, report } = raw.csuccess_train(samples, { name: "m", progress: (done, total) => { seen.push(done <= total); } });
  assert.ok(seen.length > 1 && seen.every(Boolean));
  JSON.parse(report);
  const loaded = raw.csuccess_model_load(model, null);
  assert.equal(raw.csuccess_model_name(loaded), "m");
  assert.throws(() => raw.csuccess_train(samples, { name: "m", progress: () => true }), (error) => error.code === "CSUCCESS_ECANCELLED");
  assert.throws(() => raw.csuccess_train(samples, { name: "m", progress: fails }), itself);
});
