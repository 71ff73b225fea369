# SPDX-License-Identifier: Apache-2.0
"""Whether the world is still the one that a model was trained in: metrics, predictions, errors."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from .._ffi import NULL, Handle, call, ffi, lib, new, one_of, take_text
from .._given import c_config
from .._json import load
from .._time import Time, to_ms
from ..facts import Facts
from ..model import Model
from ._gather import Gathered, Reader, Words, doubles, each, family, fill, milliseconds

if TYPE_CHECKING:
    from ..columns import Columns
    from ..config import Config

__all__ = ["Detector", "DistributionShift", "Drift", "DriftMetric", "DriftVerdict", "compare"]

_VERDICTS = Words("verdict", "stable warn drift too_few")
_ADVICE = Words("advice", "keep recalibrate retrain")
_DETECTORS = Words("kind", "adwin page_hinkley", 1)


class DistributionShift(NamedTuple):
    """How far two samples of a metric are apart; None: there is nothing to tell it by."""

    verdict: str | None
    """"stable", "warn" or "drift", by the PSI and its limits."""
    psi: float | None
    """Population stability index."""
    psi_p: float | None
    """Of as much by chance alone (Yurdakul, Naranjo 2020)."""
    ks: float | None
    """Greatest distance of the two distribution functions (Smirnov 1939)."""
    ks_p: float | None
    bins: int
    """That were compared."""


_shift = Reader(DistributionShift, "csuccess_distribution_shift", words={"verdict": _VERDICTS}, absent={
    lib.CSUCCESS_SHIFT_PSI: "psi verdict", lib.CSUCCESS_SHIFT_PSI_P: "psi_p", lib.CSUCCESS_SHIFT_KS: "ks ks_p"})


def compare(then: Iterable[float | None], now: Iterable[float | None], *, bins: int | None = None,
            warn: float | None = None,
            drift: float | None = None) -> DistributionShift:
    """Compares two samples of a metric: in training and today, say. None is a row without a value, which is a bin
    of its own.

    The `bins` (10) are cut at quantiles of `then`, equal values together. `warn` and `drift`: PSI from which on;
    0.1 and 0.25, those of scorecard practice (Siddiqi 2006). RangeError: a value that is not finite, a limit out of
    range. """
    keep: list[Any] = []
    sides: dict[str, Any] = {}
    for name, values in (("then", then), ("now", now)):
        there = list(values)
        numbers = [v for v in there if v is not None]
        sides |= {name: doubles(numbers), f"{name}_count": len(numbers), f"{name}_missing": len(there) - len(numbers)}
    return _shift.call(lib.csuccess_distributions_compare,
                       fill("csuccess_distributions", keep, bins=bins, warn=warn, drift=drift, **sides), NULL)


class Detector(Handle):
    """A detector on the stream of a model's errors, each in the order in which outcomes become known: 0 and 1, or a
    loss. It tells when errors have become more; outcomes come a horizon later than predictions, and so does what it
    tells."""

    __slots__ = ()
    _free = lib.csuccess_detector_free

    def __init__(self, kind: str = "adwin", *, delta: float | None = None, least: int | None = None,
                 tolerance: float | None = None,
                 limit: float | None = None) -> None:
        """`kind`: "adwin" (Bifet, Gavalda 2007; errors within 0 to 1; `delta`: chance of a false alarm at a look,
        0.002) or "page_hinkley" (`least` errors before any verdict, 30; `tolerance` of the mean's wandering, 0.005;
        `limit` of the statistic, 50). RangeError."""
        super().__init__(NULL)
        out = ffi.new("csuccess_detector **")
        call(lib.csuccess_detector_new, out,
             fill("csuccess_detector_options", [], kind=_DETECTORS.number(kind), delta=delta, least=least,
                                                  tolerance=tolerance, limit=limit))
        self._handle = out[0]

    def add(self, error: float) -> str:
        """Takes the next error and gives the verdict: "stable", "warn", or "drift", which is told once. RangeError:
        it is not taken."""
        verdict = ffi.new("uint32_t *")
        self._run(lib.csuccess_detector_add, error, verdict)
        return _VERDICTS.word(verdict[0])

    @property
    def window(self) -> tuple[int, float]:
        """How many errors it holds to be of one kind, and their mean."""
        count, mean = ffi.new("uint64_t *"), ffi.new("double *")
        with self._use() as c:
            lib.csuccess_detector_window(c, count, mean)
        return count[0], mean[0]


class DriftVerdict(NamedTuple):
    """The verdict on a model."""

    verdict: str
    """The worse of the next two that are known: "stable", "warn", "drift" or "too_few"."""
    inputs: str
    """Of the metrics: the worst."""
    calibration: str
    """Of the predictions."""
    advice: str
    """"keep", "recalibrate" (the first answer) or "retrain"."""
    due_by_drift: bool
    due_by_time: bool
    needs_outcomes: bool
    """There are too few matured outcomes yet to recalibrate on."""
    rows: int
    outcomes: int
    metrics: int
    metrics_warn: int
    metrics_drift: int
    lag_days: float
    """By so much calibration lags: the model's horizon; 0: not known."""
    expected: float | None
    observed: float | None
    shift: float | None
    """What the log-odds lack: with it as many are expected as there were."""
    shift_p: float | None
    """That so much is by chance (Spiegelhalter 1986)."""
    trained_at: datetime | None
    due_at: datetime | None


