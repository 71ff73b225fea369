# SPDX-License-Identifier: Apache-2.0
"""What drives an engine's calls from an event loop: operations out, answers in, calls that end.

An operation may serve several calls at once, and the library does not say which. So the call that an exception belongs
to, or that a cancelled operation was for, is told by the customers that the operation is about.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from ._callbacks import reason
from ._calls import Call, Operation, Outcome
from ._cstore import CStore
from ._engine import EngineBase, EngineOptions
from ._ffi import NULL, ffi, lib, new, string, take_text
from ._time import Time, to_ms
from ._process import claim
from ._requests import READ, read_outgoing
from .channel import AnyChannel, sent
from .errors import BusyError, ClosedError, error_of
from .events import Events
from .principal import Principal, c_principal

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Driver", "Outcome"]

_SLICE = 0.005  # seconds that a store which does not wait may keep the event loop
_OF_RUN = frozenset({"due", "claim", "defer", "settle", "send"})


class Driver(EngineBase):
    """The part of AsyncEngine beneath its calls."""

    __slots__ = ("_active", "_at_once", "_ended", "_given", "_loop", "_operations", "_scheduled", "_seen", "_waiting")

    def __init__(
        self, config: Config, store: Any, channels: Mapping[str, AnyChannel] | None, tenant: str, options: EngineOptions
    ) -> None:
        self._active: dict[int, Call] = {}
        self._waiting: deque[tuple[Call, Any, Any]] = deque()
        self._operations: dict[int, Operation] = {}
        self._ended: deque[Operation] = deque()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._given: int | None = None
        self._seen = 0
        self._scheduled = False
        self._at_once = 2 * (options.get("in_flight") or 256)
        super().__init__(config, store, channels, tenant, options)

    # ---- Calls ----

    async def _perform(
        self,
        kind: int,
        principal: Principal | None,
        now: Time | None,
        *,
        events: Events | None = None,
        customer: str = "",
        contact: str = "",
        limits: Any = NULL,
        config: Any = NULL,
    ) -> Outcome:
        """Makes a call and waits for its end."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._move(loop)
        at = self._now(now)
        words = (string(customer), string(contact))
        c = new("csuccess_call", kind=kind, now_ms=at, principal=c_principal(principal), limits=limits, config=config)
        (c.customer.ptr, c.customer.len), (c.contact.ptr, c.contact.len) = words
        call = Call(kind, customer, events, None if now is None else at, loop.create_future())
        self._hold(events, c)
        try:
            if len(self._active) < self._at_once:
                self._start(call, c)
            else:
                self._waiting.append((call, c, (words, principal, limits, config)))
        except BaseException:
            self._let_go(call)
            raise
        try:
            return await call.future
        except asyncio.CancelledError:
            self._give_up(call)
            raise

    def _move(self, loop: asyncio.AbstractEventLoop) -> None:
        """Goes on in another event loop; calls of one that is closed are given up."""
        if (self._active or self._waiting) and self._loop is not None and not self._loop.is_closed():
            raise BusyError("the engine is in use by another event loop")
        self._loop, self._scheduled = loop, False
        for call in [*self._active.values(), *(call for call, _, _ in self._waiting)]:
            call.given_up = True
        for operation in self._operations.values():
            if not operation.over:
                operation.over = True
                operation.reply._done(lib.CSUCCESS_ECANCELLED, "the event loop was closed")
                self._ended.append(operation)
        if self._active or self._waiting:
            self._schedule()

    def _hold(self, events: Events | None, c: Any) -> None:
        """Nobody else may use the events until the call has ended."""
        if events is None:
            return
        if not events._lock.acquire(blocking=False):
            raise BusyError("Events is in use by another call")
        c.events = events._handle
        if c.events == NULL:
            events._lock.release()
            raise ClosedError("Events is closed")

    def _let_go(self, call: Call) -> None:
        if call.events is not None:
            events, call.events = call.events, None
            events._lock.release()

    def _start(self, call: Call, c: Any) -> None:
        ticket = ffi.new("uint64_t *")
        with claim(self):
            engine = self._handle
            self._call(lib.csuccess_engine_start, engine, c, ticket)
        call.ticket = ticket[0]
        self._active[call.ticket] = call
        if call.now is not None:
            self._given = call.now if self._given is None else max(self._given, call.now)
        else:
            self._seen = max(self._seen, c.now_ms)
        self._schedule()

    def _start_waiting(self) -> None:
        while self._waiting and len(self._active) < self._at_once:
            call, c, _ = self._waiting.popleft()
            if call.given_up:
                self._let_go(call)
                continue
            try:
                self._start(call, c)
            except Exception as error:
                self._let_go(call)
                call.future.set_exception(error)

    def _give_up(self, call: Call) -> None:
        """Its task was cancelled: what is under way for it alone is cancelled, and answered so."""
        if call.given_up or call.ticket not in self._active:
            call.given_up = True
            return
        call.given_up = True
        for operation in list(self._operations.values()):
            if operation.task is not None and self._owners(operation) == [call]:
                operation.task.cancel()

    # ---- Whose it is ----

    def _owners(self, operation: Operation) -> list[Call]:
        """The calls that an operation may be for."""
        calls = list(self._active.values())
        if len(calls) < 2:
            return calls
        anybody = [call for call in calls if call.customers is None]
        if operation.slot in _OF_RUN:
            return anybody or calls
        left, found = operation.customers(), []
        wanted = frozenset(left)
        for call in calls:
            if call.customers is not None and call.customers & wanted:
                found.append(call)
                left -= call.customers
        return found + anybody if left or not found else found

    def _blame(self, error: BaseException, calls: list[Call]) -> None:
        """An exception belongs to one call; where it may be of several each has it in case that it fails."""
        for call in calls:
            if len(calls) > 1:
                call.suspect = call.suspect or error
            elif call.error is None or (isinstance(call.error, Exception) and not isinstance(error, Exception)):
                call.error = error

    def _collect(self, operation: Operation | None) -> None:
        """What callbacks of the engine raised in the call of C that was made last."""
        error = self._host.take()
        store = self._store
        if error is None and isinstance(store, CStore):
            error = store._host.take()
        if error is not None:
            self._blame(error, list(self._active.values()) if operation is None else self._owners(operation))

    def _is_stopped(self, operation: Operation) -> bool:
        """Whether all calls that it is for were given up, or are to stop at once."""

        def stops(call: Call) -> bool:
            return call.given_up or (call.error is not None and not isinstance(call.error, Exception))

        if not any(stops(call) for call in self._active.values()):
            return False
        owners = self._owners(operation)
        return bool(owners) and all(stops(call) for call in owners)

    # ---- The loop ----

    def _schedule(self) -> None:
        if not self._scheduled and self._loop is not None:
            self._scheduled = True
            self._loop.call_soon(self._pump)

    def _pump(self) -> None:
        """Hands in what was answered, hands out what there is, ends calls."""
        self._scheduled = False
        if self._handle == NULL:
            return
        if self._lock.locked():  # another thread looks at its figures
            assert self._loop is not None
            self._scheduled = True
            self._loop.call_later(0.001, self._pump)
            return
        with claim(self):
            engine = self._handle
            while self._ended:
                self._answer(engine, self._ended.popleft())
            self._hand_out(engine)
            done = self._finish(engine)
        for call, outcome, error in done:
            self._conclude(call, outcome, error)
        self._start_waiting()

    def _answer(self, engine: Any, operation: Operation) -> None:
        if operation.id in self._operations:
            lib.csuccess_engine_answer(engine, operation.id, NULL)
            self._collect(operation)
            del self._operations[operation.id]

    def _hand_out(self, engine: Any) -> None:
        assert self._loop is not None
        until = self._loop.time() + _SLICE
        while True:
            c = lib.csuccess_engine_next(engine, self._stand())
            self._collect(None)
            if c == NULL:
                return
            operation = Operation(c)
            self._operations[operation.id] = operation
            self._begin(operation)
            if operation.task is None:
                self._answer(engine, operation)
                if self._loop.time() > until:
                    self._schedule()
                    return

    def _stand(self) -> int:
        """The time of operations: the latest that a call was given, else the clock's."""
        if self._given is not None:
            return self._given
        try:
            self._seen = to_ms(self._clock())
        except BaseException as error:
            self._blame(error, list(self._active.values()))
        return self._seen

    def _begin(self, operation: Operation) -> None:
        """Asks the store or the channel; without a task it is answered."""
        if self._is_stopped(operation):
            operation.reply._done(lib.CSUCCESS_ECANCELLED, "the call was given up")
            return
        try:
            answer = self._ask(operation)
            if inspect.isawaitable(answer):
                assert self._loop is not None
                operation.task = asyncio.ensure_future(answer, loop=self._loop)
                operation.task.add_done_callback(partial(self._came, operation))
            else:
                self._fill(operation, answer)
        except BaseException as error:
            self._failed(operation, error)

    def _ask(self, operation: Operation) -> Any:
        store, slot = self._store, operation.slot
        if slot == "send":
            outgoing = read_outgoing(operation.request)
            return self._ports[outgoing.channel][0].send(outgoing)
        if not isinstance(store, CStore):
            return getattr(store, slot)(READ[slot](operation.request), operation.reply)
        with self._store_lent():
            lib.csuccess_op_call(operation.c, store._ops, store._handle, NULL, NULL)
        operation.reply._c = NULL
        self._collect(operation)
        return None

    def _fill(self, operation: Operation, answer: Any) -> None:
        """The end of an answer that came."""
        if operation.slot == "send":
            became = sent(answer)
            operation.reply.sent(became.outcome, became.retry_after, became.reason)
        operation.reply._done(lib.CSUCCESS_OK)

    def _failed(self, operation: Operation, error: BaseException) -> None:
        self._blame(error, self._owners(operation))
        stops = not isinstance(error, Exception)
        operation.reply._done(lib.CSUCCESS_ECANCELLED if stops else lib.CSUCCESS_ECALLBACK, reason(error))

    def _came(self, operation: Operation, task: asyncio.Future[Any]) -> None:
        """A task of a slot or a channel has ended."""
        if operation.over:
            if not task.cancelled():
                task.exception()  # of an engine that was closed: nobody is left to hear of it
            return
        operation.over = True
        if task.cancelled():
            operation.reply._done(lib.CSUCCESS_ECANCELLED, "cancelled")
        else:
            error = task.exception()
            try:
                if error is not None:
                    raise error
                self._fill(operation, task.result())
            except BaseException as raised:
                self._failed(operation, raised)
        self._ended.append(operation)
        self._schedule()

    # ---- The end ----

    def _finish(self, engine: Any) -> list[tuple[Call, Outcome, BaseException | None]]:
        """Calls that have ended."""
        done: list[tuple[Call, Outcome, BaseException | None]] = []
        out = new("csuccess_outcome")
        words = ffi.new("csuccess_text **")
        for ticket, call in list(self._active.items()):
            result = lib.csuccess_engine_finish(engine, ticket, out, self._err)
            if result == lib.CSUCCESS_AGAIN:
                continue
            error: BaseException | None = error_of(result, self._err) if result < 0 else None
            words[0], out.text = out.text, NULL
            outcome = Outcome(result, out.next_ms, take_text(words))
            out.size = ffi.sizeof("csuccess_outcome")
            self._collect(None)
            del self._active[ticket]
            if not self._active:
                self._given = None
            if result < 0 and outcome.text:
                error.text = outcome.text  # type: ignore[union-attr]
            failed = result < 0 or result == lib.CSUCCESS_UNDECIDED
            done.append((call, outcome, call.error or (call.suspect if failed else None) or error))
        return done

    def _conclude(self, call: Call, outcome: Outcome, error: BaseException | None) -> None:
        self._let_go(call)
        if call.given_up or call.future.done():
            return
        if isinstance(error, StopIteration):
            wrapped = RuntimeError("a callback of the engine raised StopIteration")
            wrapped.__cause__ = error
            error = wrapped
        if error is not None:
            call.future.set_exception(error)
        else:
            call.future.set_result(outcome)

    def close(self) -> None:
        """Frees it now. Calls under way are given up and raise ClosedError, tasks of its slots are cancelled; what was
        committed stays. Again does nothing."""
        if self._handle == NULL:
            return
        calls = [*self._active.values(), *(call for call, _, _ in self._waiting)]
        operations = list(self._operations.values())
        super().close()
        self._operations.clear()
        self._ended.clear()
        self._active.clear()
        self._waiting.clear()
        for operation in operations:
            operation.over, operation.reply._c = True, NULL
            if operation.task is not None and self._loop is not None and not self._loop.is_closed():
                operation.task.cancel()
        for call in calls:
            self._let_go(call)
            if not call.future.done() and self._loop is not None and not self._loop.is_closed():
                call.future.set_exception(ClosedError("AsyncEngine was closed while the call was under way"))

    async def aclose(self) -> None:
        """As close(), and waits until the tasks of its slots have ended."""
        tasks = [operation.task for operation in self._operations.values() if operation.task is not None]
        self.close()
        if tasks:
            await asyncio.wait(tasks)
