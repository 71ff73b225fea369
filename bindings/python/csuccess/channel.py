# SPDX-License-Identifier: Apache-2.0
"""Channels: what takes messages to people, as a class or a callable of the host. docs/guides/writing-a-channel.md is
the contract."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Union

from ._ffi import lib

__all__ = ["AnyChannel", "AsyncChannel", "Channel", "Outgoing", "Sent"]


@dataclass(frozen=True)
class Outgoing:
    """A message that is to be sent. The same `id` again is the same message: hand it on as idempotency key."""

    id: str
    tenant: str
    channel: str
    customer: str
    """Whom it is about."""
    contact: str
    """Recipient among the customer's contacts; empty: none of them."""
    purpose: str
    definition: str
    """What wants it, such as "alert/usage_low/tier1"."""
    body: dict[str, Any]
    recipient: dict[str, Any]
    """The contact's record as it is now, or {}."""
    now: datetime
    created: datetime
    not_before: datetime
    expires: datetime | None
    attempt: int
    """From 1."""
    internal: bool
    """To staff: consent and holds do not apply."""


@dataclass(frozen=True)
class Sent:
    """What became of an attempt. Reasons are kept with the message: no personal data in them."""

    outcome: int
    retry_after: timedelta = timedelta()
    reason: str = ""

    @classmethod
    def delivered(cls, reason: str = "") -> Sent:
        """Taken over by whoever delivers it; the same as returning None."""
        return cls(lib.CSUCCESS_SENT_DELIVERED, timedelta(), reason)

    @classmethod
    def later(cls, retry_after: timedelta | float = 0, reason: str = "") -> Sent:
        """Not delivered, worth another attempt, not before `retry_after` (seconds, or a timedelta; 0: as the
        configuration says)."""
        wait = retry_after if isinstance(retry_after, timedelta) else timedelta(seconds=retry_after)
        return cls(lib.CSUCCESS_SENT_LATER, wait, reason)

    @classmethod
    def never(cls, reason: str = "") -> Sent:
        """Not delivered, and no attempt will help: the message is dead."""
        return cls(lib.CSUCCESS_SENT_NEVER, timedelta(), reason)

    @classmethod
    def bounced(cls, reason: str = "") -> Sent:
        """The same because of the address: contact and channel are suppressed."""
        return cls(lib.CSUCCESS_SENT_BOUNCED, timedelta(), reason)

    @classmethod
    def unknown(cls, reason: str = "") -> Sent:
        """May or may not have been delivered; tried again only where the channel delivers at least once."""
        return cls(lib.CSUCCESS_SENT_UNKNOWN, timedelta(), reason)


class Channel(ABC):
    """A channel of the host's."""

    @abstractmethod
    def send(self, message: Outgoing) -> Sent | None:
        """Sends. None: delivered. An exception: unknown whether it was; the run goes on and then raises it."""


class AsyncChannel(ABC):
    """The same for AsyncEngine, which also takes plain ones."""

    @abstractmethod
    async def send(self, message: Outgoing) -> Sent | None:
        """Sends, as Channel.send()."""


AnyChannel = Union[Channel, AsyncChannel, Callable[[Outgoing], Union[Sent, None, Awaitable[Union[Sent, None]]]]]
"""What an engine takes as a channel."""


def sender(channel: AnyChannel) -> Callable[[Outgoing], Any]:
    """What is called to send."""
    if isinstance(channel, (Channel, AsyncChannel)):
        return channel.send
    if callable(channel):
        return channel
    raise TypeError(f"a channel is a Channel or a callable, not {type(channel).__name__}")


def sent(answer: Any) -> Sent:
    """What a channel returned. TypeError: neither None nor a Sent."""
    if answer is None:
        return Sent(lib.CSUCCESS_SENT_DELIVERED)
    if isinstance(answer, Sent):
        return answer
    raise TypeError(f"a channel returns None or a Sent, not {type(answer).__name__}")
