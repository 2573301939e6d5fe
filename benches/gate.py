"""The floors of speed: `python benches/gate.py` measures, prints a table, and exits with 1 when a floor is broken.

No figure here is a time: machines differ, and one machine differs from hour to hour. Every floor is a ratio of two
things measured by turns in one process, in CPU time with all threads counted (see `measuring`), each peer held to one
thread (`doors.one_thread`). The median of at least seven rounds counts.

A floor stands a fifth below what was reached, which is in ``reached.json`` beside this file: what is reached is not
lost again, bit by bit. Processors differ in these ratios: one code reaches 1.5 times `str.split()` on a Zen 4 of AMD,
and 1.15 times on a Xeon of Intel, whose `str.split()` is as fast and whose vector units are slower. So the file has the
ratios by the maker of the processor. A processor of another maker is held to the least of them. ``--save`` writes what
it measures there, on a quiet machine, where it is more than before; ``--slow 1.4`` makes every task of ours take that
many times as long, to see the gate fail.

A ratio that misses its floor by less than the spread of its own rounds is within noise: it is measured again, three
times in all, and the best median is taken. That is honest because noise only ever slows: caches and memory that are
shared with others can keep a program from its speed and cannot lend it any. It hits the task and its yardstick by
turns alike, and the median leaves out the rounds where it hit the yardstick alone. A ratio that is further off is a
broken floor at once.
"""

import argparse
import dataclasses
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from measure import records
from measure.passes import seconds_a_megabyte
from measure.peers import FASTSKETCH, RENSA, Peer, installed, one_thread
from measure.ratios import Comparison, Task, compare
from synthetic.articles import articles, pieces
from synthetic.workloads import NEWS, NEWS_ACCENTED, SHORT, WIRE, Workload, megabytes

import dedup
from dedup.core.arrays.ragged import Ragged
from dedup.core.sketch import minhash
from dedup.types import Document

__all__ = ["FLOORS", "LOSS", "Floor", "Result", "check", "slowed"]

ROUNDS: Final = 9
ATTEMPTS: Final = 3
LOSS: Final = 0.2
"""The share of a ratio that may be lost before its floor is broken."""

REACHED: Final = Path(__file__).with_name("reached.json")
"""The ratio that was reached at each floor, by the maker of the processor."""

PROCESSOR: Final = Path("/proc/cpuinfo")
"""Where Linux names the maker of the processor."""

ARTICLES: Final = 2_000
SEED: Final = 7
SETS: Final = 5_000
SHINGLES: Final = 520


@dataclass(frozen=True, slots=True)
class Floor:
    """One ratio that must hold, of the speed of a task over that of its yardstick, for ``reason``.

    ``aim`` is where it should be. ``tasks`` makes the two, task first; ``amount`` and ``unit`` tell what one run of the
    task gets through. ``ceiling`` measures the CPU seconds that the least passes of numpy take for one unit.
    """

    name: str
    aim: float
    reason: str
    tasks: Callable[[], tuple[Task, Task]]
    amount: Callable[[], float]
    unit: str
    peer: Peer | None = None
    ceiling: Callable[[], float] | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a floor's measurement gave: the ratio, the task's and the yardstick's speed in ``unit`` a CPU second.
    ``ratio`` is None where the peer is not installed, ``ceiling`` where none is measured."""

    name: str
    least: float
    aim: float
    ratio: float | None = None
    spread: float = 0.0
    speed: float = 0.0
    yardstick: float = 0.0
    unit: str = ""
    attempts: int = 0
    ceiling: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the floor holds; one that could not be measured does."""
        return self.ratio is None or self.ratio >= self.least


def _split(texts: Sequence[str]) -> Task:
    """Python's own `str.split`: the least that any tokenizer in Python costs, and written in C."""

    def task() -> None:
        for text in texts:
            text.split()

    return task


def _kept_split(workload: Workload) -> Task:
    """The same with all words of all texts kept, as a program that goes on with them has to."""
    texts = workload.texts()
    return lambda: [text.split() for text in texts]


def _signatures(workload: Workload, k: int) -> Task:
    """Texts to signatures of word 5-grams, through the public door."""
    texts, settings = workload.texts(), dedup.Settings(k=k, shingle_size=5)
    return lambda: dedup.signatures(texts, settings)


def _articles() -> list[Document]:
    """Articles, a tenth of them copies."""
    return [
        Document(article.text(SEED), id=article.id, source=article.source)
        for piece in range(pieces(ARTICLES))
        for article in articles(ARTICLES, piece, SEED)
    ]


def _job() -> tuple[Task, Task]:
    """The whole job in one process, and the texts split."""
    documents = _articles()
    return lambda: dedup.cluster(documents, workers=1), _split([document.text for document in documents])


