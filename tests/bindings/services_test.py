# SPDX-License-Identifier: Apache-2.0
"""The example services with real requests: services_test.py COMMAND python, or services_test.py COMMAND node PACKAGE [NODE]. COMMAND is the csuccess command, whose scores must be the same; the interpreter has csuccess, fastapi,
uvicorn and httpx; PACKAGE is bindings/node, built.

What is true of one service is true of the other: they have the same routes and the same answers."""
import collections
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from pathlib import Path

import httpx

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CONFIG = EXAMPLES / "service-python/success.json"
NOW = "2026-01-31T00:00:00Z"
ROWS = [
    {"customer_id": "acme", "seats": 40, "plan": "team", "renewal": "2026-03-01", "logins_30d": 4, "tickets_7d": 0},
    {"customer_id": "globex", "seats": 3, "plan": "free", "logins_30d": 12, "tickets_7d": 4},
    {"customer_id": "initech", "plan": "enterprise", "renewal": "2026-01-15"},
    {"customer_id": "hooli", "seats": -1, "logins_30d": 7},
    {"customer_id": "Ünïcode 東京"},
]
PATIENCE = 30  # seconds, on a machine that has other things to do
checks = 0


def check(what, good, seen=None):
    global checks
    checks += 1
    if not good:
        raise SystemExit(f"{what}: {seen!r}")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Service:
    def __init__(self, folder, kind, package=None, node="node"):
        self.kind, self.folder, self.outbox, self.process = kind, folder, folder / "outbox", None
        self.place = EXAMPLES / f"service-{kind}"
        self.command = [sys.executable, "-m", "uvicorn", "app:app", "--no-access-log", "--port"] if kind == "python" else [node, "app.mjs"]
        if kind == "node":  # beside its package, as npm would have it
            self.place = shutil.copytree(self.place, folder / "app", ignore=shutil.ignore_patterns("node_modules"))
            (self.place / "node_modules").mkdir()
            (self.place / "node_modules/csuccess").symlink_to(Path(package).resolve())

    def start(self):
        port = free_port()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE)
        env = {**os.environ, "SUCCESS_CONFIG": str(CONFIG), "SUCCESS_DB": str(self.folder / "service.db"), "SUCCESS_OUTBOX": str(self.outbox), "SUCCESS_LEASE": "2", "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [*self.command, str(port)]
        self.log = (self.folder / "log.txt").open("a")
        self.process = subprocess.Popen(command, cwd=self.place, env=env, stdout=self.log, stderr=self.log)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return self.client.get("/health").json()
            except httpx.TransportError:
                time.sleep(0.05)
        raise SystemExit(f"the service does not start:\n{(self.folder / 'log.txt').read_text()}")

    def stop(self, how):
        self.process.send_signal(how)
        self.client.close()
        self.log.close()
        return self.process.wait(PATIENCE)

    def messages(self):
        path = self.outbox / "slack.jsonl"
        lines = path.read_text().split("\n") if path.exists() else []
        return [json.loads(line) for line in lines[:-1] if line]


def wait_for(what, found):
    until = time.monotonic() + PATIENCE
    while not (seen := found()):
        if time.monotonic() > until:
            raise SystemExit(f"not within {PATIENCE} seconds: {what}")
        time.sleep(0.05)
    return seen


def problem(what, answer, status):
    check(f"{what}: status", answer.status_code == status, (answer.status_code, answer.text))
    check(f"{what}: type", answer.headers["content-type"].startswith("application/problem+json"), answer.headers["content-type"])
    body = answer.json()
    check(f"{what}: a problem", body["status"] == status and body["title"] and body["detail"] and body["type"], body)
    return body


# ---- Scoring --------------------------------------------------------------------------------------

def scores(service, command, folder):
    rows = folder / "rows.jsonl"
    rows.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    done = subprocess.run([command, "score", "-c", str(CONFIG), "--now", NOW, "-o", "jsonl", str(rows)], stdout=subprocess.PIPE, check=True, text=True)
    expected = [json.loads(line) for line in done.stdout.splitlines()]
    check("rows of the command", len(expected) == len(ROWS))
    answer = service.client.post("/score", params={"now": NOW}, json=ROWS)
    check("scores of many", answer.status_code == 200 and answer.json() == expected, answer.text)
    for row, one in zip(ROWS, expected):
        answer = service.client.post("/score", params={"now": NOW}, json=row)
        check("score of one", answer.status_code == 200 and answer.json() == one, answer.text)
    check("no rows", service.client.post("/score", json=[]).json() == [])


def bad_rows(service):
    body = problem("a text for a number", service.client.post("/score", json=[ROWS[0], {"customer_id": "x", "seats": "many"}]), 422)
    check("its place", body["pointer"] == "/1/seats" and body["code"] == "CSUCCESS_ETYPE" and "number" in body["detail"], body)
    body = problem("one row", service.client.post("/score", json={"seats": True}), 422)
    check("its place", body["pointer"] == "/seats", body)
    body = problem("a misspelt name", service.client.post("/score", json=[{"seat": 3}]), 422)
    check("its place and the nearest", body["pointer"].startswith("/0") and body["code"] == "CSUCCESS_ENAME" and '"seat"' in body["detail"] and '"seats"' in body["detail"], body)
    body = problem("broken JSON", service.client.post("/score", content=b'[{"seats": 1},\n {"seats": }]'), 422)
    check("its code", body["code"] == "CSUCCESS_EJSON", body)
    for what in (3, "acme", None, [[]], [None], {"seats": {"a": 1}}):
        problem(f"{what!r} as a row", service.client.post("/score", content=json.dumps(what)), 422)
    problem("a time that is none", service.client.post("/score", params={"now": "tomorrow"}, json=ROWS[0]), 422)
    problem("a body of 2 MiB", service.client.post("/score", content=b"[" + b" " * (2 << 20) + b"]"), 413)
    problem("2 MiB in pieces", service.client.post("/score", content=(b" " * 65536 for _ in range(32))), 413)
    problem("too many rows", service.client.post("/score", json=[{}] * 1001), 413)
    check("a path that is not there", service.client.get("/nothing").status_code == 404)
    check("a method that is not there", service.client.get("/score").status_code == 405)


# ---- The engine -----------------------------------------------------------------------------------

def tickets(customer, count=3):
    at = (datetime.now(timezone.utc) - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    return [{"type": "track", "event": "ticket_opened", "messageId": f"{customer}-t{i}", "groupId": customer, "timestamp": at} for i in range(count)]


def events(service):
    given = tickets("acme")
    answer = service.client.post("/events", json=given)
    check("events", answer.status_code == 200 and [r["result"] for r in answer.json()["results"]] == ["CSUCCESS_OK"] * 3, answer.text)
    check("their ids", [r["messageId"] for r in answer.json()["results"]] == [e["messageId"] for e in given], answer.text)
    message = wait_for("the message", service.messages)[0]
    check("the message", message["customer"] == "acme" and message["definition"] == "alert/default/flooded/first" and message["body"]["text"] == "Three tickets within a week.", message)
    again = service.client.post("/events", json=given)
    check("the same events again", {r["result"] for r in again.json()["results"]} == {"CSUCCESS_UNCHANGED"}, again.text)
    why = service.client.get("/customers/acme/explain")
    check("why", why.status_code == 200 and "flooded" in why.text and why.json()["customer"] == "acme", why.text)
    body = problem("nobody", service.client.get("/customers/nobody/explain"), 404)
    check("its code", body["code"] == "CSUCCESS_EMISSING", body)
    body = problem("a bad event", service.client.post("/events", json=[given[0], {"type": "trak", "messageId": "x", "groupId": "acme"}]), 422)
    check("its place", body["pointer"].startswith("/1") and '"track"' in body["detail"], body)
    problem("an event without a time", service.client.post("/events", json={k: v for k, v in given[0].items() if k != "timestamp"}), 422)
    problem("a body of 2 MiB", service.client.post("/events", content=b"[" + b" " * (2 << 20) + b"]"), 413)


def together(service):
    """Twenty requests at once, of all kinds."""
    def ask(i):
        kind = i % 4
        if kind == 0:
            return service.client.post("/score", params={"now": NOW}, json=ROWS).json()
        if kind == 1:
            return service.client.post("/events", json=tickets(f"many{i}")).json()["results"]
        if kind == 2:
            return service.client.get("/customers/acme/explain").json()["customer"]
        return service.client.get("/health").json()["status"]

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, range(200)))
    check("scores", len({json.dumps(a) for a in answers[::4]}) == 1)
    check("events", all(r["result"] == "CSUCCESS_OK" for a in answers[1::4] for r in a))
    check("explanations", set(answers[2::4]) == {"acme"}, answers[2::4])
    check("health", set(answers[3::4]) == {"ok"}, answers[3::4])
    names = {f"many{i}" for i in range(1, 200, 4)}
    wait_for("messages of all", lambda: names <= {m["customer"] for m in service.messages()})


