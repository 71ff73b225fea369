# SPDX-License-Identifier: Apache-2.0
"""Stores as classes: against the contract, and what they may not answer."""

from __future__ import annotations

import gc
import weakref
from pathlib import Path
from typing import Any

import pytest
from dict_store import DictStore, shard_of
from worlds import NOW, config, login

import csuccess
from csuccess import conformance
from csuccess.store import shard

CONFIG = config()


def test_a_store_of_dicts_keeps_the_contract() -> None:
    tenants: dict[str, Any] = {}
    opened: list[DictStore] = []

    def reopen() -> DictStore:
        opened.append(DictStore(tenants))
        return opened[-1]

    report = conformance.run(DictStore(tenants), reopen=reopen, seed=7, rounds=400)
    assert report, report.text
    assert opened
    assert len(report.tests) > 50 and report.text.splitlines()[-1].endswith("passed, 0 failed")


def test_the_stores_of_the_library_keep_it(tmp_path: Path) -> None:
    assert conformance.run(csuccess.MemoryStore(), rounds=100)
    with csuccess.SqliteStore(tmp_path / "a.db") as store:
        other: list[csuccess.SqliteStore] = []

        def reopen() -> csuccess.SqliteStore:
            other.append(csuccess.SqliteStore(tmp_path / "a.db", existing=True))
            return other[-1]

        assert conformance.run(store, reopen=reopen, rounds=30)
        for each in other:
            each.close()


def test_a_store_that_breaks_it_is_found_out() -> None:
    class Forgetful(DictStore):
        def apply(self, t: Any, batch: Any) -> None:
            super().apply(t, batch._replace(inputs=()))

    report = conformance.run(Forgetful(), rounds=50)
    assert not report
    assert report.failures and all(test.detail for test in report.failures)
    assert "not ok" in str(report)


@pytest.mark.parametrize(
    "answer",
    [
        lambda r: r.record(99, 1, b""),
        lambda r: r.known(99),
        lambda r: r.applied(0),
        lambda r: r.refused(0, 0),
        lambda r: r.already(0),
        lambda r: r.lease("c", "t", NOW),
        lambda r: r.row("c", 1, b""),
        lambda r: r.next(None),
        lambda r: r.erased("entry", 1),
        lambda r: r.sent(1),
        lambda r: (r.record(0, 1, b"x"), r.record(0, 1, b"x")),
    ],
)
def test_answers_that_were_not_asked_are_refused(answer: Any) -> None:
    class Wrong(DictStore):
        def load(self, request: Any, reply: Any) -> None:
            answer(reply)

    with csuccess.Engine(CONFIG, store=Wrong()) as engine, pytest.raises(csuccess.InvalidError):
        engine.ingest([login()], now=NOW)


def test_an_answer_that_comes_late_is_refused() -> None:
    kept: list[Any] = []

    class Keeps(DictStore):
        def load(self, request: Any, reply: Any) -> None:
            super().load(request, reply)
            kept.append(reply)

    with csuccess.Engine(CONFIG, store=Keeps()) as engine:
        engine.ingest([login()], now=NOW)
        with pytest.raises(csuccess.BusyError):
            kept[0].record(0, 1, b"")
        kept[0].fail("too late")  # ended already: nothing is said twice


def test_a_store_that_fails_without_an_exception() -> None:
    class Busy(DictStore):
        times = 0

        def load(self, request: Any, reply: Any) -> None:
            Busy.times += 1
            reply.fail("locked", busy=True)

    with csuccess.Engine(CONFIG, store=Busy()) as engine:
        with pytest.raises(csuccess.CallbackError, match="locked"):
            engine.ingest([login()], now=NOW)
    assert Busy.times > 1


def test_a_slot_that_is_missing_or_asynchronous() -> None:
    class Partly(csuccess.Store):
        pass

    with pytest.raises(TypeError):
        Partly()  # type: ignore[abstract]

    class Mixed(DictStore):
        async def load(self, request: Any, reply: Any) -> None:  # type: ignore[override]
            """Never awaited."""

    with csuccess.Engine(CONFIG, store=Mixed()) as engine, pytest.raises(TypeError, match="AsyncEngine"):
        engine.ingest([login()], now=NOW)


def test_a_store_lives_as_long_as_its_engine() -> None:
    with csuccess.MemoryStore() as store:
        engine = csuccess.Engine(CONFIG, store=store)
        engine.ingest([login()], now=NOW)
    assert store.closed
    with pytest.raises(csuccess.ClosedError):
        store.dump()
    assert engine.score("acme", now=NOW)["customer_id"] == "acme"
    with pytest.raises(csuccess.ClosedError):
        csuccess.Engine(CONFIG, store=store)
    engine.close()
    other = csuccess.Engine(CONFIG, store=csuccess.MemoryStore())
    gc.collect()
    other.ingest([login()], now=NOW)
    gone = weakref.ref(other._store)
    del other
    assert gone() is None


def test_a_store_of_python_is_let_go_with_its_engine() -> None:
    engine = csuccess.Engine(CONFIG, store=DictStore(), channels={"desk": lambda m: None})
    engine.ingest([login()], now=NOW)
    store = weakref.ref(engine._store)
    gc.disable()
    try:
        del engine
        assert store() is None
    finally:
        gc.enable()


def test_memory_store_fails_as_planned() -> None:
    store = csuccess.MemoryStore()
    with csuccess.Engine(CONFIG, store=store) as engine:
        store.plant(csuccess.Fault.FAIL, 1, onward=True)
        with pytest.raises(csuccess.CallbackError):
            engine.ingest([login()], now=NOW)
        assert store.fired and store.calls > 0
        store.heal()
        assert engine.ingest([login()], now=NOW)[0].applied
    assert '"acme"' in store.dump()


def test_sqlite_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(csuccess.MissingError):
        csuccess.SqliteStore(tmp_path / "none.db", existing=True)
    (tmp_path / "text.db").write_text("no database " * 1000)
    with pytest.raises(csuccess.StateError, match="text.db"):
        csuccess.SqliteStore(tmp_path / "text.db")
    with pytest.raises(csuccess.InvalidError):
        csuccess.SqliteStore("a\0b")
    with csuccess.SqliteStore(tmp_path / "ok.db", bare=True, cache_kib=1024) as store:
        store.rebuild()
    store.close()
    with pytest.raises(csuccess.ClosedError):
        store.rebuild()


def test_shards() -> None:
    names = [f"c{i}" for i in range(300)] + ["", "Zoë", "🙂"]
    assert all(shard(name, n) == shard_of(name, n) for name in names for n in (0, 1, 2, 7, 256))
