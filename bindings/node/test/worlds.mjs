// SPDX-License-Identifier: Apache-2.0
// A configuration that asks everything of a host that can be asked, inputs for it, and a store over maps: the contract in the fewest lines that keep it.

import { Config, RecordKind, Settled, shard } from "../dist/index.js";

export const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
export const NOW = Date.UTC(2026, 0, 5);

const days = Object.fromEntries(["mon", "tue", "wed", "thu", "fri"].map((day) => [day, ["09:00-17:00"]]));
export const DOCUMENT = {
  csuccess: 1,
  attributes: { name: { type: "string" }, booking_link: { type: "string" }, zone: { type: "string" }, csm: { type: "string" } },
  aggregates: { logins: { event: "login", count: true, window: "P30D" }, tickets: { event: "ticket", count: true, window: "lifetime" } },
  sentiment: { of: { ticket: "text" } },
  access: { owner: "csm" },
  channels: { desk: { retry: { first: "PT1M", jitter: 0, attempts: 3 } }, email: {}, slack: {} },
  templates: { value: { locales: { en: { body: "{{name}}: {{booking_link}}" } } } },
  calendars: { work: { hours: days } },
  journeys: {
    told: { trigger: { event: "go" }, steps: { s: { type: "email", template: "value" } } },
    waits: { trigger: { event: "start" }, steps: { wait: { type: "wait", for: "PT1H", hours: "work" }, out: { type: "exit", outcome: "success" } } },
  },
  health: {
    profiles: {
      default: {
        score: { combine: "sum", of: { use: { value: "logins", points: { linear: [[0, 0], [10, 100]] } } } },
        bands: { healthy: { from: 50 }, critical: {} },
        alerts: { quiet: { when: "health.raw < 30", notify: { first: { channel: "desk" } } } },
      },
    },
  },
};
export const config = () => Config.compile(DOCUMENT);
export const iso = (ms) => new Date(ms).toISOString();

/** An input; `kind` beyond the types of Segment is a product event of that name. */
export function event(kind, customer, id, ms = NOW, more = {}) {
  const known = ["group", "identify", "ticket"].includes(kind);
  return { type: known ? kind : "track", ...(known ? {} : { event: kind }), messageId: id, groupId: customer, timestamp: iso(ms), ...more };
}
export const login = (customer = "acme", id = "e1", ms = NOW) => event("login", customer, id, ms);
export const logins = (count, id = "e") => Array.from({ length: count }, (_, i) => login(`c${i}`, id));

/** Numbers below a limit that are the same again. */
export function dice(seed) {
  let state = (seed + 1) * 2654435761 >>> 0;
  return (below) => {
    state ^= state << 13; state >>>= 0;
    state ^= state >>> 17;
    state ^= state << 5; state >>>= 0;
    return state % below;
  };
}
export const numbers = (seed) => {
  const roll = dice(seed);
  return (count) => Uint8Array.from({ length: count }, () => roll(256));
};

/** Random inputs of some days, in portions: [when they are handed in, inputs]. */
export function story(seed, customers = 6, inputs = 60) {
  const roll = dice(seed), portions = [];
  const one = (list) => list[roll(list.length)];
  let n = 0;
  for (let day = 0; day < 8; day++) {
    const portion = [];
    for (let left = 2 + roll(inputs / 4 - 2); left > 0; left--) {
      n++;
      const kind = one(["login", "login", "login", "ticket", "group", "go", "start"]);
      const more = kind === "ticket" ? { properties: { text: one(["I love it!", "This is broken and I am angry.", "When?"]) } }
        : kind === "group" ? { traits: { name: one(["Ann", "Zoë"]), zone: one(["Europe/Berlin", "Nowhen"]) } } : {};
      portion.push(event(kind, `c${roll(customers)}`, `e${roll(n + 1)}`, NOW + day * DAY + roll(DAY), more));
    }
    portions.push([NOW + (day + 1) * DAY, portion]);
  }
  return portions;
}

