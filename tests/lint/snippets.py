# SPDX-License-Identifier: Apache-2.0
"""Compiles every C snippet of README.md and docs/: snippets.py ROOT BUILD CC...
A snippet with a `main` is linked and run; one that begins with #include is compiled as it is; any other is taken
as statements, or as definitions when those do not compile. ```c fragment is left alone. ```sh run is run, with the
built command on the path."""
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FENCE = re.compile(r"^```(c|sh)\b[ \t]*(\S*)[ \t]*\n(.*?)^```", re.M | re.S)
HEAD = "#include <csuccess/csuccess.h>\n#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n"
FLAGS = ["-std=c11", "-Wall", "-Wextra", "-Wno-unused-variable", "-Wno-unused-function", "-Wno-unused-parameter",
         "-Wno-unused-but-set-variable", "-Werror"]


def run(command, **more):
    return subprocess.run(command, capture_output=True, text=True, **more)


def compiled(cc, includes, code, out, link=()):
    source = Path(out).with_suffix(".c")
    source.write_text(code)
    end = ["-o", str(out), *link] if link else ["-fsyntax-only"]
    return run([*cc, *FLAGS, *includes, str(source), *end])


def tried(code, cc, includes, build, folder):
    if re.search(r"\bmain\s*\(", code):
        link = [f"-L{build}/lib", "-lcsuccess", f"-Wl,-rpath,{build}/lib"]
        done = compiled(cc, includes, code, folder / "snippet", link)
        return done if done.returncode else run([str(folder / "snippet")], cwd=folder, stdin=subprocess.DEVNULL, timeout=60)
    if code.lstrip().startswith("#include"):
        return compiled(cc, includes, code, folder / "snippet")
    done = compiled(cc, includes, f"{HEAD}int snippet(int64_t now_ms);\nint snippet(int64_t now_ms)\n{{\n{code}\nreturn 0;\n}}\n",
                    folder / "snippet")
    return done if done.returncode == 0 else compiled(cc, includes, HEAD + code, folder / "snippet")


def run_shell(code, build, folder):
    environment = dict(os.environ, PATH=f"{build}/examples/cli:{os.environ['PATH']}")
    return run(["bash", "-euo", "pipefail", "-c", code], cwd=folder, env=environment, timeout=60)


def wanted(match):
    """C unless it says fragment, shell only where it says run."""
    return match[2] != "fragment" if match[1] == "c" else match[2] == "run"


def main(root, build, *cc):
    root, bad, count = Path(root), 0, 0
    includes = [f"-I{root}/include", f"-I{build}/include", *(f"-I{folder}" for folder in sorted(root.glob("lib/adapters/*/include")))]
    with tempfile.TemporaryDirectory() as folder:
        for page in [root / "README.md", *sorted(root.glob("docs/**/*.md"))]:
            text = page.read_text(encoding="utf-8")
            for match in FENCE.finditer(text):
                if not wanted(match):
                    continue
                count += 1
                done = (tried(match[3], cc, includes, build, Path(folder)) if match[1] == "c"
                        else run_shell(match[3], build, Path(folder)))
                if done.returncode:
                    bad += 1
                    place = f"{page.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}"
                    print(f"{place}: exit {done.returncode}\n{done.stdout}{done.stderr}")
    print(f"{count} snippets, {bad} bad")
    return 1 if bad or not count else 0


sys.exit(main(*sys.argv[1:]))
