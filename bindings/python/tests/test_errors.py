# SPDX-License-Identifier: Apache-2.0
"""Every code of the registry has its exception, which says what the registry says and survives a pickle."""
from __future__ import annotations

import copy
import csv
import pickle
from pathlib import Path
from typing import Any

import pytest

import csuccess
from csuccess import errors
from csuccess._ffi import ffi, lib, new

REGISTRY = Path(__file__).resolve().parents[3] / "include/csuccess/results.tsv"
with REGISTRY.open(encoding="utf-8", newline="") as _file:
    CODES = [(row["name"], int(row["value"]), row["text"]) for row in csv.DictReader(_file, delimiter="\t") if int(row["value"]) < 0]

BUILTINS = (ArithmeticError, LookupError, MemoryError, NotImplementedError, OSError, RuntimeError, TypeError, ValueError)


def filled(code: int, message: bytes, **members: Any) -> Any:
    err = new("csuccess_error", code=code, **members)
    err.message = message
    return err


@pytest.mark.parametrize(("name", "value", "text"), CODES)
def test_every_code_has_a_class_of_its_own(name: str, value: int, text: str) -> None:
    kind = errors._CLASSES[value]
    assert kind.code == value == getattr(lib, "CSUCCESS_" + name)
    assert kind.__name__ in csuccess.__all__ and getattr(csuccess, kind.__name__) is kind
    assert issubclass(kind, BUILTINS)
    said = kind.__doc__ or ""
    assert text in " ".join(said.split())
    assert str(errors.error_of(value)) == text
    assert errors.error_of(value).name == "CSUCCESS_" + name


def test_no_class_is_of_a_code_that_is_not_there() -> None:
    assert sorted(errors._CLASSES) == sorted(value for _, value, _ in CODES)
    assert len(set(errors._CLASSES.values())) == len(CODES)


def test_all_that_errors_has_is_public() -> None:
    assert set(errors.__all__) <= set(csuccess.__all__)
    assert {k for k, v in vars(errors).items() if isinstance(v, type) and issubclass(v, errors.Error)} == set(errors.__all__)


@pytest.mark.parametrize("value", [value for _, value, _ in CODES])
def test_an_error_is_the_same_from_a_pickle_and_a_copy(value: int) -> None:
    err = filled(value, "not thät".encode(), line=3, column=7, offset=41)
    err.pointer = b"/health/0"
    error = errors.error_of(value, err)
    for other in (error, pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(other) is errors._CLASSES[value]
        assert (other.code, other.message, other.pointer) == (value, "not thät", "/health/0")
        assert (other.offset, other.line, other.column) == (41, 3, 7)
        assert str(other) == "not thät at /health/0 line 3"


def test_an_unknown_code_is_an_error() -> None:
    error = errors.error_of(-1000)
    assert type(error) is errors.Error
    assert error.code == -1000 and error.name == "CSUCCESS_EGENERIC"


def test_what_stands_in_a_struct_of_another_error_is_not_said() -> None:
    assert errors.error_of(-3, filled(-6, b"old")).message == CODES[2][2]


def test_a_message_of_any_bytes_is_text() -> None:
    assert errors.error_of(-3, filled(-3, b"\xff\xfe" + b"x" * 509)).message.endswith("x" * 509)


def test_closed_and_busy() -> None:
    assert issubclass(csuccess.ClosedError, csuccess.InvalidError)
    assert not issubclass(csuccess.BusyError, ValueError)
    assert ffi.sizeof("csuccess_error") > 768