const nothing = () => ({ records: new Map(), inputs: new Set(), entries: new Map(), messages: new Map(), ledgers: new Map(), plans: new Map() });
const keyOf = ({ kind, id }) => `${kind}/${id}`;
/** The largest of C stands as Infinity. */
const big = (number) => (number === Infinity ? 2n ** 63n - 1n : BigInt(number));
const held = (lease, now) => lease !== null && now < lease.until;
const fits = (lease, token, now) => held(lease, now) && lease.token === token;
const OUTCOMES = { [Settled.DELIVERED]: "delivered", [Settled.DEAD]: "dead", [Settled.UNKNOWN]: "unknown", [Settled.DROPPED]: "dropped" };
const bySeq = (a, b) => a.seq - b.seq;
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
/** Ids in the order of their bytes, which is that of their units but for those beyond the first plane. */
const BEYOND = /[\ud800-\udfff]/;
const bytes = (a, b) => (BEYOND.test(a) || BEYOND.test(b) ? Buffer.compare(Buffer.from(a), Buffer.from(b)) : order(a, b));
const mine = (id, { shards, shard: own }) => shards < 2 || shard(id, shards) === own;

export class MapStore {
  constructor(tenants = new Map()) {
    this.tenants = tenants;
    this.tokens = 0;
  }

  of({ tenant }) {
    if (!this.tenants.has(tenant)) this.tenants.set(tenant, nothing());
    return this.tenants.get(tenant);
  }

  lend(until) {
    return { token: `t${Math.random()}-${++this.tokens}`, until };
  }

  load(request, reply) {
    const t = this.of(request);
    request.keys.forEach((key, i) => {
      if (key.kind === RecordKind.LEDGER) reply.ledger(i, t.ledgers.get(key.id) ?? 0);
      else if (t.records.has(keyOf(key))) reply.record(i, ...t.records.get(keyOf(key)));
    });
    request.inputs.forEach(({ customer, id }, i) => { if (t.inputs.has(JSON.stringify([customer, id]))) reply.known(i); });
  }

  commit(request, reply) {
    const t = this.of(request);
    request.batches.forEach((batch, i) => {
      const verdict = this.judge(t, batch, request.nowMs);
      if (verdict === "applied") this.apply(t, batch);
      if (typeof verdict === "number") reply.refused(i, verdict);
      else reply[verdict](i);
    });
  }

  judge(t, batch, now) {
    const known = batch.inputs.map(({ customer, id }) => t.inputs.has(JSON.stringify([customer, id])));
    if (known.length > 0 && known.every(Boolean)) return "already";
    if (known.some(Boolean) || batch.writes.some((write) => this.moved(t, write, now))) return "conflict";
    if (batch.entries.some(({ customer, seq }) => (t.entries.get(customer) ?? []).some((entry) => entry.seq === seq))) return "conflict";
    const sums = new Map(t.ledgers);
    for (const [i, { key, delta, max }] of batch.deltas.entries()) {
      const total = (sums.get(key) ?? 0n) + big(delta);
      if (BigInt.asIntN(64, total) !== total || (delta > 0 && total > big(max))) return i;
      sums.set(key, total);
    }
    return "applied";
  }

  moved(t, { key, expected, token }, now) {
    const plan = key.kind === RecordKind.CUSTOMER ? t.plans.get(key.id) : undefined;
    return (t.records.get(keyOf(key))?.[0] ?? 0) !== expected || (token !== "" && !(plan && fits(plan.lease, token, now)));
  }

