# SPDX-License-Identifier: Apache-2.0
"""What the handles of this package have in common: options by keyword, parts that merge, lists that are finished
and read, and what comes out.

A class over these keeps to its names, types and documentation:

    class Patterns(Ordered[Pattern]):
        _c = family("patterns", totals=True)
"""
from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Generic, NamedTuple, TypeVar, cast, overload

from .._ffi import NULL, Handle, call, checked, ffi, lib, new, string, text
from .._time import to_utc
from ..errors import MissingError, error_of

__all__ = [
    "Family",
    "Gathered",
    "Ordered",
    "Reader",
    "Words",
    "doubles",
    "each",
    "family",
    "fill",
    "flags",
    "integers",
    "maybe",
    "milliseconds",
    "strings",
]

G = TypeVar("G", bound="Gathered")
T = TypeVar("T")
R = TypeVar("R", bound=tuple[Any, ...])
_DAY = 86_400_000
_STR = ffi.typeof("csuccess_str")


class Words:
    """A family of constants of C as words: those in `order` are 0, 1, 2 … from `first` on."""

    __slots__ = ("_numbers", "_words", "what")

    def __init__(self, what: str, order: str, first: int = 0) -> None:
        self.what = what
        self._words = {i: word for i, word in enumerate(order.split(), first)}
        self._numbers = {word: i for i, word in self._words.items()}

    def number(self, word: str | None) -> int:
        """The constant; 0 for None. ValueError: a word that there is not."""
        if word is None:
            return 0
        try:
            return self._numbers[word]
        except (KeyError, TypeError):
            raise ValueError(f"{self.what} is one of {', '.join(self._numbers)}, not {word!r}") from None

    def word(self, number: int) -> str:
        """Its word."""
        return self._words.get(number, str(number))


def milliseconds(value: Any) -> int | None:
    """A length of time in days (a number) or as a timedelta, in milliseconds; None stays None."""
    if value is None:
        return None
    if hasattr(value, "total_seconds"):
        return int(round(value.total_seconds() * 1000))
    return round(float(value) * _DAY)


# ---- What goes in ----

def fill(struct: str, keep: list[Any], /, **given: Any) -> Any:
    """A struct of the ABI with these members; None is left zero. What its texts and arrays stand in is put into
    `keep`."""
    out = new(struct)
    for name, value in given.items():
        if value is None:
            continue
        if isinstance(value, str):
            value = string(value)
            keep.append(value)
        elif isinstance(value, ffi.CData):
            keep.append(value)
        setattr(out, name, value)
    return out


def doubles(values: Iterable[float | None]) -> Any:
    """Numbers as C's doubles: those of a contiguous buffer of doubles (array, numpy) where they are, others as a
    copy. None is NaN."""
    try:
        view = memoryview(cast(Any, values))
    except TypeError:
        return ffi.new("double[]", [math.nan if v is None else v for v in values])
    if view.format == "d" and view.contiguous and view.ndim == 1:
        return ffi.from_buffer("double[]", view)
    return ffi.new("double[]", view.tolist())


def integers(values: Iterable[int]) -> Any:
    """Whole numbers of 64 bits."""
    return ffi.new("int64_t[]", list(values))


def flags(values: Iterable[object]) -> Any:
    """What is true or false, a byte each."""
    return ffi.new("uint8_t[]", [1 if v else 0 for v in values])


def strings(words: Iterable[str], keep: list[Any]) -> Any:
    """An array of csuccess_str."""
    taken = [string(word) for word in words]
    keep.extend(taken)
    return ffi.new("csuccess_str[]", taken)


# ---- What comes out ----

def _plain(c: Any, name: str) -> Any:
    return getattr(c, name)


def _text(c: Any, name: str) -> str:
    return text(getattr(c, name))


class Reader(Generic[R]):
    """Makes a record of a C struct, member by member of the same name; `from_` is the member `from`.

    `absent`: members by the bit of `present` that they need, None without it. `words`: members that are constants.
    `times`: members that are milliseconds since the epoch; a datetime comes out. `true`: members that are 0 or 1.
    `renamed`: members by the record's name of them. """

    __slots__ = ("_plan", "record", "struct")

    def __init__(self, record: type[R], struct: str, *, absent: Mapping[int, str] | None = None,
                 words: Mapping[str, Words] | None = None,
                 times: str = "", true: str = "", renamed: Mapping[str, str] | None = None) -> None:
        self.record = record
        self.struct = struct
        bits = {name: bit for bit, names in (absent or {}).items() for name in names.split()}
        members = {name: field.type for name, field in ffi.typeof(struct).fields}
        self._plan: list[tuple[int, Callable[[Any, str], Any], str]] = []
        for name in cast(Any, record)._fields:
            member = (renamed or {}).get(name, name.rstrip("_"))
            how: Callable[[Any, str], Any] = _text if members[member] is _STR else _plain
            if words and name in words:
                how = self._worded(words[name])
            elif name in times.split():
                how = self._timed
            elif name in true.split():
                how = self._true
            self._plan.append((bits.get(name, 0), how, member))

    @staticmethod
    def _worded(words: Words) -> Callable[[Any, str], Any]:
        return lambda c, name: words.word(getattr(c, name))

    @staticmethod
    def _timed(c: Any, name: str) -> Any:
        return to_utc(getattr(c, name))

    @staticmethod
    def _true(c: Any, name: str) -> Any:
        return getattr(c, name) != 0

    def __call__(self, c: Any) -> R:
        present = getattr(c, "present", 0)
        made = cast(Any, self.record)._make(None if bit and not present & bit else how(c, name) for bit, how,
                                            name in self._plan)
        return cast(R, made)

    def ask(self, function: Callable[..., int], *arguments: Any) -> R:
        """What a function says in its last parameter. Errors are raised."""
        out = new(self.struct)
        checked(function(*arguments, out))
        return self(out)

    def call(self, function: Callable[..., int], *arguments: Any) -> R:
        """The same of a function whose out stands first and its error last."""
        out = new(self.struct)
        call(function, out, *arguments)
        return self(out)


