"""Progress of a job on Spark: stage n of N of the plan, its parts, minutes left, and what an earlier run has done."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from pyspark.sql import SparkSession

from dedup.core.plan import PLAN
from dedup.core.stages.stage import stages_of
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
        seconds: seconds between two lines of one stage.
    """

    def __init__(self, session: SparkSession, tell: Tell | None = None, seconds: float = TELL_SECONDS) -> None:
        self._session, self._tell, self._seconds = session, tell, seconds
        self._names = ("read", *(stage.name for stage in stages_of(PLAN)), "report")
        self._number, self._there, self._run, self._goes_on = 1, set[str](), set[str](), False

    def tell(self, line: str) -> None:
        """Tell a line, if there is someone who takes it."""
        if self._tell is not None:
            self._tell(line)

    def begin(self, name: str, is_there: bool) -> None:
        """Note that a stage comes next.

        Args:
            name: the name of the stage. One that is not in the plan is a step of the stage before.
            is_there: whether an earlier run has done it.
        """
        if name in self._names:
            self._number = self._names.index(name) + 1
        if is_there:
            self._there |= {name} & set(self._names)
        elif self._there and not self._goes_on:
            self._goes_on = True
            self.tell(f"stages that an earlier run has done: {len(self._there):,}; going on with {name}")

    def note_run(self, name: str) -> None:
        """Note that a stage had rows to work on."""
        self._run.add(name)

    def end(self) -> None:
        """Tell how many stages of the plan are not among those that ran, and why."""
        passed = set(self._names) - self._run - self._there
        if passed:
            self.tell(f"{len(passed):,} of {len(self._names):,} stages had no rows to work on")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Tell of one stage while the block runs it."""
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
        head = f"stage {self._number} of {len(self._names)}, {name}"
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
