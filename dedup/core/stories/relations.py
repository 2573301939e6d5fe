"""Members of stories and their canonical documents -> the relation of each member to its canonical document."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Floats, Hashes, Indices
from dedup.types import Relation

RELATIONS: Final[tuple[Relation, ...]] = ("original", "exact", "reprint", "excerpt", "revision")
"""The names of the numbers that `relations` returns."""

_REVISED: Final = 0.5
"""Resemblance from which two documents are mostly the same text."""


class RelationFacts(NamedTuple):
    """Facts of documents for `relations`, ``(n,)`` each.

    - ``fingerprints``: equal for equal texts.
    - ``sources``: the numbers of the sources, negative for no source.
    - ``published``: as in `core.stories.order.canonical_order`.
    - ``lengths``: the sizes of the shingle sets.
    - ``urls``: the keys of the addresses, 0 for none.
    """

    fingerprints: Hashes
    sources: Indices
    published: Indices
    lengths: Indices
    urls: Hashes


def relations(
    members: Indices,
    canonicals: Indices,
    resemblance: Floats,
    containment: Floats,
    facts: RelationFacts,
    threshold: float,
) -> npt.NDArray[np.int8]:
    """Decides the relation of each member to its canonical document.

    The first relation that applies counts:

    - "original": the member is the canonical document.
    - "exact": both have one fingerprint.
    - "revision": both name one source, both times are known, the member is later, and the resemblance is at least
      `_REVISED` or both have one address.
    - "excerpt": the member is shorter, the resemblance is below `_REVISED`, and the containment is at least
      ``threshold`` or both have one address.
    - "reprint": else.

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
    source, time, dated = facts.sources[members], facts.published[members], facts.published[canonicals] != UNKNOWN_TIME
    # An unknown time is the least number. So a member without a time is never later.
    update = (source >= 0) & (source == facts.sources[canonicals]) & dated & (time > facts.published[canonicals])
    shorter, same_text = facts.lengths[members] < facts.lengths[canonicals], resemblance >= _REVISED
    one_url = (facts.urls[members] == facts.urls[canonicals]) & (facts.urls[members] != 0)
    rules = {
        "original": members == canonicals,
        "exact": facts.fingerprints[members] == facts.fingerprints[canonicals],
        "revision": update & (same_text | one_url),
        "excerpt": shorter & ~same_text & ((containment >= threshold) | one_url),
    }
    result = np.full(members.size, RELATIONS.index("reprint"), np.int8)
    for name, holds in reversed(rules.items()):  # np.select takes five times as long for a few members
        result[holds] = RELATIONS.index(name)
    return result
