# SPDX-License-Identifier: Apache-2.0
"""Customers at random through the shipped presets: preset_model.py CSUCCESS PRESET [COUNT] [SEED].

The model below is written from the tables of the presets (weights, points, factors), plainly and one customer at a time; it
shares nothing with the library. A fifth of the fields are missing, many stand on a boundary. Every figure must agree to 1e-9.
"""
import json
import math
import random
import subprocess
import sys
from datetime import datetime, timedelta, timezone


def sum(values):  # noqa: A001
    """Added one by one, as the library does: since 3.12 Python's own compensates."""
    total = 0
    for value in values:
        total += value
    return total

NOW = datetime(2026, 1, 31, tzinfo=timezone.utc)
TOLERANCE = 1e-9


# ---- Arithmetic in which None is missing ----

def calc(f, *xs):
    return None if any(x is None for x in xs) else f(*xs)


def ratio(a, b):
    return None if a is None or b is None or b == 0 else a / b


def clamp(x, lo=0.0, hi=1.0):
    return None if x is None else min(max(x, lo), hi)


def days_since(t):
    return None if t is None else max(0, math.floor((NOW - datetime.fromisoformat(t.replace("Z", "+00:00"))).total_seconds() / 86400))


def rounded(x):
    return math.floor(x * 1e9 + 0.5) / 1e9


def times(x, points):
    return None if x is None else x * points


def flag(x, points):
    return None if x is None else (points if x else 0)


def delays(n):
    return None if n is None else 40 if n <= 0 else 25 if n <= 1 else 10 if n <= 2 else 0


def component(*terms):
    """Terms are (points, most); what is missing is left out and its points are shared in proportion."""
    there = [(p, most) for p, most in terms if p is not None]
    if not there:
        return None
    return sum(p for p, _ in there) * sum(most for _, most in terms) / sum(most for _, most in there)


def weighted(parts):
    there = [(w, s) for w, s in parts.values() if s is not None]
    return sum(w * s for w, s in there) / sum(w for w, _ in there) if there else None


def ladder(x, steps, otherwise, exclusive=False):
    for name, bound in steps:
        if x > bound or (x == bound and not exclusive):
            return name
    return otherwise


def trend(score, before):
    if score is None or before is None:
        return None
    change = rounded(score - before)
    return "stable" if abs(change) <= 5 else "improving" if change > 0 else "declining"


LEVELS = (("critical", 0.8), ("high", 0.6), ("medium", 0.4))


# ---- retention ----

def retention(c):
    g = c.get
    days = days_since(g("last_login"))
    recency = 0 if days is None else 40 if days <= 1 else 30 if days <= 7 else 20 if days <= 14 else 10 if days <= 30 else 0
    adoption = clamp(ratio(g("features_used"), g("total_features"))) or 0
    depth = clamp(ratio(g("actions_per_session"), 20)) or 0
    parts = {
        "product_usage": (0.25, component((recency, 40), (adoption * 30, 30), (depth * 30, 30))),
        "engagement": (0.20, component((times(g("email_open_rate"), 40), 40),
                                       (times(clamp(ratio(g("webinars_attended"), 3)), 30), 30),
                                       (times(clamp(ratio(g("resources_downloaded"), 5)), 30), 30))),
        "support": (0.15, component((calc(lambda n: max(0, 1 - n / 10) * 40, g("tickets_30d")), 40),
                                    (calc(lambda s: (s + 1) / 2 * 30, g("ticket_sentiment")), 30),
                                    (calc(lambda s: (s - 1) / 4 * 30, g("resolution_satisfaction")), 30))),
        "financial": (0.20, component(
            (delays(g("payment_delays")), 40), (times(clamp(ratio(g("contract_value"), 50000)), 30), 30),
            (times(clamp(ratio(g("expansion_revenue"), times(g("contract_value"), 0.2))), 30), 30))),
        "relationship": (0.20, component((times(ratio(g("nps_score"), 10), 40), 40),
                                         (times(g("executive_engagement"), 30), 30), (flag(g("champion_active"), 30), 30)))}
    raw = weighted(parts)
    raw = None if raw is None else rounded(raw)
    risks = [("usage_decline", (g("usage_decline") or 0) > 0.3, 0.35), ("inactive", days is not None and days > 14, 0.30),
             ("negative_sentiment", (g("ticket_sentiment") or 0) < -0.5, 0.20),
             ("payment_issues", (g("payment_delays") or 0) > 0, 0.25), ("champion_risk", bool(g("champion_left")), 0.40)]
    held = sorted([(name, impact) for name, holds, impact in risks if holds], key=lambda r: -r[1])
    stays = 1.0
    for _, impact in held:
        stays *= 1 - impact
    return {"raw": raw, "score": raw, "status": ladder(raw, (("healthy", 75), ("at_risk", 50)), "critical"),
            "trend": trend(raw, g("previous_score")), "components": {k: s for k, (_, s) in parts.items()}, "modifiers": {},
            "probability": 1 - stays, "level": ladder(rounded(1 - stays), LEVELS, "low", exclusive=True),
            "risk_factors": [name for name, _ in held]}


