# SPDX-License-Identifier: Apache-2.0
"""Stores of the library: their slots are C, with no Python in between."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ._callbacks import Host
from ._ffi import NULL, ffi
from ._process import OwnedHandle
from .errors import ClosedError

__all__ = ["CStore"]


class CStore(OwnedHandle):
    """What MemoryStore and SqliteStore have in common.

    An engine keeps its store: close() while one uses it lets the engine go on, and the store is closed when that engine
    is.
    """

    __slots__ = ("_host", "_retired", "_ud", "_users")

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._host = Host()
        self._ud = ffi.new_handle(self._host)
        self._users = 0
        self._retired = False

    @property
    def _ops(self) -> Any:
        raise NotImplementedError

    @property
    def _shared(self) -> bool:
        """Whether engines of several threads may be in it at once."""
        return False

    def _attach(self) -> None:
        if self._retired or self._handle == NULL:
            raise ClosedError(f"{type(self).__name__} is closed")
        self._users += 1

    def _detach(self) -> None:
        self._users -= 1
        if self._users == 0 and self._retired:
            super().close()

    def _check(self) -> None:
        super()._check()
        if self._retired:
            raise ClosedError(f"{type(self).__name__} is closed")

    def _lent(self) -> AbstractContextManager[Any]:
        """What an engine is in while it calls the store."""
        return nullcontext() if self._shared else self._taking

    def close(self) -> None:
        """Closes it, or, while an engine uses it, lets that engine close it."""
        if self._users > 0:
            self._retired = True
        else:
            super().close()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return self._retired or bool(self._handle == NULL)
