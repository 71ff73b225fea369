# SPDX-License-Identifier: Apache-2.0
"""Subscriptions that change, by python-dateutil and decimal: what is in force at a date, its term, how the amount moved.

    python3 tests/oracles/subscriptions.py > tests/data/subscriptions.tsv

Terms are found by counting from one to the next, dates added by relativedelta, minor units by Decimal. A case is lines of

    in      name  timestamp  properties (JSON)
    at      date  running  amount  starts  term_start  term_end  renews  notice_by     ("-": none)
    moved   new  expansion  contraction  churn  reactivation                 (minor units)
    end
"""
import json
import random
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal

from dateutil.relativedelta import relativedelta

DECIMALS = {"EUR": 2, "JPY": 0, "KWD": 3, "CLF": 4, "": 2}
MOVEMENTS = ("new", "expansion", "contraction", "churn", "reactivation")
NAMES = ("started", "amended", "renewed", "contracted", "ended")
TERMS = {"P1M": (1, 0), "P3M": (3, 0), "P1Y": (12, 0), "P2Y": (24, 0), "P14D": (0, 14), "P1M15D": (1, 15)}


def step(day, period, times):
    return day + relativedelta(months=period[0] * times) + timedelta(days=period[1] * times)


def length(start, end):
    """Whole months where they lead from one to the other, else days."""
    months = (end.year - start.year) * 12 + end.month - start.month
    if months > 0 and start + relativedelta(months=months) == end:
        return (months, 0)
    return (0, (end - start).days) if end > start else None


class Subscription:
    def __init__(self):
        self.begun = self.running = self.rolls = False
        self.amount = self.currency = self.starts = self.term_start = self.renews = self.notice = self.period = self.anchor = None
        self.turn = None  # a renewal before the end: the next term begins then
        self.moved = dict.fromkeys(MOVEMENTS, 0)

    def money(self):
        if not self.running or self.amount is None:
            return 0
        unit = Decimal(1).scaleb(-DECIMALS[self.currency or ""])
        return int(Decimal(repr(self.amount)).quantize(unit, ROUND_HALF_EVEN) / unit)

    def end_at(self, day):
        if self.notice and self.renews:
            self.notice = day - (self.renews - self.notice)
        self.renews = day

    def last_start(self):
        return self.turn or self.term_start

    def count_from(self):
        self.anchor = self.last_start()
        if self.renews and self.period and step(self.anchor, self.period, 1) != self.renews:
            self.anchor = self.renews

    def roll(self, now):
        if self.turn and now >= self.turn:
            self.term_start, self.turn = self.turn, None
        if self.rolls and self.running and self.renews and now >= self.renews:
            times = 0
            while step(self.anchor, self.period, times) <= now:
                times += 1
            self.term_start = step(self.anchor, self.period, times - 1)
            self.end_at(step(self.anchor, self.period, times))

    def next_end(self):
        if not self.period:
            self.renews = self.notice = None
            return
        times = 0
        while step(self.anchor, self.period, times) <= self.last_start():
            times += 1
        if times == 0 or step(self.anchor, self.period, times - 1) != self.last_start():
            self.anchor, times = self.last_start(), 1
        self.end_at(step(self.anchor, self.period, times))

    def begin(self, c):
        self.amount = self.currency = self.renews = self.notice = self.turn = None
        self.starts = self.term_start = self.anchor = c.get("starts") or c["effective"]
        self.rolls, self.period = "term" in c, c.get("term")
        if "renews" in c:
            self.renews = c["renews"]
            self.period = self.period or length(self.term_start, self.renews)
            self.count_from()
        elif self.rolls:
            self.next_end()

    def renew(self, c):
        if "term" in c:
            self.period, self.rolls = c["term"], True
        elif (self.rolls or self.turn) and "starts" not in c and "renews" not in c:
            return
        begins = None
        if "starts" in c:
            begins = c["starts"]
        elif not self.renews:
            begins = c["effective"]
        elif not self.turn and ("renews" not in c or c["renews"] > self.renews):
            begins = self.renews
        if begins:
            early = begins > c["effective"]
            self.turn = begins if early else None
            self.term_start = self.term_start if early else begins
        if "renews" not in c:
            self.next_end()
            return
        self.end_at(c["renews"])
        self.period = self.period if self.rolls else length(self.last_start(), self.renews)
        self.count_from()

    def amend(self, c):
        if "starts" in c:
            if self.term_start == self.starts:
                self.term_start = c["starts"]
            self.starts = c["starts"]
        if "term" in c:
            self.period, self.rolls = c["term"], True
        if "renews" in c:
            self.renews = c["renews"]
            self.period = self.period if self.rolls else length(self.last_start(), self.renews)
        elif "term" in c and not self.renews:
            self.anchor = self.last_start()
            self.next_end()
        if {"starts", "term", "renews"} & set(c):
            self.count_from()

    def take(self, c):
        self.roll(c["effective"])
        before, begun, ran = self.money(), self.begun, self.running
        begins = not ran and c["name"] != "ended" and (c["name"] in ("started", "renewed") or not begun)
        self.begun = True
        if c["name"] == "ended":
            self.running = False
        else:
            self.running = ran or begins
            if begins:
                self.begin(c)
            elif c["name"] == "renewed" and ran:
                self.renew(c)
            else:
                self.amend(c)
            self.amount = c.get("amount", self.amount)
            self.currency = c.get("currency", self.currency)
            self.notice = c.get("notice_by", self.notice)
        moved = self.money() - before
        if begins:
            self.moved["reactivation" if begun else "new"] += moved
        elif ran and not self.running:
            self.moved["churn"] += moved
        elif moved:
            self.moved["expansion" if moved > 0 else "contraction"] += moved


