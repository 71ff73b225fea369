# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of tests/vectors/cases from each language and compares what they say, byte by byte: vectors_test.py FOLDER RUNNER...

A runner is a command, given as NAME=COMMAND with its words split at blanks, such as "c=build/tests/vectors/vectors" or "python=python3 vectors.py"; FOLDER and the
files are handed to it. The first is the measure of the others. Of the first it is checked as well that every case ends as its `error` says (no error in a case
without one is asked for), and that the presets' customers score within 1e-9 as *.expected.jsonl says, which was made independently of the library.
"""
import json
import shlex
import subprocess
import sys
from pathlib import Path

TOLERANCE = 1e-9


def run(command, folder, files):
    """What a runner says of every case: {case: [(step, payload)]}, in order."""
    done = subprocess.run([*shlex.split(command), str(folder), *map(str, files)], capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}: {done.stderr.decode('utf-8', 'replace')[-2000:]}")
    said = {}
    for line in done.stdout.split(b"\n"):
        key, _, payload = line.partition(b" ")
        if key:
            case, _, step = key.decode().rpartition("/")
            said.setdefault(case, []).append((int(step), payload))
    return said


def error_of(payload):
    return json.loads(payload)["error"] if payload.startswith(b'{"error":') else None


def ends(case, said):
    """What is wrong with how a case ended."""
    wanted = case.get("error")
    if wanted is None:
        return
    last = len(case["do"])
    early = [step for step, payload in said if step < last and error_of(payload)]
    if early:
        yield f"{case['case']}: step {early[0]} has an error already"
    if wanted not in {error_of(payload) for step, payload in said if step == last}:
        yield f"{case['case']}: does not end with {wanted}"


def differences(cases, measure, other, name):
    for case in cases:
        one, two = measure.get(case["case"], []), other.get(case["case"], [])
        for i in range(max(len(one), len(two))):
            a = one[i] if i < len(one) else None
            b = two[i] if i < len(two) else None
            if a != b:
                step = (a or b)[0]
                yield (f"{case['case']}, step {step} {json.dumps(case['do'][step - 1], ensure_ascii=False)[:200]}:\n"
                       f"    {'nothing' if a is None else near(a[1], b)}\n"
                       f"    {'nothing' if b is None else near(b[1], a)}  ({name})")
                break


def near(payload, other):
    """A payload around the place where it differs."""
    if other is None:
        return payload[:300].decode("utf-8", "replace")
    at = next((i for i, (x, y) in enumerate(zip(payload, other[1])) if x != y), min(len(payload), len(other[1])))
    return payload[max(0, at - 80):at + 160].decode("utf-8", "replace")


def close(got, want):
    if isinstance(want, bool) or want is None or isinstance(want, str):
        return got == want and isinstance(got, bool) == isinstance(want, bool)
    if isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and not isinstance(got, bool) and abs(got - want) <= TOLERANCE
    if isinstance(want, dict):
        return isinstance(got, dict) and set(got) == set(want) and all(close(got[k], want[k]) for k in want)
    return isinstance(got, list) and len(got) == len(want) and all(map(close, got, want))


def presets(folder, said):
    """What the presets' customers come to, beside what was expected of them."""
    for preset in ("retention", "supplier", "enterprise"):
        expected = [json.loads(line) for line in (folder / f"{preset}.expected.jsonl").open(encoding="utf-8")]
        results = [json.loads(payload) for step, payload in said.get(f"preset/{preset}", []) if step == 2]
        if len(results) != len(expected):
            yield f"preset/{preset}: {len(results)} results for {len(expected)} customers"
        for result, want in zip(results, expected):
            flat = {**result["churn"], **result["health"], "customer_id": result["customer_id"]}
            flat["components"] = {name: c["score"] for name, c in result["health"]["components"].items()}
            flat["factors"] = result["churn"]["factors"]
            flat["risk_factors"] = [r["type"] for r in result["churn"]["risk_factors"]]
            for key, value in want.items():
                if not close(flat.get(key), value):
                    yield f"preset/{preset}: {want['customer_id']}: {key} is {flat.get(key)!r}, not {value!r}"


def main(folder, *runners):
    folder = Path(folder)
    files = sorted((folder / "cases").glob("*.jsonl"))
    cases = [json.loads(line) for file in files for line in file.open(encoding="utf-8")]
    said = {name: run(command, folder, files) for name, _, command in (r.partition("=") for r in runners)}
    first = next(iter(said))
    found = [p for case in cases for p in ends(case, said[first].get(case["case"], []))]
    found += presets(folder, said[first])
    for name in list(said)[1:]:
        found += differences(cases, said[first], said[name], name)
    print("\n".join(found[:40]))
    errors = sum("error" in case for case in cases)
    print(f"{len(cases)} cases ({errors} of errors) in {', '.join(said)}: {len(found)} differences")
    sys.exit(1 if found or not cases else 0)


main(*sys.argv[1:])
