# SPDX-License-Identifier: Apache-2.0
"""Records of programmes: flow.jsonl through flow.json and lives through the shipped presets, simulated; flow.jsonl into a database that then comes under
another configuration, whose first one is lost; programmes that begin one another without end; and a host that knows zones."""
import ctypes
import datetime
import json
import sqlite3
import subprocess

UNTIL = "2026-06-01T00:00:00Z"
CHANGED_AT = "2026-01-26T00:00:00Z"
# Words of entries that some record here has to have: by kind, then key.
WORDS = {
    "segment": ["change"], "milestone": ["change"], "task": ["event"], "playbook": ["state"], "journey": ["event", "how"], "owner": ["by"],
    "feature": ["stage"], "goal": ["status"]}
seen = {}


def csuccess(command, *words):
    done = subprocess.run([command, *map(str, words)], capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, f"{words}: exit {done.returncode}: {done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def sorted_out(trace):
    entries = [line for line in trace if "kind" in line]
    for entry in entries:
        for key in WORDS.get(entry["kind"], []):
            seen.setdefault((entry["kind"], key), set()).add((entry["body"] or {}).get(key))
    yield "entry", entries
    yield "message", [line for line in trace if "kind" not in line]


def simulated(command, config, events):
    trace = csuccess(command, "simulate", "-c", config, "--until", UNTIL, "-o", "jsonl", events)
    assert len(trace) > 20, f"{config}: {len(trace)} lines"
    yield from sorted_out(trace)


# ---- Lives through the presets: a configuration's own events, two customers who do well and badly ----

def day(n, hour=9):
    return (datetime.datetime(2026, 1, 5, hour) + datetime.timedelta(days=n)).strftime("%Y-%m-%dT%H:%M:%SZ")


def life(*rows):
    """Of rows (day, customer, type, event, properties)."""
    for n, (when, customer, kind, event, properties) in enumerate(rows):
        yield {"type": kind, "messageId": f"life{n}", "timestamp": day(when), "groupId": customer, "properties": properties, **({"event": event} if event else {})}


LIVES = {
    "onboarding": [
        (0, "acme", "group", "", {"first_name": "Ada", "adoption": 0.2, "nps_score": 8}), (0, "acme", "track", "signed_up", {}),
        (0, "beta", "group", "", {"first_name": "Ben", "adoption": 0.9, "nps_score": 9}), (0, "beta", "track", "signed_up", {})],
    "enterprise_programmes": [
        (0, "acme", "group", "", {"company": "Acme", "customer_since": "2026-01-05", "csm_id": "ann", "nps_score": 2, "tickets_30d": 15, "total_features": 20,
                                  "features_used": 2, "logins_30d": 1, "champion_left": True}),
        (1, "acme", "track", "setup_completed", {}), (2, "acme", "ticket", "", {"status": "escalated"}), (20, "acme", "group", "", {"nps_score": 10})],
    "retention_campaigns": [
        (0, "acme", "group", "", {"first_name": "Ada", "customer_since": "2025-01-20", "onboarding_stage": 40, "nps_score": 9, "last_login": "2026-01-05"}),
        (1, "acme", "track", "client_created", {}), (2, "acme", "track", "referral_signed", {}), (3, "acme", "track", "first_success", {}),
        (30, "acme", "group", "", {"onboarding_stage": 100, "last_login": "2026-02-04"})]}


def presets(command, folder):
    for name, rows in LIVES.items():
        path = folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in life(*rows)), encoding="utf-8")
        yield from simulated(command, f"preset:{name}", path)


# ---- A database ----

def changed(document):
    """A step has another name and is mapped; another has and is not; a third journey is pinned; a playbook's step has another date."""
    care, way = document["journeys"]["care"], document["journeys"]["way"]
    care["steps"] = {"ring": care["steps"].pop("call")}
    care["on_change"] = {"map": {"call": "ring"}}
    way["on_change"] = {"map": {"hello": "crm"}}
    document["journeys"]["slow"]["steps"]["rest"]["for"] = "P41D"
    way["steps"] = {"first_call" if key == "kickoff" else key: step for key, step in way["steps"].items()}
    document["playbooks"]["help"]["steps"]["look"]["due_days"] = 3
    return document


