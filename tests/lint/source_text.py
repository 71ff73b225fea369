# SPDX-License-Identifier: Apache-2.0
"""Reading C sources for the lint tests: the files of the tree, and their text without comments and literals."""
import re
from pathlib import Path

TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def files(root, *folders):
    """Every .c and .h file below the folders, sorted."""
    found = [p for folder in folders for p in Path(root, folder).rglob("*.[ch]")]
    return sorted(p for p in found if "data" not in p.relative_to(root).parts)


def bare(text):
    """The text with comments and literals blanked; lines keep their numbers."""
    def blank(match):
        return '""' + "\n" * match.group().count("\n") if match.group()[0] != "/" else re.sub(r"[^\n]", " ", match.group())
    return TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
