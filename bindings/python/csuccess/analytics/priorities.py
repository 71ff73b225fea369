# SPDX-License-Identifier: Apache-2.0
"""Whom to turn to first among customers at risk."""
from __future__ import annotations

from typing import Any, NamedTuple

from .._ffi import lib
from ._gather import Ordered, Reader, Words, family, fill

__all__ = ["Priorities", "PrioritiesTotals", "Priority"]

_BASES = Words("basis", "uplift assumed risk unvalued", 1)
_VALUE: int = lib.CSUCCESS_AT_RISK_VALUE
_UPLIFT: int = lib.CSUCCESS_AT_RISK_UPLIFT
_COST: int = lib.CSUCCESS_AT_RISK_COST


class Priority(NamedTuple):
    """One customer of a finished order."""

    rank: int
    """From 1."""
    customer: str
    basis: str
    """What it ranks by: "uplift" (uplift × value - cost), "assumed", "risk" (probability × value) or "unvalued"
    (the probability)."""
    amount: float
    """What it ranks by, in money; of "unvalued" the probability."""
    within: bool
    """Within the capacity, and acting is not known to cost more than it gains."""
    probability: float
    value: float | None
    uplift: float | None
    cost: float | None


class PrioritiesTotals(NamedTuple):
    """Counts over all that were added, whatever was kept."""

    customers: int
    by_uplift: int
    by_assumed: int
    by_risk: int
    unvalued: int
    losing: int
    """For whom acting costs more than it gains, or as much."""
    at_stake: float
    """Sum of probability × value over those with a value."""
    gain: float
    """Sum of the amounts above 0 of "uplift" and "assumed"."""


class Priorities(Ordered[Priority]):
    """An order among customers at risk: those for whom acting is known or assumed to gain something, then those
    with a value at risk, then those without a value, then those for whom it costs more than it gains (leave them
    alone). Neither the order of adding nor that of merging shows."""

    __slots__ = ()
    _free = lib.csuccess_priorities_free
    _c = family("priorities")
    _read = Reader(Priority, "csuccess_priority", words={"basis": _BASES}, true="within",
                   absent={_VALUE: "value", _UPLIFT: "uplift", _COST: "cost"})
    _totals = Reader(PrioritiesTotals, "csuccess_priorities_totals")

    def __init__(self, *, most: int | None = None, capacity: int | None = None,
                 assumed_uplift: float | None = None) -> None:
        """`most`: keep only the first so many, which bounds memory. `capacity`: so many can be turned to.
        `assumed_uplift`: the share of its risk that acting takes from a customer of unknown uplift, above 0 and up
        to 1. RangeError."""
        super().__init__({"most": most, "capacity": capacity, "assumed_uplift": assumed_uplift})

    def add(self, customer: str, probability: float, *, value: float | None = None, uplift: float | None = None,
            cost: float | None = None) -> None:
        """Adds one customer; add each one once. `value`: what is lost if it leaves; `uplift`: by how much acting
        lowers the probability, below 0 it makes things worse; `cost` of acting. InvalidError, RangeError,
        LimitError; nothing was added then."""
        keep: list[Any] = []
        present = ((_VALUE if value is not None else 0) | (_UPLIFT if uplift is not None else 0)
                   | (_COST if cost is not None else 0))
        self._add(fill("csuccess_at_risk", keep, present=present, customer=customer, probability=probability,
                       value=value, uplift=uplift,
                       cost=cost))

    @property
    def totals(self) -> PrioritiesTotals:
        """Counts, also before it is finished."""
        with self._use() as c:
            return self._totals.ask(lib.csuccess_priorities_total, c)
