"""Documents that a program hands to an index -> lots that can be judged together."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from dedup.engines.intake import Given, fields_of
from dedup.errors import ReadError
from dedup.formats import document
from dedup.types import Document, Skip

__all__ = ["handed", "lots"]

_LOT: Final = 1024
"""Documents that are judged together at most."""

_CHARACTERS: Final = 1 << 23
"""Characters of texts from which on no more are."""


def lots(documents: Iterable[Given], on_skip: Callable[[Skip], object] | None) -> Iterator[list[Document]]:
    """Documents that can be judged together: not too many, and no id twice."""
    lot: dict[str, Document] = {}
    size = 0
    for place, given in enumerate(documents):
        try:
            one = handed(given, f"document {place}")
        except ReadError as error:
            if on_skip is None:
                if lot:
                    yield list(lot.values())
                raise
            on_skip(Skip(error.path, error.reason, error.line))
            continue
        if lot and (one.id in lot or len(lot) >= _LOT or size >= _CHARACTERS):
            yield list(lot.values())
            lot, size = {}, 0
        lot[one.id] = one
        size += len(one.text)
    if lot:
        yield list(lot.values())


def handed(given: Given, place: str, needs_id: bool = True) -> Document:
    """The document that was handed over; raises `InputError` for what is none, `ReadError` if it cannot be used."""
    row = fields_of(given, place)
    if needs_id and row.get("id") in (None, ""):
        raise ReadError(place, "has no id; give each document of an index its own, by which it is known again")
    return document(row, place if needs_id else "", path=row.get("path", ""))
