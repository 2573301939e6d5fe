"""HTML text -> its shape, or the text that it shows, by a parser that builds no tree. So no page is too deep or large.

A tree of a page with very many or very deep elements takes minutes, or does not come about.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

from dedup.formats import limits
from dedup.formats.pages.hidden import Viewer
from dedup.settings import InputLimits

_INLINE: Final = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "font", "i", "ins", "mark", "q", "s", "small", "span", "strong", "u"}
)
_NO_TEXT: Final = frozenset({"script", "style", "template"})
"""Elements whose text is none of a page, also if all other text is hidden."""


def reason_against_tree(page: str, bounds: InputLimits) -> str:
    """Return the reason not to build a tree of a page: it is too deep or too large. Return ``""`` for other pages."""
    return _parse(page, _ShapeMeter).note(bounds)


def whole_text(page: str) -> tuple[str, str]:
    """Return the visible text of a page with a line for each block, and the title of the page."""
    sheets = _parse(page, _StyleCollector).sheets if "<style" in page.lower() else []
    collector = _parse(page, lambda: _TextCollector(sheets))
    return collector.text, collector.title


class _ShapeMeter:
    """A parser target that counts elements, their depth and their attributes."""

    def __init__(self) -> None:
        self.elements = self.depth = self.deepest = self.attributes = self.all_attributes = 0

    def start(self, _tag: str, attributes: Mapping[str, str]) -> None:
        self.elements += 1
        self.depth += 1
        if self.depth > self.deepest:  # max() takes three times the time
            self.deepest = self.depth
        self.all_attributes += len(attributes)
        if len(attributes) > self.attributes:
            self.attributes = len(attributes)

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> "_ShapeMeter":
        return self

    def note(self, bounds: InputLimits) -> str:
        """Return the reason not to build a tree of the page; empty if there is none."""
        for count, cap, unit, name in (
            (self.deepest, limits.MAX_HTML_DEPTH, "nested elements", ""),
            (self.elements, bounds.page_elements, "elements", "page_elements"),
            (self.attributes, limits.MAX_HTML_ATTRIBUTES, "attributes on one element", ""),
            (self.all_attributes, bounds.page_attributes, "attributes", "page_attributes"),
        ):
            if count > cap:
                hint = f" ({limits.raise_hint(name).removeprefix('or ')} to search it)" if name else ""
                return f"the page has more than {cap:,} {unit}{hint}"
        return ""


class _StyleCollector:
    """A parser target that collects the style elements of a page that a browser reads: media and text of each."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self._viewer = Viewer()
        self._media: str | None = None
        self._texts: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "style":
            self._media = None if self._viewer.sight.is_gone else attributes.get("media") or ""
            self._texts = []
        self._viewer.open(tag, {})

    def end(self, tag: str) -> None:
        self._viewer.close()
        if tag == "style" and self._media is not None:
            self.sheets.append((self._media, "".join(self._texts)))
            self._media = None

    def data(self, text: str) -> None:
        if self._media is not None:
            self._texts.append(text)

    def close(self) -> "_StyleCollector":
        return self


class _TextCollector:
    """A parser target that collects the text and the title of a page.

    Args:
        sheets: the media and the text of each style element of the page.
    """

    def __init__(self, sheets: Sequence[tuple[str, str]]) -> None:
        self.text = self.title = ""
        self._viewer = Viewer(sheets)
        self._shown: list[str] = []
        self._all: list[str] = []
        self._titles: list[str] = []
        self._unseen: list[str] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._viewer.open(tag, attributes)
        if tag in _NO_TEXT or tag == "title":
            self._unseen.append(tag)
        self._end_line(tag)

    def end(self, tag: str) -> None:
        self._end_line(tag)
        self._viewer.close()
        if self._unseen and self._unseen[-1] == tag:
            self._unseen.pop()

    def data(self, text: str) -> None:
        if not self._unseen:
            self._all.append(text)
            if not self._viewer.sight.hides or text.isspace():
                self._shown.append(text)
        elif self._unseen == ["title"]:
            self._titles.append(text)

    def close(self) -> "_TextCollector":
        self.text = _lines_of(self._shown) or _lines_of(self._all)
        self.title = " ".join("".join(self._titles).split())
        return self

    def _end_line(self, tag: str) -> None:
        """End the line at an element of a block. A block that is gone ends none."""
        if tag not in _INLINE:
            self._all.append("\n")
            if not self._viewer.sight.is_gone:
                self._shown.append("\n")


def _lines_of(parts: Iterable[str]) -> str:
    """Join parts of a text; return its lines without empty ones and without spaces around them."""
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


_Target = TypeVar("_Target", _ShapeMeter, _StyleCollector, _TextCollector)


def _parse(page: str, make: Callable[[], _Target]) -> _Target:
    """Feed a page to a new parser target; return the target, or an empty target for a page that does not parse."""
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    parser = etree.HTMLParser(target=make(), huge_tree=True, encoding="utf-8")
    try:
        filled: _Target = etree.fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return make()
    return filled
