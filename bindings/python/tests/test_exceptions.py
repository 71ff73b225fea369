# SPDX-License-Identifier: Apache-2.0
"""What a callback raises is raised by the call that it belongs to, as itself, from every place where C calls Python."""

from __future__ import annotations

import asyncio
import random
import signal
import threading
from collections.abc import Callable
from typing import Any

import pytest
from dict_store import AsyncDictStore, DictStore
from worlds import DAY, HOUR, MINUTE, NOW, config, event, login, numbers

import csuccess
from csuccess.testing import FaultyAsyncStore, FaultyStore

CONFIG = config()
ERRORS = [
    ValueError("mine"),
    KeyboardInterrupt("mine"),
    SystemExit("mine"),
    asyncio.CancelledError("mine"),
    MemoryError("mine"),
]
CALLS: dict[str, Callable[[Any], Any]] = {
    "load": lambda e: e.ingest([login()], now=NOW),
    "commit": lambda e: e.ingest([login()], now=NOW),
    "due": lambda e: e.run(now=NOW),
    "claim": lambda e: e.run(now=NOW),
    "settle": lambda e: e.run(now=NOW),
    "scan": lambda e: e.parked(now=NOW),
    "history": lambda e: e.explain("acme", now=NOW),
    "outbox": lambda e: e.explain("acme", now=NOW),
    "erase": lambda e: e.erase("acme", now=NOW),
}


def raiser(error: BaseException) -> Callable[..., Any]:
    def raises(*_: Any) -> Any:
        raise error

    return raises


def prepared(store: Any, **options: Any) -> csuccess.Engine:
    """An engine with a customer and a message that waits."""
    engine = csuccess.Engine(CONFIG, store=store, channels={"desk": lambda m: None}, random=numbers(1), **options)
    engine.ingest([login("acme", "e0")], now=NOW)
    return engine


def still_works(engine: csuccess.Engine) -> None:
    engine.ingest([login("other", "after")], now=NOW)
    assert engine.score("other", now=NOW)["customer_id"] == "other"


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("slot", CALLS)
@pytest.mark.parametrize("inner", [DictStore, csuccess.MemoryStore])
def test_slots_of_a_store(slot: str, error: BaseException, inner: Any) -> None:
    store = FaultyStore(inner())
    with prepared(store) as engine:
        before = sum(store.calls.values())
        store.raises(slot, *range(store.calls[slot] + 1, 1000), error=error)
        with pytest.raises(type(error)) as raised:
            CALLS[slot](engine)
        assert raised.value is error
        if not isinstance(error, Exception):
            assert sum(store.calls.values()) - before <= 10
        store._raises.clear()
        still_works(engine)


