# SPDX-License-Identifier: Apache-2.0
"""Commands over a database, as a person and a crash meet them: engine_test.py CSUCCESS [NAME]

The log of CDNOW (tests/data/cdnow.tsv) goes through `csuccess run` as track events; what comes of it is counted once more in plain Python.
"""
import datetime
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from cli_test import COMMAND, Failed, expect, main, tests_of

HERE = Path(__file__).resolve().parent
CHAIN = HERE.parent / "oracles" / "chain.py"
KILLS = int(os.environ.get("CSUCCESS_KILLS", "20"))
START, END = datetime.date(1997, 1, 1), datetime.date(1998, 6, 30)


# ---- the log, and the plain count ----------------------------------------------------------------------------

def purchases(customers=None):
    """(customer, date, quantity, cents) in order of time; only of the first so many customers."""
    rows = []
    for line in (HERE.parent / "data" / "cdnow.tsv").read_text().splitlines():
        if line.startswith("#") or not line:
            continue
        customer, day, quantity, cents = line.split("\t")
        if customers is None or int(customer) <= customers:
            rows.append((customer, datetime.date.fromisoformat(day), int(quantity), int(cents)))
    return sorted(rows, key=lambda row: row[1])


def event(index, row, clock="12:00:00"):
    """Row `index` of the log; its id is its own, so that orders of rows can differ."""
    customer, day, quantity, cents = row
    return json.dumps({"type": "track", "event": "order", "messageId": f"p{index}", "groupId": customer,
                       "timestamp": f"{day}T{clock}Z", "properties": {"quantity": quantity, "cents": cents}})


def component(value):
    return {"weight": 1, "value": value, "range": [0, 1000000000]}


NAMES = ["orders_30d", "orders_before", "orders_ever", "cents_90d", "cents_month", "cents_quarter", "days_180d", "quantities_365d",
         "most_ever", "large_90d", "first_cents", "last_cents_90d"]
AGGREGATES = {
    "orders_30d": {"count": True, "window": "P30D"},
    "orders_before": {"count": True, "window": "P30D", "offset": "P30D"},
    "orders_ever": {"count": True, "window": "lifetime"},
    "cents_90d": {"sum": "cents", "window": "P90D"},
    "cents_month": {"sum": "cents", "window": "month"},
    "cents_quarter": {"sum": "cents", "window": "quarter"},
    "days_180d": {"distinct": "day", "window": "P180D"},
    "quantities_365d": {"distinct": "quantity", "window": "P365D"},
    "most_ever": {"max": "cents", "window": "lifetime"},
    "large_90d": {"count": True, "window": "P90D", "where": "cents > 5000", "properties": {"cents": "number"}},
    "first_cents": {"first": "cents", "window": "lifetime"},
    "last_cents_90d": {"last": "cents", "window": "P90D"},
}


def config(place, name="shop.json", **changes):
    document = {
        "csuccess": 1, "name": "shop@1",
        "aggregates": {key: {"event": "order", **value} for key, value in AGGREGATES.items()},
        "health": {"profiles": {"default": {
            "score": {"combine": "weighted_mean", "of": {key: component(key) for key in NAMES}},
            "bands": {"some": {"from": 0.000001}, "none": {}}}}},
        "schedule": {"health": "P30D", "churn": "P30D"}}
    document.update(changes)
    return place.write(name, json.dumps(document))


def plain(rows, day):
    """The aggregates of one customer at the end of a day; None: of no event."""
    def within(first, last=day):
        return [row for row in rows if first <= row[1] <= last]
    days = lambda count, back=0: within(day - datetime.timedelta(back + count - 1), day - datetime.timedelta(back))
    upto = within(START)
    recent = days(90)
    quarter = datetime.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return {
        "orders_30d": len(days(30)), "orders_before": len(days(30, 30)), "orders_ever": len(upto),
        "cents_90d": sum(row[3] for row in recent), "cents_month": sum(row[3] for row in within(day.replace(day=1))),
        "cents_quarter": sum(row[3] for row in within(quarter)), "days_180d": len({row[1] for row in days(180)}),
        "quantities_365d": len({row[2] for row in days(365)}), "most_ever": max(row[3] for row in upto),
        "large_90d": sum(row[3] > 5000 for row in recent)}


def firsts_and_lasts(rows, day):
    """Of events at one time the one with the smaller id is the first, the one with the greater the last."""
    upto = [(row[1], f"p{index}", row[3]) for index, row in rows if row[1] <= day]
    recent = [row for row in upto if row[0] > day - datetime.timedelta(90)]
    return {"first_cents": min(upto)[2], "last_cents_90d": max(recent)[2] if recent else None}


def by_customer(log):
    found = {}
    for index, row in enumerate(log):
        found.setdefault(row[0], []).append((index, row))
    return found


def lines(run):
    expect(run, 0)
    return [json.loads(line) for line in run.stdout.splitlines()]


def compare_aggregates(place, db, log, day):
    """Of every customer in the database with the plain count."""
    customers = {who: rows for who, rows in by_customer(log).items() if rows[0][1][1] <= day}
    scores = lines(place.run("score", "--db", db, "--now", f"{day}T23:59:59Z", "-o", "jsonl"))
    if {score["customer_id"] for score in scores} != set(customers):
        raise Failed(f"{day}: {len(scores)} customers, wanted {len(customers)}")
    for score in scores:
        who = score["customer_id"]
        wanted = plain([row for _, row in customers[who]], day) | firsts_and_lasts(customers[who], day)
        got = {name: part["value"] for name, part in score["health"]["components"].items()}
        if got != wanted:
            raise Failed(f"{day} {who}: {[(n, got[n], wanted[n]) for n in NAMES if got[n] != wanted[n]]}")
    return len(scores)


