# SPDX-License-Identifier: Apache-2.0
"""Signals in a customer's own series: declines, change points, trends, and the seasons that they are held against."""
from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from .._ffi import NULL, ffi, lib, new, one_of, string
from .._time import Time, to_ms
from ._gather import Gathered, Ordered, Reader, Words, doubles, family, fill, integers, milliseconds, undecided

__all__ = ["Indicators", "IndicatorsTotals", "Season", "SeasonLevel", "Signal", "Warning_", "Warnings",
           "WarningsTotals"]

_UNITS = Words("unit", "month week weekday")
_KINDS = Words("kind", "other usage engagement feature sentiment escalation payment risk")
_COMPARE = Words("compare", "previous year season")
_TYPES = Words("type", "decline change trend limit occurred", 1)


class SeasonLevel(NamedTuple):
    """How a season stands among the others."""

    season: int
    """Month 1 to 12, week 1 to 53, weekday 1 (Monday) to 7."""
    values: int
    """Behind the mean."""
    mean: float
    usual: float
    """Mean of the means of all seasons that have enough values."""
    offset: float
    """mean - usual."""
    factor: float | None
    """mean / usual; only where both are above 0."""


class Season(Gathered):
    """A seasonal baseline: how a series of a segment usually stands in each season, from the values of any number
    of customers and years."""

    __slots__ = ()
    _free = staticmethod(lambda handle: None)  # with its last reference: indicators that look at it may live longer
    _c = family("season")
    _read = Reader(SeasonLevel, "csuccess_season_level", absent={lib.CSUCCESS_SEASON_FACTOR: "factor"})

    def __init__(self, unit: str = "month", *, least: int | None = None) -> None:
        """`unit`: "month", "week" (of ISO 8601) or "weekday". `least`: values in a season before it is compared
        with; 5."""
        super().__init__({"unit": _UNITS.number(unit), "least": least})
        self._own()

    def _own(self) -> None:
        self._handle = ffi.gc(self._handle, lib.csuccess_season_free)

    def _empty(self) -> Season:
        made = super()._empty()
        made._own()
        return made

    def add(self, series: str, at: Time, value: float, *, segment: str = "") -> None:
        """Adds one value. RangeError (not finite, beyond 9e18), InvalidError, EncodingError, LimitError (more than
        4,096 series)."""
        self._run(lib.csuccess_season_add, string(segment), string(series), to_ms(at), value)

    def at(self, series: str, at: Time, *, segment: str = "") -> SeasonLevel | None:
        """The season that a time is in, among the others; None: there are too few values in it, or it is the only
        one."""
        out = new("csuccess_season_level")
        with self._use() as c:
            left_open = undecided(lib.csuccess_season_at(c, string(segment), string(series), to_ms(at), out))
        return None if left_open else self._read(out)


class Signal(NamedTuple):
    """What was seen in a series."""

    type: str
    """"decline", "change", "trend", "limit" or "occurred"."""
    kind: str
    """Of the series."""
    compare: str
    """What it was compared with."""
    series: str
    text: str
    """One sentence in English that says what was measured, and nothing of what is to come."""
    since: datetime | None
    """Begin of the window; of a change the first number of the new level; of a trend that of the line."""
    before: float
    """Baseline; level before; line now; limit."""
    after: float
    """The window's mean; level after; line at the horizon; of what occurred the sum."""
    relative: float | None
    """(after - before) / |before|, where before is not 0."""
    magnitude: float
    """How far for the worse, from 0 on: |relative|, or in units of `scale`."""
    strength: float | None
    """In standard deviations: of the baseline, the noise or the slope; at most 1e6."""
    points_before: int
    points_after: int


_read_signal = Reader(
    Signal, "csuccess_signal", words={"type": _TYPES, "kind": _KINDS,
                                      "compare": _COMPARE}, times="since", renamed={"since": "since_ms"},
    absent={lib.CSUCCESS_SIGNAL_RELATIVE: "relative", lib.CSUCCESS_SIGNAL_STRENGTH: "strength"})


class IndicatorsTotals(NamedTuple):
    """Counts of series."""

    series: int
    signals: int
    too_few: int
    """Whose window or baseline had fewer numbers than `least`."""
    no_base: int
    """With a baseline of 0 or below, and no scale."""
    no_season: int
    """That the season, or the year before, is not known of."""


