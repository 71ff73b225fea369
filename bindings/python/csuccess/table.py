# SPDX-License-Identifier: Apache-2.0
"""Whole tables: in from anything that speaks Arrow, out to anything that does."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._capsules import ARRAY, SCHEMA, STREAM, batches, make, owned, stream_of, take
from ._compiled import refusal
from ._ffi import NULL, call, ffi, lib
from ._time import Time, now_ms, to_ms
from .columns import Columns, arrow_options

if TYPE_CHECKING:
    from .config import Config
    from .scorer import Scorer

__all__ = ["PARTS", "Batch", "ScoredStream", "ScoredTable"]

# Parts of a result: which columns it has.
PARTS = {
    "health": lib.CSUCCESS_ARROW_HEALTH,
    "churn": lib.CSUCCESS_ARROW_CHURN,
    "segments": lib.CSUCCESS_ARROW_SEGMENTS,
}


def parts_mask(results: Iterable[str] | None) -> int:
    """`results` as bits; None: all but the segments."""
    mask = 0
    for part in results or ():
        if part not in PARTS:
            raise ValueError(f"{part!r} is no part of a result: there are {', '.join(PARTS)}")
        mask |= PARTS[part]
    return mask


class _Shared:
    """Batches that stay until the last thing that was handed out of them is released."""

    __slots__ = ("pointer",)

    def __init__(self, schema: Any) -> None:
        pointer = lib.python_table_new(schema)
        if pointer == NULL:
            raise refusal(lib.CSUCCESS_ENOMEM, "out of memory")
        self.pointer = ffi.gc(pointer, lib.python_table_free)

    def give(self, function: Any, kind: int, *arguments: Any) -> object:
        """A capsule of what a function hands out."""
        capsule, struct = make(kind)
        if function(self.pointer, *arguments, struct) < 0:
            raise refusal(lib.CSUCCESS_ENOMEM, "out of memory")
        return capsule


class Batch:
    """A record batch of results."""

    __slots__ = ("_index", "_shared")

    def __init__(self, shared: _Shared, index: int) -> None:
        self._shared = shared
        self._index = index

    def __len__(self) -> int:
        return int(lib.python_table_rows(self._shared.pointer, self._index))

    def __arrow_c_schema__(self) -> object:
        """A capsule "arrow_schema"."""
        return self._shared.give(lib.python_table_schema, SCHEMA)

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        """Capsules "arrow_schema" and "arrow_array"; a requested schema is not followed."""
        return self.__arrow_c_schema__(), self._shared.give(lib.python_table_array, ARRAY, self._index)


class ScoredTable:
    """Results of a table, a row for each of its rows: the customers' column as it came, then score, raw,
    completeness, status, trend, profile, churn_probability, churn_confidence, churn_level, churn_source,
    churn_degraded and, where they were asked for, a bool "segment:ID" for each segment.

    It speaks Arrow: pyarrow.table(t), polars.DataFrame(t), pandas.DataFrame.from_arrow(t), DuckDB's "from t" over
    pyarrow.table(t). Each takes it without a copy, any number of times; the memory goes with the last of them.
    """

    __slots__ = ("_shared",)

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared

    @property
    def batches(self) -> list[Batch]:
        """Its record batches, cut as the table was that came in."""
        return [Batch(self._shared, index) for index in range(lib.python_table_count(self._shared.pointer))]

    def __len__(self) -> int:
        return sum(len(batch) for batch in self.batches)

    @property
    def column_names(self) -> list[str]:
        """Names of its columns."""
        schema = owned(SCHEMA)
        if lib.python_table_schema(self._shared.pointer, schema) < 0:
            raise refusal(lib.CSUCCESS_ENOMEM, "out of memory")
        return [str(ffi.string(schema.children[i].name), "utf-8") for i in range(schema.n_children)]

    def __arrow_c_schema__(self) -> object:
        """A capsule "arrow_schema"."""
        return self._shared.give(lib.python_table_schema, SCHEMA)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule "arrow_array_stream"; a requested schema is not followed, which the protocol allows."""
        return self._shared.give(lib.python_table_stream, STREAM)

    def __repr__(self) -> str:
        return f"<csuccess.ScoredTable: {len(self)} rows, {', '.join(self.column_names)}>"

    def __reduce__(self) -> Any:
        raise TypeError("ScoredTable cannot be pickled: pyarrow.table() of it can")


