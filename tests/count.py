# SPDX-License-Identifier: Apache-2.0
"""Counts one run of tests: count.py NAME LOG prints "PASSED FAILED" and a line for each failure. LOG is meson's .json, or
the .xml of pytest. A run that left no log, or no test in it, is one failure: nothing run is not everything passed."""
import json
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

GOOD = {"OK", "EXPECTEDFAIL"}


def shown(test):
    text = (test.get("stdout", "") + test.get("stderr", "")).strip().splitlines()
    return "".join(f"        {line}\n" for line in text[-30:])


def from_xml(log):
    for case in ElementTree.parse(log).iter("testcase"):
        kinds = {child.tag: child for child in case if child.tag in ("failure", "error", "skipped")}
        result = "SKIP" if "skipped" in kinds else "FAIL" if kinds else "OK"
        yield {"name": f"{case.get('classname')}.{case.get('name')}", "result": result, "stdout": "".join(c.text or "" for c in kinds.values())}


def read(log):
    if not log.exists():
        return []
    return list(from_xml(log)) if log.suffix == ".xml" else [json.loads(line) for line in log.read_text().splitlines()]


def main(name, path):
    tests = read(Path(path))
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
