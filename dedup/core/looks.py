"""One page alone -> where its article stands, by what the blocks look like: what chrome is where no source tells.

Prose stands in sentences; menus, labels and headlines end without a mark. No block is judged by itself, for an article
has headings, lists and tables too: the article is one run of blocks, and what stands before and after it is its frame.
That is a guess. It may let two texts match that do not as they are, and never keeps two from it.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.pages import LABEL, SHORT
from dedup.core.ragged import edges_of
from dedup.types import Bytes, Indices, Offsets

__all__ = ["ARTICLE", "CLOSING", "MARKS", "REACH", "Articles", "articles", "closed"]

ARTICLE: Final = 100
"""Words of prose in an article, at least: with less, a page is as like a wall, a notice or a table as an article."""

MARKS: Final = ".!?…؟।۔。！？"
"""Characters that end a sentence."""

CLOSING: Final = " \t\n\r\"'`)]”’»」』）"
"""Characters that may stand behind the mark that ends a sentence."""

REACH: Final = 16
"""Characters at the end of a block that are looked at."""

_MARK: Final = 1
_CLOSING: Final = 2
"""Kinds of characters."""

_FAR: Final = 1 << 40
"""Above the words of all blocks of a page."""


def _codes(width: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]:
    """The characters of `MARKS` and `CLOSING` that have ``width`` bytes, as one number each, and their kinds."""
    found = [(char.encode(), kind) for chars, kind in ((MARKS, _MARK), (CLOSING, _CLOSING)) for char in chars]
    mine = sorted((int.from_bytes(code), kind) for code, kind in found if len(code) == width)
    return np.array([code for code, _ in mine]), np.array([kind for _, kind in mine], np.int8)


_KINDS: Final = np.zeros(256, np.int8)
_KINDS[_codes(1)[0]] = _codes(1)[1]
_WIDE: Final = tuple((width, *_codes(width)) for width in (2, 3))


class Articles(NamedTuple):
    """Of each page: ``around`` ``(n, 2) int64``, the words that stand before its article and after it, 0 where none is
    found; ``found`` ``(n,) bool``."""

    around: Indices
    found: npt.NDArray[np.bool_]


def closed(buffer: Bytes, offsets: Offsets) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether each block ``buffer[offsets[j]:offsets[j + 1]]``, valid UTF-8, ends with a sentence: one of
    `MARKS`, and behind it nothing but `CLOSING`, within `REACH` characters.

    Time is some steps for each block and for each character that is passed over.
    """
    found = np.zeros(offsets.size - 1, np.bool_)
    blocks = (offsets[1:] > offsets[:-1]).nonzero()[0]
    starts, ends = offsets[blocks], offsets[blocks + 1]
    for _ in range(REACH):
        kinds, widths = _last(buffer, starts, ends)
        found[blocks[kinds == _MARK]] = True
        ends = ends - widths
        on = ((kinds == _CLOSING) & (ends > starts)).nonzero()[0]
        if not on.size:
            break
        blocks, starts, ends = blocks[on], starts[on], ends[on]
    return found


def _last(buffer: Bytes, starts: Offsets, ends: Offsets) -> tuple[npt.NDArray[np.int8], Indices | int]:
    """The kind of the last character of each block, of which none is empty, 0 if it is neither, and how many bytes it
    has if it is one."""
    last = buffer[ends - 1]
    kinds = _KINDS[last]
    beyond = (last >= 0x80).nonzero()[0]
    if not beyond.size:
        return kinds, 1
    widths = np.ones(ends.size, np.int64)
    code = last[beyond].astype(np.int64)
    for width, codes, kind in _WIDE:
        code |= buffer[np.maximum(ends[beyond] - width, 0)].astype(np.int64) << (8 * (width - 1))
        places = np.minimum(np.searchsorted(codes, code), codes.size - 1)
        same = (codes[places] == code) & (ends[beyond] - starts[beyond] >= width)
        kinds[beyond[same]], widths[beyond[same]] = kind[places[same]], width
    return kinds, widths


def articles(
    words: npt.NDArray[np.int32], bounds: Offsets, closed: npt.NDArray[np.bool_], dropped: npt.NDArray[np.bool_]
) -> Articles:
    """The article of each page, as far as its blocks show it: of so many ``words`` ``(m,)``, page ``i`` having those
    from ``bounds[i]`` to ``bounds[i + 1]``, not included; ``closed`` ``(m,)`` as from `closed`. Blocks that are
    ``dropped`` ``(m,)`` are not there: their words count for nothing.

    It is the run of blocks of the greatest sum (Pasternack and Roth 2009, maximum subsequence segmentation), the first
    to end and then the shortest of equals. A closed block of more than `SHORT` words counts what it has; a shorter one
    counts nothing; one that is not closed, what it is short of `LABEL` words, against the article: a menu entry almost
    all of it, a line that was wrapped to a width next to nothing. There must be `ARTICLE` words in closed blocks, and
    half of those on the page: a page that has as much prose elsewhere may be a list of teasers, or its longest text a
    notice on cookies.
    """
    words = np.where(dropped, 0, words)
    prose = np.where(closed & (words > SHORT), words, 0)
    scores = prose - np.where(closed | (words == 0), 0, np.maximum(LABEL - words, 0))
    first, last = _greatest(scores, bounds)
    ends, sums = edges_of(words), edges_of(prose)
    within, total = sums[last] - sums[first], sums[bounds[1:]] - sums[bounds[:-1]]
    found = (within >= ARTICLE) & (2 * within >= total)
    around = np.empty((found.size, 2), np.int64)
    np.subtract(ends[first], ends[bounds[:-1]], out=around[:, 0])
    np.subtract(ends[bounds[1:]], ends[last], out=around[:, 1])
    around *= found[:, np.newaxis]
    return Articles(around, found)


def _greatest(scores: Indices, bounds: Offsets) -> tuple[Indices, Indices]:
    """``(n,)`` starts and ends of the run of the greatest sum in each row of ``scores``, of equals the first to end and
    then the shortest; an empty one where no sum is above 0."""
    starts, stops = bounds[:-1].copy(), bounds[:-1].copy()
    counts = bounds[1:] - bounds[:-1]
    full = (counts > 0).nonzero()[0]
    if not full.size:
        return starts, stops
    rows = np.arange(full.size).repeat(counts[full])
    after = scores.cumsum()
    # The least sum before each place of its row; every row lies below the one before it.
    before = after - scores - rows * _FAR
    least = np.minimum.accumulate(before)
    gains = after - (least + rows * _FAR)
    best = np.maximum.reduceat(gains, bounds[full])
    places = np.arange(scores.size)
    at = np.minimum.reduceat(np.where(gains == best[rows], places, scores.size), bounds[full])
    above = best > 0
    starts[full[above]] = np.maximum.accumulate(np.where(before == least, places, 0))[at[above]]
    stops[full[above]] = at[above] + 1
    return starts, stops
