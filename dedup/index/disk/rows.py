"""The rows of the database: documents, texts, stories and events, each with its checksum."""

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from dedup.core.urls.normalization import url_key
from dedup.errors import InputError
from dedup.index.disk.codec import CorruptData, DocumentCodec, checksum, dictionary_of
from dedup.index.disk.database import Database
from dedup.index.disk.dictionaries import Dictionaries
from dedup.index.disk.remembered import RememberedRows
from dedup.index.disk.row_checksums import (
    DOCUMENTS,
    EVENTS,
    STORIES,
    add_checksum,
    add_checksums,
    from_signed,
    to_blob,
)
from dedup.index.records import Change, Entry, StoryRow
from dedup.index_types import Event
from dedup.types import Document

PAGE: Final = 1 << 10
"""Rows that one read of a whole table returns at a time."""

TEXTS: Final = 1 << 6
"""Rows with their texts that one read of the whole table returns at a time."""

_TEXT: Final = "SELECT value, checksum FROM texts WHERE number = ?"


class DocumentHead(NamedTuple):
    """A document without its text."""

    number: int
    id: str
    fingerprint: int
    story: int
    seen: float
    judged: int
    decision: bytes


def key_of(document: Document) -> int:
    """Return the key of the address of a document, as `engines.tasks.read` makes it."""
    return url_key(document.canonical_url, document.url)


def _from_blob(value: bytes | int) -> int:
    """Return a fingerprint that SQLite has stored. An index of format 5 or before has 64 bits with a sign."""
    return from_signed(value) if isinstance(value, int) else int.from_bytes(value, "little")


def is_sound_story(row: tuple[Any, ...]) -> bool:
    """Return whether a row of the table of stories, of any format, has its checksum."""
    return add_checksum(STORIES, row[:-1]) == row


def _text_error(head: DocumentHead, problem: str) -> CorruptData:
    """Return the error for the text of a document that cannot be read."""
    return CorruptData(f"the text of document {head.id!r}, number {head.number}, {problem}: remove it and add it again")


def _is_sound(row: tuple[Any, ...], number: int) -> bool:
    """Return whether the value and the checksum of a text belong together."""
    return isinstance(row[0], bytes) and row[1] == checksum(row[0], number)


