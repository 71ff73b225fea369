# SPDX-License-Identifier: Apache-2.0
"""Rows of history with what became of the customer: what training, backtest and tuning are done on."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from .._ffi import NULL, Handle, call, ffi, lib, new, string
from .._given import c_config
from .._json import Document, dump
from .._time import Time, duration, to_ms
from ..facts import Facts
from ._gather import Reader, Words, fill, strings

if TYPE_CHECKING:
    from ..columns import Columns
    from ..config import Config

__all__ = ["Samples", "SamplesTotals"]

_KINDS = Words("kind", "churn expansion")
_OUTCOME: int = lib.CSUCCESS_SAMPLE_OUTCOME
_AS_OF: int = lib.CSUCCESS_SAMPLE_AS_OF
_OUTCOME_AT: int = lib.CSUCCESS_SAMPLE_OUTCOME_AT
_NOTICE_AT: int = lib.CSUCCESS_SAMPLE_NOTICE_AT
_FOLD: int = lib.CSUCCESS_SAMPLE_FOLD
_TREATED: int = lib.CSUCCESS_SAMPLE_TREATED
_HOLDOUT: int = lib.CSUCCESS_SAMPLE_HOLDOUT
_Length = Union[timedelta, str]


class SamplesTotals(NamedTuple):
    """Counts of a set."""

    rows: int
    usable: int
    """With a label for churn."""
    events: int
    """Of these: who left."""
    unknown: int
    """Left out: the outcome is not known."""
    censored: int
    """Left out: the window had not closed."""
    notice: int
    """Left out: notice had been given."""
    gone: int
    """Left out: the outcome was before the window."""


class Samples(Handle):
    """Rows, each evaluated once when it is added by the configuration's own machine as of its time.

    A dated row has an `as_of`; its label is whether the outcome falls within (as_of + gap, as_of + gap + horizon]. A row without a date belongs to a
    cross-section, which says who left but not when, and so nothing about lead time. Rows are all of one sort.
    """

    __slots__ = ("_config",)
    _free = lib.csuccess_samples_free
    _totals = Reader(SamplesTotals, "csuccess_samples_totals")

    def __init__(self, config: Config, *, metrics: Iterable[str] = (), exclude: Iterable[str] = (), outcome: Document = "",
                 horizon: _Length = "", gap: _Length = "", observed_until: Time | None = None, now: Time | None = None) -> None:
        """`metrics`: names to learn from; without them every attribute and metric that may be, but for those to `exclude`. `outcome`: a condition
        (expression or rule) that holds for those who left, of rows of a cross-section that do not say themselves. `horizon` and `gap` of dated rows;
        `observed_until`: when their observation ended. `now`: the time at which rows of a cross-section are evaluated. UnknownNameError,
        ValueTypeError, DataError (a metric that is the outcome or reads it), InvalidError, ExpressionError."""
        super().__init__(NULL)
        keep: list[Any] = []
        names, others = list(metrics), list(exclude)
        condition = outcome if isinstance(outcome, (str, bytes, bytearray, memoryview)) else dump(outcome)
        options = fill("csuccess_samples_options", keep, metrics=strings(names, keep) if names else None, metric_count=len(names),
                       exclude=strings(others, keep) if others else None, exclude_count=len(others), horizon=duration(horizon) or None,
                       gap=duration(gap) or None, observed_until=None if observed_until is None else to_ms(observed_until),
                       now_ms=None if now is None else to_ms(now))
        keep.append(string(condition))
        options.outcome = keep[-1]
        out = ffi.new("csuccess_samples **")
        call(lib.csuccess_samples_new, out, c_config(config), options)
        self._handle = out[0]
        self._config = config

    def add(self, facts: Facts | Document, *, outcome: bool | None = None, as_of: Time | None = None, outcome_at: Time | None = None,
            kind: str = "churn", notice_at: Time | None = None, weight: float = 0.0, fold: int | None = None, treated: bool = False,
            holdout: bool = False) -> None:
        """Adds one row: facts, or a row as Facts takes it, and what became of the customer. Of a cross-section: `outcome`. Of a dated row: `as_of`, the
        first outcome (`outcome_at`, of `kind` "churn" or "expansion"), and `notice_at`, from which on rows are left out. `weight`: 1e-9 to 1e9, 1. `fold`
        below 1000, for given folds. `treated`: an intervention reached the customer within the window; `holdout`: nobody is ever treated there. The customer id
        says which rows belong together. InvalidError, RangeError, LimitError; nothing was added then."""
        if not isinstance(facts, Facts):
            with Facts(self._config, facts) as row:
                return self.add(row, outcome=outcome, as_of=as_of, outcome_at=outcome_at, kind=kind, notice_at=notice_at, weight=weight,
                                fold=fold, treated=treated, holdout=holdout)
        times = {name: to_ms(at) for name, at in (("as_of", as_of), ("outcome_at", outcome_at), ("notice_at", notice_at)) if at is not None}
        given = new("csuccess_sample", outcome=int(bool(outcome)), weight=weight, kind=_KINDS.number(kind), fold=fold or 0, **times,
                    present=_present(outcome, as_of, outcome_at, notice_at, fold, treated, holdout))
        with facts._use() as one:
            self._run(lib.csuccess_samples_add, one, given)

    def add_columns(self, columns: Columns, *, customers: Sequence[str] | None = None, outcome: Sequence[bool | None] | None = None,
                    as_of: Sequence[Time | None] | None = None, outcome_at: Sequence[Time | None] | None = None,
                    notice_at: Sequence[Time | None] | None = None, kind: Sequence[str] | None = None,
                    weight: Sequence[float] | None = None, fold: Sequence[int | None] | None = None, first: int = 0) -> None:
        """Adds rows of columns of the same configuration from `first` on, with an item per row beside them; None in a list is what is not known.
        ValueError: lists that are not as long; RangeError: the rows are not there; else as add(). After an error none was added."""
        lists = {"outcome": outcome, "as_of": as_of, "outcome_at": outcome_at, "notice_at": notice_at, "fold": fold}
        lengths = {len(v) for v in (*lists.values(), customers, kind, weight) if v is not None}
        if len(lengths) > 1:
            raise ValueError(f"what is beside the rows is not as long everywhere: {', '.join(map(str, sorted(lengths)))}")
        count = lengths.pop() if lengths else len(columns) - first
        bits = {"outcome": _OUTCOME, "as_of": _AS_OF, "outcome_at": _OUTCOME_AT, "notice_at": _NOTICE_AT, "fold": _FOLD}
        present = [0] * count
        for name, values in lists.items():
            for i, value in enumerate(values or ()):
                present[i] |= bits[name] if value is not None else 0
        keep: list[Any] = []
        given = fill(
            "csuccess_sample_columns", keep, present=ffi.new("uint32_t[]", present),
            customer=None if customers is None else strings(customers, keep),
            outcome=None if outcome is None else ffi.new("int32_t[]", [int(bool(v)) for v in outcome]),
            **{name: ffi.new("int64_t[]", [0 if v is None else to_ms(v) for v in values])
               for name, values in (("as_of", as_of), ("outcome_at", outcome_at), ("notice_at", notice_at)) if values is not None},
            weight=None if weight is None else ffi.new("double[]", list(weight)),
            kind=None if kind is None else ffi.new("uint32_t[]", [_KINDS.number(v) for v in kind]),
            fold=None if fold is None else ffi.new("uint32_t[]", [v or 0 for v in fold]))
        with columns._reading() as c:
            self._run(lib.csuccess_samples_add_columns, c, first, count, given)

    @property
    def totals(self) -> SamplesTotals:
        """Counts as they stand. RangeError: a window leaves the years 1 to 9999."""
        with self._use() as c:
            return self._totals.ask(lib.csuccess_samples_total, c)

    def __len__(self) -> int:
        """Rows added."""
        return self.totals.rows


def _present(outcome: object, as_of: object, outcome_at: object, notice_at: object, fold: object, treated: bool, holdout: bool) -> int:
    bits = ((outcome, _OUTCOME), (as_of, _AS_OF), (outcome_at, _OUTCOME_AT), (notice_at, _NOTICE_AT), (fold, _FOLD),
            (True if treated else None, _TREATED), (True if holdout else None, _HOLDOUT))
    return sum(bit for value, bit in bits if value is not None)
