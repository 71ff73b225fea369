# SPDX-License-Identifier: Apache-2.0
"""The health of a parent from its children's, and where a customer's scores are heading."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ._compiled import compiled_of
from ._ffi import NULL, Handle, call, ffi, lib, new
from ._time import Time, to_ms, to_utc
from .score import Score

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Rollup", "RollupResult", "Trajectory", "trajectory"]


class RollupResult(NamedTuple):
    """What a roll-up came to."""

    score: float | None
    """Rounded to 9 decimals; for `share_below` a share, 0 to 1. None: no member has a score, or fewer than `require`
    asks for."""
    completeness: float
    """Share of members (of weight where it is known) that have a score."""
    members: int
    """That were added and count, with or without a score."""
    missing: int
    """Of these, without a score or without a weight that is needed."""
    input_at: datetime | None
    """The oldest of the members'."""


class Rollup(Handle):
    """The health of a parent from its children's results, as `health.rollup` says. The order of adding does not matter.

        with Rollup(config) as rollup:
            for child in children:
                rollup.add(scorer.run(child, now))
            print(rollup.finish().score)

    One thread at a time.
    """

    __slots__ = ()
    _free = staticmethod(lib.csuccess_rollup_free)

    def __init__(self, config: Config) -> None:
        """InvalidError: the configuration has no `health.rollup`."""
        out = ffi.new("csuccess_rollup **")
        call(lib.csuccess_rollup_new, out, compiled_of(config).handle, NULL)
        super().__init__(out[0])

    def add(self, score: Score | float | None, *, weight: float | None = None, input_at: Time | None = None,
            is_self: bool = False) -> None:
        """Adds a child by its Score, or by raw score and weight; None: it has no score. `input_at` is the time of its
        oldest input, or of its score; `is_self`: the parent's own, left out unless `include_self`.

        RangeError: not finite, or a weight below 0; InvalidError after finish().
        """
        if isinstance(score, Score):
            weight = score.weight if weight is None else weight
            score = score.raw
        member = new("csuccess_rollup_member", is_self=is_self)
        if score is not None:
            member.score, member.present = score, member.present | lib.CSUCCESS_ROLLUP_SCORE
        if weight is not None:
            member.weight, member.present = weight, member.present | lib.CSUCCESS_ROLLUP_WEIGHT
        if input_at is not None:
            member.input_at, member.present = to_ms(input_at), member.present | lib.CSUCCESS_ROLLUP_INPUT_AT
        with self._use() as rollup:
            self._call(lib.csuccess_rollup_add, rollup, member)

    def finish(self) -> RollupResult:
        """The result over everything added; nothing can be added afterwards."""
        out = new("csuccess_rollup_result")
        with self._use() as rollup:
            self._call(lib.csuccess_rollup_finish, rollup, out)
        score = out.score if out.present & lib.CSUCCESS_ROLLUP_SCORE else None
        at = to_utc(out.input_at) if out.present & lib.CSUCCESS_ROLLUP_INPUT_AT else None
        return RollupResult(score, out.completeness, out.members, out.missing, at)


class Trajectory(NamedTuple):
    """Where scores are heading."""

    score: float
    """At the horizon; not held within a scale."""
    low: float
    """Interval for the score that will be seen then."""
    high: float
    slope: float
    """Points per day."""
    slope_low: float
    slope_high: float


def trajectory(scores: Iterable[tuple[Time, float]], horizon: Time, *, confidence: float = 0.9) -> Trajectory | None:
    """Draws a line through past (time, score) pairs, in any order, that up to 29 % of wild ones do not move far
    (Theil 1950; Sen 1968), and reads it at the horizon, with an interval (confidence 0.8, 0.9, 0.95 or 0.99). None:
    fewer than 3 scores, or fewer than 2 times. LimitError beyond 400 scores; InvalidError for what is not finite or
    out of range."""
    pairs = list(scores)
    given = new("csuccess_trajectory_input", count=len(pairs), horizon=to_ms(horizon), confidence=confidence)
    times = ffi.new("int64_t[]", [to_ms(time) for time, _ in pairs] or [0])
    values = ffi.new("double[]", [score for _, score in pairs] or [0.0])
    given.times, given.scores = times, values
    out = new("csuccess_trajectory")
    call(lib.csuccess_trajectory_forecast, out, given, NULL)
    if not out.present:
        return None
    return Trajectory(out.score, out.low, out.high, out.slope, out.slope_low, out.slope_high)
