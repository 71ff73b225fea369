# SPDX-License-Identifier: Apache-2.0
"""Engines and dispatchers over one SQLite file, killed with SIGKILL at random moments and started again: crash_test.py WORKER [KILLS [SEED]]

Four processes hand in overlapping parts of the same inputs, two do what is due and send. What must be there in the end is computed here, from the inputs alone: counts and sums by Python, ids of
messages by hashlib from docs/adr/0007 and what a message is caused by. Budgets are of all customers together and too small for a month, so that messages are held, twice, until the next one."""
import collections
import datetime
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

ENGINES, DISPATCHERS, CUSTOMERS, COST, DAY = 4, 2, 24, 7, 86400000
MONTHS = ["2026-01-20", "2026-02-03", "2026-03-03"]  # where the clock stands in each phase
SPLIT = 11  # the alert `many` is raised by the order that makes it so many
ALERTS = {"red": "mail", "amber": "mail", "many": "mail", "slow": "mail", "page": "pager"}
CAUSES = {"red": "red", "amber": "amber", "page": "page"}  # the traits whose inputs raise an alert at once
LIMIT = CUSTOMERS * 4 * COST * 2 // 5 + 3  # a month pays for two fifths, and 3 are left over


def configuration(limit=LIMIT):
    tell = {name: {"when": name, "notify": {"first": {"channel": to}}} for name, to in ALERTS.items()}
    tell["many"]["when"] = f"orders >= {SPLIT}"
    tell["slow"]["for"] = "PT1S"
    tell["slow"]["message"] = "for a second"
    values = {name: {"value": name, "points": {"linear": [[0, 0], [1000, 100]]}} for name in AGGREGATES}
    return {"csuccess": 1, "attributes": {name: {"type": "bool"} for name in ALERTS if name != "many"}, "aggregates": AGGREGATES,
            "health": {"profiles": {"default": {"score": {"combine": "sum", "of": values}, "bands": {"good": {"from": 50}, "poor": {}}, "alerts": tell}}},
            "channels": {"mail": {"cost": COST, "budget": {"limit": limit, "per": "month"}}, "pager": {"delivery": "at_most_once"}}}


AGGREGATES = {
    "orders": {"event": "order", "count": True, "window": "lifetime"},
    "orders_7d": {"event": "order", "count": True, "window": "P7D"},
    "spent": {"event": "order", "sum": "amount", "window": "lifetime"},
    "days": {"event": "order", "distinct": "day", "window": "lifetime"},
    "largest": {"event": "order", "max": "amount", "window": "P30D"}}


def ms(day):
    return int(datetime.datetime.fromisoformat(day + "T00:00:00+00:00").timestamp() * 1000)


def iso(at):
    return datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def make_inputs(rng, each):
    """(customer, id, event): orders of the last 20 days, and the traits that raise alerts."""
    inputs = []
    for c in range(CUSTOMERS):
        name = f"c{c}"
        for i in range(each):
            at = ms(MONTHS[0]) - rng.randrange(20 * DAY)
            inputs.append({"type": "track", "event": "order", "messageId": f"o{i}", "groupId": name, "timestamp": iso(at), "properties": {"amount": rng.randrange(1, 4000) / 4}})
        for trait in ("red", "amber", "page", "slow"):
            inputs.append({"type": "group", "messageId": f"{trait}-{c}", "groupId": name, "timestamp": iso(ms(MONTHS[0]) - 1), "traits": {trait: True}})
    return inputs


