# SPDX-License-Identifier: Apache-2.0
"""Exceptions: one class for each error code of the registry, each with its place in the text that was handed in.

Each is also the exception of Python that means nearly the same, so that `except ValueError` does what one expects.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._csuccess import ffi, lib

if TYPE_CHECKING:
    from ._records import Problem

__all__ = [
    "AbiError", "BusyError", "CallbackError", "CancelledError", "ClockError", "ClosedError", "ConfigError",
    "ConflictError", "CycleError", "DataError", "DeniedError", "DigestError", "EncodingError", "Error", "ExpiredError",
    "ExpressionError", "GenericError", "InvalidError", "JsonError", "LimitError", "MissingError", "ModelError",
    "OutOfMemoryError", "ParkedError", "RangeError", "RefusedError", "StateError", "UnknownNameError",
    "UnsupportedError", "ValueTypeError",
]


class Error(Exception):
    """What the library could not do.

    `code` is the result code and `name` its name; `pointer` is the JSON Pointer of the place, and `offset` (bytes, from
    0), `line` and `column` (from 1) say where it stands in the text that was handed in. `line` 0: there is no place.
    """

    code: int = lib.CSUCCESS_EGENERIC
    message: str
    pointer: str
    offset: int
    line: int
    column: int

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


class GenericError(Error, RuntimeError):
    """Something failed that has no code of its own."""

    code = lib.CSUCCESS_EGENERIC


class OutOfMemoryError(Error, MemoryError):
    """The allocator refused memory; everything is as it was before the call."""

    code = lib.CSUCCESS_ENOMEM


class InvalidError(Error, ValueError):
    """An argument is not what the function asks for."""

    code = lib.CSUCCESS_EINVALID


class ClosedError(InvalidError):
    """The object was closed."""


class AbiError(Error, RuntimeError):
    """A struct's size or its trailing bytes do not fit this library."""

    code = lib.CSUCCESS_EABI


class EncodingError(Error, UnicodeError):
    """Text is not valid UTF-8."""

    code = lib.CSUCCESS_EENCODING


class JsonError(Error, ValueError):
    """Text is not one valid JSON value (RFC 8259)."""

    code = lib.CSUCCESS_EJSON


class ConfigError(Error, ValueError):
    """The configuration has a problem: unknown key, wrong shape, value out of range.

    What a configuration is refused for is always this class, whatever its `code`; `problems` has all that was found, of
    which this error is the first.
    """

    code = lib.CSUCCESS_ECONFIG
    problems: tuple[Problem, ...] = ()


class ExpressionError(Error, ValueError):
    """An expression does not parse or does not type-check."""

    code = lib.CSUCCESS_EEXPRESSION


class ValueTypeError(Error, TypeError):
    """A value has another type than its definition."""

    code = lib.CSUCCESS_ETYPE


class UnknownNameError(Error, KeyError):
    """A name is not defined here."""

    code = lib.CSUCCESS_ENAME


class RangeError(Error, ValueError):
    """A value is outside what its definition allows."""

    code = lib.CSUCCESS_ERANGE


class LimitError(Error, OverflowError):
    """A limit was exceeded; the error says which and where."""

    code = lib.CSUCCESS_ELIMIT


class CycleError(Error, ValueError):
    """Definitions refer to one another in a circle."""

    code = lib.CSUCCESS_ECYCLE


class MissingError(Error, LookupError):
    """A value that is required is missing."""

    code = lib.CSUCCESS_EMISSING


class BusyError(Error, RuntimeError):
    """The object is in use by the call that made this one.

    Or by a call of another thread: whoever comes second gets this at once, and never waits.
    """

    code = lib.CSUCCESS_EBUSY


class CancelledError(Error, RuntimeError):
    """A callback asked to stop."""

    code = lib.CSUCCESS_ECANCELLED


class CallbackError(Error, RuntimeError):
    """A callback failed or gave something that cannot be."""

    code = lib.CSUCCESS_ECALLBACK


class UnsupportedError(Error, NotImplementedError):
    """Well formed, but not available in this version."""

    code = lib.CSUCCESS_EUNSUPPORTED


class DigestError(Error, ValueError):
    """The content does not match its digest: it was changed after it was sealed."""

    code = lib.CSUCCESS_EDIGEST
    report: dict[str, Any] | None = None
    """Of Engine.verify(): the document that says which links are bad."""


class DataError(Error, ValueError):
    """The data are too few, or cannot decide: one class only, no usable column."""

    code = lib.CSUCCESS_EDATA


class ModelError(Error, ValueError):
    """A model document has a problem: unknown key, wrong shape, value out of range."""

    code = lib.CSUCCESS_EMODEL


class StateError(Error, ValueError):
    """A stored state or record is damaged."""

    code = lib.CSUCCESS_ESTATE


class DeniedError(Error, PermissionError):
    """The principal may not do this; the error names the rule."""

    code = lib.CSUCCESS_EDENIED


class ConflictError(Error, RuntimeError):
    """Somebody else changed it meanwhile; nothing was applied."""

    code = lib.CSUCCESS_ECONFLICT


class RefusedError(Error, RuntimeError):
    """A ledger's limit would be passed; nothing was applied."""

    code = lib.CSUCCESS_EREFUSED


class ClockError(Error, RuntimeError):
    """The clock leapt; confirm the time to go on."""

    code = lib.CSUCCESS_ECLOCK


class ExpiredError(Error, TimeoutError):
    """Its time to be applied is over."""

    code = lib.CSUCCESS_EEXPIRED


class ParkedError(Error, RuntimeError):
    """It failed too often and waits for a person."""

    code = lib.CSUCCESS_EPARKED


_CLASSES: dict[int, type[Error]] = {kind.code: kind for kind in Error.__subclasses__()}


def error_of(result: int, err: Any = None) -> Error:
    """The exception of a result and the csuccess_error that it filled. Where it filled none, the text is the code's."""
    kind = _CLASSES.get(result, Error)
    if err is None or err.code not in (0, result) or err.message[0] == b"\0":
        return kind(str(ffi.string(lib.csuccess_result_text(result)), "utf-8"), code=result)
    return kind(str(ffi.string(err.message), "utf-8", "replace"), code=result,
                pointer=str(ffi.string(err.pointer), "utf-8", "replace"), offset=err.offset, line=err.line,
                column=err.column)
