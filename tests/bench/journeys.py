# SPDX-License-Identifier: Apache-2.0
"""The machine of journeys20.json as a journey beside XState v5, round by round, medians of five: rehydrated for each event, and live actors; a thousand journeys beside one
through the engine; the worked example. journeys.py FOLDER BENCH_JOURNEYS [CSUCCESS]. FOLDER keeps the package from npm. A JSON line per figure."""
import json
import os
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ONBOARDING = HERE.parents[1] / "examples" / "onboarding"
MACHINE = HERE / "data" / "journeys20.json"
ROUNDS, ENROLLMENTS, TICKS, CUSTOMERS = 5, 10_000, 20, 100_000
XSTATE = "xstate@5.33.3"


def say(**line):
    print(json.dumps(line), flush=True)


def run(command, *arguments):
    done = subprocess.run([*command, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def package(folder):
    """The folder of XState; None where it cannot be had."""
    there = folder / "node_modules" / "xstate"
    if not (there / "package.json").exists():
        if not shutil.which("npm"):
            return None
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "package.json").write_text('{"private": true}\n')
        done = subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", XSTATE], cwd=folder, stdout=subprocess.DEVNULL)
        if done.returncode != 0:
            return None
    return there


def measure_machine(program, folder):
    """All take turns on the same events, and come to the same sums."""
    xstate = package(folder / "xstate") if shutil.which("node") else None
    if not xstate:
        say(absent="XState", why="no Node.js, or npm does not give the package: journeys are not set beside it")
    peers = ("rehydrated", "actors") if xstate else ()
    rounds = []
    for _ in range(ROUNDS):
        turn = {"csuccess": run([program], "kept", MACHINE, ENROLLMENTS, TICKS)}
        for how in peers:
            turn[how] = run(["node", HERE / "journeys.mjs"], xstate, how, MACHINE, ENROLLMENTS, TICKS)
        rounds.append(turn)
    rows = ENROLLMENTS * TICKS
    seconds = {name: statistics.median(turn[name]["seconds"] for turn in rounds) for name in rounds[0]}
    for how in peers:
        work = f"journeys, to XState {'live actors' if how == 'actors' else how}"
        say(work=work, who=f"XState, {how}", rows=rows, seconds=seconds[how], reference=True)
        say(work=work, who="csuccess", rows=rows, seconds=seconds["csuccess"])
    say(check="journeys: sums of states, steps and times",
        differ=sum(turn[name]["sums"] != rounds[0]["csuccess"]["sums"] for turn in rounds for name in turn))
    say(fact=f"journeys: a customer's state takes {rounds[0]['csuccess']['bytes']:.0f} bytes")


def measure_many(program):
    """Through the engine: what an event costs is what happens, not how many journeys there are; nothing grows with customers."""
    rounds = [{journeys: run([program], journeys, CUSTOMERS // 10) for journeys in (1, 1000)} for _ in range(ROUNDS)]
    work = "1,000 journeys beside one, by txn"
    for journeys, who in ((1, "csuccess, one journey"), (1000, "csuccess")):
        say(work=work, who=who, rows=rounds[0][journeys]["rows"], seconds=statistics.median(turn[journeys]["seconds"] for turn in rounds), reference=journeys == 1)
    few, many = rounds[0][1000], run([program], 1000, CUSTOMERS)
    say(work=f"1,000 journeys, {CUSTOMERS:,} customers, by txn", who="csuccess", rows=many["rows"], seconds=many["seconds"])
    for customers, line in ((CUSTOMERS // 10, few), (CUSTOMERS, many)):
        say(fact=f"1,000 journeys, {customers:,} customers: the engine's allocations peak at {line['peak'] / 1024:,.0f} KiB, the process at {line['resident_kib']:,} KiB")
    for what, slack in (("peak", 4096), ("resident_kib", 512)):
        say(check=f"1,000 journeys: {what} of {CUSTOMERS:,} customers beside {CUSTOMERS // 10:,}", differ=int(many[what] > few[what] * 1.05 + slack))
    say(check="journeys by txn: events applied and entries",
        differ=sum(line["applied"] != line["rows"] or line["entries"] * few["rows"] != few["entries"] * line["rows"]
                   for line in [*(one for turn in rounds for one in turn.values()), many]))


def measure_onboarding(command, folder):
    """The worked example: a hundred customers, ninety days, by the command; processor time, its start and the reading of events included."""
    events = folder / "onboarding.jsonl"
    with events.open("wb") as out:
        subprocess.run([ONBOARDING / "customers"], stdout=out, check=True)
    times = []
    for _ in range(ROUNDS):
        child = subprocess.Popen([command, "simulate", "-c", "preset:onboarding", "--until", "2026-04-05T00:00:00Z", str(events)], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"csuccess simulate ended with {child.returncode}")
        times.append(usage.ru_utime + usage.ru_stime)
    seconds = statistics.median(times)
    say(work="onboarding simulated, customer days", who="csuccess, the command", rows=100 * 90, seconds=seconds)
    say(fact=f"onboarding, 100 customers and 90 days simulated: {seconds:.2f} s of processor time")
    say(check="onboarding simulated within a second", differ=int(seconds > 1))


def main():
    program, folder = Path(sys.argv[2]), Path(sys.argv[1])
    measure_machine(program, folder)
    measure_many(program.with_name("bench_journeys_engine"))
    if len(sys.argv) > 3 and Path(sys.argv[3]).exists():
        measure_onboarding(sys.argv[3], folder)


main()
