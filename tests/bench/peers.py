# SPDX-License-Identifier: Apache-2.0
"""numpy and DuckDB on the same customers, medians of five: peers.py SCRATCH ROWS DATA. A JSON line per figure."""
import json
import re
import statistics
import sys
import time
from pathlib import Path

SCORES = "adoption engagement relationship financial support prev_score".split()
NUMBERS = ("health_score arr days_since_login nps open_tickets days_to_renewal tenure_days seats seats_used "
           "email_opens features_used api_calls payment_failures csm_id").split()
FLAGS = "escalation champion_left is_trial has_sso".split()
WORDS = {
    "plan": "free starter pro business enterprise".split(),
    "region": "us-east us-west emea apac latam canada".split(),
    "industry": ("software fintech healthcare retail education logistics media energy legal nonprofit "
                 "manufacturing travel").split(),
    "stage": "onboarding adopting mature expanding renewing dormant".split(),
}
REGEX_ROWS = 100_000  # the patterns go through Python's own re, one subject at a time
ROUNDS = 5


def say(**line):
    print(json.dumps(line), flush=True)


def median_of(run):
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return statistics.median(times)


# ---- numpy ----------------------------------------------------------------------------------------

def load(np, scratch, rows):
    columns = {name: np.fromfile(scratch / f"{name}.bin", np.float64, rows) for name in SCORES}
    columns |= {name: np.fromfile(scratch / f"{name}.bin", np.int32, rows) for name in NUMBERS}
    columns |= {name: np.fromfile(scratch / f"{name}.bin", np.uint8, rows) for name in [*FLAGS, *WORDS]}
    offsets = np.fromfile(scratch / "subject.offsets.bin", np.int32, rows + 1)
    text = (scratch / "subject.bin").read_bytes()
    columns["subject"] = [text[a:b].decode() for a, b in zip(offsets[:-1], offsets[1:])]
    return columns


def numpy_score(np, c):
    s = c["adoption"] * 0.30 + c["engagement"] * 0.25 + c["relationship"] * 0.15 + c["financial"] * 0.20 + c["support"] * 0.10
    s = s * np.where(c["days_to_renewal"] < 30, 0.95, 1.0)
    s = s * np.where(c["escalation"], 0.90, 1.0)
    s = s * np.where(c["champion_left"], 0.85, 1.0)
    change = s - c["prev_score"]
    return s, (s < 80).astype(np.uint8) + (s < 60), (change <= 5).astype(np.uint8) + (change < -5)


NUMPY_OPS = {"lt": "__lt__", "lte": "__le__", "gt": "__gt__", "gte": "__ge__"}


def numpy_test(np, c, name, op, value):
    column = c[name]
    if op == "matches":
        pattern = re.compile(value)
        return np.fromiter((pattern.search(text) is not None for text in column), bool, len(column))
    if op in NUMPY_OPS:
        return getattr(column, NUMPY_OPS[op])(value)
    wanted = value if isinstance(value, list) else [value]
    codes = [WORDS[name].index(v) if name in WORDS else int(v) for v in wanted]
    found = column == codes[0]
    for code in codes[1:]:
        found |= column == code
    return ~found if op == "ne" else found


def numpy_rule(np, c, rule):
    parts = []
    for key, value in rule.items():
        if key == "not":
            parts.append(~numpy_rule(np, c, value))
        elif key in ("all", "any"):
            join = np.logical_and if key == "all" else np.logical_or
            parts.append(join.reduce([numpy_rule(np, c, part) for part in value]))
        else:
            parts.extend(numpy_test(np, c, key, op, operand) for op, operand in value.items())
    return parts[0] if len(parts) == 1 else np.logical_and.reduce(parts)


