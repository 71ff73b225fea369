// SPDX-License-Identifier: Apache-2.0
// Analytics beside what lifelines, SciPy, scikit-learn and River came to (tests/data), and published figures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Config, Facts, analytics as an } from "../dist/index.js";
import { DAY, NOW, START, code, day, lines, near, rows } from "./tools.mjs";

// ---- Survival ----

test("Waltons: medians and log-rank as published", () => {
  const groups = { control: new an.Survival(), "miR-137": new an.Survival() };
  for (const line of lines("tests/data/survival/waltons_dataset.csv").slice(1)) {
    const cells = line.trim().split(",");
    const [time, left, group] = cells.slice(-3);
    groups[group].add([Number(time)], [left === "1"]);
  }
  const everybody = new an.Survival().merge(groups.control).merge(groups["miR-137"]);
  assert.equal(everybody.customers, 163);
  assert.deepEqual([everybody.median.median, groups.control.median.median, groups["miR-137"].median.median], [56, 58, 26]);
  const { df, chiSquare } = an.logRank(groups.control, groups["miR-137"]);
  assert.equal(df, 1);
  near(chiSquare, 122.249125573, 5e-10);
});

test("the remission of leukemia as Freireich et al. 1963 have it", () => {
  const s = new an.Survival().add([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], [...Array(9).fill(1), ...Array(12).fill(0)]);
  assert.deepEqual([...s].map(({ survival }) => Number(survival.toFixed(3))), [0.857, 0.807, 0.753, 0.69, 0.627, 0.538, 0.448]);
  assert.deepEqual([s.customers, s.left, s.median.median, s.median.high, s.at(36), s.at(0).low], [21, 9, 23, null, null, null]);
});

test("curves are those of lifelines", () => {
  let groups = [];
  let seen = 0;
  for (const [kind, , f] of rows("survival.tsv", "gsml")) {
    seen++;
    if (kind === "g") groups.push(new an.Survival().add(Float64Array.from(f.filter((_, i) => i % 2 === 0)), f.filter((_, i) => i % 2).map((left) => left > 0.5)));
    else if (kind === "s") {
      const p = groups.at(-1).at(f[0]);
      assert.deepEqual([p.time, p.atRisk, p.left], f.slice(0, 3));
      for (const [got, want, within] of [[p.survival, f[3], 1e-12], [p.hazard, f[6], 1e-12], [p.hazardDeviation, f[7], 1e-12], [p.low, f[4], 1e-10], [p.high, f[5], 1e-10]]) near(got, want, within);
    } else if (kind === "m") {
      const { median, low, high } = groups.at(-1).median;
      [median, low, high].forEach((got, i) => near(got, f[i], 1e-10));
    } else {
      const found = an.logRank(...groups);
      if (found && found.df === f[1]) {
        near(found.chiSquare, f[0], 1e-9 * (1 + f[0]));
        near(found.p, f[2], 1e-10);
      }
      groups = [];
    }
  }
  assert.ok(seen > 700);
});

test("durations that cannot be are refused, and none added", () => {
  const s = new an.Survival();
  assert.throws(() => s.add([3, -1], [1, 1]), code("CSUCCESS_ERANGE"));
  assert.throws(() => s.add([3], [1, 1]), TypeError);
  assert.deepEqual([s.customers, [...s]], [0, []]);
  assert.throws(() => an.logRank(s, s), Error);
  assert.throws(() => an.logRank(s, 5), TypeError);
});

test("a contract is worth a geometric series", () => {
  const { periods, value, expected } = an.lifetimeValue({ margin: 100, churn: 0.1, discount: 0.01, periods: 24 });
  const ratio = 0.9 / 1.01;
  assert.equal(periods, 24);
  near(value, (100 * (1 - ratio ** 24)) / (1 - ratio), 1e-9);
  near(expected, (1 - 0.9 ** 24) / 0.1, 1e-9);
  const survival = new an.Survival().add([1, 2, 3, 4], [1, 1, 1, 1]);
  assert.equal(an.lifetimeValue({ margin: 1, periods: 9, survival, period: 1 }).expected, 2.5);
  assert.throws(() => an.lifetimeValue({ margin: 1, periods: 9, survival, period: 1, tenure: 99 }), code("CSUCCESS_EMISSING"));
});

// ---- Tracking ----

