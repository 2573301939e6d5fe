"""The slow twin of `core.related.order`: the longest subsequence that ends at each value."""

from collections.abc import Sequence


def longest_rising(values: Sequence[int]) -> int:
    """Return the length of the longest rising subsequence of a sequence."""
    ending: list[int] = []
    for value in values:
        before = [length for length, other in zip(ending, values, strict=False) if other < value]
        ending.append(1 + max(before, default=0))
    return max(ending, default=0)
