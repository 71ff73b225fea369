# SPDX-License-Identifier: Apache-2.0
"""Random model documents and churn sections through the command: churn_model.py CSUCCESS [CONFIGURATIONS] [SEED] [CUSTOMERS].

The model below is written from docs/model-document.md and docs/reference/churn.md, one customer at a time; it shares nothing with
the library, the canonical bytes under a digest included. Models may be absent, edited without a seal, of another digest than asked for, or
read what the configuration lacks; inputs are missing, stand on bounds, or hold words that nobody named.
"""
import datetime
import hashlib
import json
import math
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path


def sum(values):  # noqa: A001
    """Added one by one, as the library does: since 3.12 Python's own compensates."""
    total = 0
    for value in values:
        total += value
    return total


TOLERANCE = 1e-9
NOW = datetime.datetime(2026, 1, 31, 12, tzinfo=datetime.timezone.utc)
NUMBERS = ["n0", "n1", "n2"]
WORDS = {"s0": ["gold", "silver", "bronze"], "s1": ["Zürich", "a b", "\u0001\"quoted\\", "\U0001f600", ""]}
TYPES = {n: "number" for n in NUMBERS} | {"b0": "bool"} | {s: "string" for s in WORDS}
LEAVERS = ["renewal", "notice"]


# ---- Canonical bytes, for the digest ----

def canonical(x):
    if isinstance(x, dict):
        return "{" + ",".join(quoted(k) + ":" + canonical(x[k]) for k in sorted(x, key=str.encode)) + "}"
    if isinstance(x, list):
        return "[" + ",".join(map(canonical, x)) + "]"
    if x is None or isinstance(x, bool):
        return json.dumps(x)
    return quoted(x) if isinstance(x, str) else numeral(x)


def quoted(s):
    return json.dumps(s, ensure_ascii=False)


def numeral(x):
    """ECMAScript's Number::toString, from Python's shortest digits."""
    if x == 0:
        return "0"
    found = re.fullmatch(r"(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?", repr(float(x)))
    sign, whole, part, power = found[1], found[2], found[3] or "", int(found[4] or 0)
    digits = (whole + part).lstrip("0")
    n = len(whole) + power - (len(whole + part) - len(digits))  # the value is 0.digits times 10 to the n
    digits = digits.rstrip("0")
    k = len(digits)
    if k <= n <= 21:
        return sign + digits + "0" * (n - k)
    if 0 < n <= 21:
        return sign + digits[:n] + "." + digits[n:]
    if -6 < n <= 0:
        return sign + "0." + "0" * -n + digits
    return sign + digits[0] + ("." + digits[1:] if k > 1 else "") + "e" + ("+" if n > 0 else "-") + str(abs(n - 1))


def sealed(document):
    return document | {"digest": "sha256:" + hashlib.sha256(canonical(document).encode()).hexdigest()}


# ---- Model documents at random ----

def odds(r):
    return r.choice([0, -0.5, 0.25, 1, r.uniform(-2, 2), r.uniform(-1, 1) * 1e-7, 1e-21])


def axis(r, name):
    if name in NUMBERS:
        return sorted(r.sample([-1.5, 0, 1, 2, 3, 1e-7, 5e21, 7.25], r.randint(1, 4)))
    words = WORDS.get(name, ["false", "true"])
    return r.sample(words, r.randint(1, len(words)))


def term(r, name, kind):
    cut = axis(r, name)
    if kind == "logistic" and name in NUMBERS:
        ends = sorted(r.sample([-2, -1, 0, 1.5, 3, 6], 2))
        return {"value": name, "points": {"linear": [[ends[0], odds(r)], [ends[1], odds(r)]]}, "missing": {"value": odds(r)}}
    table = {"upto": [[x, odds(r)] for x in cut]} if name in NUMBERS else {"map": {w: odds(r) for w in cut}}
    if name == "b0":  # a bool is a number to a table: 0 or 1
        table = {"upto": [[0, odds(r)]]}
    return {"value": name, "points": table | {"else": odds(r)}, "missing": {"value": odds(r)}}


