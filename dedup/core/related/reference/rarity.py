"""The slow twin of `core.related.rarity`: a counter of slots, and logarithms as lengths in bits."""

from collections import Counter
from collections.abc import Sequence

from dedup.core.arrays.hashing import multiplier
from dedup.core.related.numbers import LEAST_TEXTS, RARE_SHARE, RARE_TEXTS
from dedup.core.related.rarity import SLOTS


def mix(token: int) -> int:
    """Return the mixed hash of a token."""
    return token * int(multiplier("term", 0)) % (1 << 64)


def slot_of(token: int) -> int:
    """Return the slot of a token."""
    return mix(token) * SLOTS >> 64


def tell_rarity(texts: Sequence[Sequence[int]], times: int = 1) -> dict[int, tuple[int, int]]:
    """Return the level and the number of languages of each slot that a text has.

    Args:
        texts: the tokens of the texts of the sample.
        times: how often each text is in the sample.
    """
    counts = Counter(slot for tokens in texts for slot in set(map(slot_of, tokens)))
    return {slot: rarity_of(count * times, len(texts) * times) for slot, count in counts.items()}


def rarity_of(count: int, texts: int) -> tuple[int, int]:
    """Return the level and the number of languages of a slot that ``count`` of the ``texts`` have."""
    level = max((texts // max(count, 2)).bit_length() - 1, 0)
    sizes = [texts >> halvings for halvings in range(16) if texts >> halvings >= LEAST_TEXTS]
    return level, sum(count <= max(size // RARE_SHARE, RARE_TEXTS) for size in sizes)
