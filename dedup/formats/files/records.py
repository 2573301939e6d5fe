"""Bytes in pieces -> the records of a file, as those of a WARC or an mbox. Memory holds one record.

A record ends where the next record begins. A record may also claim its length. The claim counts if another record, or
the end of the file, is there: a false claim costs its own record only.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from dedup.errors import ReadError
from dedup.formats import limits

_SPACE: Final = re.compile(rb"\s*")
_LINE: Final = 1024  # a boundary may be cut in two by the end of a piece


def no_claim(_start: bytes) -> int:
    """Claim no length: the default of `split_records`."""
    return 0


def split_records(
    pieces: Iterator[bytes], boundary: re.Pattern[bytes], most: int, claim: Callable[[bytes], int] = no_claim
) -> Iterator[bytes]:
    """Split bytes into records.

    Args:
        pieces: the bytes, decompressed.
        boundary: the line that begins a record, of less than 1,000 bytes.
        most: the bytes of a record, at most.
        claim: the bytes that a record claims for itself, by its first ``limits.MAX_HEADER_BYTES``; 0 for no claim.

    Yields:
        Each record. More than ``most`` bytes of a record are left out.

    Raises:
        ReadError: the bytes break off; the records before that come first.
    """
    buffer = _RecordBuffer(pieces)
    while buffer.fill(limits.MAX_HEADER_BYTES):
        claimed = claim(bytes(buffer.data[: limits.MAX_HEADER_BYTES]))
        if 0 < claimed <= most and (end := _end_of_claim(buffer, boundary, claimed)):
            yield buffer.take(end)
        else:
            yield _take_unclaimed(buffer, boundary, most)
    if buffer.error is not None:
        raise buffer.error


def _end_of_claim(buffer: "_RecordBuffer", boundary: re.Pattern[bytes], claimed: int) -> int:
    """The offset where the next record begins, or 0 if no record begins where the claim ends."""
    buffer.fill(claimed + _LINE)
    if len(buffer.data) < claimed:
        return 0
    match = _SPACE.match(buffer.data, claimed)
    end = claimed if match is None else match.end()
    return end if end == len(buffer.data) or boundary.match(buffer.data, end) else 0


def _take_unclaimed(buffer: "_RecordBuffer", boundary: re.Pattern[bytes], most: int) -> bytes:
    """Take the bytes before the next boundary. Of a record that is too long, the beginning is given."""
    start, begun = 1, b""
    while (match := boundary.search(buffer.data, start)) is None:
        start = max(1, len(buffer.data) - _LINE)
        if len(buffer.data) > 2 * most or (begun and start > 1):
            begun = begun or bytes(buffer.data[: most + 1]) + b"\r\n\r\n"  # a boundary can follow
            buffer.take(start)
            start = 1
        if buffer.ended:
            break
        buffer.fill(len(buffer.data) + 1)
    record = buffer.take(len(buffer.data) if match is None else match.start())
    return begun or record


class _RecordBuffer:
    """The bytes of a stream that have come and are not taken. An ``error`` of the stream is its end."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self.ended = False
        self.data = bytearray()
        self.error: ReadError | None = None

    def fill(self, size: int) -> bool:
        """Read until there are ``size`` bytes, or the stream ends; whether there are bytes."""
        while len(self.data) < size and not self.ended:
            try:
                self.data += next(self._pieces)
            except StopIteration:
                self.ended = True
            except ReadError as error:
                self.ended, self.error = True, error
        return bool(self.data)

    def take(self, size: int) -> bytes:
        """Take the first ``size`` bytes."""
        taken = bytes(self.data[:size])
        del self.data[:size]
        return taken
