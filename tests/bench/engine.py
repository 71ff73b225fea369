# SPDX-License-Identifier: Apache-2.0
"""The engine beside the same aggregates by hand in C and in Node.js, round by round, medians of five; a year simulated; over SQLite.
engine.py FOLDER BENCH_ENGINE. FOLDER is for databases and should be on a disk. A JSON line per figure."""
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROUNDS, CUSTOMERS, VISITS = 5, 10_000, 3


def say(**line):
    print(json.dumps(line), flush=True)


def run(command, *arguments):
    done = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def node():
    path = shutil.which("node")
    return [path, str(HERE / "engine.mjs")] if path else None


def sides(program):
    """Who takes part, and how it is started."""
    script = node()
    if not script:
        say(absent="node", why="no program of that name: the engine is not set beside Node.js")
    return {"reference": [program, "hand"], "csuccess": [program, "txn"]} | \
        ({"Node.js": [*script, "plain"], "Node.js with a journal": [*script, "journal"]} if script else {})


def measure_events(program, how, visits):
    """All sides take turns on the same stream, and come to the same 30 values."""
    work, who = f"30 aggregates, {how}", sides(program)
    rounds = [{name: run(command, how, CUSTOMERS, visits) for name, command in who.items()} for _ in range(ROUNDS)]
    rows = rounds[0]["csuccess"]["rows"]
    seconds = {name: statistics.median(turn[name]["seconds"] for turn in rounds) for name in who}
    for name in who:
        say(work=work, who=name, rows=rows, seconds=seconds[name])
    for name in ("Node.js", "Node.js with a journal"):
        if name in who:
            beside = f"{work}, to {name}"
            say(work=beside, who=name, rows=rows, seconds=seconds[name], reference=True)
            say(work=beside, who="csuccess", rows=rows, seconds=seconds["csuccess"])
    expected = rounds[0]["reference"]
    say(check=f"{work}: events applied and sums of values",
        differ=sum(turn[name][what] != expected[what] for turn in rounds for name in who for what in ("applied", "sums")))


def measure_year(program):
    year = run([program], "simulate", CUSTOMERS, 365)
    say(work="a year of daily scoring, simulated", who="csuccess, customer days", rows=CUSTOMERS * 365, seconds=year["seconds"])
    say(fact=f"a year of {CUSTOMERS:,} customers simulated: {year['seconds']:.0f} s of processor time, {year['rows']:,} events, {year['advances']:,} advances, "
             f"{year['entries']:,} entries, {year['messages']:,} messages")


def measure_ingest(program, folder):
    for how, customers in (("batches", 2_000), ("singles", 20_000)):
        times, rows = [], 0
        for turn in range(3):
            line = run([program], "ingest", how, customers, folder / f"ingest-{how}-{turn}.db")
            times.append(line["seconds"])
            rows = line["rows"]
        say(work=f"ingest of 1,000 events, SQLite, {how}", who="csuccess, by the wall", rows=rows, seconds=statistics.median(times))


def measure_memory(program, folder):
    """The engine's memory must not grow with the number of customers."""
    lines = [run([program], "memory", customers, folder / f"memory-{customers}.db") for customers in (10_000, 100_000)]
    for line in lines:
        say(fact=f"engine over SQLite, {line['customers']:,} customers: its allocations peak at {line['peak'] / 1024:,.0f} KiB, the process at {line['resident_kib']:,} KiB")
    for what, slack in (("peak", 4096), ("resident_kib", 512)):
        few, many = (line[what] for line in lines)
        say(check=f"engine over SQLite: {what} of 100,000 customers beside 10,000", differ=int(many > few * 1.1 + slack))


def main():
    program = str(Path(sys.argv[2]).resolve())
    folder = Path(tempfile.mkdtemp(prefix="bench-engine-", dir=sys.argv[1]))
    try:
        measure_events(program, "batches", VISITS)
        measure_events(program, "singles", 1)
        measure_year(program)
        if (Path(program).parent / "bench_sqlite").exists():
            measure_ingest(program, folder)
            measure_memory(program, folder)
        else:
            say(absent="the SQLite store", why="built without sqlite3: no figures of ingest and memory")
    finally:
        shutil.rmtree(folder)


main()
