"""Progress of a job on Spark: stage n of N, its parts, minutes left, and the stages that need not run."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from pyspark.sql import SparkSession

from dedup.engines.spark.limits import POLL_SECONDS, TELL_SECONDS

Tell = Callable[[str], object]
"""Takes a line of progress."""


_MINUTE: Final = 60
"""Seconds of a minute."""


class StageProgress:
    """Tells how far each stage is.

    Args:
        session: the session that runs the stages.
        tell: takes the lines; None for no progress.
        stages: the names of the stages in their order. A stage has its place there as its number.
        seconds: seconds between two lines of one stage.
    """

    def __init__(
        self,
        session: SparkSession,
        tell: Tell | None = None,
        stages: Sequence[str] = (),
        seconds: float = TELL_SECONDS,
    ) -> None:
        self._session, self._tell, self._seconds = session, tell, seconds
        self._numbers = {name: number for number, name in enumerate(stages, 1)}
        self._latest = self._complete = 0

    def count_complete(self, name: str) -> None:
        """Count a stage that an earlier run has completed."""
        self._latest = max(self._latest, self._numbers.get(name, 0))
        self._complete += 1

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Tell of one stage while the block runs it."""
        if self._tell is None:
            yield
            return
        if self._complete:
            self._tell(f"{self._complete} stages are complete from the run before; going on with {name}")
            self._complete = 0
        number = self._numbers.get(name, 0)
        if number > self._latest + 1:
            self._tell(f"stages without rows before {name}: {number - self._latest - 1}")
        self._latest = max(self._latest, number)
        head = f"stage {number} of {len(self._numbers)}, {name}" if number else name
        begun, ended = time.monotonic(), threading.Event()
        thread = threading.Thread(target=self._watch, args=(self._tell, head, ended), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        self._tell(f"{head}: {time.monotonic() - begun:,.0f} s")

    def _watch(self, tell: Tell, head: str, ended: threading.Event) -> None:
        """Tell the tasks that are done, until the stage ends."""
        begun = last = time.monotonic()
        while not ended.wait(POLL_SECONDS):
            if time.monotonic() - last < self._seconds:
                continue
            last = time.monotonic()
            done, tasks = self._tasks()
            left = f", about {_minutes((last - begun) * (tasks - done) / done)} left in it" if done else ""
            tell(f"{head}: {done:,} of {tasks:,} parts{left}")

    def _tasks(self) -> tuple[int, int]:
        """Return the tasks that are done, and all tasks, of the stages of Spark that run now."""
        tracker = self._session.sparkContext.statusTracker()
        infos = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        running = [info for info in infos if info is not None]
        return sum(info.numCompletedTasks for info in running), sum(info.numTasks for info in running)


def _minutes(seconds: float) -> str:
    return f"{seconds / _MINUTE:.0f} min" if seconds >= _MINUTE else f"{seconds:.0f} s"
