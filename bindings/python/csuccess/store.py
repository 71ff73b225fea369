# SPDX-License-Identifier: Apache-2.0
"""Stores: what an engine keeps its customers in, as classes of the host. docs/guides/writing-a-store.md is the
contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import datetime
from enum import IntEnum
from typing import NamedTuple

from ._ffi import lib, string
from ._reply import Reply

__all__ = [
    "AsyncStore",
    "Batch",
    "ClaimRequest",
    "CommitRequest",
    "DeferRequest",
    "Delta",
    "DueRequest",
    "Entry",
    "EraseRequest",
    "HistoryRequest",
    "InputKey",
    "Key",
    "LoadRequest",
    "Message",
    "OutboxRequest",
    "RecordKind",
    "Reply",
    "ScanRequest",
    "SettleRequest",
    "Settled",
    "Store",
    "Write",
    "shard",
]


class RecordKind(IntEnum):
    """Kinds of record."""

    CUSTOMER = lib.CSUCCESS_RECORD_CUSTOMER
    SECRET = lib.CSUCCESS_RECORD_SECRET
    DEFINITION = lib.CSUCCESS_RECORD_DEFINITION
    SOURCE = lib.CSUCCESS_RECORD_SOURCE
    LEDGER = lib.CSUCCESS_RECORD_LEDGER


class Settled(IntEnum):
    """What became of a message."""

    DELIVERED = lib.CSUCCESS_SETTLE_DELIVERED
    RETRY = lib.CSUCCESS_SETTLE_RETRY
    DEAD = lib.CSUCCESS_SETTLE_DEAD
    UNKNOWN = lib.CSUCCESS_SETTLE_UNKNOWN
    DROPPED = lib.CSUCCESS_SETTLE_DROPPED


class Key(NamedTuple):
    """Names a record."""

    kind: RecordKind
    id: str


class InputKey(NamedTuple):
    """Names a consumed input."""

    customer: str
    id: str


class Write(NamedTuple):
    """One record that is written if its revision is `expected` (0: if it is absent); it then has revision expected +
    1."""

    key: Key
    expected: int
    body: bytes | None
    """None: the record is removed, and with a customer's its due time."""
    due: datetime | None
    """Of a customer: when it must be looked at next, None: not; ends a lease, a count of failures, and parking."""
    token: str
    """Of a customer that is leased: if that lease is no longer in force the batch is a conflict; empty: none."""


class Entry(NamedTuple):
    """One entry of a customer's history. (customer, seq) must be new, else the batch is a conflict."""

    customer: str
    seq: int
    """From 1, without gaps."""
    at: datetime
    kind: str
    cause: str
    by: str
    config: str
    subject: str
    body: bytes | None
    """JSON; None once it is erased or purged."""
    commitment: str
    digest: str


class Message(NamedTuple):
    """A message to a channel, or (without one) a signal to another customer."""

    id: str
    customer: str
    channel: str
    target: str
    contact: str
    purpose: str
    definition: str
    body: bytes
    created: datetime
    not_before: datetime
    expires: datetime | None
    flags: int
    attempts: int


class Delta(NamedTuple):
    """A change of a ledger. One above 0 is refused when the sum would pass `max` (None: no limit)."""

    key: str
    delta: int
    max: int | None


class Batch(NamedTuple):
    """What is committed together for one customer: all of it or nothing."""

    writes: tuple[Write, ...]
    entries: tuple[Entry, ...]
    messages: tuple[Message, ...]
    deltas: tuple[Delta, ...]
    inputs: tuple[InputKey, ...]
    cancels: tuple[str, ...]
    """Ids of messages that are taken back, unless they are settled; messages are added before."""


class LoadRequest(NamedTuple):
    """Give the records, by reply.record() and reply.ledger(), and say which inputs are known. Absent ones are not
    answered."""

    now: datetime
    tenant: str
    keys: tuple[Key, ...]
    inputs: tuple[InputKey, ...]


class CommitRequest(NamedTuple):
    """Each batch is atomic by itself and answered by itself: reply.applied(), conflict(), refused() or already()."""

    now: datetime
    tenant: str
    batches: tuple[Batch, ...]


class DueRequest(NamedTuple):
    """Lease up to `most` customers of the shard whose time has come, those due first first: reply.lease(),
    reply.next()."""

    now: datetime
    tenant: str
    most: int
    shard: int
    shards: int
    lease_until: datetime


class DeferRequest(NamedTuple):
    """Give a leased customer back. A token that is no longer in force: reply.conflict()."""

    now: datetime
    tenant: str
    customer: str
    token: str
    until: datetime | None
    failed: bool
    park_after: int
    """Parked when it has failed so often; 0: never."""
    reason: str


class ClaimRequest(NamedTuple):
    """Lease up to `most` messages whose time has come, oldest time first: reply.message(), reply.next()."""

    now: datetime
    tenant: str
    most: int
    shard: int
    shards: int
    lease_until: datetime


