# SPDX-License-Identifier: Apache-2.0
"""How long customers stay: survival curves, whether groups differ, and what a contract is worth."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

from .._ffi import NULL, ffi, lib, one_of
from ..errors import MissingError
from ._gather import Gathered, Reader, doubles, family, fill, flags, maybe

__all__ = ["LifetimeValue", "LogRank", "Survival", "SurvivalMedian", "SurvivalPoint", "lifetime_value", "log_rank"]


class SurvivalPoint(NamedTuple):
    """The curve from one time with a departure to the next."""

    time: float
    """Of the last departure; 0 before the first."""
    at_risk: int
    """Customers who had not left, and were known, just before it."""
    left: int
    """Who left then."""
    survival: float
    """Probability to stay beyond it (Kaplan, Meier 1958)."""
    deviation: float
    """Its standard deviation (Greenwood 1926)."""
    low: float | None
    """Interval, made on the scale of ln(-ln survival); None where survival is 1 or 0."""
    high: float | None
    hazard: float
    """Cumulative (Nelson 1969, Aalen 1978)."""
    hazard_deviation: float


class SurvivalMedian(NamedTuple):
    """When half have left; None: the curve or its interval never gets there."""

    median: float | None
    low: float | None
    high: float | None


class LogRank(NamedTuple):
    """Whether groups leave at the same rate."""

    df: int
    """Degrees of freedom: groups that can be compared, less one."""
    chi_square: float
    p: float
    """Of a chi_square as great by chance alone."""


class LifetimeValue(NamedTuple):
    """What a contract is worth."""

    periods: int
    """That were counted: fewer than asked where the curve ends before."""
    value: float
    """margin × the sum over periods t = 0, 1, … of S(t) / (1 + discount)^t."""
    expected: float
    """The sum of S(t): how many periods will be paid."""


class Survival(Gathered):
    """Durations: how long a customer has been there, and whether it left then or is still there (censored).

    All in one unit of the host's choice, such as months. Every duration is kept, 8 bytes each; any order of adding
    and merging gives the same bits. """

    __slots__ = ()
    _free = lib.csuccess_survival_free
    _c = family("survival")
    _point = Reader(SurvivalPoint, "csuccess_survival_point", absent={lib.CSUCCESS_SURVIVAL_INTERVAL: "low high"})
    _median = Reader(SurvivalMedian, "csuccess_survival_median", absent={
        lib.CSUCCESS_MEDIAN_VALUE: "median", lib.CSUCCESS_MEDIAN_LOW: "low", lib.CSUCCESS_MEDIAN_HIGH: "high"})

    def __init__(self, durations: Iterable[float] = (), left: Iterable[object] = (), *, confidence: float | None = None,
                 most: int | None = None) -> None:
        """`confidence` of the intervals: 0.95; `most` durations to keep: 100,000,000. RangeError."""
        super().__init__({"most": most, "confidence": confidence})
        self.add(durations, left)

    def add(self, durations: Iterable[float], left: Iterable[object]) -> None:
        """Adds customers: durations of 0 or more, and beside them whether they left then (else they were still
        there). After an error none of them was added: RangeError names the first that is wrong."""
        numbers, gone = doubles(durations), flags(left)
        if len(numbers) != len(gone):
            raise ValueError(f"{len(numbers)} durations and {len(gone)} outcomes")
        if len(numbers):
            self._run(lib.csuccess_survival_add, numbers, gone, len(numbers))

    def _counts(self) -> tuple[int, int]:
        customers, left = ffi.new("uint64_t *"), ffi.new("uint64_t *")
        with self._use() as c:
            lib.csuccess_survival_count(c, customers, left)
        return customers[0], left[0]

    @property
    def customers(self) -> int:
        """How many were added."""
        return self._counts()[0]

    @property
    def left(self) -> int:
        """How many of them left."""
        return self._counts()[1]

    def at(self, time: float) -> SurvivalPoint | None:
        """The curve at a time; None where nobody knows: beyond the longest duration, if somebody was still there."""
        with self._use() as c:
            return maybe(self._point.ask, lib.csuccess_survival_at, c, time)

    def __iter__(self) -> Iterator[SurvivalPoint]:
        """The whole table, a point for every time with a departure."""
        after = -1.0
        while True:
            with self._use() as c:
                try:
                    point = self._point.ask(lib.csuccess_survival_next, c, after)
                except MissingError:
                    return
            yield point
            after = point.time

    @property
    def median(self) -> SurvivalMedian:
        """When half have left, with the interval (Brookmeyer, Crowley 1982)."""
        with self._use() as c:
            return self._median.ask(lib.csuccess_survival_median_of, c)


_log_rank = Reader(LogRank, "csuccess_log_rank")
_lifetime = Reader(LifetimeValue, "csuccess_lifetime_value")


@contextmanager
def _held(curve: Survival) -> Iterator[Any]:
    with one_of(Survival, curve)._use() as c:
        yield c


def log_rank(*groups: Survival) -> LogRank | None:
    """The log-rank test over 2 to 64 groups, all different (Mantel 1966); None: no two were ever at risk together
    when somebody left."""
    with ExitStack() as held:
        handles = ffi.new("csuccess_survival *[]", [held.enter_context(_held(g)) for g in dict.fromkeys(groups)])
        if len(handles) != len(groups):
            raise ValueError("a group is there twice")
        out = ffi.new("csuccess_log_rank *")
        out.size = ffi.sizeof("csuccess_log_rank")
        groups[0]._call(lib.csuccess_survival_log_rank, out, handles, len(handles))
    return _log_rank(out) if out.present else None


def lifetime_value(*, margin: float, periods: int, discount: float = 0.0, churn: float = 0.0,
                   survival: Survival | None = None,
                   tenure: float = 0.0, period: float = 0.0) -> LifetimeValue:
    """The contractual lifetime value from today on (Gupta, Lehmann, Stuart 2004; Fader, Hardie 2010).

    A contract is paid in advance, period by period, until the customer leaves: with probability `churn` within
    each, or by a `survival` curve, at the customer's `tenure` and in steps of `period`, in its unit. `margin`:
    earned in a period; `discount` of a period later, such as 0.01; `periods` to look ahead, 1 to 100,000. Beyond
    the longest duration nothing is guessed: counting ends. MissingError: the curve says nothing at the tenure;
    RangeError. """
    keep: list[Any] = []

    def estimate(curve: Any) -> LifetimeValue:
        given = fill("csuccess_lifetime_input", keep, survival=curve, tenure=tenure, period=period, churn=churn,
                     margin=margin,
                     discount=discount, periods=periods)
        return _lifetime.call(lib.csuccess_lifetime_estimate, given, NULL)

    if survival is None:
        return estimate(None)
    with one_of(Survival, survival)._use() as curve:
        return estimate(curve)
