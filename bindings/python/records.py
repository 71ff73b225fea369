# SPDX-License-Identifier: Apache-2.0
"""Makes csuccess/_records.py out of the public headers: a NamedTuple for each struct that comes out of the library.

    records.py OUT

The headers come by the environment as for generate.py. A member that is a pointer, `size` and `reserved` are left out; the
mask `present` stays as it is, since it is the classes above that turn what is absent into None.
"""
import os
import re
import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "subprojects/csuccess/bindings"))
import headers as public  # noqa: E402

# Texts whose bytes are the store's or the host's and not ours to decode: bytes. True: None where the pointer is NULL.
OPAQUE = {
    ("csuccess_write", "body"): True,
    ("csuccess_entry", "body"): True,
    ("csuccess_message", "body"): False,
}
# What comes out some other way: as itself, as an exception, or as nothing but pointers.
LEFT_OUT = {"csuccess_str", "csuccess_error"}
INTEGERS = {"int", "size_t", "csuccess_result"} | {f"{sign}int{bits}_t" for sign in ("", "u") for bits in (8, 16, 32, 64)}
KEYWORDS = {"from", "import", "in", "is", "class", "global", "pass"}
# Methods of a tuple.
TAKEN = {"count", "index", "read"}

HEAD = '''# SPDX-License-Identifier: Apache-2.0
# Made from the public headers by records.py; the build makes it anew.
"""What comes out of the library, member by member: one NamedTuple for each struct, with read() from the C struct.

Members that the header calls absent when their bit is not in `present` are 0 here.
"""
from __future__ import annotations

from typing import Any, NamedTuple

from ._ffi import NULL, data, ffi

__all__ = [
{names}
]

_new = tuple.__new__
_string = ffi.string
_unpack = ffi.unpack
'''


def record_name(struct):
    """csuccess_tracking_group -> TrackingGroup."""
    return "".join(word.capitalize() for word in struct.removeprefix("csuccess_").split("_"))


def member_name(name):
    return name + "_" if name in KEYWORDS | TAKEN else name


def coming_out(model):
    """The structs that a function fills or gives, or that a callback is given, with those that stand in them."""
    found = {}

    def note(kind):
        struct = model.structs.get(kind.name)
        if struct is None or kind.name in found or kind.name in LEFT_OUT or not kind.name.startswith("csuccess_"):
            return
        if any(member.type.callback for member in struct.fields):
            return
        found[kind.name] = struct
        for member in struct.fields:
            note(member.type)

    for function in model.functions.values():
        note(function.result)
        for parameter in function.parameters:
            if parameter.type.pointers and not parameter.type.const:
                note(parameter.type)
    for _, function in model.slots():
        for parameter in function.parameters:
            note(parameter.type)
    return {name: found[name] for name in model.structs if name in found}


def typed(model, struct, member):
    """(annotation, expression over `c`) of a member, or None: it has none of its own in Python."""
    kind, place = member.type, f'getattr(c, "{member.name}")' if member.name in KEYWORDS else f"c.{member.name}"
    if member.name in ("size", "reserved") or kind.pointers or kind.callback or kind.name in model.callbacks:
        return None
    if kind.name == "char" and kind.length:
        return "str", f'str(_string({place}), "utf-8", "replace")'
    if kind.length:
        return f"tuple[{'float' if kind.name == 'double' else 'int'}, ...]", f"tuple({place})"
    if kind.name == "csuccess_str":
        nullable = OPAQUE.get((struct.name, member.name))
        if nullable is None:
            # text() itself, in place: three of them would be the greater part of a score.
            return "str", f'_unpack(s.ptr, n).decode() if (n := (s := {place}).len) else ""'
        return ("bytes | None", f"None if {place}.ptr == NULL else data({place})") if nullable else ("bytes", f"data({place})")
    if kind.name == "double":
        return "float", place
    if kind.name in INTEGERS:
        return "int", place
    if kind.name in model.structs:
        return record_name(kind.name), f"{record_name(kind.name)}.read({place})"
    raise ValueError(f"{struct.name}.{member.name}: no type of Python for {kind.name}")


def prose(comment):
    """A comment of the header as one text."""
    text = re.sub(r"^\s*\* ?", "", comment, flags=re.M)
    text = re.sub(r"@since\s+\S+", "", text)
    text = re.sub(r"(?<![^\s])[A-Z][^.;]* (?:is|are) borrowed [^.;]*[.;]\s*", "", text)  # here they are copies
    return re.sub(r"\s+", " ", text).strip().replace("\\", "\\\\").replace('"""', "'''")


def comments(source, struct):
    """What the header says of a struct, and of its members by name."""
    found = re.search(r"typedef struct " + struct + r" \{(.*?)\n\} " + struct + ";", source, flags=re.S)
    if not found:
        return "", {}
    before = re.search(r"/\*\*((?:(?!\*/).)*)\*/\s*\Z", source[:found.start()], flags=re.S)
    members = {}
    for names, comment in re.findall(r"(\w+(?:\[\w+\])?(?:,\s*\w+)*);[ \t]*\n?[ \t]*(?:/\*\*<(.*?)\*/)?", found.group(1), flags=re.S):
        for name in re.findall(r"(\w+)(?:\[\w+\])?(?:,|$)", names):
            members[name] = prose(comment)
    return prose(before.group(1)) if before else "", members


def quoted(text, indent):
    """A docstring."""
    if text.endswith('"'):
        text = text[:-1] + '\\"'
    lines = textwrap.wrap(text, 116 - len(indent), break_long_words=False, break_on_hyphens=False)
    return "\n".join([indent + '"""' + lines[0], *(indent + line for line in lines[1:])]) + '"""'


def record(model, struct, source):
    about, said = comments(source, struct.name)
    name = record_name(struct.name)
    members = [(m.name, *kind) for m in struct.fields if (kind := typed(model, struct, m))]
    lines = ["", "", f"class {name}(NamedTuple):", quoted(about or f"{struct.name} of {struct.header}.", "    "), ""]
    for member, annotation, _ in members:
        lines.append(f"    {member_name(member)}: {annotation}")
        if said.get(member):
            lines.append(quoted(said[member], "    "))
    lines += ["", "    @classmethod", f"    def read(cls, c: Any) -> {name}:", f'        """The members of a {struct.name}."""',
              "        return _new(cls, ("]
    lines += [f"            {expression}," for _, _, expression in members]
    return lines + ["        ))"]


def ordered(model, structs):
    """Those that stand in others first."""
    return sorted(structs.values(), key=lambda s: any(m.type.name in structs and not m.type.pointers for m in s.fields))


def write(out, model, folder, extra):
    sources = {name: path.read_text() for name, path in public.include_order(folder, extra)}
    structs = coming_out(model)
    with_members = {n: s for n, s in structs.items() if any(typed(model, s, m) for m in s.fields)}
    lines = [HEAD.format(names="\n".join(f'    "{record_name(name)}",' for name in sorted(with_members, key=record_name)))[:-1]]
    for struct in ordered(model, with_members):
        lines += record(model, struct, sources[struct.header])
    Path(out).write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    adapters = [path for path in [os.environ.get("CSUCCESS_SQLITE")] if path]
    folder, results = os.environ["CSUCCESS_INCLUDE"], os.environ["CSUCCESS_RESULTS"]
    extra = {Path(path).name: Path(path) for path in (results, *adapters)}
    write(sys.argv[1], public.read(folder, results, *adapters), Path(folder), extra)


if __name__ == "__main__":
    main()