@pytest.mark.parametrize("error", ERRORS[:2], ids=lambda e: type(e).__name__)
def test_defer(error: BaseException) -> None:
    """A customer whose advance fails is put off."""
    inner = DictStore()
    store = FaultyStore(inner)
    with prepared(store) as engine:
        plan = inner.tenants["default"].plans["acme"]
        store.fail("commit", *range(2, 100)).raises("defer", *range(1, 100), error=error)
        when = plan.due
        with pytest.raises((type(error), csuccess.CallbackError)) as raised:
            for day in range(1, 40):
                engine.run(now=NOW + day * DAY // 4 if when is None else when)
                when = plan.due
        assert raised.value is error
        assert store.calls["defer"] > 0


@pytest.mark.parametrize("error", ERRORS[:2], ids=lambda e: type(e).__name__)
def test_an_interrupt_stops_a_call_at_once_and_other_exceptions_are_tried_again(error: BaseException) -> None:
    store = FaultyStore(DictStore())
    with csuccess.Engine(CONFIG, store=store, batch=1) as engine:
        store.raises("load", *range(1, 10_000), error=error)
        with pytest.raises(type(error)):
            engine.ingest([login(f"c{i}", "e") for i in range(500)], now=NOW)
        assert store.calls["load"] <= (1 if isinstance(error, KeyboardInterrupt) else 600)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_a_channel(error: BaseException) -> None:
    sent = []

    def send(message: csuccess.Outgoing) -> None:
        sent.append(message.id)
        if len(sent) == 1:
            raise error

    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": send}, random=numbers(2)) as engine:
        engine.ingest([login(f"c{i}", "e") for i in range(5)], now=NOW)
        with pytest.raises(type(error)) as raised:
            engine.run(now=NOW)
        assert raised.value is error
        # An exception does not end the run: the message is unknown, and tried again.
        assert len(sent) == (5 if isinstance(error, Exception) else 1)
        engine.run(now=NOW + 10 * MINUTE)
        engine.run(now=NOW + 20 * MINUTE)
        assert engine.figures().delivered == 5


def feed_all(engine: Any) -> None:
    engine.ingest([event("group", "acme", "g", traits={"name": "Ann", "zone": "Nowhen"})], now=NOW)
    engine.ingest([event("go", "acme", "go"), event("start", "acme", "st")], now=NOW)
    engine.ingest([event("ticket", "acme", "t", properties={"text": "I love it, thank you!"})], now=NOW)
    engine.run(now=NOW + HOUR)
    engine.score("acme", now=NOW + HOUR, principal=csuccess.Principal("mia", "manager"))


@pytest.mark.parametrize("store", [DictStore, csuccess.MemoryStore])
@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("name", ["random", "zone", "variable", "sentiment", "leads", "trace"])
def test_callbacks_of_an_engine(name: str, error: BaseException, store: Any) -> None:
    options: dict[str, Any] = {name: raiser(error)}
    with csuccess.Engine(CONFIG, store=store(), channels={"email": lambda m: None}, **options) as engine:
        with pytest.raises(type(error)) as raised:
            engine.ingest([event("group", "acme", "g0", traits={"csm": "ann"})], now=NOW)
            feed_all(engine)
        assert raised.value is error


@pytest.mark.parametrize("name", ["zone", "variable", "sentiment"])
def test_an_interrupt_is_not_committed_past(name: str) -> None:
    """What a callback was interrupted for is not decided without it."""
    options: dict[str, Any] = {name: raiser(KeyboardInterrupt())}
    store = csuccess.MemoryStore()
    with csuccess.Engine(CONFIG, store=store, channels={"email": lambda m: None}, **options) as engine:
        engine.ingest([event("group", "acme", "g", traits={"name": "Ann", "zone": "Nowhen"})], now=NOW)
        if name == "zone":
            engine.ingest([event("start", "acme", "st")], now=NOW)
        before = store.dump()
        with pytest.raises(KeyboardInterrupt):
            if name == "zone":
                engine.run(now=NOW + HOUR)
            engine.ingest(
                [event("go", "acme", "go"), event("ticket", "acme", "t", properties={"text": "I love it"})], now=NOW
            )
        assert store.dump() == before


def test_callbacks_that_answer() -> None:
    lines: list[str] = []
    answers: dict[str, Any] = {
        "zone": lambda zone, when: 120 if zone == "Nowhen" else None,
        "variable": lambda customer, name: "https://x.example",
        "sentiment": lambda customer, words, feeling: -0.9 if feeling.score > 0.5 else None,
        "leads": lambda manager, member: (manager, member) == ("mia", "ann"),
        "trace": lines.append,
    }
    sent: list[csuccess.Outgoing] = []
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"email": sent.append}, **answers) as engine:
        engine.ingest([event("group", "acme", "g0", traits={"csm": "ann"})], now=NOW)
        feed_all(engine)
    assert [m.body["body"] for m in sent] == ["Ann: https://x.example"]
    assert any('"score":-0.9' in line for line in lines)
    assert any("120" in line for line in lines)


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("slot", ["send", "trace", "zone", "variable", "sentiment"])
def test_callbacks_of_a_simulation(slot: str, error: BaseException) -> None:
    options: dict[str, Any] = {slot: raiser(error)}
    with csuccess.Simulation(CONFIG, seed=3, **options) as simulation:
        with pytest.raises(type(error)) as raised:
            simulation.feed(
                [
                    event("group", "acme", "g", traits={"name": "Ann", "zone": "Nowhen"}),
                    event("go", "acme", "go"),
                    event("start", "acme", "st"),
                    event("ticket", "acme", "t", properties={"text": "I love it"}),
                ]
            )
            simulation.run(NOW + DAY)
        assert raised.value is error
        simulation.now


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("which", ["lock", "unlock"])
def test_lock_of_a_memory_store(which: str, error: BaseException) -> None:
    options: dict[str, Any] = {"lock": lambda: None, "unlock": lambda: None, which: raiser(error)}
    with csuccess.MemoryStore(**options) as store, csuccess.Engine(CONFIG, store=store) as engine:
        with pytest.raises(type(error)) as raised:
            engine.ingest([login()], now=NOW)
        assert raised.value is error


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_conformance(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        csuccess.conformance.run(DictStore(), reopen=raiser(error), rounds=1)
    assert raised.value is error
    with pytest.raises(type(error)) as raised:
        csuccess.conformance.run(FaultyStore(DictStore()).raises("commit", 5, error=error), rounds=1)
    assert raised.value is error


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_leads_of_a_question(error: BaseException) -> None:
    with pytest.raises(type(error)) as raised:
        csuccess.may(CONFIG, csuccess.Principal("mia", "manager"), "customer", "read", owner="ann", leads=raiser(error))
    assert raised.value is error
    assert csuccess.may(
        CONFIG, csuccess.Principal("mia", "manager"), "customer", "read", owner="ann", leads=lambda a, b: True
    )


@pytest.mark.parametrize("error", [ValueError("mine"), MemoryError("mine")], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("slot", CALLS)
def test_slots_of_an_asynchronous_store(slot: str, error: Exception) -> None:
    async def main() -> None:
        store = FaultyAsyncStore(AsyncDictStore())
        async with csuccess.AsyncEngine(CONFIG, store=store, channels={"desk": lambda m: None}) as engine:
            await engine.ingest([login("acme", "e0")], now=NOW)
            store.raises(slot, *range(store.calls[slot] + 1, 1000), error=error)
            with pytest.raises(type(error)) as raised:
                await CALLS[slot](engine)
            assert raised.value is error
            store._raises.clear()
            assert (await engine.ingest([login("other", "e")], now=NOW))[0].applied

    asyncio.run(main())


def test_callbacks_may_not_call_back() -> None:
    engine: Any = None
    seen: list[type[BaseException]] = []

    def tries(*_: Any) -> None:
        for call in (
            lambda: engine.score("acme"),
            lambda: engine.close(),
            lambda: engine.figures(),
            lambda: events.clear(),
            lambda: events.close(),
            lambda: engine.set_trace(None),
        ):
            with pytest.raises(csuccess.BusyError):
                call()
            seen.append(csuccess.BusyError)

    events = csuccess.Events([login()])
    engine = csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), trace=tries)
    engine.ingest(events, now=NOW)
    assert len(seen) >= 6
    engine.close()