def maybe(function: Callable[..., T], *arguments: Any) -> T | None:
    """What a function gives; None where it raises MissingError."""
    try:
        return function(*arguments)
    except MissingError:
        return None


def each(get: Callable[[int], T], count: int) -> list[T]:
    """All of a list that C gives by index."""
    return [get(i) for i in range(count)]


# ---- Handles ----

class Family(NamedTuple):
    """The functions of one kind of handle."""

    kind: str
    options: str
    new: Callable[..., int]
    add: Callable[..., int]
    merge: Callable[..., int]
    finish: Any  # None where there is no such function
    count: Any  # None where there is no such function
    get: Any  # None where there is no such function
    total: Any  # None where there is no such function


def family(kind: str) -> Family:
    """csuccess_<kind>_new and its kin, those that there are."""
    functions: list[Any] = [getattr(lib, f"csuccess_{kind}_{verb}", None) for verb in Family._fields[2:]]
    return Family(kind, f"csuccess_{kind}_options", *functions)


class Gathered(Handle):
    """What is added to in any order and any split: parts that were made apart are merged, and give the same.

    One thread at a time. A part merges by merge() or `+=`; `x + y` is a new one with all that both have.
    """

    __slots__ = ("_keep", "_options")
    _c: Family

    def __init__(self, options: Mapping[str, Any], *before: Any, keep: Sequence[Any] = ()) -> None:
        """`options`: members of the struct of its options. `before`: what the function for a new one takes before
        them."""
        super().__init__(NULL)
        self._keep: list[Any] = list(keep)
        self._options = dict(options)
        struct = fill(self._c.options, self._keep, **options)
        out = ffi.new(f"csuccess_{self._c.kind} **")
        call(self._c.new, out, *before, struct)
        self._handle = out[0]

    def _add(self, struct: Any) -> None:
        self._run(self._c.add, struct)

    def _empty(self: G) -> G:
        """One of the same options."""
        made = type(self).__new__(type(self))
        Gathered.__init__(made, self._options, keep=self._keep)
        return made

    def merge(self: G, other: G) -> G:
        """Adds all that the other one has, which stays as it is. InvalidError: both are the same one, or their
        options differ."""
        if not isinstance(other, type(self)):
            raise TypeError(f"{type(self).__name__} merges with another, not with {type(other).__name__}")
        with self._use() as into:
            if other is self:
                self._call(self._c.merge, into, into)
            else:
                with other._use() as source:
                    self._call(self._c.merge, into, source)
        return self

    def __iadd__(self: G, other: G) -> G:
        return self.merge(other)

    def __add__(self: G, other: G) -> G:
        return self._empty().merge(self).merge(other) if isinstance(other, type(self)) else NotImplemented


class Ordered(Gathered, Generic[T]):
    """One that is finished when all was added: then it is a list, best first."""

    __slots__ = ()
    _read: Reader[Any]

    def finish(self: G) -> G:
        """Puts it in order; nothing can be added from then on. Again does nothing."""
        self._run(self._c.finish)
        return self

    def __len__(self) -> int:
        """0 before it is finished."""
        with self._use() as c:
            return int(self._c.count(c))

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> list[T]: ...

    def __getitem__(self, index: int | slice) -> T | list[T]:
        count = len(self)
        if isinstance(index, slice):
            return [self._item(i) for i in range(*index.indices(count))]
        at = index + count if index < 0 else index
        if not 0 <= at < count:
            raise IndexError(f"there is no {index} among {count}")
        return self._item(at)

    def _item(self, index: int) -> T:
        with self._use() as c:
            return cast(T, self._read.ask(self._c.get, c, index))

    def __iter__(self) -> Iterator[T]:
        for i in range(len(self)):
            yield self._item(i)


def undecided(result: int) -> bool:
    """Whether a function left it open. An error is raised."""
    if result < 0:
        raise error_of(result)
    return bool(result == lib.CSUCCESS_UNDECIDED)
