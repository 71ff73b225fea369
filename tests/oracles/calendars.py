#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Zones, business calendars and recurrence rules beside zoneinfo, numpy and python-dateutil: calendars.py CALENDARS_ROWS [RULES [SEED]].

Zones: what zoneinfo (with the tzdata of PyPI) says of fourteen zones over 2020 to 2030, both ways, around every change and at random; their changes are
the table that the library gets. Days: numpy's busday_offset. Hours: every opening of every day in the range, one after another. Rules: 10,000 random
ones (RULES), the occurrences as python-dateutil goes through them from the start, each asked for at several times. Exit 77 (skipped) where a package is not
installed.

Three things are put to python-dateutil in other words, since it departs from RFC 5545 there: "MO,2TU" together means days that are both (the RFC: either), so that
the plain weekday is written with all of its numbers; BYSETPOS with FREQ=WEEKLY counts in the first week from the start on (the RFC: in the whole week), so
that it begins at the beginning of that week and what is before the start is dropped; UNTIL with a date ends at its midnight (here: with the day, "inclusive").
"""
import itertools
import json
import random
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, reset_tzpath

try:
    import numpy
    import tzdata  # noqa: F401
    from dateutil.relativedelta import relativedelta
    from dateutil.rrule import rrulestr
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)

reset_tzpath(())  # the package's, not the machine's
EPOCH = datetime(1970, 1, 1)
MS = timedelta(milliseconds=1)
MINUTE, HOUR, DAY = 60000, 3600000, 86400000
FIRST, LAST = datetime(2020, 1, 1), datetime(2031, 1, 1)
ZONES = ("Europe/Berlin", "America/New_York", "America/St_Johns", "America/Havana", "America/Sao_Paulo", "America/Santiago", "Africa/Casablanca",
         "Africa/Cairo", "Asia/Kathmandu", "Asia/Tehran", "Asia/Beirut", "Australia/Lord_Howe", "Pacific/Apia", "Antarctica/Troll")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def ms_of(naive):
    return (naive - EPOCH) // MS


def at(ms):
    return EPOCH + timedelta(milliseconds=ms)


# ---- What zoneinfo says ----

class Zone:
    def __init__(self, name):
        self.name = name
        self.info = ZoneInfo(name) if name else UTC
        self.changes = list(self.find_changes()) if name else []

    def offset(self, ms):
        return (EPOCH.replace(tzinfo=UTC) + timedelta(milliseconds=ms)).astimezone(self.info).utcoffset() // timedelta(minutes=1)

    def bisect(self, low, high):
        """The first moment with another offset than at low, in whole minutes."""
        low -= low % MINUTE
        before = self.offset(low)
        while high - low > MINUTE:
            middle = low + (high - low) // MINUTE // 2 * MINUTE
            low, high = (middle, high) if self.offset(middle) == before else (low, middle)
        return high

    def find_changes(self):
        for day in range(ms_of(FIRST), ms_of(LAST), DAY):
            if self.offset(day) != self.offset(day + DAY):
                yield self.bisect(day, day + DAY)

    def moment(self, wall):
        """(ms, whether there is no such local time) of a local time."""
        local = at(wall).replace(tzinfo=self.info)
        ms = ms_of(local.astimezone(UTC).replace(tzinfo=None))
        if wall == ms + self.offset(ms) * MINUTE:
            return ms, False
        return self.bisect(wall - 24 * HOUR - self.offset(ms) * MINUTE, wall + 24 * HOUR), True

    def table(self):
        rows = [[at(c).isoformat() + "Z", text_of(self.offset(c))] for c in self.changes]
        return {"offset": text_of(self.offset(ms_of(FIRST))), "changes": rows}


def text_of(offset):
    return f"{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"


# ---- Questions and what is expected ----

class Questions:
    def __init__(self):
        self.lines, self.expected = [], []

    def ask(self, line, expected):
        self.lines.append(line)
        self.expected.append(expected)

    def run(self, program):
        done = subprocess.run([program], input="\n".join(self.lines) + "\n", capture_output=True, text=True, check=False)
        answers = done.stdout.splitlines()
        if done.returncode != 0 or len(answers) != len(self.lines):
            sys.exit(f"{program}: exit {done.returncode} after {len(answers)} of {len(self.lines)} answers: {done.stderr}")
        wrong = 0
        for line, expected, answer in zip(self.lines, self.expected, answers, strict=True):
            good = expected(answer) if callable(expected) else answer == expected
            wrong += not good
            if not good and wrong <= 20:
                print(f"{line}\n    is       {answer}\n    expected {'another' if callable(expected) else expected}")
        return wrong


def zones_part(q, r, zones):
    for zone in zones.values():
        moments = [r.randrange(ms_of(FIRST), ms_of(LAST)) for _ in range(200)]
        for change in zone.changes:
            moments += range(change - 4 * HOUR, change + 4 * HOUR, 15 * MINUTE)
            moments += (change - 1, change + 1)
        for ms in moments:
            offset = zone.offset(ms)
            q.ask(f"o {zone.name} {ms}", str(offset))
            for wall in {ms + offset * MINUTE, ms + offset * MINUTE + r.choice((-1, 1)) * HOUR}:
                moment, shifted = zone.moment(wall)
                q.ask(f"m {zone.name} {wall}", f"{moment} {int(shifted)}")
        for ms in r.sample(moments, 200):
            months, days, exact = r.choice((0, 0, 1, -7, 12)), r.choice((0, 1, 1, -1, 30)), r.choice((0, 0, HOUR, -5 * DAY - 1))
            moment = ms
            if months or days:
                local = at(ms + zone.offset(ms) * MINUTE) + relativedelta(months=months) + timedelta(days=days)
                moment = zone.moment(ms_of(local))[0]
            if not ms_of(FIRST) < moment < ms_of(LAST):
                continue
            q.ask(f"a {zone.name} {ms} {months} {days} {exact}", str(moment + exact))


# ---- Business calendars ----

def random_hours(r):
    hours = {}
    for day in DAYS:
        if r.random() < (0.9 if day not in ("sat", "sun") else 0.4):
            ends = sorted(r.sample(range(0, 97), r.choice((2, 2, 4))))
            hours[day] = [f"{a // 4:02}:{a % 4 * 15:02}-{b // 4:02}:{b % 4 * 15:02}" for a, b in zip(ends[::2], ends[1::2], strict=True)]
    return hours or {"wed": ["00:00-24:00"]}


def random_calendar(r):
    holidays = {(date(2020, 1, 1) + timedelta(days=r.randrange(4000))).isoformat(): "a day" for _ in range(r.choice((0, 5, 80)))}
    return {"hours": random_hours(r), "holidays": holidays}


def minutes(text):
    return int(text[:2]) * 60 + int(text[3:])


class Openings:
    """Every opening of every day, as moments."""

    def __init__(self, calendar, zone):
        self.calendar, self.zone, self.list = calendar, zone, []
        day = FIRST
        while day < LAST:
            names = calendar["hours"].get(DAYS[day.weekday()], [])
            for text in names if day.date().isoformat() not in calendar["holidays"] else []:
                opens, closes = (ms_of(day) + minutes(t) * MINUTE for t in text.split("-"))
                opens, closes = zone.moment(opens)[0], zone.moment(closes)[0]
                self.list += [(opens, closes)] if opens < closes else []
            day += timedelta(days=1)

    def open(self, ms):
        return any(a <= ms < b for a, b in self.list)

    def next(self, ms):
        return next((max(a, ms) for a, b in self.list if b > ms), None)

    def elapsed(self, start, end):
        return sum(min(b, end) - max(a, start) for a, b in self.list if a < end and b > start)

    def after(self, ms, left):
        for a, b in self.list if left else ():
            part = max(0, b - max(a, ms))
            if part >= left:
                return max(a, ms) + left
            left -= part
        return ms

    def gap(self):
        """As the clock of the place has it, weeks without holidays behind the last year included."""
        return max(b[0] - a[1] for a, b in itertools.pairwise(self.list))


def workdays(calendar, day, days):
    mask = [bool(calendar["hours"].get(name)) for name in DAYS]
    holidays = numpy.array(sorted(calendar["holidays"]), "datetime64[D]")
    roll = "forward" if days <= 0 else "backward"
    return numpy.busday_offset(day, days, roll=roll, weekmask=mask, holidays=holidays).astype(date)


def business_part(q, r, zones, calendars):
    for name, calendar in calendars.items():
        zone = zones[r.choice(ZONES)]
        openings = Openings(calendar, zone)
        where = f"{name} {zone.name}"
        gap = openings.gap()
        q.ask(f"b gap {where} 0 0", lambda answer, gap=gap: gap <= int(answer) <= gap + 50 * HOUR)
        near = [c + r.randrange(-3, 4) * 30 * MINUTE for c in zone.changes if c < ms_of(datetime(2028, 1, 1))] or [ms_of(datetime(2026, 1, 31))]
        for _ in range(25):
            ms = r.choice(near) if r.random() < 0.4 else r.randrange(ms_of(datetime(2021, 1, 1)), ms_of(datetime(2025, 1, 1)))
            ms += r.choice((0, 0, 1, 12345))
            q.ask(f"b open {where} {ms} 0", str(int(openings.open(ms))))
            q.ask(f"b next {where} {ms} 0", str(openings.next(ms)))
            end = ms + r.choice((HOUR, DAY, 40 * DAY, 700 * DAY))
            elapsed = openings.elapsed(ms, end)
            q.ask(f"b elapsed {where} {ms} {end}", str(elapsed))
            q.ask(f"b elapsed {where} {end} {ms}", str(-elapsed))
            left = r.choice((0, 1, 8 * HOUR, 40 * HOUR, 2000 * HOUR, elapsed if end < ms + 50 * DAY else HOUR))
            if ms < ms_of(datetime(2026, 1, 1)):
                q.ask(f"b after {where} {ms} {left}", str(openings.after(ms, left)))
            days = r.choice((0, 0, 1, 2, -1, 10, -30, 200))
            local = at(ms + zone.offset(ms) * MINUTE)
            to = workdays(calendar, local.date(), days)
            q.ask(f"b add {where} {ms} {days}", str(zone.moment(ms_of(datetime.combine(to, local.time())))[0]))


# ---- Recurrence rules ----

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def numbers(r, low, high, most):
    return sorted({r.choice((-1, 1)) * r.randint(1, -low) if low < 0 and r.random() < 0.3 else r.randint(1, high) for _ in range(r.randint(1, most))})


def random_rule(r):
    """Parts by name, and whether it may have no occurrence for a long time."""
    freq = r.choice(("DAILY", "WEEKLY", "MONTHLY", "YEARLY"))
    parts = {"FREQ": freq}
    if r.random() < 0.5:
        parts["INTERVAL"] = r.choice((1, 2, 2, 3, 4, 5, 6, 7, 10, 12, 14, r.randint(1, 1000) if freq == "DAILY" else r.randint(1, 40)))
    if r.random() < 0.3:
        parts["BYMONTH"] = numbers(r, 1, 12, 4)
    if freq != "WEEKLY" and r.random() < 0.35:
        parts["BYMONTHDAY"] = numbers(r, -31, 31, 5)
    if r.random() < 0.5:
        parts["BYDAY"] = random_weekdays(r, parts)
    if r.random() < 0.3 and parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        parts["BYSETPOS"] = random_positions(r, parts)
    if r.random() < 0.4:
        parts["WKST"] = r.choice(WEEKDAYS)
    return parts


def random_weekdays(r, parts):
    days = r.sample(WEEKDAYS, r.choice((1, 1, 2, 3, 5)))
    if parts["FREQ"] not in ("MONTHLY", "YEARLY") or r.random() < 0.4:
        return days
    most = 5 if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else 53
    plain = 0.2 if r.random() < 0.3 else 0
    return [d if r.random() < plain else r.choice(("", "", "+", "-")) + str(r.choice((1, 1, 2, r.randint(1, most)))) + d for d in days]


def random_positions(r, parts):
    most = {"DAILY": 1, "WEEKLY": len(parts.get("BYDAY", "1")), "MONTHLY": 4, "YEARLY": r.choice((3, 40))}[parts["FREQ"]]
    return [x for x in numbers(r, -most, most, 3) if x]


def rare(parts):
    """Whether python-dateutil might look for the next occurrence for thousands of years."""
    interval, days = parts.get("INTERVAL", 1), parts.get("BYMONTHDAY", [])
    numbered = any(not d.isalpha() for d in parts.get("BYDAY", []))
    return (("BYDAY" in parts and (days or interval % 7 == 0)) or "BYSETPOS" in parts or (days and min(map(abs, days)) > 28)
            or (interval > 1 and ("BYMONTH" in parts or days)) or numbered)


def text_of_rule(r, parts):
    rule = [f"{k}={','.join(map(str, v)) if isinstance(v, list) else v}" for k, v in parts.items()]
    r.shuffle(rule)
    text = r.choice(("", "", "RRULE:")) + ";".join(rule)
    return text.lower() if r.random() < 0.1 else text


def spelled(parts):
    """As python-dateutil has to be told it."""
    told = {k: v for k, v in parts.items() if k not in ("UNTIL", "COUNT")}
    days = parts.get("BYDAY", [])
    if any(d.isalpha() for d in days) and any(not d.isalpha() for d in days):
        most = 5 if parts["FREQ"] == "MONTHLY" or "BYMONTH" in parts else 53
        told["BYDAY"] = [n for d in days for n in ([f"{i}{d}" for i in range(1, most + 1)] if d.isalpha() else [d])]
    return ";".join(f"{k}={','.join(map(str, v)) if isinstance(v, list) else v}" for k, v in told.items())


def to_the_end(rule):
    """It goes through the last week of the year 9999 and falls off the end."""
    try:
        yield from rule
    except ValueError as why:
        if "10000" not in str(why):
            raise


def occurrences(parts, start, until):
    """All of them, by python-dateutil, from the start on."""
    begin = start
    if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts:
        begin -= timedelta(days=(start.weekday() - WEEKDAYS.index(parts.get("WKST", "MO"))) % 7)
        told = dict(parts, BYDAY=parts.get("BYDAY", [WEEKDAYS[start.weekday()]]))
        rule = rrulestr(spelled(told), dtstart=begin)
    else:
        rule = rrulestr(spelled(parts), dtstart=begin)
    them = (o for o in to_the_end(rule) if o >= start)
    if until:
        them = itertools.takewhile(lambda o: o <= until, them)
    return itertools.islice(them, parts.get("COUNT"))


def ends(r, parts, start):
    """A random end of the rule, as a local time for python-dateutil."""
    kind = r.random()
    if kind < 0.2:
        parts["COUNT"] = r.choice((1, 2, 5, 10, 25))
    elif kind < 0.4 and start.year < 9996:
        until = start + timedelta(days=r.choice((0, 10, 100, 1000, 9000 if start.year < 9000 else 1)), seconds=r.choice((0, -1, 1, 50000)))
        dated = r.random() < 0.5
        parts["UNTIL"] = until.strftime("%Y%m%d" if dated else "%Y%m%dT%H%M%SZ")
        return until.replace(hour=23, minute=59, second=59) if dated else until
    return None


def has_a_day(parts):
    """What has no day in any year is refused, and tested elsewhere."""
    lengths = {m: 29 if m == 2 else 30 if m in (4, 6, 9, 11) else 31 for m in range(1, 13)}
    months, days = parts.get("BYMONTH", []), parts.get("BYMONTHDAY", [])
    return not months or not days or any(abs(d) <= lengths[m] for d in days for m in months)


def random_start(r, parts):
    if rare(parts):
        first, days = date(9988, 1, 1), 3600
    else:
        first, days = date(1970, 1, 1), 40000
    start = datetime.combine(first, datetime.min.time()) + timedelta(days=r.randrange(days), seconds=r.choice((0, 32400, 86399, r.randrange(86400))))
    return start.replace(day=r.choice((28, 29, 30, 31))) if start.month in (1, 3, 5, 7, 8, 10, 12) and r.random() < 0.2 else start


def ask_rule(q, r, text, start, known):
    """`known` are occurrences from the start, with a None behind them when there are no more."""
    moments = [ms_of(o) for o in known if o]
    over = None in known
    begin = ms_of(start)
    afters = {begin - 1, begin}
    for o in r.sample(moments, min(3, len(moments))):
        afters |= {o, o + r.choice((-1, 1, DAY, -DAY))}
    for after in sorted(afters):
        index = next((i for i, o in enumerate(moments) if o > after), None)
        if index is None and not over:
            continue
        q.ask(f"r . {begin} {after} {text}", "-" if index is None else f"{moments[index]} {index}")
    gaps = [(b.date() - a.date()).days for a, b in itertools.pairwise(o for o in known if o)]
    most = min(gaps, default=10**9)
    q.ask(f"l {text}", lambda answer, most=most: 1 <= int(answer) <= most)


def rules_part(q, r, count):
    asked = 0
    while asked < count:
        parts = random_rule(r)
        if not has_a_day(parts):
            continue
        start = random_start(r, parts)
        until = ends(r, parts, start)
        far = not rare(parts) and r.random() < 0.01
        known = list(itertools.islice(itertools.chain(occurrences(parts, start, until), (None,)), 2000 if far else 25))
        ask_rule(q, r, text_of_rule(r, parts), start, known)
        asked += 1


def local_rules_part(q, r, zones, count):
    """Rules in places with changes of the clock: days by python-dateutil, moments by zoneinfo."""
    asked = 0
    while asked < count:
        parts, zone = random_rule(r), zones[r.choice(ZONES)]
        if rare(parts) or parts["FREQ"] == "YEARLY" or not zone.changes:
            continue
        change = r.choice(zone.changes)
        near = (change + zone.offset(change) * MINUTE) % DAY + r.randrange(-8, 8) * 15 * MINUTE
        start = datetime(2020, 2, 1) + timedelta(days=r.randrange(3000), milliseconds=near % DAY)
        if zone.moment(ms_of(start))[1]:
            continue
        begin = zone.moment(ms_of(start))[0]
        days = itertools.takewhile(lambda o: o.year < 2030, occurrences(parts, start, None))
        moments = [zone.moment(ms_of(o))[0] for o in itertools.islice(days, 400)]
        for index in r.sample(range(len(moments)), min(6, len(moments))):
            after = r.choice((moments[index] - 1, moments[index - 1] if index else begin - 1))
            q.ask(f"r {zone.name} {begin} {after} {text_of_rule(r, parts)}", f"{moments[index]} {index}")
        asked += 1


def main(program, rules=10000, seed=5):
    zones = {name: Zone(name) for name in ZONES}
    r = random.Random(seed)
    calendars = {f"c{i}": random_calendar(r) for i in range(20)}
    section = {"zones": {name: zone.table() for name, zone in zones.items()}, **calendars}
    wrong = 0
    for name, part in (("zones", lambda q: zones_part(q, r, zones)), ("business", lambda q: business_part(q, r, zones, calendars)),
                       ("rules", lambda q: rules_part(q, r, rules)), ("rules in zones", lambda q: local_rules_part(q, r, zones, rules // 20))):
        q = Questions()
        q.ask("S " + json.dumps(section, separators=(",", ":")), "ok")
        part(q)
        differ = q.run(program)
        print(f"{name}: {len(q.lines)} questions, {differ} differ")
        wrong += differ
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], *map(int, sys.argv[2:4])))