def killed(service, rng, times=4):
    """Killed in the middle, over and over: what was answered is there, everybody gets one message, and the same one when it comes twice."""
    acknowledged = []

    def feed(prefix):
        for i in range(1000):
            try:
                answer = service.client.post("/events", json=tickets(f"{prefix}{i}"))
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                acknowledged.append(f"{prefix}{i}")

    for turn in range(times):
        feeding = threading.Thread(target=feed, args=(f"k{turn}-",))
        feeding.start()
        time.sleep(0.2 + rng.random() * 0.5)
        service.process.send_signal(signal.SIGKILL)
        feeding.join()
        check("killed", service.process.wait() == -signal.SIGKILL)
        service.client.close()
        service.start()
    check("something was done between", len(acknowledged) > times, len(acknowledged))
    wait_for("messages of all who were answered", lambda: set(acknowledged) <= {m["customer"] for m in service.messages()})
    ids = collections.defaultdict(set)
    for message in service.messages():
        ids[message["customer"]].add(message["id"])
    check("one message a customer", all(len(of) == 1 for of in ids.values()), [c for c, of in ids.items() if len(of) > 1])
    last = acknowledged[-1]
    again = service.client.post("/events", json=tickets(last)).json()["results"]
    check("known after the kill", {r["result"] for r in again} == {"CSUCCESS_UNCHANGED"}, again)
    return len(acknowledged), len(service.messages()) - len(ids)


def main():
    command, kind = sys.argv[1], sys.argv[2]
    folder = Path(tempfile.mkdtemp(prefix="csuccess-service-"))
    service = Service(folder, *sys.argv[2:])
    try:
        health = service.start()
        check("health", health["status"] == "ok" and health["config"].startswith("sha256:"), health)
        scores(service, command, folder)
        bad_rows(service)
        events(service)
        together(service)
        answered, twice = killed(service, random.Random(7))
        check("it ends when it is asked to", service.stop(signal.SIGTERM) in (0, -signal.SIGTERM))
        service.start()
        check("and is there again", service.client.get("/customers/acme/explain").status_code == 200)
        service.stop(signal.SIGTERM)
        print(f"service-{kind}: {checks} checks; {answered} customers answered for around the kills, {twice} messages came twice, with their ids")
    except BaseException:
        print((folder / "log.txt").read_text()[-3000:], file=sys.stderr)
        raise
    finally:
        if service.process and service.process.poll() is None:
            service.process.kill()
        shutil.rmtree(folder)


main()
