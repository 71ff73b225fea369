// SPDX-License-Identifier: Apache-2.0
// Runs the cases of tests/vectors/cases and writes the lines that tests/vectors/vectors.c writes: vectors.mjs FOLDER CASES...
// Over the addon as it is, since the library's own texts are compared; the classes are made of the same functions.

import { readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { CsuccessError, raw } from "./raw_tools.mjs";

const camel = (name) => name.replace(/_([a-z0-9])/g, (_, letter) => letter.toUpperCase());
const renamed = (object) => Object.fromEntries(Object.entries(object).map(([name, value]) => [camel(name), value]));
const whole = (number) => (Number.isSafeInteger(number) ? number : BigInt(Math.trunc(number)));

/** A double by its bits. */
function bits(value) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

/** Functions of C that tell nothing but their result. */
const PLAIN = new Set(["set_number", "set_bool", "set_string", "set_time", "set_money", "set_observed", "set_customer", "unset", "ignore_unknown", "faults", "figures",
  "property_number", "property_string", "property_bool"]);

/** The last of each kind that a case made. */
class World {
  random = 0;
  step = 0;

  constructor(folder, given) {
    this.folder = folder;
    this.given = given;
    this.lines = [];
  }

  // ---- Lines ----

  line(payload) {
    this.lines.push(`${this.given.case}/${this.step} ${payload}\n`);
    this.told = true;
  }

  say(value) {
    this.line(JSON.stringify(value));
  }

  json(text) {
    this.line(text === "" || text.includes("\n") ? JSON.stringify(text) : text);
  }

  went(error, plain) {
    if (!(error instanceof CsuccessError)) throw error;
    const { message, pointer, offset, line, column } = error;
    this.say(plain ? { error: error.code } : { error: error.code, message, pointer, offset, line, column });
  }

  run() {
    for (const args of this.given.do) {
      this.step++;
      this.told = false;
      try {
        STEPS[args[0]](this, args);
      } catch (error) {
        this.went(error, PLAIN.has(args[0]));
      }
      if (!this.told) this.line('"ok"');
    }
    return this.lines.join("");
  }

  // ---- Arguments ----

  piece(value) {
    if (typeof value === "string") return Buffer.from(value);
    if (typeof value !== "object" || value === null) return Buffer.alloc(0);
    if (value.hex !== undefined) return Buffer.from(value.hex, "hex");
    if (value.file !== undefined) return readFileSync(join(this.folder, value.file));
    return Buffer.from(value.repeat[0].repeat(value.repeat[1]));
  }

  /** A text: as a string where it is one, else as bytes. */
  text(value) {
    if (typeof value === "string") return value;
    return Array.isArray(value) ? Buffer.concat(value.map((piece) => this.piece(piece))) : this.piece(value);
  }

  /** Calls it with every line; an error is a line of its own. */
  each(value, one) {
    for (const line of Buffer.from(this.text(value)).toString("latin1").split("\n")) {
      if (line === "") continue;
      try {
        one(Buffer.from(line, "latin1"));
      } catch (error) {
        this.went(error, false);
      }
    }
  }

  get facts() {
    return (this.factsOf ??= raw.csuccess_facts_new(this.config));
  }

  get scorer() {
    return (this.scorerOf ??= raw.csuccess_scorer_new(this.config));
  }

  get events() {
    return (this.eventsOf ??= raw.csuccess_events_new(null));
  }

  get engine() {
    return this.engineOf ?? raw.csuccess_simulation_engine(this.simulation);
  }

  options(given = {}) {
    const out = {};
    if (given.bindings !== undefined) out.bindings = this.text(given.bindings);
    if (given.name !== undefined) out.name = given.name;
    if (given.limits) out.limits = renamed(given.limits);
    if (given.documents) out.resolve = (name) => (Object.hasOwn(given.documents, name) ? this.text(given.documents[name]) : null);
    if (given.model) out.model = () => this.model ?? null;
    return out;
  }

  compiled(args) {
    return raw.csuccess_config_compile(this.text(args[1]), this.options(args[2]));
  }

  principal(given) {
    return given === undefined ? null : { id: given.id, roles: given.roles };
  }

  explained(now) {
    raw.csuccess_scorer_explain(this.scorer, this.facts, now);
    this.json(raw.csuccess_scorer_json(this.scorer));
  }

  evaluated(expression, now) {
    const { value, open } = raw.csuccess_scorer_eval(this.scorer, this.facts, now, expression);
    if (raw.lastResult() === raw.CSUCCESS_UNDECIDED) this.say({ missing: open });
    else this.json(value);
  }

  results() {
    for (let i = 0; i < raw.csuccess_events_count(this.events); i++) {
      const { result, reason } = raw.csuccess_events_result(this.events, i);
      this.say({ result: raw.csuccess_result_name(result), reason });
    }
  }

  look(name, args) {
    this.json(raw[name](this.engine, this.text(args[1]), this.principal(args[3]), args[2]));
  }

  /** What a function gives by index, up to the first that is out of range. */
  listed(get) {
    const found = [];
    for (;;) {
      try {
        found.push(get(found.length));
      } catch {
        return found;
      }
    }
  }

  chosen(members) {
    return this.listed((i) => raw.csuccess_config_segment(this.config, i)).filter((_, i) => (members[i >> 6] >> BigInt(i & 63)) & 1n);
  }
}

const SENT = (outcome) => ({
  send(_, reply) {
    raw.csuccess_reply_sent(reply, outcome, 0, "as the case says");
    raw.csuccess_reply_done(reply, 0, "");
  },
});

const STEPS = {
  // ---- Configurations and models ----
  compile(w, args) {
    w.config = w.compiled(args);
    w.factsOf = w.scorerOf = undefined;
    w.say(raw.csuccess_config_hash(w.config));
  },
  document: (w) => w.json(raw.csuccess_config_document(w.config)),
  check(w, args) {
    const list = raw.csuccess_config_check(w.text(args[1]), w.options(args[2]));
    for (let i = 0; i < raw.csuccess_problems_count(list); i++) {
      const p = raw.csuccess_problems_get(list, i);
      w.say({ problem: raw.csuccess_result_name(p.code), message: p.message, document: p.document, pointer: p.pointer, offset: p.offset, line: p.line, column: p.column });
    }
  },
  diff: (w, args) => w.json(raw.csuccess_config_diff(w.config, w.compiled(args))),
  succeed: (w, args) => void raw.csuccess_config_succeed(w.config, w.compiled(args)),
  draw: (w, args) => w.json(raw.csuccess_config_draw(w.config, w.text(args[1]), args[2] ?? 0)),
  bounds(w, args) {
    const b = raw.csuccess_config_bounds(w.config, w.text(args[1]));
    w.say({ longest: b.longestMs === Infinity ? null : String(b.longestMs), messages: String(b.messages), messages_a_day: String(b.messagesADay), to_one: String(b.toOne),
      to_one_a_day: String(b.toOneADay) });
  },
  names(w) {
    const inputs = w.listed((i) => raw.csuccess_config_input(w.config, i));
    w.say({ inputs: Object.fromEntries(inputs.map(({ name, type }) => [name, type])), segments: w.listed((i) => raw.csuccess_config_segment(w.config, i)),
      programs: w.listed((i) => raw.csuccess_config_program(w.config, i)) });
  },
  presets: (w) => w.say(w.listed((i) => raw.csuccess_preset_get(i).name)),
  model(w, args) {
    w.model = raw.csuccess_model_load(w.text(args[1]), null);
    const [name, kind, target, digest] = ["name", "kind", "target", "digest"].map((part) => raw[`csuccess_model_${part}`](w.model));
    w.say({ name, kind, target, digest, horizon_days: bits(raw.csuccess_model_horizon_days(w.model)),
      metrics: w.listed((i) => raw.csuccess_model_metric(w.model, i).name) });
  },
  seal: (w, args) => w.json(raw.csuccess_model_seal(w.text(args[1]), null)),

  // ---- Facts and scores ----
  row: (w, args) => void raw.csuccess_facts_read_json(w.facts, w.text(args[1])),
  set_json: (w, args) => void raw.csuccess_facts_set_json(w.facts, w.text(args[1]), w.text(args[2])),
  set_text: (w, args) => void raw.csuccess_facts_set_text(w.facts, w.text(args[1]), w.text(args[2])),
  set_number: (w, args) => void raw.csuccess_facts_set_number(w.facts, w.text(args[1]), args[2]),
  set_bool: (w, args) => void raw.csuccess_facts_set_bool(w.facts, w.text(args[1]), args[2]),
  set_string: (w, args) => void raw.csuccess_facts_set_string(w.facts, w.text(args[1]), w.text(args[2])),
  set_time: (w, args) => void raw.csuccess_facts_set_time(w.facts, w.text(args[1]), whole(args[2])),
  set_money: (w, args) => void raw.csuccess_facts_set_money(w.facts, w.text(args[1]), args[2], w.text(args[3])),
  set_observed: (w, args) => void raw.csuccess_facts_set_observed(w.facts, w.text(args[1]), whole(args[2])),
  set_customer: (w, args) => void raw.csuccess_facts_set_customer(w.facts, w.text(args[1])),
  unset: (w, args) => void raw.csuccess_facts_unset(w.facts, w.text(args[1])),
  ignore_unknown: (w, args) => void raw.csuccess_facts_ignore_unknown(w.facts, args[1]),
  quarantined(w) {
    const { facts } = w;
    w.say(Array.from({ length: raw.csuccess_facts_quarantined(facts) }, (_, i) => Object.values(raw.csuccess_facts_quarantine(facts, i))));
  },
  explain: (w, args) => w.explained(args[1]),
  rows: (w, args) => w.each(args[1], (line) => {
    raw.csuccess_facts_read_json(w.facts, line);
    w.explained(args[2]);
  }),
  score(w, args) {
    const s = raw.csuccess_scorer_run(w.scorer, w.facts, whole(args[1]));
    const scored = s.present & raw.CSUCCESS_SCORE_VALUE;
    w.say({ value: scored ? bits(s.value) : null, raw: scored ? bits(s.raw) : null, completeness: bits(s.completeness), confidence: bits(s.confidence), status: s.status,
      trend: s.trend, profile: s.profile });
  },
  predict(w, args) {
    const p = raw.csuccess_scorer_predict(w.scorer, w.facts, args[1]);
    w.say({ probability: bits(p.probability), confidence: bits(p.confidence), level: p.level, model: p.model, because: p.because });
  },
  eval: (w, args) => w.evaluated(w.text(args[1]), whole(args[2])),
  expressions: (w, args) => w.each(args[1], (line) => w.evaluated(JSON.parse(line.toString()).expr, args[2])),
  segments(w, args) {
    const { members, undecided } = raw.csuccess_scorer_segments(w.scorer, w.facts, args[1]);
    w.say({ members: w.chosen(members), undecided: w.chosen(undecided) });
  },
  override(w, args) {
    const o = args[1];
    const given = o && { hasScore: o.score === undefined ? 0 : 1, score: o.score ?? 0, expiresAt: o.expires ?? 0, status: o.status ?? "", reason: o.reason ?? "", by: o.by ?? "" };
    raw.csuccess_scorer_override(w.scorer, given ?? null);
  },

  // ---- Events and engines ----
  events(w, args) {
    raw.csuccess_events_clear(w.events);
    w.each(args[1], (line) => raw.csuccess_events_add_json(w.events, line));
  },
  add_json: (w, args) => void raw.csuccess_events_add_json(w.events, w.text(args[1])),
  add(w, args) {
    const event = {};
    for (const [name, value] of Object.entries(args[1])) event[camel(name)] = typeof value === "number" ? whole(value) : w.text(value);
    raw.csuccess_events_add(w.events, event);
  },
  property_number: (w, args) => void raw.csuccess_events_number(w.events, w.text(args[1]), args[2]),
  property_string: (w, args) => void raw.csuccess_events_string(w.events, w.text(args[1]), w.text(args[2])),
  property_bool: (w, args) => void raw.csuccess_events_bool(w.events, w.text(args[1]), args[2]),
  property_json: (w, args) => void raw.csuccess_events_json(w.events, w.text(args[1]), w.text(args[2])),
  engine(w, args) {
    const { channels = {}, trace, tenant, ...numbers } = args[1];
    w.store ??= raw.csuccess_memory_store_new({});
    if (w.engineOf) raw.csuccess_engine_free(w.engineOf);
    w.engineOf = undefined;
    const random = (count) => Uint8Array.from({ length: count }, () => w.random++ & 255);
    w.engineOf = raw.csuccess_engine_new(w.config, { ...numbers, random, ...(tenant === undefined ? {} : { tenant: w.text(tenant) }) });
    raw.csuccess_engine_set_store(w.engineOf, w.store);
    for (const [name, outcome] of Object.entries(channels)) raw.csuccess_engine_add_channel(w.engineOf, name, SENT(outcome));
    if (trace) raw.csuccess_engine_set_trace(w.engineOf, (line) => w.json(line));
  },
  ingest(w, args) {
    raw.csuccess_engine_ingest(w.engine, w.events, w.principal(args[2]), args[1]);
    w.results();
  },
  import(w, args) {
    raw.csuccess_engine_import(w.engine, w.events, w.principal(args[2]), args[1]);
    w.results();
  },
  preview: (w, args) => w.json(raw.csuccess_engine_preview(w.engine, w.events, w.principal(args[2]), args[1])),
  run(w, args) {
    const next = raw.csuccess_engine_run(w.engine, w.principal(args[2]), args[1], null);
    w.say(next === Infinity ? null : String(next));
  },
  engine_score: (w, args) => w.look("csuccess_engine_score", args),
  engine_explain: (w, args) => w.look("csuccess_engine_explain", args),
  state: (w, args) => w.look("csuccess_engine_state", args),
  verify: (w, args) => w.look("csuccess_engine_verify", args),
  parked: (w, args) => w.look("csuccess_engine_parked", args),
  replay(w, args) {
    const other = raw.csuccess_config_compile(w.text(args[3]), null);
    w.json(raw.csuccess_engine_replay(w.engine, w.text(args[1]), other, null, args[2]));
  },
  erase: (w, args) => w.json(raw.csuccess_engine_erase(w.engine, w.text(args[1]), w.text(args[2]), w.principal(args[4]), args[3])),
  confirm_clock: (w, args) => void raw.csuccess_engine_confirm_clock(w.engine, whole(args[1])),
  set_config: (w, args) => void raw.csuccess_engine_set_config(w.engine, raw.csuccess_config_compile(w.text(args[1]), null), null),
  figures(w) {
    const f = raw.csuccess_engine_figures(w.engine);
    w.say([f.inputsApplied, f.inputsKnown, f.inputsQuarantined, f.inputsFailed, f.advances, f.commits, f.entries, f.messages, f.sent, f.delivered, f.putOff, f.dead].map(String));
  },
  faults: (w, args) => void raw.csuccess_memory_store_faults(w.store, args[1]),
  dump: (w) => w.json(raw.csuccess_memory_store_dump(w.store)),
  simulation(w, args) {
    const { seed = 0, start = 0, tenant } = args[1];
    const given = { seed, startMs: whole(start), trace: (line) => w.json(line) };
    w.simulation = raw.csuccess_simulation_new(w.config, tenant === undefined ? given : { ...given, tenant: w.text(tenant) });
  },
  feed(w) {
    raw.csuccess_simulation_feed(w.simulation, w.events);
    w.results();
  },
  until(w, args) {
    raw.csuccess_simulation_run(w.simulation, whole(args[1]));
    w.say(String(raw.csuccess_simulation_now(w.simulation)));
  },

  // ---- The others ----
  accumulator: (w, args) => void (w.accumulator = raw.csuccess_accumulator_new(w.config, w.text(args[1]))),
  entry: (w, args) => void raw.csuccess_accumulator_add_entry(w.accumulator, { kind: w.text(args[1]), body: w.text(args[2]), customer: w.text(args[3]), atMs: args[4] ?? 0 }),
  add_scored: (w) => void raw.csuccess_accumulator_add_scored(w.accumulator, w.scorer),
  twice: (w) => void raw.csuccess_accumulator_load(w.accumulator, raw.csuccess_accumulator_save(w.accumulator)),
  load: (w, args) => void raw.csuccess_accumulator_load(w.accumulator, w.text(args[1])),
  report: (w) => w.json(raw.csuccess_accumulator_json(w.accumulator)),
  sentiment(w, args) {
    const s = raw.csuccess_sentiment_new(w.config ?? null);
    const f = raw.csuccess_sentiment_score(s, w.text(args[1]));
    const named = (set, name) => Array.from({ length: 32 }, (_, i) => i).filter((i) => (set >>> i) & 1).map((i) => name(s, i));
    w.say({ score: bits(f.score), confidence: bits(f.confidence), label: f.label, emotions: named(f.emotions, raw.csuccess_sentiment_emotion),
      issues: named(f.issues, raw.csuccess_sentiment_issue) });
  },
  track(w, args) {
    w.tracking ??= raw.csuccess_tracking_new(null);
    w.each(args[1], (line) => raw.csuccess_tracking_add_json(w.tracking, line));
    const f = raw.csuccess_tracking_total(w.tracking);
    w.say({ predictions: String(f.predictions), matured: String(f.matured), true_alarms: String(f.trueAlarms), false_alarms: String(f.falseAlarms),
      brier: f.present & raw.CSUCCESS_TRACKING_CALIBRATION ? bits(f.brier) : null });
  },
  samples(w, args) {
    const { now = 0, ...given } = args[1];
    w.samples = raw.csuccess_samples_new(w.config, { ...given, nowMs: now });
  },
  sample: (w, args) => w.each(args[1], (line) => {
    raw.csuccess_facts_read_json(w.facts, line);
    raw.csuccess_samples_add(w.samples, w.facts, {});
  }),
  train(w, args) {
    const { model, report } = raw.csuccess_train(w.samples, renamed(args[1]));
    w.json(model);
    w.json(report);
  },
  access(w, args) {
    w.say(raw.csuccess_access_check(w.config, { principal: { id: args[1], roles: args[2] }, resource: args[3], action: args[4], owner: args[5] }));
  },
};

function main(folder, ...files) {
  for (const file of files) {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      if (line === "") continue;
      const said = Buffer.from(new World(folder, JSON.parse(line)).run());
      for (let at = 0; at < said.length;) at += writeSync(1, said, at);
    }
  }
}

main(...process.argv.slice(2));