def pair(r):
    x, y = r.sample(list(TYPES), 2)
    rows, columns = axis(r, x), axis(r, y)
    gives = [[odds(r) for _ in range(len(columns) + 2)] for _ in range(len(rows) + 2)]
    return {"value": x, "by": y, "points": {"grid": {"rows": rows, "columns": columns, "gives": gives}}}


def calibration(r):
    steps = [[0, 0.1], [0.2, 0.1], [0.3, 0.6], [0.8, 0.6], [1, 1]]
    return r.choice([{"platt": [r.choice([1, 0.8, 1.3]), r.choice([0, -0.4, 0.2])]}, {"isotonic": steps}, {"isotonic": [[0.5, 0.6]]}])


def spread(r, nodes):
    made = {}
    for name, node in nodes.items():
        if "linear" in node["points"] or r.random() < 0.2:
            continue
        size = lambda: r.choice([0, 0.05, 0.4, 1])  # noqa: E731
        grid = node["points"].get("grid")
        many = len(node["points"].get("upto") or node["points"].get("map") or []) + 2
        made[name] = [[size() for _ in row] for row in grid["gives"]] if grid else [size() for _ in range(many)]
    return {"scale": r.choice([0.9, 1, 0, 2.5]), "of": made}


def model_document(r, name, target):
    kind = r.choice(["additive", "additive", "logistic"] + (["hazard"] if target != "nps" else []))
    names = r.sample(list(TYPES), r.randint(1, len(TYPES)))
    nodes = {n: term(r, n, kind) for n in names}
    nodes |= {f"{p['value']} & {p['by']}": p for p in (pair(r) for _ in range(r.choice([0, 1, 3])))}
    card = {"combine": "sum", "link": "identity" if target == "nps" else "logistic", "intercept": odds(r), "of": nodes}
    if target != "nps" and r.random() < 0.6:
        card["calibration"] = calibration(r)
    read = {n["value"] for n in nodes.values()} | {n["by"] for n in nodes.values() if "by" in n}
    made = {"csuccess_model": 1, "name": name, "kind": kind, "target": target, "dated": r.random() < 0.6, "calibrated": r.random() < 0.6,
            "metrics": {n: {"type": TYPES[n]} for n in sorted(read)}, "scorecard": card, "parent": None,
            "training": {"at": r.choice(["2025-12-01T00:00:00Z", "2026-01-20T00:00:00Z"]), "note": "Ärger\u007f\u0085\u2028", "x": [1e300, -0.0, 1e21, 123456789e12, 5e-324]}}
    made |= {"period": r.choice(["P30D", "P10D", "P7D"])} if kind == "hazard" else {"horizon": r.choice(["P30D", "P90D"])}
    if target != "nps" and r.random() < 0.7:
        made["spread"] = spread(r, nodes)
    return made


# ---- What one gives ----

def place(cut, x):
    if x is None:
        return len(cut) + 1
    x = {True: "true", False: "false"}[x] if isinstance(x, bool) else x
    if isinstance(x, str):
        return cut.index(x) if x in cut else len(cut)
    return next((i for i, bound in enumerate(cut) if x <= bound), len(cut))


def look(node, row):
    """The bin (a number, or two), and what the node gives."""
    x, points = row.get(node["value"]), node["points"]
    if "grid" in points:
        at = place(points["grid"]["rows"], x), place(points["grid"]["columns"], row.get(node["by"]))
        return at, points["grid"]["gives"][at[0]][at[1]]
    if "linear" in points:
        (x0, y0), (x1, y1) = points["linear"]
        return None, node["missing"]["value"] if x is None else y0 if x <= x0 else y1 if x >= x1 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    cut = list(points["map"]) if "map" in points else [p[0] for p in points["upto"]]
    if isinstance(x, bool):
        x = float(x)
    at = place(cut, x)
    values = list(points["map"].values()) if "map" in points else [p[1] for p in points["upto"]]
    return at, (values + [points["else"], node["missing"]["value"]])[at]


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def held(p):
    return min(max(p, 1e-6), 1 - 1e-6)


