# SPDX-License-Identifier: Apache-2.0
"""Prints the files of the package that stand in the tree, sorted, one a line: find_modules.py DIR."""
import sys
from pathlib import Path

root = Path(sys.argv[1])
found = [path for suffix in ("py", "pyi", "typed") for path in root.glob(f"csuccess/**/*.{suffix}")]
print("\n".join(sorted(str(path.relative_to(root)) for path in found)))
