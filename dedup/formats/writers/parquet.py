"""Parquet without some rows: all columns, types and metadata stay, and so do the row groups and their compression."""

import io
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from dedup.array_types import Indices
from dedup.errors import ReadError
from dedup.formats.files.stream import open_file, read_whole
from dedup.formats.places import Place
from dedup.settings import InputLimits

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_ROWS: Final = 4096
"""Rows that are copied in one step."""


class _Sink(io.RawIOBase):
    """A file to write to, whose bytes are taken away as they come."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._size = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._size

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._size += len(piece)
        return len(piece)

    def take(self) -> bytes:
        """Return the bytes that came since the last call."""
        data = b"".join(self._pieces)
        self._pieces.clear()
        return data


def leave_out(pieces: Iterator[bytes], place: Place, numbers: Indices, bounds: InputLimits) -> Iterator[bytes]:
    """Yield the bytes of a file without some of its rows. Memory holds one compressed row group.

    Args:
        pieces: the decompressed bytes. A file that is not packed is opened by its name instead.
        place: the file.
        numbers: ``(n,)`` the numbers of the rows to leave out, from 1, ascending.
        bounds: the limits on input.

    Raises:
        ReadError: the file cannot be read, or at its end: row groups were damaged, and their rows are missing.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    damaged: list[str] = []
    try:
        with _open(pieces, place, bounds) as source, pq.ParquetFile(source, pre_buffer=False) as file:
            sink, first = _Sink(), 1
            with pq.ParquetWriter(sink, file.schema_arrow, compression=_codecs(file)) as writer:
                for group in range(file.num_row_groups):
                    rows = file.metadata.row_group(group).num_rows
                    begin, end = numbers.searchsorted([first, first + rows])
                    done, reason = yield from _copy_group(file, group, numbers[begin:end] - first, writer, sink)
                    if reason:
                        damaged.append(f"rows {first + done:,} to {first + rows - 1:,} are damaged ({reason})")
                    first += rows
            yield sink.take()
    except (pa.ArrowException, OSError) as error:
        raise ReadError(place.path, f"cannot be copied as Parquet: {error}") from error
    if damaged:
        more = f", and so are {len(damaged) - 1} more parts" if damaged[1:] else ""
        raise ReadError(place.path, f"{damaged[0]}{more}; they are not in the new file")


def _open(pieces: Iterator[bytes], place: Place, bounds: InputLimits) -> Any:
    """The file, by its name; the bytes of a packed file."""
    if place.packing:
        return io.BytesIO(read_whole(pieces, place, bounds))
    return open_file(place)


def _codecs(file: "pq.ParquetFile") -> dict[str, str] | str:
    """The compression of each column, as its first row group has it."""
    if not file.num_row_groups:
        return "snappy"
    group = file.metadata.row_group(0)
    columns = [group.column(number) for number in range(group.num_columns)]
    return {
        column.path_in_schema: "none" if column.compression == "UNCOMPRESSED" else column.compression
        for column in columns
    }


def _copy_group(
    file: "pq.ParquetFile", group: int, rows: Indices, writer: "pq.ParquetWriter", sink: _Sink
) -> Generator[bytes, None, tuple[int, str]]:
    """Copy a row group without some of its rows, and yield the bytes that are ready.

    Args:
        file: the file.
        group: the number of the row group, from 0.
        rows: ``(n,)`` the rows to leave out, counted from 0 in the row group, ascending.
        writer: takes the rows.
        sink: has the bytes of the writer.

    Returns:
        The number of rows that were read, and why no more; empty at the end of the row group.
    """
    import pyarrow as pa

    first = 0
    batches = file.iter_batches(_ROWS, row_groups=[group], use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            return first, str(error)
        if batch is None:
            return first, ""
        begin, end = rows.searchsorted([first, first + batch.num_rows])
        stay = np.ones(batch.num_rows, np.bool_)
        stay[rows[begin:end] - first] = False
        writer.write_batch(batch.filter(stay) if begin < end else batch)
        first += batch.num_rows
        yield sink.take()
