# SPDX-License-Identifier: Apache-2.0
"""Compiles one public header by itself, twice over, in every standard and compiler there is:
compile.py [--after FILE] HEADER INCLUDE..., where FILE is included before it."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

COMPILERS = (("gcc", "c", ("c11", "c17")), ("clang", "c", ("c11", "c17")),
             ("g++", "c++", ("c++11", "c++14", "c++17", "c++20")), ("clang++", "c++", ("c++11", "c++14", "c++17", "c++20")))
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only"]


def main(*arguments):
    first = f'#include "{arguments[1]}"\n' if arguments[0] == "--after" else ""
    header, *includes = arguments[2:] if first else arguments
    bad, tried = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "alone.c")
        source.write_text(f"{first}#include <csuccess/{header}>\n#include <csuccess/{header}>\nextern int alone;\n")
        for compiler, language, standards in COMPILERS:
            if not shutil.which(compiler):
                continue
            for standard in standards:
                tried += 1
                command = [compiler, *FLAGS, f"-std={standard}", "-x", language, *(f"-I{i}" for i in includes), str(source)]
                done = subprocess.run(command, capture_output=True, text=True)
                if done.returncode:
                    bad += 1
                    print(f"{header}: {compiler} -std={standard}\n{done.stderr}")
    print(f"{tried} compilations")
    return 1 if bad or not tried else 0


sys.exit(main(*sys.argv[1:]))