def run(place, db, log, *more, name="shop.json"):
    return place.run("run", "-c", name, "--db", db, "--clock", "events", "-o", "json", "--seed", "7", *more, log)


def until(day):
    return ("--until", f"{day}T23:59:59Z")


def figures(done, code=0):
    expect(done, code)
    return json.loads(done.stdout)


def states(place, db):
    """State records as they stand in the file."""
    with sqlite3.connect(place.folder / db) as file:
        return dict(file.execute("SELECT c.id, s.body FROM store_customers c JOIN store_states s ON s.num = c.num"))


def chains_hold(place, db):
    report = lines(place.run("audit", "verify", "--db", db, "-o", "json"))[0]
    if report["bad"] or report["customers"] == 0:
        raise Failed(report)
    return report


# ---- the log -------------------------------------------------------------------------------------------------

def the_log_is_counted_at_twenty_dates(place):
    config(place)
    log = purchases()
    place.write("log.jsonl", "\n".join(event(i, row) for i, row in enumerate(log)) + "\n")
    applied = 0
    for step in range(1, 21):
        day = START + (END - START) * step // 20
        applied += figures(run(place, "shop.db", "log.jsonl", *until(day)))["applied"]
        compare_aggregates(place, "shop.db", log, day)
    if applied != len(log):
        raise Failed(f"{applied} of {len(log)} events")
    if chains_hold(place, "shop.db")["customers"] != 2357:
        raise Failed("customers")


def the_same_order_gives_the_same_bytes(place):
    config(place)
    log = purchases(200)
    place.write("log.jsonl", "\n".join(event(i, row) for i, row in enumerate(log)) + "\n")
    first = None
    for name, more in (("one", ["--batch", "1"]), ("seven", ["--batch", "7"]), ("thousand", []), ("whole", ["--batch", "1000000"])):
        done = figures(run(place, name + ".db", "log.jsonl", *until(END), *more))
        if done["applied"] != len(log):
            raise Failed(done)
        got = states(place, name + ".db")
        first = first or got
        if got != first:
            raise Failed(f"{name}: {[who for who in got if got[who] != first[who]][:5]} of {len(got)}")
    for _ in range(2):
        again = figures(run(place, "seven.db", "log.jsonl", *until(END)))
        if (again["applied"], again["known"], again["commits"]) != (0, len(log), 0) or states(place, "seven.db") != first:
            raise Failed(again)


def any_order_gives_the_same_aggregates(place):
    config(place)
    log = purchases(400)
    rows = [event(i, row) for i, row in enumerate(log)]
    random.Random(1).shuffle(rows)
    place.write("log.jsonl", "\n".join(rows) + "\n")
    for day in (datetime.date(1997, 9, 30), END):
        figures(run(place, "shop.db", "log.jsonl", *until(day)))
        compare_aggregates(place, "shop.db", log, day)


def rows_without_an_id_are_known_again(place):
    config(place)
    row = '{"type": "track", "event": "order", "groupId": "a", "timestamp": "1997-01-01T12:00:00Z", "properties": {"cents": 5}}\n'
    place.write("log.jsonl", row + row)
    done = figures(run(place, "a.db", "log.jsonl", *until(START)))
    if done["applied"] != 2:
        raise Failed(done)
    done = figures(run(place, "a.db", "log.jsonl", *until(START)))
    if (done["applied"], done["known"]) != (0, 2):
        raise Failed(done)
    causes = {e["cause"] for e in lines(place.run("explain", "--db", "a.db", "a", "-o", "json"))[0]["history"]["entries"]}
    if not all(cause.startswith(("line-1-", "line-2-")) for cause in causes):
        raise Failed(causes)


# ---- crashes -------------------------------------------------------------------------------------------------

ALERTS = {
    "attributes": {"plan": {"type": "string"}},
    "aggregates": {"orders_30d": {"event": "order", "count": True, "window": "P30D"}},
    "health": {"profiles": {"default": {
        "score": {"combine": "weighted_mean", "of": {"orders": {"weight": 1, "value": "orders_30d", "points": {"linear": [[0, 0], [3, 100]]}}}},
        "bands": {"good": {"from": 30}, "bad": {}}, "trend": {"over": "P30D"},
        "alerts": {"quiet": {"when": "orders_30d == 0", "for": "P7D", "severity": "high", "message": "No order for a month",
                             "notify": {"first": {"channel": "slack"}, "lead": {"after": "P3D", "channel": "pager"}}}}}}},
    "channels": {"slack": {}, "pager": {}}, "schedule": {"health": "P14D"}}


def sent(place, folder):
    """The sink's messages by id; the same id twice must be the same message, whatever attempt."""
    found = {}
    for file in sorted((place.folder / folder).glob("*.jsonl")):
        for line in file.read_text().splitlines():
            message = json.loads(line)
            kept = {key: message[key] for key in ("id", "channel", "customer", "definition", "body")}
            if found.setdefault(message["id"], kept) != kept:
                raise Failed(f"{message['id']} is two messages")
    return found


