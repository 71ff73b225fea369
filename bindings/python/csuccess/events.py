# SPDX-License-Identifier: Apache-2.0
"""What happened: the inputs of an engine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple, Union

from ._ffi import NULL, Handle, checked, ffi, lib, new, string, text
from ._given import c_limits
from ._json import Document, dump, encode
from ._time import Time, at_ms, moment, to_ms
from ._process import claim
from .errors import Error, UnknownNameError, error_of

__all__ = ["AnyEvents", "Event", "EventResult", "Events"]


class Event(NamedTuple):
    """One input as it stands in a list."""

    type: str
    id: str
    customer: str
    user: str
    name: str
    source: str
    at: datetime
    expires: datetime | None
    priority: int


class EventResult(NamedTuple):
    """What an engine made of one input."""

    id: str
    """The input's id."""
    code: int
    """CSUCCESS_OK: applied; CSUCCESS_UNCHANGED: known already, or without effect; CSUCCESS_UNDECIDED: nothing yet (no
    engine had it, or it was stopped before); CSUCCESS_ERANGE: quarantined, kept, never applied; CSUCCESS_EEXPIRED;
    CSUCCESS_EDENIED; or the error that kept it from being applied."""
    name: str
    """The code's name, such as "CSUCCESS_OK"."""
    reason: str
    """A sentence, or empty."""

    @property
    def applied(self) -> bool:
        """Whether it was applied now."""
        return self.code == int(lib.CSUCCESS_OK)

    @property
    def failed(self) -> bool:
        """Whether an error kept it from being applied."""
        return self.code < 0


_TYPES: dict[str, int] = {
    word.lower(): getattr(lib, "CSUCCESS_EVENT_" + word)
    for word in (
        "TRACK",
        "IDENTIFY",
        "GROUP",
        "TOUCHPOINT",
        "TICKET",
        "PAYMENT",
        "OUTCOME",
        "SUBSCRIPTION",
        "RECORD",
        "SOURCE",
        "TASK",
        "RESPONSE",
        "DECISION",
        "CONSENT",
        "OVERRIDE",
        "ALERT",
        "JOURNEY",
        "PLAYBOOK",
        "SEGMENT",
        "MILESTONE",
        "OWNER",
        "INTERVENTION",
        "CAMPAIGN",
        "OFFER",
        "AUTOMATION",
    )
} | {"survey_response": lib.CSUCCESS_EVENT_SURVEY}
_WORDS = {number: word for word, number in _TYPES.items()}
_NAMES: dict[int, str] = {}


def _code_name(code: int) -> str:
    name = _NAMES.get(code)
    if name is None:
        name = _NAMES[code] = str(ffi.string(lib.csuccess_result_name(code)), "ascii")
    return name


def _segment(
    type: str,
    id: str,
    at: Time,
    customer: str,
    name: str,
    user: str,
    source: str,
    expires: Time | None,
    priority: int,
    properties: Mapping[str, Any],
) -> dict[str, Any]:
    """An input by its parts in the shape of Segment."""
    given = {
        "type": type,
        "messageId": id,
        "timestamp": at_ms(to_ms(at)),
        "groupId": customer,
        "userId": user,
        "event": name,
        "source": source,
        "priority": priority,
        "expires": None if expires is None else at_ms(to_ms(expires)),
    }
    document: dict[str, Any] = {key: value for key, value in given.items() if value}
    document["traits" if type in ("identify", "group") else "properties"] = properties
    return document


