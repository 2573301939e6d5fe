"""Token hashes to shingle hashes: runs of some tokens."""

from typing import Final

import numpy as np

from dedup.array_types import Hashes
from dedup.core.arrays.hashing import _HALF, _factor
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace

_CHUNK: Final = 1 << 14
"""Shingles made at a time: what is made on the way stays in the second-level cache."""


def shingle(tokens: Ragged, size: int, seed: int, work: Workspace) -> Ragged:
    """Hashes of every ``size`` consecutive tokens of each document; none for a document of fewer tokens.

    The values lie in ``work``; those between two rows are of shingles that cross from one document into the next.
    """
    count = max(0, tokens.values.size - size + 1)
    bounds = tokens.bounds.copy()
    bounds[:, 1] -= size - 1
    if (bounds[:, 0] > bounds[:, 1]).any():
        bounds[:, 1] = np.maximum(bounds[:, 0], bounds[:, 1])
        np.minimum(bounds, count, out=bounds)
    values = work.array("shingles", count + size)  # the first steps make a few more
    for begin in range(0, count, _CHUNK):
        _combine(tokens.values[begin : min(begin + _CHUNK, count) + size - 1], size, seed, values[begin:], work)
    return Ragged(values[:count], bounds)


def _combine(tokens: Hashes, size: int, seed: int, out: Hashes, work: Workspace) -> None:
    """Hashes of all runs of ``size`` tokens into ``out``, which has place for as many as there are tokens.

    They are combined by doubling, ``h(2w)[i] = h(w)[i] * M + h(w)[i + w]``, and one token more where the next binary
    digit of ``size`` is 1, ``h(w + 1)[i] = h(w)[i] * M + t[i + w]``; then ``x ^= x >> 32; x *= M`` mixes. The highest
    bits of the product are the best ones. (``np.correlate`` on uint64 takes four times as long.)
    """
    digits = f"{size:b}"[1:]
    spare = work.array("words", tokens.size)
    values, width = tokens, 1
    if not digits:
        values = np.multiply(tokens, _factor("shingle 1", seed), out[: tokens.size])
    for left, digit in zip(reversed(range(len(digits))), digits, strict=True):
        longer = (spare if left % 2 else out)[: values.size - width]
        np.multiply(values[: longer.size], _factor(f"shingle {2 * width}", seed), longer)
        longer += values[width:]
        values, width = longer, 2 * width
        if digit == "1":
            values = values[: values.size - 1]
            values *= _factor(f"shingle {width + 1}", seed)
            values += tokens[width:]
            width += 1
    spare = np.right_shift(values, _HALF, spare[: values.size])
    values ^= spare
    values *= _factor("mix", seed)
