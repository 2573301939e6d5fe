"""Decompression as a stream: bytes in pieces in, bytes in pieces out, neither ever whole in memory.

Multi-member gzip and multi-frame zstd are one stream. Raises ``EOFError`` for a stream that is cut short, and
``zlib.error`` or ``zstandard.ZstdError`` for a corrupt one; `dedup.formats.files.stream` maps them.
"""

import itertools
import zlib
from collections.abc import Callable, Iterator, Mapping

import zstandard

from dedup.formats import limits

_GZIP = 31  # zlib's wbits: a 32 KiB window, with gzip's header and checksum


def _plain(raw: Iterator[bytes]) -> Iterator[bytes]:
    return raw


def _gunzip(raw: Iterator[bytes]) -> Iterator[bytes]:
    unpacker, whole = zlib.decompressobj(_GZIP), False
    for chunk in raw:
        rest = chunk.lstrip(b"\0") if whole else chunk  # tape archives pad with zeros
        while rest:
            if whole:
                unpacker = zlib.decompressobj(_GZIP)
            yield unpacker.decompress(rest, limits.UNPACK_BYTES)
            whole = unpacker.eof
            rest = unpacker.unused_data.lstrip(b"\0") if whole else unpacker.unconsumed_tail
    if not whole:
        yield unpacker.flush()
    if not unpacker.eof:
        raise EOFError


def _unzstd(raw: Iterator[bytes]) -> Iterator[bytes]:
    # Not stream_reader(): it takes a frame that is cut short for one that ended.
    unpacker, whole = zstandard.ZstdDecompressor().decompressobj(), False
    for chunk in raw:
        for start in range(0, len(chunk), limits.ZSTD_STEP_BYTES):
            rest = chunk[start : start + limits.ZSTD_STEP_BYTES]
            while rest:
                if whole:
                    unpacker = zstandard.ZstdDecompressor().decompressobj()
                yield unpacker.decompress(rest)
                whole = unpacker.eof
                rest = unpacker.unused_data if whole else b""
    if not whole:
        raise EOFError


def _sniffed(raw: Iterator[bytes]) -> Iterator[bytes]:
    head = b""
    for chunk in raw:
        head += chunk
        if len(head) >= 4:
            break
    unpack = next((_MAGIC[magic] for magic in _MAGIC if head.startswith(magic)), _plain)
    return unpack(itertools.chain([head], raw))


_MAGIC: Mapping[bytes, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    b"\x1f\x8b": _gunzip,
    b"\x28\xb5\x2f\xfd": _unzstd,
}

UNPACKERS: Mapping[str, Callable[[Iterator[bytes]], Iterator[bytes]]] = {
    "": _plain,
    ".gz": _gunzip,
    ".zst": _unzstd,
    "-": _sniffed,
}
"""Every packing by its suffix; ``-`` is the one that looks at the first bytes."""

PACKINGS = tuple(name for name in UNPACKERS if name.startswith("."))
"""The suffixes that a packed file may end in."""
