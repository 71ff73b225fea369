# SPDX-License-Identifier: Apache-2.0
"""A store over dicts: the contract in the fewest lines that keep it."""

from __future__ import annotations

import asyncio
import bisect
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from csuccess.store import (
    AsyncStore,
    Batch,
    ClaimRequest,
    CommitRequest,
    DeferRequest,
    DueRequest,
    Entry,
    EraseRequest,
    HistoryRequest,
    LoadRequest,
    Message,
    OutboxRequest,
    RecordKind,
    Reply,
    ScanRequest,
    Settled,
    SettleRequest,
    Store,
)

OUTCOMES = {
    Settled.DELIVERED: "delivered",
    Settled.DEAD: "dead",
    Settled.UNKNOWN: "unknown",
    Settled.DROPPED: "dropped",
}


def shard_of(customer: str, shards: int) -> int:
    if shards < 2:
        return 0
    value = 0xCBF29CE484222325
    for byte in customer.encode():
        value = (value ^ byte) * 0x100000001B3 % (1 << 64)
    return ((value >> 32) ^ (value & 0xFFFFFFFF)) % shards


@dataclass
class Lease:
    token: str = ""
    until: datetime | None = None

    def held(self, now: datetime) -> bool:
        return self.until is not None and now < self.until

    def fits(self, token: str, now: datetime) -> bool:
        return self.held(now) and self.token == token


@dataclass
class Plan:
    """When a customer is due."""

    due: datetime | None
    lease: Lease = field(default_factory=Lease)
    failures: int = 0
    parked: bool = False


@dataclass
class Posted:
    """A message of the outbox."""

    message: Message
    when: datetime
    lease: Lease = field(default_factory=Lease)
    outcome: str = ""
    counted: bool = False
    reason: str = ""


@dataclass
class Tenant:
    records: dict[tuple[int, str], tuple[int, bytes]] = field(default_factory=dict)
    inputs: set[tuple[str, str]] = field(default_factory=set)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    messages: dict[str, Posted] = field(default_factory=dict)
    ledgers: dict[str, int] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)


