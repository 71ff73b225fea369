# SPDX-License-Identifier: Apache-2.0
"""Learning from outcomes: samples, training of churn models, backtest of a configuration, fitting of weights."""
from __future__ import annotations


from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, Union

from ._capsules import batches
from ._compiled import compiled_of
from ._ffi import NULL, Handle, call, ffi, lib, new, one_of, string, take_text
from ._hosts import Host, callback
from ._json import dump, load
from ._records import SamplesTotals
from ._time import Time, duration, to_ms
from .columns import Columns, arrow_options
from .errors import error_of
from .facts import Facts
from .model import Model

if TYPE_CHECKING:
    from .config import Config
    from .scorer import Row

__all__ = ["Sample", "Samples", "SamplesTotals", "Trained", "Tuned", "backtest", "train", "tune"]

Progress = Callable[[int, int], object]
Span = Union[timedelta, str]


def _words(prefix: str, *names: str) -> dict[str, int]:
    return {name: getattr(lib, f"CSUCCESS_{prefix}_{name.upper()}") for name in names}


TRAINERS = _words("TRAINER", "additive", "logistic", "hazard")
TARGETS = _words("TARGET", "churn", "expansion")
EVALUATIONS = _words("EVALUATE", "auto", "folds", "given", "holdout")
CALIBRATIONS = _words("CALIBRATE", "auto", "none", "platt", "isotonic")
UPDATES = _words("UPDATE", "refit", "recalibrate")
TUNED = _words("TUNE", "weights", "trainer")
KINDS = _words("OUTCOME", "churn", "expansion")


def _word(words: Mapping[str, int], name: str, what: str) -> int:
    if name not in words:
        raise ValueError(f"{name!r} is no {what}: there are {', '.join(words)}")
    return words[name]


class Sample(NamedTuple):
    """What became of one customer; None is not known. Rows are all dated (`as_of`), or none of them is (a
    cross-section)."""

    outcome: bool | None = None
    """Of a cross-section: it came to pass (left; for the target expansion: grew)."""
    as_of: Time | None = None
    """The time that the facts are of."""
    outcome_at: Time | None = None
    """Of a dated row: the first outcome after as_of, or one before."""
    notice_at: Time | None = None
    """Of a dated row: rows from then on are left out, since what is announced need not be predicted."""
    weight: float | None = None
    """1e-9 to 1e9; None: 1."""
    kind: str = "churn"
    """What outcome_at is the time of: "churn" or "expansion"."""
    fold: int | None = None
    """For evaluation by given folds; below 1000."""
    treated: bool = False
    """An intervention reached the customer within the window."""
    holdout: bool = False
    """In the global holdout: nobody is ever treated there."""

    def _struct(self) -> Any:
        out = new("csuccess_sample", kind=_word(KINDS, self.kind, "kind of outcome"), weight=self.weight or 0.0)
        present = 0
        known: tuple[tuple[str, Any, int], ...] = (
            ("outcome", self.outcome, lib.CSUCCESS_SAMPLE_OUTCOME), ("as_of", self.as_of, lib.CSUCCESS_SAMPLE_AS_OF),
            ("outcome_at", self.outcome_at, lib.CSUCCESS_SAMPLE_OUTCOME_AT),
            ("notice_at", self.notice_at, lib.CSUCCESS_SAMPLE_NOTICE_AT), ("fold", self.fold, lib.CSUCCESS_SAMPLE_FOLD))
        for name, value, bit in known:
            if value is not None:
                setattr(out, name, to_ms(value) if name.endswith(("_of", "_at")) else int(value))
                present |= bit
        present |= lib.CSUCCESS_SAMPLE_TREATED if self.treated else 0
        out.present = present | (lib.CSUCCESS_SAMPLE_HOLDOUT if self.holdout else 0)
        return out


class Trained(NamedTuple):
    """A model that was learned, and everything about it: rows, figures fold by fold and pooled, calibration,
    importance."""

    model: Model
    report: dict[str, Any]