# ---- supplier ----

SUPPLIER_WEIGHTS = {"new_user": (0.25, 0.20, 0.15, 0.15, 0.05, 0.20), "established": (0.20, 0.25, 0.25, 0.15, 0.10, 0.05),
                    "power_user": (0.15, 0.30, 0.30, 0.10, 0.10, 0.05)}
SUPPLIER_ACTIONS = (("declining_health", 0.6, ("success_call", "onboarding_session")),
                    ("low_engagement", 0.5, ("feature_discovery", "setup_consultation")),
                    ("billing_issues", 0.3, ("resolve_billing", "payment_plan")),
                    ("support_dissatisfaction", 0.4, ("dedicated_csm", "priority_support")))


def supplier_factors(c):
    g = c.get
    days = days_since(g("last_login"))
    tickets, satisfaction = g("tickets_30d") or 0, g("ticket_satisfaction")
    total, milestones = g("total_clients") or 0, g("critical_milestones") or 0
    support = 1 if tickets == 0 else 0.3 if satisfaction is None else min(1, max(0.3, satisfaction / 5))
    return {"login_frequency": 0 if days is None else clamp((14 - days) / 14),
            "feature_adoption": clamp((g("features_adopted") or 0) / 8),
            "client_engagement": clamp((g("active_clients_30d") or 0) / total) if total else 0,
            "support_health": support, "billing_health": 1 if g("billing_status") == "active" else 0.2,
            "onboarding": clamp((g("critical_milestones_done") or 0) / milestones) if milestones else 1}


def supplier_churn(c, factors):
    g = c.get
    failed, satisfaction = g("failed_payments_90d") or 0, g("ticket_satisfaction")
    billing = 1 if g("billing_status") != "active" else 0 if failed <= 0 else 0.4 if failed <= 1 else 0.7 if failed <= 2 else 1
    support = 0 if not g("tickets_30d") else 0.5 if satisfaction is None else 1 - satisfaction / 5
    return {"declining_health": clamp(-(g("score_change_30d") or 0) / 40),
            "low_engagement": 1 - (factors["feature_adoption"] + factors["client_engagement"]) / 2, "billing_issues": billing,
            "support_dissatisfaction": support, "competitor_activity": g("competitor_signal") or 0,
            "seasonal": g("seasonal_risk") or 0}


def supplier(c):
    g = c.get
    parts = supplier_factors(c)
    age = g("account_age_days")
    power = parts["feature_adoption"] >= 0.75 and parts["client_engagement"] >= 0.75
    profile = "new_user" if age is not None and age < 30 else "power_user" if power else "established"
    raw = rounded(sum(w * f for w, f in zip(SUPPLIER_WEIGHTS[profile], parts.values())) * 100)
    score = math.floor(raw + 0.5)
    churn = supplier_churn(c, parts)
    p = sum(w * f for w, f in zip((0.25, 0.20, 0.20, 0.15, 0.10, 0.10), churn.values()))
    lifetime = times(g("mrr"), 18)
    at_risk = times(lifetime, p)
    return {"raw": raw, "score": score, "status": ladder(score, (("healthy", 75), ("at_risk", 50)), "critical"),
            "trend": trend(score, g("previous_score")), "profile": profile, "components": parts, "modifiers": {},
            "probability": p, "level": ladder(rounded(p), LEVELS, "low"), "factors": churn, "lifetime_value": lifetime,
            "value_at_risk": at_risk, "prevention_cost": calc(lambda v: min(0.1 * v, 500), at_risk),
            "recommended": rounded(p) >= 0.6, "urgency": ladder(rounded(p), (("immediate", 0.8), ("urgent", 0.6)), "monitor"),
            "actions": [a for name, bound, names in SUPPLIER_ACTIONS if churn[name] > bound for a in names]}


# ---- enterprise ----

