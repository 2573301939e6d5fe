"""The bytes of a tar or zip -> its members, one by one, each as a stream. Nothing is written under a member's name.

A name is only a name: an absolute path, ``..`` and a name that comes twice are harmless. Memory holds one piece of one
member, and the list of the members of a zip.
"""

import io
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from typing import Any, BinaryIO, NamedTuple

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files.compression import bomb_reason
from dedup.formats.files.piece_file import PieceFile
from dedup.formats.files.zip_headers import members_by_headers
from dedup.settings import InputLimits

CUT = "the archive is cut short; the members before the cut are read; fetch it again"
LINKS = "is a link or a device in an archive; the file itself is read if the archive holds it"
"""The reason why a member that holds no bytes of its own is passed over."""


class ArchiveMember(NamedTuple):
    """A member of an archive.

    ``pieces`` are its bytes; they must be read before the next member is asked for. ``problem`` is the reason why it
    cannot be read, and ``passed_over`` the reason why it need not be read; else they are empty.
    """

    name: str
    pieces: Iterator[bytes] = iter(())
    problem: str = ""
    passed_over: str = ""


def tar_members(pieces: Iterator[bytes], path: str, bounds: InputLimits) -> Iterator[ArchiveMember]:
    """The members of a tar.

    Args:
        pieces: the bytes of the tar, decompressed.
        path: the tar, for errors.
        bounds: the limits on input.

    Raises:
        ReadError: the tar is damaged or cut short. The members around the damage come before the error.
    """
    damage: list[str] = []
    source = io.BufferedReader(PieceFile(pieces), limits.READ_BYTES)
    try:
        # A header that cannot be read is passed over, block by block, until the next header.
        with tarfile.open(fileobj=source, mode="r|", ignore_zeros=True, tarinfo=_checked_header(damage)) as archive:
            while (header := archive.next()) is not None:
                archive.members = []  # type: ignore[attr-defined]  # the library would keep all headers
                if header.isreg():
                    yield ArchiveMember(header.name, _tar_pieces(archive, header, path, bounds))
                elif not header.isdir():
                    yield ArchiveMember(header.name, passed_over=LINKS)
    except (tarfile.TarError, ValueError, OverflowError) as error:
        raise ReadError(path, CUT if "end of data" in str(error) else _damage_reason(str(error))) from error
    if damage:
        raise ReadError(path, damage[0])


def _tar_pieces(archive: tarfile.TarFile, header: tarfile.TarInfo, path: str, bounds: InputLimits) -> Iterator[bytes]:
    file = archive.extractfile(header)
    size = 0
    try:
        while file is not None and (piece := file.read(limits.READ_BYTES)):
            size += len(piece)
            if header.issparse() and size > bounds.document_bytes:
                raise ReadError(f"{path}/{header.name}", "is a sparse file of great size; leave it out of the archive")
            yield piece
    except tarfile.TarError as error:
        raise ReadError(path, CUT) from error


def _damage_reason(detail: str) -> str:
    return f"the archive is damaged ({detail}); the members that can be found are read; fetch it again"


def _checked_header(damage: list[str]) -> type[tarfile.TarInfo]:
    """A class of headers that adds what is damaged to a list, and refuses headers that would fill the memory."""

    class CheckedHeader(tarfile.TarInfo):
        zeros = 0

        @classmethod
        def frombuf(cls, buf: Any, encoding: str, errors: str) -> Any:
            if cls.zeros > limits.TAR_ZERO_BLOCKS:
                buf = b""  # the end: nobody pads that much
            try:
                header = super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError as error:
                if any(buf):
                    damage.append(CUT if len(buf) < tarfile.BLOCKSIZE else _damage_reason(str(error)))
                else:
                    cls.zeros += 1
                raise
            cls.zeros = 0
            extends = header.type not in (*tarfile.REGULAR_TYPES, tarfile.GNUTYPE_SPARSE)
            if header.size < 0 or (extends and header.size > limits.MAX_NAME_BYTES):
                raise tarfile.HeaderError(f"a header claims {header.size:,} bytes")
            return header

    return CheckedHeader


def zip_members(
    file: BinaryIO, path: str, size: int, on_bytes: Callable[[int], object], bounds: InputLimits
) -> Iterator[ArchiveMember]:
    """The members of a zip.

    Args:
        file: the zip, of which any byte can be read.
        path: the zip, for errors.
        size: its bytes.
        on_bytes: takes the bytes of each member as stored, when the member has been read.
        bounds: the limits on input.

    Raises:
        ReadError: the list of members is broken, or the zip is a bomb. The members that can be found come before the
            error.
    """
    unpacked = 0

    def limited(pieces: Iterator[bytes], name: str) -> Iterator[bytes]:
        nonlocal unpacked
        try:
            for piece in pieces:
                unpacked += len(piece)
                if unpacked > bounds.unpacked_bytes and unpacked > bounds.unpacked_ratio * size:
                    raise ReadError(path, bomb_reason(bounds))
                yield piece
        except ReadError:
            raise
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError) as error:
            reason = f"is damaged in the archive ({error}); fetch the archive again"
            raise ReadError(f"{path}/{name}", reason) from error

    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, OverflowError, NotImplementedError) as error:
        for name, pieces in members_by_headers(file):
            yield ArchiveMember(name, limited(pieces, name))
        raise ReadError(path, f"{_damage_reason(str(error))}") from error
    reached = 0
    for info in sorted(archive.infolist(), key=lambda info: info.header_offset):
        problem = _zip_problem(info, reached)
        reached = max(reached, info.header_offset + info.compress_size)
        if stat.S_ISLNK(info.external_attr >> 16):
            yield ArchiveMember(info.filename, passed_over=LINKS)
        elif problem:
            yield ArchiveMember(info.filename, problem=problem)
        elif not info.is_dir():
            yield ArchiveMember(info.filename, limited(_zip_pieces(archive, info), info.filename))
        on_bytes(info.compress_size)


def _zip_problem(info: zipfile.ZipInfo, reached: int) -> str:
    """The reason why a member cannot be read, or empty. ``reached`` is the end of the members before it."""
    if info.flag_bits & 0x1:
        return "is encrypted in the archive; unpack the archive with its password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        return f"is packed in the archive by method {info.compress_type}, which is not read; unpack the archive"
    if info.header_offset < reached:
        return "shares bytes with another member of the archive, as in a bomb; leave the archive out"
    return ""


def _zip_pieces(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Generator[bytes]:
    with archive.open(info) as file:
        while piece := file.read(limits.READ_BYTES):
            yield piece
