# SPDX-License-Identifier: Apache-2.0
"""An object of another class is told which one is needed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import csuccess
from csuccess import analytics as an

CONFIG = csuccess.Config.compile({"csuccess": 1, "extends": "enterprise"})
NOW = 1_769_817_600_000
ASKED: dict[str, Callable[[Any], Any]] = {
    "Columns": lambda it: csuccess.Scorer(CONFIG).score_columns(it, NOW),
    "Membership": lambda it: csuccess.Scorer(CONFIG).membership({}, it, (), NOW),
    "Explanation": lambda it: csuccess.Difference(it, it),
    "Scorer": lambda it: csuccess.Accumulator(CONFIG, "segments").add_scored(it),
    "Accumulator": lambda it: csuccess.Accumulator(CONFIG, "segments").merge(it),
    "Sample": lambda it: csuccess.Samples(CONFIG).add({}, it),
    "Survival": lambda it: an.lifetime_value(margin=1, periods=2, survival=it),
    "Engine": lambda it: csuccess.Txn(it, "acme", now=NOW),
    "Model": lambda it: an.Drift(CONFIG, it),
    "Indicators": lambda it: an.Warnings().add("a", it),
}


@pytest.mark.parametrize("kind", ASKED)
def test_what_is_needed_is_named(kind: str) -> None:
    others: tuple[Any, ...] = ("text", 1, {}, object, CONFIG)
    for wrong in others:
        with pytest.raises(TypeError, match=rf"one of csuccess\.{kind} is needed, not "):
            ASKED[kind](wrong)


def test_a_model_that_could_not_be_made_is_quiet(capfd: pytest.CaptureFixture[str]) -> None:
    wrong: Any = object()
    with pytest.raises(TypeError):
        csuccess.Model(b"{}", rounds=wrong)
    assert capfd.readouterr() == ("", "")


def test_what_is_no_store_is_refused_when_the_engine_is_made() -> None:
    wrong: Any = "success.db"
    for kind in (csuccess.Engine, csuccess.AsyncEngine):
        with pytest.raises(TypeError, match=r"a store is a csuccess\.Store, not str: it has no "):
            kind(CONFIG, store=wrong)


@pytest.mark.parametrize("ask, needed", [
    (lambda it: csuccess.Engine(CONFIG, channels=it), "channels are given by name: a dict is needed, not "),
    (lambda it: csuccess.Facts(CONFIG).update(it), "values are given by name: a dict is needed, not "),
    (lambda it: csuccess.Columns(CONFIG, 1).bind_all(it), "columns are given by name: a dict is needed, not "),
    (
        lambda it: csuccess.Config.compile({"csuccess": 1}, model=it),
        "model: a mapping or a function by name is needed, not ",
    ),
    (
        lambda it: csuccess.Config.compile({"csuccess": 1}, resolve=it),
        "resolve: a mapping or a function by name is needed, not ",
    ),
    (
        lambda it: csuccess.Samples(CONFIG).add_columns(csuccess.Columns(CONFIG, 1), given=[it]),
        "Sample is needed, not ",
    ),
    (lambda it: csuccess.Events.from_json_lines([it]), "a line is text or bytes, not "),
])
def test_what_is_given_by_name_or_line(ask: Callable[[Any], Any], needed: str) -> None:
    for wrong in (1, object(), [1], CONFIG):
        with pytest.raises(TypeError, match=needed):
            ask(wrong)
