"""Documents of a batch that were read -> their lookup keys, with the boilerplate that is known as they come."""

from collections.abc import Container

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import rising
from dedup.core.sites.pages import take_pages
from dedup.core.stories.arrivals.reasons import NO_SITE
from dedup.engines.online.comparison.arrivals import ArrivalJudge
from dedup.engines.online.comparison.batch import ArrivingBatch, ReadBatch, number_texts
from dedup.engines.online.comparison.part import TaughtDocuments
from dedup.engines.online.learning.new_pages import NewPages
from dedup.engines.online.learning.sites import SITES, Learning
from dedup.engines.tasks.arrivals import pages_of


class KeyedDocuments:
    """The documents of a batch, which teach an index its sites.

    Args:
        judge: makes the lookup keys.
        batch: the documents.
        learning: the sites of the index.
    """

    def __init__(self, judge: ArrivalJudge, batch: ReadBatch, learning: Learning) -> None:
        self._judge, self._learning, self._batch, self._keyed = judge, learning, batch, batch.keyed
        self._pages, self._sources = pages_of(batch.read)
        self._new_pages = NewPages.of(self._pages, self._sources)
        self._texts = number_texts(batch.read)
        count = self._pages.sources.size
        self._walls = learning.walls
        self._has_older_walls = np.full(count, learning.walls.size > 0)  # those of a worker may be older
        self._known_pages, self._sites = np.full(count, NO_SITE), np.full(count, -1)
        self._left_out = np.zeros(self._pages.hashes.size, np.bool_)
        self._is_judged = np.zeros(count, np.bool_)

    def _judge_texts(self, texts: Indices) -> None:
        """Decides what is left out of some texts by what is known now."""
        if not texts.size:
            return
        pages, sources = take_pages(self._pages, texts), [self._sources[text] for text in texts.tolist()]
        sites, self._left_out[self._pages.places(texts)] = self._learning.judged(pages, sources)
        self._sites[texts] = np.where(sites < SITES, sites, -1)
        self._known_pages[texts] = self._learning.known_pages(pages, sites, sources)
        self._is_judged[texts] = True

    def teach(self, positions: range, repeated: Container[str]) -> TaughtDocuments:
        """Has the documents at some positions teach, and decides for each what is left out once it has taught.

        A document without words teaches nothing. Fewer documents teach if two of them have one text that leaves out
        different blocks.

        Args:
            positions: the positions.
            repeated: ids of documents that teach nothing.
        """
        learning, taught, sites_changed = self._learning, set[int](), set[int]()
        is_alone = len(positions) == 1
        if not is_alone:
            self._judge_texts(self._texts_of(positions))
        marks, changed, new_labels = [learning.mark], list[int](), list[bool]()
        labels_before = learning.labels_version
        for position in positions:
            text, site, labels_version = int(self._texts[position]), -1, learning.labels_version
            if text >= 0 and self._batch.documents[position].id not in repeated:
                lesson = learning.learn(self._new_pages, text)
                site = lesson.changed
                is_found_by_labels = not any(self._new_pages.edges[text]) and learning.labels_version != labels_before
                sites_changed.add(site)
                is_judged = self._sites[text] == lesson.site and lesson.site not in sites_changed
                if is_alone or is_found_by_labels or (lesson.has_told and not is_judged):
                    if text in taught:
                        learning.move_to(marks[-1])
                        break
                    self._judge_texts(np.array([text]))
                taught.add(text)
            marks.append(learning.mark)
            changed.append(site)
            new_labels.append(learning.labels_version != labels_version)
        return TaughtDocuments(marks, np.array(changed, np.int64), new_labels)

    def take(self, first: int, last: int) -> ArrivingBatch:
        """The documents from ``first`` to before ``last``, with their keys."""
        texts, walls = self._texts_of(range(first, last)), self._learning.walls
        if self._walls is not walls:
            self._walls, self._has_older_walls[:] = walls, True
        if self._keyed is None:
            texts = np.arange(self._sites.size)
        self._judge_texts(texts[~self._is_judged[texts]])
        if self._keyed is None:
            self._keyed = self._judge.key(self._batch, self._left_out.copy(), walls)
            self._has_older_walls[:] = False
        else:
            more = texts[self._has_older_walls[texts]]
            self._keyed = self._judge.key_again(self._keyed, self._left_out.copy(), walls, more)
            self._has_older_walls[more] = False
        batch = ArrivingBatch.of(self._batch.documents, self._keyed, self._known_pages)
        return batch.select(np.arange(first, last))

    def _texts_of(self, positions: range) -> Indices:
        """The texts of the documents at some positions, rising."""
        texts = rising(self._texts[positions.start : positions.stop])
        return texts[texts >= 0]
