# SPDX-License-Identifier: Apache-2.0
"""Prints the files that match patterns under a directory, sorted, one a line: find_sources.py DIR PATTERN..."""
import sys
from pathlib import Path

root = Path(sys.argv[1])
found = {str(path.relative_to(root)) for pattern in sys.argv[2:] for path in root.glob(pattern)}
print("\n".join(sorted(name for name in found if not name.startswith("adapters/"))))
