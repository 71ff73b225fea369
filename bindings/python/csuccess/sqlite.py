# SPDX-License-Identifier: Apache-2.0
"""The library's store in a SQLite file."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

from ._cstore import CStore
from ._ffi import NULL, ffi, lib, new, string
from ._time import length_ms
from ._process import claim
from .errors import UnsupportedError

__all__ = ["SqliteStore"]


class SqliteStore(CStore):
    """A store in a SQLite file (in WAL mode), durable, for many processes at once, with views for SQL beside it:
    customers, health_scores, churn_predictions, alerts, interventions, audit ... (docs/guides/sql.md).

    Any number of connections may use one file; each serves one engine at a time, and none is carried over fork().

    `existing`: the file must be there; else an absent or empty one is made. `bare`: a file that is made now never
    projects by itself, which commits a little faster. `busy`: how long to wait for another connection that writes.
    `cache_kib`: pages kept in memory. `checkpoint`: pages of the WAL from which it is written back.

    Errors name the file and the remedy: StateError (no SQLite database, another program's, or damaged),
    UnsupportedError (written by a newer version; no WAL mode there; a build without SQLite), DeniedError, BusyError,
    MissingError, InvalidError, RangeError.
    """

    __slots__ = ("path",)
    _free = getattr(lib, "csuccess_sqlite_close", lib.csuccess_text_free)

    def __init__(
        self,
        path: str | bytes | os.PathLike[str],
        *,
        existing: bool = False,
        bare: bool = False,
        busy: timedelta | int = 0,
        cache_kib: int = 0,
        checkpoint: int = 0,
    ) -> None:
        super().__init__(NULL)
        if not hasattr(lib, "csuccess_sqlite_open"):
            raise UnsupportedError(
                "this build has no SQLite store: build it with sqlite3 3.38 or newer (Debian: libsqlite3-dev)"
            )
        self.path = os.fsdecode(path)
        flags = (lib.CSUCCESS_SQLITE_EXISTING if existing else 0) | (lib.CSUCCESS_SQLITE_BARE if bare else 0)
        options = new(
            "csuccess_sqlite_options", flags=flags, busy_ms=length_ms(busy), cache_kib=cache_kib, checkpoint=checkpoint
        )
        out = ffi.new("csuccess_sqlite **")
        self._call(lib.csuccess_sqlite_open, out, string(os.fsencode(path)), options)
        self._handle = out[0]

    @property
    def _ops(self) -> Any:
        return lib.csuccess_sqlite_ops()

    def rebuild(self) -> None:
        """Makes the projections of all tenants anew from the entries; engines may run meanwhile, but wait at their next
        commit."""
        with claim(self):
            c = self._handle
            self._call(lib.csuccess_sqlite_rebuild, c)
