# SPDX-License-Identifier: Apache-2.0
"""Customer success decisions: health scores, churn, programmes, and why.

    import csuccess

    config = csuccess.Config.load("success.json")
    score = config.score({"logins_30d": 12, "champion_left": True})
    print(score.value, score.status, score.why())

Everything is decided by one configuration document and is the same to the bit from C, Python and Node.
`csuccess.analytics` has what looks at many customers or at the past; `csuccess.testing` what tests of a host need.
"""
from __future__ import annotations

from . import analytics, conformance, errors
from ._capsules import ProducerError
from ._ffi import ffi as _ffi
from ._ffi import lib as _lib
from ._ffi import string as _string
from ._process import ForkedError
from .accumulator import Accumulator
from .aio import AsyncEngine
from .channel import AsyncChannel, Channel, Outgoing, Sent
from .columns import Columns
from .config import Bounds, Config, presets
from .engine import Engine, EngineOptions, Figures
from .errors import (
    AbiError,
    BusyError,
    CallbackError,
    CancelledError,
    ClockError,
    ClosedError,
    ConfigError,
    ConflictError,
    CycleError,
    DataError,
    DeniedError,
    DigestError,
    EncodingError,
    Error,
    ExpiredError,
    ExpressionError,
    GenericError,
    InvalidError,
    JsonError,
    LimitError,
    MissingError,
    ModelError,
    OutOfMemoryError,
    ParkedError,
    RangeError,
    RefusedError,
    StateError,
    UnknownNameError,
    UnsupportedError,
    ValueTypeError,
)
from .events import Event, EventResult, Events
from .facts import Facts, Quarantined
from .memory import Fault, MemoryStore
from .model import Model
from .prediction import Prediction
from .principal import Access, Principal, may
from .rollup import Rollup, RollupResult, Trajectory, trajectory
from .score import Cause, Difference, Explanation, ExplanationRow, Score
from .scorer import Evaluation, Scorer
from .segments import Membership, Segments
from .selection import Selected, Selection
from .sentiment import Feeling, Sentiment, Tone
from .simulation import Simulation
from .sqlite import SqliteStore
from .store import AsyncStore, Reply, Store
from .table import Batch, ScoredStream, ScoredTable
from .training import Sample, Samples, Trained, Tuned, backtest, train, tune
from .txn import Step, Txn
from .zones import ZoneAnswer, system_zone

__version__ = "0.1.0"

if _lib.csuccess_abi() != _lib.CSUCCESS_ABI:
    raise ImportError(f"this csuccess was built for generation {_lib.CSUCCESS_ABI} of libcsuccess, and the library "
                      f"that is installed is of generation {_lib.csuccess_abi()}: build it anew")


def library_version() -> str:
    """The version of libcsuccess that runs: that of the package, unless it was built against the system's."""
    return str(_ffi.string(_lib.csuccess_version()), "ascii")


def feature(name: str) -> bool:
    """Whether the library has an optional part, such as "expressions" or "columns"; False for one it does not know."""
    return bool(_lib.csuccess_feature(_string(name)))


__all__ = [
    "AbiError",
    "Access",
    "Accumulator",
    "AsyncChannel",
    "AsyncEngine",
    "AsyncStore",
    "Batch",
    "Bounds",
    "BusyError",
    "CallbackError",
    "CancelledError",
    "Cause",
    "Channel",
    "ClockError",
    "ClosedError",
    "Columns",
    "Config",
    "ConfigError",
    "ConflictError",
    "CycleError",
    "DataError",
    "DeniedError",
    "Difference",
    "DigestError",
    "EncodingError",
    "Engine",
    "EngineOptions",
    "Error",
    "Evaluation",
    "Event",
    "EventResult",
    "Events",
    "ExpiredError",
    "Explanation",
    "ExplanationRow",
    "ExpressionError",
    "Facts",
    "Fault",
    "Feeling",
    "Figures",
    "ForkedError",
    "GenericError",
    "InvalidError",
    "JsonError",
    "LimitError",
    "Membership",
    "MemoryStore",
    "MissingError",
    "Model",
    "ModelError",
    "OutOfMemoryError",
    "Outgoing",
    "ParkedError",
    "Prediction",
    "Principal",
    "ProducerError",
    "Quarantined",
    "RangeError",
    "RefusedError",
    "Reply",
    "Rollup",
    "RollupResult",
    "Sample",
    "Samples",
    "Score",
    "ScoredStream",
    "ScoredTable",
    "Scorer",
    "Segments",
    "Selected",
    "Selection",
    "Sent",
    "Sentiment",
    "Simulation",
    "SqliteStore",
    "StateError",
    "Step",
    "Store",
    "Tone",
    "Trained",
    "Trajectory",
    "Tuned",
    "Txn",
    "UnknownNameError",
    "UnsupportedError",
    "ValueTypeError",
    "ZoneAnswer",
    "__version__",
    "analytics",
    "backtest",
    "conformance",
    "errors",
    "feature",
    "library_version",
    "may",
    "presets",
    "system_zone",
    "train",
    "trajectory",
    "tune",
]