def calibrated(how, x):
    """The probability and the log-odds that the calibration adds."""
    p = sigmoid(x)
    if how is None:
        return p, 0
    if "platt" in how:
        p = held(sigmoid(how["platt"][0] * x + how["platt"][1]))
    else:
        points = how["isotonic"]
        after = next((i for i, q in enumerate(points) if q[0] >= p), len(points))
        if after in (0, len(points)):
            p = points[min(after, len(points) - 1)][1]
        else:
            (x0, y0), (x1, y1) = points[after - 1], points[after]
            p = y0 + (y1 - y0) * (p - x0) / (x1 - x0)
        p = held(p)
    return p, math.log(p / (1 - p)) - x


def unsure(document, bins, x):
    of, square = document["spread"]["of"], 0.0
    for name, at in bins.items():
        if name in of:
            square += (of[name][at[0]][at[1]] if isinstance(at, tuple) else of[name][at]) ** 2
    sd = document["spread"]["scale"] * math.sqrt(square)
    return 1 - (sigmoid(x + 1.645 * sd) - sigmoid(x - 1.645 * sd))


def reach(node):
    points = node["points"]
    if "grid" in points:
        values = [c for row in points["grid"]["gives"] for c in row]
    else:
        values = list(points["map"].values()) if "map" in points else [p[1] for p in points.get("upto") or points["linear"]]
        values += [points["else"]] if "else" in points else []
    return max(values) - min(values)


def complete(nodes, row):
    """The share that is known, by what each can move. A pair says again what its members say, unless nobody else says it."""
    alone = [n for n in nodes.values() if "by" not in n]
    sizes = [reach(n) for n in alone]
    if sum(sizes) == 0:
        sizes = [1] * len(alone)
    return sum(s for n, s in zip(alone, sizes) if row.get(n["value"]) is not None) / sum(sizes)


def days_of(duration):
    return int(duration[1:-1])


def learned(document, row, horizon):
    """What a learned model says of a customer."""
    card = document["scorecard"]
    looked = {n: look(node, row) for n, node in card["of"].items()}
    x = card["intercept"] + sum(gives for _, gives in looked.values())
    if card["link"] == "identity":
        return {"probability": x}
    p, added = calibrated(card.get("calibration"), x)
    bins = {n: at for n, (at, _) in looked.items()}
    hazard = document["kind"] == "hazard"
    days = horizon if hazard else days_of(document["horizon"])
    shown = 1 - (1 - p) ** (days / days_of(document["period"])) if hazard else p
    confidence = unsure(document, bins, x) if "spread" in document else complete(card["of"], row)
    return {"probability": shown, "confidence": confidence, "calibrated": document["calibrated"], "horizon_days": days,
            "timed": hazard or (document["calibrated"] and document["dated"]), "digest": sealed(document)["digest"], "name": document["name"],
            "factors": {n: gives for n, (_, gives) in looked.items()},
            "hazard": (p, days_of(document["period"])) if hazard else None, "parts": {"base": card["intercept"], "calibration": added, "total": x + added}}


# ---- Churn sections at random ----

def condition(r, nodes):
    """Its text, and what it is for a scene; None: undecided."""
    kind = r.choice(["number", "number", "flag", "factor", "level", "probability", "rule"])
    if kind == "factor":
        name, bound = r.choice(nodes), r.choice([0, 0.3, -0.2])
        return f"factor('{name}') > {bound}", lambda s: None if s["factors"].get(name) is None else s["factors"][name] > bound
    if kind == "level":
        return "churn.level == 'high'", lambda s: None if s["level"] is None else s["level"] == "high"
    if kind == "probability":
        return "churn.probability >= 0.6", lambda s: None if s["probability"] is None else rounded(s["probability"]) >= 0.6
    if kind == "flag":
        return "b0", lambda s: s["row"].get("b0")
    name, bound = r.choice(NUMBERS), r.choice([0, 1, 2, 3])
    what = lambda s: None if s["row"].get(name) is None else s["row"][name] > bound  # noqa: E731
    return ({name: {"gt": bound}} if kind == "rule" else f"{name} > {bound}"), what


def rungs(r, names, bounds):
    """From the top down: {name: {from or above: bound}}, the last mostly without a bound."""
    made = {}
    for name, bound in zip(names, sorted(r.sample(bounds, len(names)), reverse=True)):
        made[name] = {r.choice(["from", "above"]): bound}
    if r.random() < 0.8:
        made[names[-1]] = {}
    return made


