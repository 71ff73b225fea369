# SPDX-License-Identifier: Apache-2.0
"""Runs the cases of tests/vectors/cases through the package's classes and writes the lines that
tests/vectors/vectors.c writes: vectors.py FOLDER CASES..."""
from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vectors_world import Args, World, bits, milliseconds, text_of

import csuccess
from csuccess import analytics, engine
from csuccess._ffi import call, checked, ffi, lib, new, string, take_text
from csuccess.sentiment import Sentiment

# What comes out as dict is written as the library's own text.
PARSING = [sys.modules[f"csuccess.{name}"] for name in ("accumulator", "config", "model", "score", "scorer",
                                                        "training")]
for module in PARSING:
    vars(module)["load"] = lambda document: document.decode() if isinstance(document, bytes) else document
vars(engine)["_object"] = lambda document: document


class Steps(World):
    """The steps, each a method."""

    # ---- Configurations and models ----

    def options(self, args: Args) -> dict[str, Any]:
        given = args[2] if len(args) > 2 else {}
        documents = {name: self.of(value) for name, value in given.get("documents", {}).items()}
        return {"bindings": self.of(given["bindings"]) if "bindings" in given else None, "name": given.get("name", ""),
                "limits": given.get("limits"), "resolve": documents or None,
                "model": (lambda name: self.model) if given.get("model") else None}

    def compiled(self, args: Args) -> csuccess.Config:
        return csuccess.Config.compile(self.text(args, 1), **self.options(args))

    def do_compile(self, args: Args) -> None:
        self.config = self.compiled(args)
        self.facts_ = self.scorer_ = None
        self.say(self.config.hash)

    def do_document(self, args: Args) -> None:
        self.json(self.config.document)

    def do_check(self, args: Args) -> None:
        for p in csuccess.Config.check(self.text(args, 1), **self.options(args)):
            self.say({"problem": text_of(lib.csuccess_result_name(p.code)), "message": p.message,
                      "document": p.document, "pointer": p.pointer,
                      "offset": p.offset, "line": p.line, "column": p.column})

    def do_diff(self, args: Args) -> None:
        difference: Any = self.config.diff(self.compiled(args))
        self.json(difference)

    def do_succeed(self, args: Args) -> None:
        self.compiled(args).succeed(self.config)

    def do_draw(self, args: Args) -> None:
        how = self.number(args, 2)
        if how < 2:
            self.json(self.config.draw(self.text(args, 1), ("text", "dot")[how]))
        else:  # the class knows no such word
            call(lib.csuccess_config_draw, self.config._handle, string(self.text(args, 1)), how,
                 ffi.new("csuccess_text **"))

    def do_bounds(self, args: Args) -> None:
        b = self.config.bounds(self.text(args, 1))
        counts = {name: str(0xFFFFFFFF if getattr(b, name) is None else getattr(b, name))
                  for name in ("messages", "messages_a_day", "to_one", "to_one_a_day")}
        self.say({"longest": None if b.longest is None else str(round(b.longest.total_seconds() * 1000)), **counts})

    def do_names(self, args: Args) -> None:
        self.say({"inputs": dict(self.config.inputs), "segments": list(self.config.segments),
                  "programs": list(self.config.programs)})

    def do_presets(self, args: Args) -> None:
        self.say(list(csuccess.presets()))

    def do_model(self, args: Args) -> None:
        self.model = m = csuccess.Model(self.text(args, 1))
        self.say({"name": m.name, "kind": m.kind, "target": m.target, "digest": m.digest,
                  "horizon_days": bits(m.horizon_days or 0.0),
                  "metrics": list(m.metrics)})

    def do_seal(self, args: Args) -> None:
        sealed: Any = csuccess.Model.seal(self.text(args, 1))
        self.json(sealed)

    # ---- Facts and scores ----

    def do_row(self, args: Args) -> None:
        self.facts.read_json(self.text(args, 1))

    def do_set_json(self, args: Args) -> None:
        self.facts.set_json(self.text(args, 1), self.text(args, 2))

    def do_set_text(self, args: Args) -> None:
        self.facts.set_text(self.text(args, 1), self.text(args, 2))

    def typed(self, args: Args, kinds: str, value: Any, function: Any, *arguments: Any) -> None:
        """By the class where the attribute is of such a type; else by the function that would be the class's."""
        name = self.text(args, 1).decode()
        if self.config.inputs.get(name) in kinds.split() and not isinstance(value, bytes):
            self.facts[name] = value
        else:
            with self.facts._use() as c:
                checked(function(c, string(name), *arguments))

    def do_set_number(self, args: Args) -> None:
        self.typed(args, "number", float(args[2]), lib.csuccess_facts_set_number, args[2])

    def do_set_bool(self, args: Args) -> None:
        self.typed(args, "bool", bool(args[2]), lib.csuccess_facts_set_bool, args[2])

    def do_set_string(self, args: Args) -> None:
        raw = self.text(args, 2)
        self.typed(args, "string", args[2] if isinstance(args[2], str) else raw, lib.csuccess_facts_set_string,
                   string(raw))

    def do_set_time(self, args: Args) -> None:
        self.typed(args, "time date", int(args[2]), lib.csuccess_facts_set_time, int(args[2]))

    def do_set_money(self, args: Args) -> None:
        self.typed(args, "money", (args[2], args[3]), lib.csuccess_facts_set_money, args[2], string(args[3]))

    def do_set_observed(self, args: Args) -> None:
        self.facts.observed(args[1], self.time(args, 2))

    def do_set_customer(self, args: Args) -> None:
        self.facts.customer = self.text(args, 1)

    def do_unset(self, args: Args) -> None:
        self.facts[args[1]] = None

    def do_ignore_unknown(self, args: Args) -> None:
        with self.facts._use() as c:  # the class asks when facts are made
            lib.csuccess_facts_ignore_unknown(c, args[1])

    def do_quarantined(self, args: Args) -> None:
        self.say([list(q) for q in self.facts.quarantine])

    def explained(self, now: int) -> None:
        told: Any = self.scorer.explain(self.facts, now).json
        self.json(told)

    def do_explain(self, args: Args) -> None:
        self.explained(self.time(args, 1))

    def do_rows(self, args: Args) -> None:
        def one(line: bytes) -> None:
            self.facts.read_json(line)
            self.explained(self.time(args, 2))
        self.each(args, 1, one)

    def do_score(self, args: Args) -> None:
        s = self.scorer.run(self.facts, self.time(args, 1))
        self.say({"value": None if s.value is None else bits(s.value), "raw": None if s.raw is None else bits(s.raw),
                  "completeness": bits(s.completeness), "confidence": bits(s.confidence), "status": s.status or "",
                  "trend": s.trend or "",
                  "profile": s.profile or ""})

    def do_predict(self, args: Args) -> None:
        p = self.scorer.predict(self.facts, self.time(args, 1))
        self.say({"probability": bits(p.probability or 0.0), "confidence": bits(p.confidence or 0.0),
                  "level": p.level or "",
                  "model": p.model, "because": p.because})

    def evaluated(self, expression: Any, now: int) -> None:
        found = self.scorer.eval(self.facts, expression, now)
        if found.decided:
            self.json(found.value)
        else:
            self.say({"missing": ", ".join(found.open)})

    def do_eval(self, args: Args) -> None:
        self.evaluated(self.text(args, 1), self.time(args, 2))

    def do_expressions(self, args: Args) -> None:
        self.each(args, 1, lambda line: self.evaluated(json.loads(line)["expr"], self.time(args, 2)))

    def do_segments(self, args: Args) -> None:
        found = self.scorer.segments(self.facts, self.time(args, 1))
        self.say({"members": [s for s in self.config.segments if s in found.members],
                  "undecided": [s for s in self.config.segments if s in found.undecided]})

    def do_override(self, args: Args) -> None:
        if len(args) < 2:
            self.scorer.end_override()
            return
        o = args[1]
        self.scorer.override(score=o.get("score"), status=o.get("status"), reason=o.get("reason", ""),
                             expires_at=o.get("expires", 0),
                             by=o.get("by", ""))

    # ---- Events and engines ----

    def do_events(self, args: Args) -> None:
        self.events.clear()
        self.each(args, 1, self.events.add)

    def do_add_json(self, args: Args) -> None:
        self.events.add(self.text(args, 1))

    def do_add(self, args: Args) -> None:
        given = args[1]  # types by number, which the class takes by their words
        texts = {name: string(self.of(given.get(name))) for name in ("id", "customer", "user", "name", "source")}
        numbers = {name: int(given.get(name, 0)) for name in ("type", "priority", "at_ms", "expires_at_ms")}
        with self.events._use() as c:
            call(lib.csuccess_events_add, c, new("csuccess_event", **texts, **numbers))

    def property(self, function: Any, args: Args, value: Any) -> None:
        with self.events._use() as c:  # the class takes all of an input at once
            checked(function(c, string(self.text(args, 1)), value))

    def do_property_number(self, args: Args) -> None:
        self.property(lib.csuccess_events_number, args, args[2])

    def do_property_string(self, args: Args) -> None:
        self.property(lib.csuccess_events_string, args, string(self.text(args, 2)))

    def do_property_bool(self, args: Args) -> None:
        self.property(lib.csuccess_events_bool, args, args[2])

    def do_property_json(self, args: Args) -> None:
        with self.events._use() as c:
            call(lib.csuccess_events_json, c, string(self.text(args, 1)), string(self.text(args, 2)))

    def results(self, found: list[csuccess.EventResult]) -> None:
        for r in found:
            self.say({"result": text_of(lib.csuccess_result_name(r.code)), "reason": r.reason})

    def count(self, n: int) -> bytes:
        made = bytes((self.random + i) & 255 for i in range(n))
        self.random = (self.random + n) & 255
        return made

    def do_engine(self, args: Args) -> None:
        given = args[1]
        self.store = self.store or csuccess.MemoryStore()
        if self.engine_ is not None:
            self.engine_.close()
            self.engine_ = None
        options: Any = {name: given[name] for name in ("batch", "shard", "shards") if name in given}
        if given.get("trace"):
            options["trace"] = self.json
        channels = {name: self.channel(outcome) for name, outcome in given.get("channels", {}).items()}
        self.engine_ = csuccess.Engine(self.config, store=self.store, channels=channels,
                                       tenant=self.of(given.get("tenant")),
                                       random=self.count, **options)

    @staticmethod
    def channel(outcome: int) -> Callable[[Any], Any]:
        return lambda message: csuccess.Sent(outcome, reason="as the case says")

    def principal(self, args: Args, i: int) -> csuccess.Principal | None:
        return csuccess.Principal(args[i]["id"], args[i]["roles"]) if i < len(args) else None

    def do_ingest(self, args: Args) -> None:
        self.results(self.engine.ingest(self.events, principal=self.principal(args, 2), now=self.time(args, 1)))

    def do_import(self, args: Args) -> None:
        self.results(self.engine.import_(self.events, principal=self.principal(args, 2), now=self.time(args, 1)))

    def do_preview(self, args: Args) -> None:
        told: Any = self.engine.preview(self.events, principal=self.principal(args, 2), now=self.time(args, 1))
        self.json(told)

    def do_run(self, args: Args) -> None:
        self.say(milliseconds(self.engine.run(principal=self.principal(args, 2), now=self.time(args, 1))))

    def look(self, function: Any, args: Args) -> None:
        self.json(function(self.text(args, 1), principal=self.principal(args, 3), now=self.time(args, 2)))

    def do_engine_score(self, args: Args) -> None:
        self.look(self.engine.score, args)

    def do_engine_explain(self, args: Args) -> None:
        self.look(self.engine.explain, args)

    def do_state(self, args: Args) -> None:
        self.look(self.engine.state, args)

    def do_verify(self, args: Args) -> None:
        self.look(self.engine.verify, args)

    def do_parked(self, args: Args) -> None:
        told: Any = self.engine._about(lib.csuccess_engine_parked, self.text(args, 1), self.principal(args, 3),
                                       self.time(args, 2))
        self.json(told)

    def do_replay(self, args: Args) -> None:
        other = csuccess.Config.compile(self.text(args, 3))
        told: Any = self.engine.replay(self.text(args, 1), other, now=self.time(args, 2))
        self.json(told)

    def do_erase(self, args: Args) -> None:
        told: Any = self.engine.erase(self.text(args, 1), self.text(args, 2), principal=self.principal(args, 4),
                                      now=self.time(args, 3))
        self.json(told)

    def do_confirm_clock(self, args: Args) -> None:
        self.engine.confirm_clock(self.time(args, 1))

    def do_set_config(self, args: Args) -> None:
        self.engine.set_config(csuccess.Config.compile(self.text(args, 1)))

    def do_figures(self, args: Args) -> None:
        f = self.engine.figures()
        self.say([str(n) for n in (f.inputs_applied, f.inputs_known, f.inputs_quarantined, f.inputs_failed, f.advances,
                                   f.commits, f.entries,
                                   f.messages, f.sent, f.delivered, f.put_off, f.dead)])

    def do_faults(self, args: Args) -> None:
        assert self.store is not None
        f = args[1]
        if f["kind"]:
            self.store.plant(csuccess.Fault(f["kind"]), f["at"], onward=bool(f["onward"]))
        else:
            self.store.heal()

    def do_dump(self, args: Args) -> None:
        assert self.store is not None
        self.json(self.store.dump())

    def do_simulation(self, args: Args) -> None:
        given = args[1]
        start = given.get("start")
        self.simulation_ = csuccess.Simulation(self.config, tenant=self.of(given.get("tenant")),
                                               seed=given.get("seed", 0),
                                               start=None if start is None else int(start), trace=self.json)

    def do_feed(self, args: Args) -> None:
        self.results(self.simulation_.feed(self.events))

    def do_until(self, args: Args) -> None:
        self.simulation_.run(self.time(args, 1))
        self.say(milliseconds(self.simulation_.now))

    # ---- The others ----

    def do_accumulator(self, args: Args) -> None:
        self.accumulator_ = csuccess.Accumulator(self.config, self.text(args, 1))

    def do_entry(self, args: Args) -> None:
        self.accumulator_.add_entry(self.text(args, 1), self.text(args, 2), customer=self.text(args, 3),
                                    at=self.time(args, 4))

    def do_add_scored(self, args: Args) -> None:
        self.accumulator_.add_scored(self.scorer)

    def do_twice(self, args: Args) -> None:
        self.accumulator_.load(self.accumulator_.save())

    def do_load(self, args: Args) -> None:
        self.accumulator_.load(self.text(args, 1))

    def do_report(self, args: Args) -> None:
        self.json(self.accumulator_.to_json())

    def do_sentiment(self, args: Args) -> None:
        t = Sentiment(self.config).score(self.text(args, 1))
        label = {"negative": -1, "neutral": 0, "positive": 1}[t.label]
        self.say({"score": bits(t.score), "confidence": bits(t.confidence), "label": label,
                  "emotions": list(t.emotions), "issues": list(t.issues)})

    def do_track(self, args: Args) -> None:
        self.tracking = tracking = self.tracking or analytics.Tracking()
        self.each(args, 1, tracking.add_json)
        f = tracking.figures
        self.say({"predictions": str(f.predictions), "matured": str(f.matured), "true_alarms": str(f.true_alarms),
                  "false_alarms": str(f.false_alarms), "brier": None if f.brier is None else bits(f.brier)})

    def do_samples(self, args: Args) -> None:
        given = args[1]
        self.samples_ = analytics.Samples(self.config, metrics=given.get("metrics", ()),
                                          outcome=given.get("outcome", ""),
                                          horizon=given.get("horizon", ""), gap=given.get("gap",
                                                                                          ""), now=given.get("now", 0))

    def do_sample(self, args: Args) -> None:
        def one(line: bytes) -> None:
            self.facts.read_json(line)
            self.samples_.add(self.facts)
        self.each(args, 1, one)

    def do_train(self, args: Args) -> None:
        given = dict(args[1])
        raw = string(given.pop("parameters", ""))
        options = new("csuccess_train_options", parameters=raw, **given)
        model, report = ffi.new("csuccess_text **"), ffi.new("csuccess_text **")
        with self.samples_._use() as samples:
            call(lib.csuccess_train, model, report, samples, options)
        self.json(take_text(model))
        self.json(take_text(report))

    def do_access(self, args: Args) -> None:
        given = csuccess.Principal(args[1], args[2])
        answer = csuccess.may(self.config, given, args[3], args[4], owner=args[5])
        if answer:
            self.say(answer.rule)
        else:
            self.went(csuccess.DeniedError(answer.why))


def main(folder: str, *files: str) -> None:
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    for file in files:
        for line in Path(file).open(encoding="utf-8"):
            Steps(Path(folder), json.loads(line)).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
