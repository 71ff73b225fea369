# SPDX-License-Identifier: Apache-2.0
"""How a document is compiled: options, limits, and the host's functions that find documents and models."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Union

from ._ffi import NULL, ffi, lib, new, string, text
from ._hosts import callback, failure
from ._json import Document, encode
from .errors import Error
from .model import Model

__all__ = ["Compiling", "Models", "Resolve", "limits_of"]

# Documents and models by name: a function that gives None where there is none, or a mapping.
Resolve = Union[Callable[[str], "Document | None"], Mapping[str, Document]]
Models = Union[Callable[[str], "Model | None"], Mapping[str, Model], Model]


def limits_of(limits: Mapping[str, int] | None) -> Any:
    """A csuccess_limits; what is not named has its default. TypeError for a name that is no limit."""
    if limits is None:
        return NULL
    out = new("csuccess_limits")
    known = {name for name, _ in ffi.typeof("csuccess_limits").fields} - {"size", "reserved"}
    for name, value in limits.items():
        if name not in known:
            raise TypeError(f"{name!r} is no limit: there are {', '.join(sorted(known))}")
        setattr(out, name, value)
    return out


class Compiling:
    """The options of one compilation, and what has to stay until it is over."""

    def __init__(self, bindings: Document | None, resolve: Resolve | None, model: Models | None,
                 limits: Mapping[str, int] | None, name: str) -> None:
        self.resolve = _by_name("resolve", resolve)
        self.model = _by_name("model", {model.name: model} if isinstance(model, Model) else model)
        self.raised: list[BaseException] = []
        self.refused: Error | None = None
        values = b"" if bindings is None else encode(bindings)
        self.keep: list[Any] = [limits_of(limits), string(values), string(name)]
        self.ud = ffi.new_handle(self)
        self.options = new("csuccess_config_options", limits=self.keep[0], bindings=self.keep[1], name=self.keep[2])
        if self.resolve is not None:
            self.options.resolve, self.options.resolve_ud = lib.python_resolve, self.ud
        if self.model is not None:
            self.options.model, self.options.model_ud = lib.python_model, self.ud

    def check(self) -> None:
        """Raises what one of the functions raised."""
        if self.raised:
            raise self.raised[0]


def _by_name(what: str, found: Any) -> Callable[[str], Any] | None:
    given: Callable[[str], Any] | None = found.get if isinstance(found, Mapping) else found
    if given is not None and not callable(given):
        raise TypeError(f"{what}: a mapping or a function by name is needed, not {type(found).__name__}")
    return given


@callback("python_resolve")
def _resolve(ud: Any, name: Any, document: Any) -> int:
    compiling: Compiling = ffi.from_handle(ud)
    try:
        found = None if compiling.resolve is None else compiling.resolve(text(name))
        if found is None:
            return int(lib.CSUCCESS_ENAME)
        compiling.keep.append(string(encode(found)))
        document[0] = compiling.keep[-1]
        return int(lib.CSUCCESS_OK)
    except BaseException as error:
        compiling.raised.append(error)
        return failure(error)


@callback("python_model")
def _model(ud: Any, name: Any, out: Any) -> int:
    compiling: Compiling = ffi.from_handle(ud)
    try:
        found = None if compiling.model is None else compiling.model(text(name))
        if found is None:
            return int(lib.CSUCCESS_ENAME)
        if not isinstance(found, Model):
            raise TypeError(f"the model {text(name)!r} is {type(found).__name__}, not csuccess.Model")
        out[0] = lib.csuccess_model_ref(found._handle)
        return int(lib.CSUCCESS_OK)
    except Error as error:  # a model that was refused: what follows is the configuration's to say
        compiling.refused = error
        return error.code
    except BaseException as error:
        compiling.raised.append(error)
        return failure(error)
