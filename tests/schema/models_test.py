# SPDX-License-Identifier: Apache-2.0
"""Model documents, two judges: models_test.py CSUCCESS ROOT
Every document of models/valid, and what `csuccess train` writes, passes `csuccess model check` and the JSON Schema; every one of
models/invalid, one mistake each, fails both, but for those of models/unseen.tsv, whose mistake no schema can see. Each is sealed
here first, by the recipe of docs/model-document.md, so that the two agree on canonical bytes; documents that carry a digest keep it."""
import hashlib
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from schemas import validator

LEAST = {"valid": 10, "invalid": 30}


def recipe(root):
    """canonical() of the documentation's own example."""
    page = Path(root, "docs/model-document.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)\n```", page, re.S).group(1)
    scope = {}
    exec(code[:code.index("\ndocument = ")], scope)  # the functions, not the check of a file
    return scope["canonical"]


def numbers(canonical, count):
    """The recipe's numbers read back, and are as short as Python's own; some are known."""
    known = {0.0: "0", -0.0: "0", 1.0: "1", -2.5: "-2.5", 1e20: "1" + "0" * 20, 1e21: "1e+21", 1e-6: "0.000001", 1e-7: "1e-7",
             1.5e300: "1.5e+300", -1.25e-9: "-1.25e-9", 123456789012345680000.0: "123456789012345680000", 0.1: "0.1"}
    rng = random.Random(3)
    for x in [rng.uniform(-1, 1) * 10 ** rng.randint(-30, 30) for _ in range(count)]:
        text = canonical(x)
        assert float(text) == x and len(re.sub(r"e.*|[-.]", "", text).strip("0")) <= 17, (x, text)
    for x, text in known.items():
        assert canonical(x) == text, (x, canonical(x), text)


def seal(document, canonical):
    if isinstance(document, dict) and "digest" not in document:
        digest = hashlib.sha256(canonical(document).encode()).hexdigest()
        document = {**document, "digest": "sha256:" + digest}
    return document


def check(command, document, place):
    path = Path(place, "m.json")
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    done = subprocess.run([command, "model", "check", str(path)], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr.strip()


def judge(command, schema, canonical, document, wanted):
    """wanted: what (check, schema) say, True for good."""
    with tempfile.TemporaryDirectory() as place:
        code, text = check(command, seal(document, canonical), place)
    refused = [f"{error.json_path}: {error.message[:200]}" for error in schema.iter_errors(seal(document, canonical))][:3]
    if code not in (0, 1):
        yield f"check ended with {code}: {text}"
    if (code == 0) != wanted[0]:
        yield "check accepts it" if code == 0 else f"check refuses it: {text}"
    if (not refused) != wanted[1]:
        yield f"the schema refuses it: {refused}" if refused else "the schema accepts it"


def trained(command, root):
    """What training writes, of each kind."""
    with tempfile.TemporaryDirectory() as place:
        rng = random.Random(5)
        lines = ["customer_id,date,logins,plan,left"]
        for i in range(900):
            logins = rng.randint(0, 30)
            left = f"2026-{rng.choice(('02-10', '05-10'))}T00:00:00Z" if rng.random() < 0.8 - logins / 40 else ""
            lines.append(f"c{i},2026-01-15T00:00:00Z,{logins if i % 9 else ''},{rng.choice(('free', 'pro', 'team'))},{left}")
        Path(place, "h.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
        config = {"csuccess": 1, "attributes": {"date": {"type": "time"}, "logins": {"type": "number"}, "plan": {"type": "string"},
                                               "left": {"type": "time", "outcome": True}}}
        Path(place, "c.json").write_text(json.dumps(config), encoding="utf-8")
        for trainer in ("additive", "logistic", "hazard"):
            out = Path(place, f"{trainer}.json")
            period = ["--period", "P30D"] if trainer == "hazard" else []
            done = subprocess.run([command, "train", "-c", str(Path(place, "c.json")), "--trainer", trainer, "--metrics", "logins,plan",
                                   "--as-of", "date", "--outcome-at", "left", "--horizon", "P60D", *period, "--observed-until",
                                   "2026-06-01T00:00:00Z", str(Path(place, "h.csv")), "-o", str(out)],
                                  capture_output=True, text=True, timeout=300)
            assert done.returncode == 0, f"{trainer}: {done.stderr}"
            yield trainer, json.loads(out.read_text(encoding="utf-8"))


def main(command, root):
    corpus = Path(root, "tests/schema/models")
    schema, canonical = validator(root, "model"), recipe(root)
    numbers(canonical, 2000)
    rows = (corpus / "unseen.tsv").read_text(encoding="utf-8").splitlines()
    blind = dict(line.split("\t") for line in rows if line and not line.startswith("#"))
    cases = [(f"trained {kind}", document, (True, True)) for kind, document in trained(command, root)]
    for kind, least in LEAST.items():
        paths = sorted((corpus / kind).glob("*.json"))
        assert len(paths) >= least, f"fewer than {least} in {kind}"
        for path in paths:
            seen = kind == "invalid" and blind.pop(path.stem, None) is None
            cases.append((path.relative_to(root), json.loads(path.read_text(encoding="utf-8")), (kind == "valid", not seen)))
    assert not blind, f"unseen.tsv names what is not there: {sorted(blind)}"
    bad = 0
    for name, document, wanted in cases:
        for text in judge(command, schema, canonical, document, wanted):
            bad += 1
            print(f"{name}: {text}")
    print(f"{len(cases)} documents, {bad} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
