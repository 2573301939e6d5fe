"""Members of stories and their canonical documents -> the relation of each member to its canonical document."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Flags, Floats, Hashes, Indices
from dedup.core.arrays.sorting import number_rows
from dedup.types import Relation

RELATIONS: Final[tuple[Relation, ...]] = ("original", "exact", "reprint", "excerpt", "revision")
"""The names of the numbers that `relations` returns."""

_REVISED: Final = 0.5
"""Resemblance from which two documents are mostly the same text."""


class RelationFacts(NamedTuple):
    """Facts of documents for `relations`, ``(n,)`` each.

    - ``words``: as from `number_words`.
    - ``sources``: the numbers of the sources, negative for no source.
    - ``published``: as in `core.stories.order.canonical_order`.
    - ``lengths``: the sizes of the shingle sets.
    - ``urls``: the keys of the addresses, 0 for none.
    """

    words: Indices
    sources: Indices
    published: Indices
    lengths: Indices
    urls: Hashes


def number_words(contents: Hashes, contents_high: Hashes) -> Indices:
    """Numbers the words of documents: documents of equal words have one number, and a document without a word has 0.

    Args:
        contents: ``(n,)`` the lower halves of the fingerprints of the words.
        contents_high: ``(n,)`` the upper halves.
    """
    return np.where((contents | contents_high) != 0, number_rows(contents, contents_high) + 1, 0)


class RelationFlags(NamedTuple):
    """Facts of ``m`` members compared with those of their canonical documents, ``(m,) bool`` each.

    - ``original``: the member is the canonical document.
    - ``exact``: both have equal words, one at least.
    - ``update``: both name one source, both times are known, and the member is later.
    - ``shorter``: the member is shorter.
    - ``one_url``: both have one address.
    """

    original: Flags
    exact: Flags
    update: Flags
    shorter: Flags
    one_url: Flags


def relations(
    members: Indices,
    canonicals: Indices,
    resemblance: Floats,
    containment: Floats,
    facts: RelationFacts,
    threshold: float,
) -> npt.NDArray[np.int8]:
    """Decides the relation of each member to its canonical document, as `choose_relations` explains.

    Args:
        members: ``(m,) int64`` documents.
        canonicals: ``(m,) int64`` canonical document of each member.
        resemblance: ``(m,) float64`` resemblance of the member and its canonical document.
        containment: ``(m,) float64`` containment of the two.
        facts: facts of all documents.
        threshold: the containment from which a document is an excerpt.

    Returns:
        ``(m,) int8`` positions in `RELATIONS`.
    """
    return choose_relations(compare_facts(members, canonicals, facts), resemblance, containment, threshold)


def compare_facts(members: Indices, canonicals: Indices, facts: RelationFacts) -> RelationFlags:
    """Compares the facts of members with those of their canonical documents.

    Args:
        members: ``(m,) int64`` documents.
        canonicals: ``(m,) int64`` canonical document of each member.
        facts: facts of all documents.
    """
    source, time, dated = facts.sources[members], facts.published[members], facts.published[canonicals] != UNKNOWN_TIME
    return RelationFlags(
        original=members == canonicals,
        exact=(facts.words[members] == facts.words[canonicals]) & (facts.words[members] != 0),
        # An unknown time is the least number. So a member without a time is never later.
        update=(source >= 0) & (source == facts.sources[canonicals]) & dated & (time > facts.published[canonicals]),
        shorter=facts.lengths[members] < facts.lengths[canonicals],
        one_url=(facts.urls[members] == facts.urls[canonicals]) & (facts.urls[members] != 0),
    )


def choose_relations(
    flags: RelationFlags, resemblance: Floats, containment: Floats, threshold: float
) -> npt.NDArray[np.int8]:
    """Chooses the relation of each member to its canonical document.

    The first relation that applies counts:

    - "original": the member is the canonical document.
    - "exact": both have equal words, one at least.
    - "revision": both name one source, both times are known, the member is later, and the resemblance is at least
      `_REVISED` or both have one address.
    - "excerpt": the member is shorter, the resemblance is below `_REVISED`, and the containment is at least
      ``threshold`` or both have one address.
    - "reprint": else.

    Args:
        flags: what the facts say of the members.
        resemblance: ``(m,) float64`` resemblance of the member and its canonical document.
        containment: ``(m,) float64`` containment of the two.
        threshold: the containment from which a document is an excerpt.

    Returns:
        ``(m,) int8`` positions in `RELATIONS`.
    """
    same_text = resemblance >= _REVISED
    rules = {
        "original": flags.original,
        "exact": flags.exact,
        "revision": flags.update & (same_text | flags.one_url),
        "excerpt": flags.shorter & ~same_text & ((containment >= threshold) | flags.one_url),
    }
    result = np.full(resemblance.size, RELATIONS.index("reprint"), np.int8)
    for name, holds in reversed(rules.items()):  # np.select takes five times as long for a few members
        result[holds] = RELATIONS.index(name)
    return result
