"""What each member of a story is to its canonical document."""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from dedup.array_types import UNKNOWN_TIME, Floats, Hashes, Indices
from dedup.types import Relation

RELATIONS: Final[tuple[Relation, ...]] = ("original", "exact", "reprint", "excerpt", "revision")
"""Names of the numbers that `relations` gives."""

_REVISED: Final = 0.5
"""Resemblance from which two documents are mostly the same text."""


class RelationFacts(NamedTuple):
    """What `relations` needs to know of each document; all ``(n,)``."""

    fingerprints: Hashes  # equal where the texts are
    sources: Indices  # numbers of the sources, negative for none
    published: Indices  # as in `canonical_order`
    lengths: Indices  # of the shingle sets


def relations(
    members: Indices,
    canonicals: Indices,
    resemblance: Floats,
    containment: Floats,
    facts: RelationFacts,
    threshold: float,
) -> npt.NDArray[np.int8]:
    """``(m,)`` places in `RELATIONS`: what each of ``members`` is to the document in ``canonicals`` beside it.

    The first that applies: "original", it is that document; "exact", both have one fingerprint; "revision", of the same
    source, which is known, at a later time, which are known, and mostly the same text: a resemblance of at least
    `_REVISED`; "excerpt", the shorter of the two, contained in the other by ``threshold`` at least, but not mostly the
    same text; else "reprint". The two measures are those of the member and its canonical document.
    """
    source, time, known = facts.sources[members], facts.published[members], facts.published[canonicals] != UNKNOWN_TIME
    # An unknown time is the least number there is: a member that has it is later than none.
    update = (source >= 0) & (source == facts.sources[canonicals]) & known & (time > facts.published[canonicals])
    shorter, same_text = facts.lengths[members] < facts.lengths[canonicals], resemblance >= _REVISED
    rules = {
        "original": members == canonicals,
        "exact": facts.fingerprints[members] == facts.fingerprints[canonicals],
        "revision": update & same_text,
        "excerpt": shorter & ~same_text & (containment >= threshold),
    }
    found = np.full(members.size, RELATIONS.index("reprint"), np.int8)
    for name, holds in reversed(rules.items()):  # np.select takes five times as long on a few
        found[holds] = RELATIONS.index(name)
    return found
