# SPDX-License-Identifier: Apache-2.0
"""Budgets under eight processes over one SQLite file, killed with SIGKILL at random moments and started again: budget_processes_test.py WORKER [SECONDS [SEED]]

Four hand in what makes interventions, campaigns and offers want more than there is, four send, through channels that fail. Never is a ledger above its limit, whenever one looks. When everything is settled, each holds what was
delivered, or may have been, and no minor unit more; and when all customers are erased, with much under way, nothing but that."""
import datetime
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

FEEDERS, SENDERS, CUSTOMERS, LATE = 4, 4, 60, 20  # LATE: customers of the last phase, in which nobody sends
CHANNELS = {"mail": 7, "pager": 3}
LIMITS = {"total": 2100, "mail": 7 * 60, "pager": 3 * 70, "campaign": 360, "participants": 9, "redemptions": 6}
COSTS = {"intervention/letter": 30, "intervention/give": 1, "campaign/spring": 20, "campaign/summer": 20}
DELIVERED = 1


def configuration():
    channel = {"retry": {"first": "PT1S", "factor": 1, "most": "PT1S", "attempts": 2, "jitter": 0}, "breaker": {"failures": 1000, "rest": "PT1S"}}
    mail = {"template": "t", "purpose": "service", "follow_up": False}
    campaign = {"status": "active", "follow_up": False}
    return {
        "csuccess": 1, "attributes": {"arr": {"type": "number"}, "risk": {"type": "number"}},
        "privacy": {"purposes": {"service": {"requires": "nothing"}}},
        "templates": {"t": {"locales": {"en": {"subject": "Hello", "body": "World"}}}},
        "channels": {name: {"cost": cost, "budget": {"limit": LIMITS[name], "per": "month"}, **channel} for name, cost in CHANNELS.items()},
        "policies": {"locale": "en", "reach": {"budgets": {"total_monthly": LIMITS["total"], "per_campaign": LIMITS["campaign"]}}},
        "interventions": {
            "letter": {"type": "email", "channel": "mail", "when": "arr > 50", "cost": 30, **mail},
            "give": {"type": "offer", "offer": "save", "channel": "pager", "when": "risk > 6", "cost": 1, **mail},
            "leaf": {"type": "email", "channel": "pager", "cost": 20, **mail},
            "leaflet": {"type": "email", "channel": "mail", "cost": 20, **mail}},
        "campaigns": {
            "spring": {"when": "risk > 4", "participants": LIMITS["participants"], "actions": {"one": {"intervention": "leaflet"}, "two": {"intervention": "leaf", "after": "P1D"}}, **campaign},
            "summer": {"when": "arr > 20", "actions": {"one": {"intervention": "leaf"}}, **campaign}},
        "offers": {"save": {"types": {"discount": {}}, "value": "risk * 10", "redemptions": {"total": LIMITS["redemptions"]}}}}


def write_parts(rng, folder, name, customers):
    """Each customer's inputs are in the parts of two processes."""
    parts = [[] for _ in range(FEEDERS)]
    for c in customers:
        for i in range(4):
            line = {"type": "group", "messageId": f"m{c}-{i}", "groupId": f"c{c}", "timestamp": stamp(i), "traits": {"arr": rng.randrange(100), "risk": rng.randrange(10)}}
            for part in (c % FEEDERS, (c + 1) % FEEDERS):
                parts[part].append(line)
    for i, part in enumerate(parts):
        rng.shuffle(part)
        with open(f"{folder}/{name}{i}", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in part)


def stamp(i):
    at = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(seconds=60 - i)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class World:
    def __init__(self, worker, folder, seed):
        self.worker, self.folder, self.rng = os.path.abspath(worker), folder, random.Random(seed)
        self.db, self.config, self.sink = f"{folder}/store.db", f"{folder}/config.json", f"{folder}/sink"
        self.running, self.kills, self.looks = {}, 0, 0
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(configuration(), file)
        open(self.sink, "w", encoding="utf-8").close()

    def sql(self, text):
        db = sqlite3.connect(self.db, timeout=30)
        try:
            return db.execute(text).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise
        finally:
            db.close()

    def command(self, job, what):
        return [self.worker, job, self.db, self.config, "0", what]

    def start(self, which, part):
        what = ("ingest", f"{self.folder}/{part}{which}") if which < FEEDERS else ("deliver", self.sink)
        self.running[which] = subprocess.Popen(self.command(*what))

    def kill(self, which):
        """Whether it was at work."""
        self.running[which].send_signal(signal.SIGKILL)
        code = self.running.pop(which).wait()
        assert code in (-signal.SIGKILL, 0), f"process {which} ended with {code}"
        self.kills += code != 0
        return code != 0

    def look(self):
        """Nothing is over its limit, and nothing below 0."""
        self.looks += 1
        for key, total in self.sql("SELECT key, sum FROM store_ledgers"):
            assert 0 <= total <= limit_of(key), f"{key} is {total}, of at most {limit_of(key)}"

    def fight(self, part, seconds, whom):
        """Some are killed and begin again; those that are through begin anew, since they do no harm."""
        for which in whom:
            self.start(which, part)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(self.rng.random() * 0.03)
            self.look()
            if self.rng.random() < 0.4:
                which = self.rng.choice(list(whom))
                self.kill(which)
                self.start(which, part)

    def finish(self, seconds=60):
        """The feeders to their end; then until everything is settled."""
        for which in [w for w in self.running if w < FEEDERS]:
            assert self.running.pop(which).wait(timeout=seconds) == 0
            self.look()
        end = time.monotonic() + seconds
        while self.sql("SELECT count(*) FROM store_messages WHERE outcome = 0") != [(0,)] or self.is_due():
            assert time.monotonic() < end, "it is never settled: " + str(self.sql("SELECT * FROM store_messages WHERE outcome = 0 LIMIT 3"))
            time.sleep(0.05)
            self.look()
        for which in list(self.running):
            self.kill(which)

    def is_due(self):
        now = int(time.time() * 1000)
        return self.sql(f"SELECT count(*) FROM store_customers WHERE due <= {now} OR leased > {now}") != [(0,)]

    def feed_all(self, part):
        for i in range(FEEDERS):
            subprocess.run(self.command("ingest", f"{self.folder}/{part}{i}"), check=True)


