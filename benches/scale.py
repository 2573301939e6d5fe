"""The whole job at growing sizes: `python benches/scale.py`, through the command, with F1 and the exponents of cost.

Collections of `articles` are made where ``--folder`` says, or in a temporary folder that is removed afterwards, and
clustered by ``python -m dedup cluster`` as its users run it, defaults throughout; JSON Lines of every size, and a
folder of text files. Time is wall time on all processors, memory that of all processes (`watching`).

Beside the throughput stands that of `str.split()` on one core over the same texts, measured right before and right
after the job, so that both have the same machine: with the words ``thrown away`` text by text, and with the lists of a
batch of 18 MB ``kept`` until the next, as a program has to that does anything with them. The fixed cost of the job is
that of a thousand articles: bytes a document and exponents are of what comes on top.
"""

import dataclasses
import functools
import json
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from measure import options
from measure.processes import Watched, watch
from synthetic.articles import Made, make
from synthetic.workloads import megabytes

from dedup.engines.evaluation import score
from dedup.engines.pool.pool import worker_count as processors
from dedup.formats.typed.labels import read_truth
from dedup.report.load import load

__all__ = ["Fit", "Row", "Split", "clustered", "f1", "fitted", "split"]

ROOT: Final = Path(__file__).resolve().parents[1]
SIZES: Final = (10_000, 30_000, 100_000, 300_000, 1_000_000)
FILES: Final = 10_000
START: Final = 1_000
"""Articles of the run that tells the fixed cost."""

PLANNED: Final = 10_000_000
"""Articles that are planned on paper."""

RUNS: Final = 3
SHORT: Final = 30_000
"""A job of up to so many articles is run `RUNS` times, and the fastest run taken: noise only ever slows."""

BATCH: Final = 5_000
"""Texts whose words are kept at a time."""

MOST: Final = 30_000
"""Texts that are split, from the first on, before the job and again after it."""


class Split(NamedTuple):
    """What `str.split()` makes of texts on one core, MB a second: words ``thrown`` away, and ``kept`` for a batch; and
    how fast ``reading`` the texts from disk was, with `json.loads` if they are rows."""

    thrown: float
    kept: float
    reading: float


@dataclass(frozen=True, slots=True)
class Row:
    """One run. Memory in bytes; ``a_document`` is memory beyond the fixed cost; ``thrown`` and ``kept`` are the job's
    throughput over that of `str.split()`; ``told`` is what the command said of candidates, if it has
    ``--stats``."""

    kind: str
    documents: int
    megabytes: float
    seconds: float
    cpu: float
    speed: float
    thrown: float
    kept: float
    split: Split
    memory: int
    anonymous: int
    files: int
    disk: int
    bound: int
    a_document: float
    f1: float
    told: tuple[str, ...]


class Fit(NamedTuple):
    """``cost = fixed + scale * documents ** exponent``, fixed being the cost of `START` documents."""

    exponent: float
    scale: float
    fixed: float

    def at(self, documents: int) -> float:
        """The cost of so many documents."""
        return float(self.fixed + self.scale * (documents - START) ** self.exponent)


def fitted(documents: Sequence[int], costs: Sequence[float], fixed: float) -> Fit | None:
    """The least squares of logarithms; None from fewer than two sizes that cost anything beyond ``fixed``."""
    points = [
        (size - START, cost - fixed)
        for size, cost in zip(documents, costs, strict=True)
        if size > START and cost > fixed
    ]
    if len({size for size, _ in points}) < 2:
        return None
    sizes, beyond = np.log(np.array(points, np.float64).T)
    exponent, level = np.polyfit(sizes, beyond, 1)
    return Fit(float(exponent), float(np.exp(level)), fixed)


def texts(made: Made) -> Iterator[str]:
    """The texts of a collection, read as a stream."""
    if made.documents.is_dir():
        for path in sorted(made.documents.rglob("*.txt")):
            yield path.read_text(encoding="utf-8")
        return
    with made.documents.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def split(found: Iterable[str]) -> Split:
    """How fast texts are split here and now, a batch at a time."""
    rest = islice(found, MOST)
    thrown = kept = reading = size = 0.0
    while True:
        start = time.perf_counter()
        batch = list(islice(rest, BATCH))
        reading += time.perf_counter() - start
        if not batch:
            return Split(size / thrown, size / kept, size / reading)
        size += megabytes(batch)
        start = time.perf_counter()
        for text in batch:
            text.split()
        thrown += time.perf_counter() - start
        start = time.perf_counter()
        words = [text.split() for text in batch]
        kept += time.perf_counter() - start
        del words


def clustered(documents: Path, output: Path, workers: int | None, *options: str) -> Watched:
    """The command on a collection; raises `RuntimeError` if it does not run to its end."""
    command = [sys.executable, "-m", "dedup", "cluster", str(documents), "--format", "jsonl", "--output", str(output)]
    if workers is not None and has("--workers"):
        options = (*options, "--workers", str(workers))
    found = watch((*_pinned(workers), *command, *options), cwd=ROOT)
    if found.code:
        raise RuntimeError(f"dedup cluster ended with exit code {found.code}: {found.error[-2000:]}")
    return found


@functools.cache
def has(option: str) -> bool:
    """Whether the command has this option."""
    from click.testing import CliRunner

    from dedup.cli import main

    return option in CliRunner().invoke(main, ["cluster", "--help"]).output


def _pinned(workers: int | None) -> tuple[str, ...]:
    """What holds a command to so many processors, one process each, where it cannot be told how many to use."""
    if workers is None or has("--workers"):
        return ()
    return ("taskset", "--cpu-list", f"0-{workers - 1}")


