# SPDX-License-Identifier: Apache-2.0
"""Transactions: one advance of one customer, state and commit in the host's hands."""

from __future__ import annotations

import gc
from typing import Any

import pytest
from dict_store import DictStore
from worlds import HOUR, NOW, config, event, login, numbers

import csuccess
from csuccess import Step
from csuccess.store import RecordKind

CONFIG = config()


def advance(
    engine: csuccess.Engine, records: dict[Any, tuple[int, bytes]], *events: dict[str, Any]
) -> csuccess.store.Batch | None:
    """A host of two functions over a dict."""
    with csuccess.Txn(engine, "acme", events or None, now=NOW) as txn:
        while True:
            step = Step.AGAIN
            while step is Step.AGAIN:
                need = txn.needs()
                assert need is not None
                with txn.reply() as reply:
                    for i, key in enumerate(need.keys):
                        if key in records:
                            reply.record(i, *records[key])
                step = txn.apply()
            if step is Step.UNCHANGED:
                return None
            batch = txn.batch()
            assert batch is not None and txn.needs() is None
            for write in batch.writes:
                if write.body is not None:
                    records[write.key] = write.expected + 1, write.body
            if txn.finish():
                return batch


def test_a_host_of_its_own() -> None:
    records: dict[Any, tuple[int, bytes]] = {}
    with csuccess.Engine(CONFIG, random=numbers(1)) as engine:
        batch = advance(engine, records, login("acme", "e1"), login("acme", "e2"))
        assert batch is not None and len(batch.inputs) == 2 and batch.entries[0].seq == 1
        batch = advance(engine, records, login("acme", "e3"))
        assert batch is not None and batch.entries[0].seq > 2
        assert records[RecordKind.CUSTOMER, "acme"][0] == 2
        assert advance(engine, records) is None


def test_the_same_as_an_engine_with_a_store() -> None:
    store, mine = DictStore(), DictStore()
    with (
        csuccess.Engine(CONFIG, store=store, random=numbers(2)) as live,
        csuccess.Engine(CONFIG, random=numbers(2)) as engine,
    ):
        for i in range(4):
            live.ingest([login("acme", f"e{i}")], now=NOW + i * HOUR)
            with csuccess.Txn(engine, "acme", [login("acme", f"e{i}")], now=NOW + i * HOUR) as txn:
                txn.load(mine)
                assert txn.apply() is Step.READY
                assert txn.describe()["entries"]
                batch = txn.batch()
                assert batch is not None
                mine.apply(mine.tenants.setdefault("default", type(store.tenants["default"])()), batch)
                assert txn.finish()
        assert mine.tenants["default"].entries == store.tenants["default"].entries


def test_somebody_was_faster_and_a_ledger_refuses() -> None:
    with csuccess.Engine(CONFIG) as engine, csuccess.Txn(engine, "acme", [login()], now=NOW) as txn:
        with pytest.raises(csuccess.MissingError):
            txn.apply()
        store = csuccess.MemoryStore()
        txn.load(store)
        assert txn.apply() is Step.READY
        assert txn.finish(conflict=True) is False
        txn.load(lambda request, reply: None)
        assert txn.apply() is Step.READY
        with pytest.raises(csuccess.Error):
            txn.finish(refused=99)


def test_events_are_held_and_results_come() -> None:
    events = csuccess.Events([login()])
    with csuccess.Engine(CONFIG) as engine:
        with csuccess.Txn(engine, "acme", events, now=NOW) as txn:
            with pytest.raises(csuccess.BusyError):
                events.clear()
            txn.load(csuccess.MemoryStore())
            txn.apply()
            txn.finish()
        assert events.results()[0].applied
        with pytest.raises(csuccess.InvalidError):
            csuccess.Txn(engine, "other", events, now=NOW)
        events.clear()


def test_exceptions() -> None:
    with csuccess.Engine(CONFIG) as engine, csuccess.Txn(engine, "acme", [login()], now=NOW) as txn:

        def fails(request: Any, reply: Any) -> None:
            raise ValueError("mine")

        with pytest.raises(ValueError, match="mine"):
            txn.load(fails)
        with pytest.raises(csuccess.CallbackError):
            txn.apply()
    boom = csuccess.Engine(CONFIG, variable=lambda c, n: 1 / 0)
    with csuccess.Txn(
        boom, "acme", [event("group", "acme", "g", traits={"name": "Ann"}), event("go", "acme", "go")], now=NOW
    ) as txn:
        txn.load(csuccess.MemoryStore())
        with pytest.raises(ZeroDivisionError):
            txn.apply()


def test_the_end_in_any_order() -> None:
    engine = csuccess.Engine(CONFIG)
    txn = csuccess.Txn(engine, "acme", now=NOW)
    engine.close()
    assert txn.closed
    with pytest.raises(csuccess.ClosedError):
        txn.needs()
    txn.close()
    engine = csuccess.Engine(CONFIG)
    txn = csuccess.Txn(engine, "acme", csuccess.Events([login()]), now=NOW)
    with pytest.raises(csuccess.BusyError):
        engine.set_config(CONFIG)
    del txn
    gc.collect()
    engine.set_config(CONFIG)
    ring: list[Any] = [engine, csuccess.Txn(engine, "acme", now=NOW)]
    ring.append(ring)
    del ring, engine
    gc.collect()
