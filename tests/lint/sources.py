# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that can be read off a file: SPDX line and first sentence, length, forbidden functions,
nothing unfinished: sources.py ROOT"""
import re
import sys
from pathlib import Path

from source_text import bare, files, line_of

SPDX = "/* SPDX-License-Identifier: Apache-2.0 */"
LONGEST = 600
EVERYWHERE = "strcpy strcat sprintf vsprintf gets atoi atol atoll atof strtok alloca".split()
LIBRARY = EVERYWHERE + (
    "snprintf vsnprintf printf fprintf vprintf puts putchar fputs fopen fread fwrite sscanf scanf strtod strtof strtold strtol "
    "strtoll strtoul strtoull setlocale localeconv tolower toupper isalpha isdigit isalnum isspace isupper islower "
    "isprint ispunct isxdigit strcasecmp strcoll strxfrm strdup strerror time clock gettimeofday clock_gettime localtime gmtime mktime "
    "getenv setenv rand srand random exit abort assert signal setjmp longjmp qsort bsearch exp log pow sin cos exp2 log2 log10 log1p "
    "expm1 fma pthread_create").split()
ONLY_ALLOC = "malloc calloc realloc free aligned_alloc".split()
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")


def forbidden(names):
    """A call, not a member, not part of a longer name."""
    return re.compile(r"(?<![\w.])(?<!->)(%s)\s*\(" % "|".join(names))


def rules_for(path):
    if not path.startswith("lib/") or path.startswith("lib/adapters/"):
        return forbidden(EVERYWHERE)
    return forbidden(LIBRARY if path == "lib/base/alloc.c" else LIBRARY + ONLY_ALLOC)


def problems(path, text):
    lines = text.splitlines()
    if not lines or lines[0] != SPDX:
        yield 1, f"the first line is not {SPDX}"
    elif len(lines) < 2 or not lines[1].startswith("/*") or len(lines[1].strip("/* \n")) < 10 and not lines[2].strip("/* \n"):
        yield 2, "the second line does not say what lives here"
    if len(lines) > LONGEST:
        yield LONGEST, f"{len(lines)} lines; at most {LONGEST}"
    for number, line in enumerate(lines, 1):
        if UNFINISHED.search(line):
            yield number, "something is unfinished"
    code = bare(text)
    for match in rules_for(path).finditer(code):
        yield line_of(code, match.start()), f"{match[1]} is forbidden"


def main(root):
    bad = 0
    for file in files(root, "lib", "include", "examples", "tests"):
        path = file.relative_to(root).as_posix()
        for line, text in problems(path, file.read_text(encoding="utf-8")):
            print(f"{path}:{line}: {text}")
            bad += 1
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1])))
