"""Blocks in spill files to the blocks that recur, and to fewer blocks: the tasks on blocks, in one process."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from dedup.array_types import Hashes
from dedup.core.sites.lone_blocks import Columns, find_recurring, join_lone
from dedup.engines.pool.spill import RowSpans, SpillWriter, iterate_rows
from dedup.engines.tasks.results import JoinResult, RecurringResult
from dedup.engines.tasks.tasks import BlockTask, FindRecurring

_AT_ONCE: Final = 1 << 16
"""Hashes that are read at a time."""


class BlockTasks:
    """Does the tasks on blocks.

    Args:
        files: the files of the columns `engines.tasks.tasks.BLOCK_KINDS`.
        number: the number of the process.
    """

    def __init__(self, files: Sequence[SpillWriter], number: int) -> None:
        self._files, self._number = files, number

    def append(self, blocks: Columns) -> None:
        """Append blocks to the files of the process."""
        for file, values in zip(self._files, blocks, strict=True):
            file.append(self._number, values)

    def do(self, task: BlockTask) -> RecurringResult | JoinResult:
        """Do a task."""
        if isinstance(task, FindRecurring):
            size = int(task.hashes.counts.sum())
            return RecurringResult(find_recurring(self._hashes(task.hashes), size, task.quoted, task.first, task.last))
        hashes, words, marks = (file.take(task.blocks).values for file in self._files)
        columns, counts = join_lone((hashes, words, marks), task.counts, task.recurring)
        self.append(columns)
        return JoinResult(self._number, counts)

    def _hashes(self, spans: RowSpans) -> Iterator[Hashes]:
        """Yield the hashes of blocks."""
        for file, start, count in iterate_rows(spans.files, spans.starts, spans.counts):
            for first in range(start, start + count, _AT_ONCE):
                hashes = np.empty(min(_AT_ONCE, start + count - first), np.uint64)
                self._files[0].read(file, first, hashes)
                yield hashes
