"""A file of records without some records, as WARC and MBOX. All other records stay as they are."""

from collections.abc import Callable, Iterator

from dedup.array_types import Indices
from dedup.errors import ReadError
from dedup.formats.places import Place, RowWriter
from dedup.settings import InputLimits

Splitter = Callable[[Iterator[bytes], InputLimits], Iterator[bytes]]
"""The bytes of a file, and the limits on input -> its records.

Their bytes are together those of the file, but for a record beyond a limit.
"""


def leave_out_records(split: Splitter) -> RowWriter:
    """Return the function that leaves records out of a file.

    Args:
        split: splits the bytes into records, which have the numbers that the reader gives them, from 1.

    Returns:
        The function. It yields a record a piece, and raises `ReadError` at the end if a record was not whole.
    """

    def leave_out(pieces: Iterator[bytes], place: Place, numbers: Indices, bounds: InputLimits) -> Iterator[bytes]:
        left_out = iter(numbers.tolist())
        next_out, size, read = next(left_out, 0), 0, 0

        def counted() -> Iterator[bytes]:
            nonlocal read
            for piece in pieces:
                read += len(piece)
                yield piece

        for number, record in enumerate(split(counted(), bounds), 1):
            size += len(record)
            if number == next_out:
                next_out = next(left_out, 0)
            else:
                yield record
        if size != read:
            raise ReadError(place.path, "has a record that is too long to be copied; it is cut in the new file")

    return leave_out