class Events(Handle):
    """A list of inputs, built once and handed to an engine, which fills in what became of each. One that is used again
    allocates nothing.

    `items`: inputs as extend() takes them. `limits`: as of Config; document_bytes, document_depth, document_nodes and
    string_bytes hold for one input, which has at most 4,096 properties besides.
    """

    __slots__ = ("_err",)
    _free = lib.csuccess_events_free

    def __init__(self, items: Iterable[Document] = (), *, limits: Mapping[str, int] | None = None) -> None:
        super().__init__(NULL)
        self._err = new("csuccess_error")
        out = ffi.new("csuccess_events **")
        self._call(lib.csuccess_events_new, out, NULL, c_limits(limits))
        self._handle = out[0]
        if items:
            self.extend(items)

    @classmethod
    def from_json_lines(cls, lines: str | bytes | bytearray | memoryview | Iterable[str | bytes]) -> Events:
        """Inputs of JSON Lines: a text, or an open file."""
        events = cls()
        events.add_json_lines(lines)
        return events

    def add(self, event: Document) -> None:
        """Adds one input in the shape of the Segment spec, a dict or JSON: {"type": "track", "event": "login",
        "messageId": ..., "timestamp": ..., "groupId": the customer, "userId": the contact, "properties" or "traits":
        {...}}.

        JsonError, EncodingError, LimitError, MissingError (a key that the type asks for), ValueTypeError,
        UnknownNameError (with the nearest), RangeError, each with the JSON Pointer and the place. The list is as before
        then.
        """
        with claim(self):
            c = self._handle
            self._add(c, encode(event))

    def extend(self, events: Iterable[Document]) -> None:
        """Adds many, as add(). Those before one that is refused stay; its place in `events` is in the message."""
        if isinstance(events, (str, bytes, Mapping)):
            raise TypeError("extend() takes many inputs: add() takes one, add_json_lines() a text of many")
        with claim(self):
            c = self._handle
            for i, event in enumerate(events):
                self._add(c, encode(event), i)

    def add_json_lines(self, lines: str | bytes | bytearray | memoryview | Iterable[str | bytes]) -> None:
        """Adds an input for every line that is not blank. Those before one that is refused stay; `line` of the error is
        its line, `offset` its place in that line."""
        if isinstance(lines, str):
            lines = lines.encode("utf-8", "surrogatepass")
        each: Iterable[str | bytes] = (
            bytes(lines).split(b"\n") if isinstance(lines, (bytes, bytearray, memoryview)) else lines
        )
        if not isinstance(each, Iterable):
            raise TypeError(f"lines are text, bytes or several of them, not {type(lines).__name__}")
        with claim(self):
            c = self._handle
            for number, line in enumerate(each, 1):
                raw = line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line
                if not isinstance(raw, (bytes, bytearray)):
                    raise TypeError(f"a line is text or bytes, not {type(raw).__name__}")
                if raw.strip():
                    try:
                        self._add(c, raw)
                    except Error as error:
                        error.line = number
                        raise

    def _add(self, c: Any, raw: Any, index: int | None = None) -> None:
        result = lib.csuccess_events_add_json(c, (ffi.from_buffer("char[]", raw), len(raw)), self._err)
        if result < 0:
            error = error_of(result, self._err)
            if index is not None:
                error.message = f"event {index}: {error.message}"
                error.args = (error.message,)
            raise error

    def add_event(
        self,
        type: str,
        *,
        id: str,
        at: Time,
        customer: str = "",
        name: str = "",
        user: str = "",
        source: str = "",
        expires: Time | None = None,
        priority: int = 0,
        properties: Mapping[str, Any] | None = None,
    ) -> None:
        """Adds one input by its parts, without JSON in between.

        `type`: "track", "identify", "group", "touchpoint", "ticket", "payment", "outcome", "subscription",
        "survey_response", "record", "source", "task", "response", "decision", "consent", "override", "alert",
        "journey", "playbook", "segment", "milestone", "owner", "intervention", "campaign", "offer" or "automation".
        `id`: unique per customer; the same id again is the same input and is not applied. `name`: the event of "track",
        or what the type asks for ("renewed", "request" ...). `user`: a contact of the customer. `source`: of the
        section `sources`. `expires`: not applied after that time. `priority`: higher first, within one call. Errors as
        add(), and MissingError or InvalidError for what the type asks for; the list is as before then.
        """
        if type not in _TYPES:
            raise UnknownNameError(f'there is no type of input "{type}": {", ".join(_TYPES)}')
        if properties:
            self.add(_segment(type, id, at, customer, name, user, source, expires, priority, properties))
            return
        texts = [string(word) for word in (id, customer, user, name, source)]
        event = new(
            "csuccess_event",
            type=_TYPES[type],
            priority=priority,
            at_ms=to_ms(at),
            expires_at_ms=0 if expires is None else to_ms(expires),
        )
        for member, (buffer, length) in zip((event.id, event.customer, event.user, event.name, event.source), texts):
            member.ptr, member.len = buffer, length
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_events_add, c, event)

    def set(self, name: str, value: Any) -> None:
        """A property (or trait) of the input that was added last: a number, a str, a bool, or anything that JSON has. A
        name that is there already is replaced. InvalidError (no input yet, an empty name), RangeError (not finite),
        EncodingError, LimitError; the input is as before then."""
        key = string(name)
        with claim(self):
            c = self._handle
            if isinstance(value, bool):
                checked(lib.csuccess_events_bool(c, key, value))
            elif isinstance(value, str):
                checked(lib.csuccess_events_string(c, key, string(value)))
            elif isinstance(value, float) or (isinstance(value, int) and abs(value) <= 1 << 53):
                checked(lib.csuccess_events_number(c, key, value))
            else:
                self._call(lib.csuccess_events_json, c, key, string(dump(value)))

    def clear(self) -> None:
        """Empties the list; its memory is kept. BusyError while an engine works on it."""
        with claim(self):
            c = self._handle
            result = lib.csuccess_events_clear(c)
        if result < 0:
            raise error_of(result)

    def __len__(self) -> int:
        with claim(self):
            c = self._handle
            return int(lib.csuccess_events_count(c))

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, index: int) -> Event:
        event = new("csuccess_event")
        with claim(self):
            c = self._handle
            count = lib.csuccess_events_count(c)
            place = index + count if index < 0 else index
            if not 0 <= place < count:
                raise IndexError(index)
            lib.csuccess_events_get(c, place, event)
            return Event(
                _WORDS.get(event.type, str(event.type)),
                text(event.id),
                text(event.customer),
                text(event.user),
                text(event.name),
                text(event.source),
                moment(event.at_ms),
                moment(event.expires_at_ms) if event.expires_at_ms else None,
                event.priority,
            )

    def __iter__(self) -> Iterator[Event]:
        for i in range(len(self)):
            yield self[i]

    def results(self) -> list[EventResult]:
        """What an engine made of every input, in their order."""
        with claim(self):
            c = self._handle
            return self._results(c)

    def _results(self, c: Any) -> list[EventResult]:
        event, reason, found = new("csuccess_event"), ffi.new("csuccess_str *"), []
        for i in range(lib.csuccess_events_count(c)):
            lib.csuccess_events_get(c, i, event)
            code = lib.csuccess_events_result(c, i, reason)
            found.append(EventResult(text(event.id), code, _code_name(code), text(reason)))
        return found


AnyEvents = Union[Events, Iterable[Document], str, bytes, Mapping[str, Any]]
"""What an engine takes as inputs: a list, many in the shape of Segment, a text of JSON Lines, or one dict."""


def events_of(events: AnyEvents) -> Events:
    """A list of inputs, made where it is none yet."""
    if isinstance(events, Events):
        return events
    if isinstance(events, (str, bytes)):
        return Events.from_json_lines(events)
    if isinstance(events, Mapping):
        events = (events,)
    return Events(events)
