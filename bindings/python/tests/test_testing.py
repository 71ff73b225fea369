# SPDX-License-Identifier: Apache-2.0
"""csuccess.testing, used as a host's tests would."""

from __future__ import annotations

from datetime import timedelta

import pytest
from dict_store import DictStore
from worlds import DAY, NOW, config, event, login

import csuccess
from csuccess.testing import FaultyStore, RecordingChannel, VirtualClock, run_until

CONFIG = config()


def test_a_quiet_customer_is_told_of_once() -> None:
    """The example of the guide."""
    clock, desk = VirtualClock("2026-01-05T09:00:00Z"), RecordingChannel()
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": desk}, clock=clock) as engine:
        engine.ingest([login("acme", ms=NOW)])
        run_until(engine, clock, "2026-03-01T00:00:00Z")
    desk.assert_sent(customer="acme", definition="alert/default/quiet/first", times=1)
    desk.assert_once()


def test_the_clock() -> None:
    clock = VirtualClock(NOW)
    clock.advance(days=2, hours=3)
    clock.advance(timedelta(minutes=1))
    assert clock().isoformat() == "2026-01-07T03:01:00+00:00" == clock.now.isoformat()


def test_the_channel() -> None:
    desk = RecordingChannel([csuccess.Sent.later(30), ValueError("mine"), csuccess.Sent.never("no")], keep_on=True)
    clock = VirtualClock(NOW)
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore(), channels={"desk": desk}, clock=clock) as engine:
        engine.ingest([login("acme")])
        with pytest.raises(ValueError, match="mine"):
            run_until(engine, clock, NOW + DAY)
        run_until(engine, clock, NOW + DAY)
        assert engine.figures().dead == 1
        engine.ingest([login("other")], now=NOW + DAY)
        run_until(engine, clock, NOW + 2 * DAY)
        assert engine.figures().dead == 2
    assert [m.attempt for m in desk.of(customer="acme")] == [1, 2, 3]
    with pytest.raises(AssertionError, match="more than once"):
        desk.assert_once()
    with pytest.raises(AssertionError, match="alert/default/quiet/first about acme"):
        desk.assert_sent(customer="nobody")
    with pytest.raises(AssertionError):
        desk.assert_sent(customer="acme", times=2)
    desk.clear()
    assert desk.ids == []


@pytest.mark.parametrize("inner", [DictStore, csuccess.MemoryStore])
def test_the_store(inner: type[DictStore]) -> None:
    store = (
        FaultyStore(inner())
        .fail("load", 2, why="no route")
        .loses("commit", 3)
        .raises("commit", 5, error=OSError("gone"))
    )
    with csuccess.Engine(CONFIG, store=store) as engine:
        outcomes: list[str] = []
        for i in range(1, 9):
            try:
                outcomes.append(engine.ingest([login("a", str(i))], now=NOW)[0].name)
            except (csuccess.CallbackError, OSError) as error:
                outcomes.append(str(error))
        assert (
            any("no route" in o for o in outcomes)
            and any("gone" in o for o in outcomes)
            and any("lost" in o for o in outcomes)
        )
        results = engine.ingest([login("a", str(i)) for i in range(1, 9)], now=NOW)
        assert not any(r.failed for r in results)
        assert engine.state("a", now=NOW)["aggregates"]["login|count"]["days"] == {"2026-01-05": 8}
    with pytest.raises(ValueError, match="no slot"):
        store.fail("lod")


def test_answers_of_a_channel() -> None:
    bounced = RecordingChannel([csuccess.Sent.bounced("gone")])
    with csuccess.Engine(
        CONFIG, store=csuccess.MemoryStore(), channels={"desk": bounced, "email": RecordingChannel()}
    ) as engine:
        engine.ingest([login("acme"), event("group", "acme", "g", traits={"name": "Ann"})], now=NOW)
        engine.run(now=NOW)
        assert engine.figures().dead == 1
    assert csuccess.Sent.later(timedelta(seconds=5)) == csuccess.Sent.later(5)
    assert csuccess.Sent.delivered().outcome == 1 and csuccess.Sent.unknown("x").reason == "x"


def test_a_channel_is_a_class_or_a_callable() -> None:
    class Mail(csuccess.Channel):
        sent = 0

        def send(self, message: csuccess.Outgoing) -> None:
            self.sent += 1
            assert (
                message.body and message.recipient == {} and message.tenant == "default" and message.channel == "desk"
            )

    class Later(csuccess.AsyncChannel):
        async def send(self, message: csuccess.Outgoing) -> None:
            """Never asked."""

    mail = Mail()
    with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
        engine.add_channel("desk", lambda m: csuccess.Sent.never())
        engine.add_channel("desk", mail)
        engine.ingest([login()], now=NOW)
        engine.run(now=NOW)
        with pytest.raises(TypeError, match="AsyncEngine"):
            engine.add_channel("email", Later())
        with pytest.raises(TypeError, match="callable"):
            engine.add_channel("email", "smtp")

        async def asynchronous(message: csuccess.Outgoing) -> None:
            """Never awaited."""

        engine.add_channel("desk", asynchronous)
        engine.ingest([login("other")], now=NOW)
        with pytest.raises(TypeError, match="AsyncEngine"):
            engine.run(now=NOW)
    assert mail.sent == 1
