# SPDX-License-Identifier: Apache-2.0
"""The library's store in memory."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any

from ._cstore import CStore
from ._ffi import NULL, ffi, lib, new, take_text
from ._process import claim
from .errors import error_of

__all__ = ["Fault", "MemoryStore"]


class Fault(IntEnum):
    """Which failure is planted."""

    FAIL = lib.CSUCCESS_FAULT_FAIL
    """The slot answers with an error, and has done nothing."""
    LOST = lib.CSUCCESS_FAULT_LOST
    """It has done its work, and the answer is an error."""
    SILENT = lib.CSUCCESS_FAULT_SILENT
    """It does not answer, having done its work."""
    CONFLICT = lib.CSUCCESS_FAULT_CONFLICT
    """Of commit: every batch conflicts."""
    REFUSED = lib.CSUCCESS_FAULT_REFUSED
    """Of commit: every batch with deltas is refused."""
    SHORT = lib.CSUCCESS_FAULT_SHORT
    """It answers for the first half only."""
    GARBAGE = lib.CSUCCESS_FAULT_GARBAGE
    """Bodies are answered with flipped bytes, revisions with others."""
    TWICE = lib.CSUCCESS_FAULT_TWICE
    """Everything is answered twice."""


class MemoryStore(CStore):
    """A store in memory: the reference of the contract, for tests, simulation and hosts without a need to keep
    anything.

    `lock`, `unlock`: called around every slot, so that engines of several threads may share it (a threading.Lock's
    acquire and release); without them a second engine in it at the same time is a BusyError.
    """

    __slots__ = ("_locked",)
    _free = lib.csuccess_memory_store_free
    _goes_on = True

    def __init__(self, *, lock: Callable[[], Any] | None = None, unlock: Callable[[], Any] | None = None) -> None:
        super().__init__(NULL)
        if (lock is None) != (unlock is None):
            raise TypeError("lock and unlock come together")
        self._locked = lock is not None
        options = new("csuccess_memory_options")
        if lock is not None:
            self._host.lock, self._host.unlock = lock, unlock
            options.lock, options.unlock = lib.python_memory_options_lock, lib.python_memory_options_unlock
            options.lock_ud = self._ud
        out = ffi.new("csuccess_memory_store **")
        self._call(lib.csuccess_memory_store_new, out, options)
        self._handle = out[0]

    @property
    def _ops(self) -> Any:
        return lib.csuccess_memory_store_ops()

    @property
    def _shared(self) -> bool:
        return self._locked

    def plant(self, kind: Fault, at: int = 1, *, onward: bool = False) -> None:
        """Plants a failure: the `at`-th call of any slot from now on, or every one from it on."""
        with claim(self):
            c = self._handle
            faults = new("csuccess_memory_faults", at=at, onward=onward, kind=kind)
            self._checked(lib.csuccess_memory_store_faults(c, faults))

    def heal(self) -> None:
        """Takes a planted failure back."""
        with claim(self):
            c = self._handle
            self._checked(lib.csuccess_memory_store_faults(c, NULL))

    def _checked(self, result: int) -> None:
        if result < 0:
            raise error_of(result)

    @property
    def calls(self) -> int:
        """How many calls of slots there were since it was made, or a failure was planted or taken back."""
        with claim(self):
            c = self._handle
            return int(lib.csuccess_memory_store_calls(c, NULL))

    @property
    def fired(self) -> bool:
        """Whether the planted failure came to pass."""
        fired = ffi.new("int32_t *")
        with claim(self):
            c = self._handle
            lib.csuccess_memory_store_calls(c, fired)
        return bool(fired[0])

    def dump(self) -> str:
        """Everything that it holds as one canonical JSON text: equal stores give equal texts. Leases are left out."""
        out = ffi.new("csuccess_text **")
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_memory_store_dump, out, c)
            return take_text(out)
