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
         "journey", "journey", "task", "milestone", "segment", "playbook", "intervention", "intervention", "campaign", "campaign", "approval", "offer", "opportunity",
         "opportunity", "selection", "exposure", "sentiment", "automation"]
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
        if kind == "outcome" and r.random() < 0.5:
            return {"experiment": r.choice(["save", "global"]), "arm": "a", "unit": "u", "outcome": r.choice([True, False, None])}
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
        return self.of_intervene(kind)

    def of_intervene(self, kind):
        r = self.random
        later = lambda: r.choice([None, f"2026-02-{r.randrange(10, 28)}T08:00:00Z"])
        some = lambda *values: r.choice([None, *values])
        if kind == "intervention":
            first = {"type": "email", "expected_value": 12.5, "uplift": 0.04, "source": "prior"} if r.random() < 0.5 else {}
            return {"change": "something", "execution": r.choice("abc") * 8, "intervention": "checkin", "programme": "campaign/x", "step": some("a"), "channel": r.choice(["email", "in_app"]),
                    "contact": some("ann"), "owner": some("csm"), "task": some("t"), "state": r.choice(["scheduled", "completed"]), "outcome": some("successful"), "response": some("positive"),
                    "health": 40, "health_after": some(50), "value_at_stake": 5000, "cost": r.randrange(100), "satisfaction": some(4), "minutes": some(30), "started_at": later(), "due_at": later(),
                    "ended_at": later(), "success": some("reached", "missed"), **first}
        if kind == "campaign":
            change = r.choice(["started", "action", "action", "judged", "ended", "escalated", "refused"])
            return {"change": change, "run": r.choice("abc") * 8, "campaign": "spring", "times": 1, "by": some("condition", "recovered"), "state": r.choice(["left", "denied", "completed"]),
                    "success": some("met"), "probability": some(0.5), "impact": some(0.1)}
        if kind == "approval":
            return {"change": r.choice(["requested", "approved", "rejected"]), "approval": r.choice("abc") * 8, "for": "offer/save", "rule": "big", "approver": r.choice(["chairman", "board"]),
                    "by": some("ada"), "reasoning": some("it is right"), "programme": some("intervention/x"), "step": some("s"), "cost": 5, "value": some(7), "expected_value": some(1.5), "expires": later()}
        if kind == "offer":
            return {"change": r.choice(["made", "accepted", "expired"]), "offer": "save", "id": r.choice("abc") * 8, "type": "discount", "value": 1200, "months": some(12), "expires": later(),
                    "execution": some("e")}
        if kind == "opportunity":
            return {"change": r.choice(["opened", "changed", "held", "closed"]), "opportunity": r.choice(["users", "storage"]), "type": "expansion", "value": some(9.5), "probability": r.choice([0.5, 0.75]),
                    "timing": "urgent", "trigger": some("limit"), "action": some("call"), "rank": some(1, 2), "recommend": some("pro")}
        if kind == "selection":
            group = lambda: {"guard": "caps", "reason": "daily", "until": later(), "of": ["campaign/x/a"], **({"more": 3} if r.random() < 0.3 else {})}
            return {"sent": ["ab"], "held": [group() for _ in range(r.randrange(3))], "denied": [group() for _ in range(r.randrange(2))]}
        if kind == "exposure":
            return {"experiment": r.choice(["save", "global"]), "arm": r.choice("ab"), "unit": "u", "probability": 0.5, "definition": "campaign/x", **r.choice([{}, {"held": True}])}
        if kind == "sentiment":
            return r.choice([{"score": -0.5, "label": "negative", "confidence": 0.5, "emotions": ["anger"], "issues": [], "input": "i", "of": "ticket"},
                             {"alert": "frustration", "severity": "high", "action": "proactive_support", "recent": -0.5, "negatives": 2}])
        if kind == "automation":
            return {"change": r.choice(["hold", "resumed"]), "reason": some("asked"), "until": later()}
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
EXECUTION = ("intervention", "type", "programme", "step", "channel", "contact", "owner", "task", "state", "outcome", "response", "success", "cost", "value", "expected_value", "uplift", "source",
             "health", "health_after", "satisfaction", "minutes", "created_at", "started_at", "due_at", "ended_at")
