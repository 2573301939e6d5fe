"""Documents of a program -> batches of documents that can be decided together."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from dedup import formats
from dedup.engines.stages.documents import Given, fields_of
from dedup.errors import ReadError
from dedup.types import Document, Skip

_DOCUMENTS: Final = 1024
"""Documents of a batch, at most."""

_CHARACTERS: Final = 1 << 23
"""Characters of texts from which on a batch takes no more documents."""


def make_batches(
    documents: Iterable[Given], on_skip: Callable[[Skip], object] | None, extractor: str
) -> Iterator[list[Document]]:
    """Converts documents of a program, and yields them in batches.

    Args:
        documents: the documents.
        on_skip: is called with each document that cannot be used.
        extractor: the extractor of HTML pages.

    Raises:
        ReadError: a document cannot be used, and there is no ``on_skip``. The batch before it comes first.
    """
    return split_batches(_usable_documents(documents, on_skip, extractor))


def _usable_documents(
    documents: Iterable[Given], on_skip: Callable[[Skip], object] | None, extractor: str
) -> Iterator[Document]:
    """Yields the documents that can be used, as `make_batches` takes them."""
    for position, document in enumerate(documents):
        try:
            yield to_document(document, f"document {position}", extractor)
        except ReadError as error:
            if on_skip is None:
                raise
            on_skip(Skip(error.path, error.reason, error.line))


def split_batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Yields batches of documents. No id is in a batch twice. The documents before an error come before the error."""
    batch: dict[str, Document] = {}
    size = 0
    try:
        for document in documents:
            if batch and (document.id in batch or len(batch) >= _DOCUMENTS or size >= _CHARACTERS):
                yield list(batch.values())
                batch, size = {}, 0
            batch[document.id] = document
            size += len(document.text)
    except ReadError:
        if batch:
            yield list(batch.values())
        raise
    if batch:
        yield list(batch.values())


def to_document(document: Given, place: str, extractor: str, needs_id: bool = True) -> Document:
    """Converts a document that a program gives.

    Args:
        document: a text, a mapping or a `Document`.
        place: the name of the document in errors.
        extractor: the extractor of HTML pages.
        needs_id: whether the document must have an id.

    Raises:
        InputError: the value is no document.
        ReadError: the document cannot be used.
    """
    if type(document) is dict and document.get("id") and isinstance(document.get("text"), str):  # the usual case
        return formats.to_document(document, place)
    row = fields_of(document, place)
    if needs_id and row.get("id") in (None, ""):
        raise ReadError(place, "has no id; give each document of an index its own, by which it is known again")
    if isinstance(document, Mapping):
        row = dict(document)  # an error names all its keys
    return formats.to_document(row, place if needs_id else "", path=str(row.get("path", "")), extractor=extractor)
