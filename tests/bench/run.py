# SPDX-License-Identifier: Apache-2.0
"""Runs the benchmark, the peers and the command's memory, and prints one table:
run.py RELEASE_BUILD PYTHON [LONG_ROWS [ROWS]]"""
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
TARGETS = {  # share of the reference's rate that is asked for
    ("health profile, columns", "csuccess"): 0.40,
    ("health profile, columns", "csuccess with displayed score"): 0.40,
    ("100 conditions, columns", "csuccess"): 0.70,
    ("100 conditions, columns", "csuccess, numbers as double"): 0.70,
    ("100 conditions, rows", "csuccess"): 0.35,
    ("100 segments, one attribute changed", "csuccess"): 5,
    ("100 trees, batch", "csuccess"): 1.1,
    ("100 trees, one row", "csuccess"): 20,
    ("training, telco, depth 4", "csuccess"): 0.1,
    ("training, telco, depth 6", "csuccess"): 0.1,
    ("additive to 100 trees, 70,430 rows", "csuccess"): 10,
    ("additive to 100 trees, 704,300 rows", "csuccess"): 10,
    ("additive to 100 trees, one row", "csuccess"): 60,
    ("additive to 300 trees, 70,430 rows", "csuccess"): 10,
    ("additive to 300 trees, one row", "csuccess"): 60,
    ("100 trees, prepared, 70,430 rows", "csuccess"): 1.1,
    ("100 trees, prepared, one row", "csuccess"): 20,
    ("100 trees, mapped, 70,430 rows", "csuccess"): 1.1,
    ("100 trees, mapped, one row", "csuccess"): 20,
    ("300 trees, prepared, 70,430 rows", "csuccess"): 1.1,
    ("300 trees, prepared, one row", "csuccess"): 20,
    ("300 trees, mapped, 70,430 rows", "csuccess"): 1.1,
    ("300 trees, mapped, one row", "csuccess"): 20,
    ("durable commits, 1 customer", "csuccess"): 0.5,
    ("durable commits, 16 customers", "csuccess"): 0.5,
    ("durable commits, 256 customers", "csuccess"): 0.5,
    ("30 aggregates, batches", "csuccess"): 0.1,
    ("30 aggregates, batches, to Node.js", "csuccess"): 2,
    ("journeys, to XState rehydrated", "csuccess"): 10,
    ("journeys, to XState live actors", "csuccess"): 2,
    ("1,000 journeys beside one, by txn", "csuccess"): 0.75,
    ("sentiment, tweets", "csuccess"): 20,
    ("sentiment, Amazon", "csuccess"): 20,
    ("selection among 1,000 campaigns, to C by hand", "csuccess"): 0.05,
    ("selection among 1,000 campaigns, to SQLite", "csuccess"): 10,
    ("one score call, Python", "csuccess"): 1 / 25,
    ("one score call, Node.js", "csuccess"): 1 / 15,
    ("one score call of twelve metrics, Node.js", "csuccess"): 1 / 15,
    ("1,000,000 rows through Arrow", "csuccess, pyarrow"): 0.8,
    ("1,000,000 rows through Arrow", "csuccess, polars"): 0.8,
    ("1,000,000 rows through Arrow", "csuccess, DuckDB"): 0.8,
}
KNOWN = {  # asked for and not reached, as docs/benchmark.md says: the share below which the run fails all the same
    ("30 aggregates, batches, to Node.js", "csuccess"): 0.2,
    ("one score call, Node.js", "csuccess"): 1 / 40,
    ("one score call of twelve metrics, Node.js", "csuccess"): 1 / 25,
}
TELCO = HERE.parents[1] / "examples/telco"


