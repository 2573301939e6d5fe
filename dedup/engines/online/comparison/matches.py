"""The matches of new documents: the documents nearest to them, with the measures of the pairs."""

from typing import Final

import numpy as np

from dedup.core.collection import NO_TEXT, Collection
from dedup.core.pairs.decision import ARTICLE
from dedup.core.pairs.rule import units
from dedup.engines.stages.verify import VerifiedPairs
from dedup.index_types import Match

_MATCHES: Final = 16
"""Matches of a document that a decision names at most, the nearest matches first."""


def nearest_matches(
    texts: Collection, verified: VerifiedPairs, count: int, threshold: float
) -> list[tuple[Match, ...]]:
    """Finds the nearest `_MATCHES` matches of each of the first ``count`` documents.

    Documents with the same text come first, then the first document of each text that matches.

    Args:
        texts: the documents and texts.
        verified: the decided pairs.
        count: the number of documents that get matches.
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
    ids = texts.members.columns.ids.decoded()
    documents_of: dict[int, list[int]] = {}
    for document, text in enumerate(texts.text.tolist()):
        documents_of.setdefault(text, []).append(document)
    matches = []
    for document, text in enumerate(texts.text[:count].tolist()):
        same = [] if text == NO_TEXT else [number for number in documents_of[text] if number != document][:_MATCHES]
        first, last = ends.searchsorted((text, text + 1)).tolist() if text != NO_TEXT else (0, 0)
        last = min(last, first + _MATCHES - len(same))
        similar = zip(partners[first:last].tolist(), pair[first:last].tolist(), strict=True)
        matches.append(
            (
                *(Match(ids[number], 1.0, 1.0) for number in same),
                *(
                    Match(ids[texts.first[partner]], float(containment[row]), float(resemblance[row]))
                    for partner, row in similar
                ),
            )
        )
    return matches
