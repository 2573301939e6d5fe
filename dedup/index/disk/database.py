"""The database of an index: its tables, how it is opened, and the few values it has one of.

Nothing in it is kept in the order of a hash: rows come at the end of their tables, so a commit writes the same few
pages however large the index is; what is looked up by a hash are postings (`index.postings.lsm`). Every row has a sum, and
what a damaged tree could lose, a count or a run of numbers elsewhere knows of.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec
import xxhash

from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.records import Policy

Mode = Literal["r", "w"]
"""To read, or to read and write."""

FORMAT: Final = 3
"""Version of the tables and files; `index.migrations` has the steps from one to the next."""

NAME: Final = "documents.sqlite"
"""The file in the folder of the index."""

COPIES: Final = "dictionaries", "spare_dictionaries"
"""The tables that have the same dictionaries, on other pages."""

FINGERPRINT: Final = "fingerprint"
"""The value that says under which settings segments were written."""

THRESHOLDS: Final = "thresholds"
"""The value that has the hash of the numbers that decided (`core.thresholds`); empty for those of an older rule."""

_TABLES: Final = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE documents (number INTEGER PRIMARY KEY, id TEXT NOT NULL, fingerprint INTEGER NOT NULL,
    story INTEGER NOT NULL, seen REAL NOT NULL, judged INTEGER NOT NULL, decision BLOB NOT NULL,
    checksum INTEGER NOT NULL);
CREATE INDEX documents_seen ON documents (seen);
CREATE TABLE texts (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE stories (number INTEGER PRIMARY KEY, canonical INTEGER NOT NULL, alias INTEGER NOT NULL,
    checksum INTEGER NOT NULL);
CREATE TABLE events (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, story TEXT NOT NULL, document TEXT NOT NULL,
    other TEXT NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE tail (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE dictionaries (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
CREATE TABLE spare_dictionaries (number INTEGER PRIMARY KEY, value BLOB NOT NULL, checksum INTEGER NOT NULL);
"""

_PAGE: Final = 8192
"""Bytes in a page: four texts of news to one, and not too much to write for one small row."""

_TOGETHER: Final = 64
"""Rows that one statement writes: one alone takes half as long again."""

_WAIT: Final = 10.0
"""Seconds to wait for a reader that mends the log of a writer that died."""

_Value = TypeVar("_Value")


class Database:
    """A connection. Errors of SQLite pass through it; `CorruptData` is raised for what is not as it was written."""

    def __init__(self, path: Path, mode: Mode, durable: bool, policy: Policy) -> None:
        kind = "ro" if mode == "r" else "rwc"
        self.connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={kind}", _WAIT, isolation_level=None, check_same_thread=False, uri=True
        )
        self._synchronous = f"synchronous = {'FULL' if durable else 'NORMAL'}"
        self.execute = self.connection.execute
        self.many = self.connection.executemany
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            self.execute(f"PRAGMA {pragma}")
        if mode == "r":
            self.execute("PRAGMA query_only = ON")
            return
        for pragma in (
            f"page_size = {_PAGE}",
            "journal_mode = WAL",
            self._synchronous,
            "secure_delete = OFF",
            "cache_size = -16384",
            f"wal_autocheckpoint = {policy.checkpoint}",
            f"journal_size_limit = {policy.checkpoint * _PAGE}",
            *([f"max_page_count = {policy.most}"] if policy.most else []),
        ):
            self.execute(f"PRAGMA {pragma}")

    def create(self, values: dict[str, Any]) -> None:
        """Make the tables, with these values, in one transaction."""
        self.execute("BEGIN IMMEDIATE")
        for statement in _TABLES.split(";\n"):
            self.execute(statement)
        for name, value in values.items():
            self.put(name, value)
        self.execute("COMMIT")

    def insert(self, table: str, width: int, rows: Iterable[tuple[Any, ...]], verb: str = "INSERT") -> None:
        """Rows of so many columns come to a table; they are made as they are written."""
        left = iter(rows)
        while len(some := list(islice(left, _TOGETHER))) == _TOGETHER:
            self.execute(_inserting(verb, table, width, _TOGETHER), list(chain.from_iterable(some)))
        self.many(_inserting(verb, table, width, 1), some)

    def put(self, name: str, value: Any) -> None:
        """Give a value of which there is one its name."""
        data = msgspec.msgpack.encode(value)
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (name, data, _checksum(name, data)))

    def get(self, name: str, kind: type[_Value]) -> _Value:
        """The value of that name."""
        row = self.execute("SELECT value, checksum FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise CorruptData(f"the value {name!r} is not there")
        if not isinstance(row[0], bytes) or _checksum(name, row[0]) != row[1]:
            raise CorruptData(f"the value {name!r} is damaged")
        try:
            return msgspec.msgpack.decode(row[0], type=kind)
        except msgspec.DecodeError as error:
            raise CorruptData(f"the value {name!r} is of another kind: {error}") from error

    def sound(self, table: str) -> bool:
        """Whether SQLite finds nothing wrong with the pages of a table."""
        return self.execute(f"PRAGMA integrity_check('{table}')").fetchall() == [("ok",)]

    def afresh(self, table: str) -> None:
        """Put an empty table in the place of a damaged one, none of whose pages is looked at or used again: what they
        say of each other may be wrong. They belong to nothing until all is `compact`."""
        [statement] = [each for each in _TABLES.split(";\n") if f"CREATE TABLE {table} " in each]
        self.execute("PRAGMA writable_schema = ON")
        self.execute("DELETE FROM sqlite_master WHERE name = ?", (table,))
        self.execute("PRAGMA writable_schema = RESET")
        self.execute(statement)

    def compact(self) -> None:
        """Write all tables anew, without pages that belong to nothing."""
        self.execute("VACUUM")

    def changes(self) -> int:
        """A number that is another one whenever another connection has committed something. It begins the snapshot of a
        transaction."""
        found: int = self.execute("PRAGMA data_version").fetchone()[0]
        return found

    def rollback(self) -> None:
        """Leave a transaction, if there is one, as if it had not been."""
        if self.connection.in_transaction:
            self.execute("ROLLBACK")

    @contextlib.contextmanager
    def durable(self) -> Iterator[None]:
        """What is committed in it survives a loss of power, with all before it: files that it does not need may go."""
        self.execute("PRAGMA synchronous = FULL")
        yield
        self.execute(f"PRAGMA {self._synchronous}")

    def checkpoint(self) -> None:
        """Bring the log into the database, as far as no reader stands in the way."""
        self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _inserting(verb: str, table: str, width: int, count: int) -> str:
    """The statement by which so many rows come to a table."""
    row = f"({', '.join('?' * width)})"
    return f"{verb} INTO {table} VALUES {', '.join([row] * count)}"


def _checksum(name: str, data: bytes) -> int:
    return checksum(data, xxhash.xxh3_64_intdigest(name.encode()))
