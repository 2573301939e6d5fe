"""A report in Parquet to its facts and its stories: one file, or a folder of part files (`dedup.parquet_schema`)."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast, get_args

import msgspec

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.places import quoted, readable
from dedup.index_types import IndexedStory
from dedup.parquet_schema import (
    BY_ADDRESS,
    BY_HAND,
    BY_HEADLINE,
    COLUMNS,
    COMPLETE_FILE,
    FACTS_FILE,
    FACTS_KEY,
    GROUNDS,
    PART_SUFFIX,
    ROW_GROUP,
    SKIPPED_COLUMNS,
    SKIPPED_FOLDER,
    UNKNOWN,
    ParquetColumn,
    ReportFacts,
    arrow_schema,
)
from dedup.result_tables import import_library
from dedup.settings import DEFAULT_LIMITS
from dedup.types import Member, Relation, Skip, Story

if TYPE_CHECKING:
    import pyarrow
    from pyarrow.parquet import ParquetFile

_MAGIC: Final = b"PAR1"
_CURE: Final = "write the report again: dedup cluster --format parquet"
_AGAIN: Final = "run the job again with the same folder"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WORDS: Final = {"relation": get_args(Relation), "decided": GROUNDS}
"""The columns with words of a fixed list."""


@dataclass(slots=True)
class _Rows:
    """The rows of a report, gathered story by story.

    - ``members``: the documents of each story, by the name of the story.
    - ``leaders``: the id of the canonical document of each story, and its weakest similarity.
    - ``openings``: the openings of the stories that have one.
    - ``ids``: the ids of all rows.
    - ``numbers``: their numbers in the order of input, None for an unknown number.
    - ``grounds``: why each is in its story.
    """

    members: dict[str, list[Member]] = field(default_factory=dict)
    leaders: dict[str, tuple[str, float]] = field(default_factory=dict)
    openings: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)
    grounds: list[str] = field(default_factory=list)

    def add(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Add the rows of a batch, as columns by name."""
        self.ids += columns["id"]
        self.numbers += columns["number"]
        self.grounds += columns["decided"]
        members = map(Member, *(columns[name] for name in Member.__struct_fields__))
        for story, canonical, weakest, member in zip(
            columns["story"], columns["canonical"], columns["weakest"], members, strict=True
        ):
            self.members.setdefault(story, []).append(member)
            self.leaders.setdefault(story, (canonical, weakest))
        openings = zip(columns["story"], columns["opening"], strict=True)
        self.openings |= {story: opening for story, opening in openings if opening}

    def ids_in_order(self) -> tuple[str, ...]:
        """Return the ids in the order of input, none if a number is unknown."""
        if None in self.numbers:
            return ()
        numbers = cast("list[int]", self.numbers)
        return tuple(self.ids[row] for row in sorted(range(len(numbers)), key=numbers.__getitem__))

    def joined_by(self) -> dict[str, str] | None:
        """Return what joined the documents whose text did not, by id, None if a ground is unknown."""
        if UNKNOWN in self.grounds:
            return None
        rows = zip(self.ids, self.grounds, strict=True)
        return {id: ground for id, ground in rows if ground in (BY_ADDRESS, BY_HEADLINE, BY_HAND)}

    def stories(self, path: Path) -> list[Story]:
        """Return the stories, in the order of their first rows.

        Raises:
            ReadError: a document comes twice, or a story has no row of its canonical document.
        """
        if len(set(self.ids)) < len(self.ids):
            twice = next(id for id, count in Counter(self.ids).items() if count > 1)
            raise _error(path, f"names the document {quoted(twice, limits.MAX_QUOTED)} a second time; {_CURE}")
        stories: list[Story] = []
        for name, members in self.members.items():
            id, weakest = self.leaders[name]
            canonical = next((member for member in members if member.id == id), None)
            if canonical is None:
                lost = quoted(id, limits.MAX_QUOTED)
                raise _error(path, f"has no row of {lost}, the canonical document of a story; {_CURE}")
            copies = tuple(member for member in members if member is not canonical)
            opening = self.openings.get(name, "")
            if name == id:
                stories.append(Story(canonical, copies, weakest, opening=opening))
            else:
                stories.append(IndexedStory(canonical, copies, weakest, name, opening=opening))
        return stories


