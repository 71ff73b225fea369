# SPDX-License-Identifier: Apache-2.0
"""Accumulators, and what is gathered over a configuration: counts that a hand can follow."""
from __future__ import annotations

import json
import math
from typing import Any

import pytest

import csuccess
from csuccess import analytics as an
from csuccess.accumulator import Accumulator

NOW = 1767225600000
DOCUMENT = {
    "csuccess": 1,
    "attributes": {"a": {"type": "number"}, "plan": {"type": "string"}, "go": {"type": "bool"},
                   "arr": {"type": "money"},
                   "left": {"type": "bool", "outcome": True}},
    "benchmarks": {"big": {"when": "plan == 'big'", "of": {"a": {"n": 0, "mean": 0, "values": []}}}},
    "health": {"profiles": {"default": {"score": {"value": "a", "range": [0, 100]}}}},
    "segments": {"low": {"type": "dynamic", "when": "a < 50"}, "rich": {"type": "dynamic", "when": "arr > 1000.0"}},
    "journeys": {"j": {"trigger": {"when": "go"},
                       "steps": {"rest": {"type": "wait", "for": "P3D"}, "gone": {"type": "exit", "outcome": "done"}}}},
}


@pytest.fixture(scope="module")
def config() -> csuccess.Config:
    document = json.loads(json.dumps(DOCUMENT))
    del document["benchmarks"]
    return csuccess.Config.compile(document)


def story(accumulator: Accumulator, instance: int, *, completed: bool) -> None:
    """One enrollment, a day in its only step."""
    common: dict[str, Any] = {"journey": "j", "instance": f"{instance:064}", "number": 1}
    accumulator.add_entry("journey", common | {"event": "enrolled"}, customer=f"c{instance}", at=NOW)
    accumulator.add_entry("journey", common | {"event": "step", "step": "rest"})
    if completed:
        accumulator.add_entry("journey",
                              common | {"event": "completed", "from": "rest", "way": "next", "in_step_ms": 86_400_000,
                                                   "how": "end", "steps": 1, "success": True})


def test_enrollments_are_counted(config: csuccess.Config) -> None:
    a = Accumulator(config, "journey/j")
    for i in range(3):
        story(a, i, completed=i < 2)
    assert a.add_entry("health", {}) is False  # none of its concern
    told = a.to_json()
    assert (told["enrolled"], told["completed"]["total"], told["under_way"], told["succeeded"]) == (3, 2, 1, 2)
    rest = told["steps"]["rest"]
    assert (rest["entered"], rest["time_ms"]["n"], rest["time_ms"]["mean"], rest["success"]) == (3, 2, 86_400_000, 1)


def test_parts_merge_to_the_same_bytes(config: csuccess.Config) -> None:
    whole, one, two = (Accumulator(config, "journey/j") for _ in range(3))
    for i in range(6):
        story(whole, i, completed=i % 2 == 0)
        story(one if i % 3 else two, i, completed=i % 2 == 0)
    assert (one + two).save() == (two + one).save() == whole.save()
    kept = Accumulator(config, "journey/j").load(one.save())
    kept += two
    assert kept.save() == whole.save()


def test_segments_are_counted_from_scores(config: csuccess.Config) -> None:
    a = Accumulator(config, "segments")
    scorer = csuccess.Scorer(config)
    for row in ({"a": 10, "arr": 5000}, {"a": 70, "arr": 2000}, {"a": 40}):
        scorer.explain(row, NOW)
        a.add_scored(scorer)
    told = a.to_json()
    assert told["customers"] == 3
    low, rich = told["segments"]["low"], told["segments"]["rich"]
    assert (low["members"], low["health"], rich["members"], rich["arr"]) == (2, 25, 2, 7000)
    assert low["overlap"] == {"rich": 1}


