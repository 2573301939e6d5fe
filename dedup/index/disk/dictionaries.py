"""What texts are compressed with: dictionaries that an index learns from its own texts.

A text of news is too short to tell the compressor what news are made of: names, phrases, the frame of a site. With a
dictionary of such pieces it takes a sixth to a fifth less room. Every text that was packed with one needs it, so each
is kept twice, in tables of their own, which share no page; whoever reads falls back on the other copy.

Its number is made from what is in it, and every packed text has the number of its own: no other can be taken for it, it
never changes, and a reader who meets a new one finds it in the same snapshot as the text.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

import zstandard

from dedup.index.disk.codec import LARGEST_DICTIONARY, WITH_DICTIONARY, CorruptData, DocumentCodec, checksum, raw_size
from dedup.index.disk.database import COPIES, Database
from dedup.index.error_mapping import is_damage

IN_USE: Final = "dictionary"
"""What the value is called that says which one is in use."""

SAMPLE: Final = 1 << 10
"""Texts that are looked at: twice as many take twice the time, and save half a percent more."""

_FEWEST: Final = 1 << 3
"""Texts from which nothing can be learned."""

_LENGTH: Final = 1 << 13
"""Bytes of one text that are looked at: the last ones, where title, source and address are too."""

_HELD_OUT: Final = 8
"""One text of so many is not learned from: it shows what the dictionary is worth."""

_SIZE: Final = 1 << 16
"""Bytes of a dictionary: half as many save three percent less, half as many again one percent more."""

_SHARE: Final = 16
"""It has at most one byte for so many that it is learned from."""

_BETTER: Final = 0.95
"""A new one is taken if texts take less than this share of the room that they take now: as many as come until the next
look then save more than it takes itself, twice."""

_AGAIN: Final = 4
"""The next look is when there were so many times the documents of the last: five or six looks on the way to 10**6."""

_KEPT: Final = 16
"""Dictionaries held in memory: an index that looked seven times has seen 4 million documents."""


class DictionaryInUse(NamedTuple):
    """The ``number`` of the dictionary that is in use, 0 for none, and how many documents had come when one was last
    looked for."""

    number: int = 0
    looked: int = 0


def train_dictionary(laid: list[bytes], using: bytes) -> bytes:
    """A dictionary for texts as these are ``laid``, or nothing if it is not clearly better than the one in use (which
    may be none). The same texts give the same one."""
    laid = [text[-_LENGTH:] for text in laid]
    held_out = laid[::_HELD_OUT]
    others: list[bytes | bytearray | memoryview] = [text for row, text in enumerate(laid) if row % _HELD_OUT]
    if len(others) < _FEWEST:
        return b""
    size = min(_SIZE, sum(map(len, others)) // _SHARE)
    try:  # the parameters that a search finds, within half a percent, in a fifth of its time
        found = zstandard.train_dictionary(size, others, k=200, d=8, f=18, level=WITH_DICTIONARY).as_bytes()
        before, after = (sum(map(len, map(DocumentCodec(dictionary=each).shrunk, held_out))) for each in (using, found))
    except (zstandard.ZstdError, CorruptData):  # texts that have nothing in common
        return b""
    return found if after < _BETTER * before else b""


@contextlib.contextmanager
def _passed_over() -> Iterator[None]:
    """Damage in it is passed over; a disk that fails is none, and what it has is not lost."""
    try:
        yield
    except CorruptData:
        pass
    except sqlite3.Error as error:
        if not is_damage(error):
            raise


class Dictionaries:
    """Those of one index. `CorruptData` where one cannot be had."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._found: dict[int, bytes] = {}
        self._state = DictionaryInUse()
        self.using = b""
        """The one that a writer packs with, once it has called `load`; none if it is empty."""

    def load(self) -> None:
        """Take the one that is in use. One that is lost was never there: another is looked for when the next documents
        come."""
        self._state, self.using = DictionaryInUse(), b""
        state = self._database.get(IN_USE, DictionaryInUse)
        if state.number:
            self.using = self.find(state.number)
        self._state = state

    def find(self, number: int) -> bytes:
        """The dictionary of that number, from either copy."""
        if number not in self._found:
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[number] = self._either(number)
        return self._found[number]

    def _either(self, number: int) -> bytes:
        for table in COPIES:
            with _passed_over():
                return self._copy(table, number)
        raise CorruptData(f"dictionary {number} is lost, both copies of it")

    def _copy(self, table: str, number: int) -> bytes:
        row = self._database.execute(
            f"SELECT value, checksum FROM {table} WHERE number = ? AND typeof(value) = 'blob' AND length(value) <= ?",
            (number, LARGEST_DICTIONARY),
        ).fetchone()
        if row is None:
            raise CorruptData(f"{table}: number {number} is not there")
        if checksum(row[0], number) != row[1] or raw_size(row[0]).dict_id() != number:
            raise CorruptData(f"{table}: number {number} is damaged")
        return bytes(row[0])

    def due(self, documents: int, first: int) -> bool:
        """Whether it is time to look for a better one, when so many documents have come: the ``first``, or again."""
        return documents >= max(first, _AGAIN * self._state.looked)

    def looked(self, found: bytes, documents: int) -> None:
        """Write that it was looked for one, and pack with the one that was ``found``, if any. A transaction of the
        caller's."""
        number = raw_size(found).dict_id() if found else self._state.number
        if found:
            for table in COPIES:
                self._put(table, number, found)
            self._found[number] = self.using = found
        self._state = DictionaryInUse(number, documents)
        self._database.put(IN_USE, self._state)

    def _put(self, table: str, number: int, data: bytes) -> None:
        self._database.execute(
            f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", (number, data, checksum(data, number))
        )

    def _numbers(self) -> list[int]:
        """Those of which there is a row, or should be."""
        found = {0}
        for table in COPIES:
            with _passed_over():
                found.update(number for (number,) in self._database.execute(f"SELECT number FROM {table}"))
        with _passed_over():
            found.add(self._database.get(IN_USE, DictionaryInUse).number)
        return sorted(found - {0})

    def _faults(self, table: str) -> Iterator[str]:
        """What cannot be had from one of the tables."""
        for number in self._numbers():
            try:
                self._copy(table, number)
            except (CorruptData, sqlite3.DatabaseError) as error:
                yield str(error)

    def problems(self) -> Iterator[str]:
        """All that is wrong with them on the disk, whatever is in memory."""
        for table in COPIES:
            yield from self._faults(table)
        self._database.get(IN_USE, DictionaryInUse)

    def mend(self) -> None:
        """Make a table in which anything is damaged anew, of what the other one has, or the memory; what neither has is
        gone."""
        every = {}
        for number in self._numbers():
            with _passed_over():
                every[number] = self.find(number)
        damaged = [table for table in COPIES if any(self._faults(table)) or not self._database.sound(table)]
        self._database.execute("BEGIN IMMEDIATE")  # not sooner: SQLite ends a transaction that meets damage
        for table in damaged:
            self._database.afresh(table)
            for number, data in every.items():
                self._put(table, number, data)
        with _passed_over():
            self.load()
        self._database.put(IN_USE, self._state)
        self._database.execute("COMMIT")
        if damaged:
            self._database.compact()
