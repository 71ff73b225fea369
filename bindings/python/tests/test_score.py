# SPDX-License-Identifier: Apache-2.0
"""Scoring one customer: the project's vectors, reasons, differences, hosts, segments, selections, roll-ups, threads."""
from __future__ import annotations

import gc
import os
import pickle
import threading
import timeit
from datetime import datetime, timezone
from typing import Any

import pytest
import scoring

import csuccess
from csuccess._ffi import lib

NOW = scoring.NOW
CHURN = ("probability", "level", "lifetime_value", "value_at_risk", "prevention_cost", "recommended", "urgency", "actions", "factors")


def close(got: Any, want: Any) -> bool:
    if want is None or isinstance(want, (bool, str)):
        return got == want and isinstance(got, bool) == isinstance(want, bool)
    if isinstance(want, (int, float)):
        return isinstance(got, (int, float)) and not isinstance(got, bool) and abs(got - want) <= 1e-9
    if isinstance(want, dict):
        return isinstance(got, dict) and set(got) == set(want) and all(close(got[k], want[k]) for k in want)
    return isinstance(got, list) and len(got) == len(want) and all(map(close, got, want))


def flat(score: csuccess.Score) -> dict[str, Any]:
    """A score in the shape of the vectors."""
    health, churn = score.json["health"], score.churn or {}
    return {"customer_id": score.json["customer_id"], "raw": score.raw, "score": score.value, "status": score.status,
            "trend": score.trend, "profile": score.profile, "modifiers": health["modifiers"],
            "components": {name: part["score"] for name, part in health["components"].items()},
            "risk_factors": [factor["type"] for factor in churn["risk_factors"]], **{key: churn[key] for key in CHURN}}


@pytest.mark.parametrize("preset", scoring.PRESETS)
def test_vectors(preset: str) -> None:
    config = scoring.preset(preset)
    customers, expected = scoring.lines(f"{preset}.customers.jsonl"), scoring.lines(f"{preset}.expected.jsonl")
    assert len(customers) == len(expected) >= 50
    for row, want in zip(customers, expected):
        got = flat(config.score(row, scoring.NOW_TEXT))
        assert [key for key in want if not close(got[key], want[key])] == [], want["customer_id"]


@pytest.mark.parametrize("preset", scoring.PRESETS)
def test_a_run_is_what_explaining_says(preset: str) -> None:
    config = scoring.preset(preset)
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config)
    for row in scoring.lines(f"{preset}.customers.jsonl"):
        facts.read_json(row)
        explained = scorer.explain(facts, NOW)
        assert scorer.run(facts, NOW) == explained == scorer.run(row, NOW)
        health = explained.json["health"]
        assert (explained.value, explained.status, explained.completeness) == (health["score"], health["status"], health["completeness"])
        if explained.raw is not None and explained.explanation is not None:
            assert abs(sum(r.contribution for r in explained.explanation if r.parent is None) - explained.raw) < 1e-9


def test_what_there_is_not_is_none() -> None:
    score = scoring.preset().score({}, NOW)
    assert (score.value, score.raw, score.status, score.trend, score.previous, score.change) == (None,) * 6
    assert score.completeness == 0 and score.explanation is not None
    assert score.why().startswith("no score")


def test_flags_and_review() -> None:
    config = scoring.small()
    with csuccess.Scorer(config) as scorer:
        scorer.override(status="critical", reason="they told us", expires_at=NOW + 1000, by="ada")
        held = scorer.run({"logins": 10, "nps": 10}, NOW)
        assert (held.status, held.overridden, held.churned) == ("critical", True, False)
        assert scorer.run({"logins": 10, "nps": 10}, NOW + 1000).status == "healthy"
        scorer.override(score=20.0, reason="r", expires_at=datetime(2030, 1, 1, tzinfo=timezone.utc))
        assert scorer.run({"logins": 10}, NOW).raw == 20
        scorer.end_override()
        assert scorer.run({"logins": 10}, NOW).raw == 100
        with pytest.raises(csuccess.UnknownNameError):
            scorer.override(status="none such", reason="r", expires_at=NOW)
        with pytest.raises(csuccess.InvalidError):
            scorer.override(reason="", score=1, expires_at=NOW)


def test_why_says_each_part() -> None:
    score = scoring.small().score({"logins": 5, "paying": False}, NOW)
    assert score.why().splitlines() == ["25, critical", "  usage 50.0 (is 5) +50.00", "  voice +0.00 (missing: never_set)", "  leaving -25.00"]
    rows = score.explanation
    assert rows is not None and [r.kind for r in rows] == ["metric", "metric", "modifier"]
    assert (rows[0].value, rows[0].number, rows[1].absence, rows[-1].points) == (5, 5, "never_set", 25)
    assert [row.id for row in rows] == ["usage", "voice", "leaving"] and len(rows[1:]) == 2


