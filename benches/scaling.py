"""What the parent process of a job does alone, and how far more cores help: `python benches/scaling.py`.

Collections of two sizes, as JSON Lines, are clustered in this process with some workers, by turns. The clock is
processor time: that of this process (the parent), and that of its workers. The least of some rounds counts for each
stage, because noise only adds. What a document costs is the slope between the two sizes, so that fixed costs, as the
start of processes, fall out. The report is made in the stage `stories`, and written as JSON Lines in the last one.

A job on c cores takes the serial time of the parent and a c-th of the time of the workers (Amdahl 1967). The last table
says what follows: for the parent as it is, and for parents of `AIMS`.
"""

import gc
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

from measure import options
from synthetic.articles import make

import dedup
from dedup.engines.pool.pool import worker_count
from dedup.formats import discover, read_all
from dedup.report import write

__all__ = ["Slope", "measure", "seconds_on", "speedup_on"]

SIZES: Final = (25_000, 100_000)
ROUNDS: Final = 3
WORKERS: Final = 2
WARM: Final = 200
"""Articles of a first job, which loads what is loaded once."""

CORES: Final = (2, 8, 32, 64)
AIMS: Final = (8.0, 2.0)
"""Microseconds a document that the parent may take: at most, and the aim."""

PLANNED: Final = 1_000_000
"""Articles of the last table."""


class Cost(NamedTuple):
    """Processor seconds of a stage: those of the ``parent`` and those of all ``workers``."""

    parent: float
    workers: float


class Slope(NamedTuple):
    """A stage, and what a document more costs in it: microseconds of the ``parent`` and of all ``workers``."""

    stage: str
    parent: float
    workers: float


class _ParentClock:
    """Takes the processor time of this process whenever a stage begins."""

    def __init__(self) -> None:
        self.marks: dict[str, float] = {}

    def __call__(self, stage: str, _done: int, _total: int) -> None:
        """Take progress of a stage."""
        self.marks.setdefault(stage, time.process_time())


def run(path: Path, workers: int) -> dict[str, Cost]:
    """Return the cost of each stage of a job on the documents of a file, in the order of the stages."""
    clock = _ParentClock()
    places = discover([str(path)], on_skip=print, on_note=print)
    gc.collect()
    gc.freeze()
    started = time.process_time()
    report = dedup.cluster(read_all(places, on_skip=print, on_note=print), workers=workers, on_progress=clock)
    clock("writing", 0, 0)
    with Path(os.devnull).open("wb") as stream:
        write(report, stream, "jsonl")
    ends = [*list(clock.marks.values())[1:], time.process_time()]
    gc.unfreeze()
    all_processes = {stage.name: stage.processor for stage in report.stats.stages}
    costs = {}
    for stage, end in zip(clock.marks, ends, strict=True):
        parent, started = end - started, end
        costs[stage] = Cost(parent, max(all_processes.get(stage, 0.0) - parent, 0.0))
    return costs


def measure(folder: Path, sizes: tuple[int, int], workers: int, rounds: int) -> list[Slope]:
    """Return the slope of each stage between two sizes.

    Args:
        folder: where the collections are, or are made.
        sizes: articles of the smaller and of the larger collection.
        workers: processes beside this one, at least two.
        rounds: rounds, of which the least counts.
    """
    small, large = (make(folder, "lines", size, workers=worker_count(None)).documents for size in sizes)
    run(make(folder, "lines", WARM).documents, workers)
    costs = [(run(small, workers), run(large, workers)) for _ in range(rounds)]
    documents = sizes[1] - sizes[0]

    def slope(stage: str, who: int) -> float:
        least_small, least_large = (min(pair[side][stage][who] for pair in costs) for side in (0, 1))
        return 1e6 * (least_large - least_small) / documents

    return [Slope(stage, slope(stage, 0), slope(stage, 1)) for stage in costs[0][0]]


def seconds_on(cores: int, serial: float, shared: float, documents: int = PLANNED) -> float:
    """Return the seconds of a job, from the microseconds a document that are serial and that all cores share."""
    return (serial + shared / cores) * documents / 1e6


def speedup_on(cores: int, serial: float, shared: float) -> float:
    """Return how many times as fast as one core the cores are."""
    return seconds_on(1, serial, shared) / seconds_on(cores, serial, shared)


def tables(slopes: Sequence[Slope], sizes: tuple[int, int]) -> list[str]:
    """Return the lines of the two tables."""
    serial, shared = sum(row.parent for row in slopes), sum(row.workers for row in slopes)
    lines = [f"| us a document, {sizes[0]:,} to {sizes[1]:,} articles | parent | workers |", "| --- | ---: | ---: |"]
    for stage, parent, workers in (*slopes, Slope("all", serial, shared)):
        lines.append(f"| {stage} | {max(parent, 0):.2f} | {max(workers, 0):.2f} |")
    lines.append("")
    heads = (f"{cores} cores" for cores in CORES)
    lines += [f"| {PLANNED:,} articles, serial us | {' | '.join(heads)} |", f"| --- |{' ---: |' * len(CORES)}"]
    for label, us in ((f"{serial:.1f} (now)", serial), *((f"{aim:g}", aim) for aim in AIMS)):
        cells = (f"{seconds_on(c, us, shared):.3g} s ({speedup_on(c, us, shared):.1f} x)" for c in CORES)
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print both tables."""
    parser = options.parser(__doc__)
    parser.add_argument(
        "--sizes", type=options.sizes, default=SIZES, metavar="N,N", help="articles of both collections, as 2e4,1e5"
    )
    parser.add_argument("--workers", type=int, default=WORKERS, metavar="N", help="processes beside this one")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, of which the least counts")
    chosen = parser.parse_args(arguments)
    if len(chosen.sizes) != 2 or chosen.workers < 2:
        parser.error("give two sizes, and two workers or more")
    with ExitStack() as stack:
        slopes = measure(options.collections(chosen.folder, stack), chosen.sizes, chosen.workers, chosen.rounds)
    print("\n".join(tables(slopes, chosen.sizes)))
    options.save(chosen.json, slopes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
