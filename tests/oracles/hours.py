#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/hours.tsv: zones whose clocks change, by zoneinfo, and when something may be sent around the changes, by walking through the minutes.

    python3 tests/oracles/hours.py > tests/data/hours.tsv

Rows, fields separated by a tab; times are minutes since 1970-01-01T00:00Z, offsets minutes east of UTC:
    zone NAME OFFSET TIME OFFSET TIME OFFSET ...          the offset before the first change, then each change and the offset from then on
    case NAME AT NEXT RULE ...                            from AT on the first minute at which it may be sent (`-`: none within two weeks), where the rules hold:
                                                          `q FROM UNTIL DAYS` quiet hours, `w FROM UNTIL DAYS` a window; minutes of the local day, bits of weekdays (Monday 1)
Quiet hours go from the first minute at which the clock shows their beginning to the last at which it shows their end; windows from the first of their beginning to the first of
their end; what the clock leaves out is the minute of the change. Of several windows one has to be open."""
import datetime
import random
from zoneinfo import ZoneInfo

UTC = datetime.timezone.utc
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=UTC)
DAY = 1440
ZONES = {  # and the year whose changes are taken
    "Europe/Berlin": 2026, "America/New_York": 2026, "America/St_Johns": 2026, "Australia/Lord_Howe": 2026,
    "Pacific/Auckland": 2026, "America/Santiago": 2026, "Africa/Cairo": 2026, "Asia/Beirut": 2026,
    "America/Havana": 2026, "Atlantic/Azores": 2026, "Pacific/Chatham": 2026, "Pacific/Apia": 2011}
CASES = 30  # for each change
CLOCKS = list(range(0, DAY, 15)) + [1, 59, 61, 119, 121, 179, 181, 1439]


def offset(zone, minute):
    at = EPOCH + datetime.timedelta(minutes=minute)
    return int(at.astimezone(ZoneInfo(zone)).utcoffset().total_seconds()) // 60


def changes(zone, year):
    first = (datetime.datetime(year, 1, 1, tzinfo=UTC) - EPOCH).days * DAY
    before = offset(zone, first)
    found = []
    for minute in range(first, first + 366 * DAY, 15):
        now = offset(zone, minute)
        if now != before:
            found.append((minute, now))
            before = now
    return offset(zone, first), found


class Clock:
    """What it shows in each minute of three weeks."""

    def __init__(self, zone, first):
        self.first, self.shows = first, []
        for quarter in range(first, first + 26 * DAY, 15):
            o = offset(zone, quarter)
            self.shows += [quarter + i + o for i in range(15)]
        self.earliest, self.latest = {}, {}
        for minute, local in enumerate(self.shows, first):
            self.earliest.setdefault(local, minute)
            self.latest[local] = minute
        self.top = max(self.shows)

    def begins(self, local):
        while local not in self.earliest and local <= self.top:
            local += 1
        return self.earliest.get(local, self.first + 26 * DAY)

    def ends(self, local):
        return self.latest[local] if local in self.latest else self.begins(local)

    def days(self):
        return range(self.shows[0] // DAY + 1, self.top // DAY + 1)

    def spans(self, rule):
        kind, start, stop, weekdays = rule
        stop = stop + DAY if stop <= start else stop
        for day in self.days():
            if weekdays >> (day + 3) % 7 & 1:
                yield self.begins(day * DAY + start), (self.ends if kind == "q" else self.begins)(day * DAY + stop)


def allowed(clock, rules):
    n = len(clock.shows)
    quiet, windows = [False] * n, [r for r in rules if r[0] == "w"]
    opened = [not windows] * n
    for rule in rules:
        mark = quiet if rule[0] == "q" else opened
        for a, b in clock.spans(rule):
            for i in range(a - clock.first, min(b - clock.first, n)):
                mark[i] = True
    return [o and not q for o, q in zip(opened, quiet)]


def make_rule(rng, kind):
    start, stop = rng.choice(CLOCKS[:96] if rng.random() < .7 else CLOCKS), rng.choice(CLOCKS)
    if start == stop:
        start, stop = 0, DAY
    return kind, start, stop, 127 if rng.random() < .6 else rng.randrange(1, 128)


def main():
    rng = random.Random(6)
    for zone, year in ZONES.items():
        base, found = changes(zone, year)
        print("zone", zone, base, *(x for change in found for x in change), sep="\t")
        for change, _ in found:
            clock = Clock(zone, change - change % DAY - 6 * DAY)
            for _ in range(CASES):
                rules = [make_rule(rng, "q") for _ in range(rng.randrange(0, 3))] + \
                        [make_rule(rng, "w") for _ in range(rng.randrange(0, 3))]
                at = change + rng.choice([rng.randrange(-180, 180), rng.randrange(-2 * DAY, 2 * DAY)])
                may = allowed(clock, rules)
                later = (m for m in range(at, at + 14 * DAY) if may[m - clock.first])
                print("case", zone, at, next(later, "-"), *(" ".join(map(str, r)) for r in rules), sep="\t")


if __name__ == "__main__":
    main()
