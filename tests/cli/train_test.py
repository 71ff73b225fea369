# SPDX-License-Identifier: Apache-2.0
"""Runs train, backtest, tune and model on good and bad history: train_test.py CSUCCESS [NAME]

Figures of telco are on the folds of tests/data/telco.folds.csv; dated panels are simulated here.
"""
import datetime
import json
import math
import os
import random
import signal
import subprocess
import time
from pathlib import Path

from cli_test import COMMAND, Failed, Place, expect, main, tests_of

ROOT = Path(__file__).resolve().parents[2]
TELCO = str(ROOT / "examples/telco/telco.csv")
FOLDS = str(ROOT / "tests/data/telco.folds.csv")
LEFT = "Churn == 'Yes'"


def report(run, code=0):
    expect(run, code)
    return json.loads(run.stdout)


def check(condition, told):
    if not condition:
        raise Failed(told)


def table(rows, head="customer_id,usage,plan,left"):
    return head + "\n" + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)


def people(n, seed=1, low=0.05):
    """Customers whose odds to leave fall with usage."""
    r = random.Random(seed)
    rows = []
    for i in range(n):
        usage = round(100 * r.random(), 1)
        left = r.random() < 1 / (1 + math.exp(low * usage - 1.5))
        rows.append((f"c{i}", usage, r.choice(["free", "team"]), "yes" if left else "no"))
    return rows


# ---- Telco -----------------------------------------------------------------------------------------------------

def telco_is_learned_with_the_untouched_defaults(place):
    told = report(place.run("train", "--id", "customerID", "--outcome", LEFT, "--folds", FOLDS, "-o", "json", "-o", "m.json", TELCO))
    mean, pooled = told["evaluation"]["mean"], told["evaluation"]["pooled"]
    check(mean["auc"]["mean"] >= 0.848, mean)
    check(mean["log_loss"]["mean"] <= 0.4125, mean)
    check(mean["brier"]["mean"] <= 0.1340, mean)
    check(pooled["ece"] <= 0.015, pooled["ece"])
    check([f["rows"] for f in told["evaluation"]["folds"]] == [1409, 1409, 1409, 1408, 1408], told["evaluation"]["folds"])
    check(told["evaluation"]["measured_on"] == "held out: 5 given folds, each measured by a model learned from the others", told)
    check(told["rows"]["given"] == 7043 and told["rows"]["events"] == 1869, told["rows"])
    check("cross-section" in told["evaluation"]["lead_time"], told["evaluation"]["lead_time"])
    check({"metric": "Churn", "why": "it is the outcome"} in told["metrics_left_out"], told["metrics_left_out"])
    model = json.loads((place.folder / "m.json").read_text())
    check(model["digest"] == told["model"]["digest"], model["digest"])
    check("TotalCharges" in model["metrics"] and model["metrics"]["TotalCharges"]["type"] == "number", model["metrics"])


def logistic_regression_of_telco_is_as_good_as_that_of_others(place):
    told = report(place.run("train", "--trainer", "logistic", "--id", "customerID", "--outcome", LEFT, "--folds", FOLDS, "-o", "json", TELCO))
    check(told["evaluation"]["mean"]["auc"]["mean"] >= 0.845, told["evaluation"]["mean"])


def a_model_scores_as_it_was_measured(place):
    """The model, loaded by its name beside the configuration, over all rows: what the command that wrote it knows of it."""
    expect(place.run("train", "--id", "customerID", "--outcome", LEFT, "-o", "churn.json", "--write-config", "success.json",
                     "--parameters", '{"rounds": 60, "bags": 4}', TELCO), 0)
    rows = place.run("score", "-c", "success.json", "--id", "customerID", "-o", "jsonl", TELCO)
    expect(rows, 0)
    scored = [json.loads(line)["churn"] for line in rows.stdout.splitlines()]
    left = [line.rsplit(",", 1)[1] == "Yes" for line in Path(TELCO).read_text().splitlines()[1:]]
    check(all(s["calibrated"] and s["source"] == "learned" and not s["degraded"] for s in scored), scored[0])
    expected = sum(s["probability"] for s in scored)
    check(abs(expected - sum(left)) < 0.02 * sum(left), f"{expected} are expected, {sum(left)} left")
    for s in scored[:200]:
        parts = s["explanation"]
        total = parts["base"] + sum(parts["contributions"].values()) + (parts.get("calibration") or 0)
        check(abs(total - parts["total"]) < 1e-9, parts)
        check(abs(1 / (1 + math.exp(-parts["total"])) - s["probability"]) < 1e-9, parts)
    model = place.run("model", "check", "churn.json")
    expect(model, 0, out="churn.json: no problems")
    expect(place.run("model", "show", "churn.json"), 0, out=['"churn"', "additive", "calibrated probabilities", "held out: 5 folds"])
    expect(place.run("check", "success.json"), 0)


