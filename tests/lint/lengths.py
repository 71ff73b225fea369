# SPDX-License-Identifier: Apache-2.0
"""Functions of at most 60 lines, complexity 10 and 5 parameters, or a comment with `reason:` directly above:
lengths.py ROOT. Needs lizard."""
import sys
from pathlib import Path

import lizard

from source_text import files

LIMITS = (("length", 60, "lines"), ("cyclomatic_complexity", 10, "complexity"), ("parameter_count", 5, "parameters"))


def has_reason(lines, start):
    """Whether the comment that ends on the line above gives a reason; a signature may begin a line earlier."""
    at = start - 2
    if at >= 0 and "*/" not in lines[at]:
        at -= 1
    comment = []
    if at < 0 or "*/" not in lines[at]:
        return False
    while at >= 0:
        comment.append(lines[at])
        if "/*" in lines[at]:
            break
        at -= 1
    return "reason:" in " ".join(comment)


def main(root):
    bad, functions = 0, []
    for file in files(root, "lib", "include", "examples", "tests", "bindings/node/src"):
        lines = file.read_text(encoding="utf-8").splitlines()
        for function in lizard.analyze_file(str(file)).function_list:
            functions.append(function.length)
            over = [f"{getattr(function, name)} {what}" for name, limit, what in LIMITS if getattr(function, name) > limit]
            if over and not has_reason(lines, function.start_line):
                print(f"{file.relative_to(root)}:{function.start_line}: {function.name}: {', '.join(over)}")
                bad += 1
    functions.sort()
    if functions:
        print(f"{len(functions)} functions, median {functions[len(functions) // 2]} lines, "
              f"90 % up to {functions[len(functions) * 9 // 10]}")
    return 1 if bad else 0


sys.exit(main(Path(sys.argv[1])))