class SettleRequest(NamedTuple):
    """What became of a claimed message; `signal` is added as a message in the same atom. A token that is not in force:
    reply.conflict()."""

    now: datetime
    tenant: str
    message: str
    token: str
    outcome: Settled
    counts: bool
    """Of a retry: whether it was an attempt; else it was only put off."""
    retry: datetime | None
    reason: str
    signal: Message | None


class ScanRequest(NamedTuple):
    """Records of a kind in ascending order of id, from behind `after`: reply.row(). Of ledgers the body is the sum as
    decimal text."""

    now: datetime
    tenant: str
    kind: RecordKind
    parked: bool
    """Of customers: only those that are parked."""
    after: str
    most: int


class HistoryRequest(NamedTuple):
    """Entries of a customer or a pseudonym in ascending order of seq, from behind `after`: reply.entry()."""

    now: datetime
    tenant: str
    customer: str
    after: int
    most: int


class OutboxRequest(NamedTuple):
    """Messages about a customer (empty: of all), by `created` and id, from behind the message `after`: reply.message()
    with the outcome as token."""

    now: datetime
    tenant: str
    customer: str
    after: str
    most: int
    dead: bool
    """Only those that are dead."""


class EraseRequest(NamedTuple):
    """Erase a customer, or (with `contact`) what has that contact of it; its entries belong to `pseudonym` then:
    reply.erased()."""

    now: datetime
    tenant: str
    customer: str
    contact: str
    pseudonym: str


def shard(customer: str, shards: int) -> int:
    """The shard of a customer, the same everywhere and for ever; 0 when `shards` is 0 or 1."""
    return int(lib.csuccess_shard(string(customer), shards))


class Store(ABC):
    """A store of the host's: derive, and implement the ten slots.

    A slot gets what is asked and answers through `reply`. Returning is the end of a complete answer; raising is
    failure, and the exception is raised again by the call of the engine. What is not worth an exception ends by
    reply.fail(). The slots are called in the thread of the call, one at a time; they may not call the engine
    (BusyError).
    """

    @abstractmethod
    def load(self, request: LoadRequest, reply: Reply) -> None:
        """Give the records that are there, the sums of ledgers, and the inputs that were consumed before."""

    @abstractmethod
    def commit(self, request: CommitRequest, reply: Reply) -> None:
        """Do every batch, all of it or nothing, and say what came of each; applied only when it is durable."""

    @abstractmethod
    def due(self, request: DueRequest, reply: Reply) -> None:
        """Lease customers whose time has come."""

    @abstractmethod
    def defer(self, request: DeferRequest, reply: Reply) -> None:
        """Take a leased customer back."""

    @abstractmethod
    def claim(self, request: ClaimRequest, reply: Reply) -> None:
        """Lease messages whose time has come."""

    @abstractmethod
    def settle(self, request: SettleRequest, reply: Reply) -> None:
        """Note what became of a message."""

    @abstractmethod
    def scan(self, request: ScanRequest, reply: Reply) -> None:
        """List records."""

    @abstractmethod
    def history(self, request: HistoryRequest, reply: Reply) -> None:
        """List entries of a customer."""

    @abstractmethod
    def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        """List messages."""

    @abstractmethod
    def erase(self, request: EraseRequest, reply: Reply) -> None:
        """Erase a customer or a contact of one."""


class AsyncStore(ABC):
    """The same with `async def` slots, for AsyncEngine. Many may be under way at once, in any order of their ends."""

    @abstractmethod
    async def load(self, request: LoadRequest, reply: Reply) -> None:
        """Give the records that are there, the sums of ledgers, and the inputs that were consumed before."""

    @abstractmethod
    async def commit(self, request: CommitRequest, reply: Reply) -> None:
        """Do every batch, all of it or nothing, and say what came of each; applied only when it is durable."""

    @abstractmethod
    async def due(self, request: DueRequest, reply: Reply) -> None:
        """Lease customers whose time has come."""

    @abstractmethod
    async def defer(self, request: DeferRequest, reply: Reply) -> None:
        """Take a leased customer back."""

    @abstractmethod
    async def claim(self, request: ClaimRequest, reply: Reply) -> None:
        """Lease messages whose time has come."""

    @abstractmethod
    async def settle(self, request: SettleRequest, reply: Reply) -> None:
        """Note what became of a message."""

    @abstractmethod
    async def scan(self, request: ScanRequest, reply: Reply) -> None:
        """List records."""

    @abstractmethod
    async def history(self, request: HistoryRequest, reply: Reply) -> None:
        """List entries of a customer."""

    @abstractmethod
    async def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        """List messages."""

    @abstractmethod
    async def erase(self, request: EraseRequest, reply: Reply) -> None:
        """Erase a customer or a contact of one."""
