# SPDX-License-Identifier: Apache-2.0
"""What tests of a host need: a clock that stands still, a channel that remembers, a store that fails when it is told
to.

    clock, desk = VirtualClock("2026-01-01T09:00:00Z"), RecordingChannel()
    with csuccess.Engine(config, store=csuccess.MemoryStore(), channels={"desk": desk}, clock=clock) as engine:
        engine.ingest(events)
        run_until(engine, clock, "2026-03-01T00:00:00Z")
        desk.assert_sent(customer="acme", definition="alert/default/quiet/first", times=1)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Union

from ._cstore import CStore
from ._ffi import NULL
from ._time import Time, moment, to_ms
from ._reply import Reply
from ._requests import READ
from .channel import Channel, Outgoing, Sent
from .memory import Fault, MemoryStore
from .store import (
    AsyncStore,
    ClaimRequest,
    CommitRequest,
    DeferRequest,
    DueRequest,
    EraseRequest,
    HistoryRequest,
    LoadRequest,
    OutboxRequest,
    ScanRequest,
    SettleRequest,
    Store,
)

if TYPE_CHECKING:
    from .aio import AsyncEngine
    from .engine import Engine

__all__ = ["FaultyAsyncStore", "FaultyStore", "RecordingChannel", "VirtualClock", "arun_until", "run_until"]


class VirtualClock:
    """A clock that stands still until it is moved: Engine(..., clock=clock)."""

    def __init__(self, start: Time) -> None:
        self._ms = to_ms(start)

    def __call__(self) -> datetime:
        return moment(self._ms)

    @property
    def now(self) -> datetime:
        """What it shows."""
        return moment(self._ms)

    def set(self, time: Time) -> datetime:
        """Moves it to a time, forward or back."""
        self._ms = to_ms(time)
        return self.now

    def advance(self, by: timedelta | None = None, **parts: float) -> datetime:
        """Moves it on: advance(timedelta(...)), or its parts: advance(days=2, hours=3)."""
        return self.set(self.now + (by if by is not None else timedelta(**parts)))


Answers = Iterable[Union[Sent, None, BaseException]]


class RecordingChannel(Channel):
    """A channel that sends nothing and remembers everything.

    `answers`: what it answers to the messages in their order (an exception is raised); delivered where they have ended.
    `keep_on`: the last of them holds for all that follow.
    """

    def __init__(self, answers: Answers = (), *, keep_on: bool = False) -> None:
        self.messages: list[Outgoing] = []
        self._answers: Iterator[Sent | BaseException | None] = iter(answers)
        self._keep_on = keep_on
        self._last: Sent | BaseException | None = None

    def send(self, message: Outgoing) -> Sent | None:
        """Remembers the message."""
        self.messages.append(message)
        for answer in self._answers:
            self._last = answer
            break
        else:
            answer = self._last if self._keep_on else None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    @property
    def ids(self) -> list[str]:
        """Ids of the messages in the order of their attempts."""
        return [message.id for message in self.messages]

    def of(
        self, *, customer: str | None = None, definition: str | None = None, contact: str | None = None
    ) -> list[Outgoing]:
        """Those that are about that customer, of that definition, to that contact."""
        return [
            m
            for m in self.messages
            if customer in (None, m.customer) and definition in (None, m.definition) and contact in (None, m.contact)
        ]

    def clear(self) -> None:
        """Forgets them."""
        self.messages.clear()

    def assert_sent(
        self,
        *,
        customer: str | None = None,
        definition: str | None = None,
        contact: str | None = None,
        times: int | None = None,
    ) -> list[Outgoing]:
        """AssertionError unless such messages came: so many different ones, or at least one. Attempts of one message
        count once."""
        found = self.of(customer=customer, definition=definition, contact=contact)
        count = len({message.id for message in found})
        if count == 0 if times is None else count != times:
            came = "".join(
                f"\n  {m.definition} about {m.customer} to {m.contact or 'nobody'} at {m.now}" for m in self.messages
            )
            asked = f"customer={customer!r}, definition={definition!r}, contact={contact!r}"
            raise AssertionError(
                f"{count} messages with {asked}, not {'any' if times is None else times}; there came:{came or ' none'}"
            )
        return found

    def assert_once(self) -> None:
        """AssertionError when a message was attempted twice."""
        twice = [id for id, count in Counter(self.ids).items() if count > 1]
        if twice:
            raise AssertionError(f"attempted more than once: {', '.join(twice)}")


class _Draft(Reply):
    """An answer that is only kept: nothing of it comes to the engine."""

    __slots__ = ()

    def _check(self, result: int, what: str) -> None:
        """What was given is not looked at."""


class _Plan:
    """Which calls of which slots fail, and how."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._fails: dict[tuple[str, int], str] = {}
        self._raises: dict[tuple[str, int], BaseException] = {}
        self._loses: set[tuple[str, int]] = set()

    def _add(self, slot: str, calls: tuple[int, ...]) -> list[tuple[str, int]]:
        if slot not in READ:
            raise ValueError(f"there is no slot {slot!r}: {', '.join(READ)}")
        return [(slot, call) for call in calls or (1,)]

    def fail(self, slot: str, *calls: int, why: str = "planted") -> Any:
        """Those calls of the slot, counted from 1, answer with an error and have done nothing."""
        self._fails.update(dict.fromkeys(self._add(slot, calls), why))
        return self

    def raises(self, slot: str, *calls: int, error: BaseException) -> Any:
        """Those calls raise, and have done nothing."""
        self._raises.update(dict.fromkeys(self._add(slot, calls), error))
        return self

    def loses(self, slot: str, *calls: int) -> Any:
        """Those calls do their work, and their answer is an error: what a connection that breaks looks like."""
        self._loses.update(self._add(slot, calls))
        return self

    def _begin(self, slot: str, reply: Reply) -> tuple[bool, bool]:
        """Counts a call: whether it goes on, and whether its answer is lost."""
        self.calls[slot] += 1
        place = slot, self.calls[slot]
        if place in self._raises:
            raise self._raises[place]
        if place in self._fails:
            reply.fail(self._fails[place])
            return False, False
        return True, place in self._loses


