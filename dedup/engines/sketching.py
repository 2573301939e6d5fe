"""Texts without their chrome: tokens, band keys and kept shingles, made again only for what has lost something else."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.core import bands, minhash, overlaps
from dedup.core.ragged import Ragged, ranges, take
from dedup.core.shingles import shingle
from dedup.core.workspace import Workspace
from dedup.engines.reading import Texts
from dedup.engines.store import HashStore
from dedup.settings import Settings
from dedup.types import Floats, Indices

__all__ = ["FEW", "Job", "Progress", "Sketches", "parts"]

Progress = Callable[[str, int, int], None]
"""Told of progress as ``(stage, done, total)``; a total of 0 is not known."""

FEW: Final = 12
"""Shingles below which a text is not compared: only equal texts are copies then. What a form of a dozen words shares
with the next one is the form."""

_ROWS: Final = 1 << 10
"""Texts that are worked on at a time."""


class Job(NamedTuple):
    """What is compared, whatever is left out of it: row ``rows[i]`` of ``tokens`` is text ``i`` of ``texts``, of whose
    tokens a share of ``noise[i]`` were misprints; the same row of ``printed`` has these."""

    texts: Texts
    tokens: Ragged
    printed: Ragged
    noise: Floats
    settings: Settings
    tell: Progress


class Sketches:
    """All texts without their chrome, in stores: their tokens, band keys, and kept shingles (`core.overlaps`); if some
    were misprinted, the tokens as printed too."""

    def __init__(self, job: Job, open_stores: ExitStack) -> None:
        settings, count = job.settings, len(job.texts.rows)
        self._job, self._noisy = job, bool(job.noise.any())
        self._plan = bands.plan(settings.similarity, settings.recall, settings.k)
        self.bound = overlaps.bound(settings.overlap, settings.recall)
        self.keys = np.empty((count, self._plan.bands), np.uint64)
        self.dropped = np.zeros(len(job.texts.pages.hashes), np.bool_)
        self._cleaned, self._kept, self._printed = (open_stores.enter_context(HashStore()) for _ in range(3))
        self._rows, self._made = np.zeros(count, np.int64), 0  # which row of the stores is of a text

    def same(self, dropped: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """``(t,)`` whether a text loses what it lost when it was sketched."""
        bounds = self._job.texts.pages.bounds
        different = np.append(0, np.cumsum(dropped != self.dropped))
        same: npt.NDArray[np.bool_] = different[bounds[1:]] == different[bounds[:-1]]
        return same

    def make(self, texts: Indices, dropped: npt.NDArray[np.bool_], tell: Progress) -> None:
        """Sketch some texts, for the first time or again."""
        settings, work = self._job.settings, Workspace()
        for part in parts(texts):
            tell("signatures", int(part[0]), len(self._rows))
            rows = self._without(self._job.tokens, part, dropped)
            self._cleaned.append(rows)
            if self._noisy:
                self._printed.append(self._without(self._job.printed, part, dropped))
            shingles = shingle(rows, settings.shingle_size, settings.seed, work)
            few = shingles.lengths < FEW
            self.keys[part] = bands.band_keys(minhash.sketch(shingles, settings.k), self._plan)
            self.keys[part[few]] = bands.NO_KEY
            shingles.bounds[few, 1] = shingles.bounds[few, 0]
            self._kept.append(overlaps.keep(shingles, self.bound))
            self._rows[part] = np.arange(self._made, self._made + part.size)
            self._made += part.size
        self.dropped = dropped
        tell("signatures", len(self._rows), len(self._rows))

    def cleaned(self) -> Ragged:
        """The tokens of each text; rows may lie in any order."""
        return self._placed(self._cleaned)

    def printed(self) -> Ragged:
        """The same with their misprints."""
        return self._placed(self._printed if self._noisy else self._cleaned)

    def _placed(self, store: HashStore) -> Ragged:
        rows = store.ragged()
        return Ragged(rows.values, rows.bounds[self._rows])

    def kept(self) -> Ragged:
        """The kept shingles of each text."""
        return take(self._kept.ragged(), self._rows)

    def _without(self, tokens: Ragged, part: Indices, dropped: npt.NDArray[np.bool_]) -> Ragged:
        """The ``tokens`` of some texts without their dropped blocks."""
        texts = self._job.texts
        edges = texts.pages.bounds[part]
        blocks = texts.pages.bounds[part + 1] - edges
        places = ranges(edges, blocks)
        words, stays = texts.pages.words[places], ~dropped[places]
        counts = np.append(0, np.cumsum(words * stays))
        ends = np.cumsum(blocks)
        bounds = np.stack((counts[ends - blocks], counts[ends]), axis=1)
        before = np.append(0, np.cumsum(words))
        starts = before[:-1] + np.repeat(tokens.bounds[texts.rows[part], 0] - before[ends - blocks], blocks)
        each = Ragged(tokens.values, np.stack((starts, starts + words), axis=1))
        return Ragged(take(each, np.flatnonzero(stays)).values, bounds)


def parts(numbers: Indices) -> Iterator[Indices]:
    """Runs of texts that are worked on at a time."""
    for first in range(0, numbers.size, _ROWS):
        yield numbers[first : first + _ROWS]
