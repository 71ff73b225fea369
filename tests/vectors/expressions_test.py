# SPDX-License-Identifier: Apache-2.0
"""Evaluates the cases of CEL's conformance suite through `csuccess eval`: expressions_test.py CSUCCESS FILE."""
import json
import math
import subprocess
import sys


def same(got, want):
    if isinstance(want, float) or (isinstance(want, int) and not isinstance(want, bool)):
        return not isinstance(got, bool) and isinstance(got, (int, float)) and math.isclose(
            got, want, rel_tol=1e-12, abs_tol=1e-12)
    if isinstance(want, list):
        return isinstance(got, list) and len(got) == len(want) and all(map(same, got, want))
    return type(got) is type(want) and got == want


def problem(command, case):
    run = subprocess.run([command, "eval", "--", case["expr"]], capture_output=True)
    if case.get("refused"):
        caret = b"^" in run.stderr
        return None if run.returncode == 1 and caret else f"not refused: {run.stdout!r} {run.stderr!r}"
    if run.returncode != 0:
        return f"exit {run.returncode}: {run.stderr.decode()}"
    text = run.stdout.decode()
    if text.strip() == "missing":
        return "missing"
    got = json.loads(text)
    return None if same(got, case["value"]) else f"{got!r}, not {case['value']!r}"


def main(command, path):
    cases = [json.loads(line) for line in open(path, encoding="utf-8")]
    found = [f"{c['name']}: {p}" for c in cases if (p := problem(command, c))]
    print("\n".join(found[:20]))
    print(f"{len(cases)} expressions, {len(found)} differences")
    sys.exit(1 if found or not cases else 0)


main(*sys.argv[1:])
