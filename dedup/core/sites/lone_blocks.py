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

    Hashes are compared without some of their highest bits. So a few other blocks are found too. A block without words
    has the hash 0, and is not found: `join_lone` leaves it out.

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
    """Write ``hash << low | place`` of each hash in some slices, 0 excepted. Return the number of these hashes."""
    first, last = slices
    if not hashes.all():
        worded = where_set(hashes != 0)
        hashes, places = hashes[worded], places[worded]
    if last - first < 1 << SLICE_BITS:
        of_hashes = hashes >> np.uint64(_HASH_BITS - SLICE_BITS)
        inside = where_set((of_hashes >= first) & (of_hashes < last))
        hashes, places = hashes[inside], places[inside]
    np.bitwise_or(hashes << low, places.view(np.uint64), out=into[: hashes.size])
    return hashes.size


def without_empty(blocks: Columns, counts: Indices) -> tuple[Columns, Indices]:
    """Return the blocks that have words, and ``(n,)`` their number on each page. `join_lone` explains the arguments."""
    rows = _worded(blocks[1])
    return (blocks, counts) if rows is None else _take(blocks, counts, rows)


def _worded(words: npt.NDArray[Any]) -> Indices | None:
    """Return the blocks that have words, or None if all of them have."""
    worded = words > 0
    return None if worded.all() else worded.nonzero()[0]  # positions take a third of the time of flags in no order


def _take(blocks: Columns, counts: Indices, rows: Indices) -> tuple[Columns, Indices]:
    """Return some ``rows`` of the blocks, and ``(n,)`` their number on each page."""
    hashes, words, marks = (column.take(rows) for column in blocks)
    return (hashes, words, marks), np.diff(rows.searchsorted(edges_of(counts)))


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
    rows = _worded(blocks[1])
    if rows is not None:
        blocks, counts = _take(blocks, counts, rows)
        recurring = recurring.take(rows)
    hashes, words, marks = blocks
    edges = edges_of(counts)
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
