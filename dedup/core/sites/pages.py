"""Pages as arrays of blocks: the record from which sites and boilerplate are found."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices, Offsets
from dedup.core.arrays.ragged import edges_of, ranges
from dedup.core.thresholds import LABEL_WORDS

LABEL: Final = 1
"""The bit of a block that is a whole line, so that it may be a label."""

CREDIT: Final = 2
"""The bit of a block that is a credit."""

_NO_BLOCKS: Final = np.zeros(0, np.int64)


class Pages(NamedTuple):
    """``n`` pages as ``m`` blocks. Page ``i`` has the blocks ``bounds[i]`` to ``bounds[i + 1] - 1``.

    - ``hashes`` ``(m,) uint64``: the hash of each block, as from `core.text.block_hashes.block_hashes`; 0 for a block
      without words.
    - ``words`` ``(m,) int32``: tokens of each block.
    - ``labels`` ``(m,) bool``: whether a block is a whole line, of any length, of a page that has several lines.
    - ``bounds`` ``(n + 1,) int64``: the first block of each page, and the end.
    - ``sources`` ``(n,) int64``: the number of the source that the document gives, -1 for none.
    - ``headlines`` ``(n,) uint64``: the hash of the title as one block, 0 for none.
    - ``contents`` ``(n,) uint64``: a fingerprint of the tokens. It chooses the sample of the pages of a block.
    - ``credits`` ``(c,) int64``, rising: blocks that say who wrote the text or printed it first, and nothing else. A
      credit is no part of an article.
    """

    hashes: Hashes
    words: npt.NDArray[np.int32]
    labels: npt.NDArray[np.bool_]
    bounds: Offsets
    sources: Indices
    headlines: Hashes
    contents: Hashes
    credits: Indices = _NO_BLOCKS

    @classmethod
    def marked(
        cls,
        hashes: Hashes,
        words: npt.NDArray[np.int32],
        marks: npt.NDArray[np.uint8],
        bounds: Offsets,
        sources: Indices,
        headlines: Hashes,
        contents: Hashes,
    ) -> "Pages":
        """Makes pages of blocks with ``marks``.

        Args:
            hashes: the field ``hashes``.
            words: the field ``words``.
            marks: ``(m,)`` bits `LABEL` and `CREDIT` of each block.
            bounds: the field ``bounds``.
            sources: the field ``sources``.
            headlines: the field ``headlines``.
            contents: the field ``contents``.
        """
        labels, credits = (marks & LABEL).view(np.bool_), (marks & CREDIT).nonzero()[0]
        return cls(hashes, words, labels, bounds, sources, headlines, contents, credits)

    def are_labels(self) -> Flags:
        """``(m,)`` whether each block is a label: a whole line of at most `LABEL_WORDS` words."""
        labels: Flags = self.labels & (self.words > 0) & (self.words <= LABEL_WORDS)
        return labels

    def places(self, rows: Indices) -> Indices:
        """Returns the numbers of the blocks of the pages ``rows`` ``(r,)``, page after page."""
        return ranges(self.bounds[rows], self.bounds[rows + 1] - self.bounds[rows])

    def article_words(self, boilerplate: Flags) -> Indices:
        """``(n,)`` the words of each page outside of its boilerplate, ``(m,) bool``."""
        ends = edges_of(self.words * ~boilerplate)[self.bounds]
        return ends[1:] - ends[:-1]

    def of_blocks(self) -> Indices:
        """``(m,)`` the page of each block."""
        return np.arange(len(self.sources)).repeat(self.bounds[1:] - self.bounds[:-1])


def take_pages(pages: Pages, rows: Indices) -> Pages:
    """Returns the pages ``rows`` ``(r,)``, in this order. A page that is alone is not copied."""
    if rows.size == len(pages.sources) == 1:
        return pages
    places = pages.places(rows)
    credits = pages.credits
    if credits.size:
        are_credits = np.zeros(len(pages.hashes), np.bool_)
        are_credits[credits] = True
        credits = are_credits[places].nonzero()[0]
    return Pages(
        pages.hashes[places],
        pages.words[places],
        pages.labels[places],
        edges_of(pages.bounds[rows + 1] - pages.bounds[rows]),
        pages.sources[rows],
        pages.headlines[rows],
        pages.contents[rows],
        credits,
    )


def join_pages(first: Pages, second: Pages) -> Pages:
    """Returns the pages of ``first``, then those of ``second``."""
    return Pages(
        np.concatenate((first.hashes, second.hashes)),
        np.concatenate((first.words, second.words)),
        np.concatenate((first.labels, second.labels)),
        np.concatenate((first.bounds, second.bounds[1:] + first.bounds[-1])),
        np.concatenate((first.sources, second.sources)),
        np.concatenate((first.headlines, second.headlines)),
        np.concatenate((first.contents, second.contents)),
        np.concatenate((first.credits, second.credits + first.bounds[-1])),
    )