class DictStore(Store):
    """Keeps everything in `tenants`, which a copy of the store may share."""

    def __init__(self, tenants: dict[str, Tenant] | None = None) -> None:
        self.tenants: dict[str, Tenant] = {} if tenants is None else tenants
        self.tokens = 0

    def of(self, request: Any) -> Tenant:
        return self.tenants.setdefault(request.tenant, Tenant())

    def lend(self, lease: Lease, until: datetime) -> str:
        self.tokens += 1
        lease.token, lease.until = f"t{id(self)}-{self.tokens}", until
        return lease.token

    def load(self, request: LoadRequest, reply: Reply) -> None:
        t = self.of(request)
        for i, key in enumerate(request.keys):
            if key.kind == RecordKind.LEDGER:
                reply.ledger(i, t.ledgers.get(key.id, 0))
            elif (key.kind, key.id) in t.records:
                reply.record(i, *t.records[key.kind, key.id])
        for i, given in enumerate(request.inputs):
            if tuple(given) in t.inputs:
                reply.known(i)

    def commit(self, request: CommitRequest, reply: Reply) -> None:
        for i, batch in enumerate(request.batches):
            verdict = self.judge(self.of(request), batch, request.now)
            if verdict == "applied":
                self.apply(self.of(request), batch)
                reply.applied(i)
            elif verdict == "already":
                reply.already(i)
            elif verdict == "conflict":
                reply.conflict(i)
            else:
                reply.refused(i, int(verdict))

    def judge(self, t: Tenant, batch: Batch, now: datetime) -> str:
        known = [tuple(given) in t.inputs for given in batch.inputs]
        if known and all(known):
            return "already"
        if any(known) or any(self.moved(t, write, now) for write in batch.writes):
            return "conflict"
        places = {(entry.customer, entry.seq) for entry in batch.entries}
        if any(
            (e.customer, e.seq) in places for customer in {c for c, _ in places} for e in t.entries.get(customer, ())
        ):
            return "conflict"
        sums = dict(t.ledgers)
        for i, change in enumerate(batch.deltas):
            total = sums.get(change.key, 0) + change.delta
            most = (1 << 63) - 1 if change.max is None else change.max
            if not -(1 << 63) <= total < 1 << 63 or (change.delta > 0 and total > most):
                return str(i)
            sums[change.key] = total
        return "applied"

    def moved(self, t: Tenant, write: Any, now: datetime) -> bool:
        revision = t.records.get(write.key, (0, b""))[0]
        plan = t.plans.get(write.key.id) if write.key.kind == RecordKind.CUSTOMER else None
        return revision != write.expected or bool(write.token and not (plan and plan.lease.fits(write.token, now)))

    def apply(self, t: Tenant, batch: Batch) -> None:
        for write in batch.writes:
            if write.body is None:
                t.records.pop(write.key, None)
            else:
                t.records[write.key.kind, write.key.id] = write.expected + 1, write.body
            if write.key.kind == RecordKind.CUSTOMER:
                t.plans.pop(write.key.id, None)
                if write.body is not None:
                    t.plans[write.key.id] = Plan(write.due)
        for entry in batch.entries:
            bisect.insort(t.entries.setdefault(entry.customer, []), entry, key=lambda e: e.seq)
        for message in batch.messages:
            self.post(t, message)
        for change in batch.deltas:
            t.ledgers[change.key] = t.ledgers.get(change.key, 0) + change.delta
        t.inputs.update((given.customer, given.id) for given in batch.inputs)
        for id in batch.cancels:
            posted = t.messages.get(id)
            if posted and not posted.outcome:
                posted.outcome, posted.lease = "dropped", Lease()

    def post(self, t: Tenant, message: Message) -> None:
        t.messages.setdefault(message.id, Posted(message, message.not_before))

    def due(self, request: DueRequest, reply: Reply) -> None:
        t, waits = self.of(request), []
        ready = sorted(
            (plan.due, customer)
            for customer, plan in t.plans.items()
            if plan.due is not None and not plan.parked and shard_of(customer, request.shards) == request.shard
        )
        given = 0
        for when, customer in ready:
            plan = t.plans[customer]
            held = plan.lease.held(request.now)
            if when > request.now or held:
                waits.append(max(when, plan.lease.until) if held and plan.lease.until else when)
            elif given < request.most:
                given += 1
                reply.lease(customer, self.lend(plan.lease, request.lease_until), when, plan.failures)
            else:
                waits.append(when)
        reply.next(min((w for w in waits if w > request.now), default=None))

    def defer(self, request: DeferRequest, reply: Reply) -> None:
        plan = self.of(request).plans.get(request.customer)
        if plan is None or not plan.lease.fits(request.token, request.now):
            reply.conflict()
            return
        plan.due, plan.lease = request.until, Lease()
        plan.failures += request.failed
        plan.parked = bool(request.park_after and plan.failures >= request.park_after)

    def claim(self, request: ClaimRequest, reply: Reply) -> None:
        t, waits, given = self.of(request), [], 0
        open_ = sorted(
            (p.when, id)
            for id, p in t.messages.items()
            if not p.outcome and shard_of(p.message.target or p.message.customer, request.shards) == request.shard
        )
        for when, id in open_:
            posted = t.messages[id]
            held = posted.lease.held(request.now)
            if when > request.now or held:
                waits.append(max(when, posted.lease.until) if held and posted.lease.until else when)
            elif given < request.most:
                given += 1
                token = self.lend(posted.lease, request.lease_until)
                reply.message(posted.message, token)
                posted.message = posted.message._replace(attempts=posted.message.attempts + 1)
            else:
                waits.append(when)
        reply.next(min((w for w in waits if w > request.now), default=None))

    def settle(self, request: SettleRequest, reply: Reply) -> None:
        t = self.of(request)
        posted = t.messages.get(request.message)
        if posted is None or posted.outcome or not posted.lease.fits(request.token, request.now):
            reply.conflict()
            return
        posted.lease, posted.reason = Lease(), request.reason
        if request.outcome == Settled.RETRY:
            assert request.retry is not None
            posted.when = request.retry
            if not request.counts:
                posted.message = posted.message._replace(attempts=posted.message.attempts - 1)
        else:
            posted.outcome = OUTCOMES[request.outcome]
        if request.signal is not None:
            self.post(t, request.signal)

    def scan(self, request: ScanRequest, reply: Reply) -> None:
        t = self.of(request)
        if request.kind == RecordKind.LEDGER:
            rows = [(key, 1, str(total).encode()) for key, total in t.ledgers.items()]
        else:
            rows = [
                (id, *record)
                for (kind, id), record in t.records.items()
                if kind == request.kind and (not request.parked or (id in t.plans and t.plans[id].parked))
            ]
        for row in sorted(rows)[bisect.bisect_right(sorted(rows), request.after, key=lambda r: r[0]) :][: request.most]:
            reply.row(*row)

    def history(self, request: HistoryRequest, reply: Reply) -> None:
        entries = [e for e in self.of(request).entries.get(request.customer, ()) if e.seq > request.after]
        for entry in entries[: request.most]:
            reply.entry(entry)

    def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        posted = [p for p in self.of(request).messages.values() if request.customer in ("", p.message.customer)]
        posted.sort(key=lambda p: (p.message.created, p.message.id))
        ids = [p.message.id for p in posted]
        begin = ids.index(request.after) + 1 if request.after in ids else 0
        listed = [p for p in posted[begin:] if not request.dead or p.outcome == "dead"]
        for p in listed[: request.most]:
            reply.message(p.message._replace(not_before=p.when), p.outcome or "waiting")

    def erase(self, request: EraseRequest, reply: Reply) -> None:
        t, c = self.of(request), request.customer
        entries = t.entries.get(c, [])
        taken = {e.seq for e in t.entries.get(request.pseudonym, ())}
        if not request.contact and request.pseudonym != c and any(e.seq in taken for e in entries):
            reply.conflicts("the pseudonym has these places")
            return
        counts = {"record": 0, "input": 0, "entry": 0, "message": 0, "settled": 0}
        self.erase_entries(t, request, counts)
        self.erase_messages(t, request, counts)
        if not request.contact:
            for kind in (RecordKind.CUSTOMER, RecordKind.SECRET):
                counts["record"] += t.records.pop((kind, c), None) is not None
            t.plans.pop(c, None)
            mine = {given for given in t.inputs if given[0] == c}
            counts["input"] = len(mine)
            t.inputs -= mine
        for kind_, count in counts.items():
            reply.erased(kind_, count)

    def erase_entries(self, t: Tenant, request: EraseRequest, counts: dict[str, int]) -> None:
        kept = []
        for entry in t.entries.pop(request.customer, []):
            named = not request.contact or entry.subject == request.contact
            counts["entry"] += named and entry.body is not None
            if named:
                entry = entry._replace(body=None, subject="")
            kept.append(entry if request.contact else entry._replace(customer=request.pseudonym))
        if kept:
            place = request.customer if request.contact else request.pseudonym
            t.entries[place] = sorted(t.entries.get(place, []) + kept, key=lambda e: e.seq)

    def erase_messages(self, t: Tenant, request: EraseRequest, counts: dict[str, int]) -> None:
        c = request.customer
        for id, posted in list(t.messages.items()):
            m = posted.message
            if not (
                m.customer == c and m.contact == request.contact if request.contact else c in (m.customer, m.target)
            ):
                continue
            if not posted.outcome:
                del t.messages[id]
                counts["message"] += 1
                continue
            counts["settled"] += 1
            posted.reason = ""
            m = m._replace(body=b"", contact="")
            if not request.contact:
                m = m._replace(
                    customer=request.pseudonym if m.customer == c else m.customer,
                    target=request.pseudonym if m.target == c else m.target,
                )
            posted.message = m


