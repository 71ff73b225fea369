// SPDX-License-Identifier: Apache-2.0
// The C library by a foreign function interface, without a binding: a score, and an engine over the store in memory. app.mjs [LIBRARY]

import { randomFillSync } from "node:crypto";
import koffi from "koffi";

const lib = koffi.load(process.argv[2] ?? "libcsuccess.so.0");
const NOW = Date.UTC(2026, 0, 31);

// ---- The structs, as the headers have them; their layout is the ABI ----

const fields = (type, names) => Object.fromEntries(names.split(" ").map((name) => [name, type]));
const Given = koffi.struct("csuccess_str_given", { ptr: "const char *", len: "size_t" }); // what goes in is a string of JavaScript
const Str = koffi.struct("csuccess_str", { ptr: "const void *", len: "size_t" }); // what comes out ends where `len` says, not at a 0
const CsError = koffi.struct("csuccess_error", {
  size: "size_t", code: "int32_t", line: "uint32_t", offset: "uint64_t", column: "uint32_t", reserved: "uint32_t",
  pointer: koffi.array("char", 256, "String"), message: koffi.array("char", 512, "String"),
});
const Score = koffi.struct("csuccess_score", {
  size: "size_t", present: "uint32_t", flags: "uint32_t", ...fields("double", "value raw previous change completeness confidence weight"), review_at: "int64_t",
  ...fields(Str, "status trend profile"),
});
const Random = koffi.pointer(koffi.proto("int csuccess_random_fn(void *ud, void *bytes, size_t count)"));
const Options = koffi.struct("csuccess_engine_options", {
  size: "size_t", ...fields("void *", "allocator limits"), tenant: Str, random: Random, random_ud: "void *", ...fields("void *", "leads leads_ud"),
  ...fields("uint32_t", "shard shards batch inputs effects state_bytes tries"), ...fields("int64_t", "lease_ms clock_ms"), ...fields("uint32_t", "in_flight reserved"),
  ...fields("void *", "zone zone_ud variable variable_ud sentiment sentiment_ud"),
});

const NOTHING = { ptr: null, len: 0 };
const str = (text) => ({ ptr: text, len: Buffer.byteLength(text) });
const json = (value) => str(JSON.stringify(value));
const read = ({ ptr, len }) => (len ? Buffer.from(koffi.decode(ptr, koffi.array("uint8_t", Number(len), "Array"))).toString() : "");

// ---- The functions ----

/** A function whose last parameter is an error: what it says is thrown. */
function failing(declaration) {
  const call = lib.func(declaration.replace(")", ", _Inout_ csuccess_error *err)"));
  return (...parameters) => {
    const err = { size: koffi.sizeof(CsError), code: 0, line: 0, offset: 0, column: 0, reserved: 0, pointer: "", message: "" };
    const result = call(...parameters, err);
    if (result < 0) throw Object.assign(new Error(err.message || `result ${result}`), { result, pointer: err.pointer, line: err.line });
    return result;
  };
}

/** One that makes something: its first parameter is where that goes. */
function making(declaration) {
  const call = failing(declaration.replace("(", "(_Out_ void **out, ").replace(", )", ")"));
  return (...parameters) => {
    const out = [null];
    call(out, ...parameters);
    return out[0];
  };
}

const compile = making("int csuccess_config_compile(csuccess_str_given document, void *options)");
const newFacts = making("int csuccess_facts_new(void *config, void *allocator)");
const newScorer = making("int csuccess_scorer_new(void *config, void *allocator)");
const newEvents = making("int csuccess_events_new(void *allocator, void *limits)");
const newStore = making("int csuccess_memory_store_new(void *options)");
const newEngine = making("int csuccess_engine_new(void *config, csuccess_engine_options *options)");
const readJson = failing("int csuccess_facts_read_json(void *facts, csuccess_str_given row)");
const runScorer = failing("int csuccess_scorer_run(void *scorer, void *facts, int64_t now_ms, _Inout_ csuccess_score *out)");
const addJson = failing("int csuccess_events_add_json(void *events, csuccess_str_given json)");
const setStore = failing("int csuccess_engine_set_store(void *engine, void *ops, void *ud, void *ud_free)");
const ingest = failing("int csuccess_engine_ingest(void *engine, void *events, void *principal, int64_t now_ms)");
const engineScore = failing("int csuccess_engine_score(void *engine, csuccess_str_given customer, void *principal, int64_t now_ms, _Out_ void **out)");
const storeOps = lib.func("void *csuccess_memory_store_ops()");
const textView = lib.func("csuccess_str csuccess_text_view(void *text)");
const free = Object.fromEntries(["facts", "scorer", "events", "engine", "memory_store", "text"].map((kind) => [kind, lib.func(`void csuccess_${kind}_free(void *it)`)]));
const unref = lib.func("void csuccess_config_unref(void *config)");

// ---- A score ----

function score(row) {
  const config = compile(json({ csuccess: 1, extends: "enterprise" }), null);
  const [facts, scorer] = [newFacts(config, null), newScorer(config, null)];
  try {
    readJson(facts, json(row));
    const out = { size: koffi.sizeof(Score), present: 0, flags: 0, value: 0, raw: 0, previous: 0, change: 0, completeness: 0, confidence: 0, weight: 0, review_at: 0,
      status: NOTHING, trend: NOTHING, profile: NOTHING };
    runScorer(scorer, facts, NOW, out);
    return [out.value, read(out.status)];
  } finally {
    free.scorer(scorer);
    free.facts(facts);
    unref(config);
  }
}

console.log("score:", ...score({ customer_id: "acme", logins_30d: 12, nps_score: 8, champion_left: true }));
try {
  score({ login_30d: 12 });
} catch (error) {
  console.log("refused:", error.result, error.pointer);
}

// ---- An engine: events in, a state for each customer; the library asks JavaScript for random bytes ----

let asked = 0;
const random = koffi.register((_, bytes, count) => {
  asked++;
  koffi.encode(bytes, koffi.array("uint8_t", Number(count)), [...randomFillSync(new Uint8Array(Number(count)))]);
  return 0;
}, Random);

const config = compile(json({
  csuccess: 1, aggregates: { logins: { event: "login", count: true, window: "P30D" } },
  health: { profiles: { default: { score: { value: "logins", points: { linear: [[0, 0], [10, 100]] } } } } },
}), null);
const store = newStore(null);
const zero = Object.fromEntries(Object.keys(Options.members).map((name) => [name, null]).concat([["tenant", NOTHING]]));
for (const name of ["shard", "shards", "batch", "inputs", "effects", "state_bytes", "tries", "lease_ms", "clock_ms", "in_flight", "reserved"]) zero[name] = 0;
const engine = newEngine(config, { ...zero, size: koffi.sizeof(Options), random });
const events = newEvents(null, null);
try {
  setStore(engine, storeOps(), store, null);
  for (let i = 0; i < 7; i++) addJson(events, json({ type: "track", event: "login", messageId: `m${i}`, timestamp: new Date(NOW - i * 1000).toISOString(), groupId: "acme" }));
  ingest(engine, events, null, NOW);
  const told = [null];
  engineScore(engine, str("acme"), null, NOW, told);
  console.log("engine:", JSON.parse(read(textView(told[0]))).health.score, "asked for random bytes:", asked > 0);
  free.text(told[0]);
} finally {
  free.events(events);
  free.engine(engine);
  free.memory_store(store);
  unref(config);
  koffi.unregister(random);
}