def _arriving() -> tuple[Task, Task]:
    """Half of the articles added to a copy of an index that has the other half and has learned from it, and their texts
    split. What is learned, and a review, are not measured: that is the whole job."""
    documents = _articles()
    before, after = documents[: ARTICLES // 2], documents[ARTICLES // 2 :]
    with tempfile.TemporaryDirectory() as folder:
        with dedup.Index.open(folder, reviews=0, workers=1) as index:
            index.add_many(before)
            index.review()
        known = {path.relative_to(folder): path.read_bytes() for path in Path(folder).rglob("*") if path.is_file()}

    def task() -> None:
        with tempfile.TemporaryDirectory() as folder:
            for path, data in known.items():
                Path(folder, path).parent.mkdir(exist_ok=True)
                Path(folder, path).write_bytes(data)
            with dedup.Index.open(folder, reviews=0) as index:
                index.add_many(after)

    return task, _split([document.text for document in after])


def _hashes() -> Ragged:
    """`SETS` sets of `SHINGLES` random hashes."""
    values = np.random.default_rng(3).integers(0, 2**64, SETS * SHINGLES, np.uint64)
    starts = np.arange(SETS) * SHINGLES
    return Ragged(values, np.stack((starts, starts + SHINGLES), axis=1))


def _against(peer: Peer, k: int) -> tuple[Task, Task]:
    """Our sketch and the peer's, of the same hashes, which the peer gets in the form it likes best."""
    if peer.hashes is None:
        raise ValueError(f"{peer.name} takes no hashes")
    shingles, run = _hashes(), peer.hashes.run
    prepared = peer.hashes.prepare(shingles)
    return lambda: minhash.sketch(shingles, k), lambda: run(prepared, k)


FLOORS: Final = (
    Floor(
        "text to signatures / [t.split() ...]",
        2.5,
        "the fastest compiled peer reaches half of split; numpy earns its oddities only far ahead of all of them",
        lambda: (_signatures(NEWS, 128), _kept_split(NEWS)),
        lambda: megabytes(NEWS.texts()),
        "MB",
    ),
    Floor(
        "the same, each list thrown away",
        2.0,
        "the harder yardstick: no memory is touched twice",
        lambda: (_signatures(NEWS, 128), _split(NEWS.texts())),
        lambda: megabytes(NEWS.texts()),
        "MB",
        ceiling=lambda: seconds_a_megabyte(NEWS, 128),
    ),
    Floor(
        "wires / t.split()",
        1.3,
        "takes of 60 to 240 words leave slots empty: filling them may not cost more than the text",
        lambda: (_signatures(WIRE, 128), _split(WIRE.texts())),
        lambda: megabytes(WIRE.texts()),
        "MB",
        ceiling=lambda: seconds_a_megabyte(WIRE, 128),
    ),
    Floor(
        "posts / t.split()",
        0.3,
        "posts and headlines of 5 to 30 words have 128 slots each, as articles have",
        lambda: (_signatures(SHORT, 128), _split(SHORT.texts())),
        lambda: megabytes(SHORT.texts()),
        "MB",
    ),
    Floor(
        "2 % beyond ASCII / [t.split() ...]",
        1.8,
        "most news has curly quotes and accents: they may cost something, not everything",
        lambda: (_signatures(NEWS_ACCENTED, 128), _kept_split(NEWS_ACCENTED)),
        lambda: megabytes(NEWS_ACCENTED.texts()),
        "MB",
    ),
    Floor(
        "the whole job, one process / t.split()",
        0.5,
        "on two cores, the whole job is to be as fast as the words are split on one",
        _job,
        lambda: megabytes([document.text for document in _articles()]),
        "MB",
    ),
    Floor(
        "Index.add_many / t.split()",
        0.3,
        "12,000 articles a second on two cores are 6,000 a CPU second, in which 20,000 are split",
        _arriving,
        lambda: megabytes([document.text for document in _articles()[ARTICLES // 2 :]]),
        "MB",
    ),
    Floor(
        "k = 512 / k = 128",
        1 / 1.7,
        "one permutation makes slots nearly free, and recall at low similarity is bought with slots",
        lambda: (_signatures(NEWS, 512), _signatures(NEWS, 128)),
        lambda: megabytes(NEWS.texts()),
        "MB",
    ),
    Floor(
        "hashes to signatures / rensa",
        1.0,
        "the fastest honest peer, in Rust, does the same work: all shingles, all slots filled",
        lambda: _against(RENSA, 128),
        lambda: SETS * SHINGLES / 1e6,
        "M shingles",
        RENSA,
    ),
    Floor(
        "hashes to signatures / FastSketchLSH",
        1.0,
        "the same algorithm in C++ with SIMD",
        lambda: _against(FASTSKETCH, 128),
        lambda: SETS * SHINGLES / 1e6,
        "M shingles",
        FASTSKETCH,
    ),
)


def slowed(task: Task, times: float) -> Task:
    """A copy of ``task`` that takes that many times its CPU time."""

    def copy() -> object:
        start = time.process_time()
        result = task()
        end = start + (time.process_time() - start) * times
        while time.process_time() < end:
            pass
        return result

    return copy


def check(floor: Floor, reached: float, rounds: int, slow: float = 1.0) -> Result:
    """Measure one floor, again where the miss is within noise; with a task that is ``slow`` so many times, if asked."""
    least = reached * (1 - LOSS)
    if floor.peer and not installed(floor.peer):
        return Result(floor.name, least, floor.aim)
    task, yardstick = floor.tasks()
    task = task if slow == 1 else slowed(task, slow)
    best = compare(task, yardstick, rounds)
    attempts = 1
    while attempts < ATTEMPTS and best.ratio < least <= best.ratio + best.spread:
        best = max(best, compare(task, yardstick, rounds), key=_ratio)
        attempts += 1
    amount = floor.amount()
    speeds = (amount / best.seconds, amount / best.yardstick)
    ceiling = best.yardstick / amount / floor.ceiling() if floor.ceiling else None
    return Result(floor.name, least, floor.aim, best.ratio, best.spread, *speeds, floor.unit, attempts, ceiling)


def _ratio(comparison: Comparison) -> float:
    """What the best of several measurements is the best in."""
    return comparison.ratio


def maker() -> str:
    """The maker of the processor, as Linux names it; ``other`` where it is not named."""
    lines = PROCESSOR.read_text().splitlines() if PROCESSOR.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("vendor_id")), "other")


def reached_by(makers: dict[str, dict[str, float]], name: str) -> dict[str, float]:
    """What processors of the maker ``name`` reached; the least of all makers where this maker has no ratios."""
    if name in makers:
        return makers[name]
    floors = {floor for ratios in makers.values() for floor in ratios}
    return {floor: min(ratios.get(floor, 0.0) for ratios in makers.values()) for floor in floors}


def _lines(results: Sequence[Result]) -> Iterator[str]:
    """The table. ``change`` is against the last commit whose ratios are kept."""
    commit, before = records.last("gate")
    now = {result.name: result.ratio or 0.0 for result in results}
    yield f"{'':38}{'floor':>7}{'aim':>7}{'ceiling':>9}{'ratio':>8}{'spread':>8}{'change':>8}{'we':>9}{'they':>9}"
    for result, change in zip(results, records.changes(now, now, before), strict=True):
        if result.ratio is None:
            yield f"{result.name:38}{result.least:7.2f}{result.aim:7.2f}   skipped: not installed"
            continue
        verdict = "   BROKEN" if not result.holds else "   short of the aim" if result.ratio < result.aim else ""
        tail = f"  {result.unit}/s, {result.attempts} x measured{verdict}"
        ceiling = "" if result.ceiling is None else f"{result.ceiling:.2f}"
        yield (
            f"{result.name:38}{result.least:7.2f}{result.aim:7.2f}{ceiling:>9}{result.ratio:8.2f}{result.spread:8.2f}{change:>8}"
            f"{result.speed:9.1f}{result.yardstick:9.1f}{tail}"
        )
    if commit:
        yield f"change: against commit {commit}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every floor; 1 if one is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the results there as well")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of a measurement, at least 7")
    parser.add_argument("--save", action="store_true", help="keep what is reached, where it is more than before")
    parser.add_argument("--slow", type=float, default=1.0, metavar="TIMES", help="slow our tasks down, to see it fail")
    options = parser.parse_args(arguments)
    if options.rounds < 7:
        parser.error("--rounds: the median of fewer than 7 is noise")
    one_thread()
    makers: dict[str, dict[str, float]] = json.loads(REACHED.read_text())
    reached = reached_by(makers, maker())
    results = [check(floor, reached.get(floor.name, 0.0), options.rounds, options.slow) for floor in FLOORS]
    print("\n".join(_lines(results)))
    for floor, result in zip(FLOORS, results, strict=True):
        if not result.holds:
            print(f"broken: {floor.name} must be at least {result.least:.2f}: {floor.reason}")
    if options.save:
        now = {result.name: max(round(result.ratio or 0.0, 2), reached.get(result.name, 0.0)) for result in results}
        REACHED.write_text(json.dumps(makers | {maker(): now}, indent=2) + "\n")
    if options.slow == 1.0:
        records.keep("gate", {result.name: result.ratio for result in results if result.ratio is not None})
    if options.json:
        rows = [{**dataclasses.asdict(result), "holds": result.holds} for result in results]
        options.json.write_text(json.dumps(rows, indent=2) + "\n")
    return 0 if all(result.holds for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