def limit_of(key):
    words = key.split("/")
    return LIMITS[words[0] if words[0] != "budget" else words[1]]


def cost_of(definition):
    return COSTS["/".join(definition.split("/")[:2])]


def books(messages):
    """Sums of ledgers by what was spent: (definition, channel, created)."""
    sums = {}
    for definition, channel, created in messages:
        month = datetime.datetime.fromtimestamp(created / 1000, datetime.timezone.utc).strftime("%Y-%m")
        own, words = cost_of(definition), definition.split("/")
        lines = {f"budget/total/{month}": own + CHANNELS[channel], f"budget/{channel}/{month}": CHANNELS[channel]}
        if words[0] == "campaign":
            lines[f"budget/campaign/{words[1]}"] = own + CHANNELS[channel]
        for key, cost in lines.items():
            sums[key] = sums.get(key, 0) + cost
    return sums


SPENT = "SELECT definition, channel, created FROM store_messages WHERE channel <> '' AND (outcome = 1 OR (outcome = 3 AND substr({id}, 1, 1) = '2'))"


def ledgers(world):
    return {key: total for key, total in world.sql("SELECT key, sum FROM store_ledgers WHERE key LIKE 'budget/%'") if total}


def id_column(world):
    """Ids as digits, however they are stored."""
    kind = world.sql("SELECT typeof(id) FROM store_messages LIMIT 1")[0][0]
    return "lower(hex(id))" if kind == "blob" else "id"


def check_sink(world, column):
    """What is settled as delivered has been sent, and what never arrives was not."""
    with open(world.sink, encoding="utf-8") as file:
        sent = {line.split()[0] for line in file}
    delivered = {i for i, in world.sql(f"SELECT {column} FROM store_messages WHERE channel <> '' AND outcome = {DELIVERED}")}
    assert delivered <= sent, "settled as delivered, and never sent"
    assert not [i for i in sent if i[0] in "01"], "what never arrives was sent"
    assert not [i for i in delivered if i[0] in "012"], "delivered what was not"
    assert len(delivered) > 20, len(delivered)
    return len(delivered)


def main(worker, seconds="6", seed="1"):
    rng, seconds = random.Random(int(seed)), float(seconds)
    with tempfile.TemporaryDirectory(dir=os.getcwd(), prefix="budget-") as folder:
        world = World(worker, folder, int(seed))
        write_parts(rng, folder, "part", range(CUSTOMERS))
        write_parts(rng, folder, "late", range(CUSTOMERS, CUSTOMERS + LATE))
        open(f"{folder}/none", "w", encoding="utf-8").close()
        subprocess.run(world.command("ingest", f"{folder}/none"), check=True)
        world.fight("part", seconds, range(FEEDERS + SENDERS))
        world.finish()
        column = id_column(world)
        delivered = check_sink(world, column)
        wanted = books(world.sql(SPENT.format(id=column)))
        assert ledgers(world) == wanted, f"ledgers {ledgers(world)}\nspent {wanted}"
        refused = world.sql("SELECT count(*) FROM project_selections WHERE guard = 'budget'")[0][0]
        assert refused > 0, f"there was room for all: {wanted}"
        # With much that is reserved and under way, all are erased.
        world.fight("late", seconds / 3, range(FEEDERS))
        for which in list(world.running):
            world.kill(which)
        world.feed_all("late")
        world.look()
        held = world.sql("SELECT count(*) FROM store_messages WHERE outcome = 0 AND channel <> ''")[0][0]
        subprocess.run(world.command("erase", str(CUSTOMERS + LATE)), check=True)
        assert ledgers(world) == wanted, f"after the erasure {ledgers(world)}\nspent {wanted}"
        left = world.sql("SELECT key, sum FROM store_ledgers WHERE sum <> 0 AND key NOT LIKE 'budget/%'")
        assert not left, f"nobody is there any more, and {left}"
        print(f"{world.kills} killed, {world.looks} looks at ledgers, {delivered} delivered, {refused} times refused, {held} under way when all were erased; {wanted}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
