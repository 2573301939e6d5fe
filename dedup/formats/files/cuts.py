"""Bytes of a file of many documents -> chunks of whole documents, each of which can be read alone."""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from dedup.errors import ReadError
from dedup.formats import limits


def no_header(_data: bytes) -> int:
    """Say that a file has no header: the default of `Cut`."""
    return 0


class Cut(NamedTuple):
    """How the files of a format are cut.

    - ``end``: bytes that begin with a document -> the number of bytes up to the end of the last whole document in them;
      0 if no document is whole.
    - ``count``: whole documents -> by how much the number of the next document or line is higher.
    - ``header``: the first bytes of a file -> the number of bytes that each chunk begins with, as the first row of CSV.
    """

    end: Callable[[bytes], int]
    count: Callable[[bytes], int]
    header: Callable[[bytes], int] = no_header


def _end_of_lines(data: bytes) -> int:
    return data.rfind(b"\n") + 1


def _count_lines(data: bytes) -> int:
    return data.count(b"\n")


LINES: Final = Cut(_end_of_lines, _count_lines)
"""A cut after any line feed. Only files of this cut are cut without being read."""


def cut_pieces(pieces: Iterator[bytes], cut: Cut, prompt: bool = False) -> Iterator[tuple[int, bytes]]:
    """Cut the bytes of one file into chunks of whole documents, of about `limits.CHUNK_BYTES`.

    A document above `limits.MAX_DOCUMENT_BYTES` is cut just above that size. The reader refuses the document.

    Args:
        pieces: the decompressed bytes.
        cut: how the format is cut.
        prompt: give the documents of a piece with a line end at once, and wait for no more.

    Yields:
        The number of the first document or line, from 1, and the bytes with the header.

    Raises:
        ReadError: the bytes break off; the error has a number. The whole documents before come before the error.
    """
    header: bytes | None = None
    pending: list[bytes] = []
    first, size, goal, error = 1, 0, limits.CHUNK_BYTES, None
    while True:
        try:
            piece = next(pieces, None)
        except ReadError as broken:
            piece, error = None, broken
        if piece is not None:
            size += len(piece)
            pending.append(piece)
            if size < goal and not (prompt and b"\n" in piece):
                continue
        data = b"".join(pending)
        if header is None and data:
            header = data[: cut.header(data)]
            data = data[len(header) :]
        end = len(data) if piece is None and error is None else cut.end(data)
        if end:
            yield first, (header or b"") + data[:end]
            first += cut.count(data[:end])
        if error:
            raise ReadError(error.path, error.reason, first) from error
        if piece is None:
            return
        begun = data[end : end + limits.MAX_DOCUMENT_BYTES + 1]  # enough for the reader to see a document too long
        pending, size, goal = [begun], len(begun), max(limits.CHUNK_BYTES, 2 * len(begun))
