"""A part of a batch: documents that have nothing to do with each other, so that they are decided together."""

from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.engines.online.comparison.batch import ArrivingBatch, ComparedBatch
from dedup.engines.online.comparison.nearby import Nearby
from dedup.index.records import RememberedRow
from dedup.index.store import Store
from dedup.types import Document


class TaughtDocuments(NamedTuple):
    """``n`` documents of a batch that have taught an index its sites, one after another.

    - ``marks``: ``n + 1`` marks of `Learning`: before each document, and after the last one.
    - ``changed`` ``(n,) int64``: the site that each document has begun or changed, -1 for none.
    - ``new_labels``: whether each document has changed the labels of sites.
    """

    marks: list[int]
    changed: Indices
    new_labels: list[bool]

    def before_new_labels(self, first: int, last: int) -> int:
        """The end of the documents from ``first`` on, at most ``last``, of which only the first may change labels."""
        return next((row for row in range(first + 1, last) if self.new_labels[row]), last)


class Part(NamedTuple):
    """The documents of a ``batch`` from ``first`` to before ``last``.

    ``nearby`` is near to the documents of the batch, and ``taught`` is what they have taught. ``remembered`` are the
    remembered documents that they repeat, by position in the batch.
    """

    batch: ArrivingBatch
    nearby: Nearby
    taught: TaughtDocuments
    remembered: dict[int, RememberedRow]
    first: int
    last: int

    @property
    def documents(self) -> list[Document]:
        """The documents of the part."""
        return self.batch.documents[self.first : self.last]

    def select(self, positions: Indices, store: Store) -> tuple[ArrivingBatch, Nearby]:
        """The documents at ``positions`` ``(p,)`` of the part, rising, and what is near to them in the index."""
        nearby = self.nearby.part(self.first, self.last, store)
        return self.batch.select(self.first + positions), nearby.select(positions)

    def remembered_at(self, positions: Indices) -> dict[int, RememberedRow]:
        """The remembered documents that the documents at ``positions`` ``(p,)`` of the part repeat, by place there."""
        places = enumerate((self.first + positions).tolist())
        return {place: self.remembered[position] for place, position in places if position in self.remembered}

    def first_conflict(self, comparison: ComparedBatch, groups: Indices, positions: Indices) -> int:
        """Finds the first document that must not be decided with those before it.

        Such a document changes a site of which pages are compared, other than its own page; or the comparison joins it
        or its stories with those of another group, of which it would know nothing.

        Args:
            comparison: the comparison of the documents at ``positions``.
            groups: ``(p,)`` the group of each of these documents.
            positions: ``(p,)`` their positions in the part, rising.

        Returns:
            The position of the document in the batch, ``last`` if there is none.
        """
        compared = comparison.compared
        if compared is None:
            return self.last
        last = self.first + int(np.append(positions, self.last - self.first)[comparison.first_mixed(groups)])
        sites, texts = compared.verified.decider.sites, compared.texts
        for position in range(self.first + 1, last):
            site, row = self.taught.changed[position], compared.rows.get(self.batch.documents[position].id, -1)
            is_own = row >= 0 and texts.text[row] >= 0 and texts.first[texts.text[row]] == row
            if site >= 0 and np.count_nonzero(sites == site) > is_own:
                return position
        return last
