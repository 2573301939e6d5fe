"""What a job on Spark costs, and whether it gives the local engine's report: `python benches/spark.py`.

Articles of 3.7 KB are clustered on Spark in this process, a few and many. The processor time is that of the JVM and of
all Python processes; what the few cost is fixed cost, and is taken from that of the many. The local engine clusters the
same articles, and the reports are compared row by row. ``--html`` clusters pages of HTML in place of lines.
``--compare PATH`` compares the reports of other inputs alone, with ``--driver-edges 0`` without an edge on the driver.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from measure import options
from synthetic.articles import make

import dedup
from dedup.engines.pool.pool import worker_count
from dedup.engines.spark.limits import DRIVER_EDGES
from dedup.engines.spark.session import start
from dedup.formats import discover
from dedup.results import Report
from dedup.settings import Settings
from dedup.types import Story

__all__ = ["Job", "compare", "measure", "processor_seconds"]

SIZES: Final = {"lines": (100, 20_000), "pages": (100, 700)}
"""The documents of the jobs, by the kind of the collection."""

MOST_RATIO: Final = {"lines": 5.0, "pages": 1.2}
"""How many times as much processor time as the local engine the Spark job may take, by the kind of the collection."""

MASTER: Final = "local[2]"

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Job(NamedTuple):
    """Processor seconds of both engines for so many ``documents``, and the number of rows that ``differ``."""

    documents: int
    spark: float
    local: float
    differ: int


def processor_seconds(apart: int | None = None) -> float:
    """Return the processor seconds of this process and of all that it has started, ended ones too.

    Args:
        apart: a process that does not count, nor what it has started; None for no such process.
    """
    fields: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                values = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            fields[int(folder.name)] = int(values[1]), sum(map(int, values[11:15])) / _TICKS
    total, found = 0.0, [os.getpid()]
    while found:
        process = found.pop()
        total += fields[process][1]
        found += [other for other, (parent, _) in fields.items() if parent == process and other != apart]
    return total


def compare(path: str, folder: Path, session: Any, driver_edges: int = DRIVER_EDGES) -> Job:
    """Cluster a path with both engines."""
    from dedup.engines.spark.job import cluster_files

    places = discover([path], on_skip=print, on_note=print)
    begun = processor_seconds()
    result = cluster_files(session, places, str(folder), Settings(), driver_edges=driver_edges)
    spark = processor_seconds() - begun
    java = session.sparkContext._gateway.proc.pid  # Java ends idle processes of Python: their seconds would be lost.
    begun = processor_seconds(java)
    report = dedup.cluster(dedup.read(path), workers=1)
    local = processor_seconds(java) - begun
    rows, expected = _rows(dedup.load(folder)), _rows(report)
    differ = sum(rows.get(id) != expected.get(id) for id in rows | expected)
    return Job(result.facts.documents, spark, local, differ)


def _rows(report: Report) -> dict[str, tuple[Any, ...]]:
    """Return all that a report says of each document, by its id."""
    stories = chain(report.stories, map(Story, report.singletons))
    return {member.id: (story.id, story.weakest, member) for story in stories for member in story.members}


def measure(articles: Path, kind: str, folder: Path, sizes: Sequence[int], session: Any) -> list[Job]:
    """Cluster articles of all sizes with both engines, after the least size once more: it loads what is loaded once."""
    made = [str(make(articles, kind, size, workers=worker_count(None)).documents) for size in (sizes[0], *sizes)]
    return [compare(path, folder / str(number), session) for number, path in enumerate(made)][1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each job, and the ratio of both engines."""
    parser = options.parser(__doc__)
    parser.add_argument("--sizes", type=options.sizes, metavar="N,N", help="articles, as 100,2e4")
    parser.add_argument("--html", action="store_true", help="articles as pages of HTML")
    parser.add_argument("--compare", nargs="+", default=(), metavar="PATH", help="compare the reports of these inputs")
    parser.add_argument("--driver-edges", type=int, default=DRIVER_EDGES, metavar="N", help="edges on the driver")
    chosen = parser.parse_args(arguments)
    kind = "pages" if chosen.html else "lines"
    started = time.monotonic()
    with ExitStack() as stack:
        session: Any = start(MASTER)
        stack.callback(session.stop)
        output = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if chosen.compare:
            jobs = [
                compare(path, output / str(number), session, chosen.driver_edges)
                for number, path in enumerate(chosen.compare)
            ]
        else:
            articles = options.collections(chosen.folder, stack)
            jobs = measure(articles, kind, output, chosen.sizes or SIZES[kind], session)
    print("| documents | Spark, s | local, s | rows that differ |\n| ---: | ---: | ---: | ---: |")
    for job in jobs:
        print(f"| {job.documents:,} | {job.spark:.1f} | {job.local:.1f} | {job.differ:,} |")
    if not chosen.compare:
        ratio = (jobs[-1].spark - jobs[0].spark) / (jobs[-1].local - jobs[0].local)
        print(f"\nSpark takes {ratio:.1f} times the processor time (at most {MOST_RATIO[kind]:g}).")
    print(f"{time.monotonic() - started:.0f} s by the clock")
    options.save(chosen.json, jobs)
    return int(any(job.differ for job in jobs))


if __name__ == "__main__":
    sys.exit(main())
