# SPDX-License-Identifier: Apache-2.0
"""The scorecard of data/arrow.json written by hand for pandas, polars and DuckDB, as one who knows them would: raw score, completeness, status and trend of each row, null where there is none.

A group's members that are null are left out and the weights of the others count for more; its completeness is the share of weight that is there."""
from arrow_data import DAY_MS, NOW_MS, TODAY

USAGE, RELATION, SUPPORT, MONEY = (0.5, 0.3, 0.2), (0.5, 0.3, 0.2), (0.6, 0.4), (0.2, 0.3, 0.2, 0.3)
WHOLE = (0.3, 0.2, 0.2, 0.3)
PLAN = {"free": 20, "starter": 40, "team": 70, "business": 85, "enterprise": 100}
LOGIN_DAYS = ((1, 100), (7, 80), (14, 50), (30, 20)), 0
TICKETS = ((0, 100), (3, 80), (6, 50)), 20
DELAYS = ((0, 100), (1, 70), (2, 40)), 10
RENEWAL = ((90, 90), (30, 60), (0, 30)), 0
BANDS = ((80, "healthy"), (60, "at_risk")), "critical"
STABLE = 5


# ---- pandas: numpy underneath, NaN is null --------------------------------------------------------

def pandas_mean(np, parts, weights):
    """Value and completeness."""
    total, weight = 0.0, 0.0
    for (value, there), w in zip(parts, weights):
        present = ~np.isnan(value)
        total = total + np.where(present, value, 0.0) * w
        weight = weight + present * w
    with np.errstate(invalid="ignore"):
        return np.where(weight > 0, total / weight, np.nan), sum(there * w for (_, there), w in zip(parts, weights)) / sum(weights)


def pandas_open(table):
    """Nulls of numbers are NaN, of times NaT, of bools NA; times are UTC without saying so."""
    df = table.to_pandas(date_as_object=False)
    df["champion_active"] = df["champion_active"].astype("boolean")
    df["last_login"] = df["last_login"].dt.tz_localize(None)
    return df


def pandas_score(df):
    import numpy as np
    import pandas as pd

    def number(name):
        return df[name].to_numpy(dtype=float, na_value=np.nan)

    def leaf(points):
        return points, (~np.isnan(points)).astype(float)

    def line(value, xs, ys):
        return leaf(np.interp(value, xs, ys))  # NaN stays NaN

    def steps(value, rule, compare):
        bounds, other = rule
        points = np.select([compare(value, bound) for bound, _ in bounds], [float(p) for _, p in bounds], float(other))
        return leaf(np.where(np.isnan(value), np.nan, points))

    def days(name, per_day, origin, sign):
        """Whole days between now and a time."""
        value = df[name].to_numpy()
        return np.where(np.isnat(value), np.nan, np.floor(sign * (value.astype("datetime64[ms]").astype(np.int64) - origin) / per_day))

    usage = pandas_mean(np, [line(number("logins_30d"), [0, 20], [0, 100]),
                             line(number("active_users") / number("licensed_users"), [0, 0.5, 1], [0, 60, 100]),
                             line(number("feature_share"), [0, 1], [0, 100])], USAGE)
    relation = pandas_mean(np, [line(number("nps_score"), [0, 10], [0, 100]), leaf(number("champion_active") * 100),
                                steps(np.maximum(days("last_login", DAY_MS, NOW_MS, -1), 0), LOGIN_DAYS, np.less_equal)], RELATION)
    support = pandas_mean(np, [steps(number("tickets_30d"), TICKETS, np.less_equal), line(number("ticket_sentiment"), [-1, 1], [0, 100])], SUPPORT)
    plan = df["plan"].cat
    points = np.append(np.array([PLAN[word] for word in plan.categories], dtype=float), np.nan)
    money = pandas_mean(np, [leaf(points[plan.codes]), steps(number("payment_delays"), DELAYS, np.less_equal),
                             steps(days("renewal", DAY_MS, NOW_MS, 1), RENEWAL, np.greater_equal),
                             line(number("contract_value"), [0, 100_000], [20, 100])], MONEY)
    raw, completeness = pandas_mean(np, [usage, relation, support, money], WHOLE)
    change = raw - number("previous_score")
    bounds, other = BANDS
    status = np.select([raw >= bound for bound, _ in bounds], range(len(bounds)), len(bounds))
    trend = np.select([np.isnan(change), change > STABLE, change < -STABLE], [-1, 0, 2], 1)
    return pd.DataFrame({"raw": raw, "completeness": completeness,
                         "status": pd.Categorical.from_codes(status, [word for _, word in bounds] + [other]),
                         "trend": pd.Categorical.from_codes(trend, ["improving", "stable", "declining"])})


