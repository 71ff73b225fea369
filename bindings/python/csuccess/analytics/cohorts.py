# SPDX-License-Identifier: Apache-2.0
"""Distributions of cohorts, for benchmarks."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .._ffi import NULL, Handle, call, ffi, lib, one_of, take_text
from .._given import c_config
from .._json import load
from .._time import Time, to_ms
from ..facts import Facts
from ._gather import Gathered, family

if TYPE_CHECKING:
    from ..config import Config

__all__ = ["Cohorts"]


class Cohorts(Gathered):
    """Counts the values of the configuration's `benchmarks` over customers, for `percentile()`."""

    __slots__ = ("_config",)
    _free = lib.csuccess_cohorts_free
    _c = family("cohorts")

    def __init__(self, config: Config) -> None:
        Handle.__init__(self, NULL)
        self._config = config
        self._options, self._keep = {}, []
        out = ffi.new("csuccess_cohorts **")
        call(lib.csuccess_cohorts_new, out, c_config(config), NULL)
        self._handle = out[0]

    def _empty(self) -> Cohorts:
        return Cohorts(self._config)

    def add(self, facts: Facts, now: Time) -> None:
        """Adds one customer as of `now`. InvalidError: facts of another configuration; LimitError; nothing was
        added then."""
        with one_of(Facts, facts)._use() as one:
            self._run(lib.csuccess_cohorts_add, one, to_ms(now))

    def to_json(self) -> dict[str, Any]:
        """The `benchmarks` section with what was added, ready to be merged into the document."""
        out = ffi.new("csuccess_text **")
        with self._use() as c:
            self._call(lib.csuccess_cohorts_json, out, c)
        told: dict[str, Any] = load(take_text(out))
        return told
