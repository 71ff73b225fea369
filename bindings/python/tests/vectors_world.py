# SPDX-License-Identifier: Apache-2.0
"""What a case of tests/vectors has made so far, how its arguments are read and its lines written."""
from __future__ import annotations

import json
import struct
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import csuccess
from csuccess import analytics
from csuccess._ffi import ffi

Args = list[Any]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def bits(value: float) -> str:
    """A double by its bits."""
    return struct.pack(">d", value).hex()


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def milliseconds(at: datetime | None) -> str | None:
    return None if at is None else str(round((at - EPOCH).total_seconds() * 1000))


class World:
    """The last of each kind that a case made."""

    def __init__(self, folder: Path, case: dict[str, Any]) -> None:
        self.folder, self.case, self.step, self.told = folder, case, 0, False
        self.model: csuccess.Model | None = None
        self.config: Any = None
        self.facts_: csuccess.Facts | None = None
        self.scorer_: csuccess.Scorer | None = None
        self.events_: csuccess.Events | None = None
        self.store: csuccess.MemoryStore | None = None
        self.engine_: csuccess.Engine | None = None
        self.simulation_: Any = None
        self.accumulator_: Any = None
        self.tracking: analytics.Tracking | None = None
        self.samples_: Any = None
        self.random = 0

    # ---- Lines ----

    def line(self, payload: str) -> None:
        sys.stdout.write(f"{self.case['case']}/{self.step} {payload}\n")
        self.told = True

    def say(self, value: Any) -> None:
        self.line(compact(value))

    def json(self, document: str) -> None:
        self.line(document if document and "\n" not in document else compact(document))

    def went(self, error: csuccess.Error, plain: bool = False) -> None:
        told: dict[str, Any] = {"error": error.name}
        if not plain:
            told |= {"message": error.message, "pointer": error.pointer, "offset": error.offset, "line": error.line,
                     "column": error.column}
        self.say(told)

    def run(self) -> None:
        for args in self.case["do"]:
            self.step += 1
            self.told = False
            try:
                getattr(self, "do_" + args[0])(args)
            except csuccess.Error as error:
                self.went(error, args[0] in PLAIN)
            if not self.told:
                self.line('"ok"')

    # ---- Arguments ----

    def piece(self, value: Any) -> Any:
        if isinstance(value, str):
            return value.encode()
        if not isinstance(value, dict):
            return b""
        if "hex" in value:
            return bytes.fromhex(value["hex"])
        if "file" in value:
            return (self.folder / value["file"]).read_bytes()
        word, count = value["repeat"]
        return bytes(word.encode() * count)

    def text(self, args: Args, i: int) -> Any:
        """A text as bytes, which the package takes wherever it takes str."""
        return self.of(args[i] if i < len(args) else None)

    def of(self, value: Any) -> Any:
        return b"".join(map(self.piece, value)) if isinstance(value, list) else self.piece(value)

    def number(self, args: Args, i: int) -> Any:
        return args[i] if i < len(args) else 0

    def time(self, args: Args, i: int) -> int:
        return int(self.number(args, i))

    def lines(self, args: Args, i: int) -> Iterator[bytes]:
        for line in self.text(args, i).split(b"\n"):
            if line:
                yield line

    def each(self, args: Args, i: int, function: Callable[[bytes], None]) -> None:
        """Calls it with every line; an error is a line of its own."""
        for line in self.lines(args, i):
            try:
                function(line)
            except csuccess.Error as error:
                self.went(error)

    @property
    def facts(self) -> csuccess.Facts:
        if self.facts_ is None:
            self.facts_ = csuccess.Facts(self.config)
        return self.facts_

    @property
    def scorer(self) -> csuccess.Scorer:
        if self.scorer_ is None:
            self.scorer_ = csuccess.Scorer(self.config)
        return self.scorer_

    @property
    def events(self) -> csuccess.Events:
        if self.events_ is None:
            self.events_ = csuccess.Events()
        return self.events_

    @property
    def engine(self) -> csuccess.Engine:
        found: csuccess.Engine = self.engine_ or self.simulation_.engine
        return found


# Functions of C that tell nothing but their result.
PLAIN = {"set_number", "set_bool", "set_string", "set_time", "set_money", "set_observed", "set_customer", "unset",
         "ignore_unknown", "faults",
         "figures", "property_number", "property_string", "property_bool"}


def text_of(name: Any) -> str:
    return str(ffi.string(name), "ascii")
