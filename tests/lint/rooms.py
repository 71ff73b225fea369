# SPDX-License-Identifier: Apache-2.0
"""Whether the rooms of lib/ include only rooms above them, and foreign headers stay where they may be seen:
rooms.py ROOT"""
import re
import sys
from pathlib import Path

from source_text import bare, files, line_of

ROOMS = ("base text calendar expr stats customer score churn trust flow intervene insight config presets "
         "engine columns adapters").split()
SYSTEM = {"float.h", "limits.h", "math.h", "stdarg.h", "stdatomic.h", "stdbool.h", "stddef.h", "stdint.h", "string.h"}
ONLY_IN = {"stdlib.h": {"base/alloc.c"}, "cjson/cJSON.h": {"text/json.c"}, "pcre2.h": {"text/regex.c"},
           "emmintrin.h": {"expr/column_kernels.c"}, "immintrin.h": {"base/digest_x86.c"}, "cpuid.h": {"base/digest_x86.c"},
           "errno.h": {"columns/arrow/stream.c"}}  # EINVAL and ENOMEM, which the stream interface speaks
FOREIGN_NAMES = {"text/json.c": r"\bpcre2_|\bPCRE2_", "text/regex.c": r"\bcJSON"}
# Inner rooms, and the rooms that they may use besides themselves.
INNER = {"churn/learn": {"base", "text", "stats"}, "churn/trees": {"base", "text", "stats"}}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)


def quoted(name, path):
    room, target = path.split("/")[0], name.split("/")[0]
    if "/" not in name or target not in ROOMS:
        return f'"{name}" is not written from the lib root'
    inner = path.rpartition("/")[0]
    if inner in INNER and target not in INNER[inner] and name.rpartition("/")[0] != inner:
        return f'"{name}": {inner} uses itself and {", ".join(sorted(INNER[inner]))} only'
    if ROOMS.index(target) > ROOMS.index(room):
        return f'"{name}": {room} may not use {target}, which stands below it'
    return None


def angled(name, path):
    if name.startswith("csuccess/") or name in SYSTEM or path in ONLY_IN.get(name, ()):
        return None
    return f"<{name}> is not for this file"


def problems(root, file):
    path = file.relative_to(root / "lib").as_posix()
    room = path.split("/")[0]
    if room == "adapters":
        return
    if room not in ROOMS:
        yield 1, f"{room} is not a room"
        return
    text = file.read_text(encoding="utf-8")
    for match in INCLUDE.finditer(text):
        found = quoted(match[2], path) if match[1] == '"' else angled(match[2], path)
        if found:
            yield line_of(text, match.start()), found
    for match in re.finditer(FOREIGN_NAMES.get(path, r"\bcJSON|\bpcre2_|\bPCRE2_"), bare(text)):
        yield line_of(bare(text), match.start()), f"{match[0]} outside its file"


def hosts(root):
    """Examples are hosts: they see public headers and their own."""
    for file in files(root, "examples"):
        text = file.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            if match[1] == '"' and not (file.parent / match[2]).exists():
                yield file, line_of(text, match.start()), f'"{match[2]}" is not beside it: only public headers'


def main(root):
    bad = [(file, *problem) for file in files(root, "lib") for problem in problems(root, file)] + list(hosts(root))
    for file, line, text in bad:
        print(f"{file.relative_to(root)}:{line}: {text}")
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1])))