def exported(command, db):
    for line in csuccess(command, "audit", "export", "--db", db, "--now", UNTIL):
        if "kind" in line and line["body"] is not None:
            yield {"seq": line["seq"], "at": UNTIL, **{key: line[key] for key in ("kind", "cause", "by", "subject") if key in line}, "body": json.loads(line["body"])}


def kept(command, root, folder):
    db, second, late = folder / "flow.db", folder / "second.json", folder / "late.jsonl"
    config = root / "tests/schema/flow.json"
    csuccess(command, "run", "-c", config, "--db", db, "--clock", "events", "--until", CHANGED_AT, root / "tests/schema/flow.jsonl")
    states = csuccess(command, "state", "--db", db, "--all", "--now", CHANGED_AT)
    second.write_text(json.dumps(changed(json.loads(config.read_text(encoding="utf-8")))), encoding="utf-8")
    done = next(key for state in states for key, task in state["state"].get("tasks", {}).items() if task["title"] == "Call" and task["state"] == "completed")
    late.write_text("".join(json.dumps(row) + "\n" for row in life(
        (8, "acme", "track", "client_created", {}), (4, "acme", "track", "client_created", {}), (20, "beta", "task", "reopen", {"task": done}))), encoding="utf-8")
    with sqlite3.connect(db) as base:  # the document that everything began under
        base.execute("DELETE FROM store_records WHERE kind = 3")
    csuccess(command, "run", "-c", second, "--db", db, "--batch", 1, "--now", CHANGED_AT, "--until", UNTIL, late)
    states += csuccess(command, "state", "--db", db, "--all", "--now", UNTIL)
    yield "state", [line["state"] for line in states]
    yield from sorted_out(list(exported(command, db)))
    fields = set().union(*(line["state"] for line in states))
    missing = {"segments", "triggers", "milestones", "features", "goals", "playbooks", "tasks", "journeys", "enrollments", "owners"} - fields
    assert not missing, f"no state has {sorted(missing)}"
    shown = csuccess(command, "explain", "-o", "json", "--db", db, "--now", UNTIL, "acme")
    assert set(shown[0]["progress"]) == {"onboarding", "features", "goals"}, shown[0]["progress"]


# ---- Without end ----

def circle(command, folder):
    """One enrolls forty times into the next, and that forty times into the last: too many for one step."""
    def journey(then):
        return {"reenroll": {"after": "PT0S"}, "steps": {f"s{n}": {"type": "enroll", "journey": then} for n in range(40)}}
    document = {"csuccess": 1, "journeys": {"a": journey("b"), "b": journey("c"), "c": {"steps": {"x": {"type": "exit"}}}}}
    config, events = folder / "circle.json", folder / "circle.jsonl"
    config.write_text(json.dumps(document), encoding="utf-8")
    events.write_text("".join(json.dumps(row) + "\n" for row in life((0, "acme", "journey", "enroll", {"journey": "a"}))), encoding="utf-8")
    return sorted_out(csuccess(command, "simulate", "-c", config, "--until", day(1), "-o", "jsonl", events))


# ---- A host with zones ----

class Str(ctypes.Structure):
    _fields_ = [("ptr", ctypes.c_char_p), ("len", ctypes.c_size_t)]

    def __bytes__(self):
        return ctypes.string_at(self.ptr, self.len)


class Answer(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("offset", ctypes.c_int32), ("reserved", ctypes.c_uint32), ("since", ctypes.c_int64), ("until", ctypes.c_int64)]


