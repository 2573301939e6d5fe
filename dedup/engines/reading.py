"""Documents -> what the core works on: token hashes in a store, hashes of blocks, and which texts are the same text."""

import datetime
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import xxhash

from dedup.core import blocks, looks
from dedup.core.boilerplate import Pages
from dedup.core.clusters import UNKNOWN_TIME, canonical_order
from dedup.core.credits import Credit
from dedup.core.ragged import Ragged, ranges, take
from dedup.core.shingles import tokenize
from dedup.core.text import encode, fold
from dedup.core.workspace import Workspace
from dedup.engines.crediting import credits_of, home_of, source_of
from dedup.engines.store import HashStore, TextStore
from dedup.settings import Settings
from dedup.types import Bytes, Document, Hashes, Indices, Member, Offsets

__all__ = ["NO_TEXT", "Reading", "Texts", "numbers_of"]

NO_TEXT = -1
"""The text of a document that has no word: it is nobody's copy."""

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_LAST: Final = 2**63 - 1


class Texts(NamedTuple):
    """``n`` documents that have ``t`` different texts, a text being a sequence of tokens.

    ``members``: the documents without their texts; ``text`` ``(n,) int64``: which text each has, or `NO_TEXT`;
    ``lengths`` ``(n,) int64`` in tokens; ``times`` and ``ranks`` ``(n,)`` as in `core.clusters.canonical_order`.

    Texts are numbered by their first document in that order, so that nothing depends on the order of input:
    ``first`` ``(t,)`` is that document, ``rows`` ``(t,)`` the row of each in the store, ``pages`` their blocks
    and ``closed`` which of these end a sentence.
    ``sources`` and ``homes`` are those of `engines.crediting`, ``credits`` those of the documents that have any.
    """

    members: list[Member]
    text: Indices
    lengths: Indices
    times: Indices
    ranks: Indices
    first: Indices
    rows: Indices
    pages: Pages
    closed: npt.NDArray[np.bool_]
    sources: list[str]
    homes: list[str]
    credits: dict[int, tuple[Credit, ...]]


class Reading:
    """One reading of the documents. Each text is kept once, as its token hashes, in the store; and as it came, in the
    same rows, if there is a place for ``whole`` texts."""

    def __init__(self, settings: Settings, store: HashStore, whole: TextStore | None = None) -> None:
        self.members: list[Member] = []
        self._settings, self._store, self._whole = settings, store, whole
        self._known: dict[int, int] = {}
        self._text: list[int] = []
        self._lengths: list[Indices] = []
        self._blocks: list[_Blocks] = []
        self._sources: list[str] = []
        self._homes: list[str] = []
        self._credits: dict[int, tuple[Credit, ...]] = {}
        self._work = Workspace()

    def add(self, batch: list[Document]) -> None:
        """Read a batch; its texts must be Unicode."""
        buffer, offsets = encode([item.text for item in batch])
        tokens, found = self._tokens(batch, buffer, offsets)
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
        sources = [source_of(item) for item in batch]
        self._sources += sources
        self._homes += [source or home_of(item) for source, item in zip(sources, batch, strict=True)]
        self._lengths.append(tokens.lengths)
        if fresh:
            rows = np.array(fresh)
            self._store.append(take(tokens, rows))
            if self._whole is not None:
                self._whole.append(buffer, offsets, rows)
            self._blocks.append(_of(rows, found))

    def texts(self) -> Texts:
        """All that was read."""
        text = np.array(self._text, np.int64)
        lengths = np.concatenate([np.zeros(0, np.int64), *self._lengths])
        times = _times(self.members)
        ranks = canonical_order(times, lengths, [member.id for member in self.members])
        worded = np.flatnonzero(text != NO_TEXT)
        by_rank = worded[np.argsort(ranks[worded])]
        earliest = np.unique(text[by_rank], return_index=True)[1]
        rows = np.argsort(earliest)
        numbers = np.empty_like(rows)
        numbers[rows] = np.arange(rows.size)
        text[worded] = numbers[text[worded]]
        first = by_rank[np.sort(earliest)]
        pages, closed = self._pages(rows, first)
        sources = self._sources, self._homes, self._credits
        return Texts(self.members, text, lengths, times, ranks, first, rows, pages, closed, *sources)

    def _pages(self, rows: Indices, first: Indices) -> tuple[Pages, npt.NDArray[np.bool_]]:
        """The blocks of each text, in the order of their numbers, and which are closed; the source is that of its first
        document."""
        nothing = np.zeros(0, np.int64)
        none = _Blocks(nothing.view(np.uint64), nothing, nothing.view(np.bool_), nothing)
        found = _of(rows, _Blocks(*map(np.concatenate, zip(none, *self._blocks, strict=True))))
        edges = np.append(0, np.cumsum(found.lengths))
        hints = numbers_of([self.members[i].source for i in first.tolist()])
        return Pages(found.hashes, found.words, edges, hints), found.closed

    def _tokens(self, batch: list[Document], buffer: Bytes, offsets: Offsets) -> tuple[Ragged, "_Blocks"]:
        cut = blocks.cut(buffer, offsets)
        folded = fold(buffer, cut.offsets, self._work)
        tokens = tokenize(folded, self._settings.seed, self._work)
        credits = credits_of(batch, buffer, cut, tokens, self._settings.seed, folded.ascii)
        self._credits |= {len(self.members) + place: found for place, found in credits.items()}
        edges = np.append(tokens.bounds[:, 0], tokens.values.size)[cut.bounds]
        closed = looks.closed(buffer, cut.offsets)
        documents = Ragged(tokens.values, np.stack((edges[:-1], edges[1:]), axis=1))
        return documents, _Blocks(blocks.hashes(tokens), tokens.lengths, closed, np.diff(cut.bounds))


class _Blocks(NamedTuple):
    """Blocks of texts: ``hashes``, ``words`` and whether each is ``closed``, ``(m,)``; ``lengths`` ``(n,)``, how many
    each text has."""

    hashes: Hashes
    words: Indices
    closed: npt.NDArray[np.bool_]
    lengths: Indices


def _of(texts: Indices, found: _Blocks) -> _Blocks:
    """The blocks of the given texts, in that order."""
    lengths = found.lengths[texts]
    places = ranges(np.cumsum(found.lengths)[texts] - lengths, lengths)
    return _Blocks(found.hashes[places], found.words[places], found.closed[places], lengths)


def numbers_of(names: list[str]) -> Indices:
    """``(n,)`` a number for each name, -1 for none."""
    # Not np.unique: an array of strings gives every name the width of the longest.
    numbers = {"": -1}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _times(members: list[Member]) -> Indices:
    """Nanoseconds since 1970 in UTC, a time without zone being UTC; 1677 and 2262 stand for what lies beyond them."""
    times = np.full(len(members), UNKNOWN_TIME)
    for place, member in enumerate(members):
        if member.published is not None:
            zoned = member.published if member.published.tzinfo else member.published.replace(tzinfo=datetime.UTC)
            nanoseconds = (zoned - _EPOCH) // _MICROSECOND * 1000
            times[place] = min(max(nanoseconds, -_LAST), _LAST)
    return times
