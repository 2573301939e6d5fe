"""Makes the tables of the plan for tests, and walks its stages in memory."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np

import dedup
from dedup.core.arrays.tables import Lists, Table
from dedup.core.collection import Collection
from dedup.core.sites.pages import Pages
from dedup.core.stages.schemas import DOCUMENTS, TEXTS
from dedup.core.stages.stage import StageContext, Step
from dedup.engines.plan.documents import read_documents
from dedup.engines.plan.memory import MemoryOperators
from dedup.engines.plan.walk import walk
from dedup.engines.pool.spill import SpillFiles
from dedup.engines.stages.documents import DocumentIntake
from dedup.engines.stages.load import load_documents
from dedup.engines.stages.meter import Meter, no_progress
from dedup.formats import Inputs, ReadOutcome, columns_of_documents
from dedup.formats.columns import DocumentColumns
from dedup.settings import Settings

PARTS = [(1, None), (2, 1), (7, 2)]
"""Numbers of parts, and seeds that shuffle their rows. One part more is always empty."""


def walked(
    plan: Sequence[Step], inputs: dict[str, Table], keep: Iterable[str], parts: int = 1, seed: int | None = None
) -> dict[str, Table]:
    """Walks stages in memory.

    Args:
        plan: the stages.
        inputs: the tables that they begin with.
        keep: the names of the tables to return.
        parts: the number of parts.
        seed: shuffles the rows of each part; None keeps them in order.
    """
    return walk(plan, MemoryOperators(StageContext(Settings()), parts, seed), inputs, keep)


def documents_table(
    documents: Iterable[dedup.Document] | Inputs, chunk: int = 16, settings: Settings | None = None
) -> Table:
    """Reads documents as the plan does, ``chunk`` documents a chunk, or as the inputs are cut."""
    tables = [
        read_documents(ReadOutcome([columns]), number, settings or Settings())[0]
        for number, columns in enumerate(_chunks(documents, chunk))
    ]
    return Table.joined(tables, DOCUMENTS)


def _chunks(documents: Iterable[dedup.Document] | Inputs, chunk: int) -> Iterator[DocumentColumns]:
    if isinstance(documents, Inputs):
        yield from documents.read()
        return
    rows = list(documents)
    for first in range(0, len(rows), chunk):
        yield columns_of_documents(rows[first : first + chunk])


def collection_of(documents: Iterable[dedup.Document] | Inputs) -> Collection:
    """Reads documents as `dedup.cluster` does."""
    with SpillFiles() as spill_files, ExitStack() as files:
        meter = Meter(no_progress, spill_files)
        return load_documents(DocumentIntake(), documents, Settings(), 1, meter, files, whole=True).printed


def texts_of_pages(pages: Pages) -> Table:
    """Makes the table of texts of pages without tokens."""
    count, bounds = pages.sources.size, pages.bounds
    nothing = Lists(np.zeros(0, np.uint64), np.zeros(count + 1, np.int64))
    marks = pages.labels.astype(np.uint8)
    return Table(
        {
            "num": np.arange(count),
            "headline": pages.headlines,
            "source_key": (pages.sources + 1).astype(np.uint64) * np.uint64(1 << 60),
            "contents": pages.contents,
            "length": np.zeros(count, np.int64),
            "says": nothing,
            "tokens": nothing,
            "hashes": Lists(pages.hashes, bounds),
            "words": Lists(pages.words, bounds),
            "marks": Lists(marks, bounds),
        }
    ).select(TEXTS)


def rows_of(table: Table, *names: str) -> list[tuple[Any, ...]]:
    """Returns columns as sorted rows."""
    columns = [table.columns[name] for name in names]
    values = [column.texts() if isinstance(column, Lists) else column.tolist() for column in columns]
    return sorted(zip(*values, strict=True))
