"""Token hashes -> shingle hashes. A shingle is a run of some tokens."""

from typing import Final

import numpy as np

from dedup.array_types import Hashes
from dedup.core.arrays.hashing import _HALF, _factor
from dedup.core.arrays.ragged import Ragged
from dedup.core.arrays.workspace import Workspace

_CHUNK: Final = 1 << 16
"""Shingles computed at a time. A quarter of them at a time takes a twelfth longer, for the calls of numpy."""


def shingle(tokens: Ragged, size: int, seed: int, workspace: Workspace) -> Ragged:
    """Hash every run of ``size`` tokens of each document.

    Args:
        tokens: ``n`` rows of token hashes, the documents.
        size: the number of tokens of a shingle.
        seed: the key of the hash functions.
        workspace: scratch memory. The values of the result lie in it, under the name ``shingles``.

    Returns:
        ``n`` rows of shingle hashes, in the order of the tokens. A document of fewer than ``size`` tokens has none.
        Values between two rows are hashes of shingles that cross from one document into the next.
    """
    count = max(0, tokens.values.size - size + 1)
    bounds = tokens.bounds.copy()
    bounds[:, 1] -= size - 1
    if (bounds[:, 0] > bounds[:, 1]).any():
        bounds[:, 1] = np.maximum(bounds[:, 0], bounds[:, 1])
        np.minimum(bounds, count, out=bounds)
    values = workspace.array("shingles", count + size)  # The first steps make a few more.
    for begin in range(0, count, _CHUNK):
        _combine(tokens.values[begin : min(begin + _CHUNK, count) + size - 1], size, seed, values[begin:], workspace)
    return Ragged(values[:count], bounds)


def _combine(tokens: Hashes, size: int, seed: int, out: Hashes, workspace: Workspace) -> None:
    """Write hashes of all runs of ``size`` tokens to ``out``, which has a place for each token.

    A step doubles the width, ``h(2w)[i] = h(w)[i] * M + h(w)[i + w]``. If the next binary digit of ``size`` is 1, a
    step adds one token, ``h(w + 1)[i] = h(w)[i] * M + t[i + w]``. Then ``x ^= x >> 32; x *= M`` mixes. The highest bits
    of the product are the best bits. (``np.correlate`` on uint64 takes four times as long.)
    """
    digits = f"{size:b}"[1:]
    spare = workspace.array("words", tokens.size)
    values, width = tokens, 1
    if not digits:
        values = np.multiply(tokens, _factor("shingle 1", seed), out[: tokens.size])
    for remaining, digit in zip(reversed(range(len(digits))), digits, strict=True):
        longer = (spare if remaining % 2 else out)[: values.size - width]
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