def lines_of(command):
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def own_peak(pid, before):
    """Peak resident memory of the program that runs, in KiB. What wait4() tells has the size of this script as its floor."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    except OSError:
        pass
    return before


def peak_kib(command):
    """Peak resident memory of a command, in KiB, and its processor seconds."""
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    ended, peak = 0, 0
    while not ended:
        time.sleep(0.01)
        peak = own_peak(child.pid, peak)
        ended, status, usage = os.wait4(child.pid, os.WNOHANG)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        raise SystemExit(f"{command[0]} ended with {child.returncode}")
    return peak or usage.ru_maxrss, usage.ru_utime + usage.ru_stime


def times(share):
    return f"{share:.0f} x" if share >= 10 else f"{share:.0%}"


def print_scores(figures):
    print(f"{'work':36} {'who':42} {'rows':>10} {'ns/row':>10} {'rows/s':>14} {'of reference':>13}  wanted")
    reference = {f["work"]: f["rows"] / f["seconds"] for f in figures
                 if f["who"] == "reference" or f.get("reference")}
    missed = 0
    for f in figures:
        rate = f["rows"] / f["seconds"]
        share = rate / reference[f["work"]] if f["work"] in reference else None
        wanted = TARGETS.get((f["work"], f["who"]))
        verdict = "" if wanted is None else f"{times(wanted)} {'met' if share >= wanted else 'MISSED'}"
        missed += wanted is not None and share < KNOWN.get((f["work"], f["who"]), wanted)
        shown = f"{times(share):>12}" if share is not None else " " * 12
        print(f"{f['work']:36} {f['who']:42} {f['rows']:10.0f} {1e9 / rate:10.2f} {rate:14,.0f} {shown}   {verdict}")
    return missed


def check_members(lines):
    """The members of each segment against the expected file; how many sizes differ."""
    expected = json.loads((HERE / "data" / "segments100.expected.json").read_text())
    differ = 0
    for line in lines:
        if "members" in line:
            ours = [line["of"][f"s{i:02}"] for i in range(100)]
            same = ours == expected[str(line["members"])]
            print(f"members of the hundred segments among {line['members']:,}: {'as expected' if same else 'DIFFERENT'}")
            differ += not same
    return differ


def print_checks(lines):
    bad = check_members(lines)
    for line in lines:
        if "check" in line:
            print(f"{line['check']}: {line['differ']} differ")
            bad += line["differ"] != 0
        if "allocations" in line:
            print(f"allocations after warm-up, {line['of']}: {line['allocations']}")
    bad += sum(line.get("allocations", 0) for line in lines if line.get("of") == "csuccess, score")
    return bad


def are_flat(peaks):
    return max(peaks) <= min(peaks) * 1.1 + 512


def print_memory(command, scratch):
    """The command's peak memory must not grow with its input."""
    customers = (VECTORS / "enterprise.customers.jsonl").read_text().splitlines()
    peaks = []
    for rows in (10_000, 100_000, 1_000_000):
        path = scratch / "customers.jsonl"
        with path.open("w") as out:
            block = "\n".join(customers) + "\n"
            whole, rest = divmod(rows, len(customers))
            for _ in range(whole):
                out.write(block)
            out.writelines(line + "\n" for line in customers[:rest])
        kib, seconds = peak_kib([command, "score", "-c", "preset:enterprise", "--now", "2026-01-31T00:00:00Z",
                                 "-o", "jsonl", str(path)])
        peaks.append(kib)
        print(f"csuccess score, {rows:9,} rows: peak {kib:,} KiB, {1e6 * seconds / rows:.2f} µs a row")
    return 0 if are_flat(peaks) else 1


def print_learned_memory(command, scratch):
    """The same with a learned model, telco over and over."""
    model, path, peaks = str(scratch / "telco-churn.json"), scratch / "telco.csv", []
    kib, seconds = peak_kib([command, "train", "-c", str(TELCO / "telco.json"), "--id", "customerID", "--outcome", "Churn == 'Yes'",
                             "--name", "telco-churn", "-o", model, str(TELCO / "telco.csv")])
    print(f"csuccess train, telco: peak {kib:,} KiB, {seconds:.1f} s")
    head, *lines = (TELCO / "telco.csv").read_text().splitlines(keepends=True)
    for repeat in (1, 10, 100):
        with path.open("w") as out:
            out.write(head)
            for _ in range(repeat):
                out.writelines(lines)
        rows = repeat * len(lines)
        kib, seconds = peak_kib([command, "score", "-c", str(TELCO / "telco-learned.json"), "--model", model, "--id", "customerID",
                                 "-o", "jsonl", str(path)])
        peaks.append(kib)
        print(f"csuccess score with a learned model, {rows:9,} rows: peak {kib:,} KiB, {1e6 * seconds / rows:.2f} µs a row")
    return 0 if are_flat(peaks) else 1


