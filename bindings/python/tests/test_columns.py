# SPDX-License-Identifier: Apache-2.0
"""Columns over the host's memory: every buffer that is taken, that it is not copied and stays, and what is refused."""
from __future__ import annotations

import gc
import threading
from array import array
from datetime import date, datetime, timezone
from typing import Any

import pytest
import scoring

import csuccess

NOW = scoring.NOW


def one_by_one(config: csuccess.Config, rows: list[dict[str, Any]]) -> list[csuccess.Score]:
    scorer = csuccess.Scorer(config)
    return [scorer.run(row, NOW) for row in rows]


def test_columns_are_the_rows_scored_one_by_one() -> None:
    config = scoring.preset()
    rows = scoring.lines("enterprise.customers.jsonl")
    columns = csuccess.Columns(config, len(rows))
    for name in config.inputs:
        if any(name in row for row in rows) and name != "churned_at":
            columns.bind(name, [row.get(name) for row in rows])
    columns.bind("churned_at", [row.get("churned_at") for row in rows])
    results = csuccess.Scorer(config).score_columns(columns, NOW)
    want = one_by_one(config, rows)
    assert [results.raw[i] if results.is_scored(i) else None for i in range(len(rows))] == [s.raw for s in want]
    assert results.statuses() == [s.status for s in want]
    assert results.trends() == [s.trend for s in want]
    assert list(results.completeness) == [s.completeness for s in want]
    assert results.levels() == [config.score(row, NOW).churn["level"] for row in rows]  # type: ignore[index]


@pytest.mark.parametrize("values", [
    array("d", [0, 5, 10]), array("q", [0, 5, 10]), array("i", [0, 5, 10]), array("B", [0, 5, 10]), bytes([0, 5, 10]),
    memoryview(array("d", [0, 5, 10])), memoryview(array("d", [9, 0, 5, 10]))[1:],
])
def test_every_buffer_that_is_taken(values: Any) -> None:
    config = scoring.small()
    columns = csuccess.Columns(config, 3)
    columns.bind("logins", values)
    assert columns.bound("logins") and not columns.bound("nps") and len(columns) == 3
    assert list(csuccess.Scorer(config).score_columns(columns, NOW).score) == [0, 50, 100]


def test_memory_of_numpy_is_not_copied() -> None:
    numpy = pytest.importorskip("numpy")
    config = scoring.small()
    logins = numpy.array([0.0, 5.0])
    columns = csuccess.Columns(config, 2)
    columns.bind("logins", logins)
    columns.bind("paying", numpy.array([True, False]))
    columns.bind("since", numpy.array(["2026-01-01", "NaT"], "datetime64[ms]"))
    scorer = csuccess.Scorer(config)
    assert list(scorer.score_columns(columns, NOW).score) == [0, 25]
    logins[0] = 10
    assert list(scorer.score_columns(columns, NOW).score) == [100, 25]
    with pytest.raises(csuccess.ValueTypeError, match=r"datetime64\[ms\]"):
        columns.bind("since", numpy.array(["2026-01-01", "2026-01-02"], "datetime64[D]"))
    for wrong in (numpy.zeros(2, "f4"), numpy.zeros(4)[::2], numpy.zeros((2, 1)), numpy.zeros(2, ">f8")):
        with pytest.raises(csuccess.ValueTypeError):
            columns.bind("logins", wrong)


def test_memory_is_kept_until_it_is_let_go() -> None:
    config = scoring.small()
    values = array("d", [5.0] * 100)
    columns = csuccess.Columns(config, 100)
    columns.bind("logins", values)
    with pytest.raises(BufferError):
        values.append(1.0)
    columns.bind("logins", array("d", [10.0] * 100))
    values.append(1.0)
    del values
    gc.collect()
    assert set(csuccess.Scorer(config).score_columns(columns, NOW).score) == {100.0}
    columns.close()
    with pytest.raises(csuccess.ClosedError):
        csuccess.Scorer(config).score_columns(columns, NOW)