def enterprise_parts(c):
    g = c.get
    return {
        "adoption": (0.30, component((times(clamp(ratio(g("features_used"), g("total_features"))), 40), 40),
                                     (times(clamp(ratio(g("logins_30d"), 20)), 30), 30),
                                     (times(clamp(ratio(g("active_users"), g("licensed_users"))), 30), 30))),
        "engagement": (0.25, component((times(clamp(ratio(g("touchpoints_30d"), 8)), 40), 40), (times(g("email_open_rate"), 30), 30),
                                       (times(clamp(ratio(g("webinars_attended"), 3)), 30), 30))),
        "relationship": (0.15, component((flag(g("champion_active"), 40), 40), (flag(g("executive_access"), 30), 30),
                                         (times(ratio(g("nps_score"), 10), 30), 30))),
        "financial": (0.20, component((calc(lambda x: clamp(0.5 + 2.5 * x) * 40, g("arr_growth")), 40),
                                      (delays(g("payment_delays")), 40),
                                      (times(clamp(ratio(g("contract_value"), 50000)), 20), 20))),
        "support": (0.10, component((calc(lambda n: max(0, 1 - n / 10) * 50, g("tickets_30d")), 50),
                                    (calc(lambda s: (s - 1) / 4 * 50, g("resolution_satisfaction")), 50)))}


def enterprise(c):
    g = c.get
    parts = enterprise_parts(c)
    raw = weighted(parts)
    renewal = g("days_to_renewal")
    escalated, left = (g("open_escalations") or 0) > 0, bool(g("champion_left"))
    modifiers = {}
    for name, holds, by in (("renewal_near", renewal is not None and renewal < 30, 0.95), ("open_escalation", escalated, 0.90),
                            ("champion_left", left, 0.85)):
        if holds and raw is not None:
            modifiers[name] = by
            raw *= by
    raw = None if raw is None else rounded(raw)
    stays = 1 - 0.7 * clamp((80 - raw) / 80) if raw is not None else 1.0
    for holds, by in ((left, 0.25), (escalated, 0.15), (renewal is not None and renewal < 60, 0.10),
                      ((g("ticket_sentiment") or 0) < -0.5, 0.10)):
        stays *= 1 - by if holds else 1
    status = None if raw is None else ladder(raw, (("healthy", 80), ("at_risk", 60)), "critical")
    return {"raw": raw, "score": None if raw is None else math.trunc(raw), "status": "churned" if "churned_at" in c else status,
            "trend": trend(raw, g("score_30d_ago")), "components": {k: s for k, (_, s) in parts.items()}, "modifiers": modifiers,
            "probability": 1 - stays, "level": ladder(rounded(1 - stays), LEVELS, "low")}


# ---- portfolio ----

def portfolio(c):
    g = c.get
    renewal, growth = times(g("renewal_likelihood"), 100), calc(lambda x: clamp(50 + 100 * x, 0, 100), g("account_growth_rate"))
    both = [x for x in (renewal, growth) if x is not None]
    parts = {"engagement": (1, g("engagement_score")), "feature_adoption": (1, g("feature_adoption_rate")),
             "support_satisfaction": (1, calc(lambda x: x / 5 * 100, g("csat_score"))),
             "business": (1, sum(both) / len(both) if both else None)}
    raw = weighted(parts)
    raw = None if raw is None else rounded(raw)
    return {"raw": raw, "status": None if raw is None else ladder(raw, (("healthy", 75), ("at_risk", 50)), "critical"),
            "components": {k: s for k, (_, s) in parts.items()}, "modifiers": {}}


# ---- Customers at random ----

def whole(hi):
    return lambda r: r.randint(0, hi)


def fraction(digits, most=1.0):
    return lambda r: round(r.random() * most, digits)


def one_of(*values):
    return lambda r: r.choice(values)


def moment(*days):
    """So many days ago, on the dot or some hours off it."""
    return lambda r: (NOW - timedelta(days=r.choice(days)) + timedelta(hours=r.choice((0, 0, -1, -5, 1, 19)), seconds=r.choice((0, 0, 1)))
                      ).strftime("%Y-%m-%dT%H:%M:%SZ")


