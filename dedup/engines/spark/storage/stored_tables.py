"""Tables of the plan in files of packets, and the counts of the stage that has written them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from dedup.core.arrays.tables import Schema
from dedup.engines.spark.storage.packet_files import Shares, StoredFile, TaskCounts, share_files


class Cut(NamedTuple):
    """How the packets of a table are cut: all rows of one key are in one part.

    - ``key``: the key columns.
    - ``parts``: the number of parts.
    """

    key: tuple[str, ...]
    parts: int


@dataclass(frozen=True)
class StoredTable:
    """A table in files of packets.

    - ``schema``: its columns.
    - ``paths``: the files.
    - ``rows``: the number of rows.
    - ``size``: their bytes.
    - ``cut``: how its packets are cut; None for in no way.
    """

    schema: Schema
    paths: tuple[str, ...]
    rows: int
    size: int
    cut: Cut | None = None

    @property
    def folders(self) -> frozenset[str]:
        """The folders of the files. They hold no file of another table."""
        return frozenset(path.rpartition("/")[0] for path in self.paths)


class StageCounts(msgspec.Struct, frozen=True):
    """The counts of a stage: rows and bytes that it has read and written.

    - ``rows``, ``sizes``: the rows and the bytes of each table.
    - ``names``: the names of the files of each table.
    - ``cuts``: how each table is cut.
    - ``read``: the rows that the function of the stage has read.
    - ``largest_part``: the rows of the largest part.
    - ``parts``: the number of parts that have rows.
    """

    rows: list[int]
    sizes: list[int]
    names: list[list[str]]
    cuts: list[Cut | None]
    read: int = 0
    largest_part: int = 0
    parts: int = 0


def sum_of_tasks(tasks: Sequence[TaskCounts], cuts: Sequence[Cut | None]) -> StageCounts:
    """Return the counts of a stage. ``cuts`` says how each of its tables is cut."""
    tags = range(len(cuts))
    return StageCounts(
        [sum(task.rows.get(tag, 0) for task in tasks) for tag in tags],
        [sum(task.sizes.get(tag, 0) for task in tasks) for tag in tags],
        [[task.name for task in tasks if tag in task.rows] for tag in tags],
        list(cuts),
        sum(task.read for task in tasks),
        max((task.read for task in tasks), default=0),
        sum(task.read > 0 for task in tasks),
    )


def stored_tables(folder: str, schemas: Sequence[Schema], counts: StageCounts) -> list[StoredTable]:
    """Return the tables of a stage.

    Args:
        folder: where its tasks have written.
        schemas: the columns of each table.
        counts: its counts.
    """
    return [
        StoredTable(schema, tuple(f"{folder}/{tag}/{name}" for name in names), rows, size, cut)
        for tag, (schema, names, rows, size, cut) in enumerate(
            zip(schemas, counts.names, counts.rows, counts.sizes, counts.cuts, strict=True)
        )
    ]


def files_of(tables: Sequence[StoredTable]) -> tuple[StoredFile, ...]:
    """Return all files of tables. The tag of a table is its place."""
    return tuple(StoredFile(path, tag) for tag, table in enumerate(tables) for path in table.paths)


def shares_of(tables: Sequence[StoredTable], tasks: int) -> Shares:
    """Return what each task reads of tables where any rows will do. The tag of a table is its place."""
    return share_files([(file.path, file.tag) for file in files_of(tables)], tasks)


def size_of(tables: Iterable[StoredTable]) -> int:
    """Return the bytes of tables."""
    return sum(table.size for table in tables)