def bench_numpy(scratch, rows, rules, expected):
    try:
        import numpy as np
    except ImportError as why:
        return say(absent="numpy", why=str(why))
    c = load(np, scratch, rows)
    say(work="health profile, columns", who=f"numpy {np.__version__}", rows=rows, seconds=median_of(lambda: numpy_score(np, c)))
    plain, few = rules[:95], {name: column[:REGEX_ROWS] for name, column in c.items()}
    say(work="95 without regex, columns", who=f"numpy {np.__version__}", rows=rows,
        seconds=median_of(lambda: [int(numpy_rule(np, c, rule).sum()) for rule in plain]))
    members = []

    def all_rules():
        members[:] = [int(numpy_rule(np, few, rule).sum()) for rule in rules]
    say(work="100 conditions, columns", who=f"numpy {np.__version__}", rows=len(few["nps"]), seconds=median_of(all_rules))
    if len(few["nps"]) == REGEX_ROWS:
        say(check="members by numpy", differ=sum(a != b for a, b in zip(members, expected[str(REGEX_ROWS)])))


# ---- DuckDB ---------------------------------------------------------------------------------------

SQL_OPS = {"lt": "<", "lte": "<=", "gt": ">", "gte": ">=", "eq": "=", "ne": "<>"}


def sql_value(value):
    if isinstance(value, bool):
        return str(int(value))
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def sql_test(name, op, value):
    if op == "matches":
        return f"regexp_matches({name}, {sql_value(value)})"
    if op == "in":
        return f"{name} IN ({', '.join(map(sql_value, value))})"
    return f"{name} {SQL_OPS[op]} {sql_value(value)}"


def sql_rule(rule):
    parts = []
    for key, value in rule.items():
        if key == "not":
            parts.append(f"NOT ({sql_rule(value)})")
        elif key in ("all", "any"):
            parts.append("(" + (" AND " if key == "all" else " OR ").join(f"({sql_rule(p)})" for p in value) + ")")
        else:
            parts.extend(sql_test(key, op, operand) for op, operand in value.items())
    return " AND ".join(parts)


SQL_SCORE = """
SELECT sum(s), sum((s < 80)::INT + (s < 60)::INT), sum((s - prev_score <= 5)::INT + (s - prev_score < -5)::INT) FROM (
 SELECT prev_score, (adoption * 0.30 + engagement * 0.25 + relationship * 0.15 + financial * 0.20 + support * 0.10)
  * CASE WHEN days_to_renewal < 30 THEN 0.95 ELSE 1.0 END * CASE WHEN escalation = 1 THEN 0.90 ELSE 1.0 END
  * CASE WHEN champion_left = 1 THEN 0.85 ELSE 1.0 END AS s FROM customers)"""


def bench_duckdb(scratch, rows, rules, expected):
    try:
        import duckdb
        import numpy as np
    except ImportError as why:
        return say(absent="duckdb", why=str(why))
    c = load(np, scratch, rows)
    for name, words in WORDS.items():
        c[name] = np.array(words, object)[c[name]]
    c["subject"] = np.array(c["subject"], object)
    db = duckdb.connect(config={"threads": 1})
    db.register("source", c)
    db.execute("CREATE TABLE customers AS SELECT * FROM source")
    who = f"DuckDB {duckdb.__version__}, one thread"
    say(work="health profile, columns", who=who, rows=rows, seconds=median_of(lambda: db.execute(SQL_SCORE).fetchall()))
    sums = ", ".join(f"count(*) FILTER (WHERE {sql_rule(rule)})" for rule in rules)
    members = []

    def all_rules():
        members[:] = db.execute(f"SELECT {sums} FROM customers").fetchone()
    say(work="100 conditions, columns", who=who, rows=rows, seconds=median_of(all_rules))
    if str(rows) in expected:
        say(check="members by DuckDB", differ=sum(a != b for a, b in zip(members, expected[str(rows)])))


def main():
    scratch, rows, data = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    rules = [s["when"] for s in json.loads((data / "segments100.json").read_text())["segments"].values()]
    expected = json.loads((data / "segments100.expected.json").read_text())
    bench_numpy(scratch, rows, rules, expected)
    bench_duckdb(scratch, rows, rules, expected)


main()
