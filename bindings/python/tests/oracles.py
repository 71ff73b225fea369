# SPDX-License-Identifier: Apache-2.0
"""The tables of tests/data, which other programs wrote: a kind, then numbers by their bits."""
from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DATA = ROOT / "tests/data"


def number(cell: str) -> float:
    """A double by its bits; "-" is what is not defined."""
    return math.nan if cell == "-" else float(struct.unpack(">d", bytes.fromhex(cell))[0])


def rows(name: str, named: str = "") -> Iterator[tuple[str, str, list[float]]]:
    """Kind, name (of the kinds in `named`, else "") and numbers of each row."""
    for line in (DATA / name).read_text(encoding="utf-8").splitlines(keepends=True):
        kind, *cells = line.rstrip("\n").split("\t")
        word = cells.pop(0) if kind in named else ""
        yield kind, word, [number(cell) for cell in cells]


def near(got: float | None, want: float, within: float) -> bool:
    """Whether a figure is the other program's; NaN is None."""
    if math.isnan(want):
        return got is None
    return got is not None and abs(got - want) <= within
