# SPDX-License-Identifier: Apache-2.0
"""Interventions from the shell: intervene_test.py CSUCCESS [NAME]

Who is reached and why not as a newcomer meets it (examples/interventions), what people decide as lines of events, and what simulate, explain, results and publish
say of it. What they count is counted once more here, from the entries, in plain Python.
"""
import copy
import csv
import io
import json
import shutil
import sqlite3
import subprocess
from collections import Counter
from pathlib import Path

from cli_test import COMMAND, Failed, expect, main, tests_of

ROOT = Path(__file__).resolve().parent.parent.parent
NOON = "2026-03-02T12:00:00Z"

CONFIG = {
    "csuccess": 1,
    "name": "small@1",
    "attributes": {"arr": {"type": "money", "min": 0}, "users": {"type": "number"}, "user_limit": {"type": "number"}},
    "health": {"profiles": {"default": {"score": {"combine": "sum", "of": {"size": {"value": "users", "points": {"linear": [[0, 0], [100, 100]]}}}}}}},
    "privacy": {"purposes": {"service": {"requires": "nothing"}}},
    "channels": {"email": {"cost": 5}, "internal": {}, "phone": {"cost": 100}},
    "templates": {"hello": {"locales": {"en": {"subject": "Hello", "body": "How is it going?"}}}},
    "policies": {"locale": "en", "reach": {"caps": {"daily": {"most": 1, "per": "day"}}, "min_interval_between_campaigns": "PT0S"}},
    "interventions": {
        "checkin": {"type": "email", "template": "hello", "purpose": "service", "when": "users > 5", "value": "arr", "effect": {"uplift": 0.05, "interval": [0.01, 0.09], "source": "experiment"}, "follow_up": False, "max_frequency_days": 3, "success": {"within": "P1D", "when": "users > 50"}},
        "call": {"type": "phone_call", "owner": "csm", "title": "Call them", "purpose": "service", "due": "P1D", "cost": 200, "follow_up": False},
    },
    "campaigns": {
        "spring": {"status": "active", "when": "users > 5", "priority": 80, "actions": {"mail": {"intervention": "checkin"}, "call": {"intervention": "call", "after": "P1D"}}, "follow_up": False},
    },
    "approvals": {"large": {"for": ["campaign/spring"], "when": "arr > 10000", "approver": "chairman", "channel": "internal", "expires": "P3D"}},
    "experiments": {
        "works": {"for": ["intervention/checkin"], "arms": {"with": {"share": 0.5}, "without": {"share": 0.5, "hold": True}}, "horizon": "P2D", "outcome": "users > 50"},
    },
    "expansion": {"rules": {"more_users": {"when": "users > 0.8 * user_limit", "limit": "user_limit", "value": "users * 10", "probability": 0.75}}},
    "sentiment": {"of": {"ticket": "text"}},
}


def event(number, kind, customer, at, **more):
    return json.dumps({"type": kind, "groupId": customer, "messageId": str(number), "timestamp": f"2026-03-{at}Z", **more}) + "\n"


def traits(number, customer, at, **values):
    return event(number, "group", customer, at, traits=values)


def changed(place, name="new.json", **sections):
    """The configuration with other values of some keys, by their path."""
    document = copy.deepcopy(CONFIG)
    for path, value in sections.items():
        *way, last = path.split("__")
        at = document
        for key in way:
            at = at[key]
        at[last] = value
    return place.write(name, json.dumps(document))


def start(place, lines, until=NOON, config="i.json"):
    place.write("i.json", json.dumps(CONFIG))
    (place.folder / "out").mkdir(exist_ok=True)
    place.write("events.jsonl", "".join(lines))
    return place.run("run", "-c", config, "--db", "a.db", "--clock", "events", "--until", until, "--outbox", "out", "-o", "json", "events.jsonl")


def begin(place, until=NOON):
    """Three customers: one whose campaign has to be approved, one that need not, one in whom nobody is interested."""
    done = start(place, [traits(1, "big", "02T09:00:00", arr=50000, users=10, user_limit=11), traits(2, "small", "02T09:00:00", arr=500, users=10, user_limit=100),
                         traits(3, "idle", "02T09:00:00", arr=500, users=1), event(4, "ticket", "small", "02T09:30:00", event="opened", properties={"text": "I am furious, this is terribly slow!"})], until)
    expect(done, 0, err="")


