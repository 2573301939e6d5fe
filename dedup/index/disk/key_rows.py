"""The rows by which documents are found without their texts: addresses, items of feeds, and learned sites."""

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

from dedup.index.disk.codec import CorruptData
from dedup.index.disk.database import Database
from dedup.index.disk.row_checksums import ITEMS, SITES, URLS, add_checksum, add_checksums, from_signed, to_signed
from dedup.index.records import ItemRow, SiteRow

_NUMBERS_PER_QUERY: Final = 1 << 6
"""Rows that one query selects by number: SQLite prepares a statement once for each count of numbers."""


class KeyRows:
    """Reads and writes rows, in transactions of the caller. `CorruptData` is raised for a row that was damaged."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def select_numbers(self, select: str, numbers: Sequence[int], *before: int) -> list[tuple[Any, ...]]:
        """Return the rows of the numbers, in any order. ``before`` are the values of the query before the numbers.

        All rows are fetched, because a damaged row ends the loop of the caller, and an open cursor would outlive it.
        """
        rows: list[tuple[Any, ...]] = []
        for first in range(0, len(numbers), _NUMBERS_PER_QUERY):
            batch = numbers[first : first + _NUMBERS_PER_QUERY]
            rows += self._database.execute(f"{select} (?{',?' * (len(batch) - 1)})", (*before, *batch))
        return rows

    def put_urls(self, keys: Iterable[tuple[int, int]]) -> None:
        """Insert the numbers of documents with the keys of their addresses. A document of the key 0 gets no row."""
        rows = add_checksums(URLS, ((number, to_signed(key)) for number, key in keys if key))
        self._database.insert("urls", 3, rows)

    def with_url(self, key: int, most: int) -> list[int]:
        """Return the numbers of the documents whose address has a key, rising, at most ``most``."""
        select = "SELECT * FROM urls WHERE url = ? ORDER BY number LIMIT ?"
        rows = self._database.execute(select, (to_signed(key), most)).fetchall()
        for row in rows:
            if add_checksum(URLS, row[:-1]) != row:
                raise CorruptData(f"the address of document {row[0]} is damaged: remove it and add it again")
        return [number for number, _, _ in rows]

    def url_of(self, number: int) -> int:
        """Return the key of the address of a document, 0 for none."""
        row = self._database.execute("SELECT * FROM urls WHERE number = ?", (number,)).fetchone()
        return 0 if row is None or add_checksum(URLS, row[:-1]) != row else from_signed(row[1])

    def put_items(self, items: Iterable[ItemRow]) -> None:
        """Insert the keys of items of feeds."""
        rows = ((number, *map(to_signed, keys)) for number, *keys in items)
        self._database.insert("items", 5, add_checksums(ITEMS, rows))

    def items_under(self, headline: int, most: int) -> list[ItemRow]:
        """Return the items whose headline has a key, by number, at most ``most``."""
        select = "SELECT * FROM items WHERE headline = ? ORDER BY number LIMIT ?"
        rows = self._database.execute(select, (to_signed(headline), most)).fetchall()
        return [self._to_item(row) for row in rows]

    def item(self, number: int) -> ItemRow | None:
        """Return the item with this number, or None if the document is none."""
        row = self._database.execute("SELECT * FROM items WHERE number = ?", (number,)).fetchone()
        return None if row is None else self._to_item(row)

    def _to_item(self, row: tuple[Any, ...]) -> ItemRow:
        if add_checksum(ITEMS, row[:-1]) != row:
            raise CorruptData(f"the headline of document {row[0]} is damaged: remove it and add it again")
        return ItemRow(row[0], *map(from_signed, row[1:-1]))

    def drop_items(self) -> None:
        """Delete all items."""
        self._database.execute("DELETE FROM items")

    def put_sites(self, sites: list[SiteRow], only: bool) -> None:
        """Insert, replace or delete rows of sites. If these are the ``only`` sites, all other rows are deleted."""
        if only:
            self._database.execute("DELETE FROM sites")
        rows = add_checksums(SITES, (site for site in sites if site.value))
        self._database.insert("sites", 4, rows, "INSERT OR REPLACE")
        self._database.execute_many(
            "DELETE FROM sites WHERE number = ?", [(site.number,) for site in sites if not site.value]
        )

    def sites_after(self, changed: int) -> list[SiteRow]:
        """Return the rows of sites that were changed after a change, in the order of their numbers."""
        select = "SELECT * FROM sites WHERE changed > ? ORDER BY number"
        rows = self._database.execute(select, (changed,)).fetchall()
        for row in rows:
            if add_checksum(SITES, row[:-1]) != row:
                raise CorruptData(f"what was learned of site {row[0]} is damaged")
        return [SiteRow(*row[:-1]) for row in rows]

    def readable_sites(self) -> list[SiteRow]:
        """Return the rows of sites that can be read. An index learns the others again."""
        rows: list[SiteRow] = []
        with contextlib.suppress(sqlite3.DatabaseError):
            for row in self._database.execute("SELECT * FROM sites NOT INDEXED ORDER BY number"):
                if add_checksum(SITES, row[:-1]) == row:
                    rows.append(SiteRow(*row[:-1]))
        return rows
