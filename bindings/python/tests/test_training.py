# SPDX-License-Identifier: Apache-2.0
"""Training, backtest and tuning from Python: of rows, of dated rows, of tables; stopped and refused."""
from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import scoring

import csuccess
from csuccess import Sample, Samples

DAY = timedelta(days=1)
START = datetime(2025, 1, 1, tzinfo=timezone.utc)
DOCUMENT: dict[str, Any] = {
    "csuccess": 1,
    "attributes": {"logins": {"type": "number"}, "seats": {"type": "number"}, "plan": {"type": "string"}, "left": {"type": "bool", "outcome": True}},
    "health": {"profiles": {"default": {
        "score": {"combine": "weighted_mean", "of": {
            "usage": {"weight": 0.5, "value": "logins", "points": {"linear": [[0, 0], [60, 100]]}},
            "size": {"weight": 0.5, "value": "seats", "points": {"linear": [[0, 0], [40, 100]]}}}},
        "bands": {"healthy": {"from": 50}, "critical": {}}}}},
}


@pytest.fixture(scope="module")
def config() -> csuccess.Config:
    return csuccess.Config(DOCUMENT)


def history(count: int = 1500) -> list[dict[str, Any]]:
    """Customers who leave the more, the less they log in."""
    draw = random.Random(11)
    rows = []
    for i in range(count):
        logins = draw.randrange(60)
        rows.append({"customer_id": f"c{i}", "logins": logins, "seats": draw.randrange(40), "plan": draw.choice(["free", "team"]),
                     "left": draw.random() < 0.9 - logins / 70})
    return rows


def test_a_model_is_learned_and_reported(config: csuccess.Config) -> None:
    rows = history()
    model, report = csuccess.train(config, rows, outcome="left", seed=5, name="ours", folds=4)
    assert model.name == "ours" and set(model.metrics) <= {"logins", "seats", "plan"}
    assert report["rows"]["given"] == len(rows)
    with Samples(config, outcome={"left": {"eq": True}}) as samples:
        for row in rows:
            samples.add(csuccess.Facts(config, row))
        assert samples.totals.rows == samples.totals.usable == len(rows)
        assert samples.totals.events == sum(row["left"] for row in rows)
        assert samples.train(seed=5, name="ours", folds=4).model == model


@pytest.mark.parametrize("options", [
    {"trainer": "logistic"}, {"calibration": "platt"}, {"falling": ["logins"]}, {"evaluation": "holdout", "holdout": 0.3},
    {"exclude": ["plan"]}, {"metrics": ["logins"]}, {"parameters": {"pairs": 0}}, {"cost_missed": 20.0, "capacity": 10},
])
def test_options_are_taken(config: csuccess.Config, options: dict[str, Any]) -> None:
    model, report = csuccess.train(config, history(500), outcome="left", **options)
    assert model.kind == ("logistic" if "trainer" in options else "additive")
    assert "plan" not in model.metrics or "exclude" not in options
    assert report["rows"]["given"] == 500


def test_a_parent_is_updated(config: csuccess.Config) -> None:
    first = csuccess.train(config, history(600), outcome="left").model
    second = csuccess.train(config, history(700), outcome="left", parent=first, update="recalibrate").model
    assert second.parent == first.digest


def test_dated_rows(config: csuccess.Config) -> None:
    with Samples(config, horizon=timedelta(days=90), gap="P7D") as samples:
        for i, row in enumerate(history(900)):
            leaves = row.pop("left")
            for month in range(2):
                as_of = START + 30 * month * DAY
                samples.add(row, Sample(as_of=as_of, outcome_at=START + (45 + i % 20) * DAY if leaves else None))
        samples.add({"customer_id": "late", "logins": 1}, Sample(as_of=START + 400 * DAY))
        totals = samples.totals
        assert totals.rows == 1801 and totals.censored == 1
        model, report = samples.train(seed=1)
        assert model.dated
        assert samples.backtest(gaps=[timedelta(0), 30 * DAY], threshold=0.4)
        with pytest.raises(csuccess.InvalidError):
            samples.add({"logins": 1}, Sample(outcome=True))


def test_tables_are_the_rows_that_they_hold(config: csuccess.Config) -> None:
    pa = pytest.importorskip("pyarrow")
    rows = history(800)
    table = pa.Table.from_batches(pa.Table.from_pylist(rows).to_batches(max_chunksize=300))
    names = [row["customer_id"] for row in rows]
    with Samples(config, outcome="left") as one, Samples(config, outcome="left") as other:
        one.add_table(table, customers=names)
        for row in rows:
            other.add(row)
        assert one.totals == other.totals
        assert one.train().model == other.train().model
    assert csuccess.train(config, table, outcome="left").report["rows"]["given"] == 800
    with Samples(config) as given:
        given.add_table(table.drop_columns(["left"]), [Sample(outcome=row["left"]) for row in rows], customers=names)
        assert given.totals.events == sum(row["left"] for row in rows)
        with pytest.raises(ValueError, match="1 samples"):
            given.add_columns(csuccess.Columns(config, 2), [Sample()])


def test_health_is_backtested_and_tuned(config: csuccess.Config) -> None:
    rows = history(1500)
    assert csuccess.backtest(config, rows, outcome="left", bands=["critical"])
    patch, report = csuccess.tune(config, rows, outcome="left", most=0.2, profile="default")
    weights = patch["health"]["profiles"]["default"]["score"]["of"] if "score" in str(patch) else patch
    assert report and weights
    assert csuccess.tune(config, history(400), outcome="left", what="trainer", grid={"pairs": [0, 5]}).report


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ZeroDivisionError()])
def test_progress_is_told_and_what_it_raises_stops(config: csuccess.Config, error: BaseException) -> None:
    seen: list[tuple[int, int]] = []

    def watch(done: int, total: int) -> None:
        seen.append((done, total))

    def fail(done: int, total: int) -> None:
        raise error

    rows = history(400)
    csuccess.train(config, rows, outcome="left", progress=watch)
    assert len(seen) > 3 and all(0 <= done <= total for done, total in seen)
    for learn in (csuccess.train, csuccess.tune):
        with pytest.raises(type(error)) as caught:
            learn(config, rows, outcome="left", progress=fail)
        assert caught.value is error
    with pytest.raises(csuccess.CancelledError):
        csuccess.train(config, rows, outcome="left", progress=lambda done, total: True)


@pytest.mark.parametrize("options, kind", [
    ({"outcome": "lef"}, csuccess.UnknownNameError), ({"outcome": "left", "metrics": ["nobody"]}, csuccess.UnknownNameError),
    ({"outcome": "left", "metrics": ["left"]}, csuccess.DataError), ({"outcome": "left &&"}, csuccess.ExpressionError),
    ({"outcome": "left", "trainer": "magic"}, ValueError), ({"outcome": "left", "folds": 1000}, csuccess.InvalidError),
    ({"outcome": "left", "min_rows": 5000}, csuccess.DataError), ({"outcome": "left", "nonsense": 1}, TypeError),
    ({"outcome": "left", "rising": ["nobody"]}, csuccess.UnknownNameError), ({"outcome": "left", "horizon": "soon"}, csuccess.InvalidError),
])
def test_what_is_refused(config: csuccess.Config, options: dict[str, Any], kind: type[Exception]) -> None:
    with pytest.raises(kind):
        csuccess.train(config, history(300), **options)
