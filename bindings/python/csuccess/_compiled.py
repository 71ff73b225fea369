# SPDX-License-Identifier: Apache-2.0
"""A compiled configuration as its facts and scorers share it: the reference, and what Python looks up in it often."""
from __future__ import annotations

from typing import Any

from ._ffi import ffi, lib, string, text
from .errors import Error, error_of

__all__ = ["Compiled", "Names", "compiled_of", "items", "named", "refusal"]


def refusal(result: int, message: str) -> Error:
    """The exception of a code that came without an error, or that is ours to give."""
    error = error_of(result)
    error.args = (message,)
    error.message = message
    return error


def compiled_of(config: Any) -> Compiled:
    """What is behind a Config. TypeError: it is none."""
    found = getattr(config, "_compiled", None)
    if not isinstance(found, Compiled):
        raise TypeError(f"a csuccess.Config is needed, not {type(config).__name__}")
    return found


def named(get: Any, *arguments: Any) -> str:
    """The text that a function sets through its last parameter, for an index that is known to be there."""
    out = ffi.new("csuccess_str *")
    result = get(*arguments, out)
    if result < 0:
        raise error_of(result)
    return text(out[0])


def items(get: Any, *arguments: Any) -> tuple[str, ...]:
    """All names that a function gives by index, up to the first that is out of range."""
    found: list[str] = []
    out = ffi.new("csuccess_str *")
    while get(*arguments, len(found), out) >= 0:
        found.append(text(out[0]))
    return tuple(found)


class Names(dict[bytes, "tuple[str | None, ...]"]):
    """The texts of a score (status, trend, profile) by the bytes of their csuccess_str, one behind the other: those
    that are borrowed from a configuration never move, so that each of the few combinations is decoded once."""

    __slots__ = ()

    def __missing__(self, key: bytes) -> tuple[str | None, ...]:
        views = ffi.new("csuccess_str[]", len(key) // ffi.sizeof("csuccess_str"))
        ffi.memmove(views, key, len(key))
        self[key] = found = tuple(text(view) or None for view in views)
        return found


class Compiled:
    """One reference to a csuccess_config. Nothing in it changes, so that threads share it."""

    __slots__ = ("_segments", "handle", "has_health", "inputs", "names", "slots")

    def __init__(self, handle: Any) -> None:
        self.handle = ffi.gc(handle, lib.csuccess_config_unref)
        self.names = Names()
        self.slots: dict[str, tuple[int, str]] = {}
        self._segments: tuple[str, ...] | None = None
        name, kind = ffi.new("csuccess_str *"), ffi.new("csuccess_str *")
        for slot in range(lib.csuccess_config_inputs(handle)):
            lib.csuccess_config_input(handle, slot, name, kind)
            self.slots[text(name[0])] = slot, text(kind[0])
        self.inputs = tuple(self.slots)
        self.has_health = bool(lib.csuccess_config_profile(handle, 0, name) >= 0)

    def slot(self, name: str) -> int:
        """UnknownNameError for a name that is not an input."""
        known = self.slots.get(name)
        if known is None:
            raise self.unknown(name)
        return known[0]

    def input(self, slot: int) -> str:
        """The name of a slot. InvalidError for one that is not an input."""
        if not 0 <= slot < len(self.inputs):
            raise refusal(lib.CSUCCESS_EINVALID, f"slot {slot} is not an input: there are {len(self.inputs)}")
        return self.inputs[slot]

    def unknown(self, name: str) -> Error:
        """The library's own words for a name that is not an input, with the nearest."""
        out, err = ffi.new("csuccess_facts **"), ffi.new("csuccess_error *")
        err.size = ffi.sizeof("csuccess_error")
        result = lib.csuccess_facts_new(out, self.handle, ffi.NULL, err)
        if result >= 0:
            result = lib.csuccess_facts_set_json(out[0], string(name), string(b"null"), err)
            lib.csuccess_facts_free(out[0])
        return error_of(result, err)

    @property
    def segments(self) -> tuple[str, ...]:
        """Ids of the segments, in the order of their bits."""
        if self._segments is None:
            self._segments = items(lib.csuccess_config_segment, self.handle)
        return self._segments
