# SPDX-License-Identifier: Apache-2.0
"""What a call costs from Python, and how well an engine waits for an asynchronous store: bindings.py VECTORS [TRANSACTIONS]. A JSON line per figure; bindings.mjs is the same in Node."""
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

import csuccess
from csuccess._ffi import lib, new

NOW_MS = 1_769_817_600_000  # 2026-01-31T00:00:00Z
CALLS, BATCHES = 2_000, 101
IN_FLIGHT, WAIT = 100, 0.001
CONFIG = {"csuccess": 1, "aggregates": {"orders": {"event": "order", "count": True, "window": "lifetime"}},
          "health": {"profiles": {"default": {"score": {"value": "orders", "points": {"linear": [[0, 0], [10, 100]]}}}}}}


def say(**line):
    print(json.dumps(line), flush=True)


# ---- One call -------------------------------------------------------------------------------------

def batch(work, *arguments):
    turns = range(CALLS)
    start = time.process_time_ns()
    for _ in turns:
        work(*arguments)
    return (time.process_time_ns() - start) / CALLS


def one_call(vectors):
    """Batches of each in turn, so that whatever else the machine does falls on all of them alike."""
    config = csuccess.Config(csuccess.presets()["enterprise"])
    row = json.loads((vectors / "enterprise.customers.jsonl").read_text().split("\n", 1)[0])
    facts, scorer = csuccess.Facts(config, row), csuccess.Scorer(config)
    bare = (scorer._handle, facts._handle, NOW_MS, new("csuccess_score"), new("csuccess_error"))
    work = {"an empty call": (lib.csuccess_abi,), "csuccess": (scorer.run, facts, NOW_MS), "the library and cffi alone": (lib.csuccess_scorer_run, *bare)}
    times = {who: [] for who in work}
    for _ in range(BATCHES):
        for who, (function, *arguments) in work.items():
            times[who].append(batch(function, *arguments))
    for who, took in times.items():
        say(work="one score call, Python", who=who, rows=1, seconds=1e-9 * statistics.median(took), reference=who == "an empty call")


# ---- Transactions over a store that has to be waited for -----------------------------------------

class Slow(csuccess.AsyncStore):
    """In memory, and a millisecond away."""

    def __init__(self):
        self.kept, self.under_way, self.operations, self.most, self.busy, self.since = {}, 0, 0, 0, 0.0, time.perf_counter()

    async def away(self):
        self.count(+1)
        self.operations += 1
        self.most = max(self.most, self.under_way)
        await asyncio.sleep(WAIT)
        self.count(-1)

    def count(self, change):
        now = time.perf_counter()
        self.busy += self.under_way * (now - self.since)
        self.since, self.under_way = now, self.under_way + change

    async def load(self, request, reply):
        await self.away()
        for index, key in enumerate(request.keys):
            found = self.kept.get(key)
            if found:
                reply.record(index, *found)

    async def commit(self, request, reply):
        await self.away()
        for index, given in enumerate(request.batches):
            for write in given.writes:
                self.kept[write.key] = (write.expected + 1, write.body)
            reply.applied(index)

    async def due(self, request, reply): ...
    async def defer(self, request, reply): ...
    async def claim(self, request, reply): ...
    async def settle(self, request, reply): ...
    async def scan(self, request, reply): ...
    async def history(self, request, reply): ...
    async def outbox(self, request, reply): ...
    async def erase(self, request, reply): ...


async def alone(operations):
    """As many waits, a hundred at a time, and no engine."""
    left = iter(range(operations))

    async def one():
        for _ in left:
            await asyncio.sleep(WAIT)

    start = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(IN_FLIGHT)))
    return time.perf_counter() - start


async def awaiting(transactions):
    config, store = csuccess.Config(CONFIG), Slow()
    events = csuccess.Events()
    for i in range(transactions):
        events.add_event("track", id=f"e{i}", at=NOW_MS, customer=f"c{i}", name="order")
    async with csuccess.AsyncEngine(config, store=store, batch=1, in_flight=IN_FLIGHT) as engine:
        start, processor = time.perf_counter(), time.process_time()
        results = await engine.ingest(events, now=NOW_MS)
        took, processor = time.perf_counter() - start, time.process_time() - processor
    bad = sum(not r.applied for r in results)
    say(check=f"{transactions:,} transactions over an asynchronous store, Python", differ=bad)
    ideal = store.operations * WAIT / IN_FLIGHT
    work = "awaiting a store, Python"
    say(work=work, who="every operation 1 ms, 100 at once", rows=transactions, seconds=ideal, reference=True)
    say(work=work, who="csuccess", rows=transactions, seconds=took)
    say(work=work, who="the same waits in asyncio, no engine", rows=transactions, seconds=await alone(store.operations))
    say(fact=f"awaiting a store, Python: {store.operations:,} operations, {store.most} in flight at most, {store.busy / took:.0f} in the mean; {1e6 * processor / transactions:.0f} µs of "
             f"processor time a transaction")


def main():
    one_call(Path(sys.argv[1]))
    asyncio.run(awaiting(int(sys.argv[2]) if len(sys.argv) > 2 else 10_000))


main()
