"""Parquet: each row is one document. A damaged row group costs its rows only. Memory holds a few rows at a time."""

import contextlib
import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.arrow_columns import check_columns, columns_of_batch, rows_together
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.stream import open_file, read_whole
from dedup.formats.places import Place, ReadContext
from dedup.settings import InputLimits
from dedup.types import Skip

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in the rows of a Parquet file. Only the columns that are fields are read.

    Args:
        pieces: the decompressed bytes. A file that is not packed is opened by its name instead, to read parts of it.
        place: the file.
        context: the names of fields; takes skips and problems.

    Raises:
        ReadError: the file has no footer that can be read, or no column of texts.
    """
    in_memory = place.packing or not place.size  # a member of an archive has no size
    with _open_file(pieces, place, bool(in_memory), context.limits) as file:
        columns, first, reported = check_columns(file.schema_arrow, place, context.fields), 1, 0
        for group in range(file.num_row_groups):
            for number, batch in _read_group(file, group, first, columns, place, context):
                if not in_memory:
                    size = place.size * (number + batch.num_rows - 1) // file.metadata.num_rows
                    context.on_bytes(size - reported)
                    reported = size
                yield from columns_of_batch(batch, place, context, number)
            first += file.metadata.row_group(group).num_rows
        if not in_memory:
            context.on_bytes(place.size - reported)


@contextlib.contextmanager
def _open_file(
    pieces: Iterator[bytes], place: Place, in_memory: bool, bounds: InputLimits
) -> Iterator["pq.ParquetFile"]:
    """Open a Parquet file, by its bytes or by its name. Raises `ReadError`.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        in_memory: whether to read all bytes first.
        bounds: the limits on input.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = io.BytesIO(read_whole(pieces, place, bounds)) if in_memory else None
    try:
        source = data or open_file(place)
    except OSError as error:
        raise ReadError(place.path, f"cannot be read: {error.strerror or error}") from error
    with source:
        try:
            file = pq.ParquetFile(source, pre_buffer=False, buffer_size=limits.UNPACK_BYTES)
        except (pa.ArrowException, OSError) as error:
            reason = f"is not Parquet, or its end with the list of its parts is damaged ({error}); write it again"
            raise ReadError(place.path, reason) from error
        yield file


def _read_group(
    file: "pq.ParquetFile", group: int, first: int, columns: list[str], place: Place, context: ReadContext
) -> Iterator[tuple[int, "pa.RecordBatch"]]:
    """The rows of a row group, batch by batch: the number of the first row, and the batch. Damage is a skip.

    Args:
        file: the file.
        group: the number of the row group, from 0.
        first: the number of its first row, from 1.
        columns: the columns to read.
        place: the file.
        context: takes the skip, which ends the row group.
    """
    import pyarrow as pa

    metadata, number = file.metadata.row_group(group), first
    step = rows_together(metadata.num_rows, metadata.total_byte_size)
    batches = file.iter_batches(step, row_groups=[group], columns=columns, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError) as error:
            last = first + metadata.num_rows - 1
            reason = f"is damaged ({error}); rows {number:,} to {last:,} are left out; write the file again"
            context.on_skip(Skip(place.path, reason, number))
            return
        if batch is None:
            return
        yield number, batch
        number += batch.num_rows
