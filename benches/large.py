"""Many articles on two cores, within a bound of memory: `python benches/large.py`.

Articles of 3.7 KB are written part by part as JSON Lines, of a tenth of them, of a third, and of all, and clustered by
the command with its defaults and two workers. The memory is that of all processes together. Beside it, beside the
temporary files and the seconds stands what ``--dry-run`` says of them beforehand. Exponents are of what comes on top of
a thousand articles. Below them stands the line through the sizes: so much memory an article is `DOCUMENT_BYTES` of
`engines.estimate`. Last, ``--dry-run`` estimates `PLANNED` articles: it looks at all articles again and again, as if
each time were another file.

3,000,000 articles are 11.4 GB, those of the smaller sizes 4.9 GB; the job has 20 GB of temporary files.
"""

import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from measure import options
from scale import START, clustered, fitted
from synthetic.articles import make

from dedup.engines.estimate import Estimate, estimate
from dedup.engines.pool.pool import worker_count
from dedup.formats import discover
from dedup.report.estimate import lines as lines_of_estimate
from dedup.settings import Settings

__all__ = ["Row", "broken", "exponents", "foretold", "line", "measure"]

DOCUMENTS: Final = 3_000_000
PARTS: Final = (10, 3, 1)
"""The sizes are the documents over these numbers."""

WORKERS: Final = 2
PLANNED: Final = 10_000_000

MOST_MEMORY: Final = 4_000_000_000
"""Bytes of all processes together that the job may have."""

MOST_EXPONENT: Final = 1.05
"""The largest exponent of processor time and of memory."""


class Row(NamedTuple):
    """A job on so many ``documents``: seconds by the clock and of all processors, and bytes of memory and of temporary
    files at most. The fields after them are the estimate before the job; ``most_stored`` is for many copies."""

    documents: int
    seconds: float
    processor: float
    memory: int
    stored: int
    told_seconds: float
    told_memory: int
    told_stored: int
    most_stored: int


def measure(folder: Path, sizes: Sequence[int]) -> Iterator[Row]:
    """Yield a row for each size, the first for `START` articles, whose cost is fixed cost."""
    with tempfile.TemporaryDirectory() as output:
        for size in (START, *sizes):
            made = make(folder, "lines", size, workers=worker_count(None))
            told = foretold(made.documents)
            job = clustered(made.documents, Path(output, "stories.jsonl"), WORKERS)
            measured = size, job.seconds, job.cpu, job.memory, job.disk
            yield Row(*measured, told.seconds, told.memory, told.disk, told.most_disk)


def exponents(rows: Sequence[Row]) -> dict[str, float]:
    """Return the exponents of processor time and of memory beyond the cost of the first row."""
    start, *larger = rows
    sizes = [row.documents for row in larger]
    fits = {
        "processor time": fitted(sizes, [row.processor for row in larger], start.processor),
        "memory": fitted(sizes, [float(row.memory) for row in larger], float(start.memory)),
    }
    return {name: fit.exponent for name, fit in fits.items() if fit is not None}


def broken(rows: Sequence[Row], exponents: dict[str, float]) -> list[str]:
    """Return a line for each bound that is broken."""
    lines = [
        f"{row.documents:,} articles take {row.memory / 1e6:,.0f} MB of memory, more than {MOST_MEMORY / 1e6:,.0f}"
        for row in rows
        if row.memory > MOST_MEMORY
    ]
    lines += [
        f"{row.documents:,} articles take {taken / 1e6:,.0f} MB of {kind}, and --dry-run says {told / 1e6:,.0f}"
        for row in rows
        for kind, taken, told in (
            ("memory", row.memory, row.told_memory),
            ("temporary files", row.stored, row.most_stored),
        )
        if taken > told
    ]
    lines += [
        f"{name} grows with the articles to the power of {exponent:.3f}, more than {MOST_EXPONENT}"
        for name, exponent in exponents.items()
        if exponent > MOST_EXPONENT
    ]
    return lines


def line(rows: Sequence[Row]) -> str:
    """Return the line of least squares through the memory of all rows but the first, whose job has no workers."""
    sizes, memory = np.array([(row.documents, row.memory) for row in rows[1:]], np.float64).T
    slope, level = np.polyfit(sizes, memory, 1)
    return f"memory = {level / 1e6:,.0f} MB and {slope:,.0f} bytes an article"


def foretold(documents: Path, times: int = 1) -> Estimate:
    """Return the estimate of a job on a file that is there so many ``times``."""
    places = discover([str(documents)], on_skip=print, on_note=print) * times
    return estimate(places, {}, Settings(), WORKERS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line a size, the exponents, and the estimate; return 1 if a bound is broken."""
    parser = options.parser(__doc__)
    parser.add_argument("--documents", type=float, default=DOCUMENTS, metavar="N", help="articles, as 3e6")
    chosen = parser.parse_args(arguments)
    sizes = [int(chosen.documents) // part for part in PARTS]
    if sizes[0] <= START:
        parser.error(f"--documents must be above {PARTS[0] * START:,}: the exponents are of what exceeds {START:,}")
    rows: list[Row] = []
    print("| articles | seconds | told | CPU s | MB, all | told | disk MB | told |\n|" + " ---: |" * 8, flush=True)
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        for row in measure(folder, sizes):
            rows.append(row)
            print(
                f"| {row.documents:,} | {row.seconds:.1f} | {row.told_seconds:.1f} | {row.processor:.1f} | "
                f"{row.memory / 1e6:,.0f} | {row.told_memory / 1e6:,.0f} | {row.stored / 1e6:,.0f} | "
                f"{row.told_stored / 1e6:,.0f} |",
                flush=True,
            )
        estimated = lines_of_estimate(foretold(make(folder, "lines", sizes[-1]).documents, PLANNED // sizes[-1]))
    powers = exponents(rows)
    print("\n".join((*(f"{name} ~ articles ^ {power:.3f}" for name, power in powers.items()), line(rows))))
    print("\n".join(("", f"--dry-run of {PLANNED // sizes[-1] * sizes[-1]:,} articles:", *estimated)))
    failures = broken(rows, powers)
    print("".join(f"\nbroken: {line}" for line in failures), end="\n" * bool(failures))
    options.save(chosen.json, rows)
    return int(bool(failures))


if __name__ == "__main__":
    sys.exit(main())
