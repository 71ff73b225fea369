# SPDX-License-Identifier: Apache-2.0
"""JSON documents: dict and list, text or bytes going in, dict coming out."""
from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Union

from ._time import duration, rfc3339

__all__ = ["Document", "dump", "encode", "load"]

# A document that goes in: an object, or its text.
Document = Union[Mapping[str, Any], Sequence[Any], str, bytes, bytearray, memoryview]


def _default(value: Any) -> Any:
    """What JSON has no word for, as rows and documents write it."""
    if isinstance(value, datetime):
        return None if value != value else rfc3339(value)  # pandas.NaT is a datetime that is not itself
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return None if value != value else duration(value)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "tolist"):  # numpy's arrays and scalars
        return value.tolist()
    raise TypeError(f"{value!r} of {type(value).__name__} cannot be a value of JSON")


_encoder = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_default)


def _finite(value: Any) -> Any:
    """The same with null where there is a number that is not finite: such a value is missing."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    if hasattr(value, "tolist") or isinstance(value, Decimal):
        return _finite(_default(value))
    return value


def dump(value: Any) -> bytes:
    """A value as JSON text in UTF-8. NaN and infinities become null, as in columns."""
    try:
        return _encoder.encode(value).encode("utf-8", "surrogatepass")
    except ValueError:
        if not isinstance(value, (float, Mapping, list, tuple, Decimal)) and not hasattr(value, "tolist"):
            raise
        return _encoder.encode(_finite(value)).encode("utf-8", "surrogatepass")


def encode(document: Document) -> bytes | bytearray | memoryview:
    """A document as the bytes that the library reads: text and bytes as they are, anything else as JSON."""
    if isinstance(document, str):
        return document.encode("utf-8", "surrogatepass")
    if isinstance(document, (bytes, bytearray, memoryview)):
        return document
    return dump(document)


def load(text: str | bytes) -> Any:
    """What a JSON text of the library says."""
    return json.loads(text)
