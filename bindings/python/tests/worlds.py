# SPDX-License-Identifier: Apache-2.0
"""A configuration that asks everything of a host that can be asked, and inputs for it."""

from __future__ import annotations

import random
from datetime import datetime, timezone
from typing import Any

import csuccess

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
NOW = 1_767_571_200_000  # 2026-01-05, a Monday, midnight UTC

DOCUMENT: dict[str, Any] = {
    "csuccess": 1,
    "attributes": {
        "name": {"type": "string"},
        "booking_link": {"type": "string"},
        "zone": {"type": "string"},
        "csm": {"type": "string"},
    },
    "aggregates": {
        "logins": {"event": "login", "count": True, "window": "P30D"},
        "tickets": {"event": "ticket", "count": True, "window": "lifetime"},
    },
    "sentiment": {"of": {"ticket": "text"}},
    "access": {"owner": "csm"},
    "channels": {"desk": {"retry": {"first": "PT1M", "jitter": 0, "attempts": 3}}, "email": {}, "slack": {}},
    "templates": {"value": {"locales": {"en": {"body": "{{name}}: {{booking_link}}"}}}},
    "calendars": {"work": {"hours": {day: ["09:00-17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}}},
    "journeys": {
        "told": {"trigger": {"event": "go"}, "steps": {"s": {"type": "email", "template": "value"}}},
        "waits": {
            "trigger": {"event": "start"},
            "steps": {
                "wait": {"type": "wait", "for": "PT1H", "hours": "work"},
                "out": {"type": "exit", "outcome": "success"},
            },
        },
    },
    "health": {
        "profiles": {
            "default": {
                "score": {
                    "combine": "sum",
                    "of": {"use": {"value": "logins", "points": {"linear": [[0, 0], [10, 100]]}}},
                },
                "bands": {"healthy": {"from": 50}, "critical": {}},
                "alerts": {"quiet": {"when": "health.raw < 30", "notify": {"first": {"channel": "desk"}}}},
            }
        }
    },
}


def config() -> csuccess.Config:
    return csuccess.Config.compile(DOCUMENT)


def at(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, timezone.utc).isoformat().replace("+00:00", "Z")


def event(kind: str, customer: str, id: str, ms: int = NOW, **more: Any) -> dict[str, Any]:
    """An input; `kind` beyond the types of Segment is a product event of that name."""
    known = kind in ("group", "identify", "ticket")
    return {
        "type": kind if known else "track",
        **({} if known else {"event": kind}),
        "messageId": id,
        "groupId": customer,
        "timestamp": at(ms),
        **more,
    }


def login(customer: str = "acme", id: str = "e1", ms: int = NOW) -> dict[str, Any]:
    return event("login", customer, id, ms)


def numbers(seed: int) -> Any:
    """Random bytes that are the same again."""
    return random.Random(seed).randbytes


def story(seed: int, customers: int = 6, inputs: int = 60) -> list[tuple[int, list[dict[str, Any]]]]:
    """Random inputs of some days, in portions: (when they are handed in, inputs)."""
    rng, portions, n = random.Random(seed), [], 0
    for day in range(8):
        portion = []
        for _ in range(rng.randrange(2, inputs // 4)):
            n += 1
            customer, ms = f"c{rng.randrange(customers)}", NOW + day * DAY + rng.randrange(DAY)
            kind = rng.choice(["login", "login", "login", "ticket", "group", "go", "start"])
            more: dict[str, Any] = {}
            if kind == "ticket":
                more["properties"] = {"text": rng.choice(["I love it!", "This is broken and I am angry.", "When?"])}
            if kind == "group":
                more["traits"] = {"name": rng.choice(["Ann", "Zoë"]), "zone": rng.choice(["Europe/Berlin", "Nowhen"])}
            portion.append(event(kind, customer, f"e{rng.randrange(n + 1)}", ms, **more))
        portions.append((NOW + (day + 1) * DAY, portion))
    return portions
