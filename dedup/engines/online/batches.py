"""Documents that a program hands to an index -> lots that can be judged together."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from dedup import formats
from dedup.engines.stages.documents import Given, fields_of
from dedup.errors import ReadError
from dedup.types import Document, Skip

_LOT: Final = 1024
"""Documents that are judged together at most."""

_CHARACTERS: Final = 1 << 23
"""Characters of texts from which on no more are."""


def make_batches(documents: Iterable[Given], on_skip: Callable[[Skip], object] | None) -> Iterator[list[Document]]:
    """Whatever a program hands over as documents that can be judged together. One that cannot be used is told to
    ``on_skip``; without that it raises `ReadError`, after those before it."""
    return split_batches(_usable(documents, on_skip))


def _usable(documents: Iterable[Given], on_skip: Callable[[Skip], object] | None) -> Iterator[Document]:
    for place, given in enumerate(documents):
        try:
            yield to_document(given, f"document {place}")
        except ReadError as error:
            if on_skip is None:
                raise
            on_skip(Skip(error.path, error.reason, error.line))


def split_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents that can be judged together: not too many, and no id twice. An error comes after those before it."""
    lot: dict[str, Document] = {}
    size = 0
    try:
        for one in documents:
            if lot and (one.id in lot or len(lot) >= _LOT or size >= _CHARACTERS):
                yield list(lot.values())
                lot, size = {}, 0
            lot[one.id] = one
            size += len(one.text)
    except ReadError:
        if lot:
            yield list(lot.values())
        raise
    if lot:
        yield list(lot.values())


def to_document(given: Given, place: str, needs_id: bool = True) -> Document:
    """The document that was handed over; raises `InputError` for what is none, `ReadError` if it cannot be used."""
    if type(given) is dict and given.get("id") and isinstance(given.get("text"), str):  # which most are
        return formats.to_document(given, place)
    row = fields_of(given, place)
    if needs_id and row.get("id") in (None, ""):
        raise ReadError(place, "has no id; give each document of an index its own, by which it is known again")
    return formats.to_document(row, place if needs_id else "", path=row.get("path", ""))
