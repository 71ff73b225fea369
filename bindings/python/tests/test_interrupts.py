# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C may come between any two instructions: nothing stays locked, nothing is freed twice, nothing is printed."""

from __future__ import annotations

import gc
import random
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import csuccess

CONFIG = csuccess.Config.compile({"csuccess": 1, "extends": "enterprise"})
NOW = 1_769_817_600_000
ROW = {"customer_id": "a", "logins_30d": 3}
INPUT = {"type": "track", "event": "login", "timestamp": "2026-01-05T09:00:00Z", "groupId": "acme"}


def running() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    scorer, facts = csuccess.Scorer(CONFIG), csuccess.Facts(CONFIG, ROW)
    return lambda: scorer.run(facts, NOW), (scorer, facts)


def explaining() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    scorer = csuccess.Scorer(CONFIG)
    return lambda: scorer.explain(ROW, NOW).why(), (scorer,)


def setting() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    facts = csuccess.Facts(CONFIG)

    def once() -> None:
        facts["logins_30d"] = 3
        facts.read_json(ROW)
        facts.clear()

    return once, (facts,)


def tables() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    scorer = csuccess.Scorer(CONFIG)
    columns = csuccess.Columns(CONFIG, 3)

    def once() -> None:
        columns.bind("logins_30d", [1, 2, 3])
        scorer.score_columns(columns, NOW)
        scorer.score_table({"logins_30d": [1.0, 2.0]}, NOW)

    return once, (scorer, columns)


def asking() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    scorer = csuccess.Scorer(CONFIG)

    def once() -> None:
        scorer.pull(lambda customer: ROW, "a", NOW)
        scorer.select(({"customer_id": str(i), "logins_30d": i} for i in range(5)), "logins_30d > 2", NOW)

    return once, (scorer,)


def listing() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    events = csuccess.Events()

    def once() -> None:
        events.clear()
        events.add({**INPUT, "messageId": "1"})
        list(events)

    return once, (events,)


def counting() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    scorer, counted = csuccess.Scorer(CONFIG), csuccess.Accumulator(CONFIG, "segments")
    scorer.explain(ROW, NOW)

    def once() -> None:
        counted.add_scored(scorer)
        (counted + counted).save()
        counted.to_json()

    return once, (scorer, counted)


def advancing() -> tuple[Callable[[], Any], tuple[Any, ...]]:
    store = csuccess.MemoryStore()
    engine, number = csuccess.Engine(CONFIG, store=store), [0]

    def once() -> None:
        number[0] += 1
        engine.ingest([{**INPUT, "messageId": str(number[0] % 9)}], now=NOW)
        engine.score("acme", now=NOW)
        engine.run(now=NOW)

    return once, (engine, store)


@contextmanager
def alarms() -> Iterator[None]:
    before = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def interrupted(once: Callable[[], Any], after: float) -> None:
    """Does it again and again until the interrupt comes."""
    signal.setitimer(signal.ITIMER_REAL, after)
    for _ in range(100_000):
        once()


@pytest.mark.parametrize(
    "made", [running, explaining, setting, tables, asking, listing, counting, advancing], ids=lambda made: made.__name__
)
def test_an_interrupt_leaves_nothing_locked(
    made: Callable[[], tuple[Callable[[], Any], tuple[Any, ...]]], capfd: pytest.CaptureFixture[str]
) -> None:
    once, objects = made()
    once()
    rng = random.Random(11)
    gc.collect()  # an engine that an earlier test left in a circle: its finalizer is Python, and would get the interrupt
    with alarms():
        for _ in range(200):
            with pytest.raises(KeyboardInterrupt):
                interrupted(once, rng.uniform(0.00005, 0.001))
            assert [type(one).__name__ for one in objects if one._lock.locked()] == []
            once()
    for one in objects:
        one.close()
    assert capfd.readouterr() == ("", "")


def test_closing_columns_that_an_interrupted_reader_left() -> None:
    columns = csuccess.Columns(CONFIG, 1)
    reading = columns._reading()
    reading.__enter__()
    with pytest.raises(csuccess.BusyError):
        columns.close()
    del reading
    columns.close()
    assert columns.closed
