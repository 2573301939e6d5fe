"""Repairs an index from the rows that can be read: everything else is derived from them."""

import contextlib
import logging
from collections.abc import Callable, Iterator

import numpy as np

from dedup.array_types import Indices
from dedup.comparison_types import HandPair
from dedup.index.changes import Counters
from dedup.index.check import row_numbers
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import HAND, Database
from dedup.index.disk.files import DurableFiles
from dedup.index.disk.items import items_of
from dedup.index.disk.rows import DocumentHead, DocumentRows, key_of
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

    A story that has documents and no sound row gets a row again. If the leader of a story is not there, its first
    document leads it. A story of which nothing is left ends. Pairs that a person has decided are lost if they cannot be
    read.

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
    heads, keys, items = _derive_keys(rows, numbers["documents"], seed)
    last["stories"] = max(last["stories"], *(head.story for head in heads), 0)
    state.counters = _mend_counters(state.counters, last, state.postings.unused_serial())
    state.forget_postings()
    readable = list(keys)
    unreadable = {*numbers["documents"].tolist(), *numbers["texts"].tolist()}.difference(readable)
    state.postings.documents = LiveNumbers.of(np.array(readable, np.int64), state.counters.document)
    stories = _readable_stories(rows, numbers["stories"])
    known_stories = stories.keys() | {head.story for head in heads}
    remembered = [row for row in rows.readable_remembered() if row.story in known_stories]
    mended = _mend_stories(stories, heads, remembered)
    state.postings.stories = LiveNumbers.of(np.array([row.number for row in mended], np.int64), state.counters.story)
    write_postings = state.postings_writer(rows, _sketch_documents(rows, readable, sketch))

    def write_segments(files: DurableFiles) -> list[SegmentRow]:
        rows.drop_documents(sorted(unreadable))
        _write_keys(database, rows, keys, items)
        rows.put_sites(rows.readable_sites(), only=True)
        rows.replace_remembered(remembered)
        rows.replace_stories(mended)
        _mend_hand(database)
        return write_postings(files)

    state.seal(files, write_segments)
    _LOGGER.info("an index is repaired: %d documents, %d cannot be read", len(readable), len(unreadable))


def _mend_hand(database: Database) -> None:
    """Write that a person has decided no pair, if the pairs cannot be read."""
    try:
        database.get(HAND, tuple[HandPair, ...])
    except CorruptData:
        database.put(HAND, [])


def _mend_counters(before: Counters, last: dict[str, int], segment: int) -> Counters:
    """Return the counters of the index, from the ``last`` number of each table and the next one of a ``segment``."""
    return Counters(
        document=max(before.document, last["documents"] + 1, last["texts"] + 1),
        story=max(before.story, last["stories"] + 1),
        event=max(before.forgotten, last["events"]) + 1,
        commits=max(before.commits, last["tail"]),
        sealed=before.sealed,
        segment=max(before.segment, segment),
        forgotten=min(before.forgotten, last["events"]) if last["events"] else before.forgotten,
    )


def _write_keys(database: Database, rows: DocumentRows, keys: dict[int, int], items: list[ItemRow]) -> None:
    """Replace the keys of all addresses, and all items."""
    database.execute("DELETE FROM urls")
    database.execute("DELETE FROM items")
    rows.put_urls(keys.items())
    rows.put_items(items)


def _readable_stories(rows: DocumentRows, numbers: Indices) -> dict[int, StoryRow]:
    """Return the rows of the stories of these ``numbers`` that can be read, by number."""
    stories: dict[int, StoryRow] = {}
    for number in numbers.tolist():
        with contextlib.suppress(CorruptData):
            stories |= rows.stories_of([number])
    return stories


def _mend_stories(
    stories: dict[int, StoryRow], heads: list[DocumentHead], remembered: list[RememberedRow]
) -> list[StoryRow]:
    """Return the rows of all stories that have documents, remembered ones, or another name, rising.

    Args:
        stories: the rows that can be read, by number.
        heads: the documents, rising.
        remembered: the remembered documents.
    """
    documents, of_then = {head.number for head in heads}, {row.story for row in remembered}
    members: dict[int, list[DocumentHead]] = {}
    for head in heads:
        members.setdefault(head.story, []).append(head)
    mended = []
    for number in sorted(stories.keys() | members.keys()):
        row, story_heads = stories.get(number), members.get(number, [])
        if row is None:
            row = StoryRow(number, story_heads[0].number, 0, min(head.seen for head in story_heads), len(story_heads))
        elif not row.alias and row.canonical not in documents:
            row = row._replace(canonical=story_heads[0].number if story_heads else FORGOTTEN)
        if row.canonical != FORGOTTEN or number in of_then:
            mended.append(row)
    return mended


def _derive_keys(
    rows: DocumentRows, numbers: Indices, seed: int
) -> tuple[list[DocumentHead], dict[int, int], list[ItemRow]]:
    """Return the documents that can be read, the keys of their addresses, by number, and the items among them."""
    heads: list[DocumentHead] = []
    keys: dict[int, int] = {}
    items: list[ItemRow] = []
    for number in numbers.tolist():
        if entry := _read_document(rows, number):
            heads.append(DocumentHead(number, entry.document.id, *entry[2:]))
            keys[number] = key_of(entry.document)
            items += items_of([(number, entry.document)], seed)
    return heads, keys, items


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
