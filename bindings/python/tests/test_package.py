# SPDX-License-Identifier: Apache-2.0
"""The package's face: its names, its version, what is in it and what is not."""
from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import csuccess

FOLDER = Path(csuccess.__file__).parent
TREE = Path(__file__).resolve().parents[3]
MODULES = sorted(module.name for module in pkgutil.walk_packages(csuccess.__path__, "csuccess."))


def test_all_names_are_there_and_sorted() -> None:
    assert all(hasattr(csuccess, name) for name in csuccess.__all__)
    assert len(set(csuccess.__all__)) == len(csuccess.__all__)


@pytest.mark.parametrize("name", MODULES)
def test_every_module_says_what_it_is_and_what_is_public(name: str) -> None:
    module = importlib.import_module(name)
    if not name.endswith("._csuccess"):
        assert module.__doc__
    for public in getattr(module, "__all__", []):
        assert hasattr(module, public)


@pytest.mark.parametrize("name", [name for name in MODULES if "._" not in name])
def test_what_is_public_has_words(name: str) -> None:
    module = importlib.import_module(name)
    for public in getattr(module, "__all__", []):
        value = getattr(module, public)
        if isinstance(value, type) or inspect.isfunction(value):
            assert value.__doc__, f"{name}.{public}"


def test_one_version_everywhere() -> None:
    versions = {
        csuccess.__version__,
        csuccess.library_version(),
        *re.findall(r'^version = "(.*)"', (TREE / "bindings/python/pyproject.toml").read_text(), re.M),
        *re.findall(r"^  version: '(.*)',", (TREE / "bindings/python/meson.build").read_text(), re.M),
    }
    assert len(versions) == 1


def test_features() -> None:
    assert all(csuccess.feature(name) for name in ("expressions", "scorecards", "columns", "regex", "presets"))
    assert not csuccess.feature("levitation")
    assert not csuccess.feature("")
    assert not csuccess.feature("\udc80")


def test_the_package_says_that_it_is_typed_and_carries_no_tests() -> None:
    assert (FOLDER / "py.typed").exists()
    assert not list(FOLDER.rglob("test_*.py"))


def test_records_are_read_by_their_names() -> None:
    from csuccess import _records
    from csuccess._ffi import ffi, string
    kept = string("größer")
    group = ffi.new("csuccess_tracking_group *", {"name": kept, "predictions": 7, "false_share": 0.25})
    record = _records.TrackingGroup.read(group)
    assert (record.name, record.predictions, record.false_share) == ("größer", 7, 0.25)
    assert _records.TrackingGroup.__annotations__.keys() == set(record._fields)
    assert not {"size", "reserved"} & set(record._fields)
    assert _records.TrackingGroup.read(ffi.new("csuccess_tracking_group *")).name == ""


def test_bodies_are_bytes_and_may_be_absent() -> None:
    from csuccess import _records
    from csuccess._ffi import ffi, string
    kept = string(b"\xff\x00")
    assert _records.Entry.read(ffi.new("csuccess_entry *", {"body": kept})).body == b"\xff\x00"
    assert _records.Entry.read(ffi.new("csuccess_entry *")).body is None


def test_it_starts_soon() -> None:
    """None of the libraries that columns may come from is imported for them."""
    code = "import csuccess, sys; print([m for m in ('pyarrow', 'polars', 'pandas', 'duckdb', 'numpy') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
