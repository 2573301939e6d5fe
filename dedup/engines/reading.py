"""Documents -> what the core works on: token hashes in a store, band keys, and which texts are the same text."""

import datetime
from typing import Final, NamedTuple

import numpy as np
import xxhash

from dedup.core import bands, minhash
from dedup.core.clusters import UNKNOWN_TIME, canonical_order
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

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_LAST: Final = 2**63 - 1


class Texts(NamedTuple):
    """``n`` documents that have ``t`` different texts, a text being a sequence of tokens.

    ``members``: the documents without their texts; ``text`` ``(n,) int64``: which text each has, or `NO_TEXT`;
    ``lengths`` ``(n,) int64`` in tokens; ``times`` and ``ranks`` ``(n,)`` as in `core.clusters.canonical_order`.

    Texts are numbered by their first document in the canonical order, so that nothing depends on the order of input:
    ``rows`` ``(t,)``: the row of each in the store; ``keys`` ``(t, b) uint64`` band keys.
    """

    members: list[Member]
    text: Indices
    lengths: Indices
    times: Indices
    ranks: Indices
    rows: Indices
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
        text = np.array(self._text, np.int64)
        lengths = np.concatenate([np.zeros(0, np.int64), *self._lengths])
        times = _times(self.members)
        ranks = canonical_order(times, lengths, [member.id for member in self.members])
        worded = np.flatnonzero(text != NO_TEXT)
        by_rank = worded[np.argsort(ranks[worded])]
        rows = np.argsort(np.unique(text[by_rank], return_index=True)[1])
        numbers = np.empty_like(rows)
        numbers[rows] = np.arange(rows.size)
        text[worded] = numbers[text[worded]]
        return Texts(self.members, text, lengths, times, ranks, rows, self._numbered(numbers))

    def _numbered(self, numbers: Indices) -> Hashes:
        """The band keys, those of each text in the row of its number."""
        keys = np.empty((numbers.size, self._plan.bands), np.uint64)
        first = 0
        for part in self._keys:
            keys[numbers[first : first + len(part)]] = part
            first += len(part)
        return keys

    def _tokens(self, texts: list[str]) -> Ragged:
        return tokenize(fold(*encode(texts), self._work), self._settings.seed, self._work)

    def _band_keys(self, tokens: Ragged) -> Hashes:
        shingles = shingle(tokens, self._settings.shingle_size, self._settings.seed, self._work)
        return bands.band_keys(minhash.sketch(shingles, self._settings.k), self._plan)


def _times(members: list[Member]) -> Indices:
    """Nanoseconds since 1970 in UTC, a time without zone being UTC; 1677 and 2262 stand for what lies beyond them."""
    times = np.full(len(members), UNKNOWN_TIME)
    for place, member in enumerate(members):
        if member.published is not None:
            zoned = member.published if member.published.tzinfo else member.published.replace(tzinfo=datetime.UTC)
            nanoseconds = (zoned - _EPOCH) // _MICROSECOND * 1000
            times[place] = min(max(nanoseconds, -_LAST), _LAST)
    return times