KEPT = {"intervention", "type", "programme", "step", "value", "expected_value", "uplift", "source", "health", "created_at"}  # of the first entry
ASKED = ("subject", "rule", "approver", "state", "by", "reasoning", "programme", "step", "cost", "value", "expected_value", "asked_at", "state_at", "expires_at")
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


class Intervene:
    """Executions, runs, approvals, offers, opportunities, selections, exposures, sentiment, automation, entry by entry."""

    def __init__(self):
        self.executions, self.runs, self.approvals, self.offers, self.chances, self.selections, self.exposures, self.moods, self.halts = ({} for _ in range(9))

    def take(self, kind, customer, seq, ms, get, body, subject):
        take = getattr(self, kind, None)
        if take:
            take(customer, seq, ms, get, body, subject)

    def intervention(self, customer, seq, ms, get, *_):
        if get("execution") is None:
            return
        now = {name: when(get(name)) if name in TIMES else get({"value": "value_at_stake"}.get(name, name)) for name in EXECUTION} | {"created_at": ms}
        row = self.executions.setdefault((customer, get("execution")), now)
        after = row["health_after"] if now["health_after"] is None else now["health_after"]
        row.update({name: value for name, value in now.items() if name not in KEPT} | {"health_after": after})

    def campaign(self, customer, seq, ms, get, *_):
        change = get("change")
        if get("run") is None or change == "refused":
            return
        row = self.runs.setdefault((customer, get("run")), [get("campaign"), get("times"), "running", get("by") if change == "started" else None, None, None, get("probability"), get("impact"), 0, 0, ms, None])
        row[5] = row[5] if get("success") is None else get("success")
        if change == "ended":
            row[2], row[4], row[11] = get("state"), row[4] if get("by") is None else get("by"), ms
        if change == "action":
            row[8 if get("state") == "left" else 9] += 1

    def approval(self, customer, seq, ms, get, *_):
        if get("approval") is None:
            return
        now = dict(zip(ASKED, (get("for"), get("rule"), get("approver"), "pending" if get("change") == "requested" else get("change"), get("by"), get("reasoning"), get("programme"), get("step"), get("cost"), get("value"), get("expected_value"), ms, ms,
                               when(get("expires")))))
        row = self.approvals.setdefault((customer, get("approval")), now)
        row.update({name: now[name] for name in ("approver", "state", "by", "reasoning", "state_at", "expires_at")})

    def offer(self, customer, seq, ms, get, *_):
        if get("id") is None:
            return
        row = self.offers.setdefault((customer, get("id")), [get("offer"), get("type"), None, get("value"), get("months"), None, ms, when(get("expires")), None])
        row[2] = "open" if get("change") == "made" else get("change")
        row[5] = row[5] if get("execution") is None else get("execution")
        row[8] = None if get("change") == "made" else ms

    def opportunity(self, customer, seq, ms, get, *_):
        name, change, given = get("opportunity"), get("change"), lambda was, key: was if get(key) is None else get(key)
        there = [row for key, row in self.chances.items() if key[:2] == (customer, name) and row[10] is None]
        for row in there:
            row[1] = {"held": "held", "closed": "closed", "opened": "open"}.get(change, row[1])
            row[9], row[10] = ms, ms if change == "closed" else None
            row[2], row[3], row[4], row[5] = given(row[2], "rank"), given(row[3], "value"), get("probability"), get("timing")
            row[11] = given(row[11], "recommend")
        if not there and name is not None and change in ("opened", "held"):
            self.chances[customer, name, seq] = [get("type"), "held" if change == "held" else "open", get("rank"), get("value"), get("probability"), get("timing"), get("trigger"), get("action"), ms, ms, None,
                                                 get("recommend")]

    def selection(self, customer, seq, ms, get, body, subject):
        self.selections[customer, seq, ""] = [ms, "sent", None, None, None, get("sent"), None]
        for ruling in ("held", "denied"):
            for place, group in enumerate(body.get(ruling, []) if isinstance(body, dict) else []):
                self.selections[customer, seq, ruling, place] = [ms, ruling, group["guard"], group["reason"], when(group["until"]), at(group, "of"), group.get("more", 0)]

    def exposure(self, customer, seq, ms, get, *_):
        if get("experiment") is not None:
            self.exposures[customer, get("experiment")] = [get("arm"), get("unit"), get("probability"), get("held") or 0, get("definition"), ms, None, None]

    def judge(self, customer, ms, get):
        if (customer, get("experiment")) in self.exposures:
            self.exposures[customer, get("experiment")][6:] = [get("outcome"), ms]

    def sentiment(self, customer, seq, ms, get, body, subject):
        self.moods[customer, seq] = [ms, subject or None, *map(get, ("of", "score", "label", "confidence", "emotions", "issues", "alert", "severity", "action"))]

    def automation(self, customer, seq, ms, get, *_):
        self.halts[customer, seq] = [ms, get("change"), get("reason"), when(get("until"))]

    def tables(self):
        return {
            f"SELECT customer, execution, {', '.join(EXECUTION)} FROM interventions": [(*k, *v.values()) for k, v in self.executions.items()],
            'SELECT customer, run, campaign, times, state, started_by, ended_by, success, probability, impact, "left", dropped, started_at, ended_at FROM campaign_runs':
                [(*k, *v) for k, v in self.runs.items()],
            "SELECT customer, approval, " + ", ".join(f'"{name}"' for name in ASKED) + " FROM approvals": [(*k, *v.values()) for k, v in self.approvals.items()],
            "SELECT customer, offer_id, offer, type, state, value, months, execution, made_at, expires_at, ended_at FROM offers": [(*k, *v) for k, v in self.offers.items()],
            'SELECT customer, opportunity, type, state, rank, value, probability, timing, "trigger", action, opened_at, state_at, closed_at, recommend FROM opportunities':
                [(*k[:2], *v) for k, v in self.chances.items()],
            "SELECT customer, seq, at, ruling, guard, reason, until, candidates, more FROM selections": [(*k[:2], *v) for k, v in self.selections.items()],
            "SELECT customer, experiment, arm, unit, probability, held, definition, exposed_at, outcome, outcome_at FROM exposures": [(*k, *v) for k, v in self.exposures.items()],
            "SELECT customer, seq, at, contact, source, score, label, confidence, emotions, issues, alert, severity, action FROM sentiment": [(*k, *v) for k, v in self.moods.items()],
            "SELECT customer, seq, at, change, reason, until FROM automation": [(*k, *v) for k, v in self.halts.items()],
        }


