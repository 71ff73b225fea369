# SPDX-License-Identifier: Apache-2.0
"""Runs the command on good and bad input and compares exit code, standard output and standard error: cli_test.py CSUCCESS [NAME]

Bad input must be told with its place and with what would be right.
"""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

COMMAND = os.path.abspath(sys.argv[1])
NOW = "2026-01-31T00:00:00Z"

CONFIG = {
    "csuccess": 1,
    "attributes": {
        "logins": {"type": "number", "min": 0},
        "plan": {"type": "string", "in": ["free", "team"]},
        "note": {"type": "string"},
        "left": {"type": "bool"},
        "seen": {"type": "time"},
    },
    "records": {"subs": {"of": {"amount": {"type": "money"}}}},
    "health": {"profiles": {"default": {
        "score": {"combine": "weighted_mean", "of": {
            "usage": {"weight": 1, "value": "logins * 10", "range": [0, 100]}}},
        "bands": {"good": {"from": 50}, "bad": {}}}}},
    "segments": {
        "busy": {"when": "logins > 5"},
        "team": {"when": "plan == 'team'"},
        "noted": {"when": "note.matches('a*a*[bc]')"},
    },
}


class Place:
    """A folder with files, and runs of the command in it."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.write("c.json", json.dumps(CONFIG))

    def write(self, name, content):
        data = content if isinstance(content, bytes) else content.encode()
        (self.folder / name).write_bytes(data)
        return name

    def run(self, *arguments, stdin=b"", **options):
        return subprocess.run([COMMAND, *arguments], cwd=self.folder, input=stdin, capture_output=True, timeout=400, **options)


class Failed(Exception):
    pass


def expect(run, code, out=None, err=None):
    """out and err are parts that must occur, in order; None: not looked at; "": must be empty."""
    told = f"exit {run.returncode}\nstdout: {run.stdout[:2000]!r}\nstderr: {run.stderr[:2000]!r}"
    if run.returncode != code:
        raise Failed(f"wanted exit {code}\n{told}")
    for stream, wanted in ((run.stdout, out), (run.stderr, err)):
        if wanted == "" and stream:
            raise Failed(f"wanted nothing\n{told}")
        at = 0
        for part in [wanted] if isinstance(wanted, str) else wanted or []:
            found = stream.find(part.encode(), at)
            if found < 0:
                raise Failed(f"wanted {part!r}\n{told}")
            at = found + len(part.encode())


def score(place, rows, *arguments, name="rows.jsonl", **options):
    place.write(name, rows)
    return place.run("score", "-c", "c.json", "--now", NOW, "-o", "jsonl", *arguments, name, **options)


# ---- bad configurations: (text, exit code of check and of score, parts of the message) -----------------------

HEAD = '{"csuccess": 1, "attributes": {"x": {"type": "number"}, "s": {"type": "string"}},\n'
BAD_CONFIGS = {
    "broken JSON": ('{"csuccess": 1,\n "name": }', ["bad.json:2:10: "]),
    "trailing bytes": ('{"csuccess": 1}\n{}', ["bad.json:2:1: "]),
    "duplicate key": ('{"csuccess": 1,\n"name": "a",\n"name": "b"}', ["bad.json:3:", "name"]),
    "empty": ("", ["bad.json:1:1: "]),
    "binary": (bytes(range(256)) * 20, ["bad.json:", "UTF-8"]),
    "non-UTF-8": (b'{"csuccess": 1,\n"name": "\xff"}', ["bad.json:2:10: "]),
    "byte order mark": (b'\xef\xbb\xbf{"csuccess": 1}', ["bad.json:1:1: "]),
    "no version": ("{}", ["bad.json:", "csuccess"]),
    "unknown section": ('{"csuccess": 1,\n"helth": {}}', ["bad.json:2:", 'did you mean "health"?', "(/helth)"]),
    "unknown attribute": (HEAD + '"metrics": {"m": "lgins + 1", "logins": "x"}}',
                          ["bad.json:2:19: ", 'unknown name "lgins"', 'did you mean "logins"?', "(/metrics/m)"]),
    "wrong type": (HEAD + '"metrics": {"m": "x + s"}}', ["bad.json:2:", "number", "string", "(/metrics/m)"]),
    "wrong type of a key": ('{"csuccess": 1, "attributes": {"x": {"type": "number",\n"min": "0"}}}',
                            ['bad.json:2:8: "min" must be a number, found a string (/attributes/x/min)']),
    "out of range": ('{"csuccess": 1, "attributes": {"x": {"type": "number",\n"default": 5, "max": 4}}}',
                     ["bad.json:2:12: ", "5 is above the maximum of 4"]),
    "weights missing": (HEAD + '"health": {"profiles": {"p": {"score": {"combine": "weighted_mean", "of": {\n'
                        '"a": {"value": "x", "range": [0, 100]}, "b": {"value": "x", "weight": 1, "range": [0, 100]}}}}}}}',
                        ["bad.json:3:", "weight", "/of/a"]),
    "cyclic metrics": (HEAD + '"metrics": {"a": "b + 1", "b": "a * 2"}}', ["bad.json:2:", "in a circle", "a \u2192 b", "(/metrics/"]),
    "1 MiB expression": (HEAD + '"metrics": {"m": "' + "x + " * 262144 + 'x"}}', ["bad.json:2:", "at most 16384", "(/metrics/m)"]),
    "depth bomb in JSON": ("[" * 100000, ["bad.json:1:65: ", "deep"]),
    "depth bomb in an expression": (HEAD + '"metrics": {"m": "' + "(" * 5000 + "x" + ")" * 5000 + '"}}', ["bad.json:2:", "(/metrics/m)"]),
    "rule as text": (HEAD + '"segments": {"a": {"when": {"x": "<40"}}}}', ["bad.json:2:", "lt", "(/segments/a/when"]),
    "unknown preset": ('{"csuccess": 1,\n"extends": "entreprise"}', ["bad.json:2:", "entreprise"]),
}


def check_bad_configurations(place):
    for name, (text, parts) in BAD_CONFIGS.items():
        place.write("bad.json", text)
        try:
            expect(place.run("check", "bad.json"), 1, out="", err=parts)
            expect(place.run("score", "-c", "bad.json", "-", stdin=b"{}"), 1, out="", err=parts)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


def check_tells_all_problems_at_once(place):
    place.write("bad.json", '{"csuccess": 1, "attributes": {"a": {"type": "x"},\n"b": {"type": "number", "mni": 1}},\n"metrics": {"m": "zz"}}')
    run = place.run("check", "bad.json")
    expect(run, 1, out="", err=["bad.json:1:46: ", "bad.json:2:32: ", "bad.json:3:"])
    if len(run.stderr.splitlines()) != 3:
        raise Failed(run.stderr)
    run = place.run("check", "-o", "jsonl", "bad.json")
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    if [r["pointer"] for r in rows] != ["/attributes/a/type", "/attributes/b/mni", "/metrics/m"] or rows[2]["code"] != "CSUCCESS_ENAME":
        raise Failed(rows)
    json.loads(place.run("check", "-o", "json", "bad.json").stdout)


def check_of_a_good_configuration_is_silent(place):
    place.write("good.json", '{"csuccess": 1, "attributes": {"x": {"type": "number"}}, "segments": {"s": {"when": "x > 1"}}}')
    expect(place.run("check", "good.json"), 0, out="good.json: no problems\n", err="")


def check_says_who_would_not_get_messages(place):
    flow = {"csuccess": 1, "channels": {"email": {}}, "records": {"contacts": {"of": {"name": {"type": "string"}, "role": {"type": "string"}}}},
            "templates": {"hello": {"locales": {"en": {"body": "Hello {{contact.name}}"}}}},
            "journeys": {"start": {"purpose": "service", "trigger": {"event": "signed_up"}, "steps": {
                "hi": {"type": "email", "template": "hello", "to": {"role": "champion"}}}}}}
    place.write("flow.json", json.dumps(flow))
    done = place.run("check", "flow.json")
    expect(done, 0, err=["lint: ", "no purpose \"service\"", "opted in", "(/journeys/start/purpose)"])
    if b"nothing reads" in done.stderr:
        raise Failed("contacts are read by the text and by \"to\"")
    flow["privacy"] = {"purposes": {"service": {"requires": "nothing"}}}
    place.write("flow.json", json.dumps(flow))
    expect(place.run("check", "flow.json"), 0, err="")
    flow["journeys"]["start"]["purpose"] = ""  # for nothing that anybody is asked about
    place.write("flow.json", json.dumps(flow))
    expect(place.run("check", "flow.json"), 0, err="")
    flow["policies"] = {"locale": "klingon!"}
    place.write("flow.json", json.dumps(flow))
    expect(place.run("check", "flow.json"), 1, err=["is no locale", "de-AT", "(/policies/locale)"])


def check_names_the_nearest_in_programmes(place):
    def said(pointer, words, **change):
        flow = {"csuccess": 1, "attributes": {"arr": {"type": "number"}, "plan": {"type": "string"}}, "calendars": {"office": {}},
                "templates": {"hello": {"locales": {"en": {"body": "Hello"}}}},
                "playbooks": {"talk": {"success": {"when": "arr > started('arr')"}, "steps": {"call": {"type": "call", "title": "Call"}}, **change}}}
        place.write("flow.json", json.dumps(flow))
        expect(place.run("check", "flow.json"), 1 if words else 0, err=[*words, pointer] if words else None)

    said("", [])
    said("/playbooks/talk/calendar", ["offce", 'did you mean "office"?'], calendar="offce")
    said("/playbooks/talk/trigger/calendar", ["offce", 'did you mean "office"?'], trigger={"every": "FREQ=DAILY", "calendar": "offce"})
    said("/playbooks/talk/steps/call/template", ["helo", 'did you mean "hello"?'],
         steps={"call": {"type": "call", "title": "Call", "template": "helo"}})
    said("/playbooks/talk/success/when", ["plan", "kept are numbers"], success={"when": "arr > started('plan')"})
    said("/playbooks/talk/success/when", ['did you mean "arr"?'], success={"when": "arr > started('ar')"})


def check_tells_what_a_trigger_can_ask_and_an_alert_cannot(place):
    flow = {"csuccess": 1, "attributes": {"x": {"type": "number", "min": 0, "max": 1}}, "channels": {"slack": {}},
            "calendars": {"never": {"hours": {"mon": []}}}, "playbooks": {"talk": {"steps": {"call": {"type": "call", "title": "Call"}}}},
            "templates": {"late": {"locales": {"en": {"text": "{{tasks.overdue}} tasks are overdue"}}}},
            "journeys": {"late": {"trigger": {"when": "tasks.overdue > 0"}, "reenroll": {"after": "P1D"},
                                  "steps": {"tell": {"type": "webhook", "channel": "slack", "template": "late"}}}},
            "health": {"profiles": {"default": {"score": {"value": "x", "range": [0, 1]}, "bands": {"healthy": {"from": 50}, "critical": {}}}}}}
    place.write("flow.json", json.dumps(flow))
    expect(place.run("check", "flow.json"), 0, err=["lint: a calendar without hours never opens", "(/calendars/never/hours)"])
    flow["health"]["profiles"]["default"]["alerts"] = {"late": {"when": "tasks.overdue > 0"}}
    place.write("flow.json", json.dumps(flow))
    expect(place.run("check", "flow.json"), 1,
           err=["tasks.overdue is computed after health", "the trigger of a journey or playbook can ask for it", "/alerts/late/when)"])


def check_passes_lint_with_exit_0(place):
    place.write("lint.json", '{"csuccess": 1, "attributes": {\n"x": {"type": "number"}}}')
    expect(place.run("check", "lint.json"), 0, out="", err=["lint.json:2:6: lint: ", "(/attributes/x)"])


def documents_extend_files_beside_them(place):
    os.mkdir(place.folder / "sub")
    place.write("sub/base.json", '{"csuccess": 1, "attributes": {"x": {"type": "number"}}}')
    place.write("sub/top.json", '{"csuccess": 1, "extends": "base.json", "segments": {"s": {"when": "x > 1"}}}')
    expect(place.run("segment", "-c", "sub/top.json", "-o", "jsonl", "-", stdin=b'{"customer_id": "a", "x": 2}'),
           0, out='{"customer_id":"a","segments":["s"]}\n', err="")
    place.write("sub/top.json", '{"csuccess": 1,\n"extends": "none.json"}')
    expect(place.run("check", "sub/top.json"), 1, err=["sub/none.json: No such file"])


# ---- rows ---------------------------------------------------------------------------------------------------

BAD_ROWS = {
    "string where a number belongs": ('{"customer_id": "a", "logins": 1}\n{"logins": "12"}\n', ["rows.jsonl:2: logins: expected a number", "without quotes", '"12"']),
    "unknown attribute": ('{"lgins": 1}\n', ['rows.jsonl:1: unknown attribute "lgins" (did you mean "logins"?)']),
    "wrong types": ('{"left": "yes"}', ["rows.jsonl:1: left: expected true or false"]),
    "number for a time": ('{"seen": 1769817600000}', ["rows.jsonl:1: seen: expected a time such as", "RFC 3339"]),
    "broken JSON": ('{}\n\n{"logins": }\n', ["rows.jsonl:3: "]),
    "duplicate key": ('{"logins": 1, "logins": 2}\n', ["rows.jsonl:1: ", "logins"]),
    "non-UTF-8": (b'{}\n{"note": "\xff"}\n', ["rows.jsonl:2: ", "UTF-8"]),
    "depth bomb": ('{"note": ' + "[" * 100000, ["rows.jsonl:1: ", "deep"]),
    "array": ("[1]\n", ["rows.jsonl:1: a row is an object of attributes by name"]),
    "empty": ("", ["rows.jsonl:1: there are no rows: the file is empty"]),
    "blank": ("\n \n", ["rows.jsonl:1: there are no rows: the file is empty"]),
    "binary": (bytes(range(256)) * 300, ["rows.jsonl:1: "]),
    "record by list": ('{"subs": [{"amount": 1}]}\n', ['rows.jsonl:1: subs: expected an object of records by id']),
    "17 MiB line": ('{"note": "' + "x" * 17 * 1024 * 1024, ["rows.jsonl:1: the row is longer than 16 MiB"]),
}


def bad_rows_are_told_with_their_line(place):
    for name, (rows, parts) in BAD_ROWS.items():
        try:
            expect(score(place, rows), 1, err=parts)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


BAD_CSV = {
    "ragged row": ("logins,note\n1,a\n2\n", ["rows.csv:3: 1 fields where the header has 2"]),
    "row too long": ("logins,note\n1,a,b\n", ["rows.csv:2: 3 fields where the header has 2"]),
    "string where a number belongs": ("logins\n1\nmany\n", ['rows.csv:3: logins: expected a number such as 1234.5, found "many"']),
    "unknown column": ("logins,plna\n1,a\n", ['rows.csv:1: column 2: unknown attribute "plna" (did you mean "plan"?)', "--ignore-unknown"]),
    "column twice": ("logins,logins\n1,1\n", ['rows.csv:1: column 2: the name "logins" stands twice']),
    "empty": ("", ["rows.csv:1: there are no rows: the file is empty"]),
    "empty header": ("\n1\n", ["rows.csv:1: the first line must name the columns"]),
    "NUL": (b"logins\n1\x00\n", ["rows.csv:2: a NUL byte", "binary"]),
    "binary": (bytes(range(256)) * 300, ["rows.csv:1: a NUL byte"]),
    "non-UTF-8": (b"note\n\xff\n", ["rows.csv:2: note: ", "UTF-8"]),
    "open quote": ('note,logins\n"a\n,1\n', ["rows.csv:2: a quote is opened here and never closed"]),
    "text behind a quote": ('note\n"a"b\n', ["rows.csv:2: text stands behind a closing quote"]),
}


def bad_csv_is_told_with_its_line(place):
    for name, (rows, parts) in BAD_CSV.items():
        try:
            expect(score(place, rows, name="rows.csv"), 1, out="", err=parts) if name not in (
                "ragged row", "string where a number belongs") else expect(score(place, rows, name="rows.csv"), 1, err=parts)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


BAD_JSON = {
    "no comma": ('[{"logins": 1}\n{"logins": 2}]', ["rows.json:2: a comma or ] must stand between rows"]),
    "unclosed": ('[{"logins": 1},\n {"logins": ', ["rows.json:2: the file ends within a value"]),
    "text behind": ("[]\nx", ["rows.json:2: text stands behind the array of rows"]),
    "wrong type on a later line": ('[{"logins": 1},\n{"note": "a",\n"logins": "x"}]', ["rows.json:3: logins: expected a number"]),
    "empty": ("", ["rows.json:1: there are no rows"]),
}


def bad_arrays_are_told_with_their_line(place):
    for name, (rows, parts) in BAD_JSON.items():
        try:
            expect(score(place, rows, name="rows.json"), 1, err=parts)
        except Failed as problem:
            raise Failed(f"{name}: {problem}") from None


def ids(run):
    return [json.loads(line)["customer_id"] for line in run.stdout.splitlines()]


def good_rows_before_a_bad_one_are_written(place):
    run = score(place, '{"customer_id": "a"}\n{"customer_id": "b"}\nnonsense\n{"customer_id": "c"}\n')
    expect(run, 1, err="rows.jsonl:3: ")
    if ids(run) != ["a", "b"]:
        raise Failed(run.stdout)


def keep_going_passes_over_bad_rows(place):
    rows = '{"customer_id": "a"}\nnonsense\n{"customer_id": "b", "logins": true}\n{"customer_id": "c"}\n'
    run = score(place, rows, "--keep-going")
    expect(run, 3, err=["rows.jsonl:2: ", "rows.jsonl:3: logins: ", "2 of 4 rows were passed over"])
    if ids(run) != ["a", "c"]:
        raise Failed(run.stdout)
    rows = 'customer_id,logins\na,1\nb\nc,x\n"d"e,1\n"f",2\n'
    run = score(place, rows, "--keep-going", name="rows.csv")
    expect(run, 3, err=["rows.csv:3: ", "rows.csv:4: ", "rows.csv:5: ", "3 of 5 rows were passed over"])
    if ids(run) != ["a", "f"]:
        raise Failed(run.stdout)
    run = score(place, '[{"customer_id": "a"}, 5,\n{"logins": "x"}, {"customer_id": "b"}]', "--keep-going", name="rows.json")
    expect(run, 3, err=["rows.json:1: ", "rows.json:2: ", "2 of 4"])
    if ids(run) != ["a", "b"]:
        raise Failed(run.stdout)
    expect(score(place, "", "--keep-going"), 1)


def impossible_values_are_left_out_and_told(place):
    run = score(place, '{"customer_id": "a", "logins": -5, "plan": "gold"}\n')
    expect(run, 0, err=["rows.jsonl:1: left out: logins: -5 is below the minimum of 0", "left out: plan: "])
    if json.loads(run.stdout)["health"]["score"] is not None:
        raise Failed(run.stdout)
    run = score(place, '{"logins": -5}\n' * 100)
    expect(run, 0, err=["100 impossible values were left out in all"])
    if len(run.stderr.splitlines()) != 21:
        raise Failed(run.stderr)


FORMS = {
    "plain": "customer_id,logins,note\na,3,x\n",
    "CRLF": "customer_id,logins,note\r\na,3,x\r\n",
    "no last line end": "customer_id,logins,note\na,3,x",
    "quoted": '"customer_id","logins","note"\n"a","3","x"\n',
    "byte order mark": "\ufeffcustomer_id,logins,note\na,3,x\n",
    "byte order mark and quotes": '\ufeff"customer_id",logins,note\r\na,3,x\r\n',
    "other order": "note,customer_id,logins\nx,a,3\n",
    "blank lines": "customer_id,logins,note\n\na,3,x\n\n",
    "blanks around a number": "customer_id,logins,note\na, 3 ,x\n",
}


def forms_of_csv_are_read_alike(place):
    wanted = json.loads(score(place, '{"customer_id": "a", "logins": 3, "note": "x"}').stdout)
    for name, rows in FORMS.items():
        run = score(place, rows, name="rows.csv")
        expect(run, 0, err="")
        if [json.loads(line) for line in run.stdout.splitlines()] != [wanted]:
            raise Failed(f"{name}: {run.stdout}")
    run = score(place, "customer_id;logins\na;3\n", "--delimiter", ";", name="rows.csv")
    expect(run, 0, out='"score":30', err="")
    run = score(place, "Kunde,logins\nk9,3\n", "--id", "Kunde", name="rows.csv")
    expect(run, 0, out='"customer_id":"k9"', err="")
    run = score(place, "customer_id,logins,extra\na,3,\xe9\n", "--ignore-unknown", name="rows.csv")
    expect(run, 0, out='"score":30', err="")


def fields_of_csv_keep_quotes_and_line_ends(place):
    place.write("rows.csv", 'customer_id,note\n"a ""b"", c",x\n"d\ne",y\n')
    run = place.run("score", "-c", "c.json", "-o", "jsonl", "rows.csv")
    expect(run, 0, err="")
    if ids(run) != ['a "b", c', "d\ne"]:
        raise Failed(run.stdout)
    run = place.run("score", "-c", "c.json", "-o", "csv", "rows.csv")
    expect(run, 0, out=['customer_id,profile,score,', '"a ""b"", c",', '"d\ne",'], err="")
    place.write("later.csv", 'customer_id,logins\n"a\nb",1\nc,x\n')
    expect(place.run("score", "-c", "c.json", "later.csv"), 1, err="later.csv:4: ")  # lines of the file, not rows


def other_inputs_are_read_alike(place):
    wanted = ["a", "b"]
    lines = '{"customer_id": "a"}\r\n\n{"customer_id": "b"}'
    if ids(score(place, lines)) != wanted or ids(score(place, "\ufeff" + lines)) != wanted:
        raise Failed("lines")
    array = '[ {"customer_id": "a", "note": "]},{\\""} ,\n{"customer_id": "b",\n"subs": {"s": {"amount": 1}}}\n]\n'
    if ids(score(place, array, name="rows.json")) != wanted:
        raise Failed("array")
    run = place.run("score", "-c", "c.json", "-o", "jsonl", "-", stdin=lines.encode())
    if ids(run) != wanted:
        raise Failed(run.stdout)
    run = place.run("score", "-c", "c.json", "-o", "jsonl", "--input-format", "csv", stdin=b"customer_id\na\nb\n")
    if ids(run) != wanted:
        raise Failed(run.stdout)
    run = score(place, '{"customer_id": "a", "x": {"y": []}}\n{"customer_id": "b"}', "--ignore-unknown")
    if ids(run) != wanted:
        raise Failed(run.stdout)
    expect(score(place, "[]", name="rows.json"), 0, out="", err="")
    expect(score(place, "customer_id\n", name="rows.csv"), 0, out="", err="")
    expect(place.run("score", "-c", "c.json", "-", stdin=b"customer_id,logins\na,1\n"), 1, err="if this is CSV, say --input-format csv")


def outputs_hold_the_same(place):
    rows = '{"customer_id": "a", "logins": 6}\n{"customer_id": "b"}\n'
    place.write("rows.jsonl", rows)

    def run(form):
        run = place.run("score", "-c", "c.json", "--now", NOW, "-o", form, "rows.jsonl")
        expect(run, 0, err="")
        return run.stdout.decode()

    lines = [json.loads(line) for line in run("jsonl").splitlines()]
    if json.loads(run("json")) != lines:
        raise Failed(run("json"))
    first = lines[0]
    if (first["health"]["score"], first["health"]["status"], first["at"]) != (60, "good", NOW) or not first["config"].startswith("sha256:"):
        raise Failed(first)
    if lines[1]["health"]["score"] is not None or lines[1]["churn"] is not None:
        raise Failed(lines[1])
    table = run("csv").splitlines()
    if not table[0].startswith("customer_id,profile,score,raw,status,") or not table[1].startswith("a,default,60,60,good,") or len(table) != 3:
        raise Failed(table)
    if not re.search(r"^a\s+60\s+good", run("table"), re.M):
        raise Failed(run("table"))


def ids_are_whole_or_null(place):
    long = "ü" * 2000
    place.write("rows.jsonl", json.dumps({"customer_id": long, "logins": 6.1234567}) + '\n{"logins": 7}\n')

    def run(command, form, *more):
        run = place.run(command, "-c", "c.json", "--now", NOW, "-o", form, *more, "rows.jsonl")
        expect(run, 0, err="")
        return run.stdout.decode()

    if [line.split(",")[0] for line in run("score", "csv").splitlines()] != ["customer_id", long, ""]:
        raise Failed(run("score", "csv"))
    for lines in (run("score", "jsonl"), run("segment", "jsonl")):
        if [json.loads(line)["customer_id"] for line in lines.splitlines()] != [long, None]:
            raise Failed(lines)
    if json.loads(run("segment", "json", "--members"))["segments"]["busy"]["members"] != [long, None]:
        raise Failed(run("segment", "json", "--members"))
    first, second = json.loads(run("score", "json", "--summary"))["attention"]
    if not long.startswith(first["customer_id"]) or first["raw"] != 61.234567 or second["customer_id"] is not None:
        raise Failed((first, second))


def a_summary_counts_statuses_and_agreement(place):
    place.write("rows.jsonl", '{"customer_id": "a", "logins": 9, "left": false}\n{"customer_id": "b", "logins": 1, "left": true}\n'
                '{"customer_id": "c"}\n{"customer_id": "d", "logins": 2}\n')
    run = place.run("score", "-c", "c.json", "--summary", "--outcome", "left", "-o", "json", "rows.jsonl")
    expect(run, 0, err="")
    whole = json.loads(run.stdout)
    statuses = {s["status"]: (s["customers"], s["left"]) for s in whole["statuses"]}
    if (whole["customers"], whole["scored"], whole["agreement"]) != (4, 3, 1) or statuses != {"good": (1, 0), "bad": (2, 1)}:
        raise Failed(whole)
    if [c["customer_id"] for c in whole["attention"]] != ["d", "a"]:
        raise Failed(whole)
    expect(place.run("score", "-c", "c.json", "--summary", "--outcome", "lft", "rows.jsonl"), 1, out="", err='did you mean "left"?')


def a_missing_value_that_must_be_there_leaves_no_score(place):
    config = json.loads(json.dumps(CONFIG))
    config["health"]["profiles"]["default"]["score"]["of"]["usage"]["missing"] = "fail"
    place.write("c.json", json.dumps(config))
    run = score(place, '{"customer_id": "a"}\n{"customer_id": "b", "logins": 1}\n')
    expect(run, 0, err="")
    first, second = (json.loads(line)["health"] for line in run.stdout.splitlines())
    if (first["score"], first["failed"], second["score"], second["failed"]) != (None, "usage", 10, None):
        raise Failed(run.stdout)


# ---- segments -----------------------------------------------------------------------------------------------

PEOPLE = ('{"customer_id": "a", "logins": 6, "plan": "team"}\n{"customer_id": "b", "logins": 9}\n'
          '{"customer_id": "c", "plan": "team", "logins": 1, "note": "xc"}\n')


def segments_have_members_sizes_and_overlaps(place):
    place.write("rows.jsonl", PEOPLE)
    run = place.run("segment", "-c", "c.json", "-o", "jsonl", "rows.jsonl")
    expect(run, 0, err="")
    members = {row["customer_id"]: row["segments"] for row in map(json.loads, run.stdout.splitlines())}
    if members != {"a": ["busy", "team"], "b": ["busy"], "c": ["team", "noted"]}:
        raise Failed(members)
    run = place.run("segment", "-c", "c.json", "-o", "json", "--members", "rows.jsonl")
    whole = json.loads(run.stdout)
    if whole["customers"] != 3 or whole["overlap"] != {"busy": {"team": 1}, "team": {"busy": 1, "noted": 1}, "noted": {"team": 1}}:
        raise Failed(whole)
    if whole["segments"]["busy"] != {"size": 2, "share": 0.666667, "undecided": 0, "members": ["a", "b"]}:
        raise Failed(whole)
    if whole["segments"]["team"]["undecided"] != 1 or whole["segments"]["noted"]["undecided"] != 2:
        raise Failed(whole)
    if "members" in json.loads(place.run("segment", "-c", "c.json", "-o", "json", "rows.jsonl").stdout)["segments"]["busy"]:
        raise Failed("members that nobody asked for")
    expect(place.run("segment", "-c", "c.json", "-o", "csv", "rows.jsonl"), 0, out="segment,size,share,undecided\nbusy,2,0.666667,0\n")
    expect(place.run("segment", "-c", "c.json", "-o", "table", "rows.jsonl"), 0, out=["busy", "2", "66.7%", "3 customers"])


def members_are_exported(place):
    place.write("rows.jsonl", PEOPLE)
    lines = "segment,customer_id\nbusy,a\nbusy,b\nteam,a\nteam,c\nnoted,c\n"
    expect(place.run("segment", "-c", "c.json", "--members", "-o", "csv", "rows.jsonl"), 0, out=lines, err="")


def a_costly_pattern_ends_undecided(place):
    place.write("rows.jsonl", json.dumps({"customer_id": "a", "note": "a" * 8192, "logins": 1, "plan": "free"}))
    run = place.run("segment", "-c", "c.json", "-o", "json", "rows.jsonl")
    expect(run, 0)
    segment = json.loads(run.stdout)["segments"]["noted"]
    if segment["size"] != 0 or segment["undecided"] not in (0, 1):
        raise Failed(segment)


def segments_need_segments(place):
    place.write("none.json", '{"csuccess": 1}')
    expect(place.run("segment", "-c", "none.json", "-", stdin=b"{}"), 1, out="", err='none.json: it has no "segments"')
    expect(place.run("segment", "-c", "c.json", "--members", "-o", "table", "-", stdin=b"{}"), 2, out="", err="--members goes with -o json")


# ---- eval ---------------------------------------------------------------------------------------------------

VALUES = [
    (["1 / 4 + 2"], "2.25"), (["-5 % 3"], "-2"), (["-(2)"], "-2"), (["--", "-1"], "-1"), (["'a' + 'b'"], '"ab"'), (["[1, 2] + [3]"], "[1,2,3]"),
    (["-c", "c.json", "logins > 5", "--facts", '{"logins": 6}'], "true"),
    (["-c", "c.json", "--facts", '{"subs": {"s1": {"amount": 2}, "s2": {"amount": 5}}}', "sum(subs.map(s, s.amount))"], "7"),
    (["-c", "c.json", "--facts", '{"plan": "team"}', "plan == 'team' && segment('team')"], "true"),
    (["-c", "c.json", "--facts", '{"logins": 7}', "health_score + component('usage')"], "140"),
    (["-c", "c.json", "--now", "2026-01-31", "--facts", '{"seen": "2026-01-01T12:00:00+12:00"}', "days_since(seen)"], "30"),
    (["now", "--now", "2026-01-31T01:00:00.25+01:00"], '"2026-01-31T00:00:00.250Z"'),
    (["now", "--now", "2024-02-29T23:59:59Z"], '"2024-02-29T23:59:59Z"'),
    (["now", "--now=0001-01-01"], '"0001-01-01T00:00:00Z"'),
    (["1 / 0"], "missing"),
]


def expressions_print_their_value(place):
    for arguments, value in VALUES:
        expect(place.run("eval", *arguments), 0, out=value + "\n", err="")


def missing_values_name_what_left_them_open(place):
    expect(place.run("eval", "-c", "c.json", "logins > 5 && left"), 0, out="missing\n", err=["left open by: ", "logins"])
    expect(place.run("eval", "-c", "c.json", "logins > 5 && false"), 0, out="false\n", err="")


def wrong_expressions_have_a_caret(place):
    expect(place.run("eval", "1 + * 2"), 1, out="", err="\n1 + * 2\n    ^\n")
    expect(place.run("eval", "-c", "c.json", "lgins > 5"), 1, out="", err=['unknown name "lgins" (did you mean "logins"?)\nlgins > 5\n^\n'])
    expect(place.run("eval", "1 + 'a'"), 1, out="", err="^")
    expect(place.run("eval", "-", stdin=b"x + " * 262144 + b"x"), 1, out="", err="at most 16384")
    expect(place.run("eval", "-", stdin=b"1 +\n 2"), 0, out="3\n", err="")
    expect(place.run("eval", "(" * 5000), 1, out="", err="^")
    expect(place.run("eval", b"'\xff'"), 1, out="", err="UTF-8")
    expect(place.run("eval", "-c", "c.json", "--facts", '{"logins": "x"}', "1"), 1, out="", err="--facts:1: logins: expected a number")


# ---- presets, usage, output ---------------------------------------------------------------------------------

def presets_are_shown_and_compile(place):
    names = place.run("preset", "list").stdout.decode().split()
    if not {"retention", "supplier", "enterprise", "portfolio"} <= {name.split("@")[0] for name in names}:
        raise Failed(names)
    for name in names:
        run = place.run("preset", "show", name)
        expect(run, 0, err="")
        if json.loads(run.stdout)["csuccess"] != 1:
            raise Failed(name)
        place.write("p.json", run.stdout)
        expect(place.run("check", "p.json"), 0)
        expect(place.run("score", "-c", "preset:" + name, "-o", "jsonl", "-", stdin=b'{"customer_id": "a"}'), 0, err="")
        expect(place.run("preset", "show", name.split("@")[0]), 0, out=run.stdout.decode())
    if [p["name"] for p in json.loads(place.run("preset", "list", "-o", "json").stdout)] != names:
        raise Failed("list as JSON")
    expect(place.run("preset", "show", "enterprize"), 1, out="", err=["preset:enterprize: there is no such preset", "enterprise"])
    expect(place.run("score", "-c", "preset:no", "-"), 1, out="", err="there is no such preset")


USAGE = [
    [], ["nonsense"], ["score"], ["score", "-c"], ["score", "-c", "c.json", "a", "b"], ["score", "-c", "c.json", "--bad"],
    ["score", "-c", "c.json", "--now", "yesterday", "-"], ["score", "-c", "c.json", "--now", "2026-02-29", "-"],
    ["score", "-c", "c.json", "--now", "9999-12-31T23:59:59-01:00", "-"],
    ["score", "-c", "c.json", "--now", "2026-01-31T00:00:00", "-"], ["score", "-c", "c.json", "-o", "xml", "-"],
    ["score", "-c", "c.json", "--input-format", "xml", "-"], ["score", "-c", "c.json", "--delimiter", ";;", "--input-format", "csv", "-"],
    ["score", "-c", "c.json", "--id", "x", "-"], ["score", "-c", "c.json", "--keep-going=1", "-"], ["score", "-c", "c.json", "--facts", "{}"],
    ["score", "-c", "c.json", "--outcome", "left", "-"], ["score", "-c", "c.json", "--summary", "-o", "csv", "-"],
    ["eval"], ["eval", "1", "2"], ["eval", "--facts"], ["eval", "-x"], ["check"], ["check", "a", "b"], ["preset"], ["preset", "shw"],
    ["preset", "show"], ["preset", "list", "x"], ["segment"],
]


def wrong_usage_exits_2(place):
    for arguments in USAGE:
        try:
            run = place.run(*arguments, stdin=b"{}")
            expect(run, 2, out="")
            if not run.stderr:
                raise Failed("it says nothing")
        except Failed as problem:
            raise Failed(f"{arguments}: {problem}") from None


def help_has_an_example(place):
    expect(place.run("--help"), 0, out=["score", "eval", "check", "preset", "segment", "Exit codes"], err="")
    for name in ("score", "eval", "check", "preset", "segment"):
        expect(place.run(name, "--help"), 0, out=[f"usage: csuccess {name}", f"  csuccess {name}", "--help"], err="")
        expect(place.run(name, "-h"), 0, err="")
    expect(place.run("--version"), 0, out="csuccess 0.", err="")


def files_that_cannot_be_read_are_told(place):
    expect(place.run("score", "-c", "c.json", "none.jsonl"), 1, out="", err="none.jsonl: No such file")
    expect(place.run("score", "-c", "none.json", "-"), 1, out="", err="none.json: No such file")
    expect(place.run("check", "none.json"), 1, out="", err="none.json: No such file")
    expect(place.run("score", "-c", "c.json", "."), 1, out="", err=".: Is a directory")
    expect(place.run("score", "-c", ".", "-"), 1, out="", err=".: Is a directory")


def a_full_disk_is_told(place):
    if not os.path.exists("/dev/full"):
        return
    place.write("rows.jsonl", '{"customer_id": "a"}\n' * 10)
    for arguments in (["score", "-c", "c.json", "rows.jsonl"], ["segment", "-c", "c.json", "-o", "json", "rows.jsonl"], ["eval", "1"], ["preset", "list"]):
        with open("/dev/full", "wb") as full:
            run = subprocess.run([COMMAND, *arguments], cwd=place.folder, stdout=full, stderr=subprocess.PIPE)
        if run.returncode != 1 or b"No space left" not in run.stderr:
            raise Failed(f"{arguments}: exit {run.returncode}: {run.stderr}")


PEAK = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss if code == 0 else -1)
"""


