"""A place -> its decompressed bytes, whole or in lines. Errors of the system and of codecs become `ReadError` here."""

import contextlib
import os
import re
import sys
from collections.abc import Callable, Generator, Iterator
from io import BufferedReader
from typing import BinaryIO, Final

import numpy as np

from dedup.array_types import Indices
from dedup.core.arrays.sorting import where_set
from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.compression import CORRUPT, RESUMING_UNPACKERS, UNPACKERS, bomb_reason
from dedup.formats.files.names import special_reason
from dedup.formats.files.remote import is_address, open_address
from dedup.formats.files.sniff import is_decided
from dedup.formats.places import STDIN, Place, no_events
from dedup.regular_files import NotRegularError, open_descriptor
from dedup.settings import DEFAULT_LIMITS, InputLimits

_LINE_FEED: Final = ord("\n")
_SPACE: Final = re.compile(rb"\s*+")

_CHUNK: Final = 1 << 18
"""Bytes that are searched for line feeds in one step, so that their flags stay in the cache."""


class _Meter:
    """Counts the bytes that are read from one place, and reports them to ``on_bytes`` at once."""

    def __init__(self, on_bytes: Callable[[int], object]) -> None:
        self.read = 0
        self._on_bytes = on_bytes

    def pieces(self, file: BinaryIO) -> Iterator[bytes]:
        """Read a file in pieces of ``limits.READ_BYTES``."""
        while piece := file.read(limits.READ_BYTES):
            self.add(len(piece))
            yield piece

    def add(self, count: int) -> None:
        """Count and report bytes."""
        self.read += count
        self._on_bytes(count)


def decompressed(
    place: Place,
    stdin: BinaryIO | None = None,
    on_bytes: Callable[[int], object] = no_events,
    resume: bool = False,
    bounds: InputLimits = DEFAULT_LIMITS,
) -> Generator[bytes]:
    """Decompress a place, in pieces of any size. Memory holds one piece at a time.

    A small file that is not packed is one piece.

    Args:
        place: the input.
        stdin: standard input; None for the process's own.
        on_bytes: takes numbers of bytes read; their sum is ``place.size`` in the end, after an error too.
        resume: go on after damage where the compression allows it, and raise the error in the end.
        bounds: the limits on input.

    Raises:
        ReadError: the file cannot be opened, is cut short, is corrupt, or expands like a decompression bomb.
    """
    if not place.packing and place.file != STDIN.file:
        if is_address(place.file):
            return _unpack_place(place, stdin, on_bytes, _as_they_are, bounds)
        return _read_file(place, on_bytes)
    unpack = (RESUMING_UNPACKERS if resume else UNPACKERS)[place.packing]
    return _unpack_place(place, stdin, on_bytes, unpack, bounds)


def _read_file(place: Place, on_bytes: Callable[[int], object]) -> Generator[bytes]:
    """Read a file that is not packed, in few calls of the system: there are many small files."""
    read = 0
    try:
        file, size = _open_number(place)
        try:
            most = min(size + 1, limits.READ_BYTES)
            while piece := os.read(file, most):
                read += len(piece)
                on_bytes(len(piece))
                yield piece
                if read == size:
                    break
        finally:
            os.close(file)
    except OSError as error:
        raise ReadError(place.path, f"cannot be read: {error.strerror or error}") from error
    finally:
        if read < place.size:
            on_bytes(place.size - read)


def _as_they_are(pieces: Iterator[bytes]) -> Iterator[bytes]:
    return pieces


def _unpack_place(
    place: Place,
    stdin: BinaryIO | None,
    on_bytes: Callable[[int], object],
    unpack: Callable[[Iterator[bytes]], Iterator[bytes]],
    bounds: InputLimits,
) -> Generator[bytes]:
    """Decompress a packed file or standard input. The arguments and errors are those of `decompressed`."""
    with _meter_bytes(place, on_bytes) as meter, _open_place(place, stdin) as file:
        yield from _limit_expansion(unpack(meter.pieces(file)), meter, place, bounds)


def read_head(place: Place) -> bytes:
    """The first bytes of a place, decompressed. Raises `ReadError` as `decompressed` does."""
    with contextlib.closing(decompressed(place)) as pieces:
        return join_head(pieces)


def join_head(pieces: Iterator[bytes]) -> bytes:
    """The first pieces of a stream, until they have ``limits.FORMAT_BYTES``."""
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= limits.FORMAT_BYTES or is_decided(head):
            break
    return bytes(head)


def decompressed_member(pieces: Iterator[bytes], place: Place, bounds: InputLimits) -> Generator[bytes]:
    """Decompress a member of an archive, or standard input, that is packed itself.

    Args:
        pieces: the bytes of the member.
        place: the member.
        bounds: the limits on input.

    Raises:
        ReadError: the bytes are cut short, corrupt, or expand like a decompression bomb.
    """
    meter = _Meter(no_events)

    def counted() -> Iterator[bytes]:
        for piece in pieces:
            meter.add(len(piece))
            yield piece

    with name_errors(place):
        yield from _limit_expansion(UNPACKERS[place.packing](counted()), meter, place, bounds)