def to_the_hour(text):
    """What a killed run had at hand waits for the end of its lease of a second, and is dated that much later."""
    return re.sub(r":[0-9][0-9]:[0-9][0-9]Z", "Z", text)


def told(place, folder):
    """What the sink was told, each once."""
    found = [to_the_hour(json.dumps({**message, "id": ""})) for message in sent(place, folder).values()]
    if len(set(found)) != len(found):
        raise Failed("the same was told twice, under two ids")
    return set(found)


def ends(place, db):
    """States as people read them, but for the chain, which says when."""
    found = {}
    for row in lines(place.run("state", "--all", "--db", db)):
        del row["state"]["chain"]
        found[row["customer"]] = to_the_hour(json.dumps(row["state"]))
    return found


def compare_ends(calm_and_stormy):
    chains_hold(calm_and_stormy, "stormy.db")
    wanted, got = told(calm_and_stormy, "calm"), told(calm_and_stormy, "stormy")
    if got != wanted:
        raise Failed(f"{len(wanted - got)} messages are missing, {len(got - wanted)} unexpected: {list(wanted - got)[:2]} {list(got - wanted)[:2]}")
    calm, stormy = ends(calm_and_stormy, "calm.db"), ends(calm_and_stormy, "stormy.db")
    differ = [who for who in calm if calm[who] != stormy.get(who)]
    if differ or len(calm) != len(stormy):
        raise Failed(f"{len(differ)} of {len(calm)} states differ: {calm[differ[0]]} {stormy[differ[0]]}")


