# SPDX-License-Identifier: Apache-2.0
"""What Engine and AsyncEngine have in common: options, channels, figures, callbacks, and what they keep alive."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypedDict, Union

from ._callbacks import CHANNEL_OPS, STORE_OPS, Host, Port
from ._cstore import CStore
from ._ffi import NULL, ffi, lib, new, string, text
from ._given import c_config, c_limits, named
from ._time import Time, length_ms, moment, now_ms, to_ms, to_utc
from ._process import OwnedHandle, claim
from ._requests import READ
from .channel import AnyChannel, sender
from .errors import error_of
from .principal import Principal, c_principal
from .sentiment import Feeling
from .zones import ZoneAnswer

if TYPE_CHECKING:
    from .config import Config

__all__ = ["EngineBase", "EngineOptions", "Figures", "c_run_limits"]


class EngineOptions(TypedDict, total=False):
    """How an engine works; what is not given is the default."""

    clock: Callable[[], Time]
    """What time it is where a call is given none: the system's clock."""
    random: Callable[[int], bytes]
    """So many random bytes fit for keys, 32 for each new customer: os.urandom."""
    zone: Callable[[str, datetime], Union[ZoneAnswer, timedelta, Any, None]]
    """The offset of a zone that `calendars.zones` does not have: a ZoneAnswer, a tzinfo, a timedelta, minutes, or None:
    not known. None is asked when it is not given; system_zone asks zoneinfo. What it answers is kept in the customer's
    state."""
    variable: Callable[[str, str], Any]
    """(customer, name): an attribute that a text needs and that is not known of the customer, as JSON has it; None: not
    known."""
    sentiment: Callable[[str, str, Feeling], Union[Feeling, float, None]]
    """(customer, text, the library's own Feeling): how the text sounds, a Feeling or a score of -1 to 1; None: the
    library's own holds."""
    leads: Callable[[str, str], bool]
    """(manager, member): whether one leads the other, for the scope "team"."""
    trace: Callable[[str], Any]
    """Told of everything that is committed, a line of JSON for each entry or message, in order."""
    limits: Mapping[str, int]
    """Ceilings on hostile input, as of Config."""
    shard: int
    """Of the customers that run() looks after."""
    shards: int
    """0 or 1: all of them."""
    batch: int
    """Customers loaded and committed together at most; 256; 1: each by itself."""
    inputs: int
    """Of one customer in one advance at most; 1,000; more are split."""
    effects: int
    """Entries, and messages, of one advance at most; 10,000."""
    state_bytes: int
    """Of one customer at most; 1 MiB."""
    tries: int
    """Of an advance that conflicts; 16."""
    lease: Union[timedelta, int]
    """Of customers and messages, milliseconds or a timedelta; a minute."""
    seen: Time
    """The last time that an engine of this host saw, so that a leap over a restart is seen as well."""
    in_flight: int
    """Of AsyncEngine: operations handed out and not answered at most; 256."""


class Figures(NamedTuple):
    """What an engine did since it was made; counts only grow."""

    inputs_applied: int
    inputs_known: int
    inputs_quarantined: int
    inputs_failed: int
    inputs_expired: int
    advances: int
    commits: int
    conflicts: int
    refusals: int
    replays: int
    entries: int
    messages: int
    sent: int
    delivered: int
    put_off: int
    dead: int
    unknown: int
    dropped: int
    operations: int
    operation_failures: int
    parked: int
    unknown_traits: int
    clock_raised: int
    clock_refused: int
    late_replies: int
    clock: datetime | None
    """The last time that the engine saw; None: none yet."""
    next_due: datetime | None
    oldest_message: timedelta
    """How long the oldest message claimed in the last run had been waiting."""
    lag: tuple[int, ...]
    """Messages sent within 1 s, 10 s, 1 min, 10 min, 1 h, 6 h, 1 day, later of their time."""
    breakers_open: int


