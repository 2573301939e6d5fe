"""What all processes have read -> the texts of the job, numbered so that nothing depends on the order of input."""

import datetime
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Hashes, Indices
from dedup.core.arrays.ragged import Ragged, bounds_of, edges_of, ranges, take_rows
from dedup.core.arrays.sorting import distinct, firsts
from dedup.core.sites.pages import Pages
from dedup.core.stories.credits import Credit
from dedup.core.stories.newsrooms import plain
from dedup.core.stories.order import canonical_order, id_order
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.tasks.results import ReadResult
from dedup.types import Member, Note

KINDS: Final = (np.uint64, np.int32, np.uint8)
"""Of the hashes of blocks, their words, and their marks."""

NO_TEXT = -1
"""The text of a document that has no word: it is nobody's copy."""

_EPOCH: Final = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MICROSECOND: Final = datetime.timedelta(microseconds=1)
_LAST: Final = 2**63 - 1

_ROWS: Final = 1 << 12
"""Texts whose blocks are put in order at a time."""


class Collection(NamedTuple):
    """``n`` documents that have ``t`` different texts. A text is a sequence of tokens that one source prints under one
    headline.

    ``members``: the documents without their texts; ``text`` ``(n,) int64``: which text each has, or `NO_TEXT`;
    ``lengths`` ``(n,) int64`` in tokens; ``contents`` ``(n,) uint64`` the fingerprint of the tokens,
    ``fingerprints`` ``(n,) uint64`` that of the text; ``times`` ``(n,)`` as in
    `core.stories.order.canonical_order`; ``by_id`` ``(n,)`` the rank of each id.

    Texts are numbered by their first document in that order, so that nothing depends on the order of input:
    ``first`` ``(t,)`` is that document, ``rows`` ``(t,)`` the row of each on the shelf of tokens, ``pages`` their
    blocks, sources and headlines, ``says`` the hashes of the words of each headline. ``sources`` and ``homes`` are as
    in `core.stories.document_credits`, ``credits`` of the documents that have any; ``notes`` say which texts were repaired.
    """

    members: list[Member]
    text: Indices
    lengths: Indices
    contents: Hashes
    fingerprints: Hashes
    times: Indices
    by_id: Indices
    first: Indices
    rows: Indices
    pages: Pages
    says: Ragged
    sources: list[str]
    homes: list[str]
    credits: dict[int, tuple[Credit, ...]]
    notes: tuple[Note, ...]


class ColumnStore(Protocol):
    """Elements of one kind that are appended, and read back in order: a `engines.pool.spill.SpillColumn`, or memory."""

    def append(self, values: npt.NDArray[Any]) -> None:
        """Append some."""
        ...

    def read(self, start: int, count: int) -> npt.NDArray[Any]:
        """So many, from the element ``start`` on."""
        ...


