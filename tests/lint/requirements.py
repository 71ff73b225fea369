# SPDX-License-Identifier: Apache-2.0
"""Whether every test named in tests/requirements.tsv exists: requirements.py ROOT BUILD
`unit:STEM:NAME` is a function in the table of tests/unit/STEM.c; any other `KIND:NAME` is a test known to meson
(as NAME, KIND_NAME or KIND-NAME), a file tests/KIND/NAME*, or a case called NAME in a file of tests/KIND."""
import json
import re
import sys
from pathlib import Path

SKIPPED = 77


def known_to_meson(build):
    text = Path(build, "meson-info/intro-tests.json").read_text(encoding="utf-8")
    return {test["name"] for test in json.loads(text)}


def in_unit(root, stem, name):
    path = root / "tests/unit" / f"{stem}.c"
    return path.exists() and re.search(rf"CHECK_TEST\(\s*{re.escape(name)}\s*\)", path.read_text(encoding="utf-8"))


def in_folder(root, kind, name):
    folder = root / "tests" / kind
    if not folder.is_dir():
        return False
    if any(folder.glob(f"{name}*")):
        return True
    texts = (p.read_text(encoding="utf-8", errors="replace") for p in folder.iterdir() if p.suffix in {".c", ".py", ".sh"})
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text) for text in texts)


def exists(root, tests, reference):
    parts = reference.split(":")
    if parts[0] == "unit":
        return len(parts) == 3 and in_unit(root, parts[1], parts[2])
    if len(parts) < 2:
        return False
    kind, name = parts[0], parts[-1]
    return bool(tests & {name, f"{kind}_{name}", f"{kind}-{name}"}) or in_folder(root, kind, name)


def main(root, build):
    table = root / "tests/requirements.tsv"
    if not table.exists():
        return SKIPPED
    rows = [line.split("\t") for line in table.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    rows = [row for row in rows if row[0] != "id"]
    tests = known_to_meson(build)
    bad = [f"{row[0]}: not two columns" for row in rows if len(row) != 2]
    bad += [f"{row[0]}: no test {row[1]}" for row in rows if len(row) == 2 and not exists(root, tests, row[1])]
    ids = [row[0] for row in rows]
    bad += [f"{one}: twice" for one in sorted({i for i in ids if ids.count(i) > 1})]
    print("\n".join(bad))
    print(f"{len(rows)} rows")
    return 1 if bad or not rows else 0


sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
