"""Pages -> the blocks that stand on two pages or more: sites and boilerplate are learned from these blocks alone.

Blocks of equal words are one *text* here. Most texts stand on one page, and say nothing of any other page.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import chunks, counts_of, edges_of
from dedup.core.arrays.sorting import first_of_equals, repeats
from dedup.core.sites.pages import Pages

_PLACES: Final = 1 << 16
"""Places looked at together, unless one text has more."""

_NARROW: Final = 2**31
"""Numbers below this are held in 32 bits."""

Numbers = npt.NDArray[np.int32] | npt.NDArray[np.int64]
"""``(c,)`` numbers of blocks or of pages, in as few bits as hold them."""


class SharedBlocks(NamedTuple):
    """The ``t`` texts that stand on two of ``n`` ``pages`` or more, at ``c`` places. Blocks without words are left out.

    Text ``i`` has ``words[i]`` words and stands at ``places[starts[i]:starts[i + 1]]``, rising.

    - ``places``, ``owners`` ``(c,) int32`` or ``int64``: numbers of blocks, and the pages that the blocks are on.
    - ``labels`` ``(c,) bool``: whether the text is a label on that page: a whole line of at most `LABEL_WORDS` words.
    - ``starts`` ``(t + 1,) int64``; ``words`` ``(t,) int32``.
    - ``labelled`` ``(n,) int64``: different labels of each page, with those of no other page.
    - ``own`` ``(n,) int64``: words of the different texts of each page that stand on no other page and are no labels.
    """

    pages: Pages
    places: Numbers
    owners: Numbers
    labels: npt.NDArray[np.bool_]
    starts: Indices
    words: npt.NDArray[np.int32]
    labelled: Indices
    own: Indices

    def lots(self) -> Iterator[tuple[int, int]]:
        """Bounds ``(first, last)`` of runs of texts that have about `_PLACES` places together, in order."""
        return chunks(np.diff(self.starts), _PLACES, max(self.words.size, 1))


def shared_blocks(pages: Pages) -> SharedBlocks:
    """What pages have in common.

    Time is that of `core.arrays.sorting.repeats`, and some steps for each block. Memory beside the result is that of
    `repeats`, or some words for each block that occurs twice.
    """
    count, words = len(pages.sources), pages.words
    found, starts = repeats(pages.hashes, words > 0)
    places = _narrow(found, words.size)
    del found
    owners = _narrow(np.arange(count), count).repeat(np.diff(pages.bounds))[places]
    several = owners[starts[:-1]] != owners[starts[1:] - 1]
    sizes = np.diff(starts)
    # A cell is a text on a page, however often the text stands there.
    new = first_of_equals(owners)
    new[starts[:-1]] = True
    cells = np.flatnonzero(new)
    lines = pages.are_labels()
    ends = edges_of(lines[places])
    times = ends[np.append(cells[1:], places.size)] - ends[cells] if cells.size else np.zeros(0, np.int64)
    labelled = _held(lines, pages) - _sums(owners[cells], times - (times > 0), count)
    alone = starts[:-1][~several]
    said = words * ~lines  # a label says nothing of the page that it stands on
    labels = (times > 0).repeat(counts_of(cells, places.size))
    own = _held(said, pages) - _sums(owners, said[places], count)
    own += _sums(owners[alone], words[places[alone]] * ~labels[alone], count)
    stays, starts = np.repeat(several, sizes), np.append(0, np.cumsum(sizes[several]))
    places = places[stays]
    return SharedBlocks(pages, places, owners[stays], labels[stays], starts, words[places[starts[:-1]]], labelled, own)


def _sums(owners: Numbers, values: Numbers, count: int) -> Indices:
    """``(count,)`` the sum of the values of each owner; exact, for sums of words are far below 2 ** 53."""
    return np.bincount(owners, values, count).astype(np.int64)


def _narrow(numbers: Indices, count: int) -> Numbers:
    """The numbers, below ``count``, in 32 bits if 32 bits hold them."""
    return numbers.astype(np.int32) if count < _NARROW else numbers


def _held(values: npt.NDArray[np.int32] | npt.NDArray[np.bool_], pages: Pages) -> Indices:
    """``(n,)`` the sum of what the blocks of each page have."""
    held = np.zeros(len(pages.sources), np.int64)
    # Sums from the first block on, and their differences: ``reduceat`` takes ten times as long for short segments.
    for first, last in chunks(pages.bounds[1:] - pages.bounds[:-1], _PLACES, max(held.size, 1)):
        bounds = pages.bounds[first : last + 1]
        sums = edges_of(values[bounds[0] : bounds[-1]])[bounds - bounds[0]]
        held[first:last] = sums[1:] - sums[:-1]
    return held