def test_a_score_without_reasons_says_how_to_have_them() -> None:
    config = scoring.small()
    score = csuccess.Scorer(config).run({"logins": 1}, NOW)
    with pytest.raises(ValueError, match="explain"):
        score.why()
    kept = pickle.loads(pickle.dumps(config.score({"logins": 1}, NOW)))
    assert kept == config.score({"logins": 1}, NOW)


def test_reasons_asked_for_later_are_those_of_that_row_and_time() -> None:
    config = scoring.small()
    row = {"logins": 5}
    score = config.score(row, NOW)
    row["logins"] = 9
    config.score(row, NOW)
    assert score.json["at"] == scoring.NOW_TEXT and score.json["health"]["raw"] == score.raw == 50


def test_what_changed() -> None:
    config = scoring.small()
    before, after = (config.score({"logins": n, "nps": 5}, NOW).explanation for n in (5, 8))
    assert before is not None and after is not None
    changed = after.difference(before)
    assert changed.total == pytest.approx(22.5) and [cause.id for cause in changed] == ["usage"]
    assert (changed[0].kind, changed[0].value_before, changed[0].value_after) == ("metric", 5, 8)
    assert list(before.difference(before)) == [] and before.difference(before).total == 0
    unknown = config.score({}, NOW).explanation
    assert unknown is not None
    with pytest.raises(csuccess.MissingError):
        unknown.difference(before)


def test_without_health_there_is_no_score_and_no_error() -> None:
    config = csuccess.Config(scoring.PLAIN)
    score = config.score({"logins": 1}, NOW)
    assert score.value is None and score.explanation is None and score.json["health"] is None
    with pytest.raises(csuccess.InvalidError):
        csuccess.Scorer(config).run({"logins": 1}, NOW)


def test_expressions() -> None:
    scorer = csuccess.Scorer(scoring.small())
    assert scorer.eval({"logins": 5}, "logins * 2", NOW) == (10, ())
    left = scorer.eval({}, "logins + nps", NOW)
    assert not left.decided and set(left.open) <= {"logins", "nps"} and left.open
    for text, kind in (("login + 1", csuccess.UnknownNameError), ("1 +", csuccess.ExpressionError), ("'a' + 1", csuccess.ValueTypeError)):
        with pytest.raises(kind):
            scorer.eval({}, text, NOW)


def test_segments_and_memberships() -> None:
    config = scoring.small()
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config, {"logins": 1})
    assert scorer.segments(facts, NOW) == (("quiet",), ("large",))
    with csuccess.Membership(config) as kept:
        assert kept.segments == ((), ())
        assert scorer.membership(facts, kept, now=NOW).members == ("quiet",)
        facts["logins"], facts["arr"] = 5, 5000
        assert scorer.membership(facts, kept, ["logins", config.slot("arr")], NOW) == (("large",), ())
        assert kept.segments.members == ("large",)
        with pytest.raises(csuccess.UnknownNameError):
            scorer.membership(facts, kept, ["login"], NOW)


def test_a_model_of_the_hosts() -> None:
    config = scoring.hosted()
    asked: list[Any] = []

    def predict(batch: Any) -> list[Any]:
        asked.append(batch)
        return [(0.9, 0.5) if row[1] == "team" else None for row in batch.rows]

    with csuccess.Scorer(config) as scorer:
        scorer.set_model(predict)
        told = scorer.predict({"logins": 5, "plan": "team", "paying": True}, NOW)
        assert (told.probability, told.confidence, told.source, told.level, told.degraded) == (0.9, 0.5, "host", "high", False)
        assert asked[0].names == ("logins", "plan", "paying") and asked[0].rows == [[5.0, "team", 1.0]]
        other = scorer.predict({"logins": 5, "plan": "free"}, NOW)
        assert asked[1].rows == [[5.0, "free", None]]
        assert (other.probability, other.source, other.degraded) == (0.25, "scorecard", True) and other.because
        table = csuccess.Columns(config, 3).bind_all({"logins": [1, 2, 9], "plan": ["team", "free", None]})
        columns = scorer.score_columns(table, NOW)
        assert list(columns.probability) == [0.9, 0.75, 0.25] and columns.sources() == ["host", "scorecard", "scorecard"]
        scorer.set_model(None)
        assert scorer.predict({"logins": 5}, NOW).source == "scorecard"
    with pytest.raises(csuccess.InvalidError):
        csuccess.Scorer(scoring.small()).set_model(predict)


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), SystemExit(2), csuccess.DataError("x")])
def test_what_a_callback_raises_is_raised_as_itself(error: BaseException) -> None:
    def fail(*given: Any) -> Any:
        raise error

    def rows() -> Any:
        yield {"logins": 1}
        raise error

    scorer = csuccess.Scorer(scoring.hosted())
    scorer.set_model(fail)
    for call in (
        lambda: scorer.predict({"logins": 1}, NOW), lambda: scorer.explain({"logins": 1}, NOW),
        lambda: scorer.score_columns(csuccess.Columns(scorer.config, 2), NOW),
    ):
        with pytest.raises(type(error)) as caught:
            call()
        assert caught.value is error
    scorer.set_model(None)
    scorer.set_log(fail)
    with pytest.raises(type(error)):
        scorer.predict({"logins": 1}, NOW)
    scorer.set_log(None)
    with pytest.raises(type(error)):
        scorer.pull(fail, "acme", NOW)
    with pytest.raises(type(error)):
        scorer.select(rows(), "logins > 0", NOW)
    assert scorer.run({"logins": 10}, NOW).value == 100