@contextlib.contextmanager
def _meter_bytes(place: Place, on_bytes: Callable[[int], object]) -> Iterator[_Meter]:
    """A meter for reading a place. An error becomes a `ReadError`. In the end, all bytes of the place are reported."""
    meter = _Meter(on_bytes)
    try:
        with name_errors(place):
            yield meter
    finally:
        if meter.read < place.size:
            meter.add(place.size - meter.read)


@contextlib.contextmanager
def name_errors(place: Place) -> Iterator[None]:
    """Turn errors of the system and of codecs into a `ReadError` that names the place."""
    try:
        yield
    except EOFError as error:
        raise ReadError(place.path, "the compressed data is cut short; fetch or compress the file again") from error
    except CORRUPT as error:
        raise ReadError(
            place.path, f"the compressed data is corrupt ({error}); fetch or compress the file again"
        ) from error
    except OSError as error:
        raise ReadError(place.path, f"cannot be read: {error.strerror or error}") from error


def _open_place(place: Place, stdin: BinaryIO | None) -> contextlib.AbstractContextManager[BinaryIO]:
    if place.file == STDIN.file:
        return contextlib.nullcontext(stdin or standard_input())  # the caller closes standard input
    return open_file(place)


def standard_input() -> BinaryIO:
    """The process's own standard input. Raises `ReadError` if the process was started without one."""
    if sys.stdin is None:
        raise ReadError(STDIN.path, "is closed; hand bytes over, or name a file")
    return sys.stdin.buffer


def open_file(place: Place) -> BufferedReader:
    """Open the file of a place, which may have become another kind of file since it was found.

    Raises:
        OSError: the file cannot be opened.
        ReadError: it is a pipe, socket or device, which could keep the run waiting for ever.
    """
    if is_address(place.file):
        return open_address(place.file)
    return os.fdopen(_open_number(place)[0], "rb")


def _open_number(place: Place) -> tuple[int, int]:
    """Open a file: its number and its size. Errors are as in `open_file`."""
    try:
        return open_descriptor(place.file)
    except NotRegularError as error:
        raise ReadError(place.path, special_reason(error.mode)) from error


def _limit_expansion(pieces: Iterator[bytes], meter: _Meter, place: Place, bounds: InputLimits) -> Iterator[bytes]:
    """Give all pieces; raise `ReadError` for a decompression bomb."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > bounds.unpacked_bytes and size > bounds.unpacked_ratio * meter.read:
            raise ReadError(place.path, bomb_reason(bounds))
        yield piece


def read_whole(pieces: Iterator[bytes], place: Place, bounds: InputLimits, name: str = "document_bytes") -> bytes:
    """All bytes of one document.

    Args:
        pieces: the bytes.
        place: the input, for errors.
        bounds: the limits on input.
        name: the name of the limit that holds.

    Raises:
        ReadError: there are more bytes than the limit.
    """
    cap = getattr(bounds, name)
    collected: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > cap:
            raise ReadError(
                place.path, f"is larger than {cap:,} bytes (decompressed); split it, {limits.raise_hint(name)}"
            )
        collected.append(piece)
    return b"".join(collected)


def line_feeds(data: bytes) -> Indices:
    """``(m,)`` offsets of line feeds, ascending."""
    codes = np.frombuffer(data, np.uint8)
    offsets = [where_set(codes[start : start + _CHUNK] == _LINE_FEED) + start for start in range(0, codes.size, _CHUNK)]
    return np.concatenate([np.zeros(0, np.int64), *offsets])


def read_lines(pieces: Iterator[bytes], cap: int, first: int = 1) -> Iterator[tuple[int, bytes | None]]:
    """Split bytes into lines: each line with its number, and without its line feed. Most blank lines are left out.

    Args:
        pieces: the bytes.
        cap: the most bytes of a line; None comes in place of a longer line.
        first: the number of the first line.

    Raises:
        ReadError: the bytes break off; the error has the number of that line, which is not given.
    """
    number, size = first, 0
    collected: list[bytes] = []
    try:
        for piece in pieces:
            at = 0
            while at < len(piece):
                if not size:  # blank lines are passed over at once: a few bytes of zstd hold millions of them
                    text = _SPACE.match(piece, at).end()  # type: ignore[union-attr]  # matches always
                    start = max(at, piece.rfind(b"\n", at, text) + 1)
                    number, at = number + piece.count(b"\n", at, start), start
                end = piece.find(b"\n", at)
                fragment = piece[at : end if end >= 0 else len(piece)]
                size += len(fragment)
                if size <= cap:
                    collected.append(fragment)
                else:
                    collected.clear()
                if end < 0:
                    break
                yield number, b"".join(collected) if size <= cap else None
                number, size, collected, at = number + 1, 0, [], end + 1
    except ReadError as error:
        raise ReadError(error.path, error.reason, number) from error
    if size:
        yield number, b"".join(collected) if size <= cap else None
