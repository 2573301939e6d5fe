"""Texts without their boilerplate: sketches of them, in files."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from dedup.array_types import Flags, Indices
from dedup.core.arrays.ragged import take_rows
from dedup.core.candidates import sampled
from dedup.core.sketch.lookup_keys import key_columns
from dedup.engines.pool.pool import Pool
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.collection import Collection
from dedup.engines.stages.meter import Progress
from dedup.engines.tasks.results import SketchResult
from dedup.engines.tasks.tasks import SketchLocation, SketchTexts, TextsWithoutBoilerplate
from dedup.settings import Settings


class JobFiles(NamedTuple):
    """Where the rows of a job are: the tokens of texts as they were ``printed``, and as ``mended``; band ``keys`` and
    ``kept`` shingles, a row for each request for sketches; and the texts themselves, if those are wanted."""

    printed: RaggedSpill
    mended: RaggedSpill
    keys: RaggedSpill
    kept: RaggedSpill
    whole: RaggedSpill | None

    @classmethod
    def opened(cls, writers: int, whole: bool, open_stores: ExitStack) -> "JobFiles":
        """Empty shelves for so many processes, that of mended tokens for this one; closed with ``open_stores``."""
        printed, kept = (open_stores.enter_context(RaggedSpill(writers)) for _ in range(2))
        mended = open_stores.enter_context(RaggedSpill(1))
        keys = open_stores.enter_context(RaggedSpill(writers, np.uint32))
        texts = open_stores.enter_context(RaggedSpill(writers, np.uint8)) if whole else None
        return cls(printed, mended, keys, kept, texts)


class Job(NamedTuple):
    """What is compared: row ``rows[i]`` of the shelf of tokens is text ``i`` of ``texts``; the ``mended`` shelf is in
    use if misprints were mended."""

    texts: Collection
    shelves: JobFiles
    mended: bool
    settings: Settings
    team: Pool
    tell: Progress

    @property
    def tokens(self) -> RaggedSpill:
        """The tokens that are compared."""
        return self.shelves.mended if self.mended else self.shelves.printed

    def as_they_lie(self, texts: Indices) -> Indices:
        """Some texts in the order in which they were read."""
        return texts[np.argsort(self.texts.rows[texts])]

    def bare(self, texts: Indices, dropped: Flags) -> TextsWithoutBoilerplate:
        """Some texts without their ``dropped`` ``(m,)`` blocks."""
        pages = self.texts.pages
        places, blocks = pages.places(texts), pages.bounds[texts + 1] - pages.bounds[texts]
        return TextsWithoutBoilerplate(
            self.mended, self.tokens.rows(self.texts.rows[texts]), blocks, pages.words[places], dropped[places]
        )


class SketchStore:
    """All texts without their boilerplate: their band keys and kept shingles (`core.candidates.sampled`), lot after lot on the
    shelves of the ``job``; the number of ``bands``; a hash of all tokens of each text, ``rests`` ``(t,)``, and the
    ``reasons`` ``(t,)`` why a text is no article (`core.pairs.decision`)."""

    def __init__(self, job: Job) -> None:
        count = len(job.texts.rows)
        self.job = job
        self.bands = key_columns(job.settings)
        self.rests, self.reasons = np.zeros(count, np.uint64), np.zeros(count, np.int8)
        self.spared = np.zeros(count, np.bool_)  # which texts have no bands if they are long
        self._last = np.full(count, -1)  # which row is the last of a text
        self._lots: list[Indices] = []  # the texts that were sketched together
        self._slices: list[Indices] = []

    def make(self, texts: Indices, dropped: Flags, tell: Progress, spare: bool = True) -> None:
        """Sketch some texts, for the first time or again; to ``spare`` time, long ones without bands (`core.sketch.lookup_keys`)."""
        self.spared[texts] = spare
        shelves, done, count = self.job.shelves, 0, len(self._last)
        made = sum(lot.size for lot in self._lots)
        asked: list[Indices] = []
        tell("signatures", count - texts.size, count)
        for found in self.job.team.ask(self._requests(texts, dropped, spare, asked), SketchResult):
            part = asked.pop(0)
            shelves.keys.came(found.number, np.array([part.size * self.bands]))
            shelves.kept.came(found.number, found.slices.sum(keepdims=True))
            self._slices.append(found.slices)
            self._lots.append(part)
            self._last[part] = np.arange(made + done, made + done + part.size)
            self.rests[part], self.reasons[part] = found.rests, found.reasons
            done += part.size
            tell("signatures", count - texts.size + done, count)

    def _requests(self, texts: Indices, dropped: Flags, spare: bool, asked: list[Indices]) -> Iterator[SketchTexts]:
        """A request for each lot of texts, in the order in which they lie; which texts those are goes to ``asked``."""
        for part in parts(self.job.as_they_lie(texts)):
            asked.append(part)
            yield SketchTexts(self.job.bare(part, dropped), take_rows(self.job.texts.says, part), spare)

    def keys(self) -> SketchLocation:
        """Where the band keys are."""
        return self._laid(self.job.shelves.keys)

    def kept(self) -> tuple[SketchLocation, Indices]:
        """Where the kept shingles are, and how many there are ``(s, SLICES)`` in each slice of each lot."""
        return self._laid(self.job.shelves.kept), np.array(self._slices, np.int64).reshape(-1, sampled.SLICES)

    def _laid(self, shelf: RaggedSpill) -> SketchLocation:
        texts = np.concatenate([np.zeros(0, np.int64), *self._lots]).astype(np.int32)
        texts[self._last[texts] != np.arange(texts.size)] = -1
        return SketchLocation(*shelf.where()[:2], np.array([lot.size for lot in self._lots], np.int64), texts)


def parts(numbers: Indices) -> Iterator[Indices]:
    """Runs of texts that are worked on at a time."""
    for first in range(0, numbers.size, sampled.LOT):
        yield numbers[first : first + sampled.LOT]
