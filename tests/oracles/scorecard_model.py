# SPDX-License-Identifier: Apache-2.0
"""Random scorecards and profiles through the command: scorecard_model.py CSUCCESS [CONFIGURATIONS] [SEED] [CUSTOMERS].

The model below is written from the rules of scorecards and health, one node and one customer at a time; it shares nothing with
the library. Scores of every node, completeness, contributions, modifiers, bands, rounding and trend must agree.
"""
import json
import math
import random
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
NUMBERS = [f"n{i}" for i in range(8)]
FLAGS = ["b0", "b1"]
DEFAULTS = {"n6": 3, "b1": True}
KINDS = ["gold", "silver", "bronze"]


# ---- Documents at random ----

def metric_value(r):
    """An expression and what it gives: a function of the row, None for missing."""
    a, b = r.sample(NUMBERS, 2)
    return r.choice([
        (a, lambda v: v(a)), (a, lambda v: v(a)),
        (f"{a} / {b}", lambda v: None if v(a) is None or v(b) is None or v(b) == 0 else v(a) / v(b)),
        (f"{a} + 2 * {b}", lambda v: None if v(a) is None or v(b) is None else v(a) + 2 * v(b)),
        (f"coalesce({a}, {b})", lambda v: v(a) if v(a) is not None else v(b))])


def steps(r, count, lo, hi):
    return sorted(r.sample(range(lo, hi), count))


def table(r):
    form = r.choice(["upto", "from", "linear", "map", None])
    if form is None:
        return None
    if form == "map":
        points = {k: r.randint(0, 40) for k in r.sample(KINDS, r.randint(1, 3))}
    else:
        points = [[x, r.randint(0, 40)] for x in steps(r, r.randint(1, 4), -5, 12)]
    made = {form: points}
    if form != "linear" and r.random() < 0.7:
        made["else"] = r.randint(0, 10)
    return made


def policy(r, ranged):
    made = r.choice(["redistribute", "redistribute", "worst", "best", {"value": r.randint(-3, 30)}] + (["fail"] if r.random() < 0.1 else []))
    return made if ranged or made not in ("worst", "best") else "redistribute"


def side(r):
    """An axis of a grid: its expression, what that gives, how it is cut."""
    kind = r.choice(["number", "number", "word", "flag"])
    if kind == "word":
        return "s0", lambda v: v("s0"), r.sample(KINDS, r.randint(1, 3))
    if kind == "flag":
        name = r.choice(FLAGS)
        return name, lambda v: v(name), r.sample(["false", "true"], r.randint(1, 2))
    value, give = metric_value(r)
    return value, give, steps(r, r.randint(1, 4), -5, 12)


def grid(r):
    value, give, rows = side(r)
    by, give_by, columns = side(r)
    cells = [[r.randint(-5, 40) for _ in range(len(columns) + 2)] for _ in range(len(rows) + 2)]
    node = {"value": value, "by": by, "points": {"grid": {"rows": rows, "columns": columns, "gives": cells}}}
    return node, lambda v: (give(v), give_by(v))


def metric(r, unit):
    """`unit`: its score is to lie in 0 to 1."""
    if not unit and r.random() < 0.15:
        return grid(r)
    if unit:
        name = r.choice(NUMBERS)
        node = {"value": f"clamp({name} / 10, 0, 1)", "range": [0, 1]}
        give = lambda v: None if v(name) is None else min(max(v(name) / 10, 0), 1)  # noqa: E731
        missing = r.choice(["redistribute", "worst", "best", {"value": 0.5}])
        return ({**node, "missing": missing} if missing != "redistribute" else node), give
    points = table(r)
    if points and "map" in points:
        node, give = {"value": "s0"}, lambda v: v("s0")
    elif r.random() < 0.1:
        name = r.choice(FLAGS)
        node, give = {"value": name}, lambda v: None if v(name) is None else float(v(name))
        points = points or {"from": [[0, 2], [1, 9]]}
    else:
        node, give = {}, None
        node["value"], give = metric_value(r)
    if points:
        node["points"] = points
    else:
        node["range"] = r.choice([[0, 10], [0, 100], [-5, 20]])
    missing = policy(r, True)
    if missing != "redistribute" or r.random() < 0.2:
        node["missing"] = missing
    return node, give