def the_likeliest_are_explained_in_words(place):
    expect(place.run("train", "--id", "customerID", "--outcome", LEFT, "-o", "churn.json", "--write-config", "success.json",
                     "--parameters", '{"rounds": 60, "bags": 2}', TELCO), 0)
    run = place.run("score", "-c", "success.json", "--id", "customerID", "--top", "10", "--why", "--outcome", "Churn == 'Yes'",
                    "-o", "jsonl", TELCO)
    expect(run, 0)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    p = [row["churn"]["probability"] for row in rows]
    check(len(rows) == 10 and p == sorted(p, reverse=True) and p[-1] > 0.5, p)
    gone = {line.split(",")[0] for line in Path(TELCO).read_text().splitlines() if line.endswith(",Yes")}
    check(not gone & {row["customer_id"] for row in rows}, rows)
    first = rows[0]
    check(any(s.startswith("Contract = Month-to-month raises the odds x ") for s in first["why"]), first["why"])
    strongest = max(first["churn"]["explanation"]["contributions"].values(), key=abs)
    check(first["why"][0].endswith(f"x {math.exp(strongest):.2f}"), (first["why"], strongest))
    expect(place.run("score", "-c", "success.json", "--id", "customerID", "--top", "2", "--why", "-o", "table", TELCO), 0,
           out=["customer_id", "      - ", "raises the odds"])


def an_edited_model_is_refused_until_it_is_sealed(place):
    rows = place.write("h.csv", table(people(400)))
    expect(place.run("train", "--outcome", "left == 'yes'", "-o", "m.json", rows), 0)
    model = json.loads((place.folder / "m.json").read_text())
    before = model["digest"]
    model["scorecard"]["intercept"] += 0.5
    place.write("m.json", json.dumps(model))
    expect(place.run("model", "check", "m.json"), 1, err=["m.json", "digest"])
    expect(place.run("model", "seal", "m.json"), 0, out="m.json: sealed")
    expect(place.run("model", "check", "m.json"), 0)
    sealed = json.loads((place.folder / "m.json").read_text())
    check(sealed["parent"] == before and sealed["digest"] != before, sealed["parent"])
    expect(place.run("model", "seal", "m.json"), 0, out="nothing was changed")
    expect(place.run("model", "shred", "m.json"), 2, err="it is show, check or seal")


# ---- What cannot be learned from ---------------------------------------------------------------------------------

BAD_HISTORY = {
    "no rows": ("customer_id,usage,left\n", ["no rows"]),
    "empty file": ("", ["h.csv:1: there are no rows: the file is empty"]),
    "too few rows": (table(people(100)), ["200"]),
    "one class": (table([(i, 5, "a", "no") for i in range(300)]), ["300"]),
    "too few events": (table([(i, 5 + i, "a", "yes" if i < 5 else "no") for i in range(300)]), ["20"]),
    "nothing varies": (table([(i, 5, "a", "yes" if i % 3 else "no") for i in range(300)]), ["no metric varies"]),
    "ragged": ("customer_id,usage,left\n1,2\n", ["h.csv:2: 2 fields where the header has 3"]),
    "binary": (bytes(range(256)) * 40, ["h.csv:1: "]),
    "not UTF-8": (b"customer_id,usage,left\n1,\xff,yes\n", ["h.csv:2: usage: ", "UTF-8"]),
    "a column twice": ("usage,usage,left\n1,2,yes\n", ["h.csv:1: column 2", "usage"]),
    "open quote": ('usage,left\n"1,yes\n', ["h.csv:", "never closed"]),
}


