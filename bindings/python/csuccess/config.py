# SPDX-License-Identifier: Apache-2.0
"""Configurations: one JSON document, compiled once, shared freely."""
from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ._compiled import Compiled, compiled_of, items, named
from ._compiling import Compiling, Models, Resolve
from ._ffi import NULL, call, ffi, lib, new, string, take_text, text
from ._json import Document, encode, load
from ._records import Problem
from ._time import NEVER, Time, now_ms, to_ms, to_utc
from .errors import ConfigError, Error, error_of
from .facts import Facts
from .model import Model
from .score import Score
from .scorer import Scorer
from .table import ScoredStream, ScoredTable, score_stream, score_table

__all__ = ["Bounds", "Config", "presets"]

DRAWINGS = {"text": lib.CSUCCESS_DRAW_TEXT, "dot": lib.CSUCCESS_DRAW_DOT}
_UNBOUNDED = 0xFFFFFFFF


def presets() -> Mapping[str, str]:
    """The shipped configurations: name -> document."""
    name, document = ffi.new("csuccess_str *"), ffi.new("csuccess_str *")
    found = {}
    for index in range(lib.csuccess_preset_count()):
        lib.csuccess_preset_get(index, name, document)
        found[text(name[0])] = text(document[0])
    return MappingProxyType(found)


class Bounds(NamedTuple):
    """What a journey or playbook can come to at most; None: unbounded. See csuccess_flow_bounds."""

    longest: timedelta | None
    """From its beginning to its end."""
    messages: int | None
    """To the customer, in all."""
    messages_a_day: int | None
    """In any 24 hours."""
    to_one: int | None
    """Messages to one recipient: the customer itself, or one of its contacts."""
    to_one_a_day: int | None