class Card:
    """A scorecard at random: the document of it, and what its metrics give, by name."""

    def __init__(self, r):
        self.r, self.give, self.count = r, {}, 0
        self.tree = self.group(0, False)

    def member(self, depth, unit):
        self.count += 1
        name = f"m{self.count}"
        if depth < 3 and not unit and self.r.random() < 0.35:
            return name, self.group(depth + 1, unit)
        node, self.give[name] = metric(self.r, unit)
        return name, node

    def group(self, depth, unit):
        r = self.r
        node = {"combine": r.choice(["weighted_mean", "weighted_mean", "sum", "sum", "min", "max", "noisy_or", "product"])}
        unit = unit or node["combine"] == "noisy_or"
        node["of"] = dict(self.member(depth, unit) for _ in range(r.randint(1, 4)))
        if node["combine"] in ("weighted_mean", "noisy_or"):
            for child in node["of"].values():
                child["weight"] = r.choice([0.1, 0.2, 0.25, 0.5, 1])
        if node["combine"] == "sum":
            node |= {k: v for k, v in (("min", r.randint(0, 5)), ("max", r.randint(40, 90))) if r.random() < 0.3}
        if r.random() < 0.2:
            node["scale"] = r.choice([0.5, 2, 100])
        if r.random() < 0.2:
            node["require"] = r.choice([0.25, 0.5, 0.75])
        if depth > 0 and r.random() < 0.3:
            node["missing"] = r.choice(["worst", "best", {"value": 7}, "redistribute"])
        return node


# ---- Scorecards ----

def combine(node, members):
    """`members`: (child, score) of those present, in order."""
    how, scores = node["combine"], [s for _, s in members]
    if how == "weighted_mean":
        return sum(c["weight"] * s for c, s in members) / sum(c["weight"] for c, _ in members)
    if how == "sum":
        return sum(scores)
    if how in ("min", "max"):
        return {"min": min, "max": max}[how](scores)
    product = 1.0
    for c, s in members:
        product *= 1 - c["weight"] * s if how == "noisy_or" else s
    return 1 - product if how == "noisy_or" else product


def clamped(node, x):
    return min(max(x, node.get("min", -math.inf)), node.get("max", math.inf))


def span(node, members):
    """The least and the most that a group can come to: a mean or a choice can be down to any one member, the others missing."""
    lows, highs = [low for _, (low, _) in members], [high for _, (_, high) in members]
    how = node["combine"]
    if how == "sum":
        return clamped(node, sum(lows)), clamped(node, sum(highs))
    if how == "noisy_or":
        return 0, combine(node, [(c, high) for c, (_, high) in members])
    if how != "product":
        return min(lows), max(highs)
    made = [1]
    for pair in zip(lows, highs):
        made = [x * y for x in made for y in pair]
    return min(made), max(made)


def ends(node):
    """Worst and best."""
    if "of" in node:
        found = [x * node.get("scale", 1) for x in span(node, [(c, ends(c)) for c in node["of"].values()])]
        return min(found), max(found)
    if "points" not in node:
        return tuple(node["range"])
    if "by" in node:
        cells = [cell for row in node["points"]["grid"]["gives"] for cell in row]
        return min(cells), max(cells)
    form, points = next((k, v) for k, v in node["points"].items() if k != "else")
    given = list(points.values()) if form == "map" else [p for _, p in points]
    given += [node["points"]["else"]] if "else" in node["points"] else []
    return min(given), max(given)


def place(cut, x):
    """The row or column of a grid that a value is in."""
    if x is None:
        return len(cut) + 1
    if isinstance(x, bool):
        x = "true" if x else "false"
    if isinstance(x, str):
        return cut.index(x) if x in cut else len(cut)
    return next((i for i, bound in enumerate(cut) if x <= bound), len(cut))


def cell_of(node, x, y):
    table = node["points"]["grid"]
    return table["gives"][place(table["rows"], x)][place(table["columns"], y)]


def says_again(node):
    """Whether a node holds nothing but grids, which do not count for completeness beside others."""
    return all(map(says_again, node["of"].values())) if "of" in node else "by" in node


def points_of(node, x):
    if "points" not in node or x is None:
        return x
    form, points = next((k, v) for k, v in node["points"].items() if k != "else")
    otherwise = node["points"].get("else")
    if form == "map":
        return points.get(x, otherwise)
    if form == "upto":
        return next((p for at, p in points if x <= at), otherwise)
    if form == "from":
        return next((p for at, p in reversed(points) if x >= at), otherwise)
    if x <= points[0][0] or x >= points[-1][0]:
        return points[0][1] if x <= points[0][0] else points[-1][1]
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        if x0 <= x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    raise AssertionError


