# SPDX-License-Identifier: Apache-2.0
"""Input columns: the host's own memory, bound to the inputs of a configuration and never copied."""
from __future__ import annotations

import threading
import weakref
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Union

from ._capsules import batches
from ._compiled import Compiled, compiled_of, refusal
from ._ffi import NULL, Handle, call, ffi, lib, new, string
from ._given import named
from ._time import midnight, to_ms
from .errors import BusyError

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Columns"]

# Memory by the format of its buffer and the bytes of an item: how the library is told of it, and as what.
_BINDS = {
    ("d", 8): (lib.csuccess_columns_bind_f64, "double[]"),
    ("q", 8): (lib.csuccess_columns_bind_i64, "int64_t[]"),
    ("l", 8): (lib.csuccess_columns_bind_i64, "int64_t[]"),
    ("i", 4): (lib.csuccess_columns_bind_i32, "int32_t[]"),
    ("l", 4): (lib.csuccess_columns_bind_i32, "int32_t[]"),
    ("B", 1): (lib.csuccess_columns_bind_u8, "uint8_t[]"),
    ("?", 1): (lib.csuccess_columns_bind_u8, "uint8_t[]"),
}
_WIDTHS = {("B", 1): 1, ("H", 2): 2, ("I", 4): 4, ("L", 4): 4, ("b", 1): 1, ("h", 2): 2, ("i", 4): 4, ("l", 4): 4}
Buffer = Any  # whatever has the buffer protocol
Name = Union[str, int]


class _Reader:
    """Somebody who reads columns: who is gone, by whatever way, reads no more."""

    __slots__ = ("__weakref__",)


