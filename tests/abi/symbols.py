# SPDX-License-Identifier: Apache-2.0
"""Whether map, headers and library agree on what is public: symbols.py MAP HEADERS LIBRARY
symbols.py --write MAP HEADERS rewrites the map from the headers (the newest node; older ones are never touched)."""
import re
import subprocess
import sys
from pathlib import Path

NODE = re.compile(r"(CSUCCESS_[0-9.]+)\s*\{\s*global:(.*?)local:", re.S)
COMMENT = re.compile(r"/\*.*?\*/", re.S)
FUNCTION = re.compile(r"^CSUCCESS_API\b[^;(]*?\b(csuccess_\w+)\s*\(", re.M)


def declared(folder):
    names = set()
    for header in Path(folder).glob("*.h"):
        names.update(FUNCTION.findall(COMMENT.sub("", header.read_text(encoding="utf-8"))))
    return names


def mapped(path):
    nodes = NODE.findall(Path(path).read_text(encoding="utf-8"))
    return {name for _, body in nodes for name in re.findall(r"[\w*]+", body)}


def exported(library):
    command = ["nm", "-D", "--defined-only", library]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in output.splitlines()]
    return {row[2].split("@")[0] for row in rows if row[1] != "A"}


def write(path, names):
    body = "".join(f"    {name};\n" for name in sorted(names))
    Path(path).write_text(f"CSUCCESS_0.1 {{\nglobal:\n{body}local:\n    *;\n}};\n", encoding="utf-8")


def main(args):
    if args[0] == "--write":
        write(args[1], declared(args[2]))
        return 0
    public, listed, real = declared(args[1]), mapped(args[0]), exported(args[2])
    bad = [f"{name}: in a header, not in the map; run ./dev symbols" for name in sorted(public - listed)]
    bad += [f"{name}: in the map, in no header" for name in sorted(listed - public)]
    bad += [f"{name}: declared, not exported by the library" for name in sorted(public - real)]
    bad += [f"{name}: exported, in no header" for name in sorted(real - public)]
    print("\n".join(bad))
    print(f"{len(real)} symbols")
    return 1 if bad else 0


sys.exit(main(sys.argv[1:]))
