# SPDX-License-Identifier: Apache-2.0
"""A score, why it is what it is, and what changed between two."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ._ffi import NULL, Handle, call, ffi, lib, new, one_of, text
from ._json import load

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Cause", "Difference", "Explanation", "ExplanationRow", "Score"]

_ROW_KINDS = {
    lib.CSUCCESS_ROW_GROUP: "group",
    lib.CSUCCESS_ROW_METRIC: "metric",
    lib.CSUCCESS_ROW_INTERCEPT: "intercept",
    lib.CSUCCESS_ROW_MODIFIER: "modifier",
    lib.CSUCCESS_ROW_OVERRIDE: "override",
    lib.CSUCCESS_ROW_CALIBRATION: "calibration",
}
_CAUSE_KINDS = {
    lib.CSUCCESS_CAUSE_METRIC: "metric",
    lib.CSUCCESS_CAUSE_MODIFIER: "modifier",
    lib.CSUCCESS_CAUSE_OVERRIDE: "override",
    lib.CSUCCESS_CAUSE_PROFILE: "profile",
    lib.CSUCCESS_CAUSE_DEFINITION: "definition",
    lib.CSUCCESS_CAUSE_OTHER: "other",
}
_PROVISIONAL: int = lib.CSUCCESS_SCORE_PROVISIONAL
_OVERRIDDEN: int = lib.CSUCCESS_SCORE_OVERRIDDEN
_CHURNED: int = lib.CSUCCESS_SCORE_CHURNED
_CONTRADICTORY: int = lib.CSUCCESS_SCORE_CONTRADICTORY


class ExplanationRow(NamedTuple):
    """A node of the scorecard, or what else went into the score.

    Contributions are in points of the score; under a logistic link those of nodes, intercept and calibration are in
    log-odds. Those of the rows without a parent add up to the raw score.
    """

    kind: str
    """"group", "metric", "intercept", "modifier", "override" or "calibration"."""
    id: str
    label: str
    """The definition's `label`, else `id`."""
    parent: int | None
    """Index of the row that it stands under."""
    depth: int
    """0 without a parent."""
    score: float | None
    """On its own scale; None: there is none."""
    weight: float
    """The factor by which the score enters its parent, after redistribution."""
    contribution: float
    value: Any
    """Of a metric; None when missing."""
    by: Any
    """Of a grid: its second value."""
    number: float | None
    """Of a metric: the value as a number, True as 1."""
    points: float
    """Of a metric: before weight; of a modifier: the score after it."""
    absence: str | None
    """Why the value is missing, such as "never_set"."""
    defaulted: bool
    """A value that it reads was never set and is its definition's default."""
    policy: bool
    """Its score comes from its missing policy."""


class Cause(NamedTuple):
    """What a part of the change comes from."""

    kind: str
    """"metric", "modifier", "override", "profile", "definition" or "other"."""
    id: str
    label: str
    value_before: Any
    value_after: Any
    before: float | None
    """Contribution before; None: it was not there."""
    after: float | None
    change: float
    """Its part of the change of the raw score."""


class _Fields(NamedTuple):
    value: float | None
    raw: float | None
    status: str | None
    trend: str | None
    profile: str | None
    previous: float | None
    change: float | None
    completeness: float
    confidence: float
    weight: float | None
    review_at: datetime | None
    flags: int


