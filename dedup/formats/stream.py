"""A place -> its decompressed bytes, whole or in lines. The one edge where errors of the OS and codecs are mapped."""

import contextlib
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
import zstandard

from dedup.core.ordered import where_set
from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.packing import UNPACKERS
from dedup.formats.source import STDIN, Place
from dedup.types import Indices

__all__ = ["feeds", "lines", "silent", "unpacked", "whole"]

_CHUNK: Final = 1 << 18
"""Bytes in which line feeds are looked for together, so that their flags stay in cache."""


def silent(_count: int) -> None:
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


def unpacked(
    place: Place, stdin: BinaryIO | None = None, on_bytes: Callable[[int], object] = silent
) -> Generator[bytes]:
    """The decompressed bytes of a place, in pieces of some size, none of them kept.

    ``on_bytes`` is told of ``place.size`` bytes in all, also when the file breaks off. Raises `ReadError` for a file
    that cannot be opened, is cut short, is corrupt, or expands like no news does.
    """
    meter = _Meter(on_bytes)
    try:
        with _opened(place, stdin) as file:
            yield from _bounded(UNPACKERS[place.packing](meter.chunks(file)), meter, place)
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


def whole(pieces: Iterator[bytes], place: Place, cap: int) -> bytes:
    """All bytes of one document; raises `ReadError` above ``cap`` bytes."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > cap:
            raise ReadError(place.path, f"is larger than {cap:,} bytes (decompressed); split it or leave it out")
        held.append(piece)
    return b"".join(held)


def feeds(data: bytes) -> Indices:
    """``(m,)`` where line feeds are; a third of the time in which ``bytes.count`` says how many there are."""
    held = np.frombuffer(data, np.uint8)
    found = [where_set(held[start : start + _CHUNK] == ord("\n")) + start for start in range(0, held.size, _CHUNK)]
    return np.concatenate([np.zeros(0, np.int64), *found])


def lines(pieces: Iterator[bytes], cap: int, first: int = 1) -> Iterator[tuple[int, bytes | None]]:
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
