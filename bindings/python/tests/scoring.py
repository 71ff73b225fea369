# SPDX-License-Identifier: Apache-2.0
"""What the tests of scoring share: the vectors of the project, and configurations that are small enough to be read."""
from __future__ import annotations

import json
import os
import resource
from pathlib import Path
from typing import Any

import csuccess

ROOT = Path(__file__).resolve().parents[3]
VECTORS = ROOT / "tests/vectors"
NOW = 1769817600000  # 2026-01-31T00:00:00Z
NOW_TEXT = "2026-01-31T00:00:00Z"
SANITIZED = "ASAN_OPTIONS" in os.environ  # which keeps for a while what is freed, and is slow
PRESETS = ("retention", "supplier", "enterprise")

# Every type of attribute, health of two metrics, churn, segments.
SMALL: dict[str, Any] = {
    "csuccess": 1,
    "name": "small@1",
    "attributes": {
        "logins": {"type": "number", "min": 0},
        "nps": {"type": "number", "min": 0, "max": 10, "max_age": "P30D"},
        "paying": {"type": "bool"},
        "plan": {"type": "string", "in": ["free", "team"]},
        "since": {"type": "time"},
        "renewal": {"type": "date"},
        "used": {"type": "duration"},
        "arr": {"type": "money", "currency": "EUR"},
        "tags": {"type": "list", "of": "string"},
    },
}
PLAIN: dict[str, Any] = {"csuccess": 1, "attributes": {"logins": {"type": "number"}}, "segments": {"quiet": {"when": "logins < 3"}}}


def lines(name: str) -> list[dict[str, Any]]:
    """A file of JSON Lines among the vectors."""
    return [json.loads(line) for line in (VECTORS / name).read_text(encoding="utf-8").splitlines()]


def preset(name: str = "enterprise") -> csuccess.Config:
    return csuccess.Config({"csuccess": 1, "extends": name})

SMALL["health"] = {
    "profiles": {"default": {
        "score": {"combine": "weighted_mean", "of": {
            "usage": {"weight": 3, "value": "logins", "points": {"linear": [[0, 0], [10, 100]]}},
            "voice": {"weight": 1, "value": "nps", "points": {"linear": [[0, 0], [10, 100]]}}}},
        "modifiers": {"leaving": {"when": "!paying", "multiply": 0.5}},
        "bands": {"healthy": {"from": 50}, "critical": {}}}},
    "rollup": {"parent": "plan", "combine": "weighted_mean", "weight": "arr"},
}
SMALL["segments"] = {"quiet": {"when": "logins < 3"}, "large": {"when": "arr > 1000"}}
HOSTED: dict[str, Any] = {
    **SMALL,
    "churn": {"model": {"host": {"name": "ours", "features": ["logins", "plan", "paying"]},
                        "scorecard": {"combine": "weighted_mean", "of": {"low": {"weight": 1, "value": "logins < 3 ? 0.75 : 0.25"}}}},
              "fallback": ["model", "scorecard"], "levels": {"high": {"from": 0.5}, "low": {}}},
}


def small(**more: Any) -> csuccess.Config:
    return csuccess.Config({**SMALL, **more})


def hosted() -> csuccess.Config:
    return csuccess.Config(HOSTED)


def used() -> int:
    """Memory of this process in KiB: as it is now where the system says so, else the greatest so far."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
