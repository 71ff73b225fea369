# SPDX-License-Identifier: Apache-2.0
"""What is under way in an AsyncEngine: calls, and the operations that were handed out for them."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from ._ffi import lib, new, text
from ._reply import Reply
from ._requests import request_of
from .events import Events

__all__ = ["Call", "Operation", "Outcome"]

_ABOUT_MANY = frozenset({lib.CSUCCESS_CALL_RUN, lib.CSUCCESS_CALL_VERIFY, lib.CSUCCESS_CALL_PARKED})


class Outcome(NamedTuple):
    """What a call came to."""

    result: int
    next_ms: int
    text: str


class Call:
    """A call under way."""

    __slots__ = ("_customers", "customer", "error", "events", "future", "given_up", "kind", "now", "suspect", "ticket")

    def __init__(
        self, kind: int, customer: str, events: Events | None, now: int | None, future: asyncio.Future[Outcome]
    ) -> None:
        self.kind, self.customer, self.events, self.now, self.future = kind, customer, events, now, future
        self.ticket = 0
        self.error: BaseException | None = None
        self.suspect: BaseException | None = None
        self.given_up = False
        self._customers: frozenset[str] | None = None

    @property
    def customers(self) -> frozenset[str] | None:
        """Whom it is about; None: anybody."""
        if self.kind in _ABOUT_MANY:
            return None
        if self._customers is None:
            names = {self.customer}
            if self.events is not None:
                event, c = new("csuccess_event"), self.events._handle
                names = set()
                for i in range(lib.csuccess_events_count(c)):
                    lib.csuccess_events_get(c, i, event)
                    names.add(text(event.customer))
            self._customers = frozenset(names)
        return self._customers


class Operation:
    """An operation that was handed out."""

    __slots__ = ("c", "id", "over", "reply", "request", "slot", "task")

    def __init__(self, c: Any) -> None:
        self.c, self.id = c, c.id
        self.slot, self.request = request_of(c)
        self.reply = Reply(c.reply, self.request)
        self.task: asyncio.Future[Any] | None = None
        self.over = False

    def customers(self) -> set[str]:
        """Whom it is about."""
        request = self.request
        if self.slot == "load":
            keys = (request.keys[i] for i in range(request.key_count))
            found = {
                text(key.id) for key in keys if key.kind in (lib.CSUCCESS_RECORD_CUSTOMER, lib.CSUCCESS_RECORD_SECRET)
            }
            return found | {text(request.inputs[i].customer) for i in range(request.input_count)}
        if self.slot == "commit":
            batches = [request.batches[i] for i in range(request.count)]
            return {
                text(lib.csuccess_batch_entry(b, i).customer)
                for b in batches
                for i in range(lib.csuccess_batch_entries(b))
            }
        if self.slot == "send":
            return {text(request.message.customer)}
        return {text(request.customer)} if hasattr(request, "customer") else set()
