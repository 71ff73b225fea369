# SPDX-License-Identifier: Apache-2.0
"""A million customers from pyarrow, polars and DuckDB through Arrow, beside C's own columns, and beside the same scorecard written for pandas, polars and DuckDB by hand. All in one
run, in turns, medians, processor time of one thread: arrow.py SCRATCH BENCH_ARROW DATA [ROWS [ROUNDS]]. A JSON line per figure."""
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

os.environ["POLARS_MAX_THREADS"] = "1"
# Memory that was freed is kept, here and in the reference, or it is the kernel's handing out of pages that is measured.
KEEP = {"MALLOC_TRIM_THRESHOLD_": str(1 << 34), "MALLOC_MMAP_THRESHOLD_": str(1 << 32), "MALLOC_TOP_PAD_": str(1 << 26)}

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402
import pyarrow as pa  # noqa: E402

import arrow_data  # noqa: E402
import arrow_peers as peers  # noqa: E402
import csuccess  # noqa: E402

SLACK = 8 << 20  # of memory: what allocators keep, and the batches that are under way
NEAR = 1e-9


def say(**line):
    print(json.dumps(line), flush=True)


class Reference:
    """bench_arrow, a round at a time."""

    def __init__(self, program, folder, config, rows):
        self.program = subprocess.Popen([program, folder, config, str(rows)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __call__(self):
        self.program.stdin.write("\n")
        self.program.stdin.flush()
        return json.loads(self.program.stdout.readline())["seconds"]

    def close(self):
        self.program.stdin.close()
        self.program.wait()


def spent(work):
    gc.collect()
    start = time.process_time()
    kept = work()
    took = time.process_time() - start
    del kept
    return took


def status_kib(name):
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1])
    raise SystemExit(f"/proc/self/status has no {name}")


def memory(who, data, rows):
    """In a process of its own: what it grows by at most beyond the results themselves. A copy of the input would be seen."""
    config, table = csuccess.Config.load(Path(data) / "arrow.json"), arrow_data.table(int(rows))
    given = table if who == "pyarrow" else pl.from_arrow(table)
    score(config, given[:1000])
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # or what was freed before hides what is taken now
    arrow_before = pa.total_allocated_bytes()
    Path("/proc/self/clear_refs").write_text("5")
    before = status_kib("VmRSS")
    result = score(config, given)
    grown = (status_kib("VmHWM") - before) * 1024
    arrow = pa.total_allocated_bytes() - arrow_before
    say(fact=f"Arrow from {who}: {table.nbytes / 2**20:,.0f} MiB are read, the results are {result.nbytes / 2**20:,.0f} MiB, the process grows by {grown / 2**20:,.0f} MiB "
             f"at most, Arrow's own allocator gives {arrow / 2**20:,.1f} MiB")
    say(check=f"Arrow from {who}: memory beyond the results", differ=int(grown - result.nbytes > SLACK or arrow > SLACK))


def score(config, given):
    return pa.table(config.score_table(given, now=arrow_data.NOW_MS, results=["health"]))


def words(column):
    """Of a table of Arrow or of a frame, with None for null."""
    if isinstance(column, (pa.ChunkedArray, pa.Array)):
        return np.array(column.cast(pa.string()).to_pylist(), dtype=object)
    return np.array([None if w != w else w for w in column.astype(object)], dtype=object)


def numbers(column):
    return np.asarray(column.to_numpy(), dtype=float) if isinstance(column, pa.ChunkedArray) else column.to_numpy()


def differing(ours, theirs):
    """Rows that are not the same: numbers to 1e-9, words exactly but where a number stands that close to its bound."""
    raw, other = numbers(ours["raw"]), numbers(theirs["raw"])
    change = raw - numbers(ours["previous_score"])
    bad = ~((np.abs(raw - other) <= NEAR) | (np.isnan(raw) & np.isnan(other)))
    bad |= np.abs(numbers(ours["completeness"]) - numbers(theirs["completeness"])) > NEAR
    edge = np.zeros(len(raw), dtype=bool)
    for bound, _ in peers.BANDS[0]:
        edge |= np.abs(raw - bound) <= NEAR
    bad |= (words(ours["status"]) != words(theirs["status"])) & ~edge
    bad |= (words(ours["trend"]) != words(theirs["trend"])) & ~(np.abs(np.abs(change) - peers.STABLE) <= NEAR)
    return int(bad.sum())


def main():
    scratch, program, data = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    rows = int(sys.argv[4]) if len(sys.argv) > 4 else 1_000_000
    rounds = int(sys.argv[5]) if len(sys.argv) > 5 else 5
    arrow_data.write(scratch, rows)
    reference = Reference(program, scratch, str(data / "arrow.json"), rows)
    config = csuccess.Config.load(data / "arrow.json")

    table = arrow_data.table(rows)
    frame, polar, db = peers.pandas_open(table), pl.from_arrow(table), peers.duckdb_open(table)
    given = {"pyarrow": lambda: table, "polars": lambda: polar, "DuckDB": lambda: db.table("customers"), "pandas": lambda: frame}
    work = {who: lambda make=make: score(config, make()) for who, make in given.items()}
    work |= {"pandas by hand": lambda: peers.pandas_score(frame), "polars by hand": lambda: peers.polars_score(polar), "DuckDB by hand": lambda: peers.duckdb_score(db),
             "handing out": lambda: [batch for batch in pa.RecordBatchReader.from_stream(db.table("customers"))]}
    times = {who: [] for who in ("C", *work)}
    for turn in range(rounds + 1):
        times["C"].append(reference())
        for who, run in work.items():
            times[who].append(spent(run))
    reference.close()
    median = {who: statistics.median(took[1:]) for who, took in times.items()}  # the first is to warm up

    through = f"{rows:,} rows through Arrow"
    say(work=through, who="C, bound columns", rows=rows, seconds=median["C"], reference=True)
    for who in ("pyarrow", "polars", "DuckDB"):
        say(work=through, who=f"csuccess, {who}", rows=rows, seconds=median[who])
    say(fact=f"DuckDB alone, handing out those rows as Arrow: {1e9 * median['handing out'] / rows:.0f} ns a row")
    for who in ("pandas", "polars", "DuckDB"):
        say(work=f"a scorecard, to {who}", who=f"{who} by hand", rows=rows, seconds=median[f"{who} by hand"], reference=True)
        say(work=f"a scorecard, to {who}", who="csuccess", rows=rows, seconds=median[who])

    for who in ("pyarrow", "polars"):
        subprocess.run([sys.executable, __file__, "memory", who, data, str(rows)], check=True, env={k: v for k, v in os.environ.items() if k not in KEEP})
    ours = score(config, table)
    for who in ("polars", "DuckDB"):
        say(check=f"Arrow from {who}: the results beside pyarrow's", differ=0 if score(config, given[who]()).equals(ours) else rows)
    ours = ours.append_column("previous_score", table["previous_score"])
    for who, run in (("pandas", peers.pandas_score(frame)), ("polars", peers.polars_score(polar).to_arrow()), ("DuckDB", peers.duckdb_score(db))):
        say(check=f"a scorecard: rows beside {who}, to 1e-9", differ=differing(ours, run))


if sys.argv[1] == "memory":
    memory(*sys.argv[2:])
elif not KEEP.items() <= os.environ.items():
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **KEEP})
else:
    main()