def test_validity_bits_texts_and_words() -> None:
    config = scoring.small()
    columns = csuccess.Columns(config, 3)
    columns.bind("logins", array("d", [1, 2, 3]), bytes([0b101]))
    columns.bind_bits("paying", bytes([0b011]))
    columns.bind_utf8("plan", array("i", [0, 4, 8, 8]), b"teamfree", bytes([0b011]))
    scorer = csuccess.Scorer(config)
    assert [scorer.score_columns(columns, NOW).is_scored(i) for i in range(3)] == [True, False, True]
    columns.bind_dictionary("plan", array("b", [1, 0, 1]), ["free", "team"])
    columns.bind("renewal", [date(2026, 1, 1), None, datetime(2026, 1, 2, tzinfo=timezone.utc)])
    with pytest.raises(csuccess.RangeError):
        columns.bind_dictionary("plan", array("b", [1, 2, 1]), ["free", "team"])
    with pytest.raises(csuccess.RangeError):
        columns.bind_utf8("plan", array("i", [0, 4, 2, 8]), b"teamfree")
    with pytest.raises(csuccess.RangeError):
        columns.bind_utf8("plan", array("i", [0, 4, 8, 9]), b"teamfree")
    with pytest.raises(csuccess.EncodingError):
        columns.bind_utf8("plan", array("i", [0, 1, 1, 1]), b"\xff")


@pytest.mark.parametrize("name, values, kind", [
    ("login", [1, 2, 3], csuccess.UnknownNameError), ("logins", [1, 2], csuccess.InvalidError),
    ("logins", array("f", [1, 2, 3]), csuccess.ValueTypeError), ("plan", array("d", [1, 2, 3]), csuccess.ValueTypeError),
    ("logins", 5, TypeError), (99, array("d", [1, 2, 3]), csuccess.InvalidError), ("logins", ["a", "b", "c"], TypeError),
])
def test_what_is_refused(name: Any, values: Any, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        csuccess.Columns(scoring.small(), 3).bind(name, values)


def test_a_bitmap_that_is_too_short_is_refused() -> None:
    columns = csuccess.Columns(scoring.small(), 9)
    with pytest.raises(csuccess.InvalidError, match="2 bytes"):
        columns.bind("logins", array("d", [0] * 9), b"\xff")


def test_parts_results_of_ones_own_and_segments() -> None:
    config = scoring.small()
    columns = csuccess.Columns(config, 10).bind_all({"logins": list(range(10)), "arr": [500 * i for i in range(10)]})
    scorer, raw = csuccess.Scorer(config), array("d", [7.0] * 4)
    results = scorer.score_columns(columns, NOW, first=2, count=3, wanted={"raw": raw}, segments=True)
    assert list(raw) == [20, 30, 40, 7] and results.score is None and len(results) == 3
    assert results.segment_sizes == {"quiet": 1, "large": 2} and results.segments["quiet"][0] == 0b001
    assert len(scorer.score_columns(columns, NOW, first=10)) == 0
    with pytest.raises(csuccess.RangeError):
        scorer.score_columns(columns, NOW, first=8, count=3)
    with pytest.raises(ValueError, match="need 24 bytes"):
        scorer.score_columns(columns, NOW, count=3, wanted={"raw": array("d", [0])})
    with pytest.raises(ValueError, match="no result"):
        scorer.score_columns(columns, NOW, wanted=["points"])
    with pytest.raises((BufferError, TypeError, ValueError)):
        scorer.score_columns(columns, NOW, wanted={"scored": bytes(2)})


def test_any_number_of_threads_read_the_same_columns() -> None:
    config = scoring.small()
    columns = csuccess.Columns(config, 20_000).bind_all({"logins": [i % 11 for i in range(20_000)]})
    want = list(csuccess.Scorer(config).score_columns(columns, NOW).raw)
    got: dict[int, list[float]] = {}

    def work(part: int) -> None:
        got[part] = list(csuccess.Scorer(config).score_columns(columns, NOW, first=5000 * part, count=5000).raw)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum((got[i] for i in range(4)), []) == want
