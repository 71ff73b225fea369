# SPDX-License-Identifier: Apache-2.0
"""One advance of one customer, for hosts that own state and time themselves: Spark, actors, tests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Union

from ._callbacks import reason
from ._cstore import CStore
from ._ffi import NULL, ffi, lib, new, string, take_text
from ._time import Time
from ._process import claim
from ._reply import Reply
from ._requests import READ, read_batch
from .errors import BusyError, ClosedError
from .events import AnyEvents, Events, events_of
from .principal import Principal, c_principal
from .store import Batch, LoadRequest, Store

if TYPE_CHECKING:
    from .engine import Engine

__all__ = ["Step", "Txn"]


class Step(Enum):
    """What apply() came to."""

    READY = "ready"
    """batch() is what to commit."""
    UNCHANGED = "unchanged"
    """There is nothing to commit: every input is known, or nothing was due."""
    AGAIN = "again"
    """It needs more: needs() says what."""


_STEPS = {lib.CSUCCESS_OK: Step.READY, lib.CSUCCESS_UNCHANGED: Step.UNCHANGED, lib.CSUCCESS_AGAIN: Step.AGAIN}


class Txn:
    """A transaction: needs -> answers -> apply -> batch -> finish. Nothing is changed by it until the host has
    committed its batch; thrown away it is a dry run.

        with csuccess.Txn(engine, "acme", events) as txn:
            done = False
            while not done:
                step = Step.AGAIN
                while step is Step.AGAIN:
                    txn.load(my_load)
                    step = txn.apply()
                if step is Step.UNCHANGED:
                    break
                done = txn.finish(conflict=not my_commit(txn.batch()))

    `engine`: only lent: configuration, limits, tenant, random bytes; no store is needed. `events`: all of this
    customer, nobody else's until the transaction is closed; None: only what is due. `import_`: dated history, nothing
    is sent; takes the right to run the engine. `publish`: the customer comes under the engine's configuration now, even
    when nothing is due; takes the same. `token`: of a lease on the customer. InvalidError (an input of another
    customer), DeniedError, BusyError, EncodingError.

    One thread at a time, together with its engine, whose close() closes it.
    """

    __slots__ = ("__weakref__", "_c", "_engine", "_events", "_key")

    def __init__(
        self,
        engine: Engine,
        customer: str,
        events: AnyEvents | None = None,
        *,
        principal: Principal | None = None,
        now: Time | None = None,
        import_: bool = False,
        publish: bool = False,
        token: str = "",
    ) -> None:
        self._c: Any = NULL
        self._engine = engine
        self._events: Events | None = None
        words = (string(customer), string(token))
        if not hasattr(engine, "_now"):
            raise TypeError(f"one of csuccess.Engine is needed, not {type(engine).__name__}")
        about = new("csuccess_txn_about", principal=c_principal(principal), now_ms=engine._now(now), publish=publish)
        setattr(about, "import", import_)
        (about.customer.ptr, about.customer.len), (about.token.ptr, about.token.len) = words
        out = ffi.new("csuccess_txn **")
        with claim(engine):
            c = engine._handle
            if events is not None:
                about.events = self._hold(events_of(events))
            try:
                engine._call(lib.csuccess_txn_begin, out, c, about)
            except BaseException:
                lib.csuccess_txn_free(out[0])
                self._let_go()
                raise
            self._c = out[0]
            self._key = int(ffi.cast("uintptr_t", self._c))
            engine._transactions[self._key] = self._c

    def _hold(self, events: Events) -> Any:
        if not events._lock.acquire(blocking=False):
            raise BusyError("Events is in use by another call")
        self._events = events
        if events._handle == NULL:
            self._let_go()
            raise ClosedError("Events is closed")
        return events._handle

    def _let_go(self) -> None:
        if self._events is not None:
            events, self._events = self._events, None
            events._lock.release()

    @contextmanager
    def _use(self) -> Iterator[Any]:
        with claim(self._engine):
            if self._c == NULL or self._key not in self._engine._transactions:
                raise ClosedError("Txn is closed")
            yield self._c

    def needs(self) -> LoadRequest | None:
        """What it needs to know, as the `load` slot of a store is asked; None once it is applied."""
        with self._use() as c:
            need = lib.csuccess_txn_need(c)
            if need == NULL:
                return None
            request = READ["load"](need)
        assert isinstance(request, LoadRequest)
        return request

    @contextmanager
    def reply(self) -> Iterator[Reply]:
        """Where the answer goes: `with txn.reply() as reply: reply.record(...)`. Leaving it by an exception is a failed
        answer."""
        with self._use() as c:
            reply = Reply(lib.csuccess_txn_reply(c))
            try:
                yield reply
            except BaseException as error:
                reply._done(lib.CSUCCESS_ECALLBACK, reason(error))
                raise
            reply._done(lib.CSUCCESS_OK)

    def load(self, store: Union[Store, CStore, Callable[[LoadRequest, Reply], Any]]) -> None:
        """Has what it needs answered by a store, or by a callable like a store's load()."""
        if isinstance(store, CStore):
            with self._use() as c, claim(store):
                store._ops.load(store._handle, lib.csuccess_txn_need(c), lib.csuccess_txn_reply(c))
            return
        need = self.needs()
        if need is not None:
            with self.reply() as reply:
                (store.load if isinstance(store, Store) else store)(need, reply)

    def apply(self) -> Step:
        """Applies. MissingError (the needs are not answered), CallbackError (the answer is not complete, or cannot be),
        StateError, UnsupportedError (a state of a newer version), DeniedError, LimitError: the transaction is as
        before."""
        with self._use() as c:
            return _STEPS[self._engine._call(lib.csuccess_txn_apply, c)]

    def batch(self) -> Batch | None:
        """What to commit, all or nothing; None before apply() and when there is nothing."""
        with self._use() as c:
            batch = lib.csuccess_txn_batch(c)
            return None if batch == NULL else read_batch(batch)

    def describe(self) -> dict[str, Any]:
        """The batch as a document: the state after, entries, messages, deltas, next due time."""
        out = ffi.new("csuccess_text **")
        with self._use() as c:
            self._engine._call(lib.csuccess_txn_describe, c, out)
        found = json.loads(take_text(out))
        assert isinstance(found, dict)
        return found

    def finish(self, *, conflict: bool = False, refused: int | None = None) -> bool:
        """Says what became of the batch. Committed: True, and events.results() holds once the transaction is closed.
        `conflict`: somebody was faster; False: it needs anew. `refused`: the delta of that index would pass its limit;
        False: it is applied anew, needs() first, without what that delta pays for."""
        code = lib.CSUCCESS_ECONFLICT if conflict else lib.CSUCCESS_OK if refused is None else lib.CSUCCESS_EREFUSED
        with self._use() as c:
            return self._engine._call(lib.csuccess_txn_finish, c, code, refused or 0) != int(lib.CSUCCESS_AGAIN)

    @property
    def closed(self) -> bool:
        """Whether it, or its engine, was closed."""
        return bool(self._c == NULL) or self._key not in self._engine._transactions

    def close(self) -> None:
        """Gives it up, or, finished, ends it; the events are free again. Again does nothing."""
        if self._c == NULL:
            return
        if not self._engine.closed and self._engine._mine():
            with claim(self._engine):
                self._free()
        self._c = NULL
        self._let_go()

    def _free(self) -> None:
        c = self._engine._transactions.pop(self._key, None)
        if c is not None:
            lib.csuccess_txn_free(c)

    def __enter__(self) -> Txn:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_c", NULL) != NULL and self._engine._mine():
            if not self._engine._lock.acquire(blocking=False):
                return  # it is freed with its engine
            try:
                self._free()
            finally:
                self._engine._lock.release()
            self._let_go()
