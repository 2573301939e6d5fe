"""Elements of a page -> whether a reader sees their text. Text that a page hides is no text of it.

The page is judged as a browser with scripts shows it when it is loaded: by the attributes and the own style of each
element, and by the style elements of the page. ``html`` and ``body`` hide nothing, because scripts show a page that is
hidden as a whole. A page of which nothing would remain keeps its text.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from dedup.core.text.styles.declarations import read_declarations
from dedup.core.text.styles.selectors import Element, read_element
from dedup.core.text.styles.sheets import StyledElements, read_sheets
from dedup.core.text.styles.visibility import GONE, Sight, inner_sight, may_hide

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # lxml ships no types

_NEVER_SHOWN: Final = frozenset(
    {"applet", "audio", "canvas", "datalist", "defs", "desc", "iframe", "metadata", "meter", "noembed", "noframes"}
    | {"noscript", "progress", "script", "style", "symbol", "template", "video"}
)
"""Elements whose text a browser with scripts shows nowhere, whatever their style is."""

_NOT_DISPLAYED: Final = frozenset(("dialog", "rp"))
"""Elements that a browser does not display if no style says so. An open dialog is displayed."""

_HIDING_TAGS: Final = tuple((_NEVER_SHOWN | _NOT_DISPLAYED) - {"script", "style"})
"""Elements that hide text without an attribute."""

_WHOLE: Final = frozenset(("html", "body", "head", "title"))
"""Elements that are never hidden."""

_DATA: Final = ("base", "link", "meta", "script", "time")
"""Elements that say something of a page to machines, hidden or not."""

_NO_TEXT: Final = ("script", "style")
"""Elements that no extractor takes for text, so that they may stay."""

_STYLE: Final = re.compile(r"style\s*=")
_SIGNS: Final = ("hidden", "popover")
"""Attributes of a page that hides an element without a style."""

_SEEN: Final = Sight()
_GONE: Final = Sight(GONE)
_NOTHING: Final[dict[str, tuple[bool, str]]] = {}
_UNSTYLED: Final = Element(frozenset(), {})


class Viewer:
    """Says of each element of a page whether a reader sees its text. Elements open and close in order.

    Args:
        sheets: the media and the text of each style element of the page.
    """

    def __init__(self, sheets: Iterable[tuple[str, str]] = ()) -> None:
        self._sheets = read_sheets(tuple(sheets))
        self._styled = StyledElements(self._sheets)
        self._sights = [_SEEN]

    @property
    def has_rules(self) -> bool:
        """Whether the style elements have rules that may hide text."""
        return bool(self._sheets)

    @property
    def sight(self) -> Sight:
        """The sight of the text that stands in the innermost open element."""
        return self._sights[-1]

    def open(self, tag: str, attributes: Mapping[str, str]) -> Sight:
        """Open an element, and return the sight of its text."""
        outer = self._sights[-1]
        element = read_element(tag, attributes) if self._sheets else _UNSTYLED
        self._styled.open(element)
        if outer.is_gone or tag in _WHOLE:
            sight = outer
        elif tag in _NEVER_SHOWN:
            sight = _GONE
        elif attributes or self._sheets or tag in _NOT_DISPLAYED:
            sight = self._judge(tag, attributes, element)
        else:
            sight = outer
        self._sights.append(sight)
        return sight

    def close(self) -> None:
        """Close the innermost open element."""
        if len(self._sights) > 1:
            self._sights.pop()
            self._styled.close()

    def _judge(self, tag: str, attributes: Mapping[str, str], element: Element) -> Sight:
        """Return the sight of the text of the innermost element."""
        outer = self._sights[-1]
        written = attributes.get("style")
        style = read_declarations(written) if written else _NOTHING
        is_closed = _is_closed(tag, attributes)
        if not (is_closed or self._sheets.may_hide(element) or may_hide(style) or not outer.is_usual):
            return outer
        values = self._styled.values(tag, style)
        if is_closed and "display" not in values:
            return _GONE
        return inner_sight(tag, values, outer) if values else outer


def _is_closed(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether a browser does not display an element whose style says nothing of it."""
    if "hidden" in attributes or "popover" in attributes or tag == "rp":
        return True
    return tag == "dialog" and "open" not in attributes


def remove_hidden(tree: "HtmlElement", page: str) -> bool:
    """Remove the text that no reader sees from the tree of a page. Elements of data stay.

    Args:
        tree: the tree, which changes.
        page: the source of the page.

    Returns:
        Whether the tree has changed.
    """
    small = page.lower()
    sheets = [
        (style.get("media") or "", style.text or "")
        for style in (tree.iter("style") if "<style" in small else ())
        if next(style.iterancestors(*_NEVER_SHOWN), None) is None
    ]
    viewer = Viewer(sheets)
    has_signs = viewer.has_rules or _STYLE.search(small) or any(sign in small for sign in _SIGNS)
    if not has_signs and next(tree.iter(*_HIDING_TAGS), None) is None:
        return False
    gone, silent, has_text = _find_hidden(tree, viewer)
    if not has_text:
        return False
    for parent in dict.fromkeys((*gone, *silent)):
        _remove_children(parent, gone.get(parent, frozenset()), parent in silent)
    return bool(gone or silent)


def _find_hidden(
    tree: "HtmlElement", viewer: Viewer
) -> tuple[dict["HtmlElement", set["HtmlElement"]], set["HtmlElement"], bool]:
    """Find what is hidden in a tree.

    Returns:
        The outermost gone elements by their parents, the elements whose text alone is hidden, and whether any other
        text is there.
    """
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    gone: dict[HtmlElement, set[HtmlElement]] = {}
    silent: set[HtmlElement] = set()
    has_text = False
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            viewer.close()
            text = None if has_text or viewer.sight.hides else element.tail
        else:
            tag = element.tag
            sight = viewer.open(tag, element.attrib)
            text = None if has_text or sight.hides or tag == "title" else element.text
            if sight.is_gone:
                walk.skip_subtree()
                if tag not in _NO_TEXT and (parent := element.getparent()) is not None:
                    gone.setdefault(parent, set()).add(element)
            elif sight.hides:
                silent.add(element)
        has_text = has_text or bool(text and not text.isspace())
    return gone, silent, has_text


def _remove_children(parent: "HtmlElement", gone: Collection["HtmlElement"], is_silent: bool) -> None:
    """Remove elements, and the text between the others if that is hidden. The time is linear in the children."""
    before: HtmlElement | None = None
    texts = [parent.text]
    data: list[HtmlElement] = []
    for child in list(parent):
        tail = child.tail
        if child in gone:
            if child.tag not in _NEVER_SHOWN:
                data += [_copy_data(element) for element in child.iter(*_DATA)]
            parent.remove(child)
        else:
            _set_text(parent, before, texts, is_silent)
            before, texts = child, []
        texts.append(tail)
    _set_text(parent, before, texts, is_silent)
    parent.extend(data)


def _set_text(
    parent: "HtmlElement", before: "HtmlElement | None", texts: Iterable[str | None], is_silent: bool
) -> None:
    """Set the text behind a child of an element, or its first text."""
    shown = "".join(text for text in texts if text and (not is_silent or text.isspace()))
    if before is None:
        parent.text = shown
    else:
        before.tail = shown


def _copy_data(element: "HtmlElement") -> "HtmlElement":
    """Return a copy of an element of data. No text of it is for readers."""
    copy = element.makeelement(element.tag, dict(element.attrib))
    if element.tag == "script":
        copy.text = element.text
    return copy
