# SPDX-License-Identifier: Apache-2.0
"""Producers that fail, lie, come back or are used twice; results that outlive everything that made them."""
from __future__ import annotations

import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import scoring

import csuccess

pa = pytest.importorskip("pyarrow")
NOW = scoring.NOW
SCHEMA = pa.schema([("customer_id", pa.string()), ("logins", pa.int64())])


def batch(first: int, count: int = 3) -> Any:
    return pa.record_batch({"customer_id": [f"c{first + i}" for i in range(count)], "logins": list(range(first, first + count))}, schema=SCHEMA)


def reader(batches: Iterator[Any]) -> Any:
    return pa.RecordBatchReader.from_batches(SCHEMA, batches)


class Given:
    """A producer that gives what it has, again and again."""

    def __init__(self, stream: Any = None, array: Any = None) -> None:
        if stream is not None:
            self.__arrow_c_stream__ = lambda requested_schema=None: stream
        if array is not None:
            self.__arrow_c_array__ = lambda requested_schema=None: array


# ---- Failing ----

@pytest.mark.parametrize("good", [0, 1, 4])
@pytest.mark.parametrize("error", [ZeroDivisionError("halfway"), MemoryError("none left"), OSError(28, "no space"), ValueError("ä" * 5000)])
def test_what_a_generator_raises_ends_the_table(good: int, error: Exception) -> None:
    def batches() -> Iterator[Any]:
        yield from (batch(i) for i in range(good))
        raise error

    config = scoring.small()
    said = str(error)[:20]
    with pytest.raises(csuccess.Error) as caught:
        config.score_table(reader(batches()), NOW)
    assert said in str(caught.value) and isinstance(caught.value, OSError) and caught.value.errno != 0
    stream = pa.RecordBatchReader.from_stream(config.score_stream(reader(batches()), NOW))
    for _ in range(good):
        assert stream.read_next_batch().num_rows == 3
    for _ in range(3):  # then and ever after
        with pytest.raises((OSError, pa.ArrowException, MemoryError), match=f"batch {good + 1}: the producer failed: "):
            stream.read_next_batch()


def test_a_batch_of_another_schema_is_refused() -> None:
    def batches() -> Iterator[Any]:
        yield batch(0)
        yield pa.record_batch({"customer_id": ["a"], "logins": ["b"]})

    with pytest.raises(csuccess.Error):  # pyarrow's own reader sees to it
        scoring.small().score_table(reader(batches()), NOW)
    table = scoring.small().score_table(reader(iter([batch(0)])), NOW)
    assert len(table) == 3


def test_a_generator_may_score_with_the_same_configuration() -> None:
    config = scoring.small()
    scorer = csuccess.Scorer(config)
    inner: list[Any] = []

    def batches() -> Iterator[Any]:
        for i in range(3):
            inner.append(pa.table(scorer.score_table(batch(i), NOW)))
            inner.append(pa.table(config.score_stream(reader(iter([batch(i)])), NOW)))
            yield batch(i)

    back = pa.table(scorer.score_table(reader(batches()), NOW))
    assert back.num_rows == 9 and len(inner) == 6 and inner[0] == inner[1] == back.slice(0, 3)


def test_an_interrupt_in_a_generator_does_not_stay() -> None:
    def batches() -> Iterator[Any]:
        raise KeyboardInterrupt
        yield

    with pytest.raises((KeyboardInterrupt, csuccess.Error)):
        scoring.small().score_table(reader(batches()), NOW)
    assert len(scoring.small().score_table(batch(0), NOW)) == 3


# ---- Twice ----

def test_a_capsule_is_taken_once() -> None:
    config = scoring.small()
    uses: list[Callable[[Any], object]] = [
        lambda given: config.score_table(given, NOW), lambda given: pa.table(config.score_stream(given, NOW)),
        lambda given: csuccess.Columns.from_arrow(config, given), lambda given: list(csuccess.Columns.batches(config, given))]
    for first in uses:
        for second in uses:
            capsule = pa.table([["a"], [1]], schema=SCHEMA).__arrow_c_stream__()
            assert first(Given(capsule))
            with pytest.raises(csuccess.InvalidError, match="consumed already"):
                second(Given(capsule))


