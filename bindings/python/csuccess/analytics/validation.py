# SPDX-License-Identifier: Apache-2.0
"""How good predictions were once it is known what came of them; calibration; thresholds by cost."""
from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from .._ffi import NULL, Handle, call, checked, ffi, lib, take_text
from .._json import load
from ._gather import Reader, Words, doubles, fill, flags, maybe

__all__ = ["CalibrationRow", "Calibrator", "Decision", "Figures", "GainRow", "Threshold", "Validation"]

_BINNING = Words("binning", "width rows")
_KINDS = Words("kind", "platt isotonic intercept", 1)


class Figures(NamedTuple):
    """Figures that need no threshold; None: the rows do not define it."""

    rows: int
    events: int
    """Rows of outcome 1."""
    base_rate: float | None
    mean_score: float | None
    """Of probabilities it should be near base_rate."""
    auc: float | None
    """Area under the ROC curve: P(a row of outcome 1 has the greater score), equal ones half."""
    auc_deviation: float | None
    """DeLong, DeLong, Clarke-Pearson 1988."""
    auc_low: float | None
    auc_high: float | None
    pr_auc: float | None
    """Average precision."""
    log_loss: float | None
    brier: float | None
    """reliability - resolution + uncertainty + within."""
    reliability: float | None
    resolution: float | None
    uncertainty: float | None
    within: float | None
    ece: float | None
    """Mean distance of predicted and observed over the bins."""
    mce: float | None
    best_f1: float | None
    best_f1_threshold: float | None


class Decision(NamedTuple):
    """What an alarm at score >= threshold comes to; counts are weights where there are some."""

    threshold: float
    true_yes: float
    false_yes: float
    true_no: float
    false_no: float
    accuracy: float | None
    precision: float | None
    recall: float | None
    f1: float | None
    false_positive_rate: float | None
    specificity: float | None


class CalibrationRow(NamedTuple):
    """A bin of the calibration table: of those who were told p, did about p leave?"""

    low: float
    high: float
    rows: int
    """0: nothing below means anything."""
    weight: float
    predicted: float
    observed: float


class GainRow(NamedTuple):
    """A tenth of the rows by descending score, and everything up to it."""

    from_: float
    to: float
    """Shares of all rows."""
    score: float
    """The least in it."""
    rate: float
    lift: float | None
    """rate over the rate of all rows."""
    top_lift: float | None
    """The same of all rows from 0 to `to`."""
    gain: float | None
    """Share of all outcomes 1 that are found from 0 to `to`."""


class Threshold(NamedTuple):
    """A threshold, and what it costs."""

    threshold: float | None
    """None: it is cheapest, or all that capacity allows, to act on nobody."""
    acted: float
    cost: float


def _predictions(scores: Iterable[float], outcomes: Iterable[object], weights: Iterable[float] | None,
                 probability: bool,
                 keep: list[Any]) -> Any:
    numbers, came = doubles(scores), flags(outcomes)
    heavy = None if weights is None else doubles(weights)
    if len(numbers) != len(came) or (heavy is not None and len(heavy) != len(numbers)):
        raise ValueError(f"scores, outcomes and weights are not as many: {len(numbers)}, {len(came)}"
                         + ("" if heavy is None else f", {len(heavy)}"))
    return fill("csuccess_predictions", keep, scores=numbers, outcomes=came, weights=heavy, count=len(numbers),
                is_probability=int(probability))