test("tracking is that of scikit-learn", () => {
  let t = new an.Tracking();
  let cases = 0;
  for (const [kind, , [, ...f]] of rows("tracking.tsv")) {
    if (kind === "p") {
      const [probability, at, churned, until, acted] = f;
      const level = probability >= 0.8 ? "critical" : probability >= 0.5 ? "high" : "low";
      t.add({ at: day(at), horizonMs: 30 * DAY, probability, calibrated: true, level, model: "sha256:aa", actions: probability >= 0.5 ? ["call"] : [] },
        { churnedAt: Number.isNaN(churned) ? null : day(churned), observedUntil: day(until), acted: acted > 0 });
    } else if (kind === "f") {
      cases++;
      const got = t.figures;
      assert.deepEqual([got.pending, got.leftOut, got.matured], f.slice(0, 3));
      ["accuracy", "precision", "recall", "false_positive_rate"].forEach((name, i) => near(t.rate(name).value, f[3 + i], 1e-12, name));
      near(got.f1, f[7], 1e-12);
      assert.equal(got.calibrationBasis, "left_alone");
      [got.brier, got.logLoss, got.ece, got.leadMeanDays].forEach((figure, i) => near(figure, f[8 + i], 1e-9));
      assert.equal(got.leadMedianDays, f[12]);
      assert.deepEqual(t.groups("level").map(({ name }) => name), ["critical", "high", "low"]);
      assert.equal(t.calibration.reduce((sum, { rows: count }) => sum + count, 0), got.calibrationRows);
      assert.equal(new an.Tracking().merge(t).figures.matured, got.matured);
      t = new an.Tracking();
    }
  }
  assert.equal(cases, 8);
});

test("Wilson's interval is the rate's (1927; Brown, Cai, DasGupta 2001); targets and advice", () => {
  const t = new an.Tracking({ threshold: 0.5 });
  for (let i = 0; i < 10; i++) t.add({ at: day(0), horizonMs: 30 * DAY, probability: 0.9 }, { churnedAt: i < 8 ? day(5) : null, observedUntil: day(99) });
  const { hits, of, value, low, high } = t.rate("precision");
  assert.deepEqual([hits, of, value], [8, 10, 0.8]);
  near(low, 0.4902, 5e-5);
  near(high, 0.9433, 5e-5);
  assert.deepEqual([new an.Tracking().rate("recall").value, new an.Tracking().figures.brier, t.advice.advice], [null, null, "too_few"]);
  assert.deepEqual(t.targets("customer-success").map(({ name }) => name), ["churn_accuracy"]);
  assert.equal(t.target("customer-success", 0, 0.5).met, true);
  assert.equal(new an.Tracking().target("customer-success", 0).met, null);
  assert.throws(() => t.targets("customer_success"), code("CSUCCESS_ENAME"));
  assert.throws(() => t.rate("precison"), /precision/);
  t.addRecord({ at: "2026-01-01T00:00:00Z", horizon: "P30D", probability: 0.7, outcome: { churned_at: "2026-01-09T00:00:00Z" } });
  assert.equal(t.figures.trueAlarms, 9);
  assert.throws(() => t.addRecord('{"at": "2026-01-01T00:00:00Z", "horizon": "P30D",\n "probabilty": 0.7}'), (error) => error.code === "CSUCCESS_ENAME" && error.line === 2);
});

// ---- Patterns and priorities ----

test("p-values are those of SciPy", () => {
  const cases = [];
  for (const [kind, , f] of rows("patterns.tsv")) {
    if (kind === "c") cases.push([f[1], f[2] ?? 0, []]);
    else if (kind === "i") cases.at(-1)[2].push(f.slice(1));
  }
  assert.equal(cases.length, 4);
  const [stayed, left, items] = cases[0];
  for (const [correction, column] of [["benjamini_hochberg", 4], ["holm", 5]]) {
    const p = new an.Patterns({ landmarkMs: 30 * DAY, horizonMs: 180 * DAY, correction, least: 20 });
    [stayed, left].forEach((count, gone) => {
      for (let k = 0; k < count; k++) {
        const names = items.flatMap((f, i) => (k < f[1 + gone] ? [[`i${String(i).padStart(2, "0")}`, START]] : []));
        p.add({ start: START, items: names, leftAt: gone ? day(200) : null, observedUntil: day(400) });
      }
    });
    assert.equal(p.length, 0);
    const found = new Map([...p.finish()].map((one) => [one.name, one]));
    assert.equal(found.size, p.totals.compared);
    items.forEach((f, i) => {
      const got = found.get(`i${String(i).padStart(2, "0")}`);
      if (Number.isNaN(f[3])) return assert.equal(got, undefined);
      assert.deepEqual([got.stayedWith, got.leftWith], [f[1], f[2]]);
      near(got.p, f[3], 1e-9 * f[3]);
      near(got.corrected, f[column], 1e-9);
      return assert.equal(got.significant, got.corrected <= 0.05);
    });
    assert.throws(() => p.add({ start: START }), code("CSUCCESS_EINVALID"));
  }
  assert.throws(() => new an.Patterns({ landmarkMs: 30 * DAY, horizonMs: 180 * DAY }).finish(), code("CSUCCESS_EDATA"));
});