def changes(rng, count):
    """Dates that like the ends of months."""
    day = date(2023, rng.randint(1, 12), 1) + timedelta(days=rng.choice((0, 14, 27, 28, 29, 30)))
    currency, term = rng.choice(("EUR", "JPY", "KWD", "CLF", None)), rng.choice([None, None, *TERMS])
    for i in range(count):
        c = {"name": "started" if i == 0 else rng.choice(NAMES), "effective": day}
        c["amount"] = rng.choice((rng.randint(0, 5000), rng.randint(0, 10 ** 6) / 1000, rng.randint(0, 999) + 0.125, 1.145, 2.675))
        if currency:
            c["currency"] = currency
        if term and (i == 0 or rng.random() < 0.1):
            c["term"] = TERMS[term]
        if rng.random() < (0.7 if i == 0 else 0.3) and c["name"] != "ended":
            months = rng.choice((1, 1, 3, 12))
            c["renews"] = day + relativedelta(months=months) + timedelta(days=rng.choice((0, 0, 0, 5)))
            if rng.random() < 0.5:
                c["notice_by"] = c["renews"] - timedelta(days=rng.choice((0, 30, 90)))
        yield c
        day += timedelta(days=rng.choice((1, 17, 28, 29, 30, 31, 59, 92, 365)))


def iso(period):
    months, days = period
    return "P" + (f"{months}M" if months else "") + (f"{days}D" if days else "")


def say(c):
    out = {key: value.isoformat() if isinstance(value, date) else value for key, value in c.items() if key not in ("name", "term")}
    if "term" in c:
        out["term"] = iso(c["term"])
    return json.dumps(out, separators=(",", ":"))


def show(value):
    return "-" if value is None else value.isoformat() if isinstance(value, date) else repr(value)


def main():
    rng = random.Random(20260101)
    print("# made by tests/oracles/subscriptions.py")
    for _ in range(400):
        log = list(changes(rng, rng.randint(1, 9)))
        for c in log:
            print("in", c["name"], c["effective"].isoformat(), say(c), sep="\t")
        looks = {log[0]["effective"], *(c["effective"] for c in log)}
        looks |= {c["renews"] for c in log if "renews" in c}
        looks |= {log[-1]["effective"] + timedelta(days=d) for d in (1, 30, 59, 60, 365, 800)}
        for now in sorted(looks):
            on = Subscription()
            for c in log:
                if c["effective"] <= now:
                    on.take(c)
            on.roll(now)
            shown = (on.amount, on.starts, on.term_start, on.turn or on.renews, on.renews, on.notice) if on.running else (None,) * 6
            print("at", now.isoformat(), int(on.running), *map(show, shown), sep="\t")
        whole = Subscription()
        for c in log:
            whole.take(c)
        print("moved", *(whole.moved[name] for name in MOVEMENTS), sep="\t")
        print("end")


main()
