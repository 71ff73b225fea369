# SPDX-License-Identifier: Apache-2.0
"""Two, four and eight engines in processes over one SQLite file, each handed half of the inputs or more, all doing what is due: race_test.py WORKER [SEED]
Each input is applied once, each message sent once, whoever comes first; who is second hears that it is known."""
import json
import os
import random
import subprocess
import sys
import tempfile

import crash_test as crash


def race(worker, processes, seed):
    with tempfile.TemporaryDirectory(dir=os.getcwd(), prefix="race-") as folder:
        battle = crash.Battle(worker, folder, seed, limit=10**9)
        inputs = crash.make_inputs(battle.rng, 16)
        battle.set_month(crash.MONTHS[0])
        offered = 0
        for p in range(processes):
            part = [x for x in inputs if processes == 2 or battle.rng.random() < 0.7 or p == 0]
            random.Random(p).shuffle(part)
            offered += len(part)
            with open(f"{folder}/part{p}", "w", encoding="utf-8") as file:
                file.writelines(json.dumps(x) + "\n" for x in part)
        running = [subprocess.Popen(battle.command("work", f"{folder}/part{p}") + [battle.sink], stdout=subprocess.PIPE, text=True) for p in range(processes)]
        told = [process.communicate(timeout=120)[0] for process in running]
        crash.same("ends", [process.returncode for process in running], [0] * processes)
        applied, known, conflicts = map(sum, zip(*[map(int, line.split()) for line in told]))
        crash.same("applied", applied, len(inputs))
        crash.same("known", known, offered - len(inputs))
        crash.check_inputs(battle, inputs)
        crash.check_aggregates(battle, inputs)
        again, _ = crash.check_messages(battle, crash.expected(battle, inputs))
        crash.same("sent again", again, 0)
        crash.check_ledgers(battle, 10**9)
        print(f"{processes} engines: {applied} inputs applied, {known} known, {conflicts} conflicts, {len(crash.ALERTS) * crash.CUSTOMERS} messages, each sent once")


def main(worker, seed="1"):
    for processes in (2, 4, 8):
        race(worker, processes, int(seed))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
