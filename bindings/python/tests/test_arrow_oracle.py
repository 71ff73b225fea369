# SPDX-License-Identifier: Apache-2.0
"""Random tables of every type that an input takes: a table scores what each of its rows scores, as pyarrow's own to_pylist() reads it, to the bit."""
from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import scoring

import csuccess

pa = pytest.importorskip("pyarrow")
NOW = scoring.NOW
FIRST, LAST = -62135596800000, 253402300799999  # the years 1 to 9999 in milliseconds
DAY = 86_400_000
LONGEST = 315576000000000  # of durations, in milliseconds
KINDS = {"n": "number", "m": "money", "b": "bool", "s": "string", "t": "time", "d": "date", "u": "duration", "ln": "number", "ls": "string", "lb": "bool"}
TABLES = 12 if scoring.SANITIZED else 60


def attribute(name: str) -> dict[str, Any]:
    return {"type": "list", "of": KINDS[name]} if name[0] == "l" else {"type": KINDS[name]}


def config() -> csuccess.Config:
    """Each input beside another of its kind, which always comes in its plainest form: one bit apart, and they are no longer equal."""
    attributes = {name + twin: attribute(name) for name in KINDS for twin in ("", "2")}
    values = {"n": "n", "m": "m", "s": "size(s)", "t": "days_since(t)", "d": "days_since(d)", "u": "u.getHours()", "ln": "sum(ln)",
              "ls": "size(ls)", "b": "b ? 7 : 3"}
    metrics = {name: {"weight": 1 + i, "value": value, "range": [-1000, 1000]} for i, (name, value) in enumerate(values.items())}
    segments = {f"same_{name}": {"when": f"{name} == {name}2"} for name in KINDS} | {f"has_{name}": {"when": f"has({name})"} for name in KINDS}
    return csuccess.Config({
        "csuccess": 1, "name": "oracle@1", "attributes": attributes, "segments": segments,
        "health": {"profiles": {
            "few": {"when": "coalesce(n, 0) < 0", "score": {"combine": "weighted_mean", "of": metrics}, "bands": {"good": {"from": 50}, "bad": {}}},
            "all": {"score": {"combine": "weighted_mean", "of": metrics}, "bands": {"fine": {"from": 40}, "bad": {}}}}},
        "churn": {"model": {"scorecard": {"combine": "weighted_mean", "of": {"low": {"weight": 1, "value": "n < 3 ? 0.75 : 0.25"}}}},
                  "levels": {"high": {"from": 0.5}, "low": {}}}})


# ---- Values, and what they are to a row ----

Reading = Callable[[Any], Any]


def as_number(value: Any) -> float | None:
    if value is None:
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def as_list(item: Reading) -> Reading:
    def read(values: Any) -> Any:
        items = None if values is None else [item(value) for value in values]
        return None if items is None or None in items else items
    return read


def as_time(per_ms: tuple[int, int], whole_days: bool) -> Reading:
    """Of raw integers, times one number, by the other."""
    def read(raw: int | None) -> date | None:
        ms = None if raw is None else raw * per_ms[0] // per_ms[1]
        if ms is None or not FIRST <= ms <= LAST:
            return None
        at = datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(milliseconds=ms)
        return at.date() if whole_days else at
    return read


def as_duration(per_ms: tuple[int, int]) -> Reading:
    def read(raw: int | None) -> timedelta | None:
        if raw is None:
            return None
        ms = abs(raw) * per_ms[0] // per_ms[1] * (1 if raw >= 0 else -1)
        return timedelta(milliseconds=ms) if abs(ms) <= LONGEST else None
    return read


def plain(value: Any) -> Any:
    return value


TEXTS = ["", "x", "pro", "twelve bytes", "thirteen byte", "ä", "größer als zwölf Bytes", "\U0001f600" * 5, "a\0b", "team", "long " * 20]


