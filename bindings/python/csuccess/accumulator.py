# SPDX-License-Identifier: Apache-2.0
"""What came of journeys, playbooks, segments, experiments and interventions, over any number of customers."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._ffi import NULL, Handle, call, data, ffi, lib, new, one_of, string, take_text
from ._given import c_config
from ._json import Document, encode, load
from ._time import Time, to_ms

if TYPE_CHECKING:
    from .config import Config
    from .scorer import Scorer

__all__ = ["Accumulator"]


class Accumulator(Handle):
    """Counts what came of `name`, which is "journey/ID", "playbook/ID", "segments", "experiment/ID",
    "interventions" or "effects" (docs/reference/flow.md "Results", intervene.md "What came of it").

        welcome = Accumulator(config, "journey/welcome")
        for entry in history:
            welcome.add_entry(entry.kind, entry.body)
        print(welcome.to_json()["completed"])

    Parts made apart (by shard, by day) are merged, in any order, to the same bytes: merge(), `+=` and `x + y`, or
    bytes that were saved and load(). """

    __slots__ = ("_config", "_name")
    _free = lib.csuccess_accumulator_free

    def __init__(self, config: Config, name: str) -> None:
        """UnknownNameError: the configuration has none of that name; it names the nearest."""
        super().__init__(NULL)
        out = ffi.new("csuccess_accumulator **")
        call(lib.csuccess_accumulator_new, out, c_config(config), string(name), NULL)
        self._handle = out[0]
        self._config, self._name = config, name

    @property
    def name(self) -> str:
        """What it counts."""
        return self._name

    def add_entry(self, kind: str, body: Document, *, customer: str = "", seq: int = 0, at: Time | None = None,
                  cause: str = "", by: str = "",
                  subject: str = "", config: str = "") -> bool:
        """Adds an entry of a customer's history, those of one customer in their order; False: it is none of its
        concern, and was passed over. `kind` such as "journey" and `body`, its JSON, say what happened. StateError:
        a body that cannot be; LimitError; nothing was added then."""
        texts = {"kind": kind, "body": encode(body), "customer": customer, "cause": cause, "by": by,
                 "subject": subject, "config": config}
        keep = {name: string(value) for name, value in texts.items()}
        entry = new("csuccess_entry", seq=seq, at_ms=0 if at is None else to_ms(at), **keep)
        return self._run(lib.csuccess_accumulator_add_entry, entry) == 0

    def add_scored(self, scorer: Scorer) -> None:
        """Of "segments": adds the customer that the scorer (of the same configuration) explained last. InvalidError."""
        from .scorer import Scorer

        with one_of(Scorer, scorer)._use() as last:
            self._run(lib.csuccess_accumulator_add_scored, last)

    def merge(self, other: Accumulator) -> Accumulator:
        """Adds what another one of the same configuration and name has; that stays as it is. InvalidError: of
        another."""
        with self._use() as into:
            if one_of(Accumulator, other) is self:
                self._call(lib.csuccess_accumulator_merge, into, into)
            else:
                with other._use() as source:
                    self._call(lib.csuccess_accumulator_merge, into, source)
        return self

    def __iadd__(self, other: Accumulator) -> Accumulator:
        return self.merge(other)

    def __add__(self, other: Accumulator) -> Accumulator:
        if not isinstance(other, Accumulator):
            return NotImplemented
        return Accumulator(self._config, self._name).merge(self).merge(other)

    def to_json(self) -> dict[str, Any]:
        """What it counted."""
        with self._use() as c:
            out = ffi.new("csuccess_text **")
            self._call(lib.csuccess_accumulator_json, c, out)
        told: dict[str, Any] = load(take_text(out))
        return told

    def save(self) -> bytes:
        """As bytes to keep and merge later."""
        out = ffi.new("csuccess_text **")
        with self._use() as c:
            self._call(lib.csuccess_accumulator_save, c, out)
        try:
            return data(lib.csuccess_text_view(out[0]))
        finally:
            lib.python_text_end(out)

    def load(self, saved: bytes | bytearray | memoryview) -> Accumulator:
        """Adds what was saved. InvalidError: of another configuration or name; StateError: damaged;
        UnsupportedError: a newer format."""
        self._run(lib.csuccess_accumulator_load, string(saved))
        return self