test("the order of priorities is by what is known", () => {
  const p = new an.Priorities({ capacity: 2 }).add({ customer: "unvalued", probability: 0.9 }).add({ customer: "risk", probability: 0.5, value: 1000 })
    .add({ customer: "loses", probability: 0.9, value: 1000, uplift: 0.05, cost: 100 }).add({ customer: "gains", probability: 0.4, value: 1000, uplift: 0.2, cost: 50 });
  p.merge(new an.Priorities({ capacity: 2 }).add({ customer: "gains more", probability: 0.4, value: 10000, uplift: 0.1, cost: 50 }));
  const order = p.finish().toArray();
  assert.deepEqual(order.map(({ customer, amount, basis, within }) => [customer, amount, basis, within]),
    [["gains more", 950, "uplift", true], ["gains", 150, "uplift", true], ["risk", 500, "risk", false], ["unvalued", 0.9, "unvalued", false], ["loses", -50, "uplift", false]]);
  assert.deepEqual([order[3].value, order[3].uplift, order[3].cost, p.at(-1).customer, p.at(5), p.at(-6), p.length], [null, null, null, "loses", undefined, undefined, 5]);
  assert.deepEqual([p.totals.gain, p.totals.losing], [1100, 1]);
  assert.throws(() => p.merge(p), Error);
  assert.throws(() => new an.Priorities().add({ customer: "x", probability: 1.5 }), code("CSUCCESS_ERANGE"));
});

// ---- Forecasts ----

test("revenue is value times survival times growth", () => {
  const r = new an.Revenue({ periodMs: 30 * DAY, periods: 3 }).add({ value: 100, probability: 0.1, horizonMs: 30 * DAY, growth: 0.01, calibrated: true }).add({ value: 200, survival: [0.9, 0.5] });
  assert.deepEqual([r.at(0).expected, r.at(0).now], [300, 300]);
  const got = r.at(2);
  near(got.expected, 100 * 0.9 ** 2 * 1.01 ** 2 + 200 * 0.5, 1e-9);
  near(got.kept, 181, 1e-9);
  near(got.customersLeft, 1.31, 1e-9);
  assert.equal(got.uncalibrated, 1);
  near(r.at(3).kept, 72.9 + (200 * 0.5 * 0.5) / 0.9, 1e-9);
  assert.throws(() => r.at(4), code("CSUCCESS_EINVALID"));
  assert.throws(() => r.merge(new an.Revenue({ periodMs: 30 * DAY, periods: 4 })), code("CSUCCESS_EINVALID"));
});

test("a random walk takes as long as Kemeny and Snell say", () => {
  const s = new an.Stages();
  for (const here of [1, 2, 3]) for (const there of [here - 1, here + 1]) s.add([[`${here}`, day(0)], [`${there}`, day(1)]]);
  assert.deepEqual([...s].map(({ name }) => name), [..."01234"]);
  const { probability, steps, days } = s.way("2", "4");
  near(probability, 0.5, 1e-12);
  near(steps, 4, 1e-12);
  near(days, 4, 1e-12);
  near(s.way("1", "4").probability, 0.25, 1e-12);
  assert.deepEqual([s.move("1", "2").probability, s.move("4", "3").of, s.stages[3].meanDays], [0.5, 0, 1]);
  assert.throws(() => s.way("2", "5"), code("CSUCCESS_ENAME"));
});

// ---- Signals ----

test("a season is a mean among means, and outlives its close where it is looked at", () => {
  const season = new an.Season({ unit: "month", least: 1 });
  for (let month = 1; month <= 12; month++) season.add("logins", `2025-${String(month).padStart(2, "0")}-15T00:00:00Z`, month === 12 ? 60 : 100);
  const level = season.at("logins", "2026-12-01T00:00:00Z");
  assert.deepEqual([level.season, level.mean], [12, 60]);
  near(level.usual, 1160 / 12, 1e-9);
  near(level.factor, 60 / (1160 / 12), 1e-12);
  assert.equal(season.at("log-ins", "2026-12-01T00:00:00Z"), null);
  const seen = new an.Indicators({ now: "2025-12-31T00:00:00Z", compare: "season", season });
  season.close();
  seen.add({ name: "logins", values: Array(60).fill(100), times: Array.from({ length: 60 }, (_, i) => Date.UTC(2025, 10, 1 + i)) });
  assert.equal(seen.finish().totals.series, 1);
  assert.throws(() => new an.Indicators({ now: day(0), compare: "season" }), code("CSUCCESS_EINVALID"));
  assert.throws(() => new an.Season({ unit: "year" }), /weekday/);
});