class Columns(Handle):
    """Columns of `rows` rows over the inputs of a configuration. What is not bound is missing in every row.

        columns = Columns(config, len(logins))
        columns.bind("logins_30d", logins)          # array.array, numpy, memoryview: not copied, and kept alive
        results = scorer.score_columns(columns, now)

    One thread at a time while binding; then any number of scorers may read them at once.
    """

    __slots__ = ("_compiled", "_gate", "_kept", "_readers", "_rows")
    _free = staticmethod(lib.csuccess_columns_free)

    def __init__(self, config: Config, rows: int) -> None:
        out = ffi.new("csuccess_columns **")
        compiled = compiled_of(config)
        call(lib.csuccess_columns_new, out, compiled.handle, rows, NULL)
        self._take(out[0], compiled, rows)

    def _take(self, handle: Any, compiled: Compiled, rows: int) -> None:
        super().__init__(handle)
        self._rows = rows
        self._compiled = compiled
        self._kept: dict[int, list[Any]] = {}
        self._gate = threading.Lock()
        self._readers: weakref.WeakSet[_Reader] = weakref.WeakSet()

    @classmethod
    def _import(cls, compiled: Compiled, schema: Any, batch: Any, options: Any) -> Columns:
        """Columns over one batch, which moves into them."""
        out = ffi.new("csuccess_columns **")
        call(lib.csuccess_columns_import, out, compiled.handle, schema, batch, options)
        columns = cls.__new__(cls)
        columns._take(out[0], compiled, lib.csuccess_columns_rows(out[0]))
        return columns

    @classmethod
    def from_arrow(cls, config: Config, source: Any, *, customer: str = "", strict: bool = False) -> Columns:
        """Columns over a batch of anything that speaks Arrow's PyCapsule protocol; its memory is not copied. A column
        whose name is an input is bound to it; `customer` names the column with the customers ("customer_id", unless
        it is given); `strict` refuses a column that is no input.

        TypeError: it does not speak Arrow; ValueTypeError: a column of a type that its input does not take;
        UnknownNameError, RangeError, EncodingError, InvalidError: what is wrong, with the column; ValueError: more than
        one batch (score_table() takes those, and batches()).
        """
        found = list(cls.batches(config, source, customer=customer, strict=strict))
        if not found:
            return cls(config, 0)
        if len(found) != 1:
            raise ValueError(f"it has {len(found)} batches: score_table() takes them all, Columns.batches() one by one")
        return found[0]

    @classmethod
    def batches(cls, config: Config, source: Any, *, customer: str = "", strict: bool = False) -> Iterator[Columns]:
        """Columns over each batch of a stream, one by one. Errors as from_arrow()."""
        options, _keep = arrow_options(customer, strict)
        for schema, batch in batches(source):
            if batch.release != NULL:
                yield cls._import(compiled_of(config), schema, batch, options)

    def __len__(self) -> int:
        return self._rows

    def bound(self, name: Name) -> bool:
        """Whether an input is bound."""
        with self._reading() as columns:
            return bool(lib.csuccess_columns_bound(columns, self._slot(name)))

    def _slot(self, name: Name) -> int:
        return name if isinstance(name, int) else self._compiled.slot(name)

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """The handle for reading: nobody binds or closes meanwhile."""
        reader = _Reader()
        with self._gate, self._use() as columns:
            self._readers.add(reader)
        try:
            yield columns
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """Frees them now, and lets go of the memory. BusyError while they are read."""
        with self._gate:
            if self._readers:
                raise BusyError("Columns are being read and cannot be closed")
            super().close()
            self._kept = {}

    def _bind(self, function: Any, name: Name, *arguments: Any, keep: list[Any]) -> None:
        slot = self._slot(name)
        with self._gate:
            if self._readers:
                raise BusyError("Columns are being read and cannot be bound")
            with self._use() as columns:
                result = function(columns, slot, *arguments)
                if result >= 0:
                    self._kept[slot] = keep
        if result < 0:
            raise self._refused(result, name, slot)

    def _refused(self, result: int, name: Name, slot: int) -> BaseException:
        names = self._compiled.inputs
        said = f"column {names[slot] if 0 <= slot < len(names) else slot}: "
        if result == lib.CSUCCESS_ETYPE:
            kind = self._compiled.slots[names[slot]][1]
            return refusal(result, said + f"an input of type {kind} does not take this memory")
        if result == lib.CSUCCESS_EENCODING:
            return refusal(result, said + "a text is not UTF-8")
        if result == lib.CSUCCESS_ERANGE:
            return refusal(result, said + "offsets descend, or a code is beyond the words")
        return refusal(result, said + f"{name!r} is not an input, or an argument is not what is asked for")

    def _rows_of(self, what: str, have: int) -> None:
        rows = self._rows
        if have != rows:
            raise refusal(lib.CSUCCESS_EINVALID, f"{what} has {have} items, and the columns have {rows} rows")

    def _bitmap(self, validity: Buffer | None) -> Any:
        """A bitmap of a bit per row, least significant first."""
        if validity is None:
            return NULL
        bits = ffi.from_buffer("uint8_t[]", validity)
        need = (len(self) + 7) // 8
        if len(bits) < need:
            raise refusal(lib.CSUCCESS_EINVALID, f"a bitmap of {len(self)} rows has {need} bytes, not {len(bits)}")
        return bits

    def bind(self, name: Name, values: Buffer | Sequence[Any], validity: Buffer | None = None) -> None:
        """Binds an input, by name or slot, to a value per row.

        Memory with the buffer protocol is not copied, and kept until the columns are closed or the input is bound
        anew: float64, int64, int32 and uint8 for numbers and money; uint8 and bool for booleans; int64 (milliseconds
        since the epoch) and numpy's datetime64[ms] for times; these and int32 (days) for dates. `validity` is a
        bitmap, least significant bit first, 1: present. NaN, infinities and times outside the years 1 to 9999 are
        missing; ranges are the host's to keep. A list is copied, by the type of the input, None being missing.

        ValueTypeError: the input does not take this memory; InvalidError: another number of rows; UnknownNameError.
        """
        if isinstance(values, (list, tuple)):
            return self._bind_list(name, values)
        if getattr(getattr(values, "dtype", None), "kind", "") == "M":
            values = _times(values)
        view = _view(values)
        found = _BINDS.get((view.format.lstrip("<=@"), view.itemsize))
        if found is None or view.ndim != 1 or not view.c_contiguous:
            raise refusal(lib.CSUCCESS_ETYPE, f"column {name}: memory of format {view.format!r}, {view.ndim} dimensions"
                          f"{'' if view.c_contiguous else ', not contiguous'}; float64, int64, int32, uint8 and bool "
                          "in one piece are taken")
        self._rows_of(f"column {name}", len(view))
        function, kind = found
        memory, bits = ffi.from_buffer(kind, values), self._bitmap(validity)
        self._bind(function, name, memory if len(memory) else ffi.new(kind, 1), bits, keep=[memory, bits])

    def _bind_list(self, name: Name, values: Sequence[Any]) -> None:
        slot = self._slot(name)
        kind = self._compiled.slots[self._compiled.input(slot)][1]
        validity = _validity(values)
        if kind == "string":
            return self.bind_utf8(slot, *_utf8(values), validity)
        if kind in ("time", "date"):
            memory: array[Any] = array("q", [0 if v is None else _moment(v) for v in values])
        elif kind == "bool":
            memory = array("B", [bool(v) for v in values])
        else:
            memory = array("d", [0 if v is None else v for v in values])
        self.bind(slot, memory, validity)

    def bind_bits(self, name: Name, bits: Buffer, validity: Buffer | None = None) -> None:
        """Booleans, a bit each, least significant bit first."""
        memory, present = self._bitmap(bits), self._bitmap(validity)
        self._bind(lib.csuccess_columns_bind_bits, name, memory, present, keep=[memory, present])

    def bind_utf8(self, name: Name, offsets: Buffer, data: Buffer, validity: Buffer | None = None) -> None:
        """Text as Arrow's utf8: rows + 1 offsets (int32), ascending, into bytes. EncodingError; RangeError: offsets
        descend, or go beyond the bytes."""
        starts, memory = ffi.from_buffer("int32_t[]", offsets), ffi.from_buffer("char[]", data)
        bits = self._bitmap(validity)
        self._rows_of(f"column {name}: one less than offsets", len(starts) - 1)
        last = starts[len(starts) - 1]
        if last > len(memory):
            raise refusal(lib.CSUCCESS_ERANGE, f"column {name}: the last offset is {last} of {len(memory)} bytes")
        self._bind(lib.csuccess_columns_bind_utf8, name, starts, memory, bits, keep=[starts, memory, bits])

    def bind_dictionary(self, name: Name, codes: Buffer, words: Sequence[str], validity: Buffer | None = None) -> None:
        """Text as codes (1, 2 or 4 bytes) into words. RangeError: a code of a present row is not below the number of
        words."""
        view = memoryview(codes)
        width = _WIDTHS.get((view.format.lstrip("<=@"), view.itemsize))
        if width is None:
            raise refusal(lib.CSUCCESS_ETYPE, f"column {name}: codes of format {view.format!r}; whole numbers of "
                          "1, 2 or 4 bytes are taken")
        self._rows_of(f"column {name}", len(view) if view.ndim == 1 else -1)
        memory, bits = ffi.from_buffer(codes), self._bitmap(validity)
        texts = [string(word) for word in words]
        listed = ffi.new("csuccess_str[]", texts or [(NULL, 0)])
        self._bind(lib.csuccess_columns_bind_dictionary, name, memory, width, listed, len(texts), bits,
                   keep=[memory, bits])

    def bind_all(self, columns: Mapping[str, Buffer | Sequence[Any]]) -> Columns:
        """Binds several by name."""
        for name, values in named("columns", columns):
            self.bind(name, values)
        return self