@pytest.mark.parametrize("answer", [[], [2.0], ["x"], [float("nan")], 5, None])
def test_answers_that_cannot_be(answer: Any) -> None:
    scorer = csuccess.Scorer(scoring.hosted())
    scorer.set_model(lambda batch: answer)
    if answer in ([2.0],) or answer and isinstance(answer, list) and answer[0] != answer[0]:
        assert scorer.predict({"logins": 1}, NOW).source == "scorecard"  # no probability: the row has failed
    else:
        with pytest.raises((TypeError, ValueError)):
            scorer.predict({"logins": 1}, NOW)


def test_a_callback_that_calls_back_is_told_that_it_is_busy() -> None:
    scorer = csuccess.Scorer(scoring.hosted())
    scorer.set_model(lambda batch: [scorer.run({"logins": 1}, NOW).value])
    with pytest.raises(csuccess.BusyError):
        scorer.predict({"logins": 1}, NOW)
    scorer.set_model(lambda batch: [scorer.close()])  # type: ignore[func-returns-value]
    with pytest.raises(csuccess.BusyError):
        scorer.predict({"logins": 1}, NOW)


def test_predictions_are_logged() -> None:
    scorer, seen = csuccess.Scorer(scoring.hosted()), list[csuccess.Prediction]()
    scorer.set_log(seen.extend)
    given = scorer.predict({"customer_id": "acme", "logins": 1}, NOW)
    assert seen == [given] and given.customer == "acme" and given.at == datetime(2026, 1, 31, tzinfo=timezone.utc)
    scorer.score_columns(csuccess.Columns(scorer.config, 3), NOW)
    assert [p.row for p in seen[1:]] == [0, 1, 2]


def test_customers_are_pulled_and_selected() -> None:
    config = scoring.small()
    scorer = csuccess.Scorer(config)
    base: dict[str, dict[str, Any]] = {"a": {"customer_id": "a", "logins": 8}, "b": {"customer_id": "b", "logins": 2}, "c": {"customer_id": "c", "logins": 1}, "d": {"customer_id": "d"}}
    assert scorer.pull(base.get, "b", NOW).json["customer_id"] == "b"
    with pytest.raises(csuccess.UnknownNameError):
        scorer.pull(base.get, "z", NOW)
    with pytest.raises(csuccess.UnknownNameError, match="login"):
        scorer.pull(lambda name: {"login": 1}, "a", NOW)
    found = scorer.select(base.values(), {"logins": {"lt": 5}}, NOW)
    assert [(s.customer, s.score, s.position) for s in found] == [("c", 10, 2), ("b", 20, 1)]
    assert (found.totals.customers, found.totals.members, found.totals.undecided) == (4, 2, 1)
    assert [s.customer for s in scorer.select(base.values(), "logins < 5", NOW, most=1)] == ["c"]
    with pytest.raises(csuccess.UnknownNameError):
        scorer.select(base.values(), "login < 5", NOW)


