# SPDX-License-Identifier: Apache-2.0
"""Each family of objects is made, used and freed 100,000 times: the process is no larger after it, and holds no more objects."""

from __future__ import annotations

import gc
from collections.abc import Callable

import pytest
import scoring

import csuccess

LOOPS = 100_000
NOW = scoring.NOW
CONFIG = csuccess.Config(scoring.PLAIN)
SCORED = scoring.small()
INPUT = {"type": "track", "event": "go", "messageId": "m", "groupId": "g", "userId": "u", "timestamp": "2026-01-30T00:00:00Z"}


def facts() -> None:
    with csuccess.Facts(CONFIG) as made:
        made["logins"] = 2


def scorer() -> None:
    with csuccess.Scorer(SCORED) as made:
        made.run({"logins": 2}, NOW)


def columns() -> None:
    with csuccess.Columns(CONFIG, 1) as made:
        made.bind("logins", [2])


def events() -> None:
    with csuccess.Events([INPUT]) as made:
        len(made)


def compiled() -> None:
    csuccess.Config(scoring.PLAIN)


def accumulator() -> None:
    with csuccess.Accumulator(CONFIG, "segments") as made:
        made.save()


def engine() -> None:
    with csuccess.Engine(CONFIG) as made, csuccess.Txn(made, "acme", now=NOW) as txn:
        txn.needs()


def store() -> None:
    with csuccess.MemoryStore() as made:
        assert not made.closed


def samples() -> None:
    with csuccess.Samples(SCORED) as made:
        assert made.totals


def refused() -> None:
    with pytest.raises(csuccess.Error):
        csuccess.Events([{"type": "trak"}])


@pytest.mark.slow
@pytest.mark.memory
@pytest.mark.parametrize("once", [facts, scorer, columns, events, compiled, accumulator, engine, store, samples, refused])
def test_nothing_is_left_of_100_000(once: Callable[[], None]) -> None:
    for _ in range(LOOPS // 50):
        once()
    gc.collect()
    objects, memory = len(gc.get_objects()), scoring.used()
    for _ in range(LOOPS):
        once()
    gc.collect()
    assert len(gc.get_objects()) - objects < 100
    assert scoring.used() - memory < 4096
