# SPDX-License-Identifier: Apache-2.0
"""AsyncEngine: operations in flight, several calls, cancellation, exceptions where they belong."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import pytest
from dict_store import AsyncDictStore, DictStore
from worlds import DAY, NOW, config, login

import csuccess
from csuccess.testing import FaultyAsyncStore, RecordingChannel, VirtualClock, arun_until

CONFIG = config()


def run(main: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(main, 60))


def test_a_thousand_transactions_overlap() -> None:
    async def main() -> None:
        store = AsyncDictStore(0.001)
        async with csuccess.AsyncEngine(CONFIG, store=store, in_flight=100, batch=1) as engine:
            results = await engine.ingest([login(f"c{i}") for i in range(1000)], now=NOW)
            assert len(results) == 1000 and all(r.applied for r in results)
            assert store.most == 100 and store.flying == 0
            assert engine.figures().inputs_applied == 1000

    before = threading.active_count()
    run(main())
    assert threading.active_count() == before


def test_a_thousand_calls_at_once() -> None:
    async def main() -> None:
        store = AsyncDictStore(0.001)
        async with csuccess.AsyncEngine(CONFIG, store=store, in_flight=100, batch=1) as engine:
            calls = [engine.ingest([login(f"c{i}")], now=NOW) for i in range(1000)]
            assert all(r[0].applied for r in await asyncio.gather(*calls))
            assert store.most == 100
            store.wait = 0
            calls_: list[Any] = await asyncio.gather(
                engine.run(now=NOW),
                engine.score("c1", now=NOW),
                engine.explain("c2", now=NOW),
                engine.state("c3", now=NOW),
                engine.verify(now=NOW),
                engine.parked(now=NOW),
                engine.preview([login("c4", "new")], now=NOW),
            )
            assert calls_[1]["health"]["score"] == 10
            assert calls_[4]["bad"] == [] and calls_[6]["customers"]

    run(main())


@pytest.mark.parametrize("make", [csuccess.MemoryStore, DictStore, AsyncDictStore, "sqlite"])
def test_every_kind_of_store(make: Any, tmp_path: Path) -> None:
    async def main() -> None:
        store = csuccess.SqliteStore(tmp_path / "a.db") if make == "sqlite" else make()
        sent: list[csuccess.Outgoing] = []

        async def send(message: csuccess.Outgoing) -> None:
            await asyncio.sleep(0)
            sent.append(message)

        async with csuccess.AsyncEngine(CONFIG, store=store, channels={"desk": send}) as engine:
            assert all(r.applied for r in await engine.ingest([login(f"c{i}") for i in range(300)], now=NOW))
            await engine.import_([login("old", f"o{i}", NOW - i * DAY) for i in range(3)], now=NOW)
            await engine.run(now=NOW)
            assert len(sent) == 300
            assert (await engine.erase("c7", now=NOW))["record"] == 2
            with pytest.raises(csuccess.MissingError):
                await engine.score("c7", now=NOW)
            assert (await engine.replay("c8", CONFIG, now=NOW))["same"] >= 1

    run(main())


def test_the_loop_turns_while_a_store_of_c_works() -> None:
    """A store that does not wait is asked in portions."""

    async def main() -> None:
        turns = 0

        async def count() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        async with csuccess.AsyncEngine(CONFIG, store=csuccess.MemoryStore(), batch=1) as engine:
            counting = asyncio.create_task(count())
            await engine.ingest([login(f"c{i}") for i in range(2000)], now=NOW)
            counting.cancel()
            assert turns > 5

    run(main())


def test_a_cancelled_task_leaves_the_engine_going() -> None:
    async def main() -> None:
        store = AsyncDictStore(0.01)
        async with csuccess.AsyncEngine(CONFIG, store=store, batch=1, in_flight=20) as engine:
            await engine.ingest([login("first")], now=NOW)
            events = csuccess.Events(login(f"c{i}") for i in range(100))
            gone = asyncio.create_task(engine.ingest(events, now=NOW))
            stays = asyncio.create_task(engine.ingest([login("stays")], now=NOW))
            await asyncio.sleep(0.015)
            with pytest.raises(csuccess.BusyError):
                len(events)
            gone.cancel()
            with pytest.raises(asyncio.CancelledError):
                await gone
            assert (await stays)[0].applied
            await asyncio.sleep(0.03)
            codes = [r.name for r in events.results()]
            assert "CSUCCESS_UNDECIDED" in codes or "CSUCCESS_ECANCELLED" in codes
            assert engine.figures().inputs_applied < 102
            again = await engine.ingest(events, now=NOW)
            assert all(not r.failed for r in again)
            assert engine.figures().inputs_applied == 102
            store.wait = 0
            assert (await engine.verify(now=NOW))["customers"] == 102

    run(main())


def test_a_timeout() -> None:
    async def main() -> None:
        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(30)) as engine:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(engine.ingest([login()], now=NOW), 0.02)
            await asyncio.sleep(0)
            engine._store.wait = 0
            assert (await engine.ingest([login()], now=NOW))[0].applied

    run(main())


def test_an_exception_belongs_to_its_call() -> None:
    class Picky(AsyncDictStore):
        async def ask(self, slot: str, request: Any, reply: Any) -> None:
            await asyncio.sleep(0.001)
            if slot == "load" and any(key.id == "bad" for key in request.keys):
                raise ValueError("bad")
            await super().ask(slot, request, reply)

    async def main() -> None:
        async with csuccess.AsyncEngine(CONFIG, store=Picky()) as engine:
            calls = [engine.ingest([login(name)], now=NOW) for name in ("a", "bad", "b", "c")]
            calls += [engine.score("bad", now=NOW), engine.verify(now=NOW)]  # type: ignore[list-item]
            came = await asyncio.gather(*calls, return_exceptions=True)
            kinds = [type(c) for c in came]
            assert kinds[1] is ValueError and kinds[4] is ValueError
            assert ValueError not in (kinds[0], kinds[2], kinds[3])

    run(main())


def test_channels_raise_in_the_run() -> None:
    async def main() -> None:
        async def send(message: csuccess.Outgoing) -> csuccess.Sent | None:
            await asyncio.sleep(0)
            if message.customer == "c3":
                raise ValueError("mine")
            return csuccess.Sent.delivered()

        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(), channels={"desk": send}) as engine:
            await engine.ingest([login(f"c{i}") for i in range(5)], now=NOW)
            with pytest.raises(ValueError, match="mine"):
                await engine.run(now=NOW)
            assert engine.figures().delivered == 4

    run(main())


@pytest.mark.parametrize("name", ["random", "variable", "trace"])
def test_callbacks_raise_in_their_call(name: str) -> None:
    def raises(*_: Any) -> Any:
        raise ValueError("mine")

    async def main() -> None:
        options: dict[str, Any] = {name: raises}
        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(), **options) as engine:
            with pytest.raises(ValueError, match="mine"):
                await engine.ingest([login(), {**login("acme", "g"), "event": "go"}], now=NOW)

    run(main())


def test_lost_answers_are_found_again() -> None:
    async def main() -> None:
        store = FaultyAsyncStore(AsyncDictStore()).loses("commit", 2)
        async with csuccess.AsyncEngine(CONFIG, store=store) as engine:
            with pytest.raises(csuccess.CallbackError, match="lost"):
                await engine.ingest([login()], now=NOW)
            assert (await engine.ingest([login()], now=NOW))[0].name == "CSUCCESS_UNCHANGED"

    run(main())


def test_closing_gives_calls_up() -> None:
    async def main() -> None:
        store = AsyncDictStore(10)
        engine = csuccess.AsyncEngine(CONFIG, store=store)
        events = csuccess.Events([login()])
        call = asyncio.create_task(engine.ingest(events, now=NOW))
        await asyncio.sleep(0.01)
        assert store.flying == 1
        await engine.aclose()
        with pytest.raises(csuccess.ClosedError):
            await call
        assert store.flying == 0 and len(events) == 1
        with pytest.raises(csuccess.ClosedError):
            await engine.run(now=NOW)
        await engine.aclose()

    run(main())


def test_one_loop_at_a_time() -> None:
    engine = csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(0.05))
    caught: list[BaseException] = []

    async def other() -> None:
        try:
            await engine.run(now=NOW)
        except csuccess.BusyError as error:
            caught.append(error)

    async def main() -> None:
        call = asyncio.create_task(engine.ingest([login()], now=NOW))
        await asyncio.sleep(0.01)
        thread = threading.Thread(target=lambda: asyncio.run(other()))
        thread.start()
        thread.join()
        await call

    run(main())
    assert len(caught) == 1
    run(engine.run(now=NOW))  # another loop, one after the other
    engine.close()


def test_events_are_one_calls() -> None:
    async def main() -> None:
        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(0.001)) as engine:
            events = csuccess.Events([login()])
            came = await asyncio.gather(
                engine.ingest(events, now=NOW), engine.ingest(events, now=NOW), return_exceptions=True
            )
            assert sorted(type(c).__name__ for c in came) == ["BusyError", "list"]

    run(main())


def test_a_virtual_clock() -> None:
    async def main() -> None:
        clock, desk = VirtualClock(NOW), RecordingChannel()
        async with csuccess.AsyncEngine(
            CONFIG, store=csuccess.MemoryStore(), channels={"desk": desk}, clock=clock
        ) as engine:
            await engine.ingest([login()])
            assert await arun_until(engine, clock, NOW + 40 * DAY) > 10
            desk.assert_sent(customer="acme", times=1)
            assert clock.now.timestamp() * 1000 == NOW + 40 * DAY

    run(main())


def test_nothing_is_left_behind() -> None:
    async def main() -> int:
        store = AsyncDictStore()
        async with csuccess.AsyncEngine(CONFIG, store=store) as engine:
            for i in range(50):
                await engine.ingest([login("acme", f"e{i}")], now=NOW)
            assert not engine._operations and not engine._active and not engine._ended
        gc.collect()
        return len(gc.get_objects())

    run(main())
    counts = [run(main()) for _ in range(3)]
    assert counts[2] - counts[0] < 500


def test_an_event_loop_that_ended_in_the_middle() -> None:
    engine = csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(0.02))
    events = csuccess.Events([login()])
    loop = asyncio.new_event_loop()
    call = loop.create_task(engine.ingest(events, now=NOW))
    loop.run_until_complete(asyncio.sleep(0.005))
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        loop.run_until_complete(call)
    loop.close()
    assert engine._operations
    assert run(engine.ingest([login("other")], now=NOW))[0].applied
    assert not engine._operations and len(events) == 1
    assert run(engine.ingest(events, now=NOW))[0].applied
    engine.close()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(3)], ids=lambda e: type(e).__name__)
def test_an_interrupt_in_a_slot_ends_the_loop_and_not_the_engine(error: BaseException) -> None:
    store = FaultyAsyncStore(AsyncDictStore()).raises("load", 2, error=error)
    engine = csuccess.AsyncEngine(CONFIG, store=store)
    with pytest.raises(type(error)):
        asyncio.run(engine.ingest([login()], now=NOW))
    assert run(engine.ingest([login()], now=NOW))[0].applied
    engine.close()


def test_a_clock_that_fails() -> None:
    ticks = iter([NOW, NOW])

    async def main() -> None:
        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(), clock=lambda: next(ticks)) as engine:
            with pytest.raises((StopIteration, RuntimeError)):
                for i in range(3):
                    await engine.ingest([login("acme", f"e{i}")])
            assert await engine.run(now=NOW)

    run(main())


def test_figures_from_another_thread_do_not_stop_it() -> None:
    async def main() -> None:
        done = threading.Event()
        busy = 0

        def look() -> None:
            nonlocal busy
            while not done.wait(0.0001):
                try:
                    engine.figures()
                except csuccess.BusyError:
                    busy += 1

        async with csuccess.AsyncEngine(CONFIG, store=AsyncDictStore(0.0001), batch=1, in_flight=10) as engine:
            call = asyncio.create_task(engine.ingest([login(f"c{i}") for i in range(100)], now=NOW))
            await asyncio.sleep(0)
            thread = threading.Thread(target=look)
            thread.start()
            try:
                assert all(r.applied for r in await call)
            finally:
                done.set()
                thread.join()

    run(main())


def test_a_trace_comes_and_goes() -> None:
    lines: list[str] = []
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        engine.ingest([login("acme", "e1")], now=NOW)
        engine.set_trace(lines.append)
        engine.ingest([login("acme", "e2")], now=NOW)
        told = len(lines)
        engine.set_trace(None)
        engine.ingest([login("acme", "e3")], now=NOW)
        assert len(lines) == told > 0