class DocumentRows(RememberedRows):
    """Reads and writes rows, in transactions of the caller. `CorruptData` is raised for a row that was damaged."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.dictionaries = Dictionaries(database)
        self._packer = DocumentCodec(self.dictionaries.find)

    def head(self, number: int) -> DocumentHead | None:
        """Return the document with this number, or None if it has no row."""
        row = self._database.execute("SELECT * FROM documents WHERE number = ?", (number,)).fetchone()
        return None if row is None else self._to_head(row)

    def heads_of(self, numbers: Sequence[int]) -> dict[int, DocumentHead]:
        """Return the documents that have a row, by number."""
        rows = self.select_numbers("SELECT * FROM documents WHERE number IN", numbers)
        return {row[0]: self._to_head(row) for row in rows}

    def heads_after(self, number: int) -> list[DocumentHead]:
        """Return the next documents after a number, at most `PAGE`."""
        rows = self._database.execute(
            "SELECT * FROM documents WHERE number > ? ORDER BY number LIMIT ?", (number, PAGE)
        )
        return [self._to_head(row) for row in rows]

    def _to_head(self, row: tuple[Any, ...]) -> DocumentHead:
        if add_checksum(DOCUMENTS, row[:-1]) != row:
            raise CorruptData(
                f"the row of document {row[1]!r}, number {row[0]}, is damaged: remove it and add it again"
            )
        return DocumentHead(row[0], row[1], _from_blob(row[2]), *row[3:-1])

    def entry(self, head: DocumentHead) -> Entry:
        """Return a document with its text."""
        return self.entries([head])[0]

    def entries(self, heads: Sequence[DocumentHead]) -> list[Entry]:
        """Return documents with their texts."""
        select = "SELECT number, value, checksum FROM texts WHERE number IN"
        rows = self.select_numbers(select, [head.number for head in heads])
        texts = {number: tuple(row) for number, *row in rows}
        return [self._to_entry(head, self._check_text(head, texts.get(head.number))) for head in heads]

    def _to_entry(self, head: DocumentHead, data: bytes) -> Entry:
        try:
            document = self._packer.unpack(head.id, data)
        except CorruptData as damage:
            raise _text_error(head, f"is damaged ({damage})") from damage
        return Entry(head.number, document, *head[2:])

    def sample_encoded(self, numbers: Iterable[int]) -> list[bytes]:
        """Return documents as `DocumentCodec.encoded` encodes them, without documents that cannot be read."""
        encoded = []
        for number in numbers:
            with contextlib.suppress(CorruptData, sqlite3.DatabaseError):
                row = self._database.execute(_TEXT, (number,)).fetchone()
                if row is not None and _is_sound(row, number):
                    encoded.append(self._packer.widened(row[0]))
        return encoded

    def packed_after(self, number: int) -> list[tuple[DocumentHead, bytes, int]]:
        """Return the next documents after a number, at most `TEXTS`.

        Returns:
            The document, its text as `DocumentCodec.pack` packs it, and the number of its dictionary, 0 for none.
        """
        rows = self._database.execute(
            "SELECT documents.*, texts.value, texts.checksum FROM documents LEFT JOIN texts USING (number) "
            "WHERE documents.number > ? ORDER BY documents.number LIMIT ?",
            (number, TEXTS),
        )
        heads = [(self._to_head(row[:-2]), row[-2:]) for row in rows]
        texts = [self._check_text(*head_and_row) for head_and_row in heads]
        return [(head, text, dictionary_of(text)) for (head, _), text in zip(heads, texts, strict=True)]

    def _check_text(self, head: DocumentHead, row: tuple[Any, ...] | None) -> bytes:
        if row is None or row == (None, None):
            raise _text_error(head, "is not there")
        if not _is_sound(row, head.number):
            raise _text_error(head, "is damaged")
        return bytes(row[0])

    def put_entries(self, entries: Sequence[Entry], packed: Sequence[bytes]) -> None:
        """Insert new documents. ``packed`` are all of them as `DocumentCodec.pack` packs them, or is empty."""
        if self._packer.dictionary is not self.dictionaries.using:
            self._packer.use(self.dictionaries.using)
        packed = packed or [self._packer.pack(entry.document) for entry in entries]
        heads = ((entry[0], entry[1].id, to_blob(entry[2]), *entry[3:]) for entry in entries)
        self._database.insert("documents", 8, add_checksums(DOCUMENTS, heads))
        texts = ((entry[0], data, checksum(data, entry[0])) for entry, data in zip(entries, packed, strict=True))
        self._database.insert("texts", 3, texts)
        self.put_urls((entry.number, key_of(entry.document)) for entry in entries)

    def pack_again(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """Replace texts, given as numbers and packed texts, by the same texts packed with the dictionary in use."""
        if self._packer.dictionary is not self.dictionaries.using:
            self._packer.use(self.dictionaries.using)
        texts = ((number, self._packer.shrunk(self._packer.widened(text))) for number, text in packed)
        self._database.execute_many(
            "UPDATE texts SET value = ?2, checksum = ?3 WHERE number = ?1",
            [(number, text, checksum(text, number)) for number, text in texts],
        )

    def drop_documents(self, numbers: list[int]) -> None:
        """Delete documents and their texts."""
        rows = [(number,) for number in numbers]
        self._database.execute_many("DELETE FROM documents WHERE number = ?", rows)
        self._database.execute_many("DELETE FROM texts WHERE number = ?", rows)
        self._database.execute_many("DELETE FROM urls WHERE number = ?", rows)
        self._database.execute_many("DELETE FROM items WHERE number = ?", rows)

    def change_heads(self, change: Change) -> None:
        """Update documents that moved, were seen again, were decided again or have another fingerprint.

        `InputError` is raised for a document that has no row.
        """
        changed: dict[int, DocumentHead] = {}

        def present_head(number: int) -> DocumentHead:
            head = changed.get(number) or self.head(number)
            if head is None:
                raise InputError(f"there is no document of number {number}")
            return head

        for number, story in change.moved:
            changed[number] = present_head(number)._replace(story=story)
        for number, seen in change.seen:
            changed[number] = present_head(number)._replace(seen=seen)
        for number, judged, decision in change.decided:
            changed[number] = present_head(number)._replace(judged=judged, decision=decision)
        for number, fingerprint in change.fingerprints:
            changed[number] = present_head(number)._replace(fingerprint=fingerprint)
        heads = ((*head[:2], to_blob(head.fingerprint), *head[3:]) for head in changed.values())
        self._database.execute_many(
            "UPDATE documents SET id = ?2, fingerprint = ?3, story = ?4, seen = ?5, judged = ?6, decision = ?7, "
            "checksum = ?8 WHERE number = ?1",
            list(add_checksums(DOCUMENTS, heads)),
        )

    def seen_before(self, time: float) -> list[int]:
        """Return the numbers of the documents that were last seen before a time, rising."""
        rows = self._database.execute("SELECT number FROM documents WHERE seen < ? ORDER BY number", (time,))
        return [number for (number,) in rows]

    def is_any_before(self, time: float) -> bool:
        """Return whether a document was last seen before a time."""
        return self._database.execute("SELECT 1 FROM documents WHERE seen < ? LIMIT 1", (time,)).fetchone() is not None

    def stories_of(self, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """Return the stories that have a row, by number."""
        rows = self.select_numbers("SELECT * FROM stories WHERE number IN", numbers)
        return {row[0]: self._to_story(row) for row in rows}

    def _to_story(self, row: tuple[Any, ...]) -> StoryRow:
        if not is_sound_story(row):
            raise CorruptData(f"the row of story {row[0]} is damaged")
        return StoryRow(*row[:-1])

    def put_stories(self, stories: Iterable[StoryRow]) -> None:
        """Insert, replace or delete stories; a story with neither a canonical document nor an alias is deleted."""
        rows = add_checksums(STORIES, (story for story in stories if story.canonical or story.alias))
        self._database.insert("stories", 6, rows, "INSERT OR REPLACE")
        self._database.execute_many(
            "DELETE FROM stories WHERE number = ?",
            [(story.number,) for story in stories if not (story.canonical or story.alias)],
        )

    def replace_stories(self, stories: Iterable[StoryRow]) -> None:
        """Delete the rows of all stories, and insert others."""
        self._database.execute("DELETE FROM stories")
        self.put_stories(stories)

    def stories_after(self, number: int) -> list[StoryRow]:
        """Return the next stories after a number, at most `PAGE`."""
        rows = self._database.execute("SELECT * FROM stories WHERE number > ? ORDER BY number LIMIT ?", (number, PAGE))
        return [self._to_story(row) for row in rows]

    def put_events(self, events: Iterable[Event]) -> None:
        """Insert events."""
        rows = add_checksums(EVENTS, map(msgspec.structs.astuple, events))
        self._database.insert("events", 6, rows)

    def drop_events(self, last: int) -> None:
        """Delete the events up to ``last``, included."""
        self._database.execute("DELETE FROM events WHERE number <= ?", (last,))

    def events_after(self, number: int) -> list[Event]:
        """Return the next events after a number, at most `PAGE`."""
        rows = self._database.execute("SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?", (number, PAGE))
        return [self._to_event(row) for row in rows]

    def _to_event(self, row: tuple[Any, ...]) -> Event:
        if add_checksum(EVENTS, row[:-1]) != row:
            raise CorruptData(f"the row of event {row[0]} is damaged")
        return Event(*row[:-1])
