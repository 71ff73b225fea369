// SPDX-License-Identifier: Apache-2.0
// Columns give what rows give, to the bit; and what cannot be a column is refused.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Columns, Config, Scorer } from "../dist/index.js";
import { DOCUMENT, NOW, code, draw, lines } from "./tools.mjs";

const config = Config.compile(DOCUMENT);
const at = { now: NOW };

test("columns equal rows, to the bit", () => {
  for (const preset of ["enterprise", "retention", "supplier"]) {
    const own = Config.preset(preset);
    const scorer = new Scorer(own);
    const rows = lines(`tests/vectors/${preset}.customers.jsonl`).map((line) => JSON.parse(line));
    const columnar = new Set(own.inputs.filter(({ type }) => ["number", "bool", "string", "money"].includes(type)).map(({ name }) => name));
    const table = {};
    for (const name of new Set(rows.flatMap(Object.keys))) if (columnar.has(name)) table[name] = rows.map((row) => row[name] ?? null);
    const plain = rows.map((row) => Object.fromEntries(Object.entries(row).filter(([name]) => columnar.has(name))));
    const columns = Columns.of(own, rows.length, table);
    const results = scorer.columns(columns, { ...at, segments: true });
    plain.forEach((row, index) => {
      const { value, raw, completeness, status, trend, profile } = scorer.score(row, at);
      const got = results.row(index);
      assert.deepEqual([got.score, got.raw, got.completeness, got.status, got.trend, got.profile], [value, raw, completeness, status, trend, profile], `${preset} ${index}`);
      if (own.document.churn) {
        const { probability, level, source } = scorer.predict(row, at);
        assert.deepEqual([got.probability, got.level, got.source], [probability, level, source]);
      }
    });
    const part = scorer.columns(columns, { ...at, first: 10, count: 5, results: ["raw", "scored"] });
    assert.deepEqual([...part.raw], [...results.raw.slice(10, 15)]);
    assert.equal(part.score.length, 0);
  }
});

test("each kind of column", () => {
  const scorer = new Scorer(config);
  const rows = 40;
  const random = draw(3);
  const logins = Array.from({ length: rows }, () => Math.floor(random() * 60));
  const seats = new Float64Array(rows).fill(20);
  const expected = [...scorer.columns(Columns.of(config, rows, { logins, seats }), at).score];
  for (const same of [Float64Array.from(logins), BigInt64Array.from(logins, BigInt), Int32Array.from(logins), Uint8Array.from(logins)]) {
    assert.deepEqual([...scorer.columns(Columns.of(config, rows, { logins: same, seats }), at).score], expected, same.constructor.name);
  }
  const half = new Uint8Array(5).fill(0x55);
  const results = scorer.columns(new Columns(config, rows).bind("logins", Float64Array.from(logins), half).bind(config.slot("seats"), seats), { ...at, segments: true });
  assert.deepEqual([results.row(0).completeness, results.row(1).completeness], [1, 0.5]);
  assert.equal(Number(results.segmentSizes[0]), logins.filter((n, i) => i % 2 === 0 && n >= 10).length);
  assert.equal(results.segments.active[0] & 0xaa, 0);
  const columns = Columns.of(config, 3, { plan: { offsets: Int32Array.of(0, 1, 3, 3), bytes: new TextEncoder().encode("aä") }, vip: { bits: Uint8Array.of(0b101) } });
  assert.deepEqual([columns.bound("plan"), columns.bound("vip"), columns.bound("logins"), columns.rows], [true, true, false, 3]);
  columns.bind("plan", { codes: Uint16Array.of(0, 1, 0), words: ["free", "team"] }).bind("since", [new Date(NOW), null, new Date(NOW)]).bind("plan", ["a", null, "b"]).bind("vip", [true, null, false]);
});

test("what is bound is read where it stands", () => {
  const scorer = new Scorer(config);
  const logins = new Float64Array(2).fill(30);
  const columns = Columns.of(config, 2, { logins, seats: [20, 20] });
  const before = scorer.columns(columns, at).score[1];
  logins[1] = 60;
  assert.deepEqual([before, scorer.columns(columns, at).score[1]], [50, 75]);
});

test("arrays that are detached, too short or of another type are refused", () => {
  const scorer = new Scorer(config);
  const columns = new Columns(config, 10);
  const refused = (error) => error instanceof TypeError || error.code === "CSUCCESS_EINVALID";
  const wrong = [
    ["logins", new Float64Array(9)], ["logins", new Float32Array(10)], ["logins", new Uint16Array(10)], ["logins", new DataView(new ArrayBuffer(80))], ["logins", {}], ["logins", null],
    ["logins", undefined], ["logins", 5], ["logins", "x"], ["logins", [1, 2]], ["logins", new Array(10).fill({})], ["vip", { bits: new Uint8Array(1) }], ["vip", { bits: null }],
    ["plan", { codes: new Uint8Array(9), words: ["a"] }], ["plan", { codes: new Float64Array(10), words: ["a"] }], ["plan", { codes: new Uint8Array(10), words: [5] }],
    ["plan", { offsets: new Int32Array(10), bytes: new Uint8Array(0) }],
  ];
  for (const [name, column] of wrong) assert.throws(() => columns.bind(name, column), refused, `${name} ${column}`);
  assert.throws(() => columns.bind("logins", new Float64Array(10), new Uint8Array(1)), refused);
  assert.throws(() => columns.bind("logns", new Float64Array(10)), code("CSUCCESS_ENAME", /logins/));
  assert.throws(() => columns.bind("plan", new Float64Array(10)), code("CSUCCESS_ETYPE"));
  assert.throws(() => columns.bind("plan", { codes: new Uint8Array(10).fill(2), words: ["a"] }), code("CSUCCESS_ERANGE"));
  assert.throws(() => columns.bind("plan", { offsets: new Int32Array(11).fill(9), bytes: new Uint8Array(3) }), (error) => /CSUCCESS_E(RANGE|INVALID)/.test(error.code));
  assert.throws(() => columns.bind("plan", { offsets: new Int32Array(11).fill(1, 1), bytes: Uint8Array.of(0xff) }), code("CSUCCESS_EENCODING"));
  const gone = new Float64Array(10);
  structuredClone(gone.buffer, { transfer: [gone.buffer] });
  assert.throws(() => columns.bind("logins", gone), refused);
  const later = new Float64Array(10);
  columns.bind("logins", later);
  structuredClone(later.buffer, { transfer: [later.buffer] });
  assert.throws(() => scorer.columns(columns, at), code("CSUCCESS_EINVALID", /taken away/));
});

test("rows that are not there, results that there are not, columns that are closed", () => {
  const scorer = new Scorer(config);
  const columns = Columns.of(config, 3, { logins: [1, 2, 3] });
  for (const part of [{ first: 4 }, { first: -1 }, { count: 4 }, { first: 2, count: 2 }, { count: 1.5 }, { count: NaN }]) assert.throws(() => scorer.columns(columns, { ...at, ...part }), Error, JSON.stringify(part));
  assert.throws(() => scorer.columns(columns, { ...at, results: ["scores"] }), TypeError);
  for (const rows of [-1, 1.5, NaN, "3", undefined]) assert.throws(() => new Columns(config, rows), Error, String(rows));
  assert.throws(() => scorer.columns({}, at), TypeError);
  assert.throws(() => Columns.of(config, 3, { logns: [1, 2, 3] }), code("CSUCCESS_ENAME"));
  columns.close();
  assert.throws(() => scorer.columns(columns, at), code("CSUCCESS_EINVALID", /closed/));
});
