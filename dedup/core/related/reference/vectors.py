"""The slow twin of `core.related.vectors`: a dictionary of terms for each text."""

from collections import Counter
from collections.abc import Mapping, Sequence

from dedup.core.related.numbers import COMMON_SHARE
from dedup.core.related.rarity import HIGHEST
from dedup.core.related.reference.rarity import mix

SlowVector = dict[int, tuple[int, int]]
"""The rare terms of a text -> the weight of each in the text, and its first place among the rare tokens."""


def make_vector(tokens: Sequence[int], rarity: Mapping[int, tuple[int, int]]) -> SlowVector:
    """Return the vector of a text.

    Args:
        tokens: the tokens of the text.
        rarity: token -> its level, and its number of languages.
    """
    levels = sorted(rarity[token][0] for token in tokens)
    halvings = levels[-(-len(levels) // COMMON_SHARE) - 1] if levels else 0
    rare = [token for token in tokens if rarity[token][1] > halvings]
    vector = {}
    for token, times in Counter(rare).items():
        level = rarity[token][0]
        term = (HIGHEST - level) << 60 | mix(token) >> 5 << 1 | is_figure(token)
        vector[term] = (level - halvings) * min(times.bit_length(), 16), rare.index(token)
    return vector


def is_figure(token: int) -> bool:
    """Return whether the lowest byte of a short token is a digit."""
    return token < 1 << 48 and chr(token & 0xFF) in "0123456789"
