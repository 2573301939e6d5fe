"""Texts without their boilerplate to their sketches, in spill files."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from dedup.array_types import Indices
from dedup.core.arrays.ragged import Ragged, bounds_of, take_rows
from dedup.core.candidates import sampled
from dedup.core.pairs.decision import may_be_notices
from dedup.core.sketch.lookup_keys import key_columns
from dedup.core.text.block_hashes import TokenRuns
from dedup.engines.pool.spill import RaggedSpill
from dedup.engines.stages.job import Job
from dedup.engines.stages.meter import Progress
from dedup.engines.tasks.results import SketchResult
from dedup.engines.tasks.tasks import SketchLocation, SketchTexts, TextsWithoutBoilerplate

_BATCHES: Final = 8
"""Batches of texts of a task at most. A task costs the process that asks as much as some thousand texts."""

_PARTS: Final = 8
"""Least number of tasks for each worker where a task has several batches."""


class SketchStore:
    """The sketches of all ``t`` texts of a ``job`` without their boilerplate.

    The spill files of the job hold band keys and sampled shingles (`core.candidates.sampled`), batch after batch.

    - ``bands``: the number of columns of keys.
    - ``text_hashes`` ``(t,) uint64``: a hash of all tokens of each text.
    - ``reasons`` ``(t,) int8``: why a text is no article (`core.pairs.decision`).
    - ``bands_skipped`` ``(t,) bool``: whether a text has no band keys if it is long.
    """

    def __init__(self, job: Job) -> None:
        count = len(job.texts.rows)
        self.job = job
        self.bands = key_columns(job.settings)
        self.text_hashes, self.reasons = np.zeros(count, np.uint64), np.zeros(count, np.int8)
        self.bands_skipped = np.zeros(count, np.bool_)
        self._last = np.full(count, -1)  # the last row of each text in the files
        self._batches: list[Indices] = []  # the texts that were sketched together
        self._slices: list[Indices] = []

    def make(self, texts: Indices, runs: TokenRuns, on_progress: Progress, spare: bool = True) -> None:
        """Sketch texts, for the first time or again.

        Args:
            texts: the texts.
            runs: the tokens that all texts lose.
            on_progress: is called with the progress.
            spare: whether long texts get no band keys, to save time (`core.sketch.lookup_keys`).
        """
        self.bands_skipped[texts] = spare
        files, done, count = self.job.shelves, 0, len(self._last)
        rows_before = sum(batch.size for batch in self._batches)
        sent: list[Indices] = []
        on_progress("signatures", count - texts.size, count)
        for result in self.job.team.ask(self._make_tasks(texts, runs, spare, sent), SketchResult):
            of_task = sent.pop(0)
            batches = list(_cut(of_task, sampled.BATCH_DOCUMENTS))
            files.keys.came(result.number, np.array([batch.size * self.bands for batch in batches]))
            files.sampled.came(result.number, result.slices.sum(axis=1))
            self._slices.append(result.slices)
            self._batches += batches
            self._last[of_task] = np.arange(rows_before + done, rows_before + done + of_task.size)
            self.text_hashes[of_task], self.reasons[of_task] = result.text_hashes, result.reasons
            done += of_task.size
            on_progress("signatures", count - texts.size + done, count)

    def _make_tasks(
        self, texts: Indices, runs: TokenRuns, skip_bands_of_long: bool, sent: list[Indices]
    ) -> Iterator[SketchTexts]:
        """Yield tasks, in the order of the files. The texts of each task go to ``sent``."""
        batch, workers = sampled.BATCH_DOCUMENTS, len(self.job.shelves.keys.descriptors)
        batches = max(1, min(_BATCHES, texts.size // (batch * workers * _PARTS)))
        for of_task in _cut(self.job.in_file_order(texts), batch * batches):
            sent.append(of_task)
            without_boilerplate = self.job.without_boilerplate(of_task, runs)
            says = self._short_headlines(of_task, without_boilerplate)
            yield SketchTexts(batch, without_boilerplate, says, skip_bands_of_long)

    def _short_headlines(self, texts: Indices, without_boilerplate: TextsWithoutBoilerplate) -> Ragged:
        """Return the words of the headlines of texts, none for a text that is too long for a notice."""
        short = may_be_notices(without_boilerplate.lengths).nonzero()[0]
        says = take_rows(self.job.texts.says, texts[short])
        counts = np.zeros(texts.size, np.int64)
        counts[short] = says.lengths
        return Ragged(says.values, bounds_of(counts))

    def keys(self) -> SketchLocation:
        """Return where the band keys are."""
        return self._locate(self.job.shelves.keys)

    def sampled(self) -> tuple[SketchLocation, Indices]:
        """Return where the sampled shingles are, and their counts ``(s, SLICES)`` in each slice of each batch."""
        return self._locate(self.job.shelves.sampled), np.concatenate(
            [np.zeros((0, sampled.SLICES), np.int64), *self._slices]
        )

    def texts(self) -> list[npt.NDArray[np.int32]]:
        """Return the text of each row of each batch, negative if a later batch has the text too."""
        texts, begin = [], 0
        for batch in self._batches:
            current = self._last[batch] == np.arange(begin, begin + batch.size)
            texts.append(np.where(current, batch, -1).astype(np.int32))
            begin += batch.size
        return texts

    def _locate(self, file: RaggedSpill) -> SketchLocation:
        """Return where the rows of all batches are in a spill file, for tasks that read them."""
        sketched = self.job.shelves.sketched
        begin = sketched.size
        for texts in self.texts():
            sketched.append(texts)
        sizes = np.array([batch.size for batch in self._batches], np.int64)
        return SketchLocation(*file.where()[:2], sizes, begin, len(self._last))


def _cut(texts: Indices, size: int) -> Iterator[Indices]:
    """Yield texts, ``size`` of them at a time."""
    return (texts[first : first + size] for first in range(0, texts.size, size))
