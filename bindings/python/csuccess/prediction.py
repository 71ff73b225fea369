# SPDX-License-Identifier: Apache-2.0
"""A prediction of churn, and where it came from."""
from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from ._ffi import lib, text
from ._time import to_utc

__all__ = ["SOURCES", "Prediction"]

# Where a probability came from, by its number in results and columns; 0: there is none.
SOURCES: tuple[str | None, ...] = (None, "learned", "xgboost", "host", "scorecard", "last")


class Prediction(NamedTuple):
    """What is predicted of one customer; None is what there is not."""

    customer: str
    """"" for columns."""
    row: int
    """Of columns; else 0."""
    at: datetime | None
    probability: float | None
    confidence: float | None
    horizon_days: float
    calibrated: bool
    degraded: bool
    """Not the model's own: see `because`."""
    source: str | None
    """"learned" (a model document), "xgboost", "host", "scorecard" (the configuration's own) or "last" (an earlier
    one)."""
    level: str | None
    model: str
    """Name of what gave it, or would have."""
    digest: str
    """Of a model; else ""."""
    config: str
    """Content hash of the configuration."""
    because: str
    """Why it is degraded, such as "model: absent"; else ""."""

    @classmethod
    def _read(cls, c: Any) -> Prediction:
        flags = c.flags
        return cls(
            text(c.customer), c.row, to_utc(c.at_ms),
            c.probability if flags & lib.CSUCCESS_PREDICTION_PROBABILITY else None,
            c.confidence if flags & lib.CSUCCESS_PREDICTION_CONFIDENCE else None, c.horizon_days,
            bool(flags & lib.CSUCCESS_PREDICTION_CALIBRATED), bool(flags & lib.CSUCCESS_PREDICTION_DEGRADED),
            SOURCES[c.source] if c.source < len(SOURCES) else None, text(c.level) or None, text(c.model),
            text(c.digest), text(c.config), text(c.because))
