"""The slow twin of `core.related.rarity`: a counter of slots, and logarithms as lengths in bits."""

from collections import Counter
from collections.abc import Sequence

from dedup.core.arrays.hashing import multiplier
from dedup.core.related.numbers import RARE_SHARE, RARE_TEXTS
from dedup.core.related.rarity import SLOTS


def mix(token: int) -> int:
    """Return the mixed hash of a token."""
    return token * int(multiplier("term", 0)) % (1 << 64)


def weigh_slots(texts: Sequence[Sequence[int]]) -> list[int]:
    """Return the weight of each slot, by the tokens of all texts of the sample."""
    counts = Counter(slot for tokens in texts for slot in {mix(token) * SLOTS >> 64 for token in tokens})
    bound = max(len(texts) // RARE_SHARE, RARE_TEXTS)
    weights = [max((len(texts) // 2).bit_length() - 1, 0)] * SLOTS
    for slot, count in counts.items():
        weights[slot] = max((len(texts) // max(count, 2)).bit_length() - 1, 0) if count <= bound else 0
    return weights
