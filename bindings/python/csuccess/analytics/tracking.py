# SPDX-License-Identifier: Apache-2.0
"""What became of predictions: false alarms, lead time, calibration and targets, once the outcomes are known."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from .._ffi import NULL, ffi, lib, new, string
from .._json import Document, encode
from .._time import Time, to_ms
from ..errors import error_of
from ._gather import Gathered, Reader, Words, each, family, fill, milliseconds, strings, undecided

__all__ = ["Rate", "Target", "Tracking", "TrackingAdvice", "TrackingBin", "TrackingFigures", "TrackingGroup"]

_BASIS = Words("basis", "all left_alone first")
_RATES = Words("rate", "accuracy precision recall false_positive_rate quiet_accuracy", 1)
_BY = Words("by", "level action model", 1)
_ADVICE = Words("advice", "too_few keep raise_threshold lower_priority retrain")


class TrackingFigures(NamedTuple):
    """All counts, and the figures without intervals; None where nothing matured that they could be told by."""

    predictions: int
    pending: int
    """Their window is still open."""
    left_out: int
    """Made after the customer had left, or churn within the gap."""
    matured: int
    """The rest, by which everything below is told."""
    churned: int
    true_alarms: int
    false_alarms: int
    missed: int
    quiet: int
    acted: int
    """Of the matured: something was done."""
    acted_stayed: int
    leads: int
    """Lead times behind the next two."""
    lead_mean_days: float | None
    lead_median_days: float | None
    lead_basis: str
    """"all" true alarms, or the "first" ones."""
    f1: float | None
    calibration_basis: str
    """"all", or those that were "left_alone"."""
    calibration_rows: int
    expected: float | None
    """Mean probability of those that claimed to be calibrated."""
    observed: float | None
    """Their share of churn."""
    ece: float | None
    brier: float | None
    log_loss: float | None


class Rate(NamedTuple):
    """A share with its interval (Wilson 1927)."""

    hits: int
    of: int
    value: float | None
    """None: there is nothing to divide by."""
    low: float
    high: float


class TrackingBin(NamedTuple):
    """One of ten bins of probability."""

    rows: int
    events: int
    """Of them churned."""
    low: float
    high: float
    expected: float
    observed: float


class TrackingGroup(NamedTuple):
    """What became of the predictions of one level, action or model."""

    name: str
    predictions: int
    pending: int
    churned: int
    stayed: int
    acted: int
    acted_stayed: int
    basis: str
    """Behind false_share: "all" or "left_alone"."""
    advice: str
    """"too_few", "keep" or "lower_priority"."""
    false_share: float
    """Of those matured, that stayed."""
    false_low: float
    false_high: float


class TrackingAdvice(NamedTuple):
    """What the policy suggests for the threshold, with the figures of both."""

    advice: str
    """"too_few", "keep", "raise_threshold" or "retrain"; a person decides."""
    basis: str
    rows: int
    threshold: float
    """In force."""
    suggested: float
    """The least one that keeps to the policy, else as in force."""
    false_positive_rate: float
    precision: float
    recall: float
    suggested_false_positive_rate: float
    suggested_precision: float
    suggested_recall: float


class Target(NamedTuple):
    """A target and how far it is met."""

    name: str
    met: bool | None
    """None: nothing to tell it by yet."""
    sure: bool
    """The whole interval is on the same side of the target."""
    value: float
    low: float
    high: float
    target: float
    baseline: float
    """Of accuracies: what never raising an alarm would have got; else 0."""
    of: int
    """Predictions (or lead times) that it rests on."""


class Tracking(Gathered):
    """Predictions with their later outcomes, counted.

    A prediction made at t with horizon H has matured when it is known what came in (t + gap, t + gap + H]; until
    then it is pending. A customer who stays because something was done looks like a false alarm: where it is known
    who was acted on, rates are taken from those that were left alone, when there are enough, and say so (`basis`).
    """

    __slots__ = ()
    _free = lib.csuccess_tracking_free
    _c = family("tracking")
    _figures = Reader(
        TrackingFigures, "csuccess_tracking_figures", words={"lead_basis": _BASIS, "calibration_basis": _BASIS},
        absent={lib.CSUCCESS_TRACKING_F1: "f1", lib.CSUCCESS_TRACKING_LEAD: "lead_mean_days lead_median_days",
                lib.CSUCCESS_TRACKING_CALIBRATION: "expected observed ece brier log_loss"})
    _rate = Reader(Rate, "csuccess_rate")
    _bin = Reader(TrackingBin, "csuccess_tracking_bin")
    _group = Reader(TrackingGroup, "csuccess_tracking_group", words={"basis": _BASIS, "advice": _ADVICE})
    _advice = Reader(TrackingAdvice, "csuccess_tracking_advice", words={"basis": _BASIS, "advice": _ADVICE})
    _target = Reader(Target, "csuccess_target", true="sure")

    def __init__(self, *, threshold: float | None = None, confidence: float | None = None,
                 max_false_positive_rate: float | None = None,
                 max_false_share: float | None = None, gap: timedelta | float | None = None,
                 least: int | None = None) -> None:
        """`threshold`: a prediction is an alarm from this probability on; 0.5. `confidence` of intervals: 0.95.
        Policy: above `max_false_positive_rate` (0.1) a higher threshold is suggested; a level or action whose share
        of false alarms is surely above `max_false_share` (0.5) gets a lower priority. `gap`: churn counts only so
        long after the prediction, in days or a timedelta; 0. `least`: matured predictions before anything is
        suggested; 30. RangeError."""
        super().__init__({"threshold": threshold, "confidence": confidence,
                          "max_false_positive_rate": max_false_positive_rate,
                          "max_false_share": max_false_share, "gap_ms": milliseconds(gap), "least": least})

    def add(self, at: Time, horizon: timedelta | float, probability: float, *, calibrated: bool = False,
            alarm: bool | None = None,
            first: bool | None = None, level: str = "", model: str = "", actions: Iterable[str] = (),
            churned_at: Time | None = None,
            observed_until: Time | None = None, acted: bool = False) -> None:
        """Adds one prediction and what is known of its outcome; without `churned_at` and `observed_until` nothing
        is, which makes it pending. `horizon` in days or a timedelta. `alarm`: whether it was one, whatever the
        threshold says. `first`: whether it was the first alarm for this customer since it was last out of danger;
        lead time is told from these. `acted`: something was done because of it. RangeError, LimitError; nothing was
        added then."""
        keep: list[Any] = []
        names = list(actions)
        given = fill("csuccess_tracked", keep, at_ms=to_ms(at), horizon_ms=milliseconds(horizon),
                     probability=probability,
                     calibrated=int(calibrated), alarm=None if alarm is None else int(alarm),
                     first=None if first is None else int(first),
                     present=(lib.CSUCCESS_TRACKED_ALARM if alarm is not None else 0)
                     | (lib.CSUCCESS_TRACKED_FIRST if first is not None else 0),
                     level=level, model=model, action=strings(names, keep) if names else None, actions=len(names))
        outcome = NULL
        if churned_at is not None or observed_until is not None:
            outcome = fill("csuccess_tracked_outcome", keep,
                           present=0 if churned_at is None else lib.CSUCCESS_TRACKED_OUTCOME_CHURNED,
                           acted=int(acted), churned_at=None if churned_at is None else to_ms(churned_at),
                           observed_until=None if observed_until is None else to_ms(observed_until))
        self._run(lib.csuccess_tracking_add, given, outcome)

    def add_json(self, record: Document) -> None:
        """The same from the JSON record of docs/schemas/prediction.schema.json, text or dict; errors have the place."""
        self._run(lib.csuccess_tracking_add_json, string(encode(record)))

    @property
    def figures(self) -> TrackingFigures:
        """All counts, and the figures without intervals."""
        with self._use() as c:
            return self._figures.ask(lib.csuccess_tracking_total, c)

    def rate(self, which: str) -> Rate:
        """One of the rates over everything that matured: "accuracy", "precision" (true alarms of alarms), "recall"
        (of those who churned), "false_positive_rate" (of those who stayed), "quiet_accuracy" (what never raising an
        alarm would have got right: the accuracy to beat)."""
        out = new("csuccess_rate")
        with self._use() as c:
            left_open = undecided(lib.csuccess_tracking_rate(c, _RATES.number(which), out))
        rate = self._rate(out)
        return rate._replace(value=None) if left_open else rate

    @property
    def calibration(self) -> list[TrackingBin]:
        """Ten bins of probability, of the predictions behind `figures.ece`."""
        with self._use() as c:
            return each(lambda i: self._bin.ask(lib.csuccess_tracking_calibration, c, i), 10)

    def groups(self, by: str) -> list[TrackingGroup]:
        """What became of the predictions by "level", "action" (one counts for each that it recommended) or "model",
        in the order of their names."""
        kind = _BY.number(by)
        with self._use() as c:
            return each(lambda i: self._group.ask(lib.csuccess_tracking_group_at, c, kind, i),
                        lib.csuccess_tracking_groups(c, kind))

    @property
    def advice(self) -> TrackingAdvice:
        """Whether another threshold is called for. Alarms are told by the probability alone here."""
        with self._use() as c:
            return self._advice.ask(lib.csuccess_tracking_advise, c)

    def targets(self, set_: str) -> list[Target]:
        """How far the targets of a named set are met: "retention-automation", "customer-success" or "ws142".
        UnknownNameError."""
        count = lib.csuccess_tracking_targets(string(set_))
        if not count:
            raise error_of(lib.CSUCCESS_ENAME)
        return each(lambda i: self.target(set_, i), count)

    def target(self, set_: str, index: int, target: float | None = None) -> Target:
        """One target of a set, or that of `target` in its place. UnknownNameError, InvalidError."""
        other = NULL if target is None else ffi.new("double *", target)
        with self._use() as c:
            told = self._target.ask(lib.csuccess_tracking_target, c, string(set_), index, other)
        met: Any = told.met
        return told._replace(met=None if met < 0 else bool(met))
