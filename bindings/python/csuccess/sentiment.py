# SPDX-License-Identifier: Apache-2.0
"""How a text sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ._ffi import NULL, Handle, call, ffi, lib, new, string, text
from ._given import c_config

if TYPE_CHECKING:
    from .config import Config

__all__ = ["Feeling", "Sentiment", "Tone"]


class Feeling(NamedTuple):
    """What a text says, as an engine's `sentiment` gets and gives it: emotions and issues as bits."""

    score: float
    """-1 to 1."""
    confidence: float
    """0 to 1."""
    label: int
    """-1 negative, 0 neutral, 1 positive; 2, in an answer: by the score."""
    undecided: int
    """Patterns that stayed open because their budget was spent."""
    emotions: int
    issues: int

    @classmethod
    def read(cls, c: Any) -> Feeling:
        """The members of a csuccess_feeling."""
        return cls(c.score, c.confidence, c.label, c.undecided, c.emotions, c.issues)

    def fill(self, c: Any) -> None:
        """Writes them into one."""
        c.score, c.confidence, c.label, c.undecided, c.emotions, c.issues = self


class Tone(NamedTuple):
    """What a text says, with the names of what it shows."""

    score: float
    """-1 to 1: x / sqrt(x^2 + 15) of the sum x of its words."""
    confidence: float
    """0 to 1: how many words have a feeling, and how far they agree."""
    label: str
    """ "negative" up to a score of -0.05, "positive" from 0.05, else "neutral"."""
    emotions: tuple[str, ...]
    issues: tuple[str, ...]
    undecided: int
    """Patterns that stayed open because their budget was spent."""


_LABELS = {-1: "negative", 0: "neutral", 1: "positive"}


def _names(bits: int, names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for i, name in enumerate(names) if bits >> i & 1)


class Sentiment(Handle):
    """A scorer of texts; one thread at a time, many may share a configuration.

    `config`: whose section `sentiment` says words and patterns; None: the lexicon alone, without emotions and issues.
    """

    __slots__ = ("_config", "emotions", "issues")
    _free = lib.csuccess_sentiment_free

    def __init__(self, config: Config | None = None) -> None:
        out = ffi.new("csuccess_sentiment **")
        super().__init__(NULL)
        call(lib.csuccess_sentiment_new, out, NULL if config is None else c_config(config), NULL)
        self._handle = out[0]
        self._config = config
        self.emotions = self._list(lib.csuccess_sentiment_emotion)
        self.issues = self._list(lib.csuccess_sentiment_issue)

    def _list(self, name: Any) -> tuple[str, ...]:
        found: list[str] = []
        while word := text(name(self._handle, len(found))):
            found.append(word)
        return tuple(found)

    def score(self, words: str) -> Tone:
        """Scores a text, of which the first 64 KiB are read. The empty text is neutral. EncodingError: half a surrogate
        pair."""
        out = new("csuccess_feeling")
        with self._use() as c:
            self._call(lib.csuccess_sentiment_score, c, string(words), out)
        return Tone(
            out.score,
            out.confidence,
            _LABELS[out.label],
            _names(out.emotions, self.emotions),
            _names(out.issues, self.issues),
            out.undecided,
        )
