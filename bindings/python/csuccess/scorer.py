# SPDX-License-Identifier: Apache-2.0
"""Scoring of one customer at a time."""
from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from ._compiled import Compiled, Names, compiled_of, refusal
from ._ffi import NULL, Handle, call, data, ffi, lib, new, one_of, string, text
from ._hosts import LogHost, PredictHost, Predictions
from ._json import load
from ._time import Time, now_ms, to_ms, to_utc
from ._results import WANTED, ColumnResults, score_columns
from .errors import error_of
from .facts import Facts
from .prediction import Prediction
from .score import Explanation, Score, _Why
from .segments import Membership, Segments, bits, words

if TYPE_CHECKING:
    from .config import Config
    from .columns import Columns
    from .selection import Selection
    from .table import ScoredTable

__all__ = ["Evaluation", "Scorer"]

Row = Union[Facts, Mapping[str, Any], str, bytes]

# csuccess_score as one reading behind its size: present, flags, seven doubles, review_at, three texts by the bytes
# of their views.
_FORMAT = struct.Struct("@8x2I7dq48s" if struct.calcsize("P") == 8 else "@4x2I7dq24s")
_unpack = _FORMAT.unpack_from
_new_score = tuple.__new__
_run = lib.csuccess_scorer_run
_VALUE: int = lib.CSUCCESS_SCORE_VALUE
_PREVIOUS: int = lib.CSUCCESS_SCORE_PREVIOUS
_REVIEW: int = lib.CSUCCESS_SCORE_REVIEW
_WEIGHT: int = lib.CSUCCESS_SCORE_WEIGHT
_USUAL = _VALUE | _PREVIOUS


class Evaluation(NamedTuple):
    """What an expression came to."""

    value: Any
    """None: it is missing."""
    open: tuple[str, ...]
    """The inputs that left it open."""

    @property
    def decided(self) -> bool:
        """There is a value."""
        return self.value is not None


