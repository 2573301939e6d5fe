"""How the scripts measure: CPU time, two things by turns, and the ratio of neighbours.

The clock is the CPU time of this process with all of its threads: what other programs do meanwhile costs nothing, and
a peer that uses two cores pays for two. Caches and clock rates are still shared, so two things are compared by turns
(A B, B A, A B ...), every round gives one ratio, and the median of the rounds counts.
"""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

__all__ = ["Comparison", "compare", "cpu_seconds", "frozen"]

Task = Callable[[], object]
"""Something to measure; what it returns is thrown away after the clock has stopped."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How many times as fast the first of two tasks was: the ``ratio`` of the median round, the quartiles' distance
    as its ``spread``, and the median ``seconds`` of the task and of its yardstick."""

    ratio: float
    spread: float
    seconds: float
    yardstick: float


def cpu_seconds(task: Task) -> float:
    """The CPU time that ``task`` takes in this process, in all threads."""
    gc.collect()
    start = time.process_time()
    result = task()
    seconds = time.process_time() - start
    del result
    return seconds


@contextmanager
def frozen() -> Iterator[None]:
    """Freeze what is in memory, so that garbage is collected at once: `cpu_seconds` collects it each time."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def compare(task: Task, yardstick: Task, rounds: int) -> Comparison:
    """Run both once to warm up, then by turns for ``rounds`` rounds, with a frozen memory."""
    mine: list[float] = []
    others: list[float] = []
    with frozen():
        cpu_seconds(task)
        cpu_seconds(yardstick)
        for number in range(rounds):
            for is_mine in (True, False) if number % 2 else (False, True):
                (mine if is_mine else others).append(cpu_seconds(task if is_mine else yardstick))
    ratios = [other / own for own, other in zip(mine, others, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return Comparison(middle, high - low, statistics.median(mine), statistics.median(others))
