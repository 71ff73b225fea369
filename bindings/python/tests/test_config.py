# SPDX-License-Identifier: Apache-2.0
"""Configurations: what they say of themselves, how they are refused, and the host's part in compiling."""
from __future__ import annotations

import gc
import json
import pickle
from pathlib import Path
from typing import Any

import pytest
import scoring

import csuccess


def test_presets_compile_under_their_names() -> None:
    shipped = csuccess.presets()
    assert set(scoring.PRESETS) <= set(shipped)
    for name, document in shipped.items():
        assert csuccess.Config(document).name.startswith(name)


def test_what_a_configuration_says_of_itself() -> None:
    config = scoring.small()
    assert config.name == "small@1"
    assert config.hash.startswith("sha256:") and len(config.hash) == 71
    assert list(config.inputs.items())[:3] == [("logins", "number"), ("nps", "number"), ("paying", "bool")]
    assert [config.slot(name) for name in config.inputs] == list(range(len(config.inputs)))
    assert config.segments == ("quiet", "large")
    assert config.profiles == ("default",)
    assert config.bands == {"default": ("healthy", "critical")}
    assert config.levels == ()
    assert config.document["attributes"]["nps"]["max"] == 10
    assert scoring.preset().levels == ("critical", "high", "medium", "low")


def test_a_document_is_text_bytes_or_dict() -> None:
    text = json.dumps(scoring.SMALL)
    kinds: list[Any] = [scoring.SMALL, text, text.encode(), bytearray(text.encode()), memoryview(text.encode())]
    assert len({csuccess.Config(kind) for kind in kinds}) == 1


def test_equal_content_is_equal() -> None:
    one, other = scoring.small(), scoring.small()
    assert one == other and hash(one) == hash(other) and one is not other
    assert one != scoring.preset()
    assert one != "small@1"


def test_the_first_problem_is_raised_with_its_place_and_all_are_kept() -> None:
    text = '{"csuccess": 1,\n "extends": "enterprise",\n "healt": {},\n "x": 3}'
    with pytest.raises(csuccess.ConfigError, match="did you mean \"health\"") as caught:
        csuccess.Config(text)
    error = caught.value
    assert (error.pointer, error.line, error.code) == ("/healt", 3, csuccess.ConfigError.code)
    assert [(p.pointer, p.line) for p in error.problems] == [("/healt", 3), ("/x", 4)]
    assert isinstance(error, ValueError)


@pytest.mark.parametrize("document, name", [
    ("{", "CSUCCESS_EJSON"),
    (b'{"csuccess": "\xff"}', "CSUCCESS_EENCODING"),
    ('{"csuccess": 1, "segments": {"s": {"when": "1 +"}}}', "CSUCCESS_EEXPRESSION"),
    ('{"csuccess": 1, "segments": {"s": {"when": "nobody"}}}', "CSUCCESS_ENAME"),
    ('{"csuccess": 1, "extends": "nothing"}', "CSUCCESS_ENAME"),
])
def test_every_refusal_is_a_config_error_with_its_code(document: str | bytes, name: str) -> None:
    with pytest.raises(csuccess.ConfigError) as caught:
        csuccess.Config(document)
    assert caught.value.name == name


def test_check_lists_problems_without_raising() -> None:
    assert csuccess.Config.check(scoring.PLAIN) == []
    assert {problem.code for problem in csuccess.Config.check(scoring.SMALL)} == {0}  # nothing reads "since", says lint
    found = csuccess.Config.check({"csuccess": 1, "healt": {}}, name="my.json")
    assert [(p.code, p.pointer, p.document) for p in found] == [(csuccess.ConfigError.code, "/healt", "my.json")]


def test_resolve_finds_what_is_extended() -> None:
    base = scoring.SMALL
    for resolve in ({"base": base}, {"base": json.dumps(base)}.get, lambda name: base if name == "base" else None):
        assert csuccess.Config({"csuccess": 1, "extends": "base"}, resolve=resolve).segments == ("quiet", "large")
    # What the host does not have, the presets may.
    assert csuccess.Config({"csuccess": 1, "extends": "enterprise"}, resolve={}).levels


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), ZeroDivisionError()])
def test_what_a_function_of_the_host_raises_is_raised_as_itself(error: BaseException) -> None:
    def fail(name: str) -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        csuccess.Config({"csuccess": 1, "extends": "base"}, resolve=fail)
    assert caught.value is error
    learned = {"csuccess": 1, "churn": {"model": {"learned": {"name": "m"}}}}
    with pytest.raises(type(error)) as caught:
        csuccess.Config(learned, model=fail)
    assert caught.value is error
    with pytest.raises(type(error)):
        csuccess.Config.check(learned, model=fail)