def killed_at_any_moment_nothing_is_lost(place):
    config(place, **ALERTS)
    log = []
    for i, row in enumerate(purchases(25)): # around half past, and hardly two at one second: order does not hang on a lease
        second = i * 7919 % 1200
        log.append(event(i, row, f"{i * 31 % 24:02}:{20 + second // 60:02}:{second % 60:02}"))
    log.sort(key=lambda line: json.loads(line)["timestamp"])
    place.write("log.jsonl", "\n".join(log) + "\n")
    for folder in ("calm", "stormy"):
        (place.folder / folder).mkdir()
    more = (*until(datetime.date(1997, 9, 30)), "--lease", "1", "--batch", "20")
    began = time.monotonic()
    figures(run(place, "calm.db", "log.jsonl", *more, "--outbox", "calm"))
    took = time.monotonic() - began
    if len(told(place, "calm")) < 30:
        raise Failed("hardly any messages")
    choice, kills = random.Random(int(os.environ.get("CSUCCESS_TEST_SEED", "3"))), 0
    command = [COMMAND, "run", "-c", "shop.json", "--db", "stormy.db", "--clock", "events", "-o", "json", "--seed", "7", *more,
               "--outbox", "stormy", "log.jsonl"]
    while kills < KILLS:
        child = subprocess.Popen(command, cwd=place.folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(choice.random() * took * 0.4)
        if child.poll() is None:
            kills += 1
            child.send_signal(signal.SIGKILL)
        elif child.returncode != 0:
            raise Failed(f"exit {child.returncode}")
        else: # it came to its end: once more from the beginning
            compare_ends(place)
            for name in place.folder.glob("stormy.db*"):
                name.unlink()
            shutil.rmtree(place.folder / "stormy")
            (place.folder / "stormy").mkdir()
        child.wait()
    figures(run(place, "stormy.db", "log.jsonl", *more, "--outbox", "stormy"))
    compare_ends(place)


def two_runs_at_once_apply_everything_once(place):
    config(place)
    log = purchases(150)
    for half in (0, 1):
        place.write(f"half{half}.jsonl", "\n".join(event(i, row) for i, row in enumerate(log) if i % 2 == half or i % 5 == 0) + "\n")
    children = [subprocess.Popen([COMMAND, "run", "-c", "shop.json", "--db", "shop.db", "--now", f"{END}T23:59:59Z", "-o", "json", "--batch", "10",
                                  f"half{half}.jsonl"], cwd=place.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for half in (0, 1)]
    done = []
    for child in children:
        out, err = child.communicate(timeout=300)
        if child.returncode != 0:
            raise Failed(err)
        done.append(json.loads(out))
    if sum(d["applied"] for d in done) != len(log):
        raise Failed(done)
    compare_aggregates(place, "shop.db", log, END)
    chains_hold(place, "shop.db")


def shards_share_the_customers(place):
    config(place, **ALERTS)
    log = purchases(80)
    place.write("log.jsonl", "\n".join(event(i, row) for i, row in enumerate(log)) + "\n")
    expect(place.run("import", "-c", "shop.json", "--db", "shop.db", "--now", "1998-07-01", "log.jsonl"), 0)
    commits = [figures(place.run("run", "-c", "shop.json", "--db", "shop.db", "--now", "1998-07-01", "--shard", f"{i}/3", "-o", "json"))["commits"]
               for i in range(3)]
    if min(commits) == 0:
        raise Failed(commits)
    again = figures(place.run("run", "-c", "shop.json", "--db", "shop.db", "--now", "1998-07-01", "-o", "json"))
    if again["commits"] != 0:
        raise Failed(again)
    for wrong in ("3/3", "x", "1", "1/2/3", "-1/2"):
        expect(place.run("run", "-c", "shop.json", "--db", "shop.db", "--shard", wrong), 2, err=["--shard"])


def ctrl_c_stops_after_the_batch_and_it_goes_on(place):
    config(place, **ALERTS)
    log = purchases(400)
    place.write("log.jsonl", "\n".join(event(i, row) for i, row in enumerate(log)) + "\n")
    command = [COMMAND, "run", "-c", "shop.json", "--db", "shop.db", "--clock", "events", "--seed", "7", "-o", "json", *until(END), "log.jsonl"]
    child = subprocess.Popen(command, cwd=place.folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while child.poll() is None and not (place.folder / "shop.db").exists():
        time.sleep(0.01)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=60)
    if child.returncode != 130 or not json.loads(out)["stopped"]:
        raise Failed(f"{child.returncode} {out} {err}")
    figures(run(place, "shop.db", "log.jsonl", *until(END)))
    figures(run(place, "calm.db", "log.jsonl", *until(END)))
    if states(place, "shop.db") != states(place, "calm.db"):
        raise Failed("states differ")


# ---- what is not as it should be -----------------------------------------------------------------------------

GOOD = '{"type": "track", "event": "order", "messageId": "%s", "groupId": "%s", "timestamp": "1997-01-01T12:00:00Z"}\n'


def bad_rows_are_told_with_their_place(place):
    config(place)
    rows = {
        "broken": ('{"type": "track", "event": \n', "log.jsonl:2: "),
        "no customer": ('{"type": "track", "event": "order", "messageId": "x", "timestamp": "1997-01-01T12:00:00Z"}\n', "log.jsonl:2: "),
        "no time": ('{"type": "track", "event": "order", "groupId": "b"}\n', "timestamp"),
        "unknown type": ('{"type": "trak", "event": "order", "groupId": "b", "timestamp": "1997-01-01T12:00:00Z"}\n', "track"),
        "neither": ('{"event": "order"}\n', "log.jsonl:2: "),
        "an array": ("[1]\n", "log.jsonl:2: "),
        "wrong type": ('{"type": "track", "event": 5, "groupId": "b", "timestamp": "1997-01-01T12:00:00Z"}\n', "log.jsonl:2: "),
        "no UTF-8": (b'{"type": "track", "event": "\xff", "groupId": "b", "timestamp": "1997-01-01T12:00:00Z"}\n', "log.jsonl:2: "),
        "huge": ('{"type": "track", "event": "' + "x" * (17 << 20) + '"}\n', "log.jsonl:2: the row is longer than 16 MiB"),
        "unknown attribute": ('{"customer_id": "b", "colour": "red"}\n', "log.jsonl:2: "),
    }
    for number, (name, (row, part)) in enumerate(rows.items()):
        data = row if isinstance(row, bytes) else row.encode()
        place.write("log.jsonl", (GOOD % ("1", "a")).encode() + data + (GOOD % ("3", "c")).encode())
        try:
            done = place.run("run", "-c", "shop.json", "--db", f"{number}.db", "--now", "1997-02-01", "-o", "json", "log.jsonl")
            expect(done, 1, err=part)
            if json.loads(done.stdout)["applied"] != 1:
                raise Failed(done.stdout)
            done = place.run("run", "-c", "shop.json", "--db", f"{number}.db", "--now", "1997-02-01", "-o", "json", "--keep-going", "log.jsonl")
            expect(done, 3, err=[part, "1 of 3 rows were passed over"])
            got = json.loads(done.stdout)
            if (got["applied"], got["known"], got["passed_over"]) != (1, 1, 1):
                raise Failed(done.stdout)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


def empty_and_missing_files_are_told(place):
    config(place)
    place.write("empty.jsonl", "")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "empty.jsonl"), 1, err="empty.jsonl:1: there are no rows")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "none.jsonl"), 1, err="none.jsonl: ")
    expect(place.run("run", "-c", "shop.json", "none.jsonl"), 2, err="--db FILE is required")
    expect(place.run("run", "--db", "a.db"), 2, err="-c CONFIG is required")
    expect(place.run("run", "-c", "shop.json", "--db", "no/folder/a.db"), 1, err="no/folder/a.db")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--outbox", "nowhere"), 1, err="nowhere")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--until", "1990-01-01"), 2, err="--until")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--until", "soon"), 2, err="soon")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--lease", "0"), 2, err="--lease")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--batch", "0"), 2, err="--batch")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--clock", "sun"), 2, err="sun")
    expect(place.run("explain", "--db", "absent.db", "a"), 1, err="absent.db")
    if (place.folder / "absent.db").exists():
        raise Failed("looking made a file")


def other_files_are_no_databases(place):
    config(place)
    place.write("text.db", "this is no database, but it is long enough to be read as one" * 20)
    expect(place.run("run", "-c", "shop.json", "--db", "text.db"), 1, err="text.db")
    place.write("log.jsonl", GOOD % ("1", "a"))
    expect(place.run("run", "-c", "shop.json", "--db", "new.db", "--now", "1997-02-01", "log.jsonl"), 0)
    with sqlite3.connect(place.folder / "new.db") as file:
        version = file.execute("PRAGMA user_version").fetchone()[0]
        file.execute(f"PRAGMA user_version = {version + 1}")
    expect(place.run("run", "-c", "shop.json", "--db", "new.db"), 1, err=["new.db", "newer"])
    expect(place.run("explain", "--db", "new.db", "a"), 1, err=["new.db", "newer"])