class AsyncDictStore(AsyncStore):
    """The same behind a wait; `flying` and `most` count what is under way at once."""

    def __init__(self, wait: float = 0.0) -> None:
        self.inner, self.wait = DictStore(), wait
        self.flying = self.most = self.calls = 0

    async def ask(self, slot: str, request: Any, reply: Reply) -> None:
        self.calls += 1
        self.flying += 1
        self.most = max(self.most, self.flying)
        try:
            await asyncio.sleep(self.wait)
            getattr(self.inner, slot)(request, reply)
        finally:
            self.flying -= 1

    async def load(self, request: LoadRequest, reply: Reply) -> None:
        await self.ask("load", request, reply)

    async def commit(self, request: CommitRequest, reply: Reply) -> None:
        await self.ask("commit", request, reply)

    async def due(self, request: DueRequest, reply: Reply) -> None:
        await self.ask("due", request, reply)

    async def defer(self, request: DeferRequest, reply: Reply) -> None:
        await self.ask("defer", request, reply)

    async def claim(self, request: ClaimRequest, reply: Reply) -> None:
        await self.ask("claim", request, reply)

    async def settle(self, request: SettleRequest, reply: Reply) -> None:
        await self.ask("settle", request, reply)

    async def scan(self, request: ScanRequest, reply: Reply) -> None:
        await self.ask("scan", request, reply)

    async def history(self, request: HistoryRequest, reply: Reply) -> None:
        await self.ask("history", request, reply)

    async def outbox(self, request: OutboxRequest, reply: Reply) -> None:
        await self.ask("outbox", request, reply)

    async def erase(self, request: EraseRequest, reply: Reply) -> None:
        await self.ask("erase", request, reply)
