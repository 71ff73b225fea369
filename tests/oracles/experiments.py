#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/experiments.tsv: arms by hash, distributions, and readings of experiments.

    python3 tests/oracles/experiments.py > tests/data/experiments.tsv

Rows, fields separated by a tab; numbers are doubles as their bits in hexadecimal, but for the arms:
    arm SALT ID UNIT SHARES ARM           hashlib: of shares "0.5,0.3,0.2" the index of the arm
    beta A B X P QUANTILE                 SciPy: P(X <= x) of the beta distribution, and the 0.025 quantile
    student DF T P QUANTILE               SciPy: P(|T| >= t), and the t of a 95 per cent interval
    unit CASE ARM YES NO                  one unit of a case with YES and NO outcomes in ARM (0 or 1)
    read CASE SHARE0 SHARE1 VARIANCE0 VARIANCE1 DIFFERENCE ERROR DF LOW HIGH P
Variances are those of statsmodels' OLS on a constant with cov_type "cluster", arm by arm; where every unit has one
customer the whole reading is checked against SciPy's Welch test, where all have as many against that of their means."""
import hashlib
import random
import struct
import warnings

import numpy
import statsmodels.api as sm
from scipy import stats

warnings.simplefilter("ignore")


def bits(x):
    return struct.pack(">d", float(x)).hex()


def row(kind, *values):
    print(kind, *(v if isinstance(v, str) else bits(v) for v in values), sep="\t")


def tagged(text):
    data = text.encode()
    return b"s" + struct.pack("<Q", len(data)) + data


def arm_of(salt, identity, unit, shares):
    digest = hashlib.sha256(tagged("experiment") + tagged(salt) + tagged(identity) + tagged(unit)).digest()
    part = (int.from_bytes(digest[:8], "big") >> 11) / 2.0**53
    total = 0
    for i, share in enumerate(shares):
        total += share
        if part < total:
            return i
    return len(shares) - 1


def arms():
    shares = (0.5, 0.3, 0.2)
    units = ["", "a", "acme", "Straße 7", "customer-1", "x" * 100, "00000000-0000-4000-8000-000000000000"]
    units += ["customer-%d" % i for i in range(2, 40)]
    for salt, identity in (("", "e"), ("2026", "save_works"), ("", "save_works"), ("2026", "ü")):
        for unit in units:
            print("arm", salt, identity, unit, arm_of(salt, identity, unit, shares), sep="\t")


def distributions(r):
    for _ in range(150):
        a, b = (10 ** r.uniform(-1, 5) for _ in range(2))
        x = min(1, max(0, stats.beta.rvs(a, b, random_state=r.randint(0, 2**31)) * r.choice((1, 1, 0.9, 1.05))))
        row("beta", a, b, x, stats.beta.cdf(x, a, b), stats.beta.ppf(0.025, a, b))
    for _ in range(150):
        df = r.choice((1, 2, 3.5, 7, 29.25, 200, 1e4, 1e7, 10 ** r.uniform(0, 5)))
        t = r.choice((0, 1, 1.96, 5, 30, r.gauss(0, 2)))
        row("student", df, t, 2 * stats.t.sf(abs(t), df), stats.t.ppf(0.975, df))


def cluster_variance(units):
    """Of the mean over customers of units (yes, no), by statsmodels."""
    y = numpy.concatenate([[1.0] * yes + [0.0] * no for yes, no in units])
    groups = numpy.concatenate([[i] * (yes + no) for i, (yes, no) in enumerate(units)])
    fit = sm.OLS(y, numpy.ones(len(y))).fit(cov_type="cluster", cov_kwds={"groups": groups})
    return y.mean(), float(fit.cov_params()[0][0])


def reading(case, arms_):
    (p0, v0), (p1, v1) = (cluster_variance(units) for units in arms_)
    g0, g1 = (len(units) for units in arms_)
    error = (v0 + v1) ** 0.5
    df = (v0 + v1) ** 2 / (v0**2 / (g0 - 1) + v1**2 / (g1 - 1))
    difference = p1 - p0
    half = stats.t.ppf(0.975, df) * error
    p = 2 * stats.t.sf(abs(difference) / error, df)
    sizes = {yes + no for units in arms_ for yes, no in units}
    if len(sizes) == 1:
        size = sizes.pop()
        means = [[yes / size for yes, _ in units] for units in arms_]
        test = stats.ttest_ind(means[1], means[0], equal_var=False)
        assert abs(test.pvalue - p) < 1e-9 and abs(test.df - df) < 1e-6 * df, (test, p, df)
    low, high = max(-1, difference - half), min(1, difference + half)
    for arm, units in enumerate(arms_):
        for yes, no in units:
            row("unit", case, arm, yes, no)
    row("read", case, p0, p1, v0, v1, difference, error, df, low, high, p)


def cases(r):
    for case in range(12):
        kind = case % 3
        arms_ = []
        for arm in range(2):
            base = r.uniform(0.1, 0.6)
            units = []
            for _ in range(r.randint(8, 60)):
                size = 1 if kind == 0 else 4 if kind == 1 else r.choice((1, 1, 2, 3, 10, 25))
                p = min(1, max(0, r.gauss(base, 0.2)))
                yes = sum(r.random() < p for _ in range(size))
                units.append((yes, size - yes))
            arms_.append(units)
        reading(case, arms_)


def main():
    r = random.Random(2026)
    arms()
    distributions(r)
    cases(r)


main()
