"""The job: its documents and texts, its spill files, its settings and its worker pool."""

from contextlib import ExitStack
from typing import NamedTuple

import numpy as np

from dedup.array_types import Indices
from dedup.core.collection import Collection
from dedup.core.text.block_hashes import TokenRuns
from dedup.engines.pool.pool import Pool
from dedup.engines.pool.spill import RaggedSpill, SpillColumn
from dedup.engines.stages.meter import Progress
from dedup.engines.tasks.tasks import BLOCK_KINDS, TextsWithoutBoilerplate
from dedup.settings import Settings


class JobFiles(NamedTuple):
    """The spill files of a job.

    - ``printed``: the tokens of each text as read.
    - ``mended``: the tokens of each text with its misprints corrected.
    - ``blocks``: the hashes of blocks, their words, and their marks, a row for each read task.
    - ``keys``: band keys, a row for each sketch task.
    - ``sampled``: sampled shingles, a row for each sketch task.
    - ``sketched``: the text of each sketch. This process writes it.
    - ``pairs``: codes of pairs, a row for each slice of a task, and then a row for each part of the candidates.
    - ``tables``: tables of stages that workers have run.
    - ``inputs``: tables that stages begin with. This process writes them.
    - ``openings``: the opening of each document without a headline, a row a document.
    - ``whole``: the bytes of each text, if the job keeps them.
    - ``spelled``: the spellings of the tokens of each text, if misprints may be corrected.
    """

    printed: RaggedSpill
    mended: RaggedSpill
    blocks: tuple[RaggedSpill, ...]
    keys: RaggedSpill
    sampled: RaggedSpill
    sketched: SpillColumn
    pairs: RaggedSpill
    tables: RaggedSpill
    inputs: SpillColumn
    openings: RaggedSpill
    whole: RaggedSpill | None
    spelled: RaggedSpill | None

    @classmethod
    def open(cls, writers: int, whole: bool, spelled: bool, open_files: ExitStack) -> "JobFiles":
        """Open empty spill files.

        Args:
            writers: the number of processes that write. Only this process writes corrected tokens.
            whole: whether the job keeps whole texts.
            spelled: whether the job keeps spellings.
            open_files: closes the files with the job.
        """
        as_read, sampled = (open_files.enter_context(RaggedSpill(writers)) for _ in range(2))
        blocks = tuple(open_files.enter_context(RaggedSpill(writers, kind)) for kind in BLOCK_KINDS)
        corrected = open_files.enter_context(RaggedSpill(1, by_workers=False))
        keys = open_files.enter_context(RaggedSpill(writers, np.uint32))
        sketched = open_files.enter_context(SpillColumn(np.int32))
        pairs = open_files.enter_context(RaggedSpill(writers, np.int64))
        tables = open_files.enter_context(RaggedSpill(writers, np.uint8))
        inputs = open_files.enter_context(SpillColumn(np.uint8))
        openings = open_files.enter_context(RaggedSpill(writers, np.uint8))
        texts = open_files.enter_context(RaggedSpill(writers, np.uint8)) if whole else None
        spellings = open_files.enter_context(RaggedSpill(writers)) if spelled else None
        others = pairs, tables, inputs, openings, texts, spellings
        return cls(as_read, corrected, blocks, keys, sampled, sketched, *others)

    def table_descriptors(self) -> tuple[int, ...]:
        """Return the descriptors of the files of tables: those of the workers, and that of this process."""
        return (*self.tables.descriptors, self.inputs.descriptor)


class Job(NamedTuple):
    """A job after reading.

    - ``texts``: the documents and texts. Text ``i`` is the row ``texts.rows[i]`` of the spill files of tokens.
    - ``shelves``: the spill files.
    - ``mended``: whether misprints were corrected, so that the corrected tokens are compared.
    - ``settings``: the settings.
    - ``team``: the worker pool.
    - ``tell``: is called with the progress.
    """

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

    def in_file_order(self, texts: Indices) -> Indices:
        """Return texts in the order in which they were read."""
        return texts[np.argsort(self.texts.rows[texts])]

    def without_boilerplate(self, texts: Indices, runs: TokenRuns) -> TextsWithoutBoilerplate:
        """Return where texts are and what they lose, for a task.

        Args:
            texts: ``(r,)`` the texts.
            runs: the tokens that all texts lose.
        """
        return TextsWithoutBoilerplate(self.mended, self.tokens.places(self.texts.rows[texts]), runs.of(texts))
