"""Values of the properties of an element -> whether its box shows anything: its room, its clip and its place."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from dedup.core.text.styles.lengths import read_length, read_share
from dedup.core.text.tables.markup_tags import INLINE

_INLINE: Final = frozenset(INLINE.split())
_TABLE: Final = frozenset(("table", "tbody", "td", "th", "thead", "tfoot", "tr"))
_INLINE_DISPLAYS: Final = ("inline", "contents", "inherit", "unset", "initial", "revert")
_OUT_OF_FLOW: Final = ("absolute", "fixed")
_HIDES_OVERFLOW: Final = ("hidden", "clip", "scroll", "auto", "overlay")

_LEAST: Final = 1.0
"""Pixels of the largest box that no reader sees."""

_FAR: Final = 1000.0
"""Pixels to the left or above the screen from which on a box is out of sight."""

_FARTHER: Final = 5000.0
"""Pixels to the right or below from which on a box is out of sight: a reader may scroll there."""

_INDENT: Final = 400.0
"""Pixels to the left that take a line out of its box. No paragraph is indented as far."""

_WHOLE: Final = 100.0
_SIDES: Final = 4
_RECT: Final = re.compile(r"rect\(([^)]*)\)")
_INSET: Final = re.compile(r"inset\(([^)r]*)")
_EMPTY_SHAPE: Final = re.compile(r"(?:circle|ellipse)\( ?0[a-z%]*[ )]|polygon\( ?(0[a-z%]* 0[a-z%]*)(?: ?, ?\1)* ?\)")
_SCALE: Final = re.compile(r"scale(?:x|y|3d)?\(([^)]*)\)")
_MOVE: Final = re.compile(r"translate(x|y|3d|)\(([^)]*)\)")


_EXTENTS: Final = ("width", "height", "max-width", "max-height")
_PLACES: Final = ("left", "top", "right", "bottom", "margin-left", "margin-top")
_SHAPES: Final = ("clip", "clip-path", "transform", "scale", "translate")


def may_hide_box(name: str, value: str) -> bool:
    """Whether a value of a property may hide a box, by itself or with other properties."""
    if name in _SHAPES:
        return value not in ("none", "auto")
    pixels, percent = read_length(value.split()[0]) or (_LEAST + 1, 0.0)
    if name in _EXTENTS:
        return pixels <= _LEAST and not percent
    if name in _PLACES:
        return not -_INDENT < pixels < _FAR or percent <= -_WHOLE
    return name == "text-indent" and (abs(pixels) >= _INDENT or abs(percent) >= _WHOLE)


class Box:
    """The box of an element.

    Args:
        tag: the name of the element, in small letters.
        values: the values of its properties.
        letter: the pixels of a letter in it.
    """

    def __init__(self, tag: str, values: Mapping[str, str], letter: float) -> None:
        self._values, self._letter = values, letter
        self._position, display = values.get("position", ""), values.get("display", "")
        is_inline = display in _INLINE_DISPLAYS if display else tag in _INLINE
        self.in_line = is_inline and self._position not in _OUT_OF_FLOW and values.get("float", "none") == "none"
        self._in_table = display.startswith("table") if display else tag in _TABLE
        overflow = values.get("overflow", "visible").split()
        self._hides_overflow = not set(overflow).isdisjoint(_HIDES_OVERFLOW)

    def shows_nothing(self) -> bool:
        """Whether no reader sees anything of the box."""
        return (
            self._is_cut_away() or self._is_far() or (not self.in_line and (self._has_no_room() or self._is_scaled()))
        )

    def indents_away(self, indent: str) -> bool:
        """Whether a ``text-indent`` takes the lines out of the box."""
        pixels, percent = self._length(indent.split()[0])
        outside = pixels >= _INDENT or percent >= _WHOLE
        return pixels <= -_INDENT or percent <= -_WHOLE or (outside and self._hides_overflow)

    def _length(self, value: str | None) -> tuple[float, float]:
        """Return the pixels and the percent of a length, 0 for other values."""
        return (value and read_length(value, self._letter)) or (0.0, 0.0)

    def _has_no_room(self) -> bool:
        """Whether the box has no width or no height, and hides what does not fit in."""
        if not self._hides_overflow or self._in_table:
            return False
        return self._has_no("width", "left", "right") or self._has_no("height", "top", "bottom")

    def _has_no(self, extent: str, *sides: str) -> bool:
        """Whether the box has no width, or no height."""
        get = self._values.get
        bounds = [self._length(get(name)) for name in (f"min-{extent}", *(f"padding-{side}" for side in sides))]
        lengths = [read_length(value, self._letter) for name in (extent, f"max-{extent}") if (value := get(name))]
        return any(length is not None and length[0] <= _LEAST and not length[1] for length in lengths) and not any(
            pixels > _LEAST or percent > 0 for pixels, percent in bounds
        )

    def _is_cut_away(self) -> bool:
        """Whether a clip leaves nothing of the box."""
        path = self._values.get("clip-path", "")
        if _EMPTY_SHAPE.match(path):
            return True
        if (inset := _INSET.match(path)) and 1 <= len(edges := inset[1].split()) <= _SIDES:
            top, right, bottom, left = (self._length(edges[place])[1] for place in _places(len(edges)))
            return top + bottom >= _WHOLE or left + right >= _WHOLE
        rect = _RECT.match(self._values.get("clip", "")) if self._position in _OUT_OF_FLOW else None
        edges = rect[1].replace(",", " ").split() if rect else []
        if len(edges) != _SIDES or "auto" in edges:
            return False
        top, right, bottom, left = (self._length(edge)[0] for edge in edges)
        return right - left <= _LEAST or bottom - top <= _LEAST

    def _is_far(self) -> bool:
        """Whether the box is far beside the screen."""
        moves = dict(self._moves())
        for axis, start, end in (("x", "left", "right"), ("y", "top", "bottom")):
            pixels, percent = moves.get(axis, (0.0, 0.0)) if not self.in_line else (0.0, 0.0)
            margin = self._length(self._values.get(f"margin-{start}"))[0] if axis == "x" or not self.in_line else 0.0
            padding = self._length(self._values.get(f"padding-{start}"))[0]
            offset = self._offset(start, end)
            pixels += margin + padding + offset[0]
            if pixels <= -_FAR or pixels >= _FARTHER or offset[1] <= -_WHOLE or percent <= -10 * _WHOLE:
                return True
        return False

    def _offset(self, start: str, end: str) -> tuple[float, float]:
        """Return how far ``left`` or ``right``, or ``top`` or ``bottom``, move the box, in pixels and percent."""
        if self._position in ("", "static", "inherit", "initial", "unset", "revert"):
            return 0.0, 0.0
        value = self._values.get(start, "auto")
        if read_length(value, self._letter) is not None:
            return self._length(value)
        pixels, percent = self._length(self._values.get(end))
        if self._position in _OUT_OF_FLOW:  # the distance to the other side of the screen
            return pixels if pixels <= -_FAR or pixels >= _FAR else 0.0, percent
        return -pixels, -percent

    def _moves(self) -> Iterator[tuple[str, tuple[float, float]]]:
        """Yield the axes along which the box is moved, and how far."""
        parts = self._values.get("translate", "none").split()
        for kind, arguments in [*_MOVE.findall(self._values.get("transform", "")), ("", ",".join(parts))]:
            for axis, part in zip("y" if kind == "y" else "xyz", arguments.split(","), strict=False):
                length = self._length(part.strip())
                if any(length):
                    yield axis, length

    def _is_scaled(self) -> bool:
        """Whether the box is scaled to nothing."""
        scales = [*_SCALE.findall(self._values.get("transform", "")), self._values.get("scale", "none")]
        shares = [read_share(part) for scale in scales for part in scale.replace(",", " ").split()[:2]]
        return any(share is not None and abs(share) <= 0.01 for share in shares)


def _places(count: int) -> tuple[int, int, int, int]:
    """Return which of one to four values stands for the top, the right side, the bottom and the left side."""
    return (0, min(1, count - 1), 2 if count > 2 else 0, 3 if count > 3 else min(1, count - 1))
