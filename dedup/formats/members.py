"""An archive, or standard input -> the inputs in it, each with its place and its decompressed bytes."""

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Generator, Iterator
from typing import BinaryIO, cast

from msgspec.structs import replace

from dedup.errors import ReadError
from dedup.formats import limits
from dedup.formats.files import names
from dedup.formats.files.archives import ArchiveMember, tar_members, zip_members
from dedup.formats.files.prefetch import read_ahead, unbuffered
from dedup.formats.files.sniff import SNIFFED_PAGES, sniff
from dedup.formats.files.stream import (
    decompressed,
    decompressed_member,
    join_head,
    name_errors,
    open_file,
    read_whole,
    standard_input,
)
from dedup.formats.guard import skip_of
from dedup.formats.places import JSON_LINES, STDIN, Place, readable
from dedup.formats.registry import ARCHIVES, FORMATS, UNKNOWN, packing_of, suffixes
from dedup.settings import InputLimits
from dedup.types import Skip

_NESTED = f"is an archive in an archive; unpack the outer archive, {limits.raise_hint('archive_depth')}"

Input = tuple[Place, Iterator[bytes]]
"""The place of an input, with its format, and its decompressed bytes. They are read before the next input comes."""


def sniffed_input(place: Place, pieces: Iterator[bytes]) -> Input:
    """Find the format of an input by its first bytes.

    Args:
        place: the input, whose suffix is ``-``.
        pieces: its decompressed bytes.

    Raises:
        ReadError: the bytes are of no known format, or cannot be read.
    """
    head = join_head(pieces)
    suffix = sniff(head) if head.strip() else JSON_LINES  # nothing is no document
    if suffix is None or (suffix not in FORMATS and suffix not in ARCHIVES):
        raise ReadError(place.path, UNKNOWN)
    return replace(place, suffix=suffix), itertools.chain([head], pieces)


def prompt_pieces(
    place: Place, stdin: BinaryIO | None, on_bytes: Callable[[int], object], bounds: InputLimits
) -> Generator[bytes]:
    """Standard input in pieces; each piece is all that has come. The caller's thread calls ``on_bytes``.

    Args:
        place: standard input.
        stdin: its stream; None for the process's own.
        on_bytes: takes numbers of bytes read.
        bounds: the limits on input.

    Raises:
        ReadError: the bytes are cut short, corrupt, or expand like a decompression bomb.
    """
    pieces = read_ahead(decompressed(place, unbuffered(stdin or standard_input()), bounds=bounds))
    with contextlib.closing(pieces):
        for piece in pieces:
            on_bytes(len(piece))
            yield piece


def members(
    place: Place,
    pieces: Iterator[bytes],
    on_bytes: Callable[[int], object],
    on_skip: Callable[[Skip], object],
    passed_over: names.PassedOver,
    bounds: InputLimits,
) -> Iterator[Input]:
    """The members of an archive that can be read.

    Args:
        place: the archive.
        pieces: its decompressed bytes; they are not used for a zip in a file.
        on_bytes: takes the bytes of a zip in a file as they are read.
        on_skip: takes each member that cannot be read.
        passed_over: counts the members that are no documents.
        bounds: the limits on input.

    Raises:
        ReadError: the archive is damaged or cut short. The members that can be read come before the error.
    """
    selection = _Selection(place, on_skip, passed_over, bounds)
    return selection.inputs(_members_of(place, pieces, on_bytes, bounds, bool(place.packing)))


def _members_of(
    place: Place, pieces: Iterator[bytes], on_bytes: Callable[[int], object], bounds: InputLimits, is_stream: bool
) -> Iterator[ArchiveMember]:
    """The members of an archive: those of `members`, and the directories. ``is_stream`` is as in `_zip_members`."""
    if place.suffix == ".tar":
        return tar_members(pieces, place.path, bounds)
    return _zip_members(place, pieces, on_bytes, bounds, is_stream or place.file == STDIN.file)


def _zip_members(
    place: Place, pieces: Iterator[bytes], on_bytes: Callable[[int], object], bounds: InputLimits, is_stream: bool
) -> Iterator[ArchiveMember]:
    """The members of a zip. A zip that comes as a stream is copied to a temporary file."""
    if is_stream:
        with tempfile.SpooledTemporaryFile(limits.SPOOL_MEMORY_BYTES) as spool:
            size = 0
            for piece in pieces:
                size += spool.write(piece)
                if size > limits.MAX_SPOOL_BYTES:
                    raise ReadError(place.path, f"is a zip above {limits.MAX_SPOOL_BYTES:,} bytes; give it as a file")
            yield from zip_members(cast(BinaryIO, spool), place.path, size, _ignore, bounds)
        return
    read = 0

    def count(size: int) -> None:
        nonlocal read
        size = min(size, place.size - read)
        read += size
        on_bytes(size)

    try:
        with name_errors(place), open_file(place) as file:
            yield from zip_members(file, place.path, place.size, count, bounds)
    finally:
        count(place.size)


