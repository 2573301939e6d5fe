"""An HTML file is one document: the main text of the page, with its title, site, address and time."""

from collections.abc import Iterator

from dedup.formats import limits
from dedup.formats.files.stream import read_whole
from dedup.formats.pages import charset
from dedup.formats.pages.extract import extract
from dedup.formats.places import Place, ReadContext
from dedup.types import Document, Note


def read(pieces: Iterator[bytes], place: Place, run: ReadContext, _first: int = 1) -> Iterator[Document]:
    """The one document of an HTML file; a page without any text is a document without text."""
    data = read_whole(pieces, place, limits.MAX_HTML_BYTES)
    page = extract(charset.decode_page(data, place.path), place.path)
    if page.note:
        run.on_note(Note(place.path, f"{page.note}; its whole text was taken, with what boilerplate it has"))
    yield Document(
        text=page.text,
        id=place.id,
        title=page.title,
        source=page.source,
        url=page.url,
        published=page.published,
        path=place.path,
    )
