"""From texts to signatures, on one core and on two: `python benches/cores.py`, against `str.split()` on one core.

Two ways: `dedup.signatures` of texts in memory, each process its share of them, all starting at once; and the engine's
own processes (`engines.pool.pool`), which read a file of JSON Lines, hash its blocks and spool its tokens too. These
are the stages of the job up to the first sketches (`stages`), the start of the processes included, without what one
process does between them. Wall time, the best of some rounds taken by turns.
"""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from typing import Any, Final, NamedTuple

from measure import options
from scale import BATCH, texts
from stages import profile
from synthetic.articles import Made, make
from synthetic.workloads import megabytes

import dedup

__all__ = ["Row", "measure", "shared", "sketched"]

DOCUMENTS: Final = 20_000
ROUNDS: Final = 5
CORES: Final = (1, 2)


class Row(NamedTuple):
    """One way on so many ``cores``: MB a second, over that of `str.split()` with words thrown away and kept, and over
    its own on one core."""

    name: str
    cores: int
    speed: float
    thrown: float
    kept: float
    more: float


def shared(made: Made, cores: int, task: Callable[[list[str]], object]) -> float:
    """The wall seconds from the first start to the last end of a ``task`` that processes do, each on its share of the
    texts, which it holds in memory when all start."""
    context = get_context("fork")  # a task may be any function
    gate, answers = context.Barrier(cores), context.SimpleQueue()
    processes = [
        context.Process(target=_share, args=(made, number, cores, task, gate, answers)) for number in range(cores)
    ]
    for process in processes:
        process.start()
    found = [answers.get() for _ in processes]
    for process in processes:
        process.join()
    return float(max(end for _, end in found) - min(start for start, _ in found))


def _share(made: Made, number: int, cores: int, task: Callable[[list[str]], object], gate: Any, answers: Any) -> None:
    """What one process does."""
    mine = list(texts(made))[number::cores]
    task(mine[:100])  # what is made at the first call is made
    gate.wait()
    start = time.perf_counter()
    task(mine)
    answers.put((start, time.perf_counter()))


def _signatures(found: list[str]) -> object:
    return dedup.signatures(found, dedup.Settings(k=128))


def _thrown(found: list[str]) -> None:
    for text in found:
        text.split()


def _kept(found: list[str]) -> None:
    for first, last in pairwise((*range(0, len(found), BATCH), len(found))):
        words = [text.split() for text in found[first:last]]
        del words


def sketched(made: Made, workers: int) -> float:
    """The wall seconds in which the engine's processes start, read a file and sketch all of its texts."""
    found = profile(made.documents, workers, last="signatures")
    return sum(stage.seconds for stage in found if stage.name in ("start", "reading", "signatures"))


def measure(made: Made, rounds: int) -> Iterator[Row]:
    """All rows, `str.split()` last."""
    size = megabytes(list(texts(made)))
    tasks: dict[tuple[str, int], Callable[[], float]] = {
        ("split, kept", 1): partial(shared, made, 1, _kept),
        ("split, thrown away", 1): partial(shared, made, 1, _thrown),
    }
    for cores in CORES:
        tasks["signatures", cores] = partial(shared, made, cores, _signatures)
        tasks["file to sketches", cores] = partial(sketched, made, cores)
    best: dict[tuple[str, int], float] = dict.fromkeys(tasks, float("inf"))
    for _ in range(rounds):
        for key, task in tasks.items():
            best[key] = min(best[key], task())
    for name, cores in sorted(tasks):
        seconds = best[name, cores]
        over = (best[other, 1] / seconds for other in ("split, thrown away", "split, kept", name))
        yield Row(name, cores, size / seconds, *over)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = options.parser(__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="articles")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds, of which the best counts")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        rows = list(measure(make(folder, "lines", chosen.documents, workers=2), chosen.rounds))
    print(f"{'':20}{'cores':>6}{'MB/s':>9}{'/ thrown':>10}{'/ kept':>8}{'/ one core':>12}")
    for row in rows:
        print(f"{row.name:20}{row.cores:6}{row.speed:9.1f}{row.thrown:10.2f}{row.kept:8.2f}{row.more:12.2f}")
    options.save(chosen.json, rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
