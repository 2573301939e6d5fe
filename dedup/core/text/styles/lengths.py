"""Lengths of CSS -> pixels and percent, on a screen of 1,280 by 800."""

import re
from typing import Final

from dedup.core.text.styles.declarations import NUMBER

LETTER: Final = 16.0
"""Pixels of a letter of usual size."""

_LENGTH: Final = re.compile(rf"({NUMBER})(%|[a-z]*)\Z")
_PIXELS: Final = {
    **{"": 1.0, "px": 1.0, "rem": LETTER, "rlh": 20.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78},
    **{"q": 0.945, **{f"{kind}v{side}": 12.8 for kind in ("", "s", "l", "d") for side in ("w", "i", "max")}},
    **{f"{kind}v{side}": 8.0 for kind in ("", "s", "l", "d") for side in ("h", "b", "min")},
}
"""Pixels of a unit."""

_LETTERS: Final = {"em": 1.0, "ex": 0.5, "ch": 0.5, "lh": 1.2, "ic": 1.0, "cap": 0.7}
"""Heights of a letter of a unit."""

_LARGER: Final = {"smaller": 0.83, "larger": 1.2, "inherit": 1.0, "unset": 1.0}


def read_length(value: str, letter: float = LETTER) -> tuple[float, float] | None:
    """Return the pixels and the percent of a length, one of them 0; None for other values.

    Args:
        value: the value in small letters; ``calc()`` may stand around it.
        letter: the pixels of a letter of the element.
    """
    match = _LENGTH.match(value[5:-1].strip() if value.startswith("calc(") else value)
    if match is None:
        return None
    number, unit = float(match[1]), match[2]
    if unit == "%":
        return 0.0, number
    size = letter * _LETTERS[unit] if unit in _LETTERS else _PIXELS.get(unit)
    return None if size is None else (number * size, 0.0)


def read_share(value: str) -> float | None:
    """Return a number or a percentage as a number; None for other values."""
    length = read_length(value)
    return None if length is None else length[0] + length[1] / 100


def letter_size(size: str, outer: float) -> float:
    """Return the pixels of a letter of a ``font-size`` in an element with letters of ``outer`` pixels."""
    if size in _LARGER:
        return outer * _LARGER[size]
    length = read_length(size, outer)
    return LETTER if length is None else length[0] + outer * length[1] / 100
