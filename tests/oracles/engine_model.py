# SPDX-License-Identifier: Apache-2.0
"""A slow and plain model of a customer's state under change (docs/adr/0007), written from docs/reference/{customer,aggregates,audit,privacy}.md: engine_model.py PROGRAM [SCRIPTS [SEED]]

Random scripts of inputs (late, repeated, impossible), of passing time, of configurations that change under a state and are rolled back, of erasures and replays are run by the library (engine_rows.c) and
by this: every event is kept for ever and every value is computed from all of them. Values are right or missing, never wrong, and missing only where they may be; entries are those of the inputs, in
their order; chains fit, by chain.py; what was erased occurs nowhere in the store; a replay differs from the history by what a fresh start under the other configuration differs."""
import calendar
import collections
import datetime
import hashlib
import json
import random
import subprocess
import sys

import chain

DAY, START = 86400000, 20454  # the day 2026-01-01
SKEW = 600000
SOURCES = ["crm", "app", "file"]
PLANS = ["free", "team", "big"]
UTC = datetime.timezone.utc


class Wrong(Exception):
    """What differs."""


def same(what, got, wanted):
    if got != wanted:
        raise Wrong(f"{what}: the library {got!r}, here {wanted!r}")


def iso(at):
    return datetime.datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def date(day):
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=day)


def number_of(day):
    return (day - datetime.date(1970, 1, 1)).days


def months_back(day, months):
    """The same day of the month so many months before, or that month's last."""
    whole = day.year * 12 + day.month - 1 - months
    year, month = whole // 12, whole % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


# ---- Windows and values of aggregates ----

def window(aggregate, now):
    """First and last day; None: all."""
    last = now // DAY
    offset = aggregate.get("offset")
    if offset:
        last = number_of(months_back(date(last), int(offset[1:-1]))) if offset.endswith("M") else last - int(offset[1:-1])
    form = aggregate["window"]
    if form == "lifetime":
        return None, last
    today = date(last)
    if form == "month":
        return number_of(today.replace(day=1)), last
    if form == "quarter":
        return number_of(today.replace(month=today.month - (today.month - 1) % 3, day=1)), last
    if form.endswith("M"):
        return number_of(months_back(today, int(form[1:-1]))) + 1, last
    return last - int(form[1:-1]) + 1, last


def kind_of(aggregate):
    return next(k for k in ("count", "sum", "mean", "min", "max", "first", "last", "distinct") if k in aggregate)


def series_of(aggregate):
    """What is kept once for all aggregates that need it."""
    kind = kind_of(aggregate)
    return aggregate["event"], kind, None if kind == "count" else aggregate[kind]