def bad_history_is_told(place):
    for name, (content, parts) in BAD_HISTORY.items():
        place.write("h.csv", content)
        try:
            expect(place.run("train", "--outcome", "left == 'yes'", "-o", "m.json", "h.csv"), 1, out="", err=parts)
            check(not (place.folder / "m.json").exists(), "a model was written")
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


BAD_USAGE = {
    "no outcome": (["h.csv"], ["--outcome EXPR is required"]),
    "outcomes without dates": (["--outcomes", "o.csv", "h.csv"], ["--as-of"]),
    "dates without outcomes": (["--as-of", "date", "h.csv"], ["--outcome-at COLUMN or --outcomes FILE"]),
    "dates and a condition": (["--as-of", "date", "--outcome-at", "x", "--outcome", "left", "h.csv"], ["without dates"]),
    "no such trainer": (["--outcome", "left == 'yes'", "--trainer", "magic", "h.csv"], ["one of additive, logistic, hazard"]),
    "a share of nothing": (["--outcome", "left == 'yes'", "--holdout", "0.9", "h.csv"], ["--holdout 0.9", "0.5"]),
    "monotone": (["--outcome", "left == 'yes'", "--monotone", "usage", "h.csv"], ["tenure=-,usage_decline=+"]),
    "update alone": (["--outcome", "left == 'yes'", "--update", "recalibrate", "h.csv"], ["--parent FILE"]),
    "a pipe without a configuration": (["--outcome", "left == 'yes'", "-"], ["read once only"]),
    "folds and a holdout": (["--outcome", "left == 'yes'", "--folds", "3", "--holdout", "0.2", "h.csv"], ["not both"]),
}


def wrong_usage_is_told(place):
    place.write("h.csv", table(people(300)))
    for name, (arguments, parts) in BAD_USAGE.items():
        try:
            expect(place.run("train", *arguments), 2, out="", err=parts)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


def what_the_library_refuses_is_told(place):
    place.write("h.csv", table(people(300)))
    for arguments, parts in (
            (["--outcome", "left == 'yes'", "--metrics", "usgae"], ['did you mean "usage"?']),
            (["--outcome", "left == 'yes'", "--exclude", "plna"], ['did you mean "plan"?']),
            (["--outcome", "left == 'yes'", "--metrics", "left"], ["it is the outcome"]),
            (["--outcome", "lfet == 'yes'"], ['did you mean "left"?']),
            (["--outcome", "left == 'yes'", "--monotone", "plan=+"], ["cannot be monotone"]),
            (["--outcome", "left == 'yes'", "--parameters", '{"rounds": -1}'], ["rounds 1 to 100000"]),
            (["--outcome", "left == 'yes'", "--trainer", "hazard"], ["dated rows"]),
            (["--outcome", "left == 'yes'", "--parent", "nothing.json"], ["nothing.json: No such file"]),
            (["--outcome", "left == 'yes'", "--folds", "nothing.csv"], ["nothing.csv: No such file"])):
        expect(place.run("train", *arguments, "h.csv"), 1, out="", err=parts)


def a_leak_is_warned_of(place):
    rows = [(*row, 1 if row[3] == "yes" else 0, row[1] * 2, 7) for row in people(500)]
    place.write("h.csv", table(rows, "customer_id,usage,plan,left,refund,twice,seven"))
    told = report(place.run("train", "--outcome", "left == 'yes'", "-o", "json", "h.csv"))
    warnings = " ".join(told["warnings"])
    for part in ('"refund" tells the outcome by itself', '"twice" says the same as "usage"', '"seven" is constant'):
        check(part in warnings, warnings)
    told = report(place.run("train", "--outcome", "left == 'yes'", "--exclude", "refund,twice,seven", "-o", "json", "h.csv"))
    check(told["warnings"] == [], told["warnings"])


