# SPDX-License-Identifier: Apache-2.0
"""Records of what may reach a customer: intervene.jsonl through intervene.json, simulated, with a person who watches one request; lives through the preset
`strategies`, with both timelines; and into a database two of whose channels cannot be written, looked at while something waits and at the end."""
import json

from flow import csuccess, exported, life

UNTIL = "2026-04-01T00:00:00Z"
LOOKS = ["2026-01-05T23:30:00Z", "2026-01-30T12:00:00Z", UNTIL]
# Words of entries that some record here has to have: by kind, then key.
WORDS = {
    "selection": [], "intervention": ["change", "state"], "campaign": ["change", "state"], "offer": ["change"], "approval": ["change"], "automation": ["change"],
    "opportunity": ["change"], "sentiment": [], "exposure": []}
FIELDS = {"touches", "reached", "automation", "executions", "campaigns", "offers", "approvals", "experiments", "opportunities", "selection", "sentiment", "messages"}
seen = {}


def sorted_out(trace):
    entries = [line for line in trace if "kind" in line]
    for entry in entries:
        for key in WORDS.get(entry["kind"], []):
            seen.setdefault((entry["kind"], key), set()).add((entry["body"] or {}).get(key))
    yield "entry", entries
    yield "message", [line for line in trace if "kind" not in line]


def watched(trace):
    """A person watches the first offer that waits."""
    asked = next(line for line in trace if line.get("kind") == "approval" and line["body"]["for"] == "offer/save")
    return {
        "type": "decision", "event": "monitor", "messageId": "watch", "timestamp": asked["at"].replace(":00Z", ":30Z"), "groupId": asked["customer"],
        "properties": {"approval": asked["body"]["approval"], "reasoning": "let us see", "until": "2026-01-14T00:00:00Z", "monitoring": "weekly"}}


RISK = {
    "attributes": {"risk": {"type": "number", "min": 0, "max": 1}},
    "churn": {"model": {"scorecard": {"combine": "weighted_mean", "of": {"risk": {"weight": 1, "value": "risk"}}}}, "actions": None}}
STATUS = {"critical_save": "draft", "proactive_engagement": "draft", "nurture": "draft", "standard": "draft", "timeline_critical": "active", "timeline_high": "active"}


def strategies(command, folder):
    """One customer for each band of risk, who may be written to; one that becomes well."""
    risks = {"critical": 0.9, "high": 0.7, "medium": 0.5, "low": 0.2}
    rows = [(0, name, "consent", "", {"purpose": "marketing", "granted": True}) for name in risks]
    rows += [(0, name, "group", "", {"risk": risk, "contract_value": 10000, "csm_id": "ann", "first_name": "Ada"}) for name, risk in risks.items()]
    rows += [(9, "critical", "group", "", {"risk": 0.1})]
    path = folder / "strategies.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in life(*rows)), encoding="utf-8")
    for number, more in enumerate(({}, {"campaigns": {name: {"status": status} for name, status in STATUS.items()}})):
        config = folder / f"strategies{number}.json"
        config.write_text(json.dumps({"csuccess": 1, "extends": "strategies", **RISK, **more}), encoding="utf-8")
        trace = csuccess(command, "simulate", "-c", config, "--until", "2026-03-01T00:00:00Z", "-o", "jsonl", path)
        assert sum("kind" not in line for line in trace) > 3, f"{config}: too few messages"
        yield from sorted_out(trace)


def records(command, root, folder):
    """Lists of records, each with the name of its schema."""
    config, events = root / "tests/schema/intervene.json", root / "tests/schema/intervene.jsonl"
    rows = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    trace = csuccess(command, "simulate", "-c", config, "--until", UNTIL, "-o", "jsonl", events)
    yield from sorted_out(trace)
    more = folder / "watched.jsonl"
    rows = sorted([*rows, watched(trace)], key=lambda row: row["timestamp"])
    more.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    yield "event", rows
    yield from sorted_out(csuccess(command, "simulate", "-c", config, "--until", UNTIL, "-o", "jsonl", more))
    yield from strategies(command, folder)
    states = []
    for number, until in enumerate(LOOKS):
        db, outbox = folder / f"intervene{number}.db", folder / f"outbox{number}"
        for channel in ("sms", "in_app"):
            (outbox / f"{channel}.jsonl").mkdir(parents=True)
        csuccess(command, "run", "-c", config, "--db", db, "--clock", "events", "--until", until, "--outbox", outbox, events)
        states += [line["state"] for line in csuccess(command, "state", "--db", db, "--all", "--now", until)]
    yield "state", states
    yield from sorted_out(list(exported(command, db)))
    missing = FIELDS - set().union(*states)
    assert not missing, f"no state has {sorted(missing)}"
    shown = csuccess(command, "explain", "-o", "json", "--db", db, "--now", UNTIL, "acme")[0]
    assert shown["interventions"] and shown["sentiment"], shown.keys()


def unshown(schema):
    """Words of the schema that no record had."""
    def words(kind, key):
        shape = schema["$defs"][kind]
        shape = shape["properties"].get(key) or schema["$defs"]["execution"]["properties"][key]
        return set(shape["enum"])
    for (kind, key), shown in seen.items():
        if missing := words(kind, key) - shown:
            yield f"{kind}.{key}: not shown: {sorted(missing)}"
