"""An HTML file is one document: the main text of the page, with its title, site, address and time."""

from collections.abc import Iterator

from dedup.formats.columns import DocumentColumns, columns_of_rows, page_fields
from dedup.formats.files.stream import read_whole
from dedup.formats.guard import check_words
from dedup.formats.pages.process import PAGES
from dedup.formats.places import Place, ReadContext
from dedup.types import Note


def read(pieces: Iterator[bytes], place: Place, context: ReadContext, _first: int = 1) -> Iterator[DocumentColumns]:
    """Read the one document of an HTML file. A page without text gives a document without text.

    Args:
        pieces: the decompressed bytes.
        place: the file.
        context: the extractor; takes the note on a page whose whole text is taken.

    Raises:
        ReadError: the file is too large, is not text, or cannot be extracted.
    """
    data = read_whole(pieces, place, context.limits, "page_bytes")
    page = PAGES.extract(data, place.path, context.extractor, context.limits)
    check_words(page.text, place.path, context.limits)
    if page.note:
        context.on_note(Note(place.path, f"{page.note}; its whole text was taken, with what boilerplate it has"))
    row = page.text, place.id, page.title, page.source, page.url, page.published, place.path, page_fields(page)
    yield columns_of_rows([row])
