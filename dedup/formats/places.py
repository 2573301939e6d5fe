"""The arguments of a reader: the place of one input, and the context of the run. Nothing here opens a file."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, NamedTuple

import msgspec

from dedup.array_types import Indices
from dedup.formats.columns import DocumentColumns
from dedup.index_types import IdRule
from dedup.settings import DEFAULT_LIMITS, InputLimits, Settings
from dedup.types import Note, Skip

JSON_LINES: Final = ".jsonl"
"""The suffix of JSON Lines, the format of labels and of overrides."""


def no_events(_event: object) -> None:
    """Ignore an event: the default callback."""


class Place(msgspec.Struct, frozen=True, gc=False):
    """One input that `dedup.formats.discover` returns.

    ``file`` is the name to open. ``path`` is that name as typed, safe to print. ``id`` is the id of the document, or
    the beginning of the ids of its documents. ``suffix`` is the format (``.html``). ``packing`` is the compression
    (``.gz``, or empty). ``size`` is the number of bytes as stored. ``members`` is the format of all members of an
    archive, or empty where the name of each member tells its format. A suffix or packing of ``-`` says that the first
    bytes tell it.
    """

    file: str
    path: str
    id: str
    suffix: str
    packing: str = ""
    size: int = 0
    members: str = ""


STDIN = Place("-", "-", "-", "-", "-")
"""Standard input. The first bytes tell the compression and the format."""


class FieldProblem(NamedTuple):
    """Values of the field ``name`` in the rows of ``path`` that cannot be used, or are read by a rule or a guess.

    ``many`` is the number of the values. ``first`` quotes the first of the values, with its place. ``detail`` tells
    problems of one name apart. `dedup.formats.messages` has the names that are no fields.
    """

    path: str
    name: str
    many: int
    first: str
    detail: str = ""


class FileHead(NamedTuple):
    """The decisions that the first rows of a file made for all its rows.

    ``keys`` are the keys of fields, by our names of the fields. ``day_first`` says whether ``03/04/2024`` is in April;
    None if no row shows it.
    """

    keys: dict[str, str]
    day_first: bool | None = None


NO_HEAD: Final = FileHead({})
"""The head of a file that is read from its beginning."""

DEFAULT_EXTRACTOR: Final = "trafilatura"
"""The extractor of HTML pages where nobody chooses one."""

RowIds = IdRule | Literal["own"]
"""The names of documents without an id of their own: those of the rule of an index; ``own`` makes them skips."""


class ReadOptions(msgspec.Struct, frozen=True):
    """How rows and pages are read. Options can be part of a message.

    - ``fields``: our names of fields -> the names that the rows use.
    - ``ids``: how a document without an id of its own is named; None for its place.
    - ``extractor``: a name of `formats.pages.extractors`.
    - ``limits``: the most that one input may have.
    """

    fields: Mapping[str, str] = {}
    ids: RowIds | None = None
    extractor: str = DEFAULT_EXTRACTOR
    limits: InputLimits = DEFAULT_LIMITS

    def with_settings(self, settings: Settings) -> "ReadOptions":
        """The options with the extractor of settings, and with their limits if these are not the defaults."""
        limits = self.limits if settings.limits == DEFAULT_LIMITS else settings.limits
        return msgspec.structs.replace(self, extractor=settings.extractor, limits=limits)


NO_OPTIONS: Final = ReadOptions()
"""The options where nobody chooses any."""


@dataclass(frozen=True, slots=True)
class ReadContext:
    """The options and the callbacks that the readers of a chunk share.

    - ``options``: how rows and pages are read.
    - ``on_skip``, ``on_note``, ``on_problem``: take the reports of a reader.
    - ``head``: what earlier rows of the file have decided.
    - ``on_bytes``: takes the numbers of bytes that a reader has read of a file that it opens itself.
    - ``numbers``: takes the number of each row that becomes a document, in the order of the documents; None to leave
      them out.
    """

    options: ReadOptions
    on_skip: Callable[[Skip], object]
    on_note: Callable[[Note], object]
    on_problem: Callable[[FieldProblem], object]
    head: FileHead = NO_HEAD
    on_bytes: Callable[[int], object] = no_events
    numbers: list[int] | None = None

    @property
    def fields(self) -> Mapping[str, str]:
        """Our names of fields -> the names that the rows use."""
        return self.options.fields

    @property
    def ids(self) -> RowIds | None:
        """How a document without an id of its own is named; None for its place."""
        return self.options.ids

    @property
    def extractor(self) -> str:
        """The extractor of HTML pages."""
        return self.options.extractor

    @property
    def limits(self) -> InputLimits:
        """The most that one input may have."""
        return self.options.limits

    def without_fields(self) -> "ReadContext":
        """The context for rows that a reader makes itself, with our names of fields."""
        return replace(self, options=msgspec.structs.replace(self.options, fields={}))


Reader = Callable[[Iterator[bytes], Place, ReadContext, int], Iterator[DocumentColumns]]
"""Decompressed bytes of a place, and the number of their first line -> the documents in them, batch by batch.

Raises `dedup.errors.ReadError` when the remaining bytes cannot be read.
"""

RowWriter = Callable[[Iterator[bytes], Place, Indices, InputLimits], Iterator[bytes]]
"""Decompressed bytes of a place, and numbers of rows, ascending -> the bytes without these rows.

All other bytes stay as they are: rows that the reader skips too.
"""


def readable(path: str) -> str:
    """The path with backslash escapes in place of invalid Unicode, so that it can be printed and stored."""
    return path if path.isascii() else path.encode("utf-8", "backslashreplace").decode()


def with_slashes(path: str) -> str:
    """The path as `readable` gives it, with slashes on any system."""
    return readable(path) if os.sep == "/" else readable(path).replace(os.sep, "/")


def quoted(value: object, length: int) -> str:
    """The value as Python writes it, cut to ``length`` characters and safe to print; its type if that fails."""
    try:
        text = readable(repr(value))
    except Exception:  # a number of 5,000 digits, lists that nest too deep, an object of the caller
        text = f"<{type(value).__name__}>"
    return text if len(text) <= length else text[: length - 1] + "…"