def write_slices(rng, inputs, folder):
    """Every input is in the parts of two processes, each in an order of its own."""
    for e in range(ENGINES):
        part = [x for i, x in enumerate(inputs) if e in (i % ENGINES, (i + 1 + i // ENGINES % 3) % ENGINES)]
        rng.shuffle(part)
        with open(f"{folder}/part{e}", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(x) + "\n" for x in part)


def message_id(customer, cause, alert):
    def text(b):
        return b"s" + len(b).to_bytes(8, "little") + b
    words = ["message", "default", customer, cause, f"alert/default/{alert}", "first"]
    return hashlib.sha256(b"".join(text(w.encode()) for w in words) + b"u" + (1).to_bytes(8, "little")).hexdigest()


class Battle:
    def __init__(self, worker, folder, seed, limit=LIMIT):
        self.worker, self.folder, self.rng = os.path.abspath(worker), folder, random.Random(seed)
        self.db, self.config, self.sink = f"{folder}/store.db", f"{folder}/config.json", f"{folder}/sink"
        self.running, self.done, self.kills, self.offset, self.all, self.amid = {}, set(), collections.Counter(), 0, 0, 0
        with open(self.config, "w", encoding="utf-8") as file:
            json.dump(configuration(limit), file)
        open(self.sink, "w", encoding="utf-8").close()

    def command(self, job, what):
        return [self.worker, job, self.db, self.config, str(self.offset), what]

    def start(self, which):
        what = ("ingest", f"{self.folder}/part{which}") if which < ENGINES else ("dispatch", self.sink)
        self.running[which] = subprocess.Popen(self.command(*what))

    def set_month(self, day):
        self.offset = ms(day) - int(time.time() * 1000)

    def kill(self, which):
        self.running[which].send_signal(signal.SIGKILL)
        code = self.running.pop(which).wait()
        assert code in (-signal.SIGKILL, 0), f"process {which} ended with {code}"
        self.kills["engine" if which < ENGINES else "dispatcher"] += code == -signal.SIGKILL
        if code == 0:
            self.done.add(which)

    def reap(self):
        """Processes that ended by themselves did all of their part."""
        for which, process in list(self.running.items()):
            if process.poll() is not None:
                assert process.returncode == 0, f"process {which} ended with {process.returncode}"
                del self.running[which]
                self.done.add(which)

    def fight(self, kills, whom):
        """Kills so many at work, each after a while of its own, and starts each again; those that are through begin anew, since they do no harm."""
        for which in whom:
            self.start(which)
        wanted = self.kills.total() + kills
        while self.kills.total() < wanted:
            time.sleep(self.rng.choice([0.004, 0.010, 0.018, 0.030, 0.050]) * self.rng.uniform(0.5, 1.5))
            self.reap()
            for which in whom:
                if which not in self.running:
                    self.start(which)
            victim = self.rng.choice(whom)
            self.kill(victim)
            self.amid += self.count_inputs() < self.all
            self.start(victim)

    def settle(self, whom):
        """Nobody is killed any more: all parts are handed in, nothing waits or is due."""
        self.done -= set(range(ENGINES))
        end = time.time() + 120
        while time.time() < end:
            self.reap()
            left = [which for which in whom if which < ENGINES and which not in self.done]
            if not left and self.sql(QUIET, int(time.time() * 1000) + self.offset)[0][0] == 0:
                break
            for which in left:
                if which not in self.running:
                    self.start(which)
            time.sleep(0.05)
        else:
            raise AssertionError("it never gets through: " + str(self.sql("SELECT * FROM store_customers WHERE due IS NOT NULL ORDER BY due LIMIT 3")))
        for which in list(self.running):
            self.running[which].kill()
            self.running.pop(which).wait()

    def count_inputs(self):
        try:
            return self.sql("SELECT count(*) FROM store_inputs")[0][0]
        except sqlite3.OperationalError:  # it is not there yet
            return 0

    def sql(self, text, *values):
        db = sqlite3.connect(self.db, timeout=30)
        try:
            return db.execute(text, values).fetchall()
        finally:
            db.close()

    def read(self):
        done = subprocess.run(self.command("read", str(CUSTOMERS)), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout[-2000:]
        *results, verified = map(json.loads, done.stdout.splitlines())
        return results, verified


# Messages that wait, customers that are due or whose alert is, and leases beyond what one lasts.
QUIET = ("SELECT (SELECT count(*) FROM store_messages WHERE outcome = 0) + (SELECT count(*) FROM store_customers WHERE due <= ?1) + "
         "(SELECT count(*) FROM store_customers WHERE leased > ?1 + 400) + (SELECT count(*) FROM store_customers WHERE parked)+ "
         "(SELECT count(*) FROM project_alerts WHERE state = 'waiting')")


def same(what, got, wanted):
    assert got == wanted, f"{what}: {got} is not {wanted}"


def check_aggregates(battle, inputs):
    results, verified = battle.read()
    same("bad links", verified["bad"], [])
    same("customers", verified["customers"], CUSTOMERS)
    same("entries", verified["entries"], battle.sql("SELECT count(*) FROM store_entries")[0][0])
    for result in results:
        mine = [x for x in inputs if x["groupId"] == result["customer_id"] and x["type"] == "track"]
        first = ms(result["at"][:10]) - 6 * DAY
        amounts = [x["properties"]["amount"] for x in mine]
        recent = [x for x in mine if ms(x["timestamp"][:10]) >= ms(result["at"][:10]) - 29 * DAY]
        wanted = {"orders": len(mine), "orders_7d": sum(ms(x["timestamp"][:10]) >= first for x in mine), "spent": sum(amounts),
                  "days": len({x["timestamp"][:10] for x in mine}), "largest": max((x["properties"]["amount"] for x in recent), default=None)}
        got = {name: part["value"] for name, part in result["health"]["components"].items()}
        same(result["customer_id"], got, wanted)
    return verified


def check_inputs(battle, inputs):
    entries = battle.sql("SELECT customer, cause, count(*) FROM audit WHERE kind = 'input' GROUP BY 1, 2")
    same("inputs", {(c, i): n for c, i, n in entries}, {(x["groupId"], x["messageId"]): 1 for x in inputs})
    same("gaps", battle.sql("SELECT customer FROM store_entries GROUP BY customer HAVING count(*) <> max(seq)"), [])
    same("integrity", battle.sql("PRAGMA integrity_check"), [("ok",)])


def expected(battle, inputs):
    """Alert by id. What raises `many` and `slow` depends on who came first: their cause is in the history, and must be one of those that can be."""
    wanted = {}
    orders = {(x["groupId"], x["messageId"]) for x in inputs if x["type"] == "track"}
    for c in range(CUSTOMERS):
        for alert, trait in CAUSES.items():
            wanted[message_id(f"c{c}", f"{trait}-{c}", alert)] = alert
    raised = battle.sql("SELECT customer, alert, occurrence, cause FROM alerts WHERE alert IN ('default/many', 'default/slow')")
    same("alerts", sorted((c, a) for c, a, _, _ in raised), sorted((f"c{c}", f"default/{a}") for c in range(CUSTOMERS) for a in ("many", "slow")))
    for customer, alert, occurrence, cause in raised:
        same("occurrence", occurrence, 1)
        assert alert != "default/many" or (customer, cause) in orders, f"{customer}: {cause}"
        wanted[message_id(customer, cause, alert.split("/")[1])] = alert.split("/")[1]
    return wanted


def check_messages(battle, wanted):
    with open(battle.sink, encoding="utf-8") as file:
        lines = [line.split() for line in file]
    assert all(len(line) == 3 for line in lines), "a line at the sink is not whole"
    sent = collections.Counter((i, channel) for i, _, channel in lines)
    mail = {i for i, alert in wanted.items() if ALERTS[alert] == "mail"}
    page = set(wanted) - mail
    same("mail at the sink", {i for i, channel in sent if channel == "mail"}, mail)
    same("stored", {i for i, in battle.sql("SELECT message FROM messages WHERE state <> 'held'")}, set(wanted))
    same("not delivered", battle.sql("SELECT count(*) FROM messages WHERE channel = 'mail' AND state NOT IN ('delivered', 'held')"), [(0,)])
    paged = {i: n for (i, channel), n in sent.items() if channel == "pager"}
    assert set(paged) <= page and all(n == 1 for n in paged.values()), "at most once is once"
    unsure = {i for i, in battle.sql("SELECT message FROM messages WHERE channel = 'pager' AND state = 'unknown'")}
    assert page - set(paged) <= unsure, "a page that was not sent is not unknown"
    return sum(n - 1 for n in sent.values()), len(unsure)


def check_ledgers(battle, limit):
    """Each month's ledger is what its messages cost, and not beyond."""
    ledgers = dict(battle.sql("SELECT key, sum FROM store_ledgers"))
    paid = collections.Counter()
    for at, in battle.sql("SELECT at FROM messages WHERE channel = 'mail' AND state = 'delivered'"):
        paid["budget/mail/" + iso(at)[:7]] += COST
    same("ledgers", ledgers, dict(paid))
    assert all(0 <= n <= limit for n in ledgers.values()), f"{ledgers} beyond {limit}"
    return ledgers


def check_held(battle):
    """Whatever was held went out later."""
    held = {i for i, in battle.sql("SELECT message FROM messages WHERE state = 'held'")}
    assert held <= {i for i, in battle.sql("SELECT message FROM messages WHERE state = 'delivered'")}, "held, and never sent"
    same("guards", battle.sql("SELECT DISTINCT guard FROM messages WHERE state = 'held'"), [("budget",)])
    return len(held)


def main(worker, kills="40", seed="1"):
    kills, begin = int(kills), time.time()
    with tempfile.TemporaryDirectory(dir=os.getcwd(), prefix="crash-") as folder:
        battle = Battle(worker, folder, int(seed))
        inputs = make_inputs(battle.rng, 20 + kills * 3 // 4)
        write_slices(battle.rng, inputs, folder)
        battle.all = len(inputs)
        everyone = list(range(ENGINES + DISPATCHERS))
        for month, part in zip(MONTHS, (kills - 2 * (kills // 5), kills // 5, kills // 5)):
            battle.set_month(month)
            battle.fight(part, everyone if month == MONTHS[0] else everyone[ENGINES - 1:])
            battle.settle(everyone)
            same(month + " beyond its budget", battle.sql("SELECT count(*) FROM store_ledgers WHERE sum > ?", LIMIT), [(0,)])
            verified = check_aggregates(battle, inputs)
        check_inputs(battle, inputs)
        again, unsure = check_messages(battle, expected(battle, inputs))
        ledgers, held = check_ledgers(battle, LIMIT), check_held(battle)
        print(f"{battle.kills['engine']} engines and {battle.kills['dispatcher']} dispatchers killed in {time.time() - begin:.0f} s, {battle.amid} of them while inputs were left: {len(inputs)} inputs, "
              f"{verified['entries']} entries, {CUSTOMERS * len(ALERTS)} messages, {held} of them held, {again} sent again, {unsure} unknown, ledgers {ledgers} of {LIMIT}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
