# SPDX-License-Identifier: Apache-2.0
"""Where a slot's answer goes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from ._ffi import NULL, ffi, lib, new, string
from ._time import Time, length_ms, to_ms, to_ms_or_never
from .errors import BusyError, error_of

if TYPE_CHECKING:
    from .store import Entry, Message

__all__ = ["Reply"]


def _refused(result: int, what: str) -> BaseException:
    err = new("csuccess_error")
    err.message = what.encode()
    return error_of(result, err)


class Reply:
    """The answer of a slot, from its call until it returns; everything handed to it is copied at once.

    All methods raise an Error (CSUCCESS_EINVALID) for an index that was not asked, an answer that this slot does not
    give, or a second answer to the same index, which fails the operation whatever else is answered; BusyError once the
    slot's answer has ended.
    """

    __slots__ = ("_c", "_request")

    def __init__(self, c: Any, request: Any = None) -> None:
        self._c = c
        self._request = request

    def _check(self, result: int, what: str) -> None:
        if result >= 0:
            return
        if self._c == NULL:
            raise BusyError(f"{what}: the answer has ended")
        raise _refused(result, f"{what}: this slot was not asked for that, or it was answered before")

    def record(self, index: int, revision: int, body: bytes | str) -> None:
        """`load`: the record of keys[index] is there. `revision` from 1."""
        self._check(lib.csuccess_reply_record(self._c, index, revision, string(body)), "record")

    def ledger(self, index: int, sum: int) -> None:
        """`load`: the sum of the ledger keys[index]; one that is not answered is 0."""
        self._check(lib.csuccess_reply_ledger(self._c, index, sum), "ledger")

    def known(self, index: int) -> None:
        """`load`: inputs[index] was consumed before."""
        self._check(lib.csuccess_reply_known(self._c, index), "known")

    def applied(self, index: int) -> None:
        """`commit`: batches[index] is applied and durable."""
        self._check(lib.csuccess_reply_applied(self._c, index), "applied")

    def conflict(self, index: int = 0) -> None:
        """`commit`: batches[index] conflicts; `defer`, `settle`: the lease is not in force any more. Nothing was
        changed."""
        self._check(lib.csuccess_reply_conflict(self._c, index), "conflict")

    def refused(self, index: int, delta: int) -> None:
        """`commit`: batches[index].deltas[delta] would pass its limit. Nothing was changed."""
        self._check(lib.csuccess_reply_refused(self._c, index, delta), "refused")

    def already(self, index: int) -> None:
        """`commit`: all inputs of batches[index] were consumed before; nothing was changed."""
        self._check(lib.csuccess_reply_already(self._c, index), "already")

    def lease(self, customer: str, token: str, due: Time, failures: int = 0) -> None:
        """`due`: a customer that is leased now, when it was due, and how often it failed since its last commit."""
        result = lib.csuccess_reply_lease(self._c, string(customer), string(token), to_ms(due), failures)
        self._check(result, "lease")

    def message(self, message: Message, token: str) -> None:
        """`claim`: a message that is leased now, with its token; `outbox`: one of the list, with its outcome as
        token."""
        c, kept = c_message(message)
        self._check(lib.csuccess_reply_message(self._c, c, string(token)), "message")
        del kept

    def entry(self, entry: Entry) -> None:
        """`history`: the next entry, in ascending order of seq."""
        c, kept = c_entry(entry)
        self._check(lib.csuccess_reply_entry(self._c, c), "entry")
        del kept

    def row(self, id: str, revision: int, body: bytes | str) -> None:
        """`scan`: the next record, in ascending order of id."""
        self._check(lib.csuccess_reply_row(self._c, string(id), revision, string(body)), "row")

    def next(self, when: Time | None) -> None:
        """`due`, `claim`: when something is due next; None: nothing is. At most once."""
        self._check(lib.csuccess_reply_next(self._c, to_ms_or_never(when)), "next")

    def erased(self, kind: str, count: int) -> None:
        """`erase`: how many of that kind ("record", "input", "entry", "message", "settled") there were."""
        self._check(lib.csuccess_reply_erased(self._c, string(kind), count), "erased")

    def sent(self, outcome: int, retry_after: timedelta | int = 0, reason: str = "") -> None:
        """`send`: what became of the attempt."""
        self._check(lib.csuccess_reply_sent(self._c, outcome, length_ms(retry_after), string(reason)), "sent")

    def fail(self, why: str, *, busy: bool = False) -> None:
        """Ends the answer as failed, without an exception: the operation is tried again, soon when it is only busy."""
        self._done(lib.CSUCCESS_EBUSY if busy else lib.CSUCCESS_ECALLBACK, why)

    def conflicts(self, why: str) -> None:
        """`erase`: the pseudonym has one of the places of these entries already. Ends the answer."""
        self._done(lib.CSUCCESS_ECONFLICT, why)

    def _end(self) -> None:
        """The answer was ended in C."""
        self._c = NULL

    def _done(self, result: int, why: str = "") -> None:
        """Ends the answer; from here on it takes nothing."""
        if self._c != NULL:
            c, self._c = self._c, NULL
            lib.csuccess_reply_done(c, result, string(why.encode("utf-8", "replace")[:400].decode("utf-8", "ignore")))


def _put(c: Any, kept: list[Any], name: str, value: str | bytes | bytearray | memoryview | None) -> None:
    if value is not None:
        buffer, length = string(value)
        kept.append(buffer)
        member = getattr(c, name)
        member.ptr, member.len = buffer, length


_MESSAGE_TEXTS = ("id", "customer", "channel", "target", "contact", "purpose", "definition", "body")
_ENTRY_TEXTS = ("customer", "kind", "cause", "by", "config", "subject", "body", "commitment", "digest")


def c_message(message: Message) -> tuple[Any, list[Any]]:
    """A csuccess_message, and what keeps its texts alive."""
    kept: list[Any] = []
    c = ffi.new("csuccess_message *")
    c.size = ffi.sizeof("csuccess_message")
    for name in _MESSAGE_TEXTS:
        _put(c, kept, name, getattr(message, name))
    c.created_ms, c.not_before_ms = to_ms(message.created), to_ms(message.not_before)
    c.expires_ms, c.flags, c.attempts = to_ms_or_never(message.expires), message.flags, message.attempts
    return c, kept


def c_entry(entry: Entry) -> tuple[Any, list[Any]]:
    """A csuccess_entry, and what keeps its texts alive."""
    kept: list[Any] = []
    c = ffi.new("csuccess_entry *")
    c.size = ffi.sizeof("csuccess_entry")
    for name in _ENTRY_TEXTS:
        _put(c, kept, name, getattr(entry, name))
    c.seq, c.at_ms = entry.seq, to_ms(entry.at)
    return c, kept
