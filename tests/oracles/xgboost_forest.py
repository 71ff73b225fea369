# SPDX-License-Identifier: Apache-2.0
"""Imported trees beside XGBoost itself: xgboost_forest.py FOREST_ROWS [TELCO.csv [ROWS]].

Trains models of every kind that is read, on data from a fixed seed (and telco), saves each as JSON, and compares what FOREST_ROWS
makes of it with the program's own answers on rows of which half were not seen in training: probabilities to 1e-6, SHAP values to 1e-5, contributions
that add up to the margin to 1e-9. XGBoost adds SHAP values up in float32, so that those of hundreds of trees miss its own margin: where
they are greater than 1, 1e-5 is meant in proportion. Exit 77 (skipped) where xgboost is not installed. With `--fixtures DIR` it writes the small models
and answers of tests/data/trees instead.
"""
import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # several may run beside one another
try:
    import numpy as np
    import xgboost as xgb
except ImportError as why:
    print(f"skipped: {why}")
    sys.exit(77)

SHAP_ROWS = 300
OLD = xgb.__version__.startswith("1.")


# ---- Data ----

def numbers(rng, rows, missing):
    x = rng.normal(size=(rows, 12)).astype(np.float32)
    x[:, 3] = np.round(x[:, 3] * 3)  # ties, and thresholds that values stand on
    x[:, 4] = x[:, 4] > 0
    x[:, 5] = np.exp(x[:, 5] * 6)
    x[:, 6] = -np.abs(x[:, 6]) * np.float32(1e-30)
    x[rng.random(rows) < 0.1, 7] = np.float32(-0.0)
    if missing:
        x[rng.random(x.shape) < 0.2] = np.nan
    return x


def outcome(rng, x):
    y = np.nan_to_num(x)
    score = y[:, 0] * y[:, 1] + np.abs(y[:, 2]) - 0.5 * y[:, 3] + y[:, 4] + 0.3 * np.isnan(x[:, 0]) - 0.5
    return (score + rng.logistic(size=len(x)) > 0).astype(np.float32)


def categories(rng, rows, count):
    """Numbers, then one column of few and one of `count` categories; some missing."""
    x = numbers(rng, rows, True)
    effect = np.random.default_rng(9).normal(size=count)
    x[:, 10] = rng.integers(0, 4, rows)
    x[:, 11] = rng.integers(0, count, rows)
    y = outcome(rng, x)
    flip = rng.random(rows) < 1 / (1 + np.exp(-2 * effect[x[:, 11].astype(int)]))
    y = np.where(rng.random(rows) < 0.6, flip, y).astype(np.float32)
    x[rng.random(rows) < 0.1, 11] = np.nan
    return x, y


