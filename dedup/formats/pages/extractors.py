"""The tree and the source of a page -> its main text. Each extractor has the name that the setting ``extractor`` gives.

Measured by ``benches/pages.py --gold`` on 181 real news pages; `dedup/formats/README.md` has the figures.
"""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

from dedup.errors import SettingsError
from dedup.formats.pages.flat import whole_text
from dedup.version import DISTRIBUTION

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml ships no types

OPTIONS: Final[dict[str, Any]] = {
    "fast": True,
    "favor_recall": True,
    "include_comments": False,
    "include_tables": True,
    "deduplicate": False,
}
"""The options with which trafilatura extracts the main text.

In word 5-grams of 181 pages, ``fast`` with ``favor_recall`` has F1 0.959 (precision 0.947, recall 0.979). The slow
extraction has 0.954, balanced 0.957, favouring precision 0.939 (recall 0.945), the text of the whole page 0.724.
"""

PLAIN_OPTIONS: Final[dict[str, Any]] = {"main_content": True, "alt_texts": False, "list_bullets": False}
"""The options with which resiliparse extracts the main text."""


def _by_trafilatura(tree: "HtmlElement", _page: str | None) -> str:
    """Return the main text of a page with tables and without comments of readers."""
    import trafilatura  # the import takes a second, so it is not at the top

    article = trafilatura.bare_extraction(tree, **OPTIONS)
    return "" if article is None or isinstance(article, dict) else article.text or ""


def _by_resiliparse(tree: "HtmlElement", page: str | None) -> str:
    """Return the main text of a page, a line a block."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(page or _source_of(tree), **PLAIN_OPTIONS))


def _by_nobody(tree: "HtmlElement", page: str | None) -> str:
    """Return the whole visible text of a page, a line a block."""
    return whole_text(page or _source_of(tree))[0]


def _source_of(tree: "HtmlElement") -> str:
    """Return the source of a tree."""
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    return str(etree.tostring(tree, encoding="unicode", method="html"))


EXTRACTORS: Final[Mapping[str, Callable[["HtmlElement", str | None], str]]] = {
    "trafilatura": _by_trafilatura,
    "resiliparse": _by_resiliparse,
    "none": _by_nobody,
}
"""The extractor of each name. Each takes the tree of a page, which it does not change, and the source of the page. The
source is None if hidden text is removed from the tree."""

LIBRARIES: Final = {"resiliparse": "resiliparse"}
"""The extra that installs the library of an extractor, by the name of the extractor."""


def check_extractor(extractor: str) -> None:
    """Raise `SettingsError` if the library of an extractor is not installed."""
    extra = LIBRARIES.get(extractor)
    if extra is not None and find_spec(extra) is None:
        cure = f"run pip install '{DISTRIBUTION}[{extra}]'"
        raise SettingsError(f"extractor = {extractor!r} needs a library that is missing: {cure}")
