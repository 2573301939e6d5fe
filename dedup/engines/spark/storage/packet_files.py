"""Files of packets: one table of one task each. Executors write and read them, on a file system that all machines have.

A file holds the data of its packets, one after another; then its index, ``(n, 4)`` whole numbers: the part of each
packet, its rows, where its data begin, and their bytes; then ``n``. A reader maps a file that is on this machine, and
asks an address for the ranges that it needs.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dedup.engines.spark.storage.packets import COUNT_TAG, Packet, StoredPacket, pack, pieces_of
from dedup.formats.files.remote import create_address, is_address, open_native

_COLUMNS: Final = 4
_WORD: Final = np.dtype("<i8").itemsize


class TaskCounts(msgspec.Struct, frozen=True):
    """The counts of one task: rows and bytes that it has read and written.

    - ``name``: the name of its files, one in the folder of each table.
    - ``rows``, ``sizes``: the rows and the bytes of each table that has rows, by tag.
    - ``parts``: the rows of each part, where the job asks for them.
    - ``read``: the rows that the function of the stage has read.
    """

    name: str
    rows: dict[int, int]
    sizes: dict[int, int]
    parts: dict[int, int]
    read: int


class _Writer:
    """Writes the packets of one table to a file."""

    def __init__(self, folder: str, name: str) -> None:
        if is_address(folder):
            self._stream = create_address(f"{folder}/{name}")
        else:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._stream = BufferedWriter(FileIO(f"{folder}/{name}", "wb"))
        self._index: list[tuple[int, int, int, int]] = []
        self.size = 0

    def add(self, packet: Packet) -> None:
        for table in pieces_of(packet.table):
            arrays = pack(table)
            for array in arrays:
                self._stream.write(array)
            size = sum(array.nbytes for array in arrays)
            self._index.append((packet.part, len(table), self.size, size))
            self.size += size

    def close(self) -> None:
        self._stream.write(np.array(self._index, "<i8").tobytes() + np.array([len(self._index)], "<i8").tobytes())
        self._stream.close()


def write_packets(folder: str, name: str, packets: Iterable[Packet], by_part: bool = False) -> TaskCounts:
    """Write packets to a file for each table.

    Args:
        folder: the folder; that of a table has its tag as its name.
        name: the name of the files.
        packets: the packets of all tables. One with the tag `COUNT_TAG` is counted as read.
        by_part: whether the rows of each part are counted too.
    """
    writers: dict[int, _Writer] = {}
    rows: defaultdict[int, int] = defaultdict(int)
    parts: defaultdict[int, int] = defaultdict(int)
    read = 0
    with ExitStack() as closing:
        for packet in packets:
            if packet.tag == COUNT_TAG:
                read += packet.rows
                continue
            if packet.tag not in writers:
                writers[packet.tag] = _Writer(f"{folder}/{packet.tag}", name)
                closing.callback(writers[packet.tag].close)
            writers[packet.tag].add(packet)
            rows[packet.tag] += packet.rows
            if by_part:
                parts[packet.part] += packet.rows
    return TaskCounts(name, dict(rows), {tag: writer.size for tag, writer in writers.items()}, dict(parts), read)


def read_packets(
    path: str, tag: int, part: int, parts: int | None, first: int = 0, step: int = 1
) -> Iterator[StoredPacket]:
    """Yield packets of a file.

    Args:
        path: the file.
        tag: the tag that the packets get.
        part: the part that they get.
        parts: the number of parts, of which this one is wanted: a file with more parts has several in one. None: the
            packets of all parts are wanted.
        first: the first packet that is wanted, among those of the part.
        step: the distance of a wanted packet from the next one.
    """
    with _opened(path) as stream:
        index = _index_of(stream)
        if parts is not None:
            index = index[index[:, 0] % parts == part]
        for _, rows, place, size in index[first::step].tolist():
            stream.seek(place)
            yield StoredPacket(part, tag, rows, stream.read_buffer(size))


def _opened(path: str) -> Any:
    return open_native(path) if is_address(path) else pa.memory_map(path)


def _index_of(stream: Any) -> npt.NDArray[np.int64]:
    size = stream.size()
    stream.seek(size - _WORD)
    (count,) = np.frombuffer(stream.read(_WORD), "<i8").tolist()
    stream.seek(size - _WORD * (1 + _COLUMNS * count))
    return np.frombuffer(stream.read(_WORD * _COLUMNS * count), "<i8").reshape(count, _COLUMNS)


@dataclass(frozen=True)
class StoredFile:
    """A file of packets, and what is wanted of it.

    - ``path``: the file.
    - ``tag``: the tag that its packets get.
    - ``first``, ``step``: as in `read_packets`.
    """

    path: str
    tag: int
    first: int = 0
    step: int = 1


@dataclass(frozen=True)
class Shares:
    """The packets of tasks that take any rows.

    - ``of_tasks``: the files of each task.
    """

    of_tasks: tuple[tuple[StoredFile, ...], ...]

    def beside(self, files: Iterable[StoredFile]) -> "Shares":
        """Return the same shares, with the whole ``files`` before the others in each task."""
        return Shares(tuple((*files, *of_task) for of_task in self.of_tasks))

    def packets(self, number: int) -> Iterator[StoredPacket]:
        """Yield the packets of a task."""
        for file in self.of_tasks[number]:
            yield from read_packets(file.path, file.tag, number, None, file.first, file.step)


@dataclass(frozen=True)
class Parts:
    """The packets of tasks that take a part each of tables that are cut.

    - ``files``: the files of the cut tables.
    - ``parts``: the number of tasks. The files have as many parts, or a multiple of it.
    """

    files: tuple[StoredFile, ...]
    parts: int

    def packets(self, number: int) -> Iterator[StoredPacket]:
        """Yield the packets of a task."""
        for file in self.files:
            yield from read_packets(file.path, file.tag, number, self.parts)


Reads = Shares | Parts


def share_files(files: Iterable[tuple[str, int]], tasks: int) -> Shares:
    """Share files among tasks. Where there are fewer files than tasks, a file has several readers.

    Args:
        files: files, and the tags of their packets.
        tasks: the number of tasks.
    """
    listed = list(files)
    step = -(-tasks // max(1, len(listed)))
    shares: list[list[StoredFile]] = [[] for _ in range(tasks)]
    for number, (path, tag) in enumerate(listed):
        for first in range(step):
            shares[(number * step + first) % tasks].append(StoredFile(path, tag, first, step))
    return Shares(tuple(map(tuple, shares)))
