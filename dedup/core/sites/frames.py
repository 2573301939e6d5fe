"""Two pages of one site -> whether they are two articles in one frame, so that what they share is the frame.

A site shows its boilerplate at its third page (`core.sites.boilerplate`). An index has to answer for the second page
before. Two versions of one article differ here and there. Two articles in one frame differ in one long run of
sentences, the article, whatever else of the pages changes. This rule decides answers of an index while a site is new.
`cluster` and reviews do without it.
"""

from typing import Final, NamedTuple

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.sorting import first_of_equals
from dedup.core.sites.pages import Pages
from dedup.core.thresholds import LABEL_WORDS

RUN_WORDS: Final = 60
"""Words of the longest run of sentences of an article, at least."""

RUN_SHARE: Final = 0.6
"""The share of this run in all sentences that the other page does not have, at least."""


class PageRuns(NamedTuple):
    """Words of the sentences of one page, against another page.

    - ``unshared``: words of the sentences that the other page does not have.
    - ``longest_unshared``: words of the longest run of such sentences.
    - ``longest_shared``: words of the longest run of sentences that the other page has.
    """

    unshared: int
    longest_unshared: int
    longest_shared: int

    @property
    def is_article(self) -> bool:
        """Whether the page has an article of its own: one run has most of what the other page does not have."""
        return self.longest_unshared >= max(RUN_WORDS, RUN_SHARE * self.unshared)


def measure_runs(page: Pages, other: Hashes) -> PageRuns:
    """Measures the runs of sentences of a page. A sentence is a block of more than `LABEL_WORDS` words.

    Args:
        page: one page.
        other: the hashes of the blocks of another page.
    """
    sentences = page.words > LABEL_WORDS
    words = page.words[sentences].astype(np.int64)
    shared = np.isin(page.hashes[sentences], other)
    starts = first_of_equals(shared.view(np.uint8)).nonzero()[0]
    if not starts.size:
        return PageRuns(0, 0, 0)
    lengths: Indices = np.add.reduceat(words, starts)
    is_shared: Flags = shared[starts]
    return PageRuns(
        int(words[~shared].sum()),
        int(lengths[~is_shared].max(initial=0)),
        int(lengths[is_shared].max(initial=0)),
    )


def find_frame(page: Pages, other: Pages, edges_only: bool = False) -> Hashes:
    """Finds the frame of two pages of one site.

    Args:
        page: one page.
        other: another page.
        edges_only: whether only their first or last block says that the pages are of one site. Then the article of
            each page must be longer than any run that both have, for a text that two sites print has equal ends too.

    Returns:
        The hashes of the blocks that both pages have, rising; none if the pages may be versions of one article. Pages
        under one headline are versions.
    """
    nothing = np.zeros(0, np.uint64)
    if page.headlines[0] and page.headlines[0] == other.headlines[0]:
        return nothing
    for first, second in ((page, other), (other, page)):
        runs = measure_runs(first, second.hashes)
        if not runs.is_article or (edges_only and runs.longest_unshared < runs.longest_shared):
            return nothing
    return np.intersect1d(page.hashes[page.words > 0], other.hashes)