class Scorer(Handle):
    """Scratch memory for scoring over one configuration; a run depends on configuration, facts and time alone.

        scorer = Scorer(config)
        score = scorer.run(facts, now)

    Facts may be a Facts object of the same configuration, which is the fast way, or a row as Facts.read_json() takes
    it. `now` is an aware datetime, milliseconds since the epoch or RFC 3339 text; without it the system's clock is
    asked.

    One thread at a time: another one gets BusyError; make one per thread over the shared configuration.
    """

    __slots__ = ("_buffer", "_compiled", "_err", "_log", "_model", "_names", "_out", "_review", "_row")
    _free = staticmethod(lib.csuccess_scorer_free)

    def __init__(self, config: Config) -> None:
        self._open(compiled_of(config))

    def _open(self, compiled: Compiled) -> None:
        out = ffi.new("csuccess_scorer **")
        call(lib.csuccess_scorer_new, out, compiled.handle, NULL)
        super().__init__(out[0])
        self._compiled = compiled
        self._names: Names = compiled.names
        self._out = new("csuccess_score")
        self._buffer = ffi.buffer(self._out)
        self._err = new("csuccess_error")
        self._review: tuple[int, datetime | None] = (0, None)
        self._row: Facts | None = None
        self._model: PredictHost | None = None
        self._log: LogHost | None = None

    @classmethod
    def _of(cls, compiled: Compiled) -> Scorer:
        scorer = cls.__new__(cls)
        scorer._open(compiled)
        return scorer

    def run(self, facts: Row, now: Time | None = None) -> Score:
        """Scores the customer's health; nothing is explained. A score that cannot be given is None, and no error.

        LimitError for the step budget; InvalidError when facts are of another configuration, or it has no health.
        """
        if type(now) is not int:
            now = now_ms() if now is None else to_ms(now)
        with self._taking as scorer:
            if type(facts) is not Facts:
                facts = self._facts(facts)
            with facts._taking as given:
                result = _run(scorer, given, now, self._out, self._err)
            if result < 0 or self._raised:
                self._fail(result)
            present, flags, value, raw, previous, change, completeness, confidence, _, _, names = _unpack(self._buffer)
            if present == _USUAL:  # as _read(), without its questions
                status, trend, profile = self._names[names]
                return _new_score(Score, (value, raw, status, trend, profile, previous, change, completeness,
                                          confidence, None, None, flags))
            return self._read()

    def _read(self) -> Score:
        (present, flags, value, raw, previous, change, completeness, confidence, weight, review,
         names) = _unpack(self._buffer)
        status, trend, profile = self._names[names]
        has_value = present & _VALUE
        has_previous = present & _PREVIOUS
        return _new_score(Score, (
            value if has_value else None, raw if has_value else None, status, trend, profile,
            previous if has_previous else None, change if has_previous else None, completeness, confidence,
            weight if present & _WEIGHT else None, self._reviewed(review) if present & _REVIEW else None, flags))

    def _reviewed(self, ms: int) -> datetime | None:
        """The datetime of a review; of many rows scored at one time most have the same."""
        if self._review[0] != ms:
            self._review = ms, to_utc(ms)
        return self._review[1]

    def _fail(self, result: int) -> None:
        """Raises what a callback raised, else the error of the last call."""
        if self._raised:
            first = self._raised[0]
            self._raised.clear()
            raise first
        raise error_of(result, self._err)

    def _facts(self, row: Row) -> Facts:
        """Facts of a row: this scorer's own, filled anew."""
        if isinstance(row, Facts):
            return row
        if self._row is None:
            self._row = Facts._of(self._compiled)
        return self._row.read_json(row)

    def _do(self, function: Callable[..., int], facts: Row, now: Time | None, *arguments: Any) -> int:
        """A call of the form (scorer, facts, now, ..., err)."""
        ms = now_ms() if now is None else to_ms(now)
        known = self._facts(facts)
        with known._use() as given:
            result = function(self._handle, given, ms, *arguments, self._err)
        if result < 0 or self._raised:
            self._fail(result)
        return result

    def explain(self, facts: Row, now: Time | None = None) -> Score:
        """The same with everything that is known about it: contributions, churn, segments, alerts. The score then has
        `explanation`, `json` and why(). A configuration without health is fine. CallbackError: the log refused it."""
        with self._use() as scorer:
            self._do(lib.csuccess_scorer_explain, facts, now, self._out)
            return self._explained(scorer)

    def _explained(self, scorer: Any) -> Score:
        score = self._read()
        document = ffi.new("csuccess_str *")
        call(lib.csuccess_scorer_json, scorer, document)
        borrowed = lib.csuccess_scorer_explanation(scorer)
        score._why = _Why(None if borrowed == NULL else Explanation(borrowed), data(document[0]))
        return score

    def predict(self, facts: Row, now: Time | None = None) -> Prediction:
        """Predicts churn and nothing else: the fast way. What cannot be given is None. InvalidError: there is no
        churn."""
        with self._use():
            out = new("csuccess_prediction")
            self._do(lib.csuccess_scorer_predict, facts, now, out)
            return Prediction._read(out)

    def eval(self, facts: Row, expression: str, now: Time | None = None) -> Evaluation:
        """Evaluates one expression over inputs, metrics, health, churn and segments.

        ExpressionError, UnknownNameError, ValueTypeError: `offset` is in the expression.
        """
        with self._use():
            value, left = ffi.new("csuccess_str *"), ffi.new("csuccess_str *")
            try:
                result = self._do(lib.csuccess_scorer_eval, facts, now, string(expression), value, left)
            except Exception as error:
                if value.len and hasattr(error, "add_note"):
                    error.add_note(str(data(value[0]), "utf-8", "replace"))
                raise
            if result == lib.CSUCCESS_UNDECIDED:
                return Evaluation(None, tuple(text(left[0]).split(", ")) if left.len else ())
            return Evaluation(load(text(value[0])), ())

    def segments(self, facts: Row, now: Time | None = None) -> Segments:
        """The segments that the customer is in, and those that a missing input leaves open."""
        with self._use():
            size = words(self._compiled)
            members, undecided = ffi.new("uint64_t[]", size), ffi.new("uint64_t[]", size)
            self._do(lib.csuccess_scorer_segments, facts, now, members, undecided, size)
            return Segments(bits(self._compiled, members), bits(self._compiled, undecided))

    def membership(self, facts: Row, membership: Membership, changed: Iterable[str | int] = (),
                   now: Time | None = None) -> Segments:
        """Brings a customer's membership up to date after inputs have changed: `changed` has their names or slots,
        all of them. What only others can move is not looked at. The first call of a membership looks at
        everything."""
        slots = [c if isinstance(c, int) else self._compiled.slot(c) for c in changed]
        with self._use(), one_of(Membership, membership)._use() as kept:
            self._do(lib.csuccess_scorer_membership, facts, now, kept, ffi.new("uint32_t[]", slots or [0]), len(slots))
            return membership._segments()

    def override(self, *, score: float | None = None, status: str | None = None, reason: str, expires_at: Time,
                 by: str = "") -> None:
        """A score or status that a person has set, in force for every customer that this scorer scores one at a time
        from then on, until its expiry or end_override(). InvalidError; UnknownNameError: a status that no profile
        has."""
        texts = [string(status or ""), string(reason), string(by)]
        struct_ = new("csuccess_override", has_score=score is not None, score=score or 0.0,
                      expires_at=to_ms(expires_at), status=texts[0], reason=texts[1], by=texts[2])
        self._override(struct_)

    def end_override(self) -> None:
        """Scores are computed again."""
        self._override(NULL)

    def _override(self, struct_: Any) -> None:
        with self._use() as scorer:
            self._names = self._compiled.names if struct_ == NULL else Names()
            self._call(lib.csuccess_scorer_override, scorer, struct_)

    def set_model(self, predict: Callable[[Predictions], Sequence[Any]] | None) -> None:
        """The model that `churn.model.host` speaks of; None takes it away.

        predict(batch) gets batch.names, batch.rows (a list for each customer, None where a value is missing) and
        batch.now, and gives a probability for each row, or (probability, confidence), or None for a row that failed,
        which falls back as `churn.fallback` says. What it raises is raised by the call that asked. InvalidError: the
        model is no host.
        """
        host = None if predict is None else PredictHost(predict, self._raised)
        with self._use() as scorer:
            function = NULL if host is None else lib.python_predict
            self._call(lib.csuccess_scorer_set_model, scorer, function, NULL if host is None else host.ud, NULL)
            self._model = host

    def set_log(self, log: Callable[[list[Prediction]], object] | None) -> None:
        """Who is told of every prediction that this scorer makes; None takes it away. What it raises fails the call
        that predicted: what is not logged has not been predicted."""
        host = None if log is None else LogHost(log, self._raised)
        with self._use() as scorer:
            function = NULL if host is None else lib.python_log
            self._call(lib.csuccess_scorer_set_log, scorer, function, NULL if host is None else host.ud, NULL)
            self._log = host

    def pull(self, load_customer: Callable[[str], Mapping[str, Any] | str | bytes | None], customer: str,
             now: Time | None = None) -> Score:
        """Loads one customer through the host's function, which gives a row or None, and explains it.

        UnknownNameError: there is no such customer. What the function raises is raised as itself.
        """
        from .selection import pull

        return pull(self, load_customer, customer, now_ms() if now is None else to_ms(now))

    def select(self, customers: Iterable[Mapping[str, Any] | str | bytes], when: str | Mapping[str, Any],
               now: Time | None = None, *, most: int = 0) -> Selection:
        """Reads rows to their end and keeps the customers for whom a rule holds: lowest raw score first, those
        without a score last, then by customer id. `when` is an expression, or a JSON rule such as {"health_score":
        {"lt": 50}}; `most` keeps only so many, the first in order (0: all)."""
        from .selection import select

        return select(self, customers, when, now_ms() if now is None else to_ms(now), most)

    def score_columns(self, columns: Columns, now: Time | None = None, *, first: int = 0, count: int | None = None,
                      wanted: Iterable[str] | Mapping[str, Any] = WANTED, segments: bool = False) -> ColumnResults:
        """Scores rows first .. first + count - 1 of the columns (count None: to their end); item i of each result is
        row first + i. `wanted` names the results, or gives for each name the writable memory that it goes to.
        `segments`: a bitmap for each of them too, and their sizes. RangeError: the rows are not there."""
        return score_columns(self, columns, now_ms() if now is None else to_ms(now), (first, count), wanted, segments)

    def score_table(self, source: Any, now: Time | None = None, *, results: Iterable[str] | None = None,
                    customer: str = "", strict: bool = False) -> ScoredTable:
        """As Config.score_table(), with this scorer's model and log."""
        from .table import score_table

        return score_table(self, source, now, results, customer, strict)

    @property
    def config(self) -> Config:
        """The configuration."""
        from .config import Config

        return Config._of(self._compiled)


if _FORMAT.size != ffi.offsetof("csuccess_score", "profile") + ffi.sizeof("csuccess_str"):
    raise refusal(lib.CSUCCESS_EABI, "csuccess_score is not laid out as this module reads it")
