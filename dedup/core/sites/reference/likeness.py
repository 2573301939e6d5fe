"""Which pages that are sets of texts are alike, in fractions."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import NamedTuple

from dedup.core.sites.reference.pages import PlainPage, words

LEAST = Fraction(1, 720_720)
"""What a text weighs at least that two pages of a group have."""


class Group(NamedTuple):
    """Pages that are compared: ``rests`` are the texts that are left of each page, by its number.

    The texts that are ``labels`` weigh nothing on a page alone. On several pages they weigh as other texts do if labels
    are ``counted``, and else next to nothing. With ``widely``, a text on pages of two sources counts for so many pages
    at most.
    """

    rests: Mapping[int, Set[str]]
    labels: Set[str]
    counted: bool = True
    widely: int = 0


def alike(a: int, b: int, pages: Sequence[PlainPage], group: Group, unlike: float) -> bool:
    """Whether two of the pages of a group are alike.

    See ``likeness.Likeness``.
    """
    if pages[a].headline == pages[b].headline > 0:
        return True
    one, other = group.rests[a], group.rests[b]
    lighter = min(weight(one, pages, group), weight(other, pages, group))
    return weight(one & other, pages, group) >= Fraction(str(unlike)) * lighter


def weight(texts: Set[str], pages: Sequence[PlainPage], group: Group) -> Fraction:
    """What texts weigh together."""
    return sum((_weight(text, pages, group) for text in texts), Fraction(0))


def _weight(text: str, pages: Sequence[PlainPage], group: Group) -> Fraction:
    """What a text weighs."""
    standing = [pages[number] for number, rest in group.rests.items() if text in rest]
    count = len(standing)
    if count == 1:
        return Fraction(0 if text in group.labels else words(text))
    if group.widely and len({page.source for page in standing if page.source >= 0}) > 1:
        count = min(count, group.widely)
    silent = text in group.labels and not group.counted
    return max(Fraction(0 if silent else words(text), count - 1), LEAST)
