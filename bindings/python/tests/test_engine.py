# SPDX-License-Identifier: Apache-2.0
"""The engine's calls, and that the same inputs give the same over every store."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from dict_store import AsyncDictStore, DictStore
from worlds import DAY, DOCUMENT, HOUR, NOW, at, config, event, login, numbers, story

import csuccess

CONFIG = config()


def test_the_calls() -> None:
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), tenant="t", random=numbers(1)) as engine:
        shown = engine.preview([login()], now=NOW)
        assert list(shown["customers"]) == ["acme"]
        with pytest.raises(csuccess.MissingError):
            engine.score("acme", now=NOW)
        result = engine.ingest([login(), login()], now=NOW)
        assert [r.name for r in result] == ["CSUCCESS_OK", "CSUCCESS_UNCHANGED"] and result[0].applied
        assert engine.run(now=NOW) == datetime(2026, 1, 5, 0, 10, tzinfo=timezone.utc)
        assert engine.score("acme", now=NOW)["health"]["score"] == 10
        assert engine.explain("acme", now=NOW)
        assert engine.state("acme", now=NOW)["seq"] >= 1
        assert engine.verify(now=NOW)["bad"] == []
        assert engine.verify("acme", now=NOW)["customers"] == 1
        other = csuccess.Config.compile({**DOCUMENT, "journeys": {}})
        assert engine.replay("acme", other, now=NOW)["customer"] == "acme"
        assert engine.parked(now=NOW) == []
        assert engine.config is CONFIG
        engine.set_config(other)
        assert engine.config is other
        proof = engine.erase("acme", now=NOW)
        assert proof["of"] == "customer" and proof["record"] == 2
        figures = engine.figures()
        assert figures.inputs_applied == 1 and figures.clock == datetime(2026, 1, 5, tzinfo=timezone.utc)
        assert len(figures.lag) == 8
        assert engine.channels == {"desk": False, "email": False, "slack": False}
        engine.add_channel("fax", lambda m: None)
        assert engine.channels["fax"]
    with pytest.raises(csuccess.ClosedError):
        engine.figures()


def test_history_is_imported() -> None:
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        results = engine.import_([login("acme", f"e{i}", NOW - i * DAY) for i in range(20)], now=NOW)
        assert all(r.applied for r in results)
        assert engine.score("acme", now=NOW)["health"]["score"] == 100


def test_limits_of_a_run() -> None:
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": lambda m: None}) as engine:
        engine.ingest([login(f"c{i}") for i in range(10)], now=NOW)
        assert engine.run(now=NOW, messages=3) == datetime(2026, 1, 5, tzinfo=timezone.utc)
        assert engine.figures().delivered == 3


def test_times() -> None:
    with csuccess.Engine(
        CONFIG, store=csuccess.MemoryStore(), clock=lambda: NOW, seen=NOW, lease=timedelta(seconds=30)
    ) as engine:
        for now in (None, NOW, at(NOW), datetime(2026, 1, 5, tzinfo=timezone.utc)):
            engine.run(now=now)
        with pytest.raises(ValueError, match="zone"):
            engine.run(now=datetime(2026, 1, 5))
        with pytest.raises(TypeError):
            engine.run(now=1.5)
        with pytest.raises(csuccess.ClockError):
            engine.run(now=NOW + 30 * DAY)
        engine.confirm_clock(NOW + 30 * DAY)
        engine.run(now=NOW + 30 * DAY)


def test_options_that_cannot_be() -> None:
    with pytest.raises(TypeError, match="no option 'bacth'"):
        csuccess.Engine(CONFIG, bacth=1)  # type: ignore[call-arg]
    with pytest.raises(csuccess.RangeError):
        csuccess.Engine(CONFIG, in_flight=1_000_000)
    with pytest.raises(csuccess.InvalidError):
        csuccess.Engine(CONFIG, shard=3, shards=2)
    with pytest.raises(csuccess.UnknownNameError):
        csuccess.Engine(CONFIG, limits={"document_byte": 1})
    with pytest.raises(TypeError):
        csuccess.Engine(DOCUMENT)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="AsyncEngine"):
        csuccess.Engine(CONFIG, store=AsyncDictStore())  # type: ignore[arg-type]
    with csuccess.Engine(CONFIG) as engine, pytest.raises(csuccess.InvalidError):
        engine.run(now=NOW)


def test_principals() -> None:
    csm = csuccess.Principal("ann", ["csm"])
    assert csm == csuccess.Principal("ann", "csm") and hash(csm) == hash(csuccess.Principal("ann", "csm"))
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        engine.ingest([login(), event("group", "mine", "g", traits={"csm": "ann"})], now=NOW)
        with pytest.raises(csuccess.DeniedError):
            engine.score("acme", principal=csm, now=NOW)
        assert engine.score("mine", principal=csm, now=NOW)
        with pytest.raises(csuccess.DeniedError):
            engine.run(principal=csm, now=NOW)
        with pytest.raises(csuccess.InvalidError):
            engine.run(principal=csuccess.Principal("host", "admin"), now=NOW)
        with pytest.raises(csuccess.InvalidError):
            engine.run(principal=csuccess.Principal("ann", []), now=NOW)
        with pytest.raises(TypeError):
            engine.run(principal="ann", now=NOW)
    assert csuccess.may(CONFIG, None, "engine", "run")
    answer = csuccess.may(CONFIG, csm, "customer", "read", owner="bob")
    assert not answer and "csm" in answer.rule
    with pytest.raises(csuccess.InvalidError):
        csuccess.may(CONFIG, csm, "customers", "read")


def test_a_bad_link_comes_with_its_report() -> None:
    store = DictStore()
    with csuccess.Engine(CONFIG, store=store) as engine:
        engine.ingest([login(), login("acme", "e2")], now=NOW)
        entries = store.tenants["default"].entries["acme"]
        entries[0] = entries[0]._replace(body=b'{"forged":true}')
        with pytest.raises(csuccess.DigestError) as bad:
            engine.verify(now=NOW)
        assert bad.value.report is not None and bad.value.report["bad"][0]["customer"] == "acme"


# ---- Worlds ----


def live(engine: csuccess.Engine, seed: int) -> None:
    for when, inputs in story(seed):
        engine.ingest(inputs, now=when)
        due = engine.run(now=when)
        if due is not None and due < datetime.fromtimestamp(when / 1000 + 20 * 3600, timezone.utc):
            engine.run(now=max(due, datetime.fromtimestamp(when / 1000, timezone.utc)))


async def live_async(engine: csuccess.AsyncEngine, seed: int) -> None:
    for when, inputs in story(seed):
        await engine.ingest(inputs, now=when)
        due = await engine.run(now=when)
        if due is not None and due < datetime.fromtimestamp(when / 1000 + 20 * 3600, timezone.utc):
            await engine.run(now=max(due, datetime.fromtimestamp(when / 1000, timezone.utc)))


def trace(store: Any, seed: int) -> tuple[list[str], str]:
    lines: list[str] = []
    options: dict[str, Any] = {
        "random": numbers(seed),
        "trace": lines.append,
        "zone": csuccess.system_zone,
        "variable": lambda c, n: f"https://{c}.example",
        "channels": {"desk": lambda m: None, "email": lambda m: csuccess.Sent.later() if m.attempt < 2 else None},
    }
    if isinstance(store, csuccess.AsyncStore) or seed < 0:

        async def main() -> str:
            async with csuccess.AsyncEngine(CONFIG, store=store, **options) as engine:
                await live_async(engine, seed)
                return json.dumps([await engine.explain(f"c{i}", now=NOW + 8 * DAY) for i in range(6)])

        return lines, asyncio.run(main())
    with csuccess.Engine(CONFIG, store=store, **options) as engine:
        live(engine, seed)
        return lines, json.dumps([engine.explain(f"c{i}", now=NOW + 8 * DAY) for i in range(6)])


@pytest.mark.parametrize("seed", range(6))
def test_every_store_gives_the_same_trace(seed: int, tmp_path: Path) -> None:
    with csuccess.SqliteStore(tmp_path / "a.db") as sqlite:
        expected = trace(csuccess.MemoryStore(), seed)
        assert len(expected[0]) > 50
        for store in (DictStore(), sqlite, AsyncDictStore()):
            assert trace(store, seed) == expected, type(store).__name__


def test_a_simulation_tells_what_a_live_engine_tells() -> None:
    told: list[str] = []
    with csuccess.Simulation(CONFIG, seed=5, trace=told.append) as simulation:
        simulation.feed([login("acme", "e1", NOW)])
        simulation.run(NOW + HOUR)
    live_: list[str] = []
    with csuccess.Engine(CONFIG, store=DictStore(), trace=live_.append, channels={"desk": lambda m: None}) as engine:
        engine.ingest([login("acme", "e1", NOW)], now=NOW)
        engine.run(now=NOW)
    assert told[: len(live_)] == live_ and len(live_) > 3


def test_shutdown_with_live_engines_is_silent(tmp_path: Path) -> None:
    script = f"""
