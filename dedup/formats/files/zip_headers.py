"""A zip whose list of members is broken or missing -> the members that their own headers tell.

A download that breaks off has no list, because the list stands at the end. `zipfile` reads nothing without it.
"""

import struct
import zlib
from collections.abc import Generator, Iterator
from typing import BinaryIO, Final

from dedup.formats import limits

_SIGNATURE: Final = b"PK\x03\x04"
_HEADER: Final = struct.Struct("<4s5H3L2H")
_ENCRYPTED, _SIZE_LATER, _UTF8 = 0x1, 0x8, 0x800
_STORED, _DEFLATED = 0, 8


def members_by_headers(file: BinaryIO) -> Iterator[tuple[str, Iterator[bytes]]]:
    """The name and the bytes of each member that is stored or deflated, is not encrypted, and has its size before it.

    The bytes of a member must be read before the next member is asked for.
    """
    position = 0
    while (position := _find(file, position)) >= 0:
        file.seek(position)
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        _, _, flags, method, _, _, checksum, size, _, name_size, extra_size = _HEADER.unpack(header)
        name = file.read(name_size).decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        position += _HEADER.size + name_size + extra_size
        later = bool(flags & _SIZE_LATER)
        if name.endswith("/") or flags & _ENCRYPTED or method not in (_STORED, _DEFLATED) or (later and not method):
            continue
        file.seek(position)
        packed = _read_pieces(file, None if later else size)
        yield name, _inflate(packed, None if later else checksum) if method else _check(packed, checksum)
        position = position if later else position + size


def _find(file: BinaryIO, position: int) -> int:
    """The offset of the next header from ``position`` on, or -1."""
    file.seek(position)
    tail = b""
    while piece := file.read(limits.READ_BYTES):
        window = tail + piece
        if (index := window.find(_SIGNATURE)) >= 0:
            return position - len(tail) + index
        tail = window[-3:]
        position += len(piece)
    return -1


def _read_pieces(file: BinaryIO, size: int | None) -> Generator[bytes]:
    """The next ``size`` bytes of a file; all bytes for None. Raises ``EOFError`` if the file ends before."""
    while size is None or size:
        piece = file.read(limits.READ_BYTES if size is None else min(size, limits.READ_BYTES))
        if not piece:
            raise EOFError("the archive ends within the member")
        size = None if size is None else size - len(piece)
        yield piece


def _inflate(packed: Iterator[bytes], checksum: int | None) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    return _check(_inflate_pieces(packed, unpacker), checksum)


def _inflate_pieces(packed: Iterator[bytes], unpacker: "zlib._Decompress") -> Iterator[bytes]:
    for piece in packed:
        while piece and not unpacker.eof:
            yield unpacker.decompress(piece, limits.UNPACK_BYTES)
            piece = unpacker.unconsumed_tail
        if unpacker.eof:
            return
    raise EOFError("the member ends within its packed bytes")


def _check(pieces: Iterator[bytes], checksum: int | None) -> Iterator[bytes]:
    """The pieces; raises ``ValueError`` in the end if their checksum is wrong."""
    computed = 0
    for piece in pieces:
        computed = zlib.crc32(piece, computed)
        yield piece
    if checksum is not None and computed != checksum:
        raise ValueError("its checksum is wrong")