class Score:
    """One customer's results, by node: score (None: missing) and share of weight present."""

    def __init__(self, card, row):
        self.card, self.row, self.nodes, self.failed = card, row, {}, False
        self.root = self.run("score", card.tree)

    def value(self, name):
        return self.row.get(name, DEFAULTS.get(name))

    def defaulted(self, node):
        return any(name not in self.row and (name in node["value"] or name in node.get("by", "")) for name in DEFAULTS)

    def metric(self, name, node):
        if "by" in node:
            x, y = self.card.give[name](self.value)
            return cell_of(node, x, y), 0 if x is None or y is None or self.defaulted(node) else 1
        score = points_of(node, self.card.give[name](self.value))
        return score, 0 if score is None or self.defaulted(node) else 1

    def group(self, node):
        members = [(c, *self.run(n, c)) for n, c in node["of"].items()]
        size = {"weighted_mean": lambda c: c["weight"], "noisy_or": lambda c: c["weight"],
                "sum": lambda c: abs(ends(c)[1] - ends(c)[0])}.get(node["combine"], lambda c: 1)
        counts = [says_again(node) or not says_again(c) for c, _, _ in members]
        sizes = [size(c) * one for (c, _, _), one in zip(members, counts)]
        if sum(sizes) == 0:
            sizes = [int(one) for one in counts]
        complete = sum(w * share for w, (_, _, share) in zip(sizes, members)) / sum(sizes)
        there = [(c, s) for c, s, _ in members if s is not None]
        if round(complete, 9) < node.get("require", 0):
            return None, complete
        if not there and node["combine"] != "noisy_or":
            return None, complete
        score = combine(node, there)
        if node["combine"] == "sum":
            score = clamped(node, self.shared(node, there, score))
        return score * node.get("scale", 1), complete

    @staticmethod
    def shared(node, there, score):
        """Points of the members that are missing, over the others in proportion to what each can reach above its worst."""
        reach = sum(abs(ends(c)[1] - ends(c)[0]) for c, _ in there)
        if len(there) == len(node["of"]) or reach == 0:
            return score
        everyone = list(node["of"].values())
        share = (score - sum(min(ends(c)) for c, _ in there)) / reach
        return sum(min(ends(c)) for c in everyone) + share * sum(abs(ends(c)[1] - ends(c)[0]) for c in everyone)

    def run(self, name, node):
        score, complete = self.group(node) if "of" in node else self.metric(name, node)
        how = node.get("missing", "redistribute")
        if score is None:
            self.failed = self.failed or how == "fail"
            if how in ("worst", "best"):
                score = ends(node)[how == "best"]
            elif isinstance(how, dict):
                score = how["value"]
        self.nodes[name] = score
        return score, complete


# ---- Health ----

def rounded(x):
    return math.floor(x * 1e9 + 0.5) / 1e9


def linked(tree, x):
    """After intercept, link and calibration; and what the calibration added."""
    x += tree.get("intercept", 0)
    logistic = tree.get("link") == "logistic"
    p = (1 / (1 + math.exp(-x)) if x > 0 else 1 - 1 / (1 + math.exp(x))) if logistic else x
    if "calibration" not in tree:
        return p, None
    held = lambda q: min(max(q, 1e-6), 1 - 1e-6)  # noqa: E731
    if "platt" in tree["calibration"]:
        slope, shift = tree["calibration"]["platt"]
        z = slope * (x if logistic else math.log(held(p) / (1 - held(p)))) + shift
        made = held(1 / (1 + math.exp(-max(min(z, 700), -700))))
    else:
        made = held(points_of({"points": {"linear": tree["calibration"]["isotonic"]}}, p if logistic else held(p)))
    return made, math.log(made / (1 - made)) - x if logistic else made - x


def profile_of(r, card):
    bounds = sorted(r.sample(range(-20, 120, 5), 2), reverse=True)
    word = r.choice(["from", "above"])
    made = {"score": card.tree, "bands": {"good": {word: bounds[0]}, "fair": {word: bounds[1]}, "poor": {}},
            "band_on": r.choice(["raw", "rounded"]), "rounding": r.choice(["none", "nearest", "truncate"]),
            "trend": {"against": "previous", "on": r.choice(["raw", "rounded"]), "stable_within": r.choice([0, 1, 5])},
            "provisional_below": r.choice([0, 0.5, 0.8])}
    modifiers = {}
    for i in range(r.randint(0, 3)):
        name, bound = r.choice(NUMBERS), r.randint(0, 8)
        kind, by = r.choice([("multiply", 0.9), ("multiply", 0.95), ("add", -3), ("add", 4), ("floor", 20), ("cap", 60)])
        modifiers[f"x{i}"] = {"when": f"{name} > {bound}", kind: by}
    made["modifiers"] = modifiers
    if r.random() < 0.2:
        card.tree |= {"link": "logistic", "intercept": r.choice([-2, 0, 1.5])}
    if r.random() < 0.2:
        card.tree |= {"calibration": r.choice([{"platt": [0.1, -0.5]}, {"platt": [1.5, 0]}, {"isotonic": [[0.1, 0.05], [0.5, 0.5], [0.75, 0.5], [1, 0.9]]}])}
    return made


