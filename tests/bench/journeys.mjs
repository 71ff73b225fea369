// SPDX-License-Identifier: Apache-2.0
// The machine of journeys20.json in XState v5: node journeys.mjs XSTATE rehydrated|actors JOURNEYS20 ENROLLMENTS TICKS. XSTATE is the folder of the package. Rehydrated: for each event an actor is
// made of the snapshot that was kept, gets the event, and its snapshot is kept (as an object: turning it into JSON would cost more). Actors: one for each enrollment stays alive. Prints a JSON line; a
// part of the work is done before, so that the code is warm. Counted is the processor time of the main thread alone.
import {readFileSync} from "node:fs";
import {pathToFileURL} from "node:url";
import {join} from "node:path";

const [folder, how, file, enrollments, ticks] = [process.argv[2], process.argv[3], process.argv[4], Number(process.argv[5]), Number(process.argv[6])];
const {createMachine, createActor, assign} = await import(pathToFileURL(join(folder, JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).module)).href);
const spec = JSON.parse(readFileSync(file, "utf8"));
const MASK = (1n << 64n) - 1n;

function mix(z) {
  z = (z ^ z >> 30n) * 0xBF58476D1CE4E5B9n & MASK;
  z = (z ^ z >> 27n) * 0x94D049BB133111EBn & MASK;
  return z ^ z >> 31n;
}

// As in shared/bench/customers.h.
function uniform(i, k, n) {
  return Number((mix(42n + (BigInt(i) * 64n + BigInt(k) + 1n) * 0x9E3779B97F4A7C15n & MASK) >> 33n) % BigInt(n));
}

const states = Object.fromEntries(spec.states.map(name => [name, {on: {}}]));
for (const [from, event, to, guard] of spec.transitions) {
  (states[from].on[event] ??= []).push({target: to, ...(guard && {guard}), actions: "took"});
}
const machine = createMachine({id: "j", initial: spec.initial, context: ({input}) => ({health: input.health, steps: 0, entered: 0}), states}, {
  guards: {low: ({context}) => context.health < 50},
  actions: {took: assign({steps: ({context}) => context.steps + 1, entered: ({event}) => event.tick})},
});

function seconds() {
  try { // ns on the processor; the main thread has the number of the process
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) * 1e-9;
  } catch {
    const {user, system} = process.cpuUsage();
    return (user + system) * 1e-6;
  }
}

function begin(i) {
  const actor = createActor(machine, {input: {health: uniform(i, 46, 101)}});
  actor.start();
  return how === "actors" ? actor : actor.getPersistedSnapshot();
}

function step(kept, event) {
  if (how === "actors") {
    kept.send(event);
    return kept;
  }
  const actor = createActor(machine, {snapshot: kept});
  actor.start();
  actor.send(event);
  return actor.getPersistedSnapshot();
}

function run(count) {
  const all = Array.from({length: count}, (_, i) => begin(i));
  let spent = 0;
  for (let tick = 0; tick < ticks; tick++) {
    const events = all.map((_, i) => ({type: spec.events[uniform(i * 32 + tick, 47, 8)], tick}));
    const start = seconds();
    for (let i = 0; i < count; i++) all[i] = step(all[i], events[i]);
    spent += seconds() - start;
  }
  const sums = [0, 0, 0];
  for (const kept of all) {
    const snapshot = how === "actors" ? kept.getSnapshot() : kept;
    sums[0] += spec.states.indexOf(snapshot.value);
    sums[1] += snapshot.context.steps;
    sums[2] += snapshot.context.entered;
  }
  return {rows: count * ticks, seconds: spent, sums};
}

run(Math.min(enrollments, 1000));
console.log(JSON.stringify(run(enrollments)));
