"""A place -> its decompressed bytes, whole or in lines. The one edge where errors of the OS and codecs are mapped."""

import contextlib
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import zstandard

from dedup.array_types import Indices
from dedup.core.arrays.sorting import where_set
from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.compression import UNPACKERS
from dedup.formats.places import STDIN, Place

_LINE_FEED: Final = ord("\n")

_CHUNK: Final = 1 << 18
"""Bytes in which line feeds are looked for together, so that their flags stay in cache."""


def no_events(_count: int) -> None:
    """Show no progress."""


class _Meter:
    """Bytes read from one place so far, told to the caller as they come."""

    def __init__(self, on_bytes: Callable[[int], object]) -> None:
        self.read = 0
        self._on_bytes = on_bytes

    def chunks(self, file: BinaryIO) -> Iterator[bytes]:
        while chunk := file.read(limits.READ_BYTES):
            self.add(len(chunk))
            yield chunk

    def add(self, count: int) -> None:
        self.read += count
        self._on_bytes(count)


def decompressed(
    place: Place, stdin: BinaryIO | None = None, on_bytes: Callable[[int], object] = no_events
) -> Generator[bytes]:
    """The decompressed bytes of a place, in pieces of some size, none of them kept.

    ``on_bytes`` is told of ``place.size`` bytes in all, also when the file breaks off. Raises `ReadError` for a file
    that cannot be opened, is cut short, is corrupt, or expands like no news does.
    """
    with _metered(place, on_bytes) as meter, _opened(place, stdin) as file:
        yield from _bounded(UNPACKERS[place.packing](meter.chunks(file)), meter, place)


def byte_ranges(place: Place, on_bytes: Callable[[int], object]) -> Generator[tuple[int, int, int]]:
    """The lines of a file that is not packed, as stretches of some ``limits.LOT_BYTES``: where each starts, its bytes,
    and the line feeds in it. None of the text is kept.

    ``on_bytes`` and errors are as in `decompressed`.
    """
    with _metered(place, on_bytes) as meter, Path(place.file).open("rb") as file:
        held, start = bytearray(limits.LOT_BYTES), 0
        while (size := file.readinto(held)) == len(held):  # with less the file ends
            end = meter.read + held.rfind(b"\n") + 1
            meter.add(size)
            if end > meter.read - size:
                yield start, end - start, int(np.count_nonzero(np.frombuffer(held, np.uint8) == _LINE_FEED))
                start = end
        meter.add(size)
        if start < meter.read:
            yield start, meter.read - start, 0


def read_range(place: Place, start: int, size: int) -> Generator[bytes]:
    """So many bytes of a file that is not packed, from ``start`` on: in one piece if one line may have as many, else in
    pieces. Raises `ReadError` for a file that cannot be read, or has not as many any more."""
    with _metered(place, no_events), Path(place.file).open("rb") as file:
        file.seek(start)
        most = size if size <= limits.MAX_DOCUMENT_BYTES else limits.LOT_BYTES
        while size:
            piece = file.read(min(size, most))
            if not piece:
                raise ReadError(place.path, "became shorter while it was read; read it again when nobody writes to it")
            yield piece
            size -= len(piece)


@contextlib.contextmanager
def _metered(place: Place, on_bytes: Callable[[int], object]) -> Iterator[_Meter]:
    """What a place is read with: what goes wrong is a `ReadError`, and in the end all of its bytes have been told."""
    meter = _Meter(on_bytes)
    try:
        yield meter
    except EOFError as error:
        raise ReadError(place.path, "the compressed data is cut short; fetch or compress the file again") from error
    except (zlib.error, zstandard.ZstdError) as error:
        raise ReadError(
            place.path, f"the compressed data is corrupt ({error}); fetch or compress the file again"
        ) from error
    except OSError as error:
        raise ReadError(place.path, f"cannot be read: {error.strerror or error}") from error
    finally:
        if meter.read < place.size:
            meter.add(place.size - meter.read)


def _opened(place: Place, stdin: BinaryIO | None) -> contextlib.AbstractContextManager[BinaryIO]:
    if place.file == STDIN.file:
        return contextlib.nullcontext(stdin or sys.stdin.buffer)  # not ours to close
    return Path(place.file).open("rb")


def _bounded(pieces: Iterator[bytes], meter: _Meter, place: Place) -> Iterator[bytes]:
    made = 0
    for piece in pieces:
        made += len(piece)
        if made > limits.SUSPECT_BYTES and made > limits.MAX_EXPANSION * meter.read:
            raise ReadError(
                place.path,
                f"expands to more than {limits.MAX_EXPANSION} times its size, like a decompression bomb; "
                "decompress it yourself if you trust it",
            )
        yield piece


def read_whole(pieces: Iterator[bytes], place: Place, cap: int) -> bytes:
    """All bytes of one document; raises `ReadError` above ``cap`` bytes."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > cap:
            raise ReadError(place.path, f"is larger than {cap:,} bytes (decompressed); split it or leave it out")
        held.append(piece)
    return b"".join(held)


def line_feeds(data: bytes) -> Indices:
    """``(m,)`` where line feeds are."""
    held = np.frombuffer(data, np.uint8)
    found = [where_set(held[start : start + _CHUNK] == _LINE_FEED) + start for start in range(0, held.size, _CHUNK)]
    return np.concatenate([np.zeros(0, np.int64), *found])


def read_lines(pieces: Iterator[bytes], cap: int, first: int = 1) -> Iterator[tuple[int, bytes | None]]:
    """Each line with its number, from ``first``, without its newline; None in place of one of more than ``cap`` bytes.

    Raises `ReadError` with the number of the line at which the bytes break off; that line is not given.
    """
    number, size = first, 0
    held: list[bytes] = []
    try:
        for piece in pieces:
            for index, part in enumerate(piece.split(b"\n")):
                if index:
                    yield number, b"".join(held) if size <= cap else None
                    number, size, held = number + 1, 0, []
                size += len(part)
                if size <= cap:
                    held.append(part)
                else:
                    held.clear()
    except ReadError as error:
        raise ReadError(error.path, error.reason, number) from error
    if size:
        yield number, b"".join(held) if size <= cap else None