class Draw(random.Random):
    def holes(self, values: list[Any]) -> list[Any]:
        share = self.choice([0, 0.1, 0.5, 1])
        return [None if self.random() < share else value for value in values]

    def numbers(self, count: int) -> list[float]:
        edges = [0.1, -0.0, math.nan, math.inf, 5e-324]
        return [self.choice([self.uniform(-1e3, 1e3), self.gauss(0, 1e-9), self.uniform(-1, 1) * 1e300, *edges]) for _ in range(count)]

    def wholes(self, count: int, bits: int, signed: bool) -> list[int]:
        low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        edges = [low, high, 0, min(high, 1), min(high, (1 << 53) + 1)]
        return [self.choice([self.randint(low, high), min(high, self.randint(0, 100)), *edges]) for _ in range(count)]

    def unscaled(self, count: int, precision: int) -> list[Decimal]:
        wholes = (self.choice([0, 1, -1, 5, 10 ** precision - 1, self.randint(0, 10 ** self.randint(1, precision) - 1)]) for _ in range(count))
        return [Decimal(x) for x in wholes]

    def moments(self, count: int, per_ms: tuple[int, int], bits: int = 64) -> list[int]:
        high = (1 << (bits - 1)) - 1

        def raw(ms: int) -> int:
            return ms * per_ms[1] // per_ms[0]

        def one() -> int:
            edge = self.choice([FIRST, LAST, NOW, 0])
            x = self.choice([raw(edge) + self.randint(-2, 2), raw(self.randint(FIRST, LAST)), raw(NOW - self.randint(0, 900 * DAY)),
                             raw(LAST + 1) - 1, high, -high - 1])
            return max(-high - 1, min(high, x))
        return [one() for _ in range(count)]


# ---- Arrays of each type ----

UNITS = {"s": (1000, 1), "ms": (1, 1), "us": (1, 1000), "ns": (1, 1000000)}
Made = tuple[Any, list[Any]]  # an array, and what its rows are


def made(array: Any, reading: Reading, raw: Any = None) -> Made:
    return array, [reading(value) for value in (array if raw is None else raw).to_pylist()]


def number(draw: Draw, count: int) -> Made:
    kind = draw.randrange(4)
    if kind == 0:
        bits, signed = draw.choice([8, 16, 32, 64]), draw.random() < 0.5
        return made(pa.array(draw.holes(draw.wholes(count, bits, signed)), getattr(pa, f"{'' if signed else 'u'}int{bits}")()), as_number)
    if kind == 1:
        array = pa.array(draw.holes(draw.numbers(count)), pa.float64())
        return made(array.cast(draw.choice([pa.float16(), pa.float32(), pa.float64()]), safe=False), as_number)
    name, most = draw.choice([("decimal32", 9), ("decimal64", 18), ("decimal128", 38), ("decimal256", 76)])
    precision = draw.randint(1, most)
    scale = draw.choice([0, 2, precision, -3, -20, 30, 400, -400])
    whole = pa.array(draw.holes(draw.unscaled(count, precision)), getattr(pa, name)(precision, 0))
    # pyarrow reads no decimal of such a scale back: its digits are read, and the scale is written behind them
    scaled = pa.Array.from_buffers(getattr(pa, name)(precision, scale), count, whole.buffers())
    return made(scaled, lambda x: as_number(None if x is None else f"{x}e{-scale}"), whole)


def boolean(draw: Draw, count: int) -> Made:
    if draw.random() < 0.5:
        return made(pa.array(draw.holes(draw.choices([True, False], k=count)), pa.bool_()), plain)
    array = pa.array(draw.holes(draw.choices([0, 1, 2, 127], k=count)), draw.choice([pa.int8(), pa.uint8()]))
    return made(array, lambda value: None if value is None else value != 0)


def string(draw: Draw, count: int) -> Made:
    of = draw.choice([pa.string(), pa.large_string(), pa.string_view()])
    if draw.random() < 0.5:
        return made(pa.array(draw.holes(draw.choices(TEXTS, k=count)), of), plain)
    words = pa.array([None if draw.random() < 0.2 else text for text in TEXTS], of)
    index = getattr(pa, draw.choice(["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64"]))()
    if draw.random() < 0.5:
        words = pa.concat_arrays([pa.array(["before"], of), words]).slice(1)
    codes = pa.array(draw.holes(draw.choices(range(len(words)), k=count)), index)
    return made(pa.DictionaryArray.from_arrays(codes, words, ordered=draw.random() < 0.5), plain)


