"""What pages taught: how the pages of each source are known, and which of its blocks are chrome, for pages to come.

A page that comes alone has no company to be judged by. What `core.boilerplate` learned from many is kept here, as
hashes of blocks, so that the thousandth page of a site is judged better than the first. What is known says nothing of
the pages it was learned from: its size is that of the frames of the sources.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core.ordered import find, first_of_equals
from dedup.core.pages import SHORT, Pages
from dedup.core.ragged import counts_of, ranges
from dedup.core.shingles import multiplier
from dedup.types import Hashes, Indices

__all__ = ["NOTHING", "Knowledge", "dropped", "learn", "sources"]

_ALIKE: Final = 0.3
"""Resemblance of the short blocks of a page with those of a source, as between two pages in `core.boilerplate`."""

_IN_COMMON: Final = 5
"""Short blocks that they have in common, at least, as there."""

_SHARE: Final = 8
"""A short block is of the frame of a source if it stands on two of its pages, and on one in so many."""


class Knowledge(NamedTuple):
    """What is known of ``s`` sources, numbered from 0.

    ``marks`` ``(f,) uint64``, rising: short blocks of the frames, with the ``owners`` ``(f,) int64`` of each; ``sizes``
    ``(s,) int64``: how many different short blocks a page of the source has, by the median. ``chrome`` ``(c,) uint64``,
    rising: blocks and sources in one hash (`_coded`); ``strays`` ``(r,) uint64``, rising: blocks that are chrome
    whoever prints them.
    """

    marks: Hashes
    owners: Indices
    sizes: Indices
    chrome: Hashes
    strays: Hashes


NOTHING: Final = Knowledge(
    np.zeros(0, np.uint64), np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint64), np.zeros(0, np.uint64)
)
"""What is known when no page was seen."""


def learn(
    pages: Pages, sources: Indices, chrome: npt.NDArray[np.bool_], strays: npt.NDArray[np.bool_]
) -> tuple[Knowledge, Indices]:
    """What ``pages`` teach, and ``(n,)`` the number that the source of each has in it, -1 for none.

    ``sources`` ``(n,)`` are their sources, numbered from 0; ``chrome`` and ``strays`` ``(m,)`` say of each block
    whether it was left out, and whether that is so whoever prints it. A source of a single page teaches nothing: its
    frame is not known from its article.
    """
    counts = np.bincount(sources)
    several = counts > 1
    numbers = np.where(several, np.cumsum(several) - 1, -1)
    source, page = numbers[sources], pages.of_blocks()
    inside = source[page] >= 0
    coded = _coded(pages.hashes, source[page])[chrome & ~strays & inside]
    owner, block = _short(pages, inside)
    held = np.bincount(owner, minlength=len(pages.hints))
    marks, owners = _frames(source[owner], block, counts[several])
    known = Knowledge(
        marks, owners, _medians(source, held, int(several.sum())), np.unique(coded), np.unique(pages.hashes[strays])
    )
    return known, source


def sources(known: Knowledge, pages: Pages) -> Indices:
    """``(n,)`` the known source of each page, -1 where none is: the one whose frame its short blocks resemble most.

    At least `_IN_COMMON` of them are of the frame, and as sets the two have a resemblance of `_ALIKE`, the frame being
    taken for as large as it is on a page. Of equals the first.
    """
    found = np.full(len(pages.hints), -1)
    short = pages.hashes[(pages.words > 0) & (pages.words <= SHORT)]
    if np.count_nonzero(find(known.marks, short)[1]) < _IN_COMMON:
        return found
    owner, block = _short(pages, np.ones(len(pages.hashes), np.bool_))
    first, last = (known.marks.searchsorted(block, side) for side in ("left", "right"))
    times = last - first
    width = known.sizes.size + 1
    codes = owner.repeat(times) * width + known.owners[ranges(first, times)]
    codes.sort()
    starts = first_of_equals(codes).nonzero()[0]
    common = counts_of(starts, codes.size)
    many = (common >= _IN_COMMON).nonzero()[0]
    if not many.size:
        return found
    page, source = np.divmod(codes[starts[many]], width)
    held, sizes = np.bincount(owner, minlength=len(pages.hints))[page], known.sizes[source]
    shared = np.minimum(common[many], sizes)
    alike = shared / (held + sizes - shared)
    near = (alike >= _ALIKE).nonzero()[0]
    near = near[np.lexsort((source[near], -alike[near], page[near]))]
    near = near[first_of_equals(page[near])]
    found[page[near]] = source[near]
    return found


def dropped(known: Knowledge, pages: Pages, sources: Indices) -> npt.NDArray[np.bool_]:
    """``(m,)`` whether a block is known to be chrome on a page of its source ``(n,)``, -1 for one that is not known."""
    source = sources[pages.of_blocks()]
    chrome = find(known.chrome, _coded(pages.hashes, source))[1] & (source >= 0)
    flags: npt.NDArray[np.bool_] = (chrome | find(known.strays, pages.hashes)[1]) & (pages.words > 0)
    return flags


def _coded(blocks: Hashes, sources: Indices) -> Hashes:
    """A block and a source in one hash of 64 bits."""
    codes: Hashes = blocks ^ (sources.view(np.uint64) * multiplier("source", 0))
    return codes


def _short(pages: Pages, chosen: npt.NDArray[np.bool_]) -> tuple[Indices, Hashes]:
    """The different short blocks of each page, of those ``chosen`` ``(m,)``: the pages, rising, and the hashes."""
    places = ((pages.words > 0) & (pages.words <= SHORT) & chosen).nonzero()[0]
    owner, block = pages.of_blocks()[places], pages.hashes[places]
    order = np.lexsort((block, owner))
    owner, block = owner[order], block[order]
    new = first_of_equals(owner) | first_of_equals(block)
    return owner[new], block[new]


def _frames(sources: Indices, blocks: Hashes, counts: Indices) -> tuple[Hashes, Indices]:
    """The short blocks of the frames, of sources of so many pages, and whose they are."""
    order = np.lexsort((sources, blocks))
    source, block = sources[order], blocks[order]
    starts = np.flatnonzero(first_of_equals(source) | first_of_equals(block))
    times = np.diff(starts, append=order.size)
    source, block = source[starts], block[starts]
    frame = (times > 1) & (times * _SHARE >= counts[source])
    return block[frame], source[frame]


def _medians(sources: Indices, held: Indices, count: int) -> Indices:
    """``(count,)`` the median, of two the lower one, of what the pages of each source hold."""
    order = np.lexsort((held, sources))
    order = order[sources[order] >= 0]
    first = np.searchsorted(sources[order], np.arange(count))
    size = np.diff(first, append=order.size)
    medians: Indices = held[order[first + (size - 1) // 2]]
    return medians