def arrow_options(customer: str, strict: bool, results: int = 0) -> tuple[Any, Any]:
    """csuccess_arrow_options, and what it points at."""
    keep = string(customer)
    flags = lib.CSUCCESS_ARROW_STRICT if strict else 0
    return new("csuccess_arrow_options", customer=keep, flags=flags, results=results), keep


def _view(values: Any) -> memoryview:
    return memoryview(values)


def _times(values: Any) -> Any:
    if values.dtype.str[1:] != "M8[ms]":
        raise refusal(lib.CSUCCESS_ETYPE, f"times of {values.dtype}: datetime64[ms] is taken as it is "
                      "(values.astype('datetime64[ms]'))")
    return values.view("i8")


def _moment(value: Any) -> int:
    return midnight(value) if isinstance(value, date) and not isinstance(value, datetime) else to_ms(value)


def _validity(values: Sequence[Any]) -> bytearray | None:
    if None not in values:
        return None
    bits = bytearray((len(values) + 7) // 8)
    for index, value in enumerate(values):
        if value is not None:
            bits[index >> 3] |= 1 << (index & 7)
    return bits


def _utf8(values: Sequence[Any]) -> tuple[array[int], bytes]:
    offsets, pieces, at = array("i", [0]), [], 0
    for value in values:
        piece = b"" if value is None else value.encode("utf-8", "surrogatepass")
        pieces.append(piece)
        at += len(piece)
        offsets.append(at)
    return offsets, b"".join(pieces)
