"""Repairs an index from the rows that can be read: everything else is derived from them."""

import contextlib
import logging
from collections.abc import Callable, Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.index.changes import Counters
from dedup.index.check import row_numbers
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.items import items_of
from dedup.index.disk.rows import DocumentRows, key_of
from dedup.index.live import LiveNumbers
from dedup.index.postings.segments import SegmentRow
from dedup.index.records import FORGOTTEN, ItemRow, Postings, RememberedRow, Stored, StoryRow
from dedup.index.state import State

_LOGGER = logging.getLogger(__name__)

_BATCH = 1 << 10
"""Documents that are sketched in one call."""


def repair(
    database: Database,
    state: State,
    rows: DocumentRows,
    files: DurableFiles,
    sketch: Callable[[list[Stored]], Postings],
    seed: int,
) -> None:
    """Take the numbers in use from the rows, remove documents that cannot be read, and rebuild all postings.

    Args:
        database: the database of the index.
        state: the state of the index, as far as it was loaded.
        rows: the rows of the index.
        files: writes and removes the files.
        sketch: a function that computes the postings of documents.
        seed: the seed of the hash functions.
    """
    rows.dictionaries.repair()
    numbers = {table: row_numbers(database, table) for table in ("documents", "texts", "stories", "events", "tail")}
    last = {table: int(table_numbers.max(initial=0)) for table, table_numbers in numbers.items()}
    before = state.counters
    state.counters = Counters(
        document=max(before.document, last["documents"] + 1, last["texts"] + 1),
        story=max(before.story, last["stories"] + 1),
        event=max(before.forgotten, last["events"]) + 1,
        commits=max(before.commits, last["tail"]),
        sealed=before.sealed,
        segment=max(before.segment, state.postings.unused_serial()),
        forgotten=min(before.forgotten, last["events"]) if last["events"] else before.forgotten,
    )
    state.forget_postings()
    keys, items = _derive_keys(rows, numbers["documents"], seed)
    readable = list(keys)
    unreadable = {*numbers["documents"].tolist(), *numbers["texts"].tolist()}.difference(readable)
    state.postings.documents = LiveNumbers.of(np.array(readable, np.int64), state.counters.document)
    remembered, ended = _find_remembered(rows, numbers["stories"])
    state.postings.stories = LiveNumbers.of(np.setdiff1d(numbers["stories"], ended), state.counters.story)
    write_postings = state.postings_writer(rows, _sketch_documents(rows, readable, sketch))

    def write_segments(files: DurableFiles) -> list[SegmentRow]:
        rows.drop_documents(sorted(unreadable))
        _write_keys(database, rows, keys, items)
        rows.put_sites(rows.readable_sites(), only=True)
        rows.replace_remembered(remembered)
        rows.put_stories([StoryRow(number, 0) for number in ended])
        return write_postings(files)

    state.seal(files, write_segments)
    _LOGGER.info("an index is repaired: %d documents, %d cannot be read", len(readable), len(unreadable))


def _write_keys(database: Database, rows: DocumentRows, keys: dict[int, int], items: list[ItemRow]) -> None:
    """Replace the keys of all addresses, and all items."""
    database.execute("DELETE FROM urls")
    database.execute("DELETE FROM items")
    rows.put_urls(keys.items())
    rows.put_items(items)


def _find_remembered(rows: DocumentRows, stories: Indices) -> tuple[list[RememberedRow], list[int]]:
    """Return the remembered documents that can be read, and the ``stories`` that end: no document of them is left."""
    all_stories = set(stories.tolist())
    remembered = [row for row in rows.readable_remembered() if row.story in all_stories]
    with_document, ended = {row.story for row in remembered}, list[int]()
    for number in sorted(all_stories - with_document):
        with contextlib.suppress(CorruptData):
            row = rows.stories_of([number]).get(number)
            if row is not None and row.canonical == FORGOTTEN:
                ended.append(number)
    return remembered, ended


def _derive_keys(rows: DocumentRows, numbers: Indices, seed: int) -> tuple[dict[int, int], list[ItemRow]]:
    """Return the keys of the addresses of the documents that can be read, by number, and the items among them."""
    keys: dict[int, int] = {}
    items: list[ItemRow] = []
    for number in numbers.tolist():
        if entry := _read_document(rows, number):
            keys[number] = key_of(entry.document)
            items += items_of([(number, entry.document)], seed)
    return keys, items


def _read_document(rows: DocumentRows, number: int) -> Stored | None:
    """Return the document with this number, or None if it cannot be read."""
    try:
        head = rows.head(number)
        return rows.entry(head) if head else None
    except CorruptData:
        return None


def _sketch_documents(
    rows: DocumentRows, numbers: list[int], sketch: Callable[[list[Stored]], Postings]
) -> Iterator[Postings]:
    for first in range(0, len(numbers), _BATCH):
        documents = (_read_document(rows, number) for number in numbers[first : first + _BATCH])
        yield sketch([document for document in documents if document])
