# SPDX-License-Identifier: Apache-2.0
"""What lies ahead on the average: revenue from hazards, and the way through stages."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from .._ffi import NULL, Handle, call, ffi, lib, string
from .._time import Time, to_ms
from ._gather import Gathered, Reader, doubles, family, fill, integers, milliseconds, strings

__all__ = ["Revenue", "RevenuePoint", "Stage", "StageMove", "StageWay", "Stages"]


class RevenuePoint(NamedTuple):
    """What is expected at the end of a period."""

    customers: int
    """Added."""
    uncalibrated: int
    """Of them, with a probability that is none to be taken at its word."""
    now: float
    """Revenue per period today."""
    expected: float
    """Revenue per period then, with growth."""
    low: float
    """Of its interval; not below 0."""
    high: float
    kept: float
    """Without growth."""
    customers_left: float
    """Expected number of customers that are still there."""
    net_retention: float
    """expected / now; 0 when there is no revenue today."""
    gross_retention: float
    """kept / now; 0 when there is no revenue today."""


class Revenue(Gathered):
    """Recurring revenue that today's customers are expected to bring, period by period: the sum of value × survival
    × growth.

    It is as good as the probabilities that go in. New customers have no part in it. The interval is that of who
    happens to leave, customer by customer on their own; it knows nothing of a bad year for all, nor of errors of
    the model.

        revenue = Revenue(periods=12)
        revenue.add(1200, probability=0.02, horizon=30)
        print(revenue[12].net_retention)
    """

    __slots__ = ()
    _free = lib.csuccess_revenue_free
    _c = family("revenue")
    _read = Reader(RevenuePoint, "csuccess_revenue_point")

    def __init__(self, *, period: timedelta | float | None = None, periods: int | None = None,
                 confidence: float | None = None) -> None:
        """`period`: in days or a timedelta, 30 days; `periods` ahead, at most 240: 12; `confidence` of the
        interval: 0.9. RangeError."""
        super().__init__({"period_ms": milliseconds(period), "periods": periods, "confidence": confidence})

    def add(self, value: float, *, probability: float = 0.0, horizon: timedelta | float | None = None,
            survival: Iterable[float] | None = None, growth: float = 0.0, calibrated: bool = False) -> None:
        """Adds one customer. `value`: recurring, per period, in one currency, 0 to 1e12. Either `probability` of
        churn within `horizon` (days or a timedelta; a constant hazard follows), or `survival`: the share still
        there at the end of each period, never rising; beyond the last the hazard of the last period goes on.
        `growth` per period of those who stay: 0.01 for 1 %. `calibrated`: the probability or survival may be taken
        at its word. RangeError: a number outside what is said here; nothing was added then."""
        kept: list[Any] = []
        shares = None if survival is None else doubles(survival)
        self._add(fill("csuccess_revenue_customer", kept, value=value, probability=probability,
                       horizon_ms=milliseconds(horizon),
                       survival=shares, survivals=None if shares is None else len(shares), growth=growth,
                       calibrated=int(calibrated)))

    def at(self, period: int) -> RevenuePoint:
        """What is expected at the end of period 1, 2 …; 0 is today. InvalidError: beyond the periods."""
        with self._use() as c:
            return self._read.ask(lib.csuccess_revenue_at, c, period)

    __getitem__ = at


class Stage(NamedTuple):
    """One stage."""

    name: str
    stays: int
    """That began."""
    left: int
    """Of them: ended by going to another stage."""
    days: float
    """Spent in it by all."""
    mean_days: float
    """Expected length of a stay: days / left; 0 when nobody left."""


class StageMove(NamedTuple):
    """From one stage right to another."""

    moves: int
    of: int
    """Out of the one."""
    probability: float
    low: float
    """Of its 95 % interval (Wilson 1927)."""
    high: float


class StageWay(NamedTuple):
    """The way from one stage to another, whatever lies between."""

    probability: float
    """That it is ever reached."""
    steps: float
    """Expected moves, of those who reach it; 0 when nobody does."""
    days: float
    """Expected time, of those who reach it."""


class Stages(Gathered):
    """How customers move through stages (onboarding, adoption, renewal, churned …): a Markov chain from the paths
    of any number of them.

    Where a customer goes next depends on the stage that it is in alone; how long it stays, too, at a constant rate.
    Stays that have not ended count towards the time and towards no transition, so that long ones are not lost. A
    stage that nobody left is an end. """

    __slots__ = ()
    _free = lib.csuccess_stages_free
    _c = family("stages")
    _stage = Reader(Stage, "csuccess_stage")
    _move = Reader(StageMove, "csuccess_stage_move")
    _way = Reader(StageWay, "csuccess_stage_way")

    def __init__(self) -> None:
        Handle.__init__(self, NULL)
        self._options = {}
        self._keep = []
        out = ffi.new("csuccess_stages **")
        call(lib.csuccess_stages_new, out, NULL)
        self._handle = out[0]

    def _empty(self) -> Stages:
        return Stages()

    def add(self, path: Sequence[tuple[str, Time]], *, observed_until: Time | None = None) -> None:
        """Adds one customer's path: stages in order, each with when it was entered, not falling; the same twice in
        a row is one stay. `observed_until`: up to when it is known that the last one went on. InvalidError,
        RangeError, LimitError; nothing was added then."""
        kept: list[Any] = []
        times = [to_ms(at) for _, at in path]
        until = to_ms(observed_until) if observed_until is not None else (times[-1] - 1 if times else 0)
        self._add(fill("csuccess_stage_path", kept, stage=strings((name for name, _ in path), kept),
                       at=integers(times), stages=len(times),
                       observed_until=until))

    def __len__(self) -> int:
        """How many stages there are."""
        with self._use() as c:
            return int(lib.csuccess_stages_count(c))

    def __iter__(self) -> Iterator[Stage]:
        """In the order of their names' bytes."""
        with self._use() as c:
            return iter([self._stage.ask(lib.csuccess_stages_get, c, i) for i in range(lib.csuccess_stages_count(c))])

    def __getitem__(self, name: str) -> Stage:
        """The stage of a name. KeyError: there is none."""
        for stage in self:
            if stage.name == name:
                return stage
        raise KeyError(name)

    def move(self, from_: str, to: str) -> StageMove:
        """How customers go on from a stage. UnknownNameError: there is none of that name."""
        with self._use() as c:
            return self._move.ask(lib.csuccess_stages_move, c, string(from_), string(to))

    def way(self, from_: str, to: str) -> StageWay:
        """How likely a customer in one stage reaches another, and how long that takes (Kemeny, Snell, Finite Markov
        chains, 1960). Being there already is 0 steps. UnknownNameError."""
        with self._use() as c:
            return self._way.ask(lib.csuccess_stages_way, c, string(from_), string(to))