def rung(ladder, x):
    x = rounded(x)
    return next((n for n, b in ladder.items() if "from" in b and x >= b["from"] or "above" in b and x > b["above"] or not {"from", "above"} & set(b)), None)


def rounded(x):
    return math.copysign(math.floor(abs(x) * 1e9 + 0.5) / 1e9, x)


def grade_of(r, levels, words):
    tiers = rungs(r, ["much", "some", "little"][:r.randint(1, 3)], [0, 50, 100, 500.5, 2000])
    table = {level: {t: r.choice(words) for t in tiers if r.random() < 0.9} for level in levels if r.random() < 0.9}
    return {"value": r.choice(["mrr", "value_at_risk"]), "tiers": tiers, "table": table} | ({"missing": r.choice(list(tiers))} if r.random() < 0.5 else {})


FALLBACKS = [None, ["model"], ["model", "scorecard"], ["model", "last"], ["model", "scorecard", "last"], ["model", "last", "scorecard"]]


class Case:
    """A configuration with its models."""

    def __init__(self, r, folder):
        self.document = model_document(r, "main", "churn")
        self.harm = r.choice([None] * 6 + ["absent", "edited", "other", "lacking"])
        self.fallback = r.choice(FALLBACKS) if not self.harm else r.choice([f for f in FALLBACKS if f and len(f) > 1])
        nodes, self.bounds = list(self.document["scorecard"]["of"]), [0.1, 0.3, 0.5, 0.6, 0.8]
        weight, scale = r.choice([0.3, 0.9]), r.choice([10, 10, 5])
        self.card = {"weight": weight, "scale": scale}
        section = {"model": {"learned": {"name": "main"} | ({"digest": sealed(self.document)["digest"]} if r.random() < 0.5 else {})}}
        if self.fallback and "scorecard" in self.fallback:
            section["model"]["scorecard"] = {"combine": "sum", "of": {"drop": {"value": f"{weight} * n0", "points": {"linear": [[0, 0], [scale, 2]]}}, "flat": {"value": "n2", "points": {"upto": [[2, 0.125]], "else": 0.25}, "missing": {"value": 0}}}}
            if r.random() < 0.5:
                section["model"]["scorecard"]["of"]["drop"]["missing"] = "fail"
            else:
                section["model"]["scorecard"]["of"]["drop"]["missing"] = {"value": 0.5}
            nodes += ["drop", "flat"]
        if self.fallback:
            section["fallback"] = self.fallback
        self.levels_of(r, section, nodes)
        self.rest_of(r, section, nodes)
        self.others = {t: model_document(r, t, t) for t in ("nps", "expansion") if r.random() < 0.4}
        if self.others:
            section["models"] = {t: {"learned": {"name": t}} for t in self.others}
        self.section = section
        self.write(r, folder)

    def levels_of(self, r, section, nodes):
        self.risks = {}
        for i in range(r.randint(0, 4)):
            text_of, holds = condition(r, nodes)
            if "churn." in str(text_of):
                text_of, holds = "b0", lambda s: s["row"].get("b0")
            self.risks[f"risk{i}"] = holds
            section.setdefault("risk_factors", {})[f"risk{i}"] = {"when": text_of, "severity": r.choice(["low", "medium", "high", "critical"]), "impact": r.choice([0.1, 0.2, 0.2, 0.5]), "say": r.choice(["n0 is {{n0}}", "always"])}
        levels = rungs(r, ["critical", "high", "medium", "low"][r.randint(0, 2):], self.bounds)
        self.raised = {}
        for name in list(levels)[:-1]:
            if r.random() < 0.3:
                text_of, self.raised[name] = condition(r, nodes + list(self.risks))
                if "level" in str(text_of) or "probability" in str(text_of):
                    text_of, self.raised[name] = "n1 > 2", lambda s: None if s["row"].get("n1") is None else s["row"]["n1"] > 2
                levels[name]["when"] = text_of
        section["levels"] = levels

    def rest_of(self, r, section, nodes):
        horizons = {} if self.document["kind"] != "hazard" else {"horizon": r.choice(["P30D", "P45D", "P365D"])}
        section |= horizons
        if r.random() < 0.8:
            section["value"] = {"lifetime": "mrr * 18"} | ({"prevention_cost": "min(value_at_risk * 0.1, 500)"} if r.random() < 0.8 else {})
        if r.random() < 0.8:
            section["urgency"] = rungs(r, ["immediate", "urgent", "monitor"], self.bounds)
        if r.random() < 0.8:
            section["recommend"] = {r.choice(["from", "above"]): r.choice(self.bounds)}
        if r.random() < 0.7:
            section["min_confidence"] = r.choice([0, 0.5, 0.8, 0.95, 1])
        if r.random() < 0.7:
            section["retrain_every"] = r.choice(["P30D", "P90D"])
        for key, words in (("severity", ["low", "medium", "high", "critical"]), ("priority", [1, 2, 3, 4, 5])):
            if r.random() < 0.6:
                section[key] = grade_of(r, section["levels"], words)
                if "value_at_risk" in section[key]["value"] and "value" not in section:
                    section[key]["value"] = "mrr"
        if r.random() < 0.6:
            section["time_to_churn"] = {"at": {"renewal": "days_to_renewal", "notice": "notice_by"}}
        self.actions = {}
        for i in range(r.randint(0, 4)):
            text_of, self.actions[f"act{i}"] = condition(r, nodes + list(self.risks))
            section.setdefault("actions", {})[f"act{i}"] = {"when": text_of}

    def write(self, r, folder):
        attributes = {n: {"type": t} for n, t in TYPES.items()} | {"mrr": {"type": "money"}, "days_to_renewal": {"type": "number"}, "notice_by": {"type": "time"}}
        attributes |= {"previous_churn_probability": {"type": "number"}, "previous_churn_at": {"type": "time"}}
        document = sealed(self.document)
        if self.harm == "edited":
            document["scorecard"]["intercept"] += 0.5
        elif self.harm == "other":
            self.section["model"]["learned"]["digest"] = "sha256:" + "0" * 64
        elif self.harm == "lacking":
            self.document["metrics"]["ghost"] = {"type": "number"}
            self.document["scorecard"]["of"]["ghost"] = {"value": "ghost", "points": {"upto": [[1, 1]], "else": 0}, "missing": {"value": 0}}
            document = sealed(self.document)
            self.section["model"]["learned"].pop("digest", None)
        self.path = Path(folder) / "c.json"
        self.path.write_text(json.dumps({"csuccess": 1, "attributes": attributes, "churn": self.section}), encoding="utf-8")
        main = Path(folder) / "main.json"
        main.unlink(missing_ok=True)
        if self.harm != "absent":
            main.write_text(json.dumps(document, indent=r.choice([None, 1]), ensure_ascii=r.random() < 0.5), encoding="utf-8")
        for name, other in self.others.items():
            (Path(folder) / f"{name}.json").write_text(json.dumps(sealed(other)), encoding="utf-8")