class Score(_Fields):
    """The health of one customer; None is what there is not.

    `value` is displayed (after the profile's `rounding`), `raw` is before that, to 9 decimals; `status` is the name
    of the band or "churned"; `trend` "improving", "stable" or "declining", from `previous` by `change`;
    `completeness` the share of weight with an input that was really set; `confidence` the same less what
    contradictory signals take; `weight` what `health.rollup.weight` gives; `review_at` when to look again.

    One that was explained (Scorer.explain(), Config.score()) also has `explanation`, `json` and why().
    """

    _why: _Why | None = None
    _later: Callable[[], Score] | None = None

    @property
    def provisional(self) -> bool:
        """Completeness is below the profile's `provisional_below`."""
        return bool(self.flags & _PROVISIONAL)

    @property
    def overridden(self) -> bool:
        """A person's override is in force."""
        return bool(self.flags & _OVERRIDDEN)

    @property
    def churned(self) -> bool:
        """`churned_when` holds; the status is "churned"."""
        return bool(self.flags & _CHURNED)

    @property
    def contradictory(self) -> bool:
        """Signals contradict each other; confidence is lowered."""
        return bool(self.flags & _CONTRADICTORY)

    def _reasons(self) -> _Why:
        if self._why is None and self._later is not None:
            self._why, self._later = self._later()._reasons(), None
        if self._why is None:
            raise ValueError("this score was given without its reasons: Scorer.explain() gives them")
        return self._why

    @property
    def explanation(self) -> Explanation | None:
        """A row for every node of the scorecard; None: the configuration has no health."""
        return self._reasons().explanation

    @property
    def json(self) -> dict[str, Any]:
        """The result object (docs/schemas/result.schema.json): health, churn, what was left undecided."""
        return self._reasons().document()

    @property
    def churn(self) -> dict[str, Any] | None:
        """`churn` of the result object: probability, level, factors, actions; None: the configuration has none."""
        found: dict[str, Any] | None = self.json["churn"]
        return found

    def why(self) -> str:
        """The reasons as text to print: a line for each part of the score and for each modifier, then churn."""
        return _told(self, self._reasons())

    def __getstate__(self) -> None:
        """A copy has the figures, not the reasons."""
        return None


class _Why:
    """What is kept of an explained run."""

    __slots__ = ("_document", "explanation", "text")

    def __init__(self, explanation: Explanation | None, result: bytes) -> None:
        self.explanation = explanation
        self.text = result
        self._document: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        if self._document is None:
            self._document = load(self.text)
        return self._document


class Explanation(Handle, Sequence[ExplanationRow]):
    """Why a score is what it is: a row for every node of the scorecard in the order of the document, each under its
    parent, then for the intercept, the calibration, every modifier that applied, and an override. It stands on its
    own: scorer, facts and configuration may be gone."""

    __slots__ = ("_rows",)
    _free = staticmethod(lib.csuccess_explanation_free)

    def __init__(self, borrowed: Any) -> None:
        out = ffi.new("csuccess_explanation **")
        call(lib.csuccess_explanation_copy, out, borrowed, NULL)
        super().__init__(out[0])
        self._rows: list[ExplanationRow] | None = None

    def _all(self) -> list[ExplanationRow]:
        if self._rows is None:
            with self._use() as explanation:
                row = new("csuccess_explanation_row")
                count = lib.csuccess_explanation_count(explanation)
                self._rows = [_row(explanation, index, row) for index in range(count)]
        return self._rows

    def __len__(self) -> int:
        return len(self._all())

    @overload
    def __getitem__(self, index: int) -> ExplanationRow: ...
    @overload
    def __getitem__(self, index: slice) -> list[ExplanationRow]: ...
    def __getitem__(self, index: int | slice) -> ExplanationRow | list[ExplanationRow]:
        return self._all()[index]

    def __iter__(self) -> Iterator[ExplanationRow]:
        return iter(self._all())

    def difference(self, before: Explanation) -> Difference:
        """What made this score differ from an earlier one. MissingError: either has no score."""
        return Difference(before, self)


def _row(explanation: Any, index: int, row: Any) -> ExplanationRow:
    lib.csuccess_explanation_get(explanation, index, row)
    flags = row.flags
    return ExplanationRow(
        kind=_ROW_KINDS.get(row.kind, "other"), id=text(row.id), label=text(row.label),
        parent=None if row.parent == lib.CSUCCESS_ROW_NONE else row.parent, depth=row.depth,
        score=row.score if flags & lib.CSUCCESS_ROW_SCORED else None, weight=row.weight, contribution=row.contribution,
        value=_value(row.value), by=_value(row.by),
        number=row.number if flags & lib.CSUCCESS_ROW_NUMBER else None, points=row.points,
        absence=text(row.absence) or None, defaulted=bool(flags & lib.CSUCCESS_ROW_DEFAULTED),
        policy=bool(flags & lib.CSUCCESS_ROW_POLICY))