import csuccess, asyncio
config = csuccess.Config.compile({{"csuccess": 1, "attributes": {{"name": {{"type": "string"}}}}}})
store = csuccess.SqliteStore({str(tmp_path / "a.db")!r})
engine = csuccess.Engine(config, store=store, trace=print)
class Keeps: pass
ring = Keeps(); ring.engine = engine; ring.ring = ring
other = csuccess.Engine(config, store=csuccess.MemoryStore(lock=lambda: None, unlock=lambda: None))
txn = csuccess.Txn(other, "acme")
simulation = csuccess.Simulation(config, send=print)
asynchronous = csuccess.AsyncEngine(config, store=csuccess.MemoryStore())
asyncio.run(asynchronous.run())
"""
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-W", "error", "-c", script], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_zones_of_the_system() -> None:
    berlin = csuccess.system_zone("Europe/Berlin", datetime(2026, 1, 5, tzinfo=timezone.utc))
    if berlin is None:
        pytest.skip("this system has no zones")
    assert berlin.offset == timedelta(hours=1)
    assert berlin.since == datetime(2025, 10, 26, 1, tzinfo=timezone.utc)
    assert berlin.until == datetime(2026, 3, 29, 1, tzinfo=timezone.utc)
    assert csuccess.system_zone("Nowhere/None", datetime(2026, 1, 5, tzinfo=timezone.utc)) is None
