"""A text file is one document: all of it, as it is, line breaks and all."""

from collections.abc import Iterator

from dedup.formats import limits
from dedup.formats.files import decoding
from dedup.formats.files.stream import read_whole
from dedup.formats.places import Place, ReadContext
from dedup.types import Document


def read(pieces: Iterator[bytes], place: Place, _run: ReadContext, _first: int = 1) -> Iterator[Document]:
    """The one document of a text file."""
    data = read_whole(pieces, place, limits.MAX_DOCUMENT_BYTES)
    yield Document(text=decoding.decode_text(data, place.path), id=place.id, path=place.path)