class Config:
    """A compiled configuration: every definition of attributes, health profiles, churn models and segments, checked
    as a whole.

    It never changes; results name its `hash`, and configurations with the same hash are equal. Threads share it, and
    it goes with its last reference.

        config = Config.load("success.json")
        score = config.score({"logins_30d": 12, "champion_left": True})
        print(score.value, score.status, score.why())
    """

    __slots__ = ("__weakref__", "_compiled", "_own")

    def __init__(self, document: Document, *, bindings: Document | None = None, resolve: Resolve | None = None,
                 model: Models | None = None, limits: Mapping[str, int] | None = None, name: str = "") -> None:
        """Compiles a document: see compile()."""
        raw = string(encode(document))
        compiling = Compiling(bindings, resolve, model, limits, name)
        out, err = ffi.new("csuccess_config **"), new("csuccess_error")
        result = lib.csuccess_config_compile(out, raw, compiling.options, err)
        if compiling.raised:
            lib.csuccess_config_unref(out[0])
            raise compiling.raised[0]
        if result < 0:
            raise _refused(raw, compiling, error_of(result, err)) from compiling.refused
        self._take(Compiled(out[0]))

    def _take(self, compiled: Compiled) -> None:
        self._compiled = compiled
        self._own = threading.local()

    @classmethod
    def _of(cls, compiled: Compiled) -> Config:
        config = cls.__new__(cls)
        config._take(compiled)
        return config

    @classmethod
    def compile(cls, document: Document, *, bindings: Document | None = None, resolve: Resolve | None = None,
                model: Models | None = None, limits: Mapping[str, int] | None = None, name: str = "") -> Config:
        """Compiles a document: text, bytes or a dict.

        `bindings` are the values of the document's `bindings`. `resolve` finds the document that this one `extends`,
        and `model` the model that it names: a mapping by name, or a function of the name that gives None where there
        is none; a Model stands for itself. What they raise is raised as itself; only an Error that `model` raises (a
        ModelError of Model.load(), say) is a model that was refused, for which `churn.fallback` may take over.
        `limits` are ceilings on hostile input by the names of csuccess_limits. `name` is how messages call the
        document.

        ConfigError: of all that is wrong the first problem, with its place; `problems` has them all.
        """
        return cls(document, bindings=bindings, resolve=resolve, model=model, limits=limits, name=name)

    @classmethod
    def load(cls, path: str | os.PathLike[str], *, bindings: Document | None = None, resolve: Resolve | None = None,
             model: Models | None = None, limits: Mapping[str, int] | None = None) -> Config:
        """Compiles a file. Unless `resolve` says otherwise, "extends": "base.json" is a file beside it; unless
        `model` does, a model NAME is the file NAME.json beside it, where there is one."""
        file = Path(path)
        return cls(file.read_bytes(), bindings=bindings, resolve=resolve or _Beside(file),
                   model=model or _ModelBeside(file), limits=limits, name=str(path))

    @staticmethod
    def check(document: Document, *, bindings: Document | None = None, resolve: Resolve | None = None,
              model: Models | None = None, limits: Mapping[str, int] | None = None, name: str = "") -> list[Problem]:
        """Every problem of a document, errors first (their `code` is negative), then what is legal but probably wrong
        (code 0), each in document order. An empty list: nothing to say."""
        compiling = Compiling(bindings, resolve, model, limits, name)
        found = _problems(string(encode(document)), compiling)
        compiling.check()
        return found

    @property
    def _handle(self) -> Any:
        return self._compiled.handle

    @property
    def hash(self) -> str:
        """The content hash: "sha256:" and 64 hex digits over the effective document. Equal hashes decide equally."""
        return text(lib.csuccess_config_hash(self._compiled.handle))

    @property
    def name(self) -> str:
        """The document's `name`, or ""."""
        return text(lib.csuccess_config_name(self._compiled.handle))

    @property
    def document(self) -> dict[str, Any]:
        """The effective document, everything extended and merged."""
        found: dict[str, Any] = load(text(lib.csuccess_config_document(self._compiled.handle)))
        return found

    @property
    def inputs(self) -> Mapping[str, str]:
        """What can be set, in the order of the slots, with the type: "number", "bool", "string", "time", "date",
        "duration", "money", "list" or "records"."""
        return MappingProxyType({name: kind for name, (_, kind) in self._compiled.slots.items()})

    def slot(self, name: str) -> int:
        """The slot of an input. UnknownNameError, with the nearest."""
        return self._compiled.slot(name)

    @property
    def segments(self) -> tuple[str, ...]:
        """Ids of the segments."""
        return self._compiled.segments

    @property
    def profiles(self) -> tuple[str, ...]:
        """Names of the health profiles, by the index that column results have."""
        return items(lib.csuccess_config_profile, self._compiled.handle)

    @property
    def bands(self) -> Mapping[str, tuple[str, ...]]:
        """The bands of each profile, by the index that column results have."""
        handle = self._compiled.handle
        return MappingProxyType({profile: items(lib.csuccess_config_band, handle, index)
                                 for index, profile in enumerate(self.profiles)})

    @property
    def levels(self) -> tuple[str, ...]:
        """The levels of churn."""
        return items(lib.csuccess_config_level, self._compiled.handle)

    @property
    def programs(self) -> tuple[str, ...]:
        """The journeys ("journey/onboarding"), then the playbooks."""
        handle = self._compiled.handle
        return tuple(named(lib.csuccess_config_program, handle, i) for i in range(lib.csuccess_config_programs(handle)))

    def draw(self, program: str, how: str = "text") -> str:
        """A journey or playbook as text, or as Graphviz ("dot"). UnknownNameError, with the nearest."""
        if how not in DRAWINGS:
            raise ValueError(f"{how!r} is no drawing: there are {', '.join(DRAWINGS)}")
        out = ffi.new("csuccess_text **")
        call(lib.csuccess_config_draw, self._compiled.handle, string(program), DRAWINGS[how], out)
        return take_text(out)

    def bounds(self, program: str) -> Bounds:
        """What draw() says of the most that can happen, as numbers."""
        out = new("csuccess_flow_bounds")
        call(lib.csuccess_config_bounds, self._compiled.handle, string(program), out)
        counts = (out.messages, out.messages_a_day, out.to_one, out.to_one_a_day)
        return Bounds(None if out.longest_ms == NEVER else timedelta(milliseconds=out.longest_ms),
                      *(None if count == _UNBOUNDED else count for count in counts))

    def diff(self, other: Config) -> list[dict[str, Any]]:
        """What `other`, the later one, has otherwise: {"op": "add" | "remove" | "replace" | "reorder", "path",
        "before", "after"} in document order."""
        out = ffi.new("csuccess_text **")
        call(lib.csuccess_config_diff, out, self._compiled.handle, compiled_of(other).handle)
        found: list[dict[str, Any]] = load(take_text(out))
        return found

    def succeed(self, before: Config) -> None:
        """Whether this configuration may take the place of `before`: InvalidError names the campaign whose status
        moves as it may not."""
        call(lib.csuccess_config_succeed, compiled_of(before).handle, self._compiled.handle)

    def retrain_due(self) -> datetime | None:
        """When the churn model is due to be trained again; None: configuration or model do not say."""
        out = ffi.new("int64_t *")
        return to_utc(out[0]) if lib.csuccess_config_retrain_due(self._compiled.handle, 0, out) >= 0 else None

    def _mine(self) -> tuple[Scorer, Facts]:
        """This thread's scorer and facts."""
        pair: tuple[Scorer, Facts] | None = getattr(self._own, "pair", None)
        if pair is None:
            pair = self._own.pair = Scorer._of(self._compiled), Facts._of(self._compiled)
        return pair

    def score(self, row: Mapping[str, Any] | str | bytes, now: Time | None = None) -> Score:
        """Scores one customer, given as a row (see Facts.read_json()), at a time, or now. The reasons (why(),
        explanation, json) are worked out when they are asked for. Any thread may call it.

        For many customers, score_table(), or a Scorer and Facts of one's own.
        """
        ms = now_ms() if now is None else to_ms(now)
        raw = encode(row)
        scorer, facts = self._mine()
        facts.read_json(raw)
        if not self._compiled.has_health:
            return scorer.explain(facts, ms)
        score = scorer.run(facts, ms)
        score._later = _Later(self._compiled, raw, ms)
        return score

    def score_table(self, source: Any, now: Time | None = None, *, results: Iterable[str] | None = None,
                    customer: str = "", strict: bool = False) -> ScoredTable:
        """Scores a whole table: of pyarrow, polars, pandas or DuckDB, or anything with __arrow_c_stream__ or
        __arrow_c_array__, which is not copied; or a mapping of columns (see Columns.bind()).

        `results` names the parts of the result: "health", "churn", "segments"; by itself all but the segments.
        `customer` names the column that names the customers, which is handed through; by itself "customer_id", where
        there is one. Columns that are no input are passed over, unless `strict`.

        ValueTypeError (a column of a type that its input does not take), UnknownNameError, RangeError, EncodingError,
        InvalidError, ProducerError; TypeError: no table.
        """
        with Scorer._of(self._compiled) as scorer:
            return score_table(scorer, source, now, results, customer, strict)

    def score_stream(self, source: Any, now: Time | None = None, *, results: Iterable[str] | None = None,
                     customer: str = "", strict: bool = False) -> ScoredStream:
        """The same batch by batch as it is read, for tables that are larger than memory."""
        return score_stream(self, source, now, results, customer, strict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Config) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    def __repr__(self) -> str:
        return f"<csuccess.Config {self.name!r} {self.hash[:19]}>"

    def __reduce__(self) -> Any:
        raise TypeError("Config cannot be copied or pickled; `document` is what it is made of")


