# SPDX-License-Identifier: Apache-2.0
"""Journeys, playbooks and tasks from the shell: flow_test.py CSUCCESS [NAME]

The worked example (examples/onboarding) as a newcomer meets it, and the commands of flow on good and bad input. What they count is counted once more here, from
the entries, in plain Python.
"""
import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path

from cli_test import COMMAND, Failed, expect, main, tests_of

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "examples" / "onboarding"
NOW = "2026-02-20"
END = "2026-04-05"


def events(place, customers=100):
    """The example's events, of the first so many customers."""
    text = subprocess.run(["sh", EXAMPLE / "customers"], capture_output=True, check=True, text=True).stdout
    kept = [line for line in text.splitlines() if int(json.loads(line)["groupId"][1:]) <= customers]
    return place.write("events.jsonl", "".join(line + "\n" for line in kept))


def preset(place, name="new.json", **changes):
    document = json.loads(place.run("preset", "show", "onboarding").stdout)
    document.update(changes)
    return place.write(name, json.dumps(document)), document


def database(place, customers=20, config="preset:onboarding", until=NOW):
    events(place, customers)
    done = place.run("run", "-c", config, "--db", "a.db", "--clock", "events", "--until", until, "events.jsonl")
    expect(done, 0, err="")


def rows_of(place, sql):
    with sqlite3.connect(place.folder / "a.db") as file:
        return file.execute(sql).fetchall()


def counts(done):
    expect(done, done.returncode)
    return {row["what"]: int(row["count"]) for row in csv.DictReader(io.StringIO(done.stdout.decode()))}


# ---- the worked example --------------------------------------------------------------------------------------

def the_worked_example_is_played_as_it_is_told(place):
    shutil.copytree(EXAMPLE, place.folder / "examples" / "onboarding")
    done = subprocess.run(["sh", "examples/onboarding/run", COMMAND], cwd=place.folder, capture_output=True, timeout=400)
    expect(done, 0, err="", out=[
        "journey onboarding\n", "time limit P90D\n",
        "message: email journey/onboarding/welcome ", " 100\n",
        "c005\n", "journey onboarding: completed done, step: success\n",
        "c050\n", "journey onboarding: exited practise, event: churned\n",
        "events applied ", " 775\n", "delivered ",
        "enrolled                   100\n", "completed                   70  success 70\n", "exited                      30  churned 10, handed_over 20\n",
        "c008 on 2026-04-05", "journey risk_mitigation: completed work, goal",
        "milestone: half_in_use achieved ", "segment: ambassadors entered ", "segment: low_use entered "])
    stories = (place.folder / "build/onboarding/stories.txt").read_text()
    if sorted(re.findall(r"^c\d+$", stories, re.M)) != [f"c{i:03d}" for i in range(1, 101)]:
        raise Failed("not everybody has a story")
    if re.search(rb"[0-9a-f]{64}", done.stdout.replace(b"sha256:", b"").split(b"Why a customer")[0]) or re.search(r"[0-9a-f]{32}", stories):
        raise Failed("ids that nobody reads")


def a_hundred_customers_take_a_moment(place):
    events(place)
    before = time.monotonic()
    done = place.run("simulate", "-c", "preset:onboarding", "--until", END, "-o", "csv", "events.jsonl")
    took = time.monotonic() - before
    expect(done, 0, err="")
    table = counts(done)
    if table["message: email journey/onboarding/welcome"] != 100 or len(table) > 20:
        raise Failed(table)
    print(f"# a hundred customers, ninety days: {took:.2f} s")
    if took > 20:  # under a sanitizer; a second is for the release
        raise Failed(took)


def a_simulation_counts_what_its_trace_says(place):
    events(place, 30)
    given = ["simulate", "-c", "preset:onboarding", "--until", END]
    trace = [json.loads(line) for line in place.run(*given, "-o", "jsonl", "events.jsonl").stdout.splitlines()]
    wanted = Counter()
    for row in trace:
        if "message" in row:
            wanted[f"message: {row['channel']} " + "/".join(row["definition"].split("/")[:3])] += 1
        else:
            wanted[f"entry: {row['kind']}"] += 1
    if counts(place.run(*given, "-o", "csv", "events.jsonl")) != wanted:
        raise Failed(wanted)
    told = place.run(*given, "-o", "json", "events.jsonl")
    if json.loads(told.stdout) != wanted:
        raise Failed(told.stdout)
    why = place.run(*given, "--why", "events.jsonl").stdout.decode()
    of_journeys = sum(row.get("kind") == "journey" for row in trace)
    if len(re.findall(r"^  \S+Z  journey ", why, re.M)) != of_journeys:
        raise Failed("not every move of a journey is told")


# ---- draw ----------------------------------------------------------------------------------------------------

