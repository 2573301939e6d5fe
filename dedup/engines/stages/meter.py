"""The cost of each stage of a job: time, processor time, memory, bytes of text and of spill files."""

import time
from collections.abc import Callable
from typing import NamedTuple

from dedup.engines.pool.spill import SpillFiles
from dedup.engines.pool.usage import NOTHING, Usage, usage_now
from dedup.types import Stage

Progress = Callable[[str, int, int], None]
"""A function that is called with the progress: ``(stage, done, total)``. A total of 0 is unknown."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Ignore progress: the default callback."""


class Meter:
    """Measures the stages of a job by its progress, which goes on to ``on_progress``.

    A stage lasts from its first progress to the first progress of the next stage.
    """

    def __init__(self, on_progress: Progress, spill_files: SpillFiles) -> None:
        self.stages: list[Stage] = []
        self._on_progress, self._spill_files = on_progress, spill_files
        self._workers: Callable[[], Usage] = lambda: NOTHING
        self._stage = ""
        self._read = 0
        self._since = _Marks(time.perf_counter(), usage_now().processor, 0)

    def watch(self, workers: Callable[[], Usage]) -> None:
        """Count the usage of workers from now on. ``workers`` returns their usage so far."""
        self._workers = workers

    def read(self, count: int) -> None:
        """Count bytes of text that have been read."""
        self._read += count

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Take progress: ``done`` of ``total`` in a stage."""
        if stage != self._stage:
            self.end()
            self._stage = stage
        self._on_progress(stage, done, total)

    def end(self) -> None:
        """End the current stage."""
        mine, workers = usage_now(), self._workers()
        now = _Marks(time.perf_counter(), mine.processor + workers.processor, self._read)
        if self._stage:
            seconds, processor, read = (mark - before for mark, before in zip(now, self._since, strict=True))
            stored = self._spill_files.stored
            last = self.stages[-1].memory if self.stages else 0  # the system's value may fall a little
            memory = max(last, mine.memory)
            self.stages.append(Stage(self._stage, seconds, processor, int(read), stored, memory, workers.memory))
            self._since = now
        self._stage = ""


class _Marks(NamedTuple):
    """The clock, the processor time, and the bytes of text read at the begin of a stage."""

    clock: float
    processor: float
    read: int