def compute(aggregate, events):
    """events: (at, id, event) in the window."""
    kind = kind_of(aggregate)
    mine = [e for e in events if e[2]["event"] == aggregate["event"]]
    if kind == "count":
        return len(mine)
    if kind == "distinct":
        return len({at // DAY for at, _, _ in mine} if aggregate[kind] == "day" else {e["properties"][aggregate[kind]] for _, _, e in mine if aggregate[kind] in e["properties"]})
    values = [e["properties"][aggregate[kind]] for _, _, e in sorted(mine, key=lambda e: (e[0], e[1].encode())) if aggregate[kind] in e["properties"]]
    if kind == "sum":
        return sum(values)
    if not values:
        return None
    return {"mean": lambda: sum(values) / len(values), "min": lambda: min(values), "max": lambda: max(values), "first": lambda: values[0], "last": lambda: values[-1]}[kind]()


# ---- One customer ----

class Kept:
    """A series: from which day on every event was counted, whether none ever was missed, and the events that it had."""

    def __init__(self, since, had=()):
        self.sure, self.whole, self.defined, self.had, self.ends = since, since is None, True, set(had), None


class Customer:
    def __init__(self):
        self.ids, self.events, self.values, self.entries, self.series, self.began = set(), [], {}, [], {}, False
        self.config = None

    def redefine(self, config, now):
        """Under this configuration from now on: what is new begins at the next midnight; what is longer than before is not longer for what is gone."""
        wanted = {series_of(a) for a in config["aggregates"].values()}
        for key in wanted:
            if key not in self.series:
                self.series[key] = Kept(-(-now // DAY) if self.began else None)
            elif not self.series[key].defined:
                self.series[key] = Kept(-(-now // DAY), self.series[key].had)
        for key, kept in self.series.items():
            kept.defined = key in wanted
        self.config = config

    def touch(self, config, now):
        """A step: days beyond the longest window may go."""
        if self.config is not config:
            self.redefine(config, now)
        reach = collections.defaultdict(lambda: None)
        for aggregate in config["aggregates"].values():
            first, _ = window(aggregate, now)
            key = series_of(aggregate)
            if first is not None and (reach[key] is None or first < reach[key]):
                reach[key] = first
        for key, kept in self.series.items():
            if kept.defined:
                ends = {a.get("offset") for a in config["aggregates"].values() if series_of(a) == key}
                kept.ends = ends if kept.ends is None else kept.ends & ends
                first = reach[key] if reach[key] is not None else now // DAY + 1
                kept.sure = first if kept.sure is None else max(kept.sure, first)
                if key[1] == "distinct" and not any(series_of(a) == key and a["window"] == "lifetime" for a in config["aggregates"].values()):
                    kept.whole = False  # which values there were goes with the days
        self.began = True

    def apply(self, config, now, event):
        """What the library must say of it."""
        if event["messageId"] in self.ids:
            return "CSUCCESS_UNCHANGED"
        self.ids.add(event["messageId"])
        self.touch(config, now)
        at = event["at"]
        if at > now + SKEW:
            self.entries.append(("quarantine", event["messageId"]))
            return "CSUCCESS_ERANGE"
        self.entries.append(("input", event["messageId"]))
        if event["type"] == "track":
            self.events.append((at, event["messageId"], event))
            for kept in self.series.values():
                if kept.defined:
                    kept.had.add(event["messageId"])
        for name, value in sorted(event.get("traits", {}).items()):
            if name in config["attributes"]:
                self.observe(config["attributes"][name], name, value, event)
        for name, value in event.get("personal", {}).items():
            self.observe({"type": "string"}, name, value, event)
        return "CSUCCESS_OK"

    def forget(self, contact):
        self.values = {name: kept for name, kept in self.values.items() if not name.startswith(f"contacts/{contact}/")}

    def observe(self, attribute, name, value, event):
        kept = self.values.get(name)
        stamp = (event["at"], -SOURCES.index(event["source"]) if event.get("source") else -len(SOURCES), hashlib.sha256(event["messageId"].encode()).digest()[:8])
        bad = value is not None and not fits(attribute, value)
        if bad:
            self.entries.append(("quarantine", event["messageId"]))
        fresh = (stamp, value, attribute["type"], bad)
        if kept and bad and not kept[3]:
            return
        if kept and not bad and not kept[3]:
            if not equal(kept, fresh) and (kept[0] > stamp or kept[0][0] == stamp[0]):
                self.entries.append(("conflict", event["messageId"]))
        if not kept or (kept[3] and not bad) or stamp > kept[0]:
            self.values[name] = fresh

    # What is known at a time, as the library shows it.

    def value(self, name, attribute):
        _, value, kind, bad = self.values.get(name, (None, None, None, True))
        if bad or value is None:
            return None
        if kind == attribute["type"]:
            return value
        migrate = attribute.get("migrate")
        return MIGRATIONS[migrate["value"]](value) if migrate and migrate["type"] == kind else None

    def aggregate(self, aggregate, now, got):
        """Right, or missing where it may be."""
        first, last = window(aggregate, now)
        counted = [e for e in self.events if (first is None or e[0] // DAY >= first) and e[0] // DAY <= last]
        truth, kept = compute(aggregate, counted), self.series.get(series_of(aggregate))
        sure = kept is not None and kept.defined and (kept.whole if first is None else kept.sure is None or first >= kept.sure)
        if sure and aggregate.get("offset") and kept.ends is not None and aggregate["offset"] not in kept.ends and kind_of(aggregate) in ("last", "distinct"):
            sure = False  # while windows ended today, what was the last on days before was not needed
        keeps = aggregate.get("migrate", {}).get("keep")
        if close(got, truth) and (got is not None or sure or not keeps):
            return
        if got is None and not sure and not keeps:
            return
        if keeps and not sure:
            return self.partial(aggregate, [e for e in counted if kept and e[1] in kept.had], got)
        raise Wrong(f"{aggregate}: the library {got!r}, here {truth!r} ({'sure' if sure else 'unsure'})")

    def partial(self, aggregate, counted, got):
        """`keep`: what is there, from some day on."""
        days = sorted({at // DAY for at, _, _ in counted})
        could = [compute(aggregate, [e for e in counted if e[0] // DAY >= day]) for day in [*days, 10**9]]
        if not any(close(got, value) for value in could):
            raise Wrong(f"{aggregate}: the library {got!r}, which no beginning gives: {could!r}")


def close(a, b):
    return a is b or (a is not None and b is not None and abs(a - b) <= 1e-9 * max(1, abs(b)))


def equal(a, b):
    return a[2] == b[2] and a[1] == b[1] or a[1] is None and b[1] is None


def fits(attribute, value):
    kind = attribute["type"]
    if kind == "bool":
        return isinstance(value, bool)
    if kind == "string":
        return isinstance(value, str) and ("in" not in attribute or value in attribute["in"])
    return isinstance(value, (int, float)) and not isinstance(value, bool) and attribute.get("min", value) <= value <= attribute.get("max", value)


MIGRATIONS = {"old > 10 ? 'team' : 'free'": lambda old: "team" if old > 10 else "free",
              "old == 'free' ? 1 : old == 'team' ? 20 : 300": lambda old: {"free": 1, "team": 20}.get(old, 300)}
AS_TEXT, AS_NUMBER = MIGRATIONS


# ---- Configurations ----

def number_attribute(migrates):
    return {"type": "number", "min": 0, "max": 1000} | ({"migrate": {"type": "string", "value": AS_NUMBER}} if migrates else {})


def text_attribute(migrates):
    return {"type": "string", "in": PLANS} | ({"migrate": {"type": "number", "value": AS_TEXT}} if migrates else {})


def make_aggregate(rng):
    aggregate = {"event": rng.choice(["order", "login"])}
    kind = rng.choice(["count", "sum", "mean", "min", "max", "first", "last", "distinct"])
    aggregate[kind] = True if kind == "count" else rng.choice(["day", "amount"]) if kind == "distinct" else "amount"
    aggregate["window"] = rng.choice(["P1D", "P7D", "P30D", "P90D", "P1M", "P3M", "month", "quarter", "lifetime"])
    if aggregate["window"] != "lifetime" and rng.random() < 0.25:
        aggregate["offset"] = rng.choice(["P7D", "P30D", "P1M"])
    return aggregate


def make_config(rng):
    return {"attributes": {"seats": number_attribute(False), "plan": text_attribute(False), "vip": {"type": "bool"}},
            "aggregates": {f"g{i}": make_aggregate(rng) for i in range(rng.randrange(1, 5))}}


def changed(rng, config):
    config = json.loads(json.dumps(config))
    aggregates, what = config["aggregates"], rng.choice(["type", "longer", "shorter", "add", "remove", "trait"])
    if what == "type":
        name = rng.choice(["seats", "plan"])
        make = text_attribute if config["attributes"].get(name, {}).get("type") == "number" else number_attribute
        config["attributes"][name] = make(rng.random() < 0.6)
    elif what == "trait":
        config["attributes"].pop("vip", None) or config["attributes"].update(vip={"type": "bool"})
    elif what == "add" or not aggregates:
        aggregates[f"n{rng.randrange(10**6)}"] = make_aggregate(rng)
    elif what == "remove":
        del aggregates[rng.choice(sorted(aggregates))]
    else:
        one = aggregates[rng.choice(sorted(aggregates))]
        one.pop("offset", None)
        one["window"] = rng.choice(["P90D", "P3M", "P200D"] if what == "longer" else ["P1D", "P3D"])
        if rng.random() < 0.3:
            one["migrate"] = {"keep": True}
    return config


def shown(name, attribute):
    """An expression that has a number for each value."""
    if attribute["type"] == "bool":
        return f"{name} ? 1 : 2"
    return name if attribute["type"] == "number" else " : ".join(f"{name} == '{p}' ? {i + 1}" for i, p in enumerate(PLANS)) + " : 9"


def as_number(attribute, value):
    if value is None:
        return None
    return {"bool": lambda: 1 if value else 2, "string": lambda: PLANS.index(value) + 1, "number": lambda: value}[attribute["type"]]()


def document(config):
    parts = {name: {"value": shown(name, attribute), "points": {"linear": [[0, 0], [1000, 100]]}} for name, attribute in config["attributes"].items()}
    parts |= {name: {"value": name, "points": {"linear": [[0, 0], [1000, 100]]}} for name in config["aggregates"]}
    return json.dumps({"csuccess": 1, "sources": {s: {} for s in SOURCES}, "attributes": config["attributes"] | {"nick": {"type": "string"}}, "aggregates": config["aggregates"],
                       "records": {"contacts": {"max": 5, "of": {"email": {"type": "string"}, "age": {"type": "number", "max": 150}}}},
                       "policies": {"clock_leap": "P400D"}, "privacy": {"purposes": {"service": {"requires": "nothing"}}},
                       "health": {"profiles": {"default": {"score": {"combine": "sum", "of": parts}, "bands": {"good": {"from": 50}, "poor": {}},
                                                           "alerts": {"said": {"when": "health.raw > 0.2", "message": "{{nick}}",
                                                                               "notify": {"first": {"channel": "mail", "contact": "ada"}}}}}}},
                       "channels": {"mail": {"cost": 2, "budget": {"limit": 3, "per": "month"}}}})


# ---- Scripts ----

class Script:
    """Operations as the program is told them, and for each what it must say."""

    def __init__(self, rng):
        self.rng, self.lines, self.checks, self.now = rng, [], [], START * DAY + rng.randrange(DAY)
        self.configs, self.customers, self.number = [make_config(rng)], {c: Customer() for c in ("acme", "zenith")}, 0
        self.words = collections.defaultdict(list)
        self.ask({"op": "open", "document": document(self.config)})

    @property
    def config(self):
        return self.configs[-1]

    def ask(self, line, check=None):
        self.lines.append(line)
        self.checks.append(check)

    def word(self, whose):
        """A personal text; which must be gone when `whose` is erased."""
        self.number += 1
        word = f"qz{self.number}x{self.rng.randrange(10**9)}"
        self.words[whose].append(word)
        return word

    def event(self, customer):
        rng = self.rng
        at = self.now - rng.choice([0, 0, 1000, rng.randrange(DAY), rng.randrange(40 * DAY), rng.randrange(300 * DAY)])
        if rng.random() < 0.05:
            at = self.now + rng.choice([300000, SKEW, SKEW + 1, 40 * DAY])
        self.number += 1
        event = {"messageId": f"m{self.number}", "groupId": customer, "at": at, "timestamp": iso(at)}
        if rng.random() < 0.4:
            event["source"] = rng.choice(SOURCES)
        pick = rng.random()
        if pick < 0.55:
            event |= {"type": "track", "event": rng.choice(["order", "order", "login", "other"]), "properties": {"amount": rng.randrange(2000) / 4} if rng.random() < 0.9 else {}}
            if rng.random() < 0.3:
                event["userId"] = "ada"
                event["properties"]["note"] = self.word((customer, "ada"))
        elif pick < 0.85:
            event |= {"type": "group", "traits": self.traits()}
        else:
            event |= self.personal(customer)
        return event

    def traits(self):
        rng, traits = self.rng, {}
        for name in ("seats", "plan", "vip"):
            if rng.random() < 0.6:
                traits[name] = rng.choice([None, True, False, rng.randrange(1200), rng.randrange(30), *PLANS, *PLANS, "gold"])
        return traits

    def personal(self, customer):
        rng = self.rng
        contact = rng.choice(["ada", "bob"])
        word = self.word((customer, contact))
        way = rng.randrange(4)
        if way == 0:
            return {"type": "identify", "userId": contact, "said": {"email": word}, "personal": {f"contacts/{contact}/email": word}}
        if way == 1:
            return {"type": "record", "properties": {"collection": "contacts", "id": contact, "email": word}, "personal": {f"contacts/{contact}/email": word}}
        if way == 2:
            return {"type": "touchpoint", "event": "call", "userId": contact, "properties": {"notes": word}}
        self.words[customer].append(word)
        self.words[customer, contact].remove(word)
        return {"type": "group", "said": {"nick": word}, "personal": {"nick": word}}

    @staticmethod
    def text(event):
        text = {k: v for k, v in event.items() if k not in ("at", "said", "personal")}
        return json.dumps(text | ({"traits": event["said"]} if "said" in event else {}))

    def ingest(self, events):
        wanted = [self.customers[e["groupId"]].apply(self.config, self.now, e) for e in events]
        bad = any(w == "CSUCCESS_ERANGE" for w in wanted)
        self.ask({"op": "ingest", "now": self.now, "events": [self.text(e) for e in events]},
                 lambda answer: (same("results", [w if g == "CSUCCESS_UNCHANGED" and w == "CSUCCESS_OK" and e["type"] != "track" else g for g, w, e in zip(answer["results"], wanted, events)], wanted), same("the call", answer["result"], "CSUCCESS_UNDECIDED" if bad else "CSUCCESS_OK")))

    def look(self):
        """Every value of every customer."""
        for name, customer in self.customers.items():
            if customer.began:
                self.ask({"op": "score", "now": self.now, "customer": name}, self.compare_values(name, customer, self.config, self.now))

    def compare_values(self, name, customer, config, now):
        wanted = {a: as_number(attribute, customer.value(a, attribute)) for a, attribute in config["attributes"].items()}
        shadow = Customer()
        shadow.__dict__ = {**customer.__dict__, "series": {k: v for k, v in customer.series.items()}}
        shadow.series = {k: clone(v) for k, v in customer.series.items()}
        shadow.events = list(customer.events)
        if shadow.config is not config:
            shadow.redefine(config, now)

        def check(answer):
            same("score", answer["result"], "CSUCCESS_OK")
            parts = json.loads(answer["text"])["health"]["components"]
            for attribute, value in wanted.items():
                same(f"{name}.{attribute} at {iso(now)}", parts[attribute]["value"], value)
            for aggregate, definition in config["aggregates"].items():
                shadow.aggregate(definition, now, parts[aggregate]["value"])
        return check

    def run(self, days):
        """Time goes on, and what comes due on the way is done; once in a while nobody looks."""
        before, self.now = self.now, self.now + self.rng.randrange(1, days * DAY)
        if self.rng.random() < 0.8:
            for customer in self.customers.values():
                if customer.began:
                    customer.unsure(self.config, before, self.now)
            self.ask({"op": "run", "from": before, "now": self.now}, lambda answer: same("run", answer["result"], "CSUCCESS_OK"))

    def configure(self):
        self.configs.append(self.rng.choice(self.configs) if self.rng.random() < 0.3 else changed(self.rng, self.config))
        self.ask({"op": "config", "document": document(self.config)}, lambda answer: same("config", answer["result"], "CSUCCESS_OK"))

    def history(self):
        """The whole store: entries, chains."""
        expected = {name: list(customer.entries) for name, customer in self.customers.items() if customer.began}

        def check(answer):
            store = json.loads(answer["text"])[0]
            for name, wanted in expected.items():
                mine = [e for e in store["entries"] if e["customer"] == name]
                # What a channel said of a message comes back as an input, which is the engine's own.
                told = [e for e in mine if e["kind"] in ("input", "quarantine", "conflict") and not is_delivery(e)]
                same(f"entries of {name}", [(e["kind"], e["cause"]) for e in told], wanted)
                check_chain(name, mine, next(bytes.fromhex(r["body"]["hex"]) for r in store["records"] if r["kind"] == 2 and r["id"] == name))
                check_changes(mine)
        self.ask({"op": "dump"}, check)
        self.ask({"op": "verify", "now": self.now}, lambda answer: same("verify", (answer["result"], json.loads(answer["text"])["bad"]), ("CSUCCESS_OK", [])))

    def erase(self, customer, contact=""):
        gone = list(self.words[customer, contact]) if contact else [w for k, words in self.words.items() if k == customer or k[0] == customer for w in words]
        if not self.customers[customer].began:
            return
        self.ask({"op": "erase", "now": self.now, "customer": customer, "contact": contact}, lambda answer: same("erase", answer["result"], "CSUCCESS_OK"))
        if contact:
            self.customers[customer].forget(contact)
        else:
            self.customers[customer] = Customer()
            gone.append(customer)

        def check(answer):
            for store in json.loads(answer["text"]):
                for record in store["records"]:
                    if record["kind"] == 3:
                        record["body"] = ""
                text = json.dumps(store)
                for word in gone:
                    if word in text or word.encode().hex() in text:
                        raise Wrong(f"{word!r} is left of {customer}/{contact}")
                for pseudonym in {e["customer"] for e in store["entries"]} - set(self.customers):
                    mine = [e for e in store["entries"] if e["customer"] == pseudonym]
                    same("bodies", [e["body"] for e in mine], [None] * len(mine))
                    same("subjects", {e["subject"] for e in mine}, {""})
                    check_links(mine, bytes.fromhex(pseudonym[:32]))
        self.ask({"op": "dump"}, check)
        self.ask({"op": "verify", "now": self.now}, lambda answer: same("verify", (answer["result"], json.loads(answer["text"])["bad"]), ("CSUCCESS_OK", [])))


def clone(kept):
    out = Kept(None)
    out.__dict__ = dict(kept.__dict__)
    return out


def unsure(self, config, before, now):
    """Steps may have come on every day between."""
    for at in (before, now):
        self.touch(config, at)


Customer.unsure = unsure


# ---- Chains ----

def check_links(entries, pseudonym):
    previous = bytes(32)
    for i, entry in enumerate(entries, 1):
        same("seq", entry["seq"], i)
        commitment = bytes.fromhex(entry["commitment"])
        previous = chain.link(previous, pseudonym, entry, commitment)
        same(f"digest {i}", entry["digest"], previous.hex())
    return previous


def check_chain(name, entries, secret):
    check_links(entries, chain.mac(secret, b"csuccess/pseudonym/1")[:16])
    for entry in entries:
        if entry["body"] is not None:
            same(f"commitment of {name}/{entry['seq']}", entry["commitment"], chain.mac(secret, entry["body"].encode()).hex())


def check_changes(entries):
    """Each change of health begins where the one before ended, and is one."""
    before = None
    for entry in entries:
        if entry["kind"] == "health" and entry["body"] is not None:
            body = json.loads(entry["body"])
            same("health before", body["before"] and body["before"]["raw"], before)
            if body["before"] == body["after"]:
                raise Wrong(f"no change: {entry['body']}")
            before = body["after"]["raw"]


# ---- Running ----

def run(program, lines):
    done = subprocess.run([program], input="".join(json.dumps(line) + "\n" for line in lines), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Wrong(f"the program ended with {done.returncode}: {done.stderr[-500:]}")
    return [json.loads(line) for line in done.stdout.splitlines()]


def random_script(rng):
    script = Script(rng)
    for _ in range(rng.randrange(4, 14)):
        events = [script.event(rng.choice(sorted(script.customers))) for _ in range(rng.randrange(1, 9))]
        if rng.random() < 0.3:
            events.append(dict(rng.choice(events)))
        script.ingest(events)
        script.look()
        if rng.random() < 0.7:
            script.run(rng.choice([1, 3, 40]))
            script.look()
        if rng.random() < 0.4:
            script.configure()
            script.look()
    script.history()
    script.erase("acme", rng.choice(["ada", "bob"]))
    script.look()
    script.erase("acme", "ada")
    script.erase("acme", "bob")
    script.erase("acme")
    script.ingest([script.event("acme"), script.event("zenith")])
    script.look()
    script.erase("zenith")
    return script


def check_script(program, rng):
    script = random_script(rng)
    answers = run(program, script.lines)
    for i, (line, check, answer) in enumerate(zip(script.lines, script.checks, answers, strict=True)):
        try:
            if check:
                check(answer)
            else:
                same(line["op"], answer["result"], "CSUCCESS_OK")
        except (Wrong, KeyError, TypeError) as wrong:
            raise Wrong(f"operation {i}, {line['op']}: {wrong!r}, {answer.get('message', '')}") from wrong
    return len(script.lines)


def is_delivery(entry):
    return bool(entry["body"]) and json.loads(entry["body"]).get("type") == "delivery"


def decisions(answer):
    """Kinds and bodies. Budgets are everybody's and no matter of a replay: what one held counts as sent."""
    out, held = collections.Counter(), set()
    for entry in json.loads(answer["text"])[0]["entries"]:
        kind, body = entry["kind"], json.loads(entry["body"])
        if entry["customer"] != "acme" or kind in ("input", "definition", "quarantine", "delivery") or (kind in ("held", "message") and body["id"] in held):
            continue
        if kind == "held" and body["guard"] == "budget":
            held.add(body["id"])
            kind, body = "message", {k: v for k, v in body.items() if k not in ("guard", "until", "reason")}
        out[kind, json.dumps(body)] += 1
    return out


def check_replay(program, rng):
    """What a replay says differs is what a fresh start under the other configuration differs by, and nothing differs under the same. What comes due is done when it is due, in both."""
    script = Script(rng)
    other = script.config if rng.random() < 0.3 else changed(rng, changed(rng, changed(rng, script.config)))
    for turn in range(rng.randrange(1, 6)):
        if turn:
            before, script.now = script.now, script.now + rng.randrange(1, 3 * DAY)
            script.ask({"op": "run", "from": before, "now": script.now})
        script.ingest([script.event("acme") for _ in range(6)])
    lines = [*script.lines, {"op": "dump"}, {"op": "replay", "now": script.now, "customer": "acme", "document": document(other)}]
    *_, was, told = run(program, lines)
    *_, would = run(program, [{"op": "open", "document": document(other)}, *script.lines[1:], {"op": "dump"}])
    if told["result"] != "CSUCCESS_OK":
        raise Wrong(f"replay: {told}")
    if not script.customers["acme"].began:
        return 0
    differences = json.loads(told["text"])["differences"]
    if other is script.config:
        same("under the same configuration", differences, [])
    normal, wanted = decisions(was), decisions(would)
    for difference in differences:
        if difference["was"] is not None:
            normal[difference["kind"], json.dumps(difference["was"])] -= 1
        if difference["would"] is not None:
            normal[difference["kind"], json.dumps(difference["would"])] += 1
    same("replay", +normal - wanted, collections.Counter())
    same("replay", wanted - +normal, collections.Counter())
    return len(lines)


def check_batching(program, rng):
    """However inputs are handed in together, the same bytes come of them: the state, the chain, messages."""
    script = Script(rng)
    for _ in range(rng.randrange(2, 8)):
        script.ingest([script.event("acme") for _ in range(rng.randrange(1, 9))])
        if rng.random() < 0.5:
            script.run(5)
        if rng.random() < 0.3:
            script.configure()
    apart = []
    for line in script.lines:
        pieces = [[event] for event in line["events"]] if line["op"] == "ingest" else []
        while len(pieces) > 2 and rng.random() < 0.5:
            at = rng.randrange(len(pieces) - 1)
            pieces[at:at + 2] = [pieces[at] + pieces[at + 1]]
        apart += [line | {"events": piece} for piece in pieces] or [line]
    stores = []
    for lines in (script.lines, apart):
        store = json.loads(run(program, [*lines, {"op": "dump"}])[-1]["text"])
        for record in (record for tenant in store for record in tenant["records"]):
            del record["revision"]  # how many commits there were
        stores.append(store)
    for part in stores[0][0] if stores[0] else ():
        same(f"{part} by batching", stores[1][0][part], stores[0][0][part])
    return len(apart)


CHECKS = (check_script, 1), (check_replay, 3), (check_batching, 3)  # every so many scripts


def main(program, scripts="150", seed="1"):
    operations, bad = 0, 0
    for i in range(int(scripts)):
        for check, every in CHECKS:
            if i % every:
                continue
            try:
                operations += check(program, random.Random(f"{seed}/{i}/{check.__name__}"))
            except Wrong as wrong:
                bad += 1
                if bad <= 10:
                    print(f"{check.__name__} {i}: {wrong}")
    print(f"{scripts} scripts, {operations} operations, {bad} complaints")
    return 1 if bad or not operations else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