# ---- What a result has to say ----

def step_of(case, what, row):
    """What a step of the chain gives; None: it gives way."""
    horizon = days_of(case.section.get("horizon", "P30D"))
    if what == "model":
        return None if case.harm else learned(case.document, row, horizon) | {"source": "learned"}
    if what == "last":
        p = row.get("previous_churn_probability")
        if p is None or not 0 <= rounded(p) <= 1:
            return None
        return {"source": "last", "probability": p, "confidence": None, "calibrated": False, "timed": False, "factors": {}}
    nodes = case.section["model"]["scorecard"]["of"]
    drop, flat = row.get("n0"), row.get("n2")
    f = 0 if flat is None else 0.125 if flat <= 2 else 0.25
    if drop is None and nodes["drop"]["missing"] == "fail":
        return {"probability": None, "factors": {"drop": None, "flat": f}}
    d = 0.5 if drop is None else min(max(case.card["weight"] * drop / case.card["scale"], 0), 1) * 2
    if rounded(d + f) > 1:
        return {"probability": None, "factors": {"drop": d, "flat": f}}
    known = (2 * (drop is not None) + 0.125 * (flat is not None)) / 2.125
    return {"source": "scorecard", "probability": min(d + f, 1), "confidence": known, "calibrated": False, "timed": False,
            "factors": {"drop": d, "flat": f}, "parts": {"base": 0, "calibration": 0, "total": d + f}}


