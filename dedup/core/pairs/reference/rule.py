"""The rule on two texts, with lists, sets and plain conditions."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dedup.core.pairs.reference.alignment import Places, align
from dedup.core.thresholds import EXCERPT_WORDS, ONE, OWN, SAID


class PlainText(NamedTuple):
    """The tokens of a text without boilerplate, and the words of its headline that count."""

    tokens: Sequence[int]
    says: Sequence[int]


def judge_pair(
    a: PlainText, b: PlainText, one_headline: bool, named: bool, two_sources: bool, one_site: bool, threshold: float
) -> tuple[int, bool, list[Places]]:
    """The share, whether the text is a wall, and the places of the passages in the longer text if they reach the
    threshold."""
    if len(a.tokens) > len(b.tokens):
        a, b = b, a
    asked = named and not two_sources
    if a.tokens and list(a.tokens) == list(b.tokens):
        wall = asked and unsaid(a.tokens, a, b)
        return 0 if wall else ONE, wall, []
    credit, replaced, longest, left, right = align(a.tokens, b.tokens)
    whole = len(a.tokens) >= EXCERPT_WORDS and replaced == 0 and longest >= len(a.tokens) - 1
    share = min(ONE - 1, math.ceil(Fraction(credit * ONE, max(1, len(a.tokens)))))
    spoken = a.tokens if whole else [word for start, end in left for word in a.tokens[start:end]]
    certain = whole and (one_headline or two_sources)
    if asked and unsaid(spoken, a, b):
        return 0, False, []
    if one_site and not one_headline and not certain:
        share = math.ceil(Fraction(share, OWN))
    places = right if share >= threshold * ONE else []
    return ONE - 1 if certain else share, False, places


def unsaid(words: Sequence[int], a: PlainText, b: PlainText) -> bool:
    """Whether words, with those of the other headline, have too little of each headline."""
    return all(
        page.says and len(set(page.says) & {*words, *other.says}) / len(page.says) < SAID
        for page, other in ((a, b), (b, a))
    )
