# SPDX-License-Identifier: Apache-2.0
"""Programmes over many processes: flow_processes_test.py CSUCCESS [SEED]
The worked onboarding journey for twenty customers over forty-five days, in one process and in one process a day: the same states to the byte, the same entries at the same times, the same messages; and once
more with processes that are killed at work and begun again: each timer once."""
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta, timezone

START = datetime(2026, 1, 5, 9, tzinfo=timezone.utc)
DAYS, CUSTOMERS = 45, 20


def stamp(at):
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_events(rng):
    """Sign-ups in the first ten days, adoption that moves, some who leave; in order of time."""
    events = []

    def add(kind, customer, at, **more):
        events.append((at, {"type": kind, "groupId": customer, "messageId": f"{kind}-{customer}-{len(events)}", "timestamp": stamp(at), **more}))

    for i in range(CUSTOMERS):
        customer = f"c{i:02d}"
        at = START + timedelta(hours=rng.randrange(240), minutes=rng.randrange(60))
        add("group", customer, at, traits={"first_name": f"N{i}", "locale": rng.choice(["en", "de"]), "adoption": rng.randrange(60) / 100, "nps_score": rng.randrange(11), "csm_id": rng.choice(["eve", "ann"])})
        add("track", customer, at + timedelta(seconds=1), event="signed_up")
        for _ in range(3):
            add("group", customer, at + timedelta(days=rng.randrange(1, 70), hours=rng.randrange(24)), traits={"adoption": rng.randrange(100) / 100})
        if rng.random() < 0.2:
            add("outcome", customer, at + timedelta(days=rng.randrange(5, 60)), event="churned")
    return sorted(events, key=lambda pair: pair[0])


def write(path, events):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(event) + "\n" for _, event in events)


def command(csuccess, db, until, events):
    clock = ["--clock", "events"] if os.path.getsize(events) else ["--now", stamp(until - timedelta(days=1))]
    return [csuccess, "run", "-c", "preset:onboarding", "--db", db, *clock, "--until", stamp(until), "--seed", "7", "--lease", "1", "-o", "json"] + ([events] if os.path.getsize(events) else [])


def run(csuccess, db, until, events):
    done = subprocess.run(command(csuccess, db, until, events), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def run_and_kill(csuccess, db, until, events, rng):
    """Killed at work, perhaps; then begun again once its leases are over."""
    process = subprocess.Popen(command(csuccess, db, until, events), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(rng.random() * 0.05)
    process.send_signal(signal.SIGKILL)
    killed = process.wait() != 0
    for _ in range(20):
        if subprocess.run(command(csuccess, db, until, events), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0 and not waiting(db, until):
            return killed
        time.sleep(0.2)
    raise AssertionError("what was killed could not be ended")


def waiting(db, until):
    """Whether a customer that is due is still leased to the one that was killed."""
    with sqlite3.connect(db) as connection:
        return connection.execute("SELECT count(*) FROM store_customers WHERE due <= ?", (int(until.timestamp() * 1000),)).fetchone()[0]


def told(db):
    with sqlite3.connect(db) as connection:
        entries = connection.execute("SELECT customer, seq, at, kind, cause, body FROM audit ORDER BY customer, seq").fetchall()
        messages = connection.execute("SELECT message FROM messages ORDER BY message").fetchall()
    return entries, messages


def states(csuccess, db):
    return subprocess.run([csuccess, "state", "--db", db, "--all"], check=True, capture_output=True, text=True).stdout


def daily(csuccess, folder, name, events, rng):
    """A process a day; with rng some are killed at work. How many were."""
    db, kills = f"{folder}/{name}.db", 0
    for day in range(1, DAYS + 1):
        since, until = START + timedelta(days=day - 1), START + timedelta(days=day)
        today = [e for e in events if since < e[0] <= until or (day == 1 and e[0] <= until)]
        write(f"{folder}/none", [])
        write(f"{folder}/day", today)
        if today and day > 1:  # what comes due until the first of them, at its own time
            run(csuccess, db, today[0][0] - timedelta(seconds=1), f"{folder}/none")
        if rng and day % 5 == 0:
            kills += run_and_kill(csuccess, db, until, f"{folder}/day", rng)
        else:
            run(csuccess, db, until, f"{folder}/day")
    return kills


def moves(db):
    """What became of enrollments, without the times."""
    found = []
    for customer, _, _, kind, _, body in told(db)[0]:
        if kind == "journey":
            entry = json.loads(body)
            found.append((customer, entry["journey"], entry["number"], entry["event"], entry.get("from"), entry.get("step")))
    return found


def main(csuccess, seed="1"):
    rng = random.Random(int(seed))
    events = make_events(rng)
    with tempfile.TemporaryDirectory(dir=os.getcwd(), prefix="flow-") as folder:
        end = START + timedelta(days=DAYS)
        write(f"{folder}/all", [e for e in events if e[0] <= end])
        run(csuccess, f"{folder}/once.db", end, f"{folder}/all")
        daily(csuccess, folder, "daily", events, None)
        once, again = told(f"{folder}/once.db"), told(f"{folder}/daily.db")
        assert len(once[0]) > 20 * CUSTOMERS, len(once[0])
        for a, b in zip(once[0], again[0]):
            assert a == b, f"once {a}\ndaily {b}"
        assert len(once[0]) == len(again[0]), (len(once[0]), len(again[0]))
        assert once[1] == again[1], "messages differ"
        assert states(csuccess, f"{folder}/once.db") == states(csuccess, f"{folder}/daily.db"), "states differ"
        # Who was killed held leases, so that a timer may come later than it was due, and what follows with it: but once.
        kills = daily(csuccess, folder, "killed", events, rng)
        entered = moves(f"{folder}/killed.db")
        assert len(entered) == len(set(entered)), "something was done twice"
        enrolled = {m[:3] for m in moves(f"{folder}/once.db") if m[1] == "onboarding"}
        assert enrolled == {m[:3] for m in entered if m[1] == "onboarding"}, "somebody was forgotten"
        print(f"{len(once[0])} entries, {len(moves(f'{folder}/once.db'))} of journeys, {len(once[1])} messages: the same in one process and in {DAYS}; {kills} killed, nothing twice")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
