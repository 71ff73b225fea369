# SPDX-License-Identifier: Apache-2.0
"""Results of columns: arrays of the host's, an item per row."""
from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ._ffi import ffi, lib, new, one_of
from .prediction import SOURCES

if TYPE_CHECKING:
    from .columns import Columns
    from .scorer import Scorer

__all__ = ["WANTED", "ColumnResults", "score_columns"]

_DOUBLES = ("score", "raw", "completeness", "probability", "confidence")
_BYTES = ("status", "trend", "profile", "level", "source")
_BITS = ("scored", "predicted", "degraded")
WANTED = (*_DOUBLES, *_BYTES, *_BITS)
_TRENDS = (None, "improving", "stable", "declining")


class ColumnResults:
    """Results by name: memory with the buffer protocol (numpy.frombuffer() takes it), an item per row.

    `score`, `raw`, `completeness`, `probability`, `confidence` are float64, 0 where there is none; `status` (index of
    the band in its profile; 254: churned, 255: none), `trend` (0 none, 1 improving, 2 stable, 3 declining),
    `profile`, `level` (255: none) and `source` are a byte each; `scored`, `predicted` and `degraded` are bitmaps,
    least significant bit first. What was not wanted is None.
    """

    __slots__ = (*WANTED, "_config", "count", "segment_sizes", "segments")
    score: Any
    raw: Any
    completeness: Any
    probability: Any
    confidence: Any
    status: Any
    trend: Any
    profile: Any
    level: Any
    source: Any
    scored: Any
    predicted: Any
    degraded: Any

    def __init__(self, config: Any, count: int, memory: Mapping[str, Any]) -> None:
        self._config = config
        self.count = count
        for name in WANTED:
            setattr(self, name, memory.get(name))
        self.segments: dict[str, bytearray] = {}
        """A bitmap for each segment."""
        self.segment_sizes: dict[str, int] = {}
        """Members of each segment."""

    def __len__(self) -> int:
        return self.count

    def is_scored(self, row: int) -> bool:
        """Whether there is a score."""
        return bool(self.scored[row >> 3] >> (row & 7) & 1)

    def statuses(self) -> list[str | None]:
        """The status of each row by name. It needs `profile`."""
        bands = [*self._config.bands.values()]
        return ["churned" if s == 254 else None if s == 255 else bands[p][s]
                for s, p in zip(memoryview(self.status), memoryview(self.profile))]

    def trends(self) -> list[str | None]:
        """The trend of each row by name."""
        return [_TRENDS[t] for t in memoryview(self.trend)]

    def levels(self) -> list[str | None]:
        """The level of churn of each row by name."""
        names = (*self._config.levels, *[None] * (256 - len(self._config.levels)))
        return [names[level] for level in memoryview(self.level)]

    def sources(self) -> list[str | None]:
        """Where each probability came from."""
        return [SOURCES[s] for s in memoryview(self.source)]


def _memory(name: str, count: int, given: Any) -> tuple[Any, Any]:
    """What the host sees, and the same as C sees it."""
    kind = "double[]" if name in _DOUBLES else "uint8_t[]"
    need = (count + 7) // 8 if name in _BITS else count
    if given is None:
        given = array("d", bytes(8 * need)) if name in _DOUBLES else bytearray(need)
    seen = ffi.from_buffer(kind, given, require_writable=True)
    item = 8 if name in _DOUBLES else 1
    if memoryview(given).nbytes < need * item:
        raise ValueError(f"{name}: {count} rows need {need * item} bytes, not {memoryview(given).nbytes}")
    return given, seen


def score_columns(scorer: Scorer, columns: Columns, now: int, rows: tuple[int, int | None],
                  wanted: Iterable[str] | Mapping[str, Any], segments: bool) -> ColumnResults:
    """Scorer.score_columns()."""
    from .columns import Columns

    one_of(Columns, columns)
    first, count = rows
    count = max(len(columns) - first, 0) if count is None else count
    given: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else dict.fromkeys(wanted)
    unknown = set(given) - set(WANTED)
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]!r} is no result: there are {', '.join(WANTED)}")
    out, keep = new("csuccess_column_results"), {name: _memory(name, count, memory) for name, memory in given.items()}
    for name, (_, seen) in keep.items():
        if count:
            setattr(out, name, seen)
    results = ColumnResults(scorer.config, count, {name: memory for name, (memory, _) in keep.items()})
    names = scorer._compiled.segments if segments else ()
    bitmaps = [bytearray((count + 7) // 8 or 1) for _ in names]
    views = [ffi.from_buffer("uint8_t[]", bitmap) for bitmap in bitmaps]
    listed, sizes = ffi.new("uint8_t *[]", views), ffi.new("uint64_t[]", len(names))
    if names:
        out.segments, out.segment_sizes = ffi.cast("uint8_t *const *", listed), sizes
    with scorer._use() as handle, columns._reading() as read:
        result = lib.csuccess_scorer_columns(handle, read, first, count, now, out, scorer._err)
        if result < 0 or scorer._raised:
            scorer._fail(result)
    results.segments = dict(zip(names, bitmaps))
    results.segment_sizes = {name: sizes[i] for i, name in enumerate(names)}
    return results
