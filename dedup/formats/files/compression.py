"""Compressed bytes in pieces -> decompressed bytes in pieces. Memory holds one piece at a time.

All members, frames or streams of a file are one stream. A stream that is cut short raises ``EOFError``. A corrupt
stream raises an error of `CORRUPT`. `dedup.formats.files.stream` maps these errors.
"""

import bz2
import itertools
import lzma
import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import zstandard

from dedup.formats import limits
from dedup.settings import InputLimits


class Bzip2Error(Exception):
    """Bytes that are not bzip2. The standard library raises ``OSError``, as for a file that cannot be read."""


CORRUPT: Final = (zlib.error, zstandard.ZstdError, lzma.LZMAError, Bzip2Error)
"""The errors of corrupt bytes."""

_MEMBER: Final = b"\x1f\x8b\x08"
_GZIP = 31  # wbits of zlib: a 32 KiB window, with the header and checksum of gzip


def bomb_reason(bounds: InputLimits) -> str:
    """The words of the error on bytes that expand too much."""
    return (
        f"expands to more than {bounds.unpacked_ratio:,} times its size, like a decompression bomb; "
        f"decompress it yourself if you trust it, {limits.raise_hint('unpacked_ratio')}"
    )


def _copy(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Give bytes that are not compressed."""
    return raw


def _gunzip(raw: Iterator[bytes]) -> Iterator[bytes]:
    unpacker, whole = zlib.decompressobj(_GZIP), False
    for piece in raw:
        packed = piece.lstrip(b"\0") if whole else piece  # tape archives pad with zeros
        while packed:
            if whole:
                unpacker = zlib.decompressobj(_GZIP)
            yield unpacker.decompress(packed, limits.UNPACK_BYTES)
            whole = unpacker.eof
            packed = unpacker.unused_data.lstrip(b"\0") if whole else unpacker.unconsumed_tail
    if not whole:
        yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError


def gunzip_members(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress members of gzip, and go on with the next member after one that is damaged.

    The error of the first damaged member is raised in the end. A format that has a record in each member loses no more
    than the damaged records.
    """
    unpacker: Any = zlib.decompressobj(_GZIP)
    packed, first = b"", None
    for piece in raw:
        packed += piece
        while packed:
            if unpacker is None:
                start = packed.find(_MEMBER)
                if start < 0:
                    packed = packed[1 - len(_MEMBER) :]  # a header may be cut in two
                    break
                packed, unpacker = packed[start:], zlib.decompressobj(_GZIP)
            try:
                yield unpacker.decompress(packed, limits.UNPACK_BYTES)
            except zlib.error as error:
                first = first or error
                packed, unpacker = packed[1:], None
                continue
            whole = unpacker.eof
            packed = unpacker.unused_data if whole else unpacker.unconsumed_tail
            unpacker = None if whole else unpacker
    if first is not None:
        raise first
    if unpacker is not None:
        raise EOFError


def _unzstd(raw: Iterator[bytes]) -> Iterator[bytes]:
    # stream_reader() is not used: it does not report a frame that is cut short.
    unpacker, whole = zstandard.ZstdDecompressor().decompressobj(), False
    for piece in raw:
        for start in range(0, len(piece), limits.ZSTD_STEP_BYTES):
            packed = piece[start : start + limits.ZSTD_STEP_BYTES]
            while packed:
                if whole:
                    unpacker = zstandard.ZstdDecompressor().decompressobj()
                yield unpacker.decompress(packed)
                whole = unpacker.eof
                packed = unpacker.unused_data if whole else b""
    if not whole:
        raise EOFError


def _unbz2(raw: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from _unpack_streams(raw, bz2.BZ2Decompressor)
    except OSError as error:
        if error.errno is not None:  # the system could not read the file
            raise
        raise Bzip2Error(str(error)) from error


def _unxz(raw: Iterator[bytes]) -> Iterator[bytes]:
    return _unpack_streams(raw, lambda: lzma.LZMADecompressor(memlimit=limits.XZ_MEMORY_BYTES))


def _unpack_streams(
    raw: Iterator[bytes], make: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]
) -> Iterator[bytes]:
    """Decompress streams that follow each other, with zeros between them or not. ``make`` begins a stream."""
    unpacker, whole = make(), False
    for piece in raw:
        packed = piece.lstrip(b"\0") if whole else piece
        while packed:
            if whole:
                unpacker = make()
            yield unpacker.decompress(packed, limits.UNPACK_BYTES)
            while not (unpacker.eof or unpacker.needs_input):
                yield unpacker.decompress(b"", limits.UNPACK_BYTES)
            whole = unpacker.eof
            packed = unpacker.unused_data.lstrip(b"\0") if whole else b""
    if not whole:
        raise EOFError


def _unpack_by_magic(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress by the format that the first bytes tell; bytes of no known format stay as they are."""
    head = b""
    for piece in raw:
        head += piece
        if not any(magic.startswith(head) for magic in _MAGIC):  # more bytes change nothing
            break
    unpack = next((_MAGIC[magic] for magic in _MAGIC if head.startswith(magic)), _copy)
    return unpack(itertools.chain([head], raw))


_MAGIC: Mapping[bytes, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    b"\x1f\x8b": _gunzip,
    b"\x28\xb5\x2f\xfd": _unzstd,
    b"BZh": _unbz2,
    b"\xfd7zXZ\0": _unxz,
    b"\x5d\0\0": _unxz,  # .lzma has no mark; its usual settings begin so
}

UNPACKERS: Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "": _copy,
    ".gz": _gunzip,
    ".zst": _unzstd,
    ".bz2": _unbz2,
    ".xz": _unxz,
    ".lzma": _unxz,
    "-": _unpack_by_magic,
}
"""The function that decompresses, by the suffix of the packing. For ``-``, the first bytes of the stream decide."""

RESUMING_UNPACKERS: Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {**UNPACKERS, ".gz": gunzip_members}
"""`UNPACKERS` for a format with a record in each member: they go on after damage, and raise its error at the end."""

PACKINGS = tuple(name for name in UNPACKERS if name.startswith("."))
"""The suffixes of packed files."""
