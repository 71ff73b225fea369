# SPDX-License-Identifier: Apache-2.0
"""Facts: every type of Python that an attribute takes, what it refuses, and what becomes of impossible values."""
from __future__ import annotations

import copy
import math
import threading
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import scoring

import csuccess

UTC = timezone.utc
NOW = scoring.NOW


def value_of(name: str, value: Any, *, at: int = NOW) -> Any:
    """What the library has after it was set."""
    config = scoring.small()
    facts = csuccess.Facts(config)
    facts[name] = value
    return csuccess.Scorer(config).eval(facts, name, at).value


@pytest.mark.parametrize("name, value, want", [
    ("logins", 12, 12), ("logins", 2.5, 2.5), ("logins", Decimal("1.25"), 1.25), ("logins", None, None),
    ("paying", True, True), ("paying", False, False), ("plan", "team", "team"),
    ("arr", 12.5, 12.5), ("arr", (Decimal("99.5"), "EUR"), 99.5), ("arr", {"amount": 7, "currency": "EUR"}, 7),
    ("since", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00Z"), ("since", 0, "1970-01-01T00:00:00Z"),
    ("since", "2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00Z"),
    ("renewal", date(2026, 3, 1), "2026-03-01"), ("renewal", "2026-03-01", "2026-03-01"),
    ("tags", ["a", "b"], ["a", "b"]),
])
def test_a_value_of_every_type(name: str, value: Any, want: Any) -> None:
    got = value_of(name, value)
    assert got == want or isinstance(want, str) and str(got).startswith(want.rstrip("Z"))


@pytest.mark.parametrize("value", [timedelta(days=1, hours=12), "P1DT12H", "PT36H"])
def test_a_duration(value: Any) -> None:
    config = scoring.small()
    facts = csuccess.Facts(config)
    facts["used"] = value
    assert csuccess.Scorer(config).eval(facts, "used == duration('PT36H')", NOW).value is True


@pytest.mark.parametrize("name, value, kind", [
    ("login", 1, csuccess.UnknownNameError), ("logins", "12", csuccess.ValueTypeError),
    ("logins", True, csuccess.ValueTypeError), ("paying", 1, csuccess.ValueTypeError),
    ("plan", 3, csuccess.ValueTypeError), ("logins", -1, csuccess.RangeError), ("plan", "gold", csuccess.RangeError),
    ("arr", (5, "USD"), csuccess.RangeError), ("logins", math.inf, csuccess.RangeError),
    ("since", datetime(2026, 1, 1), ValueError), ("since", "yesterday", csuccess.Error),
    ("logins", object(), TypeError), ("plan", "\ud800", csuccess.EncodingError),
])
def test_what_is_refused(name: str, value: Any, kind: type[Exception]) -> None:
    facts = csuccess.Facts(scoring.small())
    with pytest.raises(kind):
        facts[name] = value


def test_an_impossible_value_is_put_aside_and_the_attribute_is_missing() -> None:
    config = scoring.small()
    facts = csuccess.Facts(config, {"nps": 5})
    with pytest.raises(csuccess.RangeError, match="above the maximum of 10"):
        facts["nps"] = 11
    assert facts.quarantine == [("nps", "nps: 11 is above the maximum of 10")]
    assert csuccess.Scorer(config).eval(facts, "nps", NOW).value is None
    facts.clear()
    assert facts.quarantine == []


def test_a_row_keeps_impossible_values_aside_without_failing() -> None:
    facts = csuccess.Facts(scoring.small(), {"customer_id": "acme", "nps": 11, "logins": 3})
    assert facts.customer == "acme"
    assert [q.attribute for q in facts.quarantine] == ["nps"]


def test_a_row_is_refused_with_its_place_and_nothing_is_applied() -> None:
    config = scoring.small()
    facts = csuccess.Facts(config, {"logins": 3})
    with pytest.raises(csuccess.UnknownNameError) as caught:
        facts.read_json('{"logins": 9,\n "login": 1}')
    assert (caught.value.pointer, caught.value.line) == ("/login", 2)
    with pytest.raises(csuccess.JsonError):
        facts.read_json('{"logins": 9')
    assert csuccess.Scorer(config).eval(facts, "logins", NOW).value == 3


def test_unknown_attributes_may_be_passed_over() -> None:
    facts = csuccess.Facts(scoring.small(), {"logins": 1, "else": 2}, ignore_unknown=True)
    assert csuccess.Scorer(scoring.small()).eval({"logins": 1}, "logins", NOW).value == 1
    assert facts.quarantine == []


def test_a_row_may_hold_what_python_has() -> None:
    config = scoring.small()
    row = {"logins": Decimal(4), "since": datetime(2026, 1, 1, tzinfo=UTC), "renewal": date(2026, 2, 1),
           "used": timedelta(hours=1), "nps": float("nan"), "tags": ("a",)}
    facts = csuccess.Facts(config, row)
    scorer = csuccess.Scorer(config)
    assert scorer.eval(facts, "logins", NOW).value == 4
    assert scorer.eval(facts, "used == duration('PT1H') && since < renewal", NOW).value is True
    assert scorer.eval(facts, "nps", NOW) == (None, ("nps",))


def test_cells_of_a_file() -> None:
    config = scoring.small()
    facts = csuccess.Facts(config)
    for name, cell in (("logins", " 12 "), ("paying", "yes"), ("plan", "team"), ("since", "2026-01-01T00:00:00Z"), ("nps", "")):
        facts.set_text(name, cell)
    assert csuccess.Scorer(config).eval(facts, "logins == 12 && paying && plan == 'team'", NOW).value is True
    with pytest.raises(csuccess.ValueTypeError):
        facts.set_text("logins", "twelve")


def test_values_go_stale() -> None:
    config = scoring.small()
    facts = csuccess.Facts(config, {"nps": 5})
    facts.observed("nps", NOW - 31 * 86_400_000)
    assert csuccess.Scorer(config).eval(facts, "nps", NOW).value is None
    facts.observed("nps", datetime(2026, 1, 30, tzinfo=UTC))
    assert csuccess.Scorer(config).eval(facts, "nps", NOW).value == 5
    with pytest.raises(csuccess.MissingError):
        facts.observed("logins", NOW)
    with pytest.raises(csuccess.UnknownNameError):
        facts.observed("login", NOW)


def test_by_slot_by_several_and_deleted() -> None:
    config = scoring.small()
    facts = csuccess.Facts(config)
    facts.put(config.slot("logins"), 7)
    facts.update({"customer_id": "c1", "nps": 4})
    scorer = csuccess.Scorer(config)
    assert facts.customer == "c1" and scorer.eval(facts, "logins + nps", NOW).value == 11
    del facts["nps"]
    assert scorer.eval(facts, "nps", NOW).value is None
    with pytest.raises(csuccess.InvalidError):
        facts.put(99, 1)
    with pytest.raises(csuccess.InvalidError):
        facts.put(-1, 1)


def test_closed_facts_say_so() -> None:
    config = scoring.small()
    with csuccess.Facts(config, {"logins": 1}) as facts:
        assert not facts.closed
    for use in (lambda: facts.read_json({}), lambda: facts.__setitem__("logins", 1), lambda: facts.customer,
                lambda: facts.quarantine, lambda: csuccess.Scorer(config).run(facts, NOW),
                lambda: csuccess.Scorer(config).explain(facts, NOW), lambda: facts.clear()):
        with pytest.raises(csuccess.ClosedError):
            use()
    facts.close()


def test_facts_of_another_configuration_are_refused() -> None:
    facts = csuccess.Facts(scoring.small())
    with pytest.raises(csuccess.InvalidError):
        csuccess.Scorer(scoring.preset()).run(facts, NOW)


def test_facts_are_no_value_to_copy() -> None:
    with pytest.raises(TypeError, match="copied or pickled"):
        copy.copy(csuccess.Facts(scoring.small()))


def test_two_threads_on_one_facts_get_busy_or_turns() -> None:
    facts = csuccess.Facts(scoring.small())
    seen: list[BaseException] = []

    def write() -> None:
        for i in range(3000):
            try:
                facts.read_json({"logins": i, "plan": "team", "tags": ["a"] * 50})
            except csuccess.BusyError:
                pass
            except BaseException as error:
                seen.append(error)

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == []
