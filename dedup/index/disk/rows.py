"""The rows of the database: documents, texts, stories and events, each with its checksum."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from dedup.errors import InputError
from dedup.index.disk.codec import CorruptData, DocumentCodec, checksum, dictionary_of
from dedup.index.disk.database import Database
from dedup.index.disk.dictionaries import Dictionaries
from dedup.index.records import Change, Entry, StoryRow
from dedup.types import Event

_DOCUMENTS, _STORIES, _EVENTS = 1, 2, 3
"""What checksums tell tables apart by."""

_HALF: Final = 1 << 63

PAGE: Final = 1 << 10
"""Rows read at a time by those who go through a table."""

TEXTS: Final = 1 << 6
"""Rows with their texts read at a time."""

_TEXT: Final = "SELECT value, checksum FROM texts WHERE number = ?"

_ASKED: Final = 1 << 6
"""Rows that are asked for together: SQLite prepares a statement for each number of them once."""

_pack = msgspec.msgpack.Encoder().encode


class DocumentHead(NamedTuple):
    """A document but for its text."""

    number: int
    id: str
    fingerprint: int
    story: int
    seen: float
    judged: int
    decision: bytes


def _signed(value: int) -> int:
    """64 bits as SQLite has them."""
    return value - 2 * _HALF if value >= _HALF else value


def _sealed(table: int, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """A row of a table with its checksum."""
    return (*row, checksum(_pack(row), table))


def _all_sealed(table: int, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows of a table with their checksums."""
    return ((*row, checksum(_pack(row), table)) for row in rows)


def _lost(head: DocumentHead, problem: str) -> CorruptData:
    """That the text of a document cannot be had."""
    return CorruptData(f"the text of document {head.id!r}, number {head.number}, {problem}: remove it and add it again")


def _sound(row: tuple[Any, ...], number: int) -> bool:
    """Whether a text, with its checksum, is the one that was written."""
    return isinstance(row[0], bytes) and row[1] == checksum(row[0], number)


class DocumentRows:
    """Reading and writing of rows, within the transactions of who asks. `CorruptData` where one is not what was written."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dictionaries = Dictionaries(database)
        self._packer = DocumentCodec(self.dictionaries.find)

    def head(self, number: int) -> DocumentHead | None:
        """The document of that number, if there is a row."""
        row = self._database.execute("SELECT * FROM documents WHERE number = ?", (number,)).fetchone()
        return None if row is None else self._head(row)

    def heads_of(self, numbers: Sequence[int]) -> dict[int, DocumentHead]:
        """The documents of these numbers, those of which there is a row."""
        rows = self._of("SELECT * FROM documents WHERE number IN", numbers)
        return {row[0]: self._head(row) for row in rows}

    def _of(self, select: str, numbers: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """The rows of these numbers, in any order."""
        for first in range(0, len(numbers), _ASKED):
            some = numbers[first : first + _ASKED]
            yield from self._database.execute(f"{select} (?{',?' * (len(some) - 1)})", some)

    def heads(self, after: int) -> list[DocumentHead]:
        """The next documents after a number, some at a time."""
        rows = self._database.execute("SELECT * FROM documents WHERE number > ? ORDER BY number LIMIT ?", (after, PAGE))
        return [self._head(row) for row in rows]

    def _head(self, row: tuple[Any, ...]) -> DocumentHead:
        if _sealed(_DOCUMENTS, row[:-1]) != row:
            raise CorruptData(
                f"the row of document {row[1]!r}, number {row[0]}, is damaged: remove it and add it again"
            )
        return DocumentHead(row[0], row[1], row[2] % (2 * _HALF), *row[3:-1])

    def entry(self, head: DocumentHead) -> Entry:
        """The whole of a document."""
        return self.entries([head])[0]

    def entries(self, heads: Sequence[DocumentHead]) -> list[Entry]:
        """The whole of some documents."""
        rows = self._of("SELECT number, value, checksum FROM texts WHERE number IN", [head.number for head in heads])
        texts = {number: tuple(row) for number, *row in rows}
        return [self._entry(head, self._text(head, texts.get(head.number))) for head in heads]

    def _entry(self, head: DocumentHead, data: bytes) -> Entry:
        try:
            document = self._packer.unpack(head.id, data)
        except CorruptData as damage:
            raise _lost(head, f"is damaged ({damage})") from damage
        return Entry(head.number, document, *head[2:])

    def sample(self, numbers: Iterable[int]) -> list[bytes]:
        """Documents of these numbers as `index.disk.codec.DocumentCodec` has laid them, without those that cannot be read."""
        found = []
        for number in numbers:
            with contextlib.suppress(CorruptData, sqlite3.DatabaseError):
                row = self._database.execute(_TEXT, (number,)).fetchone()
                if row is not None and _sound(row, number):
                    found.append(self._packer.widened(row[0]))
        return found

    def packed(self, after: int) -> list[tuple[DocumentHead, bytes, int]]:
        """The next documents after a number, a few at a time, as `index.disk.codec.DocumentCodec` has packed them, and with the
        number of the dictionary that they need."""
        rows = self._database.execute(
            "SELECT documents.*, texts.value, texts.checksum FROM documents LEFT JOIN texts USING (number) "
            "WHERE documents.number > ? ORDER BY documents.number LIMIT ?",
            (after, TEXTS),
        )
        heads = [(self._head(row[:-2]), row[-2:]) for row in rows]
        texts = [self._text(*each) for each in heads]
        return [(head, text, dictionary_of(text)) for (head, _), text in zip(heads, texts, strict=True)]

    def _text(self, head: DocumentHead, row: tuple[Any, ...] | None) -> bytes:
        if row is None or row == (None, None):
            raise _lost(head, "is not there")
        if not _sound(row, head.number):
            raise _lost(head, "is damaged")
        return bytes(row[0])

    def put_entries(self, entries: Sequence[Entry], packed: Sequence[bytes]) -> None:
        """New documents; they are packed here unless all are ``packed``."""
        if self._packer.dictionary is not self.dictionaries.using:
            self._packer.use(self.dictionaries.using)
        packed = packed or [self._packer.pack(entry.document) for entry in entries]
        heads = ((entry[0], entry[1].id, _signed(entry[2]), *entry[3:]) for entry in entries)
        self._database.insert("documents", 8, _all_sealed(_DOCUMENTS, heads))
        texts = ((entry[0], data, checksum(data, entry[0])) for entry, data in zip(entries, packed, strict=True))
        self._database.insert("texts", 3, texts)

    def drop_documents(self, numbers: list[int]) -> None:
        """Documents go."""
        places = [(number,) for number in numbers]
        self._database.many("DELETE FROM documents WHERE number = ?", places)
        self._database.many("DELETE FROM texts WHERE number = ?", places)

    def change_heads(self, change: Change) -> None:
        """Documents are in other stories, were seen again, or judged again."""
        changed: dict[int, DocumentHead] = {}

        def at(number: int) -> DocumentHead:
            head = changed.get(number) or self.head(number)
            if head is None:
                raise InputError(f"there is no document of number {number}")
            return head

        for number, story in change.moved:
            changed[number] = at(number)._replace(story=story)
        for number, seen in change.seen:
            changed[number] = at(number)._replace(seen=seen)
        for number, judged, decision in change.decided:
            changed[number] = at(number)._replace(judged=judged, decision=decision)
        for number, fingerprint in change.fingerprints:
            changed[number] = at(number)._replace(fingerprint=fingerprint)
        rows = [_sealed(_DOCUMENTS, head._replace(fingerprint=_signed(head.fingerprint))) for head in changed.values()]
        self._database.many(
            "UPDATE documents SET id = ?2, fingerprint = ?3, story = ?4, seen = ?5, judged = ?6, decision = ?7, "
            "checksum = ?8 WHERE number = ?1",
            rows,
        )

    def before(self, time: float) -> list[int]:
        """Numbers of the documents that were last seen before that time, rising."""
        rows = self._database.execute("SELECT number FROM documents WHERE seen < ? ORDER BY number", (time,))
        return [number for (number,) in rows]

    def stories_of(self, numbers: Sequence[int]) -> dict[int, StoryRow]:
        """The stories of these numbers, those of which there is a row."""
        return {row[0]: self._story(row) for row in self._of("SELECT * FROM stories WHERE number IN", numbers)}

    def _story(self, row: tuple[Any, ...]) -> StoryRow:
        if _sealed(_STORIES, row[:-1]) != row:
            raise CorruptData(f"the row of story {row[0]} is damaged")
        return StoryRow(*row[:-1])

    def put_stories(self, stories: Iterable[StoryRow]) -> None:
        """Stories are new, changed or ended."""
        rows = _all_sealed(_STORIES, (story for story in stories if story.canonical or story.alias))
        self._database.insert("stories", 4, rows, "INSERT OR REPLACE")
        self._database.many(
            "DELETE FROM stories WHERE number = ?",
            [(story.number,) for story in stories if not (story.canonical or story.alias)],
        )

    def stories(self, after: int) -> list[StoryRow]:
        """The next stories after a number, some at a time."""
        rows = self._database.execute("SELECT * FROM stories WHERE number > ? ORDER BY number LIMIT ?", (after, PAGE))
        return [self._story(row) for row in rows]

    def put_events(self, events: Iterable[Event]) -> None:
        """Events happened."""
        rows = _all_sealed(_EVENTS, map(msgspec.structs.astuple, events))
        self._database.insert("events", 6, rows)

    def drop_events(self, upto: int) -> None:
        """Events up to that number go."""
        self._database.execute("DELETE FROM events WHERE number <= ?", (upto,))

    def events(self, after: int) -> list[Event]:
        """The next events after a number, some at a time."""
        rows = self._database.execute("SELECT * FROM events WHERE number > ? ORDER BY number LIMIT ?", (after, PAGE))
        return list(self._events(rows))

    def _events(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Event]:
        for row in rows:
            if _sealed(_EVENTS, row[:-1]) != row:
                raise CorruptData(f"the row of event {row[0]} is damaged")
            yield Event(*row[:-1])