class Tuned(NamedTuple):
    """Parameters that were fitted."""

    patch: dict[str, Any]
    """A JSON Merge Patch (RFC 7396) of the configuration; empty when nothing is gained."""
    report: dict[str, Any]


class Samples(Handle):
    """Rows of history with what became of the customer. Each is evaluated once, when it is added, by the
    configuration's own machine as of its time.

        samples = Samples(config, outcome="churned == true")
        for row in rows:
            samples.add(row)
        model, report = samples.train(seed=1)

    One thread at a time.
    """

    __slots__ = ("_compiled", "_row")
    _free = staticmethod(lib.csuccess_samples_free)

    def __init__(self, config: Config, *, outcome: str | Mapping[str, Any] = "", metrics: Sequence[str] = (),
                 exclude: Sequence[str] = (), horizon: Span = "", gap: Span = "", observed_until: Time = 0,
                 now: Time = 0) -> None:
        """`outcome` is a condition (expression or JSON rule) that holds for those who left, asked of each row of a
        cross-section whose sample does not say. `metrics` are what is learned from (none: all that may be), less
        `exclude`. `horizon` and `gap` (timedelta or ISO 8601) are of dated rows, whose observation ended at
        `observed_until` (0: the latest time there is). `now` is the time at which rows of a cross-section are
        evaluated.

        UnknownNameError, ValueTypeError, DataError (a metric that is the outcome or reads it), ExpressionError,
        InvalidError.
        """
        rule = outcome if isinstance(outcome, str) else dump(outcome)
        keep = [string(rule), string(duration(horizon)), string(duration(gap)), _texts(metrics), _texts(exclude)]
        options = new("csuccess_samples_options", outcome=keep[0], horizon=keep[1], gap=keep[2], metrics=keep[3][0],
                      exclude=keep[4][0], metric_count=len(metrics), exclude_count=len(exclude),
                      observed_until=to_ms(observed_until), now_ms=to_ms(now))
        out = ffi.new("csuccess_samples **")
        call(lib.csuccess_samples_new, out, compiled_of(config).handle, options)
        super().__init__(out[0])
        self._compiled = compiled_of(config)
        self._row = Facts._of(self._compiled)

    def add(self, row: Row, sample: Sample = Sample()) -> None:
        """Adds one row, as facts or as Facts.read_json() takes it. Its customer id says which rows belong together:
        they are never split between training and checking. After an error nothing was added."""
        struct = one_of(Sample, sample)._struct()
        facts = row if isinstance(row, Facts) else self._row.read_json(row)
        with self._use() as samples, facts._use() as given:
            self._call(lib.csuccess_samples_add, samples, given, struct)

    def add_columns(self, columns: Columns, given: Iterable[Sample] | None = None, *,
                    customers: Sequence[str] | None = None, first: int = 0, count: int | None = None) -> None:
        """Adds rows of columns, with a Sample and a customer each (None: nothing is known beside the columns). After
        an error none of them was added. RangeError: the rows are not there."""
        count = max(len(one_of(Columns, columns)) - first, 0) if count is None else count
        known, keep = _sample_columns(given, customers, count)
        with self._use() as samples, one_of(Columns, columns)._reading() as read:
            self._call(lib.csuccess_samples_add_columns, samples, read, first, count, known)
        del keep

    def add_table(self, table: Any, given: Iterable[Sample] | None = None, *,
                  customers: Iterable[str] | None = None) -> None:
        """Adds a whole table of anything that speaks Arrow, batch by batch; `given` and `customers` as of
        add_columns()."""
        options, _keep = arrow_options("", False)
        samples = None if given is None else iter(given)
        names = None if customers is None else iter(customers)
        for schema, batch in batches(table):
            if batch.release == NULL:
                continue
            with Columns._import(self._compiled, schema, batch, options) as columns:
                rows = range(len(columns))
                self.add_columns(columns, None if samples is None else [s for _, s in zip(rows, samples)],
                                 customers=None if names is None else [n for _, n in zip(rows, names)])

    @property
    def totals(self) -> SamplesTotals:
        """Counts as they stand: rows, usable, events, and what is left out."""
        out = new("csuccess_samples_totals")
        with self._use() as samples:
            result = lib.csuccess_samples_total(samples, out)
        if result < 0:
            raise error_of(result)
        return SamplesTotals.read(out)

    def train(self, *, trainer: str = "additive", target: str = "churn", name: str = "", seed: int = 0,
              evaluation: str = "auto", folds: int = 0, holdout: float = 0, calibration: str = "auto",
              update: str = "refit", parent: Model | None = None, cost_false_alarm: float = 0,
              cost_missed: float = 0, capacity: int = 0,
              min_rows: int = 0, min_events: int = 0, rising: Sequence[str] = (), falling: Sequence[str] = (),
              period: Span = "", parameters: Mapping[str, Any] | None = None,
              progress: Progress | None = None) -> Trained:
        """Learns a model and checks it on rows that it has not seen. Options are those of csuccess_train_options; 0
        and "" are their defaults. progress(done, total) is told how far it is; what it raises stops the training and
        is raised.

        DataError (too few rows or events, one class only, nothing to learn from), UnknownNameError, UnsupportedError,
        RangeError, InvalidError, CancelledError.
        """
        keep = [string(name), _texts(rising), _texts(falling), string(duration(period)),
                string(b"" if parameters is None else dump(parameters))]
        options = new(
            "csuccess_train_options", trainer=_word(TRAINERS, trainer, "trainer"),
            target=_word(TARGETS, target, "target"), name=keep[0], seed=seed,
            evaluation=_word(EVALUATIONS, evaluation, "evaluation"), folds=folds, holdout=holdout,
            calibration=_word(CALIBRATIONS, calibration, "calibration"), update=_word(UPDATES, update, "update"),
            parent=NULL if parent is None else one_of(Model, parent)._handle, cost_false_alarm=cost_false_alarm,
            cost_missed=cost_missed, capacity=capacity, min_rows=min_rows, min_events=min_events,
            rising=keep[1][0], falling=keep[2][0],
            rising_count=len(rising), falling_count=len(falling), period=keep[3], parameters=keep[4])
        model, report = self._learn(lib.csuccess_train, options, progress, lib.python_train_options_progress)
        return Trained(Model(model), load(report))

    def tune(self, *, what: str = "weights", profile: str = "", most: float = 0, folds: int = 0, seed: int = 0,
             grid: Mapping[str, Sequence[Any]] | None = None, trainer: str = "additive",
             progress: Progress | None = None) -> Tuned:
        """Fits the health weights of a profile ("weights"), or parameters of a trainer over a grid ("trainer"), and
        shows the gain on rows held out; it changes nothing. Errors as train(); UnsupportedError: the score is not a
        weighted mean."""
        keep = [string(profile), string(b"" if grid is None else dump(grid))]
        options = new("csuccess_tune_options", what=_word(TUNED, what, "thing to tune"), folds=folds,
                      profile=keep[0], most=most, seed=seed, grid=keep[1], trainer=_word(TRAINERS, trainer, "trainer"))
        patch, report = self._learn(lib.csuccess_tune, options, progress, lib.python_tune_options_progress)
        return Tuned(load(patch), load(report))

    def _learn(self, function: Any, options: Any, progress: Progress | None, slot: Any) -> tuple[str, str]:
        host = None if progress is None else Host(progress, self._raised)
        if host is not None:
            options.progress, options.progress_ud = slot, host.ud
        first, second = ffi.new("csuccess_text **"), ffi.new("csuccess_text **")
        try:
            with self._use() as samples:
                self._call(function, first, second, samples, options)
        except BaseException:
            take_text(first)
            take_text(second)
            raise
        return take_text(first), take_text(second)

    def backtest(self, *, horizons: Sequence[Span] = (), gaps: Sequence[Span] = (), accuracy: float = 0,
                 threshold: float = 0, bands: Sequence[str] = ()) -> dict[str, Any]:
        """Whether the scores in force told who left, at every gap and horizon. DataError: no score, no usable rows;
        UnknownNameError: a band that no profile has."""
        keep = [_texts([duration(span) for span in horizons]), _texts([duration(span) for span in gaps]), _texts(bands)]
        options = new("csuccess_backtest_options", horizons=keep[0][0], gaps=keep[1][0], horizon_count=len(horizons),
                      gap_count=len(gaps), accuracy=accuracy, threshold=threshold, bands=keep[2][0],
                      band_count=len(bands))
        out = ffi.new("csuccess_text **")
        with self._use() as samples:
            self._call(lib.csuccess_backtest, out, samples, options)
        report: dict[str, Any] = load(take_text(out))
        return report