def test_roll_up_and_trajectory() -> None:
    config = scoring.small()
    scorer = csuccess.Scorer(config)
    with csuccess.Rollup(config) as rollup:
        for logins, arr in ((10, 100), (2, 300)):
            rollup.add(scorer.run({"logins": logins, "arr": arr}, NOW), input_at=NOW)
        rollup.add(None)
        result = rollup.finish()
        assert result.score == pytest.approx(40) and (result.members, result.missing) == (3, 1)
        with pytest.raises(csuccess.InvalidError):
            rollup.add(5.0, weight=1)
    with pytest.raises(csuccess.InvalidError):
        csuccess.Rollup(scoring.preset())
    day = 86_400_000
    line = csuccess.trajectory([(NOW - day * i, 50.0 + i) for i in range(10)], NOW + 10 * day)
    assert line is not None and line.slope == pytest.approx(-1) and line.score == pytest.approx(40)
    assert csuccess.trajectory([(NOW, 1.0)], NOW) is None
    with pytest.raises(csuccess.InvalidError):
        csuccess.trajectory([(NOW, 1.0)], NOW, confidence=0.5)


def test_the_clock_is_asked_when_no_time_is_given() -> None:
    before = datetime.now(timezone.utc)
    at = scoring.small().score({"logins": 1}).json["at"]
    assert abs((datetime.fromisoformat(at.replace("Z", "+00:00")) - before).total_seconds()) < 60
    with pytest.raises(ValueError, match="zone"):
        scoring.small().score({"logins": 1}, datetime(2026, 1, 1))


def test_one_configuration_in_four_threads() -> None:
    config = scoring.preset()
    rows = scoring.lines("enterprise.customers.jsonl")
    want = [config.score(row, NOW) for row in rows]
    got: dict[int, list[Any]] = {}

    def work(number: int) -> None:
        got[number] = [config.score(row, NOW) for row in rows for _ in range(3)][::3]

    threads = [threading.Thread(target=work, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(got[i] == want for i in range(4))


def test_two_threads_on_one_scorer_are_told_and_never_wait() -> None:
    config = scoring.preset()
    scorer, other = csuccess.Scorer(config), csuccess.Facts(config, {"logins_30d": 3})
    facts = [csuccess.Facts(config, row) for row in scoring.lines("enterprise.customers.jsonl")[:2]]
    want = [scorer.run(f, NOW) for f in facts]
    wrong: list[Any] = []

    def work(number: int) -> None:
        for _ in range(4000):
            try:
                if scorer.run(facts[number], NOW) != want[number]:
                    wrong.append(number)
                scorer.run(other, NOW)
            except csuccess.BusyError:
                pass
            except BaseException as error:
                wrong.append(error)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_closing_while_a_thread_scores_is_refused_or_takes_its_turn() -> None:
    config = scoring.preset()
    for _ in range(50):
        scorer, wrong = csuccess.Scorer(config), []

        def work() -> None:
            for _ in range(200):
                try:
                    scorer.run({"logins_30d": 3}, NOW)
                except (csuccess.BusyError, csuccess.ClosedError):
                    pass
                except BaseException as error:
                    wrong.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        while thread.is_alive() and not scorer.closed:
            try:
                scorer.close()
            except csuccess.BusyError:
                pass
        thread.join()
        assert wrong == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_child_scores_and_exits() -> None:
    config = scoring.preset()
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config, {"logins_30d": 12})
    want = scorer.run(facts, NOW)
    child = os.fork()
    if child == 0:
        same = scorer.run(facts, NOW) == want == config.score({"logins_30d": 12}, NOW)
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.memory
@pytest.mark.memory
def test_nothing_leaks_over_many_loops() -> None:
    config = scoring.preset()
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config)
    hosted = csuccess.Scorer(scoring.hosted())
    hosted.set_model(lambda batch: [None])

    def loop(count: int) -> None:
        for i in range(count):
            facts["logins_30d"] = i % 60
            scorer.run(facts, NOW)
            if i % 4 == 0:
                config.score({"logins_30d": i % 60}, NOW)
            if i % 50 == 0:
                scorer.explain(facts, NOW).why()
                hosted.predict({"logins": i}, NOW)
                csuccess.Scorer(config).close()
                with pytest.raises(csuccess.RangeError):
                    facts["nps_score"] = 99
                facts.clear()
            if i % 1000 == 0:
                csuccess.Config({"csuccess": 1, "extends": "enterprise"}).score({"logins_30d": 1}, NOW)

    loop(5000)
    gc.collect()
    before = scoring.used()
    loop(100_000)
    gc.collect()
    assert scoring.used() - before < 4096


@pytest.mark.timing
@pytest.mark.timing
def test_a_call_costs_little_more_than_an_empty_one() -> None:
    config = scoring.preset()
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config, scoring.lines("enterprise.customers.jsonl")[0])

    def empty() -> Any:
        return lib.csuccess_abi()

    def best(call: Any) -> float:
        return min(timeit.repeat(call, number=2000, repeat=15))

    assert best(lambda: scorer.run(facts, NOW)) < 60 * best(empty)  # 25 where nothing else runs: see tests/bindings
