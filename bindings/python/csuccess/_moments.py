# SPDX-License-Identifier: Apache-2.0
"""Times of an engine: what comes always, what may never come, and lengths of time."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from ._time import NEVER, Time, to_ms, to_utc

__all__ = ["NEVER", "Time", "length_ms", "moment", "moment_or_never", "to_ms", "to_ms_or_never"]

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MS = timedelta(milliseconds=1)

moment_or_never = to_utc


def moment(ms: int) -> datetime:
    """Milliseconds as a datetime in UTC. OverflowError beyond the years 1 to 9999."""
    return _EPOCH + timedelta(milliseconds=ms)


def to_ms_or_never(value: Time | None) -> int:
    """A time as the library takes it, None for one that does not come."""
    return NEVER if value is None else to_ms(value)


def length_ms(value: timedelta | int) -> int:
    """A length of time in milliseconds."""
    return value // _MS if isinstance(value, timedelta) else int(value)