def _texts(words: Sequence[str]) -> tuple[Any, list[Any]]:
    """An array of csuccess_str, and what it points at; NULL for none."""
    keep = [string(word) for word in words]
    return (ffi.new("csuccess_str[]", keep) if keep else NULL), keep


def _sample_columns(given: Iterable[Sample] | None, customers: Sequence[str] | None,
                    count: int) -> tuple[Any, list[Any]]:
    """csuccess_sample_columns, and what it points at."""
    structs = [one_of(Sample, sample)._struct() for sample in given or ()]
    if given is not None and len(structs) != count or customers is not None and len(customers) != count:
        raise ValueError(f"there are {count} rows, {len(structs)} samples and {len(customers or ())} customers")
    out = new("csuccess_sample_columns")
    keep: list[Any] = [_texts(customers or ()), ffi.new("uint32_t[]", [s.present for s in structs] or count or 1)]
    out.customer, out.present = keep[0][0], keep[1]
    for name, kind in (("outcome", "int32_t[]"), ("as_of", "int64_t[]"), ("outcome_at", "int64_t[]"),
                       ("notice_at", "int64_t[]"), ("weight", "double[]"), ("kind", "uint32_t[]"),
                       ("fold", "uint32_t[]")):
        if structs:
            keep.append(ffi.new(kind, [getattr(s, name) for s in structs]))
            setattr(out, name, keep[-1])
    return out, keep