def explained(place, customer, now=NOON):
    return json.loads(place.run("explain", "--db", "a.db", "--now", now, "-o", "json", customer).stdout)


def page(place, customer, now=NOON):
    return place.run("explain", "--db", "a.db", "--now", now, "-o", "table", customer)


def outbox(place, channel):
    return [json.loads(line) for line in (place.folder / "out" / f"{channel}.jsonl").read_text().splitlines()]


def entries(place, kind):
    with sqlite3.connect(place.folder / "a.db") as file:
        return [(customer, json.loads(body)) for customer, body in file.execute("SELECT customer, body FROM audit WHERE kind = ? ORDER BY customer, seq", (kind,))]


# ---- the example ---------------------------------------------------------------------------------------------

def the_example_is_played_as_it_is_told(place):
    for name in ("interventions", "telco"):
        shutil.copytree(ROOT / "examples" / name, place.folder / "examples" / name)
    done = subprocess.run(["sh", "examples/interventions/run", COMMAND], cwd=place.folder, capture_output=True, timeout=900)
    expect(done, 0, err="", out=[
        "7760-OYPDY\n", "for guard quiet_hours", "approval ", " requested, of the role manager", "message by internal of approval/large_offers/",
        "events applied                                      639\n", '"event":"approve"',
        "Reached by\n", "executive_call by phone", "Held back\n", "held by guard approval, it waits for a decision, until ", "expected value ", "source prior",
        "Campaigns\n", "critical_save of retention: completed", "Offers\n", "discount worth ", "Approvals\n", "approved",
        "executions ", "intervention ", "campaign ", "experiment engaging_works measures churn, horizon P14D, exposed 95, still open 0",
        "held out\n", "engaged against left_alone: ", "95 % interval -"])


# ---- people decide -------------------------------------------------------------------------------------------

def what_waits_for_a_decision_goes_when_it_is_made(place):
    begin(place)
    (asked,) = outbox(place, "internal")
    if asked["customer"] != "big" or asked["body"]["for"] != "campaign/spring" or [m["customer"] for m in outbox(place, "email")] != ["small"]:
        raise Failed(asked)
    expect(page(place, "big"), 0, err="", out=[
        "Held back\n  campaign/spring/mail by email: held by guard approval, it waits for a decision, until 2026-03-05T09:00:00Z; priority 80, cost 0.05, expected value 2499.95, uplift 0.05, "
        "source experiment\n", "Approvals\n  " + asked["body"]["approval"][:16] + " for campaign/spring: pending, the role chairman until 2026-03-05T09:00:00Z", "requested, of the role chairman"])
    decision = {"approval": asked["body"]["approval"][:16], "reasoning": "they are worth it"}
    expect(start(place, [event(9, "decision", "big", "02T13:00:00", event="approve", properties=decision)], "2026-03-02T14:00:00Z"), 0, err="")
    if sorted(m["customer"] for m in outbox(place, "email")) != ["big", "small"]:
        raise Failed("approved, and nothing left")
    expect(page(place, "big", "2026-03-02T14:00:00Z"), 0, err="", out=[
        "Reached by\n  2026-03-02T13:00:00Z  campaign/spring/mail by email", "Campaigns\n  spring: running since 2026-03-02T13:00:00Z", "next call at 2026-03-03T13:00:00Z",
        "Approvals\n", ": approved, the role chairman", "by host at 2026-03-02T13:00:00Z: they are worth it"])
    changes = [body["change"] for customer, body in entries(place, "approval") if customer == "big"]
    if changes != ["requested", "approved"]:
        raise Failed(changes)


def a_decision_that_comes_twice_or_of_nothing_is_told(place):
    begin(place)
    (asked,) = outbox(place, "internal")
    lines = [event(9, "decision", "big", "02T13:00:00", event="reject", properties={"approval": asked["body"]["approval"], "reasoning": "no"}),
             event(10, "decision", "big", "02T14:00:00", event="approve", properties={"approval": asked["body"]["approval"], "reasoning": "yes"}),
             event(11, "decision", "big", "02T15:00:00", event="approve", properties={"approval": "0" * 16, "reasoning": "yes"}),
             event(12, "decision", "big", "02T16:00:00", event="approve", properties={"approval": asked["body"]["approval"]})]
    done = start(place, lines, "2026-03-02T18:00:00Z")
    expect(done, 0, err=["events.jsonl:2: quarantined: ", "rejected", "events.jsonl:3: quarantined: ", "events.jsonl:4: quarantined: ", "reasoning"])
    if [m["customer"] for m in outbox(place, "email")] != ["small"]:
        raise Failed("rejected, and it left")


