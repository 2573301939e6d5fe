"""Texts without their chrome: band keys and kept shingles, made again only for what has lost something else."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands
from dedup.core.blocks import without
from dedup.core.ragged import Ragged
from dedup.engines.crew import Team
from dedup.engines.messages import Sketch
from dedup.engines.metering import Progress
from dedup.engines.store import Shelf
from dedup.engines.texts import Texts
from dedup.settings import Settings
from dedup.types import Floats, Indices

__all__ = ["Job", "Shelves", "Sketches", "parts"]

_ROWS: Final = 1 << 10
"""Texts that are worked on at a time."""


class Shelves(NamedTuple):
    """Where the rows of a job are: the tokens of texts as they were ``printed``, and as ``mended``; ``kept`` shingles;
    and the texts themselves, if those are wanted."""

    printed: Shelf
    mended: Shelf
    kept: Shelf
    whole: Shelf | None

    @classmethod
    def opened(cls, writers: int, whole: bool, open_stores: ExitStack) -> "Shelves":
        """Empty shelves for so many processes, that of mended tokens for this one; closed with ``open_stores``."""
        printed, mended, kept = (open_stores.enter_context(Shelf(count)) for count in (writers, 1, writers))
        return cls(printed, mended, kept, open_stores.enter_context(Shelf(writers, np.uint8)) if whole else None)


class Job(NamedTuple):
    """What is compared, whatever is left out of it: row ``rows[i]`` of the shelves of tokens is text ``i`` of
    ``texts``, of whose tokens a share of ``noise[i]`` were misprints; the ``mended`` shelf is in use if there are any.
    """

    texts: Texts
    shelves: Shelves
    noise: Floats
    settings: Settings
    team: Team
    tell: Progress

    @property
    def noisy(self) -> bool:
        """Whether any text had misprints."""
        return bool(self.noise.any())

    @property
    def tokens(self) -> Shelf:
        """The tokens that are compared."""
        return self.shelves.mended if self.noisy else self.shelves.printed


class Sketches:
    """All texts without their chrome: their band keys, and kept shingles (`core.overlaps`)."""

    def __init__(self, job: Job) -> None:
        settings, count = job.settings, len(job.texts.rows)
        self._job = job
        self._bands = bands.plan(settings.similarity, settings.recall, settings.k).bands
        self.keys = np.empty((count, self._bands), np.uint64)
        self.dropped = np.zeros(len(job.texts.pages.hashes), np.bool_)
        self._rows = np.zeros(count, np.int64)  # which row of the shelf of kept shingles is of a text
        self._made = 0

    def same(self, dropped: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """``(t,)`` whether a text loses what it lost when it was sketched."""
        bounds = self._job.texts.pages.bounds
        different = np.append(0, np.cumsum(dropped != self.dropped))
        same: npt.NDArray[np.bool_] = different[bounds[1:]] == different[bounds[:-1]]
        return same

    def make(self, texts: Indices, dropped: npt.NDArray[np.bool_], tell: Progress) -> None:
        """Sketch some texts, for the first time or again."""
        kept, done = self._job.shelves.kept, 0
        asked: list[Indices] = []
        tell("signatures", len(self._rows) - texts.size, len(self._rows))
        for found in self._job.team.sketch(self._requests(texts, dropped, asked)):
            part = asked.pop(0)
            self.keys[part] = found.keys.reshape(part.size, self._bands)
            kept.came(found.number, found.kept)
            self._rows[part] = np.arange(self._made, self._made + part.size)
            self._made += part.size
            done += part.size
            tell("signatures", len(self._rows) - texts.size + done, len(self._rows))
        self.dropped = dropped

    def _requests(self, texts: Indices, dropped: npt.NDArray[np.bool_], asked: list[Indices]) -> Iterator[Sketch]:
        """A request for each run of texts that lie behind each other; which texts those are goes to ``asked``."""
        pages, rows = self._job.texts.pages, self._job.texts.rows
        order = texts[np.argsort(rows[texts])]
        done = 0
        for run in self._job.tokens.runs(rows[order]):
            start = run.start
            for lengths in parts(run.lengths):
                part = order[done : done + lengths.size]
                places = pages.places(part)
                asked.append(part)
                yield Sketch(
                    self._job.noisy,
                    run.file,
                    start,
                    pages.bounds[part + 1] - pages.bounds[part],
                    pages.words[places],
                    dropped[places],
                )
                start += int(lengths.sum())
                done += lengths.size

    def kept(self) -> Ragged:
        """The kept shingles of each text."""
        return self._job.shelves.kept.take(self._rows)

    def cleaned(self, texts: Indices, printed: bool = False) -> Ragged:
        """The tokens of some texts, with their misprints if those are asked for."""
        pages, job = self._job.texts.pages, self._job
        places, blocks = pages.places(texts), pages.bounds[texts + 1] - pages.bounds[texts]
        rows = (job.shelves.printed if printed else job.tokens).take(job.texts.rows[texts])
        return without(rows.values, pages.words[places], blocks, self.dropped[places])


def parts(numbers: Indices) -> Iterator[Indices]:
    """Runs of texts that are worked on at a time."""
    for first in range(0, numbers.size, _ROWS):
        yield numbers[first : first + _ROWS]
