# SPDX-License-Identifier: Apache-2.0
"""Where C calls Python: every callback catches what it raises, keeps it with the object whose call this is, and answers
C with a failure.

`ud` of every callback is a handle of a Host (of a channel: of a Port). The Host never refers to the object that owns
it, so that that one is freed with its last reference.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from ._ffi import NULL, ffi, lib, string, text
from ._json import dump
from ._time import moment
from ._reply import Reply
from ._requests import READ, read_outgoing
from .channel import sent
from .sentiment import Feeling
from .zones import zone_answer

__all__ = ["CHANNEL_OPS", "STORE_OPS", "Host", "Port"]


class Host:
    """What C may ask of the host in the name of one object, and what that raised."""

    __slots__ = (
        "__weakref__",
        "leads",
        "lock",
        "ops",
        "ops_ud",
        "raised",
        "random",
        "reopen",
        "send",
        "sentiment",
        "stopped",
        "store",
        "text",
        "trace",
        "unlock",
        "variable",
        "zone",
    )

    def __init__(self) -> None:
        self.raised: list[BaseException] = []
        self.stopped = False
        self.store: Any = None
        self.ops: Any = None
        self.ops_ud: Any = NULL
        self.text: Any = None
        self.random: Callable[[int], bytes] | None = None
        self.zone: Callable[..., Any] | None = None
        self.variable: Callable[..., Any] | None = None
        self.sentiment: Callable[..., Any] | None = None
        self.leads: Callable[..., Any] | None = None
        self.trace: Callable[[str], Any] | None = None
        self.send: Callable[..., Any] | None = None
        self.reopen: Callable[[], Any] | None = None
        self.lock: Callable[[], Any] | None = None
        self.unlock: Callable[[], Any] | None = None

    def keep(self, error: BaseException) -> int:
        """Keeps the first exception, and the first that must stop the call at once before it; what C is answered."""
        stops = not isinstance(error, Exception)
        if stops and not self.stopped:
            self.stopped = True
            self.raised.insert(0, error)
        elif not self.raised:
            self.raised.append(error)
        return int(lib.CSUCCESS_ECANCELLED if stops else lib.CSUCCESS_ECALLBACK)

    def take(self) -> BaseException | None:
        """What was raised since the last time, which is forgotten."""
        if not self.raised:
            return None
        first = self.raised[0]
        self.raised.clear()
        self.stopped = False
        return first


class Port:
    """One channel of a host."""

    __slots__ = ("host", "send")

    def __init__(self, host: Host, send: Callable[..., Any]) -> None:
        self.host = host
        self.send = send


def _late(kind: Any, value: BaseException, trace: Any) -> None:
    """What escaped a callback before or behind its own net: an interrupt of the keyboard at the wrong moment."""
    target = ffi.from_handle(trace.tb_frame.f_locals["ud"])
    getattr(target, "host", target).keep(value)
    trace.tb_frame.clear()


def _callback(name: str, error: int | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Makes a function the one that C calls by that name; `error` is what C gets when it could not even begin."""

    def define(function: Callable[..., Any]) -> Callable[..., Any]:
        if error is None:
            ffi.def_extern(name=name, onerror=_late)(function)
        else:
            ffi.def_extern(name=name, onerror=_late, error=error)(function)
        return function

    return define


def plain(answer: Any, what: str) -> Any:
    """An answer that is there. TypeError: it would have to be awaited."""
    if inspect.isawaitable(answer):
        if inspect.iscoroutine(answer):
            answer.close()
        raise TypeError(f"{what} is asynchronous: use AsyncEngine")
    return answer


# ---- Stores ----


def serve(host: Host, slot: str, request: Any, c_reply: Any) -> None:
    """Answers a slot of a store that is not asynchronous."""
    if host.stopped:
        lib.csuccess_reply_done(c_reply, lib.CSUCCESS_ECANCELLED, string("stopped by an exception"))
        return
    if host.ops is not None:
        getattr(host.ops, slot)(host.ops_ud, request, c_reply)
        return
    reply = Reply(c_reply, request)
    try:
        plain(getattr(host.store, slot)(READ[slot](request), reply), f"the store's {slot}()")
        reply._done(lib.CSUCCESS_OK)
    except BaseException as error:
        reply._done(host.keep(error), reason(error))


def reason(error: BaseException) -> str:
    """An exception in a sentence, for the engine's own error."""
    words = str(error)
    return f"{type(error).__name__}: {words}" if words else type(error).__name__


def _define_slot(slot: str) -> None:
    @_callback(f"python_store_{slot}")
    def called(ud: Any, request: Any, reply: Any) -> None:
        serve(ffi.from_handle(ud), slot, request, reply)


