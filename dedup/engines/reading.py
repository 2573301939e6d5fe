"""Documents -> what the core works on: token hashes in a store, band keys, and which texts are the same text."""

from typing import NamedTuple

import numpy as np
import xxhash

from dedup.core import bands, minhash
from dedup.core.ragged import Ragged, take
from dedup.core.shingles import shingle, tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Document, Hashes, Indices, Member

__all__ = ["NO_TEXT", "Reading", "Texts"]

NO_TEXT = -1
"""The text of a document that has no word: it is nobody's copy."""


class Texts(NamedTuple):
    """``n`` documents that have ``t`` different texts, a text being a sequence of tokens.

    ``members``: the documents without their texts; ``text`` ``(n,) int64``: which text each has, or `NO_TEXT`;
    ``lengths`` ``(n,) int64`` in tokens; ``keys`` ``(t, b) uint64`` band keys.
    """

    members: list[Member]
    text: Indices
    lengths: Indices
    keys: Hashes


class Reading:
    """One reading of the documents. Each text is kept once, as its token hashes, in the store."""

    def __init__(self, settings: Settings, store: HashStore) -> None:
        self.members: list[Member] = []
        self._settings, self._store = settings, store
        self._plan = bands.plan(settings.similarity, settings.recall, settings.k)
        self._known: dict[int, int] = {}
        self._text: list[int] = []
        self._lengths: list[Indices] = []
        self._keys: list[Hashes] = []
        self._work = Workspace()

    def add(self, batch: list[Document]) -> None:
        """Read a batch; its texts must be Unicode."""
        tokens = self._tokens([item.text for item in batch])
        fresh = []
        values = tokens.values
        for number, (first, last) in enumerate(tokens.bounds.tolist()):
            # 64 bits: ten million different texts hold two that are taken for one with a probability of 3e-6.
            fingerprint = xxhash.xxh3_64_intdigest(values[first:last].data) if last > first else NO_TEXT
            if fingerprint == NO_TEXT:
                self._text.append(NO_TEXT)
                continue
            if fingerprint not in self._known:
                self._known[fingerprint] = len(self._known)
                fresh.append(number)
            self._text.append(self._known[fingerprint])
        self.members += [
            Member(item.id, source=item.source, published=item.published, title=item.title, path=item.path)
            for item in batch
        ]
        self._lengths.append(tokens.lengths)
        if fresh:
            kept = take(tokens, np.array(fresh))
            self._store.append(kept)
            self._keys.append(self._band_keys(kept))

    def texts(self) -> Texts:
        """All that was read."""
        return Texts(
            self.members,
            np.array(self._text, np.int64),
            np.concatenate([np.zeros(0, np.int64), *self._lengths]),
            np.concatenate([np.zeros((0, self._plan.bands), np.uint64), *self._keys]),
        )

    def _tokens(self, texts: list[str]) -> Ragged:
        return tokenize(fold(*encode(texts), self._work), self._settings.seed, self._work)

    def _band_keys(self, tokens: Ragged) -> Hashes:
        shingles = shingle(tokens, self._settings.shingle_size, self._settings.seed, self._work)
        return bands.band_keys(minhash.sketch(shingles, self._settings.k), self._plan)
