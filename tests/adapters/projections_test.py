# SPDX-License-Identifier: Apache-2.0
"""The tables for SQL of the SQLite store, read by Python's sqlite3, against a plain model of the entries: projections_test.py SQLITE_SCRIPT"""
import datetime
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

DAY = 86_400_000
START = 1_769_817_600_000
HOSTILE = ["", "{", "[]", "null", "7", '"text"', "{}", '{"after":7}', '{"after":[1,2]}', '{"after":null,"before":[]}', '{"alert":null,"state":"open"}',
           '{"state":"resolved"}', "\u00e4{", '{"after":{"score":}}', "[" * 3000, '{"contact":null}', '{"score":1,"score":2}']
SUBSCRIPTION = ("subscription", "change", "movement", "effective", "product", "currency", "before", "after", "amount", "reason")
KINDS = ["health", "churn", "alert", "override", "consent", "held", "input", "quarantine", "migration", "erased", "subscription", "outcome", "something-new", "message", "delivery",
         "journey", "journey", "task", "milestone", "segment", "playbook"]
ENDS = ("completed", "exited", "failed")


class Entries:
    """What is written, and what should be read of it."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.rows = []  # (customer, seq, at, kind, cause, subject, body text)
        self.seqs = {}

    def body(self, kind):
        r = self.random
        if kind == "health":
            side = lambda: {"raw": r.randrange(0, 1000) / 8, "score": r.randrange(101), "status": r.choice(["healthy", "warning"]), "profile": "standard"}
            return {"before": side(), "after": {**side(), "completeness": 0.5, "trend": r.choice(["improving", "stable"])}}
        if kind == "churn":
            side = lambda: {"probability": r.randrange(100) / 128, "level": r.choice(["low", "high"])}
            return {"before": side(), "after": {**side(), "source": "model", "model": "churn-2"}}
        if kind == "alert":
            return {"alert": r.choice(["usage_low", "nps_drop"]), "key": r.choice(["usage", None]), "severity": r.choice(["low", "high"]), "tier": r.choice([None, "t1", "t2"]),
                    "state": r.choice(["open", "acknowledged", "snoozed", "resolved", "cleared"]), "occurrence": r.randrange(1, 9), "cause": "i1"}
        if kind == "consent":
            return {"contact": r.choice(["ann", "bob"]), "purpose": "marketing", "channel": r.choice(["email", "sms"]), "granted": r.random() < 0.5}
        if kind == "held":
            return {"id": "ab" * 32, "channel": "email", "contact": "ann", "definition": "alert/usage_low", "purpose": "service", "guard": "quiet_hours",
                    "until": "2026-02-01T00:00:00Z"}
        if kind == "override":
            return {"score": r.randrange(100), "status": None, "reason": "they called", "expires_at": "2026-03-01T00:00:00Z", **r.choice([{}, {"expired": True}, {"removed": True}])}
        if kind == "subscription":
            return {"subscription": "s1", "change": "amended", "movement": "expansion", "effective": "2026-02-01T00:00:00Z", "product": "pro", "currency": "EUR",
                    "before": 1200, "after": 1500.5, "amount": 300.5, "reason": "seats"}
        if kind == "outcome":
            return {"outcome": r.choice(["churned", "renewed"]), "effective": "2026-02-01T00:00:00Z", "reason": "price", "amount": r.randrange(5000)}
        if kind == "input":
            return {"type": r.choice(["track", "subscription_renewed", "touchpoint"]), "event": r.choice(["renewed", "call"]), "messageId": str(r.random()), "userId": "ann", "properties": {"amount": r.randrange(9)}}
        return self.of_flow(kind)

    def of_flow(self, kind):
        r = self.random
        later = lambda: r.choice([None, f"2026-02-{r.randrange(10, 28)}T08:00:00Z"])
        if kind == "journey":
            event = r.choice(["enrolled", "step", "step", "step", "moved", "paused", "resumed", "refused", *ENDS])
            step = {} if event in ENDS or event == "enrolled" else {"step": r.choice("abc"), "type": "wait"}
            way = {} if event in ("enrolled", "refused") else {"from": r.choice("abc"), **r.choice([{}, {"way": "next"}, {"how": "goal"}, {"how": "event", "by": "churned"}])}
            return {"journey": r.choice(["onboarding", "renewal"]), "number": r.randrange(1, 3), "event": event, **step, **way, **({"success": r.random() < 0.5} if event in ENDS else {})}
        if kind == "task":
            return {"task": r.choice("abcdef") * 8, "event": "something", "state": r.choice(["pending", "completed"]), "kind": "call", "title": r.choice(["Call", "Write"]), "priority": "low",
                    "role": "csm", "owner": r.choice([None, "ann"]), "definition": "playbook/p", "step": "s", "instance": "i", "outcome": r.choice([None, "successful"]),
                    "starts_at": later(), "due_at": later(), "ended_at": later(), "snoozed_until": later(), "minutes": r.choice([None, 30])}
        if kind == "milestone":
            return {"milestone": "setup", "change": r.choice(["achieved", "overdue", "revoked"]), "achieved_at": later(), "days_to_achieve": 4.5, "times": 1, "target_at": later(),
                    "critical_path": True, "threshold": r.choice([None, 100]), "reason": r.choice([None, "seen"])}
        if kind == "segment":
            return {"segment": r.choice(["low", "large"]), "change": r.choice(["entered", "left"]), "times": 1, "by": r.choice(["condition", "person"])}
        if kind == "playbook":
            return {"playbook": "help", "instance": r.choice("abc") * 8, "state": r.choice(["started", "again", "completed", "cancelled", "measured"]), "record": r.choice([None, "r1"]), "by": "trigger",
                    "reason": "low use", "category": "adoption", "priority": "high", "started_at": later(), "ended_at": later(), "success": r.choice([None, "met"]), "success_within": "missed"}
        return {"anything": r.random()}

    def add(self):
        customer = f"c{self.random.randrange(6)}"
        kind = self.random.choice(KINDS)
        seq = self.seqs[customer] = self.seqs.get(customer, 0) + 1
        at = START + len(self.rows) * DAY // 7 - (10**15 if self.random.random() < 0.01 else 0)
        text = self.random.choice(HOSTILE) if self.random.random() < 0.15 else json.dumps(self.body(kind), separators=(",", ":"))
        self.rows.append((customer, seq, at, kind, f"cause-{seq}", self.random.choice(["", "ann", "bob"]), text))


def read(text):
    """The body as SQLite sees it; None: it is no JSON."""
    try:
        return json.loads(text) if text.count("[") < 1000 else None
    except ValueError:
        return None


def at(value, path):
    """What a column shows: numbers and texts as they are, flags as 0 and 1, lists and objects as JSON."""
    for key in path.split("."):
        value = value.get(key) if isinstance(value, dict) else None
    if isinstance(value, (list, dict)):
        return json.dumps(value, separators=(",", ":"))
    return int(value) if isinstance(value, bool) else value


def when(text):
    """A time of a body as tables have it: milliseconds."""
    return round(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp() * 1000) if text else None


def day(ms):
    number = ms // DAY
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=number)).isoformat() if number > -700_000 else None


TASK = ("title", "kind", "priority", "state", "outcome", "owner", "role", "definition", "step", "instance", "starts_at", "due_at", "snoozed_until", "created_at", "ended_at", "minutes")
RUN = ("playbook", "record", "state", "by", "reason", "category", "priority", "started_at", "ended_at", "success", "success_within")
TIMES = {"starts_at", "due_at", "snoozed_until", "ended_at", "started_at", "achieved_at", "target_at"}


class Flow:
    """Journeys, tasks, milestones, segments and playbooks, entry by entry."""

    def __init__(self):
        self.enrollments, self.steps, self.tasks, self.milestones, self.members, self.runs = ({} for _ in range(6))

    def take(self, kind, customer, seq, ms, get):
        get_ = lambda name: when(get(name)) if name in TIMES else get(name)
        if kind == "journey" and get("journey") is not None and get("number") is not None:
            self.journey((customer, get("journey"), get("number")), seq, ms, get)
        elif kind == "task" and get("task") is not None:
            now = {name: ms if name == "created_at" else get_(name) for name in TASK}
            was = self.tasks.setdefault((customer, get("task")), now)
            was.update({name: now[name] for name in ("title", "state", "outcome", "owner", "due_at", "snoozed_until", "ended_at", "minutes")})
        elif kind == "milestone":
            names = ("milestone", "change", "threshold", "achieved_at", "days_to_achieve", "times", "target_at", "critical_path", "reason")
            self.milestones[customer, seq] = (ms, *map(get_, names))
        elif kind == "segment" and get("segment") is not None:
            if get("change") == "entered":
                self.members[customer, get("segment"), seq] = [ms, None, get("by"), None]
            if get("change") == "left":
                for key, row in self.members.items():
                    if key[:2] == (customer, get("segment")) and row[1] is None:
                        row[1], row[3] = ms, get("by")
        elif kind == "playbook" and get("instance") is not None:
            now = {name: get_(name) for name in RUN}
            was = self.runs.get((customer, get("instance")))
            if was is None:
                self.runs[customer, get("instance")] = now
                return
            if now["state"] in ("completed", "cancelled"):
                was["state"] = now["state"]
            was.update({name: now[name] for name in ("ended_at", "success", "success_within")})

    def journey(self, key, seq, ms, get):
        event = get("event")
        ends, first = event in ENDS, lambda *names: next((get(name) for name in names if get(name) is not None), None)
        if event != "refused":
            row = self.enrollments.setdefault(key, [None, None, ms, None, None, None, None])
            step = first("step", "from")
            row[0] = "active" if event in ("enrolled", "step", "moved", "resumed") else event
            row[1] = row[1] if step is None else step
            row[3:] = [ms if ends else None, first("by", "how") if ends else None, get("success"), get("reason")]
        if event in ("step", "moved") or ends:
            for at, row in self.steps.items():
                if at[:3] == key and row[3] is None:
                    row[3:] = [ms, first("way", "how"), get("step")]
        if event in ("step", "moved") and get("step") is not None:
            self.steps[*key, seq] = [get("step"), get("type"), ms, None, None, None]

    def tables(self):
        return {
            "SELECT customer, journey, number, state, step, enrolled_at, ended_at, outcome, success, reason FROM enrollments": [(*k, *v) for k, v in self.enrollments.items()],
            "SELECT customer, journey, number, seq, step, type, entered_at, left_at, way, next FROM journey_steps": [(*k, *v) for k, v in self.steps.items()],
            f"SELECT customer, task, {', '.join(TASK)} FROM tasks": [(*k, *v.values()) for k, v in self.tasks.items()],
            "SELECT customer, seq, at, milestone, change, threshold, achieved_at, days, times, target_at, critical_path, reason FROM milestones":
                [(*k, *v) for k, v in self.milestones.items()],
            'SELECT customer, segment, seq, entered_at, left_at, "by", left_by FROM segment_members': [(*k, *v) for k, v in self.members.items()],
            "SELECT customer, instance, " + ", ".join(f'"{name}"' for name in RUN) + " FROM playbook_runs": [(*k, *v.values()) for k, v in self.runs.items()],
        }


def model(rows):
    """Every projection as a sorted list of tuples, computed entry by entry in plain Python."""
    health, churn, alerts, overrides, consents, holds, subscriptions, outcomes, touchpoints = ({} for _ in range(9))
    flow = Flow()
    for customer, seq, ms, kind, cause, subject, text in rows:
        body = read(text) if text else None
        if text == "" or (body is None and text != "null"):
            continue
        get = lambda path: at(body, path)
        if kind == "health":
            key = (customer, ms // DAY)
            previous = health[key][4] if key in health else get("before.score")
            health[key] = (ms, get("after.raw"), get("after.score"), get("after.status"), previous, get("after.trend"), get("after.profile"), get("after.completeness"))
        elif kind == "churn":
            churn[customer, seq] = (ms, get("after.probability"), get("after.level"), get("before.probability"), get("before.level"), get("after.source"), get("after.model"))
        elif kind == "alert" and get("alert") is not None:
            key = (customer, get("alert"), get("occurrence") or 0)
            row = alerts.setdefault(key, [get("key"), None, None, None, get("cause"), ms, None, None])
            row[1], row[2], row[3] = get("severity"), row[2] if get("tier") is None else get("tier"), get("state")
            row[6], row[7] = ms, ms if get("state") in ("resolved", "cleared") else None
        elif kind == "override":
            ended = "expired" if get("expired") else "removed" if get("removed") else None
            overrides[customer, seq] = (ms, get("score"), get("status"), get("reason"), when(get("expires_at")), ended)
        elif kind == "consent":
            contact = get("contact") if get("contact") is not None else subject
            consents[customer, contact, get("purpose") or "", get("channel") or ""] = (get("granted"), ms)
        elif kind == "held":
            holds[customer, seq] = (ms, *map(get, ("id", "channel", "contact", "definition", "purpose", "guard", "reason")), when(get("until")))
        elif kind == "subscription":
            subscriptions[customer, seq] = (ms, *(when(get(name)) if name == "effective" else get(name) for name in SUBSCRIPTION))
        elif kind == "outcome":
            outcomes[customer, seq] = (ms, get("outcome"), when(get("effective")), *map(get, ("amount", "reason")))
        elif kind == "input" and get("type") == "touchpoint":
            touchpoints[customer, seq] = (ms, get("userId"), get("event"), get("properties"))
        else:
            flow.take(kind, customer, seq, ms, get)
    return {
        **flow.tables(),
        "SELECT customer, day, at, raw, score, status, previous, trend, profile, completeness FROM health_scores":
            [(c, day(d * DAY), *v) for (c, d), v in health.items()],
        "SELECT customer, seq, at, probability, level, previous_probability, previous_level, source, model FROM churn_predictions": [(*k, *v) for k, v in churn.items()],
        "SELECT customer, alert, occurrence, key, severity, tier, state, cause, raised_at, state_at, closed_at FROM alerts": [(*k, *v) for k, v in alerts.items()],
        "SELECT customer, seq, at, score, status, reason, expires_at, ended FROM overrides": [(*k, *v) for k, v in overrides.items()],
        "SELECT customer, contact, purpose, channel, granted, at FROM consents": [(*k, *v) for k, v in consents.items()],
        "SELECT customer, at, message, channel, contact, definition, purpose, guard, reason, until FROM interventions WHERE state = 'held'": [(k[0], *v) for k, v in holds.items()],
        'SELECT customer, seq, at, subscription, change, movement, effective, product, currency, "before", "after", amount, reason FROM subscriptions':
            [(*k, *v) for k, v in subscriptions.items()],
        "SELECT customer, seq, at, outcome, effective, amount, reason FROM outcomes": [(*k, *v) for k, v in outcomes.items()],
        "SELECT customer, seq, at, contact, name, properties FROM touchpoints": [(*k, *v) for k, v in touchpoints.items()],
    }


def compare(file, rows, what):
    bad = 0
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    expected = model(rows)
    customers = {}
    for customer, seq, ms, *_ in rows:
        customers.setdefault(customer, [ms, ms])[1] = ms
    expected["SELECT customer, first_at, last_at FROM customers"] = [(c, *v) for c, v in customers.items()]
    expected["SELECT customer, seq, at, kind, cause, coalesce(subject, ''), body FROM audit"] = rows
    for sql, wanted in expected.items():
        found = sorted(database.execute(sql).fetchall(), key=repr)
        wanted = sorted((tuple(row) for row in wanted), key=repr)
        if found != wanted or not wanted:
            bad += 1
            print(f"{what}: {sql}: {len(found)} rows, expected {len(wanted)}")
            print("  only found:   ", [row for row in found if row not in wanted][:3])
            print("  only expected:", [row for row in wanted if row not in found][:3])
    database.close()
    return bad


def do(program, file, lines, *flags):
    done = subprocess.run([program, file, *flags], input="".join(line + "\n" for line in lines), text=True, capture_output=True, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{program}: {done.stderr}{done.stdout}")


def line(row):
    return "\t".join(["entry", *map(str, row)])


def last_of(file):
    """The newest score and probability of each customer stand in `customers`."""
    database = sqlite3.connect(file)
    bad = database.execute("""SELECT count(*) FROM customers c WHERE
        score IS NOT (SELECT score FROM health_scores h WHERE h.customer = c.customer ORDER BY day DESC LIMIT 1) OR
        probability IS NOT (SELECT probability FROM churn_predictions p WHERE p.customer = c.customer ORDER BY seq DESC LIMIT 1)""").fetchone()[0]
    database.close()
    return bad


def main(program):
    bad = 0
    with tempfile.TemporaryDirectory(dir=".") as folder:
        entries = Entries(4)
        for _ in range(1200):
            entries.add()
        rows = entries.rows
        live, bare = Path(folder, "live.db"), Path(folder, "bare.db")
        do(program, live, map(line, rows))
        bad += compare(live, rows, "as they came") + last_of(live)
        do(program, live, ["rebuild"])
        bad += compare(live, rows, "made anew")
        do(program, bare, [*map(line, rows), "rebuild"], "bare")
        bad += compare(bare, rows, "made later")
        do(program, live, ["erase\tc1\tann\t", "erase\tc2\t\tpseudonym", "message\tc3\t" + "ab" * 32 + "\t5\temail\talert/x"])
        left = [row for row in rows if row[0] != "c2" and not (row[0] == "c1" and row[5] == "ann")]
        for again in ("erased", "erased and made anew"):
            database = sqlite3.connect(live)
            found = {sql: sorted(database.execute(sql).fetchall(), key=repr) for sql in model(left)}
            wanted = {sql: sorted(map(tuple, want), key=repr) for sql, want in model(left).items()}
            bad += sum(print(f"{again}: {sql}") or 1 for sql in wanted if wanted[sql] != found[sql])
            kept = database.execute("SELECT count(*), count(body), count(subject) FROM audit WHERE customer = 'pseudonym'").fetchone()
            bad += kept != (sum(row[0] == "c2" for row in rows), 0, 0)
            bad += database.execute("SELECT customer, message, channel, definition, state, at FROM interventions WHERE state = 'waiting'").fetchall() != [
                ("c3", "ab" * 32, "email", "alert/x", "waiting", 5)]
            database.close()
            do(program, live, ["rebuild"])
    print(f"{len(rows)} entries, {bad} differences")
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1]).resolve()))