  apply(t, batch) {
    for (const { key, expected, body, dueMs } of batch.writes) {
      if (body === null) t.records.delete(keyOf(key));
      else t.records.set(keyOf(key), [expected + 1, body]);
      if (key.kind !== RecordKind.CUSTOMER) continue;
      t.plans.delete(key.id);
      if (body !== null) t.plans.set(key.id, { due: dueMs, lease: null, failures: 0, parked: false });
    }
    for (const entry of batch.entries) t.entries.set(entry.customer, [...(t.entries.get(entry.customer) ?? []), entry].sort(bySeq));
    for (const message of batch.messages) this.post(t, message);
    for (const { key, delta } of batch.deltas) t.ledgers.set(key, (t.ledgers.get(key) ?? 0n) + big(delta));
    for (const { customer, id } of batch.inputs) t.inputs.add(JSON.stringify([customer, id]));
    for (const id of batch.cancels) {
      const posted = t.messages.get(id);
      if (posted && !posted.outcome) Object.assign(posted, { outcome: "dropped", lease: null });
    }
  }

  post(t, message) {
    if (!t.messages.has(message.id)) t.messages.set(message.id, { message, when: message.notBeforeMs, lease: null, outcome: "", reason: "" });
  }

  /** What is ready in order, how long the rest waits. */
  ready(all, { nowMs, most }, reply, give) {
    const waits = [];
    let given = 0;
    for (const one of all) {
      const [when, lease] = [one.item.when ?? one.item.due, one.item.lease];
      if (when > nowMs || held(lease, nowMs)) waits.push(held(lease, nowMs) ? Math.max(when, lease.until) : when);
      else if (given++ < most) give(one);
      else waits.push(when);
    }
    reply.next(Math.min(...waits.filter((when) => when > nowMs)));
  }

  due(request, reply) {
    const all = [...this.of(request).plans].filter(([id, { due, parked }]) => due !== Infinity && !parked && mine(id, request))
      .map(([id, item]) => ({ id, item })).sort((a, b) => order(a.item.due, b.item.due) || bytes(a.id, b.id));
    this.ready(all, request, reply, ({ id, item }) => {
      item.lease = this.lend(request.leaseUntilMs);
      reply.lease(id, item.lease.token, item.due, item.failures);
    });
  }

  defer({ customer, token, nowMs, untilMs, failed, parkAfter, ...request }, reply) {
    const plan = this.of(request).plans.get(customer);
    if (!plan || !fits(plan.lease, token, nowMs)) return reply.conflict();
    plan.failures += failed;
    return Object.assign(plan, { due: untilMs, lease: null, parked: parkAfter > 0 && plan.failures >= parkAfter }) && undefined;
  }

  claim(request, reply) {
    const all = [...this.of(request).messages].map(([id, item]) => ({ id, item }))
      .filter(({ item: { outcome, message } }) => !outcome && mine(message.target || message.customer, request))
      .sort((a, b) => order(a.item.when, b.item.when) || bytes(a.id, b.id));
    this.ready(all, request, reply, ({ item }) => {
      item.lease = this.lend(request.leaseUntilMs);
      reply.message(item.message, item.lease.token);
      item.message = { ...item.message, attempts: item.message.attempts + 1 };
    });
  }

  settle(request, reply) {
    const t = this.of(request);
    const posted = t.messages.get(request.message);
    if (!posted || posted.outcome || !fits(posted.lease, request.token, request.nowMs)) return reply.conflict();
    Object.assign(posted, { lease: null, reason: request.reason });
    if (request.outcome === Settled.RETRY) {
      posted.when = request.retryMs;
      if (!request.counts) posted.message = { ...posted.message, attempts: posted.message.attempts - 1 };
    } else {
      posted.outcome = OUTCOMES[request.outcome];
    }
    return request.signal ? this.post(t, request.signal) : undefined;
  }

  scan(request, reply) {
    const t = this.of(request);
    const rows = request.kind === RecordKind.LEDGER ? [...t.ledgers].map(([id, sum]) => [id, 1, String(sum)])
      : [...t.records].map(([key, record]) => [key.slice(2), ...record, Number(key[0])]).filter(([id, , , kind]) => kind === request.kind && (!request.parked || t.plans.get(id)?.parked));
    const listed = rows.filter(([id]) => bytes(id, request.after) > 0).sort((a, b) => bytes(a[0], b[0]));
    for (const [id, revision, body] of listed.slice(0, request.most)) reply.row(id, revision, body);
  }