def people_move_what_is_under_way(place):
    begin(place)
    lines = [event(20, "response", "small", "02T13:00:00", event="replied", properties={"message": outbox(place, "email")[0]["id"], "sentiment": "negative"}),
             event(21, "automation", "small", "02T14:00:00", event="hold", properties={"reason": "they asked for quiet", "until": "2026-03-09T09:00:00Z"}),
             event(22, "campaign", "small", "02T15:00:00", event="cancel", properties={"campaign": "spring", "reason": "enough"})]
    expect(start(place, lines, "2026-03-02T16:00:00Z"), 0, err="")
    expect(page(place, "small", "2026-03-02T16:00:00Z"), 0, err="", out=[
        "Automation\n  stopped since 2026-03-02T14:00:00Z, until 2026-03-09T09:00:00Z by host: they asked for quiet", "response negative", "Campaigns\n  spring: cancelled"])
    with sqlite3.connect(place.folder / "a.db") as file:
        if file.execute("SELECT change, reason, until FROM automation").fetchall() != [("hold", "they asked for quiet", 1773046800000)]:
            raise Failed("automation")
        if file.execute("SELECT customer, state, ended_by FROM campaign_runs").fetchall() != [("small", "cancelled", "enough")]:
            raise Failed(file.execute("SELECT customer, state, ended_by FROM campaign_runs").fetchall())


# ---- explain and simulate ------------------------------------------------------------------------------------

def a_page_says_all_of_what_the_engine_explains(place):
    begin(place)
    for customer in ("big", "small", "idle"):
        told, text = explained(place, customer), page(place, customer).stdout.decode()
        of = told["interventions"]
        for item in of["messages"]["waiting"]:
            wanted = [item["guard"], item["reason"], item.get("until", ""), f"{item['ruling']} by guard"]
            if not any(all(part in line for part in wanted) for line in text.splitlines()):
                raise Failed((customer, item, text))
        for name in [c["campaign"] for c in of["campaigns"]] + [e["intervention"] for e in of["executions"]["open"]] + [o["opportunity"] for o in of["opportunities"]] + list(of["experiments"]):
            if name not in text:
                raise Failed((customer, name, text))
        if ("Sentiment\n" in text) != bool(told["sentiment"]):
            raise Failed((customer, told["sentiment"]))
    expect(page(place, "big"), 0, out=["Experiments\n  works: arm ", " of probability 0.5", "Opportunities\n  1. more_users: open, worth 100 at a probability of 0.75 comes to 75"])
    expect(page(place, "small"), 0, out=["Sentiment\n  negative -0.", "performance", "anger", "alert frustration, high"])
    quiet = page(place, "idle").stdout.decode()
    if any(title in quiet for title in ("Reached by", "Held back", "Campaigns", "Offers", "Sentiment", "Automation")):
        raise Failed(quiet)


def a_story_says_who_waits_and_why(place):
    place.write("i.json", json.dumps(CONFIG))
    place.write("events.jsonl", traits(1, "big", "02T09:00:00", arr=50000, users=10, user_limit=11) + traits(2, "small", "02T09:00:00", arr=500, users=10, user_limit=100))
    given = ["simulate", "-c", "i.json", "--until", "2026-03-09T00:00:00Z"]
    why = place.run(*given, "--why", "events.jsonl")
    expect(why, 0, err="", out=["big\n", "opportunity more_users: opened", "requested, of the role chairman, cost 0.05, expected value 2499.95", "for guard approval: it waits for a decision, until 2026-03-05T09:00:00Z",
                                ": expired", "small\n", "campaign spring: started", "intervention checkin: scheduled, email, cost 0.05, expected value 24.95, uplift 0.05, source experiment",
                                "for guard cooldown: it left less than max_frequency_days ago, until 2026-03-05T09:00:00Z", "success missed", "intervention call: scheduled, phone, csm"])
    text = why.stdout.decode()
    groups = 0
    for line in place.run(*given, "-o", "jsonl", "events.jsonl").stdout.splitlines():
        row = json.loads(line)
        for group in row["body"].get("held", []) + row["body"].get("denied", []) if row.get("kind") == "selection" else []:
            groups += 1
            wanted = f"{', '.join(group['of'])} for guard {group['guard']}: {group['reason']}" + (f", until {group['until']}" if "until" in group else "")
            if not any(told.strip().startswith(row["at"]) and wanted in told for told in text.splitlines()):
                raise Failed((wanted, text))
    if groups < 5:
        raise Failed(groups)


