// SPDX-License-Identifier: Apache-2.0
// The aggregates of engine_hand.c with objects in memory: node engine.mjs plain|journal batches|singles CUSTOMERS VISITS. With a journal every event is kept as canonical JSON, committed to by an
// HMAC and chained by SHA-256, as the engine does for each. Prints a JSON line. Counted is the processor time of the main thread alone, so what V8's other threads do (collecting, compiling)
// is free of charge; a part of the stream is run before, so that the code is warm.
import {createHash, createHmac, randomBytes} from "node:crypto";
import {readFileSync} from "node:fs";

const NAMES = ["login", "export", "invite", "order", "report"], WINDOWS = [7, 30, 90];
const EVENTS = 30, VISIT_DAYS = 45, FIRST_DAY = 20454, DAY = 86400000;

// As stream_hash() and stream_at() of engine_stream.h.
function hash(x) {
  x = Math.imul(x ^ x >>> 16, 0x7feb352d);
  x = Math.imul(x ^ x >>> 15, 0x846ca68b);
  return (x ^ x >>> 16) >>> 0;
}

function hex(n, digits) {
  return n.toString(16).padStart(digits, "0");
}

function eventAt(visit, customer, i) {
  let number = (visit * 65536 + customer) * EVENTS + i, h = hash(number);
  if (i % EVENTS && h % 32 === 0) {
    h = hash(--number);
    i--;
  }
  const day = visit * VISIT_DAYS + Math.floor(i * VISIT_DAYS / EVENTS);
  return {id: `${hex(h, 8)}-${hex(visit, 4)}-4000-8000-${hex(number, 12)}`, name: NAMES[h % 5],
    at: (FIRST_DAY + day) * DAY + (h >>> 4) % 86400 * 1000, amount: (h >>> 8) % 10000 / 4};
}

const CONFIG = "sha256:" + "0".repeat(64);

// One entry of a customer's chain: the fields of docs/reference/audit.md, without their tags.
function note(customer, id, event) {
  const body = JSON.stringify({type: "track", event: event.name, messageId: event.id, timestamp: new Date(event.at).toISOString(), groupId: id, properties: {amount: event.amount}});
  const commitment = createHmac("sha256", customer.secret).update(body).digest("hex"), seq = customer.entries.length + 1;
  const digest = createHash("sha256").update(`${customer.chain}${seq}${event.at}input${event.id}host${CONFIG}${commitment}`).digest("hex");
  customer.entries.push({seq, at: event.at, kind: "input", cause: event.id, by: "host", config: CONFIG, body, commitment, digest});
  customer.chain = digest;
}

class Aggregates {
  constructor(journal) {
    this.journal = journal;
    this.customers = new Map();
    this.kinds = new Map(NAMES.map((name, i) => [name, i]));
  }

  advance(id, events) {
    let customer = this.customers.get(id);
    if (!customer) {
      customer = {seen: new Set(), days: NAMES.map(() => new Map()), secret: this.journal && randomBytes(32), entries: [], chain: ""};
      this.customers.set(id, customer);
    }
    let applied = 0;
    for (const event of events) {
      if (customer.seen.has(event.id)) continue;
      customer.seen.add(event.id);
      if (this.journal) note(customer, id, event);
      const days = customer.days[this.kinds.get(event.name)], day = Math.floor(event.at / DAY);
      const bucket = days.get(day);
      if (bucket) {
        bucket.count++;
        bucket.sum += event.amount;
      } else {
        days.set(day, {count: 1, sum: event.amount});
      }
      applied++;
    }
    return applied;
  }

  values(id, now) {
    const today = Math.floor(now / DAY), values = [];
    for (const days of this.customers.get(id).days) {
      for (const window of WINDOWS) {
        let count = 0, sum = 0;
        for (let day = today - window + 1; day <= today; day++) {
          const bucket = days.get(day);
          if (bucket) {
            count += bucket.count;
            sum += bucket.sum;
          }
        }
        values.push(count, sum);
      }
    }
    return values;
  }
}

function seconds() {
  try { // ns on the processor; the main thread has the number of the process
    return Number(readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ")[0]) * 1e-9;
  } catch {
    const {user, system} = process.cpuUsage();
    return (user + system) * 1e-6;
  }
}

const customerId = c => `customer-${String(c).padStart(6, "0")}`;

// Batches: 30 events of a customer in each visit. Singles: all customers, one event each, again and again. Events are made before the clock runs.
function run(journal, how, customers, visits) {
  const all = new Aggregates(journal), ids = Array.from({length: customers}, (_, c) => customerId(c));
  let events = 0, applied = 0, spent = 0;
  for (let visit = 0; visit < visits; visit++) {
    const turns = how === "batches" ? 1 : EVENTS;
    for (let turn = 0; turn < turns; turn++) {
      const work = ids.map((_, c) => how === "batches" ? Array.from({length: EVENTS}, (_, i) => eventAt(visit, c, i)) : [eventAt(visit, c, turn)]);
      const start = seconds();
      for (let c = 0; c < customers; c++) applied += all.advance(ids[c], work[c]);
      spent += seconds() - start;
      events += work.length * work[0].length;
    }
  }
  const now = (FIRST_DAY + visits * VISIT_DAYS) * DAY, sums = new Array(30).fill(0);
  for (const id of ids) all.values(id, now).forEach((value, k) => { sums[k] += value; });
  return {rows: events, applied, seconds: spent, sums};
}

const [journal, how, customers, visits] = [process.argv[2] === "journal", process.argv[3], Number(process.argv[4]), Number(process.argv[5])];
run(journal, how, Math.min(customers, 2000), visits);
console.log(JSON.stringify(run(journal, how, customers, visits)));
