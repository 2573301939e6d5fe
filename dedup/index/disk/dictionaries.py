"""Texts of an index -> the zstd dictionaries that compress its texts.

A news text is too short to show the compressor what news texts share: names, phrases, the boilerplate of a site. With a
dictionary of such phrases a text takes a sixth to a fifth less room. Each text that was packed with a dictionary needs
that dictionary. So two tables, which share no page, hold a copy of each dictionary, and a reader falls back on the
second copy.

The number of a dictionary is made from its content, and each packed text holds the number of its dictionary. So no
dictionary is mistaken for another one, a dictionary never changes, and a reader that meets a new number finds the
dictionary in the same snapshot as the text.
"""

import contextlib
import sqlite3
from collections.abc import Iterator
from typing import Final, NamedTuple

import zstandard

from dedup.index.disk.codec import (
    LARGEST_DICTIONARY,
    WITH_DICTIONARY,
    CorruptData,
    DocumentCodec,
    checksum,
    parse_dictionary,
)
from dedup.index.disk.database import COPIES, Database
from dedup.index.error_mapping import is_damage

IN_USE: Final = "dictionary"
"""The name of the value that holds a `DictionaryInUse`."""

SAMPLE: Final = 1 << 10
"""Texts that a training reads: twice as many take twice the time and save half a percent more."""

_FEWEST: Final = 1 << 3
"""With fewer training texts than this there is no dictionary."""

_LENGTH: Final = 1 << 13
"""Bytes of one text that a training reads: the last ones, where title, source and address stand too."""

_HELD_OUT: Final = 8
"""One text of this many is not for training: it shows how much the dictionary saves."""

_SIZE: Final = 1 << 16
"""Bytes of a dictionary: half as many save three percent less, half as many again save one percent more."""

_SHARE: Final = 16
"""A dictionary has at most one byte for this many bytes of training texts."""

_BETTER: Final = 0.95
"""A new dictionary is taken if texts take less than this share of their present room. The texts that come before the
next training then save more than twice the room of the dictionary."""

_AGAIN: Final = 4
"""The next training comes at this many times the documents of the last one: five or six trainings up to 10**6."""

_CACHED: Final = 16
"""Dictionaries held in memory: an index with seven trainings has seen 4 million documents."""


class DictionaryInUse(NamedTuple):
    """The ``number`` of the dictionary in use, 0 for none, and the ``documents`` that had come at the last training."""

    number: int = 0
    documents: int = 0