def presets_have_stories(place):
    rows = [traits(1, "a", "02T17:00:00", contract_value=60000, mrr=5000, usage_decline=0.5, payment_delays=2, champion_left=True, ticket_sentiment=-0.8, last_login="2026-01-01T00:00:00Z")]
    place.write("a.jsonl", "".join(rows))
    expect(place.run("simulate", "-c", "preset:strategies", "--until", "2026-03-12T00:00:00Z", "--why", "a.jsonl"), 0, err="", out=["campaign/critical_save/executive_call", "for guard quiet_hours: ", "campaign critical_save: started", "may take off ", "by priors"])
    place.write("b.jsonl", traits(1, "b", "02T17:00:00", users=95, user_limit=100, storage=99, storage_limit=100, contract_value=9000))
    expect(place.run("simulate", "-c", "preset:expansion", "--until", "2026-03-04T00:00:00Z", "--why", "b.jsonl"), 0, err="", out=["opportunity ", "opened, worth ", "rank 1"])


# ---- results -------------------------------------------------------------------------------------------------

def grown(place, count=40):
    """So many customers for ten days: half of them grow, whoever is left alone."""
    lines = [traits(i, f"c{i:02d}", "02T09:00:00", arr=1000, users=10) for i in range(count)]
    lines += [traits(100 + i, f"c{i:02d}", "03T08:00:00", users=60) for i in range(0, count, 2)]
    config = changed(place, interventions__checkin__follow_up=False, campaigns={}, approvals={})
    expect(start(place, lines, "2026-03-12T00:00:00Z", config), 0, err="")


def results_are_those_of_the_entries(place):
    grown(place)
    told = json.loads(place.run("results", "--db", "a.db", "interventions").stdout)["interventions"]["checkin"]
    bodies = [body for _, body in entries(place, "intervention")]
    changes = Counter(body["change"] for body in bodies)
    judged = Counter(body["success"] for body in bodies if body["change"] == "judged")
    if told["executions"] != changes["scheduled"] or told["changes"]["judged"] != changes["judged"] or told["success"] != {"reached": judged["reached"], "missed": judged["missed"]}:
        raise Failed((told, changes, judged))
    with sqlite3.connect(place.folder / "a.db") as file:
        rows = file.execute("SELECT success, count(*), sum(cost) FROM interventions WHERE intervention = 'checkin' GROUP BY success").fetchall()
    if sum(n for _, n, _ in rows) != told["executions"] or sum(cost for *_, cost in rows) != told["cost"]["total"] or {s: n for s, n, _ in rows if s} != dict(judged):
        raise Failed((rows, told))
    expect(place.run("results", "--db", "a.db", "-o", "table", "interventions"), 0, err="", out=["executions ", "automated 100.0 %", "intervention ", "checkin"])
    expect(place.run("results", "--db", "a.db", "-o", "table", "effects"), 0, err="", out=["checkin", "uplift not identified", "of everything: uplift not identified: ", "experiment works measures other"])


