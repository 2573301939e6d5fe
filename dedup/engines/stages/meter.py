"""What each stage of a job takes: the clock, processors, memory, bytes."""

import time
from collections.abc import Callable
from typing import NamedTuple

from dedup.engines.pool.spill import SpillFiles
from dedup.engines.pool.usage import NOTHING, Usage, usage_now
from dedup.types import Stage

Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Who is told of progress where nobody wants to know."""


class Meter:
    """Hears of the progress of a job, hands it on to ``tell``, and measures its stages."""

    def __init__(self, tell: Progress, stores: SpillFiles) -> None:
        self.stages: list[Stage] = []
        self._tell, self._stores = tell, stores
        self._others: Callable[[], Usage] = lambda: NOTHING
        self._stage = ""
        self._read = 0
        self._since = _Marks(time.perf_counter(), usage_now().processor, 0)

    def watch(self, others: Callable[[], Usage]) -> None:
        """From now on others are at work too, who have used so much as far as they have said."""
        self._others = others

    def read(self, count: int) -> None:
        """So many bytes of text have been read."""
        self._read += count

    def __call__(self, stage: str, done: int, total: int) -> None:
        """``stage`` has come to ``done`` of ``total``."""
        if stage != self._stage:
            self.end()
            self._stage = stage
        self._tell(stage, done, total)

    def end(self) -> None:
        """The stage is over."""
        mine, theirs = usage_now(), self._others()
        now = _Marks(time.perf_counter(), mine.processor + theirs.processor, self._read)
        if self._stage:
            seconds, processor, read = (mark - before for mark, before in zip(now, self._since, strict=True))
            stored = self._stores.stored
            last = self.stages[-1].memory if self.stages else 0  # the system counts in strides, and may take some back
            memory = max(last, mine.memory)
            self.stages.append(Stage(self._stage, seconds, processor, int(read), stored, memory, theirs.memory))
            self._since = now
        self._stage = ""


class _Marks(NamedTuple):
    """Where the clocks stood when a stage began, and how much text had been read."""

    clock: float
    processor: float
    read: int
