# SPDX-License-Identifier: Apache-2.0
"""The examples of docs/reference: pages_test.py CSUCCESS ROOT
Those of flow.md are together one configuration, with what page.json adds: it passes `csuccess check` and the schema, each trigger as that of a journey.
Its results have the keys of what `csuccess results` prints. Those of intervene.md are one with intervene_page.json. Elsewhere each example that is a section passes the schema, as do the entries of entries.md,
one of each kind."""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from schemas import validator

BLOCK = re.compile(r"^```json\n(.*?)^```", re.M | re.S)
# Keys that a result has only where there is something, and that the example leaves out.
SOMETIMES = {"paused", "resumed", "refused", "moved", "not_moved", "reentered"}


def blocks(path):
    text = path.read_text(encoding="utf-8")
    for match in BLOCK.finditer(text):
        yield text.count("\n", 0, match.start()) + 2, match[1]


def parsed(block):
    """An object; or the members of one; or an object a line. None: none of these."""
    for text in (block, "{" + block + "}", "[" + ",".join(block.splitlines()) + "]"):
        try:
            return json.loads(text)
        except ValueError:
            continue
    return None


def merged(into, other):
    for key, value in other.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merged(into[key], value)
        else:
            into[key] = value


def checked(command, document, folder):
    path = folder / "page.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    done = subprocess.run([command, "check", "-o", "jsonl", str(path)], capture_output=True, text=True, timeout=60)
    return [f"{p['pointer']}: {p['message']}" for p in map(json.loads, done.stdout.splitlines()) if p["code"] != "LINT"] + done.stderr.splitlines()


