"""A file of records without some records, as WARC and MBOX. All other bytes stay as they are."""

from collections.abc import Callable, Iterator

from dedup.array_types import Indices
from dedup.formats.places import Place, RowWriter

Splitter = Callable[[Iterator[bytes]], Iterator[bytes]]
"""The bytes of a file -> its records, whose bytes are together those of the file."""


def leave_out_records(split: Splitter) -> RowWriter:
    """Return the function that leaves records out of a file.

    Args:
        split: splits the bytes into records, which have the numbers that the reader gives them, from 1.
    """

    def leave_out(pieces: Iterator[bytes], _place: Place, numbers: Indices) -> Iterator[bytes]:
        left_out = iter(numbers.tolist())
        next_out = next(left_out, 0)
        for number, record in enumerate(split(pieces), 1):
            if number == next_out:
                next_out = next(left_out, 0)
            else:
                yield record

    return leave_out
