"""HTML text -> its shape, or the text that it shows, by a parser that builds no tree. So no page is too deep or large.

A tree of a page with very many or very deep elements takes minutes, or does not come about.
"""

from collections.abc import Mapping
from typing import Final, TypeVar

from dedup.formats import limits
from dedup.settings import InputLimits

_INLINE: Final = frozenset(
    {"a", "abbr", "b", "cite", "code", "em", "font", "i", "ins", "mark", "q", "s", "small", "span", "strong", "u"}
)
_UNSEEN: Final = frozenset({"script", "style", "template", "title"})


def reason_against_tree(page: str, bounds: InputLimits) -> str:
    """Return the reason not to build a tree of a page: it is too deep or too large. Return ``""`` for other pages."""
    return _parse(page, _ShapeMeter()).note(bounds)


def whole_text(page: str) -> tuple[str, str]:
    """Return the visible text of a page with a line for each block, and the title of the page."""
    collector = _parse(page, _TextCollector())
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


class _TextCollector:
    """A parser target that collects the text and the title of a page."""

    def __init__(self) -> None:
        self.text = self.title = ""
        self._parts: list[str] = []
        self._titles: list[str] = []
        self._unseen: list[str] = []

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        if tag in _UNSEEN:
            self._unseen.append(tag)
        self._parts.append("" if tag in _INLINE else "\n")

    def end(self, tag: str) -> None:
        if tag in _UNSEEN and self._unseen:
            self._unseen.pop()
        self._parts.append("" if tag in _INLINE else "\n")

    def data(self, text: str) -> None:
        if not self._unseen:
            self._parts.append(text)
        elif self._unseen == ["title"]:
            self._titles.append(text)

    def close(self) -> "_TextCollector":
        lines = (" ".join(line.split()) for line in "".join(self._parts).splitlines())
        self.text = "\n".join(line for line in lines if line)
        self.title = " ".join("".join(self._titles).split())
        return self


_Target = TypeVar("_Target", _ShapeMeter, _TextCollector)


def _parse(page: str, target: _Target) -> _Target:
    """Feed a page to a parser target; return the target, or an empty target for a page that does not parse."""
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    parser = etree.HTMLParser(target=target, huge_tree=True, encoding="utf-8")
    try:
        filled: _Target = etree.fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.LxmlError:
        return type(target)()
    return filled
