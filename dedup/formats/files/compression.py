"""Compressed bytes in pieces -> decompressed bytes in pieces. Memory holds one piece at a time.

All members of a gzip file, and all frames of a zstd file, are one stream. A stream that is cut short raises
``EOFError``. A corrupt stream raises ``zlib.error`` or ``zstandard.ZstdError``. `dedup.formats.files.stream` maps these
errors.
"""

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping

import zstandard

from dedup.formats import limits

_GZIP = 31  # wbits of zlib: a 32 KiB window, with the header and checksum of gzip


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


def _unpack_by_magic(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress by the format that the first bytes tell; bytes of no known format stay as they are."""
    head = b""
    for piece in raw:
        head += piece
        if len(head) >= 4:
            break
    unpack = next((_MAGIC[magic] for magic in _MAGIC if head.startswith(magic)), _copy)
    return unpack(itertools.chain([head], raw))


_MAGIC: Mapping[bytes, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    b"\x1f\x8b": _gunzip,
    b"\x28\xb5\x2f\xfd": _unzstd,
}

UNPACKERS: Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "": _copy,
    ".gz": _gunzip,
    ".zst": _unzstd,
    "-": _unpack_by_magic,
}
"""The function that decompresses, by the suffix of the packing. For ``-``, the first bytes of the stream decide."""

PACKINGS = tuple(name for name in UNPACKERS if name.startswith("."))
"""The suffixes of packed files."""
