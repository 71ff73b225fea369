# SPDX-License-Identifier: Apache-2.0
"""Tests a store against the contract, so that a store of the host's can be trusted: docs/guides/writing-a-store.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ._callbacks import STORE_OPS, Host
from ._cstore import CStore
from ._ffi import ffi, lib, new, string, take_text
from .errors import error_of
from .store import AsyncStore, Store

__all__ = ["Report", "Checked", "run"]


class Checked(NamedTuple):
    """One test."""

    name: str
    passed: bool
    detail: str
    """What was asked, what was expected, what came; empty when it passed."""


class Report(NamedTuple):
    """What the tests came to; false when one failed."""

    tests: tuple[Checked, ...]
    text: str
    """The same as text: a line per test, and a last one with how many passed."""

    @property
    def passed(self) -> bool:
        """Whether all tests passed."""
        return all(test.passed for test in self.tests)

    @property
    def failures(self) -> tuple[Checked, ...]:
        """Those that did not."""
        return tuple(test for test in self.tests if not test.passed)

    def __bool__(self) -> bool:
        return self.passed

    def __str__(self) -> str:
        return self.text


def _report(text: str) -> Report:
    tests = []
    for line in text.splitlines():
        for word, passed in (("ok ", True), ("not ok ", False)):
            if line.startswith(word):
                name, _, detail = line[len(word) :].partition(": ")
                tests.append(Checked(name, passed, detail))
    return Report(tuple(tests), text)


def _let_in(host: Host, store: Store | CStore) -> None:
    if isinstance(store, CStore):
        host.ops, host.ops_ud = store._ops, store._handle
    host.store = store


def run(
    store: Store | CStore,
    *,
    reopen: Callable[[], Store | CStore | None] | None = None,
    tenant: str = "conformance",
    seed: int = 0,
    rounds: int = 0,
) -> Report:
    """Asks the store for each sentence of the contract, and then `rounds` (2,000) questions at random that a plain
    model answers as well; equal seeds ask equally. The tests write in tenants whose names begin with `tenant` and a
    dot, which must be empty.

    `reopen` closes the store as a crash would, opens it again and gives the new one (None: it is the same object);
    without it, it is not tested that what was answered is durable. What the store or `reopen` raises ends the tests and
    is raised.
    """
    if isinstance(store, AsyncStore):
        raise TypeError("the tests ask a store and wait: give them a Store over what the AsyncStore keeps")
    host = Host()
    ud = ffi.new_handle(host)
    _let_in(host, store)
    name = string(tenant)
    options = new("csuccess_conformance_options", seed=seed, rounds=rounds)
    options.tenant.ptr, options.tenant.len = name
    if reopen is not None:
        options.reopen = lib.python_conformance_options_reopen

        def again() -> None:
            other = reopen()
            if other is not None:
                _let_in(host, other)

        host.reopen = again
    return _report(_run(host, ud, options))


def _run(host: Host, ud: Any, options: Any) -> str:
    out, err = ffi.new("csuccess_text **"), new("csuccess_error")
    try:
        result = lib.csuccess_conformance_run(out, STORE_OPS, ud, options, err)
        raised = host.take()
        if raised is not None:
            raise raised
        if result < 0 and result != lib.CSUCCESS_EDATA:
            raise error_of(result, err)
        return take_text(out)
    finally:
        lib.python_text_end(out)
