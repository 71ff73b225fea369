// SPDX-License-Identifier: Apache-2.0
// Simulations: virtual time, what is told, and the engine within.

import assert from "node:assert/strict";
import { test } from "node:test";
import { CsuccessError, Simulation, Txn } from "../dist/index.js";
import { DAY, NOW, config, login, story } from "./worlds.mjs";

const CONFIG = config();
const code = (name) => (error) => error instanceof CsuccessError && error.code === `CSUCCESS_${name}`;

function told(seed) {
  const lines = [];
  const simulation = new Simulation(CONFIG, { seed, trace: (line) => { lines.push(line); }, tenant: "t" });
  for (const [, inputs] of story(seed)) simulation.feed(inputs);
  simulation.run(NOW + 20 * DAY);
  simulation.close();
  return lines;
}

test("equal inputs give equal traces", () => {
  assert.deepEqual(told(3), told(3));
  assert.notDeepEqual(told(3), told(4));
});

test("what messages meet", () => {
  const sent = [];
  const send = (message) => { sent.push(message); return message.attempt === 1 ? { outcome: "later" } : undefined; };
  const simulation = new Simulation(CONFIG, { start: NOW, send });
  assert.deepEqual(simulation.now, new Date(NOW));
  assert.ok(simulation.feed(login())[0].applied);
  simulation.run("2026-01-06T00:00:00Z");
  assert.deepEqual(sent.map(({ attempt }) => attempt), [1, 2]);
  assert.ok(sent[0].body && sent[0].tenant === "default" && sent[0].channel === "desk" && !sent[0].internal === !sent[1].internal);
  const { engine } = simulation;
  assert.equal(engine, simulation.engine);
  assert.equal(engine.figures().delivered, 1);
  assert.equal(engine.score("acme").at, "2026-01-06T00:00:00Z");
  assert.deepEqual(engine.verify().bad, []);
  const txn = new Txn(engine, "acme");
  txn.close();
  engine.close();
  simulation.close();
  assert.ok(simulation.closed);
  assert.throws(() => simulation.now, code("EINVALID"));
});

test("its engine ends with it", () => {
  const simulation = new Simulation(CONFIG);
  const { engine } = simulation;
  simulation.feed(login());
  simulation.close();
  assert.throws(() => engine.figures(), code("EINVALID"));
});

test("callbacks may not call back", () => {
  let calls = 0;
  const simulation = new Simulation(CONFIG, {
    send() {
      for (const call of [() => simulation.now, () => simulation.close(), () => engine.score("acme"), () => engine.figures()]) {
        assert.throws(call, code("EBUSY"));
        calls++;
      }
    },
  });
  const { engine } = simulation;
  simulation.feed(login());
  simulation.run(NOW + DAY);
  assert.ok(calls >= 4);
  assert.throws(() => new Simulation(CONFIG, { send: 5 }), TypeError);
});