class FaultyStore(_Plan, Store):
    """A store that fails when it is told to: FaultyStore(MemoryStore()).loses("commit", 1).fail("load", 2, 3). `calls`
    counts by slot.

    `store`: a Store, MemoryStore or SqliteStore; of a SqliteStore no answer can be lost.
    """

    def __init__(self, store: Store | CStore) -> None:
        super().__init__()
        self.store = store

    def _ask(self, slot: str, request: Any, reply: Reply) -> None:
        goes_on, lost = self._begin(slot, reply)
        if not goes_on:
            return
        if isinstance(self.store, CStore):
            self._ask_c(self.store, slot, reply, lost)
        elif lost:
            getattr(self.store, slot)(request, _Draft(NULL))
            reply.fail("the answer was lost")
        else:
            getattr(self.store, slot)(request, reply)

    def _ask_c(self, store: CStore, slot: str, reply: Reply, lost: bool) -> None:
        if lost and not isinstance(store, MemoryStore):
            raise TypeError(f"the answers of a {type(store).__name__} cannot be lost: wrap a MemoryStore or a Store")
        if lost and isinstance(store, MemoryStore):
            store.plant(Fault.LOST)
        with store._lent():
            getattr(store._ops, slot)(store._handle, reply._request, reply._c)
        reply._end()
        if lost and isinstance(store, MemoryStore):
            store.heal()

    def load(self, request: LoadRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("load", request, reply)

    def commit(self, request: CommitRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("commit", request, reply)

    def due(self, request: DueRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("due", request, reply)

    def defer(self, request: DeferRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("defer", request, reply)

    def claim(self, request: ClaimRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("claim", request, reply)

    def settle(self, request: SettleRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("settle", request, reply)

    def scan(self, request: ScanRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("scan", request, reply)

    def history(self, request: HistoryRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("history", request, reply)

    def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("outbox", request, reply)

    def erase(self, request: EraseRequest, reply: Reply) -> None:
        """As the store's."""
        self._ask("erase", request, reply)


class FaultyAsyncStore(_Plan, AsyncStore):
    """The same around an AsyncStore."""

    def __init__(self, store: AsyncStore) -> None:
        super().__init__()
        self.store = store

    async def _ask(self, slot: str, request: Any, reply: Reply) -> None:
        goes_on, lost = self._begin(slot, reply)
        if goes_on:
            await getattr(self.store, slot)(request, _Draft(NULL) if lost else reply)
            if lost:
                reply.fail("the answer was lost")

    async def load(self, request: LoadRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("load", request, reply)

    async def commit(self, request: CommitRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("commit", request, reply)

    async def due(self, request: DueRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("due", request, reply)

    async def defer(self, request: DeferRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("defer", request, reply)

    async def claim(self, request: ClaimRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("claim", request, reply)

    async def settle(self, request: SettleRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("settle", request, reply)

    async def scan(self, request: ScanRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("scan", request, reply)

    async def history(self, request: HistoryRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("history", request, reply)

    async def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("outbox", request, reply)

    async def erase(self, request: EraseRequest, reply: Reply) -> None:
        """As the store's."""
        await self._ask("erase", request, reply)


def _next(clock: VirtualClock, due: datetime | None, end: datetime) -> bool:
    """Moves the clock to what is due, or to the end. False: there is nothing more."""
    if due is None or due > end:
        clock.set(end)
        return False
    clock.set(max(due, clock.now))
    return True


def run_until(engine: Engine, clock: VirtualClock, until: Time) -> int:
    """Lets time go on until then: run() at every time at which something is due, the clock moved along. How many runs
    it took."""
    end, runs = moment(to_ms(until)), 1
    while _next(clock, engine.run(), end):
        runs += 1
    return runs


async def arun_until(engine: AsyncEngine, clock: VirtualClock, until: Time) -> int:
    """The same with an AsyncEngine."""
    end, runs = moment(to_ms(until)), 1
    while _next(clock, await engine.run(), end):
        runs += 1
    return runs