_COUNTS = Figures._fields[:25]
_NUMBERS = ("shard", "shards", "batch", "inputs", "effects", "state_bytes", "tries", "in_flight")
_CALLBACKS = ("random", "zone", "variable", "sentiment", "leads")


def c_run_limits(customers: int, messages: int) -> Any:
    """A csuccess_run_limits, NULL: none."""
    return new("csuccess_run_limits", customers=customers, messages=messages) if customers or messages else NULL


class EngineBase(OwnedHandle):
    """An engine without its calls."""

    __slots__ = ("_clock", "_config", "_host", "_ports", "_store", "_transactions", "_ud")
    _free = lib.csuccess_engine_free

    def __init__(
        self, config: Config, store: Any, channels: Mapping[str, AnyChannel] | None, tenant: str, options: EngineOptions
    ) -> None:
        if store is not None and not isinstance(store, CStore):
            for slot in READ:
                if not callable(getattr(store, slot, None)):
                    raise TypeError(f"a store is a csuccess.Store, not {type(store).__name__}: it has no {slot}()")
        super().__init__(NULL)
        self._host = Host()
        self._ud = ffi.new_handle(self._host)
        self._config = config
        self._ports: dict[str, tuple[Port, Any]] = {}
        self._store: Any = None
        self._transactions: dict[int, Any] = {}
        self._clock: Callable[[], Time] = options.get("clock", now_ms)
        out = ffi.new("csuccess_engine **")
        self._call(lib.csuccess_engine_new, out, c_config(config), self._options(tenant, options))
        self._handle = out[0]
        if isinstance(store, CStore):
            store._attach()
        self._store = store
        for name, channel in () if channels is None else named("channels", channels):
            self.add_channel(name, channel)
        if "trace" in options:
            self.set_trace(options["trace"])

    def _options(self, tenant: str, options: EngineOptions) -> Any:
        unknown = set(options) - set(EngineOptions.__annotations__)
        if unknown:
            raise TypeError(
                f"there is no option {sorted(unknown)[0]!r} of an engine: {', '.join(EngineOptions.__annotations__)}"
            )
        given: dict[str, Any] = dict(options)
        c = new(
            "csuccess_engine_options",
            limits=c_limits(given.get("limits")),
            **{name: given[name] for name in _NUMBERS if name in given},
        )
        buffer, length = string(tenant)
        c.tenant.ptr, c.tenant.len = buffer, length
        c.lease_ms = length_ms(given.get("lease", 0))
        c.clock_ms = to_ms(given.get("seen", 0))
        given.setdefault("random", os.urandom)
        for name in _CALLBACKS:
            if given.get(name) is not None:
                setattr(self._host, name, given[name])
                setattr(c, name, getattr(lib, f"python_{name}"))
                setattr(c, f"{name}_ud", self._ud)
        self._host.text = (buffer, c.limits)  # alive until the engine was made
        return c

    def _now(self, now: Time | None) -> int:
        return to_ms(self._clock() if now is None else now)

    # ---- Calls ----

    def _call(self, function: Callable[..., int], *arguments: Any) -> int:
        self._host.take()  # of a call that an interrupt ended behind C
        result = function(*arguments, self._err)
        self._raise()
        if result < 0:
            raise error_of(result, self._err)
        return result

    def _raise(self) -> None:
        """What a callback raised meanwhile, as itself."""
        if self._host.raised:
            raise self._host.take()  # type: ignore[misc]
        store = self._store
        if isinstance(store, CStore) and store._host.raised:
            raise store._host.take()  # type: ignore[misc]

    def _register_store(self) -> None:
        """Hands the store to the engine: a C one directly, unless an interrupt in a callback could then not stop it."""
        host, store = self._host, self._store
        ops, ud = STORE_OPS, self._ud
        if isinstance(store, CStore):
            host.ops, host.ops_ud = store._ops, store._handle
            asked = host.zone or host.variable or host.sentiment or host.leads or host.trace or store._host.lock
            if not asked and host.random is os.urandom:
                ops, ud = host.ops, host.ops_ud
        else:
            host.store = store
        self._call(lib.csuccess_engine_set_store, self._handle, ops, ud, NULL)

    def _store_lent(self) -> AbstractContextManager[Any]:
        """What a call that may come to the store is made in."""
        store = self._store
        return store._lent() if isinstance(store, CStore) else nullcontext()

    # ---- What it is made of ----

    def _check_channel(self, name: str, channel: AnyChannel) -> None:
        """TypeError: such a channel this engine cannot ask."""

    def add_channel(self, name: str, channel: AnyChannel) -> None:
        """Registers a channel of the section `channels`, or, for one that is not named there, one with the defaults.
        Again replaces. BusyError: calls are under way."""
        self._check_channel(name, channel)
        port = Port(self._host, sender(channel))
        ud = ffi.new_handle(port)
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_engine_add_channel, c, string(name), CHANNEL_OPS, ud, NULL)
            self._ports[name] = (port, ud)

    def set_config(self, config: Config, *, principal: Principal | None = None) -> None:
        """Goes on with another configuration from the next advance on: a new one, or an earlier one. Customers are
        brought over as they are advanced. BusyError (calls or transactions are under way), DeniedError: then the one
        before stays."""
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_engine_set_config, c, c_config(config), c_principal(principal))
            self._config = config

    def confirm_clock(self, now: Time | None = None) -> None:
        """Lets the clock leap to that time."""
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_engine_confirm_clock, c, self._now(now))

    def set_trace(self, trace: Callable[[str], Any] | None) -> None:
        """Sets who is told of everything that is committed from the next commit on, a line of JSON for each entry or
        message; None: nobody. A simulation and a live engine that is handed the same inputs at the same times tell the
        same bytes."""
        with claim(self):
            c = self._handle
            self._host.trace = trace
            told = lib.python_trace if trace is not None else ffi.cast("csuccess_trace_fn", NULL)
            result = lib.csuccess_engine_set_trace(c, told, self._ud)
            if result < 0:
                raise error_of(result, self._err)
            if self._host.ops is not None and trace is not None:
                self._register_store()

    @property
    def channels(self) -> dict[str, bool]:
        """The channels that the configuration names, in its order, and those that were registered beside: whether
        somebody sends to each."""
        name, config, found = ffi.new("csuccess_str *"), c_config(self._config), {}
        for i in range(lib.csuccess_config_channels(config)):
            lib.csuccess_config_channel(config, i, name)
            found[text(name)] = False
        return {**found, **dict.fromkeys(self._ports, True)}

    @property
    def config(self) -> Config:
        """The configuration that the next advance goes by."""
        return self._config

    def figures(self) -> Figures:
        """What it did since it was made."""
        counts = new("csuccess_engine_counts")
        with claim(self):
            c = self._handle
            lib.csuccess_engine_figures(c, counts)
        clock = moment(counts.clock_ms) if counts.clock_ms else None
        return Figures._make(
            (
                *(getattr(counts, name) for name in _COUNTS),
                clock,
                to_utc(counts.next_due_ms),
                timedelta(milliseconds=counts.oldest_message_ms),
                tuple(counts.lag_count),
                counts.breakers_open,
            )
        )

    # ---- The end ----

    def close(self) -> None:
        """Frees it now, with its transactions; calls under way are given up, nothing that was committed is lost.
        BusyError from a callback of its own. Again does nothing."""
        if self._handle == NULL:
            return
        if self._mine():
            with claim(self):
                self._free_transactions()
        super().close()
        self._release()

    def _free_transactions(self) -> None:
        while self._transactions:  # one by one: after an interrupt none is freed again
            lib.csuccess_txn_free(self._transactions.popitem()[1])

    def _release(self) -> None:
        store, self._store = self._store, None
        if isinstance(store, CStore):
            store._detach()
        self._ports.clear()
        self._host.store = None

    def __del__(self) -> None:
        if getattr(self, "_pid", None) is None or not self._mine():
            return
        if self._handle != NULL:
            self._free_transactions()
        super().__del__()
        self._release()
