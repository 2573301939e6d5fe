"""What a sieve lets through, from a set."""

from collections.abc import Iterable, Sequence


def is_among(added: Iterable[int], keys: Sequence[int], words: int, per_word: int, fewest: int) -> list[bool]:
    """Whether each of the ``keys`` is of the class of one that was ``added``: there are more than ``per_word`` classes
    for each of so many ``words``, a power of two, no less than that to the ``fewest``."""
    power = min(max((per_word * words).bit_length(), fewest), 32)
    classes = {key >> (32 - power) for key in added}
    return [key >> (32 - power) in classes for key in keys]
