"""Blocks that stand on one page alone -> fewer blocks: neighbours of a page become one block.

Most blocks of an article stand on no other page. Of such *lone* blocks sites and boilerplate ask for the sum of the
words alone (`core.sites.shared_blocks`), so they need not be told apart. A label is no lone block, because labels are
counted; a credit is none, because it is left out.
"""

from collections.abc import Iterable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import edges_of
from dedup.core.arrays.sorting import tagged_equals, where_set
from dedup.core.sites.pages import CREDIT, LABEL
from dedup.core.thresholds import LABEL_WORDS

SLICE_BITS: Final = 8
"""Highest bits of a hash that say its slice."""

_HASH_BITS: Final = 64

Columns = tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]
"""The hash, the words, and the marks of each block, as in `core.sites.pages.Pages.marked`."""


def find_recurring(parts: Iterable[Hashes], size: int, quoted: Hashes, first: int, last: int) -> Indices:
    """Find the blocks that stand at several places or are quoted, among those whose hashes are in some slices.

    Hashes are compared without some of their highest bits. So a few other blocks are found too.

    Args:
        parts: the hashes of all blocks, some at a time.
        size: the number of blocks.
        quoted: hashes of blocks that count as recurring, in any order.
        first: the first slice, of ``2 ** SLICE_BITS``.
        last: the slice after the last one.

    Returns:
        The places of the blocks, in any order. A place may come twice.
    """
    low = np.uint64(size.bit_length())
    tagged = np.empty(size + quoted.size, np.uint64)  # only the written items take memory
    slices = first, last
    written = _tag(quoted, np.full(quoted.size, size), slices, low, tagged)
    before = 0
    for hashes in parts:
        written += _tag(hashes, np.arange(before, before + hashes.size), slices, low, tagged[written:])
        before += hashes.size
    places = tagged_equals(tagged[:written], low)
    return places[places < size]


def _tag(hashes: Hashes, places: Indices, slices: tuple[int, int], low: np.uint64, into: Hashes) -> int:
    """Write ``hash << low | place`` of each hash in some slices. Return the number of these hashes."""
    first, last = slices
    if last - first < 1 << SLICE_BITS:
        of_hashes = hashes >> np.uint64(_HASH_BITS - SLICE_BITS)
        inside = where_set((of_hashes >= first) & (of_hashes < last))
        hashes, places = hashes[inside], places[inside]
    np.bitwise_or(hashes << low, places.view(np.uint64), out=into[: hashes.size])
    return hashes.size


def join_lone(blocks: Columns, counts: Indices, recurring: Flags) -> tuple[Columns, Indices]:
    """Join the lone blocks of pages that are neighbours. Blocks without words are left out.

    Args:
        blocks: ``m`` blocks, page after page.
        counts: ``(n,)`` the blocks of each page.
        recurring: ``(m,)`` flags from `find_recurring`.

    Returns:
        The blocks, and ``(n,)`` their number on each page. A joined block has the hash of its first block, the sum of
        the words, and no mark.
    """
    hashes, words, marks = blocks
    edges = edges_of(counts)
    worded = words > 0
    if not worded.all():
        rows = worded.nonzero()[0]  # a third of the time of flags, which are in no order
        hashes, words, marks, recurring = hashes.take(rows), words.take(rows), marks.take(rows), recurring.take(rows)
        edges = rows.searchsorted(edges)
    lines = (marks & LABEL).view(np.bool_)
    stays = recurring | (lines & (words <= LABEL_WORDS)) | (marks >= CREDIT)
    new = np.zeros(words.size + 1, np.bool_)
    new[:-1] = stays
    new[1:] |= stays
    new[edges] = True
    starts = where_set(new)
    sums = np.diff(edges_of(words)[starts]).astype(np.int32)
    firsts = starts[:-1]
    return (hashes[firsts], sums, marks[firsts] * stays[firsts]), np.diff(starts.searchsorted(edges))
