# SPDX-License-Identifier: Apache-2.0
"""Whether csuccess.h includes every public header: umbrella.py FOLDER"""
import re
import sys
from pathlib import Path

folder = Path(sys.argv[1])
text = (folder / "csuccess.h").read_text(encoding="utf-8")
included = set(re.findall(r"#include <csuccess/(\w+\.h)>", text))
there = {path.name for path in folder.glob("*.h")} - {"csuccess.h", "experimental.h"}
for name in sorted(there - included):
    print(f"csuccess.h does not include {name}")
sys.exit(1 if there - included else 0)
