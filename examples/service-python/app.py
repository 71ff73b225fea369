# SPDX-License-Identifier: Apache-2.0
"""Scores customers over HTTP and runs their programmes: an engine over a SQLite file, messages into files of a folder.

Settings come by the environment: SUCCESS_CONFIG (a file, or preset:NAME), SUCCESS_DB, SUCCESS_OUTBOX (a folder), SUCCESS_LEASE (seconds after which what a killed process had at hand is done anew)."""
import asyncio
import json
import logging
import os
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

import csuccess
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

BODY_MOST, ROWS_MOST = 1 << 20, 1000
STATUS = {csuccess.MissingError: 404, csuccess.InvalidError: 422, csuccess.EncodingError: 422, csuccess.CallbackError: 503}


class Refused(Exception):
    """What HTTP answers with: status, and what is wrong."""

    def __init__(self, status, detail, **more):
        super().__init__(detail)
        self.status, self.body = status, {"type": "about:blank", "title": detail.split(":")[0], "status": status, "detail": detail, **more}


def outbox(folder, name):
    """A channel: a line for each message, on the disk before it counts as sent. The same id again is the same message."""
    folder.mkdir(parents=True, exist_ok=True)

    def send(message):
        with (folder / f"{name}.jsonl").open("a") as file:
            print(json.dumps({"id": message.id, "customer": message.customer, "definition": message.definition, "body": message.body}), file=file)
            file.flush()
            os.fsync(file.fileno())

    return send


class Service:
    """One scorer, and one engine that takes turns between requests and its own run loop."""

    def __init__(self, config, db, folder, lease):
        self.config = csuccess.Config(csuccess.presets()[config[7:]]) if config.startswith("preset:") else csuccess.Config.load(config)
        self.scorer, self.store = csuccess.Scorer(self.config), csuccess.SqliteStore(db)
        self.engine = csuccess.Engine(self.config, store=self.store, lease=timedelta(seconds=lease),
                                      channels={name: outbox(folder, name) for name in self.config.document.get("channels", {})})
        self.turn, self.wake, self.next_due = asyncio.Lock(), asyncio.Event(), None

    async def call(self, method, *arguments):
        """A call of the engine, in a thread, since it waits for the disk; one at a time."""
        async with self.turn:
            return await asyncio.to_thread(method, *arguments)

    async def run(self):
        """Does what is due, and sleeps until more is, or something happened."""
        while True:
            self.wake.clear()
            try:
                self.next_due = await self.call(self.engine.run)
                pause = 60 if self.next_due is None else (self.next_due - datetime.now(timezone.utc)).total_seconds()
            except Exception:  # the service goes on; what failed is put off and tried again
                logging.getLogger("uvicorn.error").exception("run")
                pause = 5
            with suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self.wake.wait(), min(max(pause, 0.1), 60))


@asynccontextmanager
async def lifespan(app):
    env = os.environ.get
    app.state.service = service = Service(env("SUCCESS_CONFIG", str(Path(__file__).with_name("success.json"))), env("SUCCESS_DB", "service.db"),
                                          Path(env("SUCCESS_OUTBOX", "outbox")), float(env("SUCCESS_LEASE", "60")))
    running = asyncio.create_task(service.run())
    yield
    async with service.turn:  # not in the middle of a call
        running.cancel()
        service.engine.close()
        service.store.close()


app = FastAPI(title="csuccess", lifespan=lifespan)


@app.exception_handler(Refused)
@app.exception_handler(csuccess.Error)
async def refused(request, error):
    if isinstance(error, csuccess.Error):
        error = Refused(next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500), error.message, code=error.name)
    return JSONResponse(error.body, error.status, media_type="application/problem+json")


async def body_of(request):
    """The JSON of a request as a list, and whether it was one."""
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY_MOST:
            raise Refused(413, f"body: more than {BODY_MOST:,} bytes")
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Refused(422, f"JSON: {error}", code="CSUCCESS_EJSON", line=getattr(error, "lineno", 0), column=getattr(error, "colno", 0)) from None
    items = body if isinstance(body, list) else [body]
    if len(items) > ROWS_MOST:
        raise Refused(413, f"body: more than {ROWS_MOST:,} items")
    return items, isinstance(body, list)


def each(items, many, work):
    """What `work` makes of every item; what is wrong with one names its place in the body."""
    for index, item in enumerate(items):
        place = f"/{index}" if many else ""
        try:
            if not isinstance(item, dict):
                raise csuccess.ValueTypeError("expected an object")
            yield work(item)
        except csuccess.Error as error:
            raise Refused(422, error.message, code=error.name, pointer=place + error.pointer) from error


@app.post("/score")
async def score(request: Request, now: str | None = None):
    service, (items, many) = request.app.state.service, await body_of(request)
    try:
        found = list(each(items, many, lambda row: service.scorer.explain(row, now).json))
    except ValueError as error:
        raise Refused(422, f"now: {error}") from error
    return JSONResponse(found if many else found[0])


@app.post("/events")
async def events(request: Request):
    service, inputs, (items, many) = request.app.state.service, csuccess.Events(), await body_of(request)
    list(each(items, many, inputs.add))
    results = await service.call(service.engine.ingest, inputs)
    service.wake.set()
    return {"results": [{"messageId": r.id, "result": r.name, "reason": r.reason} for r in results]}


@app.get("/customers/{customer}/explain")
async def explain(request: Request, customer: str):
    return await request.app.state.service.call(request.app.state.service.engine.explain, customer)


@app.get("/health")
async def health(request: Request):
    return {"status": "ok", "config": request.app.state.service.config.hash, "next_due": request.app.state.service.next_due}
