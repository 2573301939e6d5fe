"""Which pages that are sets of texts are alike, in fractions."""

from collections.abc import Mapping, Sequence, Set
from fractions import Fraction

from dedup.core.reference.pages import Page, words

__all__ = ["alike", "weight"]


def alike(a: int, b: int, pages: Sequence[Page], rests: Mapping[int, Set[str]], unlike: float, widely: int = 0) -> bool:
    """Whether two of the pages of a group are alike; ``rests`` are the texts that are left of each page of the group.

    See ``likeness.Likeness``.
    """
    one, other = pages[a], pages[b]
    if one.headline == other.headline > 0:
        return True
    two_sources = one.source >= 0 and other.source >= 0 and one.source != other.source
    return _enough(a, b, rests, unlike, widely if widely and two_sources else len(rests))


def _enough(a: int, b: int, rests: Mapping[int, Set[str]], unlike: float, most: int) -> bool:
    """Whether two pages share enough, a text counting as one of ``most`` pages at most."""
    lighter = min(weight(rests[a], rests, most), weight(rests[b], rests, most))
    return weight(rests[a] & rests[b], rests, most) >= Fraction(str(unlike)) * lighter


def weight(texts: Set[str], rests: Mapping[int, Set[str]], most: int | None = None) -> Fraction:
    """What texts weigh together, each as one of ``most`` pages at most, if that is given."""
    counts = {text: sum(text in rest for rest in rests.values()) for text in texts}
    shares = (Fraction(words(text), max(1, min(most or count, count) - 1)) for text, count in counts.items())
    return sum(shares, Fraction(0))
