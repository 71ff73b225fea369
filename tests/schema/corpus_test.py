# SPDX-License-Identifier: Apache-2.0
"""One corpus, two judges: corpus_test.py CSUCCESS ROOT
Every document of corpus/valid, every shipped preset and example passes `csuccess check` and the JSON Schema; every document of
corpus/invalid, one mistake each, fails both, but for those of corpus/unseen.tsv, whose mistake no schema can see."""
import json
import subprocess
import sys
from pathlib import Path

from schemas import validator

LEAST = {"valid": 40, "invalid": 80}

# What a Node package is described by.
OF_NPM = {"package.json", "package-lock.json"}


def check(command, path):
    """Exit code and problems (not lint) of the command."""
    done = subprocess.run([command, "check", "-o", "jsonl", str(path)], capture_output=True, text=True, timeout=60)
    problems = [json.loads(line) for line in done.stdout.splitlines()]
    return done.returncode, [p for p in problems if p["code"] != "LINT"], problems, done.stderr


def why(schema, document):
    return [f"{error.json_path}: {error.message[:200]}" for error in schema.iter_errors(document)][:3]


def judge(command, schema, problem_schema, path, wanted):
    """wanted: what (check, schema) say, True for good."""
    code, errors, listed, text = check(command, path)
    refused = why(schema, json.loads(path.read_text(encoding="utf-8")))
    if code not in (0, 1) or text:
        yield f"check ended with {code}: {text}"
    if (code == 0) != wanted[0]:
        yield "check accepts it" if code == 0 else f"check refuses it: {errors[0]['pointer']} {errors[0]['message']}"
    if code == 1 and not all(p["message"] and p["pointer"] is not None for p in errors):
        yield f"a problem without message or pointer: {errors}"
    if (not refused) != wanted[1]:
        yield f"the schema refuses it: {refused}" if refused else "the schema accepts it"
    for problem in listed:
        for error in why(problem_schema, problem):
            yield f"problem.schema.json: {error}"


def unseen(corpus):
    lines = (corpus / "unseen.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def cases(root, corpus):
    blind = unseen(corpus)
    examples = [path for path in root.glob("examples/**/*.json") if "node_modules" not in path.parts and path.name not in OF_NPM]
    shipped = [*root.glob("lib/presets/*.json"), *examples, *root.glob("tests/bench/data/segments*[0-9].json")]
    for path in sorted([*shipped, *(corpus / "valid").glob("*.json")]):
        yield path, (True, True)
    for path in sorted((corpus / "invalid").glob("*.json")):
        yield path, (False, blind.pop(path.stem, None) is not None)
    assert not blind, f"unseen.tsv names what is not there: {sorted(blind)}"


def main(command, root):
    root = Path(root)
    corpus = root / "tests/schema/corpus"
    schema, problem_schema = validator(root, "configuration"), validator(root, "problem")
    for kind, least in LEAST.items():
        assert len(list((corpus / kind).glob("*.json"))) >= least, f"fewer than {least} in {kind}"
    bad = total = 0
    for path, wanted in cases(root, corpus):
        total += 1
        for text in judge(command, schema, problem_schema, path, wanted):
            bad += 1
            print(f"{path.relative_to(root)}: {text}")
    print(f"{total} documents, {bad} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
