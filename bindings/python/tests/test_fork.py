# SPDX-License-Identifier: Apache-2.0
"""fork(): what is of one process says so in the child, what is not goes on."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from worlds import NOW, config, login

import csuccess

CONFIG = config()
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork() here")


def in_child(function: Callable[[], object]) -> str:
    """What a function gives in a child of fork(): "ok", or its exception."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            try:
                function()
                said = "ok"
            except BaseException as error:
                said = f"{type(error).__name__}: {error}"
            os.write(write, said.encode())
        finally:
            os._exit(0)
    os.close(write)
    _, status = os.waitpid(child, 0)
    said = os.read(read, 4096).decode()
    os.close(read)
    assert os.waitstatus_to_exitcode(status) == 0
    return said


def test_engines_and_files_are_not_carried_over(tmp_path: Path) -> None:
    with csuccess.SqliteStore(tmp_path / "a.db") as store, csuccess.Engine(CONFIG, store=store) as engine:
        engine.ingest([login()], now=NOW)
        for call in (
            lambda: engine.score("acme", now=NOW),
            engine.figures,
            store.rebuild,
            lambda: csuccess.Txn(engine, "acme"),
        ):
            said = in_child(call)
            assert said.startswith("ForkedError") and "fork()" in said

        said = in_child(lambda: (engine.close(), store.close(), engine.close()))
        assert said == "ok"
        assert engine.score("acme", now=NOW)["customer_id"] == "acme"  # nothing was closed here
        assert engine.ingest([login("acme", "e2")], now=NOW)[0].applied


def test_a_child_makes_its_own(tmp_path: Path) -> None:
    csuccess.SqliteStore(tmp_path / "a.db").close()

    def child() -> None:
        with csuccess.SqliteStore(tmp_path / "a.db") as store, csuccess.Engine(CONFIG, store=store) as engine:
            assert engine.ingest([login()], now=NOW)[0].applied

    assert in_child(child) == "ok"
    with csuccess.SqliteStore(tmp_path / "a.db") as store, csuccess.Engine(CONFIG, store=store) as engine:
        assert engine.score("acme", now=NOW)["customer_id"] == "acme"


def test_configurations_and_events_go_on() -> None:
    events, store = csuccess.Events([login()]), csuccess.MemoryStore()
    simulation = csuccess.Simulation(CONFIG, start=NOW)

    def child() -> None:
        assert len(events) == 1 and store.dump()
        simulation.run(NOW + 1000)
        with csuccess.Engine(CONFIG, store=csuccess.MemoryStore()) as engine:
            assert engine.ingest(events, now=NOW)[0].applied

    assert in_child(child) == "ok"