test("a decline is the change of the mean", () => {
  const now = day(120);
  const halved = new an.Indicators({ now }).add({ name: "logins", kind: "usage", values: Array.from({ length: 121 }, (_, d) => (d <= 90 ? 10 : 5)), times: Array.from({ length: 121 }, (_, d) => day(d)) });
  const decline = halved.finish().toArray().find(({ type }) => type === "decline");
  assert.deepEqual([decline.before, decline.after, decline.relative, decline.magnitude, decline.series, decline.kind, decline.compare, decline.pointsAfter],
    [10, 5, -0.5, 0.5, "logins", "usage", "previous", 30]);
  assert.ok(decline.since instanceof Date);
  const calm = new an.Indicators({ now }).add({ name: "logins", values: new Float64Array(120).fill(10), times: BigInt64Array.from({ length: 120 }, (_, d) => BigInt(day(d))) });
  assert.deepEqual([calm.finish().length, calm.totals.series], [0, 1]);
  assert.throws(() => new an.Indicators({ now }).add({ name: "x", values: [1], times: [] }), TypeError);
  const w = new an.Warnings({ band: 0.6 }).add("halved", halved, 0.2).add("calm", calm, 0.1).add("halved, and known", halved, 0.7).add("nobody knows", halved);
  assert.deepEqual(w.finish().toArray().map(({ customer, probability }) => [customer, probability]), [["halved", 0.2], ["nobody knows", null]]);
  assert.deepEqual([w.totals.atRisk, w.totals.quiet, w.totals.unknown], [1, 1, 1]);
  assert.deepEqual(w.signals(0), halved.toArray());
  assert.equal(halved.clear().length, 0);
});

// ---- Drift ----

test("detectors are those of River, distances those of SciPy", () => {
  let [stream, adwin, hinkley, seen, told, asked, samples] = [[], null, null, 0, 0, 0, 0];
  for (const [kind, , f] of rows("drift.tsv")) {
    if (kind === "w") [stream, adwin, hinkley, seen, told] = [f.slice(1), new an.Detector(), new an.Detector({ kind: "page_hinkley", limit: 8 }), 0, 0];
    else if (kind === "a") {
      while (seen < f[0]) adwin.add(stream[seen++]);
      assert.equal(adwin.window.count, f[1]);
      near(adwin.window.mean, f[2], 1e-12);
      asked++;
    } else if (kind === "r") {
      let verdict = "stable";
      while (told < f[0]) {
        assert.notEqual(verdict, "drift");
        verdict = hinkley.add(stream[told++]);
      }
      assert.equal(verdict === "drift", f[1] > 0.5);
    } else if (kind === "s") {
      const [n, m] = f;
      const got = an.compare(f.slice(2, 2 + n), f.slice(2 + n, 2 + n + m));
      near(got.ks, f.at(-2), 1e-12);
      near(got.ksP, f.at(-1), 1e-10);
      samples++;
    }
  }
  assert.ok(asked > 10 && samples === 40, `${asked} ${samples}`);
  const nothing = an.compare([], []);
  assert.deepEqual([nothing.psi, nothing.ks, nothing.verdict], [null, null, null]);
  const two = (first, second) => [...Array(first).fill(1), ...Array(second).fill(2)];
  const got = an.compare(two(50, 50), two(90, 10), { bins: 2 });
  near(got.psi, 0.4 * Math.log(0.9 / 0.5) - 0.4 * Math.log(0.1 / 0.5), 1e-12);
  assert.deepEqual([got.verdict, an.compare([1, null], [1, null]).psi], ["drift", 0]);
});

// ---- Validation ----

test("figures are those of scikit-learn", () => {
  let v;
  let seen = 0;
  for (const [kind, name, f] of rows("figures.tsv", "vc")) {
    if (kind === "d") {
      const n = f[0];
      const [scores, came, weights] = [f.slice(3, 3 + n), f.slice(3 + n, 3 + 2 * n), f.slice(3 + 2 * n)];
      v = new an.Validation({ scores, outcomes: came.map((y) => y > 0.5), weights: f[2] > 0.5 ? weights : undefined, probability: f[1] > 0.5 });
    } else if (v) {
      const camel = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
      if (name === "decision") {
        const d = v.decision(f[0]);
        [d.accuracy, d.precision, d.recall, d.f1, d.falsePositiveRate, d.specificity].forEach((figure, i) => near(figure, f[1 + i], 1e-9));
      } else if (name === "lift") near(v.lift(f[0]), f[1], 1e-9 * (1 + Math.abs(f[1])));
      else if (/^(auc|auc_deviation|pr_auc|log_loss|brier|ece|mce|reliability|resolution|uncertainty|best_f1)$/.test(name)) near(v.figures[camel], f[0], 1e-9, name);
      else if (name === "decile") near(v.deciles[f[0]].rate, f[1], 1e-9);
      else continue;
      seen++;
    }
  }
  assert.ok(seen > 1000);
});

