"""The SQLite database of an index: how it is opened, and its single values. `index.disk.schema` has its tables."""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import msgspec
import xxhash

from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.disk.schema import STATEMENTS, check_schema
from dedup.index.records import Policy

Mode = Literal["r", "w"]
"""``"r"`` opens to read, ``"w"`` opens to read and write."""

FORMAT: Final = 7
"""The version of the tables and files; `index.migrations` has the step from each version to the next."""

NAME: Final = "documents.sqlite"
"""The name of the database file in the folder of the index."""

COPIES: Final = "dictionaries", "spare_dictionaries"
"""Two tables that hold the same dictionaries, on different pages."""

FINGERPRINT: Final = "fingerprint"
"""The name of the value that holds the fingerprint of the settings of the segments."""

THRESHOLDS: Final = "thresholds"
"""The name of the value that holds the hash of the numbers that decide (`core.thresholds`). The value is empty for an
index of an older rule."""

IDS: Final = "ids"
"""The name of the single value that says how the index names documents without an id of their own."""

HAND: Final = "hand"
"""The name of the single value that has the pairs on which a person has the last word (`core.stories.by_hand`)."""

_PAGE: Final = 8192
"""Bytes in a page: a page holds four news texts, and one small row does not cost too many bytes to write."""

_ROWS_PER_STATEMENT: Final = 64
"""Rows that one statement writes: a statement for each row takes half as long again."""

_TIMEOUT: Final = 10.0
"""Seconds that a connection waits for a reader that recovers the log of a dead writer."""

_Value = TypeVar("_Value")


class Database:
    """A connection to the database of an index.

    Errors of SQLite pass through. `CorruptData` is raised for values that are not as they were written, and for a
    schema that is not ours.
    """

    def __init__(self, path: Path, mode: Mode, durable: bool, policy: Policy) -> None:
        kind = "ro" if mode == "r" else "rwc"
        self.connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={kind}",
            timeout=_TIMEOUT,
            isolation_level=None,
            check_same_thread=False,
            uri=True,
        )
        self._synchronous = f"synchronous = {'FULL' if durable else 'NORMAL'}"
        self.execute = self.connection.execute
        self.execute_many = self.connection.executemany
        for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
            self.execute(f"PRAGMA {pragma}")
        try:
            check_schema(self.execute("SELECT type, name, sql FROM sqlite_master"))
        except BaseException:
            self.close()
            raise
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
        """Create the tables and write ``values``, in one transaction."""
        self.execute("BEGIN IMMEDIATE")
        for statement in STATEMENTS:
            self.execute(statement)
        for name, value in values.items():
            self.put(name, value)
        self.execute("COMMIT")

    def insert(self, table: str, width: int, rows: Iterable[tuple[Any, ...]], verb: str = "INSERT") -> None:
        """Insert rows into a table.

        Args:
            table: the name of the table.
            width: the number of its columns.
            rows: the rows, each read from the iterable just before it is written.
            verb: the start of the statement, as ``"INSERT OR REPLACE"``.
        """
        remaining = iter(rows)
        while len(chunk := list(islice(remaining, _ROWS_PER_STATEMENT))) == _ROWS_PER_STATEMENT:
            statement = _insert_statement(verb, table, width, _ROWS_PER_STATEMENT)
            self.execute(statement, list(chain.from_iterable(chunk)))
        self.execute_many(_insert_statement(verb, table, width, 1), chunk)

    def put(self, name: str, value: Any) -> None:
        """Write a single value under its name."""
        data = msgspec.msgpack.encode(value)
        self.execute("INSERT OR REPLACE INTO meta VALUES (?, ?, ?)", (name, data, _value_checksum(name, data)))

    def get(self, name: str, kind: type[_Value]) -> _Value:
        """Return the single value with this name; `CorruptData` if the value is missing or damaged."""
        row = self.execute("SELECT value, checksum FROM meta WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise CorruptData(f"the value {name!r} is not there")
        if not isinstance(row[0], bytes) or _value_checksum(name, row[0]) != row[1]:
            raise CorruptData(f"the value {name!r} is damaged")
        try:
            return msgspec.msgpack.decode(row[0], type=kind)
        except msgspec.DecodeError as error:
            raise CorruptData(f"the value {name!r} is of another kind: {error}") from error

    def is_sound(self, table: str) -> bool:
        """Return whether SQLite finds no damage in the pages of a table."""
        return self.execute(f"PRAGMA integrity_check('{table}')").fetchall() == [("ok",)]

    def recreate_table(self, table: str) -> None:
        """Replace a damaged table by an empty one.

        SQLite neither reads nor reuses a page of the damaged table, for the links between these pages may be wrong.
        The pages belong to nothing until `compact`.
        """
        [statement] = [statement for statement in STATEMENTS if f"CREATE TABLE {table} " in statement]
        self.execute("PRAGMA writable_schema = ON")
        self.execute("DELETE FROM sqlite_master WHERE name = ?", (table,))
        self.execute("PRAGMA writable_schema = RESET")
        self.execute(statement)

    def compact(self) -> None:
        """Write all tables again, without pages that belong to nothing."""
        self.execute("VACUUM")

    def data_version(self) -> int:
        """Return a number that changes with each commit of another connection.

        The query begins the snapshot of a transaction.
        """
        version: int = self.execute("PRAGMA data_version").fetchone()[0]
        return version

    def rollback(self) -> None:
        """Roll back the open transaction, if there is one."""
        if self.connection.in_transaction:
            self.execute("ROLLBACK")

    @contextlib.contextmanager
    def durable(self) -> Iterator[None]:
        """Make commits in this context survive a loss of power, with all commits before them.

        Files that the index no longer needs may be removed after such a commit.
        """
        self.execute("PRAGMA synchronous = FULL")
        yield
        self.execute(f"PRAGMA {self._synchronous}")

    def checkpoint(self) -> bool:
        """Write the log into the database, as far as no reader prevents it, and return whether the log is empty."""
        [(is_blocked, *_)] = self.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return not is_blocked

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()


def _insert_statement(verb: str, table: str, width: int, count: int) -> str:
    """Return the statement that inserts ``count`` rows of ``width`` columns."""
    row = f"({', '.join('?' * width)})"
    return f"{verb} INTO {table} VALUES {', '.join([row] * count)}"


def _value_checksum(name: str, data: bytes) -> int:
    return checksum(data, xxhash.xxh3_64_intdigest(name.encode()))