def a_database_that_may_not_be_written_is_told(place):
    config(place)
    place.write("log.jsonl", GOOD % ("1", "a"))
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "log.jsonl"), 0)
    for name in place.folder.glob("a.db-*"):
        name.unlink()
    os.chmod(place.folder / "a.db", 0o444)
    os.chmod(place.folder, 0o555)
    more = {"user": 65534} if os.geteuid() == 0 else {} # root may write anything
    try:
        done = place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "log.jsonl", **more)
    except PermissionError: # the command stands where only root may read
        return
    finally:
        os.chmod(place.folder, 0o755)
    expect(done, 1, err="a.db")


def quarantined_events_are_told_and_no_failure(place):
    config(place)
    place.write("log.jsonl", GOOD % ("1", "a") + (GOOD % ("2", "a")).replace("1997", "2050"))
    done = place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "-o", "json", "log.jsonl")
    expect(done, 0, err="log.jsonl:2: quarantined: ")
    if json.loads(done.stdout)["quarantined"] != 1:
        raise Failed(done.stdout)
    expect(place.run("explain", "--db", "a.db", "--now", "1997-02-01", "-o", "table", "a"), 0, out=["Quarantined", "future"])


def unknown_customers_are_told(place):
    config(place)
    place.write("log.jsonl", GOOD % ("1", "a"))
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "log.jsonl"), 0)
    for arguments in (["explain"], ["state"], ["score"], ["replay"], ["audit", "export"], ["parked"], ["privacy", "erase"]):
        config_given = ["-c", "shop.json"]
        expect(place.run(arguments[0], *config_given, "--db", "a.db", *arguments[1:], "nobody"), 1, out="", err="nobody")


# ---- facts ---------------------------------------------------------------------------------------------------

FACTS = {
    "csuccess": 1,
    "attributes": {"seats": {"type": "number", "min": 0}, "plan": {"type": "string"}, "paying": {"type": "bool"},
                   "renews": {"type": "date"}, "arr": {"type": "money", "currency": "EUR"}, "tags": {"type": "list", "of": "string"}},
    "records": {"contacts": {"of": {"email": {"type": "string"}, "role": {"type": "string"}}}},
    "health": {"profiles": {"default": {"score": {"combine": "weighted_mean", "of": {
        "seats": {"weight": 1, "value": "seats", "range": [0, 100]}}}}}}}


def rows_of_facts_become_known(place):
    place.write("facts.json", json.dumps(FACTS))
    place.write("rows.jsonl", '{"customer_id": "j", "seats": 40, "plan": "a \\"b\\"", "paying": true, "renews": "2026-05-01", "arr": 1200.5, '
                              '"tags": ["x", "y"], "contacts": {"ada": {"email": "ada@example.org", "role": "boss"}, "bob": {}}}\n')
    place.write("rows.csv", 'customer_id,seats,plan,paying,renews,arr,tags,contacts\r\n'
                            'c, 40 ,"a ""b""",yes,2026-05-01,1200.5,"[""x"", ""y""]","{""ada"": {""email"": ""ada@example.org"", ""role"": ""boss""}, ""bob"": {}}"\r\n'
                            'd,,,,,,,\r\n')
    for name in ("rows.jsonl", "rows.csv"):
        expect(place.run("run", "-c", "facts.json", "--db", "f.db", "--now", "2026-01-31", name), 0, err="")
        again = figures(place.run("run", "-c", "facts.json", "--db", "f.db", "--now", "2026-01-31", "-o", "json", name))
        if again["applied"] != 0:
            raise Failed(again)
    known = []
    for who in ("j", "c"):
        state = lines(place.run("state", "--db", "f.db", who))[0]
        known.append((state["attributes"], state["records"]))
    if known[0] != known[1]:
        raise Failed(known)
    wanted = {"seats": 40, "plan": 'a "b"', "paying": True, "arr": 1200.5, "tags": ["x", "y"]}
    got = {name: value["value"] for name, value in known[0][0].items()}
    if {name: got[name] for name in wanted} != wanted or not got["renews"].startswith("2026-05-01"):
        raise Failed(got)
    if known[0][1] != {"contacts/ada": {"email": "ada@example.org", "role": "boss"}, "contacts/bob": {}}:
        raise Failed(known[0][1])
    if "attributes" in lines(place.run("state", "--db", "f.db", "d"))[0]:
        raise Failed("an empty cell became known")


def facts_have_the_time_that_is_asked_for(place):
    place.write("facts.json", json.dumps(FACTS))
    place.write("dated.csv", "customer_id,seats,day\nc,40,2025-05-01\nc,50,2025-03-01\n")
    expect(place.run("import", "-c", "facts.json", "--db", "f.db", "--now", "2026-01-31", "--as-of", "day", "dated.csv"), 0, err="")
    seats = lines(place.run("state", "--db", "f.db", "c"))[0]["attributes"]["seats"]
    if seats["value"] != 40 or not seats["at"].startswith("2025-05-01"):
        raise Failed(seats)
    place.write("dated.jsonl", '{"customer_id": "d", "seats": 7, "day": "2025-05-01"}\n')
    expect(place.run("import", "-c", "facts.json", "--db", "f.db", "--now", "2026-01-31", "--as-of", "day", "dated.jsonl"), 0, err="")
    if not lines(place.run("state", "--db", "f.db", "d"))[0]["attributes"]["seats"]["at"].startswith("2025-05-01"):
        raise Failed("as-of of JSON")
    expect(place.run("run", "-c", "facts.json", "--db", "g.db", "--clock", "events", "dated.jsonl", "--ignore-unknown"), 1, err=["dated.jsonl:1: ", "--as-of"])