def days_ahead(case, row, given, horizon):
    """Days until the customer is to be expected to leave, and by what."""
    p = given["probability"]
    if not given["timed"] or p <= 0:
        return None, None
    dates = []
    if "time_to_churn" in case.section:
        if row.get("days_to_renewal") is not None:
            dates.append((row["days_to_renewal"], "renewal"))
        if "notice_by" in row:
            dates.append(((datetime.datetime.fromisoformat(row["notice_by"].replace("Z", "+00:00")) - NOW).total_seconds() / 86400, "notice"))
    ahead = [d for d in dates if d[0] >= 0]
    if ahead:
        return min(ahead, key=lambda d: d[0])
    p, horizon = given["hazard"] or (p, horizon)
    days = math.log(2) * horizon / -math.log(1 - p) if p < 1 else 0
    return (days, "hazard") if days < 2e6 else (None, None)


def graded(table, level, scene):
    value = scene["at_risk"] if table["value"] == "value_at_risk" else scene["row"].get("mrr")
    tier = table.get("missing") if value is None else rung(table["tiers"], value)
    return table["table"].get(level, {}).get(tier)


def expected(case, row):
    chain, section = case.fallback or ["model"], case.section
    given, tried = None, 0
    for what in chain:
        given = step_of(case, what, row)
        tried += 1
        factors = given["factors"] if given else {}
        given = given if given and given["probability"] is not None else None
        if given:
            break
    p = given["probability"] if given else None
    scene = {"row": row, "factors": dict(factors), "probability": p, "level": None}
    risks = {n: holds(scene) is True for n, holds in case.risks.items()}
    scene["factors"] |= {n: section["risk_factors"][n]["impact"] if holds else 0 for n, holds in risks.items()}
    names = list(section["levels"])
    level = rung(section["levels"], p) if given else None
    raised = next((n for n in names[:names.index(level) if level else None] if n in case.raised and case.raised[n](scene) is True), level)
    scene["level"] = raised
    lifetime = calc(lambda m: m * 18, row.get("mrr")) if "value" in section else None
    scene["at_risk"] = calc(lambda a, b: a * b, p, lifetime)
    sure = given is not None and (given["confidence"] or 0) >= section.get("min_confidence", 0)
    want = {"probability": p, "risk_score": calc(lambda x: x * 100, p), "level": raised, "degraded": tried > 1 or given is None, "source": given["source"] if given else None,
            "calibrated": bool(given and given["calibrated"]), "lifetime_value": lifetime, "value_at_risk": scene["at_risk"],
            "prevention_cost": calc(lambda v: min(v * 0.1, 500), scene["at_risk"]) if "prevention_cost" in section.get("value", {}) else None,
            "urgency": rung(section["urgency"], p) if given and "urgency" in section else None,
            "recommended": (sure and rung({"yes": section["recommend"]}, p) == "yes") if given and "recommend" in section else None,
            "actions": [n for n, holds in case.actions.items() if sure and holds(scene) is True],
            "severity": graded(section["severity"], raised, scene) if "severity" in section else None,
            "priority": graded(section["priority"], raised, scene) if "priority" in section else (names.index(raised) + 1 if raised else None)}
    if given:
        horizon = given.get("horizon_days", days_of(section.get("horizon", case.document.get("horizon", "P30D"))))
        days, by = days_ahead(case, row, given, horizon)
        want |= {"confidence": given["confidence"], "time_to_churn_days": days, "predicted_churn_by": by,
                 "predicted_churn_date": calc(lambda d: (NOW + datetime.timedelta(days=d)).strftime("%Y-%m-%d"), days)}
        want |= {f"explanation.{k}": v for k, v in given.get("parts", {}).items()}
        want |= {f"factors.{k}": v for k, v in given["factors"].items()}
        want |= {"model_digest": given.get("digest")} | ({"horizon_days": horizon} if "horizon_days" in given else {})
    held_risks = sorted([n for n, holds in risks.items() if holds], key=lambda n: -section["risk_factors"][n]["impact"])
    want["risks"] = held_risks
    want |= {"nps_predicted": calc(lambda d: learned(d, row, 30)["probability"], case.others.get("nps"))}
    other = case.others.get("expansion")
    if other:
        want["expansion_probability"] = learned(other, row, days_of(section.get("horizon") or (case.harm not in ("absent", "edited") and case.document.get("horizon")) or "P30D"))["probability"]
    if "retrain_every" in section and not case.harm:
        due = datetime.datetime.fromisoformat(case.document["training"]["at"].replace("Z", "+00:00")) + datetime.timedelta(days=days_of(section["retrain_every"]))
        want["retrain_due"] = NOW >= due
    return want


