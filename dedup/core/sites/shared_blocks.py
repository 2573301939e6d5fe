"""Pages -> the distinct blocks that stand on two pages or more: only these tell about sites and boilerplate.

Blocks with equal words are one *distinct block*. A distinct block stands at several places: each place is a block of
a page. Most distinct blocks stand on one page, and tell nothing about any other page.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Indices
from dedup.core.arrays.hashing import multiplier
from dedup.core.arrays.ragged import chunks, edges_of
from dedup.core.arrays.sorting import first_of_equals, repeats
from dedup.core.sites.pages import Pages

_PLACES: Final = 1 << 16
"""Places of a batch, unless one distinct block has more."""

_NARROW: Final = 2**31
"""Numbers below this bound are stored in 32 bits."""

Numbers = npt.NDArray[np.int32] | npt.NDArray[np.int64]
"""``(c,)`` numbers of blocks or of pages, in as few bits as hold them."""


class SharedBlocks(NamedTuple):
    """The ``t`` distinct blocks that stand on two of ``n`` pages or more, at ``c`` places.

    Blocks without words are left out. Distinct block ``i`` has ``words[i]`` words. It stands at
    ``places[starts[i]:starts[i + 1]]``, rising.

    - ``pages``: the pages.
    - ``places`` ``(c,) int32`` or ``int64``: the number of the block at each place.
    - ``owners`` ``(c,) int32`` or ``int64``: the page of each place.
    - ``labels`` ``(c,) bool``: whether the distinct block is a label on that page: a whole line of at most
      `LABEL_WORDS` words.
    - ``starts`` ``(t + 1,) int64``: the first place of each distinct block, and the end.
    - ``words`` ``(t,) int32``: words of each distinct block.
    - ``labelled`` ``(n,) int64``: different labels of each page, labels of one page included.
    - ``own_words`` ``(n,) int64``: words of the distinct blocks of each page that stand on no other page and are no
      labels.
    """

    pages: Pages
    places: Numbers
    owners: Numbers
    labels: npt.NDArray[np.bool_]
    starts: Indices
    words: npt.NDArray[np.int32]
    labelled: Indices
    own_words: Indices

    def batches(self) -> Iterator[tuple[int, int]]:
        """Yields bounds ``(first, last)`` of batches of distinct blocks, in order, of about `_PLACES` places each."""
        return chunks(np.diff(self.starts), _PLACES, max(self.words.size, 1))


class PageBlocks(NamedTuple):
    """The ``c`` distinct blocks of ``n`` pages, each page for itself. Blocks without words are left out.

    - ``places`` ``(c,) int64``, rising: the number of a block of the page that has these words.
    - ``owners`` ``(c,) int64``: the page.
    - ``labels`` ``(c,) bool``: whether the distinct block is a label on the page.
    """

    places: Indices
    owners: Indices
    labels: Flags


def page_blocks(pages: Pages) -> PageBlocks:
    """Finds the distinct blocks of each page."""
    owners, labels, keep = pages.of_blocks(), pages.are_labels(), pages.words > 0
    codes = pages.hashes + owners.astype(np.uint64) * multiplier("page", 0)
    again, starts = repeats(codes, keep)
    if again.size:
        firsts = again[starts[:-1]]
        labels[firsts] = np.logical_or.reduceat(labels[again], starts[:-1])
        keep[again] = False
        keep[firsts] = True
    places = keep.nonzero()[0]
    return PageBlocks(places, owners[places], labels[places])


def shared_blocks(pages: Pages) -> SharedBlocks:
    """Finds the distinct blocks that stand on two pages or more.

    Time is the time of `core.arrays.sorting.repeats`, and some steps for each block. Memory beside the result is the
    memory of `repeats`, or some words for each block that occurs twice.
    """
    count, words = len(pages.sources), pages.words
    repeated, starts = repeats(pages.hashes, words > 0)
    places = _narrow(repeated, words.size)
    del repeated
    owners = _narrow(np.arange(count), count).repeat(np.diff(pages.bounds))[places]
    several = owners[starts[:-1]] != owners[starts[1:] - 1]
    sizes = np.diff(starts)
    # A cell is a distinct block on a page, which may have it more than once.
    new = first_of_equals(owners)
    new[starts[:-1]] = True
    cells = _narrow(new.nonzero()[0], places.size)
    lines = pages.are_labels()
    ends = _narrow(edges_of(lines[places]), places.size)
    times = np.diff(ends[cells], append=ends[-1:])
    labelled = _sums_of_pages(lines, pages) - _sums_of_owners(owners[cells], times - (times > 0), count)
    alone = starts[:-1][~several]
    text_words = words * ~lines  # a label does not count as text of its page
    labels = (times > 0).repeat(np.diff(cells, append=places.size))
    own_words = _sums_of_pages(text_words, pages) - _sums_of_owners(owners, text_words[places], count)
    own_words += _sums_of_owners(owners[alone], words[places[alone]] * ~labels[alone], count)
    keep, starts = several.repeat(sizes), np.append(0, sizes[several].cumsum())
    places = places[keep]
    return SharedBlocks(
        pages, places, owners[keep], labels[keep], starts, words[places[starts[:-1]]], labelled, own_words
    )


def _sums_of_owners(owners: Numbers, values: Numbers, count: int) -> Indices:
    """``(count,)`` the sum of the values of each owner. Floats hold these sums exactly: they are far below 2**53."""
    return np.bincount(owners, values, count).astype(np.int64)


def _narrow(numbers: Indices, count: int) -> Numbers:
    """Returns numbers below ``count``, in 32 bits if 32 bits hold them."""
    return numbers.astype(np.int32) if count < _NARROW else numbers


def _sums_of_pages(values: npt.NDArray[np.int32] | npt.NDArray[np.bool_], pages: Pages) -> Indices:
    """``(n,)`` the sum of the values of the blocks of each page."""
    totals = np.zeros(len(pages.sources), np.int64)
    # Running sums and their differences: ``reduceat`` takes ten times as long for short segments.
    for first, last in chunks(pages.bounds[1:] - pages.bounds[:-1], _PLACES, max(totals.size, 1)):
        bounds = pages.bounds[first : last + 1]
        sums = edges_of(values[bounds[0] : bounds[-1]])[bounds - bounds[0]]
        totals[first:last] = sums[1:] - sums[:-1]
    return totals