def an_identifier_is_left_out(place):
    rows = [(*row, f"token-{i * 7919 % 10007}") for i, row in enumerate(people(500))]
    place.write("h.csv", table(rows, "customer_id,usage,plan,left,token"))
    told = report(place.run("train", "--outcome", "left == 'yes'", "-o", "json", "h.csv"))
    check("token" not in told["metrics"] and any("token" in w and "left out" in w for w in told["warnings"]), told["warnings"])


def blank_cells_are_missing(place):
    rows = [(i, u if i % 3 else " ", p, left) for i, (_, u, p, left) in enumerate(people(600))]
    place.write("h.csv", table(rows))
    expect(place.run("train", "--outcome", "left == 'yes'", "-o", "churn.json", "--write-config", "c2.json", "h.csv"), 0, err="")
    config = json.loads((place.folder / "c2.json").read_text())
    check(config["attributes"]["usage"] == {"type": "number"} and config["attributes"]["left"]["outcome"] is True, config)
    shown = place.run("eval", "-c", "c2.json", "--facts", '{"usage": null}', "usage")
    expect(shown, 0, out="missing")


def columns_that_cannot_be_called_are_renamed(place):
    rows = [(u, p, left) for _, u, p, left in people(400)]
    place.write("h.csv", table(rows, "Monthly Usage,plan,churn"))
    told = report(place.run("train", "--outcome", "churn == 'yes'", "-o", "json", "-o", "churn.json", "--write-config", "c2.json", "h.csv"))
    check(told["metrics"] == ["Monthly_Usage", "plan"], told["metrics"])
    expect(place.run("score", "-c", "c2.json", "-o", "jsonl", "h.csv"), 0, out='"source":"learned"', err="")


def bad_rows_are_passed_over_when_asked(place):
    place.write("c2.json", json.dumps({"csuccess": 1, "attributes": {
        "usage": {"type": "number"}, "plan": {"type": "string"}, "left": {"type": "string", "outcome": True}}}))
    rows = table(people(300)).splitlines()
    rows[5] = "c4,many,free,no"
    place.write("h.csv", "\n".join(rows) + "\n")
    expect(place.run("train", "-c", "c2.json", "--outcome", "left == 'yes'", "h.csv"), 1, err="h.csv:6: usage: expected a number")
    told = report(place.run("train", "-c", "c2.json", "--outcome", "left == 'yes'", "--keep-going", "-o", "json", "h.csv"), 3)
    check(told["rows"]["given"] == 299, told["rows"])


def formats_agree(place):
    """CSV, JSON Lines and an array, from a file or a pipe, are the same history."""
    place.write("c2.json", json.dumps({"csuccess": 1, "attributes": {
        "usage": {"type": "number"}, "plan": {"type": "string"}, "left": {"type": "string", "outcome": True}}}))
    rows = people(300)
    objects = [dict(zip(("customer_id", "usage", "plan", "left"), row)) for row in rows]
    place.write("h.csv", table(rows))
    place.write("h.jsonl", "".join(json.dumps(o) + "\n" for o in objects))
    place.write("h.json", json.dumps(objects))
    told = [report(place.run("train", "-c", "c2.json", "--now", "2026-01-31T00:00:00Z", "--outcome", "left == 'yes'", "-o", "json", name))
            for name in ("h.csv", "h.jsonl", "h.json")]
    piped = report(place.run("train", "-c", "c2.json", "--now", "2026-01-31T00:00:00Z", "--outcome", "left == 'yes'", "-o", "json", "-",
                             stdin=(place.folder / "h.jsonl").read_bytes()))
    inferred = report(place.run("train", "--now", "2026-01-31T00:00:00Z", "--outcome", "left == 'yes'", "-o", "json", "h.jsonl"))
    check(told[0] == told[1] == told[2] == piped, "reports differ")
    check(inferred["model"] == told[0]["model"], "what is inferred differs")
    for name in ("one.json", "two.json"):
        expect(place.run("train", "-c", "c2.json", "--now", "2026-01-31", "--outcome", "left == 'yes'", "-o", name, "h.csv"), 0)
    check((place.folder / "one.json").read_bytes() == (place.folder / "two.json").read_bytes(), "two runs differ")
    run = place.run("train", "-c", "c2.json", "--outcome", "left == 'yes'", "-o", "csv", "h.csv")
    expect(run, 0, out=["fold,learned_from,rows,events,base_rate,auc_value"])
    check(len(run.stdout.splitlines()) == 6, run.stdout)
    expect(place.run("train", "-c", "c2.json", "--outcome", "left == 'yes'", "-o", "table", "h.csv"), 0,
           out=["held out: 5 folds", "Calibration (# observed, | predicted)", "tenth, likeliest first", "Act from 0.167 on"])


