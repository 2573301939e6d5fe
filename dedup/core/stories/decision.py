"""Decided pairs -> the stories of texts and of documents. Each engine makes its stories here."""

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import Flags, Floats, Hashes, Indices, Pairs
from dedup.core.pairs.decision import ARTICLE, NOTHING, DecidedPairs, Reasons
from dedup.core.pairs.rule import PairVerdicts, units
from dedup.core.stories import clustering
from dedup.core.stories.digests import find_digests

EVIDENCE: Final = ("text", "address", "headline", "by hand")
"""The evidence that puts a document into its story."""

TEXT, ADDRESS, HEADLINE, HAND = range(4)
"""Positions in `EVIDENCE`."""

_NOTHING: Final = np.array([NOTHING], np.int8)

Evidence = npt.NDArray[np.int8]
"""``(n,)`` positions in `EVIDENCE`."""


class LinkedTexts(NamedTuple):
    """Facts of ``c`` texts that are in pairs.

    - ``headlines`` ``(c,) uint64``: the hashes of their headlines, 0 for none.
    - ``lengths`` ``(c,) int64``: their tokens without boilerplate.
    - ``no_article`` ``(c,) bool``: whether a text is set aside because it is no article.
    - ``digests`` ``(c,) bool``: whether a text is known as a digest, also if its parts are not there.
    """

    headlines: Hashes
    lengths: Indices
    no_article: Flags
    digests: Flags


def decide_stories(
    texts: LinkedTexts,
    pairs: Pairs,
    decided: DecidedPairs,
    threshold: float,
    decide_shares: Callable[[Pairs], Indices],
) -> tuple[clustering.Stories, Flags]:
    """Group texts to stories by their pairs.

    A text that is no article is in no story with another text. A digest is in no story with a text that is no digest.

    Args:
        texts: the texts.
        pairs: ``(p, 2)`` positions in ``texts``, distinct and sorted.
        decided: the decisions on the pairs.
        threshold: the share from which a pair is a match.
        decide_shares: returns the shares of other pairs, which clustering needs.

    Returns:
        The stories of the texts, and ``(c,) bool`` whether each text is a digest.
    """
    count, no_article = texts.lengths.size, texts.no_article
    shares = set_aside(decided.shares, pairs, no_article)
    verdicts = PairVerdicts(shares, decided.walls, decided.rules, decided.pair, decided.places)
    is_digest = texts.digests | find_digests(count, texts.headlines, pairs, verdicts, texts.lengths, threshold)

    def link_shares(pairs: Pairs, shares: Indices) -> Indices:
        """Return the shares, 0 for a pair that may not link two texts."""
        linking = set_aside(shares, pairs, no_article)
        linking[is_digest[pairs[:, 0]] != is_digest[pairs[:, 1]]] = 0
        return linking

    stories = clustering.make_stories(
        count,
        pairs,
        link_shares(pairs, shares),
        units(threshold),
        lambda pairs: link_shares(pairs, decide_shares(pairs)),
    )
    return stories, is_digest


def set_aside(shares: Indices, pairs: Pairs, no_article: Flags) -> Indices:
    """Return the shares of pairs, 0 for a pair with a text that is no article.

    Args:
        shares: ``(p,)`` the share of each pair.
        pairs: ``(p, 2)`` positions of texts.
        no_article: ``(c,)`` whether each text is no article.
    """
    remaining = shares.copy()
    remaining[no_article[pairs].any(axis=1)] = 0
    return remaining


def document_reasons(text: Indices, reasons: Reasons) -> Reasons:
    """Return ``(n,)`` why each document is no article.

    Args:
        text: ``(n,)`` the text of each document, -1 for a document without a word.
        reasons: ``(t,)`` why each text is no article.
    """
    of_documents: Reasons = np.concatenate((reasons, _NOTHING))[text]  # -1 takes the last reason
    return of_documents


def document_stories(
    text: Indices, texts: Indices, stories: clustering.Stories, reasons: Reasons
) -> tuple[Indices, Floats]:
    """Return the story of each document, and the weakest link of each story.

    A text that is in no pair is a story. A document that is no article is a story of its own.

    Args:
        text: ``(n,)`` the text of each document, -1 for a document without a word.
        texts: ``(c,)`` the texts that are in pairs.
        stories: the stories of these texts.
        reasons: ``(t,)`` why each of all texts is no article.

    Returns:
        ``(n,)`` the number of the story of each document, and ``(s,)`` the weakest link of each number.
    """
    count = reasons.size
    of_text = np.arange(count)
    of_text[texts] = count + stories.labels
    alone = document_reasons(text, reasons) != ARTICLE
    alone_count = int(np.count_nonzero(alone))
    story = of_text[text] if count else np.zeros(alone.size, np.int64)  # a document without a word is alone, set below
    story[alone] = count + stories.weakest.size + np.arange(alone_count)
    return story, np.concatenate((np.ones(count), stories.weakest, np.ones(alone_count)))


def choose_evidence(by_text: Indices, by_address: Indices) -> Evidence:
    """Return ``(n,)`` what puts each document of a story with several documents into its story.

    A document that is with another document by its text joins by its text. Else it joins by its address, or by its
    headline.

    Args:
        by_text: ``(n,)`` the story of each document by text, as from `document_stories`.
        by_address: ``(n,)`` the story of each document by text and address
            (`core.stories.url_versions.join_versions`).
    """
    evidence = np.full(by_text.size, HEADLINE, np.int8)
    evidence[np.bincount(by_address)[by_address] > 1] = ADDRESS
    evidence[np.bincount(by_text)[by_text] > 1] = TEXT
    return evidence
