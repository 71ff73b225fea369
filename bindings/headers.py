# SPDX-License-Identifier: Apache-2.0
"""The public headers as data: constants, structs, handles, callbacks and functions. What the bindings are generated from.

One reader for all of them, so that what is exported and what is bound can be compared: see tests/bindings/complete_test.py.
Needs pycparser only, which comes with cffi.
"""
import re
from dataclasses import dataclass, field
from pathlib import Path

from pycparser import c_ast, c_generator, c_parser

# What pycparser has to know beforehand.
PRELUDE = "".join(f"typedef int {name};" for name in (
    "size_t", "uintptr_t", "int8_t", "uint8_t", "int16_t", "uint16_t", "int32_t", "uint32_t", "int64_t", "uint64_t"))
NAMED = {"UINT32_MAX": 0xFFFFFFFF, "INT64_MAX": (1 << 63) - 1, "INT64_MIN": -(1 << 63)}


@dataclass(frozen=True)
class Type:
    """A C type as far as the ABI has them: a name, how many pointers deep, and whether what is pointed at is const.

    A function pointer that has no name of its own has `callback`.
    """
    name: str
    pointers: int = 0
    const: bool = False
    length: int = 0  # of an array
    callback: "Function | None" = None


@dataclass(frozen=True)
class Field:
    name: str
    type: Type


@dataclass(frozen=True)
class Function:
    name: str
    result: Type
    parameters: tuple[Field, ...]
    header: str = ""


@dataclass(frozen=True)
class Struct:
    name: str
    fields: tuple[Field, ...]
    header: str = ""

    @property
    def sized(self):
        """Whether it grows: `size` first, else its layout is frozen."""
        return bool(self.fields) and self.fields[0].name == "size"


@dataclass
class Headers:
    constants: dict[str, int] = field(default_factory=dict)
    handles: list[str] = field(default_factory=list)
    structs: dict[str, Struct] = field(default_factory=dict)
    callbacks: dict[str, Function] = field(default_factory=dict)  # typedefs of function pointers
    functions: dict[str, Function] = field(default_factory=dict)
    declarations: str = ""  # all of it as plain C without a preprocessor, in an order that compiles

    def slots(self):
        """Every place where C calls the host: (name, function), typedefs and members of structs alike."""
        yield from self.callbacks.items()
        for struct in self.structs.values():
            for member in struct.fields:
                if member.type.callback and struct.sized:
                    yield f"{struct.name}_{member.name}", member.type.callback


def include_order(folder, extra):
    """What csuccess.h includes, so that each stands behind what it includes itself: an installed folder has those of adapters too, which belong to other libraries.
    `extra`: those that are elsewhere, by name."""
    order = []

    def visit(name):
        if name in order:
            return
        path = extra.get(name, folder / name)
        for wanted in re.findall(r"#include <csuccess/(\w+\.h)>", path.read_text()):
            visit(wanted)
        order.append(name)

    for name in ["csuccess.h", *sorted(extra)]:
        visit(name)
    return [(name, extra.get(name, folder / name)) for name in order]


