"""Values of the properties of an element -> whether a reader sees its text, and what the elements in it inherit."""

import functools
import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from dedup.core.text.styles.boxes import Box, may_hide_box
from dedup.core.text.styles.declarations import NUMBER
from dedup.core.text.styles.lengths import LETTER, letter_size, read_share

GONE, INVISIBLE, INDENTED, TRANSPARENT = (1 << bit for bit in range(4))
"""Reasons why a text is hidden, one bit each. What stands in a gone element is gone. Other reasons are inherited, and
the style of an inner element may end them."""

_FAINT: Final = 0.02
"""The most opacity, and the most zoom, that no reader sees."""

_TINY: Final = 1.0
"""Pixels of the largest letter that no reader sees."""

_HIDING: Final = {"display": ("none",), "content-visibility": ("hidden",), "visibility": ("hidden", "collapse")}
_INHERITS: Final = ("inherit", "unset", "currentcolor")
_NO_ANIMATION: Final = ("none", "initial", "unset", "revert", "inherit")
_OPACITY: Final = re.compile(rf"opacity\( ?({NUMBER}%?) ?\)")
_ALPHA: Final = re.compile(rf"[a-z]+\((?:[^,/]*,[^,/]*,[^,/]*,|[^/]*/) ?({NUMBER}%?) ?\)\Z")
_HEX_ALPHA: Final = re.compile(r"#(?:[0-9a-f]{3}0|[0-9a-f]{6}0[0-5])\Z")


class Sight(NamedTuple):
    """Facts that elements inherit: the ``reasons`` why a text is hidden, as bits, and the pixels of a ``letter``."""

    reasons: int = 0
    letter: float = LETTER

    @property
    def hides(self) -> bool:
        """Whether no reader sees the text."""
        return bool(self.reasons) or self.letter <= _TINY

    @property
    def is_usual(self) -> bool:
        """Whether nothing is inherited."""
        return not self.reasons and self.letter == LETTER

    @property
    def is_gone(self) -> bool:
        """Whether no reader sees the text of the element and of all elements in it."""
        return bool(self.reasons & GONE)


def inner_sight(tag: str, values: Mapping[str, str], outer: Sight, *, closed: bool = False) -> Sight:
    """Return the sight of the text of an element.

    Args:
        tag: the name of the element, in small letters.
        values: the values of its properties, as `core.text.styles.declarations.read_declarations` reads them.
        outer: the sight around the element.
        closed: whether `is_closed` says so of the element.
    """
    get = values.get
    if get("display", "none" if closed else "") == "none" or get("content-visibility") == "hidden":
        return Sight(GONE)
    if not values:
        return outer
    letter = letter_size(get("font-size", "inherit"), outer.letter)
    box = Box(tag, values, letter)
    if get("animation-name", "none").split()[0] in _NO_ANIMATION and (_is_faint(values) or box.shows_nothing()):
        return Sight(GONE)  # an animation shows what the style hides
    reasons = outer.reasons
    visibility = get("visibility", "inherit")
    if visibility not in _INHERITS:
        reasons = reasons & ~INVISIBLE | INVISIBLE * (visibility in ("hidden", "collapse"))
    indent = get("text-indent", "inherit")
    if indent not in _INHERITS and not box.in_line:
        reasons = reasons & ~INDENTED | INDENTED * box.indents_away(indent)
    color = get("-webkit-text-fill-color") or get("color", "inherit")
    if color not in _INHERITS:
        shows = get("background-clip") == "text" or get("text-shadow", "none") != "none"
        reasons = reasons & ~TRANSPARENT | TRANSPARENT * (_is_transparent(color) and not shows)
    return Sight(reasons, letter)


def is_closed(tag: str, attributes: Mapping[str, str]) -> bool:
    """Whether a browser does not display an element whose style says nothing of it."""
    if "hidden" in attributes or "popover" in attributes or tag == "rp":
        return True
    return tag == "dialog" and "open" not in attributes


def may_hide(values: Mapping[str, tuple[bool, str]]) -> bool:
    """Whether one of the values may hide text, by itself or with other values.

    Args:
        values: values of properties, as `core.text.styles.declarations.read_declarations` gives them.
    """
    return any(_may_hide(name, value) for name, (_, value) in values.items())


@functools.lru_cache(maxsize=1 << 13)
def _may_hide(name: str, value: str) -> bool:
    """Whether a value of a property may hide text."""
    if name in _HIDING:
        return value in _HIDING[name]
    if name == "font-size":
        return letter_size(value, LETTER) <= LETTER / 2
    if name in ("color", "-webkit-text-fill-color"):
        return _is_transparent(value)
    return (name in ("opacity", "zoom", "filter") and _is_faint({name: value})) or may_hide_box(name, value)


def _is_faint(values: Mapping[str, str]) -> bool:
    """Whether the opacity or the zoom of an element is nothing."""
    filter = _OPACITY.search(values.get("filter", ""))
    shares = map(read_share, (values.get("opacity", ""), values.get("zoom", ""), filter[1] if filter else ""))
    return any(share is not None and share <= _FAINT for share in shares)


def _is_transparent(color: str) -> bool:
    """Whether a color has no opacity."""
    if color == "transparent" or _HEX_ALPHA.match(color):
        return True
    alpha = _ALPHA.match(color)
    share = read_share(alpha[1]) if alpha else None
    return share is not None and share <= _FAINT