def _value(borrowed: Any) -> Any:
    return load(text(borrowed)) if borrowed.len else None


class Difference(Sequence[Cause]):
    """What made the score of one result differ from that of another, cause by cause, largest change first. The
    changes add up to `total`, the change of the raw score, to 1e-9. Empty: nothing changed."""

    __slots__ = ("_causes", "total")

    def __init__(self, before: Explanation, after: Explanation) -> None:
        """MissingError: either has no score."""
        out = ffi.new("csuccess_difference **")
        if one_of(Explanation, before) is one_of(Explanation, after):
            with before._use() as both:
                call(lib.csuccess_explanation_difference, out, both, both, NULL)
        else:
            with before._use() as earlier, after._use() as later:
                call(lib.csuccess_explanation_difference, out, earlier, later, NULL)
        try:
            self.total: float = lib.csuccess_difference_total(out[0])
            cause = new("csuccess_cause")
            self._causes = [_cause(out[0], index, cause) for index in range(lib.csuccess_difference_count(out[0]))]
        finally:
            lib.csuccess_difference_free(out[0])

    def __len__(self) -> int:
        return len(self._causes)

    @overload
    def __getitem__(self, index: int) -> Cause: ...
    @overload
    def __getitem__(self, index: slice) -> list[Cause]: ...
    def __getitem__(self, index: int | slice) -> Cause | list[Cause]:
        return self._causes[index]

    def __str__(self) -> str:
        return "\n".join([f"{self.total:+.2f}", *(f"  {cause.label} {cause.change:+.2f}" for cause in self._causes)])


def _cause(difference: Any, index: int, cause: Any) -> Cause:
    lib.csuccess_difference_get(difference, index, cause)
    profile = cause.kind == lib.CSUCCESS_CAUSE_PROFILE
    read = _name if profile else _value
    return Cause(
        kind=_CAUSE_KINDS.get(cause.kind, "other"), id=text(cause.id), label=text(cause.label),
        value_before=read(cause.value_before), value_after=read(cause.value_after),
        before=cause.before if cause.flags & lib.CSUCCESS_CAUSE_BEFORE else None,
        after=cause.after if cause.flags & lib.CSUCCESS_CAUSE_AFTER else None, change=cause.change)


def _name(borrowed: Any) -> str | None:
    return text(borrowed) or None


def _told(score: Score, why: _Why) -> str:
    lines = []
    if why.explanation is not None:
        lines.append(_headline(score))
        lines += [_line(row) for row in why.explanation]
    churn = why.document()["churn"]
    if churn is not None and churn.get("probability") is not None:
        level = f", {churn['level']}" if churn.get("level") else ""
        lines.append(f"churn {100 * churn['probability']:.1f} %{level}")
        lines += ["  " + (factor.get("say") or factor["type"]) for factor in churn.get("risk_factors") or []]
    return "\n".join(lines)


def _headline(score: Score) -> str:
    if score.value is None:
        return "no score" + (f" ({score.status})" if score.status else "")
    parts = [f"{score.value:g}", score.status or ""]
    if score.trend:
        parts.append(f"{score.trend} from {score.previous:g}" if score.previous is not None else score.trend)
    words = ("provisional", "overridden", "contradictory")
    parts += [word for word in words if getattr(score, word)]
    return ", ".join(part for part in parts if part)


def _line(row: ExplanationRow) -> str:
    said = f"{'  ' * (row.depth + 1)}{row.label}"
    if row.kind in ("group", "metric"):
        said += "" if row.score is None else f" {row.score:.1f}"
        said += "" if row.value is None else f" (is {row.value!r})"
    said += f" {row.contribution:+.2f}"
    return said + (f" (missing: {row.absence})" if row.absence else "")
