"""Arrow IPC, a file or a stream (Feather too): each row is one document. Memory holds a record batch at a time."""

import io
import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from dedup.errors import ReadError
from dedup.formats.arrow_columns import check_columns, columns_of_batch, rows_together
from dedup.formats.columns import DocumentColumns
from dedup.formats.files.piece_file import PieceFile
from dedup.formats.places import Place, ReadContext
from dedup.types import Skip

if TYPE_CHECKING:
    import pyarrow as pa

_MAGIC = b"ARROW1\0\0"
"""The beginning of a file. A stream of record batches follows it, as if there were no file."""

_FEATHER_1 = b"FEA1"


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the documents in the rows of an Arrow file or stream. Batches before damage are read.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the names of fields; takes skips and problems.

    Raises:
        ReadError: the beginning is no Arrow stream, or there is no column of texts.
    """
    import pyarrow as pa

    stream = _open_stream(pieces, place)
    columns = check_columns(stream.schema, place, context.fields)
    number = 1
    while True:
        try:
            batch = stream.read_next_batch().select(columns)
            _validate(batch)
        except StopIteration:
            return
        except (pa.ArrowException, OSError, EOFError) as error:
            reason = f"is damaged or cut short ({error}); row {number:,} and those after it are left out"
            context.on_skip(Skip(place.path, f"{reason}; write the file again", number))
            return
        step = rows_together(batch.num_rows, batch.nbytes)
        for start in range(0, batch.num_rows, step):
            yield from columns_of_batch(batch.slice(start, step), place, context, number + start)
        number += batch.num_rows


def _validate(batch: "pa.RecordBatch") -> None:
    """Check that no value lies outside of the bytes of the batch. Raises `pyarrow.ArrowInvalid`."""
    import pyarrow as pa

    for column in batch.columns:
        try:
            column.validate(full=True)
        except pa.ArrowInvalid as error:
            if "UTF8" not in str(error):  # each text that is not UTF-8 is a skip of its own, later
                raise


def _open_stream(pieces: Iterator[bytes], place: Place) -> "pa.RecordBatchStreamReader":
    """Open the stream of record batches. Raises `ReadError` for bytes that are no such stream."""
    import pyarrow as pa

    head = b""
    while len(head) < len(_MAGIC) and (piece := next(pieces, None)) is not None:
        head += piece
    if head.startswith(_FEATHER_1):
        raise ReadError(place.path, "is Feather of version 1; write it again as Feather of version 2, or as Parquet")
    remaining = itertools.chain([head.removeprefix(_MAGIC)], pieces)
    try:
        return pa.ipc.open_stream(io.BufferedReader(PieceFile(remaining), 1 << 18))
    except (pa.ArrowException, OSError) as error:
        raise ReadError(place.path, f"is not Arrow IPC ({error}); write the file again") from error