def impossible_values_are_told(place):
    place.write("facts.json", json.dumps(FACTS))
    place.write("rows.csv", "customer_id,seats\nc,-4\n")
    expect(place.run("run", "-c", "facts.json", "--db", "f.db", "--now", "2026-01-31", "rows.csv"), 0, err="rows.csv:2: left out: seats: -4")
    expect(place.run("explain", "--db", "f.db", "--now", "2026-01-31", "-o", "table", "c"), 0, out=["Quarantined", "seats: -4"])


# ---- looking -------------------------------------------------------------------------------------------------

def quiet_shop(place, *more):
    """One customer that bought once in January and was told about in March."""
    config(place, **ALERTS)
    (place.folder / "outbox").mkdir(exist_ok=True)
    place.write("log.jsonl", (GOOD % ("1", "acme")) + (GOOD % ("2", "acme")).replace("01-01", "01-05"))
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--clock", "events", "--until", "1997-03-01", "--outbox", "outbox", "log.jsonl", *more), 0)


def explain_says_what_a_success_manager_asks(place):
    quiet_shop(place)
    page = place.run("explain", "--db", "a.db", "--now", "1997-03-01", "-o", "table", "acme")
    expect(page, 0, err="", out=[
        "acme on 1997-03-01T00:00:00Z", "configuration sha256:",
        "Health", "score 0", "bad", "declining", "orders", "contributes",
        "Alerts", "default/quiet", "open since 1997-02-", "high", "No order for a month",
        "Last decisions", "by pager", "by slack", "because orders was", "[2]",
        "Messages", "1997-02-", "alert/default/quiet/lead by pager: delivered", "alert/default/quiet/first by slack: delivered",
        "Next", "it is looked at again at 1997-03-"])
    whole = lines(place.run("explain", "--db", "a.db", "--now", "1997-03-01", "-o", "json", "acme"))[0]
    if not {"customer", "result", "state", "history"} <= set(whole) or len(whole["history"]["messages"]) != 2:
        raise Failed(whole)
    same = lines(place.run("explain", "-c", "shop.json", "--db", "a.db", "--now", "1997-03-01", "-o", "json", "acme"))[0]
    if same != whole:
        raise Failed("the configuration that the file keeps is another")


