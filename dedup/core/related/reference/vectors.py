"""The slow twin of `core.related.vectors`: a dictionary of terms for each text."""

from collections import Counter
from collections.abc import Sequence

from dedup.core.related.rarity import HEAVIEST, SLOTS
from dedup.core.related.reference.rarity import mix

SlowVector = dict[int, tuple[int, int]]
"""The rare terms of a text -> the weight of each in the text, and its first place among the rare tokens."""


def make_vector(tokens: Sequence[int], weights: Sequence[int]) -> SlowVector:
    """Return the vector of a text.

    Args:
        tokens: the tokens of the text.
        weights: the weight of each slot.
    """
    rare = [token for token in tokens if weights[mix(token) * SLOTS >> 64]]
    vector = {}
    for token, times in Counter(rare).items():
        weight = weights[mix(token) * SLOTS >> 64]
        term = (HEAVIEST - weight) << 60 | mix(token) >> 5 << 1 | is_figure(token)
        vector[term] = weight * min(times.bit_length(), 16), rare.index(token)
    return vector


def is_figure(token: int) -> bool:
    """Return whether the lowest byte of a short token is a digit."""
    return token < 1 << 48 and chr(token & 0xFF) in "0123456789"
