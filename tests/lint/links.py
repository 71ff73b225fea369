# SPDX-License-Identifier: Apache-2.0
"""Whether every relative link of the documentation leads somewhere: links.py ROOT"""
import re
import sys
from pathlib import Path

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
FENCE = re.compile(r"^```.*?^```", re.M | re.S)

root = Path(sys.argv[1])
bad = 0
for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for target in LINK.findall(text):
        if not (page.parent / target).exists():
            print(f"{page.relative_to(root)}: {target} is not there")
            bad += 1
sys.exit(1 if bad else 0)