class ScoredStream:
    """Results batch by batch as they are read; memory does not grow with the table. It can be read once, by any thread.

    What goes wrong with a batch is the reader's error, with the batch's number in its text.
    """

    __slots__ = ("_capsule",)

    def __init__(self, capsule: object) -> None:
        self._capsule: object | None = capsule

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A capsule "arrow_array_stream"; a requested schema is not followed. InvalidError: it was read already."""
        capsule, self._capsule = self._capsule, None
        if capsule is None:
            raise refusal(lib.CSUCCESS_EINVALID,
                          "the stream was read already: score_table() gives what can be read again")
        return capsule

    def __reduce__(self) -> Any:
        raise TypeError("ScoredStream cannot be pickled")


def score_table(scorer: Scorer, source: Any, now: Time | None, results: Iterable[str] | None, customer: str,
                strict: bool) -> ScoredTable:
    """Scorer.score_table()."""
    ms, mask = now_ms() if now is None else to_ms(now), parts_mask(results)
    options, _keep = arrow_options(customer, strict, mask)
    if isinstance(source, Mapping):
        source = _bound(scorer, source)
    if isinstance(source, Columns):
        return ScoredTable(_add(None, scorer, source, ms, options))
    shared = None
    for schema, batch in batches(source):
        if batch.release == NULL:
            return ScoredTable(_Shared(_schema_of_none(scorer, schema, options, ms)))
        with Columns._import(scorer._compiled, schema, batch, options) as columns:
            shared = _add(shared, scorer, columns, ms, options)
    assert shared is not None
    return ScoredTable(shared)


def _add(shared: _Shared | None, scorer: Scorer, columns: Columns, ms: int, options: Any) -> _Shared:
    """The results of one batch more."""
    schema, batch = owned(SCHEMA), owned(ARRAY)
    with scorer._use() as handle, columns._reading() as read:
        result = lib.csuccess_scorer_export(handle, read, ms, options, schema, batch, scorer._err)
        if result < 0 or scorer._raised:
            scorer._fail(result)
    if shared is None:
        shared = _Shared(schema)
    if lib.python_table_add(shared.pointer, batch) < 0:
        raise refusal(lib.CSUCCESS_ENOMEM, "out of memory")
    return shared


def _bound(scorer: Scorer, source: Mapping[str, Any]) -> Columns:
    """Columns by name."""
    first = next(iter(source.values()), ())
    return Columns(scorer.config, len(first)).bind_all(source)


def _schema_of_none(scorer: Scorer, schema: Any, options: Any, ms: int) -> Any:
    """The schema of the results of a table without a batch: that of a stream that ends at once."""
    empty = _Shared(schema)
    given, out, found = owned(STREAM), owned(STREAM), owned(SCHEMA)
    lib.python_table_stream(empty.pointer, given)
    call(lib.csuccess_score_stream, out, scorer._compiled.handle, given, ms, options)
    if lib.python_stream_schema(out, found) != 0:
        raise refusal(lib.CSUCCESS_EINVALID, str(ffi.string(lib.python_stream_error(out)), "utf-8", "replace"))
    return found


def score_stream(config: Config, source: Any, now: Time | None, results: Iterable[str] | None, customer: str,
                 strict: bool) -> ScoredStream:
    """Config.score_stream()."""
    ms, mask = now_ms() if now is None else to_ms(now), parts_mask(results)
    options, _keep = arrow_options(customer, strict, mask)
    producer = stream_of(source)
    capsule, out = make(STREAM)
    call(lib.csuccess_score_stream, out, config._compiled.handle, take(producer, STREAM), ms, options)
    return ScoredStream(capsule)
