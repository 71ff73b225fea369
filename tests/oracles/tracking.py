#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/tracking.tsv: predictions with outcomes, and what scikit-learn and statsmodels say of them.

    python3 tests/oracles/tracking.py > tests/data/tracking.tsv

Rows, fields separated by a tab; every number is a double as its bits in hexadecimal:
    w HITS OF CONFIDENCE LOW HIGH    statsmodels' proportion_confint, method wilson
    p CASE PROBABILITY ALARM_AT_DAY CHURN_DAY OBSERVED_DAY ACTED    a prediction of a horizon of 30 days; CHURN_DAY NaN: none
    f CASE PENDING LEFT_OUT MATURED ACCURACY PRECISION RECALL FPR F1 BRIER LOG_LOSS ECE LEAD_MEAN LEAD_MEDIAN
The threshold is 0.5. Brier, log loss and ECE are over the matured that were left alone (there are 30 at least)."""
import random
import struct

import numpy
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

HORIZON = 30


def row(kind, *values):
    print(kind, *(struct.pack(">d", float(value)).hex() for value in values), sep="\t")


def wilson(r):
    for _ in range(60):
        of = r.choice((1, 2, 10, 37, 500, 12345, 10**7))
        hits = r.choice((0, of, r.randint(0, of)))
        confidence = r.choice((0.8, 0.9, 0.95, 0.99))
        low, high = proportion_confint(hits, of, 1 - confidence, "wilson")
        row("w", hits, of, confidence, max(low, 0), min(high, 1))


def prediction(r):
    p = r.choice((r.random(), round(r.random(), 1)))
    at = r.randint(0, 60)
    left = r.random() < 0.2 + 0.6 * p
    churn = at + r.randint(-3, 50) + r.choice((0, 0, 0.5)) if left else float("nan")
    return p, at, churn, r.choice((70, 90, 120)), r.random() < 0.3


def ece(p, y):
    edges = numpy.linspace(0, 1, 11)
    bins = numpy.searchsorted(edges[1:-1], p)
    return sum(abs(p[bins == b].sum() - y[bins == b].sum()) for b in range(10)) / len(p)


def cases(r):
    for case in range(8):
        rows = [prediction(r) for _ in range(r.choice((120, 400)))]
        for values in rows:
            row("p", case, *values)
        fates = []
        for p, at, churn, until, acted in rows:
            if churn == churn:
                fates.append("out" if churn <= at else int(churn <= at + HORIZON))
            else:
                fates.append(0 if until >= at + HORIZON else "open")
        kept = [(v, f) for v, f in zip(rows, fates) if f in (0, 1)]
        p = numpy.array([v[0] for v, _ in kept])
        y = numpy.array([f for _, f in kept])
        alone = numpy.array([not v[4] for v, _ in kept])
        said = (p >= 0.5).astype(int)
        tn, fp, _, _ = metrics.confusion_matrix(y, said).ravel()
        leads = [v[2] - v[1] for v, f in kept if f and v[0] >= 0.5]
        whole = sorted(int(lead) for lead in leads)
        row("f", case, fates.count("open"), fates.count("out"), len(kept), metrics.accuracy_score(y, said),
            metrics.precision_score(y, said), metrics.recall_score(y, said), fp / (fp + tn), metrics.f1_score(y, said),
            metrics.brier_score_loss(y[alone], p[alone]),
            metrics.log_loss(y[alone], numpy.clip(p[alone], 1e-6, 1 - 1e-6)), ece(p[alone], y[alone]),
            sum(leads) / len(leads), whole[(len(whole) - 1) // 2])


def main():
    for part in (wilson, cases):
        part(random.Random("tracking " + part.__name__))


if __name__ == "__main__":
    main()
