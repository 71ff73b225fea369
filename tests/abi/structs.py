# SPDX-License-Identifier: Apache-2.0
"""Whether every public struct with a layout has each of its fields in the tables of layout_test.c: structs.py HEADERS LAYOUT..."""
import re
import sys
from pathlib import Path

COMMENT = re.compile(r"/\*.*?\*/", re.S)
STRUCT = re.compile(r"typedef struct (csuccess_\w+)\s*\{(.*?)\n\}\s*csuccess_\w+;", re.S)
# A field's name stands before `;`, `,` or `[`, or in `(*name)(` of a callback.
FIELD = re.compile(r"\(\*(\w+)\)\s*\([^;]*\)\s*;|(\w+)\s*(?:\[\w+\])?\s*[;,]")


def fields(body):
    for statement in COMMENT.sub("", body).split(";"):
        for match in FIELD.finditer(statement.strip() + ";") if statement.strip() else ():
            yield match[1] or match[2]


def main(headers, *layouts):
    frozen = "".join(Path(layout).read_text(encoding="utf-8") for layout in layouts)
    bad = 0
    for header in sorted(Path(headers).glob("*.h")):
        for name, body in STRUCT.findall(header.read_text(encoding="utf-8")):
            wanted = [f"SIZE({name}, "] + [f"FIELD({name}, {field}, " for field in fields(body)]
            for row in wanted:
                if row not in frozen:
                    bad += 1
                    print(f"{header.name}: no row {row}…)")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
