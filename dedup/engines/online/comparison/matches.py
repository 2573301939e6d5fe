"""The matches of new documents: the documents nearest to them, with the measures of the pairs."""

from typing import Final

import numpy as np

from dedup.core.collection import NO_TEXT, Collection
from dedup.core.pairs.decision import ARTICLE
from dedup.core.pairs.rule import units
from dedup.engines.stages.verify import VerifiedPairs
from dedup.index_types import Match

MATCHES: Final = 16
"""Matches of a document that a decision names at most, the nearest matches first."""


def nearest_matches(
    texts: Collection, verified: VerifiedPairs, numbers: list[int], threshold: float
) -> list[tuple[Match, ...]]:
    """Finds the nearest `MATCHES` matches of each new document. No new document is a match of one before it.

    Documents with the same text come first, by number, then the first document of each text that matches.

    Args:
        texts: the new documents, then documents of the index; and their texts.
        verified: the decided pairs.
        numbers: the numbers of the documents of the index. New documents come later, in their order.
        threshold: the share from which a pair is a match.
    """
    pairs, shares = verified.verdicts.pairs, verified.verdicts.shares
    matching = shares >= units(threshold)
    matching &= (verified.reasons[pairs] == ARTICLE).all(axis=1)
    pairs, shares = pairs[matching], shares[matching]
    resemblance, containment = verified.measure(verified.texts.searchsorted(pairs))
    ends, partners = np.concatenate((pairs, pairs[:, ::-1])).T
    order = np.lexsort((partners, -np.concatenate((shares, shares)), ends))
    ends, partners = ends[order], partners[order]
    pair = order % max(1, len(pairs))
    ids, count = texts.members.columns.ids.decoded(), len(texts.text) - len(numbers)
    arrivals = np.append(np.arange(count) + max(numbers, default=0) + 1, numbers)
    documents_of: dict[int, list[int]] = {}
    for document in arrivals.argsort(kind="stable").tolist():
        documents_of.setdefault(int(texts.text[document]), []).append(document)
    matches = []
    for document, text in enumerate(texts.text[:count].tolist()):
        same = [] if text == NO_TEXT else documents_of[text]
        same = [other for other in same[:MATCHES] if arrivals[other] < arrivals[document]]
        first, last = ends.searchsorted((text, text + 1)).tolist() if text != NO_TEXT else (0, 0)
        similar = zip(texts.first[partners[first:last]].tolist(), pair[first:last].tolist(), strict=True)
        earlier = [(other, row) for other, row in similar if arrivals[other] < arrivals[document]]
        matches.append(
            (
                *(Match(ids[other], 1.0, 1.0) for other in same),
                *(
                    Match(ids[other], float(containment[row]), float(resemblance[row]))
                    for other, row in earlier[: MATCHES - len(same)]
                ),
            )
        )
    return matches
