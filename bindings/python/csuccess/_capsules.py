# SPDX-License-Identifier: Apache-2.0
"""Arrow's PyCapsule protocol, without pyarrow: capsules made and taken, producers read batch by batch."""
from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from ._ffi import NULL, ffi, lib
from .errors import Error, InvalidError, OutOfMemoryError

__all__ = ["ARRAY", "SCHEMA", "STREAM", "ProducerError", "batches", "make", "owned", "take"]

SCHEMA, ARRAY, STREAM = range(3)
_TYPES = ("struct ArrowSchema *", "struct ArrowArray *", "struct ArrowArrayStream *")
_FREES = (lib.python_schema_free, lib.python_array_free, lib.python_stream_free)
_NAMES = tuple(str(ffi.string(lib.python_capsule_name(kind)), "ascii") for kind in range(3))
# PyCapsule_New(pointer, name, destructor) and PyCapsule_GetPointer(capsule, name); these two are the module's.
_new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(
    ("PyCapsule_New", ctypes.pythonapi))
_get = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi))


class ProducerError(Error, OSError):
    """The producer of a stream failed; `errno` is its code."""


def _address(pointer: Any) -> int:
    return int(ffi.cast("uintptr_t", pointer))


def make(kind: int) -> tuple[object, Any]:
    """A capsule with an empty struct, and the struct, to be filled: it is the capsule's."""
    struct = lib.python_arrow_new(kind)
    if struct == NULL:
        raise OutOfMemoryError("out of memory")
    try:
        capsule: object = _new(_address(struct), _address(lib.python_capsule_name(kind)), lib.python_capsule_end(kind))
    except BaseException:
        lib.python_arrow_free(kind, struct)
        raise
    return capsule, ffi.cast(_TYPES[kind], struct)


def owned(kind: int) -> Any:
    """An empty struct that is released, when it was filled and not taken, and freed with its last reference."""
    struct = lib.python_arrow_new(kind)
    if struct == NULL:
        raise OutOfMemoryError("out of memory")
    return ffi.gc(ffi.cast(_TYPES[kind], struct), _FREES[kind])


def take(capsule: object, kind: int) -> Any:
    """The struct in a capsule, which stays the capsule's until it is moved. TypeError: no such capsule; InvalidError:
    it was consumed."""
    if type(capsule).__name__ != "PyCapsule":
        raise TypeError(f"the producer gave {type(capsule).__name__}, not a capsule \"{_NAMES[kind]}\"")
    try:
        address = _get(capsule, _address(lib.python_capsule_name(kind)))
    except ValueError:
        raise TypeError(f"the producer gave a capsule that is not called \"{_NAMES[kind]}\"") from None
    struct = ffi.cast(_TYPES[kind], address)
    if struct.release == NULL:
        raise InvalidError(f"the capsule \"{_NAMES[kind]}\" was consumed already")
    return struct


def _stream(capsule: object) -> Any:
    """The stream out of a capsule, which counts as consumed from then on. As take()."""
    given, stream = take(capsule, STREAM), owned(STREAM)
    lib.python_stream_move(given, stream)
    return stream


def batches(source: Any) -> Iterator[tuple[Any, Any]]:
    """(schema, array) of each batch of whatever speaks the protocol: a table, a data frame, a record batch, a
    relation, or a capsule "arrow_array_stream" itself. A stream without a batch gives its schema and an array that is
    released."""
    if hasattr(source, "__arrow_c_array__") and not hasattr(source, "__arrow_c_stream__"):
        capsules = source.__arrow_c_array__()
        if not isinstance(capsules, tuple) or len(capsules) != 2:
            raise TypeError(f"{type(source).__name__}.__arrow_c_array__() gave no pair of capsules")
        yield take(capsules[0], SCHEMA), take(capsules[1], ARRAY)
        return
    stream = _stream(stream_of(source))
    schema, array = _schema(stream), owned(ARRAY)
    _read(lib.python_stream_next, stream, array)
    yield schema, array
    while array_next := _following(stream):
        yield _schema(stream), array_next


def stream_of(source: Any) -> object:
    """The capsule "arrow_array_stream" of a producer. TypeError: it has none."""
    if type(source).__name__ == "PyCapsule":
        return source
    if not hasattr(source, "__arrow_c_stream__"):
        raise TypeError(f"{type(source).__name__} does not speak Arrow: a table has __arrow_c_stream__, as those of "
                        "pyarrow, polars, pandas and DuckDB have; a mapping of columns goes to Columns.bind()")
    capsule: object = source.__arrow_c_stream__()
    return capsule


def _schema(stream: Any) -> Any:
    schema = owned(SCHEMA)
    _read(lib.python_stream_schema, stream, schema)
    return schema


def _following(stream: Any) -> Any:
    array = owned(ARRAY)
    _read(lib.python_stream_next, stream, array)
    return None if array.release == NULL else array


def _read(function: Any, stream: Any, out: Any) -> None:
    code = function(stream, out)
    if code != 0:
        said = lib.python_stream_error(stream)
        text = "" if said == NULL else str(ffi.string(said), "utf-8", "replace")
        error = ProducerError(text, code=lib.CSUCCESS_ECALLBACK)
        error.errno = code
        raise error