def _progress(ud: Any, done: int, total: int) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        return int(bool(host.call(done, total)))
    except BaseException as error:
        host.failed(error)
        return 1


callback("python_train_options_progress", 1)(_progress)
callback("python_tune_options_progress", 1)(_progress)

_OF_SAMPLES = ("outcome", "metrics", "exclude", "horizon", "gap", "observed_until", "now")


def _samples(config: Config, rows: Any, options: dict[str, Any]) -> Samples:
    """Samples of rows (each a row, or a row and its Sample) or of a table; takes the options that are theirs."""
    samples = Samples(config, **{name: options.pop(name) for name in _OF_SAMPLES if name in options})
    if hasattr(rows, "__arrow_c_stream__") or hasattr(rows, "__arrow_c_array__"):
        samples.add_table(rows)
        return samples
    for row in rows:
        samples.add(*row) if isinstance(row, tuple) else samples.add(row)
    return samples


def train(config: Config, rows: Any, **options: Any) -> Trained:
    """Learns a model from rows, each a row or (row, Sample), or from a table that speaks Arrow. Options are those of
    Samples() and of Samples.train().

        model, report = train(config, rows, outcome="churned == true", seed=1)
    """
    with _samples(config, rows, options) as samples:
        return samples.train(**options)  # type: ignore[no-any-return]


def tune(config: Config, rows: Any, **options: Any) -> Tuned:
    """Fits parameters to rows as train() takes them. Options are those of Samples() and of Samples.tune()."""
    with _samples(config, rows, options) as samples:
        return samples.tune(**options)  # type: ignore[no-any-return]


def backtest(config: Config, rows: Any, **options: Any) -> dict[str, Any]:
    """Tests the configuration's scores on rows as train() takes them. Options are those of Samples() and of
    Samples.backtest()."""
    with _samples(config, rows, options) as samples:
        return samples.backtest(**options)  # type: ignore[no-any-return]
