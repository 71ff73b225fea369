# SPDX-License-Identifier: Apache-2.0
"""The machine of journeys20.json as a journey beside XState v5, round by round, medians of five: rehydrated for each event, and live actors; and a thousand journeys beside one.
journeys.py FOLDER BENCH_JOURNEYS. FOLDER keeps the package from npm. A JSON line per figure."""
import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
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
    """What a step costs is what happens, not how many journeys there are; nothing grows with customers."""
    lines = {(journeys, customers): run([program], "many", journeys, customers)
             for journeys, customers in ((1, CUSTOMERS), (1000, CUSTOMERS // 10), (1000, CUSTOMERS))}
    for (journeys, customers), line in lines.items():
        say(work=f"{journeys:,} journeys, {customers:,} customers", who="csuccess", rows=line["rows"], seconds=line["seconds"])
        say(fact=f"{journeys:,} journeys, {customers:,} customers: the process at {line['resident_kib']:,} KiB")
    few, many = (lines[1000, customers]["resident_kib"] for customers in (CUSTOMERS // 10, CUSTOMERS))
    say(check="1,000 journeys: memory over ten times the customers", differ=int(many > few * 1.05 + 512))


def main():
    measure_machine(sys.argv[2], Path(sys.argv[1]))
    measure_many(sys.argv[2])


main()
