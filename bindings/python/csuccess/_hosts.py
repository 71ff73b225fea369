# SPDX-License-Identifier: Apache-2.0
"""Where C calls the host while it scores and compiles. What a function of the host raises is kept, C is told that it
failed, and the call that asked raises it as itself."""
from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from ._ffi import NULL, ffi, lib, text
from ._time import to_utc
from .prediction import Prediction

__all__ = ["Host", "LogHost", "PredictHost", "Predictions", "callback", "failure"]

Function = TypeVar("Function", bound=Callable[..., Any])
_STOPS = (KeyboardInterrupt, SystemExit, asyncio.CancelledError, GeneratorExit)


def failure(error: BaseException) -> int:
    """What C is told of an exception: to stop at once, or that the callback failed."""
    return int(lib.CSUCCESS_ECANCELLED if isinstance(error, _STOPS) else lib.CSUCCESS_ECALLBACK)


def _late(kind: Any, value: BaseException, trace: Any) -> None:
    """What escaped a callback before or behind its own net: an interrupt of the keyboard at the wrong moment."""
    ffi.from_handle(trace.tb_frame.f_locals["ud"]).raised.append(value)
    trace.tb_frame.clear()


def callback(name: str, error: int = lib.CSUCCESS_ECANCELLED) -> Callable[[Function], Function]:
    """Makes a function the one that C calls by that name. `ud` is its first parameter, a handle of what has `raised`;
    `error` is what C gets when it could not even begin."""

    def define(function: Function) -> Function:
        ffi.def_extern(name=name, onerror=_late, error=error)(function)
        return function

    return define


class Host:
    """A function of the host behind a `ud`, and where its exceptions are kept."""

    __slots__ = ("call", "raised", "ud")

    def __init__(self, function: Any, raised: list[BaseException]) -> None:
        self.call = function
        self.raised = raised
        self.ud = ffi.new_handle(self)

    def failed(self, error: BaseException) -> int:
        self.raised.append(error)
        return failure(error)


class Predictions(NamedTuple):
    """What the host's own model is asked: a row of features for each customer."""

    names: tuple[str, ...]
    """Of the features, as `churn.model.host.features` lists them."""
    rows: list[list[float | str | None]]
    """A bool is 0.0 or 1.0; None: missing."""
    now: datetime | None
    """The time that is scored at."""


class PredictHost(Host):
    """A model of the host's."""

    __slots__ = ()

    def ask(self, batch: Any) -> None:
        count, width = batch.rows, batch.features
        names = tuple(text(batch.names[i]) for i in range(width))
        cells = _cells(batch, count * width)
        rows = [cells[at:at + width] for at in range(0, count * width, width)] if width else [[] for _ in range(count)]
        answers = self.call(Predictions(names, rows, to_utc(batch.now_ms)))
        if len(answers) != count:
            raise ValueError(f"predict gave {len(answers)} answers for {count} rows")
        for i, answer in enumerate(answers):
            self._answer(batch, i, answer)

    @staticmethod
    def _answer(batch: Any, i: int, answer: Any) -> None:
        if answer is None:
            return
        if isinstance(answer, tuple):
            answer, batch.confidence[i] = answer
        batch.probability[i] = answer
        batch.status[i] = lib.CSUCCESS_OK


def _cells(batch: Any, size: int) -> list[float | str | None]:
    values = ffi.unpack(batch.values, size) if size else []
    present = ffi.unpack(ffi.cast("unsigned char *", batch.present), size) if size else []
    cells: list[float | str | None] = [v if p else None for v, p in zip(values, present)]
    if batch.texts != NULL:
        for i in range(size):
            if present[i] and batch.texts[i].ptr != NULL:
                cells[i] = text(batch.texts[i])
    return cells


@callback("python_predict")
def _predict(ud: Any, batch: Any) -> int:
    host: PredictHost = ffi.from_handle(ud)
    try:
        host.ask(batch)
    except BaseException as error:
        return host.failed(error)
    return int(lib.CSUCCESS_OK)


class LogHost(Host):
    """Who is told of predictions."""

    __slots__ = ()


@callback("python_log")
def _log(ud: Any, predictions: Any, count: int) -> int:
    host: LogHost = ffi.from_handle(ud)
    try:
        host.call([Prediction._read(predictions[i]) for i in range(count)])
    except BaseException as error:
        return host.failed(error)
    return int(lib.CSUCCESS_OK)


Predict = Callable[[Predictions], Sequence[Any]]