def run(command, *words):
    done = subprocess.run([command, *map(str, words)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{words}: {done.stderr}"
    return done.stdout


def printed(command, folder):
    """A journey that somebody goes through, and what the command says of it."""
    document = {
        "csuccess": 1, "attributes": {"adoption": {"type": "number"}}, "channels": {"email": {}},
        "templates": {"hello": {"locales": {"en": {"body": "Hello"}}}},
        "journeys": {"j": {"steps": {"welcome": {"type": "email", "template": "hello"}, "wait": {"type": "wait", "for": "P2D"}}}}}
    config, events, db = folder / "results.json", folder / "results.jsonl", folder / "results.db"
    config.write_text(json.dumps(document), encoding="utf-8")
    event = {"type": "journey", "event": "enroll", "messageId": "1", "timestamp": "2026-01-01T00:00:00Z", "groupId": "acme", "properties": {"journey": "j"}}
    events.write_text(json.dumps(event) + "\n", encoding="utf-8")
    run(command, "run", "-c", config, "--db", db, "--now", "2026-01-01T00:00:00Z", "--until", "2026-02-01", events)
    return json.loads(run(command, "results", "--db", db, "--now", "2026-02-01", "-o", "json", "journey/j"))


def flow(command, root, schemas, folder):
    document = json.loads((root / "tests/schema/page.json").read_text(encoding="utf-8"))
    sections = set(schemas["configuration"].schema["properties"])
    shown, triggers = [], []
    for line, block in blocks(root / "docs/reference/flow.md"):
        value = parsed(block)
        if isinstance(value, list):
            triggers += value
        elif value is None:
            yield f"flow.md:{line}: no JSON"
        elif "type" in value and "event" in value:
            yield from (f"flow.md:{line}: {error.message}" for error in schemas["event"].iter_errors(value))
        elif "config" in value:
            shown.append(value)
        elif set(value) <= sections:
            merged(document, value)
        else:
            yield f"flow.md:{line}: {sorted(set(value) - sections)} are no sections"
    if len(triggers) != 9 or len(shown) != 2:
        yield f"flow.md: {len(triggers)} triggers, {len(shown)} results"
    for n, trigger in enumerate(triggers):
        document["journeys"][f"trigger_{n}"] = {"trigger": trigger, "steps": {"over": {"type": "exit", "outcome": "success"}}}
    yield from (f"flow.md together: {error.json_path}: {error.message[:200]}" for error in schemas["configuration"].iter_errors(document))
    yield from (f"flow.md together: {text}" for text in checked(command, document, folder))
    actual = printed(command, folder)
    for said, is_ in ((shown[0], actual), (shown[0]["steps"]["welcome"], actual["steps"]["welcome"])):
        missing, more = set(said) - set(is_), set(is_) - set(said) - SOMETIMES
        if more or missing - {"ended_by"}:
            yield f"flow.md, results: the page has {sorted(missing)}, the command {sorted(more)}"


def intervene(command, root, schemas, folder):
    document = json.loads((root / "tests/schema/intervene_page.json").read_text(encoding="utf-8"))
    sections = set(schemas["configuration"].schema["properties"])
    shown, told = [], set()
    for line, block in blocks(root / "docs/reference/intervene.md"):
        value = parsed(block)
        if not isinstance(value, dict):
            yield f"intervene.md:{line}: no JSON"
        elif "config" in value:
            shown.append(value)
        elif set(value) <= sections:
            told |= set(value)
            merged(document, value)
        else:
            yield f"intervene.md:{line}: {sorted(set(value) - sections)} are no sections"
    wanted = {"policies", "channels", "interventions", "campaigns", "offers", "approvals", "experiments", "expansion", "sentiment"}
    if told != wanted or len(shown) != 2:
        yield f"intervene.md: without an example: {sorted(wanted - told)}; {len(shown)} results"
    yield from (f"intervene.md together: {error.json_path}: {error.message[:200]}" for error in schemas["configuration"].iter_errors(document))
    yield from checked(command, document, folder)


def elsewhere(root, schemas):
    sections = set(schemas["configuration"].schema["properties"])
    for path in sorted(root.glob("docs/reference/*.md")):
        for line, block in blocks(path):
            value = parsed(block)
            if path.name in ("flow.md", "intervene.md") or not isinstance(value, dict) or not value or not set(value) <= sections:
                continue
            document = {"csuccess": 1, "extends": "enterprise", **value}
            for error in schemas["configuration"].iter_errors(document):
                yield f"{path.name}:{line}: {error.json_path}: {error.message[:200]}"


def entries(root, schemas):
    """The entries of entries.md, hashes and ids written out; one of each kind."""
    text = (root / "docs/reference/entries.md").read_text(encoding="utf-8")
    lines = re.search(r"^```jsonl\n(.*?)^```", text, re.M | re.S)[1].splitlines()
    kinds = set()
    for line in lines:
        whole = re.sub(r'"(sha256:)?([0-9a-f]{4,8})…"', lambda m: f'"{m[1] or ""}{m[2]:0<64}"', line)
        entry = {"seq": 1, "at": "2026-01-01T00:00:00Z", "by": "host", **json.loads(whole)}
        kinds.add(entry["kind"])
        yield from (f"entries.md: {line[:60]}: {error.json_path}: {error.message[:200]}" for error in schemas["entry"].iter_errors(entry))
    listed = set(schemas["entry"].schema["properties"]["kind"]["enum"])
    yield from (f"entries.md: no example of {kind}" for kind in sorted(listed - kinds))
    yield from (f"entries.md: nothing about {kind}" for kind in sorted(listed) if f"| `{kind}` |" not in text)


def main(command, root):
    root = Path(root)
    schemas = {name: validator(root, name) for name in ("configuration", "event", "entry")}
    with tempfile.TemporaryDirectory() as folder:
        bad = [*flow(command, root, schemas, Path(folder)), *intervene(command, root, schemas, Path(folder)), *elsewhere(root, schemas), *entries(root, schemas)]
    print("\n".join(bad))
    print(f"{len(bad)} complaints")
    return 1 if bad else 0


sys.exit(main(*sys.argv[1:]))
