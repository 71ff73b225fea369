# SPDX-License-Identifier: Apache-2.0
"""A hundred trees of XGBoost's over telco, in its own hands and in ours, round by round, one thread, medians of five:
trees.py SCRATCH TREES_PROGRAM TELCO.csv. A JSON line per figure."""
import csv
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"
ROUNDS, TREES, ALONE, EXPLAINED = 5, 100, 2000, 500


def say(**line):
    print(json.dumps(line), flush=True)


def one_hot(np, path):
    """Numbers as they are, words of two as 0 and 1, of more a column each: 40 columns."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    columns = []
    for name in rows[0]:
        values = [row[name].strip() for row in rows]
        words = sorted(set(values))
        if name in ("customerID", "Churn"):
            continue
        if len(words) == 2:
            columns.append([v == words[1] for v in values])
        elif len(words) <= 4:
            columns += [[v == word for v in values] for word in words]
        else:
            columns.append([float(v) if v else np.nan for v in values])
    return np.array(columns, np.float32).T.copy(), np.array([row["Churn"] == "Yes" for row in rows])


def timed(run, times):
    start = time.process_time()
    for _ in range(times):
        run()
    return (time.process_time() - start) / times


def measure(np, xgb, scratch, program, telco):
    x, y = one_hot(np, telco)
    booster = xgb.train({"objective": "binary:logistic", "max_depth": 6, "eta": 0.1, "nthread": 1, "tree_method": "hist"},
                        xgb.DMatrix(x, y), TREES)
    files = [str(scratch / "trees.json"), str(scratch / "trees.f32")]
    booster.save_model(files[0])
    x.tofile(files[1])
    many, one, few = np.tile(x, (10, 1)), x[:1].copy(), xgb.DMatrix(x[:EXPLAINED])
    figures = {"batch": [], "one": [], "explained": []}
    for _ in range(ROUNDS):
        theirs = {"batch": timed(lambda: booster.inplace_predict(many), 1) / len(many),
                  "one": timed(lambda: booster.inplace_predict(one), ALONE),
                  "explained": timed(lambda: booster.predict(few, pred_contribs=True), 1) / EXPLAINED}
        ours = json.loads(subprocess.run([program, *files], stdout=subprocess.PIPE, text=True, check=True).stdout)
        for what, pairs in figures.items():
            pairs.append((theirs[what], ours[what]))
    say(check="margins of 100 trees, row against batch", differ=ours["differ"])
    works = {"batch": "100 trees, batch", "one": "100 trees, one row", "explained": "100 trees, explained"}
    for what, pairs in figures.items():
        them, us = (statistics.median(side) for side in zip(*pairs))
        who = f"XGBoost {xgb.__version__}" + (", SHAP" if what == "explained" else ", in place")
        say(work=works[what], who=who, rows=1, seconds=them, reference=True)
        say(work=works[what], who="csuccess", rows=1, seconds=us)


def main():
    try:
        import numpy as np
        import xgboost as xgb
    except ImportError as why:
        return say(absent="xgboost", why=str(why))
    return measure(np, xgb, Path(sys.argv[1]), sys.argv[2], sys.argv[3])


main()
