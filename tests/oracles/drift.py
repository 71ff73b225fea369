#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/drift.tsv: distributions, exact tests and drift by mpmath, fractions, SciPy, statsmodels and River.

    python3 tests/oracles/drift.py > tests/data/drift.tsv

Rows, fields separated by a tab; numbers are doubles as their bits in hexadecimal, `-` what is not defined:
    n Z CDF                    normal distribution
    i P Z                      its quantile
    c X DF UPPER               chi-square, upper tail
    k L UPPER                  Kolmogorov's distribution, upper tail
    f A N B M P                Fisher's exact test: A of N against B of M
    h N P1..PN Q1..QN          Holm
    b N P1..PN Q1..QN          Benjamini and Hochberg
    p K THEN1..K NOW1..K PSI P population stability index
    s N M A1..N B1..M D P      two-sample Kolmogorov-Smirnov, limit distribution
    w N X1..XN                 a stream of errors, 0 or 1; the a and r rows are about it
    a AT WIDTH MEAN CUT        ADWIN's window after AT values, and whether it was cut there
    r AT DRIFT                 whether Page-Hinkley's test with limit 8 tells drift at value AT: every one where it does, some where not"""
import math
import random
import struct
from fractions import Fraction

import mpmath
import numpy as np
from river.drift import PageHinkley
from river.drift.adwin_c import AdaptiveWindowing
from scipy import special, stats
from statsmodels.stats.multitest import multipletests

mpmath.mp.dps = 40


def bits(x):
    x = float(x)
    return "-" if not math.isfinite(x) else struct.pack(">d", x).hex()


def row(kind, *fields):
    print(kind, *map(bits, fields), sep="\t")


def distributions(r):
    for z in [0, -0.0, 1e-300, 1e-9, 1, -1, 1.4142, -1.4143, 5, -5, 8.2, -8.3, -20, -37, 40] + [r.uniform(-12, 12) for _ in range(60)]:
        row("n", z, mpmath.ncdf(mpmath.mpf(z)))
    for p in [0.5, 0.025, 0.975, 1e-300, 1e-20, 1 - 2**-53, 0.075, 0.925] + [r.random() for _ in range(30)] + [10 ** r.uniform(-200, 0) for _ in range(20)]:
        z = mpmath.sqrt(2) * mpmath.erfinv(2 * mpmath.mpf(p) - 1) if p > 1e-15 else mpmath.findroot(
            lambda t: mpmath.log(mpmath.ncdf(t)) - mpmath.log(mpmath.mpf(p)), -mpmath.sqrt(-2 * mpmath.log(p)))
        row("i", p, z)
    for _ in range(120):
        df = r.choice((1, 2, 3, 5, 9, 30, 59, 60, 61, 200, 1000, 100000))
        x = df * r.choice((r.uniform(0, 3), r.uniform(0.8, 1.2), r.uniform(0, 0.1))) if r.random() < 0.8 else r.uniform(0, 1200)
        row("c", x, df, mpmath.gammainc(mpmath.mpf(df) / 2, mpmath.mpf(x) / 2, mpmath.inf, regularized=True))
    for l in [0.01, 0.05, 0.2, 0.5, 0.99, 1, 1.01, 1.36, 2, 5, 18] + [r.uniform(0.3, 3) for _ in range(30)]:
        terms = mpmath.nsum(lambda k: (-1) ** (int(k) - 1) * mpmath.exp(-2 * k * k * mpmath.mpf(l) ** 2), [1, mpmath.inf], method="d") \
            if l >= 0.2 else mpmath.mpf(special.kolmogorov(l)) / 2
        row("k", l, 2 * terms)


def fisher_exact(a, n, b, m):
    """Every table with these margins, in whole numbers."""
    yes = a + b
    ways = {k: math.comb(n, k) * math.comb(m, yes - k) for k in range(max(0, yes - m), min(n, yes) + 1)}
    return Fraction(sum(w for w in ways.values() if w <= ways[a]), sum(ways.values()))


def tests(r):
    tables = [(0, 0, 0, 5), (3, 3, 0, 3), (5, 5, 5, 5), (1, 10, 9, 10), (8, 10, 1, 6), (900, 1000, 100, 1000), (0, 400, 400, 400)]
    for _ in range(60):
        n, m = (r.randint(1, r.choice((6, 40, 900))) for _ in range(2))
        tables.append((r.randint(0, n), n, r.randint(0, m), m))
    for a, n, b, m in tables:
        p = fisher_exact(a, n, b, m)
        row("f", a, n, b, m, mpmath.mpf(p.numerator) / p.denominator)
    for n in (1, 2, 3, 10, 40):
        for _ in range(4):
            ps = [r.choice((r.random(), r.random() ** 6, 0.01)) for _ in range(n)]
            row("h", n, *ps, *multipletests(ps, method="holm")[1])
            row("b", n, *ps, *multipletests(ps, method="fdr_bh")[1])


def psi(then, now):
    e, a = np.array(then, float), np.array(now, float)
    keep = (e > 0) | (a > 0)
    share = lambda c: np.where(c[keep] > 0, c[keep], 0.5) / c.sum()
    value = float(np.sum((share(a) - share(e)) * np.log(share(a) / share(e))))
    return value, stats.chi2.sf(value / (1 / e.sum() + 1 / a.sum()), keep.sum() - 1) if keep.sum() > 1 else math.nan


def samples(r):
    for _ in range(40):
        k = r.choice((1, 2, 5, 10, 20))
        then, now = ([r.choice((0, r.randint(1, 500))) for _ in range(k)] for _ in range(2))
        then[0] += 1
        now[-1] += 1
        row("p", k, *then, *now, *psi(then, now))
    for _ in range(40):
        n, m = r.choice((1, 2, 7, 50)), r.choice((1, 3, 20, 60))
        draw = r.choice((lambda: r.gauss(0, 1), lambda: float(r.randint(0, 4))))
        a, b = [draw() for _ in range(n)], [draw() + r.choice((0, 0, 1)) for _ in range(m)]
        d = stats.ks_2samp(a, b, method="asymp").statistic
        row("s", n, m, *a, *b, d, stats.kstwobign.sf(d * math.sqrt(n * m / (n + m))))


def streams(r):
    for rates in ((0.1, 0.1), (0.1, 0.5), (0.4, 0.05), (0.2, 0.25), (0.05, 0.9)):
        xs = [float(r.random() < rates[i // 480]) for i in range(960)]
        row("w", len(xs), *xs)
        adwin = AdaptiveWindowing(delta=0.002)
        for i, x in enumerate(xs):
            cut = adwin.update(x)
            if i % 32 == 31 or cut or i < 40:
                row("a", i + 1, adwin.get_width(), adwin.get_total() / adwin.get_width(), cut)
        ph = PageHinkley(min_instances=30, delta=0.005, threshold=8, alpha=1, mode="up")
        for i, x in enumerate(xs):
            ph.update(x)
            if ph.drift_detected or i % 60 == 17:
                row("r", i + 1, ph.drift_detected)


def main():
    for part in (distributions, tests, samples, streams):
        part(random.Random("drift " + part.__name__))


if __name__ == "__main__":
    main()