class CollectionBuilder:
    """Takes what is read of each lot, in the order of input. Of a text that is read several times, the first counts.
    Blocks go to ``columns``, one for each of `KINDS`; shelves for tokens and ``whole`` texts, if there are any, are
    told what came."""

    def __init__(
        self, columns: Sequence[ColumnStore], tokens: RaggedSpill | None = None, whole: RaggedSpill | None = None
    ) -> None:
        self.members: list[Member] = []
        self._tokens, self._whole = tokens, whole
        self._names: dict[str, str] = {}
        self._sources: list[str] = []
        self._homes: list[str] = []
        self._credits: dict[int, tuple[Credit, ...]] = {}
        self._lengths: list[Indices] = [np.zeros(0, np.int64)]
        self._contents: list[Hashes] = [np.zeros(0, np.uint64)]
        self._fingerprints: list[Hashes] = [np.zeros(0, np.uint64)]
        self._texts: list[Hashes] = [np.zeros(0, np.uint64)]
        self._fresh: list[Indices] = [np.zeros(0, np.int64)]
        self._blocks: list[Indices] = [np.zeros(0, np.int64)]
        self._headlines: list[Hashes] = [np.zeros(0, np.uint64)]
        self._says: list[Hashes] = [np.zeros(0, np.uint64)]
        self._said: list[Indices] = [np.zeros(0, np.int64)]
        self._repairs: Counter[str] = Counter()
        self._columns = columns

    def add(self, found: ReadResult, ids: list[str], times: list[datetime.datetime | None]) -> None:
        """Take what was read of a lot; ``ids`` and ``times`` are what its documents are to have as theirs."""
        fresh = np.flatnonzero(found.fresh)
        first = len(self.members)
        self._credits |= {first + place: those for place, those in found.credits.items()}
        one = self._names.setdefault  # of equal names, one string
        self.members += [
            Member(id, source=one(source, source), published=time, title=title, path=one(path, path))
            for id, source, time, title, path in zip(ids, found.sources, times, found.titles, found.paths, strict=True)
        ]
        self._sources += [one(name, name) for name in found.names]
        self._homes += [one(name, name) for name in found.homes]
        self._lengths.append(found.lengths)
        self._contents.append(found.contents)
        self._fingerprints.append(found.fingerprints)
        self._texts.append(found.texts)
        self._fresh.append(first + fresh)
        self._blocks.append(found.blocks)
        self._headlines.append(found.headlines)
        self._says.append(found.says.values)
        self._said.append(found.says.lengths)
        self._repairs.update(found.repairs)
        for column, values in zip(self._columns, (found.hashes, found.words, found.marks), strict=True):
            column.append(values)
        if self._tokens is not None:
            self._tokens.came(found.number, found.lengths[fresh])
        if self._whole is not None:
            self._whole.came(found.number, found.characters)

    def texts(self) -> Collection:
        """All that was taken, which is not held any longer."""
        lengths, fresh = np.concatenate(self._lengths), np.concatenate(self._fresh)
        times = _times(self.members)
        by_id = id_order([member.id for member in self.members])
        ranks = canonical_order(times, lengths, by_id)
        text, row = self._told_apart(lengths, fresh)
        worded = (text != NO_TEXT).nonzero()[0]
        by_rank = worded[ranks[worded].argsort()]
        earliest = firsts(text[by_rank])
        order = earliest.argsort()
        numbers = np.empty_like(order)
        numbers[order] = np.arange(order.size)
        text[worded] = numbers[text[worded]]
        first = by_rank[earliest[order]]
        rows = row[order]
        contents = np.concatenate(self._contents)
        return Collection(
            members=self.members,
            text=text,
            lengths=lengths,
            contents=contents,
            fingerprints=np.concatenate(self._fingerprints),
            times=times,
            by_id=by_id,
            first=first,
            rows=rows,
            pages=self._pages(rows, first, contents[first]),
            says=take_rows(Ragged(np.concatenate(self._says), bounds_of(np.concatenate(self._said))), rows),
            sources=self._sources,
            homes=self._homes,
            credits=self._credits,
            notes=_repaired(self._repairs),
        )

    def _told_apart(self, lengths: Indices, fresh: Indices) -> tuple[Indices, Indices]:
        """``(n,)`` the text of each document, and ``(t,)`` the row of each text on the shelf."""
        texts = np.concatenate(self._texts)
        text = np.full(lengths.size, NO_TEXT)
        worded = lengths > 0
        known, text[worded] = distinct(texts[worded])
        row = firsts(texts[fresh])
        if row.size != known.size:
            raise ValueError("a text was read by a process that did not keep it")
        return text, row

    def _pages(self, rows: Indices, first: Indices, contents: Hashes) -> Pages:
        """The pages of the texts, in the order of their numbers; the source of a page is that of its first document."""
        counts = np.concatenate(self._blocks)
        edges = edges_of(counts[rows])
        # Where a row goes; beyond all others if it is that of no text, as another process has kept the same one.
        starts = np.full(counts.size, edges[-1])
        starts[rows] = edges[:-1]
        hashes, words, marks = _put(self._columns, starts, counts, int(edges[-1]))
        sources = numbers_of([plain(self.members[document].source) for document in first.tolist()])
        return Pages.marked(hashes, words, marks, edges, sources, np.concatenate(self._headlines)[rows], contents)


def _repaired(repairs: Counter[str]) -> tuple[Note, ...]:
    """A note on the texts that were repaired before they were compared."""
    if not repairs:
        return ()
    listed = ", ".join(f"{repair} in {count:,}" for repair, count in sorted(repairs.items()))
    return (Note("repairs", f"texts are compared as a reader sees them; repaired: {listed}"),)


def _put(columns: Sequence[ColumnStore], starts: Indices, counts: Indices, size: int) -> list[npt.NDArray[Any]]:
    """The elements of each column in another order: of row after row, the next ``counts[i]`` go to ``starts[i]`` and
    the places behind it, or nowhere if that is ``size``, which is how many are kept."""
    found = [np.empty(size, kind) for kind in KINDS]
    begin = 0
    for first in range(0, starts.size, _ROWS):
        some = slice(first, first + _ROWS)
        places, total = ranges(starts[some], counts[some]), int(counts[some].sum())
        kept = (starts[some] < size).repeat(counts[some])
        every = bool(kept.all())
        for column, into in zip(columns, found, strict=True):
            values = column.read(begin, total)
            into[places if every else places[kept]] = values if every else values[kept]
        begin += total
    return found


def numbers_of(names: list[str]) -> Indices:
    """``(n,)`` a number for each name, -1 for none."""
    # Not np.unique: an array of strings gives every name the width of the longest.
    numbers = {"": -1}
    for name in dict.fromkeys(names):
        numbers.setdefault(name, len(numbers))
    return np.fromiter(map(numbers.__getitem__, names), np.int64, len(names))


def _times(members: list[Member]) -> Indices:
    """Nanoseconds since 1970 in UTC, a time without zone being UTC; 1677 and 2262 stand for what lies beyond them."""
    times = np.full(len(members), UNKNOWN_TIME)
    for place, member in enumerate(members):
        if member.published is not None:
            zoned = member.published if member.published.tzinfo else member.published.replace(tzinfo=datetime.UTC)
            nanoseconds = (zoned - _EPOCH) // _MICROSECOND * 1000
            times[place] = min(max(nanoseconds, -_LAST), _LAST)
    return times