# ---- Stopping ----------------------------------------------------------------------------------------------------

def started(place, *arguments):
    return subprocess.Popen([COMMAND, *arguments], cwd=place.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def interrupting_writes_nothing(place):
    place.write("m.json", "as it was")
    process = started(place, "train", "--id", "customerID", "--outcome", LEFT, "-o", "m.json", "-o", "json", TELCO)
    time.sleep(0.4)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    check(process.returncode == 130 and out == b"" and b"nothing was written" in err, (process.returncode, out, err))
    check((place.folder / "m.json").read_text() == "as it was", "the file was touched")
    check(sorted(os.listdir(place.folder)) == ["c.json", "m.json"], os.listdir(place.folder))


def killing_leaves_the_file_whole(place):
    rows = place.write("h.csv", table(people(300)))
    expect(place.run("train", "--outcome", "left == 'yes'", "-o", "m.json", rows), 0)
    whole = (place.folder / "m.json").read_bytes()
    for wait in (0.02, 0.05, 0.1, 0.2, 0.3):
        process = started(place, "train", "--outcome", "left == 'yes'", "--seed", "9", "-o", "m.json", rows)
        time.sleep(wait)
        process.kill()
        process.communicate()
        now = (place.folder / "m.json").read_bytes()
        check(now == whole or json.loads(now)["training"]["seed"] == 9, "the file is half written")


def a_device_is_written_to_and_stays(place):
    rows = place.write("h.csv", table(people(300)))
    os.mkfifo(place.folder / "pipe")
    reader = subprocess.Popen(["cat", str(place.folder / "pipe")], stdout=subprocess.PIPE)
    expect(place.run("train", "--outcome", "left == 'yes'", rows, "-o", "pipe"), 0)
    check(b"csuccess_model" in reader.communicate(timeout=60)[0], "the pipe got the model")
    check((place.folder / "pipe").is_fifo(), "the pipe is still one")


def numbers_that_a_cell_makes_text_are_told(place):
    rows = people(300)
    rows[5] = (rows[5][0], "n/a", *rows[5][2:])
    place.write("left.csv", table(rows))
    expect(place.run("train", "--outcome", "left == 'yes'", "left.csv"), 0, err=[":7: \"usage\" is read as text", "n/a"])
    expect(place.run("train", "--outcome", "left == 'yes'", "left.csv", "-o", "a.json", "-o", "b.json"), 2, err=["given already"])
    expect(place.run("train", "--outcome", "left == 'yes'", "left.csv", "--folds", "0"), 2, err=["--folds 0"])


def a_file_that_cannot_be_written_is_told(place):
    rows = place.write("h.csv", table(people(300)))
    run = place.run("train", "--outcome", "left == 'yes'", "-o", "nowhere/m.json", rows)
    expect(run, 1, out="", err="nowhere/m.json: No such file")


# ---- Panels ------------------------------------------------------------------------------------------------------

def panel(place, customers=900, months=16, seed=3):
    """A row a month; the odds to leave in a month rise with the decline of usage of the month *before*. Observation ends with the last month."""
    r = random.Random(seed)
    start = datetime.date(2024, 1, 1)
    rows, left = [], []
    for c in range(customers):
        usage, before = r.gauss(50, 8), 0.0
        for m in range(months):
            day = start + datetime.timedelta(days=30 * m)
            step = r.gauss(-20, 4) if r.random() < 0.12 else r.gauss(1.5, 2)
            now = max(1.0, usage + step)
            decline = max(0.0, (usage - now) / usage)
            rows.append((f"c{c}", day.isoformat(), round(now, 2), round(decline, 4)))
            if r.random() < 1 / (1 + math.exp(4.2 - 9 * before)):
                left.append((f"c{c}", (day + datetime.timedelta(days=r.randrange(1, 30))).isoformat(), "churn"))
                break
            usage, before = now, decline
    place.write("panel.csv", table(rows, "customer_id,date,usage,decline"))
    place.write("left.csv", table(left, "customer_id,at,kind"))
    end = start + datetime.timedelta(days=30 * months)
    return rows, left, end.isoformat() + "T00:00:00Z"


def dated(place, until, *arguments):
    return place.run("train", "--as-of", "date", "--outcomes", "left.csv", "--observed-until", until, *arguments, "panel.csv")


def a_panel_shows_lead_time_and_censoring(place):
    rows, left, until = panel(place)
    near = report(dated(place, until, "--horizon", "P30D", "--folds", "5", "-o", "json"))
    far = report(dated(place, until, "--horizon", "P30D", "--gap", "P30D", "--folds", "5", "-o", "json"))
    last = max(day for _, day, *_ in rows)
    gone = dict((customer, at) for customer, at, _ in left)
    check(near["rows"]["given"] == len(rows) and near["rows"]["left_out"]["censored"] == 0, near["rows"])
    check(near["rows"]["events"] == len(left), near["rows"])
    open_rows = sum(1 for _, day, *_ in rows if day == last)
    in_gap = near["rows"]["events"]
    check(far["rows"]["left_out"]["outcome_within_gap"] == in_gap, far["rows"])
    check(far["rows"]["left_out"]["censored"] == open_rows - sum(1 for c, day, *_ in rows if day == last and c in gone), far["rows"])
    # this month's decline is what makes the next month's leaving: the gap costs the nearer signal nothing
    check(far["evaluation"]["pooled"]["auc"]["value"] > near["evaluation"]["pooled"]["auc"]["value"] + 0.05,
          (far["evaluation"]["pooled"]["auc"], near["evaluation"]["pooled"]["auc"]))
    check(far["importance"][0]["of"] == ["decline"], far["importance"])
    lead = far["evaluation"]["lead_time"]
    check(30 < lead["least_days"] <= lead["median_days"] < 60, lead)
    check(far["evaluation"]["pooled"]["ece"] < 0.02, far["evaluation"]["pooled"]["ece"])


def a_later_period_of_other_customers_is_the_usual_check(place):
    _, _, until = panel(place)
    told = report(dated(place, until, "--gap", "P30D", "-o", "json"))
    evaluation = told["evaluation"]
    check(evaluation["how"] == "customers that were not learned from, in the later period", evaluation["how"])
    check(told["period"]["from"] < evaluation["since"] <= told["period"]["to"], evaluation["since"])
    check(len(evaluation["holdout"]) == 1 and evaluation["rows"] < told["rows"]["usable"] / 4, evaluation["rows"])


def what_is_observed_later_changes_nothing_before(place):
    """With observation ended early, no row knows of what came after."""
    _, left, _ = panel(place)
    cut = "2024-09-01"
    known = [row for row in left if row[1] <= cut]
    report_of = lambda: report(place.run("train", "--as-of", "date", "--outcomes", "left.csv", "--observed-until", cut, "--folds", "3",
                                         "-o", "json", "panel.csv"))
    whole = report_of()
    place.write("left.csv", table(known, "customer_id,at,kind"))
    check(report_of() == whole, "outcomes after the end of observation were seen")


def a_hazard_uses_censored_rows(place):
    _, left, until = panel(place)
    told = report(dated(place, until, "--trainer", "hazard", "--horizon", "P90D", "--period", "P30D", "--folds", "4", "-o", "json",
                        "-o", "hazard.json"))
    check(told["model"]["kind"] == "hazard", told["model"])
    check(told["rows"]["left_out"]["censored"] > 0, told["rows"])
    check(told["learned_from"]["rows"] > told["rows"]["usable"], told["learned_from"])
    pooled = told["evaluation"]["pooled"]
    check(abs(pooled["mean_probability"] - pooled["base_rate"]) < 0.03, pooled)
    model = json.loads((place.folder / "hazard.json").read_text())
    check(model["kind"] == "hazard" and model["period"] == "P30D" and model["dated"] is True, model)


def a_parent_is_recalibrated(place):
    place.write("a.csv", table(people(1500)))
    place.write("b.csv", table(people(1500, seed=2, low=0.02)))
    expect(place.run("train", "--outcome", "left == 'yes'", "-o", "a.json", "a.csv"), 0)
    told = report(place.run("train", "--outcome", "left == 'yes'", "--parent", "a.json", "--update", "recalibrate", "-o", "b.json",
                            "-o", "json", "b.csv"))
    a, b = (json.loads((place.folder / name).read_text()) for name in ("a.json", "b.json"))
    check(b["parent"] == a["digest"] and b["scorecard"]["of"] == a["scorecard"]["of"], b["parent"])
    check(b["scorecard"]["calibration"] != a["scorecard"].get("calibration"), b["scorecard"])
    check(told["evaluation"]["pooled"]["log_loss"] < told["before"]["log_loss"], told["before"])
    expect(place.run("model", "check", "b.json"), 0)
    expect(place.run("train", "--outcome", "left == 'yes'", "--parent", "a.json", "--update", "recalibrate", "--exclude", "usage",
                     "b.csv"), 1, err='the parent reads "usage"')


def customers_of_a_panel_are_not_learned_by_heart(place):
    """What never changes of a customer tells nothing here; rows of one customer share their outcome over long horizons."""
    r = random.Random(5)
    start = datetime.date(2024, 1, 1)
    rows, left = [], []
    for c in range(300):
        traits = [round(r.gauss(0, 1), 3) for _ in range(6)]
        hazard = 1 / (1 + math.exp(3 - r.gauss(0, 1.2)))
        for m in range(14):
            day = start + datetime.timedelta(days=30 * m)
            rows.append((f"c{c}", day.isoformat(), *traits))
            if r.random() < hazard:
                left.append((f"c{c}", (day + datetime.timedelta(days=15)).isoformat(), "churn"))
                break
    place.write("panel.csv", table(rows, "customer_id,date,a,b,c,d,e,f"))
    place.write("left.csv", table(left, "customer_id,at,kind"))
    told = report(place.run("train", "--as-of", "date", "--outcomes", "left.csv", "--horizon", "P180D", "--folds", "5", "-o", "json", "panel.csv"))
    pooled = told["evaluation"]["pooled"]
    p = pooled["base_rate"]
    check(pooled["log_loss"] < -p * math.log(p) - (1 - p) * math.log(1 - p) + 0.05, (p, pooled["log_loss"], pooled["ece"]))


def bad_outcomes_are_told(place):
    panel(place, customers=300)
    for content, parts in (("customer_id,when\nc1,2024-01-01\n", ['left.csv:1: there is no column "at"']),
                           ("customer_id,at,kind\nc1,yesterday,churn\n", ["left.csv:2: at: expected a time"]),
                           ("customer_id,at,kind\nc1,2024-01-01,divorce\n", ["left.csv:2: kind: it is churn, expansion or notice"]),
                           ("", ["left.csv:", "empty"])):
        place.write("left.csv", content)
        expect(place.run("train", "--as-of", "date", "--outcomes", "left.csv", "panel.csv"), 1, out="", err=parts)
    place.write("left.csv", "customer_id,at\nc1,2024-02-01\n")
    expect(place.run("train", "--as-of", "day", "--outcomes", "left.csv", "panel.csv"), 1, out="", err=["panel.csv:1: ", '"day"'])
    place.write("panel.csv", "customer_id,date,usage\nc1,first of May,1\n")
    expect(place.run("train", "--as-of", "date", "--outcomes", "left.csv", "panel.csv"), 1, out="",
           err=["panel.csv:2: date: expected a time", '"first of May"'])


# ---- Backtest and tune ------------------------------------------------------------------------------------------

HEALTH = {"csuccess": 1, "attributes": {"usage": {"type": "number"}, "decline": {"type": "number"}},
          "health": {"profiles": {"default": {
              "score": {"combine": "weighted_mean", "of": {
                  "use": {"weight": 0.7, "value": "clamp(usage, 0, 100)", "range": [0, 100]},
                  "steady": {"weight": 0.3, "value": "100 - 100 * clamp(decline, 0, 1)", "range": [0, 100]}}},
              "bands": {"good": {"from": 60}, "fair": {"from": 40}, "poor": {}}}}}}


def backtest_looks_from_several_gaps(place):
    place.write("c2.json", json.dumps(HEALTH))
    _, _, until = panel(place)
    told = report(place.run("backtest", "-c", "c2.json", "--as-of", "date", "--outcomes", "left.csv", "--observed-until", until,
                            "--gap", "P0D,P30D,P90D", "-o", "json", "panel.csv"))
    check([w["gap"] for w in told["windows"]] == ["PT0S", "P30D", "P90D"], [w["gap"] for w in told["windows"]])
    near, month, _ = (w["health"] for w in told["windows"])
    check(month["auc"]["value"] > near["auc"]["value"], (near["auc"], month["auc"]))
    check(near["accuracy"]["asked"] == 0.85 and month["accuracy"]["asked"] == 0.75, month["accuracy"])
    check(sum(b["rows"] for b in near["bands"]) == near["rows"], near["bands"])
    check("log_loss" not in near and told["windows"][0]["churn"] is None, near)
    check(0 <= near["accuracy"]["by_saying_that_nobody_leaves"] <= 1, near["accuracy"])
    expect(place.run("backtest", "-c", "c2.json", "--as-of", "date", "--outcomes", "left.csv", "-o", "table", "panel.csv"), 0,
           out=["Outcomes from PT0S on, within P30D", "Health score, reversed", "Outcomes from P90D on"])
    expect(place.run("backtest", "-c", "c2.json", "--as-of", "date", "--outcomes", "left.csv", "--bands", "awful", "panel.csv"), 1,
           err='no profile has the band "awful"')
    expect(place.run("backtest", "--outcome", "x", "panel.csv"), 2, err="-c CONFIG")


def backtest_tells_the_area_that_counting_pairs_gives(place):
    expect_rows = people(400)
    place.write("c2.json", json.dumps({"csuccess": 1, "attributes": {"usage": {"type": "number"}, "left": {"type": "string"}},
                                       "health": {"profiles": {"default": {"score": {"combine": "weighted_mean", "of": {
                                           "use": {"weight": 1, "value": "usage", "range": [0, 100]}}}, "bands": {"good": {"from": 50}, "bad": {}}}}}}))
    place.write("h.csv", table(expect_rows))
    told = report(place.run("backtest", "-c", "c2.json", "--ignore-unknown", "--outcome", "left == 'yes'", "-o", "json", "h.csv"))
    left = [u for _, u, _, out in expect_rows if out == "yes"]
    stayed = [u for _, u, _, out in expect_rows if out == "no"]
    pairs = sum((l < s) + (l == s) / 2 for l in left for s in stayed) / (len(left) * len(stayed))
    check(abs(told["windows"][0]["health"]["auc"]["value"] - pairs) < 1e-9, (told["windows"][0]["health"]["auc"], pairs))


def tune_shows_the_gain_and_changes_nothing(place):
    place.write("c2.json", json.dumps(HEALTH))
    before = (place.folder / "c2.json").read_bytes()
    _, _, until = panel(place)
    arguments = ["tune", "-c", "c2.json", "--as-of", "date", "--outcomes", "left.csv", "--observed-until", until, "--gap", "P30D"]
    told = report(place.run(*arguments, "-o", "json", "-o", "patch.json", "panel.csv"))
    patch = json.loads((place.folder / "patch.json").read_text())
    weights = patch["health"]["profiles"]["default"]["weights"]
    check(told["better"] and told["gain"] > 0, told)
    check(abs(sum(weights.values()) - 1) < 1e-9 and abs(weights["steady"] - 0.4) < 1e-6, weights)
    check((place.folder / "c2.json").read_bytes() == before, "the configuration was changed")
    place.write("c3.json", json.dumps({"csuccess": 1, "extends": "c2.json", **patch}))
    expect(place.run("check", "c3.json"), 0)
    expect(place.run(*arguments, "--profile", "none", "panel.csv"), 1, err='there is no profile "none"')


if __name__ == "__main__":
    main(tests_of(globals()))
