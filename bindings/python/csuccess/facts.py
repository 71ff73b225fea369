# SPDX-License-Identifier: Apache-2.0
"""Facts: what is known of one customer, for scoring without a store."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ._compiled import Compiled, compiled_of, refusal
from ._ffi import NULL, Handle, call, ffi, lib, string, text
from ._given import named
from ._json import Document, dump, encode
from ._time import Time, midnight, to_ms
from .errors import error_of

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Facts", "Quarantined"]


_LONG_WAY: int = lib.CSUCCESS_EGENERIC


class Quarantined(NamedTuple):
    """A value that was kept aside, since it is outside what its definition allows."""

    attribute: str
    reason: str


class Facts(Handle):
    """The facts of one customer at a time: a value for each attribute of a configuration, and its small collections.

    What was never set is missing, and missing is not zero, False or "". A value that its definition does not allow
    (`min`, `max`, `in`, not finite, beyond the years 1 to 9999) is quarantined: the call raises RangeError, the
    attribute is missing from then on, and the facts stay usable.

        facts = Facts(config, {"customer_id": "acme", "logins_30d": 12})
        facts["nps_score"] = 9
        facts["champion_left"] = None      # missing again

    One thread at a time: another one gets BusyError.
    """

    __slots__ = ("_compiled", "_slots")
    _free = staticmethod(lib.csuccess_facts_free)

    def __init__(self, config: Config, row: Document | None = None, *, ignore_unknown: bool = False) -> None:
        """Empty facts, or those of a row (see read_json()). `ignore_unknown`: a row may have attributes that the
        configuration does not define, instead of being refused; a misspelt name then goes unnoticed."""
        self._open(compiled_of(config), ignore_unknown)
        if row is not None:
            self.read_json(row)

    def _open(self, compiled: Compiled, ignore_unknown: bool) -> None:
        out = ffi.new("csuccess_facts **")
        call(lib.csuccess_facts_new, out, compiled.handle, NULL)
        super().__init__(out[0])
        self._compiled = compiled
        self._slots = compiled.slots
        if ignore_unknown:
            lib.csuccess_facts_ignore_unknown(out[0], 1)

    @classmethod
    def _of(cls, compiled: Compiled, ignore_unknown: bool = False) -> Facts:
        facts = cls.__new__(cls)
        facts._open(compiled, ignore_unknown)
        return facts

    def __setitem__(self, name: str, value: Any) -> None:
        """Sets an attribute by its type; None makes it missing.

        Numbers take int, float and Decimal; times an aware datetime, milliseconds since the epoch or RFC 3339 text;
        dates a date besides; durations a timedelta or ISO 8601 text; money an amount, or (amount, currency); lists a
        list; collections a dict by id. {"value": ..., "at": ...} says when the value was observed.

        UnknownNameError (with the nearest name), ValueTypeError, RangeError (quarantined), EncodingError, LimitError.
        """
        known = self._slots.get(name)
        if known is None:
            raise self._compiled.unknown(name)
        with self._taking as handle:
            result = self._put(handle, known[0], known[1], name, value)
            if result < 0:
                self._put_json(handle, result, name, value)

    def _put(self, handle: Any, slot: int, kind: str, name: str, value: Any) -> int:
        """Sets it the short way; -1, CSUCCESS_EGENERIC, for what only the long way can take or explain."""
        given = type(value)
        if value is None:
            return int(lib.csuccess_facts_unset(handle, string(name)))
        if kind == "number" and (given is int or given is float or given is Decimal):
            return int(lib.csuccess_facts_put_number(handle, slot, value))
        if kind == "bool" and given is bool:
            return int(lib.csuccess_facts_put_bool(handle, slot, value))
        if kind == "string" and given is str:
            return int(lib.csuccess_facts_put_string(handle, slot, string(value)))
        if kind in ("time", "date"):
            return self._put_time(handle, slot, value)
        if kind == "money":
            return self._put_money(handle, name, value)
        return _LONG_WAY

    def _put_time(self, handle: Any, slot: int, value: Any) -> int:
        if isinstance(value, datetime):
            if value != value:  # pandas.NaT
                return _LONG_WAY
            ms = to_ms(value)
        elif isinstance(value, date):
            ms = midnight(value)
        elif type(value) is int:
            ms = value
        else:
            return _LONG_WAY
        return int(lib.csuccess_facts_put_time(handle, slot, ms))

    def _put_money(self, handle: Any, name: str, value: Any) -> int:
        currency = ""
        if isinstance(value, tuple) and len(value) == 2:
            value, currency = value
        if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
            return _LONG_WAY
        return int(lib.csuccess_facts_set_money(handle, string(name), value, string(currency)))

    def _put_json(self, handle: Any, result: int, name: str, value: Any) -> None:
        """The long way, by JSON, which takes what is left and explains what it does not."""
        if result == lib.CSUCCESS_ERANGE:
            raise refusal(result, self._list()[-1].reason)
        if result not in (lib.CSUCCESS_EGENERIC, lib.CSUCCESS_ETYPE):
            raise error_of(result)
        self._call(lib.csuccess_facts_set_json, handle, string(name), string(dump(value)))

    def __delitem__(self, name: str) -> None:
        """Makes an attribute missing."""
        self[name] = None

    def put(self, slot: int, value: float | bool | str | datetime | None) -> None:
        """As by name, by the slot that Config.slot() gives."""
        self[self._compiled.input(slot)] = value

    def update(self, row: Mapping[str, Any]) -> None:
        """Sets several, one after the other; the first that is refused ends it. "customer_id" is the customer."""
        for name, value in named("values", row):
            if name == "customer_id":
                self.customer = value or ""
            else:
                self[name] = value

    def set_text(self, name: str, value: str) -> None:
        """Sets an attribute from text, as a CSV cell has it: by the attribute's type; true, false, yes, no, 1 and 0;
        RFC 3339; ISO 8601; JSON for lists and collections. The empty text is missing."""
        with self._use() as facts:
            self._call(lib.csuccess_facts_set_text, facts, string(name), string(value))

    def set_json(self, name: str, value: Document) -> None:
        """Sets an attribute from JSON text, or from what is written as JSON; null makes it missing."""
        raw = value if isinstance(value, (str, bytes, bytearray, memoryview)) else dump(value)
        with self._use() as facts:
            self._call(lib.csuccess_facts_set_json, facts, string(name), string(raw))

    def observed(self, name: str, at: Time) -> None:
        """When the present value was observed, for `max_age`: a value older than that when it is scored is missing.

        UnknownNameError, MissingError (there is no value, or only the default), RangeError.
        """
        ms = to_ms(at)
        self._compiled.slot(name)
        with self._use() as facts:
            result = lib.csuccess_facts_set_observed(facts, string(name), ms)
        if result < 0:
            raise refusal(result, f"{name}: it has no value that was set" if result == lib.CSUCCESS_EMISSING
                          else f"{name}: the time is not in the years 1 to 9999")

    def read_json(self, row: Document) -> Facts:
        """Reads a whole row in place of what was there: attributes by name, collections by id, and "customer_id".

        A dict may hold datetimes, dates, timedeltas, Decimals and numpy's scalars; NaN is missing. Impossible values
        are quarantined and do not fail the row. What is wrong with the row as such is raised with its place, and
        nothing is applied: JsonError, EncodingError, UnknownNameError, ValueTypeError, LimitError.
        """
        raw = encode(row)
        with self._use() as facts:
            self._call(lib.csuccess_facts_read_json, facts, string(raw))
        return self

    def clear(self) -> None:
        """Makes everything missing again, keeping the memory for the next customer."""
        with self._use() as facts:
            lib.csuccess_facts_clear(facts)

    @property
    def customer(self) -> str:
        """The row's "customer_id", or as set; "" without one."""
        with self._use() as facts:
            return text(lib.csuccess_facts_customer(facts))

    @customer.setter
    def customer(self, value: str) -> None:
        with self._use() as facts:
            result = lib.csuccess_facts_set_customer(facts, string(value))
        if result < 0:
            raise error_of(result)

    @property
    def quarantine(self) -> list[Quarantined]:
        """Values that were kept aside since the last clear, with the reasons."""
        with self._use():
            return self._list()

    def _list(self) -> list[Quarantined]:
        found = []
        attribute, reason = ffi.new("csuccess_str *"), ffi.new("csuccess_str *")
        for index in range(lib.csuccess_facts_quarantined(self._handle)):
            lib.csuccess_facts_quarantine(self._handle, index, attribute, reason)
            found.append(Quarantined(text(attribute[0]), text(reason[0])))
        return found
