# SPDX-License-Identifier: Apache-2.0
"""Simulations: virtual time, what is told, and the engine within."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest
from worlds import DAY, NOW, config, login, story

import csuccess

CONFIG = config()


def told(seed: int) -> list[str]:
    lines: list[str] = []
    with csuccess.Simulation(CONFIG, seed=seed, trace=lines.append, tenant="t") as simulation:
        for _, inputs in story(seed):
            simulation.feed(inputs)
        simulation.run(NOW + 20 * DAY)
    return lines


def test_equal_inputs_give_equal_traces() -> None:
    assert told(3) == told(3) != told(4)


def test_what_messages_meet() -> None:
    sent: list[csuccess.Outgoing] = []

    def send(message: csuccess.Outgoing) -> csuccess.Sent | None:
        sent.append(message)
        return csuccess.Sent.later() if message.attempt == 1 else None

    with csuccess.Simulation(CONFIG, start=NOW, send=send) as simulation:
        assert simulation.now == datetime(2026, 1, 5, tzinfo=timezone.utc)
        assert simulation.feed([login()])[0].applied
        simulation.run("2026-01-06T00:00:00Z")
        assert [m.attempt for m in sent] == [1, 2]
        engine = simulation.engine
        assert engine.figures().delivered == 1
        assert engine.score("acme")["at"] == "2026-01-06T00:00:00Z"
        assert engine.verify()["bad"] == []
        txn = csuccess.Txn(engine, "acme")
    assert simulation.closed and txn.closed
    with pytest.raises(csuccess.ClosedError):
        engine.figures()
    engine.close()
    with pytest.raises(csuccess.ClosedError):
        simulation.now


def test_callbacks_may_not_call_back() -> None:
    simulation: csuccess.Simulation

    def send(message: csuccess.Outgoing) -> None:
        for call in (lambda: simulation.now, lambda: simulation.engine, simulation.close, lambda: engine.score("acme")):
            with pytest.raises(csuccess.BusyError):
                call()

    simulation = csuccess.Simulation(CONFIG, send=send)
    engine = simulation.engine
    simulation.feed([login()])
    simulation.run(NOW + DAY)
    simulation.close()
