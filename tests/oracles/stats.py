#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/stats.tsv: sums, quantiles, ranks and robust lines, by fractions and SciPy.

    python3 tests/oracles/stats.py > tests/data/stats.tsv

Rows, fields separated by a tab, every number a double as its bits in hexadecimal:
    s N TOTAL MEAN MIN MAX X1 ... XN           exact sum and mean of the numbers at nine decimals
    q N P QUANTILE X RANK X1 ... XN            numpy's default quantile; scipy.stats.percentileofscore, kind mean
    t N CONFIDENCE SLOPE LOW HIGH T1 Y1 ...    scipy.stats.theilslopes; T in ms since 1970, slopes per day"""
import random
import struct
from fractions import Fraction

import numpy
from scipy import stats

DAY = 86400000


def row(*fields):
    kind, *values = fields
    print(kind, *(struct.pack(">d", value).hex() for value in values), sep="\t")


def numbers(r):
    n = r.choice((1, 2, 3, 5, 10, 40))
    kind = r.choice(("score", "tied", "money", "wide"))
    if kind == "score":
        return [r.uniform(0, 100) for _ in range(n)]
    if kind == "tied":
        return [float(r.randint(0, 6)) for _ in range(n)]
    if kind == "money":
        return [r.randint(-10**9, 10**9) / 100 for _ in range(n)]
    return [r.choice((-1, 1)) * 10 ** r.uniform(-12, 20) for _ in range(n)]


def sums(r):
    for _ in range(150):
        xs = numbers(r)
        nano = sum(round(Fraction(x) * 10**9) for x in xs)
        total = Fraction(nano, 10**9)
        row("s", len(xs), float(total), float(total / len(xs)), min(xs), max(xs), *xs)


def quantiles(r):
    for _ in range(150):
        xs = numbers(r)
        p = r.choice((0.0, 0.25, 0.5, 0.75, 0.9, 1.0, r.random()))
        x = r.choice([*xs, r.choice(xs) + r.uniform(-1, 1)])
        row("q", len(xs), p, float(numpy.quantile(xs, p)), x, float(stats.percentileofscore(xs, x, kind="mean")), *xs)


def trends(r):
    for _ in range(60):
        n = r.choice((3, 4, 5, 8, 12, 30))
        confidence = r.choice((0.8, 0.9, 0.95, 0.99))
        times = [1767225600000 + DAY * r.randint(0, 120) for _ in range(n)]
        slope = r.uniform(-1, 1)
        ys = [60 + slope * (t - times[0]) / DAY + r.gauss(0, 5) for t in times]
        if r.random() < 0.3:
            ys = [float(round(y / 5) * 5) for y in ys]
        if r.random() < 0.3:
            ys[0] = 1000.0
        if len(set(times)) < 2:
            continue
        result = stats.theilslopes(ys, [(t - min(times)) / DAY for t in times], confidence)
        row("t", n, confidence, float(result[0]), float(result[2]), float(result[3]),
            *(field for pair in zip(times, ys) for field in pair))


def main():
    for part in (sums, quantiles, trends):
        part(random.Random("stats " + part.__name__))


if __name__ == "__main__":
    main()
