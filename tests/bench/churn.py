# SPDX-License-Identifier: Apache-2.0
"""Churn models over telco, learned and imported, beside XGBoost: round by round, one thread, medians of five of processor time.
churn.py SCRATCH CHURN_PROGRAM TELCO.csv. A JSON line per figure."""
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROUNDS, ALONE, FEW, MANY = 5, 1000, 10, 100
WIDE_ROWS, WIDE_COLUMNS = 51_000, 57


def say(**line):
    print(json.dumps(line), flush=True)


def columns_of(np, path):
    """XGBoost's features: numbers as they are, words of two as 0 and 1, of more a column each. Name, values, and the expression that
    makes it of the file's own columns."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    features = []
    for name in rows[0]:
        values = [row[name].strip() for row in rows]
        words = sorted(set(values))
        if name in ("customerID", "Churn"):
            continue
        if len(words) > 4 or all(word.isdigit() for word in words):
            features.append((name, [float(v) if v else np.nan for v in values], None))
            continue
        for i, word in enumerate(words[1:] if len(words) == 2 else words):
            features.append((f"{name}_{i}", [v == word for v in values], f"{name} == '{word}'"))
    y = np.array([row["Churn"] == "Yes" for row in rows])
    return [f[0] for f in features], np.array([f[1] for f in features], np.float32).T.copy(), y, \
        {f[0]: f[2] for f in features if f[2]}


def write_csv(np, path, names, x, y):
    """Columns as prepared for XGBoost, for the library to read; nine digits are those of a float."""
    with path.open("w") as out:
        out.write(",".join([*names, "Churn"]) + "\n")
        for row, label in zip(x, y):
            out.write(",".join(["" if np.isnan(v) else f"{v:.9g}" for v in row] + [str(int(label))]) + "\n")


def timed(run, times=1):
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def ours(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def contest(work, who, rounds):
    """Medians of rounds in which both took turns."""
    them, us = (statistics.median(side) for side in zip(*rounds))
    say(work=work, who=who, rows=1, seconds=them, reference=True)
    say(work=work, who="csuccess", rows=1, seconds=us)


def train(xgb, params, x, y, trees):
    return xgb.train({"objective": "binary:logistic", "eta": 0.05, "nthread": 1, "tree_method": "hist", **params},
                     xgb.DMatrix(x, y), trees)


def measure_training(xgb, program, telco, x, y):
    for depth in (4, 6):
        contest(f"training, telco, depth {depth}", f"XGBoost {xgb.__version__}, 300 trees",
                [(timed(lambda: train(xgb, {"max_depth": depth}, x, y, 300)), ours(program, "train", telco, "fit")["seconds"])
                 for _ in range(ROUNDS)])
    say(work="training, telco, with 5 folds", who="csuccess", rows=1,
        seconds=ours(program, "train", telco, "folds", os.devnull)["seconds"])


def auc(np, scores, y):
    """By ranks; ties in the middle."""
    _, at, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    yes = y.sum()
    return float((ranks[y].sum() - yes * (yes + 1) / 2) / (yes * (len(y) - yes)))


class Contest:
    """One of XGBoost's boosters against one of our models, in turns: rows together, and one."""

    def __init__(self, np, xgb, program, scratch, x):
        self.np, self.xgb, self.program, self.x, self.out = np, xgb, program, x, scratch / "predicted.f64"

    def run(self, work, booster, tiles, *model):
        """The probabilities of both. model: rows, model and features as the program takes them."""
        many, one = self.np.tile(self.x, (tiles, 1)), self.x[:1].copy()
        together, alone, differ, who = [], [], 0, f"XGBoost {self.xgb.__version__}, in place"
        for _ in range(ROUNDS):
            batch = timed(lambda: booster.inplace_predict(many)) / len(many)
            single = timed(lambda: booster.inplace_predict(one), ALONE)
            us = ours(self.program, "predict", *model, tiles, self.out)
            together.append((batch, us["batch"]))
            alone.append((single, us["one"]))
            differ += us["differ"]
        contest(f"{work}, {len(many):,} rows", who, together)
        if tiles == FEW:
            contest(f"{work}, one row", who, alone)
        say(check=f"{work}: one by one against the batch", differ=differ)
        return self.np.fromfile(self.out), booster.inplace_predict(many)


def measure_predictions(np, xgb, scratch, program, telco):
    names, x, y, expressions = columns_of(np, telco)
    measure_training(xgb, program, telco, x, y)
    learned, prepared = scratch / "learned.json", scratch / "prepared.csv"
    ours(program, "train", telco, "holdout", learned)
    write_csv(np, prepared, names, x, y)
    run = Contest(np, xgb, program, scratch, x).run
    for trees in (100, 300):
        booster, model = train(xgb, {"max_depth": 4}, x, y, trees), scratch / f"trees{trees}.json"
        booster.feature_names = names
        booster.save_model(model)
        for tiles in (FEW, MANY) if trees == 100 else (FEW,):
            mine, theirs = run(f"additive to {trees} trees", booster, tiles, telco, learned, "{}")
        say(fact=f"AUC on the rows learned from: additive {auc(np, mine[:len(y)], y):.4f}, "
                 f"{trees} trees of depth 4 {auc(np, theirs[:len(y)], y):.4f}")
        for what, rows, features in (("prepared", prepared, "{}"), ("mapped", telco, json.dumps(expressions))):
            mine, theirs = run(f"{trees} trees, {what}", booster, FEW, rows, model, features)
            say(check=f"{trees} trees, {what}: probabilities more than 1e-6 from XGBoost's",
                differ=int((np.abs(mine - theirs) > 1e-6).sum()))


def measure_memory(np, scratch, program):
    """Peak of training, on rows made up: an effect here and there, the rest noise."""
    random = np.random.default_rng(7)
    x = random.normal(size=(WIDE_ROWS, WIDE_COLUMNS)).astype(np.float32)
    y = random.random(WIDE_ROWS) < 1 / (1 + np.exp(2 - x[:, 0] - x[:, 1] * x[:, 2] + np.abs(x[:, 3])))
    path = scratch / "wide.csv"
    write_csv(np, path, [f"x{k}" for k in range(WIDE_COLUMNS)], x, y)
    us = ours(program, "train", path, "fit")
    say(fact=f"training on {WIDE_ROWS:,} rows of {WIDE_COLUMNS} numbers: at most {us['most'] / 2**20:.0f} MiB in use, of which "
             f"{us['samples'] / 2**20:.0f} MiB are the samples; {us['seconds']:.1f} s, {us['terms']} terms")


def main():
    try:
        import numpy as np
        import xgboost as xgb
    except ImportError as why:
        return say(absent="xgboost", why=str(why))
    scratch, program, telco = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    measure_predictions(np, xgb, scratch, program, telco)
    return measure_memory(np, scratch, program)


main()
