#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/times.tsv: times, offsets, durations and sums, by Python's datetime and python-dateutil.

    python3 tests/oracles/times.py > tests/data/times.tsv

Rows, fields separated by a tab; `-` for what is refused; times in ms since 1970:
    t TEXT MS                   an RFC 3339 date-time
    d TEXT MS                   a date
    f MS TEXT                   a time as it is written
    c MS OFFSET Y M D H MIN S MS SUNDAY0 MONDAY1 YEARDAY      civil fields at an offset in minutes
    a MS MONTHS DAYS EXACT_MS RESULT                          a time plus a duration
    i TEXT MONTHS DAYS MS CANONICAL                           an ISO 8601 duration
    g TEXT MS                   a duration as CEL (Go) writes it
    s MONTHS LEAST MOST         days that so many months can span, from whatever day"""
import random
import re
from datetime import MAXYEAR, datetime, timedelta, timezone
from decimal import ROUND_DOWN, Decimal

from dateutil.relativedelta import relativedelta

EPOCH = datetime(1970, 1, 1)
MS = timedelta(milliseconds=1)
LEAST, MOST = (datetime(1, 1, 1) - EPOCH) // MS, (datetime(9999, 12, 31, 23, 59, 59, 999000) - EPOCH) // MS


def row(*fields):
    print(*fields, sep="\t")


def at(ms):
    return EPOCH + timedelta(milliseconds=ms)


def rfc3339(text):
    """ms, or None; the grammar of RFC 3339, 5.6, and Python's own datetime for what exists."""
    m = re.fullmatch(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", text, re.ASCII)
    if not m or m[1].startswith("0000"):
        return None
    try:
        t = datetime.strptime(m[1] + " " + m[2], "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None
    if m[2].endswith("60") or m[2].endswith("61"):      # strptime knows leap seconds; we refuse them
        return None
    offset = 0
    if m[4] not in "Zz":
        hours, minutes = int(m[4][1:3]), int(m[4][4:])
        if hours > 23 or minutes > 59:
            return None
        offset = (hours * 60 + minutes) * (-1 if m[4][0] == "-" else 1)
    ms = (t - EPOCH) // MS + int(((m[3] or "") + "000")[:3]) - offset * 60000
    return ms if LEAST <= ms <= MOST else None


def times(r):
    texts = """2026-01-31T00:00:00Z 2026-01-31t08:09:10z 2009-02-13T23:31:20.123456789Z 0001-01-01T00:00:00Z
        9999-12-31T23:59:59.999Z 9999-12-31T23:59:59.9999999Z 1969-12-31T23:59:59.9999Z 2024-02-29T12:00:00+11:00
        2023-02-29T12:00:00Z 1900-02-29T00:00:00Z 2000-02-29T00:00:00Z 2026-01-31T00:00:00-00:00
        2026-01-31T00:00:00+23:59 2026-01-31T00:00:00+24:00 2026-01-31T00:00:00+02:60 0001-01-01T00:00:00+00:01
        0001-01-01T00:00:00-00:01 9999-12-31T23:59:59-00:01 9999-12-31T23:59:59+00:01 0000-12-31T23:00:00-02:00
        2026-13-01T00:00:00Z 2026-00-01T00:00:00Z 2026-01-00T00:00:00Z 2026-04-31T00:00:00Z 2026-01-31T24:00:00Z
        2026-01-31T23:60:00Z 2016-12-31T23:59:60Z 2026-01-31T00:00:00 2026-01-31T00:00Z 2026-01-31 2026-01-31T00:00:00.Z
        2026-01-31T00:00:00,5Z 2026-1-31T00:00:00Z 26-01-31T00:00:00Z +2026-01-31T00:00:00Z 12026-01-31T00:00:00Z
        2026-01-31T00:00:00ZZ 2026-01-31T00:00:00+0200 2026-01-31T00:00:00+02 2026-01-31T00:00:00UTC
        2026-01-31T-1:00:00Z 2026/01/31T00:00:00Z 20260131T000000Z 2026-W05-6T00:00:00Z 2026-031T00:00:00Z T Z -
        2026-01-31T00:00:00.1234567890123456789012345678901234567890Z""".split()
    for text in texts + ["", "2026-01-31 00:00:00Z", " 2026-01-31T00:00:00Z", "2026-01-31T00:00:00Z "]:
        ms = rfc3339(text)
        row("t", text, "-" if ms is None else ms)
    for _ in range(400):
        t = at(r.randint(LEAST + 86400000, MOST - 86400000)).replace(tzinfo=timezone(timedelta(minutes=r.randint(-1439, 1439))))
        text = t.isoformat(timespec=r.choice(["milliseconds", "seconds", "microseconds"]))
        row("t", text, rfc3339(text))
    for text in ("2026-01-31", "0001-01-01", "9999-12-31", "1600-02-29"):
        row("d", text, rfc3339(text + "T00:00:00Z"))
    for text in ("0000-01-01", "2026-02-30", "2026-1-1", "2026-01-01T", "20260101", "", "2026-01-0a", "10000-01-01", "-001-01-01"):
        row("d", text, "-")


def instants(r):
    yield from (LEAST, MOST, 0, -1, 1, 951782400000, 951868799999, -62104060800000, 253370764800000)
    for year in (1, 4, 100, 400, 1600, 1900, 1970, 2000, 2023, 2024, 2100, 9999):
        for month, day in ((1, 1), (2, 28), (3, 1), (12, 31)):
            yield (datetime(year, month, day) - EPOCH) // MS
    for _ in range(500):
        yield r.randint(LEAST, MOST)


def civil(r):
    for ms in instants(r):
        row("f", ms, re.sub(r"\.000$", "", at(ms).isoformat(timespec="milliseconds")) + "Z")
        offset = r.choice((0, 0, 660, -150, r.randint(-1439, 1439)))
        try:
            t = at(ms) + timedelta(minutes=offset)
        except OverflowError:
            row("c", ms, offset, *"-" * 10)
            continue
        row("c", ms, offset, t.year, t.month, t.day, t.hour, t.minute, t.second, t.microsecond // 1000,
            t.isoweekday() % 7, t.isoweekday(), t.timetuple().tm_yday)


def plus(ms, months, days, exact):
    """None where a step leaves the calendar."""
    try:
        t = at(ms) + relativedelta(months=months)
        if not 1 <= t.year <= MAXYEAR:
            return None
        return ((t + timedelta(days=days)) + timedelta(milliseconds=exact) - EPOCH) // MS
    except (OverflowError, ValueError):
        return None


def sums(r):
    ends = [(datetime(y, m, d, 12, 30) - EPOCH) // MS for y in (2023, 2024, 1900, 2000)
            for m, d in ((1, 29), (1, 30), (1, 31), (2, 28), (3, 31), (10, 31), (12, 31))]
    ends.append((datetime(2024, 2, 29) - EPOCH) // MS)
    cases = [(ms, months, 0, 0) for ms in ends for months in (1, -1, 2, 11, 12, 13, -13, 48, 1200)]
    cases += [(MOST, 0, 0, 1), (LEAST, 0, 0, -1), (MOST, 1, -40, 0), (LEAST, -1, 40, 0), (LEAST, 0, 3652058, 86399999),
              (MOST, 0, -3652058, -86399999), (0, 96360, 0, 0), (0, 96359, 0, 0), (0, -23628, 0, 0), (0, -23629, 0, 0)]
    for _ in range(600):
        months = r.choice((0, 1, -1, 12, r.randint(-60000, 60000), r.randint(-100, 100)))
        days = r.choice((0, 7, r.randint(-500, 500), r.randint(-1000000, 1000000)))
        cases.append((r.randint(LEAST, MOST), months, days, r.choice((0, r.randint(-10**12, 10**12)))))
    for case in cases:
        result = plus(*case)
        row("a", *case, "-" if result is None else result)


ISO = re.compile(r"(-?)P(?!$)(?:(\d+)W|(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?"
                 r"(T(?=\d)(?:(\d+(?:[.,]\d+(?=H$))?)H)?(?:(\d+(?:[.,]\d+(?=M$))?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?)", re.ASCII)
UNIT = {"h": 3600000000000, "m": 60000000000, "s": 1000000000, "ms": 1000000, "us": 1000, "\u00b5s": 1000, "\u03bcs": 1000, "ns": 1}


def number(text):
    return Decimal((text or "0").replace(",", "."))


def iso_parts(text):
    m = ISO.fullmatch(text)
    if not m:
        return None
    months = int(m[3] or 0) * 12 + int(m[4] or 0)
    days = int(m[2] or 0) * 7 + int(m[5] or 0)
    ms = (number(m[7]) * 3600000 + number(m[8]) * 60000 + number(m[9]) * 1000).to_integral_value(ROUND_DOWN)
    if months > 120000 or days > 3652500 or ms > 315576000000000:
        return None
    sign = -1 if m[1] else 1
    return sign * months, sign * days, sign * int(ms)


def canonical(months, days, ms):
    if not (months or days or ms):
        return "PT0S"
    text = "-P" if min(months, days, ms) < 0 else "P"
    months, days, ms = abs(months), abs(days), abs(ms)
    for value, unit in ((months // 12, "Y"), (months % 12, "M"), (days, "D")):
        text += f"{value}{unit}" if value else ""
    if ms:
        text += "T"
        seconds = format((Decimal(ms % 60000) / 1000).normalize(), "f")
        for value, unit in ((ms // 3600000, "H"), (ms // 60000 % 60, "M"), (seconds if ms % 60000 else 0, "S")):
            text += f"{value}{unit}" if value else ""
    return text


def durations(r):
    texts = """P7D PT24H P1M P1Y2M3DT4H5M6.5S P2W -P1D P0D PT0S -PT0S PT1.5H PT1,5H PT0.5M PT0.0009S PT36H P13M P10000Y
        P120000M P120001M P3652500D P3652501D P521785W P521786W PT87660000H PT87660001H PT87660000H0.001S PT315576000000S
        P99999999999999999999D P9223372036854775808D P P- - PT P1DT -P -PT P1 1D P1D2 P1H PT1D P1D1M P1M1Y PT1S1M PT1H1H P1M1M
        P1Y1W P1W1D P2WT1H P1.5D P0.5Y PT1.H PT.5S PT1.5H30M P+1D +P1D --P1D P-7D P7d p7D pt1h P 7D PT1M30 P1DT1H1 P1YT P007D
        P1Y2M P1DT12H PT0.001S PT0.1S PT59.999S PT60S PT3600S -P1Y2M10DT2H30M P2M10D PTT1H P1DTT1H P1T1H""".split()
    for text in texts + ["", " P1D", "P1D ", "P 1D"]:
        parts = iso_parts(text)
        row("i", text, *(parts + (canonical(*parts),) if parts else "----"))
    for _ in range(300):
        text = r.choice(("", "-")) + "P"
        text += "".join(f"{r.randint(0, 400)}{u}" for u in "YMD" if r.random() < 0.6)
        time = "".join(f"{r.randint(0, 99)}{u}" for u in "HM" if r.random() < 0.6)
        if r.random() < 0.5:
            time += f"{r.randint(0, 99)}.{r.randint(0, 999999)}S"
        text += "T" + time if time else ""
        parts = iso_parts(text)
        row("i", text, *(parts + (canonical(*parts),) if parts else "----"))


def cel_ms(text):
    """Go's time.ParseDuration, to the nearest ms, within the bounds of CEL."""
    m = re.fullmatch(r"([+-]?)((?:(?:\d+(?:\.\d+)?|\.\d+)(?:h|ms|m|s|us|\u00b5s|\u03bcs|ns))+|0)", text, re.ASCII)
    if not m:
        return None
    total = Decimal(0)
    for value, unit in re.findall(r"([\d.]+)(h|ms|m|s|us|\u00b5s|\u03bcs|ns)", m[2]):
        total += (Decimal(value) * UNIT[unit]).to_integral_value(ROUND_DOWN)
    ms = (int(total) + 500000) // 1000000
    return None if ms > 315576000000000 else -ms if m[1] == "-" else ms


def cel(r):
    texts = """3600s 1h30m 1.5h 100ms -1m 0 -0 +0 +5s 1us 999us 1000us 999us1us 1500000ns 1h1h 2m1h .5s 0.0005s 1.0015s 1.9999ms
        315576000000s 315576000001s -315576000000s 99999999999999999999s 87660000h 87660001h 1 s 1d 1w 1M 1H 1.s . 1.5 1e3s
        -1m-1s 1h- - + --1s 1ms1 5m 5ms 5msm 0s 1.5 1_000s 0.333333333333h 1\u00b5s 1500\u03bcs 1h15m30.918273645s
        9223372036854775807ns 2562047h47m16.854775807s""".split()
    for text in texts + ["", " 1s", "1s ", "1 s"]:
        ms = cel_ms(text)
        row("g", text, "-" if ms is None else ms)
    for _ in range(300):
        text = r.choice(("", "-")) + "".join(
            f"{r.randint(0, 500)}{r.choice(('', '.%d' % r.randint(0, 99999)))}{r.choice(list(UNIT)[:5] + ['ns'])}"
            for _ in range(r.randint(1, 4)))
        row("g", text, cel_ms(text))


def spans(r):
    """From every day near the end of every month of the 400 years after which all repeats."""
    days = [datetime(2000 + i // 12, i % 12 + 1, 1).toordinal() for i in range(2 * 4800 + 1)]
    lengths = [days[i + 1] - days[i] for i in range(2 * 4800)]
    for months in [*range(1, 61), 96, 97, 119, 120, 1199, 1200, 1211, 2400, 4788, 4799, *sorted(r.sample(range(61, 4799), 30))]:
        least, most = 10**9, 0
        for i in range(4800):
            for day in {1, 28, *range(28, lengths[i] + 1)}:
                span = days[i + months] + min(day, lengths[i + months]) - days[i] - day
                least, most = min(least, span), max(most, span)
        row("s", months, least, most)


def main():
    for part in (times, civil, sums, durations, cel, spans):
        part(random.Random("times " + part.__name__))


if __name__ == "__main__":
    main()
