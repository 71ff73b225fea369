#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/data/logistic.tsv: logistic regressions by scikit-learn and statsmodels.

    python3 tests/oracles/logistic.py > tests/data/logistic.tsv

Rows, fields separated by a tab:
    fit DATA PENALTY DEVIANCE                    scikit-learn's LogisticRegression, C = 1 / PENALTY, on standardised numbers (missing ones at
                                                 the mean, with a column that says so) and a column of 0 and 1 per word
    slope|missing NAME VALUE                     its coefficients: per unit of a number; of the column that says that it is missing
    word|else|none NAME WORD VALUE               of a word, of the rare words together, of missing
    row INDEX LOGODDS                            its prediction of one row
    plain DEVIANCE, then slope NAME VALUE ERROR  statsmodels' GLM without penalty on telco, with standard errors
    data NAME...                                 the rows of DATA "made": outcome and weight first; empty: missing
    make VALUE..."""
import random
import sys
from pathlib import Path

import numpy
import pandas
import statsmodels.api
from sklearn.linear_model import LogisticRegression

TELCO = Path(__file__).parents[2] / "examples/telco/telco.csv"
NUMBERS = {"tenure", "MonthlyCharges", "TotalCharges", "SeniorCitizen", "size", "age"}
PLAIN = ["SeniorCitizen", "tenure", "InternetService", "Contract", "PaperlessBilling", "PaymentMethod", "MonthlyCharges"]
RARE = 5


def row(*fields):
    print(*(repr(float(f)) if isinstance(f, float) else f for f in fields), sep="\t")


def columns(frame, weight):
    """Columns, and how each is called and what a unit of it is."""
    found, names = [], []
    for name in frame:
        values = frame[name]
        if name in NUMBERS:
            here = values.notna().to_numpy()
            mean = numpy.average(values[here], weights=weight[here])
            deviation = numpy.sqrt(numpy.average((values[here] - mean) ** 2, weights=weight[here]))
            found.append(((values.fillna(mean) - mean) / deviation).to_numpy())
            names.append((("slope", name), deviation))
            if values.isna().any():
                found.append(values.isna().to_numpy(dtype=float))
                names.append((("missing", name), 1))
            continue
        counts = values.value_counts()
        rare = set(counts[counts < RARE].index)
        for word in sorted(set(counts.index) - rare):
            found.append((values == word).to_numpy(dtype=float))
            names.append((("word", name, word), 1))
        if rare:
            found.append(values.isin(rare).to_numpy(dtype=float))
            names.append((("else", name, "-"), 1))
        if values.isna().any():
            found.append(values.isna().to_numpy(dtype=float))
            names.append((("none", name, "-"), 1))
    return numpy.column_stack(found), names


def fit(data, frame, outcome, weight, penalty):
    x, names = columns(frame, weight)
    model = LogisticRegression(C=1 / penalty, solver="newton-cholesky", tol=1e-13, max_iter=200)
    model.fit(x, outcome, sample_weight=weight)
    linear = model.decision_function(x)
    deviance = 2 * numpy.sum(weight * (numpy.logaddexp(0, linear) - outcome * linear))
    row("fit", data, float(penalty), deviance)
    for (key, unit), value in zip(names, model.coef_[0]):
        row(*key, value / unit)
    for i in range(0, len(frame), 97 if data == "telco" else 7):
        row("row", i, linear[i])


def plain(frame, outcome):
    x = statsmodels.api.add_constant(pandas.get_dummies(frame[PLAIN], drop_first=True).astype(float))
    found = statsmodels.api.GLM(outcome, x, family=statsmodels.api.families.Binomial()).fit(tol=1e-14, maxiter=50)
    row("plain", float(found.deviance))
    for name in PLAIN:
        if name in NUMBERS:
            row("slope", name, float(found.params[name]), float(found.bse[name]))


def made():
    """Rows with everything: missing numbers and words, rare words, a wide category, weights."""
    r = random.Random("logistic")
    rows = []
    for _ in range(600):
        size, age = round(r.lognormvariate(5, 2), 3), round(r.gauss(40, 10), 1)
        region = f"r{int(r.paretovariate(0.7)) % 60}"
        plan = r.choice(["free", "pro", "team"])
        odds = -1 + 0.3 * (size > 200) - 0.03 * (age - 40) + {"free": 0.8, "pro": 0, "team": -0.5}[plan] + (int(region[1:]) % 3 - 1) * 0.6
        left = int(r.random() < 1 / (1 + 2.718281828 ** -odds))
        rows.append([left, r.choice([0.5, 1.0, 2.0]), None if r.random() < 0.1 else size, None if r.random() < 0.05 + 0.1 * left else age,
                     None if r.random() < 0.07 else region, plan])
    return pandas.DataFrame(rows, columns=["left", "weight", "size", "age", "region", "plan"])


def main():
    telco = pandas.read_csv(TELCO)
    telco["TotalCharges"] = pandas.to_numeric(telco["TotalCharges"], errors="coerce")
    outcome = (telco["Churn"] == "Yes").to_numpy(dtype=float)
    telco = telco.drop(columns=["customerID", "Churn"])
    for penalty in (1, 100):
        fit("telco", telco, outcome, numpy.ones(len(telco)), penalty)
    plain(telco, outcome)
    frame = made()
    row("data", *frame)
    for values in frame.astype(object).itertuples(index=False):
        row("make", *("" if pandas.isna(v) else v for v in values))
    for penalty in (0.3, 5):
        fit("made", frame.drop(columns=["left", "weight"]), frame["left"].to_numpy(), frame["weight"].to_numpy(), penalty)


sys.exit(main())
