"""What each stage of a job takes: the clock, processors, memory, bytes. The core knows of none of these.

A stage lasts from when it is first told of until the next one is.
"""

import os
import struct
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, NamedTuple

from dedup.engines.store import Stores
from dedup.types import Stage

if os.name == "posix":
    import resource

_STATUS: Final = Path("/proc/self/status")
"""Where Linux says how much memory a process has had. What `resource` says there begins, for a process that was just
started, with the memory of the one that started it."""


Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""


def nobody(_stage: str, _done: int, _total: int) -> None:
    """Who is told of progress where nobody wants to know."""


class Used(NamedTuple):
    """What a process has used so far: ``processor`` seconds, and ``memory`` in bytes at most at any time."""

    processor: float
    memory: int


NOTHING: Final = Used(0.0, 0)
"""What nobody has used."""

USED: Final = struct.Struct("<dq")
"""A `Used` as bytes."""


def used() -> Used:
    """What this process has used."""
    return Used(time.process_time(), _memory())


def together(those: Iterable[Used]) -> Used:
    """What some processes have used."""
    known = list(those)
    return Used(sum(each.processor for each in known), sum(each.memory for each in known))


def _memory() -> int:
    """The most that was in memory of this process, in bytes; 0 where nobody says."""
    try:
        for line in _STATUS.read_bytes().splitlines():
            if line.startswith(b"VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if os.name != "posix":
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


class Meter:
    """Hears of the progress of a job, hands it on to ``tell``, and measures its stages."""

    def __init__(self, tell: Progress, stores: Stores) -> None:
        self.stages: list[Stage] = []
        self._tell, self._stores = tell, stores
        self._others: Callable[[], Used] = lambda: NOTHING
        self._stage = ""
        self._read = 0
        self._since = _Marks(time.perf_counter(), used().processor, 0)

    def watch(self, others: Callable[[], Used]) -> None:
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
        mine, theirs = used(), self._others()
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
