"""Texts -> UTF-8 in one buffer; offsets of documents -> batches of documents that are folded together."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from dedup.array_types import Bytes, Offsets
from dedup.errors import InputError

BATCH_BYTES: Final = 500_000
"""Bytes of text that are folded at a time.

The arrays that a step makes from them are about as large as the second-level cache. A third of the bytes takes a tenth
longer, for the calls of numpy.
"""

DOCUMENTS: Final = 2048
"""Documents that are folded at a time at most."""


def encode(texts: Sequence[str], first: int = 0) -> tuple[Bytes, Offsets]:
    """Encode ``n`` texts.

    Args:
        texts: the texts.
        first: the number of the first text, for errors.

    Returns:
        One UTF-8 buffer with a line feed after every text but the last, and the ``(n + 1,) int64`` offsets of the texts
        in it.

    Raises:
        InputError: a text is not Unicode, because it has a lone surrogate. The message names the number of the text.
    """
    if len(texts) == 1 and texts[0].isascii():
        data = texts[0].encode()
        return np.frombuffer(data, np.uint8), np.array((0, len(data)))
    if all(map(str.isascii, texts)):
        data = "\n".join(texts).encode()
        sizes = map(len, texts)
    else:
        try:
            encoded = list(map(str.encode, texts))
        except UnicodeEncodeError as error:
            number = first + next(row for row, text in enumerate(texts) if text is error.object)
            raise InputError(
                f"text {number} has a lone surrogate at character {error.start}: it is not Unicode; decode it "
                "again with errors='replace'"
            ) from error
        data = b"\n".join(encoded)
        sizes = map(len, encoded)
    offsets = np.arange(len(texts) + 1)
    offsets[1:] += np.fromiter(sizes, np.int64, len(texts)).cumsum()
    offsets[-1] = len(data)
    return np.frombuffer(data, np.uint8), offsets


def batches(offsets: Offsets, size: int = BATCH_BYTES, most: int = DOCUMENTS) -> Iterator[tuple[int, int]]:
    """Yield batches ``(first, last)``: the documents ``first`` to ``last - 1``.

    Args:
        offsets: ``(n + 1,) int64`` where each document starts and where the last one ends, in bytes.
        size: bytes of a batch at most. A larger document is a batch of its own.
        most: documents of a batch at most.
    """
    first, count = 0, len(offsets) - 1
    while first < count:
        last = int(offsets.searchsorted(offsets[first] + size, "right")) - 1
        last = max(first + 1, min(last, first + most))
        yield first, last
        first = last
