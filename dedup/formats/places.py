"""The arguments of a reader: the place of one input, and the context of the run. Nothing here opens a file."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from dedup.formats.columns import DocumentColumns
from dedup.types import IdRule, Note, Skip

JSON_LINES: Final = ".jsonl"
"""The suffix of JSON Lines, the format of standard input, of labels and of overrides."""


@dataclass(frozen=True, slots=True)
class Place:
    """One input that `dedup.formats.discover` returns.

    ``file`` is the name to open. ``path`` is that name as typed, safe to print. ``id`` is the id of the document, or
    the beginning of the ids of its documents. ``suffix`` is the format (``.html``). ``packing`` is the compression
    (``.gz``, or empty). ``size`` is the number of bytes as stored.
    """

    file: str
    path: str
    id: str
    suffix: str
    packing: str = ""
    size: int = 0


STDIN = Place("-", "-", "-", JSON_LINES, "-")
"""JSON Lines on standard input. The first bytes tell the compression."""


class FieldProblem(NamedTuple):
    """Values of the field ``name`` in the rows of ``path`` that cannot be used.

    ``many`` is the number of the values. ``first`` quotes the first of the values, with its place.
    """

    path: str
    name: str
    many: int
    first: str


@dataclass(frozen=True, slots=True)
class ReadContext:
    """The settings and callbacks that all readers of a run share.

    ``fields`` maps our names of fields to the names that the rows use. ``on_skip``, ``on_note`` and ``on_problem`` take
    the reports of a reader. ``ids`` says how the index that the
    documents go to names a document without an id of its own; None outside an index.
    """

    fields: Mapping[str, str]
    on_skip: Callable[[Skip], object]
    on_note: Callable[[Note], object]
    on_problem: Callable[[FieldProblem], object]
    ids: IdRule | None = None


Reader = Callable[[Iterator[bytes], Place, ReadContext, int], Iterator[DocumentColumns]]
"""Decompressed bytes of a place, and the number of their first line -> the documents in them, batch by batch.

Raises `dedup.errors.ReadError` when the remaining bytes cannot be read.
"""


def readable(path: str) -> str:
    """The path with backslash escapes in place of invalid Unicode, so that it can be printed and stored."""
    return path.encode("utf-8", "backslashreplace").decode()


def quoted(value: object, length: int) -> str:
    """The value as Python writes it, cut to ``length`` characters and safe to print."""
    text = readable(repr(value))
    return text if len(text) <= length else text[: length - 1] + "…"
