# SPDX-License-Identifier: Apache-2.0
"""Models: what training made, or another program's trees; loaded once, shared freely."""
from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ._ffi import NULL, call, ffi, lib, new, string, take_text, text
from ._json import Document, encode, load
from ._time import to_utc

__all__ = ["Model"]


class Model:
    """A model that predicts churn, expansion or an NPS: a model document (docs/model-document.md), or an XGBoost
    model in that program's own JSON. It never changes; equal digests are equal models. Threads share it, and it goes
    with its last reference.

        model = Model.load("churn.model.json")
        config = Config.load("success.json", model=model)
    """

    __slots__ = ("__weakref__", "_handle")
    _handle: Any

    def __init__(self, document: Document, *, name: str = "", rounds: int = 0,
                 limits: Mapping[str, int] | None = None) -> None:
        """Reads a model document or XGBoost's JSON. `name` and `rounds` (of boosting that count; 0: all) are for
        XGBoost, whose file has neither.

        JsonError, EncodingError, ModelError (with the place), DigestError (changed after it was sealed: see seal()),
        UnsupportedError, LimitError.
        """
        options = _options(name, rounds, limits)
        out = ffi.new("csuccess_model **")
        self._handle = NULL
        call(lib.csuccess_model_load, out, string(encode(document)), options[0])
        self._handle = ffi.gc(out[0], lib.csuccess_model_unref)

    @classmethod
    def load(cls, source: str | os.PathLike[str], *, name: str = "", rounds: int = 0,
             limits: Mapping[str, int] | None = None) -> Model:
        """Reads it from a file. An XGBoost model without a name is called as its file."""
        path = Path(source)
        return cls(path.read_bytes(), name=name or path.name.split(".")[0], rounds=rounds, limits=limits)

    @staticmethod
    def seal(document: Document) -> dict[str, Any]:
        """The document after an edit, with its digest computed anew and `parent` the one that stood there before. One
        whose digest is right comes back as it is. Errors as of Model()."""
        out = ffi.new("csuccess_text **")
        call(lib.csuccess_model_seal, out, string(encode(document)), NULL)
        sealed: dict[str, Any] = load(take_text(out))
        return sealed

    @property
    def name(self) -> str:
        """The document's `name`, or as it was called."""
        return text(lib.csuccess_model_name(self._handle))

    @property
    def kind(self) -> str:
        """"additive", "logistic", "hazard" or "xgboost"."""
        return text(lib.csuccess_model_kind(self._handle))

    @property
    def target(self) -> str:
        """What is predicted: "churn", "expansion" or "nps"."""
        return text(lib.csuccess_model_target(self._handle))

    @property
    def digest(self) -> str:
        """"sha256:" and 64 hex digits: of a model document over its canonical bytes, of XGBoost's over the file."""
        return text(lib.csuccess_model_digest(self._handle))

    @property
    def parent(self) -> str | None:
        """The digest of the model that this one was made from."""
        return text(lib.csuccess_model_parent(self._handle)) or None

    @property
    def text(self) -> str:
        """The model document as it was loaded, to be kept; "" for XGBoost's."""
        return text(lib.csuccess_model_document(self._handle))

    @property
    def document(self) -> dict[str, Any] | None:
        """The model document; None for XGBoost's."""
        found = self.text
        return load(found) if found else None

    @property
    def horizon_days(self) -> float | None:
        """The days ahead that a probability speaks of; of a hazard model those of one period. None: it does not say."""
        return lib.csuccess_model_horizon_days(self._handle) or None

    @property
    def calibrated(self) -> bool:
        """What it gives was calibrated on rows that it was not fitted on."""
        return bool(lib.csuccess_model_calibrated(self._handle))

    @property
    def dated(self) -> bool:
        """It was trained on dated rows, not on a cross-section, which says nothing about lead time."""
        return bool(lib.csuccess_model_dated(self._handle))

    @property
    def trained_at(self) -> datetime | None:
        """`training.at`; None: it does not say."""
        out = ffi.new("int64_t *")
        return to_utc(out[0]) if lib.csuccess_model_trained_at(self._handle, out) >= 0 else None

    @property
    def metrics(self) -> Mapping[str, str]:
        """What it reads, with the type that each must have: "number", "bool", "string"; of XGBoost "number" or
        "category"."""
        name, kind = ffi.new("csuccess_str *"), ffi.new("csuccess_str *")
        found = {}
        for index in range(lib.csuccess_model_metrics(self._handle)):
            lib.csuccess_model_metric(self._handle, index, name, kind)
            found[text(name[0])] = text(kind[0])
        return MappingProxyType(found)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<csuccess.Model {self.name!r}: {self.kind}, {self.target}, {self.digest[:19]}>"

    def __reduce__(self) -> Any:
        raise TypeError("Model cannot be copied or pickled; `text` is what it is made of")


def _options(name: str, rounds: int, limits: Mapping[str, int] | None) -> tuple[Any, ...]:
    """The options, and what they point at."""
    from ._compiling import limits_of

    keep = string(name), limits_of(limits)
    return new("csuccess_model_options", name=keep[0], limits=keep[1], rounds=rounds), *keep
