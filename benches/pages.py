"""A folder of HTML pages: `python benches/pages.py`, clustered by the command, against extraction alone.

The pages are those of `articles`: each article with head, menu, sidebar and footer of its site. Extraction alone is
trafilatura with the options that the readers use (`formats.pages.extract`) and all that it says of a page, as its
documentation has it, on the same files in a pool of as many processes as the job has, each page read and decoded, its
text counted and thrown away; the start of Python and the import of the library are in both. (The readers spare it the
search for authors and keywords.) The two are run by turns; the median of the ratios counts, and 1.15 is the bar.

With `--gold FOLDER`, a folder of pages and labelled main texts, each extractor is scored on it instead.
"""

import statistics
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from multiprocessing import Pool
from pathlib import Path
from typing import Final, NamedTuple

from measure import extractors, options
from measure.processes import watch
from scale import clustered, f1
from synthetic.articles import Made, make

from dedup.engines.pool.pool import worker_count as processors

__all__ = ["BAR", "Round", "extracted", "measure"]

PAGES: Final = 10_000
ROUNDS: Final = 3
BAR: Final = 1.15
"""How many times as long as the extraction the whole job may take."""

_AT_ONCE: Final = 16


class Round(NamedTuple):
    """Wall and CPU seconds of the job and of extraction alone, and the job's F1 and peak memory in bytes."""

    job: float
    job_cpu: float
    alone: float
    alone_cpu: float
    memory: int
    f1: float

    @property
    def ratio(self) -> float:
        """How many times as long the job took."""
        return self.job / self.alone


def extracted(path: Path) -> int:
    """The characters of the main text of a page."""
    return extractors.extract_alone(path.read_text(encoding="utf-8"))


def _alone(folder: Path, workers: int) -> int:
    """What the process of extraction alone does."""
    paths = sorted(folder.rglob("*.html"))
    with Pool(workers) as pool:
        print(sum(pool.imap_unordered(extracted, paths, _AT_ONCE)), "characters")
    return 0


def measure(made: Made, workers: int) -> Round:
    """One round: the job, and then extraction alone."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder, "stories.jsonl")
        job = clustered(made.documents, output, workers)
        alone = watch([sys.executable, __file__, "--alone", str(made.documents), str(workers)])
        if alone.code:
            raise RuntimeError(f"extraction ended with exit code {alone.code}: {alone.error[-2000:]}")
        return Round(job.seconds, job.cpu, alone.seconds, alone.cpu, job.memory, f1(output, made.truth))


def _line(name: str, round: Round) -> str:
    return (
        f"{name:8}{round.job:9.1f}{round.job_cpu:9.1f}{round.alone:12.1f}{round.alone_cpu:9.1f}{round.ratio:9.3f}"
        f"{round.memory / 1e6:9,.0f}{round.f1:9.4f}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a round, and the median of the ratios; 1 if that is above the bar."""
    if arguments is None and sys.argv[1:2] == ["--alone"]:
        return _alone(Path(sys.argv[2]), int(sys.argv[3]))
    parser = options.parser(__doc__)
    parser.add_argument("--gold", type=Path, metavar="FOLDER", help="score the extractors on these pages instead")
    parser.add_argument("--pages", type=int, default=PAGES, metavar="N", help="pages")
    parser.add_argument("--rounds", type=int, default=ROUNDS, metavar="N", help="rounds")
    parser.add_argument("--workers", type=int, default=processors(None), metavar="N", help="processes of either")
    chosen = parser.parse_args(arguments)
    if chosen.gold:
        print(*extractors.compare(chosen.gold), sep="\n")
        return 0
    rounds = []
    print(f"{'round':8}{'job s':>9}{'CPU s':>9}{'alone s':>12}{'CPU s':>9}{'ratio':>9}{'MB':>9}{'F1':>9}")
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        made = make(folder, "pages", chosen.pages, workers=processors(None))
        for number in range(chosen.rounds):
            rounds.append(measure(made, chosen.workers))
            print(_line(str(number + 1), rounds[-1]), flush=True)
    ratio = statistics.median(round.ratio for round in rounds)
    print(f"{chosen.pages:,} pages of {made.size / chosen.pages:,.0f} bytes: {ratio:.3f} times extraction alone")
    options.save(chosen.json, rounds)
    return 0 if ratio <= BAR else 1


if __name__ == "__main__":
    sys.exit(main())
