"""Blocks of scanned pages that are chrome but for their misprints: told by their pieces, runs of three words.

A teaser that a scanner misread is another block than the same teaser on the next page, so that equality of blocks
(`core.boilerplate`) misses it. Most of its pieces are still those of its likes, and stand on pages of as many stories.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.boilerplate import spread
from dedup.core.pages import SHORT, Pages
from dedup.core.ragged import Ragged, chunks, take
from dedup.core.shingles import multiplier
from dedup.types import Hashes, Indices

__all__ = ["LEAST", "NONE", "SIZE", "Pieces", "bound", "chrome", "pieces"]

SIZE: Final = 3
"""Words of a piece. Of one misprint in ten words that is left, seven pieces in ten are free."""

LEAST: Final = SHORT
"""Words of the shortest block that is looked at: it has six pieces, and three of them are no phrase."""

_STORIES: Final = 3
"""Stories of a source on whose pages a piece must stand."""

_MOST: Final = 1 << 22
"""Pieces that are kept, about; of a larger collection it is those of the lowest hashes."""

_TOKENS: Final = 1 << 18
"""Tokens looked at together."""

_ROWS: Final = 1 << 12
"""Pages looked at together at most."""

_SHIFT: Final = np.uint64(32)


class Pieces(NamedTuple):
    """``hashes`` ``(p,)`` of the pieces and ``blocks`` ``(p,)``, the block that each is of, rising."""

    hashes: Hashes
    blocks: Indices


NONE: Final = Pieces(np.zeros(0, np.uint64), np.zeros(0, np.int64))
"""No pieces at all."""


def bound(pages: Pages, most: int = _MOST) -> np.uint64:
    """The hash up to which pieces are kept: of more than ``most`` the share that makes about so many. Which are kept
    depends on their hashes and their number alone."""
    count = int(np.sum(pages.words[pages.words >= LEAST] - (SIZE - 1)))
    return np.uint64(min(2**64 - 1, 2**64 * most // max(count, 1)))


def pieces(tokens: Ragged, pages: Pages, page: int, bound: np.uint64) -> Pieces:
    """The pieces, up to the ``bound``, of blocks of `LEAST` words or more on the pages from ``page`` on: row ``i`` of
    ``tokens`` are those of page ``page + i``."""
    words = pages.words
    hashes, blocks = [NONE.hashes], [NONE.blocks]
    for first, last in chunks(tokens.lengths, _TOKENS, _ROWS):
        lot = take(tokens, np.arange(first, last)).values
        span = slice(*pages.bounds[[page + first, page + last]].tolist())
        block, length = np.repeat(np.arange(span.start, span.stop), words[span]), np.repeat(words[span], words[span])
        place = np.arange(lot.size) - np.repeat(np.cumsum(words[span]) - words[span], words[span])
        mixed = _mixed(np.asarray(lot))
        kept = np.flatnonzero((length >= LEAST) & (place <= length - SIZE) & (mixed <= bound))
        hashes.append(mixed[kept])
        blocks.append(block[kept])
    return Pieces(np.concatenate(hashes), np.concatenate(blocks))


def _mixed(tokens: Hashes) -> Hashes:
    """``(m,)`` a hash of each token and the `SIZE` - 1 after it, as far as there are any."""
    factor = multiplier("piece", 0)
    mixed = tokens.copy()
    for step in range(1, SIZE):
        mixed *= factor
        mixed[:-step] += tokens[step:]
    # Short tokens are small numbers: every bit must depend on each of them.
    for _ in range(2):
        mixed ^= mixed >> _SHIFT
        mixed *= factor
    return mixed


def chrome(
    pieces: Pieces, pages: Pages, sources: Indices, stories: Indices, strays: npt.NDArray[np.bool_]
) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a block is chrome where it stands, but for misprints: half of its ``pieces``, as from `pieces`,
    stand on pages of its source that belong to `_STORIES` different stories or more, or half of them in ``strays``.

    ``sources`` and ``stories`` are ``(n,)`` labels of the pages, ``strays`` ``(m,)`` the blocks that are chrome
    whatever source they stand on.
    """
    half = (np.bincount(pieces.blocks, minlength=len(pages.words)) + 1) // 2
    page = pages.of_blocks()[pieces.blocks]
    # Most sources of a collection without sites have one page.
    many = np.flatnonzero(np.bincount(sources)[sources[page]] >= _STORIES)
    texts = np.unique(pieces.hashes[many], return_inverse=True)[1]
    counts = spread(texts, sources[page[many]], stories[page[many]])
    stray = np.isin(pieces.hashes, pieces.hashes[strays[pieces.blocks]])
    found: npt.NDArray[np.bool_] = np.zeros(len(pages.words), np.bool_)
    for these in (many[counts >= _STORIES], np.flatnonzero(stray)):
        found |= np.bincount(pieces.blocks[these], minlength=len(pages.words)) >= half
    return found & (half > 0)
