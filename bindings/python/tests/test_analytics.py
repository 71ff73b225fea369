# SPDX-License-Identifier: Apache-2.0
"""Analytics beside what lifelines, SciPy, statsmodels, scikit-learn and River came to (tests/data), and published
figures."""
from __future__ import annotations

import csv
import math
from array import array

import pytest
from oracles import DATA, near, rows

import csuccess
from csuccess import analytics as an

START = 1767225600000  # 2026-01-01T00:00:00Z
DAY = 86_400_000


def day(n: float) -> int:
    return START + int(n * DAY)


# ---- Survival ----

def waltons() -> dict[str, an.Survival]:
    groups: dict[str, an.Survival] = {}
    with (DATA / "survival/waltons_dataset.csv").open() as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["group"], an.Survival()).add([float(row["T"])], [row["E"] == "1"])
    return groups


def test_waltons_medians_and_log_rank_are_as_published() -> None:
    groups = waltons()
    control, mir = groups["control"], groups["miR-137"]
    everybody = control + mir
    assert everybody.customers == 163
    assert (everybody.median.median, control.median.median, mir.median.median) == (56, 58, 26)
    test = an.log_rank(control, mir)
    assert test is not None and test.df == 1 and abs(test.chi_square - 122.249125573) < 5e-10


def test_the_remission_of_leukemia_is_as_freireich_has_it() -> None:
    """Freireich et al. 1963, 6-MP: the table of every textbook."""
    s = an.Survival([6, 6, 6, 7, 10, 13, 16, 22, 23, 6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], [1] * 9 + [0] * 12)
    assert [round(p.survival, 3) for p in s] == [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert (s.customers, s.left, s.median.median, s.median.high) == (21, 9, 23, None)
    assert s.at(36) is None
    first = s.at(0)
    assert first is not None and first.survival == 1 and first.low is None


def test_curves_are_those_of_lifelines() -> None:
    groups: list[an.Survival] = []
    seen = 0
    for kind, _, f in rows("survival.tsv", "gsml"):
        seen += 1
        if kind == "g":
            groups.append(an.Survival(array("d", f[::2]), [left > 0.5 for left in f[1::2]]))
        elif kind == "s":
            p = groups[-1].at(f[0])
            assert p is not None
            assert (p.time, p.at_risk, p.left) == (f[0], f[1], f[2])
            assert near(p.survival, f[3], 1e-12) and near(p.hazard, f[6], 1e-12) and near(p.hazard_deviation, f[7],
                                                                                          1e-12)
            assert near(p.low, f[4], 1e-10) and near(p.high, f[5], 1e-10)
        elif kind == "m":
            m = groups[-1].median
            assert near(m.median, f[0], 1e-10) and near(m.low, f[1], 1e-10) and near(m.high, f[2], 1e-10)
        else:
            test = an.log_rank(*groups)
            if test is not None and test.df == f[1]:
                assert near(test.chi_square, f[0], 1e-9 * (1 + f[0])) and near(test.p, f[2], 1e-10)
            groups = []
    assert seen > 700


def test_durations_that_cannot_be_are_refused_and_none_added() -> None:
    s = an.Survival()
    with pytest.raises(csuccess.RangeError):
        s.add([3, -1], [1, 1])
    with pytest.raises(ValueError):
        s.add([3], [1, 1])
    assert s.customers == 0 and list(s) == []
    with pytest.raises(ValueError):
        an.log_rank(s, s)


def test_a_contract_is_worth_a_geometric_series() -> None:
    """margin × Σ ((1 - churn) / (1 + discount))^t, in closed form."""
    got = an.lifetime_value(margin=100, churn=0.1, discount=0.01, periods=24)
    ratio = 0.9 / 1.01
    assert got.periods == 24
    assert abs(got.value - 100 * (1 - ratio ** 24) / (1 - ratio)) < 1e-9
    assert abs(got.expected - (1 - 0.9 ** 24) / 0.1) < 1e-9
    curve = an.Survival([1, 2, 3, 4], [1, 1, 1, 1])
    assert an.lifetime_value(margin=1, periods=9, survival=curve, period=1).expected == 1 + 0.75 + 0.5 + 0.25
    with pytest.raises(csuccess.MissingError):
        an.lifetime_value(margin=1, periods=9, survival=curve, period=1, tenure=99)


# ---- Tracking ----

def test_tracking_is_that_of_scikit_learn() -> None:
    t = an.Tracking()
    cases = 0
    for kind, _, f in rows("tracking.tsv"):
        if kind == "p":
            f = f[1:]
            level = "critical" if f[0] >= 0.8 else "high" if f[0] >= 0.5 else "low"
            t.add(day(f[1]), 30, f[0], calibrated=True, level=level, model="sha256:aa",
                  actions=["call"] if f[0] >= 0.5 else [],
                  churned_at=None if math.isnan(f[2]) else day(f[2]), observed_until=day(f[3]), acted=f[4] > 0)
        elif kind == "f":
            cases += 1
            got = t.figures
            assert (got.pending, got.left_out, got.matured) == (f[1], f[2], f[3])
            for name, want in zip(("accuracy", "precision", "recall", "false_positive_rate"), f[4:8]):
                assert near(t.rate(name).value, want, 1e-12)
            assert near(got.f1, f[8], 1e-12) and got.calibration_basis == "left_alone"
            for figure, want in zip((got.brier, got.log_loss, got.ece, got.lead_mean_days), f[9:13]):
                assert near(figure, want, 1e-9)
            assert got.lead_median_days == f[13]
            assert [g.name for g in t.groups("level")] == ["critical", "high", "low"]
            assert sum(b.rows for b in t.calibration) == got.calibration_rows
            both = t + t
            assert both.figures.matured == 2 * got.matured and both.figures.predictions == 2 * got.predictions
            t = an.Tracking()
    assert cases == 8


def test_wilson_s_interval_is_the_rate_s() -> None:
    """Wilson 1927 at 8 of 10: 0.4902 to 0.9433 (Brown, Cai, DasGupta 2001)."""
    t = an.Tracking(threshold=0.5)
    for i in range(10):
        t.add(day(0), 30, 0.9, churned_at=day(5) if i < 8 else None, observed_until=day(99))
    rate = t.rate("precision")
    assert (rate.hits, rate.of, rate.value) == (8, 10, 0.8)
    assert abs(rate.low - 0.4902) < 5e-5 and abs(rate.high - 0.9433) < 5e-5
    assert t.rate("false_positive_rate").value == 1
    assert an.Tracking().rate("recall").value is None and an.Tracking().figures.brier is None
    assert t.advice.advice == "too_few"
    assert [x.name for x in t.targets("customer-success")] == ["churn_accuracy"]
    assert t.target("customer-success", 0, 0.5).met is True
    with pytest.raises(csuccess.UnknownNameError):
        t.targets("customer_success")
    with pytest.raises(ValueError, match="precision"):
        t.rate("precison")


def test_a_record_says_where_it_is_wrong() -> None:
    t = an.Tracking()
    t.add_json({"at": "2026-01-01T00:00:00Z", "horizon": "P30D", "probability": 0.7,
                "outcome": {"churned_at": "2026-01-09T00:00:00Z"}})
    assert t.figures.true_alarms == 1
    with pytest.raises(csuccess.UnknownNameError) as caught:
        t.add_json('{"at": "2026-01-01T00:00:00Z", "horizon": "P30D",\n "probabilty": 0.7}')
    assert caught.value.line == 2


# ---- Patterns ----

def compared(stayed: int, left: int, items: list[list[float]], correction: str) -> an.Patterns:
    p = an.Patterns(30, 180, correction=correction, least=20)
    for gone, count in ((0, stayed), (1, left)):
        for k in range(count):
            names = [(f"i{i:02}", START) for i, f in enumerate(items) if k < f[1 + gone]]
            p.add(START, names, left_at=day(200) if gone else None, observed_until=day(400))
    return p.finish()


def test_p_values_are_those_of_scipy() -> None:
    cases: list[tuple[int, int, list[list[float]]]] = []
    for kind, _, f in rows("patterns.tsv"):
        if kind == "c":
            cases.append((int(f[1]), int(f[2]) if len(f) > 2 else 0, []))
        elif kind == "i":
            cases[-1][2].append(f[1:])
    assert len(cases) == 4
    for stayed, left, items in cases[:2]:
        for correction, column in (("benjamini_hochberg", 4), ("holm", 5)):
            p = compared(stayed, left, items, correction)
            found = {x.name: x for x in p}
            assert len(found) == p.totals.compared == len(p)
            for i, f in enumerate(items):
                got = found.get(f"i{i:02}")
                if math.isnan(f[3]):
                    assert got is None
                    continue
                assert got is not None
                assert (got.stayed_with, got.left_with) == (f[1], f[2])
                assert near(got.p, f[3], 1e-9 * f[3]) and near(got.corrected, f[column], 1e-9)
                assert got.significant == (got.corrected <= 0.05)


def test_a_finished_comparison_is_a_list() -> None:
    p = compared(60, 40, [[0.0, 50, 10], [0.0, 30, 20]], "holm")
    assert p[0].name == p[:1][0].name == "i00" and p[-1].name == "i01" and p[0].test == "fisher"
    with pytest.raises(IndexError):
        p[2]
    with pytest.raises(csuccess.InvalidError):
        p.add(START)
    with pytest.raises(csuccess.DataError):
        an.Patterns(30, 180).finish()


# ---- Priorities ----

def test_the_order_of_priorities_is_by_what_is_known() -> None:
    p = an.Priorities(capacity=2)
    p.add("unvalued", 0.9)
    p.add("risk", 0.5, value=1000)
    p.add("loses", 0.9, value=1000, uplift=0.05, cost=100)
    p.add("gains", 0.4, value=1000, uplift=0.2, cost=50)
    other = an.Priorities(capacity=2)
    other.add("gains more", 0.4, value=10000, uplift=0.1, cost=50)
    p += other
    order = list(p.finish())
    assert [x.customer for x in order] == ["gains more", "gains", "risk", "unvalued", "loses"]
    assert [x.amount for x in order] == [950, 150, 500, 0.9, -50]
    assert [x.basis for x in order] == ["uplift", "uplift", "risk", "unvalued", "uplift"]
    assert [x.within for x in order] == [True, True, False, False, False]
    assert (order[3].value, order[3].uplift, order[3].cost) == (None, None, None)
    assert p.totals.gain == 1100 and p.totals.losing == 1
    with pytest.raises(csuccess.InvalidError):
        p.merge(p)
    with pytest.raises(csuccess.RangeError):
        an.Priorities().add("x", 1.5)


# ---- Forecasts ----

def test_revenue_is_value_times_survival_times_growth() -> None:
    r = an.Revenue(period=30, periods=3)
    r.add(100, probability=0.1, horizon=30, growth=0.01, calibrated=True)
    r.add(200, survival=[0.9, 0.5])
    assert r[0].expected == r[0].now == 300
    got = r.at(2)
    assert abs(got.expected - (100 * 0.9 ** 2 * 1.01 ** 2 + 200 * 0.5)) < 1e-9
    assert abs(got.kept - (81 + 100)) < 1e-9 and abs(got.customers_left - 1.31) < 1e-9
    assert got.uncalibrated == 1 and abs(got.net_retention - got.expected / 300) < 1e-12
    assert abs(r[3].kept - (72.9 + 200 * 0.5 * 0.5 / 0.9)) < 1e-9  # the last hazard goes on
    assert (r + r)[2].expected == pytest.approx(2 * got.expected)
    with pytest.raises(csuccess.InvalidError):
        r.at(4)
    with pytest.raises(csuccess.InvalidError):
        r.merge(an.Revenue(period=30, periods=4))


def test_a_random_walk_takes_as_long_as_kemeny_and_snell_say() -> None:
    """Five corners, the outer two absorb: from the middle half reach either, after 4 moves."""
    s = an.Stages()
    for here in (1, 2, 3):
        for there in (here - 1, here + 1):
            s.add([(str(here), day(0)), (str(there), day(1))])
    assert len(s) == 5 and [x.name for x in s] == list("01234")
    way = s.way("2", "4")
    assert abs(way.probability - 0.5) < 1e-12 and abs(way.steps - 4) < 1e-12 and abs(way.days - 4) < 1e-12
    assert s.way("1", "4").probability == pytest.approx(0.25)
    assert s.move("1", "2").probability == 0.5 and s.move("4", "3").of == 0
    assert s["3"].mean_days == 1
    assert (s + s)["3"].left == 4
    with pytest.raises(csuccess.UnknownNameError):
        s.way("2", "5")
    with pytest.raises(KeyError):
        s["5"]


# ---- Signals ----

def test_a_season_is_a_mean_among_means() -> None:
    s = an.Season("month", least=1)
    times = [f"2025-{month:02}-15T00:00:00Z" for month in range(1, 13)]
    for i, at in enumerate(times):
        s.add("logins", at, 60 if i == 11 else 100)
    level = s.at("logins", "2026-12-01T00:00:00Z")
    assert level is not None and (level.season, level.mean) == (12, 60)
    assert level.usual == pytest.approx(1160 / 12) and level.factor == pytest.approx(60 / (1160 / 12))
    assert s.at("log-ins", "2026-12-01T00:00:00Z") is None
    halves = [an.Season("month", least=1), an.Season("month", least=1)]
    for i, at in enumerate(times):
        halves[i % 2].add("logins", at, 60 if i == 11 else 100)
    assert (halves[0] + halves[1]).at("logins", "2026-12-01T00:00:00Z") == level


def test_a_decline_is_the_change_of_the_mean() -> None:
    now = day(120)
    halved = an.Indicators(now)
    halved.add("logins", [10.0 if d <= 90 else 5.0 for d in range(121)], [day(d) for d in range(121)], kind="usage")
    decline = next(s for s in halved.finish() if s.type == "decline")
    assert (decline.before, decline.after, decline.relative, decline.magnitude) == (10, 5, -0.5, 0.5)
    assert decline.series == "logins" and decline.kind == "usage" and decline.compare == "previous"
    assert decline.since is not None and decline.points_after == 30
    calm = an.Indicators(now)
    calm.add("logins", array("d", [10.0] * 120), [day(d) for d in range(120)])
    assert len(calm.finish()) == 0 and calm.totals.series == 1
    w = an.Warnings(band=0.6)
    w.add("halved", halved, 0.2)
    w.add("calm", calm, 0.1)
    w.add("halved, and known", halved, 0.7)
    w.add("nobody knows", halved)
    order = list(w.finish())
    assert [x.customer for x in order] == ["halved", "nobody knows"] and order[1].probability is None
    assert w.totals.at_risk == 1 and w.totals.quiet == 1 and w.totals.unknown == 1
    assert w.signals(0) == list(halved)
    halved.clear()
    assert len(halved) == 0


def test_indicators_outlive_their_season() -> None:
    season = an.Season("month", least=1)
    for month in range(1, 13):
        season.add("logins", f"2025-{month:02}-15T00:00:00Z", 60 if month == 12 else 100)
    seen = an.Indicators("2025-12-31T00:00:00Z", compare="season", season=season)
    season.close()
    seen.add("logins", [100.0] * 60, [f"2025-{10 + i // 30}-{1 + i % 30:02}T00:00:00Z" for i in range(60)])
    assert seen.finish().totals.series == 1
    with pytest.raises(csuccess.InvalidError):
        an.Indicators(day(0), compare="season")


# ---- Drift ----

def test_detectors_are_those_of_river() -> None:
    stream: list[float] = []
    adwin = an.Detector()
    hinkley = an.Detector("page_hinkley", limit=8)
    seen = told = asked = 0
    for kind, _, f in rows("drift.tsv"):
        if kind == "w":
            stream, seen, told = f[1:], 0, 0
            adwin, hinkley = an.Detector(), an.Detector("page_hinkley", limit=8)
        elif kind == "a":
            while seen < f[0]:
                adwin.add(stream[seen])
                seen += 1
            count, mean = adwin.window
            assert count == f[1] and abs(mean - f[2]) < 1e-12
            asked += 1
        elif kind == "r":
            verdict = "stable"
            while told < f[0]:
                assert verdict != "drift"
                verdict = hinkley.add(stream[told])
                told += 1
            assert (verdict == "drift") == (f[1] > 0.5)
    assert asked > 100
    with pytest.raises(csuccess.RangeError):
        an.Detector().add(1.5)


def test_distances_of_samples_are_those_of_scipy() -> None:
    samples = 0
    for kind, _, f in rows("drift.tsv"):
        if kind == "s":
            n, m = int(f[0]), int(f[1])
            got = an.compare(f[2:2 + n], f[2 + n:2 + n + m])
            assert near(got.ks, f[-2], 1e-12) and near(got.ks_p, f[-1], 1e-10)
            samples += 1
    assert samples == 40
    nothing = an.compare([], [])
    assert (nothing.psi, nothing.ks, nothing.verdict) == (None, None, None)
    # Two bins of a half each, then 0.9 and 0.1: Σ (now - then) ln(now / then)
    got = an.compare([1.0] * 50 + [2.0] * 50, [1.0] * 90 + [2.0] * 10, bins=2)
    assert got.psi == pytest.approx(0.4 * math.log(0.9 / 0.5) + -0.4 * math.log(0.1 / 0.5)) and got.verdict == "drift"
    assert an.compare([1.0, None], [1.0, None]).psi == 0


# ---- Validation ----

def test_figures_are_those_of_scikit_learn() -> None:
    v: an.Validation | None = None
    seen = 0
    for kind, name, f in rows("figures.tsv", "vc"):
        if kind == "d":
            n, weighted = int(f[0]), f[2] > 0.5
            scores, came, weights = f[3:3 + n], f[3 + n:3 + 2 * n], f[3 + 2 * n:]
            v = an.Validation(scores, [y > 0.5 for y in came], weights if weighted else None, probability=f[1] > 0.5)
        elif v is None:
            continue
        elif name == "decision":
            d = v.decision(f[0])
            for got, want in zip((d.accuracy, d.precision, d.recall, d.f1, d.false_positive_rate, d.specificity),
                                 f[1:]):
                assert near(got, want, 1e-9)
            seen += 1
        elif name == "lift":
            assert near(v.lift(f[0]), f[1], 1e-9 * (1 + abs(f[1])))
            seen += 1
        elif name in ("auc", "auc_deviation", "pr_auc", "log_loss", "brier", "ece", "mce", "reliability", "resolution",
                      "uncertainty",
                      "best_f1"):
            assert near(getattr(v.figures, name), f[0], 1e-9)
            seen += 1
        elif name == "decile":
            assert near(v.deciles[int(f[0])].rate, f[1], 1e-9)
            seen += 1
    assert seen > 1000


def test_the_cheapest_threshold_is_found() -> None:
    v = an.Validation([0.1, 0.4, 0.6, 0.9], [0, 0, 1, 1])
    best = v.threshold(false_alarm=1, missed=5)
    assert (best.threshold, best.acted, best.cost) == (0.6, 2, 0)
    assert v.threshold(false_alarm=1, missed=5, capacity=1).threshold == 0.9
    assert v.threshold(false_alarm=1, missed=0).threshold is None
    assert [r.rows for r in v.calibration if r.rows] == [1, 1, 1, 1]
    assert an.Validation([70, 20], [1, 0], probability=False).calibration == []
    assert an.Validation([], []).figures.auc is None and an.Validation([], []).deciles == []
    with pytest.raises(csuccess.RangeError):
        an.Validation([2], [1])
    with pytest.raises(ValueError):
        an.Validation([0.5], [])


def test_an_isotonic_line_pools_what_falls() -> None:
    """Ayer et al. 1955: outcomes 0, 1, 0, 1 in order of score pool to 0, 1/2, 1/2, 1."""
    c = an.Calibrator("isotonic", [0.1, 0.2, 0.3, 0.4], [0, 1, 0, 1])
    assert c.apply([0.1, 0.2, 0.3, 0.4]) == pytest.approx([1e-6, 0.5, 0.5, 1 - 1e-6])
    shifted = an.Calibrator("intercept", [0.5] * 10, [1] * 2 + [0] * 8)
    assert shifted.apply([0.5]) == pytest.approx([0.2])
    assert set(shifted.to_json()) == {"platt"}
    with pytest.raises(csuccess.DataError):
        an.Calibrator("platt", [0.5], [1])
    with pytest.raises(ValueError, match="isotonic"):
        an.Calibrator("plat", [0.5, 0.6], [1, 0])


# ---- What all of them are ----

def test_a_closed_one_says_so_and_words_are_checked() -> None:
    with an.Survival([1], [1]) as s:
        assert s.customers == 1
    assert s.closed
    with pytest.raises(csuccess.ClosedError):
        s.add([1], [1])
    with pytest.raises(csuccess.ClosedError):
        an.Survival().merge(s)
    with pytest.raises(TypeError):
        an.Survival().merge(an.Tracking())  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        an.Survival() + 3  # type: ignore[operator]
    with pytest.raises(ValueError, match="weekday"):
        an.Season("year")
