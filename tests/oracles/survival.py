#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/survival.tsv: survival curves and tests by lifelines.

    python3 tests/oracles/survival.py > tests/data/survival.tsv

Rows, fields separated by a tab; numbers are doubles as their bits in hexadecimal, `-` what is not defined:
    g NAME T1 E1 T2 E2 ...          durations and whether they ended; the rows below are about it
    s NAME TIME AT_RISK EVENTS S LOW HIGH H DEVIATION     a step: Kaplan-Meier with its 95 % interval, Nelson-Aalen
    m NAME MEDIAN LOW HIGH          95 %
    l NAME CHI2 DF P                log-rank over all g rows since the last l row"""
import csv
import math
import random
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
from lifelines import KaplanMeierFitter, NelsonAalenFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import median_survival_times

warnings.simplefilter("ignore")
DATA = Path(__file__).parent.parent / "data" / "survival"


def bits(x):
    return "-" if x is None or not math.isfinite(x) else struct.pack(">d", float(x)).hex()


def row(kind, name, *fields):
    print(kind, name, *map(bits, fields), sep="\t")


def group(name, times, ended, steps):
    row("g", name, *(x for pair in zip(times, ended) for x in pair))
    km = KaplanMeierFitter().fit(times, ended)
    na = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(times, ended)
    table, interval = km.event_table, km.confidence_interval_
    deviation = np.sqrt(na._cumulative_sq)
    for at in steps(list(table.index[table["observed"] > 0])):
        s = km.survival_function_.loc[at].iloc[0]
        low, high = interval.loc[at]
        row("s", name, at, table.loc[at, "at_risk"], table.loc[at, "observed"], s,
            None if s == 0 else low, None if s == 0 else high, na.cumulative_hazard_.loc[at].iloc[0], deviation.loc[at])
    low, high = median_survival_times(interval).iloc[0]
    row("m", name, km.median_survival_time_, low, high)


def compare(name, groups):
    times = [t for _, ts, _ in groups for t in ts]
    ended = [e for _, _, es in groups for e in es]
    which = [i for i, (_, ts, _) in enumerate(groups) for _ in ts]
    result = multivariate_logrank_test(times, which, ended)
    row("l", name, result.test_statistic, len(groups) - 1, result.p_value)


def read(file, time, event, by):
    groups = {}
    with open(DATA / file, newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            g = groups.setdefault(r[by] if isinstance(by, str) else by(r), ([], []))
            g[0].append(float(r[time]))
            g[1].append(float(r[event]))
    return [(k, t, e) for k, (t, e) in sorted(groups.items())]


def main():
    r = random.Random("survival")
    stage = lambda x: "stage" + str(1 + int(x["Stage_II"]) + 2 * int(x["Stage_III"]) + 3 * int(x["Stage_IV"]))
    files = (("waltons", read("waltons_dataset.csv", "T", "E", "group")),
             ("rossi", read("rossi.csv", "week", "arrest", "fin")), ("larynx", read("larynx.csv", "time", "death", stage)))
    for name, groups in files:
        for key, times, ended in groups:
            group(key, times, ended, lambda steps: steps[::3] + steps[-1:])
        compare(name, groups)
    for case in range(24):
        groups = []
        for k in range(r.choice((2, 2, 3, 6))):
            n = r.choice((1, 2, 5, 30))
            times = [r.choice((float(r.randint(0, 12)), r.uniform(0, 12))) for _ in range(n)]
            groups.append(("random", times, [float(r.random() < 0.6) for _ in range(n)]))
        if not any(e for _, _, es in groups for e in es):
            continue
        for name, times, ended in groups:
            group(name, times, ended, lambda steps: steps)
        compare("random", groups)


if __name__ == "__main__":
    sys.exit(main())
