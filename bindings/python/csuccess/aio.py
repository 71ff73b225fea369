# SPDX-License-Identifier: Apache-2.0
"""The engine for asyncio: operations are handed out to the event loop, many at once, and no thread is started."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ._aio import Driver
from ._engine import EngineOptions, c_run_limits
from ._ffi import lib
from ._given import c_config
from ._time import Time, to_utc
from .channel import AnyChannel
from .errors import DigestError
from .events import AnyEvents, EventResult, events_of
from .principal import Principal
from .store import AsyncStore, Store

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._cstore import CStore
    from .config import Config

__all__ = ["AsyncEngine"]


class AsyncEngine(Driver):
    """Engine with `async def` calls, over an AsyncStore, or a store that is not asynchronous, which is then asked in
    the event loop.

    Any number of calls may be awaited at once. Up to `in_flight` operations (256) are under way at a time; `batch=1`
    gives each customer operations of its own. A task that is cancelled gives its call up: what the call alone waits for
    is cancelled, what it committed stays, and the engine goes on. An exception of a slot, a channel or a callback is
    raised by the call that it belongs to; where calls share an operation the engine asks once more for each.

    One event loop at a time. `async with` closes it; close() gives up the calls that are under way (ClosedError).
    Parameters, options, results and errors are those of Engine.
    """

    __slots__ = ()

    def __init__(
        self,
        config: Config,
        *,
        store: AsyncStore | Store | CStore,
        channels: Mapping[str, AnyChannel] | None = None,
        tenant: str = "",
        **options: Unpack[EngineOptions],
    ) -> None:
        super().__init__(config, store, channels, tenant, options)

    # ---- Inputs ----

    async def ingest(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> list[EventResult]:
        """As Engine.ingest()."""
        return await self._feed(lib.CSUCCESS_CALL_INGEST, events, principal, now)

    async def import_(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> list[EventResult]:
        """As Engine.import_()."""
        return await self._feed(lib.CSUCCESS_CALL_IMPORT, events, principal, now)

    async def _feed(
        self, kind: int, events: AnyEvents, principal: Principal | None, now: Time | None
    ) -> list[EventResult]:
        listed = events_of(events)
        await self._perform(kind, principal, now, events=listed)
        return listed.results()

    async def preview(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.preview()."""
        return await self._document(lib.CSUCCESS_CALL_PREVIEW, principal, now, events=events_of(events))

    # ---- Time ----

    async def run(
        self, *, principal: Principal | None = None, now: Time | None = None, customers: int = 0, messages: int = 0
    ) -> datetime | None:
        """As Engine.run()."""
        outcome = await self._perform(lib.CSUCCESS_CALL_RUN, principal, now, limits=c_run_limits(customers, messages))
        return to_utc(outcome.next_ms)

    # ---- Customers ----

    async def score(
        self, customer: str, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.score()."""
        return await self._document(lib.CSUCCESS_CALL_SCORE, principal, now, customer=customer)

    async def explain(
        self, customer: str, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.explain()."""
        return await self._document(lib.CSUCCESS_CALL_EXPLAIN, principal, now, customer=customer)

    async def state(
        self, customer: str, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.state()."""
        return await self._document(lib.CSUCCESS_CALL_STATE, principal, now, customer=customer)

    async def verify(
        self, customer: str = "", *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.verify()."""
        try:
            return await self._document(lib.CSUCCESS_CALL_VERIFY, principal, now, customer=customer)
        except DigestError as error:
            error.report = json.loads(getattr(error, "text", None) or "null")
            raise

    async def replay(
        self, customer: str, other: Config, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.replay()."""
        return await self._document(lib.CSUCCESS_CALL_REPLAY, principal, now, customer=customer, config=c_config(other))

    async def erase(
        self, customer: str, contact: str = "", *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """As Engine.erase()."""
        return await self._document(lib.CSUCCESS_CALL_ERASE, principal, now, customer=customer, contact=contact)

    async def parked(
        self, resume: str = "", *, principal: Principal | None = None, now: Time | None = None
    ) -> list[str]:
        """As Engine.parked()."""
        found = await self._document(lib.CSUCCESS_CALL_PARKED, principal, now, customer=resume)
        return list(found["parked"])

    async def _document(self, kind: int, principal: Principal | None, now: Time | None, **about: Any) -> dict[str, Any]:
        outcome = await self._perform(kind, principal, now, **about)
        found = json.loads(outcome.text)
        assert isinstance(found, dict)
        return found

    async def __aenter__(self) -> AsyncEngine:
        self.__enter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()
