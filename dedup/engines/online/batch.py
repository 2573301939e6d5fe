"""A batch of documents that arrive at an index, and the result of its comparison with documents of the index."""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Hashes, Indices, Keys, Pairs
from dedup.core.arrays import pair_codes
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.arrays.sorting import find, first_of_equals
from dedup.core.collection import NO_TEXT
from dedup.core.items.headlines import Items
from dedup.core.pairs.decision import ARTICLE, NOTHING, REASONS, Reasons
from dedup.core.sketch import bands
from dedup.core.stories.arrivals.reasons import NO_SITE
from dedup.core.stories.canonical import alone_credit
from dedup.engines.online.compared import ComparedDocuments
from dedup.engines.tasks.profiles import LearnedProfiles
from dedup.engines.tasks.read import select_read
from dedup.engines.tasks.results import ArrivalResult, ReadResult
from dedup.index.records import ItemRow, Stored
from dedup.index_types import Match
from dedup.types import Document


class ArrivingBatch(NamedTuple):
    """``d`` new documents that are decided together.

    - ``documents``: the documents, each with its own id.
    - ``profiles``: the site profiles with which the batch was prepared.
    - ``read``: the result of reading the documents.
    - ``tokens``: the tokens of all texts, one text after another. None says that the comparison must read the documents
      again.
    - ``rows`` ``(r,) int64``: the first document of each text.
    - ``keys`` ``(r, b) uint32``: the band keys of each text, and in the last column the key of the whole text.
    - ``sampled``: ``r`` rows, the sampled shingles of each text in 32 bits.
    - ``inner`` ``(p, 2) int64``: pairs of texts of this batch that may match, as positions in ``rows``.
    - ``reasons`` ``(d,) int8``: the reason why each document is no article, as in `core.pairs.decision`.
    - ``known_pages`` ``(d,) int64``: the known pages of the site of each document, as from
      `LearnedProfiles.known_pages`.
    - ``packed``: the documents as they are stored, if a worker has packed them; else empty.
    """

    documents: list[Document]
    profiles: LearnedProfiles
    read: ReadResult
    tokens: Hashes | None
    rows: Indices
    keys: Keys
    sampled: Ragged
    inner: Pairs
    reasons: Reasons
    known_pages: Indices
    packed: list[bytes]

    @classmethod
    def of(cls, documents: list[Document], profiles: LearnedProfiles, result: ArrivalResult) -> "ArrivingBatch":
        """Makes a batch.

        The batch of one document has no tokens. Most documents are compared with none, so the comparison reads the
        document again if it must.

        Args:
            documents: the documents.
            profiles: the site profiles.
            result: the result of preparing the documents with the profiles.
        """
        return cls(
            documents,
            profiles,
            result.read,
            None if len(documents) == 1 else result.tokens,
            result.read.fresh.nonzero()[0],
            result.keys,
            result.sampled,
            result.inner,
            *_document_facts(result),
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

    def with_candidates(self, candidates: Pairs, versions: Pairs, headlines: Hashes) -> Indices:
        """The positions of the documents that may match another document, rising.

        The text of such a document is among the ``candidates`` ``(m, 2)``, pairs of a position in ``rows`` and a
        document of the index; or the text is in ``inner``, or several documents of the batch have it. Or its address or
        headline is among the ``versions`` ``(v, 2)``, pairs of a position in the batch and a document of the index, or
        several documents of the batch have the address, or the headline, which is one of ``headlines``.
        """
        prints, urls = self.read.fingerprints, self.read.urls
        texts = np.concatenate((candidates[:, 0], self.inner.reshape(-1)))
        if prints.size == 1:
            return np.zeros(min(1, texts.size + len(versions)), np.int64)
        compared = np.isin(prints, np.concatenate((prints[self.rows[texts]], _repeated(prints))))
        compared |= np.isin(urls, _repeated(urls))
        compared |= np.isin(self.read.item_headlines, np.intersect1d(_repeated(self.read.item_headlines), headlines))
        compared[versions[:, 0]] = True
        return compared.nonzero()[0]

    def select(self, positions: Indices, candidates: Pairs) -> tuple["ArrivingBatch", Pairs]:
        """The batch of the documents at ``positions`` ``(p,)``, and the ``candidates`` of this batch."""
        if positions.size == len(self.documents):
            return self, candidates
        texts = np.flatnonzero(np.isin(self.rows, positions))
        tokens = self.tokens
        if tokens is not None:
            tokens = take_rows(Ragged(tokens, bounds_of(self.read.lengths[self.rows])), texts).values
        batch = ArrivingBatch(
            [self.documents[position] for position in positions.tolist()],
            self.profiles,
            select_read(self.read, positions, texts),
            tokens,
            np.searchsorted(positions, self.rows[texts]),
            self.keys[texts],
            take_rows(self.sampled, texts),
            np.searchsorted(texts, self.inner),
            self.reasons[positions],
            self.known_pages[positions],
            [],
        )
        return batch, np.stack((np.searchsorted(texts, candidates[:, 0]), candidates[:, 1]), axis=1)

    def document_keys(self) -> tuple[Keys, Ragged]:
        """The band keys ``(d, b)`` and the sampled shingles of each document.

        Documents of one text have equal keys. A document without words has none.
        """
        read = self.read
        if read.fresh.all():
            return self.keys, self.sampled
        texts, first = np.unique(read.fingerprints[read.fresh], return_index=True)
        positions, has_text = find(texts, read.fingerprints)
        text = np.where(has_text, first[positions], texts.size) if texts.size else np.zeros(positions.size, np.int64)
        keys = np.concatenate((self.keys, np.full((1, self.keys.shape[1]), bands.NO_KEY, np.uint32)))
        nothing = np.full((1, 2), self.sampled.values.size)
        sampled = Ragged(self.sampled.values, np.concatenate((self.sampled.bounds, nothing)))
        return keys[text], take_rows(sampled, text)


class Comparison(NamedTuple):
    """The result of comparing ``d`` new documents with ``n`` documents of an index.

    - ``neighbours``: the documents of the index that were compared.
    - ``compared``: all compared documents; None if there are none.
    - ``labels`` ``(d + n,) int64``: the story of each document, new documents first. A document that was compared with
      none has a story of its own.
    - ``matches``: the matches of each new document.
    - ``alone``: the credit of a new document that was compared with none, and the reason why the document is no
      article, by its position. Documents with neither are left out.
    """

    neighbours: list[Stored]
    compared: ComparedDocuments | None
    labels: Indices
    matches: list[tuple[Match, ...]]
    alone: dict[int, tuple[str, str]]

    def matched_stories(self) -> set[int]:
        """The stories of the index that have a neighbour in one story with a new document."""
        new = set(self.labels[: len(self.matches)].tolist())
        labels = self.labels[len(self.matches) :].tolist()
        return {stored.story for stored, label in zip(self.neighbours, labels, strict=True) if label in new}

    def drop_neighbours(self, stories: set[int]) -> "Comparison":
        """The comparison without the neighbours that are in no story of ``stories``: their stories do not change."""
        rows = [row for row, stored in enumerate(self.neighbours) if stored.story in stories]
        new = len(self.matches)
        labels = np.concatenate((self.labels[:new], self.labels[new:][rows]))
        return self._replace(neighbours=[self.neighbours[row] for row in rows], labels=labels)

    def spread(self, positions: Indices, read: ReadResult, reasons: Reasons) -> "Comparison":
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
        return Comparison(self.neighbours, self.compared, labels, matches, facts)


NO_COMPARISON: Final = Comparison([], None, np.zeros(0, np.int64), [], {})
"""The comparison of no documents."""


def distinct_pairs(pairs: Pairs) -> Pairs:
    """Pairs of two different texts, the lower text first, sorted and distinct. The argument is changed."""
    pairs.sort(axis=1)
    first, second = pairs.T
    codes = pair_codes.encode(first, second)[(first != NO_TEXT) & (first != second)]
    codes.sort()
    return pair_codes.decode(codes[first_of_equals(codes)])


def _repeated(hashes: Hashes) -> Hashes:
    """The hashes that several documents have, without 0."""
    values, counts = np.unique(hashes, return_counts=True)
    repeated: Hashes = values[(counts > 1) & (values > 0)]
    return repeated


def _document_facts(result: ArrivalResult) -> tuple[Reasons, Indices]:
    """``(d,) int8``: the reason why each document is no article; ``(d,) int64``: the known pages of its site.

    Documents of one text have equal facts.
    """
    read = result.read
    prints = read.fingerprints[read.fresh]
    order = prints.argsort()
    positions, has_text = find(prints[order], read.fingerprints)
    texts = order[positions[has_text]]
    reasons, pages = np.full(has_text.size, NOTHING, np.int8), np.full(has_text.size, NO_SITE)
    reasons[has_text], pages[has_text] = result.reasons[texts], result.pages[texts]
    return reasons, pages
