# SPDX-License-Identifier: Apache-2.0
"""Threads: one in an engine at a time, the GIL free meanwhile, stores that are shared."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from dict_store import DictStore
from worlds import NOW, config, event, login

import csuccess

CONFIG = config()


def in_thread(function: Callable[[], Any]) -> Any:
    """What a function gives or raises in a thread of its own."""
    came: list[Any] = []

    def body() -> None:
        try:
            came.append(function())
        except BaseException as error:
            came.append(error)

    thread = threading.Thread(target=body)
    thread.start()
    thread.join(30)
    return came[0]


def test_two_threads_on_one_engine() -> None:
    inside, go = threading.Event(), threading.Event()

    class Slow(DictStore):
        def load(self, request: Any, reply: Any) -> None:
            inside.set()
            assert go.wait(30)
            super().load(request, reply)

    engine = csuccess.Engine(CONFIG, store=Slow())
    events = csuccess.Events([login()])
    thread = threading.Thread(target=lambda: engine.ingest(events, now=NOW))
    thread.start()
    assert inside.wait(30)
    for call in (
        lambda: engine.score("acme"),
        engine.figures,
        engine.close,
        lambda: engine.add_channel("x", print),
        lambda: len(events),
        events.close,
        lambda: csuccess.Txn(engine, "acme"),
    ):
        with pytest.raises(csuccess.BusyError):
            call()
    go.set()
    thread.join(30)
    assert engine.score("acme", now=NOW)
    engine.close()


def test_an_engine_may_move_from_thread_to_thread() -> None:
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        for i in range(5):
            events = csuccess.Events([login("acme", f"e{i}")])
            assert in_thread(partial(engine.ingest, events, now=NOW))[0].applied


def test_two_engines_over_one_store_without_a_lock() -> None:
    inside, go = threading.Event(), threading.Event()

    def trace(line: str) -> None:
        inside.set()
        assert go.wait(30)

    store = csuccess.MemoryStore()
    first = csuccess.Engine(CONFIG, store=store, trace=trace)
    second = csuccess.Engine(CONFIG, store=store)
    thread = threading.Thread(target=lambda: first.ingest([login()], now=NOW))
    thread.start()
    assert inside.wait(30)
    with pytest.raises(csuccess.BusyError, match="MemoryStore"):
        second.ingest([login()], now=NOW)
    with pytest.raises(csuccess.BusyError):
        store.dump()
    go.set()
    thread.join(30)
    assert second.ingest([login("acme", "e9")], now=NOW)[0].applied


def test_many_engines_share_a_store_with_a_lock() -> None:
    lock = threading.Lock()
    store = csuccess.MemoryStore(lock=lock.acquire, unlock=lock.release)

    def work(name: int) -> int:
        with csuccess.Engine(CONFIG, store=store) as engine:
            return sum(engine.ingest([login(f"c{i % 7}", f"{name}-{i}")], now=NOW)[0].applied for i in range(40))

    counts: list[int] = []
    threads = [threading.Thread(target=lambda n=n: counts.append(work(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [40] * 4
    with csuccess.Engine(CONFIG, store=store) as engine:
        assert engine.verify(now=NOW)["bad"] == []


def test_engines_of_threads_over_one_file(tmp_path: Path) -> None:
    def work(name: int) -> int:
        with csuccess.SqliteStore(tmp_path / "a.db") as store, csuccess.Engine(CONFIG, store=store) as engine:
            return sum(engine.ingest([login(f"c{i % 3}", f"{name}-{i}")], now=NOW)[0].applied for i in range(10))

    csuccess.SqliteStore(tmp_path / "a.db").close()
    counts: list[int] = []
    threads = [threading.Thread(target=lambda n=n: counts.append(work(n))) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert counts == [10] * 3


def test_other_threads_go_on_while_an_engine_works() -> None:
    """The GIL is free: another thread counts on in the middle of one call of C, which makes no callback."""
    events = csuccess.Events(login(f"c{i}") for i in range(20_000))
    seen: list[float] = []
    done = threading.Event()

    def count() -> None:
        while not done.is_set():
            seen.append(time.perf_counter())
            time.sleep(0.001)

    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        thread = threading.Thread(target=count)
        thread.start()
        with events._use() as e, engine._use() as c:
            begin = time.perf_counter()
            engine._drive(csuccess._csuccess.lib.csuccess_engine_ingest, c, e, csuccess._csuccess.ffi.NULL, NOW)
            end = time.perf_counter()
        done.set()
        thread.join()
    within = [moment for moment in seen if begin < moment < end]
    assert len(within) >= 3, f"{len(within)} within {end - begin:.3f} s"


@pytest.mark.memory
def test_nothing_leaks_over_many_loops() -> None:
    """Objects of Python and bytes of the process stay as they are."""
    import resource

    events = csuccess.Events([event("group", "acme", "g", traits={"name": "Ann"}), event("go", "acme", "go")])

    def fails(message: csuccess.Outgoing) -> None:
        raise ZeroDivisionError

    def loop() -> None:
        with csuccess.Engine(
            CONFIG, store=DictStore(), channels={"desk": fails, "email": lambda m: None}, variable=lambda c, n: "x"
        ) as engine:
            engine.ingest(events, now=NOW)
            engine.ingest([login()], now=NOW)
            try:
                engine.run(now=NOW)
            except ZeroDivisionError:
                pass
            engine.explain("acme", now=NOW)
            csuccess.Txn(engine, "acme", now=NOW)
            try:
                csuccess.Events([{"type": "trak"}])
            except csuccess.Error:
                pass

    for _ in range(30):
        loop()
    gc.collect()
    objects, memory = len(gc.get_objects()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(300):
        loop()
    gc.collect()
    assert len(gc.get_objects()) - objects < 100
    if "ASAN_OPTIONS" not in os.environ:  # which keeps for a while what is freed
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory < 4096
