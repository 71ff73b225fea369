# SPDX-License-Identifier: Apache-2.0
"""Tables of other programs, in and out by Arrow's capsules; pyarrow, polars, pandas and DuckDB where they are installed."""
from __future__ import annotations

import ctypes
import gc
import random
import threading
from typing import Any

import pytest
import scoring

import csuccess
from csuccess import _capsules
from csuccess._ffi import lib

NOW = scoring.NOW
ROWS = 50_000 if scoring.SANITIZED else 1_000_000
NAMES = ("score", "raw", "completeness", "status", "trend", "profile", "churn_probability", "churn_level")


@pytest.fixture(scope="module")
def pa() -> Any:
    return pytest.importorskip("pyarrow")


def customers(count: int) -> dict[str, list[Any]]:
    draw = random.Random(7)
    pick = draw.choices
    return {
        "customer_id": [f"c{i}" for i in range(count)],
        "logins_30d": pick([*range(60), None], k=count),
        "nps_score": pick([0, 3, 5, 9, 10, None], k=count),
        "champion_left": pick([True, False, None], k=count),
        "contract_value": pick([0.0, 9000.0, 24000.5, None], k=count),
        "score_30d_ago": pick([20.0, 70.0, None], k=count),
        "ignored": pick(["x", None], k=count),
    }


@pytest.fixture(scope="module")
def table(pa: Any) -> Any:
    return pa.table(customers(ROWS))


def expected(config: csuccess.Config, row: dict[str, Any]) -> dict[str, Any]:
    del row["ignored"]
    score = config.score(row, NOW)
    churn = score.churn
    assert churn is not None
    return {"score": score.value, "raw": score.raw, "completeness": score.completeness, "status": score.status, "trend": score.trend,
            "profile": score.profile, "churn_probability": churn["probability"], "churn_level": churn["level"]}


@pytest.mark.parametrize("program", ["pyarrow", "chunked", "polars", "duckdb", "pandas"])
def test_a_million_rows_are_what_each_row_is_alone(program: str, table: Any, pa: Any) -> None:
    config = scoring.preset()
    source = table
    if program == "chunked":
        source = pa.Table.from_batches(table.to_batches(max_chunksize=65_521))
    elif program == "polars":
        source = pytest.importorskip("polars").from_arrow(table)
    elif program == "duckdb":
        rows = table
        source = pytest.importorskip("duckdb").sql("select * from rows")
        assert rows is table
    elif program == "pandas":
        source = pytest.importorskip("pandas").DataFrame.from_arrow(table)
    scored = config.score_table(source, NOW)
    assert len(scored) == ROWS and scored.column_names[0] == "customer_id"
    back = pa.table(scored)
    sample = random.Random(3).sample(range(ROWS), 200)
    for at in sample:
        have, row = back.slice(at, 1).to_pylist()[0], table.slice(at, 1).to_pylist()[0]
        assert have["customer_id"] == row["customer_id"]
        assert {name: have[name] for name in NAMES} == expected(config, row)


def test_results_go_to_every_program_any_number_of_times(pa: Any, table: Any) -> None:
    scored = scoring.preset().score_table(table.slice(0, 1000), NOW)
    back = pa.table(scored)
    assert pa.table(scored) == back and pa.schema(scored) == back.schema
    assert pa.record_batch(scored.batches[0]).num_rows == 1000
    assert pytest.importorskip("polars").DataFrame(scored)["raw"].to_list() == back["raw"].to_pylist()
    frame = pytest.importorskip("pandas").DataFrame.from_arrow(scored)
    assert list(frame["customer_id"]) == back["customer_id"].to_pylist()
    duckdb = pytest.importorskip("duckdb")
    assert duckdb.sql("select count(*) from back").fetchall() == [(1000,)]
    del scored
    gc.collect()
    assert back["raw"].null_count + len(back["raw"].drop_null()) == 1000


def test_a_stream_gives_the_same_and_is_read_once(pa: Any, table: Any) -> None:
    config = scoring.preset()
    some = pa.Table.from_batches(table.slice(0, 10_000).to_batches(max_chunksize=999))
    stream = config.score_stream(some, NOW)
    assert pa.table(stream) == pa.table(config.score_table(some, NOW))
    with pytest.raises(csuccess.InvalidError, match="read already"):
        pa.table(stream)
    config.score_stream(some, NOW)  # never read: released with it


def test_parts_customers_and_strictness(pa: Any) -> None:
    config = scoring.small()
    table = pa.table({"id": ["a", "b"], "logins": [1, 5], "else": [0, 0]})
    scored = config.score_table(table, NOW, results=["health", "segments"], customer="id")
    assert scored.column_names == ["id", "score", "raw", "completeness", "status", "trend", "profile", "segment:quiet", "segment:large"]
    assert pa.table(scored)["segment:quiet"].to_pylist() == [True, False]
    with pytest.raises(csuccess.UnknownNameError):
        config.score_table(table, NOW, strict=True)
    with pytest.raises(csuccess.UnknownNameError):
        config.score_table(table, NOW, customer="nobody")
    with pytest.raises(ValueError, match="no part"):
        config.score_table(table, NOW, results=["helth"])


def test_an_empty_table_has_the_columns(pa: Any) -> None:
    config = scoring.preset()
    full = pa.table({"customer_id": ["a"], "logins_30d": [1]})
    want = pa.schema(config.score_table(full, NOW))
    for empty in (full.slice(0, 0), pa.Table.from_batches([], full.schema)):
        back = pa.table(config.score_table(empty, NOW))
        assert back.num_rows == 0 and back.schema.names == want.names