def _ignore(_count: int) -> None:
    """Report no bytes: the archive around reports them."""


class _Selection:
    """Chooses the members of one archive that are documents, as the walk over a folder chooses files."""

    def __init__(
        self,
        place: Place,
        on_skip: Callable[[Skip], object],
        passed_over: names.PassedOver,
        bounds: InputLimits,
        depth: int = 1,
        count: Iterator[int] | None = None,
    ) -> None:
        """Choose from one archive.

        Args:
            place: the archive.
            on_skip: takes each member that cannot be read.
            passed_over: counts the members that are no documents.
            bounds: the limits on input.
            depth: the number of archives that the members are in.
            count: counts the members of all these archives; None for the first of them.
        """
        self._place, self._on_skip, self._passed_over, self._bounds = place, on_skip, passed_over, bounds
        self._depth, self._count = depth, count or itertools.count(1)
        self._folders: dict[str, set[str]] = {}  # the names in each folder so far
        self._waiting: list[tuple[str, Place, bytes]] = []  # members that may be parts of a page that comes later
        self._waiting_bytes = 0

    def inputs(self, archive: Iterator[ArchiveMember]) -> Iterator[Input]:
        """The members that are documents."""
        damage: Exception | None = None
        try:
            for member in archive:
                if next(self._count) > self._bounds.members:
                    cure = f"unpack it, {limits.raise_hint('members')}"
                    raise ReadError(self._place.path, f"has more than {self._bounds.members:,} members; {cure}")
                yield from self._select(member)
        except Exception as error:
            damage = error
        for name, place, data in self._waiting:
            if self._companion(name):
                self._passed_over.add(place.path, names.NO_PAGE)
            else:
                yield place, iter([data])
        if damage is not None:
            raise damage

    def _select(self, member: ArchiveMember) -> Iterator[Input]:
        """The input of a member, or nothing if the member is none or has to wait."""
        name = member.name.removeprefix("./")
        path, id = (f"{start}/{readable(name)}" for start in (self._place.path, self._place.id))
        *folders, base = name.split("/")
        self._folders.setdefault("/".join(folders), set()).add(base)
        if any(part.startswith(".") and part not in (".", "..") for part in (*folders, base)):
            return
        reason = member.passed_over or names.NO_PAGE * any(map(names.is_no_page, (*folders, base)))
        if reason or self._companion(name):
            self._passed_over.add(path, reason or names.NO_PAGE)
            return
        suffix, packing = self._kinds(name)
        is_nested = suffix in ARCHIVES
        if member.problem or (is_nested and self._depth >= self._bounds.archive_depth):
            self._on_skip(Skip(path, member.problem or _NESTED))
            return
        place = Place(self._place.file, path, id, suffix, packing)
        pieces: Iterator[bytes] = decompressed_member(member.pieces, place, self._bounds)
        if is_nested:
            yield from self._nested(place, pieces)
            return
        if not suffix:
            head = join_head(pieces)
            sniffed = sniff(head)
            if sniffed is None or sniffed not in SNIFFED_PAGES:
                self._passed_over.add(path, names.unreadable_reason(name) or UNKNOWN)
                return
            place, pieces = replace(place, suffix=sniffed), itertools.chain([head], pieces)
        if any(map(names.may_be_companion, folders)) and self._waiting_bytes < limits.MAX_WAITING_BYTES:
            data = read_whole(pieces, place, self._bounds)
            self._waiting.append((name, place, data))
            self._waiting_bytes += len(data)
        else:
            yield place, pieces

    def _nested(self, place: Place, pieces: Iterator[bytes]) -> Iterator[Input]:
        """The inputs in an archive that is a member. Its damage is a skip."""
        inner = _Selection(place, self._on_skip, self._passed_over, self._bounds, self._depth + 1, self._count)
        try:
            yield from inner.inputs(_members_of(place, pieces, _ignore, self._bounds, True))
        except Exception as error:
            if isinstance(error, ReadError) and error.path == self._place.path:
                raise
            self._on_skip(skip_of(error, place.path))

    def _kinds(self, name: str) -> tuple[str, str]:
        """The suffixes of format and packing of a member; an empty suffix where the first bytes must tell it."""
        kinds = suffixes(name)
        if self._place.members and (kinds is None or kinds[0] not in ARCHIVES):
            return self._place.members, packing_of(name)
        return kinds or ("", packing_of(name))

    def _companion(self, name: str) -> bool:
        """Whether a member is in a folder that a browser saved for a page of the archive."""
        folders = name.split("/")[:-1]
        return any(
            names.is_companion(folder, self._folders.get("/".join(folders[:depth]), ()))
            for depth, folder in enumerate(folders)
        )
