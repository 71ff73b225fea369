# SPDX-License-Identifier: Apache-2.0
"""Aggregates over the CDNOW log, counted plainly: cdnow.py > tests/data/cdnow.aggregates.tsv
Every purchase of every customer is looked at again for every date and aggregate. A row holds date, aggregate, for how many customers the value is
missing, the sum over customers of the value, and the sum of customer number times value, all whole numbers. The definitions stand
in unit/customer_series_cdnow_test.c too."""
import calendar
import datetime as dt
from collections import defaultdict
from pathlib import Path

DATES = ["1997-01-15", "1997-01-31", "1997-02-28", "1997-03-01", "1997-03-30", "1997-03-31", "1997-04-01", "1997-04-30", "1997-05-31", "1997-06-30",
         "1997-07-31", "1997-09-30", "1997-10-01", "1997-12-31", "1998-01-01", "1998-02-28", "1998-03-31", "1998-05-31", "1998-06-30", "1998-08-15"]


def months_before(day, months):
    month = day.year * 12 + day.month - 1 - months
    year, month = divmod(month, 12)
    return day.replace(year=year, month=month + 1, day=min(day.day, calendar.monthrange(year, month + 1)[1]))


def days(n, back=0):
    return lambda day, now: now - dt.timedelta(n + back) < day <= now - dt.timedelta(back)


def months(n):
    return lambda day, now: months_before(now, n) < day <= now


def this_month(day, now):
    return day <= now and (day.year, day.month) == (now.year, now.month)


def this_quarter(day, now):
    return day <= now and (day.year, (day.month - 1) // 3) == (now.year, (now.month - 1) // 3)


def always(day, now):
    return day <= now


def ever_until(back):
    return lambda day, now: day <= now - dt.timedelta(back)


def milliseconds(day):
    return (day - dt.date(1970, 1, 1)).days * 86_400_000


AGGREGATES = {
    "orders_30d": (days(30), lambda p: len(p)),
    "orders_before": (days(30, 30), lambda p: len(p)),
    "orders_p1m": (months(1), lambda p: len(p)),
    "orders_ever": (always, lambda p: len(p)),
    "orders_ever_then": (ever_until(90), lambda p: len(p)),
    "cents_90d": (days(90), lambda p: sum(x[2] for x in p)),
    "cents_month": (this_month, lambda p: sum(x[2] for x in p)),
    "cents_quarter": (this_quarter, lambda p: sum(x[2] for x in p)),
    "cents_ever": (always, lambda p: sum(x[2] for x in p)),
    "least_year": (months(12), lambda p: min((x[2] for x in p), default=None)),
    "most_90d": (days(90), lambda p: max((x[2] for x in p), default=None)),
    "days_180d": (days(180), lambda p: len({x[0] for x in p})),
    "days_ever": (always, lambda p: len({x[0] for x in p})),
    "quantities_365d": (days(365), lambda p: len({x[1] for x in p})),
    "quantities_ever": (always, lambda p: len({x[1] for x in p})),
    "first_cents": (always, lambda p: min(p, key=lambda x: (x[0], x[3]))[2] if p else None),
    "last_cents_90d": (days(90), lambda p: max(p, key=lambda x: (x[0], x[3]))[2] if p else None),
    "last_order": (always, lambda p: max((milliseconds(x[0]) for x in p), default=None)),
    "large_90d": (days(90), lambda p: sum(1 for x in p if x[2] > 5000 and x[1] >= 2)),
}


def main():
    customers = defaultdict(list)
    path = Path(__file__).parent.parent / "data/cdnow.tsv"
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    for number, (customer, day, quantity, cents) in enumerate(lines):
        customers[int(customer)].append((dt.date.fromisoformat(day), int(quantity), int(cents), f"{number:05d}"))
    for text in DATES:
        now = dt.date.fromisoformat(text)
        for name, (inside, value) in AGGREGATES.items():
            missing = total = weighted = 0
            for customer, purchases in customers.items():
                v = value([p for p in purchases if inside(p[0], now)])
                if v is None:
                    missing += 1
                else:
                    total += v
                    weighted += customer * v
            print(text, name, missing, total, weighted, sep="\t")


main()