def _store_ops() -> Any:
    ops = ffi.new("csuccess_store_ops *")
    ops.size = ffi.sizeof("csuccess_store_ops")
    for slot in READ:
        _define_slot(slot)
        setattr(ops, slot, getattr(lib, f"python_store_{slot}"))
    return ops


STORE_OPS = _store_ops()


# ---- Channels ----


def deliver(port: Port, request: Any, c_reply: Any) -> None:
    """Answers `send` by a channel that is not asynchronous."""
    reply = Reply(c_reply)
    if port.host.stopped:
        reply._done(lib.CSUCCESS_ECANCELLED, "stopped by an exception")
        return
    try:
        answer = sent(plain(port.send(read_outgoing(request)), "the channel"))
        reply.sent(answer.outcome, answer.retry_after, answer.reason)
        reply._done(lib.CSUCCESS_OK)
    except BaseException as error:
        reply._done(port.host.keep(error), reason(error))


@_callback("python_channel_send")
def _channel_send(ud: Any, request: Any, reply: Any) -> None:
    deliver(ffi.from_handle(ud), request, reply)


def _channel_ops() -> Any:
    ops = ffi.new("csuccess_channel_ops *")
    ops.size, ops.send = ffi.sizeof("csuccess_channel_ops"), lib.python_channel_send
    return ops


CHANNEL_OPS = _channel_ops()


# ---- What an engine asks besides ----

_CANCELLED = int(lib.CSUCCESS_ECANCELLED)


@_callback("python_random", _CANCELLED)
def _random(ud: Any, out: Any, count: int) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.random is not None
        given = host.random(count)
        if len(given) != count:
            raise ValueError(f"random was asked for {count} bytes and gave {len(given)}")
        ffi.memmove(out, given, count)
    except BaseException as error:
        return host.keep(error)
    return int(lib.CSUCCESS_OK)


@_callback("python_zone", _CANCELLED)
def _zone(ud: Any, zone: Any, at_ms: int, out: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.zone is not None
        answer = zone_answer(host.zone(text(zone), moment(at_ms)), at_ms)
        if answer is None:
            return int(lib.CSUCCESS_ENAME)
        out.offset_minutes, out.from_ms, out.until_ms = answer
    except BaseException as error:
        return host.keep(error)
    return int(lib.CSUCCESS_OK)


@_callback("python_variable", _CANCELLED)
def _variable(ud: Any, customer: Any, name: Any, json: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.variable is not None
        value = host.variable(text(customer), text(name))
        if value is None:
            return int(lib.CSUCCESS_EMISSING)
        host.text, length = string(dump(value))
        json.ptr, json.len = host.text, length
    except BaseException as error:
        return host.keep(error)
    return int(lib.CSUCCESS_OK)


@_callback("python_sentiment", _CANCELLED)
def _sentiment(ud: Any, customer: Any, words: Any, feeling: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.sentiment is not None
        answer = host.sentiment(text(customer), text(words), Feeling.read(feeling))
        if answer is None:
            return int(lib.CSUCCESS_EMISSING)
        if isinstance(answer, Feeling):
            answer.fill(feeling)
        else:
            feeling.score, feeling.label = float(answer), 2
    except BaseException as error:
        return host.keep(error)
    return int(lib.CSUCCESS_OK)


@_callback("python_leads", _CANCELLED)
def _leads(ud: Any, manager: Any, member: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.leads is not None
        return int(bool(host.leads(text(manager), text(member))))
    except BaseException as error:
        return host.keep(error)


@_callback("python_trace")
def _trace(ud: Any, line: Any) -> None:
    host: Host = ffi.from_handle(ud)
    if host.trace is None or host.stopped:
        return
    try:
        host.trace(text(line))
    except BaseException as error:
        host.keep(error)


@_callback("python_simulated_send", 0)
def _simulated_send(ud: Any, request: Any) -> int:
    host: Host = ffi.from_handle(ud)
    if host.stopped:
        return 0
    try:
        assert host.send is not None
        return sent(plain(host.send(read_outgoing(request)), "send")).outcome
    except BaseException as error:
        host.keep(error)
        return 0 if host.stopped else int(lib.CSUCCESS_SENT_UNKNOWN)


# ---- Stores that are made or tested ----


def _define_lock(name: str) -> None:
    @_callback(f"python_memory_options_{name}")
    def called(ud: Any) -> None:
        host: Host = ffi.from_handle(ud)
        try:
            getattr(host, name)()
        except BaseException as error:
            host.keep(error)


_define_lock("lock")
_define_lock("unlock")


@_callback("python_conformance_options_reopen", _CANCELLED)
def _reopen(ud: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        assert host.reopen is not None
        host.reopen()
    except BaseException as error:
        return host.keep(error)
    return int(lib.CSUCCESS_OK)
