# SPDX-License-Identifier: Apache-2.0
"""Customers of thirteen attributes and an earlier score, the same in each run: as a pyarrow table, and as files that the reference in C maps."""
from pathlib import Path

NOW_MS = 1_769_817_600_000  # 2026-01-31T00:00:00Z
DAY_MS = 86_400_000
TODAY = NOW_MS // DAY_MS
PLANS = ["free", "starter", "team", "business", "enterprise"]


def columns(rows):
    """name -> (kind as in arrow.c, values, share of nulls)"""
    import numpy as np
    draw = np.random.Generator(np.random.PCG64(20260131))

    def whole(least, most, dtype):
        return draw.integers(least, most + 1, rows).astype(dtype)

    return {
        "logins_30d": ("i32", whole(0, 40, np.int32), 0),
        "active_users": ("i32", whole(0, 300, np.int32), 0),
        "licensed_users": ("i32", whole(1, 300, np.int32), 0.05),
        "feature_share": ("f64", draw.random(rows), 0.10),
        "nps_score": ("u8", whole(0, 10, np.uint8), 0.40),
        "champion_active": ("bits", draw.random(rows) < 0.7, 0.10),
        "last_login": ("time", NOW_MS - whole(0, 60 * DAY_MS, np.int64), 0.02),
        "tickets_30d": ("i32", whole(0, 9, np.int32), 0),
        "ticket_sentiment": ("f64", draw.random(rows) * 2 - 1, 0.30),
        "plan": ("dictionary", whole(0, len(PLANS) - 1, np.uint8), 0.03),
        "payment_delays": ("u8", whole(0, 4, np.uint8), 0),
        "renewal": ("date", (TODAY + whole(-20, 365, np.int32)).astype(np.int32), 0.05),
        "contract_value": ("f64", np.round(draw.random(rows) * 150_000, 2), 0),
        "previous_score": ("f64", np.round(30 + draw.random(rows) * 60, 9), 0.10),
    }


def validity(rows, share, seed):
    """A bitmap, or None where nothing is null."""
    import numpy as np
    if share == 0:
        return None
    draw = np.random.Generator(np.random.PCG64(seed))
    return np.packbits(draw.random(rows) >= share, bitorder="little")


def buffers(rows):
    """name, kind, values as they are in memory, validity"""
    import numpy as np
    for seed, (name, (kind, values, share)) in enumerate(columns(rows).items()):
        if kind == "bits":
            values = np.packbits(values, bitorder="little")
        yield name, kind, values, validity(rows, share, seed)


def table(rows):
    """One record batch, whose buffers are numpy's."""
    import pyarrow as pa
    types = {"i32": pa.int32(), "f64": pa.float64(), "u8": pa.uint8(), "bits": pa.bool_(), "time": pa.timestamp("ms", "UTC"),
             "date": pa.date32(), "dictionary": pa.uint8()}
    arrays = {}
    for name, kind, values, valid in buffers(rows):
        array = pa.Array.from_buffers(types[kind], rows, [None if valid is None else pa.py_buffer(valid), pa.py_buffer(values)])
        arrays[name] = pa.DictionaryArray.from_arrays(array, PLANS) if kind == "dictionary" else array
    return pa.table(arrays)


def write(folder, rows):
    """NAME.values and NAME.validity, and columns.txt, which lists them."""
    lines = []
    for name, kind, values, valid in buffers(rows):
        values.tofile(Path(folder) / f"{name}.values")
        if valid is not None:
            valid.tofile(Path(folder) / f"{name}.validity")
        lines.append(f"{name} {kind} {int(valid is not None)} {','.join(PLANS) if kind == 'dictionary' else '-'}\n")
    (Path(folder) / "columns.txt").write_text("".join(lines))
