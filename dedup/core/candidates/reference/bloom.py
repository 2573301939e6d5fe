"""The slow twin of `core.candidates.bloom`: the classes of keys in a set."""

from collections.abc import Iterable, Sequence


def is_among(added: Iterable[int], keys: Sequence[int], words: int, per_word: int, fewest: int) -> list[bool]:
    """Return for each of the ``keys`` whether its class is the class of an added key.

    Args:
        added: the added keys.
        keys: the keys to test.
        words: the number of postings that the filter was sized for.
        per_word: the least number of classes for each posting.
        fewest: the base-two logarithm of the least number of classes. The number of classes is a power of two.
    """
    power = min(max((per_word * words).bit_length(), fewest), 32)
    classes = {key >> (32 - power) for key in added}
    return [key >> (32 - power) in classes for key in keys]
