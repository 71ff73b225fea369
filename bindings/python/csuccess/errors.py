# SPDX-License-Identifier: Apache-2.0
"""Exceptions: one class for each error code of the registry, each with its place in the text that was handed in."""
from __future__ import annotations

from typing import Any

from ._csuccess import ffi, lib


class Error(Exception):
    """What the library could not do. `code` is the result code, `name` its name; `pointer` the JSON Pointer of the place,
    `offset`, `line` and `column` its bytes in the text that was handed in (`line` 0: there is no place)."""

    code: int = lib.CSUCCESS_EGENERIC

    def __init__(self, message: str = "", *, code: int | None = None, pointer: str = "", offset: int = 0, line: int = 0,
                 column: int = 0) -> None:
        super().__init__(message)
        if code is not None:
            self.code = code
        self.message = message
        self.pointer = pointer
        self.offset = offset
        self.line = line
        self.column = column

    @property
    def name(self) -> str:
        """The code's name, such as "CSUCCESS_ELIMIT"."""
        return str(ffi.string(lib.csuccess_result_name(self.code)), "ascii")

    def __str__(self) -> str:
        place = f" at {self.pointer}" if self.pointer else ""
        return self.message + place + (f" line {self.line}" if self.line else "")


class ClosedError(Error, ValueError):
    """The object was closed."""

    code = lib.CSUCCESS_EINVALID


class BusyError(Error, RuntimeError):
    """The object is in use by the call that made this one, or by another thread."""

    code = lib.CSUCCESS_EBUSY


# The other classes: the code's name without E, the exception of Python that it also is, and what it means.
_CLASSES: dict[int, type[Error]] = {lib.CSUCCESS_EBUSY: BusyError}


def error_of(result: int, err: Any) -> Error:
    """The exception of a result and the csuccess_error that it filled."""
    kind = _CLASSES.get(result, Error)
    return kind(str(ffi.string(err.message), "utf-8", "replace"), code=result,
                pointer=str(ffi.string(err.pointer), "utf-8", "replace"), offset=err.offset, line=err.line,
                column=err.column)