def test_a_resolver_that_gives_nonsense_is_an_error() -> None:
    with pytest.raises(TypeError):
        csuccess.Config({"csuccess": 1, "extends": "base"}, resolve=lambda name: object())  # type: ignore[arg-type]
    with pytest.raises(csuccess.ConfigError):
        csuccess.Config({"csuccess": 1, "extends": "base"}, resolve=lambda name: "{")
    with pytest.raises(TypeError, match="not csuccess.Model"):
        csuccess.Config({"csuccess": 1, "churn": {"model": {"learned": {"name": "m"}}}}, model=lambda name: "m")  # type: ignore[arg-type]


def test_load_reads_a_file_and_what_stands_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.json").write_text(json.dumps(scoring.SMALL))
    (tmp_path / "success.json").write_text('{"csuccess": 1, "extends": "base.json"}')
    assert csuccess.Config.load(tmp_path / "success.json").segments == ("quiet", "large")
    (tmp_path / "bad.json").write_text('{"csuccess": 1, "healt": 1}')
    with pytest.raises(csuccess.ConfigError) as caught:
        csuccess.Config.load(str(tmp_path / "bad.json"))
    assert caught.value.problems[0].document.endswith("bad.json")
    with pytest.raises(FileNotFoundError):
        csuccess.Config.load(tmp_path / "nothing.json")


def test_limits_by_name() -> None:
    with pytest.raises(csuccess.ConfigError) as caught:
        csuccess.Config(scoring.SMALL, limits={"document_bytes": 50})
    assert caught.value.name == "CSUCCESS_ELIMIT"
    with pytest.raises(TypeError, match="document_bytes"):
        csuccess.Config(scoring.SMALL, limits={"document_byte": 50})


def test_differences_and_succession() -> None:
    one, other = scoring.small(), scoring.small(segments={"quiet": {"when": "logins < 4"}})
    assert one.diff(one) == []
    found = {(d["op"], d["path"]) for d in one.diff(other)}
    assert ("remove", "/segments/large") in found
    other.succeed(one)


def test_programmes_are_drawn_and_bounded() -> None:
    config = csuccess.Config({"csuccess": 1, "extends": "onboarding"})
    assert config.programs
    for program in config.programs:
        assert config.draw(program)
        assert config.draw(program, "dot").startswith("digraph")
        assert (config.bounds(program).messages or 0) >= 0
    with pytest.raises(csuccess.UnknownNameError):
        config.draw("journey/nothing")
    with pytest.raises(ValueError, match="dot"):
        config.draw(config.programs[0], "svg")
    assert scoring.small().retrain_due() is None


def test_an_unknown_input_names_the_nearest() -> None:
    with pytest.raises(csuccess.UnknownNameError, match='did you mean "logins"') as caught:
        scoring.small().slot("login")
    assert isinstance(caught.value, LookupError)


def test_a_configuration_is_not_pickled_and_has_no_close() -> None:
    config = scoring.small()
    with pytest.raises(TypeError, match="document"):
        pickle.dumps(config)
    assert not hasattr(config, "close")


def test_facts_and_scorers_outlive_their_configuration() -> None:
    config = scoring.small()
    scorer, facts = csuccess.Scorer(config), csuccess.Facts(config, {"logins": 5})
    want = config.hash
    del config
    gc.collect()
    assert scorer.run(facts, scoring.NOW).value == 50
    assert scorer.config.hash == want


@pytest.mark.parametrize("make", [csuccess.Scorer, csuccess.Facts, csuccess.Membership, csuccess.Rollup, csuccess.Samples,
                                  lambda other: csuccess.Columns(other, 3), lambda other: scoring.small().diff(other)])
def test_what_is_no_configuration_is_a_type_error(make: Any) -> None:
    for other in (None, 5, scoring.SMALL):
        with pytest.raises(TypeError, match="csuccess.Config is needed"):
            make(other)
