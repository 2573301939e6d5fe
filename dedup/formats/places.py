"""What a reader is given: the place of one input, and the run it belongs to. Nothing here opens anything."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from dedup.types import Document, Note, Skip

ROWS: Final = ".jsonl"
"""The suffix of JSON Lines, which hold many documents; any other file is one."""


@dataclass(frozen=True, slots=True)
class Place:
    """One input that was found.

    ``file`` is what to open, ``path`` the same name as typed and safe to print, ``id`` the name its documents get,
    ``suffix`` its format (``.html``), ``packing`` its compression (``.gz``, or empty), ``size`` its bytes as stored.
    """

    file: str
    path: str
    id: str
    suffix: str
    packing: str = ""
    size: int = 0


STDIN = Place("-", "-", "-", ROWS, "-")
"""JSON Lines on standard input; its compression is told from its first bytes."""


class FieldProblem(NamedTuple):
    """Values that could not be used: in the rows of ``path``, of the field ``name``, so ``many``, the ``first`` of them
    with its place."""

    path: str
    name: str
    many: int
    first: str


@dataclass(frozen=True, slots=True)
class ReadContext:
    """What all readers of a run share: the caller's names for our fields, whom to tell, and whether a row must have an
    id of its own."""

    fields: Mapping[str, str]
    on_skip: Callable[[Skip], object]
    on_note: Callable[[Note], object]
    on_odd: Callable[[FieldProblem], object]
    own_ids: bool = False


Reader = Callable[[Iterator[bytes], Place, ReadContext, int], Iterator[Document]]
"""Decompressed bytes of a place, from a line of that number on -> its documents. Raises `dedup.errors.ReadError` when
the rest cannot be read."""


def readable(path: str) -> str:
    """The path with backslash escapes for what is not valid Unicode in it, so that it can be printed and stored."""
    return path.encode("utf-8", "backslashreplace").decode()


def quoted(value: object, length: int) -> str:
    """The value as Python writes it, cut to ``length`` characters and safe to print."""
    text = readable(repr(value))
    return text if len(text) <= length else text[: length - 1] + "…"
