"""A batch of documents that arrive at an index, and the result of its comparison with documents of the index."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices, Keys, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import find, first_of_equals, firsts, number_rows, rising
from dedup.core.collection import NO_TEXT
from dedup.core.items.headlines import Items
from dedup.core.pairs.decision import ARTICLE, NOTHING, REASONS, Reasons
from dedup.core.sketch import bands
from dedup.core.stories.arrivals.reasons import NO_SITE
from dedup.core.stories.canonical import alone_credit
from dedup.engines.online.comparison.compared import ComparedDocuments
from dedup.engines.tasks.read import select_read
from dedup.engines.tasks.results import ArrivalResult, ReadResult
from dedup.index.records import ItemRow, Stored
from dedup.index_types import Match
from dedup.types import Document


class ReadBatch(NamedTuple):
    """New documents that were read.

    - ``documents``: the documents, each with its own id.
    - ``read``: the result of reading them.
    - ``tokens``: the tokens of all texts, one text after another.
    - ``keyed``: the documents with the lookup keys that a worker has made; None if nobody has made keys.
    """

    documents: list[Document]
    read: ReadResult
    tokens: Hashes
    keyed: ArrivalResult | None


class ArrivingBatch(NamedTuple):
    """``d`` new documents that are decided together.

    - ``documents``: the documents, each with its own id.
    - ``read``: the result of reading the documents.
    - ``tokens``: the tokens of all texts, one text after another.
    - ``rows`` ``(r,) int64``: the first document of each text, rising.
    - ``keys`` ``(r, b) uint32``: the band keys of each text, and in the last column the key of the whole text.
    - ``sampled``: ``r`` rows, the sampled shingles of each text in 32 bits.
    - ``reasons`` ``(d,) int8``: the reason why each document is no article, as in `core.pairs.decision`.
    - ``known_pages`` ``(d,) int64``: the known pages of the site of each document, as from
      `Learning.known_pages`.
    - ``packed``: the documents as they are stored, if a worker has packed them; else empty.
    """

    documents: list[Document]
    read: ReadResult
    tokens: Hashes
    rows: Indices
    keys: Keys
    sampled: Ragged
    reasons: Reasons
    known_pages: Indices
    packed: list[bytes]

    @classmethod
    def of(cls, documents: list[Document], result: ArrivalResult, known_pages: Indices) -> "ArrivingBatch":
        """Makes a batch.

        Args:
            documents: the documents.
            result: the documents with their lookup keys.
            known_pages: ``(f,)`` the known pages of the site of each new text.
        """
        return cls(
            documents,
            result.read,
            result.tokens,
            result.read.fresh.nonzero()[0],
            result.keys,
            result.sampled,
            *_document_facts(result, known_pages),
            result.packed,
        )

    def items(self) -> Items:
        """The documents as items of feeds."""
        read = self.read
        text = np.zeros_like(read.lengths)  # the look-up compares no texts
        times = read.members.times.nanoseconds
        return Items(read.item_headlines, read.item_sites, read.urls, times, text, np.ones(times.size, np.bool_))

    def item_rows(self, numbers: Indices) -> list[ItemRow]:
        """The items among the documents, which have the ``numbers`` ``(d,)`` in the index."""
        rows = self.read.item_headlines.nonzero()[0]
        columns = (numbers, self.read.item_headlines, self.read.item_sites, self.read.urls)
        return list(map(ItemRow, *(column[rows].tolist() for column in columns)))

    def select(self, positions: Indices) -> "ArrivingBatch":
        """The batch of the documents at ``positions`` ``(p,)``, rising."""
        if positions.size == len(self.documents):
            return self
        text_of = number_texts(self.read)[positions]
        worded = (text_of >= 0).nonzero()[0]
        first = firsts(text_of[worded])
        rows = np.sort(worded[first])
        texts = text_of[rows]
        read = select_read(self.read, positions, texts)
        read.fresh = np.zeros(positions.size, np.bool_)
        read.fresh[rows] = True
        return ArrivingBatch(
            [self.documents[position] for position in positions.tolist()],
            read,
            take_rows(Ragged(self.tokens, bounds_of(self.read.lengths[self.rows])), texts).values,
            rows,
            self.keys[texts],
            take_rows(self.sampled, texts),
            self.reasons[positions],
            self.known_pages[positions],
            [self.packed[position] for position in positions.tolist()] if self.packed else [],
        )

    def document_keys(self, chosen: Flags | None = None) -> tuple[Keys, Ragged]:
        """The band keys ``(d, b)`` and the sampled shingles of each document, or of those that are ``chosen`` ``(d,)``.

        Documents of one text have equal keys. A document without words has none.
        """
        if self.read.fresh.all() and (chosen is None or chosen.all()):
            return self.keys, self.sampled
        keys = np.concatenate((self.keys, np.full((1, self.keys.shape[1]), bands.NO_KEY, np.uint32)))
        nothing = np.full((1, 2), self.sampled.values.size)
        sampled = Ragged(self.sampled.values, np.concatenate((self.sampled.bounds, nothing)))
        texts = number_texts(self.read)  # -1 is the last row
        texts = texts if chosen is None else np.where(chosen, texts, -1)
        return keys[texts], take_rows(sampled, texts)


class ComparedBatch(NamedTuple):
    """The result of comparing ``d`` new documents with ``n`` documents of an index.

    - ``neighbours``: the documents of the index that were compared.
    - ``compared``: all compared documents; None if there are none.
    - ``labels`` ``(d + n,) int64``: the story of each document, new documents first. A document that was compared with
      none has a story of its own.
    - ``matches``: the matches of each new document.
    - ``alone``: the credit of a new document that was compared with none, and the reason why the document is no
      article, by its position. Documents with neither are left out.
    - ``owners``: the position of the new document that each story of the index was compared for.
    - ``parting``: the stories of the index that part: all members were compared, and are in several stories. If several
      documents were compared, stories that may part.
    """

    neighbours: list[Stored]
    compared: ComparedDocuments | None
    labels: Indices
    matches: list[tuple[Match, ...]]
    alone: dict[int, tuple[str, str]]
    owners: dict[int, int]
    parting: frozenset[int] = frozenset()

    def matched_stories(self) -> set[int]:
        """The stories of the index that have a neighbour in one story with a new document."""
        new = set(self.labels[: len(self.matches)].tolist())
        labels = self.labels[len(self.matches) :].tolist()
        return {stored.story for stored, label in zip(self.neighbours, labels, strict=True) if label in new}

    def stories_apart(self) -> set[int]:
        """The stories of the index whose neighbours are in several stories of the comparison."""
        labels = self.labels[len(self.matches) :].tolist()
        label_of: dict[int, int] = {}
        of_neighbours = zip(self.neighbours, labels, strict=True)
        return {stored.story for stored, label in of_neighbours if label_of.setdefault(stored.story, label) != label}

    def stories_of_digests(self) -> set[int]:
        """The stories of the index that have a digest among the neighbours."""
        if self.compared is None:
            return set()
        are_digests = self.compared.is_digest[len(self.matches) :].tolist()
        return {stored.story for stored, is_digest in zip(self.neighbours, are_digests, strict=True) if is_digest}

    def drop_neighbours(self, stories: set[int]) -> "ComparedBatch":
        """The comparison without the neighbours that are in no story of ``stories``: their stories do not change."""
        rows = [row for row, stored in enumerate(self.neighbours) if stored.story in stories]
        new = len(self.matches)
        labels = np.concatenate((self.labels[:new], self.labels[new:][rows]))
        return self._replace(neighbours=[self.neighbours[row] for row in rows], labels=labels)

    def first_mixed(self, groups: Indices) -> int:
        """Finds the first new document whose group has a story in common with a group before it.

        Args:
            groups: ``(d,)`` the first position of the group of each new document.

        Returns:
            The position of the document, ``d`` if there is none.
        """
        of_neighbours = groups[[self.owners[stored.story] for stored in self.neighbours]]
        codes = rising(pair_codes.encode(self.labels, np.concatenate((groups, of_neighbours))))
        labels, of_labels = pair_codes.decode(codes).T
        return int(of_labels[1:][labels[1:] == labels[:-1]].min(initial=groups.size))

    def spread(self, positions: Indices, read: ReadResult, reasons: Reasons) -> "ComparedBatch":
        """The comparison of a whole batch, in which the documents of this comparison are at ``positions``.

        Args:
            positions: ``(d,) int64`` position of each new document of this comparison.
            read: the result of reading the whole batch.
            reasons: ``(batch,) int8`` reason why each document of the batch is no article.

        Returns:
            The comparison, in which each further document is a story of its own.
        """
        count = read.members.size
        if positions.size == count:
            return self
        new, labels = len(self.matches), np.empty(count + len(self.neighbours), np.int64)
        is_alone = np.ones(count, np.bool_)
        is_alone[positions] = False
        alone = is_alone.nonzero()[0]
        labels[positions], labels[count:] = self.labels[:new], self.labels[new:]
        labels[alone] = int(self.labels.max(initial=-1)) + 1 + np.arange(alone.size)
        matches: list[tuple[Match, ...]] = [()] * count
        for position, of_document in zip(positions.tolist(), self.matches, strict=True):
            matches[position] = of_document
        credits = {row: alone_credit(of_document) for row, of_document in read.credits.items() if is_alone[row]}
        remarkable = sorted({*credits, *(is_alone & (reasons != ARTICLE)).nonzero()[0].tolist()})
        facts = {row: (credits.get(row, ""), REASONS[reasons[row]]) for row in remarkable}
        owners = {story: int(positions[row]) for story, row in self.owners.items()}
        return ComparedBatch(self.neighbours, self.compared, labels, matches, facts, owners, self.parting)


NO_COMPARISON: Final = ComparedBatch([], None, np.zeros(0, np.int64), [], {}, {})
"""The comparison of no documents."""


def distinct_pairs(pairs: Pairs) -> Pairs:
    """Pairs of two different texts, the lower text first, sorted and distinct. The argument is changed."""
    pairs.sort(axis=1)
    first, second = pairs.T
    codes = pair_codes.encode(first, second)[(first != NO_TEXT) & (first != second)]
    codes.sort()
    return pair_codes.decode(codes[first_of_equals(codes)])


def number_texts(read: ReadResult) -> Indices:
    """``(d,) int64``: the position of the text of each document among the new texts, -1 for a document without words.

    The new texts are those of the documents that are ``fresh``.
    """
    if read.fresh.all():
        return np.arange(read.fresh.size)
    numbers = number_rows(read.texts, read.contents, read.contents_high)
    new_texts = numbers[read.fresh]
    order = new_texts.argsort()
    positions, has_text = find(new_texts[order], numbers)
    texts = np.full(positions.size, -1, np.int64)
    has_text &= read.lengths > 0
    texts[has_text] = order[positions[has_text]]
    return texts


def number_copies(read: ReadResult) -> Indices:
    """``(d,) int64``: a number of each text of a source, -1 for a document without words."""
    texts, sources = number_texts(read), read.members.source
    return np.where(texts < 0, -1, texts * (int(sources.max(initial=0)) + 1) + sources)


def _document_facts(result: ArrivalResult, known_pages: Indices) -> tuple[Reasons, Indices]:
    """``(d,) int8``: the reason why each document is no article; ``(d,) int64``: the known pages of its site.

    Documents of one text have equal facts.
    """
    texts = number_texts(result.read)  # -1 is the last row
    reasons, pages = (result.reasons, np.array([NOTHING], np.int8)), (known_pages, [NO_SITE])
    return np.concatenate(reasons)[texts], np.concatenate(pages)[texts]