  history(request, reply) {
    const entries = (this.of(request).entries.get(request.customer) ?? []).filter(({ seq }) => seq > request.after);
    for (const entry of entries.slice(0, request.most)) reply.entry(entry);
  }

  outbox(request, reply) {
    const posted = [...this.of(request).messages.values()].filter(({ message }) => request.customer === "" || message.customer === request.customer)
      .sort((a, b) => order(a.message.createdMs, b.message.createdMs) || bytes(a.message.id, b.message.id));
    const begin = posted.findIndex(({ message }) => message.id === request.after) + 1;
    const listed = posted.slice(begin).filter(({ outcome }) => !request.dead || outcome === "dead");
    for (const { message, when, outcome } of listed.slice(0, request.most)) reply.message({ ...message, notBeforeMs: when }, outcome || "waiting");
  }

  erase(request, reply) {
    const t = this.of(request), { customer, contact, pseudonym } = request;
    const taken = new Set((t.entries.get(pseudonym) ?? []).map(({ seq }) => seq));
    if (!contact && pseudonym !== customer && (t.entries.get(customer) ?? []).some(({ seq }) => taken.has(seq))) return reply.fail("CSUCCESS_ECONFLICT", "the pseudonym has these places");
    const counts = { record: 0, input: 0, entry: 0, message: 0, settled: 0 };
    this.eraseEntries(t, request, counts);
    this.eraseMessages(t, request, counts);
    if (!contact) {
      for (const kind of [RecordKind.CUSTOMER, RecordKind.SECRET]) counts.record += t.records.delete(keyOf({ kind, id: customer }));
      t.plans.delete(customer);
      for (const input of t.inputs) if (JSON.parse(input)[0] === customer) counts.input += t.inputs.delete(input);
    }
    for (const [kind, count] of Object.entries(counts)) reply.erased(kind, count);
    return undefined;
  }

  eraseEntries(t, { customer, contact, pseudonym }, counts) {
    const mine = t.entries.get(customer) ?? [];
    t.entries.delete(customer);
    const kept = mine.map((entry) => {
      const named = !contact || entry.subject === contact;
      counts.entry += named && entry.body !== null;
      return { ...entry, ...(named ? { body: null, subject: "" } : {}), customer: contact ? customer : pseudonym };
    });
    const place = contact ? customer : pseudonym;
    if (kept.length > 0) t.entries.set(place, [...(t.entries.get(place) ?? []), ...kept].sort(bySeq));
  }

  eraseMessages(t, { customer, contact, pseudonym }, counts) {
    for (const [id, posted] of [...t.messages]) {
      const m = posted.message;
      if (contact ? m.customer !== customer || m.contact !== contact : m.customer !== customer && m.target !== customer) continue;
      if (!posted.outcome) {
        counts.message += t.messages.delete(id);
        continue;
      }
      counts.settled++;
      posted.reason = "";
      const name = (one) => (!contact && one === customer ? pseudonym : one);
      posted.message = { ...m, body: "", contact: "", customer: name(m.customer), target: name(m.target) };
    }
  }
}

const SLOTS = ["load", "commit", "due", "defer", "claim", "settle", "scan", "history", "outbox", "erase"];
export const sleep = (ms) => new Promise((go) => setTimeout(go, ms));

/** The same behind a wait; `flying` and `most` count what is under way at once. */
export class AsyncMapStore {
  constructor(wait = 0) {
    Object.assign(this, { inner: new MapStore(), wait, flying: 0, most: 0, calls: 0 });
    for (const slot of SLOTS) this[slot] ??= (request, reply) => this.ask(slot, request, reply);
  }

  async ask(slot, request, reply) {
    this.calls++;
    this.most = Math.max(this.most, ++this.flying);
    try {
      if (this.wait) await sleep(this.wait);
      else await undefined;
      this.inner[slot](request, reply);
    } finally {
      this.flying--;
    }
  }
}
