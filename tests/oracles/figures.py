#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/figures.tsv: figures of predictions, calibrations and thresholds, by scikit-learn and plain loops.

    python3 tests/oracles/figures.py > tests/data/figures.tsv

Rows, fields separated by a tab; numbers are doubles as their bits in hexadecimal, `-` what is not defined:
    d N PROBABILITY WEIGHTED S1..SN Y1..YN [W1..WN]    data: scores, labels, weights; the rows below are about it
    v NAME VALUE...                                    a figure of it; see FIGURES
    c NAME X1..XN Y1..YN VALUE                         a correlation"""
import random
import struct
import warnings

import numpy as np
import statsmodels.api as sm
from scipy import optimize, stats
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.isotonic import IsotonicRegression

warnings.simplefilter("ignore")


def bits(x):
    return "-" if x is None or not np.isfinite(x) else struct.pack(">d", float(x)).hex()


def row(kind, *fields):
    print(kind, *(f if isinstance(f, str) else bits(f) for f in fields), sep="\t")


def dataset(r, n, kind, weighted):
    y = np.array([r.random() < 0.3 for _ in range(n)], float)
    if kind == "one":
        y[:] = r.choice((0.0, 1.0))
    elif n >= 2:
        y[0], y[1] = 0, 1
    z = np.array([r.gauss(-1, 1) + 1.5 * v for v in y])
    p = 1 / (1 + np.exp(-z))
    if kind == "ties":
        p = np.round(p * 8) / 8
    if kind == "equal":
        p[:] = 0.4
    if kind == "score":
        p = np.round(100 * p)
    w = np.array([r.choice((0.5, 1, 2, r.uniform(0.1, 3))) for _ in range(n)]) if weighted else np.ones(n)
    return p, y, w, kind != "score"


def delong(p, y):
    """DeLong, DeLong, Clarke-Pearson as written, over every pair."""
    a, b = p[y == 1], p[y == 0]
    if len(a) < 2 or len(b) < 2:
        return None
    psi = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    return np.sqrt(np.var(psi.mean(1), ddof=1) / len(a) + np.var(psi.mean(0), ddof=1) / len(b))


def found_in_top(p, y, w, share):
    """Weight of label 1 in the top share, rows of equal score taken in equal part."""
    left, found = share * w.sum(), 0.0
    for score in sorted(set(p), reverse=True):
        here = p == score
        part = min(1.0, left / w[here].sum())
        found += part * (w * y)[here].sum()
        left -= part * w[here].sum()
        if left <= 0:
            break
    return found


def ranking(p, y, w, weighted):
    both = 0 < y.sum() < len(y)
    auc = metrics.roc_auc_score(y, p, sample_weight=w) if both else None
    row("v", "auc", auc)
    deviation = None if weighted or not both else delong(p, y)
    row("v", "auc_deviation", deviation)
    if deviation is not None:
        reach = stats.norm.ppf(0.975) * deviation
        row("v", "auc_interval", max(0, auc - reach), min(1, auc + reach))
    row("v", "pr_auc", metrics.average_precision_score(y, p, sample_weight=w) if both else None)
    events, total = (w * y).sum(), w.sum()
    for share in (0.05, 0.1, 0.37, 1.0):
        row("v", "lift", share, found_in_top(p, y, w, share) / (share * total) / (events / total) if events else None)
    for i in range(10):
        upto, before = found_in_top(p, y, w, (i + 1) / 10), found_in_top(p, y, w, i / 10) if i else 0.0
        row("v", "decile", float(i), (upto - before) / (total / 10), upto / events if events else None)
    if events:
        best = max((metrics.f1_score(y, p >= t, sample_weight=w), t) for t in sorted(set(p)))
        row("v", "best_f1", best[0])


def probability(p, y, w):
    row("v", "log_loss", metrics.log_loss(y, p, sample_weight=w, labels=[0, 1]))
    brier = metrics.brier_score_loss(y, p, sample_weight=w, labels=[0, 1], pos_label=1)
    row("v", "brier", brier)
    edges = np.linspace(0, 1, 11)
    index = np.searchsorted(edges[1:-1], p)
    base = (w * y).sum() / w.sum()
    ece = mce = reliability = resolution = 0.0
    for k in range(10):
        m = index == k
        if not m.any():
            row("v", "bin", float(k), 0.0, 0.0, 0.0)
            continue
        mean, rate, share = np.average(p[m], weights=w[m]), np.average(y[m], weights=w[m]), w[m].sum() / w.sum()
        row("v", "bin", float(k), float(m.sum()), mean, rate)
        ece += share * abs(mean - rate)
        mce = max(mce, abs(mean - rate))
        reliability += share * (mean - rate) ** 2
        resolution += share * (rate - base) ** 2
    for name, value in (("ece", ece), ("mce", mce), ("reliability", reliability), ("resolution", resolution),
                        ("uncertainty", base * (1 - base)), ("within", brier - reliability + resolution - base * (1 - base))):
        row("v", name, value)


def curve(p, y, strategy):
    rate, mean = calibration_curve(y, p, n_bins=7, strategy=strategy)
    row("v", "curve_" + strategy, *mean, *rate)


def decision(p, y, w, threshold):
    said = p >= threshold
    tn, fp, fn, tp = metrics.confusion_matrix(y, said, labels=[0, 1], sample_weight=w).ravel()
    undefined = {"zero_division": np.nan, "sample_weight": w}
    row("v", "decision", threshold, metrics.accuracy_score(y, said, sample_weight=w),
        metrics.precision_score(y, said, **undefined) if tp + fp else None,
        metrics.recall_score(y, said, **undefined) if tp + fn else None,
        metrics.f1_score(y, said, **undefined) if tp + fp + fn else None,
        fp / (fp + tn) if fp + tn else None, tn / (fp + tn) if fp + tn else None)


def platt(z, y, w):
    target = np.where(y == 1, ((w * y).sum() + 1) / ((w * y).sum() + 2), 1 / ((w * (1 - y)).sum() + 2))
    fit = sm.GLM(target, sm.add_constant(z), family=sm.families.Binomial(), var_weights=w).fit(tol=1e-14, maxiter=200)
    row("v", "platt", fit.params[1], fit.params[0])
    shift = optimize.brentq(lambda b: (w * (1 / (1 + np.exp(-z - b)) - y)).sum(), -50, 50, xtol=1e-13, rtol=1e-14)
    row("v", "intercept", shift)


def isotonic(p, y, w):
    fit = IsotonicRegression(out_of_bounds="clip").fit(p, y, sample_weight=w)
    knots = fit.X_thresholds_
    row("v", "knots", float(len(knots)))
    for x in (*np.quantile(p, (0, 0.1, 0.33, 0.5, 0.77, 1)), p.min() - 1, p.max() + 1, 0.123):
        row("v", "isotonic", float(x), fit.predict([x])[0])


def threshold(p, y, w, alarm, missed, capacity):
    best = (missed * (w * y).sum(), 0.0, None)
    for t in sorted(set(p), reverse=True):
        acted = p >= t
        if w[acted].sum() > capacity:
            break
        cost = alarm * (w * (1 - y))[acted].sum() + missed * (w * y)[~acted].sum()
        if cost < best[0] - 1e-9:
            best = (cost, w[acted].sum(), t)
    row("v", "threshold", alarm, missed, float(capacity), best[2], best[1], best[0])


def case(r, n, kind, weighted):
    p, y, w, is_probability = dataset(r, n, kind, weighted)
    row("d", float(n), float(is_probability), float(weighted), *p, *y, *(w if weighted else ()))
    ranking(p, y, w, weighted)
    decision(p, y, w, r.choice((0.3, 0.5)) if is_probability else 40.0)
    for costs in ((10, 100, 1e9), (50, 60, 1e9), (10, 100, n // 7)):
        threshold(p, y, w, *costs)
    if not is_probability:
        return
    probability(p, y, w)
    if not weighted and kind == "plain":
        curve(p, y, "uniform")
        curve(p, y, "quantile")
    if 0 < y.sum() < len(y):
        isotonic(p, y, w)
        if kind == "plain" and n >= 20:
            platt(np.log(p / (1 - p)), y, w)


def correlations(r):
    for n in (2, 3, 8, 40):
        for kind in ("plain", "tied", "label", "flat"):
            x = np.array([r.gauss(5, 2) for _ in range(n)])
            y = x * r.uniform(-1, 1) + np.array([r.gauss(0, 1) for _ in range(n)])
            if kind == "tied":
                x, y = np.round(x), np.round(y)
            if kind == "label":
                y = np.array([float(i % 3 == 0) for i in range(n)])
            if kind == "flat":
                x[:] = 3
            row("c", "pearson", float(n), *x, *y, stats.pearsonr(x, y)[0])
            row("c", "spearman", float(n), *x, *y, stats.spearmanr(x, y)[0])


def main():
    r = random.Random("figures")
    for n in (2, 3, 9, 20, 60, 200):
        for kind in ("plain", "ties", "equal", "score", "one"):
            for weighted in (False, True):
                if n < 100 or kind in ("plain", "ties"):
                    case(r, n, kind, weighted)
    correlations(r)


if __name__ == "__main__":
    main()