def moment(draw: Draw, count: int, whole_days: bool = False) -> Made:
    kind = draw.randrange(6)
    if kind == 0:
        raw = pa.array(draw.holes(draw.moments(count, (DAY, 1), 32)), pa.int32())
        return made(raw.view(pa.date32()), as_time((DAY, 1), whole_days), raw)
    if kind < 3:
        raw = pa.array(draw.holes(draw.moments(count, (1, 1))), pa.int64())
        return made(raw if kind == 1 else raw.view(pa.date64()), as_time((1, 1), whole_days), raw)
    unit = draw.choice(list(UNITS))
    raw = pa.array(draw.holes(draw.moments(count, UNITS[unit])), pa.int64())
    return made(raw.view(pa.timestamp(unit, draw.choice([None, "UTC", "Europe/Berlin", "+05:30"]))), as_time(UNITS[unit], whole_days), raw)


def day(draw: Draw, count: int) -> Made:
    return moment(draw, count, whole_days=True)


def length(draw: Draw, count: int) -> Made:
    unit = draw.choice(list(UNITS))
    edges = [0, 1, -1, 999, -1001, LONGEST // 1000, (1 << 63) - 1, -(1 << 63)]
    many = [draw.choice([draw.randint(-10 ** 7, 10 ** 7), draw.randint(-10 ** 15, 10 ** 15), *edges]) for _ in range(count)]
    raw = pa.array(draw.holes(many), pa.int64())
    if draw.random() < 0.2:
        return made(raw, as_duration((1, 1)))
    return made(raw.view(pa.duration(unit)), as_duration(UNITS[unit]), raw)


def lists(item: Callable[[Draw, int], Made], reading: Reading) -> Callable[[Draw, int], Made]:
    def make(draw: Draw, count: int) -> Made:
        each = draw.choice([None, 0, 1, 3])
        starts = [0] if each is None else [each * i for i in range(count + 1)]
        while len(starts) <= count:
            starts.append(starts[-1] + draw.choice([0, 1, 2, 5]))
        items, read = item(draw, starts[-1] + draw.choice([0, 3]) * (each is None))
        nulls = pa.array(draw.holes([False] * count), pa.bool_()).is_null()
        if each is not None:
            of = pa.list_(getattr(items.type, "value_type", items.type), 0)
            array = pa.FixedSizeListArray.from_arrays(items, each, mask=nulls) if each else pa.array(draw.holes([[]] * count), of)
        elif draw.random() < 0.5:
            array = pa.ListArray.from_arrays(pa.array(starts, pa.int32()), items, mask=nulls)
        else:
            array = pa.LargeListArray.from_arrays(pa.array(starts, pa.int64()), items, mask=nulls)
        rows = [read[at:to] for at, to in zip(starts, starts[1:])] if each != 0 else [[]] * count
        there = array.is_valid().to_pylist()
        return array, [as_list(plain)(row) if valid else None for row, valid in zip(rows, there)]
    return make


MAKERS: dict[str, Callable[[Draw, int], Made]] = {
    "n": number, "m": number, "b": boolean, "s": string, "t": moment, "d": day, "u": length,
    "ln": lists(number, as_number), "ls": lists(string, plain), "lb": lists(boolean, plain)}
TWINS = {"n": pa.float64(), "m": pa.float64(), "b": pa.bool_(), "s": pa.string(), "t": pa.timestamp("ms", "UTC"), "d": pa.date32(), "u": pa.duration("ms"),
         "ln": pa.list_(pa.float64()), "ls": pa.list_(pa.string()), "lb": pa.list_(pa.bool_())}


class Kept(pa.ExtensionType):  # type: ignore[misc,name-defined,unused-ignore]
    """An extension type that nobody knows."""

    def __init__(self, storage: Any) -> None:
        super().__init__(storage, "csuccess.test")

    def __arrow_ext_serialize__(self) -> bytes:
        return b"\0\xff"

    @classmethod
    def __arrow_ext_deserialize__(cls, storage: Any, serialized: bytes) -> Kept:
        return cls(storage)


def customers(draw: Draw, count: int) -> Any:
    array, _ = draw.choice([boolean, string, length])(draw, count)  # NaN would equal nothing, and pyarrow holds date64 to whole days
    extra = [pa.nulls(count), pa.array(draw.holes(draw.unscaled(count, 76)), pa.decimal256(76, 0)),
             pa.array([NOW] * count, pa.timestamp("us", "UTC")), pa.array([b"\xff"] * count, pa.binary()), pa.array([b"abcd"] * count, pa.binary(4)),
             pa.array(draw.holes([b"more than twelve of them"] * count), pa.binary_view()), pa.array(draw.holes([f"c{i}" for i in range(count)]))]
    return draw.choice([array, *extra])


def table(draw: Draw, count: int) -> tuple[Any, list[dict[str, Any]]]:
    """A table, and its rows as they are to Config.score()."""
    names = draw.sample(list(MAKERS), draw.randint(1, len(MAKERS)))
    columns, rows = [], [dict[str, Any]() for _ in range(count)]
    for name in names:
        array, values = MAKERS[name](draw, count) if draw.random() < 0.95 else (pa.nulls(count), [None] * count)
        if draw.random() < 0.1 and not pa.types.is_dictionary(array.type) and array.type != pa.null():
            array = pa.ExtensionArray.from_storage(Kept(array.type), array)
        for row, value in zip(rows, values):
            row[name] = row[name + "2"] = value
        columns += [(name, array), (name + "2", pa.array(values, TWINS[name]))]
    columns.append(("customer_id", customers(draw, count)))
    ignored = pa.array([{"a": [i], "b": {"c": "x"}} for i in range(count)])
    columns += [("größe", ignored), ("größe", pa.array([0] * count)), ("", pa.array(["x"] * count))]
    draw.shuffle(columns)
    fields = [pa.field(name, array.type, metadata={"k": "v"} if draw.random() < 0.3 else None) for name, array in columns]
    return pa.Table.from_arrays([array for _, array in columns], schema=pa.schema(fields, metadata={"whole": "table"})), rows


def cut(draw: Draw, whole: Any) -> Any:
    """In chunks, of which some are empty, that do not fall together from column to column."""
    def chunks(column: Any) -> Any:
        edges = sorted(draw.choices(range(len(column) + 1), k=draw.randint(0, 4)))
        parts = [column.slice(at, to - at) for at, to in zip([0, *edges], [*edges, len(column)])]
        return pa.chunked_array([chunk for part in parts for chunk in part.chunks or [column.chunk(0).slice(0, 0)]], column.type)
    return pa.Table.from_arrays([chunks(column) for column in whole.columns], schema=whole.schema)


# ---- What must hold ----

PARTS = ["health", "churn", "segments"]


def row_by_row(scorer: csuccess.Scorer, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    found = []
    for row in rows:
        score, members = scorer.run(row, NOW), scorer.segments(row, NOW)
        churn = scorer.predict(row, NOW)
        found.append({"score": score.value, "raw": score.raw, "completeness": score.completeness, "status": score.status, "trend": score.trend,
                      "profile": score.profile, "churn_probability": churn.probability, "churn_level": churn.level,
                      "churn_confidence": None if churn.probability is None else churn.confidence}
                     | {f"segment:{name}": name in members.members for name in scorer.config.segments})
    return found


def bits(rows: list[dict[str, Any]], names: list[str]) -> list[list[Any]]:
    return [[value.hex() if isinstance(value := row[name], float) else value for name in names] for row in rows]


def agree(back: Any, want: list[dict[str, Any]]) -> None:
    back.validate(full=True)
    have = back.drop_columns(["customer_id"]).to_pylist() if "customer_id" in back.column_names else back.to_pylist()
    assert bits(have, list(want[0]) if want else []) == bits(want, list(want[0]) if want else [])


@pytest.mark.parametrize("seed", range(TABLES))
def test_random_tables_are_their_rows(seed: int) -> None:
    draw = Draw(seed)
    scorer = csuccess.Scorer(config())
    whole, rows = table(draw, draw.choice([1, 7, 64, 100]))
    want = row_by_row(scorer, rows)
    at = draw.randrange(len(rows))
    for given, expected in ((whole, want), (whole.slice(at), want[at:]), (cut(draw, whole), want), (cut(draw, whole).slice(at, 20), want[at:at + 20]),
                            (whole.slice(at, 0), [])):
        scored = scorer.score_table(given, NOW, results=PARTS)
        back = pa.table(scored)
        agree(back, expected)
        assert back["customer_id"].equals(given["customer_id"])
        assert back.schema.field("customer_id").equals(given.schema.field("customer_id"), check_metadata=True)
        for batch in scored.batches:
            pa.record_batch(batch).validate(full=True)
        stream = pa.RecordBatchReader.from_stream(scorer.config.score_stream(given.to_reader(max_chunksize=13), NOW, results=PARTS))
        agree(pa.Table.from_batches(stream, stream.schema), expected)


def test_a_struct_that_is_sliced_itself_is_read_from_there() -> None:
    draw = Draw(1)
    scorer = csuccess.Scorer(config())
    for _ in range(10):
        whole, rows = table(draw, 50)
        first = draw.randrange(50)
        names = {name: i for i, name in enumerate(whole.column_names)}  # a struct of the last of each name
        struct = pa.StructArray.from_arrays([whole.column(i).combine_chunks() for i in names.values()],
                                            fields=[whole.schema.field(i) for i in names.values()])
        back = pa.table(scorer.score_table(struct.slice(first), NOW, results=PARTS))
        agree(back, row_by_row(scorer, rows[first:]))
        assert back["customer_id"].to_pylist() == whole["customer_id"].slice(first).to_pylist()
    holes = pa.array([{"n": 1.0}, None])
    with pytest.raises(csuccess.InvalidError, match="null as a whole"):
        scorer.score_table(holes, NOW)


@pytest.mark.parametrize("array", [
    pa.RunEndEncodedArray.from_arrays([2], [1.5]), pa.array([[1.5]] * 2, pa.list_view(pa.float64())), pa.array([b"x"] * 2), pa.array([{"a": 1}] * 2),
    pa.array(["1"] * 2), pa.array([True] * 2), pa.array([1, 2], pa.time32("s")), pa.array([1.5, 2.5]).dictionary_encode()],
    ids=lambda array: str(array.type)[:20])
def test_types_that_are_no_numbers_are_named(array: Any) -> None:
    with pytest.raises(csuccess.ValueTypeError, match='"n" is of type'):
        config().score_table(pa.table({"n": array}), NOW)


# ---- Frames of other programs ----

def frame_rows(count: int) -> tuple[Any, list[dict[str, Any]]]:
    """What every program has: numbers, flags, words, times and days."""
    draw = Draw(count)
    numbers = draw.holes([draw.choice([0.1, -7.25, 1e15, 3.0]) for _ in range(count)])
    wholes, flags = draw.holes(draw.wholes(count, 32, True)), draw.holes(draw.choices([True, False], k=count))
    words = draw.holes(draw.choices([text for text in TEXTS if "\0" not in text], k=count))
    times = pa.array(draw.holes([NOW * 1000 - draw.randrange(10 ** 15) for _ in range(count)]), pa.int64())
    days = pa.array(draw.holes([draw.randint(10_000, 30_000) for _ in range(count)]), pa.int32())
    lengths = pa.array(draw.holes([draw.randint(-10 ** 12, 10 ** 12) for _ in range(count)]), pa.int64())
    built = pa.table({"customer_id": [f"c{i}" for i in range(count)], "n": pa.array(numbers, pa.float64()), "m": pa.array(wholes, pa.int32()),
                      "b": flags, "s": words, "t": times.view(pa.timestamp("us", "UTC")), "d": days.view(pa.date32()), "u": lengths.view(pa.duration("us")),
                      "ls": draw.holes([draw.sample(["a", "b", "c"], 2) for _ in range(count)])})
    read = {"t": as_time((1, 1000), False), "d": as_time((DAY, 1), True), "u": as_duration((1, 1000))}
    raw = {"t": times, "d": days, "u": lengths}
    names = [name for name in built.column_names if name != "customer_id"]
    columns = [[read.get(name, plain)(value) for value in raw.get(name, built[name]).to_pylist()] for name in names]
    return built, [dict(zip(names, row)) for row in zip(*columns)]


def polars_of(built: Any) -> Any:
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(built)
    return [frame, polars.concat([frame[:7], frame[7:7], frame[7:]], rechunk=False), frame.with_columns(polars.col("s").cast(polars.Categorical))]


def duckdb_of(built: Any) -> Any:
    duckdb = pytest.importorskip("duckdb")
    db = duckdb.connect()
    db.register("built", built.drop_columns(["u"]))  # DuckDB has intervals of months, days and microseconds
    columns = [name for name in built.column_names if name not in ("m", "u")]
    kept = [db.sql("select * from built"), db.sql(f"select m::decimal(18, 3) as m, {', '.join(columns)} from built")]
    return [*kept, *(relation.to_arrow_table() for relation in kept)]


def pandas_of(built: Any) -> Any:
    pandas = pytest.importorskip("pandas")
    lists = built.drop_columns(["ls"])
    nullable = {pa.int32(): pandas.Int32Dtype(), pa.bool_(): pandas.BooleanDtype(), pa.float64(): pandas.Float64Dtype(),
                pa.string(): pandas.StringDtype()}
    frame = lists.to_pandas(types_mapper=nullable.get)
    assert str(frame["t"].dtype) == "datetime64[us, UTC]"
    words = frame.assign(s=frame["s"].astype("category"), customer_id=frame["customer_id"].astype("string"))
    return [frame, words, pandas.DataFrame.from_arrow(lists), lists.to_pandas(types_mapper=pandas.ArrowDtype)]


@pytest.mark.parametrize("frames", [polars_of, duckdb_of, pandas_of])
def test_frames_are_their_rows(frames: Callable[[Any], Any]) -> None:
    scorer = csuccess.Scorer(config())
    built, rows = frame_rows(200)
    for frame in frames(built):
        names = set(frame.columns if frames is not duckdb_of or not hasattr(frame, "column_names") else frame.column_names)
        want = row_by_row(scorer, [{name: value for name, value in row.items() if name in names} for row in rows])
        scored = scorer.score_table(frame, NOW, results=PARTS)
        agree(pa.table(scored), want)
        assert pa.table(scored)["customer_id"].to_pylist() == built["customer_id"].to_pylist()


def test_results_are_right_in_every_program() -> None:
    scorer = csuccess.Scorer(config())
    built, rows = frame_rows(100)
    want = row_by_row(scorer, rows)
    scored = scorer.score_table(cut(Draw(5), built), NOW, results=PARTS)
    names = list(want[0])
    polars = pytest.importorskip("polars").DataFrame(scored)
    assert bits(polars.to_dicts(), names) == bits(want, names)
    back = pa.table(scored)
    fetched = pytest.importorskip("duckdb").sql("select * from back").fetchall()
    assert bits([dict(zip(back.column_names, row)) for row in fetched], names) == bits(want, names)
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame.from_arrow(scored)
    gone = frame[names].isna().to_numpy().tolist()
    assert gone == [[row[name] is None for name in names] for row in want]
    values = [[None if lost else value for lost, value in zip(holes, row)] for holes, row in zip(gone, frame[names].astype(object).to_numpy().tolist())]
    assert bits([dict(zip(names, row)) for row in values], names) == bits(want, names)
