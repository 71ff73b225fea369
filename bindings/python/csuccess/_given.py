# SPDX-License-Identifier: Apache-2.0
"""What comes from the host, as C takes it: configurations, and ceilings on hostile input by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._ffi import NULL, ffi, new
from .errors import UnknownNameError

if TYPE_CHECKING:
    from .config import Config

__all__ = ["c_config", "c_limits", "named"]


def c_config(config: Config) -> Any:
    """The csuccess_config of a configuration. TypeError: it is none."""
    try:
        return config._compiled.handle
    except AttributeError:
        raise TypeError(
            f"a configuration is a Config, not {type(config).__name__}: Config.load() and Config.compile() make one"
        ) from None


def named(what: str, given: Any) -> Any:
    """What is given by name: something with items(). TypeError: it has none."""
    if not hasattr(given, "items"):
        raise TypeError(f"{what} are given by name: a dict is needed, not {type(given).__name__}")
    return given.items()


def c_limits(limits: Mapping[str, int] | None) -> Any:
    """A csuccess_limits, or NULL. UnknownNameError: a name that there is not; OverflowError: a number beyond 32
    bits."""
    if limits is None:
        return NULL
    names = [name for name, _ in ffi.typeof("csuccess_limits").fields if name not in ("size", "reserved")]
    for name in limits:
        if name not in names:
            raise UnknownNameError(f'there is no limit "{name}": {", ".join(names)}')
    return new("csuccess_limits", **limits)
