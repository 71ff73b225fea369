# SPDX-License-Identifier: Apache-2.0
"""Counts one run of meson's tests: count.py NAME LOG.json prints "PASSED FAILED" and a line for each failure.
A run that left no log, or no test in it, is one failure: nothing run is not everything passed."""
import json
import sys
from pathlib import Path

GOOD = {"OK", "EXPECTEDFAIL"}


def shown(test):
    text = (test.get("stdout", "") + test.get("stderr", "")).strip().splitlines()
    return "".join(f"        {line}\n" for line in text[-30:])


def main(name, path):
    log = Path(path)
    tests = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
    tests = [test for test in tests if test["result"] != "SKIP"]
    bad = [test for test in tests if test["result"] not in GOOD]
    if not tests:
        print("0 1")
        print(f"FAILED  {name}: no test ran")
        return
    print(len(tests) - len(bad), len(bad))
    print(f"{'ok     ' if not bad else 'FAILED '} {name}: {len(tests) - len(bad)} of {len(tests)} tests")
    for test in bad:
        print(f"FAILED  {name}: {test['name']}: {test['result']}\n{shown(test)}", end="")


main(*sys.argv[1:])