def bindings(build, python, scratch):
    """What Python and Node say of themselves, where they are there."""
    lines = []
    for script, needs, arguments in (
            ("bindings.py", "csuccess", [str(VECTORS)]),
            ("arrow.py", "csuccess, pyarrow, polars, pandas, duckdb", [str(scratch), str(build / "tests/bench/bench_arrow"), str(HERE / "data")])):
        lacks = subprocess.run([python, "-c", f"import {needs}"], stderr=subprocess.PIPE, text=True, cwd=scratch).stderr.strip()
        if lacks:
            lines.append({"absent": script, "why": lacks.splitlines()[-1]})
        else:
            lines += lines_of([python, str(HERE / script), *arguments])
    package = HERE.parents[1] / "bindings/node"
    if not shutil.which("node") or not (package / "dist/index.js").exists():
        return [*lines, {"absent": "bindings.mjs", "why": f"it needs node, and {package} built: npm install there"}]
    return lines + lines_of(["node", str(HERE / "bindings.mjs"), str(package), str(VECTORS)])


def main():
    build, python = Path(sys.argv[1]), sys.argv[2]
    long_rows = sys.argv[3] if len(sys.argv) > 3 else "10000000"
    rows = sys.argv[4] if len(sys.argv) > 4 else "1000000"
    scratch = Path(tempfile.mkdtemp(prefix="csuccess-bench-"))
    try:
        lines = lines_of([str(build / "tests/bench/bench"), str(HERE / "data"), str(VECTORS), str(scratch),
                          long_rows, rows])
        lines += lines_of([str(build / "tests/bench/segments"), str(HERE / "data")])
        peers = lines_of([python, str(HERE / "peers.py"), str(scratch), rows, str(HERE / "data")])
        peers += lines_of([python, str(HERE / "trees.py"), str(scratch), str(build / "tests/bench/trees"),
                           str(TELCO / "telco.csv")])
        peers += lines_of([python, str(HERE / "churn.py"), str(scratch), str(build / "tests/bench/churn"),
                           str(TELCO / "telco.csv")])
        if (build / "tests/bench/bench_sqlite").exists():  # beside the build: the scratch folder may be in memory
            peers += lines_of([str(build / "tests/bench/bench_sqlite"), str(build / "tests/bench")])
        else:
            print("bench_sqlite is not there: built without sqlite3")
        peers += lines_of([python, str(HERE / "engine.py"), str(build / "tests/bench"), str(build / "tests/bench/bench_engine")])
        peers += lines_of([python, str(HERE / "journeys.py"), str(build / "tests/bench"), str(build / "tests/bench/bench_journeys"),
                           str(build / "examples/cli/csuccess")])
        peers += lines_of([python, str(HERE / "selection.py"), str(build / "tests/bench/bench_selection")])
        peers += lines_of([python, str(HERE / "sentiment.py"), str(build / "tests/bench/sentiment"), str(HERE.parent / "data/text")])
        peers += bindings(build, python, scratch)
        figures = sorted((line for line in lines + peers if "work" in line), key=lambda f: f["work"])
        missed = print_scores(figures)
        for line in lines + peers:
            if "absent" in line:
                print(f"{line['absent']} is not there: {line['why']}")
            if "fact" in line:
                print(line["fact"])
        bad = print_checks(lines + peers)
        command, grows = build / "examples/cli/csuccess", 0
        if command.exists():
            grows = print_memory(str(command), scratch) + print_learned_memory(str(command), scratch)
        return 1 if missed or bad or grows else 0
    finally:
        shutil.rmtree(scratch)


sys.exit(main())