def journeys_are_drawn(place):
    expect(place.run("draw", "-c", "preset:onboarding"), 0, err="", out=["journey/onboarding  at most 90", "playbook/adoption_intervention  of any length", "at most 1 message "])
    expect(place.run("draw", "-c", "preset:onboarding", "journey/onboarding"), 0, err="", out=["journey onboarding\n", "kickoff", "exits churned"])
    expect(place.run("draw", "-c", "preset:onboarding", "-o", "dot", "journey/onboarding"), 0, err="", out=["digraph", "kickoff", "}\n"])
    expect(place.run("draw", "-c", "preset:onboarding", "playbook/adoption_intervention"), 0, err="", out="summary")
    expect(place.run("draw", "-c", "c.json"), 0, out='no "journeys" and no "playbooks"')


def what_cannot_be_drawn_is_said(place):
    place.write("bad.json", '{"csuccess": 1, "journeys": {"j": 7}}')
    expect(place.run("draw", "-c", "preset:onboarding", "journey/onbording"), 1, out="", err=['no journey "onbording"', 'did you mean "onboarding"?'])
    expect(place.run("draw", "-c", "preset:onboarding", "onboarding"), 1, out="", err='no name such as "journey/onboarding"')
    expect(place.run("draw", "-c", "preset:onboarding", ""), 1, out="")
    expect(place.run("draw", "-c", "preset:onboarding", "-o", "csv"), 2, out="", err="it draws text or dot")
    expect(place.run("draw", "-c", "preset:onboarding", "-o", "dot"), 2, out="", err="goes with a NAME")
    expect(place.run("draw", "journey/onboarding"), 2, out="", err="-c CONFIG is required")
    expect(place.run("draw", "-c", "nowhere.json"), 1, out="", err="nowhere.json")
    expect(place.run("draw", "-c", "bad.json", "journey/j"), 1, out="", err=["bad.json:1:", "/journeys/j"])


# ---- results -------------------------------------------------------------------------------------------------

def results_are_those_of_the_entries(place):
    database(place, 30)
    entered, left, ended = Counter(), Counter(), Counter()
    for (body,) in rows_of(place, "SELECT body FROM audit WHERE kind = 'journey'"):
        body = json.loads(body)
        if body["journey"] != "onboarding":
            continue
        if body["event"] == "step":
            entered[body["step"]] += 1
            left[body.get("from"), body.get("way")] += 1
        else:
            ended[body["event"]] += 1
    told = json.loads(place.run("results", "--db", "a.db", "journey/onboarding").stdout)
    for name, step in told["steps"].items():
        ways = {way: n for (of, way), n in left.items() if of == name}
        if step.get("entered", 0) != entered[name] or step.get("left", {}) != ways:
            raise Failed((name, step, ways))
    if told["enrolled"] != ended["enrolled"] or told["completed"]["total"] != ended["completed"] or told["exited"]["total"] != ended["exited"]:
        raise Failed((told, ended))
    table = list(csv.DictReader(io.StringIO(place.run("results", "--db", "a.db", "-o", "csv", "journey/onboarding").stdout.decode())))
    found = {(row["step"], row["what"], row["by"]): row["value"] for row in table}
    for (of, way), n in left.items():
        if of and found[of, "left", way] != str(n):
            raise Failed((of, way, n))
    if found["", "enrolled", ""] != str(ended["enrolled"]) or len(found) != len(table):
        raise Failed(found)
    expect(place.run("results", "--db", "a.db", "-o", "table", "journey/onboarding"), 0, err="", out=["enrolled", "step ", "kickoff", "completed "])
    expect(place.run("results", "--db", "a.db", "-o", "table", "playbook/adoption_intervention"), 0, err="", out=["started", "look", "successful"])


def what_has_no_results_is_said(place):
    database(place, 3)
    expect(place.run("results", "--db", "a.db", "journey/onbording"), 1, out="", err='did you mean "onboarding"?')
    expect(place.run("results", "--db", "a.db", "tasks"), 1, out="", err="no name such as")
    expect(place.run("results", "--db", "a.db"), 2, out="")
    expect(place.run("results", "journey/onboarding"), 2, out="", err="--db FILE is required")
    expect(place.run("results", "--db", "a.db", "-o", "xml", "journey/onboarding"), 2, out="")
    expect(place.run("results", "--db", "none.db", "journey/onboarding"), 1, out="", err="none.db")
    expect(place.run("results", "--db", "a.db", "--as", "ada:nobody", "journey/onboarding"), 1, out="", err="not allowed")
    place.write("junk.db", b"\0\1\2" * 4000)
    expect(place.run("results", "--db", "junk.db", "journey/onboarding"), 1, out="", err="junk.db")
    (place.folder / "empty.db").touch()
    expect(place.run("results", "--db", "empty.db", "journey/onboarding"), 1, out="", err="give -c")
    expect(place.run("results", "--db", "empty.db", "-c", "preset:onboarding", "-o", "table", "journey/onboarding"), 0, err="", out=["enrolled                     0", "welcome"])


# ---- publish -------------------------------------------------------------------------------------------------

