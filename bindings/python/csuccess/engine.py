# SPDX-License-Identifier: Apache-2.0
"""The engine: one tenant's customers, advanced over a store and channels of the host's."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from ._engine import EngineBase, EngineOptions, Figures, c_run_limits
from ._ffi import ffi, lib, string, take_text
from ._given import c_config
from ._time import Time, to_utc
from ._process import claim
from .channel import AnyChannel, AsyncChannel
from .errors import DigestError
from .events import AnyEvents, EventResult, events_of
from .principal import Principal, c_principal
from .store import AsyncStore, Store

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ._cstore import CStore
    from .config import Config

__all__ = ["Engine", "EngineOptions", "Figures"]


class Engine(EngineBase):
    """An engine over a store: every call does its work before it returns. Nothing that a crash could lose is kept in
    it; many engines may share what a store keeps, each thing is done once.

    `config`: a Config. `store`: MemoryStore, SqliteStore, or a Store of the host's; without one only transactions (Txn)
    can be made. `channels`: by name, a Channel or a callable that takes an Outgoing; messages to a channel that nobody
    registered stay in the outbox and are put off. `tenant`: "default" when not given. Options: see EngineOptions.

    All calls take `principal`, on whose behalf they are made (None: the host itself, who may do everything), and `now`
    (else the time of `clock`). Common errors: BusyError (from a callback of this engine, from another thread meanwhile,
    or the events are in use), DeniedError, ClockError (the clock leaps by more than policies.clock_leap:
    confirm_clock()), CallbackError (the store failed or gave what cannot be; what was committed before stays),
    ForkedError (after fork()). What a callback raised is raised as itself once the library has returned:
    KeyboardInterrupt and kin stop the call at once, a channel's exception does not end a run. One thread at a time.
    """

    __slots__ = ()

    def __init__(
        self,
        config: Config,
        *,
        store: Store | CStore | None = None,
        channels: Mapping[str, AnyChannel] | None = None,
        tenant: str = "",
        **options: Unpack[EngineOptions],
    ) -> None:
        if isinstance(store, AsyncStore):
            raise TypeError(f"{type(store).__name__} is asynchronous: use AsyncEngine")
        super().__init__(config, store, channels, tenant, options)
        if store is not None:
            self._register_store()

    def _check_channel(self, name: str, channel: AnyChannel) -> None:
        if isinstance(channel, AsyncChannel):
            raise TypeError(f'the channel "{name}" is asynchronous: use AsyncEngine')

    # ---- Inputs ----

    def ingest(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> list[EventResult]:
        """Applies inputs: grouped by customer, in their order (higher priority first), an advance each; what became of
        every one, in their order. One bad input never takes others down. When the call itself fails, what was not
        reached is CSUCCESS_UNDECIDED in events.results(), and all of it can be handed in again.
        """
        return self._feed(lib.csuccess_engine_ingest, events, principal, now)

    def import_(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> list[EventResult]:
        """The same for dated history: states, scores and histories come about as of the inputs' own times, and nothing
        is sent. Besides the rights to the inputs it takes the one to run the engine."""
        return self._feed(lib.csuccess_engine_import, events, principal, now)

    def _feed(
        self, function: Any, events: AnyEvents, principal: Principal | None, now: Time | None
    ) -> list[EventResult]:
        listed = events_of(events)
        with claim(self), claim(listed):
            c, e = self._handle, listed._handle
            self._drive(function, c, e, c_principal(principal), self._now(now))
            return listed._results(e)

    def preview(
        self, events: AnyEvents, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """What ingest() would do, without committing: {"customers": {"acme": {"entries": [...], "messages": [...],
        "due": ...}}}. Shown to those who may read the customer; for others its inputs are CSUCCESS_EDENIED."""
        listed = events_of(events)
        with claim(self), claim(listed):
            c, e = self._handle, listed._handle
            return self._document(lib.csuccess_engine_preview, c, e, c_principal(principal), self._now(now))

    # ---- Time ----

    def run(
        self, *, principal: Principal | None = None, now: Time | None = None, customers: int = 0, messages: int = 0
    ) -> datetime | None:
        """Does what is due: customers whose time has come, the engine's own jobs, messages of the outbox. When to call
        again: `now` when `customers` or `messages` (how many at most; 0: no limit) ended it; None: nothing is due. A
        customer that fails is put off with backoff and, after policies.park_after failures, parked; the rest go on."""
        next_ms = ffi.new("int64_t *")
        with claim(self):
            c = self._handle
            at = self._now(now)
            self._drive(
                lib.csuccess_engine_run, c, c_principal(principal), at, c_run_limits(customers, messages), next_ms
            )
        return to_utc(next_ms[0])

    # ---- Customers ----

    def score(self, customer: str, *, principal: Principal | None = None, now: Time | None = None) -> dict[str, Any]:
        """The result object of the customer as of now (docs/schemas/result.schema.json), evaluated, not stored.
        MissingError: no such customer."""
        return self._about(lib.csuccess_engine_score, customer, principal, now)

    def explain(self, customer: str, *, principal: Principal | None = None, now: Time | None = None) -> dict[str, Any]:
        """Why: the result object with its score tree, changes and their causes, alerts, last decisions, messages, what
        was held back, by which guard and until when, what was quarantined, what is due next. MissingError."""
        return self._about(lib.csuccess_engine_explain, customer, principal, now)

    def state(self, customer: str, *, principal: Principal | None = None, now: Time | None = None) -> dict[str, Any]:
        """The state. MissingError."""
        return self._about(lib.csuccess_engine_state, customer, principal, now)

    def verify(
        self, customer: str = "", *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """Follows the chain of a customer, or (empty) of every customer: {"customers": n, "entries": n, "bodies": n,
        "erased": n, "bad": []}. DigestError: a link is bad; its `report` is that document, with "bad": [{"customer",
        "seq", "reason"}]."""
        out = ffi.new("csuccess_text **")
        try:
            with claim(self):
                c = self._handle
                self._drive(
                    lib.csuccess_engine_verify, c, string(customer), c_principal(principal), self._now(now), out
                )
            return _object(take_text(out))
        except DigestError as error:
            error.report = json.loads(take_text(out) or "null")
            raise
        finally:
            lib.csuccess_text_free(out[0])

    def replay(
        self, customer: str, other: Config, *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """The same inputs from the history of a customer under another configuration: {"customer", "config",
        "differences": [{"at", "kind", "cause", "was", "would"}], "inputs", "erased", "same", "different"}; nothing is
        stored. MissingError."""
        with claim(self):
            c = self._handle
            return self._document(
                lib.csuccess_engine_replay, c, string(customer), c_config(other), c_principal(principal), self._now(now)
            )

    def erase(
        self, customer: str, contact: str = "", *, principal: Principal | None = None, now: Time | None = None
    ) -> dict[str, Any]:
        """Erases a customer, or one contact of it: nothing of them is readable afterwards, unsent messages are gone,
        the chain still verifies. The proof: {"pseudonym", "of": "customer" or "contact", "record", "input", "entry",
        "message", "settled"}. An erasure of a customer that a crash cut short is finished by the next run; one of a
        contact is asked for again. MissingError."""
        with claim(self):
            c = self._handle
            return self._document(
                lib.csuccess_engine_erase, c, string(customer), string(contact), c_principal(principal), self._now(now)
            )

    def parked(self, resume: str = "", *, principal: Principal | None = None, now: Time | None = None) -> list[str]:
        """Customers that are parked, after `resume` (empty: nobody) was let go on, who is due at once. MissingError."""
        return list(self._about(lib.csuccess_engine_parked, resume, principal, now)["parked"])

    def _about(
        self, function: Callable[..., int], customer: str, principal: Principal | None, now: Time | None
    ) -> dict[str, Any]:
        with claim(self):
            c = self._handle
            return self._document(function, c, string(customer), c_principal(principal), self._now(now))

    def _document(self, function: Callable[..., int], *arguments: Any) -> dict[str, Any]:
        out = ffi.new("csuccess_text **")
        try:
            self._drive(function, *arguments, out)
            return _object(take_text(out))
        finally:
            lib.csuccess_text_free(out[0])

    def _drive(self, function: Callable[..., int], *arguments: Any) -> int:
        """A call that may come to the store, which is lent meanwhile."""
        with self._store_lent():
            return self._call(function, *arguments)


def _object(document: str) -> dict[str, Any]:
    found = json.loads(document)
    assert isinstance(found, dict)
    return found