def test_what_a_callback_raises_for_calling_back_is_raised() -> None:
    engine: Any = None
    engine = csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": lambda m: engine.figures()})
    engine.ingest([login()], now=NOW)
    with pytest.raises(csuccess.BusyError):
        engine.run(now=NOW)


def test_wrong_answers_are_errors_of_the_callback() -> None:
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), random=lambda n: b"short") as engine:
        with pytest.raises(ValueError, match="32 bytes"):
            engine.ingest([login()], now=NOW)
    says: Any = lambda message: "sent"  # noqa: E731
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": says}) as engine:
        engine.ingest([login()], now=NOW)
        with pytest.raises(TypeError, match="None or a Sent"):
            engine.run(now=NOW)


def test_the_first_exception_is_raised_and_an_interrupt_before_it() -> None:
    errors: list[BaseException] = [ValueError("first"), ValueError("second"), KeyboardInterrupt()]

    def send(message: csuccess.Outgoing) -> None:
        if errors:
            raise errors.pop(0)

    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": send}) as engine:
        engine.ingest([login(f"c{i}", "e") for i in range(5)], now=NOW)
        with pytest.raises(KeyboardInterrupt):
            engine.run(now=NOW)


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with prepared(FaultyStore(DictStore()).raises("due", 1, error=KeyboardInterrupt())) as engine:
        with pytest.raises(KeyboardInterrupt):
            engine.run(now=NOW)
    assert capfd.readouterr() == ("", "")


def test_a_real_interrupt_of_the_keyboard() -> None:
    """A signal that comes while Python answers stops the call."""
    import _thread

    # What runs in the background may have been started with the signal ignored.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    class Slow(DictStore):
        calls = 0

        def load(self, request: Any, reply: Any) -> None:
            Slow.calls += 1
            if Slow.calls == 1:
                threading.Thread(target=_thread.interrupt_main).start()
                for _ in range(200):
                    threading.Event().wait(0.01)
            super().load(request, reply)

    try:
        with csuccess.Engine(CONFIG, store=Slow(), batch=1) as engine:
            with pytest.raises(KeyboardInterrupt):
                engine.ingest([login(f"c{i}", "e") for i in range(50)], now=NOW)
            assert Slow.calls < 3
            still_works(engine)
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no timers here")
def test_interrupts_at_any_moment(capfd: pytest.CaptureFixture[str]) -> None:
    """A signal may come anywhere: in a callback, in its net, in C. It is raised, nothing is printed, and what was
    stored is whole."""

    def interrupt(number: int, frame: Any) -> None:
        raise KeyboardInterrupt

    store, rng, interrupted = csuccess.MemoryStore(), random.Random(5), 0
    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        for i in range(300):
            try:
                engine = csuccess.Engine(
                    CONFIG, store=store, channels={"desk": lambda m: None}, trace=len, random=numbers(i)
                )
                events = csuccess.Events(login(f"c{i % 9}", f"{i}-{n}") for n in range(20))
                signal.setitimer(signal.ITIMER_REAL, rng.uniform(0.00002, 0.0008))
                engine.ingest(events, now=NOW)
                engine.run(now=NOW)
                signal.setitimer(signal.ITIMER_REAL, 0)
            except KeyboardInterrupt:
                interrupted += 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert interrupted > 20
    assert capfd.readouterr() == ("", "")
    with csuccess.Engine(CONFIG, store=store) as engine:
        assert engine.verify(now=NOW)["bad"] == []
