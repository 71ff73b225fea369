// SPDX-License-Identifier: Apache-2.0
// Configurations: compiled, asked, compared, drawn; and what is wrong with one, with its place.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import * as csuccess from "../dist/index.js";
import { raw } from "../dist/raw.js";
import { DOCUMENT, NOW, code, read } from "./tools.mjs";

const { Config, CsuccessError, Facts, Scorer, presets, feature, resultText, version } = csuccess;

test("every constant that the package names is there", async () => {
  const { readdirSync } = await import("node:fs");
  for (const name of readdirSync(new URL("../dist/", import.meta.url), { recursive: true }).filter((file) => file.endsWith(".js"))) {
    for (const [, constant] of read(`bindings/node/dist/${name}`).matchAll(/\braw\.(?!js)(\w+)/g)) assert.ok(constant in raw || /sqlite/.test(constant), `${name}: ${constant}`);
  }
});

test("what is loaded says what it is", () => {
  assert.equal(version, "0.1.0");
  assert.deepEqual([feature("columns"), feature("x")], [true, false]);
  assert.match(resultText(raw.CSUCCESS_ELIMIT), /limit/i);
});

test("a configuration from an object, text, bytes; equal ones have the same hash", () => {
  const text = JSON.stringify(DOCUMENT);
  const all = [DOCUMENT, text, new TextEncoder().encode(text), Buffer.from(text)].map((document) => Config.compile(document));
  assert.equal(new Set(all.map((config) => config.hash)).size, 1);
  const [config] = all;
  assert.match(config.hash, /^sha256:[0-9a-f]{64}$/);
  assert.deepEqual(config.document.attributes.logins, { type: "number" });
  assert.deepEqual(config.segments, ["active", "large"]);
  assert.deepEqual(config.inputs[config.slot("plan")], { name: "plan", type: "string", slot: config.slot("plan") });
  assert.throws(() => config.slot("logns"), code("CSUCCESS_ENAME", /logins/));
  assert.deepEqual([config.channels, config.programs], [[], []]);
  assert.deepEqual([config.profile(0), config.band(0, 0), config.name], ["default", "healthy", ""]);
  assert.equal(config.retrainDue(NOW), null);
});

test("an error has its code, its place, and all problems", () => {
  assert.throws(() => Config.compile('{"csuccess": 1,\n "helth": {}}', { name: "ours.json" }), (error) => {
    assert.ok(error instanceof CsuccessError && error instanceof Error);
    assert.deepEqual([error.name, error.code, error.pointer, error.line], ["CsuccessError", "CSUCCESS_ECONFIG", "/helth", 2]);
    assert.match(error.message, /did you mean "health"/);
    assert.equal(error.problems[0].document, "ours.json");
    return error.problems.length >= 1;
  });
  assert.throws(() => Config.compile('{"a":'), (error) => error.code === "CSUCCESS_EJSON" && error.offset === 5 && error.column === 6);
  const broken = structuredClone(DOCUMENT);
  broken.segments = { a: { when: "logins >" }, b: { when: "nobody > 1" } };
  assert.deepEqual(new Set(Config.check(broken).map(({ code: name, pointer }) => `${name} ${pointer}`)), new Set(["CSUCCESS_EEXPRESSION /segments/a/when", "CSUCCESS_ENAME /segments/b/when"]));
  assert.deepEqual(Config.check(DOCUMENT).filter((problem) => problem.code !== null), []);
});

test("arguments of another type are TypeErrors", () => {
  const config = Config.compile(DOCUMENT);
  for (const call of [() => Config.compile(undefined), () => Config.compile(5), () => Config.compile(null), () => Config.compile(DOCUMENT, { limits: { documentBytes: "x" } }),
    () => Config.compile(DOCUMENT, { nothing: 1 }), () => Config.compile(DOCUMENT, { resolve: 5 }), () => new Facts({}), () => new Scorer(new Facts(config)),
    () => config.diff(DOCUMENT), () => config.profile("x"), () => config.profile(-1), () => config.draw(5)]) {
    assert.throws(call, TypeError, String(call));
  }
  assert.throws(() => Config.compile(DOCUMENT, { limits: { documentBytes: 10 } }), code("CSUCCESS_ELIMIT"));
});

test("bindings, what is extended, and what a callback throws", () => {
  const bound = { ...DOCUMENT, bindings: { full: { type: "number" } } };
  bound.segments = { active: { when: { logins: { gte: { $bind: "full" } } } } };
  const child = { csuccess: 1, extends: "base", name: "ours" };
  const config = Config.compile(child, { resolve: (name) => (name === "base" ? DOCUMENT : null) });
  assert.equal(config.name, "ours");
  assert.deepEqual(config.segments, ["active", "large"]);
  const mine = new RangeError("mine");
  assert.throws(() => Config.compile(child, { resolve() { throw mine; } }), (error) => error === mine);
  assert.throws(() => Config.compile(child), code("CSUCCESS_ENAME"));
});

test("a file, and what it extends beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "csuccess-"));
  try {
    writeFileSync(join(folder, "base.json"), JSON.stringify(DOCUMENT));
    writeFileSync(join(folder, "ours.json"), JSON.stringify({ csuccess: 1, extends: "base", name: "ours" }));
    assert.equal(Config.load(join(folder, "ours.json")).name, "ours");
    assert.throws(() => Config.load(join(folder, "no.json")), { code: "ENOENT" });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("presets are there, and drawn, and bounded", () => {
  const names = presets().map(({ name }) => name);
  assert.ok(["enterprise", "retention", "supplier"].every((name) => names.includes(name)), names.join());
  for (const { document } of presets()) JSON.parse(document);
  assert.throws(() => Config.preset("enterprize"), code("CSUCCESS_ENAME"));
  const config = Config.preset(names.find((name) => Config.preset(name).programs.length > 0));
  const [program] = config.programs;
  assert.ok(config.draw(program).length > 10);
  assert.match(config.draw(program, "dot"), /digraph/);
  assert.ok(Object.values(config.bounds(program)).every((bound) => bound >= 0));
  assert.throws(() => config.draw("journey/none"), code("CSUCCESS_ENAME"));
});

test("two configurations are compared", () => {
  const after = structuredClone(DOCUMENT);
  after.segments.active.when = "logins >= 20";
  const [difference] = Config.compile(DOCUMENT).diff(Config.compile(after));
  assert.deepEqual([difference.op, difference.path, difference.after], ["replace", "/segments/active/when", "logins >= 20"]);
  assert.deepEqual(Config.compile(DOCUMENT).diff(Config.compile(DOCUMENT)), []);
  Config.compile(after).succeeds(Config.compile(DOCUMENT));
});
