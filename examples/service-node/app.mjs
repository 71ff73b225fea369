// SPDX-License-Identifier: Apache-2.0
// Scores customers over HTTP and runs their programmes: an engine over a SQLite file, messages into files of a folder.
//
// Settings come by the environment: SUCCESS_CONFIG (a file, or preset:NAME), SUCCESS_DB, SUCCESS_OUTBOX (a folder), SUCCESS_LEASE (seconds after which what a killed process had at
// hand is done anew), PORT.

import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { Config, CsuccessError, Engine, Events, Scorer, SqliteStore } from "csuccess";

const BODY_MOST = 1 << 20;
const ROWS_MOST = 1000;
const STATUS = { CSUCCESS_EMISSING: 404, CSUCCESS_EINVALID: 422, CSUCCESS_EENCODING: 422, CSUCCESS_ECALLBACK: 503 };
const env = process.env;
const outbox = env.SUCCESS_OUTBOX ?? "outbox";

/** What HTTP answers with: status, and what is wrong. */
class Refused extends Error {
  constructor(status, detail, more = {}) {
    super(detail);
    this.status = status;
    this.more = more;
  }
}

/** A channel: a line for each message, on the disk before it counts as sent. The same id again is the same message. */
function channel(name) {
  mkdirSync(outbox, { recursive: true });
  return ({ id, customer, definition, body }) => {
    const file = openSync(`${outbox}/${name}.jsonl`, "a");
    writeSync(file, `${JSON.stringify({ id, customer, definition, body })}\n`);
    fsyncSync(file);
    closeSync(file);
  };
}

const path = env.SUCCESS_CONFIG ?? fileURLToPath(new URL("../service-python/success.json", import.meta.url));
const config = path.startsWith("preset:") ? Config.preset(path.slice(7)) : Config.load(path);
const scorer = new Scorer(config);
const store = new SqliteStore(env.SUCCESS_DB ?? "service.db");
const channels = Object.fromEntries(config.channels.map((name) => [name, channel(name)]));
const engine = new Engine(config, { store, channels, leaseMs: 1000 * Number(env.SUCCESS_LEASE ?? 60) });

// ---- What is due ----

let timer;
let nextDue = null;

/** Does what is due, and comes back when more is; a request that changes something calls it sooner. */
function run() {
  clearTimeout(timer);
  let pause = 5_000;
  try {
    nextDue = engine.run();
    pause = nextDue === null ? 60_000 : nextDue - Date.now();
  } catch (error) {
    console.error("run:", error); // the service goes on; what failed is put off and tried again
  }
  timer = setTimeout(run, Math.min(Math.max(pause, 100), 60_000));
}

// ---- Requests ----

/** The JSON of a request as a list, and whether it was one. */
async function bodyOf(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > BODY_MOST) throw new Refused(413, `body: more than ${BODY_MOST} bytes`);
    chunks.push(chunk);
  }
  let body;
  try {
    body = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw new Refused(422, `JSON: ${error.message}`, { code: "CSUCCESS_EJSON" });
  }
  const many = Array.isArray(body);
  const items = many ? body : [body];
  if (items.length > ROWS_MOST) throw new Refused(413, `body: more than ${ROWS_MOST} items`);
  return { items, many };
}

/** What `work` makes of every item; what is wrong with one names its place in the body. */
function each({ items, many }, work) {
  return items.map((item, index) => {
    const place = many ? `/${index}` : "";
    if (item === null || typeof item !== "object" || Array.isArray(item)) throw new Refused(422, "expected an object", { code: "CSUCCESS_ETYPE", pointer: place });
    try {
      return work(item);
    } catch (error) {
      throw error instanceof CsuccessError ? new Refused(422, error.message, { code: error.code, pointer: place + error.pointer }) : error;
    }
  });
}

function refusal(error) {
  if (error instanceof CsuccessError) return new Refused(STATUS[error.code] ?? 500, error.message, { code: error.code });
  return error instanceof Refused ? error : new Refused(500, "internal error");
}

function timeOf(text) {
  if (text === null) return Date.now();
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new Refused(422, `now: ${JSON.stringify(text)} is no time, such as 2026-01-31T09:30:00Z`);
  return time;
}

const routes = {
  "POST /score": async (request, url) => {
    const now = timeOf(url.searchParams.get("now"));
    const body = await bodyOf(request);
    const found = each(body, (row) => scorer.explain(row, { now }).result);
    return body.many ? found : found[0];
  },
  "POST /events": async (request) => {
    const body = await bodyOf(request);
    const events = new Events();
    try {
      each(body, (event) => events.add(event));
      const results = engine.ingest(events);
      setImmediate(run);
      return { results: results.map(({ id, code, reason }) => ({ messageId: id, result: code, reason })) };
    } finally {
      events.close();
    }
  },
  "GET /customers/:id/explain": (request, url, id) => engine.explain(id),
  "GET /health": () => ({ status: "ok", config: config.hash, next_due: nextDue }),
};

async function answer(request) {
  const url = new URL(request.url, "http://localhost");
  const [, id] = url.pathname.match(/^\/customers\/([^/]+)\/explain$/) ?? [];
  const route = id === undefined ? url.pathname : "/customers/:id/explain";
  const found = routes[`${request.method} ${route}`];
  if (found) return found(request, url, id === undefined ? id : decodeURIComponent(id));
  const there = Object.keys(routes).some((known) => known.endsWith(` ${route}`));
  throw new Refused(there ? 405 : 404, there ? `${request.method} is not for ${route}` : `${route} is not here`);
}

const server = createServer(async (request, response) => {
  let status = 200;
  let type = "application/json";
  let body;
  try {
    body = await answer(request);
  } catch (error) {
    const refused = refusal(error);
    if (refused.status === 500) console.error(error);
    status = refused.status;
    type = "application/problem+json";
    body = { type: "about:blank", title: refused.message.split(":")[0], status, detail: refused.message, ...refused.more };
  }
  if (status === 413) response.setHeader("connection", "close");
  response.writeHead(status, { "content-type": type }).end(JSON.stringify(body));
});

server.listen(Number(env.PORT ?? 8000), "127.0.0.1", run);
for (const signal of ["SIGTERM", "SIGINT"]) {
  process.on(signal, () => {
    clearTimeout(timer);
    server.close(() => {
      engine.close();
      store.close();
      process.exit(0);
    });
    server.closeIdleConnections();
  });
}
