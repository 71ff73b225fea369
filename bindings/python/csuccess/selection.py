# SPDX-License-Identifier: Apache-2.0
"""Customers out of the host's storage: one by its id, or all for whom a rule holds."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, overload

from ._ffi import NULL, call, ffi, lib, new, string, text
from ._hosts import Host, callback
from ._json import dump, encode
from ._records import SelectionTotals
from .errors import error_of
from .score import Score

if TYPE_CHECKING:
    from .scorer import Scorer

__all__ = ["Selected", "Selection"]


class Selected(NamedTuple):
    """One customer of a selection; None is what there is not."""

    customer: str
    position: int
    """Place among the rows, from 0."""
    score: float | None
    raw: float | None
    status: str | None
    probability: float | None
    """Of churn."""
    level: str | None


class Selection(Sequence[Selected]):
    """The customers for whom a rule held, lowest raw score first, those without a score last, then by customer id.

    `totals` counts all rows, whatever was kept: customers, undecided (a missing input left the rule open), members,
    scored, provisional.
    """

    __slots__ = ("_list", "totals")

    def __init__(self, handle: Any) -> None:
        out, totals = new("csuccess_selected"), new("csuccess_selection_totals")
        try:
            self._list = [_selected(handle, i, out) for i in range(lib.csuccess_selection_count(handle))]
            lib.csuccess_selection_total(handle, totals)
            self.totals = SelectionTotals.read(totals)
        finally:
            lib.csuccess_selection_free(handle)

    def __len__(self) -> int:
        return len(self._list)

    @overload
    def __getitem__(self, index: int) -> Selected: ...
    @overload
    def __getitem__(self, index: slice) -> list[Selected]: ...
    def __getitem__(self, index: int | slice) -> Selected | list[Selected]:
        return self._list[index]

    def __iter__(self) -> Iterator[Selected]:
        return iter(self._list)


def _selected(handle: Any, index: int, out: Any) -> Selected:
    lib.csuccess_selection_get(handle, index, out)
    score, present = out.present & lib.CSUCCESS_SELECTED_SCORE, out.present
    return Selected(
        text(out.customer), out.position, out.score if score else None, out.raw if score else None,
        text(out.status) or None, out.probability if present & lib.CSUCCESS_SELECTED_PROBABILITY else None,
        text(out.level) or None)


def _fill(facts: Any, row: Any, given: Any) -> None:
    """The row into the library's facts; none: there is no such customer, or none is left."""
    if row is not None:
        raw = encode(row)
        call(lib.csuccess_facts_read_json, facts, string(raw))
    given[0] = lib.CSUCCESS_GIVEN_NONE if row is None else lib.CSUCCESS_GIVEN_CUSTOMER


@callback("python_customer_load")
def _load(ud: Any, customer: Any, facts: Any, given: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        _fill(facts, host.call(text(customer)), given)
    except BaseException as error:
        return host.failed(error)
    return int(lib.CSUCCESS_OK)


@callback("python_customer_next")
def _next(ud: Any, facts: Any, given: Any) -> int:
    host: Host = ffi.from_handle(ud)
    try:
        _fill(facts, host.call(), given)
    except BaseException as error:
        return host.failed(error)
    return int(lib.CSUCCESS_OK)


def pull(scorer: Scorer, load: Callable[[str], Any], customer: str, now: int) -> Score:
    """Scorer.pull()."""
    host = Host(load, scorer._raised)
    customers = new("csuccess_customer_ops", ud=host.ud, load=lib.python_customer_load)
    with scorer._use() as handle:
        result = lib.csuccess_scorer_pull(handle, customers, string(customer), now, scorer._out, scorer._err)
        if result < 0 or scorer._raised:
            scorer._fail(result)
        return scorer._explained(handle)


def select(scorer: Scorer, rows: Iterable[Any], when: str | Mapping[str, Any], now: int, most: int) -> Selection:
    """Scorer.select()."""
    cursor = iter(rows)
    host = Host(lambda: next(cursor, None), scorer._raised)
    customers = new("csuccess_customer_ops", ud=host.ud, next=lib.python_customer_next)
    rule = string(when if isinstance(when, str) else dump(when))
    query = new("csuccess_selection_query", customers=customers, when=rule, now_ms=now, most=most)
    out = ffi.new("csuccess_selection **")
    with scorer._use() as handle:
        result = lib.csuccess_scorer_select(out, handle, query, scorer._err)
        if scorer._raised:
            lib.csuccess_selection_free(out[0])
        if result < 0 or scorer._raised:
            scorer._fail(result)
    if out[0] == NULL:
        raise error_of(result)
    return Selection(out[0])