def is_parquet_report(path: Path) -> bool:
    """Whether a path is a file or a folder with the facts of a report. The library of Parquet need not be there.

    Raises:
        OSError: the path cannot be read.
    """
    if path.is_dir():
        return (path / FACTS_FILE).is_file()
    return path.is_file() and is_parquet(path) and b'"schema":"dedup.report/' in _read_metadata(path)


def is_parquet(path: Path) -> bool:
    """Whether a file begins like Parquet. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _read_metadata(path: Path) -> bytes:
    """Return the metadata at the end of a Parquet file as it is encoded, nothing where the file is broken."""
    with path.open("rb") as file:
        end = file.seek(0, 2) - 8
        file.seek(max(0, end))
        tail = file.read(8)
        size = struct.unpack("<I", tail[:4])[0] if tail[4:] == _MAGIC else 0
        file.seek(max(0, end - size))
        return file.read(size)


class ParquetReport(NamedTuple):
    """A report as it was read.

    - ``facts``: the facts beside the rows.
    - ``stories``: the stories, also those of one document; of a folder the largest first.
    - ``ids``: the ids in the order of input, none where the order is unknown.
    - ``joined_by``: as in `dedup.results.Report`.
    """

    facts: ReportFacts
    stories: list[Story]
    ids: tuple[str, ...]
    joined_by: dict[str, str] | None


def read_report(path: Path) -> ParquetReport:
    """Read a report from a file or a folder.

    Args:
        path: the file or the folder.

    Raises:
        ReadError: there is no report, it is not complete, a column is missing, or rows contradict each other.
        LibraryMissing: pyarrow is not installed.
    """
    is_folder, rows = path.is_dir(), _Rows()
    facts = _read_folder_facts(path) if is_folder else _read_file_facts(path)
    for part in _part_files(path) if is_folder else [path]:
        for columns in _read_columns(part, COLUMNS):
            _check_words(part, columns)
            rows.add(columns)
    if len(rows.ids) != facts.rows:
        cure = f"copy the folder again, or {_AGAIN}" if is_folder else _CURE
        raise _error(path, f"has {len(rows.ids):,} of {facts.rows:,} rows; {cure}")
    stories, ids = rows.stories(path), rows.ids_in_order()
    if is_folder:  # a job writes its parts in any order
        places = {id: place for place, id in enumerate(ids or rows.ids)}
        stories.sort(key=lambda story: (-story.size, story.id) if story.copies else (-1, places[story.id]))
    return ParquetReport(facts, stories, ids, rows.joined_by())


def _read_file_facts(path: Path) -> ReportFacts:
    with _open_part(path) as file:
        metadata = file.metadata.metadata or {}
    if FACTS_KEY.encode() not in metadata:
        raise _error(path, f"is Parquet, but no report: its metadata has no key {FACTS_KEY!r}; {_CURE}")
    return _decode_facts(path, metadata[FACTS_KEY.encode()])


def _read_folder_facts(path: Path) -> ReportFacts:
    """Return the facts of a folder, with its skipped inputs."""
    if not (path / FACTS_FILE).is_file():
        raise _error(path, f"is a folder without {FACTS_FILE}, so it is no report; give the folder of --output")
    if not (path / COMPLETE_FILE).is_file():
        raise _error(path, f"is not complete, for it has no {COMPLETE_FILE}: the job was cut short; {_AGAIN}")
    try:
        data = (path / FACTS_FILE).read_bytes()
    except OSError as error:
        raise _error(path / FACTS_FILE, f"cannot be read: {error.strerror or error}") from error
    facts = _decode_facts(path / FACTS_FILE, data)
    skipped = [skip for part in _part_files(path / SKIPPED_FOLDER) for skip in _read_skips(part)]
    return msgspec.structs.replace(facts, skipped=(*facts.skipped, *skipped))


def _decode_facts(path: Path, data: bytes) -> ReportFacts:
    try:
        return msgspec.json.decode(data, type=ReportFacts)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _error(path, f"has facts that cannot be read: {error}; {_CURE}") from error


def _part_files(folder: Path) -> list[Path]:
    """Return the part files of a folder, by name; none of a folder that is not there."""
    return sorted(
        part for part in folder.glob(f"*{PART_SUFFIX}") if not part.name.startswith(("_", ".")) and part.is_file()
    )


def _check_words(path: Path, columns: Mapping[str, Sequence[Any]]) -> None:
    """Raise `ReadError` for a word that is none of those of its column."""
    for name, words in _WORDS.items():
        if unknown := set(columns[name]).difference(words):
            value, listed = quoted(min(unknown), limits.MAX_QUOTED), ", ".join(word or "''" for word in words)
            raise _error(path, f"has {value} in the column {name!r}, which has {listed}; {_CURE}")


def _read_skips(path: Path) -> Iterator[Skip]:
    """Yield the skipped inputs of a part file. Raises `ReadError`."""
    for columns in _read_columns(path, SKIPPED_COLUMNS):
        for row in zip(*columns.values(), strict=True):
            yield Skip(**dict(zip(columns, row, strict=True)))


def _read_columns(path: Path, columns: Sequence[ParquetColumn]) -> Iterator[dict[str, list[Any]]]:
    """Yield the rows of a part file as lists by name, batch by batch.

    Raises:
        ReadError: a column is missing, has another type, or has a null that it may not have; the file is damaged.
    """
    schema, arrow = arrow_schema(tuple(columns)), import_library("pyarrow", extra="parquet")
    with _open_part(path) as file:
        for name in schema.names:
            if name not in file.schema_arrow.names:
                raise _error(path, f"has no column {name!r}; a report has {', '.join(schema.names)}; {_CURE}")
        batches = file.iter_batches(ROW_GROUP, columns=schema.names)
        while True:
            try:
                if (batch := next(batches, None)) is None:
                    return
                values = {column.name: _python_values(batch.column(column.name), column, schema) for column in columns}
            except (arrow.ArrowException, ValueError, OverflowError, OSError) as error:
                raise _error(path, f"cannot be read as a report: {error}; {_CURE}") from error
            yield values


def _python_values(array: pyarrow.Array, column: ParquetColumn, schema: pyarrow.Schema) -> list[Any]:
    """Return the values of a column. Raises `ValueError` for a null, and the errors of pyarrow."""
    array = array.cast(schema.field(column.name).type)
    if array.null_count and not column.nullable:
        raise ValueError(f"the column {column.name!r} has a null")
    if column.type == "string":  # rows of one text share one string
        array = array.dictionary_encode()
        texts = array.dictionary.to_pylist()
        return [texts[place] for place in array.indices.to_pylist()]
    if column.type == "time":
        times = array.cast("int64").to_pylist()
        return [None if time is None else _EPOCH + timedelta(microseconds=time) for time in times]
    values: list[Any] = array.to_pylist()
    return values


@contextmanager
def _open_part(path: Path) -> Iterator[ParquetFile]:
    """Open a Parquet file. Raises `ReadError`."""
    arrow = import_library("pyarrow", extra="parquet")
    parquet = import_library("pyarrow.parquet", extra="parquet")
    try:
        # Engines on the JVM write times of 96 bits, and long facts go beyond the usual limit of a string.
        file = parquet.ParquetFile(
            path, coerce_int96_timestamp_unit="us", thrift_string_size_limit=DEFAULT_LIMITS.document_bytes
        )
    except (arrow.ArrowException, OSError) as error:
        raise _error(path, f"cannot be read: {error}; {_CURE}") from error
    with file:
        yield file


def _error(path: Path, reason: str) -> ReadError:
    return ReadError(readable(str(path)), reason)
