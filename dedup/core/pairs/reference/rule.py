"""The rule on two texts, with lists, sets and plain conditions."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dedup.core.pairs.reference.alignment import Span, align
from dedup.core.thresholds import BRIDGED_WORDS, EXCERPT_WORDS, ONE, OWN, SAID


class PlainText(NamedTuple):
    """The tokens of a text without boilerplate, and the words of its headline that count."""

    tokens: Sequence[int]
    says: Sequence[int]


def judge_pair(
    a: PlainText, b: PlainText, one_headline: bool, named: bool, two_sources: bool, one_site: bool, threshold: float
) -> tuple[int, bool, str, list[Span]]:
    """Applies the rule to two texts.

    Args:
        a: a text.
        b: another text.
        one_headline: the two texts may have one headline.
        named: both texts have a headline, and the headlines differ.
        two_sources: both texts name a source, and the sources differ.
        one_site: the two texts are of one site.
        threshold: the share from which two texts are copies.

    Returns:
        The share in units of 1 / `ONE`; whether the pair is a wall; the name of the rule that had the last word; the
        spans of the passages in the longer text, if the passages reach the threshold.
    """
    if len(a.tokens) > len(b.tokens):
        a, b = b, a
    must_say_headline = named and not two_sources
    if a.tokens and list(a.tokens) == list(b.tokens):
        wall = must_say_headline and says_no_headline(a.tokens, a, b)
        return 0 if wall else ONE, wall, "headlines" if wall else "equal", []
    credit, replaced, longest, left, right = align(a.tokens, b.tokens)
    whole = len(a.tokens) >= EXCERPT_WORDS and replaced == 0 and longest >= len(a.tokens) - BRIDGED_WORDS
    share = min(ONE - 1, math.ceil(Fraction(credit * ONE, max(1, len(a.tokens)))))
    shared = a.tokens if whole else [word for start, end in left for word in a.tokens[start:end]]
    certain = whole and (one_headline or two_sources)
    reached = share >= threshold * ONE
    if must_say_headline and says_no_headline(shared, a, b):
        return 0, False, "headlines" if reached or certain else "share", []
    rule = "excerpt" if certain else "share"
    if one_site and not one_headline and not certain:
        rule = "one_site" if reached else "share"
        share = math.ceil(Fraction(share, OWN))
    spans = right if share >= threshold * ONE else []
    return ONE - 1 if certain else share, False, rule, spans


def says_no_headline(words: Sequence[int], a: PlainText, b: PlainText) -> bool:
    """Says whether shared words say too little of both headlines. The words of the other headline count as said.

    Args:
        words: the words that both texts share.
        a: a text.
        b: another text.
    """
    return all(
        text.says and len(set(text.says) & {*words, *other.says}) / len(text.says) < SAID
        for text, other in ((a, b), (b, a))
    )
