"""The rows of remembered documents, which have left the window of an index, and the keys that find these rows."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import numpy as np
import xxhash

from dedup.array_types import Indices, Pairs
from dedup.core.candidates.postings import FINGERPRINT, KEPT, NAME, STORY
from dedup.core.collection import words_of
from dedup.core.stories.arrivals.remembered import SAMPLE
from dedup.index.disk.codec import CorruptData
from dedup.index.disk.key_rows import KeyRows
from dedup.index.disk.row_checksums import REMEMBERED, add_checksum, add_checksums, from_signed, to_blob, to_signed
from dedup.index.records import RememberedRow

_LONG: Final = (1 << 64) - 1

_INSERT: Final = "INSERT INTO remembered_keys VALUES (?, ?, ?)"

_DELETE: Final = "DELETE FROM remembered_keys WHERE lane = ? AND key = ? AND number = ?"


def name_of(id: str, seed: int) -> int:
    """Return the hash of an id by which a remembered document is found."""
    return xxhash.xxh3_64_intdigest(id.encode(errors="surrogatepass"), seed)


def words_key(fingerprint: int) -> int:
    """Return the key of the words of a fingerprint in the table of keys."""
    return to_signed(words_of(fingerprint) & _LONG)


def keys_of(row: RememberedRow) -> Iterator[tuple[int, int, int]]:
    """Yield the keys of a remembered document: lane, key and number."""
    yield STORY, row.story, row.number
    yield NAME, to_signed(row.name), row.number
    yield FINGERPRINT, words_key(row.fingerprint), row.number
    for shingle in np.frombuffer(row.shingles, np.uint32)[:SAMPLE].tolist():
        yield KEPT, shingle, row.number


class RememberedRows(KeyRows):
    """Reads and writes rows, in transactions of the caller. `CorruptData` is raised for a row that was damaged."""

    def put_remembered(self, remembered: Sequence[RememberedRow]) -> None:
        """Insert remembered documents, or replace those of their numbers."""
        if remembered:
            self.drop_remembered([row.number for row in remembered])
            rows = ((row[0], to_signed(row[1]), to_blob(row[2]), *row[3:]) for row in remembered)
            self._database.insert("remembered", 8, add_checksums(REMEMBERED, rows))
            self._database.execute_many(_INSERT, [key for row in remembered for key in keys_of(row)])

    def drop_remembered(self, numbers: Sequence[int]) -> None:
        """Delete remembered documents."""
        keys = [key for row in self.remembered(numbers) for key in keys_of(row)]
        self._database.execute_many(_DELETE, keys)
        self._database.execute_many("DELETE FROM remembered WHERE number = ?", [(number,) for number in numbers])

    def remembered(self, numbers: Sequence[int]) -> list[RememberedRow]:
        """Return the remembered documents among these numbers, by number."""
        rows = self.select_numbers("SELECT * FROM remembered WHERE number IN", numbers)
        return [self._to_remembered(row) for row in sorted(rows)]

    def remembered_with(self, lane: int, keys: Indices) -> Pairs:
        """Return the remembered documents with keys of a lane ``(n,)``, as pairs (key, number)."""
        select = "SELECT key, number FROM remembered_keys WHERE lane = ? AND key IN"
        return np.array(self.select_numbers(select, keys.tolist(), lane), np.int64).reshape(-1, 2)

    def remembered_before(self, time: float, most: int) -> list[int]:
        """Return the numbers of documents that left the window before a time, the first ones, at most ``most``."""
        rows = self._database.execute(
            "SELECT number FROM remembered WHERE since < ? ORDER BY since, number LIMIT ?", (time, most)
        )
        return [number for (number,) in rows]

    def remembers_any(self) -> bool:
        """Return whether there is a remembered document."""
        return self._database.execute("SELECT 1 FROM remembered LIMIT 1").fetchone() is not None

    def _to_remembered(self, row: tuple[Any, ...]) -> RememberedRow:
        if add_checksum(REMEMBERED, row[:-1]) != row:
            raise CorruptData(f"the row of remembered document {row[0]} is damaged")
        return RememberedRow(row[0], from_signed(row[1]), int.from_bytes(row[2], "little"), *row[3:-1])

    def readable_remembered(self) -> list[RememberedRow]:
        """Return the remembered documents that can be read."""
        remembered: list[RememberedRow] = []
        with contextlib.suppress(sqlite3.DatabaseError):
            for row in self._database.execute("SELECT * FROM remembered NOT INDEXED ORDER BY number"):
                with contextlib.suppress(CorruptData):
                    remembered.append(self._to_remembered(row))
        return remembered

    def replace_remembered(self, remembered: Iterable[RememberedRow]) -> None:
        """Delete all remembered documents, and insert others."""
        self._database.execute("DELETE FROM remembered")
        self._database.execute("DELETE FROM remembered_keys")
        rows = iter(remembered)
        while page := list(islice(rows, 1024)):
            self.put_remembered(page)

    def remembered_problems(self) -> Iterator[str]:
        """Yield a problem for each remembered document that is damaged, or that is not found by its keys."""
        keys = self._database.execute("SELECT * FROM remembered_keys ORDER BY number")
        keys_by_number: dict[int, set[tuple[int, ...]]] = {}
        for key in keys:
            keys_by_number.setdefault(key[2], set()).add(key)
        for row in self._database.execute("SELECT * FROM remembered NOT INDEXED ORDER BY number").fetchall():
            has_keys = keys_by_number.pop(row[0], set())
            try:
                if has_keys != set(keys_of(self._to_remembered(row))):
                    yield f"remembered document {row[0]} is not found by its keys"
            except CorruptData as damage:
                yield str(damage)
        yield from (f"remembered document {number} has no row" for number in keys_by_number)
