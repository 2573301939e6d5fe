"""An index -> one file, and back: for a copy of an index in use, and for a move to another machine.

The file has a head, then the files of the index one after another. The head has a magic string, its own length and
checksum, and the name, the size and the checksum of each file.
"""

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec
import xxhash

from dedup.errors import IndexCorrupt, IndexExists, IndexMismatch, IndexMissing
from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.disk.database import FORMAT, NAME, Database
from dedup.index.disk.files import FILES, DurableFiles
from dedup.index.error_mapping import map_errors
from dedup.index.postings.segments import segment_file_name
from dedup.index.records import Policy
from dedup.index.state import SEGMENTS, State
from dedup.regular_files import open_regular, partial_path, write_new

_MAGIC: Final = b"dedup exported\0\0"

_CHUNK: Final = 1 << 20
"""Bytes read at a time."""

_MAX_HEAD: Final = 1 << 24
"""Bytes that a head may have."""

_NAME_PATTERN: Final = re.compile(rf"{re.escape(NAME)}|{SEGMENTS}/\d{{10}}\.postings")
"""The names that files in an exported index may have."""


class _FileEntry(NamedTuple):
    """One file of the index, as the head lists it."""

    name: str
    size: int
    checksum: int


def export_index(state: State, database: sqlite3.Connection, target: Path, files: DurableFiles) -> None:
    """Write the index of this moment to one file, durably.

    Args:
        state: the loaded state of the index.
        database: the database of the index.
        target: the path of the file.
        files: writes and removes the files.
    """
    copy = partial_path(target)
    try:
        write_new(copy, 0o600).close()
        with sqlite3.connect(copy, isolation_level=None) as connection:
            database.backup(connection)
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        files.write(target, _exported_chunks(state, copy))
    finally:
        files.remove(copy)


def _exported_chunks(state: State, copy: Path) -> Iterator[bytes | memoryview]:
    segments = state.postings.segments
    for segment in segments:
        segment.verify()
    entries = [_FileEntry(NAME, copy.stat().st_size, _checksum_chunks(_read_chunks(copy)))]
    for segment in segments:
        sum = _checksum_chunks(iter([segment.bytes.data]))
        entries.append(_FileEntry(f"{SEGMENTS}/{segment_file_name(segment.row.serial)}", segment.row.size, sum))
    head = msgspec.msgpack.encode((FORMAT, entries))
    yield b"".join(
        (_MAGIC, len(head).to_bytes(8, "little"), checksum(head, 0).to_bytes(8, "little", signed=True), head)
    )
    yield from _read_chunks(copy)
    for segment in segments:
        yield segment.bytes.data


def _read_chunks(path: Path) -> Iterator[bytes]:
    with open_regular(path, links=False) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _checksum_chunks(chunks: Iterator[bytes | memoryview]) -> int:
    hasher = xxhash.xxh3_64()
    for chunk in chunks:
        hasher.update(chunk)
    return hasher.intdigest()


def import_index(file: str | Path, path: str | Path, files: DurableFiles = FILES) -> None:
    """Create an index from an exported file.

    Args:
        file: the exported file.
        path: the folder of the new index; nothing may be there yet, and nothing is left there after an error.
        files: writes, renames and syncs the files.

    Raises:
        IndexMissing: the file, or the folder for the index, does not exist.
        IndexExists: something is at ``path`` already.
        IndexCorrupt: the file is damaged.
        IndexMismatch: the file has a newer format.
    """
    source, target = Path(file), Path(path)
    partial = partial_path(target)
    with map_errors(source, "importing"):
        if not source.is_file():
            raise IndexMissing(f"{source}: there is no such file: give one that was exported")
        if os.path.lexists(target):
            raise IndexExists(f"{target} is there already: give another path, or remove it first")
        if not target.parent.is_dir():
            raise IndexMissing(f"{target}: the folder {target.parent} is not there: make it first")
        (partial / SEGMENTS).mkdir(parents=True)
        try:
            with open_regular(source) as opened:
                for entry in _read_head(source, opened):
                    files.write(partial / entry.name, _file_chunks(opened, entry))
            Database(partial / NAME, "r", True, Policy()).close()  # it refuses a schema that is not ours
            files.rename(partial, target)
            files.sync_folder(target.parent)
        except CorruptData as damage:
            raise IndexCorrupt(f"{source}: {damage}: export it again") from damage
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _read_head(path: Path, file: IO[bytes]) -> list[_FileEntry]:
    """Return the files in an exported index, in order."""
    start = file.read(len(_MAGIC) + 16)
    if start[: len(_MAGIC)] != _MAGIC or len(start) < len(_MAGIC) + 16:
        raise CorruptData("it is no exported index, or its head is damaged")
    length = int.from_bytes(start[-16:-8], "little")
    head = file.read(min(length, _MAX_HEAD))
    if len(head) != length or checksum(head, 0) != int.from_bytes(start[-8:], "little", signed=True):
        raise CorruptData("its head is damaged")
    try:
        version, entries = msgspec.msgpack.decode(head, type=tuple[int, list[_FileEntry]])
    except msgspec.DecodeError as error:
        raise CorruptData(f"its head is damaged ({error})") from error
    if version > FORMAT:
        raise IndexMismatch(f"{path} has format {version}, this version of dedup knows {FORMAT}: use a newer version")
    size = path.stat().st_size - file.tell()
    names = {entry.name for entry in entries}
    if len(names) < len(entries) or NAME not in names or not all(_NAME_PATTERN.fullmatch(name) for name in names):
        raise CorruptData("it has files that an index does not have")
    if any(entry.size < 0 for entry in entries) or size != sum(entry.size for entry in entries):
        raise CorruptData("it is not as long as it says")
    return entries


def _file_chunks(file: IO[bytes], entry: _FileEntry) -> Iterator[bytes]:
    """Yield the bytes of one file; `CorruptData` if they do not have its size and checksum."""
    hasher, remaining = xxhash.xxh3_64(), entry.size
    while remaining:
        chunk = file.read(min(remaining, _CHUNK))
        if not chunk:
            raise CorruptData("it was cut short")
        hasher.update(chunk)
        remaining -= len(chunk)
        yield chunk
    if hasher.intdigest() != entry.checksum:
        raise CorruptData(f"{entry.name} in it is damaged")
