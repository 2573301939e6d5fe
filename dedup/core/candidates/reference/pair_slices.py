"""The slow twin of `core.candidates.pair_slices`: pairs are counted one by one."""

from collections import Counter
from collections.abc import Iterable


def slice_of(first: int, count: int, slices: int) -> int:
    """Return the slice of the pairs whose first text is ``first``.

    Args:
        first: the number of the first text of a pair.
        count: the number of texts.
        slices: the number of slices.
    """
    return first * slices // count


def merge_pairs(
    by_sample: Iterable[tuple[int, int]], by_bands: Iterable[tuple[int, int]], shared: int
) -> list[tuple[int, int]]:
    """Return the sorted pairs that come ``shared`` times by sampled shingles, or once by bands.

    Args:
        by_sample: pairs that share a sampled shingle, once for each shingle.
        by_bands: pairs that share a key of a band.
        shared: the least number of sampled shingles that a pair shares.
    """
    times = Counter(by_sample)
    return sorted({pair for pair, count in times.items() if count >= shared} | set(by_bands))
