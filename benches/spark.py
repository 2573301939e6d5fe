"""What a job on Spark costs, and whether it gives the local engine's report: `python benches/spark.py`.

Articles of 3.7 KB are clustered on Spark in this process, a few and many. The processor time is that of the JVM and of
all Python processes; what the few cost is fixed cost, and is taken from that of the many. The local engine clusters the
same articles, and the reports are compared row by row. ``--compare PATH`` compares the reports of other inputs alone.
"""

import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from measure import options
from synthetic.articles import make

import dedup
from dedup.engines.pool.pool import worker_count
from dedup.engines.spark.session import start
from dedup.formats import discover
from dedup.settings import Settings

__all__ = ["Job", "compare", "measure", "processor_seconds"]

SIZES: Final = (100, 20_000)
MASTER: Final = "local[2]"
MOST_RATIO: Final = 10.0
"""How many times as much processor time as the local engine the Spark job may take."""

_TICKS: Final = os.sysconf("SC_CLK_TCK")


class Job(NamedTuple):
    """Processor seconds of both engines for so many ``documents``, and the number of rows that ``differ``."""

    documents: int
    spark: float
    local: float
    differ: int


def processor_seconds() -> float:
    """Return the processor seconds of this process and of all that it has started, ended ones too."""
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
        found += [other for other, (parent, _) in fields.items() if parent == process]
    return total


def compare(path: str, folder: Path, session: Any) -> Job:
    """Cluster a path with both engines."""
    from dedup.engines.spark.job import cluster_files

    places = discover([path], on_skip=print, on_note=print)
    begun = processor_seconds()
    result = cluster_files(session, places, str(folder), Settings())
    middle = processor_seconds()
    report = dedup.cluster(dedup.read(path), workers=1)
    ended = processor_seconds()
    rows, expected = ({row["id"]: row for row in found.to_dicts()} for found in (dedup.load(folder), report))
    differ = sum(rows.get(id) != expected.get(id) for id in rows | expected)
    return Job(result.facts.documents, middle - begun, ended - middle, differ)


def measure(articles: Path, folder: Path, sizes: Sequence[int], session: Any) -> list[Job]:
    """Cluster articles of all sizes with both engines, after the least size once more: it loads what is loaded once."""
    made = [str(make(articles, "lines", size, workers=worker_count(None)).documents) for size in (sizes[0], *sizes)]
    return [compare(path, folder / str(number), session) for number, path in enumerate(made)][1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a row for each job, and the ratio of both engines."""
    parser = options.parser(__doc__)
    parser.add_argument("--sizes", type=options.sizes, default=SIZES, metavar="N,N", help="articles, as 100,2e4")
    parser.add_argument("--compare", nargs="+", default=(), metavar="PATH", help="compare the reports of these inputs")
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    with ExitStack() as stack:
        session: Any = start(MASTER)
        stack.callback(session.stop)
        output = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if chosen.compare:
            jobs = [compare(path, output / str(number), session) for number, path in enumerate(chosen.compare)]
        else:
            jobs = measure(options.collections(chosen.folder, stack), output, chosen.sizes, session)
    print("| documents | Spark, s | local, s | rows that differ |\n| ---: | ---: | ---: | ---: |")
    for job in jobs:
        print(f"| {job.documents:,} | {job.spark:.1f} | {job.local:.1f} | {job.differ:,} |")
    if not chosen.compare:
        ratio = (jobs[-1].spark - jobs[0].spark) / (jobs[-1].local - jobs[0].local)
        print(f"\nSpark takes {ratio:.1f} times the processor time (at most {MOST_RATIO:g}).")
    print(f"{time.monotonic() - started:.0f} s by the clock")
    options.save(chosen.json, jobs)
    return int(any(job.differ for job in jobs))


if __name__ == "__main__":
    sys.exit(main())
