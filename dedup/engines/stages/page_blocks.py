"""The blocks of the texts of a job: where they are, and their order on its pages."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from dedup.array_types import Flags, Hashes, Indices
from dedup.core.arrays.ragged import edges_of, ranges
from dedup.core.sites.lone_blocks import SLICE_BITS, Columns
from dedup.engines.pool.pool import Pool
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.tasks.results import JoinResult, ReadResult, RecurringResult
from dedup.engines.tasks.tasks import BLOCK_KINDS, FindRecurring, JoinLone

_SEARCHED: Final = 1 << 22
"""Blocks that a task searches, about. Each task reads the hashes of all blocks."""


class BlockStore(Protocol):
    """The blocks of texts, result by result, in the order in which the results came.

    - ``counts``: for each result the blocks of its texts.
    """

    counts: list[Indices]

    def add(self, result: ReadResult) -> None:
        """Add the blocks of a result of reading."""
        ...

    def columns(self) -> Iterator[Columns]:
        """Yield the columns `BLOCK_KINDS` of each result."""
        ...


class StoredBlocks:
    """The blocks of texts in spill files, where workers have written them: a `BlockStore`."""

    def __init__(self, files: Sequence[RaggedSpill]) -> None:
        """Begin without blocks.

        Args:
            files: a spill file for each of `BLOCK_KINDS`. The blocks of one result are one row.
        """
        self._files, self._first = files, 0
        self.counts: list[Indices] = []

    def add(self, result: ReadResult) -> None:
        """Add the blocks of a result of reading."""
        self._announce(result.number, result.blocks)

    def columns(self) -> Iterator[Columns]:
        """Yield the columns `BLOCK_KINDS` of each result."""
        for row in range(self._first, self._files[0].lengths.size):
            hashes, words, marks = (column.take(np.array([row])).values for column in self._files)
            yield hashes, words, marks

    def join(self, workers: Pool, quoted: Hashes) -> None:
        """Join the blocks that stand on one page alone (`core.sites.lone_blocks`).

        Args:
            workers: the worker pool.
            quoted: hashes of blocks that are not joined, wherever they stand.
        """
        files, sizes, counts = self._files[0], self._files[0].lengths, self.counts
        recurring = self._find_recurring(workers, quoted)
        ends = sizes.cumsum()
        tasks = (
            JoinLone(files.rows(np.array([row])), blocks, recurring[ends[row] - sizes[row] : ends[row]].copy())
            for row, blocks in enumerate(counts)
        )
        self._first, self.counts = sizes.size, []
        for result in workers.ask(tasks, JoinResult):
            self._announce(result.number, result.counts)

    def _find_recurring(self, workers: Pool, quoted: Hashes) -> Flags:
        """Return ``(m,)`` whether each of all blocks recurs."""
        files = self._files[0]
        where = files.rows(np.arange(files.lengths.size))
        recurring = np.zeros(int(where.counts.sum()), np.bool_)
        slices = 1 << SLICE_BITS
        step = max(1, slices * _SEARCHED // max(recurring.size, 1))
        tasks = (FindRecurring(first, min(first + step, slices), where, quoted) for first in range(0, slices, step))
        for result in workers.ask(tasks, RecurringResult):
            recurring[result.places] = True
        return recurring

    def _announce(self, number: int, counts: Indices) -> None:
        """Announce the blocks of texts that a process has appended to its files."""
        self.counts.append(counts)
        for column in self._files:
            column.came(number, np.array([counts.sum()], np.int64))


def order_blocks(blocks: BlockStore, rows: Indices) -> tuple[Columns, Indices]:
    """Put the blocks of texts in another order.

    Args:
        blocks: the blocks.
        rows: ``(t,)`` the texts in the new order, as rows of all results. Other texts are left out.

    Returns:
        The blocks, and ``(t + 1,)`` the first block of each text, and the end.
    """
    of_texts = np.concatenate([np.zeros(0, np.int64), *blocks.counts])
    edges = edges_of(of_texts[rows])
    size = int(edges[-1])
    starts = np.full(of_texts.size, size)  # the new start of each text; the end of all for a text that is left out
    starts[rows] = edges[:-1]
    hashes, words, marks = (np.empty(size, kind) for kind in BLOCK_KINDS)
    first = 0
    for columns, of_result in zip(blocks.columns(), blocks.counts, strict=True):
        begins = starts[first : first + of_result.size]
        positions, stays = ranges(begins, of_result), (begins < size).repeat(of_result)
        all_stay = bool(stays.all())
        for values, into in zip(columns, (hashes, words, marks), strict=True):
            into[positions if all_stay else positions[stays]] = values if all_stay else values[stays]
        first += of_result.size
    return (hashes, words, marks), edges