def explain_says_where_it_stands_in_programmes(place):
    place.write("flow.json", json.dumps({
        "csuccess": 1, "attributes": {"arr": {"type": "number"}}, "team": {"members": {"ann": {"roles": ["csm"]}},
                                                                       "owners": {"csm": {"member": "ann"}}},
        "segments": {"large": {"when": "arr > 5"}, "small": {"when": "arr <= 5"}},
        "milestones": {"live": {"achieved_when": {"event": "went_live"}}, "late": {"achieved_when": {"event": "never"}, "target_days": 1}},
        "playbooks": {"talk": {"trigger": {"segment": "large"}, "owner": "csm", "reason": "it is large", "steps": {
            "call": {"type": "call", "title": "Call them", "due_days": 9}}}},
        "journeys": {
            "start": {"trigger": {"event": "signed_up"}, "steps": {"rest": {"type": "wait", "for": "P5D"}}},
            "brief": {"trigger": {"event": "signed_up"}, "steps": {"out": {"type": "exit", "outcome": "shown"}}}}}))
    rows = [{"type": "group", "messageId": "1", "timestamp": "2026-01-01T08:00:00Z", "groupId": "acme", "traits": {"arr": 9}},
            {"type": "track", "event": "signed_up", "messageId": "2", "timestamp": "2026-01-02T08:00:00Z", "groupId": "acme"},
            {"type": "track", "event": "went_live", "messageId": "3", "timestamp": "2026-01-03T08:00:00Z", "groupId": "acme"}]
    place.write("log.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    expect(place.run("run", "-c", "flow.json", "--db", "f.db", "--clock", "events", "--until", "2026-01-04", "log.jsonl"), 0)
    done = place.run("explain", "--db", "f.db", "--now", "2026-01-04", "-o", "table", "acme")
    expect(done, 0, err="")
    page = re.sub(" +", " ", done.stdout.decode())
    for paragraph in ("Segments\n large since 2026-01-01T08:00:00Z\n\n",
                      "Milestones\n late overdue\n live achieved 2026-01-03T08:00:00Z\n",
                      "Journeys\n start#1 waiting at rest since 2026-01-02T08:00:00Z, goes on by itself at 2026-01-07T08:00:00Z\n"
                      " brief exited 2026-01-02T08:00:00Z at out, shown\n",
                      "Playbooks\n talk open since 2026-01-01T08:00:00Z, it is large\n",
                      "Open tasks\n Call them pending, ann, due 2026-01-10T08:00:00Z, of playbook/talk ["):
        if paragraph not in page:
            raise Failed(f"{paragraph!r} is not in {page}")
    if "small" in page:
        raise Failed("a segment that it is not in")
    counted = lines(place.run("results", "--db", "f.db", "--now", "2026-01-04", "-o", "jsonl", "segments"))[0]
    want = {"customers": 1, "segments": {"large": {"members": 1, "arr": 9, "health": None, "health_n": 0},
                                         "small": {"members": 0, "arr": None, "health": None, "health_n": 0}}}
    if counted != want:
        raise Failed(counted)
    expect(place.run("results", "--db", "f.db", "--now", "2026-01-04", "-o", "csv", "segments"), 0,
           out="segment,members,arr,health,health_n\r\nlarge,1,9,,0\r\nsmall,0,,,0\r\n")
    expect(place.run("results", "--db", "f.db", "--now", "2026-01-04", "-o", "table", "segments"), 0, out=["large", "1 customers"])


def zones_without_a_table_are_those_of_the_system(place):
    flow = {"csuccess": 1, "attributes": {"zone": {"type": "string"}}, "calendars": {"office": {}},
            "journeys": {"start": {"trigger": {"event": "signed_up"}, "steps": {
                "rest": {"type": "wait", "for": "PT1H", "hours": "office"}, "out": {"type": "exit", "outcome": "shown"}}}}}
    place.write("flow.json", json.dumps(flow))

    def when(zone, day):
        place.write("log.jsonl", json.dumps({"type": "group", "messageId": "1", "timestamp": day + "T00:00:00Z", "groupId": "a", "traits": {"zone": zone}}) + "\n"
                    + json.dumps({"type": "track", "event": "signed_up", "messageId": "2", "timestamp": day + "T01:00:00Z", "groupId": "a"}) + "\n")
        done = place.run("simulate", "-c", "flow.json", "--days", "9", "-o", "jsonl", "log.jsonl")
        expect(done, 0)
        last = [e for e in map(json.loads, done.stdout.splitlines()) if e.get("kind") == "journey"][-1]
        return last["at"], done.stderr.decode()

    if not Path("/usr/share/zoneinfo/Asia/Kathmandu").exists():
        return  # a system without zones has nothing to say
    # 2026-03-27 is a Friday, 2026-03-29 the Sunday on which clocks go forward in Berlin; Kathmandu is 5:45 ahead all the year.
    for zone, day, want in (("Europe/Berlin", "2026-03-27", "2026-03-27T08:00:00Z"), ("Europe/Berlin", "2026-03-28", "2026-03-30T07:00:00Z"),
                            ("America/New_York", "2026-01-05", "2026-01-05T14:00:00Z"), ("Asia/Kathmandu", "2026-01-05", "2026-01-05T03:15:00Z"),
                            ("+02:00", "2026-01-05", "2026-01-05T07:00:00Z")):
        at, said = when(zone, day)
        if (at, said) != (want, ""):
            raise Failed(f"{zone} {day}: {at}, {want} expected; {said}")
    for zone in ("Mars/One", "../etc/passwd", "Europe", "a" * 200):
        at, said = when(zone, "2026-01-05")
        if at != "2026-01-05T09:00:00Z" or "counts in UTC" not in said or said.count("\n") != 1:
            raise Failed(f"{zone}: {at}, {said}")


def messages_wait_without_an_outbox(place):
    config(place, **ALERTS)
    (place.folder / "outbox").mkdir()
    place.write("log.jsonl", GOOD % ("1", "acme"))
    run_it = ["run", "-c", "shop.json", "--db", "a.db", "--clock", "events", "--until", "1997-06-01", "-o", "json"]
    done = figures(place.run(*run_it, "log.jsonl"))
    if done["messages"] != 2 or done["delivered"] != 0 or done["put_off"] > 20:
        raise Failed(done)
    expect(place.run("explain", "--db", "a.db", "--now", "1997-06-01", "-o", "table", "acme"), 0, out=["Messages", "waiting"])
    done = figures(place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-06-01T00:10:00Z", "--outbox", "outbox", "-o", "json"))
    if done["delivered"] != 2:
        raise Failed(done)


def history_that_is_imported_sends_nothing(place):
    config(place, **ALERTS)
    (place.folder / "outbox").mkdir()
    log = purchases(30)
    place.write("log.jsonl", "\n".join(event(i, row) for i, row in enumerate(log)) + "\n")
    done = figures(place.run("import", "-c", "shop.json", "--db", "a.db", "--now", "1998-07-01", "-o", "json", "log.jsonl"))
    if done["applied"] != len(log) or done["messages"] != 0:
        raise Failed(done)
    chains_hold(place, "a.db")


def audits_verify_and_tell_what_was_changed(place):
    quiet_shop(place)
    report = chains_hold(place, "a.db")
    export = place.run("audit", "export", "--db", "a.db", "acme")
    expect(export, 0, err="")
    place.write("acme.jsonl", export.stdout)
    expect(subprocess.run([sys.executable, CHAIN, "verify", place.folder / "acme.jsonl"], capture_output=True), 0)
    if len(export.stdout.splitlines()) != report["entries"] + 1 or place.run("audit", "export", "--db", "a.db").stdout != export.stdout:
        raise Failed(export.stdout)
    with sqlite3.connect(place.folder / "a.db") as file:
        secret = file.execute("SELECT body FROM store_records WHERE kind = 2").fetchone()
        file.execute("UPDATE store_entries SET body = replace(body, 'acme', 'acmf') WHERE seq = 1")
    if secret:
        expect(subprocess.run([sys.executable, CHAIN, "verify", place.folder / "acme.jsonl", "--secret", secret[0].hex()], capture_output=True), 0)
    expect(place.run("audit", "verify", "--db", "a.db", "-o", "table"), 1, out="BAD", err=["a.db: acme: entry 1 "])
    expect(place.run("audit", "burn", "--db", "a.db"), 2, err="burn")


def erased_customers_are_gone_and_the_chain_holds(place):
    quiet_shop(place)
    proof = lines(place.run("privacy", "erase", "--db", "a.db", "--now", "1997-03-01", "acme"))[0]
    if proof["entry"] == 0 or proof["record"] != 2:
        raise Failed(proof)
    chains_hold(place, "a.db")
    expect(place.run("state", "-c", "shop.json", "--db", "a.db", "acme"), 1, out="", err="acme")
    export = place.run("audit", "export", "--db", "a.db")
    expect(export, 0)
    place.write("gone.jsonl", export.stdout)
    expect(subprocess.run([sys.executable, CHAIN, "verify", place.folder / "gone.jsonl"], capture_output=True), 0)
    for name in place.folder.glob("a.db*"):
        if b"acme" in name.read_bytes():
            raise Failed(f"{name.name} still knows the customer")


def principals_are_held_to_their_roles(place):
    quiet_shop(place)
    expect(place.run("explain", "--db", "a.db", "--as", "ada:csm", "acme"), 1, out="", err="not allowed")
    expect(place.run("explain", "--db", "a.db", "--as", "ada:csm,admin", "-o", "json", "acme"), 0)
    expect(place.run("explain", "--db", "a.db", "--as", "ada", "acme"), 2, err="role")
    expect(place.run("privacy", "erase", "--db", "a.db", "--as", "ada:csm", "acme"), 1, out="", err="not allowed")
    expect(place.run("audit", "export", "--db", "a.db", "--as", "ada:csm", "acme"), 1, out="")
    expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--as", "ada:csm"), 1)


def a_simulation_tells_what_a_run_does(place):
    quiet_shop(place, "--seed", "7")
    simulated = place.run("simulate", "-c", "shop.json", "--until", "1997-03-01", "--seed", "7", "-o", "jsonl", "log.jsonl")
    expect(simulated, 0, err="")
    rows = [json.loads(line) for line in simulated.stdout.splitlines()]
    if {row["message"] for row in rows if "message" in row} != set(sent(place, "outbox")):
        raise Failed(rows)
    entries = [(row["seq"], row["kind"], row["cause"], row["body"]) for row in rows if "seq" in row]
    live = [(e["seq"], e["kind"], e["cause"], e["body"])
            for e in lines(place.run("explain", "--db", "a.db", "--now", "1997-03-01", "-o", "json", "acme"))[0]["history"]["entries"]]
    if entries != live:
        raise Failed([pair for pair in zip(entries, live) if pair[0] != pair[1]][:2])
    if place.run("simulate", "-c", "shop.json", "--until", "1997-03-01", "-o", "jsonl", "log.jsonl").stdout != simulated.stdout:
        raise Failed("another seed is another trace")
    expect(place.run("simulate", "-c", "shop.json", "--days", "60", "-o", "table", "log.jsonl"), 0,
           out=["entry: alert", "message: pager alert/default/quiet/lead"])
    expect(place.run("simulate", "-c", "shop.json", "--days", "60", "--until", "1998-01-01", "log.jsonl"), 2, err="not both")


def facts_are_simulated_from_now_or_a_start(place):
    place.write("facts.json", json.dumps(FACTS))
    place.write("rows.csv", "customer_id,seats\nc,4\n")
    for more, wanted in ((["--now", "2026-01-31"], "2026-01-31"), (["--start", "2026-02-01"], "2026-02-01")):
        done = place.run("simulate", "-c", "facts.json", "--days", "3", "-o", "jsonl", *more, "rows.csv")
        expect(done, 0, err="")
        if not json.loads(done.stdout.splitlines()[0])["at"].startswith(wanted):
            raise Failed(done.stdout)


def another_configuration_is_replayed(place):
    quiet_shop(place)
    other = json.loads((place.folder / "shop.json").read_text())
    other["health"]["profiles"]["default"]["alerts"]["quiet"]["for"] = "P30D"
    place.write("other.json", json.dumps(other))
    told = lines(place.run("replay", "--db", "a.db", "-c", "other.json", "--now", "1997-03-01", "acme"))[0]
    if not any(d["kind"] == "alert" and d["would"] is None for d in told["differences"]):
        raise Failed(told)
    if lines(place.run("parked", "--db", "a.db"))[0] != {"parked": []}:
        raise Failed("parked")


def every_form_of_the_summary_says_the_same(place):
    config(place)
    place.write("log.jsonl", GOOD % ("1", "a"))
    for form, part in (("json", '"known": 1'), ("jsonl", '"known": 1'), ("table", "known already"), ("csv", "rows,passed_over,later,applied,known")):
        place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "log.jsonl")
        expect(place.run("run", "-c", "shop.json", "--db", "a.db", "--now", "1997-02-01", "-o", form, "log.jsonl"), 0, out=part, err="")
    expect(place.run("run", "--help"), 0, out=["usage: csuccess run", "--db", "--outbox"])


if __name__ == "__main__":
    main(tests_of(globals()))