def telco(path):
    """The columns as numbers, words as their number, TotalCharges with its blanks missing."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    y = np.array([row["Churn"] == "Yes" for row in rows], np.float32)
    columns = []
    for name in rows[0]:
        if name in ("customerID", "Churn"):
            continue
        values = [row[name].strip() for row in rows]
        try:
            columns.append([float(v) if v else np.nan for v in values])
        except ValueError:
            words = sorted(set(values))
            columns.append([words.index(v) for v in values])
    return np.array(columns, np.float32).T.copy(), y


# ---- Models ----

class Model:
    def __init__(self, name, x, y, rounds, shap=True, types=None, stop=None, **parameters):
        self.name, self.x, self.types, self.shap, self.stop = name, x, types, shap, stop
        parameters = {"objective": "binary:logistic", "seed": 7, "nthread": 1, "tree_method": "hist"} | parameters
        half = len(x) // 2
        data = self.matrix(x[:half], y[:half])
        more = {"evals": [(self.matrix(x[half:], y[half:]), "held")], "early_stopping_rounds": stop,
                "verbose_eval": False} if stop else {}
        self.booster = xgb.train(parameters, data, rounds, **more)

    def matrix(self, x, y=None):
        return xgb.DMatrix(x, y, feature_types=self.types, enable_categorical=self.types is not None)

    def expected(self, rows, rounds=0):
        """Margins, what predict() gives, SHAP values."""
        data = self.matrix(rows)
        some = {"iteration_range": (0, rounds)}
        margin = self.booster.predict(data, output_margin=True, **some)
        shap = None
        if self.shap:
            shap = self.booster.predict(self.matrix(rows[:SHAP_ROWS]), pred_contribs=True, **some)
        return margin, self.booster.predict(data, **some), shap


def models(rows, telco_path, most_trees=500):
    rng = np.random.default_rng(20240611)
    x = numbers(rng, 2 * rows, False)
    y = outcome(rng, x)
    holes = numbers(rng, 2 * rows, True)
    holes_y = outcome(rng, holes)
    yield Model("plain", x, y, 100)
    yield Model("missing", holes, holes_y, 100, max_depth=5, base_score=0.3)
    yield Model("exact", holes, holes_y, 10, tree_method="exact")
    for depth in range(1, 11):
        yield Model(f"depth {depth}", holes, holes_y, 20, max_depth=depth)
    for trees in (1, 2, 7, 8, 9, 50, most_trees):
        yield Model(f"{trees} trees", holes, holes_y, trees, max_depth=10 if trees == most_trees else 4)
    yield Model(f"{most_trees} shallow trees", x, y, most_trees, max_depth=3, eta=0.05)
    yield Model("leaf by leaf", x, y, 20, max_depth=0, max_leaves=40, grow_policy="lossguide")
    yield Model("pruned", x, y, 20, max_depth=7, gamma=1.5, tree_method="exact")
    yield Model("forest", x, y, 5, num_parallel_tree=4, subsample=0.5, colsample_bynode=0.5, eta=1)
    yield Model("dart", x, y, 20, booster="dart", rate_drop=0.3, shap=not OLD)
    yield Model("stopped early", x, y, 60, stop=5)
    yield Model("raw", x, y, 10, objective="binary:logitraw")
    yield Model("regression", x, y, 10, objective="reg:logistic", base_score=0.2)
    for name, count, onehot in (("one-hot", 9, 100), ("partition", 30, 1), ("many", 700, 1)):
        c, c_y = categories(rng, 2 * rows, count)
        types = ["float"] * 10 + ["c", "c"]
        yield Model(f"categories {name}", c, c_y, 40, types=types, max_cat_to_onehot=onehot, max_depth=5)
    if telco_path:
        t, t_y = telco(telco_path)
        yield Model("telco", t, t_y, 300, max_depth=4, eta=0.05, subsample=0.8)


# ---- Comparison ----

class Forest:
    """The program under test."""

    def __init__(self, command, folder):
        self.command, self.folder = command, folder

    def run(self, model, rows, rounds=0):
        files = [str(self.folder / name) for name in ("model.json", "rows.f32", "out.f64")]
        model.booster.save_model(files[0])
        np.ascontiguousarray(rows, np.float32).tofile(files[1])
        explained = SHAP_ROWS if model.shap else 0
        subprocess.run([self.command, files[0], files[1], str(rows.shape[1]), files[2], str(explained), str(rounds)], check=True)
        out = np.fromfile(files[2], np.float64)
        return out[:2 * len(rows)].reshape(-1, 2), out[2 * len(rows):].reshape(-1, rows.shape[1] + 1)


def unseen(rows):
    """Some values that no training row had, categories among them."""
    rows = rows.copy()
    rng = np.random.default_rng(3)
    for value in (np.nan, 1e30, -1e30, 0.0, -0.0, 3.0, 800.0):
        rows[rng.random(rows.shape) < 0.004] = np.float32(value)
    return rows


def sigmoid(margin):
    return 1 / (1 + np.exp(-margin))


def compare(model, forest, rows, rounds=0):
    rows = unseen(rows)
    margin, predicted, shap = model.expected(rows, rounds)
    ours, mine = forest.run(model, rows, rounds)
    off = np.abs((ours[:, 0] if model.name == "raw" else sigmoid(ours[:, 0])) - predicted).max()
    same = np.mean(ours[:, 0].astype(np.float32) == margin)
    block = np.abs(ours[:, 0] - ours[:, 1]).max()
    line = f"{model.name + (f', {rounds} rounds' if rounds else ''):24} {len(rows):6} rows  prediction {off:.1e}  margin the same {same:6.1%}"
    good = off <= 1e-6 and block == 0
    if shap is not None:
        away = (np.abs(mine - shap) / np.maximum(1, np.abs(shap).max(axis=1, keepdims=True))).max()
        sums = np.abs(mine.sum(axis=1) - ours[:len(mine), 0]).max()
        line += f"  SHAP {away:.1e}  sum {sums:.1e}"
        good = good and away <= 1e-5 and sums <= 1e-9
    print(line + ("" if good else "   WRONG"), flush=True)
    return good


# ---- Fixtures ----

def fixtures(folder):
    """Small models with XGBoost's answers: a line per row, float32 by their bits, then probability and SHAP values by those of doubles."""
    rng = np.random.default_rng(5)
    x = numbers(rng, 1200, True)
    c, c_y = categories(rng, 1200, 9)
    types = ["float"] * 10 + ["c", "c"]
    y = outcome(rng, x)
    small = [Model("missing", x, y, 9, max_depth=3, base_score=0.3),
             Model("categories", c, c_y, 6, max_depth=3, types=types, max_cat_to_onehot=5),
             Model("dart", x, y, 6, max_depth=2, booster="dart", rate_drop=0.5, shap=not OLD)]
    for model in small:
        rows = unseen(model.x[-60:])
        margin, probability, shap = model.expected(rows)
        base = folder / f"{model.name}-{xgb.__version__}"
        model.booster.save_model(f"{base}.json")
        with open(f"{base}.tsv", "w", encoding="utf-8") as out:
            for i, row in enumerate(rows):
                words = [f"{bits:08x}" for bits in np.append(row, margin[i]).astype(np.float32).view(np.uint32)]
                doubles = [probability[i]] + ([] if shap is None else list(shap[i]))
                words += [f"{bits:016x}" for bits in np.array(doubles, np.float64).view(np.uint64)]
                print(*words, sep="\t", file=out)


def main():
    if sys.argv[1] == "--fixtures":
        return fixtures(Path(sys.argv[2]))
    telco_path = sys.argv[2] if len(sys.argv) > 2 else None
    rows = int(sys.argv[3]) if len(sys.argv) > 3 else 10000
    bad = 0
    with tempfile.TemporaryDirectory() as folder:
        forest = Forest(sys.argv[1], Path(folder))
        for model in models(rows // 2, telco_path):
            bad += not compare(model, forest, model.x)
            if model.stop:
                bad += not compare(model, forest, model.x, model.booster.best_iteration + 1)
    print(f"XGBoost {xgb.__version__}: {bad} models differ")
    return 1 if bad else 0


sys.exit(main())
