# SPDX-License-Identifier: Apache-2.0
"""Objects that are of one process: engines, and connections to a file, are not carried over fork()."""

from __future__ import annotations

import os
from typing import Any

from ._ffi import NULL, Handle, new
from .errors import InvalidError

__all__ = ["ForkedError", "OwnedHandle", "claim"]


class ForkedError(InvalidError, RuntimeError):
    """The object was made before a fork() and is used in the child: make one there."""


def claim(handle: Handle) -> Any:
    """An object for the time of a call: `with claim(self) as c: ...`. As Handle._use(), and of this process."""
    if isinstance(handle, OwnedHandle):
        handle._check()
    return handle._taking


class OwnedHandle(Handle):
    """A handle that the process that made it uses alone; a child of fork() cannot, and never frees it."""

    __slots__ = ("_err", "_pid")
    _goes_on = False  # whether a child of fork() may use it: it is nothing but memory

    def __init__(self, handle: Any) -> None:
        super().__init__(handle)
        self._pid = os.getpid()
        self._err = new("csuccess_error")

    def _mine(self) -> bool:
        """Whether this process may use it."""
        return self._goes_on or self._pid == os.getpid()

    def _check(self) -> None:
        """Whether it may be used: by this process."""
        if not self._mine():
            raise ForkedError(
                f"{type(self).__name__} is of process {self._pid} and cannot be used after fork(): make one here"
            )

    def _wrapped(self, handle: Any) -> Any:
        return handle

    def _use(self) -> Any:
        self._check()
        return super()._use()

    def close(self) -> None:
        """Frees it now. Again does nothing. In a child of fork() it is only given up."""
        if not self._mine():
            self._handle = NULL
            return
        super().close()

    def _end(self) -> None:
        handle = self._handle
        super()._end()
        self._free(handle)

    def __del__(self) -> None:
        if getattr(self, "_pid", None) is not None and self._mine() and self._handle != NULL:
            self._end()
