"""The checksums of the rows of the database, and numbers of 64 bits as SQLite stores them."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from dedup.index.disk.codec import checksum

DOCUMENTS, STORIES, EVENTS, URLS, ITEMS, SITES, REMEMBERED = 1, 2, 3, 4, 5, 6, 7
"""The kinds of checksum that distinguish the tables."""

_HALF: Final = 1 << 63

_FINGERPRINT_BYTES: Final = 24
"""Bytes of the fingerprint of a text."""

_pack = msgspec.msgpack.Encoder().encode


def to_signed(value: int) -> int:
    """Return 64 bits as SQLite stores them, with a sign."""
    return value - 2 * _HALF if value >= _HALF else value


def from_signed(value: int) -> int:
    """Return 64 bits that SQLite stores with a sign."""
    return value % (2 * _HALF)


def to_blob(fingerprint: int) -> bytes:
    """Return a fingerprint as SQLite stores it."""
    return fingerprint.to_bytes(_FINGERPRINT_BYTES, "little")


def add_checksum(table: int, row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return a row of a table with its checksum."""
    return (*row, checksum(_pack(row), table))


def add_checksums(table: int, rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Return the rows of a table with their checksums."""
    return ((*row, checksum(_pack(row), table)) for row in rows)
