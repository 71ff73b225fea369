# SPDX-License-Identifier: Apache-2.0
"""A configuration tried out: the same engine over a store in memory and a virtual clock, sending nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ._callbacks import Host
from ._ffi import NULL, ffi, lib, new, string
from ._given import c_config, c_limits
from ._time import Time, moment, to_ms
from ._process import OwnedHandle, claim
from .channel import Outgoing, Sent
from .engine import Engine
from .errors import ClosedError, error_of
from .events import AnyEvents, EventResult, events_of
from .sentiment import Feeling
from .zones import ZoneAnswer

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Simulation"]


class Simulation(OwnedHandle):
    """Inputs are applied at their own times, everything that comes due is done in between, at the virtual time at which
    it is due; what would be sent is told to the trace. Equal inputs, options and configuration give equal traces, to
    the byte, and so does a live engine that is handed the same inputs at the same times.

    `seed`: of the customers' secrets. `start`: the virtual clock at the beginning; None: the time of the first input.
    `send`: what a message meets, as a channel answers; delivered when it is not given. `trace`: told a line for
    everything that is committed. `zone`, `variable`, `sentiment`, `limits`, `tenant`: as of Engine. Callbacks'
    exceptions are raised as themselves once the library has returned.
    """

    __slots__ = ("_config", "_host", "_transactions", "_ud")
    _free = lib.csuccess_simulation_free
    _goes_on = True

    def __init__(
        self,
        config: Config,
        *,
        tenant: str = "",
        seed: int = 0,
        start: Time | None = None,
        send: Callable[[Outgoing], Sent | None] | None = None,
        trace: Callable[[str], Any] | None = None,
        zone: Callable[[str, datetime], ZoneAnswer | timedelta | None] | None = None,
        variable: Callable[[str, str], Any] | None = None,
        sentiment: Callable[[str, str, Feeling], Feeling | float | None] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(NULL)
        host = self._host = Host()
        self._ud = ffi.new_handle(host)
        self._config = config
        self._transactions: dict[int, Any] = {}
        name, ceilings = string(tenant), c_limits(limits)
        options = new(
            "csuccess_simulation_options", seed=seed, start_ms=0 if start is None else to_ms(start), limits=ceilings
        )
        options.tenant.ptr, options.tenant.len = name
        for slot, function in (
            ("send", send),
            ("trace", trace),
            ("zone", zone),
            ("variable", variable),
            ("sentiment", sentiment),
        ):
            if function is not None:
                setattr(host, slot, function)
                setattr(options, slot, lib.python_simulated_send if slot == "send" else getattr(lib, f"python_{slot}"))
                setattr(options, f"{slot}_ud", self._ud)
        out = ffi.new("csuccess_simulation **")
        self._call(lib.csuccess_simulation_new, out, c_config(config), options)
        self._handle = out[0]

    def _call(self, function: Callable[..., int], *arguments: Any) -> int:
        result = function(*arguments, self._err)
        raised = self._host.take()
        if raised is not None:
            raise raised
        if result < 0:
            raise error_of(result, self._err)
        return result

    def feed(self, events: AnyEvents) -> list[EventResult]:
        """Applies inputs in order of their times from the clock's time on, and what comes due before each; an input
        older than the clock is late and is applied now. What became of every one. Errors as Engine.ingest() and
        run()."""
        listed = events_of(events)
        with claim(self), claim(listed):
            c, e = self._handle, listed._handle
            self._call(lib.csuccess_simulation_feed, c, e)
            return listed._results(e)

    def run(self, until: Time) -> None:
        """Lets time go on until then, doing all that comes due. A clock that is beyond it stays."""
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_simulation_run, c, to_ms(until))

    @property
    def now(self) -> datetime:
        """The virtual clock."""
        with claim(self):
            c = self._handle
            return moment(lib.csuccess_simulation_now(c))

    @property
    def engine(self) -> Engine:
        """Its engine, for scores, explanations, states and figures; calls without `now` are at the virtual clock's
        time."""
        return _Lent(self)

    def close(self) -> None:
        """Frees it now, its engine as well. BusyError from a callback of its own. Again does nothing."""
        if self._handle != NULL:
            with claim(self):
                self._free_transactions()
        super().close()

    def _free_transactions(self) -> None:
        while self._transactions:  # one by one: after an interrupt none is freed again
            lib.csuccess_txn_free(self._transactions.popitem()[1])

    def __del__(self) -> None:
        if getattr(self, "_handle", NULL) != NULL:
            self._free_transactions()
        super().__del__()


class _Lent(Engine):
    """The engine of a simulation, which owns it."""

    __slots__ = ("_simulation",)
    _goes_on = True

    @staticmethod
    def _free(handle: Any) -> None:
        """It is freed with its simulation."""

    def __init__(self, simulation: Simulation) -> None:
        with claim(simulation):
            c = simulation._handle
            OwnedHandle.__init__(self, lib.csuccess_simulation_engine(c))
        self._simulation = simulation
        self._lock = simulation._lock
        self._host, self._ud, self._config = simulation._host, simulation._ud, simulation._config
        self._transactions = simulation._transactions
        self._ports, self._store = {}, None
        self._clock = self._virtual

    def _virtual(self) -> int:
        return int(lib.csuccess_simulation_now(self._simulation._handle))

    def _check(self) -> None:
        if self._simulation._handle == NULL:
            raise ClosedError("the simulation is closed")

    def _free_transactions(self) -> None:
        """They are freed with the simulation."""

    def close(self) -> None:
        """Gives it back."""
        if self._simulation._handle == NULL:
            self._handle = NULL
        super().close()

    @property
    def closed(self) -> bool:
        """Whether it was given back, or the simulation closed."""
        return bool(self._handle == NULL or self._simulation._handle == NULL)
