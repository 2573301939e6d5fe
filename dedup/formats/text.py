"""A text file is one document: all of it, as it is, line breaks and all."""

from collections.abc import Iterator

from dedup.formats import decode, limits
from dedup.formats.source import Place, Run
from dedup.formats.stream import whole
from dedup.types import Document


def read(pieces: Iterator[bytes], place: Place, _run: Run, _first: int = 1) -> Iterator[Document]:
    """The one document of a text file."""
    data = whole(pieces, place, limits.MAX_DOCUMENT_BYTES)
    yield Document(text=decode.text(data, place.path), id=place.id, path=place.path)
