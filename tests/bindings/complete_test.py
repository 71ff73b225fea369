# SPDX-License-Identifier: Apache-2.0
"""Whether Python and Node bind every function of the library and every place where it calls the host, or say why not: complete_test.py RESULTS_H [python|node].

A function is bound where the package's own code names it: lib.NAME in a Python module, raw.NAME in TypeScript, read as syntax, so that a comment binds nothing. A slot is bound in Python
where lib.python_NAME is given to C and a function is defined for it; in Node where the generator's table or the C glue names it. What is not bound stands in bindings/unbound.tsv with the
language and the reason; a row there for what is bound after all, or does not exist, is wrong too.
"""
import ast
import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINDINGS = ROOT / "bindings"
sys.path.insert(0, str(BINDINGS))

import headers  # noqa: E402

SQLITE = ROOT / "lib/adapters/sqlite/include/csuccess/sqlite.h"
# What in TypeScript is no code: comments and texts, but for what stands in a template.
NO_CODE = re.compile(r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
C_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.S)


def pattern(node):
    """A text of the syntax tree as a pattern: what an f-string fills in is any word. None: it is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(part.value) if isinstance(part, ast.Constant) else r"\w+" for part in node.values)
    return None


def is_lib(node):
    return isinstance(node, ast.Name) and node.id in ("lib", "_lib") or isinstance(node, ast.Attribute) and node.attr == "lib"


def trees():
    for path in sorted((BINDINGS / "python/csuccess").rglob("*.py")):
        yield ast.parse(path.read_text(encoding="utf-8"), str(path))


def families(tree):
    """{function: pattern} of the functions that take from lib what their first argument names: the argument is %s, a verb is any member that the module declares."""
    members = "|".join(sorted({n.target.id for n in ast.walk(tree) if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}))
    found = {}
    for function in (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.args.args):
        for call in (n for n in ast.walk(function) if isinstance(n, ast.Call) and taken_by_text(n) and isinstance(n.args[1], ast.JoinedStr)):
            words = [part.value if isinstance(part, ast.Constant) else
                     "%s" if isinstance(part.value, ast.Name) and part.value.id == function.args.args[0].arg else f"({members})" for part in call.args[1].values]
            if "%s" in words:
                found[function.name] = "".join(words)
    return found


def taken_by_text(call):
    return isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) > 1 and is_lib(call.args[0])


def python_syntax():
    """(patterns of what is taken from lib, patterns of the functions that are defined for C) of the package."""
    taken, defined, by_name = set(), set(), {}
    for tree in trees():
        by_name.update(families(tree))
    for node in (node for tree in trees() for node in ast.walk(tree)):
        text = pattern(node)
        if text and re.match(r"python_\w", text):
            defined.add(text)
        elif isinstance(node, ast.Attribute) and is_lib(node.value):
            taken.add(node.attr)
        elif isinstance(node, ast.Call):
            texts = [text for value in [*node.args, *(k.value for k in node.keywords)] if (text := pattern(value))]
            if taken_by_text(node):
                # One that leaves a function of the library wide open says nothing.
                taken.update(text for text in texts if not text.startswith("csuccess_\\w+"))
            elif isinstance(node.func, ast.Name) and node.func.id in by_name:
                taken.update(by_name[node.func.id] % text for text in texts[:1])
    return taken, defined


def typescript_names():
    found = set()
    for path in sorted((BINDINGS / "node/src").rglob("*.ts")):
        code = NO_CODE.sub(" ", path.read_text(encoding="utf-8"))
        found.update(re.findall(r"\braw\s*\.\s*(csuccess_\w+)", code))
    return found


def node_slots(model):
    """The slots that Node's generator or glue names: typedefs by their names, members of structs by theirs."""
    texts = set()
    for path in sorted((BINDINGS / "node").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        texts.update(n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str))
    glue = "\n".join(C_COMMENT.sub(" ", path.read_text(encoding="utf-8")) for path in sorted((BINDINGS / "node/src").glob("*.[ch]")))
    texts.update(re.findall(r'"(\w+)"', glue))
    fields = set(re.findall(r"\.(\w+)\s*=", glue))
    # A member that the generator's table has is bound in whatever struct it stands.
    generator = ast.parse((BINDINGS / "node/generate.py").read_text(encoding="utf-8"))
    tables = {n.targets[0].id: n.value for n in generator.body if isinstance(n, ast.Assign) and isinstance(n.targets[0], ast.Name)}
    by_member = set(ast.literal_eval(tables["MEMBER_HOOKS"]))
    bound = {name for name in model.callbacks if name in texts}
    for struct in model.structs.values():
        for member in struct.fields:
            if not member.type.callback:
                continue
            if member.name in by_member or struct.sized and struct.name in glue and member.name in texts | fields:
                bound.add(f"{struct.name}_{member.name}")
    return bound


def wanted(model):
    exported = set(re.findall(r"^\s+(csuccess_\w+);", (ROOT / "lib/csuccess.map").read_text(encoding="utf-8"), re.M))
    functions = exported | {n for n, f in model.functions.items() if f.header == SQLITE.name}
    return functions, {name for name, _ in model.slots()}


def python_bound(functions, slots):
    taken, defined = (re.compile("|".join(sorted(patterns))) for patterns in python_syntax())

    def name_of(slot):
        return "python_" + slot.removeprefix("csuccess_").removesuffix("_fn").replace("_ops_", "_")

    return ({f for f in functions if taken.fullmatch(f)} |
            {s for s in slots if taken.fullmatch(name_of(s)) and defined.fullmatch(name_of(s))})


def unbound():
    with (BINDINGS / "unbound.tsv").open(encoding="utf-8", newline="") as file:
        return [(row["name"], row["language"], row["reason"]) for row in csv.DictReader(file, delimiter="\t")]


def problems(results):
    model = headers.read(ROOT / "include/csuccess", results, SQLITE)
    functions, slots = wanted(model)
    everything = functions | slots
    bound = {"python": python_bound(functions, slots), "node": (typescript_names() & functions) | node_slots(model)}
    excused = {"python": set(), "node": set()}
    for name, language, reason in unbound():
        row = f"bindings/unbound.tsv: {name} {language}"
        if language not in excused:
            yield f"{row}: the language is python or node"
        elif name not in everything:
            yield f"{row}: there is no such function or slot"
        elif name in excused[language]:
            yield f"{row}: stands twice"
        elif name in bound[language]:
            yield f"{row}: it is bound, take the row out"
        elif not reason.endswith(".") or len(reason.split()) < 3:
            yield f"{row}: the reason is not a sentence"
        excused.get(language, set()).add(name)
    for language, names in bound.items():
        for name in sorted(everything - names - excused[language]):
            yield f"{name}: not bound in {language}, and not in bindings/unbound.tsv"


def main(results, language=""):
    found = [problem for problem in problems(results) if f"not bound in {language}" in problem or "unbound.tsv:" in problem]
    print("\n".join([*found, f"{len(found)} problems"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
