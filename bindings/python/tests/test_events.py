# SPDX-License-Identifier: Apache-2.0
"""Lists of inputs."""

from __future__ import annotations

import io
import json
from datetime import datetime, timezone

import pytest
from worlds import NOW, at, config, login

import csuccess


def test_three_ways_to_say_the_same() -> None:
    document = {
        "type": "track",
        "event": "login",
        "messageId": "e",
        "timestamp": at(NOW),
        "groupId": "acme",
        "userId": "ann",
        "source": "app",
        "priority": 3,
        "expires": "2027-01-01T00:00:00Z",
    }
    events = csuccess.Events([document, json.dumps(document), json.dumps(document).encode()])
    events.add_event(
        "track",
        id="e",
        at=NOW,
        customer="acme",
        name="login",
        user="ann",
        source="app",
        priority=3,
        expires=datetime(2027, 1, 1, tzinfo=timezone.utc),
    )
    events.add_event(
        "track",
        id="e",
        at=at(NOW),
        customer="acme",
        name="login",
        user="ann",
        source="app",
        priority=3,
        expires="2027-01-01T00:00:00Z",
        properties={"plan": "a", "seats": 3, "big": 1 << 60, "on": True, "tags": ["x"]},
    )
    assert len(events) == 5 and len(set(events)) == 1
    first = events[0]
    assert first == events[-1]
    assert (first.type, first.name, first.customer, first.user, first.priority) == ("track", "login", "acme", "ann", 3)
    assert first.at == datetime(2026, 1, 5, tzinfo=timezone.utc) and first.expires == datetime(
        2027, 1, 1, tzinfo=timezone.utc
    )
    with pytest.raises(IndexError):
        events[5]
    events.clear()
    assert len(events) == 0 and events


def test_json_lines() -> None:
    text = "\n".join(json.dumps(login(f"c{i}")) for i in range(5)) + "\n\n"
    assert len(csuccess.Events.from_json_lines(text)) == 5
    assert len(csuccess.Events.from_json_lines(text.encode())) == 5
    assert len(csuccess.Events.from_json_lines(io.BytesIO(text.encode()))) == 5
    with pytest.raises(csuccess.JsonError) as bad:
        csuccess.Events.from_json_lines(text + "{")
    assert bad.value.line == 7
    events = csuccess.Events()
    with pytest.raises(csuccess.UnknownNameError) as wrong:
        events.extend([login(), {**login(), "type": "trak"}, login()])
    assert "event 1" in str(wrong.value) and "track" in str(wrong.value) and wrong.value.pointer == "/type"
    assert len(events) == 1


def test_what_cannot_be() -> None:
    events = csuccess.Events()
    for document, error in (
        ({**login(), "messageId": None}, csuccess.MissingError),
        ({**login(), "timestamp": 5}, csuccess.ValueTypeError),
        ("[", csuccess.JsonError),
        (b"\xff", csuccess.Error),
        ({**login(), "groupId": "\ud800"}, csuccess.EncodingError),
    ):
        with pytest.raises(error):
            events.add(document)
    with pytest.raises(csuccess.UnknownNameError):
        events.add_event("trak", id="e", at=NOW)
    with pytest.raises(csuccess.UnknownNameError):
        events.add_event("outcome", id="e", at=NOW, customer="c", name="renewd")
    with pytest.raises(csuccess.InvalidError):
        events.add_event("track", id="", at=NOW, customer="c", name="x")
    with pytest.raises(ValueError):
        events.add_event("track", id="e", at=datetime(2026, 1, 1), customer="c", name="x")
    with pytest.raises(TypeError):
        events.extend(login())
    with pytest.raises(TypeError):
        events.add({**login(), "properties": {"x": object()}})
    with pytest.raises(csuccess.LimitError):
        csuccess.Events(limits={"document_bytes": 50}).add({**login(), "properties": {"x": "y" * 100}})
    assert len(events) == 0


def test_results() -> None:
    events = csuccess.Events([login()])
    assert events.results()[0].name == "CSUCCESS_UNDECIDED"
    with csuccess.Engine(config(), store=csuccess.MemoryStore()) as engine:
        assert engine.ingest(events, now=NOW) == events.results()
        assert events.results()[0] == csuccess.EventResult("e1", 0, "CSUCCESS_OK", "")
        text = json.dumps(login("c2")) + "\n" + json.dumps(login("c3"))
        assert len(engine.ingest(text, now=NOW)) == 2
        assert len(engine.ingest(login("c4"), now=NOW)) == 1
        assert len(engine.ingest((login(f"d{i}") for i in range(3)), now=NOW)) == 3
        late = engine.ingest([{**login("c5"), "expires": at(NOW - 1000)}], now=NOW)[0]
        assert late.name == "CSUCCESS_EEXPIRED" and late.failed and late.reason


def test_closed() -> None:
    events = csuccess.Events([login()])
    events.close()
    events.close()
    with pytest.raises(csuccess.ClosedError):
        len(events)
    with csuccess.Engine(config(), store=csuccess.MemoryStore()) as engine, pytest.raises(csuccess.ClosedError):
        engine.ingest(events, now=NOW)


def test_properties_one_by_one() -> None:
    events = csuccess.Events()
    with pytest.raises(csuccess.InvalidError):
        events.set("plan", "a")
    events.add_event("group", id="g", at=NOW, customer="acme")
    for name, value in (
        ("name", "Ann"),
        ("seats", 3),
        ("share", 0.5),
        ("on", True),
        ("tags", ["x"]),
        ("big", 1 << 60),
        ("none", None),
    ):
        events.set(name, value)
    events.set("name", "Zoë")
    with pytest.raises(csuccess.RangeError):
        events.set("share", float("nan"))
    with csuccess.Engine(config(), store=csuccess.MemoryStore()) as engine:
        assert engine.preview(events, now=NOW)
        shown = json.dumps(engine.preview(events, now=NOW), ensure_ascii=False)
    assert "Zoë" in shown and '"seats": 3' in shown and '"tags": ["x"]' in shown
