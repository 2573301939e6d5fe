"""Likeness of two pages as sets of blocks, in fractions."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction
from typing import NamedTuple

from dedup.core.sites.reference.pages import PlainPage, words

LEAST = Fraction(1, 720_720)
"""The least weight of a block that two pages of a group have."""


class Group(NamedTuple):
    """A group of pages that are compared.

    - ``rests``: the blocks of each page that are left, by the number of the page.
    - ``labels``: the blocks that are labels. A label on one page weighs nothing.
    - ``counted``: whether labels on several pages weigh as other blocks do. If not, they weigh next to nothing.
    - ``widely``: the pages that a block on pages of two sources counts for at most; 0 for no bound.
    """

    rests: Mapping[int, Set[str]]
    labels: Set[str]
    counted: bool = True
    widely: int = 0


def alike(a: int, b: int, pages: Sequence[PlainPage], group: Group, unlike: float) -> bool:
    """Says whether two pages of a group are alike, as `core.sites.likeness.Likeness` does.

    Args:
        a: the number of a page.
        b: the number of another page.
        pages: all pages.
        group: the group of the two pages.
        unlike: share of the lighter page below which two pages are unlike.
    """
    if pages[a].headline == pages[b].headline > 0:
        return True
    left, right = group.rests[a], group.rests[b]
    lighter = min(weight(left, pages, group), weight(right, pages, group))
    return weight(left & right, pages, group) >= Fraction(str(unlike)) * lighter


def weight(blocks: Set[str], pages: Sequence[PlainPage], group: Group) -> Fraction:
    """Returns the weight of several blocks together.

    Args:
        blocks: the blocks.
        pages: all pages.
        group: the group of pages.
    """
    return sum((_block_weight(block, pages, group) for block in blocks), Fraction(0))


def _block_weight(block: str, pages: Sequence[PlainPage], group: Group) -> Fraction:
    """Returns the weight of a block."""
    standing = [pages[number] for number, blocks in group.rests.items() if block in blocks]
    count = len(standing)
    if count == 1:
        return Fraction(0 if block in group.labels else words(block))
    if group.widely and len({page.source for page in standing if page.source >= 0}) > 1:
        count = min(count, group.widely)
    silent = block in group.labels and not group.counted
    return max(Fraction(0 if silent else words(block), count - 1), LEAST)
