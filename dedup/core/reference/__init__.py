"""The slow, obvious version of the core: plain sets, dictionaries and loops. The oracle of the tests, imported by
nothing else in the package.

Each module stands for the one of the same name in the core, and each function for the one of the same name there. Names
of anchors, blocks, boilerplate, common, matches, overlaps, passages, scores and sites say little without their
module, and are asked of it.
"""

from dedup.core.reference.bands import band_partners, plan
from dedup.core.reference.candidates import buckets, candidates
from dedup.core.reference.canonical import story_order
from dedup.core.reference.clusters import average_link, canonical_order, components, relation, stories
from dedup.core.reference.minhash import signature
from dedup.core.reference.shingles import shingle_hash, shingles, token_hash
from dedup.core.reference.text import tokens
from dedup.core.reference.verify import measure, sets, shared

__all__ = [
    "average_link",
    "band_partners",
    "buckets",
    "candidates",
    "canonical_order",
    "components",
    "measure",
    "plan",
    "relation",
    "sets",
    "shared",
    "shingle_hash",
    "shingles",
    "signature",
    "stories",
    "story_order",
    "token_hash",
    "tokens",
]
