"""A text with tags -> the text without the elements that no reader sees, in linear time.

An element is judged by its own attributes. It ends at the closing tag of its name, and at the end of an element around
it. An element without a closing tag is not judged. A text of which nothing would remain stays as it is.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dedup.core.text.styles.declarations import read_declarations
from dedup.core.text.styles.visibility import Sight, inner_sight, is_closed, may_hide

_SIGN: Final = re.compile(r"<[a-z][^<>]*[\s\"'/](?:hidden|popover|style)\b", re.I)
_ATTRIBUTE: Final = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_SEEN: Final = Sight()


def without_hidden_elements(text: str, tags: re.Pattern[str], replace_tag: Callable[[re.Match[str]], str]) -> str:
    """Replace the tags of a text, and remove the elements that no reader sees.

    Args:
        text: the text.
        tags: matches a tag, and has its name as the first group.
        replace_tag: gives the replacement of a tag.
    """
    if not _SIGN.search(text):
        return tags.sub(replace_tag, text)
    marks = list(tags.finditer(text))
    pieces = [text[: marks[0].start()]] if marks else [text]
    for (mark, sight), end in zip(_sights(marks), [*(mark.start() for mark in marks[1:]), len(text)], strict=True):
        if not sight.is_gone:
            pieces.append(replace_tag(mark))
        if not sight.hides:
            pieces.append(text[mark.end() : end])
    shown = "".join(pieces)
    return shown if shown and not shown.isspace() else tags.sub(replace_tag, text)


def _sights(marks: Sequence[re.Match[str]]) -> Iterator[tuple[re.Match[str], Sight]]:
    """Yield each tag with the sight of the text behind it."""
    ends = _find_ends(marks)
    around: list[tuple[int, Sight]] = []  # the end and the sight of each open element
    is_open = [False] * len(marks)  # whether an element ends at a tag
    for place, mark in enumerate(marks):
        outer = around[-1][1] if around else _SEEN
        if is_open[place]:
            end = -1
            while end != place:
                end, _ = around.pop()
                is_open[end] = False
            outer = around[-1][1] if around else _SEEN
        elif (end := ends[place]) >= 0:
            outer = own_sight(mark, outer)
            around.append((end, outer))
            is_open[end] = True
        yield mark, outer


def _find_ends(marks: Sequence[re.Match[str]]) -> list[int]:
    """Return the place of the closing tag of each tag, -1 for none."""
    ends = [-1] * len(marks)
    open_by_name: dict[str, list[int]] = {}
    for place, mark in enumerate(marks):
        opened = open_by_name.setdefault(mark[1].lower(), [])
        if not mark[0].startswith("</"):
            opened.append(place)
        elif opened:
            ends[opened.pop()] = place
    return ends


def own_sight(mark: re.Match[str], outer: Sight) -> Sight:
    """Return the sight of the text of an element, by its tag."""
    tag = mark[1].lower()
    if outer.is_gone or len(mark[0]) <= len(tag) + 2:
        return outer
    attributes = _read_attributes(mark[0][len(tag) + 1 :])
    style = read_declarations(attributes.get("style", ""))
    closed = is_closed(tag, attributes)
    if not (closed or may_hide(style) or not outer.is_usual):
        return outer
    return inner_sight(tag, {name: value for name, (_, value) in style.items()}, outer, closed=closed)


def _read_attributes(tag: str) -> dict[str, str]:
    """Return the attributes in a tag, without its name. The first of equal names counts."""
    attributes: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(tag):
        attributes.setdefault(name.lower(), "".join(values))
    return attributes
