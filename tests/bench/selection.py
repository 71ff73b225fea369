# SPDX-License-Identifier: Apache-2.0
"""Selection among a thousand campaigns, with a reason and a time for everything that does not leave: the library by its transactions, C written by hand for these caps and priorities, and SQLite,
all in one run, medians of the rounds; and that memory does not grow with customers. selection.py BENCH_SELECTION [CUSTOMERS [ROUNDS]]. A JSON line per figure."""
import json
import sqlite3
import statistics
import subprocess
import sys
import time

CAMPAIGNS, DAILY, ATTRIBUTES = 1000, 3, 20
COLUMNS = [f"a{i:02}" for i in range(ATTRIBUTES)]


def say(**line):
    print(json.dumps(line), flush=True)


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout)


def world(program, customers):
    lines = subprocess.run([program, "data", str(customers), str(CAMPAIGNS)], stdout=subprocess.PIPE, text=True, check=True).stdout.splitlines()
    campaigns = [line.split("\t") for line in lines[:CAMPAIGNS]]
    return campaigns, [[int(n) for n in line.split(",")] for line in lines[CAMPAIGNS:]]


def table(db):
    db.execute(f"CREATE TABLE customers (id INTEGER PRIMARY KEY, {', '.join(c + ' INTEGER' for c in COLUMNS)})")
    return f"INSERT INTO customers VALUES (?{', ?' * ATTRIBUTES})"


def totals(db, spent):
    eligible, sent = db.execute("SELECT count(*), sum(guard = 'sent') FROM decisions").fetchone()
    return {"seconds": spent, "eligible": eligible, "sent": sent}


RANKED = f"""SELECT {{customer}}, campaign, CASE WHEN place <= {DAILY} THEN 'sent' ELSE 'caps' END, CASE WHEN place <= {DAILY} THEN NULL ELSE '2026-01-06' END
             FROM (SELECT {{customer}}, campaign, row_number() OVER ({{partition}} ORDER BY priority DESC, campaign) AS place FROM ({{found}}))"""


def sqlite_by_customer(campaigns, rows):
    """As the library works: a customer comes with its facts, is decided, and what was decided is committed. The conditions are compiled once, as few statements as SQLite takes terms."""
    db = sqlite3.connect(":memory:", isolation_level=None, cached_statements=1000)
    insert = table(db)
    db.execute("CREATE TABLE decisions (customer INTEGER, campaign INTEGER, guard TEXT, until TEXT)")
    db.execute("CREATE TEMP TABLE found (campaign INTEGER, priority INTEGER)")
    chunks = [campaigns[i:i + 500] for i in range(0, CAMPAIGNS, 500)]
    asks = ["INSERT INTO found " + " UNION ALL ".join(f"SELECT {i}, {p} FROM customers WHERE id = ?1 AND {when}" for i, p, when in chunk) for chunk in chunks]
    decide = "INSERT INTO decisions " + RANKED.format(customer="?1", partition="", found="SELECT campaign, priority FROM found")
    start = time.process_time()
    for customer, row in enumerate(rows):
        db.execute("BEGIN")
        db.execute(insert, [customer, *row])
        for ask in asks:
            db.execute(ask, [customer])
        db.execute(decide, [customer])
        db.execute("DELETE FROM found")
        db.execute("COMMIT")
    return totals(db, time.process_time() - start)


def sqlite_at_once(campaigns, rows):
    """All customers, which are there already, by a statement for each campaign; nothing is committed for one customer by itself."""
    db = sqlite3.connect(":memory:")
    db.executemany(table(db), ([i, *row] for i, row in enumerate(rows)))
    db.execute("CREATE TABLE found (customer INTEGER, campaign INTEGER, priority INTEGER)")
    db.execute("CREATE TABLE decisions (customer INTEGER, campaign INTEGER, guard TEXT, until TEXT)")
    start = time.process_time()
    for index, priority, condition in campaigns:
        db.execute(f"INSERT INTO found SELECT id, {index}, {priority} FROM customers WHERE {condition}")
    db.execute("INSERT INTO decisions " + RANKED.format(customer="customer", partition="PARTITION BY customer", found="SELECT * FROM found"))
    return totals(db, time.process_time() - start)


def main():
    program = sys.argv[1]
    customers = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    campaigns, rows = world(program, customers // 10)
    turns = []
    for _ in range(rounds):
        turns.append({"library": run(program, "library", customers // 10), "hand": run(program, "hand", customers), "sqlite": sqlite_by_customer(campaigns, rows), "set": sqlite_at_once(campaigns, rows)})
    seconds = {who: statistics.median(turn[who]["seconds"] for turn in turns) for who in turns[0]}
    for reference, who, count in (("hand", "C by hand", customers), ("sqlite", "SQLite", customers // 10)):
        work = f"selection among {CAMPAIGNS:,} campaigns, to {who}"
        say(work=work, who=who, rows=count, seconds=seconds[reference], reference=True)
        say(work=work, who="csuccess", rows=customers // 10, seconds=seconds["library"])
    say(fact=f"selection: SQLite over all customers at once takes {seconds['set'] / seconds['library']:.1f} times as long as the library takes customer by customer")
    few, many = turns[0]["library"], run(program, "library", customers)
    say(work=f"selection, {customers:,} customers", who="csuccess", rows=customers, seconds=many["seconds"])
    for line in (few, many):
        say(fact=f"selection, {line['rows']:,} customers: the engine's allocations peak at {line['peak'] / 1024:,.0f} KiB, the process at {line['resident_kib']:,} KiB, "
                 f"{line['entry_bytes'] / line['rows']:,.0f} bytes of explanation a customer, {line['eligible'] / line['rows']:.1f} campaigns wanted it")
    for what, slack in (("peak", 128 << 10), ("resident_kib", 512)):  # the peak is that of the customer whom most campaigns want
        say(check=f"selection: {what} of {customers:,} customers beside {customers // 10:,}", differ=int(many[what] > few[what] * 1.05 + slack))
    hand = turns[0]["hand"]
    say(check="selection: who is sent what, beside C by hand", differ=int((many["sent"], many["mixed"], many["eligible"]) != (hand["sent"], hand["mixed"], hand["eligible"])))
    say(check="selection: how many, beside SQLite", differ=int((few["sent"], few["eligible"]) != (turns[0]["sqlite"]["sent"], turns[0]["sqlite"]["eligible"])))


main()