def model(rows):
    """Every projection as a sorted list of tuples, computed entry by entry in plain Python."""
    health, churn, alerts, overrides, consents, holds, subscriptions, outcomes, touchpoints = ({} for _ in range(9))
    flow, intervene = Flow(), Intervene()
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
        elif kind == "outcome" and get("experiment") is not None:
            intervene.judge(customer, ms, get)
        elif kind == "outcome":
            outcomes[customer, seq] = (ms, get("outcome"), when(get("effective")), *map(get, ("amount", "reason")))
        elif kind == "input" and get("type") == "touchpoint":
            touchpoints[customer, seq] = (ms, get("userId"), get("event"), get("properties"))
        else:
            flow.take(kind, customer, seq, ms, get)
            intervene.take(kind, customer, seq, ms, get, body, subject)
    return {
        **flow.tables(),
        **intervene.tables(),
        "SELECT customer, day, at, raw, score, status, previous, trend, profile, completeness FROM health_scores":
            [(c, day(d * DAY), *v) for (c, d), v in health.items()],
        "SELECT customer, seq, at, probability, level, previous_probability, previous_level, source, model FROM churn_predictions": [(*k, *v) for k, v in churn.items()],
        "SELECT customer, alert, occurrence, key, severity, tier, state, cause, raised_at, state_at, closed_at FROM alerts": [(*k, *v) for k, v in alerts.items()],
        "SELECT customer, seq, at, score, status, reason, expires_at, ended FROM overrides": [(*k, *v) for k, v in overrides.items()],
        "SELECT customer, contact, purpose, channel, granted, at FROM consents": [(*k, *v) for k, v in consents.items()],
        "SELECT customer, at, message, channel, contact, definition, purpose, guard, reason, until FROM messages WHERE state = 'held'": [(k[0], *v) for k, v in holds.items()],
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
        for _ in range(2400):
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
            bad += database.execute("SELECT customer, message, channel, definition, state, at FROM messages WHERE state = 'waiting'").fetchall() != [
                ("c3", "ab" * 32, "email", "alert/x", "waiting", 5)]
            database.close()
            do(program, live, ["rebuild"])
    print(f"{len(rows)} entries, {bad} differences")
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1]).resolve()))
