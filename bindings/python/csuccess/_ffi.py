# SPDX-License-Identifier: Apache-2.0
"""The one place that knows how a call into the library is made: texts, errors, handles, and exceptions that cross C.

Everything else in this package is written over these few things and `lib`, and never touches a pointer that it does
not own:

    with self._use() as engine:                      # the handle, ours alone for the time of the call
        self._call(lib.csuccess_engine_run, engine, now, NULL, next_ms)
"""
from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

from ._csuccess import ffi, lib
from .errors import BusyError, ClosedError, error_of

__all__ = ["NULL", "Borrowed", "Handle", "call", "checked", "data", "ffi", "lib", "new", "string", "take_text", "text"]

NULL = ffi.NULL
_unpack = ffi.unpack


def text(value: Any) -> str:
    """A csuccess_str as str."""
    length = value.len
    return _unpack(value.ptr, length).decode() if length else ""


def data(value: Any) -> bytes:
    """A csuccess_str whose bytes are opaque."""
    length = value.len
    return _unpack(value.ptr, length) if length else b""


def string(value: str | bytes | bytearray | memoryview) -> Any:
    """What a parameter of type csuccess_str takes. It keeps the bytes alive, so a struct that it is put into needs it
    kept beside.

    Half of a surrogate pair goes through as it stands, so that the library refuses it with its place.
    """
    raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
    buffer = ffi.from_buffer("char[]", raw)
    return buffer, len(buffer)


# Errors of calls that went well, to be filled by later ones: a struct for each call would be half of its cost. Those of
# calls that failed are not used again, so that nothing of one error is seen in another.
_spare: list[Any] = []
_take = _spare.pop
_put = _spare.append


def new(struct: str, **fields: Any) -> Any:
    """A struct of the ABI with its size set, the rest zero."""
    out = ffi.new(struct + " *")
    out.size = ffi.sizeof(struct)
    for name, value in fields.items():
        setattr(out, name, value)
    return out


def take_text(out: Any) -> str:
    """The csuccess_text behind a csuccess_text **, which is freed."""
    if out[0] == NULL:
        return ""
    try:
        return text(lib.csuccess_text_view(out[0]))
    finally:
        lib.csuccess_text_free(out[0])
        out[0] = NULL


def call(function: Callable[..., int], *arguments: Any) -> int:
    """Calls a function whose last parameter is a csuccess_error; an error is raised, what is positive is returned."""
    try:
        err = _take()
    except IndexError:
        err = new("csuccess_error")
    result = function(*arguments, err)
    if result < 0:
        raise error_of(result, err)
    _put(err)
    return result


def checked(result: int) -> int:
    """The result of a function that fills no csuccess_error; an error is raised."""
    if result < 0:
        raise error_of(result)
    return result


class Handle:
    """An object of the library. It is freed with its last reference, at the end of `with`, or by close().

    One thread at a time: a call while another thread is in one raises BusyError at once, and so does close(). After
    close() everything raises ClosedError.
    """

    __slots__ = ("__weakref__", "_handle", "_lock", "_raised")
    _free: Callable[[Any], None]

    def __init__(self, handle: Any) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self._raised: list[BaseException] = []

    def _use(self) -> Borrowed:
        """The handle for the time of a call: with self._use() as c: ..."""
        return Borrowed(self)

    def _call(self, function: Callable[..., int], *arguments: Any) -> int:
        """As call(); what a callback of this object raised meanwhile is raised as itself, in place of the error."""
        try:
            err = _take()
        except IndexError:
            err = new("csuccess_error")
        result = function(*arguments, err)
        if self._raised:
            raised, self._raised = self._raised, []
            raise raised[0]
        if result < 0:
            raise error_of(result, err)
        _put(err)
        return result

    def _run(self, function: Callable[..., int], *arguments: Any) -> int:
        """with self._use() as handle: self._call(function, handle, *arguments), for what is called a million times."""
        lock = self._lock
        if not lock.acquire(False):
            raise self._busy()
        try:
            handle = self._handle
            if handle == NULL:
                raise ClosedError(f"{type(self).__name__} is closed")
            try:
                err = _take()
            except IndexError:
                err = new("csuccess_error")
            result = function(handle, *arguments, err)
            if self._raised:
                raised, self._raised = self._raised, []
                raise raised[0]
        finally:
            lock.release()
        if result < 0:
            raise error_of(result, err)
        _put(err)
        return result

    def _busy(self) -> BusyError:
        return BusyError(f"{type(self).__name__} is in use by another thread, or by the call that made this one")

    def close(self) -> None:
        """Frees it now. Again does nothing."""
        if self._handle == NULL:
            return
        if not self._lock.acquire(blocking=False):
            raise BusyError(f"{type(self).__name__} is in use and cannot be closed")
        try:
            handle, self._handle = self._handle, NULL
            self._free(handle)
        finally:
            self._lock.release()

    @property
    def closed(self) -> bool:
        """Whether it was closed."""
        return bool(self._handle == NULL)

    def __enter__(self) -> Any:
        if self._handle == NULL:
            raise ClosedError(f"{type(self).__name__} is closed")
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", NULL) != NULL:
            handle, self._handle = self._handle, NULL
            self._free(handle)

    def __reduce__(self) -> Any:
        raise TypeError(f"{type(self).__name__} cannot be copied or pickled: it is an object of this process")


class Borrowed:
    """A handle in use."""

    __slots__ = ("_owner",)

    def __init__(self, owner: Handle) -> None:
        self._owner = owner

    def __enter__(self) -> Any:
        owner = self._owner
        if not owner._lock.acquire(False):
            raise owner._busy()
        if owner._handle == NULL:
            owner._lock.release()
            raise ClosedError(f"{type(owner).__name__} is closed")
        return owner._handle

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._owner._lock.release()