def train_dictionary(encoded: list[bytes], using: bytes) -> bytes:
    """Train a dictionary; the same texts give the same dictionary.

    Args:
        encoded: texts as `DocumentCodec.encoded` encodes them.
        using: the dictionary in use, empty for none.

    Returns:
        The dictionary, or ``b""`` if it is not clearly better than ``using``.
    """
    encoded = [text[-_LENGTH:] for text in encoded]
    held_out = encoded[::_HELD_OUT]
    training: list[bytes | bytearray | memoryview] = [text for row, text in enumerate(encoded) if row % _HELD_OUT]
    if len(training) < _FEWEST:
        return b""
    size = min(_SIZE, sum(map(len, training)) // _SHARE)
    try:  # a search for parameters finds these, within half a percent, in five times the time
        new = zstandard.train_dictionary(size, training, k=200, d=8, f=18, level=WITH_DICTIONARY).as_bytes()
        before, after = (sum(map(len, map(DocumentCodec(dictionary=data).shrunk, held_out))) for data in (using, new))
    except (zstandard.ZstdError, CorruptData):  # the texts have nothing in common
        return b""
    return new if after < _BETTER * before else b""


@contextlib.contextmanager
def _ignore_damage() -> Iterator[None]:
    """Ignore damage, but not a failing disk: a failing disk does not mean that data are lost."""
    try:
        yield
    except CorruptData:
        pass
    except sqlite3.Error as error:
        if not is_damage(error):
            raise


class Dictionaries:
    """The dictionaries of one index. `CorruptData` is raised for a dictionary that cannot be read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._cache: dict[int, bytes] = {}
        self._state = DictionaryInUse()
        self.using = b""
        """The dictionary that a writer packs with, after `load`; empty for none."""

    def load(self) -> None:
        """Load the dictionary in use.

        A lost dictionary counts as none: the next commit trains another one.
        """
        self._state, self.using = DictionaryInUse(), b""
        state = self._database.get(IN_USE, DictionaryInUse)
        if state.number:
            self.using = self.find(state.number)
        self._state = state

    def find(self, number: int) -> bytes:
        """Return the dictionary with this number, from either copy."""
        if number not in self._cache:
            if len(self._cache) >= _CACHED:
                self._cache.clear()
            self._cache[number] = self._read_either(number)
        return self._cache[number]

    def _read_either(self, number: int) -> bytes:
        for table in COPIES:
            with _ignore_damage():
                return self._read_copy(table, number)
        raise CorruptData(f"dictionary {number} is lost, both copies of it")

    def _read_copy(self, table: str, number: int) -> bytes:
        row = self._database.execute(
            f"SELECT value, checksum FROM {table} WHERE number = ? AND typeof(value) = 'blob' AND length(value) <= ?",
            (number, LARGEST_DICTIONARY),
        ).fetchone()
        if row is None:
            raise CorruptData(f"{table}: number {number} is not there")
        if checksum(row[0], number) != row[1] or parse_dictionary(row[0]).dict_id() != number:
            raise CorruptData(f"{table}: number {number} is damaged")
        return bytes(row[0])

    def needs_training(self, documents: int, first: int) -> bool:
        """Return whether it is time to train a better dictionary.

        Args:
            documents: the number of documents that have come.
            first: the number of documents at the first training.
        """
        return documents >= max(first, _AGAIN * self._state.documents)

    def record_training(self, dictionary: bytes, documents: int) -> None:
        """Write the result of a training, in a transaction of the caller, and pack with the new dictionary.

        Args:
            dictionary: the new dictionary, empty if there is none.
            documents: the number of documents that have come.
        """
        number = parse_dictionary(dictionary).dict_id() if dictionary else self._state.number
        if dictionary:
            for table in COPIES:
                self._put(table, number, dictionary)
            self._cache[number] = self.using = dictionary
        self._state = DictionaryInUse(number, documents)
        self._database.put(IN_USE, self._state)

    def has_any(self) -> bool:
        """Return whether the index has a dictionary."""
        return bool(self._all_numbers())

    def keep(self, dictionary: bytes) -> None:
        """Delete all dictionaries but one, in a transaction of the caller; all if ``dictionary`` is empty."""
        number = parse_dictionary(dictionary).dict_id() if dictionary else 0
        for table in COPIES:
            self._database.execute(f"DELETE FROM {table} WHERE number != ?", (number,))
        self._cache = {number: dictionary} if dictionary else {}
        self._state = DictionaryInUse(number, self._state.documents)
        self._database.put(IN_USE, self._state)

    def _put(self, table: str, number: int, data: bytes) -> None:
        self._database.execute(
            f"INSERT OR REPLACE INTO {table} VALUES (?, ?, ?)", (number, data, checksum(data, number))
        )

    def _all_numbers(self) -> list[int]:
        """Return the numbers that have a row in a table, or should have one."""
        numbers = {0}
        for table in COPIES:
            with _ignore_damage():
                numbers.update(number for (number,) in self._database.execute(f"SELECT number FROM {table}"))
        with _ignore_damage():
            numbers.add(self._database.get(IN_USE, DictionaryInUse).number)
        return sorted(numbers - {0})

    def _find_faults(self, table: str) -> Iterator[str]:
        """Yield a sentence for each dictionary that one of the tables lacks."""
        for number in self._all_numbers():
            try:
                self._read_copy(table, number)
            except (CorruptData, sqlite3.DatabaseError) as error:
                yield str(error)

    def problems(self) -> Iterator[str]:
        """Yield a sentence for each problem on the disk, whatever is in memory."""
        for table in COPIES:
            yield from self._find_faults(table)
        self._database.get(IN_USE, DictionaryInUse)

    def repair(self) -> None:
        """Write each damaged table again, from the other table or from memory.

        A dictionary that neither has is lost.
        """
        dictionaries = {}
        for number in self._all_numbers():
            with _ignore_damage():
                dictionaries[number] = self.find(number)
        damaged = [table for table in COPIES if any(self._find_faults(table)) or not self._database.is_sound(table)]
        self._database.execute("BEGIN IMMEDIATE")  # only now: SQLite ends a transaction that meets damage
        for table in damaged:
            self._database.recreate_table(table)
            for number, data in dictionaries.items():
                self._put(table, number, data)
        with _ignore_damage():
            self.load()
        self._database.put(IN_USE, self._state)
        self._database.execute("COMMIT")
        if damaged:
            self._database.compact()
