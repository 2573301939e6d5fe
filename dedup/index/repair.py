"""Making an index whole again from the rows that can be read: all else is derived from them."""

import logging
from collections.abc import Callable, Iterator

import numpy as np

from dedup.index.changes import Counters
from dedup.index.check import in_table
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.rows import DocumentRows
from dedup.index.live import LiveNumbers
from dedup.index.postings.segments import Row
from dedup.index.records import Postings, Stored
from dedup.index.state import State

_LOGGER = logging.getLogger(__name__)

_AT_ONCE = 1 << 10
"""Documents sketched together."""


def repair(
    database: Database,
    state: State,
    rows: DocumentRows,
    files: DurableFiles,
    sketch: Callable[[list[Stored]], Postings],
) -> None:
    """Take the numbers in use from the rows, remove documents that cannot be read, and make all postings anew."""
    rows.dictionaries.mend()
    tables = {table: in_table(database, table) for table in ("documents", "texts", "stories", "events", "tail")}
    last = {table: int(numbers.max(initial=0)) for table, numbers in tables.items()}
    known = state.counters
    state.counters = Counters(
        document=max(known.document, last["documents"] + 1, last["texts"] + 1),
        story=max(known.story, last["stories"] + 1),
        event=max(known.forgotten, last["events"]) + 1,
        commits=max(known.commits, last["tail"]),
        sealed=known.sealed,
        segment=max(known.segment, state.shelf.unused()),
        forgotten=min(known.forgotten, last["events"]) if last["events"] else known.forgotten,
    )
    state.forget()
    good = [number for number in tables["documents"].tolist() if _read(rows, number)]
    bad = {*tables["documents"].tolist(), *tables["texts"].tolist()}.difference(good)
    state.shelf.documents = LiveNumbers.of(np.array(good, np.int64), state.counters.document)
    state.shelf.stories = LiveNumbers.of(tables["stories"], state.counters.story)
    anew = state.anew(rows, _sketched(rows, good, sketch))

    def written(files: DurableFiles) -> list[Row]:
        rows.drop_documents(sorted(bad))
        return anew(files)

    state.seal(files, written)
    _LOGGER.info("an index is repaired: %d documents, %d cannot be read", len(good), len(bad))


def _read(rows: DocumentRows, number: int) -> Stored | None:
    """The document, if it can be read."""
    try:
        head = rows.head(number)
        return rows.entry(head) if head else None
    except CorruptData:
        return None


def _sketched(rows: DocumentRows, numbers: list[int], sketch: Callable[[list[Stored]], Postings]) -> Iterator[Postings]:
    for first in range(0, len(numbers), _AT_ONCE):
        found = (_read(rows, number) for number in numbers[first : first + _AT_ONCE])
        yield sketch([stored for stored in found if stored])
