# SPDX-License-Identifier: Apache-2.0
"""Offsets of zones that the configuration does not have, for an engine's `zone`."""
from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from typing import Any, NamedTuple

from ._moments import moment, to_ms

__all__ = ["ZoneAnswer", "system_zone"]


class ZoneAnswer(NamedTuple):
    """The offset of a zone, and from when until when it holds (None: since ever, for ever)."""

    offset: timedelta
    """East of UTC, in whole minutes."""
    since: datetime | None = None
    until: datetime | None = None


_STEP = timedelta(days=7)
_STEPS = 60


def _change(zone: tzinfo, at: datetime, step: timedelta) -> datetime | None:
    """The first time behind `at` (or, with a negative step, the last before it) where another offset holds, to the second."""
    offset = at.astimezone(zone).utcoffset()
    near, far = at, at
    for _ in range(_STEPS):
        near, far = far, far + step
        if far.astimezone(zone).utcoffset() != offset:
            break
    else:
        return far
    while abs(far - near) > timedelta(seconds=1):
        middle = near + (far - near) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            near = middle
        else:
            far = middle
    return (far if step > timedelta() else near).replace(microsecond=0) + timedelta(seconds=0 if step > timedelta() else 1)


def span(zone: tzinfo, at: datetime) -> ZoneAnswer:
    """What offset a zone has at a time, and within which times about it (of a year each way) that holds."""
    at = at.astimezone(timezone.utc).replace(microsecond=0)
    offset = at.astimezone(zone).utcoffset() or timedelta()
    since, until = _change(zone, at, -_STEP), _change(zone, at, _STEP)
    return ZoneAnswer(offset, since if since is None or since <= at else at, until)


class _SystemZones:
    """Callable, and remembers the spans that it found."""

    def __init__(self) -> None:
        self._known: dict[str, ZoneAnswer] = {}

    def __call__(self, name: str, at: datetime) -> ZoneAnswer | None:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        known = self._known.get(name)
        if known is not None and (known.since is None or known.since <= at) and (known.until is None or at < known.until):
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
    return (minutes, 0 if answer.since is None else to_ms(answer.since),
            0 if answer.until is None else to_ms(answer.until))
