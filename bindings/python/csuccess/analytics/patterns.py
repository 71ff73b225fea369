# SPDX-License-Identifier: Apache-2.0
"""Success patterns: what those who stayed had done and those who left had not."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from .._ffi import lib
from .._time import Time, to_ms
from ._gather import Ordered, Reader, Words, family, fill, integers, milliseconds, strings

__all__ = ["Pattern", "Patterns", "PatternsTotals"]

_CORRECTIONS = Words("correction", "benjamini_hochberg holm")
_TESTS = Words("test", "fisher chi_square", 1)


class Pattern(NamedTuple):
    """One milestone, feature or event of a finished comparison."""

    name: str
    stayed_with: int
    """Customers who had it by the landmark, and stayed."""
    stayed_without: int
    left_with: int
    left_without: int
    support: float
    """Share of all customers who had it."""
    retention_with: float
    """Share of those with it who stayed."""
    retention_without: float
    difference: float
    """retention_with - retention_without."""
    lift: float
    """retention_with over the retention of all."""
    p: float
    """That a difference at least as unlikely arises by chance alone."""
    corrected: float
    """p, corrected for all that were compared."""
    test: str
    """"fisher" (exact, two-sided) or "chi_square"."""
    significant: bool
    """corrected is up to alpha."""


class PatternsTotals(NamedTuple):
    """Who took part."""

    customers: int
    left_before: int
    """Left by the landmark; not compared."""
    not_reached: int
    """Their landmark is still to come; not compared."""
    censored: int
    """There at the landmark, but the horizon is still open; not compared."""
    stayed: int
    left: int
    compared: int
    """Things compared; 0 before it is finished."""
    too_rare: int
    """Things that fewer than `least` customers had, or had not; not compared."""
    naive: bool


class Patterns(Ordered[Pattern]):
    """Compares customers who stayed with customers who left: what differs, by how much, and whether chance explains
    it.

    The comparison is made at a landmark, so long after each customer's start: only who was still there takes part,
    only what had happened by then counts, and who left is asked for the time after it, up to the horizon. What it
    finds goes together with staying; that it is the cause it cannot say. The least corrected p-value comes first.
    """

    __slots__ = ()
    _free = lib.csuccess_patterns_free
    _c = family("patterns")
    _read = Reader(Pattern, "csuccess_pattern", words={"test": _TESTS}, true="significant")
    _totals = Reader(PatternsTotals, "csuccess_patterns_totals", true="naive")

    def __init__(self, landmark: timedelta | float | None = None, horizon: timedelta | float | None = None, *,
                 least: int | None = None,
                 alpha: float | None = None, correction: str = "benjamini_hochberg", naive: bool = False) -> None:
        """`landmark` and `horizon` in days or as timedelta, required unless `naive` (everything ever done against
        ever having left; for showing what that does, never for a decision). `least`: customers with the thing, and
        without it, before it is compared; 20. `alpha`: 0.05. `correction`: "benjamini_hochberg" bounds the share of
        false ones among the found, "holm" the chance of any. RangeError."""
        super().__init__({"landmark_ms": milliseconds(landmark), "horizon_ms": milliseconds(horizon), "least": least,
                          "alpha": alpha,
                          "correction": _CORRECTIONS.number(correction), "naive": int(naive)})

    def add(self, start: Time, items: Iterable[tuple[str, Time]] = (), *, left_at: Time | None = None,
            observed_until: Time | None = None) -> None:
        """Adds one customer: since when it is one, what it reached, used and did, with when (more than once is as
        once), when it left, and up to when it is known that it had not. InvalidError, RangeError, LimitError (4,096
        different things in all); nothing was added then."""
        keep: list[Any] = []
        things = list(items)
        self._add(fill("csuccess_history", keep, start_ms=to_ms(start),
                       present=0 if left_at is None else lib.CSUCCESS_HISTORY_LEFT,
                       left_at=None if left_at is None else to_ms(left_at),
                       observed_until=None if observed_until is None else to_ms(observed_until),
                       item=strings((name for name, _ in things), keep), at=integers(to_ms(at) for _,
                                                                                     at in things), items=len(things)))

    @property
    def totals(self) -> PatternsTotals:
        """Who took part, also before it is finished."""
        with self._use() as c:
            return self._totals.ask(lib.csuccess_patterns_total, c)