def f1(report: Path, truth: Path) -> float:
    """The pairwise F1 of a report."""
    return score(load(str(report)), read_truth(str(truth)), 0).f1


def measure(made: Made, kind: str, documents: int, workers: int | None, start: Watched | None) -> Row:
    """Run the job on one collection, between two measurements of `str.split()`."""
    options = ("--stats",) if has("--stats") else ()
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "stories.jsonl")
        before = split(texts(made))
        runs = [clustered(made.documents, output, workers, *options) for _ in range(RUNS if documents <= SHORT else 1)]
        after = split(texts(made))
        found = min(runs, key=lambda run: run.seconds)
        speed = made.size / 1e6 / found.seconds
        around = Split(*(2 / (1 / one + 1 / other) for one, other in zip(before, after, strict=True)))
        fixed = start.memory if start else 0
        return Row(
            kind=kind,
            documents=documents,
            megabytes=made.size / 1e6,
            seconds=found.seconds,
            cpu=found.cpu,
            speed=speed,
            thrown=speed / around.thrown,
            kept=speed / around.kept,
            split=around,
            memory=found.memory,
            anonymous=found.anonymous,
            files=found.files,
            disk=found.disk,
            bound=found.bound,
            a_document=(found.memory - fixed) / max(documents - START, 1),
            f1=f1(output, made.truth),
            told=_pairs(found.error),
        )


def _pairs(said: str) -> tuple[str, ...]:
    """Of what the command said, the table of the pairs that it looked at."""
    lines = said.splitlines()
    return tuple(lines[next((place for place, line in enumerate(lines) if line.startswith("pairs ")), len(lines)) :])


_HEAD: Final = (
    f"{'':>6}{'documents':>11}{'seconds':>9}{'CPU s':>9}{'MB/s':>7}{'/split':>8}{'/kept':>7}"
    f"{'memory':>9}{'anon.':>8}{'files':>8}{'disk':>8}{'B/doc':>8}{'F1':>8}"
)


def _line(row: Row) -> str:
    """One run as a line; memory and disk in MB of 10^6 bytes."""
    return (
        f"{row.kind:>6}{row.documents:11,}{row.seconds:9.2f}{row.cpu:9.2f}{row.speed:7.1f}{row.thrown:8.2f}"
        f"{row.kept:7.2f}{row.memory / 1e6:9,.0f}{row.anonymous / 1e6:8,.0f}{row.files / 1e6:8,.0f}"
        f"{row.disk / 1e6:8,.0f}{row.a_document:8,.0f}{row.f1:8.4f}"
    )


def _summary(rows: Sequence[Row], start: Watched) -> tuple[list[str], dict[str, Fit]]:
    """What the sizes tell together: how each cost grows, and what `PLANNED` documents would take."""
    costs = {
        "seconds": ([row.seconds for row in rows], start.seconds, 1.0, "s"),
        "CPU seconds": ([row.cpu for row in rows], start.cpu, 1.0, "s"),
        "memory": ([float(row.memory) for row in rows], float(start.memory), 1e9, "GB"),
        "temporary files": ([float(row.disk) for row in rows], float(start.disk), 1e9, "GB"),
    }
    sizes, fits, lines = [row.documents for row in rows], {}, []
    for name, (values, fixed, unit, symbol) in costs.items():
        fit = fitted(sizes, values, fixed)
        if fit is None:
            continue
        fits[name] = fit
        lines.append(
            f"{name:16} ~ documents ^ {fit.exponent:.3f} beyond {fixed / unit:.2f} {symbol}; "
            f"{PLANNED:,} documents: {fit.at(PLANNED) / unit:,.1f} {symbol}"
        )
    return lines, fits


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a size, and how cost grows."""
    parser = options.parser(__doc__)
    parser.add_argument(
        "--sizes", type=options.sizes, default=SIZES, metavar="N,...", help="articles as JSON Lines, as 1e4,3e4"
    )
    parser.add_argument("--files", type=int, default=FILES, metavar="N", help="articles as text files; 0 for none")
    parser.add_argument("--workers", type=int, metavar="N", help="processes of the job; else one a processor")
    chosen = parser.parse_args(arguments)
    rows: list[Row] = []
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        output = Path(stack.enter_context(tempfile.TemporaryDirectory()), "stories.jsonl")
        cores = processors(None)
        first = make(folder, "lines", START, workers=cores)
        start = min(
            (clustered(first.documents, output, chosen.workers) for _ in range(RUNS)), key=lambda run: run.seconds
        )
        print(
            f"{START:,} documents: {start.seconds:.2f} s, {start.cpu:.2f} CPU s, {start.memory / 1e6:,.0f} MB in "
            f"{start.processes} processes\n\n{_HEAD}",
            flush=True,
        )
        wanted = [("lines", size) for size in chosen.sizes] + [("files", chosen.files)] * bool(chosen.files)
        for kind, size in wanted:
            made = make(folder, kind, size, workers=cores)
            rows.append(measure(made, kind, size, chosen.workers, start))
            print("\n".join((_line(rows[-1]), *(f"{'':8}{line}" for line in rows[-1].told))), flush=True)
    lines, fits = _summary([row for row in rows if row.kind == "lines"], start)
    print("\n".join(("", *lines)))
    if chosen.json:
        found = {
            "start": dataclasses.asdict(start),
            "rows": [{**dataclasses.asdict(row), "split": row.split._asdict()} for row in rows],
            "fits": {name: fit._asdict() for name, fit in fits.items()},
        }
        chosen.json.write_text(json.dumps(found, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
