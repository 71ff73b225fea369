# SPDX-License-Identifier: Apache-2.0
"""Runs every Python snippet of the pages given: snippets.py PAGE...

A page's snippets are run one behind the other, in one module and a folder of their own, as somebody who reads it would type them; `await` may stand at the top.
```python fragment is compiled only. ```json NAME and ```csv NAME are the files that the snippets read. What a snippet prints is compared with the ```text output behind it, if
there is one.
"""
import ast
import asyncio
import contextlib
import inspect
import io
import os
import re
import sys
import tempfile
import traceback
import types
from pathlib import Path

FENCE = re.compile(r"^```(python|json|jsonl|csv|text)\b[ \t]*(\S*)[ \t]*\n(.*?)^```", re.M | re.S)


def run(code, place, line, module):
    """What it prints."""
    code = compile("\n" * line + code, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        result = eval(code, module.__dict__)
        if inspect.iscoroutine(result):
            module.__dict__["__loop__"].run_until_complete(result)
    return out.getvalue()


def snippets(page):
    """One page; gives (how many, what is wrong)."""
    text, bad, count, printed = page.read_text(encoding="utf-8"), [], 0, None
    module = types.ModuleType("__main__")
    sys.modules["snippets"] = module
    with contextlib.closing(asyncio.new_event_loop()) as loop:
        module.__dict__["__loop__"] = loop
        for kind, word, code, line in [(m[1], m[2], m[3], text.count("\n", 0, m.start()) + 1) for m in FENCE.finditer(text)]:
            place = f"{page.name}:{line}"
            if kind == "text":
                if word == "output" and printed is not None and printed.strip() != code.strip():
                    bad.append(f"{place}: the snippet above prints\n{printed}")
                continue
            if kind != "python":
                if word:
                    Path(word).write_text(code, encoding="utf-8")
                continue
            count += 1
            try:
                if word == "fragment":
                    compile(code, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)
                else:
                    printed = run(code, place, line, module)
            except BaseException:
                bad.append(f"{place}:\n{traceback.format_exc()}")
    return count, bad


def main(pages):
    count, bad = 0, []
    for page in [Path(name).resolve() for name in pages]:
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            more, wrong = snippets(page)
            os.chdir("/")
        count += more
        bad += wrong
    print("\n".join([*bad, f"{count} snippets, {len(bad)} bad"]))
    return 1 if bad or not count else 0


sys.exit(main(sys.argv[1:]))
