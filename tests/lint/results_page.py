# SPDX-License-Identifier: Apache-2.0
"""Whether docs/reference/results.md is what the registry gives, and no released code was changed or given away:
results_page.py ROOT"""
import sys
from pathlib import Path

root = Path(sys.argv[1])
sys.path.insert(0, str(root / "include/csuccess"))
import results  # noqa: E402

# Codes of released versions, and of this one: a name keeps its value, a value its name, for good.
FOR_GOOD = dict(line.split("\t") for line in (root / "tests/abi/results.txt").read_text().splitlines())

rows = results.read(root / "include/csuccess/results.tsv")
names = {name: str(value) for name, value, _ in rows}
values = {value: name for name, value in names.items()}
bad = [f"{name} is {names.get(name, 'gone')}, was {value}: a code is never reused"
       for name, value in FOR_GOOD.items() if names.get(name) != value or values.get(value) != name]
if (root / "docs/reference/results.md").read_text(encoding="utf-8") != results.page(rows):
    bad.append("docs/reference/results.md is not what results.tsv gives; run ./dev docs")
print("\n".join(bad))
sys.exit(1 if bad else 0)