class Indicators(Ordered[Signal]):
    """What one customer's own series show: add them, finish, read; the greatest magnitude comes first.

    Nothing declines from nothing: with a baseline of 0 (and no scale), or too few numbers, there is no decline;
    `totals` counts those. """

    __slots__ = ("_season",)
    _free = lib.csuccess_indicators_free
    _c = family("indicators")._replace(options="csuccess_signals_options")
    _read = _read_signal
    _totals = Reader(IndicatorsTotals, "csuccess_indicators_totals")

    def __init__(self, now: Time, *, window: timedelta | float | None = None, baseline: timedelta | float | None = None,
                 lookback: timedelta | float | None = None, horizon: timedelta | float | None = None,
                 least: int | None = None,
                 compare: str = "previous", least_magnitude: float | None = None, season: Season | None = None,
                 segment: str = "") -> None:
        """As of `now`: nothing later is looked at. Lengths in days or as timedelta: the `window` is the present (30
        days), `baseline` what is before it (90), `lookback` how far back change points and trends are looked for
        (365), `horizon` how far ahead a trend is carried (30). `least`: numbers that each of them needs; 3.
        `least_magnitude`: what is smaller is no signal; 0.2. `compare`: "previous", "year" or "season", which needs
        a `season` that is not to change meanwhile."""
        super().__init__({"now_ms": to_ms(now), "window_ms": milliseconds(window),
                          "baseline_ms": milliseconds(baseline),
                          "lookback_ms": milliseconds(lookback), "horizon_ms": milliseconds(horizon), "least": least,
                          "compare": _COMPARE.number(compare), "least_magnitude": least_magnitude,
                          "segment": segment or None,
                          "season": None if season is None else season._handle})
        self._season = season

    def _empty(self) -> Indicators:
        made = super()._empty()
        made._season = self._season
        return made

    def add(self, name: str, values: Iterable[float | None], times: Iterable[Time], *, kind: str = "other",
            rising: bool = False,
            scale: float = 0.0, limit: float | None = None) -> None:
        """Looks at one series: numbers of equal periods beside their times, in any order; None and NaN are missing.
        `kind`: "usage", "engagement", "feature", "sentiment", "escalation", "payment", "risk" or "other"; it says
        which direction is bad, `rising`: that rising is. `scale`: changes count in this unit (2 for a sentiment of
        -1 to 1) and not relative to what was before. `limit`: being beyond it is a signal. InvalidError,
        RangeError, LimitError (100,000 numbers); nothing was added then."""
        keep: list[Any] = []
        numbers, at = doubles(values), integers(to_ms(t) for t in times)
        if len(numbers) != len(at):
            raise ValueError(f"{len(numbers)} values and {len(at)} times")
        present = (lib.CSUCCESS_SERIES_LIMIT if limit is not None else 0) | (
            lib.CSUCCESS_SERIES_RISING if rising else 0)
        with nullcontext() if self._season is None or self._season.closed else self._season._use():
            self._add(fill("csuccess_series", keep, name=name, kind=_KINDS.number(kind), present=present, scale=scale,
                           limit=limit, times=at,
                           values=numbers, count=len(at)))

    def clear(self) -> None:
        """Forgets the series, for the next customer; options stay."""
        with self._use() as c:
            lib.csuccess_indicators_clear(c)

    @property
    def totals(self) -> IndicatorsTotals:
        """Counts of what was added."""
        with self._use() as c:
            return self._totals.ask(lib.csuccess_indicators_total, c)


class Warning_(NamedTuple):
    """One customer that is warned of."""

    customer: str
    signals: int
    """How many."""
    probability: float | None
    """Of churn, below the band."""
    magnitude: float
    """The greatest of its signals."""
    since: datetime | None
    """The earliest of its signals."""


class WarningsTotals(NamedTuple):
    """Counts over all that were added."""

    customers: int
    warned: int
    """With a signal, and below the band."""
    quiet: int
    """Without a signal, and below the band."""
    at_risk: int
    """At or above the band already."""
    unknown: int
    """Of the warned: without a probability."""


class Warnings(Ordered[Warning_]):
    """Customers that show a signal before their churn probability reaches the band of risk; the greatest magnitude
    comes first.

    A warning says what was measured, since when and how strongly. It is no prediction. """

    __slots__ = ()
    _free = lib.csuccess_warnings_free
    _c = family("warnings")
    _read = Reader(Warning_, "csuccess_warning", absent={lib.CSUCCESS_WARNING_PROBABILITY: "probability"},
                   times="since",
                   renamed={"since": "since_ms"})
    _totals = Reader(WarningsTotals, "csuccess_warnings_totals")

    def __init__(self, *, band: float | None = None, most: int | None = None) -> None:
        """`band`: a customer from this probability on is at risk already, and is not warned of; 0.6. `most`: keep
        only the first so many."""
        super().__init__({"band": band, "most": most})

    def add(self, customer: str, indicators: Indicators, probability: float | None = None) -> None:
        """Adds one customer by its finished indicators; add each one once. InvalidError, RangeError (a probability
        outside 0 to 1)."""
        chance = NULL if probability is None else ffi.new("double *", probability)
        with one_of(Indicators, indicators)._use() as seen:
            self._run(lib.csuccess_warnings_add, string(customer), chance, seen)

    def signals(self, index: int) -> list[Signal]:
        """The signals of one of the customers, in the order of its indicators."""
        count = self[index].signals
        at = index + len(self) if index < 0 else index
        with self._use() as c:
            return [_read_signal.ask(lib.csuccess_warnings_signal, c, at, i) for i in range(count)]

    @property
    def totals(self) -> WarningsTotals:
        """Counts over all that were added, whatever is kept."""
        with self._use() as c:
            return self._totals.ask(lib.csuccess_warnings_total, c)
