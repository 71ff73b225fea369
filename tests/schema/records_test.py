# SPDX-License-Identifier: Apache-2.0
"""Every record in and out of an engine against its schema: records_test.py CSUCCESS ROOT LIBRARY
engine.jsonl goes through engine.json, simulated and into a database that then comes under another configuration and forgets a contact; flow.py does the
same with programmes, intervene.py with what may reach a customer. Events, entries, messages and states fit their schemas, every kind of entry that the library writes is shown, and a word that is
not in a list is refused: by the schema, and, of an event, by the command."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import flow
import intervene
from schemas import validator

UNTIL = "2026-04-30T00:00:00Z"
GUARDS = [[("intervene/turn.h", r'X\([A-Z]+, "(\w+)"\)'), ("intervene/holding.c", r'"(expired|too_many)"')], [("flow/send.c", r'\bhold\(w, "(\w+)"')]]
WRONG = {
    "no such type": ("type", "trak"), "no such name": ("event", "churnd"), "no such key": ("even", "login"), "no time": ("timestamp", "yesterday"),
    "no id": ("messageId", ""), "no customer": ("groupId", ""), "a priority below 0": ("priority", -1), "properties that are none": ("properties", 5)}


def csuccess(command, *words, code=0):
    done = subprocess.run([command, *map(str, words)], capture_output=True, text=True, timeout=120)
    assert done.returncode == code, f"{words}: exit {done.returncode}: {done.stderr}"
    return [json.loads(line) for line in done.stdout.splitlines()]


def judged(schema, records, name):
    for number, record in enumerate(records, 1):
        for error in schema.iter_errors(record):
            yield f"{name} {number}: {error.json_path}: {error.message[:300]}"


def simulated(command, schemas, config, events):
    """What a simulation tells of everything that it commits."""
    trace = csuccess(command, "simulate", "-c", config, "--until", UNTIL, "-o", "jsonl", events)
    entries = [line for line in trace if "kind" in line]
    messages = [line for line in trace if "kind" not in line]
    assert len(entries) > 50 and len(messages) > 5
    yield from judged(schemas["entry"], entries, "entry")
    yield from judged(schemas["message"], messages, "message")


def exported(command, db):
    """Entries of a database in the shape of a trace."""
    for line in csuccess(command, "audit", "export", "--db", db, "--now", UNTIL):
        if "kind" not in line:
            continue
        body = json.loads(line["body"]) if line["body"] is not None else None
        yield {"seq": line["seq"], "at": UNTIL, **{key: line[key] for key in ("kind", "cause", "by", "subject") if key in line}, "body": body}


def other(config):
    """Another configuration: an attribute is called otherwise."""
    document = json.loads(config.read_text(encoding="utf-8"))
    document["attributes"]["tier"] = {"type": "string", "in": ["free", "team"], "migrate": {"from": "plan"}}
    del document["attributes"]["plan"]
    document["health"]["profiles"]["default"]["modifiers"]["free"]["when"] = "tier == 'free'"
    return document


def kept(command, schemas, config, events, folder, shown):
    db, outbox = folder / "x.db", folder / "outbox"
    (outbox / "email.jsonl").mkdir(parents=True)  # which cannot be written: its message is dead after one attempt
    csuccess(command, "run", "-c", config, "--db", db, "--clock", "events", "--until", "2026-04-20T00:00:00Z", "--outbox", outbox, events)
    (folder / "other.json").write_text(json.dumps(other(config)), encoding="utf-8")
    more = {"type": "track", "event": "login", "messageId": "more", "timestamp": "2026-04-21T00:00:00Z", "groupId": "acme"}
    (folder / "more.jsonl").write_text(json.dumps(more) + "\n", encoding="utf-8")
    csuccess(command, "run", "-c", folder / "other.json", "--db", db, "--now", "2026-04-22T00:00:00Z", "--outbox", outbox, folder / "more.jsonl")
    states = csuccess(command, "state", "--db", db, "--all", "--now", "2026-04-22T00:00:00Z")
    assert len(states) == 2
    yield from judged(schemas["state"], [line["state"] for line in states], "state")
    csuccess(command, "privacy", "erase", "--db", db, "--now", "2026-04-22T00:00:00Z", "acme", "ada")
    entries = list(exported(command, db))
    assert any(entry["body"] is None for entry in entries)
    yield from judged(schemas["entry"], [entry for entry in entries if entry["body"] is not None], "kept entry")
    shown |= {entry["kind"] for entry in entries}


def written(root):
    """The kinds that stand in the code."""
    for path in sorted((root / "lib").glob("**/*.c")):
        text = path.read_text(encoding="utf-8")
        yield from re.findall(r'csuccess__step_entry\([^;]*?"(\w+)"', text)
        yield from re.findall(r'\bnote\(step, "(\w+)"', text)


def mutants(record, words):
    """The record with one of the listed words replaced."""
    if isinstance(record, dict):
        for key, value in record.items():
            if key in words and isinstance(value, str):
                yield {**record, key: "no_such_word"}
            for inner in mutants(value, words):
                yield {**record, key: inner}


def unknown_words(command, schemas, config, events):
    """Kinds, states, guards, changes, movements, severities that are none are refused."""
    words = {"kind", "change", "movement", "severity", "guard", "what", "event", "how", "type", "state", "outcome", "stage", "frequency"}
    trace = csuccess(command, "simulate", "-c", config, "--until", UNTIL, "-o", "jsonl", events)
    own = {"intervention", "offer", "opportunity"}  # whose types are a document's
    changed = [
        other for line in trace if line.get("kind") not in (None, "input") for other in mutants(line, words - {"type"} if line["kind"] in own else words)]
    assert len(changed) > 50
    for record in changed:
        if schemas["entry"].is_valid(record):
            yield f"the schema takes {json.dumps(record)[:200]}"


def wrong_events(command, schemas, config, events, folder):
    good = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    yield from judged(schemas["event"], good, "event")
    named = {"churnd": "outcome"}
    for what, (key, value) in WRONG.items():
        event = {**next(one for one in good if one["type"] == named.get(value, "track")), key: value}
        path = folder / "wrong.jsonl"
        path.write_text(json.dumps(event) + "\n", encoding="utf-8")
        done = subprocess.run([command, "simulate", "-c", str(config), "--until", UNTIL, str(path)], capture_output=True, text=True, timeout=60)
        if done.returncode != 1 or "wrong.jsonl:1: " not in done.stderr:
            yield f"{what}: the command takes it: {done.stderr}"
        if schemas["event"].is_valid(event):
            yield f"{what}: the schema takes it"


def main(command, root, library):
    root, shown = Path(root), set()
    schemas = {name: validator(root, name) for name in ("event", "entry", "message", "state")}
    config, events = root / "tests/schema/engine.json", root / "tests/schema/engine.jsonl"
    bad = [text for schema in schemas.values() for text in judged(schema, schema.schema.get("examples", []), f"{schema.schema['$id']}, example")]
    if set(written(root)) != set(schemas["entry"].schema["properties"]["kind"]["enum"]):
        bad.append(f"kinds in the code: {sorted(set(written(root)))}")
    guards = [{word for file, pattern in of for word in re.findall(pattern, (root / "lib" / file).read_text(encoding="utf-8"))} for of in GUARDS]
    for found, shape in zip(guards, schemas["entry"].schema["$defs"]["held"]["oneOf"], strict=True):
        if found != set(shape["properties"]["guard"]["enum"]):
            bad.append(f"guards in the code: {sorted(found)}")
    bad += simulated(command, schemas, config, events)
    bad += unknown_words(command, schemas, config, events)
    bad += unknown_words(command, schemas, root / "tests/schema/flow.json", root / "tests/schema/flow.jsonl")
    bad += unknown_words(command, schemas, root / "tests/schema/intervene.json", root / "tests/schema/intervene.jsonl")
    with tempfile.TemporaryDirectory() as folder:
        bad += kept(command, schemas, config, events, Path(folder), shown)
        bad += wrong_events(command, schemas, config, events, Path(folder))
        for name, records in [*flow.records(command, root, library, Path(folder)), *intervene.records(command, root, Path(folder))]:
            shown |= {record["kind"] for record in records if name == "entry"}
            bad += judged(schemas[name], records, f"programmes, {name}")
    listed = set(schemas["entry"].schema["properties"]["kind"]["enum"])
    if shown != listed:
        bad.append(f"kinds: shown {sorted(shown - listed)}, not shown {sorted(listed - shown)}")
    bad += flow.unshown(schemas["entry"].schema)
    bad += intervene.unshown(schemas["entry"].schema)
    print("\n".join(bad[:40]))
    print(f"{len(bad)} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
