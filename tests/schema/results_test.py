# SPDX-License-Identifier: Apache-2.0
"""Rows and results against their schemas: results_test.py CSUCCESS ROOT
Every row of tests/vectors is a row and scores to a result; so do those of rich.jsonl, which between them show every key; what
is no row is refused by the schema and by the command."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from schemas import validator

PRESETS = ("retention", "supplier", "enterprise")
NO_ROWS = ('[]', '"c1"', '17', 'null', '{"customer_id": ["c1"]}', '{"customer_id": true}', '{"x": [[1]]}', '{"arr": {"amount": "5"}}',
           '{"arr": {"amount": 5, "currency": "eur"}}', '{"x": {"value": 5, "at": "yesterday"}}', '{"contacts": {"c1": 5}}',
           '{"contacts": {"c1": {"role": {"name": "x"}}}}')


def score(command, config, path, *more):
    return subprocess.run([command, "score", "-c", config, "--now", "2026-01-31T00:00:00Z", "-o", "jsonl", *more, str(path)],
                          capture_output=True, text=True, timeout=120)


def complaints(schema, name, texts):
    for number, text in enumerate(texts, 1):
        for error in schema.iter_errors(json.loads(text)):
            yield f"{name}:{number}: {error.json_path}: {error.message[:200]}"


def scored(command, schemas, config, path):
    rows = path.read_text(encoding="utf-8").splitlines()
    done = score(command, config, path)
    results = done.stdout.splitlines()
    if done.returncode or len(results) != len(rows):
        yield f"{path.name}: exit {done.returncode}, {len(results)} results of {len(rows)} rows: {done.stderr[:300]}"
    yield from complaints(schemas["row"], path.name, rows)
    yield from complaints(schemas["result"], f"results of {path.name}", results)


def places(value, at=""):
    """Every key and every kind of value that stands in a result, ids left out."""
    if isinstance(value, dict):
        named = at.endswith(("components", "of", "modifiers", "factors", "scores"))
        for key, one in value.items():
            yield from places(one, f"{at}/{'*' if named else key}")
    elif isinstance(value, list):
        for one in value:
            yield from places(one, f"{at}[]")
    else:
        yield f"{at} {type(value).__name__}"


WANTED = """/customer_id str|/labels/status str|/labels/status NoneType|/health/profile NoneType|/health/score float|/health/score NoneType
/health/trend str|/health/trend NoneType|/health/trend_missing str|/health/change float|/health/components/*/of/*/value str
/health/components/*/of/*/points NoneType|/health/components/*/defaulted bool|/health/components/*/missing str|/health/modifiers/* float
/health/modifiers/*/add int|/health/modifiers/*/floor int|/health/modifiers/*/cap int|/health/alerts[]/message str
/health/alerts[]/message NoneType|/health/contradictions[] str|/health/failed str|/health/review_at str|/health/missing[] str
/health/calibration NoneType|/health/scores/*/calibration float|/health/scores/*/components/*/by str
/health/scores/*/components/*/by NoneType|/health/scores/*/status str|/health/scores/*/score NoneType|/churn/level str|/churn/factors/* NoneType|/churn/risk_factors[]/say str
/churn/risk_factors[]/say NoneType|/churn/lifetime_value float|/churn/recommended bool|/churn/urgency str|/churn/actions[] str"""


def shows(command, root):
    """Without these the rich rows would hold nothing against the schema."""
    done = score(command, root / "tests/schema/rich.json", root / "tests/schema/rich.jsonl")
    seen = {place for line in done.stdout.splitlines() for place in places(json.loads(line))}
    for place in WANTED.replace("\n", "|").split("|"):
        if place not in seen:
            yield f"rich.jsonl: no result shows {place}"


def reasons(schemas, root):
    """The reasons to be missing are the library's own list."""
    text = (root / "lib/expr/value.h").read_text(encoding="utf-8")
    table = text[text.index("#define CSUCCESS__ABSENCES"):text.index("typedef enum csuccess__absence")]
    known = set(re.findall(r'X\(\w+,[\s\\]*"(\w+)"\)', table)) - {"present"}
    listed = set(schemas["result"].schema["$defs"]["absence"]["enum"]) - {None}
    if known != listed or not known:
        yield f"absences: the schema lists {sorted(listed)}, the library {sorted(known)}"


def refused(command, schemas, root):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "row.jsonl")
        for text in NO_ROWS:
            path.write_text(text + "\n", encoding="utf-8")
            if score(command, root / "tests/schema/rich.json", path).returncode != 1:
                yield f"{text}: the command takes it"
            if schemas["row"].is_valid(json.loads(text)):
                yield f"{text}: the schema takes it"


def main(command, root):
    root = Path(root)
    schemas = {name: validator(root, name) for name in ("row", "result")}
    bad = [text for preset in PRESETS
           for text in scored(command, schemas, f"preset:{preset}", root / f"tests/vectors/{preset}.customers.jsonl")]
    bad += scored(command, schemas, root / "tests/schema/rich.json", root / "tests/schema/rich.jsonl")
    bad += shows(command, root)
    bad += refused(command, schemas, root)
    bad += reasons(schemas, root)
    for name, schema in schemas.items():
        bad += complaints(schema, f"{name}.schema.json, example", map(json.dumps, schema.schema.get("examples", [])))
    print("\n".join(bad[:40]))
    print(f"{len(bad)} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
