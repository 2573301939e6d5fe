"""Where the whole job spends its time: `python benches/stages.py`, stage by stage, on articles as JSON Lines.

The library call is run in this process, and its progress is when the clocks are looked at: wall time, the CPU time of
this process and that of the others, and now and then what all of them hold. A stage lasts from the first time that it
is told of to the last; what lies between two stages is told as what comes ``after`` the first of them, such as the
learning of boilerplate after the reading. To start is to import, to start processes, and to read the first lot.
"""

import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from measure import options
from measure.processes import family, held
from synthetic.articles import make

import dedup
from dedup.engines.pool.pool import worker_count as processors
from dedup.formats import discover, read_all

__all__ = ["Stage", "profile"]

DOCUMENTS: Final = 100_000

PAUSE: Final = 0.25
"""Seconds between two looks at memory within a stage."""

LEAST: Final = 0.005
"""The share of all seconds from which a stage has a line."""

_TICK: Final = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True)
class Stage:
    """A stage: wall ``seconds``, CPU seconds of this process (``own``) and of the ``others``, and the ``anonymous``
    memory of all of them and the ``disk`` of temporary files at most, in bytes."""

    name: str
    seconds: float = 0.0
    own: float = 0.0
    others: float = 0.0
    anonymous: int = 0
    disk: int = 0


class _Clock:
    """Looks at the clocks whenever progress is told."""

    def __init__(self) -> None:
        self.stages: dict[str, Stage] = {}
        self._name, self._looked = "start", 0.0
        self._at = self._now()

    def on_progress(self, stage: str, _done: int, _total: int) -> None:
        """A stage has come so far."""
        new = stage != self._name
        self._spent(f"after {self._name}" if new and self._name in self.stages else self._name if new else stage)
        self._name = stage
        self.stages.setdefault(stage, Stage(stage))

    def end(self) -> None:
        """The job is done."""
        self._spent(f"after {self._name}")

    def _spent(self, name: str) -> None:
        """What has passed since the last look was spent on a stage."""
        now = self._now()
        stage = self.stages.setdefault(name, Stage(name))
        for field, before, after in zip(("seconds", "own", "others"), self._at, now, strict=True):
            setattr(stage, field, getattr(stage, field) + max(after - before, 0.0))
        self._at = now
        if not stage.anonymous or now[0] - self._looked > PAUSE:
            look = held(os.getpid())
            stage.anonymous, stage.disk = max(stage.anonymous, look.anonymous), max(stage.disk, look.disk)
            self._at = self._now()
            self._looked = self._at[0]

    @staticmethod
    def _now() -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), sum(map(_cpu, family(os.getpid())[1:]))


def _cpu(pid: int) -> float:
    """The CPU seconds of a process so far, in hundredths."""
    with suppress(OSError):
        rest = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(rest[11]) + int(rest[12])) / _TICK
    return 0.0


class _Enough(Exception):
    """The last stage that is wanted is done."""


def profile(path: Path, workers: int | None, last: str | None = None) -> list[Stage]:
    """The stages of the job on the documents at a path, in their order; up to the ``last`` that is wanted, if any."""
    clock = _Clock()

    def on_progress(stage: str, done: int, total: int) -> None:
        clock.on_progress(stage, done, total)
        if stage == last and done == total:
            raise _Enough

    places = discover([str(path)], on_skip=print, on_note=print)
    with suppress(_Enough):
        dedup.cluster(read_all(places, on_skip=print, on_note=print), workers=workers, on_progress=on_progress)
        clock.end()
    return list(clock.stages.values())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each stage that takes any time."""
    parser = options.parser(__doc__)
    parser.add_argument("--documents", type=int, default=DOCUMENTS, metavar="N", help="articles")
    parser.add_argument("--workers", type=int, metavar="N", help="processes of the job; else one a processor")
    chosen = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = options.collections(chosen.folder, stack)
        made = make(folder, "lines", chosen.documents, workers=processors(None))
        stages = profile(made.documents, chosen.workers)
    total = sum(stage.seconds for stage in stages)
    heads = ("seconds", "share", "own CPU", "others'", "anon. MB", "disk MB")
    print(f"| {chosen.documents:,} articles | {' | '.join(heads)} |\n| --- |{' ---: |' * len(heads)}")
    for stage in stages:
        if stage.seconds < LEAST * total:
            continue
        print(
            f"| {stage.name} | {stage.seconds:.2f} | {stage.seconds / total:.0%} | {stage.own:.2f} | "
            f"{stage.others:.2f} | {stage.anonymous / 1e6:,.0f} | {stage.disk / 1e6:,.0f} |"
        )
    print(f"| all | {total:.2f} | | {sum(s.own for s in stages):.2f} | {sum(s.others for s in stages):.2f} | | |")
    options.save(chosen.json, stages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
