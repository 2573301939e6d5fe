"""Progress of a job on Spark: stage n of N, its parts, and minutes left."""

import threading
import time
from collections.abc import Callable, Iterator
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
        stages: the number of the stages of the plan.
        seconds: seconds between two lines of one stage.
    """

    def __init__(
        self, session: SparkSession, tell: Tell | None = None, stages: int = 0, seconds: float = TELL_SECONDS
    ) -> None:
        self._session, self._tell, self._stages, self._seconds = session, tell, stages, seconds
        self._number, self._begun = 0, time.monotonic()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Tell of one stage while the block runs it."""
        self._number += 1
        if self._tell is None:
            yield
            return
        ended = threading.Event()
        thread = threading.Thread(target=self._watch, args=(name, ended), daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()

    def _watch(self, name: str, ended: threading.Event) -> None:
        """Tell the tasks that are done, until the stage ends."""
        begun = last = time.monotonic()
        total = max(self._stages, self._number)
        head = f"stage {self._number} of {total}, {name}"
        while not ended.wait(POLL_SECONDS):
            if time.monotonic() - last < self._seconds or self._tell is None:
                continue
            last = time.monotonic()
            done, tasks = self._tasks()
            left = f", about {_minutes((last - begun) * (tasks - done) / done)} left in it" if done else ""
            self._tell(f"{head}: {done:,} of {tasks:,} parts{left}")
        if self._tell is not None:
            self._tell(f"{head}: {time.monotonic() - begun:,.0f} s")

    def _tasks(self) -> tuple[int, int]:
        """Return the tasks that are done, and all tasks, of the stages of Spark that run now."""
        tracker = self._session.sparkContext.statusTracker()
        infos = [tracker.getStageInfo(number) for number in tracker.getActiveStageIds()]
        running = [info for info in infos if info is not None]
        return sum(info.numCompletedTasks for info in running), sum(info.numTasks for info in running)


def _minutes(seconds: float) -> str:
    return f"{seconds / _MINUTE:.0f} min" if seconds >= _MINUTE else f"{seconds:.0f} s"
