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
from dedup.core.text.styles.visibility import GONE, Sight, inner_sight, is_closed, may_hide

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

_Gone = dict["HtmlElement", set["HtmlElement"]]
"""Gone elements by their parents."""


class Viewer:
    """Says of each element of a page whether a reader sees its text. Elements open and close in order.

    Args:
        sheets: the media and the text of each style element of the page.
    """

    def __init__(self, sheets: Iterable[tuple[str, str]] = ()) -> None:
        self._sheets = read_sheets(tuple(sheets))
        self._styled = StyledElements(self._sheets)
        self._sights = [_SEEN]
        self._may_hide: dict[tuple[str, str], bool] = {}

    @property
    def has_rules(self) -> bool:
        """Whether the style elements have rules that may hide text."""
        return bool(self._sheets)

    @property
    def sight(self) -> Sight:
        """The sight of the text that stands in the innermost open element."""
        return self._sights[-1]

    def may_hide(self, tag: str, attributes: Mapping[str, str]) -> bool:
        """Whether an element may hide text, if nothing around it does."""
        if tag in _HIDING_TAGS or "hidden" in attributes or "popover" in attributes:
            return True
        if (written := attributes.get("style")) and may_hide(read_declarations(written)):
            return True
        if not self._sheets:
            return False
        key = tag, attributes.get("class", "")
        answer = self._may_hide.get(key)
        if answer is None:
            answer = self._may_hide[key] = self._styled.may_hide_anywhere(tag, read_element(tag, {"class": key[1]}))
        return answer or ("id" in attributes and self._styled.may_hide_anywhere(tag, read_element(tag, attributes)))

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

    def open_usual(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element that hides nothing and stands in no element that hides text."""
        self._styled.open(read_element(tag, attributes) if self._sheets else _UNSTYLED)
        self._sights.append(_SEEN)

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
        closed = is_closed(tag, attributes)
        if not (closed or may_hide(style) or (self._sheets and self._styled.may_hide(tag)) or not outer.is_usual):
            return outer
        return inner_sight(tag, self._styled.values(tag, style), outer, closed=closed)


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
    gone, silent = _find_hidden(tree, viewer)
    if not ((gone or silent) and _has_text(tree, gone, silent)):
        return False
    for parent in dict.fromkeys((*gone, *silent)):
        _remove_children(parent, gone.get(parent, frozenset()), parent in silent)
    return True


def _find_hidden(tree: "HtmlElement", viewer: Viewer) -> tuple[_Gone, set["HtmlElement"]]:
    """Find the hidden parts of a tree. Only elements that may hide text are judged, and the elements in them.

    Returns:
        The outermost gone elements by their parents, and the elements whose text alone is hidden.
    """
    from lxml import etree  # type: ignore[import-untyped]  # lxml ships no types

    gone: _Gone = {}
    silent: set[HtmlElement] = set()
    around: dict[HtmlElement, None] = {}  # the open elements of the viewer, in their order
    walk = etree.iterwalk(tree, events=("start",))
    for _, element in walk:
        if viewer.may_hide(element.tag, element.attrib):
            _open_around(element, around, viewer)
            sight = viewer.open(element.tag, element.attrib)
            viewer.close()
            if not sight.is_usual:
                walk.skip_subtree()
                _find_in_element(element, viewer, gone, silent)
    return gone, silent


def _open_around(element: "HtmlElement", around: dict["HtmlElement", None], viewer: Viewer) -> None:
    """Open the elements around an element in the viewer, after the others are closed. Elements come in their order,
    so the time is linear."""
    path = []
    outer = element.getparent()
    while outer is not None and outer not in around:
        path.append(outer)
        outer = outer.getparent()
    while around and next(reversed(around)) is not outer:
        around.popitem()
        viewer.close()
    for opened in reversed(path):
        around[opened] = None
        viewer.open_usual(opened.tag, opened.attrib)


def _find_in_element(element: "HtmlElement", viewer: Viewer, gone: _Gone, silent: set["HtmlElement"]) -> None:
    """Find the hidden parts of an element, and add them to the others."""
    from lxml import etree

    walk = etree.iterwalk(element, events=("start", "end"))
    for event, inner in walk:
        if event == "end":
            viewer.close()
        else:
            sight = viewer.open(inner.tag, inner.attrib)
            if sight.is_gone:
                walk.skip_subtree()
                if inner.tag not in _NO_TEXT and (parent := inner.getparent()) is not None:
                    gone.setdefault(parent, set()).add(inner)
            elif sight.hides:
                silent.add(inner)


def _has_text(tree: "HtmlElement", gone: _Gone, silent: Collection["HtmlElement"]) -> bool:
    """Whether a reader sees any text of a tree. The title is none of it."""
    from lxml import etree

    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        if event == "end":
            holder, text = element.getparent(), element.tail
        elif element.tag in _NO_TEXT or element in gone.get(element.getparent(), ()):
            walk.skip_subtree()
            continue
        else:
            holder, text = element, "" if element.tag == "title" else element.text
        if text and not text.isspace() and holder not in silent:
            return True
    return False


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
