"""Conditions of CSS -> whether they hold on the screen of a reader, of 1,280 by 800 pixels."""

import functools
import re
from typing import Final

from dedup.core.text.styles.lengths import read_length

_RULE: Final = re.compile(r"@([a-z]+)\s*(.*)", re.S)
_MEDIUM: Final = re.compile(r"(?:only )?(?:all|screen)\Z")
_BOUND: Final = re.compile(r"\( ?(min|max)-(?:device-)?(width|height) ?:([^()]*)\)\Z")
_SCREEN: Final = {"width": 1280.0, "height": 800.0}
_MOST_CHARACTERS: Final = 500
"""Characters of a condition that may hold."""


def is_screen(media: str) -> bool:
    """Whether one of the media in a list is a screen. No feature but width and height is one of the screen."""
    if len(media) > _MOST_CHARACTERS:
        return False
    queries = " ".join(media.lower().split()).split(",")
    return any(all(_holds(part.strip()) for part in query.split(" and ")) for query in queries)


@functools.lru_cache(maxsize=1 << 10)
def counts(rule: str) -> bool:
    """Whether the rules count that stand in an at-rule.

    Args:
        rule: what stands before its brace, as in ``@media screen``.
    """
    match = _RULE.match(rule.lower())
    if match is None:
        return False
    name, condition = match.groups()
    if name == "media":
        return is_screen(condition)
    return name == "layer" or (name == "supports" and not condition.startswith("not"))


def _holds(part: str) -> bool:
    """Whether a medium or a feature is one of the screen."""
    if not part or _MEDIUM.match(part):
        return True
    bound = _BOUND.match(part)
    length = read_length(bound[3].strip()) if bound else None
    if bound is None or length is None:
        return False
    return length[0] <= _SCREEN[bound[2]] if bound[1] == "min" else length[0] >= _SCREEN[bound[2]]