def peak(place, *arguments):
    """Peak memory of a run in KiB, measured in a process of its own."""
    # The address sanitizer keeps what is freed, and frames that were left, unless told not to.
    asan = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0:detect_stack_use_after_return=0"
    run = subprocess.run([sys.executable, "-c", PEAK, COMMAND, *arguments], cwd=place.folder, capture_output=True, text=True,
                         env=dict(os.environ, ASAN_OPTIONS=asan))
    if int(run.stdout) < 0:
        raise Failed(f"{arguments}: not exit 0")
    return int(run.stdout)


def memory_is_flat_in_rows(place):
    line = json.dumps({"customer_id": "customer", "logins": 3, "plan": "team", "note": "x" * 200, "subs": {"s": {"amount": 1}}})
    for name, head, row in (("jsonl", "", line + "\n"), ("csv", "customer_id,logins,plan,note\n", "c,3,team," + "x" * 300 + "\n"), ("json", "", line + ",\n")):
        for command in ("score", "segment"):
            sizes = []
            for count in (200, 20000):
                text = head + row * count
                if name == "json":
                    text = "[" + text[:-2] + "]"
                place.write("many." + name, text)
                sizes.append(peak(place, command, "-c", "c.json", "-o", "jsonl", "many." + name))
            if sizes[1] > sizes[0] + 1024:
                raise Failed(f"{command} {name}: {sizes} KiB")


def tests_of(names):
    """The functions of a module that take one Place."""
    return [value for value in list(names.values())
            if callable(value) and getattr(value, "__code__", None) and value.__code__.co_varnames[:1] == ("place",)
            and value.__code__.co_argcount == 1 and not value.__code__.co_flags & 4]


def main(tests):
    only = sys.argv[2] if len(sys.argv) > 2 else None
    failed = 0
    for test in tests:
        if only and test.__name__ != only:
            continue
        with tempfile.TemporaryDirectory() as folder:
            try:
                test(Place(folder))
                print(f"ok - {test.__name__}", flush=True)
            except (Failed, ValueError, KeyError, TypeError, subprocess.TimeoutExpired) as problem:
                failed += 1
                print(f"not ok - {test.__name__}: {type(problem).__name__}: {problem}")
    print(f"{len(tests)} tests, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(tests_of(globals()))