class Validation(Handle):
    """Predictions beside what came of them, with every figure that can be asked of them; they agree with
    scikit-learn's to 1e-9.

    Scores that were fitted on these same rows flatter: validate on others.

        v = Validation(probabilities, left)
        print(v.figures.auc, v.decision(0.5).precision)
    """

    __slots__ = ("_bins",)
    _free = lib.csuccess_validation_free
    _figures = Reader(Figures, "csuccess_figures", absent={
        lib.CSUCCESS_FIGURES_RATES: "base_rate mean_score", lib.CSUCCESS_FIGURES_AUC: "auc pr_auc",
        lib.CSUCCESS_FIGURES_INTERVAL: "auc_deviation auc_low auc_high",
        lib.CSUCCESS_FIGURES_PROBABILITY: "log_loss brier reliability resolution uncertainty within ece mce",
        lib.CSUCCESS_FIGURES_F1: "best_f1 best_f1_threshold"})
    _decision = Reader(Decision, "csuccess_decision", absent={
        lib.CSUCCESS_DECISION_ACCURACY: "accuracy", lib.CSUCCESS_DECISION_PRECISION: "precision",
        lib.CSUCCESS_DECISION_RECALL: "recall", lib.CSUCCESS_DECISION_F1: "f1",
        lib.CSUCCESS_DECISION_FALSE_POSITIVES: "false_positive_rate specificity"})
    _row = Reader(CalibrationRow, "csuccess_calibration_row")
    _gain = Reader(GainRow, "csuccess_gain_row", absent={1: "lift top_lift gain"})
    _threshold = Reader(Threshold, "csuccess_threshold", absent={1: "threshold"})

    def __init__(self, scores: Iterable[float], outcomes: Iterable[object], weights: Iterable[float] | None = None, *,
                 probability: bool = True, confidence: float | None = None, bins: int | None = None,
                 binning: str = "width") -> None:
        """`scores`: the greater, the likelier is outcome 1 (it came: the customer left). `probability`: they are
        some; else only their order counts. `confidence` of the interval of the AUC: 0.95. `bins` of the calibration
        table: 10, of equal "width" or about as many "rows" each. RangeError names the first row that is wrong."""
        super().__init__(NULL)
        keep: list[Any] = []
        out = ffi.new("csuccess_validation **")
        call(lib.csuccess_validation_new, out, _predictions(scores, outcomes, weights, probability, keep),
             fill("csuccess_validation_options", keep, confidence=confidence, bins=bins,
                  binning=_BINNING.number(binning)))
        self._handle = out[0]
        self._bins = bins or 10

    @property
    def figures(self) -> Figures:
        """Figures that need no threshold."""
        with self._use() as c:
            return self._figures.ask(lib.csuccess_validation_figures, c)

    def decision(self, threshold: float) -> Decision:
        """The figures of a threshold. InvalidError: it is not finite."""
        with self._use() as c:
            return self._decision.ask(lib.csuccess_validation_decision, c, threshold)

    @property
    def calibration(self) -> list[CalibrationRow]:
        """The calibration table, ascending; empty when scores are no probabilities or there are no rows."""
        with self._use() as c:
            rows = (maybe(self._row.ask, lib.csuccess_validation_calibration, c, i) for i in range(self._bins))
            return [row for row in rows if row is not None]

    @property
    def deciles(self) -> list[GainRow]:
        """Ten of them, the greatest scores first; a cut through equal scores takes each in part. Empty when there
        are no rows."""
        with self._use() as c:
            rows = (maybe(self._gain.ask, lib.csuccess_validation_decile, c, i) for i in range(10))
            return [row for row in rows if row is not None]

    def lift(self, share: float) -> float | None:
        """How many times as often the outcome is 1 among the top `share` as among all; None without a row of
        outcome 1. InvalidError."""
        out = ffi.new("double *")
        with self._use() as c:
            result = lib.csuccess_validation_lift(c, share, out)
        if result == lib.CSUCCESS_EMISSING:
            return None
        checked(result)
        return float(out[0])

    def threshold(self, *, false_alarm: float, missed: float, capacity: float | None = None) -> Threshold:
        """The threshold of least cost on these rows that keeps to the capacity. `false_alarm`: cost of acting on
        one who would have stayed; `missed`: of not acting on one who leaves; `capacity`: most rows (weight) to act
        on. RangeError."""
        keep: list[Any] = []
        costs = fill("csuccess_costs", keep, false_alarm=false_alarm, missed=missed, capacity=capacity,
                     has_capacity=int(capacity is not None))
        out = ffi.new("csuccess_threshold *")
        out.size = ffi.sizeof("csuccess_threshold")
        self._run(lib.csuccess_validation_threshold, costs, out)
        return self._threshold(out)


class Calibrator(Handle):
    """A function from scores to probabilities that can be taken at their word, fitted on rows that the model has
    not seen. It gives nothing below 1e-6 or above 1 - 1e-6."""

    __slots__ = ()
    _free = lib.csuccess_calibrator_free

    def __init__(self, kind: str, scores: Iterable[float], outcomes: Iterable[object],
                 weights: Iterable[float] | None = None, *,
                 probability: bool = True) -> None:
        """`kind`: "platt" (Platt 1999), "isotonic" (needs some hundred rows) or "intercept" (as many expected as
        came; the first answer to drift). Where scores are no probabilities, Platt's and the intercept take them as
        log-odds. DataError: not both outcomes; RangeError names the first row that is wrong."""
        super().__init__(NULL)
        out = ffi.new("csuccess_calibrator **")
        keep: list[Any] = []
        call(lib.csuccess_calibrator_fit, out, _KINDS.number(kind),
             _predictions(scores, outcomes, weights, probability, keep), NULL)
        self._handle = out[0]

    def apply(self, scores: Iterable[float]) -> list[float]:
        """Probabilities of scores of the kind that it was fitted on. RangeError names the first that is none."""
        numbers = doubles(scores)
        out = ffi.new("double[]", len(numbers))
        self._run(lib.csuccess_calibrator_apply, numbers, len(numbers), out)
        return list(out)

    def to_json(self) -> Any:
        """The `calibration` of a scorecard: {"platt": [slope, intercept]} or {"isotonic": [[x, y], …]}."""
        out = ffi.new("csuccess_text **")
        with self._use() as c:
            self._call(lib.csuccess_calibrator_json, out, c)
        return load(take_text(out))