def test_an_array_is_taken_once_and_stays_when_it_is_refused() -> None:
    config = scoring.small()
    capsules = pa.record_batch({"logins": ["a"]}).__arrow_c_array__()
    for _ in range(2):
        with pytest.raises(csuccess.ValueTypeError):
            config.score_table(Given(array=capsules), NOW)
    assert pa.RecordBatch._import_from_c_capsule(*capsules).num_rows == 1  # nobody took it
    capsules = batch(0).__arrow_c_array__()
    config.score_table(Given(array=capsules), NOW)
    with pytest.raises(csuccess.InvalidError, match="consumed already"):
        config.score_table(Given(array=capsules), NOW)


def test_what_was_begun_and_left_is_released() -> None:
    ended: list[int] = []

    def batches() -> Iterator[Any]:
        try:
            for i in range(100):
                yield batch(i)
        finally:
            ended.append(1)

    config = scoring.small()
    left = csuccess.Columns.batches(config, reader(batches()))
    assert len(next(left)) == 3
    del left
    gc.collect()
    assert ended == [1]
    stream = pa.RecordBatchReader.from_stream(config.score_stream(reader(batches()), NOW))
    kept = stream.read_next_batch()
    stream.close()
    del stream
    gc.collect()
    assert ended == [1, 1]
    assert kept["customer_id"].to_pylist() == ["c0", "c1", "c2"]


@pytest.mark.parametrize("pair", [(1, 2), 5, None, ("a",), (None, None)])
def test_pairs_that_are_none(pair: Any) -> None:
    class Odd:
        def __arrow_c_array__(self, requested_schema: object = None) -> Any:
            return pair

    with pytest.raises(TypeError):
        scoring.small().score_table(Odd(), NOW)


def test_capsules_in_the_wrong_place() -> None:
    schema, array = batch(0).__arrow_c_array__()
    for wrong in ((array, schema), (schema, schema)):
        with pytest.raises(TypeError, match="not called"):
            scoring.small().score_table(Given(array=wrong), NOW)
    with pytest.raises(TypeError, match="not called"):
        scoring.small().score_table(Given(stream=array), NOW)


# ---- Results that stay ----

def test_results_outlive_all_that_made_them() -> None:
    gc.collect()
    before = pa.total_allocated_bytes()

    def results() -> list[Any]:
        config = scoring.small()
        source = pa.table({"customer_id": [f"customer {i}" for i in range(5000)], "logins": list(range(5000))})
        scored = config.score_table(pa.Table.from_batches(source.to_batches(max_chunksize=700)), NOW, results=["health", "segments"])
        stream = config.score_stream(source, NOW, results=["health", "segments"])
        return [pa.table(scored), *map(pa.record_batch, scored.batches), pa.table(stream), pa.table(scored)["status"], pa.table(scored)["customer_id"]]

    kept = results()
    gc.collect()
    whole = kept[0]
    assert whole["customer_id"][4999].as_py() == "customer 4999" and whole["raw"].to_pylist()[:3] == [0, 10, 20]
    assert kept[-3] == whole and kept[-2].to_pylist()[0] == "critical"
    while kept:  # child by child, in no order
        kept.pop(len(kept) // 2).validate(full=True)
        gc.collect()
    del whole
    gc.collect()
    assert pa.total_allocated_bytes() == before


def test_results_are_released_elsewhere_while_more_is_scored() -> None:
    config = scoring.preset()
    source = pa.table({"customer_id": [f"c{i}" for i in range(2000)], "logins_30d": [i % 60 for i in range(2000)]})
    want = pa.table(config.score_table(source, NOW))
    handed: list[Any] = []
    wrong: list[Any] = []
    done = threading.Event()

    def release() -> None:
        while handed or not done.is_set():
            if handed:
                column = handed.pop()
                if column.null_count < 0:
                    wrong.append(column)
                del column

    def score() -> None:
        for _ in range(40):
            back = pa.table(config.score_table(source, NOW))
            if back != want:
                wrong.append(back)
            handed.extend(back.columns)
            handed.extend(pa.table(config.score_stream(source, NOW)).columns)

    gc.collect()
    before = pa.total_allocated_bytes()
    threads = [threading.Thread(target=score) for _ in range(3)]
    releasing = [threading.Thread(target=release) for _ in range(2)]
    for thread in threads + releasing:
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    for thread in releasing:
        thread.join()
    handed.clear()
    gc.collect()
    assert not wrong and pa.total_allocated_bytes() == before


def test_a_stream_is_given_to_one_of_many_threads() -> None:
    stream = scoring.small().score_stream(batch(0), NOW)
    got: list[Any] = []
    refused: list[Any] = []

    def ask() -> None:
        try:
            got.append(stream.__arrow_c_stream__())
        except csuccess.InvalidError as error:
            refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1 and len(refused) == 7
