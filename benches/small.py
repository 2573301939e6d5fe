"""What small jobs take, and sorts: `python benches/small.py`.

Each job is a whole process, its start included. The seconds are processor time, the least of some runs, beside those of
`python -c 'import numpy, click'`. Sorts are measured with the variables that the command sets for numpy and without
them (`engines.pool.numpy_environment`).
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from dedup.engines.pool.numpy_environment import numpy_environment

__all__ = ["Row", "jobs"]

_START: Final = ("-c", "import numpy, click")
_SENTENCE: Final = (
    "The harbour board approved the merger of the two ferry lines on Tuesday, after a vote of nine to four. "
)
_BEYOND: Final = "Die Häfen wurden am Dienstag zusammengelegt – nach einer Abstimmung von neun zu vier Stimmen. "
_SORT: Final = """
import numpy, time
values = numpy.random.default_rng(1).integers(0, 2**63, 300_000, dtype=numpy.uint64)
best = 1e9
for _ in range(9):
    copy, start = values.copy(), time.process_time()
    copy.sort()
    best = min(best, time.process_time() - start)
print(best / values.size * 1e9)
"""


class Row(NamedTuple):
    """The processor ``seconds`` of a job, and its name."""

    name: str
    seconds: float


def jobs(folder: Path, files: int, rounds: int) -> list[Row]:
    """Measure small jobs.

    Args:
        folder: an empty folder for their files.
        files: the files of the largest job.
        rounds: the runs of each job. The least counts.

    Returns:
        A row a job. The first is the start of Python with numpy and click.
    """
    (folder / "ascii.txt").write_text(_SENTENCE * 9)
    (folder / "beyond.txt").write_text(_BEYOND * 9, "utf-8")
    many = folder / "many"
    many.mkdir()
    for number in range(files):
        (many / f"{number}.txt").write_text(f"{_SENTENCE * 9} It is report {number}.")
    commands = {
        "python -c 'import numpy, click'": _START,
        "one text": _command(folder / "ascii.txt"),
        "one text beyond ASCII": _command(folder / "beyond.txt"),
        f"{files} texts": _command(many),
        f"{files} texts, one worker": _command(many, "--workers", "1"),
    }
    return [Row(name, min(_seconds(command) for _ in range(rounds))) for name, command in commands.items()]


def _command(path: Path, *options: str) -> tuple[str, ...]:
    return ("-P", "-m", "dedup", "cluster", str(path), *options)


def _seconds(arguments: Sequence[str]) -> float:
    """Return the processor seconds of a Python process and of the processes that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _nanoseconds_of_sort(variables: dict[str, str]) -> float:
    """Return the nanoseconds of a value in a sort of 300,000 values of 64 bits."""
    environment = {name: value for name, value in os.environ.items() if name not in numpy_environment()} | variables
    answer = subprocess.run([sys.executable, "-c", _SORT], check=True, capture_output=True, text=True, env=environment)
    return float(answer.stdout)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000, metavar="N", help="files of the largest job")
    parser.add_argument("--rounds", type=int, default=7, metavar="N", help="runs of each job")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        start, *rows = jobs(Path(folder), options.files, options.rounds)
    print(f"{start.name:<34}{start.seconds:>8.3f} s")
    for row in rows:
        print(f"{row.name:<34}{row.seconds:>8.3f} s  {row.seconds - start.seconds:+.3f}")
    for name, variables in (("as numpy starts", {}), ("as the command starts numpy", numpy_environment())):
        print(f"a sort, {name:<26}{_nanoseconds_of_sort(variables):>8.1f} ns a value")


if __name__ == "__main__":
    main()
