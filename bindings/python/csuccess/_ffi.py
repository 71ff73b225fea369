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
from itertools import repeat, starmap
from types import TracebackType
from typing import Any

from ._csuccess import ffi, lib
from .errors import BusyError, ClosedError, error_of

__all__ = ["NULL", "Handle", "Taking", "call", "checked", "data", "ffi", "lib", "new", "one_of", "string", "take_text", "text"]

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
    """The csuccess_text behind a csuccess_text **, which is freed and forgotten in one step: an interrupt in between
    would have it freed once more."""
    if out[0] == NULL:
        return ""
    try:
        return text(lib.csuccess_text_view(out[0]))
    finally:
        lib.python_text_end(out)


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


def one_of(kind: type[Any], value: Any) -> Any:
    """The value, which is of that class. TypeError: it is none."""
    if not isinstance(value, kind):
        raise TypeError(f"one of csuccess.{kind.__name__} is needed, not {type(value).__name__}")
    return value


class _Outcomes(dict[bool, Any]):
    """What comes of trying the lock of an object: True has the handle, and what is not there is refused."""

    __slots__ = ("kind", "lock")
    kind: str
    lock: Any

    def __missing__(self, taken: bool) -> Any:
        if taken:
            self.lock.release()
            raise ClosedError(f"{self.kind} is closed")
        raise BusyError(f"{self.kind} is in use by another thread, or by the call that made this one")


class Taking:
    """An object of the library for the time of a call: `with taking as handle: ...`. BusyError for whoever comes
    second, who never waits; ClosedError.

    An interrupt of the keyboard may come between any two instructions of Python, and would leave the lock taken if it
    came between taking it and the block that gives it back. So entering is a chain of C functions alone: the lock is
    tried, and what came of it is looked up.
    """

    __slots__ = ("__enter__", "__exit__", "lock", "outcomes")
    __enter__: Any
    __exit__: Any

    def __init__(self, kind: str, lock: Any) -> None:
        self.lock = lock
        self.outcomes = outcomes = _Outcomes()
        outcomes.kind, outcomes.lock = kind, lock
        self.__enter__ = map(outcomes.__getitem__, starmap(lock.acquire, repeat((False,)))).__next__
        self.__exit__ = lock.__exit__


class Handle:
    """An object of the library. It is freed with its last reference, at the end of `with`, or by close().

    One thread at a time: a call while another thread is in one raises BusyError at once, and so does close(). After
    close() everything raises ClosedError.
    """

    __slots__ = ("__weakref__", "_raised", "_taking")
    _free: Callable[[Any], None]

    def __init__(self, handle: Any) -> None:
        self._taking = Taking(type(self).__name__, threading.Lock())
        self._raised: list[BaseException] = []
        if handle != NULL:
            self._handle = handle

    @property
    def _handle(self) -> Any:
        """The handle, whoever uses it; NULL: closed, or not made yet."""
        return self._taking.outcomes.get(True, NULL)

    @_handle.setter
    def _handle(self, handle: Any) -> None:
        if handle == NULL:
            self._taking.outcomes.clear()
        else:
            self._taking.outcomes[True] = self._wrapped(handle)

    def _wrapped(self, handle: Any) -> Any:
        """The handle that is freed with its last reference: in C, where no interrupt can come between."""
        return ffi.gc(handle, self._free)

    @property
    def _lock(self) -> Any:
        return self._taking.lock

    @_lock.setter
    def _lock(self, lock: Any) -> None:
        taking = Taking(type(self).__name__, lock)
        taking.outcomes.update(self._taking.outcomes)
        self._taking = taking

    def _use(self) -> Any:
        """The handle for the time of a call: with self._use() as c: ..."""
        return self._taking

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
        with self._taking as handle:
            try:
                err = _take()
            except IndexError:
                err = new("csuccess_error")
            result = function(handle, *arguments, err)
            if self._raised:
                raised, self._raised = self._raised, []
                raise raised[0]
        if result < 0:
            raise error_of(result, err)
        _put(err)
        return result

    def close(self) -> None:
        """Frees it now. Again does nothing."""
        try:
            with self._taking:
                self._end()
        except ClosedError:
            return
        except BusyError as error:
            raise BusyError(f"{type(self).__name__} is in use and cannot be closed") from error

    def _end(self) -> None:
        """Frees it, with its lock taken."""
        self._taking.outcomes.clear()

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

    def __reduce__(self) -> Any:
        raise TypeError(f"{type(self).__name__} cannot be copied or pickled: it is an object of this process")