def calc(f, *xs):
    return None if any(x is None for x in xs) else f(*xs)


# ---- Comparison ----

def close(got, want):
    if want is None or got is None or isinstance(want, (bool, str, list)):
        return got == want
    return isinstance(got, (int, float)) and abs(got - want) <= TOLERANCE * max(1, abs(want))


def differences(case, row, churn):
    got = {**churn, "risks": [x["type"] for x in churn["risk_factors"]]}
    for key in ("explanation", "factors"):
        got |= {f"{key}.{k}": v for k, v in (churn[key] or {}).items()}
    for key, value in expected(case, row).items():
        if not close(got.get(key), value):
            yield f"{key} is {got.get(key)!r}, not {value!r}"
    told = churn["explanation"]
    if told:
        total = told["base"] + sum(told["contributions"].values()) + told["calibration"]
        if abs(total - told["total"]) > TOLERANCE * max(1, abs(total)):
            yield f"the explanation adds up to {total!r}, not {told['total']!r}"
    if churn["probability"] is not None and not churn["calibrated"] and re.search(r"%|likel|probab|chance", churn["summary"]):
        yield f"called a probability without calibration: {churn['summary']}"
    if (churn["degraded_because"] is not None) != churn["degraded"]:
        yield "degraded and its reason disagree"


def customers(r, count):
    for i in range(count):
        missing = r.choice([0, 0.2, 0.5, 0.9])
        there = lambda: r.random() >= missing  # noqa: E731
        row = {"customer_id": f"c{i}"}
        row |= {n: r.choice([-3, -1.5, 0, 1e-7, 1, 1.0000001, 2, 2.5, 3, 7.25, 1e22]) for n in NUMBERS if there()}
        row |= {"b0": r.random() < 0.5} if there() else {}
        row |= {s: r.choice(words + ["", "tin", "GOLD", "gold "]) for s, words in WORDS.items() if there()}
        row |= {"mrr": r.choice([0, 1, 10, 100, 2500.5])} if there() else {}
        row |= {"days_to_renewal": r.choice([-3, 0, 12, 30.5])} if r.random() < 0.4 else {}
        row |= {"notice_by": r.choice(["2026-01-31T11:59:59Z", "2026-01-31T12:00:00Z", "2026-02-10T12:00:00Z"])} if r.random() < 0.4 else {}
        row |= {"previous_churn_probability": r.choice([0, 0.3, 0.5, 1, 1.5, -0.1])} if r.random() < 0.6 else {}
        yield row


def one(command, r, folder, count):
    case = Case(r, folder)
    rows = list(customers(r, count))
    run = subprocess.run([command, "score", "-c", str(case.path), "--now", NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "-o", "jsonl", "-"],
                         input="".join(json.dumps(row) + "\n" for row in rows), capture_output=True, text=True, check=False)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode or len(results) != len(rows):
        return [f"exit {run.returncode}: {run.stderr}{json.dumps(case.section)}"]
    return [f"{what}\n  {json.dumps(row)}\n  {case.harm} {json.dumps(case.section)}\n  {json.dumps(case.document)}"
            for row, result in zip(rows, results) for what in differences(case, row, result["churn"])]


def main(command, configurations=300, seed=1, count=100):
    r, found, touched = random.Random(f"churn {seed}"), [], 0
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(int(configurations)):
            new = one(command, r, folder, int(count))
            touched += bool(new)
            found += new[:1]
    print("\n".join(found[:5]))
    print(f"{configurations} configurations of {count} customers, {touched} with differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
