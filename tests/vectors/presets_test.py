# SPDX-License-Identifier: Apache-2.0
"""Scores the customers of a preset's vectors through the command and compares every figure: presets_test.py CSUCCESS PRESET DIR.

Also checks, for each customer, that contributions and modifiers add up to the raw score.
"""
import json
import subprocess
import sys
from pathlib import Path

TOLERANCE = 1e-9
NOW = "2026-01-31T00:00:00Z"
CHURN_KEYS = {"probability", "level", "lifetime_value", "value_at_risk", "prevention_cost", "recommended", "urgency",
              "actions", "factors"}


def close(got, want):
    if isinstance(want, bool) or want is None or isinstance(want, str):
        return got == want and isinstance(got, bool) == isinstance(want, bool)
    if isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and not isinstance(got, bool) and abs(got - want) <= TOLERANCE
    if isinstance(want, dict):
        return isinstance(got, dict) and set(got) == set(want) and all(close(got[k], want[k]) for k in want)
    return isinstance(got, list) and len(got) == len(want) and all(map(close, got, want))


def flat(result):
    """The result object in the flat shape of the vectors."""
    health, churn = result["health"], result["churn"]
    row = {"customer_id": result["customer_id"]}
    for key in ("raw", "score", "status", "trend", "profile", "modifiers"):
        row[key] = health[key]
    row["components"] = {name: c["score"] for name, c in health["components"].items()}
    for key in CHURN_KEYS:
        row[key] = churn[key]
    row["risk_factors"] = [r["type"] for r in churn["risk_factors"]]
    return row


def problems(result, want):
    row = flat(result)
    for key, value in want.items():
        if not close(row.get(key), value):
            yield f"{want['customer_id']}: {key} is {row.get(key)!r}, not {value!r}"
    yield from additivity(result)


def leaves(nodes):
    for node in nodes.values():
        if node.get("of"):
            yield from leaves(node["of"])
        else:
            yield node["contribution"] or 0


def additivity(result):
    health = result["health"]
    if health["raw"] is None:
        return
    total = sum(leaves(health["components"]))
    direct = sum(c["contribution"] or 0 for c in health["components"].values())
    for name, base in (("metrics", total), ("components", direct)):
        for factor in health["modifiers"].values():
            base *= factor
        if abs(base - health["raw"]) > TOLERANCE:
            yield f"{result['customer_id']}: contributions of {name} give {base}, raw is {health['raw']}"


def main(command, preset, folder):
    customers = Path(folder) / f"{preset}.customers.jsonl"
    expected = [json.loads(line) for line in (Path(folder) / f"{preset}.expected.jsonl").open()]
    run = subprocess.run([command, "score", "-c", f"preset:{preset}", "--now", NOW, "-o", "jsonl", str(customers)],
                         capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"exit {run.returncode}: {run.stderr}")
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if len(results) != len(expected) or not expected:
        sys.exit(f"{len(results)} results for {len(expected)} customers")
    found = [p for result, want in zip(results, expected) for p in problems(result, want)]
    print("\n".join(found[:20]))
    print(f"{preset}: {len(expected)} customers, {len(found)} differences")
    sys.exit(1 if found else 0)


main(*sys.argv[1:])