TRACE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, Str)
ZONE = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, Str, ctypes.c_int64, ctypes.POINTER(Answer))


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("allocator", ctypes.c_void_p), ("limits", ctypes.c_void_p), ("tenant", Str), ("seed", ctypes.c_uint64),
                ("start", ctypes.c_int64), ("send", ctypes.c_void_p), ("send_ud", ctypes.c_void_p), ("trace", TRACE), ("trace_ud", ctypes.c_void_p),
                ("zone", ZONE), ("zone_ud", ctypes.c_void_p)]


def text(value):
    data = value.encode()
    return Str(data, len(data))


def zoned(library):
    lib, trace = ctypes.CDLL(library), []
    config, events, simulation, printed = (ctypes.c_void_p() for _ in range(4))
    document = {"csuccess": 1, "attributes": {"zone": {"type": "string"}}, "calendars": {"standard": {}},
                "journeys": {"j": {"calendar": "standard", "steps": {"w": {"type": "wait", "for": "P1D", "hours": "standard"}}}}}

    def answer(_, zone, at, out):
        """Until the end of March an hour, then two, as Berlin."""
        change = 1774746000000
        out[0].offset, out[0].since, out[0].until = (60, 0, change) if at < change else (120, change, 0)
        return 0 if bytes(zone) == b"Europe/Berlin" else -1

    told, asked = TRACE(lambda _, line: trace.append(json.loads(bytes(line)))), ZONE(answer)

    def call(name, *args):
        result = getattr(lib, name)(*args, None)
        assert result >= 0, f"{name}: {result}"

    call("csuccess_config_compile", ctypes.byref(config), text(json.dumps(document)), None)
    call("csuccess_events_new", ctypes.byref(events), None, None)
    rows = [(0, "acme", "group", "", {"zone": "Europe/Berlin"}), (0, "acme", "journey", "enroll", {"journey": "j"})]
    for row in life(*rows):
        call("csuccess_events_add_json", events, text(json.dumps(row)))
    options = Options(size=ctypes.sizeof(Options), trace=told, zone=asked)
    call("csuccess_simulation_new", ctypes.byref(simulation), config, ctypes.byref(options))
    call("csuccess_simulation_feed", simulation, events)
    call("csuccess_simulation_run", simulation, ctypes.c_int64(1780000000000))
    lib.csuccess_simulation_engine.restype = ctypes.c_void_p
    lib.csuccess_text_view.restype = Str
    engine = ctypes.c_void_p(lib.csuccess_simulation_engine(simulation))
    call("csuccess_engine_state", engine, text("acme"), None, ctypes.c_int64(1780000000000), ctypes.byref(printed))
    state = json.loads(bytes(lib.csuccess_text_view(printed)))
    assert state["zones"]["Europe/Berlin"], state
    for name, handle in (("csuccess_text_free", printed), ("csuccess_simulation_free", simulation), ("csuccess_events_free", events),
                         ("csuccess_config_unref", config)):
        getattr(lib, name)(handle)
    yield "state", [state]
    yield from sorted_out(trace)


def records(command, root, library, folder):
    """Lists of records, each with the name of its schema."""
    lines = (root / "tests/schema/flow.jsonl").read_text(encoding="utf-8").splitlines()
    yield "event", [json.loads(line) for line in lines]
    yield from simulated(command, root / "tests/schema/flow.json", root / "tests/schema/flow.jsonl")
    yield from presets(command, folder)
    yield from kept(command, root, folder)
    yield from circle(command, folder)
    yield from zoned(library)


def unshown(schema):
    """Words of the schema that no record had."""
    for (kind, key), words in seen.items():
        shape = schema["$defs"][kind]
        shape = shape.get("oneOf", [shape])[0]["properties"][key]
        listed = shape.get("enum") or schema["$defs"][shape["$ref"].rsplit("/", 1)[1]]["enum"]
        missing = set(listed) - words - {"never_used"}  # a stage that nothing comes to
        if missing:
            yield f"{kind}.{key}: not shown: {sorted(missing)}"
