"""Documents of a batch that were read -> their lookup keys, with the boilerplate that is known as they come."""

import numpy as np

from dedup.array_types import Indices
from dedup.core.sites.pages import take_pages
from dedup.core.stories.arrivals.reasons import NO_SITE
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ArrivingBatch, ReadBatch, number_texts
from dedup.engines.online.learning.new_pages import NewPages
from dedup.engines.online.learning.sites import SITES, Learning
from dedup.engines.tasks.arrivals import pages_of
from dedup.engines.tasks.results import ArrivalResult


class KeyedDocuments:
    """The documents of a batch, which teach an index its sites one by one.

    Args:
        judge: makes the lookup keys.
        batch: the documents.
        learning: the sites of the index.
    """

    def __init__(self, judge: ArrivalJudge, batch: ReadBatch, learning: Learning) -> None:
        self.ids = [document.id for document in batch.documents]
        self._judge, self._learning, self._documents = judge, learning, batch.documents
        self._batch, self._keyed = batch, batch.keyed
        self._pages, self._sources = pages_of(batch.read)
        self._new_pages = NewPages.of(self._pages, self._sources)
        self._texts = number_texts(batch.read).tolist()
        has_walls = learning.walls.size > 0  # those that a worker has used may be older
        self._walls = None if has_walls and batch.keyed is not None else learning.walls
        self._known_pages = np.full(self._pages.sources.size, NO_SITE)
        self._sites = np.full(self._pages.sources.size, -1)

    def learn(self, position: int) -> bool:
        """Learns from the document at a position, and returns whether the keys of this document still hold.

        A document without words teaches nothing.
        """
        text = self._texts[position]
        if text < 0:
            return True
        version = self._learning.version
        site = self._learning.learn(self._new_pages, text)
        is_new_site = site != self._sites[text] and self._learning.has_told(site)
        return version == self._learning.version and not is_new_site

    def take(self, first: int, last: int) -> ArrivingBatch:
        """The documents from ``first`` to before ``last``, with keys by what is known now."""
        positions = np.arange(first, last)
        texts = np.unique(self._texts[first:last])
        self._keyed = self._key(texts[texts >= 0])
        return ArrivingBatch.of(self._documents, self._keyed, self._known_pages).select(positions)

    def _key(self, texts: Indices) -> ArrivalResult:
        """Makes the keys of some texts, or of all if there are none yet, and returns all keys."""
        if self._keyed is None:
            texts = np.arange(self._pages.sources.size)
        pages, sources = take_pages(self._pages, texts), [self._sources[text] for text in texts.tolist()]
        sites, left_out = self._learning.judged(pages, sources)
        self._sites[texts] = np.where(sites < SITES, sites, -1)
        self._known_pages[texts] = self._learning.known_pages(pages, sites, sources)
        if self._keyed is None:
            return self._judge.key(self._batch, left_out, self._learning.walls)
        of_all = self._keyed.left_out.copy()
        of_all[self._pages.places(texts)] = left_out
        new_walls = self._walls is not self._learning.walls
        self._walls = self._learning.walls
        return self._judge.key_again(self._keyed, of_all, self._walls, texts if new_walls else texts[:0])
