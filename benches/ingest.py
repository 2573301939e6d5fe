"""What a document costs that comes to an index, beside another version of this package: `python benches/ingest.py`.

`--other` is the Python of an environment with the other version. Each version has a process and an index of its own,
with equal articles: it loads a fifth of them, reviews them, loads the others part by part (`add_many`), reviews all,
and then gets articles that were held back, new ones and copies. It asks for them, adds them one by one, and adds them
by eight tasks of an event loop at once. The two versions do each part in turn, by rounds; a ratio is that of the least
processor time of all rounds.
"""

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import dedup

__all__ = ["Cost", "Process", "costs"]

ROUNDS: Final = 5
TASKS: Final = 8
"""Tasks that add documents at once."""

PARTS: Final = 5
"""Parts in which the articles are loaded."""

Given = dict[str, Any]


class Cost(NamedTuple):
    """Milliseconds of processor time that a document takes: ``mine``, and those of the ``other`` version."""

    what: str
    mine: float
    other: float

    @property
    def ratio(self) -> float:
        """The share of the other version's time."""
        return self.mine / self.other


async def _by_tasks(index: dedup.Index, rows: Sequence[Given]) -> None:
    """Add rows by some tasks at once, each task one row after another."""

    async def work(mine: Sequence[Given]) -> None:
        for row in mine:
            await index.aadd(row)

    await asyncio.gather(*(work(rows[task::TASKS]) for task in range(TASKS)))


_STEPS: Final[dict[str, Callable[[dedup.Index, Sequence[Given]], object]]] = {
    "add_many": lambda index, rows: index.add_many(rows),
    "add": lambda index, rows: [index.add(row) for row in rows],
    "tasks": lambda index, rows: asyncio.run(_by_tasks(index, rows)),
    "query": lambda index, rows: [index.query({**row, "id": ""}) for row in rows],
    "review": lambda index, _: index.review(),
}


def _serve(folder: str) -> int:
    """Do each step that a line of the standard input names, with the rows in it, and print its seconds."""
    with dedup.Index.open(folder, reviews=0, workers=1) as index:
        for line in sys.stdin:
            step, rows = json.loads(line)
            start = time.process_time()
            _STEPS[step](index, rows)
            print(time.process_time() - start, flush=True)
    return 0


class Process:
    """A process that has an index, by the Python of one version."""

    def __init__(self, python: str, folder: Path, paths: str) -> None:
        environment = {**os.environ, "PYTHONPATH": paths}
        command = [python, "-P", __file__, "--serve", str(folder)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )

    def seconds(self, step: str, rows: Sequence[Given]) -> float:
        """Processor seconds of a step."""
        given, answers = self._process.stdin, self._process.stdout
        assert given is not None and answers is not None
        given.write(json.dumps([step, rows]) + "\n")
        given.flush()
        return float(answers.readline())

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate()


def _least(processes: Sequence[Process], what: str, step: str, rounds: Sequence[Sequence[Given]]) -> Cost:
    """The least time of a document in all rounds, the versions by turns."""
    times: list[list[float]] = [[] for _ in processes]
    for number, rows in enumerate(rounds):
        for version in (0, 1) if number % 2 else (1, 0):
            times[version].append(processes[version].seconds(step, rows) / len(rows) * 1e3)
    mine, other = (min(of_version) for of_version in times)
    return Cost(what, mine, other)


def costs(processes: Sequence[Process], rows: Sequence[Given], new: list[Given], copies: list[Given]) -> Iterator[Cost]:
    """Yield the cost of each kind, this version's process first in ``processes``."""
    part = -(-len(rows) // PARTS)
    loads = [rows[first : first + part] for first in range(0, len(rows), part)]
    for process in processes:
        process.seconds("add_many", loads[0])
        process.seconds("review", [])
    yield _least(processes, "add_many", "add_many", loads[1:])
    for process in processes:
        process.seconds("review", [])
    size = len(new) // (3 * ROUNDS)
    for place, (step, name) in enumerate((("query", "query"), ("add", "add"), ("tasks", f"{TASKS} tasks at once"))):
        for kind, held_back in (("new", new), ("copy", copies)):
            first = place * size * ROUNDS
            rounds = [held_back[first + number * size :][:size] for number in range(ROUNDS)]
            yield _least(processes, f"{name}, {kind}", step, rounds)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    from measure import options

    parser = options.parser(__doc__)
    parser.add_argument("--other", required=True, metavar="PYTHON", help="the Python of the other version")
    parser.add_argument("--size", type=lambda text: int(float(text)), default=10_000, metavar="N", help="articles")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each kind: milliseconds of both versions, and their ratio."""
    if arguments is None and sys.argv[1:2] == ["--serve"]:
        return _serve(sys.argv[2])
    from index import split
    from measure import options
    from synthetic.articles import make

    chosen = _options(arguments)
    with ExitStack() as stack:
        room = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        held_back = split(
            make(options.collections(chosen.folder, stack), "lines", chosen.size), room, chosen.size // 50
        )
        rows = list(islice(held_back.rows(), None))
        new = [row for row, others in held_back.asked if not others]
        copies = [row for row, others in held_back.asked if others]
        own = str(Path(__file__).parent.parent)
        processes = [Process(sys.executable, room / "mine", own), Process(chosen.other, room / "other", "")]
        for process in processes:
            stack.callback(process.close)
        found = []
        for cost in costs(processes, rows, new, copies):
            print(f"{cost.what:24}{cost.mine:8.3f} ms{cost.other:8.3f} ms   ratio {cost.ratio:.2f}", flush=True)
            found.append(cost)
        options.save(chosen.json, found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
