# SPDX-License-Identifier: Apache-2.0
"""Offsets of zones that the configuration does not have, for an engine's `zone`."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from ._time import moment, to_ms

__all__ = ["ZoneAnswer", "system_zone"]


class ZoneAnswer(NamedTuple):
    """The offset of a zone, and from when until when it holds (None: since ever, for ever)."""

    offset: timedelta
    """East of UTC, in whole minutes."""
    since: datetime | None = None
    until: datetime | None = None


_WEEK, _WEEKS = 7 * 86_400, 60


def _bound(zone: tzinfo, at: int, step: int) -> int:
    """From `at` on (seconds since the epoch), or with a negative step back from it: the last second with the same
    offset, looked for in so many steps."""

    def offset(second: int) -> timedelta | None:
        return moment(second * 1000).astimezone(zone).utcoffset()

    here, near, far = offset(at), at, at
    for _ in range(_WEEKS):
        near, far = far, far + step
        if offset(far) != here:
            break
    else:
        return far
    while abs(far - near) > 1:
        middle = (near + far) // 2
        near, far = (middle, far) if offset(middle) == here else (near, middle)
    return near


def span(zone: tzinfo, at: datetime) -> ZoneAnswer:
    """What offset a zone has at a time, and within which times about it (of about a year each way) that holds."""
    second = to_ms(at) // 1000
    offset = moment(second * 1000).astimezone(zone).utcoffset() or timedelta()
    since, last = _bound(zone, second, -_WEEK), _bound(zone, second, _WEEK)
    return ZoneAnswer(offset, moment(since * 1000), moment((last + 1) * 1000))


class _SystemZones:
    """Callable, and remembers the spans that it found."""

    def __init__(self) -> None:
        self._known: dict[str, ZoneAnswer] = {}

    def __call__(self, name: str, at: datetime) -> ZoneAnswer | None:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        known = self._known.get(name)
        if (
            known is not None
            and (known.since is None or known.since <= at)
            and (known.until is None or at < known.until)
        ):
            return known
        try:
            found = span(ZoneInfo(name), at)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
        self._known[name] = found
        return found


def system_zone(name: str, at: datetime) -> ZoneAnswer | None:
    """What zoneinfo knows of a zone: Engine(..., zone=csuccess.system_zone). None: no such zone."""
    return _zones(name, at)


_zones = _SystemZones()


def zone_answer(answer: Any, at_ms: int) -> tuple[int, int, int] | None:
    """What a host said of a zone, as C has it: minutes, from, until."""
    if answer is None:
        return None
    if isinstance(answer, tzinfo):
        answer = span(answer, moment(at_ms))
    elif isinstance(answer, (int, timedelta)) and not isinstance(answer, bool):
        answer = ZoneAnswer(answer if isinstance(answer, timedelta) else timedelta(minutes=answer))
    if not isinstance(answer, ZoneAnswer):
        raise TypeError(f"a zone is a ZoneAnswer, a tzinfo, a timedelta, minutes or None, not {type(answer).__name__}")
    minutes = answer.offset // timedelta(minutes=1)
    return (
        minutes,
        0 if answer.since is None else to_ms(answer.since),
        0 if answer.until is None else to_ms(answer.until),
    )