class DriftMetric(NamedTuple):
    """One metric, then and now."""

    name: str
    verdict: str
    psi: float | None
    psi_p: float | None
    ks: float | None
    ks_p: float | None
    missing_then: float
    missing_now: float
    mean_then: float | None
    mean_now: float | None


class Drift(Gathered):
    """Later customers against those that a model was trained on: how the distribution of each metric differs, and
    whether the predictions that have matured came true as often as they said. What is seen in the metrics is seen
    at once but says less; calibration lags by the horizon."""

    __slots__ = ("_config", "_model")
    _free = lib.csuccess_drift_free
    _c = family("drift")
    _verdict = Reader(
        DriftVerdict, "csuccess_drift_verdict", times="trained_at due_at",
        true="due_by_drift due_by_time needs_outcomes",
        words={"verdict": _VERDICTS, "inputs": _VERDICTS, "calibration": _VERDICTS, "advice": _ADVICE},
        absent={lib.CSUCCESS_DRIFT_SHIFT: "expected observed shift shift_p",
                lib.CSUCCESS_DRIFT_TRAINED_AT: "trained_at",
                lib.CSUCCESS_DRIFT_DUE_AT: "due_at"})
    _metric = Reader(DriftMetric, "csuccess_drift_metric", words={"verdict": _VERDICTS}, absent={
        lib.CSUCCESS_DRIFT_PSI: "psi", lib.CSUCCESS_DRIFT_PSI_P: "psi_p", lib.CSUCCESS_DRIFT_KS: "ks ks_p",
        lib.CSUCCESS_DRIFT_MEAN: "mean_then mean_now"})

    def __init__(self, config: Config, model: Model, *, psi_warn: float | None = None, psi_drift: float | None = None,
                 shift_warn: float | None = None, shift_drift: float | None = None, alpha: float | None = None,
                 least: int | None = None,
                 retrain_every: timedelta | float | None = None, recalibrated: bool = False) -> None:
        """Limits: PSI 0.1 and 0.25, shift of the log-odds 0.2 and 0.5, `alpha` 0.01, `least` rows or outcomes
        before a verdict 100. `retrain_every` in days or a timedelta; without it as the configuration says.
        `recalibrated`: the model's intercept has been fitted anew already, so that drift calls for retraining.
        DataError: the model has no snapshot; ModelError, UnknownNameError, ValueTypeError, RangeError."""
        self._config, self._model = config, one_of(Model, model)
        self._open({"psi_warn": psi_warn, "psi_drift": psi_drift, "shift_warn": shift_warn, "shift_drift": shift_drift,
                    "alpha": alpha,
                    "least": least, "retrain_every_ms": milliseconds(retrain_every), "recalibrated": int(recalibrated)})

    def _open(self, options: dict[str, Any]) -> None:
        Gathered.__init__(self, options, c_config(self._config), self._model._handle)

    def _empty(self) -> Drift:
        made = Drift.__new__(Drift)
        made._config, made._model = self._config, self._model
        made._open(self._options)
        return made

    def add(self, facts: Facts, now: Time) -> None:
        """Adds one customer as of `now`: its metrics. InvalidError: facts of another configuration; LimitError."""
        with facts._use() as one:
            self._run(lib.csuccess_drift_add, one, to_ms(now))

    def add_columns(self, columns: Columns, now: Time, *, first: int = 0, count: int | None = None) -> None:
        """Adds rows of columns of the same configuration, as add() would each. RangeError: the rows are not there."""
        with columns._reading() as c:
            rows = new("csuccess_drift_rows", columns=c, first=first, now_ms=to_ms(now),
                       count=lib.csuccess_columns_rows(c) - first if count is None else count)
            self._run(lib.csuccess_drift_add_columns, rows)

    def add_outcome(self, probability: float, churned: bool) -> None:
        """Adds a prediction of this model whose window has closed (of those left alone, where it is known).
        RangeError."""
        self._run(lib.csuccess_drift_add_outcome, probability, int(churned))

    def judge(self, now: Time) -> DriftVerdict:
        """The verdict on what was added so far; more can be added afterwards. RangeError: the time is outside the
        years 1 to 9999."""
        with self._use() as c:
            return self._verdict.ask(lib.csuccess_drift_judge, c, to_ms(now))

    @property
    def metrics(self) -> list[DriftMetric]:
        """Each metric of the snapshot, then and now."""
        with self._use() as c:
            return each(lambda i: self._metric.ask(lib.csuccess_drift_metric_at, c, i), lib.csuccess_drift_metrics(c))

    def to_json(self, now: Time) -> dict[str, Any]:
        """Everything: model, verdicts, advice with its reasons in words, each metric with its bins then and now,
        calibration, retraining."""
        out = ffi.new("csuccess_text **")
        with self._use() as c:
            self._call(lib.csuccess_drift_json, out, c, to_ms(now))
        told: dict[str, Any] = load(take_text(out))
        return told
