"""A text file is one document: its text as it is, with its line breaks."""

from collections.abc import Iterator

from dedup.formats.columns import DocumentColumns, columns_of_rows
from dedup.formats.files import decoding
from dedup.formats.files.stream import read_whole
from dedup.formats.guard import check_words
from dedup.formats.places import Place, ReadContext


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the one document of a text file.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: takes the note on a guessed charset.

    Raises:
        ReadError: the file is too large, or is not text.
    """
    data = read_whole(pieces, place, context.limits)
    text = decoding.decode_text(data, place.path, context.on_problem)
    check_words(text, place.path, context.limits)
    yield columns_of_rows([(text, place.id, "", "", "", None, place.path)])