def test_what_does_not_fit_is_refused(config: csuccess.Config) -> None:
    with pytest.raises(csuccess.UnknownNameError):
        Accumulator(config, "journey/k")
    a = Accumulator(config, "journey/j")
    with pytest.raises(csuccess.InvalidError):
        a.merge(Accumulator(config, "segments"))
    with pytest.raises(csuccess.InvalidError):
        a.merge(a)
    with pytest.raises(csuccess.StateError):
        a.load(b"nonsense")
    with pytest.raises(csuccess.StateError):
        a.add_entry("journey", b"{")
    with pytest.raises(csuccess.InvalidError):
        a.add_scored(csuccess.Scorer(config))
    with a:
        pass
    with pytest.raises(csuccess.ClosedError):
        a.to_json()


def test_cohorts_have_the_values_that_were_added() -> None:
    document = json.loads(json.dumps(DOCUMENT))
    document["benchmarks"]["big"]["of"]["a"] = {"n": 1, "mean": 5, "values": [5]}
    config = csuccess.Config.compile(document)
    parts = [an.Cohorts(config), an.Cohorts(config)]
    for i, value in enumerate((1, 2, 3, 4, 5, 6)):
        parts[i % 2].add(csuccess.Facts(config, {"a": value, "plan": "big" if value < 6 else "small"}), NOW)
    told = (parts[0] + parts[1]).to_json()
    a = told.get("benchmarks", told)["big"]["of"]["a"]
    assert (a["n"], a["mean"]) == (5, 3) and a["values"] == sorted(a["values"]) and (a["values"][0],
                                                                                     a["values"][-1]) == (1, 5)


MODEL = {
    "csuccess_model": 1, "name": "m", "kind": "additive", "target": "churn", "horizon": "P30D", "dated": False,
    "calibrated": True,
    "metrics": {"a": {"type": "number"}},
    "scorecard": {"combine": "sum", "link": "logistic", "intercept": -1.2,
                  "of": {"a": {"value": "a", "points": {"upto": [[10, 0.9], [50, 0.1]], "else": -0.5},
                               "missing": {"value": 0}}}},
    "snapshot": {"rows": 1000, "of": {"a": {"edges": [10, 50], "share": [0.2, 0.5, 0.3], "missing": 0, "mean": 37.5}}},
    "training": {"at": "2026-01-01T00:00:00Z", "trainer": "additive",
                 "seed": 0}, "parent": None, "digest": "sha256:" + "0" * 64,
}


def drifted(config: csuccess.Config, model: csuccess.Model, values: list[float]) -> an.Drift:
    d = an.Drift(config, model)
    facts = csuccess.Facts(config)
    for value in values:
        facts["a"] = value
        d.add(facts, NOW)
    return d


def test_drift_is_the_population_stability_index(config: csuccess.Config) -> None:
    model = csuccess.Model(csuccess.Model.seal(MODEL))
    same = drifted(config, model, [5.0] * 40 + [30.0] * 100 + [70.0] * 60)
    assert same.judge(NOW).verdict == "stable" and same.metrics[0].psi == pytest.approx(0)
    d = drifted(config, model, [5.0] * 160 + [30.0] * 20 + [70.0] * 20)
    (a,) = d.metrics
    assert a.psi == pytest.approx(sum((n - t) * math.log(n / t) for n, t in ((0.8, 0.2), (0.1, 0.5), (0.1, 0.3))))
    verdict = d.judge(NOW)
    assert (verdict.verdict, verdict.inputs, verdict.calibration) == ("drift", "drift", "too_few")
    assert verdict.shift is None and verdict.rows == 200
    for i in range(200):
        d.add_outcome(0.2, i < 120)
    judged = d.judge(NOW)
    # So many expected as there were: by the logit of 0.6 less that of 0.2
    assert judged.shift == pytest.approx(math.log(1.5) - math.log(0.25), abs=1e-6) and judged.observed == 0.6
    assert (same + d).judge(NOW).rows == 400
    assert d.to_json(NOW)["verdict"] == "drift"
    with pytest.raises(csuccess.RangeError):
        d.add_outcome(1.5, True)
