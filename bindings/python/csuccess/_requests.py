# SPDX-License-Identifier: Apache-2.0
"""What a slot is asked, read out of the structs of C."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from . import store as s
from ._ffi import NULL, data, ffi, lib, text
from ._time import NEVER, moment, to_utc
from .channel import Outgoing

__all__ = ["READ", "SLOTS", "read_batch", "read_entry", "read_message", "read_outgoing"]

_KINDS: dict[int, Any] = {int(kind): kind for kind in s.RecordKind}
_SETTLED: dict[int, Any] = {int(outcome): outcome for outcome in s.Settled}


def _key(c: Any) -> s.Key:
    return s.Key(_KINDS.get(c.kind, c.kind), text(c.id))


def _input(c: Any) -> s.InputKey:
    return s.InputKey(text(c.customer), text(c.id))


def _write(c: Any) -> s.Write:
    body = None if c.body.ptr == NULL else data(c.body)
    return s.Write(_key(c.key), c.expected, body, to_utc(c.due_ms), text(c.token))


def read_entry(c: Any) -> s.Entry:
    """A csuccess_entry."""
    body = None if c.body.ptr == NULL else data(c.body)
    return s.Entry(
        text(c.customer),
        c.seq,
        moment(c.at_ms),
        text(c.kind),
        text(c.cause),
        text(c.by),
        text(c.config),
        text(c.subject),
        body,
        text(c.commitment),
        text(c.digest),
    )


def read_message(c: Any) -> s.Message:
    """A csuccess_message."""
    return s.Message(
        text(c.id),
        text(c.customer),
        text(c.channel),
        text(c.target),
        text(c.contact),
        text(c.purpose),
        text(c.definition),
        data(c.body),
        moment(c.created_ms),
        moment(c.not_before_ms),
        to_utc(c.expires_ms),
        c.flags,
        c.attempts,
    )


def _delta(c: Any) -> s.Delta:
    return s.Delta(text(c.key), c.delta, None if c.max == NEVER else c.max)


_PARTS: tuple[tuple[Any, Any, Callable[[Any], Any]], ...] = (
    (lib.csuccess_batch_writes, lib.csuccess_batch_write, _write),
    (lib.csuccess_batch_entries, lib.csuccess_batch_entry, read_entry),
    (lib.csuccess_batch_messages, lib.csuccess_batch_message, read_message),
    (lib.csuccess_batch_deltas, lib.csuccess_batch_delta, _delta),
    (lib.csuccess_batch_inputs, lib.csuccess_batch_input, _input),
    (lib.csuccess_batch_cancels, lib.csuccess_batch_cancel, text),
)


def read_batch(c: Any) -> s.Batch:
    """A csuccess_batch."""
    return s.Batch._make(tuple(read(one(c, i)) for i in range(count(c))) for count, one, read in _PARTS)


def _many(items: Any, count: int, read: Callable[[Any], Any]) -> tuple[Any, ...]:
    return tuple(read(items[i]) for i in range(count))


def _load(c: Any) -> s.LoadRequest:
    return s.LoadRequest(
        moment(c.now_ms), text(c.tenant), _many(c.keys, c.key_count, _key), _many(c.inputs, c.input_count, _input)
    )


def _commit(c: Any) -> s.CommitRequest:
    return s.CommitRequest(moment(c.now_ms), text(c.tenant), _many(c.batches, c.count, read_batch))


def _due(c: Any) -> s.DueRequest:
    return s.DueRequest(moment(c.now_ms), text(c.tenant), c.most, c.shard, c.shards, moment(c.lease_until_ms))


def _defer(c: Any) -> s.DeferRequest:
    return s.DeferRequest(
        moment(c.now_ms),
        text(c.tenant),
        text(c.customer),
        text(c.token),
        to_utc(c.until_ms),
        bool(c.failed),
        c.park_after,
        text(c.reason),
    )


def _claim(c: Any) -> s.ClaimRequest:
    return s.ClaimRequest(moment(c.now_ms), text(c.tenant), c.most, c.shard, c.shards, moment(c.lease_until_ms))


def _settle(c: Any) -> s.SettleRequest:
    signal = None if c.signal == NULL else read_message(c.signal)
    return s.SettleRequest(
        moment(c.now_ms),
        text(c.tenant),
        text(c.message),
        text(c.token),
        _SETTLED.get(c.outcome, c.outcome),
        bool(c.counts),
        to_utc(c.retry_ms),
        text(c.reason),
        signal,
    )


def _scan(c: Any) -> s.ScanRequest:
    return s.ScanRequest(
        moment(c.now_ms), text(c.tenant), _KINDS.get(c.kind, c.kind), bool(c.parked), text(c.after), c.most
    )


def _history(c: Any) -> s.HistoryRequest:
    return s.HistoryRequest(moment(c.now_ms), text(c.tenant), text(c.customer), c.after, c.most)


def _outbox(c: Any) -> s.OutboxRequest:
    return s.OutboxRequest(moment(c.now_ms), text(c.tenant), text(c.customer), text(c.after), c.most, bool(c.dead))


def _erase(c: Any) -> s.EraseRequest:
    return s.EraseRequest(moment(c.now_ms), text(c.tenant), text(c.customer), text(c.contact), text(c.pseudonym))


READ: dict[str, Callable[[Any], Any]] = {
    "load": _load,
    "commit": _commit,
    "due": _due,
    "defer": _defer,
    "claim": _claim,
    "settle": _settle,
    "scan": _scan,
    "history": _history,
    "outbox": _outbox,
    "erase": _erase,
}
"""How the request of each slot of a store is read."""

SLOTS: dict[int, tuple[str, str]] = {
    getattr(lib, f"CSUCCESS_OP_{slot.upper()}"): (slot, f"const csuccess_{slot}_request *") for slot in (*READ, "send")
}
"""The slot of each kind of operation, and the type of its request."""


def read_outgoing(c: Any) -> Outgoing:
    """A csuccess_send_request."""
    m = c.message
    return Outgoing(
        id=text(m.id),
        tenant=text(c.tenant),
        channel=text(c.channel),
        customer=text(m.customer),
        contact=text(m.contact),
        purpose=text(m.purpose),
        definition=text(m.definition),
        body=json.loads(data(m.body) or b"null"),
        recipient=json.loads(data(c.recipient) or b"{}"),
        now=moment(c.now_ms),
        created=moment(m.created_ms),
        not_before=moment(m.not_before_ms),
        expires=to_utc(m.expires_ms),
        attempt=c.attempt,
        internal=bool(m.flags & lib.CSUCCESS_MESSAGE_INTERNAL),
    )


def request_of(op: Any) -> tuple[str, Any]:
    """The slot that an operation asks, and its request in C."""
    slot, kind = SLOTS[op.kind]
    return slot, ffi.cast(kind, op.request)