def an_experiment_is_read_from_its_exposures(place):
    grown(place)
    exposed, yes = Counter(), Counter()
    for _, body in entries(place, "exposure"):
        exposed[body["arm"]] += 1
    for _, body in entries(place, "outcome"):
        yes[body["arm"], body["outcome"]] += 1
    told = json.loads(place.run("results", "--db", "a.db", "experiment/works").stdout)
    for arm in ("with", "without"):
        found = told["arms"][arm]
        if (found["exposed"], found["yes"], found["no"]) != (exposed[arm], yes[arm, True], yes[arm, False]) or abs(found["rate"] - yes[arm, True] / exposed[arm]) > 1e-8:
            raise Failed((found, exposed, yes))
    with sqlite3.connect(place.folder / "a.db") as file:
        rows = file.execute("SELECT arm, count(*), sum(outcome) FROM exposures GROUP BY arm").fetchall()
    if rows != [(arm, exposed[arm], yes[arm, True]) for arm in ("with", "without")]:
        raise Failed(rows)
    expect(place.run("results", "--db", "a.db", "-o", "table", "experiment/works"), 0, err="", out=[
        f"experiment works measures other, horizon P2D, exposed {sum(exposed.values())}, still open 0", "with ", "without ", "held out\n", "with against without: ", "95 % interval ", ", p "])
    table = {(row["item"], row["what"], row["by"]): row["value"] for row in csv.DictReader(io.StringIO(place.run("results", "--db", "a.db", "-o", "csv", "experiment/works").stdout.decode()))}
    if table["arm/with", "exposed", ""] != str(exposed["with"]) or table["arm/without", "yes", ""] != str(yes["without", True]) or float(table["effect", "difference", ""]) != told["effect"]["difference"]:
        raise Failed(table)


def what_has_no_results_is_said(place):
    begin(place)
    expect(place.run("results", "--db", "a.db", "experiment/wrks"), 1, out="", err='did you mean "experiment/works"?')
    expect(place.run("results", "--db", "a.db", "experiment"), 1, out="", err="experiment/")
    expect(place.run("results", "--db", "a.db", "-o", "table", "experiment/works"), 0, err="", out="not identified")


# ---- another configuration -----------------------------------------------------------------------------------

def a_campaign_that_is_over_stays_over(place):
    begin(place)
    before = (place.folder / "a.db").read_bytes()
    changed(place, campaigns__spring__status="draft")
    for command, more in (("publish", []), ("run", ["events.jsonl"]), ("import", ["events.jsonl"])):
        expect(place.run(command, "--db", "a.db", "-c", "new.json", "--now", NOON, *more), 1, err=[
            f"csuccess {command}: a.db keeps another configuration, and ", 'campaign "spring" is active and cannot become draft', "active, paused, completed, cancelled"])
    if (place.folder / "a.db").read_bytes() != before:
        raise Failed("refused, and something was changed")
    changed(place, campaigns__spring__status="completed")
    expect(place.run("publish", "--db", "a.db", "-c", "new.json", "--now", NOON, "-o", "csv"), 0, err="", out="campaign: spring ended")
    expect(place.run("run", "--db", "a.db", "-c", "new.json", "--now", NOON), 0)
    place.write("late.jsonl", traits(50, "late", "02T12:00:00", arr=500, users=10))
    expect(place.run("run", "--db", "a.db", "-c", "new.json", "--now", NOON, "late.jsonl"), 0)
    expect(place.run("run", "--db", "a.db", "-c", "i.json", "--now", NOON), 1, out="", err='campaign "spring" is completed and cannot become active')
    expect(place.run("explain", "--db", "a.db", "--now", NOON, "-o", "table", "small"), 0, err="")


def a_publication_says_who_would_be_reached_and_who_not(place):
    begin(place)
    more = copy.deepcopy(CONFIG["campaigns"])
    more["again"] = {"status": "active", "when": "users > 5", "actions": {"call": {"intervention": "call"}}, "follow_up": False}
    changed(place, campaigns=more)
    done = place.run("publish", "--db", "a.db", "-c", "new.json", "--now", NOON, "-o", "csv")
    expect(done, 0, err="", out=["campaign: again started", "held: caps campaign/again/call"])


def nothing_is_said_where_nothing_can_be_written(place):
    begin(place)
    for words in ("explain --db a.db -o table big", "results --db a.db -o table effects", "results --db a.db -o csv experiment/works"):
        done = subprocess.run(["sh", "-c", f"'{COMMAND}' {words} > /dev/full"], cwd=place.folder, capture_output=True, timeout=400)
        if done.returncode != 1 or not done.stderr:
            raise Failed((words, done))


if __name__ == "__main__":
    main(tests_of(globals()))
