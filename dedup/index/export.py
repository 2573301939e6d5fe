"""An index as one file, and back: for a copy while it is written to, and for the way to another machine.

The file is a head (magic, its length and checksum, and of each file of the index the name, the size and the checksum),
then the files one after another.
"""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, NamedTuple

import msgspec
import xxhash

from dedup.errors import IndexCorrupt, IndexMismatch, IndexMissing
from dedup.index.disk.codec import CorruptData, checksum
from dedup.index.disk.database import FORMAT, NAME
from dedup.index.disk.files import FILES, PARTIAL, DurableFiles
from dedup.index.error_mapping import map_errors
from dedup.index.postings.segments import name
from dedup.index.state import SEGMENTS, State

_MAGIC: Final = b"dedup exported\0\0"

_CHUNK: Final = 1 << 20
"""Bytes read at a time."""

_HEAD: Final = 1 << 24
"""Bytes that a head may have."""

_KNOWN: Final = re.compile(rf"{re.escape(NAME)}|{SEGMENTS}/\d{{10}}\.postings")
"""Names that files in it may have."""


class _File(NamedTuple):
    name: str
    size: int
    checksum: int


def export_index(state: State, database: sqlite3.Connection, target: Path, files: DurableFiles) -> None:
    """Write what an index is at this moment to the file ``target``; durable when it returns."""
    copy = target.with_name(f"{target.name}.{NAME}{PARTIAL}")
    try:
        files.remove(copy)
        with sqlite3.connect(copy, isolation_level=None) as other:
            database.backup(other)
            other.execute("PRAGMA journal_mode = DELETE")
        other.close()
        files.write(target, _chunks(state, copy))
    finally:
        files.remove(copy)


def _chunks(state: State, copy: Path) -> Iterator[bytes | memoryview]:
    segments = state.shelf.segments
    for segment in segments:
        segment.verify()
    known = [_File(NAME, copy.stat().st_size, _sum(_read(copy)))]
    for segment in segments:
        sum = _sum(iter([segment.bytes.data]))
        known.append(_File(f"{SEGMENTS}/{name(segment.row.serial)}", segment.row.size, sum))
    head = msgspec.msgpack.encode((FORMAT, known))
    yield b"".join(
        (_MAGIC, len(head).to_bytes(8, "little"), checksum(head, 0).to_bytes(8, "little", signed=True), head)
    )
    yield from _read(copy)
    for segment in segments:
        yield segment.bytes.data


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _sum(chunks: Iterator[bytes | memoryview]) -> int:
    state = xxhash.xxh3_64()
    for chunk in chunks:
        state.update(chunk)
    return state.intdigest()


def import_index(file: str | Path, path: str | Path, files: DurableFiles = FILES) -> None:
    """Make the index at ``path``, where there is nothing yet, from a file that was exported.

    `IndexMissing` if the file or the place is not as it should be, `IndexCorrupt` if the file is damaged,
    `IndexMismatch` if it is of another format. Nothing is left at ``path`` then.
    """
    source, target = Path(file), Path(path)
    partial = target.with_name(target.name + PARTIAL)
    with map_errors(source, "importing"):
        if not source.is_file():
            raise IndexMissing(f"{source}: there is no such file: give one that was exported")
        for place in (target, partial):
            if place.exists():
                raise IndexMissing(f"{place} is there already: give another path, or remove it first")
        if not target.parent.is_dir():
            raise IndexMissing(f"{target}: the folder {target.parent} is not there: make it first")
        (partial / SEGMENTS).mkdir(parents=True)
        try:
            with source.open("rb") as opened:
                for known in _head(source, opened):
                    files.write(partial / known.name, _part(opened, known))
            files.rename(partial, target)
            files.sync_folder(target.parent)
        except CorruptData as damage:
            raise IndexCorrupt(f"{source}: {damage}: export it again") from damage
        finally:
            shutil.rmtree(partial, ignore_errors=True)


def _head(path: Path, file: IO[bytes]) -> list[_File]:
    """The files in it, in order."""
    start = file.read(len(_MAGIC) + 16)
    if start[: len(_MAGIC)] != _MAGIC or len(start) < len(_MAGIC) + 16:
        raise CorruptData("it is no exported index, or its head is damaged")
    length = int.from_bytes(start[-16:-8], "little")
    head = file.read(min(length, _HEAD))
    if len(head) != length or checksum(head, 0) != int.from_bytes(start[-8:], "little", signed=True):
        raise CorruptData("its head is damaged")
    try:
        version, known = msgspec.msgpack.decode(head, type=tuple[int, list[_File]])
    except msgspec.DecodeError as error:
        raise CorruptData(f"its head is damaged ({error})") from error
    if version > FORMAT:
        raise IndexMismatch(f"{path} has format {version}, this version of dedup knows {FORMAT}: use a newer version")
    size = path.stat().st_size - file.tell()
    names = {each.name for each in known}
    if len(names) < len(known) or NAME not in names or not all(_KNOWN.fullmatch(each) for each in names):
        raise CorruptData("it has files that an index does not have")
    if any(each.size < 0 for each in known) or size != sum(each.size for each in known):
        raise CorruptData("it is not as long as it says")
    return known


def _part(file: IO[bytes], known: _File) -> Iterator[bytes]:
    """The bytes of one file."""
    state, rest = xxhash.xxh3_64(), known.size
    while rest:
        chunk = file.read(min(rest, _CHUNK))
        if not chunk:
            raise CorruptData("it was cut short")
        state.update(chunk)
        rest -= len(chunk)
        yield chunk
    if state.intdigest() != known.checksum:
        raise CorruptData(f"{known.name} in it is damaged")
