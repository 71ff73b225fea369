# SPDX-License-Identifier: Apache-2.0
"""Models: loaded, sealed, named by a configuration, refused."""
from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
import scoring

import csuccess

TELCO = scoring.ROOT / "examples/telco"
LEARNED: dict[str, Any] = {"csuccess": 1, "attributes": {"logins": {"type": "number"}, "plan": {"type": "string"}}}


@pytest.fixture(scope="module")
def model() -> csuccess.Model:
    config = csuccess.Config({"csuccess": 1, "attributes": {"logins": {"type": "number"}, "left": {"type": "bool", "outcome": True}}})
    rows = [{"customer_id": f"c{i}", "logins": i % 50, "left": (i * 7919 + i // 50) % 100 > 2 * (i % 50)} for i in range(600)]
    return csuccess.train(config, rows, outcome="left", name="m", now=scoring.NOW).model


def test_what_a_model_says_of_itself(model: csuccess.Model) -> None:
    assert (model.name, model.kind, model.target, model.parent, model.dated) == ("m", "additive", "churn", None, False)
    assert model.metrics == {"logins": "number"} and model.digest.startswith("sha256:")
    assert model.horizon_days == 30 and model.trained_at is not None and model.trained_at.year == 2026
    assert isinstance(model.calibrated, bool) and model.document is not None and model.document["name"] == "m"
    same = csuccess.Model(model.text)
    assert same == model and hash(same) == hash(model) and model != "m"
    assert "additive" in repr(model)
    with pytest.raises(TypeError):
        copy.copy(model)


def test_a_configuration_is_given_its_model(model: csuccess.Model, tmp_path: Path) -> None:
    document = {**LEARNED, "churn": {"model": {"learned": {"name": "m"}}}}
    scorers = [csuccess.Scorer(csuccess.Config(document, model=given)) for given in (model, {"m": model}, lambda name: model)]
    (tmp_path / "m.json").write_text(model.text)
    (tmp_path / "success.json").write_text(json.dumps(document))
    scorers.append(csuccess.Scorer(csuccess.Config.load(tmp_path / "success.json")))
    told = [scorer.predict({"logins": 3}, scoring.NOW) for scorer in scorers]
    assert told[0].source == "learned" and told[0].digest == model.digest and not told[0].degraded
    assert {t.probability for t in told} == {told[0].probability}
    other = scorers[0].predict({"logins": 45}, scoring.NOW)
    assert told[0].probability is not None and other.probability is not None and told[0].probability > other.probability
    with pytest.raises(csuccess.ConfigError):
        csuccess.Config(document)


def test_a_refused_model_is_the_configurations_to_judge(model: csuccess.Model) -> None:
    def refuse(name: str) -> csuccess.Model:
        return csuccess.Model("{}")

    document = {**LEARNED, "churn": {"model": {"learned": {"name": "m"}}}}
    with pytest.raises(csuccess.ConfigError) as caught:
        csuccess.Config(document, model=refuse)
    assert isinstance(caught.value.__cause__, csuccess.ModelError)
    card = {"combine": "weighted_mean", "of": {"a": {"weight": 1, "value": "logins < 3 ? 0.75 : 0.25"}}}
    document["churn"] = {"model": {"learned": {"name": "m"}, "scorecard": card}, "fallback": ["model", "scorecard"]}
    told = csuccess.Scorer(csuccess.Config(document, model=refuse)).predict({"logins": 1}, scoring.NOW)
    assert (told.probability, told.source, told.degraded) == (0.75, "scorecard", True)


def test_a_document_that_was_changed_is_refused_until_it_is_sealed(model: csuccess.Model) -> None:
    changed = json.loads(model.text)
    changed["name"] = "other"
    with pytest.raises(csuccess.DigestError):
        csuccess.Model(changed)
    sealed = csuccess.Model(csuccess.Model.seal(changed))
    assert sealed.name == "other" and sealed.parent == model.digest
    assert csuccess.Model.seal(model.text) == model.document


@pytest.mark.parametrize("document, kind", [
    ("{", csuccess.JsonError), (b'{"a": "\xff"}', csuccess.EncodingError), ("{}", csuccess.ModelError), ("[]", csuccess.ModelError),
])
def test_what_is_no_model(document: str | bytes, kind: type[Exception]) -> None:
    with pytest.raises(kind):
        csuccess.Model(document)


def test_limits_and_files(tmp_path: Path, model: csuccess.Model) -> None:
    with pytest.raises(csuccess.LimitError):
        csuccess.Model(model.text, limits={"document_bytes": 10})
    path = tmp_path / "m.json"
    path.write_text(model.text)
    assert csuccess.Model.load(path) == model
    with pytest.raises(FileNotFoundError):
        csuccess.Model.load(tmp_path / "none.json")