def modified(profile, row, x):
    used = []
    for name, m in profile["modifiers"].items():
        attribute, bound = m["when"].split(" > ")
        value = row.get(attribute, DEFAULTS.get(attribute))
        if value is None or not value > int(bound):
            continue
        used.append(name)
        x = x * m["multiply"] if "multiply" in m else x + m["add"] if "add" in m else max(x, m["floor"]) if "floor" in m else min(x, m["cap"])
    return x, used


def displayed(how, x):
    if how == "none":
        return x
    return math.trunc(x) if how == "truncate" else math.copysign(math.floor(abs(x) + 0.5), x)


def health(profile, score, row):
    root, complete = score.root
    want = {"completeness": complete}
    if score.failed or root is None:
        return want | {"raw": None, "score": None, "status": None, "trend": None}
    tree = profile["score"]
    x, _ = linked(tree, root)
    x, used = modified(profile, row, x)
    raw = rounded(x)
    shown = displayed(profile["rounding"], raw)
    banded = raw if profile["band_on"] == "raw" else shown
    status = next((name for name, b in profile["bands"].items()
                   if not b or ("from" in b and banded >= b["from"]) or ("above" in b and banded > b["above"])), None)
    trend, before = None, row.get("previous_score")
    if before is not None:
        change = rounded((raw if profile["trend"]["on"] == "raw" else shown) - before)
        within = profile["trend"]["stable_within"]
        trend = "stable" if abs(change) <= within else "improving" if change > 0 else "declining"
    return want | {"raw": raw, "score": shown, "status": status, "trend": trend, "modifiers": used,
                   "provisional": rounded(complete) < profile["provisional_below"]}


# ---- Comparison ----

def close(got, want):
    if want is None or got is None or isinstance(want, (bool, str, list)):
        return got == want
    return abs(got - want) <= TOLERANCE * max(1, abs(want))


def components(nodes):
    for name, node in nodes.items():
        yield name, node
        yield from components(node.get("of", {}))


def adds_up(group):
    """The members' contributions make up the group's, where the group has its score from them."""
    inner = list(group["of"].values())
    if all(n["score"] is None for n in inner):
        return True
    size = max([1] + [abs(n["contribution"]) for n in inner])
    return abs(sum(n["contribution"] for n in inner) - group["contribution"]) <= TOLERANCE * size or group["missing"] is not None


def parts(node, score):
    """What each member of a group with a score of its own contributes, by name; None where the rule says nothing more than the sum."""
    there = [(n, c, score.nodes[n]) for n, c in node["of"].items() if score.nodes[n] is not None]
    scale, how = node.get("scale", 1), node["combine"]
    if how == "weighted_mean":
        total = sum(c["weight"] for _, c, _ in there)
        return {n: c["weight"] / total * s * scale for n, c, s in there}
    if how in ("min", "max"):
        decides = {"min": min, "max": max}[how](there, key=lambda m: m[2])[0]
        return {n: s * scale if n == decides else 0 for n, _, s in there}
    if how == "sum" and len(there) == len(node["of"]) and "min" not in node and "max" not in node:
        return {n: s * scale for n, _, s in there}
    if how == "noisy_or" and there and all(0 <= c["weight"] * s < 1 for _, c, s in there):
        logs = {n: -math.log(1 - c["weight"] * s) for n, c, s in there}
        whole = combine(node, [(c, s) for _, c, s in there]) * scale
        return {n: whole * x / (sum(logs.values()) or 1) for n, x in logs.items()}
    return None