test("the cheapest threshold is found; an isotonic line pools what falls (Ayer et al. 1955)", () => {
  const v = new an.Validation({ scores: [0.1, 0.4, 0.6, 0.9], outcomes: [0, 0, 1, 1] });
  assert.deepEqual(v.threshold({ falseAlarm: 1, missed: 5 }), { threshold: 0.6, acted: 2, cost: 0 });
  assert.equal(v.threshold({ falseAlarm: 1, missed: 5, capacity: 1 }).threshold, 0.9);
  assert.equal(v.threshold({ falseAlarm: 1, missed: 0 }).threshold, null);
  assert.deepEqual(v.calibration.filter((row) => row.rows).map((row) => row.rows), [1, 1, 1, 1]);
  assert.deepEqual(new an.Validation({ scores: [70, 20], outcomes: [1, 0], probability: false }).calibration, []);
  const empty = new an.Validation({ scores: [], outcomes: [] });
  assert.deepEqual([empty.figures.auc, empty.deciles, empty.lift(0.5)], [null, [], null]);
  assert.throws(() => new an.Validation({ scores: [2], outcomes: [1] }), code("CSUCCESS_ERANGE"));
  assert.throws(() => new an.Validation({ scores: [0.5], outcomes: [] }), TypeError);
  const c = new an.Calibrator("isotonic", { scores: [0.1, 0.2, 0.3, 0.4], outcomes: [0, 1, 0, 1] });
  [1e-6, 0.5, 0.5, 1 - 1e-6].forEach((want, i) => near(c.apply([0.1, 0.2, 0.3, 0.4])[i], want, 1e-12));
  const shifted = new an.Calibrator("intercept", { scores: Array(10).fill(0.5), outcomes: [1, 1, 0, 0, 0, 0, 0, 0, 0, 0] });
  near(shifted.apply([0.5])[0], 0.2, 1e-9);
  assert.deepEqual(Object.keys(shifted.toJSON()), ["platt"]);
  assert.throws(() => new an.Calibrator("platt", { scores: [0.5], outcomes: [1] }), code("CSUCCESS_EDATA"));
  assert.throws(() => new an.Calibrator("plat", { scores: [0.5], outcomes: [1] }), /isotonic/);
});

// ---- What all of them are ----

test("cohorts count, and what is closed or another says so", () => {
  const config = Config.compile({
    csuccess: 1, attributes: { logins: { type: "number" }, plan: { type: "string" } }, benchmarks: { team: { when: 'plan == "team"', of: { logins: { n: 0, mean: 0, values: [] } } } },
  });
  const cohorts = new an.Cohorts(config);
  for (let i = 0; i < 20; i++) cohorts.add(Facts.of(config, { logins: i, plan: "team" }), NOW);
  const { n, mean } = cohorts.toJSON().team.of.logins;
  assert.deepEqual([n, mean], [20, 9.5]);
  assert.deepEqual(new an.Cohorts(config).merge(cohorts).toJSON(), cohorts.toJSON());
  const s = new an.Survival().add([1], [1]);
  s.close();
  assert.equal(s.closed, true);
  assert.throws(() => s.add([1], [1]), code("CSUCCESS_EINVALID", /closed/));
  assert.throws(() => new an.Survival().merge(s), code("CSUCCESS_EINVALID", /closed/));
  assert.throws(() => new an.Survival().merge(new an.Tracking()), TypeError);
  for (const wrong of [undefined, null, 5, Symbol("s"), {}]) {
    for (const call of [() => new an.Survival().add(wrong, [1]), () => new an.Patterns(wrong).finish(), () => new an.Drift(wrong, wrong), () => new an.Validation(wrong), () => new an.Cohorts(wrong),
      () => new an.Indicators(wrong).add(wrong), () => new an.Tracking().add(wrong), () => new an.Priorities().add(wrong), () => new an.Stages().add(wrong)]) {
      assert.throws(call, Error, `${String(call)} ${String(wrong)}`);
    }
  }
});
