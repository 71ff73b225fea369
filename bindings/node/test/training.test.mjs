// SPDX-License-Identifier: Apache-2.0
// Training, backtest and tuning; models; drift against what a model was trained on.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Columns, Config, Facts, Model, Samples, Scorer, analytics, backtest, train, tune } from "../dist/index.js";
import { DAY, DOCUMENT, NOW, START, code, history } from "./tools.mjs";

const config = Config.compile({ ...DOCUMENT, attributes: { logins: { type: "number" }, seats: { type: "number" }, plan: { type: "string" }, left: { type: "bool", outcome: true } } });

test("a model is learned, reported and loaded", () => {
  const rows = history(600);
  let told = 0;
  const { model, report } = train(config, rows, { outcome: "left", seed: 5, name: "ours", folds: 4, progress: (done, total) => { told += done <= total ? 1 : NaN; } });
  assert.deepEqual([model.name, model.kind, model.target, report.rows.given, model.parent, model.dated], ["ours", "additive", "churn", 600, null, false]);
  assert.ok(told > 0 && model.metrics.every(({ name }) => ["logins", "seats", "plan"].includes(name)));
  const samples = new Samples(config, { outcome: { left: { eq: true } } });
  for (const row of rows) samples.add(Facts.of(config, row));
  assert.deepEqual([samples.totals.rows, samples.totals.usable, samples.totals.events], [600, 600, rows.filter(({ left }) => left).length]);
  assert.equal(samples.train({ seed: 5, name: "ours", folds: 4 }).model.digest, model.digest);
  const columns = new Samples(config, { outcome: "left" }).addColumns(
    Columns.of(config, 600, Object.fromEntries(["logins", "seats", "plan", "left"].map((name) => [name, rows.map((row) => row[name])]))), { customers: rows.map((row) => row.customer_id) });
  assert.equal(columns.train({ seed: 5, name: "ours", folds: 4 }).model.digest, model.digest);
  const bare = Object.fromEntries(["logins", "seats", "plan"].map((name) => [name, rows.map((row) => row[name])]));
  const given = new Samples(config).addColumns(Columns.of(config, 600, bare), { samples: rows.map(({ left }) => ({ outcome: left })), customers: rows.map((row) => row.customer_id) });
  assert.deepEqual(given.totals, samples.totals);
  assert.throws(() => given.addColumns(new Columns(config, 2), { samples: [{}] }), TypeError);

  const again = Model.load(model.document);
  assert.equal(again.digest, model.digest);
  assert.throws(() => Model.load(model.document.replace("ours", "mine")), code("CSUCCESS_EDIGEST"));
  assert.equal(Model.load(Model.seal(model.document.replace('"ours"', '"mine"'))).parent, model.digest);
  assert.throws(() => Model.load("{}"), (error) => /CSUCCESS_E(MODEL|UNSUPPORTED)/.test(error.code));
  for (const wrong of [undefined, null, 5]) assert.throws(() => Model.load(wrong), TypeError);

  const churn = { ...config.document, churn: { model: { learned: { name: "ours" } }, levels: { high: { from: 0.5 }, low: {} } } };
  const predicts = Config.compile(churn, { models: { ours: model } });
  const { probability, digest } = new Scorer(predicts).predict(rows[0], { now: NOW });
  assert.ok(probability > 0 && probability < 1 && digest === model.digest);
  assert.equal(Config.compile(churn, { models: () => model }).hash, predicts.hash);

  const drift = new analytics.Drift(predicts, model);
  for (const row of rows) drift.add(Facts.of(predicts, row), NOW);
  for (let i = 0; i < 200; i++) drift.addOutcome(0.5, i % 2 === 0);
  const verdict = drift.judge(NOW);
  assert.deepEqual([verdict.verdict, verdict.inputs, verdict.advice, verdict.rows, verdict.outcomes], ["stable", "stable", "keep", 600, 200]);
  assert.deepEqual(drift.metrics.map(({ name }) => name).sort(), model.metrics.map(({ name }) => name).sort());
  assert.equal(typeof drift.report(NOW), "object");
  const side = new analytics.Drift(predicts, model).addColumns(Columns.of(predicts, 600, { logins: rows.map(() => 59), seats: rows.map((row) => row.seats), plan: rows.map((row) => row.plan) }), NOW);
  assert.equal(side.judge(NOW).inputs, "drift");
  assert.equal(drift.merge(side).judge(NOW).rows, 1200);
});

test("dated rows, parents, options", () => {
  const samples = new Samples(config, { horizon: "P90D", gap: "P7D" });
  history(700).forEach(({ left, ...row }, i) => {
    for (let month = 0; month < 2; month++) samples.add(row, { asOf: START + 30 * month * DAY, outcomeAt: left ? new Date(START + (45 + (i % 20)) * DAY) : null });
  });
  samples.add({ customer_id: "late", logins: 1 }, { asOf: START + 400 * DAY });
  assert.deepEqual([samples.totals.rows, samples.totals.censored], [1401, 1]);
  const first = samples.train({ seed: 1 }).model;
  assert.equal(first.dated, true);
  assert.ok(samples.backtest({ gaps: ["P0D", "P30D"], threshold: 0.4 }));
  assert.equal(samples.train({ parent: first, update: "recalibrate" }).model.parent, first.digest);
  assert.throws(() => samples.add({ logins: 1 }, { outcome: true }), code("CSUCCESS_EINVALID"));
  assert.equal(train(config, history(400), { outcome: "left", trainer: "logistic", exclude: ["plan"], parameters: {} }).model.kind, "logistic");
  assert.throws(() => samples.train({ trainer: "forest" }), /additive, logistic, hazard/);
  assert.throws(() => samples.train({ trainr: "additive" }), TypeError);
  assert.throws(() => samples.train({ progress: 5 }), TypeError);
  samples.close();
  assert.throws(() => samples.totals, code("CSUCCESS_EINVALID", /closed/));
});

test("health is backtested and tuned; rows may bring their sample", () => {
  const rows = history(600);
  assert.ok(backtest(config, rows, { outcome: "left", bands: ["critical"] }));
  const { patch, report } = tune(config, rows, { outcome: "left", most: 0.2, profile: "default" });
  assert.equal(typeof patch, "object");
  assert.ok(report);
  assert.ok(tune(config, history(300), { outcome: "left", what: "trainer", grid: { pairs: [0, 5] } }).report);
  assert.equal(train(config, history(300).map(({ left, ...row }) => [row, { outcome: left }])).report.rows.given, 300);
});

test("what progress throws stops the training and comes out; true stops it too", () => {
  const mine = new RangeError("mine");
  assert.throws(() => train(config, history(300), { outcome: "left", progress() { throw mine; } }), (error) => error === mine);
  assert.throws(() => train(config, history(300), { outcome: "left", progress: () => true }), code("CSUCCESS_ECANCELLED"));
  assert.throws(() => train(config, history(5), { outcome: "left" }), code("CSUCCESS_EDATA"));
  assert.throws(() => train(config, history(5), { outcome: "lft" }), code("CSUCCESS_ENAME"));
  assert.throws(() => train(config, [{ logns: 1 }], { outcome: "left" }), code("CSUCCESS_ENAME"));
});