def differences(profile, card, name, row, result):
    score, got = Score(card, row), result["health"]
    want = {"profile": name} | health(profile, score, row)
    for key, value in want.items():
        if key == "score" and value is not None and abs(value) > 1e5:
            continue  # raw holds fewer than 9 decimals: the last bit decides
        have = list(got[key]) if key == "modifiers" else got[key]
        if not close(have, value):
            yield f"{key} is {have!r}, not {value!r}"
    for name, node in components(got["components"]):
        if not close(node["score"], score.nodes[name]):
            yield f"{name} is {node['score']!r}, not {score.nodes[name]!r}"
        if got["raw"] is not None and "of" in node and not adds_up(node):
            yield f"{name}: contributions of its members do not add up"
    if got["raw"] is not None:
        parted = [n["contribution"] for n in got["components"].values()]
        total, size = sum(parted), max(map(abs, parted))
        shares = {} if root_short(card, score) else parts(card.tree, score) or {}
        for name, share in shares.items():
            if not close(got["components"][name]["contribution"], share):
                yield f"{name} contributes {got['components'][name]['contribution']!r}, not {share!r}"
        added = linked(card.tree, score.root[0])[1]
        if added is not None and not close(got["calibration"], added):
            yield f"the calibration adds {got['calibration']!r}, not {added!r}"
        if abs(total - score.root[0]) > TOLERANCE * max(1, size) and any(
                score.nodes[n] is not None for n in got["components"]) and not root_short(card, score):
            yield f"contributions are {total!r}, not {score.root[0]!r}"


def root_short(card, score):
    return "missing" in card.tree and score.root[1] < card.tree.get("require", 0)


def customers(r, count):
    for i in range(count):
        missing = r.choice([0, 0.2, 0.5, 0.9])
        row = {"customer_id": f"c{i}"}
        row |= {n: r.choice([-5, 0, 1, 2, 2.5, 3, 5, 7, 10, 11.25]) for n in NUMBERS if r.random() >= missing}
        row |= {n: r.random() < 0.5 for n in FLAGS if r.random() >= missing}
        row |= {"s0": r.choice(KINDS + ["tin"])} if r.random() >= missing else {}
        yield row | ({"previous_score": r.choice([0, 5, 20, 50.5])} if r.random() < 0.7 else {})


def weighed(node):
    """The nodes whose weights do not change what their group can reach."""
    for name, child in node.get("of", {}).items():
        if node["combine"] == "weighted_mean":
            yield name
        yield from weighed(child)


def reweighed(node, weights):
    """A copy with other weights."""
    made = {k: v for k, v in node.items() if k != "of"}
    if "of" in node:
        made["of"] = {n: reweighed(c, weights) | ({"weight": weights[n]} if n in weights else {}) for n, c in node["of"].items()}
    return made


def two_profiles(r, card, profile):
    """A profile for some customers that has the tree in common with the one for the others, but for its weights."""
    name, bound = r.choice(NUMBERS), r.randint(0, 8)
    weights = {n: r.choice([0.1, 0.3, 1]) for n in weighed(card.tree) if r.random() < 0.5}
    first = profile | {"score": "card", "when": f"{name} > {bound}", "weights": weights}
    other = Card.__new__(Card)
    other.give, other.tree = card.give, reweighed(card.tree, weights)

    def chosen(row):
        value = row.get(name, DEFAULTS.get(name))
        special = value is not None and value > bound
        return (first | {"score": other.tree}, other, "special") if special else (profile, card, "default")

    return {"scorecards": {"card": card.tree}, "profiles": {"default": profile | {"score": "card"}, "special": first}}, chosen


def one(command, r, folder, count):
    card = Card(r)
    profile = profile_of(r, card)
    health_section, chosen = {"profiles": {"default": profile}}, lambda row: (profile, card, "default")
    if r.random() < 0.5:
        health_section, chosen = two_profiles(r, card, profile)
    attributes = {n: {"type": "number"} for n in NUMBERS} | {n: {"type": "bool"} for n in FLAGS} | {"s0": {"type": "string"}}
    for name, value in DEFAULTS.items():
        attributes[name]["default"] = value
    document = {"csuccess": 1, "attributes": attributes, "health": health_section}
    path = Path(folder) / "c.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    rows = list(customers(r, count))
    run = subprocess.run([command, "score", "-c", str(path), "--now", "2026-01-31T00:00:00Z", "-o", "jsonl", "-"],
                         input="".join(json.dumps(row) + "\n" for row in rows), capture_output=True, text=True, check=False)
    results = [json.loads(line) for line in run.stdout.splitlines()]
    if run.returncode or len(results) != len(rows):
        return [f"exit {run.returncode}: {run.stderr}{json.dumps(health_section)}"]
    return [f"{what}\n  {json.dumps(row)}\n  {json.dumps(health_section)}" for row, result in zip(rows, results)
            for what in differences(*chosen(row), row, result)]


def main(command, configurations=300, seed=1, count=20):
    r, found, touched = random.Random(f"scorecard {seed}"), [], 0
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
