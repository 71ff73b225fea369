# SPDX-License-Identifier: Apache-2.0
"""Times: milliseconds since the epoch, UTC, as the library has them, and datetime as Python has them."""
from __future__ import annotations

import re
import time
from datetime import date, datetime, timedelta, timezone
from typing import Union

__all__ = [
    "NEVER",
    "Time",
    "at_ms",
    "duration",
    "length_ms",
    "midnight",
    "moment",
    "now_ms",
    "rfc3339",
    "to_ms",
    "to_ms_or_never",
    "to_utc",
]

# A time that goes in: an aware datetime, milliseconds since the epoch, or RFC 3339 text.
Time = Union[datetime, int, str]

NEVER = (1 << 63) - 1  # CSUCCESS_TIME_NEVER
_UTC = timezone.utc
_EPOCH = datetime(1970, 1, 1, tzinfo=_UTC)
_MS = timedelta(milliseconds=1)
_RFC3339 = re.compile(r"(\d{4}-\d\d-\d\d)(?:[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d))?", re.ASCII)


def now_ms() -> int:
    """The time of the system's clock."""
    return time.time_ns() // 1_000_000


def to_ms(value: Time) -> int:
    """Milliseconds since the epoch; what is finer is cut towards the past.

    A datetime without a zone is a ValueError, since it would say another time on another machine; so is text that is
    not RFC 3339. A text that is a date alone is its midnight, UTC.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError(f"a time needs its zone: {value!r} has none (datetime.now(timezone.utc) has one)")
        return (value - _EPOCH) // _MS
    if isinstance(value, str):
        return _read(value)
    if isinstance(value, bool) or not hasattr(value, "__index__"):
        raise TypeError(f"a time is an aware datetime, milliseconds since the epoch or RFC 3339 text, not {value!r}")
    return value.__index__()


def _read(text: str) -> int:
    found = _RFC3339.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time of RFC 3339, such as 2026-01-31T09:30:00Z")
    day, clock, fraction, zone = found.groups()
    if clock is None:
        return (datetime.fromisoformat(day + "T00:00:00+00:00") - _EPOCH) // _MS
    whole = datetime.fromisoformat(f"{day}T{clock}{'+00:00' if zone in 'Zz' else zone}")
    return (whole - _EPOCH) // _MS + int(((fraction or "") + "000")[:3])


def to_ms_or_never(value: Time | None) -> int:
    """A time as the library takes it, None for one that does not come."""
    return NEVER if value is None else to_ms(value)


def moment(ms: int) -> datetime:
    """A time that always comes: datetime in UTC. OverflowError beyond the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=ms)


def to_utc(ms: int) -> datetime | None:
    """A time that comes out: datetime in UTC; None for one that does not come (CSUCCESS_TIME_NEVER)."""
    return None if ms == NEVER else _EPOCH + timedelta(milliseconds=ms)


def rfc3339(value: datetime) -> str:
    """An aware datetime as the text that documents and rows have."""
    return at_ms(to_ms(value))


def at_ms(ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339."""
    return (_EPOCH + timedelta(milliseconds=ms)).isoformat(timespec="milliseconds")[:-6] + "Z"


def midnight(day: date) -> int:
    """The beginning of a day, UTC, in milliseconds since the epoch."""
    return (day.toordinal() - 719163) * 86_400_000


def duration(value: timedelta | str) -> str:
    """A length of time as ISO 8601: a text stays as it is."""
    if isinstance(value, str):
        return value
    ms = value // _MS
    sign, ms = ("-", -ms) if ms < 0 else ("", ms)
    days, rest = divmod(ms, 86_400_000)
    seconds = f"{rest / 1000:.3f}".rstrip("0").rstrip(".")
    return f"{sign}P{days}D" + (f"T{seconds}S" if rest else "")


def length_ms(value: timedelta | int) -> int:
    """A length of time in milliseconds."""
    return value // _MS if isinstance(value, timedelta) else int(value)
