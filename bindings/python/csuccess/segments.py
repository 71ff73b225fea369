# SPDX-License-Identifier: Apache-2.0
"""Which segments a customer is in, and keeping that up to date."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._compiled import Compiled, compiled_of
from ._ffi import NULL, Handle, call, ffi, lib

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Membership", "Segments", "bits", "words"]


class Segments(NamedTuple):
    """Ids of segments, in the order of the document."""

    members: tuple[str, ...]
    undecided: tuple[str, ...]
    """Those that a missing input leaves open: they are no members."""


def words(compiled: Compiled) -> int:
    """How many words of 64 bits the segments of a configuration take."""
    return (len(compiled.segments) + 63) // 64 or 1


def bits(compiled: Compiled, mask: Any) -> tuple[str, ...]:
    """The segments whose bits are set."""
    return tuple(name for i, name in enumerate(compiled.segments) if mask[i >> 6] >> (i & 63) & 1)


class Membership(Handle):
    """Which segments one customer belongs to, kept so that a changed input costs little: see Scorer.membership(). For
    another customer, and after an override, begin with a new one.

    One thread at a time.
    """

    __slots__ = ("_compiled",)
    _free = staticmethod(lib.csuccess_membership_free)

    def __init__(self, config: Config) -> None:
        out = ffi.new("csuccess_membership **")
        compiled = compiled_of(config)
        call(lib.csuccess_membership_new, out, compiled.handle, NULL)
        super().__init__(out[0])
        self._compiled = compiled

    def _segments(self) -> Segments:
        members = lib.csuccess_membership_members(self._handle)
        return Segments(bits(self._compiled, members),
                        bits(self._compiled, lib.csuccess_membership_undecided(self._handle)))

    @property
    def segments(self) -> Segments:
        """As of the last Scorer.membership(); before the first there are none."""
        with self._use():
            return self._segments()