def renamed(document, step, to, on_change):
    """The onboarding journey with a step of another name."""
    journey = json.loads(json.dumps(document["journeys"]["onboarding"]).replace(f'"{step}"', f'"{to}"'))
    return {**document["journeys"], "onboarding": {**journey, "on_change": on_change}}


def a_publication_is_previewed(place):
    database(place)
    before = rows_of(place, "SELECT * FROM audit ORDER BY customer, seq"), rows_of(place, "SELECT num, body FROM store_states ORDER BY num")
    _, document = preset(place)
    there = dict(rows_of(place, "SELECT step, count(*) FROM enrollments WHERE journey = 'onboarding' AND ended_at IS NULL GROUP BY step"))
    step = max(there, key=there.get)
    preset(place, segments={"low_use": {"when": "adoption < 0.5"}}, milestones={"half": {"achieved_when": "adoption > 0.5"}},
           journeys=renamed(document, step, "renamed", {"map": {step: "renamed"}}))
    publish = ["publish", "--db", "a.db", "--now", NOW]
    done = place.run(*publish, "-c", "new.json", "-o", "csv")
    expect(done, 0, err="")
    table = counts(done)
    if table["journey: onboarding moved at renamed"] != there[step] or not table["segment: low_use entered"]:
        raise Failed((table, there))
    for form in ("table", "json", "jsonl"):
        expect(place.run(*publish, "-c", "new.json", "-o", form), 0, err="", out="low_use")
    expect(place.run(*publish, "-c", "new.json", "--why"), 0, err="", out=["c001\n", "moved"])
    after = rows_of(place, "SELECT * FROM audit ORDER BY customer, seq"), rows_of(place, "SELECT num, body FROM store_states ORDER BY num")
    if before != after:
        raise Failed("a preview changed something")
    expect(place.run(*publish, "-c", "preset:onboarding", "-o", "table"), 0, out="nothing comes of it for the 20 customers there")


def who_has_no_place_is_named_and_nothing_is_done(place):
    database(place)
    _, document = preset(place)
    there = dict(rows_of(place, "SELECT step, count(*) FROM enrollments WHERE journey = 'onboarding' AND ended_at IS NULL GROUP BY step"))
    step = max(there, key=there.get)
    preset(place, journeys=renamed(document, step, "renamed", {"map": {}}))
    publish = ["publish", "--db", "a.db", "--now", NOW, "-c", "new.json"]
    done = place.run(*publish, "-o", "csv")
    expect(done, 1, err=f"{there[step]} enrollments are at a step that the new journey lacks")
    if counts(done)[f"journey: onboarding refused at {step}"] != there[step]:
        raise Failed(done.stdout)
    expect(place.run(*publish, "--why"), 1, out=f"refused -> {step}", err="lacks")


def what_cannot_be_published_is_said(place):
    database(place, 3)
    place.write("bad.json", '{"csuccess": 1, "journeys": {"j": {"steps": {"a": {"type": "wait", "for": "P1D", "next": "b"}}}}}')
    expect(place.run("publish", "--db", "a.db", "-c", "bad.json"), 1, out="", err=["bad.json:1:", "/journeys/j"])
    expect(place.run("publish", "--db", "a.db"), 2, out="", err="-c NEW is required")
    expect(place.run("publish", "-c", "preset:onboarding"), 2, out="", err="--db FILE is required")
    expect(place.run("publish", "--db", "none.db", "-c", "preset:onboarding"), 1, out="", err="none.db")
    expect(place.run("publish", "--db", "a.db", "-c", "preset:onboarding", "--as", "ada:nobody"), 1, out="", err="not allowed")
    expect(place.run("publish", "--db", "a.db", "-c", "preset:onboarding", "-o", "dot"), 2, out="")
    (place.folder / "empty.db").touch()
    expect(place.run("publish", "--db", "empty.db", "-c", "preset:onboarding", "-o", "table"), 0, out="the 0 customers there")


# ---- output that cannot be written ---------------------------------------------------------------------------

def a_closed_pipe_ends_it(place):
    events(place)
    simulate = f"'{COMMAND}' simulate -c preset:onboarding --until {END}"
    for more in ("--why", "-o jsonl", "-o table"):
        done = subprocess.run(["sh", "-c", f"{simulate} {more} events.jsonl | head -n 1"], cwd=place.folder, capture_output=True, timeout=400)
        if len(done.stdout.splitlines()) != 1:
            raise Failed(done)
    for command in (f"{simulate} --why events.jsonl", f"{simulate} -o table events.jsonl", f"'{COMMAND}' draw -c preset:onboarding journey/onboarding"):
        done = subprocess.run(["sh", "-c", f"{command} > /dev/full"], cwd=place.folder, capture_output=True, timeout=400)
        if done.returncode != 1 or not done.stderr:
            raise Failed((command, done))


if __name__ == "__main__":
    main(tests_of(globals()))
