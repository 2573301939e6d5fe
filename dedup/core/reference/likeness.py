"""Which pages that are sets of texts are alike, in fractions."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import NamedTuple

from dedup.core.reference.pages import Page, words

__all__ = ["Group", "alike", "weight"]

LEAST = Fraction(1, 720_720)
"""What a text weighs at least that two pages of a group have."""


class Group(NamedTuple):
    """Pages that are compared: ``rests`` are the texts that are left of each page, by its number.

    The texts that are ``labels`` weigh nothing on a page alone. On several pages they weigh as other texts do if labels
    are ``counted``, and else next to nothing.
    """

    rests: Mapping[int, Set[str]]
    labels: Set[str]
    counted: bool = True


def alike(a: int, b: int, pages: Sequence[Page], group: Group, unlike: float, widely: int = 0) -> bool:
    """Whether two of the pages of a group are alike.

    See ``likeness.Likeness``.
    """
    one, other = pages[a], pages[b]
    if one.headline == other.headline > 0:
        return True
    two_sources = one.source >= 0 and other.source >= 0 and one.source != other.source
    return _enough(a, b, group, unlike, widely if widely and two_sources else len(group.rests))


def _enough(a: int, b: int, group: Group, unlike: float, most: int) -> bool:
    """Whether two pages share enough, a text counting as one of ``most`` pages at most."""
    one, other = group.rests[a], group.rests[b]
    lighter = min(weight(one, group, most), weight(other, group, most))
    return weight(one & other, group, most) >= Fraction(str(unlike)) * lighter


def weight(texts: Set[str], group: Group, most: int | None = None) -> Fraction:
    """What texts weigh together, each as one of ``most`` pages at most, if that is given."""
    return sum((_weight(text, group, most) for text in texts), Fraction(0))


def _weight(text: str, group: Group, most: int | None) -> Fraction:
    """What a text weighs."""
    count = sum(text in rest for rest in group.rests.values())
    if count == 1:
        return Fraction(0 if text in group.labels else words(text))
    silent = text in group.labels and not group.counted
    share = Fraction(0 if silent else words(text), max(1, min(most or count, count) - 1))
    return max(share, LEAST)