FLAG = one_of(True, False)
FIELDS = {
    "retention": {
        "last_login": moment(0, 1, 2, 7, 8, 14, 15, 30, 31, 90), "features_used": whole(25), "total_features": one_of(0, 10, 20, 25),
        "actions_per_session": fraction(3, 24), "email_open_rate": fraction(4), "webinars_attended": whole(5),
        "resources_downloaded": whole(8), "tickets_30d": whole(14), "ticket_sentiment": one_of(-1, -0.6, -0.5, -0.499, 0, 0.3, 1),
        "resolution_satisfaction": one_of(1, 2, 3.5, 4, 5), "payment_delays": whole(4),
        "contract_value": one_of(0, 1200, 24000, 50000, 180000), "expansion_revenue": one_of(0, 500, 4800, 20000),
        "nps_score": whole(10), "executive_engagement": fraction(3), "champion_active": FLAG,
        "usage_decline": one_of(-0.2, 0, 0.29, 0.3, 0.31, 0.8), "champion_left": FLAG, "previous_score": fraction(2, 100)},
    "supplier": {
        "last_login": moment(0, 1, 2, 4, 7, 13, 14, 15, 40), "account_age_days": one_of(0, 12, 29, 30, 31, 200),
        "features_adopted": whole(9), "active_clients_30d": whole(12), "total_clients": one_of(0, 10, 12, 20),
        "tickets_30d": one_of(0, 1, 3), "ticket_satisfaction": one_of(1, 1.2, 1.5, 2.5, 4, 4.5, 5),
        "billing_status": one_of("active", "active", "canceled", "past_due"), "critical_milestones": one_of(0, 4, 6),
        "critical_milestones_done": whole(6), "score_change_30d": one_of(-60, -40, -25, -24, 0, 10), "failed_payments_90d": whole(4),
        "competitor_signal": one_of(0, 0.5, 1), "seasonal_risk": one_of(0, 0.3, 1), "mrr": one_of(0, 29, 49.5, 499, 4000),
        "previous_score": whole(100)},
    "enterprise": {
        "features_used": whole(20), "total_features": one_of(0, 15, 20), "logins_30d": whole(40), "active_users": whole(60),
        "licensed_users": one_of(0, 25, 50), "touchpoints_30d": whole(12), "email_open_rate": fraction(4), "webinars_attended": whole(5),
        "champion_active": FLAG, "executive_access": FLAG, "nps_score": whole(10), "arr_growth": one_of(-0.5, -0.2, 0, 0.1, 0.2, 0.5),
        "payment_delays": whole(4), "contract_value": one_of(0, 9000, 50000, 250000), "tickets_30d": whole(14),
        "resolution_satisfaction": one_of(1, 3, 4.2, 5), "ticket_sentiment": one_of(-1, -0.501, -0.5, 0.2),
        "days_to_renewal": one_of(-5, 0, 29, 30, 59, 60, 200), "open_escalations": whole(2), "champion_left": FLAG,
        "score_30d_ago": fraction(2, 100)},
    "portfolio": {
        "engagement_score": whole(100), "feature_adoption_rate": fraction(1, 100), "csat_score": one_of(0, 1, 2.5, 4, 5),
        "renewal_likelihood": fraction(3), "account_growth_rate": one_of(-1, -0.5, -0.1, 0, 0.25, 0.5, 2)}}
MODELS = {"retention": retention, "supplier": supplier, "enterprise": enterprise, "portfolio": portfolio}


def customers(preset, count, seed):
    r = random.Random(f"{preset} {seed}")
    for i in range(count):
        missing = 0.2 if i % 20 else r.choice((0.0, 0.6, 0.9, 1.0))
        row = {"customer_id": f"c{i:05}"}
        row |= {name: make(r) for name, make in FIELDS[preset].items() if r.random() >= missing}
        if preset == "enterprise" and r.random() < 0.05:
            row["churned_at"] = "2026-01-27T01:00:00Z"
        yield row


# ---- Comparison ----

def close(got, want):
    if want is None or isinstance(want, (bool, str)) or isinstance(got, (bool, str)):
        return got is want if not isinstance(want, str) else got == want
    if isinstance(want, (int, float)):
        return got is not None and abs(got - want) <= TOLERANCE
    if isinstance(want, dict):
        return list(got) == list(want) and all(close(got[k], want[k]) for k in want)
    return len(got) == len(want) and all(map(close, got, want))


def flat(result):
    health, churn = result["health"], result["churn"] or {}
    row = {**churn, **{k: health[k] for k in ("raw", "score", "status", "trend", "profile", "modifiers")}}
    row["components"] = {k: c["score"] for k, c in health["components"].items()}
    row["risk_factors"] = [r["type"] for r in churn.get("risk_factors", [])]
    return row


def adds_up(health):
    total = sum(c["contribution"] for c in health["components"].values())
    for by in health["modifiers"].values():
        total *= by
    return health["raw"] is None or abs(total - health["raw"]) <= TOLERANCE


def main(command, preset, count=600, seed=1):
    rows = list(customers(preset, int(count), seed))
    run = subprocess.run([command, "score", "-c", f"preset:{preset}", "--now", "2026-01-31T00:00:00Z", "-o", "jsonl", "-"],
                         input="".join(json.dumps(row) + "\n" for row in rows), capture_output=True, text=True, check=False)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode or len(results) != len(rows):
        sys.exit(f"exit {run.returncode}, {len(results)} of {len(rows)} results: {run.stderr}")
    found = []
    for row, result in zip(rows, results):
        got = flat(result)
        for key, want in MODELS[preset](row).items():
            if not close(got.get(key), want):
                found.append(f"{key} is {got.get(key)!r}, not {want!r}, of {json.dumps(row)}")
        if not adds_up(result["health"]):
            found.append(f"contributions do not add up: {json.dumps(row)}")
    print("\n".join(found[:20]))
    print(f"{preset}: {len(rows)} customers, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