class _Later:
    """The reasons of a score that was given without them: the same row at the same time, explained."""

    __slots__ = ("compiled", "ms", "row")

    def __init__(self, compiled: Compiled, row: Any, ms: int) -> None:
        self.compiled, self.row, self.ms = compiled, bytes(row), ms

    def __call__(self) -> Score:
        with Scorer._of(self.compiled) as scorer:
            score: Score = scorer.explain(self.row, self.ms)
            return score


class _Beside:
    """Documents beside a file."""

    def __init__(self, file: Path) -> None:
        self.folder = file.parent

    def __call__(self, name: str) -> bytes | None:
        return (self.folder / name).read_bytes() if name.endswith(".json") else None


class _ModelBeside(_Beside):
    """Models beside a file."""

    def __call__(self, name: str) -> Any:
        path = self.folder / f"{name}.json"
        return Model.load(path, name=name) if "/" not in name and path.is_file() else None


def _problems(raw: Any, compiling: Compiling) -> list[Problem]:
    out, err, problem = ffi.new("csuccess_problems **"), new("csuccess_error"), new("csuccess_problem")
    result = lib.csuccess_config_check(out, raw, compiling.options, err)
    if out[0] == NULL:
        raise error_of(result, err)
    try:
        found = []
        for index in range(lib.csuccess_problems_count(out[0])):
            lib.csuccess_problems_get(out[0], index, problem)
            found.append(Problem.read(problem))
        return found
    finally:
        lib.csuccess_problems_free(out[0])


def _refused(raw: Any, compiling: Compiling, first: Error) -> Error:
    """The first problem as what a configuration is refused with; what is wrong with the options or the machine stays
    as it is."""
    if first.code in (lib.CSUCCESS_ENOMEM, lib.CSUCCESS_EABI, lib.CSUCCESS_EINVALID, lib.CSUCCESS_ECANCELLED):
        return first
    error = ConfigError(first.message, code=first.code, pointer=first.pointer, offset=first.offset, line=first.line,
                        column=first.column)
    try:
        error.problems = tuple(problem for problem in _problems(raw, compiling) if problem.code < 0)
    except Error:
        error.problems = ()
    return error