# ---- polars: one lazy expression ------------------------------------------------------------------

def polars_score(df):
    import polars as pl
    col, when, lit = pl.col, pl.when, pl.lit

    def mean(parts, weights):
        total = pl.sum_horizontal(*(value * w for (value, _), w in zip(parts, weights)))
        weight = pl.sum_horizontal(*(value.is_not_null() * w for (value, _), w in zip(parts, weights)))
        there = sum((t * w for (_, t), w in zip(parts, weights)), lit(0.0)) / sum(weights)
        return when(weight > 0).then(total / weight), there

    def leaf(points):
        return points, points.is_not_null().cast(pl.Float64)

    def line(value, x0, x1, y0, y1):
        return (value.cast(pl.Float64).clip(x0, x1) - x0) * ((y1 - y0) / (x1 - x0)) + y0

    def steps(value, rule, compare):
        bounds, other = rule
        chain = when(value.is_null()).then(None)
        for bound, points in bounds:
            chain = chain.when(compare(value, bound)).then(float(points))
        return leaf(chain.otherwise(float(other)))

    def most(value, bound):
        return value <= bound

    def least(value, bound):
        return value >= bound

    usage = [leaf(line(col("logins_30d"), 0, 20, 0, 100)), leaf(col("seats").clip(0, 0.5) * 120 + (col("seats").clip(0.5, 1) - 0.5) * 80),
             leaf(line(col("feature_share"), 0, 1, 0, 100))]
    relation = [leaf(line(col("nps_score"), 0, 10, 0, 100)), leaf(col("champion_active") * 100.0),
                steps(((NOW_MS - col("last_login").cast(pl.Int64)) // DAY_MS).clip(0), LOGIN_DAYS, most)]
    support = [steps(col("tickets_30d"), TICKETS, most), leaf(line(col("ticket_sentiment"), -1, 1, 0, 100))]
    money = [leaf(col("plan").replace_strict(PLAN, default=None, return_dtype=pl.Float64)), steps(col("payment_delays"), DELAYS, most),
             steps(col("renewal").cast(pl.Int32) - TODAY, RENEWAL, least), leaf(line(col("contract_value"), 0, 100_000, 20, 100))]
    groups = [mean(usage, USAGE), mean(relation, RELATION), mean(support, SUPPORT), mean(money, MONEY)]
    frame = df.lazy().with_columns(seats=col("active_users") / col("licensed_users"))
    frame = frame.select("previous_score", *(v.alias(f"g{i}") for i, (v, _) in enumerate(groups)), *(t.alias(f"t{i}") for i, (_, t) in enumerate(groups)))
    raw, completeness = mean([(col(f"g{i}"), col(f"t{i}")) for i in range(4)], WHOLE)
    frame = frame.select("previous_score", raw=raw, completeness=completeness)
    change = col("raw") - col("previous_score")
    bounds, other = BANDS
    words = pl.Enum([word for _, word in bounds] + [other])
    status = when(col("raw").is_null()).then(None)
    for bound, word in bounds:
        status = status.when(col("raw") >= bound).then(lit(word, dtype=words))
    ways = pl.Enum(["improving", "stable", "declining"])
    trend = (when(change.is_null()).then(None).when(change > STABLE).then(lit("improving", dtype=ways))
             .when(change < -STABLE).then(lit("declining", dtype=ways)).otherwise(lit("stable", dtype=ways)))
    return frame.select("raw", "completeness", status=status.otherwise(lit(other, dtype=words)), trend=trend).collect()


# ---- DuckDB: one statement ------------------------------------------------------------------------

def sql_steps(value, rule, compare):
    bounds, other = rule
    return f"CASE WHEN {value} IS NULL THEN NULL " + " ".join(f"WHEN {value} {compare} {b} THEN {p}.0" for b, p in bounds) + f" ELSE {other}.0 END::DOUBLE"


def sql_line(value, x0, x1, y0, y1):
    """Least and greatest pass over null, so it is asked for."""
    return f"CASE WHEN {value} IS NOT NULL THEN (greatest({x0}, least({x1}, {value}::DOUBLE)) - {x0}) * {(y1 - y0) / (x1 - x0)!r}::DOUBLE + {y0} END"


def sql_mean(parts, weights):
    total = " + ".join(f"coalesce({p} * {w}::DOUBLE, 0)" for p, w in zip(parts, weights))
    weight = " + ".join(f"({p} IS NOT NULL)::INT * {w}::DOUBLE" for p, w in zip(parts, weights))
    return f"({total}) / nullif({weight}, 0)", weight


def duckdb_sql(table):
    leaves = {
        "logins": sql_line("logins_30d", 0, 20, 0, 100),
        "seats": "CASE WHEN seats_used IS NOT NULL THEN greatest(0, least(0.5::DOUBLE, seats_used)) * 120 + (greatest(0.5::DOUBLE, least(1, seats_used)) - 0.5) * 80 END",
        "features": sql_line("feature_share", 0, 1, 0, 100),
        "nps": sql_line("nps_score", 0, 10, 0, 100),
        "champion": "champion_active::INT * 100.0::DOUBLE",
        "recency": sql_steps("login_days", LOGIN_DAYS, "<="),
        "tickets": sql_steps("tickets_30d", TICKETS, "<="),
        "sentiment": sql_line("ticket_sentiment", -1, 1, 0, 100),
        "plan_points": "CASE plan " + " ".join(f"WHEN '{k}' THEN {v}.0" for k, v in PLAN.items()) + " END::DOUBLE",
        "delays": sql_steps("payment_delays", DELAYS, "<="),
        "renewal_points": sql_steps("renewal_days", RENEWAL, ">="),
        "contract": sql_line("contract_value", 0, 100_000, 20, 100),
    }
    groups = [sql_mean(["logins", "seats", "features"], USAGE), sql_mean(["nps", "champion", "recency"], RELATION),
              sql_mean(["tickets", "sentiment"], SUPPORT), sql_mean(["plan_points", "delays", "renewal_points", "contract"], MONEY)]
    raw, _ = sql_mean([f"g{i}" for i in range(4)], WHOLE)
    there = " + ".join(f"t{i} * {w}::DOUBLE" for i, w in enumerate(WHOLE))
    bounds, other = BANDS
    return f"""
WITH inputs AS (SELECT *, active_users / licensed_users AS seats_used, renewal - DATE '1970-01-01' - {TODAY} AS renewal_days,
                       CASE WHEN last_login IS NOT NULL THEN greatest(0, ({NOW_MS} - epoch_ms(last_login)) // {DAY_MS}) END AS login_days FROM {table}),
     leaves AS (SELECT previous_score, {', '.join(f'{sql} AS {name}' for name, sql in leaves.items())} FROM inputs),
     groups AS (SELECT previous_score, {', '.join(f'{v} AS g{i}, {t} AS t{i}' for i, (v, t) in enumerate(groups))} FROM leaves),
     scores AS (SELECT previous_score, {raw} AS raw, {there} AS completeness FROM groups)
SELECT raw, completeness,
       CASE WHEN raw IS NULL THEN NULL {' '.join(f"WHEN raw >= {b} THEN '{w}'" for b, w in bounds)} ELSE '{other}' END::status AS status,
       CASE WHEN raw IS NULL OR previous_score IS NULL THEN NULL WHEN raw - previous_score > {STABLE} THEN 'improving'
            WHEN raw - previous_score < -{STABLE} THEN 'declining' ELSE 'stable' END::trend AS trend
FROM scores"""


def duckdb_open(table):
    """A database in memory that has the customers as a table of its own, texts as an enum."""
    import duckdb
    db = duckdb.connect(config={"threads": 1})
    db.execute("SET preserve_insertion_order = true; SET TimeZone = 'UTC'")
    db.execute(f"CREATE TYPE plans AS ENUM ({', '.join(repr(p) for p in PLAN)})")
    db.execute("CREATE TYPE status AS ENUM ('healthy', 'at_risk', 'critical'); CREATE TYPE trend AS ENUM ('improving', 'stable', 'declining')")
    db.register("given", table)
    db.execute("CREATE TABLE customers AS SELECT * REPLACE (plan::VARCHAR::plans AS plan, last_login::TIMESTAMP AS last_login) FROM given")
    return db


def duckdb_score(db):
    return db.sql(duckdb_sql("customers")).to_arrow_table()