def test_mappings_columns_and_batches(pa: Any) -> None:
    config = scoring.small()
    assert pa.table(config.score_table({"logins": [0, 5, None]}, NOW))["raw"].to_pylist() == [0, 50, None]
    batch = pa.record_batch({"logins": [0, 10]})
    columns = csuccess.Columns.from_arrow(config, batch)
    assert len(columns) == 2 and columns.bound("logins")
    assert list(csuccess.Scorer(config).score_columns(columns, NOW).raw) == [0, 100]
    assert pa.table(config.score_table(columns, NOW))["raw"].to_pylist() == [0, 100]
    two = pa.Table.from_batches([batch, batch])
    assert [len(c) for c in csuccess.Columns.batches(config, two)] == [2, 2]
    with pytest.raises(ValueError, match="2 batches"):
        csuccess.Columns.from_arrow(config, two)


def test_the_hosts_model_is_asked_for_tables_too(pa: Any) -> None:
    scorer = csuccess.Scorer(scoring.hosted())
    scorer.set_model(lambda batch: [0.9] * len(batch.rows))
    back = pa.table(scorer.score_table(pa.table({"logins": [1, 5]}), NOW))
    assert back["churn_probability"].to_pylist() == [0.9, 0.9] and back["churn_source"].to_pylist() == ["host", "host"]
    error = KeyboardInterrupt()

    def stop(batch: Any) -> Any:
        raise error

    scorer.set_model(stop)
    with pytest.raises(KeyboardInterrupt) as caught:
        scorer.score_table(pa.table({"logins": [1, 5]}), NOW)
    assert caught.value is error


def test_a_column_of_the_wrong_type_is_named(pa: Any) -> None:
    with pytest.raises(csuccess.ValueTypeError, match="logins"):
        scoring.small().score_table(pa.table({"logins": ["a"]}), NOW)
    with pytest.raises(Exception, match="logins"):
        pa.table(scoring.small().score_stream(pa.table({"logins": ["a"]}), NOW))


def test_a_failing_producer_is_its_own_error(pa: Any) -> None:
    def batches() -> Any:
        yield pa.record_batch({"logins": [1]})
        raise ZeroDivisionError("halfway")

    reader = pa.RecordBatchReader.from_batches(pa.schema([("logins", pa.int64())]), batches())
    with pytest.raises((ZeroDivisionError, OSError, csuccess.Error)):
        scoring.small().score_table(reader, NOW)


class Wrong:
    """A producer that gives what it should not."""

    def __init__(self, given: Any) -> None:
        self.given = given

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self.given


def capsule(name: bytes) -> Any:
    new = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)(("PyCapsule_New", ctypes.pythonapi))
    return new(1, name, None)


def test_what_is_no_table_says_what_is() -> None:
    config = scoring.small()
    for wrong in (5, "table", [{"logins": 1}], Wrong(5), Wrong(None), Wrong(capsule(b"other"))):
        with pytest.raises(TypeError):
            config.score_table(wrong, NOW)
        with pytest.raises(TypeError):
            config.score_stream(wrong, NOW)


def test_a_consumed_capsule_says_so(pa: Any) -> None:
    taken = pa.table({"logins": [1]}).__arrow_c_stream__()
    config = scoring.small()
    config.score_table(Wrong(taken), NOW)
    stream = config.score_stream(Wrong(pa.table({"logins": [1]}).__arrow_c_stream__()), NOW)
    ours = stream.__arrow_c_stream__()
    pa.RecordBatchReader._import_from_c_capsule(ours).read_all()
    with pytest.raises(csuccess.InvalidError, match="consumed"):
        config.score_table(Wrong(ours), NOW)


def test_capsules_that_nobody_takes_are_released(pa: Any) -> None:
    scored = scoring.small().score_table(pa.table({"logins": [1, 2, 3]}), NOW)
    for _ in range(100):
        scored.__arrow_c_stream__()
        scored.__arrow_c_schema__()
        scored.batches[0].__arrow_c_array__(requested_schema=None)
        _capsules.make(_capsules.STREAM)
    kept = scored.batches[0].__arrow_c_array__()
    del scored
    gc.collect()
    assert _capsules.take(kept[1], _capsules.ARRAY).length == 3


def test_results_are_read_in_other_threads(pa: Any, table: Any) -> None:
    config = scoring.preset()
    scored, got = config.score_table(table.slice(0, 5000), NOW), []
    want = pa.table(scored)
    threads = [threading.Thread(target=lambda: got.append(pa.table(scored) == want)) for _ in range(4)]
    threads.append(threading.Thread(target=lambda: got.append(pa.table(config.score_stream(table.slice(0, 5000), NOW)) == want)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == [True] * 5


@pytest.mark.memory
def test_nothing_leaks_over_many_tables(pa: Any) -> None:
    config = scoring.small()
    source = pa.table({"customer_id": [f"c{i}" for i in range(500)], "logins": [i % 20 for i in range(500)]})
    wrong = pa.table({"logins": ["a"] * 500})

    def loop(count: int) -> None:
        for i in range(count):
            scored = config.score_table(source, NOW)
            if i % 3 == 0:
                pa.table(scored)
            if i % 5 == 0:
                pa.table(config.score_stream(source, NOW))
            if i % 7 == 0:
                with pytest.raises(csuccess.ValueTypeError):
                    config.score_table(wrong, NOW)

    loop(300)
    gc.collect()
    before, arrow = scoring.used(), pa.total_allocated_bytes()
    loop(3000)
    gc.collect()
    assert scoring.used() - before < 4096
    assert pa.total_allocated_bytes() == arrow


def test_the_flags_of_results_are_all_named() -> None:
    from csuccess.table import PARTS

    assert set(PARTS.values()) == {getattr(lib, name) for name in dir(lib)
                                   if name in ("CSUCCESS_ARROW_HEALTH", "CSUCCESS_ARROW_CHURN", "CSUCCESS_ARROW_SEGMENTS")}
