"""HTML text -> the main text of the page, and what the page declares of itself. No network is used."""

import contextlib
import logging
import re
from collections.abc import Iterator
from typing import Final

from dedup.errors import ReadError
from dedup.formats.pages.extractors import EXTRACTORS, LIBRARIES
from dedup.formats.pages.flat import reason_against_tree, whole_text
from dedup.formats.pages.fragments import is_fragment
from dedup.formats.pages.hidden import remove_hidden
from dedup.formats.pages.messages import ExtractedPage, page_size_error
from dedup.formats.pages.metadata import PageMetadata, read_metadata
from dedup.settings import DEFAULT_LIMITS, InputLimits
from dedup.version import DISTRIBUTION

_LOGGERS: Final = ("trafilatura", "htmldate", "courlan", "justext", "charset_normalizer")

_JOINER: Final = re.compile("(?<=[\u0600-\u06ff])(?:\u200c|&(?:zwnj|#8204|#x200c);)(?=[\u0600-\u06ff])", re.IGNORECASE)
"""A zero-width non-joiner between Arabic letters, which Persian also writes as a space or not at all."""

_JOINER_SIGNS: Final = ("\u200c", "zwnj", "8204", "200c", "200C")
"""Parts of a page of which one is there if a joiner is. To look for them takes a tenth of the time of `_JOINER`."""


def extract(
    page: str,
    path: str,
    extractor: str = "trafilatura",
    bounds: InputLimits = DEFAULT_LIMITS,
) -> ExtractedPage:
    """Extract the main text of a page, or the whole text of a page without main text.

    A fragment, such as the content of a feed, has nothing around its text, and gives its whole text.

    Args:
        page: the source of the page.
        path: names the page in errors.
        extractor: a name of `EXTRACTORS`.
        bounds: the limits on input.

    Raises:
        ReadError: the page has too many bytes, or the library of the extractor is missing.
    """
    if len(page.encode("utf-8", "replace")) > bounds.page_bytes:
        raise page_size_error(path, bounds)
    note = reason_against_tree(page, bounds)
    if not note and is_fragment(page):
        return ExtractedPage(whole_text(page)[0])
    with _mute_loggers():
        try:
            if not note:
                return _extract_main_text(page, extractor)
        except ModuleNotFoundError as error:
            if (extra := LIBRARIES.get(extractor)) is None:
                raise
            cure = f"run pip install '{DISTRIBUTION}[{extra}]', or choose another extractor"
            raise ReadError(path, f"needs a library that is missing ({error}); {cure}") from error
        except Exception as error:  # extractors raise any error on hostile pages; the text is not lost
            note = f"the page broke the extraction ({type(error).__name__})"
    text, title = whole_text(page)
    return ExtractedPage(text, title=title, note=note)


def _extract_main_text(page: str, extractor: str) -> ExtractedPage:
    """Extract text and data of a page that has a tree of a usual shape."""
    import trafilatura  # the import takes a second, so it is not at the top

    # trafilatura removes the joiner that separates words of Persian, so that two words become one.
    if any(sign in page for sign in _JOINER_SIGNS):
        page = _JOINER.sub(" ", page)
    tree = trafilatura.load_html(page)
    if tree is None:  # trafilatura refuses fragments
        tree = trafilatura.load_html(f"<html><body><div>{page}</div></body></html>")
    if tree is None:
        return ExtractedPage("")
    source = None if remove_hidden(tree, page) else page
    metadata = read_metadata(tree, page)
    text = EXTRACTORS[extractor](tree, source) or trafilatura.html2txt(tree)
    return _with_metadata(text, metadata)


def _with_metadata(text: str, metadata: PageMetadata) -> ExtractedPage:
    return ExtractedPage(text, **metadata._asdict())


@contextlib.contextmanager
def _mute_loggers() -> Iterator[None]:
    """Mute the loggers of the extraction while it runs. They write many lines on unusual pages."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