def plain(text):
    """One header without comments, preprocessor and C++."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = text.replace("\\\n", " ")
    text = re.sub(r'#ifdef __cplusplus\s*\nextern "C" \{\s*\n#endif', "", text)
    text = re.sub(r"#ifdef __cplusplus\s*\n\}\s*\n#endif", "", text)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    return re.sub(r"\bCSUCCESS_API\b", "", "\n".join(line for line in lines if line.strip()))


def constants(text):
    """The macros that are whole numbers."""
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S).replace("\\\n", " ")
    for name, value in re.findall(r"^#define[ \t]+((?:CSUCCESS|ARROW)_[A-Z0-9_]+)[ \t]+(\S.*?)[ \t]*$", text, flags=re.M):
        value = value.strip("() \t")
        number = re.fullmatch(r"(-?(?:0x[0-9A-Fa-f]+|\d+))[uUlL]*", value)
        if number:
            yield name, int(number.group(1), 0)
        elif value in NAMED:
            yield name, NAMED[value]


def flat(node, pointers=0):
    """A type of the syntax tree as a Type."""
    if isinstance(node, c_ast.PtrDecl):
        if isinstance(node.type, c_ast.FuncDecl):
            return Type("", 0, callback=function("", node.type))
        return flat(node.type, pointers + 1)
    if isinstance(node, c_ast.ArrayDecl):
        inner = flat(node.type, pointers)
        return Type(inner.name, inner.pointers, inner.const, int(node.dim.value) if node.dim else 0)
    kind = node.type
    name = " ".join(kind.names) if isinstance(kind, c_ast.IdentifierType) else f"struct {kind.name}"
    return Type(name, pointers, "const" in node.quals)


def function(name, node, header=""):
    parameters = []
    for p in node.args.params if node.args else []:
        if isinstance(p, c_ast.Typename) and flat(p.type).name == "void" and flat(p.type).pointers == 0:
            continue
        parameters.append(Field(p.name or "", flat(p.type)))
    return Function(name, flat(node.type), tuple(parameters), header)


def take(headers, tree, header):
    """What one header declares."""
    for node in tree.ext:
        if isinstance(node, c_ast.Typedef):
            take_typedef(headers, node, header)
        elif isinstance(node.type, c_ast.FuncDecl):
            headers.functions[node.name] = function(node.name, node.type, header)
        elif isinstance(node.type, c_ast.Struct) and node.type.decls:
            fields = tuple(Field(d.name, flat(d.type)) for d in node.type.decls)
            headers.structs[f"struct {node.type.name}"] = Struct(f"struct {node.type.name}", fields, header)


def take_typedef(headers, node, header):
    inner = node.type
    if isinstance(inner, c_ast.PtrDecl) and isinstance(inner.type, c_ast.FuncDecl):
        headers.callbacks[node.name] = function(node.name, inner.type, header)
    elif isinstance(inner, c_ast.TypeDecl) and isinstance(inner.type, c_ast.Struct):
        if inner.type.decls:
            fields = tuple(Field(d.name, flat(d.type)) for d in inner.type.decls)
            headers.structs[node.name] = Struct(node.name, fields, header)
        else:
            headers.handles.append(node.name)


def read(folder, results, *adapters):
    """The headers in `folder`; `results` is the generated results.h, `adapters` are headers of libraries beside ours."""
    headers = Headers()
    elsewhere = {Path(path).name: Path(path) for path in (results, *adapters)}
    order = include_order(Path(folder), elsewhere)
    texts = []
    for name, path in order:
        if name == "csuccess.h":
            continue
        text = path.read_text()
        headers.constants.update(constants(text))
        texts.append((name, plain(text)))
    headers.declarations = "\n".join(text for _, text in texts)
    # Parsed as one, since a header needs the types of those before it; a marker says where each begins.
    marked = PRELUDE + "".join(f"\ntypedef int marker__{name[:-2]};\n{text}" for name, text in texts)
    tree = c_parser.CParser().parse(marked)
    header = ""
    for node in tree.ext:
        if isinstance(node, c_ast.Typedef) and node.name.startswith("marker__"):
            header = node.name[len("marker__"):] + ".h"
        elif header:
            take(headers, c_ast.FileAST([node]), header)
    headers.handles = [h for h in dict.fromkeys(headers.handles) if h not in headers.structs]
    return headers


def declare(function, name):
    """A function as C with another name."""
    def text(type_, word):
        if type_.callback:
            inner = ", ".join(text(p.type, p.name) for p in type_.callback.parameters) or "void"
            return f"{text(type_.callback.result, '')}(*{word})({inner})"
        return f"{'const ' if type_.const else ''}{type_.name} {'*' * type_.pointers}{word}"
    inner = ", ".join(text(p.type, p.name) for p in function.parameters) or "void"
    return f"{text(function.result, name)}({inner})"
